//! A seal in other spellings of BER: OpenSSL verifies it as before, and so do we.

use crate::{
    configuration,
    oracle::{Folder, openssl},
    server::Server,
    tlv::{self, Element},
};

const CONTENT: &[u8] = b"Minutes of the meeting";

/// How every element is written.
#[derive(Clone, Copy, Debug)]
enum Spelling {
    /// With two octets more of length than it needs.
    LongLengths,
    /// With an indefinite length where it may have one.
    Indefinite,
    /// OCTET STRINGs in pieces, and these in pieces.
    Pieces,
}

/// The element anew, but for what stands in `kept`.
fn spelt(der: &[u8], element: &Element, spelling: Spelling, kept: &[&[u8]]) -> Vec<u8> {
    let whole = &der[element.whole.clone()];
    let content = &der[element.content.clone()];
    if kept.contains(&whole) {
        return whole.to_vec();
    }
    match element.tag {
        0x04 if matches!(spelling, Spelling::Pieces) => pieces(content),
        tag if tag & 0x20 != 0 => {
            let children = tlv::children(der, element);
            let content: Vec<u8> =
                children.iter().flat_map(|child| spelt(der, child, spelling, kept)).collect();
            wrapped(tag, &content, spelling)
        }
        tag => wrapped(tag, content, spelling),
    }
}

fn pieces(octets: &[u8]) -> Vec<u8> {
    let (one, other) = octets.split_at(octets.len() / 2);
    let piece = |octets: &[u8]| wrapped(0x04, octets, Spelling::LongLengths);
    let inner = wrapped(0x24, &piece(other), Spelling::Indefinite);
    wrapped(0x24, &[piece(one), inner].concat(), Spelling::Indefinite)
}

fn wrapped(tag: u8, content: &[u8], spelling: Spelling) -> Vec<u8> {
    if matches!(spelling, Spelling::Indefinite) && tag & 0x20 != 0 {
        return [&[tag, 0x80], content, &[0, 0]].concat();
    }
    let length = u32::try_from(content.len()).expect("a short element").to_be_bytes();
    [&[tag, 0x84], &length[..], content].concat()
}

#[tokio::test]
async fn openssl_and_we_take_every_spelling_of_a_seal() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let query = "profile=validity-assured-ES256&level=B-T&format=cades&packaging=attached";
    let sealed = server.seal(query, CONTENT).await.ok().body;
    let whole = tlv::element(&sealed, 0).expect("DER");
    let certificates = tlv::Cms::parts(&sealed).certificates;
    let mut kept: Vec<&[u8]> = certificates.iter().map(|one| &sealed[one.clone()]).collect();
    // The token has certificates of its own, and OpenSSL does not look into it.
    let token = tlv::Cms::parts(&sealed).unsigned_attributes;
    kept.extend(token.iter().map(|one| &sealed[one.clone()]));
    // Each signed attribute is DER, whatever the rest is (RFC 5652 section 5.3).
    let mut signed = tlv::Cms::parts(&sealed).signed_attributes;
    while !signed.is_empty() {
        let attribute = tlv::element(&sealed, signed.start).expect("an attribute").whole;
        signed.start = attribute.end;
        kept.push(&sealed[attribute]);
    }
    let folder = Folder::new();
    folder.write("anchor.pem", &server.pki("trust-anchor.pem").await);
    for spelling in [Spelling::LongLengths, Spelling::Indefinite, Spelling::Pieces] {
        let other = spelt(&sealed, &whole, spelling, &kept);
        assert_ne!(other, sealed);
        folder.write("other.p7m", &other);
        let verify = "cms -verify -binary -cades -purpose any -inform DER -in @other.p7m \
                      -CAfile @anchor.pem -out @content";
        openssl(&folder, verify).unwrap_or_else(|said| panic!("{spelling:?}: {said}"));
        let report = server.validate(&other).await;
        assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report:#}");
        assert_eq!(report["signatures"][0]["level"], "CAdES-B-T", "{report:#}");
    }
}
