//! The page of the audit log says whether it is whole, and what is wrong where it is not.

use reqwest::Method;

use crate::{
    audit_log, fixtures,
    reader::Reader,
    server::{Server, send},
};

const LOG: &str = "/administration/audit-log";
const VERIFICATION: &str = "/administration/audit-log/verification";

async fn verified(reader: &Reader<'_>) -> String {
    let answer = reader.post(VERIFICATION, &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, VERIFICATION));
    reader.get(VERIFICATION).await.ok().text()
}

#[tokio::test]
async fn whether_the_log_is_whole_is_told_where_it_is_read_and_by_whom_it_may_be() {
    let mut server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    for _ in 0..3 {
        server.seal("profile=decisions", &document).await.ok();
    }
    let karen = Reader::log_in(&server, "karen").await;
    for page in [LOG, VERIFICATION] {
        let text = karen.get(page).await.ok().text();
        assert!(text.contains("The log was not verified since this service started."), "{text}");
    }
    let page = karen.get(LOG).await.ok().text();
    let within = page.split("</main>").next().unwrap_or_default();
    assert!(!within.contains("method=\"post\""), "it is asked elsewhere");
    let text = verified(&karen).await;
    for said in
        ["The log is whole.", "<dt>Last verified</dt>", "<dt>Whole up to record</dt>", "None yet"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(karen.get(LOG).await.ok().text().contains("The log is whole."));
    let danish = karen.in_danish();
    assert!(danish.get(LOG).await.ok().text().contains("Loggen er hel."));

    // Who does not read the log has it not verified, nor does another site's page.
    let forged = danish.request(Method::POST, VERIFICATION).body("csrf=x");
    let forged = forged.header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(send(forged).await.status, 403);
    let mads = Reader::log_in(&server, "mads").await;
    assert_eq!(mads.get(VERIFICATION).await.status, 403);
    assert_eq!(mads.post(VERIFICATION, &[]).await.status, 403);

    // Somebody changes what was done.
    server.stop();
    let data = server.data_directory();
    let before = audit_log::rows(&data);
    let statement = "UPDATE audit_record SET body = replace(body, 'decisions', 'decisionz') \
                     WHERE sequence = (SELECT min(sequence) FROM audit_record WHERE body LIKE '%decisions%')";
    audit_log::change(&data, statement);
    let after = audit_log::rows(&data);
    let changed = before.iter().zip(&after).find(|(before, after)| before != after);
    let number = changed.expect("a change").0[0].as_u64().expect("a number");
    let server = server.again().await;
    let karen = Reader::log_in(&server, "karen").await;
    let text = verified(&karen).await;
    // Where several nodes write it, the chain's name stands between.
    let found = |text: &str, whole: &str, finding: &str| {
        assert!(text.contains(whole) && text.contains(finding), "{whole} {finding}: {text}");
        assert!(!text.contains("The log is whole."), "{text}");
    };
    let finding = format!("Record {number} does not fit: it was changed");
    found(&text, "The log is not whole.", &finding);
    found(&karen.get(LOG).await.ok().text(), "The log is not whole.", &finding);
    let danish = karen.in_danish().get(LOG).await.ok().text();
    found(&danish, "Loggen er ikke hel.", &format!("ost {number} passer ikke"));
    assert!(server.log().contains("the audit log was verified, and is not known to be whole"));
}
