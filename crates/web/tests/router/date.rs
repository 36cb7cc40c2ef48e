//! Dates (G5.1): a kept time, turns, four decks with what there is room for, what stays at home, a line afterwards.

use axum::http::StatusCode;
use rekindle_domain::Stamp;

use crate::routes::SLOT;
use crate::world::{Lived, guide, opaque};

async fn kept() -> Lived {
    let mut lived = Lived::new().await;
    lived.ana.does("/u/d/s", &SLOT).await;
    lived
}

fn id(n: u8) -> String {
    format!("{n:02x}").repeat(16)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_1_the_planner_alternates_and_the_two_may_swap() {
    let mut lived = kept().await;
    assert!(lived.ana.get("/u/d").await.sees("Your turn to plan"));
    let his = lived.ben.get("/u/d").await;
    assert!(
        his.sees("Ana plans this one") && !his.sees("has not"),
        "{}",
        his.text()
    );
    let bowling = [
        ("day", "2027-02-05"),
        ("idea", ""),
        ("words", "The old bowling alley"),
    ];
    let refused = lived.ben.post("/u/d/p", &bowling).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.sees("The other one of you plans this one"),
        "{}",
        refused.text()
    );
    lived.ana.does("/u/d/p", &bowling).await;
    for path in ["/u/d", "/u/p", "/u/p?v=d&d=2027-02-05"] {
        assert!(
            lived.ben.get(path).await.sees("The old bowling alley"),
            "{path}"
        );
    }
    // A week on it is Ben’s turn, and a week after that Ana’s again.
    lived.house.later(19 * Stamp::DAY);
    assert!(lived.ben.get("/u/d").await.sees("Your turn to plan"));
    lived
        .ana
        .does("/u/d/t", &[("day", "2027-02-12"), ("who", "me")])
        .await;
    assert!(lived.ana.get("/u/d").await.sees("Your turn to plan"));
    lived.house.later(7 * Stamp::DAY);
    assert!(lived.ana.get("/u/d").await.sees("Ben plans this one"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_1_four_decks_of_ideas_and_only_what_there_is_room_for() {
    let mut lived = kept().await;
    let guide = guide();
    assert!(
        guide
            .dates
            .iter()
            .map(|deck| deck.ideas.len())
            .sum::<usize>()
            >= 120
    );
    let page = lived.ana.get("/u/d/i").await;
    for deck in &guide.dates {
        assert!(page.sees(&deck.title), "{}", deck.title);
    }
    let count = |text: &str| -> usize {
        let (before, _) = text.split_once(" ideas fit.").expect("several fit");
        before
            .rsplit(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap()
            .parse()
            .unwrap()
    };
    let ideas = || guide.dates.iter().flat_map(|deck| &deck.ideas);
    use rekindle_domain::pack::{Energy, Money, Season};
    for (query, fits) in [
        ("", ideas().count()),
        (
            "m=30",
            ideas().filter(|one| one.minutes.least <= 30).count(),
        ),
        (
            "c=0",
            ideas().filter(|one| one.money == Money::None).count(),
        ),
        (
            "e=0",
            ideas().filter(|one| one.energy == Energy::Low).count(),
        ),
        ("h=1", ideas().filter(|one| one.at_home).count()),
        ("s=1", ideas().filter(|one| one.children_asleep).count()),
        ("q=1", ideas().filter(|one| one.quiet).count()),
        ("a=1", ideas().filter(|one| one.apart).count()),
        ("n=1", ideas().filter(|one| one.novelty >= 2).count()),
        (
            "y=4",
            ideas().filter(|one| one.in_season(Season::Winter)).count(),
        ),
        (
            "k=2&s=1",
            guide.dates[1]
                .ideas
                .iter()
                .filter(|one| one.children_asleep)
                .count(),
        ),
    ] {
        let page = lived.ana.get(&format!("/u/d/i?{query}")).await;
        assert_eq!(count(&page.text()), fits, "{query}");
        assert!(
            query.is_empty() || fits < ideas().count(),
            "{query} leaves something out"
        );
    }
    for query in ["o=99999", "o=-1&m=x&k=no", "y=9", "m=%00"] {
        assert_eq!(
            lived.ana.get(&format!("/u/d/i?{query}")).await.status,
            StatusCode::OK,
            "{query}"
        );
    }
    // Going on through them shows every one.
    let (mut seen, mut to) = (0, "/u/d/i".to_owned());
    for _ in 0..40 {
        let page = lived.ana.get(&to).await;
        seen += page
            .links()
            .iter()
            .filter(|link| link.starts_with("/u/d/i/"))
            .count();
        let more = page.links().into_iter().rfind(|link| link.contains("o="));
        to = more.expect("a way to others");
        if to.ends_with("o=0") {
            break;
        }
    }
    assert_eq!(seen, ideas().count());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_1_watching_together_comes_with_talking_it_over() {
    let mut lived = kept().await;
    let guide = guide();
    let mut ideas = guide.dates.iter().flat_map(|deck| &deck.ideas);
    let film = ideas.find(|idea| idea.watch).expect("something to watch");
    let talk = film
        .talk_over
        .as_deref()
        .expect("a question for afterwards");
    let page = lived.ana.get(&format!("/u/d/i/{}", opaque(&film.id))).await;
    assert!(
        page.sees(talk) && page.sees("To talk over afterwards"),
        "{}",
        page.text()
    );
    let pick = [
        ("day", "2027-02-05"),
        ("idea", &*opaque(&film.id)),
        ("words", ""),
    ];
    lived.ana.does("/u/d/p", &pick).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        assert!(who.get("/u/d").await.sees(talk));
    }
    lived.house.later(19 * Stamp::DAY);
    assert!(
        lived.ben.get("/u/d").await.sees(talk),
        "and once more on the day after"
    );
    for bad in [("day", "2027-02-06"), ("day", "2020-01-01")] {
        let pick = [bad, ("idea", ""), ("words", "Tea")];
        assert_eq!(
            lived.ana.post("/u/d/p", &pick).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    let pick = [
        ("day", "2027-02-12"),
        ("idea", "0000000000000000"),
        ("words", ""),
    ];
    assert_eq!(
        lived.ana.post("/u/d/p", &pick).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_long_is_still_there_and_every_field_has_a_name_of_its_own() {
    let mut lived = kept().await;
    lived.house.later(19 * Stamp::DAY);
    let page = lived.ana.get("/u/d").await;
    assert!(
        page.sees("In a line") && page.sees("Not tonight"),
        "{}",
        page.text()
    );
    assert_eq!(page.body.matches("id=\"words\"").count(), 1);
    let id = "7".repeat(32);
    let words = "the neighbours and ".repeat(6);
    let page = lived
        .ana
        .post("/u/d/o", &[("id", &*id), ("words", &words)])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.body.contains("value=\"the neighbours and the"),
        "{}",
        page.body
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_1_a_line_afterwards_is_offered_and_may_be_taken_back() {
    let mut lived = kept().await;
    assert!(
        !lived.ana.get("/u/d").await.sees("In a line"),
        "nothing has been yet"
    );
    lived.house.later(19 * Stamp::DAY);
    let page = lived.ana.get("/u/d").await;
    assert!(page.sees("In a line"), "{}", page.text());
    let (line, day) = (
        page.field_of("/u/d/l", "id"),
        page.field_of("/u/d/l", "day"),
    );
    let form = [
        ("id", &*line),
        ("day", &day),
        ("words", "The bench by the river."),
    ];
    lived.ana.does("/u/d/l", &form).await;
    lived.ana.does("/u/d/l", &form).await;
    let his = lived.ben.get("/u/d").await;
    assert_eq!(his.text().matches("The bench by the river.").count(), 1);
    assert!(his.sees("In a line"), "Ben may add his own");
    assert!(!lived.ana.get("/u/d").await.sees("In a line"));
    assert!(lived.ben.get("/u").await.sees("one best bit"));
    lived.ben.does("/u/d/l/t", &[("id", &line)]).await;
    assert!(
        lived.ana.get("/u/d").await.sees("The bench by the river."),
        "it is hers to take back"
    );
    lived.ana.does("/u/d/l/t", &[("id", &line)]).await;
    assert!(!lived.ben.get("/u/d").await.sees("The bench by the river."));
    let long = "y".repeat(301);
    for words in ["", " ", &*long] {
        let form = [("id", &*line), ("day", &*day), ("words", words)];
        assert_eq!(
            lived.ana.post("/u/d/l", &form).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_1_what_stays_at_home_holds_at_once_and_both_take_it_off() {
    let mut lived = kept().await;
    let (money, work) = (id(0xb1), id(0xb2));
    lived
        .ana
        .does("/u/d/o", &[("id", &money), ("words", "Money")])
        .await;
    lived
        .ben
        .does("/u/d/o", &[("id", &work), ("words", "My mother’s roof")])
        .await;
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get("/u/d").await;
        assert!(
            page.sees("Money") && page.sees("My mother’s roof"),
            "{}",
            page.text()
        );
    }
    for _ in 0..2 {
        lived.ana.does("/u/d/o/t", &[("id", &money)]).await;
    }
    assert!(
        lived
            .ana
            .get("/u/d")
            .await
            .sees("goes when Ben takes it off too"),
        "one is not both"
    );
    let his = lived.ben.get("/u/d").await;
    assert!(his.sees("Ana would take it off"), "{}", his.text());
    // Left lying, it is as if nobody had asked.
    let mut later = lived.twin().await;
    later.house.later(14 * Stamp::DAY);
    assert!(!later.ben.get("/u/d").await.sees("would take it off"));
    lived.ben.does("/u/d/o/t", &[("id", &money)]).await;
    let page = lived.ana.get("/u/d").await;
    assert!(
        !page.text().contains("Money Take it off") && page.sees("My mother’s roof"),
        "{}",
        page.text()
    );
    let page = lived
        .ana
        .post("/u/d/o", &[("id", &money), ("words", " ")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_1_bad_times_for_a_date_are_refused() {
    let mut lived = Lived::new().await;
    let mut form = SLOT;
    form[0].1 = "2020-02-05";
    let page = lived.ana.post("/u/d/s", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.sees("have passed") && page.body.contains("2020-02-05"),
        "{}",
        page.text()
    );
    for (field, value, status) in [
        (1, "soon", StatusCode::UNPROCESSABLE_ENTITY),
        (2, "day", StatusCode::UNPROCESSABLE_ENTITY),
        (3, "ana", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let mut form = SLOT;
        form[field].1 = value;
        assert_eq!(
            lived.ana.post("/u/d/s", &form).await.status,
            status,
            "{value}"
        );
    }
    assert!(!lived.ana.get("/u/p").await.sees("Time for the two of you"));
}
