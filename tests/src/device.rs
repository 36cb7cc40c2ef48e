//! What a device can do to its person: turn dark, lose the network, be slow.

use serde_json::{Value, json};

use crate::person::Person;

impl Person {
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

    /// The same for what takes a while: the function calls its first argument with what it gives.
    #[track_caller]
    pub fn runs_later(&self, script: &str) -> Value {
        self.must(self.session.run_later(script, &json!([])), "run a script")
    }

    /// A command of the browser's debugging protocol, for what has no verb.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.must(self.session.devtools(command, parameters), command)
    }
}
