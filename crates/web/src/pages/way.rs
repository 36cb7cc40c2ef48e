//! Paths: a plan of weeks to read, and to walk one step at a time (G6, G7 "ten weeks").

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use rekindle_domain::journey::{Command as Ask, Walk, Word};
use rekindle_domain::pack::{Path as Way, PathKind, Practice, Week, WeekKind};
use rekindle_domain::shared::{Command, Shared};
use serde::Deserialize;

use super::parts::{self, Asker, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::WAY, get(page))
        .route(paths::WAY_STEP, post(step))
}

fn find<'a>(app: &'a App, opaque: &str) -> Result<&'a Way, PageError> {
    app.guide()
        .paths
        .iter()
        .find(|way| paths::opaque(&way.id) == opaque)
        .ok_or(PageError::NotFound)
}

/// The last day anything was done together, as far as the shared space knows.
pub(super) fn last_done(shared: &Shared) -> Option<Date> {
    shared
        .moments
        .last()
        .max(shared.sessions.held().next().map(|held| held.day))
}

/// What is smallest of this week and of the step it all grew from: that is what waits after a while away.
fn smallest<'a>(app: &'a App, way: &Way, walk: &Walk) -> Option<&'a Practice> {
    let first = app.guide().practice(&walk.first);
    let week = way.weeks.get((walk.week as usize).saturating_sub(1));
    let of_week = week.into_iter().flat_map(|week| &week.practices);
    let of_week = of_week.filter_map(|id| app.guide().practice(id));
    // The first two weeks are about that one step.
    let more = of_week.filter(|_| first.is_none() || walk.week > 2);
    (first.into_iter().chain(more)).min_by_key(|practice| practice.minutes.least)
}

/// Welcome back, with the smallest step (G7).
pub(super) fn welcome_back(app: &App, way: &Way, walk: &Walk) -> Markup {
    let w = app.words();
    html! {
        p { (w.say("today-welcome-back-more")) }
        @if let Some(step) = smallest(app, way, walk) {
            p {
                (w.say("way-smallest")) " " a href=(paths::practice(&step.id)) { (step.title) } ", "
                (w.tell("minutes", &[("minutes", &step.minutes.least.to_string())]))
            }
        }
    }
}

async fn page(
    State(app): State<App>,
    asker: Asker,
    Path(opaque): Path<String>,
) -> Result<Response, PageError> {
    let way = find(&app, &opaque)?;
    let Asker::Person(visit) = &asker else {
        return Ok(asker
            .page(&app, Tab::Roadmap, head(&app, way, &html! {}))
            .into_response());
    };
    let read = visit.shared().await?;
    let page = visit.page(
        Tab::Roadmap,
        head(&app, way, &walk(visit, &read.state, way)),
    );
    Ok(visit.answer_read(page, &read))
}

/// What the path is and why, with every week to read, around where the two are on it.
fn head(app: &App, way: &Way, walk: &Markup) -> Markup {
    let w = app.words();
    html! {
        (ui::Greeting {
            title: &way.title, over: (way.kind == PathKind::Season).then(|| w.say("roadmap-season")).as_deref(),
            lead: Some(&way.what), back: Some(ui::Link::new(&w.say("frame-roadmap"), paths::ROADMAP)),
            ..ui::Greeting::default()
        })
        @if let Some(first) = &way.first_say { (parts::notice(html! {
            p { (first) } p { a href=(paths::HELP_LINES) { (w.say("help-find")) } }
        })) }
        (walk)
        section { h2 { (w.say("practice-why")) } @for paragraph in way.why.split("\n\n") { p { (paragraph) } } }
        @if way.outline { p.small { (w.say("way-outline")) } }
        @for week in &way.weeks { (week_card(app, way, week)) }
        details.more {
            summary { (ui::Icon::Forward) span { (w.say("practice-evidence")) } }
            div.inside {
                @for line in &way.evidence {
                    p { span.tag { (line.grade) } " " (line.says) }
                    @if let Some(source) = app.guide().source(&line.source) { p.small { (parts::citation(source)) } }
                }
            }
        }
    }
}

fn week_card(app: &App, way: &Way, week: &Week) -> Markup {
    let w = app.words();
    ui::card(html! {
        p.kicker.dusk {
            (w.tell(if way.kind == PathKind::Season { "way-stretch" } else { "way-week" }, &[("number", &week.number.to_string())]))
            @match week.kind {
                WeekKind::Step => {}
                WeekKind::Rest => { " · " (w.say("way-rest")) }
                WeekKind::LookBack => { " · " (w.say("way-look-back")) }
            }
        }
        h3 { (week.title) }
        p { (week.say) }
        @if !week.practices.is_empty() {
            ul.links {
                @for practice in week.practices.iter().filter_map(|id| app.guide().practice(id)) {
                    li { a href=(paths::practice(&practice.id)) { (practice.title) } }
                }
            }
        }
    })
}

/// Where the two are, and what they can do next.
fn walk(visit: &Visit, shared: &Shared, way: &Way) -> Markup {
    let w = visit.app.words();
    let today = visit.now().today();
    let button = |step: &str, label: &str, quiet: bool| {
        let button = if quiet {
            ui::Button::quiet(label)
        } else {
            ui::Button::primary(label)
        };
        html! { (button.sends("step", step)) }
    };
    let on_it = shared
        .journey
        .now
        .as_ref()
        .filter(|walk| walk.path == way.id);
    let form = |buttons: Markup| {
        html! {
            form.form method="post" novalidate action=(paths::WAY_STEP) {
                input type="hidden" name="way" value=(paths::opaque(&way.id));
                @if let Some(walk) = on_it { input type="hidden" name="week" value=(walk.week); }
                div.actions { (buttons) }
            }
        }
    };
    let Some(walk) = on_it else {
        return form(button("begin", &w.say("way-begin"), false));
    };
    let week = way.weeks.get((walk.week as usize).saturating_sub(1));
    let word = shared
        .journey
        .word(way, today, last_done(shared))
        .unwrap_or(Word::Underway);
    ui::wash(
        ui::Tone::Dusk,
        html! {
            p.kicker.dusk {
                @if walk.resting { (w.say("way-rest")) }
                @else { (w.tell(if way.kind == PathKind::Season { "way-stretch" } else { "way-week" }, &[("number", &walk.week.to_string())])) }
            }
            @if let Some(week) = week { h2 { (week.title) } p { (week.say) } }
        @if let Some(first) = visit.app.guide().practice(&walk.first).filter(|_| walk.week <= 2) {
            p { (w.say("way-first")) " " a href=(paths::practice(&first.id)) { (first.title) } }
        }
            @match word {
                Word::WelcomeBack => { (welcome_back(&visit.app, way, walk)) }
                Word::Complete => { p { (w.say("today-path-complete-more")) } }
                Word::NextWeek | Word::Underway => {}
            }
            (form(html! {
                @match word {
                    Word::NextWeek | Word::Underway if way.kind == PathKind::Season => {
                    (button("next", &w.say("way-next-stretch"), true)) (button("rest", &w.say("way-take-rest"), true))
                }
                Word::NextWeek => { (button("next", &w.say("way-next"), false)) (button("rest", &w.say("way-take-rest"), true)) }
                    Word::WelcomeBack => { (button("again", &w.say("way-again"), false)) }
                    Word::Complete => { (button("leave", &w.say("way-finish"), false)) }
                    Word::Underway => { (button("rest", &w.say("way-take-rest"), true)) }
                }
                @if walk.week > 1 && word != Word::Complete { (button("back", &w.say("way-back"), true)) }
            }))
            @if word != Word::Complete {
                form.form method="post" novalidate action=(paths::WAY_STEP) {
                    input type="hidden" name="way" value=(paths::opaque(&way.id));
                    button.button.plain.small name="step" value="leave" { (w.say("way-leave")) }
                }
            }
        },
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    way: String,
    step: String,
    /// The week the page showed: a press that arrives twice goes one week on, not two.
    #[serde(default)]
    week: Option<u32>,
}

async fn step(visit: Visit, Form(form): Form<Step>) -> Result<Response, PageError> {
    let way = find(&visit.app, &form.way)?;
    let read = visit.shared().await?;
    let shown = || form.week.ok_or(PageError::NotOurForm);
    let ask = match form.step.as_str() {
        "begin" => {
            let first = read
                .state
                .plan
                .coming(visit.now)
                .iter()
                .find_map(|(_, planned)| planned.practice().map(str::to_owned));
            Ask::Begin {
                path: way.id.clone(),
                first: first.unwrap_or_default(),
            }
        }
        "next" => Ask::Go {
            week: shown()?.saturating_add(1),
        },
        "back" => Ask::Go {
            week: shown()?.saturating_sub(1),
        },
        "again" => Ask::Again,
        "rest" => Ask::Rest,
        "leave" => Ask::Leave,
        _ => return Err(PageError::NotOurForm),
    };
    let weeks = u32::try_from(way.weeks.len()).unwrap_or(u32::MAX);
    match visit.act(Command::Journey(ask, weeks)).await? {
        Ok(_) => Ok(see(&paths::way(&way.id))),
        Err(refusal) => {
            let text = visit.app.words().say(&refusal.to_string());
            let body = html! { (parts::problem_notice(&text)) (head(&visit.app, way, &walk(&visit, &read.state, way))) };
            Ok((
                StatusCode::UNPROCESSABLE_ENTITY,
                visit.page(Tab::Roadmap, body),
            )
                .into_response())
        }
    }
}
