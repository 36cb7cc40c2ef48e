//! K4 and K10: whatever is changed, moved or swapped does not open, or is noticed.

use super::*;
use crate::chain::{self, Link};
use crate::entry::*;
use crate::pairing::*;

#[test]
fn k4_a_shared_record_opens_in_its_own_place_only() {
    let mut keys = SpaceKeys::first();
    keys.renew();
    let entry = seal_entry(&keys, spot(2), HEAD, b"words").unwrap();
    let next = seal_entry(&keys, spot(3), HEAD, b"words").unwrap();
    let twin = seal_entry(&keys, spot(2), HEAD, b"words").unwrap();
    let here = spot(2);
    let mut renumbered = entry.key.clone();
    renumbered[0] = 1;
    let mut unknown = entry.key.clone();
    unknown[0] = 9;
    let old = seal_entry(&SpaceKeys::first(), spot(2), HEAD, b"words").unwrap();
    for (what, at, key, body, expected) in [
        ("as stored", here, &entry.key, &entry.body, true),
        (
            "another place",
            Spot { seq: 3, ..here },
            &entry.key,
            &entry.body,
            false,
        ),
        (
            "another stream",
            Spot {
                stream: StreamId::new([9; 16]),
                ..here
            },
            &entry.key,
            &entry.body,
            false,
        ),
        (
            "another owner",
            Spot {
                owner: ANA.into(),
                ..here
            },
            &entry.key,
            &entry.body,
            false,
        ),
        (
            "owner and stream exchanged",
            Spot {
                owner: OwnerId::new(*STREAM.bytes()),
                stream: StreamId::new(*owner().bytes()),
                ..here
            },
            &entry.key,
            &entry.body,
            false,
        ),
        ("the next one's key", here, &next.key, &entry.body, false),
        ("the next one's body", here, &entry.key, &next.body, false),
        ("the next one whole", here, &next.key, &next.body, false),
        (
            "another version of the same record: its key",
            here,
            &twin.key,
            &entry.body,
            false,
        ),
        (
            "another version of the same record: its body",
            here,
            &entry.key,
            &twin.body,
            false,
        ),
        (
            "another epoch's number",
            here,
            &renumbered,
            &entry.body,
            false,
        ),
        ("an epoch nobody knows", here, &unknown, &entry.body, false),
        ("another space's record", here, &old.key, &old.body, false),
        (
            "key and body exchanged",
            here,
            &entry.body,
            &entry.key,
            false,
        ),
        ("no key", here, &vec![], &entry.body, false),
        ("no body", here, &entry.key, &vec![], false),
    ] {
        assert_eq!(
            open_entry(&keys, at, key, body).is_some(),
            expected,
            "{what}"
        );
    }
    for place in 0..entry.key.len() {
        let mut changed = entry.key.clone();
        changed[place] ^= 1;
        assert!(
            open_entry(&keys, here, &changed, &entry.body).is_none(),
            "byte {place} of the key"
        );
    }
    for place in 0..entry.body.len() {
        let mut changed = entry.body.clone();
        changed[place] ^= 0x80;
        assert!(
            open_entry(&keys, here, &entry.key, &changed).is_none(),
            "byte {place} of the body"
        );
    }
}

#[test]
fn k4_a_private_record_opens_in_its_own_place_only() {
    let ana = new_person(ANA, SOLO, vec![]);
    let me = inner(&ana, ANA);
    let own = ana.keyring.inner_public();
    let here = spot(2);
    let entry = seal_private(&own, here, HEAD, b"words").unwrap();
    let next = seal_private(&own, spot(3), HEAD, b"words").unwrap();
    let shared = seal_entry(&ana.keyring.solo.1, here, HEAD, b"words").unwrap();
    for (what, at, key, body, expected) in [
        ("as stored", here, &entry.key, &entry.body, true),
        (
            "another place",
            Spot { seq: 3, ..here },
            &entry.key,
            &entry.body,
            false,
        ),
        (
            "another stream",
            Spot {
                stream: StreamId::new([9; 16]),
                ..here
            },
            &entry.key,
            &entry.body,
            false,
        ),
        (
            "another owner",
            Spot {
                owner: BEN.into(),
                ..here
            },
            &entry.key,
            &entry.body,
            false,
        ),
        ("the next one's key", here, &next.key, &entry.body, false),
        ("the next one's body", here, &entry.key, &next.body, false),
        ("a shared one", here, &shared.key, &shared.body, false),
    ] {
        assert_eq!(
            open_private(&me, at, key, body).is_some(),
            expected,
            "{what}"
        );
    }
    assert!(
        open_entry(&ana.keyring.solo.1, here, &entry.key, &entry.body).is_none(),
        "a private one as a shared one"
    );
    assert!(
        open_private(
            &inner(&new_person(ANA, SOLO, vec![]), ANA),
            here,
            &entry.key,
            &entry.body
        )
        .is_none()
    );
}

#[test]
fn k4_a_snapshot_or_cell_opens_in_its_own_place_for_its_own_audience() {
    let ana = new_person(ANA, SOLO, vec![]);
    let mut keys = SpaceKeys::first();
    let old = seal_cell(&keys, owner(), CELL, 4, b"then");
    keys.renew();
    let snapshot = seal_snapshot(&keys, owner(), STREAM, 4, b"all");
    let cell = seal_cell(&keys, owner(), CELL, 4, b"one");
    let elsewhere = OwnerId::new([9; 16]);
    assert_eq!(
        opened(open_snapshot(&keys, owner(), STREAM, 4, &snapshot)),
        Some(b"all".to_vec())
    );
    assert!(
        open_snapshot(&keys, owner(), STREAM, 5, &snapshot).is_none(),
        "another length"
    );
    assert!(
        open_snapshot(&keys, owner(), StreamId::new([9; 16]), 4, &snapshot).is_none(),
        "another stream"
    );
    assert!(
        open_snapshot(&keys, elsewhere, STREAM, 4, &snapshot).is_none(),
        "another owner"
    );
    assert_eq!(
        opened(open_cell(&keys, owner(), CELL, 4, &cell)),
        Some(b"one".to_vec())
    );
    assert!(
        open_cell(&keys, owner(), CELL, 3, &cell).is_none(),
        "an older version put back"
    );
    assert!(
        open_cell(&keys, owner(), CellId::new([9; 16]), 4, &cell).is_none(),
        "another cell"
    );
    assert!(
        open_cell(&keys, elsewhere, CELL, 4, &cell).is_none(),
        "another owner"
    );
    assert!(
        open_snapshot(&keys, owner(), StreamId::new(*CELL.bytes()), 4, &cell).is_none(),
        "a cell as a snapshot"
    );
    assert_eq!(
        opened(open_cell(&keys, owner(), CELL, 4, &old)),
        Some(b"then".to_vec()),
        "an old epoch still opens"
    );
    assert!(
        open_cell(&keys, owner(), CELL, 4, &[&old[..4], &cell[4..]].concat()).is_none(),
        "another epoch's number"
    );
    assert!(
        open_cell(&ana.root.outer(), owner(), CELL, 4, &cell).is_none(),
        "another audience"
    );

    // One secret in two roles: the audience itself is bound, not only its key.
    let same = Zeroizing::new([8; 32]);
    let (outer, door) = (OuterKey::of(same.clone()), InnerKey(same));
    let mine = seal_cell(&outer, owner(), CELL, 4, b"one");
    assert!(open_cell(&outer, owner(), CELL, 4, &mine).is_some());
    assert!(open_cell(&door, owner(), CELL, 4, &mine).is_none());

    // Behind the door, key and bundle are one audience.
    let me = inner(&ana, ANA);
    let private = seal_cell(&ana.root.inner(), owner(), CELL, 4, b"one");
    assert!(open_cell(&me, owner(), CELL, 4, &private).is_some());
    let private = seal_cell(&me, owner(), CELL, 4, b"one");
    assert!(open_cell(&ana.root.inner(), owner(), CELL, 4, &private).is_some());

    let own = ana.keyring.inner_public();
    let letter = seal_cell_private(&own, owner(), CELL, 4, b"one");
    assert_eq!(
        opened(open_cell_private(&me, owner(), CELL, 4, &letter)),
        Some(b"one".to_vec())
    );
    assert!(
        open_cell_private(&me, owner(), CELL, 5, &letter).is_none(),
        "another version"
    );
    assert!(
        open_cell_private(&me, owner(), CellId::new([9; 16]), 4, &letter).is_none(),
        "another cell"
    );
    assert!(
        open_cell_private(&me, elsewhere, CELL, 4, &letter).is_none(),
        "another owner"
    );
    assert!(
        open_cell(&me, owner(), CELL, 4, &letter).is_none(),
        "a letter as a cell"
    );
    for len in 0..cell.len() {
        assert!(
            open_cell(&keys, owner(), CELL, 4, &cell[..len]).is_none(),
            "cut to {len}"
        );
    }
}

#[test]
fn k4_a_person_s_own_rows_open_for_that_person_only() {
    let (ana, ben) = couple();
    let (outer, door) = (ana.root.outer(), ana.root.inner());
    assert!(open_keyring(&outer, ANA, 1, &ana.outer).is_some());
    assert!(
        open_keyring(&outer, ANA, 2, &ana.outer).is_none(),
        "an older version put back"
    );
    assert!(
        open_keyring(&outer, BEN, 1, &ana.outer).is_none(),
        "in another's row"
    );
    assert!(
        open_keyring(&ben.root.outer(), ANA, 1, &ana.outer).is_none(),
        "another's key"
    );
    assert!(open_inner(&door, ANA, &ana.inner).is_some());
    assert!(
        open_inner(&door, BEN, &ana.inner).is_none(),
        "in another's row"
    );
    assert!(
        open_inner(&ben.root.inner(), ANA, &ana.inner).is_none(),
        "another's key"
    );
    let memory = outer.seal_memory(ANA, b"head");
    assert_eq!(
        opened(outer.open_memory(ANA, &memory)),
        Some(b"head".to_vec())
    );
    assert!(
        outer.open_memory(BEN, &memory).is_none(),
        "another's device"
    );
    for cookie in ["", "!", "AAAA", &memory[1..], &format!("{memory}=")] {
        assert!(outer.open_memory(ANA, cookie).is_none(), "{cookie:.20}");
    }
    let me = inner(&ana, ANA);
    let label = Inner::seal_label(&ana.keyring.inner_public(), ANA, &[1; 32], "kitchen");
    assert_eq!(
        me.open_label(ANA, &[1; 32], &label).unwrap().as_str(),
        "kitchen"
    );
    assert!(
        me.open_label(ANA, &[2; 32], &label).is_none(),
        "another sign-in's label"
    );
    assert!(
        me.open_label(BEN, &[1; 32], &label).is_none(),
        "another person's label"
    );
    let letter = seal_membership(
        &ana.keyring,
        &ben.outer_public,
        COUPLE,
        2,
        shared(&ana).newest().1,
    )
    .unwrap();
    assert!(open_membership(&ben.keyring, &ana.outer_public, COUPLE, 2, &letter).is_some());
    assert!(
        open_membership(&ben.keyring, &ana.outer_public, COUPLE, 3, &letter).is_none(),
        "another epoch"
    );
    assert!(
        open_membership(&ben.keyring, &ana.outer_public, SOLO, 2, &letter).is_none(),
        "another couple"
    );
}

/// K4: one module does this; no other code touches ciphers. (Two, by the shape of the key; and argon2id beside the
/// slots.)
#[test]
fn k4_nothing_else_in_this_room_touches_ciphers() {
    let sources = [
        ("bind", include_str!("../bind.rs")),
        ("chain", include_str!("../chain.rs")),
        ("chance", include_str!("../chance.rs")),
        ("derive", include_str!("../derive.rs")),
        ("device", include_str!("../device.rs")),
        ("entry", include_str!("../entry.rs")),
        ("envelope", include_str!("../envelope.rs")),
        ("feed", include_str!("../feed.rs")),
        ("invitation", include_str!("../invitation.rs")),
        ("keys", include_str!("../keys.rs")),
        ("letter", include_str!("../letter.rs")),
        ("pad", include_str!("../pad.rs")),
        ("pairing", include_str!("../pairing.rs")),
        ("passphrase", include_str!("../passphrase.rs")),
        ("push", include_str!("../push.rs")),
        ("sign_in", include_str!("../sign_in.rs")),
        ("slots", include_str!("../slots.rs")),
        ("recovery", include_str!("../slots/recovery.rs")),
        ("take_away", include_str!("../take_away.rs")),
    ];
    let listed = include_str!("../lib.rs")
        .lines()
        .filter(|line| line.contains("mod ") && line.ends_with(';'))
        .count();
    assert_eq!(
        listed,
        sources.len(),
        "every module is looked at, and `recovery` in place of this one"
    );
    for (crate_name, homes) in [
        ("chacha20poly1305::", ["envelope"].as_slice()),
        ("hpke::", &["letter"]),
        ("argon2::", &["slots"]),
        ("hkdf::", &["derive", "envelope"]),
        ("getrandom::", &["chance"]),
        ("age::", &["take_away"]),
        ("p256::", &["push"]), // signs, opens nothing
    ] {
        let found: Vec<_> = sources
            .iter()
            .filter(|(_, text)| text.contains(crate_name))
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(found, homes, "{crate_name}");
    }
}

#[test]
fn k10_sealed_records_chain_and_show_what_was_put_in_between() {
    let keys = SpaceKeys::first();
    let genesis = Head::genesis(owner(), STREAM);
    let mut head = genesis;
    let entries: Vec<SealedEntry> = (1..=3)
        .map(|seq| {
            let entry = seal_entry(&keys, spot(seq), head, b"words").unwrap();
            head = entry.head;
            entry
        })
        .collect();
    let check = |entries: &[SealedEntry]| {
        let links = entries.iter().map(|entry| Link {
            seq: entry.seq,
            leaf: entry.leaf,
            head: entry.head,
            content: Some((&entry.salt, entry.key.as_slice(), entry.body.as_slice())),
        });
        chain::verify(genesis, 0, links)
    };
    assert_eq!(check(&entries), Ok(head));
    // A record that really is the space's own, sealed for that place, is still noticed if it was not the one.
    let mut forged = entries.clone();
    forged[1] = seal_entry(&keys, spot(2), entries[0].head, b"other words").unwrap();
    assert_eq!(check(&forged).unwrap_err().seq, 3);
}
