//! Help, always one tap away: what to do when together is the wrong thing, who runs this server, what is promised,
//! and where people are who can help (S10, S19, S22, G9).
//!
//! One static page for everyone: questions and answers stand in the text. It asks nothing, stores nothing, and does
//! not depend on who reads it.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::pack::{DirectoryFor, Status};

use super::account::promise;
use super::parts::{self, Guest};
use crate::{App, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::HELP, get(page))
        .route(paths::HELP_LINES, get(lines))
}

async fn page(State(app): State<App>) -> Markup {
    let w = app.words();
    let paragraphs = |id: &str| {
        let text = w.say(id);
        html! { @for line in text.lines().filter(|line| !line.trim().is_empty()) { p { (line) } } }
    };
    let list = |id: &str| {
        let text = w.say(id);
        html! { ul { @for line in text.lines().filter(|line| !line.trim().is_empty()) { li { (line) } } } }
    };
    Guest::page(
        &app,
        html! {
            (ui::Greeting { title: &w.say("help-title"), lead: Some(&w.say("help-lead")), ..ui::Greeting::default() })
            (ui::actions(html! { (ui::Button::primary(&w.say("help-find")).to(paths::HELP_LINES)) }))
            section { h2 { (w.say("help-safe")) } (paragraphs("help-safe-text")) (list("help-safe-questions")) (paragraphs("help-safe-answer")) }
            section { h2 { (w.say("help-quiet")) } (paragraphs("help-quiet-text")) }
            section { h2 { (w.say("help-leave")) } (paragraphs("help-leave-text")) }
            section { h2 { (w.say("help-phone")) } (paragraphs("help-phone-text")) }
            section { h2 { (w.say("promise-title")) } p { (promise(&app)) } (paragraphs("help-promise-more"))
                p { (w.tell("help-backups", &[("days", &app.settings().backup_days.to_string())])) } }
            section { h2 { (w.say("help-not-therapy")) } (paragraphs("help-not-therapy-text")) }
            @if app.settings().trust_page.is_some() { p { a href=(paths::TRUST) { (w.say("trust-title")) } } }
            p { a href=(paths::WELCOME) { (w.say("error-to-today")) } }
        },
    )
}

async fn lines(State(app): State<App>) -> Markup {
    let w = app.words();
    let help = &app.guide().help;
    Guest::page(
        &app,
        html! {
            (ui::Greeting {
                title: &w.say("help-find"), lead: Some(&w.say("help-lines-lead")),
                back: Some(ui::Link::new(&w.say("help-title"), paths::HELP)), ..ui::Greeting::default()
            })
            @for country in &help.countries {
                section.card {
                    h2 { (country.name) }
                    p { (w.say("help-emergency")) " " strong { (country.emergency) } }
                    @for line in &country.lines {
                        div.help-line {
                            h3 { (line.name) }
                            p { (line.people) @if !line.hours.is_empty() { " · " (line.hours) } }
                            @for contact in &line.contact { p { strong { (contact) } } }
                            p.small {
                                (w.tell(match line.status { Status::Confirmed => "help-checked", Status::Unconfirmed => "help-unconfirmed" },
                                    &[("day", &line.checked)]))
                            }
                        }
                    }
                    @let here: Vec<_> = help.directories.iter().filter(|d| d.country == country.code).collect();
                    @for directory in here {
                        div.help-line {
                            h3 { (directory.name) }
                            p { (w.say(match directory.kind {
                                DirectoryFor::SexTherapy => "help-sex-therapy",
                                DirectoryFor::CoupleTherapy => "help-couple-therapy",
                            })) ": " (directory.place) }
                        }
                    }
                }
            }
            (parts::card(html! { h2 { (w.say("help-therapist")) } p { (w.say("help-therapist-more")) } }))
        },
    )
}
