//! Every page of the demo house, once: one list for taking pictures and for measuring.

use crate::person::Person;
use crate::screen::Screen;
use crate::world::World;

/// The sign-ins of the demo house.
const RESIDENTS: [(&str, &str); 2] = [
    ("mara", "kettle window apricot slow river"),
    ("jonas", "lantern cedar thursday paper boat"),
];

/// Pages that anybody may open.
const GUEST: [(&str, &str); 10] = [
    ("welcome", "/"),
    ("start", "/a"),
    ("sign-up", "/b"),
    ("sign-in", "/c"),
    ("new-device", "/c/n"),
    ("recover", "/f"),
    ("help", "/h"),
    ("lines", "/h/l"),
    ("offline", "/o?kept"),
    ("offline-nothing", "/o"),
];

/// Pages of somebody who is signed in.
const PERSON: [(&str, &str); 37] = [
    ("today", "/t"),
    ("roadmap", "/r"),
    ("stage-1", "/r/s/1"),
    ("stage-2", "/r/s/2"),
    ("stage-3", "/r/s/3"),
    ("stage-4", "/r/s/4"),
    ("stage-5", "/r/s/5"),
    ("skills", "/r/k"),
    ("us", "/u"),
    ("plan", "/u/p"),
    ("plan-day", "/u/p?v=d"),
    ("plan-week", "/u/p?v=w"),
    ("plan-month", "/u/p?v=m"),
    ("rituals", "/u/r"),
    ("ritual-stars", "/u/r/s"),
    ("ritual-new", "/u/r/n"),
    ("dates", "/u/d"),
    ("date-slot", "/u/d/s"),
    ("date-ideas", "/u/d/i"),
    ("between", "/u/n"),
    ("appreciations", "/u/a"),
    ("moments", "/u/m"),
    ("touch-map", "/u/t"),
    ("history", "/u/h"),
    ("sessions", "/s/a"),
    ("me", "/m"),
    ("settings", "/m/s"),
    ("reminders", "/m/w"),
    ("hurts-shut", "/m/h"),
    ("notes-shut", "/m/n"),
    ("my-touch-shut", "/m/t"),
    ("part-shut", "/m/p"),
    ("rest-shut", "/m/r"),
    ("prepare", "/n"),
    ("prepare-repair", "/n/60ab2d2be3f41039"),
    ("lay-out", "/s"),
    ("private-door", "/e"),
];

/// Pages that a link on another leads to.
const FOLLOWED: [(&str, &str, &str); 12] = [
    ("practice", "/r/s/3", "A kiss at parting"),
    ("path", "/r", "Ten weeks"),
    ("what-intimacy-is", "/r", "What intimacy is"),
    ("lesson", "/r/k", "A soft opening"),
    ("plan-one", "/u/p", "Weekly check-in"),
    ("date-move", "/u/d", "Another time, or leave it out"),
    ("date-idea", "/u/d/i", "Blind tasting"),
    ("timer", "/u/m", "A hug until both relax"),
    ("lay-out-massage", "/s/a", "Massage exchange"),
    ("ritual", "/u/r", "The slow cup"),
    ("note", "/u/n", "Say more"),
    ("asked", "/t", "Answer"),
];

/// Pages behind the private door.
const PRIVATE: [(&str, &str); 13] = [
    ("notes", "/m/n"),
    ("hurts", "/m/h"),
    ("my-touch", "/m/t"),
    ("touch-share", "/m/t/s"),
    ("rest", "/m/r"),
    ("sign-ins", "/m/i"),
    ("let-in", "/m/d"),
    ("back-in", "/m/b"),
    ("keys", "/m/k"),
    ("renew", "/m/k/r"),
    ("part", "/m/p"),
    ("take-away", "/m/p/t"),
    ("erase", "/m/p/e"),
];

/// A hurt that lies in Mara's private space.
const HURT: &str = "The story about my driving, told at dinner in front of everybody.";

/// Signs one of the two residents in.
///
/// # Panics
/// When the house has no such resident, or does not let them in.
#[track_caller]
pub fn sign_in(one: &Person) {
    let name = one.name().to_lowercase();
    let (handle, passphrase) = RESIDENTS
        .into_iter()
        .find(|(handle, _)| *handle == name)
        .expect("somebody who lives here");
    one.opens("/c");
    one.types("A sign-in name", handle);
    one.types("Your passphrase", passphrase);
    one.presses("Sign in");
    one.sees("Hello");
}

/// Asks to be let in as a new device; the answer is the code that it shows.
#[track_caller]
fn code_of_a_new_device(one: &Person) -> String {
    one.opens("/c/n");
    one.presses("Show me a code");
    one.sees("The code of this device");
    let code = one.runs("return [...document.querySelectorAll('.sheet-code span')].map(group => group.innerText).join('-')");
    code.as_str().expect("a code").to_owned()
}

/// Walks Mara through every page of a demo house that stands alone, and shows each to `look`, with a name for it.
///
/// # Panics
/// When a page does not come.
#[track_caller]
pub fn tour(house: &World, screen: &Screen, mut look: impl FnMut(&Person, &str)) -> Person {
    let mara = house.person_with("Mara", screen);
    mara.reduced_motion(true); // a change of colours would still be fading
    for (page, path) in GUEST {
        mara.opens(path);
        look(&mara, page);
    }
    let code = code_of_a_new_device(&mara);
    look(&mara, "new-device-code");
    sign_in(&mara);
    for (page, path) in PERSON {
        mara.opens(path);
        look(&mara, page);
    }
    for (page, from, link) in FOLLOWED {
        mara.opens(from);
        mara.follows(link);
        mara.settles();
        look(&mara, page);
    }
    mara.opens("/r/s/3");
    mara.follows("A kiss at parting");
    mara.follows("Propose it");
    mara.sees("See it as they will");
    look(&mara, "propose");
    mara.opens("/e");
    mara.types("Your passphrase", RESIDENTS[0].1);
    mara.presses("Open my private space");
    mara.sees("Your private door is open");
    for (page, path) in PRIVATE {
        mara.opens(path);
        look(&mara, page);
    }
    mara.opens(&format!("/m/d/{code}"));
    mara.sees("Let it in");
    look(&mara, "let-in-one");
    mara.opens("/m/h");
    mara.follows(HURT);
    mara.sees("As it came");
    look(&mara, "hurt");
    mara.opens(&format!("{}/o", mara.path()));
    look(&mara, "hurt-outside");
    mara
}
