//! A certificate on hold (RFC 5280 section 5.3.1): newer data release it, and until then nobody knows.

use super::*;

const HELD: (Indication, Option<SubIndication>) = (Indeterminate, Some(SubIndication::TryLater));

fn reason(number: u8) -> Vec<ListExtension> {
    vec![(REASON, false, vec![10, 1, number])]
}

#[test]
fn a_hold_is_released_by_newer_data_about_every_reason_and_by_nothing_else() {
    let scene = Scene::new();
    let list =
        |parts: ListParts, this_update| scene.pki.ca_list(&ListParts { this_update, ..parts });
    let held = || ListParts::default().naming(&scene.leaf, reason(6));
    let (now, before) = (noon(), noon() - MINUTE);
    let judged = |lists| scene.validate(lists, vec![]);
    assert_eq!(conclusion(&judged(vec![list(held(), now)])), HELD);
    for clear in [before, now] {
        let lists = vec![list(held(), now), list(ListParts::default(), clear)];
        assert_eq!(conclusion(&judged(lists)), HELD);
    }
    let some_reasons = || ListParts::default().with(SCOPE, scope(&[&[0x83, 2, 1, 0x40]]));
    let lists = vec![list(held(), before), list(some_reasons(), now)];
    assert_eq!(conclusion(&judged(lists)), HELD);
    let released = judged(vec![list(held(), before), list(ListParts::default(), now)]);
    assert_eq!(conclusion(&released), PASSED);
    // In whichever order they stand, and whatever else clears it.
    let (first, last) = (noon() - 2 * MINUTE, noon());
    let three = || {
        [list(ListParts::default(), first), list(held(), before), list(ListParts::default(), last)]
    };
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let lists = order.map(|at| three()[at].clone()).to_vec();
        assert_eq!(conclusion(&judged(lists)), PASSED, "{order:?}");
    }
    let told = |finding: &Finding| finding.code == code::REVOCATION_UNJUDGED;
    assert!(released.findings.iter().any(told), "{:?}", released.findings);
}

#[test]
fn what_was_revoked_is_released_by_nothing_and_neither_is_a_hold_that_became_that() {
    let scene = Scene::new();
    let clear = || scene.pki.ca_list(&ListParts::default());
    let older =
        |parts: ListParts| scene.pki.ca_list(&ListParts { this_update: noon() - MINUTE, ..parts });
    for entry in [reason(1), vec![]] {
        let revoked = || ListParts::default().naming(&scene.leaf, entry.clone());
        let report = scene.validate(vec![older(revoked()), clear()], vec![]);
        assert_eq!(conclusion(&report), REVOKED);
        for both in [
            revoked().naming(&scene.leaf, reason(6)),
            ListParts::default().naming(&scene.leaf, reason(6)).naming(&scene.leaf, entry.clone()),
        ] {
            assert_eq!(conclusion(&scene.validate(vec![older(both), clear()], vec![])), REVOKED);
        }
    }
}

#[test]
fn an_entry_that_cannot_be_read_is_not_released_with_the_hold_beside_it() {
    let scene = Scene::new();
    let clear = || scene.pki.ca_list(&ListParts::default());
    // Another issuer has no place in a list that is not indirect.
    let stranger = scene.pki.authority("Another");
    let names = element(tag::SEQUENCE, &[&element(0xa4, &[stranger.certificate.subject()])]);
    let unreadable = || vec![(CERTIFICATE_ISSUER, true, names.clone())];
    for entries in [[reason(6), unreadable()], [unreadable(), reason(6)]] {
        let [one, other] = entries;
        let parts = ListParts::default().naming(&scene.leaf, one).naming(&scene.leaf, other);
        let parts = ListParts { this_update: noon() - MINUTE, ..parts };
        let report = scene.validate(vec![scene.pki.ca_list(&parts), clear()], vec![]);
        assert_eq!(conclusion(&report), UNJUDGED);
    }
}

#[test]
fn an_answer_that_cannot_be_read_whole_is_not_released_with_the_hold_that_it_says_or_stands_beside()
{
    let scene = Scene::new();
    let (since, before) = (noon() - 3 * MINUTE, noon() - MINUTE);
    let judged = |answer: &Answer| {
        let clear = scene.pki.ca_list(&ListParts::default());
        conclusion(&scene.validate(vec![clear], vec![scene.ocsp(answer)]))
    };
    let held = || Answer::held(since, before);
    assert_eq!(judged(&held()), PASSED, "the list is newer");
    let unread = || Answer { is_extended: true, ..held() };
    assert_eq!(judged(&unread()), UNJUDGED);
    let revoked = || Answer::revoked(since, before - MINUTE);
    for (one, other, expected) in [
        (held(), unread(), UNJUDGED),
        (unread(), held(), UNJUDGED),
        (held(), revoked(), REVOKED),
        (revoked(), held(), REVOKED),
        (unread(), revoked(), REVOKED),
    ] {
        assert_eq!(judged(&Answer { others: vec![other], ..one }), expected);
    }
}
