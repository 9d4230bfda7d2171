//! What was changed in a file or added to it, in words.

use pades::validate::{Code, Finding};

use super::Language;

/// The longest value that is shown, in characters.
const MAXIMUM_VALUE: usize = 80;

/// What a change was, in one line. What has no words of its own here stands as the report says it, in English.
pub(super) fn told(change: &Finding, language: Language) -> String {
    let Some((english, danish)) = words(change.code) else { return change.explanation.clone() };
    let words = match language {
        Language::En => english,
        Language::Da => danish,
    };
    let mut said = words.to_owned();
    if let Some(field) = &change.field {
        said += &format!(" “{}”", shortened(field));
    }
    match (&change.old_value, &change.new_value) {
        (Some(before), Some(after)) => {
            said += &format!(": “{}” → “{}”", shortened(before), shortened(after));
        }
        (None, Some(after)) => said += &format!(": “{}”", shortened(after)),
        (Some(before), None) => said += &format!(": “{}” → –", shortened(before)),
        (None, None) => {}
    }
    if let Some(number) = change.revision {
        // The word is the same in both.
        said += &format!(" (version {number})");
    }
    said
}

/// A value that fits in a line, and ends it nowhere.
fn shortened(text: &str) -> String {
    let plain = |letter: char| if seal::is_plain(letter) { letter } else { ' ' };
    let mut shown: String = text.chars().take(MAXIMUM_VALUE).map(plain).collect();
    if text.chars().nth(MAXIMUM_VALUE).is_some() {
        shown.push('…');
    }
    shown
}

/// In English and Danish; nothing of what is no change.
fn words(code: Code) -> Option<(&'static str, &'static str)> {
    Some(match code {
        Code::BytesAfterEnd => ("Something stands after the end", "Noget står efter slutningen"),
        Code::RevisionWithoutEnd => {
            ("An addition does not end as it must", "En tilføjelse slutter ikke, som den skal")
        }
        Code::SignatureUnreachable => (
            "A signature stands in the file that the form does not know",
            "En underskrift står i filen, som formularen ikke kender",
        ),
        Code::EvidenceChanged => ("Evidence was added", "Beviser blev tilføjet"),
        Code::ExtensionsChanged => {
            ("The list of extensions was changed", "Listen over udvidelser blev ændret")
        }
        Code::VersionChanged => ("The version of PDF was changed", "PDF-versionen blev ændret"),
        Code::InformationChanged => (
            "Title, author or dates of the file were changed",
            "Filens titel, forfatter eller datoer blev ændret",
        ),
        Code::MetadataChanged => {
            ("The description of the file was changed", "Beskrivelsen af filen blev ændret")
        }
        Code::IdentifierChanged => {
            ("The file's identifier was changed", "Filens identifikator blev ændret")
        }
        Code::TabOrderChanged => (
            "The order in which one tabs through a page was changed",
            "Rækkefølgen, hvori man tabulerer gennem en side, blev ændret",
        ),
        Code::StructureExtended => (
            "A signature was added to what screen readers read",
            "En underskrift blev føjet til det, som skærmlæsere læser op",
        ),
        Code::FormResourcesAdded => (
            "Fonts were added for the fields of the form",
            "Skrifttyper blev tilføjet til formularens felter",
        ),
        Code::SignatureFieldAdded => (
            "A place for a signature was added that shows nothing",
            "Et sted til en underskrift, som intet viser, blev tilføjet",
        ),
        Code::TimeStampAdded => ("A time-stamp was added", "Et tidsstempel blev tilføjet"),
        Code::SignatureAdded => {
            ("A place for a signature was signed", "Der blev underskrevet på et sted, som var der")
        }
        Code::VisibleSignatureAdded => (
            "A signature was added that is seen on a page",
            "En underskrift, som ses på en side, blev tilføjet",
        ),
        Code::VisibleTimeStampAdded => (
            "A time-stamp was added that is seen on a page",
            "Et tidsstempel, som ses på en side, blev tilføjet",
        ),
        Code::FieldFilled => ("A field was filled in", "Et felt blev udfyldt"),
        Code::FieldValueReplaced => ("A field got another value", "Et felt fik en anden værdi"),
        Code::FieldLocked => ("A field was locked", "Et felt blev låst"),
        Code::AnnotationAdded => {
            ("A comment or a mark was added", "En kommentar eller et mærke blev tilføjet")
        }
        Code::ObjectReplaced | Code::ObjectStreamReplaced => (
            "A part of the file was replaced, in a way that nothing explains",
            "En del af filen blev udskiftet, uden at noget forklarer det",
        ),
        Code::ObjectFreed => ("A part of the file was removed", "En del af filen blev fjernet"),
        Code::ObjectUnreadable => {
            ("A part of the file cannot be read", "En del af filen kan ikke læses")
        }
        Code::TrailerChanged
        | Code::HybridUpdate
        | Code::BytesUnnamed
        | Code::ReadElsewhere
        | Code::NumberNamedTwice => (
            "The file's own table of contents was changed, so that programs may read it differently",
            "Filens egen indholdsfortegnelse blev ændret, så programmer kan læse den forskelligt",
        ),
        Code::CatalogChanged => {
            ("The set-up of the document was changed", "Dokumentets opsætning blev ændret")
        }
        Code::PageChanged => ("A page was changed", "En side blev ændret"),
        Code::PageTreeChanged => (
            "Pages were added, removed or put in another order",
            "Sider blev tilføjet, fjernet eller sat i en anden rækkefølge",
        ),
        Code::StructureChanged => {
            ("What screen readers read was changed", "Det, som skærmlæsere læser op, blev ændret")
        }
        Code::AnnotationRemoved => {
            ("A comment or a mark was removed", "En kommentar eller et mærke blev fjernet")
        }
        Code::AnnotationChanged => {
            ("A comment or a mark was changed", "En kommentar eller et mærke blev ændret")
        }
        Code::FormChanged => ("The form was changed", "Formularen blev ændret"),
        Code::FieldAdded => ("A field was added", "Et felt blev tilføjet"),
        Code::FieldRemoved => ("A field was removed", "Et felt blev fjernet"),
        Code::FieldChanged => (
            "A field was changed in more than its value",
            "Et felt blev ændret i mere end sin værdi",
        ),
        Code::SignedFieldChanged => (
            "The place of a signature was changed after it was signed",
            "Stedet for en underskrift blev ændret, efter at der var underskrevet",
        ),
        Code::AppearanceChanged => {
            ("A field shows something else than before", "Et felt viser noget andet end før")
        }
        Code::UnsignedAppearance => (
            "A place for a signature shows something, and is not signed",
            "Et sted til en underskrift viser noget, men er ikke underskrevet",
        ),
        Code::EvidenceMalformed => (
            "Evidence was added that holds something else",
            "Der blev tilføjet beviser, som rummer noget andet",
        ),
        Code::ByteRangeMissing
        | Code::ByteRangeMalformed
        | Code::ByteRangeGap
        | Code::ByteRangeOutsideFile
        | Code::ByteRangeNotARevision
        | Code::ContentsMalformed
        | Code::ContentsPadding
        | Code::DuplicateKey
        | Code::SignatureInObjectStream
        | Code::SignatureMalformed
        | Code::SubFilterUnsupported
        | Code::NotBaseline
        | Code::Unseen(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(code: Code) -> Finding {
        Finding {
            code,
            object: None,
            field: None,
            explanation: "as the report says it".to_owned(),
            old_value: None,
            new_value: None,
            revision: None,
        }
    }

    #[test]
    fn a_change_is_told_in_the_visitors_language_with_what_it_was_before_and_after() {
        let filled = Finding {
            field: Some("address".into()),
            old_value: Some("Havnegade 1".into()),
            new_value: Some(format!("Torvet\n2{}", "x".repeat(100))),
            revision: Some(3),
            ..change(Code::FieldValueReplaced)
        };
        let danish = told(&filled, Language::Da);
        assert!(
            danish.starts_with("Et felt fik en anden værdi “address”: “Havnegade 1” → “Torvet 2x")
        );
        assert!(danish.ends_with("x…” (version 3)"), "{danish}");
        let english = told(&filled, Language::En);
        assert!(english.starts_with("A field got another value “address”"), "{english}");
        assert_eq!(told(&change(Code::PageChanged), Language::Da), "En side blev ændret");
        let none = told(&change(Code::NotBaseline), Language::Da);
        assert_eq!(none, "as the report says it");
    }
}
