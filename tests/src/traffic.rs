//! What a browser sent, and what it kept.

use serde_json::{Value, json};

use crate::http::Answer;
use crate::person::Person;

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
}
