use seal::{ApplicationId, CertificateProfile, ContactPerson};

use super::{House, grant, mandate, new_key};
use crate::{
    Command, MakeApplication, MakeGrant, MakeKey, MakeMandate, MakePerson, PeopleCommand,
    Permitted, RegisteredId, RegistryRefusal, Role, Roles,
};

/// Which field a command is refused for; nothing when it is not.
fn refused(house: &House, command: Command) -> Option<&'static str> {
    let roles = Roles::from_iter(Role::ALL);
    let permitted = Permitted::asked(house.actor.clone(), &roles, command.needs()).unwrap();
    match house.register.decide(&permitted, command, house.now) {
        Ok(_) => None,
        Err(RegistryRefusal::Invalid { field, .. }) => Some(field),
        Err(other) => panic!("{other:?}"),
    }
}

/// A command for each text that people write, and the field that is named.
fn named(text: &str) -> Vec<(&'static str, Command)> {
    let profile = |display_name: &str, name: &str, email: &str| {
        let json = r#"{"id": "letters", "kind": "organisation", "display_name": "Letters"}"#;
        let mut profile: CertificateProfile = serde_json::from_str(json).unwrap();
        profile.display_name = display_name.into();
        let (name, email) = (name.into(), Some(email.into()));
        profile.contact_person = Some(ContactPerson { name, email });
        Command::MakeProfile(profile.into())
    };
    let person = |given_name: &str, family_name: &str| {
        Command::People(PeopleCommand::Make(MakePerson {
            id: RegisteredId("p".into()),
            salt: "5a".repeat(32),
            given_name: given_name.into(),
            family_name: family_name.into(),
            email: None,
            login: None,
        }))
    };
    let (id, display_name) = (ApplicationId::new("a"), text.to_owned());
    vec![
        ("display_name", Command::MakeApplication(MakeApplication { id, display_name })),
        ("display_name", profile(text, "Karen", "karen@havnsted.example")),
        ("contact_person", profile("Letters", text, "karen@havnsted.example")),
        ("given_name", person(text, "Holm")),
        ("family_name", person("Eva", text)),
    ]
}

#[test]
fn a_name_holds_nothing_that_is_not_seen_and_changes_what_is() {
    let mut house = House::new();
    house.done(super::application("erp"));
    let others = |text: &str| {
        let display_name = text.to_owned();
        let key = MakeKey { display_name, ..new_key("k", None) };
        let mut profile = named("Letters").remove(1).1;
        let Command::MakeProfile(made) = &mut profile else { panic!() };
        made.contact_person.as_mut().unwrap().email = Some(text.into());
        [("display_name", Command::MakeKey(key)), ("contact_person", profile)]
    };
    for text in ["Eva", "Ærø-Ås", "שלום", "o\u{2019}Neil", "a\u{200d}b", "\u{200f}א"] {
        for (field, command) in named(text).into_iter().chain(others(text)) {
            assert_eq!(refused(&house, command), None, "{field}: {text:?}");
        }
    }
    let turning = ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
    for character in turning.chain(['\u{feff}', '\0', '\n', '\t', '\u{7f}', '\u{85}']) {
        for text in [format!("a{character}b"), format!("{character}a"), format!("a{character}")] {
            for (field, command) in named(&text).into_iter().chain(others(&text)) {
                assert_eq!(refused(&house, command), Some(field), "{text:?}");
            }
        }
    }
    // And is one; a key and an address may be without.
    for text in ["", " ", "\u{2003}", &"a".repeat(201)] {
        for (field, command) in named(text) {
            assert_eq!(refused(&house, command), Some(field), "{text:?}");
        }
    }
}

#[test]
fn a_note_has_line_breaks_and_tabs_and_no_other_control_character() {
    let house = House::new();
    let commands = |note: &str| {
        [
            Command::MakeGrant(MakeGrant { note: note.into(), ..grant("mads") }),
            Command::MakeMandate(MakeMandate { note: note.into(), ..mandate("filed") }),
        ]
    };
    let long = "n".repeat(1000);
    for (note, field) in [
        ("a\r\n\tb\n", None),
        ("", None),
        (&*long, None),
        ("a\0", Some("note")),
        ("\u{1b}[2J", Some("note")),
        ("a\u{9b}b", Some("note")),
        ("a\u{b}b", Some("note")),
    ] {
        for command in commands(note) {
            assert_eq!(refused(&house, command), field, "{note:?}");
        }
    }
}
