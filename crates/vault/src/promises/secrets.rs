//! Nothing secret is printed, cloned or kept by accident.

use super::*;
use crate::invitation::InvitationSecret;
use crate::letter;
use crate::sign_in::{DeviceSecret, SignInSecret};
use crate::slots::*;

#[test]
fn nothing_secret_is_printed() {
    let (ana, _) = couple();
    let shown = [
        (format!("{:?}", ana.root), "Root(..)"),
        (format!("{:?}", ana.root.outer()), "OuterKey(..)"),
        (format!("{:?}", ana.root.inner()), "InnerKey(..)"),
        (format!("{:?}", shared(&ana)), "SpaceKeys(..)"),
        (format!("{:?}", shared(&ana).newest().1), "SpaceKey(..)"),
        (format!("{:?}", ana.keyring), "Keyring(..)"),
        (format!("{:?}", ana.keyring.secret), "OuterSecret(..)"),
        (format!("{:?}", ana.keyring.couple), "Some(CoupleKeys(..))"),
        (format!("{:?}", inner(&ana, ANA)), "Inner(..)"),
        (format!("{ana:?}"), "NewPerson(..)"),
        (format!("{:?}", SignInSecret::random()), "SignInSecret(..)"),
        (format!("{:?}", DeviceSecret::random()), "DeviceSecret(..)"),
        (
            format!("{:?}", InvitationSecret::random()),
            "InvitationSecret(..)",
        ),
        (format!("{:?}", RecoveryCode::random()), "RecoveryCode(..)"),
    ];
    for (shown, expected) in shown {
        assert_eq!(shown, expected);
    }
    let why = RecoveryCode::parse("0A1B2").unwrap_err();
    assert_eq!(
        format!("{why} {why:?}"),
        "mistyped Mistyped { group: None }"
    );
}

/// Two candidates for a type that can be cloned, one for a type that cannot: naming a clonable type here does not
/// compile.
trait NeverCloned<Which> {
    fn is_never_cloned() {}
}
impl<T> NeverCloned<()> for T {}
impl<T: Clone> NeverCloned<u8> for T {}

#[test]
fn what_opens_is_never_cloned() {
    Root::is_never_cloned();
    OuterKey::is_never_cloned();
    InnerKey::is_never_cloned();
    SpaceKey::is_never_cloned();
    SpaceKeys::is_never_cloned();
    OuterSecret::is_never_cloned();
    CoupleKeys::is_never_cloned();
    Keyring::is_never_cloned();
    Inner::is_never_cloned();
    NewPerson::is_never_cloned();
    SignInSecret::is_never_cloned();
    DeviceSecret::is_never_cloned();
    InvitationSecret::is_never_cloned();
    RecoveryCode::is_never_cloned();
    letter::Secret::is_never_cloned();
}
