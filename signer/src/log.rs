//! How the service's log looks: a record is one line, whatever stands in it.

use seal::Foreign;
use tracing::Subscriber;
use tracing_subscriber::{
    Layer,
    field::MakeExt,
    fmt::{self, FormatFields, MakeWriter, format},
    registry::LookupSpan,
};

use crate::cli::LogFormat;

/// Writes records in this format; `ansi` says whether text has colours.
pub fn records<S, W>(format: LogFormat, ansi: bool, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let records = fmt::layer().with_writer(writer);
    match format {
        LogFormat::Text => records.fmt_fields(fields()).with_ansi(ansi).boxed(),
        // JSON escapes by itself.
        LogFormat::Json => records.json().with_ansi(false).boxed(),
    }
}

/// The fields of a record. What others said is part of many of them, and begins no line of its own
/// and moves no cursor.
fn fields() -> impl for<'writer> FormatFields<'writer> + Send + Sync + 'static {
    format::debug_fn(|writer, field, value| {
        let text = format!("{value:?}");
        match field.name() {
            "message" => write!(writer, "{}", Foreign(text)),
            name => write!(writer, "{name}={}", Foreign(text)),
        }
    })
    .delimited(" ")
}

/// What is logged, for tests.
#[cfg(test)]
pub(crate) mod captured {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use tracing::subscriber::DefaultGuard;
    use tracing_subscriber::{filter::LevelFilter, layer::SubscriberExt};

    use crate::cli::LogFormat;

    /// The lines that were written.
    #[derive(Clone, Default)]
    pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Lines {
        /// Those of this thread, until the guard is dropped.
        pub(crate) fn of(format: LogFormat) -> (Self, DefaultGuard) {
            let lines = Self::default();
            let writer = lines.clone();
            let records = super::records(format, false, move || writer.clone());
            let log = tracing_subscriber::registry().with(records).with(LevelFilter::INFO);
            (lines, tracing::subscriber::set_default(log))
        }

        /// All of them.
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{LogFormat, captured::Lines};

    const SAID: &str = "no\n2026-01-01 INFO all is well \u{1b}[2J";

    #[test]
    fn what_others_say_stays_in_one_line_of_the_log() {
        let (lines, log) = Lines::of(LogFormat::Text);
        tracing::warn!(cause = %SAID, "an authority refuses: {SAID}");
        drop(log);
        let log = lines.text();
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(
            log.contains(r"an authority refuses: no\u{a}2026") && log.contains("cause=no\\u{a}")
        );
        assert!(!log.contains('\u{1b}'), "{log:?}");
    }

    #[test]
    fn a_record_in_json_is_one_line_with_its_fields_and_those_of_its_request() {
        let (lines, log) = Lines::of(LogFormat::Json);
        let request = tracing::error_span!("request", id = "7-1");
        request.in_scope(|| tracing::warn!(cause = %SAID, times = 3, "refused"));
        drop(log);
        let log = lines.text();
        assert_eq!(log.lines().count(), 1, "{log}");
        let record: Value = serde_json::from_str(&log).unwrap();
        assert_eq!(record["level"], "WARN");
        assert_eq!(record["fields"]["message"], "refused");
        assert_eq!(
            (&record["fields"]["cause"], &record["fields"]["times"]),
            (&SAID.into(), &3.into())
        );
        assert_eq!(record["span"]["id"], "7-1");
    }
}
