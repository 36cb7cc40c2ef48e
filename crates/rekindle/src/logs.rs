//! What is written down about a request (K19). An allow-list: minute, route template, status, duration class, a
//! random number. No address, path, query, header, name or size can get into a line, because [`Line`] has no field
//! for it.

use std::fmt::Write as _;
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use rekindle_domain::Stamp;

use crate::settings::LogFormat;

/// The pattern a request matched, such as `/p/{id}`, carried back on the response.
#[derive(Clone, Debug)]
pub(crate) struct Template(MatchedPath);

/// Runs inside the router, where the pattern is known.
pub(crate) async fn note_template(request: Request, next: Next) -> Response {
    let template = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(template) = template {
        response.extensions_mut().insert(Template(template));
    }
    response
}

/// One request, as far as it is written down.
pub(crate) struct Line<'a> {
    pub(crate) now: Stamp,
    pub(crate) template: Option<&'a Template>,
    pub(crate) status: u16,
    pub(crate) took: Duration,
    /// Fresh for each line; belongs to nothing.
    pub(crate) id: u32,
}

impl Line<'_> {
    pub(crate) fn text(&self, format: LogFormat) -> Option<String> {
        // To the minute: a second would tell the two of a couple apart.
        let minute = self.now.0.div_euclid(Stamp::MINUTE) * Stamp::MINUTE;
        let minute = jiff::Timestamp::from_millisecond(minute).map_or_else(
            |_| "-".to_owned(),
            |time| time.strftime("%Y-%m-%dT%H:%MZ").to_string(),
        );
        let route = self.template.map_or("-", |template| template.0.as_str());
        let (status, class, id) = (self.status, class(self.took), self.id);
        let mut text = String::new();
        match format {
            LogFormat::Plain => write!(text, "{minute} {route} {status} {class} {id:08x}"),
            LogFormat::Json => write!(
                text,
                "{}",
                serde_json::json!({
                    "minute": minute, "route": route, "status": status, "took": class,
                    "id": format!("{id:08x}"),
                })
            ),
            LogFormat::Off => return None,
        }
        .expect("writing to text does not fail");
        Some(text)
    }
}

/// Duration by class, so that timing says nothing about content.
fn class(took: Duration) -> &'static str {
    match took.as_millis() {
        0..10 => "<10ms",
        10..100 => "<100ms",
        100..1_000 => "<1s",
        1_000..15_000 => "<15s",
        _ => "long",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k19_a_line_has_five_parts_and_no_seconds() {
        let line = Line {
            now: Stamp(1_795_423_786_123),
            template: None,
            status: 404,
            took: Duration::from_millis(12),
            id: 7,
        };
        assert_eq!(
            line.text(LogFormat::Plain).unwrap(),
            "2026-11-23T08:49Z - 404 <100ms 00000007"
        );
        let json = line.text(LogFormat::Json).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 5);
        assert_eq!(line.text(LogFormat::Off), None);
    }
}
