//! G3.2, the touch map: marked in private, shared place by place, silently; S2, S13, S18.

use axum::http::StatusCode;

use crate::world::{Browser, House, Lived, Page, newcomer};

/// Marks places on the map of somebody whose door may be open or shut.
async fn marks(who: &mut Browser, marks: &[(&str, &str)]) {
    let page = who.get("/m/t").await;
    let was = page.field_of("/m/t", "was");
    let mut form: Vec<(String, String)> = was
        .split_whitespace()
        .map(|one| one.split_once(':').unwrap())
        .map(|(id, letter)| (id.to_owned(), letter.to_owned()))
        .filter(|(id, _)| !marks.iter().any(|(new, _)| new == id))
        .collect();
    form.extend(
        marks
            .iter()
            .map(|(id, mark)| ((*id).to_owned(), (*mark).to_owned())),
    );
    form.push(("was".to_owned(), was));
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (&**k, &**v)).collect();
    assert_eq!(who.does("/m/t", &form).await, "/m/t");
}

/// Shares exactly these, the way the page does it: looked at first.
async fn shares(who: &mut Browser, chosen: &[(&str, &str)]) -> Page {
    let mut look = chosen.to_vec();
    look.push(("step", "look"));
    let preview = who.post("/m/t/s", &look).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    let mut share = chosen.to_vec();
    share.push(("step", "share"));
    assert_eq!(who.does("/m/t/s", &share).await, "/u/t");
    preview
}

/// The card that shows what the other shares.
fn card(page: &Page, name: &str) -> String {
    let heading = format!("<h2>What {name} shows you</h2>");
    let cards = page.body.split("<section class=\"card\">").skip(1);
    let card = cards.map(|rest| rest.split("</section>").next().unwrap());
    let mut cards = card.filter(|card| card.contains(&heading));
    cards
        .next()
        .unwrap_or_else(|| panic!("no card of {name}: {}", page.text()))
        .to_owned()
}

async fn ana_shows(lived: &mut Lived) -> String {
    card(&lived.ben.get("/u/t").await, "Ana")
}

const NOTHING: &str = "No marks here.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_2_what_is_marked_stays_private_until_it_is_shared_and_is_seen_as_previewed() {
    let mut lived = Lived::new().await;
    let before = lived.ben.get("/u/t").await.body;
    // Written without a door, read behind it (S18).
    marks(
        &mut lived.ana,
        &[("belly", "n"), ("feet", "w"), ("kneading", "a")],
    )
    .await;
    let shut = lived.ana.get("/m/t").await;
    assert_eq!(shut.field_of("/m/t", "was"), "");
    assert!(!shut.body.contains("data-mark=\""), "nothing shows");
    lived.ana.opens_the_door().await;
    let open = lived.ana.get("/m/t").await;
    assert_eq!(open.field_of("/m/t", "was"), "belly:n feet:w kneading:a");
    assert_eq!(
        lived.ben.get("/u/t").await.body,
        before,
        "nothing is shared by itself"
    );
    // Nothing is ticked by itself, either (S2).
    let choose = lived.ana.get("/m/t/s").await;
    assert!(choose.sees("Tops of the feet") && choose.sees("Belly"));
    assert!(!choose.body.contains("checked"));

    let preview = shares(&mut lived.ana, &[("feet", "w"), ("kneading", "a")]).await;
    assert!(preview.sees("cannot undo that it was seen"));
    let seen = ana_shows(&mut lived).await;
    assert_eq!(
        card(&preview, "Ana"),
        seen,
        "seen as it was previewed, to the letter"
    );
    assert!(seen.contains("Tops of the feet") && seen.contains("Kneading"));
    assert!(!seen.contains("Belly"), "place by place");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s13_taken_back_is_as_if_it_had_never_been_there() {
    let mut lived = Lived::new().await;
    let never = lived.ben.get("/u/t").await.body;
    lived.ana.opens_the_door().await;
    marks(&mut lived.ana, &[("nape", "w"), ("ears", "a")]).await;
    shares(&mut lived.ana, &[("nape", "w"), ("ears", "a")]).await;
    assert!(ana_shows(&mut lived).await.contains("Ears"));
    // Without a door, at once: one of them, then all.
    lived.ana.does("/e/c", &[]).await;
    lived.ana.does("/u/t/w", &[("ears", "yes")]).await;
    let left = ana_shows(&mut lived).await;
    assert!(!left.contains("Ears") && left.contains("Back of the neck"));
    lived.ana.does("/u/t/w", &[("all", "yes")]).await;
    assert_eq!(lived.ben.get("/u/t").await.body, never);
    // Nothing of it stays anywhere: consent has no history.
    lived.ana.opens_the_door().await;
    let was = lived.ana.get("/m/t").await.field_of("/m/t", "was");
    assert_eq!(was, "ears:a nape:w", "her own map is hers still");
    lived.ana.does("/m/t/c", &[]).await;
    assert_eq!(lived.ana.get("/m/t").await.field_of("/m/t", "was"), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_2_a_place_that_is_turned_down_leaves_the_shared_map_at_once_and_one_that_is_opened_waits()
 {
    let mut lived = Lived::new().await;
    lived.ana.opens_the_door().await;
    let all = [("nape", "w"), ("ears", "a"), ("soles", "w")];
    marks(&mut lived.ana, &all).await;
    shares(&mut lived.ana, &all).await;
    marks(&mut lived.ana, &[("nape", "n"), ("ears", "w")]).await;
    let seen = ana_shows(&mut lived).await;
    assert!(!seen.contains("Back of the neck"), "turned down: gone");
    assert!(
        seen.contains("Ask first</h3><p>Ears"),
        "opened further: as it was shared"
    );
    assert!(seen.contains("Soles"), "untouched: stays");
    // The same with the door shut, when the rest of the map cannot be read.
    lived.ana.does("/e/c", &[]).await;
    marks(&mut lived.ana, &[("soles", "a")]).await;
    assert!(!ana_shows(&mut lived).await.contains("Soles"));
    lived.ana.opens_the_door().await;
    let was = lived.ana.get("/m/t").await.field_of("/m/t", "was");
    assert_eq!(was, "ears:w nape:n soles:a", "laid over what was there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_2_an_old_form_shares_nothing_that_was_turned_down_since() {
    let mut lived = Lived::new().await;
    lived.ana.opens_the_door().await;
    marks(&mut lived.ana, &[("belly", "w"), ("feet", "w")]).await;
    let form = [("belly", "w"), ("feet", "w"), ("step", "share")];
    marks(&mut lived.ana, &[("belly", "n")]).await;
    let page = lived.ana.post("/m/t/s", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.sees("Your own map has changed since"));
    assert!(ana_shows(&mut lived).await.contains(NOTHING));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k24_two_pages_of_one_map_lose_nothing_of_each_other() {
    let mut lived = Lived::new().await;
    lived.ana.opens_the_door().await;
    // Both were drawn from an empty map.
    lived.ana.does("/m/t", &[("was", ""), ("belly", "n")]).await;
    lived.ana.does("/m/t", &[("was", ""), ("feet", "w")]).await;
    let was = lived.ana.get("/m/t").await.field_of("/m/t", "was");
    assert_eq!(was, "belly:n feet:w");
    // Newest counts, and older ones are gone: one record, however often it is changed (S13).
    let kept = lived.house.rows().await.count("records");
    // A mark taken off is taken off.
    lived
        .ana
        .does(
            "/m/t",
            &[("was", "belly:n feet:w"), ("belly", ""), ("feet", "w")],
        )
        .await;
    let was = lived.ana.get("/m/t").await.field_of("/m/t", "was");
    assert_eq!(was, "feet:w");
    assert_eq!(lived.house.rows().await.count("records"), kept);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k13_what_is_no_mark_of_this_map_is_refused_and_nothing_is_written() {
    let mut lived = Lived::new().await;
    lived.ana.opens_the_door().await;
    let before = lived.house.rows().await;
    for (path, form) in [
        ("/m/t", [("was", ""), ("elsewhere", "w")]),
        ("/m/t", [("was", ""), ("belly", "maybe")]),
        ("/m/t", [("was", "belly"), ("belly", "w")]),
        ("/m/t/s", [("step", "share"), ("elsewhere", "w")]),
        ("/m/t/s", [("step", "give"), ("step2", "")]),
        ("/u/t/w", [("elsewhere", "yes"), ("all", "yes")]),
    ] {
        let page = lived.ana.post(path, &form).await;
        assert_eq!(
            page.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{path} {form:?}"
        );
    }
    assert_eq!(
        lived.house.rows().await.differing(&before),
        Vec::<&str>::new()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s1_alone_the_map_is_ones_own_and_there_is_nobody_to_show_it_to() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    marks(&mut ana, &[("belly", "n")]).await;
    let page = ana.get("/u/t").await;
    assert!(page.sees("for yourself") && !page.sees("shows you"));
    ana.opens_the_door().await;
    assert_eq!(ana.get("/m/t").await.field_of("/m/t", "was"), "belly:n");
    assert_eq!(ana.get("/m/t/s").await.to(), "/u/t");
    let form = [("belly", "n"), ("step", "share")];
    assert_eq!(ana.does("/m/t/s", &form).await, "/u/t");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_2_without_script_the_form_alone_says_everything_and_colour_never_speaks_alone() {
    let mut lived = Lived::new().await;
    lived.ana.opens_the_door().await;
    marks(&mut lived.ana, &[("belly", "n"), ("nape", "w")]).await;
    let page = lived.ana.get("/m/t").await;
    let places = page.body.matches("<fieldset class=\"place\">").count();
    assert!(places >= 24 + 8, "{places} places and kinds");
    assert_eq!(page.body.matches("type=\"radio\"").count(), places * 4);
    // Each mark has a sign of its own beside the colour, and its word.
    assert!(page.body.contains("data-area=\"belly\" data-mark=\"n\""));
    for word in ["Welcome", "Ask first", "Not now", "No mark"] {
        assert!(page.text().matches(word).count() >= places, "{word}");
    }
    shares(&mut lived.ana, &[("belly", "n"), ("nape", "w")]).await;
    let seen = ana_shows(&mut lived).await;
    assert!(seen.contains("role=\"img\" aria-label=\"A drawn body, front and back. "));
    assert!(seen.contains("welcome: Back of the neck"));
    assert!(seen.contains("not now: Belly"));
}

/// Presses on, whatever is offered first of what leads on, until this phone shows the words.
async fn goes_on_to(mut two: [&mut Browser; 2], session: &str, words: &str) {
    for _ in 0..40 {
        for one in &mut two {
            let page = one.get(session).await;
            if page.sees(words) {
                return;
            }
            let form = ["here", "ready", "next"].iter().find_map(|press| {
                let marker = format!("name=\"press\" value=\"{press}\"");
                let form = page
                    .forms()
                    .into_iter()
                    .find(|form| form.contains(&marker))?;
                let at = form
                    .split("name=\"at\" value=\"")
                    .nth(1)?
                    .split('"')
                    .next()?;
                Some((at.to_owned(), *press))
            });
            if let Some((at, press)) = form {
                one.post(session, &[("at", &at), ("press", press)]).await;
            }
        }
    }
    panic!("{words:?} never came: {}", two[0].get(session).await.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g3_2_the_giver_sees_during_the_massage_what_the_receiver_shares_and_no_more() {
    let mut lived = Lived::new().await;
    lived.ana.opens_the_door().await;
    marks(
        &mut lived.ana,
        &[("calves", "w"), ("ears", "a"), ("belly", "n")],
    )
    .await;
    shares(&mut lived.ana, &[("calves", "w")]).await;
    let lay_out = format!("/s/o/{}", crate::world::opaque("massage-exchange"));
    let form = [("mode", "live"), ("form", "full"), ("first", "first")];
    let session = lived.ana.does(&lay_out, &form).await;
    let (ana, ben) = (&mut lived.ana, &mut lived.ben);
    goes_on_to([ana, ben], &session, "What Ana shows").await;
    let giver = ben.get(&session).await;
    assert!(giver.sees("Calves") && giver.body.contains("welcome: Calves"));
    for kept_back in ["Ears", "Belly"] {
        assert!(!giver.sees(kept_back), "{kept_back} is not shared");
    }
    let receiver = ana.get(&session).await;
    assert!(!receiver.sees("What Ana shows"), "it is for the giver");
    // Taken back in the middle: gone at the next look, and never a part of the session.
    ana.does("/u/t/w", &[("all", "yes")]).await;
    let giver = ben.get(&session).await;
    assert!(giver.sees(NOTHING) && !giver.sees("Calves"));
}
