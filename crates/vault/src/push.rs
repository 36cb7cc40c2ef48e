//! What a server shows to a push service (RFC 8292, VAPID): a token signed with its own key, ES256 (RFC 7515, 7518).
//! The message itself is empty, so nothing is sealed for the browser (S16).
//!
//! This key is the server's, not a person's. It signs; it opens nothing.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::chance;

/// The server's key for push services, on the curve P-256.
pub struct PushKey(SigningKey);

impl fmt::Debug for PushKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushKey(..)")
    }
}

impl PushKey {
    #[must_use]
    pub fn random() -> Self {
        // One draw in four thousand million is no number of the curve.
        loop {
            if let Some(key) = Self::from_bytes(chance::secret().as_slice()) {
                return key;
            }
        }
    }

    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        // The crate would take fewer bytes, too.
        (bytes.len() == 32)
            .then(|| SigningKey::from_slice(bytes).ok().map(Self))
            .flatten()
    }

    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_bytes().to_vec())
    }

    /// The public half as browsers and push services take it: an uncompressed point in base64url.
    #[must_use]
    pub fn public(&self) -> String {
        let point = self.0.verifying_key().to_sec1_point(false);
        BASE64URL_NOPAD.encode(point.as_bytes())
    }

    /// The value of an `Authorization` header: for the service at `audience` (scheme, host and port), good until
    /// `until` (seconds since 1970), from whoever can be reached at `contact`. `None` if one of these holds anything
    /// that would have to be escaped.
    #[must_use]
    pub fn authorization(&self, audience: &str, until: i64, contact: &str) -> Option<String> {
        let plain = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
        };
        if !plain(audience) || !plain(contact) {
            return None;
        }
        let header = BASE64URL_NOPAD.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = format!(r#"{{"aud":"{audience}","exp":{until},"sub":"{contact}"}}"#);
        let claims = BASE64URL_NOPAD.encode(claims.as_bytes());
        let signature: Signature = self.0.sign(format!("{header}.{claims}").as_bytes());
        let signature = BASE64URL_NOPAD.encode(&signature.to_bytes());
        Some(format!(
            "vapid t={header}.{claims}.{signature}, k={}",
            self.public()
        ))
    }
}

/// The name of an address to be reminded at: a hash, so that one address counts once.
#[must_use]
pub fn address_id(reach: &str) -> [u8; 16] {
    let hash = Sha256::new()
        .chain_update(b"rekindle/1 address\0")
        .chain_update(reach.as_bytes())
        .finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_as_it_was_and_is_never_printed() {
        let key = PushKey::random();
        let again = PushKey::from_bytes(&key.to_bytes()).unwrap();
        assert_eq!(key.public(), again.public());
        assert_eq!(key.public().len(), 87);
        assert_eq!(format!("{key:?}"), "PushKey(..)");
        assert!(PushKey::from_bytes(&[0; 32]).is_none());
        assert!(PushKey::from_bytes(&[1; 31]).is_none());
    }

    #[test]
    fn nothing_gets_into_a_token_that_would_change_its_shape() {
        let key = PushKey::random();
        for (audience, contact) in [
            ("https://a\"b", "mailto:a@b"),
            ("https://a", "mailto:a\\"),
            ("https://a b", "x"),
        ] {
            assert_eq!(key.authorization(audience, 1, contact), None);
        }
        assert!(
            key.authorization("https://a:8443", 1, "mailto:a@b")
                .is_some()
        );
    }

    #[test]
    fn one_address_has_one_name() {
        assert_eq!(address_id("a"), address_id("a"));
        assert_ne!(address_id("a"), address_id("b"));
    }
}
