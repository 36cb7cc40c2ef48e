//! What a person does with a browser, in few verbs.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::http::Answer;
use crate::screen::{Screen, Violation};
use crate::wire::{ELEMENT, Session, Trouble, Wire};
use crate::{PATIENCE, wait};

const FIND: &str = include_str!("find.js");
const AXE: &str = include_str!("../vendor/axe.min.js");

/// What a page shows, as one line; marks that only steer direction are left out.
const TEXT: &str = r"
const text = document.body ? document.body.innerText : '';
return text.replace(/[\u2066-\u2069\u200e\u200f]/g, '').replace(/\s+/g, ' ').trim();";

/// Nothing is loading, and no fragment is on its way.
const SETTLED: &str =
    "return document.readyState === 'complete' && !document.querySelector('.htmx-request');";

/// One browser, with nobody else's cookies.
#[derive(Debug)]
pub struct Person {
    name: String,
    session: Session,
    home: String,
    dark: Cell<bool>,
    still: Cell<bool>,
    requests: RefCell<Vec<Request>>,
    complaints: RefCell<Vec<String>>,
}

/// A part of a page: what stands in the smallest box around a text.
#[derive(Debug)]
pub struct Part<'a> {
    person: &'a Person,
    within: &'a str,
}

/// One request a browser made, as its own network log tells it.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    id: String,
    pub url: String,
    pub method: String,
    /// `Document`, `Stylesheet`, `Script`, `Font`, `Image`, `Fetch`, `EventSource`, …
    pub kind: String,
    /// 0 until answered.
    pub status: u64,
    /// Bytes over the wire, head and compressed body; 0 from the cache.
    pub bytes: u64,
    /// Answered from the browser's own cache.
    pub cached: bool,
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
        let before = self.must(self.session.get("window"), "name the tab");
        let tab = self.must(
            self.session.post("window/new", &json!({ "type": "tab" })),
            "open a tab",
        );
        self.looks_at(tab["handle"].as_str().unwrap_or_default());
        self.opens(path);
        before.as_str().unwrap_or_default().to_owned()
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
                self.session
                    .post(&format!("element/{element}/click"), &json!({}))
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
            |element| {
                self.session
                    .post(&format!("element/{element}/click"), &json!({}))
            },
        );
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

    // ---- the device

    /// Changes the size of what is shown, in CSS pixels.
    #[track_caller]
    pub fn turns_to(&self, width: u32, height: u32, touch: bool) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
        self.devtools(
            "Emulation.setTouchEmulationEnabled",
            &json!({ "enabled": touch }),
        );
    }

    /// Prefers dark, or light.
    #[track_caller]
    pub fn dark(&self, dark: bool) {
        self.dark.set(dark);
        self.media();
    }

    /// Prefers things to stay still.
    #[track_caller]
    pub fn reduced_motion(&self, still: bool) {
        self.still.set(still);
        self.media();
    }

    #[track_caller]
    fn media(&self) {
        let scheme = if self.dark.get() { "dark" } else { "light" };
        let motion = if self.still.get() {
            "reduce"
        } else {
            "no-preference"
        };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ]});
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    /// Loses the network, or finds it again.
    #[track_caller]
    pub fn offline(&self, offline: bool) {
        self.network(offline, 0, -1, -1);
    }

    /// Finds the network again, at full speed.
    #[track_caller]
    pub fn online(&self) {
        self.offline(false);
    }

    /// A phone at a quarter of this machine's speed on slow 4G (150 ms, 1.6 Mbit/s down, 0.75 up).
    #[track_caller]
    pub fn is_slow(&self) {
        self.network(false, 150, 1_600_000 / 8, 750_000 / 8);
        self.devtools("Emulation.setCPUThrottlingRate", &json!({ "rate": 4 }));
    }

    #[track_caller]
    fn network(&self, offline: bool, latency: u32, down: i64, up: i64) {
        self.devtools("Network.enable", &json!({}));
        let conditions = json!({
            "offline": offline, "latency": latency, "downloadThroughput": down, "uploadThroughput": up,
        });
        self.devtools("Network.emulateNetworkConditions", &conditions);
    }

    /// Lives in this time zone, such as `Europe/Berlin`.
    #[track_caller]
    pub fn lives_in(&self, zone: &str) {
        self.devtools(
            "Emulation.setTimezoneOverride",
            &json!({ "timezoneId": zone }),
        );
    }

    /// Runs this script before any of every page opened from now on: for stand-ins of what a test machine lacks.
    #[track_caller]
    pub fn runs_before_each_page(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            &json!({ "source": script }),
        );
    }

    /// Runs the body of a function in the page and gives what it returns.
    #[track_caller]
    pub fn runs(&self, script: &str) -> Value {
        self.must(self.session.run(script, &json!([])), "run a script")
    }

    /// A command of the browser's debugging protocol, for what has no verb.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.must(self.session.devtools(command, parameters), command)
    }

    // ---- what the browser keeps and what it sent

    /// Asks the house from within the page, cookies and all, as its own scripts could.
    #[track_caller]
    #[must_use]
    pub fn fetches(&self, path: &str) -> Answer {
        let script = "const [path, done] = arguments; fetch(path, { cache: 'no-store' }).then(async (answer) => done({ \
            status: answer.status, headers: [...answer.headers], body: await answer.text() }), (e) => done(String(e)));";
        let answer = self.must(
            self.session.run_later(script, &json!([path])),
            &format!("fetch {path}"),
        );
        let Some(status) = answer["status"]
            .as_u64()
            .and_then(|status| status.try_into().ok())
        else {
            self.fail(&format!("to fetch {path}: {answer}"))
        };
        let headers = answer["headers"].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Answer {
            status,
            headers: headers
                .map(|pair| (text(&pair[0]), text(&pair[1])))
                .collect(),
            body: text(&answer["body"]).into_bytes(),
        }
    }

    /// All cookies of the house, as WebDriver tells them (`name`, `value`, `httpOnly`, `secure`, `sameSite`, `expiry`).
    #[track_caller]
    #[must_use]
    pub fn cookies(&self) -> Vec<Value> {
        let cookies = self.must(self.session.get("cookie"), "tell the cookies");
        cookies.as_array().cloned().unwrap_or_default()
    }

    /// The cookies as a request carries them, for [`crate::ask`].
    #[track_caller]
    #[must_use]
    pub fn cookie_header(&self) -> String {
        let pair = |cookie: &Value| {
            Some(format!(
                "{}={}",
                cookie["name"].as_str()?,
                cookie["value"].as_str()?
            ))
        };
        self.cookies()
            .iter()
            .filter_map(pair)
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// Loses all cookies.
    #[track_caller]
    pub fn loses_cookies(&self) {
        self.must(self.session.delete("cookie"), "lose the cookies");
    }

    /// Everything scripts could have kept in this browser: storage, caches, databases, workers (S18).
    #[track_caller]
    #[must_use]
    pub fn kept(&self) -> Value {
        let script = "const done = arguments[0]; (async () => done({ local: { ...localStorage }, \
            session: { ...sessionStorage }, caches: await caches.keys(), \
            databases: (await indexedDB.databases()).map((d) => d.name), \
            workers: (await navigator.serviceWorker.getRegistrations()).length }))();";
        self.must(
            self.session.run_later(script, &json!([])),
            "tell what is kept",
        )
    }

    /// Every request since the beginning, or since [`Person::forgets_requests`].
    #[track_caller]
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.reads_network_log();
        self.requests.borrow().clone()
    }

    #[track_caller]
    pub fn forgets_requests(&self) {
        self.reads_network_log();
        self.requests.borrow_mut().clear();
    }

    #[track_caller]
    fn reads_network_log(&self) {
        let log = self.must(
            self.session
                .post("se/log", &json!({ "type": "performance" })),
            "read the network log",
        );
        let mut requests = self.requests.borrow_mut();
        for entry in log.as_array().into_iter().flatten() {
            let Ok(event) =
                serde_json::from_str::<Value>(entry["message"].as_str().unwrap_or_default())
            else {
                continue;
            };
            let (method, event) = (&event["message"]["method"], &event["message"]["params"]);
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let id = text(&event["requestId"]);
            let known = requests.iter_mut().rfind(|request| request.id == id);
            match (method.as_str().unwrap_or_default(), known) {
                ("Network.requestWillBeSent", _) => requests.push(Request {
                    id,
                    url: text(&event["request"]["url"]),
                    method: text(&event["request"]["method"]),
                    kind: text(&event["type"]),
                    status: 0,
                    bytes: 0,
                    cached: false,
                }),
                ("Network.webSocketCreated", _) => requests.push(Request {
                    id,
                    url: text(&event["url"]),
                    method: "GET".to_owned(),
                    kind: "WebSocket".to_owned(),
                    status: 0,
                    bytes: 0,
                    cached: false,
                }),
                ("Network.responseReceived", Some(request)) => {
                    request.status = event["response"]["status"].as_u64().unwrap_or_default();
                    request.cached |= event["response"]["fromDiskCache"]
                        .as_bool()
                        .unwrap_or_default();
                }
                ("Network.requestServedFromCache", Some(request)) => request.cached = true,
                ("Network.loadingFinished", Some(request)) => {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "a count of bytes"
                    )]
                    let bytes = event["encodedDataLength"].as_f64().unwrap_or_default() as u64;
                    request.bytes = bytes;
                }
                _ => {}
            }
        }
    }

    /// S23: nothing was asked of anybody but the house.
    #[track_caller]
    pub fn stayed_home(&self) {
        let own = |url: &str| {
            url.strip_prefix(&self.home)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
                || ["data:", "blob:", "about:", "chrome:", "devtools:"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme))
        };
        let strange: Vec<String> = self
            .requests()
            .into_iter()
            .map(|request| request.url)
            .filter(|url| !own(url))
            .collect();
        if !strange.is_empty() {
            self.fail(&format!("requests to the house only, not to {strange:?}"));
        }
    }

    /// What the browser's console complained of: script errors, refused styles, missing files.
    #[track_caller]
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let log = self.must(
            self.session.post("se/log", &json!({ "type": "browser" })),
            "read the console",
        );
        let severe = log
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry["level"] == "SEVERE");
        let said = severe
            .filter_map(|entry| entry["message"].as_str())
            .map(ToOwned::to_owned);
        self.complaints.borrow_mut().extend(said);
        self.complaints.borrow().clone()
    }

    /// The console is empty of errors.
    #[track_caller]
    pub fn has_no_complaints(&self) {
        let complaints = self.complaints();
        if !complaints.is_empty() {
            self.fail(&format!("no errors in the console: {complaints:#?}"));
        }
    }

    // ---- how it looks

    /// What axe-core finds on this page. Each rule with each place is one violation.
    #[track_caller]
    #[must_use]
    pub fn axe(&self) -> Vec<Violation> {
        self.settles();
        // The library is the script itself: the page's own policy allows no other way in.
        let script = format!("{AXE};\nconst done = arguments[arguments.length - 1];\n{RUN_AXE}");
        let found = self.must(self.session.run_later(&script, &json!([])), "run axe-core");
        let Some(found) = found.as_array() else {
            self.fail(&format!("axe-core to run: {found}"))
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        found
            .iter()
            .map(|one| Violation {
                rule: text(&one["rule"]),
                place: text(&one["place"]),
                help: text(&one["help"]),
            })
            .collect()
    }

    /// axe-core finds nothing, in light and in dark.
    #[track_caller]
    pub fn is_accessible(&self) {
        let before = self.dark.get();
        for dark in [false, true] {
            self.dark(dark);
            let found = self.axe();
            if !found.is_empty() {
                let mut list = String::new();
                for violation in found {
                    let _ = writeln!(list, "  {violation}");
                }
                self.fail(&format!("axe-core to find nothing (dark: {dark}):\n{list}"));
            }
        }
        self.dark(before);
    }

    /// Nothing sticks out to the side, and what a finger presses is at least 44 px in both directions (links within
    /// sentences apart).
    #[track_caller]
    pub fn fits(&self) {
        let wrong = self.must(self.session.run(FITS, &json!([])), "measure the page");
        if wrong.as_array().is_none_or(|wrong| !wrong.is_empty()) {
            self.fail(&format!("everything to fit: {wrong:#}"));
        }
    }

    /// Takes a picture of the whole page, however long, as PNG.
    #[track_caller]
    pub fn screenshot(&self, path: &Path) {
        let png = self
            .picture()
            .unwrap_or_else(|trouble| self.fail(&format!("a picture: {trouble:?}")));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder for pictures");
        }
        std::fs::write(path, png).expect("a file for the picture");
    }

    fn picture(&self) -> Result<Vec<u8>, Trouble> {
        let size = self.session.devtools("Page.getLayoutMetrics", &json!({}))?;
        let size = &size["cssContentSize"];
        let clip =
            json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let capture = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.session.devtools("Page.captureScreenshot", &capture)?;
        Ok(BASE64
            .decode(picture["data"].as_str().unwrap_or_default().as_bytes())
            .unwrap_or_default())
    }

    /// Milliseconds from asking for the page to: first paint, largest paint; and how long scripts blocked it (beyond
    /// 50 ms each).
    #[track_caller]
    #[must_use]
    pub fn paint(&self) -> (f64, f64, f64) {
        self.settles();
        let times = self.must(
            self.session.run_later(PAINT, &json!([])),
            "measure painting",
        );
        let time = |at: usize| times[at].as_f64().unwrap_or(f64::INFINITY);
        (time(0), time(1), time(2))
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
    fn must(&self, done: Result<Value, Trouble>, what: &str) -> Value {
        done.unwrap_or_else(|trouble| {
            self.fail(&format!(
                "to {what}: {} ({})",
                trouble.message, trouble.code
            ))
        })
    }

    /// Ends the story, saying what the page showed.
    #[track_caller]
    fn fail(&self, what: &str) -> ! {
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

const RUN_AXE: &str = r"
axe.run(document, { resultTypes: ['violations'] }).then((results) => done(results.violations.flatMap((violation) =>
  violation.nodes.map((node) => ({ rule: violation.id, place: node.target.flat().join(' '), help: violation.help })))),
  (problem) => done(String(problem)));";

const FITS: &str = r"
const wrong = [];
const across = document.documentElement;
if (across.scrollWidth > across.clientWidth + 1) wrong.push(`the page is ${across.scrollWidth} px wide of ${across.clientWidth}`);
for (const e of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]')) {
  if (!e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
  let box = e.getBoundingClientRect();
  if (box.width < 2 || box.height < 2 || box.right < 0 || box.bottom < 0) continue;
  if (e.tagName === 'A' && getComputedStyle(e).display === 'inline' && e.closest('p, li, dd, td, figcaption, small')) continue;
  if (['radio', 'checkbox'].includes(e.type)) for (const label of e.labels || []) {
    const other = label.getBoundingClientRect();
    if (other.height > box.height) box = other;
  }
  if (box.width < 43.5 || box.height < 43.5)
    wrong.push(`${e.tagName.toLowerCase()} '${(e.innerText || e.value || e.name || '').trim().slice(0, 40)}' is ${Math.round(box.width)} by ${Math.round(box.height)} px`);
}
return wrong;";

const PAINT: &str = r"
const done = arguments[0];
const last = (type) => new Promise((answer) => {
  let entries = [];
  const observer = new PerformanceObserver((list) => { entries.push(...list.getEntries()); });
  observer.observe({ type, buffered: true });
  setTimeout(() => { entries.push(...observer.takeRecords()); observer.disconnect(); answer(entries); }, 300);
});
Promise.all([last('paint'), last('largest-contentful-paint'), last('longtask')]).then(([paint, largest, long]) => done([
  (paint.find((e) => e.name === 'first-contentful-paint') || {}).startTime,
  (largest.at(-1) || {}).startTime,
  long.reduce((sum, e) => sum + Math.max(0, e.duration - 50), 0),
]));";
