//! K7: old material opens nothing new.

use std::collections::BTreeSet;

use super::*;
use crate::entry::*;
use crate::pairing::*;
use crate::sign_in::SignInSecret;

#[test]
fn k7_after_a_renewal_old_material_opens_nothing_new() {
    let (old, ben) = couple();
    let new = renew_person(ANA, 2, &old.root.outer(), &old.keyring);
    let cookie = SignInSecret::random();

    // Everything somebody may have copied: the root, both keys, both key pairs, every space key of that time.
    let old_outer = old.root.outer();
    let old_door = old.root.inner();
    let old_inner = inner(&old, ANA);
    assert!(open_keyring(&old_outer, ANA, 2, &new.outer).is_none());
    assert!(open_inner(&old_door, ANA, &new.inner).is_none());
    let entry = seal_entry(shared(&new), spot(3), HEAD, b"new").unwrap();
    assert!(open_entry(shared(&old), spot(3), &entry.key, &entry.body).is_none());
    let entry = seal_entry(&new.keyring.solo.1, spot(3), HEAD, b"new").unwrap();
    assert!(open_entry(&old.keyring.solo.1, spot(3), &entry.key, &entry.body).is_none());
    let cell = seal_cell(shared(&new), owner(), CELL, 1, b"new");
    assert!(open_cell(shared(&old), owner(), CELL, 1, &cell).is_none());
    let entry = seal_private(&new.keyring.inner_public(), spot(3), HEAD, b"new").unwrap();
    assert!(open_private(&old_inner, spot(3), &entry.key, &entry.body).is_none());
    let cell = seal_cell(&new.root.outer(), owner(), CELL, 1, b"new");
    assert!(open_cell(&old_outer, owner(), CELL, 1, &cell).is_none());
    let cell = seal_cell(&new.root.inner(), owner(), CELL, 1, b"new");
    assert!(open_cell(&old_door, owner(), CELL, 1, &cell).is_none());
    let wrapped = cookie.wrap_outer(&new.root.outer(), ANA);
    assert_ne!(
        *cookie.unwrap_outer(&wrapped, ANA).unwrap().key,
        *old_outer.key
    );
    let epoch = shared(&new).newest_epoch();
    let letter = seal_membership(
        &ben.keyring,
        &new.outer_public,
        COUPLE,
        epoch,
        shared(&new).newest().1,
    )
    .unwrap();
    assert!(open_membership(&old.keyring, &ben.outer_public, COUPLE, epoch, &letter).is_none());
    assert!(open_membership(&new.keyring, &ben.outer_public, COUPLE, epoch, &letter).is_some());

    // What was shared before stays readable to its owner, under the same ids, and the partner stays pinned.
    let before = seal_entry(shared(&old), spot(1), HEAD, b"then").unwrap();
    assert!(open_entry(shared(&new), spot(1), &before.key, &before.body).is_some());
    assert_eq!(
        shared(&new).stream_id("shared"),
        shared(&old).stream_id("shared")
    );
    assert_eq!(epoch, shared(&old).newest_epoch() + 1);
    assert_eq!(
        new.keyring.couple.as_ref().unwrap().partner,
        ben.outer_public
    );
    assert_eq!(new.keyring.profile, b"ana");
    // What is one's own keeps its names, too, through a second renewal and through being stored.
    let ring = open_keyring(&new.root.outer(), ANA, 2, &new.outer).unwrap();
    let named = new.root.outer().named_by(&ring);
    let twice = renew_person(ANA, 3, &named, &ring);
    let ring = open_keyring(&twice.root.outer(), ANA, 3, &twice.outer).unwrap();
    let again = twice.root.outer().named_by(&ring);
    for outer in [&named, &again] {
        assert_eq!(outer.private_stream(ANA), old_outer.private_stream(ANA));
        assert_eq!(outer.cell_id("x"), old_outer.cell_id("x"));
    }
    assert_ne!(new.root.outer().cell_id("x"), old_outer.cell_id("x"));
}

#[test]
fn k7_whoever_left_cannot_open_what_follows() {
    let mut keys = SpaceKeys::first();
    let gone = again(&keys);
    let before = seal_entry(&keys, spot(1), HEAD, b"before").unwrap();
    keys.renew();
    let after = seal_entry(&keys, spot(2), HEAD, b"after").unwrap();
    assert!(open_entry(&gone, spot(1), &before.key, &before.body).is_some());
    assert!(open_entry(&gone, spot(2), &after.key, &after.body).is_none());
    assert!(open_entry(&keys, spot(1), &before.key, &before.body).is_some());
    assert!(open_entry(&keys, spot(2), &after.key, &after.body).is_some());
}

#[test]
fn ids_stay_the_same_when_a_key_is_renewed_and_say_nothing() {
    let mut keys = SpaceKeys::first();
    let (stream, cell) = (keys.stream_id("shared"), keys.cell_id("shared"));
    keys.renew();
    keys.renew();
    assert_eq!(
        (
            keys.newest_epoch(),
            keys.stream_id("shared"),
            keys.cell_id("shared")
        ),
        (3, stream, cell)
    );
    let outer = Root::random().outer();
    let ids: BTreeSet<[u8; 16]> = [
        *stream.bytes(),
        *cell.bytes(),
        *keys.stream_id("shared2").bytes(),
        *keys.stream_id("").bytes(),
        *SpaceKeys::first().stream_id("shared").bytes(),
        *outer.cell_id("shared").bytes(),
        *outer.private_stream(ANA).bytes(),
        *outer.private_stream(BEN).bytes(),
        *Root::random().outer().private_stream(ANA).bytes(),
    ]
    .into();
    assert_eq!(ids.len(), 9, "another key, kind or label is another id");
}

#[test]
fn epochs_come_in_any_order_and_none_twice() {
    let key = |byte| SpaceKey(Zeroizing::new([byte; 32]));
    let mut keys = SpaceKeys::from_epoch(2, key(2));
    assert!(keys.add(3, key(3)));
    assert!(keys.add(1, key(1)));
    assert!(
        !keys.add(2, key(9)),
        "a second key for an epoch is not taken"
    );
    assert!(!keys.add(0, key(9)), "nothing comes before the first");
    let found: Vec<_> = keys
        .epochs()
        .map(|(epoch, key)| (epoch, key.0[0]))
        .collect();
    assert_eq!(found, [(1, 1), (2, 2), (3, 3)]);
    assert_eq!(
        keys.stream_id("shared"),
        SpaceKeys::from_epoch(1, key(1)).stream_id("shared")
    );
}
