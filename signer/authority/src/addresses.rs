//! The addresses that certificates carry, made from the service's public address.

use crate::Error;

/// The longest public address in bytes.
const MAXIMUM_LENGTH: usize = 200;

/// Where a leaf's issuer is, and where its status is told.
#[derive(Clone, Debug)]
pub struct LeafAddresses {
    /// The certificate of its issuer.
    pub ca_issuers: String,
    /// The OCSP responder.
    pub ocsp: String,
    /// The revocation list on which it would stand.
    pub revocation_list: String,
}

/// Where relying parties fetch what they need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The root's revocation list.
    pub root_crl: String,
    /// The root certificate in DER.
    pub root_certificate: String,
    /// The OCSP responder of all CAs.
    pub ocsp: String,
    base: String,
}

impl Addresses {
    /// Takes a public address such as `http://127.0.0.1:8080`, with or without a last slash.
    ///
    /// # Errors
    /// [`Error::PublicUrl`].
    pub fn new(public_url: &str) -> Result<Self, Error> {
        Self::below(public_url, "pki")
    }

    /// The same for an authority whose files stand elsewhere below it, such as in `pki/registry`.
    ///
    /// # Errors
    /// [`Error::PublicUrl`].
    pub fn below(public_url: &str, path: &str) -> Result<Self, Error> {
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
            root_crl: format!("{base}/{path}/root.crl"),
            root_certificate: format!("{base}/{path}/root.cer"),
            ocsp: format!("{base}/{path}/ocsp"),
            base: format!("{base}/{path}"),
        })
    }

    /// What the leaves of an issuing CA point to; `generation` counts from one.
    pub fn issuing_ca(&self, generation: usize) -> LeafAddresses {
        let name = issuing_ca_file(generation);
        LeafAddresses {
            ca_issuers: format!("{}/{name}.cer", self.base),
            ocsp: self.ocsp.clone(),
            revocation_list: format!("{}/{name}.crl", self.base),
        }
    }
}

/// The name of an issuing CA's files, without their ends.
fn issuing_ca_file(generation: usize) -> String {
    if generation == 1 { "issuing-ca".to_owned() } else { format!("issuing-ca-{generation}") }
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
