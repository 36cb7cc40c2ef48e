//! Rituals of two (G5.2): stars in the dark, words that both agree to, weeks that only grow (S2, S3, S4, S6, S13).

use axum::http::StatusCode;
use rekindle_domain::{OwnerId, Stamp};
use rekindle_store::Store as _;
use rekindle_vault::entry::open_cell;
use rekindle_vault::keys::open_keyring;
use rekindle_vault::sign_in::SignInSecret;

use crate::routes::ritual_form;
use crate::world::{Browser, House, Lived, newcomer, opaque};

const ID: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

fn at(end: &str) -> String {
    format!("/u/r/i/{ID}{end}")
}

async fn stars(who: &mut Browser, ideas: &[&str], step: &str) -> String {
    let names: Vec<String> = ideas.iter().map(|idea| opaque(idea)).collect();
    let mut form: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "yes")).collect();
    form.push(("step", step));
    who.does("/u/r/s", &form).await
}

/// Ana has offered it, and Ben called it theirs.
async fn ours() -> Lived {
    let mut lived = Lived::new().await;
    lived.ana.does("/u/r/n", &ritual_form(ID, "send")).await;
    lived.ben.calls_it_ours(ID).await;
    lived
}

/// What this person's keys open of what the two have laid down, as it is kept: all that a program could show them.
async fn opened_by(house: &House, who: &Browser) -> String {
    let secret = SignInSecret::from_cookie(&who.jar["__Host-s"]).unwrap();
    let found = house.store.signed_in(secret.id(), house.clock_now());
    let found = found.await.unwrap().unwrap();
    let person = found.person;
    let outer = secret.unwrap_outer(&found.sign_in.key, person.id).unwrap();
    let ring = open_keyring(&outer, person.id, person.version, &person.outer).unwrap();
    let couple = ring.couple.unwrap();
    let (owner, id) = (OwnerId::from(couple.couple), couple.keys.cell_id("stars"));
    let cell = house.store.cell(owner, id).await.unwrap().unwrap();
    let plain = open_cell(&couple.keys, owner, id, cell.version, &cell.body).unwrap();
    String::from_utf8(plain.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s3_only_what_both_starred_comes_to_light_and_the_rest_is_gone() {
    let mut lived = Lived::new().await;
    let (hers, his) = (
        ["first-cup", "door-word", "coming-home"],
        ["first-cup", "new-place"],
    );
    stars(&mut lived.ana, &hers, "lay").await;
    let waits = lived.ana.get("/u/r").await;
    assert!(!waits.sees("You have both laid"), "{}", waits.text());
    assert!(lived.ana.get("/u/r/s").await.sees("Your stars lie ready"));
    // Not only no page: nothing that his keys open holds a star of hers, before he has laid his down or after.
    let table = opened_by(&lived.house, &lived.ben).await;
    assert!(!hers.iter().any(|star| table.contains(star)), "{table}");
    stars(&mut lived.ben, &his, "lay").await;
    let table = opened_by(&lived.house, &lived.ben).await;
    assert!(
        !hers[1..].iter().any(|star| table.contains(star)),
        "{table}"
    );
    let second = lived.ben.get("/u/r/s").await;
    assert!(
        second.sees("comes to light as soon as Ana looks"),
        "{}",
        second.text()
    );
    lived.ben.does("/u/r/s", &[("step", "look")]).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        assert!(!who.get("/u/r").await.sees("You both starred"));
    }
    // She was first, so she looks; then both see the same.
    let first = lived.ana.get("/u/r").await;
    assert!(
        first.sees("You have both laid your stars down") && !first.sees("A new place each month"),
        "{}",
        first.text()
    );
    lived.ana.does("/u/r/s", &[("step", "look")]).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get("/u/r").await;
        let text = page.text();
        assert!(
            text.contains("You both starred") && text.contains("The first cup"),
            "{text}"
        );
        for one_sided in [
            "A word at the door",
            "The first minutes back",
            "A new place each month",
        ] {
            assert!(!text.contains(one_sided), "{text}");
        }
        assert!(!who.get("/u/r/s").await.sees("Your stars lie ready"));
    }
    let table = opened_by(&lived.house, &lived.ana).await;
    assert!(!his.iter().any(|star| table.contains(star)), "{table}");
    // Laid down anew, the hands of before play no part.
    stars(&mut lived.ben, &["door-word"], "lay").await;
    assert!(lived.ana.get("/u/r").await.sees("The first cup"));
    stars(&mut lived.ana, &["coming-home"], "lay").await;
    lived.ben.does("/u/r/s", &[("step", "look")]).await;
    assert!(lived.ana.get("/u/r").await.sees("none was the same"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s3_stars_taken_up_or_lain_for_weeks_meet_nothing() {
    let base = Lived::new().await;
    for story in ["taken up", "too old", "kept", "taken up by the second"] {
        let mut lived = base.twin().await;
        let step = if story == "kept" { "keep" } else { "lay" };
        stars(&mut lived.ana, &["first-cup"], step).await;
        match story {
            "taken up" => {
                lived.ana.does("/u/r/s", &[("step", "take")]).await;
            }
            "too old" => lived.house.later(28 * Stamp::DAY),
            _ => {}
        }
        if story == "too old" {
            for who in [&mut lived.ana, &mut lived.ben] {
                who.signs_in().await;
            }
        }
        stars(&mut lived.ben, &["first-cup"], "lay").await;
        if story == "taken up by the second" {
            lived.ben.does("/u/r/s", &[("step", "take")]).await;
        }
        let table = opened_by(&lived.house, &lived.ana).await;
        assert!(!table.contains("first-cup"), "{story}: {table}");
        lived.ana.does("/u/r/s", &[("step", "look")]).await;
        for who in [&mut lived.ana, &mut lived.ben] {
            let page = who.get("/u/r").await;
            assert!(
                !page.sees("You both starred")
                    && !page.sees("none was the same")
                    && !page.sees("You have both laid"),
                "{story}: {}",
                page.text()
            );
        }
    }
}

/// What one kept for another day after laying stars down is not what was laid down.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_what_is_kept_later_is_not_laid_down() {
    let mut lived = Lived::new().await;
    stars(&mut lived.ana, &["first-cup"], "lay").await;
    stars(&mut lived.ana, &["door-word"], "keep").await;
    stars(&mut lived.ben, &["first-cup", "door-word"], "lay").await;
    lived.ana.does("/u/r/s", &[("step", "look")]).await;
    let page = lived.ben.get("/u/r").await;
    assert!(
        page.sees("The first cup") && !page.sees("A word at the door"),
        "{}",
        page.text()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_2_a_star_says_something_because_there_are_five() {
    let mut lived = Lived::new().await;
    let ideas: Vec<String> = crate::world::guide()
        .rituals
        .iter()
        .take(6)
        .map(|idea| opaque(&idea.id))
        .collect();
    let mut form: Vec<(&str, &str)> = ideas.iter().map(|idea| (idea.as_str(), "yes")).collect();
    form.push(("step", "lay"));
    let page = lived.ana.post("/u/r/s", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.sees("5 stars are the most"), "{}", page.text());
    assert_eq!(
        page.body.matches(" checked").count(),
        6,
        "what was ticked is still ticked"
    );
    let none = lived.ana.post("/u/r/s", &[("step", "lay")]).await;
    assert!(none.sees("Star at least one first"));
    // What lies there is said on that page, too.
    let mut laid = lived.twin().await;
    stars(&mut laid.ana, &["first-cup"], "lay").await;
    let page = laid.ana.post("/u/r/s", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.sees("Your stars lie ready"), "{}", page.text());
    for form in [
        [("step", "burn"), ("x", "yes")],
        [("step", "keep"), ("0123456789abcdef", "yes")],
    ] {
        assert_eq!(
            lived.ana.post("/u/r/s", &form).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_2_it_is_a_ritual_when_both_call_it_theirs_and_then_it_stands_in_the_plan() {
    let mut lived = Lived::new().await;
    // Seen first as the other will see it; nothing is offered yet.
    let preview = lived.ana.post("/u/r/n", &ritual_form(ID, "look")).await;
    assert_eq!(preview.status, StatusCode::OK);
    let said = "When the kettle boils, we sit down together.";
    assert!(preview.sees(said), "{}", preview.text());
    assert!(!lived.ben.get("/u/r").await.sees(said));
    lived.ana.does("/u/r/n", &ritual_form(ID, "send")).await;
    let asked = lived.ben.get("/u/r").await;
    assert!(
        asked.sees("Ana would call this ours") && asked.sees(said),
        "{}",
        asked.text()
    );
    assert!(!lived.ben.get("/u/p").await.sees("The first cup"));
    let offered = lived.ben.get(&at("")).await;
    assert!(
        offered.sees("Say it in other words") && !offered.sees("Let it go"),
        "nothing is theirs yet: {}",
        offered.text()
    );
    // Whoever offered cannot agree to it.
    let page = lived.ben.get(&at("")).await;
    let words = page.field_of(&at("/a"), "words");
    let ours = [("answer", "ours"), ("words", &*words)];
    lived.ana.does(&at("/a"), &ours).await;
    assert!(!lived.ana.get("/u/p").await.sees("The first cup"));
    lived.ben.does(&at("/a"), &ours).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        let plan = who.get("/u/p").await;
        assert!(
            plan.sees("The first cup") && plan.sees("every day"),
            "{}",
            plan.text()
        );
        let page = who.get(&at("")).await;
        assert!(
            page.sees("At the least: Two sips, standing"),
            "{}",
            page.text()
        );
        assert!(
            page.sees("In the words of Ana, yours since Monday, 18 January"),
            "{}",
            page.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_2_a_ritual_that_a_session_holds_leads_there_from_today_and_from_its_page() {
    let mut lived = Lived::new().await;
    let hour = opaque("phone-free-hour");
    let mut form = ritual_form(ID, "send");
    (form[6].1, form[11].1) = ("2027-01-18", &hour);
    form[7].1 = "23:00";
    lived.ana.does("/u/r/n", &form).await;
    lived.ben.calls_it_ours(ID).await;
    // Not in the way of what the two have asked each other.
    for (who, asked) in [(&mut lived.ana, &lived.his), (&mut lived.ben, &lived.hers)] {
        who.does(&format!("{asked}/a"), &[("answer", "not-now")])
            .await;
    }
    let to = format!("/s/o/{hour}");
    for path in ["/t", "/u/r", &at("")] {
        let page = lived.ben.get(path).await;
        assert!(page.links().contains(&to), "{path}: {}", page.body);
    }
    assert!(lived.ben.get(&to).await.sees("A phone-free hour"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s13_a_change_needs_both_again_and_the_words_before_are_kept_with_author_and_day() {
    let mut lived = ours().await;
    lived.house.later(2 * Stamp::DAY);
    let mut form = ritual_form(ID, "send");
    form[3].1 = "we read each other one line";
    lived.ben.does("/u/r/n", &form).await;
    let page = lived.ana.get(&at("")).await;
    assert!(
        page.sees("Ben would change this one") && page.sees("we sit down together"),
        "{}",
        page.text()
    );
    lived.ana.calls_it_ours(ID).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        assert!(who.get(&at("")).await.sees("See the words it had before"));
        let page = who.get(&at("?b=1")).await;
        for said in [
            "we read each other one line",
            "In the words of Ben, yours since Wednesday, 20 January",
            "we sit down together",
            "In the words of Ana, yours since Monday, 18 January",
        ] {
            assert!(page.sees(said), "{said}: {}", page.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s13_a_yes_is_to_the_words_that_were_read() {
    let mut lived = Lived::new().await;
    lived.ana.does("/u/r/n", &ritual_form(ID, "send")).await;
    let read = lived.ben.get("/u/r").await.field_of(&at("/a"), "words");
    let mut form = ritual_form(ID, "send");
    form[3].1 = "you get up first";
    lived.ana.does("/u/r/n", &form).await;
    for words in [read.as_str(), ""] {
        let ours = [("answer", "ours"), ("words", words)];
        let page = lived.ben.post(&at("/a"), &ours).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(
            page.sees("Its words have changed") && page.sees("you get up first"),
            "{}",
            page.text()
        );
    }
    assert!(!lived.ben.get("/u/p").await.sees("The first cup"));
    lived.ben.calls_it_ours(ID).await;
    assert!(lived.ana.get("/u/p").await.sees("The first cup"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s6_not_now_rests_a_fortnight_of_drafts_and_a_later_one_is_seen() {
    let mut lived = ours().await;
    let mut form = ritual_form(ID, "send");
    form[3].1 = "we read each other one line";
    lived.ana.does("/u/r/n", &form).await;
    let said = "Ana would change this one";
    assert!(lived.ben.get("/t").await.sees(said));
    lived.ben.does(&at("/a"), &[("answer", "not-now")]).await;
    // Asked again with a word changed, it rests; what both call theirs stands as it was.
    form[3].1 = "we read each other a page";
    lived.ana.does("/u/r/n", &form).await;
    let page = lived.ben.get(&at("")).await;
    assert!(!page.sees(said) && page.sees("we sit down together"));
    lived.house.later(15 * Stamp::DAY);
    form[3].1 = "we read each other a poem";
    lived.ana.does("/u/r/n", &form).await;
    assert!(lived.ben.get(&at("")).await.sees(said));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k8_what_rests_has_one_length_however_often_somebody_says_not_now() {
    let base = Lived::new().await;
    let (mut one, mut other) = (base.twin().await, base.twin().await);
    for n in 0..14 {
        let id = format!("{n:032x}");
        for lived in [&mut one, &mut other] {
            lived.ana.does("/u/r/n", &ritual_form(&id, "send")).await;
        }
        let answer = format!("/u/r/i/{id}/a");
        one.ben.does(&answer, &[("answer", "not-now")]).await;
        for lived in [&mut one, &mut other] {
            lived.ana.does(&answer, &[("answer", "take-back")]).await;
        }
    }
    let (one, other) = (one.house.rows().await, other.house.rows().await);
    assert_ne!(one.0["cells"], other.0["cells"]);
    let lengths = |rows: &crate::world::Rows| {
        let sealed = |row: &String| row.rsplit(' ').next().map(str::len);
        let mut all: Vec<_> = rows.0["cells"].iter().map(sealed).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(lengths(&one), lengths(&other));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idea_that_is_too_long_is_still_there() {
    let mut lived = Lived::new().await;
    let words = "tea on the stairs ".repeat(12);
    let page = lived
        .ana
        .post("/u/r/s/i", &[("id", ID), ("words", &words)])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.body.contains("tea on the stairs tea"),
        "{}",
        page.text()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s6_not_now_looks_to_whoever_offered_like_silence_and_rests_on_the_same_day() {
    let base = {
        let mut lived = Lived::new().await;
        lived.ana.does("/u/r/n", &ritual_form(ID, "send")).await;
        lived
    };
    let (mut declined, mut silent) = (base.twin().await, base.twin().await);
    assert!(
        declined
            .ben
            .get("/t")
            .await
            .sees("Ana would call this ours")
    );
    declined.ben.does(&at("/a"), &[("answer", "not-now")]).await;
    for path in ["/t", "/u/r"] {
        assert!(
            !declined.ben.get(path).await.sees("The first cup"),
            "{path}"
        );
    }
    assert_eq!(
        declined.ben.get(&at("")).await.status,
        StatusCode::NOT_FOUND
    );
    for days in [0, 3, 10, 1] {
        for lived in [&mut declined, &mut silent] {
            lived.house.later(days * Stamp::DAY);
        }
        for path in ["/t", "/u", "/u/r", &at(""), "/u/p"] {
            let (one, other) = (declined.ana.get(path).await, silent.ana.get(path).await);
            assert_eq!(
                (one.status, one.text()),
                (other.status, other.text()),
                "{path}"
            );
        }
    }
    assert_eq!(
        silent.ana.get(&at("")).await.status,
        StatusCode::NOT_FOUND,
        "it has come to rest"
    );
    assert!(!silent.ben.get("/u/r").await.sees("The first cup"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s4_it_is_kept_by_nobody_in_particular_and_the_weeks_only_grow() {
    let lived = ours().await;
    let (mut one, mut other) = (lived.twin().await, lived.twin().await);
    let kept = [("day", "2027-01-18"), ("which", "kept")];
    one.ana.does(&at("/k"), &kept).await;
    other.ben.does(&at("/k"), &kept).await;
    for (here, there) in [
        (&mut one.ana, &mut other.ana),
        (&mut one.ben, &mut other.ben),
    ] {
        for path in ["/t", "/u/r", &at("")] {
            let (here, there) = (here.get(path).await, there.get(path).await);
            assert!(
                path == "/t" || here.sees("One week with it so far."),
                "{}",
                here.text()
            );
            assert_eq!(here.text(), there.text(), "{path}: who pressed is nowhere");
        }
    }
    // Twice is once, a slip is taken back, and weeks without it are not there.
    one.ben.does(&at("/k"), &kept).await;
    one.house.later(30 * Stamp::DAY);
    for who in [&mut one.ana, &mut one.ben] {
        who.signs_in().await;
    }
    one.ben
        .does(&at("/k"), &[("day", "2027-02-17"), ("which", "kept")])
        .await;
    let page = one.ana.get("/u/r").await;
    assert!(page.sees("2 weeks with it so far."), "{}", page.text());
    one.ana
        .does(&at("/k"), &[("day", "2027-02-17"), ("which", "undo")])
        .await;
    assert!(one.ben.get("/u/r").await.sees("One week with it so far."));
    one.ana
        .does(&at("/k"), &[("day", "2027-01-01"), ("which", "kept")])
        .await;
    assert!(
        one.ben.get("/u/r").await.sees("One week with it so far."),
        "too long ago to note"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_2_they_look_back_after_three_weeks_and_after_ten_and_let_go_without_ceremony() {
    let mut lived = ours().await;
    lived.house.later(20 * Stamp::DAY);
    assert!(!lived.ana.get("/u/r").await.sees("weeks with it"));
    lived.house.later(Stamp::DAY);
    assert!(lived.ana.get("/u/r").await.sees("3 weeks with it"));
    lived.ben.does(&at("/b"), &[("weeks", "3")]).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        assert!(!who.get("/u/r").await.sees("3 weeks with it"));
    }
    lived.house.later(49 * Stamp::DAY);
    for who in [&mut lived.ana, &mut lived.ben] {
        who.signs_in().await;
    }
    assert!(lived.ben.get("/u/r").await.sees("10 weeks with it"));
    lived.ana.does(&at("/l"), &[]).await;
    for path in ["/u/r", "/u/p", "/t"] {
        assert!(!lived.ben.get(path).await.sees("The first cup"), "{path}");
    }
    // Pressed on both phones.
    lived.ben.does(&at("/l"), &[]).await;
    assert_eq!(lived.ben.get(&at("")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_2_bad_words_are_refused_with_everything_typed_still_there() {
    let mut lived = Lived::new().await;
    let long = "x".repeat(161);
    for (field, value, says) in [
        ("name", " ", "It needs a name"),
        ("cue", "", "It needs a name"),
        ("least", long.as_str(), "a little long"),
        ("rule", "once", "A ritual comes round"),
        ("minutes", "-5", "from 1 to 600"),
        ("minutes", "9999999", "from 1 to 600"),
        ("day", "2027-02-30", "day and a time"),
        ("time", "late", "day and a time"),
    ] {
        let mut form = ritual_form(ID, "send");
        for one in &mut form {
            if one.0 == field {
                one.1 = value;
            }
        }
        let page = lived.ana.post("/u/r/n", &form).await;
        assert_eq!(
            page.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{field} {value}"
        );
        assert!(page.sees(says), "{field}: {}", page.text());
        assert!(page.body.contains("A call with a cup each"), "{field}");
    }
    // On the 31st, and on a 29 February: every month and every year has one.
    for (id, day, rule, later) in [
        ("51", "2027-01-31", "month", "2027-02-28"),
        ("52", "2028-02-29", "year", "2029-02-28"),
    ] {
        let id = id.repeat(16);
        let mut form = ritual_form(&id, "send");
        (form[6].1, form[8].1) = (day, rule);
        lived.ana.does("/u/r/n", &form).await;
        lived.ben.calls_it_ours(&id).await;
        for day in [day, later] {
            assert!(
                lived
                    .ben
                    .get(&format!("/u/p?v=d&d={day}"))
                    .await
                    .sees("07:30"),
                "{day}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s1_someone_alone_may_star_and_write_and_nothing_waits() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    assert!(
        ana.get("/u/r")
            .await
            .sees("You have more of them than you think")
    );
    stars(&mut ana, &["first-cup"], "lay").await;
    let page = ana.get("/u/r/s").await;
    assert!(
        !page.sees("Lay my stars down") && !page.sees("Your stars lie ready"),
        "{}",
        page.text()
    );
    assert_eq!(page.body.matches(" checked").count(), 1);
}
