//! B-LTA outlives the time-stamping unit of the signature's own time-stamp, ends with the unit of
//! its archive time-stamp, and lives on when it was renewed before.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::{Judges, SHAPES};
use crate::{configuration, oracle::Dss, server::Server};

const HOUR: u64 = 3600;

/// The signature-time-stamp's unit lives an hour, every later one a day.
fn configuration() -> String {
    let units = "[simulator]\ntime_stamping_lifetimes_s = [3600, 86400]";
    format!("{}\n{units}", configuration::every_combination())
}

/// Sets the clock of service and simulator to `hours` after `start`.
async fn at(server: &Server, start: SystemTime, hours: u64) -> SystemTime {
    let now = start + Duration::from_secs(hours * HOUR);
    let time = time::OffsetDateTime::from(now);
    let time = time.format(&time::format_description::well_known::Rfc3339).expect("a year");
    server.control("/clock", json!({ "action": "set", "time": time })).await.ok();
    now
}

/// Whether DSS and we pass the document at this time; both must say the same.
async fn passes(judges: &Judges<'_>, document: &[u8], start: SystemTime, hours: u64) -> bool {
    let now = at(judges.server, start, hours).await;
    let ours = judges.ours(document).await;
    let passed = ours[0]["indication"] == "TOTAL-PASSED";
    assert!(passed || ours[0]["indication"] == "INDETERMINATE", "{ours:#}");
    if let Some(report) = judges.dss(document, Dss { time: Some(now), ..Dss::default() }).await {
        let expected = if passed { "TOTAL_PASSED" } else { "INDETERMINATE" };
        let found = &report.signatures[0].indication;
        assert_eq!(found, expected, "{:?} after {hours} h: {report:#?}", judges.shape);
    }
    passed
}

#[tokio::test]
async fn an_archive_time_stamp_outlives_the_first_unit_and_a_renewal_outlives_the_second() {
    for assurance in configuration::ASSURANCES {
        for shape in SHAPES {
            // The first unit is gone once the clock was set: a server for each document.
            let server = Server::configured(&configuration(), "{}").await;
            let start = SystemTime::now();
            let judges = Judges::new(&server, shape).await;
            let sealed =
                shape.sealed(&server, &format!("profile={assurance}-ES256&level=B-T")).await;
            server.control("/time-stamping/roll-over", json!(null)).await.ok();
            let archived = shape.raised(&server, "B-LTA", &sealed).await;
            let long_term = shape.raised(&server, "B-LT", &sealed).await;
            assert!(passes(&judges, &long_term, start, 0).await, "{shape:?}");
            assert!(!passes(&judges, &long_term, start, 2).await, "{shape:?}: no archive");
            assert!(passes(&judges, &archived, start, 2).await, "{shape:?}: first unit expired");
            assert!(!passes(&judges, &archived, start, 26).await, "{shape:?}: second expired");

            // In time: an hour before the second unit ends a third one takes over.
            at(&server, start, 23).await;
            server.control("/time-stamping/roll-over", json!(null)).await.ok();
            let renewed = shape.raised(&server, "B-LTA", &archived).await;
            super::assert_kept(shape, &archived, &renewed);
            assert!(passes(&judges, &renewed, start, 26).await, "{shape:?}: renewed");
            assert!(passes(&judges, &renewed, start, 45).await, "{shape:?}: renewed");
            assert!(!passes(&judges, &renewed, start, 50).await, "{shape:?}: third expired");

            // Too late: nothing proves any more when it was made.
            at(&server, start, 26).await;
            let refused = server.augment("B-LTA", &archived, shape.parts()).await;
            let problem = refused.problem();
            assert_eq!(problem["type"], "urn:segl:problem:signature-not-valid", "{problem}");
        }
    }
}
