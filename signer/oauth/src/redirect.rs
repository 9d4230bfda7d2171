//! Where a browser is sent back to (RFC 6749 section 3.1.2; RFC 8252 sections 7 and 8; RFC 9700 section
//! 2.1).

/// The longest address, in bytes.
const MAXIMUM_LENGTH: usize = 1000;

/// Schemes that a browser acts on by itself, or that lead to no program of the client's.
const REFUSED: [&str; 14] = [
    "about",
    "blob",
    "chrome",
    "data",
    "feed",
    "file",
    "filesystem",
    "ftp",
    "javascript",
    "mailto",
    "view-source",
    "vbscript",
    "ws",
    "wss",
];

/// An address that a client registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectDefect {
    /// Not an absolute URI of 1,000 bytes at most, or with a fragment or a user in it.
    #[error("is no absolute URI without fragment and user, of at most 1,000 bytes")]
    Malformed,
    /// `http` leads to the own machine alone (RFC 8252 section 7.3).
    #[error("is http and leads elsewhere than to 127.0.0.1 or [::1]")]
    NotLoopback,
    /// A scheme that a browser acts on.
    #[error("has a scheme that leads to no program of the client")]
    Scheme,
}

/// The parts of an address.
struct Parts<'a> {
    scheme: &'a str,
    /// `127.0.0.1`, without a port; nothing for a scheme of the client's own.
    host: Option<&'a str>,
    port: &'a str,
    rest: &'a str,
}

impl RedirectUri {
    /// Reads an address as a client registers it.
    ///
    /// # Errors
    /// [`RedirectDefect`].
    pub fn read(text: &str) -> Result<Self, RedirectDefect> {
        let parts = parts(text).ok_or(RedirectDefect::Malformed)?;
        match (parts.scheme, parts.host) {
            ("https", Some(_)) => {}
            ("http", Some(host)) if is_loopback(host) => {}
            ("http", _) => return Err(RedirectDefect::NotLoopback),
            (scheme, _) if REFUSED.contains(&scheme) => return Err(RedirectDefect::Scheme),
            ("https", None) => return Err(RedirectDefect::Malformed),
            _ => {}
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether a request may name this address: the very same one, but for the port of the own machine,
    /// which a program cannot choose (RFC 8252 section 7.3).
    pub fn admits(&self, asked: &str) -> bool {
        if self.0 == asked {
            return true;
        }
        let (Some(own), Some(other)) = (parts(&self.0), parts(asked)) else { return false };
        let loopback = own.host.is_some_and(is_loopback);
        own.scheme == "http"
            && loopback
            && own.scheme == other.scheme
            && own.host == other.host
            && own.rest == other.rest
    }

    /// As it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a page that sends a browser there names in `form-action`: the origin, or the scheme alone where
/// it is the client's own. An address of IPv6 is nothing that a policy can name (CSP level 3 section 2.3.1
/// has no host of this form, and Chromium passes such a source over): there the port alone is named.
/// `address` is one that was admitted.
pub fn form_action(address: &str) -> Option<String> {
    let Parts { scheme, host, port, .. } = parts(address)?;
    Some(match host {
        Some(host) if host.starts_with('[') && matches!(scheme, "http" | "https") => {
            format!("{scheme}://*{port}")
        }
        Some(host) if matches!(scheme, "http" | "https") => format!("{scheme}://{host}{port}"),
        Some(_) | None => format!("{scheme}:"),
    })
}

/// An address with what a client is told in its query, beside what stands there.
pub fn redirected(address: &str, told: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(told).finish();
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{query}")
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "[::1]")
}

fn parts(text: &str) -> Option<Parts<'_>> {
    // What needs escaping in an address, a header or a policy stands there escaped.
    let plain = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#')
    };
    if text.len() > MAXIMUM_LENGTH || !text.bytes().all(plain) {
        return None;
    }
    let (scheme, after) = text.split_once(':')?;
    let mut letters = scheme.bytes();
    let first = letters.next().is_some_and(|byte| byte.is_ascii_lowercase());
    let others = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.')
    };
    if !first || !letters.all(others) || after.is_empty() {
        return None;
    }
    let Some(after) = after.strip_prefix("//") else {
        return Some(Parts { scheme, host: None, port: "", rest: after });
    };
    let end = after.find(['/', '?']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    if authority.is_empty() || authority.contains('@') {
        return None;
    }
    let host_end = match authority.strip_prefix('[') {
        Some(address) => address.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(host_end);
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let number = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
    let host_fits = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => !address.is_empty() && address.bytes().all(number),
        None => !host.is_empty() && host.bytes().all(name),
    };
    let port_fits = match port.strip_prefix(':') {
        Some(digits) => digits.parse::<u16>().is_ok_and(|port| port > 0),
        None => port.is_empty(),
    };
    (host_fits && port_fits).then_some(Parts { scheme, host: Some(host), port, rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> RedirectUri {
        RedirectUri::read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn an_address_is_admitted_as_it_was_registered_and_not_nearly_so() {
        let one = read("https://client.example/cb?a=b");
        assert!(one.admits("https://client.example/cb?a=b"));
        for other in [
            "https://client.example/cb",
            "https://client.example/cb?a=b&c=d",
            "https://client.example/cb/?a=b",
            "https://client.example:443/cb?a=b",
            "https://CLIENT.example/cb?a=b",
            "http://client.example/cb?a=b",
            "https://client.example.evil.example/cb?a=b",
            "https://client.example@evil.example/cb?a=b",
            "https://client.example/cb?a=b#",
            "https://client.example/%63b?a=b",
            "https://evil.example/https://client.example/cb?a=b",
        ] {
            assert!(!one.admits(other), "{other}");
        }
    }

    #[test]
    fn the_port_of_the_own_machine_is_free_and_nothing_else_of_it() {
        for host in ["127.0.0.1", "[::1]"] {
            let own = read(&format!("http://{host}/cb"));
            assert!(own.admits(&format!("http://{host}:51004/cb")));
            assert!(!own.admits(&format!("http://{host}:51004/other")));
            assert!(!own.admits(&format!("https://{host}:51004/cb")));
            assert!(!own.admits(&format!("http://{host}:0/cb")));
            assert!(!own.admits(&format!("http://{host}:51004@evil.example/cb")));
        }
        assert!(!read("http://127.0.0.1/cb").admits("http://[::1]/cb"));
        assert!(!read("https://127.0.0.1/cb").admits("https://127.0.0.1:444/cb"));
    }

    #[test]
    fn what_leads_nowhere_safe_is_not_registered() {
        for (text, defect) in [
            ("client.example/cb", RedirectDefect::Malformed),
            ("https://", RedirectDefect::Malformed),
            ("https:cb", RedirectDefect::Malformed),
            ("https://client.example/cb#a", RedirectDefect::Malformed),
            ("https://user@client.example/cb", RedirectDefect::Malformed),
            ("https://client.example/a b", RedirectDefect::Malformed),
            ("https://client.example/\"", RedirectDefect::Malformed),
            ("https://client.example\\@evil.example/", RedirectDefect::Malformed),
            ("https://client.example:port/", RedirectDefect::Malformed),
            ("http://client.example/cb", RedirectDefect::NotLoopback),
            ("http://127.0.0.1.evil.example/cb", RedirectDefect::NotLoopback),
            ("http://localhost/cb", RedirectDefect::NotLoopback),
            ("javascript:alert(1)", RedirectDefect::Scheme),
            ("data:text/html,a", RedirectDefect::Scheme),
            ("file:///etc/passwd", RedirectDefect::Malformed),
        ] {
            assert_eq!(RedirectUri::read(text), Err(defect), "{text}");
        }
        read("com.example.app:/cb");
        read("com.example.app://cb");
    }

    #[test]
    fn what_a_client_is_told_stands_beside_what_its_address_has() {
        let told = [("code", "a b"), ("iss", "https://a")];
        let query = "code=a+b&iss=https%3A%2F%2Fa";
        for (address, joint) in [("https://c.example/cb", '?'), ("com.example:/cb?a=b", '&')] {
            assert_eq!(redirected(address, &told), format!("{address}{joint}{query}"));
        }
    }

    #[test]
    fn a_page_names_the_origin_that_it_sends_a_browser_to() {
        for (address, source) in [
            ("https://client.example/cb?a=b", "https://client.example"),
            ("https://client.example:8443/cb", "https://client.example:8443"),
            ("http://[::1]:51004/cb", "http://*:51004"),
            ("com.example.app:/cb", "com.example.app:"),
            ("com.example.app://cb", "com.example.app:"),
        ] {
            assert_eq!(form_action(address).as_deref(), Some(source), "{address}");
        }
    }
}
