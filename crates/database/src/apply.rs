//! One commit's changes, as statements inside a transaction that somebody else opens and closes.

use futures_util::TryStreamExt as _;
use rekindle_domain::{CoupleId, OwnerId, PersonId, Stamp};
use rekindle_store::{
    Change, Door, Due, Feed, Head, Invitation, Outcome, Person, Place, Record, Remind, SignIn,
    SlotKind, StoreError, Way,
};
use rekindle_vault::chain;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Either, Executor as _};

use crate::rows;
use crate::sql;

/// What is bound to a statement, in order.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Bytes(&'a [u8]),
    /// A byte column that may be empty.
    Maybe(Option<&'a [u8]>),
    Number(i64),
    Text(&'a str),
}
use Value::{Bytes, Maybe, Number, Text};

pub(crate) fn bound<'q>(
    statement: &'static str,
    values: &[Value<'_>],
) -> Query<'q, Any, AnyArguments> {
    let mut query = sqlx::query(statement);
    for value in values {
        query = match value {
            Bytes(bytes) => query.bind(bytes.to_vec()),
            Maybe(bytes) => query.bind(bytes.map(<[u8]>::to_vec)),
            Number(number) => query.bind(*number),
            Text(text) => query.bind((*text).to_owned()),
        };
    }
    query
}

/// How many rows the statement touched.
async fn run(
    db: &mut AnyConnection,
    statement: &'static str,
    values: &[Value<'_>],
) -> Result<u64, sqlx::Error> {
    Ok(bound(statement, values).execute(db).await?.rows_affected())
}

/// Refuses what would break a chain, before anything is written: wrong positions, a leaf that is not its content's,
/// a head that does not follow. That the one before is the stream's own is checked on the way in, by [`append`].
pub(crate) fn sound(changes: &[Change]) -> Result<(), StoreError> {
    for change in changes {
        match change {
            Change::Append {
                place,
                after,
                before,
                records,
            } => {
                let start = Head::genesis(place.owner, place.stream);
                let before = if *after == 0 { start } else { *before };
                follows(*after, before, records)?;
            }
            Change::Rebase { place, records, .. } => {
                follows(0, Head::genesis(place.owner, place.stream), records)?;
            }
            Change::Erase { .. }
            | Change::DropStream { .. }
            | Change::Snapshot { .. }
            | Change::Segment { .. }
            | Change::PutCell { .. }
            | Change::SetCell { .. }
            | Change::DropCell { .. }
            | Change::AddPerson(_)
            | Change::PutPerson(_)
            | Change::DropPerson(_)
            | Change::PutSlot { .. }
            | Change::AddSignIn(_)
            | Change::ExtendSignIn { .. }
            | Change::LabelSignIn { .. }
            | Change::EndSignIn { .. }
            | Change::EndOtherSignIns { .. }
            | Change::Sweep { .. }
            | Change::AddDevice { .. }
            | Change::AddWaiting(_)
            | Change::LetIn { .. }
            | Change::DropWaiting { .. }
            | Change::PutMembership(_)
            | Change::CloseCouple(_)
            | Change::LeaveCouple { .. }
            | Change::AddInvitation(_)
            | Change::PutInvitation(_)
            | Change::DropInvitation { .. }
            | Change::Remind(_) => {}
        }
    }
    Ok(())
}

fn follows(after: u64, start: Head, records: &[Record]) -> Result<(), StoreError> {
    let mut before = start;
    for (seq, record) in (after + 1..).zip(records) {
        if record.seq != seq {
            return Err(StoreError::Database(
                "a record stands at the wrong position".to_owned(),
            ));
        }
        if before.next(seq, record.leaf) != record.head {
            return Err(StoreError::Database(
                "a record's head does not follow".to_owned(),
            ));
        }
        if let Some(content) = &record.content
            && chain::leaf(&content.salt, &content.key, &content.body) != record.leaf
        {
            return Err(StoreError::Database(
                "a record's leaf is not its content's".to_owned(),
            ));
        }
        before = record.head;
    }
    Ok(())
}

/// What a change leaves behind in the files of SQLite until somebody cleans up (K9).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Residue {
    /// It only adds.
    None,
    /// It writes over something whose older state should not be found for long: consent, keys, sign-ins.
    Overwritten,
    /// Somebody asked for this to be gone.
    Erased,
}

pub(crate) fn residue(changes: &[Change]) -> Residue {
    changes
        .iter()
        .map(residue_of)
        .max()
        .unwrap_or(Residue::None)
}

fn residue_of(change: &Change) -> Residue {
    match change {
        Change::Append { .. }
        | Change::Segment { .. }
        | Change::AddPerson(_)
        | Change::AddSignIn(_)
        | Change::AddDevice { .. }
        | Change::AddWaiting(_)
        | Change::AddInvitation(_)
        | Change::ExtendSignIn { .. } => Residue::None,
        Change::PutCell { expected: 0, .. } => Residue::None,
        Change::Snapshot { .. }
        | Change::PutCell { .. }
        | Change::SetCell { .. }
        | Change::PutPerson(_)
        | Change::PutSlot { .. }
        | Change::LabelSignIn { .. }
        | Change::EndSignIn { .. }
        | Change::EndOtherSignIns { .. }
        | Change::Sweep { .. }
        | Change::PutMembership(_)
        | Change::CloseCouple(_)
        | Change::LetIn { .. }
        | Change::DropWaiting { .. }
        | Change::PutInvitation(_) => Residue::Overwritten,
        Change::Rebase { .. }
        | Change::Erase { .. }
        | Change::DropStream { .. }
        | Change::DropCell { .. }
        | Change::DropPerson(_)
        | Change::LeaveCouple { .. }
        | Change::DropInvitation { .. } => Residue::Erased,
        Change::Remind(remind) => match remind {
            Remind::AddPushKey(_)
            | Remind::PutAddress(_)
            | Remind::Take { .. }
            | Remind::Settle { .. } => Residue::None,
            Remind::Plan { .. } | Remind::RefuseAddress { .. } | Remind::SealFeed(_) => {
                Residue::Overwritten
            }
            Remind::DropAddress { .. }
            | Remind::DropAddresses { .. }
            | Remind::PutFeed(_)
            | Remind::DropFeed(_) => Residue::Erased,
        },
    }
}

/// Applies all of `changes`, or finds one of them stale; then the caller rolls back.
pub(crate) async fn apply(
    db: &mut AnyConnection,
    changes: &[Change],
) -> Result<Outcome, sqlx::Error> {
    let mut rest = changes;
    while let [change, others @ ..] = rest {
        let settled = settled(rest);
        if settled.len() > 1 {
            settle(db, &settled).await?;
            rest = &rest[settled.len()..];
        } else if apply_one(db, change).await? {
            rest = others;
        } else {
            return Ok(Outcome::Stale);
        }
    }
    Ok(Outcome::Done)
}

/// What one statement settles.
const EIGHT: usize = 8;

type Settled<'a> = (&'a Due, &'a [u8; 16], Stamp);

/// The reminders that are settled next, as many as one statement takes.
fn settled(changes: &[Change]) -> Vec<Settled<'_>> {
    let settled = changes.iter().map_while(|change| {
        if let Change::Remind(Remind::Settle { due, lease, next }) = change {
            Some((due, lease, *next))
        } else {
            None
        }
    });
    settled.take(EIGHT).collect()
}

/// Each over the way costs more than settling does (P13).
async fn settle(db: &mut AnyConnection, settled: &[Settled<'_>]) -> Result<(), sqlx::Error> {
    let last = settled.last().into_iter().cycle();
    let values: Vec<Value<'_>> = settled
        .iter()
        .chain(last)
        .take(EIGHT)
        .flat_map(|(due, lease, next)| {
            let [whose, address, at] = due_key(due);
            [whose, address, at, Bytes(*lease), Number(next.0)]
        })
        .collect();
    run(db, sql::SETTLE_EIGHT, &values).await?;
    Ok(())
}

/// False when the change is stale.
async fn apply_one(db: &mut AnyConnection, change: &Change) -> Result<bool, sqlx::Error> {
    match change {
        Change::Append {
            place,
            after,
            before,
            records,
        } => append(db, *place, (*after, *before), records).await,
        Change::Rebase {
            place,
            after,
            erased,
            records,
        } => rebase(db, *place, (*after, *erased), records).await,
        Change::Erase { place, seq } => {
            let [owner, stream] = at(place);
            let values = [Bytes(owner), Bytes(stream), number(drawn()?)?];
            run(db, sql::MARK_ERASED, &values).await?;
            run(
                db,
                sql::ERASE_RECORD,
                &[Bytes(owner), Bytes(stream), number(*seq)?],
            )
            .await?;
            run(
                db,
                sql::DROP_SEGMENT,
                &[Bytes(owner), Bytes(stream), number(*seq)?],
            )
            .await?;
            run(db, sql::DROP_SNAPSHOT, &[Bytes(owner), Bytes(stream)]).await?;
            Ok(true)
        }
        Change::DropStream { place } => {
            let [owner, stream] = at(place);
            run(db, sql::DROP_STREAM, &[Bytes(owner), Bytes(stream)]).await?;
            drop_contents(db, *place).await?;
            Ok(true)
        }
        Change::Snapshot {
            place,
            snapshot,
            erased,
        } => {
            let [owner, stream] = at(place);
            let (seq, erased) = (number(snapshot.seq)?, number(*erased)?);
            let held = run(
                db,
                sql::HOLD_STREAM,
                &[Bytes(owner), Bytes(stream), erased, seq],
            )
            .await?;
            if held == 1 {
                let seq = number(snapshot.seq)?;
                let values = [Bytes(owner), Bytes(stream), seq, Bytes(&snapshot.body)];
                run(db, sql::PUT_SNAPSHOT, &values).await?;
            }
            Ok(true)
        }
        Change::Segment {
            place,
            segment,
            erased,
        } => {
            let [owner, stream] = at(place);
            let last = number(segment.last)?;
            let values = [Bytes(owner), Bytes(stream), number(*erased)?, last];
            if run(db, sql::HOLD_STREAM, &values).await? == 1 {
                let (first, last) = (number(segment.first)?, number(segment.last)?);
                let values = [
                    Bytes(owner),
                    Bytes(stream),
                    first,
                    last,
                    Bytes(&segment.body),
                ];
                run(db, sql::PUT_SEGMENT, &values).await?;
            }
            Ok(true)
        }
        Change::PutCell {
            owner,
            cell,
            expected,
            body,
        } => {
            let (owner, cell) = (owner.bytes(), cell.bytes());
            let rows = if *expected == 0 {
                run(db, sql::NEW_CELL, &[Bytes(owner), Bytes(cell), Bytes(body)]).await?
            } else {
                let values = [Bytes(owner), Bytes(cell), Bytes(body), number(*expected)?];
                run(db, sql::PUT_CELL, &values).await?
            };
            Ok(rows == 1)
        }
        Change::SetCell { owner, cell, body } => {
            let values = [Bytes(owner.bytes()), Bytes(cell.bytes()), Bytes(body)];
            run(db, sql::SET_CELL, &values).await?;
            Ok(true)
        }
        Change::DropCell { owner, cell } => {
            run(
                db,
                sql::DROP_CELL,
                &[Bytes(owner.bytes()), Bytes(cell.bytes())],
            )
            .await?;
            Ok(true)
        }
        Change::AddPerson(person) => add_person(db, person).await,
        Change::PutPerson(person) => put_person(db, person).await,
        Change::DropPerson(person) => drop_person(db, *person).await,
        Change::PutSlot { person, slot } => {
            let values = [
                Bytes(person.bytes()),
                Number(slot_kind(slot.kind)),
                Bytes(&slot.sealed),
            ];
            run(db, sql::PUT_SLOT, &values).await?;
            Ok(true)
        }
        Change::AddSignIn(sign_in) => add_sign_in(db, sign_in).await,
        Change::ExtendSignIn { id, until } => {
            run(db, sql::EXTEND_SIGN_IN, &[Bytes(id), Number(until.0)]).await?;
            Ok(true)
        }
        Change::LabelSignIn { id, label } => {
            run(db, sql::LABEL_SIGN_IN, &[Bytes(id), Bytes(label)]).await?;
            Ok(true)
        }
        Change::EndSignIn { id } => {
            run(db, sql::END_SIGN_IN, &[Bytes(id)]).await?;
            Ok(true)
        }
        Change::EndOtherSignIns { person, keep } => {
            run(
                db,
                sql::END_OTHER_SIGN_INS,
                &[Bytes(person.bytes()), Bytes(keep)],
            )
            .await?;
            Ok(true)
        }
        Change::Sweep { now } => {
            run(db, sql::SWEEP_SIGN_INS, &[Number(now.0)]).await?;
            run(db, sql::SWEEP_INVITATIONS, &[Number(now.0)]).await?;
            run(db, sql::SWEEP_WAITING, &[Number(now.0)]).await?;
            Ok(true)
        }
        Change::AddWaiting(waiting) => {
            let values = [
                Bytes(&waiting.id),
                Bytes(&waiting.public),
                Bytes(&waiting.sealed),
                Number(waiting.until.0),
            ];
            Ok(run(db, sql::ADD_WAITING, &values).await? == 1)
        }
        Change::LetIn { id, sealed } => {
            Ok(run(db, sql::LET_IN, &[Bytes(id), Bytes(sealed)]).await? == 1)
        }
        Change::DropWaiting { id } => Ok(run(db, sql::DROP_WAITING, &[Bytes(id)]).await? == 1),
        Change::AddDevice { id, person } => {
            run(db, sql::ADD_DEVICE, &[Bytes(person.bytes()), Bytes(id)]).await?;
            Ok(true)
        }
        Change::PutMembership(membership) => {
            let values = [
                Bytes(membership.couple.bytes()),
                Bytes(membership.person.bytes()),
                Number(i64::from(membership.epoch)),
                Bytes(&membership.sealed),
                Number(i64::from(membership.open)),
            ];
            run(db, sql::PUT_MEMBERSHIP, &values).await?;
            Ok(true)
        }
        Change::CloseCouple(couple) => {
            run(db, sql::CLOSE_COUPLE, &[Bytes(couple.bytes())]).await?;
            Ok(true)
        }
        Change::LeaveCouple { couple, person } => {
            leave_couple(db, *couple, *person).await?;
            Ok(true)
        }
        Change::AddInvitation(invitation) => {
            let version = number(invitation.version)?;
            let [from, id, body, reply, join, until] = invited(invitation);
            let values = [from, id, body, reply, join, until, version];
            Ok(run(db, sql::ADD_INVITATION, &values).await? == 1)
        }
        Change::PutInvitation(invitation) => {
            let before = number(invitation.version.saturating_sub(1))?;
            let [from, id, body, reply, join, until] = invited(invitation);
            let values = [from, id, body, reply, join, until, before];
            Ok(run(db, sql::PUT_INVITATION, &values).await? == 1)
        }
        Change::DropInvitation { id, from } => {
            run(
                db,
                sql::DROP_INVITATION,
                &[Bytes(from.bytes()), Bytes(&id.0)],
            )
            .await?;
            Ok(true)
        }
        Change::Remind(change) => {
            remind(db, change).await?;
            Ok(true)
        }
    }
}

/// What has to do with reminders; none of it is ever stale but by a row that it hangs on.
async fn remind(db: &mut AnyConnection, change: &Remind) -> Result<(), sqlx::Error> {
    let (statement, values) = match change {
        Remind::AddPushKey(secret) => (sql::ADD_PUSH_KEY, vec![Bytes(secret)]),
        Remind::PutAddress(address) => {
            let (whose, id) = (Bytes(address.person.bytes()), Bytes(&address.id));
            let values = vec![whose, id, Number(way(address.way)), Text(&address.reach)];
            (sql::PUT_ADDRESS, values)
        }
        Remind::RefuseAddress { person, id } => {
            let values = [Bytes(person.bytes()), Bytes(id)];
            run(db, sql::CLEAR_ADDRESS, &values).await?;
            (sql::REFUSE_ADDRESS, values.to_vec())
        }
        Remind::DropAddress { person, id } => {
            (sql::DROP_ADDRESS, vec![Bytes(person.bytes()), Bytes(id)])
        }
        Remind::DropAddresses { person, way: by } => {
            let values = vec![Bytes(person.bytes()), Number(way(*by))];
            (sql::DROP_ADDRESSES, values)
        }
        Remind::Plan { person, due } => {
            run(db, sql::CLEAR_DUE, &[Bytes(person.bytes())]).await?;
            for due in due {
                let [whose, address, at] = due_key(due);
                let values = [whose, address, at, Number(due.until.0)];
                run(db, sql::ADD_DUE, &values).await?;
            }
            return Ok(());
        }
        Remind::Take {
            now,
            until,
            lease,
            limit,
        } => {
            let (now, limit) = (Number(now.0), Number((*limit).into()));
            run(db, sql::FORGET_DUE, &[now, limit]).await?;
            (
                sql::TAKE_DUE,
                vec![now, Bytes(lease), Number(until.0), limit],
            )
        }
        Remind::Settle { due, lease, next } => {
            let [whose, address, at] = due_key(due);
            let values = vec![whose, address, at, Bytes(lease), Number(next.0)];
            (sql::SETTLE_DUE, values)
        }
        Remind::PutFeed(feed) => (sql::PUT_FEED, fed(feed)),
        Remind::SealFeed(feed) => (sql::SEAL_FEED, fed(feed)),
        Remind::DropFeed(person) => (sql::DROP_FEED, vec![Bytes(person.bytes())]),
    };
    run(db, statement, &values).await?;
    Ok(())
}

fn due_key(due: &Due) -> [Value<'_>; 3] {
    let whose = Bytes(due.person.bytes());
    [whose, Bytes(&due.address), Number(due.at.0)]
}

fn fed(feed: &Feed) -> Vec<Value<'_>> {
    let whose = Bytes(feed.person.bytes());
    vec![whose, Bytes(&feed.id), Bytes(&feed.mark), Bytes(&feed.body)]
}

pub(crate) const fn way(way: Way) -> i64 {
    match way {
        Way::Push => 1,
        Way::Mail => 2,
    }
}

fn at(place: &Place) -> [&[u8]; 2] {
    [place.owner.bytes(), place.stream.bytes()]
}

/// Positions and versions are 63 bits in the database.
pub(crate) fn number(value: u64) -> Result<Value<'static>, sqlx::Error> {
    i64::try_from(value)
        .map(Number)
        .map_err(|e| sqlx::Error::Encode(e.into()))
}

pub(crate) const fn slot_kind(kind: SlotKind) -> i64 {
    match kind {
        SlotKind::Passphrase => 1,
        SlotKind::Recovery => 2,
    }
}

pub(crate) const fn door(door: Door) -> i64 {
    match door {
        Door::Outer => 1,
        Door::Inner => 2,
    }
}

fn invited(invitation: &Invitation) -> [Value<'_>; 6] {
    [
        Bytes(invitation.from.bytes()),
        Bytes(&invitation.id.0),
        Bytes(&invitation.body),
        Bytes(&invitation.reply),
        Bytes(&invitation.join),
        Number(invitation.until.0),
    ]
}

async fn append(
    db: &mut AnyConnection,
    place: Place,
    (after, before): (u64, Head),
    records: &[Record],
) -> Result<bool, sqlx::Error> {
    let [owner, stream] = at(&place);
    let Some(last) = records.last() else {
        let tip = bound(sql::TIP, &[Bytes(owner), Bytes(stream)]);
        let tip = tip.fetch_optional(db).await?;
        let length = tip.as_ref().map(rows::tip).transpose()?;
        return Ok(length.map_or(0, |(length, _)| length) == after);
    };
    let grown = if after == 0 {
        start(db, place, records, last).await?
    } else {
        // The same length is not yet the same stream: it may have been re-based to it.
        let values = [
            Bytes(owner),
            Bytes(stream),
            number(last.seq)?,
            Bytes(&last.head.0),
            number(after)?,
            Bytes(&before.0),
        ];
        run(db, sql::GROW_STREAM, &values).await? == 1
    };
    Ok(grown && add_records(db, place, records).await?)
}

/// One record behind others: what happens all day.
pub(crate) struct Tap<'a> {
    place: Place,
    after: u64,
    before: Head,
    record: &'a Record,
}

impl<'a> Tap<'a> {
    /// The one record that these changes add to a stream, if that is all they do.
    pub(crate) fn of(changes: &'a [Change]) -> Option<Self> {
        match changes {
            [
                Change::Append {
                    place,
                    after,
                    before,
                    records,
                },
            ] if *after > 0 => match &records[..] {
                [record] => Some(Self {
                    place: *place,
                    after: *after,
                    before: *before,
                    record,
                }),
                _ => None,
            },
            _ => None,
        }
    }

    /// Adds it with `text`, which grows the stream and adds the record to what grew, in that order and all at once.
    pub(crate) async fn add(
        &self,
        db: &mut AnyConnection,
        text: &'static str,
    ) -> Result<Outcome, sqlx::Error> {
        let [owner, stream] = at(&self.place);
        let Record {
            seq,
            leaf,
            head,
            content,
        } = self.record;
        let content = content.as_ref();
        let values = [
            Bytes(owner),
            Bytes(stream),
            number(*seq)?,
            Bytes(&leaf.0),
            Bytes(&head.0),
            Maybe(content.map(|c| &c.salt[..])),
            Maybe(content.map(|c| &c.key[..])),
            Maybe(content.map(|c| &c.body[..])),
            number(self.after)?,
            Bytes(&self.before.0),
        ];
        let mut last = 0;
        let mut steps = db.fetch_many(bound(text, &values));
        while let Some(step) = steps.try_next().await? {
            if let Either::Left(done) = step {
                last = done.rows_affected();
            }
        }
        Ok(if last == 1 {
            Outcome::Done
        } else {
            Outcome::Stale
        })
    }
}

/// Whether these changes are a single statement, which is done or not done, with nothing around it.
pub(crate) fn is_one_step(changes: &[Change]) -> bool {
    let alone = matches!(
        changes,
        [Change::PutCell { .. }
            | Change::SetCell { .. }
            | Change::AddSignIn(_)
            | Change::ExtendSignIn { .. }
            | Change::EndSignIn { .. }]
    );
    alone || (!changes.is_empty() && settled(changes).len() == changes.len())
}

async fn rebase(
    db: &mut AnyConnection,
    place: Place,
    (after, erased): (u64, u64),
    records: &[Record],
) -> Result<bool, sqlx::Error> {
    let [owner, stream] = at(&place);
    let found = match records.last() {
        Some(last) if after == 0 => start(db, place, records, last).await?,
        Some(last) => {
            let before = head_before_last(place, records);
            let values = [
                Bytes(owner),
                Bytes(stream),
                number(last.seq)?,
                Bytes(&last.head.0),
                Bytes(&before.0),
                number(drawn()?)?,
                number(after)?,
                number(erased)?,
            ];
            run(db, sql::REBASE_STREAM, &values).await? == 1
        }
        None if after == 0 => {
            let nothing = Head::genesis(place.owner, place.stream);
            return append(db, place, (0, nothing), &[]).await;
        }
        None => {
            let values = [Bytes(owner), Bytes(stream), number(after)?, number(erased)?];
            run(db, sql::END_STREAM, &values).await? == 1
        }
    };
    if !found {
        return Ok(false);
    }
    drop_contents(db, place).await?;
    add_records(db, place, records).await
}

/// Records and every copy of them.
async fn drop_contents(db: &mut AnyConnection, place: Place) -> Result<(), sqlx::Error> {
    let [owner, stream] = at(&place);
    for statement in [sql::DROP_RECORDS, sql::DROP_SEGMENTS, sql::DROP_SNAPSHOT] {
        run(db, statement, &[Bytes(owner), Bytes(stream)]).await?;
    }
    Ok(())
}

/// Makes the row of a stream that has none; false if there is one.
async fn start(
    db: &mut AnyConnection,
    place: Place,
    records: &[Record],
    last: &Record,
) -> Result<bool, sqlx::Error> {
    let [owner, stream] = at(&place);
    let before = head_before_last(place, records);
    let values = [
        Bytes(owner),
        Bytes(stream),
        number(last.seq)?,
        Bytes(&last.head.0),
        Bytes(&before.0),
        number(drawn()?)?,
    ];
    Ok(run(db, sql::START_STREAM, &values).await? == 1)
}

/// What `before_head` would be, had the records come one by one: so a re-based stream looks like any other.
fn head_before_last(place: Place, records: &[Record]) -> Head {
    match records {
        [.., before, _] => before.head,
        _ => Head::genesis(place.owner, place.stream),
    }
}

/// A number by chance, never 0, that fits a column.
fn drawn() -> Result<u64, sqlx::Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|e| sqlx::Error::Encode(e.to_string().into()))?;
    Ok((u64::from_le_bytes(bytes) >> 1).max(1))
}

async fn add_records(
    db: &mut AnyConnection,
    place: Place,
    records: &[Record],
) -> Result<bool, sqlx::Error> {
    let [owner, stream] = at(&place);
    for record in records {
        let content = record.content.as_ref();
        let values = [
            Bytes(owner),
            Bytes(stream),
            number(record.seq)?,
            Bytes(&record.leaf.0),
            Bytes(&record.head.0),
            Maybe(content.map(|c| c.salt.as_slice())),
            Maybe(content.map(|c| c.key.as_slice())),
            Maybe(content.map(|c| c.body.as_slice())),
        ];
        if run(db, sql::ADD_RECORD, &values).await? != 1 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn add_person(db: &mut AnyConnection, person: &Person) -> Result<bool, sqlx::Error> {
    let values = [
        Bytes(person.id.bytes()),
        Text(&person.handle),
        Bytes(&person.outer_public),
        Bytes(&person.inner_public),
        Bytes(&person.outer),
        Bytes(&person.inner),
        number(person.version)?,
    ];
    Ok(run(db, sql::ADD_PERSON, &values).await? == 1)
}

async fn put_person(db: &mut AnyConnection, person: &Person) -> Result<bool, sqlx::Error> {
    let values = [
        Bytes(person.id.bytes()),
        Bytes(&person.outer_public),
        Bytes(&person.inner_public),
        Bytes(&person.outer),
        Bytes(&person.inner),
        number(person.version.saturating_sub(1))?,
    ];
    Ok(run(db, sql::PUT_PERSON, &values).await? == 1)
}

async fn add_sign_in(db: &mut AnyConnection, sign_in: &SignIn) -> Result<bool, sqlx::Error> {
    let values = [
        Bytes(sign_in.person.bytes()),
        Bytes(&sign_in.id),
        Number(door(sign_in.door)),
        Bytes(&sign_in.outer),
        Bytes(&sign_in.key),
        Number(sign_in.until.0),
        Number(sign_in.at_most.0),
        Bytes(&sign_in.label),
    ];
    Ok(run(db, sql::ADD_SIGN_IN, &values).await? == 1)
}

async fn drop_person(db: &mut AnyConnection, person: PersonId) -> Result<bool, sqlx::Error> {
    let couples = bound(sql::COUPLES_OF, &[Bytes(person.bytes())])
        .fetch_all(&mut *db)
        .await?;
    for row in &couples {
        leave_couple(db, CoupleId::new(rows::sixteen(row, 0)?), person).await?;
    }
    drop_owned(db, person.into()).await?;
    run(db, sql::DROP_PERSON, &[Bytes(person.bytes())]).await?;
    Ok(true)
}

async fn leave_couple(
    db: &mut AnyConnection,
    couple: CoupleId,
    person: PersonId,
) -> Result<(), sqlx::Error> {
    run(db, sql::HOLD_COUPLE, &[Bytes(couple.bytes())]).await?;
    let left = run(
        db,
        sql::LEAVE_COUPLE,
        &[Bytes(couple.bytes()), Bytes(person.bytes())],
    )
    .await?;
    let others = bound(sql::ANY_MEMBER, &[Bytes(couple.bytes())])
        .fetch_optional(&mut *db)
        .await?;
    if left > 0 && others.is_none() {
        drop_owned(db, couple.into()).await?;
    }
    Ok(())
}

async fn drop_owned(db: &mut AnyConnection, owner: OwnerId) -> Result<(), sqlx::Error> {
    for statement in [
        sql::DROP_OWNED_STREAMS,
        sql::DROP_OWNED_RECORDS,
        sql::DROP_OWNED_SEGMENTS,
        sql::DROP_OWNED_SNAPSHOTS,
        sql::DROP_OWNED_CELLS,
    ] {
        run(db, statement, &[Bytes(owner.bytes())]).await?;
    }
    Ok(())
}
