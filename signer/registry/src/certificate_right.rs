//! Who may do what with orders and certificates: one exhaustive `match` over what is asked.

use crate::AdministrativeAct;

/// What is asked. Whoever collects shows a code, or is the person who was named: see [`crate::Order`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateAct {
    /// To order a certificate.
    Order,
    /// To approve somebody else's order.
    Approve,
    /// To cancel an order.
    Cancel,
    /// To have a new one-time code made.
    MakeCode,
    /// To have the address asked anew whether it is its holder's.
    CheckEmail,
    /// To have a certificate blocked.
    Block,
    /// To say that a certificate is in use.
    Install,
    /// To have nobody reminded of a certificate's end, or to have them reminded again.
    Mute,
    /// To see a certificate.
    Read,
}

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateRight {
    /// What a role must be permitted for it.
    pub role: AdministrativeAct,
    /// Whether the person who collected the certificate by login may, too.
    pub holder: bool,
    /// Whether the contact person of its profile may by the link of a letter, without a login. They renew nothing: a
    /// letter that went astray must not issue.
    pub contact: bool,
}

impl CertificateAct {
    /// Every act.
    pub const ALL: [Self; 9] = [
        Self::Order,
        Self::Approve,
        Self::Cancel,
        Self::MakeCode,
        Self::CheckEmail,
        Self::Block,
        Self::Install,
        Self::Mute,
        Self::Read,
    ];

    /// Who may do it.
    pub fn right(self) -> CertificateRight {
        use AdministrativeAct::{ChangeCertificates, ReadCertificates};
        match self {
            Self::Order | Self::Approve | Self::Cancel | Self::MakeCode | Self::CheckEmail => {
                CertificateRight { role: ChangeCertificates, holder: false, contact: false }
            }
            Self::Block | Self::Install | Self::Mute => {
                CertificateRight { role: ChangeCertificates, holder: true, contact: true }
            }
            Self::Read => CertificateRight { role: ReadCertificates, holder: true, contact: true },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    /// Rows: the acts; columns: organisation, user and rights administrator, auditor, user, holder, contact
    /// person.
    const CELLS: [(CertificateAct, &str); 9] = [
        (CertificateAct::Order, ".x....."),
        (CertificateAct::Approve, ".x....."),
        (CertificateAct::Cancel, ".x....."),
        (CertificateAct::MakeCode, ".x....."),
        (CertificateAct::CheckEmail, ".x....."),
        (CertificateAct::Block, ".x...xx"),
        (CertificateAct::Install, ".x...xx"),
        (CertificateAct::Mute, ".x...xx"),
        (CertificateAct::Read, "xxxx.xx"),
    ];

    #[test]
    fn every_cell_of_the_rights_is_as_the_table_has_it() {
        assert_eq!(CELLS.map(|(act, _)| act), CertificateAct::ALL);
        let roles = [
            Role::OrganisationAdministrator,
            Role::UserAdministrator,
            Role::RightsAdministrator,
            Role::Auditor,
            Role::User,
        ];
        for (act, cells) in CELLS {
            let right = act.right();
            let may =
                roles.iter().map(|role| role.may(right.role)).chain([right.holder, right.contact]);
            let found: String = may.map(|may| if may { 'x' } else { '.' }).collect();
            assert_eq!(found, cells, "{act:?}");
        }
    }
}
