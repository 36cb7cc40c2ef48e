//! The promises of [`Store`] about reminders, on both databases: taken by one, settled or due again, never planned
//! twice.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use rekindle_domain::{PersonId, Stamp};
use rekindle_store::{Address, Change, Due, Feed, Remind, Store, Taken, Way};

use crate::contract::promises;
use crate::world::*;

promises! {
    what_is_due_is_taken_by_one_the_earliest_first
    of_many_who_take_at_once_no_two_have_the_same
    what_was_not_settled_is_due_again_once_its_lease_ends
    a_lease_that_has_passed_on_settles_nothing
    many_are_settled_at_once_each_in_its_own_way
    planning_again_neither_doubles_nor_loses
    k23_a_clock_that_jumps_sends_nothing_late_and_nothing_twice
    what_is_over_is_forgotten
    an_address_counts_once_and_takes_its_reminders_along
    an_address_that_is_refused_can_be_given_again
    a_dropped_account_is_reminded_no_more
    k18_a_feed_has_one_address_and_a_revoked_one_is_never_filled_again
    the_key_for_push_services_is_kept_once
    one_person_does_not_touch_what_is_due_to_another
}

fn change(remind: Remind) -> Vec<Change> {
    vec![Change::Remind(remind)]
}

fn address(person: PersonId, n: u8) -> Address {
    Address {
        person,
        id: [n; 16],
        way: Way::Push,
        reach: format!("https://push.example/{n}"),
        refused: false,
    }
}

/// Somebody with one address.
async fn reachable(store: &dyn Store) -> PersonId {
    let person = settled(store).await;
    done(store, change(Remind::PutAddress(address(person, 1)))).await;
    person
}

/// Somebody who is reminded by push, once of it just now, and has a feed.
pub(crate) async fn furnish(store: &dyn Store, person: PersonId) {
    done(store, change(Remind::AddPushKey(vec![1; 32]))).await;
    done(store, change(Remind::PutAddress(address(person, 1)))).await;
    plan(store, person, &[at(person, 0), at(person, 1)]).await;
    let _ = take(store, 0).await;
    done(
        store,
        change(Remind::PutFeed(Feed {
            id: fresh_32(),
            ..feed(person, 1)
        })),
    )
    .await;
}

fn at(person: PersonId, minutes: i64) -> Due {
    let at = NOW.plus(minutes * Stamp::MINUTE);
    Due {
        person,
        address: [1; 16],
        at,
        until: at.plus(2 * Stamp::HOUR),
    }
}

async fn plan(store: &dyn Store, person: PersonId, due: &[Due]) {
    let due = due.to_vec();
    done(store, change(Remind::Plan { person, due })).await;
}

fn minute(minutes: i64) -> Stamp {
    NOW.plus(minutes * Stamp::MINUTE)
}

/// Takes what is due at a minute, with a lease of two minutes.
async fn take(store: &dyn Store, minutes: i64) -> Vec<Taken> {
    let (now, until) = (minute(minutes), minute(minutes + 2));
    store.take_due(now, until, 100).await.unwrap()
}

async fn settle(store: &dyn Store, taken: &Taken, next: Stamp) {
    done(store, change(taken.again(next))).await;
}

/// Sent: looked at again only to be forgotten.
async fn sent(store: &dyn Store, taken: &Taken) {
    done(store, change(taken.done())).await;
}

fn dues(taken: &[Taken]) -> Vec<Due> {
    taken.iter().map(|taken| taken.due).collect()
}

async fn what_is_due_is_taken_by_one_the_earliest_first(store: &dyn Store) {
    let (ana, ben) = (reachable(store).await, reachable(store).await);
    plan(store, ana, &[at(ana, 10), at(ana, 20)]).await;
    plan(store, ben, &[at(ben, 5)]).await;
    assert!(!store.is_due(minute(4)).await.unwrap());
    assert_eq!(take(store, 4).await, []);
    assert!(store.is_due(minute(5)).await.unwrap());
    let first = store.take_due(minute(15), minute(17), 1).await.unwrap();
    assert_eq!(
        dues(&first),
        [at(ben, 5)],
        "the earliest, and not more than asked for"
    );
    assert_eq!(first[0].reach, "https://push.example/1");
    assert_eq!((first[0].way, first[0].tries), (Way::Push, 0));
    assert_eq!(dues(&take(store, 15).await), [at(ana, 10)]);
    assert_eq!(take(store, 16).await, [], "all of it is being sent");
    assert_eq!(store.due_of(ana).await.unwrap(), [at(ana, 20)]);
}

async fn of_many_who_take_at_once_no_two_have_the_same(store: &dyn Store) {
    let mut planned = BTreeSet::new();
    for _ in 0..6 {
        let person = reachable(store).await;
        let due: Vec<Due> = (0..20).map(|n| at(person, n)).collect();
        plan(store, person, &due).await;
        planned.extend(due);
    }
    let mut all = Vec::new();
    while store.is_due(minute(30)).await.unwrap() {
        let takers = (0..8).map(|_| store.take_due(minute(30), minute(40), 7));
        for taken in join_all(takers).await {
            all.extend(dues(&taken.unwrap()));
        }
    }
    assert_eq!(all.len(), planned.len(), "none twice");
    assert_eq!(
        all.into_iter().collect::<BTreeSet<_>>(),
        planned,
        "none left"
    );
}

async fn what_was_not_settled_is_due_again_once_its_lease_ends(store: &dyn Store) {
    let ana = reachable(store).await;
    plan(store, ana, &[at(ana, 0)]).await;
    assert_eq!(take(store, 0).await.len(), 1); // and then the power goes
    assert_eq!(take(store, 1).await, []);
    let again = take(store, 2).await;
    assert_eq!(dues(&again), [at(ana, 0)]);
    // The other side asks to come again later.
    settle(store, &again[0], minute(9)).await;
    assert_eq!(take(store, 8).await, []);
    let third = take(store, 9).await;
    assert_eq!((dues(&third), third[0].tries), (vec![at(ana, 0)], 1));
    sent(store, &third[0]).await;
    assert_eq!(take(store, 60).await, []);
}

async fn a_lease_that_has_passed_on_settles_nothing(store: &dyn Store) {
    let ana = reachable(store).await;
    plan(store, ana, &[at(ana, 0)]).await;
    let slow = take(store, 0).await;
    let quick = take(store, 2).await;
    settle(store, &slow[0], minute(3)).await;
    assert_eq!(take(store, 3).await, [], "the quick one still has it");
    sent(store, &quick[0]).await;
    assert_eq!(take(store, 30).await, []);
}

async fn many_are_settled_at_once_each_in_its_own_way(store: &dyn Store) {
    let ana = reachable(store).await;
    let due: Vec<Due> = (0..21).map(|n| at(ana, n)).collect();
    plan(store, ana, &due).await;
    let taken = take(store, 20).await;
    assert_eq!(taken.len(), 21);
    // The first of somebody else's, then sent and not yet, in turns.
    let own = taken.iter().enumerate().map(|(n, taken)| match n {
        0 => Taken {
            lease: [9; 16],
            ..taken.clone()
        }
        .done(),
        n if n % 2 == 1 => taken.done(),
        _ => taken.again(minute(21)),
    });
    done(store, own.map(Change::Remind).collect()).await;
    let again = take(store, 21).await;
    let later: Vec<Due> = (2..21).step_by(2).map(|n| at(ana, n)).collect();
    assert_eq!(dues(&again), later);
    assert!(again.iter().all(|taken| taken.tries == 1));
    let first = take(store, 22).await;
    assert_eq!(dues(&first), [at(ana, 0)], "its lease had to run out");
    assert_eq!(first[0].tries, 0);
}

async fn planning_again_neither_doubles_nor_loses(store: &dyn Store) {
    let ana = reachable(store).await;
    let whole = [at(ana, 0), at(ana, 10), at(ana, 20)];
    plan(store, ana, &whole).await;
    let being_sent = take(store, 0).await;
    // A visit in the middle of the sending, which planned a moment before.
    plan(store, ana, &whole).await;
    assert_eq!(take(store, 1).await, []);
    sent(store, &being_sent[0]).await;
    plan(store, ana, &whole).await;
    assert_eq!(take(store, 5).await, [], "what was sent is not due again");
    assert_eq!(store.due_of(ana).await.unwrap(), whole[1..]);
    let next = take(store, 10).await;
    settle(store, &next[0], minute(15)).await;
    plan(store, ana, &[at(ana, 20)]).await;
    assert_eq!(
        take(store, 15).await,
        [],
        "somebody who is here needs no second try"
    );
    plan(store, ana, &[]).await;
    assert_eq!(take(store, 25).await, []);
    assert_eq!(store.due_of(ana).await.unwrap(), []);
}

async fn k23_a_clock_that_jumps_sends_nothing_late_and_nothing_twice(store: &dyn Store) {
    let ana = reachable(store).await;
    let whole = [at(ana, 0), at(ana, 24 * 60), at(ana, 48 * 60)];
    plan(store, ana, &whole).await;
    for taken in take(store, 0).await {
        sent(store, &taken).await;
    }
    // Ahead, to a moment after the second: only what is still worth sending is sent.
    let taken = take(store, 48 * 60 + 30).await;
    assert_eq!(dues(&taken), [at(ana, 48 * 60)]);
    for taken in taken {
        sent(store, &taken).await;
    }
    // And back: both have been sent.
    plan(store, ana, &[at(ana, 0), at(ana, 48 * 60)]).await;
    assert_eq!(take(store, 1).await, []);
    assert_eq!(take(store, 48 * 60 + 1).await, []);
}

async fn what_is_over_is_forgotten(store: &dyn Store) {
    let ana = reachable(store).await;
    plan(store, ana, &[at(ana, 0), at(ana, 1)]).await;
    let taken = take(store, 0).await;
    sent(store, &taken[0]).await;
    assert_eq!(take(store, 11_000).await, [], "too late for the second");
    assert_eq!(store.due_of(ana).await.unwrap(), []);
    assert!(
        !store.is_due(minute(20_000)).await.unwrap(),
        "no row is left behind"
    );
}

async fn an_address_counts_once_and_takes_its_reminders_along(store: &dyn Store) {
    let ana = reachable(store).await;
    let again = change(Remind::PutAddress(address(ana, 1)));
    done(store, again).await;
    let mail = Address {
        way: Way::Mail,
        reach: "ana@example.org".to_owned(),
        ..address(ana, 2)
    };
    done(store, change(Remind::PutAddress(mail.clone()))).await;
    assert_eq!(
        store.addresses(ana).await.unwrap(),
        [address(ana, 1), mail.clone()]
    );
    let by_mail = Due {
        address: [2; 16],
        ..at(ana, 0)
    };
    plan(store, ana, &[at(ana, 0), by_mail]).await;
    done(
        store,
        change(Remind::DropAddresses {
            person: ana,
            way: Way::Mail,
        }),
    )
    .await;
    assert_eq!(dues(&take(store, 0).await), [at(ana, 0)]);
    done(
        store,
        change(Remind::DropAddress {
            person: ana,
            id: [1; 16],
        }),
    )
    .await;
    assert_eq!(store.addresses(ana).await.unwrap(), []);
    assert_eq!(take(store, 5).await, []);
    // Planned for an address that is gone meanwhile: decide again.
    let due = vec![at(ana, 30)];
    stale(store, change(Remind::Plan { person: ana, due })).await;
    stale(store, change(Remind::PutAddress(address(person().id, 1)))).await;
}

async fn an_address_that_is_refused_can_be_given_again(store: &dyn Store) {
    let ana = reachable(store).await;
    let id = [1; 16];
    plan(store, ana, &[at(ana, 0)]).await;
    done(store, change(Remind::RefuseAddress { person: ana, id })).await;
    assert_eq!(take(store, 1).await, [], "nothing more is sent there");
    assert!(store.addresses(ana).await.unwrap()[0].refused);
    done(store, change(Remind::PutAddress(address(ana, 1)))).await;
    assert!(!store.addresses(ana).await.unwrap()[0].refused);
}

async fn a_dropped_account_is_reminded_no_more(store: &dyn Store) {
    let ana = reachable(store).await;
    plan(store, ana, &[at(ana, 0)]).await;
    done(store, change(Remind::PutFeed(feed(ana, 1)))).await;
    done(store, vec![Change::DropPerson(ana)]).await;
    assert_eq!(take(store, 1).await, []);
    assert_eq!(store.addresses(ana).await.unwrap(), []);
    assert_eq!(store.feed([1; 32]).await.unwrap(), None);
}

fn feed(person: PersonId, n: u8) -> Feed {
    Feed {
        person,
        id: [n; 32],
        mark: [n; 16],
        body: vec![n; 600],
    }
}

async fn k18_a_feed_has_one_address_and_a_revoked_one_is_never_filled_again(store: &dyn Store) {
    let ana = settled(store).await;
    done(store, change(Remind::PutFeed(feed(ana, 1)))).await;
    let newer = Feed {
        body: vec![9; 600],
        ..feed(ana, 1)
    };
    done(store, change(Remind::SealFeed(newer.clone()))).await;
    assert_eq!(store.feed([1; 32]).await.unwrap(), Some(newer.clone()));
    assert_eq!(store.feed_of(ana).await.unwrap(), Some(newer.clone()));
    done(store, change(Remind::PutFeed(feed(ana, 2)))).await;
    assert_eq!(
        store.feed([1; 32]).await.unwrap(),
        None,
        "the one before is gone"
    );
    // A visit that began before the change.
    done(store, change(Remind::SealFeed(newer.clone()))).await;
    assert_eq!(store.feed_of(ana).await.unwrap(), Some(feed(ana, 2)));
    done(store, change(Remind::DropFeed(ana))).await;
    done(store, change(Remind::SealFeed(feed(ana, 2)))).await;
    assert_eq!(store.feed([2; 32]).await.unwrap(), None);
    stale(store, change(Remind::PutFeed(feed(person().id, 3)))).await;
}

async fn the_key_for_push_services_is_kept_once(store: &dyn Store) {
    assert_eq!(store.push_key().await.unwrap(), None);
    done(store, change(Remind::AddPushKey(vec![1; 32]))).await;
    done(store, change(Remind::AddPushKey(vec![2; 32]))).await;
    assert_eq!(store.push_key().await.unwrap(), Some(vec![1; 32]));
}

async fn one_person_does_not_touch_what_is_due_to_another(store: &dyn Store) {
    let (ana, ben) = (reachable(store).await, reachable(store).await);
    plan(store, ben, &[at(ben, 0)]).await;
    plan(store, ana, &[]).await;
    done(
        store,
        change(Remind::DropAddresses {
            person: ana,
            way: Way::Push,
        }),
    )
    .await;
    done(
        store,
        change(Remind::RefuseAddress {
            person: ana,
            id: [1; 16],
        }),
    )
    .await;
    done(store, change(Remind::DropFeed(ana))).await;
    done(store, vec![Change::DropPerson(ana)]).await;
    assert_eq!(dues(&take(store, 0).await), [at(ben, 0)]);
    assert_eq!(store.addresses(ben).await.unwrap(), [address(ben, 1)]);
}
