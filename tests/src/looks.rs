//! How a page looks and how soon: axe-core, sizes, pictures, paint.

use std::fmt::Write as _;
use std::path::Path;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::person::Person;
use crate::screen::Violation;
use crate::wire::Trouble;

const AXE: &str = include_str!("../vendor/axe.min.js");
const RUN_AXE: &str = include_str!("scripts/axe.js");
const FITS: &str = include_str!("scripts/fits.js");
const PAINT: &str = include_str!("scripts/paint.js");

impl Person {
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
        let before = (self.dark.get(), self.still.get());
        self.reduced_motion(true); // a change of colours would still be fading
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
        self.dark(before.0);
        self.reduced_motion(before.1);
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

    pub(crate) fn picture(&self) -> Result<Vec<u8>, Trouble> {
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
}
