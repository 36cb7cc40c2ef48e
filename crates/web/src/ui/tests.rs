//! Promises of every piece, taken from what is really rendered.

use std::collections::BTreeSet;

use maud::{Markup, Render, html};

use super::*;

fn words() -> Words {
    Words::english()
}

/// One of each, as a page would use them.
fn everything() -> Markup {
    html! {
        (Greeting { over: Some("Sunday"), title: "Hello, Mara", lead: Some("A lead"), aside: Some(pair("Mara and Jonas", "Mara", Some("Jonas"))), back: Some(Link::new("Roadmap", "/r")) })
        (wash(Tone::Ember, html! { (mark()) (kicker(Tone::Ember, "Small")) h2 { "A kiss" } (actions(html! { (Button::primary("We did it")) (Button::plain("Others").to("/u")) })) }))
        (Row { icon: Icon::Speech, tone: Tone::Sage, title: "Check-in", text: html! { "Today" }, action: None, href: Some("/s") })
        (group("Talk", &Row { icon: Icon::Speech, tone: Tone::Sage, title: "Check-in", text: html! { "Today" }, action: None, href: Some("/s") }.item()))
        (card(html! { (quote("Would you?")) (tag(Tone::Dusk, "New")) (details("Why", prose(html! { p { "So" } }))) (numbered(&["One", "Two"])) }))
        (ErrorSummary { title: "Please look again", problems: &[("line", "Too long")] })
        (Form::new("/b", html! {
            (TextField { name: "line", label: "A line", hint: Some("Short"), problem: Some("Too long"), value: "\"<b>", ..TextField::default() })
            (TextField { name: "day", label: "Day", kind: Kind::Date, between: ("2025-01-01", ""), ..TextField::default() })
            (TextArea { name: "words", label: "Words", private: true, value: "\nfirst", ..TextArea::default() })
            (PassphraseField { name: "pass", label: "Passphrase", show: "Show", hide: "Hide", ..PassphraseField::default() })
            (Choice { name: "what", legend: "What?", options: &[Opt { value: "a", label: "A", more: Some("more"), ..Opt::default() }, Opt { value: "b", label: "B", ..Opt::default() }], chosen: &["b"], ..Choice::default() })
            (Choice { name: "which", legend: "Which?", hint: Some("Any"), options: &[Opt { value: "a", label: "A", ..Opt::default() }], many: true, ..Choice::default() })
            (Check { name: "yes", label: "Yes", hint: Some("Really"), ..Check::default() })
            (even_actions(html! { (Button::quiet("Yes").sends("answer", "yes")) (Button::quiet("Not now").sends("answer", "no")) }))
        }))
        (Moment { action: "/u/m", label: "We did it", thanks: "Kept", later: "Kept here", kind: "0f", kept: false, hidden: &[("id", "1")], small: false })
        (Notice { icon: Some(Icon::Leaf), tone: Tone::Sage, title: Some("Good to know"), body: html! { p { "Calm" } }, spoken: true })
        (StagePath { label: "Five stages", stages: &[
            Stage { link: Link::new("Understanding", "/r/1"), text: "Where", state: StageState::Past, state_word: None },
            Stage { link: Link::new("Safety", "/r/2"), text: "Words", state: StageState::Here, state_word: Some("You are here") },
        ] })
        (Facts(&[("When", "Sunday")]))
        (LinkBox { url: "https://example.test/i/x", label: "Your link", copy: "Copy", copied: "Copied", share: "Share" })
        (qr("https://example.test/i/abc", "The link as a code"))
        (six_words("Six words", ["one", "two", "three", "four", "five", "six"]))
        (RecoverySheet { heading: "Keep this", code_label: "Code", code: &["ABCD", "EFGH"], facts: &[("Name", "mara")], how: "Type it", print: "Print" })
        (empty(Icon::Cup, "Nothing yet", "Because", html! { (Button::primary("Begin").to("/t")) }))
        (columns(html! { p { "left" } }, html! { p { "right" } }))
        (rest("That is all for today"))
    }
}

fn frame(ring: Option<Ring<'_>>) -> Markup {
    SessionFrame {
        step: "3",
        title: "Weekly check-in",
        presence: "Jonas is here",
        progress: (3, 6, "Part 3 of 6"),
        kicker: "Your turn to listen",
        mine: false,
        line: "Only listen.",
        body: None,
        ring,
        hint: Some("Phone face down is fine."),
        actions: html! { (Form { live: true, ..Form::new("/s/1", html! { (Button::primary("Ready")) }) }) },
        quiet: html! { (Form { live: true, ..Form::new("/s/1", html! { (Button::plain("Pause").sends("do", "pause")) }) }) },
        live: Some(("/s/1/l", "/s/1/f")),
        reconnecting: "Reconnecting. Nothing is lost.",
        sound: Some(Sound::Turn),
        volume: 60,
        wake: true,
        paused: false,
        dim: "Dim",
        more: None,
    }
    .render()
}

fn ring(remaining: u64) -> Ring<'static> {
    Ring {
        remaining,
        total: 180_000,
        running: true,
        caption: "left",
        label: "Time left",
        sound: Some(Sound::Turn),
        end: "Time",
        press: None,
        pace: None,
    }
}

fn page(nav: Option<Tab>, body: Markup) -> String {
    let words = words();
    Page {
        nav,
        leave_to: "https://www.example.org/",
        ..Page::new(&words, body)
    }
    .render()
    .into_string()
}

/// Every opening tag of a rendered page, with its attributes as text.
fn tags(page: &str) -> Vec<&str> {
    page.split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))
        .and_then(|(_, rest)| rest.split('"').next())
}

fn all_pages() -> [String; 3] {
    [
        page(Some(Tab::Today), everything()),
        page(None, frame(Some(ring(134_000)))),
        page(None, frame(None)),
    ]
}

#[test]
fn shapes_of_a_drawing_stand_beside_each_other() {
    // Without its end tag, a shape holds all that follow, and browsers draw none of them.
    for page in all_pages() {
        for shape in ["circle", "path", "svg"] {
            let open = page.matches(&format!("<{shape} ")).count();
            assert_eq!(
                open,
                page.matches(&format!("</{shape}>")).count(),
                "{shape}"
            );
        }
    }
}

#[test]
fn every_field_has_a_label() {
    let page = page(None, everything());
    let tags = tags(&page);
    let labelled: BTreeSet<&str> = tags
        .iter()
        .filter(|tag| tag.starts_with("label"))
        .filter_map(|tag| attribute(tag, "for"))
        .collect();
    let mut fields = 0;
    for tag in tags
        .iter()
        .filter(|tag| tag.starts_with("input ") || tag.starts_with("textarea "))
    {
        if attribute(tag, "type") == Some("hidden") {
            continue;
        }
        fields += 1;
        let id = attribute(tag, "id").unwrap_or_else(|| panic!("no id: {tag}"));
        assert!(labelled.contains(id), "no label: {tag}");
    }
    assert!(
        fields >= 9,
        "the page shows every kind of field, not {fields}"
    );
}

#[test]
fn ids_are_unique_and_what_is_pointed_at_is_there() {
    for page in all_pages() {
        let tags = tags(&page);
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| attribute(tag, "id")) {
            assert!(ids.insert(id), "{id} is there twice");
        }
        for name in [
            "aria-describedby",
            "aria-labelledby",
            "aria-controls",
            "for",
        ] {
            for id in tags
                .iter()
                .filter_map(|tag| attribute(tag, name))
                .flat_map(str::split_whitespace)
            {
                assert!(
                    ids.contains(id),
                    "{name} points at {id}, which is not there"
                );
            }
        }
    }
}

#[test]
fn k14_nothing_inline() {
    for page in all_pages() {
        for tag in tags(&page) {
            assert!(!tag.contains(" style="), "{tag}");
            // Names of attributes are what stands outside quotes.
            assert!(
                !tag.split('"').step_by(2).any(|names| names.contains(" on")),
                "{tag}"
            );
            assert!(!tag.starts_with("style"), "{tag}");
            assert!(!tag.starts_with("script") || tag.contains(" src="), "{tag}");
        }
        assert!(!page.contains("javascript:"));
    }
}

#[test]
fn s14_leave_is_first_in_reading_order_on_every_page() {
    for page in all_pages() {
        let first = tags(&page)
            .into_iter()
            .find(|tag| tag.starts_with("a ") || tag.starts_with("button"));
        let first = first.expect("a page has links");
        assert_eq!(attribute(first, "href"), Some(paths::LEAVE));
        assert!(first.contains("data-leave"));
        let header = page.split_once("<header").expect("a header").1;
        let first = tags(header)
            .into_iter()
            .find(|tag| tag.starts_with("a ") && !tag.contains("class=\"skip\""))
            .expect("a visible way out");
        assert_eq!(attribute(first, "class"), Some("leave"));
    }
}

#[test]
fn s15_the_title_never_changes() {
    for page in all_pages() {
        assert_eq!(page.matches("<title>").count(), 1);
        assert!(page.contains("<title>Evening</title>"));
    }
}

#[test]
fn s18_private_words_are_not_remembered_by_the_browser() {
    let area = TextArea {
        name: "words",
        label: "Words",
        private: true,
        ..TextArea::default()
    }
    .render()
    .into_string();
    let line = TextField {
        name: "line",
        label: "Line",
        private: true,
        ..TextField::default()
    }
    .render()
    .into_string();
    for field in [area, line] {
        assert!(
            field.contains("autocomplete=\"off\"") && field.contains("spellcheck=\"false\""),
            "{field}"
        );
    }
}

#[test]
fn what_was_typed_comes_back_as_it_was() {
    let page = page(None, everything());
    assert!(page.contains("value=\"&quot;&lt;b&gt;\""));
    // Browsers drop the first line break of a textarea: the typed one is the second.
    assert!(page.contains(">\n\nfirst</textarea>"));
}

#[test]
fn a_problem_is_tied_to_its_field() {
    let field = TextField {
        name: "line",
        label: "Line",
        hint: Some("Short"),
        problem: Some("Too long"),
        ..TextField::default()
    };
    let field = field.render().into_string();
    assert!(
        field.contains("aria-describedby=\"line-hint line-problem\""),
        "{field}"
    );
    assert!(field.contains("aria-invalid=\"true\""), "{field}");
}

#[test]
fn an_error_summary_without_problems_is_not_there() {
    assert_eq!(
        ErrorSummary {
            title: "Look again",
            problems: &[]
        }
        .render()
        .into_string(),
        ""
    );
}

#[test]
fn s2_nothing_is_ticked_by_itself() {
    let check = Check {
        name: "share",
        label: "Share",
        ..Check::default()
    }
    .render()
    .into_string();
    let choice = Choice {
        name: "a",
        legend: "A",
        options: &[Opt {
            value: "x",
            label: "X",
            ..Opt::default()
        }],
        ..Choice::default()
    };
    assert!(!check.contains("checked") && !choice.render().into_string().contains("checked"));
}

#[test]
fn a_session_has_no_navigation_and_the_places_are_four() {
    let [today, session, _] = all_pages();
    assert!(!session.contains("class=\"places\""));
    let nav = today
        .split_once("<nav")
        .and_then(|(_, rest)| rest.split("</nav>").next())
        .expect("places");
    assert_eq!(nav.matches("<li>").count(), 4);
    assert_eq!(nav.matches("aria-current=\"page\"").count(), 1);
}

#[test]
fn the_ring_shows_what_is_left() {
    for (millis, text) in [
        (0, "0:00"),
        (1, "0:01"),
        (1000, "0:01"),
        (134_000, "2:14"),
        (133_001, "2:14"),
        (3_600_000, "60:00"),
    ] {
        assert_eq!(clock(millis), text, "{millis}");
    }
    let half = ring(90_000).render().into_string();
    assert!(half.contains("stroke-dashoffset=\"500\""), "{half}");
    let past_its_end = Ring {
        total: 0,
        ..ring(5)
    }
    .render()
    .into_string();
    assert!(
        past_its_end.contains("stroke-dashoffset=\"1000\""),
        "{past_its_end}"
    );
}

#[test]
fn a_code_says_what_its_link_says() {
    let link = format!("https://home.example/i/{}", "a".repeat(64));
    let svg = qr(&link, "The link as a code").into_string();
    assert!(svg.contains("aria-label=\"The link as a code\""));
    // Redrawing the path gives the code back, module by module.
    let code = fast_qr::qr::QRBuilder::new(link.as_str())
        .build()
        .expect("short enough");
    let mut drawn = vec![vec![false; code.size]; code.size];
    let path = attribute(
        tags(&svg)
            .into_iter()
            .find(|tag| tag.starts_with("path"))
            .expect("a path"),
        "d",
    )
    .expect("a shape");
    for run in path.split('M').skip(1) {
        let (x, rest) = run.split_once(' ').expect("x y");
        let (y, rest) = rest.split_once('h').expect("a run");
        let (length, _) = rest.split_once('v').expect("a height");
        let [x, y, length] = [x, y, length].map(|n| n.parse::<usize>().expect("a number"));
        drawn[y - 3][x - 3..x - 3 + length].fill(true);
    }
    for (y, row) in drawn.iter().enumerate() {
        for (x, dark) in row.iter().enumerate() {
            assert_eq!(*dark, code.data[y * code.size + x].value(), "{x} {y}");
        }
    }
}

#[test]
fn a_look_is_an_attribute_that_the_stylesheet_knows() {
    let words = words();
    let look = Look {
        theme: Theme::named("dark"),
        easy_type: true,
    };
    let page = Page {
        look,
        ..Page::new(&words, html! {})
    }
    .render()
    .into_string();
    assert!(
        page.contains("data-look=\"dark\"") && page.contains("data-type=\"easy\""),
        "{page}"
    );
    let css = include_str!("../../assets/app.css");
    assert!(css.contains("[data-look=dark]") && css.contains("[data-type=easy]"));
    assert_eq!(Theme::named("anything"), Theme::Device);
}

/// Relative brightness and contrast as WCAG 2.2 defines them.
fn contrast(a: &str, b: &str) -> f64 {
    let brightness = |colour: &str| {
        let part = |at: usize| {
            let value =
                f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("two hex digits"))
                    / 255.0;
            if value <= 0.03928 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    };
    let (a, b) = (brightness(a), brightness(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_text_can_be_read_on_every_ground_in_both_looks() {
    let css = include_str!("../../assets/app.css");
    let light = css
        .split_once(":root {")
        .and_then(|(_, rest)| rest.split('}').next())
        .expect("light tokens");
    let dark = css
        .split_once(":root[data-look=dark] {")
        .and_then(|(_, rest)| rest.split('}').next())
        .expect("dark tokens");
    let device = css
        .split_once(":root:not([data-look=light]) {")
        .and_then(|(_, rest)| rest.split('}').next());
    let plain = |tokens: &str| tokens.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        plain(dark),
        plain(device.expect("dark tokens of the device")),
        "two copies of one look"
    );
    for tokens in [light, dark] {
        let token = |name: &str| {
            let from = |tokens: &'static str| {
                tokens
                    .split_once(&format!("--{name}: "))
                    .map(|(_, rest)| &rest[..7])
            };
            from(tokens)
                .or_else(|| from(light))
                .unwrap_or_else(|| panic!("no {name}"))
        };
        for ground in [
            "paper",
            "card",
            "ember-wash",
            "sage-wash",
            "dusk-wash",
            "glow-wash",
        ] {
            for text in ["ink", "soft", "ember", "sage", "dusk"] {
                let found = contrast(token(text), token(ground));
                assert!(found >= 4.5, "{text} on {ground}: {found:.2}");
            }
            let found = contrast(token("edge"), token(ground));
            assert!(found >= 3.0, "edge on {ground}: {found:.2}");
        }
        for ground in ["ember", "ember-down"] {
            let found = contrast(token("ember-ink"), token(ground));
            assert!(found >= 4.5, "ember-ink on {ground}: {found:.2}");
        }
    }
}
