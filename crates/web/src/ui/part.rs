//! The quiet pieces of a page: cards, buttons, notices, the path.

#![expect(
    clippy::needless_pass_by_value,
    reason = "markup is made to be given away"
)]

use maud::{Markup, Render, html};

use super::{Icon, Link, mark};

/// The colour of a piece. It never carries meaning alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    /// Mine; what can be done now.
    #[default]
    Ember,
    /// Yours; calm.
    Sage,
    /// Time and memory.
    Dusk,
    /// Something between the two of you.
    Glow,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Ember => "ember",
            Self::Sage => "sage",
            Self::Dusk => "dusk",
            Self::Glow => "glow",
        }
    }
}

/// A phrase as the beginning of something.
#[must_use]
pub fn began_large(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A card: one thing, one clear action, one quiet alternative.
#[must_use]
pub fn card(body: Markup) -> Markup {
    html! { section.card { (body) } }
}

/// A card on a wash, for the one thing that comes first.
#[must_use]
pub fn wash(tone: Tone, body: Markup) -> Markup {
    html! { section.card.wash.(tone.class()) { (body) } }
}

/// A few words above a heading that say what kind of thing this is.
#[must_use]
pub fn kicker(tone: Tone, text: &str) -> Markup {
    html! { p.kicker.(tone.class()) { (text) } }
}

/// A small label on a wash.
#[must_use]
pub fn tag(tone: Tone, text: &str) -> Markup {
    html! { span.tag.(tone.class()) { (text) } }
}

/// Words somebody said or wrote, as spoken.
#[must_use]
pub fn quote(text: &str) -> Markup {
    html! { blockquote.quote { p { (text) } } }
}

/// Running text from the guide.
#[must_use]
pub fn prose(body: Markup) -> Markup {
    html! { div.prose { (body) } }
}

/// "That is all for today": the last line of a page that wants to be put down.
#[must_use]
pub fn rest(text: &str) -> Markup {
    html! { p.rest { (text) } }
}

/// Two columns from 60 rem on (on a `wide` page), one below: first what matters first.
#[must_use]
pub fn columns(first: Markup, second: Markup) -> Markup {
    html! { div.columns { div.stack { (first) } div.stack { (second) } } }
}

/// Buttons and links of one decision, the clear one first.
#[must_use]
pub fn actions(body: Markup) -> Markup {
    html! { div.actions { (body) } }
}

/// Answers of equal weight: "not now" is as large as "yes" (S5).
#[must_use]
pub fn even_actions(body: Markup) -> Markup {
    html! { div.actions.even { (body) } }
}

/// More, for those who ask.
#[must_use]
pub fn details(summary: &str, body: Markup) -> Markup {
    details_open(false, summary, body)
}

/// The same, open where something inside was typed and has still to be put right.
#[must_use]
pub fn details_open(open: bool, summary: &str, body: Markup) -> Markup {
    html! { details.more open[open] { summary { (Icon::Forward) span { (summary) } } div.inside { (body) } } }
}

/// A link that is a line of its own, easy to hit.
#[must_use]
pub fn text_link(icon: Option<Icon>, link: Link<'_>) -> Markup {
    html! { a.line-link href=(link.href) { @if let Some(icon) = icon { (icon) } span { (link.label) } } }
}

/// What to do, in order.
#[must_use]
pub fn numbered(steps: &[&str]) -> Markup {
    html! { ol.numbered { @for step in steps { li { (step) } } } }
}

/// The two of you, as initials: me ember, you sage. `label` says it in words.
#[must_use]
pub fn pair(label: &str, me: &str, you: Option<&str>) -> Markup {
    let initial = |name: &str| {
        name.chars()
            .next()
            .map(|c| c.to_uppercase().to_string())
            .unwrap_or_default()
    };
    html! {
        span.duo role="img" aria-label=(label) {
            span.me { (initial(me)) }
            span.you.open[you.is_none()] { (you.map(initial).unwrap_or_default()) }
        }
    }
}

/// An empty page says what to do first and why it helps.
#[must_use]
pub fn empty(icon: Icon, title: &str, why: &str, action: Markup) -> Markup {
    html! {
        section.empty {
            span.spot { (icon) }
            h2 { (title) }
            p { (why) }
            div.actions { (action) }
        }
    }
}

/// The first thing anyone sees: the mark, one sentence, one step.
#[must_use]
pub fn hero(title: &str, lead: &str, action: Markup) -> Markup {
    html! {
        section.hero {
            (mark())
            h1 { (title) }
            p.lead { (lead) }
            div.actions { (action) }
        }
    }
}

/// The head of a page: a soft line, the heading, and something small beside it.
#[derive(Default)]
pub struct Greeting<'a> {
    /// Above the heading: the day, or where this page belongs.
    pub over: Option<&'a str>,
    pub title: &'a str,
    /// Below the heading.
    pub lead: Option<&'a str>,
    pub aside: Option<Markup>,
    /// One step up, above everything.
    pub back: Option<Link<'a>>,
}

impl Render for Greeting<'_> {
    fn render(&self) -> Markup {
        html! {
            @if let Some(back) = self.back { a.back href=(back.href) { (Icon::Back) span { (back.label) } } }
            div.greeting {
                div {
                    @if let Some(over) = self.over { p.over { (over) } }
                    h1 { (self.title) }
                    @if let Some(lead) = self.lead { p.lead { (lead) } }
                }
                @if let Some(aside) = &self.aside { (aside) }
            }
        }
    }
}

/// How much a button asks for attention.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Weight {
    #[default]
    Primary,
    Quiet,
    Plain,
}

/// A button that says what happens, or a link that looks like one.
#[derive(Clone, Copy, Default)]
pub struct Button<'a> {
    pub label: &'a str,
    /// A link instead of a submit button.
    pub href: Option<&'a str>,
    /// What a submit button adds to its form: name and value.
    pub sends: Option<(&'a str, &'a str)>,
    /// The form it belongs to, when it stands outside.
    pub form: Option<&'a str>,
    pub icon: Option<Icon>,
    /// As wide as its column.
    pub wide: bool,
    /// 44 instead of 51 px high.
    pub small: bool,
    weight: Weight,
}

impl<'a> Button<'a> {
    /// The one clear action of a card.
    #[must_use]
    pub fn primary(label: &'a str) -> Self {
        Self {
            label,
            ..Self::default()
        }
    }

    /// The other one.
    #[must_use]
    pub fn quiet(label: &'a str) -> Self {
        Self {
            label,
            weight: Weight::Quiet,
            ..Self::default()
        }
    }

    /// Looks like a link; also what lets go or erases, which needs no alarm.
    #[must_use]
    pub fn plain(label: &'a str) -> Self {
        Self {
            label,
            weight: Weight::Plain,
            ..Self::default()
        }
    }

    #[must_use]
    pub const fn to(mut self, href: &'a str) -> Self {
        self.href = Some(href);
        self
    }

    #[must_use]
    pub const fn sends(mut self, name: &'a str, value: &'a str) -> Self {
        self.sends = Some((name, value));
        self
    }

    #[must_use]
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    #[must_use]
    pub const fn small(mut self) -> Self {
        self.small = true;
        self
    }
}

impl Render for Button<'_> {
    fn render(&self) -> Markup {
        let quiet = self.weight == Weight::Quiet;
        let plain = self.weight == Weight::Plain;
        let inside = html! { @if let Some(icon) = self.icon { (icon) } (self.label) };
        html! {
            @if let Some(href) = self.href {
                a.button.quiet[quiet].plain[plain].wide[self.wide].small[self.small] href=(href) { (inside) }
            } @else {
                button.button.quiet[quiet].plain[plain].wide[self.wide].small[self.small] type="submit"
                    form=[self.form] name=[self.sends.map(|(name, _)| name)]
                    value=[self.sends.map(|(_, value)| value)] { (inside) }
            }
        }
    }
}

/// A card of one line: picture, title, a soft line, one small action.
pub struct Row<'a> {
    pub icon: Icon,
    pub tone: Tone,
    pub title: &'a str,
    pub text: Markup,
    pub action: Option<Markup>,
    /// The title leads there.
    pub href: Option<&'a str>,
}

impl Row<'_> {
    fn inside(&self, title: &Markup) -> Markup {
        html! {
            span.spot.(self.tone.class()) { (self.icon) }
            div.row-text { (title) p { (self.text) } }
            @if let Some(action) = &self.action { (action) }
            @if self.action.is_none() && self.href.is_some() { (Icon::Forward) }
        }
    }

    /// As one of a [`group`].
    #[must_use]
    pub fn item(&self) -> Markup {
        html! {
            li.row.linked[self.href.is_some()] { (self.inside(&html! { h3 { (self.title()) } })) }
        }
    }

    fn title(&self) -> Markup {
        html! { @if let Some(href) = self.href { a href=(href) { (self.title) } } @else { (self.title) } }
    }
}

impl Render for Row<'_> {
    fn render(&self) -> Markup {
        html! {
            section.card.row.linked[self.href.is_some()] { (self.inside(&html! { h2 { (self.title()) } })) }
        }
    }
}

/// Rows that belong together, each by [`Row::item`]: one card below a heading, a thin line between them.
#[must_use]
pub fn group(title: &str, rows: &Markup) -> Markup {
    html! { section.group { h2 { (title) } ul.card { (rows) } } }
}

/// A calm word from the program: what happened, what to do, what was kept.
#[derive(Default)]
pub struct Notice<'a> {
    pub icon: Option<Icon>,
    pub tone: Tone,
    pub title: Option<&'a str>,
    pub body: Markup,
    /// Said aloud when it appears.
    pub spoken: bool,
}

impl Render for Notice<'_> {
    fn render(&self) -> Markup {
        html! {
            div.notice.(self.tone.class()) role=[self.spoken.then_some("status")] {
                @if let Some(icon) = self.icon { (icon) }
                div {
                    @if let Some(title) = self.title { p.notice-title { (title) } }
                    (self.body)
                }
            }
        }
    }
}

/// Pairs of a word and what it stands for.
pub struct Facts<'a>(pub &'a [(&'a str, &'a str)]);

impl Render for Facts<'_> {
    fn render(&self) -> Markup {
        html! { dl.facts { @for (word, meaning) in self.0 { div { dt { (word) } dd { (meaning) } } } } }
    }
}

/// Where someone is on the path. Nothing is ever locked (product.md, principle 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StageState {
    Past,
    Here,
    Ahead,
}

/// One stage of the roadmap.
pub struct Stage<'a> {
    pub link: Link<'a>,
    pub text: &'a str,
    pub state: StageState,
    /// The state in words, beside the title: colour never speaks alone.
    pub state_word: Option<&'a str>,
}

/// The stages as a path.
pub struct StagePath<'a> {
    pub label: &'a str,
    pub stages: &'a [Stage<'a>],
}

impl Render for StagePath<'_> {
    fn render(&self) -> Markup {
        html! {
            ol.path aria-label=(self.label) role="list" {
                @for (number, stage) in self.stages.iter().enumerate() {
                    @let (class, tone) = match stage.state {
                        StageState::Past => ("past", Tone::Sage),
                        StageState::Here => ("here", Tone::Ember),
                        StageState::Ahead => ("ahead", Tone::Dusk),
                    };
                    li.(class) aria-current=[(stage.state == StageState::Here).then_some("step")] {
                        span.stone aria-hidden="true" {
                            @if stage.state == StageState::Past { (Icon::Done) } @else { (number + 1) }
                        }
                        div.stage-body {
                            h2 { a href=(stage.link.href) { (stage.link.label) } }
                            @if let Some(word) = stage.state_word { (tag(tone, word)) }
                            p { (stage.text) }
                        }
                    }
                }
            }
        }
    }
}

/// The one-tap log of a daily moment: without an author (S4), and nothing is counted at anyone.
pub struct Moment<'a> {
    pub action: &'a str,
    pub label: &'a str,
    /// Said in place of the button once it is kept.
    pub thanks: &'a str,
    /// Hidden fields: which moment, and an id that makes a double tap one.
    pub hidden: &'a [(&'a str, &'a str)],
    /// Said instead when it lies in this browser until there is a network.
    pub later: &'a str,
    /// The kind as it may lie there: without a word.
    pub kind: &'a str,
    /// On a page that was kept for times without a network: nothing can be sent from it.
    pub kept: bool,
    /// One of several in a list: smaller and quieter.
    pub small: bool,
}

impl Render for Moment<'_> {
    fn render(&self) -> Markup {
        html! {
            form.moment method="post" action=(self.action) data-moment=(self.thanks) data-later=(self.later)
                data-kind=(self.kind) data-kept[self.kept] {
                @for (name, value) in self.hidden { input type="hidden" name=(name) value=(value); }
                button.button.small[self.small].quiet[self.small] type="submit" { (self.label) }
                p.thanks role="status" {}
            }
        }
    }
}
