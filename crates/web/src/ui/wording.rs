//! What the wording helper has to say about a draft. It points and asks; the draft stays as it was typed.

use maud::{Markup, Render, html};

use super::{Icon, Notice, Tone};

/// A few words of a draft, why they may be hard to hear, and a question.
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    pub words: &'a str,
    pub why: &'a str,
    pub ask: &'a str,
}

/// The draft, at most two things about it, and what is easy to hear in it.
#[derive(Default)]
pub struct Wording<'a> {
    pub title: &'a str,
    /// The draft in pieces; true for those that a point is about.
    pub draft: &'a [(&'a str, bool)],
    pub points: &'a [Point<'a>],
    /// When there is nothing to point at.
    pub gentle: Option<&'a str>,
    pub glad: &'a [String],
    pub frame: Option<&'a str>,
    /// That these are questions, and nothing is kept.
    pub note: &'a str,
}

impl Render for Wording<'_> {
    fn render(&self) -> Markup {
        html! {
            (Notice { icon: Some(Icon::Speech), tone: Tone::Dusk, title: Some(self.title), spoken: true, body: html! {
                @if !self.points.is_empty() {
                    blockquote.draft {
                        p { @for (words, marked) in self.draft { @if *marked { mark { (words) } } @else { (words) } } }
                    }
                    ul.points {
                        @for point in self.points {
                            li { p { strong { (point.words) } } p { (point.why) } p.ask { (point.ask) } }
                        }
                    }
                }
                @if let Some(gentle) = self.gentle { p { (gentle) } }
                @for line in self.glad { p.glad { (line) } }
                @if let Some(frame) = self.frame { p { (frame) } }
                p.small { (self.note) }
            } })
        }
    }
}
