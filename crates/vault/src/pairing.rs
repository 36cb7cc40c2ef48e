//! Two people become a couple (K5): they compare six words over both public keys, each keeps the other's key sealed
//! under the own root, and the couple's key travels in letters between those two keys only.

use std::sync::OnceLock;

use rekindle_domain::CoupleId;
use sha2::{Digest, Sha256};

use crate::bind::{Bind, Purpose};
use crate::invitation::InvitationSecret;
use crate::keys::{Keyring, OuterPublic, SpaceKey, SpaceKeys};
use crate::{derive, letter};

/// How often the hash behind the six words is repeated: about 20 ms. Six words of 1,125 are 61 bits, and somebody in
/// the middle would look for two key pairs that give both sides the same words, some 2³⁰ tries; each of them now costs
/// 2¹⁸ times as much.
const ROUNDS: u32 = 1 << 18;

/// Words of the list that two people should not have to read to each other at such a moment.
const UNKIND: [&str; 171] = [
    "agony", "alibi", "anger", "arson", "bash", "blunt", "boned", "boxer", "breed", "bribe",
    "broke", "bully", "bust", "chump", "clash", "cried", "crook", "crush", "cult", "curse",
    "curvy", "cut", "debt", "deed", "dig", "ditzy", "dose", "drab", "dude", "dwarf", "evict",
    "evil", "false", "fang", "fetal", "fever", "filth", "flaky", "flask", "fled", "flirt", "foe",
    "frisk", "gag", "gore", "grave", "grief", "grope", "grub", "gut", "harm", "hasty", "hate",
    "hunk", "hurt", "hush", "islam", "jab", "juror", "keg", "kilt", "lair", "lurk", "lying",
    "mace", "moan", "moody", "mule", "mute", "nerd", "ouch", "pagan", "panic", "pants", "panty",
    "pest", "petty", "poach", "polio", "poser", "prank", "prude", "prune", "pry", "punch", "push",
    "quit", "rabid", "rage", "raid", "rash", "rebel", "repel", "rigid", "riot", "rival", "rogue",
    "ruin", "sadly", "savor", "scam", "scare", "scary", "scold", "scorn", "scowl", "self", "shady",
    "sham", "shock", "shove", "shun", "slab", "slain", "slam", "slang", "slash", "slick", "slimy",
    "slob", "slug", "slum", "slurp", "smash", "smirk", "smog", "snare", "snarl", "sneak", "sneer",
    "sniff", "snort", "snout", "snub", "spew", "spied", "spoil", "squad", "stain", "stark",
    "stole", "stomp", "strut", "stuck", "stung", "stunt", "sulk", "swear", "sweat", "swore",
    "tacky", "tart", "taunt", "theft", "thong", "thorn", "trap", "trash", "trick", "trump", "undo",
    "veto", "vice", "virus", "vixen", "void", "wimp", "womb", "wound", "wrath", "wreck",
];

/// The EFF's short list, of words of up to five letters that most people know, without the unkind ones.
fn kind_words() -> &'static [&'static str] {
    static KIND: OnceLock<Vec<&str>> = OnceLock::new();
    KIND.get_or_init(|| {
        let all = eff_wordlist::short::LIST.iter().map(|(_, word)| *word);
        all.filter(|word| !UNKIND.contains(word)).collect()
    })
}

/// The words that both compare aloud, or side by side, before either trusts the other's key. The same for both, in
/// whichever order they are asked for; another six if either key is not the one the other one holds. About 20 ms.
#[must_use]
pub fn six_words(a: &OuterPublic, b: &OuterPublic, secret: &InvitationSecret) -> [&'static str; 6] {
    compared(a, b, &secret.0)
}

/// The words that two who are paired already compare when one of them has new keys (K7). Whoever has not the key of
/// the space cannot work them out.
#[must_use]
pub fn six_words_again(a: &OuterPublic, b: &OuterPublic, keys: &SpaceKeys) -> [&'static str; 6] {
    compared(a, b, &derive::key(keys.naming(), "six words again", &[]))
}

fn compared(a: &OuterPublic, b: &OuterPublic, secret: &[u8; 32]) -> [&'static str; 6] {
    let (low, high) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    let mut keys = [0; 64];
    keys[..32].copy_from_slice(&low.0);
    keys[32..].copy_from_slice(&high.0);
    let mut hash: [u8; 32] = *derive::key(secret, "six words", &keys);
    for _ in 0..ROUNDS {
        hash = Sha256::digest(hash).into();
    }
    words(hash)
}

/// Six words from 240 bits: 40 for each, so that the remainder's bias is below 2⁻²⁹.
fn words(hash: [u8; 32]) -> [&'static str; 6] {
    let list = kind_words();
    std::array::from_fn(|at| {
        let number = hash[at * 5..][..5]
            .iter()
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let place = usize::try_from(number % list.len() as u64)
            .expect("a place in a list is a place in memory");
        list[place]
    })
}

/// Seals a couple's key of one epoch from the sender's key pair to a member's *pinned* key; the sender seals one for
/// itself too (HPKE auth mode, RFC 9180 section 5.1.3). `None` if `to` is no honest key.
#[must_use]
pub fn seal_membership(
    sender: &Keyring,
    to: &OuterPublic,
    couple: CoupleId,
    epoch: u32,
    key: &SpaceKey,
) -> Option<Vec<u8>> {
    letter::seal(
        &to.0,
        Some(&sender.secret.0),
        &bind(couple, epoch),
        key.0.as_slice(),
    )
}

/// Opens a couple's key that `from`, the *pinned* key of whoever sealed it, has sealed to me. A letter from any other
/// key does not open, whatever the rows say (K5).
#[must_use]
pub fn open_membership(
    me: &Keyring,
    from: &OuterPublic,
    couple: CoupleId,
    epoch: u32,
    sealed: &[u8],
) -> Option<SpaceKey> {
    letter::open_key(&me.secret.0, Some(&from.0), &bind(couple, epoch), sealed).map(SpaceKey)
}

fn bind(couple: CoupleId, epoch: u32) -> Bind {
    Bind::to(Purpose::Membership).couple(couple).small(epoch)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn k5_both_see_the_same_six_words() {
        let (ana, ben) = (OuterPublic([1; 32]), OuterPublic([2; 32]));
        let link = InvitationSecret::random();
        assert_eq!(six_words(&ana, &ben, &link), six_words(&ben, &ana, &link));
    }

    #[test]
    fn k5_another_key_or_link_gives_other_words() {
        let (ana, ben, eve) = (
            OuterPublic([1; 32]),
            OuterPublic([2; 32]),
            OuterPublic([3; 32]),
        );
        let (link, other) = (InvitationSecret::random(), InvitationSecret::random());
        let all: BTreeSet<_> = [
            six_words(&ana, &ben, &link),
            six_words(&ana, &eve, &link),
            six_words(&eve, &ben, &link),
            six_words(&ana, &ana, &link),
            six_words(&ana, &ben, &other),
        ]
        .into();
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn k7_compared_again_the_words_are_of_both_keys_and_of_their_space() {
        let (ana, ben, eve) = (
            OuterPublic([1; 32]),
            OuterPublic([2; 32]),
            OuterPublic([3; 32]),
        );
        let mut keys = SpaceKeys::first();
        let words = six_words_again(&ana, &ben, &keys);
        assert_eq!(words, six_words_again(&ben, &ana, &keys));
        assert_ne!(words, six_words_again(&ana, &eve, &keys));
        assert_ne!(words, six_words_again(&ana, &ben, &SpaceKeys::first()));
        keys.renew();
        assert_eq!(
            words,
            six_words_again(&ana, &ben, &keys),
            "whether or not the new epoch has arrived"
        );
    }

    #[test]
    fn k5_words_come_from_the_whole_list_but_the_unkind_ones() {
        let list = kind_words();
        assert_eq!(words([0; 32]), [list[0]; 6]);
        let mut hash = [0; 32];
        hash[4] = 1; // the first number is 1
        hash[8..10].copy_from_slice(&1_124_u16.to_be_bytes()); // the second is the last of the list
        hash[13..15].copy_from_slice(&1_125_u16.to_be_bytes()); // the third begins again
        assert_eq!(words(hash)[..3], [list[1], list[1_124], list[0]]);
        assert_eq!(list.len(), 1_125, "six words hold 61 bits");
        let all: Vec<&str> = eff_wordlist::short::LIST
            .iter()
            .map(|(_, word)| *word)
            .collect();
        for word in UNKIND {
            assert!(all.contains(&word), "{word} is not in the list any more");
            assert!(!list.contains(&word), "{word}");
        }
    }
}
