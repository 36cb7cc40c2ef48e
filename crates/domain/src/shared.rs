//! What a space shares, put together: one log, one state.
//!
//! **These shapes are stored.** A variant is never changed or removed: add one, and keep folding the old one. The
//! golden file in `tests/golden/` holds every shape ever written.

use serde::{Deserialize, Serialize};

use crate::ids::SessionId;
use crate::session::Summary;
use crate::{
    Now, Stamp, Who, appreciation, between, date, held, journey, moment, plan, proposal, renewal,
    ritual,
};

/// One record of the shared stream, opened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub at: Stamp,
    pub event: Event,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Proposal(proposal::Event),
    Plan(plan::Event),
    Moment(moment::Event),
    Appreciation(appreciation::Event),
    Between(between::Event),
    Session(held::Event),
    Journey(journey::Event),
    Renewal(renewal::Event),
    Ritual(ritual::Event),
    Date(date::Event),
    /// How one of the two is called; the other sees it.
    Named {
        who: Who,
        name: String,
    },
}

impl From<proposal::Event> for Event {
    fn from(event: proposal::Event) -> Self {
        Self::Proposal(event)
    }
}
impl From<plan::Event> for Event {
    fn from(event: plan::Event) -> Self {
        Self::Plan(event)
    }
}
impl From<moment::Event> for Event {
    fn from(event: moment::Event) -> Self {
        Self::Moment(event)
    }
}
impl From<appreciation::Event> for Event {
    fn from(event: appreciation::Event) -> Self {
        Self::Appreciation(event)
    }
}
impl From<between::Event> for Event {
    fn from(event: between::Event) -> Self {
        Self::Between(event)
    }
}
impl From<held::Event> for Event {
    fn from(event: held::Event) -> Self {
        Self::Session(event)
    }
}
impl From<journey::Event> for Event {
    fn from(event: journey::Event) -> Self {
        Self::Journey(event)
    }
}

impl From<renewal::Event> for Event {
    fn from(event: renewal::Event) -> Self {
        Self::Renewal(event)
    }
}
impl From<ritual::Event> for Event {
    fn from(event: ritual::Event) -> Self {
        Self::Ritual(event)
    }
}
impl From<date::Event> for Event {
    fn from(event: date::Event) -> Self {
        Self::Date(event)
    }
}

/// Everything pages show of a space. Small on purpose: it is sealed as a snapshot, under 64 KiB (performance).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shared {
    pub names: [String; 2],
    pub proposals: proposal::Proposals,
    pub plan: plan::Plan,
    pub moments: moment::Moments,
    pub appreciations: appreciation::Appreciations,
    pub between: between::Notes,
    pub sessions: held::Sessions,
    pub journey: journey::Journey,
    pub renewals: renewal::Renewals,
    pub rituals: ritual::Rituals,
    pub dates: date::Dates,
}

/// Anything that can be asked of a shared space.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    Proposal(proposal::Command),
    Plan(plan::Command),
    Moment(moment::Command),
    Appreciation(appreciation::Command),
    Between(between::Command),
    Session(held::Command),
    /// With the number of weeks of the path in question.
    Journey(journey::Command, u32),
    Renewal(renewal::Command),
    Ritual(ritual::Command),
    Date(date::Command),
    Name(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Proposal(#[from] proposal::Refusal),
    #[error(transparent)]
    Plan(#[from] plan::Refusal),
    #[error(transparent)]
    Moment(#[from] moment::Refusal),
    #[error(transparent)]
    Appreciation(#[from] appreciation::Refusal),
    #[error(transparent)]
    Between(#[from] between::Refusal),
    #[error(transparent)]
    Session(#[from] held::Refusal),
    #[error(transparent)]
    Journey(#[from] journey::Refusal),
    #[error(transparent)]
    Ritual(#[from] ritual::Refusal),
    #[error(transparent)]
    Date(#[from] date::Refusal),
    #[error("name-refused")]
    Name,
}

impl Shared {
    /// # Errors
    /// The refusal of the concept that was asked; its text is the id of a sentence for the couple.
    pub fn decide(&self, now: &Now, command: &Command) -> Result<Vec<Event>, Refusal> {
        fn into<E: Into<Event>>(events: Vec<E>) -> Vec<Event> {
            events.into_iter().map(Into::into).collect()
        }
        Ok(match command {
            Command::Proposal(command) => into(self.proposals.decide(now, command)?),
            Command::Plan(command) => into(self.plan.decide(now, command)?),
            Command::Moment(command) => into(self.moments.decide(now, command)?),
            Command::Appreciation(command) => into(self.appreciations.decide(now, command)?),
            Command::Between(command) => into(self.between.decide(now, command)?),
            Command::Session(held::Command::Keep { id, summary }) => {
                self.keep(now, *id, summary)?
            }
            Command::Session(command) => into(self.sessions.decide(now, command)?),
            Command::Journey(command, weeks) => into(self.journey.decide(now, *weeks, command)?),
            Command::Renewal(command) => into(self.renewals.decide(now, command)),
            Command::Ritual(command) => self.ritual(now, command)?,
            Command::Date(command) => {
                let slot = self.plan.get(date::SLOT, now.at);
                into(self.dates.decide(now, slot, command)?)
            }
            Command::Name(name) => {
                let name = name_of(name).ok_or(Refusal::Name)?;
                if self.names[now.who.index()] == name {
                    vec![]
                } else {
                    vec![Event::Named { who: now.who, name }]
                }
            }
        })
    }

    /// What a session leaves: its appreciations go where they are re-read, the rest stays with the session. All of
    /// it once, whichever phone was quicker.
    fn keep(&self, now: &Now, id: SessionId, summary: &Summary) -> Result<Vec<Event>, Refusal> {
        let mut rest = summary.clone();
        let said = std::mem::take(&mut rest.appreciations);
        let summary = Box::new(rest);
        let held = self
            .sessions
            .decide(now, &held::Command::Keep { id, summary })?;
        if held.is_empty() {
            return Ok(vec![]);
        }
        let said = self.appreciations.said_in(id, &said)?;
        Ok((said.into_iter().map(Event::from))
            .chain(held.into_iter().map(Event::from))
            .collect())
    }

    /// A ritual comes into the plan as soon as both call it theirs, and leaves with it.
    fn ritual(&self, now: &Now, command: &ritual::Command) -> Result<Vec<Event>, Refusal> {
        let events = self.rituals.decide(now, command)?;
        let planned = match command {
            _ if events.is_empty() => None,
            ritual::Command::Agree { id, .. } => self.rituals.planned(now, *id),
            ritual::Command::LetGo { id } => Some(plan::Command::LetGo {
                id: ritual::plan_id(*id),
            }),
            ritual::Command::Draft { .. }
            | ritual::Command::Withdraw { .. }
            | ritual::Command::Keep { .. }
            | ritual::Command::Unkeep { .. }
            | ritual::Command::Look { .. }
            | ritual::Command::Match { .. }
            | ritual::Command::AddIdea { .. }
            | ritual::Command::TakeIdea { .. } => None,
        };
        let planned = planned
            .map(|command| self.plan.decide(now, &command))
            .transpose()?;
        Ok((events.into_iter().map(Event::from))
            .chain(planned.into_iter().flatten().map(Event::from))
            .collect())
    }

    /// Never fails. `seq` is where the record stands in the stream.
    #[must_use]
    pub fn fold(mut self, seq: u64, entry: &Entry) -> Self {
        self.add(seq, entry);
        self
    }

    /// [`Self::fold`] in its place: of ten years, moving the whole state for each event would be a part one feels.
    pub fn add(&mut self, seq: u64, entry: &Entry) {
        fn folded<S: Default>(state: &mut S, fold: impl FnOnce(S) -> S) {
            *state = fold(std::mem::take(state));
        }
        let at = entry.at;
        match &entry.event {
            Event::Proposal(event) => folded(&mut self.proposals, |s| s.fold(at, seq, event)),
            Event::Plan(event) => folded(&mut self.plan, |s| s.fold(at, event)),
            Event::Moment(event) => folded(&mut self.moments, |s| s.fold(event)),
            Event::Appreciation(event) => {
                folded(&mut self.appreciations, |s| s.fold(at, seq, event));
            }
            Event::Between(event) => folded(&mut self.between, |s| s.fold(at, seq, event)),
            Event::Session(event) => folded(&mut self.sessions, |s| s.fold(at, seq, event)),
            Event::Journey(event) => folded(&mut self.journey, |s| s.fold(event)),
            Event::Renewal(event) => folded(&mut self.renewals, |s| s.fold(event)),
            Event::Ritual(event) => folded(&mut self.rituals, |s| s.fold(at, seq, event)),
            Event::Date(event) => folded(&mut self.dates, |s| s.fold(at, seq, event)),
            Event::Named { who, name } => self.names[who.index()].clone_from(name),
        }
    }
}

/// The most letters of a display name.
pub const LONGEST_NAME: usize = 40;

/// A display name: one line, 1 to [`LONGEST_NAME`] characters. It stands in the middle of sentences, so marks that
/// turn the direction of what follows are left out; right-to-left names need none.
#[must_use]
pub fn name_of(typed: &str) -> Option<String> {
    let name = crate::text::written(typed).ok()?;
    if name.contains(['\n', '\u{2028}', '\u{2029}']) {
        return None;
    }
    let name: String = name.chars().filter(|c| !turns_direction(*c)).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty() && name.chars().count() <= LONGEST_NAME).then_some(name)
}

/// Embeddings, overrides and isolates (Unicode Standard Annex 9, 2.1 to 2.5).
const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
