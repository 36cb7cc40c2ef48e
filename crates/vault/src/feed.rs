//! Calendar feeds (K18): a 256-bit secret that stands in the feed's address and nowhere else. Its row has a hash for a
//! name; what the feed says is a letter to a key made from that secret. So whoever owns the feed can fill it at each
//! visit without ever having kept the address, and only the address opens it.

use data_encoding::BASE64URL_NOPAD;

use crate::bind::{Bind, Purpose};
use crate::keys::{OuterKey, secret};
use crate::letter::Secret;
use crate::{chance, derive, letter, pad, sign_in};

secret!(/// The secret in the address of a calendar feed.
    FeedSecret);

/// What is kept of a feed's address in its owner's profile: the name of the row, and the key to fill it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FeedPublic {
    pub id: [u8; 32],
    pub key: [u8; 32],
}

impl FeedSecret {
    #[must_use]
    pub fn random() -> Self {
        Self(chance::secret())
    }

    /// From the last part of an address; `None` if it is not one of ours.
    #[must_use]
    pub fn from_link(text: &str) -> Option<Self> {
        sign_in::from_text(text).map(Self)
    }

    #[must_use]
    pub fn to_link(&self) -> String {
        BASE64URL_NOPAD.encode(self.0.as_slice())
    }

    /// Under which the row is kept. It tells nothing about the secret.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        *derive::key(&self.0, "feed id", &[])
    }

    #[must_use]
    pub fn public(&self) -> FeedPublic {
        FeedPublic {
            id: self.id(),
            key: self.reader().public(),
        }
    }

    fn reader(&self) -> Secret {
        Secret(derive::key(&self.0, "feed reader", &[]))
    }

    #[must_use]
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let opened = letter::open(&self.reader(), None, &bind(&self.id()), sealed)?;
        Some(pad::strip(opened)?.to_vec())
    }

    /// A name for something in the feed: the same each time, and nobody else's.
    #[must_use]
    pub fn name(&self, what: i64) -> String {
        let name = derive::id(&self.0, "feed entry", &what.to_be_bytes());
        data_encoding::HEXLOWER.encode(&name)
    }
}

impl FeedPublic {
    /// Seals what the feed says, padded (K8). `None` if this is not an honest key.
    #[must_use]
    pub fn seal(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let padded = pad::padded(plain, pad::any_step(plain.len()));
        letter::seal(&self.key, None, &bind(&self.id), &padded)
    }
}

impl OuterKey {
    /// Says whether a feed still says the same, and nothing else to anybody else.
    #[must_use]
    pub fn feed_mark(&self, plain: &[u8]) -> [u8; 16] {
        derive::id(&self.key, "feed mark", plain)
    }
}

fn bind(id: &[u8; 32]) -> Bind {
    Bind::to(Purpose::Feed).hash(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Root;

    #[test]
    fn k18_only_the_address_opens_what_its_owner_sealed_without_it() {
        let secret = FeedSecret::random();
        let public = secret.public();
        let sealed = public.seal(b"busy").unwrap();
        let address = secret.to_link();
        assert_eq!(address.len(), 43);
        let asked = FeedSecret::from_link(&address).unwrap();
        assert_eq!(asked.id(), public.id);
        assert_eq!(asked.open(&sealed).unwrap(), b"busy");
        assert!(FeedSecret::random().open(&sealed).is_none(), "guessed");
        for known in [public.id, public.key] {
            let made = FeedSecret(zeroize::Zeroizing::new(known));
            assert!(made.open(&sealed).is_none(), "from what is kept");
        }
        // A body from another row does not open under this address.
        let other = FeedPublic {
            id: [7; 32],
            ..public
        }
        .seal(b"busy")
        .unwrap();
        assert!(asked.open(&other).is_none());
    }

    #[test]
    fn k8_a_full_week_and_an_empty_one_have_one_length() {
        let public = FeedSecret::random().public();
        let [empty, full] = [0, 508].map(|len| public.seal(&vec![b'x'; len]).unwrap().len());
        assert_eq!(empty, full);
    }

    #[test]
    fn names_and_marks_are_the_same_each_time_and_differ_from_one_another() {
        let [one, other] = [FeedSecret::random(), FeedSecret::random()];
        assert_eq!(one.name(5), one.name(5));
        assert_ne!(one.name(5), one.name(6));
        assert_ne!(one.name(5), other.name(5));
        let [ana, ben] = [Root::random().outer(), Root::random().outer()];
        assert_eq!(ana.feed_mark(b"x"), ana.feed_mark(b"x"));
        assert_ne!(ana.feed_mark(b"x"), ana.feed_mark(b"y"));
        assert_ne!(ana.feed_mark(b"x"), ben.feed_mark(b"x"));
    }
}
