//! The addresses that certificates carry, made from the service's public address.

use crate::Error;

/// The longest public address in bytes.
const MAXIMUM_LENGTH: usize = 200;

/// Where relying parties fetch what they need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addresses {
    /// The root's revocation list.
    pub(crate) root_crl: String,
    /// The root certificate in DER.
    pub(crate) root_certificate: String,
    /// The issuing CA's certificate in DER.
    pub(crate) issuing_ca: String,
}

impl Addresses {
    /// Takes a public address such as `http://127.0.0.1:8080`, with or without a last slash.
    pub(crate) fn new(public_url: &str) -> Result<Self, Error> {
        let base = public_url.trim_end_matches('/');
        let host = base.strip_prefix("http://").or_else(|| base.strip_prefix("https://"));
        let sound = host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
            && base.len() <= MAXIMUM_LENGTH
            && base
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}?#".contains(&byte));
        if !sound {
            return Err(Error::PublicUrl(public_url.chars().take(MAXIMUM_LENGTH).collect()));
        }
        Ok(Self {
            root_crl: format!("{base}/pki/root.crl"),
            root_certificate: format!("{base}/pki/root.cer"),
            issuing_ca: format!("{base}/pki/issuing-ca.cer"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_slash_makes_no_difference() {
        let with = Addresses::new("https://segl.example/a/").unwrap();
        assert_eq!(with, Addresses::new("https://segl.example/a").unwrap());
        assert_eq!(with.root_crl, "https://segl.example/a/pki/root.crl");
    }

    #[test]
    fn what_is_no_public_address_is_refused() {
        let long = format!("http://{}", "a".repeat(MAXIMUM_LENGTH));
        for url in
            ["", "http://", "http:///x", "ftp://a", "http://a b", "http://ø", "http://a?b", &long]
        {
            assert!(matches!(Addresses::new(url), Err(Error::PublicUrl(_))), "{url}");
        }
    }
}
