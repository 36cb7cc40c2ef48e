//! What may go wrong with two phones in a session, in two real browsers: late, twice, from two tabs, at once, with clocks
//! apart; a partner who parts in the middle; a script that its author has changed meanwhile.

use std::path::{Path, PathBuf};
use std::time::Duration;

use journeys::{PATIENCE, Person, Screen, Server, World, wait};
use serde_json::json;

use crate::couple::{both_come, old_couple, opens_the_door, signs_in};

/// Both at the first turn of a short check-in: Mara speaks.
fn to_the_first_turn(mara: &Person, jonas: &Person) {
    both_come(mara, jonas);
    mara.presses("Next");
    mara.presses("Low");
    jonas.presses("Good");
    jonas.presses("Next");
    mara.sees("one thing you were glad of");
    jonas.sees("has something good to tell you");
}

/// Seconds on the clock of the turn.
fn clock(one: &Person) -> i64 {
    let text = one.runs("return document.querySelector('.clock').innerText");
    let text = text.as_str().expect("a clock");
    let (minutes, seconds) = text.split_once(':').expect("minutes and seconds");
    60 * minutes.parse::<i64>().expect("minutes") + seconds.parse::<i64>().expect("seconds")
}

/// A finger on this button in half a second, by the clock of the machine.
fn presses_soon(one: &Person, press: &str, at: u64) {
    one.runs(&format!(
        "const button = document.querySelector('[name=press][value={press}]').form.querySelector('button'); \
         setTimeout(() => button.click(), {at} - (window.trueNow ?? Date.now)());"
    ));
}

#[test]
fn late_twice_from_two_tabs_at_once_and_with_clocks_apart_two_phones_stay_at_one_step() {
    let (house, mara, jonas) = old_couple();
    // His phone is two hours and a bit ahead.
    jonas.runs_before_each_page(
        "window.trueNow = Date.now.bind(Date); Date.now = () => window.trueNow() + 8_000_000;",
    );
    to_the_first_turn(&mara, &jonas);
    let apart = (clock(&mara) - clock(&jonas)).abs();
    assert!(
        apart <= 2,
        "the clocks of the turn are {apart} seconds apart"
    );

    // A second phone of hers joins late, and a second tab of the first one: all are at the same step.
    let late = house.person_with("Mara", &Screen::phone());
    signs_in(&late);
    late.opens("/t");
    late.follows("I’m coming");
    late.sees("one thing you were glad of");
    assert!((clock(&late) - clock(&jonas)).abs() <= 2);
    let first = mara.opens_tab(&mara.path());
    mara.sees("one thing you were glad of");
    late.presses("I’m done");
    for one in [&mara, &late] {
        one.sees("has something good to tell you");
    }
    jonas.sees("one thing you were glad of");
    // The other tab was out of sight, and knows it, too.
    mara.looks_at(&first);
    mara.sees("has something good to tell you");

    // Both at once: it is one step.
    let step = |one: &Person| one.runs("return document.getElementById('session').dataset.step");
    let before = step(&mara);
    let soon = mara.runs("return Date.now() + 500");
    let soon = soon.as_u64().expect("a time");
    for one in [&mara, &jonas] {
        presses_soon(one, "next", soon);
    }
    for one in [&mara, &jonas, &late] {
        one.sees("read again one day");
    }
    assert_eq!(number(&step(&mara)), number(&before) + 1);
    late.presses("Stop for today");
    for one in [&mara, &jonas] {
        one.sees("Finished for today");
        one.has_no_complaints();
    }
}

/// The part of the place that counts steps.
fn number(step: &serde_json::Value) -> u32 {
    let text = step.as_str().expect("a place");
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

#[test]
fn s21_one_who_parts_in_the_middle_of_a_session_ends_it_for_both() {
    let (_house, mara, jonas) = old_couple();
    to_the_first_turn(&mara, &jonas);
    let session = mara.path();
    jonas.opens("/e?to=/m/p");
    opens_the_door(&jonas);
    jonas.opens("/m/p");
    jonas.presses("Close our space");
    jonas.sees("Hello, Jonas");
    // Whatever she presses, and wherever she looks: one sentence, without time or cause.
    mara.presses("I’m done");
    let closed = || {
        let text = mara.text();
        (text.contains("This space is closed.") || text.contains("There is nothing here"))
            .then_some(())
    };
    assert!(wait(PATIENCE, closed).is_some(), "{}", mara.text());
    for path in [session.as_str(), "/t"] {
        mara.opens(path);
        mara.does_not_see("one thing you were glad of");
    }
    mara.sees("This space is closed.");
    mara.presses("Go on in my own space");
    mara.sees("Hello, Mara");
}

/// A pack of one script: a talk of the guide under another name.
fn a_pack(name: &str) -> (PathBuf, PathBuf) {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guide/en");
    let text = std::fs::read_to_string(guide.join("scripts/good-news.toml")).expect("a script");
    pack_of(name, "our-news", &text.replacen("Good news", "Our news", 1))
}

/// A pack of one script, and where that lies.
fn pack_of(name: &str, id: &str, text: &str) -> (PathBuf, PathBuf) {
    let pack = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&pack);
    let scripts = pack.join("en/scripts");
    std::fs::create_dir_all(&scripts).expect("a folder");
    std::fs::create_dir_all(pack.join("en/practices")).expect("a folder");
    let about =
        "id = \"ours\"\ntitle = \"Ours\"\nlanguages = [\"en\"]\nlicence = \"CC-BY-SA-4.0\"\n";
    std::fs::write(pack.join("pack.toml"), about).expect("a file");
    let script = scripts.join(format!("{id}.toml"));
    std::fs::write(&script, text).expect("a file");
    (pack, script)
}

#[test]
fn an_author_plays_a_script_from_both_sides_changes_it_and_goes_on_where_they_were() {
    let (pack, script) = a_pack("a-pack-to-preview");
    let house = Server::preview(&pack, "our-news").start();
    let said = wait(PATIENCE, || {
        let said = house.log();
        said.contains("the other finds it on Today").then_some(said)
    });
    let said = said.unwrap_or_else(|| panic!("{}", house.log()));
    // What it prints is all that an author needs: two addresses of one machine, one browser.
    let addresses: Vec<&str> = (said.lines().map(str::trim))
        .filter(|line| line.starts_with("http") && line.ends_with("/c"))
        .collect();
    assert_eq!(addresses.len(), 2, "{said}");
    let place = said
        .split(" out at ")
        .nth(1)
        .and_then(|rest| rest.split(';').next())
        .expect("where");
    let author = house.person_with("The author", &Screen::phone());
    let mut tabs = vec![];
    for (address, name) in addresses.iter().zip(["mara", "jonas"]) {
        let passphrase = (said.lines())
            .find_map(|line| line.trim().strip_prefix(&format!("{name}: ")))
            .expect("a passphrase");
        tabs.push(author.opens_tab(address));
        author.types("A sign-in name", name);
        author.types("Your passphrase", passphrase);
        author.presses("Sign in");
        author.sees("Hello");
    }
    let jonas = author.tab();
    author.looks_at(&tabs[1]);
    let mara = author.tab();
    author.opens(place);
    author.sees("Our news");
    author
        .within("How are you holding it?")
        .chooses("Two phones");
    author.presses("Lay it out");
    author.presses("I’m here");
    author.looks_at(&jonas);
    author.opens(&format!("{}/t", addresses[1].trim_end_matches("/c")));
    author.sees("Hello, Jonas");
    author.follows("I’m coming");
    author.presses("I’m here");
    author.sees("Put things down and turn towards each other");
    author.looks_at(&mara);
    author.sees("Put things down and turn towards each other");
    author.presses("Pause");
    author.sees("Paused");

    // The author changes the step they are at, and the next one.
    house.kill_server();
    let text = std::fs::read_to_string(&script).expect("the script");
    let changed = text
        .replacen("id = \"arrive\"", "id = \"come-in\"", 1)
        .replacen(
            "Draw a card if nothing comes to mind.",
            "Draw a card, if you like.",
            1,
        );
    assert_ne!(text, changed);
    std::fs::write(&script, changed).expect("the script");
    house.start_again();
    author.presses("Go on");
    let patience = Duration::from_secs(30);
    let _ = author.sees_within(patience, "This step is no longer part of the script");
    author.presses("Next");
    let _ = author.sees_within(patience, "Draw a card, if you like.");
    author.looks_at(&jonas);
    let _ = author.sees_within(patience, "is looking for something good to tell you");
    author.presses("Stop for today");
    author.sees("Finished for today");
    author.looks_at(&mara);
    author.sees("Finished for today");
}

/// Short times: a step that breathes and goes on by itself, one that only goes on by itself, a turn with three bells.
const SHORT_TIMES: &str = r#"
title = "Short times"
what = "For looking at what happens when a time is over."
minutes = { least = 1, usual = 2 }
energy = "low"
family = "talk"
modes = ["live"]
without = ["low-energy", "long-distance", "sensory", "after-children"]

[[form]]
id = "full"
title = "All of it"
say = "Half a minute."
minutes = 2

[[step]]
id = "settle"
part = "Arriving"
kind = "read"
say = "Settle in."

[[step]]
id = "hold"
part = "Quiet"
kind = "timer"
seconds = 6
pace = { in = 2, out = 3 }
say = "Breathe."
chime = "none"
flows = true

[[step]]
id = "rest"
kind = "timer"
seconds = 5
say = "Rest."
chime = "none"
flows = true

[[step]]
id = "tell"
part = "Telling"
kind = "turn"
speaker = "first"
seconds = 10
say_speaker = "Tell {you} a thing."
say_listener = "{speaker} tells you a thing."
chime = "close"

[[step]]
id = "closing"
part = "Closing"
kind = "closing"
say = "That was it."
"#;

/// What would sound, shake and keep awake: told instead of felt.
const TOLD: &str = "document.addEventListener('evening:chime', (e) => (window.rung ??= []).push(e.detail)); \
    navigator.vibrate = (pattern) => { (window.shaken ??= []).push(pattern.length); return true; }; \
    Object.defineProperty(navigator, 'wakeLock', { value: { request: async (kind) => { window.awake = kind; return { released: false, release() {} }; } } });";

/// One of the two, at home in a house that plays a pack; and where its script is laid out.
fn comes_in(house: &World, name: &str) -> (Person, String) {
    let said = wait(PATIENCE, || {
        let said = house.log();
        said.contains("the other finds it on Today").then_some(said)
    });
    let said = said.unwrap_or_else(|| panic!("{}", house.log()));
    let place = (said.split(" out at ").nth(1)).and_then(|rest| rest.split(';').next());
    let handle = name.to_lowercase();
    let passphrase = (said.lines())
        .find_map(|line| line.trim().strip_prefix(&format!("{handle}: ")))
        .expect("a passphrase");
    let one = house.person_with(name, &Screen::phone());
    one.runs_before_each_page(TOLD);
    one.opens("/c");
    one.types("A sign-in name", &handle);
    one.types("Your passphrase", passphrase);
    one.presses("Sign in");
    one.sees(&format!("Hello, {name}"));
    (one, place.expect("where").to_owned())
}

/// How long one breath of the glow takes, in milliseconds; nothing where it stands still.
fn breath(one: &Person) -> serde_json::Value {
    one.runs("return document.querySelector('.breath').getAnimations().map((a) => a.effect.getTiming().duration)")
}

#[test]
fn the_end_of_a_time_rings_shakes_and_goes_on_by_itself_once_also_for_a_phone_that_slept() {
    let (pack, _) = pack_of("a-pack-of-short-times", "short-times", SHORT_TIMES);
    let house = Server::preview(&pack, "short-times").start();
    let ((mara, place), (jonas, _)) = (comes_in(&house, "Mara"), comes_in(&house, "Jonas"));
    jonas.reduced_motion(true);
    mara.opens(&place);
    mara.within("Who goes first?").chooses("Mara");
    mara.presses("Lay it out");
    mara.presses("I’m here");
    jonas.opens("/t");
    jonas.follows("I’m coming");
    jonas.presses("I’m here");
    for one in [&mara, &jonas] {
        one.sees("Settle in.");
        assert_eq!(one.runs("return window.awake"), "screen");
    }
    let step = |one: &Person| one.runs("return document.getElementById('session').dataset.step");
    let before = number(&step(&mara));
    mara.presses("Next");
    jonas.sees("Breathe.");
    // It breathes as its script has it, and not where motion is unwelcome; there the words say it.
    assert_eq!(breath(&mara), json!([5000]));
    assert_eq!(breath(&jonas), json!([]));
    jonas.sees("in for 2, out for 3");
    // Both phones go on by themselves, and it is one step.
    mara.sees("Rest.");
    jonas.sees("Rest.");
    assert_eq!(number(&step(&mara)), before + 2);
    assert_eq!(breath(&mara), json!([]), "nothing to breathe by");
    // One of them sleeps in its pocket meanwhile.
    jonas.devtools("Page.setWebLifecycleState", &json!({ "state": "frozen" }));
    mara.sees("Tell Jonas a thing.");
    mara.presses("More");
    mara.presses("Dim the screen");
    let dim = "return document.documentElement.classList.contains('dim')";
    assert_eq!(mara.runs(dim), true);
    jonas.devtools("Page.setWebLifecycleState", &json!({ "state": "active" }));
    jonas.sees("Mara tells you a thing.");
    assert_eq!(number(&step(&jonas)), before + 3, "once");
    // A turn waits when its time is over: three bells, and the dark screen wakes.
    for one in [&mara, &jonas] {
        let rung = || (one.runs("return window.rung.length") == 4).then_some(());
        assert!(
            wait(PATIENCE * 2, rung).is_some(),
            "{}",
            one.runs("return window.rung")
        );
        assert_eq!(
            one.runs("return window.rung"),
            json!(["begin", "begin", "turn", "close"])
        );
        assert_eq!(one.runs("return window.shaken"), json!([1, 1, 3, 5]));
        one.sees("The time is up.");
        assert_eq!(number(&step(one)), before + 3);
    }
    assert_eq!(mara.runs(dim), false);
    mara.presses("I’m done");
    jonas.sees("That was it.");
    jonas.presses("Close for today");
    for one in [&mara, &jonas] {
        one.sees("Finished for today");
        one.has_no_complaints();
    }
}
