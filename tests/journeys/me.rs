//! S18, K2, K6, S20: one's own side of things, behind the second door.

use journeys::{Person, World};

use crate::couple::{opens_the_door, passphrase, phone, signs_in, signs_up};

fn notes(one: &Person, words: &str) {
    one.opens("/m/n");
    one.types("What is on your mind", words);
    one.presses("Keep it private");
    one.sees("Notes to yourself");
}

#[test]
fn s18_notes_are_written_without_the_door_read_behind_it_and_erased() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    ana.opens("/b");
    signs_up(&ana);
    notes(&ana, "I was glad he came home early");
    ana.does_not_see("I was glad he came home early");
    ana.sees("Read them behind your private door");
    ana.follows("Open my private space");
    ana.types("Your passphrase", "not the passphrase at all");
    ana.presses("Open my private space");
    ana.sees("That passphrase does not open it");
    opens_the_door(&ana);
    ana.is_at("/m/n");
    ana.sees("I was glad he came home early");
    // No browser keeps or completes what is private, and no script stores anything.
    let marks = ana.runs(
        "const t = document.querySelector('textarea'); return [t.autocomplete, t.spellcheck]",
    );
    assert_eq!(marks, serde_json::json!(["off", false]));
    assert_eq!(ana.kept()["local"], serde_json::json!({}));
    assert_eq!(ana.kept()["session"], serde_json::json!({}));

    ana.presses("Close the private door");
    ana.opens("/m/n");
    ana.does_not_see("I was glad he came home early");
    ana.back();
    ana.does_not_see("I was glad he came home early");

    ana.opens("/e?to=/m/n");
    opens_the_door(&ana);
    ana.sees("I was glad he came home early");
    ana.presses("Erase it");
    ana.sees("There are no notes now");
    ana.does_not_see("I was glad he came home early");
}

#[test]
fn k2_k6_a_new_passphrase_and_a_way_back_with_the_sheet() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    ana.opens("/b");
    let code = signs_up(&ana);
    notes(&ana, "kept through it all");

    // A new passphrase needs the door and the old one.
    ana.opens("/m/k");
    opens_the_door(&ana);
    ana.opens("/m/k");
    let new = "seven lanterns under the bridge";
    ana.types("Your passphrase now", "some other passphrase");
    ana.types("A new passphrase", new);
    ana.presses("Change my passphrase");
    ana.sees("That passphrase does not open it");
    ana.types("Your passphrase now", &passphrase("Ana"));
    ana.types("A new passphrase", new);
    ana.presses("Change my passphrase");
    ana.is_at("/m");
    ana.presses("Sign out");
    ana.opens("/c");
    ana.types("A sign-in name", "ana");
    ana.types("Your passphrase", &passphrase("Ana"));
    ana.presses("Sign in");
    ana.sees("That name and passphrase do not go together");
    assert_eq!(ana.value("A sign-in name"), "ana");
    ana.types("Your passphrase", new);
    ana.presses("Sign in");
    ana.sees("Hello, Ana");

    // Forgotten: the sheet is the way back in, however it is typed.
    let again = phone(&house, "Ana again");
    again.opens("/c");
    again.follows("I forgot my passphrase");
    again.types("A sign-in name", "ana");
    let mut mistyped = code.clone();
    let last = mistyped.pop();
    mistyped.push(if last == Some('2') { '3' } else { '2' });
    again.types("Recovery code", &mistyped);
    again.types("A new passphrase", "a third passphrase of five words");
    again.presses("Let me in");
    again.sees("A letter or two seems to be off");
    again.types("Recovery code", &code.to_lowercase().replace('-', " "));
    again.types("A new passphrase", "a third passphrase of five words");
    again.presses("Let me in");
    again.sees("Hello, Ana");
    again.opens("/e?to=/m/n");
    again.types("Your passphrase", "a third passphrase of five words");
    again.presses("Open my private space");
    again.sees("kept through it all");

    // A new sheet takes the place of the old one.
    again.opens("/m/k");
    again
        .within("A new recovery sheet")
        .types("Your passphrase now", "a third passphrase of five words");
    again.presses("Make a new sheet");
    again.sees("Your recovery sheet");
    let third = phone(&house, "Ana once more");
    third.opens("/f");
    third.types("A sign-in name", "ana");
    third.types("Recovery code", &code);
    third.types("A new passphrase", "a fourth passphrase of five words");
    third.presses("Let me in");
    third.sees("That code does not open this account");
}

#[test]
fn s20_sign_ins_are_seen_and_ended_behind_the_door_only() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    ana.opens("/b");
    signs_up(&ana);
    let tablet = phone(&house, "Ana");
    signs_in(&tablet);
    ana.opens("/m");
    ana.follows("Where you are signed in");
    ana.does_not_see("End all others");
    opens_the_door(&ana);
    ana.opens("/m/i");
    ana.sees("This list can be incomplete");
    ana.sees("Sign-in 2");
    ana.types("Your own label for this one", "the red phone");
    ana.presses("Keep this label");
    ana.sees("the red phone");
    ana.presses("End all others");
    ana.sees_no_more("End all others");
    ana.sees("the red phone");
    tablet.opens("/t");
    tablet.sees("Welcome back");
    ana.opens("/t");
    ana.sees("Hello, Ana");
}

#[test]
fn settings_change_the_name_the_light_and_the_letters() {
    let house = World::start();
    let ana = phone(&house, "Ana");
    ana.opens("/b");
    signs_up(&ana);
    let look = "const style = getComputedStyle(document.body); return [style.backgroundColor, style.fontFamily]";
    let before = ana.runs(look);
    ana.opens("/m/s");
    ana.types("Time zone", "Mars/Olympus");
    ana.types("Your name, as your partner will see it", "Anna");
    ana.chooses("Dark");
    ana.chooses("Letters that are easier to read");
    ana.presses("Save");
    ana.sees("That time zone is not one this server knows");
    assert_eq!(ana.value("Your name, as your partner will see it"), "Anna");
    assert!(ana.has_chosen("Dark"));
    ana.types("Time zone", "Asia/Kolkata");
    ana.presses("Save");
    ana.sees_no_more("That time zone is not one");
    ana.opens("/t");
    ana.sees("Hello, Anna");
    let after = ana.runs(look);
    assert_ne!(before[0], after[0], "dark, on a device that is light");
    assert_ne!(before[1], after[1], "other letters");
    ana.is_accessible();
    ana.opens("/m/s");
    assert_eq!(ana.value("Time zone"), "Asia/Kolkata");
}
