//! The chain of a stream (K10): whoever edits, drops, reorders or swaps a record is noticed, and erasing is not.
//!
//! ```text
//! leaf   = SHA-256("…leaf"  │ salt 32 │ length of key 8 │ key │ body)
//! head 0 = SHA-256("…start" │ owner 16 │ stream 16)
//! head n = SHA-256("…head"  │ head n-1 │ seq 8 │ leaf n)
//! ```
//!
//! Erasing a record drops salt, key and body. Leaf and head stay, so the chain holds; and without its 256-bit salt the
//! leaf says nothing about what it was the leaf of. A chain shows tampering with a part; that a *whole* older copy was
//! put back shows against the head that a device remembers (`OuterKey::seal_memory`).
//!
//! **These hashes are stored.** The labels end in a version.

use std::fmt;

use rekindle_domain::{OwnerId, StreamId};
use sha2::{Digest, Sha256};

/// The salted hash of one record's content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leaf(pub [u8; 32]);

/// What all records of a stream up to one add up to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Head(pub [u8; 32]);

impl fmt::Debug for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Leaf({})", data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({})", data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl Head {
    /// The head of an empty stream. It names the stream, so that no record fits into another one.
    #[must_use]
    pub fn genesis(owner: OwnerId, stream: StreamId) -> Self {
        let mut hash = Sha256::new_with_prefix(b"rekindle/1 chain start\0");
        hash.update(owner.bytes());
        hash.update(stream.bytes());
        Self(hash.finalize().into())
    }

    /// The head after one more record.
    #[must_use]
    pub fn next(self, seq: u64, leaf: Leaf) -> Self {
        let mut hash = Sha256::new_with_prefix(b"rekindle/1 chain head\0");
        hash.update(self.0);
        hash.update(seq.to_be_bytes());
        hash.update(leaf.0);
        Self(hash.finalize().into())
    }
}

/// The leaf of a record: its salt, its wrapped key, its sealed body, exactly as stored.
#[must_use]
pub fn leaf(salt: &[u8; 32], key: &[u8], body: &[u8]) -> Leaf {
    let mut hash = Sha256::new_with_prefix(b"rekindle/1 chain leaf\0");
    hash.update(salt);
    hash.update((key.len() as u64).to_be_bytes());
    hash.update(key);
    hash.update(body);
    Leaf(hash.finalize().into())
}

/// One record as the chain sees it. `content` is salt, wrapped key and sealed body; `None` once erased.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    pub seq: u64,
    pub leaf: Leaf,
    pub head: Head,
    pub content: Option<(&'a [u8; 32], &'a [u8], &'a [u8])>,
}

/// What does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misfit {
    /// A record is missing, twice there, or in another order.
    Order,
    /// The content is not the one the leaf was made of.
    Content,
    /// The head does not follow from the one before.
    Head,
}

/// The chain does not hold. `seq` is the first place where it fails: the number that should have come there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the chain breaks at record {seq}")]
pub struct Broken {
    pub seq: u64,
    pub what: Misfit,
}

/// Checks the records behind the `after`-th, whose head is `start` (for a whole stream: [`Head::genesis`] and 0), and
/// gives the last head.
///
/// # Errors
/// The first place that fails.
pub fn verify<'a>(
    start: Head,
    after: u64,
    links: impl Iterator<Item = Link<'a>>,
) -> Result<Head, Broken> {
    let mut head = start;
    let mut seq = after;
    for link in links {
        seq = seq.saturating_add(1);
        let broken = |what| Err(Broken { seq, what });
        if link.seq != seq {
            return broken(Misfit::Order);
        }
        if link
            .content
            .is_some_and(|(salt, key, body)| leaf(salt, key, body) != link.leaf)
        {
            return broken(Misfit::Content);
        }
        head = head.next(seq, link.leaf);
        if head != link.head {
            return broken(Misfit::Head);
        }
    }
    Ok(head)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone)]
    struct Row {
        seq: u64,
        leaf: Leaf,
        head: Head,
        content: Option<([u8; 32], Vec<u8>, Vec<u8>)>,
    }

    fn start() -> Head {
        Head::genesis(OwnerId::new([1; 16]), StreamId::new([2; 16]))
    }

    fn chain(bodies: &[&str]) -> Vec<Row> {
        let mut head = start();
        (1..)
            .zip(bodies)
            .map(|(seq, body)| {
                let salt = crate::chance::bytes();
                let leaf = leaf(&salt, b"key", body.as_bytes());
                head = head.next(seq, leaf);
                Row {
                    seq,
                    leaf,
                    head,
                    content: Some((salt, b"key".to_vec(), body.as_bytes().to_vec())),
                }
            })
            .collect()
    }

    fn check_from(head: Head, after: u64, rows: &[Row]) -> Result<Head, Broken> {
        let links = rows.iter().map(|row| Link {
            seq: row.seq,
            leaf: row.leaf,
            head: row.head,
            content: row
                .content
                .as_ref()
                .map(|(salt, key, body)| (salt, key.as_slice(), body.as_slice())),
        });
        verify(head, after, links)
    }

    fn check(rows: &[Row]) -> Result<Head, Broken> {
        check_from(start(), 0, rows)
    }

    fn content(row: &mut Row) -> &mut ([u8; 32], Vec<u8>, Vec<u8>) {
        row.content.as_mut().unwrap()
    }

    #[test]
    fn k10_what_was_appended_verifies_whole_and_from_the_middle() {
        let rows = chain(&["a", "b", "c"]);
        assert_eq!(check(&[]), Ok(start()));
        assert_eq!(check(&rows), Ok(rows[2].head));
        assert_eq!(check_from(rows[0].head, 1, &rows[1..]), Ok(rows[2].head));
    }

    #[test]
    fn k10_edit_drop_reorder_and_swap_are_noticed_where_they_happened() {
        type Tamper = fn(&mut Vec<Row>);
        let cases: &[(&str, Tamper, u64, Misfit)] = &[
            (
                "body edited",
                |rows| content(&mut rows[1]).2[0] ^= 1,
                2,
                Misfit::Content,
            ),
            (
                "key edited",
                |rows| content(&mut rows[1]).1[0] ^= 1,
                2,
                Misfit::Content,
            ),
            (
                "salt edited",
                |rows| content(&mut rows[1]).0[0] ^= 1,
                2,
                Misfit::Content,
            ),
            (
                "a byte moved from key to body",
                |rows| {
                    let (_, key, body) = content(&mut rows[1]);
                    body.insert(0, key.pop().unwrap());
                },
                2,
                Misfit::Content,
            ),
            (
                "leaf edited",
                |rows| rows[1].leaf.0[0] ^= 1,
                2,
                Misfit::Content,
            ),
            (
                "leaf of an erased one edited",
                |rows| {
                    rows[1].content = None;
                    rows[1].leaf.0[0] ^= 1;
                },
                2,
                Misfit::Head,
            ),
            (
                "head edited",
                |rows| rows[1].head.0[0] ^= 1,
                2,
                Misfit::Head,
            ),
            (
                "first dropped",
                |rows| drop(rows.remove(0)),
                1,
                Misfit::Order,
            ),
            (
                "middle dropped",
                |rows| drop(rows.remove(1)),
                2,
                Misfit::Order,
            ),
            (
                "middle dropped and numbers closed up",
                |rows| {
                    rows.remove(1);
                    rows[1].seq = 2;
                },
                2,
                Misfit::Head,
            ),
            (
                "one twice",
                |rows| rows.insert(1, rows[0].clone()),
                2,
                Misfit::Order,
            ),
            ("reordered", |rows| rows.swap(0, 2), 1, Misfit::Order),
            (
                "reordered, numbers kept",
                |rows| {
                    rows.swap(0, 2);
                    (rows[0].seq, rows[2].seq) = (1, 3);
                },
                1,
                Misfit::Head,
            ),
            (
                "contents swapped",
                |rows| {
                    let first = rows[0].content.take();
                    rows[0].content = rows[1].content.take();
                    rows[1].content = first;
                },
                1,
                Misfit::Content,
            ),
            (
                "contents and leaves swapped",
                |rows| {
                    rows.swap(0, 1);
                    let (first, second) = (rows[0].head, rows[1].head);
                    (rows[0].seq, rows[1].seq) = (1, 2);
                    (rows[0].head, rows[1].head) = (second, first);
                },
                1,
                Misfit::Head,
            ),
        ];
        for (what, tamper, seq, misfit) in cases {
            let mut rows = chain(&["a", "b", "c"]);
            tamper(&mut rows);
            assert_eq!(
                check(&rows),
                Err(Broken {
                    seq: *seq,
                    what: *misfit
                }),
                "{what}"
            );
        }
    }

    #[test]
    fn k10_a_chain_does_not_fit_another_stream_or_owner() {
        let rows = chain(&["a"]);
        for elsewhere in [
            Head::genesis(OwnerId::new([1; 16]), StreamId::new([3; 16])),
            Head::genesis(OwnerId::new([3; 16]), StreamId::new([2; 16])),
            Head::genesis(OwnerId::new([2; 16]), StreamId::new([1; 16])),
        ] {
            assert_eq!(
                check_from(elsewhere, 0, &rows),
                Err(Broken {
                    seq: 1,
                    what: Misfit::Head
                })
            );
        }
    }

    #[test]
    fn k10_an_older_copy_ends_in_another_head_than_the_one_remembered() {
        let rows = chain(&["a", "b", "c"]);
        let remembered = rows[2].head;
        assert_ne!(check(&rows[..2]), Ok(remembered));
        let mut rewritten = rows[..2].to_vec();
        rewritten.extend(chain(&["a", "b", "another c"]).pop());
        assert_ne!(check(&rewritten), Ok(remembered));
    }

    #[test]
    fn k9_erasing_leaves_a_chain_that_holds() {
        for erased in 0..3 {
            let mut rows = chain(&["a", "b", "c"]);
            rows[erased].content = None;
            assert_eq!(check(&rows), Ok(rows[2].head), "erased {}", erased + 1);
        }
    }

    #[test]
    fn k9_equal_contents_have_leaves_that_do_not_show_it() {
        let rows = chain(&["yes", "yes"]);
        assert_ne!(rows[0].leaf, rows[1].leaf);
    }

    /// Frozen: these bytes are in databases.
    #[test]
    fn the_hashes_are_those_of_version_1() {
        let genesis = start();
        let leaf = leaf(&[3; 32], b"key", b"body");
        assert_eq!(
            format!("{genesis:?}"),
            include_str!("frozen/chain-1.txt").lines().next().unwrap()
        );
        assert_eq!(
            format!("{leaf:?}"),
            include_str!("frozen/chain-1.txt").lines().nth(1).unwrap()
        );
        assert_eq!(
            format!("{:?}", genesis.next(1, leaf)),
            include_str!("frozen/chain-1.txt").lines().nth(2).unwrap()
        );
    }

    proptest! {
        #[test]
        fn k10_one_changed_byte_of_any_content_is_found(
            bodies in prop::collection::vec("[a-z]{1,20}", 1..8), which: prop::sample::Index, at: prop::sample::Index,
        ) {
            let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
            let mut rows = chain(&bodies);
            let row = which.index(rows.len());
            let body = &mut content(&mut rows[row]).2;
            let byte = at.index(body.len());
            body[byte] ^= 0x20;
            prop_assert_eq!(check(&rows), Err(Broken { seq: row as u64 + 1, what: Misfit::Content }));
        }
    }
}
