//! Many invented couples at once, for `benches/`: signed in and with something to show, but without a passphrase, so
//! that furnishing a host does not take an afternoon of key derivations.

use jiff::ToSpan as _;
use rekindle_domain::ids::{MomentId, NoteId, PlanId};
use rekindle_domain::plan::{self, Every};
use rekindle_domain::shared::{Command, Entry, Shared};
use rekindle_domain::time::When;
use rekindle_domain::{CoupleId, Now, PersonId, Stamp, Who, Zone, appreciation, moment};
use rekindle_store::{Change, Door, Membership, Outcome, Person, Place, SignIn, Store, StoreError};
use rekindle_vault::chance;
use rekindle_vault::keys::{CoupleKeys, NewPerson, SpaceKeys, new_person, seal_keyring};
use rekindle_vault::pairing::{open_membership, seal_membership};
use rekindle_vault::sign_in::SignInSecret;

use crate::cookies;
use crate::ledger::{fold, seal};
use crate::visit::Profile;

/// So many records go into one commit.
const AT_ONCE: usize = 2_000;
/// What the ordinary couples have behind them.
const ORDINARY_DAYS: i64 = 28;
const A_DAY: i64 = 2;
/// The first couple's ten years come to 70,000 events.
const A_DAY_OF_FIRST: i64 = 19;

/// Adds `couples` couples to a host. The first has `years` of history, the others four weeks. Gives the cookie that
/// signs in one of each couple, as a request carries it.
///
/// # Errors
/// When the store cannot be written.
///
/// # Panics
/// When the rules refuse an invented history, which is a mistake in here.
pub async fn crowd(
    store: &dyn Store,
    now: Stamp,
    couples: u32,
    years: u32,
) -> Result<Vec<String>, StoreError> {
    let mut signed_in = vec![];
    for number in 0..couples {
        let (days, a_day) = if number == 0 && years > 0 {
            (i64::from(years) * 365, A_DAY_OF_FIRST)
        } else {
            (ORDINARY_DAYS, A_DAY)
        };
        signed_in.push(couple(store, now, days, a_day).await?);
    }
    Ok(signed_in)
}

async fn couple(
    store: &dyn Store,
    now: Stamp,
    days: i64,
    a_day: i64,
) -> Result<String, StoreError> {
    let couple = CoupleId::new(chance::id16());
    let [ana, ben] = ["Ana", "Ben"].map(|name| {
        let id = PersonId::new(chance::id16());
        let profile = Profile {
            name: name.to_owned(),
            zone: utc(),
            ..Profile::default()
        };
        (
            id,
            new_person(id, CoupleId::new(chance::id16()), profile.to_bytes()),
        )
    });
    let keys = SpaceKeys::first();
    let (epoch, key) = keys.newest();
    let membership = |to: &(PersonId, NewPerson)| {
        seal_membership(&ana.1.keyring, &to.1.outer_public, couple, epoch, key)
            .map(|sealed| Membership {
                couple,
                person: to.0,
                epoch,
                sealed,
                open: true,
            })
            .expect("a new key is an honest key")
    };
    let (anas, bens) = (membership(&ana), membership(&ben));
    let opened = |me: &NewPerson, membership: &Membership| {
        let key = open_membership(
            &me.keyring,
            &ana.1.outer_public,
            couple,
            epoch,
            &membership.sealed,
        );
        SpaceKeys::from_epoch(epoch, key.expect("sealed to this very key"))
    };
    let keys_of = [opened(&ana.1, &anas), opened(&ben.1, &bens)];
    let partners = [ben.1.outer_public, ana.1.outer_public];

    let secret = SignInSecret::random();
    let until = now.plus(30 * Stamp::DAY);
    let sign_in = SignIn {
        id: secret.id(),
        person: ana.0,
        door: Door::Outer,
        outer: secret.id(),
        key: secret.wrap_outer(&ana.1.root.outer(), ana.0),
        until,
        at_most: until,
        label: vec![],
    };

    let mut changes = vec![];
    for (((id, mut made), keys), (partner, who)) in [ana, ben]
        .into_iter()
        .zip(keys_of)
        .zip(partners.into_iter().zip([Who::First, Who::Second]))
    {
        made.keyring.couple = Some(CoupleKeys {
            couple,
            who,
            partner,
            keys,
        });
        changes.push(Change::AddPerson(Person {
            id,
            handle: format!("bench-{id}"),
            outer_public: made.outer_public.0,
            inner_public: made.inner_public.0,
            outer: seal_keyring(&made.root.outer(), id, 1, &made.keyring),
            inner: made.inner,
            version: 1,
        }));
    }
    changes.extend([
        Change::PutMembership(anas),
        Change::PutMembership(bens),
        Change::AddSignIn(sign_in),
    ]);

    let place = Place {
        owner: couple.into(),
        stream: keys.stream_id("shared"),
    };
    let mut state = Shared::default();
    let mut entries: Vec<Entry> = vec![];
    let mut seq = 0;
    let mut say = |state: &mut Shared, entries: &mut Vec<Entry>, now: &Now, command: &Command| {
        for event in state
            .decide(now, command)
            .expect("nothing here is against the rules")
        {
            seq += 1;
            let entry = Entry { at: now.at, event };
            *state = std::mem::take(state).fold(seq, &entry);
            entries.push(entry);
        }
    };
    for (who, name) in [(Who::First, "Ana"), (Who::Second, "Ben")] {
        say(
            &mut state,
            &mut entries,
            &at(now.plus(-days * Stamp::DAY), who),
            &Command::Name(name.to_owned()),
        );
    }
    for day in (0..days).rev() {
        let then = now.plus(-day * Stamp::DAY);
        for n in 0..a_day {
            let who = if n % 2 == 0 { Who::First } else { Who::Second };
            let said = at(then.plus(n * Stamp::MINUTE), who);
            say(&mut state, &mut entries, &said, &something(day, n, &said));
        }
        if entries.len() >= AT_ONCE {
            changes = keep(store, &keys, place, changes, &mut entries).await?;
        }
    }
    keep(store, &keys, place, changes, &mut entries).await?;
    Ok(format!("{}={}", cookies::SIGN_IN, secret.to_cookie()))
}

/// One of the small things of which a couple's days are made.
fn something(day: i64, n: i64, now: &Now) -> Command {
    match (day % 7, n) {
        (3, 0) => Command::Plan(plan::Command::Plan {
            id: PlanId::new(chance::id16()),
            practice: "weekly-check-in".to_owned(),
            when: When {
                day: now.today() + 4.days(),
                time: jiff::civil::time(20, 30, 0, 0),
                zone: utc(),
            },
            every: Every::Once,
        }),
        (1 | 4, 1) => Command::Appreciation(appreciation::Command::Keep {
            id: NoteId::new(chance::id16()),
            words: format!("You made tea before I had asked, and sat down beside me. Day {day}."),
        }),
        _ => Command::Moment(moment::Command::Log {
            id: MomentId::new(chance::id16()),
            kind: if n % 3 == 0 { "kiss" } else { "hug" }.to_owned(),
            day: now.today(),
        }),
    }
}

/// Commits what was said so far, and gives the changes that go with what is said next: none.
async fn keep(
    store: &dyn Store,
    keys: &SpaceKeys,
    place: Place,
    mut changes: Vec<Change>,
    entries: &mut Vec<Entry>,
) -> Result<Vec<Change>, StoreError> {
    let step = |state: Shared, seq, entry: &Entry| state.fold(seq, entry);
    let read = fold(keys, place, &store.load(place).await?, step);
    changes.extend(seal(keys, place, read, entries, step));
    entries.clear();
    match store.commit(changes).await? {
        Outcome::Done => Ok(vec![]),
        Outcome::Stale => Err(StoreError::Database(
            "somebody else writes to this host".to_owned(),
        )),
    }
}

fn at(at: Stamp, who: Who) -> Now {
    Now {
        at,
        who,
        zone: utc(),
    }
}

fn utc() -> Zone {
    Zone::named("UTC").expect("every database of time zones knows it")
}
