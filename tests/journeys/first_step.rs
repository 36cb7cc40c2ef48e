//! G7: one person begins alone, chooses one small step and proposes it; the other answers from a link, without an
//! account, and the two can do a first thing together that same evening.

use journeys::{Person, World};

use crate::couple::{WORDS, begins, in_days, link_on, phone, proposes, signs_up};

/// What stands on the wash: the proposal itself, as HTML.
fn letter(one: &Person) -> String {
    one.settles();
    let letter = one.runs("return document.querySelector('section.wash').outerHTML");
    letter.as_str().expect("a letter").to_owned()
}

/// Every page of Ana's on which something of Ben's could show.
fn everything(ana: &Person, own: &str) -> Vec<(String, String)> {
    ["/t", own, "/u", "/u/p", "/u/a", "/u/h", "/u/m", "/m", "/p"]
        .into_iter()
        .map(|path| {
            (
                path.to_owned(),
                without_fresh_ids(&ana.fetches(path).text()),
            )
        })
        .collect()
}

/// Forms that count once carry an id drawn for each page; everything else is compared to the byte.
fn without_fresh_ids(page: &str) -> String {
    let mut parts = page.split("name=\"id\" value=\"");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        whole.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    whole
}

#[test]
fn g7_four_questions_give_two_ideas_each_with_its_reason_and_nothing_is_kept() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    ana.opens("/");
    ana.sees("the first brave step");
    ana.follows("Find a first step");
    ana.chooses("We hardly touch any more");
    ana.chooses("Hardly any");
    ana.presses("Show me two ideas");
    ana.sees("Two ideas for this week");
    let reasons = "return [...document.querySelectorAll('main section.card')].map((card) => card.querySelectorAll('li').length)";
    let reasons = ana.runs(reasons);
    let reasons: Vec<u64> = reasons
        .as_array()
        .expect("cards")
        .iter()
        .filter_map(serde_json::Value::as_u64)
        .collect();
    assert_eq!(reasons.len(), 2, "two ideas, no more");
    assert!(reasons.iter().all(|count| *count > 0), "{reasons:?}");
    ana.sees("You said that touch has gone missing");
    assert!(ana.cookies().is_empty(), "{:?}", ana.cookies());

    // Whoever skips every question gets two ideas as well.
    ana.follows("Answer again");
    assert!(!ana.has_chosen("We hardly touch any more"));
    ana.presses("Show me two ideas");
    ana.sees("Two ideas for this week");
    ana.has_no_complaints();
    ana.stayed_home();
}

#[test]
fn k2_s9_an_account_needs_a_good_passphrase_and_a_grown_up_and_says_so_kindly() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    ana.opens("/b");
    ana.sees("Your private space is locked with your passphrase."); // S22, before the first private word
    ana.types("Your name, as your partner will see it", "Ana");
    ana.types("A sign-in name", "ana with spaces");
    for (weak, why) in [
        ("short one", "That is a little short"),
        ("password12345", "Many people use that one"),
        ("aaaaaaaaaaaaaaaaaa", "would be easy to guess"),
    ] {
        ana.types("A passphrase", weak);
        ana.presses("Make my space");
        ana.sees(why);
        ana.sees("3 to 40 letters or numbers");
        ana.sees("Please confirm that you are 18 or older");
        assert_eq!(ana.value("Your name, as your partner will see it"), "Ana");
    }
    ana.types("A sign-in name", "ana");
    ana.types("A passphrase", "river apricot window kettle");
    ana.presses("Make my space");
    ana.sees("Please confirm that you are 18 or older");
    assert!(ana.cookies().is_empty(), "no account yet");
    ana.types("A passphrase", "river apricot window kettle");
    ana.chooses("I am 18 or older");
    ana.presses("Make my space");
    ana.sees("It is shown once");
    let code = ana.runs("return document.querySelector('.sheet-code').innerText");
    let code = code.as_str().expect("a code").to_owned();
    // 160 bits in letters of five bits, and a check.
    let letters = code.chars().filter(|c| c.is_alphanumeric()).count();
    assert!(letters >= 32, "{code}");

    // Once: neither Back nor any page shows it again.
    ana.follows("I have it, go on");
    ana.sees("Hello, Ana");
    ana.back();
    ana.does_not_see(&code);
    for path in ["/b", "/t", "/m"] {
        ana.opens(path);
        ana.does_not_see(&code);
    }
}

#[test]
fn s2_the_preview_is_what_the_other_sees() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    let ben = phone(&house, "Ben");
    // The step chosen at the start is the one proposed after the account is made.
    ana.opens("/a");
    ana.presses("Show me two ideas");
    ana.follows("Choose this one");
    signs_up(&ana);
    ana.sees("In your own words");
    ana.types("Who is it for?", "Ben");
    let words = format!("{WORDS}\n\nAnd “tea” first? <b>Really</b> 🫖 שלום");
    ana.types("What you would like to say", &words);
    ana.types("Day", &in_days(&ana, 3));
    ana.types("Time", "19:45");
    ana.presses("See it as they will");
    ana.sees("This is what Ben will see");
    let preview = letter(&ana);
    ana.presses("Make the invitation for Ben");
    let link = link_on(&ana);
    let code = "return document.querySelector('svg[role=img][aria-label=\"The same link as a code to scan\"]').getBoundingClientRect().width";
    assert!(ana.runs(code).as_f64() >= Some(150.0), "a code to scan");
    assert_eq!(letter(&ana), preview);
    ben.opens(&link);
    assert_eq!(letter(&ben), preview);
    ben.sees("<b>Really</b> 🫖 שלום");
    ben.sees("19:45");
    assert!(ben.cookies().is_empty(), "no account, no cookie");
}

#[test]
fn g7_yes_another_time_and_something_else_are_shown() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    let ben = phone(&house, "Ben");
    ana.opens("/b");
    signs_up(&ana);

    let link = proposes(&ana, 3, "A kiss at parting");
    ben.opens(&link);
    ben.types("A word to Ana", "What a good idea");
    ben.presses("Yes, gladly");
    ben.sees("Ana can see your answer");
    ana.opens("/t");
    ana.sees("Ben said yes");
    ana.sees("What a good idea");
    ana.presses("Put it in our plan");
    ana.opens("/u/p");
    ana.sees("A kiss at parting");
    // A yes that came by link: the question has gone from its day, too.
    ana.opens(&format!("/u/p?v=d&d={}", in_days(&ana, 1)));
    ana.sees("A kiss at parting");
    ana.does_not_see("not agreed yet");

    let link = proposes(&ana, 3, "A hug until both relax");
    ben.opens(&link);
    ben.presses("Another time");
    ben.types("Day", &in_days(&ben, 9));
    ben.types("Time", "07:15");
    ben.presses("Suggest this time");
    ben.sees("07:15");
    ana.opens("/t");
    ana.sees("Ben suggests another time");
    ana.sees("07:15");
    ana.presses("That time is fine");
    ana.opens("/u/p");
    ana.sees("A hug until both relax");
    ana.sees("07:15");

    let link = proposes(&ana, 2, "Weekly check-in");
    ben.opens(&link);
    ben.presses("Something else");
    ben.presses("Suggest this one");
    ben.sees("Please choose what you would rather try");
    ben.types("What would you rather try?", "Hands on the couch");
    ben.presses("Suggest this one");
    ben.sees("Ana can see your answer");
    ana.opens("/t");
    ana.sees("Ben would rather try this");
    ana.sees("Hands on the couch");
    ana.presses("Propose that one");
    ana.sees("In your own words");
    for one in [&ana, &ben] {
        one.stayed_home();
    }
}

#[test]
fn s6_not_now_leaves_the_proposers_pages_as_silence_does() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    let ben = phone(&house, "Ben");
    let link = begins(&ana);
    let own = ana.path();
    let silence = everything(&ana, &own);
    // Reading, and programs that look at links on their own, change nothing (K28).
    ben.opens(&link);
    let path = ben.path();
    for method in ["GET", "HEAD"] {
        let _ = house.ask(method, &path, &[("user-agent", "a link preview")], b"");
    }
    assert!(everything(&ana, &own) == silence, "opened");
    ben.presses("Not now");
    ben.sees("That is fine");
    ben.sees("Nothing is passed on");
    assert!(everything(&ana, &own) == silence, "not now");

    // A warm word is passed on, because the page said so, and is no answer.
    ben.opens(&link);
    ben.types("A word to Ana", "I am worn out this week");
    ben.presses("Not now");
    ben.sees("That is fine");
    ana.opens("/t");
    ana.sees("I am worn out this week");
    for answer in ["said yes", "another time", "rather", "ot now", "declined"] {
        ana.does_not_see(answer);
    }
    // Whoever changes their mind still can.
    ben.opens(&link);
    ben.presses("Yes, gladly");
    ben.sees("Ana can see your answer");
    ana.opens("/t");
    ana.sees("Ben said yes");
}

#[test]
fn g7_answered_twice_the_first_answer_holds() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    let ben = phone(&house, "Ben");
    let link = begins(&ana);
    ben.opens(&link);
    let path = ben.path();
    let first = ben.opens_tab(&path);
    ben.presses("Another time");
    ben.types("Day", &in_days(&ben, 4));
    ben.types("Time", "06:05");
    ben.presses("Suggest this time");
    ben.sees("Ana can see your answer");
    // The other tab still shows the question.
    ben.looks_at(&first);
    ben.presses("Yes, gladly");
    ben.sees("06:05");
    ana.opens("/t");
    ana.sees("Ben suggests another time");
    ana.does_not_see("said yes");
    // Neither does Back, nor sending the same form again.
    ben.back();
    ben.opens(&link);
    ben.sees("06:05");
    ben.does_not_see("Not now");
}

/// What a reluctant partner reads on a page: all words, and how many lines speak of security.
fn reading(one: &Person) -> (usize, u64) {
    one.settles();
    let lines = r"const words = /passphrase|password|\bkeys?\b|secret|encrypt|seal|locked|cookie|certificate|secur|private|server|account|opened it/i;
        let lines = 0;
        for (const p of document.querySelectorAll('main p, main li')) {
            if (!p.checkVisibility() || !words.test(p.innerText)) continue;
            const height = parseFloat(getComputedStyle(p).lineHeight);
            lines = Math.max(lines, Math.round(p.getBoundingClientRect().height / height));
        }
        return lines;";
    let lines = one.runs(lines).as_u64().expect("a count");
    (one.text().split_whitespace().count(), lines)
}

#[test]
fn g7_from_the_link_to_the_first_warm_moment_is_a_few_pages_and_under_ten_minutes() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    let ben = phone(&house, "Ben");
    let link = begins(&ana);
    let mut read = vec![];
    ben.opens(&link);
    read.push(reading(&ben));
    ben.presses("Yes, gladly");
    ben.sees("Something for this evening");
    read.push(reading(&ben));
    ben.follows("Start the three minutes");
    ben.sees("Three minutes together");
    read.push(reading(&ben));
    ben.follows("Begin");
    let mut seconds = 0;
    let mut steps = 0;
    loop {
        ben.settles();
        if ben.can_follow("Done") {
            break;
        }
        let left =
            ben.runs("return Number(document.querySelector('[data-total]')?.dataset.total ?? 0)");
        seconds += left.as_u64().expect("a time");
        steps += 1;
        assert!(steps < 20, "it comes to an end");
        if steps == 1 {
            read.push(reading(&ben)); // sitting down near each other: the warm moment begins
        }
        let at = ben.path();
        ben.follows("Next");
        let _ = journeys::wait(journeys::PATIENCE, || (ben.path() != at).then_some(()));
    }
    ben.sees("You two have just done something together");
    ben.follows("Done");
    ben.sees("Ana can see your answer");

    let seconds = seconds / 1000;
    assert!((150..=210).contains(&seconds), "three minutes: {seconds} s");
    assert_eq!(read.len(), 4, "pages before the first warm moment");
    let words: usize = read.iter().map(|(words, _)| words).sum();
    let longest = read.iter().map(|(_, lines)| *lines).max();
    assert!(longest <= Some(5), "security text of {longest:?} lines");
    // A slow reader, 120 words a minute, and the three minutes themselves.
    let minutes = words as f64 / 120.0 + seconds as f64 / 60.0;
    assert!(minutes < 10.0, "{minutes:.1} minutes for {words} words");
    assert!(ben.cookies().is_empty(), "still no account");
    assert_eq!(ben.kept()["local"], serde_json::json!({}));
    ben.has_no_complaints();
    ben.stayed_home();
}
