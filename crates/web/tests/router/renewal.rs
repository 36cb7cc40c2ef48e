//! K7: "someone may know it". Old material opens nothing new, nothing of one's own is lost, and the other compares six
//! words again before the new key counts (K5).

use axum::http::StatusCode;
use rekindle_domain::Stamp;

use crate::doors::code_on;
use crate::parting::away;
use crate::sealed::{NOTICE, mallory, notices, public_of, replace_key, six_on};
use crate::world::{Browser, House, Lived, link_of, newcomer};

const NEW: [&str; 3] = [
    "harbour violin seven empty chairs",
    "gravel tulip maybe second morning",
    "copper library under quiet snow",
];

/// Makes everything new; the page that comes back holds the new sheet.
async fn renews(who: &mut Browser, new: &str) -> String {
    who.opens_the_door().await;
    let current = who.passphrase.clone();
    let page = who
        .post("/m/k/r", &[("current", &current), ("new", new)])
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    who.passphrase = new.to_owned();
    code_on(&page)
}

async fn compares(who: &mut Browser) {
    let page = who.get("/p/a").await;
    assert_eq!(page.status, StatusCode::OK, "sent to {}", page.to());
    let key = page.field_of("/p/a", "key");
    let to = who.does("/p/a", &[("words", "same"), ("key", &key)]).await;
    assert_eq!(to, "/t");
}

async fn says(who: &mut Browser, words: &str) {
    who.does("/u/a", &[("words", words)]).await;
}

async fn sees(who: &mut Browser, words: &str) -> bool {
    let page = who.get("/u/a").await;
    page.status == StatusCode::OK && page.sees(words) && !notices(who).await
}

/// The account as it was before, put back into the present: what somebody could do who had copied everything once
/// and can write to the database now.
async fn put_back(house: &House, older: &House, handle: &str) {
    let file = older.folder().join("rekindle.db");
    let id = format!("(SELECT id FROM old.people WHERE handle = '{handle}')");
    let mut all = format!("ATTACH DATABASE '{}' AS old;", file.display());
    for column in [
        "outer_public",
        "inner_public",
        "outer_sealed",
        "inner_sealed",
        "version",
    ] {
        all += &format!(
            "UPDATE main.people SET {column} = (SELECT {column} FROM old.people WHERE id = {id}) WHERE id = {id};"
        );
    }
    for table in ["slots", "sign_ins"] {
        all += &format!(
            "INSERT OR REPLACE INTO main.{table} SELECT * FROM old.{table} WHERE person = {id};"
        );
    }
    house.tamper(&all).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_after_making_everything_new_nothing_old_opens_anything_new() {
    let mut lived = Lived::new().await;
    let ana = &mut lived.ana;
    ana.writes_a_note("From before.").await;
    ana.opens_the_door().await;
    let old = ana.passphrase.clone();
    let form = [("what", "sheet"), ("sheet-current", &*old)];
    let old_sheet = code_on(&ana.post("/m/k", &form).await);
    let mut second = ana.clone();
    second.jar.clear();
    second.signs_in().await;
    // Everything that somebody may have copied: cookies with the door open, passphrase, sheet, the whole database.
    let older = lived.house.twin().await;
    let thief = lived.ana.clone();

    let ana = &mut lived.ana;
    let sheet = renews(ana, NEW[0]).await;
    assert_eq!(second.get("/t").await.to(), "/c", "the other device");
    assert_eq!(thief.clone().get("/t").await.to(), "/c", "the old cookies");
    let mut guess = lived.house.browser();
    let with = |passphrase| [("handle", "ana"), ("passphrase", passphrase)];
    assert_eq!(
        guess.post("/c", &with(&old)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let recover = [
        ("handle", "ana"),
        ("code", &*old_sheet),
        ("passphrase", NEW[2]),
    ];
    assert_eq!(
        guess.post("/f", &recover).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // This device goes on; the door is closed, and the new passphrase opens it.
    assert_eq!(ana.get("/m/k").await.to(), "/e?to=/m/k");
    ana.opens_the_door().await;
    assert!(ana.get("/m/n").await.sees("From before."));
    ana.writes_a_note("Since then.").await;
    says(ana, "Sealed since then.").await;
    assert!(sees(&mut lived.ben, "Sealed since then.").await);

    // The new sheet does what a sheet does.
    let twin = lived.house.twin().await;
    let mut back = twin.browser();
    let recover = [("handle", "ana"), ("code", &*sheet), ("passphrase", NEW[2])];
    assert_eq!(back.does("/f", &recover).await, "/t");
    assert!(back.get("/u/a").await.sees("Sealed since then."));

    // The old account put back into the present database: its cookies let in, and open nothing of what came since.
    put_back(&lived.house, &older, "ana").await;
    let mut thief = thief;
    let today = thief.get("/t").await;
    assert_eq!(
        (today.status, today.to()),
        (StatusCode::SEE_OTHER, "/p/a".to_owned())
    );
    for path in ["/t", "/u/a", "/m/n", "/u/h", "/p/a"] {
        let page = thief.get(path).await;
        assert!(!page.body.contains("ince then."), "{path}");
    }
    assert_eq!(thief.post("/u/a", &[("words", "Me.")]).await.to(), "/p/a");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_nothing_of_ones_own_is_lost_and_no_row_is_added() {
    let mut lived = Lived::new().await;
    let ana = &mut lived.ana;
    ana.writes_a_note("From before.").await;
    ana.writes_a_note("And this.").await;
    ana.does("/n", &[("concern", "The evenings are long.")])
        .await;
    ana.does(&format!("{}/a", lived.his), &[("answer", "not-now")])
        .await;
    ana.opens_the_door().await;
    ana.does("/m/i/l", &[("label", "Kitchen")]).await;
    ana.does("/e/c", &[]).await;
    ana.get("/m/n").await;
    let before = lived.house.rows().await;
    renews(ana, NEW[0]).await;
    let after = lived.house.rows().await;
    for table in ["people", "slots", "cells", "sign_ins", "streams"] {
        assert_eq!(after.count(table), before.count(table), "{table}");
    }
    let ids = |rows: &crate::world::Rows| -> Vec<String> {
        let two = |row: &String| row.split(' ').take(2).collect::<Vec<_>>().join(" ");
        rows.0["cells"]
            .iter()
            .chain(&rows.0["streams"])
            .map(two)
            .collect()
    };
    assert_eq!(ids(&after), ids(&before), "what is named stays named");
    assert!(
        !ana.get("/t").await.sees("ten minutes each"),
        "it rests still"
    );
    assert!(!ana.get("/m/n").await.sees(NOTICE));
    ana.opens_the_door().await;
    let notes = ana.get("/m/n").await;
    assert!(notes.sees("From before.") && notes.sees("And this.") && !notes.sees(NOTICE));
    assert!(ana.get("/n").await.body.contains("The evenings are long."));
    assert!(ana.get("/m/i").await.sees("Kitchen"));
    assert!(sees(ana, "You waited up.").await);
    // Erasing and writing go on as before.
    let id = notes.field_of("/m/n/e", "id");
    ana.does("/m/n/e", &[("id", &id)]).await;
    ana.writes_a_note("Afterwards.").await;
    let notes = ana.get("/m/n").await;
    assert!(notes.sees("Afterwards.") && !notes.sees(NOTICE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_the_two_go_on_at_once_and_the_new_key_counts_once_the_words_were_compared() {
    let mut lived = Lived::new().await;
    let (ana, ben) = (&mut lived.ana, &mut lived.ben);
    assert_eq!(ana.get("/p/a").await.to(), "/t", "nothing to compare");
    renews(ana, NEW[0]).await;
    says(ana, "In the new epoch.").await;
    assert!(
        sees(ben, "In the new epoch.").await,
        "before anything was compared"
    );
    says(ben, "From Ben, under the same.").await;
    assert!(sees(ana, "From Ben, under the same.").await);
    for (who, text) in [
        (&mut *ben, "Ana has new keys."),
        (&mut *ana, "Your keys are new."),
    ] {
        let today = who.get("/t").await;
        assert!(
            today.sees("Compare six words with") && today.sees(text),
            "{}",
            today.text()
        );
    }
    let words = six_on(&ana.get("/p/a").await);
    assert_eq!(words, six_on(&ben.get("/p/a").await));
    assert!(
        ana.get("/p/a")
            .await
            .forms()
            .iter()
            .all(|form| !form.contains("name=\"words\""))
    );

    // Somebody puts another key into the row: the words tell, and the other page's key is not taken for it.
    let true_key = public_of(&lived.house, "ana").await;
    let shown = ben.get("/p/a").await.field_of("/p/a", "key");
    replace_key(&lived.house, "ana", &mallory().outer_public).await;
    assert_ne!(six_on(&ben.get("/p/a").await), words);
    assert_eq!(
        ben.does("/p/a", &[("words", "same"), ("key", &shown)])
            .await,
        "/p/a"
    );
    let before = lived.house.rows().await;
    let form = [("words", "different"), ("key", &*shown)];
    assert!(
        ben.post("/p/a", &form)
            .await
            .sees("Nothing new was trusted")
    );
    assert_eq!(lived.house.rows().await, before);
    replace_key(&lived.house, "ana", &true_key).await;

    compares(ben).await;
    for who in [&mut *ana, &mut *ben] {
        assert!(!who.get("/t").await.sees("Compare six words"));
        assert_eq!(who.get("/p/a").await.to(), "/t");
    }
    // From now on the new key is the one that counts: what comes from it is taken up, and what goes to it opens.
    renews(ana, NEW[1]).await;
    says(ana, "In the third epoch.").await;
    assert!(sees(ben, "In the third epoch.").await);
    compares(ben).await;
    renews(ben, NEW[2]).await;
    says(ben, "In the fourth.").await;
    assert!(sees(ana, "In the fourth.").await);
    compares(ana).await;
    assert!(sees(ana, "You sang.").await && sees(ben, "You waited up.").await);
}

/// Renewed twice, or by both, before anything was compared: the space waits where a key would have to be trusted
/// unseen, and opens whole once the words were compared.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_renewed_twice_or_by_both_the_space_waits_for_the_words() {
    let lived = Lived::new().await;
    let two = lived.twin().await;
    let (mut ana, mut ben) = (two.ana.clone(), two.ben.clone());
    renews(&mut ana, NEW[0]).await;
    renews(&mut ana, NEW[1]).await;
    says(&mut ana, "Twice renewed.").await;
    assert_eq!(ben.get("/t").await.to(), "/p/a");
    assert_eq!(ben.get("/u/a").await.to(), "/p/a");
    assert_eq!(
        ben.get("/m").await.status,
        StatusCode::OK,
        "what is his own does not wait"
    );
    let page = ben.get("/p/a").await;
    assert_eq!(six_on(&page), six_on(&ana.get("/p/a").await));
    assert!(page.sees("It opens here as soon as"));
    compares(&mut ben).await;
    assert!(sees(&mut ben, "Twice renewed.").await && sees(&mut ben, "You waited up.").await);

    let two = lived.twin().await;
    let (mut ana, mut ben) = (two.ana.clone(), two.ben.clone());
    renews(&mut ana, NEW[0]).await;
    says(&mut ana, "From Ana.").await;
    renews(&mut ben, NEW[2]).await;
    says(&mut ben, "From Ben.").await;
    // His new key went to nobody: what he has pinned of her is a key that somebody may know.
    let query = "SELECT CAST(epoch AS TEXT) FROM memberships WHERE person = (SELECT id FROM people WHERE handle = 'ana')";
    let mut epochs = two.house.look(query).await;
    epochs.sort();
    assert_eq!(
        epochs,
        ["1", "1", "2", "2"],
        "of her own space and of the couple’s"
    );
    assert_eq!(ana.get("/t").await.to(), "/p/a");
    assert_eq!(
        six_on(&ben.get("/p/a").await),
        six_on(&ana.get("/p/a").await)
    );
    compares(&mut ana).await;
    assert_eq!(
        ana.get("/t").await.to(),
        "/p/a",
        "until he has compared as well"
    );
    compares(&mut ben).await;
    assert!(sees(&mut ana, "From Ben.").await);
    compares(&mut ana).await; // only now can it be said in the space itself
    for who in [&mut ana, &mut ben] {
        for words in ["From Ana.", "From Ben.", "You waited up.", "You sang."] {
            assert!(sees(who, words).await, "{words}");
        }
        assert!(!who.get("/t").await.sees("Compare six words"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_alone_the_links_on_their_way_end() {
    let house = House::new().await;
    let mut ana = newcomer(&house, "ana", "").await;
    let offer = ana.proposes("weekly-check-in", "Shall we?").await;
    let link = link_of(&mut ana, &offer).await;
    renews(&mut ana, NEW[0]).await;
    let gone = house.browser().get(&format!("/i/{link}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    house.later(20 * Stamp::DAY);
    assert!(ana.get("/t").await.sees("Ana"));
    // The other things that can be typed wrong come back with the reason.
    ana.opens_the_door().await;
    for (current, new, text) in [
        (NEW[1], NEW[2], "does not open it"),
        (NEW[0], NEW[0], "the passphrase you have now"),
        (NEW[0], "short", "a little short"),
    ] {
        let page = ana
            .post("/m/k/r", &[("current", current), ("new", new)])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.sees(text), "{}", page.text());
    }
}

/// K6: whoever lost passphrase and sheet is let back into the shared space by the partner, with a new account and the
/// six words; into nothing else, and the old account is shut out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k6_a_partner_lets_a_new_account_back_into_the_shared_space_only() {
    let mut lived = Lived::new().await;
    lived.ana.writes_a_note("Only in the old account.").await;
    let (mut old, ben) = (lived.ana.clone(), &mut lived.ben);
    assert_eq!(ben.get("/m/b").await.to(), "/e?to=/m/b", "behind the door");
    ben.opens_the_door().await;
    assert_eq!(ben.does("/m/b", &[("step", "begin")]).await, "/m/b");
    let page = ben.get("/m/b").await;
    let link = page.between("/i/", "\"").remove(0);
    let letter = lived.house.browser().get(&format!("/i/{link}")).await;
    assert!(letter.sees("Ben lets you back in"), "{}", letter.text());
    let answer = [("answer", "yes")];
    let refused = lived
        .house
        .browser()
        .post(&format!("/i/{link}/a"), &answer)
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "nothing was asked");

    let mut new = newcomer(&lived.house, "ana.again", &link).await;
    new.does(&format!("/i/{link}/j"), &[]).await;
    assert_eq!(
        new.does("/p", &[("words", "same")]).await,
        "/p",
        "one side is not enough"
    );
    assert!(!new.get("/t").await.sees("good news"));
    assert_eq!(six_on(&new.get("/p").await), six_on(&ben.get("/m/b").await));
    assert!(sees(&mut old, "You sang.").await, "until Ben has pressed");
    assert_eq!(ben.does("/m/b", &[("step", "same")]).await, "/t");
    assert_eq!(new.does("/p", &[("words", "same")]).await, "/t");
    for who in [&mut new, &mut *ben] {
        for words in ["You waited up.", "You sang."] {
            assert!(sees(who, words).await, "{words}");
        }
    }
    says(&mut new, "Back again.").await;
    assert!(sees(ben, "Back again.").await);
    says(ben, "Good that you are.").await;
    assert!(sees(&mut new, "Good that you are.").await);
    // It is Ana's seat: what she had offered is hers to take back.
    let page = new.get("/u/a").await;
    assert!(
        page.forms()
            .iter()
            .filter(|form| form.contains("/u/a/w"))
            .count()
            >= 2
    );
    // Nothing private came along, and the old account is shut out, as after a parting.
    new.opens_the_door().await;
    assert!(!new.get("/m/n").await.sees("Only in the old account."));
    assert!(old.get("/t").await.sees("This space is closed."));
    assert_eq!(old.get("/u/a").await.to(), "/t");
    // Nor does it hold what opens anything from here on.
    let query = "SELECT CAST(MAX(epoch) AS TEXT) FROM memberships WHERE person = (SELECT id FROM people WHERE handle = 'ben')";
    assert_eq!(lived.house.look(query).await, ["2"], "a new epoch");
    // The link has done its work.
    let gone = lived.house.browser().get(&format!("/i/{link}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    // Each trusts the key whose words were compared, and no other: when either makes everything new, what goes to the
    // other opens there, and is taken up before anything is compared again.
    renews(&mut new, NEW[0]).await;
    says(&mut new, "Renewed after coming back.").await;
    assert!(sees(ben, "Renewed after coming back.").await);
    compares(ben).await;
    renews(ben, NEW[2]).await;
    says(ben, "So did I.").await;
    assert!(sees(&mut new, "So did I.").await);
    compares(&mut new).await;
    assert!(sees(&mut new, "You sang.").await && sees(ben, "You waited up.").await);
}

/// K6, S21: who puts an account of their own into the other's place has done what a parting does, and no more. Until then
/// the other sees nothing of it; after it they see one sentence, keep and take along what was theirs, and go on alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k6_an_account_of_ones_own_in_the_others_place_is_a_parting_and_opens_nothing_of_theirs() {
    let mut lived = Lived::new().await;
    lived
        .ana
        .writes_a_note("Ana’s own, and nobody else’s.")
        .await;
    let mut parted = lived.twin().await;
    parted.ben.opens_the_door().await;
    parted.ben.does("/m/p", &[("remains", "leave")]).await;

    let before = lived.ana.get("/t").await.text();
    lived.ben.opens_the_door().await;
    lived.ben.does("/m/b", &[("step", "begin")]).await;
    let link = lived.ben.get("/m/b").await.between("/i/", "\"").remove(0);
    // His own account cannot be at both ends.
    let own = lived.ben.post(&format!("/i/{link}/j"), &[]).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.text());
    let mut second = newcomer(&lived.house, "ben.too", &link).await;
    second.does(&format!("/i/{link}/j"), &[]).await;
    assert_eq!(lived.ana.get("/t").await.text(), before, "S3");
    assert!(
        sees(&mut lived.ana, "You sang.").await,
        "until he has pressed"
    );
    lived.ben.does("/m/b", &[("step", "same")]).await;
    second.does("/p", &[("words", "same")]).await;
    assert!(sees(&mut second, "You sang.").await, "what the two shared");

    // To Ana it is what a parting is, word for word, and she has what it leaves.
    let closed = lived.ana.get("/t").await;
    assert!(closed.sees("This space is closed."));
    assert_eq!(closed.text(), parted.ana.get("/t").await.text());
    lived.ana.opens_the_door().await;
    assert!(lived.ana.get("/m/n").await.sees("Ana’s own"));
    let taken = away(&mut lived.ana, "json").await;
    for words in ["Ana’s own", "You sang.", "You waited up."] {
        assert!(taken.contains(words), "{words}: {taken}");
    }
    // Nothing that was hers alone opens to who sits there now.
    second.opens_the_door().await;
    assert!(!second.get("/m/n").await.sees("Ana’s own"));
    assert!(!away(&mut second, "json").await.contains("Ana’s own"));
    // Neither reaches the other any more, and she goes on.
    lived.ana.does("/m/p/g", &[]).await;
    says(&mut lived.ana, "On my own feet.").await;
    says(&mut second, "In her place.").await;
    assert!(sees(&mut lived.ben, "In her place.").await);
    assert!(!sees(&mut lived.ben, "On my own feet.").await);
    assert!(!sees(&mut lived.ana, "In her place.").await);
    assert!(sees(&mut lived.ana, "On my own feet.").await);
}
