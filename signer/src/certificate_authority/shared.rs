//! The authority in the database that nodes share: one row for each of `root`, `issuing-1`, and so on, with the
//! certificate in DER and the key as EncryptedPrivateKeyInfo, if it is not in a token that all nodes reach. The
//! passphrase is not there, and never made.

use std::sync::mpsc;

use authority::Curve;
use key_token::Token;
use seal::CertificateDer;
use tokio::runtime::Handle;

use super::{
    error::{AuthorityError, KeptAt},
    folder::Folder,
    generations::{ROOT, file},
    keeping::{self, Begun, Keeping, Kept},
    protection::Protection,
};
use crate::{
    secret::Secret,
    store::{AuditError, KeptAuthority, SharedAuthorities},
};

/// The rows, with what opens their keys.
#[derive(Debug)]
pub(super) struct Shared {
    rows: SharedAuthorities,
    protection: Protection,
    /// Asks the database, for those who wait without a runtime.
    runtime: Handle,
}

impl Shared {
    /// It is called within a runtime.
    pub(super) fn open(
        rows: &SharedAuthorities,
        passphrase: Option<&Secret>,
        token: Option<&Token>,
    ) -> Result<Self, AuthorityError> {
        if passphrase.is_none() && token.is_none() {
            return Err(AuthorityError::NoPassphrase);
        }
        passphrase.map_or(Ok(()), super::passphrase::check)?;
        let protection = Protection { passphrase: passphrase.cloned(), token: token.cloned() };
        let runtime = Handle::try_current().map_err(|_| AuthorityError::Interrupted)?;
        Ok(Self { rows: rows.clone(), protection, runtime })
    }

    /// Takes the authority of a folder, with so many issuing ones, if the database has none; answers whether it
    /// did.
    pub(super) fn take(&self, folder: &Folder, issuing: usize) -> Result<bool, AuthorityError> {
        let names = [ROOT.to_owned()].into_iter().chain((1..=issuing).map(file));
        let all = names.map(|name| {
            let (certificate, protected_key) = folder.whole(&name)?;
            Ok(KeptAuthority { name, certificate, protected_key })
        });
        let all = all.collect::<Result<Vec<_>, AuthorityError>>()?;
        let rows = self.rows.clone();
        self.answer(async move { rows.keep(&all).await })
    }

    fn answer<T: Send + 'static>(
        &self,
        asked: impl Future<Output = Result<T, AuditError>> + Send + 'static,
    ) -> Result<T, AuthorityError> {
        let (answer, answered) = mpsc::sync_channel(1);
        self.runtime.spawn(async move { answer.send(asked.await) });
        Ok(answered.recv().map_err(|_| AuthorityError::Interrupted)??)
    }
}

impl Keeping for Shared {
    fn last_generation(&self) -> Result<usize, AuthorityError> {
        let rows = self.rows.clone();
        let names = self.answer(async move { rows.names().await })?;
        let generations =
            names.iter().filter_map(|name| name.strip_prefix("issuing-")?.parse().ok());
        Ok(generations.max().unwrap_or(0))
    }

    fn read(&self, name: &str) -> Result<Option<Kept>, AuthorityError> {
        let (rows, asked) = (self.rows.clone(), name.to_owned());
        let Some(row) = self.answer(async move { rows.read(&asked).await })? else {
            return Ok(None);
        };
        let at = KeptAt::Row(row.name);
        let certificate = keeping::certificate(row.certificate, &at)?;
        let Some(protected) = row.protected_key else {
            let key = self.protection.find(&certificate)?;
            return Ok(Some(Kept { certificate, key }));
        };
        let key = self.protection.open(&protected, &at)?;
        keeping::together(certificate, key, at).map(Some)
    }

    /// A row has both from the first.
    fn is_begun(&self, _: &str) -> Result<bool, AuthorityError> {
        Ok(false)
    }

    fn begin(&self, name: &str, curve: Curve) -> Result<Begun, AuthorityError> {
        // The root that issued those is in a folder of another node: that one starts first.
        let rows = self.rows.clone();
        if name == ROOT && self.answer(async move { rows.has_issued().await })? {
            return Err(self.incomplete(ROOT));
        }
        self.protection.make(name, curve, KeptAt::Row(name.to_owned()))
    }

    fn finish(
        &self,
        name: &str,
        begun: Begun,
        certificate: CertificateDer,
    ) -> Result<Kept, AuthorityError> {
        let rows = self.rows.clone();
        let row = KeptAuthority {
            name: name.to_owned(),
            certificate: certificate.as_bytes().to_vec(),
            protected_key: begun.protected,
        };
        if self.answer(async move { rows.keep(&[row]).await })? {
            return Ok(Kept { certificate, key: Some(begun.key) });
        }
        self.read(name)?.ok_or_else(|| self.incomplete(name))
    }

    fn incomplete(&self, part: &str) -> AuthorityError {
        let name = part.split('.').next().unwrap_or(part);
        self.protection.missing(part, KeptAt::Row(name.to_owned()))
    }
}
