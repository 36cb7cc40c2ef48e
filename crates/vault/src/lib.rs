//! Keys, seals and chains: the only room with cryptography, and the only one that may hold a key and say what it
//! opens. It knows no database, no network and no clock.
//!
//! ```text
//! passphrase ─argon2id─┐
//! recovery code ─HKDF──┴→ Root ─HKDF→ OuterKey → keyring: key pair, space keys by epoch, the partner's pinned key
//!                              └HKDF→ InnerKey → the key pair that private words are sealed to
//! SpaceKeys → one fresh key per entry → the entry
//! ```
//!
//! Two modules touch ciphers, `envelope` (one secret on both sides) and `letter` (a public key on one side), and one
//! touches argon2id, `slots`; `push` signs, and seals nothing. Everything else says only *what* is sealed, *for whom* and *where it stands*; that is
//! bound into the seal (K4). What cannot be opened gives `None` and no reason.
//!
//! **This crate guards stored bytes.** A layout or a label, once released, is never changed: a new one gets a new
//! version byte, and the old one stays readable.

mod bind;
pub mod chain;
pub mod chance;
mod derive;
pub mod device;
pub mod entry;
mod envelope;
pub mod feed;
pub mod invitation;
pub mod keys;
mod letter;
mod pad;
pub mod pairing;
pub mod passphrase;
pub mod push;
pub mod sign_in;
pub mod slots;
pub mod take_away;

#[cfg(test)]
mod promises;
