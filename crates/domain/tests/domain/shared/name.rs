use rekindle_domain::shared::{Command, Event, Refusal, name_of};

use super::{ANA, BEN, Couple};

#[test]
fn a_name_is_one_line_of_forty_letters_that_can_be_seen() {
    let forty = "ü".repeat(40);
    for (typed, name) in [
        (" Ana ", Some("Ana")),
        ("Ana  Lucía\tde\u{a0}Sá", Some("Ana Lucía de Sá")),
        ("דנה", Some("דנה")),
        ("💛", Some("💛")),
        ("<b>Ben</b>", Some("<b>Ben</b>")),
        ("\u{202e}Ben\u{202c}", Some("Ben")),
        ("\u{2067}دانا\u{2069}", Some("دانا")),
        (forty.as_str(), Some(forty.as_str())),
        (&"ü".repeat(41), None),
        ("", None),
        (" \u{200b} ", None),
        ("\u{202e}\u{202c}", None),
        ("Ana\nBen", None),
        ("Ana\r\nBen", None),
        ("Ana\u{2028}Ben", None),
        ("Ana\u{2029}Ben", None),
    ] {
        assert_eq!(name_of(typed).as_deref(), name, "{typed:?}");
        let named = Couple::default().tries(BEN, Command::Name(typed.to_owned()));
        let expected = name.map_or(Err(Refusal::Name), |name| {
            Ok(vec![Event::Named {
                who: BEN,
                name: name.to_owned(),
            }])
        });
        assert_eq!(named, expected, "{typed:?}");
    }
}

#[test]
fn each_names_oneself_and_the_same_name_again_is_no_news() {
    let mut couple = Couple::default();
    let name = |name: &str| Command::Name(name.to_owned());
    couple.does(ANA, name("Ana"));
    couple.does(BEN, name("Ben"));
    assert_eq!(couple.state.names, ["Ana", "Ben"]);
    assert_eq!(couple.does(BEN, name(" Ben")), []);
    couple.does(BEN, name("Benny"));
    assert_eq!(couple.state.names, ["Ana", "Benny"]);
}
