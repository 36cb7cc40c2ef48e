//! The plan: what the two agreed on, as a list, a day, a week or a month. Moving asks for the new time; leaving one
//! out or letting it go leaves no mark (G5.1, S4).

mod calendar;
pub(super) mod rhythm;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use rekindle_domain::When;
use rekindle_domain::ids::PlanId;
use rekindle_domain::pack::Practice;
use rekindle_domain::plan::{self, Command as Ask, Planned, What};
use rekindle_domain::recurrence::Rule;
use rekindle_domain::shared::{Command, Refusal, Shared};
use serde::Deserialize;

use super::parts::{self, Tab};
use super::proposal::when_of;
use super::rest;
use crate::answers::see;
use crate::form::{Form, NoFields};
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::PLAN, get(page))
        .route(paths::PLAN_ONE, get(one).post(change))
        .route(paths::PLAN_SKIP, post(skip))
        .route(paths::PLAN_REPEAT, post(repeat))
        .route(paths::PLAN_LET_GO, post(let_go))
}

/// How the plan is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Coming,
    Day,
    Week,
    Month,
}

impl View {
    const ALL: [Self; 4] = [Self::Coming, Self::Day, Self::Week, Self::Month];

    fn of(letter: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|view| view.letter() == letter)
            .unwrap_or(Self::Coming)
    }

    const fn letter(self) -> &'static str {
        match self {
            Self::Coming => "",
            Self::Day => "d",
            Self::Week => "w",
            Self::Month => "m",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Coming => "plan-view-coming",
            Self::Day => "plan-view-day",
            Self::Week => "plan-view-week",
            Self::Month => "plan-view-month",
        }
    }

    const fn earlier(self) -> &'static str {
        match self {
            Self::Coming | Self::Day => "plan-day-before",
            Self::Week => "plan-week-before",
            Self::Month => "plan-month-before",
        }
    }

    const fn later(self) -> &'static str {
        match self {
            Self::Coming | Self::Day => "plan-day-after",
            Self::Week => "plan-week-after",
            Self::Month => "plan-month-after",
        }
    }
}

/// An entry as it is shown.
struct Shown {
    title: String,
    icon: ui::Icon,
    tone: ui::Tone,
    minutes: i64,
    light: bool,
}

/// What is next, on Today.
pub(super) fn card(visit: &Visit, planned: &Planned, when: &When, practice: &Practice) -> Markup {
    let w = visit.app.words();
    let script = practice.script.as_deref();
    let script = script.and_then(|id| visit.app.guide().script(id));
    let (label, to) = match script {
        Some(script) if !script.prepare.is_empty() => {
            let to = super::session::prepare_address(&script.id);
            (w.say("plan-prepare"), to)
        }
        Some(_) | None => (w.say("plan-look"), paths::plan(planned.id)),
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

/// A view and a day of it, as the address has them: a letter and a date, no words (S15).
#[derive(Deserialize, Default)]
#[serde(default)]
struct Look {
    v: String,
    d: String,
}

async fn page(visit: Visit, Query(look): Query<Look>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let view = View::of(&look.v);
    let resting = rest::resting(&visit).await?;
    let page = if view == View::Coming {
        coming(&visit, &read.state, &resting)
    } else {
        let day = day_of(&look.d).unwrap_or_else(|| visit.now().today());
        calendar::show(&visit, &read.state, &resting, view, day)
    };
    Ok(visit.answer_read(page, &read))
}

/// A day within the calendar of anybody alive.
fn day_of(text: &str) -> Option<Date> {
    let day: Date = text.parse().ok()?;
    (1970..=2200).contains(&day.year()).then_some(day)
}

/// Everything that is agreed on, each with its next time.
fn coming(visit: &Visit, shared: &Shared, resting: &rest::Resting) -> Markup {
    let w = visit.app.words();
    let coming = shared.plan.coming(visit.now);
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("plan-title"), lead: Some(&w.say("plan-lead")),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        div.calendar {
            (calendar::views(visit, View::Coming, None))
            (calendar::meeting_soon(visit, shared, resting))
            @if coming.is_empty() {
                (ui::empty(ui::Icon::Clock, &w.say("plan-empty"), &w.say("plan-empty-more"),
                    html! { (ui::Button::primary(&w.say("today-empty-button")).to(paths::ROADMAP)) }))
            } @else {
                h2.sr { (w.say("plan-view-coming")) }
                ul.card.rows role="list" {
                    @for (when, planned) in &coming { (entry(visit, shared, when, planned)) }
                }
            }
        }
    })
}

fn entry(visit: &Visit, shared: &Shared, when: &When, planned: &Planned) -> Markup {
    let w = visit.app.words();
    let round = planned.next_round(visit.now).map(|(day, _)| day);
    let shown = Shown::of(visit, shared, &planned.what, round);
    html! {
        @if let Some(shown) = shown {
            (ui::Row {
                icon: shown.icon, tone: shown.tone, title: &shown.title,
                text: html! {
                    (parts::when(w, when, &visit.profile.zone, visit.now)) " · "
                    (rhythm::said(w, planned.rule, planned.when.day))
                    @if let Some(there) = calendar::elsewhere(w, when, &visit.profile.zone) { " · " (there) }
                },
                action: None, href: Some(&paths::plan(planned.id)),
            }.item())
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Move {
    day: String,
    time: String,
    /// The day that the rule gives for the time in question.
    round: String,
    /// "one": only this time.
    which: String,
}

impl Move {
    fn of(round: Date, when: &When) -> Self {
        Self {
            day: when.day.to_string(),
            time: when.time.strftime("%H:%M").to_string(),
            round: round.to_string(),
            which: String::new(),
        }
    }
}

/// An entry, and the time of it that is looked at: the one asked for, or the next.
fn round_of(visit: &Visit, planned: &Planned, asked: &str) -> Option<(Date, When)> {
    let ahead = |when: &When| when.stamp().plus(rekindle_domain::plan::STAYS) > visit.now;
    day_of(asked)
        .and_then(|day| planned.round(day).map(|when| (day, when)))
        .filter(|(_, when)| ahead(when))
        .or_else(|| planned.next_round(visit.now))
}

async fn one(
    visit: Visit,
    Path(id): Path<PlanId>,
    Query(look): Query<Look>,
) -> Result<Markup, PageError> {
    let read = visit.shared().await?;
    let found = read.state.plan.get(id, visit.now);
    let planned = found.ok_or(PageError::NotFound)?;
    let (round, when) = round_of(&visit, planned, &look.d).ok_or(PageError::NotFound)?;
    let form = Move::of(round, &when);
    let resting = rest::resting(&visit).await?;
    let stands = (&resting, planned, &when);
    Ok(one_page(&visit, &read.state, stands, &form, None))
}

fn one_page(
    visit: &Visit,
    shared: &Shared,
    (resting, planned, when): (&rest::Resting, &Planned, &When),
    form: &Move,
    problem: Option<&str>,
) -> Markup {
    let w = visit.app.words();
    let round = day_of(&form.round);
    let shown = Shown::of(visit, shared, &planned.what, round);
    let title = shown.map(|shown| shown.title).unwrap_or_default();
    let again = planned.rule != Rule::Once;
    let there = calendar::elsewhere(w, when, &visit.profile.zone);
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &title, over: Some(&ui::began_large(&rhythm::said(w, planned.rule, planned.when.day))),
            lead: Some(&parts::when(w, when, &visit.profile.zone, visit.now)),
            back: Some(ui::Link::new(&w.say("plan-title"), paths::PLAN)), ..ui::Greeting::default()
        })
        @if let Some(there) = &there { p.small { (there) } }
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if let Some(round) = round { (calendar::meeting_one(visit, shared, resting, (planned.id, round), when)) }
        (about(visit, planned))
        (ui::card(html! {
            h2 { (w.say("plan-move")) }
            form.form method="post" novalidate action=(paths::plan(planned.id)) {
                input type="hidden" name="round" value=(form.round);
                div.two {
                    (parts::field(parts::Field { label: &w.say("propose-day"), name: "day", value: &form.day, kind: ui::Kind::Date, ..parts::Field::default() }))
                    (parts::field(parts::Field { label: &w.say("propose-time"), name: "time", value: &form.time, kind: ui::Kind::Time, ..parts::Field::default() }))
                }
                @if there.is_some() { p.small { (w.tell("plan-move-clock", &[("zone", &visit.profile.zone.0.replace('_', " "))])) } }
                (ui::actions(html! {
                    @if again {
                        (ui::Button::primary(&w.say("plan-move-one")).sends("which", "one"))
                        (ui::Button::quiet(&w.say("plan-move-all")).sends("which", "all"))
                    } @else { (ui::Button::primary(&w.say("plan-move-button"))) }
                }))
            }
        }))
        @if again { (leave_out(visit, planned, round)) }
        (ui::details(&w.say("plan-repeat"), html! {
            form.form method="post" novalidate action=(paths::at(paths::PLAN_REPEAT, planned.id)) {
                (rhythm::field(w, &w.say("plan-repeat-field"), rhythm::name(planned.rule), Some(when.day), &[]))
                (ui::actions(html! { (ui::Button::quiet(&w.say("plan-repeat-button"))) }))
            }
        }))
        form.form method="post" novalidate action=(paths::at(paths::PLAN_LET_GO, planned.id)) {
            (ui::actions(html! { (ui::Button::plain(&w.say("plan-let-go"))) }))
            p.small { (w.say("plan-let-go-note")) }
        }
    })
}

/// The way to what it is.
fn about(visit: &Visit, planned: &Planned) -> Markup {
    let w = visit.app.words();
    match &planned.what {
        What::Practice(id) => match visit.app.guide().practice(id) {
            None => html! {},
            Some(practice) => html! {
                @if let Some(script) = practice.script.as_deref().and_then(|id| visit.app.guide().script(id)) {
                    div.actions {
                        @if !script.prepare.is_empty() {
                            (ui::Button::primary(&w.say("plan-prepare")).to(&super::session::prepare_address(&script.id)))
                        }
                        (ui::Button::quiet(&w.say("practice-hold-now")).to(&super::session::layout_address(&script.id)))
                    }
                }
                p { a href=(paths::practice(&practice.id)) { (w.say("start-read")) } }
            },
        },
        What::Ritual(id) => html! { p { a href=(paths::ritual(*id)) { (w.say("plan-ritual")) } } },
        What::Date => html! { p { a href=(paths::DATES) { (w.say("plan-date")) } } },
    }
}

/// One time left out, kindly; and those left out so far, with a way back.
fn leave_out(visit: &Visit, planned: &Planned, round: Option<Date>) -> Markup {
    let w = visit.app.words();
    let to = paths::at(paths::PLAN_SKIP, planned.id);
    let skipped: Vec<Date> = planned.skipped(visit.now).collect();
    ui::card(html! {
        h2 { (w.say("plan-skip")) }
        p { (w.say("plan-skip-more")) }
        @if let Some(round) = round {
            form.form method="post" novalidate action=(to) {
                input type="hidden" name="round" value=(round);
                (ui::actions(html! { (ui::Button::quiet(&w.say("plan-skip-button")).sends("which", "out")) }))
            }
        }
        @for day in skipped {
            form.form method="post" novalidate action=(to) {
                input type="hidden" name="round" value=(day);
                div.inline {
                    span { (w.tell("plan-skipped", &[("day", &parts::date(w, day))])) }
                    (ui::Button::plain(&w.say("plan-skip-back")).sends("which", "back").small())
                }
            }
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
    let resting = rest::resting(&visit).await?;
    let refused = |text: &str| {
        let (_, when) = round_of(&visit, planned, &form.round)
            .unwrap_or_else(|| (planned.when.day, planned.when.clone()));
        let stands = (&resting, planned, &when);
        let page = one_page(&visit, &read.state, stands, &form, Some(text));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let Some(when) = when_of(&form.day, &form.time, &visit.profile.zone) else {
        return refused(&w.say("when-problem"));
    };
    let ask = match (form.which.as_str(), day_of(&form.round)) {
        ("one", Some(day)) => Ask::MoveOne { id, day, when },
        ("" | "all", _) => Ask::Move { id, when },
        _ => return Err(PageError::NotOurForm),
    };
    match visit.act(Command::Plan(ask)).await? {
        Ok(_) => Ok(see(paths::PLAN)),
        Err(refusal) => refused(&w.say(&refusal.to_string())),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skip {
    round: Date,
    /// "out" or "back".
    which: String,
}

async fn skip(
    visit: Visit,
    Path(id): Path<PlanId>,
    Form(form): Form<Skip>,
) -> Result<Response, PageError> {
    let day = form.round;
    let ask = match form.which.as_str() {
        "out" => Ask::Skip { id, day },
        "back" => Ask::Restore { id, day },
        _ => return Err(PageError::NotOurForm),
    };
    match visit.act(Command::Plan(ask)).await? {
        Err(refusal @ Refusal::Plan(plan::Refusal::Exceptions)) => {
            let read = visit.shared().await?;
            let found = read.state.plan.get(id, visit.now);
            let planned = found.ok_or(PageError::NotFound)?;
            let (round, when) =
                round_of(&visit, planned, &day.to_string()).ok_or(PageError::NotFound)?;
            let text = visit.app.words().say(&refusal.to_string());
            let form = Move::of(round, &when);
            let resting = rest::resting(&visit).await?;
            let stands = (&resting, planned, &when);
            let page = one_page(&visit, &read.state, stands, &form, Some(&text));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        // What is over or gone meanwhile is out either way.
        Ok(_) | Err(_) => Ok(see(paths::PLAN)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeat {
    rule: String,
}

async fn repeat(
    visit: Visit,
    Path(id): Path<PlanId>,
    Form(form): Form<Repeat>,
) -> Result<Response, PageError> {
    let rule = rhythm::rule(&form.rule).ok_or(PageError::NotOurForm)?;
    let _ = visit.act(Command::Plan(Ask::Repeat { id, rule })).await?;
    Ok(see(paths::PLAN))
}

async fn let_go(visit: Visit, Path(id): Path<PlanId>, _: NoFields) -> Result<Response, PageError> {
    let _ = visit.act(Command::Plan(Ask::LetGo { id })).await?;
    Ok(see(paths::PLAN))
}
