//! One practice, ready to read before anything else: what, why, how, when not to.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::pack::Practice;

use super::parts::{self, Asker, Tab};
use crate::{App, PageError, paths};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::PRACTICE, get(practice))
}

/// The practice that stands under this part of a path.
pub(super) fn find<'a>(app: &'a App, opaque: &str) -> Result<&'a Practice, PageError> {
    app.guide()
        .practices
        .iter()
        .find(|practice| paths::opaque(&practice.id) == opaque)
        .ok_or(PageError::NotFound)
}

async fn practice(
    State(app): State<App>,
    asker: Asker,
    Path(opaque): Path<String>,
) -> Result<Markup, PageError> {
    let p = find(&app, &opaque)?;
    let guide = app.guide();
    let w = app.words();
    let links = |ids: &[String]| {
        html! {
            ul.links {
                @for other in ids.iter().filter_map(|id| guide.practice(id)) {
                    li { a href=(paths::practice(&other.id)) { (other.title) } }
                }
            }
        }
    };
    Ok(asker.page(&app, Tab::Roadmap, html! {
        article.practice {
            p.kicker {
                @if let Some(stage) = guide.stages.iter().find(|stage| stage.number == p.stage) {
                    (stage.title) " · "
                }
                (w.tell("practice-minutes", &[
                    ("least", &p.minutes.least.to_string()), ("most", &p.minutes.most.to_string()),
                ]))
                " · " (w.say(parts::energy(p)))
            }
            h1 { (p.title) }
            p.lead { (p.what) }
            div.actions {
                @if asker.signed_in() {
                    @if p.id == super::touch::PRACTICE { a.button href=(paths::TOUCH) { (w.say("practice-touch-map")) } }
                    @if p.moment.is_some() {
                        a.button href=(p.moment.as_deref().map_or(paths::MOMENTS.to_owned(), paths::moment)) { (w.say("practice-log")) }
                        a.button.quiet href=(paths::propose(&p.id)) { (w.say("practice-propose")) }
                    } @else {
                        a.button href=(paths::propose(&p.id)) { (w.say("practice-propose")) }
                    }
                    @if let Some(script) = &p.script {
                        a.button.quiet href=(super::session::layout_address(script)) { (w.say("practice-hold-now")) }
                    }
                } @else if asker.is_kept() {
                    @if let Some(kind) = &p.moment { a.button href=(paths::moment(kind)) { (w.say("practice-log")) } }
                } @else {
                    a.button href={ (paths::SIGN_UP) "?practice=" (opaque) } { (w.say("start-choose")) }
                }
            }
            section { h2 { (w.say("practice-why")) } @for paragraph in p.why.split("\n\n") { p { (paragraph) } } }
            section {
                h2 { (w.say("practice-how")) }
                ol.steps { @for step in &p.steps { li { (step) } } }
            }
            @if !p.ground_rules.is_empty() {
                section { h2 { (w.say("practice-rules")) } ul { @for rule in &p.ground_rules { li { (rule) } } } }
            }
            (not_now(&app, p))
            (super::skill::links(&app, p))
            @if !p.variants.is_empty() {
                section {
                    h2 { (w.say("practice-variants")) }
                    dl { @for variant in &p.variants {
                        dt { (w.say(parts::variant(variant.fits))) } dd { (variant.say) }
                    } }
                }
            }
            @if let Some(help) = &p.help {
                (parts::notice(html! { p { (help) } p { a href=(paths::HELP_LINES) { (w.say("help-find")) } } }))
            }
            details.more {
                summary { (w.say("practice-evidence")) }
                @for line in &p.evidence {
                    div.evidence-line {
                        span.grade title=(w.say("practice-grade")) { (line.grade) }
                        div {
                            p { (line.says) }
                            @if let Some(source) = guide.source(&line.source) {
                                p.small { (parts::citation(source)) }
                            }
                        }
                    }
                }
                p.small { (w.say("practice-grades")) }
            }
            @if !p.first.is_empty() { section { h2 { (w.say("practice-first")) } (links(&p.first)) } }
            @if !p.next.is_empty() { section { h2 { (w.say("practice-next")) } (links(&p.next)) } }
        }
    }))
}

/// The same where one is about to join a talk: fear, force and not being able to refuse in the open, the rest a press
/// away, so that what it begins with is no wall (S11).
pub(super) fn not_now_in_short(app: &App, p: &Practice) -> Markup {
    /// Those that no talk helps with.
    const OPEN: usize = 3;
    let w = app.words();
    let common = &app.guide().not_now;
    let (open, folded) = common.when.split_at(OPEN.min(common.when.len()));
    html! {
        section.not-now {
            h2 { (w.say("practice-not-now")) }
            ul { @for line in open { li { (line) } } }
            p.small { (w.say("practice-not-now-help")) " " a href=(paths::HELP) { (w.say("help-link")) } }
            (crate::ui::details(&w.say("practice-not-now-rest"), html! {
                p { (common.lead) }
                ul { @for line in folded.iter().chain(&p.not_when) { li { (line) } } }
                p.small { (common.close) " " a href=(paths::HELP) { (w.say("help-link")) } }
            }))
        }
    }
}

/// The "not for now if …" list that every joint practice begins with, for both and always (S11).
pub(super) fn not_now(app: &App, p: &Practice) -> Markup {
    let w = app.words();
    let common = &app.guide().not_now;
    html! {
        section.not-now {
            h2 { (w.say("practice-not-now")) }
            @if parts::is_joint(p) { p { (common.lead) } }
            ul {
                @if parts::is_joint(p) { @for line in &common.when { li { (line) } } }
                @for line in &p.not_when { li { (line) } }
            }
            @if parts::is_joint(p) { p.small { (common.close) " " a href=(paths::HELP) { (w.say("help-link")) } } }
        }
    }
}
