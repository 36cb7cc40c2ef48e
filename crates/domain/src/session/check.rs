//! What is wrong with a script, said to its author so that it can be put right.

use std::collections::BTreeSet;
use std::fmt;

use crate::Who;
use crate::session::event::Leg;

use crate::session::script::{
    Chooser, Form, HINT_AT_MOST, Kind, Mode, Pick, Role, SAY_AT_MOST, Script, Shows, Speaker, Step,
    Suits, Voices, What,
};

/// One thing to put right.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mistake {
    /// Where: a key of the script, or `step <id>`, `form <id>`, `prepare <id>`.
    pub at: String,
    pub what: String,
    pub fix: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} — {}", self.at, self.what, self.fix)
    }
}

/// The places for names that a text may hold.
const NAMES: [&str; 7] = [
    "me", "you", "first", "second", "speaker", "listener", "topic",
];
/// A line of what an exercise is and leaves out.
const BOUND_AT_MOST: usize = 160;
/// A way back may be taken so often.
const AGAIN: std::ops::RangeInclusive<u8> = 1..=5;
/// 1 light, 2 closer, 3 close.
const DEPTHS: std::ops::RangeInclusive<u8> = 1..=3;
/// A name is counted as this long.
const NAME: usize = 8;
const SECONDS: std::ops::RangeInclusive<u32> = 3..=3600;

struct Pen(Vec<Mistake>);

impl Pen {
    fn note(&mut self, at: &str, what: impl Into<String>, fix: impl Into<String>) {
        self.0.push(Mistake {
            at: at.to_owned(),
            what: what.into(),
            fix: fix.into(),
        });
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

impl Script {
    /// Everything that is wrong with the script; empty when it can be held. Lasting ids, texts for every side in
    /// every mode, lengths, and that every form ends in its closing. A step only leads forward, so a script without
    /// mistakes can be finished from every step.
    #[must_use]
    pub fn check(&self) -> Vec<Mistake> {
        let mut pen = Pen(vec![]);
        self.check_head(&mut pen);
        let mut seen = BTreeSet::new();
        for step in &self.steps {
            let at = format!("step {}", step.id);
            if !is_id(&step.id) {
                pen.note(
                    &at,
                    "this is not an id",
                    "use lower-case words joined by `-`",
                );
            }
            if !seen.insert(&step.id) {
                pen.note(
                    &at,
                    "two steps have this id",
                    "give one of them another; ids last",
                );
            }
            self.check_step(&mut pen, &at, step);
        }
        for form in &self.forms {
            self.check_form(&mut pen, form);
        }
        self.check_reach(&mut pen);
        if self.steps.first().is_some_and(|step| step.part.is_none()) {
            pen.note(
                "step",
                "the first step names no part",
                "add `part = \"…\"` to it",
            );
        }
        pen.0
    }

    fn check_head(&self, pen: &mut Pen) {
        for (at, text) in [("title", &self.title), ("what", &self.what)] {
            if text.trim().is_empty() {
                pen.note(at, "it is empty", "write it");
            }
        }
        if self.minutes.least == 0 || self.minutes.least > self.minutes.usual {
            pen.note(
                "minutes",
                "`least` must be from 1 to `usual`",
                "change one of the two",
            );
        }
        if self.modes.is_empty() || self.modes.contains(&Mode::Solo) {
            pen.note(
                "modes",
                "name one or more of live, one_phone, apart",
                "for one person alone add a form with `for_one = true` instead",
            );
        }
        self.check_bounds(pen);
        self.check_suits(pen);
        let mut seen = BTreeSet::new();
        for form in &self.forms {
            let at = format!("form {}", form.id);
            if !is_id(&form.id) {
                pen.note(
                    &at,
                    "this is not an id",
                    "use lower-case words joined by `-`",
                );
            }
            if !seen.insert(&form.id) {
                pen.note(&at, "two forms have this id", "give one of them another");
            }
            if form.title.trim().is_empty() || form.say.trim().is_empty() {
                pen.note(&at, "title or say is empty", "write both");
            }
        }
        if self.forms.is_empty() {
            pen.note(
                "form",
                "there is none",
                "add a [[form]] with id, title, say and minutes",
            );
        }
        let mut seen = BTreeSet::new();
        for prompt in &self.prepare {
            let at = format!("prepare {}", prompt.id);
            if !is_id(&prompt.id) || !seen.insert(&prompt.id) {
                pen.note(
                    &at,
                    "not an id, or used twice",
                    "use another, of lower-case words joined by `-`",
                );
            }
            if prompt.id == "step" {
                pen.note(
                    &at,
                    "the page itself has a button of this name",
                    "use another id",
                );
            }
            for step in &prompt.steps {
                if self.step(step).is_none() {
                    pen.note(
                        &at,
                        format!("there is no step `{step}`"),
                        "name a step of this script",
                    );
                }
            }
        }
    }

    /// S5: what is said yes to is known first.
    fn check_bounds(&self, pen: &mut Pen) {
        for (at, lines) in [("includes", &self.includes), ("excludes", &self.excludes)] {
            if self.is_gated() && lines.is_empty() {
                pen.note(
                    at,
                    "touch and sex say first what they are and what they leave out",
                    format!("add `{at}`, one line each"),
                );
            }
            for line in lines {
                if line.trim().is_empty() || line.chars().count() > BOUND_AT_MOST {
                    pen.note(
                        at,
                        "a line says nothing or too much",
                        format!("use 1 to {BOUND_AT_MOST} characters"),
                    );
                }
            }
        }
    }

    fn check_suits(&self, pen: &mut Pen) {
        for suits in Suits::ALL {
            let made = self.forms.iter().any(|form| form.suits.contains(&suits));
            let word = suits.as_str();
            match (made, self.without.contains(&suits)) {
                (false, false) => pen.note(
                    "form",
                    format!("no form suits \"{word}\""),
                    "add it to the `suits` of a form, or to `without` if it cannot be",
                ),
                (true, true) => pen.note(
                    "without",
                    format!("a form suits \"{word}\""),
                    "take it out of one of the two",
                ),
                (true, false) | (false, true) => {}
            }
        }
    }

    /// Every step is come to in some form, when people press what there is.
    fn check_reach(&self, pen: &mut Pen) {
        let mut come_to = BTreeSet::new();
        for form in &self.forms {
            let plan = self.plan(form, crate::Who::First, form.for_one);
            let ways = |leg: &Leg| match self.step(&leg.step).map(|step| &step.what) {
                Some(What::Choice { picks, .. }) => picks.as_slice(),
                _ => &[],
            };
            // A choice whose every answer jumps leads nowhere else.
            let mut open = vec![0];
            let mut been = BTreeSet::new();
            while let Some(place) = open.pop() {
                let Some(leg) = plan.get(place) else { continue };
                if !been.insert(place) {
                    continue;
                }
                come_to.insert(leg.step.clone());
                let picks = ways(leg);
                let on = |pick: &Pick| pick.to.is_none() && pick.again.is_none();
                if picks.is_empty() || picks.iter().any(on) {
                    open.push(place + 1);
                }
                for to in picks.iter().filter_map(|pick| pick.to.as_ref()) {
                    open.extend((place + 1..plan.len()).find(|at| plan[*at].step == *to));
                }
            }
        }
        for step in &self.steps {
            if !come_to.contains(&step.id) {
                pen.note(
                    &format!("step {}", step.id),
                    "nothing leads to it",
                    "let a choice go on to it, or take it out",
                );
            }
        }
    }

    fn check_form(&self, pen: &mut Pen, form: &Form) {
        let at = format!("form {}", form.id);
        if form
            .least
            .is_some_and(|least| least == 0 || least > form.minutes)
        {
            pen.note(
                &at,
                "`least` must be from 1 to `minutes`",
                "change one of the two",
            );
        }
        if let Some(note) = &form.note
            && (note.trim().is_empty() || note.chars().count() > HINT_AT_MOST)
        {
            pen.note(
                &at,
                "its note says nothing or too much",
                format!("use 1 to {HINT_AT_MOST} characters"),
            );
        }
        if let Some(modes) = &form.modes
            && (form.for_one || modes.is_empty() || modes.contains(&Mode::Solo))
        {
            pen.note(
                &at,
                "`modes` of a form are ways for two: live, one_phone, apart",
                "name one or more, or take it out",
            );
        }
        let steps: Vec<&Step> = self.steps.iter().filter(|step| step.is_in(form)).collect();
        self.check_cards(pen, form);
        let closings = steps
            .iter()
            .filter(|step| step.what.kind() == Kind::Closing)
            .count();
        let closes = steps
            .last()
            .is_some_and(|step| step.what.kind() == Kind::Closing);
        if closings != 1 || !closes {
            pen.note(
                &at,
                "it does not end in one closing",
                "make its last step, and only that, a closing",
            );
        }
        let timed: i64 = self
            .plan(form, crate::Who::First, form.for_one)
            .iter()
            .filter_map(|leg| self.step(&leg.step)?.length(&form.id))
            .sum();
        if timed > i64::from(form.minutes) * crate::Stamp::MINUTE {
            pen.note(
                &at,
                format!(
                    "its timed steps take {} minutes, more than it says",
                    timed / crate::Stamp::MINUTE
                ),
                "raise `minutes` or shorten a step",
            );
        }
        if form.for_one {
            for step in steps {
                if matches!(step.what.kind(), Kind::Reflect | Kind::Gate | Kind::Request) {
                    pen.note(
                        &format!("step {}", step.id),
                        format!("it takes two, but form `{}` is for one", form.id),
                        "leave the step out of that form",
                    );
                }
            }
        }
    }

    fn check_step(&self, pen: &mut Pen, at: &str, step: &Step) {
        for form in &step.forms {
            if self.form(form).is_none() {
                pen.note(
                    at,
                    format!("there is no form `{form}`"),
                    "name a form of this script",
                );
            }
        }
        let needs = matches!(step.what.kind(), Kind::Turn | Kind::Reflect | Kind::Request);
        if needs && step.speaker.is_none() {
            pen.note(
                at,
                "it says nobody speaks",
                "add `speaker = \"first\"`, \"second\" or \"each\"",
            );
        }
        if step.speaker.is_some()
            && matches!(
                step.what.kind(),
                Kind::Gate | Kind::Private | Kind::Time | Kind::Closing
            )
        {
            pen.note(at, "this kind has no speaker", "take `speaker` out");
        }
        match &step.what {
            What::Turn { seconds, .. } | What::Timer { seconds, .. } => {
                for length in seconds.by_form.values().chain([&seconds.usual]) {
                    if !SECONDS.contains(length) {
                        pen.note(at, format!("{length} seconds"), "use from 3 to 3600");
                    }
                }
                for form in seconds.by_form.keys() {
                    if self.form(form).is_none() {
                        pen.note(
                            at,
                            format!("`seconds_in` names no form `{form}`"),
                            "name a form of this script",
                        );
                    }
                }
                if let What::Timer {
                    pace: Some(pace), ..
                } = &step.what
                    && (pace.in_ == 0 || pace.out == 0)
                {
                    pen.note(
                        at,
                        "a breath takes no time",
                        "give `in` and `out` in seconds",
                    );
                }
            }
            What::Choice { .. } => self.check_choice(pen, at, step),
            What::Private { steps } => {
                let here = self.steps.iter().position(|one| one.id == step.id);
                for later in steps {
                    let there = self.steps.iter().position(|one| one.id == *later);
                    if there.is_none() || there <= here {
                        pen.note(
                            at,
                            format!("`steps` names `{later}`, which is no later step"),
                            "name a later step of this script",
                        );
                    }
                }
            }
            What::Draw(draw) => {
                if draw.depths.is_empty() || draw.depths.iter().any(|depth| !DEPTHS.contains(depth))
                {
                    pen.note(
                        at,
                        "a depth is 1, 2 or 3",
                        "use `depth = [1, 2, 3]` or some of it",
                    );
                }
            }
            What::Read
            | What::Reflect
            | What::Gate
            | What::Request
            | What::Keep
            | What::Write { .. }
            | What::Time
            | What::Closing => {}
        }
        if step.shows == Some(Shows::TouchMap) && step.speaker.is_none() {
            pen.note(
                at,
                "it shows something of a speaker it has not",
                "add `speaker`: the one who receives",
            );
        }
        let drawn = (self.steps.iter())
            .take_while(|before| before.id != step.id)
            .any(|before| matches!(before.what, What::Draw(_)) && before.speaker == step.speaker);
        if step.shows == Some(Shows::Card) && !drawn {
            pen.note(
                at,
                "it shows a card that nobody has drawn",
                "put a step of kind `draw` with the same `speaker` before it",
            );
        }
        self.check_texts(pen, at, step);
    }

    /// Where cards are drawn in a form, every step that shows one finds one there: it lies until another person speaks.
    fn check_cards(&self, pen: &mut Pen, form: &Form) {
        let plan = self.plan(form, Who::First, form.for_one);
        let legs: Vec<(&Step, &Leg)> = (plan.iter())
            .filter_map(|leg| Some((self.step(&leg.step)?, leg)))
            .collect();
        let draws = |step: &Step| matches!(step.what, What::Draw(_));
        if !legs.iter().any(|(step, _)| draws(step)) {
            return;
        }
        for (place, (step, leg)) in legs.iter().enumerate() {
            let mut before = (legs[..place].iter().rev())
                .take_while(|(_, before)| before.speaker == leg.speaker);
            if step.shows == Some(Shows::Card) && !before.any(|(step, _)| draws(step)) {
                pen.note(
                    &format!("step {}", step.id),
                    format!(
                        "in form `{}` no card lies there when it is to be shown",
                        form.id
                    ),
                    "put a `draw` before it in this form, with nobody else speaking in between",
                );
                return;
            }
        }
    }

    fn check_choice(&self, pen: &mut Pen, at: &str, step: &Step) {
        let What::Choice {
            chooser,
            hidden,
            picks,
        } = &step.what
        else {
            return;
        };
        if picks.len() < 2 {
            pen.note(at, "a choice of fewer than two", "add [[step.option]]");
        }
        if matches!(chooser, Chooser::Speaker | Chooser::Listener) && step.speaker.is_none() {
            pen.note(
                at,
                "who chooses depends on a speaker it has not",
                "add `speaker`, or choose by either or each",
            );
        }
        if *hidden && *chooser != Chooser::Each {
            pen.note(at, "`hidden` is for a choice by each", "take it out");
        }
        self.check_depth(pen, at, step, picks);
        let mut seen = BTreeSet::new();
        for pick in picks {
            let option = format!("option `{}`", pick.id);
            if !is_id(&pick.id) || !seen.insert(&pick.id) {
                pen.note(
                    at,
                    format!("{option} is not an id, or used twice"),
                    "use another",
                );
            }
            if pick.say.trim().is_empty() || pick.say.chars().count() > SAY_AT_MOST {
                pen.note(
                    at,
                    format!("{option} says nothing or too much"),
                    "use 1 to 90 characters",
                );
            }
            if pick.park.is_some() != pick.ask.is_some() {
                pen.note(
                    at,
                    format!("{option} has one of `park` and `ask`"),
                    "give both or neither",
                );
            }
            let ways = [
                pick.park.is_some(),
                pick.ends_turn,
                pick.form.is_some(),
                pick.to.is_some(),
                pick.again.is_some(),
                pick.breaks,
            ];
            let ways = ways.into_iter().filter(|way| *way).count();
            let effects = ways > 0 || pick.settles;
            let jumps = pick.to.is_some() || pick.again.is_some() || pick.breaks;
            if jumps && ways > 1 {
                pen.note(
                    at,
                    format!("{option} leads to two places"),
                    "keep one of its ways",
                );
            }
            if pick.settles && self.about.is_none() {
                pen.note(
                    at,
                    format!("{option} settles a topic this script has not"),
                    "add `about = \"topic\"` to the script, or take it out",
                );
            }
            if pick.form.is_some() && self.is_gated() {
                pen.note(
                    at,
                    format!("{option} changes the form of touch or sex while it runs"),
                    "take `form` out; limits are fixed once it has begun",
                );
            }
            if pick.at_most.is_some() && pick.again.is_none()
                || pick.at_most.is_some_and(|times| !AGAIN.contains(&times))
            {
                pen.note(
                    at,
                    format!("{option}: `at_most` is 1 to 5, with `again`"),
                    "change it or take it out",
                );
            }
            self.check_way(pen, at, step, pick);
            if effects && *chooser == Chooser::Each {
                pen.note(
                    at,
                    format!("{option} leads somewhere, but each picks"),
                    "let one or either choose",
                );
            }
            if pick.ends_turn && step.speaker != Some(Speaker::Each) {
                pen.note(
                    at,
                    format!("{option} ends a turn that is not there"),
                    "use it with `speaker = \"each\"`",
                );
            }
            if let Some(form) = &pick.form {
                match self.form(form) {
                    Some(form) if !form.for_one && step.speaker.is_none() => {}
                    Some(_) | None => pen.note(
                        at,
                        format!("{option} cannot go on in form `{form}`"),
                        "name a form for two, in a step without speaker",
                    ),
                }
            }
        }
    }

    /// An option that says how deep cards may go.
    fn check_depth(&self, pen: &mut Pen, at: &str, step: &Step, picks: &[Pick]) {
        let depths: Vec<u8> = picks.iter().filter_map(|pick| pick.depth).collect();
        if depths.is_empty() {
            return;
        }
        if depths.iter().any(|depth| !DEPTHS.contains(depth)) {
            pen.note(
                at,
                "a depth is 1, 2 or 3",
                "use `depth = 1` for light, 2 for closer, 3 for close",
            );
        }
        if depths.len() < picks.len() {
            pen.note(
                at,
                "one option says how deep, another does not",
                "give every option of it a `depth`, or none",
            );
        }
        let draws = |step: &Step| matches!(step.what, What::Draw(_));
        for form in self.forms.iter().filter(|form| step.is_in(form)) {
            let mut behind = (self.steps.iter())
                .skip_while(|one| one.id != step.id)
                .filter(|one| one.is_in(form));
            if !behind.any(draws) {
                pen.note(
                    at,
                    format!(
                        "it says how deep, but in form `{}` no card is drawn after it",
                        form.id
                    ),
                    "put a `draw` behind it in this form, or take `depth` out",
                );
            }
        }
    }

    /// Where a choice jumps to: in every form it is played in, forward or back as it says, and never out of one
    /// person's round into another's.
    fn check_way(&self, pen: &mut Pen, at: &str, step: &Step, pick: &Pick) {
        let place = |id: &str| self.steps.iter().position(|one| one.id == id);
        for (target, back) in [(&pick.to, false), (&pick.again, true)] {
            let Some(id) = target else { continue };
            let option = format!("option `{}`", pick.id);
            let key = if back { "again" } else { "to" };
            let (Some(here), Some(there)) = (place(&step.id), place(id)) else {
                pen.note(
                    at,
                    format!("{option}: `{key}` names no step `{id}`"),
                    "name a step of this script",
                );
                continue;
            };
            if (there < here) != back || there == here {
                pen.note(
                    at,
                    format!("{option}: `{id}` does not stand where `{key}` leads"),
                    "`to` goes on to a later step, `again` back to an earlier one",
                );
                continue;
            }
            let target = &self.steps[there];
            for form in self.forms.iter().filter(|form| step.is_in(form)) {
                if !target.is_in(form) {
                    pen.note(
                        at,
                        format!("{option}: form `{}` has no step `{id}`", form.id),
                        "let the step be in every form that this choice is in",
                    );
                }
            }
            let each = |step: &Step| step.speaker == Some(Speaker::Each);
            let same_part = self.part(&step.id) == self.part(id);
            let fits = if each(step) {
                each(target) && same_part
            } else {
                !each(target)
                    || there.checked_sub(1).is_none_or(|before| {
                        let before = &self.steps[before];
                        !each(before) || self.part(&before.id) != self.part(id)
                    })
            };
            if !fits {
                pen.note(
                    at,
                    format!("{option}: `{id}` is in the middle of a round of each"),
                    "lead to the first step of that round, or stay within one's own",
                );
            }
        }
    }

    fn check_texts(&self, pen: &mut Pen, at: &str, step: &Step) {
        let roles: &[Role] = if step.speaker.is_some() {
            &[Role::Speaker, Role::Listener]
        } else {
            &[Role::Both]
        };
        let forms: Vec<&Form> = self.forms.iter().filter(|form| step.is_in(form)).collect();
        let for_two = forms.iter().any(|form| !form.for_one);
        let alone = forms.iter().any(|form| form.for_one);
        let modes = self
            .modes
            .iter()
            .filter(|_| for_two)
            .chain(alone.then_some(&Mode::Solo));
        for &mode in modes {
            for &role in roles {
                if mode == Mode::Solo && role == Role::Listener {
                    continue;
                }
                let side = format!("{mode:?}, {role:?}");
                match step.texts.say.line(mode, role) {
                    None => pen.note(
                        at,
                        format!("nothing to say ({side})"),
                        "add `say` or the text of that side",
                    ),
                    Some(text) => self.check_names(pen, at, step, mode, text),
                }
                if let Some(text) = step.texts.hint.line(mode, role) {
                    self.check_names(pen, at, step, mode, text);
                }
            }
        }
        for (key, voices, most) in [
            ("say", &step.texts.say, SAY_AT_MOST),
            ("hint", &step.texts.hint, HINT_AT_MOST),
        ] {
            for (voice, text) in all(voices) {
                let length = shown(text);
                if length > most {
                    pen.note(
                        at,
                        format!("{key}{voice} has {length} characters with names"),
                        format!("shorten it to {most}"),
                    );
                }
                if text.trim().is_empty() {
                    pen.note(
                        at,
                        format!("{key}{voice} is empty"),
                        "write it or take it out",
                    );
                }
            }
        }
    }

    fn check_names(&self, pen: &mut Pen, at: &str, step: &Step, mode: Mode, text: &str) {
        for name in places(text) {
            if !NAMES.contains(&name) {
                pen.note(
                    at,
                    format!("{{{name}}} is nobody"),
                    "use me, you, first, second, speaker, listener or topic",
                );
            } else if name == "topic" && self.about.is_none() {
                pen.note(
                    at,
                    "{topic} in a script that is about none",
                    "add `about = \"topic\"` to the script, or write it out",
                );
            } else if mode == Mode::OnePhone && matches!(name, "me" | "you") {
                pen.note(
                    at,
                    format!("on one shared phone {{{name}}} may be either"),
                    "add a text of its own with `_shared`, or use another name",
                );
            } else if step.speaker.is_none() && matches!(name, "speaker" | "listener") {
                pen.note(
                    at,
                    format!("{{{name}}} in a step without a speaker"),
                    "use another name",
                );
            }
        }
    }
}

fn all(voices: &Voices) -> impl Iterator<Item = (&'static str, &String)> {
    [
        ("", &voices.plain),
        ("_speaker", &voices.speaker),
        ("_listener", &voices.listener),
        ("_shared", &voices.shared),
        ("_apart", &voices.apart),
        ("_solo", &voices.solo),
    ]
    .into_iter()
    .filter_map(|(voice, text)| Some((voice, text.as_ref()?)))
}

fn places(text: &str) -> Vec<&str> {
    text.split('{')
        .skip(1)
        .map(|after| after.split_once('}').map_or(after, |(name, _)| name))
        .collect()
}

/// Length on the screen, with names put in.
fn shown(text: &str) -> usize {
    let places: usize = places(text)
        .iter()
        .map(|name| name.chars().count() + 2)
        .sum();
    text.chars().count().saturating_sub(places) + NAME * places_count(text)
}

fn places_count(text: &str) -> usize {
    text.matches('{').count()
}
