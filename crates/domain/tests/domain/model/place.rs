//! One state of the server, and everything that follows from it alone: what each phone is sent, what may be pressed,
//! what a press leads to. The shipped functions work it out, once, and the check goes on from there.
//!
//! The counters of a token only ever grow and are only ever compared with what a screen carries. So the server's stand
//! at one value here, and what a screen, a press on its way or a copy carries is either that or an older one
//! ([`Stale`]). At every place, whatever the script knows is tried with every mixture of older counters: it does
//! nothing, or it does just what it does on the newest screen. So nothing but [`Places::is_over`] has to be told apart.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, OnceLock, PoisonError};

use rekindle_domain::session::{
    BREAK, ButtonKind, Command, Detail, Event, Filled, Kind, Mode, Phase, Press, Script, State,
    Token, View,
};
use rekindle_domain::{Stamp, Who};

use super::faults::{self, Fault};
use super::world::Wrong;

pub(super) const EVENING: Stamp = Stamp(1_790_000_000_000);
const MORNING: Stamp = EVENING.plus(13 * Stamp::HOUR);

/// Where the counters of the server stand, whatever happened before.
const NOW: u32 = 10;

/// Which of the counters on a screen are older than the server's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Stale {
    pub(super) step: bool,
    pub(super) rest: bool,
    pub(super) own: bool,
}

impl Stale {
    fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|at| Self {
            step: at & 1 > 0,
            rest: at & 2 > 0,
            own: at & 4 > 0,
        })
    }

    const fn is_newest(self) -> bool {
        !self.step && !self.rest && !self.own
    }

    const fn token(self) -> Token {
        Token {
            step: NOW - self.step as u32,
            rest: NOW - self.rest as u32,
            own: NOW - self.own as u32,
        }
    }
}

/// Which counters of the server have grown, as the screen of each would find.
fn grown(before: [Token; 2], after: [Token; 2]) -> [Stale; 2] {
    [0, 1].map(|who| Stale {
        step: before[who].step != after[who].step,
        rest: before[who].rest != after[who].rest,
        own: before[who].own != after[who].own,
    })
}

/// Something that can be pressed, by its place in [`Places::presses`].
pub(super) type Code = u8;

/// What a press leads to.
pub(super) struct After {
    pub(super) place: &'static Place,
    /// For each: what an older screen is older by.
    pub(super) moved: [Stale; 2],
    pub(super) happened: Vec<Happened>,
    pub(super) wrong: Vec<Wrong>,
}

/// What matters of an event to who keeps count of the yeses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Happened {
    Here(Who),
    Away(Who),
    /// It began, or goes on.
    Goes,
    Finished,
    Else,
}

pub(super) struct Place {
    id: u32,
    pub(super) state: State,
    pub(super) morning: bool,
    pub(super) views: [View; 2],
    /// By what each phone would be told that its page has changed.
    pub(super) marks: [u64; 2],
    /// By what two pages can be told apart.
    pub(super) looks: [u64; 2],
    /// What each phone offers, as bits of [`Code`].
    pub(super) offers: [u32; 2],
    pub(super) wrong: Vec<Wrong>,
    after: Vec<OnceLock<Option<After>>>,
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Hash for Place {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.id.hash(hasher);
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let step = self.views[0].step.as_ref().map(|step| &step.id);
        write!(f, "#{} {:?} {step:?}", self.id, self.views[0].phase)
    }
}

impl Place {
    const fn now(&self) -> Stamp {
        if self.morning { MORNING } else { EVENING }
    }
}

/// All places of the server that were come to, and what can be pressed anywhere in the script.
pub(super) struct Places {
    pub(super) script: Script,
    pub(super) fault: Option<Fault>,
    pub(super) presses: Vec<(ButtonKind, bool)>,
    /// Kept until the process of this test ends.
    known: Mutex<HashMap<(State, bool), &'static Place>>,
}

impl Places {
    pub(super) fn new(script: Script, fault: Option<Fault>) -> Self {
        use ButtonKind::{
            Accept, Adjust, Break, Choose, Decline, Draw, FreshStart, Give, Here, Keep, Next,
            NotNow, NotQuite, Park, PassOn, Pause, Ready, Resume, Right, SaidBack, SetTime, Skip,
            Stop, Take, Write,
        };
        let options = ["low", "high", "on", "again", "settled"];
        let choices = options.map(|option| Choose(option.to_owned()));
        let others = [
            Here, NotNow, Next, Ready, SaidBack, Right, NotQuite, Give, Accept, Adjust, Decline,
            Keep, Park, Pause, Break, Resume, SetTime, FreshStart, Skip, Stop, Take, PassOn,
        ];
        let mut presses: Vec<(ButtonKind, bool)> = (others.into_iter().chain(choices))
            .map(|kind| (kind, false))
            .collect();
        for anew in [false, true] {
            presses.extend([(Write, anew), (Draw(None), anew)]);
        }
        Self {
            script,
            fault,
            presses,
            known: Mutex::default(),
        }
    }

    pub(super) fn come_to(&self) -> Vec<&'static Place> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().copied().collect()
    }

    pub(super) fn code(&self, kind: &ButtonKind, anew: bool) -> Code {
        let mut all = self.presses.iter();
        let place = all.position(|(known, again)| known == kind && *again == anew);
        let place = place.unwrap_or_else(|| panic!("{kind:?} is known"));
        Code::try_from(place).expect("few")
    }

    pub(super) fn bits(&self, those: impl Fn(&ButtonKind, bool) -> bool) -> u32 {
        (self.presses.iter().enumerate())
            .filter(|(_, (kind, anew))| those(kind, *anew))
            .fold(0, |bits, (at, _)| bits | 1 << at)
    }

    /// A press that means nothing any more, because it was made on another screen.
    pub(super) fn is_over(&self, code: Code, stale: Stale) -> bool {
        use ButtonKind::{Break, Here, Keep, NotNow, Park, Pause, Stop};
        match &self.presses[usize::from(code)].0 {
            Stop | NotNow | Keep | Park => false,
            Pause | Break => stale.rest,
            Here => !stale.is_newest(),
            _ => stale.step || stale.rest,
        }
    }

    /// What of a screen still counts.
    pub(super) fn still(&self, offers: u32, stale: Stale) -> u32 {
        codes(offers)
            .filter(|code| !self.is_over(*code, stale))
            .fold(0, |bits, code| bits | 1 << code)
    }

    fn press(&self, code: Code, now: Stamp) -> Press {
        let (kind, anew) = &self.presses[usize::from(code)];
        let words = match kind {
            ButtonKind::Choose(_) | ButtonKind::Adjust => None,
            ButtonKind::Keep => Some("kept"),
            ButtonKind::Write if *anew => Some("anew"),
            ButtonKind::Write => Some("we try"),
            ButtonKind::Park => Some("parked"),
            _ => Some("words"),
        };
        kind.clone().pressed(Filled {
            words: words.map(str::to_owned),
            from: Who::First,
            talk: false,
            when: (*kind == ButtonKind::SetTime).then(|| now.plus(BREAK)),
            day_ends: now.plus(3 * Stamp::HOUR),
            chance: 0,
        })
    }

    fn decide(&self, place: &Place, who: Who, code: Code, stale: Stale) -> Option<Vec<Event>> {
        let press = self.press(code, place.now());
        let command = Command::new(stale.token(), press);
        let (script, now) = (&self.script, place.now());
        faults::decide(self.fault, &place.state, script, now, who, command)
            .ok()
            .filter(|events| !events.is_empty())
    }

    fn view(&self, state: &State, who: Who, now: Stamp) -> View {
        faults::view(self.fault, state, &self.script, who, now)
    }

    fn mark(&self, state: &State, who: Who) -> u64 {
        faults::mark(self.fault, state, &self.script, who)
    }

    /// This state, with its counters where they always stand.
    pub(super) fn place(&self, state: &State, morning: bool) -> &'static Place {
        let now = if morning { MORNING } else { EVENING };
        let standing = |own: [u32; 2]| -> State {
            let mut value = serde_json::to_value(state).expect("plain data");
            value["token"] = format!("{NOW}.{NOW}").into();
            value["taken_back"] = serde_json::json!(own);
            serde_json::from_value(value).expect("a state")
        };
        // On one phone what both took back is counted together.
        let shared = is_shared(state);
        let each = if shared { NOW / 2 } else { NOW };
        // A yes that has run out counts as taken back, though nothing was written.
        let first = standing([each; 2]);
        let ran_out = Who::BOTH.map(|who| first.view(&self.script, who, now).token.own - NOW);
        let state = match ran_out {
            [0, 0] => first,
            [both, _] if shared => standing([each - both, each]),
            [one, other] => standing([each - one, each - other]),
        };
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (state, morning);
        if let Some(place) = known().get(&key) {
            return place;
        }
        let place = self.work_out(key.0.clone(), morning);
        let mut known = known();
        let id = u32::try_from(known.len()).expect("few");
        (known.entry(key)).or_insert_with(|| Box::leak(Box::new(Place { id, ..place })))
    }

    fn work_out(&self, state: State, morning: bool) -> Place {
        let now = if morning { MORNING } else { EVENING };
        let views = Who::BOTH.map(|who| self.view(&state, who, now));
        let offers = [0, 1].map(|who| self.offered(&views[who]));
        let looks = [0, 1].map(|who: usize| {
            let mut hasher = DefaultHasher::new();
            views[who].hash(&mut hasher);
            hasher.finish()
        });
        let mut place = Place {
            id: 0,
            marks: Who::BOTH.map(|who| self.mark(&state, who)),
            after: (0..2 * self.presses.len())
                .map(|_| OnceLock::new())
                .collect(),
            state,
            morning,
            views,
            looks,
            offers,
            wrong: vec![],
        };
        place.wrong = those([
            (Wrong::Stuck, self.is_stuck(&place)),
            (Wrong::Twice, self.minds_what_is_older(&place)),
            (
                Wrong::Lost,
                faults::restart(self.fault, &place.state, &[]) != place.state,
            ),
            (Wrong::Leaked, self.tells_who_is_ready(&place)),
        ]);
        for who in Who::BOTH {
            let offers = place.offers[who.index()];
            place.offers[who.index()] = offers & !self.said_twice(&place, who, offers);
        }
        place
    }

    /// Whether anything that shows at a gate on one phone hangs on who is ready.
    fn tells_who_is_ready(&self, place: &Place) -> bool {
        if !is_shared(&place.state) || kind(&place.views[0]) != Some(Kind::Gate) {
            return false;
        }
        let mut value = serde_json::to_value(&place.state).expect("plain data");
        [[false, false], [true, false], [false, true], [true, true]]
            .into_iter()
            .any(|ready| {
                value["detail"]["ready"] = serde_json::json!(ready);
                let state: State = serde_json::from_value(value.clone()).expect("a state");
                Who::BOTH.map(|who| self.view(&state, who, place.now())) != place.views
            })
    }

    /// What is on this screen, but for what can be pressed without end and changes nothing new.
    fn offered(&self, view: &View) -> u32 {
        let step = view.step.as_ref().map(|step| &step.detail);
        let lies = matches!(
            step,
            Some(Detail::Write { words: Some(_), .. } | Detail::Draw { card: Some(_) })
        );
        let enough = matches!(step, Some(Detail::Reflect { not_quite: 2.., .. }));
        let mine = view.buttons.iter().filter(|button| button.who == view.me);
        mine.filter(|button| !(enough && button.kind == ButtonKind::NotQuite))
            .map(|button| {
                let anew = lies && matches!(button.kind, ButtonKind::Write | ButtonKind::Draw(_));
                self.code(&button.kind, anew)
            })
            .fold(0, |bits, code| bits | 1 << code)
    }

    /// Whether it is not so that what was pressed on an older screen does nothing, or what it would do on this one.
    fn minds_what_is_older(&self, place: &Place) -> bool {
        Who::BOTH.into_iter().any(|who| {
            codes(self.all()).any(|code| {
                let here = self.decide(place, who, code, Stale::default());
                Stale::all().any(|stale| {
                    let then = self.decide(place, who, code, stale);
                    if self.is_over(code, stale) {
                        then.is_some()
                    } else {
                        then != here
                    }
                })
            })
        })
    }

    /// Leaving out, where it is the same press under another name: the same happens, and it lasts as long.
    fn said_twice(&self, place: &Place, who: Who, offers: u32) -> u32 {
        let skip = self.code(&ButtonKind::Skip, false);
        let others = [ButtonKind::Next, ButtonKind::Right, ButtonKind::Decline];
        let same = others
            .map(|kind| self.code(&kind, false))
            .into_iter()
            .any(|other| {
                let events = |code| self.decide(place, who, code, Stale::default());
                offers & 1 << other > 0 && events(other) == events(skip)
            });
        if same { 1 << skip } else { 0 }
    }

    fn all(&self) -> u32 {
        u32::MAX >> (32 - self.presses.len())
    }

    fn is_stuck(&self, place: &Place) -> bool {
        let now = place.now();
        let state = &place.state;
        let views = &place.views;
        let offers = |who: Who, kind: &ButtonKind| views[who.index()].offers(who, kind);
        match &views[0].phase {
            Phase::Finished => false,
            Phase::Unopened => true,
            Phase::Running => {
                let leads_on = views.iter().flat_map(|view| &view.buttons).any(|button| {
                    use ButtonKind::{
                        Break, FreshStart, Keep, NotNow, NotQuite, Park, PassOn, Pause, SetTime,
                        Skip, Stop,
                    };
                    !matches!(
                        button.kind,
                        NotNow
                            | NotQuite
                            | SetTime
                            | Keep
                            | Park
                            | PassOn
                            | Pause
                            | Break
                            | FreshStart
                            | Skip
                            | Stop
                    )
                });
                let skip = self.code(&ButtonKind::Skip, false);
                let stands = progress(state);
                let alone = Who::BOTH.iter().all(|who| {
                    let skipped = self.decide(place, *who, skip, Stale::default());
                    let forward = match skipped.as_deref() {
                        Some([Event::Moved { to, .. }]) => *to as u64 > stands,
                        Some([Event::Finished]) => true,
                        Some(_) | None => false,
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

    /// What comes of a press that the server hears here; none if it does nothing.
    pub(super) fn after(
        &self,
        place: &'static Place,
        who: Who,
        code: Code,
    ) -> Option<&'static After> {
        place.after[usize::from(code) * 2 + who.index()]
            .get_or_init(|| self.hear(place, who, code))
            .as_ref()
    }

    fn hear(&self, place: &Place, who: Who, code: Code) -> Option<After> {
        let events = self.decide(place, who, code, Stale::default())?;
        let before = &place.state;
        let after = events.iter().fold(before.clone(), |state, event| {
            faults::fold(self.fault, state, event)
        });
        let tokens =
            |state: &State| Who::BOTH.map(|who| state.view(&self.script, who, place.now()).token);
        Some(After {
            place: self.place(&after, place.morning),
            moved: grown(tokens(before), tokens(&after)),
            happened: events.iter().map(Happened::of).collect(),
            wrong: those([
                (Wrong::Leaked, self.leaks(place, who, &events, &after)),
                (Wrong::Lost, self.loses(before, &events, &after)),
            ]),
        })
    }

    /// What only one of the two may know shows on the other's phone, or in what it is told.
    fn leaks(&self, place: &Place, who: Who, events: &[Event], after: &State) -> bool {
        let [only] = events else { return false };
        let (before, now, other) = (&place.state, place.now(), who.other());
        let shared = is_shared(before);
        let shows = |state: &State, who: Who| (self.view(state, who, now), self.mark(state, who));
        let shown = |state: &State| shows(state, other);
        let done = |state: &State| {
            let view = state.view(&self.script, other, EVENING);
            let step = view.step.map(|step| step.detail);
            matches!(step, Some(Detail::Choice { done: true, .. }))
        };
        match only {
            // At a gate on one phone the next thing is the same, ready or not. Elsewhere on it both see what each does.
            Event::Ready { .. } | Event::PassedOn
                if shared && kind(&place.views[0]) == Some(Kind::Gate) =>
            {
                let answers = [Event::Ready { by: who }, Event::PassedOn];
                let [ready, not] =
                    answers.map(|event| faults::fold(self.fault, before.clone(), &event));
                Who::BOTH
                    .into_iter()
                    .any(|who| shows(&ready, who) != shows(&not, who))
            }
            Event::Here { .. } | Event::Away { .. } | Event::Ready { .. } => {
                !shared && shown(before) != shown(after)
            }
            Event::Picked { by, option } if !done(after) => {
                // Another answer looks the same from the other side, and so does none.
                let option = if option == "low" { "high" } else { "low" }.to_owned();
                let picked = Event::Picked { by: *by, option };
                let otherwise = faults::fold(self.fault, before.clone(), &picked);
                (!shared && shown(before) != shown(after)) || shown(&otherwise) != shown(after)
            }
            _ => false,
        }
    }

    /// Something that was taken is gone: by what happened, or because the server was started again.
    fn loses(&self, before: &State, events: &[Event], after: &State) -> bool {
        let [had, has] = [before, after].map(|state| state.view(&self.script, Who::First, EVENING));
        let many = |is: fn(&Event) -> bool| events.iter().filter(|event| is(event)).count();
        let once = |was: bool, is: fn(&Event) -> bool| was || many(is) > 0;
        let kept = many(|event| matches!(event, Event::Kept { .. }));
        let parked = many(|event| matches!(event, Event::Parked { .. }));
        let agreed = many(|event| matches!(event, Event::Agreed));
        let stands = |event: &Event| matches!(event, Event::Stands { .. });
        has.kept.len() != had.kept.len() + kept
            || has.parked.len() != had.parked.len() + parked
            || has.agreed.len() != had.agreed.len() + agreed
            || has.written.len() < had.written.len()
            || has.written.is_empty() == once(!had.written.is_empty(), stands)
            || has.settled != once(had.settled, |event| matches!(event, Event::Settled))
            || has.next.is_some()
                != once(had.next.is_some(), |event| {
                    matches!(event, Event::NextSet { .. })
                })
            || after.is_finished()
                != once(before.is_finished(), |event| {
                    matches!(event, Event::Finished)
                })
            || faults::restart(self.fault, before, events) != *after
    }

    /// The same place when the day is another, and which yeses have run out.
    pub(super) fn by_night(&self, place: &Place) -> (&'static Place, [Stale; 2]) {
        let tokens = |now| Who::BOTH.map(|who| place.state.view(&self.script, who, now).token);
        (
            self.place(&place.state, true),
            grown(tokens(EVENING), tokens(MORNING)),
        )
    }
}

impl Happened {
    fn of(event: &Event) -> Self {
        match event {
            Event::Here { by, .. } => Self::Here(*by),
            Event::Away { by } => Self::Away(*by),
            Event::Began { .. } | Event::Resumed { .. } => Self::Goes,
            Event::Finished => Self::Finished,
            _ => Self::Else,
        }
    }
}

fn is_shared(state: &State) -> bool {
    state.mode() == Some(Mode::OnePhone)
}

fn kind(view: &View) -> Option<Kind> {
    view.step.as_ref().map(|step| step.kind)
}

/// How far the two are in what was laid out.
fn progress(state: &State) -> u64 {
    let value = serde_json::to_value(state).expect("plain data");
    value["place"].as_u64().unwrap_or_default()
}

pub(super) fn codes(bits: u32) -> impl Iterator<Item = Code> {
    (0..32).filter(move |code| bits & 1 << code > 0)
}

fn those<const N: usize>(found: [(Wrong, bool); N]) -> Vec<Wrong> {
    (found.into_iter())
        .filter(|(_, is)| *is)
        .map(|(wrong, _)| wrong)
        .collect()
}
