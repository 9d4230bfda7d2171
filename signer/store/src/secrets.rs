//! The store, asked for secrets.

use std::time::SystemTime;

use async_recursion::async_recursion as boxed;
use seal::OrganisationId;

use crate::{
    AuditError, Database, KeptSecret, MAXIMUM_SECRET_CONTENT, SecretError, SecretKind, Spent,
    Store,
    sqlite::secret::{Step, Stepped},
};

/// How many rows a step changed.
fn changed(stepped: Result<Stepped, AuditError>) -> Result<u64, AuditError> {
    Ok(match stepped? {
        Stepped::Rows(rows) => rows,
        Stepped::Kept | Stepped::AlreadyKept | Stepped::Full | Stepped::Spent(_) => 0,
    })
}

impl Store {
    /// Keeps a secret. `limit` is the most that one owner may have of the kind that have neither ended
    /// nor been spent; nodes that ask at the same moment may each add one to it.
    ///
    /// # Errors
    /// [`SecretError`]: nothing is kept then.
    #[boxed]
    pub async fn keep_secret(
        &self,
        secret: &KeptSecret,
        limit: Option<u32>,
        now: SystemTime,
    ) -> Result<(), SecretError> {
        if secret.content.len() > MAXIMUM_SECRET_CONTENT {
            return Err(SecretError::TooLong(secret.content.len()));
        }
        match &self.database {
            Database::File(file) => {
                let secret = Box::new(secret.clone());
                match file.step(Step::Keep { secret, limit, now }).await? {
                    Stepped::AlreadyKept => Err(SecretError::AlreadyKept),
                    Stepped::Full => Err(SecretError::Full),
                    Stepped::Kept | Stepped::Rows(_) | Stepped::Spent(_) => Ok(()),
                }
            }
            Database::Server(server) => server.keep_secret(secret, limit, now).await,
        }
    }

    /// Ends, where one more would make more than `most`, what ends first of what the person of a secret has of its
    /// kind at its owner; answers how many. That in whose place it comes, by its hash, is not counted and ends by
    /// itself. Of a secret of nobody nothing ends.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn make_room(
        &self,
        secret: &KeptSecret,
        (most, in_place_of): (u32, Option<&[u8; 32]>),
        now: SystemTime,
    ) -> Result<u64, AuditError> {
        let in_place_of = *in_place_of.unwrap_or(&secret.hash);
        match &self.database {
            Database::File(file) => {
                let secret = Box::new(secret.clone());
                changed(file.step(Step::MakeRoom { secret, most, in_place_of, now }).await)
            }
            Database::Server(server) => server.make_room(secret, (most, &in_place_of), now).await,
        }
    }

    /// The secret of this hash, if it was neither spent nor has ended.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::EntryDamaged`].
    #[boxed]
    pub async fn secret(
        &self,
        kind: SecretKind,
        hash: &[u8; 32],
        now: SystemTime,
    ) -> Result<Option<KeptSecret>, AuditError> {
        match &self.database {
            Database::File(file) => file.secret(kind, hash, now).await,
            Database::Server(server) => server.secret(kind, hash, now).await,
        }
    }

    /// Spends a secret that is good once.
    ///
    /// # Errors
    /// [`AuditError::Database`]: whether it was spent is not known then, and nothing may be given for it.
    #[boxed]
    pub async fn spend_secret(
        &self,
        kind: SecretKind,
        hash: &[u8; 32],
        now: SystemTime,
    ) -> Result<Spent, AuditError> {
        match &self.database {
            Database::File(file) => {
                match file.step(Step::Spend { kind, hash: *hash, now }).await? {
                    Stepped::Spent(spent) => Ok(spent),
                    Stepped::Kept | Stepped::AlreadyKept | Stepped::Full | Stepped::Rows(_) => {
                        Ok(Spent::Unknown)
                    }
                }
            }
            Database::Server(server) => server.spend_secret(kind, hash, now).await,
        }
    }

    /// Gives a secret another end and other content; answers whether there was one that was not spent.
    ///
    /// # Errors
    /// [`SecretError::TooLong`], [`SecretError::Store`].
    #[boxed]
    pub async fn amend_secret(
        &self,
        kind: SecretKind,
        hash: &[u8; 32],
        ends: SystemTime,
        content: &str,
    ) -> Result<bool, SecretError> {
        if content.len() > MAXIMUM_SECRET_CONTENT {
            return Err(SecretError::TooLong(content.len()));
        }
        let amended = match &self.database {
            Database::File(file) => {
                let content = content.to_owned();
                changed(file.step(Step::Amend { kind, hash: *hash, ends, content }).await)
            }
            Database::Server(server) => server.amend_secret(kind, hash, ends, content).await,
        };
        Ok(amended? > 0)
    }

    /// Ends one secret; answers whether there was one.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn end_secret(&self, kind: SecretKind, hash: &[u8; 32]) -> Result<bool, AuditError> {
        let ended = match &self.database {
            Database::File(file) => changed(file.step(Step::End { kind, hash: *hash }).await),
            Database::Server(server) => server.end_secret(kind, hash).await,
        };
        Ok(ended? > 0)
    }

    /// Ends what came of one login or one authorisation; answers how much of it was still good.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn end_family(&self, family: &[u8; 16]) -> Result<u64, AuditError> {
        match &self.database {
            Database::File(file) => changed(file.step(Step::EndFamily(*family)).await),
            Database::Server(server) => server.end_family(family).await,
        }
    }

    /// Ends all that one owner has of a kind; answers how much.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn end_secrets_of(
        &self,
        kind: SecretKind,
        organisation: &OrganisationId,
        subject: &str,
    ) -> Result<u64, AuditError> {
        match &self.database {
            Database::File(file) => {
                let (organisation, subject) = (organisation.clone(), subject.to_owned());
                changed(file.step(Step::EndOf { kind, organisation, subject }).await)
            }
            Database::Server(server) => server.end_secrets_of(kind, organisation, subject).await,
        }
    }
}
