//! issuingDistributionPoint (RFC 5280 section 5.2.5): what a list is about.

use crate::{
    Certificate,
    asn1::{Element, tag},
    certificate::{ComparableName, DistributionPoint, DistributionPointName, Reasons},
};

/// What a list is about; by default everything that its issuer issued.
#[derive(Debug, Default)]
pub(super) struct Scope {
    name: Option<DistributionPointName>,
    only_users: bool,
    only_authorities: bool,
    only_attributes: bool,
    /// `None` is all.
    reasons: Option<Reasons>,
    /// Its entries may be of other issuers' certificates.
    indirect: bool,
}

impl Scope {
    pub(super) fn read(value: &[u8]) -> der::Result<Self> {
        let mut fields = Element::parse(value, tag::SEQUENCE)?.elements()?;
        let name =
            fields.optional(tag::context(0))?.map(DistributionPointName::read).transpose()?;
        let mut flag = |number| match fields.optional(tag::primitive(number))? {
            Some(flag) => flag.boolean(),
            None => Ok(false),
        };
        let (only_users, only_authorities) = (flag(1)?, flag(2)?);
        let reasons = fields.optional(tag::primitive(3))?;
        let reasons = reasons.map(|flags| Reasons::read(flags.contents)).transpose()?;
        let mut flag = |number| match fields.optional(tag::primitive(number))? {
            Some(flag) => flag.boolean(),
            None => Ok(false),
        };
        let (indirect, only_attributes) = (flag(4)?, flag(5)?);
        fields.finish()?;
        Ok(Self { name, only_users, only_authorities, only_attributes, reasons, indirect })
    }

    /// Notes that it could not be read, or that what stands before it could not: the entries may be
    /// of other issuers' certificates, and accuse them.
    pub(super) fn suspect(&mut self) {
        self.indirect = true;
    }

    pub(super) fn is_indirect(&self) -> bool {
        self.indirect
    }

    /// For which reasons a list of `issuer` with this scope names `certificate` if it is revoked
    /// (section 6.3.3 (b) and (d)); `None` when it is about others.
    pub(super) fn reasons(
        &self,
        certificate: &Certificate,
        issuer: &ComparableName,
    ) -> Option<Reasons> {
        if self.only_attributes
            || self.only_users && certificate.is_authority()
            || self.only_authorities && !certificate.is_authority()
        {
            return None;
        }
        let is_direct = issuer == certificate.comparable_issuer();
        let is_ours = |point: &&DistributionPoint| match point.is_of_another_issuer() {
            true => self.indirect && point.names_issuer(issuer),
            false => is_direct,
        };
        let mut points = certificate.distribution_points().iter().filter(is_ours);
        let all_of = |points: &mut dyn Iterator<Item = &DistributionPoint>| {
            points.map(|point| point.reasons.unwrap_or(Reasons::ALL)).reduce(Reasons::or)
        };
        let of_points = match &self.name {
            // At the end of section 6.3.3: a place that no certificate need name.
            Some(name) if is_direct && name.is_entry_of(issuer) => Some(Reasons::ALL),
            Some(name) => all_of(&mut points.filter(|point| point.is_at(name, issuer))),
            None if is_direct => Some(Reasons::ALL),
            None => all_of(&mut points),
        };
        of_points.map(|reasons| reasons.and(self.reasons.unwrap_or(Reasons::ALL)))
    }
}
