//! `/v1/people`: who is there, and which roles they hold.

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use registry::{
    ChangePerson, Command, Entry, Kept, MakePerson, Moment, PeopleCommand, PersonState,
    RegisteredId, RegisteredPerson, RegistryRefusal, Role, RoleOfPerson,
};
use seal::PersonId;
use serde::{Deserialize, Serialize};

use super::{
    ChangePeople, ChangeRoles, List, Made, May, Page, ReadPeople, random, random_name, versioned,
};
use crate::{Error, audit::hex, http::path::Path, problem::Problem};

/// A person as the interface shows them.
#[derive(Serialize)]
pub(super) struct PersonView {
    id: RegisteredId,
    given_name: String,
    family_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    email_validated: bool,
    state: PersonState,
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<PersonId>,
    roles: Vec<Role>,
    made: Moment,
}

/// The body of `POST /v1/people`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPerson {
    given_name: String,
    family_name: String,
    email: Option<String>,
    login: Option<PersonId>,
}

/// The body of `PATCH /v1/people/{id}`. What is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonChange {
    given_name: Option<String>,
    family_name: Option<String>,
    email: Option<String>,
    state: Option<PersonState>,
    login: Option<PersonId>,
}

/// What an erasure did.
#[derive(Debug, Serialize)]
pub(super) struct ErasureView {
    /// How many records named the person.
    rows: u64,
    /// Whether old pages of the database are in use for a while.
    delayed: bool,
}

/// The people.
pub(super) async fn list(may: May<ReadPeople>, page: Page) -> Json<List<PersonView>> {
    let people = may.snapshot.register().people().values();
    page.of(people.map(|kept| (kept.value.id.0.as_str(), &kept.value)), view)
}

/// One person.
pub(super) async fn one(
    may: May<ReadPeople>,
    Path(id): Path<RegisteredId>,
) -> Result<Response, Problem> {
    let found = may.snapshot.register().people().get(&id);
    let Kept { value, version } = found.ok_or(Error::from(RegistryRefusal::PersonUnknown(id)))?;
    Ok(versioned(*version, view(value)))
}

/// Somebody who is expected.
pub(super) async fn make(may: May<ChangePeople>, body: Body) -> Result<Response, Problem> {
    let (may, NewPerson { given_name, family_name, email, login }) = may.read(body).await?;
    let (id, salt) = (RegisteredId(random_name()?), hex(&random::<32>()?));
    let location = format!("/v1/people/{}", id.0);
    let wanted = MakePerson { id, salt, given_name, family_name, email, login };
    let made = may.change(Command::People(PeopleCommand::Make(wanted))).await?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown(made)?).into_response())
}

/// Another name, address, state or login.
pub(super) async fn change(
    mut may: May<ChangePeople>,
    Path(id): Path<RegisteredId>,
    body: Body,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let (may, PersonChange { given_name, family_name, email, state, login }) =
        may.read(body).await?;
    let wanted = ChangePerson { id, expected, given_name, family_name, email, state, login };
    shown(may.change(Command::People(PeopleCommand::Change(wanted))).await?)
}

/// A role more.
pub(super) async fn give_role(
    mut may: May<ChangeRoles>,
    Path((id, role)): Path<(RegisteredId, Role)>,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let wanted = PeopleCommand::GiveRole(RoleOfPerson { id, expected, role });
    shown(may.change(Command::People(wanted)).await?)
}

/// A role less.
pub(super) async fn take_role(
    mut may: May<ChangeRoles>,
    Path((id, role)): Path<(RegisteredId, Role)>,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let wanted = PeopleCommand::TakeRole(RoleOfPerson { id, expected, role });
    shown(may.change(Command::People(wanted)).await?)
}

/// The entry, and all that the person did here under their login.
pub(super) async fn erase(
    may: May<ChangePeople>,
    Path(id): Path<RegisteredId>,
) -> Result<Json<ErasureView>, Problem> {
    let May { service, caller, .. } = may;
    let forgotten = service.erase(caller, id).await?;
    Ok(Json(ErasureView { rows: forgotten.rows, delayed: forgotten.delayed }))
}

fn shown((_, changed, _): Made) -> Result<Response, Problem> {
    match changed.entry {
        Entry::Person(person) => Ok(versioned(changed.version, view(&person))),
        Entry::Application(_)
        | Entry::Grant(_)
        | Entry::Mandate(_)
        | Entry::Organisation(_)
        | Entry::Profile(_)
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
        made: person.made,
    }
}
