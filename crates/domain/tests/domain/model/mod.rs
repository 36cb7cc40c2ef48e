//! The shipped engine of sessions under a model check: every interleaving of two phones, presses on stale screens,
//! drop-outs before and after the server heard a press, retries, duplicates that come late, pauses, stops, restarts.
//!
//! The check drives `decide`, `fold` and `view` themselves. A phone presses only what its screen offers; its screen is
//! what it last received, however long ago. One script has every kind of step once, and the bounds hold for all of it:
//! two phones, two drop-outs, one duplicate; pauses and restarts of the server anywhere, as often as one likes. What is
//! told apart is only what a phone or a press could tell apart (`place.rs`), which is why it ends.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named here is of no matter to the check"
)]

mod faults;
mod place;
mod world;

use std::collections::BTreeSet;

use rekindle_domain::session::Kind;
use stateright::{Checker as _, Model as _};

use world::{Bounds, Couple, Wrong};

fn check(couple: Couple) -> Option<Wrong> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let began = std::time::Instant::now();
    let all = couple.only.is_none();
    let checker = couple.checker().threads(threads).spawn_dfs().join();
    let places = checker.model().places.come_to();
    println!(
        "{} states, {} of them different, at {} places of the server, {:?}",
        checker.state_count(),
        checker.unique_state_count(),
        places.len(),
        began.elapsed()
    );
    assert!(checker.is_done() || !all);
    for wrong in Wrong::ALL {
        if let Some(path) = checker.discovery(wrong.name()) {
            for action in path.into_actions() {
                println!("  {action:?}");
            }
            return Some(wrong);
        }
    }
    // The ends are really come to, and every kind of step: a check of nothing finds nothing.
    for name in world::COME_TO {
        assert!(!all || checker.discovery(name).is_some(), "never {name}");
    }
    let steps = places
        .iter()
        .filter_map(|place| place.views[0].step.as_ref());
    let kinds: BTreeSet<Kind> = steps.map(|step| step.kind).collect();
    assert!(!all || kinds.len() == KINDS, "only {kinds:?}");
    None
}

/// The last one and all before it.
const KINDS: usize = Kind::Closing as usize + 1;

#[test]
fn two_phones_are_never_stuck_never_out_of_step_lose_nothing_and_tell_nothing() {
    assert_eq!(check(Couple::new(Bounds::ORDINARY, None)), None);
}

#[test]
fn the_same_with_something_beside_the_way() {
    assert_eq!(check(Couple::new(Bounds::ASIDE, None)), None);
}

#[test]
fn one_phone_between_two_is_never_stuck_and_tells_nobody_who_was_not_ready() {
    let couple = Couple::new(Bounds::ORDINARY, None);
    assert_eq!(check(couple.on_one_phone()), None);
}

#[test]
fn a_night_between_takes_fresh_yeses_of_both() {
    assert_eq!(check(Couple::new(Bounds::NIGHT, None)), None);
}

#[test]
#[ignore = "wide bounds: run by `cargo xtask long`"]
fn the_same_in_wide_bounds() {
    for bounds in Bounds::WIDE {
        assert_eq!(check(Couple::new(bounds, None)), None);
    }
}
