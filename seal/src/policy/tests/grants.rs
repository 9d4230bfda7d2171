//! When grants count, and how often.

use std::sync::{Arc, atomic::AtomicU64};

use super::*;
use crate::{Counted, Term};

/// A mandate of a hundred that has given so many.
pub(super) fn counted(given: u64) -> Counted {
    Counted { mandate: "letters".into(), maximum: 100, given: Arc::new(AtomicU64::new(given)) }
}

#[test]
fn a_grant_counts_from_its_beginning_and_before_its_end() {
    let minute = Duration::from_secs(60);
    let term = |from, until| {
        Scene::seal().with(|scene| scene.grants[0].term = Term { from, until }).broken()
    };
    assert_eq!(term(Some(now()), Some(now() + minute)), []);
    assert_eq!(term(Some(now() + minute), None), [Rule::CallerHasGrant]);
    assert_eq!(term(None, Some(now())), [Rule::CallerHasGrant]);
}

#[test]
fn a_refusal_says_what_became_of_a_mandate_that_would_do() {
    let minute = Duration::from_secs(60);
    let told = |revoked, term: Term| {
        let scene = Scene::seal().with(|scene| {
            let grant = &mut scene.grants[0];
            (grant.id, grant.revoked, grant.term) = (Some("letters".into()), revoked, term);
        });
        assert_eq!(scene.broken(), [Rule::CallerHasGrant]);
        let told = scene.judge().unwrap_err().to_string();
        told.rsplit_once("with this profile").unwrap().1.to_owned()
    };
    let ended = Term { from: None, until: Some(now()) };
    assert_eq!(told(true, Term::default()), ": the mandate letters was revoked");
    assert_eq!(told(true, ended), ": the mandate letters was revoked");
    assert_eq!(told(false, ended), ": the mandate letters has ended");
    let later = Term { from: Some(now() + minute), until: None };
    assert_eq!(told(false, later), ": the mandate letters has not begun");
}

#[test]
fn a_mandate_that_has_given_all_is_refused_by_its_name_unless_another_gives_more() {
    let with = |grants: &[Option<u64>]| {
        Scene::seal().with(|scene| {
            let grant = scene.grants[0].clone();
            scene.grants = grants
                .iter()
                .map(|given| Grant { counted: given.map(counted), ..grant.clone() })
                .collect();
        })
    };
    let mandate = |scene: Scene| scene.judge().unwrap().counted().map(|counted| counted.maximum);
    assert_eq!(with(&[Some(100)]).broken(), [Rule::MandateNotExhausted]);
    assert_eq!(mandate(with(&[Some(100), Some(99)])), Some(100));
    assert_eq!(mandate(with(&[Some(0), None])), None);
}

#[test]
fn several_seals_at_once_are_given_by_a_mandate_that_has_all_of_them() {
    let with = |given: &[u64]| {
        Scene::seal().with(|scene| {
            let grant = scene.grants[0].clone();
            let grants = given.iter().map(|given| Some(counted(*given)));
            scene.grants = grants.map(|counted| Grant { counted, ..grant.clone() }).collect();
            scene.request.seals = 3;
        })
    };
    let given = |scene: Scene| scene.judge().unwrap().counted().map(|one| one.left());
    assert_eq!(given(with(&[99, 97])), Some(3));
    assert_eq!(given(with(&[97, 0])), Some(3));
    let refusals = with(&[99, 98]).judge().unwrap_err();
    let told = "the seal policy refuses: 3 seals are asked for at once; the mandate letters has 2 \
                left of the 100 that it gives";
    assert_eq!(refusals.to_string(), told);
    assert_eq!(with(&[99, 98]).broken(), [Rule::MandateNotExhausted]);
}

#[test]
fn an_act_stands_on_the_right_that_it_was_approved_by_and_on_no_other() {
    let scene = Scene::seal();
    let grant = scene.grants[0].clone();
    let policy = |grants: Vec<Grant>| {
        let (organisation, settings) = (scene.organisation.clone(), scene.settings.clone());
        SealPolicy::new(organisation, vec![scene.profile.clone()], grants, settings)
    };
    let covers = |policy: &SealPolicy, mandate| {
        policy.still_covers(&scene.request, &scene.caller, mandate, now())
    };
    let uncounted = policy(vec![grant.clone()]);
    let exhausted = policy(vec![Grant { counted: Some(counted(100)), ..grant }]);
    assert!(covers(&uncounted, None) && !covers(&uncounted, Some("letters")));
    assert!(covers(&exhausted, Some("letters")) && !covers(&exhausted, Some("others")));
    assert!(!covers(&exhausted, None));
}
