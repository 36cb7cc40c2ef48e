//! S21: either can close what the two share, at once and alone.

use journeys::{Person, World};

use crate::couple::{WORDS, begins, new_couple, opens_the_door, phone, signs_in};

/// Ana's way to the button.
fn at_the_door_of_parting(ana: &Person) {
    ana.opens("/m");
    ana.follows("Part, or erase");
    ana.does_not_see("Close our space");
    opens_the_door(ana);
    ana.opens("/m/p");
    ana.sees("If you are leaving someone you are afraid of");
    ana.sees("Your partner sees “This space is closed.”");
}

fn says(one: &Person, words: &str) {
    one.opens("/u/a");
    one.types("you are glad of", words);
    one.presses("Share it with");
    one.sees(words);
}

/// Takes the file away as the page would and opens it; the answer is what it says.
fn takes_away(house: &World, one: &Person) -> Vec<u8> {
    one.opens("/m/p/t");
    let cookie = one.cookie_header();
    let headers = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let form = b"passphrase=forty+small+blue+boats+tonight&kind=page";
    let file = house.ask("POST", "/m/p/t", &headers, form);
    assert_eq!(file.status, 200);
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"evening.html.age\"")
    );
    file.body
}

#[test]
fn s21_one_closes_alone_the_other_reads_only_that_it_is_closed_and_goes_on() {
    let house = World::start();
    let (ana, ben) = new_couple(&house);
    says(&ana, "the way he sings while cooking");
    says(&ben, "her patience on Sunday");
    ben.opens("/u/a");
    ben.sees("the way he sings while cooking");

    at_the_door_of_parting(&ana);
    let file = takes_away(&house, &ana);
    assert!(file.starts_with(b"age-encryption.org/v1"));
    for word in ["patience", "sings"] {
        let at = file.windows(word.len()).position(|w| w == word.as_bytes());
        assert_eq!(at, None, "the file is locked");
    }
    ana.opens("/m/p");
    ana.chooses("Take them back first");
    ana.presses("Close our space");
    ana.sees("Hello, Ana");
    ana.opens("/u/a");
    ana.does_not_see("her patience on Sunday");
    ana.opens("/u");
    ana.sees("The two of you");
    ana.does_not_see("Ben and");

    // Ben: at his next visit, no time, no cause, and nothing else on any page of theirs.
    for path in ["/t", "/u", "/u/p", "/u/a", "/u/h", "/u/m", "/s"] {
        ben.opens(path);
        ben.sees("This space is closed.");
        for told in ["Ana", "closed on", "today at", "because", "parted", "left"] {
            ben.does_not_see(told);
        }
        ben.does_not_see("her patience on Sunday");
    }
    ben.fits();
    ben.is_accessible();
    ben.presses("Go on in my own space");
    ben.sees("Hello, Ben");
    ben.does_not_see("This space is closed.");
    ben.opens("/u/a");
    ben.does_not_see("the way he sings");
    ben.opens("/p");
    ben.sees("There is nobody to pair with yet");

    // Whoever signs in anew finds the same.
    let again = phone(&house, "Ben");
    signs_in(&again);
    again.does_not_see("Ana");
    for one in [&ana, &ben] {
        one.stayed_home();
    }
}

#[test]
fn s21_no_way_leads_back_and_the_other_may_take_a_copy() {
    let house = World::start();
    let (ana, ben) = new_couple(&house);
    says(&ana, "the way he sings while cooking");
    let session = {
        ben.opens("/s");
        ben.presses("Lay it out");
        ben.sees("It begins when you are both here");
        ben.path()
    };
    at_the_door_of_parting(&ana);
    ana.presses("Close our space");
    ana.sees("Hello, Ana");

    // Not by an open session, and not by anything sent into the closed space.
    ben.opens(&session);
    ben.does_not_see("I’m here");
    ben.opens("/t");
    ben.sees("This space is closed.");
    ben.opens("/e?to=/m/p/t");
    opens_the_door(&ben);
    let file = takes_away(&house, &ben);
    assert!(file.starts_with(b"age-encryption.org/v1"));
    ana.opens("/t");
    ana.does_not_see("Ben");
    ana.opens(&session);
    ana.does_not_see("I’m here");

    // Only a new invitation opens something new.
    ben.opens("/t");
    ben.presses("Go on in my own space");
    ben.sees("Hello, Ben");
    ana.opens("/u/p");
    ana.does_not_see("Weekly check-in");
}

#[test]
fn erasing_everything_leaves_nothing_to_sign_in_to_and_closes_the_links() {
    let house = World::start();
    let (ana, ben) = (phone(&house, "Ana"), phone(&house, "Ben"));
    let link = begins(&ana);
    ben.opens(&link);
    ben.sees(WORDS);
    ana.opens("/m/p/e");
    opens_the_door(&ana);
    ana.opens("/m/p/e");
    ana.types("Your passphrase", "not the right one at all");
    ana.presses("Erase everything for good");
    ana.sees("That passphrase does not open it");
    ana.types("Your passphrase", &crate::couple::passphrase("Ana"));
    ana.presses("Erase everything for good");
    ana.is_at("/");
    assert!(ana.cookies().is_empty());
    ana.opens("/c");
    ana.types("A sign-in name", "ana");
    ana.types("Your passphrase", &crate::couple::passphrase("Ana"));
    ana.presses("Sign in");
    ana.sees("That name and passphrase do not go together");
    ben.opens(&link);
    ben.sees("There is nothing here");
}
