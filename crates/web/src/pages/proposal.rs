//! Proposing a practice in one's own words, with a time; and answering one (G7, S2, S6).

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::{Date, Time};
use maud::{Markup, html};
use rekindle_domain::hurt::End;
use rekindle_domain::ids::{NoteId, PlanId, ProposalId};
use rekindle_domain::pack::Practice;
use rekindle_domain::plan;
use rekindle_domain::proposal::{Answer, Command as Ask, Proposal, Refusal};
use rekindle_domain::shared::{self, Command, Shared};
use rekindle_domain::time::day_after;
use rekindle_domain::{When, Zone};
use rekindle_store::Change;
use serde::Deserialize;

use super::invitation::{self, Letter};
use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::{Form, NoFields};
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::PROPOSE, get(propose_page).post(propose))
        .route(paths::PROPOSAL, get(page))
        .route(paths::PROPOSAL_ANSWER, post(answer))
        .route(paths::PROPOSAL_WITHDRAW, post(withdraw))
        .route(paths::PROPOSAL_AGREE, post(agree))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Propose {
    /// Made with the preview, so that a press that arrives twice proposes once.
    id: Option<ProposalId>,
    words: String,
    day: String,
    time: String,
    /// What the other is called, asked the first time only.
    partner: String,
    /// The small hurt of one's own that it comes from: never shown, and never sent.
    hurt: Option<NoteId>,
    /// "begin": with the guide's words. "words": look at the words. "look": see it as the other will, before it goes
    /// (S2). "back": change it once more. "send": send it.
    step: String,
}

impl Propose {
    fn starter(visit: &Visit, practice: &Practice) -> Self {
        let tomorrow = day_after(visit.now().today());
        Self {
            id: None,
            words: practice.propose.clone(),
            day: tomorrow.to_string(),
            time: practice.hour.strftime("%H:%M").to_string(),
            partner: visit.profile.partner.clone(),
            hurt: None,
            step: String::new(),
        }
    }
}

/// A day and a time as browsers send them.
pub(super) fn when_of(day: &str, time: &str, zone: &Zone) -> Option<When> {
    let day: Date = day.trim().parse().ok()?;
    let time: Time = time.trim().parse().ok()?;
    (1970..=2200).contains(&day.year()).then(|| When {
        day,
        time,
        zone: zone.clone(),
    })
}

async fn propose_page(
    visit: Visit,
    State(app): State<App>,
    Path(opaque): Path<String>,
) -> Result<Markup, PageError> {
    let practice = super::practice::find(&app, &opaque)?;
    Ok(form_page(
        &visit,
        practice,
        &Propose::starter(&visit, practice),
        None,
    ))
}

fn form_page(visit: &Visit, practice: &Practice, form: &Propose, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let alone = !visit.space().together;
    visit.page(Tab::Roadmap, html! {
        p.kicker { (practice.title) }
        h1 { (w.say("propose-title")) }
        p.lead { (w.say("propose-lead")) }
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        form.form method="post" novalidate action=(paths::propose(&practice.id)) {
            @if let Some(hurt) = form.hurt { input type="hidden" name="hurt" value=(hurt); }
            @if alone {
                (parts::field(parts::Field {
                    label: &w.say("propose-partner"), name: "partner", value: &form.partner,
                    hint: Some(&w.say("propose-partner-hint")), ..parts::Field::default()
                }))
            }
            (parts::area(&w.say("propose-words"), "words", &form.words, Some(&w.say("propose-words-hint")), false, 5))
            @if form.step == "words" { (parts::wording(w, &form.words)) }
            div.two {
                (parts::field(parts::Field {
                    label: &w.say("propose-day"), name: "day", value: &form.day, kind: crate::ui::Kind::Date,
                    ..parts::Field::default()
                }))
                (parts::field(parts::Field {
                    label: &w.say("propose-time"), name: "time", value: &form.time, kind: crate::ui::Kind::Time,
                    ..parts::Field::default()
                }))
            }
            div.actions {
                button.button name="step" value="look" { (w.say("propose-look")) }
                (parts::look_at_words(w))
            }
        }
        (super::practice::not_now(&visit.app, practice))
    })
}

/// The proposal exactly as the other will read it (S2): the same markup serves both.
pub(super) fn letter(
    app: &App,
    from: &str,
    practice: &Practice,
    words: &str,
    when: &When,
    zone: &Zone,
    now: rekindle_domain::Stamp,
) -> Markup {
    let w = app.words();
    parts::wash(html! {
        p.kicker { (w.tell("letter-from", &[("name", from)])) }
        blockquote.quote { @for line in words.lines() { p { (line) } } }
        p.soft { (parts::when(w, when, zone, now)) }
        div.about {
            h2 { (practice.title) }
            p { (practice.what) }
            p.small { (w.tell("minutes", &[("minutes", &practice.minutes.usual.to_string())])) }
        }
    })
}

async fn propose(
    visit: Visit,
    State(app): State<App>,
    Path(opaque): Path<String>,
    Form(form): Form<Propose>,
) -> Result<Response, PageError> {
    let w = app.words();
    let practice = super::practice::find(&app, &opaque)?;
    let refused = |text: &str| {
        let page = form_page(&visit, practice, &form, Some(text));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    match form.step.as_str() {
        "begin" => {
            let hurt = form.hurt;
            let form = Propose {
                hurt,
                ..Propose::starter(&visit, practice)
            };
            return Ok(form_page(&visit, practice, &form, None).into_response());
        }
        "words" | "back" => return Ok(form_page(&visit, practice, &form, None).into_response()),
        _ => {}
    }
    let alone = !visit.space().together;
    let Some(when) = when_of(&form.day, &form.time, &visit.profile.zone) else {
        return refused(&w.say("when-problem"));
    };
    let partner = if form.partner.trim().is_empty() {
        String::new()
    } else {
        match shared::name_of(&form.partner) {
            Some(name) => name,
            None => return refused(&w.say("sign-up-name-problem")),
        }
    };
    let id = form
        .id
        .unwrap_or_else(|| ProposalId::new(rekindle_vault::chance::bytes()));
    let secret = alone.then(rekindle_vault::invitation::InvitationSecret::random);
    let ask = Ask::Propose {
        id,
        practice: practice.id.clone(),
        words: form.words.clone(),
        when: when.clone(),
        link: secret
            .as_ref()
            .map(rekindle_vault::invitation::InvitationSecret::to_link),
    };
    // Asked once without effect, so that the preview already says what would be refused.
    let read = visit.shared().await?;
    match read.state.proposals.decide(&visit.now(), &ask) {
        Err(refusal) => return refused(&w.say(&refusal.to_string())),
        Ok(events) if events.is_empty() => return Ok(see(&paths::proposal(id))), // pressed twice
        Ok(_) => {}
    }
    if form.step != "send" {
        let to = if alone {
            parts::partner(&app, &partner)
        } else {
            parts::other(&visit, &read.state)
        };
        return Ok(visit.page(Tab::Roadmap, html! {
            h1 { (w.tell("propose-preview", &[("name", &to)])) }
            p { (w.say("propose-preview-lead")) }
            (letter(&app, &visit.profile.name, practice, form.words.trim(), &when, &visit.profile.zone, visit.now))
            form.form method="post" novalidate action=(paths::propose(&practice.id)) {
                input type="hidden" name="id" value=(id);
                input type="hidden" name="words" value=(form.words);
                input type="hidden" name="day" value=(form.day);
                input type="hidden" name="time" value=(form.time);
                input type="hidden" name="partner" value=(form.partner);
                @if let Some(hurt) = form.hurt { input type="hidden" name="hurt" value=(hurt); }
                div.actions {
                    button.button name="step" value="send" {
                        (w.tell(if alone { "propose-make-link" } else { "propose-send" }, &[("name", &to)]))
                    }
                    button.button.quiet name="step" value="back" { (w.say("propose-change")) }
                }
            }
            p.small { (w.say("propose-can-take-back")) }
        }).into_response());
    }
    let mut more = vec![];
    if let Some(secret) = &secret {
        let until = visit.now.plus(rekindle_domain::proposal::REST_AFTER);
        let letter = Letter {
            name: visit.profile.name.clone(),
            practice: practice.id.clone(),
            words: form.words.trim().to_owned(),
            when,
            // From the own keyring: the row could be anybody’s (K5).
            key: visit.ring.outer_public().0,
            back: false,
        };
        more.push(invitation::add(&visit, secret, &letter, until));
        if !partner.is_empty() && partner != visit.profile.partner {
            let profile = crate::visit::Profile {
                partner,
                ..visit.profile.clone()
            };
            more.push(visit.put_ring(visit.ring_to_change().await?, &profile));
        }
    }
    match visit
        .act_with(visit.space(), &[Command::Proposal(ask)], more)
        .await?
    {
        Ok(_) => {
            if let Some(hurt) = form.hurt {
                super::hurt::ended_by(&visit, hurt, End::RepairTalk).await?;
            }
            Ok(see(&paths::proposal(id)))
        }
        Err(refusal) => refused(&w.say(&refusal.to_string())),
    }
}

/// One proposal: its link while it travels, its answer when there is one; for the other, the way to answer.
async fn page(visit: Visit, Path(id): Path<ProposalId>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let Some(asked) = read
        .state
        .proposals
        .on_the_table(visit.now)
        .find(|p| p.id == id)
    else {
        return Err(PageError::NotFound);
    };
    let mine = asked.by == visit.space().who;
    if !mine {
        if asked.answer.is_some() || super::rest::resting(&visit).await?.hides(&visit.app, asked) {
            return Ok(see(paths::TODAY));
        }
        return Ok(
            answer_page(&visit, &read.state, asked, &AnswerForm::default(), None).into_response(),
        );
    }
    own_page(&visit, &read.state, asked).await
}

async fn own_page(visit: &Visit, shared: &Shared, asked: &Proposal) -> Result<Response, PageError> {
    let app = &visit.app;
    let w = app.words();
    let practice = app
        .guide()
        .practice(&asked.practice)
        .ok_or(PageError::NotFound)?;
    let sent = invitation::sent(visit, shared).await?;
    let sent = sent.iter().find(|one| one.proposal.id == asked.id);
    let to = parts::other(visit, shared);
    let link = sent.map(|one| format!("{}{}", visit.public_url(), paths::invitation(&one.link)));
    let where_it_stands = html! {
        @if let Some(one) = sent && let Some(card) = invitation::reply_card(visit, shared, one) { (card) }
        @else if asked.answer.is_some() || asked.word.is_some() { (answered_card(visit, shared, asked)) }
        @else if let Some(link) = &link {
            p.lead { (w.tell("proposal-link-lead", &[("name", &to)])) }
            (parts::link_box(w, link))
        } @else {
            p.lead { (w.tell("proposal-sent-lead", &[("name", &to)])) }
        }
    };
    let words = html! {
        (letter(app, &visit.profile.name, practice, &asked.words, &asked.when, &visit.profile.zone, visit.now))
        form.form method="post" novalidate action=(paths::at(paths::PROPOSAL_WITHDRAW, asked.id)) {
            button.link { (w.say("proposal-withdraw")) }
        }
        p.small { (w.say("proposal-withdraw-note")) }
    };
    Ok(visit
        .page_with(
            Tab::Today,
            crate::ui::Script::Show,
            html! {
                h1 { (w.tell("proposal-title", &[("name", &to)])) }
                (crate::ui::columns(where_it_stands, words))
            },
        )
        .into_response())
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AnswerForm {
    pub(super) answer: String,
    pub(super) day: String,
    pub(super) time: String,
    pub(super) practice: String,
    pub(super) word: String,
}

/// What an answer asks for, as it was sent.
pub(super) enum Given {
    Visible(Answer, Option<String>),
    NotNow(Option<String>),
}

impl AnswerForm {
    /// # Errors
    /// The id of the sentence that says what to do.
    pub(super) fn given(&self, app: &App, zone: &Zone) -> Result<Given, &'static str> {
        let word = (!self.word.trim().is_empty()).then(|| self.word.trim().to_owned());
        if word
            .as_deref()
            .is_some_and(|word| word.chars().count() > rekindle_domain::text::LONGEST)
        {
            return Err("proposal-refused-too-long");
        }
        match self.answer.as_str() {
            "yes" => Ok(Given::Visible(Answer::Yes, word)),
            "time" => {
                let when = when_of(&self.day, &self.time, zone).ok_or("when-problem")?;
                Ok(Given::Visible(Answer::AnotherTime { when }, word))
            }
            "else" => {
                let practice = super::practice::find(app, &self.practice)
                    .map_err(|_| "answer-else-problem")?;
                Ok(Given::Visible(
                    Answer::SomethingElse {
                        practice: practice.id.clone(),
                    },
                    word,
                ))
            }
            "not-now" => Ok(Given::NotNow(word)),
            _ => Err("answer-problem"),
        }
    }
}

/// The four answers, all the same size; none asks for a reason.
pub(super) fn answer_form(
    app: &App,
    action: &str,
    form: &AnswerForm,
    asked_for: &When,
    from: &str,
) -> Markup {
    let w = app.words();
    let day = if form.day.is_empty() {
        asked_for.day.to_string()
    } else {
        form.day.clone()
    };
    let time = if form.time.is_empty() {
        asked_for.time.strftime("%H:%M").to_string()
    } else {
        form.time.clone()
    };
    let ideas = app
        .guide()
        .practices
        .iter()
        .filter(|p| (1..=3).contains(&p.stage) || p.stage == 5);
    html! {
        form.form method="post" novalidate action=(action) {
            (parts::area(&w.tell("answer-word", &[("name", from)]), "word", &form.word, Some(&w.say("answer-word-hint")), false, 2))
            div.actions.even {
                button.button name="answer" value="yes" { (w.say("answer-yes")) }
                button.button.quiet name="answer" value="not-now" { (w.say("answer-not-now")) }
            }
            details.more open[form.answer == "time"] {
                summary { (w.say("answer-time")) }
                div.two {
                    (parts::field(parts::Field { label: &w.say("propose-day"), name: "day", value: &day, kind: crate::ui::Kind::Date, ..parts::Field::default() }))
                    (parts::field(parts::Field { label: &w.say("propose-time"), name: "time", value: &time, kind: crate::ui::Kind::Time, ..parts::Field::default() }))
                }
                button.button name="answer" value="time" { (w.say("answer-time-button")) }
            }
            details.more open[form.answer == "else"] {
                summary { (w.say("answer-else")) }
                label for="practice" { (w.say("answer-else-which")) }
                select #practice name="practice" {
                    option value="" { (w.say("answer-else-choose")) }
                    @for idea in ideas {
                        option value=(paths::opaque(&idea.id)) selected[form.practice == paths::opaque(&idea.id)] { (idea.title) }
                    }
                }
                button.button name="answer" value="else" { (w.say("answer-else-button")) }
            }
        }
        p.small { (w.tell("answer-note", &[("name", from)])) }
    }
}

fn answer_page(
    visit: &Visit,
    shared: &Shared,
    asked: &Proposal,
    form: &AnswerForm,
    problem: Option<&str>,
) -> Markup {
    let app = &visit.app;
    let w = app.words();
    let from = parts::name_of(w, shared, asked.by);
    visit.page(Tab::Today, html! {
        h1 { (w.tell("answer-title", &[("name", &from)])) }
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if let Some(practice) = app.guide().practice(&asked.practice) {
            (letter(app, &from, practice, &asked.words, &asked.when, &visit.profile.zone, visit.now))
        }
        (answer_form(app, &paths::at(paths::PROPOSAL_ANSWER, asked.id), form, &asked.when, &from))
        @if let Some(practice) = app.guide().practice(&asked.practice) {
            (super::practice::not_now(app, practice))
            p { a href=(paths::practice(&practice.id)) { (w.say("start-read")) } }
        }
    })
}

async fn answer(
    visit: Visit,
    Path(id): Path<ProposalId>,
    Form(form): Form<AnswerForm>,
) -> Result<Response, PageError> {
    let app = visit.app.clone();
    let read = visit.shared().await?;
    let refused = |text: &str| match read.state.proposals.get(id, visit.now) {
        Some(asked) if asked.by != visit.space().who => {
            let page = answer_page(&visit, &read.state, asked, &form, Some(text));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Some(_) | None => Err(PageError::NotFound),
    };
    match form.given(&app, &visit.profile.zone) {
        Err(text) => refused(&app.words().say(text)),
        Ok(Given::NotNow(word)) => {
            if let Some(word) = word
                && let Err(refusal) = visit.act(Command::Proposal(Ask::Word { id, word })).await?
            {
                return refused(&app.words().say(&refusal.to_string()));
            }
            super::rest::rest(&visit, id).await?;
            Ok(see(paths::TODAY))
        }
        Ok(Given::Visible(answer, word)) => {
            let mut commands = vec![Command::Proposal(Ask::Answer {
                id,
                answer: answer.clone(),
                word,
            })];
            if let (Answer::Yes, Some(asked)) = (&answer, read.state.proposals.get(id, visit.now)) {
                commands.push(planned(&app, &asked.practice, &asked.when, visit.now));
            }
            match visit.act_with(visit.space(), &commands, vec![]).await? {
                Ok(_) => Ok(see(paths::TODAY)),
                Err(shared::Refusal::Proposal(Refusal::NotOpen)) => Ok(see(paths::TODAY)),
                Err(refusal) => refused(&app.words().say(&refusal.to_string())),
            }
        }
    }
}

/// What a yes puts in the plan. A day that has passed meanwhile is planned from now on.
pub(super) fn planned(
    app: &App,
    practice: &str,
    when: &When,
    now: rekindle_domain::Stamp,
) -> Command {
    let every = app
        .guide()
        .practice(practice)
        .map_or(plan::Every::Once, plan::Every::usual);
    let mut when = when.clone();
    while when.stamp() < now && every != plan::Every::Once {
        when.day = day_after(when.day);
    }
    if when.stamp() < now {
        when = When {
            day: day_after(when.zone.local(now).date()),
            ..when
        };
    }
    Command::Plan(plan::Command::Plan {
        id: PlanId::new(rekindle_vault::chance::bytes()),
        practice: practice.to_owned(),
        when,
        every,
    })
}

async fn withdraw(
    visit: Visit,
    Path(id): Path<ProposalId>,
    _: NoFields,
) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let mut more = vec![];
    let asked = read.state.proposals.get(id, visit.now);
    if let Some(asked) = asked {
        // Its words go for good (K9). Only its proposer gets so far: otherwise nothing of this is done.
        more.push(Change::Erase {
            place: visit.space().place(),
            seq: asked.seq,
        });
    }
    if let Some(link) = asked.and_then(|p| p.link.as_deref())
        && let Some(secret) = rekindle_vault::invitation::InvitationSecret::from_link(link)
    {
        more.push(Change::DropInvitation {
            id: secret.id(),
            from: visit.id(),
        });
    }
    match visit
        .act_with(
            visit.space(),
            &[Command::Proposal(Ask::Withdraw { id })],
            more,
        )
        .await?
    {
        Ok(_) | Err(shared::Refusal::Proposal(Refusal::NotOpen)) => Ok(see(paths::TODAY)),
        Err(_) => Err(PageError::NotFound),
    }
}

/// The proposer takes up the other's time, or the other's idea.
async fn agree(
    visit: Visit,
    Path(id): Path<ProposalId>,
    _: NoFields,
) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let asked = read
        .state
        .proposals
        .get(id, visit.now)
        .filter(|p| p.by == visit.space().who)
        .ok_or(PageError::NotFound)?;
    let mut commands = vec![];
    let answer = match &asked.link {
        Some(_) => invitation::sent(&visit, &read.state)
            .await?
            .into_iter()
            .find(|one| one.proposal.id == id)
            .and_then(|one| one.reply)
            .map(|reply| {
                commands.push(Command::Proposal(Ask::Answer {
                    id,
                    answer: reply.answer.clone(),
                    word: reply.word.clone(),
                }));
                reply.answer
            }),
        None => asked.answer.clone(),
    };
    let to = match answer.ok_or(PageError::NotFound)? {
        Answer::Yes => {
            commands = vec![planned(&visit.app, &asked.practice, &asked.when, visit.now)];
            paths::PLAN.to_owned()
        }
        Answer::AnotherTime { when } => {
            commands = vec![planned(&visit.app, &asked.practice, &when, visit.now)];
            paths::PLAN.to_owned()
        }
        Answer::SomethingElse { practice } => return Ok(see(&paths::propose(&practice))),
    };
    if read.state.plan.has(&asked.practice, visit.now) {
        return Ok(see(&to)); // pressed twice
    }
    match visit.act_with(visit.space(), &commands, vec![]).await? {
        Ok(_) => Ok(see(&to)),
        Err(_) => Err(PageError::NotFound),
    }
}

/// Whether an answer of the other is still news: once it stands in the plan, Today shows the plan instead.
pub(super) fn is_news(shared: &Shared, asked: &Proposal) -> bool {
    match &asked.answer {
        Some(Answer::Yes) => false,
        Some(Answer::AnotherTime { .. } | Answer::SomethingElse { .. }) => {
            !shared.plan.has(&asked.practice, asked.at)
        }
        None => asked.word.is_some(),
    }
}

/// What the other said to a proposal of mine.
pub(super) fn answered_card(visit: &Visit, shared: &Shared, asked: &Proposal) -> Markup {
    let name = parts::other(visit, shared);
    said_card(
        visit,
        &name,
        asked,
        asked.answer.as_ref(),
        asked.word.as_deref(),
        shared.plan.has(&asked.practice, visit.now),
    )
}

pub(super) fn said_card(
    visit: &Visit,
    name: &str,
    asked: &Proposal,
    answer: Option<&Answer>,
    word: Option<&str>,
    in_plan: bool,
) -> Markup {
    let app = &visit.app;
    let w = app.words();
    let title = app
        .guide()
        .practice(&asked.practice)
        .map_or("", |p| p.title.as_str());
    let agree = |label: &str| {
        html! {
            @if !in_plan {
                form.form method="post" novalidate action=(paths::at(paths::PROPOSAL_AGREE, asked.id)) {
                    div.actions { button.button { (w.say(label)) } }
                }
            }
        }
    };
    parts::card(html! {
        p.kicker.sage { (w.tell("today-from", &[("name", name)])) }
        @match answer {
            Some(Answer::Yes) => {
                h2 { (w.tell("said-yes", &[("name", name)])) }
                p { (title) ": " (parts::when(w, &asked.when, &visit.profile.zone, visit.now)) }
                (agree("said-into-plan"))
            }
            Some(Answer::AnotherTime { when }) => {
                h2 { (w.tell("said-time", &[("name", name)])) }
                p { (title) ": " (parts::when(w, when, &visit.profile.zone, visit.now)) }
                (agree("said-time-fine"))
            }
            Some(Answer::SomethingElse { practice }) => {
                @let idea = app.guide().practice(practice).map_or("", |p| p.title.as_str());
                h2 { (w.tell("said-else", &[("name", name)])) }
                p { a href=(paths::practice(practice)) { (idea) } }
                (agree("said-else-propose"))
            }
            None => {}
        }
        @if let Some(word) = word { (ui::quote(word)) }
    })
}
