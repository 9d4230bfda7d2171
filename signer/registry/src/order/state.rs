//! The states of an order, and what leads from one to another.

use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderState {
    /// A second user administrator is to approve it.
    AwaitingApproval,
    /// The address that the certificate will show is to be confirmed.
    AwaitingEmail,
    /// It can be collected.
    Ready,
    /// Too many wrong codes were shown: a new one is to be made.
    Locked,
    /// The certificate was issued.
    Issued,
    /// It was taken back.
    Cancelled,
    /// Nobody collected it in time.
    Expired,
}

/// What happens to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderAct {
    /// A second user administrator approves it.
    Approve,
    /// The address was confirmed.
    ConfirmEmail,
    /// A new one-time code is made.
    MakeCode,
    /// A wrong code was shown, and others may be tried.
    RefuseCode,
    /// As many wrong codes were shown as may be.
    Lock,
    /// The certificate is issued.
    Issue,
    /// It is taken back.
    Cancel,
}

impl OrderState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::AwaitingApproval,
        Self::AwaitingEmail,
        Self::Ready,
        Self::Locked,
        Self::Issued,
        Self::Cancelled,
        Self::Expired,
    ];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "awaiting-approval",
            Self::AwaitingEmail => "awaiting-email",
            Self::Ready => "ready",
            Self::Locked => "locked",
            Self::Issued => "issued",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether something can still come of it.
    pub fn is_open(self) -> bool {
        match self {
            Self::AwaitingApproval | Self::AwaitingEmail | Self::Ready | Self::Locked => true,
            Self::Issued | Self::Cancelled | Self::Expired => false,
        }
    }

    /// The state after an act; nothing where the act is not done in this one. `shows_email` says whether
    /// the certificate will show an address: it is then confirmed, or found confirmed, after the approval.
    pub fn after(self, act: OrderAct, shows_email: bool) -> Option<Self> {
        use OrderAct::{Approve, Cancel, ConfirmEmail, Issue, Lock, MakeCode, RefuseCode};
        match (self, act) {
            (Self::AwaitingApproval, Approve) if shows_email => Some(Self::AwaitingEmail),
            (Self::AwaitingApproval, Approve)
            | (Self::AwaitingEmail, ConfirmEmail)
            | (Self::Ready, RefuseCode)
            | (Self::Ready | Self::Locked, MakeCode) => Some(Self::Ready),
            (Self::Ready, Lock) => Some(Self::Locked),
            (Self::Ready, Issue) => Some(Self::Issued),
            (Self::AwaitingApproval | Self::AwaitingEmail | Self::Ready | Self::Locked, Cancel) => {
                Some(Self::Cancelled)
            }
            (Self::AwaitingApproval, ConfirmEmail | MakeCode | RefuseCode | Lock | Issue)
            | (Self::AwaitingEmail, Approve | MakeCode | RefuseCode | Lock | Issue)
            | (Self::Ready, Approve | ConfirmEmail)
            | (Self::Locked, Approve | ConfirmEmail | RefuseCode | Lock | Issue)
            | (
                Self::Issued | Self::Cancelled | Self::Expired,
                Approve | ConfirmEmail | MakeCode | RefuseCode | Lock | Issue | Cancel,
            ) => None,
        }
    }
}

impl OrderAct {
    /// Every act.
    pub const ALL: [Self; 7] = [
        Self::Approve,
        Self::ConfirmEmail,
        Self::MakeCode,
        Self::RefuseCode,
        Self::Lock,
        Self::Issue,
        Self::Cancel,
    ];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::ConfirmEmail => "given a confirmed address",
            Self::MakeCode => "given a new code",
            Self::RefuseCode | Self::Lock => "tried with a code",
            Self::Issue => "collected",
            Self::Cancel => "cancelled",
        }
    }
}
