//! Two people, two browsers, the real binary. One module a concept; `harness` proves the instruments themselves.

mod at_home;
mod bad_input;
mod check_in;
mod couple;
mod every_page;
mod every_session;
mod faults;
mod first_evening;
mod first_step;
mod harness;
mod hurts;
mod keys;
mod leave;
mod looks;
mod me;
mod moments;
mod offline;
mod pairing;
mod parting;
mod plan;
mod reminders;
mod sessions;
mod touch;
mod week;
