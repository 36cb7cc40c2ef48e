//! "Someone may know it" (K7): new keys for one person, and the six words once more for the other (K5).
//!
//! One commit renews root, key pair, recovery code and the epoch of every space, seals again whatever is one's own, and
//! ends every sign-in. The couple's new epoch goes to the partner's *pinned* key, from the old key pair, as its last
//! act: so the two go on at once, and whoever holds old material opens nothing of it. The new public key counts for
//! nothing with the partner until the six words were the same. Until then the partner seals no key to anybody.

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rekindle_domain::renewal::Command as Ask;
use rekindle_domain::shared::{Command, Shared};
use rekindle_domain::{CoupleId, PersonId};
use rekindle_store::{
    Change, Membership, Outcome, Person, Place, Remind, SignIn, Slot, SlotKind, Way,
};
use rekindle_vault::entry::{open_cell, open_cell_private, seal_cell, seal_cell_private};
use rekindle_vault::keys::{
    CoupleKeys, Inner, Keyring, NewPerson, OuterKey, OuterPublic, SpaceKeys, open_inner,
    renew_person, seal_keyring,
};
use rekindle_vault::pairing::{seal_membership, six_words_again};
use rekindle_vault::passphrase;
use rekindle_vault::slots::{RecoveryCode, seal_passphrase_slot, seal_recovery_slot};
use serde::Deserialize;

use super::account::{LetIn, Typed, new_sign_in, open_own_root, sheet, weak_text};
use super::parts::{self, Tab};
use super::{invitation, note};
use crate::answers::see;
use crate::form::Form;
use crate::visit::{Profile, Space, Visit, receive_epochs};
use crate::{App, PageError, paths, ui};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::RENEW, get(page).post(renew))
        .route(paths::COMPARE, get(compare_page).post(compare))
}

async fn page(visit: Visit) -> Result<Markup, PageError> {
    visit.inner()?;
    Ok(show(&visit, None))
}

fn show(visit: &Visit, problem: Option<(&str, &str)>) -> Markup {
    let w = visit.app.words();
    let problem_of = |name: &str| problem.filter(|(n, _)| *n == name).map(|(_, text)| text);
    visit.page(Tab::Me, html! {
        (ui::Greeting {
            title: &w.say("renewal-title"), lead: Some(&w.say("renewal-lead")),
            back: Some(ui::Link::new(&w.say("me-keys"), paths::KEYS)), ..ui::Greeting::default()
        })
        (ui::card(html! {
            h2 { (w.say("renewal-what")) }
            ul {
                li { (w.say("renewal-what-keys")) }
                li { (w.say("renewal-what-sheet")) }
                li { (w.say("renewal-what-devices")) }
                @if visit.space().together { li { (w.say("renewal-what-partner")) } }
                @else { li { (w.say("renewal-what-links")) } }
            }
            p.small { (w.say("renewal-not")) " " a href=(paths::HELP) { (w.say("help-link")) } }
        }))
        (ui::card(html! {
            form.form method="post" novalidate action=(paths::RENEW) {
                (parts::passphrase(w, "current", &w.say("keys-current"), None, problem_of("current"), false))
                (parts::passphrase(w, "new", &w.say("recover-new"), Some(&w.say("renewal-new-hint")), problem_of("new"), true))
                (parts::submit(&w.say("renewal-button")))
            }
        }))
    })
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Renew {
    current: Typed,
    new: Typed,
}

async fn renew(
    visit: Visit,
    headers: HeaderMap,
    Form(form): Form<Renew>,
) -> Result<Response, PageError> {
    visit.inner()?;
    let w = visit.app.words();
    let again = |name: &'static str, text: &str| {
        let page = show(&visit, Some((name, text)));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    if let Err(weak) = passphrase::judge(&form.new.0, &[&visit.person.handle, &visit.profile.name])
    {
        return again("new", &w.say(weak_text(weak)));
    }
    if form.new.0 == form.current.0 {
        return again("new", &w.say("renewal-same"));
    }
    if let Err(text) = open_own_root(&visit, &headers, form.current).await? {
        return again("current", &text);
    }
    let partner = partner_of(&visit).await?;
    let old = visit.ring_to_change().await?;
    let made = renew_person(visit.id(), visit.person.version + 1, &visit.outer, &old);
    let code = RecoveryCode::random();
    let (made, mut changes) = slots(&visit, made, &code, form.new.0).await?;
    let renewed = Renewed::of(&visit, made);
    let (secret, sign_in, own) = renewed.sign_in(&visit)?;
    changes.push(Change::PutPerson(renewed.row.clone()));
    changes.extend(renewed.own_things(&visit).await?);
    changes.extend(renewed.memberships(&visit)?);
    changes.extend(dead_links(&visit).await?);
    changes.push(Change::AddSignIn(sign_in));
    changes.push(Change::EndOtherSignIns {
        person: visit.id(),
        keep: secret.id(),
    });
    match &renewed.ring.couple {
        Some(couple) if !visit.closed => {
            changes.extend(renewed.to_partner(&visit, &old, couple, partner).await?);
            let ask = Command::Renewal(Ask::Renew {
                key: renewed.public.id(),
            });
            let _ = visit.act_with(space_of(couple), &[ask], changes).await?;
        }
        Some(_) | None => {
            if visit.app.store().commit(changes).await? == Outcome::Stale {
                return Err(PageError::TooBusy); // another tab wrote something meanwhile: press again
            }
        }
    }
    let let_in = LetIn {
        secret,
        own,
        device: None,
        same: true,
    };
    let page = sheet(&visit.app, &code, &visit.person.handle, paths::TODAY);
    Ok(let_in.respond(page.into_response()))
}

/// The slots that open the new root: a new passphrase and a new sheet. The old ones open a root that opens nothing.
async fn slots(
    visit: &Visit,
    made: NewPerson,
    code: &RecoveryCode,
    typed: zeroize::Zeroizing<String>,
) -> Result<(NewPerson, Vec<Change>), PageError> {
    let (person, cost) = (visit.id(), visit.app.settings().cost);
    let recovery = seal_recovery_slot(&made.root, code, person);
    let (made, passphrase) = visit
        .app
        .slowly(move || {
            let sealed = seal_passphrase_slot(&made.root, &typed, person, cost);
            (made, sealed)
        })
        .await
        .ok_or(PageError::TooBusy)?;
    let put = |kind, sealed| Change::PutSlot {
        person,
        slot: Slot { kind, sealed },
    };
    let slots = vec![
        put(SlotKind::Passphrase, passphrase),
        put(SlotKind::Recovery, recovery),
    ];
    Ok((made, slots))
}

/// Links on their way hold the old key and are known to whoever knew it: they are dead.
async fn dead_links(visit: &Visit) -> Result<Vec<Change>, PageError> {
    let mut dead: Vec<Change> = visit
        .app
        .store()
        .invitations_from(visit.id())
        .await?
        .into_iter()
        .map(|sent| Change::DropInvitation {
            id: sent.id,
            from: sent.from,
        })
        .collect();
    if let Some(joining) = &visit.profile.joining
        && let Ok(opened) = invitation::open(&visit.app, &joining.link).await
    {
        dead.push(Change::DropInvitation {
            id: opened.row.id,
            from: opened.row.from,
        });
    }
    // So may be a phone that is reminded, and whoever reads the calendar.
    let person = visit.id();
    dead.extend([
        Change::Remind(Remind::DropAddresses {
            person,
            way: Way::Push,
        }),
        Change::Remind(Remind::DropAddresses {
            person,
            way: Way::Mail,
        }),
        Change::Remind(Remind::DropFeed(person)),
    ]);
    Ok(dead)
}

/// Everything a person holds from now on.
struct Renewed {
    outer: OuterKey,
    inner: Inner,
    ring: Keyring,
    public: OuterPublic,
    row: Person,
}

impl Renewed {
    fn of(visit: &Visit, made: NewPerson) -> Self {
        let mut ring = made.keyring;
        ring.profile = Profile {
            joining: None,
            compared: None,
            ..visit.profile.clone()
        }
        .to_bytes();
        let outer = made.root.outer().named_by(&ring);
        let inner = open_inner(&made.root.inner(), visit.id(), &made.inner)
            .expect("sealed a moment ago under this very key");
        let version = visit.person.version + 1;
        let row = Person {
            outer_public: made.outer_public.0,
            inner_public: made.inner_public.0,
            outer: seal_keyring(&outer, visit.id(), version, &ring),
            inner: made.inner,
            version,
            ..visit.person.clone()
        };
        Self {
            outer,
            inner,
            ring,
            public: made.outer_public,
            row,
        }
    }

    /// The device at hand stays signed in, with a new secret; its label comes along.
    fn sign_in(
        &self,
        visit: &Visit,
    ) -> Result<(rekindle_vault::sign_in::SignInSecret, SignIn, bool), PageError> {
        let door = visit.inner()?;
        let own = visit.own_device();
        let (secret, mut row) = new_sign_in(&visit.app, visit.id(), &self.outer, own);
        let label = &visit.sign_in.label;
        if let Some(label) = door.inner.open_label(visit.id(), &visit.sign_in.id, label) {
            row.label = Inner::seal_label(&self.inner.public(), visit.id(), &row.id, &label);
        }
        Ok((secret, row, own))
    }

    /// Cells and the private stream, opened with the old keys and sealed again under the new, in their places.
    async fn own_things(&self, visit: &Visit) -> Result<Vec<Change>, PageError> {
        let door = &visit.inner()?.inner;
        let owner = visit.owner();
        let mut changes = vec![];
        let stand = note::stand_cell(&visit.outer); // written below, with the stream it is about
        let cells = visit.app.store().cells(owner).await?;
        for (id, cell) in cells.into_iter().filter(|(id, _)| *id != stand) {
            let next = cell.version + 1;
            let body = if let Some(plain) =
                open_cell(&visit.outer, owner, id, cell.version, &cell.body)
            {
                seal_cell(&self.outer, owner, id, next, &plain)
            } else if let Some(plain) = open_cell(door, owner, id, cell.version, &cell.body) {
                seal_cell(&self.inner, owner, id, next, &plain)
            } else if let Some(plain) = open_cell_private(door, owner, id, cell.version, &cell.body)
            {
                seal_cell_private(&self.inner.public(), owner, id, next, &plain)
            } else {
                continue; // nobody’s: not even the old keys opened it
            };
            changes.push(Change::PutCell {
                owner,
                cell: id,
                expected: cell.version,
                body,
            });
        }
        let mut ends = None;
        for stream in visit.app.store().streams(owner).await? {
            let place = Place { owner, stream };
            let (head, change) =
                note::sealed_again(visit, place, door, &self.inner.public()).await?;
            changes.push(change);
            if stream == visit.outer.private_stream(visit.id()) {
                ends = head;
            }
        }
        changes.push(note::stands_at(visit, &self.outer, ends).await?);
        Ok(changes)
    }

    /// One's own rows of every space, from the new key pair to itself.
    fn memberships(&self, visit: &Visit) -> Result<Vec<Change>, PageError> {
        let (solo, keys) = &self.ring.solo;
        let mut rows = letters(&self.ring, visit.id(), &self.public, *solo, keys)?;
        if let Some(couple) = self.ring.couple.as_ref().filter(|_| !visit.closed) {
            rows.extend(letters(
                &self.ring,
                visit.id(),
                &self.public,
                couple.couple,
                &couple.keys,
            )?);
        }
        Ok(rows)
    }

    /// The couple's new epoch for the partner. From the old key pair while the partner still trusts that one; from the
    /// new one if not even the one before was compared. To nobody while the partner's own new key is not compared: what
    /// is pinned then is a key that somebody else may hold.
    async fn to_partner(
        &self,
        visit: &Visit,
        old: &Keyring,
        couple: &CoupleKeys,
        partner: Option<(PersonId, OuterPublic)>,
    ) -> Result<Vec<Change>, PageError> {
        let shared = visit.shared_of(space_of(couple)).await?.state;
        let (me, Some((person, _))) = (couple.who, partner) else {
            return Ok(vec![]);
        };
        if shared.renewals.waits_for(me) {
            return Ok(vec![]);
        }
        let from = if shared.renewals.waits_for(me.other()) {
            &self.ring
        } else {
            old
        };
        let (epoch, key) = couple.keys.newest();
        let sealed = seal_membership(from, &couple.partner, couple.couple, epoch, key)
            .ok_or(PageError::NotFound)?;
        Ok(vec![Change::PutMembership(Membership {
            couple: couple.couple,
            person,
            epoch,
            sealed,
            open: true,
        })])
    }
}

pub(super) const fn space_of(couple: &CoupleKeys) -> Space<'_> {
    Space {
        couple: couple.couple,
        who: couple.who,
        keys: &couple.keys,
        together: true,
    }
}

/// Every key of a space, sealed to one member.
pub(super) fn letters(
    from: &Keyring,
    person: PersonId,
    to: &OuterPublic,
    couple: CoupleId,
    keys: &SpaceKeys,
) -> Result<Vec<Change>, PageError> {
    keys.epochs()
        .map(|(epoch, key)| {
            let sealed =
                seal_membership(from, to, couple, epoch, key).ok_or(PageError::NotFound)?;
            Ok(Change::PutMembership(Membership {
                couple,
                person,
                epoch,
                sealed,
                open: true,
            }))
        })
        .collect()
}

/// The other of the couple, with the public key that stands in their row: to be compared, and trusted only then.
pub(super) async fn partner_of(
    visit: &Visit,
) -> Result<Option<(PersonId, OuterPublic)>, PageError> {
    let Some(couple) = &visit.ring.couple else {
        return Ok(None);
    };
    let members = visit.app.store().members(couple.couple).await?;
    let Some(other) = members.iter().find(|row| row.person != visit.id()) else {
        return Ok(None);
    };
    let person = visit.app.store().person(other.person).await?;
    Ok(person.map(|person| (person.id, OuterPublic(person.outer_public))))
}

/// The calm card on Today, on both sides, while there is something to compare.
pub(super) fn card(visit: &Visit, shared: &Shared) -> Option<Markup> {
    let space = visit.space();
    let w = visit.app.words();
    let (theirs, mine) = (
        shared.renewals.waits_for(space.who),
        shared.renewals.waits_for(space.who.other()),
    );
    if !space.together || !(theirs || mine) {
        return None;
    }
    let name = parts::name_of(w, shared, space.who.other());
    let more = if theirs {
        "renewal-card-theirs"
    } else {
        "renewal-card-mine"
    };
    Some(parts::wash(html! {
        h2 { (w.tell("renewal-card", &[("name", &name)])) }
        p { (w.tell(more, &[("name", &name)])) }
        div.actions { a.button href=(paths::COMPARE) { (w.say("pair-card-button")) } }
    }))
}

/// What there is to compare on this side.
struct Comparing {
    partner: PersonId,
    /// The key in the partner's row.
    key: OuterPublic,
    /// It is not the one this side trusts, or the other does not know yet that it is.
    theirs: bool,
    /// The partner has not compared this side's newest key yet, as far as can be read.
    mine: bool,
    /// The shared space is sealed with a newer key than this side has: it waits.
    waits: bool,
    name: String,
}

async fn comparing(visit: &Visit) -> Result<Option<Comparing>, PageError> {
    let (Some(couple), Some((partner, key))) = (&visit.ring.couple, partner_of(visit).await?)
    else {
        return Ok(None);
    };
    let another_key = key != couple.partner;
    let (theirs, mine, waits, name) = match visit.shared().await {
        Ok(read) => (
            // Compared while the space could not be read: then it has still to be said there.
            another_key || read.state.renewals.waits_for(couple.who),
            read.state.renewals.waits_for(couple.who.other()),
            false,
            parts::other(visit, &read.state),
        ),
        Err(PageError::CompareFirst) => (
            another_key,
            true,
            true,
            parts::partner(&visit.app, &visit.profile.partner),
        ),
        Err(error) => return Err(error),
    };
    Ok((theirs || mine).then_some(Comparing {
        partner,
        key,
        theirs,
        mine,
        waits,
        name,
    }))
}

async fn compare_page(visit: Visit) -> Result<Response, PageError> {
    Ok(match comparing(&visit).await? {
        Some(comparing) => compare_show(&visit, &comparing).into_response(),
        None => see(paths::TODAY),
    })
}

fn compare_show(visit: &Visit, comparing: &Comparing) -> Markup {
    let w = visit.app.words();
    let name = [("name", comparing.name.as_str())];
    let Some(couple) = &visit.ring.couple else {
        return html! {};
    };
    let six = six_words_again(&visit.ring.outer_public(), &comparing.key, &couple.keys);
    visit.page(Tab::Us, html! {
        h1 { (w.say("renewal-compare-title")) }
        p.lead { (w.tell(if comparing.theirs { "renewal-compare-theirs" } else { "renewal-compare-mine" }, &name)) }
        @if comparing.waits { (parts::notice(html! { p { (w.say("renewal-compare-waits")) } })) }
        (parts::words(w, six))
        p.small { (w.say("pair-why")) }
        @if comparing.theirs {
            form.form method="post" novalidate action=(paths::COMPARE) {
                input type="hidden" name="key" value=(comparing.key.id());
                div.actions {
                    button.button name="words" value="same" { (w.say("pair-match")) }
                    button.button.quiet name="words" value="different" { (w.say("pair-differ")) }
                }
            }
        }
        @if comparing.mine { p { (w.tell("renewal-compare-other", &name)) } }
        div.actions { a.button.plain href=(if comparing.waits { paths::ME } else { paths::TODAY }) { (w.say("renewal-compare-later")) } }
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Compare {
    words: String,
    /// The key that the words on the page were made of.
    key: String,
}

async fn compare(visit: Visit, Form(form): Form<Compare>) -> Result<Response, PageError> {
    let w = visit.app.words();
    let Some(comparing) = comparing(&visit)
        .await?
        .filter(|comparing| comparing.theirs)
    else {
        return Ok(see(paths::TODAY));
    };
    match form.words.as_str() {
        "same" => {}
        "different" => {
            return Ok(visit
                .page(
                    Tab::Us,
                    html! {
                        h1 { (w.say("pair-differ-title")) }
                        p.lead { (w.tell("renewal-differ", &[("name", &comparing.name)])) }
                        div.actions { a.button href=(paths::HELP) { (w.say("help-link")) } }
                    },
                )
                .into_response());
        }
        _ => return Err(PageError::NotOurForm),
    }
    if comparing.key.id().to_string() != form.key {
        return Ok(see(paths::COMPARE)); // not the key whose words were read
    }
    let mut ring = visit.ring_to_change().await?;
    if let Some(couple) = &mut ring.couple {
        couple.partner = comparing.key;
    }
    // What the new key has sealed to me opens now.
    let rows = visit.app.store().memberships(visit.id()).await?;
    receive_epochs(&rows, &mut ring);
    let Some(couple) = &ring.couple else {
        return Ok(see(paths::TODAY));
    };
    let version = visit.person.version + 1;
    let mut changes = vec![Change::PutPerson(Person {
        outer: seal_keyring(&visit.outer, visit.id(), version, &ring),
        version,
        ..visit.person.clone()
    })];
    // And all that I hold goes to it, so that nothing is missing on that side, whichever of us was first.
    changes.extend(letters(
        &ring,
        comparing.partner,
        &comparing.key,
        couple.couple,
        &couple.keys,
    )?);
    let ask = Command::Renewal(Ask::Compare {
        key: comparing.key.id(),
    });
    match visit
        .act_with(space_of(couple), &[ask], changes.clone())
        .await
    {
        // The other has still to compare on their side: then the rest opens here, too.
        Err(PageError::CompareFirst) => {
            let _ = visit.app.store().commit(changes).await?;
        }
        done => {
            let _ = done?;
        }
    }
    Ok(see(paths::TODAY))
}
