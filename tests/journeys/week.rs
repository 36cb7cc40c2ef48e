//! A week of a couple's life, told once from end to end: planned, reminded, moved, kept, hurt and mended (G5, G2.1).

use std::time::Duration;

use journeys::post::{MailServer, Names, PushService, Tls};
use journeys::{PATIENCE, Person, Server, World, wait};

use crate::couple::{opens_the_door, phone, signs_in_at_home, takes_pushes};

/// Somebody looks every quarter of a minute whether anything is due.
const LOOKS: Duration = Duration::from_secs(15);

/// Lets time pass until clocks in Berlin show this the next time.
fn until(house: &World, one: &Person, time: &str) {
    let wait = one.runs(&format!(
        "const clock = new Intl.DateTimeFormat('en-GB', {{ timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' }}); \
         const now = Date.now() + {}; \
         let then = now - now % 60000; \
         do then += 60000; while (clock.format(then) !== '{time}'); \
         return then - now;",
        house.ahead()
    ));
    house.later(Duration::from_millis(wait.as_u64().expect("a time ahead")));
}

/// So many days from the house's today, as a field for a day writes it.
fn day(house: &World, one: &Person, days: u32) -> String {
    let day = one.runs(&format!(
        "return new Intl.DateTimeFormat('sv-SE', {{ timeZone: 'Europe/Berlin' }}).format(Date.now() + {} + {days} * 864e5)",
        house.ahead()
    ));
    day.as_str().expect("a day").to_owned()
}

#[test]
fn a_week_of_a_couples_life() {
    // Whom reminders go to: real servers on this machine, which the host allows by name.
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let (service, names, mail) = runtime.block_on(async {
        (
            PushService::open("127.0.0.1").await,
            Names::open(&[[127, 0, 0, 1]]).await,
            MailServer::open(Tls::Asked).await,
        )
    });
    let path = |path: &std::path::Path| path.display().to_string();
    let house = Server::demo(1)
        .setting("REKINDLE_PUBLIC_URL", "http://localhost:{port}")
        .setting("REKINDLE_PUSH_CONTACT", "mailto:host@example.org")
        .setting("REKINDLE_PUSH_SERVICES", &service.name())
        .setting("REKINDLE_PUSH_RESOLVER", &names.at.to_string())
        .setting("REKINDLE_PUSH_NETWORKS", "127.0.0.1")
        .setting("REKINDLE_PUSH_ROOTS", &path(service.roots()))
        .setting("REKINDLE_MAIL_HOST", &mail.at.ip().to_string())
        .setting("REKINDLE_MAIL_PORT", &mail.at.port().to_string())
        .setting("REKINDLE_MAIL_TLS", "starttls")
        .setting("REKINDLE_MAIL_ROOTS", &path(mail.roots()))
        .setting("REKINDLE_MAIL_FROM", "evening@example.org")
        .start();
    let (mara, jonas) = (phone(&house, "Mara"), phone(&house, "Jonas"));
    takes_pushes(&mara, &house, &service.endpoint("mara"));
    signs_in_at_home(&mara);
    signs_in_at_home(&jonas);

    // Jonas has asked for a walk; Mara says yes, and it stands in both calendars.
    let walk = day(&house, &mara, 2);
    mara.sees("Would you try a ten-minute walk with me on Wednesday");
    mara.follows("Answer");
    mara.presses("Yes, gladly");
    for one in [&mara, &jonas] {
        one.opens(&format!("/u/p?v=w&d={walk}"));
        one.sees("19:00");
    }
    // Both would be reminded at half past six: she on her phone, he by mail.
    for one in [&mara, &jonas] {
        one.opens("/m/w");
        one.chooses("Every day");
        one.types("At", "18:30");
        one.presses("Save");
    }
    mara.presses("Show them on this device");
    mara.sees("Stop on every device of mine");
    let key = mara.runs("return document.querySelector('form[data-push]').dataset.push");
    jonas.types("Your e-mail address", "jonas@example.org");
    jonas.presses("Keep this");
    jonas.sees("They go to j…@example.org");
    assert_eq!((service.got().len(), mail.letters().len()), (0, 0));

    until(&house, &mara, "18:30");
    let arrived = wait(LOOKS + PATIENCE, || {
        (!service.got().is_empty() && !mail.letters().is_empty()).then_some(())
    });
    assert!(arrived.is_some(), "{:?} {:?}", service.got(), mail.said());
    let push = service.got().remove(0);
    assert_eq!(push.path, "POST /send/mara");
    assert!(push.body.is_empty());
    let claims = push.claims(key.as_str().expect("a key"));
    let claims = claims.expect("signed with the key that her browser was given");
    assert_eq!(claims["aud"], format!("https://{}", service.name()));
    let letter = mail.letters().remove(0);
    assert!(letter.contains("To: jonas@example.org"), "{letter}");
    assert!(
        letter.contains("Subject: A reminder you asked for"),
        "{letter}"
    );
    for word in ["Mara", "Jonas", "walk", "date", "listen"] {
        let told = letter.replace("Date:", "").contains(word);
        assert!(
            !told && !format!("{push:?}").contains(word),
            "{word}: {letter}"
        );
    }
    // The only link in it leads home, and he is let in there.
    let link = letter.lines().find(|line| line.starts_with("http"));
    jonas.opens(link.expect("a link"));
    jonas.sees("Hello, Jonas");

    // The date: whoever moves it says the new time. Nothing is marked.
    until(&house, &mara, "09:00");
    mara.opens("/u/d");
    mara.follows("Another time, or leave it out");
    let moved = day(&house, &mara, 3);
    mara.types("Day", &moved);
    mara.types("Time", "18:15");
    mara.presses("Only this time");
    mara.sees("Our plan");
    jonas.opens(&format!("/u/p?v=d&d={moved}"));
    jonas.sees("18:15");
    for mark in ["moved", "missed", "Mara"] {
        jonas.does_not_see(mark);
    }

    // The ritual that Mara offered becomes theirs, and is kept by nobody in particular.
    jonas.opens("/u/r");
    jonas.within("Lights out, one thing").presses("It is ours");
    jonas.sees_no_more("It is ours");
    until(&house, &jonas, "22:40");
    jonas.opens("/u/r");
    jonas.within("Lights out, one thing").presses("We kept it");
    for one in [&jonas, &mara] {
        one.opens("/u/r");
        one.sees("One week with it so far.");
    }

    // A hurt, in ten seconds and without a door. Three days later the private space says so, and nothing else does.
    until(&house, &mara, "13:00");
    mara.opens("/m/h");
    mara.types("What stung", "You never listen when your mother calls.");
    mara.presses("Put it down");
    mara.sees("Look at them behind your private door");
    house.later(Duration::from_secs(3 * 24 * 60 * 60));
    for page in ["/t", "/m", "/m/h"] {
        mara.opens(page);
        mara.does_not_see("three days");
    }
    mara.opens("/m/h");
    mara.follows("Open my private space");
    opens_the_door(&mara);
    mara.sees("This has lain here for three days");
    mara.sees("The story about my driving"); // an older one, first
    mara.presses("It may lie, don’t bring it up again");
    mara.sees("This has lain here for three days");
    mara.presses("Look at it");
    mara.sees("You never listen when your mother calls.");
    mara.types("I felt", "alone");
    mara.types("when", "you never looked up during the call on Tuesday");
    mara.presses("Look at the words");
    mara.sees("Which one time are you thinking of?");
    mara.types("when", "the call on Tuesday went on through our supper");
    mara.presses("Keep these words");
    mara.sees("I felt alone when the call on Tuesday went on through our supper.");
    mara.presses("Say it now, as a note");
    mara.presses("See it as Jonas will");
    mara.presses("Give it to Jonas");
    mara.sees_no_more("Give it to Jonas");

    // He says back what he heard; then it is good again, and how it ended is kept.
    jonas.opens("/t");
    jonas.follows("Read it");
    jonas.sees("I felt alone when the call on Tuesday went on through our supper.");
    jonas.does_not_see("never listen");
    jonas.types(
        "What I hear is …",
        "that supper was lonely on Tuesday. Is that right?",
    );
    jonas.presses("See it as Mara will");
    jonas.presses("Give it to Mara");
    jonas.sees_no_more("Give it to Mara");
    mara.opens("/u/n");
    mara.sees("What I hear is … that supper was lonely on Tuesday. Is that right?");
    mara.opens("/m/h");
    mara.runs("for (const more of document.querySelectorAll('main details')) more.open = true");
    mara.follows("You never listen when your mother calls.");
    mara.presses("It is good again");
    mara.sees("Good again");
    for one in [&mara, &jonas] {
        one.has_no_complaints();
        one.stayed_home();
    }
}
