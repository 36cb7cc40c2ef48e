//! Stars: each person's own, in the dark. Laid side by side when both have laid theirs down, and then only what both
//! starred is shown, to both (S3).
//!
//! What is not laid down lies in a cell of its own person and opens for nobody else. A hand that was laid down is given
//! to the two: it lies in one cell of theirs, which looks the same with one, two or no hands in it (K8), until the
//! other lays theirs beside it; then both hands are wiped and what was in both is kept. Nothing on the other's page
//! tells whether a hand lies there.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rekindle_domain::ids::NoteId;
use rekindle_domain::pack::Often;
use rekindle_domain::ritual::{Command as Ask, HAND};
use rekindle_domain::shared::{Command, Shared};
use rekindle_domain::{CellId, Stamp, Who};
use rekindle_store::{Change, Outcome};
use rekindle_vault::entry::{open_cell, seal_cell};
use serde::{Deserialize, Serialize};

use super::super::parts::{self, Tab};
use super::super::rest;
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{PageError, paths, ui};

/// A hand that nobody laid theirs beside is taken up again after so long.
const LIES: i64 = 28 * Stamp::DAY;

/// How often to try again when the other phone is quicker.
const TRIES: usize = 6;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Hand {
    ideas: Vec<String>,
    at: Stamp,
}

/// The hands that lie there, each in its person's place.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Table {
    hands: [Option<Hand>; 2],
}

impl Table {
    fn of(&self, who: Who, now: Stamp) -> Option<&Hand> {
        let lies = |hand: &&Hand| hand.at.plus(LIES) > now;
        self.hands[who.index()].as_ref().filter(lies)
    }
}

fn cell(visit: &Visit) -> CellId {
    visit.space().keys.cell_id("stars")
}

async fn table(visit: &Visit) -> Result<(u64, Table), PageError> {
    let (space, id) = (visit.space(), cell(visit));
    let owner = space.couple.into();
    let Some(cell) = visit.app.store().cell(owner, id).await? else {
        return Ok((0, Table::default()));
    };
    let table = open_cell(space.keys, owner, id, cell.version, &cell.body)
        .and_then(|plain| serde_json::from_slice(&plain).ok())
        .unwrap_or_default();
    Ok((cell.version, table))
}

fn put(visit: &Visit, version: u64, table: &Table) -> Change {
    let (space, cell) = (visit.space(), cell(visit));
    let owner = space.couple.into();
    let plain = serde_json::to_vec(table).expect("plain data");
    Change::PutCell {
        owner,
        cell,
        expected: version,
        body: seal_cell(space.keys, owner, cell, version + 1, &plain),
    }
}

/// Lays this hand down. With the other's beside it, what is in both comes to light and the hands are gone.
async fn lay(visit: &Visit, ideas: &[String]) -> Result<(), PageError> {
    let me = visit.space().who;
    for _ in 0..TRIES {
        let (version, mut table) = table(visit).await?;
        if let Some(other) = table.of(me.other(), visit.now) {
            let both = ideas.iter().filter(|idea| other.ideas.contains(idea));
            let ideas = both.cloned().collect();
            let wiped = put(visit, version, &Table::default());
            let ask = [Command::Ritual(Ask::Match { ideas })];
            match visit.act_with(visit.space(), &ask, vec![wiped]).await {
                Ok(_) => return Ok(()),
                Err(PageError::TooBusy) => continue, // the other took theirs up, or laid it anew
                Err(other) => return Err(other),
            }
        }
        table.hands[me.index()] = Some(Hand {
            ideas: ideas.to_vec(),
            at: visit.now,
        });
        if visit
            .app
            .store()
            .commit(vec![put(visit, version, &table)])
            .await?
            == Outcome::Done
        {
            return Ok(());
        }
    }
    Err(PageError::TooBusy)
}

async fn take_up(visit: &Visit) -> Result<(), PageError> {
    let me = visit.space().who;
    for _ in 0..TRIES {
        let (version, mut table) = table(visit).await?;
        if table.hands[me.index()].take().is_none() {
            return Ok(());
        }
        if visit
            .app
            .store()
            .commit(vec![put(visit, version, &table)])
            .await?
            == Outcome::Done
        {
            return Ok(());
        }
    }
    Err(PageError::TooBusy)
}

/// An idea by its id: a line, and a softer one.
pub(super) fn idea(visit: &Visit, shared: &Shared, id: &str) -> Option<(String, String)> {
    let guide = visit.app.guide().ritual(id);
    let guide = guide.map(|idea| (idea.name.clone(), idea.what.clone()));
    let own = || {
        shared
            .rituals
            .ideas()
            .iter()
            .find(|own| own.id.to_string() == id)
    };
    guide.or_else(|| own().map(|own| (own.words.clone(), visit.app.words().say("ritual-own-idea"))))
}

/// Every idea there is, by the name its box has in the form.
fn all(visit: &Visit, shared: &Shared) -> BTreeMap<String, String> {
    let guide = visit.app.guide().rituals.iter().map(|idea| idea.id.clone());
    let own = shared
        .rituals
        .ideas()
        .iter()
        .map(|idea| idea.id.to_string());
    guide
        .chain(own)
        .map(|id| (paths::opaque(&id), id))
        .collect()
}

pub(super) async fn page(visit: Visit) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let stars = rest::resting(&visit).await?.stars().to_vec();
    let lies = table(&visit)
        .await?
        .1
        .of(visit.space().who, visit.now)
        .is_some();
    let page = show(&visit, &read.state, &stars, lies, None);
    Ok(visit.answer_read(page, &read))
}

fn show(
    visit: &Visit,
    shared: &Shared,
    stars: &[String],
    lies: bool,
    problem: Option<&str>,
) -> Markup {
    let w = visit.app.words();
    let name = parts::other(visit, shared);
    let together = visit.space().together;
    let often = [
        (Often::Daily, "rituals-daily"),
        (Often::Weekly, "rituals-weekly"),
        (Often::Monthly, "rituals-monthly"),
        (Often::Yearly, "rituals-yearly"),
    ];
    let row = |id: &str, line: &str, more: &str| {
        let name = paths::opaque(id);
        let starred = stars.iter().any(|star| star == id);
        html! {
            label.option.star for=(name) {
                input id=(name) name=(name) type="checkbox" value="yes" checked[starred];
                span { (line) small { (more) } }
            }
        }
    };
    visit.page(Tab::Us, html! {
        (ui::Greeting {
            title: &w.say("stars-title"), lead: Some(&w.say("stars-lead")),
            back: Some(ui::Link::new(&w.say("rituals-title"), paths::RITUALS)), ..ui::Greeting::default()
        })
        @if let Some(problem) = problem { (parts::problem_notice(problem)) }
        @if lies {
            (ui::Notice { tone: ui::Tone::Sage, icon: Some(ui::Icon::Done), body: html! {
                p { (w.tell("stars-lie", &[("name", &name)])) }
                form.form method="post" novalidate action=(paths::RITUAL_STARS) {
                    (ui::Button::plain(&w.say("stars-take")).sends("step", "take").small())
                }
            }, ..ui::Notice::default() })
        }
        (ui::card(html! {
            h2 { (w.say("stars-how")) }
            (ui::numbered(&[&w.say("stars-how-1"), &w.say("stars-how-2"), &w.say("stars-how-3"), &w.say("stars-how-4")]))
        }))
        form.form method="post" novalidate action=(paths::RITUAL_STARS) {
            @if !shared.rituals.ideas().is_empty() {
                h2 { (w.say("stars-own")) }
                @for own in shared.rituals.ideas() { (row(&own.id.to_string(), &own.words, "")) }
            }
            @for (often, heading) in often {
                h2 { (w.say(heading)) }
                @for idea in visit.app.guide().rituals.iter().filter(|idea| idea.often == often) {
                    (row(&idea.id, &idea.already, &idea.name))
                }
            }
            (ui::actions(html! {
                @if together { (ui::Button::primary(&w.say("stars-lay")).sends("step", "lay")) }
                (ui::Button::quiet(&w.say("stars-keep")).sends("step", "keep"))
            }))
            p.small { (w.tell(if together { "stars-note" } else { "stars-note-alone" }, &[("name", &name)])) }
        }
        (ui::details(&w.say("stars-add"), html! {
            form.form method="post" novalidate action=(paths::RITUAL_IDEA) {
                input type="hidden" name="id" value=(NoteId::new(rekindle_vault::chance::bytes()));
                (parts::field(parts::Field { label: &w.say("stars-add-field"), name: "words", hint: Some(&w.tell("stars-add-hint", &[("name", &name)])), ..parts::Field::default() }))
                (ui::actions(html! { (ui::Button::quiet(&w.say("stars-add-button"))) }))
            }
            @for own in shared.rituals.ideas().iter().filter(|own| own.by == visit.space().who) {
                form.form method="post" novalidate action=(paths::RITUAL_IDEA_TAKE) {
                    input type="hidden" name="id" value=(own.id);
                    div.inline { span { (own.words) } (ui::Button::plain(&w.say("appreciations-withdraw")).small()) }
                }
            }
        }))
    })
}

pub(super) async fn save(
    visit: Visit,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let fields = sent.len();
    let mut form: BTreeMap<String, String> = sent.into_iter().collect();
    if form.len() < fields {
        return Err(PageError::NotOurForm); // a field sent twice
    }
    let read = visit.shared().await?;
    let all = all(&visit, &read.state);
    let step = form.remove("step").unwrap_or_default();
    if !["keep", "lay", "take"].contains(&step.as_str())
        || form.keys().any(|key| !all.contains_key(key))
    {
        return Err(PageError::NotOurForm);
    }
    if step == "take" {
        take_up(&visit).await?;
        return Ok(see(paths::RITUAL_STARS));
    }
    let stars: Vec<String> = form
        .keys()
        .filter_map(|key| all.get(key).cloned())
        .collect();
    let together = visit.space().together;
    let problem = match stars.len() {
        many if many > HAND => Some("stars-many"),
        0 if step == "lay" => Some("stars-none"),
        _ => None,
    };
    if let Some(problem) = problem {
        let text = visit
            .app
            .words()
            .tell(problem, &[("count", &HAND.to_string())]);
        let page = show(&visit, &read.state, &stars, false, Some(&text));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    rest::star(&visit, &stars).await?;
    if step == "lay" && together {
        lay(&visit, &stars).await?;
        return Ok(see(paths::RITUALS));
    }
    Ok(see(paths::RITUAL_STARS))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Add {
    id: NoteId,
    words: String,
}

pub(super) async fn add(visit: Visit, Form(form): Form<Add>) -> Result<Response, PageError> {
    let ask = Ask::AddIdea {
        id: form.id,
        words: form.words,
    };
    match visit.act(Command::Ritual(ask)).await? {
        Ok(_) => Ok(see(paths::RITUAL_STARS)),
        Err(refusal) => {
            let read = visit.shared().await?;
            let stars = rest::resting(&visit).await?.stars().to_vec();
            let text = visit.app.words().say(&refusal.to_string());
            let page = show(&visit, &read.state, &stars, false, Some(&text));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Take {
    id: NoteId,
}

pub(super) async fn take(visit: Visit, Form(form): Form<Take>) -> Result<Response, PageError> {
    let read = visit.shared().await?;
    let mut own = read.state.rituals.ideas().iter();
    let seq = own.find(|idea| idea.id == form.id).map(|idea| idea.seq);
    let taken = visit
        .act(Command::Ritual(Ask::TakeIdea { id: form.id }))
        .await?;
    if let (Ok(_), Some(seq)) = (taken, seq) {
        visit.erase_shared(visit.space(), seq).await?;
    }
    Ok(see(paths::RITUAL_STARS))
}
