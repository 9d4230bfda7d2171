//! The options of an act, from the query or from a multipart part.

use pades::Password;
use seal::{Certification, Format, Level, Packaging, ProfileId};
use serde::Deserialize;

use super::part::agreed;
use crate::service::{ActOptions, AppearanceOptions, Document, RequestError};

/// The longest text that goes into a signature dictionary, in bytes.
const MAXIMUM_TEXT_LENGTH: usize = 1024;

/// What may stand in an address. A password never does.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActQuery {
    /// The certificate profile.
    pub(crate) profile: Option<ProfileId>,
    /// The container; a PDF becomes PAdES and anything else CAdES when left out.
    pub(crate) format: Option<Format>,
    /// Whether a CMS carries its content.
    pub(crate) packaging: Option<Packaging>,
    /// The level; the profile's own when left out.
    pub(crate) level: Option<Level>,
    /// The fully qualified name of an empty signature field, or of a new one.
    pub(crate) field: Option<String>,
    /// The reason, for the signature dictionary.
    pub(crate) reason: Option<String>,
    /// The place, for the signature dictionary.
    pub(crate) location: Option<String>,
    /// Whether a PDF is certified; the profile's own way when left out.
    pub(crate) certify: Option<Certification>,
    /// The activation that prepared the document, of a signature; nothing else is then asked for.
    pub(crate) activation: Option<String>,
    /// Which of the activation's documents is signed, from 1 on; the only one when left out.
    pub(crate) document: Option<usize>,
    /// How the signature of a PDF looks: from a part alone.
    #[serde(skip)]
    pub(crate) appearance: Option<AppearanceOptions>,
    /// The image that the signature shows: from a part alone.
    #[serde(skip)]
    pub(crate) image: Option<Document>,
    /// The password of an encrypted PDF: from a part alone.
    #[serde(skip)]
    pub(crate) password: Option<Password>,
}

/// The part `options` of a multipart request.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActOptionsPart {
    profile: Option<ProfileId>,
    format: Option<Format>,
    packaging: Option<Packaging>,
    level: Option<Level>,
    field: Option<String>,
    reason: Option<String>,
    location: Option<String>,
    password: Option<String>,
    certify: Option<Certification>,
    appearance: Option<AppearanceOptions>,
}

impl ActQuery {
    /// The activation that is meant, where one is; then nothing else may be asked for.
    ///
    /// # Errors
    /// [`RequestError::Malformed`] when something is.
    pub(crate) fn activation_alone(&self) -> Result<Option<(&str, Option<usize>)>, RequestError> {
        let Self {
            profile,
            format,
            packaging,
            level,
            field,
            reason,
            location,
            certify,
            activation,
            document,
            appearance: _,
            image: _,
            password: _,
        } = self;
        let Some(activation) = activation else {
            return match document {
                Some(_) => {
                    let cause = "document: without an activation the body is the document";
                    Err(RequestError::Malformed(cause.into()))
                }
                None => Ok(None),
            };
        };
        let texts = [field, reason, location].into_iter().any(Option::is_some);
        let words = profile.is_some() || format.is_some() || packaging.is_some();
        if texts || words || level.is_some() || certify.is_some() {
            let cause = "what an activation prepared is signed as it is: no other option";
            return Err(RequestError::Malformed(cause.into()));
        }
        Ok(Some((activation, *document)))
    }
}

impl ActOptionsPart {
    /// What the part and the address say together.
    ///
    /// # Errors
    /// [`RequestError::Malformed`] when they contradict each other: nobody can tell what is meant.
    pub(crate) fn with(self, query: ActQuery) -> Result<ActQuery, RequestError> {
        Ok(ActQuery {
            profile: agreed("profile", self.profile, query.profile)?,
            format: agreed("format", self.format, query.format)?,
            packaging: agreed("packaging", self.packaging, query.packaging)?,
            level: agreed("level", self.level, query.level)?,
            field: agreed("field", self.field, query.field)?,
            reason: agreed("reason", self.reason, query.reason)?,
            location: agreed("location", self.location, query.location)?,
            certify: agreed("certify", self.certify, query.certify)?,
            activation: query.activation,
            document: query.document,
            appearance: self.appearance,
            image: query.image,
            password: self.password.map(Password::new),
        })
    }
}

impl TryFrom<ActQuery> for ActOptions {
    type Error = RequestError;

    fn try_from(query: ActQuery) -> Result<Self, RequestError> {
        for (name, text) in
            [("field", &query.field), ("reason", &query.reason), ("location", &query.location)]
        {
            if text.as_ref().is_some_and(|text| text.len() > MAXIMUM_TEXT_LENGTH) {
                let most = MAXIMUM_TEXT_LENGTH;
                let explanation = format!("{name} is longer than {most} bytes");
                return Err(RequestError::Malformed(explanation));
            }
        }
        let profile =
            query.profile.ok_or_else(|| RequestError::Malformed("profile is missing".into()))?;
        Ok(Self {
            profile,
            format: query.format,
            packaging: query.packaging.unwrap_or_default(),
            level: query.level,
            field: query.field,
            reason: query.reason,
            location: query.location,
            certify: query.certify,
            appearance: query.appearance,
            image: query.image,
            password: query.password,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Result<ActQuery, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn a_password_in_an_address_is_refused() {
        assert!(query(r#"{"profile":"decisions","password":"x"}"#).is_err());
    }

    #[test]
    fn part_and_address_add_up_and_never_contradict_each_other() {
        let with = |address: &str| {
            let part: ActOptionsPart = serde_json::from_str(r#"{"level":"B-B"}"#).unwrap();
            part.with(query(address).unwrap())
        };
        for address in [r#"{"profile":"decisions"}"#, r#"{"profile":"decisions","level":"B-B"}"#] {
            let options = ActOptions::try_from(with(address).unwrap()).unwrap();
            assert_eq!((options.profile.as_str(), options.level), ("decisions", Some(Level::BB)));
        }
        let contradiction = with(r#"{"profile":"decisions","level":"B-T"}"#).unwrap_err();
        assert!(contradiction.to_string().contains("level"), "{contradiction}");
    }

    #[test]
    fn certification_is_a_number_or_none() {
        let certify = |text: &str| {
            let part: Result<ActOptionsPart, _> = serde_json::from_str(text);
            part.ok().map(|part| part.with(ActQuery::default()).unwrap().certify)
        };
        assert_eq!(certify(r#"{"certify":1}"#), Some(Some(Certification::NoChanges)));
        assert_eq!(certify(r#"{"certify":"none"}"#), Some(Some(Certification::None)));
        assert_eq!(certify("{}"), Some(None));
        assert_eq!(certify(r#"{"certify":3}"#), None);
    }

    #[test]
    fn an_activation_stands_alone() {
        let alone = |text: &str| query(text).unwrap().activation_alone().map(|id| id.is_some());
        assert!(alone(r#"{"activation":"one"}"#).unwrap());
        assert!(alone(r#"{"activation":"one","document":2}"#).unwrap());
        assert!(!alone(r#"{"profile":"staff"}"#).unwrap());
        for text in [
            r#"{"activation":"one","profile":"staff"}"#,
            r#"{"activation":"one","level":"B-B"}"#,
            r#"{"activation":"one","reason":"because"}"#,
            r#"{"activation":"one","certify":2}"#,
            r#"{"document":1,"profile":"staff"}"#,
        ] {
            assert!(alone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_act_without_profile_or_with_endless_text_is_malformed() {
        assert!(ActOptions::try_from(ActQuery::default()).is_err());
        let endless = ActQuery {
            profile: Some(ProfileId::new("decisions")),
            reason: Some("r".repeat(1025)),
            ..ActQuery::default()
        };
        assert!(ActOptions::try_from(endless).is_err());
    }
}
