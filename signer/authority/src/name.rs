//! Distinguished names, attribute by attribute, with the limits that a certificate puts on them.

use rcgen::{DistinguishedName, DnType, DnValue};

use crate::{Error, country::Country, oid};

/// The longest attribute value in bytes. EN 319 412-2 clause 4.2.4 lets values be longer than
/// RFC 5280 does; something has to end.
pub(crate) const MAXIMUM_ATTRIBUTE_LENGTH: usize = 200;

/// The name of an authority: C, O, organizationIdentifier and CN (EN 319 412-2 clause 4.2.3.1).
#[derive(Clone, Copy, Debug)]
pub struct IssuerName<'a> {
    /// Where it stands.
    pub country: Country,
    /// O.
    pub organization: &'a str,
    /// organizationIdentifier (EN 319 412-1 clause 5.1.4).
    pub organization_identifier: &'a str,
    /// CN.
    pub common_name: &'a str,
}

impl IssuerName<'_> {
    pub(crate) fn to_name(self) -> Result<DistinguishedName, Error> {
        Ok(NameBuilder::of(self.country)?
            .organization(self.organization)?
            .organization_identifier(self.organization_identifier)?
            .common_name(self.common_name)?
            .build())
    }
}

/// Builds a distinguished name in the order of its calls, each attribute at most once.
pub(crate) struct NameBuilder(DistinguishedName);

impl NameBuilder {
    /// Begins with countryName, a PrintableString (RFC 5280 appendix A.1).
    pub(crate) fn of(country: Country) -> Result<Self, Error> {
        let kind = DnType::CountryName;
        Self(DistinguishedName::new()).printable("countryName", kind, country.letters())
    }

    /// organizationName.
    pub(crate) fn organization(self, value: &str) -> Result<Self, Error> {
        self.utf8("organizationName", DnType::OrganizationName, value)
    }

    /// organizationIdentifier.
    pub(crate) fn organization_identifier(self, value: &str) -> Result<Self, Error> {
        let kind = DnType::CustomDnType(oid::ORGANIZATION_IDENTIFIER.to_vec());
        self.utf8("organizationIdentifier", kind, value)
    }

    /// commonName.
    pub(crate) fn common_name(self, value: &str) -> Result<Self, Error> {
        self.utf8("commonName", DnType::CommonName, value)
    }

    /// serialNumber, a PrintableString (X.520 clause 6.2.9).
    pub(crate) fn serial_number(self, value: &str) -> Result<Self, Error> {
        let kind = DnType::CustomDnType(oid::SERIAL_NUMBER.to_vec());
        self.printable("serialNumber", kind, value)
    }

    /// givenName.
    pub(crate) fn given_name(self, value: &str) -> Result<Self, Error> {
        self.utf8("givenName", DnType::CustomDnType(oid::GIVEN_NAME.to_vec()), value)
    }

    /// surname.
    pub(crate) fn surname(self, value: &str) -> Result<Self, Error> {
        self.utf8("surname", DnType::CustomDnType(oid::SURNAME.to_vec()), value)
    }

    /// pseudonym.
    pub(crate) fn pseudonym(self, value: &str) -> Result<Self, Error> {
        self.utf8("pseudonym", DnType::CustomDnType(oid::PSEUDONYM.to_vec()), value)
    }

    /// The finished name.
    pub(crate) fn build(self) -> DistinguishedName {
        self.0
    }

    fn utf8(mut self, attribute: &'static str, kind: DnType, value: &str) -> Result<Self, Error> {
        admit(attribute, value)?;
        self.0.push(kind, value);
        Ok(self)
    }

    fn printable(
        mut self,
        attribute: &'static str,
        kind: DnType,
        value: &str,
    ) -> Result<Self, Error> {
        admit(attribute, value)?;
        let value = value
            .try_into()
            .map_err(|_| Error::Name { attribute, problem: "it is not a PrintableString" })?;
        self.0.push(kind, DnValue::PrintableString(value));
        Ok(self)
    }
}

/// A value that may stand in a name: not empty, not too long, no control characters.
fn admit(attribute: &'static str, value: &str) -> Result<(), Error> {
    let problem = if value.trim().is_empty() {
        "it is empty"
    } else if value.len() > MAXIMUM_ATTRIBUTE_LENGTH {
        "it is longer than 200 bytes"
    } else if value.chars().any(char::is_control) {
        "it has control characters"
    } else {
        return Ok(());
    };
    Err(Error::Name { attribute, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_cannot_stand_in_a_name_are_refused() {
        let long = "x".repeat(MAXIMUM_ATTRIBUTE_LENGTH + 1);
        for value in ["", "  ", "a\nb", "a\0b", long.as_str()] {
            let name = NameBuilder::of(Country::DENMARK).unwrap().common_name(value);
            assert!(matches!(name, Err(Error::Name { attribute: "commonName", .. })), "{value:?}");
        }
    }

    #[test]
    fn a_serial_number_outside_printable_string_is_refused() {
        let name = NameBuilder::of(Country::DENMARK).unwrap().serial_number("UI:DK-O:G:ø");
        assert!(matches!(name, Err(Error::Name { attribute: "serialNumber", .. })));
    }
}
