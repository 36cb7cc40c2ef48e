//! Phones face down (G3.1, S14, S18): the guide, timers and the log without a network, once, and only on a device of
//! one's own; clocks that a sleeping page does not move; installable.

use std::time::Duration;

use journeys::{PATIENCE, Person, Server, World, wait};
use serde_json::json;

use crate::couple::{passphrase, phone, signs_in, signs_up, tells_bells};

/// Mara signs in on a phone of her own.
fn at_home_on_a_phone_of_her_own(house: &World) -> Person {
    let mara = phone(house, "Mara");
    mara.reduced_motion(true);
    mara.opens("/c");
    mara.types("A sign-in name", "mara");
    mara.types("Your passphrase", &passphrase("Mara"));
    mara.chooses("This is my own device");
    mara.presses("Sign in");
    mara.sees("Hello, Mara");
    has_the_worker(&mara);
    mara
}

/// Waits until the worker has kept the guide.
fn has_the_worker(one: &Person) {
    let there = || {
        one.runs("return !!navigator.serviceWorker.controller")
            .as_bool()
    };
    assert!(
        wait(PATIENCE * 3, || there().filter(|there| *there)).is_some(),
        "the worker is there"
    );
}

/// How often this was, as this person's page says.
fn times(one: &Person, title: &str) -> u64 {
    one.opens("/u/m");
    let count = format!(
        "const row = [...document.querySelectorAll('li.row')].find((row) => row.innerText.includes('{title}')); \
         return Number(row.innerText.match(/(\\d+) times/)?.[1] ?? (row.innerText.includes('once') ? 1 : 0))"
    );
    one.runs(&count).as_u64().expect("a count")
}

/// What waits in the browser to be sent.
fn waiting(one: &Person) -> String {
    let script = "const done = arguments[0]; (async () => { const kept = []; \
        for (const one of await (await caches.open('later')).keys()) kept.push(new URL(one.url).pathname); \
        done(kept.join(' ')); })();";
    one.runs_later(script)
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn g3_1_what_is_logged_without_a_network_arrives_exactly_once() {
    // Not the furnished house: that one is another after a power cut.
    let house = World::start();
    let ana = phone(&house, "Ana");
    ana.reduced_motion(true);
    ana.opens("/b");
    ana.chooses("This is my own device");
    signs_up(&ana);
    ana.opens("/t");
    has_the_worker(&ana);
    ana.opens("/u/m");
    house.kill_server();
    // On a page that was open.
    ana.within("Hands on the couch").presses("We did it");
    ana.sees("Noted on this phone");
    // On one that the worker kept: any page of the two leads there now.
    ana.opens("/t");
    ana.sees("No network just now");
    ana.does_not_see("Ana");
    ana.is_accessible();
    ana.follows("Hands on the couch");
    ana.sees("One hand resting in the other");
    ana.is_accessible();
    // The clock needs no network either.
    ana.presses("Start the clock");
    let clock = "return document.querySelector('.clock').innerText";
    let runs = || (ana.runs(clock) != "10:00").then_some(());
    assert!(wait(PATIENCE, runs).is_some(), "{}", ana.runs(clock));
    ana.presses("We did it");
    ana.sees("Noted on this phone");
    let kept = waiting(&ana);
    assert_eq!(kept.split(' ').count(), 2, "{kept}");
    assert!(!kept.contains("hands"), "ids without words (S18): {kept}");
    // The guide is there to read, with its way back.
    ana.opens("/r");
    ana.follows("Touch");
    ana.follows("A kiss at parting");
    ana.sees("Stop in the doorway");
    // Another tab, which will send the same when the network is back.
    let first = ana.opens_tab("/o");
    house.start_again();
    ana.opens("/t");
    ana.sees("Hello, Ana");
    ana.looks_at(&first);
    ana.opens("/u/m");
    let sent = || waiting(&ana).is_empty().then_some(());
    assert!(wait(PATIENCE, sent).is_some(), "{}", waiting(&ana));
    assert_eq!(times(&ana, "Hands on the couch"), 2);
    // A server that takes it and dies before it says so: sent once more, it is known.
    ana.opens("/u/m");
    house.kill_server();
    ana.within("A kiss at parting").presses("We did it");
    ana.sees("Noted on this phone");
    let press = waiting(&ana);
    house.start_again();
    ana.opens("/u/m");
    assert!(wait(PATIENCE, || waiting(&ana).is_empty().then_some(())).is_some());
    let again = format!(
        "const done = arguments[0]; (async () => {{ await (await caches.open('later')).put('{press}', new Response()); done(1); }})();"
    );
    assert_eq!(times(&ana, "A kiss at parting"), 1);
    ana.runs_later(&again);
    ana.reload();
    assert!(wait(PATIENCE, || waiting(&ana).is_empty().then_some(())).is_some());
    assert_eq!(times(&ana, "A kiss at parting"), 1, "known already");
    ana.stayed_home();
}

#[test]
fn s14_s18_leave_clears_what_the_worker_kept_and_private_pages_were_never_in_it() {
    let house = Server::demo(1)
        .setting("REKINDLE_LEAVE_TO", "https://neutral.invalid/")
        .start();
    let mara = at_home_on_a_phone_of_her_own(&house);
    for path in ["/u", "/u/m", "/u/a", "/m", "/m/n", "/t"] {
        mara.opens(path);
    }
    let script = "const done = arguments[0]; (async () => { const all = []; \
        for (const name of await caches.keys()) { const cache = await caches.open(name); \
        for (const one of await cache.keys()) all.push([new URL(one.url).pathname, await (await cache.match(one)).clone().text()]); } \
        done(all); })();";
    let kept = mara.runs_later(script);
    let kept = kept.as_array().expect("a list");
    assert!(kept.len() > 60, "the guide is there: {}", kept.len());
    for one in kept {
        let (path, body) = (one[0].as_str().unwrap(), one[1].as_str().unwrap());
        assert!(!body.contains("Jonas"), "{path} shows something of the two");
        assert!(
            !body.contains("data-worker"),
            "{path} was drawn for somebody"
        );
        for private in ["/u", "/m", "/t", "/s", "/q", "/n"] {
            assert!(
                path != private && !path.starts_with(&format!("{private}/")),
                "{path}"
            );
        }
    }
    // On a shared device nothing is kept at all.
    let jonas = phone(&house, "Jonas");
    signs_in(&jonas);
    jonas.opens("/u/m");
    assert_eq!(jonas.kept()["workers"], 0);
    assert_eq!(jonas.kept()["caches"], json!([]));
    // Out, and back to see what is left.
    mara.taps_key("Shift", 3);
    has_nothing(&mara);
    // The same when the server cannot say so.
    let mara = at_home_on_a_phone_of_her_own(&house);
    house.kill_server();
    mara.taps_key("Shift", 3);
    house.start_again();
    has_nothing(&mara);
}

fn has_nothing(one: &Person) {
    let gone = || {
        let _ = one.tries_to_open("/h");
        let kept = one.kept();
        (kept["workers"] == 0 && kept["caches"] == json!([])).then_some(())
    };
    assert!(wait(PATIENCE, gone).is_some(), "{}", one.kept());
}

#[test]
fn a_clock_is_right_after_the_page_has_slept() {
    let house = Server::demo(1).start();
    let mara = phone(&house, "Mara");
    tells_bells(&mara);
    signs_in(&mara);
    mara.opens("/u/m");
    mara.follows("A kiss at parting");
    mara.sees("One kiss, for a breath or two");
    assert_eq!(
        mara.runs("return document.querySelector('.clock').innerText"),
        "0:06"
    );
    assert_eq!(mara.runs("return window.awake"), "screen");
    mara.presses("Start the clock");
    // The page stands still for longer than the timer runs, as a phone in a pocket does.
    mara.devtools("Page.setWebLifecycleState", &json!({ "state": "frozen" }));
    let slept = wait(Duration::from_millis(6500), || None::<()>);
    assert!(slept.is_none());
    mara.devtools("Page.setWebLifecycleState", &json!({ "state": "active" }));
    // Late, at once, and not six seconds more.
    let took = mara.sees_within(Duration::from_secs(2), "That was it");
    assert!(took.as_secs() < 2);
    assert_eq!(
        mara.runs("return document.querySelector('.clock').innerText"),
        "0:00"
    );
    assert_eq!(mara.runs("return window.rung"), json!(["begin"]), "once");
    assert_eq!(mara.runs("return window.shaken"), json!([140]));
    // Dark for two people in the dark; the first touch only wakes it.
    mara.presses("Dim the screen");
    assert_eq!(
        mara.runs("return document.documentElement.classList.contains('dim')"),
        true
    );
    mara.runs("document.querySelector('.clock').click()");
    assert_eq!(
        mara.runs("return document.documentElement.classList.contains('dim')"),
        false
    );
    // Nothing on a lock screen: no media that a player would show, and the one neutral title.
    assert_eq!(
        mara.runs("return navigator.mediaSession.metadata"),
        json!(null)
    );
    assert_eq!(
        mara.runs("return document.querySelectorAll('audio, video').length"),
        0
    );
    assert_eq!(mara.title(), "Evening");
    mara.has_no_complaints();
}

#[test]
fn it_can_be_installed_under_a_neutral_name() {
    let house = Server::demo(1).start();
    let mara = at_home_on_a_phone_of_her_own(&house);
    let manifest = mara.devtools("Page.getAppManifest", &json!({}));
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    let text: serde_json::Value =
        serde_json::from_str(manifest["data"].as_str().expect("a manifest")).unwrap();
    assert_eq!(
        (&text["name"], &text["short_name"]),
        (&json!("Evening"), &json!("Evening"))
    );
    let errors = mara.devtools("Page.getInstallabilityErrors", &json!({}));
    assert_eq!(errors["installabilityErrors"], json!([]), "{errors}");
    mara.has_no_complaints();
}
