//! The pages that `every_page` does not pass because somebody has to act to see them; the keyboard; no script at all
//! (design.md, S23).

use journeys::{Person, Screen, Server, World};

use crate::couple::{WORDS, begins, passphrase, phone, signs_in, signs_up};

const WIDTHS: [(u32, u32, bool); 3] = [(320, 640, true), (390, 844, true), (1100, 800, false)];

/// Nothing for axe in light and dark, nothing sticking out, at all three widths.
#[track_caller]
fn is_fine(one: &Person) {
    one.settles();
    for (width, height, touch) in WIDTHS {
        one.turns_to(width, height, touch);
        one.fits();
        one.is_accessible();
    }
    one.turns_to(390, 844, true);
}

#[test]
fn the_pages_of_inviting_and_pairing_are_fine_at_every_width() {
    let house = World::start();
    let (ana, ben) = (phone(&house, "Ana"), phone(&house, "Ben"));
    for one in [&ana, &ben] {
        one.reduced_motion(true);
    }
    ana.opens("/a");
    ana.presses("Show me two ideas");
    ana.sees("Two ideas for this week");
    is_fine(&ana);
    ana.opens("/b");
    ana.presses("Make my space");
    ana.sees("A little more is needed");
    is_fine(&ana);
    ana.types("Your name, as your partner will see it", "Ana");
    ana.types("A sign-in name", "ana");
    ana.types("A passphrase", &passphrase("Ana"));
    ana.chooses("I am 18 or older");
    ana.presses("Make my space");
    ana.sees("Your recovery sheet");
    is_fine(&ana);
    ana.opens("/t");
    is_fine(&ana);
    let link = crate::couple::proposes(&ana, 2, "Weekly check-in");
    is_fine(&ana);

    ben.opens(&link);
    ben.presses("Another time");
    ben.presses("Something else");
    is_fine(&ben);
    ben.presses("Not now");
    ben.sees("That is fine");
    is_fine(&ben);
    ben.opens(&link);
    ben.presses("Yes, gladly");
    ben.sees("Ana can see your answer");
    is_fine(&ben);
    ben.follows("Start the three minutes");
    ben.follows("Begin");
    ben.sees("Sit down near each other");
    is_fine(&ben);
    ben.opens(&format!("{link}/j"));
    is_fine(&ben);
    ben.follows("Make my own sign-in");
    signs_up(&ben);
    ben.presses("Join Ana");
    ben.sees("Six words");
    is_fine(&ben);
    ben.presses("They are the same");
    ben.sees("Almost there");
    is_fine(&ben);
    ana.opens("/t");
    ana.sees("Ben has joined");
    is_fine(&ana);
    ana.opens("/nowhere");
    is_fine(&ana);
    for one in [&ana, &ben] {
        one.stayed_home();
    }
}

#[test]
fn the_steps_of_a_check_in_are_fine_at_every_width() {
    let house = Server::demo(1).start();
    let mara = phone(&house, "Mara");
    mara.reduced_motion(true);
    signs_in(&mara);
    mara.opens("/s");
    mara.chooses("One phone between you");
    mara.chooses("The short one");
    mara.presses("Lay it out");
    mara.presses("Mara is here");
    mara.presses("Jonas is here");
    mara.sees("one slow breath together");
    is_fine(&mara);
    mara.presses("Next");
    mara.sees("Pass the phone");
    is_fine(&mara);
    mara.presses("I have it");
    is_fine(&mara);
    mara.presses("Good");
    mara.presses("I have it");
    mara.presses("Good");
    mara.presses("Next");
    mara.sees("Mara’s turn"); // with the ring
    is_fine(&mara);
    mara.presses("Pause");
    mara.sees("Paused");
    mara.presses("Set a time to go on");
    is_fine(&mara);
    mara.presses("Go on");
    mara.presses("I’m done");
    mara.sees("Jonas’s turn");
    mara.presses("I’m done");
    mara.sees("read again one day");
    is_fine(&mara);
    mara.presses("Stop for today");
    mara.sees("Finished for today");
    is_fine(&mara);
    mara.has_no_complaints();
    mara.stayed_home();
}

/// Tab reaches this, and Enter or Space on it does what a finger would.
#[track_caller]
fn reaches(one: &Person, name: &str) {
    for _ in 0..80 {
        if one.focused().starts_with(name) {
            return;
        }
        one.taps_key("Tab", 1);
    }
    panic!("Tab does not reach {name:?}");
}

#[test]
fn the_keyboard_alone_reaches_and_presses_what_matters() {
    let house = World::start();
    let ana = house.person_with("Ana", &Screen::desk());
    ana.opens("/");
    reaches(&ana, "Find a first step");
    // What has the focus is seen to have it.
    let ring = "const style = getComputedStyle(document.activeElement); \
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none'";
    assert_eq!(ana.runs(ring), true);
    ana.taps_key("Enter", 1);
    ana.sees("What brings you here?");
    reaches(&ana, "We run a household together");
    ana.taps_key("Space", 1);
    assert!(ana.has_chosen("We run a household together"));
    reaches(&ana, "Show me two ideas");
    ana.taps_key("Enter", 1);
    ana.sees("Two ideas for this week");
    reaches(&ana, "Choose this one");
    ana.taps_key("Enter", 1);
    ana.sees("A place for the two of you");
    ana.types("Your name, as your partner will see it", "Ana");
    ana.types("A sign-in name", "ana");
    ana.types("A passphrase", &passphrase("Ana"));
    reaches(&ana, "I am 18 or older");
    ana.taps_key("Space", 1);
    reaches(&ana, "Make my space");
    ana.taps_key("Enter", 1);
    ana.sees("Your recovery sheet");
    reaches(&ana, "I have it, go on");
    ana.taps_key("Enter", 1);
    ana.sees("In your own words");
    ana.types("What you would like to say", WORDS);
    reaches(&ana, "See it as they will");
    ana.taps_key("Enter", 1);
    ana.sees("This is what your partner will see");
    reaches(&ana, "Make the invitation");
    ana.taps_key("Enter", 1);
    let link = crate::couple::link_on(&ana);

    let ben = house.person_with("Ben", &Screen::desk());
    ben.opens(&link);
    let stops = ben.tab_stops();
    let at = |name: &str| stops.iter().position(|stop| stop.starts_with(name));
    // "Yes" and "Not now" stand side by side, for the keyboard too (S5).
    assert_eq!(
        at("Not now"),
        at("Yes, gladly").map(|yes| yes + 1),
        "{stops:?}"
    );
    assert!(at("Another time") < at("Something else"), "{stops:?}");
    let size = |name: &str| {
        ben.runs(&format!(
            "const b = [...document.querySelectorAll('button')].find((b) => b.innerText.trim() === '{name}').getBoundingClientRect(); \
             return Math.round(b.width) + ' by ' + Math.round(b.height)"
        ))
    };
    assert_eq!(size("Yes, gladly"), size("Not now"));
}

#[test]
fn without_any_script_the_whole_way_from_the_start_to_a_common_space_works() {
    let house = World::start();
    let screen = Screen::phone().without_script();
    let ana = house.person_with("Ana", &screen);
    let ben = house.person_with("Ben", &screen);
    ana.opens("/");
    ana.follows("Find a first step");
    ana.chooses("We hardly touch any more");
    ana.presses("Show me two ideas");
    ana.sees("Why this one");
    let link = begins(&ana);
    let own = ana.path();
    assert!(link.starts_with(&house.address()));

    ben.opens(&link);
    ben.sees(WORDS);
    ben.presses("Another time");
    ben.presses("Suggest this time");
    ben.sees("Ana can see your answer");
    ben.follows("Start the three minutes");
    ben.follows("Begin");
    for _ in 0..9 {
        ben.follows("Next");
    }
    ben.follows("Done");
    ben.sees("Ana can see your answer");
    ana.opens(&own);
    ana.sees("Ben suggests another time");
    ana.presses("That time is fine");
    crate::couple::joins(&ben, &link);
    crate::couple::pairs(&ana, &ben);
    for one in [&ana, &ben] {
        one.opens("/u/p");
        one.sees("Weekly check-in");
    }

    // A check-in, too: by reloading, one step at a time.
    ana.opens("/s");
    ana.presses("Lay it out");
    ana.presses("I’m here");
    ben.opens("/t");
    ben.follows("I’m coming");
    ben.presses("I’m here");
    ben.sees("one slow breath together");
    ana.reload();
    ana.presses("Next");
    ana.sees("How much energy");
    ben.reload();
    ben.sees("How much energy");
    ben.presses("Stop for today");
    ben.sees("Finished for today");
    ana.reload();
    ana.sees("Finished for today");
    for one in [&ana, &ben] {
        one.stayed_home();
        assert!(
            !one.requests()
                .iter()
                .any(|request| request.kind == "Script")
        );
    }
}
