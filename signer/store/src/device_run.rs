//! How far the log is with the destructions of each run of the device.

use async_recursion::async_recursion as boxed;
use qscd_protocol::{Destruction, DestructionReason};

use super::Store;
use crate::{AuditError, kind::Kind};
use audit::{DeviceRunEvent, KeyDestruction, Record, hex};

/// How many runs are looked through, the newest.
const MAXIMUM_RUNS: i64 = 10_000;

/// A run of the device that the log tells of.
#[derive(Clone, Debug)]
pub struct LoggedRun {
    /// Its name.
    pub run: String,
    /// Whether the device was elsewhere.
    pub elsewhere: bool,
    event_key: String,
    /// The numbers of the records around its own.
    between: (i64, i64),
}

/// The destructions of a run that stand in the log.
#[derive(Clone, Debug, Default)]
pub struct LoggedDestructions {
    /// The last one.
    pub last: Option<Destruction>,
    /// Whether a head follows it.
    pub signed: bool,
}

impl LoggedRun {
    /// Whether it is the run with this name and event key.
    pub fn is(&self, run: &str, event_key: &[u8]) -> bool {
        self.run == run && self.event_key == hex(event_key)
    }
}

impl Store {
    /// The runs of the device that the log tells of, the newest first. One that was left and taken
    /// up again is there more than once.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::RecordDamaged`].
    #[boxed]
    pub async fn device_runs(&self) -> Result<Vec<LoggedRun>, AuditError> {
        let rows = self.of_kind(Kind::DeviceRun, Some(MAXIMUM_RUNS)).await?;
        let mut end = i64::MAX;
        let runs = rows.into_iter().map(|(sequence, body)| {
            let Record { event: DeviceRunEvent { elsewhere, event_key, run }, .. } =
                serde_json::from_str(&body).map_err(|_| damaged(sequence))?;
            let between = (sequence, std::mem::replace(&mut end, sequence));
            Ok(LoggedRun { run, elsewhere, event_key, between })
        });
        runs.collect()
    }

    /// The last destruction that stands in the log since `run` began, until the next one did.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::RecordDamaged`].
    #[boxed]
    pub async fn destructions_of(&self, run: &LoggedRun) -> Result<LoggedDestructions, AuditError> {
        let (from, to) = run.between;
        let row = self.last_of_kind(Kind::Destroyed, (from, to)).await?;
        let Some((sequence, body)) = row else { return Ok(LoggedDestructions::default()) };
        let record: Record<KeyDestruction> =
            serde_json::from_str(&body).map_err(|_| damaged(sequence))?;
        let last = destruction(record.event).ok_or_else(|| damaged(sequence))?;
        let signed = self.last_of_kind(Kind::DestructionsSigned, (sequence, to)).await?;
        let signed = signed.is_some();
        Ok(LoggedDestructions { last: Some(last), signed })
    }
}

fn destruction(logged: KeyDestruction) -> Option<Destruction> {
    Some(Destruction {
        sequence: logged.sequence,
        credential: logged.credential,
        public_key_sha256: logged.public_key_sha256,
        certificate_serial: logged.certificate_serial,
        uses: logged.uses,
        reason: DestructionReason::of_words(&logged.reason)?,
        time_unix_ms: logged.time_unix_ms,
        previous: logged.previous,
    })
}

fn damaged(sequence: i64) -> AuditError {
    AuditError::RecordDamaged { sequence: sequence.cast_unsigned() }
}
