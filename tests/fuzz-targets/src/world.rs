//! What is genuine: one root, what was signed under it, and nothing else. Private keys stay in the
//! simulator that made it, so a target can tell a forgery by its being none of these files.

use std::{
    collections::BTreeMap,
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use cades::{Certificate, OcspResponse, RevocationList, TrustAnchors, TrustMaterial};
use seal::CertificateDer;

/// The time at which everything happens: noon of 1 July 2026.
pub fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_782_907_200)
}

/// What the signatures in CMS form are over.
pub(crate) const CONTENT: &[u8] = b"The municipality decides.";

/// Files by folder and name: `certificates/root`, `documents/one-page-B-LTA`.
#[derive(Clone, Debug, Default)]
pub struct World {
    files: BTreeMap<String, Vec<u8>>,
}

impl World {
    /// Reads what [`World::write`] has written.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut world = Self::default();
        for inner in fs::read_dir(folder)? {
            let inner = inner?;
            for file in fs::read_dir(inner.path())? {
                let file = file?;
                let name = [inner.file_name(), file.file_name()].map(|name| name.into_string());
                let [Ok(inner), Ok(name)] = name else { continue };
                world.add(&inner, &name, fs::read(file.path())?);
            }
        }
        Ok(world)
    }

    /// Writes every file: public bytes only.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            path.parent().map(fs::create_dir_all).transpose()?;
            fs::write(path, bytes)?;
        }
        Ok(())
    }

    /// The same world in which the files of some folders are not known to be genuine.
    #[must_use]
    pub fn without(&self, folders: &[&str]) -> Self {
        let mut files = self.files.clone();
        let known =
            |name: &str| folders.iter().all(|folder| name.split('/').next() != Some(folder));
        files.retain(|name, _| known(name));
        Self { files }
    }

    pub(crate) fn add(&mut self, folder: &str, name: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(format!("{folder}/{name}"), bytes.into());
    }

    /// One file.
    pub(crate) fn file(&self, name: &str) -> &[u8] {
        self.files.get(name).unwrap_or_else(|| panic!("the world has no `{name}`"))
    }

    /// The files of a folder, with their names.
    pub fn folder(&self, folder: &str) -> impl Iterator<Item = (&str, &[u8])> {
        let prefix = format!("{folder}/");
        self.files
            .iter()
            .filter_map(move |(name, bytes)| Some((name.strip_prefix(&prefix)?, bytes.as_slice())))
    }

    /// A certificate of the world.
    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        let der = CertificateDer::new(self.file(&format!("certificates/{name}")).to_vec());
        Certificate::parse(der).unwrap()
    }

    /// What a validation trusts: the root. It knows all other certificates and revocation data.
    pub fn trust(&self) -> TrustMaterial {
        let root = CertificateDer::new(self.file("certificates/root").to_vec());
        TrustMaterial {
            anchors: TrustAnchors::new([root]).unwrap(),
            certificates: ["issuing-ca", "tsa"].map(|name| self.certificate(name)).into(),
            ..TrustMaterial::default()
        }
    }

    /// The evidence that level LT puts into a CMS.
    pub(crate) fn evidence(&self) -> cades::ValidationData {
        let list = |name| RevocationList::parse(self.file(name).to_vec()).unwrap();
        let response = |name| OcspResponse::parse(self.file(name).to_vec()).unwrap();
        cades::ValidationData {
            certificates: ["issuing-ca", "tsa"].map(|name| self.certificate(name)).into(),
            revocation_lists: vec![list("lists/root")],
            ocsp_responses: vec![response("responses/issuing-ca")],
            unreadable: Vec::new(),
        }
    }

    /// The same for a PDF.
    pub(crate) fn pdf_evidence(&self) -> pades::ValidationData {
        let file = |name: &str| bytes::Bytes::copy_from_slice(self.file(name));
        pades::ValidationData {
            certificates: ["certificates/issuing-ca", "certificates/tsa"].map(file).into(),
            crls: vec![file("lists/root")],
            ocsp_responses: vec![file("responses/issuing-ca")],
            ..pades::ValidationData::default()
        }
    }
}
