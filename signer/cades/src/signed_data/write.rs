//! Writing a ContentInfo with SignedData of one signer into one buffer.

use seal::{DigestAlgorithm, SignatureAlgorithm};

use crate::asn1::{Part, identifiers, tag};

/// What stands in the container; everything else follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Container<'a> {
    /// CMSVersion of SignedData (RFC 5652 section 5.1).
    pub(crate) version: u8,
    /// digestAlgorithm.
    pub(crate) digest_algorithm: DigestAlgorithm,
    /// eContentType, the contents octets of its identifier.
    pub(crate) content_type: &'a [u8],
    /// eContent, if it is inside.
    pub(crate) content: Option<&'a [u8]>,
    /// The certificates in DER; without any the field is absent.
    pub(crate) certificates: &'a [Part<'a>],
    /// The issuer's name in DER, of the sid.
    pub(crate) issuer: Part<'a>,
    /// The contents octets of the serial number, of the sid.
    pub(crate) serial_number: Part<'a>,
    /// The signed attributes as they were signed, a SET.
    pub(crate) signed_attributes: &'a [u8],
    /// signatureAlgorithm.
    pub(crate) signature_algorithm: SignatureAlgorithm,
    /// The signature value.
    pub(crate) signature: Part<'a>,
    /// The unsigned attributes in DER, in order.
    pub(crate) unsigned_attributes: &'a [Part<'a>],
}

impl Container<'_> {
    /// The container in DER.
    pub(crate) fn to_der(self) -> Vec<u8> {
        self.with_part(|part| part.to_vec())
    }

    /// The length of [`Container::to_der`] in bytes.
    pub(crate) fn length(self) -> usize {
        self.with_part(|part| part.length())
    }

    fn with_part<T>(self, finish: impl FnOnce(Part<'_>) -> T) -> T {
        let digest_algorithm = digest_identifier(self.digest_algorithm);
        let signature_algorithm = signature_identifier(self.signature_algorithm);
        // CMSVersion v1: the signer is named by issuer and serial number (section 5.3).
        let signer_info = [
            Part::Raw(&[tag::INTEGER, 1, 1]),
            Part::Element(
                tag::SEQUENCE,
                &[self.issuer, Part::Element(tag::INTEGER, &[self.serial_number])],
            ),
            Part::Raw(&digest_algorithm),
            // Signed as a SET, sent under an implicit tag (section 5.4).
            Part::Raw(&[tag::context(0)]),
            Part::Raw(self.signed_attributes.get(1..).unwrap_or_default()),
            Part::Raw(&signature_algorithm),
            Part::Element(tag::OCTET_STRING, &[self.signature]),
            optional(tag::context(1), self.unsigned_attributes),
        ];
        let content = [Part::Element(tag::OCTET_STRING, &[Part::Raw(self.content.unwrap_or(&[]))])];
        let content_type = Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(self.content_type)]);
        let wrapped = [content_type, Part::Element(tag::context(0), &content)];
        let encapsulated = if self.content.is_some() { &wrapped[..] } else { &wrapped[..1] };
        let signed_data = [
            Part::Raw(&[tag::INTEGER, 1, self.version]),
            Part::Element(tag::SET, &[Part::Raw(&digest_algorithm)]),
            Part::Element(tag::SEQUENCE, encapsulated),
            optional(tag::context(0), self.certificates),
            Part::Element(tag::SET, &[Part::Element(tag::SEQUENCE, &signer_info)]),
        ];
        let signed_data = [Part::Element(tag::SEQUENCE, &signed_data)];
        finish(Part::Element(
            tag::SEQUENCE,
            &[
                Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(identifiers::SIGNED_DATA)]),
                Part::Element(tag::context(0), &signed_data),
            ],
        ))
    }
}

/// The AlgorithmIdentifier of a digest; its parameters are absent (RFC 5754 section 2).
pub(crate) fn digest_identifier(algorithm: DigestAlgorithm) -> Vec<u8> {
    let oid = match algorithm {
        DigestAlgorithm::Sha256 => identifiers::SHA_256,
        DigestAlgorithm::Sha384 => identifiers::SHA_384,
        DigestAlgorithm::Sha512 => identifiers::SHA_512,
    };
    algorithm_identifier(oid, NO_PARAMETERS)
}

/// The AlgorithmIdentifier of a signature: without parameters for ECDSA (RFC 5758 section 3.2) and
/// Ed25519 (RFC 8410 section 3), with NULL for RSASSA-PKCS1-v1_5 (RFC 4055 section 5), and with
/// every parameter that is not the default for RSASSA-PSS.
fn signature_identifier(algorithm: SignatureAlgorithm) -> Vec<u8> {
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => {
            algorithm_identifier(identifiers::ECDSA_WITH_SHA_256, NO_PARAMETERS)
        }
        SignatureAlgorithm::EcdsaP384Sha384 => {
            algorithm_identifier(identifiers::ECDSA_WITH_SHA_384, NO_PARAMETERS)
        }
        SignatureAlgorithm::EcdsaP521Sha512 => {
            algorithm_identifier(identifiers::ECDSA_WITH_SHA_512, NO_PARAMETERS)
        }
        SignatureAlgorithm::RsaPssSha256(_) => pss_identifier(),
        SignatureAlgorithm::RsaPkcs1Sha256(_) => {
            algorithm_identifier(identifiers::SHA_256_WITH_RSA, NULL)
        }
        SignatureAlgorithm::Ed25519 => algorithm_identifier(identifiers::ED25519, NO_PARAMETERS),
    }
}

/// ```text
/// RSASSA-PSS-params ::= SEQUENCE {
///     hashAlgorithm     [0] HashAlgorithm DEFAULT sha1Identifier,
///     maskGenAlgorithm  [1] MaskGenAlgorithm DEFAULT mgf1SHA1Identifier,
///     saltLength        [2] INTEGER DEFAULT 20,
///     trailerField      [3] INTEGER DEFAULT 1 }
/// ```
/// RFC 4055 section 3.1, here with SHA-256 (whose parameters are NULL, section 2.1), MGF1 over
/// SHA-256 and a salt of 32 bytes.
fn pss_identifier() -> Vec<u8> {
    const SALT_LENGTH: u8 = 32;
    let hash = algorithm_identifier(identifiers::SHA_256, NULL);
    let mask_generation = algorithm_identifier(identifiers::MGF_1, Part::Raw(&hash));
    let parameters = [
        Part::Element(tag::context(0), &[Part::Raw(&hash)]),
        Part::Element(tag::context(1), &[Part::Raw(&mask_generation)]),
        Part::Element(tag::context(2), &[Part::Raw(&[tag::INTEGER, 1, SALT_LENGTH])]),
    ];
    algorithm_identifier(identifiers::RSASSA_PSS, Part::Element(tag::SEQUENCE, &parameters))
}

const NO_PARAMETERS: Part<'_> = Part::Raw(&[]);
const NULL: Part<'_> = Part::Raw(&[tag::NULL, 0]);

fn algorithm_identifier(oid: &[u8], parameters: Part<'_>) -> Vec<u8> {
    let oid = Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(oid)]);
    Part::Element(tag::SEQUENCE, &[oid, parameters]).to_vec()
}

/// The parts under `tag`, or nothing when there are none.
fn optional<'a>(tag: u8, parts: &'a [Part<'a>]) -> Part<'a> {
    if parts.is_empty() { Part::Raw(&[]) } else { Part::Element(tag, parts) }
}
