//! Appreciations, kept to be read again (G2.3). Whoever wrote one can take it back, without a banner (S13).

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::appreciation::{Appreciation, Command as Ask, Event as Said, SHOWN};
use rekindle_domain::ids::NoteId;
use rekindle_domain::shared::{Command, Event, Shared};
use serde::Deserialize;

use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, ledger, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::APPRECIATIONS, get(page).post(keep))
        .route(paths::APPRECIATION_WITHDRAW, post(withdraw))
}

#[derive(Deserialize)]
struct Older {
    /// How many pages further back.
    #[serde(default)]
    n: usize,
}

async fn page(visit: Visit, Query(Older { n }): Query<Older>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let page = if n == 0 {
        show(&visit, &read.state, &own(&visit).await?, "", None)
    } else {
        let all = all(&visit).await?;
        older(&visit, &read.state, &all, n)
    };
    Ok(visit.answer_read(page, &read))
}

/// What was kept in sessions held by oneself: in one's own space, and on nobody else's page.
async fn own(visit: &Visit) -> Result<Vec<Appreciation>, PageError> {
    if !visit.space().together {
        return Ok(vec![]);
    }
    let read = visit.shared_of(visit.solo()).await?;
    Ok(read.state.appreciations.newest().cloned().collect())
}

/// Every appreciation that stands in the log, newest first. Only for what the folded state is too small to hold.
async fn all(visit: &Visit) -> Result<Vec<Appreciation>, PageError> {
    let space = visit.space();
    let place = space.place();
    let records = visit.app.store().read(place, 0, u32::MAX).await?;
    let mut all: Vec<Appreciation> = vec![];
    for (seq, at, event) in ledger::opened(space.keys, place.owner, place.stream, &records) {
        let Event::Appreciation(said) = event else {
            continue;
        };
        all.retain(|kept| kept.id != said.id());
        if let Said::Kept { id, from, words } = said {
            all.push(Appreciation {
                id,
                from,
                words,
                at,
                seq,
            });
        }
    }
    all.reverse();
    Ok(all)
}

fn older(visit: &Visit, shared: &Shared, all: &[Appreciation], n: usize) -> Markup {
    let w = visit.app.words();
    let from = n.saturating_mul(SHOWN).min(all.len());
    let to = from.saturating_add(SHOWN).min(all.len());
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("appreciations-older-title"),
            back: Some(ui::Link::new(&w.say("appreciations-title"), paths::APPRECIATIONS)), ..ui::Greeting::default()
        })
        @for kept in &all[from..to] { (card(visit, shared, kept, n)) }
        @if from == to { p.soft { (w.say("appreciations-older-none")) } }
        @if to < all.len() { (to_older(visit, n + 1)) }
    })
}

fn to_older(visit: &Visit, n: usize) -> Markup {
    let w = visit.app.words();
    let to = format!("{}?n={n}", paths::APPRECIATIONS);
    ui::actions(html! { (ui::Button::quiet(&w.say("appreciations-older")).to(&to)) })
}

fn card(visit: &Visit, shared: &Shared, kept: &Appreciation, n: usize) -> Markup {
    let w = visit.app.words();
    let me = visit.space().who;
    let today = visit.now().today();
    html! {
        section.card {
            p.kicker.sage[kept.from != me] {
                (if kept.from == me { visit.profile.name.clone() } else { parts::name_of(w, shared, kept.from) })
                " · " (parts::day(w, visit.profile.zone.local(kept.at).date(), today))
            }
            (ui::quote(&kept.words))
            @if kept.from == me {
                form.form method="post" novalidate action=(paths::APPRECIATION_WITHDRAW) {
                    input type="hidden" name="id" value=(kept.id);
                    @if n > 0 { input type="hidden" name="n" value=(n); }
                    button.button.plain.small { (w.say("appreciations-withdraw")) }
                }
            }
        }
    }
}

fn own_card(visit: &Visit, kept: &Appreciation) -> Markup {
    let w = visit.app.words();
    let today = visit.now().today();
    html! {
        section.card {
            p.kicker { (parts::day(w, visit.profile.zone.local(kept.at).date(), today)) }
            (ui::quote(&kept.words))
            form.form method="post" novalidate action=(paths::APPRECIATION_WITHDRAW) {
                input type="hidden" name="id" value=(kept.id);
                input type="hidden" name="own" value="on";
                button.button.plain.small { (w.say("appreciations-withdraw-own")) }
            }
        }
    }
}

fn show(
    visit: &Visit,
    shared: &Shared,
    own: &[Appreciation],
    typed: &str,
    problem: Option<&str>,
) -> Markup {
    let w = visit.app.words();
    let to = parts::other(visit, shared);
    let together = visit.space().together;
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("appreciations-title"),
            lead: Some(&w.say(if together { "appreciations-lead" } else { "appreciations-lead-alone" })),
            back: Some(ui::Link::new(&w.say("frame-us"), paths::US)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        (ui::card(html! {
            form.form method="post" novalidate action=(paths::APPRECIATIONS) {
                input type="hidden" name="id" value=(NoteId::new(rekindle_vault::chance::bytes()));
                (parts::area(&w.tell("appreciations-words", &[("name", &to)]), "words", typed,
                    Some(&w.say("appreciations-hint")), false, 3))
                (ui::actions(html! {
                    (ui::Button::primary(&w.tell(if together { "appreciations-share" } else { "appreciations-keep" }, &[("name", &to)])))
                }))
            }
        }))
        @for kept in shared.appreciations.newest() { (card(visit, shared, kept, 0)) }
        @if shared.appreciations.ever() as usize > SHOWN { (to_older(visit, 1)) }
        @if !own.is_empty() {
            h2 { (w.say("appreciations-own")) }
            @for kept in own { (own_card(visit, kept)) }
        }
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// Made with the page, so that a press that arrives twice counts once.
    #[serde(default)]
    id: Option<NoteId>,
    words: String,
}

async fn keep(visit: Visit, Form(form): Form<Words>) -> Result<Response, PageError> {
    let ask = Ask::Keep {
        id: form
            .id
            .unwrap_or_else(|| NoteId::new(rekindle_vault::chance::bytes())),
        words: form.words.clone(),
    };
    match visit.act(Command::Appreciation(ask)).await? {
        Ok(_) => Ok(see(paths::APPRECIATIONS)),
        Err(refusal) => {
            let read = visit.shared().await?;
            let text = visit.app.words().say(&refusal.to_string());
            let page = show(
                &visit,
                &read.state,
                &own(&visit).await?,
                &form.words,
                Some(&text),
            );
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdraw {
    id: NoteId,
    /// The page it stood on.
    #[serde(default)]
    n: usize,
    /// One of those kept by oneself.
    #[serde(default)]
    own: Option<String>,
}

async fn withdraw(mut visit: Visit, Form(form): Form<Withdraw>) -> Result<Response, PageError> {
    visit.by_oneself = form.own.is_some();
    let read = visit.shared().await?;
    let ask = Command::Appreciation(Ask::Withdraw { id: form.id });
    let seq = match read.state.appreciations.get(form.id) {
        Some(kept) => visit.act(ask).await?.is_ok().then_some(kept.seq),
        // Too old for the folded state: its record is taken out of the log, and nothing else holds it.
        None if form.n > 0 => {
            let me = visit.space().who;
            let all = all(&visit).await?;
            let kept = all
                .iter()
                .find(|kept| kept.id == form.id && kept.from == me);
            kept.map(|kept| kept.seq)
        }
        None => None,
    };
    if let Some(seq) = seq {
        visit.erase_shared(visit.space(), seq).await?;
    }
    Ok(see(&match form.n {
        0 => paths::APPRECIATIONS.to_owned(),
        n => format!("{}?n={n}", paths::APPRECIATIONS),
    }))
}
