//! Who may do what with orders and certificates: one exhaustive `match` over whoever asks and the act.

use crate::{AdministrativeAct, Role};

/// As what somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As one who holds a role, a person or an application.
    Role(Role),
    /// As the person for whom the order or certificate is, after a login.
    Holder,
    /// As one who has the reference and the one-time code.
    CodeBearer,
    /// As one who has shown the certificate's private key.
    KeyBearer,
}

/// What is asked.
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
    /// To see what would be issued, and to collect it.
    Collect,
    /// To order what takes a certificate's place.
    Renew,
    /// To have a certificate blocked.
    Block,
    /// To say that a certificate is in use.
    Install,
    /// To see an order or a certificate.
    Read,
    /// To see all of the organisation.
    Search,
}

impl CertificateAct {
    /// Every act.
    pub const ALL: [Self; 10] = [
        Self::Order,
        Self::Approve,
        Self::Cancel,
        Self::MakeCode,
        Self::Collect,
        Self::Renew,
        Self::Block,
        Self::Install,
        Self::Read,
        Self::Search,
    ];

    /// What a role must be permitted for it; nothing where no role is enough.
    pub fn administrative(self) -> Option<AdministrativeAct> {
        match self {
            Self::Order
            | Self::Approve
            | Self::Cancel
            | Self::MakeCode
            | Self::Renew
            | Self::Block
            | Self::Install => Some(AdministrativeAct::ChangeCertificates),
            Self::Read | Self::Search => Some(AdministrativeAct::ReadCertificates),
            // Whoever orders does not collect: the key is the holder's.
            Self::Collect => None,
        }
    }
}

impl Standing {
    /// Everything as what somebody may ask.
    pub const ALL: [Self; 8] = [
        Self::Role(Role::OrganisationAdministrator),
        Self::Role(Role::UserAdministrator),
        Self::Role(Role::RightsAdministrator),
        Self::Role(Role::Auditor),
        Self::Role(Role::User),
        Self::Holder,
        Self::CodeBearer,
        Self::KeyBearer,
    ];

    /// Whether it may be done.
    pub fn may(self, act: CertificateAct) -> bool {
        use CertificateAct::{
            Approve, Block, Cancel, Collect, Install, MakeCode, Order, Read, Renew, Search,
        };
        match (self, act) {
            (
                Self::Role(Role::UserAdministrator),
                Order | Approve | Cancel | MakeCode | Renew | Block | Install | Read | Search,
            )
            | (
                Self::Role(
                    Role::OrganisationAdministrator | Role::RightsAdministrator | Role::Auditor,
                ),
                Read | Search,
            )
            | (Self::Holder | Self::KeyBearer, Collect | Renew | Block | Install | Read)
            | (Self::CodeBearer, Collect) => true,
            (Self::Role(Role::UserAdministrator), Collect)
            | (
                Self::Role(
                    Role::OrganisationAdministrator | Role::RightsAdministrator | Role::Auditor,
                ),
                Order | Approve | Cancel | MakeCode | Collect | Renew | Block | Install,
            )
            | (
                Self::Role(Role::User),
                Order | Approve | Cancel | MakeCode | Collect | Renew | Block | Install | Read
                | Search,
            )
            | (Self::Holder | Self::KeyBearer, Order | Approve | Cancel | MakeCode | Search)
            | (
                Self::CodeBearer,
                Order | Approve | Cancel | MakeCode | Renew | Block | Install | Read | Search,
            ) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: the acts; columns: organisation, user and rights administrator, auditor, user, holder, code, key.
    const CELLS: [(CertificateAct, &str); 10] = [
        (CertificateAct::Order, ".x......"),
        (CertificateAct::Approve, ".x......"),
        (CertificateAct::Cancel, ".x......"),
        (CertificateAct::MakeCode, ".x......"),
        (CertificateAct::Collect, ".....xxx"),
        (CertificateAct::Renew, ".x...x.x"),
        (CertificateAct::Block, ".x...x.x"),
        (CertificateAct::Install, ".x...x.x"),
        (CertificateAct::Read, "xxxx.x.x"),
        (CertificateAct::Search, "xxxx...."),
    ];

    #[test]
    fn every_cell_of_the_rights_is_as_the_table_has_it() {
        assert_eq!(CELLS.map(|(act, _)| act), CertificateAct::ALL);
        for (act, cells) in CELLS {
            for (standing, cell) in Standing::ALL.into_iter().zip(cells.chars()) {
                assert_eq!(standing.may(act), cell == 'x', "{standing:?} {act:?}");
            }
        }
    }

    #[test]
    fn a_role_may_what_the_administration_lets_it_do() {
        for act in CertificateAct::ALL {
            for role in Role::ALL {
                let may = act.administrative().is_some_and(|needed| role.may(needed));
                assert_eq!(Standing::Role(role).may(act), may, "{role:?} {act:?}");
            }
        }
    }
}
