//! Sessions of any kind on the real router: held in every way to their end, offers of touch, and what may go wrong
//! meanwhile (product.md "Sessions"; safety.md S3, S5 to S7, S11).

use std::sync::{Arc, LazyLock};

use axum::http::StatusCode;
use futures_util::StreamExt as _;
use rekindle_domain::Stamp;
use rekindle_domain::pack::Pack;
use rekindle_domain::session::Mode;

use crate::world::{Browser, House, Lived, Page, guide, opaque};

const EVERY_KIND: &str = include_str!("../../../domain/tests/domain/session/every_kind.toml");
const MASSAGE: &str = include_str!("../../../domain/tests/domain/session/massage.toml");

/// The guide with two scripts more: every kind of step, and one of touch.
fn with(more: &[(&str, &str)]) -> Arc<Pack> {
    let about =
        "id = \"more\"\ntitle = \"More\"\nlanguages = [\"en\"]\nlicence = \"CC-BY-SA-4.0\"\n";
    let mut files = vec![("pack.toml".to_owned(), about.to_owned())];
    files.extend(
        more.iter()
            .map(|(name, text)| (format!("en/scripts/{name}.toml"), (*text).to_owned())),
    );
    Arc::new(guide().extended(&files).unwrap())
}

pub(crate) fn more() -> Arc<Pack> {
    static MORE: LazyLock<Arc<Pack>> =
        LazyLock::new(|| with(&[("every-kind", EVERY_KIND), ("house-massage", MASSAGE)]));
    Arc::clone(&MORE)
}

async fn lived() -> Lived {
    Lived::in_house(House::guided(more()).await).await
}

fn place(script: &str) -> String {
    format!("/s/o/{}", opaque(script))
}

/// Lays a script out, with a topic where it takes one.
async fn lays_out(who: &mut Browser, script: &str, form: &str, mode: &str) -> String {
    let fields = [
        ("mode", mode),
        ("form", form),
        ("first", "first"),
        ("other", "Sunday visits"),
    ];
    who.does(&place(script), &fields).await
}

/// What leads on, the best first.
const ON: [&str; 16] = [
    "here",
    "take",
    "said-back",
    "right",
    "accept",
    "ready",
    "choose",
    "give",
    "write",
    "draw",
    "keep",
    "resume",
    "next",
    "decline",
    "skip",
    "stop",
];

/// Words for both, and for oneself.
const OURS: [&str; 2] = ["In our own words", "Only for me"];

/// Presses the first of these that the page has a form for; each of `once` only if it was not pressed on this screen.
async fn presses(
    who: &mut Browser,
    session: &str,
    wanted: &[&str],
    done: &mut Vec<(String, String)>,
) -> Option<String> {
    presses_with(who, session, wanted, done, OURS).await
}

/// The same, with these words for both and these for oneself.
async fn presses_with(
    who: &mut Browser,
    session: &str,
    wanted: &[&str],
    done: &mut Vec<(String, String)>,
    [ours, mine]: [&str; 2],
) -> Option<String> {
    let page = who.get(session).await;
    let forms = page.forms();
    for press in wanted {
        let marker = format!("name=\"press\" value=\"{press}\"");
        let Some(form) = forms.iter().find(|form| form.contains(&marker)) else {
            continue;
        };
        let value = |name: &str| {
            form.split_once(&format!("name=\"{name}\" value=\""))
                .map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
        };
        let at = value("at").unwrap();
        let place = at.split('.').next().unwrap().to_owned();
        // What may be done again and again is done once on a way.
        let again = ["write", "draw", "keep", "set-time", "resume"].contains(press);
        if again && done.iter().any(|(what, _)| what == press) {
            continue;
        }
        done.push(((*press).to_owned(), place));
        let mut fields = vec![("press", (*press).to_owned())];
        for name in ["at", "by", "option", "from", "depth", "step", "day", "time"] {
            fields.extend(value(name).map(|value| (name, value)));
        }
        let asks = form.contains("<textarea");
        if asks && *press == "ready" {
            fields.extend([("mine", mine.to_owned()), ("note", "yes".to_owned())]);
        } else if asks {
            fields.push(("words", ours.to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = who.post(session, &fields).await;
        assert_eq!(
            page.status,
            StatusCode::SEE_OTHER,
            "{press}: {}",
            page.text()
        );
        return Some((*press).to_owned());
    }
    None
}

fn over(page: &Page) -> bool {
    page.sees("Finished for today")
}

/// Both go on, in turn, until it is over.
async fn to_the_end(lived: &mut Lived, session: &str, both: bool) -> Vec<String> {
    to_the_end_with(lived, session, both, OURS).await
}

/// The same, with these words for both and these for oneself.
pub(crate) async fn to_the_end_with(
    lived: &mut Lived,
    session: &str,
    both: bool,
    words: [&str; 2],
) -> Vec<String> {
    let mut done = [vec![], vec![]];
    let mut pressed = vec![];
    for _ in 0..220 {
        let mut moved = false;
        for (n, who) in [&mut lived.ana, &mut lived.ben].into_iter().enumerate() {
            if n == 1 && !both {
                continue;
            }
            if over(&who.get(session).await) {
                continue;
            }
            if let Some(press) = presses_with(who, session, &ON, &mut done[n], words).await {
                pressed.push(press);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let page = lived.ana.get(session).await;
    assert!(over(&page), "{pressed:?}: {}", page.text());
    pressed
}

/// G2, G3: any script with a practice is held to its end in each of its forms and ways, and is in the history then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_script_is_held_in_every_form_and_way() {
    let base = lived().await;
    for script in more().scripts.values() {
        for form in &script.forms {
            let modes: Vec<&str> = if form.for_one {
                vec!["solo"]
            } else {
                let words = |mode: &Mode| match mode {
                    Mode::Live => "live",
                    Mode::OnePhone => "one_phone",
                    Mode::Apart => "apart",
                    Mode::Solo => "solo",
                };
                script.modes_of(form).iter().map(words).collect()
            };
            for mode in modes {
                println!("{} {} {mode}", script.id, form.id);
                let mut lived = base.twin().await;
                let session = lays_out(&mut lived.ana, &script.id, &form.id, mode).await;
                let both = matches!(mode, "live" | "apart");
                if both {
                    // The other finds it on Today.
                    let today = lived.ben.get("/t").await;
                    assert!(today.body.contains(&session), "{}", today.text());
                }
                to_the_end(&mut lived, &session, both).await;
                let people = if both { 2 } else { 1 };
                for who in [&mut lived.ana, &mut lived.ben].into_iter().take(people) {
                    assert!(over(&who.get(&session).await));
                    let history = who.get("/u/h").await;
                    assert_eq!(history.status, StatusCode::OK);
                    assert!(!who.get("/t").await.body.contains(&session), "it is held");
                }
            }
        }
    }
}

/// What was written together is in the history, the day to look back in the plan, the topic settled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_two_wrote_is_kept_and_the_day_to_look_back_is_planned() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "full", "live").await;
    let mut done = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["here"], &mut done).await;
    }
    while !lived
        .ana
        .get(&session)
        .await
        .body
        .contains("value=\"write\"")
    {
        presses(&mut lived.ana, &session, &["skip"], &mut done)
            .await
            .unwrap();
    }
    let page = lived.ana.get(&session).await;
    assert!(
        page.sees("What will you two try about Sunday visits?"),
        "{}",
        page.text()
    );
    let at = page.field_beside("press", "write", "at");
    let trial = [
        ("at", at.as_str()),
        ("press", "write"),
        ("words", "Every second Sunday"),
        ("day", "2027-03-14"),
        ("time", "19:30"),
    ];
    lived.ana.does(&session, &trial).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["ready"], &mut done).await;
    }
    to_the_end(&mut lived, &session, true).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        let history = who.get("/u/h").await;
        assert!(history.sees("Every second Sunday"), "{}", history.text());
        assert!(history.sees("Sunday visits"));
        assert!(history.sees("Looking back:"), "{}", history.text());
    }
}

/// G2.3: a trial of the solving talk as the guide has it: the day to look back stands in the plan of both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_3_the_day_to_look_back_of_a_solving_talk_lands_in_the_plan() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "solving-talk", "full", "live").await;
    let mut done = [vec![], vec![]];
    let dated =
        |page: &Page| page.body.contains("value=\"write\"") && page.body.contains("name=\"day\"");
    for _ in 0..80 {
        if dated(&lived.ana.get(&session).await) {
            break;
        }
        let two = [&mut lived.ana, &mut lived.ben];
        for (who, done) in two.into_iter().zip(&mut done) {
            presses(who, &session, &ON, done).await;
        }
    }
    let page = lived.ana.get(&session).await;
    let at = page.field_beside("press", "write", "at");
    let trial = [
        ("at", at.as_str()),
        ("press", "write"),
        ("words", "Every second Sunday"),
        ("day", "2027-03-14"),
        ("time", "19:30"),
    ];
    lived.ana.does(&session, &trial).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["ready"], &mut vec![]).await;
    }
    to_the_end(&mut lived, &session, true).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        let day = who.get("/u/p?v=d&d=2027-03-14").await;
        assert!(day.sees("19:30"), "{}", day.text());
        assert!(day.sees("Solving talk"), "{}", day.text());
    }
}

/// Only what goes together stands on the page, and nothing is held in another way than was chosen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_go_together_is_not_offered_together() {
    let mut lived = lived().await;
    let path = place("massage-exchange");
    let page = lived.ana.get(&path).await;
    let option = |form: &str| {
        let (before, _) = page
            .body
            .split_once(&format!("name=\"form\" value=\"{form}\""))
            .unwrap();
        before.rsplit("<label").next().unwrap().to_owned()
    };
    assert!(
        option("call").contains("not-live not-one_phone"),
        "{}",
        option("call")
    );
    assert!(option("short").contains("not-apart"));
    assert!(
        page.body.contains("value=\"full\" type=\"radio\" checked"),
        "the first that goes with two phones"
    );
    // How to do it comes when both are there, not among what is chosen from.
    assert!(!page.sees("Falling asleep is allowed"));
    // A way and a form that do not go together: asked, with what does; nothing is offered in another way.
    let fields = |mode, form| [("mode", mode), ("form", form), ("first", "first")];
    let asked = lived.ana.post(&path, &fields("live", "call")).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.sees("Those two do not go together"));
    assert!(!lived.ben.get("/t").await.sees("Offered for today"));
    // On a call there is one only.
    let session = lived.ana.does(&path, &fields("apart", "full")).await;
    let page = lived.ana.get(&session).await;
    assert!(page.sees("On a call"), "{}", page.text());
    assert!(page.sees("each for themselves"));
}

/// Private words are on nobody's page but their writer's, and there only behind the door.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s18_words_for_oneself_are_read_behind_the_door_and_by_nobody_else() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "full", "live").await;
    let mut done = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["here"], &mut done).await;
    }
    while !lived.ben.get(&session).await.body.contains("name=\"mine\"") {
        presses(&mut lived.ben, &session, &["skip"], &mut done)
            .await
            .unwrap();
    }
    // Ben keeps his as a note, too.
    let page = lived.ben.get(&session).await;
    let at = page.field_beside("press", "ready", "at");
    let form = [
        ("at", at.as_str()),
        ("press", "ready"),
        ("step", &page.field_beside("press", "ready", "step")),
        ("mine", "I miss you"),
        ("note", "yes"),
    ];
    let before = lived.ana.get(&session).await.body;
    lived.ben.does(&session, &form).await;
    assert_eq!(
        lived.ana.get(&session).await.body,
        before,
        "nothing moves on the other phone"
    );
    // Sent twice, it is one note.
    lived.ben.post(&session, &form).await;
    presses(&mut lived.ana, &session, &["ready"], &mut done).await;
    presses(&mut lived.ana, &session, &["skip"], &mut done).await; // the trial
    let line = lived.ben.get(&session).await;
    assert!(
        line.sees("Open my notes") && !line.sees("I miss you"),
        "{}",
        line.text()
    );
    lived.ben.opens_the_door().await;
    assert!(lived.ben.get(&session).await.sees("I miss you"));
    lived.ana.opens_the_door().await;
    for path in [session.as_str(), "/m/n", "/u/h", "/t"] {
        assert!(!lived.ana.get(path).await.sees("I miss you"), "{path}");
    }
    presses(&mut lived.ben, &session, &["stop"], &mut done).await;
    let notes = lived.ben.get("/m/n").await;
    assert_eq!(notes.text().matches("I miss you").count(), 1);
}

/// S5, S11: touch shows first when not to, what it is and what it leaves out; it begins with a yes of each, that day.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s5_touch_is_offered_once_a_day_and_begins_with_two_yeses() {
    let mut lived = lived().await;
    let page = lived.ana.get(&place("house-massage")).await;
    for text in [
        "Hands on shoulders and back",
        "Nothing sexual before tomorrow",
    ] {
        assert!(page.sees(text), "{}", page.text());
    }
    let session = lays_out(&mut lived.ana, "house-massage", "full", "live").await;
    let hers = lived.ana.get(&session).await;
    assert!(hers.sees("Offered for today") && !hers.sees("Settle in."));
    let today = lived.ben.get("/t").await;
    assert!(
        today.body.contains(&session) && today.sees("Not now"),
        "{}",
        today.text()
    );
    let his = lived.ben.get(&session).await;
    assert!(
        his.sees("Nothing sexual before tomorrow") && his.sees("Yes, today") && his.sees("Not now")
    );
    // Both buttons are of one size: the same class.
    let class = |label: &str| {
        let at = his.body.find(&format!(">{label}<")).unwrap();
        let button = his.body[..at].rfind("<button").unwrap();
        his.body[button..at].to_owned()
    };
    assert_eq!(class("Yes, today"), class("Not now"));
    let mut done = vec![];
    presses(&mut lived.ben, &session, &["here"], &mut done).await;
    assert!(lived.ana.get(&session).await.sees("Settle in."));
    assert!(lived.ana.get(&session).await.sees("What we said yes to"));
    // The giver sees what the receiver shares, the receiver does not need to.
    presses(&mut lived.ana, &session, &["next"], &mut done).await;
    assert!(lived.ben.get(&session).await.sees("What Ana shows"));
    assert!(!lived.ana.get(&session).await.sees("What Ana shows"));
    presses(&mut lived.ana, &session, &["stop"], &mut done).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        assert!(over(&who.get(&session).await));
    }
    // Ana does not ask twice a day.
    let form = [("mode", "live"), ("form", "full"), ("first", "first")];
    let again = lived.ana.post(&place("house-massage"), &form).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.sees("Once a day is enough"));
}

/// S6: declined, let rest, and left alone are one page for whoever offered; taken back is never offered for the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s6_a_no_to_touch_looks_like_nothing() {
    let base = lived().await;
    let mut hers = vec![];
    for answer in ["nothing", "declined", "rested", "looked"] {
        let mut lived = base.twin().await;
        let form = [("mode", "live"), ("form", "full"), ("first", "first")];
        let session = lived.ana.does(&place("house-massage"), &form).await;
        match answer {
            "declined" => {
                let not_now = [("at", "0.0"), ("press", "not-now")];
                assert_eq!(lived.ben.does(&session, &not_now).await, "/t");
                assert!(!lived.ben.get("/t").await.body.contains(&session));
                assert_eq!(lived.ben.get(&session).await.status, StatusCode::NOT_FOUND);
            }
            "rested" => {
                lived.ben.opens_the_door().await;
                lived.ben.does("/m/r", &[("touch", "yes")]).await;
                assert!(!lived.ben.get("/t").await.body.contains(&session));
            }
            "looked" => {
                lived.ben.get(&session).await;
            }
            _ => {}
        }
        let mut seen = vec![];
        for path in [
            &*session,
            "/t",
            "/u",
            "/u/h",
            "/s/a",
            &place("house-massage"),
        ] {
            let page = lived.ana.get(path).await;
            seen.push((page.status, page.text().replace(&session, "")));
        }
        hers.push((answer, seen));
    }
    let (_, nothing) = hers[0].clone();
    for (answer, seen) in hers {
        assert_eq!(seen, nothing, "{answer}");
    }
    // And taken back, it was never there for the other.
    let mut never = base.twin().await;
    let mut back = base.twin().await;
    let form = [("mode", "live"), ("form", "full"), ("first", "first")];
    let session = back.ana.does(&place("house-massage"), &form).await;
    back.ana
        .does(&session, &[("at", "0.0"), ("press", "not-now")])
        .await;
    for path in [
        "/t",
        "/u",
        "/u/h",
        "/s/a",
        &place("house-massage"),
        &session,
    ] {
        let (one, other) = (back.ben.get(path).await, never.ben.get(path).await);
        assert_eq!(
            (one.status, one.text()),
            (other.status, other.text()),
            "{path}"
        );
    }
}

/// An offer is gone with the day of whoever made it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s5_an_offer_ends_with_the_day() {
    let mut lived = lived().await;
    let form = [("mode", "live"), ("form", "full"), ("first", "first")];
    let session = lived.ana.does(&place("house-massage"), &form).await;
    lived.house.later(25 * Stamp::HOUR);
    for who in [&mut lived.ana, &mut lived.ben] {
        assert_eq!(who.get(&session).await.status, StatusCode::NOT_FOUND);
        assert!(!who.get("/t").await.body.contains(&session));
    }
}

/// Two are open beside each other: one paused until Thursday keeps nobody from tonight's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_session_waits_beside_another() {
    let mut lived = lived().await;
    let mut done = vec![];
    let check_in = lived
        .ana
        .does(
            "/s",
            &[("mode", "live"), ("form", "short"), ("first", "first")],
        )
        .await;
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &check_in, &["here"], &mut done).await;
    }
    presses(&mut lived.ben, &check_in, &["pause"], &mut done).await;
    let talk = lays_out(&mut lived.ben, "every-kind", "short", "one_phone").await;
    assert_ne!(talk, check_in);
    let all = lived.ana.get("/s/a").await;
    assert!(all.body.contains(&talk) && all.body.contains(&check_in));
    presses(&mut lived.ana, &check_in, &["resume"], &mut done).await;
    assert!(lived.ben.get(&check_in).await.sees("Both here"));
}

/// Bad input and faults: a script edited between start and resume. Nothing is lost, nobody is stuck.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_that_was_edited_meanwhile_goes_on_with_what_it_still_has() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "full", "live").await;
    let mut done = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["here"], &mut done).await;
    }
    presses(&mut lived.ana, &session, &["pause"], &mut done).await;
    // The step they are at is gone, another one is new, a text is changed.
    let edited = EVERY_KIND
        .replacen(
            "id = \"read\"\npart = \"One\"",
            "id = \"hello\"\npart = \"One\"",
            1,
        )
        .replacen("Both ready?", "Are you both ready?", 1);
    let house = lived
        .house
        .again_with(with(&[("every-kind", &edited), ("house-massage", MASSAGE)]))
        .await;
    let mut lived = Lived {
        ana: lived.ana.at(&house),
        ben: lived.ben.at(&house),
        house,
        hers: lived.hers,
        his: lived.his,
    };
    presses(&mut lived.ben, &session, &["resume"], &mut done).await;
    let page = lived.ana.get(&session).await;
    assert!(page.sees("no longer part of the script"), "{}", page.text());
    presses(&mut lived.ana, &session, &["next"], &mut done).await;
    assert!(lived.ben.get(&session).await.sees("Are you both ready?"));
    to_the_end(&mut lived, &session, true).await;
    // Taken out altogether, the page says so and what was there before is still in the history.
    let house = lived.house.again_with(guide()).await;
    let mut ana = lived.ana.at(&house);
    assert!(ana.get("/u/h").await.sees("In our own words"));
}

/// Bad input and faults: parted in the middle of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_who_parts_in_the_middle_ends_it_for_both() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "full", "live").await;
    let mut done = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["here"], &mut done).await;
    }
    lived.ben.opens_the_door().await;
    let page = lived.ben.get("/m/p").await;
    assert_eq!(page.status, StatusCode::OK);
    lived.ben.does("/m/p", &[("remains", "leave")]).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get(&session).await;
        assert!(
            page.status != StatusCode::OK || !page.sees("Both here"),
            "{}",
            page.text()
        );
        let pressed = who
            .post(&session, &[("at", "2.0"), ("press", "next")])
            .await;
        assert!(!pressed.status.is_server_error(), "{}", pressed.status);
        assert_eq!(who.get("/t").await.status, StatusCode::OK);
    }
}

/// Bad input and faults: two tabs, twice, late, both at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presses_that_come_twice_late_or_at_once_count_once() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "full", "live").await;
    let mut done = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["here"], &mut done).await;
    }
    let at = lived
        .ana
        .get(&session)
        .await
        .field_beside("press", "next", "at");
    let next = [("at", at.as_str()), ("press", "next")];
    // Ana in two tabs, Ben at the same moment: three presses on one screen are one step.
    let mut tab = lived.ana.clone();
    let (one, two, three) = tokio::join!(
        lived.ana.post(&session, &next),
        tab.post(&session, &next),
        lived.ben.post(&session, &next)
    );
    for page in [one, two, three] {
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    }
    assert!(lived.ana.get(&session).await.sees("Both ready?"));
    // Words for both that came a moment late are still on the page of whoever wrote them.
    while !lived
        .ana
        .get(&session)
        .await
        .body
        .contains("value=\"write\"")
    {
        presses(&mut lived.ana, &session, &["skip"], &mut done)
            .await
            .unwrap();
    }
    let at = lived
        .ana
        .get(&session)
        .await
        .field_beside("press", "write", "at");
    let write = |words| {
        [
            ("at", at.clone()),
            ("press", "write".to_owned()),
            ("words", words),
        ]
    };
    // The same once more, as a phone sends it whose answer got lost: it was taken, and nobody is told otherwise.
    let mut again = lived.ana.clone();
    for (who, words, status) in [
        (&mut lived.ana, "Every Sunday", StatusCode::SEE_OTHER),
        (&mut again, "Every Sunday ", StatusCode::SEE_OTHER),
        (&mut lived.ben, "Every second Sunday", StatusCode::CONFLICT),
    ] {
        let form = write(words.to_owned());
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = who.post(&session, &form).await;
        assert_eq!(page.status, status);
        assert!(
            status == StatusCode::SEE_OTHER || page.sees(words),
            "{}",
            page.text()
        );
    }
}

/// Afterwards: sealed to oneself. The other's bytes are the same, and the word comes behind one's own door.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s3_how_it_was_is_ones_own_and_three_weeks_of_unease_bring_a_word_to_that_person_alone() {
    let base = lived().await;
    let mut his = vec![];
    let words = [
        "You have felt less at ease",
        "You have not felt at ease for some weeks",
    ];
    for (eases, word) in [
        (Some(["4", "3", "1"]), Some(words[0])),
        (Some(["1", "2", "1"]), Some(words[1])),
        (None, None),
    ] {
        let mut lived = base.twin().await;
        for evening in 0..3 {
            let form = [("mode", "live"), ("form", "short"), ("first", "first")];
            let session = lived.ana.does("/s", &form).await;
            let mut done = vec![];
            for who in [&mut lived.ana, &mut lived.ben] {
                presses(who, &session, &["here"], &mut done).await;
            }
            presses(&mut lived.ana, &session, &["stop"], &mut done).await;
            if let Some(eases) = eases {
                let answers = [
                    ("understood", "3"),
                    ("at_ease", eases[evening]),
                    ("worth", "3"),
                ];
                let after = format!("{session}/a");
                lived.ana.does(&after, &answers).await;
                lived.ana.does(&after, &answers).await; // twice counts once
                // Not all of it, or nonsense, keeps nothing.
                lived.ana.does(&after, &[("understood", "9")]).await;
            }
            lived.house.later(7 * Stamp::DAY);
        }
        let mut seen = vec![];
        for path in ["/t", "/u", "/u/h", "/m", "/s/a"] {
            seen.push(lived.ben.get(path).await.text());
        }
        his.push(seen);
        let closed = lived.ana.get("/m").await;
        for text in words {
            assert!(!closed.sees(text), "it is behind the door");
        }
        lived.ana.opens_the_door().await;
        lived.ben.opens_the_door().await;
        let (hers, other) = (lived.ana.get("/m").await, lived.ben.get("/m").await);
        for text in words {
            assert_eq!(hers.sees(text), word == Some(text), "{text}");
            assert!(!other.sees(text));
        }
    }
    assert!(his.iter().all(|seen| *seen == his[2]));
}

/// On one phone how it was is kept for whoever is signed in, and the page says who that is. The other finds their own
/// under what the two did. On two phones everybody knows whose page it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s3_on_one_phone_how_it_was_says_whose_it_is_and_the_other_finds_their_own() {
    let base = lived().await;
    for (mode, named) in [("one_phone", true), ("live", false)] {
        let mut lived = base.twin().await;
        let session = lays_out(&mut lived.ana, "every-kind", "short", mode).await;
        presses(&mut lived.ana, &session, &["here"], &mut vec![]).await;
        let second = if named {
            &mut lived.ana
        } else {
            &mut lived.ben
        };
        presses(second, &session, &["here"], &mut vec![]).await;
        presses(&mut lived.ana, &session, &["stop"], &mut vec![]).await;
        for (who, me, other) in [
            (&mut lived.ana, "Ana", "Ben"),
            (&mut lived.ben, "Ben", "Ana"),
        ] {
            let page = who.get(&session).await;
            let hers = format!("How was it, {me}, for yourself?");
            let rest = format!("{other} can give their own answer later");
            for text in [&hers, &rest] {
                assert_eq!(page.sees(text), named, "{mode}: {text}: {}", page.text());
            }
            assert_eq!(page.sees("How was it, for yourself?"), !named, "{mode}");
            let way = format!("href=\"{session}\"");
            assert_eq!(who.get("/u/h").await.body.contains(&way), named, "{mode}");
        }
    }
}

/// A line for both is read by both, once, and is nobody's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_for_both_afterwards_is_kept_without_an_author() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "short", "live").await;
    let mut done = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["here"], &mut done).await;
    }
    presses(&mut lived.ana, &session, &["stop"], &mut done).await;
    let after = format!("{session}/a");
    for _ in 0..2 {
        lived.ben.does(&after, &[("words", "That was good.")]).await;
    }
    for who in [&mut lived.ana, &mut lived.ben] {
        let history = who.get("/u/h").await;
        assert_eq!(history.text().matches("That was good.").count(), 1);
        assert!(who.get(&session).await.sees("That was good."));
    }
    // Taken out by either, it is as if it had never been said (S2), and its words are gone from the file (K9).
    let never = lived.twin().await;
    let take = opaque("That was good.");
    for _ in 0..2 {
        lived.ana.does(&after, &[("take", &take)]).await;
    }
    for who in [&mut lived.ana, &mut lived.ben] {
        for path in ["/u/h", &session] {
            assert!(!who.get(path).await.sees("That was good."), "{path}");
        }
    }
    let erased = "SELECT COUNT(*) || '' FROM records WHERE body IS NULL";
    let count = async |lived: &Lived| lived.house.look(erased).await[0].parse::<usize>().unwrap();
    assert_eq!(count(&lived).await, count(&never).await + 1);
}

/// Twelve others were held since: from a page left open a line can still be taken out, and its words are gone (K9).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_a_line_of_a_session_that_is_shown_no_more_can_be_taken_out() {
    let mut lived = lived().await;
    let mut sessions = vec![];
    for n in 0..=rekindle_domain::held::SHOWN {
        let session = lays_out(&mut lived.ana, "every-kind", "short", "one_phone").await;
        for press in ["here", "here", "stop"] {
            presses(&mut lived.ana, &session, &[press], &mut vec![]).await;
        }
        if n == 0 {
            let line = [("words", "That was good.")];
            lived.ben.does(&format!("{session}/a"), &line).await;
        }
        sessions.push(session);
    }
    assert_eq!(
        lived.ana.get(&sessions[0]).await.status,
        StatusCode::NOT_FOUND
    );
    let erased = "SELECT COUNT(*) || '' FROM records WHERE body IS NULL";
    let before = lived.house.look(erased).await[0].parse::<usize>().unwrap();
    let after = format!("{}/a", sessions[0]);
    for (take, gone) in [
        ("Something else", 0),
        ("That was good.", 1),
        ("That was good.", 1),
    ] {
        let to = lived.ana.does(&after, &[("take", &opaque(take))]).await;
        assert_eq!(to, "/u/h");
        let now = lived.house.look(erased).await[0].parse::<usize>().unwrap();
        assert_eq!(now, before + gone, "{take}");
    }
    // What is said about it now is refused, and so is nothing lost without a word.
    let late = lived.ben.post(&after, &[("words", "Was it?")]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
}

/// The other phone may go on in the middle of a sentence, and a text may be too long: what somebody typed is still
/// there, and what was for oneself is kept at its step.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_not_taken_leaves_what_was_typed() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "full", "live").await;
    let mut done = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["here"], &mut done).await;
    }
    let long = "long ".repeat(801);
    let at = |page: &Page| page.field_beside("press", "skip", "at");
    // Put aside: too long.
    let page = lived.ana.get(&session).await;
    let form = [
        ("at", &*at(&page)),
        ("press", "park"),
        ("words-park", &long),
    ];
    let page = lived.ana.post(&session, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = page.between("id=\"words-park\"", "</textarea>");
    assert!(kept[0].contains("long long long"), "{}", page.body);
    assert!(page.body.contains("<details class=\"more\" open>"));
    // A time that is none: the sentence says how to write one.
    let page = lived.ana.get(&session).await;
    let form = [
        ("at", &*at(&page)),
        ("press", "set-time"),
        ("day", "soon"),
        ("time", "late"),
    ];
    let page = lived.ana.post(&session, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.sees("Please give a day and a time"), "{}", page.text());
    // For oneself: too long, and written while the other went on.
    while !lived.ben.get(&session).await.body.contains("name=\"mine\"") {
        presses(&mut lived.ben, &session, &["skip"], &mut done)
            .await
            .unwrap();
    }
    let page = lived.ben.get(&session).await;
    let (at, step) = (
        page.field_beside("press", "ready", "at"),
        page.field_beside("press", "ready", "step"),
    );
    let ready = |mine: &'static str| {
        [
            ("at", at.clone()),
            ("press", "ready".to_owned()),
            ("step", step.clone()),
            ("mine", mine.to_owned()),
            ("note", "yes".to_owned()),
        ]
    };
    fn borrowed<'a>(form: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
        form.iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect()
    }
    let mut too_long = ready("");
    too_long[3].1.clone_from(&long);
    let page = lived.ben.post(&session, &borrowed(&too_long)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = page.between("id=\"mine\"", "</textarea>");
    assert!(kept[0].contains("long long long"), "{}", page.body);
    let odd = [
        ("at", &*at),
        ("press", "ready"),
        ("step", "x"),
        ("mine", "y"),
    ];
    let page = lived.ben.post(&session, &odd).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    presses(&mut lived.ana, &session, &["skip"], &mut done).await;
    let form = ready("A quiet worry");
    lived.ben.does(&session, &borrowed(&form)).await;
    // For both: the form is gone with its step, the words are not.
    let page = lived.ana.get(&session).await;
    let write = page.field_beside("press", "write", "at");
    presses(&mut lived.ben, &session, &["skip"], &mut done).await;
    let form = [
        ("at", &*write),
        ("press", "write"),
        ("words-write", "Sundays, in turns"),
    ];
    let page = lived.ana.post(&session, &form).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.sees("Sundays, in turns"), "{}", page.text());
    presses(&mut lived.ana, &session, &["stop"], &mut done).await;
    // Sent again when it is over, nothing of one's own is on the page, and the note is one.
    let form = ready("A quiet worry");
    let page = lived.ben.post(&session, &borrowed(&form)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    lived.ben.opens_the_door().await;
    let notes = lived.ben.get("/m/n").await;
    assert_eq!(notes.text().matches("A quiet worry").count(), 1);
    // Other words at the same step are another note.
    lived
        .ben
        .does(&session, &borrowed(&ready("Another worry")))
        .await;
    let notes = lived.ben.get("/m/n").await;
    assert!(notes.sees("A quiet worry") && notes.sees("Another worry"));
    // A line afterwards, too long for one.
    let line = "line ".repeat(60);
    let page = lived
        .ben
        .post(&format!("{session}/a"), &[("words", &line)])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.sees("280 characters") && page.body.contains("line line line"));
}

/// G2.3, S19: what one prepared or wrote for oneself is gone once it is held, also for the one who did not press last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s19_words_for_oneself_are_gone_once_it_is_held_for_both() {
    let mut lived = lived().await;
    let cells = async |lived: &Lived| lived.house.rows().await.count("cells");
    let before = cells(&lived).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        who.does("/n", &[("concern", "The long evenings")]).await;
    }
    assert_eq!(cells(&lived).await, before + 2);
    let form = [("mode", "live"), ("form", "full"), ("first", "first")];
    let session = lived.ana.does("/s", &form).await;
    let mut done = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, &session, &["here"], &mut done).await;
    }
    // While it runs, opening the door takes nothing away.
    lived.ben.opens_the_door().await;
    assert_eq!(cells(&lived).await, before + 2);
    assert!(lived.ben.get("/n").await.sees("The long evenings"));
    lived.house.later(Stamp::MINUTE);
    presses(&mut lived.ana, &session, &["stop"], &mut done).await;
    assert_eq!(cells(&lived).await, before + 1, "hers went with it");
    assert!(!lived.ben.get("/n").await.sees("The long evenings"));
    lived.ben.opens_the_door().await;
    assert_eq!(cells(&lived).await, before);
    // What is prepared for the next one stays.
    lived.ben.does("/n", &[("concern", "The mornings")]).await;
    lived.ben.opens_the_door().await;
    assert!(lived.ben.get("/n").await.sees("The mornings"));
    assert_eq!(cells(&lived).await, before + 1);
}

/// S19, S3: on one phone one of the two presses for both. What the other has prepared, alone, is not theirs to use up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s19_on_one_phone_nobody_uses_up_what_the_other_has_prepared() {
    let mut lived = lived().await;
    for who in [&mut lived.ana, &mut lived.ben] {
        who.does("/n", &[("concern", "The long evenings")]).await;
    }
    lived.house.later(Stamp::MINUTE);
    let form = [("mode", "one_phone"), ("form", "short"), ("first", "first")];
    let session = lived.ana.does("/s", &form).await;
    let mut done = vec![];
    for press in ["here", "here", "stop"] {
        presses(&mut lived.ana, &session, &[press], &mut done).await;
    }
    assert!(over(&lived.ana.get(&session).await));
    for _ in 0..2 {
        lived.ben.opens_the_door().await;
        assert!(lived.ben.get("/n").await.sees("The long evenings"));
    }
    lived.ana.opens_the_door().await;
    assert!(!lived.ana.get("/n").await.sees("The long evenings"));
}

/// Leaves steps out until this is on the screen.
async fn skips_to(who: &mut Browser, session: &str, text: &str) -> Page {
    for _ in 0..60 {
        let page = who.get(session).await;
        if page.sees(text) {
            return page;
        }
        presses(who, session, &["skip"], &mut vec![]).await.unwrap();
    }
    panic!("{text}: {}", who.get(session).await.text());
}

async fn both_begin(lived: &mut Lived, session: &str) {
    for who in [&mut lived.ana, &mut lived.ben] {
        presses(who, session, &["here"], &mut vec![]).await;
    }
}

/// What the page has a bell for: coming to this step, and the end of its time.
fn bells(page: &Page) -> (Option<&str>, Option<&str>) {
    let value = |name: &str| {
        let (_, rest) = page.body.split_once(&format!(" {name}=\""))?;
        rest.split('"').next()
    };
    (value("data-chime"), value("data-chime-end"))
}

/// One bell to begin, two to change turns, three to close (design.md); at the end of a time what its script says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bell_begins_two_change_turns_and_three_close() {
    let base = lived().await;
    for (script, form, steps) in [
        (
            "phone-free-hour",
            "hour",
            &[
                ("Both phones go to their place", None, None),
                ("Nothing to see here", Some("begin"), Some("close")),
                ("What was good about it", Some("turn"), Some("turn")),
                ("Leave the phones a moment longer", Some("close"), None),
            ][..],
        ),
        (
            "massage-exchange",
            "full",
            &[
                ("Tell Ben where", None, None),
                ("Only receive", Some("begin"), None),
                ("The hands come to rest", Some("begin"), Some("turn")),
            ],
        ),
    ] {
        let mut lived = base.twin().await;
        let session = lays_out(&mut lived.ana, script, form, "live").await;
        both_begin(&mut lived, &session).await;
        if script == "massage-exchange" {
            // What it stands on is left out by nobody.
            skips_to(&mut lived.ana, &session, "Nothing follows tonight").await;
            for who in [&mut lived.ana, &mut lived.ben] {
                let page = who.get(&session).await;
                assert!(!page.sees("Leave this out"), "{}", page.text());
                presses(who, &session, &["ready"], &mut vec![]).await;
            }
        }
        for (text, arriving, ending) in steps {
            let page = skips_to(&mut lived.ana, &session, text).await;
            assert_eq!(bells(&page), (*arriving, *ending), "{script}: {text}");
        }
    }
}

/// Where a step breathes, the ring has its pace, and says it; no other ring breathes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ring_breathes_at_the_pace_of_its_step_and_no_other_does() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "calming-break", "twenty", "live").await;
    both_begin(&mut lived, &session).await;
    let page = skips_to(&mut lived.ana, &session, "in for 4, out for 7").await;
    let pace = "data-in=\"4\" data-hold=\"0\" data-out=\"7\"";
    assert!(page.body.contains(pace), "{}", page.body);
    presses(&mut lived.ana, &session, &["next"], &mut vec![]).await;
    let page = lived.ana.get(&session).await;
    assert!(page.body.contains("data-remaining") && !page.body.contains("data-in="));
    assert!(page.sees("left, take your time"), "{}", page.text());
}

/// S11: whoever joins a session from Today meets the list, too, before anything begins. Alone nobody asks anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s11_whoever_joins_a_session_meets_not_for_now_if_first() {
    let base = lived().await;
    let guide = guide();
    let mut joined = 0;
    for practice in &guide.practices {
        let Some(script) = practice.script.as_deref().and_then(|id| guide.script(id)) else {
            continue;
        };
        let mut lived = base.twin().await;
        let form = script.forms.iter().find(|form| !form.for_one).unwrap();
        let mode = match script.modes_of(form)[0] {
            Mode::Apart => "apart",
            Mode::Live | Mode::OnePhone | Mode::Solo => "live",
        };
        let session = lays_out(&mut lived.ana, &script.id, &form.id, mode).await;
        assert!(lived.ben.get("/t").await.body.contains(&session));
        let page = lived.ben.get(&session).await;
        assert!(
            page.sees(&guide.not_now.lead),
            "{}: {}",
            script.id,
            page.text()
        );
        for line in guide.not_now.when.iter().chain(&practice.not_when) {
            assert!(page.sees(line.trim()), "{}: {line}", script.id);
        }
        joined += 1;
    }
    assert!(joined >= 15, "{joined}");
}

/// Held alone, no screen speaks of two, and nothing is offered to be said to both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alone_no_screen_speaks_of_two() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "calming-break", "alone", "solo").await;
    let page = lived.ana.get(&session).await;
    assert!(page.sees("It begins when you like") && page.sees("On your own"));
    for text in ["both", "Either of you", &guide().not_now.lead] {
        assert!(!page.sees(text), "{text}: {}", page.text());
    }
    presses(&mut lived.ana, &session, &["here"], &mut vec![]).await;
    presses(&mut lived.ana, &session, &["stop"], &mut vec![]).await;
    let page = lived.ana.get(&session).await;
    assert!(page.sees("for you alone"), "{}", page.text());
    assert!(!page.sees("A line for both") && page.sees("How was it, for yourself?"));
    let line = lived
        .ana
        .post(&format!("{session}/a"), &[("words", "For whom?")])
        .await;
    assert_eq!(line.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!lived.ana.get(&session).await.sees("For whom?"));
}

/// On one phone either may be the first who is there: the screen names who is, and for whom it waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_one_phone_the_screen_names_who_is_there() {
    let base = lived().await;
    for (by, there, waits) in [("first", "Ana", "Ben"), ("second", "Ben", "Ana")] {
        let mut lived = base.twin().await;
        let session = lays_out(&mut lived.ana, "every-kind", "short", "one_phone").await;
        let at = lived
            .ana
            .get(&session)
            .await
            .field_beside("press", "here", "at");
        let here = [("at", &*at), ("press", "here"), ("by", by)];
        lived.ana.does(&session, &here).await;
        let page = lived.ana.get(&session).await;
        assert!(page.sees(&format!("{there} is here")), "{}", page.text());
        assert!(page.sees(&format!("as soon as {waits} is here, too")));
        assert!(!page.sees("You are here"));
    }
}

/// S3: at a gate one phone goes round, and what stands on it next is the same whatever was pressed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s3_a_gate_on_one_phone_goes_round_and_looks_the_same_after_either_answer() {
    let base = lived().await;
    let mut looked = vec![];
    for answer in ["ready", "pass-on"] {
        let mut lived = base.twin().await;
        let session = lays_out(&mut lived.ana, "every-kind", "short", "one_phone").await;
        presses(&mut lived.ana, &session, &["here"], &mut vec![]).await;
        presses(&mut lived.ana, &session, &["here"], &mut vec![]).await;
        skips_to(&mut lived.ana, &session, "Pass the phone to Ana").await;
        presses(&mut lived.ana, &session, &["take"], &mut vec![]).await;
        let page = lived.ana.get(&session).await;
        assert!(
            page.sees("Both ready?") && page.sees("Ana’s turn"),
            "{}",
            page.text()
        );
        let weight = |press: &str| {
            let forms = page.forms();
            let marker = format!("name=\"press\" value=\"{press}\"");
            let form = forms.iter().find(|form| form.contains(&marker)).unwrap();
            form.split("<button class=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(weight("ready"), weight("pass-on"));
        presses(&mut lived.ana, &session, &[answer], &mut vec![]).await;
        let page = lived.ana.get(&session).await;
        assert!(page.sees("Pass the phone to Ben"), "{}", page.text());
        looked.push(page.text());
        // Ben is not ready: it begins anew with Ana.
        presses(&mut lived.ana, &session, &["take"], &mut vec![]).await;
        presses(&mut lived.ana, &session, &["pass-on"], &mut vec![]).await;
        let page = lived.ana.get(&session).await;
        assert!(page.sees("Pass the phone to Ana"), "{}", page.text());
        presses(&mut lived.ana, &session, &["take"], &mut vec![]).await;
        looked.push(lived.ana.get(&session).await.text());
    }
    assert_eq!(looked[..2], looked[2..]);
}

/// G2.2: when the time to come back is there, the page says so; before, it carries the bell that rings then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_2_a_break_that_is_over_says_so_and_calls_nobody() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "full", "live").await;
    both_begin(&mut lived, &session).await;
    presses(&mut lived.ana, &session, &["pause"], &mut vec![]).await;
    assert!(
        !lived
            .ana
            .get(&session)
            .await
            .body
            .contains("data-remaining")
    );
    presses(&mut lived.ana, &session, &["resume"], &mut vec![]).await;
    presses(&mut lived.ben, &session, &["break"], &mut vec![]).await;
    lived.house.later(29 * Stamp::MINUTE);
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get(&session).await;
        assert!(
            page.body.contains("data-remaining=\"60000\""),
            "{}",
            page.body
        );
        assert!(page.body.contains("data-chime-end=\"begin\"") && page.sees("You go on:"));
    }
    lived.house.later(Stamp::MINUTE);
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get(&session).await;
        assert!(page.sees("It is the time you said. Come back when you are both ready."));
        assert!(
            page.sees("Paused") && !page.sees("You go on:"),
            "{}",
            page.text()
        );
        assert!(!page.sees("Ana") && !page.sees("Ben"), "{}", page.text());
        assert!(page.body.contains("data-remaining=\"0\""), "it has rung");
    }
}

/// G2.3: one fresh start; after it a talk of its own is one press away, and a time for it when the two are done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_3_after_the_one_fresh_start_a_repair_talk_can_be_planned() {
    let mut lived = lived().await;
    let form = [("mode", "live"), ("form", "full"), ("first", "first")];
    let session = lived.ana.does("/s", &form).await;
    both_begin(&mut lived, &session).await;
    let page = skips_to(&mut lived.ana, &session, "Begin this part again").await;
    assert!(!page.sees("Plan a repair talk"), "{}", page.text());
    presses(&mut lived.ben, &session, &["fresh-start"], &mut vec![]).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get(&session).await;
        assert!(!page.sees("Begin this part again") && page.sees("Plan a repair talk"));
    }
    let at = lived
        .ana
        .get(&session)
        .await
        .field_beside("press", "skip", "at");
    let long = "long ".repeat(801);
    let words = |words| {
        [
            ("at", &*at),
            ("press", "park"),
            ("talk", "yes"),
            ("words-talk", words),
        ]
    };
    let page = lived.ana.post(&session, &words(&long)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.between("id=\"words-talk\"", "</textarea>")[0].contains("long long"));
    assert!(!page.between("id=\"words-park\"", "</textarea>")[0].contains("long long"));
    lived.ana.does(&session, &words("Saturday evening")).await;
    let other = [
        ("at", &*at),
        ("press", "park"),
        ("words-park", "Summer plans"),
    ];
    lived.ben.does(&session, &other).await;
    presses(&mut lived.ben, &session, &["stop"], &mut vec![]).await;
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get(&session).await;
        assert!(page.sees("Saturday evening") && page.sees("Name a time for one"));
        for id in ["repair-talk", "solving-talk"] {
            let propose = format!("/q/{}", opaque(id));
            assert!(page.body.contains(&propose), "{}", page.text());
            assert_eq!(who.get(&propose).await.status, StatusCode::OK);
        }
        // It comes first where a talk is laid out.
        let page = who.get(&place("solving-talk")).await;
        let at = |topic: &str| page.body.find(&format!("value=\"{topic}\"")).unwrap();
        assert!(at("Saturday evening") < at("Summer plans"));
    }
}

/// Until both are there, either may hold it another way; the other's "here" was to something else, and is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_may_lay_it_out_another_way_until_it_begins() {
    let mut lived = lived().await;
    let form = |form| [("mode", "live"), ("form", form), ("first", "first")];
    let session = lived.ana.does("/s", &form("short")).await;
    presses(&mut lived.ana, &session, &["here"], &mut vec![]).await;
    assert!(lived.ana.get(&session).await.sees("You are here"));
    assert!(lived.ben.get(&session).await.body.contains("/s?again=1"));
    assert_eq!(
        lived.ben.get("/s").await.to(),
        session,
        "it is there already"
    );
    assert_eq!(lived.ben.get("/s?again=1").await.status, StatusCode::OK);
    assert_eq!(lived.ben.does("/s", &form("full")).await, session);
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get(&session).await;
        assert!(
            page.sees("The full one") && !page.sees("The short one"),
            "{}",
            page.text()
        );
        assert!(page.sees("I’m here") && !page.sees("You are here"));
    }
    both_begin(&mut lived, &session).await;
    assert!(!lived.ben.get(&session).await.body.contains("again=1"));
    assert_eq!(
        lived.ben.get("/s?again=1").await.to(),
        session,
        "it has begun"
    );
    // What was offered is taken back, not laid out anew.
    let offer = lived.ana.does(&place("house-massage"), &form("full")).await;
    let again = format!("{}?again=1", place("house-massage"));
    for who in [&mut lived.ana, &mut lived.ben] {
        assert_eq!(who.get(&again).await.to(), offer);
    }
}

/// G2.2: not quite heard twice in a row, a break is offered where they stand; taken, it has a time and no author.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g2_2_twice_not_quite_offers_a_break_and_a_break_has_a_time() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "full", "live").await;
    both_begin(&mut lived, &session).await;
    skips_to(&mut lived.ana, &session, "Say it back.").await;
    for round in 0..2 {
        let page = lived.ana.get(&session).await;
        assert!(!page.sees("with a time to come back"), "{round}");
        presses(&mut lived.ben, &session, &["said-back"], &mut vec![]).await;
        presses(&mut lived.ana, &session, &["not-quite"], &mut vec![]).await;
    }
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get(&session).await;
        assert!(
            page.sees("Take a break, with a time to come back"),
            "{}",
            page.text()
        );
        assert!(page.sees("Would a break help?"));
    }
    presses(&mut lived.ben, &session, &["break"], &mut vec![]).await;
    let mut seen = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        let page = who.get(&session).await;
        assert!(
            page.sees("Paused") && page.sees("You go on:"),
            "{}",
            page.text()
        );
        assert!(!page.sees("Ana") && !page.sees("Ben"), "{}", page.text());
        seen.push(page.text());
    }
    assert_eq!(seen[0], seen[1]);
}

/// P10: something is written when a step matters. A clock that runs, pages and streams that are open write nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_while_only_time_passes() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "every-kind", "full", "live").await;
    both_begin(&mut lived, &session).await;
    skips_to(&mut lived.ana, &session, "Tell Ben.").await;
    let records = async |lived: &Lived| {
        let count = lived.house.look("SELECT COUNT(*) || '' FROM records").await;
        count[0].parse::<usize>().unwrap()
    };
    let before = records(&lived).await;
    let mut streams = vec![];
    for who in [&mut lived.ana, &mut lived.ben] {
        let mut stream = who.listens(&format!("{session}/l")).await;
        stream.next().await.unwrap().unwrap();
        streams.push(stream);
    }
    for _ in 0..5 {
        for who in [&mut lived.ana, &mut lived.ben] {
            who.get(&session).await;
        }
        lived.house.later(40 * Stamp::SECOND);
    }
    let page = lived.ana.get(&session).await;
    assert!(
        page.body.contains("data-remaining=\"0\""),
        "its time is over"
    );
    assert_eq!(records(&lived).await, before);
    presses(&mut lived.ana, &session, &["next"], &mut vec![]).await;
    assert_eq!(records(&lived).await, before + 1, "one press, one step");
}

/// G3.2: touch leads nowhere before tomorrow, in whichever order the two were offered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_2_nothing_sexual_begins_on_a_day_of_touch() {
    let sensation = MASSAGE.replace("family = \"touch\"", "family = \"sex\"");
    let guide = with(&[("house-massage", MASSAGE), ("sensation", &sensation)]);
    let base = Lived::in_house(House::guided(guide).await).await;
    let form = [("mode", "live"), ("form", "full"), ("first", "first")];
    for before in [true, false] {
        let mut lived = base.twin().await;
        let mut done = vec![];
        let mut sensation = String::new();
        if before {
            sensation = lived.ben.does(&place("sensation"), &form).await;
        }
        let touch = lays_out(&mut lived.ana, "house-massage", "full", "live").await;
        presses(&mut lived.ben, &touch, &["here"], &mut done).await;
        assert!(lived.ana.get(&touch).await.sees("Settle in."));
        if before {
            let page = lived.ana.get(&sensation).await;
            let at = page.field_beside("press", "here", "at");
            let yes = [("at", &*at), ("press", "here")];
            let page = lived.ana.post(&sensation, &yes).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.sees("has room tomorrow"), "{}", page.text());
            assert!(!lived.ben.get(&sensation).await.sees("Settle in."));
            // Taking it back is always possible.
            lived
                .ben
                .does(&sensation, &[("at", "0.0"), ("press", "not-now")])
                .await;
        }
        presses(&mut lived.ana, &touch, &["stop"], &mut done).await;
        let page = lived.ana.post(&place("sensation"), &form).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.sees("has room tomorrow"), "{}", page.text());
        lived.house.later(Stamp::DAY);
        for who in [&mut lived.ana, &mut lived.ben] {
            who.signs_in().await;
        }
        let tomorrow = lived.ana.does(&place("sensation"), &form).await;
        presses(&mut lived.ben, &tomorrow, &["here"], &mut done).await;
        assert!(lived.ana.get(&tomorrow).await.sees("Settle in."));
    }
}

/// Both press what leads on, until the first of them sees this.
async fn until(lived: &mut Lived, session: &str, both: bool, wanted: &str) -> Page {
    let mut done = [vec![], vec![]];
    for _ in 0..120 {
        let page = lived.ana.get(session).await;
        if page.sees(wanted) {
            return page;
        }
        presses(&mut lived.ana, session, &ON, &mut done[0]).await;
        if both && !lived.ana.get(session).await.sees(wanted) {
            presses(&mut lived.ben, session, &ON, &mut done[1]).await;
        }
    }
    panic!("{}", lived.ana.get(session).await.text());
}

/// What somebody pressed was taken, and they read what it waits for; the other reads it as their own turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_pressed_is_told_and_whose_turn_it_is() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "weekly-check-in", "short", "live").await;
    let page = until(&mut lived, &session, true, "How much energy").await;
    assert!(!page.sees("Keep it"), "only where the step asks for it");
    let mut done = vec![];
    presses(&mut lived.ana, &session, &["choose"], &mut done).await;
    let hers = lived.ana.get(&session).await;
    assert!(
        hers.sees("It goes on when Ben has picked, too."),
        "{}",
        hers.text()
    );
    assert!(!lived.ben.get(&session).await.sees("has picked"), "S3");
    presses(&mut lived.ben, &session, &["choose"], &mut done).await;

    until(&mut lived, &session, true, "says back what came across").await;
    assert!(!lived.ben.get(&session).await.sees("Your turn to listen"));
    presses(&mut lived.ben, &session, &["said-back"], &mut done).await;
    let his = lived.ben.get(&session).await;
    assert!(
        his.sees("Now Ana says whether that was it"),
        "{}",
        his.text()
    );

    until(&mut lived, &session, true, "Ask Ben for one small thing").await;
    presses(&mut lived.ana, &session, &["give"], &mut done).await;
    let (hers, his) = (lived.ana.get(&session).await, lived.ben.get(&session).await);
    assert!(
        hers.sees("Asked. Ben answers now.") && hers.sees("Ben’s turn"),
        "{}",
        hers.text()
    );
    assert!(
        his.sees("Ana asks you for one small thing") && his.sees("Your turn"),
        "{}",
        his.text()
    );
    presses(&mut lived.ben, &session, &["adjust"], &mut done).await;
    assert!(
        lived
            .ana
            .get(&session)
            .await
            .sees("Ben offers this instead")
    );
    assert!(
        lived
            .ben
            .get(&session)
            .await
            .sees("You offered this instead.")
    );
}

/// What is said to whoever asks is gone where the other answers: on one phone both read the same screen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_one_phone_whoever_answers_a_request_is_not_told_how_to_ask() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "weekly-check-in", "short", "one_phone").await;
    let how = "Under fifteen minutes of effort.";
    let page = until(&mut lived, &session, false, "ask Ben for one small thing").await;
    assert!(page.sees(how), "{}", page.text());
    for (press, line) in [
        ("give", "Ben, what do you say to that?"),
        ("adjust", "Ana, does that work for you?"),
    ] {
        presses(&mut lived.ana, &session, &[press], &mut vec![]).await;
        let page = lived.ana.get(&session).await;
        assert!(page.sees(line), "{}", page.text());
        assert!(!page.sees(how), "{}", page.text());
    }
}

/// On one phone somebody says whose words are kept, and what is said back needs one press.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_one_phone_what_is_kept_is_of_whoever_said_it() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "weekly-check-in", "short", "one_phone").await;
    let page = until(&mut lived, &session, false, "read again one day").await;
    assert!(page.sees("Keep it: Ben said it"), "{}", page.text());
    let at = page.field_beside("press", "keep", "at");
    let keep = [
        ("at", at.as_str()),
        ("press", "keep"),
        ("from", "first"),
        ("words", "The soup"),
    ];
    lived.ana.does(&session, &keep).await;
    let page = until(&mut lived, &session, false, "say back what you heard").await;
    assert!(!page.sees("I have said it back"), "{}", page.text());
    assert!(
        !page.sees("Ana’s turn"),
        "the other has the word: {}",
        page.text()
    );
    to_the_end(&mut lived, &session, false).await;
    let kept = lived.ana.get("/u/a").await;
    assert!(kept.sees("Ana · Today The soup"), "{}", kept.text());
}

/// What was kept alone is one's own: on one's own page of appreciations, and on no page of the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s3_what_one_keeps_alone_is_read_again_by_oneself() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "appreciation-exchange", "alone", "solo").await;
    let page = until(&mut lived, &session, false, "that you value").await;
    let at = page.field_beside("press", "keep", "at");
    let keep = [
        ("at", at.as_str()),
        ("press", "keep"),
        ("from", "first"),
        ("words", "His patience"),
    ];
    lived.ana.does(&session, &keep).await;
    to_the_end(&mut lived, &session, false).await;
    let hers = lived.ana.get("/u/a").await;
    assert!(
        hers.sees("His patience") && hers.sees("for your eyes only"),
        "{}",
        hers.text()
    );
    assert!(!lived.ben.get("/u/a").await.sees("His patience"));
    while lived.ana.get("/u/a").await.body.contains("name=\"own\"") {
        let id = lived.ana.get("/u/a").await.field_beside("own", "on", "id");
        lived
            .ana
            .does("/u/a/w", &[("id", id.as_str()), ("own", "on")])
            .await;
    }
    assert!(!lived.ana.get("/u/a").await.sees("His patience"));
}

/// Where a time is asked for, setting it is the plain next thing, and going on without one says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_that_is_asked_for_is_not_passed_over_by_mistake() {
    let mut lived = lived().await;
    let session = lays_out(&mut lived.ana, "calming-break", "twenty", "one_phone").await;
    let page = until(&mut lived, &session, false, "When will you two come back?").await;
    let at = page.field_beside("press", "choose", "at");
    let later = [
        ("at", at.as_str()),
        ("press", "choose"),
        ("option", "later"),
        ("by", "first"),
    ];
    lived.ana.does(&session, &later).await;
    let page = lived.ana.get(&session).await;
    assert!(page.sees("Go on without a time"), "{}", page.text());
    let class = |label: &str| {
        let before = page.body.split(label).next().unwrap();
        before
            .rsplit("class=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    assert!(!class("Set this time").contains("quiet"));
    assert!(class("Go on without a time").contains("quiet"));
}

/// K16: an open stream is looked at again each minute; when its sign-in has ended, so does the stream.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k16_an_open_stream_ends_with_its_sign_in() {
    for ended in [false, true] {
        let mut lived = Lived::new().await;
        let form = [("mode", "live"), ("form", "full"), ("first", "first")];
        let session = lived.ana.does("/s", &form).await;
        let page = lived.ana.get(&session).await;
        let live = page.between("data-live=\"", "\"").remove(0);
        let mut stream = lived.ana.listens(&live).await;
        assert_eq!(stream.next().await.unwrap().unwrap(), ": here\n\n");
        // Signed out on the same device, in another tab, whose page this one does not know of.
        let mut tab = lived.ana.clone();
        if ended {
            tab.does("/c/o", &[]).await;
        }
        let mut beats = 0;
        while beats < 9 {
            lived.house.clock.wake();
            match stream.next().await {
                Some(line) => assert_eq!(line.unwrap(), ": here\n\n"),
                None => break,
            }
            beats += 1;
        }
        // Every third beat asks, one each twenty seconds.
        assert_eq!(beats, if ended { 2 } else { 9 }, "ended: {ended}");
    }
}
