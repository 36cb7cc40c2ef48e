//! The main job, start to end: one starts alone and proposes, the other answers from a link, they pair, and hold their
//! first check-in on two phones; the next morning it is all there (G7, G2.3).

use std::time::Duration;

use journeys::{Person, Screen, Server, World};

const WORDS: &str = "I miss our evenings. Would you try this with me? You can say no or change it.";

fn phone(house: &World, name: &str) -> Person {
    house.person_with(name, &Screen::phone())
}

/// Signs up with a passphrase made of the name.
fn signs_up(one: &Person, name: &str) {
    one.types("Your name, as your partner will see it", name);
    one.types("A sign-in name", &name.to_lowercase());
    one.types(
        "A passphrase",
        &format!("{name} river apricot window kettle"),
    );
    one.chooses("I am 18 or older");
    one.presses("Make my space");
    one.sees("Your recovery sheet");
    one.follows("I have it, go on");
}

/// Ana starts alone and makes a link for the weekly check-in.
fn proposes(ana: &Person) -> String {
    ana.opens("/a");
    ana.chooses("We run a household together, and little else");
    ana.presses("Show me two ideas");
    ana.sees("Two ideas for this week");
    ana.sees("Why this one");
    ana.opens("/r/s/2");
    ana.follows("Weekly check-in");
    ana.follows("Choose this one");
    signs_up(ana, "Ana");
    ana.sees("In your own words");
    ana.types("Who is it for?", "Ben");
    ana.types("What you would like to say", WORDS);
    ana.presses("See it as they will");
    ana.sees("This is what Ben will see");
    ana.sees(WORDS);
    ana.presses("Make the invitation for Ben");
    let link = ana.runs("return document.getElementById('link').value");
    link.as_str().expect("a link").to_owned()
}

/// Ben says yes, joins, and both compare the six words.
fn pairs(ana: &Person, ben: &Person, link: &str) {
    ben.opens(link);
    ben.presses("Yes, gladly");
    ben.follows("Join");
    ben.follows("Make my own sign-in");
    signs_up(ben, "Ben");
    ben.presses("Join Ana");
    ben.sees("Six words");
    ana.opens("/t");
    ana.sees("Ben has joined");
    ana.follows("Compare the six words");
    let words = |one: &Person| one.runs("return document.querySelector('ol.six').innerText");
    assert_eq!(words(ana), words(ben), "both read the same six words");
    ana.presses("They are the same");
    ana.sees("Hello, Ana");
    ben.presses("They are the same");
    ben.sees("Hello, Ben");
}

#[test]
fn g7_one_proposes_the_other_answers_without_an_account_and_they_pair() {
    let house = Server::default().start();
    let ana = phone(&house, "Ana");
    let ben = phone(&house, "Ben");
    let link = proposes(&ana);
    ben.opens(&link);
    ben.sees("Ana would like to try something");
    ben.sees(WORDS);
    ben.presses("Yes, gladly");
    ben.sees("Ana can see your answer");
    ben.follows("Start the three minutes");
    ben.follows("Begin");
    ben.sees("Sit down near each other");
    ana.opens("/t");
    ana.sees("Ben said yes");
    // The second answer changes nothing: the link shows the first.
    ben.opens(&link);
    ben.sees("Ana can see your answer");
    ben.does_not_see("Not now");
    pairs_after_yes(&ana, &ben, &link);
    for one in [&ana, &ben] {
        one.opens("/u/p");
        one.sees("Weekly check-in");
        one.has_no_complaints();
        one.stayed_home();
    }
    // Moved, and the power goes as soon as that was answered: it stands where it was moved to.
    ana.follows("Weekly check-in");
    ana.types("Day", &crate::couple::in_days(&ana, 5));
    ana.types("Time", "18:25");
    let button = if ana.can_press("From now on") {
        "From now on"
    } else {
        "Move it there"
    };
    ana.presses(button);
    ana.sees("Our plan");
    house.kill_server();
    house.start_again();
    for one in [&ben, &ana] {
        one.opens("/u/p");
        one.sees("18:25");
    }
    // The link has done its work.
    let eve = phone(&house, "Eve");
    eve.opens(&link);
    eve.does_not_see(WORDS);
}

fn pairs_after_yes(ana: &Person, ben: &Person, link: &str) {
    ben.opens(&format!("{link}/j"));
    ben.follows("Make my own sign-in");
    signs_up(ben, "Ben");
    ben.presses("Join Ana");
    ben.sees("Six words");
    ana.opens("/p");
    ana.presses("They are the same");
    ana.sees("Hello, Ana");
    ben.presses("They are the same");
    ben.sees("Hello, Ben");
}

#[test]
fn s6_not_now_leaves_the_proposers_page_as_silence_does() {
    let house = Server::default().start();
    let ana = phone(&house, "Ana");
    let ben = phone(&house, "Ben");
    let link = proposes(&ana);
    let own = ana.path();
    let page = |path: &str| ana.fetches(path).body;
    let (today, proposal) = (page("/t"), page(&own));
    ben.opens(&link);
    ben.presses("Not now");
    ben.sees("That is fine");
    assert_eq!(page("/t"), today);
    assert_eq!(page(&own), proposal);
}

#[test]
fn g2_3_two_phones_hold_a_check_in_and_a_killed_server_loses_nothing() {
    let house = Server::default().start();
    let ana = phone(&house, "Ana");
    let ben = phone(&house, "Ben");
    let link = proposes(&ana);
    pairs(&ana, &ben, &link);

    ana.opens("/s");
    ana.presses("Lay it out");
    ana.presses("I’m here");
    ana.sees("You are here");
    ben.opens("/t");
    ben.follows("I’m coming");
    ben.presses("I’m here");
    let quick = Duration::from_secs(3);
    let took = ana.sees_within(quick, "one slow breath together");
    assert!(
        took < Duration::from_secs(2),
        "the step reached the other phone after {took:?}"
    );
    ana.presses("Next");
    ben.sees("How much energy");
    ana.presses("Good");
    ben.presses("Low");
    ben.sees("Good"); // both answers, once both are there
    ben.presses("Next");
    ana.presses("The short one");
    ana.sees("glad of this week");
    ben.sees("Let it reach you");

    house.kill_server();
    house.start_again();
    ana.reload();
    ana.sees("glad of this week");
    ben.opens("/t");
    ben.follows("I’m coming");
    ben.sees("Let it reach you");

    ben.offline(true);
    ana.presses("I’m done");
    ana.sees("has something good to tell you");
    ben.online();
    ben.sees("one thing you were glad of");

    ben.presses("Pause");
    ana.sees("Paused");
    ana.presses("Go on");
    ben.sees("one thing you were glad of");
    ben.presses("Stop for today");
    ben.sees("Finished for today");
    ana.sees("Finished for today");
    // The next morning it is all there.
    house.later(Duration::from_secs(10 * 60 * 60));
    for one in [&ana, &ben] {
        one.opens("/u/h");
        one.sees("Weekly check-in");
        one.stayed_home();
    }
}

#[test]
fn s14_leave_ends_the_sign_in_and_back_shows_nothing() {
    let house = Server::default()
        .setting("REKINDLE_LEAVE_TO", "https://localhost:9/")
        .start();
    let ana = phone(&house, "Ana");
    ana.opens("/b");
    signs_up(&ana, "Ana");
    ana.opens("/t");
    ana.sees("Hello, Ana");
    assert_eq!(ana.title(), "Evening");
    let _ = ana.runs("document.querySelector('a.leave').click()");
    ana.sees_no_more("Hello, Ana");
    assert!(
        !ana.cookies()
            .iter()
            .any(|cookie| cookie["name"] == "__Host-s"),
        "{:?}",
        ana.cookies()
    );
    let _ = ana.tries_to_open("/t");
    ana.does_not_see("Hello, Ana");
    ana.sees("Welcome back");
}
