//! What the words themselves have to keep: no watching (S4), adults (S9), a safety check without a trace (S10), "not
//! now if" before everything joint (S11), who runs the server (S22), gentle and equal wording (S24, S25).

use std::path::Path;

use axum::http::StatusCode;
use rekindle_domain::pack::People;
use rekindle_web::{RunBy, WebSettings};

use crate::routes::{Ids, all, sources};
use crate::world::{House, Lived, files_under, guide, link_of, newcomer, opaque, settings};

/// Every sentence of the program: file, id, text.
fn sentences() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("text");
    let mut found: Vec<(String, String)> = vec![];
    for path in files_under(&root) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            match line.split_once(" =") {
                Some((id, text)) if !line.starts_with(' ') => {
                    found.push((format!("{name}: {id}"), text.trim().to_owned()));
                }
                _ => {
                    let (_, text) = found.last_mut().expect("a sentence goes on");
                    text.push(' ');
                    text.push_str(line.trim());
                }
            }
        }
    }
    assert!(found.len() > 300, "{}", found.len());
    found
}

fn guide_files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guide");
    files_under(&root)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// Whether these words stand in a text as words.
fn says(text: &str, words: &str) -> bool {
    let plain: String = text
        .to_lowercase()
        .replace('’', "'")
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '\'' {
                c
            } else {
                ' '
            }
        })
        .collect();
    let plain: Vec<&str> = plain.split_whitespace().collect();
    format!(" {} ", plain.join(" ")).contains(&format!(" {words} "))
}

/// Names of what nobody keeps or shows about anybody, as a programmer would write them.
const WATCHING: [&str; 30] = [
    "last_seen",
    "lastseen",
    "seen_at",
    "read_at",
    "read_receipt",
    "is_online",
    "online_since",
    "typing",
    "presence_of",
    "location",
    "latitude",
    "longitude",
    "geolocation",
    "ip_address",
    "user_agent",
    "created_at",
    "updated_at",
    "streak",
    "missed",
    "overdue",
    "unanswered",
    "not_answered",
    "response_time",
    "score",
    "ranking",
    "compare_partners",
    "activity_log",
    "birth",
    "last_active",
    "login_count",
];

#[test]
fn s4_nothing_in_the_program_watches() {
    // The exceptions, each for its reason.
    let fine = [
        ("guard.rs", "geolocation"), // switched off, by its name
        // Where a redirect leads, and where a page stands.
        ("answers.rs", "location"),
        ("pages/leave.rs", "location"),
        ("leave.js", "location"),
        ("session.js", "location"),
    ];
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../database/migrations");
    let schema = files_under(&schema)
        .into_iter()
        .map(|path| ("schema".to_owned(), std::fs::read_to_string(path).unwrap()));
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/js");
    let scripts = files_under(&assets).into_iter().map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    });
    let domain = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src");
    let domain = files_under(&domain).into_iter().map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    });
    let mut found = vec![];
    for (name, text) in sources()
        .into_iter()
        .chain(schema)
        .chain(scripts)
        .chain(domain)
    {
        for line in text.lines() {
            let code = line
                .split("//")
                .next()
                .unwrap()
                .split("--")
                .next()
                .unwrap()
                .to_lowercase();
            for word in WATCHING {
                let named = code
                    .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .any(|part| {
                        part == word
                            || part.starts_with(&format!("{word}_"))
                            || part.ends_with(&format!("_{word}"))
                    });
                if named && !fine.contains(&(name.as_str(), word)) {
                    found.push(format!("{name}: {}", line.trim()));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn s4_no_sentence_says_what_the_other_does_or_leaves_undone() {
    let mut found = vec![];
    for (id, text) in sentences() {
        for words in [
            "last seen",
            "online",
            "is typing",
            "has read",
            "partner has seen",
            "was here at",
            "has not answered",
            "hasn't answered",
            "did not answer",
            "waiting for your answer",
            "streak",
            "in a row",
            "you missed",
            "overdue",
            "reminded",
            "unread",
            "opened your",
            "viewed",
            "your score",
            "points",
            "level",
            "more than your partner",
            "less than your partner",
            "ignored",
            "declined",
        ] {
            if says(&text, words) {
                found.push(format!("{id}: {words}: {text}"));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// Urgency, blame, duty: words that press. In the guide they may stand in what somebody else is quoted with.
#[test]
fn s25_no_sentence_presses_blames_or_hurries() {
    let mut found = vec![];
    for (id, text) in sentences() {
        for words in [
            "must",
            "you should",
            "you need to",
            "have to",
            "hurry",
            "urgent",
            "immediately",
            "right away",
            "now or never",
            "don't forget",
            "do not forget",
            "fail",
            "failed",
            "failure",
            "your fault",
            "guilty",
            "lazy",
            "bad partner",
            "invalid",
            "error",
            "wrong input",
            "forbidden",
            "denied",
            "illegal",
            "oops",
            "uh oh",
            "sorry to see",
            "are you sure",
            "don't give up",
            "keep it up",
            "only today",
            "expires soon",
            "last chance",
            "congratulations",
        ] {
            // "You never have to" takes a weight off.
            let text = text
                .replace("never have to", "")
                .replace("nothing you need to do", "")
                .replace("do not have to", "");
            if says(&text, words) {
                found.push(format!("{id}: {words}: {text}"));
            }
        }
        if text.contains('!') {
            found.push(format!("{id}: {text}"));
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn s24_no_sentence_assumes_who_is_who() {
    for (id, text) in sentences() {
        for words in [
            "husband",
            "wife",
            "boyfriend",
            "girlfriend",
            "he",
            "she",
            "his",
            "her",
            "him",
            "hers",
            "man",
            "woman",
            "men",
            "women",
            "male",
            "female",
            "owner",
            "admin",
            "administrator",
            "the other half",
            "better half",
            "account holder",
            "spouse",
        ] {
            assert!(!says(&text, words), "{id}: {words}: {text}");
        }
    }
    // Practices speak to either of two, whoever they are.
    for (name, text) in guide_files() {
        if name.starts_with("sources") || name.starts_with("help") {
            continue;
        }
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
        {
            for words in [
                "husband",
                "your wife",
                "boyfriend",
                "girlfriend",
                "the man",
                "the woman",
                "the owner",
            ] {
                assert!(!says(line, words), "{name}: {words}: {line}");
            }
        }
    }
}

/// Promises that nobody can keep (safety page, section 3).
#[test]
fn no_sentence_promises_more_than_is_so() {
    let everything = sentences().into_iter().chain(guide_files());
    for (id, text) in everything {
        for words in [
            "zero knowledge",
            "end to end",
            "unbreakable",
            "we cannot read",
            "we can't read",
            "military grade",
            "100 secure",
            "completely secure",
            "anonymous",
        ] {
            assert!(!says(&text, words), "{id}: {words}");
        }
    }
}

#[test]
fn s25_every_help_line_says_when_it_was_looked_up() {
    let guide = guide();
    let mut lines = 0;
    for country in &guide.help.countries {
        for line in &country.lines {
            lines += 1;
            let day: Vec<&str> = line.checked.split('-').collect();
            assert!(
                day.len() == 3 && day[0].len() == 4,
                "{}: {}",
                line.name,
                line.checked
            );
        }
    }
    assert!(lines > 10, "{lines}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s9_no_account_is_made_for_somebody_who_does_not_say_to_be_an_adult() {
    let house = House::new().await;
    let mut browser = house.browser();
    let mut form = vec![
        ("name", "Ana"),
        ("handle", "ana"),
        ("passphrase", "kettle window apricot slow river"),
        ("zone", "Europe/London"),
    ];
    let page = browser.post("/b", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.sees("This is made for adults."));
    assert!(
        page.body.contains("value=\"ana\""),
        "what was typed is still there"
    );
    let rows = house.rows().await;
    for table in [
        "people",
        "slots",
        "sign_ins",
        "devices",
        "memberships",
        "records",
        "cells",
    ] {
        assert_eq!(rows.count(table), 0, "{table}");
    }
    assert!(browser.jar.is_empty());
    form.push(("adult", "yes"));
    assert_eq!(browser.post("/b", &form).await.status, StatusCode::OK);
    assert_eq!(house.rows().await.count("people"), 1);
    // Only the yes, and not even that, is kept: there is no place for a day of birth.
    let columns = house
        .look("SELECT group_concat(name) FROM pragma_table_info('people')")
        .await;
    assert_eq!(
        columns,
        ["id,handle,outer_public,inner_public,outer_sealed,inner_sealed,version"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s10_help_is_one_page_for_everybody_and_leaves_no_trace() {
    let mut lived = Lived::new().await;
    lived.ana.opens_the_door().await;
    let before = lived.house.rows().await;
    for path in ["/h", "/h/l"] {
        let nobody = lived.house.browser().get(path).await;
        for browser in [&lived.ana, &lived.ben] {
            let page = browser.clone().get(path).await;
            assert_eq!(page.body, nobody.body, "{path}");
            assert_eq!(page.headers, nobody.headers, "{path}");
        }
        assert!(nobody.forms().is_empty(), "{path}: nothing to fill in");
        assert!(
            !nobody.body.contains("<input") && !nobody.body.contains("<button"),
            "{path}"
        );
        assert!(
            !nobody.body.contains("<iframe") && !nobody.body.contains("<img"),
            "{path}"
        );
        for link in nobody.links() {
            assert!(
                link.starts_with('/') || link.starts_with('#'),
                "{path}: {link} asks somebody else"
            );
        }
    }
    assert_eq!(lived.house.rows().await, before);
    let page = lived.house.browser().get("/h").await;
    for part in [
        "put you down",
        "afraid",
        "forced",
        "hit",
        "watch",
        "exercises for two are not a good idea for now",
        "safer device",
        "A row of noes proves nothing",
    ] {
        assert!(page.sees(part), "{part}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s11_everything_joint_begins_with_not_for_now_if() {
    let mut lived = Lived::new().await;
    let guide = guide();
    let common = &guide.not_now;
    assert!(common.when.len() >= 5, "{:?}", common.when);
    let mut joint = 0;
    for practice in &guide.practices {
        if practice.people == People::One {
            continue;
        }
        joint += 1;
        for path in [
            format!("/r/{}", opaque(&practice.id)),
            format!("/q/{}", opaque(&practice.id)),
        ] {
            let page = lived.ana.get(&path).await;
            assert!(page.sees(&common.lead), "{} on {path}", practice.id);
            for line in common.when.iter().chain(&practice.not_when) {
                assert!(page.sees(line.trim()), "{}: {line}", practice.id);
            }
        }
        let guest = lived
            .house
            .browser()
            .get(&format!("/r/{}", opaque(&practice.id)))
            .await;
        assert!(guest.sees(&common.lead), "{}", practice.id);
    }
    assert!(joint > 20, "{joint}");
    // Where one is asked, and where a session is laid out.
    for path in [lived.hers.clone(), "/s".to_owned()] {
        let page = lived.ben.get(&path).await;
        assert!(page.sees(&common.lead), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s11_an_invitation_brings_the_list_to_whoever_opens_it() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("long-hug", "Hold me?").await;
    let link = crate::world::link_of(&mut ana, &offer).await;
    let page = house.browser().get(&format!("/i/{link}")).await;
    assert!(page.sees(&guide().not_now.lead), "{}", page.text());
}

/// S22: who runs this server stands before the first private word, and always in Help.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s22_who_runs_this_server_stands_before_the_first_private_word() {
    let danger = "If that is your partner: do not write here what could put you in danger.";
    for (run_by, said, by_one_of_us) in [
        (
            RunBy::OneOfUs("Ben".to_owned()),
            "one of the two of you (Ben)",
            true,
        ),
        (
            RunBy::SomeoneElse("Aunt Vera".to_owned()),
            "Aunt Vera",
            false,
        ),
        (
            RunBy::NotSaid,
            "the person who set it up has not said",
            false,
        ),
    ] {
        let house = House::with(WebSettings {
            run_by,
            ..settings()
        })
        .await;
        let mut browser = house.browser();
        for path in ["/b", "/h"] {
            let page = browser.get(path).await;
            assert!(
                page.sees(&format!("This server is run by: {said}.")),
                "{path}"
            );
            assert!(
                page.sees("If you are afraid of that person, do not write here."),
                "{path}"
            );
            assert!(
                page.sees("it cannot be recovered without your printed code"),
                "{path}"
            );
            assert_eq!(page.sees(danger), by_one_of_us, "{path}");
        }
        let page = browser.get("/b").await;
        let (before, after) = page.body.split_once("This server is run by").unwrap();
        assert!(
            before.contains("name=\"passphrase\"") && after.contains("type=\"submit\"")
                || after.contains("<button"),
            "before it is sent"
        );
        // Without an account there is no form for private words at all.
        for path in ["/m/n", "/n", "/u/a", "/m/i"] {
            assert_eq!(
                browser.get(path).await.status,
                StatusCode::SEE_OTHER,
                "{path}"
            );
        }
    }
}

/// S14: what Leave does, and what it does not, stands where somebody reads before they begin: on the link, beside the
/// new account, and in Help.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s14_leave_is_explained_before_first_use() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("weekly-check-in", "Shall we?").await;
    let link = link_of(&mut ana, &offer).await;
    let joining = format!("/b?link={link}");
    for path in ["/b", &joining, "/h", &format!("/i/{link}")] {
        let page = house.browser().get(path).await;
        let text = page.text();
        for said in [
            "takes you away at once",
            "It does not erase the browser’s history.",
        ] {
            assert!(text.contains(said), "{path} does not say {said}");
        }
        assert!(
            text.contains("signs you out") || text.contains("ends your sign-in"),
            "{path}"
        );
    }
}

/// S2: no form shares by default, and what is previewed is what the other gets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_the_preview_is_what_the_other_sees_word_for_word() {
    let mut lived = Lived::new().await;
    let words = "One evening, you and I?\nNo phones & no \"plans\" <3";
    let form = [
        ("words", words),
        ("day", "2027-02-20"),
        ("time", "20:30"),
        ("partner", ""),
    ];
    let path = format!("/q/{}", opaque("long-hug"));
    let before = lived.house.rows().await;
    let looked = lived
        .ana
        .post(&path, &[&form[..], &[("step", "look")]].concat())
        .await;
    assert_eq!(lived.house.rows().await, before, "looking sends nothing");
    // Neither does a form whose button was not pressed.
    assert_eq!(lived.ana.post(&path, &form).await.status, StatusCode::OK);
    assert_eq!(lived.house.rows().await, before);
    let offer = lived
        .ana
        .does(&path, &[&form[..], &[("step", "send")]].concat())
        .await;
    let got = lived.ben.get(&offer).await;
    let letter = |page: &crate::world::Page| {
        let from = page.body.find("<blockquote").expect("the letter");
        let rest = &page.body[from..];
        rest[..rest.find("<form").expect("and a form behind it")].to_owned()
    };
    let preview = letter(&looked);
    assert!(preview.contains("One evening, you and I?"));
    assert!(
        letter(&got).starts_with(&preview) || preview == letter(&got),
        "{preview}\n---\n{}",
        letter(&got)
    );
}

/// S23: nothing is fetched from anywhere else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s23_no_page_asks_anybody_else_for_anything() {
    let mut lived = Lived::new().await;
    let ids = Ids::of(&mut lived).await;
    for route in all(&ids)
        .iter()
        .filter(|route| route.is_get() && route.name != "LEAVE")
    {
        let page = route.asked_by(&mut lived.ana.clone()).await;
        for attribute in [
            "href=\"",
            "src=\"",
            "action=\"",
            "srcset=\"",
            "data-fragment=\"",
            "data-live=\"",
            "content=\"0;url=",
        ] {
            for to in page.between(attribute, "\"") {
                assert!(
                    to.starts_with('/') && !to.starts_with("//") || to.starts_with('#'),
                    "{}: {attribute}{to}",
                    route.name
                );
            }
        }
        assert!(
            !page.body.contains("type=\"file\""),
            "{}: text only",
            route.name
        );
        assert!(!page.body.contains("multipart/form-data"), "{}", route.name);
    }
}
