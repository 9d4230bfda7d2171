//! Acts of this installation, as anybody may know of them who holds what came of one: whose it was and
//! when. Nothing is told of who asked, nor of the person of a signature.

use std::time::{Duration, SystemTime};

use audit::{OutcomeResult, RecordedAct, Timestamp};
use seal::Act;
use serde_json::Value;

use super::{Error, Service, reference::Reference};
use crate::store::{AuditError, Search};

/// How long after the time that it states a seal is recorded at most.
const SEALED_WITHIN: Duration = Duration::from_secs(120);

/// The same of a signature, which may have waited for its person.
const SIGNED_WITHIN: Duration = Duration::from_secs(720);

/// How many records are looked at on a page of a search, and how many pages: where there are more, nobody says
/// that it is not there.
const PAGE: u32 = 1_000;
const PAGES: usize = 4;

/// An act that made what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownAct {
    /// Signature or seal.
    pub(crate) act: Act,
    /// The organisation's registered name.
    pub(crate) organisation: String,
    /// Its CVR number.
    pub(crate) cvr: String,
    /// The time that the document states.
    pub(crate) time: SystemTime,
}

/// What a search for an act came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sought {
    /// It was found.
    Found(KnownAct),
    /// There is none.
    NotHere,
    /// So much was done at the time that not all of it was looked at: it may be there.
    Unfinished,
}

impl Service {
    /// The act whose visible signature has this reference.
    ///
    /// # Errors
    /// [`Error::Audit`].
    pub(crate) async fn act_of_reference(&self, reference: &Reference) -> Result<Sought, Error> {
        self.known_act(reference.time(), ("reference", &reference.to_string())).await
    }

    /// The act that made exactly this, by its SHA-256 in lower-case hexadecimal and the time that the
    /// document states.
    ///
    /// # Errors
    /// [`Error::Audit`].
    pub(crate) async fn act_of_output(
        &self,
        sha256: &str,
        stated: SystemTime,
    ) -> Result<Sought, Error> {
        self.known_act(stated, ("output_sha256", sha256)).await
    }

    /// Found by the log's index of times: no other is written for it, so that acts cost what they did.
    async fn known_act(
        &self,
        time: SystemTime,
        (member, value): (&str, &str),
    ) -> Result<Sought, Error> {
        let mut missed = Sought::NotHere;
        for organisation in self.organisations.all() {
            for (act, within) in [(Act::Seal, SEALED_WITHIN), (Act::Sign, SIGNED_WITHIN)] {
                let recorded = match act {
                    Act::Seal => RecordedAct::Seal,
                    Act::Sign => RecordedAct::Signature,
                };
                let moment = |time| Timestamp::try_from(time).map_err(AuditError::from);
                let mut search = Search {
                    from: Some(moment(time)?),
                    until: Some(moment(time + within)?),
                    act: Some(recorded),
                    outcome: Some(OutcomeResult::Done),
                    ascending: true,
                    limit: PAGE,
                    ..Search::default()
                };
                for number in 1..=PAGES {
                    let page = organisation.tenant().search(&search).await?;
                    let mut events = page.records.iter().map(|record| &record.event);
                    let fits = |event: &&Value| event.get(member).is_some_and(|had| had == value);
                    if let Some(event) = events.find(fits) {
                        let text = |name: &str| {
                            event.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
                        };
                        let (organisation, cvr) = (text("organisation"), text("cvr"));
                        return Ok(Sought::Found(KnownAct { act, organisation, cvr, time }));
                    }
                    let Some(next) = page.next else { break };
                    if number == PAGES {
                        missed = Sought::Unfinished;
                    }
                    search.after = Some(next);
                }
            }
        }
        Ok(missed)
    }
}
