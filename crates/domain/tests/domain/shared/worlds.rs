//! Pairs of worlds: what was offered and taken back, against what was never offered (S3, S6).

use proptest::prelude::*;
use rekindle_domain::ids::{MomentId, NoteId, PlanId, ProposalId};
use rekindle_domain::shared::{Event, Refusal, Shared};
use rekindle_domain::{Stamp, appreciation, between, moment, plan, proposal};
use serde_json::{Value, json};

use super::laws::{Act, POOL, any_acts, any_short_acts, asked_in, asked_of};
use super::{ANA, BEN, Couple, TODAY, evening, folded, now, raw};

const UNUSED: u16 = POOL + 1;
const NEVER: &str = "never-otherwise";

/// What Ana offers and takes back between two of the other acts.
#[derive(Clone, Copy, Debug)]
enum Offer {
    Proposal,
    Appreciation,
    Note,
    Moment,
    Plan,
}

impl Offer {
    fn make(self, couple: &mut Couple) {
        match self {
            Self::Proposal => couple.does(
                ANA,
                proposal::Command::Propose {
                    id: ProposalId::new(raw(UNUSED)),
                    practice: NEVER.to_owned(),
                    words: "Shall we?".to_owned(),
                    when: evening(4_000),
                    link: None,
                },
            ),
            Self::Appreciation => couple.does(
                ANA,
                appreciation::Command::Keep {
                    id: NoteId::new(raw(UNUSED)),
                    words: "You made soup".to_owned(),
                },
            ),
            Self::Note => couple.does(
                ANA,
                between::Command::Send {
                    id: NoteId::new(raw(UNUSED)),
                    words: "I felt alone on Sunday".to_owned(),
                },
            ),
            Self::Moment => couple.does(
                ANA,
                moment::Command::Log {
                    id: MomentId::new(raw(UNUSED)),
                    kind: NEVER.to_owned(),
                    day: now(ANA, couple.at).today(),
                },
            ),
            Self::Plan => couple.does(
                ANA,
                plan::Command::Plan {
                    id: PlanId::new(raw(UNUSED)),
                    practice: NEVER.to_owned(),
                    when: evening(4_000),
                    every: plan::Every::Day,
                },
            ),
        };
    }

    /// Nothing is asked: an offer that has come to rest, or a moment of long ago, can no longer be taken back.
    fn take_back(self, couple: &mut Couple) {
        let _ = match self {
            Self::Proposal => couple.asks(
                ANA,
                proposal::Command::Withdraw {
                    id: ProposalId::new(raw(UNUSED)),
                },
            ),
            Self::Appreciation => couple.asks(
                ANA,
                appreciation::Command::Withdraw {
                    id: NoteId::new(raw(UNUSED)),
                },
            ),
            Self::Note => couple.asks(
                ANA,
                between::Command::Withdraw {
                    id: NoteId::new(raw(UNUSED)),
                },
            ),
            Self::Moment => couple.asks(
                ANA,
                moment::Command::Undo {
                    id: MomentId::new(raw(UNUSED)),
                },
            ),
            Self::Plan => couple.asks(
                ANA,
                plan::Command::LetGo {
                    id: PlanId::new(raw(UNUSED)),
                },
            ),
        };
    }
}

/// Without the places of records in the log, which are no part of what anybody sees.
fn unplaced(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(unplaced).collect(),
        Value::Object(fields) => (fields.into_iter())
            .filter(|(name, _)| name != "seq")
            .map(|(name, value)| (name, unplaced(value)))
            .collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

/// What came of asking.
fn told(outcome: Result<Vec<Event>, Refusal>) -> Value {
    outcome.map_or_else(
        |refusal| json!(format!("{refusal:?}")),
        |events| unplaced(json!(events)),
    )
}

/// Everything Ben can see, and everything that Ben's presses would lead to.
fn seen_by_ben(state: &Shared, at: Stamp, tries: &[Act]) -> Value {
    let proposals: Vec<Value> = (state.proposals.on_the_table(at))
        .map(|p| {
            json!([
                p.id, p.by, p.practice, p.words, p.when, p.at, p.answer, p.word
            ])
        })
        .collect();
    let found: Vec<bool> = (0..=UNUSED)
        .map(|n| state.proposals.get(ProposalId::new(raw(n)), at).is_some())
        .collect();
    let moments = &state.moments;
    let logged: Vec<Value> = ["kind 0", "kind 1", NEVER]
        .map(|kind| {
            json!([
                moments.ever_of(kind),
                moments.on(kind, now(BEN, at).today())
            ])
        })
        .into();
    let kept: Vec<Value> = (state.appreciations.newest())
        .map(|one| json!([one.id, one.from, one.words, one.at]))
        .collect();
    let outcomes: Vec<Value> = (tries.iter())
        .map(|act| told(state.decide(&now(BEN, at), &asked_of(act, at))))
        .collect();
    json!({
        "names": state.names,
        "proposals": proposals,
        "found": found,
        "plan": state.plan.coming(at),
        "moments": [moments.ever(), moments.last(), moments.rhythm(TODAY, 12), logged],
        "appreciations": [kept, state.appreciations.ever()],
        "notes": unplaced(json!(state.between)),
        "sessions": unplaced(json!(state.sessions)),
        "journey": state.journey,
        "outcomes": outcomes,
    })
}

fn any_offer() -> impl Strategy<Value = Offer> {
    prop::sample::select(vec![
        Offer::Proposal,
        Offer::Appreciation,
        Offer::Note,
        Offer::Moment,
        Offer::Plan,
    ])
}

/// Whether this is the record of the offer itself, which is erased when it is taken back (K9).
fn is_the_offer(event: &Event) -> bool {
    let id = raw(UNUSED);
    match event {
        Event::Proposal(proposal::Event::Proposed { id: one, .. }) => *one.bytes() == id,
        Event::Appreciation(appreciation::Event::Kept { id: one, .. }) => *one.bytes() == id,
        Event::Between(between::Event::Sent { id: one, .. }) => *one.bytes() == id,
        Event::Proposal(_)
        | Event::Plan(_)
        | Event::Moment(_)
        | Event::Appreciation(_)
        | Event::Between(_)
        | Event::Session(_)
        | Event::Journey(_)
        | Event::Renewal(_)
        | Event::Ritual(_)
        | Event::Date(_)
        | Event::Named { .. } => false,
    }
}

proptest! {
    #[test]
    fn s3_what_is_taken_back_leaves_the_others_view_as_if_it_had_never_been_offered(
        acts in any_short_acts(30),
        tries in any_acts(20),
        offer in any_offer(),
        places in (0_usize..30, 0_usize..30),
    ) {
        let (first, last) = (places.0.min(places.1), places.0.max(places.1));
        let mut never = Couple::default();
        let mut offered = Couple::default();
        let mut held_out = false;
        for (place, act) in acts.iter().enumerate() {
            if place == first {
                offer.make(&mut offered);
                held_out = true;
            }
            for couple in [&mut never, &mut offered] {
                couple.later(act.wait);
            }
            let (one, two) = (asked_in(&never, act), asked_in(&offered, act));
            let (one, two) = (never.asks(act.who, one), offered.asks(act.who, two));
            prop_assert_eq!(told(one), told(two), "what others do does not depend on it");
            if place == last && held_out {
                offer.take_back(&mut offered);
            }
        }
        if first >= acts.len() || last >= acts.len() || matches!(offer, Offer::Moment) && !undone(&offered) {
            return Ok(()); // not taken back
        }
        let seen = seen_by_ben(&never.state, never.at, &tries);
        prop_assert_eq!(&seen_by_ben(&offered.state, offered.at, &tries), &seen);
        let erased = folded((1..).zip(&offered.log).filter(|(_, entry)| !is_the_offer(&entry.event)));
        prop_assert_eq!(&seen_by_ben(&erased, offered.at, &tries), &seen, "its record erased");
    }
}

fn undone(couple: &Couple) -> bool {
    (couple.log.iter()).any(|entry| matches!(entry.event, Event::Moment(moment::Event::Undone { id }) if *id.bytes() == raw(UNUSED)))
}
