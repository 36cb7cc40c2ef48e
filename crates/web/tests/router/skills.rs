//! G8: lessons to read, an exercise for one and for two, sentences that the wording helper looks at and nobody keeps.

use axum::http::StatusCode;

use crate::world::{House, guide, opaque, pair};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g8_eight_lessons_each_with_something_for_one_and_for_two() {
    let house = House::new().await;
    let (mut ana, _ben) = pair(&house, "ana", "ben").await;
    let lessons = &guide().lessons;
    assert!(lessons.len() >= 8);
    let course = ana.get("/r/k").await;
    for lesson in lessons {
        let path = format!("/r/k/{}", opaque(&lesson.id));
        assert!(course.links().contains(&path), "{}", lesson.id);
        let page = ana.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        for text in [&lesson.title, &lesson.alone.title, &lesson.together.title] {
            assert!(page.sees(text), "{}: {text}", lesson.id);
        }
        let practice = lesson.practice.as_deref().unwrap_or("communication-skills");
        assert!(page.links().contains(&format!("/q/{}", opaque(practice))));
    }
    // Anybody may read; trying needs a sign-in.
    let mut guest = house.browser();
    let page = guest.get(&format!("/r/k/{}", opaque("soft-opening"))).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.sees("Try it"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g8_a_sentence_that_is_tried_is_looked_at_and_kept_nowhere() {
    let house = House::new().await;
    let (mut ana, _ben) = pair(&house, "ana", "ben").await;
    let path = format!("/r/k/{}", opaque("soft-opening"));
    let before = house.rows().await;
    let page = ana
        .post(&path, &[("words", "You never help, CANARY.")])
        .await;
    assert_eq!(page.between("<mark>", "</mark>"), ["You never help"]);
    assert!(page.sees("Which one time are you thinking of?"));
    let gentle = [("words", "On Tuesday I felt alone. Could we cook together?")];
    assert!(
        ana.post(&path, &gentle)
            .await
            .sees("Nothing here is likely to sting")
    );
    assert_eq!(house.rows().await, before);
    assert!(!ana.get(&path).await.sees("CANARY"));
}
