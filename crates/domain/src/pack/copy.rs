//! How a pack may talk to people: gently, plainly, without markup (safety rules S24, S25; design.md, "Words").
//!
//! The list is short on purpose. It catches slips, it does not replace reading the text aloud.

/// What is wrong with a piece of text, and what to do about it.
pub(super) type Slip = (String, String);

/// Words that push, blame, cheer or assume, each with a kinder way (S24, S25).
const UNKIND: &[(&str, &str)] = &[
    ("must", "say what helps, or what you two may choose"),
    ("should have", "leave the blame out"),
    ("shouldn't have", "leave the blame out"),
    ("ought to", "say what helps, or what you two may choose"),
    ("you need to", "say what helps, or what you two may choose"),
    ("your fault", "leave the blame out"),
    ("you failed", "leave the blame out"),
    ("hurry", "take the urgency out"),
    ("last chance", "take the urgency out"),
    ("great job", "say what happened, without applause"),
    ("well done", "say what happened, without applause"),
    ("congratulations", "say what happened, without applause"),
    ("awesome", "say what happened, without applause"),
    ("husband", "write \"partner\": nobody's gender is assumed"),
    ("wife", "write \"partner\": nobody's gender is assumed"),
    ("he or she", "write \"they\""),
    ("real men", "leave it out: nobody is a rule"),
    ("real women", "leave it out: nobody is a rule"),
    ("normal couples", "leave the comparison out"),
    ("frigid", "describe what happens, without a label"),
    ("impotent", "describe what happens, without a label"),
    ("guaranteed", "say how sure it is, and no more"),
    (
        "scientifically proven",
        "say what was found, and how strong it is",
    ),
    ("zero-knowledge", "say who can read what, in plain words"),
    ("end-to-end", "say who can read what, in plain words"),
    ("unbreakable", "say who can read what, in plain words"),
];

/// Everything that is wrong with `text`, which may be at most `most` characters long.
pub(super) fn slips(text: &str, most: usize) -> Vec<Slip> {
    let mut slips = markup(text);
    if text.trim().is_empty() {
        slips.push(slip("is empty", "write it, or take the key out"));
    }
    let length = text.chars().count();
    if length > most {
        slips.push((
            format!("is too long: {length} characters"),
            format!("at most {most}, so that it can be taken in at a glance"),
        ));
    }
    if text.contains('!') {
        slips.push(slip("has an exclamation mark", "end the sentence calmly"));
    }
    if let Some(picture) = text.chars().find(|c| is_emoji(*c)) {
        slips.push((
            format!("has an emoji ({picture})"),
            "say it in words".to_owned(),
        ));
    }
    let plain = text.to_lowercase().replace('\u{2019}', "'");
    for (word, fix) in UNKIND {
        if has_word(&plain, word) {
            slips.push((format!("says \"{word}\""), (*fix).to_owned()));
        }
    }
    slips
}

/// Only what would be wrong in a citation too: its title is somebody else's wording.
pub(super) fn markup(text: &str) -> Vec<Slip> {
    let tag = text.match_indices('<').any(|(at, _)| {
        text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
    });
    let entity = text.match_indices('&').any(|(at, _)| {
        let name: &str = text[at + 1..].split(';').next().unwrap_or_default();
        text[at + 1..].len() > name.len()
            && (2..8).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
    });
    if tag || entity {
        vec![slip(
            "has raw HTML",
            "write plain text: the page adds the markup",
        )]
    } else {
        Vec::new()
    }
}

fn slip(what: &str, fix: &str) -> Slip {
    (what.to_owned(), fix.to_owned())
}

/// `word` in `text`, not as a part of a longer word. Both in lower case.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Pictures that stand in a line of text. Arrows, dashes and the like are typography and stay.
fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x2600..=0x27BF | 0x2B50..=0x2B55 | 0xFE0F | 0x1F000..=0x1FAFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s25_text_that_pushes_or_shouts_is_found() {
        for (text, found) in [
            ("You must try this.", vec!["says \"must\""]),
            ("Mustard is allowed.", vec![]),
            ("Lovely!", vec!["has an exclamation mark"]),
            ("A heart \u{2764}", vec!["has an emoji (\u{2764})"]),
            ("You <b>both</b>", vec!["has raw HTML"]),
            ("Less &lt; more", vec!["has raw HTML"]),
            ("Warmth & calm; then rest", vec![]),
            ("2 < 3", vec![]),
            ("  ", vec!["is empty"]),
            (
                "Well done, wife",
                vec!["says \"well done\"", "says \"wife\""],
            ),
        ] {
            let slips: Vec<String> = slips(text, 40).into_iter().map(|(what, _)| what).collect();
            assert_eq!(slips, found, "{text:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        assert_eq!(slips(&"é".repeat(40), 40), []);
        assert_eq!(slips(&"é".repeat(41), 40).len(), 1);
    }
}
