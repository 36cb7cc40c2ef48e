//! Whatever is typed: a clear word about it, and what was typed is still there.

use journeys::{Person, World, wait};

use crate::couple::{phone, signs_up};

const LONGEST: usize = 4000;

fn ana(house: &World) -> Person {
    let ana = phone(house, "Ana");
    ana.opens("/b");
    signs_up(&ana);
    ana
}

/// A form with one text: where it is, what the field and the button are called.
const FORMS: [(&str, &str, &str); 2] = [
    ("/u/a", "you are glad of", "Keep it"),
    ("/m/n", "What is on your mind", "Keep it private"),
];

#[test]
fn empty_and_enormous_texts_get_a_clear_answer_and_stay_in_the_field() {
    let house = World::start();
    let ana = ana(&house);
    for (path, field, button) in FORMS {
        for nothing in ["", "   ", "\u{200b}\u{2060}", "\n\n\n"] {
            ana.opens(path);
            ana.types(field, nothing);
            ana.presses(button);
            ana.sees("A word or two is needed here");
        }
        let long = "a warm word ".repeat(LONGEST / 12 + 10);
        ana.opens(path);
        ana.types(field, &long);
        ana.presses(button);
        ana.sees("4,000 characters are the most");
        assert_eq!(ana.value(field).trim(), long.trim());
    }
    // Beyond what any page sends: not kept, and said calmly.
    ana.opens("/u/a");
    ana.types("you are glad of", &"x".repeat(70_000));
    ana.presses("Keep it");
    ana.sees("That was too much for one go");
    ana.opens("/u/a");
    ana.does_not_see("xxxxxxxx");
}

#[test]
fn any_writing_is_shown_as_it_was_typed_and_never_run() {
    let house = World::start();
    let ana = ana(&house);
    let texts = [
        "<script>document.title='caught'</script><img src=x onerror=\"document.title='caught'\">",
        "'; DROP TABLE person; -- {{7*7}} ${7*7} %00 &lt;b&gt;",
        "שלום, היית נפלא היום",
        "🫖🫶🏽👩‍👩‍👧",
        "\u{202e}txet desrever\u{202c} and on",
        "first line\nsecond line",
    ];
    for text in texts {
        for (path, field, button) in FORMS {
            if path == "/m/n" {
                continue; // read back behind the door, below
            }
            ana.opens(path);
            ana.types(field, text);
            ana.presses(button);
            ana.sees(
                text.split('\u{202e}')
                    .next_back()
                    .unwrap_or(text)
                    .split('\u{202c}')
                    .next()
                    .unwrap_or(text),
            );
        }
    }
    assert_eq!(ana.title(), "Evening");
    let scripts = ana.runs("return document.querySelectorAll('blockquote script, blockquote img, blockquote b').length");
    assert_eq!(scripts, 0);
    // What turns text around stays within its own words.
    ana.sees("and on");
    ana.fits();
    ana.has_no_complaints();

    // A name may be in any script, and stays on one line of forty.
    let long = "very ".repeat(9);
    for (name, kept) in [
        ("رنا", Some("رنا")),
        ("🌻", Some("🌻")),
        ("a\u{0}\u{202e}b", Some("ab")), // what cannot be seen is left out
        (" ", None),
        (&long, None),
    ] {
        ana.opens("/m/s");
        let typed = ana.runs(&format!(
            "document.getElementById('name').value = {};",
            serde_json::json!(name)
        ));
        assert!(typed.is_null());
        ana.presses("Save");
        match kept {
            None => ana.sees("Please give a name of up to 40 letters"),
            Some(kept) => {
                ana.settles();
                ana.opens("/t");
                ana.sees(&format!("Hello, {kept}"));
            }
        }
    }
}

#[test]
fn a_proposal_without_words_or_in_the_past_says_so_and_loses_nothing() {
    let house = World::start();
    let ana = ana(&house);
    ana.opens("/r/s/2");
    ana.follows("Weekly check-in");
    ana.follows("Propose it");
    ana.types("Who is it for?", "Ben");
    ana.types("What you would like to say", "");
    ana.presses("See it as they will");
    ana.sees("A word or two of your own is needed here");
    assert_eq!(ana.value("Who is it for?"), "Ben");
    ana.types("What you would like to say", "Shall we?");
    ana.types("Day", "2001-02-03");
    ana.presses("See it as they will");
    ana.sees("That day and time have passed");
    ana.types("Day", "");
    ana.presses("See it as they will");
    ana.sees("Please give a day and a time");
    assert_eq!(ana.value("What you would like to say"), "Shall we?");
    let long = "a".repeat(LONGEST + 1);
    ana.types("What you would like to say", &long);
    ana.types("Day", &crate::couple::in_days(&ana, 2));
    ana.presses("See it as they will");
    ana.sees("4,000 characters are the most");
    assert_eq!(ana.value("What you would like to say"), long);
}

#[test]
fn k13_a_field_that_is_none_of_ours_and_an_old_page_meet_a_calm_page() {
    let house = World::start();
    let ana = ana(&house);
    ana.opens("/m/s");
    let _ = ana.runs(
        "const extra = document.createElement('input'); extra.name = 'admin'; extra.value = '1'; \
         document.querySelector('main form').append(extra);",
    );
    ana.presses("Save");
    ana.sees("That did not come through as it was meant");
    ana.sees("Nothing was changed");
    ana.is_accessible();
    for path in [
        "/nowhere",
        "/r/0000000000000000",
        "/q/i/nothing",
        "/s/zzz",
        "/u/p/%00",
        "/i/short",
    ] {
        ana.opens(path);
        ana.sees("There is nothing here");
        ana.follows("Back to the start");
        ana.sees("Hello, Ana");
    }
    // From another place, nothing happens.
    let cookie = ana.cookie_header();
    let headers = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "cross-site"),
    ];
    let elsewhere = house.ask("POST", "/c/o", &headers, b"");
    assert_eq!(elsewhere.status, 403);
    ana.opens("/t");
    ana.sees("Hello, Ana");
}

#[test]
fn a_form_sent_twice_counts_once() {
    let house = World::start();
    let ana = ana(&house);
    ana.opens("/u/a");
    ana.types("you are glad of", "the tea this morning");
    let form =
        "return new URLSearchParams(new FormData(document.querySelector('main form'))).toString()";
    let form = ana.runs(form);
    let form = form.as_str().expect("a form").to_owned();
    let cookie = ana.cookie_header();
    let headers = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    for _ in 0..2 {
        let kept = house.ask("POST", "/u/a", &headers, form.as_bytes());
        assert_eq!(kept.status, 303);
    }
    ana.presses("Keep it");
    let times = || {
        let text = ana.text();
        (text.matches("the tea this morning").count() == 1).then_some(())
    };
    assert!(wait(journeys::PATIENCE, times).is_some(), "{}", ana.text());
}
