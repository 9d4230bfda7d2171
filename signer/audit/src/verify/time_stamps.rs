//! Recorded time-stamps against the records that they cover.

use std::collections::VecDeque;

use base64::{Engine, engine::general_purpose::STANDARD};
use cades::time_stamp::Token;

use super::{Event, TimeStampedHead, VerifyError};
use crate::{AuditPosition, event::HEAD_TIME_STAMPED, record::Record};

/// How many records back a time-stamp is compared with what it covers (two megabytes). It stands
/// right after them, but for the records that came while the authority was asked; one that came
/// later than this is passed over.
const WINDOW: usize = 50_000;

/// The newest positions, and the newest time-stamp among what was read.
#[derive(Debug, Default)]
pub(super) struct TimeStamps {
    positions: VecDeque<AuditPosition>,
    newest: Option<TimeStampedHead>,
}

impl TimeStamps {
    /// Takes the record at `position`.
    pub(super) fn record(
        &mut self,
        record: &Record<Event>,
        position: AuditPosition,
    ) -> Result<(), VerifyError> {
        if record.kind == HEAD_TIME_STAMPED {
            let sequence = record.sequence;
            let stamped = read(record).ok_or(VerifyError::TimeStampDiffers { sequence })?;
            match self.at(stamped.head.sequence) {
                Some(known) if known != stamped.head => {
                    return Err(VerifyError::TimeStampDiffers { sequence });
                }
                Some(_) => self.newest = Some(stamped),
                None => {}
            }
        }
        if self.positions.len() == WINDOW {
            self.positions.pop_front();
        }
        self.positions.push_back(position);
        Ok(())
    }

    pub(super) fn newest(&self) -> Option<TimeStampedHead> {
        self.newest
    }

    fn at(&self, sequence: u64) -> Option<AuditPosition> {
        let first = self.positions.front()?.sequence;
        let index = usize::try_from(sequence.checked_sub(first)?).ok()?;
        self.positions.get(index).copied()
    }
}

/// A recorded time-stamp, if its token covers the head that the record names.
fn read(record: &Record<Event>) -> Option<TimeStampedHead> {
    let head: AuditPosition = record.event.head.as_ref()?.parse().ok()?;
    let token = STANDARD.decode(record.event.token.as_ref()?).ok()?;
    let token = Token::parse(&token).ok()?;
    let time = token.gen_time().try_into().ok()?;
    let covered = *token.imprint() == head.imprint() && head.sequence < record.sequence;
    covered.then_some(TimeStampedHead { record: record.sequence, head, time })
}
