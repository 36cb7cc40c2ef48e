//! What a person does with a browser, in few verbs.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::screen::Screen;
use crate::traffic::Request;
use crate::wire::{ELEMENT, Session, Trouble, Wire};
use crate::{PATIENCE, wait};

const FIND: &str = include_str!("scripts/find.js");

/// What a page shows, as one line; marks that only steer direction are left out.
const TEXT: &str = r"
const text = document.body ? document.body.innerText : '';
return text.replace(/[\u2066-\u2069\u200e\u200f]/g, '').replace(/\s+/g, ' ').trim();";

/// Nothing is loading.
const SETTLED: &str = "return document.readyState === 'complete';";

/// Brings an element out from under the bar of places, as a thumb would scroll it, and notes on this document whether
/// the press that follows leaves it.
const SCROLL: &str = r"
const [element] = arguments;
element.scrollIntoView({ block: 'center', behavior: 'instant' });
document.leaving = false;
addEventListener('submit', (event) => {
  if (!event.defaultPrevented && event.target.method !== 'dialog') document.leaving = true;
}, { once: true });
addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
  const [there, part] = link.href.split('#');
  const here = part !== undefined && there === location.href.split('#')[0];
  if (there.startsWith('http') && !here) document.leaving = true;
}, { once: true });";

/// What was pressed has been answered: this is the next page, or the form that a script sent has come back.
const ANSWERED: &str = r"
const busy = document.querySelector('form[aria-busy=true]:not(.done)');
return document.readyState === 'complete' && !document.leaving && !busy;";

/// A press without a network, or whose answer is a file, is not waited for any longer.
const ANSWER: Duration = Duration::from_secs(2);

/// One browser, with nobody else's cookies.
#[derive(Debug)]
pub struct Person {
    name: String,
    pub(crate) session: Session,
    pub(crate) home: String,
    pub(crate) dark: Cell<bool>,
    pub(crate) still: Cell<bool>,
    pub(crate) requests: RefCell<Vec<Request>>,
    pub(crate) complaints: RefCell<Vec<String>>,
}

/// A part of a page: what stands in the smallest box around a text.
#[derive(Debug)]
pub struct Part<'a> {
    person: &'a Person,
    within: &'a str,
}

impl Person {
    pub(crate) fn new(name: &str, wire: Wire, home: &str, screen: &Screen) -> Self {
        let capabilities = json!({ "acceptInsecureCerts": screen.any_certificate });
        let session = Session::begin(wire, &screen.chrome(), &capabilities)
            .unwrap_or_else(|trouble| panic!("{name}'s browser does not start: {trouble:?}"));
        let person = Self {
            name: name.to_owned(),
            session,
            home: home.to_owned(),
            dark: Cell::new(false),
            still: Cell::new(false),
            requests: RefCell::default(),
            complaints: RefCell::default(),
        };
        person.turns_to(screen.width, screen.height, screen.touch);
        person
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    // ---- going somewhere

    /// Opens a path of the house, or a whole address.
    #[track_caller]
    pub fn opens(&self, path: &str) {
        let url = if path.contains("://") {
            path.to_owned()
        } else {
            format!("{}{path}", self.home)
        };
        self.must(
            self.session.post("url", &json!({ "url": url })),
            &format!("open {path}"),
        );
    }

    /// Tries to, where it may well fail: offline, or with the server gone. True if a page came.
    #[must_use]
    pub fn tries_to_open(&self, path: &str) -> bool {
        self.session
            .post("url", &json!({ "url": format!("{}{path}", self.home) }))
            .is_ok()
    }

    #[track_caller]
    pub fn reload(&self) {
        self.must(self.session.post("refresh", &json!({})), "reload");
    }

    #[track_caller]
    pub fn back(&self) {
        self.must(self.session.post("back", &json!({})), "go back");
    }

    /// Path and query of where the browser is.
    #[track_caller]
    #[must_use]
    pub fn path(&self) -> String {
        let url = self.url();
        url.strip_prefix(&self.home)
            .map_or(url.clone(), ToOwned::to_owned)
    }

    /// The whole address, fragment and all.
    #[track_caller]
    #[must_use]
    pub fn url(&self) -> String {
        let url = self.must(self.session.get("url"), "tell the address");
        url.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the path is this one.
    #[track_caller]
    pub fn is_at(&self, path: &str) {
        if wait(PATIENCE, || (self.path() == path).then_some(())).is_none() {
            self.fail(&format!("to be at {path}"));
        }
    }

    #[track_caller]
    #[must_use]
    pub fn title(&self) -> String {
        let title = self.must(self.session.get("title"), "tell the title");
        title.as_str().unwrap_or_default().to_owned()
    }

    /// Addresses that the back button could reach, oldest first, and where the browser is among them.
    #[track_caller]
    #[must_use]
    pub fn history(&self) -> (Vec<String>, usize) {
        let history = self.devtools("Page.getNavigationHistory", &json!({}));
        let entries = history["entries"].as_array().cloned().unwrap_or_default();
        let urls = entries
            .iter()
            .filter_map(|entry| entry["url"].as_str())
            .map(ToOwned::to_owned)
            .collect();
        (
            urls,
            usize::try_from(history["currentIndex"].as_u64().unwrap_or_default())
                .unwrap_or_default(),
        )
    }

    /// Opens another tab of the same browser and looks at it; the answer names the tab left behind.
    #[track_caller]
    #[must_use]
    pub fn opens_tab(&self, path: &str) -> String {
        let before = self.tab();
        let tab = self.must(
            self.session.post("window/new", &json!({ "type": "tab" })),
            "open a tab",
        );
        self.looks_at(tab["handle"].as_str().unwrap_or_default());
        self.opens(path);
        before
    }

    /// Names the tab that is looked at.
    #[track_caller]
    #[must_use]
    pub fn tab(&self) -> String {
        let tab = self.must(self.session.get("window"), "name the tab");
        tab.as_str().unwrap_or_default().to_owned()
    }

    /// Looks at another tab.
    #[track_caller]
    pub fn looks_at(&self, tab: &str) {
        self.must(
            self.session.post("window", &json!({ "handle": tab })),
            "change tabs",
        );
    }

    // ---- reading

    /// All text that can be seen, as one line.
    #[track_caller]
    #[must_use]
    pub fn text(&self) -> String {
        let text = wait(PATIENCE, || self.session.run(TEXT, &json!([])).ok());
        text.unwrap_or_else(|| self.fail("to read the page"))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until the page shows this text.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        if !self.would_see(text, PATIENCE) {
            self.fail(&format!("to see {text:?}"));
        }
    }

    /// Waits no longer than this for the text, and tells how long it took.
    #[track_caller]
    #[must_use]
    pub fn sees_within(&self, patience: Duration, text: &str) -> Duration {
        let began = Instant::now();
        if !self.would_see(text, patience) {
            self.fail(&format!("to see {text:?} within {patience:?}"));
        }
        began.elapsed()
    }

    /// Once everything has loaded, the page does not show this text.
    #[track_caller]
    pub fn does_not_see(&self, text: &str) {
        self.settles();
        if self.text().contains(&one_line(text)) {
            self.fail(&format!("not to see {text:?}"));
        }
    }

    /// Waits until the page no longer shows this text.
    #[track_caller]
    pub fn sees_no_more(&self, text: &str) {
        let text = one_line(text);
        if wait(PATIENCE, || (!self.text().contains(&text)).then_some(())).is_none() {
            self.fail(&format!("to see {text:?} no more"));
        }
    }

    fn would_see(&self, text: &str, patience: Duration) -> bool {
        let text = one_line(text);
        wait(patience, || {
            let shown = self.session.run(TEXT, &json!([])).ok()?;
            shown.as_str()?.contains(&text).then_some(())
        })
        .is_some()
    }

    /// Waits until nothing is loading any more.
    #[track_caller]
    pub fn settles(&self) {
        let settled = || {
            self.session
                .run(SETTLED, &json!([]))
                .ok()?
                .as_bool()?
                .then_some(())
        };
        if wait(PATIENCE, settled).is_none() {
            self.fail("the page to settle");
        }
    }

    /// The page as it is now, as HTML.
    #[track_caller]
    #[must_use]
    pub fn html(&self) -> String {
        let html = self.must(self.session.get("source"), "read the page's source");
        html.as_str().unwrap_or_default().to_owned()
    }

    /// True if a button with this name can be pressed now.
    #[track_caller]
    #[must_use]
    pub fn can_press(&self, name: &str) -> bool {
        self.settles();
        self.find("button", name, None).is_some()
    }

    /// True if a link with this name can be followed now.
    #[track_caller]
    #[must_use]
    pub fn can_follow(&self, name: &str) -> bool {
        self.settles();
        self.find("link", name, None).is_some()
    }

    /// Where the link with this name leads.
    #[track_caller]
    #[must_use]
    pub fn link(&self, name: &str) -> String {
        self.on("link", name, None, "find the link", |element| {
            self.session
                .run("return arguments[0].href;", &json!([{ ELEMENT: element }]))
        })
        .as_str()
        .unwrap_or_default()
        .to_owned()
    }

    /// What stands in the field with this label.
    #[track_caller]
    #[must_use]
    pub fn value(&self, label: &str) -> String {
        self.on("field", label, None, "find the field", |element| {
            self.session
                .run("return arguments[0].value;", &json!([{ ELEMENT: element }]))
        })
        .as_str()
        .unwrap_or_default()
        .to_owned()
    }

    /// True if the choice with this label is taken.
    #[track_caller]
    #[must_use]
    pub fn has_chosen(&self, label: &str) -> bool {
        self.on("choice", label, None, "find the choice", |element| {
            self.chosen(element)
        })
        .as_bool()
            == Some(true)
    }

    /// Looks at one part of the page only: the smallest list item, card, form or section that holds this text.
    #[must_use]
    pub const fn within<'a>(&'a self, text: &'a str) -> Part<'a> {
        Part {
            person: self,
            within: text,
        }
    }

    // ---- acting

    /// Types into the field with this label, in place of what stood there. Dates and times as HTML writes them.
    #[track_caller]
    pub fn types(&self, label: &str, text: &str) {
        self.types_in(label, text, None);
    }

    #[track_caller]
    fn types_in(&self, label: &str, text: &str, within: Option<&str>) {
        self.on("field", label, within, &format!("type into {label:?}"), |element| {
            let element_json = json!({ ELEMENT: element });
            let kind = self.session.run("return arguments[0].type;", &json!([element_json]))?;
            match kind.as_str().unwrap_or_default() {
                "date" | "time" | "datetime-local" | "month" | "week" | "range" | "color" => {
                    let set = "const [field, value] = arguments; field.focus(); field.value = value; \
                        for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));";
                    self.session.run(set, &json!([element_json, text]))
                }
                "file" => self.session.post(&format!("element/{element}/value"), &json!({ "text": text })),
                "select-one" | "select-multiple" => self.pick(&element_json, text),
                _ => {
                    self.session.post(&format!("element/{element}/clear"), &json!({}))?;
                    let keys = text.len() < 400 && text.chars().all(|c| c >= ' ' && u32::from(c) < 0xd800);
                    if keys {
                        self.session.post(&format!("element/{element}/value"), &json!({ "text": text }))
                    } else {
                        // The driver knows no keys for these (line ends, emoji); they are pasted.
                        self.session.run("arguments[0].focus();", &json!([element_json]))?;
                        self.session.devtools("Input.insertText", &json!({ "text": text }))
                    }
                }
            }
        });
    }

    fn pick(&self, select: &Value, option: &str) -> Result<Value, Trouble> {
        let script = "const [select, name] = arguments; \
            const option = [...select.options].find((o) => o.label.trim() === name || o.value === name); \
            if (!option) throw new Error('no option ' + name); \
            select.value = option.value; \
            for (const name of ['input', 'change']) select.dispatchEvent(new Event(name, { bubbles: true }));";
        self.session.run(script, &json!([select, option]))
    }

    /// Presses the button with this name.
    #[track_caller]
    pub fn presses(&self, name: &str) {
        self.click("button", name, None);
    }

    /// Follows the link with this name.
    #[track_caller]
    pub fn follows(&self, name: &str) {
        self.click("link", name, None);
    }

    /// Takes the choice (radio or check box) with this label, if it is not taken yet.
    #[track_caller]
    pub fn chooses(&self, label: &str) {
        self.chooses_in(label, None, true);
    }

    /// Unticks the box with this label, if it is ticked.
    #[track_caller]
    pub fn unticks(&self, label: &str) {
        self.chooses_in(label, None, false);
    }

    #[track_caller]
    fn chooses_in(&self, label: &str, within: Option<&str>, want: bool) {
        self.on(
            "choice",
            label,
            within,
            &format!("choose {label:?}"),
            |element| {
                if self.chosen(element)?.as_bool() == Some(want) {
                    return Ok(Value::Null);
                }
                self.press(element)
            },
        );
    }

    fn chosen(&self, element: &str) -> Result<Value, Trouble> {
        let script = "const e = arguments[0].control || arguments[0]; \
            return e.checked ?? e.getAttribute('aria-checked') === 'true';";
        self.session.run(script, &json!([{ ELEMENT: element }]))
    }

    #[track_caller]
    fn click(&self, kind: &str, name: &str, within: Option<&str>) {
        self.on(
            kind,
            name,
            within,
            &format!("find the {kind} {name:?}"),
            |element| self.press(element),
        );
    }

    /// Presses, and waits for the answer as a person would: the driver comes back before a page is even asked for.
    fn press(&self, element: &str) -> Result<Value, Trouble> {
        self.session.run(SCROLL, &json!([{ ELEMENT: element }]))?;
        let pressed = self
            .session
            .post(&format!("element/{element}/click"), &json!({}))?;
        wait(ANSWER, || {
            let answered = self.session.run(ANSWERED, &json!([])).ok()?;
            answered.as_bool()?.then_some(())
        });
        Ok(pressed)
    }

    /// Presses and releases a key (`Tab`, `Enter`, `Escape`, `Shift`, `Space`, or a character) this many times.
    #[track_caller]
    pub fn taps_key(&self, key: &str, times: usize) {
        let code = match key {
            "Tab" => "\u{e004}",
            "Enter" => "\u{e007}",
            "Shift" => "\u{e008}",
            "Control" => "\u{e009}",
            "Escape" => "\u{e00c}",
            "Space" => " ",
            other => other,
        };
        let tap = [
            json!({ "type": "keyDown", "value": code }),
            json!({ "type": "keyUp", "value": code }),
        ];
        let taps: Vec<&Value> = std::iter::repeat_n(&tap, times).flatten().collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": taps }] });
        self.must(
            self.session.post("actions", &actions),
            &format!("tap {key}"),
        );
    }

    /// The name of what the keyboard would act on now; empty if nothing.
    #[track_caller]
    #[must_use]
    pub fn focused(&self) -> String {
        let script = "const e = document.activeElement; if (!e || e === document.body) return ''; \
            const label = e.labels && e.labels[0] ? e.labels[0].innerText : ''; \
            return (e.getAttribute('aria-label') || label || e.innerText || e.value || e.id || e.tagName) \
                .replace(/\\s+/g, ' ').trim();";
        self.must(self.session.run(script, &json!([])), "tell the focus")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The names of everything that Tab reaches, in order, from the top of the page.
    #[track_caller]
    #[must_use]
    pub fn tab_stops(&self) -> Vec<String> {
        self.must(
            self.session.run(
                "document.activeElement?.blur(); window.scrollTo(0, 0);",
                &json!([]),
            ),
            "begin",
        );
        let mut stops = Vec::new();
        for _ in 0..200 {
            self.taps_key("Tab", 1);
            let focused = self.focused();
            if focused.is_empty() {
                break;
            }
            stops.push(focused);
        }
        stops
    }

    // ---- inside

    fn find(&self, kind: &str, text: &str, within: Option<&str>) -> Option<String> {
        let found = self.session.run(FIND, &json!([kind, text, within])).ok()?;
        Some(found[ELEMENT].as_str()?.to_owned())
    }

    /// Finds an element and does something with it, again and again until both worked.
    #[track_caller]
    fn on(
        &self,
        kind: &str,
        text: &str,
        within: Option<&str>,
        what: &str,
        act: impl Fn(&str) -> Result<Value, Trouble>,
    ) -> Value {
        let mut last = None;
        let done = wait(PATIENCE, || {
            let element = self.find(kind, text, within)?;
            match act(&element) {
                Ok(value) => Some(value),
                Err(trouble) if trouble.passes() => {
                    last = Some(trouble);
                    None
                }
                Err(trouble) => self.fail(&format!(
                    "to {what}: {} ({})",
                    trouble.message, trouble.code
                )),
            }
        });
        done.unwrap_or_else(|| match last {
            Some(trouble) => self.fail(&format!("to {what}: {}", trouble.message)),
            None => self.fail(&format!("to {what}; there is none")),
        })
    }

    #[track_caller]
    pub(crate) fn must(&self, done: Result<Value, Trouble>, what: &str) -> Value {
        done.unwrap_or_else(|trouble| {
            self.fail(&format!(
                "to {what}: {} ({})",
                trouble.message, trouble.code
            ))
        })
    }

    /// Ends the story, saying what the page showed.
    #[track_caller]
    pub(crate) fn fail(&self, what: &str) -> ! {
        let url = self.session.get("url").ok();
        let url = url.as_ref().and_then(Value::as_str).unwrap_or("nowhere");
        let text = self.session.run(TEXT, &json!([])).ok();
        let text: String = text
            .as_ref()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .chars()
            .take(3000)
            .collect();
        let kept = self.picture().ok().and_then(|png| keep(&self.name, &png));
        let kept = kept.map_or_else(String::new, |path| {
            format!("\n  picture: {}", path.display())
        });
        panic!(
            "{} wanted {what}\n  at {url}\n  which shows: {text}{kept}",
            self.name
        );
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.session.end();
    }
}

impl Part<'_> {
    #[track_caller]
    pub fn presses(&self, name: &str) {
        self.person.click("button", name, Some(self.within));
    }

    #[track_caller]
    pub fn follows(&self, name: &str) {
        self.person.click("link", name, Some(self.within));
    }

    #[track_caller]
    pub fn chooses(&self, label: &str) {
        self.person.chooses_in(label, Some(self.within), true);
    }

    #[track_caller]
    pub fn types(&self, label: &str, text: &str) {
        self.person.types_in(label, text, Some(self.within));
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Keeps a picture under `target/journeys/`, named after the test and the person.
fn keep(name: &str, png: &[u8]) -> Option<PathBuf> {
    let test = std::thread::current()
        .name()
        .unwrap_or("journey")
        .replace("::", "-");
    let this = std::env::current_exe().ok()?;
    let target = this.ancestors().find(|folder| folder.ends_with("target"))?;
    let path = target.join("journeys").join(format!("{test}-{name}.png"));
    std::fs::create_dir_all(path.parent()?).ok()?;
    std::fs::write(&path, png).ok()?;
    Some(path)
}
