use rekindle_domain::between::{Command, LONGEST, MOST_ANSWERS, Refusal, SHOWN, Says, WAITING};
use rekindle_domain::ids::NoteId;
use rekindle_domain::{Who, shared};

use super::{ANA, BEN, Couple, folded, raw};

fn id(n: u16) -> NoteId {
    NoteId::new(raw(n))
}

fn send(n: u16) -> Command {
    Command::Send {
        id: id(n),
        words: format!("Right now I feel far away, {n}"),
    }
}

fn hear(to: u16, n: u16) -> Command {
    Command::Hear {
        to: id(to),
        id: id(n),
        words: "that you feel far away".to_owned(),
    }
}

fn time(to: u16, n: u16) -> Command {
    Command::NeedTime {
        to: id(to),
        id: id(n),
    }
}

fn add(to: u16, n: u16) -> Command {
    Command::Add {
        to: id(to),
        id: id(n),
        words: "Yes, that is it.".to_owned(),
    }
}

fn take_back(n: u16) -> Command {
    Command::Withdraw { id: id(n) }
}

#[test]
fn g2_1_the_first_reply_says_back_and_only_then_there_is_more() {
    let mut couple = Couple::default();
    couple.does(ANA, send(1));
    for (who, command, why) in [
        (BEN, add(1, 2), Refusal::SayBackFirst),
        (ANA, add(1, 2), Refusal::SayBackFirst),
        (ANA, hear(1, 2), Refusal::YourOwn),
        (ANA, time(1, 2), Refusal::YourOwn),
        (BEN, hear(9, 2), Refusal::NotThere),
        (BEN, add(9, 2), Refusal::NotThere),
    ] {
        let said = format!("{command:?}");
        let refused = Err(shared::Refusal::Between(why));
        assert_eq!(couple.tries(who, command), refused, "{said}");
    }
    couple.does(BEN, hear(1, 2));
    couple.does(ANA, add(1, 3));
    couple.does(BEN, hear(1, 4)); // sent from a page that was drawn before
    let note = couple.state.between.get(id(1)).unwrap();
    let says: Vec<bool> = (note.answers.iter())
        .map(|answer| matches!(answer.says, Says::Heard { .. }))
        .collect();
    assert_eq!(says, [true, false, false], "what was heard is said once");
}

#[test]
fn g2_1_i_need_time_is_an_answer_and_saying_back_may_follow() {
    let mut couple = Couple::default();
    couple.does(ANA, send(1));
    assert_eq!(couple.state.between.waiting_for(BEN).unwrap().id, id(1));
    assert_eq!(couple.state.between.waiting_for(ANA), None);
    couple.does(BEN, time(1, 2));
    assert_eq!(
        couple.state.between.waiting_for(BEN),
        None,
        "it was answered"
    );
    assert_eq!(couple.does(BEN, time(1, 3)), [], "once is enough");
    couple.does(BEN, hear(1, 4));
    assert!(couple.state.between.get(id(1)).unwrap().is_heard());
}

#[test]
fn s13_a_note_taken_back_is_as_if_never_sent_with_its_answers() {
    let mut couple = Couple::default();
    let before = couple.state.clone();
    couple.does(ANA, send(1));
    couple.does(BEN, hear(1, 2));
    assert_eq!(couple.does(BEN, take_back(1)), [], "it is Ana's");
    assert_eq!(couple.does(ANA, take_back(2)), [], "it is Ben's");
    assert_eq!(couple.state.between.records_of(id(1), ANA), [1, 2]);
    assert_eq!(couple.state.between.records_of(id(2), BEN), [2]);
    couple.does(ANA, take_back(1));
    assert_eq!(couple.state, before);
    assert_eq!(couple.does(ANA, take_back(1)), [], "pressed twice");
    let refused = Err(shared::Refusal::Between(Refusal::NotThere));
    assert_eq!(couple.tries(BEN, hear(1, 5)), refused);
    // With the records erased, the rest folds to the same.
    let kept = (1..).zip(&couple.log).filter(|(seq, _)| *seq > 2);
    assert_eq!(folded(kept), before);
}

#[test]
fn s13_an_answer_taken_back_is_gone_and_time_stands_again() {
    let mut couple = Couple::default();
    couple.does(ANA, send(1));
    couple.does(BEN, time(1, 2));
    let before = couple.state.clone();
    couple.does(BEN, hear(1, 3));
    couple.does(BEN, take_back(3));
    assert_eq!(couple.state, before);
}

#[test]
fn every_press_counts_once_and_words_have_a_length() {
    let mut couple = Couple::default();
    couple.does(ANA, send(1));
    assert_eq!(couple.does(ANA, send(1)), []);
    couple.does(BEN, hear(1, 2));
    assert_eq!(couple.does(BEN, hear(1, 2)), []);
    for (words, why) in [
        (" \u{200b}".to_owned(), Refusal::Empty),
        ("a".repeat(LONGEST + 1), Refusal::TooLong),
    ] {
        let refused = Err(shared::Refusal::Between(why));
        let send = Command::Send {
            id: id(7),
            words: words.clone(),
        };
        assert_eq!(couple.tries(ANA, send), refused);
        let to = id(1);
        assert_eq!(
            couple.tries(
                BEN,
                Command::Add {
                    to,
                    id: id(7),
                    words
                }
            ),
            refused
        );
    }
    for n in 0..MOST_ANSWERS - 1 {
        couple.does(Who::BOTH[n % 2], add(1, 10 + u16::try_from(n).unwrap()));
    }
    let refused = Err(shared::Refusal::Between(Refusal::Many));
    assert_eq!(couple.tries(ANA, add(1, 99)), refused);
    assert_eq!(couple.tries(BEN, hear(1, 99)), refused);
}

#[test]
fn the_newest_are_at_hand_and_the_page_knows_that_there_are_more() {
    let mut couple = Couple::default();
    for n in 1..=u16::try_from(SHOWN).unwrap() {
        couple.does(ANA, send(n));
    }
    assert!(!couple.state.between.has_older());
    couple.does(BEN, send(500));
    assert!(couple.state.between.has_older());
    assert_eq!(couple.state.between.newest().count(), SHOWN);
    assert_eq!(couple.state.between.newest().next().unwrap().id, id(500));
    // Of long ones fewer; the newest is there whole, whatever became of it.
    let long = |n: u16| Command::Send {
        id: id(n),
        words: "x".repeat(LONGEST),
    };
    for n in 600..620 {
        couple.does(BEN, long(n));
    }
    let held = couple.state.between.newest().count();
    assert!((3..=6).contains(&held), "{held}");
    let (newest, answers) = (id(619), MOST_ANSWERS);
    couple.does(ANA, hear(619, 700));
    for n in 701..700 + u16::try_from(answers).unwrap() {
        let more = Command::Add {
            to: newest,
            id: id(n),
            words: "x".repeat(LONGEST),
        };
        couple.does(Who::BOTH[usize::from(n % 2)], more);
    }
    let left: Vec<_> = couple.state.between.newest().collect();
    assert_eq!((left.len(), left[0].id), (WAITING, newest));
    assert_eq!(left[0].answers.len(), answers);
}

#[test]
fn g2_1_what_waits_for_an_answer_stays_until_there_is_one() {
    let long = |to: u16, n: u16| Command::Add {
        to: id(to),
        id: id(n),
        words: "x".repeat(LONGEST),
    };
    let mut couple = Couple::default();
    couple.does(ANA, send(1));
    couple.does(ANA, send(2));
    couple.does(ANA, send(3));
    couple.does(BEN, hear(2, 20));
    for n in 30..40 {
        couple.does(Who::BOTH[usize::from(n % 2)], long(2, n));
    }
    let between = |couple: &Couple| couple.state.between.clone();
    let ids =
        |couple: &Couple| -> Vec<NoteId> { between(couple).newest().map(|note| note.id).collect() };
    assert_eq!(
        ids(&couple),
        [id(3), id(2), id(1)],
        "one long thread pushes neither out"
    );
    assert_eq!(between(&couple).waiting_for(BEN).unwrap().id, id(3));
    // Answered, it is the one that was spoken in last, and another gives way.
    couple.does(BEN, time(1, 41));
    assert_eq!(ids(&couple), [id(3), id(1)]);
    couple.does(BEN, hear(1, 42));
    couple.does(BEN, hear(3, 43));
    assert_eq!(ids(&couple), [id(3), id(1)]);
    assert!(between(&couple).has_older());
    // Of very many the oldest go.
    let mut couple = Couple::default();
    for n in 1..=WAITING + 1 {
        let (id, words) = (id(u16::try_from(n).unwrap()), "x".repeat(LONGEST));
        couple.does(ANA, Command::Send { id, words });
    }
    let left = between(&couple);
    assert_eq!(left.newest().count(), WAITING);
    assert_eq!(left.get(id(1)), None);
}
