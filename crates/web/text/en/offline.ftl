offline-title = No network just now
offline-lead = You need none for these. What the two of you share comes back with the network.
offline-moment = With a gentle timer
offline-guide = The guide
offline-guide-more = Stages, practices and paths, to read
offline-back = Put me down when you like.

moment-left = take your time
moment-time-up = That was it. Stay as long as you both like.
moment-hint = It ends when either of you lets go. The clock is only there so that nobody has to think of it.
moment-start = Start the clock
moment-back = Back
moment-later = Noted on this phone. It joins the others when there is a network.
session-dim = Dim the screen

settings-sound = The bells
settings-sound-none = None, only vibration
settings-sound-soft = Soft
settings-sound-usual = As usual
settings-sound-loud = Louder
settings-sound-try = Hear it

moments-small = Small moments
moments-own = Your own
moments-own-name = One of your own
moments-own-more = Two taps on the arm, foreheads together by the kettle: something that belongs to you two. Give it a name, and it stands here for both of you.
moments-own-label = What you two call it
moments-own-button = Add it
moments-own-change = Other names, or none
moments-own-rename = Another name for { $name }
moments-own-rename-button = Call it that
moments-own-let-go = Take it off the list
moment-refused-name = A name for it is one short line, up to 40 letters.
moment-refused-full = Twelve have names already. Take one off the list first.
