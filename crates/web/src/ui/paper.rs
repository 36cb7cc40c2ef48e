//! What goes from screen to paper, or from one phone to the other: sheets, codes, six words, links.

use fast_qr::qr::QRBuilder;
use maud::{Markup, Render, html};

use super::{Icon, TITLE};

/// A QR code as one path, dark on light in either look so that every camera reads it. `label` says where it leads.
///
/// # Errors
/// Nothing is drawn when the text is too long for any code (2,953 bytes); the link beside it remains.
#[must_use]
pub fn qr(text: &str, label: &str) -> Markup {
    let Ok(code) = QRBuilder::new(text).build() else {
        return Markup::default();
    };
    let (size, quiet) = (code.size, 3);
    let mut path = String::new();
    for (y, row) in code.data[..size * size].chunks(size).enumerate() {
        let mut x = 0;
        while x < size {
            let run = row[x..].iter().take_while(|module| module.value()).count();
            if run > 0 {
                path += &format!("M{} {}h{run}v1H{}z", x + quiet, y + quiet, x + quiet);
            }
            x += run.max(1);
        }
    }
    let side = size + 2 * quiet;
    html! {
        div.qr {
            svg role="img" aria-label=(label) viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" {
                path d=(path) {}
            }
        }
    }
}

/// The six words both compare at pairing (K5), numbered so that they can be read out in turn.
#[must_use]
pub fn six_words(label: &str, words: [&str; 6]) -> Markup {
    html! { ol.six aria-label=(label) { @for word in words { li { span { (word) } } } } }
}

/// A link to hand over: readable, with copy and share where the browser can.
pub struct LinkBox<'a> {
    pub url: &'a str,
    pub label: &'a str,
    pub copy: &'a str,
    /// Said once it is copied.
    pub copied: &'a str,
    pub share: &'a str,
}

impl Render for LinkBox<'_> {
    fn render(&self) -> Markup {
        html! {
            div.field.link-box {
                label for="link" { (self.label) }
                input #link readonly value=(self.url) autocomplete="off" spellcheck="false" data-select;
                div.actions {
                    button.button.quiet.small type="button" hidden data-share="link" { (Icon::Share) (self.share) }
                    button.button.quiet.small type="button" hidden data-copy="link" data-done=(self.copied) {
                        (Icon::Copy) (self.copy)
                    }
                }
                p.hint role="status" {}
            }
        }
    }
}

/// A code that is read from one screen and typed on another.
#[must_use]
pub fn code(label: &str, groups: &[String]) -> Markup {
    html! {
        div.card {
            p.hint id="code-label" { (label) }
            p.sheet-code aria-labelledby="code-label" role="group" translate="no" {
                @for group in groups { span { (group) } " " }
            }
        }
    }
}

/// The recovery sheet (K6): shown once, made to be printed, silent about what it opens (S15).
pub struct RecoverySheet<'a> {
    pub heading: &'a str,
    pub code_label: &'a str,
    /// In groups, as they are read aloud.
    pub code: &'a [&'a str],
    /// Word and meaning: sign-in name, address, day.
    pub facts: &'a [(&'a str, &'a str)],
    pub how: &'a str,
    pub print: &'a str,
}

impl Render for RecoverySheet<'_> {
    fn render(&self) -> Markup {
        html! {
            section.sheet.card {
                p.sheet-name { (TITLE) }
                h2 { (self.heading) }
                p.hint id="sheet-code" { (self.code_label) }
                p.sheet-code aria-labelledby="sheet-code" role="group" translate="no" {
                    @for group in self.code { span { (group) } " " }
                }
                (super::Facts(self.facts))
                p { (self.how) }
                div.actions.screen {
                    button.button.quiet type="button" hidden data-print { (Icon::Print) (self.print) }
                }
            }
        }
    }
}
