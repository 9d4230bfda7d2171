//! Orders of certificates: what one says, the states that it goes through, and who collects.

mod code;
mod collecting;
mod placing;
mod refusal;
mod state;

use std::fmt;

use seal::ProfileId;
use serde::{Deserialize, Serialize};

pub use self::{
    code::{CodeHash, MAXIMUM_ATTEMPTS, OneTimeCode},
    collecting::{Collector, EmailConfirmed, MAXIMUM_CHECK_AGE_DAYS},
    placing::{Ground, MAXIMUM_OPEN_DAYS, Placing, WantedKind},
    refusal::OrderRefusal,
    state::{OrderAct, OrderState},
};
use crate::{CertificateKind, Moment, RegisteredId, Version};

/// The name of an order: random.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(pub String);

/// What the collector says beside the code: twelve digits, no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderReference(pub String);

impl OrderReference {
    /// Twelve digits of 64 random bits.
    pub fn of(random: u64) -> Self {
        Self(format!("{:012}", random % 1_000_000_000_000))
    }
}

/// Who ordered or approved, so that one can be told from another: an application by its name, a person
/// by the name of their entry, or else by a hash over their login. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Asker(pub String);

/// How whoever collects shows who they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identification {
    /// They log in.
    #[default]
    Login,
    /// They know a code that is good once.
    OneTimeCode,
}

/// How the certificate is collected. It says nothing about what the certificate is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Issuing {
    /// In a browser, which makes the key.
    #[default]
    Browser,
    /// On the command line.
    CommandLine,
    /// By a program, over HTTP or EST (RFC 7030).
    Api,
}

/// The contact person of an order: who is told of what becomes of the certificate.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderContact {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

impl fmt::Debug for OrderContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderContact(..)")
    }
}

/// An order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its name.
    pub id: OrderId,
    /// What the collector says.
    pub reference: OrderReference,
    /// Under which terms.
    pub profile: ProfileId,
    /// As which version they were read when it was placed: nothing else was ordered, or approved.
    pub terms: Version,
    /// Whom the certificate will name.
    pub kind: CertificateKind,
    /// Who collects by login: the person named in a user certificate, or whoever looks after another one.
    pub holder: Option<RegisteredId>,
    /// Who is told; always there of an organisation or a system.
    pub contact: Option<OrderContact>,
    /// The address that the certificate will show.
    pub email: Option<String>,
    /// How the collector shows who they are.
    pub identification: Identification,
    /// How it is collected.
    pub issuing: Issuing,
    /// The certificate whose place it takes.
    pub replaces: Option<String>,
    /// Who ordered.
    pub ordered_by: Asker,
    /// Who approved.
    pub approved_by: Option<Asker>,
    /// The version of the policies that whoever ordered had accepted.
    pub policy: String,
    /// When it was ordered.
    pub made: Moment,
    /// When it ends unless it was collected.
    pub expires: Moment,
    /// Where it stands, but for its end: see [`Order::state`].
    #[serde(rename = "state")]
    pub kept_state: OrderState,
    /// The hash of the one-time code, if there is one.
    pub code: Option<CodeHash>,
    /// How many wrong codes were shown since.
    pub attempts: u8,
}

impl fmt::Debug for Order {
    // Names, addresses and codes stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, kind, kept_state, .. } = self;
        f.debug_struct("Order")
            .field("id", id)
            .field("kind", kind)
            .field("state", kept_state)
            .finish_non_exhaustive()
    }
}

impl Order {
    /// Where it stands now: an open order ends by itself.
    pub fn state(&self, now: Moment) -> OrderState {
        if self.kept_state.is_open() && self.expires <= now {
            OrderState::Expired
        } else {
            self.kept_state
        }
    }

    /// The same after this.
    ///
    /// # Errors
    /// [`OrderRefusal::State`] where nothing of the kind is done in the state that it has.
    pub fn after(&self, act: OrderAct, now: Moment) -> Result<Self, OrderRefusal> {
        let state = self.state(now);
        let refused = OrderRefusal::State { act: act.name(), state: state.name() };
        let next = state.after(act, self.email.is_some()).ok_or(refused)?;
        Ok(Self { kept_state: next, ..self.clone() })
    }
}

#[cfg(test)]
mod tests;
