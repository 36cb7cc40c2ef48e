//! Every column there is, with whose it is and why it is kept (S13, K27). A test compares this list with the schema,
//! so that a column without a class cannot come into being; copying a database and the host's record of processing
//! are made from it.

/// The classes of safety.md S13, and what the host's program needs for itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// One person's own; erasable without a mark. Sealed.
    Private,
    /// Shared by one; withdrawn without a banner. Sealed.
    Offered,
    /// Made by two and changed by two; old versions stay, shown to both. Sealed.
    Agreement,
    /// What somebody agrees to just now; overwritten, no history. Sealed.
    Consent,
    /// A key, sealed so that only a secret somebody holds opens it.
    Key,
    /// What the program must read without anybody's key: ids, positions, hashes, ends of validity.
    Plain,
}

/// How a value is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Bytes,
    Number,
    Text,
}

/// One column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// More than one where the audience of the row decides.
    pub classes: &'static [Class],
    /// What it is.
    pub what: &'static str,
}

/// One table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Table {
    pub name: &'static str,
    /// The primary key, as written in `ORDER BY`.
    pub key: &'static str,
    pub columns: &'static [Column],
    /// When its rows go.
    pub until: &'static str,
}

const fn column(
    name: &'static str,
    kind: Kind,
    classes: &'static [Class],
    what: &'static str,
) -> Column {
    Column {
        name,
        kind,
        classes,
        what,
    }
}

use Class::{Agreement, Consent, Key, Offered, Plain, Private};
use Kind::{Bytes, Number, Text};

/// In an order in which rows can be added: what others hang on comes first.
pub const TABLES: &[Table] = &[
    Table {
        name: "people",
        key: "id",
        columns: &[
            column("id", Bytes, &[Plain], "random id of an account"),
            column("handle", Text, &[Plain], "the name chosen for signing in"),
            column(
                "outer_public",
                Bytes,
                &[Plain],
                "public key for what is shared",
            ),
            column(
                "inner_public",
                Bytes,
                &[Plain],
                "public key for what is private",
            ),
            column("outer_sealed", Bytes, &[Key], "keyring of the shared space"),
            column(
                "inner_sealed",
                Bytes,
                &[Key],
                "keyring behind the private door",
            ),
            column(
                "version",
                Number,
                &[Plain],
                "count of changes to the keyrings",
            ),
        ],
        until: "the account is deleted; that it is there says that its owner is an adult (S9)",
    },
    Table {
        name: "slots",
        key: "person, kind",
        columns: &[
            column("person", Bytes, &[Plain], "whose"),
            column("kind", Number, &[Plain], "passphrase or recovery code"),
            column("sealed", Bytes, &[Key], "the personal root, wrapped"),
        ],
        until: "replaced, or the account is deleted",
    },
    Table {
        name: "sign_ins",
        key: "person, id",
        columns: &[
            column("person", Bytes, &[Plain], "whose"),
            column("id", Bytes, &[Plain], "hash of the cookie's secret"),
            column("door", Number, &[Plain], "shared space or private door"),
            column(
                "outer_id",
                Bytes,
                &[Plain],
                "the sign-in a private door belongs to",
            ),
            column(
                "sealed_key",
                Bytes,
                &[Key],
                "a key wrapped by the cookie's secret",
            ),
            column("until_ms", Number, &[Plain], "when it ends"),
            column("at_most_ms", Number, &[Plain], "when it ends at the latest"),
            column("label", Bytes, &[Private], "a label its owner typed (S20)"),
        ],
        until: "signed out, ended, or swept after its end",
    },
    Table {
        name: "devices",
        key: "person, id",
        columns: &[
            column("person", Bytes, &[Plain], "whose"),
            column(
                "id",
                Bytes,
                &[Plain],
                "hash of a cookie, for throttling only (K15)",
            ),
        ],
        until: "the account is deleted",
    },
    Table {
        name: "waiting_devices",
        key: "id",
        columns: &[
            column("id", Bytes, &[Plain], "hash of the code on its screen"),
            column("public", Bytes, &[Plain], "public key of a new device"),
            column("sealed", Bytes, &[Key], "an outer key, sealed to it"),
            column("until_ms", Number, &[Plain], "when it stops waiting"),
        ],
        until: "it has come in, or swept after ten minutes",
    },
    Table {
        name: "memberships",
        key: "couple, person, epoch",
        columns: &[
            column("couple", Bytes, &[Plain], "random id of a space"),
            column("person", Bytes, &[Plain], "who belongs to it"),
            column("epoch", Number, &[Plain], "count of the space's keys"),
            column(
                "sealed",
                Bytes,
                &[Key],
                "the space's key, sealed to this member",
            ),
            column(
                "is_open",
                Number,
                &[Plain],
                "whether the link is open (S21)",
            ),
        ],
        until: "the person leaves",
    },
    Table {
        name: "invitations",
        key: "from_person, id",
        columns: &[
            column("from_person", Bytes, &[Plain], "who invited"),
            column("id", Bytes, &[Plain], "hash of the link's secret (K28)"),
            column("body", Bytes, &[Offered], "the proposal"),
            column("reply", Bytes, &[Offered], "the answer, never a no (S6)"),
            column("join_sealed", Bytes, &[Key], "what pairing needs"),
            column("until_ms", Number, &[Plain], "when the link ends"),
            column("version", Number, &[Plain], "count of changes"),
        ],
        until: "withdrawn, or swept after its end",
    },
    Table {
        name: "streams",
        key: "owner, stream",
        columns: &[
            column("owner", Bytes, &[Plain], "a person or a space"),
            column("stream", Bytes, &[Plain], "opaque id"),
            column("length", Number, &[Plain], "how many records"),
            column("head", Bytes, &[Plain], "hash of all of them (K10)"),
            column(
                "before_head",
                Bytes,
                &[Plain],
                "the head the last append found",
            ),
            column(
                "erased",
                Number,
                &[Plain],
                "a number by chance, new when something is taken out",
            ),
        ],
        until: "its owner is gone, or it is dropped",
    },
    Table {
        name: "records",
        key: "owner, stream, seq",
        columns: &[
            column("owner", Bytes, &[Plain], "a person or a space"),
            column("stream", Bytes, &[Plain], "opaque id"),
            column("seq", Number, &[Plain], "position"),
            column(
                "leaf",
                Bytes,
                &[Plain],
                "salted hash; says nothing once the salt is gone",
            ),
            column(
                "head",
                Bytes,
                &[Plain],
                "hash of everything up to here (K10)",
            ),
            column(
                "salt",
                Bytes,
                &[Private, Offered, Agreement],
                "of the leaf; goes when erased",
            ),
            column(
                "entry_key",
                Bytes,
                &[Key],
                "the entry's key, wrapped; goes when erased",
            ),
            column(
                "body",
                Bytes,
                &[Private, Offered, Agreement],
                "the entry; goes when erased",
            ),
        ],
        until: "erased, or with the stream",
    },
    Table {
        name: "snapshots",
        key: "owner, stream",
        columns: &[
            column("owner", Bytes, &[Plain], "a person or a space"),
            column("stream", Bytes, &[Plain], "opaque id"),
            column("seq", Number, &[Plain], "up to which record"),
            column(
                "body",
                Bytes,
                &[Private, Offered, Agreement],
                "what those add up to",
            ),
        ],
        until: "replaced, anything of the stream is erased, or with the stream",
    },
    Table {
        name: "segments",
        key: "owner, stream, first_seq",
        columns: &[
            column("owner", Bytes, &[Plain], "a person or a space"),
            column("stream", Bytes, &[Plain], "opaque id"),
            column("first_seq", Number, &[Plain], "from which record"),
            column("last_seq", Number, &[Plain], "up to which record"),
            column(
                "body",
                Bytes,
                &[Offered, Agreement],
                "those records once more, sealed together",
            ),
        ],
        until: "one of its records is erased, or with the stream",
    },
    Table {
        name: "cells",
        key: "owner, cell",
        columns: &[
            column("owner", Bytes, &[Plain], "a person or a space"),
            column("cell", Bytes, &[Plain], "opaque id"),
            column("version", Number, &[Plain], "count of changes"),
            column(
                "body",
                Bytes,
                &[Private, Consent],
                "settings, drafts, what is agreed to now",
            ),
        ],
        until: "overwritten, dropped, or with its owner",
    },
    Table {
        name: "push_keys",
        key: "id",
        columns: &[
            column("id", Number, &[Plain], "1: there is one"),
            column(
                "secret",
                Bytes,
                &[Plain],
                "signs what is sent to push services (K17); opens nothing",
            ),
        ],
        until: "never: browsers subscribe to this key",
    },
    Table {
        name: "addresses",
        key: "person, id",
        columns: &[
            column("person", Bytes, &[Plain], "whose"),
            column("id", Bytes, &[Plain], "hash of the address"),
            column("way", Number, &[Plain], "push or mail"),
            column(
                "reach",
                Text,
                &[Plain],
                "where to send a reminder, given for that; its owner is told that it is in the clear",
            ),
            column(
                "refused",
                Number,
                &[Plain],
                "whether the other side does not know it",
            ),
        ],
        until: "turned off, gone at the push service, or the account is deleted",
    },
    Table {
        name: "due",
        key: "person, address, at_ms",
        columns: &[
            column("person", Bytes, &[Plain], "whose"),
            column("address", Bytes, &[Plain], "where to"),
            column(
                "at_ms",
                Number,
                &[Plain],
                "when to send a reminder; never of what",
            ),
            column(
                "until_ms",
                Number,
                &[Plain],
                "until when it is worth sending",
            ),
            column("next_ms", Number, &[Plain], "when to look at it next"),
            column("tries", Number, &[Plain], "how often it was tried"),
            column(
                "lease",
                Bytes,
                &[Plain],
                "a number by chance: of the process that is sending it",
            ),
        ],
        until: "planned anew at a visit, or some days after its time",
    },
    Table {
        name: "feeds",
        key: "person",
        columns: &[
            column("person", Bytes, &[Plain], "whose"),
            column(
                "id",
                Bytes,
                &[Plain],
                "hash of the secret in the address (K18)",
            ),
            column(
                "mark",
                Bytes,
                &[Plain],
                "keyed hash of what is inside, to see whether it changed",
            ),
            column(
                "body",
                Bytes,
                &[Agreement],
                "times, and a title; opened by the address",
            ),
        ],
        until: "revoked, or the account is deleted",
    },
];
