//! Private preparation: written without a door, read behind it, gone once the check-in is held (G2.3, S18).

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rekindle_domain::CellId;
use rekindle_domain::text::LONGEST;
use rekindle_store::{Change, Outcome};
use rekindle_vault::entry::{open_cell_private, seal_cell_private};

use super::super::parts::{self, Tab};
use super::{CHECK_IN, script};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{PageError, paths, ui};

/// Answers by the id of their prompt.
pub(super) type Prepared = BTreeMap<String, String>;

fn cell(visit: &Visit) -> CellId {
    visit.outer.cell_id("preparation")
}

/// What was prepared, if the private door is open.
pub(super) async fn notes(visit: &Visit) -> Result<Option<Prepared>, PageError> {
    let Some(door) = &visit.door else {
        return Ok(None);
    };
    let id = cell(visit);
    let Some(found) = visit.app.store().cell(visit.owner(), id).await? else {
        return Ok(Some(Prepared::new()));
    };
    Ok(
        open_cell_private(&door.inner, visit.owner(), id, found.version, &found.body)
            .and_then(|plain| serde_json::from_slice(&plain).ok()),
    )
}

/// What goes once a check-in is held.
pub(super) fn forget(visit: &Visit) -> Option<Change> {
    Some(Change::DropCell {
        owner: visit.owner(),
        cell: cell(visit),
    })
}

pub(super) async fn page(visit: Visit) -> Result<Markup, PageError> {
    let prepared = notes(&visit).await?;
    let waiting = prepared.is_none()
        && visit
            .app
            .store()
            .cell(visit.owner(), cell(&visit))
            .await?
            .is_some();
    show(&visit, &prepared.unwrap_or_default(), waiting, None)
}

fn show(
    visit: &Visit,
    prepared: &Prepared,
    waiting: bool,
    problem: Option<&str>,
) -> Result<Markup, PageError> {
    let w = visit.app.words();
    let script = script(&visit.app, CHECK_IN)?;
    Ok(visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("prepare-title"), lead: Some(&w.say("prepare-lead")),
            back: Some(ui::Link::new(&script.title, paths::SESSION_OPEN)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if waiting {
            (ui::card(html! {
                h2 { (w.say("prepare-behind")) }
                p { (w.say("prepare-behind-more")) }
                (ui::actions(html! {
                    (ui::Button::quiet(&w.say("door-button")).to(&format!("{}?to={}", paths::DOOR, paths::PREPARE)).icon(ui::Icon::Lock))
                }))
            }))
        }
        form.form method="post" novalidate action=(paths::PREPARE) {
            @for prompt in &script.prepare {
                (parts::area(&prompt.ask, &prompt.id, prepared.get(&prompt.id).map_or("", String::as_str),
                    prompt.hint.as_deref(), true, 3))
            }
            (parts::submit(&w.say("prepare-keep")))
        }
        p.small { (w.say("prepare-note")) }
    }))
}

pub(super) async fn save(visit: Visit, Form(form): Form<Prepared>) -> Result<Response, PageError> {
    let script = script(&visit.app, CHECK_IN)?;
    if form
        .keys()
        .any(|key| !script.prepare.iter().any(|prompt| prompt.id == *key))
    {
        return Err(PageError::NotOurForm);
    }
    if form.values().any(|text| text.chars().count() > LONGEST) {
        let text = visit.app.words().say("appreciation-refused-too-long");
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            show(&visit, &form, false, Some(&text))?,
        )
            .into_response());
    }
    let id = cell(&visit);
    let plain = serde_json::to_vec(&form).expect("plain data");
    for _ in 0..6 {
        let version = visit
            .app
            .store()
            .cell(visit.owner(), id)
            .await?
            .map_or(0, |cell| cell.version);
        let body = seal_cell_private(
            &visit.ring.inner_public(),
            visit.owner(),
            id,
            version + 1,
            &plain,
        );
        let put = Change::PutCell {
            owner: visit.owner(),
            cell: id,
            expected: version,
            body,
        };
        if visit.app.store().commit(vec![put]).await? == Outcome::Done {
            return Ok(see(paths::SESSION_OPEN));
        }
    }
    Err(PageError::TooBusy)
}
