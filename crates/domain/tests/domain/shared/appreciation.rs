use rekindle_domain::appreciation::{Command, Event, Refusal, SHOWN};
use rekindle_domain::ids::NoteId;
use rekindle_domain::{Who, shared};

use super::{ANA, BEN, Couple, LONG, folded, raw};

const ONE: NoteId = NoteId::new(raw(1));
const WITHDRAW: Command = Command::Withdraw { id: ONE };

fn keep(n: u16, words: &str) -> Command {
    Command::Keep {
        id: NoteId::new(raw(n)),
        words: words.to_owned(),
    }
}

fn words(state: &shared::Shared) -> Vec<&str> {
    (state.appreciations.newest().map(|one| one.words.as_str())).collect()
}

#[test]
fn every_refusal_of_an_appreciation_has_its_reason() {
    let mut couple = Couple::default();
    couple.does(ANA, keep(1, "You made soup"));
    for (command, why) in [
        (keep(2, " \u{200d} "), Refusal::Empty),
        (keep(2, &"a".repeat(LONG + 1)), Refusal::TooLong),
        (WITHDRAW, Refusal::NotYours),
    ] {
        let said = format!("{command:?}");
        let refused = Err(shared::Refusal::Appreciation(why));
        assert_eq!(couple.tries(BEN, command), refused, "{said}");
    }
}

#[test]
fn s13_whoever_offered_it_takes_it_back_and_nothing_is_left() {
    for who in Who::BOTH {
        let mut couple = Couple::default();
        let before = couple.state.clone();
        couple.does(who, keep(1, "You made soup"));
        assert_eq!(couple.state.appreciations.get(ONE).unwrap().from, who);
        assert_eq!(couple.state.appreciations.ever(), 1);
        couple.does(who, WITHDRAW);
        assert_eq!(couple.state, before);
        assert_eq!(couple.does(who, WITHDRAW), [], "pressed twice");
        assert_eq!(couple.does(who.other(), WITHDRAW), [], "gone is gone");
    }
}

#[test]
fn the_newest_forty_are_at_hand_and_all_are_counted() {
    let mut couple = Couple::default();
    for n in 1..=50 {
        couple.does(ANA, keep(n, &n.to_string()));
    }
    let expected: Vec<String> = (11..=50).rev().map(|n| n.to_string()).collect();
    assert_eq!(words(&couple.state), expected);
    assert_eq!(expected.len(), SHOWN);
    assert_eq!(couple.state.appreciations.ever(), 50);
    let newest = couple.state.appreciations.newest().next().unwrap();
    assert_eq!((newest.seq, newest.at), (50, couple.at));
}

#[test]
fn s3_a_withdrawn_one_makes_room_again_once_its_record_is_erased() {
    let kept = |of: &[u16]| {
        let mut couple = Couple::default();
        for n in of {
            couple.does(ANA, keep(*n, &n.to_string()));
        }
        couple
    };
    let never: Vec<u16> = (2..=60).collect();
    let offered: Vec<u16> = (2..=59).chain([1, 60]).collect();
    let mut offered = kept(&offered);
    offered.does(ANA, WITHDRAW);
    let log = (1..).zip(&offered.log).filter(|(_, entry)| {
        !matches!(&entry.event, shared::Event::Appreciation(Event::Kept { id, .. }) if *id == ONE)
    });
    let erased = folded(log);
    let never = kept(&never).state;
    assert_eq!(words(&erased), words(&never));
    assert_eq!(erased.appreciations.ever(), never.appreciations.ever());
}

#[test]
fn what_arrives_twice_is_kept_once() {
    let mut couple = Couple::default();
    couple.does(ANA, keep(1, "You made soup"));
    assert_eq!(couple.does(ANA, keep(1, "You made soup")), []);
    couple.happens(couple.log[0].event.clone());
    assert_eq!(words(&couple.state), ["You made soup"]);
    assert_eq!(couple.state.appreciations.ever(), 1);
}
