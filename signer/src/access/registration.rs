//! New passkeys: for whoever holds a link, and for whoever is logged in.

use registry::{Admitted, Entry, Moment, Passkey, PersonGrantId, RegisteredId, RegisteredPerson};
use serde::{Deserialize, Serialize};
use webauthn::{Algorithm, Registration};

use super::{
    AccessSettings,
    link::{For, Link},
    passkey::{self, Answered, PasskeyError, Place, Purpose, bytes, encoded, party},
    session::{Means, Session, Who},
};
use crate::{
    Error,
    administration::{Administration, ChangeError, NamedMeans},
    audit::{AccessBy, AccessRecord, AccessStep, ChangedBy, RecordError, hex, random},
    secret::Secret,
    service::Service,
    store::{AuditError, SecretKind, Spent},
};

/// How many new passkeys one link or one session asks for at once.
const MAXIMUM_REGISTRATIONS: u32 = 20;

/// What the browser is asked (`PublicKeyCredentialCreationOptions`).
#[derive(Debug, Serialize)]
pub(crate) struct RegistrationOptions {
    challenge: String,
    rp: Party,
    user: User,
    #[serde(rename = "pubKeyCredParams")]
    algorithms: Vec<Parameters>,
    #[serde(rename = "excludeCredentials")]
    exclude: Vec<Descriptor>,
    #[serde(rename = "authenticatorSelection")]
    selection: Selection,
    attestation: &'static str,
    timeout: u64,
}

#[derive(Debug, Serialize)]
struct Party {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct User {
    id: String,
    name: String,
    #[serde(rename = "displayName")]
    display_name: String,
}

/// It names nobody.
impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("User(..)")
    }
}

#[derive(Debug, Serialize)]
struct Parameters {
    r#type: &'static str,
    alg: i64,
}

#[derive(Debug, Serialize)]
struct Descriptor {
    r#type: &'static str,
    id: String,
}

#[derive(Debug, Serialize)]
struct Selection {
    #[serde(rename = "residentKey")]
    resident_key: &'static str,
    #[serde(rename = "requireResidentKey")]
    require_resident_key: bool,
    #[serde(rename = "userVerification")]
    user_verification: &'static str,
}

/// Who a new administrator is. Its `Debug` names nobody.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    given_name: String,
    family_name: String,
}

/// What the browser answers; bytes are in base64url.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistrationAnswer {
    client_data_json: String,
    attestation_object: String,
    /// What the person calls the passkey.
    name: String,
    /// The entry's name in what was asked: of a new administrator it is not known otherwise.
    user: String,
    /// Who a new administrator is.
    names: Option<Names>,
}

/// Who gets the passkey.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Receiver<'a> {
    /// Whoever holds a link.
    Link(&'a Link),
    /// Whoever is logged in.
    Session(&'a Session, &'a RegisteredId),
}

impl Receiver<'_> {
    fn organisation(&self) -> &Administration {
        match self {
            Self::Link(link) => &link.organisation,
            Self::Session(session, _) => &session.organisation,
        }
    }

    /// What the challenge is bound to, with the entry's name.
    fn purpose(&self, id: &RegisteredId) -> Purpose {
        let bound = match self {
            Self::Link(link) => hex(&link.hash),
            Self::Session(session, _) => session.csrf().to_owned(),
        };
        Purpose::Registration(format!("{bound} {}", id.0))
    }

    /// The entry; a new one for a new administrator.
    fn entry(&self) -> Result<RegisteredId, Error> {
        match self {
            Self::Link(Link { lets_in: For::Person(id), .. }) => Ok(id.clone()),
            Self::Session(_, id) => Ok((*id).clone()),
            Self::Link(Link { lets_in: For::Administrator, .. }) => {
                let name = random::<16>().map_err(AuditError::from)?;
                Ok(RegisteredId(hex(&name)))
            }
        }
    }
}

/// Asks for a new passkey. `names` are those of a new administrator.
pub(crate) async fn options(
    service: &Service,
    settings: &AccessSettings,
    receiver: Receiver<'_>,
    names: Option<Names>,
) -> Result<RegistrationOptions, PasskeyError> {
    let party = party(settings)?;
    let (organisation, id) = (receiver.organisation(), receiver.entry()?);
    let snapshot = organisation.snapshot();
    let person = snapshot.register().people().get(&id).map(|kept| &kept.value);
    let display_name = match (person, names) {
        (Some(person), _) => format!("{} {}", person.given_name, person.family_name),
        (None, Some(names)) => format!("{} {}", names.given_name, names.family_name),
        (None, None) => return Err(PasskeyError::Link),
    };
    let registered_name = &snapshot.policy().organisation().registered_name;
    let descriptor = |key: &Passkey| Descriptor { r#type: "public-key", id: key.id.clone() };
    let exclude =
        person.into_iter().flat_map(RegisteredPerson::login_passkeys).map(descriptor).collect();
    let purpose = receiver.purpose(&id);
    let owner = match receiver {
        Receiver::Link(link) => hex(&link.hash),
        Receiver::Session(..) => id.0.clone(),
    };
    let place = Place::Owner(&owner, MAXIMUM_REGISTRATIONS);
    let challenge = passkey::challenge(service, organisation, &purpose, place).await?;
    let algorithms = Algorithm::ALL;
    Ok(RegistrationOptions {
        challenge,
        rp: Party { id: party.id.clone(), name: settings.name.clone() },
        user: User {
            id: encoded(id.0.as_bytes()),
            name: format!("{display_name}, {registered_name}"),
            display_name,
        },
        algorithms: algorithms
            .map(|one| Parameters { r#type: "public-key", alg: one.number() })
            .into(),
        exclude,
        selection: Selection {
            resident_key: "required",
            require_resident_key: true,
            user_verification: "required",
        },
        attestation: "none",
        timeout: passkey::CHALLENGE_LIFETIME.as_millis() as u64,
    })
}

/// Registers a passkey. Whoever came by a link is logged in with it.
pub(crate) async fn register(
    service: &Service,
    settings: &AccessSettings,
    receiver: Receiver<'_>,
    answer: RegistrationAnswer,
) -> Result<Option<Secret>, PasskeyError> {
    let client_data = bytes(&answer.client_data_json)?;
    let answered = passkey::answered(service, &client_data).await?;
    let registered = admitted(service, settings, receiver, (answer, &client_data, answered)).await;
    let organisation = receiver.organisation();
    match registered {
        Ok((id, passkey)) => match receiver {
            Receiver::Session(..) => Ok(None),
            Receiver::Link(link) => {
                if matches!(link.lets_in, For::Administrator) {
                    let name = random::<16>().map_err(|error| Error::from(AuditError::from(error)));
                    let (grant, now) = (PersonGrantId(hex(&name?)), service.clock().now());
                    // The link is spent, and the passkey is in the register: who has it goes in, and can be
                    // let sign later.
                    if let Err(error) = link.organisation.let_sign(&id, grant, now).await {
                        tracing::warn!(%error, "an administrator was not let sign");
                    }
                }
                // Nobody is kept from logging in by a device that does not answer, or wants more: `/me`
                // says what the passkey is good for.
                let whose = (&id, NamedMeans::Passkey(&passkey));
                let told = service.begin_means(&link.organisation, whose, ChangedBy::Link).await;
                if let Err(error) = told {
                    tracing::warn!(%error, "the device was not told of a passkey");
                }
                let who = Who::Registered(id);
                let begun = Session::begin(service, &link.organisation, who, Means::Passkey);
                Ok(Some(begun.await?))
            }
        },
        Err(error) => {
            let by = match receiver {
                Receiver::Link(_) => AccessBy::Nobody,
                Receiver::Session(session, _) => AccessBy::Caller(&session.caller),
            };
            let record = AccessRecord {
                what: AccessStep::RegistrationRefused,
                by,
                means: Some(Means::Passkey.name()),
                entry: None,
                cause: Some(error.name()),
            };
            let now = service.clock().now();
            organisation.tenant().note_access(record, now).await.map_err(Error::from)?;
            Err(error)
        }
    }
}

/// Judges the answer, spends the link, and puts the passkey into the register: whose, and its id.
async fn admitted(
    service: &Service,
    settings: &AccessSettings,
    receiver: Receiver<'_>,
    (answer, client_data_json, answered): (RegistrationAnswer, &[u8], Answered),
) -> Result<(RegisteredId, String), PasskeyError> {
    let party = party(settings)?;
    let RegistrationAnswer { attestation_object, name, user, names, .. } = answer;
    let id = String::from_utf8(bytes(&user)?).map_err(|_| PasskeyError::Encoding)?;
    let id = RegisteredId(id);
    if answered.purpose != receiver.purpose(&id) {
        return Err(PasskeyError::OtherPurpose);
    }
    let attestation_object = bytes(&attestation_object)?;
    let registration = Registration { client_data_json, attestation_object: &attestation_object };
    let credential = registration.judge(party, &answered.challenge)?;
    let now = service.clock().now();
    let moment = Moment::try_from(now);
    let moment = moment.map_err(|_| Error::from(AuditError::from(RecordError::TimeOutOfRange)))?;
    let passkey = Passkey {
        id: encoded(&credential.id),
        public_key: encoded(credential.public_key.cose()),
        party: party.id.clone(),
        name,
        sign_count: credential.sign_count,
        backup_eligible: credential.backup_eligible,
        backed_up: credential.backed_up,
        made: moment,
        used: None,
        known_to: None,
        signing_handle: None,
    };
    // Section 7.1, step 26: it is nobody's, in no organisation.
    let organisations = service.organisations().all();
    let taken =
        |one: &Administration| one.snapshot().register().with_passkey(&passkey.id).is_some();
    if organisations.iter().any(|one| taken(one)) {
        return Err(Error::from(registry::RegistryRefusal::PasskeyTaken).into());
    }
    let admitted = match (receiver, names) {
        (Receiver::Link(Link { lets_in: For::Administrator, .. }), Some(names)) => {
            let Names { given_name, family_name } = names;
            let salt = hex(&random::<32>().map_err(|error| Error::from(AuditError::from(error)))?);
            Admitted::Administrator { id, salt, given_name, family_name }
        }
        (Receiver::Link(Link { lets_in: For::Administrator, .. }), None) => {
            return Err(PasskeyError::Link);
        }
        (Receiver::Link(Link { lets_in: For::Person(_), .. }) | Receiver::Session(..), _) => {
            Admitted::Known(id)
        }
    };
    let organisation = receiver.organisation();
    // What would be refused does not spend the link.
    let present = organisation.snapshot();
    let decided = present.register().admit(admitted.clone(), passkey.clone(), moment);
    decided.map_err(Error::from)?;
    if let Receiver::Link(link) = receiver {
        let spent = service.store().spend_secret(SecretKind::OneTimeLink, &link.hash, now).await;
        match spent.map_err(Error::from)? {
            Spent::Now(_) => {}
            Spent::Before(_) | Spent::Unknown => return Err(PasskeyError::Link),
        }
    }
    let by = match receiver {
        Receiver::Link(_) => ChangedBy::Link,
        Receiver::Session(session, _) => ChangedBy::Caller(&session.caller),
    };
    let credential = passkey.id.clone();
    let changed = organisation.admit(admitted, passkey, by, now).await;
    match changed.map_err(|error: ChangeError| Error::from(error))?.entry {
        Entry::Person(person) => Ok((person.id, credential)),
        Entry::Application(_)
        | Entry::Grant(_)
        | Entry::Mandate(_)
        | Entry::Organisation(_)
        | Entry::Profile(_)
        | Entry::CertificateTerms(_)
        | Entry::CertificateSettings(_)
        | Entry::Role(_) => Err(Error::Interrupted.into()),
    }
}
