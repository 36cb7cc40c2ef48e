//! S21: either can close the link, at once, alone. The other sees one sentence; there is no way back to the one who
//! left.

use axum::http::StatusCode;
use rekindle_domain::Stamp;

use crate::routes::{Ids, SLOT, all, ritual_form};
use crate::world::{Browser, House, Lived, link_of, newcomer};

const CLOSED: &str = "This space is closed.";

async fn parts(ana: &mut Browser, remains: &str) {
    ana.opens_the_door().await;
    let page = ana.get("/m/p").await;
    for needed in [
        "A separation can be the most dangerous time.",
        "Save the file",
        "Close our space",
    ] {
        assert!(page.sees(needed), "{}", page.text());
    }
    let to = ana.does("/m/p", &[("remains", remains)]).await;
    assert_eq!(to, "/t", "no approval, no waiting, no reason");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s21_the_other_sees_one_sentence_without_time_or_cause() {
    let base = Lived::new().await;
    let mut seen = vec![];
    // Whatever it was that closed it, and whenever, the page is the same.
    for (remains, wait, before) in [
        ("leave", Stamp::MINUTE, None),
        ("withdraw", 5 * Stamp::DAY, Some("not-now")),
        ("erase", 2 * Stamp::HOUR, None),
    ] {
        let mut lived = base.twin().await;
        if let Some(answer) = before {
            lived
                .ana
                .does(&format!("{}/a", lived.his), &[("answer", answer)])
                .await;
        }
        if remains == "erase" {
            lived.ana.opens_the_door().await;
            let passphrase = lived.ana.passphrase.clone();
            lived
                .ana
                .does("/m/p/e", &[("passphrase", &passphrase)])
                .await;
        } else {
            parts(&mut lived.ana, remains).await;
        }
        lived.house.later(wait);
        let page = lived.ben.get("/t").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.sees(CLOSED), "{}", page.text());
        for telling in ["Ana", "ago", "yesterday", "left", "because", "2027"] {
            assert!(!page.sees(telling), "{telling}: {}", page.text());
        }
        seen.push((format!("{:?}", page.headers), page.body));
    }
    assert!(seen.iter().all(|one| *one == seen[0]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s21_a_closed_space_is_closed_on_every_page_and_to_every_form() {
    let mut lived = Lived::new().await;
    let ids = Ids::of(&mut lived).await;
    parts(&mut lived.ana, "leave").await;
    lived.ben.opens_the_door().await;
    let open = lived.house.rows().await;
    let shared = |table: &&str| {
        [
            "records",
            "streams",
            "snapshots",
            "memberships",
            "invitations",
        ]
        .contains(table)
    };
    for route in all(&ids) {
        let ends = [
            "GO_ON",
            "PART",
            "NOTES",
            "NOTE_ERASE",
            "HURTS",
            "HURT",
            "HURT_ACT",
            "HURT_OUTSIDE",
            "MY_TOUCH",
            "MY_TOUCH_CLEAR",
            "LEAVE",
            "SIGN_OUT",
            "SIGN_UP",
            "ERASE_ALL",
        ];
        if ends.contains(&route.name) && !route.is_get() || route.name == "LEAVE" {
            continue;
        }
        let page = route.asked_by(&mut lived.ben.clone()).await;
        let what = format!("{} {}", route.method, route.name);
        for words in [
            "You waited up.",
            "You sang.",
            "Tell me something good?",
            "Ana and",
            "A walk, ten minutes",
        ] {
            assert!(!page.sees(words), "{what}: {words}");
        }
        let after = lived.house.rows().await;
        let wrote: Vec<_> = open
            .differing(&after)
            .into_iter()
            .filter(|table| shared(table))
            .collect();
        assert_eq!(wrote, Vec::<&str>::new(), "{what}");
    }
    for path in [
        "/u",
        "/u/p",
        "/u/m",
        "/u/a",
        "/u/h",
        "/s",
        &lived.hers.clone(),
    ] {
        assert_eq!(lived.ben.get(path).await.to(), "/t", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s21_each_goes_on_alone_with_what_was_ones_own() {
    let mut lived = Lived::new().await;
    lived.ana.writes_a_note("Hers.").await;
    lived.ben.writes_a_note("His.").await;
    parts(&mut lived.ana, "leave").await;
    let today = lived.ana.get("/t").await;
    assert!(
        !today.sees(CLOSED) && !today.sees("Ben"),
        "{}",
        today.text()
    );
    assert!(lived.ana.get("/m/n").await.sees("Hers."));
    assert!(!lived.ana.get("/u/a").await.sees("You sang."));
    lived.ben.opens_the_door().await;
    assert_eq!(lived.ben.does("/m/p/g", &[]).await, "/t");
    let today = lived.ben.get("/t").await;
    assert!(
        !today.sees(CLOSED) && !today.sees("Ana"),
        "{}",
        today.text()
    );
    assert!(lived.ben.get("/m/n").await.sees("His."));
    // What the two shared is gone with the last of them; what is one’s own is not.
    let rows = lived.house.rows().await;
    assert_eq!(rows.count("memberships"), 2, "each one’s own space");
    let streams = lived
        .house
        .look("SELECT DISTINCT quote(owner) FROM records")
        .await;
    assert_eq!(
        streams.len(),
        4,
        "own spaces and private streams: {streams:?}"
    );
    // And either can begin again, with whomever they like.
    for who in [&mut lived.ana, &mut lived.ben] {
        let offer = who.proposes("long-hug", "Shall we?").await;
        link_of(who, &offer).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s21_what_was_given_can_be_taken_back_first() {
    let base = Lived::new().await;
    for (remains, stays) in [("leave", true), ("withdraw", false)] {
        let mut erased = vec![];
        for noted in [false, true] {
            let mut lived = base.twin().await;
            if noted {
                let id = "6f".repeat(16);
                let note = [("id", &*id), ("words", "Far from you."), ("step", "send")];
                lived.ana.does("/u/n", &note).await;
                let back = [("words", "that you felt far away"), ("step", "send")];
                lived.ben.does(&format!("/u/n/{id}"), &back).await;
            }
            parts(&mut lived.ana, remains).await;
            let rows = "SELECT CAST(COUNT(*) AS TEXT) FROM records WHERE body IS NULL";
            erased.push(lived.house.look(rows).await[0].parse::<usize>().unwrap());
        }
        assert_eq!(erased[0] == 0, stays, "{remains}");
        // With a note goes what answers it, which says back what the note said.
        let more = if stays { 0 } else { 2 };
        assert_eq!(erased[1] - erased[0], more, "{remains}");
    }
}

/// Old links are dead, whichever of the two made them, and whether or not they were ever used.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s21_no_way_leads_back_to_whoever_left() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("weekly-check-in", "Shall we?").await;
    let used = link_of(&mut ana, &offer).await;
    let offer = ana.proposes("long-hug", "Or this?").await;
    let spare = link_of(&mut ana, &offer).await;
    let mut ben = newcomer(&house, "ben", &used).await;
    ben.does(&format!("/i/{used}/j"), &[]).await;
    ana.does("/p", &[("words", "same")]).await;
    ben.does("/p", &[("words", "same")]).await;
    assert!(ben.get("/t").await.sees("Hello, Ben"));

    parts(&mut ana, "leave").await;
    for gone_on in [false, true] {
        if gone_on {
            ben.does("/m/p/g", &[]).await;
        }
        let before = house.rows().await;
        for link in [&used, &spare] {
            for path in ["", "/f", "/j"] {
                let page = ben.get(&format!("/i/{link}{path}")).await;
                assert_eq!(
                    page.status,
                    StatusCode::NOT_FOUND,
                    "gone on: {gone_on}, {path}"
                );
            }
            for (path, form) in [
                ("/a", &[("answer", "yes"), ("word", "Come back.")][..]),
                ("/j", &[]),
            ] {
                let page = ben.post(&format!("/i/{link}{path}"), form).await;
                assert_eq!(
                    page.status,
                    StatusCode::NOT_FOUND,
                    "gone on: {gone_on}, {path}"
                );
            }
        }
        assert_eq!(ben.does("/p", &[("words", "same")]).await, "/t");
        assert_eq!(house.rows().await, before);
    }
    for path in ["/t", "/u", "/p", "/u/a"] {
        let page = ana.get(path).await;
        assert!(
            !page.sees("Come back.") && !page.sees("Ben has joined"),
            "{path}: {}",
            page.text()
        );
    }
}

/// The one who is left cannot keep the other: nothing of Ben's reaches Ana's pages any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s21_nothing_of_the_one_left_behind_reaches_whoever_left() {
    let mut lived = Lived::new().await;
    parts(&mut lived.ana, "leave").await;
    let pages = ["/t", "/u", "/u/a", "/u/p", "/m", "/m/s"];
    let mut before = vec![];
    for path in pages {
        before.push(lived.ana.get(path).await.text());
    }
    lived.ben.opens_the_door().await;
    for (path, form) in [
        ("/u/a", &[("words", "Please.")][..]),
        ("/m/n", &[("words", "Please."), ("until", "")]),
        (
            "/m/s",
            &[
                ("name", "Please"),
                ("partner", "Ana"),
                ("zone", "Europe/London"),
                ("theme", ""),
            ],
        ),
        ("/m/p/g", &[]),
        (
            "/m/s",
            &[
                ("name", "Please"),
                ("partner", "Ana"),
                ("zone", "Europe/London"),
                ("theme", ""),
            ],
        ),
    ] {
        lived.ben.post(path, form).await;
    }
    lived.ben.proposes("phone-free-hour", "Please.").await;
    for (path, before) in pages.iter().zip(before) {
        assert_eq!(lived.ana.get(path).await.text(), before, "{path}");
    }
}

/// What is taken along is locked with a passphrase of its own, and nobody else's private words are in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s21_the_take_away_file_is_sealed_and_stays_open_to_the_one_left_behind() {
    let mut lived = Lived::new().await;
    lived.ana.writes_a_note("Hers alone.").await;
    parts(&mut lived.ana, "leave").await;
    lived.ben.opens_the_door().await;
    for who in [&mut lived.ana, &mut lived.ben] {
        assert!(who.get("/m/p/t").await.sees("A passphrase for this file"));
        let weak = [("passphrase", "short"), ("kind", "page")];
        assert_eq!(
            who.post("/m/p/t", &weak).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        for kind in ["page", "json"] {
            let form = [
                ("passphrase", "violet engine saddle winter broom"),
                ("kind", kind),
            ];
            let file = who.post("/m/p/t", &form).await;
            assert_eq!(file.status, StatusCode::OK);
            assert!(
                file.bytes.starts_with(b"age-encryption.org/v1"),
                "{:?}",
                file.headers
            );
            let text = String::from_utf8_lossy(&file.bytes);
            assert!(!text.contains("You waited up.") && !text.contains("Hers alone."));
            let name = file.headers["content-disposition"].to_str().unwrap();
            assert!(name.contains("evening."), "{name}");
        }
    }
}

const LOCK: &str = "violet engine saddle winter broom";

/// What is in somebody's file, of either kind.
pub(crate) async fn away(who: &mut Browser, kind: &str) -> String {
    let file = who
        .post("/m/p/t", &[("passphrase", LOCK), ("kind", kind)])
        .await;
    assert_eq!(file.status, StatusCode::OK);
    let key = age::scrypt::Identity::new(LOCK.to_owned().into());
    age::decrypt(&key, &file.bytes)
        .map(|plain| String::from_utf8(plain).unwrap())
        .unwrap()
}

/// One's own, what the two agreed on, and what the other had offered and not taken back: this and nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s21_the_take_away_file_holds_ones_own_and_what_was_shared_and_nothing_else() {
    let mut lived = Lived::new().await;
    let Lived { ana, ben, .. } = &mut lived;
    for (who, note, felt) in [
        (&mut *ana, "Ana’s own note.", "Ana’s small hurt."),
        (&mut *ben, "Ben’s own note.", "Ben’s small hurt."),
    ] {
        who.writes_a_note(note).await;
        who.does("/m/h", &[("words", felt)]).await;
        who.does("/n", &[("concern", "Only prepared.")]).await;
        let soon = format!("{} said too soon.", who.handle);
        who.does("/u/a", &[("words", &soon)]).await;
        let id = who.get("/u/a").await.field_of("/u/a/w", "id");
        who.does("/u/a/w", &[("id", &id)]).await;
        let form = [("words", &*soon), ("step", "send")];
        who.does("/u/n", &form).await;
        let id = who.get("/u/n").await.field_of("/u/n/w", "id");
        who.does("/u/n/w", &[("id", &id)]).await;
    }
    let [ours, draft] = ["6a", "6b"].map(|id| id.repeat(16));
    ana.does("/u/r/n", &ritual_form(&ours, "send")).await;
    ben.calls_it_ours(&ours).await;
    let mut only_drafted = ritual_form(&draft, "send");
    only_drafted[1].1 = "Only a draft";
    ben.does("/u/r/n", &only_drafted).await;
    ana.does("/u/d/s", &SLOT).await;
    for (who, id, words) in [
        (&mut *ana, "6c", "The bench by the river."),
        (&mut *ben, "6d", "The long way home."),
    ] {
        let id = id.repeat(16);
        let line = [("id", &*id), ("day", "2027-01-17"), ("words", words)];
        who.does("/u/d/l", &line).await;
    }
    let shared = [
        "You waited up.",
        "You sang.",
        "I slept badly and felt alone.",
        "Weekly check-in",
        "The first cup",
        "The bench by the river.",
        "The long way home.",
    ];
    let nobodys = ["said too soon", "Only a draft", "Only prepared"];

    for who in [&mut *ana, &mut *ben] {
        who.opens_the_door().await;
        let own = format!("{}’s ", if who.handle == "ana" { "Ana" } else { "Ben" });
        for kind in ["page", "json"] {
            let text = away(who, kind).await;
            let what = format!("{own}{kind}: {text}");
            for words in shared {
                assert!(text.contains(words), "{words} is not in {what}");
            }
            for words in nobodys {
                assert!(!text.contains(words), "{words} is in {what}");
            }
            for words in ["own note.", "small hurt."] {
                assert!(text.contains(&format!("{own}{words}")), "{words}: {what}");
                assert_eq!(
                    text.matches(words).count(),
                    1,
                    "the other’s {words}: {what}"
                );
            }
        }
    }
    // Whoever is left behind takes along the same, but for what was taken back at the end.
    for (remains, stays) in [("leave", true), ("withdraw", false)] {
        let mut lived = lived.twin().await;
        parts(&mut lived.ana, remains).await;
        for kind in ["page", "json"] {
            let text = away(&mut lived.ben, kind).await;
            assert_eq!(text.contains("You waited up."), stays, "{remains}: {text}");
            for words in ["Ben’s own note.", "You sang.", "The first cup"] {
                assert!(text.contains(words), "{remains}: {words} is not in {text}");
            }
            assert!(!text.contains("Ana’s"), "{remains}: {text}");
        }
    }
}

/// K7, S21: somebody who erases everything is gone, sign-ins and all; the handle is free again and opens nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s21_erasing_everything_leaves_nothing_of_oneself() {
    let mut lived = Lived::new().await;
    lived.ana.writes_a_note("Hers.").await;
    lived.ana.does("/n", &[("concern", "Hers, too.")]).await;
    lived.ana.opens_the_door().await;
    let id = lived
        .house
        .look("SELECT quote(id) FROM people WHERE handle = 'ana'")
        .await
        .remove(0);
    let wrong = [("passphrase", "kettle window apricot slow ocean")];
    assert_eq!(
        lived.ana.post("/m/p/e", &wrong).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let passphrase = lived.ana.passphrase.clone();
    let kept = lived.ana.clone();
    assert_eq!(
        lived
            .ana
            .does("/m/p/e", &[("passphrase", &passphrase)])
            .await,
        "/"
    );
    assert!(lived.ana.jar.is_empty());
    assert_eq!(kept.clone().get("/t").await.to(), "/c");
    let rows = lived.house.rows().await;
    for (table, rows) in &rows.0 {
        let mine: Vec<_> = rows.iter().filter(|row| row.contains(&id)).collect();
        assert!(mine.is_empty(), "{table}: {mine:?}");
    }
    let mut other = newcomer(&lived.house, "ana", "").await;
    assert!(!other.get("/t").await.sees("Ben"));
}
