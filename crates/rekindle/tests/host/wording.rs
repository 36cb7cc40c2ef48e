//! The wording helper on the command line: lines in by a pipe, lines out, and how it ends.

use std::io::Write as _;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::house::{rekindle, said};

/// The command with these flags, given these bytes.
fn asked(flag: &str, drafts: &[u8]) -> Output {
    let mut child = rekindle()
        .args(["wording", flag])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(drafts).unwrap();
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

#[test]
fn wording_answers_each_line_of_a_pipe_and_names_one_that_it_cannot_read() {
    let drafts = "Ünd: you’re so selfish.\nI'm shy to say this, but I miss us.\n";
    let output = asked("--json", drafts.as_bytes());
    assert!(output.status.success(), "{}", said(&output));
    let told = lines(&output);
    assert_eq!(
        (&told[0]["gentle"], &told[1]["gentle"]),
        (&false.into(), &true.into())
    );
    let found = &told[0]["findings"][0];
    assert_eq!(found["kind"], "criticism");
    let place = |name: &str| usize::try_from(found[name].as_u64().unwrap()).unwrap();
    assert_eq!(&drafts[place("start")..place("end")], "you’re so selfish");

    let output = asked(
        "--jsonl",
        b"{\"id\":7,\"text\":\"You hit me.\"}\n{\"id\":\"b\",\"text\":\"Thanks.\"}\n",
    );
    assert!(output.status.success(), "{}", said(&output));
    let told = lines(&output);
    assert_eq!((&told[0]["id"], &told[1]["id"]), (&7.into(), &"b".into()));
    assert_eq!(told[0]["support_first"], true);

    for (flag, drafts) in [
        ("--jsonl", &b"{\"id\":1,\"text\":\"Thanks.\"}\nno\n"[..]),
        ("--json", b"Thanks.\n\xff\n"),
    ] {
        let output = asked(flag, drafts);
        assert_eq!(output.status.code(), Some(1), "{flag}");
        assert_eq!(
            lines(&output).len(),
            1,
            "{flag}: what stood before is answered"
        );
        let why = String::from_utf8_lossy(&output.stderr);
        assert!(why.contains("line 2"), "{flag}: {why}");
    }
}
