//! What counts as something written.

/// The most one may write in one text, in characters: with its event around it, it fits a sealed size (K8).
pub const LONGEST: usize = 4_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unwritten {
    Empty,
    TooLong,
}

/// The text without space at its ends, if it holds at least one visible character and at most [`LONGEST`].
/// Right-to-left text, emoji and scripts of any kind are words like others; only control characters are dropped, and
/// every kind of line end is the same one.
///
/// # Errors
/// [`Unwritten`] says which of the two it was.
pub fn written(text: &str) -> Result<String, Unwritten> {
    let kept: String = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| *c == '\n' || *c == '\t' || !c.is_control())
        .collect();
    let kept = kept.trim();
    if !kept.chars().any(shows) {
        Err(Unwritten::Empty)
    } else if kept.chars().count() > LONGEST {
        Err(Unwritten::TooLong)
    } else {
        Ok(kept.to_owned())
    }
}

/// The text as one line of at most so many characters: a name, a topic, the best bit of an evening.
///
/// # Errors
/// [`Unwritten`] says which of the two it was.
pub fn line(text: &str, longest: usize) -> Result<String, Unwritten> {
    let words = written(text)?;
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > longest {
        return Err(Unwritten::TooLong);
    }
    Ok(words)
}

/// Whether there is something to see. A text of nothing else would stand on the other's page as an empty line
/// (Unicode's `White_Space` and `Default_Ignorable_Code_Point`, and the blank of Braille).
fn shows(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
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
            ("one\rtwo", Ok("one\ntwo")),
            (
                "👩\u{200d}❤\u{fe0f}\u{200d}👩",
                Ok("👩\u{200d}❤\u{fe0f}\u{200d}👩"),
            ),
            ("می\u{200c}خواهم", Ok("می\u{200c}خواهم")),
            ("", Err(Unwritten::Empty)),
            (" \n\t ", Err(Unwritten::Empty)),
            ("\u{200b}\u{feff}\u{202e}", Err(Unwritten::Empty)),
            ("\u{3164}", Err(Unwritten::Empty)),
            ("\u{2800} \u{ad}", Err(Unwritten::Empty)),
            ("\u{0}", Err(Unwritten::Empty)),
        ] {
            assert_eq!(written(typed), kept.map(str::to_owned), "{typed:?}");
        }
    }

    #[test]
    fn a_line_is_one_line_however_it_was_typed() {
        for (typed, longest, kept) in [
            (" the\nfirst   cup\t", 13, Ok("the first cup")),
            ("the first cup", 12, Err(Unwritten::TooLong)),
            ("\u{200b}", 12, Err(Unwritten::Empty)),
        ] {
            assert_eq!(line(typed, longest), kept.map(str::to_owned), "{typed:?}");
        }
    }

    #[test]
    fn four_thousand_characters_are_the_most_whatever_their_bytes() {
        for letter in ["a", "ש", "🙂", "\""] {
            assert!(written(&letter.repeat(LONGEST)).is_ok(), "{letter}");
            assert_eq!(
                written(&letter.repeat(LONGEST + 1)),
                Err(Unwritten::TooLong),
                "{letter}"
            );
        }
        let padded = format!("  {}\n\n", "a".repeat(LONGEST));
        assert!(written(&padded).is_ok(), "space at the ends is not counted");
    }
}
