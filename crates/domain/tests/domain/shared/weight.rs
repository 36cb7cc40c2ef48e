//! Ten years of a busy couple. The state is sealed as a snapshot, so it stays small.

use rekindle_domain::ids::{MomentId, NoteId, PlanId, ProposalId, RitualId, SessionId};
use rekindle_domain::proposal::Answer;
use rekindle_domain::recurrence::Rule;
use rekindle_domain::session::{Agreed, Appreciation, Mode, Summary, Topic};
use rekindle_domain::{
    Stamp, When, Who, Zone, appreciation, between, date, held, journey, moment, plan, proposal,
    ritual,
};

use super::{ANA, BEN, Couple, evening, now};

const YEARS: u32 = 10;
/// A snapshot with all around it fits the largest sealed size.
const MOST: usize = 64 * 1024 - 512;

/// Ids as random ones look, one after the other.
fn id(n: &mut u64) -> [u8; 16] {
    *n += 1;
    let high = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let low = high.rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&low.to_be_bytes());
    bytes
}

fn words(letters: usize) -> String {
    "You made soup when I was ill, and sat down with me. "
        .chars()
        .cycle()
        .take(letters)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn day(couple: &mut Couple, n: &mut u64, day: u32) {
    for press in 0..16 {
        couple.does(
            Who::BOTH[press % 2],
            moment::Command::Log {
                id: MomentId::new(id(n)),
                kind: ["kiss-at-parting", "long-hug", "hands-on-the-couch"][press % 3].to_owned(),
                day: now(ANA, couple.at).today(),
            },
        );
    }
    for who in Who::BOTH {
        couple.does(
            who,
            appreciation::Command::Keep {
                id: NoteId::new(id(n)),
                words: words(160),
            },
        );
    }
    // Three proposals a week, each of another practice; most get a yes, some are taken back.
    if day % 7 % 2 == 1 {
        let proposal = ProposalId::new(id(n));
        let who = if day.is_multiple_of(2) { ANA } else { BEN };
        let when = evening(i64::from(day) + 3);
        couple.does(
            who,
            proposal::Command::Propose {
                id: proposal,
                practice: format!("practice-number-{}", day % 40),
                words: words(240),
                when: when.clone(),
                link: None,
            },
        );
        if day.is_multiple_of(5) {
            couple.does(who, proposal::Command::Withdraw { id: proposal });
        } else {
            couple.does(
                who.other(),
                proposal::Command::Answer {
                    id: proposal,
                    answer: Answer::Yes,
                    word: Some(words(80)),
                },
            );
            couple.does(
                who.other(),
                plan::Command::Plan {
                    id: PlanId::new(id(n)),
                    practice: format!("practice-number-{}", day % 40),
                    when,
                    every: match day % 3 {
                        0 => plan::Every::Once,
                        1 => plan::Every::Week,
                        _ => plan::Every::Day,
                    },
                },
            );
        }
    }
    if day % 7 == 6 {
        check_in(couple, n);
    }
    if day.is_multiple_of(70) {
        let path = format!("path-{}", day / 70);
        let first = "weekly-check-in".to_owned();
        couple.does(ANA, journey::Command::Begin { path, first });
    } else if day.is_multiple_of(7) {
        let week = day % 70 / 7 + 1;
        couple.does(BEN, journey::Command::Go { week });
    }
}

/// Two topics are parked each week, and one of them is settled.
fn check_in(couple: &mut Couple, n: &mut u64) {
    let session = SessionId::new(id(n));
    let script = "weekly-check-in".to_owned();
    couple.does(
        ANA,
        held::Command::Open {
            id: session,
            script: script.clone(),
        },
    );
    couple.does(ANA, held::Command::Begin { id: session });
    let topic = |which: &str, talk| Topic {
        topic: format!("{which} {} {}", words(100), couple.log.len()),
        talk,
    };
    let parked = vec![topic("a", true), topic("b", false)];
    let settled = parked[0].topic.clone();
    let summary = Summary {
        script,
        form: "full".to_owned(),
        mode: Mode::Live,
        began: couple.at,
        appreciations: (Who::BOTH.into_iter())
            .map(|from| Appreciation {
                from,
                words: words(200),
            })
            .collect(),
        parked,
        agreed: (Who::BOTH.into_iter())
            .map(|from| Agreed {
                from,
                words: Some(words(120)),
            })
            .collect(),
        next: Some(couple.at.plus(7 * Stamp::DAY)),
        about: None,
        settled: false,
        written: vec![],
    };
    couple.does(
        BEN,
        held::Command::Keep {
            id: session,
            summary: Box::new(summary),
        },
    );
    couple.does(ANA, held::Command::Settle { topic: settled });
    // As many lines for both as there may be, each as long as it may be.
    for (who, line) in Who::BOTH.into_iter().cycle().zip(0..20) {
        let words = words(held::LINE - 2) + &line.to_string();
        let _ = couple.asks(who, held::Command::Say { id: session, words });
    }
    evening_of_two(couple, n);
}

/// A date with a pick, two lines and a topic; a ritual worded anew, agreed to and kept; one skipped.
fn evening_of_two(couple: &mut Couple, n: &mut u64) {
    let today = now(ANA, couple.at).today();
    let when = When {
        day: today,
        time: jiff::civil::time(23, 30, 0, 0),
        zone: Zone::default(),
    };
    let (what, rule) = (plan::What::Date, Rule::Week { step: 1 });
    let set = plan::Command::Set {
        id: date::SLOT,
        what,
        when: when.clone(),
        rule,
        minutes: Some(120),
    };
    couple.does(ANA, set);
    let day = today;
    couple.does(BEN, date::Command::Turn { day, who: ANA });
    let idea = date::Idea::Own(words(200));
    couple.does(ANA, date::Command::Pick { day, idea });
    for who in Who::BOTH {
        let (id, words) = (NoteId::new(id(n)), words(200));
        couple.does(who, date::Command::Tell { id, day, words });
    }
    let topic = words(60) + &couple.log.len().to_string();
    let limit = date::Command::Limit {
        id: NoteId::new(id(n)),
        words: topic,
    };
    let _ = couple.asks(BEN, limit);
    for ritual in 1..=3_u8 {
        let ritual = RitualId::new([ritual; 16]);
        let shape = Box::new(ritual::Shape {
            cue: words(150),
            then: words(150),
            least: words(150) + &couple.log.len().to_string(),
            travel: words(150),
            ..super::laws::shape("A name of some length", when.clone(), rule)
        });
        couple.does(ANA, ritual::Command::Draft { id: ritual, shape });
        couple.does(BEN, couple.agree(ritual));
        couple.does(BEN, ritual::Command::Keep { id: ritual, day });
        let id = ritual::plan_id(ritual);
        couple.does(ANA, plan::Command::Skip { id, day });
    }
}

#[test]
fn ten_years_of_a_busy_couple_weigh_no_more_than_one() {
    let mut couple = Couple::default();
    let mut n = 0;
    let mut weights = vec![];
    for year in 0..YEARS {
        for of_year in 0..365 {
            day(&mut couple, &mut n, year * 365 + of_year);
            couple.later(Stamp::DAY);
        }
        weights.push(serde_json::to_vec(&couple.state).unwrap().len());
    }
    assert!(couple.log.len() >= 70_000, "{} events", couple.log.len());
    assert!(
        weights.iter().all(|bytes| *bytes < MOST),
        "bytes after each year: {weights:?}, at the end {}",
        parts(&couple)
    );
    assert!(
        weights[9] < weights[0] + weights[0] / 10,
        "bytes after each year: {weights:?}"
    );
    assert_eq!(couple.state.moments.ever(), 16 * 3_650);
    assert_eq!(couple.state.sessions.ever(), 521);
}

/// What each part of the state takes.
fn parts(couple: &Couple) -> String {
    let state = serde_json::to_value(&couple.state).expect("plain data");
    let parts = state.as_object().expect("a table").iter();
    let parts = parts.map(|(part, value)| format!("{part} {}", value.to_string().len()));
    parts.collect::<Vec<_>>().join(", ")
}

/// As many rituals as there may be, each worded anew, agreed to and kept, with other words offered for all of them.
fn long_rituals(couple: &mut Couple) {
    let today = now(ANA, couple.at).today();
    let when = When {
        day: today,
        time: jiff::civil::time(23, 30, 0, 0),
        zone: Zone("America/Argentina/Buenos_Aires".to_owned()),
    };
    let shape = |couple: &Couple, which: &str| {
        Box::new(ritual::Shape {
            cue: words(150),
            then: words(150),
            least: words(150) + &couple.log.len().to_string(),
            travel: words(150),
            ..super::laws::shape(which, when.clone(), Rule::Week { step: 1 })
        })
    };
    for number in (1_u8..).take(ritual::MOST) {
        let id = RitualId::new([number; 16]);
        let ours = shape(couple, "A name of some length");
        couple.does(ANA, ritual::Command::Draft { id, shape: ours });
        couple.does(BEN, couple.agree(id));
        couple.does(BEN, ritual::Command::Keep { id, day: today });
        let other = shape(couple, "Another name for the same thing");
        couple.does(BEN, ritual::Command::Draft { id, shape: other });
    }
}

/// A long note, said back at length and gone on about.
fn long_note(couple: &mut Couple, n: &mut u64) {
    let to = NoteId::new(id(n));
    let sent = between::Command::Send {
        id: to,
        words: words(1_400),
    };
    couple.does(ANA, sent);
    let heard = between::Command::Hear {
        to,
        id: NoteId::new(id(n)),
        words: words(600),
    };
    couple.does(BEN, heard);
    for who in Who::BOTH
        .into_iter()
        .cycle()
        .take(between::MOST_ANSWERS - 1)
    {
        let more = between::Command::Add {
            to,
            id: NoteId::new(id(n)),
            words: words(300),
        };
        couple.does(who, more);
    }
}

/// Fewer presses and many more words: long rituals, lines, topics, ideas and notes, all that there may be.
#[test]
fn a_couple_of_many_words_weighs_no_more() {
    let mut couple = Couple::default();
    let mut n = 0;
    let mut weights = vec![];
    for week in 0..3 * 52 {
        for press in 0..21 {
            let log = moment::Command::Log {
                id: MomentId::new(id(&mut n)),
                kind: ["kiss-at-parting", "long-hug"][press % 2].to_owned(),
                day: now(ANA, couple.at).today(),
            };
            couple.does(Who::BOTH[press % 2], log);
        }
        for who in Who::BOTH {
            let keep = appreciation::Command::Keep {
                id: NoteId::new(id(&mut n)),
                words: words(160),
            };
            couple.does(who, keep);
        }
        check_in(&mut couple, &mut n);
        let day = now(ANA, couple.at).today();
        for who in Who::BOTH {
            let (id, words) = (NoteId::new(id(&mut n)), words(date::LONGEST_LINE));
            couple.does(who, date::Command::Tell { id, day, words });
        }
        let idea = ritual::Command::AddIdea {
            id: NoteId::new(id(&mut n)),
            words: words(150) + &week.to_string(),
        };
        let _ = couple.asks(BEN, idea);
        long_rituals(&mut couple);
        long_note(&mut couple, &mut n);
        couple.later(7 * Stamp::DAY);
        weights.push(serde_json::to_vec(&couple.state).unwrap().len());
    }
    assert!(
        weights.iter().all(|bytes| *bytes < MOST),
        "{:?} bytes at the most: {}",
        weights.iter().max(),
        parts(&couple)
    );
}
