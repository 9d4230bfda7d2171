//! Why nothing comes of an order, as people read it.

use registry::OrderRefusal;

use crate::web::Language;

/// Why.
pub(crate) fn order_refusal(language: Language, refusal: &OrderRefusal) -> String {
    match language {
        Language::Da => danish(refusal).to_owned(),
        // What it says is for people, in English.
        Language::En => {
            let said = refusal.to_string();
            let mut letters = said.chars();
            let first = letters.next().map(char::to_uppercase).into_iter().flatten();
            first.chain(letters).chain(['.']).collect()
        }
    }
}

fn danish(refusal: &OrderRefusal) -> &'static str {
    match refusal {
        OrderRefusal::NotPermitted(_) => "Det må du ikke.",
        OrderRefusal::QualifiedLongLived => {
            "Kvalificerede certifikater med lang levetid tilbydes ikke: de kræver en enhed til hver indehaver, en \
             aftale og en årlig revision af den. Kvalificerede underskrifter og segl laves med certifikater, der \
             lever i minutter, og skal ikke bestilles."
        }
        OrderRefusal::UserCertificatesNotAllowed => {
            "Organisationen tillader ikke brugercertifikater."
        }
        OrderRefusal::ProfileNotOrderable => {
            "Der bestilles ingen certifikater med profilen: den har ingen vilkår for dem eller er ikke i brug."
        }
        OrderRefusal::TermsChanged => {
            "Profilens vilkår er ændret, siden certifikatet blev bestilt: annullér bestillingen, og bestil igen."
        }
        OrderRefusal::KindMismatch => "Profilens certifikater er af en anden type.",
        OrderRefusal::ContactMissing => {
            "Profilen har ingen kontaktperson med e-mailadresse: en er obligatorisk."
        }
        OrderRefusal::Holder(_) => {
            "Den, der skal hente, kan ikke hente dette: personen skal være angivet og aktiv, have det samme navn som \
             før og den e-mailadresse, certifikatet viser. Et brugercertifikat hentes kun med login."
        }
        OrderRefusal::OrganisationIncomplete => {
            "Organisationen mangler sit registrerede navn eller et rigtigt nummer: begge dele er obligatoriske."
        }
        OrderRefusal::PolicyNotAccepted(_) => {
            "Den gældende politik skal først læses og accepteres."
        }
        OrderRefusal::OwnOrder => {
            "Den, der har bestilt, godkender ikke: det gør en anden brugeradministrator."
        }
        OrderRefusal::State { .. } => "Det kan ikke gøres med bestillingen, som den er nu.",
        OrderRefusal::CodeRefused => "Referencen eller koden er forkert.",
        OrderRefusal::OtherIdentification(_) => "Bestillingen hentes på en anden måde.",
        OrderRefusal::EmailNotConfirmed => {
            "Adressen, som certifikatet viser, er ikke bekræftet inden for de seneste 30 dage."
        }
        OrderRefusal::AddressNotValidated => {
            "Certifikatet ville vise en e-mailadresse, og adresser kan ikke bekræftes: der er ikke opsat en mailserver."
        }
        OrderRefusal::ChecksSpent { .. } => {
            "Der er sendt så mange bekræftelser til adressen, som der må: annullér bestillingen, og bestil igen."
        }
        OrderRefusal::AddressLettersSpent => {
            "Der er inden for et døgn skrevet så mange breve til adressen, som tjenesten skriver: prøv igen i morgen."
        }
        OrderRefusal::OrganisationLettersSpent => {
            "Der er inden for et døgn skrevet så mange breve for organisationen, som tjenesten skriver: prøv igen i \
             morgen."
        }
        OrderRefusal::NotRenewable => {
            "Certifikatet, som dette skulle afløse, er spærret eller udløbet: bestil et nyt."
        }
        OrderRefusal::RenewalNotDue => "Certifikatet kan ikke fornyes endnu.",
        OrderRefusal::Followed => {
            "Et andet certifikat har allerede afløst dette: forny det, eller spær det først."
        }
        OrderRefusal::KeyKind(_) => "Nøglen er ikke af den slags, som profilen kræver.",
        OrderRefusal::KeyKnown => "Nøglen er certificeret før: lav en ny.",
        OrderRefusal::Unknown => "Der er ingen sådan bestilling.",
        OrderRefusal::CertificateUnknown => "Der er intet sådant certifikat.",
        OrderRefusal::Blocked => "Certifikatet er allerede spærret.",
        OrderRefusal::Changed => "Nogen har ændret det imens. Se på det igen, og begynd forfra.",
        OrderRefusal::Full { .. } => "Der er så mange åbne bestillinger, som der kan være.",
    }
}
