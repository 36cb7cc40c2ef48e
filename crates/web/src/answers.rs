//! Whole responses: pages with their status, redirects after acts, the calm page for what went wrong.

use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::error::Calm;
use crate::host::App;
use crate::{paths, ui};

/// After an act: see other, so that Back and reload do not send it again.
pub(crate) fn see(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(to).expect("paths are plain ASCII");
    response.headers_mut().insert(LOCATION, to);
    response
}

pub(crate) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

/// A page for someone who is not signed in, or whose keys are not needed.
pub(crate) fn plain(app: &App, body: Markup) -> Markup {
    ui::Page {
        scripts: &[ui::Script::Show],
        leave_to: &app.settings().leave_to,
        ..ui::Page::new(app.words(), body)
    }
    .render()
}

/// The calm page that stands for a fault; its status stays.
pub(crate) fn calm(app: &App, went_wrong: &Response, calm: Calm) -> Response {
    let words = app.words();
    let (title, more) = calm.text();
    let body = html! {
        h1 { (words.say(title)) }
        p.lead { (words.say(more)) }
        p { a.button.quiet href=(paths::WELCOME) { (words.say("error-to-today")) } }
    };
    (went_wrong.status(), plain(app, body)).into_response()
}

/// Why nobody can sign in over plain HTTP from another machine.
pub(crate) fn insecure(app: &App) -> Response {
    let words = app.words();
    let body = html! {
        h1 { (words.say("insecure-title")) }
        p.lead { (words.say("insecure-lead")) }
        p { (words.say("insecure-what-to-do")) }
        p { a href=(paths::HELP) { (words.say("help-link")) } }
    };
    (StatusCode::FORBIDDEN, plain(app, body)).into_response()
}
