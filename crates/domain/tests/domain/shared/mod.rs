//! What two people share: proposals, the plan, moments, appreciations, sessions held, a path (safety.md S3 to S7, S13,
//! S24; product.md G3.1, G7).

mod appreciation;
mod between;
mod dates;
mod held;
mod journey;
mod laws;
mod moment;
mod name;
mod plan;
mod proposal;
mod renewal;
mod rituals;
mod shapes;
mod weight;
mod worlds;

use jiff::civil::{Date, date, time};
use rekindle_domain::ids::RitualId;
use rekindle_domain::recurrence::Rule;
use rekindle_domain::shared::{Command, Entry, Event, Refusal, Shared};
use rekindle_domain::{Now, Stamp, When, Who, Zone, ritual};

const ANA: Who = Who::First;
const BEN: Who = Who::Second;
/// Noon in UTC on the day below.
const NOON: Stamp = Stamp(1_789_992_000_000);
const TODAY: Date = date(2026, 9, 21);
const LONG: usize = rekindle_domain::text::LONGEST;

/// 16 bytes that any of the ids can be made of.
const fn raw(n: u16) -> [u8; 16] {
    let [high, low] = n.to_be_bytes();
    let mut bytes = [0; 16];
    bytes[6] = high;
    bytes[7] = low;
    bytes
}

/// An evening, so many days from today.
fn evening(days: i64) -> When {
    When {
        day: in_days(days),
        time: time(20, 30, 0, 0),
        zone: Zone::default(),
    }
}

fn in_days(days: i64) -> Date {
    TODAY.saturating_add(jiff::Span::new().days(days))
}

fn now(who: Who, at: Stamp) -> Now {
    Now {
        at,
        who,
        zone: Zone::default(),
    }
}

/// Two people, what has happened between them, and the time.
#[derive(Clone)]
struct Couple {
    log: Vec<Entry>,
    state: Shared,
    at: Stamp,
}

impl Default for Couple {
    fn default() -> Self {
        Self {
            log: vec![],
            state: Shared::default(),
            at: NOON,
        }
    }
}

impl Couple {
    /// What would happen; nothing does.
    fn tries(&self, who: Who, command: impl Into<Ask>) -> Result<Vec<Event>, Refusal> {
        self.state.decide(&now(who, self.at), &command.into().0)
    }

    fn asks(&mut self, who: Who, command: impl Into<Ask>) -> Result<Vec<Event>, Refusal> {
        let events = self.tries(who, command)?;
        for event in &events {
            self.happens(event.clone());
        }
        Ok(events)
    }

    #[track_caller]
    fn does(&mut self, who: Who, command: impl Into<Ask>) -> Vec<Event> {
        self.asks(who, command).expect("nothing speaks against it")
    }

    /// Says that it is ours, to the words that lie there now.
    fn agree(&self, id: RitualId) -> ritual::Command {
        let ritual = self.state.rituals.get(id, self.at);
        let draft = ritual.and_then(|ritual| ritual.draft(self.at));
        let shape = draft.map_or_else(
            || laws::shape("", evening(1), Rule::Year),
            |draft| draft.shape.clone(),
        );
        ritual::Command::Agree {
            id,
            shape: Box::new(shape),
        }
    }

    fn happens(&mut self, event: impl Into<Event>) {
        let entry = Entry {
            at: self.at,
            event: event.into(),
        };
        let seq = self.log.len() as u64 + 1;
        self.state = std::mem::take(&mut self.state).fold(seq, &entry);
        self.log.push(entry);
    }

    fn later(&mut self, millis: i64) {
        self.at = self.at.plus(millis);
    }
}

/// Folds a log in which some records may have been erased.
fn folded<'a>(log: impl IntoIterator<Item = (u64, &'a Entry)>) -> Shared {
    log.into_iter()
        .fold(Shared::default(), |state, (seq, entry)| {
            state.fold(seq, entry)
        })
}

/// Anything that can be asked, so that the stories read without wrapping.
struct Ask(Command);

macro_rules! asks {
    ($($concept:ident => $wrap:expr;)+) => {
        $(impl From<rekindle_domain::$concept::Command> for Ask {
            fn from(command: rekindle_domain::$concept::Command) -> Self {
                Self($wrap(command))
            }
        })+
    };
}
asks! {
    proposal => Command::Proposal;
    plan => Command::Plan;
    moment => Command::Moment;
    appreciation => Command::Appreciation;
    between => Command::Between;
    held => Command::Session;
    journey => |command| Command::Journey(command, 10);
    renewal => Command::Renewal;
    ritual => Command::Ritual;
    date => Command::Date;
}

impl From<Command> for Ask {
    fn from(command: Command) -> Self {
        Self(command)
    }
}

#[test]
fn today_is_today() {
    assert_eq!(now(ANA, NOON).today(), TODAY);
    assert_eq!(evening(0).stamp().since(NOON), 17 * Stamp::HOUR / 2);
}
