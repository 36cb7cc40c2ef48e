//! The records of a stream some hundred at a time, sealed once more together: opening them one by one is most of what
//! folding ten years would cost.
//!
//! ```text
//! head before 32 │ head after 32 │ for each record: length 4 │ the opened entry; length 0 for an erased one
//! ```
//!
//! A segment is a copy of records and stands in for them between two heads of their chain (K10). It is made only of
//! records that verify and open, and it goes with any of them that is erased (K9). Its bounds are positions: those of
//! calendar months would tell how much was written in each (K8).

use rekindle_store::{Head, Place, Record, Segment};
use rekindle_vault::chain;
use rekindle_vault::entry::{Spot, open_entry, open_segment, seal_segment};
use rekindle_vault::keys::SpaceKeys;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::ledger::links;

/// Records in a segment. A stream's tail of fewer than these is opened one by one.
pub(crate) const SIZE: u64 = 256;

/// The first record of the segment that holds this one.
pub(crate) const fn first_of(seq: u64) -> u64 {
    (seq - 1) / SIZE * SIZE + 1
}

/// Seals whole records behind `before` together; nothing if they are not as many as a segment holds, or if any of them
/// does not verify or open: then they stay to be noticed.
pub(crate) fn of(
    keys: &SpaceKeys,
    place: Place,
    before: Head,
    records: &[Record],
) -> Option<Segment> {
    let (first, last) = (records.first()?.seq, records.last()?.seq);
    if first != first_of(first) || records.len() as u64 != SIZE {
        return None;
    }
    let after = chain::verify(before, first - 1, links(records)).ok()?;
    let mut plain = Zeroizing::new(Vec::with_capacity(64 * 1024));
    plain.extend_from_slice(&before.0);
    plain.extend_from_slice(&after.0);
    for record in records {
        let opened = match &record.content {
            None => Zeroizing::new(vec![]),
            Some(content) => {
                let spot = Spot {
                    owner: place.owner,
                    stream: place.stream,
                    seq: record.seq,
                };
                open_entry(keys, spot, &content.key, &content.body)?
            }
        };
        let length = u32::try_from(opened.len()).expect("an entry is 64 KiB at most");
        plain.extend_from_slice(&length.to_le_bytes());
        plain.extend_from_slice(&opened);
    }
    Some(Segment {
        first,
        last,
        body: seal_segment(keys, place.owner, place.stream, (first, last), &plain),
    })
}

/// A segment, opened: what the records it stands in for say.
pub(crate) struct Opened<E> {
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// The heads of the chain in front of the first record and behind the last.
    pub(crate) before: Head,
    pub(crate) after: Head,
    /// With their positions; those that were erased before the segment was made are left out.
    pub(crate) entries: Vec<(u64, E)>,
    /// False when an entry opened and is nothing this program knows.
    pub(crate) known: bool,
}

/// Opens segments, in order; nothing in place of one that is not what it should be. Ten years are hundreds of them, and
/// most of the work is reading what they say: so every core takes its part.
pub(crate) fn open<E: DeserializeOwned + Send>(
    keys: &SpaceKeys,
    place: Place,
    segments: &[Segment],
) -> Vec<Option<Opened<E>>> {
    let in_turn = |some: &[Segment]| -> Vec<Option<Opened<E>>> {
        let mut room = Zeroizing::new(vec![]);
        some.iter()
            .map(|segment| open_one(keys, place, segment, &mut room))
            .collect()
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = segments.len().div_ceil(cores.min(4)).max(FEW);
    std::thread::scope(|scope| {
        let mut parts = segments.chunks(share);
        let own = parts.next().unwrap_or_default();
        let others: Vec<_> = parts
            .map(|some| scope.spawn(move || in_turn(some)))
            .collect();
        let mut opened = in_turn(own);
        for other in others {
            opened.extend(other.join().expect("opening does not panic"));
        }
        opened
    })
}

/// So few are not worth a thread.
const FEW: usize = 4;

fn open_one<E: DeserializeOwned>(
    keys: &SpaceKeys,
    place: Place,
    segment: &Segment,
    room: &mut Zeroizing<Vec<u8>>,
) -> Option<Opened<E>> {
    let Segment { first, last, .. } = *segment;
    let Place { owner, stream } = place;
    let plain = open_segment(keys, owner, stream, (first, last), &segment.body, room)?;
    let (before, rest) = plain.split_first_chunk::<32>()?;
    let (after, mut rest) = rest.split_first_chunk::<32>()?;
    let mut opened = Opened {
        first,
        last,
        before: Head(*before),
        after: Head(*after),
        entries: Vec::with_capacity(usize::try_from(SIZE).ok()?),
        known: true,
    };
    for seq in first..=last {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (entry, behind) = behind.split_at_checked(length)?;
        rest = behind;
        if entry.is_empty() {
            continue;
        }
        match serde_json::from_slice(entry) {
            Ok(entry) => opened.entries.push((seq, entry)),
            Err(_) => opened.known = false,
        }
    }
    Some(opened)
}
