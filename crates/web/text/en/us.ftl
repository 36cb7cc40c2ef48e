us-title = { $me } and { $you }
us-title-alone = The two of you
us-lead = What you share, and what you have made together.
us-lead-alone = This fills up as you go. For now only you see it.
us-on-its-way = On its way
us-time = Time for you two
us-words = Words
us-touch = Touch
us-looking-back = Looking back
us-check-in = Weekly check-in
us-sessions-more = Talks and touch, step by step
us-check-in-more = Twenty minutes to hear each other
us-plan-more = { $count ->
    [0] nothing planned yet
    [one] one thing planned
   *[other] { $count } things planned
  }
us-appreciations-more = { $count ->
    [0] the first one is waiting to be said
    [one] one kept
   *[other] { $count } kept
  }
us-history-more = What you did, and what you put aside
us-pair = Pair with your partner

moment-kicker = Today’s small moment
moment-did-it = We did it
moment-thanks = Noted. That is one more.
moment-done = That was today. Lovely.
moment-others = Other moments
moment-undo = Undo
moment-refused-day = That day is too far back to note now.
moment-refused-many = That is plenty for one day.
moments-title = Daily moments
moments-lead = Small touches at partings, reunions and rest. Nobody sees who noted one, and nothing counts what was not.
moments-ever = { $count ->
    [0] not yet noted
    [one] once so far
   *[other] { $count } times so far
  }
moments-rhythm = The last twelve weeks
moments-reading = { $weeks ->
    [0] The first weeks are still ahead of you.
    [one] There were moments in one of the last twelve weeks.
   *[other] There were moments in { $weeks } of the last twelve weeks.
  }
moments-week = Week
moments-days = Days with a moment
moments-weeks-ago = { $weeks ->
    [0] this week
    [one] a week ago
   *[other] { $weeks } weeks ago
  }
show-numbers = Show the numbers

plan-title = Our plan
plan-lead = What you two agreed on.
plan-empty = Nothing planned yet
plan-empty-more = When one of you proposes something and the other says yes, it lands here.
plan-once = once
plan-day = every day
plan-week = every week
plan-prepare = Prepare
plan-look = Look
plan-move = Another time
plan-move-button = Move it there
plan-let-go = Let it go
plan-let-go-note = It simply leaves the plan. Nothing is marked as missed.

appreciations-title = Appreciations
appreciations-lead = Kept to be read again, on the days that need it.
appreciations-lead-alone = For now these are only yours. You can say them, or keep them for later.
appreciations-words = Something about { $name } you are glad of
appreciations-hint = What they did, what it says about them, what it did for you.
appreciations-share = Share it with { $name }
appreciations-keep = Keep it
appreciations-withdraw = Take back
appreciations-own = Kept by yourself, for your eyes only
appreciations-withdraw-own = Take it out
appreciations-older = Older ones
appreciations-older-title = Older appreciations
appreciations-older-none = There are none before these.
appreciation-refused-empty = A word or two is needed here.
appreciation-refused-too-long = That is a little long: 4,000 characters are the most. What you wrote is still here.
appreciation-refused-not-yours = Only the one who wrote it can take it back.

history-title = What we did
history-lead = Closeness is a skill, and skills grow with doing.
history-sessions = Sessions held
history-moments = Moments noted
history-appreciations = Appreciations kept
history-by-yourself = by yourself, for your eyes only
history-parked = Put aside for another day
history-parked-lead = None of these needs solving tonight.
history-wants-talk = wants a talk of its own
history-settle = This is settled
history-about = About:
history-settled = settled
history-statement = How we see it
history-trial = What we try
history-agreement = What we agreed
history-line = In your words
history-back = Looking back:
history-agreed = Asked, and agreed to
history-spoken = a small thing, said aloud
history-next = Next time:
history-empty = Your first check-in will be here
history-empty-more = Only what you both chose to keep.

way-outline = This path is an outline for now: its practices can be read, proposed and planned.
way-week = Week { $number }
way-stretch = Stretch { $number }, as long as it takes
way-first = Your first step:
way-smallest = For example:
way-next-stretch = Go on to the next stretch, when you both want to
way-rest = a week of rest
way-look-back = looking back
way-begin = Walk this path
way-next = Go on to the next week
way-take-rest = Take a week of rest
way-again = Begin this week again
way-back = Back one week
way-finish = Close this path
way-leave = Leave this path
journey-refused-none = You are not on this path at the moment.
journey-refused-week = There is no such week on this path.
