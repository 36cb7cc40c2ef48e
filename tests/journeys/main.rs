//! Two people, two browsers, the real binary. One module a concept; `harness` proves the instruments themselves.

mod at_home;
mod every_page;
mod first_evening;
mod harness;
