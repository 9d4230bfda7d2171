//! OAuth clients of applications. Whoever makes one can act as the application: what is so of its keys
//! is so of them.

use seal::ApplicationId;

use super::{applications::called, change, in_future};
use crate::{
    Actor, Application, Change, Client, ClientId, Entry, KeyState, MakeClient, Moment, Register,
    RegistryRefusal, Version, register::Kept,
};

/// How many clients an application has, ended ones among them; the oldest that has ended makes room.
const MAXIMUM_CLIENTS: usize = 20;

impl Register {
    pub(super) fn make_client(
        &self,
        wanted: MakeClient,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let MakeClient { application, id, display_name, proof, scopes, expires } = wanted;
        self.is_their_own(&application, by)?;
        let before = &self.application(&application)?.value;
        called(&display_name)?;
        in_future("expires", expires, now)?;
        if scopes.is_empty() {
            return Err(RegistryRefusal::Invalid { field: "scopes", cause: "one at least" });
        }
        let mut after = before.clone();
        let removed_key = room(&mut after, now)?.map(|client| client.0);
        let (name, made_by) = (id.0.clone(), by.clone());
        let client =
            Client { id, display_name, proof, scopes, made: now, made_by, expires, revoked: None };
        after.clients.push(client);
        Ok(Change { client: Some(name), removed_key, ..changed("client-made", before, after) })
    }

    pub(super) fn revoke_client(
        &self,
        application: &ApplicationId,
        client: ClientId,
        (expected, by): (Version, &Actor),
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        self.is_their_own(application, by)?;
        let Kept { value: before, version } = self.application(application)?;
        let mut after = before.clone();
        let found = after.clients.iter_mut().find(|one| one.id == client);
        let found = found.ok_or_else(|| RegistryRefusal::ClientUnknown(client.clone()))?;
        if *version != expected {
            return Err(RegistryRefusal::VersionPassed { expected, present: *version });
        }
        if found.revoked.is_some() {
            return Err(RegistryRefusal::Ended("the client"));
        }
        found.revoked = Some(now);
        Ok(Change { client: Some(client.0), ..changed("client-revoked", before, after) })
    }
}

/// Makes room for one more, and names the one that goes.
fn room(application: &mut Application, now: Moment) -> Result<Option<ClientId>, RegistryRefusal> {
    let clients = &mut application.clients;
    if clients.len() < MAXIMUM_CLIENTS {
        return Ok(None);
    }
    let ended = clients.iter().position(|client| client.state(now) != KeyState::Active);
    let full = RegistryRefusal::Full { what: "clients", most: MAXIMUM_CLIENTS };
    Ok(Some(clients.remove(ended.ok_or(full)?).id))
}

fn changed(what: &'static str, before: &Application, after: Application) -> Change {
    change(what, Entry::Application(before.clone()), Entry::Application(after))
}

#[cfg(test)]
mod tests;
