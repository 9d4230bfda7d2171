//! Building and validating one path.

use std::time::SystemTime;

use seal::Effort;

use super::{NotAnIssuer, PathFailure, TrustAnchors, name_constraints, policies};
use crate::{Certificate, algorithm::VERIFICATION_STEPS};

/// The most certificates in a path, trust anchor included.
pub const MAXIMUM_PATH_LENGTH: usize = 8;

/// Steps that holding a certificate's names against another's counts for.
const COMPARISON: u64 = 128;

/// The most signatures that are verified to build one path.
const MAXIMUM_VERIFICATIONS: usize = 32;

/// A validated path: the end entity's certificate first, the trust anchor last.
#[derive(Clone, Debug)]
pub struct Path<'a>(Vec<&'a Certificate>);

impl<'a> Path<'a> {
    /// Looks for a path from `end_entity` to one of `anchors` through `candidates` that is valid
    /// at `time`; the search is charged to `effort`. The validity of the end entity itself and of the anchor is not looked at: the
    /// first is the caller's to judge, the second is trusted as it is.
    ///
    /// # Errors
    /// The failure that came closest to a path.
    pub fn build(
        end_entity: &'a Certificate,
        candidates: &'a [Certificate],
        anchors: &'a TrustAnchors,
        time: SystemTime,
        effort: &Effort,
    ) -> Result<Self, PathFailure> {
        if anchors.certificates().contains(end_entity) {
            return Ok(Self(vec![end_entity]));
        }
        refuse_unknown_extensions(end_entity)?;
        let mut search = Search { candidates, anchors, time, steps: 0, failure: None, effort };
        let mut path = vec![end_entity];
        match search.extend(&mut path) {
            Ok(()) => Ok(Self(path)),
            Err(PathFailure::NoPath(from)) => {
                Err(search.failure.unwrap_or(PathFailure::NoPath(from)))
            }
            Err(failure) => Err(failure),
        }
    }

    /// The certificates, end entity first.
    pub fn certificates(&self) -> &[&'a Certificate] {
        &self.0
    }

    /// The same, as certificates of their own.
    pub fn to_vec(&self) -> Vec<Certificate> {
        self.0.iter().map(|certificate| (*certificate).clone()).collect()
    }
}

struct Search<'a, 'e> {
    candidates: &'a [Certificate],
    anchors: &'a TrustAnchors,
    time: SystemTime,
    steps: usize,
    failure: Option<PathFailure>,
    effort: &'e Effort,
}

impl<'a> Search<'a, '_> {
    /// Extends `path` to a trust anchor, depth first; on failure it is as it was.
    fn extend(&mut self, path: &mut Vec<&'a Certificate>) -> Result<(), PathFailure> {
        let given_up = |_| PathFailure::TooManySteps;
        let Some(&last) = path.last() else { return Err(PathFailure::TooManySteps) };
        let count = 2 * self.anchors.certificates().len() + self.candidates.len();
        self.effort.step(COMPARISON * count as u64).map_err(given_up)?;
        let has_key = |(issuer, _): &(&Certificate, bool)| is_named_by_key(issuer, last);
        let anchors = self.anchors.certificates().iter().map(|issuer| (issuer, true));
        let candidates = self.candidates.iter().map(|issuer| (issuer, false));
        // Of an anchor nothing counts but name and key (section 6.1.1 (d)): its key's identifier only says
        // when it is tried.
        let others = anchors.clone().filter(|one| !has_key(one));
        for (issuer, is_anchor) in anchors.chain(candidates).filter(has_key).chain(others) {
            if !last.has_issuer_named_as(issuer) || path.contains(&issuer) {
                continue;
            }
            self.steps += 1;
            self.effort.step(VERIFICATION_STEPS).map_err(given_up)?;
            if self.steps > MAXIMUM_VERIFICATIONS || path.len() == MAXIMUM_PATH_LENGTH {
                return Err(PathFailure::TooManySteps);
            }
            if let Err(failure) = self.check(issuer, is_anchor, path, last) {
                // An issuer of the same name with another key says the least.
                let other_key = PathFailure::is_wrong_key;
                self.failure =
                    self.failure.take().filter(|known| !other_key(known)).or(Some(failure));
                continue;
            }
            path.push(issuer);
            match if is_anchor { self.conclude(path) } else { self.extend(path) } {
                Err(PathFailure::NoPath(_)) => path.pop(),
                found_or_given_up => return found_or_given_up,
            };
        }
        Err(PathFailure::NoPath(last.subject_name().to_string()))
    }

    /// Judges what only the whole path shows; another path may do better.
    fn conclude(&mut self, path: &[&Certificate]) -> Result<(), PathFailure> {
        let end_entity = || path.first().map(|one| one.subject_name().to_string());
        let judged = name_constraints::check(path).and_then(|()| {
            if policies::hold(path) {
                Ok(())
            } else {
                Err(PathFailure::NoPolicy(end_entity().unwrap_or_default()))
            }
        });
        judged.map_err(|failure| {
            self.failure = Some(failure);
            PathFailure::NoPath(end_entity().unwrap_or_default())
        })
    }

    fn check(
        &self,
        issuer: &Certificate,
        is_anchor: bool,
        below: &[&Certificate],
        issued: &Certificate,
    ) -> Result<(), PathFailure> {
        let verified = || {
            issued.verify_issued_by(issuer).map_err(|cause| PathFailure::Unverified {
                subject: issued.subject_name().to_string(),
                cause,
            })
        };
        let subject = || issuer.subject_name().to_string();
        let not_an_issuer = |cause| PathFailure::NotAnIssuer { subject: subject(), cause };
        let constraints = issuer.basic_constraints();
        // Section 6.1.1 (d): of an anchor nothing counts but name and key. Who trusts it says that
        // it may issue, unless it is a signer's own: then only the signer is trusted.
        if is_anchor {
            if !may_be_an_authority(issuer) {
                return Err(not_an_issuer(NotAnIssuer::NotACertificationAuthority));
            }
            return verified();
        }
        refuse_unknown_extensions(issuer)?;
        if !constraints.is_some_and(|constraints| constraints.is_ca) {
            return Err(not_an_issuer(NotAnIssuer::NotACertificationAuthority));
        }
        if !issuer.may_sign_certificates() {
            return Err(not_an_issuer(NotAnIssuer::KeyUsage));
        }
        // RFC 5280 section 4.2.1.9: non-self-issued intermediate certificates count.
        let intermediates = below.iter().skip(1).filter(|one| !one.is_self_issued()).count();
        let path_length = constraints.and_then(|constraints| constraints.path_length);
        if path_length.is_some_and(|length| intermediates > length as usize) {
            return Err(not_an_issuer(NotAnIssuer::PathLength));
        }
        verified()?;
        if !issuer.is_valid_at(self.time) {
            return Err(PathFailure::OutOfValidity { subject: subject() });
        }
        Ok(())
    }
}

/// Key identifiers sort out issuers of the same name (RFC 5280 section 4.2.1.1).
fn is_named_by_key(issuer: &Certificate, issued: &Certificate) -> bool {
    let keys = (issuer.subject_key_identifier(), issued.authority_key_identifier());
    !matches!(keys, (Some(of_issuer), Some(wanted)) if of_issuer != wanted)
}

/// Whether a trust anchor does not say that it is no authority, which its basicConstraints or its
/// keyUsage may. One without basicConstraints is a root of old (version 1), or else an end entity.
fn may_be_an_authority(anchor: &Certificate) -> bool {
    anchor.may_sign_certificates()
        && anchor.basic_constraints().map_or_else(|| anchor.is_self_issued(), |stated| stated.is_ca)
}

fn refuse_unknown_extensions(certificate: &Certificate) -> Result<(), PathFailure> {
    match certificate.unknown_critical_extensions() {
        [] => Ok(()),
        [extension, ..] => Err(PathFailure::UnknownCriticalExtension {
            subject: certificate.subject_name().to_string(),
            extension: extension.clone(),
        }),
    }
}
