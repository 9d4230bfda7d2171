//! What the page says: a text that is missing in one language does not compile.

use seal::Act;

use super::{Language, Verdict};
use crate::service::{KnownAct, in_words};

/// The texts of one language.
#[derive(Debug)]
pub(crate) struct VerifyTexts {
    pub(super) language: Language,
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) choose_hint: &'static str,
    pub(crate) check: &'static str,
    pub(crate) private: &'static str,
    pub(crate) private_script: &'static str,
    pub(crate) comparing: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) too_large: &'static str,
    pub(crate) from_code: &'static str,
    pub(crate) code_warning: &'static str,
    pub(crate) code_unknown: &'static str,
    pub(crate) code_unfinished: &'static str,
    pub(crate) organisation: &'static str,
    pub(crate) when: &'static str,
    pub(crate) since: &'static str,
    pub(crate) proven: &'static str,
    pub(crate) claimed: &'static str,
    pub(crate) why_short: &'static str,
    pub(crate) why_short_text: &'static str,
    pub(crate) report: &'static str,
    pub(crate) report_hint: &'static str,
    pub(crate) changes: &'static str,
    pub(crate) another: &'static str,
    pub(crate) seal: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) claims_seal: &'static str,
    pub(crate) claims_signature: &'static str,
    pub(crate) exactly: &'static str,
    pub(crate) nobody: &'static str,
    pub(crate) unchanged: &'static str,
    pub(crate) added: &'static str,
    pub(crate) changed: &'static str,
    pub(crate) unjudged: &'static str,
}

/// The texts of a language.
pub(crate) fn verify_texts(language: Language) -> &'static VerifyTexts {
    match language {
        Language::En => &ENGLISH,
        Language::Da => &DANISH,
    }
}

impl VerifyTexts {
    /// Whose an act was and when.
    pub(super) fn of_act(&self, act: &KnownAct) -> String {
        let KnownAct { organisation, cvr, time, .. } = act;
        let time = in_words(self.language, *time);
        match (self.language, act.act) {
            (Language::En, Act::Seal) => {
                format!("Sealed here by {organisation} (CVR {cvr}) on {time}.")
            }
            (Language::En, Act::Sign) => {
                format!("Signed here on behalf of {organisation} (CVR {cvr}) on {time}.")
            }
            (Language::Da, Act::Seal) => {
                format!("Forseglet her af {organisation} (CVR {cvr}) den {time}.")
            }
            (Language::Da, Act::Sign) => {
                format!("Underskrevet her på vegne af {organisation} (CVR {cvr}) den {time}.")
            }
        }
    }

    /// The verdict on a file, and what it means.
    pub(super) fn said(&self, verdict: Verdict) -> (&'static str, &'static str) {
        match self.language {
            Language::En => english(verdict),
            Language::Da => danish(verdict),
        }
    }
}

fn english(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Genuine => (
            "This file is genuine",
            "It comes from whoever is named below, and nothing in it was changed since.",
        ),
        Verdict::GenuineWithAdditions => (
            "This file is genuine, and something was added",
            "What was sealed or signed is unchanged. What was added afterwards is of a kind that it \
             permits, such as another seal.",
        ),
        Verdict::Changed => (
            "This file was changed",
            "It is not any more what was sealed or signed. Do not rely on it; ask the sender for the \
             original.",
        ),
        Verdict::Foreign => (
            "We do not know who made this seal",
            "The file was not changed since, but its certificate comes from a service that this one \
             does not trust. Whether the name in it is true cannot be told here.",
        ),
        Verdict::Expired => (
            "It cannot be told when this was signed",
            "The certificate has expired, and no time-stamp proves that the signature is older than \
             that.",
        ),
        Verdict::Revoked => (
            "The certificate was revoked",
            "Whoever issued it took it back. Do not rely on this file without asking the sender.",
        ),
        Verdict::Unclear => (
            "This could not be settled",
            "Something that is needed for a verdict is missing. The full report says what.",
        ),
        Verdict::Nothing => (
            "There is no seal or signature in this file",
            "So nothing can be told of where it comes from. A printed or scanned copy of a sealed \
             document has lost its seal: check the file itself.",
        ),
        Verdict::Unreadable => (
            "This file cannot be read",
            "It is damaged, protected by a password, or put together in a way in which nothing can be \
             told for certain.",
        ),
    }
}

fn danish(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Genuine => (
            "Filen er ægte",
            "Den kommer fra den, der er nævnt nedenfor, og intet i den er ændret siden.",
        ),
        Verdict::GenuineWithAdditions => (
            "Filen er ægte, og der er føjet noget til",
            "Det, der blev forseglet eller underskrevet, er uændret. Det tilføjede er af en slags, som \
             er tilladt, for eksempel endnu et segl.",
        ),
        Verdict::Changed => (
            "Filen er ændret",
            "Den er ikke længere det, der blev forseglet eller underskrevet. Stol ikke på den; bed \
             afsenderen om originalen.",
        ),
        Verdict::Foreign => (
            "Vi ved ikke, hvem der har lavet dette segl",
            "Filen er ikke ændret siden, men certifikatet kommer fra en tjeneste, som denne ikke har \
             tillid til. Om navnet i det er rigtigt, kan ikke afgøres her.",
        ),
        Verdict::Expired => (
            "Det kan ikke afgøres, hvornår dette blev underskrevet",
            "Certifikatet er udløbet, og intet tidsstempel beviser, at underskriften er ældre end det.",
        ),
        Verdict::Revoked => (
            "Certifikatet er spærret",
            "Udstederen har trukket det tilbage. Stol ikke på filen uden at spørge afsenderen.",
        ),
        Verdict::Unclear => (
            "Det kunne ikke afgøres",
            "Der mangler noget, som er nødvendigt for en afgørelse. Den fulde rapport siger hvad.",
        ),
        Verdict::Nothing => (
            "Der er hverken segl eller underskrift i filen",
            "Derfor kan intet siges om, hvor den kommer fra. En udskrevet eller skannet kopi af et \
             forseglet dokument har mistet sit segl: kontrollér selve filen.",
        ),
        Verdict::Unreadable => (
            "Filen kan ikke læses",
            "Den er beskadiget, beskyttet med en adgangskode eller sat sammen på en måde, hvor intet \
             kan siges med sikkerhed.",
        ),
    }
}

const ENGLISH: VerifyTexts = VerifyTexts {
    language: Language::En,
    title: "Is this document genuine?",
    lead: "Choose a sealed or signed file, and read who it comes from, when it was made, and whether \
           anything was changed since. No account is needed.",
    choose: "File",
    choose_hint: "A PDF with a seal or signature, or a signature file (.p7m). At most",
    check: "Check the file",
    private: "The file is read to check it, and is not kept.",
    private_script: "First only the file's fingerprint is compared; the file itself stays with you \
                     until you choose to check all of it.",
    comparing: "Comparing the fingerprint …",
    unknown: "This fingerprint is not known here, which says nothing against the file. Check all of it \
              below.",
    too_large: "This file is too large to be checked here.",
    from_code: "The code that led you here says",
    code_warning: "Anybody can copy a code. Only the file itself tells whether it is genuine: check it \
                   below.",
    code_unknown: "This installation gave no seal with this code. Look whether it was typed as it is \
                   printed, and check the file itself below.",
    code_unfinished: "So much was sealed in that minute that not all of it was searched: the code may be \
                      one of ours. Check the file itself below.",
    organisation: "Organisation",
    when: "When",
    since: "Since then",
    proven: "proven by a time-stamp",
    claimed: "as the signer states it; nothing proves it",
    why_short: "Why is a certificate enough that lived for minutes?",
    why_short_text: "Each seal is made with a key of its own, which is destroyed at once: nobody can use \
                     it again, and nothing has to be revoked. A time-stamp proves that the seal was made \
                     while the certificate was valid. It therefore stays good after the certificate has \
                     ended.",
    report: "The full report",
    report_hint: "For specialists, in English: what was checked, by ETSI EN 319 102-1.",
    changes: "What was changed or added",
    another: "Check another file",
    seal: "Seal of",
    signature: "Signature of",
    claims_seal: "It claims to be a seal of",
    claims_signature: "It claims to be a signature of",
    exactly: "This is exactly that file: nothing in it was changed.",
    nobody: "Nobody who could be told",
    unchanged: "Nothing was changed",
    added: "Something was added that it permits",
    changed: "It was changed",
    unjudged: "It is not known",
};

const DANISH: VerifyTexts = VerifyTexts {
    language: Language::Da,
    title: "Er dokumentet ægte?",
    lead: "Vælg en forseglet eller underskrevet fil, og læs, hvem den kommer fra, hvornår den er lavet, og \
           om noget er ændret siden. Du behøver ingen konto.",
    choose: "Fil",
    choose_hint: "En PDF med segl eller underskrift eller en underskriftsfil (.p7m). Højst",
    check: "Kontrollér filen",
    private: "Filen læses for at kontrollere den og gemmes ikke.",
    private_script: "Først sammenlignes kun filens fingeraftryk; selve filen bliver hos dig, indtil du \
                     vælger at kontrollere den hele.",
    comparing: "Sammenligner fingeraftrykket …",
    unknown: "Fingeraftrykket er ikke kendt her, og det siger intet imod filen. Kontrollér den hele \
              nedenfor.",
    too_large: "Filen er for stor til at blive kontrolleret her.",
    from_code: "Koden, der førte dig hertil, siger",
    code_warning: "Alle kan kopiere en kode. Kun selve filen viser, om den er ægte: kontrollér den nedenfor.",
    code_unknown: "Denne installation har ikke givet et segl med denne kode. Se efter, om den er skrevet, \
                   som den står, og kontrollér selve filen nedenfor.",
    code_unfinished: "Der blev forseglet så meget i det minut, at ikke alt er gennemsøgt: koden kan være \
                      en af vores. Kontrollér selve filen nedenfor.",
    organisation: "Organisation",
    when: "Hvornår",
    since: "Siden da",
    proven: "bevist af et tidsstempel",
    claimed: "som underskriveren oplyser; intet beviser det",
    why_short: "Hvorfor er et certifikat nok, der kun levede i minutter?",
    why_short_text: "Hvert segl laves med sin egen nøgle, som straks destrueres: ingen kan bruge den igen, \
                     og intet skal spærres. Et tidsstempel beviser, at seglet blev lavet, mens certifikatet \
                     gjaldt. Derfor gælder seglet stadig, efter at certifikatet er udløbet.",
    report: "Den fulde rapport",
    report_hint: "For fagfolk, på engelsk: hvad der blev kontrolleret efter ETSI EN 319 102-1.",
    changes: "Hvad der er ændret eller tilføjet",
    another: "Kontrollér en anden fil",
    seal: "Segl fra",
    signature: "Underskrift fra",
    claims_seal: "Udgiver sig for at være et segl fra",
    claims_signature: "Udgiver sig for at være en underskrift fra",
    exactly: "Det er nøjagtig den fil: intet i den er ændret.",
    nobody: "Ingen, der kunne fastslås",
    unchanged: "Intet er ændret",
    added: "Der er føjet noget til, som er tilladt",
    changed: "Den er ændret",
    unjudged: "Det vides ikke",
};
