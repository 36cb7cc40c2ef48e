//! The screen of a session: a view of the engine, drawn. What may be pressed is exactly what the view offers.

use maud::{Markup, html};
use rekindle_domain::held::Held;
use rekindle_domain::ids::SessionId;
use rekindle_domain::session::{
    Asking, ButtonKind, Chime, Detail, Kind, Mode, Phase, Role, Script, State, StepView, View,
    Written,
};
use rekindle_domain::shared::Shared;
use rekindle_domain::{When, Who};

use super::super::parts;
use super::Pressed;
use super::layout;
use super::prepare::{self, Prepared};
use crate::visit::Visit;
use crate::{paths, ui};

pub(super) struct Shown<'a> {
    pub(super) visit: &'a Visit,
    pub(super) id: SessionId,
    pub(super) script: &'a Script,
    pub(super) state: &'a State,
    pub(super) mark: &'a str,
    pub(super) names: [String; 2],
    pub(super) notes: Option<&'a Prepared>,
    /// What the receiver of a touch has shared of their map, on the phone of the giver.
    pub(super) map: Option<&'a Markup>,
    /// Who offered it for today, while it has not begun.
    pub(super) offered: Option<Who>,
    pub(super) problem: Option<&'a str>,
    /// The press that was not taken: what was typed for it is still there.
    pub(super) typed: Option<&'a Pressed>,
}

const fn who_word(who: Who) -> &'static str {
    match who {
        Who::First => "first",
        Who::Second => "second",
    }
}

impl Shown<'_> {
    fn say(&self, id: &str) -> String {
        self.visit.app.words().say(id)
    }

    /// What was typed for this press and not taken.
    fn typed(&self, press: &str) -> Option<&Pressed> {
        self.typed.filter(|typed| typed.press == press)
    }

    fn words(&self, press: &str) -> &str {
        self.typed(press).map_or("", |typed| typed.words.as_str())
    }

    fn name(&self, who: Who) -> &str {
        &self.names[who.index()]
    }

    fn fill(&self, view: &View, text: &str) -> String {
        view.fill(text, [&self.names[0], &self.names[1]])
    }

    fn address(&self) -> String {
        paths::session(self.id)
    }

    /// A form with one press in it, and whatever is typed for it.
    fn form(&self, view: &View, press: &str, by: Option<Who>, inside: &Markup) -> Markup {
        html! {
            form.form method="post" novalidate action=(self.address()) data-live-form {
                input type="hidden" name="at" value=(view.token);
                input type="hidden" name="press" value=(press);
                @if let Some(by) = by { input type="hidden" name="by" value=(who_word(by)); }
                (inside)
            }
        }
    }

    fn button(
        &self,
        view: &View,
        press: &str,
        by: Option<Who>,
        label: &str,
        weight: Weight,
    ) -> Markup {
        let button = match weight {
            Weight::Main => ui::Button::primary(label).wide(),
            Weight::Other => ui::Button::quiet(label).wide(),
            Weight::Soft => ui::Button::plain(label).small(),
        };
        self.form(view, press, by, &html! { (button) })
    }
}

#[derive(Clone, Copy)]
enum Weight {
    Main,
    Other,
    Soft,
}

/// The page of a running session, for whoever looks at it.
pub(super) fn screen(shown: &Shown<'_>) -> Markup {
    let visit = shown.visit;
    let view = shown.state.view(shown.script, visit.space().who, visit.now);
    let body = frame(shown, &view);
    ui::Page {
        whole: true,
        scripts: ui::Script::SESSION,
        look: visit.look(),
        leave_to: &visit.app.settings().leave_to,
        ..ui::Page::new(visit.app.words(), body)
    }
    .render()
}

fn frame(shown: &Shown<'_>, view: &View) -> Markup {
    let w = shown.visit.app.words();
    let live = format!(
        "{}?at={}",
        paths::at(paths::SESSION_LIVE, shown.id),
        shown.mark
    );
    let address = shown.address();
    let parts = view.parts.len();
    let place = w.tell(
        "session-step-of",
        &[
            ("step", &(view.part + 1).min(parts.max(1)).to_string()),
            ("steps", &parts.to_string()),
        ],
    );
    let (kicker, line, hint) = headline(shown, view);
    let two_phones = matches!(view.mode, Some(Mode::Live | Mode::Apart));
    let presence = match view.phase {
        Phase::Running | Phase::Paused { .. } if two_phones => w.say("session-both-here"),
        Phase::Unopened
        | Phase::Waiting { .. }
        | Phase::Running
        | Phase::Paused { .. }
        | Phase::Finished => String::new(),
    };
    let label = shown.say("session-timer");
    let caption = caption(shown, view);
    let end = shown.say("session-time-up");
    let folded = shown.say("press-more");
    let press = format!("next-{}", view.token).replace('.', "-");
    let mine = view
        .step
        .as_ref()
        .is_none_or(|step| match whose(view, step) {
            Some(who) => who == view.me,
            None => step.kind != Kind::Timer || step.role != Role::Listener,
        });
    html! {
        (ui::SessionFrame {
            step: &format!("{}-{}", view.token, phase_word(&view.phase)),
            title: &shown.script.title,
            presence: &presence,
            progress: (if view.phase == Phase::Running { view.part + 1 } else { view.part }, parts, &place),
            kicker: &kicker,
            mine,
            line: &line,
            body: body(shown, view),
            ring: ring(view, &caption, &label, &end, &press),
            hint: hint.as_deref(),
            actions: html! {
                @if let Some(problem) = shown.problem { (parts::problem_notice(problem)) }
                (actions(shown, view, &press))
            },
            quiet: quiet(shown, view),
            live: Some((live.as_str(), address.as_str())),
            reconnecting: &shown.say("session-reconnecting"),
            sound: sound(view),
            volume: shown.visit.volume(),
            wake: matches!(view.phase, Phase::Running),
            paused: matches!(view.phase, Phase::Paused { .. }),
            dim: &shown.say("session-dim"),
            more: more(shown, view).map(|more| (folded.as_str(), shown.typed("park").is_some(), more)),
        })
    }
}

const fn phase_word(phase: &Phase) -> &'static str {
    match phase {
        Phase::Unopened => "u",
        Phase::Waiting { .. } => "w",
        Phase::Running => "r",
        Phase::Paused { .. } => "p",
        Phase::Finished => "f",
    }
}

/// The bell of arriving at a step: one where a time begins, two where the turn changes, three at the close.
fn sound(view: &View) -> Option<ui::Sound> {
    match view.step.as_ref()?.kind {
        Kind::Timer => Some(ui::Sound::Begin),
        Kind::Turn => Some(ui::Sound::Turn),
        Kind::Closing => Some(ui::Sound::Close),
        Kind::Read
        | Kind::Reflect
        | Kind::Gate
        | Kind::Choice
        | Kind::Request
        | Kind::Keep
        | Kind::Private
        | Kind::Write
        | Kind::Draw
        | Kind::Time => None,
    }
}

/// The bell when the time of a step is over, as its script has it.
const fn end_sound(chime: Chime) -> Option<ui::Sound> {
    match chime {
        Chime::None => None,
        Chime::Begin => Some(ui::Sound::Begin),
        Chime::Change => Some(ui::Sound::Turn),
        Chime::Close => Some(ui::Sound::Close),
    }
}

/// What stands in the ring: how to breathe, where that is what the time is for.
fn caption(shown: &Shown<'_>, view: &View) -> String {
    let pace = match view.step.as_ref().map(|step| &step.detail) {
        Some(Detail::Timed { pace, .. }) => *pace,
        _ => None,
    };
    let Some(pace) = pace else {
        return shown.say("session-left");
    };
    let seconds = [pace.in_, pace.hold, pace.out].map(|one| one.to_string());
    shown.visit.app.words().tell(
        if pace.hold > 0 {
            "session-pace-hold"
        } else {
            "session-pace"
        },
        &[
            ("in", &*seconds[0]),
            ("hold", &*seconds[1]),
            ("out", &*seconds[2]),
        ],
    )
}

fn ring<'a>(
    view: &View,
    caption: &'a str,
    label: &'a str,
    end: &'a str,
    press: &'a str,
) -> Option<ui::Ring<'a>> {
    let step = view.step.as_ref()?;
    let timer = step.timer?;
    let Detail::Timed { flows, chime, pace } = step.detail else {
        return None;
    };
    Some(ui::Ring {
        remaining: u64::try_from(timer.left).unwrap_or_default(),
        total: u64::try_from(timer.total).unwrap_or_default(),
        running: true,
        caption,
        label,
        sound: end_sound(chime),
        end,
        press: flows.then_some(press),
        pace: pace.map(|pace| [pace.in_, pace.hold, pace.out]),
    })
}

/// Kicker, spoken line and hint.
fn headline(shown: &Shown<'_>, view: &View) -> (String, String, Option<String>) {
    let w = shown.visit.app.words();
    let other = shown.name(view.me.other());
    match &view.phase {
        Phase::Unopened => (String::new(), shown.say("session-unopened"), None),
        Phase::Waiting { here, again: false } if shown.offered.is_some() => {
            let line = match shown.offered {
                Some(by) if by != view.me && view.mode != Some(Mode::OnePhone) => {
                    w.tell("session-offered", &[("name", other)])
                }
                _ if here.contains(&view.me) => w.say("session-offered-mine"),
                _ => w.say("session-offered-here"),
            };
            let hint = if here.contains(&view.me) {
                w.tell("session-offered-mine-hint", &[("name", other)])
            } else {
                w.say("session-offered-hint")
            };
            (mode_word(shown, view), line, Some(hint))
        }
        Phase::Waiting { here, again } => {
            let (line, hint) = waiting(shown, view, here, *again);
            (mode_word(shown, view), line, Some(hint))
        }
        Phase::Paused { later } => {
            let hint = match later {
                Some(at) if *at <= shown.visit.now => time_has_come(shown, view),
                Some(at) => w.tell("session-later", &[("when", &local(shown.visit, *at))]),
                None => w.say("session-paused-hint"),
            };
            (String::new(), w.say("session-paused"), Some(hint))
        }
        Phase::Finished => (String::new(), w.say("session-finished"), None),
        Phase::Running => match &view.step {
            None => (String::new(), String::new(), None),
            Some(step) => running(shown, view, step),
        },
    }
}

/// What is said when the time to go on has come.
fn time_has_come(shown: &Shown<'_>, view: &View) -> String {
    shown.say(if view.mode == Some(Mode::Solo) {
        "session-later-now-solo"
    } else {
        "session-later-now"
    })
}

/// Rings once on a paused screen, when the time to go on has come. It calls nobody by name, and nothing goes on by itself.
fn bell(shown: &Shown<'_>, view: &View) -> Option<Markup> {
    let Phase::Paused { later: Some(at) } = view.phase else {
        return None;
    };
    let end = time_has_come(shown, view);
    let bell = ui::Bell {
        remaining: u64::try_from(at.since(shown.visit.now)).unwrap_or_default(),
        sound: ui::Sound::Begin,
        end: &end,
    };
    Some(html! { (bell) })
}

/// Before it begins, or goes on after a night: who is there already, and what it waits for.
fn waiting(shown: &Shown<'_>, view: &View, here: &[Who], again: bool) -> (String, String) {
    let w = shown.visit.app.words();
    if view.mode == Some(Mode::Solo) {
        let line = if again {
            "session-again-solo"
        } else {
            "session-begin-line-solo"
        };
        return (w.say(line), w.say("session-begin-hint-solo"));
    }
    // On one phone it may be either of the two who is there.
    let one_phone = view.mode == Some(Mode::OnePhone);
    let there = if one_phone {
        here.first().copied()
    } else {
        Some(view.me).filter(|me| here.contains(me))
    };
    let line = match there {
        _ if again => w.say("session-again"),
        Some(who) if one_phone => w.tell("session-waiting-named", &[("name", shown.name(who))]),
        Some(who) => w.tell("session-waiting", &[("name", shown.name(who.other()))]),
        None => w.say("session-begin-line"),
    };
    let hint = match there {
        Some(who) => w.tell("session-waiting-hint", &[("name", shown.name(who.other()))]),
        None => w.say("session-begin-hint"),
    };
    (line, hint)
}

fn local(visit: &Visit, at: rekindle_domain::Stamp) -> String {
    let zone = &visit.profile.zone;
    let local = zone.local(at);
    let when = When {
        day: local.date(),
        time: local.time(),
        zone: zone.clone(),
    };
    parts::when(visit.app.words(), &when, zone, visit.now)
}

fn mode_word(shown: &Shown<'_>, view: &View) -> String {
    match view.mode {
        Some(Mode::Live) => shown.say("session-mode-live"),
        Some(Mode::OnePhone) => shown.say("session-mode-one"),
        Some(Mode::Apart) => shown.say("session-mode-apart"),
        Some(Mode::Solo) => shown.say("session-mode-solo"),
        None => String::new(),
    }
}

fn running(shown: &Shown<'_>, view: &View, step: &StepView) -> (String, String, Option<String>) {
    let w = shown.visit.app.words();
    let kicker = kicker(shown, view, step);
    if let Some((line, hint)) = waits(shown, view, step) {
        return (kicker, line, hint);
    }
    let (line, hint) = match &step.detail {
        Detail::Gone => (w.say("session-gone"), None),
        Detail::Cover { pass_to } => {
            let hint = if step.kind == Kind::Gate {
                "session-pass-hint-gate"
            } else {
                "session-pass-hint"
            };
            (
                w.tell("session-pass", &[("name", shown.name(*pass_to))]),
                Some(w.tell(hint, &[("name", shown.name(*pass_to))])),
            )
        }
        Detail::Reflect {
            offer_pause: true, ..
        } => (
            shown.fill(view, &step.say),
            Some(w.say("session-offer-pause")),
        ),
        Detail::Read
        | Detail::Timed { .. }
        | Detail::Reflect { .. }
        | Detail::Gate { .. }
        | Detail::Choice { .. }
        | Detail::Request(_)
        | Detail::Keep { .. }
        | Detail::Private { .. }
        | Detail::Write { .. }
        | Detail::Draw { .. }
        | Detail::Time
        | Detail::Closing => (
            shown.fill(view, &step.say),
            step.hint.as_deref().map(|hint| shown.fill(view, hint)),
        ),
    };
    (kicker, line, hint)
}

/// Whose turn it is; nobody’s where both have the word, or who listened.
fn whose(view: &View, step: &StepView) -> Option<Who> {
    if view.mode == Some(Mode::Solo)
        || matches!(step.kind, Kind::Timer | Kind::Reflect | Kind::Read)
    {
        return None;
    }
    match (&step.detail, step.speaker) {
        (Detail::Request(Asking::Asked { .. }), Some(who)) => Some(who.other()),
        (
            Detail::Gate {
                holds: Some(who), ..
            },
            _,
        ) => Some(*who),
        // The hidden answer of one, on a phone that both hold in turn.
        (Detail::Choice { done: false, .. }, None) if view.mode == Some(Mode::OnePhone) => {
            let mut picking = (view.buttons.iter())
                .filter(|button| matches!(button.kind, ButtonKind::Choose(_)))
                .map(|button| button.who);
            picking.next().filter(|one| picking.all(|who| who == *one))
        }
        (_, speaker) => speaker,
    }
}

/// Whose turn it is, or the part it belongs to.
fn kicker(shown: &Shown<'_>, view: &View, step: &StepView) -> String {
    let w = shown.visit.app.words();
    match whose(view, step) {
        None => view.parts.get(view.part).cloned().unwrap_or_default(),
        Some(who) if view.mode == Some(Mode::OnePhone) => {
            w.tell("session-turn-of", &[("name", shown.name(who))])
        }
        Some(who) if who == view.me => w.say("session-your-turn"),
        Some(_) if step.kind == Kind::Turn => w.say("session-your-turn-to-listen"),
        Some(who) => w.tell("session-turn-of", &[("name", shown.name(who))]),
    }
}

/// Line and hint where a step has moved on within itself: what was pressed was taken, and who is next. It says only what
/// oneself has done, or what both see (S3).
fn waits(shown: &Shown<'_>, view: &View, step: &StepView) -> Option<(String, Option<String>)> {
    let w = shown.visit.app.words();
    let (me, other) = (view.me, shown.name(view.me.other()));
    let told = |id: &str| w.tell(id, &[("name", other)]);
    let say = || shown.fill(view, &step.say);
    let hint = || step.hint.as_deref().map(|hint| shown.fill(view, hint));
    let done = || Some(w.say("session-private-done"));
    let one_phone = view.mode == Some(Mode::OnePhone);
    let listens = step.role == Role::Listener;
    match (&step.detail, step.speaker) {
        (Detail::Request(Asking::Asked { .. }), Some(speaker)) if one_phone => {
            // The hint of the step is for whoever asks, and that is done.
            let answers = shown.name(speaker.other());
            Some((w.tell("session-asks-here", &[("name", answers)]), None))
        }
        (Detail::Request(Asking::Adjusted { .. }), Some(speaker)) if one_phone => {
            let answers = shown.name(speaker);
            Some((w.tell("session-offers-here", &[("name", answers)]), None))
        }
        (
            Detail::Write {
                words: Some(_),
                both: true,
                ..
            },
            _,
        ) if one_phone => Some((say(), Some(w.say("session-write-both")))),
        _ if one_phone => None,
        (Detail::Request(Asking::Asked { .. }), _) if listens => {
            Some((told("session-asks"), hint()))
        }
        (Detail::Request(Asking::Asked { .. }), _) => Some((told("session-asked"), None)),
        (Detail::Request(Asking::Adjusted { .. }), _) if listens => {
            Some((told("session-offered-instead"), None))
        }
        (Detail::Request(Asking::Adjusted { .. }), _) => Some((told("session-offers"), None)),
        (
            Detail::Reflect {
                said_back: true,
                offer_pause: false,
                ..
            },
            _,
        ) if listens => Some((told("session-said-back"), None)),
        (
            Detail::Choice {
                picked,
                done: false,
                ..
            },
            _,
        ) if picked[me.index()].is_some() => Some((say(), Some(told("session-picked")))),
        (Detail::Gate { ready, .. }, _) if ready.contains(&me) => Some((say(), done())),
        (Detail::Private { done: true, .. }, _) => Some((say(), done())),
        (
            Detail::Write {
                words: Some(_),
                both: true,
                ours,
                ..
            },
            _,
        ) => {
            let ours = ours.contains(&me);
            Some((
                say(),
                if ours {
                    done()
                } else {
                    Some(w.say("session-write-both"))
                },
            ))
        }
        _ => None,
    }
}

/// What stands between the line and the buttons: words given, choices made, my own notes.
fn body(shown: &Shown<'_>, view: &View) -> Option<Markup> {
    let w = shown.visit.app.words();
    if matches!(view.phase, Phase::Waiting { .. }) {
        return Some(before(shown, view));
    }
    let step = view.step.as_ref()?;
    let given = match &step.detail {
        Detail::Request(Asking::Asked { words } | Asking::Adjusted { words }) => {
            Some(match words {
                Some(words) => ui::quote(words),
                None => html! { p.soft { (w.say("session-spoken")) } },
            })
        }
        Detail::Choice { picks, picked, .. } => {
            let said = |who: Who| {
                let id = picked[who.index()].as_ref()?;
                let say = picks.iter().find(|pick| pick.id == *id)?.say.clone();
                Some(html! { p { strong { (shown.name(who)) } ": " (say) } })
            };
            let said: Vec<Markup> = Who::BOTH.into_iter().filter_map(said).collect();
            (!said.is_empty()).then(|| html! { @for line in &said { (line) } })
        }
        Detail::Write {
            words: Some(words),
            back,
            ..
        } => Some(html! {
            (ui::quote(words))
            @if let Some(back) = back { p.small { (w.say("history-back")) " " (local(shown.visit, *back)) } }
        }),
        // What is tried and put back is seen by whoever chooses; the other sees the card that was taken, at the step after.
        Detail::Draw { card: Some(card) }
            if step.role != Role::Listener || view.mode == Some(Mode::OnePhone) =>
        {
            Some(html! {
                div.card-drawn {
                    // How close it is says something only where that was chosen.
                    @if view.buttons.iter().any(|button| matches!(button.kind, ButtonKind::Draw(Some(_)))) {
                        p.kicker { (w.say(depth_word(card.depth))) }
                    }
                    p.card-say { (card.say) }
                    @if let Some(then) = &card.then { p.small { (then) } }
                }
            })
        }
        // One phone, in the hands of one of the two.
        Detail::Gate { holds: Some(_), .. } => {
            Some(html! { p.soft { (w.say("session-gate-here")) } })
        }
        Detail::Keep { .. } if !view.kept.is_empty() => Some(html! {
            @for kept in &view.kept { (ui::quote(&kept.words)) }
        }),
        Detail::Closing if !view.written.is_empty() => Some(written(shown, &view.written)),
        Detail::Read
        | Detail::Timed { .. }
        | Detail::Reflect { .. }
        | Detail::Gate { holds: None, .. }
        | Detail::Cover { .. }
        | Detail::Request(Asking::Open)
        | Detail::Keep { .. }
        | Detail::Private { .. }
        | Detail::Write { words: None, .. }
        | Detail::Draw { .. }
        | Detail::Time
        | Detail::Closing
        | Detail::Gone => None,
    };
    let asked = matches!(
        step.detail,
        Detail::Request(Asking::Asked { .. } | Asking::Adjusted { .. })
    );
    let speaking = step.role != Role::Listener && view.mode != Some(Mode::OnePhone) && !asked;
    let form = view.form.as_deref().and_then(|id| shown.script.form(id));
    let prompts = prepare::shown_at(shown.script, &step.id, form).filter(|_| speaking);
    let notes = prompts.map(|prompt| match shown.notes {
        Some(notes) => html! {
            @if let Some(note) = notes.get(prompt).filter(|note| !note.is_empty()) {
                div.my-notes { p.kicker { (w.say("session-my-notes")) } @for line in note.lines() { p { (line) } } }
            }
        },
        None => html! {
            p.small { a href={ (paths::DOOR) "?to=" (shown.address()) } { (w.say("session-open-notes")) } }
        },
    });
    let notes: Vec<Markup> = notes.collect();
    (given.is_some() || !notes.is_empty() || shown.map.is_some() || step.card.is_some()).then(
        || {
            html! {
                // Drawn a moment ago, and told about now.
                @if let Some(card) = &step.card {
                    div.lies {
                        p.card-say { (card.say) }
                        // A question to whoever drew it.
                        @if let Some(then) = card.then.as_ref().filter(|_| step.role != Role::Listener || view.mode == Some(Mode::OnePhone)) {
                            p.small { (then) }
                        }
                    }
                }
                @if let Some(given) = &given { (given) }
                @for note in &notes { (note) }
                @if let Some(map) = shown.map { (map) }
            }
        },
    )
}

const fn depth_word(depth: u8) -> &'static str {
    match depth {
        1 => "session-depth-1",
        2 => "session-depth-2",
        _ => "session-depth-3",
    }
}

/// What the two wrote down together so far.
fn written(shown: &Shown<'_>, all: &[Written]) -> Markup {
    html! {
        @for one in all {
            p.kicker { (shown.say(super::text_word(one.what))) }
            (ui::quote(&one.words))
            @if let Some(back) = one.back { p.small { (shown.say("history-back")) " " (local(shown.visit, back)) } }
        }
    }
}

/// Before it begins: what it is about, how to do it in this form, when not to (S11), and for touch what it is and leaves
/// out (S5).
fn before(shown: &Shown<'_>, view: &View) -> Markup {
    let w = shown.visit.app.words();
    let form = view
        .form
        .as_deref()
        .and_then(|form| shown.script.form(form));
    // Whoever joins never saw where it was laid out. Alone, one did, and nobody is asked for anything.
    let practice = layout::practice_of(&shown.visit.app, &shown.script.id)
        .filter(|_| view.mode != Some(Mode::Solo));
    let app = &shown.visit.app;
    html! {
        @if let Some(topic) = &view.topic { p.kicker { (w.say("session-about")) } (ui::quote(topic)) }
        @if view.bounds.is_some() && let Some(practice) = practice { (super::super::practice::not_now(app, practice)) }
        @if let Some(bounds) = &view.bounds { (layout::bounds(w, &bounds.includes, &bounds.excludes)) }
        @if let Some(form) = form {
            p.small { @if form.title != mode_word(shown, view) { strong { (form.title) } " · " } (w.tell("session-minutes", &[("minutes", &form.minutes.to_string())])) }
            @if let Some(note) = &form.note { p.small { (note) } }
        }
        @if view.bounds.is_none() && let Some(practice) = practice { (super::super::practice::not_now_in_short(app, practice)) }
    }
}

/// Who a press would be by, where one phone serves both.
fn by(view: &View, who: Who) -> Option<Who> {
    (view.mode == Some(Mode::OnePhone)).then_some(who)
}

/// A press that either may make is offered once.
fn once(view: &View, kind: &ButtonKind) -> Option<Who> {
    view.buttons
        .iter()
        .find(|button| button.kind == *kind)
        .map(|button| button.who)
}

fn actions(shown: &Shown<'_>, view: &View, press_id: &str) -> Markup {
    let w = shown.visit.app.words();
    let single = |kind: ButtonKind, press: &str, label: &str, weight: Weight| {
        once(view, &kind).map(|who| shown.button(view, press, by(view, who), &w.say(label), weight))
    };
    let each = |kind: ButtonKind, press: &'static str, label: &'static str, named: &'static str| {
        view.buttons
            .iter()
            .filter(move |button| button.kind == kind)
            .map(move |button| {
                let label = match by(view, button.who) {
                    Some(who) => w.tell(named, &[("name", shown.name(who))]),
                    None => w.say(label),
                };
                shown.button(view, press, by(view, button.who), &label, Weight::Main)
            })
    };
    let area = |press: &str, label: &str, rows: u8| {
        let id = format!("words-{press}");
        parts::area(&w.say(label), &id, shown.words(press), None, false, rows)
    };
    let typed = |kind: ButtonKind, press: &str, label: &str, button: &str, weight: Weight| {
        once(view, &kind).map(|who| {
            let button = match weight {
                Weight::Main => ui::Button::primary(button),
                Weight::Other | Weight::Soft => ui::Button::quiet(button),
            };
            shown.form(
                view,
                press,
                by(view, who),
                &html! { (area(press, label, 2)) (button.wide()) },
            )
        })
    };
    // Whoever listens may go on, too, but it is not theirs to be done.
    let listens = view.mode != Some(Mode::OnePhone)
        && (view.step.as_ref()).is_some_and(|step| {
            matches!(step.kind, Kind::Turn | Kind::Timer) && step.role == Role::Listener
        });
    // A time of both ends for both.
    let of_both = view.mode != Some(Mode::Solo)
        && (view.step.as_ref())
            .is_some_and(|step| step.kind == Kind::Timer && step.role == Role::Both);
    let next_label = match view.step.as_ref().map(|step| &step.detail) {
        Some(Detail::Timed { .. }) if listens => "press-next",
        Some(Detail::Timed { .. }) if of_both => "press-done-both",
        Some(Detail::Timed { .. }) => "press-done",
        Some(Detail::Closing) => "press-close",
        Some(Detail::Request(_)) => "press-no-request",
        Some(Detail::Time) if view.next.is_none() => "press-go-on-without",
        Some(Detail::Keep { .. } | Detail::Time | Detail::Draw { .. }) => "press-go-on",
        Some(Detail::Write { words: None, .. }) => "press-leave-words",
        _ => "press-next",
    };
    let keeps = matches!(
        view.step.as_ref().map(|step| &step.detail),
        Some(Detail::Keep { .. })
    );
    let softly = listens
        || of_both
        || keeps
        || matches!(
            next_label,
            "press-leave-words" | "press-no-request" | "press-go-on-without"
        );
    let offered = shown.offered.is_some();
    let (here, here_named) = if offered {
        ("press-yes", "press-yes-named")
    } else {
        ("press-here", "press-here-named")
    };
    let ready = match view.step.as_ref().map(|step| &step.detail) {
        Some(Detail::Write { .. }) => ("press-ours", "press-ours-named"),
        Some(Detail::Private { .. }) => ("press-private-done", "press-private-done"),
        Some(Detail::Gate { holds: Some(_), .. }) => ("press-ready-mine", "press-ready-mine"),
        _ => ("press-ready", "press-ready-named"),
    };
    let private = matches!(
        view.step.as_ref().map(|step| &step.detail),
        Some(Detail::Private { .. })
    );
    // With a card on the table one goes on; another one is the exception.
    let lies = matches!(
        view.step.as_ref().map(|step| &step.detail),
        Some(Detail::Draw { card: Some(_) })
    );
    html! {
        @let here = each(ButtonKind::Here, "here", here, here_named).collect::<Vec<_>>();
        @if here.len() == 2 && !offered { div.two { @for button in &here { (button) } } }
        @else { @for button in &here { (button) } }
        // As large as the yes, and always there (S5).
        @if offered && !view.buttons.is_empty() {
            @let given = view.mode != Some(Mode::OnePhone) && once(view, &ButtonKind::Here).is_none();
            @if given { (shown.button(view, "not-now", None, &w.say("press-take-back"), Weight::Other)) }
            @else { (shown.button(view, "not-now", None, &w.say("press-not-now"), Weight::Main)) }
        }
        @if private { (for_oneself(shown, view)) }
        @for button in each(ButtonKind::Ready, "ready", ready.0, ready.1).filter(|_| !private) { (button) }
        // As large as being ready: nothing else shows which of the two it was.
        @if let Some(button) = single(ButtonKind::PassOn, "pass-on", "press-pass-on", Weight::Main) { (button) }
        @if !lies { (draws(shown, view)) }
        // Whoever has something of their own draws none.
        @if may_leave(view) {
            @if let Some(button) = single(ButtonKind::Skip, "skip", "press-without-card", Weight::Other) { (button) }
        }
        @if let Some(button) = single(ButtonKind::Take, "take", "press-take", Weight::Main) { (button) }
        // On one phone both have heard it.
        @if view.mode != Some(Mode::OnePhone) {
            @if let Some(button) = single(ButtonKind::SaidBack, "said-back", "press-said-back", Weight::Main) { (button) }
        }
        @if let Some(button) = single(ButtonKind::Right, "right", "press-right", Weight::Main) { (button) }
        @if let Some(button) = single(ButtonKind::NotQuite, "not-quite", "press-not-quite", Weight::Other) { (button) }
        @if matches!(view.step.as_ref().map(|step| &step.detail), Some(Detail::Reflect { offer_pause: true, .. })) {
            @if let Some(button) = single(ButtonKind::Break, "break", "press-break-offered", Weight::Other) { (button) }
        }
        @if let Some(form) = typed(ButtonKind::Give, "give", "press-give-label", &w.say("press-give"), Weight::Main) { (form) }
        @if let Some(button) = single(ButtonKind::Accept, "accept", "press-accept", Weight::Main) { (button) }
        @if let Some(button) = single(ButtonKind::Decline, "decline", "press-decline", Weight::Other) { (button) }
        @if let Some(form) = typed(ButtonKind::Adjust, "adjust", "press-adjust-label", &w.say("press-adjust"), Weight::Other) { (form) }
        @if keeps && let Some(who) = once(view, &ButtonKind::Keep) {
            (shown.form(view, "keep", by(view, who), &html! {
                (area("keep", "press-keep-label", 3))
                (keeping(shown, view))
            }))
        }
        (choices(shown, view))
        (together(shown, view))
        @if let Some(button) = single(ButtonKind::Resume, "resume", "press-resume", Weight::Main) { (button) }
        @if let Some(who) = once(view, &ButtonKind::Next) {
            @let timed = matches!(view.step.as_ref().map(|step| &step.detail), Some(Detail::Closing | Detail::Time));
            @if timed {
                @if let Some(next) = view.next { p { (w.say("history-next")) " " (local(shown.visit, next)) } }
                (set_time(shown, view, if view.next.is_some() { "press-next-time-again" } else { "press-next-time" }))
            }
            form.form #(press_id) method="post" novalidate action=(shown.address()) data-live-form {
                input type="hidden" name="at" value=(view.token);
                input type="hidden" name="press" value="next";
                @if let Some(by) = by(view, who) { input type="hidden" name="by" value=(who_word(by)); }
                @if softly {
                    (ui::Button::quiet(&w.say(next_label)).wide())
                } @else { (ui::Button::primary(&w.say(next_label)).wide()) }
            }
        }
        @if lies { (draws(shown, view)) }
        @if matches!(view.phase, Phase::Paused { .. }) { (set_time(shown, view, "press-set-time")) }
        @if let Some(bell) = bell(shown, view) { (bell) }
    }
}

/// The button that keeps an appreciation, with whose words it is: alone one's own, on one phone to choose.
fn keeping(shown: &Shown<'_>, view: &View) -> Markup {
    let w = shown.visit.app.words();
    let from = match view.step.as_ref().map(|step| &step.detail) {
        Some(Detail::Keep { from: Some(from) }) => Some(*from),
        _ if view.mode == Some(Mode::Solo) => Some(view.me),
        _ => None,
    };
    let keep = |label: &str, from: Who| {
        html! { (ui::Button::primary(label).sends("from", who_word(from)).wide()) }
    };
    html! {
        @if let Some(from) = from { (keep(&w.say("press-keep"), from)) }
        @else {
            @for who in Who::BOTH { (keep(&w.tell("press-keep-named", &[("name", shown.name(who))]), who)) }
        }
    }
}

/// Words for oneself. On one phone only those of whose phone it is can be kept: the other's never leave the page.
fn for_oneself(shown: &Shown<'_>, view: &View) -> Markup {
    let w = shown.visit.app.words();
    let Some((step, Detail::Private { kept, .. })) =
        view.step.as_ref().map(|step| (&step.id, &step.detail))
    else {
        return html! {};
    };
    let Some(who) = once(view, &ButtonKind::Ready) else {
        return html! {};
    };
    let typed = shown.typed("ready");
    let mine = typed.map_or("", |typed| typed.mine.as_str());
    let note = typed.is_some_and(|typed| typed.note.is_some());
    html! {
        @if !kept {
            (parts::area(&w.say("session-private-here"), "scrap", "", Some(&w.say("session-private-not-kept")), true, 4))
        }
        (shown.form(view, "ready", by(view, who), &html! {
            @if *kept {
                input type="hidden" name="step" value=(step);
                (parts::area(&w.say("session-private-here"), "mine", mine, Some(&w.say("session-private-kept")), true, 4))
                (parts::check("note", &w.say("session-private-note"), note, None))
            }
            (ui::Button::primary(&w.say("press-private-done")).wide())
        }))
    }
}

/// Words for both: to write, or to write again.
fn together(shown: &Shown<'_>, view: &View) -> Markup {
    let w = shown.visit.app.words();
    let Some(Detail::Write {
        words, back, date, ..
    }) = view.step.as_ref().map(|step| &step.detail)
    else {
        return html! {};
    };
    let Some(who) = once(view, &ButtonKind::Write) else {
        return html! {};
    };
    let zone = &shown.visit.profile.zone;
    let usual = back.unwrap_or_else(|| shown.visit.now.plus(14 * rekindle_domain::Stamp::DAY));
    let usual = zone.local(usual).date().to_string();
    let typed = shown.typed("write");
    let stands = words.as_deref().unwrap_or_default();
    let words_now = typed.map_or(stands, |typed| typed.words.as_str());
    let (day, time) = typed.map_or((usual.as_str(), "19:30"), |typed| {
        (typed.day.as_str(), typed.time.as_str())
    });
    let fields = shown.form(view, "write", by(view, who), &html! {
        (parts::area(&w.say("session-write-label"), "words-write", words_now, None, false, 3))
        @if *date {
            div.two {
                (parts::field(parts::Field { label: &w.say("session-look-back"), name: "day", value: day, kind: ui::Kind::Date, ..parts::Field::default() }))
                (parts::field(parts::Field { label: &w.say("propose-time"), name: "time", value: time, kind: ui::Kind::Time, ..parts::Field::default() }))
            }
        }
        (ui::Button::primary(&w.say("press-write")).wide())
    });
    if words.is_some() {
        ui::details_open(typed.is_some(), &w.say("session-write-again"), fields)
    } else {
        fields
    }
}

/// A card to draw: of any depth, or of the one that fits tonight.
fn draws(shown: &Shown<'_>, view: &View) -> Markup {
    let w = shown.visit.app.words();
    let Some(Detail::Draw { card }) = view.step.as_ref().map(|step| &step.detail) else {
        return html! {};
    };
    let mut ways: Vec<(Who, Option<u8>)> = vec![];
    for button in &view.buttons {
        if let ButtonKind::Draw(depth) = &button.kind
            && !ways.iter().any(|(_, before)| before == depth)
        {
            ways.push((button.who, *depth));
        }
    }
    let only = ways.len() == 1;
    html! {
        @for (who, depth) in ways {
            @let label = w.say(match (depth, card) {
                (Some(1), None) => "press-draw-1",
                (Some(2), None) => "press-draw-2",
                (Some(_), None) => "press-draw-3",
                (Some(1), Some(_)) => "press-another-1",
                (Some(2), Some(_)) => "press-another-2",
                (Some(_), Some(_)) => "press-another-3",
                (None, None) => "press-draw",
                (None, Some(_)) => "press-draw-another",
            });
            (shown.form(view, "draw", by(view, who), &html! {
                @if let Some(depth) = depth { input type="hidden" name="depth" value=(depth); }
                @if card.is_none() && (depth.is_none() || only) { (ui::Button::primary(&label).wide()) }
                @else { (ui::Button::quiet(&label).wide()) }
            }))
        }
    }
}

fn set_time(shown: &Shown<'_>, view: &View, label: &str) -> Markup {
    let w = shown.visit.app.words();
    let Some(who) = once(view, &ButtonKind::SetTime) else {
        return html! {};
    };
    // A pause goes on soon; where a time is what the step asks for, another day; else a week from now.
    let asks = matches!(
        view.step.as_ref().map(|step| &step.detail),
        Some(Detail::Time)
    );
    let later = shown.visit.profile.zone.local(shown.visit.now.plus(
        if matches!(view.phase, Phase::Paused { .. }) {
            rekindle_domain::Stamp::HOUR
        } else if asks {
            rekindle_domain::Stamp::DAY
        } else {
            7 * rekindle_domain::Stamp::DAY
        },
    ));
    let usual = (
        later.date().to_string(),
        later.time().strftime("%H:%M").to_string(),
    );
    let typed = shown.typed("set-time");
    let (day, time) = typed.map_or((&usual.0, &usual.1), |typed| (&typed.day, &typed.time));
    let fields = shown.form(view, "set-time", by(view, who), &html! {
        div.two {
            (parts::field(parts::Field { label: &w.say("propose-day"), name: "day", value: day, kind: ui::Kind::Date, ..parts::Field::default() }))
            (parts::field(parts::Field { label: &w.say("propose-time"), name: "time", value: time, kind: ui::Kind::Time, ..parts::Field::default() }))
        }
        @if asks && view.next.is_none() { (ui::Button::primary(&w.say("press-set-time-button")).wide()) }
        @else { (ui::Button::quiet(&w.say("press-set-time-button"))) }
    });
    if asks && view.next.is_none() {
        fields
    } else {
        ui::details_open(typed.is_some(), &w.say(label), fields)
    }
}

fn choices(shown: &Shown<'_>, view: &View) -> Markup {
    let w = shown.visit.app.words();
    let Some(Detail::Choice { picks, .. }) = view.step.as_ref().map(|step| &step.detail) else {
        return html! {};
    };
    let pickers: Vec<Who> = Who::BOTH
        .into_iter()
        .filter(|who| {
            view.buttons
                .iter()
                .any(|b| b.who == *who && matches!(b.kind, ButtonKind::Choose(_)))
        })
        .collect();
    // Where either may answer, one row of buttons is enough.
    let same = pickers.len() == 2
        && picks.iter().all(|pick| {
            Who::BOTH
                .iter()
                .all(|who| view.offers(*who, &ButtonKind::Choose(pick.id.clone())))
        });
    let pickers = if same { &pickers[..1] } else { &pickers[..] };
    html! {
        @for who in pickers {
            @for pick in picks.iter().filter(|pick| view.offers(*who, &ButtonKind::Choose(pick.id.clone()))) {
                (shown.form(view, "choose", by(view, *who), &html! {
                    input type="hidden" name="option" value=(pick.id);
                    @if let Some(ask) = &pick.ask {
                        @let typed = shown.typed("choose").filter(|typed| typed.option == pick.id);
                        @let words = typed.map_or("", |typed| typed.words.as_str());
                        (ui::details_open(typed.is_some(), &shown.fill(view, &pick.say), html! {
                            (parts::area(&shown.fill(view, ask), &format!("words-{}", pick.id), words, None, false, 2))
                            (ui::Button::primary(&w.say("press-choose")))
                        }))
                    } @else {
                        (ui::Button::quiet(&shown.fill(view, &pick.say)).wide())
                    }
                }))
            }
        }
    }
}

/// Always there, always quiet: pause and stop (S7).
fn quiet(shown: &Shown<'_>, view: &View) -> Markup {
    let w = shown.visit.app.words();
    html! {
        (softly(shown, view, &[(ButtonKind::Pause, "pause", "press-pause")]))
        @if shown.offered.is_none() { (softly(shown, view, &[(ButtonKind::NotNow, "not-now", "press-not-now")])) }
        (softly(shown, view, &[(ButtonKind::Stop, "stop", "press-stop")]))
        @if matches!(view.phase, Phase::Waiting { .. } | Phase::Unopened) {
            @if shown.offered.is_none() {
                a.button.plain.small href={ (layout::address(&shown.script.id)) "?again=1" } { (w.say("session-lay-out-again")) }
            }
            a.button.plain.small href=(paths::TODAY) { (w.say("session-back")) }
        }
    }
}

/// Leaving it out is what many do at this step, and stands with its other answers: a deck that no card was drawn from.
fn may_leave(view: &View) -> bool {
    let step = view.step.as_ref().map(|step| &step.detail);
    matches!(step, Some(Detail::Draw { card: None }))
        && view
            .buttons
            .iter()
            .any(|button| matches!(button.kind, ButtonKind::Draw(_)))
}

fn softly(shown: &Shown<'_>, view: &View, presses: &[(ButtonKind, &str, &str)]) -> Markup {
    let w = shown.visit.app.words();
    html! {
        @for (kind, press, label) in presses {
            @if let Some(who) = once(view, kind) {
                (shown.button(view, press, by(view, who), &w.say(label), Weight::Soft))
            }
        }
    }
}

/// What is rarely needed: a break, leaving a step out, another try, something put aside, what both said yes to.
fn more(shown: &Shown<'_>, view: &View) -> Option<Markup> {
    let w = shown.visit.app.words();
    if !matches!(view.phase, Phase::Running | Phase::Paused { .. }) {
        return None;
    }
    let aside = once(view, &ButtonKind::Park);
    let typed = shown.typed("park");
    let words = |talk: bool| {
        (typed.filter(|typed| typed.talk.is_some() == talk)).map(|typed| typed.words.as_str())
    };
    let (aside_words, talk_words) = (words(false), words(true));
    (view.phase == Phase::Running || view.bounds.is_some() || aside.is_some()).then(|| html! {
        (softly(shown, view, &[
            (ButtonKind::Break, "break", "press-break"),
            (ButtonKind::FreshStart, "fresh-start", "press-fresh-start"),
        ]))
        // One fresh start; after that a calm talk of its own does more than a third try (G2.3).
        @if view.fresh_start_used && let Some(who) = aside {
            (ui::details_open(talk_words.is_some(), &w.say("press-park-talk-open"), html! {
                (shown.form(view, "park", by(view, who), &html! {
                    input type="hidden" name="talk" value="yes";
                    (parts::area(&w.say("press-park-talk-label"), "words-talk", talk_words.unwrap_or_default(), Some(&w.say("press-park-talk-hint")), false, 2))
                    (ui::Button::quiet(&w.say("press-park-talk")).small())
                }))
            }))
        }
        @if !may_leave(view) { (softly(shown, view, &[(ButtonKind::Skip, "skip", "press-skip")])) }
        @if let Some(who) = aside {
            (ui::details_open(aside_words.is_some(), &w.say("press-park-open"), html! {
                (shown.form(view, "park", by(view, who), &html! {
                    (parts::area(&w.say("press-park-label"), "words-park", aside_words.unwrap_or_default(), None, false, 2))
                    (ui::Button::quiet(&w.say("press-park")).small())
                }))
                @for topic in &view.parked { p.small { (w.say("press-parked")) " " (topic.topic) } }
            }))
        }
        @if let Some(bounds) = &view.bounds {
            (ui::details(&w.say("session-bounds"), layout::bounds(w, &bounds.includes, &bounds.excludes)))
        }
    })
}

/// A topic that wants a talk of its own gets a time, while the two are still together (G2.3).
fn a_talk_of_its_own(visit: &Visit) -> Markup {
    let all = &visit.app.guide().practices;
    let talks = super::TALKS
        .iter()
        .filter_map(|id| all.iter().find(|practice| practice.id == **id));
    html! {
        p.small { (visit.app.words().say("session-plan-talk")) }
        (ui::actions(html! {
            @for talk in talks { (ui::Button::quiet(&talk.title).to(&paths::propose(&talk.id)).small()) }
        }))
    }
}

/// What a session left behind: the same words however it ended (S7).
pub(super) fn finished(
    visit: &Visit,
    shared: &Shared,
    held: &Held,
    line: &str,
    problem: Option<&str>,
) -> Markup {
    let summary = &held.summary;
    let w = visit.app.words();
    let script = visit.app.guide().script(&held.script);
    let keeps = script.is_some_and(|script| {
        script
            .steps
            .iter()
            .any(|step| step.what.kind() == Kind::Keep)
    });
    let body = html! {
        section.session #session data-step="over" {
            div.session-middle {
                (ui::mark())
                h1.spoken tabindex="-1" { (w.say("session-finished")) }
                p.session-hint { (w.say(if summary.mode == Mode::Solo { "session-finished-hint-solo" } else { "session-finished-hint" })) }
                @if let Some(problem) = problem { (parts::problem_notice(problem)) }
                @if !summary.agreed.is_empty() {
                    (ui::card(html! {
                        h2 { (w.say("history-agreed")) }
                        @for agreed in &summary.agreed {
                            p { strong { (w.tell("session-asked-by", &[("name", &parts::name_of(w, shared, agreed.from))])) } " "
                                (agreed.words.as_deref().unwrap_or(&w.say("history-spoken"))) }
                        }
                    }))
                }
                @for written in &summary.written {
                    (ui::card(html! {
                        h2 { (w.say(super::text_word(written.what))) }
                        p.written { (written.words) }
                        @if let Some(back) = written.back { p.small { (w.say("history-back")) " " (local(visit, back)) } }
                    }))
                }
                (super::after::lines(visit, held))
                @if !summary.parked.is_empty() {
                    (ui::card(html! {
                        h2 { (w.say("history-parked")) }
                        @for topic in &summary.parked { p { (topic.topic) } }
                        @if summary.parked.iter().any(|topic| topic.talk) { (a_talk_of_its_own(visit)) }
                    }))
                }
                @if let Some(next) = summary.next {
                    p { (w.say("history-next")) " " (local(visit, next)) }
                }
                (super::after::forms(visit, shared, held, line))
            }
            div.session-actions {
                (ui::Button::primary(&w.say("session-to-today")).to(paths::TODAY).wide())
                @if keeps { (ui::Button::quiet(&w.say("session-to-appreciations")).to(paths::APPRECIATIONS).wide()) }
            }
        }
    };
    ui::Page {
        whole: true,
        scripts: &[ui::Script::Chime],
        look: visit.look(),
        leave_to: &visit.app.settings().leave_to,
        ..ui::Page::new(w, body)
    }
    .render()
}
