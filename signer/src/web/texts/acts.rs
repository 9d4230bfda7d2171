//! What the page of a person's own acts says.

use crate::service::Language;

/// Its texts in one language.
#[derive(Debug)]
pub(crate) struct ActsTexts {
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) none: &'static str,
    pub(crate) details: &'static str,
    pub(crate) older: &'static str,
    pub(crate) sealed: &'static str,
    pub(crate) signed: &'static str,
    pub(crate) raised: &'static str,
    pub(crate) declined: &'static str,
    pub(crate) on_record: &'static str,
    pub(crate) done: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) level: &'static str,
    pub(crate) code: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) original: &'static str,
    pub(crate) result: &'static str,
    pub(crate) certificate: &'static str,
    pub(crate) rules: &'static str,
}

/// The texts of a language.
pub(crate) fn acts_texts(language: Language) -> &'static ActsTexts {
    match language {
        Language::En => &ENGLISH,
        Language::Da => &DANISH,
    }
}

const ENGLISH: ActsTexts = ActsTexts {
    title: "My acts",
    lead: "What you signed, sealed or declined. Documents are not kept here: they were yours to \
           download when it was done, and only their hashes are on record.",
    none: "Nothing yet.",
    details: "What is on record",
    older: "Older",
    sealed: "Seal",
    signed: "Signature",
    raised: "Level raised",
    declined: "Not signed",
    on_record: "Declined",
    done: "Done",
    failed: "Failed",
    refused: "Refused",
    level: "Level",
    code: "Reference code",
    reason: "Reason",
    original: "SHA-256 of the original",
    result: "SHA-256 of the result",
    certificate: "Certificate",
    rules: "Broken rules",
};

const DANISH: ActsTexts = ActsTexts {
    title: "Mine handlinger",
    lead: "Det, du har underskrevet, forseglet eller afslået. Dokumenter gemmes ikke her: du kunne \
           hente dem, da det var gjort, og kun deres hashværdier er noteret.",
    none: "Intet endnu.",
    details: "Det, der er noteret",
    older: "Ældre",
    sealed: "Segl",
    signed: "Underskrift",
    raised: "Niveau hævet",
    declined: "Ikke underskrevet",
    on_record: "Afslået",
    done: "Færdig",
    failed: "Mislykkedes",
    refused: "Afvist",
    level: "Niveau",
    code: "Referencekode",
    reason: "Begrundelse",
    original: "Originalens SHA-256",
    result: "Resultatets SHA-256",
    certificate: "Certifikat",
    rules: "Brudte regler",
};
