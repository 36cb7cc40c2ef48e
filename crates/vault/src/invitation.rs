//! Invitation links (K28): a 256-bit secret that stands in the link and nowhere else. Its row has a hash for a name,
//! and all that the row says is sealed under it.

use data_encoding::BASE64URL_NOPAD;
use rekindle_domain::InvitationId;
use zeroize::Zeroizing;

use crate::bind::{Bind, Purpose};
use crate::keys::secret;
use crate::{chance, derive, envelope, pad, sign_in};

secret!(/// The secret in an invitation's link.
    InvitationSecret);

/// The parts of an invitation's row; none opens as another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The proposal.
    Body,
    /// The answer to it.
    Reply,
    /// Who joined from it.
    Join,
}

impl InvitationSecret {
    #[must_use]
    pub fn random() -> Self {
        Self(chance::secret())
    }

    /// From the last part of a link; `None` if it is not one of ours.
    #[must_use]
    pub fn from_link(text: &str) -> Option<Self> {
        sign_in::from_text(text).map(Self)
    }

    #[must_use]
    pub fn to_link(&self) -> String {
        BASE64URL_NOPAD.encode(self.0.as_slice())
    }

    /// Under which the row is kept. It tells nothing about the secret.
    #[must_use]
    pub fn id(&self) -> InvitationId {
        InvitationId(*derive::key(&self.0, "invitation id", &[]))
    }

    /// Seals one part, padded (K8), for the `version` the row is about to have.
    #[must_use]
    pub fn seal(&self, part: Part, version: u64, plain: &[u8]) -> Vec<u8> {
        envelope::seal_padded(
            &self.0,
            &bind(part, version),
            plain,
            pad::any_step(plain.len()),
        )
    }

    #[must_use]
    pub fn open(&self, part: Part, version: u64, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        envelope::open_padded(&self.0, &bind(part, version), sealed)
    }
}

fn bind(part: Part, version: u64) -> Bind {
    let purpose = match part {
        Part::Body => Purpose::InvitationBody,
        Part::Reply => Purpose::InvitationReply,
        Part::Join => Purpose::InvitationJoin,
    };
    Bind::to(purpose).place(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [Part; 3] = [Part::Body, Part::Reply, Part::Join];

    #[test]
    fn k28_the_link_opens_its_own_row_part_by_part() {
        let secret = InvitationSecret::random();
        let opened = InvitationSecret::from_link(&secret.to_link()).unwrap();
        assert_eq!(opened.id(), secret.id());
        for part in PARTS {
            let sealed = secret.seal(part, 3, b"I miss our walks.");
            for other in PARTS {
                for version in [2, 3, 4] {
                    let found = opened
                        .open(other, version, &sealed)
                        .map(|text| text.to_vec());
                    let expected =
                        (other == part && version == 3).then(|| b"I miss our walks.".to_vec());
                    assert_eq!(found, expected, "{part:?} 3 as {other:?} {version}");
                }
            }
            assert!(
                InvitationSecret::random().open(part, 3, &sealed).is_none(),
                "guessed"
            );
            assert!(
                InvitationSecret(Zeroizing::new(secret.id().0))
                    .open(part, 3, &sealed)
                    .is_none(),
                "from the row"
            );
        }
    }

    #[test]
    fn k28_a_link_is_43_characters_and_a_changed_one_is_another() {
        let link = InvitationSecret::random().to_link();
        assert_eq!(link.len(), 43);
        assert!(InvitationSecret::from_link(&link[1..]).is_none());
        let swapped = link.chars().rev().collect::<String>();
        assert!(InvitationSecret::from_link(&swapped).is_none_or(|other| other.to_link() != link));
    }

    #[test]
    fn k8_a_short_and_a_longer_proposal_have_one_length() {
        let secret = InvitationSecret::random();
        assert_eq!(
            secret.seal(Part::Body, 1, b"").len(),
            secret.seal(Part::Body, 1, &[b'x'; 508]).len()
        );
        assert_eq!(
            secret
                .open(Part::Body, 1, &secret.seal(Part::Body, 1, b""))
                .unwrap()
                .len(),
            0
        );
    }
}
