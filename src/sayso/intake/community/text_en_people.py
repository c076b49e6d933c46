"""English sentences about work with people: hiring, teaching, nursing, kitchens. The format is in ``phrases``."""

TEXT = """
[hiring]
= role: a site planner | a payroll clerk | a field engineer | an office manager | a junior buyer | a depot lead
  | a translator | a lab technician | a support agent | a quality inspector | a night receptionist | a data steward
= roles: site planners | payroll clerks | field engineers | buyers | technicians | support agents | inspectors
= pattern: four days a week | full time | part time, mornings only | on a one-year contract | in rotating shifts
  | from home two days a week | as maternity cover
= step: the phone screen | the written task | the panel interview | the reference check | the trial day
  | the salary conversation | the second interview
= thing: the salary range | the shift plan | the team size | the notice period | the reporting line
  | the training budget | the probation terms
= trait: asks good questions | writes clearly | stays calm with customers | likes checklists
  | can say no politely | owns up to mistakes | learns from colleagues
[hiring.open]
We are looking for {role} in {city}, {pattern}.
After {n} weeks of interviews we finally hired {role}.
A short note on how we changed {step} this year.
My team in {city} has {n} open positions, and one of them is for {role}.
I spent {day} reading {nn} applications for one opening.
Does anyone still put {thing} in the job advert?
We stopped asking for a cover letter and nothing bad happened.
I moved from an agency to hiring {roles} in house, and the difference surprised me.
Today I turned down an applicant who was good, and I want to explain how we did it.
Our intern starts in {month} and her desk is already waiting.
Three things I wish more adverts for {roles} would say.
The best hire I made last year came through {step}, not through the CV.
We have rewritten every advert for {roles} in plain language.
[hiring.middle]
We now publish {thing} before anyone applies.
Nobody should have to guess {thing}.
For {role} we look for someone who {trait}.
The candidate who {trait} will do well here.
We cut {step} from {nn} minutes to {n} questions.
Every applicant hears from us within {n} working days, also when the answer is no.
{step} told us more than any diploma.
We paid everyone for {step}, because it is work.
Two people see each application, and neither sees the name.
Our mistake was to leave {thing} until the end.
Half of the {roles} we met had never been asked about their own plans.
The advert ran for {n} weeks and brought {nn} replies.
Most of the people who left told us that {thing} was not what they had expected.
A rejection should say why, in two honest sentences.
We keep notes from {step} for six months and then delete them.
In {city} it is easier to find {roles} than to keep them.
The manager who {trait} is rarely the loudest one in the room.
We tried {step} as a group exercise and went back to a conversation.
[hiring.reply]
Do you share {thing} in the advert as well?
We had the same experience with {step}.
How many {roles} do you hire in a year?
Someone who {trait} is worth waiting for.
I would skip {step} entirely for juniors.
Paying for {step} made a difference for us too.
In {city} the market for {roles} looks very different.
I applied to you in {month} and the answer was quick and kind.
That matches what our {roles} tell us.
Could you post the questions you use in {step}?
[teaching]
= class: my year seven class | the evening course | our apprentices | the second-year students | my physics group
  | the adult literacy group | the maths club | my tutor group
= subject: fractions | the water cycle | essay structure | electric circuits | reading aloud | past tenses
  | probability | map reading | the periodic table | spreadsheets
= tool: index cards | mini whiteboards | an exit ticket | a shared glossary | peer marking | a silent start
  | a worked example | a seating plan
= effect: the quiet ones spoke first | nobody looked at the clock | questions came before answers
  | we finished early | marking took half the time | the room stayed calm
[teaching.open]
This week I tried {tool} with {class}.
How do you teach {subject} to people who have failed at it before?
{class} asked for another lesson on {subject}, which I did not expect.
I have taught {subject} for {years} years and still change the first lesson every time.
Parents' evening in {month}: {nn} conversations, {n} of them about homework.
A lesson on {subject} went wrong on {day}, and it was my own fault.
We are moving {subject} from spring to autumn.
Observing a colleague in {city} taught me more than any course.
For anyone starting out: begin with {tool}.
I am looking for good examples for {subject}.
My timetable has {n} free periods and I am going to protect them.
The staff room in {city} now has a shelf for lesson plans on {subject}.
[teaching.middle]
With {tool}, {effect}.
I ask for one sentence on {subject} at the door.
We used {tool} for {n} weeks before judging it.
{class} needed {nn} minutes for a task that I had planned for {n}.
Nobody learns {subject} from a slide.
I write the question on the board and wait, which is the hard part.
Half of {class} had never been told why we teach {subject}.
The trick with {tool} is to keep things short.
On {day} {effect}.
I stopped grading drafts and started to comment on them.
Every learner gets the same sheet, with hints on the back.
A test at the end of {subject} tells you little, a test in the middle tells you a lot.
My notes on {tool} fit on one page.
One pupil explained {subject} better than I did, so I sat down and listened.
We compared two ways to start the lesson, and with {tool} {effect}.
I keep a list of mistakes in {subject} that are worth making.
A printed timetable on the wall helped {class} more than the app.
Before we begin with {subject}, I ask last year's learners what confused them.
[teaching.reply]
How long did {tool} take to settle in?
I do the same with {subject}, and it works with adults as well.
With {class} it took a whole term.
{tool} did not work for me, sadly.
Would you share the sheet on {subject}?
I will try that with {class} on {day}.
Starting with a mistake is my favourite way into {subject}.
What do you do when two of them finish early?
We use {tool} in {city} too, but only once a week.
That is exactly the moment when I learned to wait.
[nursing]
= ward: the stroke ward | the day ward | the night team | intensive care | the children's ward | the care home
  | the dialysis unit | the recovery room
= task: handover | wound care | the medicine round | the discharge letter | fall prevention | blood sampling
  | the pain chart | hand hygiene
= item: a second trolley | softer lights at night | labelled drawers | a quiet room | a printed checklist
  | spare pumps | a whiteboard by the door
= change: took {n} minutes off every shift | meant fewer calls at night | cost less than a lunch
  | made the new colleagues feel safer | needed no meeting at all
[nursing.open]
We changed {task} on {ward} in {month}.
A thank-you to {ward} after a long {day}.
What helps most with {task} when you are two people short?
I am back on {ward} after {years} years in an office.
Our students in {city} asked why {task} is done this way, and nobody knew.
{item} became our best purchase of the year.
Night shift number {nn} this year, and {ward} was calm.
I collect small improvements to {task}.
In {city} we are training {n} new colleagues on {ward}.
There is one question about {task} that I ask every new starter.
We measured {task} for a month.
If you visit somebody on {ward}, please do ask us before bringing flowers.
[nursing.middle]
{item} made {task} easier for everybody.
We wrote down {task} in {n} steps and hung it by the door.
{task} goes wrong when the phone rings, so we moved the phone.
On {ward} we now do {task} in pairs.
A relative noticed the problem before any of us did.
Before that, {task} took {nn} minutes.
Nobody on {ward} has to ask for {item} any more.
The physiotherapists joined {task}, and that was overdue.
We repeat the important part out loud, even when it feels silly.
The rota for {month} is fair for the first time.
Listening for {n} minutes saves an hour later.
New colleagues shadow {ward} for {n} shifts before they work alone.
We ask patients what they call it, and then use their word.
My feet hurt, my head is clear, and {task} is done.
Every drawer on {ward} now looks the same.
The form for {task} lost a page and nobody misses it.
{item} {change}.
I learned {task} from a colleague who retired in {month}.
[nursing.reply]
We did this on {ward} and never looked back.
How did you get {item} approved?
{task} is our weak spot too.
Thank you for saying this about {ward}.
Which steps did you drop from {task}?
In {city} we had to ask three times for {item}.
Doing {task} in pairs was the turning point for us.
My colleagues on {ward} would sign this.
Please write more about {task}.
How many people are on {ward} at night?
[kitchen]
= dish: onion tart | lentil soup | a bread course | the fish of the day | roast squash | beet salad
  | the staff meal | apple cake | a cold starter | leek gratin
= station: the cold station | the dishwashing corner | the pass | the pastry bench | the grill | the walk-in fridge
= habit: label everything twice | taste before service | write the prep list at night | sharpen knives on {day}
  | count plates, not guests | weigh the scraps
= result: waste fell by a third | service ran on time | the new cook found everything
  | we went home before midnight | nobody shouted
[kitchen.open]
We put {dish} on the menu in {month} and took it off again.
A quiet {day} at {station} is worth a lot.
How do you plan {dish} for {nn} people with two cooks?
Our canteen in {city} cooks for {nn} guests a day.
I have run {station} for {years} years.
Since we began to {habit}, {result}.
The menu has {n} dishes now instead of {nn}.
A supplier in {city} changed the way we make {dish}.
I would like to hear how others staff {station}.
We open again in {month}, with a smaller kitchen and a longer lunch.
Looking for someone for {station}, four evenings a week.
Yesterday the oven failed, and {dish} had to wait.
[kitchen.middle]
{dish} sells better when the card says where it comes from.
We began to {habit}, and {result}.
At {station} there is room for two people and no excuses.
The margin on {dish} is thin.
I count how many plates come back full.
A good prep list makes {station} boring, and boring is what I want.
It took {n} attempts to get {dish} right.
The guests did not notice, the staff did.
We cook {dish} once and use it three times.
After {month}, {result}.
New cooks start at {station} and choose for themselves after {n} weeks.
Every allergy goes on the same red ticket.
When we {habit}, the evening is half won.
A break of {nn} minutes is in the plan, and it stays there.
We buy less and better, and {dish} is the proof.
Nobody should carry {nn} kilos down the stairs to {station}.
I asked the dishwashers first, and they knew the answer.
Our tips are shared by hours, with the numbers on the wall.
[kitchen.reply]
How do you keep {dish} warm for that long?
We also {habit}, and it shows.
At {station} that would not work for us.
Fewer dishes was the best decision we made too.
What do you charge for {dish}?
I ate {dish} at your place in {month} and still talk about it.
Did the effect last?
The kitchen here is half that size.
We learned that the hard way with {dish}.
Sharing tips by hours is the fair way.
"""
