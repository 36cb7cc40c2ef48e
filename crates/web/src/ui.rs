//! What recurs on pages, as small types; the only room for raw markup (style.md, Pages).
//!
//! No sentence stands in here: texts arrive as arguments, those around every page from `text/<language>/frame.ftl`.
//! The content security policy allows neither inline script nor inline style (K14), so nothing here writes any.

mod field;
mod figure;
mod icon;
mod paper;
mod part;
mod session;
mod wording;

use maud::{DOCTYPE, Markup, Render, html};

use crate::words::Words;
use crate::{assets, paths};

pub use field::{
    Check, Choice, ErrorSummary, Form, Kind, Opt, PassphraseField, Problem, TextArea, TextField,
};
pub use figure::{Figure, mark_sign};
pub use icon::{Icon, mark};
pub use paper::{LinkBox, RecoverySheet, code, qr, six_words};
pub use part::{
    Button, Facts, Greeting, Moment, Notice, Row, Stage, StagePath, StageState, Tone, actions,
    began_large, card, columns, details, details_open, empty, even_actions, group, hero, kicker,
    numbered, pair, prose, quote, rest, tag, text_link, wash,
};
pub use session::{Bell, Ring, SessionFrame, Sound, clock};
pub use wording::{Point, Wording};

/// The only title any page ever has: neutral, never "disguised" (S15).
pub const TITLE: &str = "Evening";

/// Somewhere to go.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    pub label: &'a str,
    pub href: &'a str,
}

impl<'a> Link<'a> {
    #[must_use]
    pub const fn new(label: &'a str, href: &'a str) -> Self {
        Self { label, href }
    }
}

/// The four places (design.md).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    Today,
    Roadmap,
    Us,
    Me,
}

impl Tab {
    const ALL: [(Self, Icon, &'static str, &'static str); 4] = [
        (Self::Today, Icon::Today, "frame-today", paths::TODAY),
        (
            Self::Roadmap,
            Icon::Roadmap,
            "frame-roadmap",
            paths::ROADMAP,
        ),
        (Self::Us, Icon::Us, "frame-us", paths::US),
        (Self::Me, Icon::Me, "frame-me", paths::ME),
    ];
}

/// Scripts a page may ask for; the one behind the leave button comes with every page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// Keeps two phones at the same step.
    Session,
    Timer,
    Chime,
    Wake,
    /// Passphrases shown on request, growing text areas, copy, share and print.
    Show,
    /// The one-tap log.
    Moment,
    /// The drawn body answers to taps.
    Touch,
    /// Keeps the guide and what could not be sent (S18: only on a device that is one's own).
    Keep,
    /// Reminders on this device.
    Push,
}

impl Script {
    /// What the timer of one moment needs.
    pub const MOMENT: &'static [Self] = &[Self::Timer, Self::Chime, Self::Wake, Self::Moment];

    /// What a running session needs.
    pub const SESSION: &'static [Self] = &[
        Self::Session,
        Self::Timer,
        Self::Chime,
        Self::Wake,
        Self::Show,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Timer => "timer",
            Self::Chime => "chime",
            Self::Wake => "wake",
            Self::Show => "show",
            Self::Moment => "moment",
            Self::Touch => "touch",
            Self::Keep => "keep",
            Self::Push => "push",
        }
    }
}

/// Light or dark; without a wish, as the device has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    #[default]
    Device,
    Light,
    Dark,
}

impl Theme {
    /// As it is kept in a profile and sent by a form: "light", "dark", anything else is the device's.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Device,
        }
    }
}

/// How one person wants pages to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Look {
    pub theme: Theme,
    /// Atkinson Hyperlegible Next instead of Fraunces and Figtree.
    pub easy_type: bool,
}

/// A whole page around its body. Leave comes first in reading order, on every page (S14).
pub struct Page<'a> {
    pub words: &'a Words,
    /// Fills `<main>`; begins with its `h1`.
    pub body: Markup,
    /// The place this page belongs to. Without one there is no navigation.
    pub nav: Option<Tab>,
    /// From 60 rem on, room for two [`columns`].
    pub wide: bool,
    /// The whole screen belongs to the body: sessions.
    pub whole: bool,
    pub scripts: &'a [Script],
    pub look: Look,
    pub lang: &'a str,
    /// The neutral site, where the leave script goes by itself when this server is slow to answer. Empty: nowhere.
    pub leave_to: &'a str,
    /// What may lie in this browser.
    pub keeps: Keeps,
}

/// What may lie in a browser's own storage (S18). The body says it to the scripts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Keeps {
    /// Nothing: a shared device, and everybody who is not signed in.
    #[default]
    Nothing,
    /// One's own device: the worker is put there, with the public guide.
    Guide,
    /// A page out of that guide, read without a network.
    Kept,
}

impl<'a> Page<'a> {
    /// A page of one narrow column, without navigation or scripts.
    #[must_use]
    pub fn new(words: &'a Words, body: Markup) -> Self {
        Self {
            words,
            body,
            nav: None,
            wide: false,
            whole: false,
            scripts: &[],
            look: Look::default(),
            lang: "en",
            leave_to: "",
            keeps: Keeps::Nothing,
        }
    }

    #[must_use]
    pub fn render(&self) -> Markup {
        let look = match self.look.theme {
            Theme::Device => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        };
        let easy = self.look.easy_type.then_some("easy");
        html! {
            (DOCTYPE)
            html lang=(self.lang) data-look=[look] data-type=[easy] {
                (self.head(look))
                body.nav[self.nav.is_some()].wide[self.wide].whole[self.whole]
                    data-worker=[(self.keeps == Keeps::Guide).then_some(paths::WORKER)]
                    data-later=[(self.keeps != Keeps::Nothing).then_some(paths::MOMENTS_LATER)] {
                    header.top {
                        (self.before_all())
                        (self.leave("leave", true))
                        a.help href=(paths::HELP) { (Icon::Help) (self.words.say("frame-help")) }
                        @if let Some(here) = self.nav { (self.places(here)) }
                    }
                    main #main tabindex="-1" { (self.body) }
                }
            }
        }
    }

    fn head(&self, look: Option<&str>) -> Markup {
        html! {
            head {
                meta charset="utf-8";
                title { (TITLE) }
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content=(look.unwrap_or("light dark"));
                @if look != Some("dark") {
                    meta name="theme-color" media=[look.is_none().then_some("(prefers-color-scheme: light)")]
                        content="#faf5ec";
                }
                @if look != Some("light") {
                    meta name="theme-color" media=[look.is_none().then_some("(prefers-color-scheme: dark)")]
                        content="#191412";
                }
                meta name="format-detection" content="telephone=no, date=no, address=no, email=no";
                link rel="stylesheet" href=(assets::url("app.css"));
                link rel="icon" type="image/svg+xml" href=(assets::url("icons/icon.svg"));
                link rel="apple-touch-icon" href=(assets::url("icons/icon-180.png"));
                link rel="manifest" href=(assets::url("app.webmanifest"));
                script type="module" src=(scripts(self.scripts, self.keeps)) {}
            }
        }
    }

    /// Skip links: shown when they have the focus. The way out comes before the way in.
    fn before_all(&self) -> Markup {
        html! {
            (self.leave("skip", false))
            a.skip href="#main" { (self.words.say("frame-skip")) }
        }
    }

    fn leave(&self, class: &str, icon: bool) -> Markup {
        let to = (!self.leave_to.is_empty()).then_some(self.leave_to);
        html! {
            a class=(class) href=(paths::LEAVE) rel="noreferrer nofollow" data-leave data-leave-to=[to]
                title=(self.words.say("frame-leave-note")) {
                @if icon { (Icon::Leave) }
                (self.words.say("frame-leave"))
            }
        }
    }

    fn places(&self, here: Tab) -> Markup {
        html! {
            nav.places aria-label=(self.words.say("frame-places")) {
                ul role="list" {
                    @for (tab, icon, label, href) in Tab::ALL {
                        li {
                            a href=(href) aria-current=[(tab == here).then_some("page")] {
                                (icon)
                                span { (self.words.say(label)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Where a page's scripts are: the one behind the leave button first.
pub(crate) fn scripts(more: &[Script], keeps: Keeps) -> String {
    let keep = (keeps != Keeps::Nothing).then_some(Script::Keep);
    let more = more.iter().copied().chain(keep).map(Script::name);
    assets::scripts(&std::iter::once("leave").chain(more).collect::<Vec<_>>())
}

impl Render for Page<'_> {
    fn render(&self) -> Markup {
        Page::render(self)
    }
}

#[cfg(test)]
mod tests;
