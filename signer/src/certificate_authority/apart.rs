//! Where signatures are made that may wait for a token.

use tokio::task::spawn_blocking;

use super::error::AuthorityError;

/// Does what may wait long where nobody else waits for it.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AuthorityError> + Send + 'static,
) -> Result<T, AuthorityError> {
    spawn_blocking(work).await.map_err(|_| AuthorityError::Interrupted)?
}
