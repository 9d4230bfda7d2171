//! `signer audit list`.

use std::{
    io::{self, BufWriter, Write},
    time::SystemTime,
};

use clap::{Args, ValueEnum};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{super::report::Text, Directory, Failure, told};
use crate::{
    danish_time::{danish_midnight, danish_time},
    store::{self, Ending, PastAct, PastRequester},
};

/// The arguments.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Acts that ended at this moment (RFC 3339) or on this day (2026-11-22) at the earliest
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<SystemTime>,
    /// Acts that ended before this moment, or on this day at the latest
    #[arg(long, value_name = "TIME", value_parser = until)]
    until: Option<SystemTime>,
    /// Acts of this kind
    #[arg(long)]
    act: Option<Act>,
    /// Acts with this certificate profile
    #[arg(long, value_name = "ID")]
    profile: Option<String>,
    /// Acts that ended so
    #[arg(long)]
    outcome: Option<Outcome>,
    #[command(flatten)]
    directory: Directory,
}

/// The kinds of acts.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Act {
    Seal,
    Signature,
    Augmentation,
}

/// How acts end.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Outcome {
    /// It made what was asked
    Done,
    /// A rule refused it
    Refused,
    /// Something failed
    Failed,
    /// It is under way, or was cut off
    Open,
}

/// Prints the acts, those that ended first at the top.
///
/// # Errors
/// [`Failure::AuditLog`] when the log cannot be read; [`Failure::Terminal`].
pub(super) async fn list(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { since, until, act, profile, outcome, directory } = arguments;
    let log = directory.log()?;
    let wanted = |past: &PastAct| {
        let time = SystemTime::from(past.time);
        since.is_none_or(|since| time >= since)
            && until.is_none_or(|until| time < until)
            && act.is_none_or(|act| past.act == act.name())
            && outcome.is_none_or(|outcome| past.ending == outcome.ending())
            && profile.as_ref().is_none_or(|profile| past.profile.as_ref() == Some(profile))
    };
    let mut out = BufWriter::new(io::stdout());
    let mut failed = writeln!(out, "{HEADER}").err();
    store::history(log, |past| {
        if failed.is_none() && wanted(&past) {
            failed = writeln!(out, "{}", line(&past)).err();
        }
        failed.is_none()
    })
    .await?;
    told(out, failed)
}

const HEADER: &str = "Time (Danish)               Record  Act           Outcome  Level  \
                      Profile           Requester";

fn line(past: &PastAct) -> String {
    let PastAct { chain, record, time, act, profile, level, requester, ending, why } = past;
    let record = match chain.as_str() {
        "" => record.to_string(),
        chain => format!("{chain}/{record}"),
    };
    let requester = match requester {
        PastRequester::Application(name) => name.clone(),
        PastRequester::Person(name) => format!("{name} (person)"),
        PastRequester::Erased => "an erased person".to_owned(),
    };
    let ending = match ending {
        Ending::Done => "done",
        Ending::Refused => "refused",
        Ending::Failed => "failed",
        Ending::Open => "open",
    };
    let (time, word) = (danish_time((*time).into()), |word: &Option<String>| {
        Text(word.clone().unwrap_or_else(|| "-".to_owned())).to_string()
    });
    let (profile, level, act) = (word(profile), word(level), Text(act.clone()));
    let mut line = format!(
        "{time}  {record:>6}  {act:<12}  {ending:<7}  {level:<5}  {profile:<16}  {}",
        Text(requester),
        act = act.to_string()
    );
    if !why.is_empty() {
        line.push_str(": ");
        line.push_str(&Text(why.join(", ")).to_string());
    }
    line
}

impl Act {
    fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Signature => "signature",
            Self::Augmentation => "augmentation",
        }
    }
}

impl Outcome {
    fn ending(self) -> Ending {
        match self {
            Self::Done => Ending::Done,
            Self::Refused => Ending::Refused,
            Self::Failed => Ending::Failed,
            Self::Open => Ending::Open,
        }
    }
}

fn since(text: &str) -> Result<SystemTime, &'static str> {
    moment(text, 0)
}

/// A day counts to its end.
fn until(text: &str) -> Result<SystemTime, &'static str> {
    moment(text, 1)
}

fn moment(text: &str, days: i64) -> Result<SystemTime, &'static str> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok().map(SystemTime::from);
    moment
        .or_else(|| danish_midnight(text, days))
        .ok_or("neither a day (2026-11-22) nor a moment (2026-11-22T14:30:00+01:00)")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn past() -> PastAct {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_358_096);
        PastAct {
            chain: String::new(),
            record: 12,
            time: time.try_into().unwrap(),
            act: "seal".into(),
            profile: Some("decisions".into()),
            level: Some("B-T".into()),
            requester: PastRequester::Application("erp".into()),
            ending: Ending::Refused,
            why: vec!["no-grant".into()],
        }
    }

    #[test]
    fn an_act_is_one_line_in_danish_time() {
        let expected = "2026-11-22 15:34:56 +01:00      12  seal          refused  B-T    \
                        decisions         erp: no-grant";
        assert_eq!(line(&past()), expected);
        let columns = ["Record", "Act", "Outcome", "Level", "Profile", "Requester"];
        for (column, below) in
            columns.iter().zip(["12", "seal", "refused", "B-T", "decisions", "erp"])
        {
            let (above, below) = (HEADER.find(column).unwrap(), expected.find(below).unwrap());
            assert!(above == below || *column == "Record", "{column}");
        }
    }

    #[test]
    fn a_name_writes_no_line_of_its_own() {
        let requester = PastRequester::Person("Karen\n2026 seal done".into());
        let told = line(&PastAct { requester, ..past() });
        assert!(!told.contains('\n') && told.contains("Karen\\u{a}2026"), "{told}");
    }

    #[test]
    fn a_day_is_danish_and_counts_to_its_end() {
        let at = |text| SystemTime::from(OffsetDateTime::parse(text, &Rfc3339).unwrap());
        assert_eq!(since("2026-11-22"), Ok(at("2026-11-21T23:00:00Z")));
        assert_eq!(until("2026-11-22"), Ok(at("2026-11-22T23:00:00Z")));
        assert_eq!(until("2026-11-22T12:00:00Z"), Ok(at("2026-11-22T12:00:00Z")));
        assert!(since("yesterday").is_err());
    }
}
