//! The quick exit (S14): ends the sign-in, clears what this site left in the browser, and puts a neutral page of
//! somebody else in its place. A plain GET link, because it has to work without script and must never ask.

use axum::Router;
use axum::extract::State;
use axum::http::header::{HeaderName, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rekindle_store::Change;
use rekindle_vault::sign_in::SignInSecret;

use crate::answers::with_cookie;
use crate::{App, cookies, paths};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::LEAVE, get(leave))
}

async fn leave(State(app): State<App>, headers: HeaderMap) -> Response {
    if let Some(secret) =
        cookies::get(&headers, cookies::SIGN_IN).and_then(SignInSecret::from_cookie)
    {
        // Leaving goes on whatever the database says.
        if let Err(error) = app
            .store()
            .commit(vec![Change::EndSignIn { id: secret.id() }])
            .await
        {
            eprintln!("leave: {error}");
        }
    }
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(&app.settings().leave_to)
        .unwrap_or_else(|_| HeaderValue::from_static("https://www.wikipedia.org/"));
    response.headers_mut().insert(LOCATION, to);
    response.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"cookies\", \"storage\""),
    );
    [
        cookies::SIGN_IN,
        cookies::DOOR,
        cookies::DEVICE,
        cookies::MEMORY,
    ]
    .into_iter()
    .fold(response, |response, name| {
        with_cookie(response, cookies::end(name))
    })
}
