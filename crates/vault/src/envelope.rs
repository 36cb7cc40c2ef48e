//! The envelope (K4): how everything that has a secret key is sealed.
//!
//! ```text
//! version 1 │ nonce 24 │ commitment 32 │ XChaCha20-Poly1305 ciphertext │ tag 16
//! ```
//!
//! From the key, the nonce and what the seal is bound to, HKDF-Expand (RFC 5869) gives 64 bytes: a cipher key for
//! this one envelope, and a commitment. The commitment is compared first, in constant time. So an envelope opens under
//! one key and in one place only, also for somebody who may choose keys (Albertini et al., "How to abuse and fix
//! authenticated encryption without key commitment", 2022; the shape is that paper's section 5.3 with SHA-256).
//! The cipher is draft-irtf-cfrg-xchacha-03.
//!
//! **This layout is stored.** It is never changed, only followed by another version.

use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{AeadInOut, Key, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::bind::Bind;
use crate::{chance, pad};

const VERSION: u8 = 1;
const NONCE: usize = 24;
const COMMITMENT: usize = 32;
const TAG: usize = 16;
const HEAD: usize = 1 + NONCE + COMMITMENT;

/// What an envelope is longer than its contents, in bytes.
pub(crate) const OVERHEAD: usize = HEAD + TAG;

/// Seals a text of a length that says nothing, such as a key.
pub(crate) fn seal(key: &[u8; 32], bind: &Bind, text: &[u8]) -> Vec<u8> {
    write(key, bind, text.len(), |out| out.extend_from_slice(text))
}

/// Seals a text padded to `size` (K8).
pub(crate) fn seal_padded(key: &[u8; 32], bind: &Bind, text: &[u8], size: usize) -> Vec<u8> {
    write(key, bind, size, |out| pad::fill(out, text, size))
}

/// Opens what [`seal`] made, or says nothing about why not.
pub(crate) fn open(key: &[u8; 32], bind: &Bind, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(vec![]);
    open_into(key, bind, sealed, &mut text)?;
    Some(text)
}

/// The same into a room that is used again for many, and wiped once. It holds nothing afterwards when it does not open.
pub(crate) fn open_into(
    key: &[u8; 32],
    bind: &Bind,
    sealed: &[u8],
    text: &mut Zeroizing<Vec<u8>>,
) -> Option<()> {
    text.clear();
    let (head, rest) = sealed.split_at_checked(HEAD)?;
    let (body, tag) = rest.split_last_chunk::<TAG>()?;
    let (version, head) = head.split_first()?;
    let (nonce, commitment) = head.split_first_chunk::<NONCE>()?;
    if *version != VERSION {
        return None;
    }
    let (cipher, expected) = prepare(key, nonce, bind);
    if !same(&expected, commitment) {
        return None;
    }
    if text.capacity() < body.len() {
        // A room that grew by itself would leave what was in it behind.
        *text = Zeroizing::new(Vec::with_capacity(body.len()));
    }
    text.extend_from_slice(body);
    let opened = cipher
        .decrypt_inout_detached(
            <&XNonce>::from(nonce),
            bind.as_bytes(),
            InOutBuf::from(text.as_mut_slice()),
            <&Tag>::from(tag),
        )
        .ok();
    if opened.is_none() {
        text.clear();
    }
    opened
}

/// Opens what [`seal_padded`] made.
pub(crate) fn open_padded(
    key: &[u8; 32],
    bind: &Bind,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    pad::strip(open(key, bind, sealed)?)
}

/// Opens a sealed key.
pub(crate) fn open_key(key: &[u8; 32], bind: &Bind, sealed: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let opened = open(key, bind, sealed)?;
    let mut inside = Zeroizing::new([0; 32]);
    if opened.len() != inside.len() {
        return None;
    }
    inside.copy_from_slice(&opened);
    Some(inside)
}

/// The room is taken once, so that no half-written copy of the text stays behind in memory.
fn write(key: &[u8; 32], bind: &Bind, len: usize, text: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let nonce = chance::bytes::<NONCE>();
    let (cipher, commitment) = prepare(key, &nonce, bind);
    let mut out = Vec::with_capacity(len + OVERHEAD);
    out.push(VERSION);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&*commitment);
    text(&mut out);
    let tag = cipher
        .encrypt_inout_detached(
            <&XNonce>::from(&nonce),
            bind.as_bytes(),
            InOutBuf::from(&mut out[HEAD..]),
        )
        .expect("no sealed text comes near the cipher's 256 GiB");
    out.extend_from_slice(&tag);
    out
}

/// The cipher for this one envelope, and the commitment that stands in it.
fn prepare(
    key: &[u8; 32],
    nonce: &[u8; NONCE],
    bind: &Bind,
) -> (XChaCha20Poly1305, Zeroizing<[u8; COMMITMENT]>) {
    let mut both = Zeroizing::new([0; 64]);
    Hkdf::<Sha256>::from_prk(key)
        .expect("32 bytes are a whole SHA-256 output")
        .expand_multi_info(
            &[b"rekindle/1 seal\0", nonce, bind.as_bytes()],
            both.as_mut_slice(),
        )
        .expect("64 bytes are within what HKDF gives");
    let (cipher_key, second) = both.split_at(32);
    let mut commitment = Zeroizing::new([0; COMMITMENT]);
    commitment.copy_from_slice(second);
    let mut cipher_key = Key::try_from(cipher_key).expect("half of 64 bytes is a key");
    let cipher = XChaCha20Poly1305::new(&cipher_key);
    cipher_key.as_mut_slice().zeroize();
    (cipher, commitment)
}

/// Compares without telling by time where the first difference is.
fn same(a: &[u8; COMMITMENT], b: &[u8]) -> bool {
    a.len() == b.len()
        && std::hint::black_box(a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b))) == 0
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER_PERMISSIVE as HEX;
    use proptest::prelude::*;

    use super::*;
    use crate::bind::Purpose;

    const KEY: [u8; 32] = [1; 32];

    fn here() -> Bind {
        Bind::to(Purpose::Memory).place(7)
    }

    fn hex(text: &str) -> Vec<u8> {
        HEX.decode(text.split_whitespace().collect::<String>().as_bytes())
            .unwrap()
    }

    #[test]
    fn the_cipher_is_that_of_the_xchacha_draft() {
        // draft-irtf-cfrg-xchacha-03, appendix A.3.1
        let key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        let nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657");
        let bound = hex("50515253c0c1c2c3c4c5c6c7");
        let mut text = b"Ladies and Gentlemen of the class of '99: \
            If I could offer you only one tip for the future, sunscreen would be it."
            .to_vec();
        let cipher = XChaCha20Poly1305::new(&Key::try_from(key.as_slice()).unwrap());
        let tag = cipher
            .encrypt_inout_detached(
                &XNonce::try_from(nonce.as_slice()).unwrap(),
                &bound,
                InOutBuf::from(text.as_mut_slice()),
            )
            .unwrap();
        assert_eq!(
            text,
            hex(
                "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
                 731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
                 2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
                 21f9664c97637da9768812f615c68b13b52e"
            )
        );
        assert_eq!(tag.as_slice(), hex("c0875924c1c7987947deafd8780acf49"));
    }

    #[test]
    fn the_derivation_is_that_of_rfc_5869() {
        // RFC 5869, appendix A.1, the expand step and the whole
        let prk = hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
        let info = hex("f0f1f2f3f4f5f6f7f8f9");
        let okm = hex(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        );
        let mut out = [0; 42];
        Hkdf::<Sha256>::from_prk(&prk)
            .unwrap()
            .expand(&info, &mut out)
            .unwrap();
        assert_eq!(out.as_slice(), okm);
        Hkdf::<Sha256>::new(Some(&hex("000102030405060708090a0b0c")), &[0x0b; 22])
            .expand(&info, &mut out)
            .unwrap();
        assert_eq!(out.as_slice(), okm);
    }

    /// An envelope as it was first written, frozen: what is stored must stay readable.
    #[test]
    fn an_envelope_of_version_1_stays_readable() {
        let frozen = hex(include_str!("frozen/envelope-1.hex"));
        assert_eq!(
            open(&KEY, &here(), &frozen).unwrap().as_slice(),
            b"kept for ten years"
        );
    }

    #[test]
    fn k4_a_changed_bit_anywhere_opens_nothing() {
        let sealed = seal(&KEY, &here(), b"words");
        assert_eq!(open(&KEY, &here(), &sealed).unwrap().as_slice(), b"words");
        for place in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[place] ^= 1 << bit;
                assert!(
                    open(&KEY, &here(), &changed).is_none(),
                    "bit {bit} of byte {place}"
                );
            }
        }
        for len in 0..sealed.len() {
            assert!(
                open(&KEY, &here(), &sealed[..len]).is_none(),
                "cut to {len}"
            );
        }
        assert!(
            open(&KEY, &here(), &[sealed.as_slice(), &[0]].concat()).is_none(),
            "one byte more"
        );
    }

    #[test]
    fn k4_the_commitment_is_checked_before_the_cipher() {
        // With the right tag and a wrong commitment nothing opens, so the comparison is really there.
        let nonce = [3; NONCE];
        let (cipher, commitment) = prepare(&KEY, &nonce, &here());
        let mut text = *b"words";
        let tag = cipher
            .encrypt_inout_detached(
                <&XNonce>::from(&nonce),
                here().as_bytes(),
                InOutBuf::from(text.as_mut_slice()),
            )
            .unwrap();
        let with = |commitment: &[u8]| {
            [
                &[VERSION],
                nonce.as_slice(),
                commitment,
                &text,
                tag.as_slice(),
            ]
            .concat()
        };
        assert!(open(&KEY, &here(), &with(&*commitment)).is_some());
        assert!(open(&KEY, &here(), &with(&[0; COMMITMENT])).is_none());
    }

    #[test]
    fn k4_another_key_or_place_opens_nothing() {
        let sealed = seal(&KEY, &here(), b"words");
        assert!(open(&[2; 32], &here(), &sealed).is_none());
        for elsewhere in [
            Bind::to(Purpose::Memory).place(8),
            Bind::to(Purpose::Memory),
            Bind::to(Purpose::Memory).place(7).small(0),
            Bind::to(Purpose::Keyring).place(7),
        ] {
            assert!(
                open(&KEY, &elsewhere, &sealed).is_none(),
                "{:?}",
                elsewhere.as_bytes()
            );
        }
    }

    #[test]
    fn sealing_twice_gives_two_envelopes() {
        assert_ne!(seal(&KEY, &here(), b"words"), seal(&KEY, &here(), b"words"));
    }

    proptest! {
        #[test]
        fn what_was_sealed_comes_back(key: [u8; 32], text: Vec<u8>, place: u64) {
            let bind = Bind::to(Purpose::Memory).place(place);
            let sealed = seal(&key, &bind, &text);
            prop_assert_eq!(sealed.len(), text.len() + OVERHEAD);
            prop_assert_eq!(&*open(&key, &bind, &sealed).unwrap(), &text);
            let padded = seal_padded(&key, &bind, &text, pad::any_step(text.len()));
            prop_assert_eq!(padded.len(), 512 + OVERHEAD);
            prop_assert_eq!(&*open_padded(&key, &bind, &padded).unwrap(), &text);
        }

        #[test]
        fn junk_opens_nothing_and_breaks_nothing(junk: Vec<u8>) {
            prop_assert!(open_padded(&KEY, &here(), &junk).is_none());
            let mut versioned = vec![VERSION];
            versioned.extend(junk);
            prop_assert!(open_padded(&KEY, &here(), &versioned).is_none());
        }
    }
}
