//! Who does something with a certificate: a caller by a role or as its holder, or the contact person of its profile.

use registry::{CertificateAct, OrderRefusal};

use super::{Error, contact_person::ContactPerson, ordered::asker};
use crate::{
    administration::{Administration, Snapshot},
    audit::{CertificateRecord, CertificateStep, ChangedBy},
    authentication::Authenticated,
    store::FoundCertificate,
};

/// By what a contact person is called where it is kept who did something: it names nobody.
const CONTACT: &str = "contact";

/// Who.
#[derive(Clone, Copy)]
pub(super) enum Acting<'a> {
    Caller(&'a Authenticated),
    Contact(&'a ContactPerson),
}

impl<'a> Acting<'a> {
    pub(super) fn organisation(self) -> &'a Administration {
        match self {
            Self::Caller(caller) => &caller.organisation,
            Self::Contact(contact) => &contact.organisation,
        }
    }

    /// The record of what they do.
    pub(super) fn record(self, what: CertificateStep) -> CertificateRecord<'a> {
        match self {
            Self::Caller(caller) => blank(what, caller),
            Self::Contact(_) => CertificateRecord::of(what, ChangedBy::Contact),
        }
    }

    /// Who they are, by a word that names nobody.
    pub(super) fn word(self, snapshot: &Snapshot) -> String {
        match self {
            Self::Caller(caller) => asker(caller, snapshot).0,
            Self::Contact(_) => CONTACT.to_owned(),
        }
    }
}

impl ContactPerson {
    /// A certificate, if they are still the contact person of its profile and may do this with it. Of any other
    /// nobody learns that it is there.
    pub(super) async fn certificate(
        &self,
        snapshot: &Snapshot,
        id: &str,
        act: CertificateAct,
    ) -> Result<FoundCertificate, Error> {
        let found = self.organisation.tenant().certificate(id).await?;
        let own = |found: &FoundCertificate| {
            found.profile == self.kept.profile.as_str() && found.kind != "user"
        };
        let may = act.right().contact && self.kept.is_contact(snapshot);
        found.filter(|found| may && own(found)).ok_or(OrderRefusal::CertificateUnknown.into())
    }
}

pub(super) fn blank<'a>(what: CertificateStep, caller: &'a Authenticated) -> CertificateRecord<'a> {
    let by = ChangedBy::Caller(&caller.caller);
    CertificateRecord { keyed: caller.keyed.as_ref(), ..CertificateRecord::of(what, by) }
}
