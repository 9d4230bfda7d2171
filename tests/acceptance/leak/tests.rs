//! The search must be able to fail: each test plants a name and sees it found.

use std::io::Write;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use flate2::{Compression, write::ZlibEncoder};
use unicode_normalization::UnicodeNormalization;

use super::Person;

const NAME: &str = "Søren Ærøskøbing";

fn person() -> Person {
    Person::known_as(&[NAME, "soren.privat@example.org", "6f1c2b7e-0d6a-4f7c-9f0e-2a9b1c3d4e5f"])
}

/// Bytes around a plant, so that it stands neither at the start nor at a round offset.
fn surround(plant: &[u8]) -> Vec<u8> {
    [b"\x30\x82\x01(7 0 obj << /Type /Sig >> ".as_slice(), plant, b") \x00\x00 endobj"].concat()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

fn escaped(bytes: &[u8], one: impl Fn(u8) -> String) -> Vec<u8> {
    bytes.iter().map(|byte| one(*byte)).collect::<String>().into_bytes()
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("a vector takes every byte");
    encoder.finish().expect("a vector takes every byte")
}

#[test]
fn name_is_found_in_every_encoding() {
    let utf8 = NAME.as_bytes();
    let encodings: Vec<(&str, Vec<u8>)> = vec![
        ("UTF-8", utf8.to_vec()),
        ("Latin-1", latin1(NAME)),
        ("UTF-16BE", utf16(NAME, u16::to_be_bytes)),
        ("UTF-16LE", utf16(NAME, u16::to_le_bytes)),
        ("capital letters", NAME.to_uppercase().into_bytes()),
        ("decomposed", NAME.nfd().collect::<String>().into_bytes()),
        ("ae oe aa", b"Soeren Aeroeskoebing".to_vec()),
        ("without marks", b"soren aeroskobing".to_vec()),
        ("small hex", hex::encode(utf8).into_bytes()),
        ("PDF hex string in lines", {
            let digits = hex::encode_upper(utf16(NAME, u16::to_be_bytes));
            format!("<FEFF{}\n{}>", &digits[..21], &digits[21..]).into_bytes()
        }),
        ("percent", escaped(utf8, |byte| format!("%{byte:02X}"))),
        ("PDF name", escaped(&latin1(NAME), |byte| format!("#{byte:02x}"))),
        ("octal", escaped(&latin1(NAME), |byte| format!("\\{byte:03o}"))),
        (
            "XML decimal",
            NAME.chars().map(|c| format!("&#{};", c as u32)).collect::<String>().into(),
        ),
        ("XML hex", NAME.chars().map(|c| format!("&#x{:X};", c as u32)).collect::<String>().into()),
        ("zlib", deflate(utf8)),
        ("zlib in hex", hex::encode(deflate(&latin1(NAME))).into_bytes()),
        ("base64 in zlib in hex", {
            hex::encode(deflate(STANDARD.encode(utf8).as_bytes())).into_bytes()
        }),
        ("DER in DER", {
            let string = [&[0x0C, utf8.len() as u8], utf8].concat();
            [&[0x04, string.len() as u8], string.as_slice()].concat()
        }),
    ];
    for (encoding, plant) in encodings {
        assert!(!person().traces_in(&surround(&plant)).is_empty(), "{encoding} hides the name");
    }
}

#[test]
fn base64_is_read_at_every_alignment() {
    for before in 0..3 {
        for engine in [STANDARD, URL_SAFE_NO_PAD] {
            let content = [b"abc".split_at(before).0, NAME.as_bytes(), b"z"].concat();
            let plant = surround(engine.encode(content).as_bytes());
            assert!(!person().traces_in(&plant).is_empty(), "{before} bytes before");
        }
    }
}

#[test]
fn parts_and_identifiers_are_found_alone() {
    for plant in [
        "Søren",
        "ærøskøbing",
        "soren.privat@example.org",
        "soren.privat",
        "6F1C2B7E-0D6A-4F7C-9F0E-2A9B1C3D4E5F",
        "6f1c2b7e0d6a4f7c9f0e2a9b1c3d4e5f",
    ] {
        assert!(!person().traces_in(&surround(plant.as_bytes())).is_empty(), "{plant}");
    }
}

#[test]
fn trace_says_how_it_was_hidden() {
    let traces = person().traces_in(&surround(hex::encode(latin1("Søren")).as_bytes()));
    assert!(traces.iter().any(|trace| trace.text == "søren" && trace.way == "hex > Latin-1"));
}

#[test]
fn document_of_others_holds_no_trace() {
    let text = "Havnsted Kommune, example.org, Ærø, The municipality decides.";
    for bytes in [text.as_bytes().to_vec(), utf16(text, u16::to_be_bytes), deflate(text.as_bytes())]
    {
        assert_eq!(person().traces_in(&surround(&bytes)), [].into());
    }
}
