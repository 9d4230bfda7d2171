//! The certificate authority that nodes which share a database share with it.

use async_recursion::async_recursion as boxed;
use sqlx::PgPool;

use crate::{
    AuditError, Database, KeptAuthority, Store,
    postgres::{Reader, authorities, within},
};

/// The authorities of a database that nodes share. It knows nothing of keys and certificates.
#[derive(Clone, Debug)]
pub struct SharedAuthorities {
    readers: PgPool,
}

impl Store {
    /// The authorities that the database keeps for all nodes; `None` where there is one node, with a file.
    pub fn shared_authorities(&self) -> Option<SharedAuthorities> {
        match &self.database {
            Database::File(_) => None,
            Database::Server(server) => Some(SharedAuthorities { readers: server.readers.clone() }),
        }
    }
}

impl SharedAuthorities {
    /// The names of those that are kept.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn names(&self) -> Result<Vec<String>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(authorities::names(reader.connection()?)).await;
        reader.answered(found)
    }

    /// The one of this name.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn read(&self, name: &str) -> Result<Option<KeptAuthority>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(authorities::read(reader.connection()?, name)).await;
        reader.answered(found)
    }

    /// Whether any certificate is kept that an authority issued.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn has_issued(&self) -> Result<bool, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(authorities::has_issued(reader.connection()?)).await;
        reader.answered(found)
    }

    /// Keeps all of them, or none where one of these names is kept already; answers whether it did. Of nodes
    /// that ask at the same moment one is answered that it did.
    ///
    /// # Errors
    /// [`AuditError::Database`]: whether they are kept is not known then.
    #[boxed]
    pub async fn keep(&self, all: &[KeptAuthority]) -> Result<bool, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let kept = within(authorities::keep(reader.connection()?, all)).await;
        reader.answered(kept)
    }
}
