//! S16, S17, K18: reminders that say nothing, turned on by their owner, and a calendar's address.

use journeys::{PATIENCE, Server, wait};
use serde_json::json;

use crate::couple::{phone, signs_in_at_home, takes_pushes};

#[test]
fn s16_a_reminder_is_turned_on_says_one_sentence_and_leads_home() {
    let house = Server::demo(1)
        .setting("REKINDLE_PUSH_CONTACT", "mailto:host@example.org")
        .setting("REKINDLE_PUSH_SERVICES", "push.test")
        .start();
    let mara = phone(&house, "Mara");
    mara.reduced_motion(true);
    let origin = house.address();
    takes_pushes(&mara, &house, "https://push.test/send/mara");
    signs_in_at_home(&mara);
    mara.opens("/m/w");
    mara.chooses("Every day");
    mara.types("At", "18:30");
    mara.presses("Save");
    mara.sees("Reminders and calendar");
    mara.is_accessible();
    mara.fits();
    mara.presses("Show them on this device");
    mara.sees("Stop on every device of mine");
    // It arrives empty, and one sentence is shown, whatever it was for.
    mara.devtools("ServiceWorker.enable", &json!({}));
    mara.runs_later(
        "const done = arguments[0]; navigator.serviceWorker.ready.then(() => done(true));",
    );
    let arrives = json!({ "origin": origin, "registrationId": "0", "data": "" });
    let shown = "const done = arguments[0]; navigator.serviceWorker.ready \
        .then((one) => one.getNotifications()) \
        .then((all) => done(all.map((one) => `${one.title}: ${one.body} (${one.tag})`).join(' | ')));";
    // A push that comes while the worker still starts may be dropped by the browser: a service would send it again.
    let sentence = wait(PATIENCE, || {
        mara.devtools("ServiceWorker.deliverPushMessage", &arrives);
        let said = mara.runs_later(shown);
        let said = said.as_str().unwrap_or_default().to_owned();
        (!said.is_empty()).then_some(said)
    });
    assert_eq!(
        sentence.as_deref(),
        Some("Evening: A reminder you asked for. (reminder)")
    );
    // The calendar's address is shown once; whoever has it reads times and one title.
    mara.opens("/m/w");
    mara.types("The title of every entry", "Mara’s hour");
    mara.presses("Make an address");
    mara.sees("This is shown once");
    let address = mara.runs("return document.querySelector('#link').value");
    let address = address.as_str().expect("an address").to_owned();
    let path = address
        .strip_prefix(&origin)
        .expect("an address of this house");
    let calendar = house.ask("GET", path, &[], b"");
    let text = String::from_utf8_lossy(&calendar.body).into_owned();
    assert_eq!(calendar.status, 200);
    assert!(text.contains("SUMMARY:Mara’s hour"), "{text}");
    for word in [
        "Jonas",
        "check-in",
        "DESCRIPTION",
        "LOCATION",
        "ATTENDEE",
        "URL",
        "VALARM",
    ] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    mara.opens("/m/w");
    mara.does_not_see(path);
    mara.presses("End the address");
    mara.sees("Make an address");
    assert_eq!(house.ask("GET", path, &[], b"").status, 404);
    // A link from a mail leads home, though the cookie is a strict one (K3).
    mara.opens("/d");
    mara.sees("Hello, Mara");
    mara.opens("/m/w");
    mara.presses("Stop on every device of mine");
    mara.sees_no_more("Stop on every device of mine");
    assert!(!house.log().contains(path.trim_start_matches("/g/")));
    mara.has_no_complaints();
    mara.stayed_home();
}
