//! What the operator of the installation orders on the command line: organisations.
//!
//! Whoever holds the data directory's lock does it. While a service has it, the order is laid into
//! the directory, and the service does it within a second.

mod orders;

use std::time::SystemTime;

use registry::{Administrator, Entry, Founding, KeyHash, RegisteredId, RegistryRefusal};
use seal::OrganisationId;
use serde::{Deserialize, Serialize};

pub(crate) use self::orders::{attend, lay};
use crate::{
    access::link::{self, For, KeptLink},
    administration::{ChangeError, Organisations, appointed, founded},
    audit::{AccessBy, AuditEvent},
    store::{AuditError, Store, Tenant},
};

/// Something that the operator orders.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Order {
    /// A new organisation with its administrators.
    AddOrganisation(Box<Founding>),
    /// An administrator of one, or a further key of one.
    AddAdministrator {
        /// Whose.
        organisation: OrganisationId,
        /// Which.
        administrator: Administrator,
    },
    /// A link that is good once, by its hash: for a person, or for a new administrator.
    AddLink {
        /// Whose.
        organisation: OrganisationId,
        /// Its SHA-256.
        sha256: KeyHash,
        /// For whom, by the name of their entry; an administrator when left out.
        person: Option<RegisteredId>,
    },
    /// The organisations that were made so.
    ListOrganisations,
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Answer {
    /// It was done; the organisations that were asked for.
    Done(Vec<Listed>),
    /// The link is kept; the origin of the pages, where a service knows it.
    LinkKept(Option<String>),
    /// It was not, and why.
    Refused(String),
}

/// One organisation of a list.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Listed {
    Read {
        cvr: String,
        country: String,
        registered_name: String,
        /// When it was made (RFC 3339).
        made: String,
    },
    /// One whose register is damaged.
    Damaged { cvr: String },
}

impl Order {
    /// Does it on a store that no service uses.
    pub(crate) async fn carry_out(self, store: &Store, now: SystemTime) -> Answer {
        match self {
            Self::AddOrganisation(founding) => {
                Answer::from(founded(store, *founding, now).await.map(|_| Vec::new()))
            }
            Self::AddAdministrator { organisation, administrator } => {
                let done = appointed(store, organisation, administrator, now).await;
                done.map(|()| Vec::new()).into()
            }
            Self::AddLink { organisation, sha256, person } => {
                let tenant = store.of(organisation);
                match offline(&tenant, person.as_ref()).await {
                    Ok(()) => kept(store, &tenant, (sha256, person), now, None).await,
                    Err(error) => Answer::Refused(error.to_string()),
                }
            }
            Self::ListOrganisations => listed(store, now).await.map_err(ChangeError::from).into(),
        }
    }

    /// Does it in a service, which serves a new organisation from then on.
    pub(crate) async fn carry_out_in(
        self,
        organisations: &Organisations,
        store: &Store,
        (now, origin): (SystemTime, &str),
    ) -> Answer {
        match self {
            Self::AddLink { organisation, sha256, person } => {
                let found = match organisations.serving(&organisation) {
                    Ok(Some(found)) => found,
                    Ok(None) => {
                        return Answer::Refused(RegistryRefusal::OrganisationUnknown.to_string());
                    }
                    Err(unread) => return Answer::Refused(unread.to_string()),
                };
                let snapshot = found.snapshot();
                let people = snapshot.register().people();
                if let Some(id) = person.as_ref().filter(|id| !people.contains_key(*id)) {
                    let refusal = RegistryRefusal::PersonUnknown(id.clone());
                    return Answer::Refused(refusal.to_string());
                }
                kept(store, found.tenant(), (sha256, person), now, Some(origin)).await
            }
            Self::AddOrganisation(founding) => {
                organisations.found(store, *founding, now).await.map(|()| Vec::new()).into()
            }
            Self::AddAdministrator { organisation, administrator } => {
                let done = match organisations.serving(&organisation) {
                    Ok(Some(organisation)) => organisation.appoint(administrator, now).await,
                    Ok(None) => Err(RegistryRefusal::OrganisationUnknown.into()),
                    Err(unread) => return Answer::Refused(unread.to_string()),
                };
                done.map(|()| Vec::new()).into()
            }
            Self::ListOrganisations => self.carry_out(store, now).await,
        }
    }
}

impl From<Result<Vec<Listed>, ChangeError>> for Answer {
    fn from(done: Result<Vec<Listed>, ChangeError>) -> Self {
        match done {
            Ok(listed) => Self::Done(listed),
            Err(error) => Self::Refused(error.to_string()),
        }
    }
}

/// Keeps a link.
async fn kept(
    store: &Store,
    tenant: &Tenant,
    (sha256, person): (KeyHash, Option<RegisteredId>),
    now: SystemTime,
    origin: Option<&str>,
) -> Answer {
    let lets_in = person.map_or(For::Administrator, For::Person);
    let link = KeptLink::shown(lets_in, true);
    match link::keep(store, tenant, &link, sha256.0, AccessBy::Operator, now).await {
        Ok(()) => Answer::LinkKept(origin.map(str::to_owned)),
        Err(error) => Answer::Refused(error.to_string()),
    }
}

/// Whether a link can be made while no service runs: for an organisation that the operator made, and
/// somebody who is in its register.
async fn offline(tenant: &Tenant, person: Option<&RegisteredId>) -> Result<(), ChangeError> {
    let entries = tenant.kept_register().await?.entries;
    let mut made = entries.iter().map(|(entry, _)| entry);
    if !made.any(|entry| matches!(entry, Entry::Organisation(_))) {
        return Err(RegistryRefusal::OrganisationUnknown.into());
    }
    let mut people = entries.iter().filter_map(|(entry, _)| match entry {
        Entry::Person(person) => Some(&person.id),
        Entry::Application(_)
        | Entry::Grant(_)
        | Entry::Mandate(_)
        | Entry::Organisation(_)
        | Entry::Profile(_)
        | Entry::CertificateTerms(_)
        | Entry::CertificateSettings(_)
        | Entry::Role(_) => None,
    });
    match person {
        Some(wanted) if people.all(|id| id != wanted) => {
            Err(RegistryRefusal::PersonUnknown(wanted.clone()).into())
        }
        Some(_) | None => Ok(()),
    }
}

/// The organisations, once it is on record that they were listed. One that is damaged hides no other.
async fn listed(store: &Store, now: SystemTime) -> Result<Vec<Listed>, AuditError> {
    let mut listed = Vec::new();
    for number in store.organisations().await? {
        let kept = match store.of(number.clone()).kept_register().await {
            Ok(kept) => kept,
            Err(AuditError::EntryDamaged { .. }) => {
                listed.push(Listed::Damaged { cvr: number.to_string() });
                continue;
            }
            Err(error) => return Err(error),
        };
        listed.extend(kept.entries.into_iter().filter_map(|(entry, _)| match entry {
            Entry::Organisation(founded) => Some(Listed::Read {
                cvr: founded.organisation.cvr,
                country: founded.organisation.country.to_string(),
                registered_name: founded.organisation.registered_name,
                made: founded.made.to_string(),
            }),
            Entry::Application(_)
            | Entry::Grant(_)
            | Entry::Mandate(_)
            | Entry::Profile(_)
            | Entry::CertificateTerms(_)
            | Entry::CertificateSettings(_)
            | Entry::Role(_)
            | Entry::Person(_) => None,
        }));
    }
    let record = AuditEvent::OrganisationsListed { count: listed.len() as u64 };
    store.record(&record, now).await?;
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use registry::{KeyHash, KeyId, Role};
    use seal::{CountryCode, CvrCheck, Organisation};
    use sqlx::{Connection, SqliteConnection};

    use super::*;
    use crate::{audit::sample, data_directory::DataDirectory};

    fn founding(number: &str) -> Box<Founding> {
        let organisation = Organisation {
            registered_name: format!("The one with {number}"),
            cvr: number.into(),
            country: CountryCode::DENMARK,
            cvr_check: CvrCheck::Modulo11,
            allow_seals: true,
        };
        let (role, key) = (Role::OrganisationAdministrator, KeyId("k".into()));
        let sha256 = KeyHash([1; 32]);
        let administrators = vec![Administrator { role, key, sha256, replaces: false }];
        Box::new(Founding { organisation, administrators })
    }

    #[tokio::test]
    async fn a_damaged_register_is_listed_as_one_and_hides_no_other() {
        let directory = DataDirectory::temporary().unwrap();
        let now = SystemTime::UNIX_EPOCH;
        let store = Store::open(&directory, sample::key()).await.unwrap();
        for number in ["19552101", "34051178"] {
            let made = Order::AddOrganisation(founding(number)).carry_out(&store, now).await;
            assert!(matches!(made, Answer::Done(_)), "{made:?}");
        }
        store.close().await.unwrap();
        let address = format!("sqlite://{}", directory.database().display());
        let mut connection = SqliteConnection::connect(&address).await.unwrap();
        let spoilt = "UPDATE register_entry SET body = '{' WHERE organisation = '19552101'";
        sqlx::query(spoilt).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();

        let store = Store::open(&directory, sample::key()).await.unwrap();
        let answer = Order::ListOrganisations.carry_out(&store, now).await;
        let Answer::Done(listed) = answer else { panic!("{answer:?}") };
        let whole = Listed::Read {
            cvr: "34051178".into(),
            country: "DK".into(),
            registered_name: "The one with 34051178".into(),
            made: "1970-01-01T00:00:00Z".into(),
        };
        assert_eq!(listed, [Listed::Damaged { cvr: "19552101".into() }, whole]);
    }
}
