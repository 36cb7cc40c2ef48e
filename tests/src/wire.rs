//! WebDriver (W3C) as it goes over the wire: one JSON request, one JSON answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

/// The name under which WebDriver hands out elements.
pub(crate) const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Where a driver listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire {
    pub(crate) port: u16,
}

/// What the driver would not do: WebDriver's error code and its message.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Trouble {
    fn broken(problem: impl std::fmt::Display) -> Self {
        Self {
            code: "broken".to_owned(),
            message: problem.to_string(),
        }
    }

    /// The page moved under the finger: worth another try.
    pub(crate) fn passes(&self) -> bool {
        matches!(
            self.code.as_str(),
            "stale element reference"
                | "element click intercepted"
                | "element not interactable"
                | "no such element"
                | "detached shadow root"
        ) || self.message.contains("context") && self.message.contains("destroyed")
            || self.message.contains("Cannot find context")
            || self.message.contains("aborted by navigation")
    }
}

impl Wire {
    pub(crate) fn send(self, method: &str, path: &str, body: &Value) -> Result<Value, Trouble> {
        let (status, answer) = self.exchange(method, path, body).map_err(Trouble::broken)?;
        let mut answer: Value = serde_json::from_slice(&answer).map_err(Trouble::broken)?;
        let value = answer["value"].take();
        if status == 200 {
            return Ok(value);
        }
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Err(Trouble {
            code: text("error"),
            message: text("message"),
        })
    }

    fn exchange(self, method: &str, path: &str, body: &Value) -> std::io::Result<(u16, Vec<u8>)> {
        let body = if method == "POST" {
            body.to_string()
        } else {
            String::new()
        };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(90)))?;
        stream.set_nodelay(true)?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| std::io::Error::other("the driver hung up"))?;
        let mut length = None;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok();
            }
        }
        let mut answer = Vec::new();
        match length {
            Some(length) => {
                answer.resize(length, 0);
                reader.read_exact(&mut answer)?;
            }
            None => drop(reader.read_to_end(&mut answer)?),
        }
        Ok((status, answer))
    }
}

/// One browser of a driver.
#[derive(Debug)]
pub(crate) struct Session {
    wire: Wire,
    path: String,
}

impl Session {
    pub(crate) fn begin(wire: Wire, chrome: &Value, capabilities: &Value) -> Result<Self, Trouble> {
        let mut all = json!({
            "browserName": "chrome",
            "goog:chromeOptions": chrome,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        for (name, value) in capabilities.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        let answer = wire.send(
            "POST",
            "/session",
            &json!({ "capabilities": { "alwaysMatch": all } }),
        )?;
        let id = answer["sessionId"]
            .as_str()
            .ok_or_else(|| Trouble::broken("no session id"))?;
        Ok(Self {
            wire,
            path: format!("/session/{id}"),
        })
    }

    pub(crate) fn get(&self, what: &str) -> Result<Value, Trouble> {
        self.wire
            .send("GET", &format!("{}/{what}", self.path), &Value::Null)
    }

    pub(crate) fn post(&self, what: &str, body: &Value) -> Result<Value, Trouble> {
        self.wire
            .send("POST", &format!("{}/{what}", self.path), body)
    }

    pub(crate) fn delete(&self, what: &str) -> Result<Value, Trouble> {
        self.wire
            .send("DELETE", &format!("{}/{what}", self.path), &Value::Null)
    }

    pub(crate) fn end(&self) {
        let _ = self.wire.send("DELETE", &self.path, &Value::Null);
    }

    /// Runs the body of a function in the page; `arguments` are its arguments.
    pub(crate) fn run(&self, script: &str, arguments: &Value) -> Result<Value, Trouble> {
        self.post(
            "execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// As [`Session::run`], for a body that answers by calling its last argument.
    pub(crate) fn run_later(&self, script: &str, arguments: &Value) -> Result<Value, Trouble> {
        self.post(
            "execute/async",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// A command of the browser's own debugging protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Result<Value, Trouble> {
        self.post(
            "goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )
    }
}
