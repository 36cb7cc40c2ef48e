//! Pairing: two phones, six words, one space (K5).
//!
//! Both read the words aloud. Whoever sent the link then makes the couple's key and seals it to the other's key, as
//! compared; the other opens it only with the sender's key, as compared. A key row put in between opens nothing.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::shared::{Command, Shared};
use rekindle_domain::{CoupleId, Who, proposal};
use rekindle_store::{Change, Membership, Outcome};
use rekindle_vault::keys::{CoupleKeys, OuterPublic, SpaceKeys};
use rekindle_vault::pairing::{open_membership, seal_membership, six_words};
use serde::Deserialize;

use super::invitation::{self, Join, Opened, Sent};
use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::{Profile, Space, Visit};
use crate::{App, PageError, paths};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::PAIR, get(page).post(press))
}

/// Which side of a link this person is on, with the link opened.
enum Side {
    /// I sent it, and somebody joined.
    Sender(Box<Opened>, Join),
    /// I joined from it.
    Joiner(Box<Opened>),
}

async fn side(visit: &Visit) -> Result<Option<Side>, PageError> {
    if visit.ring.couple.is_some() {
        return Ok(None);
    }
    if let Some(joining) = &visit.profile.joining {
        return match invitation::open(&visit.app, &joining.link).await {
            Ok(opened) => Ok(Some(Side::Joiner(Box::new(opened)))),
            Err(PageError::NotFound) => Ok(None),
            Err(other) => Err(other),
        };
    }
    let read = visit.shared().await?;
    for sent in invitation::sent(visit, &read.state).await? {
        if let Some(join) = sent.join {
            let opened = invitation::open(&visit.app, &sent.link).await?;
            return Ok(Some(Side::Sender(Box::new(opened), join)));
        }
    }
    Ok(None)
}

/// The card on Today when somebody has joined, or when this person has and still has to compare.
pub(super) fn card(visit: &Visit, sent: &[Sent]) -> Option<Markup> {
    if visit.ring.couple.is_some() {
        return None;
    }
    let name = match &visit.profile.joining {
        Some(_) => visit.profile.partner.clone(),
        None => sent
            .iter()
            .find_map(|one| one.join.as_ref())
            .map(|join| join.name.clone())?,
    };
    let w = visit.app.words();
    let (title, more, button) = if visit.profile.compared.is_some() {
        ("pair-waiting-title", "pair-card-compared", "pair-open")
    } else {
        ("pair-card", "pair-card-more", "pair-card-button")
    };
    Some(parts::wash(html! {
        h2 { (w.tell(title, &[("name", &name)])) }
        p { (w.tell(more, &[("name", &name)])) }
        div.actions { a.button href=(paths::PAIR) { (w.say(button)) } }
    }))
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    if visit.ring.couple.is_some() {
        return Ok(see(paths::TODAY));
    }
    Ok(show(&visit, side(&visit).await?.as_ref(), None).into_response())
}

fn show(visit: &Visit, side: Option<&Side>, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    // From the own keyring: the row could be anybody’s, and the words would not tell (K5).
    let me = visit.ring.outer_public();
    let Some(side) = side else {
        return visit.page(
            Tab::Us,
            html! {
                h1 { (w.say("pair-nothing")) }
                p.lead { (w.say("pair-nothing-more")) }
                div.actions { a.button href=(paths::ROADMAP) { (w.say("today-empty-button")) } }
            },
        );
    };
    let (opened, other, name) = match side {
        Side::Sender(opened, join) => (opened, OuterPublic(join.key), join.name.clone()),
        Side::Joiner(opened) => (
            opened,
            OuterPublic(opened.letter.key),
            opened.letter.name.clone(),
        ),
    };
    let waiting = visit.profile.compared == Some(other.0);
    // Whoever joined waits for the sender's word, which comes with the couple's key.
    let both = waiting
        && matches!(side, Side::Joiner(opened) if opened.join.as_ref().is_some_and(|join| join.couple.is_some()));
    let (title, lead) = match (waiting, both) {
        (false, _) => ("pair-title", "pair-lead"),
        (true, false) => ("pair-waiting-title", "pair-waiting"),
        (true, true) => ("pair-both-title", "pair-both"),
    };
    visit.page(Tab::Us, html! {
        h1 { (w.say(title)) }
        @if let Some(problem) = problem { (parts::notice(html! { p { (problem) } })) }
        p.lead { (w.tell(lead, &[("name", &name)])) }
        (parts::words(w, six_words(&me, &other, &opened.secret)))
        p.small { (w.say("pair-why")) }
        form.form method="post" novalidate action=(paths::PAIR) {
            div.actions {
                button.button name="words" value="same" { (w.say(if waiting { "pair-open" } else { "pair-match" })) }
                @if !waiting { button.button.quiet name="words" value="different" { (w.say("pair-differ")) } }
            }
        }
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Press {
    words: String,
}

async fn press(visit: Visit, Form(form): Form<Press>) -> Result<Response, PageError> {
    let Some(side) = side(&visit).await? else {
        return Ok(see(paths::TODAY));
    };
    match (form.words.as_str(), side) {
        ("same", Side::Sender(opened, join)) => make_couple(&visit, &opened, &join).await,
        ("same", Side::Joiner(opened)) => enter(&visit, *opened).await,
        ("different", Side::Sender(opened, _)) => {
            differ(
                &visit,
                Some(Change::DropInvitation {
                    id: opened.row.id,
                    from: visit.id(),
                }),
            )
            .await
        }
        ("different", Side::Joiner(opened)) => {
            differ(
                &visit,
                Some(Change::DropInvitation {
                    id: opened.row.id,
                    from: opened.row.from,
                }),
            )
            .await
        }
        _ => Err(PageError::NotOurForm),
    }
}

/// The words differ: the link is dead, and nothing was shared.
async fn differ(visit: &Visit, drop: Option<Change>) -> Result<Response, PageError> {
    let profile = Profile {
        joining: None,
        compared: None,
        ..visit.profile.clone()
    };
    let mut changes = vec![visit.put_ring(visit.ring_to_change().await?, &profile)];
    changes.extend(drop);
    let _ = visit.app.store().commit(changes).await?;
    let w = visit.app.words();
    Ok(visit
        .page(
            Tab::Us,
            html! {
                h1 { (w.say("pair-differ-title")) }
                p.lead { (w.say("pair-differ-more")) }
                div.actions { a.button href=(paths::HELP) { (w.say("help-link")) } }
            },
        )
        .into_response())
}

/// The sender has compared: the couple begins, with the proposal and its answer as its first pages.
async fn make_couple(visit: &Visit, opened: &Opened, join: &Join) -> Result<Response, PageError> {
    let couple = CoupleId::new(rekindle_vault::chance::bytes());
    let other = OuterPublic(join.key);
    let keys = SpaceKeys::first();
    let (epoch, key) = keys.newest();
    let membership = |person, to: &OuterPublic| {
        let sealed =
            seal_membership(&visit.ring, to, couple, epoch, key).ok_or(PageError::NotFound)?;
        Ok(Change::PutMembership(Membership {
            couple,
            person,
            epoch,
            sealed,
            open: true,
        }))
    };
    let mine = visit.ring.outer_public();
    let mut changes: Vec<Change> = [
        membership(visit.id(), &mine),
        membership(join.person, &other),
    ]
    .into_iter()
    .collect::<Result<_, PageError>>()?;
    changes.push(invitation::put_join(
        opened,
        &Join {
            couple: Some(couple),
            ..join.clone()
        },
    ));
    let mut ring = visit.ring_to_change().await?;
    let solo = visit.shared().await?;
    let space = Space {
        couple,
        who: Who::First,
        keys: &keys,
        together: true,
    };
    let first = first_pages(visit, &solo.state, opened, &join.name);
    // The first records are sealed before the keys move into the ring.
    let records = visit.begin_space(space, first)?;
    changes.extend(records);
    ring.couple = Some(CoupleKeys {
        couple,
        who: Who::First,
        partner: other,
        keys,
    });
    let profile = Profile {
        partner: join.name.clone(),
        compared: None,
        ..visit.profile.clone()
    };
    changes.push(visit.put_ring(ring, &profile));
    match visit.app.store().commit(changes).await? {
        Outcome::Done => Ok(see(paths::TODAY)),
        Outcome::Stale => Ok(see(paths::PAIR)), // pressed twice, or in another tab
    }
}

/// What the new space begins with: the names, and the step that brought the two here.
fn first_pages(visit: &Visit, solo: &Shared, opened: &Opened, other: &str) -> Vec<(Who, Command)> {
    let letter = &opened.letter;
    let mut pages = vec![
        (Who::First, Command::Name(visit.profile.name.clone())),
        (Who::Second, Command::Name(other.to_owned())),
    ];
    let reply = opened.said.as_ref().and_then(|said| said.reply.as_ref());
    match reply.map(|reply| &reply.answer) {
        Some(proposal::Answer::Yes) => {
            pages.push((
                Who::First,
                super::proposal::planned(&visit.app, &letter.practice, &letter.when, visit.now),
            ));
        }
        Some(proposal::Answer::AnotherTime { when })
            if solo.plan.has(&letter.practice, visit.now) =>
        {
            pages.push((
                Who::First,
                super::proposal::planned(&visit.app, &letter.practice, when, visit.now),
            ));
        }
        Some(proposal::Answer::AnotherTime { .. } | proposal::Answer::SomethingElse { .. })
        | None => {}
    }
    pages
}

/// The one who joined has compared, too.
async fn enter(visit: &Visit, opened: Opened) -> Result<Response, PageError> {
    let partner = OuterPublic(opened.letter.key);
    let couple = opened
        .join
        .as_ref()
        .filter(|join| join.person == visit.id() && join.key == visit.ring.outer_public().0)
        .and_then(|join| join.couple);
    let keys = match couple {
        None => None,
        Some(couple) => {
            let rows = visit.app.store().memberships(visit.id()).await?;
            let mut epochs = rows
                .into_iter()
                .filter(|membership| membership.couple == couple)
                .filter_map(|m| {
                    let key = open_membership(&visit.ring, &partner, couple, m.epoch, &m.sealed)?;
                    Some((m.epoch, key))
                });
            // Somebody who is let back in gets every epoch there was; the oldest one names things.
            epochs.next().map(|(epoch, key)| {
                let mut keys = SpaceKeys::from_epoch(epoch, key);
                for (epoch, key) in epochs {
                    keys.add(epoch, key);
                }
                keys
            })
        }
    };
    let seat = opened.join.as_ref().and_then(|join| join.seat);
    let (Some(couple), Some(keys)) = (couple, keys) else {
        let name = opened.letter.name.clone();
        let pressed_before = visit.profile.compared == Some(partner.0);
        let profile = Profile {
            compared: Some(partner.0),
            ..visit.profile.clone()
        };
        let _ = visit.save_profile(&profile).await?;
        if pressed_before {
            let w = visit.app.words();
            let text = w.tell("pair-not-yet", &[("name", &name)]);
            let side = Side::Joiner(Box::new(opened));
            return Ok((StatusCode::OK, show(visit, Some(&side), Some(&text))).into_response());
        }
        return Ok(see(paths::PAIR));
    };
    let mut ring = visit.ring_to_change().await?;
    ring.couple = Some(CoupleKeys {
        couple,
        who: seat.unwrap_or(Who::Second),
        partner,
        keys,
    });
    let profile = Profile {
        joining: None,
        compared: None,
        ..visit.profile.clone()
    };
    let changes = vec![
        visit.put_ring(ring, &profile),
        // The link has done its work: it opens nothing any more.
        Change::DropInvitation {
            id: opened.row.id,
            from: opened.row.from,
        },
    ];
    match visit.app.store().commit(changes).await? {
        Outcome::Done => Ok(see(paths::TODAY)),
        Outcome::Stale => Ok(see(paths::PAIR)),
    }
}
