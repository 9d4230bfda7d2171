//! The pages, without a word of HTTP: what they say, in which language, and what they look like. No page
//! needs a script but where a passkey is shown or made.

mod navigation;
mod pages;
mod signing;
mod signing_texts;
mod texts;
mod verify;

pub(crate) use self::verify::{
    Judged, Led, VERIFY_SCRIPT, VERIFY_STYLE, VerdictPage, VerifyPage, told, verify_texts,
};
pub(crate) use self::{
    pages::{
        AskedDocumentRow, ChoicePage, ConsentPage, DemoChoice, Frame, InvitationPage, LoginPage,
        MePage, MessagePage, PasskeyRow, StartPage, Tone, UnaskedPage, WaitingPasskey,
    },
    signing::{ActivationPage, ListedDocument, SignPage},
    texts::{StartTexts, Texts, start_texts, texts},
};
pub(crate) use crate::service::Language;

/// The style of every page.
pub(crate) const STYLE: &str = include_str!("web/style.css");

/// The script that shows and makes passkeys.
pub(crate) const SCRIPT: &str = include_str!("web/passkey.js");
