//! S18: what may lie in a browser, and only on a device that somebody called their own. G3.1: what was pressed without a
//! network arrives exactly once.

use axum::http::StatusCode;
use serde_json::Value;

use crate::world::{Browser, House, Lived, guide, newcomer, opaque};

/// The list that stands in front of the worker.
async fn kept(browser: &mut Browser) -> Value {
    let page = browser.get("/sw.js").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(
        page.headers["content-type"],
        "text/javascript; charset=utf-8"
    );
    let line = page.body.lines().next().unwrap();
    let list = line
        .strip_prefix("const KEPT = ")
        .and_then(|rest| rest.strip_suffix(';'));
    serde_json::from_str(list.expect("a list in front")).unwrap()
}

async fn signs_in(house: &House, handle: &str, passphrase: &str, own: bool) -> Browser {
    let mut browser = house.browser();
    let mut form = vec![("handle", handle), ("passphrase", passphrase)];
    form.extend(own.then_some(("own", "yes")));
    browser.does("/c", &form).await;
    browser
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_the_worker_is_put_only_on_a_device_of_ones_own() {
    let lived = Lived::new().await;
    let (handle, passphrase) = (&lived.ana.handle, &lived.ana.passphrase);
    for own in [true, false] {
        let mut ana = signs_in(&lived.house, handle, passphrase, own).await;
        for path in ["/t", "/u", "/u/m", "/m", "/r", "/m/n", "/o"] {
            let page = ana.get(path).await;
            assert_eq!(page.body.contains("data-worker=\"/sw.js\""), own, "{path}");
            assert_eq!(page.body.contains("+keep.js"), own, "{path}");
        }
    }
    let mut nobody = lived.house.browser();
    for path in ["/", "/c", "/r", "/o", "/h"] {
        let page = nobody.get(path).await;
        assert!(!page.body.contains("data-worker"), "{path}");
        assert!(!page.body.contains("data-later"), "{path}");
        assert!(!page.body.contains("+keep.js"), "{path}");
    }
    // What was kept sends what was pressed, and puts nothing there by itself.
    let page = nobody.get("/o?kept").await;
    assert!(page.body.contains("data-later=\"/u/m/l\""));
    assert!(!page.body.contains("data-worker"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_what_the_worker_keeps_is_public_and_the_same_for_everybody() {
    let mut lived = Lived::new().await;
    let list = kept(&mut lived.ana).await;
    let other = House::new().await;
    let mut nobody = other.browser();
    assert_eq!(kept(&mut nobody).await, list, "the same list for everybody");
    assert_eq!(list["leave"], "/x");
    assert_eq!(list["home"], "/o");
    let files: Vec<&str> = list["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file.as_str().unwrap())
        .collect();
    assert!(files.len() > 60, "the whole guide: {}", files.len());
    let lessons = files.iter().filter(|file| file.starts_with("/r/k")).count();
    assert_eq!(lessons, 1 + guide().lessons.len(), "the course, too");
    for file in &files {
        if file.starts_with("/assets/") {
            assert_eq!(nobody.get(file).await.status, StatusCode::OK, "{file}");
            continue;
        }
        // Nothing of two people stands under these.
        let private = ["/t", "/u", "/m", "/s", "/q", "/n", "/e", "/p", "/i"];
        let first = file.get(..2).unwrap();
        assert!(!private.contains(&first), "{file}");
        let ask = format!("{file}?kept");
        let page = nobody.get(&ask).await;
        assert_eq!(page.status, StatusCode::OK, "{file}");
        assert!(page.headers.get("set-cookie").is_none(), "{file}");
        for script in page.between("<script type=\"module\" src=\"", "\"") {
            assert!(files.contains(&script.as_str()), "{file} needs {script}");
        }
        let there = lived.house.browser().get(&ask).await;
        assert_eq!(page.body, there.body, "{file}: the same in another house");
        for form in page.forms() {
            let moment = form.contains("action=\"/u/m\"");
            assert!(moment, "{file}: only a moment can be pressed");
        }
        for name in ["Ana", "Ben"] {
            assert!(
                !page.body.contains(&format!(">{name}<")),
                "{file}: nobody’s name"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_somebody_else_or_a_shared_device_finds_an_empty_browser() {
    let mut lived = Lived::new().await;
    let storage = "\"storage\"";
    let form = |who: &Browser, own: bool| {
        let mut form = vec![
            ("handle".to_owned(), who.handle.clone()),
            ("passphrase".to_owned(), who.passphrase.clone()),
        ];
        form.extend(own.then(|| ("own".to_owned(), "yes".to_owned())));
        form
    };
    lived.ana.get("/t").await; // this browser remembers Ana from here on
    for (who, own, clears) in [
        (&lived.ana, true, false),
        (&lived.ana, false, true),
        (&lived.ben, true, true),
    ] {
        let mut browser = lived.ana.clone();
        let form = form(who, own);
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (&**k, &**v)).collect();
        let page = browser.post("/c", &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        let cleared = page.headers.get("clear-site-data");
        assert_eq!(
            cleared.is_some_and(|value| value == storage),
            clears,
            "{} own: {own}",
            who.handle
        );
    }
    let page = lived.ana.post("/c/o", &[]).await;
    assert_eq!(
        page.headers["clear-site-data"], storage,
        "so does signing out"
    );
}

fn press(id: &str, kind: &str, day: &str) -> String {
    format!("{id}.{}.{day}", opaque(kind))
}

const FIRST: &str = "00112233445566778899aabbccddeeff";
const SECOND: &str = "ffeeddccbbaa99887766554433221100";

async fn times(who: &mut Browser, title: &str) -> String {
    let page = who.get("/u/m").await;
    let text = page.text();
    let after = text.split(title).nth(1).expect("a row of this name");
    after.chars().take(40).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_1_what_was_pressed_without_a_network_arrives_exactly_once() {
    let mut lived = Lived::new().await;
    let title = "Hands on the couch";
    assert!(times(&mut lived.ben, title).await.contains("not yet noted"));
    let presses = [
        press(FIRST, "hands", "2027-01-17"),
        press(SECOND, "hands", "2027-01-18"),
    ];
    let (both, second) = (presses.join(" "), presses[1].clone());
    // Sent again because no answer came, from two tabs, and by one with part of it: each id counts once.
    for presses in [&both, &both, &second, &both] {
        let form = [("m", presses.as_str())];
        let (mut one, mut other) = (lived.ana.clone(), lived.ana.clone());
        let (one, other) =
            futures_util::join!(one.post("/u/m/l", &form), other.post("/u/m/l", &form));
        assert_eq!(one.status, StatusCode::NO_CONTENT);
        assert_eq!(other.status, StatusCode::NO_CONTENT);
    }
    assert!(
        times(&mut lived.ben, title)
            .await
            .contains("2 times so far")
    );
    // Taken back by the other, and sent once more by a phone that did not know: it stays taken back.
    lived.ben.does("/u/m/u", &[("id", SECOND)]).await;
    lived.ana.post("/u/m/l", &[("m", &both)]).await;
    assert!(times(&mut lived.ben, title).await.contains("once so far"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_1_what_comes_too_late_is_let_go_and_what_is_no_moment_is_refused() {
    let mut lived = Lived::new().await;
    let title = "Hands on the couch";
    let late = press(FIRST, "hands", "2026-12-01");
    let page = lived.ana.post("/u/m/l", &[("m", &late)]).await;
    assert_eq!(page.status, StatusCode::NO_CONTENT, "the phone forgets it");
    assert!(times(&mut lived.ben, title).await.contains("not yet noted"));
    let good = press(SECOND, "hands", "2027-01-18");
    let before = lived.house.rows().await;
    for bad in [
        "",
        "x",
        "hands",
        &format!("{FIRST}.no-such-kind.2027-01-18"),
        &press("xyz", "hands", "2027-01-18"),
        &press(FIRST, "hands", "yesterday"),
        &format!("{good}.more"),
    ] {
        // All or nothing: a list that is not ours writes nothing at all.
        let form = format!("{good} {bad}");
        let page = lived.ana.post("/u/m/l", &[("m", &form)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    // A kind that the guide has no more keeps nobody waiting.
    let third = "3".repeat(32);
    let other = lived.house.twin().await;
    let mut ana = lived.ana.at(&other);
    let gone = format!("{} {good}", press(&third, "no-such-kind", "2027-01-18"));
    let page = ana.post("/u/m/l", &[("m", &gone)]).await;
    assert_eq!(page.status, StatusCode::NO_CONTENT);
    assert!(times(&mut ana, title).await.contains("once so far"));
    let many = vec![good.as_str(); 201].join(" ");
    for form in [[("x", &*good)], [("m", &*many)]] {
        let page = lived.ana.post("/u/m/l", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(lived.house.rows().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_1_without_a_sign_in_nothing_is_taken_and_the_phone_is_not_told_otherwise() {
    let house = House::new().await;
    newcomer(&house, "ana", "").await;
    let good = press(FIRST, "hands", "2027-01-15");
    let page = house.browser().post("/u/m/l", &[("m", &good)]).await;
    assert_eq!(
        page.status,
        StatusCode::SEE_OTHER,
        "not the answer it waits for"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_1_a_moment_has_a_timer_that_asks_nothing_of_anybody() {
    let mut lived = Lived::new().await;
    for (kind, seconds) in [("kiss", 6), ("hug", 30), ("hands", 600), ("own", 20)] {
        let path = format!("/o/{}", opaque(kind));
        for browser in [&mut lived.ana, &mut lived.house.browser()] {
            let page = browser.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{kind}");
            let ring = format!("data-remaining=\"{}\"", seconds * 1000);
            assert!(page.body.contains(&ring), "{kind}: {}", page.body);
            assert!(page.body.contains("data-wake"), "{kind}");
            assert!(page.body.contains("data-dim"), "{kind}");
        }
        let page = lived.ana.get(&path).await;
        assert!(page.body.contains("action=\"/u/m\""), "{kind}");
        let guest = lived.house.browser().get(&path).await;
        assert_eq!(guest.forms().len(), 0, "{kind}: nobody to note it for");
    }
    let nothing = lived.ana.get("/o/0123456789abcdef").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_1_a_touch_of_their_own_has_a_name_a_timer_and_no_author() {
    let mut lived = Lived::new().await;
    let form = [("id", FIRST), ("name", "Kettle hello")];
    assert_eq!(lived.ana.does("/u/m/o", &form).await, "/u/m");
    let (hers, his) = (lived.ana.get("/u/m").await, lived.ben.get("/u/m").await);
    assert!(his.sees("Kettle hello"));
    // Nobody can tell who named it (S4).
    for page in [&hers, &his] {
        assert!(!page.sees("Ana") && !page.sees("Ben"));
    }
    let timer = lived.ben.get(&format!("/o/{FIRST}")).await;
    assert!(timer.sees("Kettle hello") && timer.body.contains("data-remaining=\"20000\""));
    // Its name is not what lies in a browser until there is a network.
    assert!(timer.body.contains(&format!("data-kind=\"{FIRST}\"")));
    let press = format!("{SECOND}.{FIRST}.2027-01-18");
    for _ in 0..2 {
        lived.ben.post("/u/m/l", &[("m", &press)]).await;
    }
    assert!(
        times(&mut lived.ana, "Kettle hello")
            .await
            .contains("once so far")
    );
    let renamed = [("id", FIRST), ("name", "Good morning")];
    lived.ben.does("/u/m/o", &renamed).await;
    lived.ana.does("/u/m/o/l", &[("id", FIRST)]).await;
    let page = lived.ben.get("/u/m").await;
    assert!(!page.sees("Kettle hello") && !page.sees("Good morning"));
    assert_eq!(
        lived.ben.get(&format!("/o/{FIRST}")).await.status,
        StatusCode::NOT_FOUND
    );
    let nobody = lived.house.browser().get(&format!("/o/{FIRST}")).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    for name in ["", "two\nlines"] {
        let form = [("id", SECOND), ("name", name)];
        let page = lived.ana.post("/u/m/o", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
