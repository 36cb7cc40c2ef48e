//! K1: one key per audience; each persona opens exactly its own set.

use std::collections::BTreeSet;

use super::*;
use crate::entry::*;
use crate::invitation::{InvitationSecret, Part};
use crate::pairing::*;
use crate::sign_in::SignInSecret;
use crate::slots::*;

/// Everything that the store could hold of Ana and Ben, by name.
struct Rows {
    old_entry: SealedEntry,
    entry: SealedEntry,
    shared_cell: Vec<u8>,
    snapshot: Vec<u8>,
    solo_entry: SealedEntry,
    outer_cell: Vec<u8>,
    private_entry: SealedEntry,
    private_cell: Vec<u8>,
    inner_cell: Vec<u8>,
    label: Vec<u8>,
    keyring: Vec<u8>,
    inner: Vec<u8>,
    to_ana: Vec<u8>,
    to_ben: Vec<u8>,
    memory: String,
    proposal: Vec<u8>,
    outer_sign_in: Vec<u8>,
    inner_sign_in: Vec<u8>,
    passphrase: Vec<u8>,
    recovery: Vec<u8>,
}

/// Everything somebody might hold.
#[derive(Default)]
struct Hands<'a> {
    space: Vec<&'a SpaceKeys>,
    outer: Vec<OuterKey>,
    inner: Vec<InnerKey>,
    bundle: Vec<Inner>,
    ring: Vec<&'a Keyring>,
    partner: Vec<OuterPublic>,
    link: Vec<&'a InvitationSecret>,
    cookie: Vec<&'a SignInSecret>,
    passphrase: Vec<&'a str>,
    code: Vec<&'a RecoveryCode>,
}

/// Tries every key somebody holds on everything, and tells what opened.
fn opens(hands: &Hands, rows: &Rows) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut note = |name, opened: bool| {
        if opened {
            found.insert(name);
        }
    };
    let entries = [
        ("old entry", &rows.old_entry),
        ("entry", &rows.entry),
        ("solo entry", &rows.solo_entry),
    ];
    for space in &hands.space {
        for (name, entry) in entries {
            note(
                name,
                open_entry(space, spot(entry.seq), &entry.key, &entry.body).is_some(),
            );
        }
    }
    fn values<'a>(a: &impl Audience, rows: &'a Rows) -> [(&'static str, bool); 4] {
        let cell = |sealed: &'a [u8]| open_cell(a, owner(), CELL, 1, sealed).is_some();
        [
            ("shared cell", cell(&rows.shared_cell)),
            ("outer cell", cell(&rows.outer_cell)),
            ("inner cell", cell(&rows.inner_cell)),
            (
                "snapshot",
                open_snapshot(a, owner(), STREAM, 9, &rows.snapshot).is_some(),
            ),
        ]
    }
    let tried = (hands.space.iter().map(|key| values(*key, rows)))
        .chain(hands.outer.iter().map(|key| values(key, rows)))
        .chain(hands.inner.iter().map(|key| values(key, rows)))
        .chain(hands.bundle.iter().map(|key| values(key, rows)));
    for (name, opened) in tried.flatten() {
        note(name, opened);
    }
    for inner in &hands.bundle {
        note(
            "private entry",
            open_private(
                inner,
                spot(1),
                &rows.private_entry.key,
                &rows.private_entry.body,
            )
            .is_some(),
        );
        note(
            "private cell",
            open_cell_private(inner, owner(), CELL, 1, &rows.private_cell).is_some(),
        );
        note(
            "label",
            inner.open_label(ANA, &[9; 32], &rows.label).is_some(),
        );
    }
    for outer in &hands.outer {
        note(
            "keyring",
            open_keyring(outer, ANA, 1, &rows.keyring).is_some(),
        );
        note("memory", outer.open_memory(ANA, &rows.memory).is_some());
    }
    for inner in &hands.inner {
        note("inner", open_inner(inner, ANA, &rows.inner).is_some());
    }
    for ring in &hands.ring {
        for partner in &hands.partner {
            note(
                "to ana",
                open_membership(ring, partner, COUPLE, 2, &rows.to_ana).is_some(),
            );
            note(
                "to ben",
                open_membership(ring, partner, COUPLE, 2, &rows.to_ben).is_some(),
            );
        }
    }
    for link in &hands.link {
        note(
            "proposal",
            link.open(Part::Body, 1, &rows.proposal).is_some(),
        );
    }
    for cookie in &hands.cookie {
        note(
            "outer sign-in",
            cookie.unwrap_outer(&rows.outer_sign_in, ANA).is_some(),
        );
        note(
            "inner sign-in",
            cookie.unwrap_inner(&rows.inner_sign_in, ANA).is_some(),
        );
    }
    for passphrase in &hands.passphrase {
        note(
            "passphrase slot",
            open_passphrase_slot(&rows.passphrase, passphrase, ANA).is_some(),
        );
    }
    for code in &hands.code {
        note(
            "recovery slot",
            open_recovery_slot(&rows.recovery, code, ANA).is_some(),
        );
    }
    found
}

#[test]
fn k1_each_persona_opens_exactly_its_own_set() {
    let (ana, ben) = couple();
    let stranger = new_person(PersonId::new([9; 16]), CoupleId::new([9; 16]), vec![]);
    let first = {
        let (epoch, key) = shared(&ana).epochs().next().unwrap();
        SpaceKeys::from_epoch(epoch, SpaceKey(key.0.clone()))
    };
    let (link, other_link) = (InvitationSecret::random(), InvitationSecret::random());
    let (cookie, door) = (SignInSecret::random(), SignInSecret::random());
    let code = RecoveryCode::random();
    let own = ana.keyring.inner_public();
    let rows = Rows {
        old_entry: seal_entry(&first, spot(1), HEAD, b"then").unwrap(),
        entry: seal_entry(shared(&ana), spot(2), HEAD, b"now").unwrap(),
        shared_cell: seal_cell(shared(&ana), owner(), CELL, 1, b"ours"),
        snapshot: seal_snapshot(shared(&ana), owner(), STREAM, 9, b"all of it"),
        solo_entry: seal_entry(&ana.keyring.solo.1, spot(3), HEAD, b"alone").unwrap(),
        outer_cell: seal_cell(&ana.root.outer(), owner(), CELL, 1, b"mine"),
        private_entry: seal_private(&own, spot(1), HEAD, b"private").unwrap(),
        private_cell: seal_cell_private(&own, owner(), CELL, 1, b"private"),
        inner_cell: seal_cell(&ana.root.inner(), owner(), CELL, 1, b"private"),
        label: Inner::seal_label(&own, ANA, &[9; 32], "the old phone"),
        keyring: ana.outer.clone(),
        inner: ana.inner.clone(),
        to_ana: seal_membership(
            &ana.keyring,
            &ana.outer_public,
            COUPLE,
            2,
            shared(&ana).newest().1,
        )
        .unwrap(),
        to_ben: seal_membership(
            &ana.keyring,
            &ben.outer_public,
            COUPLE,
            2,
            shared(&ana).newest().1,
        )
        .unwrap(),
        memory: ana.root.outer().seal_memory(ANA, b"head 9"),
        proposal: link.seal(Part::Body, 1, b"a walk"),
        outer_sign_in: cookie.wrap_outer(&ana.root.outer(), ANA),
        inner_sign_in: door.wrap_inner(&ana.root.inner(), ANA),
        passphrase: seal_passphrase_slot(
            &ana.root,
            "tell it as it was",
            ANA,
            Cost::cheap_for_tests(),
        ),
        recovery: seal_recovery_slot(&ana.root, &code, ANA),
    };

    let everybodys_keys = vec![ana.outer_public, ben.outer_public, stranger.outer_public];
    let signed_in = |person: &NewPerson| Hands {
        outer: vec![person.root.outer()],
        partner: everybodys_keys.clone(),
        ..Hands::default()
    };
    let sign_in = [
        "entry",
        "keyring",
        "memory",
        "old entry",
        "outer cell",
        "shared cell",
        "snapshot",
        "solo entry",
    ];
    let door_opens = [
        "inner",
        "inner cell",
        "label",
        "private cell",
        "private entry",
    ];
    let table: Vec<(&str, Hands, BTreeSet<&str>)> = vec![
        (
            "Ana, signed in",
            Hands {
                space: vec![shared(&ana), &ana.keyring.solo.1],
                ring: vec![&ana.keyring],
                ..signed_in(&ana)
            },
            sign_in.into_iter().chain(["to ana"]).collect(),
        ),
        (
            "Ana, behind the private door",
            Hands {
                space: vec![shared(&ana), &ana.keyring.solo.1],
                ring: vec![&ana.keyring],
                inner: vec![ana.root.inner()],
                bundle: vec![inner(&ana, ANA)],
                ..signed_in(&ana)
            },
            sign_in
                .into_iter()
                .chain(door_opens)
                .chain(["to ana"])
                .collect(),
        ),
        (
            "Ben, with both doors open",
            Hands {
                space: vec![shared(&ben), &ben.keyring.solo.1],
                ring: vec![&ben.keyring],
                inner: vec![ben.root.inner()],
                bundle: vec![inner(&ben, BEN)],
                ..signed_in(&ben)
            },
            ["entry", "old entry", "shared cell", "snapshot", "to ben"].into(),
        ),
        (
            "somebody who left in the first epoch",
            Hands {
                space: vec![&first],
                ..Hands::default()
            },
            ["old entry"].into(),
        ),
        (
            "another couple on this server",
            Hands {
                space: vec![&stranger.keyring.solo.1],
                ring: vec![&stranger.keyring],
                inner: vec![stranger.root.inner()],
                bundle: vec![inner(&stranger, PersonId::new([9; 16]))],
                link: vec![&other_link],
                ..signed_in(&stranger)
            },
            [].into(),
        ),
        (
            "a thief of the disk",
            Hands {
                partner: everybodys_keys.clone(),
                ..Hands::default()
            },
            [].into(),
        ),
        (
            "whoever has the link",
            Hands {
                link: vec![&link],
                ..Hands::default()
            },
            ["proposal"].into(),
        ),
        (
            "Ana's cookie",
            Hands {
                cookie: vec![&cookie],
                ..Hands::default()
            },
            ["outer sign-in"].into(),
        ),
        (
            "Ana's private door",
            Hands {
                cookie: vec![&door],
                ..Hands::default()
            },
            ["inner sign-in"].into(),
        ),
        (
            "Ana's passphrase",
            Hands {
                passphrase: vec!["tell it as it was"],
                ..Hands::default()
            },
            ["passphrase slot"].into(),
        ),
        (
            "Ana's printed code",
            Hands {
                code: vec![&code],
                ..Hands::default()
            },
            ["recovery slot"].into(),
        ),
    ];
    for (who, hands, expected) in table {
        assert_eq!(opens(&hands, &rows), expected, "{who}");
    }
}
