//! What an appearance of a profile looks like, before anything is signed with it: drawn by the code that
//! draws it in a signature, on a page of its own.

use bytes::Bytes;
use pades::SignatureOptions;
use seal::{
    CertificateProfile, DigestAlgorithm, Effort, OrganisationSubject, PersonName, PersonSubject,
    ProfileKind, Subject, appearance::NamedAppearance,
};

use super::{
    AppearanceOptions, Document, Error, Page, Service, image::DecodedImage, reference::Reference,
};
use crate::{authentication::Authenticated, store::AuditError};

/// How large it is where the appearance does not say, in points.
const USUAL: [f64; 2] = [200.0, 68.0];

/// How much of the page is seen around it, in points.
const MARGIN: f64 = 12.0;

/// The widest and highest that is drawn, in points: 200 inches (ISO 32000-2 annex C.2).
const LARGEST: f64 = 14_400.0;

/// More than any field of a signature that is never made takes up, in bytes.
const RESERVED: usize = 64;

impl Service {
    /// A page with nothing on it but the appearance, as it is for a seal, or for a signature of whoever
    /// asks.
    ///
    /// # Errors
    /// [`Error`] when it cannot be drawn.
    pub(crate) async fn show_appearance(
        &self,
        caller: &Authenticated,
        profile: &CertificateProfile,
        said: NamedAppearance,
    ) -> Result<Bytes, Error> {
        let (now, names) = (self.clock.now(), self.names(profile));
        let subject = subject(caller, profile);
        let draw = move || {
            let effort = Effort::default();
            let [width, height] = said.rect.map_or(USUAL, |rect| {
                let [_, _, width, height] = rect.points();
                [width, height].map(|length| length.clamp(1.0, LARGEST))
            });
            let asked = AppearanceOptions {
                name: None,
                page: Some(Page::Number(1)),
                rect: Some([MARGIN, MARGIN, width, height]),
                language: said.language,
                preset: said.preset,
                show: said.show,
                text: said.text,
            };
            let logo = said.logo.map(|logo| Document::new(logo.file().clone()));
            let logo = logo.map(|file| DecodedImage::read(&file, &effort)).transpose()?;
            let reference = asked.has_face().then(|| Reference::new(now));
            let reference = reference.transpose().map_err(AuditError::from)?;
            let image = logo.as_ref().map(|logo| logo.image.clone());
            let shown = asked.appearance(&subject, &names, now, image, reference.as_ref());
            let page = blank_page(width + 2.0 * MARGIN, height + 2.0 * MARGIN);
            let opening = pades::OpenOptions { password: None, prefix: None, effort: Some(effort) };
            let page = pades::Document::open_with(page.into(), opening)?;
            let options =
                SignatureOptions { appearance: Some(shown), ..SignatureOptions::new(now) };
            let prepared = page.prepare(&options, DigestAlgorithm::Sha256, RESERVED)?;
            Ok(Bytes::from(prepared.unsigned()))
        };
        self.flights.elsewhere(draw).await
    }
}

/// Whom it names: the organisation, and the person where the profile is for persons. No certificate is made
/// of it.
fn subject(caller: &Authenticated, profile: &CertificateProfile) -> Subject {
    let snapshot = caller.organisation.snapshot();
    let organisation = snapshot.policy().organisation();
    let (name, number) =
        (organisation.registered_name.clone(), organisation.organization_identifier());
    match (profile.kind, caller.caller.person()) {
        (ProfileKind::User, Some(claims)) => Subject::Person(PersonSubject {
            common_name: claims.name.clone(),
            name: PersonName::Named {
                given_name: claims.given_name.clone(),
                surname: claims.family_name.clone(),
            },
            serial_number: String::new(),
            email: None,
            organization_name: Some(name),
            organization_identifier: Some(number),
            holder: claims.person.clone(),
        }),
        (ProfileKind::User | ProfileKind::Organisation | ProfileKind::System, _) => {
            Subject::Organisation(OrganisationSubject {
                organization_name: name.clone(),
                organization_identifier: number,
                common_name: name,
                serial_number: String::new(),
            })
        }
    }
}

/// A PDF of one page with nothing on it, so large in points.
fn blank_page(width: f64, height: f64) -> Vec<u8> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.2} {height:.2}] /Resources << >> >>"
    );
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page.as_str(),
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = "xref\n0 4\n0000000000 65535 f \n".to_owned();
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let start = file.len();
    file += &table;
    file += &format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}
