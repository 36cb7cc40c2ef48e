//! `rekindle wording`: the wording helper on the command line, for whoever writes rules or checks a pack.
//!
//! Lines in, lines out, in order; each is answered before the next is read, and none is kept.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use anyhow::{Context as _, bail};
use rekindle_words::Reading;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A line of `--jsonl`. Whatever else stands in it is left alone.
#[derive(Deserialize)]
struct Draft {
    id: Value,
    text: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    #[serde(flatten)]
    reading: &'a Reading,
}

pub(super) fn run(json: bool, jsonl: bool) -> anyhow::Result<()> {
    let form = match (json, jsonl) {
        (_, true) => Form::Objects,
        (true, false) => Form::Lines,
        (false, false) => Form::Sentences,
    };
    let out = BufWriter::new(std::io::stdout().lock());
    answer(std::io::stdin().lock(), out, form)
}

#[derive(Clone, Copy)]
enum Form {
    /// A text a line in, an object a line out.
    Lines,
    /// An object a line in and out.
    Objects,
    /// A text a line in, sentences out.
    Sentences,
}

fn answer(drafts: impl Read, mut out: impl Write, form: Form) -> anyhow::Result<()> {
    let mut drafts = BufReader::new(drafts);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if drafts.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let Ok(text) = std::str::from_utf8(&line) else {
            bail!("line {number} is not UTF-8");
        };
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        match form {
            Form::Lines => object(&mut out, None, text)?,
            Form::Objects if text.trim().is_empty() => {}
            Form::Objects => {
                let draft: Draft = serde_json::from_str(text)
                    .with_context(|| format!("line {number} is no object with id and text"))?;
                object(&mut out, Some(draft.id), &draft.text)?;
            }
            Form::Sentences => sentences(&mut out, text)?,
        }
        out.flush()?;
    }
    Ok(())
}

fn object(out: &mut impl Write, id: Option<Value>, text: &str) -> anyhow::Result<()> {
    let reading = &rekindle_words::read(text);
    serde_json::to_writer(&mut *out, &Answer { id, reading })?;
    Ok(out.write_all(b"\n")?)
}

fn sentences(out: &mut impl Write, text: &str) -> anyhow::Result<()> {
    let reading = rekindle_words::read(text);
    writeln!(out, "{text}")?;
    if reading.support_first {
        writeln!(
            out,
            "  This may be about safety. Support comes first, style does not matter."
        )?;
    }
    for found in reading.shown() {
        writeln!(
            out,
            "  “{}” {} {}",
            &text[found.start..found.end],
            found.why,
            found.ask
        )?;
    }
    if reading.gentle {
        writeln!(out, "  Nothing to point at.")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(drafts: &str, form: Form) -> String {
        let mut out = Vec::new();
        answer(drafts.as_bytes(), &mut out, form).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_in_is_an_object_out_with_places_in_bytes() {
        let drafts = "Ünd: You’re so selfish.\r\n\nI miss us.";
        let told = told(drafts, Form::Lines);
        let lines: Vec<Value> = told
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(lines.len(), 3, "an empty line is a draft too");
        let found = &lines[0]["findings"][0];
        assert_eq!(found["kind"], "criticism");
        let place = |name: &str| usize::try_from(found[name].as_u64().unwrap()).unwrap();
        assert_eq!(&drafts[place("start")..place("end")], "You’re so selfish");
        assert!(found["why"].is_string() && found["ask"].is_string());
        assert_eq!(lines[0]["gentle"], false);
        assert_eq!(lines[2]["gentle"], true);
        assert_eq!(lines[2]["support_first"], false);
        assert_eq!(lines[2]["strengths"][0]["kind"], "i_statement");
        assert!(lines[2]["frame"].is_string());
    }

    #[test]
    fn an_id_comes_back_as_it_was_given() {
        let told = told(
            "{\"id\": 7, \"text\": \"You hit me.\"}\n{\"text\": \"Thanks.\", \"id\": \"b\", \"more\": 1}\n",
            Form::Objects,
        );
        let lines: Vec<Value> = told
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(lines[0]["id"], 7);
        assert_eq!(lines[0]["support_first"], true);
        assert_eq!(lines[1]["id"], "b");
        assert_eq!(lines[1]["gentle"], true);
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        let mistake = answer(
            &b"{\"id\":1,\"text\":\"a\"}\nno\n"[..],
            Vec::new(),
            Form::Objects,
        );
        assert!(mistake.unwrap_err().to_string().contains("line 2"));
        let mistake = answer(&b"\xff\n"[..], Vec::new(), Form::Lines);
        assert!(mistake.unwrap_err().to_string().contains("line 1"));
    }

    #[test]
    fn an_id_may_be_any_json_and_lines_may_end_and_stand_as_they_like() {
        let ids = [
            "null",
            "true",
            "-3.5",
            "\"ü\\n\"",
            "[1,{\"a\":2}]",
            "{\"k\":[]}",
        ];
        let drafts: String = ids
            .iter()
            .map(|id| format!("{{\"text\":\"You\\u2019re so selfish.\",\"id\":{id}}}\r\n\n  \r\n"))
            .collect();
        let told = told(&drafts, Form::Objects);
        let lines: Vec<Value> = told
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(lines.len(), ids.len(), "an empty line asks nothing");
        for (line, id) in lines.iter().zip(ids) {
            assert_eq!(line["id"], serde_json::from_str::<Value>(id).unwrap());
            let found = &line["findings"][0];
            assert_eq!((&found["start"], &found["end"]), (&0.into(), &19.into()));
        }
    }

    #[test]
    fn an_answer_has_the_promised_fields_and_no_others() {
        for (drafts, form, fields) in [
            (
                "You never listen.",
                Form::Lines,
                ["findings", "frame", "gentle", "strengths", "support_first"].as_slice(),
            ),
            (
                "{\"id\":1,\"text\":\"You never listen.\"}",
                Form::Objects,
                &[
                    "findings",
                    "frame",
                    "gentle",
                    "id",
                    "strengths",
                    "support_first",
                ],
            ),
        ] {
            let line: Value = serde_json::from_str(told(drafts, form).trim()).unwrap();
            let has = |value: &Value| -> Vec<String> {
                let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
                names.sort();
                names
            };
            assert_eq!(has(&line), fields);
            assert_eq!(
                has(&line["findings"][0]),
                ["ask", "end", "kind", "start", "why"]
            );
        }
        let line: Value = serde_json::from_str(told("I miss us.", Form::Lines).trim()).unwrap();
        let mut names: Vec<_> = line["strengths"][0].as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["end", "kind", "start"]);
    }

    #[test]
    fn a_line_without_id_or_text_is_named_and_the_lines_before_it_are_answered() {
        for wrong in [
            "{\"text\":\"a\"}",
            "{\"id\":1}",
            "[]",
            "{\"id\":1,\"text\":2}",
            "{",
        ] {
            let mut out = Vec::new();
            let drafts = format!("{{\"id\":0,\"text\":\"Thanks.\"}}\n{wrong}\n");
            let mistake = answer(drafts.as_bytes(), &mut out, Form::Objects).unwrap_err();
            assert!(mistake.to_string().contains("line 2"), "{wrong}: {mistake}");
            assert_eq!(String::from_utf8(out).unwrap().lines().count(), 1);
        }
        let mut out = Vec::new();
        let mistake = answer(&b"Thanks.\n\xc3\x28\n"[..], &mut out, Form::Lines).unwrap_err();
        assert!(mistake.to_string().contains("line 2"), "{mistake}");
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 1);
    }

    #[test]
    fn a_very_long_line_is_one_draft() {
        let long = "I felt lonely on Tuesday, and I would like to talk. ".repeat(20_000);
        let told = told(&format!("{long}You are so selfish.\nThanks."), Form::Lines);
        let lines: Vec<Value> = told
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["findings"][0]["start"], long.len());
        assert_eq!(lines[1]["gentle"], true);
    }
}
