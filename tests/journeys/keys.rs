//! K5, K6, K7: keys made anew and six words compared again; a new device let in; a partner let back in.

use journeys::{Person, Screen};

use crate::couple::{old_couple, opens_the_door, passphrase, phone};

fn six_words(one: &Person) -> String {
    let words = one.runs(
        "return [...document.querySelectorAll('ol.six li')].map(li => li.innerText).join(' ')",
    );
    let words = words.as_str().expect("six words").to_owned();
    assert!(words.split_whitespace().count() >= 6, "{words}");
    words
}

/// What stood there before and all of these words is read by both; the last of them the one keeps for both just now.
fn both_read(one: &Person, other: &Person, words: &[&str]) {
    let new = words.last().expect("something that is new");
    one.opens("/u/a");
    one.types("you are glad of", new);
    one.presses(&format!("Share it with {}", other.name()));
    one.sees(new);
    for who in [one, other] {
        who.opens("/u/a");
        for words in words {
            who.sees(words);
        }
        who.opens("/u/h");
        who.sees("Weekly check-in");
        who.does_not_see("does not quite match");
    }
}

/// Behind their own door, with another passphrase from now on.
fn makes_everything_new(one: &Person, passphrase_from_now_on: &str) {
    one.opens("/m/k");
    opens_the_door(one);
    one.follows("Make everything new");
    one.types("Your passphrase now", &passphrase(one.name()));
    one.types("A new passphrase", passphrase_from_now_on);
    one.presses("Make everything new");
    one.sees("Your recovery sheet");
}

#[test]
fn k7_somebody_may_know_it_and_everything_is_made_new() {
    let (house, mara, jonas) = old_couple();
    makes_everything_new(&mara, "gravel tulip maybe second morning");
    mara.follows("I have it, go on");
    mara.sees("Compare six words with Jonas again");
    jonas.opens("/t");
    jonas.sees("Mara has new keys");
    jonas.opens("/u/h");
    jonas.does_not_see("does not quite match");
    jonas.opens("/t");
    for one in [&mara, &jonas] {
        one.follows("Compare the six words");
        one.sees("Six words, once more");
        one.fits();
        one.is_accessible();
    }
    assert_eq!(six_words(&mara), six_words(&jonas));
    jonas.presses("They are the same");
    jonas.sees("Hello, Jonas");
    jonas.does_not_see("Compare six words");
    mara.opens("/t");
    mara.does_not_see("Compare six words");
    both_read(&mara, &jonas, &["You were patient with my new keys"]);

    // Then he makes his new as well: the year behind them and what came since stays open to both.
    makes_everything_new(&jonas, "copper library under quiet snow");
    mara.opens("/t");
    mara.sees("Jonas has new keys");
    for one in [&mara, &jonas] {
        one.opens("/p/a");
        one.sees("Six words, once more");
    }
    assert_eq!(six_words(&mara), six_words(&jonas));
    mara.presses("They are the same");
    mara.sees("Hello, Mara");
    jonas.opens("/t");
    jonas.does_not_see("Compare six words");
    let all = ["You were patient with my new keys", "So were you with mine"];
    both_read(&jonas, &mara, &all);

    // A phone that is new gets in from hers, without a passphrase typed on it; by script or without.
    let plain = Screen::phone().without_script();
    let new = house.person_with("Mara’s tablet", &plain);
    new.opens("/c");
    new.follows("Let this device in from one that is signed in");
    new.presses("Show me a code");
    new.sees("The code of this device");
    let page = String::from_utf8_lossy(&new.fetches("/c/n").body).into_owned();
    let code: Vec<&str> = page
        .split("<span>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap_or_default())
        .filter(|group| group.len() == 4)
        .collect();
    mara.opens("/m/d");
    mara.types("Your passphrase", "gravel tulip maybe second morning");
    mara.presses("Open my private space");
    mara.sees("The code on the new device");
    mara.types("The code on the new device", &code.join(" ").to_lowercase());
    mara.types("Your passphrase", "gravel tulip maybe second morning");
    mara.presses("Let it in");
    mara.sees("It can come in now");
    new.presses("Go in");
    new.sees("Hello, Mara");
    for one in [&mara, &jonas, &new] {
        one.has_no_complaints();
        one.stayed_home();
    }
}

#[test]
fn k6_whoever_lost_everything_is_let_back_into_what_they_share() {
    let (house, _, jonas) = old_couple();
    jonas.opens("/m/b");
    opens_the_door(&jonas);
    jonas.presses("Make the link");
    jonas.sees("Send this link to Mara");
    let link = jonas.runs("return document.getElementById('link').value");
    let mara = phone(&house, "Mara-Again");
    mara.opens(link.as_str().expect("a link"));
    mara.sees("Jonas lets you back in");
    mara.follows("Join");
    mara.follows("Make my own sign-in");
    crate::couple::signs_up(&mara);
    mara.presses("Join Jonas");
    jonas.opens("/m/b");
    for one in [&mara, &jonas] {
        one.sees("They are the same");
    }
    assert_eq!(six_words(&mara), six_words(&jonas));
    jonas.presses("They are the same");
    jonas.sees("Hello, Jonas");
    mara.presses("They are the same");
    mara.sees("Hello, Mara-Again");
    mara.opens("/u/h");
    mara.does_not_see("does not quite match");
    mara.sees("Weekly check-in");

    // What he makes new from here on reaches her, so it is her new key that he trusts; and the other way round.
    jonas.opens("/m/k/r");
    jonas.types("Your passphrase now", &passphrase("Jonas"));
    jonas.types("A new passphrase", "copper library under quiet snow");
    jonas.presses("Make everything new");
    jonas.sees("Your recovery sheet");
    mara.opens("/u/h");
    mara.sees("Weekly check-in");
    mara.does_not_see("does not quite match");
    for one in [&jonas, &mara] {
        one.has_no_complaints();
        one.stayed_home();
    }
}
