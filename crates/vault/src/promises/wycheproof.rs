//! K4: what Wycheproof has found wrong elsewhere is right in the ciphers that stand under our envelopes and letters.
//! Three of its sets, as text: the crate that carries them is a hundred megabytes.

use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{AeadInOut as _, Key, KeyInit as _, Tag, XChaCha20Poly1305, XNonce};
use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use sha2::Sha256;

use super::*;
use crate::bind::{Bind, Purpose};
use crate::letter::{self, Secret};

/// The fields of each test.
fn tests<const N: usize>(text: &str) -> Vec<[&str; N]> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(' ').collect();
            fields.try_into().unwrap()
        })
        .collect()
}

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER
        .decode(text.trim_start_matches('-').as_bytes())
        .unwrap()
}

fn array(text: &str) -> [u8; 32] {
    hex(text).try_into().unwrap()
}

#[test]
fn k4_the_cipher_of_the_envelope_passes_wycheproof() {
    let tests = tests::<7>(include_str!("wycheproof/xchacha20_poly1305.txt"));
    assert_eq!(tests.len(), 315);
    for (n, [result, key, nonce, bound, text, sealed, tag]) in tests.into_iter().enumerate() {
        let cipher = XChaCha20Poly1305::new(&Key::from(array(key)));
        let opened = || {
            // A nonce or a tag of another length cannot even be written down.
            let nonce = XNonce::try_from(hex(nonce).as_slice()).ok()?;
            let tag = Tag::try_from(hex(tag).as_slice()).ok()?;
            let mut inside = hex(sealed);
            let room = InOutBuf::from(inside.as_mut_slice());
            cipher
                .decrypt_inout_detached(&nonce, &hex(bound), room, &tag)
                .ok()?;
            Some(inside)
        };
        let right = (result == "valid").then(|| hex(text));
        assert_eq!(opened(), right, "test {}", n + 1);
    }
}

#[test]
fn k4_the_derivation_passes_wycheproof() {
    let tests = tests::<6>(include_str!("wycheproof/hkdf_sha256.txt"));
    assert_eq!(tests.len(), 86);
    for (n, [result, secret, salt, info, size, out]) in tests.into_iter().enumerate() {
        let mut derived = vec![0; size.parse().unwrap()];
        let done =
            Hkdf::<Sha256>::new(Some(&hex(salt)), &hex(secret)).expand(&hex(info), &mut derived);
        assert_eq!(done.is_ok(), result == "valid", "test {}", n + 1);
        assert!(done.is_err() || derived == hex(out), "test {}", n + 1);
    }
}

/// Points of small order, on the twist, not reduced: the curve gives what it should, and no letter goes to a key with
/// which there is no secret, nor is one from there believed (RFC 7748, section 6.1; RFC 9180, section 7.1.4).
#[test]
fn k4_the_curve_of_the_letters_passes_wycheproof() {
    let tests = tests::<4>(include_str!("wycheproof/x25519.txt"));
    assert_eq!(tests.len(), 518);
    let here = Bind::to(Purpose::Memory).place(7);
    let mut without = 0;
    for (n, [_, public, private, shared]) in tests.into_iter().enumerate() {
        let (public, private, shared) = (array(public), array(private), array(shared));
        assert_eq!(
            x25519_dalek::x25519(private, public),
            shared,
            "test {}",
            n + 1
        );
        let there = shared != [0; 32];
        without += usize::from(!there);
        let us = Secret(Zeroizing::new(private));
        for from in [None, Some(&us)] {
            let sealed = letter::seal(&public, from, &here, b"words");
            assert_eq!(sealed.is_some(), there, "test {}", n + 1);
        }
        let own = us.public();
        let sealed = letter::seal(&own, None, &here, b"words").unwrap();
        assert!(letter::open(&us, None, &here, &sealed).is_some());
        assert!(
            letter::open(&us, Some(&public), &here, &sealed).is_none(),
            "test {}",
            n + 1
        );
    }
    assert!(without > 10, "{without} of them have no secret at all");
}
