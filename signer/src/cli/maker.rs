//! Who makes signatures or seals, one after the other or several at once.

use std::path::Path;

use seal::Act;

use super::{
    Failure,
    access::Access,
    connection::{Connection, Identity, Place},
    made::Made,
    options::Options,
    output::Output,
};

/// A server or the service in this process, and what it is asked to make of every document.
#[derive(Debug)]
pub(super) struct Maker {
    connection: Connection,
    identity: Identity,
    act: Act,
    options: Options,
}

impl Maker {
    /// Reaches whoever does the work.
    ///
    /// # Errors
    /// [`Failure`] when the service cannot start.
    pub(super) async fn connect(
        place: Place,
        identity: Identity,
        act: Act,
        options: Options,
    ) -> Result<Self, Failure> {
        let connection = place.connect(Access::Records).await?;
        Ok(Self { connection, identity, act, options })
    }

    /// Signs or seals `document` into `output`.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) async fn make(&self, document: &Path, output: &mut Output) -> Result<Made, Failure> {
        let (act, options) = (self.act, &self.options);
        match &self.connection {
            Connection::Server(server) => {
                server.act(act, self.identity.bearer()?, options, document, output).await
            }
            Connection::Process(local) => {
                local.act(act, self.identity.in_process(), options, document, output).await
            }
        }
    }

    /// The trust anchors that the results validate under, in PEM.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) async fn trust_anchors(&self) -> Result<Vec<u8>, Failure> {
        match &self.connection {
            Connection::Server(server) => {
                Ok(server.text("pki/trust-anchors.pem", None).await?.into_bytes())
            }
            Connection::Process(local) => Ok(local.trust_anchors()),
        }
    }

    /// Ends the work: what is to be recorded is on disk then.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) async fn close(self) -> Result<(), Failure> {
        match self.connection {
            Connection::Server(_) => Ok(()),
            Connection::Process(local) => local.close().await,
        }
    }
}
