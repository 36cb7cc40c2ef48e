//! `rekindle pack preview DIR SCRIPT`: plays a script for its author, in the terminal with both phones side by side, or
//! in the browser, in a furnished house that has this pack.

use std::io::{BufRead, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use rekindle_domain::pack::Pack;
use rekindle_domain::session::{
    ButtonKind, Chime, Command, Detail, Filled, Mode, Phase, Press, Script, Shows, State, View,
};
use rekindle_domain::{Stamp, Who};

use super::demo;
use super::pack::read;
use crate::settings::Given;

const NAMES: [&str; 2] = ["Ana", "Ben"];
/// A script that cannot be ended is a mistake of ours, not a reason to go on for ever.
const PRESSES_AT_MOST: usize = 2000;

/// How it is to be played.
pub(crate) struct Asked<'a> {
    pub(crate) dir: &'a Path,
    pub(crate) script: &'a str,
    pub(crate) form: Option<&'a str>,
    pub(crate) mode: Option<&'a str>,
}

/// The pack and the script in it.
pub(crate) fn find(asked: &Asked<'_>) -> anyhow::Result<(Pack, Script)> {
    let pack = match read(asked.dir)? {
        Ok(found) => found.pack,
        Err(mistakes) => {
            for mistake in &mistakes {
                eprintln!("{mistake}");
            }
            bail!("{} to put right first", mistakes.len());
        }
    };
    let Some(script) = pack.script(asked.script).cloned() else {
        let known: Vec<&str> = pack.scripts.keys().map(String::as_str).collect();
        bail!(
            "there is no script \"{}\"; there are: {}",
            asked.script,
            known.join(", ")
        );
    };
    Ok((pack, script))
}

/// Plays it in the terminal: Enter presses what leads on, a number presses that one, `q` ends.
pub(crate) fn run(asked: &Asked<'_>) -> anyhow::Result<()> {
    let (_, script) = find(asked)?;
    let (stdin, stdout) = (std::io::stdin(), std::io::stdout());
    play(&script, asked, stdin.lock(), stdout.lock())
}

/// Plays it in a browser: a furnished house with this pack, where the session is laid out for both.
pub(crate) fn in_browser(given: Given, asked: &Asked<'_>) -> anyhow::Result<()> {
    let (pack, script) = find(asked)?;
    let shown = demo::Shown { pack, script };
    let given = if given.has("listen") {
        given
    } else {
        given.with("listen", "127.0.0.1:0")
    };
    demo::run(given, 1, Some(shown))
}

fn mode_of(word: Option<&str>, script: &Script, form: &str) -> anyhow::Result<Mode> {
    let form = script.form(form).context("the form is there")?;
    let known = [
        ("live", Mode::Live),
        ("one-phone", Mode::OnePhone),
        ("apart", Mode::Apart),
    ];
    match word {
        _ if form.for_one => Ok(Mode::Solo),
        None => script
            .modes_of(form)
            .first()
            .copied()
            .context("a form for two has a way"),
        Some(word) => (known.iter())
            .find(|(name, mode)| *name == word && script.modes_of(form).contains(mode))
            .map(|(_, mode)| *mode)
            .with_context(|| {
                format!("this form cannot be held \"{word}\"; try live, one-phone or apart")
            }),
    }
}

pub(crate) fn play(
    script: &Script,
    asked: &Asked<'_>,
    mut input: impl BufRead,
    mut out: impl Write,
) -> anyhow::Result<()> {
    let form = match asked.form {
        Some(form) => script.form(form).with_context(|| {
            let known: Vec<&str> = script.forms.iter().map(|form| form.id.as_str()).collect();
            format!(
                "there is no form \"{form}\"; there are: {}",
                known.join(", ")
            )
        })?,
        None => script.forms.first().context("a script has a form")?,
    };
    let mode = mode_of(asked.mode, script, &form.id)?;
    let mut stage = Stage {
        script,
        state: State::default(),
        now: Stamp(1_800_000_000_000),
    };
    stage.press(
        Who::First,
        Press::Begin {
            mode,
            form: form.id.clone(),
            first: Who::First,
            about: script.about.map(|_| "who does the shopping".to_owned()),
        },
    )?;
    writeln!(
        out,
        "{} · {} · {}",
        script.title,
        form.title,
        words_of(mode)
    )?;
    for prompt in &script.prepare {
        writeln!(out, "  beforehand, for oneself: {}", prompt.ask)?;
    }
    for line in &script.includes {
        writeln!(out, "  is: {line}")?;
    }
    for line in &script.excludes {
        writeln!(out, "  leaves out: {line}")?;
    }
    let people: &[Who] = if mode == Mode::Solo {
        &[Who::First]
    } else {
        &Who::BOTH
    };
    for who in people {
        stage.here(*who)?;
    }
    for _ in 0..PRESSES_AT_MOST {
        let buttons = stage.show(people, &mut out)?;
        if stage.state.is_finished() {
            stage.left_behind(&mut out)?;
            return Ok(());
        }
        write!(out, "> ")?;
        out.flush()?;
        let mut line = String::new();
        let ended = input.read_line(&mut line)? == 0;
        let typed = line.trim();
        if typed == "q" {
            return Ok(());
        }
        if ended {
            writeln!(out)?;
        }
        let chosen = match typed.parse::<usize>() {
            Ok(number) => number.checked_sub(1).and_then(|place| buttons.get(place)),
            Err(_) if typed.is_empty() => buttons.first(),
            Err(_) => None,
        };
        match chosen {
            Some((who, kind)) => stage.button(*who, kind)?,
            None => writeln!(out, "Enter, one of the numbers, or q")?,
        }
    }
    bail!("it does not come to an end by what is pressed first")
}

struct Stage<'a> {
    script: &'a Script,
    state: State,
    now: Stamp,
}

impl Stage<'_> {
    fn press(&mut self, who: Who, press: Press) -> anyhow::Result<()> {
        let command = Command {
            at: self.state.view(self.script, who, self.now).token,
            by: (self.state.mode() == Some(Mode::OnePhone)).then_some(who),
            press,
        };
        let events = self
            .state
            .decide(self.script, self.now, who, command)
            .map_err(|refusal| anyhow::anyhow!("the session answers: {refusal}"))?;
        self.state = events
            .iter()
            .fold(std::mem::take(&mut self.state), State::fold);
        self.now = self.now.plus(Stamp::SECOND);
        Ok(())
    }

    fn here(&mut self, who: Who) -> anyhow::Result<()> {
        let day_ends = self.now.plus(12 * Stamp::HOUR);
        self.press(who, Press::Here { day_ends })
    }

    /// Draws both phones and lists what can be pressed, what leads on first.
    fn show(&self, people: &[Who], out: &mut impl Write) -> anyhow::Result<Vec<(Who, ButtonKind)>> {
        let shared = self.state.mode() == Some(Mode::OnePhone);
        let views: Vec<View> = (people.iter())
            .map(|who| self.state.view(self.script, *who, self.now))
            .collect();
        let first = &views[0];
        writeln!(out)?;
        let part = first.parts.get(first.part).map_or("", String::as_str);
        let what = first.step.as_ref().map(|step| {
            let time = step
                .timer
                .map(|timer| format!(" · {}:{:02}", timer.total / 60_000, timer.total / 1000 % 60));
            format!(
                " · {} ({:?}{})",
                step.id,
                step.kind,
                time.unwrap_or_default()
            )
        });
        writeln!(
            out,
            "── {} of {} · {part}{}",
            first.part + 1,
            first.parts.len(),
            what.unwrap_or_default()
        )?;
        for view in views.iter().take(if shared { 1 } else { 2 }) {
            let name = if shared {
                "both"
            } else {
                NAMES[view.me.index()]
            };
            for (n, line) in screen(view).iter().enumerate() {
                writeln!(out, "{:>5} │ {line}", if n == 0 { name } else { "" })?;
            }
        }
        let mut buttons: Vec<(Who, ButtonKind)> = vec![];
        for view in &views {
            for button in view
                .buttons
                .iter()
                .filter(|button| shared || button.who == view.me)
            {
                let one = (button.who, button.kind.clone());
                if !buttons.contains(&one) {
                    buttons.push(one);
                }
            }
        }
        buttons.sort_by_key(|(_, kind)| rank(kind));
        let listed: Vec<String> = (buttons.iter().enumerate())
            .map(|(n, (who, kind))| format!("{} {}: {}", n + 1, NAMES[who.index()], word(kind)))
            .collect();
        for some in listed.chunks(6) {
            writeln!(out, "      {}", some.join("   "))?;
        }
        Ok(buttons)
    }

    fn button(&mut self, who: Who, kind: &ButtonKind) -> anyhow::Result<()> {
        if *kind == ButtonKind::Here {
            return self.here(who);
        }
        let words = [
            (ButtonKind::Give, "a small thing"),
            (ButtonKind::Adjust, "in another way"),
            (ButtonKind::Keep, "something good"),
            (ButtonKind::Write, "in our words"),
            (ButtonKind::Park, "something for another day"),
        ]
        .into_iter()
        .find_map(|(of, words)| (of == *kind).then_some(words))
        .unwrap_or("a few words");
        let days = if *kind == ButtonKind::Write { 14 } else { 1 };
        let press = kind.clone().pressed(Filled {
            words: Some(words.to_owned()),
            from: who.other(),
            talk: false,
            when: Some(self.now.plus(days * Stamp::DAY)),
            day_ends: self.now.plus(Stamp::DAY),
            chance: u64::try_from(self.now.0).unwrap_or_default() / 1000 * 7,
        });
        self.press(who, press)
    }

    fn left_behind(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let Some(left) = self.state.summary() else {
            return Ok(());
        };
        writeln!(out, "\nFinished. What it leaves behind:")?;
        for said in &left.appreciations {
            writeln!(out, "  kept: {}", said.words)?;
        }
        for written in &left.written {
            writeln!(out, "  {:?}: {}", written.what, written.words)?;
        }
        for agreed in &left.agreed {
            writeln!(
                out,
                "  agreed: {}",
                agreed.words.as_deref().unwrap_or("said aloud")
            )?;
        }
        for topic in &left.parked {
            writeln!(out, "  put aside: {}", topic.topic)?;
        }
        Ok(())
    }
}

const fn words_of(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "two phones",
        Mode::OnePhone => "one phone",
        Mode::Apart => "apart, on a call",
        Mode::Solo => "alone",
    }
}

/// What leads on comes first, then what stands beside the way, the way out last.
const fn rank(kind: &ButtonKind) -> u8 {
    match kind {
        ButtonKind::Next
        | ButtonKind::Ready
        | ButtonKind::Take
        | ButtonKind::SaidBack
        | ButtonKind::Accept
        | ButtonKind::Resume
        | ButtonKind::Here => 0,
        ButtonKind::Right | ButtonKind::Choose(_) | ButtonKind::Give | ButtonKind::Write => 1,
        ButtonKind::Draw(_) => 2,
        ButtonKind::NotQuite
        | ButtonKind::PassOn
        | ButtonKind::Adjust
        | ButtonKind::Decline
        | ButtonKind::SetTime => 3,
        ButtonKind::Keep | ButtonKind::Park | ButtonKind::FreshStart | ButtonKind::Skip => 4,
        ButtonKind::Pause | ButtonKind::Break | ButtonKind::NotNow => 5,
        ButtonKind::Stop => 6,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the others are called what they are"
)]
fn word(kind: &ButtonKind) -> String {
    match kind {
        ButtonKind::Choose(option) => format!("“{option}”"),
        ButtonKind::Draw(Some(depth)) => format!("draw (depth {depth})"),
        _ => format!("{kind:?}").to_lowercase(),
    }
}

/// The lines one phone shows.
fn screen(view: &View) -> Vec<String> {
    match &view.phase {
        Phase::Unopened | Phase::Waiting { .. } => {
            vec!["It begins when you are both here".to_owned()]
        }
        Phase::Paused { later: None } => vec!["Paused".to_owned()],
        Phase::Paused { later: Some(_) } => vec!["Paused, with a time to come back".to_owned()],
        Phase::Finished => vec!["Finished for today".to_owned()],
        Phase::Running => {
            let Some(step) = &view.step else {
                return vec![];
            };
            let mut lines = vec![view.fill(&step.say, NAMES)];
            lines.extend(
                step.hint
                    .as_ref()
                    .map(|hint| format!("  {}", view.fill(hint, NAMES))),
            );
            match &step.detail {
                Detail::Cover { pass_to } => {
                    lines = vec![format!("Pass the phone to {}", NAMES[pass_to.index()])];
                }
                Detail::Draw { card: Some(card) } => lines.push(format!("  [{}]", card.say)),
                Detail::Write {
                    words: Some(words), ..
                } => lines.push(format!("  “{words}”")),
                Detail::Choice { picks, .. } => {
                    lines.extend(
                        picks.iter().map(|pick| {
                            format!("  ( ) {}: {}", pick.id, view.fill(&pick.say, NAMES))
                        }),
                    );
                }
                Detail::Reflect {
                    offer_pause: true, ..
                } => lines.push("  (a break is offered)".to_owned()),
                Detail::Gate {
                    holds: Some(who), ..
                } => lines.push(format!("  (in the hands of {} alone)", NAMES[who.index()])),
                Detail::Private { kept: true, .. } => {
                    lines.push("  (words for oneself, sealed)".to_owned());
                }
                Detail::Private { kept: false, .. } => {
                    lines.push("  (words for oneself, not kept)".to_owned());
                }
                Detail::Timed { chime, flows, pace } => {
                    let bells = match chime {
                        Chime::None => "no bell at the end",
                        Chime::Begin => "one bell at the end",
                        Chime::Change => "two bells at the end",
                        Chime::Close => "three bells at the end",
                    };
                    let flows = if *flows {
                        ", then it goes on by itself"
                    } else {
                        ""
                    };
                    lines.push(format!("  ({bells}{flows})"));
                    lines.extend(pace.map(|pace| {
                        format!(
                            "  (breathe in {}, hold {}, out {})",
                            pace.in_, pace.hold, pace.out
                        )
                    }));
                }
                Detail::Read
                | Detail::Reflect { .. }
                | Detail::Gate { holds: None, .. }
                | Detail::Request(_)
                | Detail::Keep { .. }
                | Detail::Write { words: None, .. }
                | Detail::Draw { card: None }
                | Detail::Time
                | Detail::Closing
                | Detail::Gone => {}
            }
            if step.shows == Some(Shows::TouchMap) {
                lines.push("  (the touch map of who receives)".to_owned());
            }
            lines.extend(step.card.as_ref().map(|card| format!("  [{}]", card.say)));
            lines
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../guide");

    fn asked<'a>(script: &'a str, form: Option<&'a str>, mode: Option<&'a str>) -> Asked<'a> {
        let dir = Path::new(GUIDE);
        Asked {
            dir,
            script,
            form,
            mode,
        }
    }

    fn played(script: &Script, asked: &Asked<'_>, input: &str) -> anyhow::Result<String> {
        let mut out = vec![];
        play(script, asked, input.as_bytes(), &mut out)?;
        Ok(String::from_utf8(out)?)
    }

    /// With nobody at the keyboard what leads on is pressed, to the end: every script, form and way of the guide.
    #[test]
    fn an_author_plays_every_script_to_its_end() {
        let (pack, _) = find(&asked("massage-exchange", None, None)).unwrap();
        for script in pack.scripts.values() {
            for form in &script.forms {
                for mode in ["live", "one-phone", "apart"] {
                    let ways = script.modes_of(form).len();
                    let asked = asked(&script.id, Some(&form.id), Some(mode));
                    match played(script, &asked, "") {
                        Ok(said) => {
                            let closed = said.contains("Finished. What it leaves behind:");
                            assert!(closed, "{} {} {mode}: {said}", script.id, form.id);
                        }
                        Err(no) => {
                            assert!(ways < 3 && !form.for_one, "{} {}: {no}", script.id, form.id);
                            assert!(no.to_string().contains("cannot be held"), "{no}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn an_author_sees_bells_and_paces_and_is_told_what_there_is() {
        let (_, break_) = find(&asked("calming-break", None, None)).unwrap();
        let said = played(&break_, &asked("calming-break", None, None), "").unwrap();
        for text in [
            "(breathe in 4, hold 0, out 7)",
            "(no bell at the end, then it goes on by itself)",
            "(three bells at the end)",
        ] {
            assert!(said.contains(text), "{said}");
        }
        // A number presses that one, `q` ends, anything else is asked again.
        let said = played(&break_, &asked("calming-break", None, None), "hm\nq\n").unwrap();
        assert!(said.contains("Enter, one of the numbers, or q"), "{said}");
        assert!(!said.contains("Finished."), "{said}");
        for (script, form, mode, told) in [
            (
                "calming",
                None,
                None,
                "there is no script \"calming\"; there are: ",
            ),
            (
                "calming-break",
                Some("ten"),
                None,
                "there is no form \"ten\"; there are: twenty, ",
            ),
            (
                "calming-break",
                None,
                Some("loud"),
                "try live, one-phone or apart",
            ),
        ] {
            let asked = asked(script, form, mode);
            let no = find(&asked).and_then(|(_, script)| played(&script, &asked, ""));
            let no = no.unwrap_err().to_string();
            assert!(no.contains(told), "{no}");
        }
    }
}
