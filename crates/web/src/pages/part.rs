//! Parting (S21): either can close the link at once, alone. Each keeps an own space; the other sees one sentence.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::between::{self, Notes, Says};
use rekindle_domain::ids::{NoteId, RitualId};
use rekindle_domain::session::Summary;
use rekindle_domain::shared::Event;
use rekindle_domain::{Stamp, appreciation, date, held, plan, private, ritual};
use rekindle_store::Change;
use rekindle_vault::passphrase;
use serde::{Deserialize, Serialize};

use super::account::{Typed, open_own_root, weak_text};
use super::note;
use super::parts::{self, Tab};
use super::ritual::stars;
use super::touch;
use crate::answers::{see, with_cookie};
use crate::form::{Form, NoFields};
use crate::visit::{Profile, Visit};
use crate::{App, PageError, cookies, ledger, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::PART, get(page).post(part))
        .route(paths::TAKE_AWAY, get(take_away_page).post(take_away))
        .route(paths::ERASE_ALL, get(erase_page).post(erase_all))
        .route(paths::GO_ON, post(go_on))
}

/// What is seen once it is closed: no time, no cause.
pub(super) fn closed(visit: &Visit) -> Markup {
    let w = visit.app.words();
    visit.page(Tab::Today, html! {
        (ui::Greeting { title: &w.say("part-closed"), ..ui::Greeting::default() })
        p.lead { (w.say("part-closed-more")) }
        (ui::actions(html! { (ui::Button::quiet(&w.say("part-take-away")).to(paths::TAKE_AWAY)) }))
        form.form method="post" novalidate action=(paths::GO_ON) {
            (ui::actions(html! { (ui::Button::primary(&w.say("part-go-on"))) }))
        }
    })
}

async fn page(visit: Visit) -> Result<Markup, PageError> {
    visit.inner()?;
    let w = visit.app.words();
    Ok(visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("me-part"), lead: Some(&w.say("part-lead")),
            back: Some(ui::Link::new(&w.say("frame-me"), paths::ME)), ..ui::Greeting::default()
        })
        (ui::card(html! { h2 { (w.say("part-safety")) } p { (w.say("part-safety-more")) }
            p { a href=(paths::HELP) { (w.say("help-link")) } } }))
        (ui::card(html! { h2 { (w.say("part-take-away")) } p { (w.say("part-take-away-more")) }
            (ui::actions(html! { (ui::Button::quiet(&w.say("part-take-away-button")).to(paths::TAKE_AWAY)) })) }))
        @if visit.space().together {
            (ui::card(html! { h2 { (w.say("part-close")) } p { (w.say("part-close-more")) }
                form.form method="post" novalidate action=(paths::PART) {
                    (parts::choices(&w.say("part-remains"), "remains", "leave", [
                        ("leave", w.say("part-remains-leave").as_str(), ""),
                        ("withdraw", w.say("part-remains-withdraw").as_str(), ""),
                    ].into_iter()))
                    (ui::actions(html! { (ui::Button::primary(&w.say("part-close-button"))) }))
                } }))
        }
        p { a href=(paths::ERASE_ALL) { (w.say("part-erase")) } }
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    #[serde(default)]
    remains: String,
}

/// Closes the link: no approval, no waiting, no reason.
async fn part(visit: Visit, Form(form): Form<Close>) -> Result<Response, PageError> {
    visit.inner()?;
    let Some(couple) = &visit.ring.couple else {
        return Ok(see(paths::TODAY));
    };
    let mut changes = vec![Change::CloseCouple(couple.couple)];
    if form.remains == "withdraw" {
        changes.extend(own_offers(&visit).await?);
        changes.extend(touch::withdrawn(&visit));
    }
    changes.extend(stars::withdrawn(&visit));
    // Links that were never used are dead with it: no way leads back.
    for sent in visit.app.store().invitations_from(visit.id()).await? {
        changes.push(Change::DropInvitation {
            id: sent.id,
            from: sent.from,
        });
    }
    let mut ring = visit.ring_to_change().await?;
    ring.couple = None;
    let profile = Profile {
        joining: None,
        compared: None,
        partner: String::new(),
        ..visit.profile.clone()
    };
    changes.push(visit.put_ring(ring, &profile));
    changes.push(Change::LeaveCouple {
        couple: couple.couple,
        person: visit.id(),
    });
    let place = visit.space().place();
    let _ = visit.app.store().commit(changes).await?;
    visit.announce(place);
    Ok(see(paths::TODAY))
}

/// The contents of what I offered and the other may no longer find here: appreciations of mine, and notes of mine with
/// their answers, erased for good.
async fn own_offers(visit: &Visit) -> Result<Vec<Change>, PageError> {
    let space = visit.space();
    let place = space.place();
    let records = visit.app.store().read(place, 0, u32::MAX).await?;
    let log = ledger::opened(space.keys, place.owner, place.stream, &records);
    let sent: BTreeSet<NoteId> = (log.iter())
        .filter_map(|(_, _, event)| {
            let Event::Between(between::Event::Sent { id, from, .. }) = event else {
                return None;
            };
            (*from == space.who).then_some(*id)
        })
        .collect();
    let goes = |event: &Event| {
        matches!(event,
            Event::Appreciation(appreciation::Event::Kept { from, .. })
            | Event::Between(between::Event::Sent { from, .. } | between::Event::Answered { from, .. })
            if *from == space.who)
            || matches!(event, Event::Between(between::Event::Answered { to, .. }) if sent.contains(to))
    };
    Ok((log.iter())
        .filter(|(_, _, event)| goes(event))
        .map(|(seq, _, _)| Change::Erase { place, seq: *seq })
        .collect())
}

/// The other goes on alone: back in the own space, with nothing between them any more.
async fn go_on(visit: Visit, _: NoFields) -> Result<Response, PageError> {
    if !visit.closed {
        return Ok(see(paths::TODAY));
    }
    let Some(couple) = &visit.ring.couple else {
        return Ok(see(paths::TODAY));
    };
    let leave = Change::LeaveCouple {
        couple: couple.couple,
        person: visit.id(),
    };
    let mut ring = visit.ring_to_change().await?;
    ring.couple = None;
    let profile = Profile {
        joining: None,
        compared: None,
        partner: String::new(),
        ..visit.profile.clone()
    };
    let changes = vec![visit.put_ring(ring, &profile), leave];
    let _ = visit.app.store().commit(changes).await?;
    Ok(see(paths::TODAY))
}

/// What one takes away: own things, agreements of both, and what the other had offered and not withdrawn.
#[derive(Serialize)]
struct TakeAway {
    name: String,
    notes: Vec<Kept>,
    hurts: Vec<Kept>,
    appreciations: Vec<Kept>,
    between: Vec<Kept>,
    plan: Vec<Kept>,
    rituals: Vec<Kept>,
    /// Drafts on the way, until both call one theirs.
    #[serde(skip)]
    drafts: BTreeMap<RitualId, Box<ritual::Shape>>,
    dates: Vec<Kept>,
    sessions: Vec<Kept>,
    /// One's own marks, and what the other shares.
    touch: Vec<Kept>,
}

#[derive(Serialize)]
struct Kept {
    day: String,
    text: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Take {
    passphrase: Typed,
    /// "page" to read, "json" for programs.
    kind: String,
}

async fn take_away_page(visit: Visit) -> Result<Markup, PageError> {
    visit.inner()?;
    Ok(take_away_form(&visit, None))
}

fn take_away_form(visit: &Visit, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("part-take-away"), lead: Some(&w.say("take-away-lead")),
            back: Some(ui::Link::new(&w.say("me-part"), paths::PART)), ..ui::Greeting::default()
        })
        form.form method="post" novalidate action=(paths::TAKE_AWAY) {
            (parts::passphrase(w, "passphrase", &w.say("take-away-passphrase"), Some(&w.say("take-away-hint")), problem, true))
            (parts::choices(&w.say("take-away-kind"), "kind", "page", [
                ("page", w.say("take-away-page").as_str(), ""),
                ("json", w.say("take-away-json").as_str(), ""),
            ].into_iter()))
            (parts::submit(&w.say("part-take-away-button")))
        }
        p.small { (w.say("take-away-open")) }
    })
}

async fn take_away(visit: Visit, Form(form): Form<Take>) -> Result<Response, PageError> {
    visit.inner()?;
    let w = visit.app.words();
    if let Err(weak) = passphrase::judge(
        &form.passphrase.0,
        &[&visit.person.handle, &visit.profile.name],
    ) {
        let text = w.say(weak_text(weak));
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            take_away_form(&visit, Some(&text)),
        )
            .into_response());
    }
    let away = gather(&visit).await?;
    let (plain, name) = match form.kind.as_str() {
        "json" => (
            serde_json::to_vec_pretty(&away).expect("plain data"),
            "evening.json.age",
        ),
        "page" => (
            readable(&visit, &away).into_string().into_bytes(),
            "evening.html.age",
        ),
        _ => return Err(PageError::NotOurForm),
    };
    let typed = form.passphrase.0;
    let sealed = visit
        .app
        .slowly(move || rekindle_vault::take_away::seal(&typed, &plain))
        .await
        .flatten()
        .ok_or(PageError::TooBusy)?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, sealed).into_response())
}

/// A page that needs nothing but itself.
fn readable(visit: &Visit, away: &TakeAway) -> Markup {
    let w = visit.app.words();
    let list = |title: &str, kept: &[Kept]| {
        html! {
            @if !kept.is_empty() {
                h2 { (w.say(title)) }
                @for one in kept { p { strong { (one.day) } " " (one.text) } }
            }
        }
    };
    html! {
        (maud::DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (ui::TITLE) } }
            body {
                h1 { (away.name) }
                (list("notes-title", &away.notes))
                (list("hurt-title", &away.hurts))
                (list("appreciations-title", &away.appreciations))
                (list("between-title", &away.between))
                (list("plan-title", &away.plan))
                (list("rituals-title", &away.rituals))
                (list("dates-title", &away.dates))
                (list("history-title", &away.sessions))
                (list("touch-title", &away.touch))
            }
        }
    }
}

async fn gather(visit: &Visit) -> Result<TakeAway, PageError> {
    let door = visit.inner()?;
    let day = |at| visit.profile.zone.local(at).date().to_string();
    let (mut notes, mut hurts) = (vec![], vec![]);
    for entry in note::entries(visit, &door.inner).await? {
        let day = day(entry.at);
        match entry.event {
            private::Event::Noted { words, .. } => notes.push(Kept { day, text: words }),
            private::Event::HurtFelt { words, .. } => hurts.push(Kept { day, text: words }),
            private::Event::HurtShaped { shape, .. } => {
                let text = [shape.feeling, shape.situation, shape.request].join(" · ");
                hurts.push(Kept { day, text });
            }
            private::Event::HurtSeenOutside { answers, .. } => {
                let text = answers.join(" · ");
                hurts.push(Kept { day, text });
            }
            private::Event::Rated {
                understood,
                at_ease,
                worth,
                ..
            } => {
                let title = visit.app.words().say("rating-title");
                let text = format!("{title}: {understood}, {at_ease}, {worth}");
                notes.push(Kept { day, text });
            }
            private::Event::Marked { .. }
            | private::Event::HurtAgain { .. }
            | private::Event::HurtLies { .. }
            | private::Event::HurtEnded { .. } => {}
        }
    }
    let mut away = TakeAway {
        name: visit.profile.name.clone(),
        notes,
        hurts,
        appreciations: vec![],
        between: vec![],
        plan: vec![],
        rituals: vec![],
        drafts: BTreeMap::new(),
        dates: vec![],
        sessions: vec![],
        touch: touch::to_take_away(visit, &door.inner)
            .await?
            .into_iter()
            .map(|(day, text)| Kept { day, text })
            .collect(),
    };
    let spaces = [
        Some(visit.solo()),
        visit.space().together.then(|| visit.space()),
    ];
    for space in spaces.into_iter().flatten() {
        let place = space.place();
        let records = visit.app.store().read(place, 0, u32::MAX).await?;
        let mut notes = Notes::default();
        for (seq, at, event) in ledger::opened(space.keys, place.owner, place.stream, &records) {
            if let Event::Between(event) = &event {
                notes = notes.with(at, seq, event);
            } else {
                away.add(&visit.app, &day(at), event);
            }
        }
        // As they stand, not as they were said: with a note that was taken back its answers go, also where the server
        // died before it had erased them.
        let mut said: Vec<(u64, Stamp, String)> = vec![];
        for note in notes.newest() {
            said.push((note.seq, note.at, note.words.clone()));
            for answer in &note.answers {
                if let Says::Heard { words } | Says::More { words } = &answer.says {
                    said.push((answer.seq, answer.at, words.clone()));
                }
            }
        }
        said.sort_unstable();
        away.between
            .extend((said.into_iter()).map(|(_, at, text)| Kept { day: day(at), text }));
    }
    Ok(away)
}

impl TakeAway {
    fn add(&mut self, app: &App, day: &str, event: Event) {
        let title = |id: &str| {
            app.guide()
                .practice(id)
                .map_or_else(|| id.to_owned(), |p| p.title.clone())
        };
        let keep = |list: &mut Vec<Kept>, text: String| {
            list.push(Kept {
                day: day.to_owned(),
                text,
            });
        };
        match event {
            Event::Appreciation(appreciation::Event::Kept { words, .. }) => {
                keep(&mut self.appreciations, words);
            }
            Event::Plan(plan::Event::Planned { practice, when, .. }) => {
                keep(
                    &mut self.plan,
                    format!("{}: {} {}", title(&practice), when.day, when.time),
                );
            }
            // What is only a draft is the other's, or nobody's yet.
            Event::Ritual(ritual::Event::Drafted { id, shape, .. }) => {
                self.drafts.insert(id, shape);
            }
            Event::Ritual(ritual::Event::Agreed { id, .. }) => {
                if let Some(shape) = self.drafts.remove(&id) {
                    let text = format!("{}: {}, {}", shape.name, shape.cue, shape.then);
                    keep(&mut self.rituals, text);
                }
            }
            Event::Date(date::Event::Told { words, .. }) => keep(&mut self.dates, words),
            Event::Session(held::Event::Held {
                script, summary, ..
            }) => {
                let name = app
                    .guide()
                    .script(&script)
                    .map_or(script, |script| script.title.clone());
                keep(
                    &mut self.sessions,
                    format!("{name}: {}", left_behind(&summary)),
                );
            }
            Event::Session(held::Event::Said { words, .. }) => keep(&mut self.sessions, words),
            Event::Session(held::Event::HeldOn { more, .. }) => {
                keep(&mut self.sessions, left_behind(&more));
            }
            Event::Appreciation(appreciation::Event::Withdrawn { .. })
            // Gathered as they stand.
            | Event::Between(_)
            | Event::Plan(
                plan::Event::Set { .. }
                | plan::Event::Moved { .. }
                | plan::Event::MovedOne { .. }
                | plan::Event::Skipped { .. }
                | plan::Event::Restored { .. }
                | plan::Event::LetGo { .. },
            )
            | Event::Session(
                held::Event::Opened { .. }
                | held::Event::Unsaid { .. }
                | held::Event::Offered { .. }
                | held::Event::Withdrawn { .. }
                | held::Event::Begun { .. }
                | held::Event::Settled { .. },
            )
            | Event::Ritual(
                ritual::Event::Withdrawn { .. }
                | ritual::Event::Kept { .. }
                | ritual::Event::Unkept { .. }
                | ritual::Event::Looked { .. }
                | ritual::Event::LetGo { .. }
                | ritual::Event::Matched { .. }
                | ritual::Event::IdeaAdded { .. }
                | ritual::Event::IdeaTaken { .. },
            )
            | Event::Date(
                date::Event::Turned { .. }
                | date::Event::Picked { .. }
                | date::Event::Withdrawn { .. }
                | date::Event::Limited { .. }
                | date::Event::LiftAsked { .. }
                | date::Event::Lifted { .. },
            )
            | Event::Proposal(_)
            | Event::Moment(_)
            | Event::Journey(_)
            | Event::Renewal(_)
            | Event::Named { .. } => {}
        }
    }
}

/// What was agreed and put aside in a session, in one line.
fn left_behind(summary: &Summary) -> String {
    let agreed = summary
        .agreed
        .iter()
        .filter_map(|agreed| agreed.words.clone());
    let parked = summary.parked.iter().map(|topic| topic.topic.clone());
    let about = summary.about.iter().cloned();
    let written = summary.written.iter().map(|written| written.words.clone());
    about
        .chain(written)
        .chain(agreed)
        .chain(parked)
        .collect::<Vec<_>>()
        .join("; ")
}

async fn erase_page(visit: Visit) -> Result<Markup, PageError> {
    visit.inner()?;
    Ok(erase_form(&visit, None))
}

fn erase_form(visit: &Visit, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("part-erase"),
            lead: Some(&w.tell("part-erase-lead", &[("days", &visit.app.settings().backup_days.to_string())])),
            back: Some(ui::Link::new(&w.say("me-part"), paths::PART)), ..ui::Greeting::default()
        })
        form.form method="post" novalidate action=(paths::ERASE_ALL) {
            (parts::passphrase(w, "passphrase", &w.say("sign-in-passphrase"), None, problem, false))
            (ui::actions(html! { (ui::Button::primary(&w.say("part-erase-button"))) }))
        }
    })
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Erase {
    passphrase: Typed,
}

async fn erase_all(
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<Erase>,
) -> Result<Response, PageError> {
    visit.inner()?;
    if let Err(text) = open_own_root(&visit, &headers, form.passphrase).await? {
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            erase_form(&visit, Some(&text)),
        )
            .into_response());
    }
    let mut changes = vec![];
    if let Some(couple) = &visit.ring.couple {
        changes.extend(touch::withdrawn(&visit));
        changes.extend(stars::withdrawn(&visit));
        changes.push(Change::CloseCouple(couple.couple));
        changes.push(Change::LeaveCouple {
            couple: couple.couple,
            person: visit.id(),
        });
    }
    changes.push(Change::DropStream {
        place: visit.solo().place(),
    });
    changes.push(Change::DropPerson(visit.id()));
    let _ = visit.app.store().commit(changes).await?;
    let mut response = see(paths::WELCOME);
    for name in [
        cookies::SIGN_IN,
        cookies::DOOR,
        cookies::DEVICE,
        cookies::MEMORY,
    ] {
        response = with_cookie(response, cookies::end(name));
    }
    Ok(response)
}
