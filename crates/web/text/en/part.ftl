part-lead = Either of you can close what you share, at once and alone. Nobody has to agree, no reason is asked for, and no message goes out.

part-safety = If you are leaving someone you are afraid of
part-safety-more = A separation can be the most dangerous time. Your partner sees that the space is closed at their next visit. If that could put you in danger, it may be safer to leave things here as they are, let them rest quietly, and make a plan first with people who know about this, from a device that only you use.

part-take-away = Take a copy with you
part-take-away-more = One file with your own notes, what you two planned, what you kept from your sessions, and the appreciations that nobody has taken back. Your partner’s private words are not in it. You lock it with a passphrase.
part-take-away-button = Save the file

part-close = Close what you share
part-close-more = From then on it is closed for both of you. Your partner sees “This space is closed.” at their next visit, with no time and no cause. They can save a copy, and then go on alone as you do; when they have, what you two shared is erased here. You keep your account, your private door and your notes. You cannot open the shared space again, so if you want a copy, take it first.
part-remains = The appreciations you gave
part-remains-leave = Leave them. Your partner may keep a copy.
part-remains-withdraw = Take them back first. They are erased here, and in no copy made later.
part-close-button = Close our space

part-closed = This space is closed.
part-closed-more = There is nothing you need to do now. When you feel like it, you can save a copy of what you two shared, and then go on in a space of your own. Once you go on, what you two shared is erased here, so save the copy first if you want one. What you wrote for yourself is untouched.
part-go-on = Go on in my own space

part-erase = Erase everything
part-erase-lead = This removes your account, your notes and your keys at once and for good. If you share a space, it is closed for both of you. Nobody can bring it back, not even with your recovery sheet. Sealed backups of this server still hold it until they are thrown away, which is set to { $days ->
        [one] one day
       *[other] { $days } days
    }. If there is a dispute before a court, or may be one, ask for advice first.
part-erase-button = Erase everything for good

take-away-lead = Your notes, what you two agreed on, and what the other had shared with you and not taken back. The file is locked with a passphrase of its own.
take-away-passphrase = A passphrase for this file
take-away-hint = Choose one that only you would think of. It opens this file and nothing else.
take-away-kind = In what form?
take-away-page = A page to read
take-away-json = Data for other programs
take-away-open = It opens with the free program “age” on any computer, without this server. Keep the passphrase: nobody can open the file without it.
