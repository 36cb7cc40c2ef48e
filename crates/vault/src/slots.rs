//! Key slots: ways to the personal root (K2, K6). Checking a passphrase *is* unwrapping the root; there is no hash
//! beside it.
//!
//! ```text
//! passphrase slot: version 1 │ memory in KiB 4 │ passes 4 │ lanes 4 │ salt 16 │ envelope of the root
//! recovery slot:   version 1 │ envelope of the root
//! ```
//!
//! argon2id is RFC 9106. **These layouts are stored.**

mod recovery;

use argon2::{Algorithm, Argon2, Params, Version};
use rekindle_domain::PersonId;
use zeroize::Zeroizing;

use crate::bind::{Bind, Purpose};
use crate::keys::Root;
use crate::{chance, envelope, passphrase};

#[cfg(all(feature = "cheap-passphrases", not(debug_assertions)))]
compile_error!("`cheap-passphrases` is for tests: a released program must not have it");

pub(crate) use recovery::{LETTERS, is_dash, number};
pub use recovery::{Mistyped, RecoveryCode, open_recovery_slot, seal_recovery_slot};

/// What guessing a passphrase once costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Memory in KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// A passphrase slot that asks for less memory is not opened: 46 MiB in KiB (K2).
const FLOOR: u32 = 46 << 10;

/// What this build opens: a released one has no way below the floor.
const LEAST: u32 = if cfg!(any(test, feature = "cheap-passphrases")) {
    0
} else {
    FLOOR
};

/// One that asks for more than this is not tried: whoever can write rows could stop the server with it.
const CEILING: Cost = Cost {
    memory: 1 << 20,
    passes: 16,
    lanes: 4,
};

impl Cost {
    /// 64 MiB, three passes, one lane (K2): about 0.2 s on one core.
    pub const STANDARD: Self = Self {
        memory: 64 << 10,
        passes: 3,
        lanes: 1,
    };

    /// For tests that are about something else: a thousandth of the cost. A released program does not have this, and
    /// does not open what was made with it.
    #[cfg(any(test, feature = "cheap-passphrases"))]
    #[doc(hidden)]
    #[must_use]
    pub const fn cheap_for_tests() -> Self {
        Self {
            memory: 64,
            passes: 1,
            lanes: 1,
        }
    }

    /// Whether a slot of this cost is worth the work, when `least` is the least memory that will do.
    fn is_tried(self, least: u32) -> bool {
        (least..=CEILING.memory).contains(&self.memory)
            && self.passes <= CEILING.passes
            && self.lanes <= CEILING.lanes
    }

    fn below(self, other: Self) -> bool {
        self.memory < other.memory || self.passes < other.passes
    }

    fn bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        for (place, number) in bytes
            .chunks_exact_mut(4)
            .zip([self.memory, self.passes, self.lanes])
        {
            place.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: [u8; 12]) -> Self {
        let number = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        Self {
            memory: number(0),
            passes: number(4),
            lanes: number(8),
        }
    }
}

const PASSPHRASE: u8 = 1;

/// Wraps the root under a passphrase, as typed but for its Unicode form (see [`passphrase`]). Blocks for about 0.2 s
/// and takes 64 MiB at [`Cost::STANDARD`]: never on the thread that serves pages, at most two at once (K15).
#[must_use]
pub fn seal_passphrase_slot(
    root: &Root,
    passphrase: &str,
    person: PersonId,
    cost: Cost,
) -> Vec<u8> {
    let salt = chance::bytes();
    let key = stretch(passphrase, &salt, cost)
        .expect("the costs that are sealed with are costs argon2 takes");
    let sealed = envelope::seal(
        &key,
        &passphrase_bind(person, cost, &salt),
        root.0.as_slice(),
    );
    [&[PASSPHRASE], cost.bytes().as_slice(), &salt, &sealed].concat()
}

/// Opens a passphrase slot. The second value says that it was made at a lower cost than today's standard: seal it
/// again, silently (K2). Blocks as long as sealing did.
#[must_use]
pub fn open_passphrase_slot(
    sealed: &[u8],
    passphrase: &str,
    person: PersonId,
) -> Option<(Root, bool)> {
    open_above(LEAST, sealed, passphrase, person)
}

fn open_above(
    least: u32,
    sealed: &[u8],
    passphrase: &str,
    person: PersonId,
) -> Option<(Root, bool)> {
    let (version, rest) = sealed.split_first()?;
    let (cost, rest) = rest.split_first_chunk()?;
    let (salt, sealed) = rest.split_first_chunk()?;
    let cost = Cost::from_bytes(*cost);
    if *version != PASSPHRASE || !cost.is_tried(least) {
        return None;
    }
    let key = stretch(passphrase, salt, cost)?;
    let root = envelope::open_key(&key, &passphrase_bind(person, cost, salt), sealed)?;
    Some((Root(root), cost.below(Cost::STANDARD)))
}

/// The work of opening a slot, for a name that nobody has (K15). Blocks like it.
pub fn waste(passphrase: &str) {
    let key = stretch(passphrase, &[0; 16], Cost::STANDARD);
    std::hint::black_box(&key);
}

fn stretch(passphrase: &str, salt: &[u8; 16], cost: Cost) -> Option<Zeroizing<[u8; 32]>> {
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(32)).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(
            passphrase::composed(passphrase).as_bytes(),
            salt,
            key.as_mut_slice(),
        )
        .ok()?;
    Some(key)
}

fn passphrase_bind(person: PersonId, cost: Cost, salt: &[u8; 16]) -> Bind {
    Bind::to(Purpose::PassphraseSlot)
        .person(person)
        .small(cost.memory)
        .small(cost.passes)
        .small(cost.lanes)
        .salt(salt)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    const ANA: PersonId = PersonId::new([1; 16]);
    const BEN: PersonId = PersonId::new([2; 16]);
    const CHEAP: Cost = Cost::cheap_for_tests();

    #[test]
    fn k2_argon2id_is_that_of_rfc_9106() {
        // RFC 9106, section 5.3
        let params = argon2::ParamsBuilder::new()
            .m_cost(32)
            .t_cost(3)
            .p_cost(4)
            .data(argon2::AssociatedData::new(&[4; 12]).unwrap())
            .output_len(32)
            .build()
            .unwrap();
        let mut out = [0; 32];
        Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params)
            .unwrap()
            .hash_password_into(&[1; 32], &[2; 16], &mut out)
            .unwrap();
        assert_eq!(
            HEXLOWER.encode(&out),
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
        );
    }

    #[test]
    fn k2_the_right_passphrase_opens_and_no_other() {
        let root = Root::random();
        let slot = seal_passphrase_slot(&root, "tell it as it was", ANA, CHEAP);
        assert_eq!(
            *open_passphrase_slot(&slot, "tell it as it was", ANA)
                .unwrap()
                .0
                .0,
            *root.0
        );
        assert!(open_passphrase_slot(&slot, "tell it as it was.", ANA).is_none());
        assert!(open_passphrase_slot(&slot, "Tell it as it was", ANA).is_none());
        assert!(
            open_passphrase_slot(&slot, "tell it as it was", BEN).is_none(),
            "another person's slot"
        );
    }

    #[test]
    fn k2_the_same_words_open_however_a_keyboard_composes_them() {
        let slot =
            seal_passphrase_slot(&Root::random(), "f\u{fc}r immer und einen tag", ANA, CHEAP);
        assert!(open_passphrase_slot(&slot, "fu\u{308}r immer und einen tag", ANA).is_some());
    }

    #[test]
    fn k2_the_standard_is_sealed_and_a_lower_cost_is_raised() {
        let root = Root::random();
        let slot = seal_passphrase_slot(&root, "tell it as it was", ANA, Cost::STANDARD);
        let (opened, raise) = open_above(FLOOR, &slot, "tell it as it was", ANA).unwrap();
        assert_eq!(*opened.0, *root.0);
        assert!(!raise);
        let lower = Cost {
            memory: FLOOR,
            passes: 1,
            lanes: 1,
        };
        let slot = seal_passphrase_slot(&root, "tell it as it was", ANA, lower);
        assert!(
            open_above(FLOOR, &slot, "tell it as it was", ANA)
                .unwrap()
                .1
        );
    }

    #[test]
    fn k2_a_released_program_opens_nothing_below_the_floor() {
        for memory in [8, 64, FLOOR - 1] {
            let slot = seal_passphrase_slot(
                &Root::random(),
                "tell it as it was",
                ANA,
                Cost { memory, ..CHEAP },
            );
            assert!(
                open_above(0, &slot, "tell it as it was", ANA).is_some(),
                "{memory} KiB, sound but for its cost"
            );
            assert!(
                open_above(FLOOR, &slot, "tell it as it was", ANA).is_none(),
                "{memory} KiB"
            );
        }
    }

    #[test]
    fn k2_only_what_is_costly_enough_and_no_more_than_the_machine_bears_is_tried() {
        let (memory, passes, lanes) = (CEILING.memory, CEILING.passes, CEILING.lanes);
        for (cost, tried, raised) in [
            ((FLOOR, 1, 1), true, true),
            ((FLOOR - 1, 3, 1), false, true),
            ((64 << 10, 3, 1), true, false),
            ((64 << 10, 2, 1), true, true),
            (((64 << 10) - 1, 3, 1), true, true),
            ((memory, passes, lanes), true, false),
            ((memory + 1, passes, lanes), false, false),
            ((memory, passes + 1, lanes), false, false),
            ((memory, passes, lanes + 1), false, false),
        ] {
            let (memory, passes, lanes) = cost;
            let cost = Cost {
                memory,
                passes,
                lanes,
            };
            assert_eq!(cost.is_tried(FLOOR), tried, "{cost:?}");
            assert_eq!(cost.below(Cost::STANDARD), raised, "{cost:?}");
        }
    }

    #[test]
    fn a_slot_that_asks_for_the_whole_machine_or_for_nothing_is_refused() {
        for cost in [
            Cost {
                memory: u32::MAX,
                passes: 1,
                lanes: 1,
            },
            Cost {
                memory: 64,
                passes: u32::MAX,
                lanes: 1,
            },
            Cost {
                memory: 64,
                passes: 1,
                lanes: 0xff_ffff,
            },
            Cost {
                memory: 64,
                passes: 0,
                lanes: 1,
            },
            Cost {
                memory: 64,
                passes: 1,
                lanes: 0,
            },
            Cost {
                memory: 0,
                passes: 1,
                lanes: 1,
            },
        ] {
            let slot = [
                &[PASSPHRASE],
                cost.bytes().as_slice(),
                &[0; 16 + 32 + envelope::OVERHEAD],
            ]
            .concat();
            assert!(
                open_passphrase_slot(&slot, "tell it as it was", ANA).is_none(),
                "{cost:?}"
            );
        }
    }

    #[test]
    fn k4_a_changed_slot_opens_nothing() {
        let slot = seal_passphrase_slot(&Root::random(), "tell it as it was", ANA, CHEAP);
        for place in 0..slot.len() {
            let mut changed = slot.clone();
            changed[place] ^= 1;
            assert!(
                open_passphrase_slot(&changed, "tell it as it was", ANA).is_none(),
                "byte {place}"
            );
            assert!(
                open_passphrase_slot(&slot[..place], "tell it as it was", ANA).is_none(),
                "cut to {place}"
            );
        }
    }
}
