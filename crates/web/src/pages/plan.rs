//! The plan: what the two agreed on. Moving asks for the new time; letting go leaves no mark.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::When;
use rekindle_domain::ids::PlanId;
use rekindle_domain::pack::Practice;
use rekindle_domain::plan::{Command as Ask, Planned};
use rekindle_domain::recurrence::Rule;
use rekindle_domain::shared::{Command, Shared};
use serde::Deserialize;

use super::parts::{self, Tab};
use super::proposal::when_of;
use crate::answers::see;
use crate::form::{Form, NoFields};
use crate::visit::Visit;
use crate::words::Words;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::PLAN, get(page))
        .route(paths::PLAN_ONE, get(one).post(change))
        .route(paths::PLAN_LET_GO, post(let_go))
}

/// What is next, on Today.
pub(super) fn card(visit: &Visit, planned: &Planned, when: &When, practice: &Practice) -> Markup {
    let w = visit.app.words();
    let (label, to) = if practice.script.is_some() {
        (w.say("plan-prepare"), paths::PREPARE.to_owned())
    } else {
        (w.say("plan-look"), paths::plan(planned.id))
    };
    html! {
        (ui::Row {
            icon: if practice.script.is_some() { ui::Icon::Speech } else { ui::Icon::Clock },
            tone: ui::Tone::Sage,
            title: &practice.title,
            text: html! {
                (parts::when(w, when, &visit.profile.zone, visit.now)) " · "
                (w.tell("minutes", &[("minutes", &practice.minutes.usual.to_string())]))
            },
            action: Some(html! { (ui::Button::quiet(&label).to(&to).small()) }),
            href: None,
        })
    }
}

/// How often, in words.
pub(super) fn rhythm(w: &Words, rule: Rule) -> String {
    let every = |one, more, step: u8| match step.max(1) {
        1 => w.say(one),
        step => w.tell(more, &[("step", &step.to_string())]),
    };
    match rule {
        Rule::Once => w.say("plan-once"),
        Rule::Day { step } => every("plan-day", "plan-days", step),
        Rule::Week { step } => every("plan-week", "plan-weeks", step),
        Rule::Days { .. } => w.say("plan-weekdays"),
        Rule::Month { step } | Rule::Weekday { step } => every("plan-month", "plan-months", step),
        Rule::Year => w.say("plan-year"),
    }
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    Ok(visit.answer_read(show(&visit, &read.state), &read))
}

fn show(visit: &Visit, shared: &Shared) -> Markup {
    let w = visit.app.words();
    let coming = shared.plan.coming(visit.now);
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("plan-title"), lead: Some(&w.say("plan-lead")),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @if coming.is_empty() {
            (ui::empty(ui::Icon::Clock, &w.say("plan-empty"), &w.say("plan-empty-more"),
                html! { (ui::Button::primary(&w.say("today-empty-button")).to(paths::ROADMAP)) }))
        }
        @for (when, planned) in &coming {
            @if let Some(practice) = planned.practice().and_then(|id| visit.app.guide().practice(id)) {
                (ui::Row {
                    icon: ui::Icon::Clock, tone: ui::Tone::Sage, title: &practice.title,
                    text: html! {
                        (parts::when(w, when, &visit.profile.zone, visit.now)) " · " (rhythm(w, planned.rule))
                    },
                    action: None, href: Some(&paths::plan(planned.id)),
                })
            }
        }
    })
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Move {
    day: String,
    time: String,
}

async fn one(visit: Visit, Path(id): Path<PlanId>) -> Result<Markup, PageError> {
    let read = visit.shared().await?;
    let planned = read
        .state
        .plan
        .get(id, visit.now)
        .ok_or(PageError::NotFound)?;
    let next = planned
        .next(visit.now)
        .unwrap_or_else(|| planned.when.clone());
    let form = Move {
        day: next.day.to_string(),
        time: next.time.strftime("%H:%M").to_string(),
    };
    Ok(one_page(&visit, planned, &next, &form, None))
}

fn one_page(
    visit: &Visit,
    planned: &Planned,
    next: &When,
    form: &Move,
    problem: Option<&str>,
) -> Markup {
    let w = visit.app.words();
    let practice = planned
        .practice()
        .and_then(|id| visit.app.guide().practice(id));
    let title = practice.map_or("", |practice| practice.title.as_str());
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title, over: Some(&rhythm(w, planned.rule)),
            lead: Some(&parts::when(w, next, &visit.profile.zone, visit.now)),
            back: Some(ui::Link::new(&w.say("plan-title"), paths::PLAN)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if let Some(practice) = practice {
            @if let Some(script) = practice.script.as_deref().and_then(|id| visit.app.guide().script(id)) {
                div.actions {
                    @if !script.prepare.is_empty() {
                        (ui::Button::primary(&w.say("plan-prepare")).to(&super::session::prepare_address(&script.id)))
                    }
                    (ui::Button::quiet(&w.say("practice-hold-now")).to(&super::session::layout_address(&script.id)))
                }
            }
            p { a href=(paths::practice(&practice.id)) { (w.say("start-read")) } }
        }
        (ui::card(html! {
            h2 { (w.say("plan-move")) }
            form.form method="post" novalidate action=(paths::plan(planned.id)) {
                div.two {
                    (parts::field(parts::Field { label: &w.say("propose-day"), name: "day", value: &form.day, kind: ui::Kind::Date, ..parts::Field::default() }))
                    (parts::field(parts::Field { label: &w.say("propose-time"), name: "time", value: &form.time, kind: ui::Kind::Time, ..parts::Field::default() }))
                }
                (ui::actions(html! { (ui::Button::primary(&w.say("plan-move-button"))) }))
            }
        }))
        form.form method="post" novalidate action=(paths::at(paths::PLAN_LET_GO, planned.id)) {
            (ui::actions(html! { (ui::Button::plain(&w.say("plan-let-go"))) }))
            p.small { (w.say("plan-let-go-note")) }
        }
    })
}

async fn change(
    visit: Visit,
    Path(id): Path<PlanId>,
    Form(form): Form<Move>,
) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    let Some(planned) = read.state.plan.get(id, visit.now) else {
        return Ok(see(paths::PLAN));
    };
    let refused = |text: &str| {
        let page = one_page(&visit, planned, &planned.when, &form, Some(text));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let Some(when) = when_of(&form.day, &form.time, &visit.profile.zone) else {
        return refused(&w.say("when-problem"));
    };
    match visit.act(Command::Plan(Ask::Move { id, when })).await? {
        Ok(_) => Ok(see(paths::PLAN)),
        Err(refusal) => refused(&w.say(&refusal.to_string())),
    }
}

async fn let_go(visit: Visit, Path(id): Path<PlanId>, _: NoFields) -> Result<Response, PageError> {
    let _ = visit.act(Command::Plan(Ask::LetGo { id })).await?;
    Ok(see(paths::PLAN))
}
