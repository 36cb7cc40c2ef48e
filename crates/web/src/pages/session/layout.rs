//! Laying a session out: which form, in which way, about what. Touch and sex are not laid out but offered, for today
//! and once (S5, S11).

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, Render as _, html};
use rekindle_domain::ids::SessionId;
use rekindle_domain::pack::{Energy, Practice};
use rekindle_domain::session::{self, Form as ScriptForm, Mode, Press, Script, Suits};
use rekindle_domain::shared::{Command, Shared};
use rekindle_domain::{Who, held};
use serde::Deserialize;

use super::super::parts::{self, Tab};
use super::{CHECK_IN, day_ends, names, prepare};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::words::Words;
use crate::{App, PageError, paths, ui};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Layout {
    mode: String,
    form: String,
    first: String,
    topic: String,
    /// A topic that was not parked.
    other: String,
}

#[derive(Deserialize)]
pub(super) struct Again {
    /// Laying an open session out differently, before it begins.
    #[serde(default)]
    again: Option<u8>,
}

/// A script by the opaque word of its path.
pub(super) fn found<'a>(app: &'a App, opaque: &str) -> Result<&'a Script, PageError> {
    let mut all = app.guide().scripts.values();
    all.find(|script| paths::opaque(&script.id) == opaque)
        .ok_or(PageError::NotFound)
}

/// The practice that leads to a script.
pub(super) fn practice_of<'a>(app: &'a App, script: &str) -> Option<&'a Practice> {
    let mut all = app.guide().practices.iter();
    all.find(|practice| practice.script.as_deref() == Some(script))
}

pub(super) async fn check_in_page(
    visit: Visit,
    query: Query<Again>,
) -> Result<Response, PageError> {
    let script = super::script(&visit.app, CHECK_IN)?.clone();
    show(&visit, &script, &query).await
}

pub(super) async fn page(
    visit: Visit,
    Path(opaque): Path<String>,
    query: Query<Again>,
) -> Result<Response, PageError> {
    let script = found(&visit.app, &opaque)?.clone();
    show(&visit, &script, &query).await
}

async fn show(visit: &Visit, script: &Script, again: &Query<Again>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let resting = super::super::rest::resting(visit).await?;
    if let Some(open) = read.state.sessions.open_of(&script.id, visit.now)
        && !resting.hides_session(&visit.app, open)
        && (again.again.is_none() || open.begun || open.offer.is_some())
    {
        return Ok(see(&paths::session(open.id)));
    }
    let own = if visit.space().together {
        let own = visit.shared_of(visit.solo()).await?;
        own.state
            .sessions
            .open_of(&script.id, visit.now)
            .map(|open| open.id)
    } else {
        None
    };
    Ok(draw(visit, &read.state, script, &Layout::default(), own, None)?.into_response())
}

const fn mode_texts(mode: Mode) -> (&'static str, &'static str, &'static str) {
    match mode {
        Mode::Live => ("live", "session-mode-live", "session-mode-live-more"),
        Mode::OnePhone => ("one_phone", "session-mode-one", "session-mode-one-more"),
        Mode::Apart => ("apart", "session-mode-apart", "session-mode-apart-more"),
        Mode::Solo => ("solo", "session-mode-solo", "session-mode-solo-more"),
    }
}

pub(super) const fn energy_text(energy: Energy) -> &'static str {
    match energy {
        Energy::Low => "practice-energy-low",
        Energy::Medium => "practice-energy-medium",
        Energy::High => "practice-energy-high",
    }
}

/// What helps to choose a form, in one line: how long, how much strength it takes, for whom it was made. How to do it
/// in this form stands on the screen where both say that they are there.
fn facts(w: &Words, script: &Script, form: &ScriptForm) -> String {
    let least = form.least.unwrap_or(form.minutes);
    let minutes = if least < form.minutes {
        w.tell(
            "practice-minutes",
            &[
                ("least", &least.to_string()),
                ("most", &form.minutes.to_string()),
            ],
        )
    } else {
        w.tell("session-minutes", &[("minutes", &form.minutes.to_string())])
    };
    let energy = form.energy.unwrap_or(script.energy);
    let suits = form.suits.iter().filter_map(|suits| match suits {
        // Said by the energy, or by the way it is held.
        Suits::LowEnergy => (energy != Energy::Low).then_some("form-low-energy"),
        Suits::LongDistance => {
            (script.modes_of(form) != [Mode::Apart]).then_some("form-long-distance")
        }
        Suits::Sensory => Some("form-sensory"),
        Suits::AfterChildren => Some("form-after-children"),
    });
    let mut facts = vec![minutes, w.say(energy_text(energy))];
    facts.extend(suits.map(|suits| w.say(suits)));
    facts.join(" · ")
}

/// What it is and what it leaves out: known before a yes (S5).
pub(super) fn bounds(w: &Words, includes: &[String], excludes: &[String]) -> Markup {
    html! {
        @for (title, lines) in [("session-includes", includes), ("session-excludes", excludes)] {
            @if !lines.is_empty() {
                section.bounds { h2 { (w.say(title)) } ul { @for line in lines { li { (line) } } } }
            }
        }
    }
}

/// The ways this person can hold it in: all of the script's for two, one phone before the other is here.
fn modes(visit: &Visit, script: &Script) -> Vec<Mode> {
    let for_two = script.forms.iter().filter(|form| !form.for_one);
    let offered = |mode: &Mode| {
        for_two
            .clone()
            .any(|form| script.modes_of(form).contains(mode))
    };
    let alone = script.forms.iter().any(|form| form.for_one);
    let mut modes: Vec<Mode> = (Mode::FOR_TWO.into_iter())
        .filter(|mode| visit.space().together || *mode == Mode::OnePhone)
        .filter(offered)
        .collect();
    if alone && modes.is_empty() {
        modes.push(Mode::Solo);
    }
    modes
}

fn draw(
    visit: &Visit,
    shared: &Shared,
    script: &Script,
    form: &Layout,
    own: Option<SessionId>,
    problem: Option<&str>,
) -> Result<Markup, PageError> {
    let w = visit.app.words();
    let practice = practice_of(&visit.app, &script.id);
    let names = names(visit, shared);
    let modes = modes(visit, script);
    let usual = |mode: &Mode| mode_texts(*mode).0 == form.mode;
    let mode = modes
        .iter()
        .copied()
        .find(usual)
        .or(modes.first().copied())
        .unwrap_or(Mode::OnePhone);
    // What cannot be held in any of these ways is not there at all; the rest follows the way that is chosen.
    let goes = |one: &ScriptForm, mode: Mode| one.for_one || script.modes_of(one).contains(&mode);
    let forms: Vec<Offered<'_>> = (script.forms.iter())
        .filter(|one| modes.iter().any(|mode| goes(one, *mode)))
        .map(|one| Offered {
            form: one,
            facts: facts(w, script, one),
            not_with: (modes.iter())
                .filter(|mode| !goes(one, **mode))
                .map(|mode| mode_texts(*mode).0)
                .collect(),
        })
        .collect();
    let chosen = (forms.iter().map(|offered| offered.form))
        .filter(|one| goes(one, mode))
        .find(|one| one.id == form.form);
    let chosen = chosen.or_else(|| {
        let mut fit = forms.iter().map(|offered| offered.form);
        fit.find(|one| goes(one, mode))
    });
    let chosen = chosen.map_or("", |one| one.id.as_str());
    let ways: Vec<(&str, String, String)> = (modes.iter())
        .map(|mode| mode_texts(*mode))
        .map(|(id, say, more)| (id, w.say(say), w.say(more)))
        .collect();
    let gated = script.is_gated();
    let back = practice.map_or_else(|| paths::US.to_owned(), |p| paths::practice(&p.id));
    let back_title = practice.map_or_else(|| w.say("frame-us"), |p| p.title.clone());
    let not_now = html! {
        @if let Some(practice) = practice { (super::super::practice::not_now(&visit.app, practice)) }
    };
    let prepare = html! {
        @if !script.prepare.is_empty() {
            (ui::actions(html! {
                (ui::Button::quiet(&w.say("session-prepare")).to(&prepare::address(&script.id)).icon(ui::Icon::Lock))
            }))
        }
    };
    let choose = html! {
        form.form method="post" novalidate action=(address(&script.id)) {
            @if script.about.is_some() { (topics(w, shared, form)) }
            @if modes.len() > 1 {
                (parts::choices(&w.say("session-how"), "mode", mode_texts(mode).0,
                    ways.iter().map(|(id, say, more)| (*id, say.as_str(), more.as_str()))))
            } @else { input type="hidden" name="mode" value=(mode_texts(mode).0); }
            @if forms.len() > 1 {
                (which(w, &forms, chosen))
            } @else {
                input type="hidden" name="form" value=(chosen);
                @if let Some(only) = forms.first() { p { (only.form.say) } p.small { (only.facts) } }
            }
            (parts::choices(&w.say(if gated { "session-first-gated" } else { "session-first" }), "first",
                if form.first.is_empty() { "first" } else { &form.first }, [
                ("first", names[0].as_str(), ""), ("second", names[1].as_str(), ""),
            ].into_iter()))
            (parts::submit(&w.say(if gated { "session-offer" } else { "session-lay-out" })))
            @if gated { p.small { (w.say("session-offer-note")) } }
        }
    };
    // Touch has its frame first; a talk begins with the choice, and with what may be prepared.
    let (first, second) = if gated {
        let bounds = bounds(w, &script.includes, &script.excludes);
        (html! { (not_now) (bounds) (prepare) }, choose)
    } else {
        (html! { (prepare) (choose) }, not_now)
    };
    Ok(visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &script.title, lead: Some(&script.what),
            back: Some(ui::Link::new(&back_title, &back)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if let Some(own) = own {
            (parts::wash(html! {
                p { (w.say("session-own-open")) }
                (ui::actions(html! { (ui::Button::quiet(&w.say("session-own-go-on")).to(&paths::session(own))) }))
            }))
        }
        (ui::columns(first, second))
    }))
}

/// A form that can be chosen here.
struct Offered<'a> {
    form: &'a ScriptForm,
    facts: String,
    /// The ways it cannot be held in.
    not_with: Vec<&'static str>,
}

/// Which of the forms. One that does not go with the way that is chosen above is not there.
fn which(w: &Words, forms: &[Offered<'_>], chosen: &str) -> Markup {
    let options: Vec<ui::Opt<'_>> = (forms.iter())
        .map(|one| ui::Opt {
            value: &one.form.id,
            label: &one.form.title,
            more: Some(&one.form.say),
            facts: Some(&one.facts),
            not_with: &one.not_with,
        })
        .collect();
    ui::Choice {
        name: "form",
        legend: &w.say("session-which"),
        options: &options,
        chosen: &[chosen],
        ..ui::Choice::default()
    }
    .render()
}

/// The parked topics, and room for one that was not parked.
fn topics(w: &Words, shared: &Shared, form: &Layout) -> Markup {
    let parked = shared.sessions.parked();
    // Those that want a talk of their own come first.
    let mut topics: Vec<&session::Topic> = parked.iter().collect();
    topics.sort_by_key(|topic| !topic.talk);
    let usual = topics.first().map_or("", |topic| topic.topic.as_str());
    let chosen = if form.topic.is_empty() {
        usual
    } else {
        &form.topic
    };
    let none = w.say("session-topic-other");
    html! {
        @if !topics.is_empty() {
            (parts::choices(&w.say("session-topic"), "topic", chosen,
                topics.iter().map(|topic| (topic.topic.as_str(), topic.topic.as_str(), "")).chain([("", none.as_str(), "")])))
        }
        (parts::field(parts::Field {
            label: &w.say(if topics.is_empty() { "session-topic-name" } else { "session-topic-new" }), name: "other",
            value: &form.other, hint: Some(&w.say("session-topic-hint")), ..parts::Field::default()
        }))
    }
}

/// Where a script is laid out.
pub(crate) fn address(script: &str) -> String {
    if script == CHECK_IN {
        paths::SESSION_OPEN.to_owned()
    } else {
        paths::lay_out(script)
    }
}

pub(super) async fn check_in(
    visit: Visit,
    Form(form): Form<Layout>,
) -> Result<Response, PageError> {
    let script = super::script(&visit.app, CHECK_IN)?.clone();
    open(visit, &script, form).await
}

pub(super) async fn lay_out(
    visit: Visit,
    Path(opaque): Path<String>,
    Form(form): Form<Layout>,
) -> Result<Response, PageError> {
    let script = found(&visit.app, &opaque)?.clone();
    open(visit, &script, form).await
}

async fn open(mut visit: Visit, script: &Script, mut form: Layout) -> Result<Response, PageError> {
    let alone = script.form(&form.form).is_some_and(|form| form.for_one);
    visit.by_oneself = alone;
    let visit = &visit;
    let w = visit.app.words();
    let read = visit.shared().await?;
    let refused = |form: &Layout, status, refusal: &str| -> Result<Response, PageError> {
        let page = draw(
            visit,
            &read.state,
            script,
            form,
            None,
            Some(&w.say(refusal)),
        )?;
        Ok((status, page).into_response())
    };
    let mode = match form.mode.as_str() {
        _ if alone => Mode::Solo,
        "live" => Mode::Live,
        "apart" => Mode::Apart,
        "one_phone" => Mode::OnePhone,
        "solo" => Mode::Solo,
        _ => return Err(PageError::NotOurForm),
    };
    // The way is chosen first. A form that cannot be held that way is not on the screen; whoever sends it all the same
    // gets the one that can, or is asked which.
    let fits =
        |one: &&ScriptForm| one.for_one == alone && (alone || script.modes_of(one).contains(&mode));
    if script.form(&form.form).is_some_and(|one| !fits(&one)) {
        let mut fit = script.forms.iter().filter(fits);
        match (fit.next(), fit.next()) {
            (Some(only), None) => form.form.clone_from(&only.id),
            _ => {
                return refused(
                    &form,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "session-refused-which",
                );
            }
        }
    }
    let form = form;
    if !visit.space().together && matches!(mode, Mode::Live | Mode::Apart) {
        return refused(
            &form,
            StatusCode::UNPROCESSABLE_ENTITY,
            "session-refused-form",
        );
    }
    let first = match form.first.as_str() {
        _ if alone => visit.space().who,
        "second" => Who::Second,
        _ => Who::First,
    };
    let topic = if form.other.trim().is_empty() {
        &form.topic
    } else {
        &form.other
    };
    let begin = Press::Begin {
        mode,
        form: form.form.clone(),
        first,
        about: (!topic.trim().is_empty()).then(|| topic.clone()),
    };
    // Tried first on nothing: a form that cannot be held opens nothing, and offers nothing.
    let blank = session::State::default();
    let command = session::Command::new(blank.token(), begin.clone());
    if let Err(refusal) = blank.decide(script, visit.now, visit.space().who, command) {
        return refused(
            &form,
            StatusCode::UNPROCESSABLE_ENTITY,
            &refusal.to_string(),
        );
    }
    let id = SessionId::new(rekindle_vault::chance::bytes());
    let gated = script.is_gated() && !alone;
    let ask = if gated {
        held::Command::Offer {
            id,
            script: script.id.clone(),
            family: script.family,
            until: day_ends(visit),
        }
    } else {
        held::Command::Open {
            id,
            script: script.id.clone(),
        }
    };
    let shared = match visit.act(Command::Session(ask)).await? {
        Ok(shared) => shared,
        Err(refusal) => return refused(&form, StatusCode::CONFLICT, &refusal.to_string()),
    };
    let open = (shared.sessions.open_of(&script.id, visit.now)).ok_or(PageError::NotFound)?;
    if gated && open.id != id {
        // The other offered it first: wanting it oneself is a reason to look at theirs.
        super::super::rest::unrest_session(visit, open.id).await?;
        return Ok(see(&paths::session(open.id)));
    }
    let session = visit.session(open.id).await?.state;
    if session.has_begun() {
        return Ok(see(&paths::session(open.id)));
    }
    // Ours opened it, or lays it out anew: a changed layout takes back every yes to the old one (S5).
    let mut presses = vec![begin];
    if gated && matches!(mode, Mode::Live | Mode::Apart) {
        // Offering is one's own yes.
        presses.push(Press::Here {
            day_ends: day_ends(visit),
        });
    }
    for press in presses {
        let state = visit.session(open.id).await?.state;
        let at = state.view(script, visit.space().who, visit.now).token;
        let command = session::Command::new(at, press);
        match visit.act_in_session(open.id, script, &command).await? {
            Ok(_) | Err(session::Refusal::Late) => {}
            Err(refusal) => {
                return refused(
                    &form,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    &refusal.to_string(),
                );
            }
        }
    }
    Ok(see(&paths::session(open.id)))
}

/// Everything that can be held, with what is open now.
pub(super) async fn all(visit: Visit) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    let resting = super::super::rest::resting(&visit).await?;
    let open: Vec<(&held::Open, &Script)> = (read.state.sessions.open(visit.now))
        .filter(|open| !resting.hides_session(&visit.app, open))
        .filter_map(|open| Some((open, visit.app.guide().script(&open.script)?)))
        .collect();
    let mut scripts: Vec<(&Practice, &Script)> = (visit.app.guide().practices.iter())
        .filter_map(|practice| {
            let script = visit.app.guide().script(practice.script.as_deref()?)?;
            Some((practice, script))
        })
        .collect();
    scripts.dedup_by_key(|(_, script)| script.id.clone());
    let page = visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("sessions-title"), lead: Some(&w.say("sessions-lead")),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @for (open, script) in &open { (card(&visit, open, script)) }
        @for (_, script) in &scripts {
            (ui::Row {
                icon: ui::Icon::Speech, tone: ui::Tone::Sage, title: &script.title,
                text: html! {
                    (w.tell("practice-minutes", &[("least", &script.minutes.least.to_string()), ("most", &script.minutes.usual.to_string())]))
                    " · " (w.say(energy_text(script.energy)))
                },
                action: None, href: Some(&address(&script.id)),
            })
        }
    });
    Ok(visit.answer_read(page, &read))
}

/// An open session as Today shows it: the same for both, except for who offered.
pub(in super::super) fn card(visit: &Visit, open: &held::Open, script: &Script) -> Markup {
    let w = visit.app.words();
    let mine = open
        .offer
        .as_ref()
        .map(|offer| offer.by == visit.space().who);
    let (kicker, more, join) = match mine {
        _ if open.begun => (
            "today-session-open",
            "today-session-goes-on",
            "today-session-join",
        ),
        None => (
            "today-session-open",
            "today-session-open-more",
            "today-session-join",
        ),
        Some(true) => ("today-offer-mine", "today-offer-mine-more", "today-look"),
        Some(false) => ("today-offer", "today-offer-more", "today-offer-look"),
    };
    let address = paths::session(open.id);
    parts::wash(html! {
        p.kicker { (w.say(kicker)) }
        h2 { (script.title) }
        p { (w.say(more)) }
        div.actions.even {
            a.button href=(address) { (w.say(join)) }
            @if mine == Some(false) && !open.begun {
                form.form method="post" action=(address) {
                    input type="hidden" name="at" value=(session::Token::default());
                    input type="hidden" name="press" value="not-now";
                    (ui::Button::quiet(&w.say("press-not-now")).wide())
                }
            }
        }
    })
}
