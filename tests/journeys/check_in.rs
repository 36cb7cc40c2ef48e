//! G2.3: the weekly check-in, held by reading what the screens say: on two phones, on one, through lost networks and
//! a killed server.

use std::cell::RefCell;
use std::time::Duration;

use journeys::{PATIENCE, Person, World, wait};

use crate::couple::{both_come_as, new_couple, old_couple, opens_the_door, tells_bells};

/// How long each step took to reach the other phone.
#[derive(Default)]
struct Pace(RefCell<Vec<Duration>>);

impl Pace {
    /// One presses, and the other reads this.
    #[track_caller]
    fn turn(&self, by: &Person, press: &str, other: &Person, reads: &str) {
        by.presses(press);
        let took = other.sees_within(PATIENCE, reads);
        self.0.borrow_mut().push(took);
    }

    /// Within a second; the slowest may have met a busy machine.
    #[track_caller]
    fn was_quick(&self) {
        let mut all = self.0.borrow_mut();
        all.sort();
        assert!(all.len() >= 5);
        let most = all[all.len() * 8 / 10];
        assert!(most < Duration::from_secs(1), "{all:?}");
    }
}

/// The first lays it out; both are there.
fn both_begin(first: &Person, second: &Person, form: &str) {
    first.opens("/s");
    first.chooses(form);
    first.presses("Lay it out");
    first.sees("It begins when you are both here");
    first.presses("I’m here");
    first.sees(&format!(
        "It begins as soon as {} is here, too",
        second.name()
    ));
    second.opens("/t");
    second.follows("I’m coming");
    second.presses("I’m here");
    for one in [first, second] {
        one.sees("one slow breath together");
        one.sees("Both here");
    }
}

/// On to the first turn: one speaks, the other listens.
fn to_the_first_turn(first: &Person, second: &Person) {
    both_begin(first, second, "The short one");
    first.presses("Next");
    second.presses("Good");
    first.presses("Low");
    second.sees(&format!("{}: Low", first.name()));
    second.presses("Next");
    first.sees(&format!(
        "Tell {} one thing you were glad of",
        second.name()
    ));
    second.sees(&format!("{} has something good to tell you", first.name()));
}

#[test]
fn g2_3_two_phones_go_from_preparing_to_finished_for_today() {
    let (_house, mara, jonas) = old_couple();
    let pace = Pace::default();

    mara.opens("/n");
    mara.types("What did the other do this week", "the soup on Tuesday");
    mara.types("Is there one thing", "the phone at night");
    mara.presses("Keep my notes");
    mara.sees("Lay it out");

    both_begin(&mara, &jonas, "The full one");
    pace.turn(&mara, "Next", &jonas, "How much energy");

    // A hidden answer is hidden: until Jonas has given his, he gets what he would get without hers (S3).
    mara.sees("How much energy");
    let before = jonas.fetches(&jonas.path()).body;
    mara.presses("Running on empty");
    mara.sees("Mara: Running on empty");
    assert!(jonas.fetches(&jonas.path()).body == before);
    pace.turn(&jonas, "Plenty", &mara, "Jonas: Plenty");
    jonas.sees("Mara: Running on empty");
    pace.turn(&mara, "Next", &jonas, "Which one fits today?");
    pace.turn(
        &jonas,
        "The short one",
        &mara,
        "Tell Jonas one thing you were glad of",
    );
    jonas.sees("Your turn to listen");

    // Her notes open on her phone only, behind her door.
    mara.does_not_see("the soup on Tuesday");
    mara.follows("Open my notes");
    opens_the_door(&mara);
    mara.sees("the soup on Tuesday");
    jonas.does_not_see("the soup on Tuesday");
    pace.turn(
        &mara,
        "I’m done",
        &jonas,
        "Tell Mara one thing you were glad of",
    );
    pace.turn(&jonas, "I’m done", &mara, "read again one day");
    jonas.types("In a line or two", "She made soup when I was ill");
    jonas.presses("Keep it");
    pace.turn(
        &jonas,
        "Go on",
        &mara,
        "Is there one thing you would like to be heard about?",
    );

    // A concern, one fresh start, and a loop until it is right.
    pace.turn(
        &mara,
        "Yes, one",
        &jonas,
        "Mara is sharing one gentle concern",
    );
    mara.sees("the phone at night");
    mara.presses("More");
    mara.presses("Begin this part again");
    jonas.sees("Mara is seeing whether there is a concern");
    pace.turn(
        &mara,
        "Yes, one",
        &jonas,
        "Mara is sharing one gentle concern",
    );
    mara.presses("More");
    mara.sees("Leave this out");
    assert!(!mara.can_press("Begin this part again"), "once");
    mara.sees("Plan a repair talk about it");
    pace.turn(&mara, "I’m done", &jonas, "Say back what you heard");
    pace.turn(&jonas, "I have said it back", &mara, "Not quite");
    pace.turn(&mara, "Not quite", &jonas, "I have said it back");
    jonas.presses("I have said it back");
    pace.turn(&mara, "Yes, that’s it", &jonas, "What does it need now?");
    mara.presses("Put it aside for another day");
    mara.types(
        "A few words, so that you find it again",
        "Phones in the bedroom",
    );
    mara.within("A few words, so that you find it again")
        .presses("This one");
    jonas.sees("Is there one thing you would like to be heard about?");
    jonas.presses("More");
    jonas.presses("Put something aside");
    jonas.types(
        "What would you like to come back to another day?",
        "Summer plans",
    );
    jonas.presses("Put it aside");
    pace.turn(
        &jonas,
        "No concern this week",
        &mara,
        "Ask Jonas for one small thing",
    );

    // One small request each, answered in two ways.
    mara.types("A small request", "Take the rubbish out on Mondays");
    pace.turn(&mara, "Ask it", &jonas, "Take the rubbish out on Mondays");
    jonas.types("What would work for you?", "On Sundays I can");
    pace.turn(&jonas, "Offer that instead", &mara, "On Sundays I can");
    pace.turn(
        &mara,
        "Yes, I’ll do that",
        &jonas,
        "Ask Mara for one small thing",
    );
    jonas.types("A small request", "Water the plants");
    pace.turn(&jonas, "Ask it", &mara, "Water the plants");
    pace.turn(&mara, "Not this one", &jonas, "Close with a touch");
    mara.presses("Set the next time");
    mara.presses("Set this time");
    pace.turn(&mara, "Close for today", &jonas, "Finished for today");

    for one in [&mara, &jonas] {
        one.sees("Finished for today");
        one.fits();
        one.is_accessible(); // with how it was, and a line for both
        one.sees("On Sundays I can");
        one.sees("Phones in the bedroom");
        one.sees("Next time:");
        one.does_not_see("Water the plants"); // what was declined leaves nothing
        one.opens("/u/h");
        one.sees("Summer plans");
        one.opens("/u/a");
        one.sees("She made soup when I was ill");
        one.opens("/u/p");
        one.sees("Weekly check-in");
    }
    // What was prepared is gone once it is held.
    mara.opens("/n");
    assert_eq!(mara.value("Is there one thing"), "");
    pace.was_quick();
    for one in [&mara, &jonas] {
        one.has_no_complaints();
        one.stayed_home();
    }
}

#[test]
fn g2_3_a_turn_rings_and_shakes_both_phones_which_stay_awake_until_it_is_paused_or_over() {
    let (_house, mara, jonas) = old_couple();
    let both = [&mara, &jonas];
    for one in both {
        tells_bells(one);
    }
    let on_both = |what: &str, is: &serde_json::Value| {
        for one in both {
            let told = || one.runs(&format!("return window.{what}"));
            let same = wait(PATIENCE, || (told() == *is).then_some(()));
            assert!(same.is_some(), "{what} of {}: {}", one.name(), told());
        }
    };
    to_the_first_turn(&mara, &jonas);
    let turn = serde_json::json!(["turn"]);
    on_both("rung", &turn);
    on_both("shaken", &serde_json::json!([140, 380, 140]));
    on_both("awake", &"screen".into());
    mara.presses("Pause");
    on_both("awake", &"no more".into());
    jonas.presses("Go on");
    on_both("awake", &"screen".into());
    for one in both {
        one.sees_no_more("Paused");
        one.runs("window.rung = []");
    }
    mara.presses("I’m done");
    jonas.sees("Tell Mara one thing you were glad of");
    on_both("rung", &turn);
    jonas.presses("Stop for today");
    on_both("awake", &"no more".into());
    for one in both {
        one.sees("Finished for today");
        one.has_no_complaints();
    }
}

#[test]
fn g2_2_when_a_break_is_over_one_bell_rings_for_both_and_nothing_goes_on_by_itself() {
    let (house, mara, jonas) = old_couple();
    let both = [&mara, &jonas];
    for one in both {
        tells_bells(one);
    }
    to_the_first_turn(&mara, &jonas);
    mara.presses("More");
    mara.presses("I need a break");
    for one in both {
        one.sees("You go on:");
        one.runs("window.rung = []; window.shaken = null");
    }
    // A few seconds before it is over, and over.
    house.later(Duration::from_secs(30 * 60 - 5));
    for one in both {
        one.runs("document.dispatchEvent(new CustomEvent('evening:resync'))");
    }
    for one in both {
        one.sees("It is the time you said. Come back when you are both ready.");
        one.sees("Paused");
        let told = "return [window.rung, window.shaken]";
        assert_eq!(one.runs(told), serde_json::json!([["begin"], [140]]));
        one.runs("document.dispatchEvent(new CustomEvent('evening:resync'))");
    }
    mara.presses("Go on");
    for one in both {
        one.sees_no_more("Paused");
        let rung = one.runs("return window.rung");
        assert_eq!(
            rung.as_array()
                .map_or(0, |all| all.iter().filter(|one| *one == "begin").count()),
            1
        );
        one.has_no_complaints();
    }
}

#[test]
fn s7_either_may_pause_and_stop_and_nothing_says_who() {
    let (_house, mara, jonas) = old_couple();
    let mut ends = vec![];
    for (presses, other) in [(&mara, &jonas), (&jonas, &mara)] {
        to_the_first_turn(&mara, &jonas);
        presses.presses("Pause");
        for one in [&mara, &jonas] {
            one.sees("Paused");
            one.does_not_see(&format!("{} paused", presses.name()));
        }
        other.presses("Go on");
        presses.sees_no_more("Paused");
        presses.presses("Stop for today");
        for one in [&mara, &jonas] {
            one.sees("Finished for today What you chose to keep");
            ends.push((one.name() == "Mara", one.text()));
        }
    }
    // The same words for both, whoever pressed.
    assert!(ends.iter().all(|(_, text)| *text == ends[0].1), "{ends:#?}");
}

#[test]
fn g2_3_a_killed_server_and_a_lost_network_come_back_to_the_same_step() {
    let house = World::start();
    let (ana, ben) = new_couple(&house);
    to_the_first_turn(&ana, &ben);

    // Killed between two steps: both phones find the way back by themselves.
    house.kill_server();
    ana.presses("I’m done"); // waits in the phone
    ana.sees("Connecting again. Nothing is lost.");
    house.start_again();
    let patience = Duration::from_secs(30);
    let _ = ben.sees_within(patience, "Tell Ana one thing you were glad of");
    let _ = ana.sees_within(patience, "Ben has something good to tell you");
    ana.sees_no_more("Connecting again");

    // Killed at every step on the way, and asked anew each time.
    for (press, on_his, on_hers) in [
        ("I’m done", "read again one day", "read again one day"),
        ("Go on", "Ana is seeing whether", "like to be heard about"),
    ] {
        ben.presses(press);
        ben.sees(on_his);
        house.kill_server();
        house.start_again();
        for one in [&ana, &ben] {
            one.opens("/t");
            one.follows("I’m coming");
        }
        ben.sees(on_his);
        ana.sees(on_hers);
    }

    // A phone without network keeps what was typed, and what was pressed.
    ana.presses("Yes, one");
    ben.sees("Ana is sharing one gentle concern");
    ana.presses("More");
    ana.presses("Put something aside");
    ana.types(
        "What would you like to come back to another day?",
        "The letter from school",
    );
    ana.offline(true);
    ben.presses("Pause");
    ben.sees("Paused");
    ben.presses("Go on");
    ben.sees("Ana is sharing one gentle concern");
    assert_eq!(
        ana.value("What would you like to come back to another day?"),
        "The letter from school"
    );
    ana.presses("Put it aside");
    ana.sees("Connecting again. Nothing is lost.");
    ana.online();
    let _ = wait(patience, || {
        (!ana.text().contains("Connecting again")).then_some(())
    });
    ana.does_not_see("Connecting again");
    ana.sees("Tell Ben what happens");
    ben.presses("Stop for today");
    ana.sees("Finished for today");
    ana.sees("The letter from school");
}

#[test]
fn g2_3_one_phone_between_two_covers_what_is_not_yet_to_be_seen() {
    let (_house, mara, _jonas) = old_couple();
    mara.opens("/s");
    mara.chooses("One phone between you");
    mara.chooses("The short one");
    mara.presses("Lay it out");
    mara.presses("Mara is here");
    mara.presses("Jonas is here");
    mara.sees("one slow breath together");
    mara.presses("Next");
    mara.sees("Pass the phone to Mara");
    mara.presses("I have it");
    mara.sees("How much energy");
    mara.presses("Plenty");
    mara.sees("Pass the phone to Jonas");
    mara.does_not_see("Plenty");
    mara.presses("I have it");
    mara.does_not_see("Mara: Plenty");
    mara.presses("Low");
    mara.sees("Mara: Plenty");
    mara.sees("Jonas: Low");
    mara.presses("Next");
    mara.sees("Mara, tell Jonas one thing");
    mara.sees("Mara’s turn");
    mara.presses("I’m done");
    mara.sees("Jonas, tell Mara one thing");
    mara.presses("Stop for today");
    mara.sees("Finished for today");
}

#[test]
fn s3_a_gate_on_one_phone_goes_round_until_both_are_ready() {
    let (_house, mara, _jonas) = old_couple();
    mara.opens("/s/a");
    mara.follows("A phone-free hour");
    mara.chooses("One phone between you");
    mara.chooses("A quarter of an hour, feet up");
    mara.presses("Lay it out");
    mara.presses("Mara is here");
    mara.presses("Jonas is here");
    for _ in 0..10 {
        if mara.text().contains("Pass the phone to Mara") {
            break;
        }
        mara.presses("More");
        mara.presses("Leave this out");
    }
    let answers = |name: &str, ready: &str| {
        mara.sees(&format!("Pass the phone to {name}"));
        mara.sees("Take all the time you need");
        mara.presses("I have it");
        mara.sees("All phones go to their place now");
        mara.sees(&format!("{name}’s turn"));
        mara.presses(ready);
    };
    answers("Mara", "Yes, pass it on");
    answers("Jonas", "Not yet, pass it on");
    answers("Mara", "Yes, pass it on");
    answers("Jonas", "Yes, pass it on");
    mara.sees("Nothing to see here");
    mara.presses("Stop for today");
    mara.sees("Finished for today");
    mara.has_no_complaints();
}

#[test]
fn g2_3_apart_on_a_call_each_has_a_phone_and_a_short_word_stands_for_the_touch() {
    let (_house, mara, jonas) = old_couple();
    both_come_as(&mara, &jonas, &["On a call", "The short one"]);
    for one in [&mara, &jonas] {
        one.sees("Both here");
    }
    mara.presses("Next");
    jonas.sees("How much energy");
    // The call drops: what was pressed meanwhile waits for nobody, and the step is the same on both when it is back.
    jonas.offline(true);
    mara.presses("Plenty");
    jonas.offline(false);
    jonas.presses("Low");
    for one in [&mara, &jonas] {
        one.sees("Mara: Plenty");
        one.sees("Jonas: Low");
    }
    jonas.presses("Stop for today");
    mara.sees("Finished for today");
}

/// All press in the same millisecond, a moment from now.
fn at_once(presses: &[(&Person, &str)]) {
    let moment = presses[0].0.runs("return Date.now() + 400").as_u64();
    for (one, name) in presses {
        assert!(one.can_press(name));
        let _ = one.runs(&format!(
            "const button = [...document.querySelectorAll('button')].find((b) => b.innerText.trim() === '{name}'); \
             setTimeout(() => button.click(), {} - Date.now());",
            moment.expect("a moment")
        ));
    }
}

#[test]
fn k24_pressed_at_once_twice_or_in_two_tabs_it_is_one_step() {
    let (house, mara, jonas) = old_couple();
    both_begin(&mara, &jonas, "The full one");
    mara.presses("Next");
    mara.presses("Good");
    jonas.presses("Good");
    mara.sees("Jonas: Good");
    jonas.sees("Mara: Good");
    // Both press the same at the same moment: one step, and nobody reads of a problem.
    at_once(&[(&mara, "Next"), (&jonas, "Next")]);
    for one in [&mara, &jonas] {
        one.sees("Which one fits today?");
    }
    // They choose differently at the same moment: one of the two holds, for both.
    at_once(&[(&mara, "The full one"), (&jonas, "The short one")]);
    mara.sees("Tell Jonas one thing");
    jonas.sees("Mara has something good to tell you");

    // Two tabs of one phone stay together, and a press from the one that fell behind does nothing.
    let path = mara.path();
    let first = mara.opens_tab(&path);
    mara.sees("Tell Jonas one thing");
    let stale = mara.runs("return new URLSearchParams(new FormData(document.querySelector('form[id^=next-]'))).toString()");
    let stale = stale.as_str().expect("a form").to_owned();
    mara.presses("I’m done");
    mara.sees("Jonas has something good to tell you");
    mara.looks_at(&first);
    mara.sees("Jonas has something good to tell you");
    let cookie = mara.cookie_header();
    for _ in 0..2 {
        let headers = [
            ("cookie", cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let late = house.ask("POST", &path, &headers, stale.as_bytes());
        assert_eq!(late.status, 303, "{}", late.text());
    }
    jonas.reload();
    jonas.sees("Tell Mara one thing");
}
