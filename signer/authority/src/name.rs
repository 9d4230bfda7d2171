//! Distinguished names, attribute by attribute, with the limits that a certificate puts on them.

use cades::{Part, tag};
use der::asn1::PrintableStringRef;
use rcgen::{DistinguishedName, DnType, DnValue};
use seal::MAXIMUM_ATTRIBUTE_LENGTH;

use crate::{Error, country::Country};

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
        NameBuilder::of(self.country)?
            .organization(self.organization)?
            .organization_identifier(self.organization_identifier)?
            .common_name(self.common_name)?
            .build()
            .to_rcgen()
    }
}

/// An attribute that a name can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameAttribute {
    /// countryName, a PrintableString (RFC 5280 appendix A.1).
    Country,
    /// organizationName.
    Organization,
    /// organizationIdentifier.
    OrganizationIdentifier,
    /// givenName.
    GivenName,
    /// surname.
    Surname,
    /// pseudonym.
    Pseudonym,
    /// commonName.
    CommonName,
    /// serialNumber, a PrintableString (X.520 clause 6.2.9).
    SerialNumber,
}

impl NameAttribute {
    /// Its name in X.520.
    fn name(self) -> &'static str {
        match self {
            Self::Country => "countryName",
            Self::Organization => "organizationName",
            Self::OrganizationIdentifier => "organizationIdentifier",
            Self::GivenName => "givenName",
            Self::Surname => "surname",
            Self::Pseudonym => "pseudonym",
            Self::CommonName => "commonName",
            Self::SerialNumber => "serialNumber",
        }
    }

    /// The last part of its object identifier, 2.5.4.x (X.520 annex A).
    const fn last_arc(self) -> u8 {
        match self {
            Self::CommonName => 3,
            Self::Surname => 4,
            Self::SerialNumber => 5,
            Self::Country => 6,
            Self::Organization => 10,
            Self::GivenName => 42,
            Self::Pseudonym => 65,
            Self::OrganizationIdentifier => 97,
        }
    }

    const fn is_printable(self) -> bool {
        matches!(self, Self::Country | Self::SerialNumber)
    }
}

/// A distinguished name, each attribute in an RDN of its own and at most once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(Vec<(NameAttribute, String)>);

impl Name {
    /// Exchanges the value of an attribute, or adds it as the last one.
    ///
    /// # Errors
    /// [`Error::Name`] when such a value cannot stand there.
    pub fn set(&mut self, attribute: NameAttribute, value: &str) -> Result<(), Error> {
        admit(attribute, value)?;
        match self.0.iter_mut().find(|(known, _)| *known == attribute) {
            Some((_, known)) => value.clone_into(known),
            None => self.0.push((attribute, value.to_owned())),
        }
        Ok(())
    }

    /// Leaves an attribute out.
    pub fn remove(&mut self, attribute: NameAttribute) {
        self.0.retain(|(known, _)| *known != attribute);
    }

    /// The encoding (RFC 5280 section 4.1.2.4).
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let all: Vec<_> = self.0.iter().map(|(kind, value)| attribute_der(*kind, value)).collect();
        let all: Vec<_> = all.iter().map(|der| Part::Raw(der)).collect();
        Part::Element(tag::SEQUENCE, &all).to_vec()
    }

    fn to_rcgen(&self) -> Result<DistinguishedName, Error> {
        let mut name = DistinguishedName::new();
        for (attribute, value) in &self.0 {
            let value = if attribute.is_printable() {
                let refused = |_| not_printable(*attribute);
                DnValue::PrintableString(value.as_str().try_into().map_err(refused)?)
            } else {
                DnValue::Utf8String(value.clone())
            };
            let arcs = vec![2, 5, 4, attribute.last_arc().into()];
            name.push(DnType::CustomDnType(arcs), value);
        }
        Ok(name)
    }
}

/// A RelativeDistinguishedName of one attribute.
fn attribute_der(attribute: NameAttribute, value: &str) -> Vec<u8> {
    let string = if attribute.is_printable() { tag::PRINTABLE_STRING } else { tag::UTF8_STRING };
    let kind = [0x55, 0x04, attribute.last_arc()];
    Part::Element(
        tag::SET,
        &[Part::Element(
            tag::SEQUENCE,
            &[
                Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(&kind)]),
                Part::Element(string, &[Part::Raw(value.as_bytes())]),
            ],
        )],
    )
    .to_vec()
}

/// Builds a name in the order of its calls, each attribute at most once.
pub(crate) struct NameBuilder(Name);

impl NameBuilder {
    /// Begins with countryName.
    pub(crate) fn of(country: Country) -> Result<Self, Error> {
        Self(Name(Vec::with_capacity(6))).with(NameAttribute::Country, country.letters())
    }

    /// organizationName.
    pub(crate) fn organization(self, value: &str) -> Result<Self, Error> {
        self.with(NameAttribute::Organization, value)
    }

    /// organizationIdentifier.
    pub(crate) fn organization_identifier(self, value: &str) -> Result<Self, Error> {
        self.with(NameAttribute::OrganizationIdentifier, value)
    }

    /// commonName.
    pub(crate) fn common_name(self, value: &str) -> Result<Self, Error> {
        self.with(NameAttribute::CommonName, value)
    }

    /// serialNumber.
    pub(crate) fn serial_number(self, value: &str) -> Result<Self, Error> {
        self.with(NameAttribute::SerialNumber, value)
    }

    /// givenName.
    pub(crate) fn given_name(self, value: &str) -> Result<Self, Error> {
        self.with(NameAttribute::GivenName, value)
    }

    /// surname.
    pub(crate) fn surname(self, value: &str) -> Result<Self, Error> {
        self.with(NameAttribute::Surname, value)
    }

    /// pseudonym.
    pub(crate) fn pseudonym(self, value: &str) -> Result<Self, Error> {
        self.with(NameAttribute::Pseudonym, value)
    }

    /// The finished name.
    pub(crate) fn build(self) -> Name {
        self.0
    }

    fn with(mut self, attribute: NameAttribute, value: &str) -> Result<Self, Error> {
        self.0.set(attribute, value)?;
        Ok(self)
    }
}

/// A value that may stand in a name: not empty, not too long, no control characters.
fn admit(attribute: NameAttribute, value: &str) -> Result<(), Error> {
    let problem = if value.trim().is_empty() {
        "it is empty"
    } else if value.len() > MAXIMUM_ATTRIBUTE_LENGTH {
        "it is longer than 200 bytes"
    } else if value.chars().any(char::is_control) {
        "it has control characters"
    } else if attribute.is_printable() && PrintableStringRef::new(value).is_err() {
        return Err(not_printable(attribute));
    } else {
        return Ok(());
    };
    Err(Error::Name { attribute: attribute.name(), problem })
}

fn not_printable(attribute: NameAttribute) -> Error {
    Error::Name { attribute: attribute.name(), problem: "it is not a PrintableString" }
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
