//! S16, S17, K17, K18: who is reminded, when, by what; and what a calendar may know.

use axum::http::StatusCode;
use rekindle_domain::Stamp;
use rekindle_store::Store as _;

use crate::routes::{self, Ids, SLOT, ritual_form};
use crate::world::{Browser, House, Lived, NOW, guide, newcomer, pair};

const PHONE: &str = "https://push.example/send/ben-s-phone";

/// Turns reminders on, on one phone and by mail, and makes a calendar's address; gives its path.
pub(crate) async fn reminded(who: &mut Browser, rhythm: &str, only: bool) -> String {
    let mut form = vec![
        ("rhythm", rhythm),
        ("weekday", "7"),
        ("time", "18:00"),
        ("from", "21:30"),
        ("to", "07:30"),
    ];
    if only {
        form.push(("only", "yes"));
    }
    who.does("/m/w", &form).await;
    who.does("/m/w/h", &[("endpoint", PHONE), ("on", "yes")])
        .await;
    who.does("/m/w/m", &[("mail", "ben@example.org")]).await;
    calendar(who).await
}

async fn calendar(who: &mut Browser) -> String {
    let form = [("title", "Busy"), ("step", "new")];
    let page = who.post("/m/w/f", &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let found = page.between("/g/", "\"");
    format!("/g/{}", found.first().expect("an address"))
}

/// All that goes out by itself, and when: the rows that the sending reads, and what a calendar gets.
pub(crate) async fn goes_out(house: &House, calendar: &str) -> String {
    let rows = house.rows().await;
    let fed = house.browser().get(calendar).await;
    format!(
        "{:?} {:?}\n{} {:?}\n{}",
        rows.0["due"], rows.0["addresses"], fed.status, fed.headers, fed.body
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s16_nothing_is_due_to_anybody_until_they_turn_it_on() {
    let mut lived = Lived::new().await;
    lived.ben.get("/m/w").await;
    let rows = lived.house.rows().await;
    for table in ["due", "addresses", "feeds"] {
        assert_eq!(rows.count(table), 0, "{table}");
    }
    reminded(&mut lived.ben, "daily", false).await;
    let rows = lived.house.rows().await;
    // Two times at two addresses, and no more: then it is quiet until the next visit.
    assert_eq!((rows.count("due"), rows.count("addresses")), (4, 2));
    let off = [
        ("rhythm", "off"),
        ("weekday", "7"),
        ("time", "18:00"),
        ("from", "21:30"),
        ("to", "07:30"),
    ];
    lived.ben.does("/m/w", &off).await;
    assert_eq!(lived.house.rows().await.count("due"), 0);
}

/// The whole of S16 in one story: only one's own visits move what is due to oneself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s16_what_the_other_does_moves_no_reminder_and_no_calendar() {
    let mut lived = Lived::new().await;
    let feed = reminded(&mut lived.ben, "daily", true).await;
    let before = goes_out(&lived.house, &feed).await;
    let plan = lived.ana.get("/u/p").await;
    let plan = plan
        .links()
        .into_iter()
        .find(|link| link.starts_with("/u/p/"))
        .expect("a plan");
    let plan = plan.split('?').next().unwrap().to_owned();
    let his = format!("{}/a", lived.his);
    lived.ana.does(&his, &[("answer", "yes")]).await;
    lived.ana.does(&format!("{plan}/l"), &[]).await;
    lived.ana.proposes("long-hug", "Hold me?").await;
    lived.ana.does("/u/a", &[("words", "You sang.")]).await;
    lived.ana.get("/t").await;
    assert_eq!(goes_out(&lived.house, &feed).await, before);
    // Ben's own visit takes up what was agreed meanwhile: the test can fail.
    lived.ben.get("/t").await;
    assert_ne!(goes_out(&lived.house, &feed).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s16_two_that_went_by_are_the_last_until_the_next_visit() {
    let mut lived = Lived::new().await;
    reminded(&mut lived.ben, "daily", false).await;
    let mut sent = 0;
    for hour in 0..30 * 24 {
        lived.house.later(Stamp::HOUR);
        let now = lived.house.clock_now();
        let due = lived.house.store.take_due(now, now.plus(60_000), 100);
        for taken in due.await.unwrap() {
            sent += 1;
            let done = rekindle_store::Change::Remind(taken.done());
            let _ = lived.house.store.commit(vec![done]).await.unwrap();
        }
        // The other one comes every day, and that changes nothing.
        if hour % 24 == 0 {
            lived.ana.signs_in().await;
            lived.ana.get("/t").await;
        }
    }
    assert_eq!(sent, 4, "two times at two addresses");
    lived.ben.signs_in().await;
    lived.ben.get("/t").await;
    assert_eq!(
        lived
            .house
            .store
            .due_of(ben(&lived).await)
            .await
            .unwrap()
            .len(),
        4
    );
}

async fn ben(lived: &Lived) -> rekindle_domain::PersonId {
    let found = lived.house.store.person_by_handle("ben").await.unwrap();
    found.unwrap().id
}

/// What has to do with sex, hurt or conflict, whatever family it is of: reminders and calendars know nothing of it.
const SILENT: [&str; 16] = [
    "brakes-and-accelerators",
    "calming-break",
    "closeness-menu",
    "fixable-problems",
    "honesty-agreements",
    "private-wishes",
    "questions-for-a-doctor",
    "repair-talk",
    "sensate-focus",
    "sensation-not-performance",
    "small-hurts",
    "solving-talk",
    "standing-talk-after-betrayal",
    "talk-about-it-elsewhere",
    "trust-journal",
    "warm-no-and-invitation",
];

/// Ana’s plan is empty, and she is reminded every day on which something stands in it.
async fn with_an_empty_plan() -> (House, Browser, Browser, String) {
    let house = House::new().await;
    let (mut ana, ben) = pair(&house, "ana", "ben").await;
    let feed = reminded(&mut ana, "daily", true).await;
    lets_all_go(&mut ana).await;
    assert!(!is_planned(&house, &feed).await);
    (house, ana, ben, feed)
}

async fn lets_all_go(who: &mut Browser) {
    let links = who.get("/u/p").await.links();
    for link in links.iter().filter(|link| link.starts_with("/u/p/")) {
        let plan = link.split('?').next().unwrap();
        who.does(&format!("{plan}/l"), &[]).await;
    }
}

/// Whether something is due and stands in the calendar; the two never differ here.
async fn is_planned(house: &House, feed: &str) -> bool {
    let fed = house.browser().get(feed).await.body;
    let stands = fed.contains("BEGIN:VEVENT");
    assert_eq!(house.rows().await.count("due") > 0, stands, "{fed}");
    stands
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s16_sex_hurts_and_quarrels_lead_to_no_reminder_and_stand_in_no_calendar() {
    let (house, mut ana, mut ben, feed) = with_an_empty_plan().await;
    let mut silent = vec![];
    let guide = guide();
    for practice in &guide.practices {
        let offer = ana.proposes(&practice.id, "Shall we?").await;
        ben.does(&format!("{offer}/a"), &[("answer", "yes")]).await;
        ana.get("/t").await;
        assert_eq!(
            ana.get("/u/p")
                .await
                .links()
                .iter()
                .filter(|to| to.starts_with("/u/p/"))
                .count(),
            1,
            "{}",
            practice.id
        );
        if !is_planned(&house, &feed).await {
            silent.push(practice.id.as_str());
        }
        lets_all_go(&mut ana).await;
        house.later(Stamp::MINUTE);
    }
    silent.sort_unstable();
    assert_eq!(silent, SILENT);
}

/// One’s own act is one’s own visit: what is let go reminds nobody of it any more, and what is moved, at its new time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s16_what_one_moves_or_lets_go_moves_ones_own_reminders_at_once() {
    let (house, mut ana, mut ben, feed) = with_an_empty_plan().await;
    // The time for dates makes one due.
    ana.does("/u/d/s", &SLOT).await;
    assert!(is_planned(&house, &feed).await);
    let before = goes_out(&house, &feed).await;
    let plan = ana.get("/u/p").await.links();
    let plan = plan.iter().find(|to| to.starts_with("/u/p/")).unwrap();
    let plan = plan.split('?').next().unwrap().to_owned();
    let moved = [
        ("day", "2027-02-07"),
        ("time", "20:00"),
        ("round", "2027-02-05"),
        ("which", "one"),
    ];
    // Ben’s moves nothing of hers; her own does.
    let twin = house.twin().await;
    ben.at(&twin).does(&plan, &moved).await;
    assert_eq!(goes_out(&twin, &feed).await, before);
    ana.does(&plan, &moved).await;
    let after = goes_out(&house, &feed).await;
    assert_ne!(after, before);
    assert!(after.contains("DTSTART:20270207T200000Z"), "{after}");
    for (end, form) in [
        ("/s", [("round", "2027-02-05"), ("which", "out")].as_slice()),
        ("/r", &[("rule", "month")]),
        ("/l", &[]),
    ] {
        let before = goes_out(&house, &feed).await;
        ana.does(&format!("{plan}{end}"), form).await;
        assert_ne!(goes_out(&house, &feed).await, before, "{end}");
    }
    assert!(!is_planned(&house, &feed).await);
    // And so does a ritual, as soon as it is both of theirs.
    let id = "5d".repeat(16);
    ben.does("/u/r/n", &ritual_form(&id, "send")).await;
    assert!(!is_planned(&house, &feed).await);
    ana.calls_it_ours(&id).await;
    assert!(is_planned(&house, &feed).await);
    ana.does(&format!("/u/r/i/{id}/l"), &[]).await;
    assert!(!is_planned(&house, &feed).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k18_a_calendar_is_found_by_its_address_only_and_not_after_it_ended() {
    let mut lived = Lived::new().await;
    let feed = reminded(&mut lived.ben, "weekly", false).await;
    let page = lived.house.browser().get(&feed).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.headers.get("set-cookie").is_none());
    assert!(
        page.body.contains("SUMMARY:Busy") && page.body.contains("DTSTART:2027"),
        "{}",
        page.body
    );
    for word in ["Ana", "Ben", "walk", "check", "listening", "http"] {
        assert!(!page.body.contains(word), "{word}: {}", page.body);
    }
    // The same bytes each time, whoever asks.
    assert_eq!(lived.ana.get(&feed).await.body, page.body);
    // It stands nowhere any more: not on the page, not in the file.
    let secret = feed.strip_prefix("/g/").unwrap();
    let shown = lived.ben.get("/m/w").await.body;
    assert!(!shown.contains(secret));
    assert!(!format!("{:?}", lived.house.rows().await).contains(secret));
    let nothing = lived
        .house
        .browser()
        .get(&format!("/g/{}", "x".repeat(43)))
        .await;
    let long = "x".repeat(8_000);
    for guess in [
        &secret[1..],
        &secret.to_uppercase(),
        "",
        "x",
        "%00",
        &format!("{secret}%00"),
        &format!("{secret}/{secret}"),
        &long,
    ] {
        let guessed = lived.house.browser().get(&format!("/g/{guess}")).await;
        assert_eq!(
            (guessed.status, guessed.body),
            (nothing.status, nothing.body.clone()),
            "{guess}"
        );
    }
    let no_letters = lived.house.browser().get("/g/%ff%fe").await;
    assert!(no_letters.status.is_client_error(), "{}", no_letters.status);
    let written = lived.house.browser().post(&feed, &[("step", "end")]).await;
    assert_eq!(written.status, StatusCode::NOT_FOUND);
    assert_eq!(lived.ana.get(&feed).await.body, page.body);
    // The title changes under the same address; a new address ends the old one; ending ends it.
    let form = [("title", "Ben’s hour"), ("step", "title")];
    lived.ben.does("/m/w/f", &form).await;
    assert!(
        lived
            .house
            .browser()
            .get(&feed)
            .await
            .body
            .contains("SUMMARY:Ben’s hour")
    );
    let next = calendar(&mut lived.ben).await;
    assert_eq!(
        lived.house.browser().get(&feed).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        lived.house.browser().get(&next).await.status,
        StatusCode::OK
    );
    lived
        .ben
        .does("/m/w/f", &[("title", ""), ("step", "end")])
        .await;
    lived.ben.get("/t").await;
    assert_eq!(
        lived.house.browser().get(&next).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(lived.house.rows().await.count("feeds"), 0);
}

/// Every start in a calendar, as two programs read it.
fn starts(calendar: &str) -> [Vec<String>; 2] {
    use icalendar::Component as _;
    let one: icalendar::Calendar = calendar.parse().unwrap();
    let mut first = vec![];
    for part in &one.components {
        if let icalendar::CalendarComponent::Event(event) = part {
            first.push(event.property_value("DTSTART").unwrap().to_owned());
        }
    }
    let mut another = vec![];
    for calendar in ical::IcalParser::new(calendar.as_bytes()) {
        for event in calendar.unwrap().events {
            let start = event.properties.into_iter().find(|p| p.name == "DTSTART");
            another.push(start.unwrap().value.unwrap());
        }
    }
    [first, another]
}

/// K23, S17: what is served are the plan's own times: the hour on the wall on both sides of a change of the clocks,
/// without what was left out, and with what was moved where it is now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s17_a_calendar_is_served_the_times_of_the_plan() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let slot = [
        ("day", "2027-03-12"),
        ("time", "19:30"),
        ("rule", "week"),
        ("first", "me"),
    ];
    ana.does("/u/d/s", &slot).await;
    let feed = calendar(&mut ana).await;
    let before = |end: &str, starts: [Vec<String>; 2]| {
        starts.map(|some| -> Vec<String> { some.into_iter().filter(|at| &**at < end).collect() })
    };
    let kept = [
        "20270312T193000Z",
        "20270319T193000Z",
        "20270326T193000Z",
        "20270402T183000Z", // London is an hour ahead since 28 March
    ];
    let served = house.browser().get(&feed).await.body;
    assert_eq!(
        before("20270404", starts(&served)),
        [kept, kept],
        "{served}"
    );
    let plan = ana.get("/u/p").await.links();
    let plan = plan.iter().find(|link| link.starts_with("/u/p/"));
    let plan = plan.expect("a plan").split('?').next().unwrap().to_owned();
    let out = [("round", "2027-03-19"), ("which", "out")];
    ana.does(&format!("{plan}/s"), &out).await;
    let moved = [
        ("day", "2027-04-03"),
        ("time", "10:15"),
        ("round", "2027-04-02"),
        ("which", "one"),
    ];
    ana.does(&plan, &moved).await;
    ana.get("/t").await;
    let kept = ["20270312T193000Z", "20270326T193000Z", "20270403T091500Z"];
    let served = house.browser().get(&feed).await.body;
    assert_eq!(
        before("20270404", starts(&served)),
        [kept, kept],
        "{served}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k17_an_address_elsewhere_is_not_kept() {
    let mut lived = Lived::new().await;
    for endpoint in [
        "http://push.example/a",
        "https://push.example:8443/a",
        "https://push.example.evil.test/a",
        "https://push.example@127.0.0.1/a",
        "https://127.0.0.1/a",
        "https://localhost/a",
        "https://169.254.169.254/latest",
        "",
    ] {
        let form = [("endpoint", endpoint), ("on", "yes")];
        let page = lived.ben.post("/m/w/h", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{endpoint}");
        assert!(page.sees("not one that this server sends to"), "{endpoint}");
    }
    for mail in ["ben", "ben@example.org\r\nBcc: ana@example.org", "a@b@c"] {
        let page = lived.ben.post("/m/w/m", &[("mail", mail)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{mail}");
    }
    assert_eq!(lived.house.rows().await.count("addresses"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_kept_once_shown_as_a_hint_and_taken_back_at_once() {
    let mut lived = Lived::new().await;
    reminded(&mut lived.ben, "daily", false).await;
    reminded(&mut lived.ben, "daily", false).await;
    assert_eq!(lived.house.rows().await.count("addresses"), 2);
    let page = lived.ben.get("/m/w").await;
    assert!(page.sees("b…@example.org") && !page.body.contains("ben@example.org"));
    assert!(page.sees("readable for whoever runs this server"));
    assert!(!page.body.contains("ben-s-phone"));
    lived
        .ben
        .does("/m/w/h", &[("endpoint", PHONE), ("on", "")])
        .await;
    lived.ben.does("/m/w/m", &[("mail", "")]).await;
    let rows = lived.house.rows().await;
    assert_eq!((rows.count("due"), rows.count("addresses")), (0, 0));
    reminded(&mut lived.ben, "daily", false).await;
    lived.ben.does("/m/w/n", &[]).await;
    assert_eq!(
        lived.house.rows().await.count("addresses"),
        1,
        "mail is another matter"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_meant_is_said_and_nothing_is_lost() {
    let mut lived = Lived::new().await;
    for (name, value, says) in [
        ("time", "22:00", "lies in your quiet hours"),
        ("time", "6 pm", "write a time such as 18:00"),
        ("weekday", "8", "choose a day of the week"),
        ("to", "", "write a time such as 18:00"),
    ] {
        let mut form = vec![
            ("rhythm", "weekly"),
            ("weekday", "3"),
            ("time", "19:15"),
            ("from", "21:30"),
            ("to", "07:30"),
        ];
        form.iter_mut().find(|(n, _)| *n == name).unwrap().1 = value;
        let page = lived.ben.post("/m/w", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(page.sees(says), "{name}: {}", page.text());
        assert!(
            name == "time" || page.body.contains("19:15"),
            "what was typed is still there"
        );
    }
}

/// K7: whoever knew the passphrase may have put their own phone there, or read the calendar.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_renewed_keys_leave_no_phone_and_no_calendar_of_anybody_elses() {
    let mut lived = Lived::new().await;
    let feed = reminded(&mut lived.ben, "daily", false).await;
    lived.ben.opens_the_door().await;
    let passphrase = lived.ben.passphrase.clone();
    let route = routes::all(&Ids::made_up())
        .into_iter()
        .find(|route| route.method == "POST" && route.name.starts_with("RENEW"));
    let route = route.expect("a way to renew one's keys");
    let mut form = route.form();
    for (name, value) in &mut form {
        if *name == "current" {
            *value = &passphrase;
        }
    }
    let page = lived.ben.post(&route.path, &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let rows = lived.house.rows().await;
    for table in ["due", "addresses", "feeds"] {
        assert_eq!(rows.count(table), 0, "{table}");
    }
    let fed = lived.house.browser().get(&feed).await;
    assert_eq!(fed.status, StatusCode::NOT_FOUND);
}

/// K23: a reminder follows its owner to another zone at their next look, and is planned in their own hours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k23_reminders_keep_the_hour_of_the_zone_their_owner_is_in() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    reminded(&mut ana, "daily", false).await;
    let id = house
        .store
        .person_by_handle("ana")
        .await
        .unwrap()
        .unwrap()
        .id;
    let first = house.store.due_of(id).await.unwrap()[0].at;
    // 18:00 in London in winter; it is eight in the morning.
    assert_eq!(first.since(NOW), 10 * Stamp::HOUR);
    let form = [
        ("name", "Ana"),
        ("partner", ""),
        ("zone", "Asia/Kolkata"),
        ("theme", ""),
    ];
    ana.does("/m/s", &form).await;
    ana.get("/t").await;
    let first = house.store.due_of(id).await.unwrap()[0].at;
    assert_eq!(first.since(NOW), 4 * Stamp::HOUR + 30 * Stamp::MINUTE);
}
