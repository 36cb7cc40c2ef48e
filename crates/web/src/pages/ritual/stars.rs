//! Stars: each person's own, in the dark. When both have laid theirs down, what both starred comes to light, to both,
//! and nothing else (S3).
//!
//! What somebody starred lies in a cell of its own person and opens for nobody else; laying it down puts a mark into one
//! cell of the two, and no star. Only where the other's mark lies there already does the second hand go with it: by then
//! both have laid theirs down. Whoever was first puts the own hand beside it, with a press, and what is in both is kept;
//! the first hand is never under a key that the other has. Until then nothing on the other's page tells of it.

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

/// What lies there, each in its person's place: since when, and of whoever was second, which.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Table {
    laid: [Option<Stamp>; 2],
    hands: [Option<Vec<String>>; 2],
}

/// How it stands for one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lies {
    Nothing,
    /// One's own, and perhaps the other's: it is not told.
    Mine,
    /// One's own, laid down second: the other looks.
    Second,
    /// Both, and this person looks.
    Both,
}

impl Table {
    fn has(&self, who: Who, now: Stamp) -> bool {
        self.laid[who.index()].is_some_and(|at| at.plus(LIES) > now)
    }

    /// What this person laid down beside the other's mark.
    fn hand(&self, who: Who, now: Stamp) -> Option<&[String]> {
        let both = self.has(who, now) && self.has(who.other(), now);
        self.hands[who.index()].as_deref().filter(|_| both)
    }

    fn lies(&self, me: Who, now: Stamp) -> Lies {
        if !self.has(me, now) {
            Lies::Nothing
        } else if self.hand(me.other(), now).is_some() {
            Lies::Both
        } else if self.hand(me, now).is_some() {
            Lies::Second
        } else {
            Lies::Mine
        }
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

/// Lays down what this person has in hand. The other's mark being there, the stars go with it; the other's stars being
/// there, what is in both comes to light.
async fn lay(visit: &Visit, ideas: &[String]) -> Result<(), PageError> {
    let me = visit.space().who;
    for _ in 0..TRIES {
        let (version, mut table) = table(visit).await?;
        if table.hand(me.other(), visit.now).is_some() {
            return look(visit, ideas).await;
        }
        let second = table.has(me.other(), visit.now);
        table.laid[me.index()] = Some(visit.now);
        table.hands = [None, None];
        table.hands[me.index()] = second.then(|| ideas.to_vec());
        let put = put(visit, version, &table);
        if visit.app.store().commit(vec![put]).await? == Outcome::Done {
            return Ok(());
        }
    }
    Err(PageError::TooBusy)
}

/// Puts this hand beside the other's: what is in both comes to light, and the hands are gone.
async fn look(visit: &Visit, ideas: &[String]) -> Result<(), PageError> {
    let me = visit.space().who;
    for _ in 0..TRIES {
        let (version, table) = table(visit).await?;
        let Some(other) = table.hand(me.other(), visit.now) else {
            return Ok(()); // taken up meanwhile, or found already
        };
        let both = ideas.iter().filter(|idea| other.contains(idea));
        let ask = [Command::Ritual(Ask::Match {
            ideas: both.cloned().collect(),
        })];
        let wiped = put(visit, version, &Table::default());
        match visit.act_with(visit.space(), &ask, vec![wiped]).await {
            Ok(_) => return Ok(()),
            Err(PageError::TooBusy) => {} // the other took theirs up, or laid it anew
            Err(other) => return Err(other),
        }
    }
    Err(PageError::TooBusy)
}

/// What goes when one leaves: a hand of theirs, should one lie there (S21).
pub(in crate::pages) fn withdrawn(visit: &Visit) -> Option<Change> {
    let space = visit.space();
    let (owner, cell) = (space.couple.into(), cell(visit));
    space.together.then_some(Change::DropCell { owner, cell })
}

async fn take_up(visit: &Visit) -> Result<(), PageError> {
    let me = visit.space().who;
    for _ in 0..TRIES {
        let (version, mut table) = table(visit).await?;
        if table.laid[me.index()].take().is_none() {
            return Ok(());
        }
        // With one mark gone no hand may lie there; whose mark stays is first now.
        table.hands = [None, None];
        let put = put(visit, version, &table);
        if visit.app.store().commit(vec![put]).await? == Outcome::Done {
            return Ok(());
        }
    }
    Err(PageError::TooBusy)
}

/// On the page of rituals: both have laid their stars down, and this person looks.
pub(super) async fn waits(visit: &Visit) -> Result<bool, PageError> {
    let together = visit.space().together;
    Ok(together && table(visit).await?.1.lies(visit.space().who, visit.now) == Lies::Both)
}

/// Both are there: the press that puts them side by side.
pub(super) fn to_look_at(visit: &Visit, shared: &Shared) -> Markup {
    let w = visit.app.words();
    ui::wash(
        ui::Tone::Glow,
        html! {
            h2 { (w.say("stars-both")) }
            p { (w.tell("stars-both-more", &[("name", &parts::other(visit, shared))])) }
            form.form method="post" novalidate action=(paths::RITUAL_STARS) {
                (ui::actions(html! { (ui::Button::primary(&w.say("stars-look")).sends("step", "look")) }))
            }
        },
    )
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
    let lies = table(&visit).await?.1.lies(visit.space().who, visit.now);
    let page = show(&visit, &read.state, &stars, lies, "", None);
    Ok(visit.answer_read(page, &read))
}

fn show(
    visit: &Visit,
    shared: &Shared,
    stars: &[String],
    lies: Lies,
    typed: &str,
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
        @if lies == Lies::Both { (to_look_at(visit, shared)) }
        @if lies != Lies::Nothing {
            (ui::Notice { tone: ui::Tone::Sage, icon: Some(ui::Icon::Done), body: html! {
                @match lies {
                    Lies::Second => p { (w.tell("stars-lie-second", &[("name", &name)])) },
                    Lies::Mine => p { (w.tell("stars-lie", &[("name", &name)])) },
                    Lies::Both | Lies::Nothing => {}
                }
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
        (ui::details_open(!typed.is_empty(), &w.say("stars-add"), html! {
            form.form method="post" novalidate action=(paths::RITUAL_IDEA) {
                input type="hidden" name="id" value=(NoteId::new(rekindle_vault::chance::bytes()));
                (parts::field(parts::Field { label: &w.say("stars-add-field"), name: "words", value: typed, hint: Some(&w.tell("stars-add-hint", &[("name", &name)])), ..parts::Field::default() }))
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
    if !["keep", "lay", "take", "look"].contains(&step.as_str())
        || form.keys().any(|key| !all.contains_key(key))
    {
        return Err(PageError::NotOurForm);
    }
    if step == "take" {
        take_up(&visit).await?;
        return Ok(see(paths::RITUAL_STARS));
    }
    if step == "look" {
        let hand = rest::resting(&visit).await?.hand().to_vec();
        look(&visit, &hand).await?;
        return Ok(see(paths::RITUALS));
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
        let lies = table(&visit).await?.1.lies(visit.space().who, visit.now);
        let page = show(&visit, &read.state, &stars, lies, "", Some(&text));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let lays = step == "lay" && together;
    rest::star(&visit, &stars, lays).await?;
    if lays {
        lay(&visit, &stars).await?;
        let found = table(&visit).await?.1 == Table::default();
        return Ok(see(if found {
            paths::RITUALS
        } else {
            paths::RITUAL_STARS
        }));
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
        words: form.words.clone(),
    };
    match visit.act(Command::Ritual(ask)).await? {
        Ok(_) => Ok(see(paths::RITUAL_STARS)),
        Err(refusal) => {
            let read = visit.shared().await?;
            let stars = rest::resting(&visit).await?.stars().to_vec();
            let text = visit.app.words().say(&refusal.to_string());
            let lies = table(&visit).await?.1.lies(visit.space().who, visit.now);
            let page = show(&visit, &read.state, &stars, lies, &form.words, Some(&text));
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
