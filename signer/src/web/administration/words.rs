//! Words of the register, of the log and of refusals, as people read them.

use registry::RegistryRefusal;
use seal::QscdError;

use super::AdministrationTexts;
use crate::{
    Error,
    authentication::AuthenticationError,
    problem::Problem,
    service::{Language, RequestError},
    web::{order_refusal, rule},
};

/// What was done, by the log's word for it; a word that is not known stays as it is.
pub(crate) fn what(language: Language, word: &str) -> String {
    let (english, danish) = match word {
        "organisation-made" => ("Organisation made", "Organisation oprettet"),
        "organisation-changed" => ("Organisation changed", "Organisation ændret"),
        "application-made" => ("Application made", "System oprettet"),
        "application-changed" => ("Application changed", "System ændret"),
        "key-made" => ("Key made", "Nøgle lavet"),
        "key-rotated" => ("Key replaced", "Nøgle udskiftet"),
        "key-revoked" => ("Key revoked", "Nøgle tilbagekaldt"),
        "client-made" => ("Client made", "Klient lavet"),
        "client-revoked" => ("Client revoked", "Klient tilbagekaldt"),
        "grant-given" => ("Right given", "Ret givet"),
        "grant-revoked" => ("Right revoked", "Ret tilbagekaldt"),
        "mandate-given" => ("Mandate given", "Fuldmagt givet"),
        "mandate-revoked" => ("Mandate revoked", "Fuldmagt tilbagekaldt"),
        "profile-made" => ("Profile made", "Profil lavet"),
        "profile-changed" => ("New version of a profile", "Ny version af en profil"),
        "profile-retired" => ("Profile retired", "Profil udgået"),
        "person-made" => ("Person entered", "Person oprettet"),
        "person-changed" => ("Person changed", "Person ændret"),
        "role-given" => ("Role given", "Rolle givet"),
        "role-taken" => ("Role taken", "Rolle frataget"),
        "passkey-registered" => ("Passkey registered", "Adgangsnøgle registreret"),
        "passkey-removed" => ("Passkey removed", "Adgangsnøgle fjernet"),
        "passkey-used" => ("Passkey used", "Adgangsnøgle brugt"),
        "passkey-known-to-device" => {
            ("Passkey registered for signing", "Adgangsnøgle registreret til underskrift")
        }
        "login-linked" => ("Login linked", "Login tilknyttet"),
        "login-unlinked" => ("Login taken away", "Login fjernet"),
        "login-known-to-device" => {
            ("Login registered for signing", "Login registreret til underskrift")
        }
        "administrator-made" => ("Administrator appointed", "Administrator udpeget"),
        "administrator-key-made" => ("Administrator's key made", "Administrators nøgle lavet"),
        "administrator-keys-replaced" => {
            ("Administrator's keys replaced", "Administrators nøgler udskiftet")
        }
        "administrator-admitted" => ("Administrator came in", "Administrator kom ind"),
        "certificate-terms-made" => ("Terms of certificates made", "Certifikatvilkår lavet"),
        "certificate-terms-changed" => ("Terms of certificates changed", "Certifikatvilkår ændret"),
        "certificate-settings-changed" => {
            ("Settings of certificates changed", "Certifikatindstillinger ændret")
        }
        "ordered" => ("Certificate ordered", "Certifikat bestilt"),
        "approved" => ("Order approved", "Bestilling godkendt"),
        "cancelled" => ("Order cancelled", "Bestilling annulleret"),
        "code-made" => ("One-time code made", "Engangskode lavet"),
        "code-refused" => ("Wrong one-time code", "Forkert engangskode"),
        "issued" => ("Certificate issued", "Certifikat udstedt"),
        "installed" => ("Certificate in use", "Certifikat i brug"),
        "notices-gathered" => ("Notices gathered in a letter", "Beskeder samlet i et brev"),
        "muted" => ("Reminders of a certificate stopped", "Påmindelser om certifikat slået fra"),
        "unmuted" => ("Reminders of a certificate go on", "Påmindelser om certifikat slået til"),
        "blocked" => ("Certificate blocked", "Certifikat spærret"),
        "email-check-asked" => ("Address asked again", "Bekræftelse sendt igen"),
        "contact-link-made" => ("Link to contact person", "Link til kontaktperson"),
        "email-check-begun" => ("Address asked", "Bekræftelse sendt"),
        "email-confirmed" => ("Address confirmed", "Adresse bekræftet"),
        "policy-accepted" => ("Policy accepted", "Politik accepteret"),
        "logged-in" => ("Logged in", "Logget ind"),
        "login-refused" => ("Login refused", "Login afvist"),
        "registration-refused" => ("Registration refused", "Registrering afvist"),
        "signed-out" => ("Logged out", "Logget ud"),
        "signed-out-everywhere" => ("Logged out everywhere", "Logget ud alle steder"),
        "link-made" => ("Link made", "Link lavet"),
        "end-noticed" => ("End told of", "Udløb varslet"),
        "link-asked" => ("Link to be sent", "Link skal sendes"),
        "consent-given" => ("Consent given", "Samtykke givet"),
        "consent-refused" => ("Consent refused", "Samtykke afslået"),
        "declined" => ("Document declined", "Dokument afslået"),
        "intent" => ("Begun", "Påbegyndt"),
        "credential-begun" => ("Key for a session begun", "Nøgle til en session påbegyndt"),
        "credential-issued" => ("Key for a session made", "Nøgle til en session lavet"),
        "credential-failed" => ("Key for a session failed", "Nøgle til en session mislykkedes"),
        "destroyed" => ("Key destroyed", "Nøgle destrueret"),
        "stopped" => ("Service stopped", "Tjenesten standset"),
        other => (other, other),
    };
    match language {
        Language::En => english.to_owned(),
        Language::Da => danish.to_owned(),
    }
}

/// What a member of a thing is called on the pages; one that has no field there keeps its name.
pub(crate) fn member(a: &AdministrationTexts, name: &str) -> String {
    let said = match name {
        "active" => a.active,
        "allow_signing" => a.allow_signing,
        "algorithm" => a.algorithm,
        "appearances" => a.appearances,
        "assurance" => a.assurance,
        "certify" => a.certify,
        "common_name" => a.common_name,
        "default_level" => a.default_level,
        "formats" => a.formats,
        "kind" => a.kind,
        "levels" => a.levels,
        "lifetime_s" => a.lifetime,
        "on_timestamp_failure" => a.on_timestamp_failure,
        "retired" => a.retired,
        "revoked" => a.revoked,
        "state" => a.state,
        "roles" => a.roles,
        "allow_seals" => a.allow_seals,
        other => other,
    };
    said.to_owned()
}

/// Why something was not done.
pub(crate) fn refusal(language: Language, error: &Error) -> String {
    let (english, danish) = match error {
        Error::Registry(refusal) => return of_register(language, refusal),
        Error::Order(refusal) => return order_refusal(language, refusal),
        Error::Refused(refusals) => {
            let said = refusals.iter().map(|refusal| rule(language, refusal.rule));
            return said.collect::<Vec<_>>().join(" ");
        }
        Error::Authentication(AuthenticationError::LoginTooOld) => (
            "Your login is too old for this. Log in anew, and do it again.",
            "Dit login er for gammelt til det. Log ind igen, og gør det om.",
        ),
        Error::Request(RequestError::TooMany | RequestError::Busy) => (
            "The service is busy. Try again in a moment.",
            "Tjenesten har travlt. Prøv igen om lidt.",
        ),
        Error::ProfileUnknown(_) => ("There is no such profile.", "Der er ingen sådan profil."),
        Error::Device(QscdError::Unavailable(_)) => (
            "The signature device does not answer. Nothing was changed. Try again in a moment.",
            "Underskriftsenheden svarer ikke. Intet er ændret. Prøv igen om lidt.",
        ),
        error if Problem::from(error).kind().status().is_server_error() => {
            ("The service failed. Nothing was changed.", "Tjenesten fejlede. Intet er ændret.")
        }
        error => match language {
            Language::En => return error.to_string(),
            Language::Da => ("", "Anmodningen kan ikke udføres, som den er."),
        },
    };
    match language {
        Language::En => english.to_owned(),
        Language::Da => danish.to_owned(),
    }
}

fn of_register(language: Language, refusal: &RegistryRefusal) -> String {
    let danish = match (language, refusal) {
        // What it says is for people, in English.
        (Language::En, RegistryRefusal::Invalid { cause, .. }) => {
            return format!("What is right here: {cause}.");
        }
        (Language::En, refusal) => {
            let said = refusal.to_string();
            let mut letters = said.chars();
            let first = letters.next().map(char::to_uppercase).into_iter().flatten();
            return first.chain(letters).chain(['.']).collect();
        }
        (Language::Da, refusal) => refusal,
    };
    danish_refusal(danish).to_owned()
}

fn danish_refusal(refusal: &RegistryRefusal) -> &'static str {
    match refusal {
        RegistryRefusal::NotPermitted(_) => "Ingen af dine roller giver lov til det.",
        RegistryRefusal::OwnRight => "Ingen giver sig selv en ret.",
        RegistryRefusal::HoldsRole => {
            "Et system, der har en rolle, laver og fjerner selv sine nøgler, og ingen anden gør det."
        }
        RegistryRefusal::OrganisationExists(_) => "Organisationen findes allerede.",
        RegistryRefusal::OwnLastRole => {
            "Ingen fratager sig selv sin sidste rolle, låser eller sletter sig selv."
        }
        RegistryRefusal::LastAdministrator => {
            "Så var der ingen tilbage, som administrerer organisationen."
        }
        RegistryRefusal::PersonHoldsRole => "Personen har roller: fratag dem, før login ændres.",
        RegistryRefusal::PersonHoldsGrant => {
            "Personens login har rettigheder: tilbagekald dem, før login ændres."
        }
        RegistryRefusal::PersonBarred => "Personen er låst eller fratrådt.",
        RegistryRefusal::LoginTaken => "En anden person har dette login.",
        RegistryRefusal::PasskeyTaken => "Denne adgangsnøgle er allerede registreret.",
        RegistryRefusal::PasskeyUnknown => "Personen har ikke denne adgangsnøgle.",
        RegistryRefusal::LinkUnknown => "Personen har ikke dette login.",
        RegistryRefusal::LastLogin => "Ingen fjerner sin egen sidste vej ind.",
        RegistryRefusal::PersonUnknown(_) => "Der er ingen sådan person.",
        RegistryRefusal::OrganisationUnknown => "Der er ingen sådan organisation.",
        RegistryRefusal::ApplicationUnknown(_) => "Der er intet sådant system.",
        RegistryRefusal::ApplicationExists(_) => "Der er allerede et system med det kendenavn.",
        RegistryRefusal::KeyUnknown(_) => "Systemet har ingen sådan nøgle.",
        RegistryRefusal::ClientUnknown(_) => "Systemet har ingen sådan klient.",
        RegistryRefusal::GrantUnknown(_) => "Der er ingen sådan ret.",
        RegistryRefusal::MandateUnknown(_) => "Der er ingen sådan fuldmagt.",
        RegistryRefusal::ProfileExists(_) => "Der er allerede en profil med det kendenavn.",
        RegistryRefusal::TermsExist(_) => "Profilen har allerede certifikatvilkår.",
        RegistryRefusal::TermsUnknown(_) => "Profilen har ingen certifikatvilkår.",
        RegistryRefusal::CertificateNameTaken(_) => "Navnet, eller et der læses som det, er taget.",
        RegistryRefusal::ProfileUnknown(_) => "Der er ingen sådan profil.",
        RegistryRefusal::ManagedByFile(_) => "Det står i konfigurationen og ændres dér.",
        RegistryRefusal::VersionPassed { .. } => {
            "Nogen har ændret det imens. Se på det igen, og begynd forfra."
        }
        RegistryRefusal::Ended(_) => "Det er allerede tilbagekaldt eller udgået.",
        RegistryRefusal::Invalid { .. } => {
            "Det er ikke udfyldt, som det skal være: tomt, for langt, eller med tegn, der ikke må stå her."
        }
        RegistryRefusal::Full { .. } => "Der er så mange, som der kan være.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_that_the_register_makes_has_words_in_both_languages() {
        // The words stand in the source of the decisions.
        let sources = [
            include_str!("../../../registry/src/decide.rs"),
            include_str!("../../../registry/src/decide/applications.rs"),
            include_str!("../../../registry/src/decide/certificates.rs"),
            include_str!("../../../registry/src/decide/clients.rs"),
            include_str!("../../../registry/src/decide/passkeys.rs"),
            include_str!("../../../registry/src/decide/people.rs"),
            include_str!("../../../registry/src/decide/profiles.rs"),
            include_str!("../../../registry/src/founding.rs"),
        ];
        let ends = ["-made", "-changed", "-given", "-taken", "-revoked", "-rotated", "-retired"];
        let words = sources.iter().flat_map(|source| source.split('"'));
        let words: std::collections::BTreeSet<_> = words
            .filter(|word| ends.iter().any(|end| word.ends_with(end)))
            .filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
            .collect();
        assert!(words.len() > 15, "{words:?}");
        for word in words {
            for language in [Language::En, Language::Da] {
                assert_ne!(what(language, word), word, "{language:?}");
            }
        }
    }
}
