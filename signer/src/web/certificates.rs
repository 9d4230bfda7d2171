//! The pages of certificates that live for years, and the words that they share with those of administration.

mod contact;
mod refusals;
mod texts;

use askama::Template;
use registry::{BlockingReason, CertificateKind, HolderKey, Issuing, OrderState, Purpose};

pub(crate) use self::{
    contact::{ContactActPage, ContactPage, ContactStep, ContactTexts, contact_texts},
    refusals::order_refusal,
    texts::{CertificateTexts, certificate_texts},
};
use super::{Frame, Prose};
use crate::store::CertificateState;

/// `/policies`
#[derive(Debug, Template)]
#[template(path = "policies.html")]
pub(crate) struct PoliciesPage {
    pub(crate) frame: Frame,
    pub(crate) c: &'static CertificateTexts,
    pub(crate) version: &'static str,
    /// Where the public policies are.
    pub(crate) public: [&'static str; 2],
    pub(crate) documents: Vec<PolicyRow>,
}

/// A document of the policies.
#[derive(Debug)]
pub(crate) struct PolicyRow {
    pub(crate) id: &'static str,
    pub(crate) prose: Prose,
}

/// The policy in force, to be accepted.
#[derive(Debug, Template)]
#[template(path = "accept_policy.html")]
pub(crate) struct AcceptPage {
    pub(crate) frame: Frame,
    pub(crate) c: &'static CertificateTexts,
    pub(crate) csrf: String,
    pub(crate) version: &'static str,
    pub(crate) prose: Prose,
    /// Where it leads when it is accepted.
    pub(crate) action: String,
    /// Whether the box was left empty.
    pub(crate) missing: bool,
}

/// That something is not done, and why.
#[derive(Debug, Template)]
#[template(path = "certificate_refused.html")]
pub(crate) struct RefusedPage {
    pub(crate) frame: Frame,
    pub(crate) title: &'static str,
    pub(crate) text: String,
    pub(crate) next: (String, &'static str),
}

/// `/me/certificates`
#[derive(Debug, Template)]
#[template(path = "own_certificates.html")]
pub(crate) struct OwnPage {
    pub(crate) frame: Frame,
    pub(crate) c: &'static CertificateTexts,
    pub(crate) csrf: String,
    pub(crate) waiting: Vec<WaitingOrder>,
    pub(crate) certificates: Vec<OwnCertificate>,
    pub(crate) more: bool,
}

/// An order that waits for whoever is logged in.
#[derive(Debug)]
pub(crate) struct WaitingOrder {
    pub(crate) reference: String,
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) until: String,
}

/// A certificate of whoever is logged in.
#[derive(Debug)]
pub(crate) struct OwnCertificate {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) state: &'static str,
    pub(crate) mark: &'static str,
    pub(crate) facts: Vec<(&'static str, String)>,
    /// What can be done with it.
    pub(crate) renews: bool,
    pub(crate) blocks: bool,
    pub(crate) installs: bool,
    /// The services that are to be given it first.
    pub(crate) services: Vec<String>,
    /// Whether nobody shall be reminded of its end any more, or they shall again.
    pub(crate) mutes: Option<bool>,
    pub(crate) pem: String,
}

/// Why one's own certificate shall be blocked.
#[derive(Debug, Template)]
#[template(path = "block_own.html")]
pub(crate) struct BlockOwnPage {
    pub(crate) frame: Frame,
    pub(crate) c: &'static CertificateTexts,
    pub(crate) csrf: String,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) reasons: Vec<(&'static str, &'static str)>,
}

/// `/collect/{reference}`, before the code is known.
#[derive(Debug, Template)]
#[template(path = "collect_code.html")]
pub(crate) struct CodePage {
    pub(crate) frame: Frame,
    pub(crate) c: &'static CertificateTexts,
    pub(crate) reference: String,
    pub(crate) version: &'static str,
    pub(crate) problem: Option<String>,
}

/// Where a key is made and its certificate collected.
#[derive(Template)]
#[template(path = "collecting.html")]
pub(crate) struct CollectingPage {
    pub(crate) frame: Frame,
    pub(crate) c: &'static CertificateTexts,
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) facts: Vec<(&'static str, String)>,
    /// The script that makes the key.
    pub(crate) script: &'static str,
    /// Where the request is sent to by the script, and by the form.
    pub(crate) at: String,
    pub(crate) form: String,
    /// What the session's pages know; nothing where nobody is logged in.
    pub(crate) csrf: Option<String>,
    /// The one-time code, and the reference that it is for.
    pub(crate) code: Option<(String, String)>,
    /// The version of the policies that whoever has the code accepted before.
    pub(crate) version: &'static str,
    /// `rsa3072` or `p256`.
    pub(crate) key: &'static str,
    pub(crate) name: String,
    pub(crate) other_way: bool,
    /// Where it goes on from here.
    pub(crate) next: Option<(&'static str, &'static str)>,
    pub(crate) problem: Option<String>,
}

/// It shows nothing of what its forms hold.
impl std::fmt::Debug for CollectingPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CollectingPage").finish_non_exhaustive()
    }
}

impl CertificateTexts {
    pub(crate) fn kind(&self, kind: CertificateKind) -> &'static str {
        match kind {
            CertificateKind::User => self.kind_user,
            CertificateKind::Organisation => self.kind_organisation,
            CertificateKind::System => self.kind_system,
        }
    }

    /// By the word that the store keeps of it.
    pub(crate) fn kind_of_word(&self, word: &str) -> &'static str {
        match word {
            "user" => self.kind_user,
            "organisation" => self.kind_organisation,
            _ => self.kind_system,
        }
    }

    /// The purposes, in a few words.
    pub(crate) fn briefly(&self, purposes: impl IntoIterator<Item = Purpose>) -> String {
        let words = purposes.into_iter().map(|purpose| match purpose {
            Purpose::Authentication => self.briefly_authentication,
            Purpose::Encryption => self.briefly_encryption,
            Purpose::Email => self.briefly_email,
        });
        words.collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn purpose(&self, purpose: Purpose) -> &'static str {
        match purpose {
            Purpose::Authentication => self.for_authentication,
            Purpose::Encryption => self.for_encryption,
            Purpose::Email => self.for_email,
        }
    }

    pub(crate) fn key(&self, key: HolderKey) -> &'static str {
        match key {
            HolderKey::Rsa3072 => self.key_rsa,
            HolderKey::P256 => self.key_p256,
        }
    }

    /// The kind of key, in a word.
    pub(crate) fn key_briefly(&self, key: HolderKey) -> &'static str {
        match key {
            HolderKey::Rsa3072 => self.briefly_rsa,
            HolderKey::P256 => self.briefly_p256,
        }
    }

    pub(crate) fn issuing(&self, issuing: Issuing) -> &'static str {
        match issuing {
            Issuing::Browser => self.by_browser,
            Issuing::CommandLine => self.by_command,
            Issuing::Api => self.by_api,
        }
    }

    /// A certificate's state, and its class.
    pub(crate) fn state(&self, state: CertificateState) -> (&'static str, &'static str) {
        match state {
            CertificateState::Valid => (self.valid, "done"),
            CertificateState::RenewalDue => (self.renewal_due, "bad"),
            CertificateState::Expired => (self.expired, "open"),
            CertificateState::Blocked => (self.blocked, "bad"),
        }
    }

    /// An order's state, and its class.
    pub(crate) fn order_state(&self, state: OrderState) -> (&'static str, &'static str) {
        match state {
            OrderState::AwaitingApproval => (self.awaiting_approval, "open"),
            OrderState::AwaitingEmail => (self.awaiting_email, "open"),
            OrderState::Ready => (self.ready, "done"),
            OrderState::Locked => (self.locked, "bad"),
            OrderState::Issued => (self.issued, "done"),
            OrderState::Cancelled => (self.cancelled, "bad"),
            OrderState::Expired => (self.order_expired, "open"),
        }
    }

    pub(crate) fn reason(&self, reason: BlockingReason) -> &'static str {
        match reason {
            BlockingReason::ContentWrong => self.content_wrong,
            BlockingReason::LeftOrganisation => self.left_organisation,
            BlockingReason::CompromiseSuspected => self.compromise_suspected,
            BlockingReason::KeyLostOrDestroyed => self.key_lost,
            BlockingReason::PolicyBroken => self.policy_broken,
            BlockingReason::NotGiven => self.not_given,
        }
    }

    /// The reasons, each by its word and as people say it.
    pub(crate) fn reasons(&self) -> Vec<(&'static str, &'static str)> {
        BlockingReason::ALL.iter().map(|one| (one.name(), self.reason(*one))).collect()
    }
}

/// The reason of this word.
pub(crate) fn reason_of_word(word: &str) -> Option<BlockingReason> {
    BlockingReason::ALL.into_iter().find(|reason| reason.name() == word)
}

/// The purposes of a certificate's bits.
pub(crate) fn purposes_of(bits: i64) -> Vec<Purpose> {
    let all = [(1, Purpose::Authentication), (2, Purpose::Encryption), (4, Purpose::Email)];
    all.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, purpose)| purpose).collect()
}
