//! The promises of [`Store`], each kept by both databases. A promise is a function over the trait; `promises!` makes
//! two tests of it.

use futures_util::future::join_all;
use rekindle_domain::Stamp;
use rekindle_store::{
    Change, Invitation, Loaded, Membership, Outcome, Person, Place, Segment, SignIn, Slot,
    SlotKind, Snapshot, Store, StoreError, Waiting,
};

use crate::world::*;

macro_rules! promises {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let file = crate::world::File::new();
                let store = file.open().await;
                super::$name(&store).await;
                crate::world::nothing_wrong(&store).await;
                store.close().await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let server = crate::server::Empty::new().await;
                let store = server.open().await;
                super::$name(&store).await;
                crate::world::nothing_wrong(&store).await;
                store.close().await;
                server.gone().await;
            })*
        }
    };
}
pub(crate) use promises;

promises! {
    what_was_appended_is_read_back_from_any_position
    an_append_at_the_wrong_position_writes_nothing
    a_commit_happens_whole_or_not_at_all
    of_many_who_append_at_once_each_position_has_one_winner
    racing_appends_and_rebases_leave_a_whole_chain
    a_broken_chain_is_not_written
    streams_of_others_are_not_seen
    a_snapshot_stands_for_what_is_before_it
    an_older_snapshot_never_replaces_a_newer_one
    k9_a_snapshot_from_before_an_erasure_is_not_kept
    a_segment_stands_beside_its_records
    k9_a_segment_goes_with_what_is_erased_and_does_not_come_back
    segments_go_with_their_stream
    k9_erasing_takes_the_content_and_leaves_a_chain_that_holds
    k10_a_rebased_stream_shows_no_gap
    a_rebase_does_not_undo_what_somebody_did_meanwhile
    an_append_does_not_follow_a_stream_that_was_rebased_to_the_same_length
    s19_whether_anything_was_ever_erased_is_not_told
    a_stream_can_be_dropped_and_begun_again
    k24_a_cell_is_only_written_by_who_knows_its_version
    of_many_who_write_a_cell_at_once_one_wins
    a_handle_is_taken_once
    sealed_keys_of_a_person_are_not_overwritten_by_a_stale_tab
    a_slot_is_replaced_and_the_other_stays
    a_sign_in_opens_until_its_end
    s18_a_private_door_moves_ahead_but_never_beyond_its_last_moment
    ending_a_sign_in_closes_its_private_door
    s20_ending_all_others_keeps_this_one_and_its_door
    a_sign_in_of_nobody_is_refused
    a_device_is_remembered
    k28_an_invitation_is_changed_only_by_who_knows_its_version
    an_invitation_is_dropped_only_by_who_sent_it
    sweeping_takes_what_is_over_and_nothing_else
    memberships_are_found_from_both_sides_in_every_epoch
    k6_a_waiting_device_is_let_in_once_and_comes_in_once
    s21_a_closed_couple_is_closed_for_both
    s21_the_last_one_to_leave_takes_everything_along
    of_two_who_leave_at_once_one_is_the_last
    a_dropped_account_leaves_nothing_behind
    words_of_any_size_and_kind_come_back_as_they_were
}

async fn what_was_appended_is_read_back_from_any_position(store: &dyn Store) {
    let place = place();
    assert_eq!(store.tip(place).await.unwrap(), None);
    assert_eq!(store.load(place).await.unwrap(), Loaded::default());

    let records = first(place, &["a", "b", "c", "d"]);
    done(store, vec![begun(place, records.clone())]).await;

    for (after, limit, expected) in [
        (0, 10, &records[..]),
        (1, 10, &records[1..]),
        (1, 2, &records[1..3]),
        (4, 10, &[]),
    ] {
        assert_eq!(
            store.read(place, after, limit).await.unwrap(),
            expected,
            "{after} {limit}"
        );
    }
    assert_eq!(store.tip(place).await.unwrap(), Some((4, records[3].head)));
    assert_eq!(verified(place, &records), Ok(records[3].head));
    assert_eq!(store.load(place).await.unwrap().records, records);
}

async fn an_append_at_the_wrong_position_writes_nothing(store: &dyn Store) {
    let place = place();
    let records = first(place, &["a", "b"]);
    let end = records[1].head;
    let late = Change::Append {
        place,
        after: 2,
        before: end,
        records: behind(2, end, vec![content(b"c")]),
    };
    stale(store, vec![late.clone()]).await;
    done(store, vec![begun(place, records.clone())]).await;
    for after in [0, 1, 3, 99] {
        let before = records[0].head;
        let records = behind(after, before, vec![content(b"x")]);
        let records = if after == 0 {
            first(place, &["x"])
        } else {
            records
        };
        stale(
            store,
            vec![Change::Append {
                place,
                after,
                before,
                records,
            }],
        )
        .await;
    }
    stale(
        store,
        vec![Change::Append {
            place,
            after: 1,
            before: records[0].head,
            records: Vec::new(),
        }],
    )
    .await;
    done(
        store,
        vec![Change::Append {
            place,
            after: 2,
            before: end,
            records: Vec::new(),
        }],
    )
    .await;
    assert_eq!(all(store, place).await, records);
    done(store, vec![late]).await;
    assert_eq!(bodies(store, place).await, ["a", "b", "c"]);
}

async fn a_commit_happens_whole_or_not_at_all(store: &dyn Store) {
    let (one, two, person) = (place(), place(), person());
    let cell = cell_id();
    done(store, vec![next(store, two, &["in the way"]).await]).await;
    let changes = vec![
        Change::AddPerson(person.clone()),
        begun(one, first(one, &["a"])),
        Change::PutCell {
            owner: one.owner,
            cell,
            expected: 0,
            body: b"b".to_vec(),
        },
        begun(two, first(two, &["stale"])),
    ];
    stale(store, changes).await;
    assert_eq!(store.person(person.id).await.unwrap(), None);
    assert_eq!(store.tip(one).await.unwrap(), None);
    assert_eq!(store.cell(one.owner, cell).await.unwrap(), None);
    assert_eq!(bodies(store, two).await, ["in the way"]);
    assert_eq!(store.commit(Vec::new()).await.unwrap(), Outcome::Done);
}

async fn of_many_who_append_at_once_each_position_has_one_winner(store: &dyn Store) {
    const WRITERS: usize = 16;
    const ROUNDS: usize = 8;
    let place = place();
    let write = async |writer: usize| {
        let mut won = 0;
        while won < ROUNDS {
            let body = format!("{writer}-{won}");
            let change = next(store, place, &[&body]).await;
            if store.commit(vec![change]).await.unwrap() == Outcome::Done {
                won += 1;
            }
        }
    };
    join_all((0..WRITERS).map(write)).await;

    let records = all(store, place).await;
    assert_eq!(verified(place, &records), Ok(records.last().unwrap().head));
    let mut found = bodies(store, place).await;
    found.sort();
    let mut expected: Vec<String> = (0..WRITERS)
        .flat_map(|w| (0..ROUNDS).map(move |r| format!("{w}-{r}")))
        .collect();
    expected.sort();
    assert_eq!(found, expected);
}

async fn racing_appends_and_rebases_leave_a_whole_chain(store: &dyn Store) {
    let place = place();
    add(store, place, &["a", "b", "c"]).await;
    let append = async || {
        for _ in 0..20 {
            let change = next(store, place, &["more"]).await;
            let _ = store.commit(vec![change]).await.unwrap();
        }
    };
    let rebase = async || {
        for _ in 0..20 {
            let after = store
                .tip(place)
                .await
                .unwrap()
                .map_or(0, |(after, _)| after);
            let change = Change::Rebase {
                place,
                erased: store.load(place).await.unwrap().erased,
                after,
                records: first(place, &["x", "y"]),
            };
            let _ = store.commit(vec![change]).await.unwrap();
        }
    };
    let erase = async || {
        for _ in 0..20 {
            done(store, vec![Change::Erase { place, seq: 2 }]).await;
        }
    };
    let append_too = append();
    futures_util::join!(append(), append_too, rebase(), erase());
    let records = all(store, place).await;
    let (length, head) = store.tip(place).await.unwrap().unwrap();
    assert_eq!(records.len() as u64, length);
    assert_eq!(verified(place, &records), Ok(head));
}

async fn a_broken_chain_is_not_written(store: &dyn Store) {
    let place = place();
    let good = first(place, &["a", "b"]);
    let mut gap = good.clone();
    gap[1].seq = 3;
    let mut other_head = good.clone();
    other_head[1].head.0[0] ^= 1;
    let mut other_content = good.clone();
    other_content[0].content.as_mut().unwrap().body.push(b'!');
    let mut not_first = good.clone();
    not_first.remove(0);
    for records in [gap, other_head, other_content, not_first] {
        let append = begun(place, records.clone());
        let rebase = Change::Rebase {
            place,
            erased: store.load(place).await.unwrap().erased,
            after: 0,
            records,
        };
        for change in [append, rebase] {
            let refused = store.commit(vec![change]).await;
            assert!(
                matches!(refused, Err(StoreError::Database(_))),
                "{refused:?}"
            );
        }
    }
    assert_eq!(store.tip(place).await.unwrap(), None);
}

async fn streams_of_others_are_not_seen(store: &dyn Store) {
    let (mine, also_mine) = (place(), place());
    let also_mine = rekindle_store::Place {
        owner: mine.owner,
        ..also_mine
    };
    // The same stream id under another owner is another stream.
    let theirs = rekindle_store::Place {
        owner: owner(),
        ..mine
    };
    for (place, body) in [(mine, "mine"), (also_mine, "mine too"), (theirs, "theirs")] {
        add(store, place, &[body]).await;
    }
    assert_eq!(bodies(store, mine).await, ["mine"]);
    assert_eq!(bodies(store, theirs).await, ["theirs"]);
    let mut streams = vec![mine.stream, also_mine.stream];
    streams.sort();
    assert_eq!(store.streams(mine.owner).await.unwrap(), streams);
    assert_eq!(store.streams(theirs.owner).await.unwrap(), [theirs.stream]);
}

fn kept(seq: u64, body: &str) -> Snapshot {
    Snapshot {
        seq,
        body: body.as_bytes().to_vec(),
    }
}

async fn a_snapshot_stands_for_what_is_before_it(store: &dyn Store) {
    let place = place();
    add(store, place, &["a", "b", "c"]).await;
    let snapshot = kept(2, "folded");
    keep(store, place, snapshot.clone()).await;
    let loaded = store.load(place).await.unwrap();
    assert_eq!(loaded.snapshot, Some(snapshot));
    assert_eq!(loaded.records, all(store, place).await[2..]);
    add(store, place, &["d"]).await;
    let seqs: Vec<u64> = store
        .load(place)
        .await
        .unwrap()
        .records
        .iter()
        .map(|r| r.seq)
        .collect();
    assert_eq!(seqs, [3, 4]);
}

async fn an_older_snapshot_never_replaces_a_newer_one(store: &dyn Store) {
    let place = place();
    add(store, place, &["a", "b", "c"]).await;
    for (snapshot, expected) in [
        (kept(9, "of records that are not there"), None),
        (kept(2, "two"), Some(kept(2, "two"))),
        (kept(1, "one"), Some(kept(2, "two"))),
        (
            kept(2, "two in a newer form"),
            Some(kept(2, "two in a newer form")),
        ),
        (kept(3, "three"), Some(kept(3, "three"))),
    ] {
        keep(store, place, snapshot).await;
        assert_eq!(store.load(place).await.unwrap().snapshot, expected);
    }
}

async fn k9_a_snapshot_from_before_an_erasure_is_not_kept(store: &dyn Store) {
    let place = place();
    add(store, place, &["a", "b", "c"]).await;
    let before = store.load(place).await.unwrap().erased;
    done(store, vec![Change::Erase { place, seq: 2 }]).await;
    let snapshot = kept(3, "still holds b");
    done(
        store,
        vec![Change::Snapshot {
            place,
            snapshot,
            erased: before,
        }],
    )
    .await;
    let loaded = store.load(place).await.unwrap();
    assert_eq!(loaded.snapshot, None);
    assert_eq!(loaded.records.len(), 3);

    let snapshot = kept(3, "without b");
    let change = Change::Snapshot {
        place,
        snapshot: snapshot.clone(),
        erased: loaded.erased,
    };
    done(store, vec![change]).await;
    assert_eq!(store.load(place).await.unwrap().snapshot, Some(snapshot));
}

fn segment(first: u64, last: u64, body: &str) -> Segment {
    Segment {
        first,
        last,
        body: body.as_bytes().to_vec(),
    }
}

/// Keeps a segment as somebody does who has read the stream a moment ago.
async fn keep_segment(store: &dyn Store, place: Place, segment: Segment) {
    let erased = store.load(place).await.unwrap().erased;
    let change = Change::Segment {
        place,
        segment,
        erased,
    };
    done(store, vec![change]).await;
}

async fn a_segment_stands_beside_its_records(store: &dyn Store) {
    let (place, other) = (place(), place());
    add(store, place, &["a", "b", "c", "d", "e"]).await;
    add(store, other, &["x", "y"]).await;
    let (ab, cd) = (segment(1, 2, "ab"), segment(3, 4, "cd"));
    for one in [
        cd.clone(),
        segment(1, 2, "in another form"),
        ab.clone(),
        segment(5, 6, "of a record that is not there"),
    ] {
        keep_segment(store, place, one).await;
    }
    keep_segment(store, other, segment(1, 2, "xy")).await;
    for (after, limit, expected) in [
        (0, 9, vec![ab.clone(), cd.clone()]),
        (0, 1, vec![ab.clone()]),
        (1, 9, vec![cd.clone()]),
        (3, 9, vec![]),
    ] {
        let found = store.segments(place, after, limit).await.unwrap();
        assert_eq!(found, expected, "{limit} behind {after}");
    }
    // Nothing of the stream itself has changed; what is loaded without a snapshot begins behind the last segment.
    let records = all(store, place).await;
    assert_eq!(records.len(), 5);
    let loaded = store.load(place).await.unwrap();
    assert_eq!(
        (loaded.snapshot, loaded.records),
        (None, records[4..].to_vec())
    );
    keep(store, place, kept(2, "folded")).await;
    assert_eq!(store.load(place).await.unwrap().records, records[2..]);
    add(store, place, &["f"]).await;
    assert_eq!(bodies(store, place).await, ["a", "b", "c", "d", "e", "f"]);
}

async fn k9_a_segment_goes_with_what_is_erased_and_does_not_come_back(store: &dyn Store) {
    let place = place();
    add(store, place, &["a", "b", "c", "d", "e", "f"]).await;
    let all = [
        segment(1, 2, "ab"),
        segment(3, 4, "cd"),
        segment(5, 6, "ef"),
    ];
    for one in &all {
        keep_segment(store, place, one.clone()).await;
    }
    let before = store.load(place).await.unwrap().erased;
    for (seq, left) in [(3, vec![0, 2]), (2, vec![2]), (5, vec![])] {
        done(store, vec![Change::Erase { place, seq }]).await;
        let left: Vec<Segment> = left.into_iter().map(|n: usize| all[n].clone()).collect();
        assert_eq!(store.segments(place, 0, 9).await.unwrap(), left, "{seq}");
    }
    // Somebody who read before the erasing may still hold what was erased.
    let change = Change::Segment {
        place,
        segment: all[1].clone(),
        erased: before,
    };
    done(store, vec![change]).await;
    assert_eq!(store.segments(place, 0, 9).await.unwrap(), []);
    keep_segment(store, place, segment(3, 4, "d")).await;
    assert_eq!(
        store.segments(place, 0, 9).await.unwrap(),
        [segment(3, 4, "d")]
    );
}

async fn segments_go_with_their_stream(store: &dyn Store) {
    let (ana, ben) = (settled(store).await, settled(store).await);
    let us = couple();
    done(store, vec![Change::PutMembership(membership(us, ben, 1))]).await;
    let places = [place(), place(), place_of(ana.into()), place_of(us.into())];
    for place in places {
        add(store, place, &["a", "b"]).await;
        keep_segment(store, place, segment(1, 2, "ab")).await;
    }
    let erased = store.load(places[0]).await.unwrap().erased;
    let rebase = Change::Rebase {
        place: places[0],
        after: 2,
        erased,
        records: first(places[0], &["b"]),
    };
    let ends = [
        rebase,
        Change::DropStream { place: places[1] },
        Change::DropPerson(ana),
        Change::LeaveCouple {
            couple: us,
            person: ben,
        },
    ];
    for (place, end) in places.into_iter().zip(ends) {
        assert_eq!(store.segments(place, 0, 9).await.unwrap().len(), 1);
        let what = format!("{end:?}");
        done(store, vec![end]).await;
        assert_eq!(store.segments(place, 0, 9).await.unwrap(), [], "{what}");
    }
}

async fn k9_erasing_takes_the_content_and_leaves_a_chain_that_holds(store: &dyn Store) {
    let place = place();
    add(store, place, &["a", "b", "c"]).await;
    let snapshot = kept(3, "holds b");
    keep(store, place, snapshot).await;
    let before = all(store, place).await;
    done(store, vec![Change::Erase { place, seq: 2 }]).await;

    let loaded = store.load(place).await.unwrap();
    assert_eq!(loaded.snapshot, None);
    let mut expected = before;
    expected[1].content = None;
    assert_eq!(loaded.records, expected);
    assert_eq!(verified(place, &expected), Ok(expected[2].head));
    // Twice, or what was never there: no mark and no fault.
    done(
        store,
        vec![
            Change::Erase { place, seq: 2 },
            Change::Erase { place, seq: 77 },
        ],
    )
    .await;
    add(store, place, &["d"]).await;
    assert_eq!(bodies(store, place).await, ["a", "", "c", "d"]);
}

async fn k10_a_rebased_stream_shows_no_gap(store: &dyn Store) {
    let place = place();
    add(store, place, &["a", "b", "c"]).await;
    let snapshot = kept(3, "holds b");
    keep(store, place, snapshot).await;
    let without = first(place, &["a", "c"]);
    stale(
        store,
        vec![Change::Rebase {
            place,
            erased: store.load(place).await.unwrap().erased,
            after: 2,
            records: without.clone(),
        }],
    )
    .await;
    stale(
        store,
        vec![Change::Rebase {
            place,
            erased: store.load(place).await.unwrap().erased,
            after: 0,
            records: without.clone(),
        }],
    )
    .await;
    done(
        store,
        vec![Change::Rebase {
            place,
            erased: store.load(place).await.unwrap().erased,
            after: 3,
            records: without.clone(),
        }],
    )
    .await;
    let loaded = store.load(place).await.unwrap();
    assert_eq!((loaded.snapshot, &loaded.records), (None, &without));
    assert_eq!(store.tip(place).await.unwrap(), Some((2, without[1].head)));
    add(store, place, &["d"]).await;
    assert_eq!(bodies(store, place).await, ["a", "c", "d"]);

    done(
        store,
        vec![Change::Rebase {
            place,
            erased: store.load(place).await.unwrap().erased,
            after: 3,
            records: Vec::new(),
        }],
    )
    .await;
    assert_eq!(store.tip(place).await.unwrap(), None);
    assert_eq!(all(store, place).await, []);
    done(
        store,
        vec![Change::Rebase {
            place,
            erased: store.load(place).await.unwrap().erased,
            after: 0,
            records: without,
        }],
    )
    .await;
    assert_eq!(bodies(store, place).await, ["a", "c"]);
}

async fn a_rebase_does_not_undo_what_somebody_did_meanwhile(store: &dyn Store) {
    let place = place();
    add(store, place, &["a", "b", "c"]).await;
    let before = store.load(place).await.unwrap().erased;
    let without_a = Change::Rebase {
        place,
        after: 3,
        erased: before,
        records: first(place, &["b", "c"]),
    };
    done(store, vec![without_a]).await;
    add(store, place, &["d"]).await;
    // The length is what it was; the stream is another one.
    let without_b = Change::Rebase {
        place,
        after: 3,
        erased: before,
        records: first(place, &["a", "c"]),
    };
    stale(store, vec![without_b]).await;
    let nothing = Change::Rebase {
        place,
        after: 3,
        erased: before,
        records: Vec::new(),
    };
    stale(store, vec![nothing]).await;
    assert_eq!(bodies(store, place).await, ["b", "c", "d"]);
}

async fn an_append_does_not_follow_a_stream_that_was_rebased_to_the_same_length(store: &dyn Store) {
    let place = place();
    add(store, place, &["a", "b"]).await;
    let late = next(store, place, &["c"]).await;
    let erased = store.load(place).await.unwrap().erased;
    let again = first(place, &["a", "b"]);
    done(
        store,
        vec![Change::Rebase {
            place,
            after: 2,
            erased,
            records: again.clone(),
        }],
    )
    .await;
    stale(store, vec![late]).await;
    assert_eq!(all(store, place).await, again);
}

async fn s19_whether_anything_was_ever_erased_is_not_told(store: &dyn Store) {
    let (touched, untouched) = (place(), place());
    let mut seen = Vec::new();
    for place in [touched, untouched] {
        assert_eq!(store.load(place).await.unwrap().erased, 0);
        add(store, place, &["a", "b"]).await;
        seen.push(store.load(place).await.unwrap().erased);
    }
    for seq in [1, 2, 2] {
        done(
            store,
            vec![Change::Erase {
                place: touched,
                seq,
            }],
        )
        .await;
        seen.push(store.load(touched).await.unwrap().erased);
    }
    // By chance from the first: never 0, never twice, no count.
    for (at, one) in seen.iter().enumerate() {
        assert_ne!(*one, 0);
        assert!(
            seen[..at].iter().all(|other| other.abs_diff(*one) > 1000),
            "{seen:?}"
        );
    }
}

async fn a_stream_can_be_dropped_and_begun_again(store: &dyn Store) {
    let (place, other) = (place(), place());
    add(store, place, &["a"]).await;
    add(store, other, &["b"]).await;
    let snapshot = kept(1, "a");
    keep(store, place, snapshot).await;
    done(
        store,
        vec![Change::DropStream { place }, Change::DropStream { place }],
    )
    .await;
    assert_eq!(store.load(place).await.unwrap(), Loaded::default());
    assert_eq!(store.streams(place.owner).await.unwrap(), []);
    add(store, place, &["again"]).await;
    assert_eq!(bodies(store, place).await, ["again"]);
    assert_eq!(bodies(store, other).await, ["b"]);
}

async fn k24_a_cell_is_only_written_by_who_knows_its_version(store: &dyn Store) {
    let (owner, cell) = (owner(), cell_id());
    let put = |expected, body: &str| {
        vec![Change::PutCell {
            owner,
            cell,
            expected,
            body: body.as_bytes().to_vec(),
        }]
    };
    stale(store, put(1, "not there yet")).await;
    done(store, put(0, "one")).await;
    stale(store, put(0, "there already")).await;
    done(store, put(1, "two")).await;
    stale(store, put(1, "too late")).await;
    let set = Change::SetCell {
        owner,
        cell,
        body: b"set".to_vec(),
    };
    done(store, vec![set]).await;
    let found = store.cell(owner, cell).await.unwrap().unwrap();
    assert_eq!(
        (found.version, found.body.as_slice()),
        (2, &b"set"[..]),
        "written, and not counted"
    );
    done(store, put(2, "three")).await;
    let found = store.cell(owner, cell).await.unwrap().unwrap();
    assert_eq!((found.version, found.body.as_slice()), (3, &b"three"[..]));
    assert_eq!(store.cells(owner).await.unwrap(), [(cell, found)]);
    done(
        store,
        vec![
            Change::DropCell { owner, cell },
            Change::DropCell { owner, cell },
        ],
    )
    .await;
    assert_eq!(store.cell(owner, cell).await.unwrap(), None);
}

async fn of_many_who_write_a_cell_at_once_one_wins(store: &dyn Store) {
    let (owner, cell) = (owner(), cell_id());
    for version in 0..5_u64 {
        let tries = (0..12).map(|who: u8| {
            let change = Change::PutCell {
                owner,
                cell,
                expected: version,
                body: vec![who; 32],
            };
            store.commit(vec![change])
        });
        let outcomes = join_all(tries).await;
        let won = outcomes
            .iter()
            .filter(|o| matches!(o, Ok(Outcome::Done)))
            .count();
        assert_eq!(won, 1, "{outcomes:?}");
    }
    assert_eq!(store.cell(owner, cell).await.unwrap().unwrap().version, 5);
}

async fn a_handle_is_taken_once(store: &dyn Store) {
    let one = person();
    let two = Person {
        handle: one.handle.clone(),
        ..person()
    };
    done(store, vec![Change::AddPerson(one.clone())]).await;
    stale(store, vec![Change::AddPerson(two.clone())]).await;
    stale(
        store,
        vec![Change::AddPerson(Person {
            handle: "another".into(),
            ..one.clone()
        })],
    )
    .await;
    assert_eq!(store.person(one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(
        store.person_by_handle(&one.handle).await.unwrap(),
        Some(one.clone())
    );
    assert_eq!(store.person(two.id).await.unwrap(), None);
    assert_eq!(store.person_by_handle("nobody").await.unwrap(), None);
    assert_eq!(store.count_people().await.unwrap(), 1);

    let racing = (0..8).map(|_| {
        store.commit(vec![Change::AddPerson(Person {
            handle: "both of us".into(),
            ..person()
        })])
    });
    let won = join_all(racing)
        .await
        .iter()
        .filter(|o| matches!(o, Ok(Outcome::Done)))
        .count();
    assert_eq!(won, 1);
    assert_eq!(store.count_people().await.unwrap(), 2);
}

async fn sealed_keys_of_a_person_are_not_overwritten_by_a_stale_tab(store: &dyn Store) {
    let person = person();
    done(store, vec![Change::AddPerson(person.clone())]).await;
    let next = Person {
        handle: "a handle stays".into(),
        outer: b"two".to_vec(),
        inner_public: [8; 32],
        version: 2,
        ..person.clone()
    };
    done(store, vec![Change::PutPerson(next.clone())]).await;
    stale(
        store,
        vec![Change::PutPerson(Person {
            outer: b"late".to_vec(),
            ..next.clone()
        })],
    )
    .await;
    stale(
        store,
        vec![Change::PutPerson(Person {
            version: 9,
            ..next.clone()
        })],
    )
    .await;
    let expected = Person {
        handle: person.handle,
        ..next
    };
    assert_eq!(store.person(person.id).await.unwrap(), Some(expected));
}

async fn a_slot_is_replaced_and_the_other_stays(store: &dyn Store) {
    let person = settled(store).await;
    let slot = |kind, sealed: &str| Slot {
        kind,
        sealed: sealed.as_bytes().to_vec(),
    };
    let old = slot(SlotKind::Passphrase, "old");
    let new = slot(SlotKind::Passphrase, "new");
    let code = slot(SlotKind::Recovery, "code");
    for slot in [&old, &code, &new] {
        done(
            store,
            vec![Change::PutSlot {
                person,
                slot: slot.clone(),
            }],
        )
        .await;
    }
    assert_eq!(store.slots(person).await.unwrap(), [new, code]);
    let nobody = crate::world::person().id;
    stale(
        store,
        vec![Change::PutSlot {
            person: nobody,
            slot: old,
        }],
    )
    .await;
}

async fn a_sign_in_opens_until_its_end(store: &dyn Store) {
    let person = settled(store).await;
    let sign_in = sign_in(person);
    done(store, vec![Change::AddSignIn(sign_in.clone())]).await;
    let (us, other) = (couple(), settled(store).await);
    for (couple, who, epoch) in [
        (us, person, 2),
        (us, person, 1),
        (couple(), person, 1),
        (us, other, 1),
    ] {
        let member = Change::PutMembership(membership(couple, who, epoch));
        done(store, vec![member]).await;
    }
    for (now, opens) in [
        (NOW, true),
        (sign_in.until, true),
        (sign_in.until.plus(1), false),
        (sign_in.until.plus(Stamp::DAY), false),
    ] {
        let found = store.signed_in(sign_in.id, now).await.unwrap();
        assert_eq!(found.is_some(), opens, "{now:?}");
        if let Some(found) = found {
            assert_eq!(found.sign_in, sign_in);
            assert_eq!(found.person, store.person(person).await.unwrap().unwrap());
            let memberships = store.memberships(person).await.unwrap();
            assert_eq!(
                (found.memberships, memberships.len()),
                (memberships.clone(), 3)
            );
        }
        assert_eq!(
            store.sign_ins(person, now).await.unwrap().len(),
            usize::from(opens)
        );
    }
    assert_eq!(store.signed_in(fresh_32(), NOW).await.unwrap(), None);
}

async fn s18_a_private_door_moves_ahead_but_never_beyond_its_last_moment(store: &dyn Store) {
    let person = settled(store).await;
    let outer = sign_in(person);
    let door = door_of(&outer);
    done(
        store,
        vec![Change::AddSignIn(outer), Change::AddSignIn(door.clone())],
    )
    .await;
    for (to, expected) in [
        (NOW.plus(15 * Stamp::MINUTE), NOW.plus(15 * Stamp::MINUTE)),
        (NOW.plus(12 * Stamp::MINUTE), NOW.plus(15 * Stamp::MINUTE)),
        (NOW.plus(45 * Stamp::MINUTE), door.at_most),
    ] {
        done(
            store,
            vec![Change::ExtendSignIn {
                id: door.id,
                until: to,
            }],
        )
        .await;
        let found = store.signed_in(door.id, NOW).await.unwrap().unwrap();
        assert_eq!(found.sign_in.until, expected);
    }
    done(store, vec![Change::EndSignIn { id: door.id }]).await;
    done(
        store,
        vec![Change::ExtendSignIn {
            id: door.id,
            until: door.at_most,
        }],
    )
    .await;
    assert_eq!(store.signed_in(door.id, NOW).await.unwrap(), None);
}

async fn ending_a_sign_in_closes_its_private_door(store: &dyn Store) {
    let person = settled(store).await;
    let (one, two) = (sign_in(person), sign_in(person));
    let (door_one, door_two) = (door_of(&one), door_of(&two));
    let added = [&one, &two, &door_one, &door_two].map(|s| Change::AddSignIn(s.clone()));
    done(store, added.to_vec()).await;
    done(store, vec![Change::EndSignIn { id: door_two.id }]).await;
    assert!(store.signed_in(two.id, NOW).await.unwrap().is_some());
    done(store, vec![Change::EndSignIn { id: one.id }]).await;
    assert_eq!(store.sign_ins(person, NOW).await.unwrap(), [two]);
}

async fn s20_ending_all_others_keeps_this_one_and_its_door(store: &dyn Store) {
    let (person, somebody) = (settled(store).await, settled(store).await);
    let (this, other, foreign) = (sign_in(person), sign_in(person), sign_in(somebody));
    let (door, other_door) = (door_of(&this), door_of(&other));
    let added = [&this, &other, &door, &other_door, &foreign].map(|s| Change::AddSignIn(s.clone()));
    done(store, added.to_vec()).await;
    done(
        store,
        vec![Change::EndOtherSignIns {
            person,
            keep: this.id,
        }],
    )
    .await;
    let mut kept = vec![this, door];
    kept.sort_by_key(|s| s.id);
    assert_eq!(store.sign_ins(person, NOW).await.unwrap(), kept);
    assert_eq!(store.sign_ins(somebody, NOW).await.unwrap(), [foreign]);
}

async fn a_sign_in_of_nobody_is_refused(store: &dyn Store) {
    let nobody = person().id;
    stale(store, vec![Change::AddSignIn(sign_in(nobody))]).await;
    stale(store, vec![Change::AddInvitation(invitation(nobody))]).await;
    stale(
        store,
        vec![Change::PutMembership(membership(couple(), nobody, 1))],
    )
    .await;
    // And what shared the commit with it is not there either.
    let somebody = person();
    let changes = vec![
        Change::AddPerson(somebody.clone()),
        Change::AddDevice {
            id: fresh_32(),
            person: nobody,
        },
    ];
    stale(store, changes).await;
    assert_eq!(store.person(somebody.id).await.unwrap(), None);
}

async fn a_device_is_remembered(store: &dyn Store) {
    let (person, id) = (settled(store).await, fresh_32());
    done(store, vec![Change::AddDevice { id, person }]).await;
    done(store, vec![Change::AddDevice { id, person }]).await;
    assert_eq!(store.device(id).await.unwrap(), Some(person));
    assert_eq!(store.device(fresh_32()).await.unwrap(), None);
}

async fn k28_an_invitation_is_changed_only_by_who_knows_its_version(store: &dyn Store) {
    let from = settled(store).await;
    let sent = invitation(from);
    done(store, vec![Change::AddInvitation(sent.clone())]).await;
    stale(store, vec![Change::AddInvitation(sent.clone())]).await;
    assert_eq!(store.invitation(sent.id).await.unwrap(), Some(sent.clone()));

    let answered = Invitation {
        reply: b"another time".to_vec(),
        version: 2,
        ..sent.clone()
    };
    done(store, vec![Change::PutInvitation(answered.clone())]).await;
    let late = Invitation {
        reply: b"yes".to_vec(),
        version: 2,
        ..sent.clone()
    };
    stale(store, vec![Change::PutInvitation(late)]).await;
    let joined = Invitation {
        join: b"keys".to_vec(),
        body: b"new".to_vec(),
        until: NOW.plus(7),
        version: 3,
        ..answered
    };
    done(store, vec![Change::PutInvitation(joined.clone())]).await;
    assert_eq!(store.invitations_from(from).await.unwrap(), [joined]);
    assert_eq!(store.invitation(invitation(from).id).await.unwrap(), None);
}

async fn an_invitation_is_dropped_only_by_who_sent_it(store: &dyn Store) {
    let (from, other) = (settled(store).await, settled(store).await);
    let sent = invitation(from);
    done(store, vec![Change::AddInvitation(sent.clone())]).await;
    done(
        store,
        vec![Change::DropInvitation {
            id: sent.id,
            from: other,
        }],
    )
    .await;
    assert!(store.invitation(sent.id).await.unwrap().is_some());
    done(store, vec![Change::DropInvitation { id: sent.id, from }]).await;
    assert_eq!(store.invitation(sent.id).await.unwrap(), None);
}

async fn sweeping_takes_what_is_over_and_nothing_else(store: &dyn Store) {
    let person = settled(store).await;
    let (live, over) = (
        sign_in(person),
        SignIn {
            until: NOW.plus(-1),
            ..sign_in(person)
        },
    );
    let (open, lapsed) = (
        Invitation {
            until: NOW,
            ..invitation(person)
        },
        Invitation {
            until: NOW.plus(-1),
            ..invitation(person)
        },
    );
    let changes = vec![
        Change::AddSignIn(live.clone()),
        Change::AddSignIn(over.clone()),
        Change::AddInvitation(open.clone()),
        Change::AddInvitation(lapsed.clone()),
        Change::Sweep { now: NOW },
    ];
    done(store, changes).await;
    let long_ago = NOW.plus(-Stamp::DAY);
    assert_eq!(store.sign_ins(person, long_ago).await.unwrap(), [live]);
    assert_eq!(store.invitations_from(person).await.unwrap(), [open]);
}

async fn memberships_are_found_from_both_sides_in_every_epoch(store: &dyn Store) {
    let (ana, ben) = (settled(store).await, settled(store).await);
    let (us, alone) = (couple(), couple());
    let rows = [
        (us, ana, 1),
        (us, ben, 1),
        (us, ana, 2),
        (us, ben, 2),
        (alone, ana, 1),
    ]
    .map(|(c, p, e)| membership(c, p, e));
    let changes = rows.iter().cloned().map(Change::PutMembership).collect();
    done(store, changes).await;
    assert_eq!(
        store.memberships(ana).await.unwrap(),
        [&rows[0], &rows[2], &rows[4]].map(Clone::clone)
    );
    assert_eq!(
        store.memberships(ben).await.unwrap(),
        [&rows[1], &rows[3]].map(Clone::clone)
    );
    let members = [&rows[0], &rows[2], &rows[1], &rows[3]].map(Clone::clone);
    assert_eq!(store.members(us).await.unwrap(), members);

    let resealed = Membership {
        sealed: b"another".to_vec(),
        ..rows[1].clone()
    };
    done(store, vec![Change::PutMembership(resealed.clone())]).await;
    assert_eq!(store.memberships(ben).await.unwrap()[0], resealed);
}

async fn k6_a_waiting_device_is_let_in_once_and_comes_in_once(store: &dyn Store) {
    let waiting = Waiting {
        id: fresh_32(),
        public: fresh_32(),
        sealed: vec![],
        until: Stamp(2_000),
    };
    let id = waiting.id;
    let let_in = |body: &str| Change::LetIn {
        id,
        sealed: body.as_bytes().to_vec(),
    };
    stale(store, vec![let_in("nobody waits")]).await;
    done(store, vec![Change::AddWaiting(waiting.clone())]).await;
    stale(store, vec![Change::AddWaiting(waiting.clone())]).await;
    assert_eq!(store.waiting(id).await.unwrap(), Some(waiting.clone()));
    assert_eq!(store.waiting(fresh_32()).await.unwrap(), None);
    done(store, vec![let_in("a key")]).await;
    stale(store, vec![let_in("another key")]).await;
    let found = store.waiting(id).await.unwrap().unwrap();
    assert_eq!(found.sealed, b"a key");
    done(store, vec![Change::DropWaiting { id }]).await;
    stale(store, vec![Change::DropWaiting { id }]).await;
    done(store, vec![Change::AddWaiting(waiting)]).await;
    for (now, there) in [(2_000, true), (2_001, false)] {
        done(store, vec![Change::Sweep { now: Stamp(now) }]).await;
        assert_eq!(store.waiting(id).await.unwrap().is_some(), there);
    }
}

async fn s21_a_closed_couple_is_closed_for_both(store: &dyn Store) {
    let (ana, ben) = (settled(store).await, settled(store).await);
    let (us, other) = (couple(), couple());
    let rows = [(us, ana, 1), (us, ben, 1), (us, ben, 2), (other, ben, 1)];
    let changes = rows
        .map(|(c, p, e)| Change::PutMembership(membership(c, p, e)))
        .to_vec();
    done(store, changes).await;
    done(store, vec![Change::CloseCouple(us)]).await;
    assert!(
        store
            .members(us)
            .await
            .unwrap()
            .iter()
            .all(|m| !m.open && !m.sealed.is_empty())
    );
    assert!(store.members(other).await.unwrap().iter().all(|m| m.open));
    // A key that comes late does not open it again.
    for late in [membership(us, ana, 1), membership(us, ana, 3)] {
        done(store, vec![Change::PutMembership(late)]).await;
    }
    let members = store.members(us).await.unwrap();
    assert!(members.len() == 4 && members.iter().all(|m| !m.open));
}

async fn s21_the_last_one_to_leave_takes_everything_along(store: &dyn Store) {
    let (ana, ben) = (settled(store).await, settled(store).await);
    let us = couple();
    let (place, cell) = (place_of(us.into()), cell_id());
    done(
        store,
        vec![
            Change::PutMembership(membership(us, ana, 1)),
            Change::PutMembership(membership(us, ben, 1)),
            Change::PutCell {
                owner: us.into(),
                cell,
                expected: 0,
                body: b"x".to_vec(),
            },
            begun(place, first(place, &["ours"])),
        ],
    )
    .await;
    keep(store, place, kept(1, "ours")).await;
    done(
        store,
        vec![Change::LeaveCouple {
            couple: us,
            person: ana,
        }],
    )
    .await;
    assert_eq!(store.memberships(ana).await.unwrap(), []);
    assert_eq!(bodies(store, place).await, ["ours"]);
    // Who is not there cannot leave, and takes nothing along.
    done(
        store,
        vec![Change::LeaveCouple {
            couple: us,
            person: ana,
        }],
    )
    .await;
    assert_eq!(bodies(store, place).await, ["ours"]);
    done(
        store,
        vec![Change::LeaveCouple {
            couple: us,
            person: ben,
        }],
    )
    .await;
    assert_eq!(store.load(place).await.unwrap(), Loaded::default());
    assert_eq!(store.cells(us.into()).await.unwrap(), []);
}

async fn of_two_who_leave_at_once_one_is_the_last(store: &dyn Store) {
    for _ in 0..10 {
        let (ana, ben) = (settled(store).await, settled(store).await);
        let us = couple();
        let place = place_of(us.into());
        done(
            store,
            vec![
                Change::PutMembership(membership(us, ana, 1)),
                Change::PutMembership(membership(us, ben, 1)),
                begun(place, first(place, &["ours"])),
            ],
        )
        .await;
        let leave = |person| store.commit(vec![Change::LeaveCouple { couple: us, person }]);
        let (a, b) = futures_util::join!(leave(ana), leave(ben));
        assert_eq!((a.unwrap(), b.unwrap()), (Outcome::Done, Outcome::Done));
        assert_eq!(store.tip(place).await.unwrap(), None);
    }
}

async fn a_dropped_account_leaves_nothing_behind(store: &dyn Store) {
    let (ana, ben) = (settled(store).await, settled(store).await);
    let (us, alone) = (couple(), couple());
    let (private, ours, solo) = (
        place_of(ana.into()),
        place_of(us.into()),
        place_of(alone.into()),
    );
    let (sign_in, device, sent) = (sign_in(ana), fresh_32(), invitation(ana));
    let cell = cell_id();
    done(
        store,
        vec![
            Change::PutMembership(membership(us, ana, 1)),
            Change::PutMembership(membership(us, ben, 1)),
            Change::PutMembership(membership(alone, ana, 1)),
            Change::PutSlot {
                person: ana,
                slot: Slot {
                    kind: SlotKind::Recovery,
                    sealed: vec![1],
                },
            },
            Change::AddSignIn(sign_in.clone()),
            Change::AddSignIn(door_of(&sign_in)),
            Change::AddDevice {
                id: device,
                person: ana,
            },
            Change::AddInvitation(sent.clone()),
            Change::PutCell {
                owner: ana.into(),
                cell,
                expected: 0,
                body: b"x".to_vec(),
            },
            begun(private, first(private, &["mine"])),
            begun(ours, first(ours, &["ours"])),
            begun(solo, first(solo, &["solo"])),
        ],
    )
    .await;
    done(store, vec![Change::DropPerson(ana)]).await;

    assert_eq!(store.person(ana).await.unwrap(), None);
    assert_eq!(store.signed_in(sign_in.id, NOW).await.unwrap(), None);
    assert_eq!(store.sign_ins(ana, NOW).await.unwrap(), []);
    assert_eq!(store.slots(ana).await.unwrap(), []);
    assert_eq!(store.device(device).await.unwrap(), None);
    assert_eq!(store.invitation(sent.id).await.unwrap(), None);
    assert_eq!(store.memberships(ana).await.unwrap(), []);
    assert_eq!(store.cells(ana.into()).await.unwrap(), []);
    for gone in [private, solo] {
        assert_eq!(store.tip(gone).await.unwrap(), None);
        assert_eq!(all(store, gone).await, []);
    }
    assert_eq!(bodies(store, ours).await, ["ours"]);
    assert_eq!(store.members(us).await.unwrap(), [membership(us, ben, 1)]);
    assert_eq!(store.count_people().await.unwrap(), 1);
}

async fn words_of_any_size_and_kind_come_back_as_they_were(store: &dyn Store) {
    let place = place();
    let contents: Vec<_> = [0, 1, 585, 4095, 4096, 65_536 + 73]
        .map(|size| {
            let body: Vec<u8> = (0..size).map(|n| u8::try_from(n % 256).unwrap()).collect();
            content(&body)
        })
        .to_vec();
    let head = rekindle_store::Head::genesis(place.owner, place.stream);
    let records = behind(0, head, contents);
    done(store, vec![begun(place, records.clone())]).await;
    assert_eq!(all(store, place).await, records);
    let person = Person {
        handle: "ж'\"; --Ω".to_owned(),
        outer: Vec::new(),
        ..person()
    };
    done(store, vec![Change::AddPerson(person.clone())]).await;
    assert_eq!(
        store.person_by_handle(&person.handle).await.unwrap(),
        Some(person)
    );
}
