//! K5: the true partner key.

use super::*;
use crate::entry::*;
use crate::invitation::InvitationSecret;
use crate::pairing::*;

#[test]
fn k5_two_people_pair_and_share() {
    let mut ana = new_person(ANA, SOLO, vec![]);
    let mut ben = new_person(BEN, CoupleId::new([8; 16]), vec![]);
    let keys = SpaceKeys::first();
    let (epoch, key) = keys.newest();
    let to_ana = seal_membership(&ana.keyring, &ana.outer_public, COUPLE, epoch, key).unwrap();
    let to_ben = seal_membership(&ana.keyring, &ben.outer_public, COUPLE, epoch, key).unwrap();
    let anas = open_membership(&ana.keyring, &ana.outer_public, COUPLE, epoch, &to_ana).unwrap();
    let bens = open_membership(&ben.keyring, &ana.outer_public, COUPLE, epoch, &to_ben).unwrap();
    join(
        &mut ana,
        Who::First,
        ben.outer_public,
        SpaceKeys::from_epoch(epoch, anas),
    );
    join(
        &mut ben,
        Who::Second,
        ana.outer_public,
        SpaceKeys::from_epoch(epoch, bens),
    );
    assert_eq!(
        shared(&ana).stream_id("shared"),
        shared(&ben).stream_id("shared")
    );
    let entry = seal_entry(shared(&ana), spot(1), HEAD, b"for us").unwrap();
    let read = opened(open_entry(shared(&ben), spot(1), &entry.key, &entry.body));
    assert_eq!(read, Some(b"for us".to_vec()));
    // both still hold it after the next sign-in
    let sealed = seal_keyring(&ben.root.outer(), BEN, 2, &ben.keyring);
    let ring = open_keyring(&ben.root.outer(), BEN, 2, &sealed).unwrap();
    let couple = ring.couple.unwrap();
    assert_eq!(
        (couple.couple, couple.who, couple.partner),
        (COUPLE, Who::Second, ana.outer_public)
    );
    assert!(open_entry(&couple.keys, spot(1), &entry.key, &entry.body).is_some());
}

#[test]
fn k5_a_replaced_key_row_stops_sharing() {
    let (ana, ben) = couple();
    let eve = new_person(PersonId::new([9; 16]), CoupleId::new([9; 16]), vec![]);
    let key = shared(&ana).newest().1;
    // Eve's key stands in Ben's row. Ana uses the one she pinned, so Eve reads nothing.
    let pinned = ana.keyring.couple.as_ref().unwrap().partner;
    let letter = seal_membership(&ana.keyring, &pinned, COUPLE, 3, key).unwrap();
    assert!(open_membership(&eve.keyring, &ana.outer_public, COUPLE, 3, &letter).is_none());
    assert!(open_membership(&ben.keyring, &ana.outer_public, COUPLE, 3, &letter).is_some());
    // Eve's key stands in Ana's row, and Eve writes Ben a letter with a key she knows: Ben asks for Ana's.
    let forged = seal_membership(&eve.keyring, &ben.outer_public, COUPLE, 3, key).unwrap();
    let pinned = ben.keyring.couple.as_ref().unwrap().partner;
    assert!(open_membership(&ben.keyring, &pinned, COUPLE, 3, &forged).is_none());
    // While pairing, a key in between shows in the words.
    let link = InvitationSecret::random();
    let (anas, bens) = (
        six_words(&ana.outer_public, &eve.outer_public, &link),
        six_words(&eve.outer_public, &ben.outer_public, &link),
    );
    assert_ne!(anas, bens);
}

#[test]
fn k5_private_words_go_to_the_key_in_the_keyring_not_to_the_row_s() {
    let ana = new_person(ANA, SOLO, vec![]);
    let ring = open_keyring(&ana.root.outer(), ANA, 1, &ana.outer).unwrap();
    assert_eq!(ring.inner_public(), ana.inner_public);
    assert_eq!(ring.outer_public(), ana.outer_public);
    assert_eq!(inner(&ana, ANA).public(), ana.inner_public);
}

#[test]
fn k5_a_member_s_key_that_is_no_key_is_refused() {
    let (ana, _) = couple();
    assert!(
        seal_membership(
            &ana.keyring,
            &OuterPublic([0; 32]),
            COUPLE,
            1,
            shared(&ana).newest().1
        )
        .is_none()
    );
}
