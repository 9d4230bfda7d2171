//! Encrypted documents: opened, and then judged like any other.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use cades::report::Indication;
use lopdf::encryption::crypt_filters::{
    Aes128CryptFilter, Aes256CryptFilter, CryptFilter, Rc4CryptFilter,
};
use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions, StringFormat};
use pades::validate::{Validation, validate_with};
use pades::{Document, Error, OpenOptions, Password, Reader, SignatureOptions};
use seal::DigestAlgorithm;

use super::document::{AGREED, PAGE, codes, document, modifications};
use super::pki::{Pki, RESERVED, noon};
use super::update::{object, update, update_with};

const OWNER: &str = "owner";

/// The document, encrypted in each way that is about, with its name.
fn encrypted(user_password: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut document = lopdf::Document::load_mem(&document()).unwrap();
    // So that an update by hand is text.
    document.objects.values_mut().for_each(hexadecimal);
    let methods: [(_, Arc<dyn CryptFilter>); 3] = [
        ("RC4", Arc::new(Rc4CryptFilter)),
        ("AES-128", Arc::new(Aes128CryptFilter)),
        ("AES-256", Arc::new(Aes256CryptFilter)),
    ];
    let encrypt = |(name, filter)| {
        let crypt_filters = BTreeMap::from([(b"StdCF".to_vec(), filter)]);
        let (stream_filter, string_filter) = (b"StdCF".to_vec(), b"StdCF".to_vec());
        let (owner_password, permissions) = (OWNER, Permissions::all());
        let version = match name {
            "AES-256" => EncryptionVersion::V5 {
                encrypt_metadata: true,
                crypt_filters,
                file_encryption_key: &[7; 32],
                stream_filter,
                string_filter,
                owner_password,
                user_password,
                permissions,
            },
            _ => EncryptionVersion::V4 {
                document: &document,
                encrypt_metadata: true,
                crypt_filters,
                stream_filter,
                string_filter,
                owner_password,
                user_password,
                permissions,
            },
        };
        let state = EncryptionState::try_from(version).unwrap();
        let mut copy = document.clone();
        copy.encrypt(&state).unwrap();
        let mut file = Vec::new();
        copy.save_to(&mut file).unwrap();
        (name, file)
    };
    methods.into_iter().map(encrypt).collect()
}

fn hexadecimal(object: &mut Object) {
    match object {
        Object::String(_, format) => *format = StringFormat::Hexadecimal,
        Object::Array(elements) => elements.iter_mut().for_each(hexadecimal),
        Object::Dictionary(entries) => entries.iter_mut().for_each(|(_, one)| hexadecimal(one)),
        Object::Stream(stream) => stream.dict.iter_mut().for_each(|(_, one)| hexadecimal(one)),
        _ => {}
    }
}

fn seal(pki: &Pki, file: &[u8], password: Option<&str>, field: Option<&str>) -> Vec<u8> {
    let password = password.map(|password| Password::new(password.to_owned()));
    let options = OpenOptions { password, ..OpenOptions::default() };
    let document = Document::open_with(file.to_vec().into(), options).unwrap();
    let options = SignatureOptions {
        reason: Some("Godkendt på mødet".to_owned()),
        field: field.map(str::to_owned),
        ..SignatureOptions::new(noon())
    };
    let prepared = document.prepare(&options, DigestAlgorithm::Sha256, RESERVED).unwrap();
    let cms = pki.cms(&prepared.digest(), false);
    prepared.embed(&cms).unwrap().to_vec()
}

fn judged(pki: &Pki, file: &[u8], password: Option<&str>) -> Result<Validation, Error> {
    let password = password.map(|password| Password::new(password.to_owned()));
    let file = Bytes::copy_from_slice(file);
    validate_with(&file, password.as_ref(), &pki.trust(), noon())
}

/// The document with an object replaced; the strings in it stay encrypted as they were.
fn updated(pdf: &[u8], object: (u32, String)) -> Vec<u8> {
    let reader = Reader::open(pdf.to_vec().into()).unwrap();
    let entry = |key: &str| {
        let value = reader.trailer_value(key.as_bytes()).unwrap().extent().unwrap();
        format!("/{key} {} ", String::from_utf8(value.to_vec()).unwrap())
    };
    update_with(pdf, &[object], &[], &[entry("Encrypt"), entry("ID")].concat())
}

#[test]
fn encrypted_document_is_opened_and_its_texts_are_read() {
    let pki = Pki::new();
    for (user, password) in [("", None), ("user", Some("user")), ("user", Some(OWNER))] {
        for (name, file) in encrypted(user) {
            let sealed = seal(&pki, &file, password, Some("Approval"));
            let validation = judged(&pki, &sealed, password).unwrap();
            let [signature] = &validation.signatures[..] else { panic!("{name}: one signature") };
            assert_eq!(signature.report.indication, Indication::TotalPassed, "{name}");
            assert_eq!(signature.field, "Approval", "{name}");
            assert_eq!(signature.reason.as_deref(), Some("Godkendt på mødet"), "{name}");
            assert_eq!(
                signature.claimed_time.as_deref(),
                Some("D:20260701120000+00'00'"),
                "{name}"
            );
            assert!(validation.document.encrypted && validation.findings.is_empty(), "{name}");
            assert_eq!(validation.document.pages, Some(1), "{name}");
        }
    }
}

#[test]
fn password_that_is_missing_or_wrong_is_told_apart() {
    let pki = Pki::new();
    for (name, file) in encrypted("user") {
        let sealed = seal(&pki, &file, Some("user"), None);
        assert_eq!(judged(&pki, &sealed, None).unwrap_err(), Error::Encrypted, "{name}");
        assert_eq!(judged(&pki, &sealed, Some("other")).unwrap_err(), Error::Password, "{name}");
    }
    // One that is not needed is not looked at.
    let sealed = pki.seal(&document());
    assert!(judged(&pki, &sealed, Some("other")).is_ok());
    for (name, file) in encrypted("") {
        assert!(judged(&pki, &seal(&pki, &file, None, None), Some("other")).is_ok(), "{name}");
    }
}

#[test]
fn changes_of_an_encrypted_document_are_accounted_for() {
    let pki = Pki::new();
    for (name, file) in encrypted("user") {
        let sealed = seal(&pki, &file, Some("user"), None);
        let judge = |pdf: &[u8]| judged(&pki, pdf, Some("user")).unwrap();

        let twice = judge(&seal(&pki, &sealed, Some("user"), Some("Approval")));
        assert_eq!(modifications(&twice), ["signature-added"], "{name}");
        assert!(
            twice.signatures.iter().all(|one| one.report.indication == Indication::TotalPassed)
        );

        let agreed = object(&sealed, AGREED);
        let filled = agreed.replace("/AS/Off", "/AS/Yes").replace("/V/Off", "/V/Yes");
        assert_ne!(filled, agreed, "{name}");
        let filled = judge(&updated(&sealed, (AGREED, filled)));
        assert_eq!(modifications(&filled), ["field-filled"], "{name}");

        let page = object(&sealed, PAGE);
        let smaller = page.replace("842", "421");
        assert_ne!(smaller, page, "{name}");
        let changed = judge(&updated(&sealed, (PAGE, smaller)));
        assert_eq!(changed.signatures[0].report.indication, Indication::TotalFailed, "{name}");
        assert!(codes(&changed.signatures[0]).contains(&"page-changed"), "{name}");

        // Readers that look at the newest trailer alone take all of it for plain text.
        let plain = judge(&update(&sealed, &[(PAGE, page)]));
        assert_eq!(plain.signatures[0].report.indication, Indication::TotalFailed, "{name}");
        assert!(codes(&plain.signatures[0]).contains(&"trailer-changed"), "{name}");
    }
}

/// The other way round nothing of it could be read as it was signed.
#[test]
fn update_that_encrypts_a_plain_document_is_refused() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let key = "41".repeat(32);
    let dictionary =
        format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{key}> /U <{key}> >>");
    let pdf = update_with(&sealed, &[(90, dictionary)], &[], "/Encrypt 90 0 R");
    assert_eq!(judged(&pki, &pdf, None).unwrap_err(), Error::Encrypted);
}
