//! A token, and the keys in it.

use std::{path::PathBuf, sync::Arc};

use authority::Curve;
use cryptoki::{
    error::Error,
    mechanism::{Mechanism, MechanismType},
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
};
use ring::rand::{SecureRandom, SystemRandom};

use crate::{TokenError, TokenKey, modules, point, sessions::Sessions};

/// The length of `CKA_ID`, in bytes.
const ID_LENGTH: usize = 16;

/// Which token, and how it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSettings {
    /// The file of its PKCS#11 library.
    pub module: PathBuf,
    /// Its label, which one token alone has.
    pub label: String,
}

/// A token that is logged in to.
#[derive(Clone, Debug)]
pub struct Token {
    sessions: Arc<Sessions>,
}

impl Token {
    /// Loads the library and logs in. The PIN is tried once.
    ///
    /// # Errors
    /// [`TokenError`], among them [`TokenError::Module`], [`TokenError::NoSuchToken`], [`TokenError::WrongPin`]
    /// and, for a token without ECDSA, [`TokenError::NoMechanism`].
    pub fn open(settings: &TokenSettings, pin: &str) -> Result<Self, TokenError> {
        let TokenSettings { module, label } = settings.clone();
        let sessions = Arc::new(Sessions::new(module.clone(), label.clone(), pin));
        let slot = sessions.within(|session| Ok(session.get_session_info()?.slot_id()))?;
        let library = modules::load(&module)?;
        let mechanisms = sessions.within(move |_| library.get_mechanism_list(slot))?;
        for (needed, mechanism) in [
            (MechanismType::ECDSA, "CKM_ECDSA"),
            (MechanismType::ECC_KEY_PAIR_GEN, "CKM_EC_KEY_PAIR_GEN"),
        ] {
            if !mechanisms.contains(&needed) {
                return Err(TokenError::NoMechanism { label, mechanism });
            }
        }
        Ok(Self { sessions })
    }

    /// Makes a key that is sensitive and cannot be taken out, under this label. Others may have the same.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn generate(&self, label: &str, curve: Curve) -> Result<TokenKey, TokenError> {
        let mut id = [0; ID_LENGTH];
        let random = SystemRandom::new().fill(&mut id);
        random.map_err(|_| self.answer("without random numbers here"))?;
        let parameters = point::parameters(curve);
        let parameters = parameters.map_err(|_| self.answer("to no curve"))?;
        let named = [
            Attribute::Token(true),
            Attribute::KeyType(KeyType::EC),
            Attribute::Label(label.into()),
            Attribute::Id(id.into()),
        ];
        let public = [
            &named[..],
            &[Attribute::Private(false), Attribute::Verify(true), Attribute::EcParams(parameters)],
        ]
        .concat();
        let private = [
            &named[..],
            &[
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Sign(true),
            ],
        ]
        .concat();
        let point = self.sessions.within(move |session| {
            let made = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)?;
            read_point(session, made.0)
        })?;
        let point = point.filter(|point| point::curve(point) == Some(curve));
        let point = point.ok_or_else(|| self.answer("with a public key that is no point of it"))?;
        TokenKey::new(Arc::clone(&self.sessions), id.into(), point, curve)
    }

    /// The private key of a public one, an uncompressed point (SEC 1 section 2.3.3) of P-256 or P-384; `None`
    /// where it is not in the token.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn find(&self, public_key: &[u8]) -> Result<Option<TokenKey>, TokenError> {
        let Some(curve) = point::curve(public_key) else { return Ok(None) };
        let spellings = point::written(public_key).map_err(|_| self.answer("to no point"))?;
        let id = self.sessions.within(move |session| {
            for spelling in &spellings {
                let wanted = [
                    Attribute::Class(ObjectClass::PUBLIC_KEY),
                    Attribute::EcPoint(spelling.clone()),
                ];
                if let Some(&found) = session.find_objects(&wanted)?.first() {
                    return read_id(session, found).map(Some);
                }
            }
            Ok(None)
        })?;
        let Some(id) = id else { return Ok(None) };
        TokenKey::new(Arc::clone(&self.sessions), id, public_key.into(), curve).map(Some)
    }

    /// Its label.
    pub fn label(&self) -> &str {
        &self.sessions.label
    }

    fn answer(&self, problem: &'static str) -> TokenError {
        TokenError::Answer { label: self.sessions.label.clone(), problem }
    }
}

fn read_point(session: &Session, public: ObjectHandle) -> Result<Option<Vec<u8>>, Error> {
    let read = session.get_attributes(public, &[AttributeType::EcPoint])?;
    Ok(read.into_iter().find_map(|attribute| match attribute {
        Attribute::EcPoint(value) => point::read(&value),
        _ => None,
    }))
}

fn read_id(session: &Session, object: ObjectHandle) -> Result<Vec<u8>, Error> {
    let read = session.get_attributes(object, &[AttributeType::Id])?;
    let id = read.into_iter().find_map(|attribute| match attribute {
        Attribute::Id(id) => Some(id),
        _ => None,
    });
    Ok(id.unwrap_or_default())
}
