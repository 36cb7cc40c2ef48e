//! Rituals of two: found in what both starred, worded by one, called theirs by both, kept without anybody's name
//! (G5.2, S4, S13).

mod shape;
pub(super) mod stars;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use rekindle_domain::ids::RitualId;
use rekindle_domain::ritual::{self, Command as Ask, Draft, Ritual, Shape, Version};
use rekindle_domain::shared::{Command, Event, Refusal, Shared};
use rekindle_domain::{When, Who};
use serde::Deserialize;

use super::parts::{self, Tab};
use super::plan::rhythm;
use super::rest::{self, Resting};
use crate::answers::see;
use crate::form::{Form, NoFields};
use crate::visit::Visit;
use crate::{App, PageError, ledger, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::RITUALS, get(page))
        .route(paths::RITUAL_STARS, get(stars::page).post(stars::save))
        .route(paths::RITUAL_IDEA, post(stars::add))
        .route(paths::RITUAL_IDEA_TAKE, post(stars::take))
        .route(paths::RITUAL_NEW, get(shape::page).post(shape::offer))
        .route(paths::RITUAL, get(one))
        .route(paths::RITUAL_ANSWER, post(answer))
        .route(paths::RITUAL_KEEP, post(keep))
        .route(paths::RITUAL_LOOK, post(look))
        .route(paths::RITUAL_LET_GO, post(let_go))
}

/// "When the kettle boils, we sit down with the first cup."
fn cue(visit: &Visit, shape: &Shape) -> String {
    let then = shape.then.trim_end_matches('.');
    let cue = shape.cue.trim_end_matches(['.', ',']);
    visit
        .app
        .words()
        .tell("ritual-cue-said", &[("cue", cue), ("then", then)])
}

/// The words and the time of a draft, in short: a yes says which ones it was given to. Under a key of whoever reads
/// them, so that nobody writes two that look alike.
fn mark(visit: &Visit, shape: &Shape) -> String {
    let plain = serde_json::to_string(shape).expect("plain data");
    visit.outer.cell_id(&format!("words {plain}")).to_string()
}

/// A ritual in its words, the same for both.
fn words(visit: &Visit, shape: &Shape) -> Markup {
    let w = visit.app.words();
    let time = (shape.when.in_zone(&visit.profile.zone).time())
        .strftime("%H:%M")
        .to_string();
    let when = w.tell(
        "ritual-rhythm",
        &[
            ("rhythm", &rhythm::said(w, shape.rule, shape.when.day)),
            ("time", &time),
        ],
    );
    html! {
        (ui::quote(&cue(visit, shape)))
        p { (ui::began_large(&when)) " · " (w.tell("minutes", &[("minutes", &shape.minutes.to_string())])) }
        @if !shape.least.is_empty() { p { strong { (w.say("ritual-least-said")) } " " (shape.least) } }
        @if !shape.travel.is_empty() { p { strong { (w.say("ritual-travel-said")) } " " (shape.travel) } }
    }
}

/// On Today, when its time is today.
pub(super) fn card(visit: &Visit, shared: &Shared, id: RitualId, when: &When) -> Option<Markup> {
    let w = visit.app.words();
    let ritual = shared.rituals.get(id, visit.now)?;
    let ours = ritual.ours()?;
    let said = parts::when(w, when, &visit.profile.zone, visit.now);
    Some(parts::card(html! {
        p.kicker.dusk { (w.say("ritual-kicker")) " · " (said) }
        h2 { a href=(paths::ritual(id)) { (ours.shape.name) } }
        p { (cue(visit, &ours.shape)) }
        (kept(visit, ritual))
    }))
}

/// One that the other offers, on Today.
pub(super) fn asked_card(visit: &Visit, shared: &Shared, resting: &Resting) -> Option<Markup> {
    let me = visit.space().who;
    let mut drafts = shared.rituals.drafts(visit.now);
    drafts
        .find(|(ritual, draft)| draft.by != me && !resting.hides_draft(ritual.id, visit.now))
        .map(|(ritual, draft)| asked(visit, shared, ritual, draft))
}

/// A look back that is due, on Today: after three weeks, and after ten.
pub(super) fn look_card(visit: &Visit, shared: &Shared) -> Option<Markup> {
    let today = visit.now().today();
    let mut ours = shared.rituals.ours();
    ours.find(|ritual| ritual.look_back(today).is_some())
        .and_then(|ritual| look_back(visit, ritual))
}

fn look_back(visit: &Visit, ritual: &Ritual) -> Option<Markup> {
    let w = visit.app.words();
    let weeks = ritual.look_back(visit.now().today())?;
    let ours = ritual.ours()?;
    Some(ui::wash(
        ui::Tone::Dusk,
        html! {
            p.kicker.dusk { (ours.shape.name) }
            h2 { (w.tell("ritual-look", &[("weeks", &weeks.to_string())])) }
            p { (w.say("ritual-look-more")) }
            form.form method="post" novalidate action=(paths::at(paths::RITUAL_LOOK, ritual.id)) {
                (ui::actions(html! {
                    (ui::Button::primary(&w.say("ritual-look-stay")).sends("weeks", &weeks.to_string()))
                    (ui::Button::plain(&w.say("ritual-look-change")).to(&paths::ritual(ritual.id)))
                }))
            }
        },
    ))
}

/// Where it is held, if a session of the guide holds it, such as the phone-free hour.
fn held_at(visit: &Visit, ritual: &Ritual) -> Option<String> {
    let practice = ritual.ours()?.shape.practice.as_deref()?;
    let script = visit.app.guide().practice(practice)?.script.as_deref()?;
    Some(super::session::layout_address(script))
}

/// The one tap, without anybody's name; and the slip of the finger.
fn kept(visit: &Visit, ritual: &Ritual) -> Markup {
    let w = visit.app.words();
    let hold = held_at(visit, ritual).filter(|_| !ritual.kept_on(visit.now().today()));
    let today = visit.now().today();
    let done = ritual.kept_on(today);
    html! {
        div.above {
            @if done { p { (w.say("ritual-kept-today")) } }
            form.form method="post" novalidate action=(paths::at(paths::RITUAL_KEEP, ritual.id)) {
                input type="hidden" name="day" value=(today);
                (ui::actions(html! {
                    @if done { (ui::Button::plain(&w.say("moment-undo")).sends("which", "undo").small()) }
                    @else { (ui::Button::primary(&w.say("ritual-keep")).sends("which", "kept")) }
                    @if let Some(hold) = &hold { (ui::Button::quiet(&w.say("practice-hold-now")).to(hold)) }
                }))
            }
        }
    }
}

/// Weeks with it, as pebbles in a row: one more for each, and never one less.
fn pebbles(visit: &Visit, ritual: &Ritual) -> Markup {
    let w = visit.app.words();
    let weeks = ritual.weeks();
    let said = w.tell("ritual-weeks", &[("weeks", &weeks.to_string())]);
    let shown = weeks.min(52);
    let rows = shown.div_ceil(13).max(1);
    html! {
        @if weeks > 0 {
            svg.rhythm.pebbles viewBox=(format!("0 0 260 {}", rows * 22)) role="img" aria-label=(said) {
                title { (said) }
                @for n in 0..shown { circle.dot.some cx=(10 + n % 13 * 20) cy=(11 + n / 13 * 22) r=(6 + n % 3) {} }
            }
        }
        p { (said) }
    }
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let resting = rest::resting(&visit).await?;
    let waits = stars::waits(&visit).await?;
    let page = show(&visit, &read.state, &resting, waits, None);
    Ok(visit.answer_read(page, &read))
}

fn show(
    visit: &Visit,
    shared: &Shared,
    resting: &Resting,
    waits: bool,
    problem: Option<&str>,
) -> Markup {
    let w = visit.app.words();
    let today = visit.now().today();
    let me = visit.space().who;
    let drafts: Vec<_> = shared.rituals.drafts(visit.now).collect();
    let ours: Vec<_> = shared.rituals.ours().collect();
    let nothing = ours.is_empty() && drafts.is_empty();
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("rituals-title"), lead: Some(&w.say("rituals-lead")),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if waits { (stars::to_look_at(visit, shared)) }
        @for (ritual, draft) in drafts.iter().filter(|(ritual, draft)| draft.by != me && !resting.hides_draft(ritual.id, visit.now)) {
            (asked(visit, shared, ritual, draft))
        }
        @for ritual in &ours {
            @if ritual.look_back(today).is_some() && let Some(card) = look_back(visit, ritual) { (card) }
            @if let Some(now) = ritual.ours() {
                (ui::card(html! {
                    h2 { a href=(paths::ritual(ritual.id)) { (now.shape.name) } }
                    p { (cue(visit, &now.shape)) }
                    (pebbles(visit, ritual))
                    (kept(visit, ritual))
                }))
            }
        }
        @for (ritual, draft) in drafts.iter().filter(|(_, draft)| draft.by == me) { (offered(visit, shared, ritual, draft)) }
        (found(visit, shared))
        @if nothing {
            (ui::empty(ui::Icon::Cup, &w.say("rituals-empty"), &w.say("rituals-empty-more"), html! {
                (ui::Button::primary(&w.say("rituals-find")).to(paths::RITUAL_STARS))
                (ui::Button::plain(&w.say("rituals-write")).to(paths::RITUAL_NEW))
            }))
        } @else {
            div.actions {
                (ui::Button::quiet(&w.say("rituals-find")).to(paths::RITUAL_STARS))
                (ui::Button::plain(&w.say("rituals-write")).to(paths::RITUAL_NEW))
            }
            @if ours.len() > 2 { p.small { (w.say("rituals-two")) } }
        }
        @if let Some(practice) = visit.app.guide().practice("rituals") {
            p.small { a href=(paths::practice(&practice.id)) { (w.say("rituals-why")) } }
        }
    })
}

/// What both starred, and the way from there.
fn found(visit: &Visit, shared: &Shared) -> Markup {
    let w = visit.app.words();
    let Some(matched) = shared.rituals.matched() else {
        return html! {};
    };
    let ideas: Vec<_> = (matched.ideas.iter())
        .filter_map(|id| Some((stars::idea(visit, shared, id)?, id)))
        .collect();
    if ideas.is_empty() {
        return parts::notice(html! { p { (w.say("rituals-no-match")) } });
    }
    let rows = html! {
        @for ((title, text), id) in &ideas {
            (ui::Row {
                icon: ui::Icon::Cup, tone: ui::Tone::Glow, title, text: html! { (text) }, action: None,
                href: Some(&format!("{}?i={}", paths::RITUAL_NEW, paths::opaque(id))),
            }.item())
        }
    };
    ui::group(&w.say("rituals-both"), &rows)
}

/// The other offers one: as large a "not now" as a "yes" (S5).
fn asked(visit: &Visit, shared: &Shared, ritual: &Ritual, draft: &Draft) -> Markup {
    let w = visit.app.words();
    let name = parts::name_of(w, shared, draft.by);
    let title = if ritual.ours().is_some() {
        "ritual-asked-change"
    } else {
        "ritual-asked"
    };
    ui::wash(
        ui::Tone::Glow,
        html! {
            p.kicker.sage { (w.tell(title, &[("name", &name)])) }
            h2 { (draft.shape.name) }
            (words(visit, &draft.shape))
            form.form method="post" novalidate action=(paths::at(paths::RITUAL_ANSWER, ritual.id)) {
                input type="hidden" name="words" value=(mark(visit, &draft.shape));
                (ui::even_actions(html! {
                    (ui::Button::primary(&w.say("ritual-ours")).sends("answer", "ours"))
                    (ui::Button::quiet(&w.say("answer-not-now")).sends("answer", "not-now"))
                }))
            }
            p.small { (w.say("ritual-asked-more")) " " a href=(paths::ritual(ritual.id)) { (w.say("ritual-other-words")) } }
        },
    )
}

/// One that this person offered: it lies there, whatever the other does (S6).
fn offered(visit: &Visit, shared: &Shared, ritual: &Ritual, draft: &Draft) -> Markup {
    let w = visit.app.words();
    let name = parts::other(visit, shared);
    ui::card(html! {
        p.kicker { (w.say("ritual-offered")) }
        h2 { (draft.shape.name) }
        (words(visit, &draft.shape))
        p.small { (w.tell("ritual-offered-more", &[("name", &name)])) }
        form.form method="post" novalidate action=(paths::at(paths::RITUAL_ANSWER, ritual.id)) {
            (ui::actions(html! { (ui::Button::plain(&w.say("appreciations-withdraw")).sends("answer", "take-back").small()) }))
        }
    })
}

/// Whether the words before are asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Before {
    b: String,
}

async fn one(
    visit: Visit,
    Path(id): Path<RitualId>,
    Query(asked): Query<Before>,
) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let resting = rest::resting(&visit).await?;
    let me = visit.space().who;
    let found = read.state.rituals.get(id, visit.now);
    let ritual = found.ok_or(PageError::NotFound)?;
    let seen = |draft: &&Draft| draft.by == me || !resting.hides_draft(id, visit.now);
    let draft = ritual.draft(visit.now).filter(seen);
    let newest = draft.map(|draft| &draft.shape);
    let shape = newest.or_else(|| ritual.ours().map(|ours| &ours.shape));
    let shape = shape.ok_or(PageError::NotFound)?;
    let before = match asked.b.as_str() {
        "" => None,
        _ => Some(versions(&visit, id).await?),
    };
    let page = one_page(&visit, &read.state, ritual, draft, shape, before.as_deref());
    Ok(visit.answer_read(page, &read))
}

fn one_page(
    visit: &Visit,
    shared: &Shared,
    ritual: &Ritual,
    draft: Option<&Draft>,
    shape: &Shape,
    before: Option<&[Version]>,
) -> Markup {
    let w = visit.app.words();
    let me = visit.space().who;
    let ours = ritual.ours();
    let practice =
        ours.and_then(|ours| visit.app.guide().practice(ours.shape.practice.as_deref()?));
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: ours.map_or(&shape.name, |ours| &ours.shape.name),
            back: Some(ui::Link::new(&w.say("rituals-title"), paths::RITUALS)), ..ui::Greeting::default()
        })
        @match draft {
            Some(draft) if draft.by == me => (offered(visit, shared, ritual, draft)),
            Some(draft) => (asked(visit, shared, ritual, draft)),
            None => {}
        }
        @if let Some(ours) = ours {
            (ui::card(html! {
                (words(visit, &ours.shape))
                @if let Some(practice) = practice {
                    div.actions { (ui::Button::quiet(&w.tell("ritual-practice", &[("title", &practice.title)])).to(&paths::practice(&practice.id))) }
                }
            }))
            @if let Some(card) = look_back(visit, ritual) { (card) }
            (ui::card(html! {
                h2 { (w.say("ritual-rhythm-title")) }
                (pebbles(visit, ritual))
                (kept(visit, ritual))
            }))
        }
        (ui::details(&w.say(if ours.is_some() { "ritual-change" } else { "ritual-other-words" }),
            shape::form(visit, &shape::Words::of(ritual.id, shape, visit), None)))
        (history(visit, shared, ritual, before))
        @if ours.is_some() {
            form.form method="post" novalidate action=(paths::at(paths::RITUAL_LET_GO, ritual.id)) {
                (ui::actions(html! { (ui::Button::plain(&w.say("ritual-let-go"))) }))
                p.small { (w.say("ritual-let-go-note")) }
            }
        }
    })
}

/// Every version that ever held, with whoever wrote it and the day: nothing is rewritten in silence (S13). The present
/// one is at hand; those before are read from the log when they are asked for.
fn history(visit: &Visit, shared: &Shared, ritual: &Ritual, before: Option<&[Version]>) -> Markup {
    let w = visit.app.words();
    let name = |who: Who| {
        if who == visit.space().who {
            visit.profile.name.clone()
        } else {
            parts::name_of(w, shared, who)
        }
    };
    let line = |version: &Version| {
        let (name, day) = (name(version.by), parts::date(w, version.since));
        w.tell("ritual-version", &[("name", &name), ("day", &day)])
    };
    html! {
        @if let Some(ours) = ritual.ours() { p.small { (line(ours)) } }
        @match before {
            Some(versions) => {
                @for version in versions.iter().skip(1) {
                    (ui::card(html! { p.small { (line(version)) } (words(visit, &version.shape)) }))
                }
            }
            None if ritual.earlier() > 0 => {
                p.small { a href=(format!("{}?b=1", paths::ritual(ritual.id))) { (w.tell("ritual-earlier", &[("count", &ritual.earlier().to_string())])) } }
            }
            None => {}
        }
    }
}

/// All that ever held, from the log.
async fn versions(visit: &Visit, id: RitualId) -> Result<Vec<Version>, PageError> {
    let space = visit.space();
    let place = space.place();
    let records = visit.app.store().read(place, 0, u32::MAX).await?;
    let log = ledger::opened(space.keys, place.owner, place.stream, &records);
    let mut rituals = vec![];
    for (_, _, event) in log {
        if let Event::Ritual(event) = event {
            rituals.push(event);
        }
    }
    Ok(rekindle_domain::ritual::versions(&rituals, id))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    /// "ours", "not-now", or "take-back" by whoever offered it.
    answer: String,
    /// The words that were read.
    #[serde(default)]
    words: String,
}

async fn answer(
    visit: Visit,
    Path(id): Path<RitualId>,
    Form(form): Form<Answer>,
) -> Result<Response, PageError> {
    match form.answer.as_str() {
        "ours" => agree(&visit, id, &form.words).await,
        "take-back" => take_back(&visit, id).await,
        "not-now" => {
            // Only what lies there can be let rest; anything else is nothing.
            let read = visit.shared().await?;
            if read.state.rituals.get(id, visit.now).is_some() {
                rest::rest_drafts(&visit, id).await?;
            }
            Ok(see(paths::RITUALS))
        }
        _ => Err(PageError::NotOurForm),
    }
}

/// "It is ours", to the words that were read. Others that came in their place are shown first, and wait for a yes of
/// their own (S13).
async fn agree(visit: &Visit, id: RitualId, words: &str) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let found = read.state.rituals.get(id, visit.now);
    let theirs = |draft: &&Draft| draft.by != visit.space().who;
    let draft = found.and_then(|ritual| ritual.draft(visit.now));
    // Gone or answered meanwhile: the page shows what there is.
    let Some(draft) = draft.filter(theirs) else {
        return Ok(see(paths::RITUALS));
    };
    if mark(visit, &draft.shape) == words {
        let shape = Box::new(draft.shape.clone());
        let asked = Command::Ritual(Ask::Agree { id, shape });
        match visit.act(asked).await? {
            Err(Refusal::Ritual(ritual::Refusal::Changed)) => {}
            Ok(_) | Err(_) => return Ok(see(paths::RITUALS)),
        }
    }
    let read = visit.shared().await?;
    let resting = rest::resting(visit).await?;
    let text = visit.app.words().say("ritual-refused-changed");
    let waits = stars::waits(visit).await?;
    let page = show(visit, &read.state, &resting, waits, Some(&text));
    Ok((StatusCode::CONFLICT, page).into_response())
}

/// Its record goes with a draft that is taken back; not with one that the other has called theirs in between.
async fn take_back(visit: &Visit, id: RitualId) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let before = read.state.rituals.get(id, visit.now);
    let seq = before.and_then(|ritual| Some(ritual.draft(visit.now)?.seq));
    let taken = visit.act(Command::Ritual(Ask::Withdraw { id })).await?;
    if let (Ok(after), Some(seq)) = (taken, seq) {
        let after = after.rituals.get(id, visit.now);
        if after.and_then(Ritual::ours) == before.and_then(Ritual::ours) {
            visit.erase_shared(visit.space(), seq).await?;
        }
    }
    Ok(see(paths::RITUALS))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keep {
    day: Date,
    /// "kept" or "undo".
    which: String,
}

async fn keep(
    visit: Visit,
    Path(id): Path<RitualId>,
    Form(form): Form<Keep>,
) -> Result<Response, PageError> {
    let day = form.day;
    let ask = match form.which.as_str() {
        "kept" => Ask::Keep { id, day },
        "undo" => Ask::Unkeep { id, day },
        _ => return Err(PageError::NotOurForm),
    };
    let _ = visit.act(Command::Ritual(ask)).await?;
    Ok(see(paths::RITUALS))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    weeks: u8,
}

async fn look(
    visit: Visit,
    Path(id): Path<RitualId>,
    Form(form): Form<Look>,
) -> Result<Response, PageError> {
    let weeks = form.weeks;
    let _ = visit.act(Command::Ritual(Ask::Look { id, weeks })).await?;
    Ok(see(paths::RITUALS))
}

async fn let_go(
    visit: Visit,
    Path(id): Path<RitualId>,
    _: NoFields,
) -> Result<Response, PageError> {
    let _ = visit.act(Command::Ritual(Ask::LetGo { id })).await?;
    Ok(see(paths::RITUALS))
}
