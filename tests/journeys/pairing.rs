//! Two people become a couple: from the link, by six words that both read out (K5, K28, G7).

use journeys::{Person, World};

use crate::couple::{WORDS, begins, joins, phone, signs_up};

fn six_words(one: &Person) -> Vec<String> {
    one.sees("Read these six words");
    let words = one.runs(
        "return [...document.querySelectorAll('ol.six li')].map((li) => li.innerText.trim())",
    );
    let words = words.as_array().expect("words").iter();
    words
        .filter_map(|word| word.as_str().map(ToOwned::to_owned))
        .collect()
}

#[test]
fn k5_both_read_the_same_six_words_and_their_space_opens_with_the_step_they_agreed_on() {
    let house = World::start();
    let (ana, ben) = (phone(&house, "Ana"), phone(&house, "Ben"));
    let link = begins(&ana);
    ben.opens(&link);
    ben.presses("Yes, gladly");
    ben.follows("Join");
    ben.follows("Make my own sign-in");
    signs_up(&ben);
    ben.sees("What you write for yourself stays yours");
    ben.presses("Join Ana");
    let words = six_words(&ben);
    assert_eq!(words.len(), 6);

    ana.opens("/t");
    ana.sees("Ben has joined");
    ana.follows("Compare the six words");
    assert_eq!(six_words(&ana), words);

    // Whoever presses first waits for the other.
    ben.presses("They are the same");
    ben.sees("Almost there");
    ben.presses("Open our space");
    ben.sees("Ana has not said so yet");
    ana.presses("They are the same");
    ana.sees("Hello, Ana");
    ben.opens("/t");
    ben.sees("You have compared the six words");
    ben.follows("Open our space");
    ben.sees("You and Ana have both said so");
    ben.presses("Open our space");
    ben.sees("Hello, Ben");

    for (one, other) in [(&ana, "Ben"), (&ben, "Ana")] {
        one.opens("/t");
        one.sees("Weekly check-in");
        one.does_not_see("six words");
        one.opens("/u");
        one.sees(&format!("{} and {other}", one.name()));
        one.opens("/u/p");
        one.sees("Weekly check-in");
        one.opens("/p"); // the words have done their work
        one.sees(&format!("Hello, {}", one.name()));
    }

    // So has the link, for everybody.
    let nobody = house.ask("GET", &path_of(&house, &link), &[], b"");
    assert_eq!(nobody.status, 404);
    for one in [&ana, &ben] {
        one.opens(&link);
        one.sees("There is nothing here");
        one.does_not_see(WORDS);
    }
    for one in [&ana, &ben] {
        one.stayed_home();
    }
}

#[test]
fn the_back_button_after_pairing_leads_to_calm_pages() {
    let house = World::start();
    let (ana, ben) = (phone(&house, "Ana"), phone(&house, "Ben"));
    let link = begins(&ana);
    joins(&ben, &link);
    ana.opens("/p");
    ana.presses("They are the same");
    ana.sees("Hello, Ana");
    ben.presses("They are the same");
    ben.sees("Hello, Ben");
    let (pages, at) = ben.history();
    assert!(at > 2, "{pages:?}");
    for _ in 0..at.min(5) {
        ben.back();
        ben.settles();
        for passed in [
            WORDS,
            "Six words",
            "Join Ana",
            "Your recovery sheet",
            "went wrong",
        ] {
            ben.does_not_see(passed);
        }
    }
    // Pressing again what stood there changes nothing.
    ben.opens("/t");
    ben.sees("Hello, Ben");
    ben.opens("/u");
    ben.sees("Ben and Ana");
}

#[test]
fn k5_different_words_end_it_and_nothing_is_shared() {
    let house = World::start();
    let (ana, ben) = (phone(&house, "Ana"), phone(&house, "Ben"));
    let link = begins(&ana);
    joins(&ben, &link);
    ben.presses("They are different");
    ben.sees("Then do not go on with this link");
    ben.sees("The link is dead now, and nothing was shared");
    ana.opens("/p");
    ana.sees("There is nobody to pair with yet");
    ana.opens("/t");
    ana.does_not_see("Ben has joined");
    let eve = phone(&house, "Eve");
    eve.opens(&link);
    eve.sees("There is nothing here");
    ben.opens("/t");
    ben.sees("Hello, Ben");
    ben.opens("/u/p");
    ben.does_not_see("Weekly check-in");
}

#[test]
fn k28_an_invitation_is_for_one_other_person() {
    let house = World::start();
    let (ana, ben) = (phone(&house, "Ana"), phone(&house, "Ben"));
    let link = begins(&ana);
    let own = ana.path();

    // Not for the one who wrote it.
    ana.opens(&format!("{link}/j"));
    ana.presses("Join Ana");
    ana.sees("This is your own invitation");
    ana.opens("/t");
    ana.sees("Hello, Ana");

    // Nor for somebody it was forwarded to once it has been used.
    joins(&ben, &link);
    let eve = phone(&house, "Eve");
    eve.opens("/b");
    signs_up(&eve);
    eve.opens(&format!("{link}/j"));
    eve.does_not_see("Join Ana");
    eve.opens("/p");
    eve.sees("There is nobody to pair with yet");
    ana.opens("/t");
    ana.sees("Ben has joined");
    ana.does_not_see("Eve");

    // Cut short, changed in one letter, guessed, taken back: one and the same page.
    let path = path_of(&house, &link);
    let mut changed = path.clone();
    let last = changed.pop();
    changed.push(if last == Some('a') { 'b' } else { 'a' });
    let guess = format!("/i/{}", "a".repeat(path.len() - 3));
    ana.opens(&own);
    ana.presses("Take it back");
    let pages = [&path[..path.len() - 4], &changed, &guess, &path]
        .map(|path| house.ask("GET", path, &[], b""));
    for page in &pages {
        assert_eq!(page.status, 404);
        assert!(page.body == pages[0].body);
    }
    eve.opens(&link);
    eve.sees("There is nothing here");
    eve.does_not_see(WORDS);
}

fn path_of(house: &World, link: &str) -> String {
    let path = link.strip_prefix(&house.address());
    path.expect("a link to this house").to_owned()
}
