//! `signatures/signDoc`: whole documents, or their digests, by a signature qualifier. The service makes the
//! container, with a key for it alone.

use seal::{Digest, DigestAlgorithm, Format, Level, SignatureAlgorithm};
use serde::Serialize;

use crate::{AskedAlgorithm, Error, Parameters, hash::read_base64, read_hash};

/// The most documents, or digests, in one request.
const MAXIMUM_DOCUMENTS: usize = 100;

/// `signatures/signDoc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentsRequest {
    /// `signatureQualifier`: with what kind of key.
    pub qualifier: String,
    /// What is signed, in its order.
    pub items: Vec<DocumentItem>,
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

impl DocumentsRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// [`Error`]; there is no answer that comes later, none for XML or JSON, and no revocation data
    /// beside it. A credential that signs hashes signs no documents.
    pub fn read(parameters: &Parameters) -> Result<Self, Error> {
        for unserved in ["credentialID", "SAD", "response_uri"] {
            if parameters.string(&[unserved])?.is_some() {
                return Err(Error::invalid(unserved));
            }
        }
        let mode = parameters.string(&["operationMode"])?;
        if mode.is_some_and(|mode| !mode.eq_ignore_ascii_case("S")) {
            return Err(Error::invalid("operationMode"));
        }
        let validation = ["returnValidationInfo", "returnValidationInformation"];
        if parameters.boolean(&validation, false)? {
            return Err(Error::invalid("returnValidationInfo"));
        }
        let qualifier = parameters.required_string(&["signatureQualifier"])?.to_owned();
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
        Ok(Self { qualifier, items })
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
    fn number(&self) -> usize {
        match self {
            Self::Document(_) => 1,
            Self::Digests(hashes) => hashes.len(),
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
mod tests {
    use super::*;

    fn read(item: &str) -> Result<DocumentItem, Error> {
        let json = format!(r#"{{"signatureQualifier":"q","documents":[{item}]}}"#);
        let parameters = Parameters::parse(json.as_bytes()).unwrap();
        DocumentsRequest::read(&parameters).map(|mut request| request.items.remove(0))
    }

    fn pdf(more: &str) -> Result<DocumentItem, Error> {
        read(&format!(
            r#"{{"document":"JVBERg","signature_format":"P","signAlgo":"1.2.840.10045.4.3.2"{more}}}"#
        ))
    }

    #[test]
    fn a_pdf_is_certified_unless_a_revision_is_asked_for() {
        assert_eq!(pdf("").unwrap().envelope, Envelope::Certification);
        for word in ["Revision", "revision", "Enveloped"] {
            let asked = format!(r#","signed_envelope_property":"{word}""#);
            assert_eq!(pdf(&asked).unwrap().envelope, Envelope::Revision, "{word}");
        }
        let error = pdf(r#","signed_envelope_property":"Detached""#).unwrap_err();
        assert_eq!(error.description, "Invalid parameter signed_envelope_property");
    }

    #[test]
    fn levels_are_read_in_every_spelling() {
        assert_eq!(pdf("").unwrap().level, Level::BB);
        for (word, level) in [
            ("AdES-B-B", Level::BB),
            ("Ades-B", Level::BB),
            ("ades-b-t", Level::BT),
            ("Ades-T", Level::BT),
            ("AdES-B-LT", Level::BLT),
            ("AdES-LTA", Level::BLTA),
        ] {
            let asked = format!(r#","conformance_level":"{word}""#);
            assert_eq!(pdf(&asked).unwrap().level, level, "{word}");
        }
        for word in ["AdES-B-X", "B-T", "AdES-", ""] {
            let asked = format!(r#","conformance_level":"{word}""#);
            assert!(pdf(&asked).is_err(), "{word}");
        }
    }

    #[test]
    fn reason_and_location_are_read_and_other_attributes_are_refused() {
        let property = |name: &str| {
            format!(
                r#","signed_props":[{{"attribute_name":"{name}","attribute_value":"SW52b2ljZQ=="}}]"#
            )
        };
        assert_eq!(pdf(&property("Reason")).unwrap().reason.as_deref(), Some("Invoice"));
        assert_eq!(pdf(&property("Location")).unwrap().location.as_deref(), Some("Invoice"));
        let error = pdf(&property("Name")).unwrap_err();
        assert_eq!(error.description, "Invalid parameter signed_props (list)");
    }

    #[test]
    fn documents_or_digests_and_nothing_that_is_not_served() {
        let read = |members: &str| {
            let json = format!(r#"{{"signatureQualifier":"q"{members}}}"#);
            let parameters = Parameters::parse(json.as_bytes()).unwrap();
            DocumentsRequest::read(&parameters).map(|_| ()).map_err(|error| error.description)
        };
        let none = Err("Empty documentDigests and documents objects".into());
        assert_eq!(read(""), none);
        assert_eq!(read(r#","documents":[]"#), none);
        assert_eq!(
            read(r#","documents":[{}],"documentDigests":[{}]"#),
            Err("Both documentDigests and documents parameters passed".into())
        );
        for (member, value) in
            [("operationMode", "\"A\""), ("credentialID", "\"c\""), ("SAD", "\"s\"")]
        {
            let expected = Err(format!("Invalid parameter {member}").into());
            assert_eq!(read(&format!(r#","{member}":{value}"#)), expected);
        }
    }
}
