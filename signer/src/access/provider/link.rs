//! A further login of somebody who is logged in: they show at the provider that it is theirs, and then say
//! that it is to be linked. The second step is a form of this session's, so that nobody links a login of
//! their own to somebody else by a link that they have them follow.

use registry::RegisteredId;
use seal::{OrganisationId, PersonId};

use super::{Answered, Place, ProviderError, Under, keep, sent, spend};
use crate::{
    Error,
    access::{AccessSettings, Provider, random_secret, session::Session},
    secret::Secret,
    service::Service,
    store::AuditError,
};

/// A login that somebody has shown, and may have linked.
pub(crate) struct Shown {
    /// What the form says, once.
    pub(crate) code: Secret,
    /// The provider's name for people.
    pub(crate) provider: String,
    /// `sub`, by which the provider knows them.
    pub(crate) subject: String,
    /// Their name, where the provider says one.
    pub(crate) name: Option<String>,
}

/// It names nobody, and shows no code.
impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown").finish_non_exhaustive()
    }
}

/// Begins: where the browser goes, and the state that its cookie keeps. Whoever it is logs in there anew.
///
/// # Errors
/// [`ProviderError`].
pub(crate) async fn begin(
    service: &Service,
    settings: &AccessSettings,
    (session, entry): (&Session, &RegisteredId),
    id: &str,
) -> Result<(String, Secret), ProviderError> {
    let (provider, entry) = (id.to_owned(), entry.0.clone());
    let organisation = session.organisation.organisation().as_str().to_owned();
    let under = |nonce, verifier| Under::Link { provider, nonce, verifier, organisation, entry };
    sent(service, settings, (id, Some("login")), (Place::session(session), under)).await
}

/// Keeps which login was shown, until its person says that it is to be linked. One that claims another
/// organisation acts for no other, and is linked to nobody.
pub(super) async fn shown(
    service: &Service,
    provider: &Provider,
    answered: Result<Answered, ProviderError>,
    (organisation, entry): (String, String),
) -> Result<Shown, ProviderError> {
    let (answered, claims) = (answered?, &provider.told.claims);
    answered.demand_recent(service.clock().now().into())?;
    if answered.organisation(&claims.cvr)?.is_some_and(|number| number != organisation) {
        return Err(ProviderError::Nobody);
    }
    let [given, family] = [&claims.given_name, &claims.family_name].map(|path| answered.text(path));
    let name = given.zip(family).map(|(given, family)| format!("{given} {family}"));
    let secret = random_secret::new().map_err(|error| Error::from(AuditError::from(error)));
    let (code, hash) = secret?;
    let subject = answered.login.subject.clone();
    let place = Place::Person(OrganisationId::new(organisation.clone()), entry.clone());
    let under = Under::Linked { login: answered.login, organisation, entry };
    keep(service, hash, &under, place).await?;
    Ok(Shown { code, provider: provider.told.name.clone(), subject, name })
}

/// The login that a code stands for, where it was shown in this person's session.
///
/// # Errors
/// [`ProviderError::State`].
pub(crate) async fn confirmed(
    service: &Service,
    (session, entry): (&Session, &RegisteredId),
    code: &str,
) -> Result<PersonId, ProviderError> {
    let Under::Linked { login, organisation, entry: of } = spend(service, code).await? else {
        return Err(ProviderError::State);
    };
    let same = organisation == session.organisation.organisation().as_str() && of == entry.0;
    if same { Ok(login) } else { Err(ProviderError::State) }
}
