//! Whom a certificate names. The type for a seal has no room for a person.

use serde::{Deserialize, Serialize};

/// The longest value of a name's attribute in a certificate, in bytes. EN 319 412-2 clause 4.2.4 lets
/// values be longer than RFC 5280 does; something has to end.
pub const MAXIMUM_ATTRIBUTE_LENGTH: usize = 200;

/// The subject of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A legal person (EN 319 412-3 clause 4.2.1).
    Organisation(OrganisationSubject),
    /// A natural person (EN 319 412-2 clause 4.2.4).
    Person(PersonSubject),
}

/// The subject of a seal certificate: C, O, organizationIdentifier, CN, serialNumber.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationSubject {
    /// O: the full registered name.
    pub organization_name: String,
    /// organizationIdentifier, as `NTRDK-12345674`.
    pub organization_identifier: String,
    /// CN: the name the organisation commonly uses.
    pub common_name: String,
    /// serialNumber, as `UI:DK-O:G:<uuid>`.
    pub serial_number: String,
}

/// The subject of a person's certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSubject {
    /// CN.
    pub common_name: String,
    /// givenName and surname, or a pseudonym.
    pub name: PersonName,
    /// serialNumber, as `UI:DK-E:G:<uuid>`.
    pub serial_number: String,
    /// The e-mail address, if the profile shows it; it goes into the subjectAltName.
    pub email: Option<String>,
    /// O, when the person signs on behalf of an organisation.
    pub organization_name: Option<String>,
    /// organizationIdentifier of the same organisation.
    pub organization_identifier: Option<String>,
    /// Whose token may activate the key; not in the certificate.
    pub holder: PersonId,
}

/// givenName and surname, or a pseudonym: never both (EN 319 412-2 clause 4.2.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonName {
    /// The person's name.
    Named {
        /// givenName.
        given_name: String,
        /// surname.
        surname: String,
    },
    /// A pseudonym.
    Pseudonym(String),
}

/// A person as an identity issuer knows them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonId {
    /// The token's `iss`.
    pub issuer: String,
    /// The token's `sub`.
    pub subject: String,
}

impl PersonId {
    /// The longest issuer and subject, together and in bytes. OpenID Connect Core 1.0 section 2 gives
    /// `sub` 255 characters; an entry of a database's index takes some 2,700 bytes.
    pub const MAXIMUM_LENGTH: usize = 1000;

    /// What makes it no name by which a person is known: a part is missing, both are too long, or a
    /// NUL stands in one, which PostgreSQL has in no text.
    pub fn defect(&self) -> Option<PersonIdDefect> {
        let parts = [("issuer", &self.issuer), ("subject", &self.subject)];
        if let Some((part, _)) = parts.into_iter().find(|(_, text)| text.is_empty()) {
            return Some(PersonIdDefect::Missing(part));
        }
        if let Some((part, _)) = parts.into_iter().find(|(_, text)| text.contains('\0')) {
            return Some(PersonIdDefect::Nul(part));
        }
        let length = self.issuer.len() + self.subject.len();
        (length > Self::MAXIMUM_LENGTH).then_some(PersonIdDefect::TooLong)
    }
}

/// What is wrong with issuer and subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonIdDefect {
    /// This part is empty.
    Missing(&'static str),
    /// A NUL stands in this part.
    Nul(&'static str),
    /// They are longer than [`PersonId::MAXIMUM_LENGTH`] together.
    TooLong,
}
