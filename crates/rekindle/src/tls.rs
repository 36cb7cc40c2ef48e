//! HTTPS by this process itself: for two phones at home, a certificate from the house's own authority; or the
//! host's own files.
//!
//! The authority is made once and kept in `DATA/tls`, readable by its owner only. It may vouch for this house's names
//! and for private addresses, and for nothing else (RFC 5280, 4.2.1.10): a phone that trusts it has not handed its
//! other traffic to whoever runs the server.

use std::fs;
use std::io::{self, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::{Context as _, bail};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, SanType, SerialNumber,
};
use rekindle_domain::Stamp;
use rekindle_web::TrustPage;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::clock;
use crate::settings::{Settings, Tls};

/// What a phone's list of authorities shows: neutral (S15).
const AUTHORITY: &str = "Home server authority";
const SERVER: &str = "Home server";
const AUTHORITY_DAYS: i64 = 3650;
/// Phones accept at most 825 days from an authority that was added by hand.
const LEAF_DAYS: i64 = 90;
const RENEW_DAYS: i64 = 30;
/// Clocks at home differ.
const SLACK_DAYS: i64 = 2;

/// Names that never belong to anyone on the public internet (RFC 6761, 6762, 8375; `.internal`, ICANN 2024).
const HOME_NAMES: [&str; 5] = ["localhost", "local", "home.arpa", "internal", "lan"];

/// Loopback, private, carrier and link-local addresses.
const HOME_ADDRESSES: [(IpAddr, u8); 9] = [
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(100, 64, 0, 0)), 10),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

/// Where the house's certificates lie.
pub(crate) fn directory(data: &Path) -> PathBuf {
    data.join("tls")
}

/// Answers each handshake with the right certificate.
pub(crate) enum Certificates {
    House(Box<House>),
    Files(Files),
}

impl Certificates {
    /// What the settings ask for; `None` means plain HTTP.
    pub(crate) fn new(settings: &Settings, now: Stamp) -> anyhow::Result<Option<Self>> {
        if !settings.speaks_tls() {
            return Ok(None);
        }
        match (settings.tls, &settings.tls_files) {
            (Tls::Files, Some((certificate, key))) => Ok(Some(Self::Files(Files::open(
                certificate.clone(),
                key.clone(),
            )?))),
            (Tls::Auto | Tls::On | Tls::Off | Tls::Files, _) => {
                let names = names(settings);
                let house = House::open(&directory(&settings.data), &names, settings.listen, now)?;
                Ok(Some(Self::House(Box::new(house))))
            }
        }
    }

    /// The certificate for a connection that arrived at `local`. Cheap unless one has to be renewed.
    pub(crate) fn for_arrival(&self, local: IpAddr, now: Stamp) -> Arc<ServerConfig> {
        match self {
            Self::House(house) => house.for_arrival(local, now),
            Self::Files(files) => files.current(now),
        }
    }

    pub(crate) fn trust_page(&self) -> Option<TrustPage> {
        match self {
            Self::House(house) => Some(house.trust_page()),
            Self::Files(_) => None,
        }
    }
}

/// Every name this server should be known by, first the one to print.
fn names(settings: &Settings) -> Vec<String> {
    let mut names = settings.tls_names.clone();
    if let Some(url) = &settings.public_url {
        let place = url
            .split_once("://")
            .map_or(url.as_str(), |(_, place)| place);
        let name = place.rsplit_once(':').map_or(place, |(name, _)| name);
        names.push(
            name.trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned(),
        );
    }
    let machine = machine();
    if !machine.is_empty() {
        names.push(format!("{machine}.local"));
        names.push(machine);
    }
    names.push("localhost".to_owned());
    let mut once = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// This machine's name, or nothing if it could not stand in a certificate.
fn machine() -> String {
    let uname = rustix::system::uname();
    let name = uname.nodename().to_string_lossy().to_ascii_lowercase();
    let fine = !name.is_empty()
        && name.len() <= 63
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if fine { name } else { String::new() }
}

/// The address by which other machines reach this one, as far as the routing table knows. Sends nothing: connecting
/// a datagram socket only looks up the route (the far end is a documentation address, RFC 5737 and 3849).
pub(crate) fn address_at_home() -> Option<IpAddr> {
    [("0.0.0.0:0", "192.0.2.1:9"), ("[::]:0", "[2001:db8::1]:9")]
        .into_iter()
        .find_map(|(here, there)| {
            let socket = UdpSocket::bind(here).ok()?;
            socket.connect(there).ok()?;
            let address = socket.local_addr().ok()?.ip();
            (!address.is_unspecified() && !address.is_loopback()).then_some(address)
        })
}

/// What the leaf on disk says, since nothing here parses certificates.
#[derive(Serialize, Deserialize)]
struct LeafFacts {
    names: Vec<String>,
    addresses: Vec<IpAddr>,
    /// Milliseconds since 1970.
    until: Stamp,
}

struct Leaf {
    facts: LeafFacts,
    config: Arc<ServerConfig>,
}

/// The house's own authority and the certificate in use.
pub(crate) struct House {
    directory: PathBuf,
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    names: Vec<String>,
    extra: Vec<IpAddr>,
    leaf: Mutex<Leaf>,
}

impl House {
    /// Opens the authority in `directory`, or makes it there; `names` may hold addresses too.
    fn open(
        directory: &Path,
        names: &[String],
        listen: SocketAddr,
        now: Stamp,
    ) -> anyhow::Result<Self> {
        private_directory(directory)?;
        let extra: Vec<IpAddr> = names.iter().filter_map(|name| name.parse().ok()).collect();
        let names: Vec<String> = names
            .iter()
            .filter(|name| name.parse::<IpAddr>().is_err())
            .cloned()
            .collect();
        let made = directory.join("authority.pem").exists();
        if !made {
            make_authority(directory, &names, &extra, now)
                .context("making the house's authority")?;
        }
        let key = fs::read_to_string(directory.join("authority.key"))
            .context("the house's authority has no key: DATA/tls/authority.key cannot be read")?;
        let key = KeyPair::from_pem(&key).context("DATA/tls/authority.key is damaged")?;
        let certificate = CertificateDer::from_pem_file(directory.join("authority.pem"))
            .map_err(|error| anyhow::anyhow!("DATA/tls/authority.pem is damaged: {error}"))?;
        let allowed = fs::read_to_string(directory.join("authority.names")).unwrap_or_default();
        let allowed: Vec<&str> = allowed.lines().collect();
        for name in &names {
            let may = allowed.iter().any(|suffix| {
                name == suffix
                    || name
                        .strip_suffix(suffix)
                        .is_some_and(|rest| rest.ends_with('.'))
            });
            if !may {
                bail!(
                    "the house's authority may not vouch for {name}, because it was made without that name. \
                     Remove the name from tls_names and public_url, or move {} away to have a new authority made; \
                     every phone then has to trust the new one.",
                    directory.display(),
                );
            }
        }
        let issuer = Issuer::new(authority_params(&[], &[], now), key);
        let mut addresses = vec![
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ];
        addresses.extend(&extra);
        addresses.extend(address_at_home().filter(|address| at_home(*address)));
        if !listen.ip().is_unspecified() && at_home(listen.ip()) {
            addresses.push(listen.ip());
        }
        addresses.sort_unstable();
        addresses.dedup();
        let kept = read_leaf(directory, &certificate).filter(|leaf| {
            leaf.facts.names == names && addresses.iter().all(|a| leaf.facts.addresses.contains(a))
        });
        let leaf = match kept.filter(|leaf| !due(&leaf.facts, now)) {
            Some(leaf) => leaf,
            None => issue(directory, &certificate, &issuer, &names, &addresses, now)?,
        };
        let directory = directory.to_owned();
        Ok(Self {
            directory,
            certificate,
            issuer,
            names,
            extra,
            leaf: Mutex::new(leaf),
        })
    }

    fn for_arrival(&self, local: IpAddr, now: Stamp) -> Arc<ServerConfig> {
        let local = local.to_canonical();
        let mut leaf = self.leaf.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = at_home(local) && !leaf.facts.addresses.contains(&local);
        if missing || due(&leaf.facts, now) {
            let mut addresses = leaf.facts.addresses.clone();
            if missing {
                addresses.push(local);
            }
            // Addresses of a machine come and go; the certificate stays a small one.
            while addresses.len() > 32 {
                let oldest = addresses.iter().position(|address| {
                    *address != local && !address.is_loopback() && !self.extra.contains(address)
                });
                let Some(oldest) = oldest else { break };
                addresses.remove(oldest);
            }
            match issue(
                &self.directory,
                &self.certificate,
                &self.issuer,
                &self.names,
                &addresses,
                now,
            ) {
                Ok(new) => *leaf = new,
                Err(error) => eprintln!("fault: the certificate could not be renewed: {error}"),
            }
        }
        Arc::clone(&leaf.config)
    }

    fn trust_page(&self) -> TrustPage {
        TrustPage {
            certificate_der: self.certificate.to_vec(),
            certificate_pem: fs::read_to_string(self.directory.join("authority.pem"))
                .unwrap_or_default(),
            fingerprint: fingerprint(&self.certificate),
        }
    }
}

/// SHA-256 of a certificate as phones show it: pairs of digits with colons.
pub(crate) fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let digest = Sha256::digest(certificate.as_ref());
    let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

fn at_home(address: IpAddr) -> bool {
    HOME_ADDRESSES
        .iter()
        .any(|(network, bits)| match (network, address) {
            (IpAddr::V4(n), IpAddr::V4(a)) => {
                u32::from(*n) >> (32 - u32::from(*bits)) == u32::from(a) >> (32 - u32::from(*bits))
            }
            (IpAddr::V6(n), IpAddr::V6(a)) => {
                u128::from(*n) >> (128 - u32::from(*bits))
                    == u128::from(a) >> (128 - u32::from(*bits))
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        })
}

fn due(facts: &LeafFacts, now: Stamp) -> bool {
    facts.until.since(now) < RENEW_DAYS * Stamp::DAY
}

fn authority_params(names: &[String], extra: &[IpAddr], now: Stamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, AUTHORITY);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = day(now.plus(-SLACK_DAYS * Stamp::DAY));
    params.not_after = day(now.plus(AUTHORITY_DAYS * Stamp::DAY));
    let own = extra
        .iter()
        .map(|ip| (*ip, if ip.is_ipv4() { 32 } else { 128 }));
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: allowed(names)
            .map(GeneralSubtree::DnsName)
            .chain(
                HOME_ADDRESSES
                    .into_iter()
                    .chain(own)
                    .map(|(address, bits)| {
                        GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
                    }),
            )
            .collect(),
        excluded_subtrees: Vec::new(),
    });
    params
}

/// Everything the authority may ever vouch for.
fn allowed(names: &[String]) -> impl Iterator<Item = String> {
    let own = names
        .iter()
        .filter(|name| !HOME_NAMES.contains(&name.as_str()));
    HOME_NAMES
        .iter()
        .map(|name| (*name).to_owned())
        .chain(own.cloned())
}

fn make_authority(
    directory: &Path,
    names: &[String],
    extra: &[IpAddr],
    now: Stamp,
) -> anyhow::Result<()> {
    let key = KeyPair::generate()?;
    let certificate = authority_params(names, extra, now).self_signed(&key)?;
    let names: Vec<String> = allowed(names).collect();
    write_private(
        &directory.join("authority.key"),
        key.serialize_pem().as_bytes(),
    )?;
    write_private(
        &directory.join("authority.names"),
        names.join("\n").as_bytes(),
    )?;
    // Last, because its being there says that the others are.
    write_private(
        &directory.join("authority.pem"),
        certificate.pem().as_bytes(),
    )?;
    Ok(())
}

fn issue(
    directory: &Path,
    authority: &CertificateDer<'static>,
    issuer: &Issuer<'static, KeyPair>,
    names: &[String],
    addresses: &[IpAddr],
    now: Stamp,
) -> anyhow::Result<Leaf> {
    let key = KeyPair::generate()?;
    let until = now.plus(LEAF_DAYS * Stamp::DAY);
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, SERVER);
    params.not_before = day(now.plus(-SLACK_DAYS * Stamp::DAY));
    params.not_after = day(until);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let mut serial = [0; 16];
    getrandom::fill(&mut serial).context("no random numbers to be had")?;
    serial[0] &= 0x7f;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    for name in names {
        params
            .subject_alt_names
            .push(SanType::DnsName(name.as_str().try_into()?));
    }
    params
        .subject_alt_names
        .extend(addresses.iter().copied().map(SanType::IpAddress));
    let certificate = params.signed_by(&key, issuer)?;
    let facts = LeafFacts {
        names: names.to_vec(),
        addresses: addresses.to_vec(),
        until,
    };
    write_private(
        &directory.join("server.key"),
        key.serialize_pem().as_bytes(),
    )?;
    write_private(&directory.join("server.pem"), certificate.pem().as_bytes())?;
    write_private(&directory.join("server.json"), &serde_json::to_vec(&facts)?)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = config(vec![certificate.der().clone(), authority.clone()], key)?;
    Ok(Leaf { facts, config })
}

/// The leaf of an earlier run, so that a restart does not look like another server.
fn read_leaf(directory: &Path, authority: &CertificateDer<'static>) -> Option<Leaf> {
    let facts = fs::read(directory.join("server.json")).ok()?;
    let facts: LeafFacts = serde_json::from_slice(&facts).ok()?;
    let certificate = CertificateDer::from_pem_file(directory.join("server.pem")).ok()?;
    let key = PrivateKeyDer::from_pem_file(directory.join("server.key")).ok()?;
    let config = config(vec![certificate, authority.clone()], key).ok()?;
    Some(Leaf { facts, config })
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The host's own certificate, read again when its file changes.
pub(crate) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    current: Mutex<(Arc<ServerConfig>, Option<SystemTime>, Stamp)>,
}

impl Files {
    fn open(certificate: PathBuf, key: PathBuf) -> anyhow::Result<Self> {
        let config = Self::read(&certificate, &key)?;
        let changed = changed(&certificate);
        Ok(Self {
            certificate,
            key,
            current: Mutex::new((config, changed, Stamp::default())),
        })
    }

    fn read(certificate: &Path, key: &Path) -> anyhow::Result<Arc<ServerConfig>> {
        let open = |path: &Path, name: &str| {
            fs::File::open(path)
                .map(BufReader::new)
                .with_context(|| format!("{name}: {} cannot be read", path.display()))
        };
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_reader_iter(open(certificate, "tls_certificate")?)
                .collect::<Result<_, _>>()
                .map_err(|error| {
                    anyhow::anyhow!("tls_certificate: not a PEM certificate: {error}")
                })?;
        if chain.is_empty() {
            bail!(
                "tls_certificate: {} holds no certificate",
                certificate.display()
            );
        }
        let key = PrivateKeyDer::from_pem_reader(open(key, "tls_key")?)
            .map_err(|error| anyhow::anyhow!("tls_key: not a PEM private key: {error}"))?;
        config(chain, key).context("tls_certificate and tls_key do not belong together")
    }

    /// Looks at the file at most once a minute.
    fn current(&self, now: Stamp) -> Arc<ServerConfig> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let (config, seen, looked) = &mut *current;
        if now.since(*looked).abs() >= Stamp::MINUTE {
            *looked = now;
            let changed = changed(&self.certificate);
            if changed != *seen {
                match Self::read(&self.certificate, &self.key) {
                    Ok(new) => (*config, *seen) = (new, changed),
                    Err(error) => eprintln!("fault: the new certificate is not used: {error:#}"),
                }
            }
        }
        Arc::clone(config)
    }
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

/// When the authority in `data` ends and whether others can read its keys, for `doctor`.
pub(crate) fn findings(data: &Path, now: Stamp) -> Vec<String> {
    let directory = directory(data);
    let mut found = Vec::new();
    for name in ["authority.key", "server.key"] {
        let path = directory.join(name);
        if let Ok(meta) = fs::metadata(&path)
            && meta.permissions().mode() & 0o077 != 0
        {
            found.push(format!(
                "{} can be read by others; run: chmod 600 {0}",
                path.display()
            ));
        }
    }
    let path = directory.join("authority.pem");
    if let Some(made) = changed(&path)
        && now.since(clock::stamp(made)) > (AUTHORITY_DAYS - 365) * Stamp::DAY
    {
        found.push(format!("the house's authority ends within a year; move {} away to have a new one made, and trust it on each phone", directory.display()));
    }
    found
}

/// A day as rcgen wants it, to the second.
fn day(stamp: Stamp) -> time::OffsetDateTime {
    time::OffsetDateTime::from_unix_timestamp(stamp.0.div_euclid(1000))
        .unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
}

/// Makes a directory that only its owner can enter.
pub(crate) fn private_directory(path: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("{} cannot be made", path.display()))
}

/// Writes a file that only its owner can read: whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)
}

#[cfg(test)]
mod tests {
    use rustls::client::danger::ServerCertVerifier as _;
    use rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    const NOW: Stamp = Stamp(1_795_423_786_000);

    struct Dir(PathBuf);

    impl Dir {
        fn new() -> Self {
            let mut noise = [0; 8];
            getrandom::fill(&mut noise).unwrap();
            Self(std::env::temp_dir().join(format!(
                "rekindle-tls-{}",
                data_encoding::HEXLOWER.encode(&noise)
            )))
        }
    }

    impl Drop for Dir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn house(dir: &Dir, names: &[&str], now: Stamp) -> anyhow::Result<House> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        House::open(&dir.0, &names, "0.0.0.0:1".parse().unwrap(), now)
    }

    /// As a phone checks it that trusts this authority and nothing else.
    fn trusts(house: &House, leaf: &CertificateDer<'_>, name: &str, now: Stamp) -> bool {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(house.certificate.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .unwrap();
        let now =
            UnixTime::since_unix_epoch(std::time::Duration::from_millis(now.0.cast_unsigned()));
        let name = ServerName::try_from(name.to_owned()).unwrap();
        verifier
            .verify_server_cert(leaf, &[], &name, &[], now)
            .is_ok()
    }

    fn leaf(dir: &Dir) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(dir.0.join("server.pem")).unwrap()
    }

    #[test]
    fn a_phone_that_trusts_the_authority_accepts_every_name_of_the_house_and_no_other() {
        let dir = Dir::new();
        let house = house(&dir, &["us.home.arpa", "us.example.org", "localhost"], NOW).unwrap();
        for (name, accepted) in [
            ("us.home.arpa", true),
            ("us.example.org", true),
            ("localhost", true),
            ("127.0.0.1", true),
            ("bank.example.com", false),
            ("192.168.7.7", false),
        ] {
            assert_eq!(trusts(&house, &leaf(&dir), name, NOW), accepted, "{name}");
        }
        house.for_arrival("192.168.7.7".parse().unwrap(), NOW);
        assert!(
            trusts(&house, &leaf(&dir), "192.168.7.7", NOW),
            "an address is added as phones arrive at it"
        );
    }

    #[test]
    fn the_authority_cannot_vouch_for_a_name_outside_the_house() {
        let dir = Dir::new();
        let house = house(&dir, &["us.home.arpa"], NOW).unwrap();
        for name in ["bank.example.com", "8.8.8.8", "us.home.arpa.example.com"] {
            let (names, addresses) = match name.parse::<IpAddr>() {
                Ok(address) => (vec![], vec![address]),
                Err(_) => (vec![name.to_owned()], vec![]),
            };
            issue(
                &dir.0,
                &house.certificate,
                &house.issuer,
                &names,
                &addresses,
                NOW,
            )
            .unwrap();
            assert!(
                !trusts(&house, &leaf(&dir), name, NOW),
                "{name} was vouched for"
            );
        }
    }

    #[test]
    fn the_certificate_is_renewed_a_month_before_it_ends_and_kept_until_then() {
        let dir = Dir::new();
        let first = house(&dir, &["us.local"], NOW).unwrap();
        let leaf_then = leaf(&dir);
        let again = house(&dir, &["us.local"], NOW.plus(59 * Stamp::DAY)).unwrap();
        assert_eq!(
            first.certificate, again.certificate,
            "one authority for good"
        );
        assert_eq!(leaf(&dir), leaf_then, "a restart keeps the certificate");
        let later = NOW.plus(61 * Stamp::DAY);
        again.for_arrival("127.0.0.1".parse().unwrap(), later);
        assert_ne!(leaf(&dir), leaf_then);
        assert!(trusts(
            &again,
            &leaf(&dir),
            "us.local",
            later.plus(80 * Stamp::DAY)
        ));
    }

    #[test]
    fn a_new_name_outside_the_home_is_refused_with_the_way_out() {
        let dir = Dir::new();
        house(&dir, &["us.local"], NOW).unwrap();
        assert!(house(&dir, &["new.local"], NOW).is_ok());
        let refused = house(&dir, &["us.example.org"], NOW)
            .err()
            .unwrap()
            .to_string();
        assert!(
            refused.contains("us.example.org") && refused.contains("move"),
            "{refused}"
        );
    }

    #[test]
    fn keys_are_readable_by_their_owner_only() {
        let dir = Dir::new();
        house(&dir, &["us.local"], NOW).unwrap();
        for name in ["authority.key", "server.key"] {
            assert_eq!(
                fs::metadata(dir.0.join(name)).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        assert_eq!(
            fs::metadata(&dir.0).unwrap().permissions().mode() & 0o777,
            0o700
        );
    }
}
