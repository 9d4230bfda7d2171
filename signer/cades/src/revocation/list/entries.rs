//! The entries of a revocation list (RFC 5280 section 5.3), in an index by serial number: a list
//! may hold a million and be asked about every certificate of every signature.

use std::{
    hash::{DefaultHasher, Hasher},
    time::SystemTime,
};

use der::Tag;

use super::fields::revoked_certificates;
use crate::{
    Certificate,
    asn1::{Element, Elements, identifiers, read_any_time, tag},
    certificate::{ComparableName, ExtensionIterator, GeneralName},
    revocation::RevocationReason,
};

/// Where the entries stand.
#[derive(Debug)]
pub(super) struct Entries {
    /// The hash of each serial number and where its entry begins in the list, in their order.
    by_serial_number: Vec<(u32, u32)>,
    /// From which entry on the certificates are another issuer's, in the order of the list; `None`
    /// for an issuer who cannot be read.
    issuers: Vec<(u32, Option<ComparableName>)>,
    unreadable: bool,
    unknown_critical: bool,
    is_delta: bool,
}

/// Whether a list names a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    No,
    /// A time that cannot be read is 1970: since ever.
    Revoked {
        at: SystemTime,
        reason: Option<RevocationReason>,
    },
    /// It cannot be said.
    Unreadable,
}

impl Entries {
    pub(super) fn read(list: &[u8], is_delta: bool) -> Self {
        let mut entries = Self {
            by_serial_number: Vec::new(),
            issuers: Vec::new(),
            unreadable: false,
            unknown_critical: false,
            is_delta,
        };
        let read = revoked_certificates(list).and_then(|(revoked, are_all)| {
            entries.unreadable = !are_all;
            revoked.map_or(Ok(()), |revoked| entries.index(list, revoked))
        });
        entries.unreadable |= read.is_err();
        entries.by_serial_number.sort_unstable();
        entries
    }

    fn index(&mut self, list: &[u8], revoked: Element<'_>) -> der::Result<()> {
        for entry in revoked.elements()? {
            let entry = entry?;
            let at = u32::try_from(entry.raw.as_ptr().addr() - list.as_ptr().addr())
                .map_err(|_| Tag::Sequence.length_error())?;
            let mut fields = entry.elements()?;
            let serial_number = fields.expect(tag::INTEGER)?.significant_integer();
            self.by_serial_number.push((hash(serial_number), at));
            fields.any()?;
            let Some(extensions) = fields.optional(tag::SEQUENCE)? else { continue };
            for extension in ExtensionIterator::plain(extensions)? {
                let extension = extension?;
                match extension.oid {
                    identifiers::CERTIFICATE_ISSUER => {
                        self.issuers.push((at, read_issuer(extension.value)));
                    }
                    identifiers::CRL_REASON
                    | identifiers::INVALIDITY_DATE
                    | identifiers::HOLD_INSTRUCTION => {}
                    _ => self.unknown_critical |= extension.critical,
                }
            }
        }
        Ok(())
    }

    /// Whether an entry has a critical extension that is not understood: the list must not be used
    /// to clear anyone (section 5.3).
    pub(super) fn has_unknown_critical(&self) -> bool {
        self.unknown_critical
    }

    /// Whether `certificate` is named in `list`, which is by `list_issuer`, and whose entries may be
    /// of other issuers' certificates if it `is_indirect`.
    pub(super) fn find(
        &self,
        list: &[u8],
        certificate: &Certificate,
        list_issuer: &ComparableName,
        is_indirect: bool,
    ) -> Named {
        let wanted = (certificate.serial_number(), hash(certificate.serial_number()));
        let start = self.by_serial_number.partition_point(|(hash, _)| *hash < wanted.1);
        let same = self.by_serial_number[start..]
            .iter()
            .take_while(|(hash, _)| *hash == wanted.1)
            .map(|(_, at)| at)
            .filter(|at| serial_number_at(list, **at) == wanted.0);
        let ours = certificate.comparable_issuer();
        let mut named = if self.unreadable { Named::Unreadable } else { Named::No };
        for at in same {
            // Section 5.3.3: an entry without an issuer has that of the one before it.
            let issuer = match self.issuers.partition_point(|(from, _)| from <= at) {
                0 => Some(list_issuer),
                after => self.issuers[after - 1].1.as_ref(),
            };
            let entry = match issuer {
                Some(issuer) if issuer != ours && is_indirect => continue,
                // Another issuer has no place in such a list, and programs differ in whom it names.
                Some(issuer) if issuer != ours => Ok(Named::Unreadable),
                Some(_) => read_entry(list, *at, self.is_delta),
                None => Ok(Named::Unreadable),
            };
            named = match (named, entry.unwrap_or(Named::Unreadable)) {
                (
                    Named::Revoked { at: one, reason },
                    Named::Revoked { at: other, reason: other_reason },
                ) => {
                    // Of a hold and something else the latter counts.
                    let is_hold = reason == Some(RevocationReason::CertificateHold);
                    let reason = if is_hold { other_reason } else { reason };
                    Named::Revoked { at: one.min(other), reason }
                }
                // What cannot be read may be more than a hold.
                (Named::Revoked { reason, .. }, Named::Unreadable)
                | (Named::Unreadable, Named::Revoked { reason, .. })
                    if reason == Some(RevocationReason::CertificateHold) =>
                {
                    Named::Unreadable
                }
                (revoked @ Named::Revoked { .. }, _) | (_, revoked @ Named::Revoked { .. }) => {
                    revoked
                }
                (Named::Unreadable, _) | (_, Named::Unreadable) => Named::Unreadable,
                (Named::No, Named::No) => Named::No,
            };
        }
        named
    }
}

fn hash(serial_number: &[u8]) -> u32 {
    let mut hasher = DefaultHasher::new();
    hasher.write(serial_number);
    hasher.finish() as u32
}

/// The serial number of the entry that begins at `at`.
fn serial_number_at(list: &[u8], at: u32) -> &[u8] {
    let read = || Elements::der(&list[at as usize..])?.any()?.elements()?.expect(tag::INTEGER);
    read().map_or(&[], |serial_number: Element<'_>| serial_number.significant_integer())
}

fn read_entry(list: &[u8], at: u32, is_delta: bool) -> der::Result<Named> {
    let mut fields = Elements::der(&list[at as usize..])?.any()?.elements()?;
    fields.expect(tag::INTEGER)?;
    let at = fields.any().and_then(read_any_time).unwrap_or(SystemTime::UNIX_EPOCH);
    let mut reason = None;
    if let Some(extensions) = fields.optional(tag::SEQUENCE)? {
        for extension in ExtensionIterator::plain(extensions)?.filter_map(Result::ok) {
            if extension.oid == identifiers::CRL_REASON {
                let number = Element::parse(extension.value, tag::ENUMERATED);
                let number = number.and_then(|number| number.small_integer()).ok();
                reason = number.and_then(RevocationReason::from_number);
            }
        }
    }
    // Section 5.3.1: only a delta list takes something back. What the list before it says stands
    // until there is a new one.
    Ok(match reason {
        Some(RevocationReason::RemoveFromCrl) if is_delta => Named::No,
        reason => Named::Revoked { at, reason },
    })
}

fn read_issuer(value: &[u8]) -> Option<ComparableName> {
    let names = Element::parse(value, tag::SEQUENCE).ok()?.elements().ok()?;
    let names = GeneralName::read_all(names).ok()?;
    names.into_iter().find_map(|name| match name {
        GeneralName::Directory(name) => Some(name),
        _ => None,
    })
}
