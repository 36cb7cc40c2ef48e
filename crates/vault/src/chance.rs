//! Chance, from the operating system. The one place that asks for it.

use zeroize::Zeroizing;

/// `N` random bytes, fit for keys, nonces and ids.
///
/// # Panics
/// When the operating system gives no randomness. Nothing may be sealed then.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .expect("the operating system gives randomness, or nothing may go on");
    bytes
}

/// The bytes of a new id: `StreamId::new(chance::id16())`.
#[must_use]
pub fn id16() -> [u8; 16] {
    bytes()
}

/// A new 256-bit secret.
pub(crate) fn secret() -> Zeroizing<[u8; 32]> {
    let mut secret = Zeroizing::new([0; 32]);
    getrandom::fill(secret.as_mut_slice())
        .expect("the operating system gives randomness, or nothing may go on");
    secret
}

/// One of `items`, each as likely as the others (no modulo bias: draws beyond the last full round are thrown away).
pub(crate) fn pick<T>(items: &[T]) -> &T {
    let count = u32::try_from(items.len()).expect("word lists are short");
    let whole_rounds = u32::MAX - u32::MAX % count;
    loop {
        let draw = u32::from_le_bytes(bytes());
        if draw < whole_rounds {
            return &items[(draw % count) as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_picked_about_as_often() {
        let mut seen = [0_u32; 5];
        for _ in 0..5_000 {
            seen[*pick(&[0_usize, 1, 2, 3, 4])] += 1;
        }
        // 1,000 each; ten standard deviations are about 280.
        assert!(seen.iter().all(|n| (720..=1280).contains(n)), "{seen:?}");
    }

    #[test]
    fn no_two_draws_are_alike() {
        assert_ne!(bytes::<32>(), bytes::<32>());
        assert_ne!(id16(), id16());
        assert_ne!(*secret(), *secret());
    }
}
