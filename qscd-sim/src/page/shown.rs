//! What a person is asked, in words.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use seal::{ActivationEntry, Means};

use super::{ActivationPage, texts::Texts};
use crate::device::{Asked, Question};

/// A question, as its page shows it.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) lead: &'static str,
    pub(super) rows: Vec<(&'static str, String)>,
    pub(super) hashes: Vec<String>,
    /// The passkey that is asked for; none where the person has none that could answer.
    pub(super) form: Option<Form>,
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
    let mut form = Form {
        challenge: question.challenge.base64url(),
        party: page.relying_party.id.clone(),
        passkeys: joined(&question.passkeys),
        new: None,
        button: t.do_sign,
    };
    match question.asked {
        Asked::Signature { profile, entries } => {
            rows.push((t.profile, profile.as_str().to_owned()));
            rows.push((t.documents, entries.len().to_string()));
            rows.extend([(t.code, code), (t.left, minutes)]);
            let hash = |entry: &ActivationEntry| match &entry.document {
                Some(document) => hex::encode(document),
                None => format!("{} ({})", hex::encode(&entry.imprint), t.hash_alone),
            };
            let hashes = entries.iter().map(hash).collect();
            let form = (!question.passkeys.is_empty()).then_some(form);
            (t.sign, Shown { lead: t.sign_lead, rows, hashes, form })
        }
        Asked::Registration(order) => {
            let means = match order.means {
                Means::Passkey { credential_id, .. } => URL_SAFE_NO_PAD.encode(credential_id),
                Means::Login { issuer, subject } => format!("{issuer} {subject}"),
            };
            rows.push((t.means, means));
            if order.administrator {
                rows.push((t.administrator, t.yes.to_owned()));
            }
            rows.extend([(t.code, code), (t.left, minutes)]);
            form.button = t.do_register;
            let shown = Shown { lead: t.register_lead, rows, hashes: Vec::new(), form: Some(form) };
            (t.register, shown)
        }
        Asked::NewPasskey { order, known } => {
            if order.administrator {
                rows.push((t.administrator, t.yes.to_owned()));
            }
            rows.push((t.left, minutes));
            let algorithms = webauthn::Algorithm::ALL.map(|one| one.number().to_string());
            form.passkeys = joined(&known);
            form.new = Some(NewPasskey {
                user_handle: URL_SAFE_NO_PAD.encode(&order.user_handle),
                name: format!("{}, {organisation}", name.unwrap_or_default()),
                algorithms: algorithms.join(" "),
            });
            form.button = t.do_make;
            let shown = Shown { lead: t.make_lead, rows, hashes: Vec::new(), form: Some(form) };
            (t.make, shown)
        }
    }
}

fn joined(ids: &[Vec<u8>]) -> String {
    let ids: Vec<_> = ids.iter().map(|id| URL_SAFE_NO_PAD.encode(id)).collect();
    ids.join(" ")
}
