# Pages split these texts into paragraphs or list items at each line break, so one paragraph is one line.
# The page says the same to everyone and holds every answer already (S10).

help-title = Help
help-lead = For when doing things together is the wrong thing, and for how this place works. This page is the same for everyone. There is nothing on it to fill in, and nobody is told that you opened it.
help-find = Find help

help-safe = Before you do things together
help-safe-text =
    These questions are for you alone. There is nothing to tick and nothing to send. Read them, and answer in your head.

    Think of the last twelve months.
help-safe-questions =
    Has your partner put you down or humiliated you, alone or in front of others?
    Have you been afraid of your partner, even a little?
    Has your partner forced you into sex, or have you felt that you could not say no to it?
    Has your partner hit, pushed, held or hurt you, or threatened to?
    Does your partner watch you, your phone, your money or whom you see, or push you to use this app?
help-safe-answer =
    If you would say yes to even one of them, exercises for two are not a good idea for now. That is not because of anything you did. What does good between two people who feel safe, such as opening up, giving way or being touched, can do harm where one of them is afraid.

    You can let them rest quietly. Say “Not now”, or leave a proposal alone: your partner’s page looks the same either way, as long as you add no word of your own, and the proposal rests by itself after two weeks. A session begins only when you say that you are coming. What was planned and not done leaves no mark.

    To reach help, use a safer device: one that your partner does not hold, own or look after. A friend’s phone will do, or a computer in a library or at a doctor’s. The people on the lines under “Find help” know about this, and many of them answer day and night. You need not be sure that it counts, and you need not be ready to leave. If you are in danger now, call the emergency number.

    If you are the one who frightens or hurts, there are lines for you too, and calling one is a good thing to do.

    A row of noes proves nothing. Some things are hard to see from inside, and some are hard to answer with someone beside you. If it feels wrong, that is reason enough to talk to somebody. And if anyone asks to see your answers: there are none to see.

    Reading this leaves the same traces as opening Help for any other reason: the address in the browser’s history, and in the server’s own log a line with the minute and no name.

help-quiet = Resting quietly, and words of your own
help-quiet-text =
    Under Me, behind your private door, there is a quiet switch: let touch, sex or any other kind of practice rest for as long as you like. What your partner proposes of that kind is then not shown to you, and they see what they see while nobody has answered.

    You never have to say why you rest. Nothing here counts what you left undone, and your partner’s page has no empty place where your answer would be.

    What you write for yourself is behind your private door. Writing a note needs no door; reading it asks for your passphrase again. A note can go by itself after a week or after thirty days: from then on it is not shown, and it is removed for good the next time the door opens. Erasing is quick, asks no question and leaves no mark.

    There is no hidden vault here, and no second passphrase that shows an empty one. Someone who knows this program would know to ask for it, and then you would be in more danger for having trusted it. If somebody could make you open your door, it is safest to write nothing here that could put you in danger.

help-leave = Leave, on every page
help-leave-text =
    Leave takes you away at once, to an ordinary site that has nothing to do with this one. On a keyboard, pressing Shift three times does the same, with up to five seconds from one press to the next.

    It ends your sign-in on this server, closes your private door, and asks the browser to forget what this site left in it. Where the page can use its small scripts, the Back button does not bring it back. When you come again, you sign in again.

    It does not erase the browser’s history. The address of this server stays there, though the addresses of its pages and their title do not say what they are about. You can take them out of the history by hand. Or use a private window: it keeps no history once all private windows are closed. Files that you saved and bookmarks stay either way.

    A private window hides nothing from a program that watches the device, or from whoever runs the network or this server. If someone looks through your phone, another device is safer than any button.

help-phone = One phone, or a phone that others hold
help-phone-text =
    There are two doors. Signing in opens what you two share. What you write for yourself is behind the second one, the private door. It asks for your passphrase again, and closes after ten quiet minutes, after thirty in any case, and when you leave or sign out.

    Unless you say that a device is your own, a sign-in ends when the browser is closed, and after twelve hours at most. Many phones never quite close their browser. On a device that others use, it is surer to press Leave, or to sign out under Me.

    On a device of your own a sign-in lasts thirty days. Whoever holds it unlocked can see what you two share, and nothing behind a closed private door. The browser keeps the guide there for times without a network, which is the same for everybody, and moments that wait to be sent, without a word in them. Leave, and signing out, clear both. You can put this on the home screen like an app; it is called Evening there.

    Under Me, behind the private door, is a list of your own sign-ins, and one button ends all the others. The list can be incomplete. Your partner does not see it.

    A program that watches a device sees whatever is on its screen and every key that is typed. No site can notice that or stop it.

help-promise-more =
    While you are away, what is kept here is sealed: your own notes so that your passphrase or your recovery sheet is needed, and what you two share so that one of you has to be signed in. Someone who takes the disk or a backup sees that there are accounts, the sign-in names, roughly how much is kept, and when the files changed. This holds only as long as your passphrase is hard to guess.

    While you are signed in, the server opens your words to draw your pages. Whoever controls it could change the program, and from then on read along, your passphrase included. They could also delete everything, switch the server off, or put an older copy back. Your device remembers how far things had come, and Today says so calmly if they seem to have gone back. A changed program could hide even that.

    What you share, your partner can read, save and show to others. Taking something back removes it here, and cannot undo that it was read.

    If you lose both your passphrase and your recovery sheet, nobody can open your space again: not by e-mail, and not whoever runs this server.

    A court or the police can ask you, or whoever runs this server, for what is kept. If there is a dispute, or may be one, ask for advice before you erase anything.
help-backups = What you erase is gone from your pages at once. Sealed backups made before that still hold it until they are thrown away. Whoever runs this server has set that to { $days ->
        [one] one day
       *[other] { $days } days
    }; this program cannot check it.

help-not-therapy = Not therapy, and not an emergency service
help-not-therapy-text =
    What stands here comes from research and from what clinicians agree on, and each practice says how strong that is. It is no treatment. Nobody reads along and nobody answers. In an emergency, call the number of your country; it stands under “Find help”.

    Some things are better begun with somebody beside you: pain, an old or new hurt that will not let go, a lasting difference in desire, a betrayal, drinking or drugs, a mood that stays dark, and anything that frightens you. A doctor, a couple therapist or a certified sex therapist is a strong first move then, and not a last resort.

help-lines-lead = Plain numbers and names, with nothing to press, so that you choose when and from where. The day beside each one says when it was looked up, and a number may have changed since. A call can stand on a bill or in the phone’s list of calls.
help-emergency = In an emergency:
help-checked = Looked up on { $day }.
help-unconfirmed = Known for a while, and not confirmed on { $day }. If nobody answers there, try another line or the emergency number.
help-sex-therapy = Sex therapists
help-couple-therapy = Couple therapists
help-therapist = What a sex therapist is
help-therapist-more = A certified sex therapist is a trained clinician who talks with you about desire, pain, fear and habits, and may suggest things to try at home. There is no touching and nobody undresses, and a sex therapist never has sexual contact with clients. Anyone who offers that is not one. Before you book, look the name up in a register, such as the directories here, and ask about training, supervision and cost.
help-link = Open Help
