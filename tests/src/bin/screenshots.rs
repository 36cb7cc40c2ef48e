//! Pictures of every page of the demo house, on a phone and on a laptop, in light and in dark: for README, and for
//! looking at a change with one's own eyes. `cargo xtask screenshots DIR`

use std::path::Path;

use journeys::{Person, Screen, Server, World, sign_in, tour};

fn main() {
    let dir = std::env::args().nth(1).expect("where to put the pictures");
    let dir = Path::new(&dir);
    let house = Server::demo(1).start();
    for (size, screen) in [("", Screen::phone()), ("-wide", Screen::desk())] {
        let picture = |one: &Person, page: &str| {
            one.reduced_motion(true); // a change of colours would still be fading
            for (theme, dark) in [("light", false), ("dark", true)] {
                one.dark(dark);
                one.screenshot(&dir.join(format!("{page}{size}-{theme}.png")));
            }
        };
        let mara = tour(&house, &screen, picture);
        let jonas = house.person_with("Jonas", &screen);
        sign_in(&jonas);
        let handle = if size.is_empty() { "ana" } else { "anna" };
        invitation(&house, &screen, handle, &picture);
        session(&mara, &jonas, &picture);
    }
}

/// Somebody new starts alone and makes a link; somebody without an account opens it.
fn invitation(house: &World, screen: &Screen, handle: &str, picture: &impl Fn(&Person, &str)) {
    let ana = house.person_with("Ana", screen);
    ana.opens("/b");
    ana.types("Your name, as your partner will see it", "Ana");
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
