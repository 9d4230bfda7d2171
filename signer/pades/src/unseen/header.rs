//! What stands before `%PDF-`.

use seal::Unseen;

/// How files begin that other programs take for their own, whatever follows.
const FORMATS: [&[u8]; 16] = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"MZ",
    b"\x7FELF",
    b"#!",
    b"GIF8",
    b"\x89PNG",
    b"\xFF\xD8\xFF",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"%!PS",
    b"{\\rtf",
    b"Rar!",
    b"7z\xBC\xAF",
    b"\x1F\x8B",
];

/// What makes a text HTML or XML to a browser (WHATWG MIME Sniffing clause 7.1).
const MARKUP: [&[u8]; 8] =
    [b"<!doctype", b"<html", b"<head", b"<script", b"<body", b"<?xml", b"<svg", b"<!--"];

/// What the bytes before the header are.
pub(super) fn leading(bytes: &[u8]) -> Option<Unseen> {
    if bytes.is_empty() {
        return None;
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let lower = bytes.to_ascii_lowercase();
    let is_markup = MARKUP.iter().any(|tag| memchr::memmem::find(&lower, tag).is_some());
    // ZIP is looked for from its end, and its parts may stand anywhere.
    let is_archive = memchr::memmem::find(bytes, b"PK\x03\x04").is_some();
    let begins = FORMATS.iter().any(|magic| text.starts_with(magic) || bytes.starts_with(magic));
    Some(if is_markup || is_archive || begins { Unseen::OtherFormat } else { Unseen::LeadingBytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_before_the_header_are_told_apart_by_whom_they_mean_something_to() {
        for (bytes, unseen) in [
            (&b""[..], None),
            (b"\n", Some(Unseen::LeadingBytes)),
            (b"junk\n", Some(Unseen::LeadingBytes)),
            (b"\xEF\xBB\xBF", Some(Unseen::LeadingBytes)),
            (b"  <HTML><!--", Some(Unseen::OtherFormat)),
            (b"text <script>alert(1)</script>", Some(Unseen::OtherFormat)),
            (b"PK\x03\x04 archive", Some(Unseen::OtherFormat)),
            (b"junk PK\x03\x04 archive", Some(Unseen::OtherFormat)),
            (b"MZ\x90", Some(Unseen::OtherFormat)),
            (b"#!/bin/sh\nexit\n", Some(Unseen::OtherFormat)),
            (b"\xFF\xD8\xFF\xE0", Some(Unseen::OtherFormat)),
        ] {
            assert_eq!(leading(bytes), unseen, "{bytes:?}");
        }
    }
}
