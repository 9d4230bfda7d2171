//! A server, over HTTP.

mod enrolment;

use std::{path::Path, time::Duration};

use reqwest::{
    Certificate, Client, ClientBuilder, Identity, Method, Response, StatusCode, Url,
    header::{CONTENT_TYPE, ETAG, IF_MATCH, LOCATION},
    multipart::{Form, Part},
    redirect::Policy,
};
use seal::Act;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    Failure,
    input::{self, MAXIMUM_TRUST_LENGTH},
    made::{self, Made},
    options::Options,
    order::{Asked, Order},
    output::Output,
    problem::ToldProblem,
    terminal,
};
use crate::config::Secret;

/// What other people's readers may make of a result, where that differs.
const WARNING: &str = "segl-warning";

/// The level that was reached, where it is lower than the one asked for.
const DEGRADED: &str = "segl-degraded";

/// The lowest level that is stated of a signature that was raised.
const LEVEL: &str = "segl-level";

/// How long a server may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a server may be silent in the middle of an exchange.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(120);

/// The longest answer that is not a document, in bytes.
const MAXIMUM_ANSWER_LENGTH: usize = 64 << 20;

/// A server's address and a client for it.
#[derive(Debug)]
pub(super) struct Remote {
    server: Url,
    client: Client,
}

impl Remote {
    /// Nothing is sent yet. `ca` holds roots (PEM) that are trusted beside the system's.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the address is none of HTTP, or `ca` holds no certificate;
    /// [`Failure::File`]; [`Failure::Server`].
    pub(super) fn new(server: Url, ca: Option<&Path>) -> Result<Self, Failure> {
        Self::with(server, ca, Client::builder())
    }

    /// The same, showing a certificate in TLS: the key and it, in PEM.
    ///
    /// # Errors
    /// As [`Remote::new`].
    pub(super) fn showing(
        server: Url,
        ca: Option<&Path>,
        identity: &[u8],
    ) -> Result<Self, Failure> {
        let identity = Identity::from_pem(identity)?;
        Self::with(server, ca, Client::builder().identity(identity))
    }

    fn with(mut server: Url, ca: Option<&Path>, client: ClientBuilder) -> Result<Self, Failure> {
        if !matches!(server.scheme(), "http" | "https") || server.cannot_be_a_base() {
            return Err(Failure::Usage(format!("{server}: is not an http or https address")));
        }
        // So that a path in front of the service's own stays.
        if !server.path().ends_with('/') {
            server.set_path(&format!("{}/", server.path()));
        }
        let client = client
            .tls_certs_merge(ca.map(roots).transpose()?.unwrap_or_default())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(SILENCE_TIMEOUT)
            // A key or a token goes to the address that was given and nowhere else.
            .redirect(Policy::none())
            .build()?;
        Ok(Self { server, client })
    }

    /// Signs or seals `document` into `output`; answers what was made.
    ///
    /// # Errors
    /// [`Failure::Problem`] when the service says no.
    pub(super) async fn act(
        &self,
        act: Act,
        bearer: &Secret,
        options: &Options,
        document: &Path,
        output: &mut Output,
    ) -> Result<Made, Failure> {
        let path = match act {
            Act::Seal => "v1/seals",
            Act::Sign => "v1/signatures",
        };
        // In a part, not in the address: a reason may name a person, and addresses are logged.
        let image = options.appearance.image.as_deref();
        let options = Part::text(options.to_json()).mime_str("application/json")?;
        let mut form = Form::new().part("options", options);
        if let Some(image) = image {
            form = form.part("image", input::part(image)?);
        }
        let form = form.part("document", input::part(document)?);
        let request = self.client.post(self.address(path)?).bearer_auth(bearer.expose());
        let answer = success(request.multipart(form).send().await?).await?;
        let mut warnings = warnings(&answer);
        if let Some(level) = answer.headers().get(DEGRADED) {
            warnings.push(made::degraded(level.to_str().unwrap_or_default()));
        }
        let media_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or_default().to_owned();
        let receipt = document_into(answer, output).await?;
        Ok(Made::of(&media_type, receipt, warnings))
    }

    /// Raises the signatures of a document into `output`; answers the lowest level that is stated
    /// of one now, and the receipt's name.
    ///
    /// # Errors
    /// [`Failure::Problem`] when the service says no.
    pub(super) async fn augment(
        &self,
        bearer: &Secret,
        order: &Order<'_>,
        output: &mut Output,
    ) -> Result<(String, String), Failure> {
        let Order { level, document, content, password } = *order;
        let options = json!({ "level": level, "password": password.map(Secret::expose) });
        let mut form = Form::new().part("options", json_part(&options)?);
        form = form.part("document", input::part(document)?);
        if let Some(content) = content {
            form = form.part("content", input::part(content)?);
        }
        let request = self.client.post(self.address("v1/augmentations")?);
        let request = request.bearer_auth(bearer.expose());
        let answer = success(request.multipart(form).send().await?).await?;
        terminal::warn(warnings(&answer));
        // A server of before it was told reached what was asked for.
        let reached = answer.headers().get(LEVEL).and_then(|stated| stated.to_str().ok());
        let reached = reached.unwrap_or(level.name()).to_owned();
        Ok((reached, document_into(answer, output).await?))
    }

    /// The validation report of `document`, as the service wrote it.
    ///
    /// # Errors
    /// [`Failure::Problem`] when the service says no.
    pub(super) async fn validate(
        &self,
        document: &Path,
        asked: Asked<'_>,
    ) -> Result<String, Failure> {
        let mut form = Form::new().part("document", input::part(document)?);
        for (name, path) in [("content", asked.content), ("trust", asked.trust)] {
            if let Some(path) = path {
                form = form.part(name, input::part(path)?);
            }
        }
        let mut options = serde_json::Map::new();
        if let Some(password) = asked.password {
            options.insert("password".to_owned(), json!(password.expose()));
        }
        if let Some(policy) = asked.revocation {
            options.insert("revocation".to_owned(), json!(policy));
        }
        if !options.is_empty() {
            form = form.part("options", json_part(&options.into())?);
        }
        let request = self.client.post(self.address("v1/validations")?).multipart(form);
        text(success(request.send().await?).await?).await
    }

    /// What is at `path`, as text.
    ///
    /// # Errors
    /// [`Failure::Problem`] when the service says no.
    pub(super) async fn text(
        &self,
        path: &str,
        bearer: Option<&Secret>,
    ) -> Result<String, Failure> {
        let mut request = self.client.request(Method::GET, self.address(path)?);
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer.expose());
        }
        text(success(request.send().await?).await?).await
    }

    /// What is at `path`, as JSON.
    ///
    /// # Errors
    /// As [`Remote::text`]; [`Failure::Answer`] when it is not what Segl answers.
    pub(super) async fn json<T: DeserializeOwned>(
        &self,
        path: &str,
        bearer: &Secret,
    ) -> Result<T, Failure> {
        let text = self.text(path, Some(bearer)).await?;
        serde_json::from_str(&text).map_err(|error| Failure::Answer(error.to_string()))
    }

    /// What the service answers to a question of administration, and its version. `version` is the one that
    /// is changed.
    ///
    /// # Errors
    /// As [`Remote::json`].
    pub(super) async fn administer<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        bearer: &Secret,
        (body, version): (Option<&Value>, Option<&str>),
    ) -> Result<(Option<String>, T), Failure> {
        let mut request = self.client.request(method, self.address(path)?);
        request = request.bearer_auth(bearer.expose());
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(version) = version {
            request = request.header(IF_MATCH, version);
        }
        let answer = success(request.send().await?).await?;
        let version = answer.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
        let version = version.map(str::to_owned);
        let text = text(answer).await?;
        let told = serde_json::from_str(&text);
        Ok((version, told.map_err(|error| Failure::Answer(error.to_string()))?))
    }

    /// What is to be issued of an order, to whoever knows its reference and one-time code (HTTP Basic, RFC 7617);
    /// with a certification request (PKCS#10, RFC 2986) the certificate and its issuers, in PEM.
    ///
    /// # Errors
    /// As [`Remote::text`].
    pub(super) async fn issuance(
        &self,
        reference: &str,
        code: &Secret,
        request: Option<Vec<u8>>,
    ) -> Result<String, Failure> {
        let address = self.address(&format!("v1/issuances/{reference}"))?;
        let asked = match request {
            None => self.client.get(address),
            Some(request) => {
                self.client.post(address).header(CONTENT_TYPE, "application/pkcs10").body(request)
            }
        };
        let asked = asked.basic_auth(reference, Some(code.expose()));
        text(success(asked.send().await?).await?).await
    }

    fn address(&self, path: &str) -> Result<Url, Failure> {
        self.server.join(path).map_err(|error| Failure::Usage(format!("{}: {error}", self.server)))
    }
}

/// The certificates of a PEM file, at least one.
fn roots(path: &Path) -> Result<Vec<Certificate>, Failure> {
    let pem = input::read(path, MAXIMUM_TRUST_LENGTH)?;
    let roots = Certificate::from_pem_bundle(&pem).ok().filter(|roots| !roots.is_empty());
    roots.ok_or_else(|| Failure::Usage(format!("{}: holds no certificate (PEM)", path.display())))
}

fn json_part(value: &Value) -> Result<Part, Failure> {
    Ok(Part::text(value.to_string()).mime_str("application/json")?)
}

/// What different readers of PDF judge differently.
fn warnings(answer: &Response) -> Vec<String> {
    let warnings = answer.headers().get_all(WARNING).iter();
    warnings.map(|warning| warning.to_str().unwrap_or_default().to_owned()).collect()
}

/// Writes the document that was answered; answers the receipt's name.
async fn document_into(mut answer: Response, output: &mut Output) -> Result<String, Failure> {
    let receipt = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let receipt = receipt.and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let receipt = receipt.to_owned();
    while let Some(chunk) = answer.chunk().await? {
        output.write(&chunk)?;
    }
    Ok(receipt)
}

/// The answer if it is a success, else the problem that it tells.
async fn success(answer: Response) -> Result<Response, Failure> {
    let status = answer.status();
    if matches!(status, StatusCode::OK | StatusCode::CREATED) {
        return Ok(answer);
    }
    let text = text(answer).await?;
    match serde_json::from_str::<ToldProblem>(&text) {
        Ok(problem) => Err(Failure::Problem(problem)),
        Err(_) => Err(Failure::Answer(format!("status {status} without a problem document"))),
    }
}

async fn text(mut answer: Response) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > MAXIMUM_ANSWER_LENGTH {
            return Err(Failure::Answer(format!("longer than {MAXIMUM_ANSWER_LENGTH} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Failure::Answer("not UTF-8 text".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(address: &str) -> Result<Remote, Failure> {
        drop(rustls::crypto::ring::default_provider().install_default());
        Remote::new(address.parse().unwrap(), None)
    }

    #[test]
    fn a_path_before_the_services_own_stays() {
        for (server, expected) in [
            ("https://seal.example", "https://seal.example/v1/seals"),
            ("https://example/segl", "https://example/segl/v1/seals"),
            ("https://example/segl/", "https://example/segl/v1/seals"),
        ] {
            assert_eq!(remote(server).unwrap().address("v1/seals").unwrap().as_str(), expected);
        }
    }

    #[test]
    fn a_file_without_a_certificate_is_no_ca() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "no certificate").unwrap();
        let server: Url = "https://seal.example".parse().unwrap();
        let refused = Remote::new(server.clone(), Some(file.path()));
        assert!(matches!(refused, Err(Failure::Usage(_))), "{refused:?}");
        let missing = Remote::new(server, Some(Path::new("/no/such/file")));
        assert!(matches!(missing, Err(Failure::File { .. })), "{missing:?}");
    }

    #[test]
    fn what_is_not_http_is_no_server() {
        for address in ["ftp://seal.example", "file:///etc/passwd", "mailto:seal@example"] {
            assert!(matches!(remote(address), Err(Failure::Usage(_))), "{address}");
        }
    }
}
