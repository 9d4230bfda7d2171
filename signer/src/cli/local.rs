//! The service in this process, asked without HTTP.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use pades::Password;
use seal::{Act, ApplicationId, Caller, Clock};

use super::{
    Failure,
    access::Access,
    asker::{Asker, FIRST_APPLICATION},
    composition::Composition,
    input::{self, MAXIMUM_TRUST_LENGTH},
    made::{self, Made},
    options::Options,
    order::{Asked, Order},
    output::Output,
    profile::Profile,
    terminal,
};
use crate::{
    Error,
    administration::Administration,
    authentication::Authenticated,
    compose::{Application, Backend, StartError},
    config::{Config, Overrides, Secret},
    data_directory::{DataDirectory, database_path},
    service::{ActOptions, AugmentationRequest, Document, RequestError, ValidationRequest},
    store::{Log, ReceiptId, Tenant},
};

/// A composed service and what it was composed from.
#[derive(Debug)]
pub(super) struct Local {
    application: Application,
    config: Config,
    /// The log that is read from, and not written.
    log: Option<Log>,
}

impl Local {
    /// Composes the service of `file`, or the demo, on `data_dir` or on nothing that stays.
    ///
    /// # Errors
    /// [`Failure`] when it cannot start.
    pub(super) async fn compose(
        file: Option<&Path>,
        data_dir: Option<PathBuf>,
        access: Access,
    ) -> Result<Self, Failure> {
        let composition = Composition::read(file, &Overrides::default())?;
        let usual = Some(composition.config.data.directory.clone()).filter(|path| path.is_dir());
        let read = match (access, &data_dir) {
            (Access::Reads, Some(_)) => data_dir.clone(),
            (Access::Reads | Access::RecordsKnowing, None) => usual,
            (Access::Records | Access::RecordsKnowing, Some(_)) | (Access::Records, None) => None,
        };
        let directory = match (&read, data_dir) {
            (Some(path), _) => DataDirectory::beside(path)?,
            (None, Some(path)) => DataDirectory::open(path)?,
            (None, None) => DataDirectory::temporary()?,
        };
        let (application, _) = composition.compose(&directory).await?;
        let log = match composition.config.data.database()? {
            Some(address) => read.map(|_| Log::Server(address)),
            None => {
                read.map(|path| database_path(&path)).filter(|path| path.is_file()).map(Log::File)
            }
        };
        Ok(Self { application, config: composition.config, log })
    }

    /// Signs or seals `document` into `output`; answers what was made.
    ///
    /// # Errors
    /// [`Failure::Problem`] when the service says no.
    pub(super) async fn act(
        &self,
        act: Act,
        asker: Asker<'_>,
        options: &Options,
        document: &Path,
        output: &mut Output,
    ) -> Result<Made, Failure> {
        let document = Document::new(self.read(document)?);
        let caller = self.caller(asker, (act == Act::Sign).then_some(&document)).await?;
        let image = options.appearance.image.as_deref();
        let service = &self.application.service;
        let mut options = act_options(options);
        options.image = image.map(|path| self.read(path).map(Document::new)).transpose()?;
        let done = service.perform(act, caller, options, document).await?;
        let names = done.warnings.iter().map(|warning| warning.name().to_owned());
        let degraded = done.degraded.map(|level| made::degraded(level.name()));
        let warnings = names.chain(degraded).collect();
        for part in &done.parts {
            output.write(part)?;
        }
        Ok(Made::of(done.file_name.media_type(), done.receipt.id.to_string(), warnings))
    }

    /// A document as an act with these options would leave it, but for the signature itself, or as it is.
    ///
    /// # Errors
    /// [`Failure::Problem`] when the service would say no.
    pub(super) async fn preview(
        &self,
        asker: Asker<'_>,
        options: Option<&Options>,
        document: &Path,
    ) -> Result<Bytes, Failure> {
        let document = Document::new(self.read(document)?);
        let Some(options) = options else { return Ok(document.bytes().clone()) };
        let caller = self.caller(asker, None).await?;
        let mut asked = act_options(options);
        let image = options.appearance.image.as_deref();
        asked.image = image.map(|path| self.read(path).map(Document::new)).transpose()?;
        let profiles = self.config.profiles.iter();
        let profile =
            profiles.map(|one| (&one.id, one.kind.act())).find(|one| *one.0 == asked.profile);
        let act =
            profile.map(|(_, act)| act).ok_or(Error::ProfileUnknown(asked.profile.clone()))?;
        Ok(self.application.service.preview(act, caller, asked, document).await?.document)
    }

    /// Raises the signatures of a document into `output`; answers the lowest level that is stated
    /// of one now, and the receipt's name.
    ///
    /// # Errors
    /// [`Failure::Problem`] when the service says no.
    pub(super) async fn augment(
        &self,
        asker: Asker<'_>,
        order: &Order<'_>,
        output: &mut Output,
    ) -> Result<(String, String), Failure> {
        let content = order.content.map(|path| self.read(path).map(Document::new)).transpose()?;
        let request = AugmentationRequest {
            level: order.level,
            document: Document::new(self.read(order.document)?),
            content,
            password: order.password.map(password),
        };
        let caller = self.caller(asker, None).await?;
        let done = self.application.service.augment(caller, request).await?;
        for warning in &done.warnings {
            terminal::note(format_args!("warning: {}", warning.name()));
        }
        for part in &done.parts {
            output.write(part)?;
        }
        let reached = done.receipt.reached.unwrap_or_else(|| order.level.name().to_owned());
        Ok((reached, done.receipt.id.to_string()))
    }

    /// The validation report of `document`, as JSON.
    ///
    /// # Errors
    /// [`Failure::Problem`] when the document cannot be validated.
    pub(super) async fn validate(
        &self,
        document: &Path,
        asked: Asked<'_>,
    ) -> Result<String, Failure> {
        let mut request = ValidationRequest::new(Document::new(self.read(document)?));
        let content = asked.content.map(|path| self.read(path).map(Document::new));
        request.content = content.transpose()?;
        request.password = asked.password.map(password);
        request.revocation = asked.revocation;
        if let Some(path) = asked.trust {
            request.trust = Some(Document::new(input::read(path, MAXIMUM_TRUST_LENGTH)?));
        }
        json(&self.application.service.validate(request).await?)
    }

    /// The receipt, as JSON.
    ///
    /// # Errors
    /// [`Failure::Problem`] when there is none of this name for who asks.
    pub(super) async fn receipt(&self, asker: Asker<'_>, name: &str) -> Result<String, Failure> {
        let id: ReceiptId = name.parse().map_err(|_| Error::from(RequestError::NotFound))?;
        let caller = self.caller(asker, None).await?;
        let receipt = match &self.log {
            Some(log) if caller.is_of_organisation() => {
                let organisation = self.config.organisation.id();
                Tenant::receipt_in(log, organisation, &id, &caller.caller).await
            }
            Some(_) | None => Ok(None),
        };
        json(&receipt.map_err(Error::from)?.ok_or(Error::from(RequestError::NotFound))?)
    }

    /// The certificate profiles.
    pub(super) fn profiles(&self) -> Vec<Profile> {
        let profiles = self.config.profiles.iter();
        profiles
            .map(|profile| Profile {
                id: profile.id.clone(),
                display_name: profile.display_name.clone(),
                act: profile.kind.act(),
                active: profile.active,
                allow_signing: profile.allow_signing,
                formats: profile.formats.iter().copied().collect(),
                levels: profile.levels.iter().copied().collect(),
            })
            .collect()
    }

    /// The trust anchors of this run and of those before it in the data directory, as PEM.
    pub(super) fn trust_anchors(&self) -> Vec<u8> {
        seal::pem(&self.application.service.trust().certificates()).into_bytes()
    }

    /// Ends the service in good order: its keys are wiped and its log is closed.
    ///
    /// # Errors
    /// [`Failure::Start`] when the last records could not be written.
    pub(super) async fn close(&self) -> Result<(), Failure> {
        self.application.shutdown().await.map_err(StartError::from)?;
        Ok(())
    }

    fn read(&self, path: &Path) -> Result<Bytes, Failure> {
        input::read(path, self.application.service.limits().maximum_body_bytes)
    }

    /// Who asks. A person of the demo gets a token, for `document` if there is one.
    async fn caller(
        &self,
        asker: Asker<'_>,
        document: Option<&Document>,
    ) -> Result<Authenticated, Failure> {
        let mut applications = self.config.applications.iter().map(|known| &known.id);
        let (application, name) = match asker {
            Asker::Token(token) => return self.authenticate(token.expose()).await,
            Asker::FirstApplication => (applications.next(), FIRST_APPLICATION),
            Asker::Named(FIRST_APPLICATION) => (applications.next(), FIRST_APPLICATION),
            Asker::Named(name) => (applications.find(|id| id.as_str() == name), name),
        };
        if let Some(id) = application {
            let organisation = Arc::clone(self.application.service.organisations().own());
            return Ok(by_application(id, organisation));
        }
        let documents: Vec<_> = document.map(Document::sha256).into_iter().collect();
        let token = match &self.application.backend {
            Backend::Embedded(simulator) => {
                let now = simulator.clock().now();
                simulator.identities().issue(name, &documents, now).map_err(StartError::from)?
            }
            // A device elsewhere issues its tokens on its own management port.
            Backend::Remote(_) => None,
        };
        match token {
            Some(token) => self.authenticate(token.expose()).await,
            None => Err(Failure::Usage(format!("there is no application or person `{name}`"))),
        }
    }

    async fn authenticate(&self, bearer: &str) -> Result<Authenticated, Failure> {
        let authenticator = self.application.service.authenticator();
        Ok(authenticator.authenticate(bearer).await.map_err(Error::from)?)
    }
}

/// Whoever holds the configuration may act for its applications: it is their own service.
fn by_application(id: &ApplicationId, organisation: Arc<Administration>) -> Authenticated {
    Authenticated::of(Caller::Application(id.clone()), organisation)
}

fn act_options(options: &Options) -> ActOptions {
    ActOptions {
        profile: options.profile(),
        format: options.format,
        packaging: options.packaging(),
        level: options.level,
        field: options.field.clone(),
        reason: options.reason.clone(),
        location: options.location.clone(),
        certify: options.certify,
        appearance: options.appearance(),
        image: None,
        password: options.password.as_ref().map(password),
    }
}

fn password(secret: &Secret) -> Password {
    Password::new(secret.expose().to_owned())
}

fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| Failure::Answer(error.to_string()))
}
