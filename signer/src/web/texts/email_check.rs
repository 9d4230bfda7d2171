//! What the page says on which an address is confirmed.

use crate::service::Language;

/// The texts of one language.
#[derive(Debug)]
pub(crate) struct EmailCheckTexts {
    pub(crate) title: &'static str,
    pub(crate) asks: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) address: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) otherwise: &'static str,
    pub(crate) confirmed: &'static str,
    pub(crate) confirmed_lead: &'static str,
    pub(crate) gone: &'static str,
}

/// The texts in a language.
pub(crate) fn email_check_texts(language: Language) -> &'static EmailCheckTexts {
    match language {
        Language::En => &ENGLISH,
        Language::Da => &DANISH,
    }
}

const ENGLISH: EmailCheckTexts = EmailCheckTexts {
    title: "Is this address yours?",
    asks: "Who asks",
    lead: "A certificate was ordered that shows this e-mail address. It is issued only when whoever \
           reads the address's mail says that it is theirs.",
    address: "Address",
    confirm: "Yes, it is mine",
    otherwise: "If you know nothing of it, close this page. Nothing is issued then.",
    confirmed: "The address is confirmed",
    confirmed_lead: "The certificate can be collected now. You can close this page.",
    gone: "It was used, or it is older than a day. Ask whoever ordered the certificate for another.",
};

const DANISH: EmailCheckTexts = EmailCheckTexts {
    title: "Er adressen din?",
    asks: "Hvem spørger",
    lead: "Der er bestilt et certifikat, som viser denne e-mailadresse. Det udstedes kun, hvis den, \
           der læser adressens post, siger, at den er deres.",
    address: "Adresse",
    confirm: "Ja, den er min",
    otherwise: "Kender du intet til det, så luk siden. Så udstedes der ikke noget.",
    confirmed: "Adressen er bekræftet",
    confirmed_lead: "Certifikatet kan nu hentes. Du kan lukke siden.",
    gone: "Det er brugt, eller det er over et døgn gammelt. Bed den, der har bestilt certifikatet, \
           om et nyt.",
};
