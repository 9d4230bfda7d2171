//! What the pages say on which a person's further logins are linked.

use crate::service::Language;

/// The texts of one language.
#[derive(Debug)]
pub(crate) struct LinkingTexts {
    pub(crate) logins: &'static str,
    pub(crate) logins_lead: &'static str,
    pub(crate) no_logins: &'static str,
    pub(crate) link_at: &'static str,
    pub(crate) asks: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) provider: &'static str,
    pub(crate) account: &'static str,
    pub(crate) name: &'static str,
    pub(crate) whose: &'static str,
    pub(crate) link: &'static str,
    pub(crate) otherwise: &'static str,
}

/// The texts in a language.
pub(crate) fn linking_texts(language: Language) -> &'static LinkingTexts {
    match language {
        Language::En => &ENGLISH,
        Language::Da => &DANISH,
    }
}

const ENGLISH: LinkingTexts = LinkingTexts {
    logins: "Logins elsewhere",
    logins_lead: "Whoever logs in there with one of these is you here. A login that itself says that you act for the \
                  organisation signs without being registered.",
    no_logins: "You have linked none.",
    link_at: "Link a login at",
    asks: "Is this login to be linked to you?",
    lead: "Whoever logs in with it acts as you from then on.",
    provider: "Where",
    account: "Account",
    name: "Name there",
    whose: "To whom",
    link: "Link it to me",
    otherwise: "If you did not ask for it, or the login is not yours alone, close this page. Nothing is linked then.",
};

const DANISH: LinkingTexts = LinkingTexts {
    logins: "Login andre steder",
    logins_lead: "Den, der logger ind dér med et af dem, er dig her. Et login, der selv siger, at du handler for \
                  organisationen, underskriver uden at være registreret.",
    no_logins: "Du har ikke tilknyttet noget.",
    link_at: "Tilknyt et login hos",
    asks: "Skal dette login knyttes til dig?",
    lead: "Den, der logger ind med det, handler fra nu af som dig.",
    provider: "Hvor",
    account: "Konto",
    name: "Navn dér",
    whose: "Til hvem",
    link: "Knyt det til mig",
    otherwise: "Har du ikke bedt om det, eller er det ikke kun dit, så luk siden. Så tilknyttes der ikke noget.",
};
