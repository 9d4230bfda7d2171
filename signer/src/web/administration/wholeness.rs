//! Whether the audit log is whole, in words.

use crate::{
    audit::VerifyError, service::Language, store::VerificationError, web::bilingual::bilingual,
};

bilingual! { WholenessTexts, wholeness_texts;
    title: "Whether the log is whole", "Om loggen er hel";
    lead: "Each record holds the hash of the one before, made with a key that the log does not hold. Whoever changes, \
           removes or moves a record breaks the chain.",
        "Hver post rummer hashværdien af den forrige, lavet med en nøgle, som loggen ikke rummer. Den, der ændrer, \
         fjerner eller flytter en post, bryder kæden.";
    never: "The log was not verified since this service started.",
        "Loggen er ikke kontrolleret, siden denne tjeneste startede.";
    whole: "The log is whole.", "Loggen er hel.";
    is_broken: "The log is not whole.", "Loggen er ikke hel.";
    unreadable: "The log could not be read, so that nobody knows whether it is whole.",
        "Loggen kunne ikke læses, så ingen ved, om den er hel.";
    verified: "Last verified", "Sidst kontrolleret";
    chain: "Node", "Node";
    up_to: "Whole up to record", "Hel til og med post";
    stamped: "Last time-stamp", "Sidste tidsstempel";
    not_stamped: "None yet", "Intet endnu";
    under_way: "It is being verified. Load the page again in a while.",
        "Den kontrolleres nu. Hent siden igen om lidt.";
    verify: "Verify now", "Kontrollér nu";
    by_command: "On the command line, signer audit verify does the same. With a head that somebody else kept it also \
                 finds that the newest records are gone.",
        "På kommandolinjen gør signer audit verify det samme. Med et hoved, som en anden har gemt, finder den også, \
         at de nyeste poster er væk.";
    more: "Whether the log is whole", "Om loggen er hel";
}

/// When a time-stamp was made, and up to which record it counts.
pub(crate) fn stamped(language: Language, record: u64, time: &str) -> String {
    match language {
        Language::En => format!("{time}, up to record {record}"),
        Language::Da => format!("{time}, til og med post {record}"),
    }
}

/// What is wrong with the log; nothing where it could not be read.
pub(crate) fn broken(language: Language, error: &VerificationError) -> Option<String> {
    let (english, danish) = match error {
        VerificationError::Broken(finding) => return Some(found(language, finding)),
        VerificationError::ChainBroken { chain, finding } => {
            return Some(format!("{chain}: {}", found(language, finding)));
        }
        VerificationError::ChainMissing { chain } => (
            format!("The records of the node {chain} are gone."),
            format!("Posterne fra noden {chain} er væk."),
        ),
        VerificationError::Database(_) => return None,
    };
    Some(match language {
        Language::En => english,
        Language::Da => danish,
    })
}

fn found(language: Language, finding: &VerifyError) -> String {
    let (english, danish) = match finding {
        VerifyError::Missing { sequence, found } => (
            format!("Record {sequence} is missing: the next one is {found}."),
            format!("Post {sequence} mangler: den næste er {found}."),
        ),
        VerifyError::Misplaced { sequence, record } => (
            format!("In the place of record {sequence} stands record {record}."),
            format!("På pladsen for post {sequence} står post {record}."),
        ),
        VerifyError::Changed { sequence } => (
            format!("Record {sequence} does not fit: it was changed, or the audit key is another."),
            format!("Post {sequence} passer ikke: den blev ændret, eller nøglen er en anden."),
        ),
        VerifyError::HeadDiffers { sequence } => (
            format!(
                "Record {sequence} is not the one that stood there when the log was last verified."
            ),
            format!(
                "Post {sequence} er ikke den, der stod der, da loggen sidst blev kontrolleret."
            ),
        ),
        VerifyError::TailLost { head, last } => (
            format!("The log ends with record {last}, but there was a record {head}."),
            format!("Loggen slutter med post {last}, men der var en post {head}."),
        ),
        VerifyError::PersonChanged { sequence } => (
            format!("The person of record {sequence} is not the one that was recorded."),
            format!("Personen i post {sequence} er ikke den, der blev registreret."),
        ),
        VerifyError::PersonsMissing { missing, erased } => (
            format!(
                "{missing} records are without their person, but of only {erased} was it erased."
            ),
            format!("{missing} poster mangler deres person, men kun af {erased} blev den slettet."),
        ),
        VerifyError::SpentTokenMissing { sequence } => (
            format!("The token that record {sequence} spent is not among those that were spent."),
            format!("Det bevis, som post {sequence} brugte, er ikke blandt dem, der er brugt."),
        ),
        VerifyError::OutcomeWithoutIntent { sequence } => (
            format!("Record {sequence} is the outcome of an act that had not begun."),
            format!("Post {sequence} er udfaldet af en handling, der ikke var begyndt."),
        ),
        VerifyError::TimeStampDiffers { sequence } => (
            format!("The time-stamp in record {sequence} is not for this log."),
            format!("Tidsstemplet i post {sequence} er ikke for denne log."),
        ),
    };
    match language {
        Language::En => english,
        Language::Da => danish,
    }
}
