//! Notes between us (G2.1): an opener, one's own words with the helper, seen first as the other will see it (S2), sent
//! or kept to be spoken. Whoever gets one says back what was heard; “I need time” is an answer, and silence shows
//! nowhere (S4, S6). Notes to oneself are in [`super::note`].

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::Stamp;
use rekindle_domain::between::{self, Answer, Command as Ask, Note, Notes, SHOWN, Says};
use rekindle_domain::hurt::End;
use rekindle_domain::ids::NoteId;
use rekindle_domain::private;
use rekindle_domain::shared::{Command, Event, Refusal, Shared};
use serde::Deserialize;

use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, ledger, paths, ui};

/// The deck whose cards begin a note.
const OPENERS: &str = "openers";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::BETWEEN, get(page).post(write))
        .route(paths::BETWEEN_ONE, get(one).post(answer))
        .route(paths::BETWEEN_WITHDRAW, post(withdraw))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    /// The opener to begin with, as it stands in a path.
    o: String,
    /// How many pages further back.
    n: usize,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Write {
    /// Made with the page, so that a press that arrives twice counts once.
    id: Option<NoteId>,
    words: String,
    /// The small hurt of one's own that it is about.
    hurt: Option<NoteId>,
    /// "words": look at the words. "look": see it as the other will. "back": change it once more. "send". "keep": to
    /// oneself, to be spoken.
    step: String,
}

async fn page(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    if asked.n > 0 {
        let all = all(&visit).await?;
        let page = older(&visit, &read.state, &all, asked.n);
        return Ok(visit.answer_read(page, &read));
    }
    let form = Write {
        words: opener(&visit.app, &asked.o).unwrap_or_default(),
        ..Write::default()
    };
    let page = show(&visit, &read.state, &form, None);
    Ok(visit.answer_read(page, &read))
}

/// The beginning that this opener gives.
fn opener(app: &App, opaque: &str) -> Option<String> {
    let deck = app.guide().deck(OPENERS)?;
    let card = deck
        .cards
        .iter()
        .find(|card| paths::opaque(&card.id) == opaque)?;
    Some(match &card.follow_up {
        Some(then) => format!("{}\n{then}", card.say),
        None => card.say.clone(),
    })
}

/// All that was said here, from the log.
async fn log(visit: &Visit) -> Result<Vec<(u64, Stamp, between::Event)>, PageError> {
    let space = visit.space();
    let place = space.place();
    let records = visit.app.store().read(place, 0, u32::MAX).await?;
    let opened = ledger::opened(space.keys, place.owner, place.stream, &records);
    let mut log = vec![];
    for (seq, at, event) in opened {
        if let Event::Between(event) = event {
            log.push((seq, at, event));
        }
    }
    Ok(log)
}

/// Every note in the log, newest first; only for what the folded state is too small to hold.
async fn all(visit: &Visit) -> Result<Notes, PageError> {
    let mut all = Notes::default();
    for (seq, at, event) in log(visit).await? {
        all = all.with(at, seq, &event);
    }
    Ok(all)
}

fn older(visit: &Visit, shared: &Shared, all: &Notes, n: usize) -> Markup {
    let w = visit.app.words();
    // All but those that stand on the first page, which are fewer when they are long.
    let before = n.saturating_sub(1).saturating_mul(SHOWN);
    let some: Vec<&Note> = (all.newest())
        .filter(|note| shared.between.get(note.id).is_none())
        .skip(before)
        .take(SHOWN)
        .collect();
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("between-older-title"),
            back: Some(ui::Link::new(&w.say("between-title"), paths::BETWEEN)), ..ui::Greeting::default()
        })
        @for note in &some { (card(visit, shared, note, true)) }
        @if some.is_empty() { p.soft { (w.say("between-older-none")) } }
        @if some.len() == SHOWN { (to_older(visit, n + 1)) }
    })
}

fn to_older(visit: &Visit, n: usize) -> Markup {
    let w = visit.app.words();
    let to = format!("{}?n={n}", paths::BETWEEN);
    ui::actions(html! { (ui::Button::quiet(&w.say("between-older")).to(&to)) })
}

fn show(visit: &Visit, shared: &Shared, form: &Write, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let to = parts::other(visit, shared);
    let together = visit.space().together;
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("between-title"),
            lead: Some(&w.tell(if together { "between-lead" } else { "between-lead-alone" }, &[("name", &to)])),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        (ui::card(html! {
            form.form method="post" novalidate action=(paths::BETWEEN) {
                input type="hidden" name="id" value=(form.id.unwrap_or_else(|| NoteId::new(rekindle_vault::chance::bytes())));
                @if let Some(hurt) = form.hurt { input type="hidden" name="hurt" value=(hurt); }
                (parts::area(&w.say("between-words"), "words", &form.words, Some(&w.say("between-hint")), true, 5))
                @if form.step == "words" { (parts::wording(w, &form.words)) }
                (ui::actions(html! {
                    @if together { (ui::Button::primary(&w.tell("between-look", &[("name", &to)])).sends("step", "look")) }
                    (parts::look_at_words(w))
                    (ui::Button::plain(&w.say("between-keep")).sends("step", "keep").small())
                }))
            }
            p.small { (w.say("between-not-when")) " " a href=(paths::HELP) { (w.say("help-link")) } }
        }))
        @if form.words.is_empty() { (openers(&visit.app)) }
        @for note in shared.between.newest() { (card(visit, shared, note, false)) }
        @if shared.between.has_older() { (to_older(visit, 1)) }
    })
}

/// Beginnings, light ones first: the more careful of the two sets how deep it goes.
fn openers(app: &App) -> Markup {
    let w = app.words();
    html! {
        @if let Some(deck) = app.guide().deck(OPENERS) {
            section.group {
                h2 { (w.say("between-openers")) }
                p.soft { (w.say("between-openers-lead")) }
                @for (depth, name) in [(1, "between-depth-1"), (2, "between-depth-2"), (3, "between-depth-3")] {
                    (ui::details(&w.say(name), html! {
                        ul.links {
                            @for card in deck.at(depth) {
                                li { a href={ (paths::BETWEEN) "?o=" (paths::opaque(&card.id)) } { (card.say) } }
                            }
                        }
                    }))
                }
            }
        }
    }
}

/// The words, as both see them.
fn said(words: &str) -> Markup {
    html! { blockquote.quote { @for line in words.lines() { p { (line) } } } }
}

fn answered(visit: &Visit, shared: &Shared, note: &Note, answer: &Answer) -> Markup {
    let w = visit.app.words();
    let me = visit.space().who;
    let name = if answer.from == me {
        visit.profile.name.clone()
    } else {
        parts::name_of(w, shared, answer.from)
    };
    html! {
        @match &answer.says {
            Says::Heard { words } => {
                p.kicker.sage[answer.from != me] { (w.tell("between-said-back", &[("name", &name)])) }
                (said(&format!("{} {words}", w.say("between-i-hear"))))
            }
            Says::Time => {
                @if !note.is_heard() { p.soft { (w.tell("between-time-taken", &[("name", &name)])) } }
            }
            Says::More { words } => { p.kicker.sage[answer.from != me] { (name) } (said(words)) }
        }
        @if answer.from == me && !(answer.says == Says::Time && note.is_heard()) { (take_back(visit, answer.id)) }
    }
}

fn take_back(visit: &Visit, id: NoteId) -> Markup {
    let w = visit.app.words();
    html! {
        form.form method="post" novalidate action=(paths::BETWEEN_WITHDRAW) {
            input type="hidden" name="id" value=(id);
            button.button.plain.small { (w.say("between-withdraw")) }
        }
    }
}

fn card(visit: &Visit, shared: &Shared, note: &Note, old: bool) -> Markup {
    let w = visit.app.words();
    let me = visit.space().who;
    let today = visit.now().today();
    let mine = note.from == me;
    html! {
        section.card {
            p.kicker.sage[!mine] {
                (if mine { visit.profile.name.clone() } else { parts::name_of(w, shared, note.from) })
                " · " (parts::day(w, visit.profile.zone.local(note.at).date(), today))
            }
            (said(&note.words))
            @if mine { (take_back(visit, note.id)) }
            @for answer in &note.answers { (answered(visit, shared, note, answer)) }
            @if !old && (!mine || note.is_heard()) {
                (ui::actions(html! {
                    (ui::Button::quiet(&w.say(if note.is_heard() { "between-more" } else { "between-answer" })).to(&paths::at(paths::BETWEEN_ONE, note.id)))
                }))
            }
        }
    }
}

/// For Today: a note of the other's that this person has not answered. It goes with any answer, and when it is taken
/// back; of very many that wait, the oldest give way.
pub(super) fn waiting(visit: &Visit, shared: &Shared) -> Option<Markup> {
    let w = visit.app.words();
    let note = shared.between.waiting_for(visit.space().who)?;
    Some(parts::card(html! {
        p.kicker.sage { (w.tell("today-from", &[("name", &parts::name_of(w, shared, note.from))])) }
        h2 { (w.say("between-today")) }
        div.actions { a.button href=(paths::at(paths::BETWEEN_ONE, note.id)) { (w.say("between-read")) } }
    }))
}

async fn write(visit: Visit, Form(form): Form<Write>) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    let refused = |text: &str| {
        let page = show(&visit, &read.state, &form, Some(text));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let id = form
        .id
        .unwrap_or_else(|| NoteId::new(rekindle_vault::chance::bytes()));
    let ask = Ask::Send {
        id,
        words: form.words.clone(),
    };
    match form.step.as_str() {
        "words" | "back" => {
            let page = show(&visit, &read.state, &form, None);
            return Ok(visit.answer_read(page, &read));
        }
        "keep" | "look" | "send" => {}
        _ => return Err(PageError::NotOurForm),
    }
    // Asked once without effect, so that the preview already says what would be refused.
    if let Err(refusal) = read.state.between.decide(&visit.now(), &ask) {
        return refused(&w.say(&refusal.to_string()));
    }
    if form.step == "keep" {
        let words = rekindle_domain::text::written(&form.words).unwrap_or_default();
        keep(
            &visit,
            private::Event::Noted {
                id,
                words,
                until: None,
            },
        )
        .await?;
        return Ok(see(paths::NOTES));
    }
    if !visit.space().together {
        return refused(&w.say("between-refused-alone"));
    }
    if form.step == "look" {
        let to = parts::other(&visit, &read.state);
        let page = visit.page(Tab::Us, html! {
            (ui::Greeting {
                title: &w.tell("between-preview", &[("name", &to)]), lead: Some(&w.say("between-preview-lead")),
                ..ui::Greeting::default()
            })
            (parts::wash(html! {
                p.kicker { (w.tell("letter-from", &[("name", &visit.profile.name)])) }
                (said(form.words.trim()))
            }))
            form.form method="post" novalidate action=(paths::BETWEEN) {
                input type="hidden" name="id" value=(id);
                input type="hidden" name="words" value=(form.words);
                @if let Some(hurt) = form.hurt { input type="hidden" name="hurt" value=(hurt); }
                (ui::actions(html! {
                    (ui::Button::primary(&w.tell("between-send", &[("name", &to)])).sends("step", "send"))
                    (ui::Button::quiet(&w.say("between-change")).sends("step", "back"))
                }))
            }
            p.small { (w.say("between-can-take-back")) }
        });
        return Ok(page.into_response());
    }
    match visit.act(Command::Between(ask)).await? {
        Ok(_) => {
            if let Some(hurt) = form.hurt {
                super::hurt::ended_by(&visit, hurt, End::Said).await?;
            }
            Ok(see(paths::BETWEEN))
        }
        Err(refusal) => refused(&w.say(&refusal.to_string())),
    }
}

/// Into one's own private stream; needs no door.
async fn keep(visit: &Visit, event: private::Event) -> Result<(), PageError> {
    let at = visit.now;
    super::note::append(visit, &private::Entry { at, event }).await
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Reply {
    id: Option<NoteId>,
    words: String,
    /// "words": look at the words. "look": see it as the other will. "back": change it once more. "send". "time": “I need
    /// time with this”.
    step: String,
}

async fn one(visit: Visit, Path(id): Path<NoteId>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let note = read.state.between.get(id).ok_or(PageError::NotFound)?;
    let page = thread(&visit, &read.state, note, &Reply::default(), None);
    Ok(visit.answer_read(page, &read))
}

fn thread(
    visit: &Visit,
    shared: &Shared,
    note: &Note,
    form: &Reply,
    problem: Option<&str>,
) -> Markup {
    let w = visit.app.words();
    let me = visit.space().who;
    let mine = note.from == me;
    let heard = note.is_heard();
    let name = parts::other(visit, shared);
    let may = heard || !mine;
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.tell(if mine { "between-one-mine" } else { "between-one" }, &[("name", &name)]),
            back: Some(ui::Link::new(&w.say("between-title"), paths::BETWEEN)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        (parts::wash(html! {
            (said(&note.words))
            @if mine { (take_back(visit, note.id)) }
        }))
        @if !note.answers.is_empty() {
            (ui::card(html! { @for answer in &note.answers { (answered(visit, shared, note, answer)) } }))
        }
        @if may {
            (ui::card(html! {
                @if !heard { p { (w.tell("between-reflect-lead", &[("name", &name)])) } }
                form.form method="post" novalidate action=(paths::at(paths::BETWEEN_ONE, note.id)) {
                    input type="hidden" name="id" value=(form.id.unwrap_or_else(|| NoteId::new(rekindle_vault::chance::bytes())));
                    (parts::area(&w.say(if heard { "between-more-words" } else { "between-i-hear" }), "words", &form.words,
                        Some(&w.say(if heard { "between-more-hint" } else { "between-reflect-hint" })), true, 4))
                    @if form.step == "words" {
                        (parts::wording(w, &if heard { form.words.clone() } else { format!("{} {}", w.say("between-i-hear"), form.words.trim()) }))
                    }
                    (ui::actions(html! {
                        (ui::Button::primary(&w.tell("between-look", &[("name", &name)])).sends("step", "look"))
                        (parts::look_at_words(w))
                    }))
                    @if !mine && !note.is_answered() {
                        p.soft { (w.say("between-time-lead")) }
                        (ui::actions(html! { (ui::Button::quiet(&w.say("between-time")).sends("step", "time")) }))
                    }
                }
                p.small { (w.say("between-silence")) }
            }))
        } @else { p.soft { (w.say("between-sent")) } }
    })
}

async fn answer(
    visit: Visit,
    Path(to): Path<NoteId>,
    Form(form): Form<Reply>,
) -> Result<Response, PageError> {
    let w = visit.app.words();
    let read = visit.shared().await?;
    let Some(note) = read.state.between.get(to) else {
        return gone(&visit, &read.state, &form);
    };
    let id = form
        .id
        .unwrap_or_else(|| NoteId::new(rekindle_vault::chance::bytes()));
    let heard = note.is_heard();
    let words = spoken(&w.say("between-i-hear"), &form.words);
    let ask = match form.step.as_str() {
        "words" | "back" => {
            let page = thread(&visit, &read.state, note, &form, None);
            return Ok(visit.answer_read(page, &read));
        }
        "time" => Ask::NeedTime { to, id },
        "look" | "send" if heard => Ask::Add {
            to,
            id,
            words: form.words.clone(),
        },
        "look" | "send" => Ask::Hear {
            to,
            id,
            words: words.clone(),
        },
        _ => return Err(PageError::NotOurForm),
    };
    let refused = |text: &str| {
        let page = thread(&visit, &read.state, note, &form, Some(text));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    if let Err(refusal) = read.state.between.decide(&visit.now(), &ask) {
        return refused(&w.say(&refusal.to_string()));
    }
    if form.step == "look" {
        let name = parts::other(&visit, &read.state);
        let page = visit.page(Tab::Us, html! {
            (ui::Greeting {
                title: &w.tell("between-preview", &[("name", &name)]), lead: Some(&w.say("between-preview-lead")),
                ..ui::Greeting::default()
            })
            (parts::wash(html! {
                @if heard { p.kicker { (visit.profile.name) } (said(form.words.trim())) }
                @else {
                    p.kicker { (w.tell("between-said-back", &[("name", &visit.profile.name)])) }
                    (said(&format!("{} {words}", w.say("between-i-hear"))))
                }
            }))
            form.form method="post" novalidate action=(paths::at(paths::BETWEEN_ONE, to)) {
                input type="hidden" name="id" value=(id);
                input type="hidden" name="words" value=(form.words);
                (ui::actions(html! {
                    (ui::Button::primary(&w.tell("between-send", &[("name", &name)])).sends("step", "send"))
                    (ui::Button::quiet(&w.say("between-change")).sends("step", "back"))
                }))
            }
            p.small { (w.say("between-can-take-back")) }
        });
        return Ok(page.into_response());
    }
    match visit.act(Command::Between(ask)).await? {
        Ok(_) => Ok(see(&paths::at(paths::BETWEEN_ONE, to))),
        // Taken back while this was on its way: what was read before is shown no more.
        Err(Refusal::Between(between::Refusal::NotThere)) => {
            gone(&visit, &visit.shared().await?.state, &form)
        }
        Err(refusal) => refused(&w.say(&refusal.to_string())),
    }
}

/// An answer to what is not there, taken back or never sent: nothing says which (S6). What was typed is its writer’s and
/// still there.
fn gone(visit: &Visit, shared: &Shared, form: &Reply) -> Result<Response, PageError> {
    if form.words.trim().is_empty() {
        return Err(PageError::NotFound);
    }
    let typed = Write {
        id: form.id,
        words: form.words.clone(),
        ..Write::default()
    };
    let why = visit.app.words().say("between-refused-not-there");
    let page = show(visit, shared, &typed, Some(&why));
    Ok((StatusCode::NOT_FOUND, page).into_response())
}

/// Without the beginning that stands before it anyway, should somebody have typed it too.
fn spoken(beginning: &str, words: &str) -> String {
    let words = words.trim();
    let bare = beginning.trim_end_matches(['…', ' ']);
    let typed = words.get(..bare.len());
    if typed.is_some_and(|typed| typed.eq_ignore_ascii_case(bare)) {
        words[bare.len()..]
            .trim_start_matches(['…', '.', ':', ' '])
            .to_owned()
    } else {
        words.to_owned()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdraw {
    id: NoteId,
}

async fn withdraw(visit: Visit, Form(form): Form<Withdraw>) -> Result<Response, PageError> {
    let ask = Ask::Withdraw { id: form.id };
    if visit.act(Command::Between(ask)).await?.is_ok() {
        // Looked for only now: nothing is added to it any more, and an answer that came in between goes as well.
        for seq in records_of(&visit, form.id).await? {
            visit.erase_shared(visit.space(), seq).await?;
        }
    }
    Ok(see(paths::BETWEEN))
}

/// What the log still has of a note or an answer that this person takes back, in the folded state or not, and taken
/// back before or not.
async fn records_of(visit: &Visit, id: NoteId) -> Result<Vec<u64>, PageError> {
    let log = log(visit).await?;
    let me = visit.space().who;
    let mine = log.iter().any(
        |(_, _, event)| matches!(event, between::Event::Sent { id: one, from, .. } if *one == id && *from == me),
    );
    let goes = |event: &between::Event| match event {
        between::Event::Sent { id: one, from, .. } => *one == id && *from == me,
        between::Event::Answered {
            to, id: one, from, ..
        } => mine && *to == id || *one == id && *from == me,
        between::Event::Withdrawn { .. } => false,
    };
    let found = log.iter().filter(|(_, _, event)| goes(event));
    Ok(found.map(|(seq, _, _)| *seq).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g2_1_the_beginning_of_a_reflection_stands_once() {
        for (typed, left) in [
            ("that you were alone", "that you were alone"),
            ("What I hear is that you were alone", "that you were alone"),
            ("what i hear is … you were alone", "you were alone"),
            ("What", "What"),
            ("", ""),
            ("Éé", "Éé"),
        ] {
            assert_eq!(spoken("What I hear is …", typed), left, "{typed}");
        }
    }
}
