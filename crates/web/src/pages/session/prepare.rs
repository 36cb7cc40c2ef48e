//! Private words: prepared beforehand, or written for oneself while a session runs. Written without a door, read
//! behind it, gone once the session is held (G2.1, G2.3, S18).

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rekindle_domain::held::Sessions;
use rekindle_domain::ids::{NoteId, SessionId};
use rekindle_domain::private::{Entry, Event};
use rekindle_domain::session::script::What;
use rekindle_domain::session::{self, Kind, Mode, Script};
use rekindle_domain::text::{LONGEST, Unwritten, written};
use rekindle_domain::{CellId, Stamp};
use rekindle_store::{Change, Outcome};
use rekindle_vault::entry::{open_cell_private, seal_cell_private};
use rekindle_vault::keys::{Inner, Root, open_inner};
use serde::{Deserialize, Serialize};

use super::super::parts::{self, Tab};
use super::{CHECK_IN, Pressed, layout, script};
use crate::answers::see;
use crate::form::Form;
use crate::visit::{OpenDoor, Visit};
use crate::{PageError, paths, ui};

/// The prompt about what one wants to be heard about.
const CONCERN: &str = "concern";

/// Which button of the form was pressed; not an answer.
const STEP: &str = "step";

/// Answers by the id of their prompt, or of the step they were written at.
pub(super) type Prepared = BTreeMap<String, String>;

/// What was prepared, and when: what was held since has used it up.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Preparation {
    at: Stamp,
    answers: Prepared,
}

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
    inner: &Inner,
    id: CellId,
) -> Result<Option<T>, PageError> {
    let found = visit.app.store().cell(visit.owner(), id).await?;
    Ok(found.and_then(|found| {
        open_cell_private(inner, visit.owner(), id, found.version, &found.body)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
    }))
}

/// What was held and what is open in the spaces of this person; nothing while one of them cannot be read.
async fn spaces(visit: &Visit) -> Result<Option<Vec<Sessions>>, PageError> {
    let mut all = vec![visit.shared_of(visit.solo()).await?.state.sessions];
    if visit.space().together {
        match visit.shared_of(visit.space()).await {
            Ok(read) => all.push(read.state.sessions),
            Err(PageError::Closed) => {}
            Err(PageError::CompareFirst) => return Ok(None),
            Err(other) => return Err(other),
        }
    }
    Ok(Some(all))
}

/// Whether a session of this script, with this person in it, has ended since. On one phone only one of the two is known
/// to have been there, the one whose phone it was, and [`forget`] took their words along: nobody can use up what the
/// other has prepared.
fn is_used(spaces: &[Sessions], script: &Script, prepared: &Preparation) -> bool {
    let mut held =
        (spaces.iter().flat_map(Sessions::held)).filter(|held| held.summary.mode != Mode::OnePhone);
    held.any(|held| held.script == script.id && held.at > prepared.at)
}

/// What was prepared for the next one.
async fn prepared(
    visit: &Visit,
    inner: &Inner,
    script: &Script,
) -> Result<Option<Prepared>, PageError> {
    let found: Option<Preparation> = opened(visit, inner, cell(visit, &script.id)).await?;
    let Some(found) = found else { return Ok(None) };
    let spaces = spaces(visit).await?.unwrap_or_default();
    Ok((!is_used(&spaces, script, &found)).then_some(found.answers))
}

/// What was prepared, and written for oneself in this session, if the private door is open.
pub(super) async fn notes(
    visit: &Visit,
    script: &Script,
    session: SessionId,
) -> Result<Option<Prepared>, PageError> {
    let Some(OpenDoor { inner, .. }) = &visit.door else {
        return Ok(None);
    };
    let mut notes = if script.prepare.is_empty() {
        Prepared::new()
    } else {
        prepared(visit, inner, script).await?.unwrap_or_default()
    };
    for step in private_steps(script) {
        let cell = words_cell(visit, &script.id, step);
        let mine: Option<Mine> = opened(visit, inner, cell).await?;
        if let Some(mine) = mine.filter(|mine| mine.session == session) {
            notes.insert(step.to_owned(), mine.words);
        }
    }
    Ok(Some(notes))
}

/// When the door opens, words for a session that is over go for good: whoever pressed last took only their own along
/// (S19).
pub(in crate::pages) async fn forget_what_is_over(
    visit: &Visit,
    root: &Root,
) -> Result<(), PageError> {
    let Some(inner) = open_inner(&root.inner(), visit.id(), &visit.person.inner) else {
        return Ok(());
    };
    let Some(spaces) = spaces(visit).await? else {
        return Ok(());
    };
    let open = |id| {
        let mut spaces = spaces.iter();
        spaces.any(|sessions| sessions.open_one(id, visit.now).is_some())
    };
    let mut over = vec![];
    for script in visit.app.guide().scripts.values() {
        let prepared = cell(visit, &script.id);
        let found: Option<Preparation> = opened(visit, &inner, prepared).await?;
        if found.is_some_and(|found| is_used(&spaces, script, &found)) {
            over.push(prepared);
        }
        for step in private_steps(script) {
            let written = words_cell(visit, &script.id, step);
            let found: Option<Mine> = opened(visit, &inner, written).await?;
            if found.is_some_and(|found| !open(found.session)) {
                over.push(written);
            }
        }
    }
    if !over.is_empty() {
        // On a full disk they stay until the next time.
        let _ = visit.app.store().commit(dropped(visit, over)).await;
    }
    Ok(())
}

fn dropped(visit: &Visit, cells: Vec<CellId>) -> Vec<Change> {
    let owner = visit.owner();
    let drop = |cell| Change::DropCell { owner, cell };
    cells.into_iter().map(drop).collect()
}

/// The prompts and private steps whose words may be looked at again at a step.
pub(super) fn shown_at<'a>(
    script: &'a Script,
    step: &'a str,
    form: Option<&'a session::Form>,
) -> impl Iterator<Item = &'a str> {
    let prompts = script.prepare.iter();
    let prompts = prompts
        .filter(move |prompt| prompt.steps.iter().any(|one| one == step))
        .map(|prompt| prompt.id.as_str());
    let written = script.steps.iter().filter(move |one| {
        matches!(&one.what, What::Private { steps } if steps.iter().any(|one| one == step))
            && form.is_some_and(|form| one.is_in(form))
    });
    prompts.chain(written.map(|step| step.id.as_str()))
}

/// What goes once a session is held: the words of whoever ends it. Those of the other go when their door opens.
pub(super) fn forget(visit: &Visit, script: &Script) -> Vec<Change> {
    let mut cells: Vec<CellId> = private_steps(script)
        .map(|step| words_cell(visit, &script.id, step))
        .collect();
    if !script.prepare.is_empty() {
        cells.push(cell(visit, &script.id));
    }
    dropped(visit, cells)
}

/// Words written for oneself: sealed to oneself, and a note of one's own if one likes. They belong to the step they were
/// written at, whether or not the other has gone on meanwhile.
pub(super) async fn keep_words(
    visit: &Visit,
    session: SessionId,
    script: &Script,
    form: &Pressed,
) -> Result<Result<(), session::Refusal>, PageError> {
    let words = match written(&form.mine) {
        Ok(words) => words,
        Err(Unwritten::Empty) => return Ok(Ok(())),
        Err(Unwritten::TooLong) => return Ok(Err(session::Refusal::TooLong)),
    };
    let Some(step) = private_steps(script).find(|step| *step == form.step) else {
        return Err(PageError::NotOurForm);
    };
    let mine = Mine { session, words };
    put(visit, words_cell(visit, &script.id, step), &mine).await?;
    if form.note.is_some() {
        keep_note(visit, session, step, &mine.words).await?;
    }
    Ok(Ok(()))
}

/// The same words as a note. Its id is made of them and of where they were written, so that a press that arrives twice is
/// one note, and other words at the same step are another.
pub(super) async fn keep_note(
    visit: &Visit,
    session: SessionId,
    step: &str,
    words: &str,
) -> Result<(), PageError> {
    let Ok(words) = written(words) else {
        return Ok(());
    };
    let place = visit
        .outer
        .cell_id(&format!("note {session} {step} {words}"));
    let event = Event::Noted {
        id: NoteId::new(*place.bytes()),
        words,
        until: None,
    };
    let at = visit.now;
    super::super::note::append(visit, &Entry { at, event }).await
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
    let prepared = match &visit.door {
        Some(door) => Some(
            prepared(visit, &door.inner, script)
                .await?
                .unwrap_or_default(),
        ),
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

/// Adds to what one wants to be heard about at the check-in, behind the private door: what was there stays. Nothing is
/// changed, and the answer is no, where both together are too long.
pub(in crate::pages) async fn add(visit: &Visit, words: &str) -> Result<bool, PageError> {
    let script = script(&visit.app, CHECK_IN)?;
    let door = visit.inner()?;
    let mut answers = prepared(visit, &door.inner, script)
        .await?
        .unwrap_or_default();
    let about = answers.entry(CONCERN.to_owned()).or_default();
    // As [`written`] has it: a form sends its lines in another way.
    let stands = written(about).unwrap_or_default();
    if has_paragraph(&stands, words) {
        return Ok(true); // the same press, arriving twice
    }
    let both = if stands.is_empty() {
        words.to_owned()
    } else {
        format!("{stands}\n\n{words}")
    };
    if both.chars().count() > LONGEST {
        return Ok(false);
    }
    *about = both;
    keep(visit, script, answers).await?;
    Ok(true)
}

/// Whether these words stand there by themselves, not within others.
fn has_paragraph(text: &str, words: &str) -> bool {
    let framed = |text: &str| format!("\n\n{text}\n\n");
    framed(text).contains(&framed(words))
}

async fn keep(visit: &Visit, script: &Script, answers: Prepared) -> Result<(), PageError> {
    let at = visit.now;
    let prepared = Preparation { at, answers };
    put(visit, cell(visit, &script.id), &prepared).await
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
    keep(visit, script, form).await?;
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
