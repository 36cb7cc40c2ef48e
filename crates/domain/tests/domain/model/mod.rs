//! The shipped engine of sessions under a model check: every interleaving of two phones, presses on stale screens,
//! drop-outs before and after the server heard a press, retries, duplicates that come late, restarts of the server.
//!
//! The check drives `decide`, `fold` and `view` themselves. A phone presses only what its screen offers; its screen is
//! what it last received. The bounds of the ordinary run: two phones, every kind of step once, two drop-outs, one
//! duplicate, one restart, screens up to two changes behind, in stretches; `cargo xtask long` takes them all at once.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is not named here is of no matter to the check"
)]

mod faults;
mod world;

use stateright::{Checker as _, Model as _};

use world::{Bounds, Couple, Wrong};

fn check(couple: Couple) -> Option<Wrong> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let began = std::time::Instant::now();
    let all = couple.only.is_none();
    let checker = couple.checker().threads(threads).spawn_dfs().join();
    println!(
        "{} states, {} of them different, {:?}",
        checker.state_count(),
        checker.unique_state_count(),
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
    // The ends are really come to: a check of nothing finds nothing.
    for name in world::COME_TO {
        assert!(!all || checker.discovery(name).is_some(), "never {name}");
    }
    None
}

/// The whole way with one drop-out, and four stretches of it with everything.
#[test]
fn two_phones_are_never_stuck_never_out_of_step_lose_nothing_and_tell_nothing() {
    assert_eq!(check(Couple::new(Bounds::WHOLE, None)), None);
}

#[test]
fn the_same_with_drop_outs_a_duplicate_and_a_restart_at_the_beginning() {
    assert_eq!(
        check(Couple::new(Bounds::ORDINARY.stretch(0, 4), None)),
        None
    );
}

#[test]
fn the_same_where_one_speaks_and_asks() {
    assert_eq!(
        check(Couple::new(Bounds::ORDINARY.stretch(4, 4), None)),
        None
    );
}

#[test]
fn the_same_where_both_write() {
    assert_eq!(
        check(Couple::new(Bounds::ORDINARY.stretch(8, 2), None)),
        None
    );
}

#[test]
fn the_same_where_cards_lie_and_ways_part() {
    assert_eq!(
        check(Couple::new(Bounds::ORDINARY.stretch(10, 3), None)),
        None
    );
}

#[test]
fn the_same_with_a_pause_or_something_else_beside_the_way() {
    assert_eq!(check(Couple::new(Bounds::ASIDE.stretch(0, 3), None)), None);
    assert_eq!(check(Couple::new(Bounds::ASIDE.stretch(5, 2), None)), None);
}

#[test]
fn a_night_between_takes_fresh_yeses_of_both() {
    assert_eq!(check(Couple::new(Bounds::NIGHT, None)), None);
}

#[test]
#[ignore = "wide bounds: run by `cargo xtask long`"]
fn the_same_in_wide_bounds() {
    assert_eq!(check(Couple::new(Bounds::WIDE, None)), None);
}
