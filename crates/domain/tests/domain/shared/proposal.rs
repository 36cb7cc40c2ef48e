use rekindle_domain::ids::ProposalId;
use rekindle_domain::proposal::{Answer, Asked, Command, Event, REST_AFTER, Refusal};
use rekindle_domain::{Stamp, Who, shared};

use super::{ANA, BEN, Couple, LONG, NOON, evening, folded, raw};

const KISS: &str = "kiss-at-parting";
const WALK: &str = "long-walk";
const ONE: ProposalId = ProposalId::new(raw(1));
const TWO: ProposalId = ProposalId::new(raw(2));

fn propose(id: ProposalId, practice: &str) -> Command {
    Command::Propose {
        id,
        practice: practice.to_owned(),
        words: "Shall we?".to_owned(),
        when: evening(400),
        link: None,
    }
}

fn worded(words: &str) -> Command {
    Command::Propose {
        id: TWO,
        practice: WALK.to_owned(),
        words: words.to_owned(),
        when: evening(1),
        link: None,
    }
}

fn answer(answer: Answer) -> Command {
    Command::Answer {
        id: ONE,
        answer,
        word: None,
    }
}

fn another_time(days: i64) -> Answer {
    Answer::AnotherTime {
        when: evening(days),
    }
}

fn something_else() -> Answer {
    Answer::SomethingElse {
        practice: WALK.to_owned(),
    }
}

fn word(word: &str) -> Command {
    Command::Word {
        id: ONE,
        word: word.to_owned(),
    }
}

const YES: Command = Command::Answer {
    id: ONE,
    answer: Answer::Yes,
    word: None,
};
const WITHDRAW: Command = Command::Withdraw { id: ONE };

fn refused(refusal: Refusal) -> Result<(), shared::Refusal> {
    Err(shared::Refusal::Proposal(refusal))
}

/// Ana proposed a kiss at noon, and nobody said anything.
fn proposed() -> Couple {
    let mut couple = Couple::default();
    couple.does(ANA, propose(ONE, KISS));
    couple
}

#[test]
fn g7_a_proposal_is_answered_once_and_by_the_other() {
    let answers = [Answer::Yes, another_time(3), something_else()];
    for first in &answers {
        let mut couple = proposed();
        assert_eq!(
            couple.asks(ANA, answer(first.clone())).map(|_| ()),
            refused(Refusal::YourOwn)
        );
        couple.does(BEN, answer(first.clone()));
        let shown = couple.state.proposals.get(ONE, couple.at).unwrap();
        assert_eq!(shown.answer.as_ref(), Some(first));
        for second in &answers {
            for (who, why) in [(BEN, Refusal::NotOpen), (ANA, Refusal::YourOwn)] {
                let again = couple.tries(who, answer(second.clone())).map(|_| ());
                assert_eq!(again, refused(why), "{first:?}, then {second:?} by {who:?}");
            }
        }
    }
}

#[test]
fn every_refusal_of_a_proposal_has_its_reason() {
    let unknown = |n| ProposalId::new(raw(n));
    let answered = {
        let mut couple = proposed();
        couple.does(BEN, YES);
        couple
    };
    let rested = {
        let mut couple = proposed();
        couple.later(REST_AFTER);
        couple
    };
    for (couple, who, command, why) in [
        (proposed(), BEN, worded(""), Refusal::Empty),
        (proposed(), BEN, worded(" \u{200b}\n"), Refusal::Empty),
        (
            proposed(),
            BEN,
            worded(&"a".repeat(LONG + 1)),
            Refusal::TooLong,
        ),
        (
            proposed(),
            BEN,
            Command::Propose {
                id: TWO,
                practice: WALK.to_owned(),
                words: "Yesterday?".to_owned(),
                when: evening(-1),
                link: None,
            },
            Refusal::Past,
        ),
        (proposed(), ANA, propose(TWO, KISS), Refusal::AgainTooSoon),
        (
            answered.clone(),
            ANA,
            propose(TWO, KISS),
            Refusal::AgainTooSoon,
        ),
        (proposed(), BEN, answer(another_time(-1)), Refusal::Past),
        (proposed(), ANA, word("Please"), Refusal::YourOwn),
        (proposed(), BEN, word(" "), Refusal::Empty),
        (
            proposed(),
            BEN,
            word(&"a".repeat(LONG + 1)),
            Refusal::TooLong,
        ),
        (
            answered.clone(),
            BEN,
            word("And thank you"),
            Refusal::NotOpen,
        ),
        (
            proposed(),
            BEN,
            Command::Answer {
                id: ONE,
                answer: Answer::Yes,
                word: Some("\u{2800}".to_owned()),
            },
            Refusal::Empty,
        ),
        (
            proposed(),
            BEN,
            Command::Answer {
                id: unknown(9),
                answer: Answer::Yes,
                word: None,
            },
            Refusal::NotOpen,
        ),
        (proposed(), BEN, WITHDRAW, Refusal::NotYours),
        (answered, BEN, WITHDRAW, Refusal::NotYours),
        (
            proposed(),
            ANA,
            Command::Withdraw { id: unknown(9) },
            Refusal::NotOpen,
        ),
        (rested.clone(), BEN, YES, Refusal::NotOpen),
        (
            rested.clone(),
            BEN,
            word("Late, but warm"),
            Refusal::NotOpen,
        ),
        (rested, ANA, WITHDRAW, Refusal::NotOpen),
    ] {
        let said = format!("{who:?}: {command:?}");
        assert_eq!(
            couple.tries(who, command).map(|_| ()),
            refused(why),
            "{said}"
        );
    }
}

#[test]
fn words_are_kept_as_they_were_written_without_space_at_the_ends() {
    let mut couple = Couple::default();
    couple.does(ANA, worded("  בוא נלך\r\nיחד 🙂 "));
    let shown = couple.state.proposals.get(TWO, couple.at).unwrap();
    assert_eq!(shown.words, "בוא נלך\nיחד 🙂");
    assert_eq!((shown.by, shown.at, shown.seq), (ANA, NOON, 1));
}

#[test]
fn s5_one_practice_is_proposed_at_most_once_a_fortnight_by_each() {
    let meanwhile = [
        ("nobody says anything", None),
        ("a warm word", Some((BEN, word("You are dear to me")))),
        ("a yes", Some((BEN, YES))),
        ("another time", Some((BEN, answer(another_time(3))))),
        ("it is withdrawn", Some((ANA, WITHDRAW))),
    ];
    for (what, happens) in meanwhile {
        let mut couple = proposed();
        couple.later(Stamp::HOUR);
        if let Some((who, command)) = happens {
            couple.does(who, command);
        }
        couple.does(BEN, propose(ProposalId::new(raw(7)), KISS));
        couple.does(ANA, propose(ProposalId::new(raw(8)), WALK));
        for (since, outcome) in [
            (Stamp::HOUR, refused(Refusal::AgainTooSoon)),
            (REST_AFTER - 1, refused(Refusal::AgainTooSoon)),
            (REST_AFTER, Ok(())),
        ] {
            couple.at = NOON.plus(since);
            let again = couple.tries(ANA, propose(TWO, KISS)).map(|_| ());
            assert_eq!(again, outcome, "{what}, then again after {since} ms");
        }
    }
}

#[test]
fn s5_the_fortnight_holds_when_the_withdrawn_words_are_erased() {
    let mut couple = proposed();
    let events = couple.does(ANA, WITHDRAW);
    let was = Asked {
        by: ANA,
        practice: KISS.to_owned(),
        at: NOON,
    };
    assert_eq!(
        events,
        [Event::Withdrawn {
            id: ONE,
            was: Some(was)
        }
        .into()]
    );
    couple.state = folded([(2, &couple.log[1])]);
    let again = couple.tries(ANA, propose(TWO, KISS)).map(|_| ());
    assert_eq!(again, refused(Refusal::AgainTooSoon));
    couple.does(BEN, propose(TWO, KISS));
}

#[test]
fn s6_what_is_left_lying_rests_for_both_after_a_fortnight() {
    let shows = |couple: &Couple, since: i64| {
        let at = NOON.plus(since);
        let lies = couple.state.proposals.on_the_table(at).count() == 1;
        assert_eq!(lies, couple.state.proposals.get(ONE, at).is_some());
        lies
    };
    // A "not now" leaves nothing here at all; a warm word with it does not change the day.
    let mut worded = proposed();
    worded.later(13 * Stamp::DAY);
    worded.does(BEN, word("Not this week, and I love you"));
    for couple in [proposed(), worded] {
        assert!(shows(&couple, REST_AFTER - 1));
        assert!(!shows(&couple, REST_AFTER));
    }
}

#[test]
fn g7_an_answer_on_the_last_day_is_there_for_a_fortnight() {
    let mut couple = proposed();
    couple.later(REST_AFTER - 1);
    couple.does(BEN, answer(another_time(20)));
    let answered = couple.at;
    for (since, there) in [(REST_AFTER - 1, true), (REST_AFTER, false)] {
        let shown = couple.state.proposals.get(ONE, answered.plus(since));
        assert_eq!(shown.is_some(), there, "{since} ms after the answer");
    }
    // Proposing anew counts from the proposal, not from its answer.
    couple.later(1);
    couple.does(ANA, propose(TWO, KISS));
}

#[test]
fn a_word_stays_when_an_answer_without_one_follows() {
    let mut couple = proposed();
    couple.does(BEN, word("Let me see"));
    couple.does(BEN, YES);
    let shown = couple.state.proposals.get(ONE, couple.at).unwrap();
    assert_eq!(shown.word.as_deref(), Some("Let me see"));
    assert_eq!(shown.answer, Some(Answer::Yes));
}

#[test]
fn what_arrives_twice_is_proposed_once() {
    let mut couple = proposed();
    assert_eq!(couple.does(ANA, propose(ONE, KISS)), []);
    assert_eq!(couple.log.len(), 1);
}

#[test]
fn the_oldest_lies_on_top() {
    let mut couple = Couple::default();
    for n in [3, 1, 2] {
        couple.does(ANA, propose(ProposalId::new(raw(n)), &n.to_string()));
        couple.later(Stamp::HOUR);
    }
    let order: Vec<&str> = (couple.state.proposals.on_the_table(couple.at))
        .map(|p| p.practice.as_str())
        .collect();
    assert_eq!(order, ["3", "1", "2"]);
}

#[test]
fn s24_the_same_holds_whoever_proposes() {
    for who in Who::BOTH {
        let mut couple = Couple::default();
        couple.does(who, propose(ONE, KISS));
        assert_eq!(
            couple.tries(who, YES).map(|_| ()),
            refused(Refusal::YourOwn)
        );
        assert_eq!(
            couple.tries(who.other(), WITHDRAW).map(|_| ()),
            refused(Refusal::NotYours)
        );
        couple.does(who.other(), YES);
        couple.does(who, WITHDRAW);
    }
}
