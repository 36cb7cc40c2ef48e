//! The Roadmap: five stages as a path, the practices of each, and paths for hard seasons.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::pack::{PathKind, Practice};

use super::parts::{self, Asker, Tab};
use crate::{App, PageError, paths};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::ROADMAP, get(roadmap))
        .route(paths::STAGE, get(stage))
        .route(paths::PAGE, get(page))
}

async fn roadmap(State(app): State<App>, asker: Asker) -> Markup {
    let w = app.words();
    let guide = app.guide();
    asker.page(&app, Tab::Roadmap, html! {
        h1 { (w.say("roadmap-title")) }
        p.lead { (w.say("roadmap-lead")) }
        ol.stages {
            @for stage in &guide.stages {
                li.stage {
                    a.stage-link href=(paths::at(paths::STAGE, stage.number)) {
                        span.stage-number aria-hidden="true" { (stage.number) }
                        span.stage-text {
                            strong { (stage.title) }
                            span { (stage.lead) }
                            span.small {
                                (w.tell("roadmap-count", &[("count", &guide.stage(stage.number).len().to_string())]))
                            }
                        }
                    }
                }
            }
        }
        h2 { (w.say("roadmap-paths")) }
        p { (w.say("roadmap-paths-lead")) }
        @for path in guide.paths.iter().filter(|path| path.kind == PathKind::Journey)
            .chain(guide.paths.iter().filter(|path| path.kind == PathKind::Season)) {
            (parts::card(html! {
                @if path.kind == PathKind::Season { p.kicker { (w.say("roadmap-season")) } }
                h3 { a href=(paths::way(&path.id)) { (path.title) } }
                p { (path.what) }
            }))
        }
        @if !guide.lessons.is_empty() {
            h2 { (w.say("skill-title")) }
            p { (w.say("skill-lead")) }
            p { a href=(paths::SKILLS) { (w.say("roadmap-skills")) } }
        }
        @if !guide.pages.is_empty() {
            h2 { (w.say("roadmap-reading")) }
            @for page in &guide.pages {
                p { a href=(paths::page(&page.id)) { (page.title) } }
            }
        }
    })
}

async fn stage(
    State(app): State<App>,
    asker: Asker,
    Path(number): Path<u8>,
) -> Result<Markup, PageError> {
    let w = app.words();
    let guide = app.guide();
    let stage = guide
        .stages
        .iter()
        .find(|stage| stage.number == number)
        .ok_or(PageError::NotFound)?;
    Ok(asker.page(
        &app,
        Tab::Roadmap,
        html! {
            p.kicker { (w.tell("roadmap-stage", &[("number", &number.to_string())])) }
            h1 { (stage.title) }
            p.lead { (stage.lead) }
            @for practice in guide.stage(number) { (line(&app, practice)) }
            p { a href=(paths::ROADMAP) { (w.say("roadmap-back")) } }
        },
    ))
}

/// A practice in a list: what it is and what it takes.
pub(super) fn line(app: &App, practice: &Practice) -> Markup {
    let w = app.words();
    parts::card(html! {
        p.kicker {
            (w.tell("minutes", &[("minutes", &practice.minutes.usual.to_string())]))
            " · " (w.say(parts::energy(practice)))
        }
        h2 { a href=(paths::practice(&practice.id)) { (practice.title) } }
        p { (practice.what) }
    })
}

/// A page of the guide to read, such as the one on what intimacy is.
async fn page(
    State(app): State<App>,
    asker: Asker,
    Path(opaque): Path<String>,
) -> Result<Markup, PageError> {
    let guide = app.guide();
    let page = guide
        .pages
        .iter()
        .find(|page| paths::opaque(&page.id) == opaque)
        .ok_or(PageError::NotFound)?;
    let w = app.words();
    Ok(asker.page(
        &app,
        Tab::Roadmap,
        html! {
            h1 { (page.title) }
            p.lead { (page.lead) }
            @for part in &page.parts {
                section {
                    h2 { (part.heading) }
                    @for paragraph in part.text.split("\n\n") { p { (paragraph) } }
                    @for source in part.sources.iter().filter_map(|key| guide.source(key)) {
                        p.small { (w.say("practice-source")) " " (parts::citation(source)) }
                    }
                }
            }
            p { a href=(paths::ROADMAP) { (w.say("roadmap-back")) } }
        },
    ))
}
