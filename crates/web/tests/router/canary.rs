//! K19 (issue 2, point 4): no word that anybody writes is found on the disk. Words go into every field that any page
//! has for them; a field that is not in this story fails the test.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use rekindle_domain::Stamp;
use rekindle_vault::chance;

use crate::routes::{Ids, SLOT, all};
use crate::sealed::{Disk, hex};
use crate::sessions::{more, to_the_end_with};
use crate::world::{Asked, Browser, House, Lived, asks, link_of, newcomer, opaque};

/// Holds a short check-in on one phone to its end, with this text wherever words are asked for.
async fn holds_a_session(ana: &mut Browser, text: &str) {
    let form = [("mode", "one_phone"), ("form", "short"), ("first", "first")];
    let session = ana.does("/s", &form).await;
    let wanted = [
        "here",
        "park",
        "keep",
        "give",
        "adjust",
        "accept",
        "choose",
        "said-back",
        "right",
        "take",
        "ready",
        "next",
        "skip",
    ];
    let mut pressed: Vec<&str> = vec![];
    for _ in 0..90 {
        let page = ana.get(&session).await;
        let forms: Vec<String> = page.forms().into_iter().map(str::to_owned).collect();
        let offers = |press: &str| {
            let marker = format!("name=\"press\" value=\"{press}\"");
            forms.iter().find(|form| form.contains(&marker))
        };
        // Once is enough for what may be done again and again.
        let often = |press: &&&str| {
            !["park", "keep", "adjust"].contains(*press) || !pressed.contains(*press)
        };
        let Some((press, form)) = wanted
            .iter()
            .filter(often)
            .find_map(|press| Some((*press, offers(press)?)))
        else {
            break;
        };
        let value = |name: &str| {
            form.split_once(&format!("name=\"{name}\" value=\""))
                .map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
        };
        let mut fields = vec![("press", press.to_owned())];
        for name in ["at", "by", "option", "from"] {
            fields.extend(value(name).map(|value| (name, value)));
        }
        fields.push(("words", text.to_owned()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = ana.post(&session, &fields).await;
        assert_eq!(
            page.status,
            StatusCode::SEE_OTHER,
            "{press}: {}",
            page.text()
        );
        pressed.push(press);
    }
    for needed in ["here", "park", "keep"] {
        assert!(
            pressed.contains(&needed),
            "{needed} was never offered: {pressed:?}"
        );
    }
    let at = ana.get(&session).await;
    if at.body.contains("value=\"stop\"") {
        let token = at.field_beside("press", "stop", "at");
        ana.does(&session, &[("at", &token), ("press", "stop")])
            .await;
    }
    assert!(
        ana.get("/u/h").await.sees(text),
        "what was put aside is kept"
    );
}

/// Words that stand nowhere else, each with what it was written as.
struct Words {
    mark: String,
    written: RefCell<Vec<String>>,
}

impl Words {
    fn new() -> Self {
        let mark = format!("quux{}", hex(&chance::bytes::<6>()));
        let written = RefCell::new(vec![]);
        Self { mark, written }
    }

    fn word(&self, what: &str) -> String {
        let word = format!("{what}{}", self.mark);
        self.written.borrow_mut().push(word.clone());
        word
    }
}

/// Fields that a person writes in and whose words lie on the disk as they are, each with the reason.
const AS_THEY_ARE: [(&str, &str); 4] = [
    ("SIGN_UP", "handle"), // what somebody signs in with is looked for
    ("SIGN_IN", "handle"),
    ("RECOVER", "handle"),
    ("REMINDERS_MAIL", "mail"), // where to, for a process that has nobody's key
];

/// Fields that hold no words of a person's: a number, a time zone, or what was compared.
const NO_WORDS: [(&str, &str); 5] = [
    ("PAIR", "words"),
    ("COMPARE", "words"),
    ("RITUAL_NEW", "minutes"),
    ("SETTINGS", "zone"),
    ("SIGN_UP", "zone"),
];

/// A route, the name of a field, and in a session the press it goes with.
type Place = (String, String, String);

/// How `paths.rs` calls what is asked for.
fn route_of(path: &str) -> String {
    let source = include_str!("../../src/paths.rs");
    let path = path.split('?').next().unwrap();
    let asked: Vec<&str> = path.split('/').collect();
    let mut found: Vec<(usize, &str)> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub(crate) const "))
        .filter_map(|line| line.split_once(": &str = \""))
        .filter_map(|(name, rest)| {
            let pattern: Vec<&str> = rest.split('"').next()?.split('/').collect();
            let open = |part: &&&str| part.starts_with('{');
            let fits = pattern.len() == asked.len()
                && (pattern.iter().zip(&asked)).all(|(part, asked)| open(&part) || part == asked);
            fits.then(|| (pattern.iter().filter(open).count(), name))
        })
        .collect();
    found.sort_unstable();
    found.first().map_or(path, |(_, name)| name).to_owned()
}

/// A session has several forms with words on one page, told apart by what follows the name.
fn base(name: &str) -> String {
    match name.strip_prefix("words-") {
        Some(_) => "words".to_owned(),
        None => name.to_owned(),
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split('"').next()?.to_owned())
}

/// The fields for words in the forms of a page.
fn drawn(asked: &Asked) -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    for form in asked.body.split("<form").skip(1) {
        let form = form.split("</form>").next().unwrap();
        let (open, _) = form.split_once('>').unwrap();
        let route = attribute(open, "action").unwrap_or_else(|| asked.path.clone());
        let press = form
            .split_once("name=\"press\" value=\"")
            .map_or("", |(_, rest)| rest.split('"').next().unwrap());
        for tag in form.split('<') {
            let kind = attribute(tag, "type").unwrap_or_default();
            let words = tag.starts_with("textarea")
                || tag.starts_with("input")
                    && ["text", "password", "search", "email"].contains(&&*kind);
            if words {
                let name = attribute(tag, "name").expect("a field has a name");
                found.insert((route_of(&route), base(&name), press.to_owned()));
            }
        }
    }
    found
}

/// Where these words were put.
fn written(asked: &Asked, mark: &str) -> BTreeSet<Place> {
    let fields: BTreeMap<&str, &str> = (asked.fields.iter())
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let press = fields.get("press").copied().unwrap_or_default();
    let full = fields.iter().filter(|(_, value)| value.contains(mark));
    full.map(|(name, _)| (route_of(&asked.path), base(name), press.to_owned()))
        .collect()
}

/// Every field for words that a page showed in this story, and every one of the list of routes that is called like
/// one, had words in it.
fn every_field_was_written_in(trace: &[Asked], mark: &str) {
    let drawn: BTreeSet<Place> = trace.iter().flat_map(drawn).collect();
    let written: BTreeSet<Place> = trace
        .iter()
        .flat_map(|asked| written(asked, mark))
        .collect();
    let names: BTreeSet<&str> = drawn.iter().map(|(_, name, _)| name.as_str()).collect();
    assert!(names.contains("situation"), "fields are found at all");
    let listed = all(&Ids::made_up())
        .into_iter()
        .filter(|route| !route.is_get());
    let listed = listed.flat_map(|route| {
        let own = |(name, _): &(&str, String)| (route.name.to_owned(), base(name), String::new());
        route.fields.iter().map(own).collect::<Vec<_>>()
    });
    let listed = listed.filter(|(_, name, _)| names.contains(name.as_str()));
    let missing: BTreeSet<Place> = (drawn.iter().cloned().chain(listed))
        .filter(|(route, name, press)| {
            let same =
                |(r, n, p): &Place| r == route && n == name && (press.is_empty() || p == press);
            let known = |(r, n): &(&str, &str)| r == route && n == name;
            !written.iter().any(same)
                && !AS_THEY_ARE.iter().any(known)
                && !NO_WORDS.iter().any(known)
        })
        .collect();
    assert!(missing.is_empty(), "nobody wrote here: {missing:#?}");
}

/// Words in every place that takes any; what is asked for is that they are nowhere afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k19_no_word_that_anybody_writes_is_found_on_the_disk() {
    let words = Words::new();
    let word = |what: &str| words.word(what);
    let mut house = House::guided(more()).await;
    house.trace = Some(Arc::new(Mutex::new(vec![])));
    let plain = format!("hana-{}", words.mark.trim_start_matches("quux"));
    let day = [("day", "2027-02-20"), ("time", "20:30")];

    let mut ana = house.browser();
    ana.handle.clone_from(&plain);
    ana.passphrase = format!("{} lantern mild", word("first"));
    let account = [
        ("name", &*word("signup")),
        ("handle", &plain),
        ("passphrase", &*ana.passphrase.clone()),
        ("adult", "yes"),
        ("own", "yes"),
        ("zone", "Europe/London"),
        ("practice", ""),
        ("link", ""),
    ];
    let page = ana.post("/b", &account).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    ana.opens_the_door().await;
    let passphrase = format!("{} lantern mild", word("passphrase"));
    let form = [
        ("what", "passphrase"),
        ("current", &*ana.passphrase.clone()),
        ("new", &passphrase),
    ];
    ana.does("/m/k", &form).await;
    ana.passphrase.clone_from(&passphrase);
    let look = [
        ("name", &*word("name")),
        ("partner", &word("partner")),
        ("zone", "Europe/London"),
        ("theme", ""),
    ];
    ana.does("/m/s", &look).await;
    let propose = format!("/q/{}", opaque("weekly-check-in"));
    let form = [
        ("words", &*word("letter")),
        day[0],
        day[1],
        ("partner", &word("called")),
        ("step", "send"),
    ];
    ana.post(&propose, &form).await;
    let sent = ana.get("/u").await;
    let sent = sent
        .links()
        .into_iter()
        .find(|link| link.starts_with("/q/i/"))
        .unwrap();
    let link = link_of(&mut ana, &sent).await;
    let answer = format!("/i/{link}/a");
    let mut guest = house.browser();
    let form = [("answer", "not-now"), ("word", &*word("wordfirst"))];
    guest.post(&answer, &form).await;
    let form = [("answer", "yes"), ("word", &*word("reply"))];
    guest.does(&answer, &form).await;
    let mut ben = newcomer(&house, "ben", &link).await;
    ben.does(&format!("/i/{link}/j"), &[]).await;
    ana.does("/p", &[("words", "same")]).await;
    ben.does("/p", &[("words", "same")]).await;
    house.later(3 * Stamp::DAY);
    ana.opens_the_door().await;

    ana.writes_a_note(&word("note")).await;
    ana.does("/m/n", &[("words", &word("weeklong")), ("until", "7")])
        .await;
    let prepared = [
        ("appreciation", &*word("prepa")),
        ("concern", &word("prepc")),
        ("request", &word("prepr")),
    ];
    ana.does("/n", &prepared).await;
    let one = format!("/n/{}", opaque("weekly-check-in"));
    ana.does(&one, &[("request", &word("prepone"))]).await;
    ana.does("/m/i/l", &[("label", &word("label"))]).await;
    ana.does("/u/a", &[("words", &word("kept"))]).await;
    ana.does("/u/a", &[("words", &word("takenback"))]).await;
    let id = ana.get("/u/a").await.field_of("/u/a/w", "id");
    ana.does("/u/a/w", &[("id", &id)]).await;
    let offer = ben.proposes("long-hug", &word("offer")).await;
    let form = [("answer", "not-now"), ("word", &*word("warm"))];
    ana.does(&format!("{offer}/a"), &form).await;
    let offer = ana.proposes("good-news", &word("withdrawn")).await;
    ana.does(&format!("{offer}/w"), &[]).await;

    // Notes between the two, and a small hurt with all that may come of it.
    let form = [("words", &*word("between")), ("step", "send")];
    ben.does("/u/n", &form).await;
    let note = ben.get("/u/n").await.field_of("/u/n/w", "id");
    let note = format!("/u/n/{note}");
    for (who, what) in [(&mut ana, "heard"), (&mut ben, "andmore")] {
        let form = [("words", &*word(what)), ("step", "send")];
        who.does(&note, &form).await;
    }
    ana.does("/m/h", &[("words", &word("hurt"))]).await;
    let links = ana.get("/m/h").await.links();
    let hurt = links.iter().find(|to| to.starts_with("/m/h/")).unwrap();
    let shape = [
        ("feeling", &*word("feeling")),
        ("situation", &word("situation")),
        ("request", &word("wish")),
        ("step", "keep"),
    ];
    ana.does(hurt, &shape).await;
    let [a, b, c] = ["outsidea", "outsideb", "outsidec"].map(word);
    let seen = [("a", &*a), ("b", &b), ("c", &c)];
    ana.does(&format!("{hurt}/o"), &seen).await;

    // Rituals, dates, touch, the calendar, a lesson.
    let ritual = "b1".repeat(16);
    let [name, cue, then, least, travel] =
        ["rname", "rcue", "rthen", "rleast", "rtravel"].map(word);
    let shape: Vec<(&str, &str)> = crate::routes::ritual_form(&ritual, "send")
        .into_iter()
        .map(|(field, value)| match field {
            "name" => (field, name.as_str()),
            "cue" => (field, cue.as_str()),
            "then" => (field, then.as_str()),
            "least" => (field, least.as_str()),
            "travel" => (field, travel.as_str()),
            _ => (field, value),
        })
        .collect();
    ana.does("/u/r/n", &shape).await;
    ben.calls_it_ours(&ritual).await;
    ana.does("/u/d/s", &SLOT).await;
    let ids = ["b2", "b3", "b4", "b5"].map(|id| id.repeat(16));
    let pick = [
        ("day", "2027-02-05"),
        ("idea", ""),
        ("words", &*word("picked")),
    ];
    ana.does("/u/d/p", &pick).await;
    let line = [
        ("id", &*ids[0]),
        ("day", "2027-01-14"),
        ("words", &word("bestbit")),
    ];
    ana.does("/u/d/l", &line).await;
    for (path, id, field, what) in [
        ("/u/r/s/i", &ids[1], "words", "star"),
        ("/u/d/o", &ids[2], "words", "limit"),
        ("/u/m/o", &ids[3], "name", "owntouch"),
    ] {
        let form = [("id", &**id), (field, &word(what))];
        ana.does(path, &form).await;
    }
    let feed = [("title", &*word("busy")), ("step", "new")];
    assert_eq!(ana.post("/m/w/f", &feed).await.status, StatusCode::OK);
    let lesson = format!("/r/k/{}", opaque("listening"));
    ana.post(&lesson, &[("words", &word("tried"))]).await;

    holds_a_session(&mut ana, &word("session")).await;
    ana.does("/u/h/s", &[("topic", &word("settled"))]).await;
    ana.notes_a_moment("kiss").await;
    let mut lived = Lived {
        house,
        ana,
        ben,
        hers: sent.clone(),
        his: sent,
    };
    let lay = [
        ("mode", "live"),
        ("form", "full"),
        ("first", "first"),
        ("other", &*word("topic")),
    ];
    let out = format!("/s/o/{}", opaque("every-kind"));
    let session = lived.ana.does(&out, &lay).await;
    let both = [&*word("forboth"), &word("foroneself")];
    to_the_end_with(&mut lived, &session, true, both).await;
    for (who, what) in [(&mut lived.ana, "herline"), (&mut lived.ben, "hisline")] {
        who.does(&format!("{session}/a"), &[("words", &word(what))])
            .await;
    }

    // What is refused, and what nobody asked for.
    let Lived {
        house, ana, ben, ..
    } = &mut lived;
    ana.post("/u/a", &[("words", &word("tooLong").repeat(400))])
        .await;
    ana.post("/u/a", &[(&word("field"), "x")]).await;
    ana.get(&format!(
        "/{}?{}={}",
        word("path"),
        word("query"),
        word("value")
    ))
    .await;
    let guess = [
        ("handle", &*word("guesshandle")),
        ("passphrase", &word("guess")),
    ];
    house.browser().post("/c", &guess).await;
    let lost = [
        ("handle", &*word("losthandle")),
        ("code", &word("code")),
        ("passphrase", &format!("{} violet engine", word("lost"))),
    ];
    house.browser().post("/f", &lost).await;
    ben.post("/e", &[("passphrase", &word("doorguess"))]).await;
    let form = [
        ("code", &*word("letin")),
        ("passphrase", &word("letinpass")),
    ];
    ana.post("/m/d", &form).await;
    let form = [("what", "sheet"), ("sheet-current", &*word("sheet"))];
    ana.post("/m/k", &form).await;
    let form = [("current", &*word("was")), ("new", &word("renewed"))];
    ana.post("/m/k/r", &form).await;
    ana.post("/m/p/e", &[("passphrase", &word("erase"))]).await;
    let away = [
        ("passphrase", &*format!("{} violet engine", word("away"))),
        ("kind", "page"),
    ];
    assert_eq!(ana.post("/m/p/t", &away).await.status, StatusCode::OK);
    let request = asks("GET", "/t")
        .header("user-agent", word("agent"))
        .header("referer", word("from"));
    ana.send(request, "").await;

    // They did arrive: the pages show them to whom they are for.
    for (path, what) in [
        ("/m/n", "note"),
        ("/m/h", "hurt"),
        ("/m/n", "foroneself"),
        ("/u/h", "forboth"),
        ("/u/d", "limit"),
    ] {
        let text = format!("{what}{}", words.mark);
        assert!(ana.get(path).await.sees(&text), "{path}: {what}");
    }
    for (path, what) in [("/u/a", "kept"), ("/t", "name"), (&note, "heard")] {
        let text = format!("{what}{}", words.mark);
        assert!(ben.get(path).await.sees(&text), "{path}: {what}");
    }

    let ids = Ids::of(&mut lived).await;
    for route in all(&ids) {
        if route.is_get() && route.name != "LEAVE" {
            route.asked_by(&mut lived.ana).await;
            route.asked_by(&mut lived.ben).await;
            route.asked_by(&mut lived.house.browser()).await;
        }
    }
    let trace = lived.house.trace.clone().unwrap();
    every_field_was_written_in(&trace.lock().unwrap(), &words.mark);

    let nowhere = |when: &str| {
        let disk = Disk::of(&lived.house);
        assert!(
            !disk.traces(&plain).is_empty(),
            "{when}: the sign-in name is kept as it is, so this can fail"
        );
        // What all of them have in common is looked for; which one it was only when there is something to say.
        if !disk.traces(&words.mark).is_empty() {
            let written = words.written.borrow();
            let found: Vec<_> = (written.iter())
                .filter(|what| !disk.traces(what).is_empty())
                .collect();
            panic!("{when}: found {found:?}");
        }
        let jar = &lived.ana.jar;
        for secret in [&link, &jar["__Host-s"], &jar["__Host-d"], &jar["__Host-k"]] {
            assert_eq!(
                disk.traces(secret),
                Vec::<String>::new(),
                "{when}: a secret of somebody’s"
            );
        }
    };
    nowhere("running");
    lived
        .house
        .store
        .vacuum_into(&lived.house.folder().join("copy.db"))
        .await
        .unwrap();
    nowhere("copied");
    lived.house.store.close().await;
    nowhere("stopped");
}
