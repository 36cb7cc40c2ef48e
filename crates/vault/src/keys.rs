//! Who holds what (K1): one type per audience, one key per audience.
//!
//! A key type here has no `Clone`, no `Serialize`, and nothing to print; its bytes are wiped when it goes.
//!
//! **The layouts of [`Keyring`] and [`Inner`] are stored.** Each begins with a version.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use rekindle_domain::ids::KeyId;
use rekindle_domain::{CellId, CoupleId, PersonId, StreamId, Who};
use zeroize::Zeroizing;

use crate::bind::{Bind, Purpose};
use crate::letter::Secret;
use crate::{chance, derive, envelope, letter, pad};

/// Makes a 32-byte secret that cannot be cloned, stored by accident or printed.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name(pub(crate) zeroize::Zeroizing<[u8; 32]>);

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}
pub(crate) use secret;

secret!(/// The personal root, 256 random bits. Key slots wrap it (K2, K6); both personal keys come from it.
    Root);
/// What a sign-in holds: opens the keyring, and with it the shared space. Opens nothing private.
pub struct OuterKey {
    pub(crate) key: Zeroizing<[u8; 32]>,
    /// What names the person's own stream and cells, if it is not this key: see [`OuterKey::named_by`].
    names: Option<Zeroizing<[u8; 32]>>,
}

impl fmt::Debug for OuterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OuterKey(..)")
    }
}

secret!(/// What an open private door holds (S18).
    InnerKey);
secret!(/// One space's key of one epoch; wraps the keys of shared entries.
    SpaceKey);

impl Root {
    #[must_use]
    pub fn random() -> Self {
        Self(chance::secret())
    }

    #[must_use]
    pub fn outer(&self) -> OuterKey {
        OuterKey::of(derive::key(&self.0, "outer", &[]))
    }

    #[must_use]
    pub fn inner(&self) -> InnerKey {
        InnerKey(derive::key(&self.0, "inner", &[]))
    }
}

impl OuterKey {
    pub(crate) const fn of(key: Zeroizing<[u8; 32]>) -> Self {
        Self { key, names: None }
    }

    /// The same key, naming what it named before it was renewed: ids stay when keys are renewed (K7), as those of a
    /// space do. The name of a row opens nothing.
    #[must_use]
    pub fn named_by(self, ring: &Keyring) -> Self {
        Self {
            names: ring.names.clone(),
            ..self
        }
    }

    fn naming(&self) -> &[u8; 32] {
        self.names.as_ref().unwrap_or(&self.key)
    }

    /// The one stream of private words. Its id is known at sign-in, because writing needs no door; its words are
    /// sealed to the inner key.
    #[must_use]
    pub fn private_stream(&self, person: PersonId) -> StreamId {
        StreamId::new(derive::id(self.naming(), "private stream", person.bytes()))
    }

    /// The id of one of the person's own cells.
    #[must_use]
    pub fn cell_id(&self, label: &str) -> CellId {
        CellId::new(derive::id(self.naming(), "cell", label.as_bytes()))
    }

    /// What this device remembers, such as the highest heads seen (K10), as text that may stand in a cookie. At most
    /// about 2.9 kB fit a cookie's 4 kB; the length is one of few.
    #[must_use]
    pub fn seal_memory(&self, person: PersonId, memory: &[u8]) -> String {
        let bind = Bind::to(Purpose::Memory).person(person);
        BASE64URL_NOPAD.encode(&envelope::seal_padded(
            &self.key,
            &bind,
            memory,
            pad::cookie_step(memory.len()),
        ))
    }

    #[must_use]
    pub fn open_memory(&self, person: PersonId, cookie: &str) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = BASE64URL_NOPAD.decode(cookie.as_bytes()).ok()?;
        envelope::open_padded(
            &self.key,
            &Bind::to(Purpose::Memory).person(person),
            &sealed,
        )
    }
}

/// A space's keys, by epoch. Never empty. The newest seals, all of them open, the oldest names: ids stay the same when
/// the key is renewed.
pub struct SpaceKeys {
    /// Rising, no epoch twice.
    epochs: Vec<(u32, SpaceKey)>,
}

impl SpaceKeys {
    /// A new space: a random key of epoch 1.
    #[must_use]
    pub fn first() -> Self {
        Self::from_epoch(1, SpaceKey(chance::secret()))
    }

    /// A space of which one epoch is known so far, from `pairing::open_membership`. Add the others with [`Self::add`]
    /// before using any id: the oldest epoch names them.
    #[must_use]
    pub fn from_epoch(epoch: u32, key: SpaceKey) -> Self {
        Self {
            epochs: vec![(epoch, key)],
        }
    }

    /// Adds another epoch. False, and nothing changes, if that epoch is there already; or is 0, before the first one,
    /// which would give every stream another name.
    pub fn add(&mut self, epoch: u32, key: SpaceKey) -> bool {
        if epoch == 0 {
            return false;
        }
        match self
            .epochs
            .binary_search_by_key(&epoch, |(epoch, _)| *epoch)
        {
            Ok(_) => false,
            Err(place) => {
                self.epochs.insert(place, (epoch, key));
                true
            }
        }
    }

    /// A new epoch with a new random key: what is sealed from now on opens only for those who are given it (K7).
    pub fn renew(&mut self) {
        let next = self
            .newest_epoch()
            .checked_add(1)
            .expect("nobody renews four thousand million times");
        self.epochs.push((next, SpaceKey(chance::secret())));
    }

    #[must_use]
    pub fn newest_epoch(&self) -> u32 {
        self.newest().0
    }

    /// The newest epoch and its key.
    #[must_use]
    pub fn newest(&self) -> (u32, &SpaceKey) {
        let (epoch, key) = self.epochs.last().expect("a space has a key");
        (*epoch, key)
    }

    #[must_use]
    pub fn key(&self, epoch: u32) -> Option<&SpaceKey> {
        let place = self
            .epochs
            .binary_search_by_key(&epoch, |(epoch, _)| *epoch)
            .ok()?;
        Some(&self.epochs[place].1)
    }

    /// All epochs, oldest first.
    pub fn epochs(&self) -> impl Iterator<Item = (u32, &SpaceKey)> {
        self.epochs.iter().map(|(epoch, key)| (*epoch, key))
    }

    #[must_use]
    pub fn stream_id(&self, label: &str) -> StreamId {
        StreamId::new(derive::id(self.naming(), "stream", label.as_bytes()))
    }

    #[must_use]
    pub fn cell_id(&self, label: &str) -> CellId {
        CellId::new(derive::id(self.naming(), "cell", label.as_bytes()))
    }

    pub(crate) fn naming(&self) -> &[u8; 32] {
        &self.epochs.first().expect("a space has a key").1.0
    }

    fn duplicate(&self) -> Self {
        Self {
            epochs: self
                .epochs
                .iter()
                .map(|(epoch, key)| (*epoch, SpaceKey(key.0.clone())))
                .collect(),
        }
    }
}

impl fmt::Debug for SpaceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpaceKeys(..)")
    }
}

/// The public half of a person's outer key pair: what the six words are about, and what a partner pins (K5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OuterPublic(pub [u8; 32]);

impl OuterPublic {
    /// A short name for this key, to tell it from another one. It is no proof of anything: the six words are.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::new(derive::id(&self.0, "key id", &[]))
    }
}

/// The public half of a person's inner key pair: what private words are sealed to. Take it from the keyring, not from
/// the person's row: the row can be replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InnerPublic(pub [u8; 32]);

/// The secret half of the outer key pair.
pub struct OuterSecret(pub(crate) Secret);

impl OuterSecret {
    /// About 30 µs: once a page at most.
    #[must_use]
    pub fn public(&self) -> OuterPublic {
        OuterPublic(self.0.public())
    }
}

impl fmt::Debug for OuterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OuterSecret(..)")
    }
}

/// What a person holds of a couple.
pub struct CoupleKeys {
    pub couple: CoupleId,
    pub who: Who,
    /// The partner's key as it was when the six words were compared. This one is used, whatever a row says (K5).
    pub partner: OuterPublic,
    pub keys: SpaceKeys,
}

impl fmt::Debug for CoupleKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CoupleKeys(..)")
    }
}

/// What a sign-in opens: `Person.outer` of the store.
pub struct Keyring {
    pub secret: OuterSecret,
    /// The space everyone starts with, alone.
    pub solo: (CoupleId, SpaceKeys),
    pub couple: Option<CoupleKeys>,
    /// The application's own bytes, such as name and zone; sealed with the rest.
    pub profile: Vec<u8>,
    /// What one's own private words are sealed to. Pinned here, so that a replaced row reads nothing.
    inner: InnerPublic,
    /// The first outer key, once it was renewed: it goes on naming what it named.
    names: Option<Zeroizing<[u8; 32]>>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(..)")
    }
}

impl Keyring {
    /// One's own inner public key: for `entry::seal_private` and `entry::seal_cell_private`.
    #[must_use]
    pub fn inner_public(&self) -> InnerPublic {
        self.inner
    }

    /// One's own outer public key. About 30 µs.
    #[must_use]
    pub fn outer_public(&self) -> OuterPublic {
        self.secret.public()
    }
}

/// What the private door opens: `Person.inner` of the store. Also an audience, that of the inner key.
pub struct Inner {
    pub(crate) secret: Secret,
    pub(crate) key: InnerKey,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inner(..)")
    }
}

impl Inner {
    /// About 30 µs.
    #[must_use]
    pub fn public(&self) -> InnerPublic {
        InnerPublic(self.secret.public())
    }

    /// The key that a private door's secret wraps.
    #[must_use]
    pub fn key(&self) -> &InnerKey {
        &self.key
    }

    /// Seals a label that the person typed for a sign-in (S20); needs no door.
    ///
    /// # Panics
    /// When `public` is not a key: see [`Keyring::inner_public`].
    #[must_use]
    pub fn seal_label(
        public: &InnerPublic,
        person: PersonId,
        sign_in: &[u8; 32],
        label: &str,
    ) -> Vec<u8> {
        let padded = pad::padded(label.as_bytes(), pad::any_step(label.len()));
        letter::seal(&public.0, None, &Self::label(person, sign_in), &padded).expect(OWN_KEY)
    }

    #[must_use]
    pub fn open_label(
        &self,
        person: PersonId,
        sign_in: &[u8; 32],
        sealed: &[u8],
    ) -> Option<Zeroizing<String>> {
        let mut label = pad::strip(letter::open(
            &self.secret,
            None,
            &Self::label(person, sign_in),
            sealed,
        )?)?;
        String::from_utf8(std::mem::take(&mut *label))
            .ok()
            .map(Zeroizing::new)
    }

    fn label(person: PersonId, sign_in: &[u8; 32]) -> Bind {
        Bind::to(Purpose::Label).person(person).hash(sign_in)
    }
}

pub(crate) const OWN_KEY: &str =
    "one's own inner key comes from one's own keyring and is an honest key";

/// A new account, or an account's new keys. `outer` and `inner` are what the store keeps.
pub struct NewPerson {
    pub root: Root,
    pub keyring: Keyring,
    pub outer_public: OuterPublic,
    pub inner_public: InnerPublic,
    pub outer: Vec<u8>,
    pub inner: Vec<u8>,
}

impl fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPerson(..)")
    }
}

/// All keys of a new account with a space of its own. `outer` is sealed for version 1 of the person's row.
#[must_use]
pub fn new_person(person: PersonId, solo: CoupleId, profile: Vec<u8>) -> NewPerson {
    assemble(person, 1, (solo, SpaceKeys::first()), None, profile, None)
}

/// "Someone may know it" (K7): a new root, new key pairs, and a new epoch of every space. `outer` is sealed for
/// `version` of the person's row.
///
/// What was sealed under the old personal keys (private stream, cells, snapshots) has to be opened with the old ones
/// and sealed again under the new, in the same commit; its ids stay. The partner is given the couple's new epoch, and
/// pins the new public key after comparing six words again.
#[must_use]
pub fn renew_person(person: PersonId, version: u64, outer: &OuterKey, old: &Keyring) -> NewPerson {
    let mut solo = (old.solo.0, old.solo.1.duplicate());
    solo.1.renew();
    let couple = old.couple.as_ref().map(|couple| {
        let mut keys = couple.keys.duplicate();
        keys.renew();
        CoupleKeys {
            couple: couple.couple,
            who: couple.who,
            partner: couple.partner,
            keys,
        }
    });
    let names = Zeroizing::new(*outer.naming());
    assemble(
        person,
        version,
        solo,
        couple,
        old.profile.clone(),
        Some(names),
    )
}

fn assemble(
    person: PersonId,
    version: u64,
    solo: (CoupleId, SpaceKeys),
    couple: Option<CoupleKeys>,
    profile: Vec<u8>,
    names: Option<Zeroizing<[u8; 32]>>,
) -> NewPerson {
    let root = Root::random();
    let inner = Inner {
        secret: Secret::random(),
        key: root.inner(),
    };
    let inner_public = inner.public();
    let secret = OuterSecret(Secret::random());
    let outer_public = secret.public();
    let keyring = Keyring {
        secret,
        solo,
        couple,
        profile,
        inner: inner_public,
        names,
    };
    NewPerson {
        outer: seal_keyring(&root.outer(), person, version, &keyring),
        inner: seal_inner(&inner, person),
        root,
        keyring,
        outer_public,
        inner_public,
    }
}

const KEYRING: u8 = 1;
/// The same with the naming key before the profile: of somebody who renewed their keys.
const KEYRING_RENEWED: u8 = 2;
const INNER: u8 = 1;

/// Seals a keyring for `version` of the person's row, padded (K8).
#[must_use]
pub fn seal_keyring(key: &OuterKey, person: PersonId, version: u64, ring: &Keyring) -> Vec<u8> {
    let mut out = Writer::for_keyring(ring);
    out.bytes(&[match ring.names {
        None => KEYRING,
        Some(_) => KEYRING_RENEWED,
    }]);
    out.bytes(ring.secret.0.0.as_slice());
    out.bytes(&ring.inner.0);
    out.bytes(ring.solo.0.bytes());
    out.space(&ring.solo.1);
    match &ring.couple {
        None => out.bytes(&[0]),
        Some(couple) => {
            out.bytes(&[match couple.who {
                Who::First => 1,
                Who::Second => 2,
            }]);
            out.bytes(couple.couple.bytes());
            out.bytes(&couple.partner.0);
            out.space(&couple.keys);
        }
    }
    if let Some(names) = &ring.names {
        out.bytes(names.as_slice());
    }
    out.bytes(&ring.profile);
    let text = out.0;
    envelope::seal_padded(
        &key.key,
        &keyring_bind(person, version),
        &text,
        pad::any_step(text.len()),
    )
}

/// Opens a keyring: one envelope, no arithmetic on curves.
#[must_use]
pub fn open_keyring(
    key: &OuterKey,
    person: PersonId,
    version: u64,
    sealed: &[u8],
) -> Option<Keyring> {
    let text = envelope::open_padded(&key.key, &keyring_bind(person, version), sealed)?;
    let mut text = Reader(&text);
    let renewed = match text.byte()? {
        KEYRING => false,
        KEYRING_RENEWED => true,
        _ => return None,
    };
    let secret = OuterSecret(Secret(text.secret()?));
    let inner = InnerPublic(text.bytes()?);
    let solo = (CoupleId::new(text.bytes()?), text.space()?);
    let who = match text.byte()? {
        0 => None,
        1 => Some(Who::First),
        2 => Some(Who::Second),
        _ => return None,
    };
    let couple = match who {
        None => None,
        Some(who) => Some(CoupleKeys {
            couple: CoupleId::new(text.bytes()?),
            who,
            partner: OuterPublic(text.bytes()?),
            keys: text.space()?,
        }),
    };
    let names = if renewed { Some(text.secret()?) } else { None };
    Some(Keyring {
        secret,
        solo,
        couple,
        profile: text.0.to_vec(),
        inner,
        names,
    })
}

fn keyring_bind(person: PersonId, version: u64) -> Bind {
    Bind::to(Purpose::Keyring).person(person).place(version)
}

fn seal_inner(inner: &Inner, person: PersonId) -> Vec<u8> {
    let mut out = Writer(Zeroizing::new(Vec::with_capacity(33)));
    out.bytes(&[INNER]);
    out.bytes(inner.secret.0.as_slice());
    envelope::seal_padded(
        &inner.key.0,
        &Bind::to(Purpose::Inner).person(person),
        &out.0,
        pad::any_step(out.0.len()),
    )
}

/// Opens what is behind the private door.
#[must_use]
pub fn open_inner(key: &InnerKey, person: PersonId, sealed: &[u8]) -> Option<Inner> {
    let text = envelope::open_padded(&key.0, &Bind::to(Purpose::Inner).person(person), sealed)?;
    let mut text = Reader(&text);
    if text.byte()? != INNER {
        return None;
    }
    let secret = Secret(text.secret()?);
    text.0.is_empty().then(|| Inner {
        secret,
        key: InnerKey(key.0.clone()),
    })
}

/// Writes into room taken once: a vector that grows leaves copies of keys behind.
struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    fn for_keyring(ring: &Keyring) -> Self {
        let epochs = ring.solo.1.epochs.len()
            + ring
                .couple
                .as_ref()
                .map_or(0, |couple| couple.keys.epochs.len());
        Self(Zeroizing::new(Vec::with_capacity(
            288 + 36 * epochs + ring.profile.len(),
        )))
    }

    fn bytes(&mut self, bytes: &[u8]) {
        debug_assert!(
            self.0.len() + bytes.len() <= self.0.capacity(),
            "room is taken once"
        );
        self.0.extend_from_slice(bytes);
    }

    fn space(&mut self, space: &SpaceKeys) {
        let count = u32::try_from(space.epochs.len()).expect("epochs are numbered with 32 bits");
        self.bytes(&count.to_le_bytes());
        for (epoch, key) in &space.epochs {
            self.bytes(&epoch.to_le_bytes());
            self.bytes(key.0.as_slice());
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes::<1>().map(|[byte]| byte)
    }

    fn secret(&mut self) -> Option<Zeroizing<[u8; 32]>> {
        self.bytes().map(Zeroizing::new)
    }

    fn space(&mut self) -> Option<SpaceKeys> {
        let count = u32::from_le_bytes(self.bytes()?);
        let mut epochs: Vec<(u32, SpaceKey)> = Vec::new();
        for _ in 0..count {
            let epoch = u32::from_le_bytes(self.bytes()?);
            if epochs.last().is_some_and(|(before, _)| *before >= epoch) {
                return None;
            }
            epochs.push((epoch, SpaceKey(self.secret()?)));
        }
        (!epochs.is_empty()).then_some(SpaceKeys { epochs })
    }
}
