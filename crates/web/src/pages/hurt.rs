//! Small hurts (G5.3): put down in ten seconds without a door, looked at behind it. What comes of one is chosen there:
//! said as a note, taken to the check-in, a repair talk, written about, let go. Nothing leaves this space but what the
//! person sends, and nothing rewrites what they wrote.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::hurt::{End, Hurt, Hurts, LONGEST, MANY, Shape};
use rekindle_domain::ids::NoteId;
use rekindle_domain::private::{Entry, Event};
use rekindle_domain::text::{Unwritten, written};
use serde::Deserialize;

use super::parts::{self, Tab};
use super::{note, session};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

/// The practice of a repair talk, and the deck that helps to see it from outside.
const REPAIR: &str = "repair-talk";
const OUTSIDER: &str = "kind-outsider";

/// So many earlier ones are offered as “this again”.
const EARLIER: usize = 6;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::HURTS, get(page).post(feel))
        .route(paths::HURT, get(one).post(shape))
        .route(paths::HURT_ACT, post(act))
        .route(paths::HURT_OUTSIDE, get(outside).post(see_outside))
}

fn fresh() -> NoteId {
    NoteId::new(rekindle_vault::chance::bytes())
}

async fn hurts(visit: &Visit) -> Result<Hurts, PageError> {
    let door = visit.inner()?;
    Ok(Hurts::of(&note::entries(visit, &door.inner).await?))
}

async fn keep(visit: &Visit, event: Event) -> Result<(), PageError> {
    let at = visit.now;
    note::append(visit, &Entry { at, event }).await
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Feel {
    /// Made with the page, so that a press that arrives twice counts once.
    id: Option<NoteId>,
    words: String,
}

/// The private door shut, one can be put down and none is seen.
async fn page(visit: Visit) -> Result<Markup, PageError> {
    show(&visit, "", None).await
}

async fn show(visit: &Visit, typed: &str, problem: Option<&str>) -> Result<Markup, PageError> {
    let w = visit.app.words();
    let hurts = match visit.door {
        Some(_) => Some(hurts(visit).await?),
        None => None,
    };
    let today = visit.now().today();
    let line = |hurt: &Hurt, more: String| {
        let day = parts::day(w, visit.profile.zone.local(hurt.at).date(), today);
        ui::Row {
            icon: ui::Icon::Lock,
            tone: ui::Tone::Ember,
            title: &start(&hurt.words),
            text: html! { (day) (more) },
            action: None,
            href: Some(&paths::at(paths::HURT, hurt.id)),
        }
        .item()
    };
    Ok(visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("hurt-title"), lead: Some(&w.say("hurt-lead")),
            back: Some(ui::Link::new(&w.say("frame-me"), paths::ME)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if let Some(hurts) = &hurts && let Some(hurt) = hurts.lying(visit.now) { (lying(visit, hurt)) }
        (ui::card(html! {
            form.form method="post" novalidate action=(paths::HURTS) {
                input type="hidden" name="id" value=(fresh());
                (parts::area(&w.say("hurt-words"), "words", typed, Some(&w.say("notes-hint")), true, 3))
                (ui::actions(html! { (ui::Button::primary(&w.say("hurt-put-down"))) }))
            }
        }))
        @match &hurts {
            None => {
                (ui::card(html! {
                    h2 { (w.say("hurt-behind")) }
                    p { (w.say("hurt-behind-more")) }
                    (ui::actions(html! {
                        (ui::Button::quiet(&w.say("door-button")).to(&format!("{}?to={}", paths::DOOR, paths::HURTS)).icon(ui::Icon::Lock))
                    }))
                }))
            }
            Some(hurts) => {
                @if hurts.open().next().is_some() {
                    (ui::group(&w.say("hurt-open"), &html! { @for hurt in hurts.open() { (line(hurt, String::new())) } }))
                } @else { p.soft { (w.say("hurt-none")) } }
                @if hurts.ended().next().is_some() {
                    (ui::details(&w.say("hurt-ended"), html! {
                        ul.card {
                            @for hurt in hurts.ended() {
                                @if let Some((how, _)) = hurt.end { (line(hurt, format!(" · {}", w.say(ended(how))))) }
                            }
                        }
                    }))
                }
                form.form method="post" novalidate action=(paths::DOOR_CLOSE) {
                    button.button.quiet.small { (ui::Icon::Lock) (w.say("door-close")) }
                }
            }
        }
    }))
}

/// The first words, for a list.
fn start(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    if line.chars().count() <= 70 {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(68).collect();
    short.push('…');
    short
}

const fn ended(how: End) -> &'static str {
    match how {
        End::Said => "hurt-ended-said",
        End::CheckIn => "hurt-ended-check-in",
        End::RepairTalk => "hurt-ended-repair",
        End::LetGo => "hurt-ended-let-go",
        End::Mended => "hurt-ended-mended",
    }
}

/// One has lain three days: said once, and only here. Either press is the last word of it.
fn lying(visit: &Visit, hurt: &Hurt) -> Markup {
    let w = visit.app.words();
    html! {
        (ui::Notice { icon: Some(ui::Icon::Clock), tone: ui::Tone::Dusk, title: Some(&w.say("hurt-lying")), body: html! {
            p { (start(&hurt.words)) }
            form.form method="post" novalidate action=(paths::at(paths::HURT_ACT, hurt.id)) {
                (ui::actions(html! {
                    (ui::Button::quiet(&w.say("hurt-look-at-it")).sends("act", "look").small())
                    (ui::Button::plain(&w.say("hurt-let-lie")).sends("act", "lie").small())
                }))
            }
        }, ..ui::Notice::default() })
    }
}

/// For Me, behind the private door: the same word.
pub(super) async fn nudge(visit: &Visit) -> Result<Option<Markup>, PageError> {
    if visit.door.is_none() {
        return Ok(None);
    }
    let hurts = hurts(visit).await?;
    Ok(hurts.lying(visit.now).map(|hurt| lying(visit, hurt)))
}

async fn feel(visit: Visit, Form(form): Form<Feel>) -> Result<Response, PageError> {
    let words = match written(&form.words) {
        Ok(words) => words,
        Err(why) => {
            let text = visit.app.words().say(match why {
                Unwritten::Empty => "appreciation-refused-empty",
                Unwritten::TooLong => "appreciation-refused-too-long",
            });
            let page = show(&visit, &form.words, Some(&text)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let id = form.id.unwrap_or_else(fresh);
    keep(&visit, Event::HurtFelt { id, words }).await?;
    Ok(see(paths::HURTS))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Shaping {
    feeling: String,
    situation: String,
    request: String,
    /// "words": look at the words. "keep": keep it in this shape.
    step: String,
}

impl Shaping {
    fn of(visit: &Visit, hurt: &Hurt) -> Self {
        let shape = hurt.shape.clone().unwrap_or_else(|| Shape {
            request: visit.app.words().say("hurt-request-usual"),
            ..Shape::default()
        });
        Self {
            feeling: shape.feeling,
            situation: shape.situation,
            request: shape.request,
            step: String::new(),
        }
    }
}

/// Feeling, situation and request in one breath.
fn sentence(visit: &Visit, shape: &Shape) -> String {
    let bare = |text: &str| text.trim().trim_end_matches('.').to_owned();
    visit.app.words().tell(
        "hurt-sentence",
        &[
            ("feeling", &bare(&shape.feeling)),
            ("situation", &bare(&shape.situation)),
            ("request", shape.request.trim()),
        ],
    )
}

/// What is said of it: in its shape, or as it came.
fn words_of(visit: &Visit, hurt: &Hurt) -> String {
    match &hurt.shape {
        Some(shape) => sentence(visit, shape),
        None => hurt.words.clone(),
    }
}

/// Whether there may be danger, by what was written of it this time or a time before.
fn is_serious(visit: &Visit, hurts: &Hurts, hurt: &Hurt) -> bool {
    let mut times = hurts.times(hurt.id);
    times.any(|one| parts::needs_support(&one.words) || parts::needs_support(&words_of(visit, one)))
}

async fn one(visit: Visit, Path(id): Path<NoteId>) -> Result<Markup, PageError> {
    let hurts = hurts(&visit).await?;
    let hurt = hurts.get(id).ok_or(PageError::NotFound)?;
    Ok(look(&visit, &hurts, hurt, &Shaping::of(&visit, hurt), None))
}

fn look(
    visit: &Visit,
    hurts: &Hurts,
    hurt: &Hurt,
    form: &Shaping,
    problem: Option<&str>,
) -> Markup {
    let w = visit.app.words();
    let day = parts::day(
        w,
        visit.profile.zone.local(hurt.at).date(),
        visit.now().today(),
    );
    let times = hurts.times(hurt.id).count();
    // Where there may be danger, nothing is said about how to put it, and no exercise of two is suggested.
    let serious = is_serious(visit, hurts, hurt);
    visit.page(Tab::Me, html! {
        (ui::Greeting {
            over: Some(&day), title: &w.say("hurt-one"),
            back: Some(ui::Link::new(&w.say("hurt-title"), paths::HURTS)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        (parts::wash(html! {
            p.kicker { (w.say("hurt-as-it-came")) }
            @for line in hurt.words.lines() { p { (line) } }
            @if let Some((how, _)) = hurt.end { p.soft { (w.say(ended(how))) } }
        }))
        @if serious { (parts::support(w)) }
        @if times >= MANY { (many(visit, hurt, times, serious)) }
        @if !serious {
            (ui::card(html! {
                h2 { (w.say("hurt-shape")) }
                p { (w.say("hurt-shape-lead")) }
                form.form method="post" novalidate action=(paths::at(paths::HURT, hurt.id)) {
                    (parts::field(parts::Field {
                        label: &w.say("hurt-feeling"), name: "feeling", value: &form.feeling,
                        hint: Some(&w.say("hurt-feeling-hint")), private: true, ..parts::Field::default()
                    }))
                    (parts::area(&w.say("hurt-situation"), "situation", &form.situation, Some(&w.say("hurt-situation-hint")), true, 2))
                    (parts::area(&w.say("hurt-request"), "request", &form.request, Some(&w.say("hurt-request-hint")), true, 2))
                    @if form.step == "words" {
                        (parts::wording(w, &sentence(visit, &Shape {
                            feeling: form.feeling.clone(), situation: form.situation.clone(), request: form.request.clone(),
                        })))
                    }
                    (ui::actions(html! {
                        (ui::Button::primary(&w.say("hurt-keep-shape")).sends("step", "keep"))
                        (parts::look_at_words(w))
                    }))
                }
                @if let Some(shape) = &hurt.shape {
                    p.kicker { (w.say("hurt-in-one-breath")) }
                    (ui::quote(&sentence(visit, shape)))
                }
            }))
        }
        (ways(visit, hurt, serious))
        @if hurt.outside.iter().any(|answer| !answer.is_empty()) {
            (ui::card(html! {
                h2 { (w.say("hurt-outside")) }
                @for (card, answer) in prompts(&visit.app).zip(&hurt.outside) {
                    @if !answer.is_empty() { p.kicker.dusk { (card) } @for line in answer.lines() { p { (line) } } }
                }
            }))
        }
        (again(visit, hurts, hurt))
        form.form method="post" novalidate action=(paths::at(paths::HURT_ACT, hurt.id)) {
            (ui::Button::plain(&w.say("notes-erase")).sends("act", "erase").small())
        }
    })
}

fn prompts(app: &App) -> impl Iterator<Item = &str> {
    let deck = app.guide().deck(OUTSIDER);
    deck.into_iter()
        .flat_map(|deck| deck.cards.iter().map(|card| card.say.as_str()))
}

/// A repair talk is proposed on the page that proposes anything; it takes along which hurt it is, and so it has ended
/// only once the proposal is made.
fn repair(hurt: &Hurt, is_way: bool, inside: &Markup) -> Markup {
    html! {
        form.form.way[is_way] method="post" novalidate action=(paths::propose(REPAIR)) {
            input type="hidden" name="hurt" value=(hurt.id);
            (inside)
        }
    }
}

/// What can come of it. Only the first leaves the private space, and only after one more look. Where there may be
/// danger, nothing that asks one to see it from both sides (S10).
fn ways(visit: &Visit, hurt: &Hurt, serious: bool) -> Markup {
    let w = visit.app.words();
    let words = words_of(visit, hurt);
    let act = paths::at(paths::HURT_ACT, hurt.id);
    let way = |act_is: &'static str, label: &str, more: &str| {
        html! {
            form.form.way method="post" novalidate action=(act) {
                (ui::Button::quiet(&w.say(label)).sends("act", act_is).wide())
                p.small { (w.say(more)) }
            }
        }
    };
    ui::card(html! {
        h2 { (w.say("hurt-ways")) }
        p { (w.say("hurt-ways-lead")) }
        form.form.way method="post" novalidate action=(paths::BETWEEN) {
            input type="hidden" name="words" value=(words);
            input type="hidden" name="hurt" value=(hurt.id);
            (ui::Button::quiet(&w.say("hurt-say")).sends("step", "words").wide())
            p.small { (w.say("hurt-say-more")) }
        }
        (way("check-in", "hurt-check-in", "hurt-check-in-more"))
        @if !serious {
            (repair(hurt, true, &html! {
                (ui::Button::quiet(&w.say("hurt-repair")).sends("step", "begin").wide())
                p.small { (w.say("hurt-repair-more")) }
            }))
            div.form.way {
                (ui::Button::quiet(&w.say("hurt-outside-write")).to(&paths::at(paths::HURT_OUTSIDE, hurt.id)).wide())
                p.small { (w.say("hurt-outside-more")) }
            }
        }
        (way("let-go", "hurt-let-go", "hurt-let-go-more"))
        @if hurt.end.is_some_and(|(how, _)| how != End::Mended) { (way("mended", "hurt-mended", "hurt-mended-more")) }
    })
}

/// The same hurt, once more: only because the person says so.
fn again(visit: &Visit, hurts: &Hurts, hurt: &Hurt) -> Markup {
    let w = visit.app.words();
    let earlier: Vec<(String, String)> = hurts
        .before(hurt.id)
        .take(EARLIER)
        .map(|one| (one.id.to_string(), start(&one.words)))
        .collect();
    let chosen = hurt.before.map(|id| id.to_string()).unwrap_or_default();
    html! {
        @if !earlier.is_empty() {
            (ui::details(&w.say("hurt-again"), html! {
                form.form method="post" novalidate action=(paths::at(paths::HURT_ACT, hurt.id)) {
                    (parts::choices(&w.say("hurt-again-which"), "before", &chosen,
                        earlier.iter().map(|(id, words)| (id.as_str(), words.as_str(), ""))))
                    (ui::actions(html! { (ui::Button::quiet(&w.say("hurt-again-say")).sends("act", "again")) }))
                }
            }))
        }
    }
}

fn many(visit: &Visit, hurt: &Hurt, times: usize, serious: bool) -> Markup {
    let w = visit.app.words();
    let more = if serious {
        "hurt-many-serious"
    } else {
        "hurt-many-more"
    };
    html! {
        (ui::Notice { icon: Some(ui::Icon::Mind), tone: ui::Tone::Glow, title: Some(&w.tell("hurt-many", &[("count", &times.to_string())])), body: html! {
            p { (w.say(more)) }
            @if serious {
                (ui::actions(html! { (ui::Button::quiet(&w.say("help-find")).to(paths::HELP_LINES).small()) }))
            } @else {
                (repair(hurt, false, &ui::actions(html! {
                    (ui::Button::quiet(&w.say("hurt-many-talk")).sends("step", "begin").small())
                    (ui::Button::plain(&w.say("help-find")).to(paths::HELP_LINES).small())
                })))
            }
        }, ..ui::Notice::default() })
    }
}

async fn shape(
    visit: Visit,
    Path(id): Path<NoteId>,
    Form(form): Form<Shaping>,
) -> Result<Response, PageError> {
    let hurts = hurts(&visit).await?;
    let hurt = hurts.get(id).ok_or(PageError::NotFound)?;
    match form.step.as_str() {
        "words" => return Ok(look(&visit, &hurts, hurt, &form, None).into_response()),
        "keep" => {}
        _ => return Err(PageError::NotOurForm),
    }
    let part = |text: &str| {
        let kept = written(text).ok()?;
        (kept.chars().count() <= LONGEST).then_some(kept)
    };
    let parts = (
        part(&form.feeling),
        part(&form.situation),
        part(&form.request),
    );
    let (Some(feeling), Some(situation), Some(request)) = parts else {
        let text = visit.app.words().say("hurt-refused-shape");
        let page = look(&visit, &hurts, hurt, &form, Some(&text));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let shape = Shape {
        feeling,
        situation,
        request,
    };
    if hurt.shape.as_ref() != Some(&shape) {
        let (id, hurt) = (fresh(), id);
        keep(&visit, Event::HurtShaped { id, hurt, shape }).await?;
    }
    Ok(see(&paths::at(paths::HURT, id)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    act: String,
    #[serde(default)]
    before: Option<NoteId>,
}

async fn act(
    visit: Visit,
    Path(hurt): Path<NoteId>,
    Form(form): Form<Act>,
) -> Result<Response, PageError> {
    let all = hurts(&visit).await?;
    let found = all.get(hurt).ok_or(PageError::NotFound)?;
    let door = visit.inner()?;
    let id = fresh();
    let here = paths::at(paths::HURT, hurt);
    let (event, to) = match form.act.as_str() {
        "check-in" => {
            if !session::prepare::add(&visit, &words_of(&visit, found)).await? {
                let text = visit.app.words().say("hurt-refused-check-in");
                let form = Shaping::of(&visit, found);
                let page = look(&visit, &all, found, &form, Some(&text));
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
            (ending(id, hurt, End::CheckIn), paths::PREPARE.to_owned())
        }
        "let-go" => (ending(id, hurt, End::LetGo), paths::HURTS.to_owned()),
        "mended" => (ending(id, hurt, End::Mended), here),
        "lie" => (Event::HurtLies { id, hurt }, paths::HURTS.to_owned()),
        "look" => (Event::HurtLies { id, hurt }, here),
        "again" => {
            let Some(before) = form.before else {
                return Ok(see(&here)); // none was chosen
            };
            (Event::HurtAgain { id, hurt, before }, here)
        }
        "erase" => {
            note::forget(&visit, &door.inner, hurt).await?;
            return Ok(see(paths::HURTS));
        }
        _ => return Err(PageError::NotOurForm),
    };
    keep(&visit, event).await?;
    Ok(see(&to))
}

/// It has ended by what left this space: a note, a proposal. Needs no door.
pub(super) async fn ended_by(visit: &Visit, hurt: NoteId, how: End) -> Result<(), PageError> {
    keep(visit, ending(fresh(), hurt, how)).await
}

const fn ending(id: NoteId, hurt: NoteId, how: End) -> Event {
    Event::HurtEnded { id, hurt, how }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Outside {
    a: String,
    b: String,
    c: String,
}

/// Three prompts, about seven minutes: as someone would see it who wishes both of them well.
async fn outside(visit: Visit, Path(id): Path<NoteId>) -> Result<Markup, PageError> {
    let hurts = hurts(&visit).await?;
    let hurt = hurts.get(id).ok_or(PageError::NotFound)?;
    let answer = |n: usize| hurt.outside.get(n).cloned().unwrap_or_default();
    let form = Outside {
        a: answer(0),
        b: answer(1),
        c: answer(2),
    };
    Ok(outside_page(&visit, hurt, &form, None))
}

fn outside_page(visit: &Visit, hurt: &Hurt, form: &Outside, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let here = paths::at(paths::HURT, hurt.id);
    visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("hurt-outside"), lead: Some(&w.say("hurt-outside-lead")),
            back: Some(ui::Link::new(&w.say("hurt-one"), &here)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if parts::needs_support(&hurt.words) { (parts::support(w)) }
        (parts::wash(html! { p.kicker { (w.say("hurt-as-it-came")) } @for line in hurt.words.lines() { p { (line) } } }))
        (ui::card(html! {
            form.form method="post" novalidate action=(paths::at(paths::HURT_OUTSIDE, hurt.id)) {
                @for (prompt, (name, value)) in prompts(&visit.app).zip([("a", &form.a), ("b", &form.b), ("c", &form.c)]) {
                    (parts::area(prompt, name, value, None, true, 4))
                }
                (parts::submit(&w.say("notes-keep")))
            }
        }))
        p.small { (w.say("hurt-outside-note")) }
    })
}

async fn see_outside(
    visit: Visit,
    Path(id): Path<NoteId>,
    Form(form): Form<Outside>,
) -> Result<Response, PageError> {
    let hurts = hurts(&visit).await?;
    let hurt = hurts.get(id).ok_or(PageError::NotFound)?;
    let mut answers = vec![];
    for text in [&form.a, &form.b, &form.c] {
        match written(text) {
            Ok(words) => answers.push(words),
            Err(Unwritten::Empty) => answers.push(String::new()),
            Err(Unwritten::TooLong) => {
                let text = visit.app.words().say("appreciation-refused-too-long");
                let page = outside_page(&visit, hurt, &form, Some(&text));
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
        }
    }
    let letters: usize = answers.iter().map(|answer| answer.chars().count()).sum();
    if letters > rekindle_domain::text::LONGEST {
        let text = visit.app.words().say("appreciation-refused-too-long");
        let page = outside_page(&visit, hurt, &form, Some(&text));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    // Emptied is also something; three that were never filled are nothing.
    let nothing = hurt.outside.is_empty() && answers.iter().all(String::is_empty);
    if !nothing && hurt.outside != answers {
        let (id, hurt) = (fresh(), id);
        keep(&visit, Event::HurtSeenOutside { id, hurt, answers }).await?;
    }
    Ok(see(&paths::at(paths::HURT, id)))
}
