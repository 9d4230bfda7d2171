//! Requests about credentials, authorisations and signatures, and their answers.

use std::fmt;

use seal::{Digest, DigestAlgorithm};
use serde::Serialize;

use crate::{ApiVersion, AskedAlgorithm, CredentialInfo, Error, Parameters, read_hash};

const HASHES: [&str; 2] = ["hashes", "hash"];
const HASH_ALGORITHM: [&str; 2] = ["hashAlgorithmOID", "hashAlgo"];

/// Which certificates are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificates {
    /// None.
    None,
    /// The signer's.
    Single,
    /// The signer's and those above it.
    Chain,
}

/// How much is told of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// `certificates`.
    pub certificates: Certificates,
    /// `certInfo`.
    pub certificate_facts: bool,
}

/// `credentials/list`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRequest {
    /// Whether a user is named (`userID`), which one who is a user themselves does not.
    pub names_user: bool,
    /// Whether credentials are described.
    pub described: bool,
    /// How.
    pub depth: Depth,
    /// Whether those that cannot be used any more are left out.
    pub only_valid: bool,
    /// How many at most.
    pub maximum: usize,
    /// After how many.
    pub after: usize,
}

/// `credentials/authorize`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Which credential.
    pub credential: String,
    /// How many signatures.
    pub signatures: usize,
    /// The hashes, raw: their algorithm is the credential's where none is named.
    pub hashes: Hashes,
}

/// `credentials/extendTransaction`.
#[derive(Clone, PartialEq, Eq)]
pub struct Extension {
    /// Which credential.
    pub credential: String,
    /// The present activation data.
    pub sad: String,
    /// Further hashes.
    pub hashes: Hashes,
}

/// `signatures/signHash`.
#[derive(Clone)]
pub struct HashSignature<'a> {
    /// Which credential.
    pub credential: &'a str,
    /// The activation data; left out where the bearer's token stands for them.
    pub sad: Option<&'a str>,
    /// The hashes.
    pub hashes: Hashes,
    /// How they are signed.
    pub algorithm: AskedAlgorithm<'a>,
}

/// Hashes as they were sent, and the algorithm that they were said to be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashes {
    texts: Vec<String>,
    /// What they are said to be made by, and under which name it was said.
    algorithm: Option<(DigestAlgorithm, &'static str)>,
}

/// The answer to `credentials/list`.
#[derive(Clone, Debug, Serialize)]
pub struct CredentialsAnswer {
    /// Their names.
    #[serde(rename = "credentialIDs")]
    pub ids: Vec<String>,
    /// What they are, where it was asked for.
    #[serde(rename = "credentialInfos", skip_serializing_if = "Option::is_none")]
    pub infos: Option<Vec<CredentialInfo>>,
    /// Whether those that cannot be used were left out, where that was asked for.
    #[serde(rename = "onlyValid", skip_serializing_if = "Option::is_none")]
    pub only_valid: Option<bool>,
    /// Where the next part begins.
    #[serde(rename = "nextPageToken", skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The answer to `credentials/authorize` and `credentials/extendTransaction`.
#[derive(Clone, Serialize)]
pub struct SadAnswer {
    /// Signature activation data: a secret.
    #[serde(rename = "SAD")]
    pub sad: String,
    /// How many seconds they can be used.
    #[serde(rename = "expiresIn")]
    pub expires_in: u64,
}

/// The answer to `signatures/signHash`.
#[derive(Clone, Debug, Serialize)]
pub struct SignaturesAnswer {
    /// In base64, in the order of the hashes.
    pub signatures: Vec<String>,
}

/// Without what is secret.
/// Without what is secret.
/// Without what is secret.
impl fmt::Debug for SadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SadAnswer").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

impl fmt::Debug for HashSignature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashSignature")
            .field("credential", &self.credential)
            .field("hashes", &self.hashes)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extension")
            .field("credential", &self.credential)
            .field("hashes", &self.hashes)
            .finish_non_exhaustive()
    }
}

impl Depth {
    pub(crate) fn read(parameters: &Parameters) -> Result<Self, Error> {
        let certificates = match parameters.string(&["certificates"])? {
            None => Certificates::Single,
            Some(word) if word.eq_ignore_ascii_case("none") => Certificates::None,
            Some(word) if word.eq_ignore_ascii_case("single") => Certificates::Single,
            Some(word) if word.eq_ignore_ascii_case("chain") => Certificates::Chain,
            Some(_) => return Err(Error::invalid("certificates")),
        };
        let certificate_facts = parameters.boolean(&["certInfo"], false)?;
        Ok(Self { certificates, certificate_facts })
    }

    /// Reads `credentials/info`: the credential, and how much is told of it.
    ///
    /// # Errors
    /// [`Error`].
    pub fn of_one(parameters: &Parameters) -> Result<(String, Self), Error> {
        Ok((credential(parameters)?.to_owned(), Self::read(parameters)?))
    }
}

impl ListRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(parameters: &Parameters) -> Result<Self, Error> {
        /// The most that are told in one answer.
        const MOST: i64 = 100;
        let maximum = match parameters.integer(&["maxResults"])? {
            None => MOST,
            Some(maximum @ 1..) => maximum.min(MOST),
            Some(_) => return Err(Error::invalid("maxResults")),
        };
        let after = match parameters.string(&["pageToken"])? {
            None => 0,
            Some(text) => text.parse().map_err(|_| Error::invalid("pageToken"))?,
        };
        Ok(Self {
            names_user: parameters.string(&["userID"])?.is_some(),
            described: parameters.boolean(&["credentialInfo"], false)?,
            depth: Depth::read(parameters)?,
            only_valid: parameters.boolean(&["onlyValid"], false)?,
            maximum: usize::try_from(maximum).unwrap_or(usize::MAX),
            after,
        })
    }
}

impl Activation {
    /// Reads the request. What a PIN, a password or another object would authorise is not asked for; who
    /// sends one all the same is not kept from going on, but something else than a list of objects is no
    /// such thing.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(parameters: &Parameters, version: ApiVersion) -> Result<Self, Error> {
        let credential = credential(parameters)?.to_owned();
        let signatures = parameters.integer(&["numSignatures"])?;
        let signatures = signatures.ok_or_else(|| Error::missing("integer", "numSignatures"))?;
        let signatures = usize::try_from(signatures).ok().filter(|signatures| *signatures > 0);
        let signatures = signatures.ok_or_else(Error::number_of_signatures)?;
        let hashes = Hashes::read(parameters, version)?;
        Ok(Self { credential, signatures, hashes })
    }
}

impl Extension {
    /// Reads the request.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(parameters: &Parameters, version: ApiVersion) -> Result<Self, Error> {
        Ok(Self {
            credential: credential(parameters)?.to_owned(),
            sad: parameters.required_string(&["SAD"])?.to_owned(),
            hashes: Hashes::read(parameters, version)?,
        })
    }
}

impl<'a> HashSignature<'a> {
    /// Reads the request.
    ///
    /// # Errors
    /// [`Error`]; there is no answer that comes later.
    pub fn read(parameters: &'a Parameters, version: ApiVersion) -> Result<Self, Error> {
        let mode = parameters.string(&["operationMode"])?;
        if mode.is_some_and(|mode| !mode.eq_ignore_ascii_case("S")) {
            return Err(Error::invalid("operationMode"));
        }
        let credential = credential(parameters)?;
        let sad = parameters.string(&["SAD"])?.filter(|sad| !sad.is_empty());
        let hashes = Hashes::read(parameters, version)?;
        let algorithm = AskedAlgorithm {
            algorithm: parameters.required_string(&["signAlgo"])?,
            parameters: parameters.string(&["signAlgoParams"])?,
            hash_algorithm: parameters.string(&HASH_ALGORITHM)?,
            hash_algorithm_member: version.hash_algorithm_member(),
        };
        Ok(Self { credential, sad, hashes, algorithm })
    }
}

impl Hashes {
    fn read(parameters: &Parameters, version: ApiVersion) -> Result<Self, Error> {
        let name = match version {
            ApiVersion::V1 => "hash",
            ApiVersion::V2 => "hashes",
        };
        let texts = parameters.strings(&HASHES)?;
        let texts = texts.ok_or_else(|| Error::missing("array", name))?;
        if texts.is_empty() {
            return Err(Error::request("Empty hash array"));
        }
        let algorithm = match parameters.string(&HASH_ALGORITHM)? {
            None => None,
            Some(oid) => {
                let member = version.hash_algorithm_member();
                let algorithm = DigestAlgorithm::from_oid(oid);
                Some((algorithm.ok_or_else(|| Error::invalid(member))?, member))
            }
        };
        Ok(Self { texts: texts.into_iter().map(str::to_owned).collect(), algorithm })
    }

    /// The hashes, for a key that signs digests of this algorithm.
    ///
    /// # Errors
    /// [`Error`].
    pub fn digests(&self, algorithm: DigestAlgorithm) -> Result<Vec<Digest>, Error> {
        if let Some((named, member)) = self.algorithm
            && named != algorithm
        {
            return Err(Error::invalid(member));
        }
        self.texts.iter().map(|text| read_hash(text, algorithm)).collect()
    }
}

fn credential(parameters: &Parameters) -> Result<&str, Error> {
    parameters.required_string(&["credentialID"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Parameters {
        Parameters::parse(json.as_bytes()).unwrap()
    }

    const HASH: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    #[test]
    fn pyhanko_s_authorisation_is_read_on_both_paths() {
        let json = format!(r#"{{"credentialID":"cred-1","hash":["{HASH}"],"numSignatures":1}}"#);
        for version in [ApiVersion::V1, ApiVersion::V2] {
            let activation = Activation::read(&read(&json), version).unwrap();
            assert_eq!((&*activation.credential, activation.signatures), ("cred-1", 1));
            assert_eq!(activation.hashes.digests(DigestAlgorithm::Sha256).unwrap().len(), 1);
            assert!(activation.hashes.digests(DigestAlgorithm::Sha384).is_err());
        }
    }

    #[test]
    fn pyhanko_s_signature_is_read_on_both_paths() {
        let json = format!(
            r#"{{"credentialID":"c","SAD":"s","hashAlgo":"2.16.840.1.101.3.4.2.1",
                "signAlgo":"1.2.840.10045.4.3.2","hash":["{HASH}"],"signAlgoParams":null}}"#
        );
        let parameters = read(&json);
        for version in [ApiVersion::V1, ApiVersion::V2] {
            let asked = HashSignature::read(&parameters, version).unwrap();
            assert_eq!(asked.algorithm.hash_algorithm, Some("2.16.840.1.101.3.4.2.1"));
            assert_eq!(asked.algorithm.parameters, None);
        }
    }

    #[test]
    fn a_number_of_signatures_may_be_a_text_and_must_be_one_at_least() {
        let json = |number: &str| {
            read(&format!(r#"{{"credentialID":"c","hash":["{HASH}"],"numSignatures":{number}}}"#))
        };
        let number = |text| Activation::read(&json(text), ApiVersion::V1).map(|one| one.signatures);
        assert_eq!(number("\"1\""), Ok(1));
        assert_eq!(number("0"), Err(Error::number_of_signatures()));
        assert_eq!(number("-1"), Err(Error::number_of_signatures()));
        assert_eq!(number("null"), Err(Error::missing("integer", "numSignatures")));
    }

    #[test]
    fn an_answer_that_comes_later_is_not_promised() {
        let json = |mode: &str| {
            read(&format!(
                r#"{{"credentialID":"c","SAD":"s","signAlgo":"1","hashes":["{HASH}"],
                    "operationMode":"{mode}"}}"#
            ))
        };
        assert!(HashSignature::read(&json("S"), ApiVersion::V2).is_ok());
        let error = HashSignature::read(&json("A"), ApiVersion::V2).map(|_| ()).unwrap_err();
        assert_eq!(error, Error::invalid("operationMode"));
    }

    #[test]
    fn nothing_secret_is_told_when_a_request_is_debugged() {
        let json = format!(
            r#"{{"credentialID":"one","SAD":"secret","hashes":["{HASH}"],"signAlgo":"1.2"}}"#
        );
        let parameters = read(&json);
        let extension = Extension::read(&parameters, ApiVersion::V2).unwrap();
        let signature = HashSignature::read(&parameters, ApiVersion::V2).unwrap();
        let answer = SadAnswer { sad: "secret".to_owned(), expires_in: 1 };
        let told = format!("{parameters:?} {extension:?} {signature:?} {answer:?}");
        assert!(told.contains("one") && !told.contains("secret"), "{told}");
    }

    #[test]
    fn another_hash_algorithm_is_told_by_its_member_s_name() {
        let json = format!(
            r#"{{"credentialID":"one","numSignatures":1,"hashes":["{HASH}"],"hashAlgo":"2.16.840.1.101.3.4.2.1"}}"#
        );
        for (version, member) in
            [(ApiVersion::V1, "hashAlgo"), (ApiVersion::V2, "hashAlgorithmOID")]
        {
            let hashes = Activation::read(&read(&json), version).unwrap().hashes;
            assert!(hashes.digests(DigestAlgorithm::Sha256).is_ok());
            assert_eq!(hashes.digests(DigestAlgorithm::Sha384), Err(Error::invalid(member)));
        }
    }

    #[test]
    fn whether_a_user_is_named_is_read() {
        let named = |json| ListRequest::read(&read(json)).unwrap().names_user;
        assert!(named(r#"{"userID":"karen"}"#));
        assert!(!named(r#"{"userID":null,"certificates":"CHAIN"}"#));
    }
}
