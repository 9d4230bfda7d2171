//! The libraries of tokens, each loaded and initialised once in a process (`C_Initialize`).

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
};

use crate::TokenError;

static LOADED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// The library of this file. It stays loaded: others may hold sessions.
pub(crate) fn load(module: &Path) -> Result<Pkcs11, TokenError> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = loaded.get(module) {
        return Ok(known.clone());
    }
    let failed = |cause| TokenError::Module { module: module.into(), cause };
    let library = Pkcs11::new(module).map_err(failed)?;
    match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(cause) => return Err(failed(cause)),
    }
    loaded.insert(module.into(), library.clone());
    Ok(library)
}
