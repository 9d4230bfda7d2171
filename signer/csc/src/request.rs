//! Requests about credentials, authorisations and signatures, and their answers.

use std::fmt;

use seal::{Digest, DigestAlgorithm};
use serde::Serialize;

use crate::{ApiVersion, AskedAlgorithm, CredentialInfo, Error, Mode, Parameters, read_hash};

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
    /// When it is answered.
    pub mode: Mode,
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
impl fmt::Debug for SadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SadAnswer").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// Without what is secret.
impl fmt::Debug for HashSignature<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashSignature")
            .field("credential", &self.credential)
            .field("hashes", &self.hashes)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// Without what is secret.
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
    /// Reads the request. `shown` are activation data that came in the place of a token.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(
        parameters: &'a Parameters,
        version: ApiVersion,
        shown: Option<&'a str>,
    ) -> Result<Self, Error> {
        let mode = Mode::read(parameters, version)?;
        let credential = credential(parameters)?;
        let sad = activation_data(parameters, shown)?;
        let hashes = Hashes::read(parameters, version)?;
        let algorithm = AskedAlgorithm {
            algorithm: parameters.required_string(&["signAlgo"])?,
            parameters: parameters.string(&["signAlgoParams"])?,
            hash_algorithm: parameters.string(&HASH_ALGORITHM)?,
            hash_algorithm_member: version.hash_algorithm_member(),
        };
        Ok(Self { credential, sad, hashes, algorithm, mode })
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

/// The activation data: in their member, in the place of a token, or in both if they are the same.
pub(crate) fn activation_data<'a>(
    parameters: &'a Parameters,
    shown: Option<&'a str>,
) -> Result<Option<&'a str>, Error> {
    let sent = parameters.string(&["SAD"])?.filter(|sad| !sad.is_empty());
    match (sent, shown) {
        (Some(sent), Some(shown)) if sent != shown => Err(Error::sad()),
        (sent, shown) => Ok(sent.or(shown)),
    }
}

fn credential(parameters: &Parameters) -> Result<&str, Error> {
    parameters.required_string(&["credentialID"])
}

#[cfg(test)]
mod tests;
