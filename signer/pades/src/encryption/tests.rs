//! Documents that lopdf encrypts, signed here and decrypted by lopdf again.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use lopdf::encryption::crypt_filters::{
    Aes128CryptFilter, Aes256CryptFilter, CryptFilter, Rc4CryptFilter,
};
use lopdf::{Dictionary, EncryptionState, EncryptionVersion, LoadOptions, Object, Permissions};
use seal::{Digest, DigestAlgorithm};

use super::*;
use crate::document::{Document, OpenOptions};
use crate::error::Prohibition;
use crate::generate::{stream, with_table};
use crate::options::SignatureOptions;
use crate::reader::Reader;
use crate::security_store::ValidationData;
use crate::signed::SignedDocument;

const USER: &str = "user";
const OWNER: &str = "æøå owner";
/// Stands for a CMS: nothing here looks into it.
const CMS: &[u8] = &[0x30, 0x03, 0x02, 0x01, 0x2A];

/// A document with strings in a form, a text field and an empty signature field.
fn plain() -> Vec<u8> {
    let objects = [
        (1, b"<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R /Lang (da) >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [6 0 R 7 0 R] >>".to_vec()),
        (4, b"<< /Fields [6 0 R 7 0 R] /DA (/Helv 0 Tf \\(x\\)) >>".to_vec()),
        (5, stream("", b"BT ET")),
        (6, b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /V (before) >>".to_vec()),
        (7, b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Empty) >>".to_vec()),
    ];
    with_table(objects, "/Root 1 0 R /ID [<0102> <0304>]")
}

/// The document, encrypted by lopdf in each way it knows, with its name.
fn encrypted(user: &str, permissions: Permissions) -> Vec<(&'static str, Vec<u8>)> {
    encrypted_as(&|_| true, user, permissions)
}

fn encrypted_as(
    wanted: &dyn Fn(&str) -> bool,
    user: &str,
    permissions: Permissions,
) -> Vec<(&'static str, Vec<u8>)> {
    let document = lopdf::Document::load_mem(&plain()).unwrap();
    let (owner_password, user_password) = (OWNER, user);
    let filters = |filter: Arc<dyn CryptFilter>| BTreeMap::from([(b"StdCF".to_vec(), filter)]);
    let name = || b"StdCF".to_vec();
    let v4 = |filter, encrypt_metadata, string_filter| EncryptionVersion::V4 {
        document: &document,
        encrypt_metadata,
        crypt_filters: filters(filter),
        stream_filter: name(),
        string_filter,
        owner_password,
        user_password,
        permissions,
    };
    let (document, key) = (&document, &[7; 32][..]);
    #[expect(deprecated, reason = "files of revision 5 are still about")]
    let versions = [
        ("RC4 40", EncryptionVersion::V1 { document, owner_password, user_password, permissions }),
        (
            "RC4 128",
            EncryptionVersion::V2 {
                document,
                owner_password,
                user_password,
                key_length: 128,
                permissions,
            },
        ),
        ("V4 RC4", v4(Arc::new(Rc4CryptFilter), true, name())),
        ("AES-128", v4(Arc::new(Aes128CryptFilter), true, name())),
        ("AES-128, clear metadata", v4(Arc::new(Aes128CryptFilter), false, name())),
        ("AES-128, clear strings", v4(Arc::new(Aes128CryptFilter), true, b"Identity".to_vec())),
        (
            "R5",
            EncryptionVersion::R5 {
                encrypt_metadata: true,
                crypt_filters: filters(Arc::new(Aes256CryptFilter)),
                file_encryption_key: key,
                stream_filter: name(),
                string_filter: name(),
                owner_password,
                user_password,
                permissions,
            },
        ),
        (
            "AES-256",
            EncryptionVersion::V5 {
                encrypt_metadata: true,
                crypt_filters: filters(Arc::new(Aes256CryptFilter)),
                file_encryption_key: key,
                stream_filter: name(),
                string_filter: name(),
                owner_password,
                user_password,
                permissions,
            },
        ),
    ];
    let encrypt = |(name, version)| {
        let state = EncryptionState::try_from(version).unwrap();
        let mut document = document.clone();
        document.encrypt(&state).unwrap();
        let mut file = Vec::new();
        document.save_to(&mut file).unwrap();
        (name, file)
    };
    versions.into_iter().filter(|(name, _)| wanted(name)).map(encrypt).collect()
}

fn open(file: &[u8], password: Option<&str>) -> Result<Document, Error> {
    let password = password.map(|password| Password::new(password.to_owned()));
    let options = OpenOptions { password, ..OpenOptions::default() };
    Document::open_with(Bytes::copy_from_slice(file), options)
}

fn options() -> SignatureOptions {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    SignatureOptions {
        reason: Some("Godkendt på mødet".to_owned()), ..SignatureOptions::new(time)
    }
}

fn sign(document: &Document, options: &SignatureOptions) -> Result<SignedDocument, Error> {
    document.prepare(options, DigestAlgorithm::Sha256, 64)?.embed(CMS)
}

/// As lopdf reads and decrypts it.
fn decrypted(file: &[u8], password: &str) -> lopdf::Document {
    lopdf::Document::load_mem_with_options(file, LoadOptions::with_password(password)).unwrap()
}

fn dictionary(document: &lopdf::Document, object: &Object) -> Dictionary {
    document.dereference(object).unwrap().1.as_dict().unwrap().clone()
}

fn last_field(document: &lopdf::Document) -> Dictionary {
    let form = dictionary(document, document.catalog().unwrap().get(b"AcroForm").unwrap());
    assert_eq!(form.get(b"DA").unwrap().as_str().unwrap(), b"/Helv 0 Tf (x)");
    let fields = document.dereference(form.get(b"Fields").unwrap()).unwrap().1.as_array().unwrap();
    dictionary(document, fields.last().unwrap())
}

#[test]
fn each_kind_of_encryption_is_signed_and_stored_in() {
    for (name, file) in encrypted(USER, Permissions::all()) {
        for password in [USER, OWNER] {
            let document = open(&file, Some(password)).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(document.facts().empty_fields, ["Empty"], "{name}");
            let prepared = document.prepare(&options(), DigestAlgorithm::Sha256, 64).unwrap();
            let digest = prepared.digest();
            let signed = prepared.embed(CMS).unwrap();
            let whole = signed.to_vec();
            assert!(whole.starts_with(&file));
            // `/Contents` stands in the file as it is, and is all that is not signed.
            let hole = memchr::memmem::rfind(&whole, b"/Contents <300302012a00").unwrap() + 10;
            let covered = [&whole[..hole], &whole[hole + 130..]].concat();
            assert_eq!(digest, Digest::of(DigestAlgorithm::Sha256, &covered), "{name}");

            let reopened = Document::reopen(signed).unwrap();
            let list = Bytes::from_static(b"a revocation list");
            let data = ValidationData { crls: vec![list.clone(); 2], ..ValidationData::default() };
            let stored = reopened.append_security_store(&data).unwrap();
            let whole = stored.to_vec();
            let oracle = decrypted(&whole, password);
            let field = last_field(&oracle);
            assert_eq!(field.get(b"T").unwrap().as_str().unwrap(), b"Signature1", "{name}");
            let signature = dictionary(&oracle, field.get(b"V").unwrap());
            let text = |key: &[u8]| signature.get(key).unwrap().as_str().unwrap().to_vec();
            assert_eq!(text(b"M"), b"D:20270115080000+00'00'", "{name}");
            assert_eq!(text(b"Reason")[..4], [0xFE, 0xFF, 0, b'G'], "{name}");
            let store = dictionary(&oracle, oracle.catalog().unwrap().get(b"DSS").unwrap());
            let lists = store.get(b"CRLs").unwrap().as_array().unwrap();
            assert_eq!(lists.len(), 1);
            let stored = oracle.dereference(&lists[0]).unwrap().1.as_stream().unwrap();
            assert_eq!(stored.content, list, "{name}");

            // Opened again, the store is known, and nothing is written twice.
            let again = open(&whole, Some(password)).unwrap();
            assert_eq!(again.signatures().unwrap()[0].cms, CMS, "{name}");
            let same = again.append_security_store(&data).unwrap();
            assert_eq!(same.length(), whole.len(), "{name}");
        }
    }
}

#[test]
fn an_overridden_object_keeps_its_strings() {
    let in_empty = SignatureOptions { field: Some("Empty".to_owned()), ..options() };
    for (name, file) in encrypted(USER, Permissions::all()) {
        let signed = sign(&open(&file, Some(USER)).unwrap(), &in_empty).unwrap();
        let oracle = decrypted(&signed.to_vec(), USER);
        let field = oracle.get_dictionary((7, 0)).unwrap();
        assert_eq!(field.get(b"T").unwrap().as_str().unwrap(), b"Empty", "{name}");
        assert!(field.has(b"V"), "{name}");
        assert_eq!(oracle.catalog().unwrap().get(b"Lang").unwrap().as_str().unwrap(), b"da");
        let reader = Reader::open_with_password(
            signed.to_vec().into(),
            Some(&Password::new(USER.to_owned())),
        );
        let reader = reader.unwrap();
        let text = reader.object((6, 0)).unwrap();
        let text = text.as_dict().unwrap().get(b"V").unwrap().as_str().unwrap();
        assert_eq!(text, b"before", "{name}");
        assert_eq!(reader.stream((5, 0)).unwrap(), "BT ET", "{name}");
    }
}

#[test]
fn a_password_is_needed_and_must_be_right() {
    for (name, file) in encrypted(USER, Permissions::all()) {
        let locked = open(&file, None).unwrap();
        assert!(locked.facts().encrypted && locked.facts().size == file.len() as u64);
        assert_eq!(sign(&locked, &options()).unwrap_err(), Error::Encrypted, "{name}");
        assert_eq!(open(&file, Some("wrong")).unwrap_err(), Error::Password, "{name}");
    }
    // With an empty user password none is needed, and a wrong one does no harm.
    for (name, file) in encrypted("", Permissions::all()) {
        for password in [None, Some("wrong"), Some(OWNER)] {
            let document = open(&file, password).unwrap();
            sign(&document, &options()).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
}

#[test]
fn permissions_bind_users_and_not_owners() {
    let in_empty = SignatureOptions { field: Some("Empty".to_owned()), ..options() };
    let refused = |new_field| Err(Error::Forbidden(Prohibition::Permissions { new_field }));
    let modify = Permissions::MODIFIABLE;
    let cases = [
        (Permissions::empty(), false, false),
        (modify, false, false),
        (Permissions::ANNOTABLE, false, true),
        (Permissions::FILLABLE, false, true),
        (modify | Permissions::ANNOTABLE, true, true),
    ];
    for (permissions, new, existing) in cases {
        // AES-256 costs tens of milliseconds without optimisation; its permissions are the same.
        for (name, file) in encrypted_as(&|name| name != "AES-256", "", permissions) {
            let document = open(&file, None).unwrap();
            let outcome = |options: &SignatureOptions| sign(&document, options).map(|_| ());
            let expected = if new { Ok(()) } else { refused(true) };
            assert_eq!(outcome(&options()), expected, "{name} {permissions:?}");
            let expected = if existing { Ok(()) } else { refused(false) };
            assert_eq!(outcome(&in_empty), expected, "{name} {permissions:?}");
            let owner = open(&file, Some(OWNER)).unwrap();
            sign(&owner, &options()).unwrap();
        }
    }
}

#[test]
fn an_encryption_that_is_not_understood_is_refused_with_its_cause() {
    let proofs = "/O <000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F> \
                  /U <000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F> /P -4";
    let unknown = |version, revision| EncryptionError::Version { version, revision };
    let cases = [
        ("/Filter /Adobe.PubSec /V 4", EncryptionError::Handler("Adobe.PubSec".to_owned())),
        ("/V 4", EncryptionError::Handler(String::new())),
        ("/Filter /Standard", EncryptionError::Entry("V")),
        ("/Filter /Standard /V 3 /R 3", unknown(3, 3)),
        ("/Filter /Standard /V 6 /R 7", unknown(6, 7)),
        ("/Filter /Standard /V 1 /R 2 /P -4", EncryptionError::Entry("O")),
        ("/Filter /Standard /V 2 /R 3 /Length 1000", EncryptionError::Entry("Length")),
        (
            "/Filter /Standard /V 4 /R 4 /StrF /S /CF << /S << /CFM /None >> >>",
            EncryptionError::Method("None".to_owned()),
        ),
        ("/Filter /Standard /V 4 /R 4 /StrF /S", EncryptionError::Entry("StrF")),
        (
            "/Filter /Standard /V 4 /R 4 /StrF /S /CF << /S << /CFM /AESV3 >> >>",
            EncryptionError::Entry("CF"),
        ),
        ("/Filter /Standard /V 1 /R 2 /O <00> /U <00> /P -4", EncryptionError::Entry("O")),
    ];
    for (entries, cause) in cases {
        let trailer = format!("/Root 1 0 R /Encrypt << {entries} >>");
        let document = Document::open(with_table([(1, b"<< >>".to_vec())], &trailer).into());
        let document = document.unwrap();
        assert!(document.facts().encrypted);
        assert_eq!(sign(&document, &options()).unwrap_err(), Error::Encryption(cause), "{entries}");
    }
    let whole = format!("/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 {proofs} >>");
    let document = Document::open(with_table([(1, b"<< >>".to_vec())], &whole).into()).unwrap();
    assert_eq!(sign(&document, &options()).unwrap_err(), Error::Encrypted);
}

#[test]
fn damaged_ciphertext_is_refused() {
    let (_, file) = encrypted_as(&|name| name == "AES-128", "", Permissions::all()).remove(0);
    let reader = Reader::open(file.clone().into()).unwrap();
    let range = reader.object_range((4, 0)).unwrap().unwrap();
    let string = file[range.clone()].iter().position(|&b| b == b'<' || b == b'(').unwrap();
    assert!(string > 0);
    let mut damaged = file;
    // A string that is too short for a block, of the same length in the file.
    let at = memchr::memmem::find(&damaged[range.clone()], b"/DA").unwrap() + range.start + 3;
    let end = memchr::memmem::find(&damaged[at..], b"/Fields").map_or(range.end, |e| at + e);
    let end = end.min(range.end - "\nendobj".len());
    let tail = if end < range.end - 20 { "" } else { ">>" };
    let filler = format!("(x){:width$}{tail}", "", width = end - at - 3 - tail.len());
    damaged[at..end].copy_from_slice(filler.as_bytes());
    let outcome = open(&damaged, None).and_then(|document| sign(&document, &options()));
    let refused = Error::Object { id: (4, 0), cause: ObjectError::Decryption };
    assert_eq!(outcome.unwrap_err(), refused);
}

#[test]
fn strings_are_found_and_contents_of_signatures_left_alone() {
    let upper = |value: &str| {
        let effort = Effort::default();
        let mut upper = |string: &[u8]| Ok(string.to_ascii_uppercase());
        let replaced = strings::replace(value.as_bytes(), &effort, &mut upper);
        replaced.unwrap().map(|(bytes, _)| String::from_utf8(bytes).unwrap())
    };
    assert_eq!(upper("<< /A 1 /B [ 2 0 R /n true ] >>"), None);
    assert_eq!(upper("(ab)"), Some("<4142>".to_owned()));
    assert_eq!(
        upper("<< /A (a) /Contents (b) /C [ <62> << /D (\\)) >> ] >>").unwrap(),
        "<< /A <41> /Contents <42> /C [ <42> << /D <29> >> ] >>"
    );
    for signature in [
        "<< /Contents <6162> /ByteRange [0 1 2 3] /M (a) >>",
        "<< /M (a) /ByteRange [0 1 2 3] /Contents <6162> >>",
    ] {
        let expected = signature.replace("(a)", "<41>");
        assert_eq!(upper(signature).unwrap(), expected);
        let nested = format!("<< /V {signature} /Contents (b) >>");
        assert_eq!(upper(&nested).unwrap(), format!("<< /V {expected} /Contents <42> >>"));
    }
    // The first part of a signature dictionary.
    assert_eq!(upper("<< /M (a) /ByteRange ").unwrap(), "<< /M <41> /ByteRange ");
}

#[test]
fn strings_that_are_deciphered_are_charged_and_what_they_become_is_held() {
    let many = 100_000;
    let value = format!("[{}]", "()".repeat(many));
    let replaced = |limits| {
        let effort = Effort::new(limits, 0);
        let mut same = |string: &[u8]| Ok(string.to_vec());
        let replaced = strings::replace(value.as_bytes(), &effort, &mut same);
        assert!(replaced.is_err() || effort.held() >= 66 * many as u64);
        drop(replaced);
        assert_eq!(effort.held(), 0);
        (effort.steps() >= 512 * many as u64, effort.check())
    };
    let limits = seal::EffortLimits::default();
    assert_eq!(replaced(limits), (true, Ok(())));
    for (limits, refused) in [
        (
            seal::EffortLimits { steps: 1_000_000, ..limits },
            seal::EffortError::Steps { maximum: 1_000_000 },
        ),
        (
            seal::EffortLimits { memory: 1 << 20, ..limits },
            seal::EffortError::Memory { maximum: 1 << 20 },
        ),
    ] {
        assert_eq!(replaced(limits), (false, Err(refused)));
    }
}

#[test]
fn nothing_secret_is_printed() {
    let (_, file) = encrypted_as(&|name| name == "R5", USER, Permissions::all()).remove(0);
    let password = Password::new(USER.to_owned());
    assert_eq!(format!("{password:?}"), "Password(..)");
    let document = open(&file, Some(USER)).unwrap();
    let printed = format!("{:?}", document.reader().encryption());
    assert!(printed.starts_with("Some(Encryption(Methods"), "{printed}");
    assert!(!printed.contains("7, 7, 7"), "{printed}");
}
