//! Successors: of each certificate one that is not blocked.

use super::*;

fn successor(id: &str, number: u8, of: &str) -> Vec<CertificateRow> {
    let issued = IssuedRow { replaces: Some(of.into()), ..issued(id, number) };
    vec![good(of, 5_500), CertificateRow::Certificate(Box::new(issued))]
}

async fn a_certificate_has_one_successor_that_is_not_blocked(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![certificate("one", 1), certificate("two", 2)]).await.unwrap();
    write(&store, successor("three", 3, "one")).await.unwrap();
    let again = refusal(&store, successor("four", 4, "one")).await;
    assert_eq!(again, RowRefusal::CertificateFollowed);
    assert_eq!(store.certificate("four").await.unwrap(), None);
    write(&store, successor("five", 5, "two")).await.unwrap();
    write(&store, successor("six", 6, "three")).await.unwrap();
    write(&store, vec![blocked("three")]).await.unwrap();
    write(&store, successor("seven", 7, "one")).await.unwrap();
    let again = refusal(&store, successor("eight", 8, "one")).await;
    assert_eq!(again, RowRefusal::CertificateFollowed);
}

async fn of_many_who_would_take_a_certificates_place_at_once_one_does(ground: Ground) {
    let store = open(&ground).await;
    write(&store, vec![certificate("one", 1)]).await.unwrap();
    let mut asked = Vec::new();
    for number in 2..20_u8 {
        let store = store.clone();
        let rows = successor(&format!("c{number}"), number, "one");
        asked.push(tokio::spawn(async move { write(&store, rows).await }));
    }
    let mut written = 0;
    for asked in asked {
        match asked.await.unwrap() {
            Ok(()) => written += 1,
            Err(AuditError::RowRefused(RowRefusal::CertificateFollowed)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(written, 1);
    whole(&ground).await;
}

contract!(
    a_certificate_has_one_successor_that_is_not_blocked,
    of_many_who_would_take_a_certificates_place_at_once_one_does,
);
