//! Whom authenticators answer.

use std::net::IpAddr;

/// Whom the authenticator answers: the relying party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// The rpId: a domain, the origin's or one above it.
    pub id: String,
    /// The one origin from which an answer may come, such as `https://segl.example`.
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
        let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
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
