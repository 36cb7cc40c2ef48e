//! The built-in guide, as the build found it.

use rekindle_domain::pack::Pack;

/// Path inside the pack, text.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/guide.rs"));

/// Reads the guide anew; a few milliseconds, once at start.
pub(crate) fn pack() -> Pack {
    let files: Vec<(String, String)> = FILES
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    Pack::read(&files).expect("the build stops on any mistake in the guide")
}
