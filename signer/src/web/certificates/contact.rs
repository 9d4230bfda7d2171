//! The page of the contact person of a profile, who has no account.

use askama::Template;

use super::{CertificateTexts, OwnCertificate};
use crate::web::{Frame, bilingual::bilingual};

bilingual! {
    ContactTexts, contact_texts;

    title: "Certificates that you are the contact person of", "Certifikater, du er kontaktperson for";
    lead: "You see them by the link of a letter, without a login. You can block them, stop reminders, and say that one is in \
        use. Whoever has the link can do the same: do not pass it on.",
        "Du ser dem med linket fra en e-mail, uden at logge ind. Du kan spærre dem, slå påmindelser fra og melde et certifikat \
            i brug. Det kan enhver, der har linket: send det ikke videre.";
    link_until: "The link works until", "Linket virker indtil";
    none: "No certificate has been issued with this profile.", "Der er ikke udstedt noget certifikat med denne profil.";
    renewing: "How to renew", "Sådan fornyes et certifikat";
    renewing_lead: "A link that went astray must issue no certificate, so nothing is renewed here. Ask a user administrator \
        of the organisation to order the next one. A program that has the certificate's private key renews it itself: \
        with “signer certificate renew”, or over EST with the old certificate.",
        "Et link på afveje må ikke kunne udstede certifikater, så her fornyes ingen. Bed en af organisationens \
            brugeradministratorer om at bestille det næste. Et program, der har certifikatets private nøgle, fornyer det selv: \
            med “signer certificate renew” eller over EST med det gamle certifikat.";
    confirm: "Shall this certificate be blocked?", "Skal certifikatet spærres?";
    blocked: "The certificate is blocked", "Certifikatet er spærret";
    blocked_lead: "It counts from now on: whoever asks is told so. It cannot be undone.",
        "Det gælder fra nu af: alle, der spørger, får det at vide. Det kan ikke ophæves.";
    back: "To the certificates", "Til certifikaterne";
    gone_title: "This link is not good", "Linket virker ikke";
    gone: "It is older than 90 days, the profile has another contact person or is retired, or part of the address is missing. \
        The next letter brings a new one. Does a certificate have to be blocked at once, then ask a user administrator of the \
        organisation.",
        "Det er over 90 dage gammelt, profilen har fået en anden kontaktperson eller er nedlagt, eller en del af adressen \
            mangler. Den næste e-mail har et nyt. Skal et certifikat spærres straks, så spørg en af organisationens \
            brugeradministratorer.";
}

/// `/contact/{code}`
#[derive(Template)]
#[template(path = "contact.html")]
pub(crate) struct ContactPage {
    pub(crate) frame: Frame,
    pub(crate) c: &'static CertificateTexts,
    pub(crate) k: &'static ContactTexts,
    pub(crate) organisation: String,
    pub(crate) profile: String,
    pub(crate) until: String,
    pub(crate) certificates: Vec<OwnCertificate>,
    pub(crate) more: bool,
}

/// What is done with one of the certificates: asked, shown, done.
#[derive(Template)]
#[template(path = "contact_act.html")]
pub(crate) struct ContactActPage {
    pub(crate) frame: Frame,
    pub(crate) c: &'static CertificateTexts,
    pub(crate) k: &'static ContactTexts,
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    /// The page of the certificates.
    pub(crate) back: String,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) step: ContactStep,
}

/// How far it is.
pub(crate) enum ContactStep {
    /// Why one shall be blocked: each reason by its word and as people say it.
    Reason(Vec<(&'static str, &'static str)>),
    /// Whether it is what they want, with the reason.
    Confirm(&'static str, &'static str),
    /// It is done.
    Done,
    /// Which services have been given the certificate, and whether one was left out.
    Services(Vec<String>, bool),
}

/// They show nothing of what leads to them.
impl std::fmt::Debug for ContactPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContactPage").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ContactActPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContactActPage").finish_non_exhaustive()
    }
}
