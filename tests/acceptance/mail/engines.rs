//! Programs that sign and encrypt mail (S/MIME, RFC 8551): OpenSSL; NSS, the engine of Thunderbird; and gpgsm,
//! that of KMail. Each has the holders' keys, and trusts the registry's root.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use crate::oracle::{Folder, openssl, run};

/// A program that signs and encrypts mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Openssl,
    Nss,
    Gpgsm,
}

pub const ENGINES: [Engine; 3] = [Engine::Openssl, Engine::Nss, Engine::Gpgsm];

/// What the programs keep, in a folder that is gone with it.
pub struct Desk {
    folder: Folder,
}

/// Somebody with a key: `NAME.p12`, `NAME.pem`, `NAME.key`.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// The names of the files.
    pub file: &'a str,
    /// What NSS calls the certificate.
    pub nickname: &'a str,
}

impl Desk {
    /// Takes `root.pem` and `issuing.pem` of this folder.
    pub fn new(folder: Folder) -> Self {
        let desk = Self { folder };
        let database = desk.database();
        done("certutil", &["-N", "-d", &database, "--empty-password"]);
        for (name, trust) in [("root", "CT,C,C"), ("issuing", ",,")] {
            let file = desk.path(&format!("{name}.pem"));
            done("certutil", &["-A", "-d", &database, "-n", name, "-t", trust, "-a", "-i", &file]);
        }
        let home = desk.folder.path("gnupg");
        fs::create_dir(&home).expect("a folder");
        fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).expect("its owner's");
        // Whether a list is reached is tested elsewhere: here no program asks the network.
        fs::write(home.join("gpgsm.conf"), "disable-crl-checks\n").expect("a file");
        fs::write(home.join("gpg-agent.conf"), "allow-loopback-pinentry\n").expect("a file");
        if !desk.folder.path("password").exists() {
            desk.write("password", b"");
        }
        let root = openssl(&desk.folder, "x509 -in @root.pem -noout -fingerprint -sha1");
        let root = root.expect("a root");
        let root = root.trim().rsplit('=').next().expect("a fingerprint").replace(':', "");
        fs::write(home.join("trustlist.txt"), format!("{root} S relax\n")).expect("a file");
        desk.gpgsm(&["--import", &desk.path("root.pem"), &desk.path("issuing.pem")])
            .expect("two certificates");
        desk
    }

    /// Gives every program this holder's key.
    pub fn takes(&self, holder: Holder<'_>, password: &str) {
        let file = self.path(&format!("{}.p12", holder.file));
        done("pk12util", &["-i", &file, "-d", &self.database(), "-W", password]);
        self.folder.write("password", password.as_bytes());
        // Once gpgsm 2.2 could not decrypt what pk12util had just read; a file that is wrong fails both times.
        let import = || self.gpgsm_with_password(&["--import", &file]);
        let imported = import().or_else(|_| import());
        imported.expect("gpgsm imports a key");
    }

    /// Signs `FROM` as this holder: `TO`, in DER.
    pub fn sign(
        &self,
        engine: Engine,
        holder: Holder<'_>,
        from: &str,
        to: &str,
    ) -> Result<(), String> {
        let Holder { file, nickname } = holder;
        match engine {
            Engine::Openssl => self.openssl(&format!(
                "cms -sign -binary -nodetach -outform DER -md sha256 -signer @{file}.pem \
                 -inkey @{file}.key -certfile @issuing.pem -in @{from} -out @{to}"
            )),
            Engine::Nss => self.cmsutil(&["-S", "-N", nickname, "-H", "SHA256"], from, to),
            Engine::Gpgsm => {
                let whose = self.fingerprint(file);
                self.gpgsm_to(to, &["--sign", "-u", &whose, &self.path(from)])
            }
        }
    }

    /// Takes what was signed out of `FROM`: `TO`, where the signature is good for mail.
    pub fn verify(&self, engine: Engine, from: &str, to: &str) -> Result<(), String> {
        match engine {
            Engine::Openssl => self.openssl(&format!(
                "cms -verify -binary -inform DER -purpose smimesign -CAfile @root.pem \
                 -certfile @issuing.pem -in @{from} -out @{to}"
            )),
            Engine::Nss => self.cmsutil(&["-D", "-u", "4"], from, to),
            Engine::Gpgsm => self.gpgsm_to(to, &["--verify", &self.path(from)]),
        }
    }

    /// Encrypts `FROM` to this holder: `TO`, in DER.
    pub fn encrypt(
        &self,
        engine: Engine,
        holder: Holder<'_>,
        from: &str,
        to: &str,
    ) -> Result<(), String> {
        let Holder { file, nickname } = holder;
        match engine {
            Engine::Openssl => {
                // It encrypts to whatever it is given.
                self.openssl(&format!(
                    "verify -purpose smimeencrypt -CAfile @root.pem -untrusted @issuing.pem @{file}.pem"
                ))?;
                self.openssl(&format!(
                    "cms -encrypt -binary -outform DER -aes-256-cbc -in @{from} -out @{to} @{file}.pem"
                ))
            }
            Engine::Nss => self.cmsutil(&["-E", "-r", nickname], from, to),
            Engine::Gpgsm => {
                let whom = self.fingerprint(file);
                self.gpgsm_to(to, &["--encrypt", "-r", &whom, &self.path(from)])
            }
        }
    }

    /// Decrypts `FROM` as this holder: `TO`.
    pub fn decrypt(
        &self,
        engine: Engine,
        holder: Holder<'_>,
        from: &str,
        to: &str,
    ) -> Result<(), String> {
        let file = holder.file;
        match engine {
            Engine::Openssl => self.openssl(&format!(
                "cms -decrypt -binary -inform DER -recip @{file}.pem -inkey @{file}.key -in @{from} -out @{to}"
            )),
            Engine::Nss => self.cmsutil(&["-D"], from, to),
            Engine::Gpgsm => self.gpgsm_to(to, &["--decrypt", &self.path(from)]),
        }
    }

    /// Whether openssl holds a certificate for the one of whoever writes from this address.
    pub fn is_of(&self, file: &str, address: &str) -> Result<(), String> {
        self.openssl(&format!(
            "verify -purpose smimesign -verify_email {address} -CAfile @root.pem \
             -untrusted @issuing.pem @{file}.pem"
        ))
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path(name)).unwrap_or_default()
    }

    pub fn write(&self, name: &str, content: &[u8]) {
        self.folder.write(name, content);
    }

    /// Has every program take a certificate without its key.
    pub fn knows(&self, file: &str) {
        let path = self.path(&format!("{file}.pem"));
        done(
            "certutil",
            &["-A", "-d", &self.database(), "-n", file, "-t", ",,", "-a", "-i", &path],
        );
        self.gpgsm(&["--import", &path]).expect("a certificate");
    }

    fn path(&self, name: &str) -> String {
        self.folder.path(name).display().to_string()
    }

    fn database(&self) -> String {
        format!("sql:{}", self.path(""))
    }

    fn fingerprint(&self, file: &str) -> String {
        let shown =
            openssl(&self.folder, &format!("x509 -in @{file}.pem -noout -fingerprint -sha1"));
        let shown = shown.expect("a certificate");
        format!("0x{}", shown.trim().rsplit('=').next().expect("it").replace(':', ""))
    }

    fn openssl(&self, words: &str) -> Result<(), String> {
        openssl(&self.folder, words).map(drop)
    }

    fn cmsutil(&self, words: &[&str], from: &str, to: &str) -> Result<(), String> {
        let (database, from, to) = (self.database(), self.path(from), self.path(to));
        let more = ["-d", &database, "-i", &from, "-o", &to];
        said("cmsutil", [words, &more].concat())
    }

    fn gpgsm_to(&self, to: &str, words: &[&str]) -> Result<(), String> {
        let to: PathBuf = self.folder.path(to);
        // It overwrites nothing.
        let _ = fs::remove_file(&to);
        self.gpgsm_with_password(&[&["--output", &to.display().to_string()], words].concat())
    }

    fn gpgsm(&self, words: &[&str]) -> Result<(), String> {
        let home = self.path("gnupg");
        let usual = ["--homedir", &home, "--batch", "--yes", "--no-tty"];
        said("gpgsm", [&usual, words].concat())
    }

    fn gpgsm_with_password(&self, words: &[&str]) -> Result<(), String> {
        let (home, password) = (self.path("gnupg"), self.path("password"));
        let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
        let shell = format!(
            "gpgsm --homedir '{home}' --batch --yes --no-tty --pinentry-mode loopback \
             --passphrase-fd 3 {} 3< '{password}'",
            words.join(" ")
        );
        said("sh", ["-c", shell.as_str()].to_vec())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let home = self.path("gnupg");
        run("gpgconf", ["--homedir", &home, "--kill", "all"]);
    }
}

fn done(program: &str, words: &[&str]) {
    if let Err(said) = said(program, words.to_vec()) {
        panic!("{program} {words:?}: {said}");
    }
}

fn said(program: &str, words: Vec<&str>) -> Result<(), String> {
    let ran = run(program, words);
    let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
    if ran.status.success() { Ok(()) } else { Err(said) }
}
