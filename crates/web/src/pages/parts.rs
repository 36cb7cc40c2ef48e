//! What several pages say in the same way: who is asking, names, days and times, small pieces with our own words in
//! them. Markup that knows no words lives in [`crate::ui`].

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use jiff::civil::DateTime;
use maud::{Markup, html};
use rekindle_domain::pack::{Energy, Fits, Practice, Source};
use rekindle_domain::shared::Shared;
use rekindle_domain::time::days_between;
use rekindle_domain::{Stamp, When, Who, Zone};

use crate::host::RunBy;
use crate::ledger::Read;
pub(super) use crate::ui::Tab;
use crate::ui::{self, Tone};
use crate::visit::{USUAL_VOLUME, Visit, remember};
use crate::words::Words;
use crate::{App, PageError, answers};

/// Pages for someone who is not signed in.
pub(super) struct Guest;

impl Guest {
    pub(super) fn page(app: &App, body: Markup) -> Markup {
        answers::plain(app, body)
    }
}

/// Whoever asks for a page that needs no keys: signed in or not.
pub(super) enum Asker {
    Guest,
    /// The worker, which keeps the public guide for times without a network: what it gets is the same for everybody.
    Kept,
    Person(Box<Visit>),
}

/// What the worker asks with, without any cookie.
pub(super) const KEPT: &str = "kept";

impl FromRequestParts<App> for Asker {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        match Visit::from_request_parts(parts, app).await {
            Ok(visit) => Ok(Self::Person(Box::new(visit))),
            Err(PageError::SignedOut) if parts.uri.query() == Some(KEPT) => Ok(Self::Kept),
            Err(PageError::SignedOut) => Ok(Self::Guest),
            Err(other) => Err(other),
        }
    }
}

impl Asker {
    pub(super) const fn signed_in(&self) -> bool {
        matches!(self, Self::Person(_))
    }

    pub(super) fn page(&self, app: &App, tab: Tab, body: Markup) -> Markup {
        match self {
            Self::Guest => Guest::page(app, body),
            Self::Kept => ui::Page {
                nav: Some(tab),
                scripts: &[ui::Script::Show],
                leave_to: &app.settings().leave_to,
                keeps: ui::Keeps::Kept,
                ..ui::Page::new(app.words(), body)
            }
            .render(),
            Self::Person(visit) => visit.page(tab, body),
        }
    }

    pub(super) fn look(&self) -> ui::Look {
        match self {
            Self::Guest | Self::Kept => ui::Look::default(),
            Self::Person(visit) => visit.look(),
        }
    }

    pub(super) fn volume(&self) -> u8 {
        match self {
            Self::Guest | Self::Kept => USUAL_VOLUME,
            Self::Person(visit) => visit.volume(),
        }
    }

    /// What may lie in this browser (S18).
    pub(super) fn keeps(&self) -> ui::Keeps {
        match self {
            Self::Guest => ui::Keeps::Nothing,
            Self::Kept => ui::Keeps::Kept,
            Self::Person(visit) => visit.keeps(),
        }
    }

    /// Whether this is for a browser that keeps it, where nothing can be asked of the server.
    pub(super) const fn is_kept(&self) -> bool {
        matches!(self, Self::Kept)
    }
}

impl Visit {
    pub(super) fn look(&self) -> ui::Look {
        ui::Look {
            theme: ui::Theme::named(&self.profile.theme),
            easy_type: self.profile.easy_type,
        }
    }

    pub(super) fn page(&self, tab: Tab, body: Markup) -> Markup {
        self.page_with(tab, ui::Script::Show, body)
    }

    pub(super) fn page_with(&self, tab: Tab, script: ui::Script, body: Markup) -> Markup {
        self.page_scripts(tab, &[script], body)
    }

    pub(super) fn page_scripts(&self, tab: Tab, scripts: &[ui::Script], body: Markup) -> Markup {
        ui::Page {
            nav: Some(tab),
            wide: matches!(tab, Tab::Today | Tab::Us | Tab::Me),
            scripts,
            look: self.look(),
            leave_to: &self.app.settings().leave_to,
            keeps: self.keeps(),
            ..ui::Page::new(self.app.words(), body)
        }
        .render()
    }

    /// What may lie in this person's browser (S18).
    pub(super) fn keeps(&self) -> ui::Keeps {
        if self.own_device() {
            ui::Keeps::Guide
        } else {
            ui::Keeps::Nothing
        }
    }

    /// A page drawn from the shared space, with this device's memory of the newest head moved ahead (K10).
    pub(super) fn answer_read(&self, page: Markup, read: &Read<Shared>) -> Response {
        let mut response = page.into_response();
        // Each time, moved or not: a cookie that comes only with something new would tell that the other wrote
        // something, and took it back (S3).
        if read.sound && !self.went_back(read) {
            let memory = Memory {
                couple: *self.space().couple.bytes(),
                seq: read.seq,
                head: read.head.0,
                ..Memory::of(self)
            };
            response.headers_mut().append(
                axum::http::header::SET_COOKIE,
                remember(self, &memory.bytes()),
            );
        }
        response
    }

    /// The same for a page drawn from the private stream: what it stands at moves ahead, the rest stays remembered.
    pub(super) fn answer_private(&self, page: Markup, count: u64, head: [u8; 32]) -> Response {
        let mut response = page.into_response();
        let memory = Memory {
            count,
            own_head: head,
            ..Memory::of(self)
        };
        response.headers_mut().append(
            axum::http::header::SET_COOKIE,
            remember(self, &memory.bytes()),
        );
        response
    }

    /// Whether the private stream stands where this device has seen it further on, or another one stands there (K10).
    pub(super) fn private_went_back(&self, count: u64, head: &[u8; 32]) -> bool {
        let memory = Memory::of(self);
        memory.count > count || (memory.count == count && count > 0 && memory.own_head != *head)
    }

    /// Whether what is kept is older than what this device has seen, or another history of the same length (K10).
    pub(super) fn went_back(&self, read: &Read<Shared>) -> bool {
        let Memory {
            couple, seq, head, ..
        } = Memory::of(self);
        couple == *self.space().couple.bytes()
            && (seq > read.seq
                || (seq == read.seq && head != read.head.0)
                || read.differs_at(seq, &head))
    }
}

/// What this device has seen: how far the shared stream stood, and how far the private one. The cookie is sealed to
/// its person and as long whatever is in it, so that it tells nobody else whether anything private was written (S3).
#[derive(Default)]
struct Memory {
    couple: [u8; 16],
    seq: u64,
    head: [u8; 32],
    /// How often the private stream was written to, and its head then.
    count: u64,
    own_head: [u8; 32],
}

impl Memory {
    /// What this device brought along; nothing that cannot be opened.
    fn of(visit: &Visit) -> Self {
        visit
            .memory
            .as_deref()
            .and_then(|sealed| visit.outer.open_memory(visit.id(), sealed))
            .and_then(|bytes| Self::read(&bytes))
            .unwrap_or_default()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (couple, rest) = bytes.split_first_chunk()?;
        let (seq, rest) = rest.split_first_chunk()?;
        let (head, rest) = rest.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let (own_head, _) = rest.split_first_chunk()?;
        Some(Self {
            couple: *couple,
            seq: u64::from_be_bytes(*seq),
            head: *head,
            count: u64::from_be_bytes(*count),
            own_head: *own_head,
        })
    }

    fn bytes(&self) -> Vec<u8> {
        [
            &self.couple[..],
            &self.seq.to_be_bytes(),
            &self.head,
            &self.count.to_be_bytes(),
            &self.own_head,
        ]
        .concat()
    }
}

pub(super) fn card(body: Markup) -> Markup {
    ui::card(body)
}

pub(super) fn wash(body: Markup) -> Markup {
    ui::wash(Tone::Ember, body)
}

pub(super) fn notice(body: Markup) -> Markup {
    html! { (ui::Notice { tone: Tone::Glow, body, icon: Some(ui::Icon::Mind), ..ui::Notice::default() }) }
}

/// What went wrong with what was pressed or typed, above the form.
pub(super) fn problem_notice(text: &str) -> Markup {
    html! {
        (ui::Notice {
            tone: Tone::Ember, body: html! { p { (text) } }, icon: Some(ui::Icon::Mind), spoken: true,
            ..ui::Notice::default()
        })
    }
}

pub(super) fn errors<'a>(w: &Words, problems: impl Iterator<Item = (&'a str, &'a str)>) -> Markup {
    let problems: Vec<_> = problems.collect();
    html! { (ui::ErrorSummary { title: &w.say("form-problems"), problems: &problems }) }
}

#[derive(Clone, Copy, Default)]
pub(super) struct Field<'a> {
    pub(super) label: &'a str,
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    pub(super) hint: Option<&'a str>,
    pub(super) problem: Option<&'a str>,
    pub(super) kind: ui::Kind,
    pub(super) private: bool,
}

pub(super) fn field(field: Field<'_>) -> Markup {
    let narrow = matches!(field.kind, ui::Kind::Date | ui::Kind::Time);
    html! {
        (ui::TextField {
            name: field.name, label: field.label, hint: field.hint, value: field.value, problem: field.problem,
            kind: field.kind, private: field.private, narrow, ..ui::TextField::default()
        })
    }
}

pub(super) fn passphrase(
    w: &Words,
    name: &str,
    label: &str,
    hint: Option<&str>,
    problem: Option<&str>,
    new: bool,
) -> Markup {
    html! {
        (ui::PassphraseField {
            name, label, hint, problem, new, show: &w.say("passphrase-show"), hide: &w.say("passphrase-hide"),
        })
    }
}

pub(super) fn area(
    label: &str,
    name: &str,
    value: &str,
    hint: Option<&str>,
    private: bool,
    rows: u8,
) -> Markup {
    html! { (ui::TextArea { name, label, hint, value, problem: None, rows, most: None, private }) }
}

pub(super) fn check(name: &str, label: &str, checked: bool, problem: Option<&str>) -> Markup {
    html! { (ui::Check { name, value: "yes", label, hint: None, checked, problem }) }
}

/// One of a short list, unfolded by a press: value, label.
pub(super) fn select<'a>(
    label: &str,
    name: &str,
    chosen: &str,
    problem: Option<&str>,
    options: impl Iterator<Item = (&'a str, &'a str)>,
) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) aria-invalid=[problem.map(|_| "true")] {
                @for (value, label) in options { option value=(value) selected[value == chosen] { (label) } }
            }
            @if let Some(problem) = problem { p.problem { (problem) } }
        }
    }
}

/// One question with its answers to choose from: value, label, more.
pub(super) fn choices<'a>(
    legend: &str,
    name: &str,
    chosen: &str,
    options: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
) -> Markup {
    let options: Vec<ui::Opt<'_>> = options
        .map(|(value, label, more)| ui::Opt {
            value,
            label,
            more: (!more.is_empty()).then_some(more),
            ..ui::Opt::default()
        })
        .collect();
    html! {
        (ui::Choice {
            name, legend, hint: None, options: &options, chosen: &[chosen], problem: None, many: false,
            across: false, large: false,
        })
    }
}

/// The button that looks at the words of a form: it comes back filled in, with at most two questions. Nothing is kept.
pub(super) fn look_at_words(w: &Words) -> Markup {
    html! { (ui::Button::quiet(&w.say("wording-look")).sends("step", "words").icon(ui::Icon::Speech)) }
}

/// What the wording helper says about a draft; where there may be danger, ways to support and nothing about style.
pub(super) fn wording(w: &Words, draft: &str) -> Markup {
    let draft = draft.trim();
    if draft.is_empty() {
        return html! {};
    }
    let reading = rekindle_words::read(draft);
    if reading.support_first {
        return support(w);
    }
    let shown = reading.shown();
    let points: Vec<ui::Point<'_>> = (shown.iter())
        .map(|found| ui::Point {
            words: &draft[found.start..found.end],
            why: found.why,
            ask: found.ask,
        })
        .collect();
    let mut pieces = vec![];
    let mut from = 0;
    for found in &shown {
        pieces.push((&draft[from..found.start], false));
        pieces.push((&draft[found.start..found.end], true));
        from = found.end;
    }
    pieces.push((&draft[from..], false));
    let mut glad: Vec<String> = vec![];
    for strength in &reading.strengths {
        let line = w.say(strength_line(strength.kind));
        if glad.len() < 2 && !glad.contains(&line) {
            glad.push(line);
        }
    }
    let frame =
        (!reading.frame.is_empty()).then(|| w.tell("wording-frame", &[("frame", reading.frame)]));
    html! {
        (ui::Wording {
            title: &w.say("wording-title"), draft: &pieces, points: &points,
            gentle: reading.gentle.then(|| w.say("wording-gentle")).as_deref(), glad: &glad, frame: frame.as_deref(),
            note: &w.say("wording-note"),
        })
    }
}

/// Whether what somebody wrote mentions fear, force, harm or not wanting to live.
pub(super) fn needs_support(draft: &str) -> bool {
    rekindle_words::read(draft).support_first
}

/// Support before style: for oneself, to read alone, with nothing kept.
pub(super) fn support(w: &Words) -> Markup {
    html! {
        (ui::Notice {
            icon: Some(ui::Icon::Help), tone: Tone::Glow, title: Some(&w.say("wording-support-title")), spoken: true,
            body: html! {
                p { (w.say("wording-support")) }
                p { a href=(crate::paths::HELP) { (w.say("wording-support-check")) } }
                p { a href=(crate::paths::HELP_LINES) { (w.say("help-find")) } }
                p.small { (w.say("wording-support-note")) }
            },
        })
    }
}

const fn strength_line(kind: rekindle_words::Strong) -> &'static str {
    use rekindle_words::Strong;
    match kind {
        Strong::IStatement => "wording-strength-i",
        Strong::Feeling => "wording-strength-feeling",
        Strong::Specific => "wording-strength-specific",
        Strong::Request => "wording-strength-request",
        Strong::Appreciation => "wording-strength-appreciation",
        Strong::Ownership => "wording-strength-ownership",
        Strong::WeFrame => "wording-strength-we",
    }
}

pub(super) fn submit(label: &str) -> Markup {
    ui::actions(html! { (ui::Button::primary(label)) })
}

pub(super) fn link_box(w: &Words, url: &str) -> Markup {
    html! {
        (ui::LinkBox {
            url, label: &w.say("link-label"), copy: &w.say("link-copy"), copied: &w.say("link-copied"),
            share: &w.say("link-share"),
        })
        (ui::qr(url, &w.say("link-code")))
    }
}

pub(super) fn recovery_sheet(w: &Words, code: &str, handle: &str) -> Markup {
    let groups: Vec<&str> = code
        .split(['-', ' '])
        .filter(|group| !group.is_empty())
        .collect();
    html! {
        (ui::RecoverySheet {
            heading: &w.say("sheet-name"), code_label: &w.say("sheet-code"), code: &groups,
            facts: &[(&w.say("sheet-handle"), handle)], how: &w.say("sheet-how"), print: &w.say("sheet-print"),
        })
    }
}

pub(super) fn words(w: &Words, six: [&str; 6]) -> Markup {
    ui::six_words(&w.say("pair-title"), six)
}

/// Who runs this server, in a phrase (S22).
pub(super) fn run_by(app: &App) -> String {
    let w = app.words();
    match &app.settings().run_by {
        RunBy::OneOfUs(name) => w.tell("run-by-one-of-us", &[("name", name)]),
        RunBy::SomeoneElse(name) => w.tell("run-by-someone-else", &[("name", name)]),
        RunBy::NotSaid => w.say("run-by-not-said"),
    }
}

pub(super) const fn energy(practice: &Practice) -> &'static str {
    match practice.energy {
        Energy::Low => "practice-energy-low",
        Energy::Medium => "practice-energy-medium",
        Energy::High => "practice-energy-high",
    }
}

pub(super) const fn variant(fits: Fits) -> &'static str {
    match fits {
        Fits::LowEnergy => "variant-low-energy",
        Fits::LongDistance => "variant-long-distance",
        Fits::Sensory => "variant-sensory",
        Fits::AfterChildren => "variant-after-children",
        Fits::OnePhone => "variant-one-phone",
        Fits::Pain => "variant-pain",
        Fits::Alone => "variant-alone",
    }
}

/// Whether two people do it with each other: then the common "not for now if …" list stands before it (S11).
pub(super) const fn is_joint(practice: &Practice) -> bool {
    use rekindle_domain::pack::People;
    match practice.people {
        People::Both | People::Either => true,
        People::One => false,
    }
}

pub(super) fn citation(source: &Source) -> String {
    format!(
        "{} ({}). {}. {}",
        source.author, source.year, source.title, source.place
    )
}

/// What one of the two is called.
pub(super) fn name_of(w: &Words, shared: &Shared, who: Who) -> String {
    match shared.names[who.index()].as_str() {
        "" => w.say("your-partner"),
        name => name.to_owned(),
    }
}

/// What the partner is called: by themselves once they are here, else by this person.
pub(super) fn other(visit: &Visit, shared: &Shared) -> String {
    let space = visit.space();
    if space.together {
        name_of(visit.app.words(), shared, space.who.other())
    } else {
        partner(&visit.app, &visit.profile.partner)
    }
}

pub(super) fn partner(app: &App, name: &str) -> String {
    if name.is_empty() {
        app.words().say("your-partner")
    } else {
        name.to_owned()
    }
}

fn weekday(w: &Words, day: jiff::civil::Date) -> String {
    weekday_name(w, day.weekday())
}

pub(super) fn weekday_name(w: &Words, day: jiff::civil::Weekday) -> String {
    w.say(match day.to_monday_one_offset() {
        1 => "weekday-1",
        2 => "weekday-2",
        3 => "weekday-3",
        4 => "weekday-4",
        5 => "weekday-5",
        6 => "weekday-6",
        _ => "weekday-7",
    })
}

fn month(w: &Words, day: jiff::civil::Date) -> String {
    w.say(match day.month() {
        1 => "month-1",
        2 => "month-2",
        3 => "month-3",
        4 => "month-4",
        5 => "month-5",
        6 => "month-6",
        7 => "month-7",
        8 => "month-8",
        9 => "month-9",
        10 => "month-10",
        11 => "month-11",
        _ => "month-12",
    })
}

/// "Sunday evening": the time of day in words.
pub(super) fn day_part(w: &Words, local: DateTime) -> String {
    let id = match local.hour() {
        5..12 => "day-morning",
        12..17 => "day-afternoon",
        17..22 => "day-evening",
        _ => "day-night",
    };
    w.tell(id, &[("weekday", &weekday(w, local.date()))])
}

/// A day and a time as a person says them, in the reader's own zone.
pub(super) fn when(w: &Words, when: &When, zone: &Zone, now: Stamp) -> String {
    let local = when.in_zone(zone);
    let today = zone.local(now).date();
    let time = local.time().strftime("%H:%M").to_string();
    let day = local.date();
    match days_between(today, day) {
        0 => w.tell("when-today", &[("time", &time)]),
        1 => w.tell("when-tomorrow", &[("time", &time)]),
        2..=6 => w.tell(
            "when-week",
            &[("weekday", &weekday(w, day)), ("time", &time)],
        ),
        _ => w.tell(
            "when-later",
            &[
                ("weekday", &weekday(w, day)),
                ("day", &day.day().to_string()),
                ("month", &month(w, day)),
                ("time", &time),
            ],
        ),
    }
}

/// A day by its name: "Sunday, 29 November".
pub(super) fn date(w: &Words, day: jiff::civil::Date) -> String {
    w.tell(
        "day-later",
        &[
            ("weekday", &weekday(w, day)),
            ("day", &day.day().to_string()),
            ("month", &month(w, day)),
        ],
    )
}

/// "November 2026".
pub(super) fn month_of(w: &Words, day: jiff::civil::Date) -> String {
    format!("{} {}", month(w, day), day.year())
}

/// A day that lies behind, as a person says it.
pub(super) fn day(w: &Words, day: jiff::civil::Date, today: jiff::civil::Date) -> String {
    match days_between(day, today) {
        0 => w.say("day-today"),
        1 => w.say("day-yesterday"),
        _ => date(w, day),
    }
}

/// One step of something done on one phone without an account: a line, a gentle timer, a way on and a way back.
pub(super) struct OnePhoneStep<'a> {
    pub(super) title: &'a str,
    pub(super) line: &'a str,
    pub(super) seconds: u16,
    pub(super) step: usize,
    pub(super) steps: usize,
    pub(super) button: &'a str,
    pub(super) to: &'a str,
    pub(super) back: &'a str,
}

pub(super) fn one_phone_step(w: &Words, step: &OnePhoneStep<'_>) -> Markup {
    let millis = u64::from(step.seconds) * 1000;
    let caption = w.say("session-left");
    let label = w.say("session-timer");
    let end = w.say("session-time-up");
    let ring = (step.seconds > 0).then_some(ui::Ring {
        remaining: millis,
        total: millis,
        running: true,
        caption: &caption,
        label: &label,
        sound: Some(ui::Sound::Turn),
        end: &end,
        press: None,
        pace: None,
    });
    let place = w.tell(
        "session-step-of",
        &[
            ("step", &step.step.min(step.steps).to_string()),
            ("steps", &step.steps.to_string()),
        ],
    );
    html! {
        (ui::SessionFrame {
            step: &format!("first-{}", step.step), title: step.title, presence: "",
            progress: (step.step.min(step.steps), step.steps, &place), kicker: "", mine: true, line: step.line,
            body: None, ring, hint: None,
            actions: html! { (ui::Button::primary(step.button).to(step.to).wide()) },
            quiet: html! { (ui::Button::plain(&w.say("first-back")).to(step.back).small()) },
            live: None, reconnecting: "", sound: None, volume: 60, wake: step.seconds > 0, paused: false,
            dim: &w.say("session-dim"), more: None,
        })
    }
}
