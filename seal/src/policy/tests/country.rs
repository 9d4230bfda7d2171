//! For which organisation a person acts.

use super::*;

#[test]
fn a_cvr_number_is_denmarks_and_acts_for_no_other_organisation_with_the_same_digits() {
    let elsewhere = |letters: &str| CountryCode::try_from(letters.to_owned()).unwrap();
    let mut scene = Scene::signature().with(|s| s.organisation.country = elsewhere("SE"));
    assert_eq!(scene.broken(), [Rule::PersonOfOrganisation]);
    let policy = SealPolicy::new(
        scene.organisation.clone(),
        Vec::new(),
        scene.grants.clone(),
        PolicySettings::default(),
    );
    let refusals = policy.evaluate_augmentation(&scene.caller, 1, now()).unwrap_err();
    assert!(refusals.are_of(Rule::PersonOfOrganisation));
    // Nor does a number of another form name one.
    scene.person().cvr = "NTRSE-12345674".into();
    assert_eq!(scene.broken(), [Rule::PersonOfOrganisation]);
}
