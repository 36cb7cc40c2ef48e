//! One key from another: HKDF with SHA-256 (RFC 5869), expand only where the input is a uniform key already
//! (section 3.3).

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// A key of its own for `label`, from a uniform key. Every label ends in a zero byte here, so that none is the
/// beginning of another; `more` comes behind it.
pub(crate) fn key(from: &[u8; 32], label: &str, more: &[u8]) -> Zeroizing<[u8; 32]> {
    let hkdf = Hkdf::<Sha256>::from_prk(from).expect("32 bytes are a whole SHA-256 output");
    expand(&hkdf, label, more)
}

/// The same from a secret that is not 32 bytes long.
pub(crate) fn extract(secret: &[u8], label: &str) -> Zeroizing<[u8; 32]> {
    expand(
        &Hkdf::<Sha256>::new(Some(b"rekindle/1"), secret),
        label,
        &[],
    )
}

fn expand(hkdf: &Hkdf<Sha256>, label: &str, more: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    hkdf.expand_multi_info(
        &[b"rekindle/1 ", label.as_bytes(), &[0], more],
        out.as_mut_slice(),
    )
    .expect("32 bytes are within what HKDF gives");
    out
}

/// An id that only holders of the key can name: the first half of a derived key.
pub(crate) fn id(from: &[u8; 32], label: &str, more: &[u8]) -> [u8; 16] {
    let whole = key(from, label, more);
    let mut half = [0; 16];
    half.copy_from_slice(&whole[..16]);
    half
}
