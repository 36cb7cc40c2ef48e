//! Sessions: what the two of them are promised (product.md G2.3; safety.md S3 to S7).

mod kinds;
mod laws;
mod scripts;
mod shapes;
mod stories;

use rekindle_domain::session::script::Card;
use rekindle_domain::session::{
    ButtonKind, Command, Event, Mode, Press, Refusal, Script, State, StepView, View,
};
use rekindle_domain::{Stamp, Who};

const ANA: Who = Who::First;
const BEN: Who = Who::Second;
/// A Sunday evening.
const EVENING: Stamp = Stamp(1_790_000_000_000);
const NIGHT: Stamp = EVENING.plus(4 * Stamp::HOUR);

fn every_kind() -> Script {
    let mut script =
        Script::parse("every-kind", include_str!("every_kind.toml")).expect("it parses");
    deal(&mut script);
    script
}

fn deal(script: &mut Script) {
    let cards = [(1, "light"), (1, "lamp"), (2, "closer"), (3, "close")];
    deal_of(script, &cards);
}

/// Cards of these depths and names.
fn deal_of(script: &mut Script, cards: &[(u8, &str)]) {
    script.deal(|deck| {
        assert_eq!(deck, "curious");
        let card = |&(depth, id): &(u8, &str)| Card {
            id: id.to_owned(),
            say: format!("What about {id}?"),
            then: None,
            depth,
            tags: vec![],
        };
        cards.iter().map(card).collect()
    });
}

fn check_in() -> Script {
    let text = include_str!("../../../../../guide/en/scripts/weekly-check-in.toml");
    Script::parse("weekly-check-in", text).expect("it parses")
}

/// Two people and what has happened between them. Presses are made on the screen as it is, unless told otherwise.
#[derive(Clone)]
struct Evening {
    script: Script,
    events: Vec<Event>,
    state: State,
    now: Stamp,
}

impl Evening {
    fn new(script: Script) -> Self {
        Self {
            script,
            events: vec![],
            state: State::default(),
            now: EVENING,
        }
    }

    /// Begun by both, in the full form.
    fn begun(script: Script, mode: Mode) -> Self {
        let mut evening = Self::new(script);
        evening.press(
            ANA,
            Press::Begin {
                mode,
                form: "full".to_owned(),
                first: ANA,
                about: Some("Sunday visits".to_owned()),
            },
        );
        evening.both_here();
        evening
    }

    fn both_here(&mut self) {
        for who in Who::BOTH {
            self.press(
                who,
                Press::Here {
                    day_ends: self.now.plus(4 * Stamp::HOUR),
                },
            );
        }
    }

    fn view(&self, who: Who) -> View {
        self.state.view(&self.script, who, self.now)
    }

    fn step(&self, who: Who) -> StepView {
        self.view(who).step.expect("a step is shown")
    }

    fn step_id(&self) -> String {
        self.step(ANA).id
    }

    fn tries(&self, who: Who, press: Press) -> Result<Vec<Event>, Refusal> {
        self.decides(who, &Command::new(self.view(who).token, press))
    }

    fn decides(&self, who: Who, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.state
            .decide(&self.script, self.now, who, command.clone())
    }

    fn takes(&mut self, events: Vec<Event>) -> Vec<Event> {
        self.state = events.iter().fold(self.state.clone(), State::fold);
        self.events.extend(events.clone());
        events
    }

    #[track_caller]
    fn press(&mut self, who: Who, press: Press) -> Vec<Event> {
        let shown = format!(
            "{who:?} presses {press:?} at {:?}",
            self.view(who).step.map(|step| step.id)
        );
        let events = self
            .tries(who, press)
            .unwrap_or_else(|refusal| panic!("{shown}: {refusal:?}"));
        self.takes(events)
    }

    /// On one shared phone, Ana's.
    #[track_caller]
    fn passed(&mut self, by: Who, press: Press) -> Vec<Event> {
        let command = Command {
            at: self.view(ANA).token,
            by: Some(by),
            press,
        };
        let events = self
            .decides(ANA, &command)
            .expect("may be pressed on the shared phone");
        self.takes(events)
    }

    /// Leaves steps out until this one is there.
    #[track_caller]
    fn skip_to(&mut self, id: &str) {
        for _ in 0..100 {
            if self.step_id() == id {
                return;
            }
            self.press(ANA, Press::Skip);
        }
        panic!("no step {id} ahead");
    }

    fn later(&mut self, millis: i64) {
        self.now = self.now.plus(millis);
    }
}

fn choose(option: &str) -> Press {
    Press::Choose {
        option: option.to_owned(),
        words: None,
    }
}
