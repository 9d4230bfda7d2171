//! The issuing CAs of a run, one after the other, and which of them issues where the clock stands.

use std::{
    sync::{Arc, PoisonError, RwLockReadGuard},
    time::{Duration, SystemTime},
};

use ::authority::{
    IssuingCaCertificate, LeafProfiles, SerialNumbers, Validity,
    moment::{after, shifted, unix_seconds},
};
use qscd_protocol::MAXIMUM_GENERATIONS;
use seal::CertificateDer;

use super::{
    Authority, BACK_DATING, ISSUING_CA_LIFETIME, LONGEST_LEAF, SIMULATOR, YEAR,
    certification_authority::{CertificationAuthority, ResponderTerms},
    issuer_name, serial_number, simulator_identifier,
};
use crate::{Error, issuer_key::issuer_key};

/// Issuing CAs that the clock asks for begin on a grid of this width, so that a clock that wanders
/// about needs few.
const ISSUING_CA_GRID: Duration = YEAR.saturating_mul(5);

/// The issuing CAs, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Generations {
    pub(super) all: Vec<Arc<IssuingCa>>,
    /// Which one came on demand last, from zero. It issues where it is valid; elsewhere another
    /// does.
    demanded: usize,
}

/// An issuing CA with the profiles of its leaves.
#[derive(Debug)]
pub(super) struct IssuingCa {
    pub(super) authority: CertificationAuthority,
    pub(super) profiles: LeafProfiles,
}

impl Authority {
    /// Puts a new issuing CA in the place of the present one, which goes on answering for what it
    /// issued: chains through either are valid. The first CA comes to be in the same way.
    ///
    /// # Errors
    /// [`Error::RootEnded`], [`Error::TooManyGenerations`], or when key or certificate fail.
    pub fn roll_over(&self, now: SystemTime) -> Result<CertificateDer, Error> {
        let mut issuing = self.issuing.write().unwrap_or_else(PoisonError::into_inner);
        let made = self.make_issuing_ca(&mut issuing, now)?;
        issuing.demanded = issuing.all.len() - 1;
        Ok(made.authority.certificate.clone())
    }

    /// Lets the first issuing CA issue again. The others go on answering for what they issued.
    pub(crate) fn reset(&self) {
        self.issuing.write().unwrap_or_else(PoisonError::into_inner).demanded = 0;
    }

    /// Makes one more issuing CA, whose certificate begins a day before `begin`.
    fn make_issuing_ca(
        &self,
        issuing: &mut Generations,
        begin: SystemTime,
    ) -> Result<Arc<IssuingCa>, Error> {
        let generation = issuing.all.len() + 1;
        if generation > MAXIMUM_GENERATIONS {
            return Err(Error::TooManyGenerations);
        }
        let root = self.root.validity;
        if !root.includes(begin) {
            return Err(Error::RootEnded);
        }
        let id = match generation {
            1 => self.run_id.clone(),
            _ => format!("{} {generation}", self.run_id),
        };
        // RFC 5280 section 6.1.3: a path is valid where all of it is. What is issued below is
        // held against this, not against what the root cuts off.
        let validity = Validity::around(begin, BACK_DATING, ISSUING_CA_LIFETIME)?.within(root);
        let identifier = simulator_identifier(self.country);
        let common_name = format!("{SIMULATOR} Issuing CA {id}");
        let parameters = IssuingCaCertificate {
            name: issuer_name(self.country, &identifier, &common_name),
            validity,
            serial_number: &serial_number(&self.root.serial_numbers, &self.randomness)?,
            addresses: &self.addresses,
        }
        .parameters()?;
        let addresses = self.addresses.issuing_ca(generation);
        let authority = CertificationAuthority::new(
            parameters,
            issuer_key(&self.randomness)?,
            validity,
            Some(&self.root),
            ResponderTerms {
                common_name: format!("{SIMULATOR} Issuing CA {id} OCSP"),
                ca_issuers: addresses.ca_issuers.clone(),
                country: self.country,
                lifetime: self.responder_lifetime,
            },
            SerialNumbers::new(&self.randomness.bytes()?),
        )?;
        let made = Arc::new(IssuingCa {
            authority,
            profiles: LeafProfiles::new(&addresses, self.country)?,
        });
        issuing.all.push(made.clone());
        Ok(made)
    }

    /// The issuing CA whose certificate covers `leaf`: the one that came on demand last if it
    /// does, else the newest that does. Where the clock has left them all behind one is made, as a
    /// CA that had gone on would have made it.
    pub(super) fn issuer_for(&self, leaf: &Validity) -> Result<Arc<IssuingCa>, Error> {
        if let Some(issuer) = self.generations().covering(leaf) {
            return Ok(issuer);
        }
        if leaf.not_after - leaf.not_before > LONGEST_LEAF {
            return Err(Error::Validity);
        }
        let root = self.root.validity;
        if !root.covers(leaf) {
            let begun = root.includes(leaf.not_before.into());
            return Err(if begun { Error::OutlivesIssuer } else { Error::RootEnded });
        }
        let mut issuing = self.issuing.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(issuer) = issuing.covering(leaf) {
            return Ok(issuer);
        }
        let begins = after(leaf.not_before.into(), BACK_DATING)?;
        let begin = grid_begin(self.start, ISSUING_CA_GRID, begins)?;
        // The grid's first and last fields are cut by the root's certificate.
        let begin = begin.max(root.not_before.into());
        let made = self.make_issuing_ca(&mut issuing, begin)?;
        if made.authority.validity.covers(leaf) { Ok(made) } else { Err(Error::OutlivesIssuer) }
    }

    pub(super) fn generations(&self) -> RwLockReadGuard<'_, Generations> {
        self.issuing.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The issuing CA that came on demand last.
    pub(super) fn current(&self) -> Arc<IssuingCa> {
        self.generations().current().clone()
    }
}

impl Generations {
    #[expect(clippy::expect_used, reason = "`with` makes the first, and none is ever removed")]
    fn current(&self) -> &Arc<IssuingCa> {
        self.all.get(self.demanded).expect("there is an issuing CA")
    }

    fn covering(&self, leaf: &Validity) -> Option<Arc<IssuingCa>> {
        let covers = |ca: &&Arc<IssuingCa>| ca.authority.validity.covers(leaf);
        let current = Some(self.current()).filter(covers);
        current.or_else(|| self.all.iter().rev().find(covers)).cloned()
    }
}

/// The last point at or before `moment` of a grid through `start`, in whole seconds.
pub(crate) fn grid_begin(
    start: SystemTime,
    width: Duration,
    moment: SystemTime,
) -> Result<SystemTime, Error> {
    let width = i64::try_from(width.as_secs().max(1)).map_err(|_| Error::Validity)?;
    let offset = unix_seconds(moment)?.saturating_sub(unix_seconds(start)?);
    Ok(shifted(start, offset.div_euclid(width).saturating_mul(width))?)
}
