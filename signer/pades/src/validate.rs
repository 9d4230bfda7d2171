//! Validating the signatures of a PDF: of ours and of others.
//!
//! Facts first: what the file says, what each update changed. Then the judgement: each signature
//! has an indication (EN 319 102-1), and is not TOTAL-PASSED when anything that it does not
//! permit was changed after it. Nothing is repaired on the way: a document that only a repair
//! could read is an [`Error`], and a signature whose byte range is not exactly a revision without
//! its own `/Contents` fails.

mod byte_range;
mod code;
mod coverage;
mod entrance;
mod evidence;
mod fields;
mod finding;
mod hash;
mod judge;
mod limits;
mod modification;
mod permission;
mod signature;
mod view;

use std::time::SystemTime;

use bytes::Bytes;
use cades::TrustMaterial;
use lopdf::Object;
use memchr::memmem;
use seal::{Effort, EffortLimits};
use serde::Serialize;

use crate::encryption::Password;
use crate::error::Error;
use crate::reader::Reader;
use crate::unseen::Survey;
use coverage::Revisions;
pub(crate) use evidence::Evidence;
pub use finding::{Code, Finding};
use hash::RangeHasher;
use judge::Judge;
pub(crate) use modification::beyond_evidence;
use modification::changes_after;
use signature::Candidate;
pub use signature::SignatureValidation;
use view::{View, integer};

/// What a validation of a document answers.
#[derive(Clone, Debug, Serialize)]
pub struct Validation {
    /// The document.
    pub document: DocumentFacts,
    /// Its signatures, seals and document time-stamps, in the form's order.
    pub signatures: Vec<SignatureValidation>,
    /// What was changed after the oldest of them, the oldest change first, permitted or not.
    pub modifications: Vec<Finding>,
    /// What else is worth knowing of the file.
    pub findings: Vec<Finding>,
}

/// Facts of a document that was validated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentFacts {
    /// Its length in bytes.
    pub size: usize,
    /// The version in its header, such as `1.7`.
    pub version: Option<String>,
    /// Pages, as its page tree says.
    pub pages: Option<u64>,
    /// How often it was written: once, and once for each update.
    pub revisions: usize,
    /// Whether it is encrypted. It was opened to be validated.
    pub encrypted: bool,
}

/// Validates every signature of a document.
///
/// `trust` holds the trust anchors and, beside them, certificates and revocation lists that are
/// known; those in the document's security store are added. `now` is the time of validation. An
/// encrypted document must open with the empty user password.
///
/// # Errors
/// [`Error`] when the document cannot be read without repair or without a password, or exceeds a
/// limit. A bad signature is no error.
pub fn validate(
    original: &Bytes,
    trust: &TrustMaterial,
    now: SystemTime,
) -> Result<Validation, Error> {
    validate_with(original, None, trust, now)
}

/// The same for an encrypted document: it is opened with the empty user password, or else with
/// `password`, its user's or its owner's. One that the document does not need is not looked at.
///
/// # Errors
/// As [`validate`]; [`Error::Encrypted`] when a password is needed and none is given,
/// [`Error::Password`] when the one given is wrong, [`Error::Encryption`] when the encryption is
/// not understood.
pub fn validate_with(
    original: &Bytes,
    password: Option<&Password>,
    trust: &TrustMaterial,
    now: SystemTime,
) -> Result<Validation, Error> {
    let effort = Effort::new(EffortLimits::default(), original.len() as u64);
    validate_within(original, password, trust, now, &effort)
}

/// The same; what it costs is charged to `effort`.
///
/// # Errors
/// As [`validate_with`]; [`Error::Effort`] when that is used up.
pub fn validate_within(
    original: &Bytes,
    password: Option<&Password>,
    trust: &TrustMaterial,
    now: SystemTime,
    effort: &Effort,
) -> Result<Validation, Error> {
    let reader = Reader::open_within(original.clone(), password, effort);
    effort.settle(reader.and_then(|reader| validate_opened(&reader, original, trust, now)))
}

fn validate_opened(
    reader: &Reader,
    original: &Bytes,
    trust: &TrustMaterial,
    now: SystemTime,
) -> Result<Validation, Error> {
    let revisions = Revisions::read(reader, original);
    let fields = fields::signed_fields(reader)?;
    let candidates: Vec<_> = fields
        .into_iter()
        .map(|field| Candidate::read(reader, original, &revisions, field))
        .collect();
    let signed = candidates.iter().filter_map(|candidate| candidate.revision);
    let changes = match signed.min() {
        Some(first) => changes_after(reader, &revisions.all, first)?,
        None => Vec::new(),
    };
    let covered = candidates.iter().filter_map(|candidate| candidate.revision);
    let evidence = Evidence::read_all(reader, &revisions.all, covered);
    // Any certificate at hand may stand in a path (EN 319 102-1 clause 5.2.6): it convinces by
    // signature, in whichever signature of the document it came.
    let mut known = evidence.beside(trust, reader.effort());
    let containers = candidates.iter().filter_map(|candidate| candidate.contents.as_ref().ok());
    let containers = containers.map(Vec::as_slice);
    for certificate in cades::certificates_within(containers, reader.effort()) {
        if !known.embedded.certificates.contains(&certificate) {
            known.embedded.certificates.push(certificate);
        }
    }
    let judge = Judge {
        reader,
        revisions: &revisions,
        changes: &changes,
        hasher: RangeHasher::new(original, gaps(&candidates), reader.effort()),
        trust: &known,
        now,
    };
    let signatures = judge.judge(&candidates);
    Ok(Validation {
        document: DocumentFacts::read(reader, &revisions),
        signatures,
        modifications: changes.into_iter().map(|change| change.finding).collect(),
        findings: [unreachable_signatures(original, &candidates), unseen(reader)].concat(),
    })
}

/// Where the gaps of the signatures begin that can be hashed.
fn gaps(candidates: &[Candidate]) -> impl Iterator<Item = usize> {
    candidates.iter().filter_map(|candidate| Some(candidate.range.as_ref().ok()?.gap.start))
}

/// Signature dictionaries in the file that are none of the form's: hidden, removed or replaced.
fn unreachable_signatures(document: &Bytes, candidates: &[Candidate]) -> Vec<Finding> {
    let mut places: Vec<_> = candidates.iter().map(|candidate| candidate.place.clone()).collect();
    places.sort_unstable_by_key(|place| place.start);
    // Where each begins, and where the last one ends of it and those before.
    let furthest = places.iter().scan(0, |furthest, place| {
        *furthest = place.end.max(*furthest);
        Some((place.start, *furthest))
    });
    let furthest: Vec<_> = furthest.collect();
    let is_known = |at: &usize| {
        let before = furthest.partition_point(|(start, _)| start <= at);
        furthest[..before].last().is_some_and(|(_, end)| at < end)
    };
    memmem::find_iter(document, b"/ByteRange")
        .filter(|at| !is_known(at))
        .take(limits::MAX_SIGNATURES)
        .map(|at| {
            let text = format!("a `/ByteRange` at byte {at} belongs to no signature of the form");
            Finding::new(Code::SignatureUnreachable, text)
        })
        .collect()
}

/// What the document holds that its pages do not show. Whether somebody minds is not for a
/// validation to say.
fn unseen(reader: &Reader) -> Vec<Finding> {
    let found = Survey::thorough(reader).unseen.into_iter();
    found
        .map(|(unseen, object)| {
            let object = object.filter(|id| id.0 > 0);
            Finding::new(Code::Unseen(unseen), unseen.explanation()).of_object(object)
        })
        .collect()
}

impl DocumentFacts {
    fn read(reader: &Reader, revisions: &Revisions) -> Self {
        let view = View { reader };
        let root = reader.trailer_value(b"Root").and_then(|root| root.parse().ok());
        let catalog = root.and_then(|root| view.dictionary(&root));
        let pages = catalog.map(|catalog| view.entry(&catalog, b"Pages"));
        let pages = match pages {
            Some(Object::Dictionary(pages)) => {
                u64::try_from(integer(&view.entry(&pages, b"Count"))).ok()
            }
            _ => None,
        };
        Self {
            size: reader.source().length(),
            version: reader.header_version().map(|(major, minor)| format!("{major}.{minor}")),
            pages,
            revisions: revisions.all.len(),
            encrypted: reader.is_encrypted(),
        }
    }
}
