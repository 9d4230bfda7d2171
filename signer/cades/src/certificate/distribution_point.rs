//! Distribution points of revocation lists, as a certificate names them (RFC 5280 section
//! 4.2.1.13) and as a list does (section 5.2.5).

use der::Tag;

use super::{comparable_name::ComparableName, general_name::GeneralName};
use crate::asn1::{Element, tag};

/// The most distribution points that are read in one certificate.
const MAXIMUM_DISTRIBUTION_POINTS: usize = 32;

/// Where a certificate says that a list about it is published.
#[derive(Clone, Debug)]
pub(crate) struct DistributionPoint {
    name: Option<DistributionPointName>,
    /// For which reasons the list names it; `None` is all.
    pub(crate) reasons: Option<Reasons>,
    /// Who signs the list, if not the certificate's issuer.
    issuers: Vec<GeneralName>,
}

/// DistributionPointName.
#[derive(Clone, Debug)]
pub(crate) enum DistributionPointName {
    Full(Vec<GeneralName>),
    /// What stands behind the name of the list's issuer: the contents of the relative name.
    Relative(Vec<u8>),
}

/// ReasonFlags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reasons(u16);

impl Reasons {
    /// None at all.
    pub(crate) const NONE: Self = Self(0);
    /// Every reason that has a bit, from keyCompromise to aACompromise.
    pub(crate) const ALL: Self = Self(0x01fe);

    /// Reads the contents of a BIT STRING, whose first bit is not used.
    pub(crate) fn read(contents: &[u8]) -> der::Result<Self> {
        let [unused @ 0..=7, octets @ ..] = contents else {
            return Err(Tag::BitString.value_error().into());
        };
        if octets.len() > 2 || (octets.is_empty() && *unused != 0) {
            return Err(Tag::BitString.value_error().into());
        }
        let flag = |number: usize| {
            octets.get(number / 8).is_some_and(|octet| octet & (0x80 >> (number % 8)) != 0)
        };
        let flags = (1..=8).filter(|number| flag(*number));
        Ok(Self(flags.fold(0, |all, number| all | 1 << number)))
    }

    /// Those of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those of either.
    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl DistributionPoint {
    /// Reads CRLDistributionPoints.
    pub(crate) fn read_all(value: &[u8]) -> der::Result<Vec<Self>> {
        let points = Element::parse(value, tag::SEQUENCE)?.elements()?;
        points.take(MAXIMUM_DISTRIBUTION_POINTS).map(|point| Self::read(point?)).collect()
    }

    fn read(point: Element<'_>) -> der::Result<Self> {
        let mut fields = point.elements()?;
        let name =
            fields.optional(tag::context(0))?.map(DistributionPointName::read).transpose()?;
        let reasons = fields.optional(tag::primitive(1))?;
        let reasons = reasons.map(|flags| Reasons::read(flags.contents)).transpose()?;
        let issuers = match fields.optional(tag::context(2))? {
            Some(names) => GeneralName::read_all(names.elements()?)?,
            None => Vec::new(),
        };
        fields.finish()?;
        Ok(Self { name, reasons, issuers })
    }

    /// Whether its list is signed by another than the certificate's issuer, and by whom.
    pub(crate) fn names_issuer(&self, issuer: &ComparableName) -> bool {
        self.issuers.iter().any(|name| matches!(name, GeneralName::Directory(one) if one == issuer))
    }

    /// Whether another than the certificate's issuer signs its list.
    pub(crate) fn is_of_another_issuer(&self) -> bool {
        !self.issuers.is_empty()
    }

    /// Whether a list that says that it stands at `scope` is the one meant here: one of its names
    /// is one of these; where no place is named, one of its issuer's (section 6.3.3 (b) (2) (i)).
    pub(crate) fn is_at(
        &self,
        scope: &DistributionPointName,
        list_issuer: &ComparableName,
    ) -> bool {
        let of_list = scope.names(list_issuer);
        let here = match &self.name {
            Some(name) => name.names(list_issuer),
            None => self.issuers.clone(),
        };
        of_list.iter().any(|name| here.contains(name))
    }
}

impl DistributionPointName {
    /// Goes into the explicit tag of the CHOICE.
    pub(crate) fn read(explicit: Element<'_>) -> der::Result<Self> {
        let mut inner = explicit.elements()?;
        let name = inner.any()?;
        inner.finish()?;
        match name.tag {
            0xa0 => GeneralName::read_all(name.elements()?).map(Self::Full),
            0xa1 => Ok(Self::Relative(name.contents.to_vec())),
            _ => Err(Tag::Sequence.value_error().into()),
        }
    }

    /// Whether the place is the issuer's own entry in a directory: where the certificates of an
    /// issuer look that name no place (section 6.3.3, at its end).
    pub(crate) fn is_entry_of(&self, issuer: &ComparableName) -> bool {
        self.names(issuer).contains(&GeneralName::Directory(issuer.clone()))
    }

    fn names(&self, issuer: &ComparableName) -> Vec<GeneralName> {
        match self {
            Self::Full(names) => names.clone(),
            Self::Relative(attributes) => {
                vec![GeneralName::Directory(issuer.with_relative(attributes))]
            }
        }
    }
}
