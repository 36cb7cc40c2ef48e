//! Pictures of every page of the demo house, on a phone and on a laptop, in light and in dark: for README, and for
//! looking at a change with one's own eyes. `cargo xtask screenshots DIR`

use std::path::Path;

use journeys::{Person, Screen, Server, World};

const MARA: (&str, &str) = ("mara", "kettle window apricot slow river");
const JONAS: (&str, &str) = ("jonas", "lantern cedar thursday paper boat");

/// Pages that anybody may open.
const GUEST: [(&str, &str); 6] = [
    ("welcome", "/"),
    ("start", "/a"),
    ("sign-up", "/b"),
    ("help", "/h"),
    ("lines", "/h/l"),
    ("offline", "/o?kept"),
];

/// Pages of somebody who is signed in.
const PERSON: [(&str, &str); 27] = [
    ("reminders", "/m/w"),
    ("sessions", "/s/a"),
    ("between", "/u/n"),
    ("hurts", "/m/h"),
    ("skills", "/r/k"),
    ("touch-map", "/u/t"),
    ("today", "/t"),
    ("roadmap", "/r"),
    ("stage", "/r/s/3"),
    ("us", "/u"),
    ("plan", "/u/p"),
    ("plan-week", "/u/p?v=w"),
    ("plan-month", "/u/p?v=m"),
    ("rituals", "/u/r"),
    ("ritual-stars", "/u/r/s"),
    ("ritual-new", "/u/r/n"),
    ("dates", "/u/d"),
    ("date-ideas", "/u/d/i"),
    ("moments", "/u/m"),
    ("appreciations", "/u/a"),
    ("history", "/u/h"),
    ("me", "/m"),
    ("notes", "/m/n"),
    ("settings", "/m/s"),
    ("prepare", "/n"),
    ("lay-out", "/s"),
    ("part", "/m/p"),
];

fn main() {
    let dir = std::env::args().nth(1).expect("where to put the pictures");
    let dir = Path::new(&dir);
    let house = Server::demo(1).start();
    for (size, screen) in [("", Screen::phone()), ("-wide", Screen::desk())] {
        let mara = house.person_with("Mara", &screen);
        let jonas = house.person_with("Jonas", &screen);
        let picture = |one: &Person, page: &str| {
            one.reduced_motion(true); // a change of colours would still be fading
            for (theme, dark) in [("light", false), ("dark", true)] {
                one.dark(dark);
                one.screenshot(&dir.join(format!("{page}{size}-{theme}.png")));
            }
        };
        for (page, path) in GUEST {
            mara.opens(path);
            picture(&mara, page);
        }
        sign_in(&mara, MARA);
        sign_in(&jonas, JONAS);
        for (page, path) in PERSON {
            mara.opens(path);
            picture(&mara, page);
        }
        mara.opens("/r/s/3");
        mara.follows("A kiss at parting");
        picture(&mara, "practice");
        mara.follows("Propose it");
        picture(&mara, "propose");
        mara.opens("/u/m");
        mara.follows("A hug until both relax");
        picture(&mara, "timer");
        invitation(
            &house,
            &screen,
            if size.is_empty() { "ana" } else { "anna" },
            &picture,
        );
        session(&mara, &jonas, &picture);
    }
}

fn sign_in(one: &Person, (handle, passphrase): (&str, &str)) {
    one.opens("/c");
    one.types("A sign-in name", handle);
    one.types("Your passphrase", passphrase);
    one.presses("Sign in");
    one.sees("Hello");
}

/// Somebody new starts alone and makes a link; somebody without an account opens it.
fn invitation(house: &World, screen: &Screen, handle: &str, picture: &impl Fn(&Person, &str)) {
    let ana = house.person_with("Ana", screen);
    ana.opens("/b");
    ana.types("What should your partner see?", "Ana");
    ana.types("A sign-in name", handle);
    ana.types("A passphrase", "river apricot window kettle");
    ana.chooses("I am 18 or older");
    ana.presses("Make my space");
    picture(&ana, "sheet");
    ana.opens("/r/s/3");
    ana.follows("A kiss at parting");
    ana.follows("Propose it");
    ana.types("Who is it for?", "Ben");
    ana.presses("See it as they will");
    picture(&ana, "preview");
    ana.presses("Make the invitation for Ben");
    picture(&ana, "link");
    let link = ana.runs("return document.getElementById('link').value");
    let link = link
        .as_str()
        .expect("the link stands in its field")
        .to_owned();
    let ben = house.person_with("Ben", screen);
    ben.opens(&link);
    picture(&ben, "invitation");
    ben.presses("Yes, gladly");
    picture(&ben, "answered");
    ben.follows("Start the three minutes");
    ben.follows("Begin");
    ben.follows("Next");
    picture(&ben, "first");
}

/// A check-in on two phones, up to the first turn.
fn session(mara: &Person, jonas: &Person, picture: &impl Fn(&Person, &str)) {
    mara.opens("/s");
    mara.presses("Lay it out");
    mara.presses("I’m here");
    picture(mara, "session-waiting");
    jonas.opens("/t");
    jonas.follows("I’m coming");
    jonas.presses("I’m here");
    mara.sees("slow breath");
    mara.presses("Next");
    mara.presses("Good");
    jonas.sees("How much energy");
    jonas.presses("In between");
    mara.presses("Next");
    mara.presses("The full one");
    mara.sees("glad of this week");
    picture(mara, "session");
    jonas.sees("Let it reach you");
    picture(jonas, "session-listening");
    mara.presses("Stop for today");
    mara.sees("Finished for today");
    picture(mara, "session-finished");
}
