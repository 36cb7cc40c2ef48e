use rekindle_domain::held::{BEGUN_FOR, Command, Event, OPEN_FOR, PARKED, Refusal, SHOWN};
use rekindle_domain::ids::SessionId;
use rekindle_domain::session::{Agreed, Appreciation, Mode, Summary, Topic};
use rekindle_domain::{Stamp, Who, shared};

use super::{ANA, BEN, Couple, LONG, NOON, TODAY, raw};

const ONE: SessionId = SessionId::new(raw(1));
const TWO: SessionId = SessionId::new(raw(2));
const BEGIN: Command = Command::Begin { id: ONE };
/// The most that one sealed record holds, in bytes (K8).
const RECORD: usize = 64 * 1024 - 4;

fn open(id: SessionId, script: &str) -> Command {
    Command::Open {
        id,
        script: script.to_owned(),
    }
}

fn check_in(id: SessionId) -> Command {
    open(id, "weekly-check-in")
}

fn topic(topic: &str) -> Topic {
    Topic {
        topic: topic.to_owned(),
        talk: false,
    }
}

fn summary() -> Summary {
    Summary {
        script: "weekly-check-in".to_owned(),
        form: "full".to_owned(),
        mode: Mode::Live,
        began: NOON,
        appreciations: vec![],
        parked: vec![],
        agreed: vec![],
        next: None,
    }
}

fn parking(topics: &[&str]) -> Summary {
    Summary {
        parked: topics.iter().map(|text| topic(text)).collect(),
        ..summary()
    }
}

fn keep(id: SessionId, summary: Summary) -> Command {
    Command::Keep {
        id,
        summary: Box::new(summary),
    }
}

fn settle(topic: &str) -> Command {
    Command::Settle {
        topic: topic.to_owned(),
    }
}

/// A session that was opened and held.
fn hold(couple: &mut Couple, id: SessionId, summary: Summary) {
    couple.does(ANA, check_in(id));
    couple.does(ANA, Command::Begin { id });
    couple.does(BEN, keep(id, summary));
}

fn parked(couple: &Couple) -> Vec<&str> {
    (couple.state.sessions.parked().iter())
        .map(|topic| topic.topic.as_str())
        .collect()
}

#[test]
fn g2_3_one_session_is_open_and_both_phones_find_it() {
    let mut couple = Couple::default();
    couple.does(ANA, check_in(ONE));
    assert_eq!(couple.does(BEN, check_in(TWO)), [], "it is open already");
    let talk = couple.tries(BEN, open(TWO, "solving-talk"));
    let refused = shared::Refusal::Session(Refusal::AnotherOpen);
    assert_eq!(talk, Err(refused));
    assert_eq!(couple.state.sessions.open(couple.at).unwrap().id, ONE);
}

#[test]
fn s6_a_session_nobody_came_to_is_gone_and_one_that_was_begun_waits() {
    for (begun, waits) in [(false, OPEN_FOR), (true, BEGUN_FOR)] {
        let mut couple = Couple::default();
        couple.does(ANA, check_in(ONE));
        couple.later(Stamp::HOUR);
        if begun {
            couple.does(BEN, BEGIN);
        }
        for (since, there) in [(waits - 1, true), (waits, false)] {
            couple.at = NOON.plus(since);
            let open = couple.state.sessions.open(couple.at);
            assert_eq!(open.is_some(), there, "begun: {begun}, after {since} ms");
        }
        couple.does(BEN, open(TWO, "solving-talk"));
        assert_eq!(couple.state.sessions.open(couple.at).unwrap().id, TWO);
    }
}

#[test]
fn a_session_is_begun_once_and_only_while_it_is_the_open_one() {
    let mut couple = Couple::default();
    assert_eq!(couple.does(ANA, BEGIN), []);
    couple.does(ANA, check_in(ONE));
    assert_eq!(couple.does(ANA, Command::Begin { id: TWO }), []);
    assert_eq!(couple.does(ANA, BEGIN), [Event::Begun { id: ONE }.into()]);
    assert_eq!(couple.does(BEN, BEGIN), []);
}

#[test]
fn what_a_session_leaves_is_kept_once_whichever_phone_is_quicker() {
    let left = Summary {
        appreciations: vec![
            Appreciation {
                from: BEN,
                words: "You made soup".to_owned(),
            },
            Appreciation {
                from: ANA,
                words: "You made soup".to_owned(),
            },
        ],
        ..parking(&["Sunday visits"])
    };
    let mut couple = Couple::default();
    couple.does(ANA, check_in(ONE));
    // Ana's phone sends it; the words are still each one's own.
    couple.does(ANA, keep(ONE, left.clone()));
    assert_eq!(couple.does(BEN, keep(ONE, left.clone())), []);
    let kept: Vec<Who> = (couple.state.appreciations.newest())
        .map(|one| one.from)
        .collect();
    assert_eq!(kept, [ANA, BEN]);
    assert_eq!(parked(&couple), ["Sunday visits"]);
    let sessions = &couple.state.sessions;
    assert_eq!((sessions.ever(), sessions.open(couple.at)), (1, None));
    let held = sessions.held().next().unwrap();
    assert_eq!((held.id, held.day), (ONE, TODAY));
    assert_eq!(held.summary.appreciations, [], "they are with the others");
    // Decided on the same state by both phones, the second append would bring the same appreciations again.
    let mut twice = Couple::default();
    twice.does(ANA, check_in(ONE));
    let events = twice.does(ANA, keep(ONE, left));
    for event in events {
        twice.happens(event);
    }
    assert_eq!(twice.state.appreciations.ever(), 2);
}

#[test]
fn a_session_that_is_not_open_leaves_nothing() {
    let mut couple = Couple::default();
    assert_eq!(couple.does(ANA, keep(ONE, summary())), []);
    couple.does(ANA, check_in(ONE));
    assert_eq!(couple.does(ANA, keep(TWO, summary())), []);
}

#[test]
fn a_parked_topic_stands_once_until_it_is_settled() {
    let mut couple = Couple::default();
    hold(&mut couple, ONE, parking(&["Money", "Visits"]));
    let talk = Topic {
        talk: true,
        ..topic("Money")
    };
    let again = Summary {
        parked: vec![talk.clone(), topic("Sleep")],
        ..summary()
    };
    hold(&mut couple, TWO, again);
    assert_eq!(parked(&couple), ["Money", "Visits", "Sleep"]);
    assert_eq!(couple.state.sessions.parked()[0], talk);
    couple.does(BEN, settle("Money"));
    assert_eq!(couple.does(ANA, settle("Money")), [], "pressed twice");
    assert_eq!(parked(&couple), ["Visits", "Sleep"]);
    hold(&mut couple, SessionId::new(raw(3)), parking(&["Money"]));
    assert_eq!(parked(&couple), ["Visits", "Sleep", "Money"]);
}

#[test]
fn the_last_ones_are_at_hand_and_all_are_counted() {
    let mut couple = Couple::default();
    for n in 1..=100 {
        let words = n.to_string();
        hold(&mut couple, SessionId::new(raw(n)), parking(&[&words]));
    }
    let held: Vec<SessionId> = couple.state.sessions.held().map(|one| one.id).collect();
    let expected: Vec<SessionId> = (89..=100).rev().map(|n| SessionId::new(raw(n))).collect();
    assert_eq!((held, SHOWN), (expected, 12));
    assert_eq!(couple.state.sessions.ever(), 100);
    let newest: Vec<String> = (41..=100).map(|n| n.to_string()).collect();
    assert_eq!(
        (parked(&couple), PARKED),
        (newest.iter().map(String::as_str).collect(), 60)
    );
}

#[test]
fn k8_whatever_was_written_in_a_session_fits_its_records_and_nothing_is_lost() {
    for letter in ["a", "\"", "🙂", "\n\\"] {
        let long = |n: usize| {
            format!(
                "{n}{}",
                letter
                    .repeat(LONG - 20)
                    .chars()
                    .take(LONG - 20)
                    .collect::<String>()
            )
        };
        let all = Summary {
            appreciations: (0..20)
                .map(|n| Appreciation {
                    from: BEN,
                    words: long(n).trim().to_owned(),
                })
                .collect(),
            agreed: (0..6)
                .map(|n| Agreed {
                    from: ANA,
                    words: (n != 3).then(|| long(n)),
                })
                .collect(),
            parked: (0..20).map(|n| topic(&long(n))).collect(),
            next: Some(NOON.plus(Stamp::DAY)),
            ..summary()
        };
        let mut couple = Couple::default();
        couple.does(ANA, check_in(ONE));
        couple.does(ANA, keep(ONE, all.clone()));
        for entry in &couple.log {
            let bytes = serde_json::to_vec(entry).unwrap().len();
            assert!(bytes <= RECORD, "{bytes} bytes in one record of {letter:?}");
        }
        let held = couple.state.sessions.held().next().unwrap();
        let rest = Summary {
            appreciations: vec![],
            ..all.clone()
        };
        assert_eq!(held.summary, rest);
        assert_eq!(couple.state.sessions.parked(), all.parked);
        assert_eq!(couple.state.appreciations.ever(), 20);
        assert_eq!(couple.state.sessions.ever(), 1);
    }
}

#[test]
fn an_ordinary_session_is_one_record() {
    let mut couple = Couple::default();
    couple.does(ANA, check_in(ONE));
    let events = couple.does(ANA, keep(ONE, parking(&["Money", "Visits", "Sleep"])));
    assert_eq!(events.len(), 1);
}
