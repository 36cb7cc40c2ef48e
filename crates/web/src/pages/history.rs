//! What we did: sessions held, what was put aside for another day, what was agreed (G1.3, "History").

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use maud::html;
use rekindle_domain::held::{self, Command as Ask};
use rekindle_domain::session::Mode;
use rekindle_domain::shared::Command;
use rekindle_domain::{When, Zone};
use serde::Deserialize;

use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::HISTORY, get(page))
        .route(paths::TOPIC_SETTLE, post(settle))
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    let shared = &read.state;
    let today = visit.now().today();
    // What one held by oneself stands in one's own space, and only on one's own page (S3).
    let own = if visit.space().together {
        visit.shared_of(visit.solo()).await?.state.sessions
    } else {
        held::Sessions::default()
    };
    let mut held: Vec<_> = (shared.sessions.held().map(|held| (held, false)))
        .chain(own.held().map(|held| (held, true)))
        .collect();
    held.sort_by_key(|(held, _)| std::cmp::Reverse(held.day));
    let page = visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("history-title"), lead: Some(&w.say("history-lead")),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        (ui::Facts(&[
            (&w.say("history-sessions"), &shared.sessions.ever().to_string()),
            (&w.say("history-moments"), &shared.moments.ever().to_string()),
            (&w.say("history-appreciations"), &shared.appreciations.ever().to_string()),
        ]))
        @if !shared.sessions.parked().is_empty() {
            (ui::card(html! {
                h2 { (w.say("history-parked")) }
                p { (w.say("history-parked-lead")) }
                @for topic in shared.sessions.parked() {
                    form.form.inline method="post" novalidate action=(paths::TOPIC_SETTLE) {
                        input type="hidden" name="topic" value=(topic.topic);
                        span { (topic.topic) @if topic.talk { " · " (w.say("history-wants-talk")) } }
                        button.button.plain.small { (w.say("history-settle")) }
                    }
                }
            }))
        }
        @for (held, by_oneself) in held {
            (ui::card(html! {
                p.kicker.dusk {
                    (parts::day(w, held.day, today))
                    @if by_oneself { " · " (w.say("history-by-yourself")) }
                }
                h2 { (visit.app.guide().practices.iter().find(|p| p.script.as_deref() == Some(&held.script)).map_or("", |p| &p.title)) }
                @if !held.summary.agreed.is_empty() {
                    h3 { (w.say("history-agreed")) }
                    ul { @for agreed in &held.summary.agreed {
                        li { (agreed.words.as_deref().unwrap_or(&w.say("history-spoken"))) }
                    } }
                }
                @if let Some(topic) = &held.summary.about {
                    p { (w.say("history-about")) " " (topic) @if held.summary.settled { " · " (w.say("history-settled")) } }
                }
                @for written in &held.summary.written {
                    h3 { (w.say(super::session::text_word(written.what))) }
                    p.written { (written.words) }
                    @if let Some(back) = written.back { p.small { (w.say("history-back")) " " (next_time(&visit, back)) } }
                }
                @if !held.lines.is_empty() {
                    h3 { (w.say("history-line")) }
                    @for line in &held.lines { p.written { (line.words) } }
                }
                @if !held.summary.parked.is_empty() {
                    h3 { (w.say("history-parked")) }
                    ul { @for topic in &held.summary.parked { li { (topic.topic) } } }
                }
                @if let Some(next) = held.summary.next {
                    p { (w.say("history-next")) " " (next_time(&visit, next)) }
                }
                // On one phone only whoever was signed in had the page to say how it was.
                @if held.summary.mode == Mode::OnePhone {
                    p.small { a href=(paths::session(held.id)) { (w.say("rating-title")) } }
                }
            }))
        }
        @if shared.sessions.ever() + own.ever() == 0 {
            (ui::empty(ui::Icon::Speech, &w.say("history-empty"), &w.say("history-empty-more"),
                html! { (ui::Button::primary(&w.say("today-empty-button")).to(paths::ROADMAP)) }))
        }
    });
    Ok(visit.answer_read(page, &read))
}

fn next_time(visit: &Visit, at: rekindle_domain::Stamp) -> String {
    let zone: &Zone = &visit.profile.zone;
    let local = zone.local(at);
    let when = When {
        day: local.date(),
        time: local.time(),
        zone: zone.clone(),
    };
    parts::when(visit.app.words(), &when, zone, visit.now)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settle {
    topic: String,
}

async fn settle(visit: Visit, Form(form): Form<Settle>) -> Result<Response, PageError> {
    let _ = visit
        .act(Command::Session(Ask::Settle { topic: form.topic }))
        .await?;
    Ok(see(paths::HISTORY))
}
