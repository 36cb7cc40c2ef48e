//! Me: one's own side. What is private stands behind the private door.

use axum::Router;
use axum::routing::get;
use maud::{Markup, html};

use super::account::promise;
use super::parts::Tab;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::ME, get(page))
}

async fn page(visit: Visit) -> Result<Markup, PageError> {
    let word = match &visit.door {
        Some(door) => super::session::word_to_oneself(&visit, door).await?,
        None => None,
    };
    let w = visit.app.words();
    let nudge = super::hurt::nudge(&visit).await?;
    let row = |icon, title: &str, text: &str, to: &str| {
        let (title, text) = (&w.say(title), html! { (w.say(text)) });
        ui::Row {
            icon,
            tone: ui::Tone::Ember,
            title,
            text,
            action: None,
            href: Some(to),
        }
        .item()
    };
    Ok(visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &visit.profile.name, lead: Some(&w.say("me-lead")), ..ui::Greeting::default()
        })
        @if visit.door.is_some() { (ui::Notice { icon: Some(ui::Icon::Lock), tone: ui::Tone::Sage, body: html! { p { (w.say("door-open-note")) } }, ..ui::Notice::default() }) }
        @if let Some(word) = &word { (word) }
        @if let Some(nudge) = &nudge { (nudge) }
        (ui::group(&w.say("me-own"), &html! {
            (row(ui::Icon::Speech, "me-hurts", "me-hurts-more", paths::HURTS))
            (row(ui::Icon::Lock, "me-notes", "me-notes-more", paths::NOTES))
            (row(ui::Icon::Moon, "rest-title", "rest-more", paths::REST))
        }))
        (ui::group(&w.say("me-help"), &html! {
            (row(ui::Icon::Help, "help-find", "me-help-more", paths::HELP_LINES))
        }))
        (ui::group(&w.say("me-house"), &html! {
            (row(ui::Icon::Today, "me-settings", "me-settings-more", paths::SETTINGS))
            (row(ui::Icon::Clock, "reminders-title", "reminders-row", paths::REMINDERS))
            (row(ui::Icon::Lock, "me-keys", "me-keys-more", paths::KEYS))
            (row(ui::Icon::Frame, "me-sign-ins", "me-sign-ins-more", paths::SIGN_INS))
            (row(ui::Icon::Leave, "me-part", "me-part-more", paths::PART))
        }))
        @if visit.door.is_some() {
            form.form method="post" novalidate action=(paths::DOOR_CLOSE) { button.button.quiet { (w.say("door-close")) } }
        }
        form.form method="post" novalidate action=(paths::SIGN_OUT) { button.button.quiet { (w.say("me-sign-out")) } }
        details.more {
            summary { (ui::Icon::Forward) span { (w.say("promise-title")) } }
            div.inside { p { (promise(&visit.app)) } }
        }
    }))
}
