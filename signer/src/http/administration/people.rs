//! `/v1/people`: who is there, and which roles they hold.

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use registry::{
    Amended, ChangePerson, Command, Entry, Kept, MakePerson, Moment, Passkey, PeopleCommand,
    PersonState, RegisteredId, RegisteredPerson, RegistryRefusal, Role, RoleOfPerson,
};
use seal::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ChangePeople, ChangeRoles, List, Made, May, Page, ReadPeople, random, random_name, versioned,
};
use crate::{
    Error,
    audit::hex,
    http::{
        openapi::{
            answers::{Asking, Deciding, Named, ReadVersion, RequestKey},
            words,
        },
        path::Path,
    },
    problem::Problem,
};

/// A person as the interface shows them.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub(super) struct PersonView {
    /// The entry's name.
    #[schema(value_type = String)]
    id: RegisteredId,
    /// The given name.
    #[schema(min_length = 1, max_length = 200)]
    given_name: String,
    /// The family name.
    #[schema(min_length = 1, max_length = 200)]
    family_name: String,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Whether it was shown that the address is theirs.
    email_validated: bool,
    /// Whether the person is there.
    #[schema(value_type = words::PersonState)]
    state: PersonState,
    /// How they are known when they come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::PersonId>)]
    login: Option<PersonId>,
    /// The roles that they hold while they are active.
    #[schema(value_type = Vec<words::Role>)]
    roles: Vec<Role>,
    /// The passkeys by which they log in here, or sign on the device's own page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passkeys: Vec<PasskeyView>,
    /// When the entry was made.
    #[schema(value_type = words::Moment)]
    made: Moment,
}

/// A passkey of a person, without its key.
#[derive(Serialize, ToSchema)]
#[schema(as = Passkey)]
pub(super) struct PasskeyView {
    /// The credential's id, in base64url.
    id: String,
    /// What its owner calls it.
    name: String,
    /// Whether it can be on several devices.
    backup_eligible: bool,
    /// Whether it was when it was used last.
    backed_up: bool,
    /// When it was registered.
    #[schema(value_type = words::Moment)]
    made: Moment,
    /// The day on which it was used last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    used: Option<Moment>,
    /// Whether it signs on the device's own page alone, and is for no login.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    signing_only: bool,
}

impl From<&Passkey> for PasskeyView {
    fn from(passkey: &Passkey) -> Self {
        let Passkey { id, name, backup_eligible, backed_up, made, used, .. } = passkey.clone();
        let signing_only = passkey.signs_only();
        Self { id, name, backup_eligible, backed_up, made, used, signing_only }
    }
}

/// The body of `POST /v1/people`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MakePerson)]
struct NewPerson {
    /// The given name.
    #[schema(min_length = 1, max_length = 200)]
    given_name: String,
    /// The family name.
    #[schema(min_length = 1, max_length = 200)]
    family_name: String,
    /// The e-mail address.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// How they are known when they come.
    #[schema(value_type = Option<words::PersonId>)]
    login: Option<PersonId>,
}

/// The body of `PATCH /v1/people/{id}`. What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangePerson)]
struct PersonChange {
    /// The given name.
    #[serde(default)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    given_name: Amended<String>,
    /// The family name.
    #[serde(default)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    family_name: Amended<String>,
    /// The e-mail address; null removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Amended<String>,
    /// Whether the person is there; nobody is invited twice.
    #[serde(default)]
    #[schema(value_type = words::PersonState, required = false)]
    state: Amended<PersonState>,
    /// How they are known when they come; null removes it from one who is invited.
    #[serde(default)]
    #[schema(value_type = Option<words::PersonId>)]
    login: Amended<PersonId>,
}

/// What an erasure did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
pub(super) struct ErasureView {
    /// How many records named the person.
    rows: u64,
    /// Whether old pages of the database are in use for a while.
    delayed: bool,
}

/// A part of the list, as described.
type PersonList = List<PersonView>;

/// The people of the organisation.
#[utoipa::path(
    get, path = "/v1/people", operation_id = "listPeople",
    security(("bearer" = [])),
    params(Page),
    responses(Asking, (status = 200, description = "It.", body = PersonList)),
)]
pub(super) async fn list(may: May<ReadPeople>, page: Page) -> Json<List<PersonView>> {
    let people = may.snapshot.register().people().values();
    page.of(people.map(|kept| (kept.value.id.0.as_str(), &kept.value)), view)
}

/// One person.
#[utoipa::path(
    get, path = "/v1/people/{id}", operation_id = "getPerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The entry's name.")),
    responses(
        Asking,
        Named,
        (
            status = 200,
            description = "It.",
            body = PersonView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn one(
    may: May<ReadPeople>,
    Path(id): Path<RegisteredId>,
) -> Result<Response, Problem> {
    let found = may.snapshot.register().people().get(&id);
    let Kept { value, version } = found.ok_or(Error::from(RegistryRefusal::PersonUnknown(id)))?;
    Ok(versioned(*version, view(value)))
}

/// Makes the entry of a person who is invited.
#[utoipa::path(
    post, path = "/v1/people", operation_id = "makePerson",
    security(("bearer" = [])),
    params(RequestKey),
    request_body = NewPerson,
    responses(
        Deciding,
        Named,
        (
            status = 201,
            description = "It.",
            body = PersonView,
            headers(
                ("ETag" = String, description = "Its version."),
                ("Location" = String, description = "Where it is."),
            ),
        ),
    ),
)]
pub(super) async fn make(may: May<ChangePeople>, body: Body) -> Result<Response, Problem> {
    let (may, NewPerson { given_name, family_name, email, login }) = may.read(body).await?;
    let (id, salt) = (RegisteredId(random_name()?), hex(&random::<32>()?));
    let location = format!("/v1/people/{}", id.0);
    let wanted = MakePerson { id, salt, given_name, family_name, email, login };
    let made = may.change(Command::People(PeopleCommand::Make(wanted))).await?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown(made)?).into_response())
}

/// Changes a person's names, address, state or login.
#[utoipa::path(
    patch, path = "/v1/people/{id}", operation_id = "changePerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The entry's name."), ReadVersion),
    request_body = PersonChange,
    responses(
        Deciding,
        Named,
        (
            status = 200,
            description = "It.",
            body = PersonView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn change(
    mut may: May<ChangePeople>,
    Path(id): Path<RegisteredId>,
    body: Body,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let (may, PersonChange { given_name, family_name, email, state, login }) =
        may.read(body).await?;
    let wanted = ChangePerson {
        id,
        expected,
        given_name: given_name.unless_removed("given_name").map_err(Error::from)?,
        family_name: family_name.unless_removed("family_name").map_err(Error::from)?,
        email,
        state: state.unless_removed("state").map_err(Error::from)?,
        login,
    };
    shown(may.change(Command::People(PeopleCommand::Change(wanted))).await?)
}

/// Gives a person a role.
#[utoipa::path(
    put, path = "/v1/people/{id}/roles/{role}", operation_id = "giveRole",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The entry's name."),
        ("role" = words::Role, Path, description = "Which role."),
        ReadVersion,
    ),
    responses(
        Deciding,
        Named,
        (
            status = 200,
            description = "It.",
            body = PersonView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn give_role(
    mut may: May<ChangeRoles>,
    Path((id, role)): Path<(RegisteredId, Role)>,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let wanted = PeopleCommand::GiveRole(RoleOfPerson { id, expected, role });
    shown(may.change(Command::People(wanted)).await?)
}

/// Takes a role from a person.
#[utoipa::path(
    delete, path = "/v1/people/{id}/roles/{role}", operation_id = "takeRole",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The entry's name."),
        ("role" = words::Role, Path, description = "Which role."),
        ReadVersion,
    ),
    responses(
        Deciding,
        Named,
        (
            status = 200,
            description = "It.",
            body = PersonView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn take_role(
    mut may: May<ChangeRoles>,
    Path((id, role)): Path<(RegisteredId, Role)>,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let wanted = PeopleCommand::TakeRole(RoleOfPerson { id, expected, role });
    shown(may.change(Command::People(wanted)).await?)
}

/// Erases a person of the organisation.
#[utoipa::path(
    post, path = "/v1/people/{id}/erasure", operation_id = "erasePerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The entry's name.")),
    responses(
        Deciding,
        Named,
        (status = 200, description = "How much there was.", body = ErasureView),
    ),
)]
pub(super) async fn erase(
    may: May<ChangePeople>,
    Path(id): Path<RegisteredId>,
) -> Result<Json<ErasureView>, Problem> {
    let May { service, caller, .. } = may;
    let forgotten = service.erase(caller, id).await?;
    Ok(Json(ErasureView { rows: forgotten.rows, delayed: forgotten.delayed }))
}

pub(super) fn shown((_, changed, _): Made) -> Result<Response, Problem> {
    match changed.entry {
        Entry::Person(person) => Ok(versioned(changed.version, view(&person))),
        Entry::Application(_)
        | Entry::Grant(_)
        | Entry::Mandate(_)
        | Entry::Organisation(_)
        | Entry::Profile(_)
        | Entry::CertificateTerms(_)
        | Entry::CertificateSettings(_)
        | Entry::Role(_) => Err(Error::Interrupted.into()),
    }
}

fn view(person: &RegisteredPerson) -> PersonView {
    PersonView {
        id: person.id.clone(),
        given_name: person.given_name.clone(),
        family_name: person.family_name.clone(),
        email: person.email.clone(),
        email_validated: person.email_validated,
        state: person.state,
        login: person.login.clone(),
        roles: person.roles.iter().copied().collect(),
        passkeys: person.passkeys.iter().map(PasskeyView::from).collect(),
        made: person.made,
    }
}
