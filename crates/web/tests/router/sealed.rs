//! What lies on the disk: nothing of what was erased (K9), and nothing that can be changed without being noticed (K10).
//! K5: the true partner's key. K28: invitation links.

use std::fs;

use axum::http::StatusCode;
use rekindle_domain::{CoupleId, PersonId, Stamp};
use rekindle_store::Store as _;
use rekindle_vault::chance;
use rekindle_vault::keys::{NewPerson, OuterPublic, SpaceKeys, new_person};
use rekindle_vault::pairing::{open_membership, seal_membership};

use crate::doors::base64;
use crate::world::{Browser, House, Lived, Page, asks, link_of, newcomer, pair};

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = hex.trim_start_matches("X'").trim_end_matches('\'');
    (0..digits.len() / 2)
        .map(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).unwrap())
        .collect()
}

/// Everything of this house that lies on a disk: its folder, and whatever files this process holds open, such as
/// temporary ones that have no name any more. Byte for byte as characters, because texts are searched fast.
pub(crate) struct Disk(Vec<(String, String)>);

fn as_text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

impl Disk {
    pub(crate) fn of(house: &House) -> Self {
        let mut found: Vec<(String, String)> = crate::world::files_under(house.folder())
            .into_iter()
            .map(|path| {
                (
                    path.display().to_string(),
                    as_text(&fs::read(&path).unwrap()),
                )
            })
            .collect();
        assert!(found.iter().any(|(name, _)| name.ends_with("rekindle.db")));
        for open in fs::read_dir("/proc/self/fd")
            .into_iter()
            .flatten()
            .flatten()
        {
            let to = fs::read_link(open.path()).unwrap_or_default();
            let to = to.display().to_string();
            let regular = fs::metadata(open.path()).is_ok_and(|file| file.is_file());
            // Those of houses of other tests have a name and are theirs.
            let ours = to.ends_with(" (deleted)") && !to.contains("rekindle.db");
            if regular
                && ours
                && let Ok(bytes) = fs::read(open.path())
            {
                found.push((to, as_text(&bytes)));
            }
        }
        Self(found)
    }

    fn has(&self, bytes: &[u8]) -> bool {
        let text = as_text(bytes);
        self.0.iter().any(|(_, file)| file.contains(&text))
    }

    /// In which files a text stands: as it is, as hex, as base64, in UTF-16, backwards.
    pub(crate) fn traces(&self, text: &str) -> Vec<String> {
        let plain = text.as_bytes();
        let mut forms = vec![
            as_text(plain),
            hex(plain),
            hex(plain).to_uppercase(),
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .map(char::from)
                .collect(),
            plain.iter().rev().map(|byte| char::from(*byte)).collect(),
        ];
        for skip in 0..3 {
            // The middle of it is the same wherever it begins.
            let coded = base64(&plain[skip..]);
            let middle = &coded[..coded.len() - 4];
            forms.push(middle.to_owned());
            forms.push(middle.replace('-', "+").replace('_', "/"));
        }
        let mut found = vec![];
        for (name, file) in &self.0 {
            if forms.iter().any(|form| file.contains(form)) {
                found.push(name.clone());
            }
        }
        found
    }
}

/// What one record holds that can be opened: wrapped key and ciphertext.
async fn contents(house: &House) -> Vec<(String, Vec<u8>)> {
    let rows = house
        .look("SELECT quote(entry_key) || ' ' || quote(body) FROM records WHERE body IS NOT NULL ORDER BY rowid")
        .await;
    rows.iter()
        .flat_map(|row| {
            row.split(' ')
                .map(|value| (value.to_owned(), bytes_of(value)))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k9_what_is_taken_back_or_erased_is_gone_from_the_files() {
    let mut lived = Lived::new().await;
    let house = &lived.house;
    let ana = &mut lived.ana;
    let before = contents(house).await;
    ana.does("/u/a", &[("words", "Said too soon.")]).await;
    ana.writes_a_note("Nobody should read this.").await;
    let offer = ana.proposes("long-hug", "Hold me?").await;
    let written: Vec<_> = contents(house)
        .await
        .into_iter()
        .filter(|one| !before.contains(one))
        .collect();
    assert_eq!(written.len(), 6, "keys and bodies of three records");
    let found = |house: &House| {
        let disk = Disk::of(house);
        written.iter().filter(|(_, bytes)| disk.has(bytes)).count()
    };
    assert_eq!(found(house), 6, "they are there, so this can fail");

    let id = ana.get("/u/a").await.field_of("/u/a/w", "id");
    ana.does("/u/a/w", &[("id", &id)]).await;
    ana.opens_the_door().await;
    let id = ana.get("/m/n").await.field_of("/m/n/e", "id");
    ana.does("/m/n/e", &[("id", &id)]).await;
    ana.does(&format!("{offer}/w"), &[]).await;
    house.store.clean().await.unwrap();
    assert_eq!(found(house), 0);
    // The chain holds, and neither of the two sees that anything was there (K10, S13).
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get("/t").await;
        assert!(!page.sees("does not quite match"), "{}", page.text());
        assert!(who.get("/u/a").await.sees("You waited up."));
    }
    lived.house.store.close().await;
    assert_eq!(found(&lived.house), 0);
}

/// The page holds the newest forty; what is older is paged through, and can be taken back as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k9_an_appreciation_older_than_the_page_holds_is_taken_back_too() {
    let mut lived = Lived::new().await;
    for n in 0..85 {
        let words = format!("Thing number {n:03}.");
        lived.ana.does("/u/a", &[("words", &words)]).await;
    }
    let ana = &mut lived.ana;
    assert!(!ana.get("/u/a").await.sees("Thing number 010."));
    assert!(
        ana.get("/u/a")
            .await
            .links()
            .contains(&"/u/a?n=1".to_owned())
    );
    let page = ana.get("/u/a?n=1").await;
    assert!(page.sees("Thing number 044.") && page.links().contains(&"/u/a?n=2".to_owned()));
    let page = ana.get("/u/a?n=2").await;
    assert!(page.sees("Thing number 000.") && page.sees("You sang."));
    assert!(!page.links().iter().any(|link| link.contains("n=3")));
    // Ben sees them, and none of Ana’s is his to take back.
    let id = page.field_of("/u/a/w", "id");
    let before = lived.house.rows().await;
    let form = [("id", &*id), ("n", "2")];
    lived.ben.does("/u/a/w", &form).await;
    assert_eq!(lived.house.rows().await, before);
    let gone = page.text().contains("Thing number 004.");
    assert!(gone, "{}", page.text());
    assert_eq!(lived.ana.does("/u/a/w", &form).await, "/u/a?n=2");
    for who in [&mut lived.ana, &mut lived.ben] {
        assert!(!who.get("/u/a?n=2").await.sees("Thing number 004."));
        assert!(who.get("/u/a?n=2").await.sees("Thing number 003."));
        assert!(!notices(who).await);
    }
}

/// S19: a note whose time is over is not shown any more, and is gone for good when the door opens next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s19_a_note_goes_by_itself() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    ana.does("/m/n", &[("words", "For a week."), ("until", "7")])
        .await;
    ana.writes_a_note("For good.").await;
    assert_eq!(
        house.rows().await.count("records"),
        3,
        "the name, and two notes"
    );
    ana.opens_the_door().await;
    house.later(5 * Stamp::MINUTE);
    assert!(ana.get("/m/n").await.sees("For a week."));
    house.later(7 * Stamp::DAY);
    ana.opens_the_door().await;
    let page = ana.get("/m/n").await;
    assert!(page.sees("For good.") && !page.sees("For a week."));
    assert_eq!(house.rows().await.count("records"), 2);
}

pub(crate) const NOTICE: &str = "does not quite match what this device has seen before";

pub(crate) async fn notices(browser: &mut Browser) -> bool {
    let page = browser.get("/t").await;
    assert_eq!(page.status, StatusCode::OK);
    page.sees(NOTICE)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k10_an_older_copy_put_back_is_noticed_and_can_be_read() {
    let mut lived = Lived::new().await;
    let older = lived.house.twin().await;
    lived
        .ana
        .does("/u/a", &[("words", "What came after.")])
        .await;
    for who in [&mut lived.ana, &mut lived.ben] {
        assert!(!notices(who).await);
    }
    let back = lived.house.put_back(&older).await;
    let mut ben = lived.ben.at(&back);
    for _ in 0..2 {
        assert!(notices(&mut ben).await, "and not only the first time");
    }
    let page = ben.get("/u/a").await;
    assert!(page.sees("You waited up.") && !page.sees("What came after."));
    // Grown to the same length with something else in it, it is noticed too; a calm notice, and life goes on.
    ben.does("/u/a", &[("words", "Something else.")]).await;
    assert!(notices(&mut ben).await);
    assert!(ben.get("/u/a").await.sees("Something else."));
    // A device that remembers nothing has nothing to compare with.
    let mut fresh = lived.ana.at(&back);
    fresh.jar.remove("__Host-m");
    assert!(!notices(&mut fresh).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k10_whatever_is_changed_in_the_shared_stream_is_noticed() {
    let lived = Lived::new().await;
    let shared =
        "stream = (SELECT stream FROM records GROUP BY stream ORDER BY COUNT(*) DESC LIMIT 1)";
    let length: u64 = lived
        .house
        .look(&format!(
            "SELECT CAST(MAX(seq) AS TEXT) FROM records WHERE {shared}"
        ))
        .await[0]
        .parse()
        .unwrap();
    assert!(length > 6, "{length}");
    let cut = format!(
        "UPDATE streams SET length = length - 1,
            head = (SELECT head FROM records r WHERE r.{shared} AND seq = {0}),
            before_head = (SELECT head FROM records r WHERE r.{shared} AND seq = {1})
         WHERE {shared}",
        length - 1,
        length - 2
    );
    let last_gone = format!("DELETE FROM records WHERE {shared} AND seq = {length}");
    let swap = |column: &str| {
        format!(
            "UPDATE records SET {column} = (SELECT o.{column} FROM records o
                WHERE o.stream = records.stream AND o.seq = 9 - records.seq)
             WHERE {shared} AND seq IN (4, 5)"
        )
    };
    let stories: Vec<(&str, Vec<String>)> = vec![
        (
            "a body changed",
            vec![format!(
                "UPDATE records SET body = zeroblob(length(body)) WHERE {shared} AND seq = 4"
            )],
        ),
        (
            "a key changed",
            vec![format!(
                "UPDATE records SET entry_key = zeroblob(length(entry_key)) WHERE {shared} AND seq = 4"
            )],
        ),
        (
            "a salt changed",
            vec![format!(
                "UPDATE records SET salt = zeroblob(32) WHERE {shared} AND seq = 4"
            )],
        ),
        (
            "a leaf changed",
            vec![format!(
                "UPDATE records SET leaf = zeroblob(32) WHERE {shared} AND seq = 4"
            )],
        ),
        (
            "a head changed",
            vec![format!(
                "UPDATE records SET head = zeroblob(32) WHERE {shared} AND seq = 4"
            )],
        ),
        (
            "one dropped",
            vec![format!("DELETE FROM records WHERE {shared} AND seq = 4")],
        ),
        ("bodies swapped", vec![swap("body")]),
        (
            "contents swapped",
            vec![swap("body"), swap("entry_key"), swap("salt")],
        ),
        (
            "whole records swapped",
            ["body", "entry_key", "salt", "leaf", "head"]
                .map(swap)
                .to_vec(),
        ),
        ("the end cut off", vec![last_gone.clone(), cut]),
        ("the end gone", vec![last_gone]),
    ];
    for (story, statements) in stories {
        let other = lived.twin().await;
        for statement in &statements {
            assert!(
                other.house.tamper(statement).await > 0,
                "{story}: nothing was changed"
            );
        }
        let mut ben = other.ben.clone();
        assert!(notices(&mut ben).await, "{story}");
        // The rest can be read; nothing is lost that was not taken.
        assert_eq!(ben.get("/u/a").await.status, StatusCode::OK, "{story}");
        assert_eq!(ben.get("/u/p").await.status, StatusCode::OK, "{story}");
    }
    assert!(
        !notices(&mut lived.ben.clone()).await,
        "and nothing is noticed where nothing was done"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k10_a_private_stream_that_was_changed_is_noticed_behind_the_door() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    for words in ["The first.", "The second.", "The third."] {
        ana.writes_a_note(words).await;
    }
    let private =
        "stream = (SELECT stream FROM records GROUP BY stream ORDER BY COUNT(*) DESC LIMIT 1)";
    ana.opens_the_door().await;
    assert!(!ana.get("/m/n").await.sees(NOTICE));
    for statement in [
        format!("UPDATE records SET body = zeroblob(length(body)) WHERE {private} AND seq = 2"),
        format!("DELETE FROM records WHERE {private} AND seq = 2"),
    ] {
        let other = house.twin().await;
        let mut ana = ana.at(&other);
        assert_eq!(other.tamper(&statement).await, 1);
        let page = ana.get("/m/n").await;
        assert!(page.sees("The first.") && page.sees("The third.") && !page.sees("The second."));
        assert!(page.sees(NOTICE), "{statement}");
    }
}

/// The whole database put back to an older copy: the chain of the private stream holds, and the device remembers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k10_an_older_copy_of_what_is_private_is_noticed_by_the_device_that_saw_more() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    ana.writes_a_note("The first.").await;
    assert!(!ana.get("/m/n").await.sees(NOTICE));
    let older = house.twin().await;
    ana.opens_the_door().await;
    ana.writes_a_note("The second.").await;
    ana.get("/t").await; // what is remembered of the one does not wipe what is remembered of the other
    assert!(!ana.get("/m/n").await.sees(NOTICE));
    let back = house.put_back(&older).await;
    let mut there = ana.at(&back);
    for _ in 0..2 {
        assert!(there.get("/m/n").await.sees(NOTICE), "and not only once");
    }
    there.get("/t").await;
    assert!(there.get("/m/n").await.sees(NOTICE));
    // Grown to the same length with something else in it.
    there.writes_a_note("Something else.").await;
    assert!(there.get("/m/n").await.sees(NOTICE));
    // A device that remembers nothing has nothing to compare with.
    let mut fresh = ana.at(&back);
    fresh.jar.remove("__Host-m");
    assert!(!fresh.get("/m/n").await.sees(NOTICE));
}

/// Only the stream, or only what says where it stands, put back: they do not fit each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k10_half_of_an_older_copy_is_noticed_on_any_device() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    ana.writes_a_note("The first.").await;
    let query = "SELECT quote(owner) || ' ' || quote(cell) || ' ' || quote(body) FROM cells";
    let before = house.look(query).await;
    ana.writes_a_note("The second.").await;
    let mut fresh = ana.clone();
    fresh.jar.remove("__Host-m");
    assert!(!fresh.clone().get("/m/n").await.sees(NOTICE));
    for row in before {
        let parts: Vec<&str> = row.split(' ').collect();
        house
            .tamper(&format!(
                "UPDATE cells SET body = {} WHERE cell = {}",
                parts[2], parts[1]
            ))
            .await;
    }
    assert!(fresh.get("/m/n").await.sees(NOTICE));
}

/// Erasing puts the stream together anew; another device that saw it longer does not take that for an older copy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k10_erasing_on_one_device_alarms_no_other_and_leaves_no_mark() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let mut other = ana.clone();
    other.jar.clear();
    other.signs_in().await;
    let never = house.rows().await.sizes();
    for words in ["The first.", "The second."] {
        ana.writes_a_note(words).await;
    }
    assert!(!other.get("/m/n").await.sees(NOTICE));
    ana.opens_the_door().await;
    for _ in 0..2 {
        let id = ana.get("/m/n").await.field_of("/m/n/e", "id");
        ana.does("/m/n/e", &[("id", &id)]).await;
        assert!(!other.get("/m/n").await.sees(NOTICE));
        assert!(!ana.get("/m/n").await.sees(NOTICE));
    }
    ana.does("/e/c", &[]).await;
    // Nothing counts what was written and erased: the rows are those of somebody who never wrote (S19, K8).
    let now = house.rows().await.sizes();
    assert_eq!(now["cells"], never["cells"]);
    assert_eq!(now["records"], never["records"]);
    assert_eq!(now["streams"].len(), never["streams"].len());
}

/// Somebody with the disk who would like to be one of the two.
pub(crate) fn mallory() -> NewPerson {
    new_person(
        PersonId::new(chance::bytes()),
        CoupleId::new(chance::bytes()),
        vec![],
    )
}

pub(crate) async fn public_of(house: &House, handle: &str) -> OuterPublic {
    let person = house.store.person_by_handle(handle).await.unwrap().unwrap();
    OuterPublic(person.outer_public)
}

pub(crate) async fn replace_key(house: &House, handle: &str, key: &OuterPublic) {
    let statement = format!(
        "UPDATE people SET outer_public = X'{}' WHERE handle = '{handle}'",
        hex(&key.0)
    );
    assert_eq!(house.tamper(&statement).await, 1);
}

/// The words on the pairing page.
async fn six(browser: &mut Browser) -> Vec<String> {
    six_on(&browser.get("/p").await)
}

/// The six words that stand on a page.
pub(crate) fn six_on(page: &Page) -> Vec<String> {
    let list = page.between("class=\"six", "</ol>");
    let list = list.first().unwrap_or_else(|| panic!("{}", page.body));
    let words: Vec<String> = list
        .split("<li>")
        .skip(1)
        .map(|item| {
            let mut text = String::new();
            let mut inside = false;
            for c in item.split("</li>").next().unwrap().chars() {
                match c {
                    '<' => inside = true,
                    '>' => inside = false,
                    c if !inside => text.push(c),
                    _ => {}
                }
            }
            text
        })
        .collect();
    assert_eq!(words.len(), 6, "{list}");
    words
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k5_both_see_the_same_six_words_and_different_ones_kill_the_link() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("weekly-check-in", "Shall we?").await;
    let link = link_of(&mut ana, &offer).await;
    let mut ben = newcomer(&house, "ben", &link).await;
    ben.does(&format!("/i/{link}/j"), &[]).await;
    assert_eq!(six(&mut ana).await, six(&mut ben).await);
    let before = house.rows().await.count("memberships");
    let page = ben.post("/p", &[("words", "different")]).await;
    assert!(page.sees("The link is dead now"));
    assert_eq!(
        house.browser().get(&format!("/i/{link}")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(ana.does("/p", &[("words", "same")]).await, "/t");
    assert_eq!(
        house.rows().await.count("memberships"),
        before,
        "nothing was shared"
    );
}

/// The key rows of both are somebody else's from before the first letter on: what is sealed goes to the keys that
/// the two hold themselves, so that whoever replaced the rows opens nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k5_a_replaced_key_row_is_nobodys_key() {
    for when in ["before the letter", "before joining", "before the words"] {
        let house = House::new().await;
        let [one, two] = [mallory(), mallory()];
        let mut ana = newcomer(&house, "ana", "").await;
        let true_ana = public_of(&house, "ana").await;
        if when == "before the letter" {
            replace_key(&house, "ana", &one.outer_public).await;
        }
        let offer = ana.proposes("weekly-check-in", "Shall we?").await;
        let link = link_of(&mut ana, &offer).await;
        let mut ben = newcomer(&house, "ben", &link).await;
        if when != "before the words" {
            replace_key(&house, "ben", &two.outer_public).await;
        }
        ben.does(&format!("/i/{link}/j"), &[]).await;
        replace_key(&house, "ana", &one.outer_public).await;
        replace_key(&house, "ben", &two.outer_public).await;
        ana.does("/p", &[("words", "same")]).await;
        let rows = house
            .look("SELECT quote(couple) || ' ' || epoch || ' ' || quote(sealed) FROM memberships")
            .await;
        assert_eq!(rows.len(), 4, "two of their own, two of the couple");
        for row in rows {
            let parts: Vec<&str> = row.split(' ').collect();
            let couple = CoupleId::new(bytes_of(parts[0]).try_into().unwrap());
            let sealed = bytes_of(parts[2]);
            for thief in [&one, &two] {
                for from in [&true_ana, &one.outer_public, &two.outer_public] {
                    let opened = open_membership(
                        &thief.keyring,
                        from,
                        couple,
                        parts[1].parse().unwrap(),
                        &sealed,
                    );
                    assert!(
                        opened.is_none(),
                        "{when}: the couple’s key went to a key that is nobody’s"
                    );
                }
            }
        }
        assert_eq!(ben.does("/p", &[("words", "same")]).await, "/t", "{when}");
        ana.does("/u/a", &[("words", "For you.")]).await;
        assert!(ben.get("/u/a").await.sees("For you."), "{when}");
    }
}

/// A key row of the couple, put there by somebody who is not the partner, opens nothing, before and after pairing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k5_a_replaced_membership_stops_sharing() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("weekly-check-in", "Shall we?").await;
    let link = link_of(&mut ana, &offer).await;
    let mut ben = newcomer(&house, "ben", &link).await;
    ben.does(&format!("/i/{link}/j"), &[]).await;
    ana.does("/p", &[("words", "same")]).await;

    let thief = mallory();
    let keys = SpaceKeys::first();
    let to_ben = public_of(&house, "ben").await;
    let ben_id = house
        .look("SELECT quote(id) FROM people WHERE handle = 'ben'")
        .await
        .remove(0);
    let couple = house
        .look(&format!(
            "SELECT quote(couple) FROM memberships WHERE person = {ben_id} AND couple IN
        (SELECT couple FROM memberships GROUP BY couple HAVING COUNT(*) = 2)"
        ))
        .await
        .remove(0);
    let id = CoupleId::new(bytes_of(&couple).try_into().unwrap());
    let (_, key) = keys.newest();
    let sealed = |epoch| hex(&seal_membership(&thief.keyring, &to_ben, id, epoch, key).unwrap());

    let other = house.twin().await;
    let first = sealed(1);
    let put = format!(
        "UPDATE memberships SET sealed = X'{first}' WHERE person = {ben_id} AND couple = {couple}"
    );
    assert_eq!(other.tamper(&put).await, 1);
    let mut there = ben.at(&other);
    assert_eq!(
        there.does("/p", &[("words", "same")]).await,
        "/p",
        "it does not open"
    );
    assert!(
        !there.get("/t").await.sees("Ana and"),
        "and nothing is shared"
    );

    ben.does("/p", &[("words", "same")]).await;
    let second = sealed(2);
    let add = format!("INSERT INTO memberships VALUES ({couple}, {ben_id}, 2, X'{second}', 1)");
    assert_eq!(house.tamper(&add).await, 1);
    ben.does("/u/a", &[("words", "For you.")]).await;
    assert!(
        ana.get("/u/a").await.sees("For you."),
        "what Ben writes is sealed under the key of the two"
    );
    let gone = format!("DELETE FROM memberships WHERE person = {ben_id} AND couple = {couple}");
    assert_eq!(house.tamper(&gone).await, 2);
    assert!(
        !ben.get("/u/a").await.sees("You waited up."),
        "without a row nothing goes on"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k28_a_guess_a_cut_off_link_and_a_forged_one_are_nothing() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("weekly-check-in", "Shall we?").await;
    let link = link_of(&mut ana, &offer).await;
    let id = house
        .look("SELECT quote(id) FROM invitations")
        .await
        .remove(0);
    let id = bytes_of(&id);
    let guesses = [
        "x".to_owned(),
        "x".repeat(43),
        link[..link.len() - 1].to_owned(),
        format!("{link}A"),
        link.to_uppercase(),
        hex(&id),
        base64(&id),
        "A".repeat(5000),
        "%00".to_owned(),
        "..%2f..%2ft".to_owned(),
    ];
    let nothing = house.browser().get("/i/nothing").await;
    let before = house.rows().await;
    for guess in guesses {
        for path in ["", "/f", "/j"] {
            let page = house.browser().get(&format!("/i/{guess}{path}")).await;
            assert_eq!(
                (page.status, &page.body),
                (StatusCode::NOT_FOUND, &nothing.body),
                "{guess}{path}"
            );
        }
        let page = house
            .browser()
            .post(&format!("/i/{guess}/a"), &[("answer", "yes")])
            .await;
        assert_eq!(
            (page.status, &page.body),
            (StatusCode::NOT_FOUND, &nothing.body),
            "{guess}"
        );
    }
    assert_eq!(house.rows().await, before);
    assert_eq!(
        house.browser().get(&format!("/i/{link}")).await.status,
        StatusCode::OK
    );
}

/// Somebody's messenger looks at the link before anybody opens it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k28_a_preview_changes_nothing_and_tells_nothing() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana
        .proposes("weekly-check-in", "Shall we try this, you and I?")
        .await;
    let link = link_of(&mut ana, &offer).await;
    let before = house.rows().await;
    for path in ["", "/f", "/f?n=1", "/f?n=99999", "/j"] {
        for method in ["GET", "HEAD"] {
            let page = house
                .browser()
                .send(asks(method, &format!("/i/{link}{path}")), "")
                .await;
            assert!(page.headers.get("set-cookie").is_none());
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(!page.body.contains("og:"), "nothing for a preview to show");
            assert!(!page.body.contains("name=\"description\""));
        }
    }
    assert_eq!(house.rows().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k28_an_invitation_is_answered_once_joined_once_and_then_dead() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("weekly-check-in", "Shall we?").await;
    let link = link_of(&mut ana, &offer).await;
    let (page, answer, join) = (
        format!("/i/{link}"),
        format!("/i/{link}/a"),
        format!("/i/{link}/j"),
    );
    house
        .browser()
        .does(&answer, &[("answer", "yes"), ("word", "Gladly.")])
        .await;
    let answered = house.rows().await;
    let other_time = [
        ("answer", "time"),
        ("day", "2027-02-22"),
        ("time", "19:00"),
        ("word", ""),
    ];
    for form in [
        &other_time[..],
        &[("answer", "yes"), ("word", "No!")],
        &[("answer", "not-now"), ("word", "No!")],
    ] {
        assert_eq!(
            house.browser().does(&answer, form).await,
            page,
            "answered once"
        );
    }
    assert_eq!(house.rows().await, answered);
    let mut ben = newcomer(&house, "ben", &link).await;
    ben.does(&join, &[]).await;
    // Forwarded to somebody else: they are not let in, and Ana is not told of a second one.
    let mut cleo = newcomer(&house, "cleo", &link).await;
    let refused = cleo.post(&join, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.sees("Someone has joined from this link already."));
    ana.does("/p", &[("words", "same")]).await;
    assert_eq!(cleo.does("/p", &[("words", "same")]).await, "/t");
    assert!(!cleo.get("/t").await.sees("Ana and"));
    ben.does("/p", &[("words", "same")]).await;
    for path in [&page, &join, &format!("{page}/f")] {
        assert_eq!(
            house.browser().get(path).await.status,
            StatusCode::NOT_FOUND,
            "it has done its work"
        );
    }
    assert_eq!(
        house
            .browser()
            .post(&answer, &[("answer", "yes")])
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    // Back, after pairing: the page one came from leads on.
    for who in [&mut ana, &mut ben] {
        assert_eq!(who.get("/p").await.to(), "/t");
        assert_eq!(who.does("/p", &[("words", "same")]).await, "/t");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k28_an_invitation_ends_with_its_fortnight_and_when_it_is_taken_back() {
    for taken_back in [true, false] {
        let house = House::new().await;
        let mut ana = newcomer(&house, "ana", "").await;
        let offer = ana.proposes("weekly-check-in", "Shall we?").await;
        let link = link_of(&mut ana, &offer).await;
        if taken_back {
            ana.does(&format!("{offer}/w"), &[]).await;
        } else {
            house.later(14 * Stamp::DAY - Stamp::SECOND);
            assert_eq!(
                house.browser().get(&format!("/i/{link}")).await.status,
                StatusCode::OK
            );
            house.later(Stamp::SECOND);
        }
        assert_eq!(
            house.browser().get(&format!("/i/{link}")).await.status,
            StatusCode::NOT_FOUND
        );
        let page = house
            .browser()
            .post(&format!("/i/{link}/a"), &[("answer", "yes")])
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        let mut ben = newcomer(&house, "ben", &link).await;
        assert_eq!(
            ben.post(&format!("/i/{link}/j"), &[]).await.status,
            StatusCode::NOT_FOUND
        );
    }
}

/// The secret of a link is nowhere but in the link.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k28_ones_own_invitation_is_for_the_other() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("weekly-check-in", "Shall we?").await;
    let link = link_of(&mut ana, &offer).await;
    assert_eq!(Disk::of(&house).traces(&link), Vec::<String>::new());
    let page = ana.post(&format!("/i/{link}/j"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.sees("This is your own invitation."));
    let (mut cleo, _) = pair(&house, "cleo", "dora").await;
    let page = cleo.post(&format!("/i/{link}/j"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.sees("You already share a space"));
}
