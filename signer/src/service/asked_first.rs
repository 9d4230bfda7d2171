//! What is asked with the key of a request is done once, whatever was changed since.

use super::{Error, Service};
use crate::authentication::Authenticated;

impl Service {
    /// Before anything is judged: whoever asks again is told what came of it.
    pub(super) async fn is_asked_first(&self, caller: &Authenticated) -> Result<(), Error> {
        match &caller.keyed {
            Some(keyed) => Ok(caller.organisation.tenant().is_free(keyed).await?),
            None => Ok(()),
        }
    }
}
