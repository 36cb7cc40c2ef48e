//! G2 to G6: every session of the guide, held to its end on two phones by people who read nothing but the screen and
//! press what stands first on it.

use std::time::Duration;

use journeys::{Person, wait};
use serde_json::Value;

use crate::couple::old_couple;

const PATIENCE: Duration = Duration::from_secs(10);

/// Title of the session, the form, and what is on its last screen.
const SESSIONS: &[(&str, &str, &str)] = &[
    ("What I feel, now", "Unhurried", "One word each"),
    (
        "Listening until it is right",
        "One minute each",
        "Thank each other for listening",
    ),
    ("Saying thank you", "One each, with time", "Let it be warm"),
    ("Good news", "One thing each", "Two good things more"),
    (
        "Curious conversation",
        "One light card each",
        "what would you like to hear more about",
    ),
    (
        "Solving talk",
        "All of it",
        "Thank each other for one thing",
    ),
    (
        "Massage exchange",
        "One hand each",
        "Rest beside each other",
    ),
    (
        "Twenty minutes after bedtime",
        "Seven minutes, lying down",
        "That’s all",
    ),
    (
        "A phone-free hour",
        "A quarter of an hour, feet up",
        "Leave the phones a moment longer",
    ),
    ("Calming break", "Twenty minutes", "You stopped in time"),
    (
        "Repair talk",
        "The first half",
        "Close with a touch or a few words",
    ),
    (
        "Learn something together",
        "Ten minutes, sitting down",
        "Once more",
    ),
    (
        "Share a page and ask",
        "One song, one question",
        "Thank you for letting me see",
    ),
    ("The talk after the film", "One question", "Say thank you"),
];

/// What stands first on this screen: where it is, and whether it can be pressed. Pressing fills in what is asked for.
const SCREEN: &str = "
    const session = document.querySelector('#session');
    if (!session) return null;
    const keeps = (form) => form?.querySelector('[name=press]')?.value === 'keep';
    const seen = (element) => element.form && !keeps(element.form) && !element.closest('.session-quiet') &&
        element.checkVisibility() && !element.disabled;
    const all = [...session.querySelectorAll('.session-actions button')].filter(seen);
    const strong = all.filter((button) => button.classList.contains('primary'));
    const first = strong[0] ?? all[0];
    return {
        step: session.dataset.step,
        line: document.querySelector('.spoken')?.innerText ?? '',
        press: first ? first.innerText.trim() : '',
        actions: session.querySelector('.session-actions')?.innerText ?? '',
    };";
const PRESS: &str = "
    const session = document.querySelector('#session');
    if (!session) return false;
    const keeps = (form) => form?.querySelector('[name=press]')?.value === 'keep';
    const seen = (element) => element.form && !keeps(element.form) && !element.closest('.session-quiet') &&
        element.checkVisibility() && !element.disabled;
    const all = [...session.querySelectorAll('.session-actions button')].filter(seen);
    const first = all.filter((button) => button.classList.contains('primary'))[0] ?? all[0];
    if (!first) return false;
    for (const field of first.form.querySelectorAll('textarea')) if (!field.value) field.value = 'A walk on Sunday';
    first.click();
    return true;";

struct Shown {
    step: String,
    line: String,
    press: String,
    actions: String,
}

impl Shown {
    fn is_over(&self) -> bool {
        self.line == "Finished for today"
    }
}

fn shown(one: &Person) -> Option<Shown> {
    let screen = one.runs(SCREEN);
    let text = |key: &str| screen.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(Shown {
        step: text("step")?,
        line: text("line")?,
        press: text("press")?,
        actions: text("actions")?,
    })
}

/// From "I'm here" to "Finished for today". Answers every line that stood on a screen.
fn hold(title: &str, two: [&Person; 2]) -> Vec<String> {
    let mut lines = vec![];
    for _ in 0..120 {
        let both = wait(PATIENCE, || {
            let screens = [shown(two[0])?, shown(two[1])?];
            let same = screens[0].step == screens[1].step;
            (same || screens.iter().all(Shown::is_over)).then_some(screens)
        });
        let Some(screens) = both else {
            panic!(
                "{title}: the two phones show different steps after {:?}",
                lines.last()
            );
        };
        for screen in &screens {
            if !screen.line.is_empty() && !lines.contains(&screen.line) {
                lines.push(screen.line.clone());
            }
        }
        if screens.iter().all(Shown::is_over) {
            return lines;
        }
        let Some(place) = screens.iter().position(|screen| !screen.press.is_empty()) else {
            panic!("{title}: nothing to press at {:?}", lines.last());
        };
        let before = &screens[place];
        // The page may be moving on just now; then it is looked at again.
        if two[place].runs(PRESS) != Value::Bool(true) {
            continue;
        }
        let moved = wait(PATIENCE, || {
            let now = shown(two[place])?;
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

#[test]
fn every_session_is_held_to_its_end_by_two_who_read_only_the_screens() {
    let (_house, mara, jonas) = old_couple();
    for (title, form, close) in SESSIONS {
        mara.opens("/s/a");
        mara.follows(title);
        mara.chooses(form);
        mara.runs("const topic = document.querySelector('[name=other]'); if (topic) topic.value = 'Sunday visits';");
        let offered = mara.can_press("Offer it for today");
        mara.presses(if offered {
            "Offer it for today"
        } else {
            "Lay it out"
        });
        mara.sees(if offered {
            "Offered for today"
        } else {
            "It begins when you are both here"
        });
        jonas.opens(&mara.path());
        if offered {
            jonas.sees("Nothing sexual, and nothing sexual follows before tomorrow");
        } else {
            mara.presses("I’m here");
        }
        jonas.presses(if offered { "Yes, today" } else { "I’m here" });
        jonas.sees_no_more(if offered { "Yes, today" } else { "I’m here" });
        let lines = hold(title, [&mara, &jonas]);
        assert!(lines.len() >= 4, "{title}: {lines:?}");
        assert!(
            lines.iter().any(|line| line.contains(close)),
            "{title}: {lines:#?}"
        );
        mara.sees("Finished for today");
    }
    for one in [&mara, &jonas] {
        one.has_no_complaints();
        one.stayed_home();
    }
}
