//! What a person is asked, in words.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use seal::{ActivationEntry, Means, ReferenceCode};

use super::texts::Texts;
use crate::{
    activation_page::ActivationPage,
    device::{Asked, Question},
};

/// A question, as its page shows it.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) lead: &'static str,
    pub(super) rows: Vec<(&'static str, String)>,
    pub(super) entries: Vec<Entry>,
    /// The passkey that is asked for; none where the person has none that could answer.
    pub(super) form: Option<Form>,
}

/// What is signed of one document, in hexadecimal.
#[derive(Debug)]
pub(super) struct Entry {
    /// What the signature is over: the device signs nothing else.
    pub(super) imprint: String,
    /// The document's SHA-256, where that is another, on the service's word.
    pub(super) document: Option<String>,
    /// Whether nobody says what the hash is of.
    pub(super) is_alone: bool,
}

impl Entry {
    fn of(entry: &ActivationEntry) -> Self {
        let document = entry.document.as_ref().filter(|document| **document != entry.imprint);
        Self {
            imprint: hex::encode(&entry.imprint),
            document: document.map(hex::encode),
            is_alone: entry.document.is_none(),
        }
    }
}

/// What the page's script hands the browser. Bytes are in base64url.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) challenge: String,
    pub(super) party: String,
    /// The passkeys that may answer; of a new one, those that it is not to be.
    pub(super) passkeys: String,
    pub(super) new: Option<NewPasskey>,
    pub(super) button: &'static str,
}

/// For whom a passkey is made.
#[derive(Debug)]
pub(super) struct NewPasskey {
    pub(super) user_handle: String,
    pub(super) name: String,
    pub(super) algorithms: String,
}

/// The title, and what stands under it.
pub(super) fn shown(
    page: &ActivationPage,
    t: &'static Texts,
    question: Question,
) -> (&'static str, Shown) {
    let organisation = match question.organisation_name {
        Some(name) => format!("{name} ({})", question.organization_identifier),
        None => question.organization_identifier,
    };
    let left = question.ends.duration_since(question.now).unwrap_or_default();
    let minutes = format!("{} {}", left.as_secs().div_ceil(60), t.minutes);
    let code = question.challenge.reference_code().to_string();
    let name = question.person.clone();
    let mut rows = vec![(t.organisation, organisation.clone())];
    rows.extend(question.person.map(|name| (t.person, name)));
    let passkeys: Vec<_> = question.passkeys.iter().map(|id| URL_SAFE_NO_PAD.encode(id)).collect();
    let mut form = Form {
        challenge: question.challenge.base64url(),
        party: page.relying_party.id.clone(),
        passkeys: passkeys.join(" "),
        new: None,
        button: t.do_sign,
    };
    match question.asked {
        Asked::Signature { profile, entries } => {
            rows.push((t.profile, profile.as_str().to_owned()));
            rows.push((t.documents, entries.len().to_string()));
            rows.extend([(t.code, code), (t.left, minutes)]);
            let entries = entries.iter().map(Entry::of).collect();
            let form = (!question.passkeys.is_empty()).then_some(form);
            (t.sign, Shown { lead: t.sign_lead, rows, entries, form })
        }
        Asked::Registration(order) => {
            let means = match order.means {
                Means::Passkey { cose_key, .. } => format!("{}: {}", t.passkey, code_of(&cose_key)),
                Means::Login { issuer, subject } => format!("{issuer} {subject}"),
            };
            rows.push((t.means, means));
            if order.administrator {
                rows.push((t.administrator, t.yes.to_owned()));
            }
            rows.extend([(t.code, code), (t.left, minutes)]);
            form.button = t.do_register;
            let shown =
                Shown { lead: t.register_lead, rows, entries: Vec::new(), form: Some(form) };
            (t.register, shown)
        }
        Asked::NewPasskey { order, user_handle } => {
            if order.administrator {
                rows.push((t.administrator, t.yes.to_owned()));
            }
            rows.push((t.left, minutes));
            let algorithms = webauthn::Algorithm::ALL.map(|one| one.number().to_string());
            form.new = Some(NewPasskey {
                user_handle: URL_SAFE_NO_PAD.encode(user_handle),
                name: format!("{}, {organisation}", name.unwrap_or_default()),
                algorithms: algorithms.join(" "),
            });
            form.button = t.do_make;
            let shown = Shown { lead: t.make_lead, rows, entries: Vec::new(), form: Some(form) };
            (t.make, shown)
        }
    }
}

/// The code of a passkey: 80 bits of SHA-256 over its key, for no other key is to be found that has it.
fn code_of(cose_key: &[u8]) -> String {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, cose_key).as_ref());
    let first = ReferenceCode::of(&hash);
    hash.rotate_left(5);
    format!("{first} {}", ReferenceCode::of(&hash))
}
