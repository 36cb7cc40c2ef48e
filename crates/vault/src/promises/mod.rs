//! What the whole room promises, across its modules. Each test's name begins with the rule of safety.md it keeps.

mod audiences;
mod frozen;
mod laws;
mod lengths;
mod misuse;
mod partner;
mod renewal;
mod secrets;
mod wycheproof;

use rekindle_domain::{CellId, CoupleId, OwnerId, PersonId, StreamId, Who};
use zeroize::Zeroizing;

use crate::chain::Head;
use crate::entry::Spot;
use crate::keys::*;

const ANA: PersonId = PersonId::new([1; 16]);
const BEN: PersonId = PersonId::new([2; 16]);
const COUPLE: CoupleId = CoupleId::new([3; 16]);
const SOLO: CoupleId = CoupleId::new([4; 16]);
const HEAD: Head = Head([5; 32]);
const STREAM: StreamId = StreamId::new([6; 16]);
const CELL: CellId = CellId::new([7; 16]);

fn owner() -> OwnerId {
    COUPLE.into()
}

fn spot(seq: u64) -> Spot {
    Spot {
        owner: owner(),
        stream: STREAM,
        seq,
    }
}

fn opened(text: Option<Zeroizing<Vec<u8>>>) -> Option<Vec<u8>> {
    text.map(|text| text.to_vec())
}

/// The same keys once more: what a test may do and the program may not.
fn again(keys: &SpaceKeys) -> SpaceKeys {
    let mut epochs = keys
        .epochs()
        .map(|(epoch, key)| (epoch, SpaceKey(key.0.clone())));
    let (epoch, key) = epochs.next().unwrap();
    let mut space = SpaceKeys::from_epoch(epoch, key);
    for (epoch, key) in epochs {
        assert!(space.add(epoch, key));
    }
    space
}

fn join(person: &mut NewPerson, who: Who, partner: OuterPublic, keys: SpaceKeys) {
    person.keyring.couple = Some(CoupleKeys {
        couple: COUPLE,
        who,
        partner,
        keys,
    });
}

fn inner(person: &NewPerson, id: PersonId) -> Inner {
    open_inner(&person.root.inner(), id, &person.inner).unwrap()
}

/// Ana and Ben, paired, in their second epoch.
fn couple() -> (NewPerson, NewPerson) {
    let mut ana = new_person(ANA, SOLO, b"ana".to_vec());
    let mut ben = new_person(BEN, CoupleId::new([8; 16]), b"ben".to_vec());
    let mut keys = SpaceKeys::first();
    keys.renew();
    join(&mut ana, Who::First, ben.outer_public, again(&keys));
    join(&mut ben, Who::Second, ana.outer_public, keys);
    (ana, ben)
}

fn shared(person: &NewPerson) -> &SpaceKeys {
    &person.keyring.couple.as_ref().unwrap().keys
}
