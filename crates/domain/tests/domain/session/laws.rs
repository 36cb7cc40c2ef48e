//! Laws over any interleaving of two phones: duplicates, late presses, pauses, stops, long silences, clocks that jump.

use super::shapes::{NAMES, name};
use super::*;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rekindle_domain::session::{Detail, Filled, Phase, Token};

/// What one phone does next.
#[derive(Clone, Debug)]
struct Move {
    phone: Who,
    by: Option<Who>,
    pick: Pick,
    /// How many tokens ago the screen was drawn.
    old: usize,
    twice: bool,
    wait: i64,
}

#[derive(Clone, Debug)]
enum Pick {
    /// What leads on: this one of the buttons that the step has.
    On(usize),
    /// Anything on the screen.
    Shown(usize),
    /// Anything there is, shown or not.
    Any(usize),
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![Just(ANA), Just(BEN)]
}

fn any_move() -> impl Strategy<Value = Move> {
    (
        who(),
        prop_oneof![4 => Just(None), 1 => who().prop_map(Some)],
        prop_oneof![
            12 => (0..8_usize).prop_map(Pick::On),
            3 => (0..64_usize).prop_map(Pick::Shown),
            1 => (0..64_usize).prop_map(Pick::Any),
        ],
        prop_oneof![9 => Just(0_usize), 1 => 1..4_usize],
        prop::bool::weighted(0.1),
        prop_oneof![
            20 => 0..90 * Stamp::SECOND,
            1 => prop_oneof![2 => Just(-Stamp::HOUR), 1 => Just(13 * Stamp::HOUR)],
        ],
    )
        .prop_map(|(phone, by, pick, old, twice, wait)| Move {
            phone,
            by,
            pick,
            old,
            twice,
            wait,
        })
}

fn any_mode() -> impl Strategy<Value = (Mode, &'static str)> {
    prop_oneof![
        3 => Just((Mode::Live, "full")),
        1 => Just((Mode::Apart, "short")),
        2 => Just((Mode::OnePhone, "full")),
        1 => Just((Mode::Solo, "solo")),
    ]
}

/// A press of a button, with something typed where it is asked for.
fn press(kind: &ButtonKind, now: Stamp) -> Press {
    let spoken = *kind == ButtonKind::Adjust;
    kind.clone().pressed(Filled {
        words: (!spoken).then(|| "words".to_owned()),
        from: ANA,
        talk: false,
        when: Some(now.plus(Stamp::DAY)),
        day_ends: now.plus(3 * Stamp::HOUR),
        chance: 7,
    })
}

fn all_kinds() -> Vec<ButtonKind> {
    use ButtonKind::*;
    let choices = [
        "low", "high", "full", "short", "one", "none", "heard", "talk", "on", "more", "settled",
        "break", "nonsense",
    ];
    let mut kinds = vec![
        Here,
        NotNow,
        Next,
        Ready,
        Take,
        PassOn,
        SaidBack,
        Right,
        NotQuite,
        Give,
        Accept,
        Adjust,
        Decline,
        Keep,
        Park,
        Pause,
        Resume,
        SetTime,
        FreshStart,
        Skip,
        Stop,
        Write,
        Break,
        Draw(None),
        Draw(Some(1)),
        Draw(Some(2)),
    ];
    kinds.extend(choices.map(|option| Choose(option.to_owned())));
    kinds
}

/// An evening, and for each press that was taken what stood before it.
struct Run {
    it: Evening,
    before: Vec<(Evening, Who, Press, Vec<Event>)>,
}

fn run((mode, form): (Mode, &str), moves: &[Move]) -> Run {
    let mut run = Run {
        it: Evening::new(every_kind()),
        before: vec![],
    };
    run.presses(
        ANA,
        None,
        Token::default(),
        Press::Begin {
            mode,
            form: form.to_owned(),
            first: ANA,
            about: Some("Sunday visits".to_owned()),
        },
    );
    // Most runs begin, many of them somewhere along the way; the others stay in front of the door for a while.
    if !moves.len().is_multiple_of(5) {
        for who in Who::BOTH {
            let day_ends = run.it.now.plus(4 * Stamp::HOUR);
            run.presses(who, None, run.it.state.token(), Press::Here { day_ends });
        }
        for _ in 0..moves.len() % 41 {
            run.presses(ANA, None, run.it.state.token(), Press::Skip);
        }
    }
    let mut tokens: Vec<Token> = vec![run.it.state.token()];
    for m in moves {
        run.it.later(m.wait);
        let view = run.it.view(m.phone);
        let on: Vec<_> = view
            .buttons
            .iter()
            .filter(|button| leads_on(&button.kind))
            .collect();
        let (by, kind) = match m.pick {
            Pick::On(n) if !on.is_empty() => {
                (Some(on[n % on.len()].who), on[n % on.len()].kind.clone())
            }
            Pick::On(n) | Pick::Shown(n) if !view.buttons.is_empty() => {
                let button = &view.buttons[n % view.buttons.len()];
                (Some(button.who), button.kind.clone())
            }
            Pick::On(n) | Pick::Shown(n) | Pick::Any(n) => {
                (m.by, all_kinds()[n % all_kinds().len()].clone())
            }
        };
        let at = tokens[tokens.len().saturating_sub(m.old + 1)];
        for _ in 0..=usize::from(m.twice) {
            run.presses(m.phone, by, at, press(&kind, run.it.now));
        }
        if tokens.last() != Some(&run.it.state.token()) {
            tokens.push(run.it.state.token());
        }
    }
    run
}

impl Run {
    /// The evening as it stood at some time after it was laid out.
    fn at(&self, when: prop::sample::Index) -> Evening {
        let later = self.before.iter().skip(1).map(|(it, ..)| it);
        let ever: Vec<&Evening> = later.chain([&self.it]).collect();
        (*when.get(&ever)).clone()
    }

    fn presses(&mut self, phone: Who, by: Option<Who>, at: Token, press: Press) {
        let command = Command {
            at,
            by,
            press: press.clone(),
        };
        if let Ok(events) = self.it.decides(phone, &command) {
            let stood = self.it.clone();
            self.it.takes(events.clone());
            self.before
                .push((stood, by.unwrap_or(phone), press, events));
        }
    }
}

fn people(it: &Evening) -> &'static [Who] {
    if it.state.mode() == Some(Mode::Solo) {
        &[ANA]
    } else {
        &Who::BOTH
    }
}

/// Whether the button belongs to the step itself: not beside it, and not the way out.
fn leads_on(kind: &ButtonKind) -> bool {
    use ButtonKind::{Break, FreshStart, Keep, NotNow, Park, Pause, SetTime, Skip, Stop};
    !matches!(
        kind,
        NotNow | SetTime | Keep | Park | Pause | Break | FreshStart | Skip | Stop
    )
}

/// Whether words of both stand there: who writes them again begins that step again.
fn has_words(view: &View) -> bool {
    let step = view.step.as_ref();
    step.is_some_and(|step| matches!(step.detail, Detail::Write { words: Some(_), .. }))
}

/// Presses with which two people of good will come to the end, without stopping and without leaving anything out.
fn go_on(it: &mut Evening) -> bool {
    for who in people(it) {
        let view = it.view(*who);
        let forward = view.buttons.iter().find(|button| {
            leads_on(&button.kind)
                && !matches!(
                    button.kind,
                    ButtonKind::NotQuite | ButtonKind::Adjust | ButtonKind::PassOn
                )
                && !(button.kind == ButtonKind::Write && has_words(&view))
        });
        if let Some(button) = forward {
            let command = Command {
                at: view.token,
                by: Some(button.who),
                press: press(&button.kind, it.now),
            };
            let events = it
                .decides(*who, &command)
                .expect("what the screen offers is taken");
            it.takes(events);
            return true;
        }
    }
    false
}

#[test]
fn the_evenings_below_come_to_every_step_and_every_event() {
    let mut runner = TestRunner::deterministic();
    let evenings = (any_mode(), prop::collection::vec(any_move(), 0..60));
    let mut seen = BTreeSet::new();
    for _ in 0..300 {
        let (mode, moves) = evenings
            .new_tree(&mut runner)
            .expect("nothing is filtered")
            .current();
        let Run { it, before } = run(mode, &moves);
        seen.extend(
            before
                .iter()
                .filter_map(|(stood, who, ..)| stood.view(*who).step)
                .map(|step| step.id),
        );
        seen.extend(it.events.iter().map(|event| name(event).to_owned()));
    }
    let steps = every_kind().steps.len();
    // All but the limits of touch, which this script is not.
    assert_eq!(seen.len(), steps + NAMES - 1, "{seen:?}");
}

proptest! {
    #[test]
    fn the_state_is_the_fold_of_its_events_wherever_the_server_restarts(
        mode in any_mode(), moves in prop::collection::vec(any_move(), 0..60), cut in any::<prop::sample::Index>(),
    ) {
        let Run { it, .. } = run(mode, &moves);
        let (some, rest) = it.events.split_at(cut.index(it.events.len() + 1));
        let stored: Vec<Event> =
            serde_json::from_str(&serde_json::to_string(some).unwrap()).unwrap();
        let snapshot: State =
            serde_json::from_str(&serde_json::to_string(&State::of(&stored)).unwrap()).unwrap();
        let resumed = rest.iter().fold(snapshot, State::fold);
        prop_assert_eq!(&resumed, &State::of(&it.events));
        prop_assert_eq!(&resumed, &it.state);
        for who in Who::BOTH {
            prop_assert_eq!(resumed.view(&it.script, who, it.now), it.view(who));
        }
    }

    #[test]
    fn the_screen_offers_what_is_taken_and_nothing_else_is(
        mode in any_mode(), moves in prop::collection::vec(any_move(), 0..60), when in any::<prop::sample::Index>(),
    ) {
        let it = run(mode, &moves).at(when);
        for phone in Who::BOTH {
            let view = it.view(phone);
            for by in Who::BOTH {
                for kind in all_kinds() {
                    let command = Command { at: view.token, by: Some(by), press: press(&kind, it.now) };
                    let decided = it.decides(phone, &command);
                    if view.offers(by, &kind) {
                        prop_assert!(decided.is_ok(), "{phone:?} for {by:?}: {kind:?}: {decided:?}");
                    } else {
                        // Refused, or so already.
                        let nothing = decided.is_err() || decided == Ok(vec![]);
                        let away = kind == ButtonKind::NotNow || kind == ButtonKind::Stop;
                        let only_away = matches!(decided.as_deref(), Ok([Event::Away { by: who }]) if *who == by);
                        prop_assert!(nothing || (away && only_away), "{phone:?} for {by:?}: {kind:?}: {decided:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn nobody_is_ever_stuck(mode in any_mode(), moves in prop::collection::vec(any_move(), 0..60), when in any::<prop::sample::Index>()) {
        let mut it = run(mode, &moves).at(when);
        let stood = it.clone();
        let mut presses = 0;
        while !it.state.is_finished() {
            prop_assert!(go_on(&mut it), "nothing to press at {:?}", it.view(ANA));
            presses += 1;
            prop_assert!(presses < 200, "round and round at {:?}", it.view(ANA));
        }
        // With the other phone gone, too: leave out what needs two, or stop.
        if stood.state.has_begun() && !stood.state.is_finished() {
            let phone = people(&stood)[0];
            let stopped = stood.tries(phone, Press::Stop).unwrap();
            prop_assert_eq!(&stopped, &vec![Event::Finished]);
            let mut alone = stood;
            for _ in 0..100 {
                let Phase::Running = alone.view(phone).phase else { break };
                alone.press(phone, Press::Skip);
            }
            prop_assert!(!matches!(alone.view(phone).phase, Phase::Running));
        }
    }

    #[test]
    fn s7_stop_writes_the_same_whoever_presses_and_wherever(
        mode in any_mode(), moves in prop::collection::vec(any_move(), 0..60), when in any::<prop::sample::Index>(),
    ) {
        let it = run(mode, &moves).at(when);
        if it.state.has_begun() && !it.state.is_finished() {
            for &who in people(&it) {
                let stopped = serde_json::to_string(&it.tries(who, Press::Stop).unwrap()).unwrap();
                prop_assert_eq!(stopped, r#"[{"is":"finished"}]"#);
            }
        }
    }

    #[test]
    fn there_is_at_most_one_fresh_start(mode in any_mode(), moves in prop::collection::vec(any_move(), 0..80)) {
        let Run { it, .. } = run(mode, &moves);
        let starts = it.events.iter().filter(|event| matches!(event, Event::FreshStart { .. })).count();
        prop_assert!(starts <= 1);
    }

    #[test]
    fn s5_it_begins_and_goes_on_only_with_a_current_yes_of_each(
        mode in any_mode(), moves in prop::collection::vec(any_move(), 0..60),
    ) {
        // Kept apart from the state: who has said yes and until when, and how long that carries the session.
        let Run { it, before } = run(mode, &moves);
        let mut yes = [None::<Stamp>; 2];
        let mut carried_until = None::<Stamp>;
        for (stood, by, press, events) in &before {
            if let (Press::Here { day_ends }, false) = (press, events.is_empty()) {
                yes[by.index()] = Some(*day_ends);
            }
            for event in events {
                let lapsed = carried_until.is_some_and(|until| stood.now >= until);
                if matches!(event, Event::Opened { .. }) {
                    yes = [None; 2];
                } else if let Event::Away { by } = event {
                    yes[by.index()] = None;
                } else if let Event::Began { until, .. } | Event::Resumed { until, .. } = event {
                    if lapsed || matches!(event, Event::Began { .. }) {
                        for who in people(&it) {
                            let current = yes[who.index()].is_some_and(|until| stood.now < until);
                            prop_assert!(current, "{:?} had said no yes before {:?}", who, event);
                        }
                        prop_assert!(until.since(stood.now) <= 12 * Stamp::HOUR);
                        yes = [None; 2];
                    }
                    carried_until = Some(*until);
                } else if lapsed {
                    let allowed = matches!(event, Event::Here { .. } | Event::Finished);
                    prop_assert!(allowed, "{:?} happened though no yes holds", event);
                }
            }
        }
    }

    #[test]
    fn s3_what_one_has_not_given_changes_nothing_on_the_others_phone(
        moves in prop::collection::vec(any_move(), 0..80), apart in any::<bool>(),
    ) {
        let mode = if apart { (Mode::Apart, "short") } else { (Mode::Live, "full") };
        let Run { before, .. } = run(mode, &moves);
        for (stood, by, _, events) in before {
            let other = by.other();
            // An answer counts as given once the other's is there, too; in an open choice, at once.
            let given = stood.view(other).step.is_some_and(|step| {
                step.id == "open"
                    || matches!(step.detail, Detail::Choice { picked, .. } if picked[other.index()].is_some())
            });
            let private = !events.is_empty()
                && events.iter().all(|event| {
                    matches!(event, Event::Here { .. } | Event::Away { .. } | Event::Ready { .. })
                        || (!given && matches!(event, Event::Picked { .. }))
                });
            if private {
                let mut after = stood.clone();
                after.takes(events.clone());
                let bytes = |it: &Evening| serde_json::to_vec(&it.view(other)).unwrap();
                prop_assert_eq!(bytes(&stood), bytes(&after), "after {:?}", events);
            }
        }
    }

    #[test]
    fn a_repeated_press_changes_nothing(mode in any_mode(), moves in prop::collection::vec(any_move(), 0..60)) {
        let Run { before, .. } = run(mode, &moves);
        for (stood, by, press, events) in before {
            let command = Command { at: stood.state.token(), by: Some(by), press };
            let Ok(first) = stood.decides(by, &command) else { continue };
            if first != events {
                continue; // It was pressed on an older screen.
            }
            let mut after = stood.clone();
            after.takes(first);
            match after.decides(by, &command) {
                Ok(again) => prop_assert_eq!(again, vec![], "{:?}", command),
                Err(refusal) => prop_assert!(
                    matches!(refusal, Refusal::Late | Refusal::Over | Refusal::NotNow),
                    "{:?}: {:?}", command, refusal
                ),
            }
        }
    }
}
