sign-up-title = A place for the two of you
sign-up-lead = It starts with you. Nobody is told that you are here until you send an invitation.
sign-up-name = Your name, as your partner will see it
sign-up-name-hint = Your first name is fine.
sign-up-name-problem = Please give a name of up to 40 letters. It can be changed later.
sign-up-handle = A sign-in name
sign-up-handle-hint = Only you use it, to come back. It need not be your real name, and no e-mail is needed.
sign-up-handle-problem = A sign-in name has 3 to 40 letters or numbers and no spaces.
sign-up-handle-taken = That sign-in name is in use here. Please choose another one. The rest of what you typed is still there, except the passphrase.
sign-up-passphrase = A passphrase
sign-up-passphrase-hint = At least 12 characters. Five ordinary words are strong and easy to keep in mind, for example: { $example }
sign-up-adult = I am 18 or older
sign-up-adult-problem = This is made for adults. Please confirm that you are 18 or older.
sign-up-button = Make my space
sign-up-have-one = Been here before?
sign-up-closed = New accounts are by invitation here
sign-up-closed-more = Ask whoever runs this server, or open the invitation link you were sent.

promise-title = How your words are kept
promise = Your private space is locked with your passphrase. Someone who copies this server’s files cannot open it without that passphrase, and it cannot be recovered without your printed code. While you are signed in, the server itself reads your words in order to show them to you. So a person who controls the server could change it to record what you type. This server is run by: { $who }. If you are afraid of that person, do not write here.
promise-one-of-us = If that is your partner: do not write here what could put you in danger.
run-by-one-of-us = one of the two of you ({ $name })
run-by-someone-else = { $name }
run-by-not-said = the person who set it up has not said

passphrase-too-short = That is a little short. Please use 12 characters or more; five ordinary words do well.
passphrase-too-common = Many people use that one, so it would be tried first. Please choose something only you would think of.
passphrase-too-guessable = That would be easy to guess. A few unrelated words, or a longer sentence, would hold much better.
passphrase-show = Show
passphrase-hide = Hide

sheet-title = Your recovery sheet
sheet-lead = If you ever forget your passphrase, this code is the only way back in. It is shown once. Print it, or write it down and keep it somewhere only you look.
sheet-code = Recovery code
sheet-how = To use it: open the sign-in page, choose “I forgot my passphrase”, and type the code. Capital letters, spaces and dashes do not matter.
sheet-kept = I have it, go on
sheet-print = Print this sheet
sheet-later = You can replace it with a new one at any time, under Me.

sign-in-title = Welcome back
sign-in-link = Sign in
sign-in-passphrase = Your passphrase
sign-in-own-device = This is my own device. Keep me signed in for 30 days, and the guide here for times without a network.
sign-in-button = Sign in
sign-in-other-device = Let this device in from one that is signed in
sign-in-forgot = I forgot my passphrase
sign-in-new = New here?
sign-in-wrong = That name and passphrase do not go together. Nothing is lost; please try again.
sign-in-wait = There were many tries just now. Please wait { $seconds } { $seconds ->
    [one] second
   *[other] seconds
  } and try again.

door-title = Your private door
door-lead = What you write for yourself is behind it. It closes by itself after ten quiet minutes.
door-button = Open my private space
door-wrong = That passphrase does not open it. Please try again.
door-close = Close the private door
door-open-note = Your private door is open. It closes by itself after ten quiet minutes.

recover-title = Back in with your sheet
recover-lead = Type the code from your recovery sheet and choose a new passphrase.
recover-code = Recovery code
recover-code-hint = Capital letters, spaces and dashes do not matter.
recover-new = A new passphrase
recover-button = Let me in
recover-mistyped = A letter or two seems to be off. Please compare it with the sheet once more.
recover-wrong = That code does not open this account. Please check the sign-in name and the code.

continue-title = Welcome back
continue-button = Continue
sheet-name = Recovery sheet
form-problems = A little more is needed
sheet-handle = Sign-in name
