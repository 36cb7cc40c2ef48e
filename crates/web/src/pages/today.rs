//! Today: at most three things, then that is all (G7, design "Places").

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::journey::Word;
use rekindle_domain::pack::PathKind;
use rekindle_domain::plan::What;
use rekindle_domain::proposal::Proposal;
use rekindle_domain::shared::Shared;

use super::invitation::{self, Sent};
use super::parts::{self, Tab};
use super::rest::{self, Resting};
use super::{date, moment, pair, proposal, ritual, session};
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::TODAY, get(today))
}

/// So many things, and not one more.
const MOST: usize = 3;

async fn today(visit: Visit) -> Result<Response, PageError> {
    let w = visit.app.words();
    if visit.closed {
        return Ok(super::part::closed(&visit).into_response());
    }
    let read = visit.shared().await?;
    let shared = &read.state;
    visit.plan_ahead(shared).await;
    let sent = if visit.space().together {
        vec![]
    } else {
        invitation::sent(&visit, shared).await?
    };
    let resting = rest::resting(&visit).await?;
    let mut things = things(&visit, shared, &sent, &resting);
    let more = things.len() > MOST;
    things.truncate(MOST);
    let unsound = !read.sound || visit.went_back(&read);
    let other = parts::other(&visit, shared);
    let page = visit.page_with(Tab::Today, ui::Script::Moment, html! {
        (ui::Greeting {
            over: Some(&parts::day_part(w, visit.profile.zone.local(visit.now))),
            title: &w.tell("today-hello", &[("name", &visit.profile.name)]),
            aside: Some(ui::pair(&w.tell("today-pair", &[("me", &visit.profile.name), ("you", &other)]), &visit.profile.name,
                visit.space().together.then_some(other.as_str()))),
            ..ui::Greeting::default()
        })
        @if unsound { (parts::notice(html! { p { (w.say("tampered")) } })) }
        @for thing in &things { (thing) }
        @if things.is_empty() {
            (empty(&visit, shared))
        }
        p.rest { (w.say(if more { "today-enough" } else { "today-all" })) }
    });
    Ok(visit.answer_read(page, &read))
}

/// Nothing for today: a first step to choose, or to begin alone with while one's own proposal is on its way. Where that
/// stands is told under Us; that nobody has answered is told nowhere (S4).
fn empty(visit: &Visit, shared: &Shared) -> Markup {
    let w = visit.app.words();
    let on_its_way = shared
        .proposals
        .on_the_table(visit.now)
        .any(|asked| asked.by == visit.space().who);
    let (title, more, button) = if on_its_way {
        (
            "today-offered",
            "today-offered-more",
            "today-offered-button",
        )
    } else {
        ("today-empty", "today-empty-more", "today-empty-button")
    };
    ui::empty(
        ui::Icon::Us,
        &w.say(title),
        &w.say(more),
        html! { (ui::Button::primary(&w.say(button)).to(paths::ROADMAP)) },
    )
}

/// What is worth seeing today, the nearest first.
fn things(visit: &Visit, shared: &Shared, sent: &[Sent], resting: &Resting) -> Vec<Markup> {
    let mut things = vec![];
    let me = visit.space().who;
    things.extend(pair::card(visit, sent));
    things.extend(super::renewal::card(visit, shared));
    for open in shared.sessions.open(visit.now) {
        if let Some(script) = visit.app.guide().script(&open.script)
            && !resting.hides_session(&visit.app, open)
        {
            things.push(session::card(visit, open, script));
        }
    }
    // What the other has asked comes before what one waits for oneself: nothing shows that one waits (S4).
    for asked in shared.proposals.on_the_table(visit.now) {
        if asked.by != me && asked.answer.is_none() && !resting.hides(&visit.app, asked) {
            things.push(asked_card(visit, shared, asked));
        } else if asked.by == me && asked.link.is_none() && proposal::is_news(shared, asked) {
            things.push(proposal::answered_card(visit, shared, asked));
        }
    }
    if let Some(card) = super::between::waiting(visit, shared) {
        things.push(card);
    }
    for one in sent {
        if let Some(card) = invitation::reply_card(visit, shared, one) {
            things.push(card);
        }
    }
    things.extend(ritual::asked_card(visit, shared, resting));
    let asked = things.len();
    let local_day = visit.now().today();
    let coming = shared.plan.coming(visit.now);
    for (when, planned) in &coming {
        let practice = match &planned.what {
            What::Practice(id) => visit.app.guide().practice(id),
            What::Ritual(id) => {
                if when.in_zone(&visit.profile.zone).date() <= local_day {
                    things.extend(ritual::card(visit, shared, *id, when));
                }
                None
            }
            What::Date => {
                things.extend(date::card(visit, shared, planned));
                None
            }
        };
        let Some(practice) = practice else {
            continue;
        };
        if practice.moment.is_some()
            && planned.when.in_zone(&visit.profile.zone).date() <= local_day
        {
            let moment = moment::card(visit, shared, practice);
            things.insert(asked.min(things.len()), moment);
        } else {
            things.push(super::plan::card(visit, planned, when, practice));
        }
    }
    if let Some(card) = journey_card(visit, shared) {
        things.push(card);
    }
    things.extend(ritual::look_card(visit, shared));
    if things.is_empty()
        && shared.moments.last().is_some()
        && let Some(practice) = visit
            .app
            .guide()
            .practices
            .iter()
            .find(|p| p.moment.is_some())
    {
        things.push(moment::card(visit, shared, practice));
    }
    things
}

fn asked_card(visit: &Visit, shared: &Shared, asked: &Proposal) -> Markup {
    let w = visit.app.words();
    parts::card(html! {
        p.kicker.sage { (w.tell("today-from", &[("name", parts::name_of(w, shared, asked.by).as_str())])) }
        (ui::quote(&asked.words))
        p.soft { (parts::when(w, &asked.when, &visit.profile.zone, visit.now)) }
        div.actions { a.button href=(paths::proposal(asked.id)) { (w.say("today-answer")) } }
    })
}

fn journey_card(visit: &Visit, shared: &Shared) -> Option<Markup> {
    let w = visit.app.words();
    let Some(walk) = shared.journey.now.as_ref() else {
        return journey_offer(visit, shared);
    };
    let path = visit.app.guide().path(&walk.path)?;
    let today = visit.now().today();
    let last = super::way::last_done(shared);
    let word = shared.journey.word(path, today, last)?;
    let (title, more) = match word {
        Word::Underway => return None,
        // A hard season has no timetable.
        Word::NextWeek | Word::WelcomeBack if path.kind == PathKind::Season => return None,
        Word::NextWeek => ("today-next-week", "today-next-week-more"),
        Word::Complete => ("today-path-complete", "today-path-complete-more"),
        Word::WelcomeBack => ("today-welcome-back", "today-welcome-back-more"),
    };
    Some(parts::card(html! {
        p.kicker.dusk { (path.title) }
        h2 { (w.say(title)) }
        @if word == Word::WelcomeBack { (super::way::welcome_back(&visit.app, path, walk)) } @else { p { (w.say(more)) } }
        div.actions { a.button.quiet href=(paths::way(&walk.path)) { (w.say("today-look")) } }
    }))
}

/// Once something is in the plan, the default path that grows from it (G7 "ten weeks").
fn journey_offer(visit: &Visit, shared: &Shared) -> Option<Markup> {
    let w = visit.app.words();
    let journey = |path: &&rekindle_domain::pack::Path| path.kind == PathKind::Journey;
    let path = visit.app.guide().paths.iter().find(journey)?;
    let fresh = shared.sessions.ever() < 3 && !shared.plan.coming(visit.now).is_empty();
    fresh.then(|| {
        parts::card(html! {
            p.kicker.dusk { (path.title) }
            h2 { (w.say("today-grow")) }
            p { (path.what) }
            div.actions { a.button.quiet href=(paths::way(&path.id)) { (w.say("today-look")) } }
        })
    })
}
