//! What somebody takes along when they go (S21, K27): sealed with a passphrase of its own, in the format of the age
//! tools (age-encryption.org/v1, scrypt recipient), so that it opens offline and without this program.

use std::io::Write as _;

use age::secrecy::SecretString;

/// Seals `plain` with a passphrase. Blocks for about a second: the key is stretched with scrypt, as hard as age
/// thinks right for this machine.
#[must_use]
pub fn seal(passphrase: &str, plain: &[u8]) -> Option<Vec<u8>> {
    let encryptor = age::Encryptor::with_user_passphrase(SecretString::from(passphrase.to_owned()));
    let mut sealed = vec![];
    let mut writer = encryptor.wrap_output(&mut sealed).ok()?;
    writer.write_all(plain).ok()?;
    writer.finish().ok()?;
    Some(sealed)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn open(passphrase: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let identity = age::scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
        let decryptor = age::Decryptor::new_buffered(sealed).ok()?;
        let mut plain = vec![];
        let mut reader = decryptor
            .decrypt(std::iter::once(&identity as &dyn age::Identity))
            .ok()?;
        reader.read_to_end(&mut plain).ok()?;
        Some(plain)
    }

    #[test]
    fn s21_a_take_away_opens_with_its_passphrase_and_no_other() {
        let sealed = seal("five words of my own", b"what we had").expect("sealed");
        assert!(!sealed.windows(7).any(|bytes| bytes == b"what we"));
        assert_eq!(
            open("five words of my own", &sealed).as_deref(),
            Some(&b"what we had"[..])
        );
        assert_eq!(open("five words of your own", &sealed), None);
    }
}
