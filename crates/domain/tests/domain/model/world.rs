//! Two phones, a network and a server, as states and actions.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rekindle_domain::session::script::Card;
use rekindle_domain::session::{
    ButtonKind, Command, Detail, Event, Mode, Phase, Press, Script, State, Token, View,
};
use rekindle_domain::{Stamp, Who};
use stateright::{Model, Property};

use super::faults::{self, Fault};

pub(super) const EVENING: Stamp = Stamp(1_790_000_000_000);
const MORNING: Stamp = EVENING.plus(13 * Stamp::HOUR);

/// What can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Wrong {
    /// Nobody can press anything that leads on.
    Stuck,
    /// A phone believes its page is as it should be, and it is not.
    OutOfStep,
    /// Something the server had taken is gone.
    Lost,
    /// What one has not given shows on the other's phone, in anything it can receive.
    Leaked,
    /// It began, or went on after a night, without a current yes of each.
    Unasked,
    /// A press counted twice, or for another screen than it was made on.
    Twice,
}

impl Wrong {
    pub(super) const ALL: [Self; 6] = [
        Self::Stuck,
        Self::OutOfStep,
        Self::Lost,
        Self::Leaked,
        Self::Unasked,
        Self::Twice,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stuck => "never stuck",
            Self::OutOfStep => "never out of step for good",
            Self::Lost => "nothing lost",
            Self::Leaked => "nothing told",
            Self::Unasked => "nothing unasked",
            Self::Twice => "nothing twice",
        }
    }
}

/// What a run really comes to.
pub(super) const COME_TO: [&str; 3] = ["finished", "begun", "both pressed at once"];

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Bounds {
    drop_outs: u8,
    duplicates: u8,
    restarts: u8,
    asides: u8,
    nights: u8,
    /// How many changes a screen may be behind.
    behind: u32,
    /// So many steps are played, from this one on, and the closing.
    from: usize,
    steps: usize,
    /// Whether the network may fail under any press, not only under those that matter most.
    anything: bool,
}

impl Bounds {
    /// As `REKINDLE_MODEL=drop-outs,duplicates,restarts,asides,nights,behind,steps` has it, for whoever looks for the
    /// bounds that a machine can bear.
    fn told(self) -> Self {
        let Ok(told) = std::env::var("REKINDLE_MODEL") else {
            return self;
        };
        let told: Vec<u8> = told.split(',').filter_map(|one| one.parse().ok()).collect();
        let [
            drop_outs,
            duplicates,
            restarts,
            asides,
            nights,
            behind,
            steps,
        ] = told[..]
        else {
            panic!("seven numbers");
        };
        Self {
            drop_outs,
            duplicates,
            restarts,
            asides,
            nights,
            behind: behind.into(),
            steps: steps.into(),
            ..self
        }
    }

    /// Two drop-outs, one duplicate, one restart; in four stretches of the way, which together have every kind of step.
    pub(super) const ORDINARY: Self = Self {
        drop_outs: 2,
        duplicates: 1,
        restarts: 1,
        asides: 0,
        nights: 0,
        behind: 2,
        from: 0,
        steps: 3,
        anything: false,
    };
    /// One thing beside the way: a pause, a break, something kept, words put anew, a yes taken back.
    pub(super) const ASIDE: Self = Self {
        drop_outs: 1,
        duplicates: 0,
        asides: 1,
        ..Self::ORDINARY
    };
    pub(super) const NIGHT: Self = Self {
        drop_outs: 0,
        duplicates: 1,
        restarts: 0,
        asides: 1,
        nights: 1,
        steps: 2,
        ..Self::ORDINARY
    };
    /// All of the way at once; hours.
    pub(super) const WIDE: Self = Self {
        drop_outs: 2,
        asides: 1,
        nights: 1,
        behind: 3,
        steps: 99,
        anything: true,
        ..Self::ORDINARY
    };
    /// One drop-out on all of the way.
    pub(super) const WHOLE: Self = Self {
        drop_outs: 1,
        duplicates: 0,
        restarts: 0,
        steps: 99,
        ..Self::ORDINARY
    };

    pub(super) const fn stretch(self, from: usize, steps: usize) -> Self {
        Self {
            from,
            steps,
            ..self
        }
    }
}

pub(super) struct Couple {
    script: Script,
    bounds: Bounds,
    fault: Option<Fault>,
    /// Only this is looked for.
    pub(super) only: Option<Wrong>,
}

/// A press that was sent and not yet answered, or a copy of one that still travels.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Sent {
    who: Who,
    command: Command,
    /// The server has heard it, and it did something.
    heard: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Phone {
    online: bool,
    mark: u64,
    screen: Arc<View>,
    pending: Option<Sent>,
}

impl PartialEq for Phone {
    fn eq(&self, other: &Self) -> bool {
        self.online == other.online
            && self.mark == other.mark
            && self.pending == other.pending
            && self.screen.token == other.screen.token
    }
}

impl Hash for Phone {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.online, self.mark, &self.pending, self.screen.token).hash(hasher);
    }
}

/// What the server has taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct Taken {
    kept: usize,
    parked: usize,
    agreed: usize,
    written: usize,
    settled: bool,
    next: bool,
    finished: bool,
}

#[derive(Clone, Debug)]
pub(super) struct World {
    server: Arc<State>,
    /// By what each phone would be told that its page has changed.
    marks: [u64; 2],
    /// The place in the way, by what happened.
    place: usize,
    log: Arc<Vec<Event>>,
    taken: Taken,
    /// Who has said a yes that holds.
    yes: [bool; 2],
    phones: [Phone; 2],
    ghost: Option<Sent>,
    morning: bool,
    /// Whether what carries the session was said since the night.
    carried: bool,
    left: Bounds,
    wrong: Option<Wrong>,
    both_at_once: bool,
}

impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Hash for World {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.key().hash(hasher);
    }
}

impl World {
    /// All but the log, which only says how it came here.
    #[allow(clippy::type_complexity)]
    fn key(
        &self,
    ) -> (
        &State,
        &[Phone; 2],
        &Option<Sent>,
        (Taken, [bool; 2], bool, bool),
        Bounds,
        Option<Wrong>,
    ) {
        (
            &self.server,
            &self.phones,
            &self.ghost,
            (self.taken, self.yes, self.morning, self.carried),
            self.left,
            self.wrong,
        )
    }

    fn now(&self) -> Stamp {
        if self.morning { MORNING } else { EVENING }
    }
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Action {
    /// Pressed, heard and answered.
    Press(Who, ButtonKind),
    /// The network is gone before the server hears it.
    Lost(Who, ButtonKind),
    /// The server hears it, the answer is lost.
    Unanswered(Who, ButtonKind),
    /// Answered, and a copy of it still travels.
    Twice(Who, ButtonKind),
    /// The copy arrives.
    Copy,
    /// Told that its page has changed, a phone fetches it.
    Refresh(Who),
    DropOut(Who),
    /// Back again: what was not answered is sent once more, then the page is fetched.
    Back(Who),
    Restart,
    Night,
}

const fn matters(kind: &ButtonKind) -> bool {
    !matches!(
        kind,
        ButtonKind::Park
            | ButtonKind::Pause
            | ButtonKind::Break
            | ButtonKind::Skip
            | ButtonKind::FreshStart
            | ButtonKind::NotQuite
            | ButtonKind::NotNow
            | ButtonKind::SetTime
            | ButtonKind::Adjust
            | ButtonKind::Decline
    )
}

impl Couple {
    pub(super) fn new(bounds: Bounds, fault: Option<Fault>) -> Self {
        let bounds = bounds.told();
        let mut script = Script::parse("once", include_str!("once.toml")).expect("it parses");
        assert_eq!(script.check(), []);
        let closing = script.steps.pop().expect("a closing");
        script.steps.truncate(bounds.from + bounds.steps);
        script.steps.drain(..bounds.from);
        script.steps.push(closing);
        script.deal(|_| {
            ["lamp", "light"]
                .map(|id| Card {
                    id: id.to_owned(),
                    say: id.to_owned(),
                    then: None,
                    depth: 1,
                    tags: vec![],
                })
                .to_vec()
        });
        Self {
            script,
            bounds,
            fault,
            only: None,
        }
    }

    fn view(&self, world: &World, who: Who) -> View {
        faults::view(self.fault, &world.server, &self.script, who, world.now())
    }

    fn mark(&self, server: &State, who: Who) -> u64 {
        faults::mark(self.fault, server, &self.script, who)
    }

    fn fetch(&self, world: &mut World, who: Who) {
        let mark = world.marks[who.index()];
        if world.phones[who.index()].mark == mark && !world.morning {
            return; // it has it
        }
        let screen = Arc::new(self.view(world, who));
        let phone = &mut world.phones[who.index()];
        phone.screen = screen;
        phone.mark = mark;
    }

    /// The press of a button on this screen, as long as there is room for it.
    fn press(&self, world: &World, who: Who, kind: &ButtonKind) -> Option<(Press, bool)> {
        let words = || Some("words".to_owned());
        let now = world.now();
        let aside = world.left.asides > 0;
        let screen = &world.phones[who.index()].screen;
        let step = screen.step.as_ref();
        let drafted = step.is_some_and(|step| {
            matches!(
                step.detail,
                Detail::Write { words: Some(_), .. } | Detail::Draw { card: Some(_) }
            )
        });
        // What may be done again and again is done so often as there is room for.
        let extra = match kind {
            ButtonKind::NotNow
            | ButtonKind::Keep
            | ButtonKind::Park
            | ButtonKind::Pause
            | ButtonKind::Break
            | ButtonKind::FreshStart
            | ButtonKind::NotQuite
            | ButtonKind::Adjust => true,
            ButtonKind::Write | ButtonKind::Draw(_) => drafted,
            ButtonKind::SetTime => world.taken.next || matches!(screen.phase, Phase::Paused { .. }),
            _ => false,
        };
        if extra && !aside {
            return None;
        }
        let press = match kind {
            ButtonKind::Here => Press::Here {
                day_ends: now.plus(3 * Stamp::HOUR),
            },
            ButtonKind::NotNow => Press::NotNow,
            ButtonKind::Next => Press::Next,
            ButtonKind::Ready => Press::Ready,
            ButtonKind::Take => Press::Take,
            ButtonKind::SaidBack => Press::SaidBack,
            ButtonKind::Right => Press::Right,
            ButtonKind::NotQuite => Press::NotQuite,
            ButtonKind::Choose(option) => Press::Choose {
                option: option.clone(),
                words: None,
            },
            ButtonKind::Give => Press::Give { words: words() },
            ButtonKind::Accept => Press::Accept,
            ButtonKind::Adjust => Press::Adjust { words: None },
            ButtonKind::Decline => Press::Decline,
            ButtonKind::Keep => Press::Keep {
                from: who.other(),
                words: "kept".to_owned(),
            },
            ButtonKind::Write => Press::Write {
                words: if drafted { "anew" } else { "we try" }.to_owned(),
                back: None,
            },
            ButtonKind::Draw(depth) => Press::Draw {
                depth: *depth,
                chance: 0,
            },
            ButtonKind::Park => Press::Park {
                topic: "parked".to_owned(),
                talk: false,
            },
            ButtonKind::Pause => Press::Pause,
            ButtonKind::Break => Press::Break,
            ButtonKind::Resume => Press::Resume,
            ButtonKind::SetTime => Press::SetTime {
                at: EVENING.plus(Stamp::DAY),
            },
            ButtonKind::FreshStart => Press::FreshStart,
            ButtonKind::Skip => Press::Skip,
            ButtonKind::Stop => Press::Stop,
        };
        Some((press, extra))
    }

    /// The server hears a press. Whether it did something.
    fn hear(&self, world: &mut World, sent: &Sent) -> bool {
        let Sent {
            who,
            command,
            heard,
        } = sent;
        let (who, fault) = (*who, self.fault);
        let before = Arc::clone(&world.server);
        let Ok(events) = faults::decide(
            fault,
            &before,
            &self.script,
            world.now(),
            who,
            command.clone(),
        ) else {
            return false;
        };
        if events.is_empty() {
            return false;
        }
        let bound_to_its_screen = !matches!(
            command.press,
            Press::Stop
                | Press::NotNow
                | Press::Keep { .. }
                | Press::Park { .. }
                | Press::Pause
                | Press::Break
        );
        if *heard
            || bound_to_its_screen
                && (command.at.step, command.at.rest) != (before.token().step, before.token().rest)
        {
            world.wrong.get_or_insert(Wrong::Twice);
        }
        let other = who.other();
        let now = world.now();
        let shown = |state: &State| {
            (
                faults::view(fault, state, &self.script, other, now),
                faults::mark(fault, state, &self.script, other),
            )
        };
        let after = events.iter().fold(State::clone(&before), |state, event| {
            faults::fold(fault, state, event)
        });
        if let [only] = events.as_slice() {
            let done = |state: &State| {
                let view = faults::view(None, state, &self.script, other, EVENING);
                let step = view.step.map(|step| step.detail);
                matches!(step, Some(Detail::Choice { done: true, .. }))
            };
            let mut leaks = false;
            match only {
                Event::Here { .. } | Event::Away { .. } | Event::Ready { .. } => {
                    leaks = shown(&before) != shown(&after);
                }
                Event::Picked { by, option } if !done(&after) => {
                    // Another answer looks the same from the other side, and so does none.
                    let option = if option == "low" { "high" } else { "low" }.to_owned();
                    let picked = Event::Picked { by: *by, option };
                    let otherwise = faults::fold(fault, State::clone(&before), &picked);
                    leaks = shown(&before) != shown(&after) || shown(&otherwise) != shown(&after);
                }
                _ => {}
            }
            if leaks {
                world.wrong.get_or_insert(Wrong::Leaked);
            }
        }
        world.server = Arc::new(after);
        for event in &events {
            self.happened(world, event);
        }
        Arc::make_mut(&mut world.log).extend(events);
        self.look(world);
        true
    }

    /// What has to be so wherever the server stands.
    fn look(&self, world: &mut World) {
        for who in Who::BOTH {
            world.marks[who.index()] = self.mark(&world.server, who);
        }
        if self.is_stuck(world) {
            world.wrong.get_or_insert(Wrong::Stuck);
        }
        if self.is_out_of_step(world) {
            world.wrong.get_or_insert(Wrong::OutOfStep);
        }
        if Self::is_lost(world) {
            world.wrong.get_or_insert(Wrong::Lost);
        }
    }

    fn happened(&self, world: &mut World, event: &Event) {
        let taken = &mut world.taken;
        match event {
            Event::Kept { .. } => taken.kept += 1,
            Event::Parked { .. } => taken.parked += 1,
            Event::Agreed => taken.agreed += 1,
            Event::Stands { .. } => taken.written += 1,
            Event::Settled => taken.settled = true,
            Event::NextSet { .. } => taken.next = true,
            Event::Finished => taken.finished = true,
            Event::Moved { to, .. } | Event::Again { to, .. } | Event::FreshStart { to, .. } => {
                world.place = *to;
            }
            Event::Here { by, .. } => world.yes[by.index()] = true,
            Event::Away { by } => world.yes[by.index()] = false,
            Event::Began { .. } | Event::Resumed { .. } => {
                let fresh = world.yes == [true, true];
                let needed = matches!(event, Event::Began { .. }) || !world.carried;
                if needed && !fresh {
                    world.wrong.get_or_insert(Wrong::Unasked);
                }
                world.carried = true;
                world.yes = [false; 2];
            }
            _ => {}
        }
        // After a night nothing but yeses and stopping happens before it is carried again.
        if !world.carried
            && world.server.has_begun()
            && !matches!(
                event,
                Event::Here { .. } | Event::Away { .. } | Event::Finished
            )
        {
            world.wrong.get_or_insert(Wrong::Unasked);
        }
    }

    fn is_stuck(&self, world: &World) -> bool {
        let now = world.now();
        let views = Who::BOTH.map(|who| self.view(world, who));
        let offers = |who: Who, kind: &ButtonKind| views[who.index()].offers(who, kind);
        let state = &world.server;
        match &views[0].phase {
            Phase::Finished => false,
            Phase::Unopened => true,
            Phase::Running => {
                let leads_on = views.iter().flat_map(|view| &view.buttons).any(|button| {
                    use ButtonKind::{
                        Break, FreshStart, Keep, NotNow, NotQuite, Park, Pause, SetTime, Skip, Stop,
                    };
                    !matches!(
                        button.kind,
                        NotNow
                            | NotQuite
                            | SetTime
                            | Keep
                            | Park
                            | Pause
                            | Break
                            | FreshStart
                            | Skip
                            | Stop
                    )
                });
                let alone = Who::BOTH.iter().all(|who| {
                    let skip = Command::new(state.token(), Press::Skip);
                    let skipped = faults::decide(self.fault, state, &self.script, now, *who, skip);
                    let forward = match skipped.as_deref() {
                        Ok([Event::Moved { to, .. }]) => *to > world.place,
                        Ok([Event::Finished]) => true,
                        Ok(_) | Err(_) => false,
                    };
                    forward && offers(*who, &ButtonKind::Skip) && offers(*who, &ButtonKind::Stop)
                });
                !(leads_on && alone)
            }
            Phase::Paused { .. } => !Who::BOTH
                .iter()
                .all(|who| offers(*who, &ButtonKind::Resume)),
            Phase::Waiting { .. } => {
                let mut then = State::clone(state);
                for who in Who::BOTH {
                    if offers(who, &ButtonKind::Here) {
                        let press = Press::Here {
                            day_ends: now.plus(Stamp::HOUR),
                        };
                        let at = then.view(&self.script, who, now).token;
                        let here = Command::new(at, press);
                        let Ok(events) =
                            faults::decide(self.fault, &then, &self.script, now, who, here)
                        else {
                            return true;
                        };
                        for event in &events {
                            then = faults::fold(self.fault, then, event);
                        }
                    } else if !offers(who, &ButtonKind::NotNow) {
                        return true;
                    }
                }
                !matches!(
                    then.view(&self.script, Who::First, now).phase,
                    Phase::Running
                )
            }
        }
    }

    fn is_out_of_step(&self, world: &World) -> bool {
        Who::BOTH.into_iter().any(|who| {
            let phone = &world.phones[who.index()];
            // A night changes what may be pressed without a word; the first press brings the page as it is.
            let believes = phone.online
                && phone.pending.is_none()
                && !world.morning
                && phone.mark == world.marks[who.index()];
            believes && *phone.screen != self.view(world, who)
        })
    }

    fn is_lost(world: &World) -> bool {
        let view = world.server.view(&EMPTY, Who::First, EVENING);
        let taken = world.taken;
        view.kept.len() < taken.kept
            || view.parked.len() < taken.parked
            || view.agreed.len() < taken.agreed
            || view.settled != taken.settled
            || (taken.written > 0) == view.written.is_empty()
            || view.next.is_some() != taken.next
            || world.server.is_finished() != taken.finished
    }
}

/// A script without steps: what was taken does not hang on it.
static EMPTY: std::sync::LazyLock<Script> = std::sync::LazyLock::new(|| {
    let mut script = Script::parse("once", include_str!("once.toml")).expect("it parses");
    script.steps.clear();
    script
});

impl Model for Couple {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let begin = Press::Begin {
            mode: Mode::Live,
            form: "full".to_owned(),
            first: Who::First,
            about: Some("Sunday visits".to_owned()),
        };
        let begin = Command::new(Token::default(), begin);
        let laid_out = State::default()
            .decide(&self.script, EVENING, Who::First, begin)
            .expect("it can be laid out");
        let screen = Arc::new(State::default().view(&self.script, Who::First, EVENING));
        let phone = Phone {
            online: true,
            mark: 0,
            screen,
            pending: None,
        };
        let mut world = World {
            server: Arc::new(State::of(&laid_out)),
            marks: [1; 2],
            place: 0,
            log: Arc::new(laid_out),
            taken: Taken::default(),
            yes: [false; 2],
            phones: [phone.clone(), phone],
            ghost: None,
            morning: false,
            carried: false,
            left: self.bounds,
            wrong: None,
            both_at_once: false,
        };
        for who in Who::BOTH {
            world.marks[who.index()] = self.mark(&world.server, who);
            self.fetch(&mut world, who);
        }
        vec![world]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if world.wrong.is_some() {
            return;
        }
        let left = &world.left;
        for who in Who::BOTH {
            let phone = &world.phones[who.index()];
            if !phone.online {
                actions.push(Action::Back(who));
                continue;
            }
            if phone.mark != world.marks[who.index()] {
                actions.push(Action::Refresh(who));
            }
            let mine = phone
                .screen
                .buttons
                .iter()
                .filter(|button| button.who == who);
            for kind in mine.map(|button| &button.kind) {
                if self.press(world, who, kind).is_none() {
                    continue;
                }
                actions.push(Action::Press(who, kind.clone()));
                // On a bad network: what leads on, what is kept, and the way out.
                if !self.bounds.anything && !matters(kind) {
                    continue;
                }
                if left.drop_outs > 0 {
                    actions.push(Action::Lost(who, kind.clone()));
                    actions.push(Action::Unanswered(who, kind.clone()));
                }
                if left.duplicates > 0 && world.ghost.is_none() {
                    actions.push(Action::Twice(who, kind.clone()));
                }
            }
            if left.drop_outs > 0 {
                actions.push(Action::DropOut(who));
            }
        }
        if world.ghost.is_some() {
            actions.push(Action::Copy);
        }
        if left.restarts > 0 {
            actions.push(Action::Restart);
        }
        if left.nights > 0 {
            actions.push(Action::Night);
        }
    }

    fn next_state(&self, last: &World, action: Action) -> Option<World> {
        let mut world = last.clone();
        let send = |world: &mut World, who: Who, kind: &ButtonKind| {
            let (press, extra) = self.press(world, who, kind)?;
            world.left.asides -= u8::from(extra);
            let at = world.phones[who.index()].screen.token;
            world.both_at_once |= at.step != world.server.token().step;
            Some(Sent {
                who,
                command: Command::new(at, press),
                heard: false,
            })
        };
        match action {
            Action::Press(who, kind) => {
                let sent = send(&mut world, who, &kind)?;
                self.hear(&mut world, &sent);
                self.fetch(&mut world, who);
            }
            Action::Lost(who, kind) => {
                let sent = send(&mut world, who, &kind)?;
                world.left.drop_outs -= 1;
                let phone = &mut world.phones[who.index()];
                phone.online = false;
                phone.pending = Some(sent);
            }
            Action::Unanswered(who, kind) => {
                let mut sent = send(&mut world, who, &kind)?;
                world.left.drop_outs -= 1;
                sent.heard = self.hear(&mut world, &sent);
                let phone = &mut world.phones[who.index()];
                phone.online = false;
                phone.pending = Some(sent);
            }
            Action::Twice(who, kind) => {
                let mut sent = send(&mut world, who, &kind)?;
                world.left.duplicates -= 1;
                sent.heard = self.hear(&mut world, &sent);
                self.fetch(&mut world, who);
                world.ghost = Some(sent);
            }
            Action::Copy => {
                let sent = world.ghost.take()?;
                self.hear(&mut world, &sent);
            }
            Action::Refresh(who) => self.fetch(&mut world, who),
            Action::DropOut(who) => {
                world.left.drop_outs -= 1;
                world.phones[who.index()].online = false;
            }
            Action::Back(who) => {
                let phone = &mut world.phones[who.index()];
                phone.online = true;
                if let Some(sent) = phone.pending.take() {
                    self.hear(&mut world, &sent);
                }
                self.fetch(&mut world, who);
            }
            Action::Restart => {
                world.left.restarts -= 1;
                world.server = Arc::new(faults::restart(self.fault, &world.log));
                if world.server != last.server {
                    world.wrong.get_or_insert(Wrong::Lost);
                }
            }
            Action::Night => {
                world.left.nights -= 1;
                world.morning = true;
                world.yes = [false; 2];
                world.carried = false;
                self.look(&mut world);
            }
        }
        Some(world)
    }

    fn within_boundary(&self, world: &World) -> bool {
        let step = world.server.token().step;
        let far = |phone: &Phone| step.saturating_sub(phone.screen.token.step) > self.bounds.behind;
        !world.phones.iter().any(far)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(Wrong::Stuck.name(), |_: &Self, world: &World| {
                world.wrong != Some(Wrong::Stuck)
            }),
            Property::always(Wrong::OutOfStep.name(), |_: &Self, world: &World| {
                world.wrong != Some(Wrong::OutOfStep)
            }),
            Property::always(Wrong::Lost.name(), |_: &Self, world: &World| {
                world.wrong != Some(Wrong::Lost)
            }),
            Property::always(Wrong::Leaked.name(), |_: &Self, world: &World| {
                world.wrong != Some(Wrong::Leaked)
            }),
            Property::always(Wrong::Unasked.name(), |_: &Self, world: &World| {
                world.wrong != Some(Wrong::Unasked)
            }),
            Property::always(Wrong::Twice.name(), |_: &Self, world: &World| {
                world.wrong != Some(Wrong::Twice)
            }),
            Property::sometimes(COME_TO[0], |_: &Self, world: &World| world.taken.finished),
            Property::sometimes(COME_TO[1], |_: &Self, world: &World| {
                world.server.has_begun()
            }),
            Property::sometimes(COME_TO[2], |_: &Self, world: &World| world.both_at_once),
        ];
        if let Some(only) = self.only {
            properties.retain(|property| property.name == only.name());
        }
        properties
    }
}
