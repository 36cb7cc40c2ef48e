//! Daily moments: the one-tap log without an author, and the rhythm of weeks (G3.1, S4).

use axum::Router;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use rekindle_domain::ids::{MomentId, TouchId};
use rekindle_domain::moment::Command as Log;
use rekindle_domain::pack::Practice;
use rekindle_domain::shared::{Command, Shared};
use serde::Deserialize;

use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::MOMENTS, get(page).post(log))
        .route(paths::MOMENT_UNDO, post(undo))
        .route(paths::MOMENTS_LATER, post(later))
        .route(paths::OWN_TOUCHES, post(call))
        .route(paths::OWN_TOUCH_LET_GO, post(let_go))
}

/// Every practice that can be logged as a daily moment.
pub(super) fn kinds(app: &App) -> impl Iterator<Item = &Practice> {
    app.guide()
        .practices
        .iter()
        .filter(|practice| practice.moment.is_some())
}

pub(super) fn kind(practice: &Practice) -> &str {
    practice.moment.as_deref().unwrap_or_default()
}

/// The practice that the couple's own small touches come from.
pub(super) fn own_practice(app: &App) -> Option<&Practice> {
    app.guide().moment(OWN)
}

/// As the guide's practice and the log call a small touch without a name.
const OWN: &str = "own";

/// A small touch of the couple's own, by the part of a path or a press that stands for it.
pub(super) fn own_named<'a>(shared: &'a Shared, asked: &str) -> Option<(TouchId, &'a str)> {
    let id: TouchId = asked.parse().ok()?;
    shared.moments.own().find(|(own, _)| *own == id)
}

/// Whether something can be logged under this kind. Only a touch of their own takes a look into the space.
async fn is_kind(visit: &Visit, kind: &str) -> Result<bool, PageError> {
    Ok(visit.app.guide().moment(kind).is_some()
        || kind.parse::<TouchId>().is_ok()
            && own_named(&visit.shared().await?.state, kind).is_some())
}

/// Today's small moment.
pub(super) fn card(visit: &Visit, shared: &Shared, practice: &Practice) -> Markup {
    let w = visit.app.words();
    let done = shared.moments.on(kind(practice), visit.now().today());
    ui::wash(
        ui::Tone::Ember,
        html! {
            div.center { (ui::mark()) }
            p.kicker { (w.say("moment-kicker")) }
            h2 { (practice.title) }
            p { (practice.what) }
            @if done.is_some() {
                p { (w.say("moment-done")) }
                div.actions { a.button.quiet href=(paths::MOMENTS) { (w.say("moment-others")) } }
            } @else {
                div.actions {
                    (button(visit, kind(practice), false))
                    a.button.plain href=(paths::MOMENTS) { (w.say("moment-others")) }
                }
            }
        },
    )
}

/// The one tap. Its id is made here, so that a press that arrives twice counts once.
pub(super) fn button(visit: &Visit, kind: &str, small: bool) -> Markup {
    let w = visit.app.words();
    let id = MomentId::new(rekindle_vault::chance::bytes()).to_string();
    // An own touch is called by its id already; neither is a word in a browser's storage (S18).
    let unspoken = if kind.parse::<TouchId>().is_ok() {
        kind.to_owned()
    } else {
        paths::opaque(kind)
    };
    html! {
        (ui::Moment {
            action: paths::MOMENTS, label: &w.say("moment-did-it"), thanks: &w.say("moment-thanks"),
            later: &w.say("moment-later"), kind: &unspoken, kept: false,
            hidden: &[("id", &id), ("kind", kind), ("day", &visit.now().today().to_string())], small,
        })
    }
}

/// The same on a page that a browser keeps: its script makes id and day, and sends them when it can.
pub(super) fn kept_button(app: &App, practice: &Practice) -> Markup {
    let w = app.words();
    html! {
        (ui::Moment {
            action: paths::MOMENTS, label: &w.say("moment-did-it"), thanks: "", later: &w.say("moment-later"),
            kind: &paths::opaque(kind(practice)), kept: true, hidden: &[], small: false,
        })
    }
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    Ok(visit.answer_read(show(&visit, &read.state, "", None), &read))
}

fn show(visit: &Visit, shared: &Shared, typed: &str, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    visit.page_with(Tab::Us, ui::Script::Moment, html! {
        (ui::Greeting {
            title: &w.say("moments-title"), lead: Some(&w.say("moments-lead")),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        (ui::group(&w.say("moments-small"), &html! {
            @for practice in kinds(&visit.app) {
                (row(visit, shared, kind(practice), &practice.title, &paths::moment(kind(practice))))
            }
        }))
        (own(visit, shared, typed))
        (rhythm(visit, shared))
    })
}

/// One kind with its sum and its one tap; the name leads to its timer.
fn row(visit: &Visit, shared: &Shared, kind: &str, title: &str, to: &str) -> Markup {
    let w = visit.app.words();
    let done = shared.moments.on(kind, visit.now().today());
    let count = w.tell(
        "moments-ever",
        &[("count", &shared.moments.ever_of(kind).to_string())],
    );
    let action = match done {
        Some(id) => html! {
            form.form method="post" novalidate action=(paths::MOMENT_UNDO) {
                input type="hidden" name="id" value=(id);
                button.button.plain.small { (w.say("moment-undo")) }
            }
        },
        None => button(visit, kind, true),
    };
    ui::Row {
        icon: ui::Icon::Hand,
        tone: ui::Tone::Ember,
        title,
        text: html! { (count) },
        action: Some(action),
        href: Some(to),
    }
    .item()
}

/// Small touches that belong to these two, with the names they gave them.
fn own(visit: &Visit, shared: &Shared, typed: &str) -> Markup {
    let w = visit.app.words();
    let all: Vec<_> = shared.moments.own().collect();
    let rows = html! {
        @for (id, name) in &all {
            (row(visit, shared, &id.to_string(), name, &paths::at(paths::MOMENT, id)))
        }
    };
    let fresh = TouchId::new(rekindle_vault::chance::bytes());
    html! {
        @if !all.is_empty() { (ui::group(&w.say("moments-own"), &rows)) }
        (ui::card(html! {
            h2 { (w.say("moments-own-name")) }
            p { (w.say("moments-own-more")) }
            form.form method="post" novalidate action=(paths::OWN_TOUCHES) {
                input type="hidden" name="id" value=(fresh);
                (parts::field(parts::Field { label: &w.say("moments-own-label"), name: "name", value: typed, ..parts::Field::default() }))
                (ui::actions(html! { (ui::Button::quiet(&w.say("moments-own-button"))) }))
            }
            @if !all.is_empty() {
                (ui::details(&w.say("moments-own-change"), html! {
                    @for (id, name) in &all {
                        div.inline {
                            form.form method="post" novalidate action=(paths::OWN_TOUCHES) {
                                input type="hidden" name="id" value=(id);
                                div.field {
                                    label for={ "name-" (id) } { (w.tell("moments-own-rename", &[("name", name)])) }
                                    input id={ "name-" (id) } name="name" value=(name);
                                }
                                (ui::actions(html! { (ui::Button::quiet(&w.say("moments-own-rename-button")).small()) }))
                            }
                            form.form method="post" novalidate action=(paths::OWN_TOUCH_LET_GO) {
                                input type="hidden" name="id" value=(id);
                                button.button.plain.small { (w.say("moments-own-let-go")) }
                            }
                        }
                    }
                }))
            }
        }))
    }
}

/// Twelve weeks as soft lights: more days, more glow. A quiet week is simply quiet: it has no mark of its own, and no
/// week is set against another.
fn rhythm(visit: &Visit, shared: &Shared) -> Markup {
    let w = visit.app.words();
    let weeks = shared.moments.rhythm(visit.now().today(), 12);
    let with: usize = weeks.iter().filter(|days| **days > 0).count();
    let reading = w.tell("moments-reading", &[("weeks", &with.to_string())]);
    ui::card(html! {
        h2 { (w.say("moments-rhythm")) }
        p { (reading) }
        svg.rhythm viewBox="0 0 240 32" role="img" aria-label=(reading) {
            title { (reading) }
            line.ground x1="12" y1="16" x2="228" y2="16" {}
            @for (n, days) in weeks.iter().enumerate() {
                @if *days > 0 {
                    circle.halo cx=(15 + n * 19) cy="16" r=(6 + usize::from(*days)) {}
                    circle.dot.some cx=(15 + n * 19) cy="16" r=(3 + usize::from(*days) / 2) {}
                } @else { circle.dot cx=(15 + n * 19) cy="16" r="1.5" {} }
            }
        }
        p.ends aria-hidden="true" { span { (w.tell("moments-weeks-ago", &[("weeks", "11")])) } span { (w.tell("moments-weeks-ago", &[("weeks", "0")])) } }
        (ui::details(&w.say("show-numbers"), html! {
            table {
                thead { tr { th scope="col" { (w.say("moments-week")) } th scope="col" { (w.say("moments-days")) } } }
                tbody { @for (n, days) in weeks.iter().enumerate() {
                    tr { th scope="row" { (w.tell("moments-weeks-ago", &[("weeks", &(11 - n).to_string())])) } td { (days) } }
                } }
            }
        }))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Press {
    id: MomentId,
    kind: String,
    day: Date,
}

async fn log(
    visit: Visit,
    headers: HeaderMap,
    Form(press): Form<Press>,
) -> Result<Response, PageError> {
    if !is_kind(&visit, &press.kind).await? {
        return Err(PageError::NotOurForm);
    }
    let log = Log::Log {
        id: press.id,
        kind: press.kind,
        day: press.day,
    };
    match visit.act(Command::Moment(log)).await? {
        // The script stays where it is, and can tell this from the way to the sign-in.
        Ok(_) if headers.get(ACCEPT).is_some_and(|kind| kind == "text/plain") => {
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Ok(_) => Ok(see(paths::TODAY)),
        Err(refusal) => {
            let read = visit.shared().await?;
            let text = visit.app.words().say(&refusal.to_string());
            Ok((
                StatusCode::UNPROCESSABLE_ENTITY,
                show(&visit, &read.state, "", Some(&text)),
            )
                .into_response())
        }
    }
}

/// So many presses arrive at once at most; a phone that was away for a week has fewer.
const MOST_LATER: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    m: String,
}

/// What was pressed without a network, each as `id.kind.day`. Sent again, it counts no more: an id is taken once. What
/// can never be taken any more, because its day lies too far back, is let go.
async fn later(visit: Visit, Form(form): Form<Later>) -> Result<StatusCode, PageError> {
    let presses: Vec<&str> = form.m.split(' ').collect();
    if presses.len() > MOST_LATER {
        return Err(PageError::NotOurForm);
    }
    let read = visit.shared().await?;
    let mut logs = vec![];
    for press in presses {
        logs.extend(pressed(&visit.app, &read.state, press).ok_or(PageError::NotOurForm)?);
    }
    for log in logs {
        let _ = visit.act(Command::Moment(log)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// One press; `None` if it is not one of ours. Of a kind that the guide has no more, nothing is left to log: it must
/// not keep the others waiting for good.
fn pressed(app: &App, shared: &Shared, press: &str) -> Option<Option<Log>> {
    let mut parts = press.split('.');
    let (id, asked, day) = (parts.next()?, parts.next()?, parts.next()?);
    let (id, day) = (id.parse().ok()?, day.parse().ok()?);
    let hashed = asked.len() == 16 && asked.bytes().all(|b| b.is_ascii_hexdigit());
    let touch = asked.parse::<TouchId>().is_ok();
    if parts.next().is_some() || !(hashed || touch) {
        return None;
    }
    let kind = match kinds(app).find(|practice| paths::opaque(kind(practice)) == asked) {
        Some(practice) => Some(kind(practice).to_owned()),
        None if own_named(shared, asked).is_some() => Some(asked.to_owned()),
        // A touch that was let go meanwhile is one without a name.
        None => touch.then(|| OWN.to_owned()),
    };
    Some(kind.map(|kind| Log::Log { id, kind, day }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    /// Made with the page: a name given twice is given once.
    id: TouchId,
    name: String,
}

async fn call(visit: Visit, Form(form): Form<Call>) -> Result<Response, PageError> {
    let call = Log::Call {
        id: form.id,
        name: form.name.clone(),
    };
    match visit.act(Command::Moment(call)).await? {
        Ok(_) => Ok(see(paths::MOMENTS)),
        Err(refusal) => {
            let read = visit.shared().await?;
            let text = visit.app.words().say(&refusal.to_string());
            let page = show(&visit, &read.state, &form.name, Some(&text));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LetGo {
    id: TouchId,
}

async fn let_go(visit: Visit, Form(form): Form<LetGo>) -> Result<Response, PageError> {
    let command = Command::Moment(Log::LetGo { id: form.id });
    let _ = visit.act(command).await?;
    Ok(see(paths::MOMENTS))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Undo {
    id: MomentId,
}

async fn undo(visit: Visit, Form(undo): Form<Undo>) -> Result<Response, PageError> {
    let _ = visit
        .act(Command::Moment(Log::Undo { id: undo.id }))
        .await?;
    Ok(see(paths::MOMENTS))
}
