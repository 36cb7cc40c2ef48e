//! Names to addresses, and which of them may be sent to (K17). A name is asked once, at sending, and the connection
//! goes to the very address that was looked at: a name that answers otherwise the next time changes nothing.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::settings::Network;

/// Who is asked for addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Resolver {
    /// Whatever this machine uses.
    System,
    /// A DNS server (RFC 1035), over UDP.
    Server(SocketAddr),
}

/// How long a DNS server may take over one question.
const ANSWER: Duration = Duration::from_secs(3);

impl Resolver {
    /// Every address of a name.
    pub(crate) async fn addresses(self, host: &str) -> io::Result<Vec<IpAddr>> {
        match self {
            Self::System => {
                let found = tokio::net::lookup_host((host, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            }
            Self::Server(server) => {
                let mut found = ask(server, host, Kind::A).await?;
                found.extend(ask(server, host, Kind::Aaaa).await.unwrap_or_default());
                Ok(found)
            }
        }
    }
}

/// Whether a service may be at this address: on the public internet, or where the host says so.
pub(crate) fn may_be_at(address: IpAddr, networks: &[Network]) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|network| network.contains(address))
        || match address {
            IpAddr::V4(ip) => public_v4(ip),
            IpAddr::V6(ip) => public_v6(ip),
        }
}

/// Not one of the special ones (IANA's registry, RFC 6890).
fn public_v4(ip: Ipv4Addr) -> bool {
    let special = match ip.octets() {
        [0 | 10 | 127, ..] => true,
        [100, b, ..] => (64..128).contains(&b),
        [169, 254, ..] => true,
        [172, b, ..] => (16..32).contains(&b),
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [192, 168, ..] => true,
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        [a, ..] => a >= 224,
    };
    !special
}

/// Global unicast, without what stands for an older address or for none.
fn public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let global = (0x2000..0x4000).contains(&a);
    // Teredo and other protocols' own, documentation, 6to4, documentation again.
    let special =
        (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    global && !special
}

#[derive(Clone, Copy)]
enum Kind {
    A = 1,
    Aaaa = 28,
}

async fn ask(server: SocketAddr, host: &str, kind: Kind) -> io::Result<Vec<IpAddr>> {
    let here: SocketAddr = if server.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(here).await?;
    // Connected: answers from anywhere else are not heard.
    socket.connect(server).await?;
    let mut id = [0; 2];
    getrandom::fill(&mut id).map_err(|error| io::Error::other(error.to_string()))?;
    let question = question(id, host, kind);
    let mut answer = vec![0; 4096];
    for _ in 0..2 {
        socket.send(&question).await?;
        if let Ok(length) = timeout(ANSWER, socket.recv(&mut answer)).await {
            let answer = &answer[..length?];
            return read(answer, &question, kind).ok_or_else(|| io::Error::other("no such name"));
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

fn question(id: [u8; 2], host: &str, kind: Kind) -> Vec<u8> {
    // One question, recursion desired.
    let mut out = vec![id[0], id[1], 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in host.split('.') {
        // An endpoint's labels are 63 letters long at most.
        out.push(u8::try_from(label.len()).unwrap_or(63));
        out.extend_from_slice(label.as_bytes());
    }
    out.extend_from_slice(&[0, 0, kind as u8, 0, 1]);
    out
}

/// The addresses in an answer to this question; `None` if it is none.
fn read(answer: &[u8], question: &[u8], kind: Kind) -> Option<Vec<IpAddr>> {
    let head = answer.get(..12)?;
    let is_answer = head[..2] == question[..2] && head[2] & 0x80 != 0 && head[3] & 0x0f == 0;
    if !is_answer || answer.get(12..question.len())? != &question[12..] {
        return None;
    }
    let count = u16::from_be_bytes([head[6], head[7]]);
    let mut rest = &answer[question.len()..];
    let mut found = vec![];
    for _ in 0..count {
        rest = after_name(rest)?;
        let (fixed, more) = rest.split_at_checked(10)?;
        let length = u16::from_be_bytes([fixed[8], fixed[9]]);
        let (data, more) = more.split_at_checked(length.into())?;
        rest = more;
        if fixed[..2] != [0, kind as u8] || fixed[2..4] != [0, 1] {
            continue; // an alias on the way
        }
        match kind {
            Kind::A => found.push(<[u8; 4]>::try_from(data).ok()?.into()),
            Kind::Aaaa => found.push(<[u8; 16]>::try_from(data).ok()?.into()),
        }
    }
    Some(found)
}

fn after_name(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let (first, more) = rest.split_first()?;
        match first {
            0 => return Some(more),
            192.. => return more.get(1..),
            length => rest = more.get(usize::from(*length)..)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k17_only_public_addresses_are_sent_to() {
        for (address, public) in [
            ("1.1.1.1", true),
            ("142.250.1.1", true),
            ("100.63.255.255", true),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("172.15.0.1", true),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.1", true),
            ("192.0.2.1", false),
            ("192.168.1.1", false),
            ("198.18.0.1", false),
            ("203.0.113.9", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:1.1.1.1", true),
            ("64:ff9b::7f00:1", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("ff02::1", false),
            ("2001:db8::1", false),
            ("2001::1", false),
            ("2002:7f00:1::", false),
            ("3fff:1::1", false),
            ("2606:4700::1111", true),
            ("2a00:1450::1", true),
        ] {
            assert_eq!(
                may_be_at(address.parse().unwrap(), &[]),
                public,
                "{address}"
            );
        }
    }

    #[test]
    fn an_answer_is_read_and_any_other_bytes_are_no_answer() {
        let question = question([7, 9], "push.example", Kind::A);
        let mut answer = question.clone();
        answer[2] = 0x81;
        answer[7] = 2;
        // An alias, then an address.
        answer.extend_from_slice(&[192, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 2, 192, 12]);
        answer.extend_from_slice(&[192, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4]);
        let found = read(&answer, &question, Kind::A).unwrap();
        assert_eq!(found, [IpAddr::from([1, 2, 3, 4])]);
        for cut in 0..answer.len() {
            assert_eq!(read(&answer[..cut], &question, Kind::A), None, "{cut}");
        }
        for (at, byte) in [(0, 8), (2, 1), (3, 0x83), (14, b'x')] {
            let mut other = answer.clone();
            other[at] = byte;
            assert_eq!(read(&other, &question, Kind::A), None, "{at}");
        }
    }
}
