//! Communication skills (G8): short lessons to read, an exercise for one and one for two, and sentences to try, which the
//! wording helper looks at and nobody keeps.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::pack::{Exercise, Lesson, Practice, Sentence, Tone};
use serde::Deserialize;

use super::parts::{self, Asker, Tab};
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

/// What a lesson without a practice of its own leads to.
const COURSE: &str = "communication-skills";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::SKILLS, get(course))
        .route(paths::SKILL, get(read).post(practise))
}

fn find<'a>(app: &'a App, opaque: &str) -> Result<&'a Lesson, PageError> {
    app.guide()
        .lessons
        .iter()
        .find(|lesson| paths::opaque(&lesson.id) == opaque)
        .ok_or(PageError::NotFound)
}

async fn course(State(app): State<App>, asker: Asker) -> Markup {
    let w = app.words();
    asker.page(&app, Tab::Roadmap, html! {
        (ui::Greeting {
            title: &w.say("skill-title"), lead: Some(&w.say("skill-lead")),
            back: Some(ui::Link::new(&w.say("frame-roadmap"), paths::ROADMAP)), ..ui::Greeting::default()
        })
        @for lesson in &app.guide().lessons {
            (parts::card(html! {
                p.kicker { (w.tell("skill-number", &[("number", &lesson.number.to_string())])) }
                h2 { a href=(paths::skill(&lesson.id)) { (lesson.title) } }
                p { (lesson.what) }
            }))
        }
    })
}

/// Lessons that lead to a practice, for its page.
pub(super) fn links(app: &App, practice: &Practice) -> Markup {
    let w = app.words();
    let course = practice.id == COURSE;
    let lessons: Vec<&Lesson> = (app.guide().lessons.iter())
        .filter(|lesson| course || lesson.practice.as_deref() == Some(&practice.id))
        .collect();
    html! {
        @if !lessons.is_empty() {
            section {
                h2 { (w.say("skill-to-read")) }
                ul.links { @for lesson in lessons { li { a href=(paths::skill(&lesson.id)) { (lesson.title) } } } }
            }
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Try {
    words: String,
}

async fn read(
    State(app): State<App>,
    asker: Asker,
    Path(opaque): Path<String>,
) -> Result<Markup, PageError> {
    let lesson = find(&app, &opaque)?;
    let body = lesson_page(&app, lesson, asker.signed_in(), None);
    Ok(asker.page(&app, Tab::Roadmap, body))
}

/// Looks at a sentence somebody tried. Nothing of it is kept.
async fn practise(
    visit: Visit,
    Path(opaque): Path<String>,
    Form(form): Form<Try>,
) -> Result<Response, PageError> {
    let lesson = find(&visit.app, &opaque)?;
    let body = lesson_page(&visit.app, lesson, true, Some(&form.words));
    Ok(visit.page(Tab::Roadmap, body).into_response())
}

fn lesson_page(app: &App, lesson: &Lesson, signed_in: bool, tried: Option<&str>) -> Markup {
    let w = app.words();
    let guide = app.guide();
    let next = guide
        .lessons
        .iter()
        .find(|other| other.number == lesson.number + 1);
    let practice = lesson.practice.as_deref().unwrap_or(COURSE);
    html! {
        (ui::Greeting {
            over: Some(&w.tell("skill-number", &[("number", &lesson.number.to_string())])), title: &lesson.title,
            lead: Some(&lesson.what), back: Some(ui::Link::new(&w.say("skill-title"), paths::SKILLS)),
            ..ui::Greeting::default()
        })
        article.practice {
            @for part in &lesson.parts {
                section {
                    h2 { (part.heading) }
                    @for paragraph in part.text.split("\n\n") { p { (paragraph) } }
                    @for source in part.sources.iter().filter_map(|key| guide.source(key)) {
                        p.small { (w.say("practice-source")) " " (parts::citation(source)) }
                    }
                }
            }
            @if !lesson.remember.is_empty() {
                (parts::wash(html! {
                    h2 { (w.say("skill-remember")) }
                    ul { @for line in &lesson.remember { li { (line) } } }
                }))
            }
            @if !lesson.not_when.is_empty() {
                section.not-now {
                    h2 { (w.say("practice-not-now")) }
                    ul { @for line in &lesson.not_when { li { (line) } } }
                    p.small { a href=(paths::HELP) { (w.say("help-link")) } }
                }
            }
            (exercise(app, "skill-alone", &lesson.alone))
            (sentences(app, lesson, signed_in, tried))
            (exercise(app, "skill-together", &lesson.together))
            @if signed_in && guide.practice(practice).is_some() {
                (ui::actions(html! { (ui::Button::primary(&w.say("practice-propose")).to(&paths::propose(practice))) }))
            }
            details.more {
                summary { (ui::Icon::Forward) span { (w.say("practice-evidence")) } }
                div.inside {
                    @for line in &lesson.evidence {
                        div.evidence-line {
                            span.grade title=(w.say("practice-grade")) { (line.grade) }
                            div {
                                p { (line.says) }
                                @if let Some(source) = guide.source(&line.source) { p.small { (parts::citation(source)) } }
                            }
                        }
                    }
                    p.small { (w.say("practice-grades")) }
                }
            }
            @if let Some(next) = next {
                (ui::text_link(Some(ui::Icon::Forward), ui::Link::new(&w.tell("skill-next", &[("title", &next.title)]), &paths::skill(&next.id))))
            }
        }
    }
}

fn exercise(app: &App, heading: &str, exercise: &Exercise) -> Markup {
    let w = app.words();
    parts::card(html! {
        p.kicker { (w.say(heading)) " · " (w.tell("minutes", &[("minutes", &exercise.minutes.to_string())])) }
        h2 { (exercise.title) }
        ol.steps { @for step in &exercise.steps { li { (step) } } }
    })
}

/// Sentences to look at, and a field to say one in one's own way.
fn sentences(app: &App, lesson: &Lesson, signed_in: bool, tried: Option<&str>) -> Markup {
    let w = app.words();
    let line = |sentence: &Sentence| {
        html! {
            li {
                (ui::quote(&sentence.say))
                p { (sentence.why) }
                @if let Some(instead) = &sentence.instead {
                    (ui::details(&w.say("skill-instead"), html! { (ui::quote(instead)) }))
                }
            }
        }
    };
    let of = |tone: Tone| {
        lesson
            .sentences
            .iter()
            .filter(move |sentence| sentence.tone == tone)
    };
    html! {
        (parts::card(html! {
            h2 { (w.say("skill-sentences")) }
            p.kicker.sage { (w.say("skill-easy")) }
            ul.points { @for sentence in of(Tone::Good) { (line(sentence)) } }
            p.kicker { (w.say("skill-hard")) }
            ul.points { @for sentence in of(Tone::Harsh) { (line(sentence)) } }
        }))
        @if signed_in {
            (parts::card(html! {
                h2 { (w.say("skill-try")) }
                form.form method="post" novalidate action=(paths::skill(&lesson.id)) {
                    (parts::area(&w.say("skill-try-words"), "words", tried.unwrap_or_default(), Some(&w.say("skill-try-hint")), true, 3))
                    @if let Some(tried) = tried { (parts::wording(w, tried)) }
                    (ui::actions(html! { (ui::Button::quiet(&w.say("wording-look")).icon(ui::Icon::Speech)) }))
                }
            }))
        }
    }
}
