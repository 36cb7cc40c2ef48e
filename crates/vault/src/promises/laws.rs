//! Laws that hold for every text, number and key.

use proptest::prelude::*;

use super::*;
use crate::entry::*;
use crate::envelope;

proptest! {
    #[test]
    fn every_record_comes_back(text in prop::collection::vec(any::<u8>(), 0..3_000), seq: u64, renewals in 0..3) {
        let mut keys = SpaceKeys::first();
        for _ in 0..renewals {
            keys.renew();
        }
        let entry = seal_entry(&keys, spot(seq), HEAD, &text).unwrap();
        keys.renew();
        prop_assert_eq!(opened(open_entry(&keys, spot(seq), &entry.key, &entry.body)), Some(text));
        prop_assert_eq!(entry.leaf, crate::chain::leaf(&entry.salt, &entry.key, &entry.body));
        prop_assert_eq!(entry.head, HEAD.next(seq, entry.leaf));
    }

    #[test]
    fn every_cell_and_snapshot_comes_back(text: Vec<u8>, number: u64) {
        let outer = Root::random().outer();
        let cell = seal_cell(&outer, owner(), CELL, number, &text);
        prop_assert_eq!(opened(open_cell(&outer, owner(), CELL, number, &cell)), Some(text.clone()));
        let snapshot = seal_snapshot(&outer, owner(), STREAM, number, &text);
        prop_assert_eq!(opened(open_snapshot(&outer, owner(), STREAM, number, &snapshot)), Some(text.clone()));
        let memory = outer.seal_memory(ANA, &text);
        prop_assert_eq!(opened(outer.open_memory(ANA, &memory)), Some(text));
    }

    #[test]
    fn junk_in_a_row_opens_nothing_and_breaks_nothing(junk: Vec<u8>, more: Vec<u8>) {
        let keys = SpaceKeys::first();
        prop_assert!(open_entry(&keys, spot(1), &junk, &more).is_none());
        let known_epoch = [&1_u32.to_le_bytes(), junk.as_slice()].concat();
        prop_assert!(open_entry(&keys, spot(1), &known_epoch, &more).is_none());
        prop_assert!(open_cell(&keys, owner(), CELL, 1, &known_epoch).is_none());
        prop_assert!(open_snapshot(&keys, owner(), STREAM, 1, &junk).is_none());
        let root = Root::random();
        prop_assert!(open_keyring(&root.outer(), ANA, 1, &junk).is_none());
        prop_assert!(open_inner(&root.inner(), ANA, &junk).is_none());
        prop_assert!(root.outer().open_memory(ANA, &String::from_utf8_lossy(&junk)).is_none());
    }

    /// Sealed by us, and still not what it should be: an opened keyring is read with the same care.
    #[test]
    fn a_keyring_of_junk_is_refused_and_breaks_nothing(mut junk: Vec<u8>, real_version: bool) {
        if let (true, Some(first)) = (real_version, junk.first_mut()) {
            *first = 1;
        }
        let root = Root::random();
        let bind = crate::bind::Bind::to(crate::bind::Purpose::Keyring).person(ANA).place(1);
        let sealed = envelope::seal_padded(&root.outer().key, &bind, &junk, 512);
        prop_assert!(open_keyring(&root.outer(), ANA, 1, &sealed).is_none());
    }

    #[test]
    fn every_keyring_comes_back(profile: Vec<u8>, version: u64, renewals in 0..4, second: bool, paired: bool) {
        let ben = new_person(BEN, COUPLE, vec![]);
        let mut ana = new_person(ANA, SOLO, profile.clone());
        if paired {
            let who = if second { Who::Second } else { Who::First };
            join(&mut ana, who, ben.outer_public, SpaceKeys::first());
            for _ in 0..renewals {
                ana.keyring.couple.as_mut().unwrap().keys.renew();
            }
        }
        let sealed = seal_keyring(&ana.root.outer(), ANA, version, &ana.keyring);
        let ring = open_keyring(&ana.root.outer(), ANA, version, &sealed).unwrap();
        prop_assert_eq!(*ring.secret.0.0, *ana.keyring.secret.0.0);
        prop_assert_eq!(&ring.profile, &profile);
        prop_assert_eq!(ring.solo.0, SOLO);
        let flat = |keys: &SpaceKeys| keys.epochs().map(|(epoch, key)| (epoch, key.0.to_vec())).collect::<Vec<_>>();
        prop_assert_eq!(flat(&ring.solo.1), flat(&ana.keyring.solo.1));
        let flat = |ring: &Keyring| {
            ring.couple.as_ref().map(|couple| (couple.couple, couple.who, couple.partner, flat(&couple.keys)))
        };
        prop_assert_eq!(flat(&ring), flat(&ana.keyring));
    }
}
