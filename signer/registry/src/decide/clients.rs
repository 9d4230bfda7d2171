//! OAuth clients of applications. Whoever makes one can act as the application: what is so of its keys
//! is so of them.

use seal::ApplicationId;

use super::{applications::called, change, in_future};
use crate::{
    Actor, Application, CertificateKind, CertificateTerms, Change, Client, ClientId, ClientProof,
    Entry, KeyState, MakeClient, Moment, Purpose, Register, RegistryRefusal, Version,
    register::Kept,
};

/// How many clients an application has, ended ones among them; the oldest that has ended makes room.
const MAXIMUM_CLIENTS: usize = 20;

/// How many addresses a client has at most.
const MAXIMUM_REDIRECT_URIS: usize = 10;

impl Register {
    pub(super) fn make_client(
        &self,
        wanted: MakeClient,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        returns(&wanted)?;
        let MakeClient {
            application,
            id,
            display_name,
            proof,
            scopes,
            redirect_uris,
            without_pkce,
            require_signed_request_object,
            expires,
        } = wanted;
        self.is_their_own(&application, by)?;
        self.has_holder(&proof)?;
        let before = &self.application(&application)?.value;
        called(&display_name)?;
        in_future("expires", expires, now)?;
        if scopes.is_empty() {
            return Err(RegistryRefusal::Invalid { field: "scopes", cause: "one at least" });
        }
        let mut after = before.clone();
        let removed_key = room(&mut after, now)?.map(|client| client.0);
        let (name, made_by) = (id.0.clone(), by.clone());
        let client = Client {
            id,
            display_name,
            proof,
            scopes,
            redirect_uris,
            without_pkce,
            require_signed_request_object,
            made: now,
            made_by,
            expires,
            revoked: None,
        };
        after.clients.push(client);
        Ok(Change { client: Some(name), removed_key, ..changed("client-made", before, after) })
    }

    /// That a certificate by which a client is known is the organisation's own: of the organisation or of a system,
    /// for authentication. Whether others have it is not looked at, and so not told.
    fn has_holder(&self, proof: &ClientProof) -> Result<(), RegistryRefusal> {
        let Some(uuid) = proof.holder() else { return Ok(()) };
        match self.client_certificates().any(|terms| terms.uuid == uuid) {
            true => Ok(()),
            false => Err(RegistryRefusal::Invalid {
                field: "certificate",
                cause: "the UUID in certificates of this organisation or its systems that are for authentication",
            }),
        }
    }

    /// The terms under which there may be certificates that clients are known by.
    pub fn client_certificates(&self) -> impl Iterator<Item = &CertificateTerms> {
        let all = self.certificate_terms.values().map(|kept| &kept.value);
        all.filter(|terms| {
            let is_ours = match terms.kind {
                CertificateKind::Organisation | CertificateKind::System => true,
                CertificateKind::User => false,
            };
            is_ours && terms.purposes.contains(&Purpose::Authentication)
        })
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

/// That how a client asks persons fits how it proves who it is.
fn returns(wanted: &MakeClient) -> Result<(), RegistryRefusal> {
    let MakeClient { proof, redirect_uris, without_pkce, require_signed_request_object, .. } =
        wanted;
    let invalid = |field, cause| Err(RegistryRefusal::Invalid { field, cause });
    if redirect_uris.len() > MAXIMUM_REDIRECT_URIS {
        return invalid("redirect_uris", "10 at most");
    }
    let several = redirect_uris.iter().enumerate();
    if several.into_iter().any(|(at, one)| redirect_uris[..at].contains(one)) {
        return invalid("redirect_uris", "one is there twice");
    }
    let (is_public, signs) = match proof {
        ClientProof::Public => (true, false),
        ClientProof::Keys(_) | ClientProof::Certificate(_) => (false, true),
        ClientProof::Secret(_) => (false, false),
    };
    if *require_signed_request_object && (!signs || redirect_uris.is_empty()) {
        let cause =
            "of a client with jwks or a certificate that asks persons: nobody else signs a request";
        return invalid("require_signed_request_object", cause);
    }
    if redirect_uris.is_empty() && (is_public || *without_pkce) {
        return invalid("redirect_uris", "one at least, of a client that only asks persons");
    }
    if is_public && *without_pkce {
        return invalid("without_pkce", "a public client has nothing but PKCE");
    }
    Ok(())
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
