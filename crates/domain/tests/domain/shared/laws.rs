//! Laws over any past: two phones that press anything in any order, logs with anything in them, clocks that jump.

use std::collections::BTreeMap;

use jiff::civil::{self, Date, Time, time};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rekindle_domain::ids::{MomentId, NoteId, PlanId, ProposalId, RitualId, SessionId, TouchId};
use rekindle_domain::proposal::Answer;
use rekindle_domain::recurrence::Rule;
use rekindle_domain::session::{Agreed, Appreciation, Mode, Summary, Topic};
use rekindle_domain::shared::{Command, Entry, Event, Shared};
use rekindle_domain::{
    Stamp, When, Who, Zone, appreciation, between, date, held, journey, moment, plan, proposal,
    ritual,
};
use serde_json::Value;

use super::{Ask, Couple, folded, in_days, now, raw};

/// Ids and practices come from so few that they meet.
pub(super) const POOL: u16 = 6;

/// One thing somebody asks, so long after the one before. Days and times in it count from when it is asked.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) who: Who,
    pub(super) wait: i64,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Propose(u16, u16, i64, String),
    Answer(u16, Reply, Option<String>),
    Word(u16, String),
    WithdrawProposal(u16),
    Plan(u16, u16, i64, plan::Every),
    Move(u16, i64),
    LetGo(u16),
    Set(u16, u16, i64, Rule),
    Draft(u16, u16, i64, Rule),
    /// Of one ritual: agreed, taken back, kept, not kept, looked back on, let go; or stars and ideas.
    Ritual(u16, u8, i64),
    /// Of dates: whose turn, a pick, a line, a topic, and taking back.
    Dates(u16, u8, i64, String),
    /// One round, so many days from today: moved, skipped or put back; or another rule for all of it.
    Round(u16, i64, u8, Rule),
    Log(u16, u16, i64),
    Undo(u16),
    Keep(u16, String),
    WithdrawKept(u16),
    Open(u16, u16),
    Begin(u16),
    KeepSession(u16, Vec<String>),
    Settle(String),
    /// Between the two: sent, said back, needing time, gone on from, taken back; the words so many times over.
    Note(u16, u16, u8, usize, String),
    /// A line after a session, or one taken out again.
    Line(u16, Option<String>),
    BeginPath(u16),
    Go(u32),
    Rest,
    Leave,
    Name(String),
}

#[derive(Clone, Copy, Debug)]
enum Reply {
    Yes,
    Time(i64),
    Else(u16),
}

fn who() -> impl Strategy<Value = Who> {
    prop::sample::select(Who::BOTH.to_vec())
}

fn pool() -> impl Strategy<Value = u16> {
    0..POOL
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![8 => "[a-d]{1,3}", 1 => Just(String::new()), 1 => "\\PC{0,12}"]
}

/// Some say a thing in a word; some go on for a page, and a few of those are more than the state has room for.
fn times() -> impl Strategy<Value = usize> {
    prop_oneof![Just(1_usize), 400..500_usize]
}

fn every() -> impl Strategy<Value = plan::Every> {
    prop::sample::select(vec![plan::Every::Once, plan::Every::Day, plan::Every::Week])
}

fn rule() -> impl Strategy<Value = Rule> {
    prop::sample::select(vec![
        Rule::Once,
        Rule::Day { step: 1 },
        Rule::Week { step: 2 },
        Rule::Month { step: 1 },
        Rule::Year,
    ])
}

fn planned(n: u16) -> plan::What {
    match n % 3 {
        0 => plan::What::Practice(kind(n)),
        1 => plan::What::Ritual(RitualId::new(raw(n))),
        _ => plan::What::Date,
    }
}

fn any_what() -> impl Strategy<Value = What> {
    let reply = prop_oneof![
        2 => Just(Reply::Yes),
        1 => (-2_i64..20).prop_map(Reply::Time),
        1 => pool().prop_map(Reply::Else),
    ];
    prop_oneof![
        3 => (pool(), pool(), -2_i64..20, words()).prop_map(|(a, b, c, d)| What::Propose(a, b, c, d)),
        3 => (pool(), reply, prop::option::of(words())).prop_map(|(a, b, c)| What::Answer(a, b, c)),
        1 => (pool(), words()).prop_map(|(a, b)| What::Word(a, b)),
        2 => pool().prop_map(What::WithdrawProposal),
        2 => (pool(), pool(), -2_i64..20, every()).prop_map(|(a, b, c, d)| What::Plan(a, b, c, d)),
        1 => (pool(), -2_i64..20).prop_map(|(a, b)| What::Move(a, b)),
        1 => pool().prop_map(What::LetGo),
        2 => (pool(), pool(), -2_i64..20, rule()).prop_map(|(a, b, c, d)| What::Set(a, b, c, d)),
        2 => (pool(), pool(), 0_i64..20, rule()).prop_map(|(a, b, c, d)| What::Draft(a, b, c, d)),
        4 => (pool(), 0_u8..9, -9_i64..2).prop_map(|(a, b, c)| What::Ritual(a, b, c)),
        3 => (pool(), 0_u8..7, -9_i64..9, words()).prop_map(|(a, b, c, d)| What::Dates(a, b, c, d)),
        3 => (pool(), 0_i64..9, 0_u8..4, rule()).prop_map(|(a, b, c, d)| What::Round(a, b, c, d)),
        3 => (pool(), 0_u16..2, -9_i64..3).prop_map(|(a, b, c)| What::Log(a, b, c)),
        1 => pool().prop_map(What::Undo),
        2 => (pool(), words()).prop_map(|(a, b)| What::Keep(a, b)),
        1 => pool().prop_map(What::WithdrawKept),
        1 => (pool(), 0_u16..2).prop_map(|(a, b)| What::Open(a, b)),
        1 => pool().prop_map(What::Begin),
        1 => (pool(), prop::collection::vec(words(), 0..3)).prop_map(|(a, b)| What::KeepSession(a, b)),
        1 => words().prop_map(What::Settle),
        6 => (pool(), pool(), 0_u8..5, times(), "[a-dß-ü]{3}")
            .prop_map(|(a, b, c, d, e)| What::Note(a, b, c, d, e)),
        4 => (pool(), prop::option::weighted(0.5, words())).prop_map(|(a, b)| What::Line(a, b)),
        1 => (0_u16..2).prop_map(What::BeginPath),
        1 => (0_u32..12).prop_map(What::Go),
        1 => prop::sample::select(vec![What::Rest, What::Leave]),
        1 => words().prop_map(What::Name),
    ]
}

/// Up to `most` acts; their days lie within what a test can name.
pub(super) fn any_acts(most: usize) -> impl Strategy<Value = Vec<Act>> {
    let wait = prop_oneof![
        6 => 0..3 * Stamp::HOUR,
        3 => 0..3 * Stamp::DAY,
        1 => 10 * Stamp::DAY..16 * Stamp::DAY,
    ];
    let act = (who(), wait, any_what()).prop_map(|(who, wait, what)| Act { who, wait, what });
    prop::collection::vec(act, 0..most)
}

/// The same without a note so long that it takes another's place: what is offered meanwhile would be seen to.
pub(super) fn any_short_acts(most: usize) -> impl Strategy<Value = Vec<Act>> {
    any_acts(most).prop_map(|mut acts| {
        for act in &mut acts {
            if let What::Note(_, _, _, times, _) = &mut act.what {
                *times = 1;
            }
        }
        acts
    })
}

pub(super) fn shape(name: &str, when: When, rule: Rule) -> ritual::Shape {
    ritual::Shape {
        name: name.to_owned(),
        cue: "the kettle boils".to_owned(),
        then: "we sit down".to_owned(),
        least: String::new(),
        travel: "A call".to_owned(),
        when,
        rule,
        minutes: 10,
        idea: None,
        practice: None,
    }
}

fn kind(n: u16) -> String {
    format!("kind {n}")
}

fn summary(words: &[String], at: Stamp) -> Summary {
    let from = |n: usize| Who::BOTH[n % 2];
    Summary {
        script: kind(0),
        form: "full".to_owned(),
        mode: Mode::Live,
        began: at,
        appreciations: (words
            .iter()
            .filter(|words| !words.trim().is_empty())
            .enumerate())
        .map(|(n, words)| Appreciation {
            from: from(n),
            words: words.clone(),
        })
        .collect(),
        parked: (words.iter())
            .map(|words| Topic {
                topic: words.clone(),
                talk: words.len() == 1,
            })
            .collect(),
        agreed: (words.iter().enumerate())
            .map(|(n, words)| Agreed {
                from: from(n),
                words: Some(words.clone()),
            })
            .collect(),
        next: None,
        about: None,
        settled: false,
        written: vec![],
    }
}

/// The command that this act is, at this time.
pub(super) fn asked_of(act: &Act, at: Stamp) -> Command {
    let when = |days: i64| {
        let local = Zone::default().local(at);
        When {
            day: local.date().saturating_add(jiff::Span::new().days(days)),
            time: time(20, 30, 0, 0),
            zone: Zone("Europe/Berlin".to_owned()),
        }
    };
    let day = |days: i64| when(days).day;
    let ask: Ask = match act.what.clone() {
        What::Propose(id, practice, days, words) => proposal::Command::Propose {
            id: ProposalId::new(raw(id)),
            practice: kind(practice),
            words,
            when: when(days),
            link: None,
        }
        .into(),
        What::Answer(id, reply, word) => proposal::Command::Answer {
            id: ProposalId::new(raw(id)),
            answer: match reply {
                Reply::Yes => Answer::Yes,
                Reply::Time(days) => Answer::AnotherTime { when: when(days) },
                Reply::Else(practice) => Answer::SomethingElse {
                    practice: kind(practice),
                },
            },
            word,
        }
        .into(),
        What::Word(id, word) => proposal::Command::Word {
            id: ProposalId::new(raw(id)),
            word,
        }
        .into(),
        What::WithdrawProposal(id) => proposal::Command::Withdraw {
            id: ProposalId::new(raw(id)),
        }
        .into(),
        What::Plan(id, practice, days, every) => plan::Command::Plan {
            id: PlanId::new(raw(id)),
            practice: kind(practice),
            when: when(days),
            every,
        }
        .into(),
        What::Move(id, days) => plan::Command::Move {
            id: PlanId::new(raw(id)),
            when: when(days),
        }
        .into(),
        What::LetGo(id) => plan::Command::LetGo {
            id: PlanId::new(raw(id)),
        }
        .into(),
        What::Set(id, what, days, rule) => plan::Command::Set {
            id: PlanId::new(raw(id)),
            what: planned(what),
            when: when(days),
            rule,
            minutes: Some(60),
        }
        .into(),
        What::Draft(id, name, days, rule) => ritual::Command::Draft {
            id: RitualId::new(raw(id)),
            shape: Box::new(shape(&kind(name), when(days), rule)),
        }
        .into(),
        What::Ritual(n, ask, days) => {
            let (id, note, day) = (RitualId::new(raw(n)), NoteId::new(raw(n)), day(days));
            match ask {
                0 => ritual::Command::Agree {
                    id,
                    shape: Box::new(shape(&kind(n), when(0), Rule::Day { step: 1 })),
                },
                1 => ritual::Command::Withdraw { id },
                2 => ritual::Command::Keep { id, day },
                3 => ritual::Command::Unkeep { id, day },
                4 => ritual::Command::Look { id, weeks: 3 },
                5 => ritual::Command::LetGo { id },
                6 => ritual::Command::Match {
                    ideas: vec![kind(n)],
                },
                7 => ritual::Command::AddIdea {
                    id: note,
                    words: kind(n),
                },
                _ => ritual::Command::TakeIdea { id: note },
            }
            .into()
        }
        What::Dates(n, ask, days, words) => {
            let (id, day) = (NoteId::new(raw(n)), day(days));
            match ask {
                0 => date::Command::Turn {
                    day,
                    who: Who::BOTH[usize::from(n % 2)],
                },
                1 => date::Command::Pick {
                    day,
                    idea: date::Idea::Own(words),
                },
                2 => date::Command::Pick {
                    day,
                    idea: date::Idea::Guide(kind(n)),
                },
                3 => date::Command::Tell { id, day, words },
                4 => date::Command::Withdraw { id },
                5 => date::Command::Limit { id, words },
                _ => date::Command::Lift { id },
            }
            .into()
        }
        What::Round(id, days, ask, rule) => {
            let (id, day) = (PlanId::new(raw(id)), day(days));
            match ask {
                0 => plan::Command::Skip { id, day },
                1 => plan::Command::Restore { id, day },
                2 => plan::Command::Repeat { id, rule },
                _ => plan::Command::MoveOne {
                    id,
                    day,
                    when: when(days + 1),
                },
            }
            .into()
        }
        What::Log(id, logged, days) => moment::Command::Log {
            id: MomentId::new(raw(id)),
            kind: kind(logged),
            day: day(days),
        }
        .into(),
        What::Undo(id) => moment::Command::Undo {
            id: MomentId::new(raw(id)),
        }
        .into(),
        What::Keep(id, words) => appreciation::Command::Keep {
            id: NoteId::new(raw(id)),
            words,
        }
        .into(),
        What::WithdrawKept(id) => appreciation::Command::Withdraw {
            id: NoteId::new(raw(id)),
        }
        .into(),
        What::Open(id, script) => held::Command::Open {
            id: SessionId::new(raw(id)),
            script: kind(script),
        }
        .into(),
        What::Begin(id) => held::Command::Begin {
            id: SessionId::new(raw(id)),
        }
        .into(),
        What::KeepSession(id, words) => held::Command::Keep {
            id: SessionId::new(raw(id)),
            summary: Box::new(summary(&words, at)),
        }
        .into(),
        What::Settle(topic) => held::Command::Settle { topic }.into(),
        What::Note(to, id, ask, times, words) => {
            // Answers have ids of their own, which no note has.
            let (to, id) = (NoteId::new(raw(to)), NoteId::new(raw(2 * POOL + id)));
            let words = words.repeat(times);
            match ask {
                0 => between::Command::Send { id: to, words },
                1 => between::Command::Hear { to, id, words },
                2 => between::Command::NeedTime { to, id },
                3 => between::Command::Add { to, id, words },
                _ => between::Command::Withdraw { id: to },
            }
            .into()
        }
        What::Line(id, words) => {
            let id = SessionId::new(raw(id));
            match words {
                Some(words) => held::Command::Say { id, words },
                // Where it stands is for whoever knows the state: see `asked_in`.
                None => held::Command::Unsay { id, seq: 0 },
            }
            .into()
        }
        What::BeginPath(path) => journey::Command::Begin {
            path: kind(path),
            first: kind(path),
        }
        .into(),
        What::Go(week) => journey::Command::Go { week }.into(),
        What::Rest => journey::Command::Rest.into(),
        What::Leave => journey::Command::Leave.into(),
        What::Name(name) => Command::Name(name).into(),
    };
    ask.0
}

/// The command that this act is, by somebody who sees where things stand.
pub(super) fn asked_in(couple: &Couple, act: &Act) -> Command {
    let mut asked = asked_of(act, couple.at);
    // Most who agree have seen the words that lie there.
    if let Command::Ritual(ritual::Command::Agree { id, shape }) = &mut asked
        && act.wait % 4 != 0
        && let Some(draft) = couple.state.rituals.get(*id, couple.at)
        && let Some(draft) = draft.draft(couple.at)
    {
        **shape = draft.shape.clone();
    }
    if let Command::Session(held::Command::Unsay { id, seq }) = &mut asked
        && let Some(held) = couple.state.sessions.held().find(|held| held.id == *id)
        && let Some(line) = held.lines.first()
    {
        *seq = line.seq;
    }
    asked
}

fn lived(acts: &[Act]) -> Couple {
    let mut couple = Couple::default();
    for act in acts {
        couple.later(act.wait);
        let asked = asked_in(&couple, act);
        let _ = couple.asks(act.who, asked);
    }
    couple
}

/// Notes with what was said back, notes for which there was no room, lines after sessions: these acts do come so far.
#[test]
fn acts_reach_notes_with_answers_and_lines() {
    let mut runner = TestRunner::deterministic();
    let mut reached = [false; 5];
    for _ in 0..2_000 {
        let acts = any_acts(120).new_tree(&mut runner);
        let Couple { state, log, .. } = lived(&acts.expect("nothing is filtered").current());
        let notes = || state.between.newest();
        let unsaid =
            |entry: &Entry| matches!(entry.event, Event::Session(held::Event::Unsaid { .. }));
        for (reached, now) in reached.iter_mut().zip([
            notes().any(|note| note.is_heard() && note.answers.len() > 1),
            notes().any(|note| !note.is_answered()),
            state.between.has_older(),
            state.sessions.held().any(|held| !held.lines.is_empty()),
            log.iter().any(unsaid),
        ]) {
            *reached |= now;
        }
        if reached == [true; 5] {
            return;
        }
    }
    panic!("notes with answers, without, older ones; lines, taken out: {reached:?}");
}

fn any_day() -> impl Strategy<Value = Date> {
    prop_oneof![
        4 => (-200_i64..200).prop_map(in_days),
        1 => (-9_999_i16..=9_999, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| civil::date(y, m, d)),
        1 => prop::sample::select(vec![Date::MIN, Date::MAX]),
    ]
}

fn any_when() -> impl Strategy<Value = When> {
    let zone = prop::sample::select(vec![
        "UTC",
        "Europe/Berlin",
        "Pacific/Apia",
        "",
        "Middle/Earth",
    ]);
    let clock = prop_oneof![
        (0_i8..24, 0_i8..60).prop_map(|(h, m)| time(h, m, 0, 0)),
        prop::sample::select(vec![Time::MIN, Time::MAX]),
    ];
    (any_day(), clock, zone).prop_map(|(day, time, zone)| When {
        day,
        time,
        zone: Zone(zone.to_owned()),
    })
}

fn any_stamp() -> impl Strategy<Value = Stamp> {
    prop_oneof![
        6 => (-100 * Stamp::DAY..100 * Stamp::DAY).prop_map(|millis| super::NOON.plus(millis)),
        1 => any::<i64>().prop_map(Stamp),
        1 => prop::sample::select(vec![Stamp(i64::MIN), Stamp(0), Stamp(i64::MAX)]),
    ]
}

/// Anything that could ever stand in a log, whether it makes sense or not.
fn any_event() -> impl Strategy<Value = Event> {
    let asked = (who(), pool(), any_stamp()).prop_map(|(by, practice, at)| proposal::Asked {
        by,
        practice: kind(practice),
        at,
    });
    let answer = prop_oneof![
        Just(Answer::Yes),
        any_when().prop_map(|when| Answer::AnotherTime { when }),
        pool().prop_map(|n| Answer::SomethingElse { practice: kind(n) }),
    ];
    let proposal = prop_oneof![
        3 => (pool(), who(), pool(), words(), any_when(), prop::option::of(words())).prop_map(
            |(id, by, practice, words, when, link)| proposal::Event::Proposed {
                id: ProposalId::new(raw(id)),
                by,
                practice: kind(practice),
                words,
                when,
                link,
            }
        ),
        1 => (pool(), answer, prop::option::of(words())).prop_map(|(id, answer, word)| {
            proposal::Event::Answered { id: ProposalId::new(raw(id)), answer, word }
        }),
        1 => (pool(), words())
            .prop_map(|(id, word)| proposal::Event::Word { id: ProposalId::new(raw(id)), word }),
        1 => (pool(), prop::option::of(asked))
            .prop_map(|(id, was)| proposal::Event::Withdrawn { id: ProposalId::new(raw(id)), was }),
    ];
    let plan = prop_oneof![
        2 => (pool(), pool(), any_when(), every()).prop_map(|(id, practice, when, every)| {
            plan::Event::Planned { id: PlanId::new(raw(id)), practice: kind(practice), when, every }
        }),
        1 => (pool(), any_when())
            .prop_map(|(id, when)| plan::Event::Moved { id: PlanId::new(raw(id)), when }),
        2 => (pool(), pool(), any_when(), rule()).prop_map(|(id, what, when, rule)| {
            plan::Event::Set { id: PlanId::new(raw(id)), what: planned(what), when, rule, minutes: None }
        }),
        1 => (pool(), any_day(), any_when()).prop_map(|(id, day, when)| {
            plan::Event::MovedOne { id: PlanId::new(raw(id)), day, when }
        }),
        1 => (pool(), any_day())
            .prop_map(|(id, day)| plan::Event::Skipped { id: PlanId::new(raw(id)), day }),
        1 => (pool(), any_day())
            .prop_map(|(id, day)| plan::Event::Restored { id: PlanId::new(raw(id)), day }),
        1 => pool().prop_map(|id| plan::Event::LetGo { id: PlanId::new(raw(id)) }),
    ];
    let moment = prop_oneof![
        3 => (pool(), pool(), any_day()).prop_map(|(id, logged, day)| moment::Event::Logged {
            id: MomentId::new(raw(id)),
            kind: kind(logged),
            day,
        }),
        1 => pool().prop_map(|id| moment::Event::Undone { id: MomentId::new(raw(id)) }),
        1 => (pool(), words()).prop_map(|(id, name)| moment::Event::Called { id: TouchId::new(raw(id)), name }),
        1 => pool().prop_map(|id| moment::Event::LetGo { id: TouchId::new(raw(id)) }),
    ];
    let appreciation = prop_oneof![
        3 => (pool(), who(), words()).prop_map(|(id, from, words)| appreciation::Event::Kept {
            id: NoteId::new(raw(id)),
            from,
            words,
        }),
        1 => pool().prop_map(|id| appreciation::Event::Withdrawn { id: NoteId::new(raw(id)) }),
    ];
    let left = || prop::collection::vec(words(), 0..4);
    let session = prop_oneof![
        (pool(), pool()).prop_map(|(id, script)| held::Event::Opened {
            id: SessionId::new(raw(id)),
            script: kind(script),
        }),
        pool().prop_map(|id| held::Event::Begun {
            id: SessionId::new(raw(id))
        }),
        (pool(), any_day(), left(), any_stamp()).prop_map(|(id, day, words, at)| {
            held::Event::Held {
                id: SessionId::new(raw(id)),
                script: kind(0),
                day,
                summary: Box::new(summary(&words, at)),
            }
        }),
        (pool(), left(), any_stamp()).prop_map(|(id, words, at)| held::Event::HeldOn {
            id: SessionId::new(raw(id)),
            more: Box::new(summary(&words, at)),
        }),
        words().prop_map(|topic| held::Event::Settled { topic }),
        (pool(), words()).prop_map(|(id, words)| held::Event::Said {
            id: SessionId::new(raw(id)),
            words,
        }),
        (pool(), 0_u64..60).prop_map(|(id, seq)| held::Event::Unsaid {
            id: SessionId::new(raw(id)),
            seq,
        }),
    ];
    let journey = prop_oneof![
        (pool(), any_day()).prop_map(|(path, day)| journey::Event::Begun {
            path: kind(path),
            first: kind(path),
            day,
        }),
        (any::<u32>(), any_day()).prop_map(|(week, day)| journey::Event::Went { week, day }),
        any_day().prop_map(|day| journey::Event::Rested { day }),
        Just(journey::Event::Left),
    ];
    let ritual_id = || pool().prop_map(|n| RitualId::new(raw(n)));
    let note = || pool().prop_map(|n| NoteId::new(raw(n)));
    let ritual = prop_oneof![
        3 => (ritual_id(), who(), words(), any_when(), rule()).prop_map(|(id, by, name, when, rule)| {
            ritual::Event::Drafted { id, by, shape: Box::new(shape(&name, when, rule)) }
        }),
        2 => (ritual_id(), any_day()).prop_map(|(id, day)| ritual::Event::Agreed { id, day }),
        1 => ritual_id().prop_map(|id| ritual::Event::Withdrawn { id }),
        3 => (ritual_id(), any_day()).prop_map(|(id, day)| ritual::Event::Kept { id, day }),
        1 => (ritual_id(), any_day()).prop_map(|(id, day)| ritual::Event::Unkept { id, day }),
        1 => (ritual_id(), any::<u8>()).prop_map(|(id, weeks)| ritual::Event::Looked { id, weeks }),
        1 => ritual_id().prop_map(|id| ritual::Event::LetGo { id }),
        1 => (prop::collection::vec(words(), 0..3), any_day())
            .prop_map(|(ideas, day)| ritual::Event::Matched { ideas, day }),
        1 => (note(), who(), words()).prop_map(|(id, by, words)| ritual::Event::IdeaAdded { id, by, words }),
        1 => note().prop_map(|id| ritual::Event::IdeaTaken { id }),
    ];
    let date = prop_oneof![
        1 => (any_day(), who()).prop_map(|(day, who)| date::Event::Turned { day, who }),
        2 => (any_day(), who(), words()).prop_map(|(day, by, words)| {
            date::Event::Picked { day, by, idea: date::Idea::Own(words) }
        }),
        2 => (note(), who(), any_day(), words())
            .prop_map(|(id, from, day, words)| date::Event::Told { id, from, day, words }),
        1 => note().prop_map(|id| date::Event::Withdrawn { id }),
        2 => (note(), words()).prop_map(|(id, words)| date::Event::Limited { id, words }),
        1 => (note(), who()).prop_map(|(id, by)| date::Event::LiftAsked { id, by }),
        1 => note().prop_map(|id| date::Event::Lifted { id }),
    ];
    let says = prop_oneof![
        words().prop_map(|words| between::Says::Heard { words }),
        Just(between::Says::Time),
        words().prop_map(|words| between::Says::More { words }),
    ];
    let between = prop_oneof![
        3 => (note(), who(), times(), words()).prop_map(|(id, from, times, words)| {
            between::Event::Sent { id, from, words: words.repeat(times) }
        }),
        3 => (note(), note(), who(), says)
            .prop_map(|(to, id, from, says)| between::Event::Answered { to, id, from, says }),
        1 => note().prop_map(|id| between::Event::Withdrawn { id }),
    ];
    prop_oneof![
        3 => between.prop_map(Event::from),
        3 => ritual.prop_map(Event::from),
        3 => date.prop_map(Event::from),
        4 => proposal.prop_map(Event::from),
        3 => plan.prop_map(Event::from),
        3 => moment.prop_map(Event::from),
        3 => appreciation.prop_map(Event::from),
        3 => session.prop_map(Event::from),
        2 => journey.prop_map(Event::from),
        1 => (who(), words()).prop_map(|(who, name)| Event::Named { who, name }),
    ]
}

fn any_log() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (any_stamp(), any_event()).prop_map(|(at, event)| Entry { at, event });
    prop::collection::vec(entry, 0..60)
}

/// The same state with the two people changing places.
fn mirrored(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(match text.as_str() {
            "first" => "second".to_owned(),
            "second" => "first".to_owned(),
            _ => text,
        }),
        Value::Array(items) => items.into_iter().map(mirrored).collect(),
        Value::Object(fields) => (fields.into_iter())
            .map(|(key, value)| (key, mirrored(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

fn mirror(state: &Shared) -> Value {
    let mut state = mirrored(serde_json::to_value(state).expect("plain data"));
    if let Value::Array(names) = &mut state["names"] {
        names.reverse();
    }
    state
}

proptest! {
    #[test]
    fn no_log_breaks_the_fold_and_a_snapshot_continues_it(log in any_log(), cut in 0_usize..60) {
        let entries: Vec<(u64, &Entry)> = (1..).zip(&log).collect();
        let (before, after) = entries.split_at(cut.min(entries.len()));
        let snapshot = serde_json::to_vec(&folded(before.iter().copied())).unwrap();
        let snapshot: Shared = serde_json::from_slice(&snapshot).unwrap();
        let continued = (after.iter()).fold(snapshot, |state, (seq, entry)| state.fold(*seq, entry));
        prop_assert_eq!(continued, folded(entries.iter().copied()));
    }

    #[test]
    fn no_log_breaks_what_is_shown_of_it_or_asked_of_it(
        log in any_log(),
        at in any_stamp(),
        acts in any_acts(20),
        today in any_day(),
    ) {
        let state = folded((1..).zip(&log));
        for (when, _) in state.plan.coming(at) {
            prop_assert!(when.stamp().plus(plan::STAYS) > at);
        }
        let ahead = plan::occurrences(&state, at, at.plus(plan::AHEAD));
        prop_assert!(ahead.windows(2).all(|pair| pair[0].at <= pair[1].at));
        prop_assert!(ahead.iter().all(|one| (at..at.plus(plan::AHEAD)).contains(&one.at)));
        prop_assert!(state.moments.rhythm(today, 12).iter().all(|days| *days <= 7));
        prop_assert!(state.rituals.ours().count() <= ritual::MOST);
        prop_assert!(state.rituals.ideas().len() <= ritual::IDEAS);
        for one in state.rituals.ours() {
            let _ = (one.look_back(today), one.weeks(), one.draft(at), one.earlier());
        }
        prop_assert!(state.dates.lines().count() <= rekindle_domain::date::SHOWN);
        prop_assert!(state.dates.limits().len() <= rekindle_domain::date::LIMITS);
        for rule in [Rule::Week { step: 1 }, Rule::Week { step: 0 }, Rule::Month { step: 2 }, Rule::Year] {
            let _ = state.dates.planner(today, rule);
        }
        let _ = state.dates.last(at, state.plan.get(rekindle_domain::date::SLOT, at));
        prop_assert!(state.appreciations.newest().count() <= appreciation::SHOWN);
        prop_assert!(state.between.newest().count() <= between::SHOWN);
        prop_assert!(state.sessions.held().count() <= held::SHOWN);
        prop_assert!(state.sessions.parked().len() <= held::PARKED);
        for act in &acts {
            let _ = state.decide(&now(act.who, at), &asked_of(act, super::NOON));
        }
    }

    #[test]
    fn what_is_decided_reads_back_from_its_record(acts in any_acts(60)) {
        for entry in lived(&acts).log {
            let record = serde_json::to_vec(&entry).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Entry>(&record).unwrap(), entry);
        }
    }

    #[test]
    fn g7_no_proposal_is_answered_twice_or_by_whoever_made_it(acts in any_acts(80)) {
        let mut couple = Couple::default();
        let mut lies: BTreeMap<ProposalId, (Who, bool)> = BTreeMap::new();
        for act in &acts {
            couple.later(act.wait);
            for event in couple.asks(act.who, asked_of(act, couple.at)).unwrap_or_default() {
                match event {
                    Event::Proposal(proposal::Event::Proposed { id, by, .. }) => {
                        prop_assert_eq!(by, act.who);
                        lies.insert(id, (by, false));
                    }
                    Event::Proposal(proposal::Event::Answered { id, .. }) => {
                        prop_assert_eq!(lies.insert(id, (act.who.other(), true)), Some((act.who.other(), false)));
                        for who in Who::BOTH {
                            let again = proposal::Command::Answer { id, answer: Answer::Yes, word: None };
                            prop_assert!(couple.tries(who, again).is_err());
                        }
                    }
                    Event::Proposal(proposal::Event::Withdrawn { id, .. }) => {
                        prop_assert_eq!(lies.remove(&id).map(|(by, _)| by), Some(act.who));
                    }
                    Event::Proposal(proposal::Event::Word { .. })
                    | Event::Plan(_)
                    | Event::Moment(_)
                    | Event::Appreciation(_)
                    | Event::Between(_)
                    | Event::Session(_)
                    | Event::Journey(_)
| Event::Renewal(_)
                    | Event::Ritual(_)
                    | Event::Date(_)
                    | Event::Named { .. } => {}
                }
            }
        }
    }

    #[test]
    fn s5_no_way_round_the_fortnight(acts in any_acts(120)) {
        let mut last: BTreeMap<(Who, String), Stamp> = BTreeMap::new();
        for entry in lived(&acts).log {
            if let Event::Proposal(proposal::Event::Proposed { by, practice, .. }) = entry.event
                && let Some(before) = last.insert((by, practice), entry.at)
            {
                prop_assert!(entry.at.since(before) >= proposal::REST_AFTER);
            }
        }
    }

    #[test]
    fn s24_the_two_may_change_places_and_everything_is_the_same(acts in any_acts(60)) {
        let swapped: Vec<Act> = (acts.iter())
            .map(|act| Act { who: act.who.other(), ..act.clone() })
            .collect();
        let (couple, swapped) = (lived(&acts), lived(&swapped));
        // What a session leaves names its speakers, whoever sends it: those change places in the state alone.
        let plain = |couple: &Couple| couple.log.iter().all(|entry| {
            !matches!(entry.event, Event::Session(held::Event::Held { .. }))
        });
        prop_assume!(plain(&couple));
        let as_they_are = serde_json::to_value(&swapped.state).unwrap();
        prop_assert_eq!(mirror(&couple.state), as_they_are);
        prop_assert_eq!(couple.log.len(), swapped.log.len());
    }
}
