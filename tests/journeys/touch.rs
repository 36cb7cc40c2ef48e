//! G3.2, the touch map of two people in two browsers: marked by tap and by keyboard, shown place by place, taken back as
//! if it had never been there; and the plain form, without script.

use journeys::{Person, Screen, Server};
use serde_json::json;

use crate::couple::{old_couple, opens_the_door, signs_in};

/// A finger on a place of the drawn body.
fn taps(one: &Person, place: &str) {
    let at = one.runs(&format!(
        "const shape = document.querySelector('.figure [data-area={place}] path'); shape.scrollIntoView({{ block: 'center' }}); \
         const box = shape.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]"
    ));
    for kind in ["mousePressed", "mouseReleased"] {
        let event =
            json!({ "type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1 });
        one.devtools("Input.dispatchMouseEvent", &event);
    }
}

fn drawn(one: &Person, place: &str) -> String {
    let mark = one.runs(&format!(
        "return document.querySelector('.figure [data-area={place}]').dataset.mark"
    ));
    mark.as_str().unwrap_or_default().to_owned()
}

/// What this person sees of the other's map: the drawing in words, and the lists.
fn shown_by(one: &Person, name: &str) -> String {
    let card = one.runs(&format!(
        "const card = [...document.querySelectorAll('section.card')].find((card) => card.innerText.includes('What {name} shows you')); \
         return card.innerText + card.querySelector('[role=img]')?.getAttribute('aria-label')"
    ));
    card.as_str().expect("a card").to_owned()
}

#[test]
fn g3_2_a_map_is_marked_in_private_and_shown_place_by_place() {
    let (_house, mara, jonas) = old_couple();
    jonas.opens("/u/t");
    let before = shown_by(&jonas, "Mara");
    assert!(!before.contains("Shins") && !before.contains("Toes"));
    mara.opens("/m/t");
    mara.sees("Your marks lie behind your private door");
    mara.follows("Open my private space");
    opens_the_door(&mara);
    mara.sees("Your touch map");
    // By tap: once, twice, three times, and off again.
    for mark in ["w", "a", "n", "", "w"] {
        taps(&mara, "shins");
        assert_eq!(drawn(&mara, "shins"), mark);
    }
    mara.sees("Shins: Welcome");
    // By keyboard, on the list beside it: arrows go through the four answers.
    mara.runs("document.querySelector('input[name=toes]:checked').focus()");
    mara.taps_key("\u{e014}", 2);
    assert_eq!(drawn(&mara, "toes"), "a");
    mara.presses("Keep my marks");
    mara.settles();
    assert_eq!(
        (drawn(&mara, "shins"), drawn(&mara, "toes")),
        ("w".into(), "a".into())
    );
    jonas.reload();
    assert_eq!(
        shown_by(&jonas, "Mara"),
        before,
        "nothing is shared by itself"
    );

    mara.follows("Choose what to share");
    assert!(!mara.has_chosen("Shins"), "nothing is ticked by itself");
    mara.chooses("Shins");
    mara.presses("See it as Jonas will");
    mara.sees("This is what Jonas will see");
    let preview = shown_by(&mara, "Mara");
    assert!(preview.contains("Shins") && !preview.contains("Toes"));
    mara.presses("Share this with Jonas");
    mara.sees("What you show Jonas");
    jonas.reload();
    assert_eq!(shown_by(&jonas, "Mara"), preview, "as it was previewed");

    // Back again, without a word: as if it had never been there.
    mara.runs("document.querySelector('main details').open = true");
    mara.chooses("Shins");
    mara.within("Shins").presses("Take back");
    mara.sees_no_more("Palms and fingers, Shins,");
    jonas.reload();
    assert_eq!(shown_by(&jonas, "Mara"), before);
    for banner in ["changed", "took", "withdr", "today", "yesterday"] {
        jonas.does_not_see(banner);
    }
    mara.has_no_complaints();
    jonas.stayed_home();
}

#[test]
fn g3_2_without_script_the_list_alone_marks_the_map() {
    let house = Server::demo(1).start();
    let mara = house.person_with("Mara", &Screen::phone().without_script());
    signs_in(&mara);
    mara.opens("/m/t");
    mara.within("Toes").chooses("Not now");
    mara.presses("Keep my marks");
    mara.follows("Open my private space");
    opens_the_door(&mara);
    mara.opens("/m/t");
    mara.sees("Clear my whole map");
    let html = mara.html();
    let toes = html.split("data-area=\"toes\"").nth(1).expect("the toes");
    assert!(toes.starts_with(" data-mark=\"n\""), "{:.80}", toes);
    let nape = html.split("data-area=\"nape\"").nth(1).expect("the nape");
    assert!(
        nape.starts_with(" data-mark=\"w\""),
        "what was marked before stays"
    );
}

#[test]
fn g3_2_the_map_is_printed_seen_by_whoever_gives_and_cleared() {
    let (_house, mara, jonas) = old_couple();
    jonas.opens("/u/t");
    assert!(!shown_by(&jonas, "Mara").contains("No marks here"));
    jonas.runs("window.print = () => (window.printed = (window.printed ?? 0) + 1)");
    jonas.presses("Print");
    assert_eq!(jonas.runs("return window.printed"), 1);
    // On paper: her own map has the places she marked, and nothing to press.
    mara.opens("/e?to=/m/t");
    opens_the_door(&mara);
    mara.sees("Your touch map");
    mara.devtools("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    let paper = mara.runs(
        "const seen = (all) => [...all].filter((one) => one.checkVisibility()).length; \
         const marked = document.querySelectorAll('.place:has(:checked:not([value=\"\"]))'); \
         return [marked.length, seen(marked), seen(document.querySelectorAll('.place')), \
           seen(document.querySelectorAll('button')), seen(document.querySelectorAll('.figure [data-mark=w] path')) > 0]",
    );
    let marked = paper[0].as_u64().expect("a count");
    assert!(marked > 0);
    assert_eq!(paper, json!([marked, marked, marked, 0, true]));
    mara.devtools("Emulation.setEmulatedMedia", &json!({ "media": "" }));

    // In a massage whoever gives sees what the other shows, and the other does not need to.
    mara.opens("/s/a");
    mara.follows("Massage exchange");
    mara.within("Who receives first?").chooses("Mara");
    mara.presses("Offer it for today");
    mara.sees("Offered for today");
    jonas.opens("/t");
    jonas.follows("Look at it");
    jonas.presses("Yes, today");
    jonas.sees("Both here");
    for _ in 0..4 {
        let step = "return document.getElementById('session').dataset.step";
        let before = jonas.runs(step);
        jonas.presses("More");
        if jonas.text().contains("Nothing follows tonight") {
            // What the touch stands on is left out by nobody.
            assert!(!jonas.can_press("Leave this out"));
            jonas.presses("Ready");
            mara.sees("Nothing follows tonight");
            mara.presses("Ready");
        } else {
            jonas.presses("Leave this out");
        }
        let moved = || (jonas.runs(step) != before).then_some(());
        assert!(journeys::wait(journeys::PATIENCE, moved).is_some());
    }
    jonas.sees("Slower than you think");
    jonas.sees("What Mara shows");
    mara.sees("Only receive.");
    mara.does_not_see("What Mara shows");
    mara.presses("Stop for today");
    jonas.sees("Finished for today");

    mara.opens("/m/t");
    mara.presses("Clear my whole map");
    mara.presses("Clear it");
    mara.settles();
    assert_eq!(
        mara.runs("return document.querySelectorAll('.figure [data-mark=w], .figure [data-mark=a], .figure [data-mark=n]').length"),
        0
    );
    jonas.opens("/u/t");
    assert!(shown_by(&jonas, "Mara").contains("No marks here"));
    for one in [&mara, &jonas] {
        one.has_no_complaints();
        one.stayed_home();
    }
}
