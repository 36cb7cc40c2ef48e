//! Appreciations, kept to be read again (G2.3). Whoever wrote one can take it back, without a banner (S13).

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use rekindle_domain::appreciation::Command as Ask;
use rekindle_domain::ids::NoteId;
use rekindle_domain::shared::{Command, Shared};
use serde::Deserialize;

use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::APPRECIATIONS, get(page).post(keep))
        .route(paths::APPRECIATION_WITHDRAW, post(withdraw))
}

async fn page(visit: Visit) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    Ok(visit.answer_read(show(&visit, &read.state, "", None), &read))
}

fn show(visit: &Visit, shared: &Shared, typed: &str, problem: Option<&str>) -> Markup {
    let w = visit.app.words();
    let me = visit.space().who;
    let today = visit.now().today();
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
        @for kept in shared.appreciations.newest() {
            section.card {
                p.kicker.sage[kept.from != me] {
                    (if kept.from == me { visit.profile.name.clone() } else { parts::name_of(w, shared, kept.from) })
                    " · " (parts::day(w, visit.profile.zone.local(kept.at).date(), today))
                }
                (ui::quote(&kept.words))
                @if kept.from == me {
                    form.form method="post" novalidate action=(paths::APPRECIATION_WITHDRAW) {
                        input type="hidden" name="id" value=(kept.id);
                        button.button.plain.small { (w.say("appreciations-withdraw")) }
                    }
                }
            }
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
            let page = show(&visit, &read.state, &form.words, Some(&text));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdraw {
    id: NoteId,
}

async fn withdraw(visit: Visit, Form(form): Form<Withdraw>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let seq = read.state.appreciations.get(form.id).map(|kept| kept.seq);
    if let (Ok(_), Some(seq)) = (
        visit
            .act(Command::Appreciation(Ask::Withdraw { id: form.id }))
            .await?,
        seq,
    ) {
        visit.erase_shared(visit.space(), seq).await?;
    }
    Ok(see(paths::APPRECIATIONS))
}
