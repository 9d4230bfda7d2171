//! Whether people are reminded of a certificate's end.

use axum::response::Response;
use registry::{AdministrativeAct, CertificateAct, RegisteredId};
use seal::ApplicationId;

use super::{
    certificates::{said, sheet},
    changing::Asking,
    lists::CERTIFICATES as LIST,
    names::full_name,
    office::{Office, Sheet, Turned},
};
use crate::{
    http::{path::Path, web::sent::Sent},
    service::Muting,
    store::FoundCertificate,
    web::Form,
};

/// Asks whether nobody shall be, or they shall be again.
pub(super) async fn page(office: Office, Path(id): Path<String>) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let found = office.certificate(&id, CertificateAct::Mute).await?;
    Ok(office.asks(asking(&office, &found, wanted(&found))))
}

/// Keeps it.
pub(super) async fn change(
    office: Office,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Turned> {
    office.must(AdministrativeAct::ChangeCertificates)?;
    let filled = office.filled(sent).await?;
    let found = office.certificate(&id, CertificateAct::Mute).await?;
    // What the page asked, whatever somebody else did meanwhile.
    let wanted = match filled.one("muted") {
        Some("true") => Muting::Mute,
        Some("false") => Muting::Unmute,
        Some(_) | None => wanted(&found),
    };
    let caller = office.session.authenticated();
    match office.state.service.mute(caller, id.clone(), wanted).await {
        Ok(_) => Ok(office.sees(&format!("{LIST}/{id}"))),
        Err(error) => Ok(office.not_taken(asking(&office, &found, wanted), &error)),
    }
}

fn wanted(found: &FoundCertificate) -> Muting {
    if found.muted.is_some() { Muting::Unmute } else { Muting::Mute }
}

fn asking(office: &Office, found: &FoundCertificate, wanted: Muting) -> Asking {
    let c = office.c;
    let (act, lead, word, after) = match wanted {
        Muting::Mute => (c.mute, c.mute_lead, "true", c.told_no_more),
        Muting::Unmute => (c.unmute, c.unmute_lead, "false", c.told_again),
    };
    let path = format!("{LIST}/{}/notices", found.id);
    let form = Form::new(&path, office.session.csrf(), act).hiding("muted", word);
    let of = sheet(office, found, Vec::new());
    let sheet = Sheet { path, title: format!("{act}: {}", found.name), lead, ..of };
    let before = office.muting(found).unwrap_or_else(|| c.told_again.to_owned());
    let changes = vec![(c.reminders.to_owned(), Some(before), after.to_owned())];
    Asking { sheet, form, gives_power: false, changes }
}

impl Office {
    /// Since when nobody is reminded of a certificate's end, and who had it so.
    pub(super) fn muting(&self, found: &FoundCertificate) -> Option<String> {
        let since = said(found.muted?);
        let by = found.muted_by.as_deref().unwrap_or_default();
        let register = self.snapshot.register();
        let who = match by.split_once(' ') {
            Some(("person", id)) => {
                let kept = register.people().get(&RegisteredId(id.to_owned()));
                kept.map_or_else(|| id.to_owned(), |kept| full_name(&kept.value))
            }
            Some(("application", id)) => {
                let kept = register.applications().get(&ApplicationId::new(id));
                kept.map_or_else(|| id.to_owned(), |kept| kept.value.display_name.clone())
            }
            None if by == "contact" => self.c.contact.to_owned(),
            Some(_) | None => self.c.somebody.to_owned(),
        };
        Some(format!("{since}: {who}"))
    }
}
