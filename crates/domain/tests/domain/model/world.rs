//! Two phones, a network and a server, as states and actions.

use rekindle_domain::Who;
use rekindle_domain::session::Kind;
use rekindle_domain::session::script::Card;
use rekindle_domain::session::{ButtonKind, Command, Mode, Press, Script, State, Token};
use stateright::{Model, Property};

use super::faults::Fault;
use super::place::{Code, EVENING, Happened, Place, Places, Stale, codes};

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
pub(super) const COME_TO: [&str; 4] = [
    "finished",
    "begun",
    "one looks at what the other has gone on from",
    "all that may fail has failed",
];

/// What may go wrong on the way, and how often. A restart of the server and a pause cost nothing: they may be anywhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Bounds {
    pub(super) drop_outs: u8,
    pub(super) duplicates: u8,
    /// Things beside the way that leave something: kept, put aside, written or drawn anew, a part begun again, a break
    /// with a time to come back.
    pub(super) asides: u8,
    pub(super) nights: u8,
}

impl Bounds {
    /// Two drop-outs, one duplicate.
    pub(super) const ORDINARY: Self = Self {
        drop_outs: 2,
        duplicates: 1,
        asides: 0,
        nights: 0,
    };
    /// One thing beside the way.
    pub(super) const ASIDE: Self = Self {
        drop_outs: 1,
        asides: 1,
        ..Self::ORDINARY
    };
    pub(super) const NIGHT: Self = Self {
        drop_outs: 0,
        duplicates: 1,
        asides: 0,
        nights: 1,
    };
    /// Each of these takes a minute.
    pub(super) const WIDE: [Self; 2] = [
        Self {
            asides: 1,
            ..Self::ORDINARY
        },
        Self {
            nights: 1,
            ..Self::ORDINARY
        },
    ];

    /// As `REKINDLE_MODEL=drop-outs,duplicates,asides,nights` has it, for whoever looks for what a machine can bear.
    fn told(self) -> Self {
        let Ok(told) = std::env::var("REKINDLE_MODEL") else {
            return self;
        };
        let told: Vec<u8> = told.split(',').filter_map(|one| one.parse().ok()).collect();
        let [drop_outs, duplicates, asides, nights] = told[..] else {
            panic!("four numbers");
        };
        Self {
            drop_outs,
            duplicates,
            asides,
            nights,
        }
    }

    const fn is_used_up(self) -> bool {
        self.drop_outs == 0 && self.duplicates == 0 && self.asides == 0 && self.nights == 0
    }
}

pub(super) struct Couple {
    pub(super) places: Places,
    mode: Mode,
    bounds: Bounds,
    /// As bits of [`Code`]: what takes from the room for things beside the way.
    beside: u32,
    /// What may count again when it comes again: one more of it takes a fresh yes or a fresh start of both.
    harmless: u32,
    /// Only this is looked for.
    pub(super) only: Option<Wrong>,
}

/// A press that was sent and not yet answered, or a copy of one that still travels.
#[derive(Clone, Copy, PartialEq, Hash, Debug)]
pub(super) struct Sent {
    who: Who,
    code: Code,
    /// The server has heard it, and it did something.
    heard: bool,
}

/// What stands on a phone that is connected.
#[derive(Clone, Copy, PartialEq, Hash, Debug)]
pub(super) enum Screen {
    /// As the server sent it at this place, and nothing that its token counts has happened since.
    Now(&'static Place),
    /// Another place by now. What was on it that still counts; pressing the rest only brings the page as it is.
    Old(u32),
}

#[derive(Clone, Copy, PartialEq, Hash, Debug)]
pub(super) enum Phone {
    Online(Screen),
    /// With what was pressed and not answered, if it still counts.
    Offline(Option<Sent>),
}

#[derive(Clone, Copy, PartialEq, Hash, Debug)]
pub(super) struct World {
    server: &'static Place,
    phones: [Phone; 2],
    ghost: Option<Sent>,
    /// Who has said a yes that holds.
    yes: [bool; 2],
    /// Whether what carries the session was said since the night.
    carried: bool,
    left: Bounds,
    wrong: Option<Wrong>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Action {
    /// Pressed, heard and answered.
    Press(Who, Code, ButtonKind),
    /// The network is gone before the server hears it.
    Lost(Who, Code, ButtonKind),
    /// The server hears it, the answer is lost.
    Unanswered(Who, Code, ButtonKind),
    /// Answered, and a copy of it still travels.
    Twice(Who, Code, ButtonKind),
    /// The copy arrives.
    Copy,
    /// Told that its page has changed, a phone fetches it; or something on it was pressed that says nothing any more.
    Refresh(Who),
    DropOut(Who),
    /// Back again: what was not answered is sent once more, then the page is fetched.
    Back(Who),
    Restart,
    Night,
}

impl Couple {
    pub(super) fn new(bounds: Bounds, fault: Option<Fault>) -> Self {
        let mut script = Script::parse("once", include_str!("once.toml")).expect("it parses");
        assert_eq!(script.check(), []);
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
        let places = Places::new(script, fault);
        Self {
            bounds: bounds.told(),
            beside: places.bits(|kind, anew| {
                use ButtonKind::{Break, FreshStart, Keep, Park};
                anew || matches!(kind, FreshStart | Keep | Park | Break)
            }),
            harmless: places.bits(|kind, _| matches!(kind, ButtonKind::NotNow | ButtonKind::Stop)),
            places,
            mode: Mode::Live,
            only: None,
        }
    }

    /// As if there were one phone between the two. Each may still look at it on a phone of their own, and presses on
    /// any of them what is theirs.
    pub(super) const fn on_one_phone(mut self) -> Self {
        self.mode = Mode::OnePhone;
        self
    }

    /// Whether it takes from the room for things beside the way. Keeping something is the way at its own step, and so
    /// is setting a time, but for that of a pause.
    fn is_beside(&self, world: &World, code: Code) -> bool {
        let is = |kind: ButtonKind| self.places.presses[usize::from(code)].0 == kind;
        let step = world.server.views[0].step.as_ref().map(|step| step.kind);
        if is(ButtonKind::Keep) {
            step != Some(Kind::Keep)
        } else if is(ButtonKind::SetTime) {
            step.is_none()
        } else {
            self.beside & 1 << code > 0
        }
    }

    fn blame(&self, world: &mut World, found: &[Wrong]) {
        for wrong in found {
            if self.only.is_none_or(|only| only == *wrong) {
                world.wrong.get_or_insert(*wrong);
            }
        }
    }

    /// The server hears a press. Whether it did something.
    fn hear(&self, world: &mut World, sent: Sent) -> bool {
        let Some(after) = self.places.after(world.server, sent.who, sent.code) else {
            return false;
        };
        if sent.heard && self.harmless & 1 << sent.code == 0 {
            self.blame(world, &[Wrong::Twice]);
        }
        self.count_yeses(world, &after.happened);
        self.blame(world, &after.wrong);
        self.goes_to(world, after.place, after.moved);
        true
    }

    fn count_yeses(&self, world: &mut World, happened: &[Happened]) {
        let had_begun = world.server.state.has_begun();
        let mut goes = false;
        for one in happened {
            match one {
                Happened::Here(who) => world.yes[who.index()] = true,
                Happened::Away(who) => world.yes[who.index()] = false,
                Happened::Goes => {
                    if !(had_begun && world.carried) && world.yes != [true, true] {
                        self.blame(world, &[Wrong::Unasked]);
                    }
                    goes = true;
                    world.carried = true;
                    world.yes = [false; 2];
                }
                Happened::Finished => {}
                // After a night nothing but yeses and stopping happens before it is carried again.
                Happened::Else => {
                    if had_begun && !goes && !world.carried {
                        self.blame(world, &[Wrong::Unasked]);
                    }
                }
            }
        }
    }

    /// The server stands elsewhere: what was pressed or shown before may say nothing any more.
    fn goes_to(&self, world: &mut World, place: &'static Place, moved: [Stale; 2]) {
        self.blame(world, &place.wrong);
        world.server = place;
        let counts = |sent: &Sent| !self.places.is_over(sent.code, moved[sent.who.index()]);
        world.ghost = world.ghost.filter(counts);
        for who in Who::BOTH {
            match &mut world.phones[who.index()] {
                Phone::Offline(sent) => *sent = sent.filter(counts),
                Phone::Online(screen) => *screen = self.older(*screen, moved[who.index()], who),
            }
        }
    }

    fn older(&self, screen: Screen, moved: Stale, who: Who) -> Screen {
        match screen {
            Screen::Now(_) if moved == Stale::default() => screen,
            Screen::Now(place) => Screen::Old(self.places.still(place.offers[who.index()], moved)),
            Screen::Old(offers) => Screen::Old(self.places.still(offers, moved)),
        }
    }

    /// One form for what nobody can tell apart: a page that looks as the newest does is the newest.
    fn settle(&self, world: &mut World) {
        for who in [0, 1] {
            let Phone::Online(screen) = &mut world.phones[who] else {
                continue;
            };
            match screen {
                Screen::Now(place) if place.looks[who] == world.server.looks[who] => {
                    *place = world.server;
                }
                Screen::Now(place) => {
                    // A night changes what may be pressed without a word; the first press brings the page as it is.
                    let believes = place.marks[who] == world.server.marks[who];
                    if believes && !world.server.morning {
                        self.blame(world, &[Wrong::OutOfStep]);
                    }
                }
                Screen::Old(still) if world.left.asides == 0 => {
                    *still &= !self.beside | 1 << self.places.code(&ButtonKind::Keep, false);
                }
                Screen::Old(_) => {}
            }
        }
    }

    fn fetch(world: &mut World, who: Who) {
        world.phones[who.index()] = Phone::Online(Screen::Now(world.server));
    }
}

impl Model for Couple {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let begin = Press::Begin {
            mode: self.mode,
            form: "full".to_owned(),
            first: Who::First,
            about: Some("Sunday visits".to_owned()),
        };
        let begin = Command::new(Token::default(), begin);
        let laid_out = State::default()
            .decide(&self.places.script, EVENING, Who::First, begin)
            .expect("it can be laid out");
        let server = self.places.place(&State::of(&laid_out), false);
        let phone = Phone::Online(Screen::Now(server));
        vec![World {
            server,
            phones: [phone; 2],
            ghost: None,
            yes: [false; 2],
            carried: false,
            left: self.bounds,
            wrong: server
                .wrong
                .first()
                .copied()
                .filter(|_| self.only.is_none()),
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if world.wrong.is_some() {
            return;
        }
        let left = &world.left;
        for (who, phone) in Who::BOTH.into_iter().zip(&world.phones) {
            let offers = match phone {
                Phone::Offline(_) => {
                    actions.push(Action::Back(who));
                    continue;
                }
                Phone::Online(Screen::Now(place)) => {
                    let told = place.marks[who.index()] != world.server.marks[who.index()];
                    if told || world.server.morning {
                        actions.push(Action::Refresh(who));
                    }
                    place.offers[who.index()]
                }
                Phone::Online(Screen::Old(still)) => {
                    actions.push(Action::Refresh(who));
                    *still
                }
            };
            for code in codes(offers) {
                if left.asides == 0 && self.is_beside(world, code) {
                    continue;
                }
                let kind = || self.places.presses[usize::from(code)].0.clone();
                actions.push(Action::Press(who, code, kind()));
                if left.drop_outs > 0 {
                    actions.push(Action::Lost(who, code, kind()));
                    actions.push(Action::Unanswered(who, code, kind()));
                }
                if left.duplicates > 0 {
                    actions.push(Action::Twice(who, code, kind()));
                }
            }
            if left.drop_outs > 0 {
                actions.push(Action::DropOut(who));
            }
        }
        if world.ghost.is_some() {
            actions.push(Action::Copy);
        }
        actions.push(Action::Restart);
        if left.nights > 0 {
            actions.push(Action::Night);
        }
    }

    fn next_state(&self, last: &World, action: Action) -> Option<World> {
        let mut world = *last;
        let send = |world: &mut World, who: Who, code: Code| {
            world.left.asides -= u8::from(self.is_beside(world, code));
            Sent {
                who,
                code,
                heard: false,
            }
        };
        match action {
            Action::Press(who, code, _) => {
                let sent = send(&mut world, who, code);
                self.hear(&mut world, sent);
                Self::fetch(&mut world, who);
            }
            Action::Lost(who, code, _) => {
                let sent = send(&mut world, who, code);
                world.left.drop_outs -= 1;
                world.phones[who.index()] = Phone::Offline(Some(sent));
            }
            Action::Unanswered(who, code, _) => {
                let mut sent = send(&mut world, who, code);
                world.left.drop_outs -= 1;
                world.phones[who.index()] = Phone::Offline(Some(sent));
                sent.heard = self.hear(&mut world, sent);
                if let Phone::Offline(Some(waits)) = &mut world.phones[who.index()] {
                    waits.heard = sent.heard;
                }
            }
            Action::Twice(who, code, _) => {
                let sent = send(&mut world, who, code);
                world.left.duplicates -= 1;
                world.ghost = Some(sent);
                let heard = self.hear(&mut world, sent);
                if let Some(ghost) = &mut world.ghost {
                    ghost.heard = heard;
                }
                Self::fetch(&mut world, who);
            }
            Action::Copy => {
                let sent = world.ghost.take()?;
                self.hear(&mut world, sent);
            }
            Action::Refresh(who) => Self::fetch(&mut world, who),
            Action::DropOut(who) => {
                world.left.drop_outs -= 1;
                world.phones[who.index()] = Phone::Offline(None);
            }
            Action::Back(who) => {
                if let Phone::Offline(Some(sent)) = world.phones[who.index()] {
                    self.hear(&mut world, sent);
                }
                Self::fetch(&mut world, who);
            }
            // What it stands on then was compared when this place was first come to.
            Action::Restart => {
                if world.server.wrong.contains(&Wrong::Lost) {
                    self.blame(&mut world, &[Wrong::Lost]);
                }
            }
            Action::Night => {
                world.left.nights -= 1;
                world.yes = [false; 2];
                world.carried = false;
                let (server, moved) = self.places.by_night(world.server);
                self.goes_to(&mut world, server, moved);
            }
        }
        self.settle(&mut world);
        Some(world)
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
            Property::sometimes(COME_TO[0], |_: &Self, world: &World| {
                world.server.state.is_finished()
            }),
            Property::sometimes(COME_TO[1], |_: &Self, world: &World| {
                world.server.state.has_begun()
            }),
            Property::sometimes(COME_TO[2], |_: &Self, world: &World| {
                let old = |phone: &Phone| matches!(phone, Phone::Online(Screen::Old(still)) if *still > 0);
                world.phones.iter().any(old)
            }),
            Property::sometimes(COME_TO[3], |_: &Self, world: &World| {
                world.left.is_used_up() && world.server.state.is_finished()
            }),
        ];
        if let Some(only) = self.only {
            properties.retain(|property| property.name == only.name());
        }
        properties
    }
}
