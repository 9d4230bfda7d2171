//! What a credential is asked for: CSC's parameters, as a query of either version or as
//! `authorization_details` (CSC API 2.2 section 8.2.2; RFC 9396).

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ErrorCode, Form, OauthError};

/// The names of the type: of 2.0 and of 2.2.
pub const CREDENTIAL_TYPES: [&str; 2] =
    ["credential", "https://cloudsignatureconsortium.org/2025/credential"];

/// How many documents one authorisation names at most.
pub const MAXIMUM_DOCUMENTS: usize = 100;

/// The longest label, in characters.
const MAXIMUM_LABEL: usize = 500;

/// The longest name of a credential, qualifier or algorithm, in characters.
const MAXIMUM_NAME: usize = 256;

/// What a credential is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialDetails {
    /// Which credential.
    pub credential: Option<String>,
    /// Or which sort of signature.
    pub qualifier: Option<String>,
    /// How many signatures; at least as many as documents.
    pub signatures: u32,
    /// What is to be signed.
    pub documents: Vec<AskedDocument>,
    /// With which digest algorithm the hashes were made, by its OID.
    pub digest_algorithm: Option<String>,
    /// Whether it was asked in the words of CSC's first version, which calls the token another type.
    #[serde(default)]
    pub first_version: bool,
    /// The object as it came, to be echoed with the same members; nothing for a query.
    pub asked: Option<Map<String, Value>>,
}

/// A document, as it is asked to be signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedDocument {
    /// Its hash, in octets.
    pub hash: Vec<u8>,
    /// What the client calls it.
    pub label: Option<String>,
    /// What the hash is of.
    pub kind: HashKind,
}

/// What a hash is of (CSC API 2.2 section 8.2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HashKind {
    /// The data to be signed, as the signer forms it.
    #[default]
    Dtbsr,
    /// The signer's document, as it is signed.
    Sdr,
    /// The signer's document as it was before anything was added.
    Sodr,
}

impl CredentialDetails {
    /// Reads CSC's parameters out of a query: `hashes` of version 2 or `hash` of version 1.
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn of_query(form: &Form) -> Result<Self, OauthError> {
        let hashes = match (form.get("hashes"), form.get("hash")) {
            (Some(one), Some(other)) if one != other => {
                return Err(OauthError::request("hashes and hash differ"));
            }
            (hashes, hash) => hashes.or(hash),
        };
        let hashes = hashes.into_iter().flat_map(|hashes| hashes.split(','));
        let documents = hashes.map(|text| {
            let kind = HashKind::default();
            Ok(AskedDocument { hash: hash(text)?, label: None, kind })
        });
        let documents: Vec<_> = documents.collect::<Result<_, OauthError>>()?;
        let number = form.get("numSignatures").map(str::parse::<u32>).transpose();
        let number = number.map_err(|_| OauthError::request("numSignatures is no number"))?;
        let details = Self {
            credential: form.get("credentialID").map(str::to_owned),
            qualifier: form.get("signatureQualifier").map(str::to_owned),
            signatures: number.unwrap_or(documents.len() as u32),
            documents,
            digest_algorithm: form.get("hashAlgorithmOID").map(str::to_owned),
            first_version: form.get("hash").is_some() && form.get("hashes").is_none(),
            asked: None,
        };
        details.judged(ErrorCode::InvalidRequest)
    }

    /// Reads `authorization_details`: one object of one of the two types.
    ///
    /// # Errors
    /// `invalid_authorization_details` for another type, several, or what does not fit.
    pub fn of_json(text: &str) -> Result<Self, OauthError> {
        let refused =
            |why: &'static str| OauthError::new(ErrorCode::InvalidAuthorizationDetails, why);
        let all: Vec<Map<String, Value>> = serde_json::from_str(text)
            .map_err(|_| refused("authorization_details is no array of objects"))?;
        let [asked] = all.as_slice() else {
            return Err(refused("authorization_details has not one object"));
        };
        let text = |name: &str| match asked.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(refused("a member of authorization_details is no text"))
            }
        };
        if !text("type")?.is_some_and(|kind| CREDENTIAL_TYPES.contains(&kind.as_str())) {
            return Err(refused("there is no such type of authorization_details"));
        }
        let documents = match asked.get("documentDigests") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(documents)) => {
                documents.iter().map(document).collect::<Result<_, _>>()?
            }
            Some(_) => return Err(refused("documentDigests is no array")),
        };
        // Some clients write the number as text.
        let number = match asked.get("numSignatures") {
            None | Some(Value::Null) => None,
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(number)) => number.parse().ok(),
            Some(_) => Some(0),
        };
        let number = number.map(u32::try_from).transpose();
        let number = number.map_err(|_| refused("numSignatures is too large"))?;
        let details = Self {
            credential: text("credentialID")?,
            qualifier: text("signatureQualifier")?,
            signatures: number.unwrap_or(documents.len() as u32),
            documents,
            digest_algorithm: text("hashAlgorithmOID")?,
            first_version: false,
            asked: Some(asked.clone()),
        };
        details.judged(ErrorCode::InvalidAuthorizationDetails)
    }

    /// Whether both ask for the same, however they say it.
    pub fn says_as(&self, other: &Self) -> bool {
        let hashes = |details: &Self| -> Vec<Vec<u8>> {
            details.documents.iter().map(|document| document.hash.clone()).collect()
        };
        self.credential == other.credential
            && self.qualifier == other.qualifier
            && self.signatures == other.signatures
            && hashes(self) == hashes(other)
            && self.digest_algorithm == other.digest_algorithm
    }

    fn judged(self, code: ErrorCode) -> Result<Self, OauthError> {
        let refused = |why: &'static str| Err(OauthError::new(code, why));
        if self.credential.is_none() && self.qualifier.is_none() {
            return refused("there is neither credentialID nor signatureQualifier");
        }
        let names = [&self.credential, &self.qualifier, &self.digest_algorithm];
        if names.into_iter().flatten().any(|name| name.chars().count() > MAXIMUM_NAME) {
            return refused("a name is longer than 256 characters");
        }
        if self.documents.len() > MAXIMUM_DOCUMENTS {
            return refused("more than 100 documents are named");
        }
        if self.signatures == 0
            || self.signatures as usize > MAXIMUM_DOCUMENTS
            || (self.signatures as usize) < self.documents.len()
        {
            return refused("numSignatures is not 1 to 100, or less than documents are named");
        }
        Ok(self)
    }
}

fn document(value: &Value) -> Result<AskedDocument, OauthError> {
    let refused = |why: &'static str| OauthError::new(ErrorCode::InvalidAuthorizationDetails, why);
    let text = |name: &str| match &value[name] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.as_str())),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(refused("a member of documentDigests is no text"))
        }
    };
    let kind = match text("hashType")?.map(str::to_ascii_lowercase).as_deref() {
        None | Some("dtbsr") => HashKind::Dtbsr,
        Some("sdr") => HashKind::Sdr,
        Some("sodr") => HashKind::Sodr,
        Some(_) => return Err(refused("there is no such hashType")),
    };
    let label = text("label")?.map(str::to_owned);
    if label.as_ref().is_some_and(|label| label.chars().count() > MAXIMUM_LABEL) {
        return Err(refused("a label is longer than 500 characters"));
    }
    let encoded = text("hash")?.ok_or_else(|| refused("a document has no hash"))?;
    let hash = hash(encoded).map_err(|_| refused("a hash is no SHA-2 value in base64"))?;
    Ok(AskedDocument { hash, label, kind })
}

/// A hash in either alphabet of base64, padded or not, and escaped once more or not: clients do each.
fn hash(text: &str) -> Result<Vec<u8>, OauthError> {
    let refused = || OauthError::request("a hash is no SHA-2 value in base64");
    let plain = text.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let plain = plain.replace("%2b", "+").replace("%2f", "/").replace("%3d", "=");
    // A plus sign that nobody escaped is a space now.
    let plain = plain.replace([' ', '-'], "+").replace('_', "/");
    let either =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, either);
    let hash = engine.decode(plain).map_err(|_| refused())?;
    if matches!(hash.len(), 32 | 48 | 64) { Ok(hash) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// 32 octets whose base64 has a plus sign and a slash.
    const HASH: [u8; 32] = [0xfb; 32];
    const STANDARD: &str = "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=";

    fn query(text: &str) -> Result<CredentialDetails, OauthError> {
        CredentialDetails::of_query(&Form::parse(text.as_bytes()).unwrap())
    }

    fn details(value: &Value) -> Result<CredentialDetails, OauthError> {
        CredentialDetails::of_json(&json!([value]).to_string())
    }

    #[test]
    fn hashes_are_read_in_every_way_that_clients_write_them() {
        let url = STANDARD.replace('+', "-").replace('/', "_");
        for text in [
            STANDARD.to_owned(),
            url.clone(),
            url.trim_end_matches('=').to_owned(),
            STANDARD.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"),
            STANDARD.replace('+', " "),
        ] {
            assert_eq!(hash(&text).unwrap(), HASH, "{text}");
        }
        for wrong in ["", "AAAA", "?", &STANDARD.replace('s', "s+")] {
            assert!(hash(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_query_of_either_version_says_the_same_as_the_details() {
        let encoded = STANDARD.replace('+', "-").replace('/', "_");
        let two = query(&format!("credentialID=c&numSignatures=1&hashes={encoded}")).unwrap();
        let one = query(&format!("credentialID=c&numSignatures=1&hash={encoded}")).unwrap();
        assert!(one.first_version && !two.first_version);
        assert_eq!(CredentialDetails { first_version: false, ..one.clone() }, two);
        for kind in CREDENTIAL_TYPES {
            let asked = json!({
                "type": kind, "credentialID": "c", "documentDigests": [{ "hash": STANDARD }],
            });
            let details = details(&asked).unwrap();
            assert!(details.says_as(&one), "{kind}");
            assert_eq!(details.asked.as_ref(), asked.as_object(), "it is echoed as it came");
        }
        assert!(query(&format!("credentialID=c&hash={encoded}&hashes=other")).is_err());
    }

    #[test]
    fn a_hundred_labelled_documents_are_named_and_no_more() {
        let documents = |number: usize| -> Value {
            let one = |at| json!({ "hash": STANDARD, "label": format!("Letter {at}"), "hashType": "SDR" });
            (0..number).map(one).collect()
        };
        let asked = |number| {
            details(&json!({
                "type": "credential", "signatureQualifier": "eu_eidas_qes",
                "documentDigests": documents(number), "numSignatures": number.to_string(),
            }))
        };
        let hundred = asked(100).unwrap();
        assert_eq!((hundred.signatures, hundred.documents.len()), (100, 100));
        assert_eq!(hundred.documents[7].label.as_deref(), Some("Letter 7"));
        assert_eq!(hundred.documents[7].kind, HashKind::Sdr);
        assert!(asked(101).is_err());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let code = |value: &Value| details(value).unwrap_err().code;
        for wrong in [
            json!({ "type": "payment_initiation", "credentialID": "c", "numSignatures": 1 }),
            json!({ "credentialID": "c", "numSignatures": 1 }),
            json!({ "type": "credential", "numSignatures": 1 }),
            json!({ "type": "credential", "credentialID": "c" }),
            json!({ "type": "credential", "credentialID": ["c"], "numSignatures": 1 }),
            json!({ "type": "credential", "credentialID": "c", "numSignatures": 0 }),
            json!({ "type": "credential", "credentialID": "c", "numSignatures": 101 }),
            json!({ "type": "credential", "credentialID": "c", "documentDigests": [{}] }),
            json!({ "type": "credential", "credentialID": "c", "numSignatures": 1,
                    "documentDigests": [{ "hash": STANDARD }, { "hash": STANDARD }] }),
            json!({ "type": "credential", "credentialID": "c",
                    "documentDigests": [{ "hash": STANDARD, "hashType": "MD5" }] }),
        ] {
            assert_eq!(code(&wrong), ErrorCode::InvalidAuthorizationDetails, "{wrong}");
        }
        for text in ["", "{}", "[]", "[1]", "[{},{}]", "[{'type': 'credential'}]"] {
            assert!(CredentialDetails::of_json(text).is_err(), "{text}");
        }
        assert!(query("numSignatures=1").is_err() && query("credentialID=c").is_err());
    }
}
