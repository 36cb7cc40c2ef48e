//! Who is asking, and what their keys open. No handler can forget it: without a [`Visit`] there is nothing to open.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderValue};
use axum::http::request::Parts;
use rekindle_domain::{CoupleId, Now, OwnerId, PersonId, Stamp, Who, Zone};
use rekindle_store::{Change, Door, Membership, Outcome, Person, SignIn};
use rekindle_vault::keys::{
    Keyring, OuterKey, OuterPublic, SpaceKeys, open_inner, open_keyring, seal_keyring,
};
use rekindle_vault::pairing::open_membership;
use rekindle_vault::sign_in::SignInSecret;
use serde::{Deserialize, Serialize};

use crate::{App, PageError, cookies};

/// What a person told the app about how they want it: sealed in their keyring.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// What the other is called, before the other is here to say so.
    pub(crate) partner: String,
    pub(crate) zone: Zone,
    /// "light", "dark" or as the device has it.
    pub(crate) theme: String,
    pub(crate) easy_type: bool,
    /// How loud the bells are on this person's phones, 0 to 100; [`Visit::volume`] knows the usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) volume: Option<u8>,
    /// When this person wants to be reminded.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) reminders: rekindle_domain::reminder::Reminders,
    /// Their calendar's address, as far as it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) feed: Option<crate::ahead::KeptFeed>,
    /// The invitation this person joined from, until both have compared the six words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) joining: Option<Joining>,
    /// The link by which the partner may come back with a new account (K6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) back: Option<Joining>,
    /// Whether this side has said that the six words match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) compared: Option<[u8; 32]>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Joining {
    pub(crate) link: String,
}

/// The private door while it is open.
pub(crate) struct OpenDoor {
    pub(crate) inner: rekindle_vault::keys::Inner,
    pub(crate) id: [u8; 32],
}

/// A signed-in request.
pub(crate) struct Visit {
    pub(crate) app: App,
    pub(crate) now: Stamp,
    pub(crate) person: Person,
    pub(crate) sign_in: SignIn,
    pub(crate) outer: OuterKey,
    pub(crate) ring: Keyring,
    pub(crate) profile: Profile,
    pub(crate) door: Option<OpenDoor>,
    /// The newest head this device remembers (K10), as it came.
    pub(crate) memory: Option<String>,
    pub(crate) host_name: String,
    pub(crate) path: String,
    /// Whether the space the two shared was closed by either (S21).
    pub(crate) closed: bool,
    /// Whether this is about one's own space, though there is a couple's.
    pub(crate) by_oneself: bool,
}

/// How loud bells are for somebody who has not said.
pub(crate) const USUAL_VOLUME: u8 = 60;

/// So long the private door stays open unused, and at most (S18).
pub(crate) const DOOR_IDLE: i64 = 10 * Stamp::MINUTE;
pub(crate) const DOOR_MOST: i64 = 30 * Stamp::MINUTE;

impl FromRequestParts<App> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let secret = cookies::get(&parts.headers, cookies::SIGN_IN)
            .and_then(SignInSecret::from_cookie)
            .ok_or(PageError::SignedOut)?;
        let mut visit = Self::fresh(app, &parts.headers, &secret).await?;
        parts.uri.path().clone_into(&mut visit.path);
        if let Some(secret) =
            cookies::get(&parts.headers, cookies::DOOR).and_then(SignInSecret::from_cookie)
        {
            visit.try_door(&secret).await?;
        }
        Ok(visit)
    }
}

impl Visit {
    /// The visit that a sign-in's secret opens; also right after it was made. The private door is closed.
    pub(crate) async fn fresh(
        app: &App,
        headers: &HeaderMap,
        secret: &SignInSecret,
    ) -> Result<Self, PageError> {
        let now = app.now();
        let found = app
            .store()
            .signed_in(secret.id(), now)
            .await?
            .ok_or(PageError::SignedOut)?;
        if found.sign_in.door != Door::Outer {
            return Err(PageError::SignedOut);
        }
        let person = found.person;
        let outer = secret
            .unwrap_outer(&found.sign_in.key, person.id)
            .ok_or(PageError::SignedOut)?;
        let mut ring = open_keyring(&outer, person.id, person.version, &person.outer)
            .ok_or(PageError::SignedOut)?;
        let outer = outer.named_by(&ring);
        let closed = receive_epochs(&found.memberships, &mut ring);
        let profile = serde_json::from_slice(&ring.profile).unwrap_or_default();
        Ok(Self {
            app: app.clone(),
            now,
            sign_in: found.sign_in,
            outer,
            ring,
            profile,
            door: None,
            memory: cookies::get(headers, cookies::MEMORY).map(str::to_owned),
            host_name: headers
                .get(HOST)
                .and_then(|host| host.to_str().ok())
                .unwrap_or("localhost")
                .to_owned(),
            path: String::new(),
            closed,
            by_oneself: false,
            person,
        })
    }
}

/// What a space is, to whoever is in it.
#[derive(Clone, Copy)]
pub(crate) struct Space<'a> {
    pub(crate) couple: CoupleId,
    pub(crate) who: Who,
    pub(crate) keys: &'a SpaceKeys,
    /// False before pairing.
    pub(crate) together: bool,
}

impl Visit {
    /// Opens the private door with its cookie, if it is still open, and keeps it open while it is used.
    async fn try_door(&mut self, secret: &SignInSecret) -> Result<(), PageError> {
        let Some(found) = self.app.store().signed_in(secret.id(), self.now).await? else {
            return Ok(());
        };
        let row = found.sign_in;
        if row.door != Door::Inner || row.person != self.person.id || row.outer != self.sign_in.id {
            return Ok(());
        }
        let Some(inner) = secret
            .unwrap_inner(&row.key, row.person)
            .and_then(|key| open_inner(&key, self.person.id, &self.person.inner))
        else {
            return Ok(());
        };
        // Moved ahead in steps of a minute, so that reading does not write at every request.
        let until = Stamp(self.now.plus(DOOR_IDLE).0.min(row.at_most.0));
        if until.since(row.until) >= Stamp::MINUTE {
            let _ = self
                .app
                .store()
                .commit(vec![Change::ExtendSignIn { id: row.id, until }])
                .await;
        }
        self.door = Some(OpenDoor { inner, id: row.id });
        Ok(())
    }

    /// The open private door, or the way to it.
    pub(crate) fn inner(&self) -> Result<&OpenDoor, PageError> {
        self.door.as_ref().ok_or_else(|| PageError::DoorClosed {
            to: self.path.clone(),
        })
    }

    /// Whether the person said at sign-in that this device is their own (S18).
    pub(crate) fn own_device(&self) -> bool {
        self.sign_in.at_most.since(self.now) > cookies::SHARED_DEVICE * Stamp::SECOND
    }

    /// How loud the bells are.
    pub(crate) fn volume(&self) -> u8 {
        self.profile.volume.unwrap_or(USUAL_VOLUME)
    }

    pub(crate) const fn id(&self) -> PersonId {
        self.person.id
    }

    pub(crate) fn owner(&self) -> OwnerId {
        self.person.id.into()
    }

    /// The space this person shares now: the couple's, or one's own before pairing.
    pub(crate) fn space(&self) -> Space<'_> {
        match &self.ring.couple {
            Some(couple) if !self.by_oneself => Space {
                couple: couple.couple,
                who: couple.who,
                keys: &couple.keys,
                together: true,
            },
            Some(_) | None => self.solo(),
        }
    }

    /// One's own space, where everybody begins.
    pub(crate) const fn solo(&self) -> Space<'_> {
        Space {
            couple: self.ring.solo.0,
            who: Who::First,
            keys: &self.ring.solo.1,
            together: false,
        }
    }

    /// Who acts, and when, for the rules.
    pub(crate) fn now(&self) -> Now {
        Now {
            at: self.now,
            who: self.space().who,
            zone: self.profile.zone.clone(),
        }
    }

    /// A keyring of one's own to change and [`Visit::put_ring`]; the one of this visit stays as it is.
    pub(crate) async fn ring_to_change(&self) -> Result<Keyring, PageError> {
        let mut ring = open_keyring(
            &self.outer,
            self.person.id,
            self.person.version,
            &self.person.outer,
        )
        .ok_or(PageError::SignedOut)?;
        let rows = self.app.store().memberships(self.person.id).await?;
        receive_epochs(&rows, &mut ring);
        Ok(ring)
    }

    /// The change that stores a keyring and profile.
    pub(crate) fn put_ring(&self, mut ring: Keyring, profile: &Profile) -> Change {
        ring.profile = profile.to_bytes();
        let version = self.person.version + 1;
        Change::PutPerson(Person {
            outer: seal_keyring(&self.outer, self.person.id, version, &ring),
            version,
            ..self.person.clone()
        })
    }

    /// Writes a changed profile. Another tab that was quicker wins; then this one is told so.
    pub(crate) async fn save_profile(&self, profile: &Profile) -> Result<Outcome, PageError> {
        let change = self.put_ring(self.ring_to_change().await?, profile);
        Ok(self.app.store().commit(vec![change]).await?)
    }

    /// Where this host is found from outside: for links and QR codes.
    pub(crate) fn public_url(&self) -> String {
        public_url(&self.app, &self.host_name)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Profile {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a struct of plain fields")
    }
}

pub(crate) fn public_url(app: &App, host_name: &str) -> String {
    match &app.settings().public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None if app.settings().secure => format!("https://{host_name}"),
        None => format!("http://{host_name}"),
    }
}

/// A header value that sets the sealed memory of this device. On a shared device it ends with the browser (S18).
pub(crate) fn remember(visit: &Visit, bytes: &[u8]) -> HeaderValue {
    let sealed = visit.outer.seal_memory(visit.person.id, bytes);
    cookies::set(
        cookies::MEMORY,
        &sealed,
        visit.own_device().then_some(cookies::OWN_DEVICE),
    )
}

/// Takes up epochs of the couple's key that the partner has sealed to this person since, and says whether the couple
/// was closed. Only the partner's pinned key counts as the partner (K5).
pub(crate) fn receive_epochs(rows: &[Membership], ring: &mut Keyring) -> bool {
    let Some(couple) = &ring.couple else {
        return false;
    };
    let (id, partner, newest) = (
        couple.couple,
        OuterPublic(couple.partner.0),
        couple.keys.newest_epoch(),
    );
    let mine = || rows.iter().filter(|row| row.couple == id);
    let closed = !mine().any(|row| row.open);
    let new: Vec<_> = mine()
        .filter(|row| row.epoch > newest)
        .filter_map(|row| {
            open_membership(ring, &partner, id, row.epoch, &row.sealed).map(|key| (row.epoch, key))
        })
        .collect();
    if let Some(couple) = &mut ring.couple {
        for (epoch, key) in new {
            couple.keys.add(epoch, key);
        }
    }
    closed
}
