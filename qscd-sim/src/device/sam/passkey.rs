//! A passkey's assertion, judged by the device itself (Web Authentication Level 3, clause 7.2).

mod authenticator_data;
mod cbor;
mod client_data;
mod cose_key;

use ring::digest::{SHA256, digest};
use seal::{ActivationRefusal, Backup, Challenge, PasskeyAssertion};

pub(super) use self::cose_key::CoseKey;

/// Where the device's passkeys are used: of its own configuration, never the service's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// The relying party's id: the host, or a domain above it.
    pub id: String,
    /// The one origin, as `https://segl.example`.
    pub origin: String,
}

impl RelyingParty {
    /// Those of the pages under this address. A loopback address becomes `localhost`, for Web
    /// Authentication knows no addresses in numbers; `None` for any other number, and for what is no
    /// http or https address.
    pub fn of_url(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        if !matches!(scheme, "http" | "https") {
            return None;
        }
        let authority = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok() => (host, Some(port)),
            _ => (authority.as_str(), None),
        };
        let number = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
        let host = match number {
            Ok(number) if number.is_loopback() => "localhost",
            Ok(_) => return None,
            Err(_) => host,
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        if host.is_empty() || !host.bytes().all(plain) {
            return None;
        }
        let usual = if scheme == "https" { "443" } else { "80" };
        let origin = match port.filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        Some(Self { id: host.to_owned(), origin })
    }
}

/// A registered passkey, as far as an assertion is held against it.
#[derive(Clone, Debug)]
pub(super) struct Passkey {
    pub(super) key: CoseKey,
    pub(super) user_handle: Vec<u8>,
    /// The counter of the last assertion.
    pub(super) count: u32,
}

impl Passkey {
    /// Judges an assertion over `challenge`, and remembers its counter.
    pub(super) fn judge(
        &mut self,
        assertion: &PasskeyAssertion,
        challenge: &Challenge,
        relying_party: &RelyingParty,
    ) -> Result<Backup, ActivationRefusal> {
        client_data::judge(&assertion.client_data, challenge, &relying_party.origin)?;
        let data = authenticator_data::judge(&assertion.authenticator_data, &relying_party.id)?;
        if assertion.user_handle.as_ref().is_some_and(|handle| *handle != self.user_handle) {
            return Err(ActivationRefusal::OtherUserHandle);
        }
        let client_data = digest(&SHA256, &assertion.client_data);
        let message = [assertion.authenticator_data.as_slice(), client_data.as_ref()].concat();
        if !self.key.verifies(&message, &assertion.signature) {
            return Err(ActivationRefusal::SignatureInvalid);
        }
        // Clause 7.2 step 22: both are zero, or the counter goes up.
        if (data.count, self.count) != (0, 0) && data.count <= self.count {
            return Err(ActivationRefusal::PossibleClone);
        }
        self.count = data.count;
        Ok(data.backup)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relying_party_of_an_address_is_its_origin() {
        for (url, id, origin) in [
            ("https://segl.example", "segl.example", "https://segl.example"),
            ("https://Segl.example:443/a", "segl.example", "https://segl.example"),
            ("https://segl.example:8443/", "segl.example", "https://segl.example:8443"),
            ("http://127.0.0.1:8080", "localhost", "http://localhost:8080"),
            ("http://[::1]:8080", "localhost", "http://localhost:8080"),
            ("http://localhost", "localhost", "http://localhost"),
        ] {
            let expected = RelyingParty { id: id.into(), origin: origin.into() };
            assert_eq!(RelyingParty::of_url(url), Some(expected), "{url}");
        }
        for url in
            ["https://10.0.0.1", "ftp://a", "a", "https://", "https://a@b", "http://[2001:db8::1]"]
        {
            assert_eq!(RelyingParty::of_url(url), None, "{url}");
        }
    }
}
