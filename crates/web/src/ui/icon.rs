//! Our own line icons and the mark. Pictures beside words, so hidden from screen readers.

use maud::{Markup, Render, html};

/// A line icon of 24 by 24, in the colour of the text around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Icon {
    Today,
    Roadmap,
    Us,
    Me,
    Speech,
    Hand,
    Clock,
    Lock,
    Leave,
    Print,
    Frame,
    Chime,
    Moon,
    Done,
    Back,
    Forward,
    Help,
    Pen,
    Cup,
    Leaf,
    Book,
    Share,
    Copy,
    Calendar,
    Path,
    Mind,
}

impl Icon {
    /// Every icon, for the gallery and its test.
    pub const ALL: [Self; 26] = [
        Self::Today,
        Self::Roadmap,
        Self::Us,
        Self::Me,
        Self::Speech,
        Self::Hand,
        Self::Clock,
        Self::Lock,
        Self::Leave,
        Self::Print,
        Self::Frame,
        Self::Chime,
        Self::Moon,
        Self::Done,
        Self::Back,
        Self::Forward,
        Self::Help,
        Self::Pen,
        Self::Cup,
        Self::Leaf,
        Self::Book,
        Self::Share,
        Self::Copy,
        Self::Calendar,
        Self::Path,
        Self::Mind,
    ];

    const fn drawing(self) -> &'static str {
        match self {
            Self::Today => {
                "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.8v1.9M12 19.3v1.9M2.8 12h1.9M19.3 12h1.9M5.5 5.5l1.3 1.3M17.2 17.2l1.3 1.3M5.5 18.5l1.3-1.3M17.2 6.8l1.3-1.3"
            }
            Self::Roadmap => {
                "M18.5 3.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM5.5 16.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM16.5 5.5H8a3.25 3.25 0 0 0 0 6.5h8a3.25 3.25 0 0 1 0 6.5H7.5"
            }
            Self::Us => {
                "M9 6.8a5.2 5.2 0 1 0 0 10.4A5.2 5.2 0 0 0 9 6.8ZM15 6.8a5.2 5.2 0 1 0 0 10.4 5.2 5.2 0 0 0 0-10.4Z"
            }
            Self::Me => "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM5 20.2c.3-4 3.2-6 7-6s6.7 2 7 6",
            Self::Speech => {
                "M20.2 11.5c0 4.2-3.7 7.5-8.2 7.5-1.2 0-2.4-.2-3.4-.7l-4.7 1.3 1.4-4.1a7 7 0 0 1-1.5-4C3.8 7.3 7.5 4 12 4s8.2 3.3 8.2 7.5Z"
            }
            Self::Hand => {
                "M8 12.5V6.3a1.4 1.4 0 0 1 2.8 0v5M10.8 11V4.9a1.4 1.4 0 0 1 2.8 0V11M13.6 11V6.3a1.4 1.4 0 0 1 2.8 0V12M16.4 9.7a1.4 1.4 0 0 1 2.8 0v5.1c0 3.6-2.5 6.2-6.1 6.2-2.3 0-4-.9-5.2-2.8l-3.3-5.3a1.5 1.5 0 0 1 2.4-1.8L8 13.3"
            }
            Self::Clock => "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 7.8V12l2.9 2",
            Self::Lock => {
                "M6.5 10.8h11A1.5 1.5 0 0 1 19 12.3v6.2a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5v-6.2a1.5 1.5 0 0 1 1.5-1.5ZM8 10.8V8a4 4 0 0 1 8 0v2.8"
            }
            Self::Leave => {
                "M13 4H7a1.5 1.5 0 0 0-1.5 1.5v13A1.5 1.5 0 0 0 7 20h6M11 12h9.3M16.9 8.5l3.5 3.5-3.5 3.5"
            }
            Self::Print => {
                "M7 9V4h10v5M7 17H5.5A1.5 1.5 0 0 1 4 15.5v-5A1.5 1.5 0 0 1 5.5 9h13a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1-1.5 1.5H17M7 14h10v6H7Z"
            }
            Self::Frame => {
                "M4 8.5v-3A1.5 1.5 0 0 1 5.5 4h3M15.5 4h3A1.5 1.5 0 0 1 20 5.5v3M20 15.5v3a1.5 1.5 0 0 1-1.5 1.5h-3M8.5 20h-3A1.5 1.5 0 0 1 4 18.5v-3M8.5 8.5h2.7v2.7H8.5ZM13 13h2.5v2.5H13Z"
            }
            Self::Chime => {
                "M12 4.2c-3 0-5 2.2-5 5.2 0 3.7-1.1 5-2 6.2h14c-.9-1.2-2-2.5-2-6.2 0-3-2-5.2-5-5.2ZM10.2 18.6a2 2 0 0 0 3.6 0"
            }
            Self::Moon => "M19.6 14.2A8 8 0 0 1 9.8 4.4a8 8 0 1 0 9.8 9.8Z",
            Self::Done => "M5 12.6 9.8 17.4 19 7",
            Self::Back => "M14.5 5.5 8 12l6.5 6.5",
            Self::Forward => "M9.5 5.5 16 12l-6.5 6.5",
            Self::Help => {
                "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM9.7 9.8a2.35 2.35 0 1 1 3.5 2c-.8.5-1.2.9-1.2 1.7M12 16.2v.1"
            }
            Self::Pen => {
                "M4.8 19.2l.9-4L16 4.9a1.7 1.7 0 0 1 2.4 0l.7.7a1.7 1.7 0 0 1 0 2.4L8.8 18.3ZM14 7l3 3"
            }
            Self::Cup => {
                "M5 9h11v5.5a4.5 4.5 0 0 1-4.5 4.5h-2A4.5 4.5 0 0 1 5 14.5ZM16 10.5h1.5a2.3 2.3 0 0 1 0 4.6H16M8.6 3.5c-.7.8-.7 1.6 0 2.5M12.4 3.5c-.7.8-.7 1.6 0 2.5"
            }
            Self::Leaf => {
                "M7.5 17.5C3.8 11.5 8.5 5 19.5 4.8c.6 10.2-5.2 15.7-12 12.7ZM4.5 20c1.7-4.3 4.5-7.3 8.5-9.5"
            }
            Self::Book => {
                "M12 6.5C10.2 5.2 7.5 4.8 4.5 5v12.5c3-.2 5.7.2 7.5 1.5 1.8-1.3 4.5-1.7 7.5-1.5V5c-3-.2-5.7.2-7.5 1.5ZM12 6.5V19"
            }
            Self::Share => {
                "M12 14.5V4M8.2 7.6 12 3.8l3.8 3.8M6 11.5v7A1.5 1.5 0 0 0 7.5 20h9a1.5 1.5 0 0 0 1.5-1.5v-7"
            }
            Self::Copy => {
                "M10.5 9H18a1.5 1.5 0 0 1 1.5 1.5V18a1.5 1.5 0 0 1-1.5 1.5h-7.5A1.5 1.5 0 0 1 9 18v-7.5A1.5 1.5 0 0 1 10.5 9ZM6 15a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 6 4.5h7.5A1.5 1.5 0 0 1 15 6"
            }
            Self::Calendar => {
                "M5.5 6h13A1.5 1.5 0 0 1 20 7.5v11a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18.5v-11A1.5 1.5 0 0 1 5.5 6ZM4 10.5h16M8.5 4v3.5M15.5 4v3.5"
            }
            Self::Path => "M4 19c4.5 0 3.5-7 8-7s3.5-7 8-7",
            Self::Mind => "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 8v4.6M12 16v.1",
        }
    }
}

impl Render for Icon {
    fn render(&self) -> Markup {
        html! {
            svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" { path d=(self.drawing()) {} }
        }
    }
}

/// Two overlapping circles, mine and yours, with a glow where they meet (drawn by the stylesheet).
#[must_use]
pub fn mark() -> Markup {
    html! {
        span.mark aria-hidden="true" {
            svg viewBox="0 0 116 72" focusable="false" {
                circle.me cx="36" cy="36" r="34" {}
                circle.you cx="80" cy="36" r="34" {}
            }
        }
    }
}
