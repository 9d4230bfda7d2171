//! Certificates of whose end nobody is reminded while somebody has it so: until they are reminded again, or until
//! another one takes the certificate's place.

use std::sync::Arc;

use registry::{CertificateAct, EndNotice, OrderRefusal};

use super::{
    Error, Service,
    acting::Acting,
    ordered::{keep, seconds, settled},
};
use crate::{
    audit::{CertificateRecord, CertificateRow, CertificateStep},
    authentication::Authenticated,
    store::FoundCertificate,
};

/// What is done with the notices of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Muting {
    /// Nobody is reminded of its end.
    Mute,
    /// They are reminded again.
    Unmute,
}

impl Service {
    /// Keeps that nobody is reminded of a certificate's end, or that they are again. What is so already stays, with
    /// whoever had it so.
    ///
    /// # Errors
    /// [`OrderRefusal::Blocked`] where one that is blocked would be muted; [`Error`]. Nothing has changed then.
    pub(crate) async fn mute(
        self: &Arc<Self>,
        caller: Authenticated,
        id: String,
        wanted: Muting,
    ) -> Result<FoundCertificate, Error> {
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let muting = async move {
            let _place = place;
            settled!(service.muted(Acting::Caller(&caller), &id, wanted).await)
        };
        self.flights.run(muting).await
    }

    /// The same of many, or only what would become of each. What one does not allow is told of that one, and hinders
    /// no other.
    pub(crate) async fn mute_each(
        self: &Arc<Self>,
        caller: &Authenticated,
        ids: Vec<String>,
        (wanted, dry_run): (Muting, bool),
    ) -> Vec<(String, Result<FoundCertificate, Error>)> {
        let mut told = Vec::with_capacity(ids.len());
        for id in ids {
            let done = match dry_run {
                true => {
                    let found = self.certificate(caller, &id, CertificateAct::Mute).await;
                    found.and_then(|found| may_be(&found, wanted).map(|()| found))
                }
                false => {
                    // The key of a request is for the whole, and cannot stand for each.
                    let caller = Authenticated { keyed: None, ..caller.clone() };
                    self.mute(caller, id.clone(), wanted).await
                }
            };
            told.push((id, done));
        }
        told
    }

    pub(super) async fn muted(
        &self,
        acting: Acting<'_>,
        id: &str,
        wanted: Muting,
    ) -> Result<FoundCertificate, Error> {
        let (time, snapshot) = (self.clock.now(), acting.organisation().snapshot());
        let found = self.certificate_for(&snapshot, acting, id, CertificateAct::Mute).await?;
        may_be(&found, wanted)?;
        if found.muted.is_some() == (wanted == Muting::Mute) {
            return Ok(found);
        }
        if let Acting::Contact(contact) = acting {
            let organisation = snapshot.policy().organisation().id();
            self.strangers.switches((organisation, contact.kept.subject()))?;
        }
        let (at, by) = (seconds(time), acting.word(&snapshot));
        let (step, row, muted) = match wanted {
            Muting::Mute => {
                let row = CertificateRow::Muted { id: id.to_owned(), by: by.clone(), at };
                (CertificateStep::Muted, row, Some((at, by)))
            }
            Muting::Unmute => (CertificateStep::Unmuted, unmuted(id, at), None),
        };
        let record = CertificateRecord {
            certificate: Some(id),
            profile: Some(&found.profile),
            judged_by: Some(snapshot.revision()),
            ..acting.record(step)
        };
        keep(acting.organisation(), &record, vec![row], time).await?;
        let (muted, muted_by) = muted.unzip();
        Ok(FoundCertificate { muted, muted_by, ..found })
    }
}

fn may_be(found: &FoundCertificate, wanted: Muting) -> Result<(), Error> {
    match wanted {
        Muting::Mute if found.blocked.is_some() => Err(OrderRefusal::Blocked.into()),
        Muting::Mute | Muting::Unmute => Ok(()),
    }
}

/// People are reminded again of what is to come; of what came meanwhile they are not told late.
fn unmuted(id: &str, at: i64) -> CertificateRow {
    CertificateRow::Unmuted { id: id.to_owned(), ends: EndNotice::latest_ends(at) }
}

/// What becomes of a certificate whose place another one takes: it must be good, and that its successor is not in use
/// yet is told of again.
pub(super) fn place_taken(id: &str, at: i64) -> [CertificateRow; 2] {
    [CertificateRow::Good { id: id.to_owned(), at }, unmuted(id, at)]
}
