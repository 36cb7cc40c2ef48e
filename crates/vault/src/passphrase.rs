//! Which passphrases are good enough (K2): twelve characters or more, hard to guess, any content.
//!
//! A passphrase is used as typed, with one exception: it is brought to Unicode's composed form (NFC), because one
//! keyboard sends "ü" as one character and another as two, and a person must not be locked out by a change of phone
//! (RFC 8265, section 4.2.2). Nothing is trimmed, folded or cut.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;
use zxcvbn::feedback::Warning;
use zxcvbn::{Score, zxcvbn};

use crate::chance;

/// The fewest characters.
pub const FEWEST: usize = 12;

/// How many words [`suggest`] gives: five of 7,776 are 64 bits.
const WORDS: usize = 5;

/// Why a passphrase is refused. The page says it in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Weak {
    #[error("too short")]
    TooShort,
    /// It stands in lists of much used passwords, or nearly.
    #[error("too common")]
    TooCommon,
    #[error("too easy to guess")]
    TooGuessable,
}

/// Whether a new passphrase is good enough. `known` is what others know of the person, such as handle and name: it
/// counts as guessed. Estimated with zxcvbn (Wheeler, USENIX Security 2016), offline.
///
/// # Errors
/// The reason to show.
pub fn judge(passphrase: &str, known: &[&str]) -> Result<(), Weak> {
    let passphrase = composed(passphrase);
    if passphrase.chars().count() < FEWEST {
        return Err(Weak::TooShort);
    }
    let mut guessed = vec!["rekindle"];
    guessed.extend(known.iter().filter(|word| !word.is_empty()));
    let estimate = zxcvbn(&passphrase, &guessed);
    if estimate.score() >= Score::Three {
        return Ok(());
    }
    let common = estimate
        .feedback()
        .and_then(|feedback| feedback.warning())
        .is_some_and(|warning| {
            matches!(
                warning,
                Warning::ThisIsATop10Password
                    | Warning::ThisIsATop100Password
                    | Warning::ThisIsACommonPassword
                    | Warning::ThisIsSimilarToACommonlyUsedPassword
            )
        });
    Err(if common {
        Weak::TooCommon
    } else {
        Weak::TooGuessable
    })
}

/// Five random words with spaces between, from the EFF's long list (Bonneau, 2016).
#[must_use]
pub fn suggest() -> String {
    let words: [&str; WORDS] = std::array::from_fn(|_| word());
    words.join(" ")
}

fn word() -> &'static str {
    chance::pick(eff_wordlist::large::LIST).1
}

/// The composed form (NFC).
pub(crate) fn composed(passphrase: &str) -> Zeroizing<String> {
    // Composing never makes text longer than three times as long in UTF-8 (UAX #15), so the room is taken once.
    let mut out = Zeroizing::new(String::with_capacity(passphrase.len().saturating_mul(3)));
    out.extend(passphrase.nfc());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k2_weak_passphrases_are_refused_with_a_reason() {
        for (passphrase, verdict) in [
            ("", Err(Weak::TooShort)),
            ("7hX!q-9vPz2", Err(Weak::TooShort)),
            // eleven characters, whatever their bytes
            (
                "\u{e9}\u{e8}\u{ea}\u{eb}\u{fc}\u{f6}\u{e4}\u{df}\u{f1}\u{e7}\u{e5}",
                Err(Weak::TooShort),
            ),
            // twelve when taken apart, eleven once composed
            ("7hX!q-9vPz\u{75}\u{308}", Err(Weak::TooShort)),
            ("passwordpassword", Err(Weak::TooGuessable)),
            ("thecakeisalie", Err(Weak::TooCommon)),
            ("aaaaaaaaaaaaaaaa", Err(Weak::TooGuessable)),
            ("123456789012", Err(Weak::TooGuessable)),
            ("rekindlerekindle", Err(Weak::TooGuessable)),
            ("we two by the grey sea wall", Ok(())),
            ("\u{df}\u{fc}\u{df} ist der \u{c4}rger am Dienstag", Ok(())),
        ] {
            assert_eq!(judge(passphrase, &[]), verdict, "{passphrase:?}");
        }
    }

    #[test]
    fn k2_what_others_know_of_a_person_counts_as_guessed() {
        let name = "wilhelmina oosterhuis";
        assert_eq!(judge(name, &[]), Ok(()));
        assert_eq!(judge(name, &["", name]), Err(Weak::TooGuessable));
    }

    #[test]
    fn k2_five_words_are_suggested_and_always_good_enough() {
        for _ in 0..20 {
            let words = suggest();
            assert_eq!(words.split(' ').count(), 5, "{words}");
            assert_eq!(judge(&words, &[]), Ok(()), "{words}");
        }
        assert_ne!(suggest(), suggest());
        assert_eq!(eff_wordlist::large::LIST.len(), 7_776);
    }

    #[test]
    fn a_very_long_passphrase_is_fine() {
        assert_eq!(
            judge(&"we two by the grey sea wall ".repeat(1_000), &[]),
            Ok(())
        );
    }

    #[test]
    fn composing_takes_room_once() {
        for text in [
            "",
            "plain",
            "u\u{308}",
            "\u{fb1d}\u{1d160}\u{390}",
            "\u{1e9b}\u{323}",
        ] {
            let composed = composed(text);
            assert!(composed.len() <= text.len() * 3, "{text:?}");
        }
    }
}
