//! What was ever stored stays readable.

use data_encoding::HEXLOWER;

use super::*;
use crate::entry::*;
use crate::envelope;
use crate::invitation::{InvitationSecret, Part};
use crate::pairing::*;
use crate::sign_in::{DeviceSecret, SignInSecret};
use crate::slots::*;

/// Keys and values that the frozen file was sealed with.
fn frozen_person() -> (Root, Keyring, Inner) {
    let root = Root(Zeroizing::new([1; 32]));
    let text = include_str!("../frozen/rows-1.txt");
    let blob = |name: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
            .unwrap();
        HEXLOWER.decode(line.as_bytes()).unwrap()
    };
    let ring = open_keyring(&root.outer(), ANA, 7, &blob("keyring")).unwrap();
    let inner = open_inner(&root.inner(), ANA, &blob("inner")).unwrap();
    (root, ring, inner)
}

/// Frozen: one of each layout of version 1, as it stands in databases. If this fails, people lose what they wrote.
#[test]
fn everything_of_version_1_stays_readable() {
    let (root, ring, inner) = frozen_person();
    let couple = ring.couple.as_ref().unwrap();
    assert_eq!(
        (ring.solo.0, couple.couple, couple.who),
        (SOLO, COUPLE, Who::Second)
    );
    assert_eq!(ring.profile, b"a name");
    assert_eq!(couple.keys.newest_epoch(), 2);
    assert_eq!(ring.inner_public(), inner.public());
    let (passphrase, code) = (
        "tell it as it was",
        RecoveryCode::parse(FROZEN_CODE).unwrap(),
    );
    let cookie = SignInSecret(Zeroizing::new([2; 32]));
    let link = InvitationSecret(Zeroizing::new([3; 32]));
    let text = include_str!("../frozen/rows-1.txt");
    let mut names = vec![];
    for line in text.lines() {
        let (name, hex) = line.split_once(' ').unwrap();
        let blob = HEXLOWER.decode(hex.as_bytes()).unwrap();
        let halves = |at: usize| (blob[..at].to_vec(), blob[at..].to_vec());
        let found = match name {
            "keyring" | "inner" => continue,
            "entry" => {
                let (key, body) = halves(4 + 32 + envelope::OVERHEAD);
                opened(open_entry(&couple.keys, spot(7), &key, &body))
            }
            "private-entry" => {
                let (key, body) = halves(1 + 32 + 32 + 16);
                opened(open_private(&inner, spot(7), &key, &body))
            }
            "snapshot" => opened(open_snapshot(&couple.keys, owner(), STREAM, 7, &blob)),
            "outer-cell" => opened(open_cell(&root.outer(), owner(), CELL, 7, &blob)),
            "inner-cell" => opened(open_cell(&inner, owner(), CELL, 7, &blob)),
            "private-cell" => opened(open_cell_private(&inner, owner(), CELL, 7, &blob)),
            "label" => inner
                .open_label(ANA, &[4; 32], &blob)
                .map(|label| label.as_bytes().to_vec()),
            "memory" => opened(
                root.outer()
                    .open_memory(ANA, std::str::from_utf8(&blob).unwrap()),
            ),
            "invitation" => opened(link.open(Part::Reply, 7, &blob)),
            "membership" => open_membership(&ring, &ring.outer_public(), COUPLE, 7, &blob)
                .map(|key| key.0.to_vec()),
            "sign-in" => cookie.unwrap_outer(&blob, ANA).map(|key| key.key.to_vec()),
            "private-door" => cookie.unwrap_inner(&blob, ANA).map(|key| key.0.to_vec()),
            "passphrase" => {
                open_passphrase_slot(&blob, passphrase, ANA).map(|(root, _)| root.0.to_vec())
            }
            "recovery" => open_recovery_slot(&blob, &code, ANA).map(|root| root.0.to_vec()),
            other => panic!("{other} is not known here"),
        };
        let expected = match name {
            "membership" => couple.keys.newest().1.0.to_vec(),
            "sign-in" => root.outer().key.to_vec(),
            "private-door" => root.inner().0.to_vec(),
            "passphrase" | "recovery" => root.0.to_vec(),
            _ => b"kept for ten years".to_vec(),
        };
        assert_eq!(found, Some(expected), "{name}");
        names.push(name);
    }
    assert_eq!(names.len(), 14, "one of each");
    for (derived, expected) in [
        (
            HEXLOWER.encode(couple.keys.stream_id("shared").bytes()),
            "stream",
        ),
        (
            HEXLOWER.encode(couple.keys.cell_id("settings").bytes()),
            "space-cell",
        ),
        (
            HEXLOWER.encode(root.outer().cell_id("settings").bytes()),
            "cell",
        ),
        (
            HEXLOWER.encode(root.outer().private_stream(ANA).bytes()),
            "private-stream",
        ),
        (HEXLOWER.encode(&cookie.id()), "sign-in-id"),
        (
            HEXLOWER.encode(&DeviceSecret(Zeroizing::new([2; 32])).id()),
            "device-id",
        ),
        (HEXLOWER.encode(&link.id().0), "invitation-id"),
    ] {
        let frozen = include_str!("../frozen/ids-1.txt");
        assert!(
            frozen
                .lines()
                .any(|line| line == format!("{expected} {derived}")),
            "{expected} {derived}"
        );
    }
}

const FROZEN_CODE: &str = "00000 00001 00002 00003 00004 00005 00006 00007";

/// Frozen: the keyring of somebody who renewed their keys (K7), as it stands in databases. If this fails, they are
/// locked out of everything.
#[test]
fn the_keyring_of_version_2_stays_readable_and_names_what_it_named() {
    let text = include_str!("../frozen/keyring-2.txt");
    let line = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
            .unwrap()
    };
    let outer = Root(Zeroizing::new([6; 32])).outer();
    let sealed = HEXLOWER.decode(line("keyring").as_bytes()).unwrap();
    let ring = open_keyring(&outer, ANA, 8, &sealed).unwrap();
    let couple = ring.couple.as_ref().unwrap();
    assert_eq!(
        (ring.solo.0, couple.couple, couple.who),
        (SOLO, COUPLE, Who::Second)
    );
    assert_eq!(
        (ring.solo.1.newest_epoch(), couple.keys.newest_epoch()),
        (2, 3)
    );
    assert_eq!(ring.profile, b"a name");
    assert_eq!(ring.inner_public(), InnerPublic([7; 32]));
    assert_eq!(couple.partner, OuterPublic([8; 32]));
    let own = HEXLOWER.encode(&ring.outer_public().0);
    assert_eq!(own, line("public"));
    let outer = outer.named_by(&ring);
    for (derived, name) in [
        (
            HEXLOWER.encode(outer.private_stream(ANA).bytes()),
            "private-stream",
        ),
        (HEXLOWER.encode(outer.cell_id("settings").bytes()), "cell"),
        (
            HEXLOWER.encode(couple.keys.stream_id("shared").bytes()),
            "stream",
        ),
    ] {
        assert_eq!(derived, line(name), "{name}");
    }
}
