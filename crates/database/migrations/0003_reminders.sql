-- Reminders: where somebody wants to be reminded, when, and what a calendar may fetch. The program acts on these without
-- anybody's key, so it knows when, and never what: there is no kind and no text here.

-- The program's own key for push services (RFC 8292). It signs; it opens nothing.
CREATE TABLE push_keys (
    id BIGINT NOT NULL PRIMARY KEY,
    secret BLOB NOT NULL
);

CREATE TABLE addresses (
    person BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    way BIGINT NOT NULL,
    reach TEXT NOT NULL,
    refused BIGINT NOT NULL,
    PRIMARY KEY (person, id)
);

-- One row is one message to one address. next_ms is when to look at it next: its time at first, later the end of a
-- lease, another try, or, once it was sent, a time behind until_ms, at which it goes.
CREATE TABLE due (
    person BLOB NOT NULL,
    address BLOB NOT NULL,
    at_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    next_ms BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    lease BLOB,
    PRIMARY KEY (person, address, at_ms),
    FOREIGN KEY (person, address) REFERENCES addresses (person, id) ON DELETE CASCADE
);
CREATE INDEX due_by_next ON due (next_ms);
CREATE INDEX due_by_lease ON due (lease);

CREATE TABLE feeds (
    person BLOB NOT NULL PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    id BLOB NOT NULL UNIQUE,
    mark BLOB NOT NULL,
    body BLOB NOT NULL
);
