//! Named bundles of faults.

use super::{Fault, FaultRule};

/// A situation that a signing product must get right. `docs/simulator.md` says what a correct
/// client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// The certificate expires when the hash is known and before the key has signed.
    CertificateExpiresBetweenHashAndSign,
    /// The authorisation expires because the client was slow.
    SlowClient,
    /// The connection to the device breaks, once before and once after signing.
    FlakyConnection,
    /// The device answers half of all calls late.
    SlowDevice,
    /// The device has no room for the next ten enrolments.
    RushHour,
    /// The next certificates break the profile, each in another way.
    CarelessAuthority,
    /// The next certificate names a person although it is a seal's.
    PersonInSeal,
    /// The next certificate and the next value do not belong together.
    LostKey,
    /// The device signs wrongly.
    BrokenDevice,
    /// The time-stamping authority is down for three requests.
    TimeStampOutage,
    /// The next time-stamps are wrong, each in another way.
    CarelessTimeStamping,
    /// The device's clock is half an hour off for one enrolment.
    ClocksApart,
    /// The OCSP responder is down for three requests, then its answers are stale.
    RevocationOutage,
    /// The OCSP responder says "revoked", then "unknown".
    RevokedAfterAll,
}

impl Scenario {
    /// Every scenario.
    pub const ALL: [Self; 14] = [
        Self::CertificateExpiresBetweenHashAndSign,
        Self::SlowClient,
        Self::FlakyConnection,
        Self::SlowDevice,
        Self::RushHour,
        Self::CarelessAuthority,
        Self::PersonInSeal,
        Self::LostKey,
        Self::BrokenDevice,
        Self::TimeStampOutage,
        Self::CarelessTimeStamping,
        Self::ClocksApart,
        Self::RevocationOutage,
        Self::RevokedAfterAll,
    ];

    /// The name on the management port.
    pub fn name(self) -> &'static str {
        match self {
            Self::CertificateExpiresBetweenHashAndSign => {
                "certificate-expires-between-hash-and-sign"
            }
            Self::SlowClient => "slow-client",
            Self::FlakyConnection => "flaky-connection",
            Self::SlowDevice => "slow-device",
            Self::RushHour => "rush-hour",
            Self::CarelessAuthority => "careless-authority",
            Self::PersonInSeal => "person-in-seal",
            Self::LostKey => "lost-key",
            Self::BrokenDevice => "broken-device",
            Self::TimeStampOutage => "time-stamp-outage",
            Self::CarelessTimeStamping => "careless-time-stamping",
            Self::ClocksApart => "clocks-apart",
            Self::RevocationOutage => "revocation-outage",
            Self::RevokedAfterAll => "revoked-after-all",
        }
    }

    /// The scenario of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == name)
    }

    /// Its faults. Those that strike in the same call take turns, in this order.
    pub fn rules(self) -> Vec<FaultRule> {
        let times = |count, fault| FaultRule { count: Some(count), ..FaultRule::always(fault) };
        match self {
            Self::CertificateExpiresBetweenHashAndSign => {
                vec![FaultRule::once(Fault::ClockAtExpiry)]
            }
            Self::SlowClient => vec![FaultRule::once(Fault::SadExpired)],
            Self::FlakyConnection => vec![
                FaultRule::once(Fault::DropBeforeSigning),
                FaultRule::once(Fault::DropAfterSigning),
            ],
            Self::SlowDevice => {
                vec![FaultRule { probability: 0.5, ..FaultRule::always(Fault::Delay) }]
            }
            Self::RushHour => vec![times(10, Fault::CacheFull)],
            Self::CarelessAuthority => vec![
                FaultRule::once(Fault::CertificateWrongOrganisation),
                FaultRule::once(Fault::CertificateWithoutCvr),
                FaultRule::once(Fault::CertificateKeyUsage),
                FaultRule::once(Fault::CertificateLivesTooLong),
                FaultRule::once(Fault::CertificateExpired),
                FaultRule::once(Fault::CertificateNotYetValid),
            ],
            Self::PersonInSeal => vec![FaultRule::once(Fault::CertificateNamesPerson)],
            Self::LostKey => vec![FaultRule::once(Fault::CertificateForAnotherKey)],
            Self::BrokenDevice => vec![FaultRule::once(Fault::WrongSignature)],
            Self::TimeStampOutage => vec![times(3, Fault::TsaDown)],
            Self::CarelessTimeStamping => vec![
                FaultRule::once(Fault::TsaWrongImprint),
                FaultRule::once(Fault::TsaWrongNonce),
                FaultRule::once(Fault::TsaLate),
                FaultRule::once(Fault::TsaNoCertificate),
            ],
            Self::ClocksApart => vec![FaultRule::once(Fault::ClockSkew)],
            Self::RevocationOutage => {
                vec![times(3, Fault::OcspDown), FaultRule::once(Fault::OcspStale)]
            }
            Self::RevokedAfterAll => {
                vec![FaultRule::once(Fault::OcspRevoked), FaultRule::once(Fault::OcspUnknown)]
            }
        }
    }
}
