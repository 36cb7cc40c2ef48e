//! Key slots: ways to the personal root (K2, K6). Checking a passphrase *is* unwrapping the root; there is no hash
//! beside it.
//!
//! ```text
//! passphrase slot: version 1 │ memory in KiB 4 │ passes 4 │ lanes 4 │ salt 16 │ envelope of the root
//! recovery slot:   version 1 │ envelope of the root
//! ```
//!
//! argon2id is RFC 9106. **These layouts are stored.**

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use rekindle_domain::PersonId;
use zeroize::Zeroizing;

use crate::bind::{Bind, Purpose};
use crate::keys::Root;
use crate::{chance, derive, envelope, passphrase};

#[cfg(all(feature = "cheap-passphrases", not(debug_assertions)))]
compile_error!("`cheap-passphrases` is for tests: a released program must not have it");

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
const RECOVERY: u8 = 1;

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
    if *version != PASSPHRASE || cost.memory < least {
        return None;
    }
    if cost.memory > CEILING.memory || cost.passes > CEILING.passes || cost.lanes > CEILING.lanes {
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

/// The letters of a recovery code: those of Crockford's base 32, which leaves out I, L, O and U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 8;
/// Four letters and their check letter.
const GROUP: usize = 5;

/// The printed code (K6): 160 random bits, in eight groups of four letters with a check letter behind each.
pub struct RecoveryCode(Zeroizing<[u8; 20]>);

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

/// Not the code that was printed; a slip of the finger, not a wrong code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("mistyped")]
pub struct Mistyped {
    /// The first group that does not fit its check letter, counted from 1; `None` when letters are missing, too many,
    /// or not of the code's alphabet.
    pub group: Option<usize>,
}

impl RecoveryCode {
    #[must_use]
    pub fn random() -> Self {
        Self(Zeroizing::new(chance::bytes()))
    }

    /// As it is printed: `0A1B2 …`, eight groups with spaces between.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP + 1)));
        for group in 0..GROUPS {
            if group > 0 {
                text.push(' ');
            }
            let letters = self.group(group);
            for number in letters.into_iter().chain([check(group, letters)]) {
                text.push(char::from(LETTERS[usize::from(number)]));
            }
        }
        text
    }

    /// Reads a code as people type it: any case, any spaces and hyphens, O for 0, I and L for 1.
    ///
    /// # Errors
    /// Where it was mistyped. One wrong letter, or two that changed places within a group, are always noticed, groups
    /// that changed places too; anything else at 31 in 32 a group.
    pub fn parse(text: &str) -> Result<Self, Mistyped> {
        let mut numbers = Zeroizing::new([0_u8; GROUPS * GROUP]);
        let mut count = 0;
        for letter in text.chars().filter(|c| !c.is_whitespace() && !is_dash(*c)) {
            let number = number(letter).ok_or(Mistyped { group: None })?;
            *numbers.get_mut(count).ok_or(Mistyped { group: None })? = number;
            count += 1;
        }
        if count < numbers.len() {
            return Err(Mistyped { group: None });
        }
        let mut code = Zeroizing::new([0_u8; 20]);
        for (group, typed) in numbers.chunks_exact(GROUP).enumerate() {
            let letters = [typed[0], typed[1], typed[2], typed[3]];
            if check(group, letters) != typed[4] {
                return Err(Mistyped {
                    group: Some(group + 1),
                });
            }
            set_group(&mut code, group, letters);
        }
        Ok(Self(code))
    }

    /// The four letters of a group: its 20 bits of the code, five each.
    fn group(&self, group: usize) -> [u8; 4] {
        std::array::from_fn(|at| {
            (0..5).fold(0, |number, bit| {
                number << 1 | self.bit(group * 20 + at * 5 + bit)
            })
        })
    }

    fn bit(&self, bit: usize) -> u8 {
        self.0[bit / 8] >> (7 - bit % 8) & 1
    }

    fn key(&self) -> Zeroizing<[u8; 32]> {
        derive::extract(self.0.as_slice(), "recovery")
    }
}

fn set_group(code: &mut [u8; 20], group: usize, letters: [u8; 4]) {
    for (at, letter) in letters.into_iter().enumerate() {
        for bit in 0..5 {
            let place = group * 20 + at * 5 + bit;
            code[place / 8] |= (letter >> (4 - bit) & 1) << (7 - place % 8);
        }
    }
}

/// The check letter: a sum over the field of 32 elements, each place with a weight of its own, so that one wrong
/// letter or two exchanged ones never cancel out; the group's number is added, so that groups cannot be exchanged.
fn check(group: usize, letters: [u8; 4]) -> u8 {
    let own = u8::try_from(group).expect("there are eight groups");
    letters
        .into_iter()
        .rev()
        .fold(0, |sum, letter| times_two(sum ^ letter))
        ^ own
}

/// Twice a number in the field of 32 elements, modulo x⁵ + x² + 1.
fn times_two(number: u8) -> u8 {
    let double = number << 1;
    if double & 0b10_0000 == 0 {
        double
    } else {
        double ^ 0b10_0101
    }
}

fn number(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = LETTERS
        .iter()
        .position(|known| char::from(*known) == letter)?;
    u8::try_from(place).ok()
}

/// A hyphen or one of the dashes that phones put in its place.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' | '.')
}

/// Wraps the root under a recovery code. The code has 160 bits of chance in it, so no work is added.
#[must_use]
pub fn seal_recovery_slot(root: &Root, code: &RecoveryCode, person: PersonId) -> Vec<u8> {
    let sealed = envelope::seal(
        &code.key(),
        &Bind::to(Purpose::RecoverySlot).person(person),
        root.0.as_slice(),
    );
    [&[RECOVERY], sealed.as_slice()].concat()
}

#[must_use]
pub fn open_recovery_slot(sealed: &[u8], code: &RecoveryCode, person: PersonId) -> Option<Root> {
    let (version, sealed) = sealed.split_first()?;
    if *version != RECOVERY {
        return None;
    }
    envelope::open_key(
        &code.key(),
        &Bind::to(Purpose::RecoverySlot).person(person),
        sealed,
    )
    .map(Root)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

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
    fn a_slot_that_asks_for_the_whole_machine_is_not_tried() {
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
        let code = RecoveryCode::random();
        let slot = seal_recovery_slot(&Root::random(), &code, ANA);
        for place in 0..slot.len() {
            let mut changed = slot.clone();
            changed[place] ^= 1;
            assert!(
                open_recovery_slot(&changed, &code, ANA).is_none(),
                "byte {place}"
            );
            assert!(
                open_recovery_slot(&slot[..place], &code, ANA).is_none(),
                "cut to {place}"
            );
        }
    }

    #[test]
    fn k6_the_printed_code_opens_and_no_other() {
        let root = Root::random();
        let code = RecoveryCode::random();
        let slot = seal_recovery_slot(&root, &code, ANA);
        let typed = RecoveryCode::parse(&code.to_text()).unwrap();
        assert_eq!(*open_recovery_slot(&slot, &typed, ANA).unwrap().0, *root.0);
        assert!(open_recovery_slot(&slot, &RecoveryCode::random(), ANA).is_none());
        assert!(open_recovery_slot(&slot, &typed, BEN).is_none());
    }

    #[test]
    fn k6_a_code_looks_like_this() {
        assert_eq!(
            *RecoveryCode(Zeroizing::new([0; 20])).to_text(),
            "00000 00001 00002 00003 00004 00005 00006 00007"
        );
        let text = RecoveryCode::random().to_text();
        assert_eq!(text.len(), 8 * 5 + 7);
        assert!(
            !text.contains(['I', 'L', 'O', 'U']),
            "no letters that are taken for others"
        );
    }

    #[test]
    fn k6_a_code_is_read_as_people_type_it() {
        let mut bytes = [0; 20];
        bytes[0] = 0b0000_1000; // letters 0 and 1 … at the start
        let code = RecoveryCode(Zeroizing::new(bytes));
        let printed = code.to_text();
        let ways = [
            printed.to_lowercase(),
            printed.replace(' ', ""),
            printed.replace(' ', "-"),
            printed.replace(' ', " \u{2013} "),
            format!("  {}\n", printed.replace(' ', "\u{a0}")),
            printed.replace('0', "O"),
            printed.replace('0', "o"),
            printed.replace('1', "I"),
            printed.replace('1', "l"),
        ];
        for typed in ways {
            assert_eq!(*RecoveryCode::parse(&typed).unwrap().0, bytes, "{typed}");
        }
    }

    #[test]
    fn k6_every_single_slip_is_noticed_in_its_group() {
        let code = RecoveryCode::random();
        let printed: Vec<char> = code.to_text().chars().filter(|c| *c != ' ').collect();
        for place in 0..printed.len() {
            let group = Some(place / GROUP + 1);
            for letter in LETTERS
                .iter()
                .map(|letter| char::from(*letter))
                .filter(|letter| *letter != printed[place])
            {
                let mut typed = printed.clone();
                typed[place] = letter;
                let typed: String = typed.into_iter().collect();
                assert_eq!(
                    RecoveryCode::parse(&typed).unwrap_err(),
                    Mistyped { group },
                    "{typed}"
                );
            }
            for other in place + 1..printed.len().min((place / GROUP + 1) * GROUP) {
                let mut typed = printed.clone();
                typed.swap(place, other);
                let same = typed == printed;
                let typed: String = typed.into_iter().collect();
                assert_eq!(
                    RecoveryCode::parse(&typed).is_ok(),
                    same,
                    "{place} and {other} exchanged"
                );
            }
        }
        for first in 0..GROUPS {
            for second in first + 1..GROUPS {
                let mut groups: Vec<&[char]> = printed.chunks(GROUP).collect();
                groups.swap(first, second);
                let typed: String = groups.concat().into_iter().collect();
                assert!(
                    RecoveryCode::parse(&typed).is_err(),
                    "groups {first} and {second} exchanged"
                );
            }
        }
    }

    #[test]
    fn k6_what_is_no_code_is_mistyped() {
        let printed = RecoveryCode::random().to_text();
        for typed in [
            "",
            "0",
            "not a code",
            &printed[1..],
            &format!("{}0", *printed),
            &format!("{}U", &printed[1..]),
        ] {
            assert_eq!(
                RecoveryCode::parse(typed).unwrap_err(),
                Mistyped { group: None },
                "{typed:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_code_comes_back(bytes: [u8; 20]) {
            let code = RecoveryCode(Zeroizing::new(bytes));
            prop_assert_eq!(*RecoveryCode::parse(&code.to_text()).unwrap().0, bytes);
        }

        #[test]
        fn whatever_is_typed_breaks_nothing(typed: String, junk: Vec<u8>) {
            let _ = RecoveryCode::parse(&typed);
            prop_assert!(open_recovery_slot(&junk, &RecoveryCode::random(), ANA).is_none());
        }
    }
}
