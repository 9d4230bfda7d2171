//! What the page of an evidence package says.

use crate::service::Language;

/// Its texts in one language.
#[derive(Debug)]
pub(crate) struct EvidenceTexts {
    /// The language's tag (BCP 47).
    pub(crate) tag: &'static str,
    /// The button.
    pub(crate) take: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) title_seal: &'static str,
    pub(crate) title_signature: &'static str,
    pub(crate) lead_seal: &'static str,
    pub(crate) lead_signature: &'static str,
    pub(crate) organisation: &'static str,
    pub(crate) number: &'static str,
    pub(crate) signer: &'static str,
    pub(crate) recorded: &'static str,
    pub(crate) profile: &'static str,
    pub(crate) level: &'static str,
    pub(crate) document: &'static str,
    pub(crate) original: &'static str,
    pub(crate) result: &'static str,
    pub(crate) certificate: &'static str,
    pub(crate) certificate_end: &'static str,
    pub(crate) time_stamp: &'static str,
    pub(crate) short_lived: &'static str,
    pub(crate) consent: &'static str,
    pub(crate) consent_lead: &'static str,
    pub(crate) agreed_at: &'static str,
    pub(crate) code: &'static str,
    pub(crate) terms: &'static str,
    pub(crate) pages_shown: &'static str,
    pub(crate) no_consent: &'static str,
    pub(crate) log: &'static str,
    pub(crate) log_lead: &'static str,
    pub(crate) record: &'static str,
    pub(crate) head: &'static str,
    pub(crate) stamped: &'static str,
    pub(crate) other_node: &'static str,
    pub(crate) verified: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) passed: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) indeterminate: &'static str,
    pub(crate) no_validation: &'static str,
    pub(crate) package: &'static str,
    pub(crate) package_lead: &'static str,
    pub(crate) check_receipt: &'static str,
    pub(crate) check_head: &'static str,
}

/// The texts of a language.
pub(crate) fn evidence_texts(language: Language) -> &'static EvidenceTexts {
    match language {
        Language::En => &ENGLISH,
        Language::Da => &DANISH,
    }
}

const ENGLISH: EvidenceTexts = EvidenceTexts {
    tag: "en",
    take: "Download the evidence",
    hint: "A ZIP file: a receipt that the organisation has sealed, what was shown and agreed to, the \
           record of the audit log with a time-stamp, and a page that says it in words. It holds \
           neither the document nor, of a seal, any person's name.",
    title_seal: "Evidence of a seal",
    title_signature: "Evidence of a signature",
    lead_seal: "The organisation below sealed a document. A seal is the organisation's own: no person \
                stands in it, and none in this package.",
    lead_signature: "The person below signed a document on behalf of the organisation.",
    organisation: "Organisation",
    number: "CVR number",
    signer: "Person",
    recorded: "Recorded",
    profile: "Profile",
    level: "Level",
    document: "The document",
    original: "SHA-256 of the original",
    result: "SHA-256 of the result",
    certificate: "Serial number of the certificate",
    certificate_end: "The certificate is good until",
    time_stamp: "Time-stamp of",
    short_lived: "Key and certificate were made for this one act. The key was destroyed right after it; \
                  that it was done before the certificate ended is what the time-stamp proves, and \
                  that stays so when the certificate has ended.",
    consent: "What was shown and agreed to",
    consent_lead: "Before the act, every page of the document was shown. The file consent.json holds the \
                   hash of each picture and text that was shown.",
    agreed_at: "Agreed",
    code: "Reference code",
    terms: "In these words",
    pages_shown: "Pages shown",
    no_consent: "What was shown is kept for as long as the document lies before whoever read it. That \
                 is over, or the document was never laid down on these pages: this package holds no \
                 record of it.",
    log: "In the audit log",
    log_lead: "The service's audit log is a chain: each record holds all before it in place. The command \
               `signer audit verify --head` with the head below tells the operator whether this \
               record still stands there as it stood.",
    record: "Record",
    head: "Head",
    stamped: "The head was time-stamped",
    other_node: "The act was recorded by another node of the service than the one that made this \
                 package, which has no head of that node's chain.",
    verified: "Whether it holds",
    verdict: "When this package was made, the service verified the result, and came to",
    passed: "it is genuine, and the document is unchanged since",
    failed: "it is not genuine, or the document was changed since",
    indeterminate: "whether it is genuine cannot be told",
    no_validation: "The service does not keep documents, and so did not verify the result again. Anybody \
                    who has it can do so at",
    package: "How to check this package",
    package_lead: "receipt.p7m is a receipt in JSON, sealed by the organisation (CAdES). It names the SHA-256 \
                   of every other file here but trust-anchors.pem, of which you should have a copy \
                   from elsewhere. With OpenSSL, and without asking anybody:",
    check_receipt: "Receipt",
    check_head: "Time-stamp",
};

const DANISH: EvidenceTexts = EvidenceTexts {
    tag: "da",
    take: "Hent beviset",
    hint: "En ZIP-fil: en kvittering, som organisationen har forseglet, det, der blev vist og \
           accepteret, revisionsloggens post med et tidsstempel, og en side, der siger det med ord. \
           Den rummer hverken dokumentet eller, ved et segl, nogen persons navn.",
    title_seal: "Bevis for et segl",
    title_signature: "Bevis for en underskrift",
    lead_seal: "Organisationen nedenfor forseglede et dokument. Et segl er organisationens eget: ingen \
                person står i det, og ingen i denne pakke.",
    lead_signature: "Personen nedenfor underskrev et dokument på organisationens vegne.",
    organisation: "Organisation",
    number: "CVR-nummer",
    signer: "Person",
    recorded: "Noteret",
    profile: "Profil",
    level: "Niveau",
    document: "Dokumentet",
    original: "Originalens SHA-256",
    result: "Resultatets SHA-256",
    certificate: "Certifikatets serienummer",
    certificate_end: "Certifikatet gælder til",
    time_stamp: "Tidsstempel fra",
    short_lived: "Nøgle og certifikat blev lavet til denne ene handling. Nøglen blev tilintetgjort lige \
                  efter; at det skete, før certifikatet udløb, er det, tidsstemplet beviser, og det \
                  bliver ved at gælde, når certifikatet er udløbet.",
    consent: "Det, der blev vist og accepteret",
    consent_lead: "Før handlingen blev hver side af dokumentet vist. Filen consent.json rummer \
                   hashværdien af hvert billede og hver tekst, der blev vist.",
    agreed_at: "Accepteret",
    code: "Referencekode",
    terms: "Med disse ord",
    pages_shown: "Viste sider",
    no_consent: "Det, der blev vist, gemmes, så længe dokumentet ligger foran den, der læste det. Det er \
                 forbi, eller dokumentet blev aldrig lagt frem på disse sider: denne pakke rummer \
                 intet om det.",
    log: "I revisionsloggen",
    log_lead: "Tjenestens revisionslog er en kæde: hver post holder alle de tidligere på plads. Kommandoen \
               `signer audit verify --head` med hovedet nedenfor siger driften, om denne post stadig \
               står der, som den stod.",
    record: "Post",
    head: "Hoved",
    stamped: "Hovedet blev tidsstemplet",
    other_node: "Handlingen blev noteret af en anden af tjenestens maskiner end den, der lavede denne \
                 pakke, og som ikke har hovedet af den kæde.",
    verified: "Om det holder",
    verdict: "Da denne pakke blev lavet, kontrollerede tjenesten resultatet og kom til",
    passed: "det er ægte, og dokumentet er uændret siden",
    failed: "det er ikke ægte, eller dokumentet er ændret siden",
    indeterminate: "det kan ikke afgøres, om det er ægte",
    no_validation: "Tjenesten gemmer ikke dokumenter og har derfor ikke kontrolleret resultatet igen. \
                    Alle, der har det, kan gøre det på",
    package: "Sådan kontrolleres pakken",
    package_lead: "receipt.p7m er en kvittering i JSON, forseglet af organisationen (CAdES). Den nævner \
                   SHA-256 af hver anden fil her undtagen trust-anchors.pem, som du bør have et \
                   eksemplar af andetsteds fra. Med OpenSSL, og uden at spørge nogen:",
    check_receipt: "Kvittering",
    check_head: "Tidsstempel",
};
