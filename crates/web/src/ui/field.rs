//! Forms: one label, one hint and at most one problem a field, all tied together for those who listen.

use maud::{Markup, Render, html};

/// A form that works without script.
pub struct Form<'a> {
    pub action: &'a str,
    pub body: Markup,
    /// In a running session: sent by script, so that the page stays and a press survives a lost network.
    pub live: bool,
    /// The one-tap log: sent by script; this is what is then said instead of the button.
    pub moment: Option<&'a str>,
    /// GET, for forms that only look something up.
    pub get: bool,
}

impl<'a> Form<'a> {
    #[must_use]
    pub fn new(action: &'a str, body: Markup) -> Self {
        Self {
            action,
            body,
            live: false,
            moment: None,
            get: false,
        }
    }
}

impl Render for Form<'_> {
    fn render(&self) -> Markup {
        html! {
            form.form method=(if self.get { "get" } else { "post" }) action=(self.action)
                data-live-form[self.live] data-moment=[self.moment] novalidate {
                (self.body)
            }
        }
    }
}

/// What is asked for in a line of text: decides keyboard, autofill and the native picker.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    #[default]
    Text,
    /// A sign-in name.
    Handle,
    Date,
    /// Date and time of day, without a zone.
    DateTime,
    Time,
    Number,
    /// A recovery code or an answer typed from paper.
    Code,
}

/// What is wrong with a field, in words for a person; shown under it.
pub type Problem<'a> = Option<&'a str>;

/// One line of text.
#[derive(Clone, Copy, Default)]
pub struct TextField<'a> {
    /// Name and id.
    pub name: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
    pub value: &'a str,
    pub problem: Problem<'a>,
    pub kind: Kind,
    /// Private words: no autofill, no browser spell-check (S18).
    pub private: bool,
    /// In characters; the server has the last word.
    pub most: Option<u16>,
    /// Smallest and largest, as the kind writes them; empty for none.
    pub between: (&'a str, &'a str),
    pub required: bool,
    /// As many characters wide as fits; 0 is the whole column.
    pub narrow: bool,
}

impl TextField<'_> {
    const fn shape(&self) -> (&'static str, Option<&'static str>, Option<&'static str>) {
        // type, inputmode, autocomplete
        match self.kind {
            Kind::Text if self.private => ("text", None, Some("off")),
            Kind::Text => ("text", None, None),
            Kind::Handle => ("text", None, Some("username")),
            Kind::Date => ("date", None, Some("off")),
            Kind::DateTime => ("datetime-local", None, Some("off")),
            Kind::Time => ("time", None, Some("off")),
            Kind::Number => ("text", Some("numeric"), Some("off")),
            Kind::Code => ("text", None, Some("off")),
        }
    }
}

impl Render for TextField<'_> {
    fn render(&self) -> Markup {
        let (kind, inputmode, autocomplete) = self.shape();
        let plain = self.private || matches!(self.kind, Kind::Handle | Kind::Code);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                (hint(self.name, self.hint))
                input.narrow[self.narrow].code[self.kind == Kind::Code] id=(self.name) name=(self.name) type=(kind)
                    value=(self.value) inputmode=[inputmode] autocomplete=[autocomplete]
                    spellcheck=[plain.then_some("false")] autocapitalize=[plain.then_some("none")]
                    maxlength=[self.most] min=[some(self.between.0)] max=[some(self.between.1)]
                    required[self.required] aria-invalid=[self.problem.map(|_| "true")]
                    aria-describedby=[described(self.name, self.hint, self.problem)];
                (problem(self.name, self.problem))
            }
        }
    }
}

/// A passphrase. Never filled in again by the server; shown on request where script runs.
#[derive(Clone, Copy, Default)]
pub struct PassphraseField<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
    pub problem: Problem<'a>,
    /// A new one is being chosen: a manager may offer one.
    pub new: bool,
    /// Button texts.
    pub show: &'a str,
    pub hide: &'a str,
}

impl Render for PassphraseField<'_> {
    fn render(&self) -> Markup {
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                (hint(self.name, self.hint))
                div.reveal {
                    input id=(self.name) name=(self.name) type="password" required
                        autocomplete=(if self.new { "new-password" } else { "current-password" })
                        spellcheck="false" autocapitalize="none" aria-invalid=[self.problem.map(|_| "true")]
                        aria-describedby=[described(self.name, self.hint, self.problem)];
                    button.button.plain type="button" hidden data-reveal=(self.name) data-hide=(self.hide)
                        aria-controls=(self.name) { (self.show) }
                }
                (problem(self.name, self.problem))
            }
        }
    }
}

/// Several lines; grows with what is written.
#[derive(Clone, Copy, Default)]
pub struct TextArea<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
    pub value: &'a str,
    pub problem: Problem<'a>,
    /// To begin with; 0 means 3.
    pub rows: u8,
    pub most: Option<u16>,
    /// Private words: no autofill, no browser spell-check (S18).
    pub private: bool,
}

impl Render for TextArea<'_> {
    fn render(&self) -> Markup {
        let rows = if self.rows == 0 { 3 } else { self.rows };
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                (hint(self.name, self.hint))
                textarea id=(self.name) name=(self.name) rows=(rows) maxlength=[self.most] data-grow
                    autocomplete=[self.private.then_some("off")] spellcheck=[self.private.then_some("false")]
                    aria-invalid=[self.problem.map(|_| "true")]
                    aria-describedby=[described(self.name, self.hint, self.problem)] {
                    // A first line break is dropped by browsers; this keeps one that was typed.
                    "\n" (self.value)
                }
                (problem(self.name, self.problem))
            }
        }
    }
}

/// One of the answers of a [`Choice`].
#[derive(Clone, Copy, Default)]
pub struct Opt<'a> {
    pub value: &'a str,
    pub label: &'a str,
    /// A second, softer line.
    pub more: Option<&'a str>,
    /// A third, for what is counted: how long, for whom.
    pub facts: Option<&'a str>,
    /// Values of `mode` in the same form that it does not go with: then it is not there.
    pub not_with: &'a [&'a str],
}

/// One of several (or, with `many`, any of several), as cards large enough for a thumb.
#[derive(Clone, Copy, Default)]
pub struct Choice<'a> {
    pub name: &'a str,
    pub legend: &'a str,
    pub hint: Option<&'a str>,
    pub options: &'a [Opt<'a>],
    /// The values chosen so far.
    pub chosen: &'a [&'a str],
    pub problem: Problem<'a>,
    pub many: bool,
    /// Short answers side by side.
    pub across: bool,
    /// The legend is this page's question, as large as a heading.
    pub large: bool,
}

impl Render for Choice<'_> {
    fn render(&self) -> Markup {
        html! {
            fieldset.field.choice.across[self.across] id=(self.name)
                aria-describedby=[described(self.name, self.hint, self.problem)] {
                legend.question[self.large] { (self.legend) }
                (hint(self.name, self.hint))
                div.options {
                    @for (number, option) in self.options.iter().enumerate() {
                        @let id = format!("{}-{number}", self.name);
                        @let not_with = self.options[number].not_with.iter().fold(String::new(), |all, mode| all + " not-" + mode);
                        label class={ "option" (not_with) } for=(id) {
                            input id=(id) name=(self.name) value=(option.value)
                                type=(if self.many { "checkbox" } else { "radio" })
                                checked[self.chosen.contains(&option.value)];
                            span {
                                (option.label)
                                @if let Some(more) = option.more { small { (more) } }
                                @if let Some(facts) = option.facts { small.facts { (facts) } }
                            }
                        }
                    }
                }
                (problem(self.name, self.problem))
            }
        }
    }
}

/// One yes, unticked unless the person ticked it (S2).
#[derive(Clone, Copy, Default)]
pub struct Check<'a> {
    pub name: &'a str,
    /// What is sent when ticked; empty means "yes".
    pub value: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
    pub checked: bool,
    pub problem: Problem<'a>,
}

impl Render for Check<'_> {
    fn render(&self) -> Markup {
        let value = if self.value.is_empty() {
            "yes"
        } else {
            self.value
        };
        html! {
            div.field {
                label.option.check for=(self.name) {
                    input id=(self.name) name=(self.name) type="checkbox" value=(value) checked[self.checked]
                        aria-invalid=[self.problem.map(|_| "true")]
                        aria-describedby=[described(self.name, self.hint, self.problem)];
                    span { (self.label) }
                }
                (hint(self.name, self.hint))
                (problem(self.name, self.problem))
            }
        }
    }
}

/// What to put right, above the form, each with a way to its field. Shows nothing when all is well.
#[derive(Clone, Copy)]
pub struct ErrorSummary<'a> {
    pub title: &'a str,
    /// The name of the field, and what is wrong with it.
    pub problems: &'a [(&'a str, &'a str)],
}

impl Render for ErrorSummary<'_> {
    fn render(&self) -> Markup {
        html! {
            @if !self.problems.is_empty() {
                div.notice.mind role="alert" tabindex="-1" data-focus {
                    (super::Icon::Mind)
                    div {
                        p.notice-title { (self.title) }
                        ul role="list" {
                            @for (name, problem) in self.problems {
                                li { a href={ "#" (name) } { (problem) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn hint(name: &str, hint: Option<&str>) -> Markup {
    html! { @if let Some(hint) = hint { p.hint id={ (name) "-hint" } { (hint) } } }
}

fn problem(name: &str, problem: Problem<'_>) -> Markup {
    html! {
        @if let Some(problem) = problem {
            p.problem id={ (name) "-problem" } { (super::Icon::Mind) span { (problem) } }
        }
    }
}

fn described(name: &str, hint: Option<&str>, problem: Problem<'_>) -> Option<String> {
    let ids: Vec<String> = [
        hint.map(|_| format!("{name}-hint")),
        problem.map(|_| format!("{name}-problem")),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}
