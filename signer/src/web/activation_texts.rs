//! What the pages say on which somebody signs, in each language.

use crate::access::session::{IDLE, NOTED_EVERY};

/// How long before the end people are warned (WCAG 2.2, success criterion 2.2.1), in seconds.
const WARNING_S: u64 = 120;

const WARNED_AFTER_S: u64 = IDLE.as_secs() - NOTED_EVERY.as_secs() - WARNING_S;

/// The texts of one language.
#[derive(Debug)]
pub(crate) struct ActivationTexts {
    pub(crate) profile: &'static str,
    pub(crate) documents: &'static str,
    pub(crate) activate: &'static str,
    pub(crate) activate_lead: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) other_code: &'static str,
    pub(crate) demo_lead: &'static str,
    pub(crate) as_demo: &'static str,
    pub(crate) bytes: &'static str,
    pub(crate) sign_with_passkey: &'static str,
    pub(crate) no_passkey: &'static str,
    pub(crate) device_lead: &'static str,
    pub(crate) to_device: &'static str,
    pub(crate) with_provider: &'static str,
    pub(crate) given: &'static str,
    pub(crate) fetch: &'static str,
    pub(crate) signed: &'static str,
    pub(crate) expires: &'static str,
    pub(crate) for_signing: &'static str,
    pub(crate) for_no_login: &'static str,
    pub(crate) for_login_alone: &'static str,
    pub(crate) for_nothing: &'static str,
    pub(crate) device_passkey: &'static str,
    pub(crate) device_passkey_lead: &'static str,
    pub(crate) make_device_passkey: &'static str,
    pub(crate) not_for_signing: &'static str,
    pub(crate) for_oneself: &'static str,
    pub(crate) register_for_signing: &'static str,
    pub(crate) others: &'static str,
    pub(crate) others_lead: &'static str,
    pub(crate) unknown_to_device: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) gone: &'static str,
    pub(crate) not_permitted: &'static str,
    pub(crate) session_soon: &'static str,
    pub(crate) session_goes_on: &'static str,
    /// After how long a page says so, in seconds: two minutes before the end, which may be noted a minute
    /// late.
    pub(crate) session_s: u64,
}

pub(super) const ENGLISH: ActivationTexts = ActivationTexts {
    profile: "Kind of signature",
    documents: "Documents",
    activate: "Agree and sign",
    activate_lead: "With your passkey you agree to exactly these documents, and to nothing else.",
    reference: "Reference code",
    other_code: "This code stands for the documents with your signature prepared in them, and for nothing else. \
                 While you read them, before anything was prepared, their code was",
    demo_lead: "In the demo nobody proves who they are: the demo's own identity provider tells the signing device, \
                at a click, that you logged in anew for exactly these documents.",
    as_demo: "Sign as",
    bytes: "bytes",
    sign_with_passkey: "Sign with a passkey",
    device_lead: "You agree on a page of the signing device itself, which says what you sign. Compare the reference code \
                  there with this one.",
    to_device: "Sign at the signing device",
    no_passkey: "None of your passkeys is registered for signing. Your access says how that is done.",
    with_provider: "Log in to sign at",
    given: "You have agreed. Each document is signed when you fetch it, once.",
    fetch: "Sign and fetch document",
    signed: "Signed.",
    expires: "This page is good for ten minutes.",
    for_signing: "Registered for signing",
    for_no_login: "and for no login",
    for_login_alone: "For login alone: signing takes a passkey of the signing device's own page.",
    for_nothing: "It was made for a page that the signing device has no more, and is good for nothing: remove it.",
    device_passkey: "Passkey for signing",
    device_passkey_lead: "It is made on a page of the signing device itself, which asks you there whenever you sign.",
    make_device_passkey: "Make a passkey at the signing device",
    not_for_signing: "Not registered for signing. One of your passkeys that is, or an administrator, has to agree.",
    for_oneself: "With it you cannot agree to other people's passkeys and logins yet: another administrator agrees to that first, on their own page.",
    register_for_signing: "Register for signing",
    others: "Passkeys and logins that wait for an administrator",
    others_lead: "With your own passkey you agree that these persons sign by these passkeys and logins. Ask them first whether they are theirs.",
    unknown_to_device: "The passkey is not registered for signing.",
    refused: "The signing device does not accept it.",
    gone: "It is over: ten minutes have passed, it was declined, or all of it was signed. Begin again.",
    not_permitted: "The organisation's rules do not permit this signature. Its administrators give the \
                    right to sign.",
    session_soon: "In two minutes you are logged out, because nothing was asked for a while.",
    session_goes_on: "Stay logged in",
    session_s: WARNED_AFTER_S,
};

pub(super) const DANISH: ActivationTexts = ActivationTexts {
    profile: "Slags underskrift",
    documents: "Dokumenter",
    activate: "Godkend og underskriv",
    activate_lead: "Med din adgangsnøgle godkender du netop disse dokumenter og intet andet.",
    reference: "Referencekode",
    other_code: "Koden står for dokumenterne, hvor din underskrift er gjort klar, og for intet andet. Da du læste \
                 dem, før noget var gjort klar, var deres kode",
    demo_lead: "I demoen beviser ingen, hvem de er: demoens egen identitetsudbyder siger med et klik til \
                underskriftsenheden, at du er logget ind på ny for netop disse dokumenter.",
    as_demo: "Underskriv som",
    bytes: "byte",
    sign_with_passkey: "Underskriv med en adgangsnøgle",
    device_lead: "Du giver samtykke på en side hos underskriftsenheden selv, som siger, hvad du underskriver. \
                  Sammenlign referencekoden dér med denne.",
    to_device: "Underskriv hos underskriftsenheden",
    no_passkey: "Ingen af dine adgangsnøgler er registreret til underskrift. Under din adgang står, hvordan det sker.",
    with_provider: "Log ind for at underskrive hos",
    given: "Du har godkendt. Hvert dokument underskrives, når du henter det, én gang.",
    fetch: "Underskriv og hent dokument",
    signed: "Underskrevet.",
    expires: "Siden gælder i ti minutter.",
    for_signing: "Registreret til underskrift",
    for_no_login: "og ikke til login",
    for_login_alone: "Kun til login: underskrift kræver en adgangsnøgle fra underskriftsenhedens egen side.",
    for_nothing: "Den blev lavet til en side, som underskriftsenheden ikke har mere, og kan ikke bruges til noget: fjern den.",
    device_passkey: "Adgangsnøgle til underskrift",
    device_passkey_lead: "Den laves på en side hos underskriftsenheden selv, som spørger dig dér, hver gang du underskriver.",
    make_device_passkey: "Lav en adgangsnøgle hos underskriftsenheden",
    not_for_signing: "Ikke registreret til underskrift. En af dine adgangsnøgler, som er det, eller en administrator skal godkende den.",
    for_oneself: "Med den kan du endnu ikke godkende andres adgangsnøgler og login: det skal en anden administrator først godkende på sin egen side.",
    register_for_signing: "Registrér til underskrift",
    others: "Adgangsnøgler og login, der venter på en administrator",
    others_lead: "Med din egen adgangsnøgle godkender du, at disse personer underskriver med disse adgangsnøgler og login. Spørg dem først, om de er deres.",
    unknown_to_device: "Adgangsnøglen er ikke registreret til underskrift.",
    refused: "Underskriftsenheden godtager det ikke.",
    gone: "Det er forbi: der er gået ti minutter, det er afslået, eller alt er underskrevet. Begynd forfra.",
    not_permitted: "Organisationens regler tillader ikke denne underskrift. Dens administratorer giver \
                    retten til at underskrive.",
    session_soon: "Om to minutter bliver du logget ud, fordi der ikke er sket noget i et stykke tid.",
    session_goes_on: "Bliv logget ind",
    session_s: WARNED_AFTER_S,
};
