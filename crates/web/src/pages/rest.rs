//! What a person lets rest: single proposals, and whole families of practices (S6, S11). The other sees the ordinary
//! gap. Consent state: overwritten in place, without history (S13), in one cell that everybody has from the first day,
//! so that not even its being there says something.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::held::Open;
use rekindle_domain::ids::{ProposalId, RitualId, SessionId};
use rekindle_domain::pack::{Family, Word as _};
use rekindle_domain::proposal::{Proposal, REST_AFTER};
use rekindle_domain::{CellId, OwnerId, Stamp, Who};
use rekindle_store::{Change, Outcome};
use rekindle_vault::entry::{open_cell, seal_cell};
use rekindle_vault::keys::OuterKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::parts::{self, Tab};
use crate::answers::see;
use crate::form::Form;
use crate::visit::Visit;
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::REST, get(page).post(save))
}

/// So many proposals, offers and drafts are remembered of each; older ones have come to rest by themselves.
const REMEMBERED: usize = 10;

/// In bytes: more than all of these, a hand twice and every family, less than a sealed size.
const ROOM: usize = 2_000;

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Resting {
    proposals: Vec<String>,
    /// Rituals of which no draft is to be seen, and until when.
    drafts: Vec<(String, Stamp)>,
    families: Vec<String>,
    /// What this person starred among ideas for rituals. Here, because everybody has this cell: that somebody stars
    /// something is not to be seen by its being there (K8).
    stars: Vec<String>,
    /// Those of them that this person laid down, as they were then.
    hand: Vec<String>,
    /// Offered exercises that this person does not want to see now.
    offers: Vec<String>,
    /// Whose it is; not kept.
    #[serde(skip)]
    me: Option<Who>,
}

impl Resting {
    /// Whether this person does not want to see this proposal now.
    pub(super) fn hides(&self, app: &App, asked: &Proposal) -> bool {
        let family = app
            .guide()
            .practice(&asked.practice)
            .map(|practice| practice.family.as_str());
        self.proposals.contains(&asked.id.to_string())
            || family.is_some_and(|family| self.families.iter().any(|one| one == family))
    }

    /// Whether this person does not want to see this session before it begins: this offer, or anything of its family.
    pub(super) fn hides_session(&self, app: &App, open: &Open) -> bool {
        let family = app.guide().script(&open.script);
        let family = family.map(|script| script.family.as_str());
        let rests = family.is_some_and(|family| self.families.iter().any(|one| one == family));
        let mine = |who: Who| open.offer.as_ref().is_some_and(|offer| offer.by == who);
        !open.begun
            && (self.offers.contains(&open.id.to_string()) || rests && !self.me.is_some_and(mine))
    }

    /// Whether this person does not want to see drafts of this ritual now. It holds for as long as a draft may lie
    /// there, from "not now" on, so that nobody asks again with a word changed; later ones are seen (S6).
    pub(super) fn hides_draft(&self, id: RitualId, at: Stamp) -> bool {
        let id = id.to_string();
        self.drafts
            .iter()
            .any(|(rests, until)| *rests == id && at < *until)
    }

    pub(super) fn stars(&self) -> &[String] {
        &self.stars
    }

    pub(super) fn hand(&self) -> &[String] {
        &self.hand
    }

    /// As long for everybody as the most that it can hold: nothing is to be seen by its length (K8).
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("plain data");
        // White space at the end is none to JSON.
        bytes.resize(bytes.len().max(ROOM), b' ');
        bytes
    }
}

fn cell(outer: &OuterKey) -> CellId {
    outer.cell_id("resting")
}

/// The cell as everybody has it from the first day.
pub(super) fn first(outer: &OuterKey, owner: OwnerId) -> Change {
    let cell = cell(outer);
    let body = seal_cell(outer, owner, cell, 1, &Resting::default().bytes());
    Change::PutCell {
        owner,
        cell,
        expected: 0,
        body,
    }
}

async fn read(visit: &Visit) -> Result<(u64, Resting), PageError> {
    let id = cell(&visit.outer);
    let Some(cell) = visit.app.store().cell(visit.owner(), id).await? else {
        return Ok((0, Resting::default()));
    };
    let resting = open_cell(&visit.outer, visit.owner(), id, cell.version, &cell.body)
        .and_then(|plain| serde_json::from_slice(&plain).ok())
        .unwrap_or_default();
    Ok((cell.version, resting))
}

/// What this person lets rest. Nobody else can open this.
pub(super) async fn resting(visit: &Visit) -> Result<Resting, PageError> {
    let mut resting = read(visit).await?.1;
    resting.me = Some(visit.space().who);
    Ok(resting)
}

async fn change(visit: &Visit, change: impl Fn(&mut Resting)) -> Result<(), PageError> {
    let id = cell(&visit.outer);
    for _ in 0..6 {
        let (version, mut resting) = read(visit).await?;
        change(&mut resting);
        let body = seal_cell(
            &visit.outer,
            visit.owner(),
            id,
            version + 1,
            &resting.bytes(),
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

/// "Not now": this proposal is not shown to this person any more. The other's page stays as it is.
pub(super) async fn rest(visit: &Visit, proposal: ProposalId) -> Result<(), PageError> {
    let id = proposal.to_string();
    change(visit, |resting| remember(&mut resting.proposals, &id)).await
}

/// The same for drafts of a ritual, for as long as one lies there.
pub(super) async fn rest_drafts(visit: &Visit, ritual: RitualId) -> Result<(), PageError> {
    let id = ritual.to_string();
    let until = visit.now.plus(REST_AFTER);
    change(visit, |resting| {
        let others = |(rests, ends): &(String, Stamp)| *rests != id && *ends > visit.now;
        resting.drafts.retain(others);
        resting.drafts.push((id.clone(), until));
        forget(&mut resting.drafts);
    })
    .await
}

/// "Not now" to an offer: it is not shown to this person any more. The other's page stays as it is (S6).
pub(super) async fn rest_session(visit: &Visit, id: SessionId) -> Result<(), PageError> {
    let id = id.to_string();
    change(visit, |resting| remember(&mut resting.offers, &id)).await
}

fn remember(ids: &mut Vec<String>, id: &str) {
    if !ids.iter().any(|one| one == id) {
        ids.push(id.to_owned());
        forget(ids);
    }
}

fn forget<T>(all: &mut Vec<T>) {
    let over = all.len().saturating_sub(REMEMBERED);
    all.drain(..over);
}

/// One's own wish for the same thing brings the other's offer back.
pub(super) async fn unrest_session(visit: &Visit, id: SessionId) -> Result<(), PageError> {
    let id = id.to_string();
    if resting(visit).await?.offers.contains(&id) {
        change(visit, |resting| resting.offers.retain(|one| *one != id)).await?;
    }
    Ok(())
}

/// Keeps what this person starred, for nobody else; and what of it they lay down, for when the other does.
pub(super) async fn star(visit: &Visit, stars: &[String], lays: bool) -> Result<(), PageError> {
    change(visit, |resting| {
        stars.clone_into(&mut resting.stars);
        if lays {
            stars.clone_into(&mut resting.hand);
        }
    })
    .await
}

const fn family_text(family: Family) -> &'static str {
    match family {
        Family::Talk => "rest-talk",
        Family::Touch => "rest-touch",
        Family::Sex => "rest-sex",
        Family::Time => "rest-time",
        Family::Repair => "rest-repair",
        Family::Solo => "rest-solo",
    }
}

/// The families that two people do together.
fn families() -> impl Iterator<Item = (&'static str, Family)> {
    Family::WORDS
        .iter()
        .copied()
        .filter(|(_, family)| *family != Family::Solo)
}

async fn page(visit: Visit) -> Result<Markup, PageError> {
    visit.inner()?;
    let w = visit.app.words();
    let resting = resting(&visit).await?;
    Ok(visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("rest-title"), lead: Some(&w.say("rest-lead")),
            back: Some(ui::Link::new(&w.say("frame-me"), paths::ME)), ..ui::Greeting::default()
        })
        form.form method="post" novalidate action=(paths::REST) {
            @for (word, family) in families() {
                (parts::check(word, &w.say(family_text(family)), resting.families.iter().any(|one| one == word), None))
            }
            (parts::submit(&w.say("settings-save")))
        }
        p.small { (w.say("rest-note")) " " a href=(paths::HELP) { (w.say("help-link")) } }
    }))
}

async fn save(
    visit: Visit,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    visit.inner()?;
    if form
        .keys()
        .any(|key| !families().any(|(word, _)| word == key))
    {
        return Err(PageError::NotOurForm);
    }
    change(&visit, |resting| {
        resting.families = form.keys().cloned().collect();
    })
    .await?;
    Ok(see(paths::ME))
}
