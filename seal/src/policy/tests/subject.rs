//! Whom a certificate names.

use super::*;

#[test]
fn one_holder_has_one_serial_number() {
    let serial = |scene: Scene| match scene.judge().unwrap().enrolment().subject.clone() {
        Subject::Organisation(subject) => subject.serial_number,
        Subject::Person(subject) => subject.serial_number,
    };
    assert_eq!(serial(Scene::seal()), serial(Scene::seal()));
    assert!(serial(Scene::seal()).starts_with("UI:DK-O:G:"));
    assert!(serial(Scene::signature()).starts_with("UI:DK-E:G:"));
    let known = employee_serial_number("NTRDK-12345674", &karen());
    assert_eq!(known, Some(serial(Scene::signature())), "a device makes the same");
    assert_eq!(employee_serial_number("12345674", &karen()), None);
}

#[test]
fn what_an_activation_gives_a_key_for_shows_nothing_that_a_device_does_not_know() {
    let subject = |activated| {
        let scene = Scene::signature().with(|s| {
            s.request.activated = activated;
            s.profile.show_email = true;
            s.profile.email_validated = true;
            s.person().name = "Bo Benjamin Li".into();
            s.person().given_name = "Bo".into();
            s.person().family_name = "Li".into();
            s.person().email = Some("bo@havnsted.example".into());
        });
        match scene.judge().unwrap().enrolment().subject.clone() {
            Subject::Person(subject) => subject,
            Subject::Organisation(_) => panic!("an organisation"),
        }
    };
    let by_token = subject(false);
    assert_eq!(by_token.common_name, "Bo Benjamin Li");
    assert!(by_token.email.is_some());
    let by_activation = subject(true);
    assert_eq!(by_activation.common_name, "Bo Li");
    assert_eq!(by_activation.email, None);
    assert_eq!(by_activation.serial_number, by_token.serial_number);
}
