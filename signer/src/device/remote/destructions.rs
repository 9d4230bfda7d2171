//! The destroyed keys of a device elsewhere, held against the heads that it signs.

use std::ops::RangeInclusive;

use qscd_protocol::{
    Destruction, DestructionHead, DestructionPage, DeviceDescription, EventProofError,
    verify_destructions,
};

use super::credential_name::is_credential_name;

/// The longest serial number in hexadecimal digits (RFC 5280 section 4.1.2.2: 20 octets).
const MAXIMUM_SERIAL_LENGTH: usize = 40;

/// How far the destructions of one run are known.
#[derive(Clone, Debug)]
pub struct FollowedRun {
    run: String,
    event_key: Vec<u8>,
    last: Option<Destruction>,
    /// Whether a head that covers the last one is known.
    proved: bool,
}

/// Destructions that follow those that are known, and the head that proves them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedDestructions {
    /// Those before them that the device no longer keeps, by number.
    pub lost: Option<RangeInclusive<u64>>,
    /// The destructions; none when the head is for the last one that was known.
    pub destructions: Vec<Destruction>,
    /// The head.
    pub head: DestructionHead,
}

/// Why what a device says of its destructions is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// Some are missing, and the device does not say that it forgot them.
    #[error("after number {after} comes number {found}")]
    Gap {
        /// The last one that is known.
        after: u64,
        /// The first one that came.
        found: u64,
    },
    /// One that is known came again.
    #[error("number {found} came again after number {after}")]
    Replayed {
        /// The last one that is known.
        after: u64,
        /// The first one that came.
        found: u64,
    },
    /// The device counts fewer than it told of.
    #[error("the device counts {newest} after it told of number {after}")]
    RolledBack {
        /// The last one that is known.
        after: u64,
        /// The device's count.
        newest: u64,
    },
    /// The device counts more than it tells of.
    #[error("the device counts {newest} and tells of none after number {after}")]
    Withheld {
        /// The last one that is known.
        after: u64,
        /// The device's count.
        newest: u64,
    },
    /// No head covers them.
    #[error("no signed head covers number {last}")]
    NoHead {
        /// The last one that came.
        last: u64,
    },
    /// A name or number that none has.
    #[error("number {sequence} holds what no destruction has")]
    Implausible {
        /// The one that does.
        sequence: u64,
    },
    /// The chain or the signature over its head.
    #[error(transparent)]
    Proof(#[from] EventProofError),
}

impl Unproved {
    /// Its name in the audit log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "gap",
            Self::Replayed { .. } => "replayed",
            Self::RolledBack { .. } => "rolled-back",
            Self::Withheld { .. } => "withheld",
            Self::NoHead { .. } => "no-head",
            Self::Implausible { .. } => "implausible",
            Self::Proof(EventProofError::SignatureInvalid) => "signature-invalid",
            Self::Proof(EventProofError::OtherHead { .. }) => "other-head",
            Self::Proof(EventProofError::ChainBroken { .. }) => "chain-broken",
            Self::Proof(EventProofError::Empty | EventProofError::Encoding) => "implausible",
        }
    }
}

impl FollowedRun {
    /// A run of which nothing is known but its description.
    pub fn of(description: &DeviceDescription) -> Self {
        Self {
            run: description.run_id.clone(),
            event_key: description.event_key.as_bytes().to_vec(),
            last: None,
            proved: true,
        }
    }

    /// The run after `last`, which a known head covers if it is `proved`.
    #[must_use]
    pub fn resumed(self, last: Option<Destruction>, proved: bool) -> Self {
        Self { last, proved, ..self }
    }

    /// Its name.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// The key that signs its heads: P-256, an uncompressed point.
    pub fn event_key(&self) -> &[u8] {
        &self.event_key
    }

    /// The number of the last destruction that is known; 0 for none.
    pub fn sequence(&self) -> u64 {
        self.last.as_ref().map_or(0, |last| last.sequence)
    }

    /// Whether it is the run of this description.
    pub fn is_of(&self, description: &DeviceDescription) -> bool {
        self.run == description.run_id && self.event_key == description.event_key.as_bytes()
    }

    /// What the answer to a question for the destructions after [`FollowedRun::sequence`] proves;
    /// `None` when there is nothing new.
    ///
    /// # Errors
    /// [`Unproved`]; nothing of the answer is then to be used.
    pub fn read(&self, page: DestructionPage) -> Result<Option<ProvedDestructions>, Unproved> {
        let (after, newest) = (self.sequence(), page.newest);
        let DestructionPage { destructions, head, .. } = page;
        if newest < after {
            return Err(Unproved::RolledBack { after, newest });
        }
        let Some(first) = destructions.first() else {
            if newest > after {
                return Err(Unproved::Withheld { after, newest });
            }
            return self.late_head(head);
        };
        let found = first.sequence;
        if found <= after {
            return Err(Unproved::Replayed { after, found });
        }
        if let Some(odd) = destructions.iter().find(|one| !is_plausible(one)) {
            return Err(Unproved::Implausible { sequence: odd.sequence });
        }
        let lost = match found - after {
            1 => None,
            _ if page.forgotten + 1 == found => Some(after + 1..=page.forgotten),
            _ => return Err(Unproved::Gap { after, found }),
        };
        let last = destructions.last().map_or(found, |last| last.sequence);
        let head = head.ok_or(Unproved::NoHead { last })?;
        verify_destructions(&destructions, &head, &self.event_key)?;
        // The signature covers all that the chain leads back to: it need not be verified again.
        let continued = match (&self.last, &lost) {
            (Some(known), None) => follows(known, &destructions),
            (None, None) => is_origin(&destructions),
            (_, Some(_)) => true,
        };
        if !continued {
            return Err(EventProofError::ChainBroken { sequence: found }.into());
        }
        Ok(Some(ProvedDestructions { lost, destructions, head }))
    }

    /// Takes what was proved for known.
    pub fn advance(&mut self, proved: &ProvedDestructions) {
        if let Some(last) = proved.destructions.last() {
            self.last = Some(last.clone());
        }
        self.proved = true;
    }

    /// The head for the last one, if it is not known yet.
    fn late_head(
        &self,
        head: Option<DestructionHead>,
    ) -> Result<Option<ProvedDestructions>, Unproved> {
        let Some(last) = self.last.as_ref().filter(|_| !self.proved) else { return Ok(None) };
        let head = head.ok_or(Unproved::NoHead { last: last.sequence })?;
        verify_destructions(std::slice::from_ref(last), &head, &self.event_key)?;
        Ok(Some(ProvedDestructions { lost: None, destructions: Vec::new(), head }))
    }
}

/// Whether the first of `destructions` carries the hash of `known`.
fn follows(known: &Destruction, destructions: &[Destruction]) -> bool {
    let named = destructions.first().map(|first| first.previous.clone());
    qscd_protocol::destruction_hash(known).ok() == named
}

/// Whether they begin a chain.
fn is_origin(destructions: &[Destruction]) -> bool {
    destructions.first().is_some_and(|first| first.previous.bytes().all(|digit| digit == b'0'))
}

/// The words of a destruction go into the audit log: they are what they claim to be.
fn is_plausible(destruction: &Destruction) -> bool {
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = |text: &str| text.len() == 64 && hexadecimal(text);
    let Destruction { credential, certificate_serial, public_key_sha256, previous, .. } =
        destruction;
    is_credential_name(credential)
        && certificate_serial.len() <= MAXIMUM_SERIAL_LENGTH
        && hexadecimal(certificate_serial)
        && hash(public_key_sha256)
        && hash(previous)
}

#[cfg(test)]
mod tests;
