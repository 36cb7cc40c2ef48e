//! K7: new keys of one of the two, and the six words compared again.

use rekindle_domain::Who;
use rekindle_domain::ids::KeyId;
use rekindle_domain::renewal::Command;

use super::{ANA, BEN, Couple, raw};

fn key(n: u16) -> KeyId {
    KeyId::new(raw(n))
}

/// Who has something to compare: Ana, Ben.
fn waits(two: &Couple) -> (bool, bool) {
    let waits = |who: Who| two.state.renewals.waits_for(who);
    (waits(ANA), waits(BEN))
}

#[test]
fn k7_new_keys_wait_for_the_other_until_just_these_are_compared() {
    let mut two = Couple::default();
    assert_eq!(waits(&two), (false, false), "after pairing");
    for (who, command, then) in [
        (ANA, Command::Renew { key: key(1) }, (false, true)),
        (ANA, Command::Compare { key: key(1) }, (false, true)), // not hers to compare
        (BEN, Command::Compare { key: key(1) }, (false, false)),
        (ANA, Command::Renew { key: key(2) }, (false, true)),
        (BEN, Command::Compare { key: key(1) }, (false, true)), // the one before
        (BEN, Command::Renew { key: key(3) }, (true, true)),    // both at once
        (ANA, Command::Compare { key: key(3) }, (false, true)),
        (BEN, Command::Compare { key: key(2) }, (false, false)),
    ] {
        two.does(who, command);
        assert_eq!(waits(&two), then, "{who:?} {command:?}");
        assert!(two.does(who, command).is_empty(), "twice is once");
    }
}
