//! The parts of the administration, and who sees which.

use registry::AdministrativeAct;

use crate::web::{AdministrationTexts, Entry};

/// One part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Overview,
    Profiles,
    Grants,
    Mandates,
    Applications,
    People,
    Certificates,
    Organisation,
    AuditLog,
    Statistics,
}

impl Section {
    /// In the order in which they are shown.
    const ALL: [Self; 10] = [
        Self::Overview,
        Self::Profiles,
        Self::Grants,
        Self::Mandates,
        Self::Applications,
        Self::People,
        Self::Certificates,
        Self::Organisation,
        Self::AuditLog,
        Self::Statistics,
    ];

    pub(super) const fn address(self) -> &'static str {
        match self {
            Self::Overview => "/administration",
            Self::Profiles => "/administration/profiles",
            Self::Grants => "/administration/grants",
            Self::Mandates => "/administration/mandates",
            Self::Applications => "/administration/applications",
            Self::People => "/administration/people",
            Self::Certificates => "/administration/certificates",
            Self::Organisation => "/administration/organisation",
            Self::AuditLog => "/administration/audit-log",
            Self::Statistics => "/administration/statistics",
        }
    }

    pub(super) fn name(self, a: &'static AdministrationTexts) -> &'static str {
        match self {
            Self::Overview => a.overview,
            Self::Profiles => a.profiles,
            Self::Grants => a.grants,
            Self::Mandates => a.mandates,
            Self::Applications => a.applications,
            Self::People => a.people,
            Self::Certificates => a.certificates,
            Self::Organisation => a.organisation,
            Self::AuditLog => a.audit_log,
            Self::Statistics => a.statistics,
        }
    }

    /// What its pages ask of whoever reads them.
    pub(super) fn read(self) -> AdministrativeAct {
        match self {
            Self::Overview | Self::Organisation => AdministrativeAct::ReadOrganisation,
            Self::Profiles => AdministrativeAct::ReadProfiles,
            Self::Grants | Self::Mandates => AdministrativeAct::ReadRights,
            Self::Applications => AdministrativeAct::ReadApplications,
            Self::People => AdministrativeAct::ReadPeople,
            Self::Certificates => AdministrativeAct::ReadCertificates,
            Self::AuditLog | Self::Statistics => AdministrativeAct::ReadAuditLog,
        }
    }

    /// The part whose pages ask this of whoever reads them.
    pub(super) fn read_by(act: AdministrativeAct) -> Option<Self> {
        // Statistics and mandates ask the same as what stands before them, and are refused with it.
        Self::ALL.into_iter().find(|section| section.read() == act)
    }

    /// The way to those that somebody may read.
    pub(super) fn entries(
        self,
        a: &'static AdministrationTexts,
        may: impl Fn(AdministrativeAct) -> bool,
    ) -> Vec<Entry> {
        let readable = Self::ALL.into_iter().filter(|section| may(section.read()));
        let entry = |section: Self| Entry {
            address: section.address(),
            name: section.name(a),
            is_here: section == self,
        };
        readable.map(entry).collect()
    }
}
