offline-title = No network just now
offline-lead = You need none for these. What the two of you share comes back with the network.
offline-moment = With a gentle timer
offline-guide = The guide is here, to read
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
