//! What the start page says.

use crate::service::Language;

/// Its texts in one language.
#[derive(Debug)]
pub(crate) struct StartTexts {
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) log_in: &'static str,
    pub(crate) welcome: &'static str,
    pub(crate) for_programs: &'static str,
    pub(crate) interface: &'static str,
    pub(crate) interface_lead: &'static str,
    pub(crate) description: &'static str,
    pub(crate) anchors: &'static str,
    pub(crate) anchors_lead: &'static str,
    pub(crate) health: &'static str,
    pub(crate) health_lead: &'static str,
    pub(crate) ready: &'static str,
}

/// The texts of a language.
pub(crate) fn start_texts(language: Language) -> &'static StartTexts {
    match language {
        Language::En => &ENGLISH,
        Language::Da => &DANISH,
    }
}

const ENGLISH: StartTexts = StartTexts {
    title: "Sign and seal on behalf of your organisation",
    lead: "Each signature has a key of its own, which is gone a moment later. What was signed can be \
           verified by anybody, in any PDF reader, for years.",
    log_in: "Log in",
    welcome: "You are logged in as",
    for_programs: "For programs and administrators of this machine",
    interface: "The HTTP interface",
    interface_lead: "All that the service can do, described call by call.",
    description: "The same for programs (OpenAPI)",
    anchors: "The trust anchors",
    anchors_lead: "By which seals and signatures of this service are verified elsewhere.",
    health: "Whether the process answers",
    health_lead: "For whoever watches over it.",
    ready: "whether a seal can be made",
};

const DANISH: StartTexts = StartTexts {
    title: "Underskriv og forsegl på vegne af din organisation",
    lead: "Hver underskrift har sin egen nøgle, som er væk et øjeblik efter. Det underskrevne kan \
           kontrolleres af enhver, i enhver PDF-læser, i årevis.",
    log_in: "Log ind",
    welcome: "Du er logget ind som",
    for_programs: "For programmer og dem, der driver maskinen",
    interface: "HTTP-grænsefladen",
    interface_lead: "Alt, hvad tjenesten kan, beskrevet kald for kald.",
    description: "Det samme for programmer (OpenAPI)",
    anchors: "Tillidsankrene",
    anchors_lead: "Med dem kontrolleres tjenestens segl og underskrifter andre steder.",
    health: "Om processen svarer",
    health_lead: "For dem, der holder øje med den.",
    ready: "om der kan laves et segl",
};
