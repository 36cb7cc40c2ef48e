//! Where pages live. A browser's address bar and history say nothing (S15), so paths are opaque; this is the one
//! file that knows which is which.

use rekindle_domain::ids::{PlanId, ProposalId, RitualId, SessionId};

pub(crate) const WELCOME: &str = "/";
pub(crate) const START: &str = "/a";
pub(crate) const SIGN_UP: &str = "/b";
pub(crate) const SIGN_IN: &str = "/c";
pub(crate) const SIGN_OUT: &str = "/c/o";
pub(crate) const NEW_DEVICE: &str = "/c/n";
/// Where links from outside land: a page whose refresh makes the next request same-origin (K3).
pub(crate) const CONTINUE: &str = "/d";
pub(crate) const DOOR: &str = "/e";
pub(crate) const DOOR_CLOSE: &str = "/e/c";
pub(crate) const RECOVER: &str = "/f";
pub(crate) const HELP: &str = "/h";
pub(crate) const HELP_LINES: &str = "/h/l";
pub(crate) const LEAVE: &str = "/x";
pub(crate) const TRUST: &str = "/k";
pub(crate) const TRUST_PEM: &str = "/k/a.pem";
pub(crate) const TRUST_DER: &str = "/k/a.cer";

/// What lies in the browser of someone's own device, for when there is no network.
pub(crate) const WORKER: &str = "/sw.js";
pub(crate) const OFFLINE: &str = "/o";
pub(crate) const MOMENT: &str = "/o/{kind}";

pub(crate) const TODAY: &str = "/t";
pub(crate) const ROADMAP: &str = "/r";
pub(crate) const US: &str = "/u";
pub(crate) const ME: &str = "/m";

pub(crate) const PRACTICE: &str = "/r/{practice}";
pub(crate) const PAGE: &str = "/r/p/{page}";
pub(crate) const STAGE: &str = "/r/s/{stage}";
pub(crate) const WAY: &str = "/r/w/{way}";
pub(crate) const WAY_STEP: &str = "/r/w";

pub(crate) const SKILLS: &str = "/r/k";
pub(crate) const SKILL: &str = "/r/k/{lesson}";

pub(crate) const PROPOSE: &str = "/q/{practice}";
pub(crate) const PROPOSAL: &str = "/q/i/{id}";
pub(crate) const PROPOSAL_ANSWER: &str = "/q/i/{id}/a";
pub(crate) const PROPOSAL_WITHDRAW: &str = "/q/i/{id}/w";
pub(crate) const PROPOSAL_AGREE: &str = "/q/i/{id}/g";

pub(crate) const INVITATION: &str = "/i/{secret}";
pub(crate) const INVITATION_ANSWER: &str = "/i/{secret}/a";
pub(crate) const INVITATION_FIRST: &str = "/i/{secret}/f";
pub(crate) const INVITATION_JOIN: &str = "/i/{secret}/j";

pub(crate) const PAIR: &str = "/p";
pub(crate) const COMPARE: &str = "/p/a";
pub(crate) const BACK: &str = "/m/b";

pub(crate) const PLAN: &str = "/u/p";
pub(crate) const PLAN_ONE: &str = "/u/p/{id}";
pub(crate) const PLAN_LET_GO: &str = "/u/p/{id}/l";
pub(crate) const PLAN_SKIP: &str = "/u/p/{id}/s";
pub(crate) const PLAN_REPEAT: &str = "/u/p/{id}/r";
pub(crate) const RITUALS: &str = "/u/r";
pub(crate) const RITUAL_STARS: &str = "/u/r/s";
pub(crate) const RITUAL_IDEA: &str = "/u/r/s/i";
pub(crate) const RITUAL_IDEA_TAKE: &str = "/u/r/s/t";
pub(crate) const RITUAL_NEW: &str = "/u/r/n";
pub(crate) const RITUAL: &str = "/u/r/i/{id}";
pub(crate) const RITUAL_ANSWER: &str = "/u/r/i/{id}/a";
pub(crate) const RITUAL_KEEP: &str = "/u/r/i/{id}/k";
pub(crate) const RITUAL_LOOK: &str = "/u/r/i/{id}/b";
pub(crate) const RITUAL_LET_GO: &str = "/u/r/i/{id}/l";
pub(crate) const DATES: &str = "/u/d";
pub(crate) const DATE_SLOT: &str = "/u/d/s";
pub(crate) const DATE_TURN: &str = "/u/d/t";
pub(crate) const DATE_IDEAS: &str = "/u/d/i";
pub(crate) const DATE_IDEA: &str = "/u/d/i/{idea}";
pub(crate) const DATE_PICK: &str = "/u/d/p";
pub(crate) const DATE_LINE: &str = "/u/d/l";
pub(crate) const DATE_LINE_TAKE: &str = "/u/d/l/t";
pub(crate) const DATE_LIMITS: &str = "/u/d/o";
pub(crate) const DATE_LIMIT_LIFT: &str = "/u/d/o/t";
pub(crate) const MOMENTS: &str = "/u/m";
pub(crate) const MOMENT_UNDO: &str = "/u/m/u";
/// What was pressed without a network, arriving later.
pub(crate) const MOMENTS_LATER: &str = "/u/m/l";
/// Small touches of the couple's own.
pub(crate) const OWN_TOUCHES: &str = "/u/m/o";
pub(crate) const OWN_TOUCH_LET_GO: &str = "/u/m/o/l";
pub(crate) const TOUCH: &str = "/u/t";
pub(crate) const TOUCH_BACK: &str = "/u/t/w";
pub(crate) const APPRECIATIONS: &str = "/u/a";
pub(crate) const APPRECIATION_WITHDRAW: &str = "/u/a/w";
/// Notes between the two; those to oneself are [`NOTES`].
pub(crate) const BETWEEN: &str = "/u/n";
pub(crate) const BETWEEN_ONE: &str = "/u/n/{id}";
pub(crate) const BETWEEN_WITHDRAW: &str = "/u/n/w";
pub(crate) const HISTORY: &str = "/u/h";
pub(crate) const TOPIC_SETTLE: &str = "/u/h/s";

/// The check-in is laid out here, every other script at [`LAY_OUT`].
pub(crate) const SESSION_OPEN: &str = "/s";
pub(crate) const LAY_OUT: &str = "/s/o/{script}";
pub(crate) const SESSIONS: &str = "/s/a";
pub(crate) const SESSION: &str = "/s/{id}";
pub(crate) const SESSION_LIVE: &str = "/s/{id}/l";
/// How it was, and a line for both, afterwards.
pub(crate) const SESSION_AFTER: &str = "/s/{id}/a";
pub(crate) const PREPARE: &str = "/n";
pub(crate) const PREPARE_ONE: &str = "/n/{script}";

pub(crate) const NOTES: &str = "/m/n";
pub(crate) const NOTE_ERASE: &str = "/m/n/e";
pub(crate) const MY_TOUCH: &str = "/m/t";
pub(crate) const MY_TOUCH_SHARE: &str = "/m/t/s";
pub(crate) const MY_TOUCH_CLEAR: &str = "/m/t/c";
pub(crate) const HURTS: &str = "/m/h";
pub(crate) const HURT: &str = "/m/h/{id}";
pub(crate) const HURT_ACT: &str = "/m/h/{id}/a";
pub(crate) const HURT_OUTSIDE: &str = "/m/h/{id}/o";
pub(crate) const SETTINGS: &str = "/m/s";
pub(crate) const REMINDERS: &str = "/m/w";
pub(crate) const REMINDERS_HERE: &str = "/m/w/h";
pub(crate) const REMINDERS_NOWHERE: &str = "/m/w/n";
pub(crate) const REMINDERS_MAIL: &str = "/m/w/m";
pub(crate) const REMINDERS_FEED: &str = "/m/w/f";
/// What a calendar fetches (K18).
pub(crate) const FEED: &str = "/g/{secret}";
pub(crate) const SIGN_INS: &str = "/m/i";
pub(crate) const LET_IN: &str = "/m/d";
pub(crate) const LET_IN_ONE: &str = "/m/d/{code}";
pub(crate) const KEYS: &str = "/m/k";
pub(crate) const RENEW: &str = "/m/k/r";
pub(crate) const SIGN_IN_LABEL: &str = "/m/i/l";
pub(crate) const REST: &str = "/m/r";
pub(crate) const PART: &str = "/m/p";
pub(crate) const GO_ON: &str = "/m/p/g";
pub(crate) const TAKE_AWAY: &str = "/m/p/t";
pub(crate) const ERASE_ALL: &str = "/m/p/e";

/// The path of something with an id, from one of the templates above.
pub(crate) fn at(template: &str, id: impl std::fmt::Display) -> String {
    let (before, rest) = template
        .split_once('{')
        .expect("a template with a name in it");
    let (_, after) = rest
        .split_once('}')
        .expect("a template with a closed name in it");
    format!("{before}{id}{after}")
}

/// A lasting id of the guide as it stands in a path: FNV-1a, 64 bits, in hex. Not a secret, only not a word.
pub(crate) fn opaque(id: &str) -> String {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

pub(crate) fn practice(id: &str) -> String {
    at(PRACTICE, opaque(id))
}
pub(crate) fn propose(practice: &str) -> String {
    at(PROPOSE, opaque(practice))
}
pub(crate) fn way(path: &str) -> String {
    at(WAY, opaque(path))
}
pub(crate) fn moment(kind: &str) -> String {
    at(MOMENT, opaque(kind))
}
pub(crate) fn page(id: &str) -> String {
    at(PAGE, opaque(id))
}
pub(crate) fn skill(lesson: &str) -> String {
    at(SKILL, opaque(lesson))
}
pub(crate) fn proposal(id: ProposalId) -> String {
    at(PROPOSAL, id)
}
pub(crate) fn plan(id: PlanId) -> String {
    at(PLAN_ONE, id)
}
pub(crate) fn ritual(id: RitualId) -> String {
    at(RITUAL, id)
}
pub(crate) fn date_idea(id: &str) -> String {
    at(DATE_IDEA, opaque(id))
}
pub(crate) fn session(id: SessionId) -> String {
    at(SESSION, id)
}
pub(crate) fn lay_out(script: &str) -> String {
    at(LAY_OUT, opaque(script))
}
pub(crate) fn invitation(secret: &str) -> String {
    at(INVITATION, secret)
}

/// A place on this host that one may be sent back to after the private door: one of ours, never another host's.
pub(crate) fn safe_return(to: &str) -> Option<&str> {
    let plain = to.starts_with('/')
        && !to.starts_with("//")
        && to
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/-_".contains(c));
    plain.then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s15_paths_hold_no_words() {
        for path in [
            practice("kiss-at-parting"),
            way("after-betrayal"),
            page("intimacy"),
        ] {
            for word in path.split('/') {
                assert!(
                    word.len() <= 1 || word.bytes().all(|b| b.is_ascii_hexdigit()),
                    "{path}"
                );
            }
        }
    }

    #[test]
    fn nobody_is_sent_to_another_host() {
        for (to, safe) in [
            ("/m/n", true),
            ("//evil.example", false),
            ("https://evil.example", false),
            ("/\\evil.example", false),
            ("/m?x=1", false),
            ("", false),
        ] {
            assert_eq!(safe_return(to).is_some(), safe, "{to}");
        }
    }
}
