//! Every page of the demo house: nothing for axe to find, nothing sticking out, nothing asked of other hosts, in light
//! and in dark, on small, usual and wide screens (design.md "Measures", S23).

use journeys::{Person, Screen, Server};

const GUEST: [&str; 10] = [
    "/", "/a", "/b", "/c", "/c/n", "/f", "/h", "/h/l", "/o", "/o?kept",
];

const PERSON: [&str; 35] = [
    "/u/n", "/m/h", "/r/k", "/s/a", "/m/w", "/u/p?v=d", "/u/p?v=w", "/u/p?v=m", "/u/r", "/u/r/s",
    "/u/r/n", "/u/d", "/u/d/s", "/u/d/i", "/u/t", "/m/t", "/t", "/r", "/r/s/1", "/r/s/2", "/r/s/3",
    "/r/s/4", "/r/s/5", "/u", "/u/p", "/u/m", "/u/a", "/u/h", "/m", "/m/n", "/m/s", "/m/p", "/m/r",
    "/n", "/s",
];

/// Behind the private door.
const PRIVATE: [&str; 12] = [
    "/m/h", "/m/d", "/m/b", "/m/t", "/m/t/s", "/m/n", "/m/p", "/m/p/t", "/m/k", "/m/k/r", "/m/i",
    "/m/r",
];

fn looks_at(one: &Person, path: &str) {
    one.opens(path);
    one.is_accessible(); // in light and in dark
    one.fits();
}

fn every_page_at(width: u32) {
    let house = Server::demo(1).start();
    let screen = if width > 600 {
        Screen::desk()
    } else {
        Screen::phone().sized(width, 844)
    };
    let mara = house.person_with("Mara", &screen);
    mara.reduced_motion(true);
    for path in GUEST {
        looks_at(&mara, path);
    }
    mara.opens("/c");
    mara.types("A sign-in name", "mara");
    mara.types("Your passphrase", "kettle window apricot slow river");
    mara.presses("Sign in");
    mara.sees("Hello, Mara");
    for path in PERSON {
        looks_at(&mara, path);
    }
    mara.opens("/e");
    mara.types("Your passphrase", "kettle window apricot slow river");
    mara.presses("Open my private space");
    mara.sees("Your private door is open");
    for path in PRIVATE {
        looks_at(&mara, path);
    }
    mara.opens("/r/s/3");
    mara.follows("A kiss at parting");
    looks_at(&mara, &mara.path());
    mara.follows("Propose it");
    looks_at(&mara, &mara.path());
    mara.opens("/u/m");
    mara.follows("A kiss at parting");
    looks_at(&mara, &mara.path());
    mara.opens("/s");
    mara.presses("Lay it out");
    mara.sees("It begins when you are both here");
    looks_at(&mara, &mara.path());
    mara.has_no_complaints();
    mara.stayed_home();
}

#[test]
fn every_page_is_fine_at_320() {
    every_page_at(320);
}

#[test]
fn every_page_is_fine_at_390() {
    every_page_at(390);
}

#[test]
fn every_page_is_fine_on_a_desk() {
    every_page_at(1100);
}
