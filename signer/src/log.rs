//! How the service's log looks: a record is one line, whatever stands in it.

use seal::Foreign;
use tracing_subscriber::{
    field::MakeExt,
    fmt::{FormatFields, format},
};

/// The fields of a record. What others said is part of many of them, and begins no line of its own
/// and moves no cursor.
pub fn fields() -> impl for<'writer> FormatFields<'writer> + Send + Sync + 'static {
    format::debug_fn(|writer, field, value| {
        let text = format!("{value:?}");
        match field.name() {
            "message" => write!(writer, "{}", Foreign(text)),
            name => write!(writer, "{name}={}", Foreign(text)),
        }
    })
    .delimited(" ")
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_others_say_stays_in_one_line_of_the_log() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .fmt_fields(super::fields())
            .finish();
        let said = "no\n2026-01-01 INFO all is well \u{1b}[2J";
        tracing::subscriber::with_default(log, || {
            tracing::warn!(cause = %said, "an authority refuses: {said}");
        });
        let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(
            log.contains(r"an authority refuses: no\u{a}2026") && log.contains("cause=no\\u{a}")
        );
        assert!(!log.contains('\u{1b}'), "{log:?}");
    }
}
