//! The printed recovery code (K6), and the slot that it opens.

use std::fmt;

use rekindle_domain::PersonId;
use zeroize::Zeroizing;

use crate::bind::{Bind, Purpose};
use crate::keys::Root;
use crate::{chance, derive, envelope};

const RECOVERY: u8 = 1;

/// The letters of a recovery code: those of Crockford's base 32, which leaves out I, L, O and U.
pub(crate) const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
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

pub(crate) fn number(letter: char) -> Option<u8> {
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
pub(crate) fn is_dash(c: char) -> bool {
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
    use proptest::prelude::*;

    use super::*;

    const ANA: PersonId = PersonId::new([1; 16]);
    const BEN: PersonId = PersonId::new([2; 16]);

    #[test]
    fn k4_a_changed_slot_opens_nothing() {
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
