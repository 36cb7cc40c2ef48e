//! Slows guessing without locking the owner out (K15).
//!
//! Each account has one budget that all unknown devices share, and one for each device that has signed in before:
//! someone hammering at the door cannot delay a known device.

use std::collections::HashMap;
use std::sync::Mutex;

use rekindle_domain::Stamp;

/// So many tries at once …
const BURST: f64 = 8.0;
/// … and then one in so many milliseconds.
const ONE_IN: f64 = 20_000.0;
/// When so many budgets are held, full ones are forgotten.
const MANY: usize = 10_000;

/// An account, and the device known to it; all unknown ones together are none.
type Guesser = (String, Option<[u8; 32]>);

#[derive(Default)]
pub(crate) struct Throttle {
    budgets: Mutex<HashMap<Guesser, (f64, Stamp)>>,
}

impl Throttle {
    /// Takes one try from the budget. `Err` holds the seconds until the next.
    pub(crate) fn take(
        &self,
        account: &str,
        device: Option<[u8; 32]>,
        now: Stamp,
    ) -> Result<(), u64> {
        let mut budgets = self
            .budgets
            .lock()
            .expect("no panic happens while this is held");
        let filled = |(left, at): (f64, Stamp)| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a waiting time of years is exact enough"
            )]
            let passed = now.since(at).max(0) as f64;
            (left + passed / ONE_IN).min(BURST)
        };
        if budgets.len() > MANY {
            budgets.retain(|_, budget| filled(*budget) < BURST);
        }
        let budget = budgets
            .entry((account.to_owned(), device))
            .or_insert((BURST, now));
        let left = filled(*budget);
        if left >= 1.0 {
            *budget = (left - 1.0, now);
            Ok(())
        } else {
            *budget = (left, now);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and 20 seconds"
            )]
            Err((((1.0 - left) * ONE_IN / 1000.0).ceil() as u64).max(1))
        }
    }

    /// The right passphrase gives the budget back.
    pub(crate) fn forgive(&self, account: &str, device: Option<[u8; 32]>) {
        self.budgets
            .lock()
            .expect("no panic happens while this is held")
            .remove(&(account.to_owned(), device));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k15_a_hammering_partner_cannot_delay_a_known_device() {
        let throttle = Throttle::default();
        let at = |seconds: i64| Stamp(seconds * 1000);
        let mine = Some([7; 32]);
        let slowed = (0..500)
            .filter(|n| throttle.take("mara", None, at(n / 10)).is_err())
            .count();
        assert!(slowed > 450, "{slowed} of 500 guesses were slowed");
        assert_eq!(throttle.take("mara", mine, at(50)), Ok(()));
        assert!(throttle.take("mara", None, at(50)).is_err());
        assert_eq!(
            throttle.take("jonas", None, at(50)),
            Ok(()),
            "another account is not touched"
        );
        assert_eq!(
            throttle.take("mara", None, at(200)),
            Ok(()),
            "and it never locks for good"
        );
    }
}
