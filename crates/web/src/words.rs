//! The program's own words, through Fluent: one file a concept in `text/<language>/`.
//!
//! Packs bring the guide's words; these are the buttons, headings and sentences around them.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "text"]
struct Texts;

/// Changes whenever any sentence does.
pub(crate) fn mark() -> String {
    let mut all: Vec<_> = Texts::iter().collect();
    all.sort();
    let hashes = all.iter().map(|name| {
        let file = Texts::get(name).expect("listed a line above");
        format!("{:?}", file.metadata.sha256_hash())
    });
    hashes.collect()
}

/// One language's sentences.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// English, the language every sentence exists in.
    ///
    /// # Panics
    /// When an embedded file is not valid Fluent: a test reads them all.
    #[must_use]
    pub fn english() -> Self {
        Self::of("en")
    }

    fn of(language: &str) -> Self {
        let id: LanguageIdentifier = language.parse().expect("a language tag of ours");
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Isolation marks would end up in attributes and printed sheets.
        bundle.set_use_isolating(false);
        for name in Texts::iter().filter(|name| name.starts_with(&format!("{language}/"))) {
            let file = Texts::get(&name).expect("listed a line above");
            let text = String::from_utf8(file.data.into_owned()).expect("our texts are UTF-8");
            let resource = FluentResource::try_new(text)
                .unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"));
            bundle
                .add_resource(resource)
                .unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        }
        Self { bundle }
    }

    /// The sentence of this id.
    #[must_use]
    pub fn say(&self, id: &str) -> String {
        self.tell(id, &[])
    }

    /// The sentence of this id, with names and numbers put in.
    #[must_use]
    pub fn tell(&self, id: &str, with: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in with {
            // Whole numbers choose plural forms; everything else is text as it is.
            match value.parse::<i32>() {
                Ok(number) => args.set(*name, FluentValue::from(number)),
                Err(_) => args.set(*name, FluentValue::from(*value)),
            }
        }
        let Some(pattern) = self
            .bundle
            .get_message(id)
            .and_then(|message| message.value())
        else {
            debug_assert!(false, "no sentence `{id}`");
            return id.to_owned();
        };
        let mut errors = vec![];
        let text = self
            .bundle
            .format_pattern(pattern, Some(&args), &mut errors);
        debug_assert!(errors.is_empty(), "`{id}`: {errors:?}");
        began_large(text.into_owned())
    }
}

/// A sentence never begins small because a name is not known yet and "your partner" stands in its place.
fn began_large(text: String) -> String {
    match text.strip_prefix("your partner ") {
        Some(rest) => format!("Your partner {rest}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_file_is_valid_and_no_id_stands_twice() {
        let _ = Words::english();
    }
}
