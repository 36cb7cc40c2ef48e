//! S18: two doors on any device. K3: a sign-in's cookie opens the shared space only, and only with its row; K15:
//! guessing is slowed, the owner never locked out. S20: the list of one's own sign-ins.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use rekindle_domain::Stamp;

use crate::routes::Ids;
use crate::world::{Browser, House, Lived, Page, newcomer, pair};

const WORDS: &str = "Only I may read this.";
const DOOR: &str = "__Host-d";
const SIGN_IN: &str = "__Host-s";

async fn reads(browser: &mut Browser) -> bool {
    let page = browser.get("/m/n").await;
    assert_eq!(page.status, StatusCode::OK);
    page.sees(WORDS)
}

async fn with_a_note() -> (House, Browser) {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    ana.writes_a_note(WORDS).await;
    (house, ana)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_writing_needs_no_door_and_reading_does() {
    let (_house, mut ana) = with_a_note().await;
    assert!(!reads(&mut ana).await, "right after an account was made");
    ana.opens_the_door().await;
    assert!(reads(&mut ana).await);
    ana.writes_a_note("Another one.").await;
    ana.does("/e/c", &[]).await;
    assert!(!reads(&mut ana).await);
    // What was prepared for a check-in is as private.
    ana.does("/n", &[("concern", WORDS)]).await;
    assert!(!ana.get("/n").await.body.contains(WORDS));
    ana.opens_the_door().await;
    assert!(ana.get("/n").await.body.contains(WORDS));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_the_door_closes_after_ten_idle_minutes() {
    let (house, mut ana) = with_a_note().await;
    ana.opens_the_door().await;
    house.later(10 * Stamp::MINUTE);
    assert!(
        reads(&mut ana.clone()).await,
        "on the tenth minute it is still open"
    );
    let (house, mut ana) = with_a_note().await;
    ana.opens_the_door().await;
    house.later(10 * Stamp::MINUTE + Stamp::SECOND);
    assert!(!reads(&mut ana).await, "and a second later it is not");
    assert_eq!(ana.get("/m/k").await.to(), "/e?to=/m/k");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_the_door_closes_after_thirty_minutes_however_much_it_is_used() {
    let (house, mut ana) = with_a_note().await;
    ana.opens_the_door().await;
    for _ in 0..6 {
        house.later(5 * Stamp::MINUTE);
        assert!(reads(&mut ana).await);
    }
    house.later(Stamp::SECOND);
    assert!(!reads(&mut ana).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_signing_out_closes_the_door() {
    let (_house, mut ana) = with_a_note().await;
    ana.opens_the_door().await;
    let door = ana.jar[DOOR].clone();
    ana.does("/c/o", &[]).await;
    assert!(!ana.jar.contains_key(SIGN_IN) && !ana.jar.contains_key(DOOR));
    ana.signs_in().await;
    ana.jar.insert(DOOR.to_owned(), door);
    assert!(!reads(&mut ana).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_cookies_end_with_the_browser_unless_the_device_is_ones_own() {
    let (house, ana) = with_a_note().await;
    let (handle, passphrase) = (ana.handle.clone(), ana.passphrase.clone());
    let form = [("handle", &*handle), ("passphrase", &passphrase)];
    let mut browser = house.browser();
    let page = browser.post("/c", &form).await;
    for cookie in page.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        let ends = cookie.contains("Max-Age=0");
        assert!(ends || !cookie.contains("Max-Age"), "{cookie}");
    }
    house.later(12 * Stamp::HOUR + Stamp::SECOND);
    assert_eq!(
        browser.get("/t").await.to(),
        "/c",
        "and the server forgets it after twelve hours"
    );
    let own = [form[0], form[1], ("own", "yes")];
    let page = browser.post("/c", &own).await;
    let kept = page.headers.get_all("set-cookie").iter();
    assert!(
        kept.map(|c| c.to_str().unwrap())
            .any(|c| c.starts_with(SIGN_IN) && c.contains("Max-Age=2592000"))
    );
    // The door's ends with the browser in any case.
    let page = browser.post("/e", &[("passphrase", &*passphrase)]).await;
    let door = page.headers["set-cookie"].to_str().unwrap();
    assert!(
        door.starts_with(DOOR) && !door.contains("Max-Age"),
        "{door}"
    );
    house.later(30 * Stamp::DAY + Stamp::SECOND);
    assert_eq!(browser.get("/t").await.to(), "/c");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_private_fields_are_neither_filled_in_nor_spell_checked() {
    let (_house, mut ana) = with_a_note().await;
    ana.opens_the_door().await;
    for (path, field) in [
        ("/m/n", "words"),
        ("/n", "concern"),
        ("/m/h", "words"),
        ("/u/n", "words"),
        ("/m/i", "label"),
        ("/f", "code"),
    ] {
        let page = ana.get(path).await;
        let tags = [
            page.between("<textarea ", ">"),
            page.between("<input ", ">"),
        ]
        .concat();
        let name = format!("name=\"{field}\"");
        let tag = tags.iter().find(|tag| tag.contains(&name)).expect(path);
        assert!(tag.contains("autocomplete=\"off\""), "{path}: {tag}");
        assert!(tag.contains("spellcheck=\"false\""), "{path}: {tag}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k3_a_door_opens_nothing_but_for_the_sign_in_it_was_opened_from() {
    let (house, mut ana) = with_a_note().await;
    ana.opens_the_door().await;
    // Another sign-in of the same person.
    let mut second = house.browser();
    second.handle.clone_from(&ana.handle);
    second.passphrase.clone_from(&ana.passphrase);
    second.signs_in().await;
    second.jar.insert(DOOR.to_owned(), ana.jar[DOOR].clone());
    assert!(!reads(&mut second).await);
    // Somebody else.
    let mut ben = newcomer(&house, "ben", "").await;
    ben.jar.insert(DOOR.to_owned(), ana.jar[DOOR].clone());
    assert!(!reads(&mut ben).await);
    // A door in place of a sign-in, and a sign-in in place of a door.
    let mut swapped = house.browser();
    swapped
        .jar
        .insert(SIGN_IN.to_owned(), ana.jar[DOOR].clone());
    assert_eq!(swapped.get("/t").await.to(), "/c");
    swapped
        .jar
        .insert(SIGN_IN.to_owned(), ana.jar[SIGN_IN].clone());
    swapped
        .jar
        .insert(DOOR.to_owned(), ana.jar[SIGN_IN].clone());
    assert!(!reads(&mut swapped).await);
    // And the right one still opens.
    assert!(reads(&mut ana).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k3_a_cookie_without_its_row_and_a_row_without_its_cookie_open_nothing() {
    let (house, ana) = with_a_note().await;
    // A cookie without the table.
    let empty = House::new().await;
    assert_eq!(ana.at(&empty).get("/t").await.to(), "/c");
    // The whole table without a cookie: whatever stands in it is no cookie.
    let copy = house.twin().await;
    let rows = copy.rows().await;
    let mut tried = 0;
    for row in rows.0.values().flatten() {
        for value in row.split(' ') {
            let Some(hex) = value
                .strip_prefix("X'")
                .map(|hex| hex.trim_end_matches('\''))
            else {
                continue;
            };
            let bytes = data(hex);
            for start in (0..bytes.len().saturating_sub(31)).step_by(8) {
                let window = &bytes[start..start + 32];
                for cookie in [to_hex(window), base64(window)] {
                    let mut thief = copy.browser();
                    thief.jar.insert(SIGN_IN.to_owned(), cookie.clone());
                    thief.jar.insert(DOOR.to_owned(), cookie);
                    assert_eq!(thief.get("/m").await.to(), "/c");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 200, "{tried}");
    // Two of one name are none: which would count?
    let mut two = ana.clone();
    let line = format!(
        "{SIGN_IN}={}; {SIGN_IN}={}",
        ana.jar[SIGN_IN], ana.jar[SIGN_IN]
    );
    let request = crate::world::asks("GET", "/t").header("cookie", line);
    assert_eq!(two.send(request, "").await.to(), "/c");
}

fn data(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap())
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Without padding, as cookies of ours are written.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            let letter = bits >> (18 - 6 * place) & 63;
            text.push(char::from(LETTERS[usize::try_from(letter).unwrap()]));
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k3_every_sign_in_and_every_door_has_a_secret_of_its_own() {
    let (_house, mut ana) = with_a_note().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..4 {
        ana.jar.clear();
        ana.signs_in().await;
        ana.opens_the_door().await;
        for name in [SIGN_IN, DOOR] {
            assert!(seen.insert(ana.jar[name].clone()));
            assert!(ana.jar[name].len() >= 43, "256 bits");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_a_new_passphrase_ends_the_old_one_and_on_wish_every_other_sign_in() {
    let (house, mut ana) = with_a_note().await;
    let mut second = ana.clone();
    second.jar.clear();
    second.signs_in().await;
    ana.opens_the_door().await;
    let old = ana.passphrase.clone();
    let new = "violet engine saddle winter broom";
    let form = [
        ("what", "passphrase"),
        ("current", &*old),
        ("new", new),
        ("others", "yes"),
    ];
    ana.does("/m/k", &form).await;
    assert_eq!(second.get("/t").await.to(), "/c");
    assert!(reads(&mut ana).await, "the one at hand stays");
    let mut again = house.browser();
    let with = |passphrase| [("handle", "ana"), ("passphrase", passphrase)];
    let page = again.post("/c", &with(&old)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.does("/c", &with(new)).await, "/t");
}

/// The code that stands on a recovery sheet.
pub(crate) fn code_on(page: &Page) -> String {
    let text = page.text();
    let code: Vec<&str> = text
        .split_whitespace()
        .filter(|word| {
            word.len() == 5
                && word
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        })
        .collect();
    assert!(code.len() >= 8, "{text}");
    code.join(" ")
}

/// K6: the sheet brings one back in, and a new one takes the place of the old one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k6_the_sheet_opens_the_account_until_it_is_replaced() {
    let (house, mut ana) = with_a_note().await;
    ana.opens_the_door().await;
    let passphrase = ana.passphrase.clone();
    let mut sheets = vec![];
    for _ in 0..2 {
        let form = [("what", "sheet"), ("sheet-current", &*passphrase)];
        let page = ana.post("/m/k", &form).await;
        sheets.push(code_on(&page));
    }
    let mut back = house.browser();
    for (code, handle, status) in [
        (&sheets[0], "ana", 422),
        (&sheets[1], "ben", 422),
        (&sheets[1], "ana", 303),
    ] {
        let form = [
            ("handle", handle),
            ("code", code),
            ("passphrase", "violet engine saddle winter broom"),
        ];
        let page = back.post("/f", &form).await;
        assert_eq!(page.status.as_u16(), status, "{handle}: {}", page.text());
    }
    assert_eq!(ana.get("/t").await.to(), "/c", "every other sign-in ended");
    back.passphrase = "violet engine saddle winter broom".to_owned();
    back.opens_the_door().await;
    assert!(reads(&mut back).await);
}

/// The code that a new device shows.
fn waiting_code(page: &Page) -> String {
    let mut groups = page.between("<span>", "</span>");
    groups.retain(|group| group.len() == 4 && group.bytes().all(|b| b.is_ascii_alphanumeric()));
    assert_eq!(groups.len(), 3, "{}", page.text());
    groups.join("-")
}

/// K6: a new device is let in from one that is signed in, behind its door and with the passphrase; once, and not for
/// long. What comes in is a sign-in to the shared space, and nothing more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k6_a_signed_in_device_lets_a_new_one_in() {
    let (house, mut ana) = with_a_note().await;
    let mut new = house.browser();
    new.handle = ana.handle.clone();
    new.passphrase = ana.passphrase.clone();
    assert_eq!(new.does("/c/n", &[("step", "begin")]).await, "/c/n");
    let code = waiting_code(&new.get("/c/n").await);
    let enter = [("step", "enter"), ("own", "yes")];
    let early = new.post("/c/n", &enter).await;
    assert!(early.sees("has not let this one in yet"));
    assert_eq!(new.get("/t").await.to(), "/c");

    assert_eq!(ana.get("/m/d").await.to(), "/e?to=/m/d", "behind the door");
    ana.opens_the_door().await;
    let passphrase = ana.passphrase.clone();
    for (code, passphrase, text) in [
        ("0123456789AB", &*passphrase, "No device with that code"),
        ("012345678", &*passphrase, "seems to be off"),
        (&*code, "not this one, I think", "does not open it"),
    ] {
        let form = [("code", code), ("passphrase", passphrase)];
        let page = ana.post("/m/d", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.sees(text), "{}", page.text());
    }
    let prefilled = ana.get(&format!("/m/d/{}", code.replace('-', ""))).await;
    assert!(prefilled.body.contains(&format!("value=\"{code}\"")));
    assert!(
        new.post("/c/n", &enter).await.sees("has not let"),
        "looking lets nobody in"
    );
    let form = [("code", &*code), ("passphrase", &*passphrase)];
    let sealed = house.twin().await;
    assert!(ana.post("/m/d", &form).await.sees("It can come in now"));
    let twice = ana.post("/m/d", &form).await;
    assert!(twice.sees("No device with that code"));
    // Somebody else's cookie opens nothing of what was sealed to this one.
    let mut thief = house.browser();
    thief.does("/c/n", &[("step", "begin")]).await;
    assert!(thief.post("/c/n", &enter).await.sees("has not let"));
    // A row with another key under this code is not sealed to.
    let (mut there, mut other) = (ana.at(&sealed), new.at(&sealed));
    let swap = "UPDATE waiting_devices SET public = randomblob(32)";
    assert_eq!(sealed.tamper(swap).await, 1);
    assert!(
        there
            .post("/m/d", &form)
            .await
            .sees("No device with that code")
    );
    assert!(other.post("/c/n", &enter).await.sees("has not let"));

    assert_eq!(new.does("/c/n", &enter).await, "/t");
    assert!(new.get("/t").await.sees("Ana"));
    assert!(!reads(&mut new).await, "its own door is closed");
    new.opens_the_door().await;
    assert!(reads(&mut new).await);
    assert_eq!(
        house.rows().await.count("waiting_devices"),
        1,
        "only the thief waits"
    );
    // It stands in the list, and can be ended there.
    let list = ana.get("/m/i").await;
    let ids = list.between("name=\"id\" value=\"", "\"");
    let id = ids.iter().find(|id| id.len() == 64).unwrap();
    ana.does("/m/i", &[("id", id)]).await;
    assert_eq!(new.get("/t").await.to(), "/c");

    // Ten minutes, and not one more.
    let mut late = house.browser();
    late.does("/c/n", &[("step", "begin")]).await;
    let code = waiting_code(&late.get("/c/n").await);
    house.later(10 * Stamp::MINUTE + 1);
    ana.opens_the_door().await;
    let form = [("code", &*code), ("passphrase", &*passphrase)];
    assert!(
        ana.post("/m/d", &form)
            .await
            .sees("No device with that code")
    );
    assert!(late.post("/c/n", &enter).await.sees("That code is over"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k15_somebody_who_hammers_cannot_delay_a_known_device() {
    let (house, mut ana) = with_a_note().await;
    let guess = [
        ("handle", "ana"),
        ("passphrase", "kettle window apricot slow ocean"),
    ];
    let mut slowed = 0;
    for _ in 0..60 {
        let page = house.browser().post("/c", &guess).await;
        slowed += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(slowed >= 50, "{slowed} of 60 guesses were slowed");
    let derived = house.slow.0.load(Ordering::SeqCst);
    house.browser().post("/c", &guess).await;
    assert_eq!(
        house.slow.0.load(Ordering::SeqCst),
        derived,
        "and cost this server nothing"
    );
    // A device of Ben's does not help him with Ana's name, and Ana's own does help her.
    let mut ben = newcomer(&house, "ben", "").await;
    assert_eq!(
        ben.post("/c", &guess).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    ana.does("/c/o", &[]).await;
    assert!(ana.jar.contains_key("__Host-k"));
    ana.signs_in().await;
    ana.opens_the_door().await;
    // A new device of hers waits, but never for good.
    let right = [("handle", "ana"), ("passphrase", &*ana.passphrase)];
    let page = house.browser().post("/c", &right).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    house.later(Stamp::MINUTE);
    assert_eq!(house.browser().does("/c", &right).await, "/t");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k15_an_unknown_name_gets_the_same_answer_for_the_same_work() {
    let (house, _ana) = with_a_note().await;
    let mut answers = vec![];
    for handle in ["ana", "eva"] {
        let before = house.slow.0.load(Ordering::SeqCst);
        let form = [
            ("handle", handle),
            ("passphrase", "kettle window apricot slow ocean"),
        ];
        let page = house.browser().post("/c", &form).await;
        let work = house.slow.0.load(Ordering::SeqCst) - before;
        answers.push((
            page.status,
            page.body.replace(&format!("value=\"{handle}\""), ""),
            format!("{:?}", page.headers),
            work,
        ));
    }
    assert_eq!(answers[0].3, 1);
    assert_eq!(answers[0], answers[1]);
}

/// The private door has a budget, too: somebody with the open device cannot guess on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k15_guessing_at_the_private_door_is_slowed() {
    let (house, mut ana) = with_a_note().await;
    for _ in 0..20 {
        ana.post("/e", &[("passphrase", "kettle window apricot slow ocean")])
            .await;
    }
    let derived = house.slow.0.load(Ordering::SeqCst);
    let page = ana
        .post("/e", &[("passphrase", "kettle window apricot slow ocean")])
        .await;
    assert_eq!(
        house.slow.0.load(Ordering::SeqCst),
        derived,
        "{}",
        page.text()
    );
    assert!(page.sees("Please wait"));
    house.later(Stamp::MINUTE);
    ana.opens_the_door().await;
}

/// Nor is there another way to guess: every place that asks for the passphrase counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k15_no_place_that_asks_for_a_passphrase_can_be_hammered() {
    let (house, mut ana) = with_a_note().await;
    ana.opens_the_door().await;
    let wrong = "kettle window apricot slow ocean";
    let new = "violet engine saddle winter broom";
    let places: [(&str, &[(&str, &str)]); 5] = [
        ("/m/d", &[("code", "0123456789AB"), ("passphrase", wrong)]),
        ("/m/k/r", &[("current", wrong), ("new", new)]),
        (
            "/m/k",
            &[("what", "passphrase"), ("current", wrong), ("new", new)],
        ),
        ("/m/k", &[("what", "sheet"), ("sheet-current", wrong)]),
        ("/m/p/e", &[("passphrase", wrong)]),
    ];
    for (path, form) in places {
        let before = house.slow.0.load(Ordering::SeqCst);
        for _ in 0..40 {
            ana.post(path, form).await;
        }
        let tried = house.slow.0.load(Ordering::SeqCst) - before;
        assert!(tried < 20, "{path}: {tried} of 40 guesses were tried");
        house.later(5 * Stamp::MINUTE);
        ana.get("/m/k").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s20_ones_own_sign_ins_stand_behind_the_door_and_nowhere_else() {
    let mut lived = Lived::new().await;
    let mut second = lived.ana.clone();
    second.jar.clear();
    second.signs_in().await;
    assert_eq!(lived.ana.get("/m/i").await.to(), "/e?to=/m/i");
    lived.ana.opens_the_door().await;
    lived
        .ana
        .does("/m/i/l", &[("label", "The phone in the kitchen")])
        .await;
    let page = lived.ana.get("/m/i").await;
    assert!(page.sees("This list can be incomplete."));
    assert!(page.sees("The phone in the kitchen"));
    let forms = page.forms();
    assert!(
        forms[0].contains("value=\"others\""),
        "ending all others comes first"
    );
    assert!(
        forms[0].contains("class=\"button\""),
        "and is the main button: {}",
        forms[0]
    );
    // The label is sealed to its owner: nobody reads it, the server neither.
    let rows = lived.house.look("SELECT quote(label) FROM sign_ins").await;
    let hex: String = b"kitchen"
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    assert!(rows.iter().all(|row| !row.contains(&hex)));
    lived.ana.does("/m/i", &[("id", "others")]).await;
    assert_eq!(second.get("/t").await.to(), "/c");
    assert_eq!(
        lived.ben.get("/t").await.status,
        StatusCode::OK,
        "nobody else’s"
    );
    let page = lived.ana.get("/m/i").await;
    assert!(!page.body.contains("value=\"others\""));
    for path in ["/t", "/u", "/m", "/m/s", "/h"] {
        assert!(
            !lived.ana.get(path).await.sees("The phone in the kitchen"),
            "{path}"
        );
    }
}

/// One's list is one's own to end: not a door, and not another's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s20_nobody_ends_the_sign_in_of_somebody_else() {
    let mut lived = Lived::new().await;
    let ids = Ids::of(&mut lived).await;
    lived.ben.opens_the_door().await;
    let before = lived.house.rows().await;
    let page = lived.ben.post("/m/i", &[("id", &ids.sign_in)]).await;
    assert_eq!(page.to(), "/m/i", "as with one that is nobody’s");
    assert_eq!(lived.house.rows().await, before);
}

/// K1: each persona's keys open exactly its own set; here by the pages, in `vault` by the keys.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k1_two_couples_on_one_server_share_nothing() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    let (mut cleo, mut dora) = pair(&house, "cleo", "dora").await;
    ana.does("/u/a", &[("words", "For Ben alone.")]).await;
    cleo.does("/u/a", &[("words", "For Dora alone.")]).await;
    for (who, own, other) in [
        (&mut ben, "For Ben alone.", "For Dora alone."),
        (&mut dora, "For Dora alone.", "For Ben alone."),
    ] {
        let page = who.get("/u/a").await;
        assert!(page.sees(own) && !page.sees(other));
    }
}
