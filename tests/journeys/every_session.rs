//! G2 to G6: every session of the guide, held to its end in each way it declares, by people who read nothing but the
//! screen and press what is strongest on it.
//!
//! With `REKINDLE_PICTURES=DIR` a picture of every screen is kept, light and dark, for looking at with one's own eyes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use journeys::{Person, Screen, World, wait};
use serde_json::Value;

use crate::couple::{old_couple, signs_in};

const PATIENCE: Duration = Duration::from_secs(10);

/// Title, the form for two in one room and the one for two on a call, and what is on its last screen.
const SESSIONS: &[(&str, &str, &str, &str)] = &[
    (
        "What I feel, now",
        "Unhurried",
        "On a call",
        "One word each",
    ),
    (
        "Listening until it is right",
        "One minute each",
        "On a call",
        "Thank each other for listening",
    ),
    (
        "Weekly check-in",
        "The short one",
        "The full one",
        "Close with a touch",
    ),
    (
        "Saying thank you",
        "One each, with time",
        "From far away",
        "Let it be warm",
    ),
    (
        "Good news",
        "One thing each",
        "From far away",
        "Two more good things",
    ),
    (
        "Curious conversation",
        "One light card each",
        "On a call",
        "what would you like to hear more about",
    ),
    (
        "Solving talk",
        "All of it",
        "On a call",
        "Thank each other for one thing",
    ),
    (
        "Massage exchange",
        "One hand each",
        "On a call, each for themselves",
        "Rest beside each other",
    ),
    (
        "Twenty minutes after bedtime",
        "Seven minutes, lying down",
        "A call when the house is quiet",
        "That’s all",
    ),
    (
        "A phone-free hour",
        "A quarter of an hour, feet up",
        "The same hour, apart",
        "Leave the phones a moment longer",
    ),
    (
        "Calming break",
        "Twenty minutes",
        "On a call",
        "You stopped in time",
    ),
    (
        "Repair talk",
        "The first half",
        "On a call",
        "Close with a touch or a few words",
    ),
    (
        "Learn something together",
        "Ten minutes, sitting down",
        "On a call",
        "Once more",
    ),
    (
        "Share a page and ask",
        "One song, one question",
        "On a call",
        "Thank you for letting me see",
    ),
    (
        "The talk after the film",
        "One question",
        "On a call",
        "Say thank you",
    ),
];

/// Those that one can hold alone.
const ALONE: &[(&str, &str)] = &[
    ("What I feel, now", "For myself"),
    ("Weekly check-in", "On my own"),
    ("Saying thank you", "For myself"),
    ("Calming break", "On my own"),
    ("Repair talk", "Prepare on my own"),
];

/// The strong button of this screen, or the first where none is strong: where it is, and whether it can be pressed. A
/// button is strong that is neither quiet nor plain (`ui/part.rs`). Pressing fills in what is asked for.
const SCREEN: &str = "
    const session = document.querySelector('#session');
    if (!session) return null;
    const passes = (form) => ['keep', 'not-now'].includes(form?.querySelector('[name=press]')?.value);
    const seen = (element) => element.form && !passes(element.form) && !element.closest('.session-quiet') &&
        element.checkVisibility() && !element.disabled;
    const all = [...session.querySelectorAll('.session-actions button')].filter(seen);
    const soft = (button) => ['quiet', 'plain'].some((one) => button.classList.contains(one));
    const first = all.find((button) => !soft(button)) ?? all[0];
    const shown = {
        step: session.dataset.step,
        line: document.querySelector('.spoken')?.innerText ?? '',
        press: first ? first.innerText.trim() : '',
        actions: session.querySelector('.session-actions')?.innerText ?? '',
        kind: [...session.querySelectorAll('.session-actions [name=press]')].map((press) => press.value)
            .concat(session.querySelector('.ring') ? 'ring' : [], session.querySelector('.session-body') ? 'body' : []).join(' '),
        pressed: false,
    };
    if (arguments[0] && first) {
        for (const field of first.form.querySelectorAll('textarea')) if (!field.value) field.value = 'A walk on Sunday';
        first.click();
        shown.pressed = true;
    }
    return shown;";

struct Shown {
    step: String,
    line: String,
    press: String,
    actions: String,
    /// What can be pressed on it, and what stands there.
    kind: String,
    pressed: bool,
}

impl Shown {
    fn is_over(&self) -> bool {
        self.line == "Finished for today"
    }
}

fn shown(one: &Person, press: bool) -> Option<Shown> {
    let screen = one.runs(&SCREEN.replace("arguments[0]", if press { "true" } else { "false" }));
    let text = |key: &str| screen.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Shown {
        step: text("step")?,
        line: text("line")?,
        press: text("press")?,
        actions: text("actions")?,
        kind: text("kind")?,
        pressed: screen["pressed"] == true,
    })
}

/// Keeps what each looks at, in light and in dark, where pictures were asked for.
fn pictures(way: &str, title: &str, round: usize, people: &[&Person]) {
    let Some(dir) = std::env::var_os("REKINDLE_PICTURES").map(PathBuf::from) else {
        return;
    };
    for one in people {
        one.reduced_motion(true);
        for (theme, dark) in [("light", false), ("dark", true)] {
            one.dark(dark);
            let name = format!("{round:03}-{}-{theme}.png", one.name());
            one.screenshot(&dir.join(way).join(title).join(name));
        }
    }
}

/// Looks closely at a screen of a kind that was not there before.
fn looks_at(one: &Person, screen: &Shown, known: &mut BTreeSet<String>) {
    if known.insert(screen.kind.clone()) {
        one.fits();
        one.is_accessible();
    }
}

/// From "I'm here" to "Finished for today". Answers every line that stood on a screen.
fn hold(way: &str, title: &str, people: &[&Person], known: &mut BTreeSet<String>) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for round in 0..120 {
        let all = wait(PATIENCE, || {
            let screens: Option<Vec<Shown>> = people.iter().map(|one| shown(one, false)).collect();
            screens.filter(|screens| {
                // A yes that only one has given is on that one's screen alone.
                let place = |shown: &Shown| shown.step.split('.').next().map(str::to_owned);
                let same = screens.iter().all(|one| place(one) == place(&screens[0]));
                same || screens.iter().all(Shown::is_over)
            })
        });
        let Some(screens) = all else {
            panic!(
                "{title}: the two phones show different steps after {:?}",
                lines.last()
            );
        };
        pictures(way, title, round, people);
        for (one, screen) in people.iter().zip(&screens) {
            // What the others have, two phones have as well, but the cover of one phone.
            if way == "Two phones" || screen.kind.contains("take") {
                looks_at(one, screen, known);
            }
            if !screen.line.is_empty() && !lines.contains(&screen.line) {
                lines.push(screen.line.clone());
            }
        }
        if screens.iter().all(Shown::is_over) {
            return lines;
        }
        // Where both may go on, now the one does and now the other.
        let mut turns = (0..people.len()).map(|n| (n + round) % people.len());
        let Some(place) = turns.find(|place| !screens[*place].press.is_empty()) else {
            panic!("{title}: nothing to press at {:?}", lines.last());
        };
        // The page may be moving on just now; then it is looked at again.
        let Some(before) = shown(people[place], true).filter(|shown| shown.pressed) else {
            continue;
        };
        let moved = wait(PATIENCE, || {
            let now = shown(people[place], false)?;
            let moved = now.step != before.step || now.actions != before.actions;
            (moved || now.is_over()).then_some(())
        });
        assert!(
            moved.is_some(),
            "{title}: {:?} did nothing at {:?}",
            before.press,
            before.line
        );
    }
    panic!("{title}: it does not end: {lines:#?}");
}

/// Lays it out or offers it; the answer is whether it had to be offered.
fn lays_out(mara: &Person, title: &str, way: Option<&str>, form: &str) -> bool {
    mara.opens("/s/a");
    mara.follows(title);
    if let Some(way) = way {
        mara.within("How are you holding it?").chooses(way);
    }
    mara.within("Which one?").chooses(form);
    mara.runs("const topic = document.querySelector('[name=other]'); if (topic) topic.value = 'Sunday visits';");
    let offered = mara.can_press("Offer it for today");
    mara.presses(if offered {
        "Offer it for today"
    } else {
        "Lay it out"
    });
    mara.sees_no_more("Which one?");
    offered
}

fn all_on_two_phones(way: &str, on_a_call: bool) {
    let (_house, mara, jonas) = old_couple();
    jonas.dark(true);
    let mut known = BTreeSet::new();
    for (title, form, call, close) in SESSIONS {
        let form = if on_a_call { call } else { form };
        let offered = lays_out(&mara, title, Some(way), form);
        jonas.opens(&mara.path());
        if offered {
            mara.sees("Offered for today");
            jonas.sees("Nothing sexual, and nothing sexual follows before tomorrow");
        }
        let lines = hold(way, title, &[&mara, &jonas], &mut known);
        assert!(lines.len() >= 4, "{title}: {lines:?}");
        let closed = lines.iter().any(|line| line.contains(close));
        assert!(closed || on_a_call, "{title}: {lines:#?}");
    }
    are_content(&[&mara, &jonas]);
}

fn are_content(people: &[&Person]) {
    for one in people {
        one.has_no_complaints();
        one.stayed_home();
    }
}

#[test]
fn every_session_is_held_to_its_end_by_two_who_read_only_the_screens() {
    all_on_two_phones("Two phones", false);
}

#[test]
fn every_session_is_held_to_its_end_on_a_call() {
    all_on_two_phones("On a call", true);
}

fn alone_with_a_phone() -> (World, Person) {
    let house = journeys::Server::demo(1).start();
    let mara = house.person_with("Mara", &Screen::phone());
    signs_in(&mara);
    (house, mara)
}

#[test]
fn every_session_is_held_to_its_end_on_one_phone() {
    let (_house, mara) = alone_with_a_phone();
    let mut known = BTreeSet::new();
    for (title, form, _, close) in SESSIONS {
        lays_out(&mara, title, Some("One phone"), form);
        let lines = hold("One phone", title, &[&mara], &mut known);
        assert!(lines.len() >= 4, "{title}: {lines:?}");
        let closed = lines.iter().any(|line| line.contains(close));
        assert!(closed, "{title}: {lines:#?}");
    }
    are_content(&[&mara]);
}

#[test]
fn what_can_be_held_alone_is_held_to_its_end_by_one() {
    let (_house, mara) = alone_with_a_phone();
    mara.dark(true);
    let mut known = BTreeSet::new();
    for (title, form) in ALONE {
        lays_out(&mara, title, None, form);
        let lines = hold("Alone", title, &[&mara], &mut known);
        assert!(lines.len() >= 3, "{title}: {lines:?}");
    }
    are_content(&[&mara]);
}
