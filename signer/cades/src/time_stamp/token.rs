//! Reading tokens (RFC 3161 section 2.4.2).

mod verify;

use std::{sync::OnceLock, time::SystemTime};

use seal::CertificateDer;

pub use verify::{TimeStampTrust, VerifiedToken};

use super::{Nonce, TokenRefusal};
use crate::{
    Certificate, HashAlgorithm, HashValue, Oid, Unverified, ValidationData,
    algorithm::AlgorithmIdentifier,
    asn1::{Element, identifiers, read_fractional_time, tag},
    certificate::ExtensionIterator,
    signed_data::{SignedData, Signer, hash_index::HashIndex},
};

/// The longest token that is read, in bytes.
pub const MAXIMUM_TOKEN_LENGTH: usize = 256 * 1024;

/// A token that has been read and proves nothing yet.
#[derive(Clone, Debug)]
pub struct Token<'a> {
    signer: Signer<'a>,
    statement: Vec<u8>,
    policy: Oid,
    imprint: HashValue,
    serial_number: Vec<u8>,
    gen_time: SystemTime,
    nonce: Option<Nonce>,
    certificates_der: Vec<&'a [u8]>,
    /// The same, read when they are first asked for.
    certificates: OnceLock<Vec<Certificate>>,
    revocation_choices: Vec<&'a [u8]>,
    trailing: &'a [u8],
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
        let SignedData {
            content_type,
            content,
            certificates,
            revocation_choices,
            signers,
            trailing,
            ..
        } = signed_data;
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
        let imprint = match imprint {
            Imprint::Known(imprint) => imprint,
            Imprint::OtherAlgorithm => return Err(Unverified::Unsupported.into()),
            Imprint::OtherLength => {
                return Err(TokenRefusal::Malformed("its imprint is not as long as its hash"));
            }
        };
        Ok(Self {
            signer,
            statement,
            policy,
            imprint,
            serial_number,
            gen_time,
            nonce,
            certificates_der: certificates,
            certificates: OnceLock::new(),
            revocation_choices,
            trailing,
        })
    }

    /// The time that the token states.
    pub fn gen_time(&self) -> SystemTime {
        self.gen_time
    }

    /// The digest that the token covers.
    pub fn imprint(&self) -> &HashValue {
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
        self.certificates.get_or_init(|| {
            // One that cannot be read is none of use.
            let parse = |der: &&[u8]| Certificate::parse(CertificateDer::new(der.to_vec())).ok();
            self.certificates_der.iter().filter_map(parse).collect()
        })
    }

    /// The certificates and revocation data inside that can be read.
    pub(crate) fn validation_data(&self) -> ValidationData {
        let certificates = self.certificates().to_vec();
        let mut data = ValidationData { certificates, ..ValidationData::default() };
        self.revocation_choices.iter().for_each(|raw| data.read_choice(raw));
        data.read_attributes(&self.signer);
        data
    }

    /// ats-hash-index-v3 or one of the older forms, which makes the token an archive-time-stamp.
    pub(crate) fn hash_index(&self) -> Result<HashIndex<'a>, TokenRefusal> {
        let values = self.signer.all_unsigned_values();
        let mut indices = values.filter_map(|(oid, value)| HashIndex::read(oid, value));
        match (indices.next(), indices.next()) {
            (Some(index), None) => Ok(index?),
            (None, _) | (Some(_), Some(_)) => {
                Err(TokenRefusal::Malformed("it does not have one ats-hash-index"))
            }
        }
    }

    /// The hash function, of those that the token relies on, which is no longer trusted.
    pub(crate) fn broken_hash(&self) -> Option<HashAlgorithm> {
        let used = [Some(self.imprint.algorithm()), self.signer.hash_algorithm()];
        used.into_iter().flatten().find(|hash| hash.is_broken())
    }

    /// What the signature algorithm is called, also of one that cannot be verified.
    pub(crate) fn algorithm_name(&self) -> String {
        self.signer.signature_algorithm_name()
    }

    /// The certificate of the token's signer, if it is inside.
    pub fn signer_certificate(&self) -> Option<&Certificate> {
        self.find_signer(self.certificates())
    }

    /// The name of the signature algorithm, if it is one that can be verified.
    pub fn algorithm(&self) -> Option<crate::VerificationAlgorithm> {
        self.signer.algorithm().ok()
    }
}

struct Fields {
    policy: Oid,
    imprint: Imprint,
    serial_number: Vec<u8>,
    gen_time: SystemTime,
    nonce: Option<Nonce>,
}

/// messageImprint.
enum Imprint {
    Known(HashValue),
    /// Of an algorithm that cannot be computed here.
    OtherAlgorithm,
    OtherLength,
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
        let imprint = match HashAlgorithm::named(algorithm.oid) {
            Some(algorithm) => {
                HashValue::from_bytes(algorithm, value).map_or(Imprint::OtherLength, Imprint::Known)
            }
            None => Imprint::OtherAlgorithm,
        };
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
