//! nameConstraints (RFC 5280 sections 4.2.1.10, 6.1.3 (b) and (c)).

use der::Tag;

use super::{NotPermitted, PathFailure};
use crate::{
    Certificate,
    asn1::{Element, identifiers, tag},
    certificate::GeneralName,
};

/// The most comparisons of a name with a constraint in one path: their number is the product of
/// both, and both are whatever the certificates say.
const MAXIMUM_COMPARISONS: usize = 1 << 16;

/// Holds the names of every certificate of a path against the constraints of those above it, the
/// trust anchor's too. `path` begins with the end entity.
pub(super) fn check(path: &[&Certificate]) -> Result<(), PathFailure> {
    let mut comparisons = 0;
    for (position, issuer) in path.iter().enumerate().skip(1) {
        let Some(value) = issuer.name_constraints() else { continue };
        let refused = |cause| PathFailure::NameNotPermitted {
            subject: issuer.subject_name().to_string(),
            cause,
        };
        let constraints =
            Constraints::read(value).map_err(|_| refused(NotPermitted::Unreadable))?;
        for (below, certificate) in path[..position].iter().enumerate() {
            // A CA's new certificate for itself is free, unless it is the end entity's.
            if below > 0 && certificate.is_self_issued() {
                continue;
            }
            let names = names(certificate).map_err(|_| refused(NotPermitted::Unreadable))?;
            for name in &names {
                comparisons += constraints.permitted.len() + constraints.excluded.len();
                if comparisons > MAXIMUM_COMPARISONS {
                    return Err(PathFailure::TooManySteps);
                }
                constraints.allow(name).map_err(refused)?;
            }
        }
    }
    Ok(())
}

/// NameConstraints.
struct Constraints {
    permitted: Vec<GeneralName>,
    excluded: Vec<GeneralName>,
}

impl Constraints {
    fn read(value: &[u8]) -> der::Result<Self> {
        let mut fields = Element::parse(value, tag::SEQUENCE)?.elements()?;
        let mut subtrees = |number| match fields.optional(tag::context(number))? {
            Some(subtrees) => subtrees.elements()?.map(|one| base(one?)).collect(),
            None => Ok(Vec::new()),
        };
        let constraints = Self { permitted: subtrees(0)?, excluded: subtrees(1)? };
        fields.finish()?;
        Ok(constraints)
    }

    /// Within one of the permitted of its kind, if there are any, and within none of the excluded.
    fn allow(&self, name: &GeneralName) -> Result<(), NotPermitted> {
        // Section 4.2.1.10: process the constraint, or reject the certificate.
        let within = |trees: &[GeneralName]| {
            let of_kind = trees.iter().filter(|tree| tree.kind() == name.kind());
            of_kind
                .map(|tree| is_within(name, tree).ok_or(NotPermitted::Unsupported))
                .try_fold(None, |any, one| Ok(Some(any.unwrap_or(false) | one?)))
        };
        match (within(&self.permitted)?, within(&self.excluded)?) {
            (_, Some(true)) => Err(NotPermitted::Excluded),
            (Some(false), _) => Err(NotPermitted::Outside),
            (None | Some(true), _) => Ok(()),
        }
    }
}

/// The base of a GeneralSubtree, whose minimum must be 0 and whose maximum absent.
fn base(subtree: Element<'_>) -> der::Result<GeneralName> {
    let mut fields = subtree.elements()?;
    let name = GeneralName::read(fields.any()?)?;
    if let Some(minimum) = fields.optional(tag::primitive(0))?
        && minimum.small_integer()? != 0
    {
        return Err(Tag::Integer.value_error().into());
    }
    fields.finish()?;
    Ok(name)
}

/// The subject, unless it is empty, and every alternative name; the subject's mail addresses where
/// there are no alternative names.
fn names(certificate: &Certificate) -> der::Result<Vec<GeneralName>> {
    let mut names = match certificate.alternative_names() {
        Some(value) => GeneralName::read_all(Element::parse(value, tag::SEQUENCE)?.elements()?)?,
        None => mail_addresses(certificate.subject())?,
    };
    let subject = certificate.comparable_subject();
    if !subject.is_empty() {
        names.push(GeneralName::Directory(subject.clone()));
    }
    Ok(names)
}

fn mail_addresses(subject: &[u8]) -> der::Result<Vec<GeneralName>> {
    let mut found = Vec::new();
    for relative in Element::parse(subject, tag::SEQUENCE)?.elements()? {
        for attribute in relative?.elements()? {
            let mut fields = attribute?.elements()?;
            if fields.expect(tag::OBJECT_IDENTIFIER)?.contents == identifiers::EMAIL_ADDRESS {
                found.push(GeneralName::Mail(fields.any()?.contents.to_vec()));
            }
        }
    }
    Ok(found)
}

/// Whether `name` lies within `tree`, both of one kind; `None` for what cannot be decided.
fn is_within(name: &GeneralName, tree: &GeneralName) -> Option<bool> {
    match (name, tree) {
        (GeneralName::Directory(name), GeneralName::Directory(tree)) => {
            // What is compared by its bytes may be in the tree under another spelling.
            let is_decided = tree.holds(name) || name.is_exact() && tree.is_exact();
            is_decided.then(|| tree.holds(name))
        }
        (GeneralName::Mail(name), GeneralName::Mail(tree)) => is_mail_within(name, tree),
        (GeneralName::Dns(name), GeneralName::Dns(tree)) => {
            Some(is_host_within(name, tree.strip_prefix(b".").unwrap_or(tree), true))
        }
        (GeneralName::Uri(name), GeneralName::Uri(tree)) => is_uri_within(name, tree),
        (GeneralName::Ip(name), GeneralName::Ip(tree)) => is_address_within(name, tree),
        _ => None,
    }
}

/// A mailbox, all of a host, or with a dot in front all below a domain.
fn is_mail_within(name: &[u8], tree: &[u8]) -> Option<bool> {
    let at = name.iter().rposition(|byte| *byte == b'@')?;
    let (local, host) = (&name[..at], &name[at + 1..]);
    Some(match tree.iter().rposition(|byte| *byte == b'@') {
        Some(at) => local == &tree[..at] && host.eq_ignore_ascii_case(&tree[at + 1..]),
        None => is_host_or_below(host, tree),
    })
}

/// The host of a URI with an authority.
fn is_uri_within(name: &[u8], tree: &[u8]) -> Option<bool> {
    let text = std::str::from_utf8(name).ok()?;
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // An address is no name that a domain could hold.
    if host.is_empty() || host.starts_with('[') {
        return None;
    }
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    if host.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    Some(is_host_or_below(host.as_bytes(), tree))
}

fn is_host_or_below(host: &[u8], tree: &[u8]) -> bool {
    match tree.strip_prefix(b".") {
        Some(domain) => is_host_within(host, domain, false),
        None => {
            let host = host.strip_suffix(b".").unwrap_or(host);
            tree.is_empty() || host.eq_ignore_ascii_case(tree)
        }
    }
}

/// Whether labels and a dot stand before `domain`, or, if it may be the domain `itself`, nothing.
fn is_host_within(host: &[u8], domain: &[u8], itself: bool) -> bool {
    if domain.is_empty() {
        return true;
    }
    let host = host.strip_suffix(b".").unwrap_or(host);
    let Some((before, end)) = host.split_at_checked(host.len().saturating_sub(domain.len())) else {
        return false;
    };
    end.eq_ignore_ascii_case(domain)
        && (before.last() == Some(&b'.') || itself && before.is_empty())
}

/// An address of 4 or 16 bytes, in a range that is an address and a mask.
fn is_address_within(address: &[u8], range: &[u8]) -> Option<bool> {
    if !matches!(range.len(), 8 | 32) || !matches!(address.len(), 4 | 16) {
        return None;
    }
    let (base, mask) = range.split_at(range.len() / 2);
    if base.len() != address.len() {
        return Some(false);
    }
    let masked = base.iter().zip(mask).zip(address);
    Some(masked.into_iter().all(|((base, mask), byte)| base & mask == byte & mask))
}
