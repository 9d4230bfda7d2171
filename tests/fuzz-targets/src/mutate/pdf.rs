//! Changes of a PDF: words and numbers replaced, objects changed in a new revision, the CMS inside
//! changed as DER.

use std::ops::Range;

use fastrand::Rng;
use memchr::memmem;

use super::{choice, der, plain};

/// What a reader looks for, and what it must not fall over.
const WORDS: [&str; 40] = [
    "<<",
    ">>",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "/Kids [2 0 R]",
    "1 0 R",
    "99999999999",
    "endobj",
    "stream",
    "endstream",
    "/Prev 0",
    "-1",
    "null",
    "true",
    "/Type /Catalog",
    "/Parent 3 0 R",
    "/V 7 0 R",
    "/FT /Sig",
    "/T (Signature1)",
    "/Annots [3 0 R]",
    "/AcroForm << /Fields [] >>",
    "/Perms << /DocMDP 6 0 R >>",
    "/Length 99999",
    "/Filter /FlateDecode",
    "/ObjStm",
    "/XRef",
    "/W [1 2 1]",
    "/Index [0 99999]",
    "/Size 1",
    "/Extends 6 0 R",
    "/Encrypt 6 0 R",
    "/SV << >>",
    "/Lock << /Action /All >>",
    "/DSS << >>",
    "/ByteRange [0 1 2 3]",
    "%%EOF",
];

const NUMBERS: [&str; 12] = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "15",
    "255",
    "65535",
    "65536",
    "2147483647",
    "4294967296",
    "18446744073709551615",
];

/// A changed copy; none when there was nothing to change in the way that was chosen.
pub(super) fn mutate(bytes: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    match rng.u8(..8) {
        0 => number(bytes, rng, false),
        1 => number(bytes, rng, true),
        2 => word(bytes, rng),
        3 => swap(bytes, rng),
        4 => contents(bytes, rng),
        _ => update(bytes, rng),
    }
}

/// Another number: in the same room, so that nothing behind it moves, or in its own.
fn number(bytes: &[u8], rng: &mut Rng, same_room: bool) -> Option<Vec<u8>> {
    let start = rng.usize(..bytes.len());
    let start = start + bytes[start..].iter().position(u8::is_ascii_digit)?;
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut changed = bytes.to_vec();
    let range = start..start + length;
    let value: Option<u64> = std::str::from_utf8(&bytes[range.clone()]).ok()?.parse().ok();
    let other = match (value, rng.u8(..4)) {
        (Some(value), 0) => value.wrapping_add(1).to_string(),
        (Some(value), 1) => value.saturating_sub(1).to_string(),
        _ => (*choice(&NUMBERS, rng)?).to_owned(),
    };
    if same_room {
        let other = format!("{other:0>length$}");
        changed.splice(range, other.bytes().take(length));
    } else {
        changed.splice(range, other.bytes());
    }
    Some(changed)
}

/// A word over what stands there, or between.
fn word(bytes: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let start = rng.usize(..bytes.len());
    let start = start + bytes[start..].iter().position(|byte| byte.is_ascii_whitespace())?;
    let word = choice(&WORDS, rng)?;
    let replaced = if rng.bool() { word.len().min(bytes.len() - start - 1) } else { 0 };
    let mut changed = bytes.to_vec();
    changed.splice(start + 1..start + 1 + replaced, word.bytes());
    Some(changed)
}

/// The contents of two objects, one for the other, in the same room.
fn swap(bytes: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let objects = objects(bytes);
    let (one, other) = (choice(&objects, rng)?, choice(&objects, rng)?);
    let mut changed = bytes.to_vec();
    let length = one.content.len().min(other.content.len());
    let content = &bytes[other.content.start..][..length];
    changed[one.content.start..][..length].copy_from_slice(content);
    Some(changed)
}

/// The CMS in a `/Contents`, changed as DER; the room stays.
fn contents(bytes: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let places: Vec<usize> = memmem::find_iter(bytes, b"/Contents <30").collect();
    let start = choice(&places, rng)? + b"/Contents <".len();
    let length = memchr::memchr(b'>', &bytes[start..])?;
    let digits = std::str::from_utf8(&bytes[start..start + length]).ok()?;
    let octets: Option<Vec<u8>> = (0..length / 2)
        .map(|at| u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    let octets = der::mutate(&octets?, rng)?;
    let digits: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let digits = format!("{digits:0<length$}");
    let mut changed = bytes.to_vec();
    changed.splice(start..start + length, digits.bytes().take(length));
    Some(changed)
}

/// A new revision in which one object has changed, or is another's.
fn update(bytes: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let objects = objects(bytes);
    let (one, donor) = (choice(&objects, rng)?, choice(&objects, rng)?);
    let content = if rng.u8(..4) == 0 { &donor.content } else { &one.content };
    let mut content = bytes[content.clone()].to_vec();
    for _ in 0..=rng.u8(..2) {
        let changed = match rng.u8(..4) {
            _ if content.is_empty() => None,
            0 => number(&content, rng, false),
            1 => word(&content, rng),
            2 => inside(&content, rng),
            _ => Some(plain(&content, rng)),
        };
        content = changed.unwrap_or(content);
    }
    let previous = previous(bytes)?;
    let root = memmem::rfind(bytes, b"/Root ").map(|at| &bytes[at..])?;
    let root = String::from_utf8_lossy(&root[..=memchr::memchr(b'R', &root[1..])? + 1]);
    // Past the R of `/Root`, up to the R of its reference.
    let mut changed = bytes.to_vec();
    changed.push(b'\n');
    let number = if rng.u8(..8) == 0 { one.number.wrapping_add(1000) } else { one.number };
    let object = changed.len();
    changed.extend(format!("{number} 0 obj").bytes());
    changed.extend_from_slice(&content);
    changed.extend_from_slice(b"endobj\n");
    let section = changed.len();
    if bytes.get(previous..)?.starts_with(b"xref") {
        let kind = if rng.u8(..16) == 0 { 'f' } else { 'n' };
        changed.extend(format!("xref\n{number} 1\n{object:010} 00000 {kind} \n").bytes());
        changed.extend(format!("trailer\n<< /Size 9999 {root} /Prev {previous} >>\n").bytes());
    } else {
        let dictionary = format!(
            "9998 0 obj\n<< /Type /XRef /Size 9999 {root} /Prev {previous} /W [1 4 1] \
             /Index [{number} 1 9998 1] /Length 12 >>\nstream\n"
        );
        changed.extend(dictionary.bytes());
        for offset in [object, section] {
            changed.push(1);
            changed.extend((offset as u32).to_be_bytes());
            changed.push(0);
        }
        changed.extend_from_slice(b"\nendstream\nendobj\n");
    }
    changed.extend(format!("startxref\n{section}\n%%EOF\n").bytes());
    Some(changed)
}

/// An entry more in a dictionary.
fn inside(content: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let places: Vec<usize> = memmem::find_iter(content, b"<<").collect();
    let at = choice(&places, rng)? + 2;
    let mut changed = content.to_vec();
    changed.splice(at..at, format!(" {} ", choice(&WORDS, rng)?).bytes());
    Some(changed)
}

/// Where the last `startxref` points.
fn previous(bytes: &[u8]) -> Option<usize> {
    let at = memmem::rfind(bytes, b"startxref")? + b"startxref".len();
    let text = std::str::from_utf8(bytes.get(at..bytes.len().min(at + 24))?).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// An object as it stands in the file.
struct Object {
    number: u32,
    content: Range<usize>,
}

fn objects(bytes: &[u8]) -> Vec<Object> {
    let found = memmem::find_iter(bytes, b" 0 obj").filter_map(|at| {
        let digits = bytes[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&bytes[at - digits..at]).ok()?.parse().ok()?;
        let start = at + b" 0 obj".len();
        let length = memmem::find(&bytes[start..], b"endobj")?;
        Some(Object { number, content: start..start + length })
    });
    found.take(1000).collect()
}
