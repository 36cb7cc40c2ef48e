//! What a cookie holds (K3): 256 bits that identify a row and unwrap the key in it. The row keeps a hash and the
//! wrapped key, so neither half opens anything by itself.

use data_encoding::BASE64URL_NOPAD;
use rekindle_domain::PersonId;

use crate::bind::{Bind, Purpose};
use crate::keys::{InnerKey, OuterKey, secret};
use crate::{chance, derive, envelope};

secret!(/// The secret of one sign-in, or of one open private door: a new one each time (K3).
    SignInSecret);
secret!(/// The secret by which a device is known, for throttling only (K15). It opens nothing.
    DeviceSecret);

impl SignInSecret {
    #[must_use]
    pub fn random() -> Self {
        Self(chance::secret())
    }

    /// From a cookie's value; `None` if it is not one of ours.
    #[must_use]
    pub fn from_cookie(value: &str) -> Option<Self> {
        from_text(value).map(Self)
    }

    #[must_use]
    pub fn to_cookie(&self) -> String {
        BASE64URL_NOPAD.encode(self.0.as_slice())
    }

    /// Under which the row is kept. It tells nothing about the secret.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        *derive::key(&self.0, "sign-in id", &[])
    }

    #[must_use]
    pub fn wrap_outer(&self, key: &OuterKey, person: PersonId) -> Vec<u8> {
        envelope::seal(
            &self.0,
            &Bind::to(Purpose::SignInOuter).person(person),
            key.key.as_slice(),
        )
    }

    #[must_use]
    pub fn unwrap_outer(&self, wrapped: &[u8], person: PersonId) -> Option<OuterKey> {
        envelope::open_key(
            &self.0,
            &Bind::to(Purpose::SignInOuter).person(person),
            wrapped,
        )
        .map(OuterKey::of)
    }

    #[must_use]
    pub fn wrap_inner(&self, key: &InnerKey, person: PersonId) -> Vec<u8> {
        envelope::seal(
            &self.0,
            &Bind::to(Purpose::SignInInner).person(person),
            key.0.as_slice(),
        )
    }

    #[must_use]
    pub fn unwrap_inner(&self, wrapped: &[u8], person: PersonId) -> Option<InnerKey> {
        envelope::open_key(
            &self.0,
            &Bind::to(Purpose::SignInInner).person(person),
            wrapped,
        )
        .map(InnerKey)
    }
}

impl DeviceSecret {
    #[must_use]
    pub fn random() -> Self {
        Self(chance::secret())
    }

    /// From a cookie's value; `None` if it is not one of ours.
    #[must_use]
    pub fn from_cookie(value: &str) -> Option<Self> {
        from_text(value).map(Self)
    }

    #[must_use]
    pub fn to_cookie(&self) -> String {
        BASE64URL_NOPAD.encode(self.0.as_slice())
    }

    /// Under which the row is kept.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        *derive::key(&self.0, "device id", &[])
    }
}

/// 32 bytes as 43 characters; there is one way to write them.
pub(crate) fn from_text(text: &str) -> Option<zeroize::Zeroizing<[u8; 32]>> {
    let mut bytes = zeroize::Zeroizing::new([0; 32]);
    if BASE64URL_NOPAD.decode_len(text.len()).ok()? != bytes.len() {
        return None;
    }
    BASE64URL_NOPAD
        .decode_mut(text.as_bytes(), bytes.as_mut_slice())
        .ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::Root;

    const ANA: PersonId = PersonId::new([1; 16]);
    const BEN: PersonId = PersonId::new([2; 16]);

    #[test]
    fn k3_a_cookie_with_its_row_opens_and_neither_alone() {
        let root = Root::random();
        let secret = SignInSecret::random();
        let (outer, inner) = (
            secret.wrap_outer(&root.outer(), ANA),
            secret.wrap_inner(&root.inner(), ANA),
        );
        let cookie = SignInSecret::from_cookie(&secret.to_cookie()).unwrap();
        assert_eq!(cookie.id(), secret.id());
        assert_eq!(
            *cookie.unwrap_outer(&outer, ANA).unwrap().key,
            *root.outer().key
        );
        assert_eq!(
            *cookie.unwrap_inner(&inner, ANA).unwrap().0,
            *root.inner().0
        );
        // the row without the cookie: its id is no secret that opens it
        let from_row = SignInSecret(zeroize::Zeroizing::new(secret.id()));
        assert!(from_row.unwrap_outer(&outer, ANA).is_none());
        // another sign-in's cookie, another person, the other door
        assert!(SignInSecret::random().unwrap_outer(&outer, ANA).is_none());
        assert!(cookie.unwrap_outer(&outer, BEN).is_none());
        assert!(cookie.unwrap_outer(&inner, ANA).is_none());
        assert!(cookie.unwrap_inner(&outer, ANA).is_none());
    }

    #[test]
    fn k3_a_row_holds_nothing_of_the_secret() {
        let secret = SignInSecret::random();
        assert_ne!(secret.id(), *secret.0);
        assert_ne!(
            DeviceSecret(secret.0.clone()).id(),
            secret.id(),
            "one use, one id"
        );
        let wrapped = secret.wrap_outer(&Root::random().outer(), ANA);
        assert!(
            !wrapped
                .windows(8)
                .any(|window| secret.0.windows(8).any(|part| part == window))
        );
    }

    #[test]
    fn k3_a_cookie_is_43_characters_that_any_cookie_may_hold() {
        let cookie = SignInSecret::random().to_cookie();
        assert_eq!(cookie.len(), 43);
        assert!(
            cookie
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        );
        let device = DeviceSecret::random();
        assert_eq!(
            DeviceSecret::from_cookie(&device.to_cookie()).unwrap().id(),
            device.id()
        );
    }

    #[test]
    fn k3_what_is_no_cookie_of_ours_is_refused() {
        let cookie = "A".repeat(43);
        assert!(SignInSecret::from_cookie(&cookie).is_some());
        for value in [
            String::new(),
            "A".repeat(42),
            "A".repeat(44),
            format!("{cookie}="),
            format!("{}!", "A".repeat(42)),
            format!("{}B", "A".repeat(42)), // bits beyond the 256th
            format!(" {}", "A".repeat(42)),
            "A".repeat(100_000),
        ] {
            assert!(SignInSecret::from_cookie(&value).is_none(), "{value:.50}");
            assert!(DeviceSecret::from_cookie(&value).is_none(), "{value:.50}");
        }
    }

    proptest! {
        #[test]
        fn k3_two_values_never_mean_one_cookie(value in "[A-Za-z0-9_-]{43}") {
            if let Some(secret) = SignInSecret::from_cookie(&value) {
                prop_assert_eq!(secret.to_cookie(), value);
            }
        }
    }
}
