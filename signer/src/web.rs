//! The pages, without a word of HTTP: what they say, in which language, and what they look like. No page
//! needs a script but where a passkey is shown or made.

mod activation;
mod activation_texts;
mod administration;
mod bilingual;
mod certificates;
mod linking;
mod navigation;
mod pages;
mod prose;
mod signing;
mod texts;
mod verify;

pub(crate) use self::verify::{
    Judged, Led, NotShown, SideBySide, Since, VERIFY_SCRIPT, VERIFY_STYLE, VerdictPage, VerifyPage,
    told, verify_texts,
};
pub(crate) use self::{
    activation::{ActivationPage, ListedDocument},
    linking::LinkingPage,
    pages::{
        AskedDocumentRow, ChoicePage, ConsentPage, DemoChoice, EmailCheckPage, Frame,
        InvitationPage, LoginPage, LoginRow, MePage, MessagePage, PasskeyRow, StartPage, Tone,
        UnaskedPage, Visitor, WaitingMeans,
    },
    signing::{
        ActRow, ActsPage, AgreementPage, BatchPage, BatchRow, ChoosingPage, Findings, LATER,
        LookGroup, PaperRow, Place, ProfileRow, ReadingPage, ResultPage, Scripts, ShownPage,
        UnfitRow, UploadPage,
    },
    texts::{
        ActsTexts, EmailCheckTexts, EvidenceTexts, LayingTexts, LinkingTexts, PlacingTexts,
        SigningTexts, StartTexts, Texts, acts_texts, email_check_texts, evidence_texts,
        laying_texts, level_told, linking_texts, placing_texts, rule, signing_texts, start_texts,
        texts, unfit, unseen,
    },
};
pub(crate) use self::{
    administration::{
        AdministrationPage, AdministrationTexts, AppearanceTexts, Block, Cell, Chart, ChartDay,
        Field, Form, Kind, Link, RightsTexts, Table, Tint, administration_texts, appearance_texts,
        broken, member, refusal, rights_texts, stamped, what, wholeness_texts,
    },
    navigation::Entry,
};
pub(crate) use self::{
    certificates::{
        AcceptPage, BlockOwnPage, CertificateTexts, CodePage, CollectingPage, ContactActPage,
        ContactPage, ContactStep, ContactTexts, OwnCertificate, OwnPage, PoliciesPage, PolicyRow,
        RefusedPage, WaitingOrder, certificate_texts, contact_texts, order_refusal, purposes_of,
        reason_of_word,
    },
    prose::{Part as ProsePart, Prose, Span as ProseSpan},
};
pub(crate) use crate::service::Language;

/// The style of every page.
pub(crate) const STYLE: &str = include_str!("web/style.css");

/// The script that takes files that are dropped.
pub(crate) const UPLOAD: &str = include_str!("web/upload.js");

/// The script that sees what was read, and lays text over pictures.
pub(crate) const READING: &str = include_str!("web/reading.js");

/// The script by which a frame is dragged.
pub(crate) const PLACE: &str = include_str!("web/place.js");

/// The script that waits for what is under way.
pub(crate) const RESULT: &str = include_str!("web/result.js");

/// The scripts by which a browser makes a key and collects its certificate: octets in DER, requests (PKCS#10),
/// files (PKCS#12), and the page that needs them.
pub(crate) const KEY_SCRIPTS: [(&str, &str); 5] = [
    ("der", include_str!("web/keys/der.js")),
    ("sha256", include_str!("web/keys/sha256.js")),
    ("pkcs10", include_str!("web/keys/pkcs10.js")),
    ("pkcs12", include_str!("web/keys/pkcs12.js")),
    ("collect", include_str!("web/keys/collect.js")),
];

/// The script that shows and makes passkeys.
pub(crate) const SCRIPT: &str = include_str!("web/passkey.js");
