//! What the signing side believes of a document, held against what the validation believes: which
//! fields are signed, and what the signatures permit.

use std::collections::BTreeSet;

use bytes::Bytes;
use pades::{
    Document, SignatureOptions,
    validate::{Validation, validate},
};
use seal::DigestAlgorithm;

use super::{Bench, Outcome};
use crate::world::noon;

/// A SEQUENCE that is no CMS: it stands where one would.
const CMS: [u8; 5] = [0x30, 3, 2, 1, 7];

/// Room for it, in bytes.
const RESERVED: usize = 64;

/// Characters of a field's name that a report shows.
const SHOWN: usize = 1_000;

pub(super) fn run(bench: &Bench, input: &[u8]) -> Outcome {
    let input = Bytes::copy_from_slice(input);
    let Ok(document) = Document::open(input.clone()) else { return Outcome::Refused };
    // Of one that needs a password little is known, and the validation looks at more of a file.
    let (Ok(_), Ok(judged)) = (document.signatures(), validate(&input, &bench.trust, noon()))
    else {
        return Outcome::Refused;
    };
    agree(&document, &judged);
    let options = SignatureOptions::new(noon());
    let prepared = document.prepare(&options, DigestAlgorithm::Sha256, RESERVED);
    let access = document.facts().certification;
    let Ok(prepared) = prepared else { return Outcome::Read };
    assert_ne!(access, Some(1), "a document was signed that permits no change");
    let sealed = prepared.embed(&CMS).expect("what was prepared takes a signature");
    let sealed = Bytes::from(sealed.to_vec());
    let reopened = Document::open(sealed.clone()).expect("what was sealed can be opened");
    assert_eq!(reopened.facts().certification, access, "an approval restricts nothing");
    let Ok(judged_after) = validate(&sealed, &bench.trust, noon()) else { return Outcome::Read };
    agree(&reopened, &judged_after);
    assert_eq!(judged_after.signatures.len(), judged.signatures.len() + 1, "one signature more");
    Outcome::Passed
}

/// Both know the same signed fields, and the signing side keeps to every certification.
fn agree(document: &Document, judged: &Validation) {
    let facts = document.facts();
    let shown = |name: &String| name.chars().take(SHOWN).collect::<String>();
    let believed: BTreeSet<String> = facts.signed_fields.iter().map(shown).collect();
    let found: BTreeSet<String> = judged.signatures.iter().map(|one| one.field.clone()).collect();
    // A signature that several fields have is judged once.
    assert!(found.is_subset(&believed), "{found:?} are signed, not {believed:?}");
    assert_eq!(found.is_empty(), believed.is_empty(), "{found:?}, {believed:?}");
    for signature in &judged.signatures {
        // What was changed since a signature was made is read as it was then.
        let newest = signature.revision.is_none_or(|one| one == judged.document.revisions);
        let Some(certification) = signature.certification.filter(|_| newest) else { continue };
        let access = facts.certification.expect("a certification restricts the document");
        assert!(access <= certification, "P is {certification}, not {access}");
    }
}
