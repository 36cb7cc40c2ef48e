//! K12: person and couple come from the sign-in, never from the request; anything else is the same as nothing.

use axum::http::StatusCode;

use crate::routes::{For, Ids, Route, all};
use crate::world::{Browser, Lived, Page, pair};

const SIGN_IN: &str = "/c";

/// What somebody got, with their own asked-for ids taken out.
fn plain(route: &Route, page: &Page) -> String {
    let mut text = format!("{} {:?} {}", page.status, page.headers, page.body);
    for part in route.path.split('/').filter(|part| part.len() >= 32) {
        text = text.replace(part, "ID");
    }
    for (_, value) in route.fields.iter().filter(|(_, value)| value.len() >= 32) {
        text = text.replace(value, "ID");
    }
    text
}

/// Ana's and Ben's house, another couple in it, and somebody who was with Ana before and has gone on.
struct Everybody {
    lived: Lived,
    ids: Ids,
    cleo: Browser,
}

async fn everybody() -> Everybody {
    let mut lived = Lived::new().await;
    let (mut cleo, _) = pair(&lived.house, "cleo", "dora").await;
    cleo.opens_the_door().await;
    lived.ben.opens_the_door().await;
    let ids = Ids::of(&mut lived).await;
    Everybody { lived, ids, cleo }
}

/// For every route with an id, somebody gets the same for Ana's and Ben's as for one that was made up, and nothing
/// is written.
async fn strangers(lived: &Lived, ids: &Ids, who: &str, browser: &Browser) {
    let real = all(ids);
    let made_up = all(&Ids::made_up());
    for (route, other) in real.iter().zip(&made_up) {
        // What stands behind the private door is still Ana's own, whomever she is with.
        let own = route.whom == For::Door && browser.handle == lived.ana.handle;
        if ![For::TheTwo, For::Door].contains(&route.whom) || own {
            continue;
        }
        if route.path == other.path && route.fields == other.fields {
            continue; // no id of anybody's in it
        }
        let before = lived.house.rows().await;
        let theirs = route.asked_by(&mut browser.clone()).await;
        let nothing = other.asked_by(&mut browser.clone()).await;
        assert_eq!(
            plain(route, &theirs),
            plain(other, &nothing),
            "{who}, {} {}",
            route.method,
            route.name
        );
        let after = lived.house.rows().await;
        assert!(
            before
                .differing(&after)
                .iter()
                .all(|table| *table == "sign_ins"),
            "{who}, {} {}: wrote to {:?}",
            route.method,
            route.name,
            before.differing(&after)
        );
        assert_eq!(
            before.count("sign_ins"),
            after.count("sign_ins"),
            "{who}, {}",
            route.name
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k12_to_another_couple_every_id_of_two_people_is_a_made_up_one() {
    let Everybody { lived, ids, cleo } = everybody().await;
    strangers(&lived, &ids, "another couple", &cleo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k12_to_somebody_who_was_of_the_two_every_id_is_a_made_up_one() {
    let Everybody { mut lived, ids, .. } = everybody().await;
    lived.ana.does("/m/p", &[("remains", "leave")]).await;
    strangers(&lived, &ids, "left behind, not gone on", &lived.ben).await;
    strangers(&lived, &ids, "the one who left", &lived.ana).await;
    lived.ben.does("/m/p/g", &[]).await;
    strangers(&lived, &ids, "gone on", &lived.ben).await;
    // Together with somebody else now.
    let (mut eve, _) = pair(&lived.house, "eve", "finn").await;
    eve.opens_the_door().await;
    strangers(&lived, &ids, "somebody new", &eve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k12_nobody_is_sent_to_the_sign_in_from_every_page_that_is_somebodys() {
    let Everybody { lived, ids, .. } = everybody().await;
    for ids in [ids, Ids::made_up()] {
        for route in all(&ids) {
            let nobody = route.asked_by(&mut lived.house.browser()).await;
            let what = format!("{} {}", route.method, route.name);
            match route.whom {
                For::Oneself | For::Door | For::TheTwo => {
                    assert_eq!(nobody.status, StatusCode::SEE_OTHER, "{what}");
                    assert_eq!(nobody.to(), SIGN_IN, "{what}");
                    assert!(nobody.body.is_empty(), "{what}");
                }
                For::Anyone => assert_ne!(
                    nobody.headers.get("location").map(|to| to == SIGN_IN),
                    Some(true),
                    "{what}"
                ),
                For::Link => assert!(
                    [StatusCode::NOT_FOUND, StatusCode::SEE_OTHER].contains(&nobody.status),
                    "{what}: {}",
                    nobody.status
                ),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k12_what_needs_the_private_door_sends_to_it_while_it_is_closed() {
    let Everybody { mut lived, ids, .. } = everybody().await;
    lived.ana.does("/e/c", &[]).await;
    let before = lived.house.rows().await;
    for route in all(&ids) {
        if route.whom == For::Door {
            let page = route.asked_by(&mut lived.ana.clone()).await;
            let what = format!("{} {}", route.method, route.name);
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{what}");
            assert!(page.to().starts_with("/e?to=/m/"), "{what}: {}", page.to());
        }
    }
    assert_eq!(lived.house.rows().await, before);
}

/// What each of the two may do with a thing of both: the table of answers, owner first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k12_of_two_people_each_may_do_what_is_theirs_to_do() {
    let Everybody { mut lived, ids, .. } = everybody().await;
    // Ana proposed, kept the words, opened the session; both logged, planned, may press.
    let table = [
        ("GET", "PROPOSAL", 200, 200),
        ("POST", "PROPOSAL_AGREE", 404, 404), // nothing has been answered yet
        ("POST", "PROPOSAL_ANSWER", 404, 303),
        ("GET", "PLAN_ONE", 200, 200),
        ("POST", "PLAN_ONE", 303, 303),
        ("GET", "SESSION", 200, 200),
        ("GET", "SESSION_LIVE", 200, 200),
        ("POST", "SESSION", 303, 303),
        ("POST", "MOMENT_UNDO", 303, 303),
        ("POST", "PLAN_SKIP", 303, 303),
        ("POST", "PLAN_REPEAT", 303, 303),
        ("POST", "PLAN_LET_GO", 303, 303),
        ("GET", "RITUAL", 200, 200),
        ("POST", "RITUAL_ANSWER", 303, 409), // a yes to words that were never read
        ("POST", "RITUAL_KEEP", 303, 303),
        ("POST", "RITUAL_LET_GO", 303, 303),
        ("POST", "DATE_PICK", 303, 422), // Ana’s turn
        ("POST", "DATE_LIMIT_LIFT", 303, 303),
    ];
    for (method, name, owner, partner) in table {
        let base = lived.twin().await;
        let routes = all(&ids);
        let route = routes
            .iter()
            .find(|route| route.method == method && route.name == name)
            .expect("a route of the list");
        for (who, browser, status) in [("owner", &base.ana, owner), ("partner", &base.ben, partner)]
        {
            let fresh = lived.twin().await;
            let mut browser = browser.at(&fresh.house);
            let page = route.asked_by(&mut browser).await;
            assert_eq!(
                page.status.as_u16(),
                status,
                "{who}, {method} {name}: {}",
                page.text()
            );
        }
    }
    // The other's words are not one's own to take back: the answer is the same as for made-up ones, and they stay.
    let mut ben = lived.ben.clone();
    let proposal = ids.proposal.clone();
    let refused = ben.post(&format!("/q/i/{proposal}/w"), &[]).await;
    let nothing = ben
        .post(&format!("/q/i/{}/w", Ids::made_up().proposal), &[])
        .await;
    assert!(lived.ana.get(&format!("/q/i/{proposal}")).await.status == StatusCode::OK);
    assert_eq!(
        (refused.status, nothing.status),
        (StatusCode::NOT_FOUND, StatusCode::SEE_OTHER)
    );
    let before = lived.house.rows().await;
    for id in [&ids.appreciation, &Ids::made_up().appreciation] {
        assert_eq!(ben.does("/u/a/w", &[("id", id)]).await, "/u/a");
    }
    assert_eq!(
        lived.house.rows().await,
        before,
        "Ana’s appreciation is still there"
    );
}

/// S24: neither of the two is more than the other, and there is no page for a host.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s24_both_of_two_have_the_same_pages() {
    let Everybody { lived, ids, .. } = everybody().await;
    for route in all(&ids) {
        let shared = lived.twin().await;
        let [mut ana, mut ben] = [lived.ana.at(&shared.house), lived.ben.at(&shared.house)];
        // What has an id behind the private door is one's own, and to the other nothing.
        let own = route.whom == For::Door && route.path.contains(&ids.hurt);
        if !route.is_get() || own || ["PROPOSAL", "LEAVE", "BETWEEN_ONE"].contains(&route.name) {
            continue;
        }
        let (first, second) = (
            route.asked_by(&mut ana).await,
            route.asked_by(&mut ben).await,
        );
        assert_eq!(first.status, second.status, "{}", route.name);
        let shape = |page: &Page| page.forms().len();
        // What one wrote, one may take back; whoever plans a date picks for it.
        let own = [
            "NOTES",
            "APPRECIATIONS",
            "BETWEEN",
            "HURTS",
            "SIGN_INS",
            "TODAY",
            "RITUALS",
            "RITUAL_STARS",
            "DATES",
            "DATE_IDEAS",
            "DATE_IDEA",
        ];
        if !own.contains(&route.name) {
            assert_eq!(
                shape(&first),
                shape(&second),
                "{}: {}\n{}",
                route.name,
                first.text(),
                second.text()
            );
        }
    }
}

/// K12: what stands in a request is not believed. A moment, a note, a name go to whoever is signed in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k12_pages_hold_nothing_of_anybody_else() {
    let Everybody {
        mut lived,
        ids,
        cleo,
    } = everybody().await;
    lived.ana.does("/u/a", &[("words", "CANARY-SHARED")]).await;
    lived.ana.writes_a_note("CANARY-PRIVATE").await;
    lived.ana.does("/n", &[("concern", "CANARY-PRIVATE")]).await;
    lived
        .ana
        .does("/m/i/l", &[("label", "CANARY-PRIVATE")])
        .await;
    let nobody = lived.house.browser();
    for route in all(&ids)
        .iter()
        .filter(|route| route.is_get() && route.name != "LEAVE")
    {
        for (who, browser, shared, private) in [
            ("owner", &lived.ana, true, true),
            ("partner", &lived.ben, true, false),
            ("other", &cleo, false, false),
            ("nobody", &nobody, false, false),
        ] {
            let page = route.asked_by(&mut browser.clone()).await;
            let what = format!("{who}, {}", route.name);
            assert!(shared || !page.body.contains("CANARY-SHARED"), "{what}");
            assert!(private || !page.body.contains("CANARY-PRIVATE"), "{what}");
            let handles = ["cleo", "dora"].iter().any(|name| page.body.contains(name));
            assert!(who == "other" || !handles, "{what}");
        }
    }
    // The canaries do stand where they may.
    assert!(lived.ben.get("/u/a").await.body.contains("CANARY-SHARED"));
    assert!(lived.ana.get("/m/n").await.body.contains("CANARY-PRIVATE"));
}
