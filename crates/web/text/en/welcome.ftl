welcome-title = Closer, one small step at a time
welcome-lead = For two people who have become good at running a life together, and miss each other in it.
welcome-start = Find a first step
welcome-brave = Five minutes, no e-mail, and nobody is told that you are here. Looking for a way back to each other is the first brave step, and you have just taken it.
welcome-one = Choose one thing
welcome-one-more = A check-in, a kiss that takes its time, ten minutes of listening. One is enough.
welcome-two = Ask in your own words
welcome-two-more = Your partner can say yes, another time, something else, or not now. All of them are fine.
welcome-three = Put the phone down
welcome-three-more = What happens between you happens off the screen. A soft bell keeps the time.
welcome-invited = Were you sent a link?
welcome-invited-more = Open the link itself, or scan its code. You need no account to read it and to answer.
welcome-care = If you are afraid of your partner, this is not the right tool.

start-kept = Nothing you answer here is kept.
start-brings = Which comes closest?
start-next = Show me two ideas
start-result-title = Two ideas for this week
start-result-lead = Choose one. Small is what lasts.
start-because = Why this one
start-choose = Choose this one
start-read = Read more about it
start-again = Answer again
start-alone-note = You can begin alone. What you do is worth doing even if the other needs time.
minutes = { $minutes ->
    [one] about a minute
   *[other] about { $minutes } minutes
  }
