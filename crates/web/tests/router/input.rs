//! Bad input (issue 2): whatever is typed has a clear outcome, keeps what was typed, and never turns into markup. A
//! form sent twice counts once; a clock that is off loses nothing; a full disk is said calmly.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::http::StatusCode;
use rekindle_domain::{CellId, CoupleId, InvitationId, OwnerId, PersonId, Stamp, StreamId};
use rekindle_store::{
    Address, Cell, Change, Due, Feed, Head, Invitation, Loaded, Membership, Outcome, Person, Place,
    Record, Segment, SignIn, SignedIn, Slot, Store, StoreError, Taken, Waiting,
};

use crate::routes::{Ids, SLOT, all, ritual_form};
use crate::world::{Browser, House, Lived, Page, link_of, newcomer, opaque};

const SCRIPT: &str = "</textarea></title>\"'><script>alert(1)</script><img src=x onerror=alert(2)>";

/// Kind, text, whether it is words at all.
fn texts() -> Vec<(&'static str, String, bool)> {
    vec![
        ("empty", String::new(), false),
        ("blank", " \t\r\n ".to_owned(), false),
        ("invisible", "\u{200b}\u{feff}\u{202e}".to_owned(), false),
        ("zeros", "\0\0\0".to_owned(), false),
        ("enormous", "word ".repeat(2000), false),
        ("binary", "a\0b\u{1}\u{7f}\u{fffd}c".to_owned(), true),
        (
            "right to left",
            "אני שמח שאת כאן \u{202e}abc".to_owned(),
            true,
        ),
        ("emoji", "👩‍❤️‍👩🏽🫶".to_owned(), true),
        ("script", SCRIPT.to_owned(), true),
        ("fluent", "{ $name } {\"x\"}".to_owned(), true),
        (
            "json",
            "\",\"from\":\"second\",\"x\":\"\\u0000".to_owned(),
            true,
        ),
        (
            "percent",
            "100% %2e%2e %s {0} ${x} $(id) `id`".to_owned(),
            true,
        ),
        ("sql", "'); DROP TABLE people; --".to_owned(), true),
        (
            "combining",
            "Z\u{0361}\u{0322}a\u{0315}l\u{0300}g\u{035c}o".to_owned(),
            true,
        ),
    ]
}

/// Nothing typed is markup: no tag and no attribute on the page was ever ours to begin with.
fn harmless(what: &str, page: &Page) {
    for bad in ["<script>alert", "<img src=x", "onerror=alert(2)>"] {
        assert!(!page.body.contains(bad), "{what}: {bad} stands on the page");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// One form with one field of words in it, and the page where they show once they are kept.
struct Field {
    what: &'static str,
    path: String,
    name: &'static str,
    rest: Vec<(&'static str, &'static str)>,
    shows: &'static str,
    /// In letters.
    most: usize,
    /// A name, which stands among other words: what turns their direction is left out.
    straight: bool,
}

fn fields() -> Vec<Field> {
    let field = |what, path: &str, name, rest: &[(&'static str, &'static str)], shows| Field {
        what,
        path: path.to_owned(),
        name,
        rest: rest.to_vec(),
        shows,
        most: 4000,
        straight: false,
    };
    let short = |most, field: Field| Field { most, ..field };
    const ID: (&str, &str) = ("id", "00112233445566778899aabbccddee09");
    let ritual: Vec<_> = (ritual_form(ID.1, "send").into_iter())
        .filter(|(name, _)| *name != "name")
        .collect();
    vec![
        field("an appreciation", "/u/a", "words", &[], "/u/a"),
        field("a note", "/m/n", "words", &[("until", "")], "/m/n"),
        field(
            "a proposal",
            &format!("/q/{}", opaque("phone-free-hour")),
            "words",
            &[
                ("day", "2027-02-21"),
                ("time", "19:00"),
                ("partner", ""),
                ("step", "send"),
            ],
            "",
        ),
        field(
            "a line between the two",
            "/u/n",
            "words",
            &[("step", "send")],
            "/u/n",
        ),
        field("a small hurt", "/m/h", "words", &[], "/m/h/"),
        short(60, field("a ritual", "/u/r/n", "name", &ritual, "")),
        field(
            "the best bit of a date",
            "/u/d/l",
            "words",
            &[ID, ("day", "2027-02-05")],
            "/u/d",
        ),
        Field {
            straight: true,
            ..short(
                40,
                field("a touch of one's own", "/u/m/o", "name", &[ID], "/u/m"),
            )
        },
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_of_any_kind_are_kept_as_they_are_or_come_back_with_the_reason() {
    let mut base = Lived::new().await;
    base.ana.does("/u/d/s", &SLOT).await;
    base.house.later(19 * Stamp::DAY); // the day after a date
    base.ana.opens_the_door().await;
    for field in fields() {
        for (kind, text, words) in texts() {
            let words = words && text.chars().count() <= field.most;
            let lived = base.twin().await;
            let mut ana = lived.ana.clone();
            let what = format!("{}, {kind}", field.what);
            let before = lived.house.rows().await;
            let form = [&[(field.name, text.as_str())], &field.rest[..]].concat();
            let page = ana.post(&field.path, &form).await;
            harmless(&what, &page);
            if words {
                assert_eq!(
                    page.status,
                    StatusCode::SEE_OTHER,
                    "{what}: {}",
                    page.text()
                );
                let shown = if field.shows.is_empty() {
                    page.to()
                } else if field.shows.ends_with('/') {
                    let links = ana.get(&page.to()).await.links();
                    let mut links = links.into_iter();
                    links.find(|link| link.starts_with(field.shows)).unwrap()
                } else {
                    field.shows.to_owned()
                };
                let page = ana.get(&shown).await;
                harmless(&what, &page);
                let turns = |c: &char| field.straight && *c == '\u{202e}';
                let shown = |c: &char| !c.is_control() && !turns(c);
                let visible: String = text.chars().filter(shown).collect();
                assert!(
                    page.body.contains(&escaped(visible.trim())),
                    "{what}: {}",
                    page.body
                );
            } else {
                assert_eq!(
                    page.status,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "{what}: {}",
                    page.text()
                );
                assert!(
                    page.body.contains("role=\"status\""),
                    "{what}: the reason is said aloud too"
                );
                let plain = text.replace(['\r', '\0'], "");
                assert!(
                    page.body
                        .contains(escaped(plain.trim_matches('\n')).trim_end()),
                    "{what}: what was typed is gone"
                );
                assert_eq!(lived.house.rows().await, before, "{what}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_a_label_and_a_preparation_take_anything_too() {
    let mut base = Lived::new().await;
    base.ana.opens_the_door().await;
    for (kind, text, _) in texts() {
        let lived = base.twin().await;
        let (mut ana, mut ben) = (lived.ana.clone(), lived.ben.clone());
        let form = [
            ("name", &*text),
            ("partner", ""),
            ("zone", "Europe/London"),
            ("theme", ""),
        ];
        let page = ana.post("/m/s", &form).await;
        assert!(
            [303, 422].contains(&page.status.as_u16()),
            "name, {kind}: {}",
            page.status
        );
        harmless(kind, &page);
        for path in ["/t", "/u", "/u/a", "/m/s", "/s"] {
            harmless(kind, &ana.get(path).await);
            harmless(kind, &ben.get(path).await);
        }
        for (name, value) in [("zone", &*text), ("theme", &text), ("partner", &text)] {
            let mut form = vec![
                ("name", "Ana"),
                ("partner", ""),
                ("zone", "Europe/London"),
                ("theme", ""),
            ];
            for field in &mut form {
                if field.0 == name {
                    field.1 = value;
                }
            }
            let page = ana.post("/m/s", &form).await;
            assert!(
                [303, 422].contains(&page.status.as_u16()),
                "{name}, {kind}: {}",
                page.status
            );
            harmless(kind, &page);
        }
        assert_eq!(ana.does("/m/i/l", &[("label", &text)]).await, "/m/i");
        harmless(kind, &ana.get("/m/i").await);
        let page = ana.post("/n", &[("concern", &text)]).await;
        let fits = text.chars().count() <= 4000;
        assert_eq!(
            page.status.as_u16(),
            if fits { 303 } else { 422 },
            "prepared, {kind}"
        );
        harmless(kind, &page);
        harmless(kind, &ana.get("/n").await);
        assert_eq!(ana.does("/u/h/s", &[("topic", &text)]).await, "/u/h");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_an_account_anything_may_be_typed_as_well() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("weekly-check-in", SCRIPT).await;
    let link = link_of(&mut ana, &offer).await;
    let page = house.browser().get(&format!("/i/{link}")).await;
    harmless("a letter", &page);
    assert!(
        page.sees("<script>alert(1)</script>"),
        "it is shown as it was written"
    );
    for (kind, text, _) in texts() {
        let mut browser = house.browser();
        for name in ["name", "handle", "passphrase", "zone", "practice", "link"] {
            let mut form = vec![
                ("name", "Eve"),
                ("handle", "ana"),
                ("passphrase", "marble ferry onion quiet ladder"),
                ("adult", "yes"),
                ("zone", ""),
                ("practice", ""),
                ("link", ""),
            ];
            for field in &mut form {
                if field.0 == name {
                    field.1 = &text;
                }
            }
            // Ana's name is taken, so that nothing of this is an account.
            let page = browser.post("/b", &form).await;
            let taken = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::OK];
            assert!(
                taken.contains(&page.status),
                "{name}, {kind}: {}",
                page.status
            );
            harmless(&format!("{name}, {kind}"), &page);
            if name != "passphrase"
                && page.status == StatusCode::UNPROCESSABLE_ENTITY
                && kind == "script"
            {
                assert!(
                    !page.body.contains("marble ferry"),
                    "a passphrase is never sent back"
                );
            }
        }
        for path in ["/c", "/f"] {
            let mut form = vec![
                ("handle", text.as_str()),
                ("passphrase", "marble ferry onion quiet ladder"),
            ];
            if path == "/f" {
                form.push(("code", &text));
            }
            let page = browser.post(path, &form).await;
            assert!(
                [422, 429].contains(&page.status.as_u16()),
                "{path}, {kind}: {}",
                page.status
            );
            harmless(kind, &page);
        }
        for (name, value) in [
            ("word", &*text),
            ("day", &text),
            ("time", &text),
            ("practice", &text),
            ("answer", &text),
        ] {
            let mut form = vec![("answer", "else"), ("word", ""), ("practice", "")];
            form.retain(|field| field.0 != name);
            form.push((name, value));
            let page = browser.post(&format!("/i/{link}/a"), &form).await;
            assert_eq!(
                page.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{name}, {kind}"
            );
            harmless(kind, &page);
        }
        let brings = [("brings", text.as_str())];
        let page = browser.post("/a", &brings).await;
        assert_eq!(page.status, StatusCode::OK, "{kind}");
        harmless(kind, &page);
        for query in ["to", "practice", "link", "n", "at"] {
            let asked = serde_urlencoded::to_string([(query, &text)]).unwrap();
            for path in ["/b", "/c", "/e", "/d", "/"] {
                let page = ana.clone().get(&format!("{path}?{asked}")).await;
                assert!(
                    page.status.is_success() || page.status.is_redirection(),
                    "{path}, {query}, {kind}"
                );
                harmless(kind, &page);
                if page.status.is_redirection() {
                    assert!(
                        page.to().starts_with('/') && !page.to().starts_with("//"),
                        "{path}: {}",
                        page.to()
                    );
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_door_one_is_sent_nowhere_else() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let passphrase = ana.passphrase.clone();
    for to in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/m/n\r\nx: y",
        "m/n",
    ] {
        let landed = ana
            .does("/e", &[("passphrase", &passphrase), ("to", to)])
            .await;
        assert_eq!(landed, "/m", "{to}");
    }
    assert_eq!(
        ana.does("/e", &[("passphrase", &passphrase), ("to", "/m/n")])
            .await,
        "/m/n"
    );
}

/// Days and times as nobody would type them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_that_is_none_comes_back_with_the_words_still_there() {
    let base = Lived::new().await;
    for (day, time) in [
        ("", ""),
        ("2027-02-30", "20:30"),
        ("2027-02-20", "25:00"),
        ("yesterday", "20:30"),
        ("0000-00-00", "00:00"),
        ("-9999-01-01", "00:00"),
        ("9999-12-31", "23:59"),
        ("1969-12-31", "23:59"),
        ("2027-01-01", "10:00"),
    ] {
        let mut ana = base.ana.clone();
        let form = [
            ("words", "Stay with me."),
            ("day", day),
            ("time", time),
            ("step", "send"),
        ];
        let page = ana.post(&format!("/q/{}", opaque("long-hug")), &form).await;
        assert_eq!(
            page.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{day} {time}"
        );
        assert!(page.body.contains("Stay with me."), "{day} {time}");
        let page = ana
            .post(
                "/u/m",
                &[("id", &"7".repeat(32)), ("kind", "kiss"), ("day", day)],
            )
            .await;
        assert!(page.status.is_client_error(), "{day}: {}", page.status);
        let page = ana
            .post(
                "/u/m",
                &[
                    ("id", &"7".repeat(32)),
                    ("kind", "bite"),
                    ("day", "2027-01-18"),
                ],
            )
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// Everything that one person sends twice in a moment, as a double tap does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_double_submit_of_any_form_counts_once() {
    let mut base = Lived::new().await;
    let ids = Ids::of(&mut base).await;
    base.ben.opens_the_door().await;
    // Where a page makes the id of what it sends, the same page sends the same id twice.
    let words = |page: &Page, action: &str, words: &str| {
        let mut form = vec![("words".to_owned(), words.to_owned())];
        if page.forms().iter().any(|form| {
            form.contains(&format!("action=\"{action}\"")) && form.contains("name=\"id\"")
        }) {
            form.push(("id".to_owned(), page.field_of(action, "id")));
        }
        form
    };
    let sent = |form: &[(String, String)]| -> Vec<(&'static str, String)> {
        form.iter()
            .map(|(k, v)| (if k == "id" { "id" } else { "words" }, v.clone()))
            .collect()
    };
    for mut route in all(&ids).into_iter().filter(|route| !route.is_get()) {
        let browser = if ["PROPOSAL_ANSWER"].contains(&route.name) {
            &base.ben
        } else {
            &base.ana
        };
        let once = base.twin().await;
        let twice = base.twin().await;
        match route.name {
            "APPRECIATIONS" => {
                let page = browser.clone().get("/u/a").await;
                route.fields = sent(&words(&page, "/u/a", "You waited again."));
            }
            "PROPOSE" => {
                let mut look = route.form();
                look.last_mut().unwrap().1 = "look";
                let page = browser.clone().post(&route.path, &look).await;
                let id = page.field_of(&route.path, "id");
                route.fields.push(("id", id));
            }
            "BETWEEN" => {
                let page = browser.clone().get("/u/n").await;
                route.fields = sent(&words(&page, "/u/n", "Once, to you."));
                route.fields.push(("step", "send".to_owned()));
            }
            "HURTS" => {
                let page = browser.clone().get("/m/h").await;
                route.fields = sent(&words(&page, "/m/h", "It stung, once."));
            }
            "NOTES" => {
                let page = browser.clone().get("/m/n").await;
                route.fields = sent(&words(&page, "/m/n", "Once."));
                route.fields.push(("until", String::new()));
            }
            _ => {}
        }
        let first = route.asked_by(&mut browser.at(&once.house)).await;
        let mut tab = browser.at(&twice.house);
        let one = route.asked_by(&mut tab).await;
        let mut same_tab = browser.at(&twice.house);
        let two = route.asked_by(&mut same_tab).await;
        assert_eq!(first.status, one.status, "{}", route.name);
        assert!(
            !two.status.is_server_error(),
            "{}: {}",
            route.name,
            two.status
        );
        // What the browser shows in the end is the second answer: it is no complaint about the first.
        if one.status == StatusCode::SEE_OTHER {
            assert_eq!(
                two.status,
                StatusCode::SEE_OTHER,
                "{}: {}",
                route.name,
                two.text()
            );
        }
        let shown = |house: &House, who: &Browser| {
            let mut who = who.at(house);
            async move {
                let mut seen = vec![];
                for path in [
                    "/t", "/u", "/u/p", "/u/m", "/u/a", "/u/n", "/u/h", "/m/n", "/m/h", "/m/i",
                    "/m/s",
                ] {
                    let page = who.get(path).await;
                    seen.push(format!("{path} {} {}", page.status, page.text()));
                }
                seen
            }
        };
        for who in [&base.ana, &base.ben] {
            assert_eq!(
                shown(&once.house, who).await,
                shown(&twice.house, who).await,
                "{}",
                route.name
            );
        }
    }
}

/// The page says which week it showed: pressed twice, or in two tabs, it goes one week on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_gone_on_from_twice_is_one_week_on() {
    let lived = Lived::new().await;
    let (house, mut ana) = (&lived.house, lived.ana.clone());
    house.later(8 * Stamp::DAY);
    // Something was done lately: no welcome back.
    ana.notes_a_moment("kiss").await;
    let way = format!("/r/w/{}", opaque("ten-weeks"));
    let page = ana.get(&way).await;
    let week = page.field_beside("step", "next", "week");
    let form = [
        ("way", &*opaque("ten-weeks")),
        ("step", "next"),
        ("week", &week),
    ]
    .map(|(k, v)| (k, v.to_owned()));
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
    for _ in 0..3 {
        assert_eq!(ana.does("/r/w", &form).await, way);
        assert!(ana.get(&way).await.sees("Week 2"));
        assert!(
            !ana.get(&way)
                .await
                .body
                .contains("name=\"week\" value=\"3\"")
        );
    }
    let without = [("way", &*opaque("ten-weeks")), ("step", "next")];
    assert!(ana.post("/r/w", &without).await.status.is_client_error());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_up_sent_twice_makes_one_account_and_lets_in() {
    let house = House::new().await;
    let form = [
        ("name", "Ana"),
        ("handle", "ana"),
        ("passphrase", "kettle window apricot slow river"),
        ("adult", "yes"),
        ("zone", ""),
        ("practice", ""),
        ("link", ""),
    ];
    let (mut one, mut two) = (house.browser(), house.browser());
    assert_eq!(one.post("/b", &form).await.status, StatusCode::OK);
    assert_eq!(two.does("/b", &form).await, "/t");
    assert_eq!(house.rows().await.count("people"), 1);
    // Somebody else who would like that name is told, and keeps the rest.
    let mut other = form;
    other[0].1 = "Anabel";
    other[2].1 = "marble ferry onion quiet ladder";
    let page = house.browser().post("/b", &other).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("Anabel") && page.sees("in use here"));
}

/// Two tabs of one person: what the second one still shows is answered for what it is by now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_lose_nothing() {
    let lived = Lived::new().await;
    let (mut one, mut two) = (lived.ben.clone(), lived.ben.clone());
    // Answered in one, answered otherwise in the other.
    let path = format!("{}/a", lived.hers);
    one.does(&path, &[("answer", "yes")]).await;
    assert_eq!(two.does(&path, &[("answer", "not-now")]).await, "/t");
    assert_eq!(
        two.does(
            &path,
            &[("answer", "time"), ("day", "2027-02-21"), ("time", "18:00")]
        )
        .await,
        "/t"
    );
    assert!(
        lived
            .ana
            .clone()
            .get("/u/p")
            .await
            .sees("Saturday, 20 February"),
        "the first answer stands"
    );
    // Settings saved in both: the last one stands, and nothing else is undone by it.
    let settings = |theme| {
        [
            ("name", "Ben"),
            ("partner", ""),
            ("zone", "Europe/London"),
            ("theme", theme),
        ]
    };
    one.does("/m/s", &settings("dark")).await;
    one.writes_a_note("In one tab.").await;
    two.does("/m/s", &settings("light")).await;
    two.writes_a_note("In the other.").await;
    one.opens_the_door().await;
    let notes = one.get("/m/n").await;
    assert!(notes.sees("In one tab.") && notes.sees("In the other."));
    assert!(one.get("/m/s").await.body.contains("data-look=\"light\""));
    // Taken back in one, opened in the other.
    let mut ana = lived.ana.clone();
    let mut second = ana.clone();
    let offer = ana.proposes("long-hug", "Hold me?").await;
    ana.does(&format!("{offer}/w"), &[]).await;
    assert_eq!(second.does(&format!("{offer}/w"), &[]).await, "/t");
    assert_eq!(second.get(&offer).await.status, StatusCode::NOT_FOUND);
    // Signed out in one: the other leads to the sign-in.
    one.does("/c/o", &[]).await;
    assert_eq!(two.get("/t").await.to(), "/c");
    assert_eq!(two.post("/u/a", &[("words", "Too late.")]).await.to(), "/c");
}

/// Two at the same moment: neither is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_write_at_once_both_come_through() {
    let lived = Lived::new().await;
    let mut tasks = vec![];
    for n in 0..5 {
        for who in [&lived.ana, &lived.ben] {
            let mut who = who.clone();
            tasks.push(tokio::spawn(async move {
                let words = format!("Number {n} of {}", who.handle);
                for _ in 0..20 {
                    let page = who.post("/u/a", &[("words", &words)]).await;
                    if page.status == StatusCode::SEE_OTHER {
                        return words;
                    }
                    // Others were quicker many times in a row: said so, and sent again.
                    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
                }
                panic!("{words} never came through");
            }));
        }
    }
    let mut ana = lived.ana.clone();
    for task in tasks {
        let words = task.await.unwrap();
        let page = ana.get("/u/a").await;
        assert_eq!(page.text().matches(&words).count(), 1, "{words}");
    }
    assert!(!ana.get("/t").await.sees("does not quite match"));
}

/// K23: this server's clock jumps back an hour, or ahead: nobody is thrown out, nothing is lost or refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k23_a_clock_an_hour_off_loses_nothing() {
    for jump in [-Stamp::HOUR, Stamp::HOUR, -13 * Stamp::HOUR] {
        let mut lived = Lived::new().await;
        lived.house.later(jump);
        let (ana, ben) = (&mut lived.ana, &mut lived.ben);
        for path in ["/t", "/u", "/u/p", "/u/m", "/u/a", "/u/h", "/m", "/r"] {
            assert_eq!(ana.get(path).await.status, StatusCode::OK, "{path}, {jump}");
        }
        ana.notes_a_moment("hands").await;
        ana.does("/u/a", &[("words", "In the hour that came twice.")])
            .await;
        ben.does(&format!("{}/a", lived.hers), &[("answer", "yes")])
            .await;
        ana.writes_a_note("At some time or other.").await;
        ana.opens_the_door().await;
        assert!(ana.get("/m/n").await.sees("At some time or other."));
        lived.house.later(-jump);
        assert!(ben.get("/u/a").await.sees("In the hour that came twice."));
        assert!(!ben.get("/t").await.sees("does not quite match"));
        for path in ["/t", "/u/p", "/u/m"] {
            assert_eq!(ana.get(path).await.status, StatusCode::OK, "{path}, {jump}");
        }
    }
}

/// A day at the edge: a phone that is already in tomorrow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moment_of_a_phone_whose_clock_is_off_by_a_day_still_counts() {
    let mut lived = Lived::new().await;
    for (n, (day, status)) in [
        ("2027-01-17", 303),
        ("2027-01-19", 303),
        ("2027-01-11", 303),
        ("2027-01-21", 422),
        ("2026-12-01", 422),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("{n:032}");
        let page = lived
            .ana
            .post("/u/m", &[("id", &id), ("kind", "kiss"), ("day", day)])
            .await;
        assert_eq!(page.status.as_u16(), status, "{day}: {}", page.text());
    }
}

/// A database that is watched: how many streams were loaded, and whether the disk is full, so that everything can be
/// read and nothing written.
struct Watched {
    store: Arc<dyn Store>,
    full: bool,
    loads: Arc<AtomicUsize>,
}

#[async_trait]
impl Store for Watched {
    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, StoreError> {
        if self.full {
            return Err(StoreError::NotWritable("the disk is full".to_owned()));
        }
        self.store.commit(changes).await
    }
    async fn signed_in(&self, id: [u8; 32], now: Stamp) -> Result<Option<SignedIn>, StoreError> {
        self.store.signed_in(id, now).await
    }
    async fn sign_ins(&self, person: PersonId, now: Stamp) -> Result<Vec<SignIn>, StoreError> {
        self.store.sign_ins(person, now).await
    }
    async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.store.person(id).await
    }
    async fn person_by_handle(&self, handle: &str) -> Result<Option<Person>, StoreError> {
        self.store.person_by_handle(handle).await
    }
    async fn slots(&self, person: PersonId) -> Result<Vec<Slot>, StoreError> {
        self.store.slots(person).await
    }
    async fn waiting(&self, id: [u8; 32]) -> Result<Option<Waiting>, StoreError> {
        self.store.waiting(id).await
    }
    async fn device(&self, id: [u8; 32]) -> Result<Option<PersonId>, StoreError> {
        self.store.device(id).await
    }
    async fn load(&self, place: Place) -> Result<Loaded, StoreError> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.store.load(place).await
    }
    async fn read(&self, place: Place, after: u64, limit: u32) -> Result<Vec<Record>, StoreError> {
        self.store.read(place, after, limit).await
    }
    async fn segments(
        &self,
        place: Place,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Segment>, StoreError> {
        self.store.segments(place, after, limit).await
    }
    async fn tip(&self, place: Place) -> Result<Option<(u64, Head)>, StoreError> {
        self.store.tip(place).await
    }
    async fn streams(&self, owner: OwnerId) -> Result<Vec<StreamId>, StoreError> {
        self.store.streams(owner).await
    }
    async fn cell(&self, owner: OwnerId, cell: CellId) -> Result<Option<Cell>, StoreError> {
        self.store.cell(owner, cell).await
    }
    async fn cells(&self, owner: OwnerId) -> Result<Vec<(CellId, Cell)>, StoreError> {
        self.store.cells(owner).await
    }
    async fn memberships(&self, person: PersonId) -> Result<Vec<Membership>, StoreError> {
        self.store.memberships(person).await
    }
    async fn members(&self, couple: CoupleId) -> Result<Vec<Membership>, StoreError> {
        self.store.members(couple).await
    }
    async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        self.store.invitation(id).await
    }
    async fn invitations_from(&self, person: PersonId) -> Result<Vec<Invitation>, StoreError> {
        self.store.invitations_from(person).await
    }
    async fn push_key(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.push_key().await
    }
    async fn addresses(&self, person: PersonId) -> Result<Vec<Address>, StoreError> {
        self.store.addresses(person).await
    }
    async fn due_of(&self, person: PersonId) -> Result<Vec<Due>, StoreError> {
        self.store.due_of(person).await
    }
    async fn is_due(&self, now: Stamp) -> Result<bool, StoreError> {
        self.store.is_due(now).await
    }
    async fn taken(&self, lease: [u8; 16]) -> Result<Vec<Taken>, StoreError> {
        self.store.taken(lease).await
    }
    async fn feed(&self, id: [u8; 32]) -> Result<Option<Feed>, StoreError> {
        self.store.feed(id).await
    }
    async fn feed_of(&self, person: PersonId) -> Result<Option<Feed>, StoreError> {
        self.store.feed_of(person).await
    }
    async fn ready(&self) -> Result<(), StoreError> {
        self.store.ready().await
    }
    async fn count_people(&self) -> Result<u64, StoreError> {
        self.store.count_people().await
    }
}

/// The twin of a house on a watched database, and the number of streams it has loaded.
async fn watched(house: &House, full: bool) -> (House, Arc<AtomicUsize>) {
    let loads = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&loads);
    let between = move |store| -> Arc<dyn Store> {
        Arc::new(Watched {
            store,
            full,
            loads: count,
        })
    };
    (house.twin_on(between).await, loads)
}

/// P4, P12: opening and reading the shared space is half of what an act costs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_tap_reads_the_shared_space_once() {
    let lived = Lived::new().await;
    let (house, loads) = watched(&lived.house, false).await;
    let mut ana = lived.ana.at(&house);
    let (id, day) = ("7".repeat(32), "2027-01-15");
    let moment = [("id", id.as_str()), ("kind", "kiss"), ("day", day)];
    let before = loads.load(Ordering::SeqCst);
    ana.does("/u/m", &moment).await;
    assert_eq!(loads.load(Ordering::SeqCst) - before, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k22_on_a_full_disk_reading_goes_on_and_writing_is_said_calmly() {
    let mut lived = Lived::new().await;
    let ids = Ids::of(&mut lived).await;
    let passphrase = lived.ana.passphrase.clone();
    let full = watched(&lived.house, true).await.0;
    let before = full.rows().await;
    for mut route in all(&ids) {
        if route.name == "LEAVE" {
            continue;
        }
        if ["DOOR", "ERASE_ALL"].contains(&route.name) && !route.is_get() {
            route.fields[0].1.clone_from(&passphrase);
        }
        let who = if route.name == "PROPOSAL_ANSWER" {
            &lived.ben
        } else {
            &lived.ana
        };
        let page = route.asked_by(&mut who.at(&full)).await;
        let what = format!("{} {}", route.method, route.name);
        if route.is_get() {
            let there = route.asked_by(&mut who.clone()).await;
            assert_eq!(page.status, there.status, "{what}");
        } else {
            assert_ne!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{what}");
        }
        let writes = [
            "SIGN_UP",
            "SIGN_OUT",
            "DOOR",
            "DOOR_CLOSE",
            "WAY_STEP",
            "PROPOSE",
            "PROPOSAL_ANSWER",
            "PROPOSAL_WITHDRAW",
            "PLAN_ONE",
            "PLAN_LET_GO",
            "MOMENTS",
            "MOMENT_UNDO",
            "APPRECIATIONS",
            "APPRECIATION_WITHDRAW",
            "PREPARE",
            "NOTES",
            "NOTE_ERASE",
            "SETTINGS",
            "REMINDERS",
            "REMINDERS_HERE",
            "REMINDERS_NOWHERE",
            "REMINDERS_MAIL",
            "REMINDERS_FEED",
            "REST",
            "SIGN_INS",
            "SIGN_IN_LABEL",
            "PART",
            "ERASE_ALL",
        ];
        if !route.is_get() && writes.contains(&route.name) {
            assert_eq!(
                page.status,
                StatusCode::INSUFFICIENT_STORAGE,
                "{what}: {}",
                page.text()
            );
            assert!(page.sees("Nothing can be written down just now"), "{what}");
            assert!(
                page.sees("What you just sent is not kept; everything from before is"),
                "{what}"
            );
        }
    }
    assert_eq!(full.rows().await, before);
    let mut ana = lived.ana.at(&full);
    assert!(ana.get("/u/a").await.sees("You waited up."));
    assert!(
        ana.get("/m/n").await.sees("Only mine."),
        "the open door stays open"
    );
}
