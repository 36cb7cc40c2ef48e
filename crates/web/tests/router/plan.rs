//! The plan of two: one calendar, each by one's own clock; moving, leaving out, and what meets (G5, K23, S4, S6).

use axum::http::StatusCode;
use rekindle_domain::Stamp;

use crate::routes::{SLOT, ritual_form};
use crate::world::{Browser, Lived};

/// Two in two zones, with a date on Fridays at half past seven in London.
async fn in_two_zones() -> Lived {
    let mut lived = Lived::new().await;
    for (who, zone) in [
        (&mut lived.ana, "Europe/London"),
        (&mut lived.ben, "America/New_York"),
    ] {
        let name = who.handle.clone();
        let look = [
            ("name", &*name),
            ("partner", ""),
            ("zone", zone),
            ("theme", "light"),
        ];
        who.does("/m/s", &look).await;
    }
    lived.ana.does("/u/d/s", &SLOT).await;
    lived
}

async fn slot(who: &mut Browser) -> String {
    let links = who.get("/u/p").await.links();
    let mut plans = vec![];
    for link in links.into_iter().filter(|link| link.starts_with("/u/p/")) {
        if who.get(&link).await.sees("See your dates") {
            plans.push(link);
        }
    }
    plans.pop().expect("the date stands in the plan")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k23_each_sees_the_hours_of_the_own_clock_and_where_an_hour_was_set() {
    let mut lived = in_two_zones().await;
    let day = "/u/p?v=d&d=2027-02-05";
    let hers = lived.ana.get(day).await;
    assert!(
        hers.sees("19:30") && !hers.sees("where it was set"),
        "{}",
        hers.text()
    );
    let his = lived.ben.get(day).await;
    assert!(
        his.sees("14:30") && his.sees("19:30 in London, where it was set"),
        "{}",
        his.text()
    );
    // New York changes on 14 March, London on 28 March: in between the two are an hour nearer.
    for (day, seen) in [
        ("2027-03-12", "14:30"),
        ("2027-03-19", "15:30"),
        ("2027-04-02", "14:30"),
    ] {
        let page = lived.ben.get(&format!("/u/p?v=w&d={day}")).await;
        assert!(page.sees(seen), "{day}: {}", page.text());
        assert!(
            lived
                .ana
                .get(&format!("/u/p?v=w&d={day}"))
                .await
                .sees("19:30"),
            "{day}"
        );
    }
    let change = lived.ana.get("/u/p?v=d&d=2027-03-28").await;
    assert!(change.sees("The clocks go ahead"), "{}", change.text());
    assert!(
        lived
            .ben
            .get("/u/p?v=d&d=2027-11-07")
            .await
            .sees("The clocks go back")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_1_one_date_is_moved_or_left_out_by_either_and_nothing_is_marked() {
    let mut lived = in_two_zones().await;
    let plan = slot(&mut lived.ben).await;
    let untouched = lived.twin().await;
    // Only this time, to Saturday at eight by Ben’s clock: that is one in the morning for Ana.
    let moved = [
        ("day", "2027-02-06"),
        ("time", "20:00"),
        ("round", "2027-02-05"),
        ("which", "one"),
    ];
    lived.ben.does(&plan, &moved).await;
    let week = lived.ana.get("/u/p?v=w&d=2027-02-06").await;
    assert!(week.sees("01:00") && !week.sees("19:30"), "{}", week.text());
    assert!(
        lived.ana.get("/u/p?v=d&d=2027-02-12").await.sees("19:30"),
        "the next one stays"
    );
    // Left out: the day is as one on which nothing ever was.
    let mut free = untouched.twin().await;
    free.ana
        .does(
            &format!("{plan}/s"),
            &[("round", "2027-02-12"), ("which", "out")],
        )
        .await;
    let day = free.ben.get("/u/p?v=d&d=2027-02-12").await;
    assert!(
        day.sees("Nothing planned.") && !day.sees("left out"),
        "{}",
        day.text()
    );
    assert!(free.ben.get("/u/p?v=d&d=2027-02-19").await.sees("14:30"));
    let one = free.ben.get(&plan).await;
    assert!(
        one.sees("Friday, 12 February is left out"),
        "{}",
        one.text()
    );
    free.ben
        .does(
            &format!("{plan}/s"),
            &[("round", "2027-02-12"), ("which", "back")],
        )
        .await;
    let (mut one, mut other) = (free.ben, untouched.ben);
    for path in ["/t", "/u/d", "/u/p", "/u/p?v=m&d=2027-02-12", &plan] {
        let (here, there) = (one.get(path).await, other.get(path).await);
        assert_eq!(
            here.text(),
            there.text(),
            "{path}: it came back as if it had never been out"
        );
    }
    // A time that is past is refused with everything typed still there.
    let past = [
        ("day", "2026-01-01"),
        ("time", "20:00"),
        ("round", "2027-02-05"),
        ("which", "one"),
    ];
    let page = lived.ana.post(&plan, &past).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.sees("have passed") && page.body.contains("2026-01-01"),
        "{}",
        page.text()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_what_meets_is_said_calmly_and_daily_touch_is_in_nobodys_way() {
    let mut lived = in_two_zones().await;
    let day = "/u/p?v=d&d=2027-02-20";
    assert!(!lived.ana.get(day).await.sees("Time for the two of you"));
    let plan = slot(&mut lived.ana).await;
    let to = [
        ("day", "2027-02-20"),
        ("time", "20:00"),
        ("round", "2027-02-05"),
        ("which", "one"),
    ];
    lived.ana.does(&plan, &to).await;
    let page = lived.ana.get(day).await;
    assert!(
        page.sees("“Time for the two of you” and “")
            && page.sees("are at the same time: Saturday, 20 February"),
        "{}",
        page.text()
    );
    assert!(page.sees("Both may stay."));
    assert!(page.sees("proposed, not agreed yet"));
    // Where a move leads to, and on the page of that one time; not on that of another.
    let at_once = "are at the same time: Saturday, 20 February";
    for path in ["/u/p".to_owned(), format!("{plan}?d=2027-02-05")] {
        assert!(lived.ana.get(&path).await.sees(at_once), "{path}");
    }
    let other = lived.ana.get(&format!("{plan}?d=2027-02-12")).await;
    assert!(!other.sees("at the same time"), "{}", other.text());
    // Two that meet each week are named once.
    let ritual = "6e".repeat(16);
    let mut form = ritual_form(&ritual, "send");
    form[6].1 = "2027-02-12";
    form[7].1 = "19:00";
    form[9].1 = "45";
    lived.ana.does("/u/r/n", &form).await;
    lived.ben.calls_it_ours(&ritual).await;
    let meet = "“The first cup” and “Time for the two of you”";
    let month = lived.ana.get("/u/p?v=m&d=2027-02-12").await.text();
    assert!(month.matches(meet).count() > 1, "{month}");
    let coming = lived.ana.get("/u/p").await.text();
    assert_eq!(coming.matches(meet).count(), 1, "{coming}");
    lived.ana.does(&format!("/u/r/i/{ritual}/l"), &[]).await;
    // A ritual of five minutes takes no time of its own.
    let mut form = ritual_form("5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d", "send");
    form[7].1 = "19:40";
    form[9].1 = "5";
    lived.ana.does("/u/r/n", &form).await;
    lived.ben.calls_it_ours(&"5d".repeat(16)).await;
    let friday = lived.ana.get("/u/p?v=d&d=2027-02-12").await;
    assert!(
        friday.sees("The first cup") && !friday.sees("at the same time"),
        "{}",
        friday.text()
    );
}

/// What begins late in the evening and goes on past midnight meets what comes early on the next day, and there it is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_what_goes_on_past_midnight_is_said_on_the_day_it_meets_something() {
    let mut lived = in_two_zones().await;
    let plan = slot(&mut lived.ana).await;
    let to = [
        ("day", "2027-02-20"),
        ("time", "00:10"),
        ("round", "2027-02-05"),
        ("which", "one"),
    ];
    lived.ana.does(&plan, &to).await;
    let ritual = "6e".repeat(16);
    let mut form = ritual_form(&ritual, "send");
    form[6].1 = "2027-02-19";
    form[7].1 = "23:30";
    form[9].1 = "45";
    lived.ana.does("/u/r/n", &form).await;
    lived.ben.calls_it_ours(&ritual).await;
    let text =
        "“The first cup” and “Time for the two of you” are at the same time: Saturday, 20 February";
    for (path, said) in [
        ("/u/p?v=d&d=2027-02-20", true),
        ("/u/p?v=d&d=2027-02-19", false),
        ("/u/p?v=w&d=2027-02-20", true),
        ("/u/p", true),
    ] {
        let page = lived.ana.get(path).await;
        assert_eq!(page.sees(text), said, "{path}: {}", page.text());
    }
    // What began the evening before is not listed on the day it only goes on into: the cup comes every day.
    let page = lived.ana.get("/u/p?v=d&d=2027-02-20").await.text();
    assert_eq!(page.matches("23:30").count(), 1, "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s6_what_one_lets_rest_is_not_in_ones_calendar_and_stays_in_the_others() {
    let mut lived = Lived::new().await;
    let day = "/u/p?v=d&d=2027-02-20";
    let before = lived.ben.get(day).await.text();
    assert_eq!(
        lived
            .ana
            .get(day)
            .await
            .text()
            .matches("proposed, not agreed yet")
            .count(),
        2
    );
    lived
        .ana
        .does(&format!("{}/a", lived.his), &[("answer", "not-now")])
        .await;
    assert_eq!(
        lived
            .ana
            .get(day)
            .await
            .text()
            .matches("proposed, not agreed yet")
            .count(),
        1
    );
    assert_eq!(lived.ben.get(day).await.text(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_days_behind_show_what_was_and_never_what_was_not() {
    let mut lived = in_two_zones().await;
    lived.house.later(40 * Stamp::DAY);
    lived.ana.signs_in().await;
    let month = lived.ana.get("/u/p?v=m&d=2027-02-05").await;
    assert!(month.sees("5") && !month.sees("19:30"), "{}", month.text());
    assert!(
        lived
            .ana
            .get("/u/p?v=d&d=2027-02-05")
            .await
            .sees("Nothing planned.")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_any_rhythm_may_be_chosen_and_the_end_of_a_month_is_kept() {
    let mut lived = in_two_zones().await;
    let plan = slot(&mut lived.ana).await;
    let to = [
        ("day", "2027-03-31"),
        ("time", "20:00"),
        ("round", ""),
        ("which", "all"),
    ];
    lived.ana.does(&plan, &to).await;
    lived
        .ana
        .does(&format!("{plan}/r"), &[("rule", "month")])
        .await;
    for (day, is) in [
        ("2027-04-30", true),
        ("2027-05-31", true),
        ("2028-02-29", true),
        ("2027-05-30", false),
    ] {
        let page = lived.ana.get(&format!("/u/p?v=d&d={day}")).await;
        assert_eq!(page.sees("20:00"), is, "{day}: {}", page.text());
    }
    assert!(
        lived
            .ana
            .get(&plan)
            .await
            .sees("On the last day of every month")
    );
    for (path, form) in [
        ("r", [("rule", "never")]),
        ("r", [("every", "day")]),
        ("s", [("round", "today")]),
    ] {
        let page = lived.ana.post(&format!("{plan}/{path}"), &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
    }
    for query in [
        "?v=x&d=2027-02-30",
        "?v=w&d=",
        "?v=m&d=99999-01-01",
        "?v=d&d=-9999-01-01",
        "?d=%00",
    ] {
        assert_eq!(
            lived.ana.get(&format!("/u/p{query}")).await.status,
            StatusCode::OK,
            "{query}"
        );
    }
}

/// What is next leads to itself: to its own preparation, if it has one, and else to its place in the plan.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g5_what_is_next_leads_to_its_own_preparation_or_its_own_place() {
    for (practice, prepared) in [
        ("weekly-check-in", Some("/n".to_owned())),
        (
            "repair-talk",
            Some(format!("/n/{}", crate::world::opaque("repair-talk"))),
        ),
        ("phone-free-hour", None),
    ] {
        let mut lived = Lived::new().await;
        let offer = lived.ana.proposes(practice, "Shall we?").await;
        lived
            .ben
            .does(&format!("{offer}/a"), &[("answer", "yes")])
            .await;
        for asked in [&lived.his, &lived.hers] {
            for who in [&mut lived.ana, &mut lived.ben] {
                who.post(&format!("{asked}/a"), &[("answer", "not-now")])
                    .await;
            }
        }
        let note = lived.ana.get("/u/n").await;
        let note = note.links();
        let note = note.iter().find(|link| link.starts_with("/u/n/"));
        let heard = [("words", "that you were alone"), ("step", "send")];
        lived.ana.does(note.expect("Ben's note"), &heard).await;
        let today = lived.ana.get("/t").await;
        let links = today.links();
        match prepared {
            Some(to) => assert!(links.contains(&to), "{practice}: {links:?}"),
            None => assert!(
                links.iter().any(|link| link.starts_with("/u/p/")),
                "{practice}: {links:?}"
            ),
        }
    }
}
