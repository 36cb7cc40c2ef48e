//! Let back in (K6): somebody who lost passphrase and sheet makes a new account, and the partner lets it into the space
//! the two share, and into nothing else, once both have compared the six words. It takes the seat of the old account,
//! which is then shut out; what was private there stays locked for good.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::Stamp;
use rekindle_domain::renewal::Command as Ask;
use rekindle_domain::shared::Command;
use rekindle_store::{Change, Outcome, Person};
use rekindle_vault::invitation::InvitationSecret;
use rekindle_vault::keys::{OuterPublic, seal_keyring};
use rekindle_vault::pairing::six_words;
use serde::Deserialize;

use super::invitation::{self, Join, Letter, Opened};
use super::parts::{self, Tab};
use super::renewal::{letters, partner_of, space_of};
use crate::answers::see;
use crate::form::Form;
use crate::visit::{Joining, Profile, Visit};
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::BACK, get(page).post(press))
}

/// So long the link to come back works.
const LASTS: i64 = 3 * Stamp::DAY;

/// The link that is out, opened, if it still works.
async fn sent(visit: &Visit) -> Result<Option<Opened>, PageError> {
    let Some(back) = &visit.profile.back else {
        return Ok(None);
    };
    match invitation::open(&visit.app, &back.link).await {
        Ok(opened) => Ok(Some(opened)),
        Err(PageError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    visit.inner()?;
    if visit.ring.couple.is_none() || visit.closed {
        return Ok(see(paths::TODAY));
    }
    let sent = sent(&visit).await?;
    Ok(show(&visit, sent.as_ref()).into_response())
}

fn show(visit: &Visit, sent: Option<&Opened>) -> Markup {
    let w = visit.app.words();
    let name = parts::partner(&visit.app, &visit.profile.partner);
    let name = [("name", name.as_str())];
    let form = |buttons: Markup| {
        html! { form.form method="post" novalidate action=(paths::BACK) { div.actions { (buttons) } } }
    };
    visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.tell("back-title", &name), lead: Some(&w.tell("back-lead", &name)),
            back: Some(ui::Link::new(&w.say("frame-me"), paths::ME)), ..ui::Greeting::default()
        })
        @match (sent, sent.and_then(|sent| sent.join.as_ref())) {
            (None, _) => {
                (ui::card(html! {
                    ul {
                        li { (w.tell("back-what-account", &name)) }
                        li { (w.say("back-what-words")) }
                        li { (w.tell("back-what-old", &name)) }
                    }
                    (form(html! { (ui::Button::primary(&w.say("back-begin")).sends("step", "begin")) }))
                }))
            }
            (Some(sent), None) => {
                (ui::card(html! {
                    p { (w.tell("back-send", &name)) }
                    (parts::link_box(w, &format!("{}{}", visit.public_url(), paths::invitation(&sent.link()))))
                    (form(html! { (ui::Button::plain(&w.say("back-withdraw")).sends("step", "withdraw")) }))
                }))
            }
            (Some(sent), Some(join)) => {
                p.lead { (w.say("pair-lead")) }
                (parts::words(w, six_words(&visit.ring.outer_public(), &OuterPublic(join.key), &sent.secret)))
                p.small { (w.say("back-sure")) }
                (form(html! {
                    button.button name="step" value="same" { (w.say("pair-match")) }
                    button.button.quiet name="step" value="withdraw" { (w.say("pair-differ")) }
                }))
            }
        }
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Press {
    step: String,
}

async fn press(visit: Visit, Form(form): Form<Press>) -> Result<Response, PageError> {
    visit.inner()?;
    if visit.ring.couple.is_none() || visit.closed {
        return Ok(see(paths::TODAY));
    }
    let sent = sent(&visit).await?;
    match (form.step.as_str(), sent) {
        ("begin", None) => begin(&visit).await,
        ("begin", Some(_)) | ("withdraw", None) => Ok(see(paths::BACK)),
        ("withdraw", Some(sent)) => {
            let profile = Profile {
                back: None,
                ..visit.profile.clone()
            };
            let changes = vec![
                visit.put_ring(visit.ring_to_change().await?, &profile),
                Change::DropInvitation {
                    id: sent.row.id,
                    from: visit.id(),
                },
            ];
            let _ = visit.app.store().commit(changes).await?;
            Ok(see(paths::BACK))
        }
        ("same", Some(sent)) => match sent.join.clone() {
            Some(join) => let_back(&visit, &sent, join).await,
            None => Ok(see(paths::BACK)),
        },
        ("same", None) => Ok(see(paths::TODAY)),
        _ => Err(PageError::NotOurForm),
    }
}

async fn begin(visit: &Visit) -> Result<Response, PageError> {
    let secret = InvitationSecret::random();
    let now = visit.profile.zone.local(visit.now);
    let letter = Letter {
        name: visit.profile.name.clone(),
        practice: String::new(),
        words: String::new(),
        when: rekindle_domain::When {
            day: now.date(),
            time: now.time(),
            zone: visit.profile.zone.clone(),
        },
        key: visit.ring.outer_public().0,
        back: true,
    };
    let profile = Profile {
        back: Some(Joining {
            link: secret.to_link(),
        }),
        ..visit.profile.clone()
    };
    let changes = vec![
        invitation::add(visit, &secret, &letter, visit.now.plus(LASTS)),
        visit.put_ring(visit.ring_to_change().await?, &profile),
    ];
    let _ = visit.app.store().commit(changes).await?;
    Ok(see(paths::BACK))
}

/// The words were the same: the new account gets every key of the space, and the old one loses its place in it. A new
/// epoch begins, because whoever holds the old account may be anybody.
async fn let_back(visit: &Visit, sent: &Opened, join: Join) -> Result<Response, PageError> {
    let old = partner_of(visit).await?;
    let mut ring = visit.ring_to_change().await?;
    let Some(couple) = &mut ring.couple else {
        return Ok(see(paths::TODAY));
    };
    let key = OuterPublic(join.key);
    couple.partner = key;
    couple.keys.renew();
    ring.profile = Profile {
        back: None,
        partner: join.name.clone(),
        ..visit.profile.clone()
    }
    .to_bytes();
    let Some(couple) = &ring.couple else {
        return Ok(see(paths::TODAY));
    };
    let version = visit.person.version + 1;
    let mut changes = vec![Change::PutPerson(Person {
        outer: seal_keyring(&visit.outer, visit.id(), version, &ring),
        version,
        ..visit.person.clone()
    })];
    if let Some((person, _)) = old.filter(|(person, _)| *person != join.person) {
        changes.push(Change::LeaveCouple {
            couple: couple.couple,
            person,
        });
    }
    let me = ring.outer_public();
    for (person, to) in [(join.person, key), (visit.id(), me)] {
        changes.extend(letters(&ring, person, &to, couple.couple, &couple.keys)?);
    }
    changes.push(invitation::put_join(
        sent,
        &Join {
            couple: Some(couple.couple),
            seat: Some(couple.who.other()),
            ..join
        },
    ));
    let ask = Command::Renewal(Ask::Compare { key: key.id() });
    let space = space_of(couple);
    match visit
        .act_with(space, std::slice::from_ref(&ask), changes.clone())
        .await
    {
        // It was waiting for words with a key that is now gone for good.
        Err(PageError::CompareFirst) => {
            if visit.app.store().commit(changes).await? == Outcome::Stale {
                return Ok(see(paths::BACK));
            }
        }
        done => {
            let _ = done?;
        }
    }
    Ok(see(paths::TODAY))
}
