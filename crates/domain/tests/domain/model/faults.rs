//! Faults planted on purpose: the check that finds none in the shipped engine finds every one of these.

use std::hash::{DefaultHasher, Hash, Hasher};

use rekindle_domain::session::{
    Command, Detail, Event, Kind, Phase, Press, Refusal, Script, State, Token, View,
};
use rekindle_domain::{Stamp, Who};

use super::check;
use super::place::EVENING;
use super::world::{Bounds, Couple, Wrong};

/// What is wrong with this engine. None: it is the shipped one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// A press is taken wherever it was meant for.
    ForgetsThePlace,
    /// A hidden answer shows on the other phone at once.
    ShowsTheAnswer,
    /// Being ready moves the token, and with it the other's page.
    MovesWithTheUnseen,
    /// What was kept is not in what the server starts again from.
    DropsWhatWasKept,
    /// When both press ready, nobody goes on.
    WaitsForever,
    /// One yes begins it.
    BeginsWithOne,
    /// Pausing takes away the way on.
    PausesForGood,
    /// A page is taken for unchanged while its token is.
    LooksAtTheTokenOnly,
    /// A night changes nothing: yesterday's yeses still carry it.
    ForgetsTheNight,
    /// A yes is taken wherever it was taken back meanwhile: the check found this in the shipped engine once.
    TakesAnOldYes,
    /// On one phone it goes past whoever is ready at a gate.
    PassesBy,
}

type Faulty = Option<Fault>;

pub(super) fn decide(
    fault: Faulty,
    state: &State,
    script: &Script,
    now: Stamp,
    who: Who,
    mut command: Command,
) -> Result<Vec<Event>, Refusal> {
    let at_the_door = matches!(command.press, Press::Here { .. }) && !state.has_begun();
    let was = state.token();
    if fault == Some(Fault::ForgetsThePlace) {
        command.at = Token {
            own: command.at.own,
            ..was
        };
    }
    if fault == Some(Fault::TakesAnOldYes) && matches!(command.press, Press::Here { .. }) {
        command.at.own = state.view(script, who, now).token.own;
    }
    let ready = command.press == Press::Ready;
    let now = if fault == Some(Fault::ForgetsTheNight) {
        EVENING
    } else {
        now
    };
    let mut events = state.decide(script, now, who, command)?;
    if fault == Some(Fault::WaitsForever) && ready {
        events.truncate(1);
    }
    if fault == Some(Fault::BeginsWithOne) && at_the_door && events.len() == 1 {
        let both = state.clone().fold(&events[0]);
        let other = Command::new(
            both.view(script, who.other(), now).token,
            Press::Here {
                day_ends: now.plus(Stamp::HOUR),
            },
        );
        events.extend(
            both.decide(script, now, who.other(), other)?
                .into_iter()
                .skip(1),
        );
    }
    Ok(events)
}

pub(super) fn fold(fault: Faulty, state: State, event: &Event) -> State {
    if fault == Some(Fault::MovesWithTheUnseen)
        && let Event::Ready { .. } = event
    {
        // As a change of the layout nobody sees would.
        let mut value = serde_json::to_value(state.fold(event)).expect("plain data");
        let token: Token = serde_json::from_value(value["token"].clone()).expect("a token");
        value["token"] = format!("{}.{}", token.step + 1, token.rest).into();
        return serde_json::from_value(value).expect("a state");
    }
    state.fold(event)
}

/// What the server stands on after it was started again: a snapshot as it is stored, and what came after it.
pub(super) fn restart(fault: Faulty, before: &State, after: &[Event]) -> State {
    let mut kept = serde_json::to_value(before).expect("plain data");
    if fault == Some(Fault::DropsWhatWasKept) {
        kept["kept"] = serde_json::json!([]);
        kept["parked"] = serde_json::json!([]);
    }
    let state: State = serde_json::from_value(kept).expect("a state");
    after
        .iter()
        .fold(state, |state, event| fold(fault, state, event))
}

pub(super) fn view(fault: Faulty, state: &State, script: &Script, who: Who, now: Stamp) -> View {
    let now = if fault == Some(Fault::ForgetsTheNight) {
        EVENING
    } else {
        now
    };
    let mut view = state.view(script, who, now);
    if fault == Some(Fault::ShowsTheAnswer)
        && let Some(step) = &mut view.step
        && let Detail::Choice { picked, .. } = &mut step.detail
    {
        let theirs = state.view(script, who.other(), now);
        if let Some(Detail::Choice {
            picked: their_own, ..
        }) = theirs.step.map(|step| step.detail)
        {
            picked[who.other().index()].clone_from(&their_own[who.other().index()]);
        }
    }
    if fault == Some(Fault::PassesBy)
        && let Some(step) = &mut view.step
        && step.kind == Kind::Gate
        && let Detail::Cover { pass_to } = &mut step.detail
    {
        let value = serde_json::to_value(state).expect("plain data");
        if value["detail"]["ready"][pass_to.index()] == true {
            *pass_to = pass_to.other();
        }
    }
    if fault == Some(Fault::PausesForGood) && matches!(view.phase, Phase::Paused { .. }) {
        view.buttons.clear();
    }
    view
}

/// By what a phone is told that its page has changed: as the live page does, time plays no part in it.
pub(super) fn mark(fault: Faulty, state: &State, script: &Script, who: Who) -> u64 {
    let view = view(fault, state, script, who, Stamp::default());
    let mut hasher = DefaultHasher::new();
    if fault == Some(Fault::LooksAtTheTokenOnly) {
        view.token.hash(&mut hasher);
    } else {
        view.hash(&mut hasher);
    }
    hasher.finish()
}

#[test]
fn every_planted_fault_is_found() {
    let mut passes_by = Couple::new(Bounds::ORDINARY, Some(Fault::PassesBy)).on_one_phone();
    passes_by.only = Some(Wrong::Leaked);
    assert_eq!(check(passes_by), Some(Wrong::Leaked));
    for (fault, bounds, finds) in [
        (Fault::ForgetsThePlace, Bounds::ORDINARY, Wrong::Twice),
        (Fault::ShowsTheAnswer, Bounds::ORDINARY, Wrong::Leaked),
        (Fault::MovesWithTheUnseen, Bounds::ORDINARY, Wrong::Leaked),
        (Fault::DropsWhatWasKept, Bounds::ASIDE, Wrong::Lost),
        (Fault::WaitsForever, Bounds::ORDINARY, Wrong::Stuck),
        (Fault::BeginsWithOne, Bounds::ORDINARY, Wrong::Unasked),
        (Fault::PausesForGood, Bounds::ORDINARY, Wrong::Stuck),
        (
            Fault::LooksAtTheTokenOnly,
            Bounds::ORDINARY,
            Wrong::OutOfStep,
        ),
        (Fault::ForgetsTheNight, Bounds::NIGHT, Wrong::Unasked),
        (Fault::TakesAnOldYes, Bounds::NIGHT, Wrong::Twice),
    ] {
        println!("{fault:?}");
        let mut couple = Couple::new(bounds, Some(fault));
        couple.only = Some(finds);
        assert_eq!(check(couple), Some(finds), "{fault:?}");
    }
}
