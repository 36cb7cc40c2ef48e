//! Records of a stream, their snapshots, and cells: how what two people or one wrote is sealed (K1, K4).
//!
//! A record has a fresh random key of its own, so that erasing it is dropping that key (K9). The key is wrapped under
//! the space's newest epoch or, for private words, in a letter to one's own inner key, which can be written without
//! the private door (S18).
//!
//! ```text
//! key,  shared:  epoch 4 │ envelope of the entry's key
//! key,  private: letter with the entry's key
//! body:          envelope of the padded text under the entry's key
//! snapshot, segment, cell: epoch 4 │ envelope of the padded text under the audience's key
//! ```

use rekindle_domain::{CellId, OwnerId, StreamId};
use zeroize::Zeroizing;

use crate::bind::{Bind, Purpose};
use crate::chain::{self, Head, Leaf};
use crate::keys::{Inner, InnerKey, InnerPublic, OWN_KEY, OuterKey, SpaceKeys};
use crate::{chance, envelope, letter, pad};

/// The most that one entry may hold, in bytes: 64 KiB less the length.
pub const MOST: usize = pad::MOST;

/// The text does not fit one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this is longer than one record can be")]
pub struct TooLong;

/// Where a record stands, or is about to stand. Bound into its seal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    pub owner: OwnerId,
    pub stream: StreamId,
    pub seq: u64,
}

impl Spot {
    fn bind(self, purpose: Purpose) -> Bind {
        Bind::to(purpose)
            .owner(self.owner)
            .stream(self.stream)
            .place(self.seq)
    }
}

/// A record as the store keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedEntry {
    pub seq: u64,
    pub leaf: Leaf,
    pub head: Head,
    pub salt: [u8; 32],
    pub key: Vec<u8>,
    pub body: Vec<u8>,
}

/// Seals a shared record under the space's newest epoch. `previous` is the head before it.
///
/// # Errors
/// A text of more than [`MOST`] bytes.
pub fn seal_entry(
    keys: &SpaceKeys,
    spot: Spot,
    previous: Head,
    plain: &[u8],
) -> Result<SealedEntry, TooLong> {
    let size = pad::step(plain.len()).ok_or(TooLong)?;
    let (epoch, space) = keys.newest();
    let own = chance::secret();
    let wrapped = envelope::seal(
        &space.0,
        &spot.bind(Purpose::EntryKey).small(epoch),
        own.as_slice(),
    );
    let body = envelope::seal_padded(
        &own,
        &spot.bind(Purpose::EntryBody).small(epoch),
        plain,
        size,
    );
    Ok(link(spot, previous, prefixed(epoch, &wrapped), body))
}

/// Opens a shared record.
#[must_use]
pub fn open_entry(
    keys: &SpaceKeys,
    spot: Spot,
    key: &[u8],
    body: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (epoch, wrapped) = epoch_of(key)?;
    let space = keys.key(epoch)?;
    let own = envelope::open_key(
        &space.0,
        &spot.bind(Purpose::EntryKey).small(epoch),
        wrapped,
    )?;
    envelope::open_padded(&own, &spot.bind(Purpose::EntryBody).small(epoch), body)
}

/// Seals a private record to one's own inner key; needs no door.
///
/// # Errors
/// A text of more than [`MOST`] bytes.
///
/// # Panics
/// When `public` is not a key. Take it from [`Keyring::inner_public`](crate::keys::Keyring::inner_public).
pub fn seal_private(
    public: &InnerPublic,
    spot: Spot,
    previous: Head,
    plain: &[u8],
) -> Result<SealedEntry, TooLong> {
    let size = pad::step(plain.len()).ok_or(TooLong)?;
    let own = chance::secret();
    let wrapped = letter::seal(
        &public.0,
        None,
        &spot.bind(Purpose::PrivateKey),
        own.as_slice(),
    )
    .expect(OWN_KEY);
    let body = envelope::seal_padded(&own, &spot.bind(Purpose::PrivateBody), plain, size);
    Ok(link(spot, previous, wrapped, body))
}

/// Opens a private record, behind the door. About 100 µs, for the arithmetic on the curve: keep a snapshot.
#[must_use]
pub fn open_private(
    inner: &Inner,
    spot: Spot,
    key: &[u8],
    body: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let own = letter::open_key(&inner.secret, None, &spot.bind(Purpose::PrivateKey), key)?;
    envelope::open_padded(&own, &spot.bind(Purpose::PrivateBody), body)
}

fn link(spot: Spot, previous: Head, key: Vec<u8>, body: Vec<u8>) -> SealedEntry {
    let salt = chance::bytes();
    let leaf = chain::leaf(&salt, &key, &body);
    SealedEntry {
        seq: spot.seq,
        leaf,
        head: previous.next(spot.seq, leaf),
        salt,
        key,
        body,
    }
}

/// Who a snapshot or a cell is for: [`SpaceKeys`], [`OuterKey`], [`InnerKey`], or [`Inner`] in its place. Nobody else
/// can be one.
pub trait Audience: sealed::Audience {}

impl Audience for SpaceKeys {}
impl Audience for OuterKey {}
impl Audience for InnerKey {}
impl Audience for Inner {}

mod sealed {
    use crate::keys::{Inner, InnerKey, OuterKey, SpaceKeys};

    pub trait Audience {
        /// Bound into the seal. **Stored.**
        const NUMBER: u32;
        fn newest(&self) -> (u32, &[u8; 32]);
        fn of_epoch(&self, epoch: u32) -> Option<&[u8; 32]>;
    }

    impl Audience for SpaceKeys {
        const NUMBER: u32 = 1;

        fn newest(&self) -> (u32, &[u8; 32]) {
            let (epoch, key) = self.newest();
            (epoch, &key.0)
        }

        fn of_epoch(&self, epoch: u32) -> Option<&[u8; 32]> {
            self.key(epoch).map(|key| &*key.0)
        }
    }

    impl Audience for OuterKey {
        const NUMBER: u32 = 2;

        fn newest(&self) -> (u32, &[u8; 32]) {
            (0, &self.key)
        }

        fn of_epoch(&self, epoch: u32) -> Option<&[u8; 32]> {
            (epoch == 0).then_some(&*self.key)
        }
    }

    impl Audience for InnerKey {
        const NUMBER: u32 = 3;

        fn newest(&self) -> (u32, &[u8; 32]) {
            (0, &self.0)
        }

        fn of_epoch(&self, epoch: u32) -> Option<&[u8; 32]> {
            (epoch == 0).then_some(&*self.0)
        }
    }

    impl Audience for Inner {
        const NUMBER: u32 = InnerKey::NUMBER;

        fn newest(&self) -> (u32, &[u8; 32]) {
            self.key.newest()
        }

        fn of_epoch(&self, epoch: u32) -> Option<&[u8; 32]> {
            self.key.of_epoch(epoch)
        }
    }
}

/// Seals a stream's folded state up to and with `seq`.
#[must_use]
pub fn seal_snapshot(
    a: &impl Audience,
    owner: OwnerId,
    stream: StreamId,
    seq: u64,
    plain: &[u8],
) -> Vec<u8> {
    seal_for(
        a,
        plain,
        |bind| bind.owner(owner).stream(stream).place(seq),
        Purpose::Snapshot,
    )
}

#[must_use]
pub fn open_snapshot(
    a: &impl Audience,
    owner: OwnerId,
    stream: StreamId,
    seq: u64,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    open_for(
        a,
        sealed,
        |bind| bind.owner(owner).stream(stream).place(seq),
        Purpose::Snapshot,
    )
}

/// Seals the entries `first` to `last` of a stream once more, together: a copy that opens in one go. The chain does not
/// cover it, so erasing one of them has to drop it. Padded in steps of 16 KiB.
#[must_use]
pub fn seal_segment(
    a: &impl Audience,
    owner: OwnerId,
    stream: StreamId,
    (first, last): (u64, u64),
    plain: &[u8],
) -> Vec<u8> {
    let (epoch, key) = a.newest();
    let bind = segment(a, epoch, owner, stream, (first, last));
    prefixed(
        epoch,
        &envelope::seal_padded(key, &bind, plain, pad::segment_step(plain.len())),
    )
}

/// Opens a segment into `room`, which serves for one after the other: wiping each would cost more than opening it.
#[must_use]
pub fn open_segment<'r>(
    a: &impl Audience,
    owner: OwnerId,
    stream: StreamId,
    (first, last): (u64, u64),
    sealed: &[u8],
    room: &'r mut Zeroizing<Vec<u8>>,
) -> Option<&'r [u8]> {
    let (epoch, sealed) = epoch_of(sealed)?;
    let key = a.of_epoch(epoch)?;
    let bind = segment(a, epoch, owner, stream, (first, last));
    envelope::open_into(key, &bind, sealed, room)?;
    pad::inside(room)
}

fn segment<A: Audience>(
    _: &A,
    epoch: u32,
    owner: OwnerId,
    stream: StreamId,
    (first, last): (u64, u64),
) -> Bind {
    Bind::to(Purpose::Segment)
        .small(A::NUMBER)
        .small(epoch)
        .owner(owner)
        .stream(stream)
        .place(first)
        .place(last)
}

/// Seals a value that is overwritten in place, for the `version` it is about to have.
#[must_use]
pub fn seal_cell(
    a: &impl Audience,
    owner: OwnerId,
    cell: CellId,
    version: u64,
    plain: &[u8],
) -> Vec<u8> {
    seal_for(
        a,
        plain,
        |bind| bind.owner(owner).cell(cell).place(version),
        Purpose::Cell,
    )
}

#[must_use]
pub fn open_cell(
    a: &impl Audience,
    owner: OwnerId,
    cell: CellId,
    version: u64,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    open_for(
        a,
        sealed,
        |bind| bind.owner(owner).cell(cell).place(version),
        Purpose::Cell,
    )
}

/// Seals a cell to one's own inner key; needs no door.
///
/// # Panics
/// When `public` is not a key. Take it from [`Keyring::inner_public`](crate::keys::Keyring::inner_public).
#[must_use]
pub fn seal_cell_private(
    public: &InnerPublic,
    owner: OwnerId,
    cell: CellId,
    version: u64,
    plain: &[u8],
) -> Vec<u8> {
    let padded = pad::padded(plain, pad::any_step(plain.len()));
    letter::seal(
        &public.0,
        None,
        &private_cell(owner, cell, version),
        &padded,
    )
    .expect(OWN_KEY)
}

#[must_use]
pub fn open_cell_private(
    inner: &Inner,
    owner: OwnerId,
    cell: CellId,
    version: u64,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    pad::strip(letter::open(
        &inner.secret,
        None,
        &private_cell(owner, cell, version),
        sealed,
    )?)
}

fn private_cell(owner: OwnerId, cell: CellId, version: u64) -> Bind {
    Bind::to(Purpose::PrivateCell)
        .owner(owner)
        .cell(cell)
        .place(version)
}

fn seal_for<A: Audience>(
    a: &A,
    plain: &[u8],
    place: impl FnOnce(Bind) -> Bind,
    purpose: Purpose,
) -> Vec<u8> {
    let (epoch, key) = a.newest();
    let bind = place(Bind::to(purpose).small(A::NUMBER).small(epoch));
    prefixed(
        epoch,
        &envelope::seal_padded(key, &bind, plain, pad::any_step(plain.len())),
    )
}

fn open_for<A: Audience>(
    a: &A,
    sealed: &[u8],
    place: impl FnOnce(Bind) -> Bind,
    purpose: Purpose,
) -> Option<Zeroizing<Vec<u8>>> {
    let (epoch, sealed) = epoch_of(sealed)?;
    let key = a.of_epoch(epoch)?;
    envelope::open_padded(
        key,
        &place(Bind::to(purpose).small(A::NUMBER).small(epoch)),
        sealed,
    )
}

fn prefixed(epoch: u32, sealed: &[u8]) -> Vec<u8> {
    [&epoch.to_le_bytes(), sealed].concat()
}

/// The epoch that an entry's key, a snapshot or a cell of a space says it is sealed under. Only a word of the row,
/// until it opens.
#[must_use]
pub fn epoch(sealed: &[u8]) -> Option<u32> {
    Some(epoch_of(sealed)?.0)
}

fn epoch_of(sealed: &[u8]) -> Option<(u32, &[u8])> {
    let (epoch, sealed) = sealed.split_first_chunk()?;
    Some((u32::from_le_bytes(*epoch), sealed))
}
