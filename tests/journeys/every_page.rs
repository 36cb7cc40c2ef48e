//! Every page of the demo house: nothing for axe to find, nothing sticking out, nothing asked of other hosts, in light
//! and in dark, on small, usual and wide screens (design.md "Measures", S23).

use journeys::{Screen, Server, tour};

fn every_page_at(width: u32) {
    let house = Server::demo(1).start();
    let screen = if width > 600 {
        Screen::desk()
    } else {
        Screen::phone().sized(width, 844)
    };
    let mara = tour(&house, &screen, |one, _| {
        one.is_accessible(); // in light and in dark
        one.fits();
        if width > 600 {
            one.turns_to(1400, 900, false);
            one.fits();
            one.turns_to(width, 800, false);
        }
    });
    mara.has_no_complaints();
    mara.stayed_home();
}

#[test]
fn every_page_is_fine_at_320() {
    every_page_at(320);
}

#[test]
fn every_page_is_fine_at_390() {
    every_page_at(390);
}

#[test]
fn every_page_is_fine_on_a_desk() {
    every_page_at(1100);
}
