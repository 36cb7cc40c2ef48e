//! G2.1: notes between the two. The helper points and keeps nothing; the first answer says back; “I need time” is an
//! answer; silence shows nothing.

use axum::http::StatusCode;

use crate::parting::away;
use crate::world::{Browser, House, Lived, opaque, pair};

async fn sends(who: &mut Browser, words: &str) -> String {
    who.does("/u/n", &[("words", words), ("step", "send")])
        .await;
    who.get("/u/n").await.field_of("/u/n/w", "id")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_1_a_note_is_seen_before_it_goes_said_back_and_gone_on_from() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    let words = "Right now I feel far away from you. I would like a walk on Sunday.";
    let look = ana
        .post("/u/n", &[("words", words), ("step", "look")])
        .await;
    assert!(look.sees("Exactly this, and nothing else"));
    assert!(!ben.get("/u/n").await.sees("far away"), "not yet");
    // Going back to the words asks no opinion of them.
    let harsh = [("words", "You never listen."), ("step", "back")];
    let back = ana.post("/u/n", &harsh).await;
    assert!(back.between("<mark>", "</mark>").is_empty());
    let typed = back.between("<textarea ", "</textarea>").concat();
    assert!(typed.contains("You never listen."));
    let id = sends(&mut ana, words).await;
    assert!(ben.get("/t").await.sees("A few lines for you"));
    let one = format!("/u/n/{id}");
    let page = ben.get(&one).await;
    assert!(page.sees(words) && page.sees("What I hear is …"));
    // What was shown before it went is what the other sees (S2).
    let quoted = |page: &crate::world::Page| {
        let before = "<blockquote class=\"quote\">";
        page.between(before, "</blockquote>")
    };
    assert_eq!(quoted(&look)[0], quoted(&page)[0]);
    // The other cannot go on before it was said back.
    let early = [("words", "And another thing."), ("step", "send")];
    let refused = ana.post(&one, &early).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let back = [
        ("words", "What I hear is that you feel far away"),
        ("step", "send"),
    ];
    ben.does(&one, &back).await;
    let page = ana.get(&one).await;
    assert!(page.sees("Ben said back"));
    assert!(page.sees("What I hear is … that you feel far away"));
    ana.does(&one, &[("words", "Yes, that is it."), ("step", "send")])
        .await;
    assert!(ben.get(&one).await.sees("Yes, that is it."));
    assert!(!ben.get("/t").await.sees("A few lines for you"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s4_s6_whoever_sent_one_sees_the_same_whether_it_was_read_or_not() {
    let lived = Lived::new().await;
    let (mut read, mut unread) = (lived.twin().await, lived.twin().await);
    let mut pages = vec![];
    for (world, reads) in [(&mut read, true), (&mut unread, false)] {
        let form = [
            ("id", "0123456789abcdef0123456789abcde0"),
            ("words", "I miss our walks."),
            ("step", "send"),
        ];
        world.ana.does("/u/n", &form).await;
        if reads {
            let one = "/u/n/0123456789abcdef0123456789abcde0";
            assert!(world.ben.get(one).await.sees("I miss our walks."));
        }
        pages.push(
            world
                .ana
                .get("/u/n/0123456789abcdef0123456789abcde0")
                .await
                .text(),
        );
    }
    assert_eq!(pages[0], pages[1]);
    for word in ["read it", "seen", "answered", "waiting", "yet"] {
        assert!(!pages[0].contains(word), "{word}: {}", pages[0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_1_i_need_time_is_a_full_answer() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    let id = sends(&mut ana, "I felt alone on Sunday.").await;
    let one = format!("/u/n/{id}");
    ben.does(&one, &[("words", ""), ("step", "time")]).await;
    assert!(ana.get(&one).await.sees("Ben needs time with this"));
    let page = ben.get(&one).await;
    assert!(!page.sees("I need time with this"), "it is not asked again");
    assert!(page.sees("What I hear is …"), "saying back may follow");
    assert!(!ben.get("/t").await.sees("A few lines for you"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s13_what_is_taken_back_is_gone_with_its_answers_and_says_nothing() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    let before = ben.get("/u/n").await.text();
    let id = sends(&mut ana, "Said too soon.").await;
    let one = format!("/u/n/{id}");
    let back = [("words", "that it was too soon"), ("step", "send")];
    ben.does(&one, &back).await;
    // The other's is not one's own to take back.
    ben.does("/u/n/w", &[("id", &id)]).await;
    assert!(ben.get(&one).await.sees("Said too soon."));
    ana.does("/u/n/w", &[("id", &id)]).await;
    assert_eq!(ben.get("/u/n").await.text(), before);
    assert_eq!(ben.get(&one).await.status, StatusCode::NOT_FOUND);
    // An answer that comes late finds nothing, and its words stay with whoever wrote them.
    let late = ben.post(&one, &back).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    assert!(!late.sees("Said too soon."));
    let typed = late.between("<textarea ", "</textarea>").concat();
    assert!(typed.contains("that it was too soon"), "{}", late.text());
    assert!(late.sees("What you wrote was not sent"));
    let time = ben.post(&one, &[("step", "time")]).await;
    assert_eq!(time.status, StatusCode::NOT_FOUND);
    // The same for one that never was (S6).
    let never = format!("/u/n/{}", "0".repeat(32));
    assert_eq!(ben.post(&never, &back).await.text(), late.text());
}

/// Taken back and answered at once: whichever comes first, nothing of the note and its answer is left where the two look
/// and in what they take along, and an answer that was not taken is still there for whoever typed it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s13_taken_back_while_it_is_answered_a_note_is_gone_and_no_typed_answer_is() {
    let base = Lived::new().await;
    let mut both = [0, 0];
    for n in 0..10 {
        let mut lived = base.twin().await;
        let id = sends(&mut lived.ana, "Said too soon.").await;
        let one = format!("/u/n/{id}");
        let back = [("words", "that it was too soon"), ("step", "send")];
        let mine = [("id", &*id)];
        let (ana, ben) = (&mut lived.ana, &mut lived.ben);
        let (taken, answered) = match n {
            0 => {
                let answered = ben.post(&one, &back).await;
                (ana.post("/u/n/w", &mine).await, answered)
            }
            1 => {
                let taken = ana.post("/u/n/w", &mine).await;
                (taken, ben.post(&one, &back).await)
            }
            _ => tokio::join!(ana.post("/u/n/w", &mine), ben.post(&one, &back)),
        };
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
        let came = answered.status == StatusCode::SEE_OTHER;
        both[usize::from(came)] += 1;
        if !came {
            assert_eq!(answered.status, StatusCode::NOT_FOUND, "{n}");
            assert!(!answered.sees("Said too soon."), "{n}: {}", answered.text());
            let typed = answered.between("<textarea ", "</textarea>").concat();
            assert!(typed.contains("that it was too soon"), "{n}");
        }
        for who in [&mut lived.ana, &mut lived.ben] {
            for path in ["/u/n", "/t"] {
                let page = who.get(path).await.text();
                assert!(!page.contains("too soon"), "{n}: {page}");
            }
            assert_eq!(who.get(&one).await.status, StatusCode::NOT_FOUND);
        }
        if n < 3 {
            lived.ana.opens_the_door().await;
            let taken = away(&mut lived.ana, "json").await;
            assert!(!taken.contains("too soon"), "{n}: {taken}");
        }
    }
    assert!(both[0] > 0 && both[1] > 0, "{both:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_helper_shows_two_things_at_most_blocks_nothing_and_keeps_nothing() {
    let house = House::new().await;
    let (mut ana, _ben) = pair(&house, "ana", "ben").await;
    let harsh = "You never listen, you selfish pig. Fix it or else. My ex would have helped.";
    let before = house.rows().await;
    let page = ana
        .post("/u/n", &[("words", harsh), ("step", "words")])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.between("<mark>", "</mark>").len(), 2);
    assert_eq!(page.between("class=\"ask\">", "</p>").len(), 2);
    let typed = page.between("<textarea ", "</textarea>").concat();
    assert!(typed.contains(harsh), "the form comes back as it was typed");
    assert_eq!(house.rows().await, before, "nothing was written");
    // Leave as is: the same words go when the person says so.
    ana.does("/u/n", &[("words", harsh), ("step", "send")])
        .await;
    assert!(ana.get("/u/n").await.sees("You never listen"));
    // Where there may be danger, there is support and no advice on style.
    let page = ana
        .post(
            "/u/n",
            &[
                ("words", "You hit me and you never listen."),
                ("step", "words"),
            ],
        )
        .await;
    assert!(page.sees("First, you") && page.body.contains("/h/l"));
    assert!(page.between("<mark>", "</mark>").is_empty());
    // The same button stands on a proposal.
    let propose = format!("/q/{}", opaque("weekly-check-in"));
    let form = [
        ("words", "You never make time."),
        ("day", "2027-02-20"),
        ("time", "20:30"),
        ("partner", ""),
        ("step", "words"),
    ];
    let page = ana.post(&propose, &form).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.between("<mark>", "</mark>"), ["You never make"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_helper_looks_at_what_is_prepared_for_a_check_in_and_keeps_nothing() {
    let house = House::new().await;
    let (mut ana, _ben) = pair(&house, "ana", "ben").await;
    let before = house.rows().await;
    let harsh = [
        ("appreciation", "Thank you for the soup."),
        ("concern", "You never listen."),
        ("request", "Stop being so selfish."),
        ("step", "words"),
    ];
    let page = ana.post("/n", &harsh).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.between("<mark>", "</mark>").len(), 2);
    let typed = page.between("<textarea ", "</textarea>").concat();
    for (_, words) in &harsh[..3] {
        assert!(typed.contains(words), "the form comes back as it was typed");
    }
    assert_eq!(house.rows().await, before, "nothing was written");
    let page = ana
        .post("/n", &[("concern", "You hit me."), ("step", "words")])
        .await;
    assert!(page.sees("First, you") && page.body.contains("/h/l"));
    assert!(page.between("<mark>", "</mark>").is_empty());
    // As it is, if the person says so.
    ana.does("/n", &[("concern", "You never listen."), ("step", "keep")])
        .await;
    ana.opens_the_door().await;
    assert!(ana.get("/n").await.sees("You never listen"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_1_openers_begin_a_note_and_one_can_be_kept_to_be_spoken() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    let page = ana.get("/u/n").await;
    for depth in ["Light", "Closer", "Close"] {
        assert!(page.sees(depth), "{depth}");
    }
    let opener = page
        .links()
        .into_iter()
        .find(|to| to.starts_with("/u/n?o="))
        .unwrap();
    let begun = ana.get(&opener).await;
    assert!(begun.between("<textarea ", "</textarea>").concat().len() > 60);
    let form = [("words", "To say on our walk."), ("step", "keep")];
    assert_eq!(ana.does("/u/n", &form).await, "/m/n");
    assert!(!ben.get("/u/n").await.sees("To say on our walk."));
    ana.opens_the_door().await;
    assert!(ana.get("/m/n").await.sees("To say on our walk."));
}

/// The first page holds fewer long notes than short ones; behind it stands every other, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_1_of_long_notes_none_falls_between_two_pages() {
    let mut lived = Lived::new().await;
    let mark = |n: usize| format!("This is note {n:02} of mine.");
    for n in 0..35 {
        sends(
            &mut lived.ana,
            &format!("{} {}", mark(n), "long ".repeat(270)),
        )
        .await;
    }
    let mut pages = String::new();
    for n in 0..4 {
        let page = lived.ben.get(&format!("/u/n?n={n}")).await;
        assert!(
            n > 0 || !page.sees(&mark(20)),
            "few stand on the first page"
        );
        pages.push_str(&page.text());
    }
    for n in 0..35 {
        assert_eq!(pages.matches(&mark(n)).count(), 1, "{}", mark(n));
    }
}

/// Answers are gone with their note also where the server died between taking it back and erasing, and pressing once
/// more mends it (K9, S13).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k9_what_was_taken_back_is_erased_at_the_next_press_where_the_first_did_not_come_through() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    let id = sends(&mut ana, "Right now I feel far away from you.").await;
    let back = [("words", "that you feel far away"), ("step", "send")];
    ben.does(&format!("/u/n/{id}"), &back).await;
    let erased = "SELECT CAST(count(*) AS TEXT) FROM records WHERE body IS NULL";
    let before: i64 = house.look(erased).await[0].parse().unwrap();
    house
        .tamper("CREATE TRIGGER dies BEFORE UPDATE OF body ON records BEGIN SELECT RAISE(ABORT, 'killed'); END")
        .await;
    let page = ana.post("/u/n/w", &[("id", &id)]).await;
    assert!(page.status.is_server_error(), "{}", page.status);
    assert!(!ben.get("/u/n").await.sees("far away"));
    // Nobody takes it along meanwhile (S21).
    for who in [&mut ana, &mut ben] {
        who.opens_the_door().await;
        assert!(!away(who, "json").await.contains("far away"));
    }
    house.tamper("DROP TRIGGER dies").await;
    ana.does("/u/n/w", &[("id", &id)]).await;
    let after: i64 = house.look(erased).await[0].parse().unwrap();
    assert_eq!(after - before, 2, "the note and its answer");
    // Nobody else's press does it: it is not theirs to take back.
    let id = sends(&mut ana, "And now a little nearer.").await;
    ben.does("/u/n/w", &[("id", &id)]).await;
    assert!(ana.get("/u/n").await.sees("a little nearer"));
}

/// Long answers elsewhere push nothing away that still waits for one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_1_what_waits_for_an_answer_can_be_answered_and_is_on_today_until_then() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    let waits = sends(&mut ana, "I miss our Sundays.").await;
    let long = "long ".repeat(280);
    let id = sends(&mut ben, &long).await;
    let form = [("words", &*long), ("step", "send")];
    for n in 0..8 {
        let who = if n % 2 == 0 { &mut ana } else { &mut ben };
        who.does(&format!("/u/n/{id}"), &form).await;
    }
    assert!(ben.get("/t").await.sees("A few lines for you"));
    let one = format!("/u/n/{waits}");
    assert!(ben.get(&one).await.sees("I miss our Sundays."));
    let to = ben.does(&one, &[("step", "time")]).await;
    assert!(ben.get(&to).await.sees("I miss our Sundays."));
    assert!(!ben.get("/t").await.sees("A few lines for you"));
    let form = [("words", "that you miss them"), ("step", "send")];
    ben.does(&one, &form).await;
    assert!(ana.get("/u/n").await.sees("that you miss them"));
}
