//! Us: what the two share.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::html;

use super::parts::{self, Tab};
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::US, get(page))
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    let shared = &read.state;
    let together = visit.space().together;
    let other = parts::other(&visit, shared);
    let sent = if together {
        vec![]
    } else {
        super::invitation::sent(&visit, shared).await?
    };
    let row = |icon, title: &str, text: String, to: &str| {
        let (tone, text) = (ui::Tone::Sage, html! { (text) });
        ui::Row {
            icon,
            tone,
            title,
            text,
            action: None,
            href: Some(to),
        }
        .item()
    };
    let page = visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &if together { w.tell("us-title", &[("me", &visit.profile.name), ("you", &other)]) } else { w.say("us-title-alone") },
            lead: Some(&w.say(if together { "us-lead" } else { "us-lead-alone" })),
            aside: Some(ui::pair(&w.tell("today-pair", &[("me", &visit.profile.name), ("you", &other)]),
                &visit.profile.name, together.then_some(other.as_str()))),
            ..ui::Greeting::default()
        })
        @if let Some(card) = super::pair::card(&visit, &sent) { (card) }
        @if !sent.is_empty() {
            (ui::group(&w.say("us-on-its-way"), &html! {
                @for one in &sent {
                    (row(ui::Icon::Hand, &w.tell("proposal-title", &[("name", &other)]),
                        visit.app.guide().practice(&one.proposal.practice).map(|p| p.title.clone()).unwrap_or_default(),
                        &paths::proposal(one.proposal.id)))
                }
            }))
        }
        (ui::group(&w.say("us-time"), &html! {
            (row(ui::Icon::Clock, &w.say("plan-title"), w.tell("us-plan-more", &[("count", &shared.plan.coming(visit.now).len().to_string())]), paths::PLAN))
            (row(ui::Icon::Cup, &w.say("rituals-title"), w.tell("us-rituals-more", &[("count", &shared.rituals.ours().count().to_string())]), paths::RITUALS))
            (row(ui::Icon::Leaf, &w.say("dates-title"), w.tell("us-dates-more", &[("count", &shared.dates.ever().to_string())]), paths::DATES))
        }))
        (ui::group(&w.say("us-words"), &html! {
            (row(ui::Icon::Speech, &w.say("us-check-in"), w.say("us-check-in-more"), paths::SESSION_OPEN))
            (row(ui::Icon::Us, &w.say("sessions-title"), w.say("us-sessions-more"), paths::SESSIONS))
            (row(ui::Icon::Speech, &w.say("between-title"), w.say("us-between-more"), paths::BETWEEN))
            (row(ui::Icon::Us, &w.say("appreciations-title"), w.tell("us-appreciations-more", &[("count", &shared.appreciations.ever().to_string())]), paths::APPRECIATIONS))
        }))
        (ui::group(&w.say("us-touch"), &html! {
            (row(ui::Icon::Hand, &w.say("moments-title"), w.tell("moments-ever", &[("count", &shared.moments.ever().to_string())]), paths::MOMENTS))
            (row(ui::Icon::Me, &w.say("touch-title"), w.say("touch-row"), paths::TOUCH))
        }))
        (ui::group(&w.say("us-looking-back"), &html! {
            (row(ui::Icon::Moon, &w.say("history-title"), w.say("us-history-more"), paths::HISTORY))
        }))
        @if !together { p { a href=(paths::PAIR) { (w.say("us-pair")) } } }
    });
    Ok(visit.answer_read(page, &read))
}
