//! The pages: what each shows. Their templates stand in `signer/templates`, and escape what they show.

use askama::Template;

use super::{
    EmailCheckTexts, Language, LinkingTexts, StartTexts, Texts,
    navigation::{Entry, entries},
    texts,
};

/// What every page has.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The texts.
    pub(crate) t: &'static Texts,
    /// The address of the page, under which it is had in another language.
    pub(crate) path: String,
    /// The way to other pages.
    pub(crate) entries: Vec<Entry>,
    /// Who is logged in, and so may leave.
    pub(crate) visitor: Option<Visitor>,
    /// The addresses of style and script, which change with what they say.
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    /// The other language.
    pub(crate) other: &'static str,
    pub(crate) other_name: &'static str,
}

impl Frame {
    /// That of the page at an address.
    pub(crate) fn new(
        language: Language,
        path: &str,
        (administers, visitor): (bool, Option<Visitor>),
        (style, script): (&'static str, &'static str),
    ) -> Self {
        let (other, other_name) = match language {
            Language::En => ("da", "Dansk"),
            Language::Da => ("en", "English"),
        };
        let t = texts(language);
        let entries = entries(t, path, administers);
        Self { t, path: path.to_owned(), entries, visitor, style, script, other, other_name }
    }
}

/// Somebody who is logged in, as the top of every page shows them.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) name: String,
    /// What the form shows by which they log out.
    pub(crate) csrf: String,
}

/// It shows nobody's name, and nothing of the session.
impl std::fmt::Debug for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Visitor(..)")
    }
}

/// `/`
#[derive(Debug, Template)]
#[template(path = "start.html")]
pub(crate) struct StartPage {
    pub(crate) frame: Frame,
    pub(crate) s: &'static StartTexts,
    /// Who is logged in.
    pub(crate) name: Option<String>,
    pub(crate) administers: bool,
}

/// `/login`
#[derive(Debug, Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage {
    pub(crate) frame: Frame,
    /// Whether passkeys can be used at this address.
    pub(crate) passkeys: bool,
    /// The OpenID providers, by their names in addresses and for people.
    pub(crate) providers: Vec<(String, String)>,
    /// The persons of the demo.
    pub(crate) demo: Vec<DemoChoice>,
}

/// A person of the demo, and what they may.
#[derive(Debug)]
pub(crate) struct DemoChoice {
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<&'static str>,
}

/// For which organisation somebody acts who is known in several.
#[derive(Template)]
#[template(path = "choice.html")]
pub(crate) struct ChoicePage {
    pub(crate) frame: Frame,
    /// What the form shows, once.
    pub(crate) code: String,
    /// Their numbers and names.
    pub(crate) organisations: Vec<(String, String)>,
}

/// It shows no code.
impl std::fmt::Debug for ChoicePage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChoicePage").finish_non_exhaustive()
    }
}

/// `/oauth2/consent`
#[derive(Template)]
#[template(path = "consent.html")]
pub(crate) struct ConsentPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    /// What the form stands for.
    pub(crate) request: String,
    pub(crate) client: String,
    pub(crate) organisation: String,
    pub(crate) number: String,
    pub(crate) person: String,
    /// Whether it is the service that is asked for, and not a seal.
    pub(crate) is_service: bool,
    /// What the client says that it is for.
    pub(crate) description: Option<String>,
    /// The certificate profile.
    pub(crate) profile: Option<String>,
    pub(crate) documents: Vec<AskedDocumentRow>,
    pub(crate) code: String,
    /// Why nobody can agree to it.
    pub(crate) problem: Option<&'static str>,
}

/// It shows nothing of what its form holds.
impl std::fmt::Debug for ConsentPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsentPage").finish_non_exhaustive()
    }
}

/// A document that is to be sealed.
#[derive(Debug)]
pub(crate) struct AskedDocumentRow {
    pub(crate) label: Option<String>,
    /// In hexadecimal.
    pub(crate) hash: String,
}

/// That nobody is asked, and why.
#[derive(Debug, Template)]
#[template(path = "unasked.html")]
pub(crate) struct UnaskedPage {
    pub(crate) frame: Frame,
    /// In English, for whoever wrote the program.
    pub(crate) cause: String,
}

/// `/invitation/{code}`
#[derive(Debug, Template)]
#[template(path = "invitation.html")]
pub(crate) struct InvitationPage {
    pub(crate) frame: Frame,
    pub(crate) organisation: String,
    /// The person; a new administrator says their name themselves.
    pub(crate) person: Option<String>,
    pub(crate) passkeys: bool,
}

/// `/email-checks/{code}`
#[derive(Template)]
#[template(path = "email_check.html")]
pub(crate) struct EmailCheckPage {
    pub(crate) frame: Frame,
    pub(crate) e: &'static EmailCheckTexts,
    /// Who asks.
    pub(crate) organisation: String,
    pub(crate) address: String,
}

/// It shows no address, and not what leads to it.
impl std::fmt::Debug for EmailCheckPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmailCheckPage").finish_non_exhaustive()
    }
}

/// `/me`
#[derive(Debug, Template)]
#[template(path = "me.html")]
pub(crate) struct MePage {
    pub(crate) frame: Frame,
    pub(crate) name: String,
    pub(crate) organisation: String,
    pub(crate) number: String,
    pub(crate) roles: Vec<&'static str>,
    pub(crate) csrf: String,
    /// Whether the person has an entry, and so may have passkeys.
    pub(crate) registered: bool,
    /// Whether passkeys can be used at this address.
    pub(crate) passkeys_here: bool,
    /// Whether the login is so late that a passkey may be made.
    pub(crate) fresh: bool,
    pub(crate) passkeys: Vec<PasskeyRow>,
    /// Whether the device has a page of its own, where passkeys for signing are made.
    pub(crate) device_page: bool,
    pub(crate) l: &'static LinkingTexts,
    /// Their logins at providers.
    pub(crate) logins: Vec<LoginRow>,
    /// The providers at which they may link one, by their names in addresses and for people.
    pub(crate) providers: Vec<(String, String)>,
    /// The entry's name of whoever is logged in, if they have one.
    pub(crate) entry: String,
    pub(crate) administers: bool,
    /// What the page of their certificates is called.
    pub(crate) own_certificates: &'static str,
    /// Passkeys and logins of others that an administrator may have registered for signing.
    pub(crate) waiting: Vec<WaitingMeans>,
}

/// A login at a provider, on its person's page.
#[derive(Debug)]
pub(crate) struct LoginRow {
    /// What it is called in addresses.
    pub(crate) name: String,
    pub(crate) provider: String,
    /// By what the provider knows them.
    pub(crate) account: String,
    /// Whether the device takes it.
    pub(crate) signs: bool,
    /// Whether it is to speak for others there, and does not yet.
    pub(crate) lowered: bool,
    /// Whether anybody can sign by a login there.
    pub(crate) can_sign: bool,
    /// Whether it is a further one, which its person may take away.
    pub(crate) further: bool,
}

/// A passkey of the page.
#[derive(Debug)]
pub(crate) struct PasskeyRow {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Days, as `2026-11-25`.
    pub(crate) made: String,
    pub(crate) used: Option<String>,
    pub(crate) backed_up: bool,
    /// Whether the device takes it.
    pub(crate) signs: bool,
    /// Whether it is to speak for others there, and does not yet.
    pub(crate) lowered: bool,
    /// Whether it could.
    pub(crate) can_sign: bool,
    /// Whether it is for no login.
    pub(crate) signing_only: bool,
}

/// A passkey or a linked login of somebody else that the device does not know.
#[derive(Debug)]
pub(crate) struct WaitingMeans {
    /// Where its registration is asked for.
    pub(crate) at: String,
    /// Whose, and what they or its provider are called.
    pub(crate) person: String,
    pub(crate) name: String,
    /// When it was made; of a login, by what its provider knows them.
    pub(crate) hint: String,
}

/// A page that says one thing.
#[derive(Debug, Template)]
#[template(path = "message.html")]
pub(crate) struct MessagePage {
    pub(crate) frame: Frame,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    pub(crate) tone: Tone,
    /// Where to go from here, and what that is called.
    pub(crate) next: (&'static str, &'static str),
}

/// Whether what is said is good news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It is as was wanted.
    Done,
    /// It is not.
    Refused,
}

impl Tone {
    /// The class in the style sheet.
    fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}
