//! Letters: what is sealed to a public key, with HPKE (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//! ChaCha20Poly1305, one message to a letter.
//!
//! ```text
//! version 1 │ encapsulated key 32 │ ciphertext │ tag 16
//! ```
//!
//! A letter *to oneself* (base mode) can be written by anybody who holds the public key and read only behind the
//! private door. A letter *from somebody* (auth mode) opens only against the sender's pinned key (K5). What it is
//! bound to is HPKE's `info`.
//!
//! **This layout is stored.** It is never changed, only followed by another version.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal,
};
use zeroize::{Zeroize, Zeroizing};

use crate::bind::Bind;

const VERSION: u8 = 1;
const ENCAPSULATED: usize = 32;
const LABEL: &[u8] = b"rekindle/1 letter\0";

type Public = <X25519HkdfSha256 as Kem>::PublicKey;
type Private = <X25519HkdfSha256 as Kem>::PrivateKey;

/// An X25519 secret.
pub(crate) struct Secret(pub(crate) Zeroizing<[u8; 32]>);

impl Secret {
    pub(crate) fn random() -> Self {
        Self(crate::chance::secret())
    }

    /// The public half: one multiplication on the curve, about 30 µs.
    pub(crate) fn public(&self) -> [u8; 32] {
        X25519HkdfSha256::sk_to_pk(&self.private())
            .to_bytes()
            .into()
    }

    fn private(&self) -> Private {
        Private::from_bytes(self.0.as_slice())
            .expect("any 32 bytes are an X25519 secret, once clamped")
    }
}

/// Seals to `to`; with `from`, so that it opens only against that sender's public key. `None` if `to` is one of the
/// few values that no honest key has (RFC 7748, section 6.1: the shared secret would be zero).
pub(crate) fn seal(
    to: &[u8; 32],
    from: Option<&Secret>,
    bind: &Bind,
    text: &[u8],
) -> Option<Vec<u8>> {
    let mode = match from {
        None => OpModeS::Base,
        Some(secret) => {
            let private = secret.private();
            let public = X25519HkdfSha256::sk_to_pk(&private);
            OpModeS::Auth((private, public))
        }
    };
    let (encapsulated, body) = single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &mode,
        &public(to),
        &info(bind),
        text,
        &[],
    )
    .ok()?;
    let mut out = Vec::with_capacity(1 + ENCAPSULATED + body.len());
    out.push(VERSION);
    out.extend_from_slice(&encapsulated.to_bytes());
    out.extend_from_slice(&body);
    Some(out)
}

/// Opens a letter to `to`; with `from`, only one that this sender sealed. Says nothing about why not.
pub(crate) fn open(
    to: &Secret,
    from: Option<&[u8; 32]>,
    bind: &Bind,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (version, rest) = sealed.split_first()?;
    let (encapsulated, body) = rest.split_at_checked(ENCAPSULATED)?;
    if *version != VERSION {
        return None;
    }
    let mode = from.map_or(OpModeR::Base, |key| OpModeR::Auth(public(key)));
    let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated).ok()?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &mode,
        &to.private(),
        &encapsulated,
        &info(bind),
        body,
        &[],
    )
    .ok()
    .map(Zeroizing::new)
}

/// Opens a letter that holds a key.
pub(crate) fn open_key(
    to: &Secret,
    from: Option<&[u8; 32]>,
    bind: &Bind,
    sealed: &[u8],
) -> Option<Zeroizing<[u8; 32]>> {
    let mut opened = open(to, from, bind, sealed)?;
    let mut inside = Zeroizing::new([0; 32]);
    if opened.len() != inside.len() {
        return None;
    }
    inside.copy_from_slice(&opened);
    opened.zeroize();
    Some(inside)
}

fn public(bytes: &[u8; 32]) -> Public {
    Public::from_bytes(bytes).expect("any 32 bytes are an X25519 public key")
}

fn info(bind: &Bind) -> Vec<u8> {
    [LABEL, bind.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;
    use crate::bind::Purpose;

    fn hex(text: &str) -> Vec<u8> {
        HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    fn here() -> Bind {
        Bind::to(Purpose::Membership).small(7)
    }

    fn opens_rfc_message(
        mode: &OpModeR<X25519HkdfSha256>,
        secret: &str,
        encapsulated: &str,
        sealed: &str,
    ) {
        let opened = single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            mode,
            &Private::from_bytes(&hex(secret)).unwrap(),
            &<X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&hex(encapsulated)).unwrap(),
            b"Ode on a Grecian Urn",
            &hex(sealed),
            b"Count-0",
        );
        assert_eq!(opened.unwrap(), b"Beauty is truth, truth beauty");
    }

    #[test]
    fn base_mode_is_that_of_rfc_9180() {
        // RFC 9180, appendix A.2.1
        opens_rfc_message(
            &OpModeR::Base,
            "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
            "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
        );
    }

    #[test]
    fn auth_mode_is_that_of_rfc_9180() {
        // RFC 9180, appendix A.2.3
        let sender = hex("f0f4f9e96c54aeed3f323de8534fffd7e0577e4ce269896716bcb95643c8712b");
        opens_rfc_message(
            &OpModeR::Auth(Public::from_bytes(&sender).unwrap()),
            "3ca22a6d1cda1bb9480949ec5329d3bf0b080ca4c45879c95eddb55c70b80b82",
            "f7674cc8cd7baa5872d1f33dbaffe3314239f6197ddf5ded1746760bfc847e0e",
            "ab1a13c9d4f01a87ec3440dbd756e2677bd2ecf9df0ce7ed73869b98e00c09be111cb9fdf077347aeb88e61bdf",
        );
    }

    #[test]
    fn a_public_key_belongs_to_its_secret_as_in_rfc_9180() {
        let secret = hex("3ca22a6d1cda1bb9480949ec5329d3bf0b080ca4c45879c95eddb55c70b80b82");
        let public = hex("1a478716d63cb2e16786ee93004486dc151e988b34b475043d3e0175bdb01c44");
        assert_eq!(
            Secret(Zeroizing::new(secret.try_into().unwrap()))
                .public()
                .as_slice(),
            public
        );
    }

    #[test]
    fn a_letter_opens_for_its_reader_from_its_sender_in_its_place() {
        let (ana, ben, eve) = (Secret::random(), Secret::random(), Secret::random());
        let sealed = seal(&ben.public(), Some(&ana), &here(), b"words").unwrap();
        let from = |sender: &Secret| Some(sender.public());
        assert_eq!(
            open(&ben, from(&ana).as_ref(), &here(), &sealed)
                .unwrap()
                .as_slice(),
            b"words"
        );
        assert!(
            open(&eve, from(&ana).as_ref(), &here(), &sealed).is_none(),
            "another reader"
        );
        assert!(
            open(&ana, from(&ana).as_ref(), &here(), &sealed).is_none(),
            "the sender"
        );
        assert!(
            open(&ben, from(&eve).as_ref(), &here(), &sealed).is_none(),
            "another sender"
        );
        assert!(
            open(&ben, None, &here(), &sealed).is_none(),
            "as from nobody"
        );
        let elsewhere = Bind::to(Purpose::Membership).small(8);
        assert!(
            open(&ben, from(&ana).as_ref(), &elsewhere, &sealed).is_none(),
            "another place"
        );
        let from_nobody = seal(&ben.public(), None, &here(), b"words").unwrap();
        assert!(
            open(&ben, from(&ana).as_ref(), &here(), &from_nobody).is_none(),
            "from nobody as from the sender"
        );
        assert!(open(&ben, None, &here(), &from_nobody).is_some());
    }

    #[test]
    fn k4_a_changed_bit_anywhere_opens_nothing() {
        let ben = Secret::random();
        let sealed = seal(&ben.public(), None, &here(), b"words").unwrap();
        for place in 0..sealed.len() {
            for bit in [0, 7] {
                let mut changed = sealed.clone();
                changed[place] ^= 1 << bit;
                let opened = open(&ben, None, &here(), &changed);
                assert!(opened.is_none(), "bit {bit} of byte {place}");
            }
            assert!(
                open(&ben, None, &here(), &sealed[..place]).is_none(),
                "cut to {place}"
            );
        }
    }

    #[test]
    fn a_key_that_no_honest_person_has_is_not_written_to() {
        let ana = Secret::random();
        let mut one = [0; 32];
        one[0] = 1;
        for key in [[0; 32], one] {
            assert!(seal(&key, None, &here(), b"words").is_none());
            assert!(seal(&key, Some(&ana), &here(), b"words").is_none());
            let mut letter = vec![VERSION];
            letter.extend_from_slice(&key);
            letter.extend_from_slice(&[0; 48]);
            assert!(open(&ana, None, &here(), &letter).is_none());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 8))]

        #[test]
        fn junk_opens_nothing_and_breaks_nothing(junk: Vec<u8>, sender: [u8; 32]) {
            let ana = Secret::random();
            prop_assert!(open(&ana, None, &here(), &junk).is_none());
            let mut versioned = vec![VERSION];
            versioned.extend(junk);
            prop_assert!(open(&ana, Some(&sender), &here(), &versioned).is_none());
        }
    }
}
