//! Ana and Ben, who begin; Mara and Jonas, who have a year behind them: what most stories start from.

use journeys::{Person, Screen, Server, World};
use serde_json::json;

/// What Ana writes to Ben.
pub(crate) const WORDS: &str =
    "I miss our evenings. Would you try this with me? You can say no or change it.";

pub(crate) fn phone(house: &World, name: &str) -> Person {
    house.person_with(name, &Screen::phone())
}

pub(crate) fn passphrase(name: &str) -> String {
    match name {
        "Mara" => "kettle window apricot slow river".to_owned(),
        "Jonas" => "lantern cedar thursday paper boat".to_owned(),
        _ => format!("{name} river apricot window kettle"),
    }
}

/// Fills in the page that makes an account and goes on; the answer is the recovery code that was shown.
pub(crate) fn signs_up(one: &Person) -> String {
    let name = one.name();
    one.types("Your name, as your partner will see it", name);
    one.types("A sign-in name", &name.to_lowercase());
    one.types("A passphrase", &passphrase(name));
    one.chooses("I am 18 or older");
    one.presses("Make my space");
    one.sees("Your recovery sheet");
    let code = one.runs("return document.querySelector('.sheet-code').innerText");
    one.follows("I have it, go on");
    one.sees_no_more("Your recovery sheet");
    code.as_str().expect("a code").to_owned()
}

pub(crate) fn signs_in(one: &Person) {
    one.opens("/c");
    one.types("A sign-in name", &one.name().to_lowercase());
    one.types("Your passphrase", &passphrase(one.name()));
    one.presses("Sign in");
    one.sees(&format!("Hello, {}", one.name()));
}

/// The same on a device that they call their own.
pub(crate) fn signs_in_at_home(one: &Person) {
    one.opens("/c");
    one.types("A sign-in name", &one.name().to_lowercase());
    one.types("Your passphrase", &passphrase(one.name()));
    one.chooses("This is my own device");
    one.presses("Sign in");
    one.sees(&format!("Hello, {}", one.name()));
}

/// Gives this person's browser leave to show notifications, and this address at a push service. The service that a
/// browser would go to is somebody else's: what it would answer stands in for it.
pub(crate) fn takes_pushes(one: &Person, house: &World, endpoint: &str) {
    one.devtools(
        "Browser.setPermission",
        &json!({ "permission": { "name": "notifications" }, "setting": "granted", "origin": house.address() }),
    );
    let subscribe = format!(
        "PushManager.prototype.subscribe = async function (asked) {{ \
            const key = new Uint8Array(asked.applicationServerKey); \
            if (key.length !== 65 || key[0] !== 4 || !asked.userVisibleOnly) throw new Error('not as it should be'); \
            return {{ endpoint: '{endpoint}' }}; }};"
    );
    let source = json!({ "source": subscribe });
    one.devtools("Page.addScriptToEvaluateOnNewDocument", &source);
}

/// What would sound, shake and keep a screen awake on this phone: told to the page (`rung`, `shaken`, `awake`) instead
/// of heard.
pub(crate) fn tells_bells(one: &Person) {
    one.runs_before_each_page(
        "document.addEventListener('evening:chime', (e) => (window.rung ??= []).push(e.detail)); \
         navigator.vibrate = (pattern) => { window.shaken = pattern; return true; }; \
         Object.defineProperty(navigator, 'wakeLock', { value: { request: async (kind) => { \
           window.awake = kind; return { released: false, release() { window.awake = 'no more'; } }; } } });",
    );
}

/// Opens the private door, on whatever page asks for it.
pub(crate) fn opens_the_door(one: &Person) {
    one.types("Your passphrase", &passphrase(one.name()));
    one.presses("Open my private space");
    one.sees_no_more("Your private door What you write");
}

/// Ana, signed in, proposes a practice to Ben; the answer is the link.
pub(crate) fn proposes(ana: &Person, stage: u8, practice: &str) -> String {
    ana.opens(&format!("/r/s/{stage}"));
    ana.follows(practice);
    ana.follows("Propose it");
    ana.types("Who is it for?", "Ben");
    ana.types("What you would like to say", WORDS);
    ana.presses("See it as they will");
    ana.presses("Make the invitation for Ben");
    link_on(ana)
}

/// The link that stands on the page of a proposal.
pub(crate) fn link_on(one: &Person) -> String {
    one.sees("Hand this link to");
    let link = one.runs("return document.getElementById('link').value");
    link.as_str().expect("a link").to_owned()
}

/// Ana's account, and her link for the weekly check-in.
pub(crate) fn begins(ana: &Person) -> String {
    ana.opens("/b");
    signs_up(ana);
    proposes(ana, 2, "Weekly check-in")
}

/// Ben makes an account from the link and joins. The six words are on his screen then.
pub(crate) fn joins(ben: &Person, link: &str) {
    ben.opens(&format!("{link}/j"));
    ben.follows("Make my own sign-in");
    signs_up(ben);
    ben.presses("Join Ana");
    ben.sees("Six words");
}

/// Both say that the words are the same.
pub(crate) fn pairs(ana: &Person, ben: &Person) {
    ana.opens("/p");
    ana.presses("They are the same");
    ana.sees("Hello, Ana");
    ben.presses("They are the same");
    ben.sees("Hello, Ben");
}

/// Ana and Ben, who have just opened their space.
pub(crate) fn new_couple(house: &World) -> (Person, Person) {
    let (ana, ben) = (phone(house, "Ana"), phone(house, "Ben"));
    let link = begins(&ana);
    ben.opens(&link);
    ben.presses("Yes, gladly");
    ben.sees("Ana can see your answer");
    joins(&ben, &link);
    pairs(&ana, &ben);
    (ana, ben)
}

/// The furnished house and its two people, signed in on their phones.
pub(crate) fn old_couple() -> (World, Person, Person) {
    let house = Server::demo(1).start();
    let (mara, jonas) = (phone(&house, "Mara"), phone(&house, "Jonas"));
    signs_in(&mara);
    signs_in(&jonas);
    (house, mara, jonas)
}

/// So many days from now, as a field for a day writes it.
pub(crate) fn in_days(one: &Person, days: u32) -> String {
    let day = one.runs(&format!(
        "return new Date(Date.now() + {days} * 864e5).toISOString().slice(0, 10)"
    ));
    day.as_str().expect("a day").to_owned()
}

/// Mara lays out a short check-in on two phones, and both say that they are here.
pub(crate) fn both_come(mara: &Person, jonas: &Person) {
    both_come_as(mara, jonas, &["The short one"]);
}

/// The same, laid out with these choices.
pub(crate) fn both_come_as(mara: &Person, jonas: &Person, choices: &[&str]) {
    mara.opens("/s");
    for choice in choices {
        mara.chooses(choice);
    }
    mara.presses("Lay it out");
    mara.presses("I’m here");
    jonas.opens("/t");
    jonas.follows("I’m coming");
    jonas.presses("I’m here");
}
