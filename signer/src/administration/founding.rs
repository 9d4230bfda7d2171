//! Organisations that the operator makes: recorded and kept in one transaction, whether a service
//! runs on the data directory or not.

use std::{sync::Arc, time::SystemTime};

use registry::{
    Administrator, Entry, Founding, Moment, Origin, Register, RegistryRefusal, Version,
};
use seal::{Organisation, OrganisationId, Registrar, policy::PolicySettings};

use super::{
    Administration, ChangeError, Declared,
    standing::{RECEIPTS_APPLICATION, grant, reserved},
};
use crate::{
    audit::{ChangedBy, RecordError, RegistryChange},
    store::{AuditError, KeptRegister, Store, Tenant},
};

/// How many organisations one installation has at most: each key is looked up in all of them.
const MAXIMUM_ORGANISATIONS: usize = 1000;

/// Makes an organisation and its administrators.
///
/// # Errors
/// [`ChangeError`]; nothing has changed then.
pub async fn founded(
    store: &Store,
    founding: Founding,
    now: SystemTime,
) -> Result<(Tenant, KeptRegister), ChangeError> {
    if store.organisations().await?.len() >= MAXIMUM_ORGANISATIONS {
        let (what, most) = ("organisations", MAXIMUM_ORGANISATIONS);
        return Err(RegistryRefusal::Full { what, most }.into());
    }
    let tenant = store.of(founding.organisation.id());
    let register = Register::default().after(tenant.kept_register().await?.revision);
    let moment =
        Moment::try_from(now).map_err(|_| AuditError::from(RecordError::TimeOutOfRange))?;
    let change = register.found(founding, moment)?;
    let version = Version(1);
    let by = ChangedBy::Operator;
    let record = RegistryChange { by, change: &change, version, keyed: None, registered: None };
    tenant.register(record, now).await?;
    let kept = tenant.kept_register().await?;
    Ok((tenant, kept))
}

/// Makes an administrator of an organisation that no service serves now, or a further key of one.
///
/// # Errors
/// [`ChangeError`]; nothing has changed then.
pub async fn appointed(
    store: &Store,
    organisation: OrganisationId,
    wanted: Administrator,
    now: SystemTime,
) -> Result<(), ChangeError> {
    let tenant = store.of(organisation);
    let kept = tenant.kept_register().await?;
    let mut register = Register::default().after(kept.revision);
    for (entry, version) in kept.entries {
        register.put(entry, version);
    }
    let moment =
        Moment::try_from(now).map_err(|_| AuditError::from(RecordError::TimeOutOfRange))?;
    let change = register.appoint(wanted, moment)?;
    let version = Version(register.revision().0 + 1);
    let by = ChangedBy::Operator;
    let record = RegistryChange { by, change: &change, version, keyed: None, registered: None };
    tenant.register(record, now).await?;
    Ok(())
}

impl Administration {
    /// The organisation that the operator made, as it was kept; nothing if none was.
    pub(super) fn of_operator(
        settings: &PolicySettings,
        kept: KeptRegister,
        tenant: Tenant,
        device: Arc<dyn Registrar>,
    ) -> Option<Self> {
        let organisation = organisation(&kept)?.clone();
        let declared = Declared {
            organisation,
            origin: Origin::Register,
            profiles: Vec::new(),
            grants: vec![grant(RECEIPTS_APPLICATION)],
            settings: settings.clone(),
            roles: Vec::new(),
            keys: Vec::new(),
            reserved: reserved(),
        };
        Some(Self::new(declared, kept, tenant, device))
    }
}

fn organisation(kept: &KeptRegister) -> Option<&Organisation> {
    kept.entries.iter().find_map(|(entry, _)| match entry {
        Entry::Organisation(founded) => Some(&founded.organisation),
        Entry::Application(_)
        | Entry::Grant(_)
        | Entry::Mandate(_)
        | Entry::Profile(_)
        | Entry::CertificateTerms(_)
        | Entry::CertificateSettings(_)
        | Entry::Role(_)
        | Entry::Person(_) => None,
    })
}
