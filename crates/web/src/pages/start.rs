//! The five-minute start: what brings you, three questions, two ideas with their reasons (G1.2, G7). Keeps nothing:
//! answers travel in the form and end with it.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use super::parts::{self, Guest};
use crate::form::Form;
use crate::{App, paths};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::START, get(page).post(answer))
}

async fn page(State(app): State<App>) -> Markup {
    questions(&app)
}

fn questions(app: &App) -> Markup {
    let w = app.words();
    let start = &app.guide().start;
    Guest::page(
        app,
        html! {
            h1 { (start.title) }
            p.lead { (start.lead) " " (w.say("start-kept")) }
            form.form method="post" novalidate action=(paths::START) {
                (parts::choices(&w.say("start-brings"), "brings", "",
                    start.brings.iter().map(|b| (b.id.as_str(), b.say.as_str(), ""))))
                @for question in &start.questions {
                    (parts::choices(&question.ask, &question.id, "",
                        question.answers.iter().map(|a| (a.id.as_str(), a.say.as_str(), ""))))
                }
                (parts::submit(&w.say("start-next")))
            }
        },
    )
}

async fn answer(
    State(app): State<App>,
    Form(given): Form<BTreeMap<String, String>>,
) -> Result<Response, crate::PageError> {
    let start = &app.guide().start;
    let names: Vec<&str> = std::iter::once("brings")
        .chain(start.questions.iter().map(|question| question.id.as_str()))
        .collect();
    if given.keys().any(|key| !names.contains(&key.as_str())) {
        return Err(crate::PageError::NotOurForm);
    }
    let answers: Vec<&str> = names
        .iter()
        .filter_map(|name| given.get(*name))
        .map(String::as_str)
        .collect();
    let w = app.words();
    let ideas = app.guide().recommend(&answers);
    Ok(Guest::page(&app, html! {
        h1 { (w.say("start-result-title")) }
        p.lead { (w.say("start-result-lead")) }
        div.pair {
            @for idea in &ideas {
                @let practice = idea.practice;
                (parts::card(html! {
                    p.kicker { (w.tell("minutes", &[("minutes", &practice.minutes.usual.to_string())])) }
                    h2 { (practice.title) }
                    p { (practice.what) }
                    @if !idea.reasons.is_empty() {
                        h3 { (w.say("start-because")) }
                        ul { @for reason in &idea.reasons { li { (reason) } } }
                    }
                    div.actions {
                        a.button href={ (paths::SIGN_UP) "?practice=" (paths::opaque(&practice.id)) } {
                            (w.say("start-choose"))
                        }
                        a.button.quiet href=(paths::practice(&practice.id)) { (w.say("start-read")) }
                    }
                }))
            }
        }
        p.small { (w.say("start-alone-note")) }
        p { a href=(paths::START) { (w.say("start-again")) } }
    })
    .into_response())
}
