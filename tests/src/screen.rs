//! What a person holds in their hands, and what is wrong with what it shows.

use std::fmt;

use serde_json::{Value, json};

/// A device with a browser of its own.
#[derive(Clone, Debug)]
pub struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) touch: bool,
    pub(crate) script: bool,
    pub(crate) hosts: Option<String>,
    pub(crate) any_certificate: bool,
}

impl Screen {
    /// 390 by 844, touched.
    #[must_use]
    pub const fn phone() -> Self {
        Self {
            width: 390,
            height: 844,
            touch: true,
            script: true,
            hosts: None,
            any_certificate: false,
        }
    }

    /// 1100 by 800, with a mouse.
    #[must_use]
    pub const fn desk() -> Self {
        Self {
            width: 1100,
            height: 800,
            touch: false,
            script: true,
            hosts: None,
            any_certificate: false,
        }
    }

    /// In CSS pixels.
    #[must_use]
    pub const fn sized(mut self, width: u32, height: u32) -> Self {
        (self.width, self.height) = (width, height);
        self
    }

    /// Runs no script of any page.
    #[must_use]
    pub const fn without_script(mut self) -> Self {
        self.script = false;
        self
    }

    /// Finds this host name at 127.0.0.1.
    #[must_use]
    pub fn knowing_host(mut self, name: &str) -> Self {
        self.hosts = Some(name.to_owned());
        self
    }

    /// Accepts a certificate whose maker it does not know.
    #[must_use]
    pub const fn trusting_any_certificate(mut self) -> Self {
        self.any_certificate = true;
        self
    }

    pub(crate) fn chrome(&self) -> Value {
        let mut args: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-breakpad",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-sync",
            "--no-first-run",
            "--no-default-browser-check",
            "--password-store=basic",
            "--lang=en-GB",
            // Two people's windows are never in front of each other.
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
            "--disable-background-timer-throttling",
        ]
        .map(ToOwned::to_owned)
        .into();
        args.push(format!(
            "--window-size={},{}",
            self.width.max(500),
            self.height
        ));
        if let Some(name) = &self.hosts {
            args.push(format!("--host-resolver-rules=MAP {name} 127.0.0.1"));
        }
        let mut preferences = json!({
            "intl.accept_languages": "en-GB,en",
            "credentials_enable_service": false,
            "autofill.profile_enabled": false,
        });
        if !self.script {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        json!({
            "args": args,
            "prefs": preferences,
            "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
        })
    }
}

/// Something axe-core found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// The rule, such as `color-contrast`.
    pub rule: String,
    /// Where: a CSS selector.
    pub place: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.rule, self.place, self.help)
    }
}
