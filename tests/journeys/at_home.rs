//! Two phones at home: the second one comes over HTTPS, under a name of the house (point of trust: docs/hosting.md).

use journeys::{Screen, Server};

const NAME: &str = "evening.home.arpa";

#[test]
fn two_phones_at_home_a_person_signs_in_over_https_from_a_second_name() {
    let house = Server::default().over_tls(NAME).start();
    let phone = Screen::phone()
        .knowing_host(NAME)
        .trusting_any_certificate();
    let ana = house.person_with("Ana", &phone);
    ana.opens("/k");
    ana.sees("certificate");
    ana.fits();
    ana.is_accessible();
    ana.opens("/b");
    ana.types("Your name, as your partner will see it", "Ana");
    ana.types("A sign-in name", "ana");
    ana.types("A passphrase", "river apricot window kettle");
    ana.chooses("I am 18 or older");
    ana.presses("Make my space");
    ana.sees("Your recovery sheet");
    ana.opens("/t");
    ana.sees("Hello, Ana");
    assert!(
        ana.url().starts_with(&format!("https://{NAME}")),
        "{}",
        ana.url()
    );

    let again = house.person_with("Ana again", &phone);
    again.opens("/c");
    again.types("A sign-in name", "ana");
    again.types("Your passphrase", "river apricot window kettle");
    again.presses("Sign in");
    again.sees("Hello, Ana");
    again.stayed_home();
}

#[test]
fn plain_http_beyond_this_machine_refuses_sign_in_and_says_why() {
    let house = Server::default()
        .listening("0.0.0.0")
        .named(NAME)
        .setting("REKINDLE_TLS", "off")
        .start();
    let ana = house.person_with("Ana", &Screen::phone().knowing_host(NAME));
    ana.opens("/c");
    ana.sees("begins with https");
    ana.does_not_see("Your passphrase");
    ana.opens("/h");
    ana.sees("Help");
}
