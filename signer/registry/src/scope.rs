//! What an access token is good for.

use serde::{Deserialize, Serialize};

use crate::AdministrativeAct;

/// One scope (RFC 6749 section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// Acts, and what is read for them: what grants, mandates and roles let its bearer do, and nothing of
    /// the administration.
    Service,
    /// One act of administration, where a role of the bearer lets them do it.
    Administration(AdministrativeAct),
}

/// What names no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such scope")]
pub struct ScopeError;

impl Scope {
    /// Every scope.
    pub fn all() -> impl Iterator<Item = Self> {
        let acts = AdministrativeAct::ALL.into_iter().map(Self::Administration);
        [Self::Service].into_iter().chain(acts)
    }

    /// Its word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Administration(act) => match act {
                AdministrativeAct::ReadOrganisation => "read-organisation",
                AdministrativeAct::ChangeOrganisation => "change-organisation",
                AdministrativeAct::ReadApplications => "read-applications",
                AdministrativeAct::ChangeApplications => "change-applications",
                AdministrativeAct::ReadRights => "read-rights",
                AdministrativeAct::ChangeRights => "change-rights",
                AdministrativeAct::ReadAuditLog => "read-audit-log",
                AdministrativeAct::ReadActors => "read-actors",
                AdministrativeAct::ReadProfiles => "read-profiles",
                AdministrativeAct::ChangeProfiles => "change-profiles",
                AdministrativeAct::ReadPeople => "read-people",
                AdministrativeAct::ChangePeople => "change-people",
                AdministrativeAct::ChangeRoles => "change-roles",
                AdministrativeAct::ReadCertificates => "read-certificates",
                AdministrativeAct::ChangeCertificates => "change-certificates",
            },
        }
    }
}

impl TryFrom<&str> for Scope {
    type Error = ScopeError;

    fn try_from(name: &str) -> Result<Self, ScopeError> {
        Self::all().find(|scope| scope.name() == name).ok_or(ScopeError)
    }
}

impl TryFrom<String> for Scope {
    type Error = ScopeError;

    fn try_from(name: String) -> Result<Self, ScopeError> {
        Self::try_from(name.as_str())
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_scope_has_a_word_of_its_own_that_is_read_back() {
        let names: BTreeSet<&str> = Scope::all().map(Scope::name).collect();
        assert_eq!(names.len(), 1 + AdministrativeAct::ALL.len());
        for name in names {
            assert_eq!(Scope::try_from(name).map(Scope::name), Ok(name));
        }
        assert_eq!(Scope::try_from("admin"), Err(ScopeError));
    }

    #[test]
    fn the_documentation_names_every_scope() {
        let documentation = include_str!("../../../docs/oauth.md");
        for scope in Scope::all() {
            assert!(documentation.contains(&format!("`{}`", scope.name())), "{}", scope.name());
        }
    }
}
