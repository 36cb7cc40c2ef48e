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
