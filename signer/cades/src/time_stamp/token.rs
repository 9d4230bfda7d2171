//! Reading and verifying tokens (RFC 3161 section 2.4.2, RFC 5816).

use std::time::SystemTime;

use seal::{CertificateDer, Digest};

use super::{Nonce, TokenRefusal};
use crate::{
    Certificate, Oid, Path, TrustAnchors,
    algorithm::{AlgorithmIdentifier, digest_algorithm},
    asn1::{Element, identifiers, read_fractional_time, tag},
    certificate::ExtensionIterator,
    signed_data::{SignedData, Signer},
};

/// The longest token that is read, in bytes.
pub const MAXIMUM_TOKEN_LENGTH: usize = 256 * 1024;

/// A token that has been read and proves nothing yet.
#[derive(Clone, Debug)]
pub struct Token<'a> {
    signer: Signer<'a>,
    statement: Vec<u8>,
    policy: Oid,
    imprint: Digest,
    serial_number: Vec<u8>,
    gen_time: SystemTime,
    nonce: Option<Nonce>,
    certificates: Vec<Certificate>,
    trailing: &'a [u8],
}

/// Whom a token may come from.
#[derive(Clone, Copy, Debug)]
pub enum TimeStampTrust<'a> {
    /// From this authority's certificate, which the caller trusts already: for an authority that
    /// was looked at once, so that a token costs one verification.
    Certificate(&'a Certificate),
    /// From the unit with this certificate, which made the token in this very process. All is
    /// compared but the signature's arithmetic: who could forge that could sign our documents,
    /// and it would cost as much again as the verification of the document's own signature.
    InProcess(&'a Certificate),
    /// From any authority with a path to one of these, at the token's time.
    Anchors(&'a TrustAnchors),
}

/// A token whose signature and signer have been verified. What it covers is the caller's to
/// compare.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    gen_time: SystemTime,
    path: Vec<Certificate>,
}

impl<'a> Token<'a> {
    /// Reads a token; what follows it is refused.
    ///
    /// # Errors
    /// [`TokenRefusal::Malformed`].
    pub fn parse(der: &'a [u8]) -> Result<Self, TokenRefusal> {
        let token = Self::parse_padded(der)?;
        if token.trailing.is_empty() {
            Ok(token)
        } else {
            Err(TokenRefusal::Malformed("bytes follow it"))
        }
    }

    /// Reads a token with zeros after it, as it stands in the `/Contents` of a PDF signature.
    ///
    /// # Errors
    /// [`TokenRefusal::Malformed`].
    pub fn parse_padded(contents: &'a [u8]) -> Result<Self, TokenRefusal> {
        if contents.len() > MAXIMUM_TOKEN_LENGTH {
            return Err(TokenRefusal::Malformed("it is too long"));
        }
        let signed_data = SignedData::parse(contents)?;
        let SignedData { content_type, content, certificates, signers, trailing, .. } = signed_data;
        if trailing.iter().any(|byte| *byte != 0) {
            return Err(TokenRefusal::Malformed("bytes other than zeros follow it"));
        }
        let Ok([signer]) = <[Signer<'a>; 1]>::try_from(signers) else {
            return Err(TokenRefusal::Malformed("it does not have exactly one signer"));
        };
        let statement = content.filter(|_| content_type == identifiers::TST_INFO);
        let statement =
            statement.ok_or(TokenRefusal::Malformed("it holds no TSTInfo"))?.into_owned();
        let fields = Fields::read(&statement)?;
        let Fields { policy, imprint, serial_number, gen_time, nonce } = fields;
        let imprint =
            imprint.ok_or(TokenRefusal::Malformed("its digest algorithm is not supported"))?;
        // One that cannot be read is none of use.
        let certificates = certificates
            .into_iter()
            .filter_map(|der| Certificate::parse(CertificateDer::new(der.to_vec())).ok())
            .collect();
        Ok(Self {
            signer,
            statement,
            policy,
            imprint,
            serial_number,
            gen_time,
            nonce,
            certificates,
            trailing,
        })
    }

    /// The time that the token states.
    pub fn gen_time(&self) -> SystemTime {
        self.gen_time
    }

    /// The digest that the token covers.
    pub fn imprint(&self) -> &Digest {
        &self.imprint
    }

    /// The policy that the token was made under.
    pub fn policy(&self) -> &Oid {
        &self.policy
    }

    /// The contents octets of the token's serial number.
    pub fn serial_number(&self) -> &[u8] {
        &self.serial_number
    }

    /// The nonce, if there is one.
    pub fn nonce(&self) -> Option<&Nonce> {
        self.nonce.as_ref()
    }

    /// The certificates inside that can be read.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The certificate of the token's signer, if it is inside.
    pub fn signer_certificate(&self) -> Option<&Certificate> {
        self.certificates.iter().find(|certificate| self.signer.identifies(certificate))
    }

    /// The name of the signature algorithm, if it is one that can be verified.
    pub fn algorithm(&self) -> Option<crate::VerificationAlgorithm> {
        self.signer.algorithm().ok()
    }

    /// Verifies the signature, the signed attributes, and the signer's certificate at the time of
    /// the token.
    ///
    /// # Errors
    /// [`TokenRefusal`].
    pub fn verify(&self, trust: TimeStampTrust<'_>) -> Result<VerifiedToken, TokenRefusal> {
        let certificate = match trust {
            TimeStampTrust::Certificate(given) | TimeStampTrust::InProcess(given) => {
                if !self.signer.identifies(given) {
                    return Err(TokenRefusal::OtherAuthority);
                }
                given
            }
            TimeStampTrust::Anchors(anchors) => self
                .signer_certificate()
                .or_else(|| anchors.certificates().iter().find(|one| self.signer.identifies(one)))
                .ok_or(TokenRefusal::NoCertificate)?,
        };
        if !certificate.is_for_time_stamping() {
            return Err(TokenRefusal::NotForTimeStamping);
        }
        let message = self.verify_statement(certificate)?;
        if !matches!(trust, TimeStampTrust::InProcess(_)) {
            // In the order in which they came: real authorities do not all sort them as DER does.
            self.signer.verify(certificate, &message)?;
        }
        if !certificate.is_valid_at(self.gen_time) {
            return Err(TokenRefusal::OutOfValidity);
        }
        let path = match trust {
            TimeStampTrust::Certificate(_) | TimeStampTrust::InProcess(_) => {
                vec![certificate.clone()]
            }
            TimeStampTrust::Anchors(anchors) => {
                Path::build(certificate, &self.certificates, anchors, self.gen_time)?.to_vec()
            }
        };
        Ok(VerifiedToken { gen_time: self.gen_time, path })
    }

    /// Holds the signed attributes against the statement and the certificate, and answers what
    /// the signature is over.
    fn verify_statement(&self, certificate: &Certificate) -> Result<Vec<u8>, TokenRefusal> {
        let signer = &self.signer;
        let message = signer
            .signed_message()
            .ok_or(TokenRefusal::Malformed("it has no signed attributes"))?;
        if signer.content_type()? != Some(identifiers::TST_INFO) {
            return Err(TokenRefusal::Malformed(
                "its content-type attribute is not that of a TSTInfo",
            ));
        }
        if !signer.signs(&self.statement) {
            return Err(TokenRefusal::OtherDigest);
        }
        let named = signer.signing_certificate()?;
        if !named.is_some_and(|named| named.identifies(certificate)) {
            return Err(TokenRefusal::Malformed(
                "its signing-certificate attribute does not name its signer",
            ));
        }
        Ok(message)
    }
}

impl VerifiedToken {
    /// The time.
    pub fn gen_time(&self) -> SystemTime {
        self.gen_time
    }

    /// The authority's certificate, and those above it to the trust anchor unless the
    /// certificate itself was trusted.
    pub fn path(&self) -> &[Certificate] {
        &self.path
    }

    /// The same without the trust anchor, whose validity does not matter; the authority's
    /// certificate is there in any case.
    pub fn below_anchor(&self) -> &[Certificate] {
        match &self.path[..] {
            [below @ .., _anchor] if !below.is_empty() => below,
            path => path,
        }
    }
}

struct Fields {
    policy: Oid,
    imprint: Option<Digest>,
    serial_number: Vec<u8>,
    gen_time: SystemTime,
    nonce: Option<Nonce>,
}

impl Fields {
    fn read(statement: &[u8]) -> der::Result<Self> {
        let invalid = |tag: der::Tag| der::Error::from(tag.value_error());
        let mut fields = Element::parse(statement, tag::SEQUENCE)?.elements()?;
        if fields.expect(tag::INTEGER)?.small_integer()? != 1 {
            return Err(invalid(der::Tag::Integer));
        }
        let policy = Oid::from_contents(fields.expect(tag::OBJECT_IDENTIFIER)?.contents)
            .ok_or_else(|| invalid(der::Tag::ObjectIdentifier))?;
        let mut imprint = fields.expect(tag::SEQUENCE)?.elements()?;
        let algorithm = AlgorithmIdentifier::read(imprint.expect(tag::SEQUENCE)?)?;
        let value = imprint.expect(tag::OCTET_STRING)?.contents;
        imprint.finish()?;
        let imprint = digest_algorithm(&algorithm)
            .and_then(|algorithm| Digest::from_bytes(algorithm, value).ok());
        let serial_number = fields.expect(tag::INTEGER)?.integer()?.to_vec();
        let gen_time = read_fractional_time(fields.expect(tag::GENERALIZED_TIME)?)?;
        fields.optional(tag::SEQUENCE)?;
        fields.optional(tag::BOOLEAN)?;
        let nonce = fields.optional(tag::INTEGER)?.map(Nonce::read).transpose()?;
        fields.optional(tag::context(0))?;
        // EN 319 422 clause 5.2.2: no extension is critical; one that is cannot be passed over.
        if let Some(extensions) = fields.optional(tag::context(1))? {
            for extension in ExtensionIterator::plain(extensions)? {
                if extension?.critical {
                    return Err(invalid(der::Tag::Sequence));
                }
            }
        }
        fields.finish()?;
        Ok(Self { policy, imprint, serial_number, gen_time, nonce })
    }
}
