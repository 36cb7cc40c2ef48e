us-rituals-more = { $count ->
    [0] a small thing that is yours
    [one] one that is yours
   *[other] { $count } that are yours
  }
rituals-title = Rituals of our own
rituals-lead = A small thing you two do again and again. It is a ritual when both of you call it ours.
rituals-empty = You have more of them than you think
rituals-empty-more = The coffee, the word at the door, the walk on Sunday. Sit down together for fifteen minutes, find one in what you already do, and give it a name.
rituals-find = Find one together
rituals-write = Write one of your own
rituals-two = One or two are enough. More soon feel like a list.
rituals-why = What rituals do, and what is known about them
rituals-both = You both starred
rituals-no-match = When you last laid your stars side by side, none was the same. That happens. Star again another day, or write one new.
rituals-daily = Every day
rituals-weekly = Every week
rituals-monthly = Every month
rituals-yearly = Once a year

stars-title = Find one together
stars-lead = Fifteen minutes, each with your own phone. You do most of these already, now and then.
stars-how = How it goes
stars-how-1 = Each of you stars up to five, without looking over.
stars-how-2 = Lay your stars down. When both of you have, one press shows what you both starred, and nothing else.
stars-how-3 = Choose one of those. Give it a name, a cue, and a smallest version.
stars-how-4 = One of you offers the words, and the other says: it is ours.
stars-own = From the two of you
stars-lay = Lay my stars down
stars-keep = Keep them for myself
stars-note = Stars are only yours: { $name } cannot see them, kept or laid down. When both of you have laid yours down, what you both starred comes to light, and the rest is wiped.
stars-note-alone = Kept stars are only yours. When { $name } is here too, you can lay them side by side.
stars-lie = Your stars lie ready. When { $name } has laid stars down too, both of you find here what you both starred. Nothing tells { $name } that yours lie here.
stars-lie-second = You have both laid your stars down. What you both starred comes to light as soon as { $name } looks under Rituals.
stars-both = You have both laid your stars down
stars-both-more = One press, and you both see what you both starred. What only you starred, or only { $name }, stays in the dark.
stars-look = Show what we both starred
stars-take = Take them up again
stars-many = { $count } stars are the most. Which ones are nearest to you?
stars-none = Star at least one first, or keep them for another day.
stars-add = Add something you two do
stars-add-field = In a few words
stars-add-hint = { $name } sees it in this list too.
stars-add-button = Add it to the list
ritual-own-idea = from the two of you

ritual-new = In your own words
ritual-new-lead = Short is good. You see it once more before it goes.
ritual-name = What do you call it?
ritual-name-hint = A name only you two would use is best.
ritual-cue = When …
ritual-cue-hint = Something that happens anyway: “the kettle boils”.
ritual-then = … then
ritual-then-hint = What you two do: “we sit down with the first cup”.
ritual-least = The smallest version
ritual-least-hint = Two minutes, for a day that holds no more. It counts in full.
ritual-travel = When one of you is away
ritual-travel-hint = How it goes from a distance. May stay empty.
ritual-often = How often
ritual-first-day = The first day
ritual-minutes = Minutes it takes
ritual-minutes-problem = Please give minutes as a number, from 1 to 600.
ritual-held-by = Hold it as
ritual-held-by-none = nothing more, it needs no screen
ritual-preview-lead = This is how it will stand there.
ritual-offer = Offer it to { $name }
ritual-reword = Other words
ritual-cue-said = When { $cue }, { $then }.
ritual-rhythm = { $rhythm }, around { $time }
ritual-least-said = At the least:
ritual-travel-said = Away:
ritual-kicker = Yours
ritual-asked = { $name } would call this ours
ritual-asked-change = { $name } would change this one
ritual-asked-more = It comes into your plan when both of you call it ours.
ritual-other-words = Say it in other words
ritual-ours = It is ours
ritual-offered = Offered by you
ritual-offered-more = { $name } finds it under Rituals. It rests after two weeks.
ritual-keep = We kept it
ritual-kept-today = That was today.
ritual-weeks = { $weeks ->
    [0] The first week is still ahead.
    [one] One week with it so far.
   *[other] { $weeks } weeks with it so far.
  }
ritual-rhythm-title = Weeks with it
ritual-practice = Open “{ $title }”
ritual-change = Change its words or its time
ritual-earlier = { $count ->
    [one] See the words it had before
   *[other] See the { $count } wordings before this one
  }
ritual-version = In the words of { $name }, yours since { $day }
ritual-look = { $weeks } weeks with it
ritual-look-more = Do you still both call it ours? Keep it as it is, change a word, or let it go. All three are good.
ritual-look-stay = It stays as it is
ritual-look-change = Change it, or let it go
ritual-let-go = Let it go
ritual-let-go-note = It leaves your rituals and your plan. Either of you may, as soon as it no longer feels like yours. No reason is needed.

ritual-refused-gone = That one is no longer there.
ritual-refused-your-own = The other one of you says whether it is ours.
ritual-refused-not-yours = Only the one who wrote it can take it back.
ritual-refused-changed = Its words have changed since you read them. Here they are as they stand now.
ritual-refused-empty = It needs a name, a cue and what you two do.
ritual-refused-too-long = That is a little long for one line. What you wrote is still here.
ritual-refused-once = A ritual comes round. Please say how often.
ritual-refused-many = Six rituals are the most that stand side by side. Let one go first.
ritual-refused-ideas = Twelve of your own are the most in this list.
ritual-refused-day = That day is too far back to note now.
