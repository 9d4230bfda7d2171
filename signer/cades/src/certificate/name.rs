//! Distinguished names, read for people. Paths compare [`super::comparable_name`], never this.

use std::fmt;

use serde::Serialize;

use super::comparable_name::text;
use crate::asn1::{Element, identifiers, tag};

/// The attributes of a name that ETSI's profiles use (EN 319 412-2 and -3). Of an attribute that
/// occurs more than once, the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DistinguishedName {
    /// CN.
    pub common_name: Option<String>,
    /// O.
    pub organization: Option<String>,
    /// organizationIdentifier, such as `NTRDK-12345674`.
    pub organization_identifier: Option<String>,
    /// givenName.
    pub given_name: Option<String>,
    /// surname.
    pub surname: Option<String>,
    /// pseudonym.
    pub pseudonym: Option<String>,
    /// serialNumber, the attribute.
    pub serial_number: Option<String>,
    /// C.
    pub country: Option<String>,
}

/// The most attributes that are read in one name.
const MAXIMUM_ATTRIBUTES: usize = 64;

impl DistinguishedName {
    /// Reads what can be read of a `Name` in DER.
    pub(crate) fn read(name: &[u8]) -> Self {
        let mut read = Self::default();
        let Ok(rdns) = Element::parse(name, tag::SEQUENCE).and_then(|name| name.elements()) else {
            return read;
        };
        rdns.map_while(Result::ok)
            .filter_map(|rdn| rdn.elements().ok())
            .flat_map(|attributes| attributes.map_while(Result::ok))
            .take(MAXIMUM_ATTRIBUTES)
            .for_each(|attribute| read.take(attribute).unwrap_or_default());
        read
    }

    /// Whether the name has an attribute that only a natural person has.
    pub fn names_a_person(&self) -> bool {
        self.given_name.is_some() || self.surname.is_some() || self.pseudonym.is_some()
    }

    fn take(&mut self, attribute: Element<'_>) -> der::Result<()> {
        let mut fields = attribute.elements()?;
        let slot = match fields.expect(tag::OBJECT_IDENTIFIER)?.contents {
            identifiers::COMMON_NAME => &mut self.common_name,
            identifiers::ORGANIZATION_NAME => &mut self.organization,
            identifiers::ORGANIZATION_IDENTIFIER => &mut self.organization_identifier,
            identifiers::GIVEN_NAME => &mut self.given_name,
            identifiers::SURNAME => &mut self.surname,
            identifiers::PSEUDONYM => &mut self.pseudonym,
            identifiers::SERIAL_NUMBER => &mut self.serial_number,
            identifiers::COUNTRY_NAME => &mut self.country,
            _ => return Ok(()),
        };
        let value = fields.any()?;
        if slot.is_none() {
            *slot = text(value);
        }
        Ok(())
    }
}

/// The common name, or else the organisation's.
impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.common_name.as_deref().or(self.organization.as_deref());
        f.write_str(name.unwrap_or("(no common name)"))
    }
}
