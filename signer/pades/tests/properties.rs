//! Properties that hold for any input: no panic, bounded work, and bytes that stay where they are.

#![expect(clippy::unwrap_used, reason = "also the functions that make the seeds are tests")]

#[path = "../src/generate.rs"]
mod generate;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use lopdf::encryption::crypt_filters::{Aes128CryptFilter, CryptFilter};
use lopdf::{EncryptionState, EncryptionVersion, Permissions};
use pades::{Document, Error, Reader, SignatureOptions, ValidationData, parse};
use proptest::prelude::*;
use proptest::sample::Index;
use seal::DigestAlgorithm;

fn options() -> SignatureOptions {
    SignatureOptions::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
}

fn sign(file: Vec<u8>, cms: &[u8]) -> Result<Vec<u8>, Error> {
    let document = Document::open(file.into())?;
    Ok(document.prepare(&options(), DigestAlgorithm::Sha256, 128)?.embed(cms)?.to_vec())
}

/// Adds a security store and a document time-stamp over it.
fn archive(file: Vec<u8>) -> Result<Vec<u8>, Error> {
    let document = Document::open(file.into())?;
    let data = ValidationData {
        certificates: vec![Bytes::from_static(b"certificate")],
        crls: vec![Bytes::from(vec![7; 5_000])],
        ..ValidationData::default()
    };
    let prepared = document.prepare_archive_time_stamp(&data, DigestAlgorithm::Sha256, 64)?;
    Ok(prepared.embed(&[0x30, 1, 7])?.to_vec())
}

/// A file that lopdf encrypts with AES-128 and an empty user password.
fn encrypted(file: &[u8]) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(file).unwrap();
    let filter: Arc<dyn CryptFilter> = Arc::new(Aes128CryptFilter);
    let version = EncryptionVersion::V4 {
        document: &document,
        encrypt_metadata: true,
        crypt_filters: BTreeMap::from([(b"StdCF".to_vec(), filter)]),
        stream_filter: b"StdCF".to_vec(),
        string_filter: b"StdCF".to_vec(),
        owner_password: "owner",
        user_password: "",
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut encrypted = Vec::new();
    document.save_to(&mut encrypted).unwrap();
    encrypted
}

/// Reads everything that can be asked of a file; how many objects could be read.
fn read_all(file: Bytes) -> Result<usize, Error> {
    let reader = Reader::open(file)?;
    let mut read = 0;
    for revision in reader.revisions() {
        let earlier = reader.at_revision(&revision);
        for number in 0..=earlier.max_object_number().min(200) {
            // Each object stands for itself: one that is damaged leaves the others readable.
            read += usize::from(earlier.object((number, 0)).is_ok());
            read += usize::from(earlier.stream((number, 0)).is_ok());
            read += usize::from(earlier.object_range((number, 0)).is_ok());
        }
    }
    Ok(read)
}

/// Valid files of each kind: tables, object streams, updates on both, a form with a field.
fn seeds() -> Vec<Vec<u8>> {
    let form = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [ 4 0 R ] >> >>";
    let objects = [
        (1, form.as_bytes().to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (3, b"<< /Type /Page /Parent 2 0 R /Annots [4 0 R] >>".to_vec()),
        (4, b"<< /FT /Sig /T (Field) /Kids [ 5 0 R ] /SV << /Ff 0 >> >>".to_vec()),
        (5, b"<< /Parent 4 0 R /Rect [0 0 1 1] >>".to_vec()),
    ];
    let form = generate::with_table(objects, "/Root 1 0 R /ID [<00> <01>]");
    let seeds = [
        generate::pages_with_table(2, 30),
        generate::pages_with_object_streams(2, 30),
        encrypted(&form),
        [b"From: mail\n", &form[..]].concat(),
        form,
    ];
    let updated: Vec<Vec<u8>> =
        seeds.iter().map(|seed| sign(seed.clone(), b"cms").unwrap()).collect();
    let archived: Vec<Vec<u8>> =
        updated.iter().map(|seed| archive(seed.clone()).unwrap()).collect();
    [seeds.to_vec(), updated, archived].concat()
}

fn valid() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(seeds())
}

/// A change of one place: bytes replaced, removed, inserted or repeated.
#[derive(Clone, Debug)]
enum Mutation {
    Replace(Index, Vec<u8>),
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
    Repeat(Index, usize),
}

/// What breaks parsers: brackets, keywords, large numbers.
fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let words: [&[u8]; 14] = [
        b"<<",
        b">>",
        b"[",
        b"]",
        b"(",
        b")",
        b"<",
        b"/Kids [2 0 R]",
        b"1 0 R",
        b"99999999999",
        b"endobj",
        b"stream",
        b"/Prev 0",
        b"-1",
    ];
    prop_oneof![
        prop::sample::select(words.to_vec()).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 1..6),
        prop::collection::vec(b'0'..=b'9', 1..4),
    ]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        3 => (any::<Index>(), fragment()).prop_map(|(at, bytes)| Mutation::Replace(at, bytes)),
        1 => (any::<Index>(), 1..40_usize).prop_map(|(at, count)| Mutation::Remove(at, count)),
        1 => (any::<Index>(), fragment()).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        1 => (any::<Index>(), 1..40_usize).prop_map(|(at, count)| Mutation::Repeat(at, count)),
    ]
}

fn mutated(mut file: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        let length = file.len();
        let span = |at: &Index, count: usize| {
            let start = at.index(length);
            start..(start + count).min(length)
        };
        match mutation {
            Mutation::Replace(at, bytes) => {
                let span = span(at, bytes.len());
                file.splice(span, bytes.iter().copied());
            }
            Mutation::Remove(at, count) if *count < length => {
                file.drain(span(at, *count));
            }
            Mutation::Remove(..) => {}
            Mutation::Insert(at, bytes) => {
                let start = at.index(length);
                file.splice(start..start, bytes.iter().copied());
            }
            Mutation::Repeat(at, count) => {
                let span = span(at, *count);
                let bytes = file[span.clone()].to_vec();
                file.splice(span.start..span.start, bytes);
            }
        }
    }
    file
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn no_image_makes_the_reader_panic(png: bool, bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let start: &[u8] = if png { b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR" } else { b"\xFF\xD8\xFF" };
        drop(pades::Image::parse(&[start, &bytes].concat()));
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let file = [&b"%PDF-1.7\nstartxref\n0\n"[..], &bytes].concat();
        prop_assert!(read_all(Bytes::copy_from_slice(&file)).is_err());
        prop_assert!(sign(file, b"").is_err());
        if let Ok(value) = parse(&bytes) {
            // A value has its own end, whatever follows it.
            prop_assert_eq!(parse(&[&bytes[..], b" ]"].concat()), Ok(value));
        }
    }

    #[test]
    fn embedding_moves_no_byte_outside_the_contents(
        file in valid(),
        cms in prop::collection::vec(any::<u8>(), 0..=128),
    ) {
        let empty = sign(file.clone(), b"").unwrap();
        let full = sign(file.clone(), &cms).unwrap();
        prop_assert_eq!(empty.len(), full.len());
        let tail = &empty[file.len()..];
        let contents = tail.windows(2 * 128 + 2).position(|window| {
            window[0] == b'<' && window[257] == b'>' && window[1..257].iter().all(|&b| b == b'0')
        });
        let start = file.len() + contents.unwrap() + 1;
        let digits: String = cms.iter().map(|byte| format!("{byte:02x}")).collect();
        let digits = format!("{digits:0<256}");
        prop_assert_eq!(&full[start..start + 256], digits.as_bytes());
        prop_assert_eq!(&full[..start], &empty[..start]);
        prop_assert_eq!(&full[start + 256..], &empty[start + 256..]);
    }

    #[test]
    fn the_same_input_gives_the_same_output(file in valid()) {
        prop_assert_eq!(sign(file.clone(), b"cms").unwrap(), sign(file, b"cms").unwrap());
    }
}

proptest! {
    #![proptest_config(cases(4_096))]

    #[test]
    fn a_mutated_file_is_signed_or_refused(
        file in valid(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let file = mutated(file, &mutations);
        let read = read_all(Bytes::copy_from_slice(&file));
        if let Ok(signed) = sign(file.clone(), b"cms") {
            prop_assert!(read.is_ok());
            prop_assert!(signed.starts_with(&file));
            // What was written can be read again, and signed again.
            let document = Document::open(signed.clone().into()).unwrap();
            prop_assert!(!document.facts().signed_fields.is_empty());
            prop_assert!(sign(signed.clone(), b"cms").is_ok());
            let listed = document.signatures().unwrap();
            prop_assert!(listed.len() < document.facts().signed_fields.len());
            if let Ok(archived) = archive(signed.clone()) {
                prop_assert!(archived.starts_with(&signed));
                // What is stored is found again: only the time-stamp is new.
                let again = archive(archived.clone()).unwrap();
                let crl = b"/FlateDecode >>\nstream";
                let added = |from: &[u8], to: &[u8]| memchr::memmem::find(&to[from.len()..], crl);
                prop_assert!(added(&archived, &again).is_none());
            }
        }
    }
}
