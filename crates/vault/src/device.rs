//! A new device is let in by one that is signed in (K6): it shows a code made of a public key, and the other seals the
//! outer key to that key. Not the root: a device that was let in opens the shared space, as any sign-in does, and its
//! private door asks for the passphrase like every other.

use rekindle_domain::PersonId;
use zeroize::Zeroizing;

use crate::bind::{Bind, Purpose};
use crate::keys::{OuterKey, secret};
use crate::letter::{self, Secret};
use crate::slots::{LETTERS, is_dash, number};
use crate::{chance, derive, sign_in};

secret!(/// What a device that waits to be let in keeps in its cookie.
    WaitingSecret);

/// The public key that is sealed to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitingPublic(pub [u8; 32]);

/// What stands on the new device's screen: 60 bits of a hash of its public key, so that a row with another key does
/// not fit it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitingCode([u8; WaitingCode::LETTERS]);

impl WaitingSecret {
    #[must_use]
    pub fn random() -> Self {
        Self(chance::secret())
    }

    /// From a cookie's value; `None` if it is not one of ours.
    #[must_use]
    pub fn from_cookie(value: &str) -> Option<Self> {
        sign_in::from_text(value).map(Self)
    }

    #[must_use]
    pub fn to_cookie(&self) -> String {
        data_encoding::BASE64URL_NOPAD.encode(self.0.as_slice())
    }

    fn pair(&self) -> Secret {
        Secret(derive::key(&self.0, "waiting device", &[]))
    }

    #[must_use]
    pub fn public(&self) -> WaitingPublic {
        WaitingPublic(self.pair().public())
    }

    /// Opens what the other device sealed: whose key it is, and the key.
    #[must_use]
    pub fn open(&self, sealed: &[u8]) -> Option<(PersonId, OuterKey)> {
        let bind = bind(&self.public());
        let plain = letter::open(&self.pair(), None, &bind, sealed)?;
        let (person, key) = plain.split_first_chunk::<16>()?;
        let key: [u8; 32] = key.try_into().ok()?;
        Some((PersonId::new(*person), OuterKey::of(Zeroizing::new(key))))
    }
}

impl WaitingPublic {
    /// Seals a person's outer key to this device. `None` if it is no honest key.
    #[must_use]
    pub fn let_in(&self, person: PersonId, outer: &OuterKey) -> Option<Vec<u8>> {
        let mut plain = Zeroizing::new(Vec::with_capacity(48));
        plain.extend_from_slice(person.bytes());
        plain.extend_from_slice(outer.key.as_slice());
        letter::seal(&self.0, None, &bind(self), &plain)
    }

    #[must_use]
    pub fn code(&self) -> WaitingCode {
        let hash = derive::key(&self.0, "waiting device code", &[]);
        WaitingCode(std::array::from_fn(|at| hash[at] & 31))
    }
}

impl WaitingCode {
    const LETTERS: usize = 12;

    /// Three groups of four letters, without I, L, O and U.
    #[must_use]
    pub fn groups(&self) -> [String; 3] {
        std::array::from_fn(|group| {
            self.0[group * 4..][..4]
                .iter()
                .map(|number| char::from(LETTERS[usize::from(*number)]))
                .collect()
        })
    }

    /// The same in one piece, as it may stand in a path.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.groups().concat()
    }

    /// Reads a code as people type it; `None` when it has not twelve letters of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && !is_dash(*c));
        let numbers: Vec<u8> = typed.map(number).collect::<Option<_>>()?;
        numbers.try_into().ok().map(Self)
    }

    /// Under which the row is kept.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        let mut letters = [0; 32];
        letters[..Self::LETTERS].copy_from_slice(&self.0);
        *derive::key(&letters, "waiting device id", &[])
    }
}

fn bind(public: &WaitingPublic) -> Bind {
    Bind::to(Purpose::WaitingDevice).hash(&public.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Root;

    const ANA: PersonId = PersonId::new([1; 16]);

    #[test]
    fn k6_what_is_sealed_to_a_waiting_device_opens_there_and_nowhere_else() {
        let (device, other) = (WaitingSecret::random(), WaitingSecret::random());
        let outer = Root::random().outer();
        let sealed = device.public().let_in(ANA, &outer).unwrap();
        let again = WaitingSecret::from_cookie(&device.to_cookie()).unwrap();
        let (person, key) = again.open(&sealed).unwrap();
        assert_eq!((person, *key.key), (ANA, *outer.key));
        assert!(other.open(&sealed).is_none());
        assert!(device.open(&sealed[..sealed.len() - 1]).is_none());
        assert!(device.open(&[]).is_none());
        assert_ne!(*device.pair().0, *device.0);
        assert!(
            !sealed
                .windows(8)
                .any(|part| outer.key.windows(8).any(|of| of == part))
        );
    }

    #[test]
    fn k6_a_code_is_of_its_key_and_is_read_as_people_type_it() {
        let public = WaitingSecret::random().public();
        let code = public.code();
        let text = code.groups().join("-");
        assert_eq!(text.len(), 14);
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', " "),
            text.replace('0', "O").replace('1', "l"),
            code.to_text(),
        ] {
            assert_eq!(WaitingCode::parse(&typed), Some(code), "{typed}");
        }
        for typed in ["", "U", &text[1..], &format!("{text}0")] {
            assert_eq!(WaitingCode::parse(typed), None, "{typed}");
        }
        let other = WaitingSecret::random().public().code();
        assert_ne!(other, code);
        assert_ne!(other.id(), code.id());
    }
}
