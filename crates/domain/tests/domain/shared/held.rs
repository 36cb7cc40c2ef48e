use rekindle_domain::held::{
    self, BEGUN_FOR, Command, Event, LINE, LINES, OPEN_FOR, PARKED, Refusal, SHOWN,
};
use rekindle_domain::ids::SessionId;
use rekindle_domain::pack::Family;
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
        about: None,
        settled: false,
        written: vec![],
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
    // Another script is held beside it: one that is paused until Thursday keeps nobody from tonight's.
    couple.does(BEN, open(TWO, "solving-talk"));
    let ids: Vec<SessionId> = couple
        .state
        .sessions
        .open(couple.at)
        .map(|open| open.id)
        .collect();
    assert_eq!(ids, [TWO, ONE]);
    for n in (2_u16..).take(held::OPEN_AT_MOST - 2) {
        couple.does(ANA, open(SessionId::new(raw(n)), &format!("script-{n}")));
    }
    let refused = shared::Refusal::Session(Refusal::AnotherOpen);
    assert_eq!(
        couple.tries(BEN, open(SessionId::new(raw(99)), "one-more")),
        Err(refused)
    );
}

fn offer(id: SessionId, script: &str, until: Stamp) -> Command {
    Command::Offer {
        id,
        script: script.to_owned(),
        family: Family::Touch,
        until,
    }
}

#[test]
fn s5_one_offer_of_a_family_a_day_and_it_ends_with_the_day() {
    let night = NOON.plus(10 * Stamp::HOUR);
    let mut couple = Couple::default();
    couple.does(ANA, offer(ONE, "massage-exchange", night));
    // Found by both phones; Ben may say yes to it, and cannot make another beside it.
    assert_eq!(couple.does(BEN, offer(TWO, "massage-exchange", night)), []);
    let refused = |refusal| Err(shared::Refusal::Session(refusal));
    assert_eq!(
        couple.tries(BEN, offer(TWO, "hands", night)),
        refused(Refusal::FamilyOpen)
    );
    // Taken back, it is gone; Ana does not ask again today, Ben may.
    couple.does(BEN, Command::Withdraw { id: ONE });
    assert!(
        couple.state.sessions.open_one(ONE, couple.at).is_some(),
        "it is Ana's"
    );
    couple.does(ANA, Command::Withdraw { id: ONE });
    assert!(couple.state.sessions.open_one(ONE, couple.at).is_none());
    assert_eq!(
        couple.tries(ANA, offer(TWO, "hands", night)),
        refused(Refusal::Today)
    );
    couple.does(BEN, offer(TWO, "hands", night));
    // Talk is another family, and needs no offer.
    couple.does(ANA, check_in(SessionId::new(raw(3))));
    couple.at = night;
    assert!(couple.state.sessions.open_one(TWO, couple.at).is_none());
    couple.later(14 * Stamp::HOUR);
    couple.does(ANA, offer(ONE, "hands", couple.at.plus(Stamp::HOUR)));
}

#[test]
fn g3_2_nothing_sexual_follows_touch_before_tomorrow_whoever_offers_it() {
    let sensation = |id: SessionId, until: Stamp| Command::Offer {
        id,
        script: "sensation".to_owned(),
        family: Family::Sex,
        until,
    };
    let night = NOON.plus(12 * Stamp::HOUR);
    let mut offered = Couple::default();
    offered.does(ANA, offer(ONE, "massage-exchange", night));
    // Only offered, it keeps nobody from anything.
    assert!(offered.tries(BEN, sensation(TWO, night)).is_ok());
    let mut begun = offered.clone();
    begun.does(BEN, BEGIN);
    let mut held = begun.clone();
    held.does(BEN, keep(ONE, summary()));
    for couple in [&begun, &held] {
        for who in [ANA, BEN] {
            let late = Couple {
                at: night.plus(-1),
                ..couple.clone()
            };
            for now in [couple, &late] {
                assert_eq!(
                    now.tries(who, sensation(TWO, night)),
                    Err(shared::Refusal::Session(Refusal::Tomorrow))
                );
            }
            let tomorrow = Couple {
                at: night,
                ..couple.clone()
            };
            assert!(tomorrow.tries(who, sensation(TWO, night.plus(9))).is_ok());
        }
    }
    // Paused until another day, it counts on the day it ended.
    begun.later(2 * Stamp::DAY);
    begun.does(ANA, keep(ONE, summary()));
    assert_eq!(
        begun.tries(BEN, sensation(TWO, begun.at.plus(9))),
        Err(shared::Refusal::Session(Refusal::Tomorrow))
    );
    // One that was offered before the touch began waits as well.
    let mut before = Couple::default();
    before.does(BEN, sensation(TWO, night));
    before.does(ANA, offer(ONE, "massage-exchange", night));
    let waits = |couple: &Couple| {
        let now = super::now(ANA, couple.at);
        couple.state.sessions.waits_for_tomorrow(Family::Sex, &now)
    };
    assert!(!waits(&before));
    before.does(BEN, BEGIN);
    assert!(waits(&before));
}

#[test]
fn s6_an_offer_taken_back_leaves_what_both_see_as_if_it_had_never_been() {
    let mut couple = Couple::default();
    let before: Vec<_> = couple.state.sessions.open(couple.at).cloned().collect();
    couple.does(ANA, offer(ONE, "massage-exchange", NOON.plus(Stamp::HOUR)));
    couple.does(ANA, Command::Withdraw { id: ONE });
    let after: Vec<_> = couple.state.sessions.open(couple.at).cloned().collect();
    assert_eq!(before, after);
    assert_eq!(couple.state.sessions.held().count(), 0);
}

#[test]
fn what_was_kept_when_one_at_a_time_was_open_still_reads() {
    for (kept, count) in [
        (r#"{"open":null,"held":[],"ever":0,"parked":[]}"#, 0),
        (
            r#"{"open":{"id":"00000000000000010000000000000000","script":"weekly-check-in","at":1790000000000,"begun":true},"held":[],"ever":0,"parked":[]}"#,
            1,
        ),
    ] {
        let sessions: held::Sessions = serde_json::from_str(kept).unwrap();
        assert_eq!(sessions.open(Stamp(1_790_000_000_001)).count(), count);
        let again: held::Sessions =
            serde_json::from_str(&serde_json::to_string(&sessions).unwrap()).unwrap();
        assert_eq!(again, sessions);
    }
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
            let open = couple.state.sessions.open_one(ONE, couple.at);
            assert_eq!(open.is_some(), there, "begun: {begun}, after {since} ms");
        }
        couple.does(BEN, open(TWO, "solving-talk"));
        assert_eq!(
            couple.state.sessions.open(couple.at).next().unwrap().id,
            TWO
        );
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
    assert_eq!((sessions.ever(), sessions.open(couple.at).count()), (1, 0));
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

/// A line is said about one of the last sessions. About an older one it is refused: it would be nowhere to be read.
#[test]
fn g2_3_a_line_about_a_session_that_is_shown_no_more_is_refused() {
    let mut couple = Couple::default();
    let id = |n: usize| SessionId::new(raw(u16::try_from(n).expect("few")));
    let say = |n: usize| Command::Say {
        id: id(n),
        words: "That was good.".to_owned(),
    };
    for n in 0..=SHOWN {
        hold(&mut couple, id(n), summary());
    }
    assert_eq!(couple.asks(ANA, say(0)), Err(Refusal::Gone.into()));
    assert_eq!(couple.does(BEN, say(1)).len(), 1);
    assert_eq!(couple.does(ANA, say(1)), [], "twice is once");
}

/// Lines of the newest sessions stand; those of the oldest give way where there are very many words.
#[test]
fn g2_3_lines_of_the_newest_sessions_stand_and_all_of_them_stay_small() {
    let mut couple = Couple::default();
    let long = |n: usize| format!("{n} {}", "ö".repeat(LINE - 2));
    for n in 0..u16::try_from(SHOWN).expect("few") {
        let id = SessionId::new(raw(n));
        hold(&mut couple, id, summary());
        for line in 0..LINES {
            let words = long(line);
            assert_eq!(couple.does(ANA, Command::Say { id, words }).len(), 1);
        }
        let one_more = Command::Say {
            id,
            words: "And this.".to_owned(),
        };
        assert_eq!(couple.asks(BEN, one_more), Err(Refusal::Lines.into()));
    }
    let lines: Vec<usize> = (couple.state.sessions.held())
        .map(|held| held.lines.len())
        .collect();
    assert_eq!(lines[0], LINES, "all of the newest");
    assert!(lines.windows(2).all(|two| two[0] >= two[1]), "{lines:?}");
    assert_eq!(lines[SHOWN - 1], 0, "{lines:?}");
    // Where there is no room left for one, it is refused: nobody's words go with a yes.
    let old = |n: usize| Command::Say {
        id: SessionId::new(raw(0)),
        words: long(n),
    };
    assert_eq!(couple.does(BEN, old(1)).len(), 1);
    assert_eq!(couple.asks(BEN, old(2)), Err(Refusal::Lines.into()));
}
