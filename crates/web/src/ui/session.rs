//! The screen of a session: read in three seconds, then the phone goes face down (product.md, principle 1).

use maud::{Markup, Render, html};

/// Which bell rings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sound {
    /// One bell.
    Begin,
    /// Two.
    Turn,
    /// Three.
    Close,
}

impl Sound {
    const fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Turn => "turn",
            Self::Close => "close",
        }
    }
}

/// Minutes and seconds, rounded up to whole seconds: 134 000 ms is "2:14".
#[must_use]
pub fn clock(millis: u64) -> String {
    let seconds = millis.div_ceil(1000);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A ring that empties. Without script it stands still at what the server knew.
pub struct Ring<'a> {
    /// What is left, and the whole, in milliseconds.
    pub remaining: u64,
    pub total: u64,
    /// Paused rings wait.
    pub running: bool,
    /// Below the figures.
    pub caption: &'a str,
    /// Names the timer for those who listen.
    pub label: &'a str,
    /// At zero.
    pub sound: Option<Sound>,
    /// Said once, at zero.
    pub end: &'a str,
    /// A button of this id is pressed by the script at zero: timers that one holds alone.
    pub press: Option<&'a str>,
    /// Seconds to breathe in, hold and breathe out: the ring shows it, where motion is welcome. Others stand still.
    pub pace: Option<[u32; 3]>,
}

impl Render for Ring<'_> {
    fn render(&self) -> Markup {
        let left = self.remaining.min(self.total) * 1000 / self.total.max(1);
        let off = 1000 - left;
        html! {
            div.ring.still[!self.running] role="timer" aria-label=(self.label) data-remaining=(self.remaining)
                data-total=(self.total) data-running[self.running] data-chime-end=[self.sound.map(Sound::name)]
                data-end=(self.end) data-press=[self.press] data-in=[self.pace.map(|pace| pace[0])]
                data-hold=[self.pace.map(|pace| pace[1])] data-out=[self.pace.map(|pace| pace[2])] {
                svg viewBox="0 0 100 100" aria-hidden="true" focusable="false" {
                    circle.breath cx="50" cy="50" r="47" {}
                    circle.track cx="50" cy="50" r="48" {}
                    circle.left cx="50" cy="50" r="48" pathLength="1000" stroke-dasharray="1000"
                        stroke-dashoffset=(off) transform="rotate(-90 50 50)" {}
                }
                div.ring-text {
                    p.clock { @for figure in clock(self.remaining).chars() { b { (figure) } } }
                    p { (self.caption) }
                }
                p.sr role="status" {}
            }
        }
    }
}

/// A time that is waited for without looking at it: nothing shows, and a bell rings when it has come.
pub struct Bell<'a> {
    /// What is left, in milliseconds.
    pub remaining: u64,
    pub sound: Sound,
    /// Said once, at zero, to those who listen.
    pub end: &'a str,
}

impl Render for Bell<'_> {
    fn render(&self) -> Markup {
        html! {
            div.ring.bell data-remaining=(self.remaining) data-running data-chime-end=(self.sound.name()) data-end=(self.end) {
                p.sr role="status" {}
            }
        }
    }
}

/// The frame of every step. A page and its live fragment are this same function.
pub struct SessionFrame<'a> {
    /// Changes with every step and every pause; the script compares it.
    pub step: &'a str,
    pub title: &'a str,
    /// Who is here: the one exception that S4 allows.
    pub presence: &'a str,
    /// Parts done, parts in all, and the same in words.
    pub progress: (usize, usize, &'a str),
    /// Whose turn it is.
    pub kicker: &'a str,
    /// Mine to speak or do, or mine to listen: sets the colour.
    pub mine: bool,
    /// The one large line.
    pub line: &'a str,
    /// Below the line: words to read, fields, choices.
    pub body: Option<Markup>,
    pub ring: Option<Ring<'a>>,
    pub hint: Option<&'a str>,
    /// Forms and buttons.
    pub actions: Markup,
    /// Pause, stop: always there.
    pub quiet: Markup,
    /// The stream to listen to and the fragment to fetch; without, one phone alone.
    pub live: Option<(&'a str, &'a str)>,
    /// Shown while the other end cannot be reached: nothing is lost.
    pub reconnecting: &'a str,
    /// On arrival at this step.
    pub sound: Option<Sound>,
    /// 0 to 100.
    pub volume: u8,
    /// Keep the screen on.
    pub wake: bool,
    /// Coloured quietly, clock standing.
    pub paused: bool,
    /// Makes the screen all but dark, for a phone that lies beside two people.
    pub dim: &'a str,
    /// What is rarely needed, folded away under a word.
    pub more: Option<(&'a str, bool, Markup)>,
}

impl Render for SessionFrame<'_> {
    fn render(&self) -> Markup {
        let (done, all, in_words) = self.progress;
        let dim = html! {
            @if self.wake { button.button.plain.small type="button" hidden data-dim { (self.dim) } }
        };
        html! {
            section.session.listening[!self.mine].paused[self.paused] #session data-step=(self.step)
                data-live=[self.live.map(|(live, _)| live)] data-fragment=[self.live.map(|(_, part)| part)]
                data-chime=[self.sound.map(Sound::name)] data-volume=(self.volume) data-wake[self.wake] {
                div.session-top {
                    p { (self.title) }
                    p { (self.presence) }
                }
                @if all > 0 {
                    div.segments role="img" aria-label=(in_words) {
                        @for part in 0..all { i.done[part < done] {} }
                    }
                }
                p.connection role="status" data-text=(self.reconnecting) {}
                div.session-middle {
                    p.kicker { (self.kicker) }
                    h1.spoken #spoken tabindex="-1" { (self.line) }
                    @if let Some(body) = &self.body { div.session-body { (body) } }
                    @if let Some(ring) = &self.ring { (ring) }
                    @if let Some(hint) = self.hint { p.session-hint { (hint) } }
                }
                div.session-actions { (self.actions) }
                // Beside the actions, so that it stays in sight however long the screen is (S7).
                div.session-quiet {
                    (self.quiet)
                    @match &self.more {
                        Some((word, open, more)) => (super::details_open(*open, word, html! { (dim) (more) })),
                        None => (dim),
                    }
                }
            }
        }
    }
}
