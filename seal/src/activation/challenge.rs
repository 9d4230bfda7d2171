//! What evidence is over: a hash of all that a person agrees to.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};

use super::{ActivationOrder, AuthenticatorOrder, Means};

/// What the canonical encoding of an activation begins with.
const ACTIVATION: &str = "segl-activation-v1";

/// What the canonical encoding of a registration begins with.
const REGISTRATION: &str = "segl-registration-v1";

/// The letters of Crockford's base32, in their order: no I, L, O, U, so that none is taken for another.
pub const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// SHA-256 of a canonical encoding: each field preceded by its length in four bytes, most significant
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Challenge([u8; SHA256_OUTPUT_LEN]);

impl Challenge {
    /// Takes a challenge that was told.
    pub fn from_bytes(bytes: [u8; SHA256_OUTPUT_LEN]) -> Self {
        Self(bytes)
    }

    /// The challenge of an activation. The fields are `segl-activation-v1`, the device, the organisation,
    /// issuer and subject of the person, the profile, the act, for each entry (sorted, repetitions
    /// kept) the document's SHA-256 (empty for a hash alone) and the imprint, and the nonce.
    pub fn of_activation(order: &ActivationOrder, device: &str, nonce: &[u8; 32]) -> Self {
        let mut entries: Vec<_> = order.entries.iter().collect();
        entries.sort();
        let mut encoding = Encoding::new(ACTIVATION);
        encoding.text(device).text(&order.organization_identifier);
        encoding.text(&order.person.issuer).text(&order.person.subject);
        encoding.text(order.profile.as_str()).text(order.act.name());
        for entry in entries {
            encoding.field(entry.document.as_deref().unwrap_or_default()).field(&entry.imprint);
        }
        encoding.field(nonce).finish()
    }

    /// The challenge of a registration. The fields are `segl-registration-v1`, the organisation, issuer
    /// and subject of the person, given name and surname, `administrator` or nothing, the kind of the
    /// means (`passkey` or `login`), the credential's id, COSE key and user handle (or issuer and subject
    /// of the login), and the nonce.
    pub fn of_registration(order: &AuthenticatorOrder, nonce: &[u8; 32]) -> Self {
        let mut encoding = Encoding::new(REGISTRATION);
        encoding.text(&order.organization_identifier);
        encoding.text(&order.person.issuer).text(&order.person.subject);
        encoding.text(&order.given_name).text(&order.surname);
        encoding.text(if order.administrator { "administrator" } else { "" });
        match &order.means {
            Means::Passkey { credential_id, cose_key, user_handle } => {
                encoding.text("passkey").field(credential_id).field(cose_key).field(user_handle)
            }
            Means::Login { issuer, subject } => encoding.text("login").text(issuer).text(subject),
        };
        encoding.field(nonce).finish()
    }

    /// The bytes, as a passkey's challenge.
    pub fn as_bytes(&self) -> &[u8; SHA256_OUTPUT_LEN] {
        &self.0
    }

    /// In base64url without padding: as clientDataJSON and an ID token's `nonce` have it.
    pub fn base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Its first 40 bits.
    pub fn reference_code(&self) -> ReferenceCode {
        ReferenceCode::of(&self.0)
    }
}

/// The first 40 bits of a hash as eight letters of Crockford's base32: of a challenge, or of what is read
/// before there is one. It guards against mix-ups, not against attackers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReferenceCode([u8; 8]);

impl ReferenceCode {
    /// That of a SHA-256 value.
    pub fn of(hash: &[u8; SHA256_OUTPUT_LEN]) -> Self {
        let mut bits = [0; 8];
        bits[3..].copy_from_slice(&hash[..5]);
        let bits = u64::from_be_bytes(bits);
        Self([35, 30, 25, 20, 15, 10, 5, 0].map(|shift| {
            let index = (bits >> shift) & 31;
            CROCKFORD[usize::try_from(index).unwrap_or_default()]
        }))
    }
}

impl fmt::Display for ReferenceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl fmt::Debug for ReferenceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReferenceCode({self})")
    }
}

struct Encoding(Context);

impl Encoding {
    fn new(purpose: &str) -> Self {
        let mut encoding = Self(Context::new(&SHA256));
        encoding.text(purpose);
        encoding
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.field(text.as_bytes())
    }

    fn field(&mut self, bytes: &[u8]) -> &mut Self {
        // No field of a protocol's body comes near four gigabytes.
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.0.update(&length.to_be_bytes());
        self.0.update(bytes);
        self
    }

    fn finish(&self) -> Challenge {
        let mut hash = [0; SHA256_OUTPUT_LEN];
        hash.copy_from_slice(self.0.clone().finish().as_ref());
        Challenge(hash)
    }
}

#[cfg(test)]
mod tests;
