//! `signatures/signDoc`: whole documents, or their digests, by a signature qualifier or by activation data.
//! The service makes the container, with a key for it alone.

use std::fmt;

use seal::{Digest, DigestAlgorithm, Format, Level, SignatureAlgorithm};
use serde::Serialize;

use crate::{
    ApiVersion, AskedAlgorithm, Error, Mode, Parameters, hash::read_base64, read_hash,
    request::activation_data,
};

/// The most documents, or digests, in one request.
const MAXIMUM_DOCUMENTS: usize = 100;

/// `signatures/signDoc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentsRequest {
    /// By what.
    pub permission: Permission,
    /// What is signed, in its order.
    pub items: Vec<DocumentItem>,
    /// When it is answered.
    pub mode: Mode,
}

/// What documents are signed by.
#[derive(Clone, PartialEq, Eq)]
pub enum Permission {
    /// What the caller may do anyway, with the kind of key that `signatureQualifier` names.
    Qualifier(String),
    /// Activation data for these very documents.
    ActivationData {
        /// They: a secret.
        sad: String,
        /// The credential that they are for, where it is named.
        credential: Option<String>,
        /// The kind of its key, where it is named.
        qualifier: Option<String>,
    },
}

/// Documents or digests that are signed alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentItem {
    /// What is signed.
    pub content: DocumentContent,
    /// `signature_format`: C or P.
    pub format: Format,
    /// `conformance_level`.
    pub level: Level,
    /// `signed_envelope_property`.
    pub envelope: Envelope,
    /// `Reason` of a PDF's signature.
    pub reason: Option<String>,
    /// `Location` of a PDF's signature.
    pub location: Option<String>,
    sign_algorithm: String,
    sign_algorithm_parameters: Option<String>,
}

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentContent {
    /// A document.
    Document(Vec<u8>),
    /// Digests of documents, or of byte ranges.
    Digests(Vec<Digest>),
}

/// Where the content is, and what a signature makes of a PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// The CMS carries the content.
    Attached,
    /// It does not.
    Detached,
    /// The first signature of a PDF, which permits forms and signatures (DocMDP with P=2).
    Certification,
    /// A signature that certifies nothing.
    Revision,
}

/// The answer to `signatures/signDoc`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DocumentsAnswer {
    /// Documents with their signatures, in base64.
    #[serde(rename = "DocumentWithSignature", skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// Signatures without their documents, in base64.
    #[serde(rename = "SignatureObject", skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<String>,
}

/// Without what is secret.
impl fmt::Debug for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Qualifier(qualifier) => f.debug_tuple("Qualifier").field(qualifier).finish(),
            Self::ActivationData { credential, qualifier, .. } => f
                .debug_struct("ActivationData")
                .field("credential", credential)
                .field("qualifier", qualifier)
                .finish_non_exhaustive(),
        }
    }
}

impl Permission {
    fn read(parameters: &Parameters, shown: Option<&str>) -> Result<Self, Error> {
        let named = |name| {
            let text = parameters.string(&[name])?.filter(|text| !text.is_empty());
            Ok::<_, Error>(text.map(str::to_owned))
        };
        let (credential, qualifier) = (named("credentialID")?, named("signatureQualifier")?);
        let sad = activation_data(parameters, shown)?.map(str::to_owned);
        match (sad, credential, qualifier) {
            (Some(sad), credential, qualifier) => {
                Ok(Self::ActivationData { sad, credential, qualifier })
            }
            (None, Some(_), _) => Err(Error::missing("string", "SAD")),
            (None, None, Some(qualifier)) => Ok(Self::Qualifier(qualifier)),
            (None, None, None) => Err(Error::missing("string", "signatureQualifier")),
        }
    }
}

impl DocumentsRequest {
    /// Reads the request. `shown` are activation data that came in the place of a token.
    ///
    /// # Errors
    /// [`Error`]; there is no answer in XML or JSON, and no revocation data beside it.
    pub fn read(parameters: &Parameters, shown: Option<&str>) -> Result<Self, Error> {
        let mode = Mode::read(parameters, ApiVersion::V2)?;
        let validation = ["returnValidationInfo", "returnValidationInformation"];
        if parameters.boolean(&validation, false)? {
            return Err(Error::invalid("returnValidationInfo"));
        }
        let permission = Permission::read(parameters, shown)?;
        let given = (parameters.objects("documents")?, parameters.objects("documentDigests")?);
        let (items, is_digest) = match given {
            (Some(documents), None) => (documents, false),
            (None, Some(digests)) => (digests, true),
            (None, None) => {
                return Err(Error::request("Empty documentDigests and documents objects"));
            }
            (Some(_), Some(_)) => {
                return Err(Error::request("Both documentDigests and documents parameters passed"));
            }
        };
        if items.is_empty() {
            return Err(Error::request("Empty documentDigests and documents objects"));
        }
        let items: Vec<DocumentItem> = items
            .iter()
            .map(|item| DocumentItem::read(item, is_digest))
            .collect::<Result<_, _>>()?;
        let number: usize = items.iter().map(|item| item.content.number()).sum();
        if number > MAXIMUM_DOCUMENTS {
            return Err(Error::too_many_signatures());
        }
        Ok(Self { permission, items, mode })
    }
}

impl DocumentItem {
    fn read(item: &Parameters, is_digest: bool) -> Result<Self, Error> {
        let content = if is_digest {
            let algorithm = match item.string(&["hashAlgorithmOID", "hashAlgo"])? {
                None => DigestAlgorithm::Sha256,
                Some(oid) => DigestAlgorithm::from_oid(oid)
                    .ok_or_else(|| Error::invalid("hashAlgorithmOID"))?,
            };
            let hashes = item.strings(&["hashes", "hash"])?.unwrap_or_default();
            if hashes.is_empty() {
                return Err(Error::request("Empty hash array"));
            }
            let hashes = hashes.into_iter().map(|hash| read_hash(hash, algorithm));
            DocumentContent::Digests(hashes.collect::<Result<_, _>>()?)
        } else {
            let document = read_base64(item.required_string(&["document"])?);
            DocumentContent::Document(document.ok_or_else(|| Error::invalid("document"))?)
        };
        let format = match item.required_string(&["signature_format"])? {
            word if word.eq_ignore_ascii_case("C") => Format::Cades,
            word if word.eq_ignore_ascii_case("P") => Format::Pades,
            _ => return Err(Error::invalid("signature_format")),
        };
        let (reason, location) = properties(item, format)?;
        Ok(Self {
            content,
            format,
            level: level(item.string(&["conformance_level"])?)?,
            envelope: envelope(item.string(&["signed_envelope_property"])?, format)?,
            reason,
            location,
            sign_algorithm: item.required_string(&["signAlgo"])?.to_owned(),
            sign_algorithm_parameters: item.string(&["signAlgoParams"])?.map(str::to_owned),
        })
    }

    /// That a key of this suite signs as it is asked to.
    ///
    /// # Errors
    /// [`Error`] for another algorithm, and for parameters that the container would not have.
    pub fn suits(&self, suite: SignatureAlgorithm) -> Result<(), Error> {
        let hash_algorithm = match &self.content {
            DocumentContent::Digests(hashes) => hashes.first().map(|hash| hash.algorithm().oid()),
            DocumentContent::Document(_) => None,
        };
        AskedAlgorithm {
            algorithm: &self.sign_algorithm,
            parameters: self.sign_algorithm_parameters.as_deref(),
            hash_algorithm: hash_algorithm.or(Some(suite.digest_algorithm().oid())),
            hash_algorithm_member: "hashAlgorithmOID",
        }
        .suits_container(suite)
    }
}

impl DocumentContent {
    /// How many signatures are made of it.
    pub fn number(&self) -> usize {
        match self {
            Self::Document(_) => 1,
            Self::Digests(hashes) => hashes.len(),
        }
    }

    /// How many bytes of documents it has.
    pub fn size(&self) -> usize {
        match self {
            Self::Document(bytes) => bytes.len(),
            Self::Digests(_) => 0,
        }
    }

    /// What must be authorised for it: the hashes as they are, and of a whole document its own by this
    /// algorithm (SODR), which for a CMS is that of what it signs (SDR), too.
    pub fn hashes(&self, algorithm: DigestAlgorithm) -> Vec<Digest> {
        match self {
            Self::Document(bytes) => vec![Digest::of(algorithm, bytes)],
            Self::Digests(hashes) => hashes.clone(),
        }
    }
}

/// `AdES-B-LT`, `Ades-LT`: in any case, with the B of the baseline or without.
fn level(word: Option<&str>) -> Result<Level, Error> {
    let Some(word) = word else { return Ok(Level::BB) };
    let word = word.to_ascii_uppercase();
    let level = word.strip_prefix("ADES-").unwrap_or_default();
    match level.strip_prefix("B-").unwrap_or(level) {
        "B" => Ok(Level::BB),
        "T" => Ok(Level::BT),
        "LT" => Ok(Level::BLT),
        "LTA" => Ok(Level::BLTA),
        _ => Err(Error::invalid("conformance_level")),
    }
}

fn envelope(word: Option<&str>, format: Format) -> Result<Envelope, Error> {
    let is = |name: &str| word.is_some_and(|word| word.eq_ignore_ascii_case(name));
    match format {
        Format::Cades if word.is_none() || is("Attached") => Ok(Envelope::Attached),
        Format::Cades if is("Detached") => Ok(Envelope::Detached),
        Format::Pades if word.is_none() || is("Certification") => Ok(Envelope::Certification),
        // Some call by this name that the signature stands in the PDF.
        Format::Pades if is("Revision") || is("Enveloped") => Ok(Envelope::Revision),
        Format::Cades | Format::Pades => Err(Error::invalid("signed_envelope_property")),
    }
}

/// `Reason` and `Location`, the attributes that a PDF's signature takes from a request.
fn properties(
    item: &Parameters,
    format: Format,
) -> Result<(Option<String>, Option<String>), Error> {
    let wrong = || Error::invalid("signed_props (list)");
    let (mut reason, mut location) = (None, None);
    for property in item.objects("signed_props")?.unwrap_or_default() {
        let name = property.required_string(&["attribute_name"])?;
        let value = property.required_string(&["attribute_value"])?;
        let value = read_base64(value).and_then(|bytes| String::from_utf8(bytes).ok());
        let slot = match name {
            "Reason" => &mut reason,
            "Location" => &mut location,
            _ => return Err(wrong()),
        };
        if format != Format::Pades || slot.is_some() {
            return Err(wrong());
        }
        *slot = Some(value.ok_or_else(wrong)?);
    }
    Ok((reason, location))
}

#[cfg(test)]
mod tests;
