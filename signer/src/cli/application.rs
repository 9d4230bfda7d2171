//! `signer application client`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use registry::Scope;
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Failure, connection::Identity, input, remote::Remote, terminal};

/// The longest key set, in bytes.
const MAXIMUM_KEYS_LENGTH: u64 = 64 << 10;

/// What is done about applications.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Looks after the OAuth clients of an application of the register
    #[command(subcommand)]
    Client(ClientCommand),
}

/// What is done about OAuth clients.
#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Makes a client, and prints its name and its secret, this once
    Add(AddArguments),
    /// Lists the clients
    List(ListArguments),
    /// Revokes a client, and with it its tokens
    Revoke(RevokeArguments),
}

/// Where the application is, and who asks.
#[derive(Debug, Args)]
pub(super) struct At {
    /// The application's name
    #[arg(long, value_name = "NAME", value_parser = name)]
    application: String,
    /// The server's address
    #[arg(long, value_name = "URL")]
    server: Url,
    /// Further roots that the server's TLS certificate may lead to, as of a CA of your own (PEM)
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    identity: Identity,
}

/// The arguments of `add`.
#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// What its tokens may be good for; several times for several scopes
    #[arg(long, value_name = "SCOPE", value_parser = scope, default_value = "service")]
    scope: Vec<Scope>,
    /// What people call it
    #[arg(long, value_name = "NAME", default_value = "")]
    display_name: String,
    /// Its public keys (a JWK set): it then signs assertions, and has no secret
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// The UUID in certificates that live for years: it shows one in TLS or signs with its key, and has no secret
    #[arg(long, value_name = "UUID", conflicts_with = "jwks")]
    certificate: Option<String>,
    /// It keeps no secret, as a program on its user's machine: it asks persons alone, with PKCE
    #[arg(long, conflicts_with_all = ["jwks", "certificate", "without_pkce"], requires = "redirect_uri")]
    public: bool,
    /// Where it may have browsers sent back to; several times for several addresses
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// It may ask persons without PKCE, as clients of CSC's first version do
    #[arg(long, requires = "redirect_uri")]
    without_pkce: bool,
    /// It asks persons by requests that it signs alone (RFC 9101): any other in its name is refused
    #[arg(long, requires = "redirect_uri", conflicts_with = "public")]
    require_signed_request_object: bool,
    /// From when on it gets no tokens (RFC 3339)
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,
    #[command(flatten)]
    at: At,
}

/// The arguments of `list`.
#[derive(Debug, Args)]
pub(super) struct ListArguments {
    #[command(flatten)]
    at: At,
}

/// The arguments of `revoke`.
#[derive(Debug, Args)]
pub(super) struct RevokeArguments {
    /// The client's name
    #[arg(value_name = "CLIENT", value_parser = name)]
    client: String,
    #[command(flatten)]
    at: At,
}

/// A client, as the service tells of it.
#[derive(Debug, Deserialize)]
struct Told {
    id: String,
    secret: Option<String>,
    display_name: String,
    proof: String,
    scopes: Vec<String>,
    state: String,
}

#[derive(Debug, Deserialize)]
struct List {
    items: Vec<Told>,
}

/// Does it.
///
/// # Errors
/// [`Failure`] when nobody can be asked, or the service says no.
pub(super) async fn application(command: Command) -> Result<(), Failure> {
    let Command::Client(command) = command;
    match command {
        ClientCommand::Add(arguments) => add(arguments).await,
        ClientCommand::List(ListArguments { at }) => {
            let (_, List { items }) = at.ask(Method::GET, "", None, None).await?;
            terminal::print(match items.as_slice() {
                [] => "the application has no clients".to_owned(),
                all => all.iter().map(line).collect::<Vec<_>>().join("\n"),
            })
        }
        ClientCommand::Revoke(RevokeArguments { client, at }) => {
            let (version, List { .. }) = at.ask(Method::GET, "", None, None).await?;
            let path = format!("/{client}");
            let (_, told): (_, Told) =
                at.ask(Method::DELETE, &path, None, version.as_deref()).await?;
            terminal::print(line(&told))
        }
    }
}

async fn add(arguments: AddArguments) -> Result<(), Failure> {
    let AddArguments {
        scope,
        display_name,
        jwks,
        certificate,
        public,
        redirect_uri,
        without_pkce,
        require_signed_request_object,
        expires,
        at,
    } = arguments;
    let mut wanted = json!({ "scopes": scope, "display_name": display_name });
    // What an older service does not know is not said to it without need.
    if !redirect_uri.is_empty() {
        wanted["redirect_uris"] = redirect_uri.into();
    }
    if public {
        wanted["public"] = true.into();
    }
    if without_pkce {
        wanted["without_pkce"] = true.into();
    }
    if require_signed_request_object {
        wanted["require_signed_request_object"] = true.into();
    }
    if let Some(path) = jwks {
        let keys = input::read(&path, MAXIMUM_KEYS_LENGTH)?;
        let keys: Value = serde_json::from_slice(&keys)
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        wanted["jwks"] = keys;
    }
    if let Some(uuid) = certificate {
        wanted["certificate"] = uuid.into();
    }
    if let Some(expires) = expires {
        wanted["expires"] = expires.into();
    }
    let (_, Told { id, secret, .. }) = at.ask(Method::POST, "", Some(&wanted), None).await?;
    terminal::print(match secret {
        Some(secret) => format!("{id} {secret}"),
        None => id,
    })
}

impl At {
    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        version: Option<&str>,
    ) -> Result<(Option<String>, T), Failure> {
        let remote = Remote::new(self.server.clone(), self.ca.as_deref())?;
        let path = format!("v1/applications/{}/clients{path}", self.application);
        remote.administer(method, &path, self.identity.bearer()?, (body, version)).await
    }
}

fn line(client: &Told) -> String {
    let Told { id, secret: _, display_name, proof, scopes, state } = client;
    format!("{id}: {state}; {display_name}; {proof}; {}", scopes.join(" "))
}

fn scope(name: &str) -> Result<Scope, String> {
    let known = || Scope::all().map(Scope::name).collect::<Vec<_>>().join(", ");
    Scope::try_from(name).map_err(|_| format!("one of {}", known()))
}

/// Letters, digits, hyphens, underscores and dots: a name never leads to another address.
fn name(text: &str) -> Result<String, &'static str> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    match text.bytes().all(letter) {
        true if text.starts_with(|c: char| c.is_ascii_alphanumeric()) => Ok(text.to_owned()),
        true | false => Err("a name has letters, digits, hyphens, underscores and dots"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_one_line_and_its_secret_is_not_in_it() {
        let json = r#"{"id":"one","secret":"s3cret","display_name":"Nightly","proof":"secret",
            "scopes":["service","read-people"],"state":"active","more":1}"#;
        let told: Told = serde_json::from_str(json).unwrap();
        assert_eq!(line(&told), "one: active; Nightly; secret; service read-people");
    }

    #[test]
    fn a_name_never_leads_elsewhere() {
        assert!(name("archive-2.x").is_ok());
        for text in ["", "..", "a/b", "a?b", "a%2fb", "a b"] {
            assert!(name(text).is_err(), "{text}");
        }
        assert!(scope("service").is_ok() && scope("openid").is_err());
    }
}
