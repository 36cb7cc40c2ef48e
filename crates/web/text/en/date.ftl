us-dates-more = { $count ->
    [0] a kept time for the two of you
    [one] one best bit to read again
   *[other] { $count } best bits to read again
  }
date-name = Time for the two of you
dates-title = Dates
dates-lead = A kept time, planned in turns. Out or at home, long or short.
dates-empty = No time is kept yet
dates-empty-more = Left alone, a week fills up by itself. Choose an hour that is yours, every week or every other. It may be moved at any time.
dates-set = Keep a time
dates-ideas = Look at ideas
dates-why = How to keep dates alive, and what is known about them
date-your-turn = Your turn to plan
date-their-turn = { $name } plans this one
date-pick-lead = Pick one idea from the four decks, or one of your own. Small is fine.
date-wait-lead = Once it is picked, it stands here.
date-pick = Pick an idea
date-pick-other = Pick another
date-move = Another time, or leave it out
date-swap = Swap turns
date-talk-over = To talk over afterwards
date-best = The best bit of “{ $title }”
date-best-field = In a line
date-best-hint = What you would like to remember. You both can read it here.
date-best-button = Keep the line
date-lines = Best bits

limits-title = Not tonight
limits-lead = What stays at home for the length of a date. Each of you may name something, and it holds at once. Taking it off takes the two of you.
limits-add = Name a topic
limits-field = The topic
limits-hint = Work, money, the in-laws, or whatever eats your evenings.
limits-button = It stays at home
limits-lift = Take it off
limits-asked = goes when { $name } takes it off too
limits-both = { $name } would take it off. So would I

slot-title = Keep a time
slot-lead = Weekly is nice, every other week is plenty. Choose an hour when neither of you is used up.
slot-day = The first one
slot-first = Who plans the first one?
slot-first-me = I do
slot-first-you = { $name } does
slot-button = Keep this time
slot-note = It comes into your plan for both of you. Either of you may move it or leave one out, and nothing is marked.

ideas-title = Ideas for time together
ideas-lead = Four decks: new, playful, meaningful, restful. One in three may be new to both of you.
ideas-decks = The decks
ideas-all = All
ideas-filter = What is there room for?
ideas-filter-button = Show what fits
ideas-any = any
ideas-time = Time
ideas-up-to = up to { $minutes } minutes
ideas-money = Money
ideas-free = costs nothing
ideas-little = costs a little
ideas-some = costs something
ideas-energy = Energy
ideas-energy-low = little
ideas-energy-medium = some
ideas-season = Season
season-spring = spring
season-summer = summer
season-autumn = autumn
season-winter = winter
ideas-home = at home
ideas-quiet = quiet
ideas-watch = something to watch
ideas-asleep = works while children sleep
ideas-apart = works from two places
ideas-only-home = At home
ideas-only-asleep = While the children sleep
ideas-only-quiet = A quiet place
ideas-only-apart = From two places
ideas-only-new = Something new for us
ideas-count = { $count ->
    [0] Nothing fits all of that. Leave one of them open.
    [one] One idea fits.
   *[other] { $count } ideas fit.
  }
ideas-more = Show others
ideas-own = One of your own
ideas-own-field = What shall it be?
ideas-own-hint = In a line, as the other will read it.
ideas-own-button = Take this one
ideas-pick = Take it. { $when }

date-refused-none = No time is kept for a date yet.
date-refused-turn = The other one of you plans this one. You can swap turns.
date-refused-day = There is no date on that day.
date-refused-empty = A word or two is needed here.
date-refused-too-long = That is a little long for one line. What you wrote is still here.
date-refused-not-yours = Only the one who wrote it can take it back.
date-refused-limits = Twenty topics are the most.
