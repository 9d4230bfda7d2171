//! Orders and certificates: what a record does to them stands or falls with it.

use audit::{
    CertificateRecord, CertificateRow, CertificateStep, ChangedBy, IssuedRow, OrderRow,
    RegistryChange,
};
use registry::{OrderId, OrderReference, OrderState};
use seal::OrganisationId;

use super::{nodes::change, *};

mod orders;
mod restored;
mod succession;

/// An order in JSON, as the registry writes it.
fn body(id: &str, state: &str) -> String {
    format!(
        r#"{{"id":"{id}","reference":"{id}","profile":"payments","terms":1,"kind":"system","holder":null,
            "contact":{{"name":"Mads","email":"mads@example.com"}},"email":"post@example.com",
            "identification":"login","issuing":"browser","replaces":null,"ordered_by":"application erp",
            "approved_by":null,"policy":"1","made":"2026-11-26T10:00:00Z",
            "expires":"2026-12-26T10:00:00Z","state":"{state}","code":null,"attempts":0}}"#
    )
}

fn order(id: &str, read: i64, state: OrderState) -> CertificateRow {
    CertificateRow::Order(Box::new(OrderRow {
        id: id.into(),
        reference: id.into(),
        profile: "payments".into(),
        holder: None,
        email: Some("post@example.com".into()),
        state: state.name(),
        expires: 2_000,
        read,
        body: body(id, state.name()),
    }))
}

pub(super) fn issued(id: &str, number: u8) -> IssuedRow {
    IssuedRow {
        id: id.into(),
        order: "order".into(),
        serial: vec![number; 20],
        key: [number; 32],
        generation: 1,
        der: vec![0x30, number],
        profile: "payments".into(),
        kind: "system".into(),
        holder: None,
        uuid: "00112233445566778899aabbccddeeff".into(),
        name: "Betalinger".into(),
        email: None,
        contact: Some("Mads".into()),
        contact_email: Some("mads@example.com".into()),
        purposes: 3,
        not_before: 1_000,
        renewal: 5_000,
        not_after: 6_000 + i64::from(number),
        replaces: None,
        noticed: 0,
        search: format!("betalinger mads@example.com {id}"),
    }
}

fn certificate(id: &str, number: u8) -> CertificateRow {
    CertificateRow::Certificate(Box::new(issued(id, number)))
}

fn blocked(id: &str) -> CertificateRow {
    CertificateRow::Blocked { id: id.into(), reason: "not-given", at: 1_500 }
}

fn good(id: &str, at: i64) -> CertificateRow {
    CertificateRow::Good { id: id.into(), at }
}

pub(super) async fn write(store: &Tenant, rows: Vec<CertificateRow>) -> Result<(), AuditError> {
    let record = CertificateRecord::of(CertificateStep::Ordered, ChangedBy::Operator);
    store.certificates_changed(&record, rows, sample::now()).await.map(drop)
}

async fn refusal(store: &Tenant, rows: Vec<CertificateRow>) -> RowRefusal {
    match write(store, rows).await {
        Err(AuditError::RowRefused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn found(store: &Tenant, wanted: CertificateSearch) -> Vec<String> {
    let wanted = CertificateSearch { limit: 100, ..wanted };
    let found = store.certificates(&wanted).await.unwrap();
    found.into_iter().map(|certificate| certificate.id).collect()
}

async fn an_order_changes_only_as_it_was_read(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![order("order", 0, OrderState::AwaitingEmail)]).await.unwrap();
    let taken = refusal(&store, vec![order("order", 0, OrderState::Ready)]).await;
    assert_eq!(taken, RowRefusal::OrderChanged);
    write(&store, vec![order("order", 1, OrderState::Ready)]).await.unwrap();
    let late = refusal(&store, vec![order("order", 1, OrderState::Cancelled)]).await;
    assert_eq!(late, RowRefusal::OrderChanged);
    let kept = store.order(&OrderId("order".into())).await.unwrap().unwrap();
    assert_eq!((kept.version, kept.value.kept_state), (Version(2), OrderState::Ready));
    let reference = OrderReference("order".into());
    let found = store.order_referred_to(&reference).await.unwrap();
    assert_eq!(found, Some((sample::organisation(), OrderId("order".into()))));
    let all = OrderSearch { limit: 10, ..OrderSearch::default() };
    assert_eq!(store.orders(&all).await.unwrap(), [kept]);
    assert_eq!(store.open_orders(1_999).await.unwrap(), 1);
    assert_eq!(store.open_orders(2_000).await.unwrap(), 0);
    // What was refused left no record.
    assert_eq!(whole(&ground).await.head, store.head().await.unwrap());
    let bodies = ground.bodies().await;
    assert_eq!(bodies.iter().filter(|body| body.contains(r#""kind":"certificate""#)).count(), 2);
}

async fn what_is_refused_at_its_second_step_has_not_done_the_first(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![order("order", 0, OrderState::Ready), certificate("one", 1)]).await.unwrap();
    // The key of the first.
    let again = vec![order("order", 1, OrderState::Issued), certificate("two", 1)];
    assert_eq!(refusal(&store, again).await, RowRefusal::KeyKnown);
    let kept = store.order(&OrderId("order".into())).await.unwrap().unwrap();
    assert_eq!((kept.version, kept.value.kept_state), (Version(1), OrderState::Ready));
    assert_eq!(store.certificate("two").await.unwrap(), None);
    let one = store.certificate("one").await.unwrap().unwrap();
    assert_eq!((one.der, one.serial), (vec![0x30, 1], vec![1; 20]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_share_a_database_know_whether_an_authority_has_issued() {
    let ground = Ground::server();
    let other = Store::open(ground.as_node("two"), sample::key()).await.unwrap();
    let shared = other.shared_authorities().unwrap();
    assert!(!shared.has_issued().await.unwrap());
    write(&open(&ground).await, vec![certificate("one", 1)]).await.unwrap();
    assert!(shared.has_issued().await.unwrap());
}

async fn what_is_blocked_stays_blocked_and_nothing_takes_its_place(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![certificate("one", 1), certificate("two", 2)]).await.unwrap();
    write(&store, vec![good("one", 6_000)]).await.unwrap();
    assert_eq!(refusal(&store, vec![good("one", 6_001)]).await, RowRefusal::CertificateNotGood);
    write(&store, vec![blocked("one")]).await.unwrap();
    assert_eq!(refusal(&store, vec![blocked("one")]).await, RowRefusal::CertificateBlocked);
    assert_eq!(refusal(&store, vec![blocked("none")]).await, RowRefusal::CertificateBlocked);
    let renewed = vec![good("one", 1_000), certificate("three", 3)];
    assert_eq!(refusal(&store, renewed).await, RowRefusal::CertificateNotGood);
    let one = store.certificate("one").await.unwrap().unwrap();
    assert_eq!((one.reason.as_deref(), one.blocked), (Some("not-given"), Some(1_500)));
    assert_eq!(one.state(9_999), CertificateState::Blocked);
    write(&store, vec![CertificateRow::Installed { id: "two".into(), at: 7 }]).await.unwrap();
    write(&store, vec![CertificateRow::Installed { id: "two".into(), at: 8 }]).await.unwrap();
    assert_eq!(store.certificate("two").await.unwrap().unwrap().installed, Some(7));
}

async fn of_records_that_come_together_only_the_one_that_is_refused_is_not_written(ground: Ground) {
    let store = open(&ground).await;
    let mut asked = Vec::new();
    for number in 0..40_u8 {
        let store = store.clone();
        // Of each two one has the other's key.
        let rows = vec![certificate(&format!("c{number}"), number / 2)];
        asked.push(tokio::spawn(async move { write(&store, rows).await }));
    }
    let (mut written, mut refused) = (0, 0);
    for asked in asked {
        match asked.await.unwrap() {
            Ok(()) => written += 1,
            Err(AuditError::RowRefused(RowRefusal::KeyKnown)) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((written, refused), (20, 20));
    assert_eq!(found(&store, CertificateSearch::default()).await.len(), 20);
    whole(&ground).await;
}

async fn certificates_are_found_by_every_filter_and_in_pages(ground: Ground) {
    let store = open(&ground).await;
    let people = IssuedRow {
        kind: "user".into(),
        profile: "people".into(),
        holder: Some("karen".into()),
        uuid: "ff".into(),
        email: Some("karen@example.com".into()),
        contact_email: None,
        purposes: 4,
        renewal: 1_200,
        not_after: 1_400,
        search: "karen aagaard karen@example.com".into(),
        ..issued("karen", 9)
    };
    let rows = vec![
        certificate("one", 1),
        certificate("two", 2),
        certificate("three", 3),
        CertificateRow::Certificate(Box::new(people)),
        blocked("two"),
    ];
    write(&store, rows).await.unwrap();
    let text = |text: &str| Some(text.to_owned());
    let none = CertificateSearch::default();
    for (wanted, ids) in [
        (none.clone(), vec!["karen", "one", "two", "three"]),
        (
            CertificateSearch { latest_first: true, ..none.clone() },
            vec!["three", "two", "one", "karen"],
        ),
        (CertificateSearch { text: text("aagaard"), ..none.clone() }, vec!["karen"]),
        (CertificateSearch { text: text("%"), ..none.clone() }, vec![]),
        (CertificateSearch { kind: text("user"), ..none.clone() }, vec!["karen"]),
        (CertificateSearch { profile: text("people"), ..none.clone() }, vec!["karen"]),
        (CertificateSearch { purpose: Some(4), ..none.clone() }, vec!["karen"]),
        (CertificateSearch { holder: text("karen"), ..none.clone() }, vec!["karen"]),
        (CertificateSearch { uuid: text("ff"), ..none.clone() }, vec!["karen"]),
        (CertificateSearch { email: text("karen@example.com"), ..none.clone() }, vec!["karen"]),
        (
            CertificateSearch { contact: text("mads@example.com"), ..none.clone() },
            vec!["one", "two", "three"],
        ),
        (CertificateSearch { expires_before: Some(6_002), ..none.clone() }, vec!["karen", "one"]),
        (
            CertificateSearch { after: Some((6_001, "one".into())), ..none.clone() },
            vec!["two", "three"],
        ),
    ] {
        assert_eq!(found(&store, wanted.clone()).await, ids, "{wanted:?}");
    }
    for (state, now, ids) in [
        (CertificateState::Valid, 1_100, vec!["karen", "one", "three"]),
        (CertificateState::Valid, 1_300, vec!["one", "three"]),
        (CertificateState::RenewalDue, 1_300, vec!["karen"]),
        (CertificateState::Expired, 1_400, vec!["karen"]),
        (CertificateState::Blocked, 9_000, vec!["two"]),
    ] {
        let wanted = CertificateSearch { state: Some(state), now, ..none.clone() };
        assert_eq!(found(&store, wanted).await, ids, "{state:?} {now}");
    }
    let page = CertificateSearch { limit: 2, ..none };
    assert_eq!(store.certificates(&page).await.unwrap().len(), 2);
    assert_eq!(CertificateState::ALL.map(|state| state.name().len()), [5, 11, 7, 7]);
}

async fn an_address_is_confirmed_once_and_in_time_by_what_was_sent_to_it(ground: Ground) {
    let store = open(&ground).await;
    let check = |id: &str, hash: u8| CertificateRow::Check {
        id: id.into(),
        address: "post@example.com".into(),
        hash: [hash; 32],
        ends: 2_000,
    };
    let confirmed =
        |id: &str, hash: u8, at| CertificateRow::Confirmed { id: id.into(), hash: [hash; 32], at };
    write(&store, vec![check("one", 1), check("two", 2)]).await.unwrap();
    assert_eq!(store.email_confirmed("post@example.com").await.unwrap(), None);
    for wrong in [confirmed("one", 2, 1_000), confirmed("one", 1, 2_000), confirmed("no", 1, 1)] {
        assert_eq!(refusal(&store, vec![wrong]).await, RowRefusal::NotConfirmed);
    }
    write(&store, vec![confirmed("one", 1, 1_999)]).await.unwrap();
    assert_eq!(refusal(&store, vec![confirmed("one", 1, 1_999)]).await, RowRefusal::NotConfirmed);
    assert_eq!(store.email_confirmed("post@example.com").await.unwrap(), Some(1_999));
    assert_eq!(store.email_confirmed("other@example.com").await.unwrap(), None);
    let found = store.email_check("one").await.unwrap().unwrap();
    assert_eq!((found.confirmed, found.ends), (Some(1_999), 2_000));
    let of = store.check_of(&[2; 32]).await.unwrap();
    assert_eq!(of, Some((sample::organisation(), "two".into())));
}

async fn nobody_reaches_the_orders_and_certificates_of_another_organisation(ground: Ground) {
    let store = open(&ground).await;
    let other = store.of(OrganisationId::new("87654321"));
    let accepted = CertificateRow::Accepted { asker: "erp".into(), policy: "1".into(), at: 1 };
    let rows = vec![order("order", 0, OrderState::Ready), certificate("one", 1), accepted];
    write(&store, rows).await.unwrap();
    assert!(store.has_accepted("erp", "1").await.unwrap());
    assert!(!store.has_accepted("erp", "2").await.unwrap());
    assert!(!other.has_accepted("erp", "1").await.unwrap());
    assert_eq!(other.order(&OrderId("order".into())).await.unwrap(), None);
    assert_eq!(other.certificate("one").await.unwrap(), None);
    assert_eq!(found(&other, CertificateSearch::default()).await, Vec::<String>::new());
    assert_eq!(refusal(&other, vec![blocked("one")]).await, RowRefusal::CertificateBlocked);
    assert_eq!(refusal(&other, vec![good("one", 1)]).await, RowRefusal::CertificateNotGood);
    let changed = refusal(&other, vec![order("order", 1, OrderState::Cancelled)]).await;
    assert_eq!(changed, RowRefusal::OrderChanged);
    // References and keys are one organisation's alone, too.
    let taken = refusal(&other, vec![order("order", 0, OrderState::Ready)]).await;
    assert_eq!(taken, RowRefusal::OrderChanged);
    assert_eq!(refusal(&other, vec![certificate("two", 1)]).await, RowRefusal::KeyKnown);
}

async fn what_is_blocked_is_told_by_issuing_key_and_lists_are_numbered(ground: Ground) {
    let store = open(&ground).await;
    let other = store.of(OrganisationId::new("87654321"));
    let second = IssuedRow { generation: 2, ..issued("second", 3) };
    let second = CertificateRow::Certificate(Box::new(second));
    write(&store, vec![certificate("one", 1), certificate("two", 2), second]).await.unwrap();
    write(&other, vec![certificate("four", 4), blocked("four")]).await.unwrap();
    assert_eq!(store.blocked_count(1).await.unwrap(), 1);
    write(&store, vec![blocked("one"), blocked("second")]).await.unwrap();
    for (generation, numbers) in [(1, vec![1, 4]), (2, vec![3]), (3, vec![])] {
        let expected = numbers.into_iter().map(|number: u8| BlockedCertificate {
            serial: vec![number; 20],
            reason: "not-given".into(),
            at: 1_500,
            not_after: 6_000 + i64::from(number),
        });
        let expected: Vec<_> = expected.collect();
        assert_eq!(store.blocked_count(generation).await.unwrap(), expected.len() as i64);
        assert_eq!(store.blocked(generation).await.unwrap(), expected);
    }
    let (whose, found) = store.certificate_of(&[4; 20]).await.unwrap().unwrap();
    assert_eq!((whose.as_str(), &*found.id, found.blocked), ("87654321", "four", Some(1_500)));
    assert_eq!(store.certificate_of(&[5; 20]).await.unwrap(), None);
    for (generation, number) in [(1, 1), (1, 2), (2, 1), (1, 3)] {
        assert_eq!(store.next_list_number(generation).await.unwrap(), number);
    }
}

async fn what_no_text_of_postgresql_can_be_is_found_nowhere(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![certificate("one", 1), order("order", 0, OrderState::Ready)]).await.unwrap();
    let nul = || Some("a\0b".to_owned());
    let none = CertificateSearch::default();
    for wanted in [
        CertificateSearch { text: nul(), ..none.clone() },
        CertificateSearch { kind: nul(), ..none.clone() },
        CertificateSearch { profile: nul(), ..none.clone() },
        CertificateSearch { contact: nul(), ..none.clone() },
        CertificateSearch { email: nul(), ..none.clone() },
        CertificateSearch { uuid: nul(), ..none.clone() },
        CertificateSearch { holder: nul(), ..none.clone() },
        CertificateSearch { after: Some((0, "\0".into())), ..none.clone() },
    ] {
        assert_eq!(found(&store, wanted).await, Vec::<String>::new());
    }
    assert_eq!(store.certificate("one\0").await.unwrap(), None);
    assert_eq!(store.order(&OrderId("order\0".into())).await.unwrap(), None);
    assert_eq!(store.order_referred_to(&OrderReference("\0".into())).await.unwrap(), None);
    let page = OrderSearch { after: Some("\0".into()), limit: 9, ..OrderSearch::default() };
    assert_eq!(store.orders(&page).await.unwrap(), Vec::new());
    assert_eq!(store.email_check("\0").await.unwrap(), None);
    assert_eq!(store.email_confirmed("\0").await.unwrap(), None);
    assert!(!store.has_accepted("\0", "1").await.unwrap());
    assert!(!store.has_accepted("erp", "\0").await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_postgresql_does_not_take_are_refused_alone() {
    let ground = Ground::server();
    let store = open(&ground).await;
    let named = IssuedRow { name: "a\0b".into(), ..issued("one", 1) };
    let accepted = CertificateRow::Accepted { asker: "erp".into(), policy: "\0".into(), at: 1 };
    for row in [CertificateRow::Certificate(Box::new(named)), blocked("\0"), accepted] {
        assert_eq!(refusal(&store, vec![row]).await, RowRefusal::NotText);
    }
    write(&store, vec![certificate("two", 2)]).await.unwrap();
    whole(&ground).await;
}

async fn what_was_judged_by_a_register_that_has_changed_since_is_not_written(ground: Ground) {
    let store = open(&ground).await;
    let (erp, change) = (sample::application("erp"), change("archive"));
    let record = RegistryChange {
        by: ChangedBy::Caller(&erp),
        change: &change,
        version: Version(1),
        keyed: None,
        registered: None,
    };
    let judged = async |revision, rows| {
        let record = CertificateRecord::of(CertificateStep::Issued, ChangedBy::Link);
        let record = CertificateRecord { judged_by: Some(Version(revision)), ..record };
        store.certificates_changed(&record, rows, sample::now()).await
    };
    judged(0, vec![certificate("one", 1)]).await.unwrap();
    store.register(record, sample::now()).await.unwrap();
    let late = judged(0, vec![certificate("two", 2)]).await;
    assert!(matches!(late, Err(AuditError::RegisterChanged)), "{late:?}");
    assert_eq!(store.certificate("two").await.unwrap(), None);
    judged(1, vec![certificate("two", 2)]).await.unwrap();
    whole(&ground).await;
}

contract!(
    what_no_text_of_postgresql_can_be_is_found_nowhere,
    what_was_judged_by_a_register_that_has_changed_since_is_not_written,
    an_order_changes_only_as_it_was_read,
    what_is_refused_at_its_second_step_has_not_done_the_first,
    what_is_blocked_stays_blocked_and_nothing_takes_its_place,
    what_is_blocked_is_told_by_issuing_key_and_lists_are_numbered,
    of_records_that_come_together_only_the_one_that_is_refused_is_not_written,
    certificates_are_found_by_every_filter_and_in_pages,
    an_address_is_confirmed_once_and_in_time_by_what_was_sent_to_it,
    nobody_reaches_the_orders_and_certificates_of_another_organisation,
);
