//! Two phones at home: how to trust this server's own certificate on each kind of phone.

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use super::parts::Guest;
use crate::host::TrustPage;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::TRUST, get(page))
        .route(paths::TRUST_DER, get(der))
        .route(paths::TRUST_PEM, get(pem))
}

fn trust(app: &App) -> Result<&TrustPage, PageError> {
    app.settings()
        .trust_page
        .as_ref()
        .ok_or(PageError::NotFound)
}

async fn page(State(app): State<App>) -> Result<Markup, PageError> {
    let w = app.words();
    let trust = trust(&app)?;
    Ok(Guest::page(
        &app,
        html! {
            (ui::Greeting { title: &w.say("trust-title"), lead: Some(&w.say("trust-lead")), ..ui::Greeting::default() })
            (ui::actions(html! { (ui::Button::primary(&w.say("trust-download")).to(paths::TRUST_DER)) }))
            @for (phone, steps) in [("trust-iphone", "trust-iphone-steps"), ("trust-android", "trust-android-steps"), ("trust-computer", "trust-computer-steps")] {
                (ui::card(html! { h2 { (w.say(phone)) } @for line in w.say(steps).lines() { p { (line) } } }))
            }
            (ui::card(html! {
                h2 { (w.say("trust-check")) }
                p { (w.say("trust-check-more")) }
                p.code { (trust.fingerprint) }
            }))
            p { a href=(paths::TRUST_PEM) { (w.say("trust-pem")) } }
        },
    ))
}

async fn der(State(app): State<App>) -> Result<Response, PageError> {
    let der = trust(&app)?.certificate_der.clone();
    Ok(([(CONTENT_TYPE, "application/x-x509-ca-cert")], der).into_response())
}

async fn pem(State(app): State<App>) -> Result<Response, PageError> {
    let pem = trust(&app)?.certificate_pem.clone();
    Ok(([(CONTENT_TYPE, "application/x-pem-file")], pem).into_response())
}
