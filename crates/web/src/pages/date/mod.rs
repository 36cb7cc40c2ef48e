//! Dates: a kept time, planned in turns; what stays at home; a line afterwards (G5.1). Moving one asks for its new time
//! and letting one go leaves no mark: that is the plan's, and nothing here knows of it.

mod ideas;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use rekindle_domain::date::{Command as Ask, Idea, SLOT};
use rekindle_domain::ids::NoteId;
use rekindle_domain::plan::{self, Planned};
use rekindle_domain::recurrence::Rule;
use rekindle_domain::shared::{Command, Shared};
use rekindle_domain::{When, Who};
use serde::Deserialize;

use super::parts::{self, Tab};
use super::plan::rhythm;
use super::proposal::when_of;
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::DATES, get(page))
        .route(paths::DATE_SLOT, get(slot_page).post(set))
        .route(paths::DATE_TURN, post(swap))
        .route(paths::DATE_IDEAS, get(ideas::page))
        .route(paths::DATE_IDEA, get(ideas::one))
        .route(paths::DATE_PICK, post(ideas::pick))
        .route(paths::DATE_LINE, post(tell))
        .route(paths::DATE_LINE_TAKE, post(take))
        .route(paths::DATE_LIMITS, post(limit))
        .route(paths::DATE_LIMIT_LIFT, post(lift))
}

/// What a picked idea is called.
fn named(visit: &Visit, idea: &Idea) -> String {
    match idea {
        Idea::Guide(id) => visit.app.guide().date(id).map_or_else(
            || visit.app.words().say("date-name"),
            |idea| idea.title.clone(),
        ),
        Idea::Own(words) => words.clone(),
    }
}

/// The date of a day, by what was picked for it.
pub(super) fn title(visit: &Visit, shared: &Shared, day: Option<Date>) -> String {
    let picked = day.and_then(|day| shared.dates.picked(day));
    picked.map_or_else(
        || visit.app.words().say("date-name"),
        |picked| named(visit, &picked.idea),
    )
}

/// Whose turn it is, in a sentence for this person.
fn turn(visit: &Visit, shared: &Shared, day: Date, rule: Rule) -> Option<String> {
    let w = visit.app.words();
    let who = shared.dates.planner(day, rule)?;
    Some(if who == visit.space().who {
        w.say("date-your-turn")
    } else {
        w.tell(
            "date-their-turn",
            &[("name", &parts::name_of(w, shared, who))],
        )
    })
}

/// The next date, on Today.
pub(super) fn card(visit: &Visit, shared: &Shared, planned: &Planned) -> Option<Markup> {
    let w = visit.app.words();
    let (day, when) = planned.next_round(visit.now)?;
    let turn = turn(visit, shared, day, planned.rule);
    Some(html! {
        (ui::Row {
            icon: ui::Icon::Leaf, tone: ui::Tone::Ember, title: &title(visit, shared, Some(day)),
            text: html! {
                (parts::when(w, &when, &visit.profile.zone, visit.now))
                @if let Some(turn) = turn { " · " (turn) }
            },
            action: Some(html! { (ui::Button::quiet(&w.say("plan-look")).to(paths::DATES).small()) }),
            href: None,
        })
    })
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let page = show(&visit, &read.state, Typed::default(), None);
    Ok(visit.answer_read(page, &read))
}

/// What was typed and not taken: the best bit, or a topic.
#[derive(Clone, Copy, Default)]
struct Typed<'a> {
    line: &'a str,
    topic: &'a str,
}

fn show(visit: &Visit, shared: &Shared, typed: Typed<'_>, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let slot = shared.plan.get(SLOT, visit.now);
    let last = shared.dates.last(visit.now, slot);
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("dates-title"), lead: Some(&w.say("dates-lead")),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @match slot.and_then(|slot| Some((slot, slot.next_round(visit.now)?))) {
            Some((slot, (day, when))) => (next(visit, shared, slot, day, &when)),
            None => (ui::empty(ui::Icon::Leaf, &w.say("dates-empty"), &w.say("dates-empty-more"), html! {
                (ui::Button::primary(&w.say("dates-set")).to(paths::DATE_SLOT))
                (ui::Button::plain(&w.say("dates-ideas")).to(paths::DATE_IDEAS))
            })),
        }
        @if let Some(day) = last { (afterwards(visit, shared, day, typed.line)) }
        @if visit.space().together { (limits(visit, shared, typed.topic)) }
        (lines(visit, shared))
        @if let Some(practice) = visit.app.guide().practice("date-night") {
            p.small { a href=(paths::practice(&practice.id)) { (w.say("dates-why")) } }
        }
    })
}

/// The next one: when, whose turn, and what it will be.
fn next(visit: &Visit, shared: &Shared, slot: &Planned, day: Date, when: &When) -> Markup {
    let w = visit.app.words();
    let picked = shared.dates.picked(day);
    let planner = shared.dates.planner(day, slot.rule);
    let mine = planner != Some(visit.space().who.other());
    let idea = picked.map(|picked| named(visit, &picked.idea));
    html! {
        (ui::wash(ui::Tone::Glow, html! {
            @if let Some(turn) = turn(visit, shared, day, slot.rule) { p.kicker.sage[!mine] { (turn) } }
            h2 { (idea.as_deref().unwrap_or(&w.say("date-name"))) }
            p { (parts::when(w, when, &visit.profile.zone, visit.now)) " · " (rhythm::said(w, slot.rule, slot.when.day)) }
            @match picked.map(|picked| &picked.idea) {
                Some(Idea::Guide(id)) => {
                    @if let Some(idea) = visit.app.guide().date(id) {
                        p { (idea.say) }
                        @if let Some(talk) = &idea.talk_over { p { strong { (w.say("date-talk-over")) } " " (talk) } }
                    }
                }
                Some(Idea::Own(_)) => {}
                None => p { (w.say(if mine { "date-pick-lead" } else { "date-wait-lead" })) },
            }
            (ui::actions(html! {
                @if mine { (ui::Button::primary(&w.say(if picked.is_some() { "date-pick-other" } else { "date-pick" })).to(paths::DATE_IDEAS)) }
                @else { (ui::Button::quiet(&w.say("dates-ideas")).to(paths::DATE_IDEAS)) }
                (ui::Button::plain(&w.say("date-move")).to(&paths::plan(SLOT)))
            }))
            @if planner.is_some() && visit.space().together {
                form.form method="post" novalidate action=(paths::DATE_TURN) {
                    input type="hidden" name="day" value=(day);
                    (ui::Button::plain(&w.say("date-swap")).sends("who", if mine { "you" } else { "me" }).small())
                }
            }
        }))
    }
}

/// One line about the date that was, if one likes.
fn afterwards(visit: &Visit, shared: &Shared, day: Date, typed: &str) -> Markup {
    let w = visit.app.words();
    let me = visit.space().who;
    let mut lines = shared.dates.lines();
    if lines.any(|line| line.day == day && line.from == me) {
        return html! {};
    }
    let watched = match shared.dates.picked(day).map(|picked| &picked.idea) {
        Some(Idea::Guide(id)) => visit.app.guide().date(id).filter(|idea| idea.watch),
        Some(Idea::Own(_)) | None => None,
    };
    html! {
        @if let Some(idea) = watched { (ui::card(ideas::talk_over(visit, idea))) }
        (ui::card(html! {
            h2 { (w.tell("date-best", &[("title", &title(visit, shared, Some(day)))])) }
            form.form method="post" novalidate action=(paths::DATE_LINE) {
                input type="hidden" name="id" value=(NoteId::new(rekindle_vault::chance::bytes()));
                input type="hidden" name="day" value=(day);
                (parts::field(parts::Field { label: &w.say("date-best-field"), name: "words", value: typed, hint: Some(&w.say("date-best-hint")), ..parts::Field::default() }))
                (ui::actions(html! { (ui::Button::primary(&w.say("date-best-button"))) }))
            }
        }))
    }
}

/// What stays at home.
fn limits(visit: &Visit, shared: &Shared, typed: &str) -> Markup {
    let w = visit.app.words();
    let me = visit.space().who;
    let name = parts::other(visit, shared);
    let there = |words: &str| {
        shared
            .dates
            .limits()
            .iter()
            .any(|limit| limit.words == words)
    };
    let deck = visit.app.guide().deck("off-limits");
    let ideas = deck
        .iter()
        .flat_map(|deck| &deck.cards)
        .filter(|card| !there(&card.say));
    ui::card(html! {
        h2 { (w.say("limits-title")) }
        p { (w.say("limits-lead")) }
        @for limit in shared.dates.limits() {
            @let asked = limit.lift(visit.now);
            form.form.limit method="post" novalidate action=(paths::DATE_LIMIT_LIFT) {
                input type="hidden" name="id" value=(limit.id);
                div.inline {
                    span { (limit.words) }
                    @match asked {
                        Some(who) if who == me => span.small { (w.tell("limits-asked", &[("name", &name)])) },
                        Some(_) => (ui::Button::quiet(&w.tell("limits-both", &[("name", &name)])).small()),
                        None => (ui::Button::plain(&w.say("limits-lift")).small()),
                    }
                }
            }
        }
        (ui::details_open(!typed.is_empty(), &w.say("limits-add"), html! {
            form.form method="post" novalidate action=(paths::DATE_LIMITS) {
                input type="hidden" name="id" value=(NoteId::new(rekindle_vault::chance::bytes()));
                div.field {
                    label for="topic" { (w.say("limits-field")) }
                    p.hint #topic-hint { (w.say("limits-hint")) }
                    input #topic name="words" type="text" value=(typed) list="topics" autocomplete="off" aria-describedby="topic-hint";
                    datalist #topics { @for card in ideas { option value=(card.say) {} } }
                }
                (ui::actions(html! { (ui::Button::quiet(&w.say("limits-button"))) }))
            }
        }))
    })
}

/// The best bits, to read again.
fn lines(visit: &Visit, shared: &Shared) -> Markup {
    let w = visit.app.words();
    let me = visit.space().who;
    html! {
        @if shared.dates.lines().next().is_some() {
            section.group {
                h2 { (w.say("date-lines")) }
                div.card.lines {
                    @for line in shared.dates.lines() {
                        div.line {
                            p.kicker.sage[line.from != me] {
                                (if line.from == me { visit.profile.name.clone() } else { parts::name_of(w, shared, line.from) })
                                " · " (parts::date(w, line.day))
                                @if let Some(idea) = &line.idea { " · " (named(visit, idea)) }
                            }
                            (ui::quote(&line.words))
                            @if line.from == me {
                                form.form method="post" novalidate action=(paths::DATE_LINE_TAKE) {
                                    input type="hidden" name="id" value=(line.id);
                                    (ui::Button::plain(&w.say("appreciations-withdraw")).small())
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Slot {
    day: String,
    time: String,
    rule: String,
    /// "me" or "you".
    first: String,
}

async fn slot_page(visit: Visit) -> Result<Markup, PageError> {
    let read = visit.shared().await?;
    let today = visit.now().today();
    let friday = (1..=7_i64)
        .map(|n| today.saturating_add(jiff::Span::new().days(n)))
        .find(|day| day.weekday() == jiff::civil::Weekday::Friday);
    let form = Slot {
        day: friday.unwrap_or(today).to_string(),
        time: "19:30".to_owned(),
        rule: "week".to_owned(),
        first: "me".to_owned(),
    };
    Ok(slot_form(&visit, &read.state, &form, None))
}

/// How often a date may come round.
const RHYTHMS_NOT: [&str; 5] = ["once", "day", "work", "month", "year"];

fn slot_form(visit: &Visit, shared: &Shared, form: &Slot, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let name = parts::other(visit, shared);
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("slot-title"), lead: Some(&w.say("slot-lead")),
            back: Some(ui::Link::new(&w.say("dates-title"), paths::DATES)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        form.form method="post" novalidate action=(paths::DATE_SLOT) {
            div.two {
                (parts::field(parts::Field { label: &w.say("slot-day"), name: "day", value: &form.day, kind: ui::Kind::Date, ..parts::Field::default() }))
                (parts::field(parts::Field { label: &w.say("propose-time"), name: "time", value: &form.time, kind: ui::Kind::Time, ..parts::Field::default() }))
            }
            (rhythm::field(w, &w.say("ritual-often"), &form.rule, None, &RHYTHMS_NOT))
            (parts::choices(&w.say("slot-first"), "first", &form.first, [
                ("me", w.say("slot-first-me").as_str(), ""),
                ("you", w.tell("slot-first-you", &[("name", &name)]).as_str(), ""),
            ].into_iter()))
            (ui::actions(html! { (ui::Button::primary(&w.say("slot-button"))) }))
        }
        p.small { (w.say("slot-note")) }
    })
}

async fn set(visit: Visit, Form(form): Form<Slot>) -> Result<Response, PageError> {
    let w = visit.app.words();
    let me = visit.space().who;
    let read = visit.shared().await?;
    let refused = |text: &str| {
        let page = slot_form(&visit, &read.state, &form, Some(text));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let rule = match rhythm::rule(&form.rule) {
        Some(rule) if !RHYTHMS_NOT.contains(&form.rule.as_str()) => rule,
        _ => return Err(PageError::NotOurForm),
    };
    let who = match form.first.as_str() {
        "me" => me,
        "you" => me.other(),
        _ => return Err(PageError::NotOurForm),
    };
    let Some(when) = when_of(&form.day, &form.time, &visit.profile.zone) else {
        return refused(&w.say("when-problem"));
    };
    let day = when.day;
    let asks = [
        Command::Plan(plan::Command::Set {
            id: SLOT,
            what: plan::What::Date,
            when,
            rule,
            minutes: Some(DATE_MINUTES),
        }),
        Command::Date(Ask::Turn { day, who }),
    ];
    match visit.act_with(visit.space(), &asks, vec![]).await? {
        Ok(_) => Ok(see(paths::DATES)),
        Err(refusal) => refused(&w.say(&refusal.to_string())),
    }
}

/// How long the time is kept for.
const DATE_MINUTES: u16 = 120;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    day: Date,
    /// "me" or "you": whose turn it is from now on, so that a press that arrives twice is the same.
    who: String,
}

async fn swap(visit: Visit, Form(form): Form<Turn>) -> Result<Response, PageError> {
    let me = visit.space().who;
    let who = match form.who.as_str() {
        "me" => me,
        "you" => me.other(),
        _ => return Err(PageError::NotOurForm),
    };
    let day = form.day;
    let _ = visit.act(Command::Date(Ask::Turn { day, who })).await?;
    Ok(see(paths::DATES))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: NoteId,
    day: Date,
    words: String,
}

async fn tell(visit: Visit, Form(form): Form<Line>) -> Result<Response, PageError> {
    let ask = Ask::Tell {
        id: form.id,
        day: form.day,
        words: form.words.clone(),
    };
    match visit.act(Command::Date(ask)).await? {
        Ok(_) => Ok(see(paths::DATES)),
        Err(refusal) => {
            let read = visit.shared().await?;
            let text = visit.app.words().say(&refusal.to_string());
            let typed = Typed {
                line: &form.words,
                ..Typed::default()
            };
            let page = show(&visit, &read.state, typed, Some(&text));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    id: NoteId,
}

async fn take(visit: Visit, Form(form): Form<One>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let seq = read.state.dates.line(form.id).map(|line| line.seq);
    let taken = visit
        .act(Command::Date(Ask::Withdraw { id: form.id }))
        .await?;
    if let (Ok(_), Some(seq)) = (taken, seq) {
        visit.erase_shared(visit.space(), seq).await?;
    }
    Ok(see(paths::DATES))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    id: NoteId,
    words: String,
}

async fn limit(visit: Visit, Form(form): Form<Topic>) -> Result<Response, PageError> {
    let ask = Ask::Limit {
        id: form.id,
        words: form.words.clone(),
    };
    match visit.act(Command::Date(ask)).await? {
        Ok(_) => Ok(see(paths::DATES)),
        Err(refusal) => {
            let read = visit.shared().await?;
            let text = visit.app.words().say(&refusal.to_string());
            let typed = Typed {
                topic: &form.words,
                ..Typed::default()
            };
            let page = show(&visit, &read.state, typed, Some(&text));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn lift(visit: Visit, Form(form): Form<One>) -> Result<Response, PageError> {
    let _ = visit.act(Command::Date(Ask::Lift { id: form.id })).await?;
    Ok(see(paths::DATES))
}

/// Whether this person may pick for the next date.
fn picks(visit: &Visit, shared: &Shared) -> Option<(Date, When)> {
    let slot = shared.plan.get(SLOT, visit.now)?;
    let (day, when) = slot.next_round(visit.now)?;
    let me: Who = visit.space().who;
    (shared.dates.planner(day, slot.rule) != Some(me.other())).then_some((day, when))
}
