//! Daily moments: the one-tap log without an author, and the rhythm of weeks (G3.1, S4).

use axum::Router;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use rekindle_domain::ids::MomentId;
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
                    (button(visit, practice, false))
                    a.button.plain href=(paths::MOMENTS) { (w.say("moment-others")) }
                }
            }
        },
    )
}

/// The one tap. Its id is made here, so that a press that arrives twice counts once.
pub(super) fn button(visit: &Visit, practice: &Practice, small: bool) -> Markup {
    let w = visit.app.words();
    let id = MomentId::new(rekindle_vault::chance::bytes()).to_string();
    html! {
        (ui::Moment {
            action: paths::MOMENTS, label: &w.say("moment-did-it"), thanks: &w.say("moment-thanks"),
            later: &w.say("moment-later"), kind: &paths::opaque(kind(practice)), kept: false,
            hidden: &[("id", &id), ("kind", kind(practice)), ("day", &visit.now().today().to_string())], small,
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
    Ok(visit.answer_read(show(&visit, &read.state, None), &read))
}

fn show(visit: &Visit, shared: &Shared, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let today = visit.now().today();
    visit.page_with(Tab::Us, ui::Script::Moment, html! {
        (ui::Greeting {
            title: &w.say("moments-title"), lead: Some(&w.say("moments-lead")),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @for practice in kinds(&visit.app) {
            @let done = shared.moments.on(kind(practice), today);
            section.card.row {
                div.row-text {
                    h2 { a href=(paths::moment(kind(practice))) { (practice.title) } }
                    p { (w.tell("moments-ever", &[("count", &shared.moments.ever_of(kind(practice)).to_string())])) }
                }
                @if let Some(id) = done {
                    form.form method="post" novalidate action=(paths::MOMENT_UNDO) {
                        input type="hidden" name="id" value=(id);
                        button.button.plain.small { (w.say("moment-undo")) }
                    }
                } @else { (button(visit, practice, true)) }
            }
        }
        (rhythm(visit, shared))
    })
}

/// Twelve weeks as rows of soft dots: more days, more glow. A quiet week is simply quiet.
fn rhythm(visit: &Visit, shared: &Shared) -> Markup {
    let w = visit.app.words();
    let weeks = shared.moments.rhythm(visit.now().today(), 12);
    let with: usize = weeks.iter().filter(|days| **days > 0).count();
    let reading = w.tell("moments-reading", &[("weeks", &with.to_string())]);
    ui::card(html! {
        h2 { (w.say("moments-rhythm")) }
        svg.rhythm viewBox="0 0 240 40" role="img" aria-label=(reading) {
            title { (reading) }
            @for (n, days) in weeks.iter().enumerate() {
                circle.dot.some[*days > 0] cx=(10 + n * 20) cy="20" r=(3 + usize::from(*days)) {}
            }
        }
        p { (reading) }
        details.more {
            summary { (ui::Icon::Forward) span { (w.say("show-numbers")) } }
            table {
                thead { tr { th scope="col" { (w.say("moments-week")) } th scope="col" { (w.say("moments-days")) } } }
                tbody { @for (n, days) in weeks.iter().enumerate() {
                    tr { th scope="row" { (w.tell("moments-weeks-ago", &[("weeks", &(11 - n).to_string())])) } td { (days) } }
                } }
            }
        }
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
    if visit.app.guide().moment(&press.kind).is_none() {
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
                show(&visit, &read.state, Some(&text)),
            )
                .into_response())
        }
    }
}

/// So many presses arrive at once at most; a phone that was away for a week has fewer.
const MOST_LATER: usize = 200;

/// What was pressed without a network, each as `id.kind.day`. Sent again, it counts no more: an id is taken once. What
/// can never be taken any more, because its day lies too far back, is let go.
async fn later(
    visit: Visit,
    Form(presses): Form<Vec<(String, String)>>,
) -> Result<StatusCode, PageError> {
    if presses.len() > MOST_LATER || presses.iter().any(|(name, _)| name != "m") {
        return Err(PageError::NotOurForm);
    }
    let mut logs = vec![];
    for (_, press) in &presses {
        logs.push(pressed(&visit.app, press).ok_or(PageError::NotOurForm)?);
    }
    for log in logs {
        let _ = visit.act(Command::Moment(log)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn pressed(app: &App, press: &str) -> Option<Log> {
    let mut parts = press.split('.');
    let (id, asked, day) = (parts.next()?, parts.next()?, parts.next()?);
    let practice = kinds(app).find(|practice| paths::opaque(kind(practice)) == asked)?;
    Some(Log::Log {
        id: id.parse().ok()?,
        kind: kind(practice).to_owned(),
        day: day.parse().ok()?,
    })
    .filter(|_| parts.next().is_none())
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
