//! Why a document takes no signature and no seal, in words for people, with what they can do about it.

use pades::{Error, Prohibition, StructureError};
use seal::EffortError;

use crate::service::Language;

/// Why.
pub(crate) fn unfit(language: Language, error: &Error) -> &'static str {
    let (english, danish) = match error {
        Error::HeaderMissing => (
            "It is no PDF file. On this page PDF files alone are signed and sealed; have other files signed or sealed by \
             the API or the command line.",
            "Det er ikke en PDF-fil. På denne side underskrives og forsegles kun PDF-filer; brug API'et \
             eller kommandolinjen til andre filer.",
        ),
        Error::HeaderLate { .. } | Error::BytesBeforeHeader { .. } => (
            "Something else stands in the file before the PDF begins. Save it anew as a PDF, and choose that.",
            "Der står noget andet i filen, før PDF'en begynder. Gem den på ny som PDF, og vælg den.",
        ),
        Error::Encrypted | Error::Password => (
            "It is encrypted, and opens only with its password. Choose a copy without a password, or have it signed \
             or sealed by the API or the command line, which take the password.",
            "Den er krypteret og åbnes kun med sin adgangskode. Vælg en kopi uden adgangskode, eller brug API'et eller \
             kommandolinjen, som tager imod adgangskoden.",
        ),
        Error::Encryption(_) => (
            "It is encrypted or protected in a way that is not supported here. Choose a copy without encryption.",
            "Den er krypteret eller beskyttet på en måde, der ikke understøttes her. Vælg en kopi uden kryptering.",
        ),
        Error::Startxref(_)
        | Error::Xref { .. }
        | Error::Object { .. }
        | Error::Structure(
            StructureError::NoCatalog
            | StructureError::DirectCatalog
            | StructureError::CatalogKind
            | StructureError::NoPage,
        ) => (
            "The file is damaged. Get it anew from whoever made it, or save it anew as a PDF, and choose that.",
            "Filen er beskadiget. Få den igen fra den, der har lavet den, eller gem den på ny som PDF, og vælg den.",
        ),
        Error::Structure(StructureError::Xfa) => (
            "It is an XFA form, whose pages only its own program shows. Print it to a new PDF, and choose that.",
            "Det er en XFA-formular, hvis sider kun vises af dens eget program. Udskriv den til en ny PDF, og vælg den.",
        ),
        Error::Structure(StructureError::NoObjectNumber) => (
            "Nothing more can be added to the file. Save it anew as a PDF, and choose that.",
            "Der kan ikke føjes mere til filen. Gem den på ny som PDF, og vælg den.",
        ),
        Error::Forbidden(Prohibition::NoChanges) => (
            "It is certified, and whoever certified it permits no change: not even a further signature or seal.",
            "Den er certificeret, og den, der har certificeret den, tillader ingen ændring: heller ikke flere \
             underskrifter eller segl.",
        ),
        Error::Forbidden(Prohibition::Permissions { .. }) => (
            "Its author does not permit that it is signed or sealed.",
            "Den, der har lavet den, tillader ikke, at den underskrives eller forsegles.",
        ),
        Error::Forbidden(Prohibition::Locked { .. }) => (
            "An earlier signature locks it: no other signature or seal may be added there.",
            "En tidligere underskrift låser den: der må ikke tilføjes flere underskrifter eller segl dér.",
        ),
        Error::Forbidden(Prohibition::NoExtension) => (
            "The signature would permit no change, and evidence is to follow it at this level. Choose a lower level.",
            "Underskriften ville ikke tillade ændringer, og på dette niveau skal der følge bevis efter den. Vælg et \
             lavere niveau.",
        ),
        Error::Forbidden(Prohibition::CertifySigned) => (
            "It is signed already: only its first signature certifies.",
            "Den er allerede underskrevet: kun den første underskrift certificerer.",
        ),
        Error::Field { .. } => (
            "The field that the document has for it does not take this signature or seal.",
            "Det felt, som dokumentet har til det, tager ikke imod denne underskrift eller dette segl.",
        ),
        Error::Appearance(_) => ("The place is not on the page.", "Stedet er ikke på siden."),
        Error::NotExtendable(_) => (
            "The evidence of this level cannot be added to the document. Choose a lower level.",
            "Dette niveaus bevis kan ikke føjes til dokumentet. Vælg et lavere niveau.",
        ),
        Error::Limit { .. }
        | Error::Effort(
            EffortError::Steps { .. }
            | EffortError::Inflated { .. }
            | EffortError::Memory { .. }
            | EffortError::NotAtOnce,
        ) => (
            "It is too large or too intricate to be read here. Save it anew as a simpler PDF, and choose that.",
            "Den er for stor eller for indviklet til at blive læst her. Gem den på ny som en enklere PDF, og vælg den.",
        ),
        Error::Effort(EffortError::Busy | EffortError::Stopped) => (
            "It could not be read just now. Try again in a while.",
            "Den kunne ikke læses lige nu. Prøv igen om lidt.",
        ),
        // Faults of ours.
        Error::ContentsTooSmall { .. } | Error::PrefixLength { .. } | Error::Inconsistent => (
            "No signature or seal could be added to it.",
            "Der kunne ikke føjes en underskrift eller et segl til den.",
        ),
    };
    match language {
        Language::En => english,
        Language::Da => danish,
    }
}
