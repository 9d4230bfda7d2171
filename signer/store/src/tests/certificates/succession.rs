//! Successors: of each certificate one that is not blocked.

use seal::ProfileId;

use super::*;
use crate::FoundCertificate;

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

async fn what_nears_its_end_is_told_once_a_stage_until_something_in_use_has_its_place(
    ground: Ground,
) {
    let store = open(&ground).await;
    let other = store.of(OrganisationId::new("87654321"));
    let short = IssuedRow { noticed: 1, ..issued("short", 9) };
    let rows = ["one", "two", "three"].into_iter().zip(1..);
    let rows = rows.map(|(id, number)| certificate(id, number));
    let rows = rows.chain([CertificateRow::Certificate(Box::new(short)), blocked("three")]);
    write(&store, rows.collect()).await.unwrap();
    write(&other, vec![certificate("four", 4)]).await.unwrap();
    // They end at 6,001 and later; the first stage begins 1,000 before, the second 100 before.
    let ending = async |now: i64| {
        let ends = [(now + 1_000, 1), (now + 100, 2)];
        let (over, ends) = (now - 500, &ends[..]);
        let wanted = EndSearch { over, ends, limit: 100, ..EndSearch::default() };
        let found = store.ending_certificates(&wanted).await.unwrap();
        let found = found.into_iter().map(|(whose, found)| (whose.as_str().to_owned(), found.id));
        found.map(|(whose, id)| format!("{whose}/{id}")).collect::<Vec<_>>()
    };
    let own = |id: &str| format!("{}/{id}", sample::organisation().as_str());
    assert_eq!(ending(5_000).await, Vec::<String>::new());
    let all = vec![own("one"), own("two"), "87654321/four".to_owned()];
    assert_eq!(ending(5_100).await, all);
    let noticed = |id: &str, stage| CertificateRow::Noticed { id: id.into(), stage };
    write(&store, vec![noticed("one", 1)]).await.unwrap();
    assert_eq!(refusal(&store, vec![noticed("one", 1)]).await, RowRefusal::Noticed);
    assert_eq!(refusal(&store, vec![noticed("three", 1)]).await, RowRefusal::Noticed);
    assert_eq!(refusal(&store, vec![noticed("four", 1)]).await, RowRefusal::Noticed);
    assert_eq!(ending(5_100).await, all[1..]);
    // Near the end all are told again, but for the one whose successor is in use.
    write(&store, successor("next", 7, "two")).await.unwrap();
    assert_eq!(ending(5_950).await.len(), 5);
    let used = CertificateRow::Installed { id: "next".into(), at: 5_960 };
    write(&store, vec![used]).await.unwrap();
    assert_eq!(ending(5_950).await, [&own("one"), "87654321/four", &own("next"), &own("short")]);
    // Long after it nobody is.
    assert_eq!(ending(6_600).await, Vec::<String>::new());
}

async fn of_what_is_muted_nobody_is_told_and_afterwards_of_what_is_to_come_alone(ground: Ground) {
    let store = open(&ground).await;
    let rows = ["one", "two", "three"].into_iter().zip(1..);
    write(&store, rows.map(|(id, number)| certificate(id, number)).collect()).await.unwrap();
    write(&store, vec![blocked("three")]).await.unwrap();
    // They end at 6,001 and later; a stage begins 1,000 before, the next 100 before.
    let ends = |now: i64| [now + 1_000, now + 100, now, now, now];
    let ending = async |now: i64| {
        let ends = [(now + 1_000, 1), (now + 100, 2)];
        let wanted = EndSearch { over: 0, ends: &ends, limit: 100, ..EndSearch::default() };
        let found = store.ending_certificates(&wanted).await.unwrap();
        found.into_iter().map(|(_, found)| found.id).collect::<Vec<_>>()
    };
    let muted =
        |id: &str, at| CertificateRow::Muted { id: id.into(), by: "person karen".into(), at };
    let unmuted = |id: &str, at| CertificateRow::Unmuted { id: id.into(), ends: ends(at) };
    let noticed = |stage| CertificateRow::Noticed { id: "one".into(), stage };
    write(&store, vec![muted("one", 4_000)]).await.unwrap();
    for id in ["one", "three", "four"] {
        assert_eq!(refusal(&store, vec![muted(id, 4_001)]).await, RowRefusal::Muted, "{id}");
    }
    let found = store.certificate("one").await.unwrap().unwrap();
    assert_eq!((found.muted, found.muted_by.as_deref()), (Some(4_000), Some("person karen")));
    assert_eq!(ending(5_200).await, ["two"]);
    assert_eq!(refusal(&store, vec![noticed(1)]).await, RowRefusal::Noticed);
    write(&store, vec![unmuted("one", 5_200), unmuted("two", 5_200)]).await.unwrap();
    let found = store.certificate("one").await.unwrap().unwrap();
    assert_eq!((found.muted, found.muted_by), (None, None));
    // What came meanwhile is not told late; of one that was not muted it is told.
    assert_eq!(ending(5_200).await, ["two"]);
    assert_eq!(ending(5_950).await, ["one", "two"]);
    write(&store, vec![noticed(2)]).await.unwrap();
    // What was told stays told, however early somebody turns reminders on again.
    write(&store, vec![muted("one", 5_951), unmuted("one", 4_000)]).await.unwrap();
    assert_eq!(ending(5_950).await, ["two"]);
}

async fn what_is_good_and_has_no_successor_stands_in_one_organisation_page_by_page(ground: Ground) {
    let store = open(&ground).await;
    let other = store.of(OrganisationId::new("87654321"));
    write(&store, (1..=5).map(|n| certificate(&format!("c{n}"), n)).collect()).await.unwrap();
    write(&other, vec![certificate("o1", 11)]).await.unwrap();
    write(&store, vec![blocked("c2")]).await.unwrap();
    write(&store, successor("c6", 6, "c3")).await.unwrap();
    write(&store, successor("c7", 7, "c4")).await.unwrap();
    write(&store, vec![blocked("c7")]).await.unwrap();
    let standing = async |now, after: &str, limit| {
        let found = store.standing_certificates(now, after, limit).await.unwrap();
        found.into_iter().map(|found| found.id).collect::<Vec<_>>()
    };
    assert_eq!(standing(5_500, "", 100).await, ["c1", "c4", "c5", "c6"]);
    assert_eq!(standing(5_500, "", 2).await, ["c1", "c4"]);
    assert_eq!(standing(5_500, "c4", 2).await, ["c5", "c6"]);
    assert_eq!(standing(5_500, "c6", 2).await, Vec::<String>::new());
    assert_eq!(standing(10_000, "", 100).await, Vec::<String>::new());
}

async fn what_nears_its_end_is_found_page_by_page_and_without_whom_nobody_can_tell(ground: Ground) {
    let store = open(&ground).await;
    let other = store.of(OrganisationId::new("87654321"));
    write(&store, (1..=9).map(|n| certificate(&format!("c{n}"), n)).collect()).await.unwrap();
    write(&other, (11..=19).map(|n| certificate(&format!("o{n}"), n)).collect()).await.unwrap();
    let ends = [(20_000, 1)];
    let mut wanted = EndSearch { over: 0, ends: &ends, limit: 4, ..EndSearch::default() };
    let mut all = async |without: Vec<OrganisationId>| {
        (wanted.after, wanted.without) = (None, without);
        let mut ids = Vec::new();
        loop {
            let found = store.ending_certificates(&wanted).await.unwrap();
            let Some((whose, last)) = found.last() else { return ids };
            assert!(found.len() <= 4);
            wanted.after = Some((last.not_after, whose.clone(), last.id.clone()));
            ids.extend(found.into_iter().map(|(_, found)| found.id));
        }
    };
    let mut found = all(Vec::new()).await;
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 18);
    let own = all(vec![OrganisationId::new("87654321")]).await;
    assert_eq!(own, (1..=9).map(|n| format!("c{n}")).collect::<Vec<_>>());
}

async fn what_shows_an_address_is_found_by_it_under_the_profiles_that_are_named(ground: Ground) {
    let store = open(&ground).await;
    let other = store.of(OrganisationId::new("87654321"));
    let showing = |id: &str, number: u8, profile: &str, email: &str| {
        let (profile, email) = (profile.to_owned(), Some(email.to_owned()));
        let row = IssuedRow { profile, email, ..issued(id, number) };
        CertificateRow::Certificate(Box::new(row))
    };
    let address = "post@example.com";
    let own = vec![
        showing("one", 1, "open", address),
        showing("two", 2, "open", address),
        showing("gone", 3, "open", address),
        showing("hidden", 4, "hidden", address),
        showing("else", 5, "open", "else@example.com"),
        blocked("gone"),
    ];
    write(&store, own).await.unwrap();
    let theirs = vec![showing("third", 6, "open", address), showing("not", 7, "hidden", address)];
    write(&other, theirs).await.unwrap();
    let named =
        |organisation: OrganisationId, profile: &str| (organisation, ProfileId::new(profile));
    let (own, others) = (sample::organisation(), OrganisationId::new("87654321"));
    let both = [named(own.clone(), "open"), named(others.clone(), "open")];
    let find = async |profiles: &[(OrganisationId, ProfileId)], address: &str, now, limit| {
        let found = store.certificates_showing(profiles, address, (now, limit)).await.unwrap();
        let said = |(whose, found): (OrganisationId, FoundCertificate)| {
            format!("{} {}", if whose == own { "own" } else { "other" }, found.id)
        };
        found.into_iter().map(said).collect::<Vec<_>>()
    };
    assert_eq!(find(&both, address, 5_500, 20).await, ["other third", "own two", "own one"]);
    assert_eq!(find(&both, address, 5_500, 2).await, ["other third", "own two"]);
    assert_eq!(find(&both, address, 6_001, 20).await, ["other third", "own two"], "expired");
    assert_eq!(find(&both, address, 999, 20).await, Vec::<String>::new(), "not yet");
    assert_eq!(find(&both[..1], "else@example.com", 5_500, 20).await, ["own else"]);
    for none in ["post@", "POST@example.com", "%", "\0", ""] {
        assert_eq!(find(&both, none, 5_500, 20).await, Vec::<String>::new(), "{none}");
    }
    assert_eq!(find(&[], address, 5_500, 20).await, Vec::<String>::new());
    // Profiles of many organisations, in more than one statement.
    let many = (0..1_200).map(|number| named(OrganisationId::new(format!("{number}")), "open"));
    let many: Vec<_> = many.chain(both).collect();
    assert_eq!(find(&many, address, 5_500, 20).await, ["other third", "own two", "own one"]);
}

contract!(
    what_shows_an_address_is_found_by_it_under_the_profiles_that_are_named,
    what_is_good_and_has_no_successor_stands_in_one_organisation_page_by_page,
    what_nears_its_end_is_found_page_by_page_and_without_whom_nobody_can_tell,
    what_nears_its_end_is_told_once_a_stage_until_something_in_use_has_its_place,
    of_what_is_muted_nobody_is_told_and_afterwards_of_what_is_to_come_alone,
    a_certificate_has_one_successor_that_is_not_blocked,
    of_many_who_would_take_a_certificates_place_at_once_one_does,
);
