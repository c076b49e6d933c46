"""English sentences about work with things: logistics, gardening, software, accounting. The format is in ``phrases``."""

TEXT = """
[logistics]
= goods: pallets of tiles | chilled goods | spare parts | returns | flat-pack shelves | paper rolls
  | medical supplies | garden chairs | empty crates
= place: the cross-dock | the night depot | gate {n} | the bonded store | the returns hall | the loading yard
  | the rail terminal
= measure: dock time | the fill rate | the number of empty runs | pick errors | waiting hours | the late share
= fix: booked slots | colour-coded lanes | a second scanner | one list instead of three | an earlier cut-off
  | shared trailers | a daily ten-minute call
[logistics.open]
Our depot in {city} moved {nn} loads on {day}, a record for us.
How do you plan {goods} when the forecast is wrong every week?
{fix} brought {measure} down by a fifth.
We opened {place} in {month}.
A driver showed me yesterday why {place} never works before noon.
I have been responsible for {goods} for {years} years.
Nobody talks about {measure} until the customer does.
The road to {city} is closed until {month}, so here is our plan.
We tested {fix} for {n} weeks.
Our new colleague at {place} found an error that was {years} years old.
Peak season starts in {month}, and this time we are early.
Does anyone here ship {goods} by rail?
A small change at {place} saved us {nn} kilometres a day.
[logistics.middle]
With {fix}, {measure} became something that we can plan.
{goods} need more space than the system believes.
We count {measure} by hand on {day} and compare it with the dashboard.
At {place} the first hour decides about the day.
The carrier got {nn} minutes of notice, which is not enough.
{fix} cost little and annoyed nobody.
Order 20398841 is the one that everybody remembers.
We pay for waiting time from the first minute.
Trailers leave {place} in the order in which they are full.
A map on the wall beats a map on the screen.
Half of our problems with {goods} begin with a wrong label.
The customs papers for {goods} now travel one day ahead.
I would rather have one late truck than {n} half-empty ones.
Drivers can use the kitchen at {place}, and they do.
Since {month} we publish {measure} every week, good or bad.
We lost a customer over {measure} and won them back with {fix}.
Nobody should reverse across {place} in the dark.
The planner and the driver had never met, so we fixed that first.
[logistics.reply]
What did {fix} do to your overtime?
I look at {measure} first too.
We ship {goods} by rail twice a week from {city}.
At {place} this failed in the first winter.
How do you record {measure}?
Try {fix} before you buy anything.
The label problem with {goods} sounds familiar.
Good to read that drivers get a kitchen.
We had {nn} loads and {n} docks, so I know the feeling.
Which software do you use at {place}?
[gardening]
= tool: a hori hori | the broad fork | a pull saw | a long lopper | a wheel hoe | a watering lance | a pair of secateurs
  | a soil sieve | a dibber
= plant: beans | young pears | tomatoes | asparagus | hedges | strawberries | winter leeks | roses | salad
= soil: heavy clay | sandy soil | a raised bed | a slope | last year's compost | a stony plot
= care: oil the handle in {month} | clean the blade after each use | sharpen it twice a year | keep it out of the rain
  | tighten the bolt | store it hanging
[gardening.open]
I have used {tool} on {soil} for {n} seasons.
Which tool do you reach for first with {plant}?
Our shop in {city} now repairs {tool} instead of selling a new one.
It is {month}, and {plant} cannot wait any longer.
A customer brought back {tool} after {years} years.
We compared {n} makes of secateurs on {soil}.
Planting {plant} on {soil} is possible, with patience.
The allotment group in {city} shares {tool} among {nn} plots.
Please do {care}, whatever the maker says.
I teach a course on {plant} and half of it is about tools.
Two handles broke this year, and both were painted.
This is how we pack {tool} for the post without plastic.
[gardening.middle]
{tool} is only as good as its edge.
On {soil} I work in the early morning.
With {plant}, less water and more mulch did it.
I {care}, and it takes {n} minutes.
Ash handles last longer than beech, at least here.
For {plant} you want a clean cut.
We sell {nn} of them a month and see {n} again for repair.
{soil} needs two years before {plant} will thank you.
The cheap version of {tool} bent on the first stone.
Replacement blades should cost less than the tool.
My neighbour grows {plant} on {soil} without digging.
In {city} the frost comes in {month}, so we plan backwards from there.
A good {day} in the garden ends before the back hurts.
Left-handed gardeners are still an afterthought, and {tool} shows it.
We print the spare-part number on the handle.
Nobody needs twelve tools, four will do.
I mark the rows for {plant} with old spoons.
After {n} tries I stopped forcing {plant} onto {soil}.
[gardening.reply]
I {care} and have had no trouble since.
{tool} on {soil} is hard work, but it pays off.
Which oil do you use?
My {plant} did better without any of that.
We have had the same handle for {years} years.
Do you post spare parts to {city}?
For {plant} I prefer a plain knife.
{soil} taught me patience as well.
Painted handles hide cracks, I agree.
How deep do you go for {plant}?
[software]
= part: the import job | the login page | the search index | the billing service | the test suite | the mobile client
  | the nightly report | the message queue | the audit log
= fault: a slow query | a race on start-up | a missing index | a leap-day bug | a full disk | a wrong time zone
  | an expired certificate | a silent retry
= practice: small pull requests | a rota for support | written design notes | one deploy a day | feature flags
  | pairing on {day} | a blameless review | deleting old code
= gain: fewer pages at night | a faster build | a shorter queue | calmer releases | clearer logs
[software.open]
We lost {n} hours to {fault} in {part}.
A note on {practice}, one year later.
Our team in {city} rewrote {part} and kept the old one running for {n} weeks.
What do you do about {fault}?
I have been on call for {part} since {month}.
We removed {nn} thousand lines from {part} this quarter.
The most useful thing in our repository is a list of past mistakes.
{practice} brought us {gain}.
Version 10.2.4 of {part} went out on {day} without anyone noticing, as it should.
We are hiring someone to look after {part}, which pays better than it sounds.
An apprentice found {fault} in her second week.
If {part} goes down, this is the page you want to have written before.
[software.middle]
{fault} is never the whole story.
We wrote a test for {fault} and it failed in three other places.
{practice} cost time at first and then gave us {gain}.
The graph for {part} was flat for {nn} days, and that is the nicest graph I know.
Nobody reads a dashboard with {nn} panels.
We moved {part} to one machine, and it is enough.
A log line should say what to do next.
Our users in {city} reported it before the alarm did.
{practice} can work if the team wants it.
{part} has {n} owners now instead of none.
We keep the data for {nn} days and then delete it.
Backups are worth nothing until you restore one.
It turned out to be {fault}, again.
The fix was two lines, the review took a day, and both were right.
Every new service gets a page that says how to switch it off.
We measured before and after, and {part} is {n} times faster.
With {practice} we got {gain}, and the rest was luck.
The person who wrote {part} left a comment that saved us.
[software.reply]
{fault} got us in {month} too.
How large are your pull requests now?
{practice} never worked for us, but {gain} sounds good.
Did you measure {part} before?
We deleted {part} altogether.
Which database is that on?
Restoring a backup every {day} is a good habit.
I would read a longer post on {fault}.
Here {part} has no owner either.
One machine is enough for most of us.
[accounting]
= doc: the VAT return | the annual accounts | the travel claims | the petty cash book | the asset register
  | the payroll file | the supplier ledger | the grant report
= slip: a swapped digit | a missing receipt | a double payment | an old exchange rate | a closed cost centre
  | a wrong due date
= way: two pairs of eyes | a monthly close in {n} days | a shared checklist | numbered folders | one mailbox for bills
  | a cut-off on {day}
= client: a bakery | a sports club | a small theatre | a joinery | a taxi firm | a dental practice | a school kitchen
[accounting.open]
We closed {month} in {n} days, thanks to {way}.
What is the oddest thing you found in {doc}?
I do the books for {client} in {city}.
{slip} cost us {nn} hours this week.
A question about {doc} for {client}.
After {years} years on paper, {client} moved to digital bills.
It is the time of {doc} again.
I explained {doc} to an owner yesterday, with coins and three cups.
We dropped {n} reports that nobody read.
My apprentice passed the exam on {doc} in {month}.
Why does every system call {doc} something else?
A small office in {city} is looking for someone who likes {doc}.
[accounting.middle]
With {way} we see {slip} before the bank does.
{doc} should not need a manual.
For {client} cash in {month} is what matters.
I ask for receipts on {day}, when people are in a good mood.
{slip} hides best in round numbers.
We tick every line of {doc} by hand once a year.
The owner of {client} now reads the numbers herself.
{way} may be dull, and yet it works.
An invoice without a purchase order waits, whoever sent it.
We found {n} subscriptions that nobody used.
The auditor asked {nn} questions and was right about {n} of them.
I would rather explain a delay than correct {doc} twice.
Nobody there had seen {doc} before.
We send reminders after {nn} days, friendly ones first.
A good file name saves an hour in {month}.
Most of {doc} can be prepared by the twentieth.
It was {slip}, and it took a second person to see it.
Batch 4400172 balanced at the first try, which deserves a mention.
[accounting.reply]
{way} changed our month end as well.
For {client} I would do {doc} every quarter.
{slip} happens to the best of us.
How do you handle {doc} across two countries?
Coins and cups is a lovely idea.
Did the auditor accept {way}?
We send the first reminder after {n} days.
My record for {doc} is {n} days.
Who owns {doc} in your office?
Ask for the bank file first.
"""
