//! What cannot be signed, and why.

use seal::Certification;

use super::*;
use crate::error::{FieldError, Limit, ObjectError, Prohibition, StructureError};
use crate::options::Extension;
use crate::prefix::PrefixHash;

fn error(original: Vec<u8>, options: &SignatureOptions) -> Error {
    Document::open(original.into()).and_then(|document| sign(&document, options)).unwrap_err()
}

fn in_field(name: &str) -> SignatureOptions {
    SignatureOptions { field: Some(name.to_owned()), ..options() }
}

#[test]
fn a_document_of_another_structure_is_refused() {
    let catalog = |value: &str| (1, value.as_bytes().to_vec());
    let structure = |error| Error::Structure(error);
    let cases = [
        (with_table([catalog("<< >>")], ""), structure(StructureError::NoCatalog)),
        (
            with_table([catalog("<< >>")], "/Root << /Type /Catalog >>"),
            structure(StructureError::DirectCatalog),
        ),
        (with_table([catalog("[]")], "/Root 1 0 R"), structure(StructureError::CatalogKind)),
        (with_table([catalog("<< >>")], "/Root 9 0 R"), structure(StructureError::CatalogKind)),
        (with_table([catalog("<< >>")], "/Root 1 0 R"), structure(StructureError::NoPage)),
        (
            with_table(
                [catalog("<< /Pages 2 0 R >>"), (2, b"<< /Type /Pages /Kids [2 0 R] >>".to_vec())],
                "/Root 1 0 R",
            ),
            structure(StructureError::NoPage),
        ),
        (document("/AcroForm << /XFA [] /Fields [] >>", "", &[]), structure(StructureError::Xfa)),
        (document("/NeedsRendering true", "", &[]), structure(StructureError::Xfa)),
        (
            document("/AcroForm 4 0 R", "", &[(4, "<< /Fields [ >>")]),
            Error::Object {
                id: (4, 0),
                cause: ObjectError::Syntax(crate::syntax::SyntaxError::Expected {
                    expected: "a value",
                    at: 13,
                }),
            },
        ),
    ];
    for (original, expected) in cases {
        assert_eq!(error(original, &options()), expected);
    }
}

#[test]
fn a_certification_that_permits_no_change_forbids_signatures() {
    let mut certified = options();
    certified.certify = Certification::NoChanges;
    let whole = signed(&document("", "", &[]), &certified).unwrap();
    let document = Document::open(whole.into()).unwrap();
    assert_eq!(document.facts().certification, Some(1));
    let forbidden = Error::Forbidden(Prohibition::NoChanges);
    assert_eq!(sign(&document, &options()).unwrap_err(), forbidden);
    assert_eq!(document.prepare_time_stamp(DigestAlgorithm::Sha256, 9).unwrap_err(), forbidden);
}

#[test]
fn evidence_cannot_follow_a_signature_that_permits_no_change() {
    let lock = "<< /FT /Sig /T (Locking) /Lock << /Action /All /P 1 >> >>";
    let locking = document("/AcroForm << /Fields [4 0 R] >>", "", &[(4, lock)]);
    let certified = SignatureOptions { certify: Certification::NoChanges, ..options() };
    for (original, options) in [(document("", "", &[]), certified), (locking, in_field("Locking"))]
    {
        signed(&original, &options).unwrap();
        let extended = SignatureOptions { extended: Some(Extension::SecurityStore), ..options };
        assert_eq!(error(original, &extended), Error::Forbidden(Prohibition::NoExtension));
    }
}

#[test]
fn only_a_first_signature_can_certify() {
    let whole = signed(&document("", "", &[]), &options()).unwrap();
    let mut certified = options();
    certified.certify = Certification::FormFilling;
    assert_eq!(error(whole, &certified), Error::Forbidden(Prohibition::CertifySigned));
}

#[test]
fn a_lock_forbids_signatures_in_the_fields_it_names() {
    let lock = |parameters: &str| {
        let signature = format!(
            "<< /FT /Sig /T (First) /V << /Type /Sig /Reference [ << /TransformMethod /FieldMDP \
             /TransformParams << {parameters} >> >> ] >> >>"
        );
        document(
            "/AcroForm << /Fields [4 0 R 5 0 R] >>",
            "",
            &[(4, &signature), (5, "<< /FT /Sig /T (Second) >>")],
        )
    };
    let locked = |field: &str| {
        Error::Forbidden(Prohibition::Locked { by: "First".to_owned(), field: field.to_owned() })
    };
    let all = lock("/Action /All");
    assert_eq!(error(all.clone(), &options()), locked("Signature1"));
    assert_eq!(error(all, &in_field("Second")), locked("Second"));
    let include = lock("/Action /Include /Fields [(Second)]");
    assert_eq!(error(include.clone(), &in_field("Second")), locked("Second"));
    signed(&include, &options()).unwrap();
    let exclude = lock("/Action /Exclude /Fields [(Second)]");
    assert_eq!(error(exclude.clone(), &options()), locked("Signature1"));
    let document = Document::open(exclude.into()).unwrap();
    sign(&document, &in_field("Second")).unwrap();
}

#[test]
fn a_field_that_cannot_be_signed_is_refused() {
    let original = document(
        "/AcroForm << /Fields [4 0 R 5 0 R << /FT /Sig /T (Direct) >>] >>",
        "",
        &[(4, "<< /FT /Sig /T (Signed) /V << /Type /Sig >> >>"), (5, "<< /FT /Tx /T (Text) >>")],
    );
    let long = "x".repeat(257);
    for (name, cause) in [
        ("Signed", FieldError::Signed),
        ("Text", FieldError::NotSignature),
        ("Direct", FieldError::Direct),
        ("", FieldError::Name),
        ("a.b", FieldError::Name),
        (&long, FieldError::Name),
    ] {
        let expected = Error::Field { name: name.to_owned(), cause };
        assert_eq!(error(original.clone(), &in_field(name)), expected);
    }
}

#[test]
fn seed_values_that_are_not_met_are_refused() {
    let with_seed = |seed: &str| {
        let field = format!("<< /FT /Sig /T (Seeded) /SV << {seed} >> >>");
        document("/AcroForm << /Fields [4 0 R] >>", "", &[(4, &field)])
    };
    for (seed, constraint) in [
        ("/Ff 1 /Filter /Entrust.PPKEF", "Filter"),
        ("/Ff 2 /SubFilter [/adbe.pkcs7.detached]", "SubFilter"),
        ("/Ff 4 /V 4", "V"),
        ("/Ff 8 /Reasons [(I agree)]", "Reasons"),
        ("/Ff 16 /LegalAttestation []", "LegalAttestation"),
        ("/Ff 32 /AddRevInfo true", "AddRevInfo"),
        ("/Ff 64 /DigestMethod [(SHA512)]", "DigestMethod"),
        ("/Ff 8 /Reasons [(.) (x)]", "Reasons"),
        ("/Ff 128 /LockDocument /true", "LockDocument"),
        ("/TimeStamp << /URL (x) /Ff 1 >>", "TimeStamp"),
        ("/Ff 128", "LockDocument"),
        ("/Ff 256", "AppearanceFilter"),
        ("/Cert << /Ff 1 /Subject [] >>", "Cert"),
        ("/MDP << /P 2 >>", "MDP"),
    ] {
        let cause = FieldError::SeedValue { constraint };
        let expected = Error::Field { name: "Seeded".to_owned(), cause };
        assert_eq!(error(with_seed(seed), &in_field("Seeded")), expected);
    }
    for seed in [
        "/Reasons [(I agree)] /DigestMethod [(SHA1)]",
        "/Ff 8 /Reasons [(.)]",
        "/Ff 8 /Reasons []",
        "/Ff 160 /AddRevInfo false /LockDocument /auto",
        "/TimeStamp << /URL (x) /Ff 0 >>",
        "/Ff 3 /Filter /Adobe.PPKLite /SubFilter [/x /ETSI.CAdES.detached]",
        "/Ff 64 /DigestMethod [(SHA256)] /MDP << /P 0 >> /Cert << /Ff 0 >>",
    ] {
        let document = Document::open(with_seed(seed).into()).unwrap();
        sign(&document, &in_field("Seeded")).unwrap();
    }
}

#[test]
fn a_lock_that_is_not_understood_is_refused() {
    for lock in ["/Action /Some", "/Action /Include", "/Action /All /P 4", "/P 1", ""] {
        let field = format!("<< /FT /Sig /T (Locking) /Lock << {lock} >> >>");
        let original = document("/AcroForm << /Fields [4 0 R] >>", "", &[(4, &field)]);
        let expected = Error::Field { name: "Locking".to_owned(), cause: FieldError::Lock };
        assert_eq!(error(original, &in_field("Locking")), expected);
    }
}

#[test]
fn a_signature_longer_than_its_room_is_refused() {
    let document = Document::open(document("", "", &[]).into()).unwrap();
    let prepared = document.prepare(&options(), DigestAlgorithm::Sha256, 4).unwrap();
    assert_eq!(
        prepared.embed(CMS).unwrap_err(),
        Error::ContentsTooSmall { reserved: 4, needed: 5 }
    );
    let prepared = document.prepare(&options(), DigestAlgorithm::Sha256, 5).unwrap();
    prepared.embed(CMS).unwrap();
}

#[test]
fn a_hash_of_another_length_is_refused() {
    let original = document("", "", &[]);
    let length = original.len() as u64;
    let prefix = PrefixHash::new(DigestAlgorithm::Sha256);
    let error = Document::open_with_prefix(original.into(), prefix).unwrap_err();
    assert_eq!(error, Error::PrefixLength { hashed: 0, length });
}

#[test]
fn an_update_needs_an_object_number() {
    let original = document("", "", &[]);
    let at = memchr::memmem::find(&original, b"/Size 4").unwrap();
    let full = [&original[..at], b"/Size 8388608", &original[at + 7..]].concat();
    assert_eq!(error(full, &options()), Error::Structure(StructureError::NoObjectNumber));
}

#[test]
fn a_page_tree_without_an_end_is_given_up() {
    let kids = "<< /Kids [] /Type /Pages >> ".repeat(crate::limits::MAX_PAGE_TREE_NODES + 1);
    let node = format!("<< /Type /Pages /Kids [{kids}] >>");
    let objects = [(1, b"<< /Pages 2 0 R >>".to_vec()), (2, node.into_bytes())];
    let limit = Limit::PageTreeNodes;
    let maximum = crate::limits::MAX_PAGE_TREE_NODES as u64;
    assert_eq!(
        error(with_table(objects, "/Root 1 0 R"), &options()),
        Error::Limit { limit, maximum }
    );
}

#[test]
fn a_form_with_too_many_fields_is_given_up() {
    let fields = "4 0 R ".repeat(crate::limits::MAX_FIELDS + 1);
    let original = document("/AcroForm << /Fields 5 0 R >>", "", &[(5, &format!("[{fields}]"))]);
    let maximum = crate::limits::MAX_FIELDS as u64;
    assert_eq!(error(original, &options()), Error::Limit { limit: Limit::Fields, maximum });
}

#[test]
fn a_document_takes_a_signature_where_any_field_does_and_says_else_why_none_does() {
    let now = options().signing_time;
    let takes = |original: Vec<u8>| Document::open(original.into())?.takes_signature(now);
    assert_eq!(takes(document("", "", &[])), Ok(()));
    let certified = SignatureOptions { certify: Certification::NoChanges, ..options() };
    let certified = signed(&document("", "", &[]), &certified).unwrap();
    assert_eq!(takes(certified), Err(Error::Forbidden(Prohibition::NoChanges)));
    let xfa = document("/NeedsRendering true", "", &[]);
    assert_eq!(takes(xfa), Err(Error::Structure(StructureError::Xfa)));

    let signature = |parameters: &str| {
        format!(
            "<< /FT /Sig /T (First) /V << /Type /Sig /Reference [ << /TransformMethod /FieldMDP \
             /TransformParams << {parameters} >> >> ] >> >>"
        )
    };
    let locked = |parameters: &str, seed: &str| {
        let second = format!("<< /FT /Sig /T (Second) {seed} >>");
        let fields = [(4, &*signature(parameters)), (5, &*second)];
        document("/AcroForm << /Fields [4 0 R 5 0 R] >>", "", &fields)
    };
    let exclude = "/Action /Exclude /Fields [(Second)]";
    assert_eq!(takes(locked(exclude, "")), Ok(()), "the empty field");
    let seed = "/SV << /Type /SV /Ff 2 /SubFilter [/adbe.pkcs7.detached] >>";
    assert_eq!(takes(locked(exclude, seed)), Ok(()), "another signature may be demanded");
    let (by, field) = ("First".to_owned(), "Signature1".to_owned());
    let refused = Err(Error::Forbidden(Prohibition::Locked { by, field }));
    assert_eq!(takes(locked("/Action /All", "")), refused);
}

#[test]
fn what_has_a_key_twice_is_not_written_anew_in_a_document_that_is_signed() {
    let twice = document("", "/Rotate 90 /Rotate 0", &[]);
    let once = signed(&twice, &options()).unwrap();
    let refused = error(once, &options());
    assert!(matches!(refused, Error::Object { cause: ObjectError::KeyTwice, .. }), "{refused}");
    let single = signed(&document("", "/Rotate 90", &[]), &options()).unwrap();
    signed(&single, &options()).unwrap();
}
