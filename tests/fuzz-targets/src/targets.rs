//! The targets.

mod agreement;
mod certificate;
mod container;
mod csc;
mod document;
mod identity;
mod revocation;
mod time_stamp;
mod validation;
mod webauthn;

use std::collections::BTreeSet;

use cades::TrustMaterial;
use qscd_sim::Simulator;
use seal::{Digest, DigestAlgorithm, identity::IdentityVerifier};

use crate::{seeds, world::World};

/// How far an input came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is not what the target reads.
    Refused,
    /// It was read.
    Read,
    /// It was read and found genuine.
    Passed,
}

/// A target: what is done with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A PDF is opened, prepared and sealed.
    Document,
    /// A PDF is validated.
    Validation,
    /// What signing and validation believe of a PDF.
    Agreement,
    /// A CMS is validated and augmented.
    Container,
    /// A time-stamp request, response or token.
    TimeStamp,
    /// A revocation list, an OCSP answer or an OCSP request.
    Revocation,
    /// A certificate, or trust anchors.
    Certificate,
    /// A person's token.
    Identity,
    /// A request of the API of the Cloud Signature Consortium.
    Csc,
    /// What an authenticator answers.
    Webauthn,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Document,
        Self::Validation,
        Self::Agreement,
        Self::Container,
        Self::TimeStamp,
        Self::Revocation,
        Self::Certificate,
        Self::Identity,
        Self::Csc,
        Self::Webauthn,
    ];

    /// The name of its fuzz target, and of the folders of its seeds and regressions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Validation => "validation",
            Self::Agreement => "agreement",
            Self::Container => "container",
            Self::TimeStamp => "time-stamp",
            Self::Revocation => "revocation",
            Self::Certificate => "certificate",
            Self::Identity => "identity",
            Self::Csc => "csc",
            Self::Webauthn => "webauthn",
        }
    }

    /// The folders of the world whose files it starts from.
    fn folders(self) -> &'static [&'static str] {
        match self {
            Self::Document | Self::Agreement => &["unsigned", "documents"],
            Self::Validation => &["documents"],
            Self::Container => &["containers", "time-stamps"],
            Self::TimeStamp => &["time-stamp-requests", "time-stamp-responses", "time-stamps"],
            Self::Revocation => &["lists", "responses", "ocsp-requests"],
            Self::Certificate => &["certificates"],
            Self::Identity => &["tokens"],
            Self::Csc => &["csc-requests"],
            Self::Webauthn => &["webauthn"],
        }
    }

    /// What it starts from, with names.
    pub fn seeds(self, world: &World) -> Vec<(String, &[u8])> {
        let folders = self.folders().iter();
        let seeds = folders.flat_map(|folder| {
            world.folder(folder).map(move |(name, bytes)| (format!("{folder}-{name}"), bytes))
        });
        seeds.collect()
    }
}

/// A world, and what the targets ask of it again and again.
#[derive(Debug)]
pub struct Bench {
    world: World,
    trust: TrustMaterial,
    simulator: Simulator,
    identities: IdentityVerifier,
    /// The digests of what the genuine documents' signatures and time-stamps cover.
    covered: BTreeSet<[u8; 32]>,
}

impl Bench {
    /// What is needed to judge inputs by this world.
    pub fn new(world: World) -> Self {
        Self {
            trust: world.trust(),
            simulator: seeds::simulator(),
            identities: identity::verifier(&world),
            covered: validation::covered(&world),
            world,
        }
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Runs a target.
    ///
    /// # Panics
    /// When an invariant is broken: that is a finding.
    pub fn run(&self, target: Target, input: &[u8]) -> Outcome {
        match target {
            Target::Document => document::run(self, input),
            Target::Validation => validation::run(self, input),
            Target::Agreement => agreement::run(self, input),
            Target::Container => container::run(self, input),
            Target::TimeStamp => time_stamp::run(self, input),
            Target::Revocation => revocation::run(self, input),
            Target::Certificate => certificate::run(self, input),
            Target::Identity => identity::run(self, input),
            Target::Csc => csc::run(input),
            Target::Webauthn => webauthn::run(self, input),
        }
    }
}

fn sha256(bytes: &[u8]) -> Digest {
    Digest::of(DigestAlgorithm::Sha256, bytes)
}

/// Whether `inner` occurs in `bytes`.
fn contains(bytes: &[u8], inner: &[u8]) -> bool {
    memchr::memmem::find(bytes, inner).is_some()
}
