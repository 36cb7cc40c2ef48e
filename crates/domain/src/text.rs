//! What counts as something written.

/// The most one may write in one text, in characters: with its event around it, it fits a sealed size (K8).
pub const LONGEST: usize = 4_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unwritten {
    Empty,
    TooLong,
}

/// The text without space at its ends, if it holds at least one visible character and at most [`LONGEST`].
/// Right-to-left text, emoji and scripts of any kind are words like others; only control characters are dropped.
///
/// # Errors
/// [`Unwritten`] says which of the two it was.
pub fn written(text: &str) -> Result<String, Unwritten> {
    let kept: String = text
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| *c == '\n' || *c == '\t' || !c.is_control())
        .collect();
    let kept = kept.trim();
    if kept.is_empty() {
        Err(Unwritten::Empty)
    } else if kept.chars().count() > LONGEST {
        Err(Unwritten::TooLong)
    } else {
        Ok(kept.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_a_person_writes_is_kept_as_it_is() {
        for (typed, kept) in [
            ("  thank you \n", Ok("thank you")),
            ("אני אוהב אותך", Ok("אני אוהב אותך")),
            ("🙂🙂", Ok("🙂🙂")),
            ("<script>alert(1)</script>", Ok("<script>alert(1)</script>")),
            ("one\r\ntwo", Ok("one\ntwo")),
            ("a\u{0}b\u{7}", Ok("ab")),
            (" \n\t ", Err(Unwritten::Empty)),
            ("\u{0}", Err(Unwritten::Empty)),
        ] {
            assert_eq!(written(typed), kept.map(str::to_owned), "{typed:?}");
        }
        assert_eq!(written(&"a".repeat(LONGEST + 1)), Err(Unwritten::TooLong));
    }
}
