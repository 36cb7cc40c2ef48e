-- Everything that is kept. Bodies are sealed before they come here; beside them stand only ids, positions, hashes of
-- secrets, and the few times the server must act on. There is no kind, no author and no time of writing (K8, S4):
-- each column is accounted for in src/classes.rs, and a test compares the two (S13).
--
-- Written for SQLite; BYTEA takes the place of the byte type on PostgreSQL. Never edit a migration that was released.

CREATE TABLE people (
    id BLOB NOT NULL PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE,
    outer_public BLOB NOT NULL,
    inner_public BLOB NOT NULL,
    outer_sealed BLOB NOT NULL,
    inner_sealed BLOB NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE slots (
    person BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (person, kind)
);

CREATE TABLE sign_ins (
    person BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    id BLOB NOT NULL UNIQUE,
    door BIGINT NOT NULL,
    outer_id BLOB NOT NULL,
    sealed_key BLOB NOT NULL,
    until_ms BIGINT NOT NULL,
    at_most_ms BIGINT NOT NULL,
    label BLOB NOT NULL,
    PRIMARY KEY (person, id)
);
CREATE INDEX sign_ins_by_outer ON sign_ins (outer_id);
CREATE INDEX sign_ins_by_end ON sign_ins (until_ms);

CREATE TABLE devices (
    person BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    id BLOB NOT NULL UNIQUE,
    PRIMARY KEY (person, id)
);

CREATE TABLE memberships (
    couple BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    epoch BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    is_open BIGINT NOT NULL,
    PRIMARY KEY (couple, person, epoch)
);
CREATE INDEX memberships_by_person ON memberships (person, couple, epoch);

CREATE TABLE invitations (
    from_person BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    id BLOB NOT NULL UNIQUE,
    body BLOB NOT NULL,
    reply BLOB NOT NULL,
    join_sealed BLOB NOT NULL,
    until_ms BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (from_person, id)
);
CREATE INDEX invitations_by_end ON invitations (until_ms);

-- One row a stream: how long it is and its head. Every change of a stream changes this row first, so that two
-- writers of one stream meet here whatever they do. before_head is the head the last append found. erased is drawn
-- anew whenever something is taken out; it counts nothing, for a count would be a mark (S13).
CREATE TABLE streams (
    owner BLOB NOT NULL,
    stream BLOB NOT NULL,
    length BIGINT NOT NULL,
    head BLOB NOT NULL,
    before_head BLOB NOT NULL,
    erased BIGINT NOT NULL,
    PRIMARY KEY (owner, stream)
);

CREATE TABLE records (
    owner BLOB NOT NULL,
    stream BLOB NOT NULL,
    seq BIGINT NOT NULL,
    leaf BLOB NOT NULL,
    head BLOB NOT NULL,
    salt BLOB,
    entry_key BLOB,
    body BLOB,
    PRIMARY KEY (owner, stream, seq)
);

CREATE TABLE snapshots (
    owner BLOB NOT NULL,
    stream BLOB NOT NULL,
    seq BIGINT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (owner, stream)
);

CREATE TABLE cells (
    owner BLOB NOT NULL,
    cell BLOB NOT NULL,
    version BIGINT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (owner, cell)
);
