//! Roles, and what each may do: one exhaustive `match` over both (after MitID Erhverv).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A role in the administration of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Answers for the organisation's settings and for who holds which role.
    OrganisationAdministrator,
    /// Answers for people and their certificates.
    UserAdministrator,
    /// Answers for grants, mandates, applications and their keys.
    RightsAdministrator,
    /// Reads everything and changes nothing.
    Auditor,
    /// Signs or seals, and administers nothing.
    User,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::OrganisationAdministrator,
        Self::UserAdministrator,
        Self::RightsAdministrator,
        Self::Auditor,
        Self::User,
    ];

    /// The role's word on the wire and in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::OrganisationAdministrator => "organisation-administrator",
            Self::UserAdministrator => "user-administrator",
            Self::RightsAdministrator => "rights-administrator",
            Self::Auditor => "auditor",
            Self::User => "user",
        }
    }

    /// Whether the role may do this.
    pub fn may(self, act: AdministrativeAct) -> bool {
        use AdministrativeAct::{
            ChangeApplications, ChangeCertificates, ChangeOrganisation, ChangePeople,
            ChangeProfiles, ChangeRights, ChangeRoles, ReadActors, ReadApplications, ReadAuditLog,
            ReadCertificates, ReadOrganisation, ReadPeople, ReadProfiles, ReadRights,
        };
        match (self, act) {
            (_, ReadOrganisation)
            | (
                Self::OrganisationAdministrator
                | Self::UserAdministrator
                | Self::RightsAdministrator
                | Self::Auditor,
                ReadApplications | ReadRights | ReadAuditLog | ReadProfiles | ReadPeople
                | ReadCertificates,
            )
            | (Self::UserAdministrator | Self::Auditor, ReadActors)
            | (Self::RightsAdministrator, ChangeApplications | ChangeRights)
            | (Self::UserAdministrator, ChangeProfiles | ChangePeople | ChangeCertificates)
            | (Self::OrganisationAdministrator, ChangeRoles | ChangeOrganisation) => true,
            (
                Self::User,
                ReadApplications | ReadRights | ReadAuditLog | ReadActors | ReadProfiles
                | ReadPeople | ReadCertificates | ChangePeople | ChangeRoles | ChangeOrganisation,
            )
            | (
                Self::RightsAdministrator | Self::Auditor,
                ChangePeople | ChangeRoles | ChangeOrganisation,
            )
            | (Self::OrganisationAdministrator, ChangePeople)
            | (Self::UserAdministrator, ChangeRoles | ChangeOrganisation)
            | (Self::OrganisationAdministrator | Self::RightsAdministrator, ReadActors)
            | (
                Self::OrganisationAdministrator
                | Self::UserAdministrator
                | Self::Auditor
                | Self::User,
                ChangeApplications | ChangeRights,
            )
            | (
                Self::OrganisationAdministrator
                | Self::RightsAdministrator
                | Self::Auditor
                | Self::User,
                ChangeProfiles | ChangeCertificates,
            ) => false,
        }
    }
}

/// What the interface of administration offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdministrativeAct {
    /// Reading the organisation's own data.
    ReadOrganisation,
    /// Changing what the organisation allows itself.
    ChangeOrganisation,
    /// Reading applications and what their keys are called.
    ReadApplications,
    /// Making, renaming and blocking applications, and making, rotating and revoking keys.
    ChangeApplications,
    /// Reading grants and mandates.
    ReadRights,
    /// Giving and revoking grants and mandates.
    ChangeRights,
    /// Searching the audit log, and counting acts.
    ReadAuditLog,
    /// Seeing which persons the audit log is about.
    ReadActors,
    /// Reading certificate profiles as administrators see them.
    ReadProfiles,
    /// Making, changing and retiring certificate profiles.
    ChangeProfiles,
    /// Reading people's names, addresses, logins and roles.
    ReadPeople,
    /// Making, changing, blocking and erasing people.
    ChangePeople,
    /// Giving roles to people, and taking them.
    ChangeRoles,
    /// Reading orders and certificates that live for years.
    ReadCertificates,
    /// Ordering such certificates, and having them renewed and blocked.
    ChangeCertificates,
}

impl AdministrativeAct {
    /// Every act.
    pub const ALL: [Self; 15] = [
        Self::ReadOrganisation,
        Self::ChangeOrganisation,
        Self::ReadApplications,
        Self::ChangeApplications,
        Self::ReadRights,
        Self::ChangeRights,
        Self::ReadAuditLog,
        Self::ReadActors,
        Self::ReadProfiles,
        Self::ChangeProfiles,
        Self::ReadPeople,
        Self::ChangePeople,
        Self::ChangeRoles,
        Self::ReadCertificates,
        Self::ChangeCertificates,
    ];

    /// What the table of the documentation calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOrganisation => "read the organisation",
            Self::ChangeOrganisation => "change the organisation",
            Self::ReadApplications => "read applications",
            Self::ChangeApplications => "change applications and keys",
            Self::ReadRights => "read grants and mandates",
            Self::ChangeRights => "change grants and mandates",
            Self::ReadAuditLog => "read the audit log",
            Self::ReadActors => "see who acted",
            Self::ReadProfiles => "read profiles",
            Self::ChangeProfiles => "change profiles",
            Self::ReadPeople => "read people",
            Self::ChangePeople => "change people",
            Self::ChangeRoles => "give and take roles",
            Self::ReadCertificates => "read certificates",
            Self::ChangeCertificates => "order and block certificates",
        }
    }
}

/// The roles that somebody holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// Whether any of them may do this.
    pub fn may(&self, act: AdministrativeAct) -> bool {
        self.0.iter().any(|role| role.may(act))
    }

    /// The roles, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_table_of_the_documentation_says() {
        let documentation = include_str!("../../../docs/api.md");
        let columns = AdministrativeAct::ALL.map(AdministrativeAct::name).join(" | ");
        assert!(documentation.contains(&format!("| | {columns} |\n")), "{columns}");
        for role in Role::ALL {
            let cells = AdministrativeAct::ALL.map(|act| if role.may(act) { "yes" } else { "no" });
            let row = format!("| `{}` | {} |\n", role.name(), cells.join(" | "));
            assert!(documentation.contains(&row), "{row}");
        }
    }

    #[test]
    fn several_roles_may_what_any_of_them_may() {
        let roles = Roles::from_iter([Role::UserAdministrator, Role::RightsAdministrator]);
        let may = AdministrativeAct::ALL.into_iter().filter(|act| roles.may(*act));
        let no = [AdministrativeAct::ChangeOrganisation, AdministrativeAct::ChangeRoles];
        assert!(may.eq(AdministrativeAct::ALL.into_iter().filter(|act| !no.contains(act))));
        assert!(!AdministrativeAct::ALL.into_iter().any(|act| Roles::default().may(act)));
    }
}
