//! G5.3: a hurt put down while it is small, and what may come of it. Nothing leaves the private space by itself.

use axum::http::StatusCode;
use rekindle_domain::Stamp;

use crate::world::{Browser, House, opaque, pair};

async fn feels(who: &mut Browser, words: &str) -> String {
    who.does("/m/h", &[("words", words)]).await;
    let links = who.get("/m/h").await.links();
    links
        .into_iter()
        .find(|to| to.starts_with("/m/h/"))
        .unwrap()
}

const SHAPE: [(&str, &str); 4] = [
    ("feeling", "small"),
    ("situation", "the joke at dinner was about my job."),
    ("request", "Could we talk about it, so that I understand?"),
    ("step", "keep"),
];

const SENTENCE: &str = "I felt small when the joke at dinner was about my job. Could we talk about it, so that I \
    understand?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_3_putting_one_down_needs_no_door_and_reading_does() {
    let house = House::new().await;
    let (mut ana, _ben) = pair(&house, "ana", "ben").await;
    ana.does("/m/h", &[("words", "The joke at dinner.")]).await;
    let page = ana.get("/m/h").await;
    assert!(
        !page.sees("The joke at dinner.") && page.sees("Look at them behind your private door")
    );
    ana.opens_the_door().await;
    let hurt = feels(&mut ana, "And the look after it.").await;
    assert!(ana.get("/m/h").await.sees("The joke at dinner."));
    assert!(ana.get(&hurt).await.sees("And the look after it."));
    ana.does("/e/c", &[]).await;
    for path in [hurt.clone(), format!("{hurt}/o")] {
        assert!(ana.get(&path).await.to().starts_with("/e"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_3_it_is_shaped_said_as_a_note_and_how_it_ended_is_kept() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    ana.opens_the_door().await;
    let hurt = feels(&mut ana, "You always make fun of me!!").await;
    let mut words = SHAPE;
    words[1].1 = "you always make fun of me";
    words[3].1 = "words";
    let page = ana.post(&hurt, &words).await;
    assert!(!page.between("<mark>", "</mark>").is_empty());
    ana.does(&hurt, &SHAPE).await;
    let page = ana.get(&hurt).await;
    assert!(page.sees(SENTENCE));
    assert!(
        page.sees("You always make fun of me!!"),
        "its own words stay"
    );
    // Into the composer, with one more look before it goes.
    let id = hurt.strip_prefix("/m/h/").unwrap().to_owned();
    let form = [("words", SENTENCE), ("hurt", &*id), ("step", "words")];
    let page = ana.post("/u/n", &form).await;
    assert!(page.body.contains(&id) && page.sees("Nothing here is likely to sting"));
    assert!(!ben.get("/u/n").await.sees("I felt small"));
    let form = [("words", SENTENCE), ("hurt", &*id), ("step", "send")];
    ana.does("/u/n", &form).await;
    let page = ben.get("/u/n").await;
    assert!(page.sees(SENTENCE) && !page.body.contains(&id));
    assert!(!page.sees("make fun"), "only what was sent left");
    assert!(ana.get("/m/h").await.sees("You said it"));
    ana.does(&format!("{hurt}/a"), &[("act", "mended")]).await;
    assert!(ana.get("/m/h").await.sees("Good again"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_3_it_can_be_taken_to_the_check_in_talked_over_written_about_and_let_go() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    ana.opens_the_door().await;
    ana.does("/n", &[("concern", "The evenings are long.")])
        .await;
    let hurt = feels(&mut ana, "The joke at dinner.").await;
    ana.does(&hurt, &SHAPE).await;
    let act = format!("{hurt}/a");
    for _ in 0..2 {
        assert_eq!(ana.does(&act, &[("act", "check-in")]).await, "/n");
    }
    let page = ana.get("/n").await;
    assert!(page.sees("The evenings are long."));
    let text = page.text();
    assert_eq!(
        text.matches("I felt small when").count(),
        1,
        "pressed twice"
    );
    assert!(!ben.get("/n").await.sees("I felt small"));
    let form = [
        ("a", "Two tired people at a table."),
        ("b", ""),
        ("c", "To breathe."),
    ];
    ana.does(&format!("{hurt}/o"), &form).await;
    let page = ana.get(&hurt).await;
    assert!(page.sees("Two tired people at a table.") && page.sees("To breathe."));
    // Emptied, it is empty; and what was never filled is nothing.
    let empty = [("a", ""), ("b", " "), ("c", "")];
    ana.does(&format!("{hurt}/o"), &empty).await;
    let page = ana.get(&hurt).await;
    assert!(!page.sees("To breathe.") && !page.sees("As a kind outsider would see it"));
    assert!(!ana.get(&format!("{hurt}/o")).await.sees("To breathe."));
    let before = house.rows().await.count("records");
    ana.does(&format!("{hurt}/o"), &empty).await;
    assert_eq!(house.rows().await.count("records"), before);
    ana.does(&act, &[("act", "let-go")]).await;
    assert!(ana.get("/m/h").await.sees("Let go"));
    ana.does(&act, &[("act", "erase")]).await;
    let page = ana.get("/m/h").await;
    assert!(!page.sees("The joke at dinner."));
    assert_eq!(ana.get(&hurt).await.status, StatusCode::NOT_FOUND);
}

/// Whoever turns back has a hurt that is still with them: it has ended only once the talk is proposed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_3_a_repair_talk_ends_it_when_it_is_proposed_and_takes_nothing_of_it_along() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    ana.opens_the_door().await;
    let hurt = feels(&mut ana, "The joke at dinner.").await;
    let id = hurt.strip_prefix("/m/h/").unwrap().to_owned();
    let propose = format!("/q/{}", opaque("repair-talk"));
    let page = ana.get(&hurt).await;
    assert!(page.body.contains(&propose), "{}", page.text());
    let page = ana
        .post(&propose, &[("hurt", &*id), ("step", "begin")])
        .await;
    assert!(page.body.contains(&id) && !page.sees("The joke"));
    assert!(page.between("<textarea ", "</textarea>").concat().len() > 60);
    let words = "I would like to talk about last week. Would Thursday suit you?";
    let mut form = [
        ("hurt", &*id),
        ("words", words),
        ("day", "2027-02-20"),
        ("time", "20:30"),
        ("partner", ""),
        ("step", "look"),
    ];
    let look = ana.post(&propose, &form).await;
    assert!(look.sees(words) && look.body.contains(&id));
    form[5].1 = "back";
    let back = ana.post(&propose, &form).await;
    assert!(
        back.between("<textarea ", "</textarea>")
            .concat()
            .contains(words)
    );
    assert!(back.body.contains(&id));
    let page = ana.get("/m/h").await;
    assert!(page.sees("Still with you") && !page.sees("A repair talk"));
    form[5].1 = "send";
    let proposal = ana.does(&propose, &form).await;
    let page = ana.get("/m/h").await;
    assert!(page.sees("A repair talk") && !page.sees("Still with you"));
    let page = ben.get(&proposal).await;
    assert!(page.sees(words) && !page.sees("The joke") && !page.body.contains(&id));
}

/// What is taken to the check-in is there, whole and by itself, or it is said that it is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_3_what_is_taken_to_the_check_in_is_never_swallowed_and_never_cut() {
    let house = House::new().await;
    let (mut ana, _ben) = pair(&house, "ana", "ben").await;
    ana.opens_the_door().await;
    let concern = "You came late.\r\n\r\nAnd there were no thanks.";
    ana.does("/n", &[("concern", concern)]).await;
    let hurt = feels(&mut ana, "late").await;
    let act = format!("{hurt}/a");
    for _ in 0..2 {
        ana.does(&act, &[("act", "check-in")]).await;
    }
    let page = ana.get("/n").await;
    assert!(
        page.body.contains("And there were no thanks.\n\nlate<"),
        "{}",
        page.body
    );
    // One that stands there as a paragraph of its own is there already.
    let hurt = feels(&mut ana, "And there were no thanks.").await;
    ana.does(&format!("{hurt}/a"), &[("act", "check-in")]).await;
    let text = ana.get("/n").await.text();
    assert_eq!(text.matches("And there were no thanks.").count(), 1);
    // No room for both: nothing is changed, and it stays where it is.
    let long = "long ".repeat(780);
    let hurt = feels(&mut ana, &format!("{long}and the last word.")).await;
    let before = house.rows().await;
    let form = [("act", "check-in")];
    ana.does("/n", &[("concern", &*long)]).await;
    let page = ana.post(&format!("{hurt}/a"), &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.sees("has no room for all of it"), "{}", page.text());
    assert!(!ana.get("/n").await.sees("and the last word"));
    assert!(ana.get("/m/h").await.sees("Still with you"));
    assert_eq!(house.rows().await.count("records"), before.count("records"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_3_after_three_days_the_private_space_says_so_once_and_only_there() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    ana.does("/m/h", &[("words", "The joke at dinner.")]).await;
    house.later(3 * Stamp::DAY + Stamp::MINUTE);
    for who in [&mut ana, &mut ben] {
        who.signs_in().await;
        for path in ["/t", "/u", "/m", "/m/h"] {
            let page = who.get(path).await;
            assert!(!page.sees("lain here for three days"), "{path}");
        }
    }
    ana.opens_the_door().await;
    for path in ["/m", "/m/h"] {
        assert!(
            ana.get(path).await.sees("lain here for three days"),
            "{path}"
        );
    }
    for path in ["/t", "/u", "/u/n"] {
        assert!(!ana.get(path).await.sees("lain here"), "{path}");
    }
    let links = ana.get("/m/h").await.links();
    let hurt = links.iter().find(|to| to.starts_with("/m/h/")).unwrap();
    // Let lie, or looked at and nothing done: either way it was said.
    for act in ["lie", "look"] {
        let house = house.twin().await;
        let mut ana = ana.at(&house);
        let to = ana.does(&format!("{hurt}/a"), &[("act", act)]).await;
        assert_eq!(to == *hurt, act == "look");
        house.later(5 * Stamp::MINUTE);
        for path in ["/m", "/m/h"] {
            let page = ana.get(path).await;
            assert!(!page.sees("lain here for three days"), "{act} {path}");
        }
        assert!(
            ana.get("/m/h").await.sees("The joke at dinner."),
            "it lies there"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_3_the_same_hurt_three_times_suggests_a_talk_or_help() {
    let house = House::new().await;
    let (mut ana, _ben) = pair(&house, "ana", "ben").await;
    ana.opens_the_door().await;
    let mut before: Option<String> = None;
    for (n, words) in ["The joke.", "The joke again.", "Once more."]
        .iter()
        .enumerate()
    {
        house.later(Stamp::MINUTE);
        let hurt = feels(&mut ana, words).await;
        if let Some(before) = &before {
            let form = [("act", "again"), ("before", before)];
            ana.does(&format!("{hurt}/a"), &form).await;
        }
        // Pressed without a choice: the same page.
        let unsaid = ana.does(&format!("{hurt}/a"), &[("act", "again")]).await;
        assert_eq!(unsaid, hurt);
        let page = ana.get(&hurt).await;
        assert_eq!(page.sees("This has come 3 times"), n == 2, "{words}");
        if n == 2 {
            assert!(page.body.contains(&format!("/q/{}", opaque("repair-talk"))));
            assert!(page.body.contains("/h/l"));
        }
        before = hurt.strip_prefix("/m/h/").map(str::to_owned);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serious_matter_brings_support_and_is_not_softened() {
    let house = House::new().await;
    let (mut ana, _ben) = pair(&house, "ana", "ben").await;
    ana.opens_the_door().await;
    let hurt = feels(&mut ana, "Last night he pushed me against the wall.").await;
    let page = ana.get(&hurt).await;
    assert!(page.sees("First, you") && page.body.contains("/h/l"));
    assert!(!page.sees("Find words for it"), "no shaping is asked for");
    assert!(page.sees("pushed me against the wall"));
    // Nor is anything that asks one to see it from both sides, also when it has come again and again (S10).
    let leads = |page: &crate::world::Page| {
        let talk = format!("/q/{}", opaque("repair-talk"));
        page.body.contains(&talk) || page.body.contains("/o\"")
    };
    assert!(!leads(&page), "{}", page.text());
    for way in [
        "Say it now, as a note",
        "Take it to the check-in",
        "Let it go",
    ] {
        assert!(page.sees(way), "{way}");
    }
    let mut before = hurt;
    for words in ["Again.", "Once more."] {
        house.later(Stamp::MINUTE);
        let hurt = feels(&mut ana, words).await;
        assert!(leads(&ana.get(&hurt).await), "not known to be serious yet");
        let id = before.strip_prefix("/m/h/").unwrap();
        let form = [("act", "again"), ("before", id)];
        ana.does(&format!("{hurt}/a"), &form).await;
        let page = ana.get(&hurt).await;
        assert!(!leads(&page), "{}", page.text());
        assert!(page.sees("First, you") && page.body.contains("/h/l"));
        before = hurt;
    }
    let page = ana.get(&before).await;
    assert!(page.sees("This has come 3 times") && page.sees("not yours to solve alone"));
}
