//! What the device's page says.

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};
use seal::ActivationRefusal;

/// Its texts in one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) tag: &'static str,
    /// The other language: its tag, and its name in itself.
    pub(super) other: &'static str,
    pub(super) other_language: &'static str,
    pub(super) sign: &'static str,
    pub(super) sign_lead: &'static str,
    pub(super) register: &'static str,
    pub(super) register_lead: &'static str,
    pub(super) make: &'static str,
    pub(super) make_lead: &'static str,
    pub(super) organisation: &'static str,
    pub(super) person: &'static str,
    pub(super) profile: &'static str,
    pub(super) documents: &'static str,
    pub(super) hash_alone: &'static str,
    pub(super) of_document: &'static str,
    pub(super) passkey: &'static str,
    pub(super) means: &'static str,
    pub(super) administrator: &'static str,
    pub(super) yes: &'static str,
    pub(super) code: &'static str,
    pub(super) left: &'static str,
    pub(super) minutes: &'static str,
    pub(super) do_sign: &'static str,
    pub(super) do_register: &'static str,
    pub(super) do_make: &'static str,
    pub(super) no_passkey: &'static str,
    pub(super) refused: &'static str,
    pub(super) not_yours: &'static str,
    pub(super) not_entitled: &'static str,
    pub(super) not_verified: &'static str,
    pub(super) cloned: &'static str,
    pub(super) known_already: &'static str,
    pub(super) not_accepted: &'static str,
    pub(super) busy: &'static str,
    pub(super) failed: &'static str,
    pub(super) taken: &'static str,
    pub(super) needs_script: &'static str,
    pub(super) back: &'static str,
    pub(super) on: &'static str,
    pub(super) gone: &'static str,
    pub(super) other_return: &'static str,
    pub(super) malformed: &'static str,
    pub(super) done: &'static str,
}

impl Texts {
    /// Why the device refuses, for the person, with the name of the cause for whoever helps them.
    pub(super) fn why(&self, refusal: ActivationRefusal) -> String {
        let text = match refusal {
            ActivationRefusal::PasskeyUnknown | ActivationRefusal::PasskeyOfAnother => {
                self.not_yours
            }
            ActivationRefusal::NotEntitled => self.not_entitled,
            ActivationRefusal::UserNotVerified | ActivationRefusal::UserNotPresent => {
                self.not_verified
            }
            ActivationRefusal::PossibleClone => self.cloned,
            ActivationRefusal::AlreadyRegistered => self.known_already,
            ActivationRefusal::Unknown | ActivationRefusal::EvidenceGiven => self.gone,
            _ => self.not_accepted,
        };
        // As the protocol names it.
        let name = serde_json::to_value(refusal).unwrap_or_default();
        format!("{text} ({})", name.as_str().unwrap_or_default())
    }
}

/// In the language that was chosen; else Danish where the browser's first language is, and English.
pub(super) fn texts(chosen: Option<&str>, headers: &HeaderMap) -> &'static Texts {
    let preferred = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let preferred = chosen.or(preferred).unwrap_or_default().trim_start();
    match preferred.to_ascii_lowercase().starts_with("da") {
        true => &DANISH,
        false => &ENGLISH,
    }
}

const ENGLISH: Texts = Texts {
    tag: "en",
    other: "da",
    other_language: "Dansk",
    sign: "SIGNATURE",
    sign_lead: "The signing device asks you itself. This is no login: with your passkey you sign what stands below. \
                The names of organisation and profile are on the service's word.",
    register: "REGISTRATION FOR SIGNING",
    register_lead: "The signing device asks you itself. This is no login: with your passkey you agree that whoever \
                    has the means below signs under this name from now on. A passkey's code is shown here to whoever \
                    made it, too: have them tell it to you.",
    make: "NEW PASSKEY FOR SIGNING",
    make_lead: "The signing device asks you itself. You make a passkey that signs, and logs in nowhere. It signs once an \
                administrator, or a passkey of yours that signs already, agrees; an organisation's first needs nobody.",
    organisation: "Organisation",
    person: "Name in the certificate",
    profile: "Profile",
    documents: "Documents",
    hash_alone: "a hash that nobody explains",
    of_document: "prepared, as the service says, from the document with SHA-256",
    passkey: "passkey with the code",
    means: "Means",
    administrator: "Speaks for others' means, too",
    yes: "Yes",
    code: "Reference code",
    left: "Time left",
    minutes: "min.",
    do_sign: "Sign with a passkey",
    do_register: "Agree with a passkey",
    do_make: "Make a passkey",
    no_passkey: "You have no passkey that signs here. Go back, and make one under your access.",
    refused: "The signing device refuses:",
    not_yours: "This passkey is not registered here for you.",
    not_entitled: "Whoever has this passkey may not agree to this: the person or an administrator has to.",
    not_verified: "Your authenticator did not verify that it is you: by PIN, finger or face.",
    cloned: "The passkey may have been copied. Tell your administrator, and make a new one.",
    known_already: "It is registered already.",
    not_accepted: "What the browser sent is not accepted.",
    busy: "Try again in a moment.",
    failed: "The browser handed over no passkey. Nothing has happened; you may try again.",
    taken: "This authenticator has a passkey for you already.",
    needs_script: "Passkeys need JavaScript.",
    back: "Go back, and do nothing",
    on: "Go back",
    gone: "There is nothing here: it is over, was answered, or never was.",
    other_return: "This page sends nobody to the address that it was asked with.",
    malformed: "What was sent cannot be read.",
    done: "The signing device has it. You may close this page.",
};

const DANISH: Texts = Texts {
    tag: "da",
    other: "en",
    other_language: "English",
    sign: "UNDERSKRIFT",
    sign_lead: "Underskriftsenheden spørger dig selv. Dette er ikke et login: med din adgangsnøgle underskriver du det, \
                der står nedenfor. Organisationens og profilens navne har tjenesten oplyst.",
    register: "REGISTRERING TIL UNDERSKRIFT",
    register_lead: "Underskriftsenheden spørger dig selv. Dette er ikke et login: med din adgangsnøgle siger du ja til, \
                    at den, der har midlet nedenfor, fra nu af underskriver under dette navn. En adgangsnøgles kode ser \
                    den, der har lavet den, også her: få den at vide af vedkommende.",
    make: "NY ADGANGSNØGLE TIL UNDERSKRIFT",
    make_lead: "Underskriftsenheden spørger dig selv. Du laver en adgangsnøgle, der underskriver og ikke logger ind noget \
                sted. Den underskriver, når en administrator eller en af dine adgangsnøgler, der allerede underskriver, \
                siger ja; en organisations første behøver ingen.",
    organisation: "Organisation",
    person: "Navn i certifikatet",
    profile: "Profil",
    documents: "Dokumenter",
    hash_alone: "en hashværdi, som ingen forklarer",
    of_document: "klargjort, siger tjenesten, af dokumentet med SHA-256",
    passkey: "adgangsnøgle med koden",
    means: "Middel",
    administrator: "Taler også for andres midler",
    yes: "Ja",
    code: "Referencekode",
    left: "Tid tilbage",
    minutes: "min.",
    do_sign: "Underskriv med adgangsnøgle",
    do_register: "Sig ja med adgangsnøgle",
    do_make: "Lav en adgangsnøgle",
    no_passkey: "Du har ingen adgangsnøgle, der underskriver her. Gå tilbage, og lav en under din adgang.",
    refused: "Underskriftsenheden afviser:",
    not_yours: "Denne adgangsnøgle er ikke registreret her til dig.",
    not_entitled: "Den, der har denne adgangsnøgle, kan ikke sige ja til det: det skal personen selv eller en administrator.",
    not_verified: "Din enhed har ikke kontrolleret, at det er dig: med pinkode, finger eller ansigt.",
    cloned: "Adgangsnøglen er måske kopieret. Sig det til din administrator, og lav en ny.",
    known_already: "Den er allerede registreret.",
    not_accepted: "Det, som browseren sendte, godtages ikke.",
    busy: "Prøv igen om et øjeblik.",
    failed: "Browseren gav ingen adgangsnøgle. Intet er sket; du kan prøve igen.",
    taken: "Denne enhed har allerede en adgangsnøgle til dig.",
    needs_script: "Adgangsnøgler kræver JavaScript.",
    back: "Gå tilbage uden at gøre noget",
    on: "Gå tilbage",
    gone: "Her er intet: det er forbi, er besvaret eller har aldrig været her.",
    other_return: "Siden sender ingen til den adresse, den blev spurgt med.",
    malformed: "Det sendte kan ikke læses.",
    done: "Underskriftsenheden har det. Du kan lukke siden.",
};
