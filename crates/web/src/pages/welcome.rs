//! The front page: what this is, in the time a tired person has for it.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::html;

use super::parts::{self, Guest};
use crate::answers::see;
use crate::{App, cookies, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::WELCOME, get(welcome))
}

async fn welcome(State(app): State<App>, headers: HeaderMap) -> Response {
    if cookies::get(&headers, cookies::SIGN_IN).is_some_and(|value| !value.is_empty()) {
        return see(paths::TODAY);
    }
    let w = app.words();
    Guest::page(
        &app,
        html! {
            div.hero {
                (ui::mark())
                h1 { (w.say("welcome-title")) }
                p.lead { (w.say("welcome-lead")) }
                div.actions {
                    a.button href=(paths::START) { (w.say("welcome-start")) }
                    a.button.quiet href=(paths::SIGN_IN) { (w.say("sign-in-link")) }
                }
                p.small { (w.say("welcome-brave")) }
            }
            div.trio {
                @for (title, more) in [
                    ("welcome-one", "welcome-one-more"),
                    ("welcome-two", "welcome-two-more"),
                    ("welcome-three", "welcome-three-more"),
                ] {
                    (parts::card(html! { h2 { (w.say(title)) } p { (w.say(more)) } }))
                }
            }
            (parts::card(html! {
                h2 { (w.say("welcome-invited")) }
                p { (w.say("welcome-invited-more")) }
            }))
            p.small { (w.say("welcome-care")) " " a href=(paths::HELP) { (w.say("help-link")) } }
        },
    )
    .into_response()
}
