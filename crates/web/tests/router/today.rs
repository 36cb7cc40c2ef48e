//! Today, the Roadmap, and what leads from one to the other: few things at a time, every practice within reach, and a
//! way back in after a while (G6, G7).

use std::collections::BTreeSet;

use axum::http::StatusCode;
use rekindle_domain::Stamp;
use rekindle_web::{TrustPage, WebSettings};

use crate::routes::ritual_form;
use crate::world::{Browser, House, Lived, guide, opaque, pair, settings};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g7_today_shows_three_things_at_most_and_says_that_it_is_enough() {
    let mut lived = Lived::new().await;
    let ben = &mut lived.ben;
    // Besides the plan, the path, a proposal and a note: a session to join and a ritual to look at.
    let form = [("mode", "live"), ("form", "full"), ("first", "first")];
    let session = ben.does("/s", &form).await;
    let ritual = "5d".repeat(16);
    ben.does("/u/r/n", &ritual_form(&ritual, "send")).await;
    let page = lived.ana.get("/t").await;
    let cards = page.body.matches("<section class=\"").count();
    assert_eq!(cards, 3, "{}", page.text());
    assert!(page.sees("That is enough for today. The rest keeps."));
    // The nearest first: what has begun, then what was asked.
    let first = page.body.find(&session).expect("the session");
    let second = page.body.find(&lived.his).expect("Ben’s proposal");
    assert!(first < second, "{}", page.text());
    assert!(!page.body.contains(&ritual), "the fourth waits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g6_the_roadmap_is_a_path_of_five_stages_with_every_practice_on_it() {
    let house = House::new().await;
    let mut browser = house.browser();
    let page = browser.get("/r").await;
    let stages: Vec<String> = (page.links().into_iter())
        .filter(|link| link.starts_with("/r/s/"))
        .collect();
    assert_eq!(
        stages,
        (1..=5).map(|n| format!("/r/s/{n}")).collect::<Vec<_>>()
    );
    let mut linked = BTreeSet::new();
    for stage in &stages {
        linked.extend(browser.get(stage).await.links());
    }
    for practice in guide()
        .practices
        .iter()
        .filter(|practice| practice.stage > 0)
    {
        let path = format!("/r/{}", opaque(&practice.id));
        assert!(linked.contains(&path), "{}", practice.id);
        assert_eq!(browser.get(&path).await.status, StatusCode::OK);
    }
}

/// A practice that comes without a session is as good as any: it is proposed, answered and planned.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g7_every_practice_can_be_proposed_answered_and_planned() {
    let house = House::new().await;
    let (mut ana, mut ben) = pair(&house, "ana", "ben").await;
    let guide = guide();
    for (n, practice) in guide.practices.iter().enumerate() {
        // Ana has asked for this one to become a pair: it rests for a fortnight before she asks again.
        let (who, other) = match practice.id.as_str() {
            "weekly-check-in" => (&mut ben, &mut ana),
            _ => (&mut ana, &mut ben),
        };
        let propose = format!("/q/{}", opaque(&practice.id));
        let page = who.get(&format!("/r/{}", opaque(&practice.id))).await;
        assert!(page.links().contains(&propose), "{}", practice.id);
        let day = format!("2027-03-{:02}", 1 + n % 28);
        let time = format!("{:02}:15", 8 + n / 28);
        let form = [
            ("words", &*practice.propose),
            ("day", &day),
            ("time", &time),
            ("partner", ""),
            ("step", "send"),
        ];
        let offer = who.does(&propose, &form).await;
        assert!(
            other.get("/t").await.body.contains(&offer),
            "{}",
            practice.id
        );
        other
            .does(&format!("{offer}/a"), &[("answer", "yes")])
            .await;
        let plan = who.get(&format!("/u/p?v=d&d={day}")).await;
        assert!(
            plan.sees(&practice.title),
            "{}: {}",
            practice.id,
            plan.text()
        );
        assert!(plan.sees(&time), "{}: {}", practice.id, plan.text());
    }
}

async fn goes_on(who: &mut Browser, step: &str, week: &str) {
    let way = opaque("ten-weeks");
    who.does("/r/w", &[("way", &way), ("step", step), ("week", week)])
        .await;
}

/// G7: after a while away there is no count of it, only the smallest step of where the two were.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g7_welcome_back_brings_the_smallest_step_and_the_same_week() {
    let mut lived = Lived::new().await;
    let way = format!("/r/w/{}", opaque("ten-weeks"));
    let kiss = format!("/r/{}", opaque("kiss-at-parting"));
    let first = format!("/r/{}", opaque("weekly-check-in"));
    lived.house.later(17 * Stamp::DAY);
    let page = lived.ana.get("/t").await;
    assert!(page.sees("Welcome back"), "{}", page.text());
    assert!(page.links().contains(&first), "the step it grew from");
    for week in 1..6 {
        goes_on(&mut lived.ana, "next", &week.to_string()).await;
    }
    lived.house.later(17 * Stamp::DAY);
    lived.ana.signs_in().await;
    for path in ["/t", &way] {
        let page = lived.ana.get(path).await;
        assert!(
            page.sees("A kiss at parting , about a minute"),
            "{path}: {}",
            page.text()
        );
        assert!(page.links().contains(&kiss), "{path}");
        for counted in ["17", "34", "missed", "late"] {
            assert!(
                path != "/t" || !page.sees(counted),
                "{counted}: {}",
                page.text()
            );
        }
    }
    for _ in 0..2 {
        goes_on(&mut lived.ana, "again", "6").await;
    }
    let page = lived.ana.get(&way).await;
    let walk = page.text();
    let walk = walk.split("Why").next().unwrap();
    assert!(walk.contains("Week 6 A small touch a day"), "{walk}");
    assert!(!lived.ana.get("/t").await.sees("Welcome back"));
}

/// Two phones at home: the certificate, how each kind of phone comes to trust it, and what to compare.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trust_page_has_the_certificate_its_fingerprint_and_the_way_on_each_phone() {
    let fingerprint = "AB:CD:EF:01";
    let house = House::with(WebSettings {
        trust_page: Some(TrustPage {
            certificate_der: vec![0x30, 0x82, 0, 1],
            certificate_pem: "-----BEGIN CERTIFICATE-----".to_owned(),
            fingerprint: fingerprint.to_owned(),
        }),
        ..settings()
    })
    .await;
    let mut browser = house.browser();
    let page = browser.get("/k").await;
    for said in [
        "On an iPhone or iPad",
        "On an Android phone",
        "On a computer",
        fingerprint,
    ] {
        assert!(page.sees(said), "{said}");
    }
    for (link, kind, starts) in [
        ("/k/a.cer", "application/x-x509-ca-cert", &b"\x30\x82"[..]),
        ("/k/a.pem", "application/x-pem-file", b"-----BEGIN"),
    ] {
        assert!(page.links().contains(&link.to_owned()), "{link}");
        let file = browser.get(link).await;
        assert_eq!(file.headers["content-type"], kind);
        assert!(file.bytes.starts_with(starts), "{link}");
    }
    // A server that has no certificate of its own has no such page.
    let mut other = House::new().await.browser();
    assert_eq!(other.get("/k").await.status, StatusCode::NOT_FOUND);
}
