//! Private words: prepared beforehand, or written for oneself while a session runs. Written without a door, read
//! behind it, gone once the session is held (G2.1, G2.3, S18).

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rekindle_domain::CellId;
use rekindle_domain::ids::{NoteId, SessionId};
use rekindle_domain::private::{Entry, Event};
use rekindle_domain::session::script::What;
use rekindle_domain::session::{Kind, Script};
use rekindle_domain::text::{LONGEST, written};
use rekindle_store::{Change, Outcome};
use rekindle_vault::entry::{open_cell_private, seal_cell_private};
use serde::{Deserialize, Serialize};

use super::super::parts::{self, Tab};
use super::{CHECK_IN, layout, script};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{PageError, paths, ui};

/// The prompt about what one wants to be heard about.
const CONCERN: &str = "concern";

/// Which button of the form was pressed; not an answer.
const STEP: &str = "step";

/// Answers by the id of their prompt, or of the step they were written at.
pub(super) type Prepared = BTreeMap<String, String>;

/// Words written for oneself in one session.
#[derive(Serialize, Deserialize)]
struct Mine {
    session: SessionId,
    words: String,
}

fn cell(visit: &Visit, script: &str) -> CellId {
    visit.outer.cell_id(&if script == CHECK_IN {
        "preparation".to_owned()
    } else {
        format!("preparation {script}")
    })
}

fn words_cell(visit: &Visit, script: &str, step: &str) -> CellId {
    visit.outer.cell_id(&format!("words {script} {step}"))
}

/// Where one prepares for a script.
pub(in super::super) fn address(script: &str) -> String {
    if script == CHECK_IN {
        paths::PREPARE.to_owned()
    } else {
        paths::at(paths::PREPARE_ONE, paths::opaque(script))
    }
}

/// The steps at which one writes for oneself.
fn private_steps(script: &Script) -> impl Iterator<Item = &str> {
    let steps = script.steps.iter();
    steps
        .filter(|step| step.what.kind() == Kind::Private)
        .map(|step| step.id.as_str())
}

async fn opened<T: for<'a> Deserialize<'a>>(
    visit: &Visit,
    id: CellId,
) -> Result<Option<T>, PageError> {
    let Some(door) = &visit.door else {
        return Ok(None);
    };
    let found = visit.app.store().cell(visit.owner(), id).await?;
    Ok(found.and_then(|found| {
        open_cell_private(&door.inner, visit.owner(), id, found.version, &found.body)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
    }))
}

/// What was prepared, and written for oneself in this session, if the private door is open.
pub(super) async fn notes(
    visit: &Visit,
    script: &Script,
    session: SessionId,
) -> Result<Option<Prepared>, PageError> {
    if visit.door.is_none() {
        return Ok(None);
    }
    let mut notes: Prepared = if script.prepare.is_empty() {
        Prepared::new()
    } else {
        opened(visit, cell(visit, &script.id))
            .await?
            .unwrap_or_default()
    };
    for step in private_steps(script) {
        let mine: Option<Mine> = opened(visit, words_cell(visit, &script.id, step)).await?;
        if let Some(mine) = mine.filter(|mine| mine.session == session) {
            notes.insert(step.to_owned(), mine.words);
        }
    }
    Ok(Some(notes))
}

/// The prompts and private steps whose words may be looked at again at a step.
pub(super) fn shown_at<'a>(script: &'a Script, step: &'a str) -> impl Iterator<Item = &'a str> {
    let prompts = script.prepare.iter();
    let prompts = prompts
        .filter(move |prompt| prompt.steps.iter().any(|one| one == step))
        .map(|prompt| prompt.id.as_str());
    let written = script.steps.iter().filter(move |one| {
        matches!(&one.what, What::Private { steps } if steps.iter().any(|one| one == step))
    });
    prompts.chain(written.map(|step| step.id.as_str()))
}

/// What goes once a session is held.
pub(super) fn forget(visit: &Visit, script: &Script) -> Vec<Change> {
    let owner = visit.owner();
    let mut cells: Vec<CellId> = private_steps(script)
        .map(|step| words_cell(visit, &script.id, step))
        .collect();
    if !script.prepare.is_empty() {
        cells.push(cell(visit, &script.id));
    }
    let drop = |cell| Change::DropCell { owner, cell };
    cells.into_iter().map(drop).collect()
}

/// Words written for oneself at the present step: sealed to oneself, and a note of one's own if one likes.
pub(super) async fn keep_words(
    visit: &Visit,
    session: SessionId,
    script: &Script,
    words: &str,
    note: bool,
) -> Result<(), PageError> {
    let Ok(words) = written(words) else {
        return Ok(()); // nothing, or too much to be kept: it was for oneself
    };
    let state = visit.session(session).await?.state;
    let view = state.view(script, visit.space().who, visit.now);
    let Some(step) = view.step.filter(|step| step.kind == Kind::Private) else {
        return Ok(());
    };
    let mine = Mine {
        session,
        words: words.clone(),
    };
    put(visit, words_cell(visit, &script.id, &step.id), &mine).await?;
    if note {
        // Made of where it was written, so that a press that arrives twice is one note.
        let place = visit.outer.cell_id(&format!("note {session} {}", step.id));
        let event = Event::Noted {
            id: NoteId::new(*place.bytes()),
            words,
            until: None,
        };
        super::super::note::append(
            visit,
            &Entry {
                at: visit.now,
                event,
            },
        )
        .await?;
    }
    Ok(())
}

pub(super) async fn check_in_page(visit: Visit) -> Result<Markup, PageError> {
    let script = script(&visit.app, CHECK_IN)?.clone();
    prepare(&visit, &script).await
}

pub(super) async fn page(visit: Visit, Path(opaque): Path<String>) -> Result<Markup, PageError> {
    let script = layout::found(&visit.app, &opaque)?.clone();
    if script.prepare.is_empty() {
        return Err(PageError::NotFound);
    }
    prepare(&visit, &script).await
}

async fn prepare(visit: &Visit, script: &Script) -> Result<Markup, PageError> {
    let id = cell(visit, &script.id);
    let prepared: Option<Prepared> = match visit.door {
        Some(_) => Some(opened(visit, id).await?.unwrap_or_default()),
        None => None,
    };
    let waiting = prepared.is_none() && visit.app.store().cell(visit.owner(), id).await?.is_some();
    Ok(show(
        visit,
        script,
        &prepared.unwrap_or_default(),
        waiting,
        None,
        false,
    ))
}

fn show(
    visit: &Visit,
    script: &Script,
    prepared: &Prepared,
    waiting: bool,
    problem: Option<&str>,
    looked_at: bool,
) -> Markup {
    let w = visit.app.words();
    let here = address(&script.id);
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("prepare-title"), lead: Some(&w.say("prepare-lead")),
            back: Some(ui::Link::new(&script.title, &layout::address(&script.id))), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if waiting {
            (ui::card(html! {
                h2 { (w.say("prepare-behind")) }
                p { (w.say("prepare-behind-more")) }
                (ui::actions(html! {
                    (ui::Button::quiet(&w.say("door-button")).to(&format!("{}?to={here}", paths::DOOR)).icon(ui::Icon::Lock))
                }))
            }))
        }
        form.form method="post" novalidate action=(here) {
            @for prompt in &script.prepare {
                (parts::area(&prompt.ask, &prompt.id, prepared.get(&prompt.id).map_or("", String::as_str),
                    prompt.hint.as_deref(), true, 3))
            }
            @if looked_at { (parts::wording(w, &in_a_row(script, prepared))) }
            (ui::actions(html! {
                (ui::Button::primary(&w.say("prepare-keep")))
                (parts::look_at_words(w))
            }))
        }
        p.small { (w.say("prepare-note")) }
    })
}

pub(super) async fn check_in(
    visit: Visit,
    Form(form): Form<Prepared>,
) -> Result<Response, PageError> {
    let script = script(&visit.app, CHECK_IN)?.clone();
    store(&visit, &script, form).await
}

pub(super) async fn save(
    visit: Visit,
    Path(opaque): Path<String>,
    Form(form): Form<Prepared>,
) -> Result<Response, PageError> {
    let script = layout::found(&visit.app, &opaque)?.clone();
    store(&visit, &script, form).await
}

/// Adds to what one wants to be heard about at the check-in, behind the private door: what was there stays.
pub(in crate::pages) async fn add(visit: &Visit, words: &str) -> Result<(), PageError> {
    let id = cell(visit, CHECK_IN);
    let mut prepared: Prepared = opened(visit, id).await?.unwrap_or_default();
    let about = prepared.entry(CONCERN.to_owned()).or_default();
    if !about.is_empty() {
        about.push_str("\n\n");
    }
    about.push_str(words);
    *about = about.chars().take(LONGEST).collect();
    put(visit, id, &prepared).await
}

/// All that was written, as it would be said.
fn in_a_row(script: &Script, prepared: &Prepared) -> String {
    let answers = script.prepare.iter().filter_map(|p| prepared.get(&p.id));
    let answers: Vec<&str> = answers
        .map(|a| a.trim())
        .filter(|a| !a.is_empty())
        .collect();
    answers.join("\n\n")
}

async fn store(visit: &Visit, script: &Script, mut form: Prepared) -> Result<Response, PageError> {
    let step = form.remove(STEP);
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
            show(visit, script, &form, false, Some(&text), false),
        )
            .into_response());
    }
    if step.as_deref() == Some("words") {
        return Ok(show(visit, script, &form, false, None, true).into_response());
    }
    put(visit, cell(visit, &script.id), &form).await?;
    Ok(see(&layout::address(&script.id)))
}

/// Seals something to one's own inner key, over what stood there.
async fn put(visit: &Visit, id: CellId, what: &impl Serialize) -> Result<(), PageError> {
    let plain = serde_json::to_vec(what).expect("plain data");
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
            return Ok(());
        }
    }
    Err(PageError::TooBusy)
}
