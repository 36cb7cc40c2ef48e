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

/// A segment that fits behind `before`, opened.
pub(crate) struct Opened {
    plain: Zeroizing<Vec<u8>>,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) after: Head,
}

/// Opens a segment, if it is one that begins with this record and behind this head.
pub(crate) fn open(
    keys: &SpaceKeys,
    place: Place,
    (next, before): (u64, Head),
    segment: &Segment,
) -> Option<Opened> {
    let Segment { first, last, .. } = *segment;
    if first != next || last < first {
        return None;
    }
    let plain = open_segment(
        keys,
        place.owner,
        place.stream,
        (first, last),
        &segment.body,
    )?;
    let (found, rest) = plain.split_first_chunk::<32>()?;
    let (after, _) = rest.split_first_chunk::<32>()?;
    let after = Head(*after);
    (*found == before.0).then_some(Opened {
        plain,
        first,
        last,
        after,
    })
}

impl Opened {
    /// The entries with their positions; those that were erased before the segment was made are left out.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut rest = &self.plain[64..];
        (self.first..=self.last).filter_map(move |seq| {
            let (length, behind) = rest.split_first_chunk::<4>()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            let (entry, behind) = behind.split_at_checked(length)?;
            rest = behind;
            (!entry.is_empty()).then_some((seq, entry))
        })
    }
}
