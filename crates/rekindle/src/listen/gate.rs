//! How many are inside, all together and from one address (K16).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts who is inside, all together and by address.
pub(super) struct Gate {
    most: usize,
    each: usize,
    inside: Mutex<(usize, HashMap<IpAddr, usize>)>,
}

impl Gate {
    pub(super) fn new(most: usize, each: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            each,
            inside: Mutex::default(),
        })
    }

    /// A ticket, unless it is full; without an address only the sum counts.
    pub(super) fn enter(self: &Arc<Self>, from: Option<IpAddr>) -> Option<Ticket> {
        let from = from.map(household);
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, by_address) = &mut *inside;
        let here = from
            .and_then(|from| by_address.get(&from).copied())
            .unwrap_or(0);
        if *all >= self.most || here >= self.each {
            return None;
        }
        *all += 1;
        if let Some(from) = from {
            by_address.insert(from, here + 1);
        }
        Some(Ticket {
            gate: Arc::clone(self),
            from,
        })
    }
}

/// One line of IPv6 has 2^64 addresses: count the network, as one counts a household's one IPv4 address.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) >> 64 << 64).into(),
    }
}

pub(super) struct Ticket {
    gate: Arc<Gate>,
    from: Option<IpAddr>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut inside = self
            .gate
            .inside
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (all, by_address) = &mut *inside;
        *all -= 1;
        if let Some(from) = self.from
            && let Some(here) = by_address.get_mut(&from)
        {
            *here -= 1;
            if *here == 0 {
                by_address.remove(&from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn k16_a_full_address_leaves_room_for_others() {
        let gate = Gate::new(5, 2);
        let held = [
            gate.enter(ip("10.0.0.1")).unwrap(),
            gate.enter(ip("10.0.0.1")).unwrap(),
        ];
        assert!(gate.enter(ip("10.0.0.1")).is_none());
        let other = gate.enter(ip("10.0.0.2"));
        assert!(other.is_some());
        drop(held);
        assert!(
            gate.enter(ip("10.0.0.1")).is_some(),
            "whoever leaves makes room"
        );
        assert_eq!(
            gate.inside.lock().unwrap().1.len(),
            1,
            "nobody is remembered who has left"
        );
    }

    #[test]
    fn k16_one_ipv6_network_counts_as_one_address() {
        let gate = Gate::new(5, 1);
        let _held = gate.enter(ip("2001:db8:1:2::1")).unwrap();
        assert!(gate.enter(ip("2001:db8:1:2:ffff::9")).is_none());
        assert!(gate.enter(ip("2001:db8:1:3::1")).is_some());
    }
}
