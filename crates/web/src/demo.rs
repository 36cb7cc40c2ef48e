//! A furnished house to look around in: two invented people with a year or more of history. Also what the benchmarks
//! furnish their hosts with. Everything goes the way a couple's own words go: folded by the rules, sealed, chained.

use std::collections::BTreeSet;
use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, time};
use rekindle_domain::ids::{MomentId, NoteId, PlanId, ProposalId, RitualId, SessionId, TouchId};
use rekindle_domain::recurrence::Rule;
use rekindle_domain::session::{Agreed, Mode, Summary, Topic};
use rekindle_domain::shared::{Entry, Event, Shared};
use rekindle_domain::touch::{Mark, Marks, Sheet};
use rekindle_domain::{
    CoupleId, PersonId, Stamp, When, Who, Zone, appreciation, between, date, held, journey, moment,
    plan, private, proposal, ritual,
};
use rekindle_store::{
    Change, Content, Door, Head, Membership, Person, Place, Record, SignIn, Slot, SlotKind, Store,
    StoreError,
};
use rekindle_vault::chance;
use rekindle_vault::entry::{Spot, seal_private};
use rekindle_vault::keys::{
    CoupleKeys, InnerPublic, NewPerson, OuterPublic, SpaceKeys, new_person, seal_keyring,
};
use rekindle_vault::pairing::{open_membership, seal_membership};
use rekindle_vault::sign_in::SignInSecret;
use rekindle_vault::slots::{Cost, RecoveryCode, seal_passphrase_slot, seal_recovery_slot};

use crate::visit::{Profile, Space};
use crate::{ledger, pages};

/// One person of a furnished couple.
#[derive(Debug)]
pub struct Resident {
    pub name: String,
    pub handle: String,
    pub passphrase: String,
    /// A sign-in that is open already: the value of its cookie.
    pub cookie: String,
}

/// Both of them. Displayed, it is what the demo prints.
#[derive(Debug)]
pub struct Residents(pub [Resident; 2]);

impl fmt::Display for Residents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Two invented people live here. Their sign-ins:")?;
        for one in &self.0 {
            writeln!(f, "  {:<8} passphrase: {}", one.handle, one.passphrase)?;
        }
        write!(
            f,
            "The house and everything in it is gone when you stop it."
        )
    }
}

/// How a house is furnished.
#[derive(Clone, Debug)]
pub struct House {
    pub names: [String; 2],
    pub handles: [String; 2],
    /// Days of shared history, ending today.
    pub days: u32,
    /// Events on an ordinary day, moments mostly.
    pub a_day: u32,
    /// Whether passphrases open it. Making them takes its time, so that benchmarks leave them out.
    pub passphrases: bool,
}

/// Where a script is laid out, for whoever looks at it in a furnished house.
#[must_use]
pub fn place_of(script: &str) -> String {
    pages::session::layout_address(script)
}

/// Furnishes the demo.
///
/// # Errors
/// When the store cannot be written.
pub async fn furnish(store: &dyn Store, now: Stamp, years: u32) -> Result<Residents, StoreError> {
    let house = House {
        names: ["Mara", "Jonas"].map(str::to_owned),
        handles: SIGN_INS.map(|(handle, _)| handle.to_owned()),
        days: years.clamp(1, 20) * 365,
        a_day: 1,
        passphrases: true,
    };
    couple(store, now, &house).await
}

/// Sign-in names of the two who live in the demo, and what opens it.
pub const SIGN_INS: [(&str, &str); 2] = [
    ("mara", "kettle window apricot slow river"),
    ("jonas", "lantern cedar thursday paper boat"),
];

/// Two people with accounts, paired, and their history.
///
/// # Errors
/// When the store cannot be written.
///
/// # Panics
/// Never: keys made here are honest keys.
pub async fn couple(store: &dyn Store, now: Stamp, house: &House) -> Result<Residents, StoreError> {
    let zone = Zone("Europe/Berlin".to_owned());
    let couple = CoupleId::new(chance::bytes());
    let keys = SpaceKeys::first();
    let ids: [PersonId; 2] = std::array::from_fn(|_| PersonId::new(chance::bytes()));
    let profile = |n: usize| Profile {
        name: house.names[n].clone(),
        partner: house.names[1 - n].clone(),
        zone: zone.clone(),
        ..Profile::default()
    };
    let made: [NewPerson; 2] = std::array::from_fn(|n| {
        new_person(
            ids[n],
            CoupleId::new(chance::bytes()),
            profile(n).to_bytes(),
        )
    });
    let publics: [OuterPublic; 2] = std::array::from_fn(|n| OuterPublic(made[n].outer_public.0));
    let (epoch, key) = keys.newest();
    let mut changes = vec![];
    let mut residents = vec![];
    for (n, one) in made.iter().enumerate() {
        let sealed = seal_membership(&made[0].keyring, &publics[n], couple, epoch, key)
            .expect("a key made a moment ago");
        let opened = open_membership(&one.keyring, &publics[0], couple, epoch, &sealed)
            .expect("sealed a line above");
        let member = Member {
            id: ids[n],
            who: Who::BOTH[n],
            couple,
            partner: OuterPublic(publics[1 - n].0),
            keys: SpaceKeys::from_epoch(epoch, opened),
        };
        changes.push(Change::PutMembership(Membership {
            couple,
            person: ids[n],
            epoch,
            sealed,
            open: true,
        }));
        residents.push(member);
    }
    let mut moved_in = vec![];
    for (n, (one, member)) in made.into_iter().zip(residents).enumerate() {
        moved_in.push(move_in(store, now, house, n, one, member).await?);
    }
    let space = Space {
        couple,
        who: Who::First,
        keys: &keys,
        together: true,
    };
    let mut writer = Writer::new(space);
    for (number, entry) in history(house, now, &zone).into_iter().enumerate() {
        writer.entries.push(entry);
        // Snapshots are kept only by who has read the stream since it is there: so the first record goes alone.
        if number == 0 || writer.entries.len() == 500 {
            changes.extend(writer.batch());
            let _ = store.commit(std::mem::take(&mut changes)).await?;
        }
        if number == 0 {
            writer.at = Some(ledger::read(store, &keys, writer.place).await?);
        }
    }
    changes.extend(writer.batch());
    if house.passphrases {
        for who in Who::BOTH {
            let shared = touch_map(who).only(&SHOWN);
            changes.extend(pages::touch::sharing(
                Space { who, ..space },
                0,
                &places(),
                &shared,
            ));
        }
    }
    let _ = store.commit(changes).await?;
    if let Some(read) = &writer.at {
        ledger::mend(store, &keys, writer.place, read).await;
    }
    let [second, first] = [moved_in.pop(), moved_in.pop()];
    Ok(Residents(
        [first, second].map(|one| one.expect("two moved in")),
    ))
}

struct Member {
    id: PersonId,
    who: Who,
    couple: CoupleId,
    partner: OuterPublic,
    keys: SpaceKeys,
}

async fn move_in(
    store: &dyn Store,
    now: Stamp,
    house: &House,
    n: usize,
    made: NewPerson,
    member: Member,
) -> Result<Resident, StoreError> {
    let person = member.id;
    let outer = made.root.outer();
    let mut ring = made.keyring;
    ring.couple = Some(CoupleKeys {
        couple: member.couple,
        who: member.who,
        partner: member.partner,
        keys: member.keys,
    });
    let (solo, solo_keys) = &ring.solo;
    let (epoch, key) = solo_keys.newest();
    let sealed = seal_membership(&ring, &made.outer_public, *solo, epoch, key)
        .expect("a key made a moment ago");
    let alone = Membership {
        couple: *solo,
        person,
        epoch,
        sealed,
        open: true,
    };
    let secret = SignInSecret::random();
    let until = now.plus(30 * Stamp::DAY);
    let mut changes = vec![
        Change::AddPerson(Person {
            id: person,
            handle: house.handles[n].clone(),
            outer_public: made.outer_public.0,
            inner_public: made.inner_public.0,
            outer: seal_keyring(&outer, person, 1, &ring),
            inner: made.inner,
            version: 1,
        }),
        Change::AddSignIn(SignIn {
            id: secret.id(),
            person,
            door: Door::Outer,
            outer: secret.id(),
            key: secret.wrap_outer(&outer, person),
            until,
            at_most: until,
            label: vec![],
        }),
    ];
    changes.push(Change::PutMembership(alone));
    let passphrase = SIGN_INS[n].1.to_owned();
    if house.passphrases {
        let code = RecoveryCode::random();
        for (kind, sealed) in [
            (
                SlotKind::Passphrase,
                seal_passphrase_slot(&made.root, &passphrase, person, Cost::STANDARD),
            ),
            (
                SlotKind::Recovery,
                seal_recovery_slot(&made.root, &code, person),
            ),
        ] {
            changes.push(Change::PutSlot {
                person,
                slot: Slot { kind, sealed },
            });
        }
        changes.push(notes(
            &outer.private_stream(person),
            person,
            member.who,
            &made.inner_public,
            now,
        ));
    }
    let _ = store.commit(changes).await?;
    Ok(Resident {
        name: house.names[n].clone(),
        handle: house.handles[n].clone(),
        passphrase,
        cookie: secret.to_cookie(),
    })
}

/// What each of the two has marked on their own touch map.
fn touch_map(who: Who) -> Marks {
    let mark = |letter: &str, places: &str| {
        let mark = Mark::of(letter).expect("one of the three");
        let places = places.split(' ').map(move |place| (place.to_owned(), mark));
        places.collect::<Vec<_>>()
    };
    let all = match who {
        Who::First => [
            mark(
                "w",
                "shoulder-tops nape scalp palms soles calves long-strokes still-hand",
            ),
            mark("a", "lower-back back-thighs face kneading with-oil"),
            mark("n", "belly knees scratching"),
        ],
        Who::Second => [
            mark(
                "w",
                "shoulder-blades middle-back lower-back forehead upper-arms firm-pressure kneading",
            ),
            mark("a", "throat ears soles light-strokes"),
            mark("n", "sides knee-hollows tapping"),
        ],
    };
    all.into_iter().flatten().collect()
}

/// What both of them show each other.
const SHOWN: [&str; 18] = [
    "shoulder-tops",
    "nape",
    "scalp",
    "palms",
    "soles",
    "calves",
    "lower-back",
    "face",
    "belly",
    "shoulder-blades",
    "middle-back",
    "forehead",
    "throat",
    "sides",
    "long-strokes",
    "still-hand",
    "firm-pressure",
    "light-strokes",
];

/// Every place that either has marked.
fn places() -> Vec<String> {
    let all = Who::BOTH.map(touch_map);
    let all = all.iter().flat_map(Marks::iter);
    let all: BTreeSet<String> = all.map(|(place, _)| place.to_owned()).collect();
    all.into_iter().collect()
}

/// Two notes to oneself and a touch map, behind the private door.
fn notes(
    stream: &rekindle_domain::StreamId,
    person: PersonId,
    who: Who,
    public: &InnerPublic,
    now: Stamp,
) -> Change {
    let place = Place {
        owner: person.into(),
        stream: *stream,
    };
    let mut head = Head::genesis(place.owner, place.stream);
    let records = [
        (40, "I was short at breakfast and did not say why. It was the call with my brother, not us."),
        (6, "When we laugh in the car I forget that I was ever worried."),
    ]
    .into_iter()
    .map(|(days, words)| private::Entry {
        at: now.plus(-days * Stamp::DAY),
        event: private::Event::Noted {
            id: NoteId::new(chance::bytes()),
            words: words.to_owned(),
            until: None,
        },
    })
    .chain([private::Entry {
        at: now.plus(-2 * Stamp::DAY),
        event: private::Event::HurtFelt {
            id: NoteId::new(chance::bytes()),
            words: "The story about my driving, told at dinner in front of everybody.".to_owned(),
        },
    }])
    .chain([private::Entry {
        at: now.plus(-5 * Stamp::DAY),
        event: private::Event::Marked {
            id: NoteId::new(chance::bytes()),
            marks: Sheet::full(&places(), &touch_map(who)),
        },
    }])
    .zip(1..)
    .map(|(entry, seq)| {
        let plain = serde_json::to_vec(&entry).expect("plain data");
        let spot = Spot { owner: place.owner, stream: place.stream, seq };
        let sealed = seal_private(public, spot, head, &plain).expect("a short text");
        head = sealed.head;
        Record {
            seq,
            leaf: sealed.leaf,
            head: sealed.head,
            content: Some(Content { salt: sealed.salt, key: sealed.key, body: sealed.body }),
        }
    })
    .collect();
    Change::Append {
        place,
        after: 0,
        before: Head::genesis(place.owner, place.stream),
        records,
    }
}

/// A note from one, said back by the other.
fn note_between(entries: &mut Vec<(Stamp, Event)>, at: impl Fn(i64, i8) -> Stamp) {
    let note = NoteId::new(chance::bytes());
    let answer = |from, says| between::Event::Answered {
        to: note,
        id: NoteId::new(chance::bytes()),
        from,
        says,
    };
    let told = [
        (9, between::Event::Sent {
            id: note,
            from: Who::First,
            words: "On Tuesday, when we both fell asleep over our phones, I felt far away from you. I would like ten minutes of you before bed.".to_owned(),
        }),
        (8, answer(Who::Second, between::Says::Heard {
            words: "that Tuesday left you lonely, and that you miss the minutes before sleep. Is that right?".to_owned(),
        })),
        (8, answer(Who::First, between::Says::More { words: "Yes. That is it.".to_owned() })),
    ];
    for ((days, event), hour) in told.into_iter().zip([20, 20, 21]) {
        entries.push((at(days, hour), event.into()));
    }
}

/// Seals entries batch by batch, one behind the other.
struct Writer<'a> {
    space: Space<'a>,
    place: Place,
    at: Option<ledger::Read<Shared>>,
    entries: Vec<Entry>,
}

impl<'a> Writer<'a> {
    fn new(space: Space<'a>) -> Self {
        let place = space.place();
        Self {
            space,
            place,
            at: Some(ledger::Read::empty(place)),
            entries: vec![],
        }
    }

    fn batch(&mut self) -> Vec<Change> {
        let entries = std::mem::take(&mut self.entries);
        let Some(read) = self.at.take() else {
            return vec![];
        };
        let (changes, next) = ledger::seal_on(self.space.keys, self.place, read, &entries);
        self.at = Some(next);
        changes
    }
}

/// A year in a house, the same every time: nothing here is drawn by chance but ids.
fn history(house: &House, now: Stamp, zone: &Zone) -> Vec<Entry> {
    let today = zone.local(now).date();
    let mut said = Said::default();
    let first = today.saturating_sub(i64::from(house.days).days());
    let at = |day: Date, hour: i8, minute: i8| zone.moment(day.at(hour, minute, 0, 0)).min(now);
    let when = |day: Date| When {
        day,
        time: time(20, 30, 0, 0),
        zone: zone.clone(),
    };
    let mut entries = vec![];
    for (who, name) in Who::BOTH.into_iter().zip(&house.names) {
        entries.push((
            at(first, 19, 0),
            Event::Named {
                who,
                name: name.clone(),
            },
        ));
    }
    let sunday = (0..7)
        .map(|n| first.saturating_add(i64::from(n).days()))
        .find(|d| d.weekday() == Weekday::Sunday)
        .unwrap_or(first);
    entries.push((
        at(first, 19, 5),
        plan::Event::Planned {
            id: PlanId::new(chance::bytes()),
            practice: "weekly-check-in".to_owned(),
            when: when(sunday),
            every: plan::Every::Week,
        }
        .into(),
    ));
    entries.push((
        at(first, 19, 6),
        plan::Event::Planned {
            id: PlanId::new(chance::bytes()),
            practice: "kiss-at-parting".to_owned(),
            when: When {
                time: time(7, 40, 0, 0),
                ..when(first)
            },
            every: plan::Every::Day,
        }
        .into(),
    ));
    entries.push((
        at(first, 19, 7),
        journey::Event::Begun {
            path: "ten-weeks".to_owned(),
            first: "kiss-at-parting".to_owned(),
            day: first,
        }
        .into(),
    ));
    entries.push((
        at(first, 19, 8),
        moment::Event::Called {
            id: TouchId::new(chance::bytes()),
            name: "Two taps by the kettle".to_owned(),
        }
        .into(),
    ));
    for n in 0..=i64::from(house.days) {
        let day = first.saturating_add(n.days());
        for turn in 0..house.a_day {
            let quiet = (n % 37 > 30) || (n * 7 + i64::from(turn)) % 5 == 0;
            let last = n == i64::from(house.days);
            if (house.a_day == 1 && quiet) || last {
                continue;
            }
            let kind = ["kiss", "hug", "hands", "kiss"]
                [usize::try_from((n + i64::from(turn)) % 4).unwrap_or(0)];
            let minute = i8::try_from(turn % 50).unwrap_or(0);
            entries.push((
                at(day, 8, minute),
                moment::Event::Logged {
                    id: MomentId::new(chance::bytes()),
                    kind: kind.to_owned(),
                    day,
                }
                .into(),
            ));
        }
        if day.weekday() == Weekday::Sunday && n % 37 <= 30 && n < i64::from(house.days) {
            check_in(&mut entries, &mut said, at(day, 20, 30), day);
        }
        if n == 70 {
            entries.push((at(day, 21, 0), journey::Event::Left.into()));
        }
    }
    evenings(&mut entries, first, today, zone, now);
    note_between(&mut entries, |days, hour| {
        at(today.saturating_sub(days.days()), hour, 20)
    });
    let yesterday = today.saturating_sub(1.day());
    entries.push((at(yesterday, 21, 10), proposal::Event::Proposed {
        id: ProposalId::new(chance::bytes()), by: Who::Second, practice: "active-listening".to_owned(),
        words: "Would you try a ten-minute walk with me on Wednesday, and tell me about your week? No phones, no plans. You can say no or change it.".to_owned(),
        when: When { time: time(19, 0, 0, 0), ..when(today.saturating_add(2.days())) }, link: None,
    }.into()));
    entries.sort_by_key(|(at, _)| *at);
    entries
        .into_iter()
        .map(|(at, event)| Entry { at, event })
        .collect()
}

const LINES: [(Who, &str); 4] = [
    (
        Who::First,
        "You let me win at table tennis and denied it all the way home.",
    ),
    (
        Who::Second,
        "The chips on the harbour wall, and the gull that looked at us.",
    ),
    (Who::First, "Standing in the rain under one coat."),
    (
        Who::Second,
        "That we talked about the house by the sea as if it were ours.",
    ),
];

/// A kept time on Fridays with its turns and lines, a ritual that both call theirs, and one that is offered.
fn evenings(entries: &mut Vec<(Stamp, Event)>, first: Date, today: Date, zone: &Zone, now: Stamp) {
    let at = |day: Date, hour: i8| zone.moment(day.at(hour, 15, 0, 0)).min(now);
    let on = |weekday: Weekday, from: Date| {
        let days = (0..7).map(|n| from.saturating_add(i64::from(n).days()));
        days.into_iter()
            .find(|day| day.weekday() == weekday)
            .unwrap_or(from)
    };
    let when = |day: Date, hour: i8| When {
        day,
        time: time(hour, 30, 0, 0),
        zone: zone.clone(),
    };
    let friday = on(Weekday::Friday, first.saturating_add(21.days()));
    let slot = plan::Event::Set {
        id: date::SLOT,
        what: plan::What::Date,
        when: when(friday, 19),
        rule: Rule::Week { step: 1 },
        minutes: Some(120),
    };
    let (day, who) = (friday, Who::First);
    entries.push((at(first, 20), slot.into()));
    entries.push((at(first, 20), date::Event::Turned { day, who }.into()));
    let topic = date::Event::Limited {
        id: NoteId::new(chance::bytes()),
        words: "The roof".to_owned(),
    };
    entries.push((at(first, 20), topic.into()));
    let ideas = ["market-unknown", "last-stop", "karaoke-kitchen"];
    for week in 0_i64.. {
        let day = friday.saturating_add((week * 7).days());
        if day >= today {
            break;
        }
        let (from, words) = LINES[usize::try_from(week % 4).unwrap_or(0)];
        let by = if week % 2 == 0 {
            Who::First
        } else {
            Who::Second
        };
        let idea = ideas[usize::try_from(week % 3).unwrap_or(0)].to_owned();
        let picked = date::Event::Picked {
            day,
            by,
            idea: date::Idea::Guide(idea),
        };
        entries.push((at(day, 8), picked.into()));
        if week % 5 != 4 {
            let id = NoteId::new(chance::bytes());
            let words = words.to_owned();
            entries.push((
                at(day, 22),
                date::Event::Told {
                    id,
                    from,
                    day,
                    words,
                }
                .into(),
            ));
        }
    }
    let id = RitualId::new(chance::bytes());
    let saturday = on(Weekday::Saturday, first.saturating_add(30.days()));
    let shape = |name: &str, cue: &str, then: &str, rule, hour| {
        Box::new(ritual::Shape {
            name: name.to_owned(),
            cue: cue.to_owned(),
            then: then.to_owned(),
            least: "Two sips standing side by side, looking out of the window.".to_owned(),
            travel: "The first cup on a call.".to_owned(),
            when: when(saturday, hour),
            rule,
            minutes: 20,
            idea: Some("first-cup".to_owned()),
            practice: None,
        })
    };
    let cup = shape(
        "The slow cup",
        "the bakery bag is on the table",
        "we sit down and nobody checks the time",
        Rule::Week { step: 1 },
        8,
    );
    let (by, began) = (Who::First, saturday.saturating_sub(3.days()));
    entries.push((
        at(began, 20),
        ritual::Event::Drafted {
            id,
            by,
            shape: cup.clone(),
        }
        .into(),
    ));
    entries.push((
        at(began, 21),
        ritual::Event::Agreed { id, day: began }.into(),
    ));
    let planned = plan::Event::Set {
        id: ritual::plan_id(id),
        what: plan::What::Ritual(id),
        when: cup.when.clone(),
        rule: cup.rule,
        minutes: Some(cup.minutes),
    };
    entries.push((at(began, 21), planned.into()));
    for week in 0_i64.. {
        let day = saturday.saturating_add((week * 7).days());
        if day >= today {
            break;
        }
        if week % 6 != 5 {
            entries.push((at(day, 9), ritual::Event::Kept { id, day }.into()));
        }
    }
    for weeks in ritual::LOOKS_BACK {
        let day = began.saturating_add((i64::from(weeks) * 7).days());
        if day < today {
            entries.push((at(day, 10), ritual::Event::Looked { id, weeks }.into()));
        }
    }
    let offered = Box::new(ritual::Shape {
        least: "One word each.".to_owned(),
        travel: "A line on the phone before sleep.".to_owned(),
        minutes: 5,
        idea: Some("three-good".to_owned()),
        ..*shape(
            "Lights out, one thing",
            "the light is off",
            "each of us says one good thing of the day",
            Rule::Day { step: 1 },
            22,
        )
    });
    let offered = ritual::Event::Drafted {
        id: RitualId::new(chance::bytes()),
        by: Who::First,
        shape: offered,
    };
    entries.push((at(today.saturating_sub(2.days()), 20), offered.into()));
}

#[derive(Default)]
struct Said {
    times: usize,
}

const APPRECIATIONS: [(Who, &str); 8] = [
    (
        Who::Second,
        "You drove to my mother’s on Saturday without being asked. It tells me you see what is heavy for me.",
    ),
    (
        Who::First,
        "You left the light on for me. I came home and felt expected.",
    ),
    (
        Who::Second,
        "You asked how the meeting went, and then you really listened.",
    ),
    (
        Who::First,
        "You laughed with the children at dinner when I had no laugh left.",
    ),
    (
        Who::Second,
        "You said sorry first on Thursday. I know that costs you something.",
    ),
    (
        Who::First,
        "You made the coffee on my early mornings, all week.",
    ),
    (
        Who::Second,
        "You told me about being worried instead of carrying it alone.",
    ),
    (
        Who::First,
        "You put your phone in the drawer on Sunday. I noticed.",
    ),
];

const TOPICS: [&str; 4] = [
    "Who calls the plumber",
    "The week in July",
    "Bedtime on training days",
    "Your sister’s visit",
];

const AGREED: [&str; 4] = [
    "Text me when you leave work",
    "Ten minutes on the sofa before the dishes",
    "Ask me about the exam on Wednesday",
    "Leave the car keys on the hook",
];

fn check_in(entries: &mut Vec<(Stamp, Event)>, said: &mut Said, at: Stamp, day: Date) {
    let id = SessionId::new(chance::bytes());
    let n = said.times;
    said.times += 1;
    entries.push((
        at,
        held::Event::Opened {
            id,
            script: "weekly-check-in".to_owned(),
        }
        .into(),
    ));
    for k in 0..2 {
        let (from, words) = APPRECIATIONS[(2 * n + k) % APPRECIATIONS.len()];
        entries.push((
            at.plus(20 * Stamp::MINUTE),
            appreciation::Event::Kept {
                id: NoteId::new(chance::bytes()),
                from,
                words: words.to_owned(),
            }
            .into(),
        ));
    }
    let parked = if n % 6 == 2 {
        vec![Topic {
            topic: TOPICS[(n / 6) % TOPICS.len()].to_owned(),
            talk: n % 12 == 2,
        }]
    } else {
        vec![]
    };
    if n % 6 == 5 {
        entries.push((
            at.plus(Stamp::MINUTE),
            held::Event::Settled {
                topic: TOPICS[(n / 6) % TOPICS.len()].to_owned(),
            }
            .into(),
        ));
    }
    let agreed = vec![Agreed {
        from: Who::BOTH[n % 2],
        words: Some(AGREED[n % AGREED.len()].to_owned()),
    }];
    entries.push((
        at.plus(24 * Stamp::MINUTE),
        held::Event::Held {
            id,
            script: "weekly-check-in".to_owned(),
            day,
            summary: Box::new(Summary {
                script: "weekly-check-in".to_owned(),
                form: if n.is_multiple_of(3) { "short" } else { "full" }.to_owned(),
                mode: Mode::Live,
                began: at,
                appreciations: vec![],
                parked,
                agreed,
                next: None,
                about: None,
                settled: false,
                written: vec![],
            }),
        }
        .into(),
    ));
}
