//! Why nothing comes of an order as asked.

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefusal {
    /// Nobody of the caller's standing may do it.
    #[error("the caller may not {0}")]
    NotPermitted(&'static str),
    /// Qualified certificates live for minutes here.
    #[error(
        "qualified certificates with a long life are not offered: they need a device for each holder, an \
         agreement, and a yearly audit of it; qualified signatures and seals are made with certificates of \
         minutes, and need no order"
    )]
    QualifiedLongLived,
    /// The organisation has not allowed it.
    #[error("the organisation does not allow user certificates")]
    UserCertificatesNotAllowed,
    /// Nothing is ordered under this profile.
    #[error(
        "no certificates are ordered under this profile: it has no terms for them, or is not in use"
    )]
    ProfileNotOrderable,
    /// Something else was ordered, or approved, than would be issued.
    #[error(
        "the profile's terms were changed since the certificate was ordered: cancel the order, and place it \
         anew"
    )]
    TermsChanged,
    /// The kind is the profile's.
    #[error("the profile's certificates are of another kind")]
    KindMismatch,
    /// Nobody would be told.
    #[error("the profile names no contact person with an e-mail address: one is mandatory")]
    ContactMissing,
    /// It is for nobody.
    #[error("{0}")]
    Holder(&'static str),
    /// The organisation's name is missing, or its number is none.
    #[error(
        "the organisation has no registered name, or its number is none of its country's trade register: both \
         are mandatory"
    )]
    OrganisationIncomplete,
    /// The policies were not accepted, or other ones.
    #[error("the policies in force are version {0}: they are to be read and accepted first")]
    PolicyNotAccepted(String),
    /// Whoever ordered does not approve.
    #[error("whoever ordered does not approve: another user administrator does")]
    OwnOrder,
    /// In this state it is not done.
    #[error("an order that is {state} is not {act}")]
    State {
        /// What was asked.
        act: &'static str,
        /// The state.
        state: &'static str,
    },
    /// The code is wrong, or there is no such order. Nobody is told which.
    #[error("the reference or the code is wrong")]
    CodeRefused,
    /// It is collected in the other way.
    #[error("this order is collected by {0}")]
    OtherIdentification(&'static str),
    /// The address was confirmed too long ago, or not at all.
    #[error("the address that the certificate shows was not confirmed within the last 30 days")]
    EmailNotConfirmed,
    /// Nobody can be asked whether the address is theirs.
    #[error(
        "the certificate would show an e-mail address, and addresses cannot be validated: no mail server is \
         configured"
    )]
    AddressNotValidated,
    /// Nobody is pestered.
    #[error(
        "the address was asked {most} times for this order already: cancel it, and place it anew"
    )]
    ChecksSpent {
        /// How often.
        most: u32,
    },
    /// Nobody's address is filled with letters.
    #[error(
        "as many letters were written to the address within a day as the service writes: try again tomorrow"
    )]
    AddressLettersSpent,
    /// No organisation has letters written without end.
    #[error(
        "as many letters were written for the organisation within a day as the service writes: try again \
         tomorrow"
    )]
    OrganisationLettersSpent,
    /// The certificate whose place it takes is not good any more.
    #[error("the certificate whose place this one takes is blocked or has ended: order a new one")]
    NotRenewable,
    /// It has time yet.
    #[error("the certificate is not due to be renewed yet")]
    RenewalNotDue,
    /// It has a successor.
    #[error("a certificate has taken this one's place already: renew that one, or block it first")]
    Followed,
    /// The key is of another kind than the profile demands.
    #[error("the key is not of the kind that the profile demands: {0}")]
    KeyKind(&'static str),
    /// The key was certified before.
    #[error("the key was certified before: make a new one")]
    KeyKnown,
    /// There is no such order.
    #[error("there is no such order")]
    Unknown,
    /// There is no such certificate.
    #[error("there is no such certificate")]
    CertificateUnknown,
    /// Nothing un-blocks, and nothing is blocked twice.
    #[error("the certificate is blocked already")]
    Blocked,
    /// It was changed since the caller read it.
    #[error("it was changed since it was read")]
    Changed,
    /// There is as much as there may be.
    #[error("there are {most} open orders already, and no more are kept")]
    Full {
        /// How many there may be.
        most: u32,
    },
}
