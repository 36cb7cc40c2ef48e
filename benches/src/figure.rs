//! One figure, as a line to read or as an object to compare.

use std::fmt;

use serde_json::{Value, json};

/// A measured value. Smaller is better for all of them.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// Begins with the goal it belongs to, such as `P1`.
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    /// At most this, in the same unit; where the goal is a ratio, that ratio of what it is compared with.
    pub(crate) limit: f64,
    /// `value` against the bare program (P2: against the host with one couple), where there is one.
    pub(crate) ratio: Option<f64>,
}

impl Figure {
    /// A goal in absolute terms.
    pub(crate) fn at_most(name: &str, value: f64, unit: &'static str, limit: f64) -> Self {
        Self {
            name: name.to_owned(),
            value,
            unit,
            limit,
            ratio: None,
        }
    }

    /// A goal of `times` what `bare` needs.
    pub(crate) fn beside(
        name: &str,
        value: f64,
        unit: &'static str,
        bare: f64,
        times: f64,
    ) -> Self {
        let ratio = Some(value / bare);
        Self {
            name: name.to_owned(),
            value,
            unit,
            limit: bare * times,
            ratio,
        }
    }

    /// An absolute goal, with what the bare program needs told beside it.
    pub(crate) fn seen_beside(mut self, bare: f64) -> Self {
        self.ratio = Some(self.value / bare);
        self
    }

    pub(crate) fn holds(&self) -> bool {
        self.value <= self.limit
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "name": self.name, "value": rounded(self.value), "unit": self.unit, "limit": rounded(self.limit),
            "ratio": self.ratio.map(rounded) })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = format!("{} {}", rounded(self.value), self.unit);
        write!(
            f,
            "{:<52} {value:>24}   at most {:<9}",
            self.name,
            rounded(self.limit).to_string()
        )?;
        if let Some(ratio) = self.ratio {
            write!(f, " {:>6}x", rounded(ratio))?;
        }
        f.write_str(if self.holds() {
            ""
        } else {
            "   short of its goal"
        })
    }
}

/// Three digits that matter.
fn rounded(value: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    let scale = 10_f64.powf(2.0 - value.abs().log10().floor());
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_all_five_things_and_whether_it_holds() {
        let figure = Figure::beside("P1 Today", 0.2468, "ms", 0.2, 1.5);
        assert!(figure.holds());
        assert_eq!(
            figure.json(),
            json!({ "name": "P1 Today", "value": 0.247, "unit": "ms", "limit": 0.3, "ratio": 1.23 })
        );
        let short = Figure::at_most("P6 start", 120.0, "ms", 100.0);
        assert!(!short.holds() && short.to_string().ends_with("short of its goal"));
        assert_eq!(short.json()["ratio"], Value::Null);
        assert_eq!(rounded(12_345.6), 12_300.0);
    }
}
