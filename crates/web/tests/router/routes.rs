//! The one list of all routes: how each is called, with what form, and whom it is for. The tests of rules that hold
//! on every route walk it; a route that is missing here fails a test.

use std::collections::BTreeSet;
use std::path::Path;

use crate::world::{Browser, Lived, files_under, opaque};

/// Whom a route is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum For {
    /// The same for everybody, signed in or not.
    Anyone,
    /// One's own, by the sign-in; there is no id of anybody else's to ask for.
    Oneself,
    /// One's own, and only while the private door is open.
    Door,
    /// One thing of two people's, by its id.
    TheTwo,
    /// Whoever holds the link.
    Link,
}

#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// As `paths.rs` calls it.
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// A form that the page itself could send.
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) whom: For,
}

impl Route {
    pub(crate) fn is_get(&self) -> bool {
        self.method == "GET"
    }

    pub(crate) fn form(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(k, v)| (*k, v.as_str())).collect()
    }

    pub(crate) async fn asked_by(&self, browser: &mut Browser) -> crate::world::Page {
        if self.is_get() {
            browser.get(&self.path).await
        } else {
            browser.post(&self.path, &self.form()).await
        }
    }
}

/// Ids that stand in paths and forms: those of two people, or made-up ones.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub(crate) proposal: String,
    pub(crate) plan: String,
    pub(crate) session: String,
    pub(crate) appreciation: String,
    pub(crate) moment: String,
    pub(crate) note: String,
    pub(crate) ritual: String,
    pub(crate) idea: String,
    pub(crate) line: String,
    pub(crate) limit: String,
    pub(crate) between: String,
    pub(crate) hurt: String,
    pub(crate) sign_in: String,
    pub(crate) link: String,
}

impl Ids {
    /// Ids that nothing has.
    pub(crate) fn made_up() -> Self {
        let id = "0123456789abcdef0123456789abcdef".to_owned();
        Self {
            proposal: id.clone(),
            plan: id.clone(),
            session: id.clone(),
            appreciation: id.clone(),
            moment: id.clone(),
            note: id.clone(),
            ritual: id.clone(),
            idea: id.clone(),
            line: id.clone(),
            limit: id.clone(),
            between: id.clone(),
            hurt: id.clone(),
            sign_in: format!("{id}{id}"),
            link: "x".repeat(43),
        }
    }

    /// Those of Ana's and Ben's. Opens a session, and leaves Ana's private door open.
    pub(crate) async fn of(lived: &mut Lived) -> Self {
        let ana = &mut lived.ana;
        let session = ana
            .does(
                "/s",
                &[("mode", "live"), ("form", "full"), ("first", "first")],
            )
            .await;
        let plan = ana.get("/u/p").await;
        let plan = plan
            .links()
            .into_iter()
            .find_map(|link| link.strip_prefix("/u/p/").map(str::to_owned))
            .expect("a plan");
        let appreciation = ana.get("/u/a").await.field_of("/u/a/w", "id");
        let moment = ana.get("/u/m").await.field_of("/u/m/u", "id");
        ana.writes_a_note("Only mine.").await;
        ana.opens_the_door().await;
        let note = ana.get("/m/n").await.field_of("/m/n/e", "id");
        ana.does("/u/n", &[("words", "I miss our walks."), ("step", "send")])
            .await;
        let between = ana.get("/u/n").await.field_of("/u/n/w", "id");
        ana.does("/m/h", &[("words", "The joke at dinner.")]).await;
        let hurt = ana
            .get("/m/h")
            .await
            .links()
            .into_iter()
            .find_map(|link| link.strip_prefix("/m/h/").map(str::to_owned))
            .expect("a hurt");
        // Another sign-in of Ana's: its id stands in the list.
        let mut second = ana.clone();
        second.jar.clear();
        second.signs_in().await;
        let sign_in = ana
            .get("/m/i")
            .await
            .between("name=\"id\" value=\"", "\"")
            .into_iter()
            .find(|id| id.len() == 64)
            .expect("another sign-in");
        let [ritual, idea, line, limit] =
            [0xa1, 0xa2, 0xa3, 0xa4].map(|n| format!("{n:02x}").repeat(16));
        ana.does("/u/r/n", &ritual_form(&ritual, "send")).await;
        let words = [("id", &*idea), ("words", "Tea on the stairs")];
        ana.does("/u/r/s/i", &words).await;
        ana.does("/u/d/s", &SLOT).await;
        let words = [
            ("id", &*line),
            ("day", "2027-01-17"),
            ("words", "The bench by the river."),
        ];
        ana.does("/u/d/l", &words).await;
        let words = [("id", &*limit), ("words", "Money")];
        ana.does("/u/d/o", &words).await;
        Self {
            ritual,
            idea,
            line,
            limit,
            proposal: last_part(&lived.hers),
            plan,
            session: last_part(&session),
            appreciation,
            moment,
            note,
            between,
            hurt,
            sign_in,
            link: Self::made_up().link,
        }
    }
}

/// A ritual in its words, as the form sends it.
pub(crate) fn ritual_form<'a>(id: &'a str, step: &'a str) -> [(&'static str, &'a str); 13] {
    [
        ("id", id),
        ("name", "The first cup"),
        ("cue", "the kettle boils"),
        ("then", "we sit down together"),
        ("least", "Two sips, standing"),
        ("travel", "A call with a cup each"),
        ("day", "2027-02-01"),
        ("time", "07:30"),
        ("rule", "day"),
        ("minutes", "15"),
        ("idea", ""),
        ("practice", ""),
        ("step", step),
    ]
}

/// The time for dates: Fridays, and whoever sends it plans the first.
pub(crate) const SLOT: [(&str, &str); 4] = [
    ("day", "2027-02-05"),
    ("time", "19:30"),
    ("rule", "week"),
    ("first", "me"),
];

fn last_part(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

pub(crate) fn all(ids: &Ids) -> Vec<Route> {
    let practice = opaque("long-hug");
    let own = |text: &str| text.to_owned();
    let get = |name, path: String, whom| Route {
        name,
        method: "GET",
        path,
        fields: vec![],
        whom,
    };
    let post = |name, path: String, fields: &[(&'static str, &str)], whom| Route {
        name,
        method: "POST",
        path,
        fields: fields.iter().map(|(k, v)| (*k, (*v).to_owned())).collect(),
        whom,
    };
    use For::{Anyone, Door, Link, Oneself, TheTwo};
    let (proposal, plan, session, link) = (&ids.proposal, &ids.plan, &ids.session, &ids.link);
    let ritual = &ids.ritual;
    let date = crate::world::guide().dates[0].ideas[0].id.clone();
    let date = opaque(&date);
    let when = [("day", "2027-02-21"), ("time", "19:00")];
    vec![
        get("WELCOME", own("/"), Anyone),
        get("START", own("/a"), Anyone),
        post("START", own("/a"), &[("brings", "")], Anyone),
        get("SIGN_UP", own("/b"), Anyone),
        post(
            "SIGN_UP",
            own("/b"),
            &[
                ("name", "Dora"),
                ("handle", "dora"),
                ("passphrase", "violet engine saddle winter broom"),
                ("adult", "yes"),
                ("zone", "Europe/London"),
                ("practice", ""),
                ("link", ""),
            ],
            Anyone,
        ),
        get("SIGN_IN", own("/c"), Anyone),
        post(
            "SIGN_IN",
            own("/c"),
            &[
                ("handle", "nobody"),
                ("passphrase", "a guess of mine"),
                ("link", ""),
            ],
            Anyone,
        ),
        get("NEW_DEVICE", own("/c/n"), Anyone),
        post("NEW_DEVICE", own("/c/n"), &[("step", "begin")], Anyone),
        post("SIGN_OUT", own("/c/o"), &[], Oneself),
        get("CONTINUE", own("/d"), Anyone),
        get("DOOR", own("/e"), Oneself),
        post(
            "DOOR",
            own("/e"),
            &[("passphrase", "a guess of mine"), ("to", "/m/n")],
            Oneself,
        ),
        post("DOOR_CLOSE", own("/e/c"), &[], Oneself),
        get("RECOVER", own("/f"), Anyone),
        post(
            "RECOVER",
            own("/f"),
            &[
                ("handle", "nobody"),
                ("code", ""),
                ("passphrase", "violet engine saddle winter broom"),
            ],
            Anyone,
        ),
        get("HELP", own("/h"), Anyone),
        get("HELP_LINES", own("/h/l"), Anyone),
        get("LEAVE", own("/x"), Anyone),
        get("TRUST", own("/k"), Anyone),
        get("TRUST_PEM", own("/k/a.pem"), Anyone),
        get("TRUST_DER", own("/k/a.cer"), Anyone),
        get("WORKER", own("/sw.js"), Anyone),
        get("OFFLINE", own("/o"), Anyone),
        get("MOMENT", format!("/o/{}", opaque("kiss")), Anyone),
        get("TODAY", own("/t"), Oneself),
        get("ROADMAP", own("/r"), Anyone),
        get("US", own("/u"), Oneself),
        get("ME", own("/m"), Oneself),
        get("PRACTICE", format!("/r/{practice}"), Anyone),
        get("PAGE", format!("/r/p/{}", opaque("intimacy")), Anyone),
        get("STAGE", own("/r/s/1"), Anyone),
        get("SKILLS", own("/r/k"), Anyone),
        get("SKILL", format!("/r/k/{}", opaque("listening")), Anyone),
        post(
            "SKILL",
            format!("/r/k/{}", opaque("listening")),
            &[("words", "You never listen.")],
            Oneself,
        ),
        get("WAY", format!("/r/w/{}", opaque("ten-weeks")), Anyone),
        post(
            "WAY_STEP",
            own("/r/w"),
            &[("way", &opaque("ten-weeks")), ("step", "rest")],
            Oneself,
        ),
        get("PROPOSE", format!("/q/{practice}"), Oneself),
        post(
            "PROPOSE",
            format!("/q/{practice}"),
            &[
                ("words", "Shall we?"),
                when[0],
                when[1],
                ("partner", ""),
                ("step", "send"),
            ],
            Oneself,
        ),
        get("PROPOSAL", format!("/q/i/{proposal}"), TheTwo),
        post(
            "PROPOSAL_ANSWER",
            format!("/q/i/{proposal}/a"),
            &[
                ("word", ""),
                when[0],
                when[1],
                ("practice", ""),
                ("answer", "yes"),
            ],
            TheTwo,
        ),
        post(
            "PROPOSAL_WITHDRAW",
            format!("/q/i/{proposal}/w"),
            &[],
            TheTwo,
        ),
        post("PROPOSAL_AGREE", format!("/q/i/{proposal}/g"), &[], TheTwo),
        get("INVITATION", format!("/i/{link}"), Link),
        post(
            "INVITATION_ANSWER",
            format!("/i/{link}/a"),
            &[
                ("word", ""),
                when[0],
                when[1],
                ("practice", ""),
                ("answer", "yes"),
            ],
            Link,
        ),
        get("INVITATION_FIRST", format!("/i/{link}/f"), Link),
        get("INVITATION_JOIN", format!("/i/{link}/j"), Link),
        post("INVITATION_JOIN", format!("/i/{link}/j"), &[], Link),
        get("PAIR", own("/p"), Oneself),
        post("PAIR", own("/p"), &[("words", "same")], Oneself),
        get("COMPARE", own("/p/a"), Oneself),
        post(
            "COMPARE",
            own("/p/a"),
            &[
                ("words", "same"),
                ("key", "0123456789abcdef0123456789abcdef"),
            ],
            Oneself,
        ),
        get("PLAN", own("/u/p"), Oneself),
        get("PLAN_ONE", format!("/u/p/{plan}"), TheTwo),
        post("PLAN_ONE", format!("/u/p/{plan}"), &when, TheTwo),
        post(
            "PLAN_SKIP",
            format!("/u/p/{plan}/s"),
            &[("round", "2027-02-20"), ("which", "out")],
            TheTwo,
        ),
        post(
            "PLAN_REPEAT",
            format!("/u/p/{plan}/r"),
            &[("rule", "two")],
            TheTwo,
        ),
        post("PLAN_LET_GO", format!("/u/p/{plan}/l"), &[], TheTwo),
        get("RITUALS", own("/u/r"), Oneself),
        get("RITUAL_STARS", own("/u/r/s"), Oneself),
        post("RITUAL_STARS", own("/u/r/s"), &[("step", "keep")], Oneself),
        post(
            "RITUAL_IDEA",
            own("/u/r/s/i"),
            &[
                ("id", "00112233445566778899aabbccddee01"),
                ("words", "A walk round the block"),
            ],
            Oneself,
        ),
        post(
            "RITUAL_IDEA_TAKE",
            own("/u/r/s/t"),
            &[("id", &ids.idea)],
            TheTwo,
        ),
        get("RITUAL_NEW", own("/u/r/n"), Oneself),
        post(
            "RITUAL_NEW",
            own("/u/r/n"),
            &ritual_form("00112233445566778899aabbccddee02", "send"),
            Oneself,
        ),
        get("RITUAL", format!("/u/r/i/{ritual}"), TheTwo),
        post(
            "RITUAL_ANSWER",
            format!("/u/r/i/{ritual}/a"),
            &[("answer", "ours")],
            TheTwo,
        ),
        post(
            "RITUAL_KEEP",
            format!("/u/r/i/{ritual}/k"),
            &[("day", "2027-01-18"), ("which", "kept")],
            TheTwo,
        ),
        post(
            "RITUAL_LOOK",
            format!("/u/r/i/{ritual}/b"),
            &[("weeks", "3")],
            TheTwo,
        ),
        post("RITUAL_LET_GO", format!("/u/r/i/{ritual}/l"), &[], TheTwo),
        get("DATES", own("/u/d"), Oneself),
        get("DATE_SLOT", own("/u/d/s"), Oneself),
        post("DATE_SLOT", own("/u/d/s"), &SLOT, Oneself),
        post(
            "DATE_TURN",
            own("/u/d/t"),
            &[("day", "2027-02-05"), ("who", "you")],
            Oneself,
        ),
        get("DATE_IDEAS", own("/u/d/i"), Oneself),
        get("DATE_IDEA", format!("/u/d/i/{date}"), Oneself),
        post(
            "DATE_PICK",
            own("/u/d/p"),
            &[
                ("day", "2027-02-05"),
                ("idea", ""),
                ("words", "The old bowling alley"),
            ],
            Oneself,
        ),
        post(
            "DATE_LINE",
            own("/u/d/l"),
            &[
                ("id", "00112233445566778899aabbccddee03"),
                ("day", "2027-01-17"),
                ("words", "The rain."),
            ],
            Oneself,
        ),
        post(
            "DATE_LINE_TAKE",
            own("/u/d/l/t"),
            &[("id", &ids.line)],
            TheTwo,
        ),
        post(
            "DATE_LIMITS",
            own("/u/d/o"),
            &[
                ("id", "00112233445566778899aabbccddee04"),
                ("words", "Work"),
            ],
            Oneself,
        ),
        post(
            "DATE_LIMIT_LIFT",
            own("/u/d/o/t"),
            &[("id", &ids.limit)],
            TheTwo,
        ),
        get("MOMENTS", own("/u/m"), Oneself),
        post(
            "MOMENTS",
            own("/u/m"),
            &[
                ("id", "00112233445566778899aabbccddeeff"),
                ("kind", "hands"),
                ("day", "2027-01-18"),
            ],
            Oneself,
        ),
        post(
            "MOMENTS_LATER",
            own("/u/m/l"),
            &[(
                "m",
                &format!(
                    "00112233445566778899aabbccddeeff.{}.2027-01-18",
                    opaque("hands")
                ),
            )],
            Oneself,
        ),
        post("MOMENT_UNDO", own("/u/m/u"), &[("id", &ids.moment)], TheTwo),
        post(
            "OWN_TOUCHES",
            own("/u/m/o"),
            &[
                ("id", "00112233445566778899aabbccddeeff"),
                ("name", "Two taps"),
            ],
            Oneself,
        ),
        post(
            "OWN_TOUCH_LET_GO",
            own("/u/m/o/l"),
            &[("id", "00112233445566778899aabbccddeeff")],
            Oneself,
        ),
        get("TOUCH", own("/u/t"), Oneself),
        post("TOUCH_BACK", own("/u/t/w"), &[("feet", "yes")], Oneself),
        get("MY_TOUCH", own("/m/t"), Oneself),
        post(
            "MY_TOUCH",
            own("/m/t"),
            &[("was", ""), ("feet", "w")],
            Oneself,
        ),
        get("MY_TOUCH_SHARE", own("/m/t/s"), Door),
        post("MY_TOUCH_SHARE", own("/m/t/s"), &[("step", "look")], Door),
        post("MY_TOUCH_CLEAR", own("/m/t/c"), &[], Door),
        get("APPRECIATIONS", own("/u/a"), Oneself),
        post(
            "APPRECIATIONS",
            own("/u/a"),
            &[("words", "You waited up.")],
            Oneself,
        ),
        post(
            "APPRECIATION_WITHDRAW",
            own("/u/a/w"),
            &[("id", &ids.appreciation)],
            TheTwo,
        ),
        get("BETWEEN", own("/u/n"), Oneself),
        post(
            "BETWEEN",
            own("/u/n"),
            &[("words", "I felt close to you today."), ("step", "send")],
            Oneself,
        ),
        get("BETWEEN_ONE", format!("/u/n/{}", ids.between), TheTwo),
        post(
            "BETWEEN_ONE",
            format!("/u/n/{}", ids.between),
            &[
                ("id", "0123456789abcdef0123456789abcdef"),
                ("words", "that you miss our walks"),
                ("step", "send"),
            ],
            TheTwo,
        ),
        post(
            "BETWEEN_WITHDRAW",
            own("/u/n/w"),
            &[("id", &ids.between)],
            TheTwo,
        ),
        get("HISTORY", own("/u/h"), Oneself),
        post(
            "TOPIC_SETTLE",
            own("/u/h/s"),
            &[("topic", "Who calls")],
            Oneself,
        ),
        get("SESSION_OPEN", own("/s"), Oneself),
        post(
            "SESSION_OPEN",
            own("/s"),
            &[("mode", "one_phone"), ("form", "full"), ("first", "first")],
            Oneself,
        ),
        get(
            "LAY_OUT",
            own(&format!("/s/o/{}", opaque("weekly-check-in"))),
            Oneself,
        ),
        post(
            "LAY_OUT",
            own(&format!("/s/o/{}", opaque("weekly-check-in"))),
            &[("mode", "one_phone"), ("form", "short"), ("first", "first")],
            Oneself,
        ),
        get("SESSIONS", own("/s/a"), Oneself),
        get("SESSION", format!("/s/{session}"), TheTwo),
        post(
            "SESSION",
            format!("/s/{session}"),
            &[("at", "0.0"), ("press", "here")],
            TheTwo,
        ),
        get("SESSION_LIVE", format!("/s/{session}/l"), TheTwo),
        post(
            "SESSION_AFTER",
            format!("/s/{session}/a"),
            &[("words", "That was good.")],
            TheTwo,
        ),
        get("PREPARE", own("/n"), Oneself),
        post("PREPARE", own("/n"), &[("request", "Tea")], Oneself),
        get(
            "PREPARE_ONE",
            own(&format!("/n/{}", opaque("weekly-check-in"))),
            Oneself,
        ),
        post(
            "PREPARE_ONE",
            own(&format!("/n/{}", opaque("weekly-check-in"))),
            &[("request", "Tea")],
            Oneself,
        ),
        get("NOTES", own("/m/n"), Oneself),
        post(
            "NOTES",
            own("/m/n"),
            &[("words", "Mine."), ("until", "")],
            Oneself,
        ),
        post("NOTE_ERASE", own("/m/n/e"), &[("id", &ids.note)], Door),
        get("HURTS", own("/m/h"), Oneself),
        post("HURTS", own("/m/h"), &[("words", "It stung.")], Oneself),
        get("HURT", format!("/m/h/{}", ids.hurt), Door),
        post(
            "HURT",
            format!("/m/h/{}", ids.hurt),
            &[
                ("feeling", "small"),
                ("situation", "the joke was about my job"),
                ("request", "Could we talk?"),
                ("step", "keep"),
            ],
            Door,
        ),
        post(
            "HURT_ACT",
            format!("/m/h/{}/a", ids.hurt),
            &[("act", "let-go")],
            Door,
        ),
        get("HURT_OUTSIDE", format!("/m/h/{}/o", ids.hurt), Door),
        post(
            "HURT_OUTSIDE",
            format!("/m/h/{}/o", ids.hurt),
            &[("a", "Two tired people."), ("b", ""), ("c", "")],
            Door,
        ),
        get("SETTINGS", own("/m/s"), Oneself),
        post(
            "SETTINGS",
            own("/m/s"),
            &[
                ("name", "Ana"),
                ("partner", "Ben"),
                ("zone", "Europe/London"),
                ("theme", "dark"),
            ],
            Oneself,
        ),
        get("REMINDERS", own("/m/w"), Oneself),
        post(
            "REMINDERS",
            own("/m/w"),
            &[
                ("rhythm", "daily"),
                ("weekday", "7"),
                ("time", "18:00"),
                ("from", "21:30"),
                ("to", "07:30"),
            ],
            Oneself,
        ),
        post(
            "REMINDERS_HERE",
            own("/m/w/h"),
            &[("endpoint", "https://push.example/a"), ("on", "yes")],
            Oneself,
        ),
        post("REMINDERS_NOWHERE", own("/m/w/n"), &[], Oneself),
        post(
            "REMINDERS_MAIL",
            own("/m/w/m"),
            &[("mail", "ana@example.org")],
            Oneself,
        ),
        post(
            "REMINDERS_FEED",
            own("/m/w/f"),
            &[("title", "Busy"), ("step", "new")],
            Oneself,
        ),
        get("FEED", format!("/g/{link}"), Link),
        get("REST", own("/m/r"), Door),
        post("REST", own("/m/r"), &[("touch", "yes")], Door),
        get("SIGN_INS", own("/m/i"), Door),
        post("SIGN_INS", own("/m/i"), &[("id", &ids.sign_in)], Door),
        post("SIGN_IN_LABEL", own("/m/i/l"), &[("label", "Phone")], Door),
        get("KEYS", own("/m/k"), Door),
        post(
            "KEYS",
            own("/m/k"),
            &[
                ("what", "passphrase"),
                ("current", "a guess of mine"),
                ("new", "violet engine saddle winter broom"),
            ],
            Door,
        ),
        get("BACK", own("/m/b"), Door),
        post("BACK", own("/m/b"), &[("step", "begin")], Door),
        get("LET_IN", own("/m/d"), Door),
        get("LET_IN_ONE", own("/m/d/0123456789AB"), Door),
        post(
            "LET_IN",
            own("/m/d"),
            &[("code", "0123456789AB"), ("passphrase", "a guess of mine")],
            Door,
        ),
        get("RENEW", own("/m/k/r"), Door),
        post(
            "RENEW",
            own("/m/k/r"),
            &[
                ("current", "a guess of mine"),
                ("new", "violet engine saddle winter broom"),
            ],
            Door,
        ),
        get("PART", own("/m/p"), Door),
        post("PART", own("/m/p"), &[("remains", "leave")], Door),
        post("GO_ON", own("/m/p/g"), &[], Oneself),
        get("TAKE_AWAY", own("/m/p/t"), Door),
        post(
            "TAKE_AWAY",
            own("/m/p/t"),
            &[
                ("passphrase", "violet engine saddle winter broom"),
                ("kind", "page"),
            ],
            Door,
        ),
        get("ERASE_ALL", own("/m/p/e"), Door),
        post(
            "ERASE_ALL",
            own("/m/p/e"),
            &[("passphrase", "a guess of mine")],
            Door,
        ),
        get("/healthz", own("/healthz"), Anyone),
        get("/readyz", own("/readyz"), Anyone),
    ]
}

/// The sources of the pages.
pub(crate) fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    files_under(&root)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// Name and method of every route that the program has, as its sources say.
fn in_the_sources() -> BTreeSet<(String, &'static str)> {
    let mut found = BTreeSet::new();
    for (_, text) in sources() {
        for rest in text.split(".route(").skip(1) {
            let mut depth = 1;
            let end = rest.find(|c| {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                depth == 0
            });
            let call = &rest[..end.expect("a call that ends")];
            let (what, handlers) = call.split_once(',').expect("a path and its handlers");
            let name = what.trim().trim_start_matches("paths::").trim_matches('"');
            for (word, method) in [("get(", "GET"), ("post(", "POST")] {
                if handlers.contains(word) {
                    found.insert((name.to_owned(), method));
                }
            }
        }
    }
    found
}

#[test]
fn k12_every_route_stands_in_the_list_that_the_tests_walk() {
    let mut written = in_the_sources();
    // Not a page: stylesheet, scripts, fonts and icons. They have tests of their own.
    written.remove(&("/assets/{hash}/{*name}".to_owned(), "GET"));
    let listed: BTreeSet<_> = all(&Ids::made_up())
        .iter()
        .map(|route| (route.name.to_owned(), route.method))
        .collect();
    assert_eq!(written, listed);
    let paths = include_str!("../../src/paths.rs");
    let named: BTreeSet<&str> = paths
        .lines()
        .filter_map(|line| line.strip_prefix("pub(crate) const "))
        .map(|line| line.split(':').next().unwrap())
        .collect();
    let walked: BTreeSet<&str> = listed
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| !name.starts_with('/'))
        .collect();
    assert_eq!(named, walked, "every path has a route");
}
