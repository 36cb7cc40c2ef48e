//! S14, S15: out at once, on every page, and nothing tell-tale stays behind.

use journeys::{Person, Screen, Server, World};

use crate::couple::{phone, signs_in, signs_up};

/// A neutral page to land on: another house of the test, seen under another name.
struct Elsewhere {
    house: World,
}

const NAME: &str = "neutral.example";

impl Elsewhere {
    fn new() -> Self {
        Self {
            house: Server::default().over_tls(NAME).start(),
        }
    }

    /// Its help page, which anybody may see.
    fn page(&self) -> String {
        format!("{}/h", self.house.address())
    }

    fn house(&self) -> World {
        Server::default()
            .setting("REKINDLE_LEAVE_TO", &self.page())
            .start()
    }

    fn screen(screen: Screen) -> Screen {
        screen.knowing_host(NAME).trusting_any_certificate()
    }
}

/// Ana, who has an account and is at Today.
fn at_home(house: &World, screen: Screen) -> Person {
    let ana = house.person_with("Ana", &Elsewhere::screen(screen));
    ana.opens("/b");
    signs_up(&ana);
    ana.opens("/m");
    ana.opens("/t");
    ana.sees("Hello, Ana");
    ana
}

/// She is gone: at the neutral page, signed out here and on the server, and no step back shows what was there.
fn is_gone(house: &World, elsewhere: &Elsewhere, ana: &Person, cookie: &str) {
    let there = || (ana.url() == elsewhere.page()).then_some(());
    assert!(
        journeys::wait(journeys::PATIENCE, there).is_some(),
        "{}",
        ana.url()
    );
    // The sign-in itself has ended, not only the cookie.
    let again = house.ask("GET", "/t", &[("cookie", cookie)], b"");
    assert!(!again.text().contains("Hello, Ana"));
    let (_, steps) = ana.history();
    for _ in 0..steps {
        ana.back();
        ana.settles();
        for kept in ["Hello, Ana", "Notes to yourself", "Your recovery sheet"] {
            ana.does_not_see(kept);
        }
    }
    let _ = ana.tries_to_open("/t");
    ana.sees("Welcome back");
    let cookies = ana.cookies();
    assert!(cookies.is_empty(), "{cookies:?}");
}

#[test]
fn s14_leave_with_script_puts_another_page_in_its_place() {
    let elsewhere = Elsewhere::new();
    let house = elsewhere.house();
    let ana = at_home(&house, Screen::phone());
    let cookie = ana.cookie_header();
    let (before, at) = ana.history();
    assert!(before[at].ends_with("/t"), "{before:?}");
    ana.follows("Leave");
    let there = || (ana.url() == elsewhere.page()).then_some(());
    assert!(journeys::wait(journeys::PATIENCE, there).is_some());
    // In its place: not one step more, and the page it was pressed on is no longer among them.
    let (after, now) = ana.history();
    assert_eq!((after.len(), now), (before.len(), at), "{after:?}");
    assert_eq!(after[at], elsewhere.page());
    is_gone(&house, &elsewhere, &ana, &cookie);
}

#[test]
fn s14_leave_without_script_ends_the_sign_in_and_back_shows_nothing() {
    let elsewhere = Elsewhere::new();
    let house = elsewhere.house();
    let ana = at_home(&house, Screen::phone().without_script());
    let cookie = ana.cookie_header();
    ana.follows("Leave");
    is_gone(&house, &elsewhere, &ana, &cookie);
}

#[test]
fn s14_shift_three_times_leaves_and_shift_while_typing_does_not() {
    let elsewhere = Elsewhere::new();
    let house = elsewhere.house();
    let ana = at_home(&house, Screen::desk());
    let cookie = ana.cookie_header();
    ana.opens("/m/n");
    ana.types("What is on your mind", "");
    for _ in 0..3 {
        ana.taps_key("Shift", 2);
        ana.taps_key("n", 1);
    }
    ana.taps_key("Escape", 3);
    ana.sees("Notes to yourself");
    assert_eq!(ana.value("What is on your mind"), "nnn");
    ana.taps_key("Shift", 3);
    is_gone(&house, &elsewhere, &ana, &cookie);
}

#[test]
fn s14_s15_on_every_page_leave_comes_first_and_the_title_says_nothing() {
    let house = Server::demo(1).start();
    let mara = phone(&house, "Mara");
    signs_in(&mara);
    let paths = [
        "/",
        "/a",
        "/b",
        "/c",
        "/f",
        "/h",
        "/h/l",
        "/t",
        "/r",
        "/r/s/4",
        "/u",
        "/u/p",
        "/u/m",
        "/u/a",
        "/u/h",
        "/m",
        "/m/n",
        "/m/s",
        "/m/r",
        "/e",
        "/n",
        "/s",
        "/i/nothing",
        "/nowhere",
    ];
    let first = "const shown = (e) => e.checkVisibility(); \
        const first = [...document.querySelectorAll('a[href], button, input, select, textarea')].filter(shown)[0]; \
        return [first?.innerText.trim(), first?.getAttribute('href'), document.title, \
            document.querySelector('link[rel=icon]')?.getAttribute('href')]";
    let mut icons = std::collections::BTreeSet::new();
    for path in paths {
        mara.opens(path);
        mara.settles();
        let seen = mara.runs(first);
        assert_eq!(seen[0], "Leave", "{path}");
        assert_eq!(seen[1], "/x", "{path}");
        assert_eq!(seen[2], "Evening", "{path}");
        icons.insert(seen[3].to_string());
        // The keyboard finds it before anything else.
        if ["/t", "/c"].contains(&path) {
            mara.taps_key("Tab", 1);
            assert!(
                mara.focused().starts_with("Leave"),
                "{path}: {}",
                mara.focused()
            );
        }
    }
    assert_eq!(icons.len(), 1, "one icon: {icons:?}");
    let cookies = mara.cookies();
    for cookie in &cookies {
        let name = cookie["name"].as_str().unwrap_or_default();
        assert!(name.len() <= 8, "a name that says nothing: {name}");
    }
}
