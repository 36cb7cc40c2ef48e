//! The instruments, tried on small pages of their own: a verb that cannot fail would prove nothing later.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use journeys::{Person, Screen, World, wait};

const FORM: &str = r#"<!doctype html><html lang="en"><head><title>Evening</title><meta name="viewport"
content="width=device-width"><link rel="icon" href="data:,"><style>
body { background: #fff; color: #222 } @media (prefers-color-scheme: dark) { body { background: #000; color: #ddd } }
button, input, select, textarea { min-height: 48px; min-width: 48px } a { display: inline-block; padding: 16px; color: inherit }
@media (prefers-reduced-motion: reduce) { .moves { display: none } }</style></head><body><main><h1>Evening</h1>
<form action="/said"><p><label for="n">Your name</label> <input id="n" name="name"></p>
<p><label>A few words <textarea name="words"></textarea></label></p>
<p><label>Day <input type="date" name="day"></label></p>
<p><label>Place <select name="place"><option value="k">Kitchen</option><option value="b">Balcony</option></select></label></p>
<fieldset><legend>When</legend><label><input type="radio" name="when" value="now"> Now</label>
<label><input type="radio" name="when" value="later"> Later tonight</label></fieldset>
<p><label><input type="checkbox" name="tea" value="yes"> With tea</label></p>
<p class="moves">A glow that moves</p><p hidden>Behind a curtain</p>
<noscript><p>No script runs here</p></noscript>
<p id="late"></p><button>Go on</button></form>
<ul><li>First thing <a href="/one">Open</a></li><li>Second thing <a href="/two">Open</a></li></ul>
</main><script src="/late.js"></script></body></html>"#;

const LATE: &str =
    "setTimeout(() => { document.getElementById('late').textContent = 'It came late'; }, 300);";

const WRONG: &str = r#"<!doctype html><html lang="en"><head><title>Wrong</title><link rel="icon" href="data:,"></head>
<body><main><h1>Wrong</h1><p style="color: #bbb; background: #fff">Too faint to read</p><input id="nameless">
<div style="width: 1900px">Much too wide</div><img alt="" src="http://127.0.0.1:9/elsewhere.png"></main></body></html>"#;

/// A server of a few fixed pages that counts what it was asked for `/count`.
fn small_house() -> World {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    World::around(port)
}

fn serve(mut stream: TcpStream) -> Option<()> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let asked = line.split(' ').nth(1)?.to_owned();
    while reader.read_line(&mut line).ok()? > 2 {}
    let path = asked.split('?').next()?;
    let page = |text: &str| {
        format!("<!doctype html><html lang=en><title>x</title><main><h1>{text}</h1></main></html>")
    };
    let (kind, body) = match path {
        "/" => ("text/html", FORM.to_owned()),
        "/late.js" => ("text/javascript", LATE.to_owned()),
        "/wrong" => ("text/html", WRONG.to_owned()),
        "/count" => (
            "text/html",
            page(&format!("Asked {}", COUNT.fetch_add(1, Ordering::Relaxed))),
        ),
        _ => ("text/html", page(&asked.replace('<', "&lt;"))),
    };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\
         set-cookie: door=ajar; HttpOnly; SameSite=Strict\r\n\
         content-security-policy: default-src 'self'; style-src 'unsafe-inline'; img-src * data:; require-trusted-types-for \
         'script'\r\n\r\n{body}",
        body.len()
    )
    .ok()
}

/// What a verb says when it fails.
fn failing(act: impl FnOnce()) -> String {
    let failure = catch_unwind(AssertUnwindSafe(act)).expect_err("this was to fail");
    failure
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_default()
}

fn reading(person: &Person, path: &str) -> String {
    person.opens(path);
    person.text()
}

#[test]
fn a_form_is_filled_in_by_what_is_written_beside_its_fields() {
    let world = small_house();
    let ana = world.person("Ana");
    ana.opens("/");
    ana.types("Your name", "Ana");
    ana.types("A few words", "two lines\nand a \u{1f33f}");
    ana.types("Day", "2026-11-27");
    ana.types("Place", "Balcony");
    ana.chooses("Later tonight");
    ana.chooses("With tea");
    ana.chooses("With tea");
    assert!(ana.has_chosen("With tea") && !ana.has_chosen("Now"));
    assert_eq!(ana.value("Your name"), "Ana");
    ana.presses("Go on");
    ana.sees("/said?name=Ana&words=two+lines%0D%0Aand+a+%F0%9F%8C%BF&day=2026-11-27&place=b&when=later&tea=yes");
    assert_eq!(ana.path().split('?').next(), Some("/said"));
    ana.back();
    ana.sees("Evening");
}

#[test]
fn seeing_waits_for_what_comes_and_tells_what_was_there_instead() {
    let world = small_house();
    let ana = world.person("Ana");
    ana.opens("/");
    ana.sees("It came late");
    ana.does_not_see("Behind a curtain");
    assert!(failing(|| ana.does_not_see("It came late")).contains("not to see"));
    let said = failing(|| {
        let _ = ana.sees_within(Duration::from_millis(100), "Behind a curtain");
    });
    assert!(
        said.contains("Ana wanted to see \"Behind a curtain\"") && said.contains("It came late"),
        "{said}"
    );
    ana.within("Second thing").follows("Open");
    ana.is_at("/two");
}

#[test]
fn two_people_share_nothing_and_one_is_offline_alone() {
    let world = small_house();
    let (ana, ben) = (world.person("Ana"), world.person("Ben"));
    ana.opens("/");
    assert_eq!(ana.cookie_header(), "door=ajar");
    assert_eq!(ana.cookies()[0]["httpOnly"], true);
    ben.opens("/count");
    ben.loses_cookies();
    assert_eq!(
        (ben.cookie_header().as_str(), ana.cookie_header().as_str()),
        ("", "door=ajar")
    );
    ana.offline(true);
    assert!(!ana.tries_to_open("/count"));
    assert!(reading(&ben, "/count").starts_with("Asked"));
    ana.online();
    assert!(reading(&ana, "/count").starts_with("Asked"));
    assert_eq!(ana.fetches("/count").status, 200);
    assert!(ana.fetches("/count").text().contains("Asked"));
}

#[test]
fn axe_finds_what_is_wrong_and_nothing_else_and_pages_that_do_not_fit_are_told() {
    let world = small_house();
    let ana = world.person("Ana");
    ana.opens("/");
    ana.is_accessible();
    ana.fits();
    ana.opens("/wrong");
    let rules: Vec<String> = ana
        .axe()
        .into_iter()
        .map(|violation| violation.rule)
        .collect();
    assert_eq!(rules, ["color-contrast", "label"]);
    assert!(failing(|| ana.is_accessible()).contains("color-contrast"));
    let said = failing(|| ana.fits());
    assert!(said.contains("wide of") && said.contains("input"), "{said}");
}

#[test]
fn dark_still_and_scriptless_are_real() {
    let world = small_house();
    let ana = world.person("Ana");
    ana.opens("/");
    let background = "return getComputedStyle(document.body).backgroundColor;";
    assert_eq!(ana.runs(background), "rgb(255, 255, 255)");
    ana.dark(true);
    assert_eq!(ana.runs(background), "rgb(0, 0, 0)");
    ana.sees("A glow that moves");
    ana.reduced_motion(true);
    ana.does_not_see("A glow that moves");
    assert_eq!(
        ana.runs("return [innerWidth, innerHeight];"),
        serde_json::json!([390, 844])
    );
    ana.does_not_see("No script runs here");

    let ben = world.person_with("Ben", &Screen::desk().without_script());
    ben.opens("/");
    ben.sees("No script runs here");
    ben.does_not_see("It came late");
    ben.types("Your name", "Ben");
    ben.presses("Go on");
    ben.sees("name=Ben");
}

#[test]
fn s23_a_request_to_somebody_else_is_noticed() {
    let world = small_house();
    let ana = world.person("Ana");
    ana.opens("/");
    ana.sees("It came late");
    ana.stayed_home();
    ana.has_no_complaints();
    let kinds: Vec<String> = ana
        .requests()
        .into_iter()
        .map(|request| request.kind)
        .collect();
    assert!(
        kinds.contains(&"Document".to_owned()) && kinds.contains(&"Script".to_owned()),
        "{kinds:?}"
    );
    assert!(
        ana.requests()
            .iter()
            .any(|request| request.bytes > 1000 && request.status == 200)
    );
    ana.opens("/wrong");
    assert!(failing(|| ana.stayed_home()).contains("elsewhere.png"));
    assert!(failing(|| ana.has_no_complaints()).contains("elsewhere.png"));
    ana.forgets_requests();
    ana.stayed_home();
}

#[test]
fn the_keyboard_reaches_everything_in_order() {
    let world = small_house();
    let ana = world.person("Ana");
    ana.opens("/");
    let stops = ana.tab_stops();
    assert_eq!(&stops[..2], ["Your name", "A few words"], "{stops:?}");
    assert_eq!(
        &stops[stops.len() - 3..],
        ["Go on", "Open", "Open"],
        "{stops:?}"
    );
    let heard = "let n = 0; addEventListener('keydown', (e) => { n += e.key === 'Shift'; window.shifts = n; });";
    ana.runs(heard);
    ana.taps_key("Shift", 3);
    assert_eq!(ana.runs("return window.shifts;"), 3);
}

#[test]
fn pictures_show_the_whole_page_and_tabs_share_cookies() {
    let world = small_house();
    let ana = world.person_with("Ana", &Screen::phone().sized(390, 200));
    ana.opens("/");
    let path = world.spare_dir().join("evening.png");
    ana.screenshot(&path);
    let png = std::fs::read(path).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    let height = u32::from_be_bytes(png[20..24].try_into().unwrap());
    assert!(height > 400, "{height} px");
    let first = ana.opens_tab("/two");
    assert_eq!(ana.cookie_header(), "door=ajar");
    ana.looks_at(&first);
    ana.is_at("/");
    let (urls, at) = ana.history();
    assert!(urls[at].ends_with('/'), "{urls:?}");
    assert_eq!(ana.kept()["local"], serde_json::json!({}));
}

#[test]
fn browsers_go_when_their_world_goes() {
    let world = small_house();
    let marker = world.data_dir().parent().unwrap().display().to_string();
    let ana = world.person("Ana");
    ana.opens("/");
    assert!(running(&marker) > 0);
    drop(world);
    drop(ana);
    assert!(
        wait(Duration::from_secs(5), || (running(&marker) == 0)
            .then_some(()))
        .is_some()
    );
}

/// Processes with this text in their command line.
fn running(text: &str) -> usize {
    let processes = std::fs::read_dir("/proc").expect("Linux").flatten();
    let lines = processes.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines
        .filter(|line| String::from_utf8_lossy(line).contains(text))
        .count()
}
