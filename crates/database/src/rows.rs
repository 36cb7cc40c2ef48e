//! Rows as the types of `rekindle_store`. What does not fit (a hash of 31 bytes, a negative version) is an error,
//! never a guess.

use rekindle_domain::{CellId, CoupleId, InvitationId, PersonId, Stamp};
use rekindle_store::{
    Address, Cell, Content, Door, Due, Feed, Head, Invitation, Leaf, Loaded, Membership, Person,
    Record, Segment, SignIn, SignedIn, Slot, SlotKind, Snapshot, Taken, Waiting, Way,
};
use sqlx::Row;
use sqlx::any::AnyRow;

type Read<T> = Result<T, sqlx::Error>;

fn odd(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(what.into())
}

pub(crate) fn bytes(row: &AnyRow, column: usize) -> Read<Vec<u8>> {
    row.try_get(column)
}

pub(crate) fn sixteen(row: &AnyRow, column: usize) -> Read<[u8; 16]> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes
        .try_into()
        .map_err(|_| odd("an id is not 16 bytes long"))
}

pub(crate) fn thirty_two(row: &AnyRow, column: usize) -> Read<[u8; 32]> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes
        .try_into()
        .map_err(|_| odd("a hash or key is not 32 bytes long"))
}

pub(crate) fn count(row: &AnyRow, column: usize) -> Read<u64> {
    let number: i64 = row.try_get(column)?;
    number
        .try_into()
        .map_err(|_| odd("a position or version is negative"))
}

fn stamp(row: &AnyRow, column: usize) -> Read<Stamp> {
    row.try_get(column).map(Stamp)
}

/// `id, public, sealed, until_ms`.
pub(crate) fn waiting(row: &AnyRow) -> Read<Waiting> {
    Ok(Waiting {
        id: thirty_two(row, 0)?,
        public: thirty_two(row, 1)?,
        sealed: bytes(row, 2)?,
        until: stamp(row, 3)?,
    })
}

/// `length, head`.
pub(crate) fn tip(row: &AnyRow) -> Read<(u64, Head)> {
    Ok((count(row, 0)?, Head(thirty_two(row, 1)?)))
}

/// `part, seq, leaf, head, salt, entry_key, body`.
pub(crate) fn record(row: &AnyRow) -> Read<Record> {
    let body: Option<Vec<u8>> = row.try_get(6)?;
    let content = match body {
        None => None,
        Some(body) => Some(Content {
            salt: thirty_two(row, 4)?,
            key: bytes(row, 5)?,
            body,
        }),
    };
    Ok(Record {
        seq: count(row, 1)?,
        leaf: Leaf(thirty_two(row, 2)?),
        head: Head(thirty_two(row, 3)?),
        content,
    })
}

/// The rows of `sql::LOAD`: part 0 is the stream's own row, 1 the snapshot, 2 the records behind it.
pub(crate) fn loaded(rows: &[AnyRow]) -> Read<Loaded> {
    let mut loaded = Loaded {
        records: Vec::with_capacity(rows.len()),
        ..Loaded::default()
    };
    for row in rows {
        match row.try_get::<i64, _>(0)? {
            0 => loaded.erased = count(row, 1)?,
            1 => {
                let (seq, body) = (count(row, 1)?, bytes(row, 6)?);
                loaded.snapshot = Some(Snapshot { seq, body });
            }
            _ => loaded.records.push(record(row)?),
        }
    }
    Ok(loaded)
}

/// `first_seq, last_seq, body`.
pub(crate) fn segment(row: &AnyRow) -> Read<Segment> {
    Ok(Segment {
        first: count(row, 0)?,
        last: count(row, 1)?,
        body: bytes(row, 2)?,
    })
}

/// `cell, version, body`.
pub(crate) fn cell(row: &AnyRow) -> Read<(CellId, Cell)> {
    let cell = Cell {
        version: count(row, 1)?,
        body: bytes(row, 2)?,
    };
    Ok((CellId::new(sixteen(row, 0)?), cell))
}

/// `id, handle, outer_public, inner_public, outer_sealed, inner_sealed, version`, beginning at `first`.
pub(crate) fn person(row: &AnyRow, first: usize) -> Read<Person> {
    Ok(Person {
        id: PersonId::new(sixteen(row, first)?),
        handle: row.try_get(first + 1)?,
        outer_public: thirty_two(row, first + 2)?,
        inner_public: thirty_two(row, first + 3)?,
        outer: bytes(row, first + 4)?,
        inner: bytes(row, first + 5)?,
        version: count(row, first + 6)?,
    })
}

/// `kind, sealed`.
pub(crate) fn slot(row: &AnyRow) -> Read<Slot> {
    let kind = match row.try_get::<i64, _>(0)? {
        1 => SlotKind::Passphrase,
        2 => SlotKind::Recovery,
        _ => return Err(odd("an unknown kind of key slot")),
    };
    Ok(Slot {
        kind,
        sealed: bytes(row, 1)?,
    })
}

/// `id, person, door, outer_id, sealed_key, until_ms, at_most_ms, label`.
pub(crate) fn sign_in(row: &AnyRow) -> Read<SignIn> {
    let door = match row.try_get::<i64, _>(2)? {
        1 => Door::Outer,
        2 => Door::Inner,
        _ => return Err(odd("an unknown door")),
    };
    Ok(SignIn {
        id: thirty_two(row, 0)?,
        person: PersonId::new(sixteen(row, 1)?),
        door,
        outer: thirty_two(row, 3)?,
        key: bytes(row, 4)?,
        until: stamp(row, 5)?,
        at_most: stamp(row, 6)?,
        label: bytes(row, 7)?,
    })
}

/// The rows of `sql::SIGNED_IN`: the sign-in with its person, and behind it their memberships.
pub(crate) fn signed_in(rows: &[AnyRow]) -> Read<Option<SignedIn>> {
    let Some((first, rest)) = rows.split_first() else {
        return Ok(None);
    };
    Ok(Some(SignedIn {
        sign_in: sign_in(first)?,
        person: person(first, 8)?,
        memberships: rest
            .iter()
            .map(|row| member(row, [0, 1, 2, 3, 5]))
            .collect::<Read<_>>()?,
    }))
}

/// `couple, person, epoch, sealed, is_open`.
pub(crate) fn membership(row: &AnyRow) -> Read<Membership> {
    member(row, [0, 1, 2, 3, 4])
}

fn member(row: &AnyRow, [couple, person, epoch, sealed, open]: [usize; 5]) -> Read<Membership> {
    Ok(Membership {
        couple: CoupleId::new(sixteen(row, couple)?),
        person: PersonId::new(sixteen(row, person)?),
        epoch: u32::try_from(count(row, epoch)?).map_err(|_| odd("an epoch too high"))?,
        sealed: bytes(row, sealed)?,
        open: row.try_get::<i64, _>(open)? != 0,
    })
}

/// `from_person, id, body, reply, join_sealed, until_ms, version`.
pub(crate) fn invitation(row: &AnyRow) -> Read<Invitation> {
    Ok(Invitation {
        from: PersonId::new(sixteen(row, 0)?),
        id: InvitationId(thirty_two(row, 1)?),
        body: bytes(row, 2)?,
        reply: bytes(row, 3)?,
        join: bytes(row, 4)?,
        until: stamp(row, 5)?,
        version: count(row, 6)?,
    })
}

fn way(row: &AnyRow, column: usize) -> Read<Way> {
    match row.try_get::<i64, _>(column)? {
        1 => Ok(Way::Push),
        2 => Ok(Way::Mail),
        _ => Err(odd("an unknown way of reminding")),
    }
}

/// `person, id, way, reach, refused`.
pub(crate) fn address(row: &AnyRow) -> Read<Address> {
    Ok(Address {
        person: PersonId::new(sixteen(row, 0)?),
        id: sixteen(row, 1)?,
        way: way(row, 2)?,
        reach: row.try_get(3)?,
        refused: row.try_get::<i64, _>(4)? != 0,
    })
}

/// `person, address, at_ms, until_ms`.
pub(crate) fn due(row: &AnyRow) -> Read<Due> {
    Ok(Due {
        person: PersonId::new(sixteen(row, 0)?),
        address: sixteen(row, 1)?,
        at: stamp(row, 2)?,
        until: stamp(row, 3)?,
    })
}

/// Those of [`due`], then `tries, way, reach`.
pub(crate) fn taken(row: &AnyRow, lease: [u8; 16]) -> Read<Taken> {
    Ok(Taken {
        due: due(row)?,
        tries: u32::try_from(count(row, 4)?).unwrap_or(u32::MAX),
        way: way(row, 5)?,
        reach: row.try_get(6)?,
        lease,
    })
}

/// `person, id, mark, body`.
pub(crate) fn feed(row: &AnyRow) -> Read<Feed> {
    Ok(Feed {
        person: PersonId::new(sixteen(row, 0)?),
        id: thirty_two(row, 1)?,
        mark: sixteen(row, 2)?,
        body: bytes(row, 3)?,
    })
}
