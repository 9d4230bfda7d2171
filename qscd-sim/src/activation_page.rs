//! Where the device's own page is, and where it leads back to.

use webauthn::RelyingParty;

/// Where the device asks persons itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivationPage {
    /// The page's origin, and the relying party of the passkeys that it asks for.
    pub relying_party: RelyingParty,
    /// The origins to which it sends browsers back, and no other.
    pub return_to: Vec<String>,
}

impl ActivationPage {
    /// The origin of an address that browsers may be sent back to.
    pub(crate) fn origin_of<'a>(&'a self, address: &str) -> Option<&'a str> {
        if !address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return None;
        }
        let mut origins = self.return_to.iter();
        let found = origins.find(|origin| {
            address.strip_prefix(origin.as_str()).is_some_and(|rest| rest.starts_with('/'))
        });
        found.map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_sent_back_to_the_listed_origins_and_nowhere_else() {
        let page = ActivationPage {
            relying_party: RelyingParty {
                id: "localhost".into(),
                origin: "http://localhost".into(),
            },
            return_to: vec!["https://segl.example".into()],
        };
        assert!(page.origin_of("https://segl.example/sign/1").is_some());
        for other in [
            "https://segl.example",
            "https://segl.example.evil/",
            "https://segl.example@evil/",
            "https://segl.example:8443/",
            "http://segl.example/",
            "//segl.example/",
            "https://evil/https://segl.example/",
            "https://segl.example/\r\nx",
        ] {
            assert!(page.origin_of(other).is_none(), "{other}");
        }
    }
}
