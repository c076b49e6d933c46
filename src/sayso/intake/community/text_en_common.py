"""English sentences that fit any subject, and those that carry personal data. The format is in ``phrases``."""

TEXT = """
[common]
= day: Monday | Tuesday | Wednesday | Thursday | Friday | Saturday
= month: January | February | March | April | May | June | July | August | September | October | November | December
[common.close]
What do you do differently?
I am curious how others handle this.
That is all for this week.
Comments are open, and so is my door.
Credit goes to the whole team.
I will report back in {month}.
It is not finished, but it is better.
Ask me again in a year.
If you have tried it, tell me how it went.
Small steps, but steps.
[common.reply]
Thank you for writing this down.
I agree with most of this.
That is a fair point.
We are still looking for an answer to this.
Congratulations to you and the team.
I see it differently, but your example is a good one.
Would you do it again?
This deserves more attention.
Good luck with it.
I have sent this to a colleague.
[common.mention]
{name} asked about this last week.
I learned this from {name}.
{name} and I disagree here, in a friendly way.
{handle} knows more about it than I do.
Thanks to {handle} for the idea.
{handle}, is that how you do it too?
As {name} wrote, it depends on the people.
Hello {handle}, this may be of use to you.
[common.email]
Write to {email} if you want the template.
Questions go to {email}, and I answer within a week.
You can reach me at {email}.
Send the file to {email} please.
[common.phone]
Call me on {phone} if that is easier.
My number is {phone}, mornings are best.
The desk can be reached at {phone}.
Please ring {phone} before you come.
[common.url]
The details are at {url} for anyone interested.
I put the checklist here: {url}
More on this at {url}.
See {url} for the long version.
[common.card]
The charge went to card {card} by mistake.
Please book it on the company card {card}, as before.
They asked for the card number again, it is {card}.
[common.iban]
Please pay into {iban} by the end of the month.
The refund should go to {iban}.
Our new account is {iban}, the old one is closed.
[common.ip]
The requests came from {ip} at night.
I can reach the printer under {ip} only.
Somebody logged in from {ip}, and that was not me.
[common.private]
Hi {name}, do you have time on {day}?
Hello {name}, thank you for yesterday.
Dear {name}, I am writing about the position that we talked about.
{name}, could you look at my draft before {day}?
Hi {name}, I heard that you are moving to {city}.
[common.private_body]
I would need about {nn} minutes of your time.
The offer still stands, but please keep it to yourself for now.
I have not told my manager yet.
We could meet in {city}, or talk on the phone.
My doctor wants me to work less until {month}.
Please do not forward this.
They offered me the job, and I said yes.
I am a little worried about {month}.
It was good to see you again.
Let me know what suits you.
[common.poll]
Yes, every week.
Only when somebody asks.
We tried it and stopped.
Less than {n} hours a week.
More than {n} times a month.
It depends on the season.
Not yet, but planned for {month}.
Never, and I do not miss it.
[common.article]
Notes from {nn} weeks of trying
What we changed, and what we left alone
A plain report from {city}
What I would tell a beginner
Lessons from a difficult {month}
The numbers behind a quiet year
[common.profile]
I am based in {city} and have worked in this field for {years} years.
I like clear agreements and short meetings.
Outside work I sing in a choir.
Happy to help people who are starting out.
Before that I worked in {city} and learned the trade from the bottom.
At weekends you will find me on a bicycle.
I speak at small events now and then.
My work is mostly invisible when it goes well.
[common.resume]
Team lead, {n} direct reports, {city}.
Apprenticeship, completed with distinction.
Coordinator for {n} sites around {city}.
Introduced a planning method that cut overtime by {nn} percent.
Volunteer treasurer of a sports club.
Training certificate, {month}.
Assistant, part time, {years} years.
Responsible for a budget shared by {n} teams.
[common.screening]
Yes, I can start in {month}.
I have {years} years of experience with this.
I am allowed to work in the country without a permit.
My expectation is open to discussion.
I can work on {day} evenings.
I have led a team of {n} people.
[common.genai]
Rewrite this post so that it is shorter and friendlier:
Suggest three headlines for the following text:
Draft a polite answer to a customer who waited {n} weeks.
Make a list of questions for an interview in {city}.
Summarise this for my manager in two sentences:
Write a message that asks for a meeting on {day}.
Turn these notes into a job advert:
[common.feedback]
Thumbs down: the suggestion sounded nothing like me.
Thumbs up: the draft was short and correct.
The suggested reply was fine, but it got the name wrong.
Please let me switch this off for messages.
The summary left out the most important sentence.
Thumbs up: it fixed my commas.
[common.usage]
writing suggestions shown {nn}, accepted {n}
search opened {nn} times, filters used {n} times
draft assistant opened {n} times, session of {nn} seconds
feed scrolled {nn} minutes, language en
"""
