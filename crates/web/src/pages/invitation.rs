//! A proposal by link or code, for someone without an account (G7, K28). Opening it changes nothing.
//!
//! All that an invitation says is sealed under keys made from its link. Yes, another time and something else are kept
//! in it; "not now" is kept nowhere.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::proposal::{Answer, Proposal};
use rekindle_domain::shared::Shared;
use rekindle_domain::{PersonId, Stamp, When};
use rekindle_store::{Change, Invitation, Outcome};
use rekindle_vault::invitation::{InvitationSecret, Part};
use serde::{Deserialize, Serialize};

use super::parts::{self, Guest};
use super::proposal::{self, AnswerForm, Given};
use crate::answers::see;
use crate::form::{Form, NoFields};
use crate::visit::{Joining, Profile, Visit};
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::INVITATION, get(page))
        .route(paths::INVITATION_ANSWER, post(answer))
        .route(paths::INVITATION_FIRST, get(first))
        .route(paths::INVITATION_JOIN, get(join_page).post(join))
}

/// Version of the shapes sealed into an invitation. An invitation lives two weeks.
const PART_VERSION: u64 = 1;

/// What the link opens.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) name: String,
    pub(super) practice: String,
    pub(super) words: String,
    pub(super) when: When,
    /// The proposer's public key, for pairing.
    pub(super) key: [u8; 32],
    /// Nothing is proposed: it lets somebody back into a space that there is already (K6).
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) back: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
const fn is_false(yes: &bool) -> bool {
    !*yes
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Reply {
    pub(super) answer: Answer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) word: Option<String>,
    pub(super) at: Stamp,
}

/// A word without an answer travels here too; then there is no answer in it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Said {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reply: Option<Reply>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) word: Option<String>,
}

/// Who joined from the link.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Join {
    pub(super) person: PersonId,
    pub(super) key: [u8; 32],
    pub(super) name: String,
    /// The couple that the proposer made once they had compared the six words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) couple: Option<rekindle_domain::CoupleId>,
    /// Which of the two, for somebody who is let back in; without it, the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seat: Option<rekindle_domain::Who>,
}

/// An invitation with everything in it opened.
pub(super) struct Opened {
    pub(super) secret: InvitationSecret,
    pub(super) row: Invitation,
    pub(super) letter: Letter,
    pub(super) said: Option<Said>,
    pub(super) join: Option<Join>,
}

impl Opened {
    pub(super) fn link(&self) -> String {
        self.secret.to_link()
    }
}

/// Opens a link; a guessed, forged, used-up or expired one is the same as none (K12, K28).
pub(super) async fn open(app: &App, link: &str) -> Result<Opened, PageError> {
    let secret = InvitationSecret::from_link(link).ok_or(PageError::NotFound)?;
    let row = app
        .store()
        .invitation(secret.id())
        .await?
        .filter(|row| row.until > app.now())
        .ok_or(PageError::NotFound)?;
    opened(secret, row).ok_or(PageError::NotFound)
}

fn opened(secret: InvitationSecret, row: Invitation) -> Option<Opened> {
    fn part<T: serde::de::DeserializeOwned>(
        secret: &InvitationSecret,
        part: Part,
        sealed: &[u8],
    ) -> Option<T> {
        secret
            .open(part, PART_VERSION, sealed)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
    }
    Some(Opened {
        letter: part(&secret, Part::Body, &row.body)?,
        said: part(&secret, Part::Reply, &row.reply),
        join: part(&secret, Part::Join, &row.join),
        secret,
        row,
    })
}

/// Whether a link may still bring somebody in; `false` for anything that is not one.
pub(super) async fn is_open(app: &App, link: &str) -> Result<bool, PageError> {
    match open(app, link).await {
        Ok(opened) => Ok(opened.join.is_none()),
        Err(PageError::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

fn sealed<T: Serialize>(secret: &InvitationSecret, part: Part, what: &T) -> Vec<u8> {
    let plain = serde_json::to_vec(what).expect("plain data");
    secret.seal(part, PART_VERSION, &plain)
}

/// The change that adds an invitation.
pub(super) fn add(
    visit: &Visit,
    secret: &InvitationSecret,
    letter: &Letter,
    until: Stamp,
) -> Change {
    Change::AddInvitation(Invitation {
        id: secret.id(),
        from: visit.id(),
        body: sealed(secret, Part::Body, letter),
        reply: vec![],
        join: vec![],
        until,
        version: 1,
    })
}

/// The change that puts another `join` into an invitation.
pub(super) fn put_join(opened: &Opened, join: &Join) -> Change {
    Change::PutInvitation(Invitation {
        join: sealed(&opened.secret, Part::Join, join),
        version: opened.row.version + 1,
        ..opened.row.clone()
    })
}

/// A proposal of mine that travels by link, with whatever came back.
pub(super) struct Sent {
    pub(super) proposal: Proposal,
    pub(super) link: String,
    pub(super) reply: Option<Reply>,
    pub(super) word: Option<String>,
    pub(super) join: Option<Join>,
}

/// My proposals that travel by link, with what came back.
pub(super) async fn sent(visit: &Visit, shared: &Shared) -> Result<Vec<Sent>, PageError> {
    let travelling: Vec<&Proposal> = shared
        .proposals
        .on_the_table(visit.now)
        .filter(|p| p.by == visit.space().who && p.link.is_some())
        .collect();
    if travelling.is_empty() {
        return Ok(vec![]);
    }
    let rows = visit.app.store().invitations_from(visit.id()).await?;
    Ok(travelling
        .into_iter()
        .filter_map(|proposal| {
            let link = proposal.link.clone()?;
            let secret = InvitationSecret::from_link(&link)?;
            let row = rows.iter().find(|row| row.id == secret.id())?.clone();
            let opened = opened(secret, row)?;
            let said = opened.said.unwrap_or(Said {
                reply: None,
                word: None,
            });
            Some(Sent {
                proposal: proposal.clone(),
                link,
                word: said
                    .word
                    .or_else(|| said.reply.as_ref().and_then(|reply| reply.word.clone())),
                reply: said.reply,
                join: opened.join,
            })
        })
        .collect())
}

/// What came back, on the proposer's page. Nothing at all if nothing visible came (S6).
pub(super) fn reply_card(visit: &Visit, shared: &Shared, sent: &Sent) -> Option<Markup> {
    if sent.reply.is_none() && sent.word.is_none() {
        return None;
    }
    let in_plan = shared.plan.has(&sent.proposal.practice, visit.now);
    if in_plan && sent.word.is_none() {
        return None;
    }
    let name = parts::other(visit, shared);
    let answer = sent.reply.as_ref().map(|reply| &reply.answer);
    Some(proposal::said_card(
        visit,
        &name,
        &sent.proposal,
        answer,
        sent.word.as_deref(),
        in_plan,
    ))
}

async fn page(State(app): State<App>, Path(link): Path<String>) -> Result<Markup, PageError> {
    let opened = open(&app, &link).await?;
    Ok(letter_page(
        &app,
        &opened,
        &AnswerForm::default(),
        None,
        false,
    ))
}

fn letter_page(
    app: &App,
    opened: &Opened,
    form: &AnswerForm,
    problem: Option<&str>,
    rested: bool,
) -> Markup {
    let w = app.words();
    let letter = &opened.letter;
    if letter.back {
        return Guest::page(
            app,
            html! {
                h1 { (w.tell("back-letter", &[("name", &letter.name)])) }
                p.lead { (w.say("back-letter-more")) }
                div.actions { a.button href=(paths::at(paths::INVITATION_JOIN, opened.link())) { (w.say("invitation-join-button")) } }
                p.small { (w.say("invitation-what-is-this")) " " a href=(paths::HELP) { (w.say("help-link")) } }
                p.small { (w.say("frame-leave-first")) }
            },
        );
    }
    let practice = app.guide().practice(&letter.practice);
    let answered = opened.said.as_ref().and_then(|said| said.reply.as_ref());
    Guest::page(
        app,
        html! {
            @if rested {
                h1 { (w.say("invitation-rested")) }
                p.lead { (w.say("invitation-rested-more")) }
            } @else if let Some(reply) = answered {
                h1 { (w.tell("invitation-answered", &[("name", &letter.name)])) }
                p.lead { (match &reply.answer {
                    Answer::Yes => parts::when(w, &letter.when, &letter.when.zone, app.now()),
                    Answer::AnotherTime { when } => parts::when(w, when, &when.zone, app.now()),
                    Answer::SomethingElse { practice } =>
                        app.guide().practice(practice).map(|p| p.title.clone()).unwrap_or_default(),
                }) }
            } @else {
                h1 { (w.tell("answer-title", &[("name", &letter.name)])) }
            }
            @if let Some(problem) = problem { (parts::problem_notice(problem)) }
            @if let Some(practice) = practice {
                @if !rested {
                    (proposal::letter(app, &letter.name, practice, &letter.words, &letter.when, &letter.when.zone, app.now()))
                }
            }
            @if answered.is_none() && !rested {
                (proposal::answer_form(app, &paths::at(paths::INVITATION_ANSWER, opened.link()), form, &letter.when, &letter.name))
            }
            @if answered.is_some() {
                (parts::card(html! {
                    h2 { (w.say("invitation-tonight")) }
                    p { (w.say("invitation-tonight-more")) }
                    div.actions { a.button href=(paths::at(paths::INVITATION_FIRST, opened.link())) { (w.say("invitation-tonight-button")) } }
                }))
                @if opened.join.is_none() {
                    (parts::card(html! {
                        h2 { (w.tell("invitation-join", &[("name", &letter.name)])) }
                        p { (w.say("invitation-join-more")) }
                        div.actions { a.button.quiet href=(paths::at(paths::INVITATION_JOIN, opened.link())) { (w.say("invitation-join-button")) } }
                    }))
                }
            }
            @if let Some(practice) = practice {
                details.more { summary { (w.say("invitation-about")) }
                    p { (practice.why) }
                    ol.steps { @for step in &practice.steps { li { (step) } } }
                    (super::practice::not_now(app, practice))
                }
            }
            p.small { (w.say("invitation-what-is-this")) " " a href=(paths::HELP) { (w.say("help-link")) } }
            p.small { (w.say("frame-leave-first")) }
        },
    )
}

async fn answer(
    State(app): State<App>,
    Path(link): Path<String>,
    Form(form): Form<AnswerForm>,
) -> Result<Response, PageError> {
    let w = app.words();
    for _ in 0..4 {
        let opened = open(&app, &link).await?;
        if opened.letter.back {
            return Err(PageError::NotFound); // nothing was asked
        }
        if opened
            .said
            .as_ref()
            .is_some_and(|said| said.reply.is_some())
        {
            return Ok(see(&paths::invitation(&link))); // answered once; the page says what
        }
        let given = match form.given(&app, &opened.letter.when.zone) {
            Ok(given) => given,
            Err(text) => {
                let page = letter_page(&app, &opened, &form, Some(&w.say(text)), false);
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
        };
        let (said, visible) = match given {
            Given::NotNow(None) => {
                return Ok(letter_page(&app, &opened, &form, None, true).into_response());
            }
            Given::NotNow(word) => (Said { reply: None, word }, false),
            Given::Visible(Answer::AnotherTime { when }, _) if when.stamp() < app.now() => {
                let page = letter_page(
                    &app,
                    &opened,
                    &form,
                    Some(&w.say("proposal-refused-past")),
                    false,
                );
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
            Given::Visible(answer, word) => (
                Said {
                    reply: Some(Reply {
                        answer,
                        word,
                        at: app.now(),
                    }),
                    word: None,
                },
                true,
            ),
        };
        let put = Change::PutInvitation(Invitation {
            reply: sealed(&opened.secret, Part::Reply, &said),
            version: opened.row.version + 1,
            ..opened.row.clone()
        });
        if app.store().commit(vec![put]).await? == Outcome::Done {
            return Ok(if visible {
                see(&paths::invitation(&link))
            } else {
                letter_page(&app, &opened, &form, None, true).into_response()
            });
        }
    }
    Err(PageError::TooBusy)
}

#[derive(Deserialize)]
struct At {
    #[serde(default)]
    n: usize,
}

/// The first three minutes together, that evening, on one phone, without an account.
async fn first(
    State(app): State<App>,
    Path(link): Path<String>,
    Query(At { n }): Query<At>,
) -> Result<Response, PageError> {
    let opened = open(&app, &link).await?;
    let here = paths::at(paths::INVITATION_FIRST, &link);
    Ok(first_step(&app, &here, &paths::invitation(&opened.link()), n).into_response())
}

/// One step of the first three minutes: step 0 is the invitation to begin, the last is the close.
pub(super) fn first_step(app: &App, here: &str, back: &str, n: usize) -> Markup {
    let w = app.words();
    let first = &app.guide().first;
    let steps = &first.steps;
    let next = format!("{here}?n={}", n + 1);
    let (line, seconds, button, to) = if n == 0 {
        (first.lead.as_str(), 0, w.say("first-begin"), next)
    } else if let Some(step) = steps.get(n - 1) {
        (step.say.as_str(), step.seconds, w.say("first-next"), next)
    } else {
        (
            first.close.as_str(),
            0,
            w.say("first-done"),
            back.to_owned(),
        )
    };
    let step = parts::OnePhoneStep {
        title: &first.title,
        line,
        seconds,
        step: n,
        steps: steps.len(),
        button: &button,
        to: &to,
        back,
    };
    ui::Page {
        whole: true,
        scripts: &[ui::Script::Timer, ui::Script::Chime, ui::Script::Wake],
        leave_to: &app.settings().leave_to,
        ..ui::Page::new(w, parts::one_phone_step(w, &step))
    }
    .render()
}

async fn join_page(
    State(app): State<App>,
    headers: HeaderMap,
    Path(link): Path<String>,
) -> Result<Response, PageError> {
    let opened = open(&app, &link).await?;
    let w = app.words();
    let signed_in =
        crate::cookies::get(&headers, crate::cookies::SIGN_IN).is_some_and(|v| !v.is_empty());
    if opened.join.is_some() {
        return Ok(see(if signed_in {
            paths::PAIR
        } else {
            paths::SIGN_IN
        }));
    }
    let name = &opened.letter.name;
    Ok(Guest::page(&app, html! {
        h1 { (w.tell("join-title", &[("name", name)])) }
        p.lead { (w.say("join-lead")) }
        @if signed_in {
            form.form method="post" novalidate action=(paths::at(paths::INVITATION_JOIN, &link)) {
                div.actions { button.button { (w.tell("join-button", &[("name", name)])) } }
            }
        } @else {
            div.actions {
                a.button href={ (paths::SIGN_UP) "?link=" (link) } { (w.say("join-sign-up")) }
                a.button.quiet href={ (paths::SIGN_IN) "?link=" (link) } { (w.say("sign-in-link")) }
            }
        }
        p { a href=(paths::invitation(&link)) { (w.say("join-back")) } }
    }).into_response())
}

async fn join(visit: Visit, Path(link): Path<String>, _: NoFields) -> Result<Response, PageError> {
    let app = visit.app.clone();
    let opened = open(&app, &link).await?;
    let w = app.words();
    let refuse = |text: &str| {
        let page = visit.page(
            parts::Tab::Us,
            html! {
                h1 { (w.say("join-cannot")) } p.lead { (w.say(text)) }
                p { a.button.quiet href=(paths::TODAY) { (w.say("error-to-today")) } }
            },
        );
        Ok((StatusCode::CONFLICT, page).into_response())
    };
    if opened.row.from == visit.id() {
        return refuse("join-your-own");
    }
    if visit.ring.couple.is_some() {
        return refuse("join-already-paired");
    }
    match &opened.join {
        Some(join) if join.person == visit.id() => return Ok(see(paths::PAIR)),
        Some(_) => return refuse("join-taken"),
        None => {}
    }
    let join = Join {
        person: visit.id(),
        // From the own keyring: the row could be anybody’s (K5).
        key: visit.ring.outer_public().0,
        name: visit.profile.name.clone(),
        couple: None,
        seat: None,
    };
    let profile = Profile {
        joining: Some(Joining { link }),
        partner: opened.letter.name.clone(),
        ..visit.profile.clone()
    };
    let changes = vec![
        put_join(&opened, &join),
        visit.put_ring(visit.ring_to_change().await?, &profile),
    ];
    match app.store().commit(changes).await? {
        Outcome::Done => Ok(see(paths::PAIR)),
        Outcome::Stale => refuse("join-taken"),
    }
}
