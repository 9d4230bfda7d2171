//! The demo: what the service runs when it is given no configuration.
//!
//! An organisation, four profiles, two applications and two persons, on loopback only. All of it
//! but the keys and one grant stands in `demo/demo.toml`.

mod api_key;
mod banner;

use registry::Role;
use ring::rand::SecureRandom;
use seal::{ApplicationId, Grantee, Organisation};

pub use self::banner::Banner;
use crate::{
    config::{
        Application, Config, ConfigError, Grant, GrantedAct, IDENTITY_ISSUER, Overrides, Secret,
        key_hash,
    },
    device::embedded::Person,
};

/// The name of the demo's application.
pub const APPLICATION: &str = "demo";

/// The name of the demo's application that administers.
pub const ADMINISTRATION: &str = "administration";

/// The profile of the command that the banner shows.
pub const PROFILE: &str = "decisions";

const ORIGIN: &str = "the demo";

/// The demo's configuration, the key of its application, and its persons.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The configuration, complete but for the simulator's own identity issuer.
    pub config: Config,
    /// The API key of the application `demo`; the configuration holds its hash alone.
    pub api_key: Secret,
    /// The API key of the application `administration`, a rights administrator; as the other's.
    pub administration_key: Secret,
    /// The persons: `karen` may sign, seal and administer, `mads` may only sign.
    pub persons: Vec<Person>,
}

impl Demo {
    /// The demo with this API key, or with a new random one.
    ///
    /// # Errors
    /// [`ConfigError`] when the key cannot stand in a header, when there is no randomness, or when
    /// an address is not loopback.
    pub fn new(
        api_key: Option<Secret>,
        overrides: &Overrides,
        randomness: &dyn SecureRandom,
    ) -> Result<Self, ConfigError> {
        let api_key = match api_key {
            Some(key) => api_key::checked(key)?,
            None => api_key::random(randomness)?,
        };
        let administration_key = api_key::random(randomness)?;
        let mut config = Config::from_toml(include_str!("demo/demo.toml"), ORIGIN)?;
        for (id, key) in [(APPLICATION, &api_key), (ADMINISTRATION, &administration_key)] {
            let id = ApplicationId::new(id);
            config.applications.push(Application { id, api_key_sha256: key_hash(key) });
        }
        config.grants.push(Grant {
            to: Grantee::Application(ApplicationId::new(ADMINISTRATION)),
            acts: vec![GrantedAct::Administer],
            profiles: None,
            role: Some(Role::RightsAdministrator),
        });
        let config = config.complete(ORIGIN, overrides, &[IDENTITY_ISSUER])?;
        let persons = persons(&config.organisation);
        Ok(Self { config, api_key, administration_key, persons })
    }
}

fn persons(organisation: &Organisation) -> Vec<Person> {
    let person = |subject: &str, given_name: &str, family_name: &str, email: &str| Person {
        subject: subject.to_owned(),
        name: format!("{given_name} {family_name}"),
        given_name: given_name.to_owned(),
        family_name: family_name.to_owned(),
        email: Some(email.to_owned()),
        cvr: organisation.cvr.clone(),
        organisation_name: Some(organisation.registered_name.clone()),
    };
    vec![
        person("karen", "Karen", "Sørensen Ågård", "karen.aagaard@havnsted.example"),
        person("mads", "Mads", "Bæk", "mads.baek@havnsted.example"),
    ]
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use seal::{Assurance, Format, Level, PersonId, ProfileKind};

    use super::*;
    use crate::config::ConfigDefect;

    fn demo() -> Demo {
        Demo::new(None, &Overrides::default(), &SystemRandom::new()).unwrap()
    }

    #[test]
    fn the_demo_needs_no_warning() {
        assert_eq!(demo().config.warnings(), Vec::<String>::new());
    }

    #[test]
    fn the_demo_is_what_its_description_says() {
        let config = demo().config;
        assert_eq!(config.organisation.registered_name, "Havnsted Kommune");
        assert_eq!(config.organisation.cvr, "12345674");
        let ten_days = Assurance::Revocable.maximum_lifetime().as_secs();
        let expected = [
            ("decisions", ProfileKind::Organisation, Assurance::ValidityAssured, 900),
            ("payroll", ProfileKind::System, Assurance::ValidityAssured, 900),
            ("staff", ProfileKind::User, Assurance::ValidityAssured, 900),
            ("register", ProfileKind::Organisation, Assurance::Revocable, ten_days - 300),
        ];
        for ((id, kind, assurance, lifetime_s), profile) in
            expected.into_iter().zip(&config.profiles)
        {
            assert_eq!((profile.id.as_str(), profile.kind), (id, kind));
            assert_eq!((profile.assurance, profile.lifetime_s), (assurance, lifetime_s));
            assert_eq!(profile.default_level, Level::BT);
            assert_eq!(profile.levels, [Level::BB, Level::BT, Level::BLT, Level::BLTA].into());
            assert_eq!(profile.formats, [Format::Pades, Format::Cades].into());
            assert!(profile.allow_signing);
        }
        assert_eq!(config.profiles.len(), expected.len());
    }

    #[test]
    fn the_application_seals_karen_does_both_and_mads_only_signs() {
        let config = demo().config;
        let acts = |grantee: &Grantee| -> Vec<GrantedAct> {
            let mut grants =
                config.grants.iter().filter(|grant| grant.to == *grantee && grant.role.is_none());
            let grant = grants.next().unwrap();
            assert!(grant.profiles.is_none() && grants.next().is_none());
            grant.acts.clone()
        };
        let person = |name: &str| {
            Grantee::Person(PersonId { issuer: IDENTITY_ISSUER.into(), subject: name.into() })
        };
        assert_eq!(
            acts(&Grantee::Application(ApplicationId::new(APPLICATION))),
            [GrantedAct::Seal]
        );
        assert_eq!(acts(&person("karen")), [GrantedAct::Sign, GrantedAct::Seal]);
        assert_eq!(acts(&person("mads")), [GrantedAct::Sign]);
        let roles = config.grants.iter().filter(|grant| grant.to == person("karen"));
        let roles: Vec<_> = roles.filter_map(|grant| grant.role).collect();
        assert_eq!(roles, Role::ALL[..3]);
    }

    #[test]
    fn the_persons_are_those_of_the_grants() {
        let demo = demo();
        let granted = demo.config.grants.iter().filter_map(|grant| match &grant.to {
            Grantee::Person(person) if grant.role.is_none() => Some(person.subject.as_str()),
            Grantee::Person(_) | Grantee::Application(_) => None,
        });
        let known = demo.persons.iter().map(|person| person.subject.as_str());
        assert!(granted.eq(known));
        assert!(demo.persons.iter().all(|person| person.cvr == demo.config.organisation.cvr));
    }

    #[test]
    fn the_demo_stays_on_loopback() {
        let overrides =
            Overrides { listen: Some("0.0.0.0:80".parse().unwrap()), ..Overrides::default() };
        let error = Demo::new(None, &overrides, &SystemRandom::new()).unwrap_err();
        assert!(matches!(error.defect, ConfigDefect::Exposed), "{error}");
    }

    #[test]
    fn only_the_keys_hash_stands_in_the_configuration() {
        let demo = demo();
        for (at, key) in [&demo.api_key, &demo.administration_key].into_iter().enumerate() {
            assert_eq!(demo.config.applications[at].api_key_sha256, key_hash(key));
            assert!(!format!("{demo:?}").contains(key.expose()));
        }
    }
}
