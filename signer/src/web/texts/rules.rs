//! Why something is not allowed, and what the pages of a document do not show, in words for people.

use seal::{Unseen, policy::Rule};

use crate::service::Language;

/// Why an act is refused.
pub(crate) fn rule(language: Language, rule: Rule) -> &'static str {
    let (english, danish) = match rule {
        Rule::OrganisationAllowsSeals => {
            ("Your organisation does not allow seals.", "Din organisation tillader ikke segl.")
        }
        Rule::OrganisationNamePresent => {
            ("The organisation's name is missing.", "Organisationens navn mangler.")
        }
        Rule::CvrNumberWellFormed => (
            "The organisation's number is not right.",
            "Organisationens CVR-nummer er ikke rigtigt.",
        ),
        Rule::ProfileActive => ("This profile is not in use.", "Profilen er ikke i brug."),
        Rule::ProfileAllowsSigning => (
            "This profile may not be used for signing or sealing.",
            "Profilen må ikke bruges til at underskrive eller forsegle.",
        ),
        Rule::KindFitsAct => {
            ("This profile is not for that.", "Profilen er ikke beregnet til det.")
        }
        Rule::CallerHasGrant => (
            "You have not been given the right to this. Ask a rights administrator.",
            "Du har ikke fået ret til det. Spørg en rettighedsadministrator.",
        ),
        Rule::MandateNotExhausted => {
            ("The mandate has given all its seals.", "Fuldmagten har givet alle sine segl.")
        }
        Rule::SignatureNeedsPerson => ("Only a person can sign.", "Kun en person kan underskrive."),
        Rule::PersonOfOrganisation => {
            ("You act for another organisation.", "Du handler for en anden organisation.")
        }
        Rule::TokenNamesDocument => (
            "Your identity was not shown for these documents.",
            "Din identitet er ikke vist for disse dokumenter.",
        ),
        Rule::LifetimeWithinAssurance => {
            ("The certificate would live too long.", "Certifikatet ville leve for længe.")
        }
        Rule::AlgorithmAllowed => ("The algorithm is not allowed.", "Algoritmen er ikke tilladt."),
        Rule::FormatAllowed => {
            ("This profile does not sign PDF files.", "Profilen underskriver ikke PDF-filer.")
        }
        Rule::LevelAllowed => {
            ("This profile does not make that level.", "Profilen laver ikke det niveau.")
        }
        Rule::CertificationAllowed => {
            ("This profile does not certify so far.", "Profilen certificerer ikke så vidt.")
        }
        Rule::CertificationComplete => (
            "At this level something is added that the certification forbids.",
            "På dette niveau tilføjes noget, som certificeringen forbyder.",
        ),
        Rule::SignaturesPerCredential => (
            "A key would make more signatures than allowed.",
            "En nøgle ville lave flere underskrifter end tilladt.",
        ),
        Rule::EmailValidated => {
            ("The e-mail address was not validated.", "E-mailadressen er ikke bekræftet.")
        }
        Rule::NoPersonInSeal => {
            ("A seal must not name a person.", "Et segl må ikke nævne en person.")
        }
        Rule::DocumentSize => ("The document is too large.", "Dokumentet er for stort."),
        Rule::DocumentSignatures => {
            ("The document has too many signatures.", "Dokumentet har for mange underskrifter.")
        }
        Rule::DocumentSeen => (
            "The document holds something that its pages do not show, and this profile refuses that.",
            "Dokumentet rummer noget, som siderne ikke viser, og det afviser profilen.",
        ),
        Rule::DocumentCertification => (
            "The document is certified: nothing may be added to it.",
            "Dokumentet er certificeret: intet må føjes til det.",
        ),
        Rule::CertificationFirst => (
            "The document is signed already: only its first signature certifies.",
            "Dokumentet er allerede underskrevet: kun den første underskrift certificerer.",
        ),
    };
    of(language, english, danish)
}

/// What a document holds that its pages do not show.
pub(crate) fn unseen(language: Language, unseen: Unseen) -> &'static str {
    let (english, danish) = match unseen {
        Unseen::ExternalContent => {
            ("Content that lies in another file", "Indhold, der ligger i en anden fil")
        }
        Unseen::OtherFormat => (
            "The file is something else to other programs",
            "Filen er noget andet i andre programmer",
        ),
        Unseen::LeadingBytes => {
            ("Other bytes stand before the document", "Der står andet foran dokumentet")
        }
        Unseen::JavaScript => ("Scripts", "Scripts"),
        Unseen::Launch => {
            ("An action that starts a program", "En handling, der starter et program")
        }
        Unseen::FormTransfer => {
            ("An action that sends the form away", "En handling, der sender formularen af sted")
        }
        Unseen::OtherDocument => {
            ("A link that opens another document", "Et link, der åbner et andet dokument")
        }
        Unseen::Multimedia => ("Sound, film or 3D", "Lyd, film eller 3D"),
        Unseen::AttachedFile => ("Attached files", "Vedhæftede filer"),
        Unseen::HiddenLayer => ("Layers that are hidden", "Skjulte lag"),
        Unseen::HiddenAnnotation => ("Notes that are hidden", "Skjulte noter"),
        Unseen::AlternateImage => {
            ("Pictures that look different in print", "Billeder, der ser anderledes ud på tryk")
        }
        Unseen::ViewAction => (
            "An action that shows or hides parts of a page",
            "En handling, der viser eller skjuler dele af en side",
        ),
        Unseen::XfaForm => {
            ("A second form beside the pages", "En anden formular ved siden af siderne")
        }
        Unseen::SecondCatalog => {
            ("Another document within the file", "Et andet dokument inde i filen")
        }
        Unseen::HiddenPage => ("Pages that are not shown", "Sider, der ikke vises"),
        Unseen::NotAllLookedAt => (
            "The document is so large that not all of it was looked at",
            "Dokumentet er så stort, at ikke alt er undersøgt",
        ),
    };
    of(language, english, danish)
}

fn of(language: Language, english: &'static str, danish: &'static str) -> &'static str {
    match language {
        Language::En => english,
        Language::Da => danish,
    }
}
