//! K8: lengths say nothing.

use super::*;
use crate::entry::*;
use crate::invitation::{InvitationSecret, Part};

#[test]
fn k8_what_differs_only_in_words_has_equal_lengths() {
    let (ana, _) = couple();
    let own = ana.keyring.inner_public();
    let link = InvitationSecret::random();
    let lengths = |text: &[u8]| {
        let entry = seal_entry(shared(&ana), spot(1), HEAD, text).unwrap();
        let private = seal_private(&own, spot(1), HEAD, text).unwrap();
        let label = String::from_utf8(text.to_vec()).unwrap();
        [
            entry.key.len(),
            entry.body.len(),
            private.key.len(),
            private.body.len(),
            seal_snapshot(shared(&ana), owner(), STREAM, 1, text).len(),
            seal_cell(&ana.root.outer(), owner(), CELL, 1, text).len(),
            seal_cell_private(&own, owner(), CELL, 1, text).len(),
            link.seal(Part::Reply, 1, text).len(),
            Inner::seal_label(&own, ANA, &[1; 32], &label).len(),
        ]
    };
    assert_eq!(lengths(b""), lengths(&[b'x'; 508]));
    assert_ne!(lengths(b""), lengths(&[b'x'; 509]));
    assert_eq!(lengths(&[b'x'; 2_045]), lengths(&[b'x'; 8_188]));
    let keyring = |profile: usize| new_person(ANA, SOLO, vec![b'x'; profile]).outer.len();
    assert_eq!(keyring(0), keyring(300));
    // Somebody alone and somebody paired look the same.
    assert_eq!(
        seal_keyring(&ana.root.outer(), ANA, 2, &ana.keyring).len(),
        keyring(0)
    );
    let memory = |len| ana.root.outer().seal_memory(ANA, &vec![0; len]).len();
    assert_eq!(memory(0), memory(252));
    assert!(memory(2_800) < 4_000, "fits a cookie");
}

#[test]
fn k8_a_record_beyond_the_cap_is_refused_before_anything_is_sealed() {
    let (ana, _) = couple();
    let own = ana.keyring.inner_public();
    let most = vec![b'x'; MOST];
    let more = vec![b'x'; MOST + 1];
    assert!(seal_entry(shared(&ana), spot(1), HEAD, &most).is_ok());
    assert_eq!(seal_entry(shared(&ana), spot(1), HEAD, &more), Err(TooLong));
    assert!(seal_private(&own, spot(1), HEAD, &most).is_ok());
    assert_eq!(seal_private(&own, spot(1), HEAD, &more), Err(TooLong));
    let large = vec![b'x'; 200_000];
    let snapshot = seal_snapshot(shared(&ana), owner(), STREAM, 1, &large);
    assert_eq!(
        opened(open_snapshot(shared(&ana), owner(), STREAM, 1, &snapshot)),
        Some(large)
    );
}

#[test]
fn k8_no_plain_word_is_in_what_is_kept() {
    let (ana, _) = couple();
    let words = b"we never told anybody";
    let entry = seal_entry(shared(&ana), spot(1), HEAD, words).unwrap();
    let ring = seal_keyring(
        &ana.root.outer(),
        ANA,
        1,
        &new_person(ANA, SOLO, words.to_vec()).keyring,
    );
    let kept = [
        entry.key,
        entry.body,
        ring,
        seal_cell_private(&ana.keyring.inner_public(), owner(), CELL, 1, words),
    ];
    for sealed in kept {
        assert!(
            !sealed
                .windows(6)
                .any(|window| words.windows(6).any(|part| part == window))
        );
    }
}
