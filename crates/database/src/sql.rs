//! Every statement, written once, in text both databases accept. Each one finds its rows by a key: a test asks the
//! planner about all of them. The few that walk whole tables (doctor, copy) are in `check.rs` and `copy.rs`.

/// Makes a constant of each statement, and the list of all of them.
macro_rules! statements {
    ($($name:ident = $text:literal;)*) => {
        $(pub(crate) const $name: &str = $text;)*

        /// Every statement a page or an act can lead to, by name.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $text)),*];
    };
}

statements! {
    // Streams. The stream's own row is changed first, which locks it on PostgreSQL.
    START_STREAM = "INSERT INTO streams (owner, stream, length, head, before_head, erased) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    GROW_STREAM = "UPDATE streams SET length = $3, before_head = head, head = $4 WHERE owner = $1 AND stream = $2 AND length = $5 AND head = $6";
    REBASE_STREAM = "UPDATE streams SET length = $3, head = $4, before_head = $5, erased = $6 WHERE owner = $1 AND stream = $2 AND length = $7 AND erased = $8";
    END_STREAM = "DELETE FROM streams WHERE owner = $1 AND stream = $2 AND length = $3 AND erased = $4";
    MARK_ERASED = "UPDATE streams SET erased = $3 WHERE owner = $1 AND stream = $2";
    HOLD_STREAM = "UPDATE streams SET erased = erased WHERE owner = $1 AND stream = $2 AND erased = $3 AND length >= $4";
    DROP_STREAM = "DELETE FROM streams WHERE owner = $1 AND stream = $2";
    ADD_RECORD = "INSERT INTO records (owner, stream, seq, leaf, head, salt, entry_key, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    ERASE_RECORD = "UPDATE records SET salt = NULL, entry_key = NULL, body = NULL WHERE owner = $1 AND stream = $2 AND seq = $3";
    DROP_RECORDS = "DELETE FROM records WHERE owner = $1 AND stream = $2";
    PUT_SNAPSHOT = "INSERT INTO snapshots (owner, stream, seq, body) VALUES ($1, $2, $3, $4) ON CONFLICT (owner, stream) DO UPDATE SET seq = excluded.seq, body = excluded.body WHERE excluded.seq >= snapshots.seq";
    DROP_SNAPSHOT = "DELETE FROM snapshots WHERE owner = $1 AND stream = $2";
    LOAD = "SELECT 2 AS part, seq, leaf, head, salt, entry_key, body FROM records WHERE owner = $1 AND stream = $2 AND seq > COALESCE((SELECT s.seq FROM snapshots s WHERE s.owner = $1 AND s.stream = $2), (SELECT g.last_seq FROM segments g WHERE g.owner = $1 AND g.stream = $2 ORDER BY g.first_seq DESC LIMIT 1), 0) UNION ALL SELECT 1, seq, NULL, NULL, NULL, NULL, body FROM snapshots WHERE owner = $1 AND stream = $2 UNION ALL SELECT 0, erased, NULL, NULL, NULL, NULL, NULL FROM streams WHERE owner = $1 AND stream = $2 ORDER BY 1, 2";
    READ = "SELECT 2 AS part, seq, leaf, head, salt, entry_key, body FROM records WHERE owner = $1 AND stream = $2 AND seq > $3 ORDER BY seq LIMIT $4";
    PUT_SEGMENT = "INSERT INTO segments (owner, stream, first_seq, last_seq, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (owner, stream, first_seq) DO UPDATE SET last_seq = excluded.last_seq, body = excluded.body";
    SEGMENTS = "SELECT first_seq, last_seq, body FROM segments WHERE owner = $1 AND stream = $2 AND first_seq > $3 ORDER BY first_seq LIMIT $4";
    DROP_SEGMENT = "DELETE FROM segments WHERE owner = $1 AND stream = $2 AND first_seq <= $3 AND last_seq >= $3";
    DROP_SEGMENTS = "DELETE FROM segments WHERE owner = $1 AND stream = $2";
    TIP = "SELECT length, head FROM streams WHERE owner = $1 AND stream = $2";
    STREAMS = "SELECT stream FROM streams WHERE owner = $1 ORDER BY stream";

    // Cells.
    NEW_CELL = "INSERT INTO cells (owner, cell, version, body) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING";
    PUT_CELL = "UPDATE cells SET version = version + 1, body = $3 WHERE owner = $1 AND cell = $2 AND version = $4";
    SET_CELL = "INSERT INTO cells (owner, cell, version, body) VALUES ($1, $2, 1, $3) ON CONFLICT (owner, cell) DO UPDATE SET body = excluded.body";
    DROP_CELL = "DELETE FROM cells WHERE owner = $1 AND cell = $2";
    CELL = "SELECT cell, version, body FROM cells WHERE owner = $1 AND cell = $2";
    CELLS = "SELECT cell, version, body FROM cells WHERE owner = $1 ORDER BY cell";

    // People. What hangs on a person by a foreign key goes with the row.
    ADD_PERSON = "INSERT INTO people (id, handle, outer_public, inner_public, outer_sealed, inner_sealed, version) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    PUT_PERSON = "UPDATE people SET outer_public = $2, inner_public = $3, outer_sealed = $4, inner_sealed = $5, version = version + 1 WHERE id = $1 AND version = $6";
    DROP_PERSON = "DELETE FROM people WHERE id = $1";
    PERSON = "SELECT id, handle, outer_public, inner_public, outer_sealed, inner_sealed, version FROM people WHERE id = $1";
    PERSON_BY_HANDLE = "SELECT id, handle, outer_public, inner_public, outer_sealed, inner_sealed, version FROM people WHERE handle = $1";
    PUT_SLOT = "INSERT INTO slots (person, kind, sealed) VALUES ($1, $2, $3) ON CONFLICT (person, kind) DO UPDATE SET sealed = excluded.sealed";
    SLOTS = "SELECT kind, sealed FROM slots WHERE person = $1 ORDER BY kind";
    ADD_DEVICE = "INSERT INTO devices (person, id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    DEVICE = "SELECT person FROM devices WHERE id = $1";

    // Sign-ins.
    ADD_WAITING = "INSERT INTO waiting_devices (id, public, sealed, until_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    LET_IN = "UPDATE waiting_devices SET sealed = $2 WHERE id = $1 AND length(sealed) = 0";
    DROP_WAITING = "DELETE FROM waiting_devices WHERE id = $1";
    WAITING = "SELECT id, public, sealed, until_ms FROM waiting_devices WHERE id = $1";
    SWEEP_WAITING = "DELETE FROM waiting_devices WHERE until_ms < $1";
    ADD_SIGN_IN = "INSERT INTO sign_ins (person, id, door, outer_id, sealed_key, until_ms, at_most_ms, label) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    LABEL_SIGN_IN = "UPDATE sign_ins SET label = $2 WHERE id = $1";
    EXTEND_SIGN_IN = "UPDATE sign_ins SET until_ms = CASE WHEN at_most_ms < $2 THEN at_most_ms ELSE $2 END WHERE id = $1 AND until_ms < $2";
    END_SIGN_IN = "DELETE FROM sign_ins WHERE id = $1 OR outer_id = $1";
    END_OTHER_SIGN_INS = "DELETE FROM sign_ins WHERE person = $1 AND outer_id <> $2";
    SWEEP_SIGN_INS = "DELETE FROM sign_ins WHERE until_ms < $1";
    SIGNED_IN = "SELECT s.id, s.person, s.door, s.outer_id, s.sealed_key, s.until_ms, s.at_most_ms, s.label, p.id AS person_id, p.handle, p.outer_public, p.inner_public, p.outer_sealed, p.inner_sealed, p.version, 0 AS part FROM sign_ins s JOIN people p ON p.id = s.person WHERE s.id = $1 AND s.until_ms >= $2 UNION ALL SELECT m.couple, m.person, m.epoch, m.sealed, NULL, m.is_open, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1 FROM sign_ins s JOIN memberships m ON m.person = s.person WHERE s.id = $1 AND s.until_ms >= $2 ORDER BY 16, 1, 3";
    SIGN_INS = "SELECT id, person, door, outer_id, sealed_key, until_ms, at_most_ms, label FROM sign_ins WHERE person = $1 AND until_ms >= $2 ORDER BY id";

    // Couples.
    PUT_MEMBERSHIP = "INSERT INTO memberships (couple, person, epoch, sealed, is_open) SELECT $1, $2, $3, $4, CASE WHEN EXISTS (SELECT 1 FROM memberships m WHERE m.couple = $1 AND m.is_open = 0) THEN 0 ELSE $5 END WHERE true ON CONFLICT (couple, person, epoch) DO UPDATE SET sealed = excluded.sealed, is_open = excluded.is_open";
    CLOSE_COUPLE = "UPDATE memberships SET is_open = 0 WHERE couple = $1";
    MEMBERSHIPS = "SELECT couple, person, epoch, sealed, is_open FROM memberships WHERE person = $1 ORDER BY couple, epoch";
    MEMBERS = "SELECT couple, person, epoch, sealed, is_open FROM memberships WHERE couple = $1 ORDER BY person, epoch";
    COUPLES_OF = "SELECT DISTINCT couple FROM memberships WHERE person = $1 ORDER BY couple";
    // Changes nothing; takes the rows, so that the two cannot both leave as the one who is not last.
    HOLD_COUPLE = "UPDATE memberships SET is_open = is_open WHERE couple = $1";
    LEAVE_COUPLE = "DELETE FROM memberships WHERE couple = $1 AND person = $2";
    ANY_MEMBER = "SELECT epoch FROM memberships WHERE couple = $1 LIMIT 1";
    DROP_OWNED_STREAMS = "DELETE FROM streams WHERE owner = $1";
    DROP_OWNED_RECORDS = "DELETE FROM records WHERE owner = $1";
    DROP_OWNED_SNAPSHOTS = "DELETE FROM snapshots WHERE owner = $1";
    DROP_OWNED_SEGMENTS = "DELETE FROM segments WHERE owner = $1";
    DROP_OWNED_CELLS = "DELETE FROM cells WHERE owner = $1";

    // Invitations.
    ADD_INVITATION = "INSERT INTO invitations (from_person, id, body, reply, join_sealed, until_ms, version) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    PUT_INVITATION = "UPDATE invitations SET body = $3, reply = $4, join_sealed = $5, until_ms = $6, version = version + 1 WHERE from_person = $1 AND id = $2 AND version = $7";
    DROP_INVITATION = "DELETE FROM invitations WHERE from_person = $1 AND id = $2";
    SWEEP_INVITATIONS = "DELETE FROM invitations WHERE until_ms < $1";
    INVITATION = "SELECT from_person, id, body, reply, join_sealed, until_ms, version FROM invitations WHERE id = $1";
    INVITATIONS_FROM = "SELECT from_person, id, body, reply, join_sealed, until_ms, version FROM invitations WHERE from_person = $1 ORDER BY id";

    // Reminders. Taking is one statement, so that of two processes each takes other rows; the second condition is for
    // PostgreSQL, which looks at it again once the other's row lock is gone.
    ADD_PUSH_KEY = "INSERT INTO push_keys (id, secret) VALUES (1, $1) ON CONFLICT DO NOTHING";
    PUSH_KEY = "SELECT secret FROM push_keys WHERE id = 1";
    PUT_ADDRESS = "INSERT INTO addresses (person, id, way, reach, refused) VALUES ($1, $2, $3, $4, 0) ON CONFLICT (person, id) DO UPDATE SET refused = 0";
    REFUSE_ADDRESS = "UPDATE addresses SET refused = 1 WHERE person = $1 AND id = $2";
    CLEAR_ADDRESS = "DELETE FROM due WHERE person = $1 AND address = $2 AND lease IS NULL AND next_ms <= until_ms";
    DROP_ADDRESS = "DELETE FROM addresses WHERE person = $1 AND id = $2";
    DROP_ADDRESSES = "DELETE FROM addresses WHERE person = $1 AND way = $2";
    ADDRESSES = "SELECT person, id, way, reach, refused FROM addresses WHERE person = $1 ORDER BY way, id";
    CLEAR_DUE = "DELETE FROM due WHERE person = $1 AND lease IS NULL AND next_ms <= until_ms";
    ADD_DUE = "INSERT INTO due (person, address, at_ms, until_ms, next_ms, tries) VALUES ($1, $2, $3, $4, $3, 0) ON CONFLICT DO NOTHING";
    DUE_OF = "SELECT person, address, at_ms, until_ms FROM due WHERE person = $1 AND lease IS NULL AND next_ms <= until_ms ORDER BY address, at_ms";
    // In the index's order: without it PostgreSQL walks the table, hoping to come upon one soon.
    IS_DUE = "SELECT at_ms FROM due WHERE next_ms <= $1 ORDER BY next_ms LIMIT 1";
    FORGET_DUE = "DELETE FROM due WHERE (person, address, at_ms) IN (SELECT person, address, at_ms FROM due WHERE next_ms <= $1 AND until_ms < $1 ORDER BY next_ms LIMIT $2) AND next_ms <= $1";
    TAKE_DUE = "UPDATE due SET lease = $2, next_ms = $3 WHERE (person, address, at_ms) IN (SELECT person, address, at_ms FROM due WHERE next_ms <= $1 AND until_ms >= $1 ORDER BY next_ms LIMIT $4) AND next_ms <= $1";
    TAKEN = "SELECT d.person, d.address, d.at_ms, d.until_ms, d.tries, a.way, a.reach FROM due d JOIN addresses a ON a.person = d.person AND a.id = d.address WHERE d.lease = $1 ORDER BY d.person, d.address, d.at_ms";
    SETTLE_DUE = "UPDATE due SET lease = NULL, next_ms = $5, tries = tries + 1 WHERE person = $1 AND address = $2 AND at_ms = $3 AND lease = $4";
    // As SETTLE_DUE, of eight at once; of fewer, the last stands there more than once.
    SETTLE_EIGHT = "WITH settled (person, address, at_ms, lease, next_ms) AS (VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15), ($16, $17, $18, $19, $20), ($21, $22, $23, $24, $25), ($26, $27, $28, $29, $30), ($31, $32, $33, $34, $35), ($36, $37, $38, $39, $40)) UPDATE due SET lease = NULL, next_ms = settled.next_ms, tries = tries + 1 FROM settled WHERE due.person = settled.person AND due.address = settled.address AND due.at_ms = settled.at_ms AND due.lease = settled.lease";
    PUT_FEED = "INSERT INTO feeds (person, id, mark, body) VALUES ($1, $2, $3, $4) ON CONFLICT (person) DO UPDATE SET id = excluded.id, mark = excluded.mark, body = excluded.body";
    SEAL_FEED = "UPDATE feeds SET mark = $3, body = $4 WHERE person = $1 AND id = $2";
    DROP_FEED = "DELETE FROM feeds WHERE person = $1";
    FEED = "SELECT person, id, mark, body FROM feeds WHERE id = $1";
    FEED_OF = "SELECT person, id, mark, body FROM feeds WHERE person = $1";
}
