//! The signed attributes of a CMS signature, as far as the device must understand what it signs.

use der::{Decode, Encode, Tag, Tagged, asn1::OctetStringRef};
use seal::{Digest, DigestAlgorithm};
use x509_cert::attr::Attributes;

/// The longest that are read, in bytes; a PAdES signature's take some hundreds.
const MAXIMUM_LENGTH: usize = 16 * 1024;

/// content-type, message-digest (RFC 5652 sections 11.1 and 11.2) and id-data (section 4).
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const DATA: &str = "1.2.840.113549.1.7.1";

/// The message digest of signed attributes in DER; `None` unless they are the attributes of a signature
/// over a document: in the one encoding that DER has, each attribute once, id-data, and one digest of
/// the algorithm.
pub(in crate::device) fn message_digest(der: &[u8], algorithm: DigestAlgorithm) -> Option<Digest> {
    if der.len() > MAXIMUM_LENGTH {
        return None;
    }
    let attributes = Attributes::from_der(der).ok()?;
    if attributes.to_der().ok()? != der {
        return None;
    }
    let mut types: Vec<_> = attributes.iter().map(|attribute| attribute.oid).collect();
    types.sort_unstable();
    if types.windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    let value = |name: &str| {
        let attribute = attributes.iter().find(|one| one.oid.to_string() == name)?;
        (attribute.values.len() == 1).then(|| attribute.values.get(0))?
    };
    let content_type = value(CONTENT_TYPE)?;
    let content_type = content_type.decode_as::<der::asn1::ObjectIdentifier>().ok()?;
    let digest = value(MESSAGE_DIGEST)?;
    if content_type.to_string() != DATA || digest.tag() != Tag::OctetString {
        return None;
    }
    let digest = digest.decode_as::<&OctetStringRef>().ok()?;
    Digest::from_bytes(algorithm, digest.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTENT_TYPE: &str = "301806092a864886f70d010903310b06092a864886f70d010701";

    fn digest_attribute(octets: &str) -> String {
        format!("302f06092a864886f70d01090431220420{octets}")
    }

    fn set(attributes: &[&str]) -> Vec<u8> {
        let content = hex::decode(attributes.concat()).unwrap();
        [&[0x31, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
    }

    fn read(der: &[u8]) -> Option<Digest> {
        message_digest(der, DigestAlgorithm::Sha256)
    }

    #[test]
    fn the_message_digest_is_read() {
        let octets = "ab".repeat(32);
        let der = set(&[CONTENT_TYPE, &digest_attribute(&octets)]);
        assert_eq!(read(&der).unwrap().to_string(), octets);
        assert_eq!(message_digest(&der, DigestAlgorithm::Sha384), None);
    }

    #[test]
    fn anything_else_is_refused() {
        let (one, other) = (digest_attribute(&"ab".repeat(32)), digest_attribute(&"cd".repeat(32)));
        let of_token = CONTENT_TYPE.replace("010701", "010702");
        let two =
            format!("305106092a864886f70d01090431440420{}0420{}", "ab".repeat(32), "cd".repeat(32));
        let mut longer = set(&[CONTENT_TYPE, &one]);
        longer.push(0);
        let mut sequence = set(&[CONTENT_TYPE, &one]);
        sequence[0] = 0x30;
        for der in [
            set(&[CONTENT_TYPE]),
            set(&[&one]),
            set(&[&of_token, &one]),
            set(&[CONTENT_TYPE, &one, &other]),
            set(&[CONTENT_TYPE, &one, &one]),
            set(&[&one, CONTENT_TYPE]),
            set(&[CONTENT_TYPE, &two]),
            longer,
            sequence,
            Vec::new(),
            vec![0x31; 20_000],
        ] {
            assert_eq!(read(&der), None, "{}", hex::encode(&der));
        }
    }
}
