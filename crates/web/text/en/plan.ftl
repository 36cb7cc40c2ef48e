plan-days = every { $step } days
plan-weeks = every { $step } weeks
plan-workdays = Monday to Friday
plan-weekdays = every week on { $days }
plan-month = every month, on the same number of the day
plan-months = every { $step } months
plan-month-on = { $day ->
    [29] every month on the 29th, or its last day
    [30] every month on the 30th, or its last day
    [31] on the last day of every month
   *[other] every month on day { $day }
  }
plan-nth = every month, on the same weekday
plan-first = on the first { $weekday } of the month
plan-second = on the second { $weekday } of the month
plan-third = on the third { $weekday } of the month
plan-fourth = on the fourth { $weekday } of the month
plan-last = on the last { $weekday } of the month
plan-year = every year
plan-refused-many = Your plan is full: a hundred things are the most. Let one go first, then this one fits.
plan-refused-exceptions = Thirty times ahead are left out or moved already. You could let it go for now, or choose another rhythm.

plan-views = How to look at it
plan-view-coming = Coming
plan-view-day = Day
plan-view-week = Week
plan-view-month = Month
plan-day-before = The day before
plan-day-after = The day after
plan-week-before = The week before
plan-week-after = The week after
plan-month-before = The month before
plan-month-after = The month after
plan-week-of = The week from { $day }
plan-free = Nothing planned.
plan-month-free = Nothing planned in this month yet.
plan-month-light = Small moments that come every day are in the days and weeks.
plan-day-with = { $count ->
    [0] { $day }, nothing planned
    [one] { $day }, one thing planned
   *[other] { $day }, { $count } things planned
  }
plan-proposed = proposed, not agreed yet
plan-held = you did this
plan-elsewhere = { $time } in { $place }, where it was set
plan-your-clock = Times are those of your clock ({ $zone }).
plan-clocks-ahead = The clocks go ahead: this day is shorter.
plan-clocks-back = The clocks go back: this day is longer, and one hour comes twice.
plan-meet = “{ $one }” and “{ $other }” are at the same time: { $day }.
plan-meet-more = Both may stay. If they get in each other’s way, move the one that minds less.

plan-move-one = Only this time
plan-move-all = From now on
plan-move-clock = By your own clock ({ $zone }).
plan-skip = A week that is too full
plan-skip-more = Leave this one out. The others stay where they are, and nothing is marked as missed.
plan-skip-button = Leave this one out
plan-skipped = { $day } is left out
plan-skip-back = It comes after all
plan-repeat = How often
plan-repeat-field = It comes round
plan-repeat-button = From now on like this
plan-ritual = See the ritual
plan-date = See your dates

weekday-short-1 = Mo
weekday-short-2 = Tu
weekday-short-3 = We
weekday-short-4 = Th
weekday-short-5 = Fr
weekday-short-6 = Sa
weekday-short-7 = Su
