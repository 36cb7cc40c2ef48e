//! Parting (S21): either can close the link at once, alone. Each keeps an own space; the other sees one sentence.

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::shared::Event;
use rekindle_domain::{appreciation, held, plan};
use rekindle_store::Change;
use serde::{Deserialize, Serialize};

use super::account::{Typed, open_root};
use super::note;
use super::parts::{self, Tab};
use crate::answers::{see, with_cookie};
use crate::form::Form;
use crate::visit::{Profile, Visit};
use crate::{App, PageError, cookies, ledger, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::PART, get(page).post(part))
        .route(paths::TAKE_AWAY, get(take_away))
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

/// The contents of what I offered and the other may no longer find here: appreciations of mine, erased for good.
async fn own_offers(visit: &Visit) -> Result<Vec<Change>, PageError> {
    let space = visit.space();
    let place = space.place();
    let records = visit.app.store().read(place, 0, u32::MAX).await?;
    Ok(ledger::opened(space.keys, place.owner, place.stream, &records)
        .into_iter()
        .filter(|(_, _, event)| {
            matches!(event, Event::Appreciation(appreciation::Event::Kept { from, .. }) if *from == space.who)
        })
        .map(|(seq, _, _)| Change::Erase { place, seq })
        .collect())
}

/// The other goes on alone: back in the own space, with nothing between them any more.
async fn go_on(visit: Visit) -> Result<Response, PageError> {
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
    notes: Vec<String>,
    appreciations: Vec<Kept>,
    plan: Vec<String>,
    sessions: Vec<Kept>,
}

#[derive(Serialize)]
struct Kept {
    day: String,
    text: String,
}

async fn take_away(visit: Visit) -> Result<Response, PageError> {
    let door = visit.inner()?;
    let notes = note::entries(&visit, &door.inner).await?;
    let space = visit.space();
    let place = space.place();
    let records = visit.app.store().read(place, 0, u32::MAX).await?;
    let mut away = TakeAway {
        name: visit.profile.name.clone(),
        notes: notes
            .into_iter()
            .map(|entry| match entry.event {
                rekindle_domain::private::Event::Noted { words, .. } => words,
            })
            .collect(),
        appreciations: vec![],
        plan: vec![],
        sessions: vec![],
    };
    let day = |at| visit.profile.zone.local(at).date().to_string();
    for (_, at, event) in ledger::opened(space.keys, place.owner, place.stream, &records) {
        match event {
            Event::Appreciation(appreciation::Event::Kept { words, .. }) => {
                away.appreciations.push(Kept {
                    day: day(at),
                    text: words,
                });
            }
            Event::Plan(plan::Event::Planned { practice, when, .. }) => {
                away.plan
                    .push(format!("{practice} {} {}", when.day, when.time));
            }
            Event::Session(held::Event::Held {
                script,
                day,
                summary,
                ..
            }) => {
                let topics: Vec<&str> = summary.parked.iter().map(|t| t.topic.as_str()).collect();
                away.sessions.push(Kept {
                    day: day.to_string(),
                    text: format!("{script}: {}", topics.join("; ")),
                });
                for kept in &summary.appreciations {
                    away.appreciations.push(Kept {
                        day: day.to_string(),
                        text: kept.words.clone(),
                    });
                }
            }
            Event::Session(held::Event::HeldOn { more, .. }) => {
                let topics: Vec<&str> = more.parked.iter().map(|t| t.topic.as_str()).collect();
                away.sessions.push(Kept {
                    day: day(at),
                    text: topics.join("; "),
                });
            }
            Event::Appreciation(appreciation::Event::Withdrawn { .. })
            | Event::Plan(plan::Event::Moved { .. } | plan::Event::LetGo { .. })
            | Event::Session(
                held::Event::Opened { .. }
                | held::Event::Begun { .. }
                | held::Event::Settled { .. },
            )
            | Event::Proposal(_)
            | Event::Moment(_)
            | Event::Journey(_)
            | Event::Named { .. } => {}
        }
    }
    let text = serde_json::to_string_pretty(&away).expect("plain data");
    Ok((
        [
            (CONTENT_TYPE, "application/json; charset=utf-8"),
            (CONTENT_DISPOSITION, "attachment; filename=\"evening.json\""),
        ],
        text,
    )
        .into_response())
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

async fn erase_all(visit: Visit, Form(form): Form<Erase>) -> Result<Response, PageError> {
    visit.inner()?;
    if open_root(&visit.app, Some(visit.id()), form.passphrase)
        .await?
        .is_none()
    {
        let text = visit.app.words().say("door-wrong");
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            erase_form(&visit, Some(&text)),
        )
            .into_response());
    }
    let mut changes = vec![];
    if let Some(couple) = &visit.ring.couple {
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
