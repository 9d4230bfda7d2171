//! The intent: recorded before any key is made.

use std::time::SystemTime;

use registry::Version;
use seal::{Act, ActRequest, Caller, Counted, Digest, Format, Level, Organisation};
use serde::Serialize;

use super::{
    ActivatedBy, AuditPosition, RecordError,
    facets::Facets,
    hex::hex,
    keyed::{KeyStep, KeyedRequest},
    person::Requester,
    record::{CountStep, Draft, MandateCount},
    result::OutcomeResult,
    spent::{SpentToken, TokenSpend},
};

/// An act about to be done, as approved.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// For what.
    pub request: &'a ActRequest,
    /// On whose behalf.
    pub organisation: &'a Organisation,
    /// The token that the act spends: a signature's, never a seal's.
    pub spend: Option<&'a TokenSpend>,
    /// The mandate that the act counts against, if it gives only so many seals.
    pub counted: Option<&'a Counted>,
    /// The key of the request, if it has one.
    pub keyed: Option<&'a KeyedRequest>,
    /// Of an act that signs hashes and no more: each of them, and the certificate that they are signed
    /// with. What they are made into, and at which level, is not known then.
    pub hashes: Option<SignedHashes<'a>>,
    /// What activates the key, of a signature.
    pub activated_by: Option<&'a ActivatedBy>,
    /// The number of the register's last change when the act was judged.
    pub revision: Version,
    /// The version of the profile, if administrators made it.
    pub profile_version: Option<Version>,
}

/// Hashes that are signed as they are, by a credential that lives for a session.
#[derive(Clone, Copy, Debug)]
pub struct SignedHashes<'a> {
    /// The hashes, in their order.
    pub hashes: &'a [Digest],
    /// The serial number of the credential's certificate, in hexadecimal.
    pub certificate_serial: &'a str,
}

/// An act whose intent stands in the log. It is concluded or abandoned once; one that is dropped
/// shows as incomplete when the log is verified.
#[derive(Debug)]
#[must_use = "an act that is neither concluded nor abandoned stays incomplete in the log"]
pub struct OpenAct {
    pub(super) intent: AuditPosition,
    pub(super) act: Act,
    pub(super) appearance: Option<String>,
    pub(super) profile: String,
    pub(super) profile_version: Option<u64>,
    pub(super) organisation: String,
    pub(super) cvr: String,
    pub(super) document: Digest,
    pub(super) activated_by: Option<ActivatedBy>,
    pub(super) requester: Requester,
    /// The mandate that it was counted against.
    pub(super) counted: Option<Counted>,
    /// By how many: the signatures that it makes.
    pub(super) amount: u64,
    /// The key of the request.
    pub(super) keyed: Option<KeyedRequest>,
    /// What its end is found by.
    pub(super) found: Facets,
}

impl OpenAct {
    /// The place of the intent in the log; its number names the act in later records.
    pub fn intent(&self) -> AuditPosition {
        self.intent
    }

    /// The mandate that it is counted against, if it gives only so many seals.
    pub fn mandate(&self) -> Option<&str> {
        self.counted.as_ref().map(|counted| counted.mandate.as_ref())
    }
}

/// An intent ready to be written, and what the act keeps of it.
#[derive(Debug)]
pub struct PreparedIntent {
    draft: Draft,
    requester: Requester,
}

impl Intent<'_> {
    /// The record of an act that was approved.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn prepare(&self, now: SystemTime) -> Result<PreparedIntent, RecordError> {
        let (requester, person) = Requester::of(self.caller)?;
        let request = self.request;
        let spent = self.spend.map(SpentToken::from);
        let told = Told::of(self);
        let event = IntentEvent {
            act: request.act,
            activated_by: self.activated_by,
            appearance: request.appearance.as_deref(),
            certificate_serial: told.certificate_serial,
            certify: request.certification.permission(),
            document: told.document,
            format: told.format,
            hash_algorithm: told.hash_algorithm,
            hash_only: told.hash_only,
            hashes: told.hashes,
            level: told.level,
            mandate: self.counted.map(|counted| counted.mandate.as_ref()),
            profile: request.profile.as_str(),
            profile_version: self.profile_version.map(|version| version.0),
            requester: &requester,
            revision: self.revision.0,
            spent: spent.as_ref().map(|token| hex(&token.key)),
        };
        let mut draft = Draft::new("intent", &event, now)?;
        draft.person = person;
        draft.spent = spent.map(Box::new);
        draft.judged_by = Some(self.revision);
        draft.count =
            self.counted.map(|counted| MandateCount::of(counted, CountStep::Take, self.amount()));
        draft.keyed = self.keyed.map(|request| Box::new(KeyStep::Take(request.clone())));
        Ok(PreparedIntent { draft, requester })
    }

    /// The record of an act that was refused before it began.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn refusal(&self, rules: &[&str], now: SystemTime) -> Result<Draft, RecordError> {
        let (requester, person) = Requester::of(self.caller)?;
        let request = self.request;
        let told = Told::of(self);
        let event = RefusedEvent {
            act: request.act,
            certificate_serial: told.certificate_serial,
            certify: request.certification.permission(),
            document: told.document,
            format: told.format,
            hash_algorithm: told.hash_algorithm,
            hash_only: told.hash_only,
            hashes: told.hashes,
            level: told.level,
            profile: request.profile.as_str(),
            profile_version: self.profile_version.map(|version| version.0),
            requester: &requester,
            revision: self.revision.0,
            rules,
        };
        let mut draft = Draft::new("refused", &event, now)?;
        draft.found = Some(self.facets().ended(OutcomeResult::Refused));
        draft.person = person;
        Ok(draft)
    }

    /// The act, now that its intent is in the log.
    pub fn open(&self, requester: Requester, intent: AuditPosition) -> OpenAct {
        OpenAct {
            intent,
            act: self.request.act,
            appearance: self.request.appearance.clone(),
            profile: self.request.profile.as_str().to_owned(),
            profile_version: self.profile_version.map(|version| version.0),
            organisation: self.organisation.registered_name.clone(),
            cvr: self.organisation.cvr.clone(),
            document: self.request.document,
            activated_by: self.activated_by.cloned(),
            requester,
            counted: self.counted.cloned(),
            amount: self.amount(),
            keyed: self.keyed.cloned(),
            found: Facets { intent: Some(intent.sequence), ..self.facets() },
        }
    }

    /// How many signatures it makes: so many are counted against its mandate.
    fn amount(&self) -> u64 {
        self.hashes.map_or(1, |signed| signed.hashes.len() as u64)
    }

    fn facets(&self) -> Facets {
        let ActRequest { act, profile, .. } = self.request;
        let profile = Some(profile.as_str().to_owned());
        Facets { profile, ..Facets::of((*act).into(), self.caller) }
    }
}

impl PreparedIntent {
    /// The record to write, and who asks as it names them.
    pub fn into_parts(self) -> (Draft, Requester) {
        (self.draft, self.requester)
    }
}

// The fields stand in the order of their names: that is what makes the JSON canonical.

#[derive(Serialize)]
struct IntentEvent<'a> {
    act: Act,
    #[serde(skip_serializing_if = "Option::is_none")]
    activated_by: Option<&'a ActivatedBy>,
    /// The profile's appearance that was asked for by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    appearance: Option<&'a str>,
    /// Of hashes that are signed as they are: the credential's, which was made before.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_serial: Option<&'a str>,
    /// P of DocMDP, of an act that certifies.
    #[serde(skip_serializing_if = "Option::is_none")]
    certify: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<DocumentDigest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash_algorithm: Option<&'static str>,
    /// Whether hashes are signed as they are: their documents, and what becomes of them, are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    hash_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mandate: Option<&'a str>,
    profile: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_version: Option<u64>,
    requester: &'a Requester,
    revision: u64,
    /// The key of the token that the act spends, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    spent: Option<String>,
}

#[derive(Serialize)]
struct RefusedEvent<'a> {
    act: Act,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_serial: Option<&'a str>,
    /// P of DocMDP, of an act that certifies.
    #[serde(skip_serializing_if = "Option::is_none")]
    certify: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<DocumentDigest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash_algorithm: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    profile: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_version: Option<u64>,
    requester: &'a Requester,
    revision: u64,
    rules: &'a [&'a str],
}

/// What is told of what an act is over: a document and what is made of it, or hashes.
#[derive(Default)]
struct Told<'a> {
    certificate_serial: Option<&'a str>,
    document: Option<DocumentDigest>,
    format: Option<Format>,
    hash_algorithm: Option<&'static str>,
    hash_only: Option<bool>,
    hashes: Option<Vec<String>>,
    level: Option<Level>,
}

impl<'a> Told<'a> {
    fn of(intent: &Intent<'a>) -> Self {
        let request = intent.request;
        match intent.hashes {
            None => Self {
                document: Some(DocumentDigest::from(&request.document)),
                format: Some(request.format),
                level: Some(request.level),
                ..Self::default()
            },
            Some(SignedHashes { hashes, certificate_serial }) => Self {
                certificate_serial: Some(certificate_serial),
                hash_algorithm: hashes.first().map(|hash| hash.algorithm().name()),
                hash_only: Some(true),
                hashes: Some(hashes.iter().map(|hash| hex(hash.as_bytes())).collect()),
                ..Self::default()
            },
        }
    }
}

/// The document's digest; an application may have sent one of another algorithm than SHA-256.
#[derive(Serialize)]
struct DocumentDigest {
    algorithm: &'static str,
    digest: String,
}

impl From<&Digest> for DocumentDigest {
    fn from(digest: &Digest) -> Self {
        Self { algorithm: digest.algorithm().name(), digest: hex(digest.as_bytes()) }
    }
}
