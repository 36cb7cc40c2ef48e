//! Small hurts: put down in private while they are small, then said, taken along, talked over or let go (product.md
//! G5.3). All of it is *private* (S13); what leaves the private space leaves as something else that the person chose:
//! a note between the two, a line of one's own preparation, a proposal.

use serde::{Deserialize, Serialize};

use crate::Stamp;
use crate::ids::NoteId;
use crate::private::{Entry, Event};

/// When one has lain so long untouched, the private space says so, once.
pub const NUDGE_AFTER: i64 = 3 * Stamp::DAY;

/// The same hurt so many times is not a small one.
pub const MANY: usize = 3;

/// The most letters in each part of its shape.
pub const LONGEST: usize = 500;

/// How it ended, for oneself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// As a note between the two.
    Said,
    /// Into one's own preparation for the check-in.
    CheckIn,
    RepairTalk,
    LetGo,
    /// It is good again, however that came.
    Mended,
}

/// Feeling, situation, and what one asks for: to talk, and to understand.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Shape {
    pub feeling: String,
    pub situation: String,
    pub request: String,
}

/// One hurt, as its person sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hurt {
    pub id: NoteId,
    pub at: Stamp,
    /// As it was put down. Nothing ever rewrites it.
    pub words: String,
    pub shape: Option<Shape>,
    /// As a kind outsider would see it: the answers to the prompts, in their order.
    pub outside: Vec<String>,
    /// The same hurt, the time before.
    pub before: Option<NoteId>,
    pub end: Option<(End, Stamp)>,
    /// When something was last done about it.
    touched: Stamp,
    /// The person was told that it lies there, and let it lie or came back to it.
    lies: bool,
}

/// All of one person's hurts, oldest first. Only with the private door open.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hurts(Vec<Hurt>);

impl Hurts {
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        entries.iter().fold(Self::default(), Self::fold)
    }

    fn fold(mut self, entry: &Entry) -> Self {
        let at = entry.at;
        let hurt = |hurts: &mut Vec<Hurt>, id: NoteId| {
            let found = hurts.iter_mut().position(|hurt| hurt.id == id);
            if let Some(place) = found {
                // Whoever comes back to one that had lain three days has been told so: once is enough.
                hurts[place].lies |= at.since(hurts[place].touched) >= NUDGE_AFTER;
                hurts[place].touched = at;
            }
            found
        };
        match &entry.event {
            Event::Noted { .. } | Event::Marked { .. } | Event::Rated { .. } => {}
            Event::HurtFelt { id, words } => {
                if self.get(*id).is_none() {
                    self.0.push(Hurt {
                        id: *id,
                        at,
                        words: words.clone(),
                        shape: None,
                        outside: vec![],
                        before: None,
                        end: None,
                        touched: at,
                        lies: false,
                    });
                }
            }
            Event::HurtShaped {
                hurt: id, shape, ..
            } => {
                if let Some(place) = hurt(&mut self.0, *id) {
                    self.0[place].shape = Some(shape.clone());
                }
            }
            Event::HurtSeenOutside {
                hurt: id, answers, ..
            } => {
                if let Some(place) = hurt(&mut self.0, *id) {
                    self.0[place].outside.clone_from(answers);
                }
            }
            Event::HurtAgain {
                hurt: id, before, ..
            } => {
                // Only back in time, so that no ring closes.
                let older = self.0.iter().position(|hurt| hurt.id == *before);
                if let Some(place) = hurt(&mut self.0, *id)
                    && older.is_some_and(|older| older < place)
                {
                    self.0[place].before = Some(*before);
                }
            }
            Event::HurtLies { hurt: id, .. } => {
                if let Some(place) = hurt(&mut self.0, *id) {
                    self.0[place].lies = true;
                }
            }
            Event::HurtEnded { hurt: id, how, .. } => {
                if let Some(place) = hurt(&mut self.0, *id) {
                    self.0[place].end = Some((*how, at));
                }
            }
        }
        self
    }

    #[must_use]
    pub fn get(&self, id: NoteId) -> Option<&Hurt> {
        self.0.iter().find(|hurt| hurt.id == id)
    }

    /// Those that nothing has come of yet, newest first.
    pub fn open(&self) -> impl Iterator<Item = &Hurt> {
        self.0.iter().rev().filter(|hurt| hurt.end.is_none())
    }

    /// Those that have ended, newest first.
    pub fn ended(&self) -> impl Iterator<Item = &Hurt> {
        self.0.iter().rev().filter(|hurt| hurt.end.is_some())
    }

    /// Those this one could be the same as: put down before it, newest first.
    pub fn before(&self, id: NoteId) -> impl Iterator<Item = &Hurt> {
        self.0
            .iter()
            .rev()
            .skip_while(move |hurt| hurt.id != id)
            .skip(1)
    }

    /// Each time it came, by what the person has said: this time and the times before.
    pub fn times(&self, id: NoteId) -> impl Iterator<Item = &Hurt> {
        let first = self.get(id);
        std::iter::successors(first, |hurt| hurt.before.and_then(|id| self.get(id)))
    }

    /// The oldest one that has lain untouched for three days and may be shown once.
    #[must_use]
    pub fn lying(&self, now: Stamp) -> Option<&Hurt> {
        self.0
            .iter()
            .find(|hurt| hurt.end.is_none() && !hurt.lies && now.since(hurt.touched) >= NUDGE_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGAN: Stamp = Stamp(1_790_000_000_000);

    fn id(n: u8) -> NoteId {
        NoteId::new([n; 16])
    }

    fn after(days: i64, event: Event) -> Entry {
        Entry {
            at: BEGAN.plus(days * Stamp::DAY),
            event,
        }
    }

    fn felt(days: i64, n: u8) -> Entry {
        let words = format!("The joke at dinner, {n}");
        after(days, Event::HurtFelt { id: id(n), words })
    }

    fn again(days: i64, n: u8, before: u8) -> Entry {
        let (hurt, before) = (id(n), id(before));
        after(
            days,
            Event::HurtAgain {
                id: id(n + 100),
                hurt,
                before,
            },
        )
    }

    #[test]
    fn g5_3_what_has_lain_three_days_is_said_once() {
        let lies = Event::HurtLies {
            id: id(9),
            hurt: id(1),
        };
        let shape = Event::HurtShaped {
            id: id(8),
            hurt: id(1),
            shape: Shape::default(),
        };
        let ended = Event::HurtEnded {
            id: id(7),
            hurt: id(1),
            how: End::LetGo,
        };
        for (more, day, said) in [
            (vec![], 2, false),
            (vec![], 3, true),
            (vec![], 30, true),
            (vec![after(2, shape.clone())], 4, false),
            (vec![after(2, shape.clone())], 5, true),
            (vec![after(4, shape)], 30, false),
            (vec![after(3, lies)], 30, false),
            (vec![after(1, ended)], 30, false),
        ] {
            let entries: Vec<Entry> = std::iter::once(felt(0, 1)).chain(more).collect();
            let hurts = Hurts::of(&entries);
            let lying = hurts.lying(BEGAN.plus(day * Stamp::DAY)).is_some();
            assert_eq!(lying, said, "day {day}: {entries:?}");
        }
    }

    #[test]
    fn g5_3_the_same_hurt_is_counted_by_what_the_person_says_and_no_ring_closes() {
        let entries = [
            felt(0, 1),
            felt(5, 2),
            felt(9, 3),
            felt(10, 4),
            again(9, 3, 2),
            again(9, 2, 1),
            again(9, 1, 3), // later than itself
            again(9, 4, 4),
        ];
        let hurts = Hurts::of(&entries);
        assert_eq!(hurts.times(id(3)).count(), MANY);
        assert_eq!(hurts.times(id(2)).count(), 2);
        assert_eq!(hurts.times(id(1)).count(), 1);
        assert_eq!(hurts.times(id(4)).count(), 1);
        assert_eq!(hurts.times(id(77)).count(), 0);
        let before: Vec<NoteId> = hurts.before(id(3)).map(|hurt| hurt.id).collect();
        assert_eq!(before, [id(2), id(1)]);
    }

    #[test]
    fn g5_3_how_it_ended_is_kept_and_its_words_stay_as_they_were() {
        let shape = Shape {
            feeling: "small".into(),
            situation: "the joke was about my job".into(),
            request: "Could we talk?".into(),
        };
        let entries = [
            felt(0, 1),
            after(
                1,
                Event::HurtShaped {
                    id: id(5),
                    hurt: id(1),
                    shape: shape.clone(),
                },
            ),
            after(
                2,
                Event::HurtEnded {
                    id: id(6),
                    hurt: id(1),
                    how: End::Said,
                },
            ),
        ];
        let hurts = Hurts::of(&entries);
        let hurt = hurts.get(id(1)).unwrap();
        assert_eq!(hurt.words, "The joke at dinner, 1");
        assert_eq!(hurt.shape.as_ref(), Some(&shape));
        assert_eq!(hurt.end, Some((End::Said, BEGAN.plus(2 * Stamp::DAY))));
        assert_eq!((hurts.open().count(), hurts.ended().count()), (0, 1));
    }
}
