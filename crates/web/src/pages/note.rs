//! Notes to oneself: written at any time in ten seconds, read behind the private door, erased without a mark
//! (S13, S18, S19).

use std::collections::BTreeSet;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::html;
use rekindle_domain::ids::NoteId;
use rekindle_domain::private::{Entry, Event};
use rekindle_domain::text::{Unwritten, written};
use rekindle_domain::{CellId, OwnerId, Stamp};
use rekindle_store::{Change, Head, Outcome, Place, Record};
use rekindle_vault::chain;
use rekindle_vault::entry::{Spot, open_cell, open_private, seal_cell, seal_private};
use rekindle_vault::keys::{Inner, InnerPublic, OuterKey, Root, open_inner};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::ledger::{links, record};
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::NOTES, get(page).post(write))
        .route(paths::NOTE_ERASE, post(erase))
}

fn place(visit: &Visit) -> Place {
    Place {
        owner: visit.owner(),
        stream: visit.outer.private_stream(visit.id()),
    }
}

/// Where the private stream stands, sealed to its person in a cell that everybody has from the first day. Each write
/// raises the count; the row itself counts nothing, and an erasure looks like any other write (S19). With it a device
/// notices when the whole database is put back to an older copy (K10).
#[derive(Clone, Default, Serialize, Deserialize)]
struct Stand {
    count: u64,
    /// The stream's head; none while nothing stands in it.
    head: Option<[u8; 32]>,
}

pub(super) fn stand_cell(outer: &OuterKey) -> CellId {
    outer.cell_id("private stand")
}

fn put_stand(outer: &OuterKey, owner: OwnerId, version: u64, stand: &Stand) -> Change {
    let cell = stand_cell(outer);
    let plain = serde_json::to_vec(stand).expect("plain data");
    let body = seal_cell(outer, owner, cell, version, &plain);
    Change::SetCell { owner, cell, body }
}

/// The cell as everybody has it from the first day.
pub(super) fn first(outer: &OuterKey, owner: OwnerId) -> Change {
    put_stand(outer, owner, 1, &Stand::default())
}

/// Where the stream is said to stand, with the cell’s version. Without a cell nothing is said yet; inside, `None` when
/// it cannot be opened.
async fn stand(visit: &Visit) -> Result<Option<(u64, Option<Stand>)>, PageError> {
    let id = stand_cell(&visit.outer);
    let Some(cell) = visit.app.store().cell(visit.owner(), id).await? else {
        return Ok(None);
    };
    let stand = open_cell(&visit.outer, visit.owner(), id, cell.version, &cell.body)
        .and_then(|plain| serde_json::from_slice(&plain).ok());
    Ok(Some((cell.version, stand)))
}

/// The change that says where the stream stands after a write that leaves it at `head`.
async fn moved_on(visit: &Visit, head: Option<Head>) -> Result<Change, PageError> {
    stands_at(visit, &visit.outer, head).await
}

/// Everything in the private stream, in order. Only with the door open.
pub(super) async fn entries(visit: &Visit, inner: &Inner) -> Result<Vec<Entry>, PageError> {
    Ok(opened(visit, inner).await?.0)
}

/// The same, and whether the chain holds and all of it opens (K10).
async fn opened(visit: &Visit, inner: &Inner) -> Result<(Vec<Entry>, bool), PageError> {
    let place = place(visit);
    let records = visit.app.store().load(place).await?.records;
    let mut entries: Vec<Entry> = records
        .iter()
        .filter_map(|record| entry(inner, place, record))
        .collect();
    let start = Head::genesis(place.owner, place.stream);
    let holds = chain::verify(start, 0, links(&records)).is_ok();
    let sound = holds && entries.len() == records.len();
    // A press that arrived twice was written twice: with the door closed nobody could tell.
    let mut seen = BTreeSet::new();
    entries.retain(|entry| seen.insert(entry.event.id()));
    Ok((entries, sound))
}

fn entry(inner: &Inner, place: Place, record: &Record) -> Option<Entry> {
    serde_json::from_slice(&plain(inner, place, record)?).ok()
}

fn plain(inner: &Inner, place: Place, record: &Record) -> Option<Zeroizing<Vec<u8>>> {
    let content = record.content.as_ref()?;
    let spot = Spot {
        owner: place.owner,
        stream: place.stream,
        seq: record.seq,
    };
    open_private(inner, spot, &content.key, &content.body)
}

/// The private door shut, a note can be written and not read.
async fn page(visit: Visit) -> Result<Response, PageError> {
    show(&visit, &Write::default(), None).await
}

async fn show(visit: &Visit, form: &Write, problem: Option<&str>) -> Result<Response, PageError> {
    let w = visit.app.words();
    let notes = match &visit.door {
        Some(door) => Some(opened(visit, &door.inner).await?),
        None => None,
    };
    let tip = visit.app.store().tip(place(visit)).await?;
    let fits = |stand: &Stand| {
        stand.head == tip.map(|(_, head)| head.0)
            && !visit.private_went_back(stand.count, &stand.head.unwrap_or_default())
    };
    let stands = match stand(visit).await? {
        Some((_, stand)) => stand.filter(fits),
        None => Some(Stand::default()).filter(|_| !visit.private_went_back(0, &[0; 32])),
    };
    let sound = stands.is_some() && notes.as_ref().is_none_or(|(_, sound)| *sound);
    let today = visit.now().today();
    let page = visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("notes-title"), lead: Some(&w.say("notes-lead")),
            back: Some(ui::Link::new(&w.say("frame-me"), paths::ME)), ..ui::Greeting::default()
        })
        @if !sound { (parts::notice(html! { p { (w.say("tampered")) } })) }
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        (ui::card(html! {
            form.form method="post" novalidate action=(paths::NOTES) {
                input type="hidden" name="id" value=(NoteId::new(rekindle_vault::chance::bytes()));
                (parts::area(&w.say("notes-words"), "words", &form.words, Some(&w.say("notes-hint")), true, 4))
                (parts::choices(&w.say("notes-until"), "until", &form.until, [
                    ("", w.say("notes-until-erased").as_str(), ""),
                    ("7", w.say("notes-until-week").as_str(), ""),
                    ("30", w.say("notes-until-month").as_str(), ""),
                ].into_iter()))
                (ui::actions(html! { (ui::Button::primary(&w.say("notes-keep"))) }))
            }
        }))
        @match &notes {
            None => {
                (ui::card(html! {
                    h2 { (w.say("notes-behind")) }
                    p { (w.say("notes-behind-more")) }
                    (ui::actions(html! {
                        (ui::Button::quiet(&w.say("door-button")).to(&format!("{}?to={}", paths::DOOR, paths::NOTES)).icon(ui::Icon::Lock))
                    }))
                }))
            }
            Some((notes, _)) => {
                @let kept: Vec<_> = notes.iter().filter_map(|entry| noted(entry, visit.now)).collect();
                @if kept.is_empty() { p.soft { (w.say("notes-none")) } }
                @for (entry, id, words, until) in kept.iter().rev() {
                    section.card {
                        p.kicker.dusk {
                            (parts::day(w, visit.profile.zone.local(entry.at).date(), today))
                            @if let Some(until) = until {
                                " · " (w.tell("notes-goes", &[("day", &parts::day(w, visit.profile.zone.local(*until).date(), today))]))
                            }
                        }
                        @for line in words.lines() { p { (line) } }
                        form.form method="post" novalidate action=(paths::NOTE_ERASE) {
                            input type="hidden" name="id" value=(id);
                            button.button.plain.small { (w.say("notes-erase")) }
                        }
                    }
                }
                form.form method="post" novalidate action=(paths::DOOR_CLOSE) {
                    button.button.quiet.small { (ui::Icon::Lock) (w.say("door-close")) }
                }
            }
        }
    });
    Ok(match stands {
        Some(stand) => visit.answer_private(page, stand.count, stand.head.unwrap_or_default()),
        None => page.into_response(), // what the device remembers stays, and so does the notice
    })
}

/// A note that is still there; other private things have pages of their own.
fn noted(entry: &Entry, now: Stamp) -> Option<(&Entry, &NoteId, &String, &Option<Stamp>)> {
    match &entry.event {
        Event::Noted { id, words, until } => {
            (!entry.event.is_over(now)).then_some((entry, id, words, until))
        }
        Event::Marked { .. }
        | Event::Rated { .. }
        | Event::HurtFelt { .. }
        | Event::HurtShaped { .. }
        | Event::HurtSeenOutside { .. }
        | Event::HurtAgain { .. }
        | Event::HurtLies { .. }
        | Event::HurtEnded { .. } => None,
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Write {
    /// Made with the page, so that a press that arrives twice counts once.
    id: Option<NoteId>,
    words: String,
    until: String,
}

async fn write(visit: Visit, Form(form): Form<Write>) -> Result<Response, PageError> {
    let w = visit.app.words();
    let words = match written(&form.words) {
        Ok(words) => words,
        Err(why) => {
            let text = w.say(match why {
                Unwritten::Empty => "appreciation-refused-empty",
                Unwritten::TooLong => "appreciation-refused-too-long",
            });
            let mut page = show(&visit, &form, Some(&text)).await?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(page);
        }
    };
    let days: Option<i64> = match form.until.as_str() {
        "" => None,
        "7" => Some(7),
        "30" => Some(30),
        _ => return Err(PageError::NotOurForm),
    };
    let event = Event::Noted {
        id: form
            .id
            .unwrap_or_else(|| NoteId::new(rekindle_vault::chance::bytes())),
        words,
        until: days.map(|days| visit.now.plus(days * Stamp::DAY)),
    };
    append(
        &visit,
        &Entry {
            at: visit.now,
            event,
        },
    )
    .await?;
    Ok(see(paths::NOTES))
}

/// Seals a private entry to one's own inner key; needs no door.
pub(super) async fn append(visit: &Visit, entry: &Entry) -> Result<(), PageError> {
    for _ in 0..6 {
        let append = appended(visit, entry).await?;
        if visit.app.store().commit(append).await? == Outcome::Done {
            return Ok(());
        }
    }
    Err(PageError::TooBusy)
}

/// The changes that put one more entry behind those there are.
pub(super) async fn appended(visit: &Visit, entry: &Entry) -> Result<Vec<Change>, PageError> {
    let place = place(visit);
    let plain = serde_json::to_vec(entry).expect("plain data");
    let (after, head) = visit
        .app
        .store()
        .tip(place)
        .await?
        .unwrap_or_else(|| (0, Head::genesis(place.owner, place.stream)));
    let sealed = sealed(visit, place, after, head, &plain);
    let moved_on = moved_on(visit, Some(sealed.head)).await?;
    let append = Change::Append {
        place,
        after,
        before: head,
        records: vec![sealed],
    };
    Ok(vec![append, moved_on])
}

fn sealed(visit: &Visit, place: Place, after: u64, head: Head, plain: &[u8]) -> Record {
    let spot = Spot {
        owner: place.owner,
        stream: place.stream,
        seq: after + 1,
    };
    record(
        seal_private(&visit.ring.inner_public(), spot, head, plain)
            .expect("texts are bounded below the largest size"),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Erase {
    id: NoteId,
}

async fn erase(visit: Visit, Form(form): Form<Erase>) -> Result<Response, PageError> {
    let door = visit.inner()?;
    forget(&visit, &door.inner, form.id).await?;
    Ok(see(paths::NOTES))
}

/// Erases a note, or a hurt with all that was done about it.
pub(super) async fn forget(visit: &Visit, inner: &Inner, id: NoteId) -> Result<(), PageError> {
    rebase(visit, inner, |entry| entry.event.about() != id).await
}

/// Takes out the entries that are not to be kept.
async fn rebase(
    visit: &Visit,
    inner: &Inner,
    keep: impl Fn(&Entry) -> bool,
) -> Result<(), PageError> {
    for _ in 0..6 {
        let change = rebuilt(visit, inner, |mut entries| {
            entries.retain(&keep);
            entries
        });
        let change = change.await?;
        if change.is_empty() || visit.app.store().commit(change).await? == Outcome::Done {
            return Ok(());
        }
    }
    Err(PageError::TooBusy)
}

/// The changes that put the private stream together anew, so that no gap shows where an entry was (K10); none where
/// everything stays as it is.
pub(super) async fn rebuilt(
    visit: &Visit,
    inner: &Inner,
    change: impl FnOnce(Vec<Entry>) -> Vec<Entry>,
) -> Result<Vec<Change>, PageError> {
    let place = place(visit);
    let loaded = visit.app.store().load(place).await?;
    let after = loaded.records.last().map_or(0, |record| record.seq);
    let entries: Vec<Entry> = loaded
        .records
        .iter()
        .filter_map(|record| entry(inner, place, record))
        .collect();
    let kept = change(entries.clone());
    if kept == entries {
        return Ok(vec![]);
    }
    let mut head = Head::genesis(place.owner, place.stream);
    let mut records = vec![];
    for (n, entry) in (0..).zip(&kept) {
        let plain = serde_json::to_vec(entry).expect("plain data");
        let record = sealed(visit, place, n, head, &plain);
        head = record.head;
        records.push(record);
    }
    let moved_on = moved_on(visit, records.last().map(|record| record.head)).await?;
    let rebase = Change::Rebase {
        place,
        after,
        erased: loaded.erased,
        records,
    };
    Ok(vec![rebase, moved_on])
}

/// The change that puts a stream of one's own in its own place, opened with the old keys and sealed to new ones (K7),
/// and the head it ends in. What nobody could open before is not kept.
pub(super) async fn sealed_again(
    visit: &Visit,
    place: Place,
    old: &Inner,
    new: &InnerPublic,
) -> Result<(Option<Head>, Change), PageError> {
    let erased = visit.app.store().load(place).await?.erased;
    let old_records = visit.app.store().read(place, 0, u32::MAX).await?;
    let mut head = Head::genesis(place.owner, place.stream);
    let mut records = vec![];
    for plain in old_records
        .iter()
        .filter_map(|record| plain(old, place, record))
    {
        let spot = Spot {
            owner: place.owner,
            stream: place.stream,
            seq: records.len() as u64 + 1,
        };
        let sealed = seal_private(new, spot, head, &plain).expect("as long as it was before");
        head = sealed.head;
        records.push(record(sealed));
    }
    let ends = records.last().map(|record: &Record| record.head);
    let change = Change::Rebase {
        place,
        after: old_records.last().map_or(0, |record| record.seq),
        erased,
        records,
    };
    Ok((ends, change))
}

/// The change that says where the private stream stands, sealed under a new key.
pub(super) async fn stands_at(
    visit: &Visit,
    outer: &OuterKey,
    head: Option<Head>,
) -> Result<Change, PageError> {
    let (version, before) = stand(visit).await?.unwrap_or((1, None));
    let stand = Stand {
        count: before.map_or(0, |stand| stand.count) + 1,
        head: head.map(|head| head.0),
    };
    Ok(put_stand(outer, visit.owner(), version, &stand))
}

/// When the door opens, notes whose time is over go for good (S19).
pub(super) async fn forget_what_is_over(visit: &Visit, root: &Root) -> Result<(), PageError> {
    let Some(inner) = open_inner(&root.inner(), visit.id(), &visit.person.inner) else {
        return Ok(());
    };
    rebase(visit, &inner, |entry| !entry.event.is_over(visit.now)).await
}
