//! Lengths say nothing (K8): what is sealed has one of a few sizes.
//!
//! A padded text is the text, zeros, and the text's length in the last four bytes, so that opening copies nothing.

use zeroize::Zeroizing;

/// The sizes a text is padded to, in bytes, its own four length bytes included.
const STEPS: [usize; 5] = [512, 2 << 10, 8 << 10, 32 << 10, CAP];
const CAP: usize = 64 << 10;
const LENGTH: usize = 4;

/// The most that one entry may hold, in bytes.
pub(crate) const MOST: usize = CAP - LENGTH;

/// The step a text of `len` bytes is padded to, or `None` beyond the cap.
pub(crate) fn step(len: usize) -> Option<usize> {
    let needed = len.checked_add(LENGTH)?;
    STEPS.into_iter().find(|step| needed <= *step)
}

/// The same, going on in steps of 64 KiB behind the cap: for what has no cap of its own.
pub(crate) fn any_step(len: usize) -> usize {
    step(len).unwrap_or_else(|| (len + LENGTH).next_multiple_of(CAP))
}

/// Steps of 16 KiB, for some hundred entries together, where a step says nothing about one of them.
pub(crate) fn segment_step(len: usize) -> usize {
    (len + LENGTH).next_multiple_of(16 << 10)
}

/// Steps of 256 bytes, for what travels in a cookie.
pub(crate) fn cookie_step(len: usize) -> usize {
    (len + LENGTH).next_multiple_of(256)
}

/// Fills `out` up to `size` bytes behind its present end with `text`, zeros and the length.
pub(crate) fn fill(out: &mut Vec<u8>, text: &[u8], size: usize) {
    let start = out.len();
    out.extend_from_slice(text);
    out.resize(start + size - LENGTH, 0);
    let len = u32::try_from(text.len()).expect("no sealed text is 4 GiB long");
    out.extend_from_slice(&len.to_le_bytes());
}

/// A padded text by itself.
pub(crate) fn padded(text: &[u8], size: usize) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(size));
    fill(&mut out, text, size);
    out
}

/// Takes the padding off again.
pub(crate) fn strip(mut padded: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
    let len = inside(&padded)?.len();
    padded.truncate(len);
    Some(padded)
}

/// The text inside a padded one.
pub(crate) fn inside(padded: &[u8]) -> Option<&[u8]> {
    let (rest, len) = padded.split_last_chunk::<LENGTH>()?;
    rest.get(..usize::try_from(u32::from_le_bytes(*len)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k8_a_text_has_one_of_five_lengths() {
        for (len, size) in [
            (0, Some(512)),
            (1, Some(512)),
            (508, Some(512)),
            (509, Some(2_048)),
            (2_044, Some(2_048)),
            (2_045, Some(8_192)),
            (8_188, Some(8_192)),
            (8_189, Some(32_768)),
            (32_764, Some(32_768)),
            (32_765, Some(65_536)),
            (MOST, Some(65_536)),
            (MOST + 1, None),
            (usize::MAX, None),
        ] {
            assert_eq!(step(len), size, "{len} bytes");
        }
        for (len, size) in [
            (0, 512),
            (MOST, 65_536),
            (MOST + 1, 131_072),
            (131_068, 131_072),
            (131_069, 196_608),
        ] {
            assert_eq!(any_step(len), size, "{len} bytes");
        }
    }

    #[test]
    fn what_was_padded_comes_back() {
        for len in [0, 1, 507, 508] {
            let text = vec![7; len];
            let padded = padded(&text, 512);
            assert_eq!(padded.len(), 512);
            assert_eq!(*strip(padded).unwrap(), text);
        }
    }

    #[test]
    fn a_length_beyond_the_text_is_refused() {
        assert!(strip(Zeroizing::new(vec![])).is_none());
        assert!(strip(Zeroizing::new(vec![1, 0, 0])).is_none());
        assert!(strip(Zeroizing::new(vec![9, 1, 0, 0, 0])).is_some());
        assert!(strip(Zeroizing::new(vec![9, 2, 0, 0, 0])).is_none());
        assert!(strip(Zeroizing::new(vec![255; 8])).is_none());
    }
}
