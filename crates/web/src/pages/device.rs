//! A new device, let in by one that is signed in (K6). The new one shows a code; the other, behind its private door and
//! with the passphrase once more, seals the outer key to it. What comes in is a sign-in like any other: it stands in the
//! list, and its own private door asks for the passphrase.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::Stamp;
use rekindle_store::{Change, Outcome, Waiting};
use rekindle_vault::device::{WaitingCode, WaitingPublic, WaitingSecret};
use rekindle_vault::sign_in::DeviceSecret;
use serde::Deserialize;

use super::account::{LetIn, Typed, new_sign_in, open_own_root};
use super::parts::{self, Guest, Tab};
use crate::answers::{see, with_cookie};
use crate::form::Form;
use crate::visit::{Visit, public_url};
use crate::{App, PageError, cookies, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::NEW_DEVICE, get(wait_page).post(wait))
        .route(paths::LET_IN, get(let_in_page).post(let_in))
        .route(paths::LET_IN_ONE, get(let_in_one))
}

/// So long a device waits.
const WAITS: i64 = 10 * Stamp::MINUTE;

/// The device that asks, if it waits, with its row.
async fn waiting(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<(WaitingSecret, Waiting)>, PageError> {
    let Some(secret) = cookies::get(headers, cookies::WAITING).and_then(WaitingSecret::from_cookie)
    else {
        return Ok(None);
    };
    let row = app.store().waiting(secret.public().code().id()).await?;
    Ok(row
        .filter(|row| row.until >= app.now())
        .map(|row| (secret, row)))
}

async fn wait_page(State(app): State<App>, headers: HeaderMap) -> Result<Markup, PageError> {
    let found = waiting(&app, &headers).await?;
    Ok(wait_show(&app, &headers, found.as_ref(), None))
}

fn wait_show(
    app: &App,
    headers: &HeaderMap,
    found: Option<&(WaitingSecret, Waiting)>,
    problem: Option<&str>,
) -> Markup {
    let w = app.words();
    let host = headers
        .get(axum::http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    Guest::page(
        app,
        html! {
            h1 { (w.say("device-title")) }
            @match found {
                None => {
                    p.lead { (w.say("device-lead")) }
                    @if let Some(problem) = problem { (parts::problem_notice(problem)) }
                    form.form method="post" novalidate action=(paths::NEW_DEVICE) {
                        input type="hidden" name="step" value="begin";
                        (parts::submit(&w.say("device-begin")))
                    }
                }
                Some((secret, row)) => {
                    @let code = secret.public().code();
                    p.lead { (w.say(if row.sealed.is_empty() { "device-show" } else { "device-let-in" })) }
                    @if let Some(problem) = problem { (parts::problem_notice(problem)) }
                    @if row.sealed.is_empty() {
                        (ui::code(&w.say("device-code"), &code.groups()))
                        (ui::qr(&format!("{}{}", public_url(app, host), paths::at(paths::LET_IN_ONE, code.to_text())), &w.say("device-qr")))
                        p.small { (w.say("device-ends")) }
                    }
                    form.form method="post" novalidate action=(paths::NEW_DEVICE) {
                        input type="hidden" name="step" value="enter";
                        (parts::check("own", &w.say("sign-in-own-device"), false, None))
                        (parts::submit(&w.say("device-enter")))
                    }
                }
            }
            p { a href=(paths::SIGN_IN) { (w.say("device-other-way")) } }
        },
    )
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Wait {
    step: String,
    own: Option<String>,
}

async fn wait(
    State(app): State<App>,
    headers: HeaderMap,
    Form(form): Form<Wait>,
) -> Result<Response, PageError> {
    let w = app.words();
    match (form.step.as_str(), waiting(&app, &headers).await?) {
        ("begin", Some(_)) => Ok(see(paths::NEW_DEVICE)), // pressed twice: it waits already
        ("begin", None) => {
            // All who ask share one budget: rows of nobody must not fill the disk (K16).
            if let Err(seconds) = app.0.throttle.take("", None, app.now()) {
                let text = w.tell("sign-in-wait", &[("seconds", &seconds.to_string())]);
                let page = wait_show(&app, &headers, None, Some(&text));
                return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
            }
            let secret = WaitingSecret::random();
            let public = secret.public();
            let row = Waiting {
                id: public.code().id(),
                public: public.0,
                sealed: vec![],
                until: app.now().plus(WAITS),
            };
            let sweep = Change::Sweep { now: app.now() };
            let changes = vec![sweep, Change::AddWaiting(row)];
            if app.store().commit(changes).await? == Outcome::Stale {
                return Err(PageError::TooBusy);
            }
            let cookie = cookies::set(
                cookies::WAITING,
                &secret.to_cookie(),
                Some(WAITS / Stamp::SECOND),
            );
            Ok(with_cookie(see(paths::NEW_DEVICE), cookie))
        }
        ("enter", None) => {
            let text = w.say("device-over");
            let page = wait_show(&app, &headers, None, Some(&text));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        ("enter", Some(found)) => {
            let Some((person, outer)) = found.0.open(&found.1.sealed) else {
                let text = w.say("device-not-yet");
                let page = wait_show(&app, &headers, Some(&found), Some(&text));
                return Ok((StatusCode::OK, page).into_response());
            };
            let own = form.own.is_some();
            let (secret, sign_in) = new_sign_in(&app, person, &outer, own);
            let device = DeviceSecret::random();
            let changes = vec![
                Change::DropWaiting { id: found.1.id },
                Change::AddSignIn(sign_in),
                Change::AddDevice {
                    id: device.id(),
                    person,
                },
            ];
            if app.store().commit(changes).await? == Outcome::Stale {
                return Ok(see(paths::TODAY)); // pressed twice: it is in already
            }
            let let_in = LetIn {
                secret,
                own,
                device: Some(device),
                same: false,
            };
            Ok(with_cookie(
                let_in.respond(see(paths::TODAY)),
                cookies::end(cookies::WAITING),
            ))
        }
        _ => Err(PageError::NotOurForm),
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct LetInForm {
    code: String,
    passphrase: Typed,
}

async fn let_in_page(visit: Visit) -> Result<Markup, PageError> {
    visit.inner()?;
    Ok(let_in_show(&visit, "", None))
}

/// Where the other device's picture of a code leads: the code is filled in, and nothing has happened.
async fn let_in_one(visit: Visit, Path(code): Path<String>) -> Result<Markup, PageError> {
    visit.inner()?;
    let code = WaitingCode::parse(&code).ok_or(PageError::NotFound)?;
    Ok(let_in_show(&visit, &code.groups().join("-"), None))
}

fn let_in_show(visit: &Visit, code: &str, problem: Option<(&str, &str)>) -> Markup {
    let w = visit.app.words();
    let problem_of = |name: &str| problem.filter(|(n, _)| *n == name).map(|(_, text)| text);
    visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("let-in-title"), lead: Some(&w.say("let-in-lead")),
            back: Some(ui::Link::new(&w.say("me-sign-ins"), paths::SIGN_INS)), ..ui::Greeting::default()
        })
        (ui::card(html! {
            form.form method="post" novalidate action=(paths::LET_IN) {
                (parts::field(parts::Field {
                    label: &w.say("let-in-code"), name: "code", value: code, hint: Some(&w.say("let-in-code-hint")),
                    problem: problem_of("code"), private: true, ..parts::Field::default()
                }))
                (parts::passphrase(w, "passphrase", &w.say("sign-in-passphrase"), None, problem_of("passphrase"), false))
                (parts::submit(&w.say("let-in-button")))
            }
            p.small { (w.say("let-in-careful")) }
        }))
    })
}

async fn let_in(
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<LetInForm>,
) -> Result<Response, PageError> {
    visit.inner()?;
    let w = visit.app.words();
    let again = |name: &'static str, text: &str| {
        let page = let_in_show(&visit, &form.code, Some((name, text)));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let Some(code) = WaitingCode::parse(&form.code) else {
        return again("code", &w.say("let-in-mistyped"));
    };
    if let Err(text) = open_own_root(&visit, &headers, Typed(form.passphrase.0.clone())).await? {
        return again("passphrase", &text);
    }
    let row = visit.app.store().waiting(code.id()).await?;
    let device = row
        .filter(|row| row.until >= visit.now && row.sealed.is_empty())
        .map(|row| WaitingPublic(row.public))
        // The row could be anybody’s: the code on the screen is of one key only.
        .filter(|public| public.code() == code);
    let Some(sealed) = device.and_then(|public| public.let_in(visit.id(), &visit.outer)) else {
        return again("code", &w.say("let-in-nobody"));
    };
    let change = Change::LetIn {
        id: code.id(),
        sealed,
    };
    if visit.app.store().commit(vec![change]).await? == Outcome::Stale {
        return again("code", &w.say("let-in-nobody"));
    }
    Ok(visit
        .page(Tab::Me, html! {
            (ui::Greeting {
                title: &w.say("let-in-done"), lead: Some(&w.say("let-in-done-more")),
                back: Some(ui::Link::new(&w.say("me-sign-ins"), paths::SIGN_INS)), ..ui::Greeting::default()
            })
        })
        .into_response())
}
