//! Every session of the guide, held to its end in every way it can be held, reading nothing but the screen.

use std::collections::BTreeMap;

use rekindle_domain::session::script::{SAY_AT_MOST, What};
use rekindle_domain::session::{
    Button, ButtonKind, Command, Detail, Form, Mode, Phase, Press, Script, State, View,
};
use rekindle_domain::{Stamp, Who};

use super::*;

const NAMES: [&str; 2] = ["Ana", "Ben"];
const EVENING: Stamp = Stamp(1_790_000_000_000);

/// Two people who press what the screen offers.
struct Evening<'s> {
    script: &'s Script,
    state: State,
    now: Stamp,
    /// What to choose at a step, where it is not the first.
    wish: BTreeMap<String, String>,
    /// Every step that was on a screen, in the order it came.
    seen: Vec<String>,
}

impl Evening<'_> {
    fn press(&mut self, who: Who, by: Option<Who>, press: Press) {
        let shown = format!(
            "{who:?} {press:?} at {:?}",
            self.view(who).step.map(|step| step.id)
        );
        let at = self.state.token();
        let command = Command { at, by, press };
        let events = self
            .state
            .decide(self.script, self.now, who, command)
            .unwrap_or_else(|refusal| panic!("{}: {shown}: {refusal:?}", self.script.id));
        self.state = events.iter().fold(self.state.clone(), State::fold);
    }

    fn view(&self, who: Who) -> View {
        self.state.view(self.script, who, self.now)
    }

    /// What is on the screen can be read in three seconds, is said to somebody, and has no hole where a name belongs.
    fn reads(&self, view: &View, at: &str) {
        let Some(step) = &view.step else { return };
        assert!(!matches!(step.detail, Detail::Gone), "{at}: gone");
        let say = view.fill(&step.say, NAMES);
        assert!(!say.trim().is_empty(), "{at}: an empty screen");
        assert!(say.chars().count() <= SAY_AT_MOST, "{at}: {say}");
        assert!(!say.contains(['{', '}']), "{at}: {say}");
        if let Some(hint) = &step.hint {
            let hint = view.fill(hint, NAMES);
            assert!(!hint.contains(['{', '}']), "{at}: {hint}");
        }
    }

    /// The first thing on this screen that leads on.
    fn leads_on(&self, view: &View) -> Option<(Who, Press)> {
        let step = view
            .step
            .as_ref()
            .map(|step| step.id.clone())
            .unwrap_or_default();
        let drawn = view
            .step
            .as_ref()
            .is_some_and(|step| matches!(&step.detail, Detail::Draw { card: Some(_) }));
        let written = view
            .step
            .as_ref()
            .is_some_and(|step| matches!(&step.detail, Detail::Write { words: Some(_), .. }));
        let mut found = view.buttons.iter().filter_map(|button| {
            let press = match &button.kind {
                ButtonKind::Here => Press::Here {
                    day_ends: self.now.plus(4 * Stamp::HOUR),
                },
                ButtonKind::Take => Press::Take,
                ButtonKind::Ready => Press::Ready,
                ButtonKind::SaidBack => Press::SaidBack,
                ButtonKind::Right => Press::Right,
                ButtonKind::Give => Press::Give { words: None },
                ButtonKind::Accept => Press::Accept,
                ButtonKind::Resume => Press::Resume,
                ButtonKind::Choose(option) => {
                    if self.wish.get(&step).is_some_and(|wish| wish != option) {
                        return None;
                    }
                    Press::Choose {
                        option: option.clone(),
                        words: Some("Visits".to_owned()),
                    }
                }
                ButtonKind::Draw(depth) if !drawn => Press::Draw {
                    depth: *depth,
                    chance: 5,
                },
                ButtonKind::Write if !written => Press::Write {
                    words: "A walk on Sunday".to_owned(),
                    back: Some(self.now.plus(14 * Stamp::DAY)),
                },
                ButtonKind::Next => Press::Next,
                ButtonKind::Draw(_)
                | ButtonKind::Write
                | ButtonKind::NotNow
                | ButtonKind::NotQuite
                | ButtonKind::PassOn
                | ButtonKind::Adjust
                | ButtonKind::Decline
                | ButtonKind::Keep
                | ButtonKind::Park
                | ButtonKind::Pause
                | ButtonKind::Break
                | ButtonKind::SetTime
                | ButtonKind::FreshStart
                | ButtonKind::Skip
                | ButtonKind::Stop => return None,
            };
            Some((button.who, press))
        });
        let first = found.next();
        let draws = |press: &Option<(Who, Press)>| matches!(press, Some((_, Press::Next)));
        // A card that may be drawn is drawn before it is gone on from.
        if draws(&first) {
            found
                .find(|(_, press)| matches!(press, Press::Draw { .. } | Press::Write { .. }))
                .or(first)
        } else {
            first
        }
    }
}

/// Holds it from "I'm here" to the end; answers the steps that came.
fn hold(script: &Script, form: &Form, mode: Mode, wish: &[(&str, &str)]) -> Vec<String> {
    let at = format!("{} {} {mode:?} {wish:?}", script.id, form.id);
    let mut evening = Evening {
        script,
        state: State::default(),
        now: EVENING,
        wish: wish
            .iter()
            .map(|(step, option)| ((*step).to_owned(), (*option).to_owned()))
            .collect(),
        seen: vec![],
    };
    let begin = Press::Begin {
        mode,
        form: form.id.clone(),
        first: Who::First,
        about: Some("Sunday visits".to_owned()),
    };
    evening.press(Who::First, None, begin);
    let people: &[Who] = match mode {
        Mode::Live | Mode::Apart => &Who::BOTH,
        Mode::OnePhone | Mode::Solo => &[Who::First],
    };
    for _ in 0..600 {
        let views: Vec<(Who, View)> = people
            .iter()
            .map(|who| (*who, evening.view(*who)))
            .collect();
        if matches!(views[0].1.phase, Phase::Finished) {
            return evening.seen;
        }
        for (_, view) in &views {
            let place = view
                .step
                .as_ref()
                .map(|step| step.id.clone())
                .unwrap_or_default();
            evening.reads(view, &format!("{at} {place}"));
            // What touch stands on is left out by nobody (S5).
            if view
                .step
                .as_ref()
                .is_some_and(|step| step.kind == Kind::Gate)
            {
                let skips = |button: &Button| button.kind == ButtonKind::Skip;
                let left_out = view.buttons.iter().any(skips);
                assert_eq!(left_out, !script.is_gated(), "{at} {place}");
            }
            if !place.is_empty() && evening.seen.last() != Some(&place) {
                evening.seen.push(place);
            }
        }
        let next = views.iter().find_map(|(who, view)| {
            let (by, press) = evening.leads_on(view)?;
            Some((*who, by, press))
        });
        let (who, by, press) =
            next.unwrap_or_else(|| panic!("{at}: stuck at {:?}", evening.seen.last()));
        if let Press::Choose { .. } = press {
            // A wish is for once, so that a way back is not taken for ever.
            if let Some(step) = evening.seen.last().cloned() {
                evening.wish.remove(&step);
            }
        }
        evening.now = evening.now.plus(3 * Stamp::SECOND);
        let by = (mode == Mode::OnePhone && by != who).then_some(by);
        evening.press(who, by, press);
    }
    panic!(
        "{at}: it does not end; {:?}",
        evening.seen.iter().rev().take(12).collect::<Vec<_>>()
    );
}

fn ways(script: &Script) -> Vec<(&Form, Mode)> {
    let mut ways = vec![];
    for form in &script.forms {
        if form.for_one {
            ways.push((form, Mode::Solo));
        } else {
            ways.extend(script.modes_of(form).iter().map(|mode| (form, *mode)));
        }
    }
    ways
}

#[test]
fn every_session_is_held_to_its_end_in_every_form_and_mode() {
    let guide = guide();
    let mut many = 0;
    for script in guide.scripts.values() {
        let mut seen = BTreeSet::new();
        for (form, mode) in ways(script) {
            seen.extend(hold(script, form, mode, &[]));
            many += 1;
            // Each answer of each choice once, so that every branch is gone.
            for step in script.steps.iter().filter(|step| step.is_in(form)) {
                if let What::Choice { picks, .. } = &step.what {
                    for pick in picks.iter().skip(1) {
                        seen.extend(hold(script, form, mode, &[(&step.id, &pick.id)]));
                        many += 1;
                    }
                }
            }
        }
        for step in &script.steps {
            assert!(
                seen.contains(&step.id),
                "{}: nobody ever comes to {}",
                script.id,
                step.id
            );
        }
    }
    assert!(many > 150, "{many}");
}

/// Sessions that the guide promises (G2.1 to G2.4, G3.2, G5.2, G5.3, G6.1), each led through by a script.
#[test]
fn every_practice_that_is_held_together_has_its_session() {
    let guide = guide();
    for (practice, script) in [
        ("present-tense-sharing", "present-tense-sharing"),
        ("active-listening", "listening-exchange"),
        ("weekly-check-in", "weekly-check-in"),
        ("appreciation-exchange", "appreciation-exchange"),
        ("good-news", "good-news"),
        ("curious-conversation", "curious-conversation"),
        ("solving-talk", "solving-talk"),
        ("massage-exchange", "massage-exchange"),
        (
            "twenty-minutes-after-bedtime",
            "twenty-minutes-after-bedtime",
        ),
        ("phone-free-hour", "phone-free-hour"),
        ("calming-break", "calming-break"),
        ("repair-talk", "repair-talk"),
    ] {
        let found = guide.practice(practice).unwrap().script.as_deref();
        assert_eq!(found, Some(script), "{practice}");
        assert!(guide.script(script).is_some(), "{script}");
    }
}

/// Twenty minutes at least, in every form (evidence: teaching of therapists and of courses).
#[test]
fn g2_2_a_calming_break_is_twenty_minutes_or_more_and_names_a_time_first() {
    let guide = guide();
    let script = guide.script("calming-break").unwrap();
    for (form, mode) in ways(script) {
        let rest: i64 = ["breathe", "rest"]
            .iter()
            .filter_map(|step| script.step(step).unwrap().length(&form.id))
            .sum();
        assert!(rest >= 20 * Stamp::MINUTE, "{}: {rest}", form.id);
        let first = hold(script, form, mode, &[]);
        if !form.for_one {
            assert_eq!(first[0], "come-back", "{}", form.id);
        }
    }
}

#[test]
fn g3_2_a_massage_says_first_that_it_leads_nowhere_and_shows_the_map_to_the_giver() {
    let guide = guide();
    let script = guide.script("massage-exchange").unwrap();
    assert!(
        script
            .excludes
            .iter()
            .any(|line| line.contains("before tomorrow"))
    );
    let touch = ["receive", "receive-short"];
    for (form, mode) in ways(script) {
        let seen = hold(script, form, mode, &[]);
        assert_eq!(seen[..2], ["frame", "agreed"], "{} {mode:?}", form.id);
        let touches = seen.iter().filter(|step| touch.contains(&step.as_str()));
        let touches = touches.count();
        assert_eq!(
            touches,
            if form.id == "call" { 0 } else { 2 },
            "{} {mode:?}",
            form.id
        );
    }
    for step in touch {
        assert!(script.step(step).unwrap().shows.is_some(), "{step}");
    }
}

/// What the two say about depth is what their cards then keep to.
#[test]
fn g2_1_every_answer_about_depth_narrows_what_is_drawn() {
    let guide = guide();
    let script = guide.script("present-tense-sharing").unwrap();
    let What::Choice { picks, .. } = &script.step("depth").unwrap().what else {
        panic!("a choice");
    };
    let depths: Vec<Option<u8>> = picks.iter().map(|pick| pick.depth).collect();
    assert_eq!(depths, [Some(1), Some(2), Some(3)]);
}

/// The first sessions of listening are about something from outside; what lies between the two comes second.
#[test]
fn g2_2_outside_stress_is_offered_first() {
    let guide = guide();
    let script = guide.script("listening-exchange").unwrap();
    let form = script.form("full").unwrap();
    assert!(!hold(script, form, Mode::Live, &[]).contains(&"gently".to_owned()));
    assert!(hold(script, form, Mode::Live, &[("topic", "between")]).contains(&"gently".to_owned()));
}

/// What may stand at this place of a script: the keys that a wrong one is told to be none of, or the words of a key that
/// takes a few.
fn told_at(script: &str) -> Vec<String> {
    let told = toml::from_str::<Script>(script)
        .expect_err("a mistake")
        .to_string();
    let (_, names) = (told
        .split_once("expected")
        .or_else(|| told.split_once("is not")))
    .expect(&told);
    let names = words(names.lines().next().expect("a line"));
    let names = names.filter(|word| !["one", "of", "or"].contains(word));
    names.map(str::to_owned).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c))
        .filter(|word| !word.is_empty())
}

#[test]
fn the_format_of_a_session_is_told_to_authors_whole() {
    let told = fs::read_to_string(here("../../guide/README.md")).unwrap();
    let start = told.find("## A session").unwrap();
    let told = &told[start..];
    let told = &told[..told[4..].find("\n## ").unwrap()];
    let choice = "[[step]]\nid = 'a'\nkind = 'choice'\n[[step.option]]\n";
    for place in [
        "nothing = 1",
        "[[form]]\nnothing = 1",
        "[[prepare]]\nnothing = 1",
        "[[step]]\nnothing = 1",
        &format!("{choice}nothing = 1"),
        "minutes = { nothing = 1 }",
        "energy = 'nothing'",
        "family = 'nothing'",
        "modes = ['nothing']",
        "without = ['nothing']",
        "[[step]]\nkind = 'nothing'",
        "[[step]]\nspeaker = 'nothing'",
        "[[step]]\nshows = 'nothing'",
        "[[step]]\nchime = 'nothing'",
        "[[step]]\nchooser = 'nothing'",
        "[[step]]\nas = 'nothing'",
        "[[step]]\npace = { nothing = 1 }",
        &format!("{choice}park = 'nothing'"),
    ] {
        let names = told_at(place);
        assert!(names.len() > 1, "{place}: {names:?}");
        for name in names {
            // The voices of a hint are those of what is said.
            let name = name.replace("hint_", "say_");
            let word = name.strip_prefix("say_").unwrap_or(&name);
            assert!(words(told).any(|one| one == word), "{place}: {name}");
        }
    }
}
