//! Seals every PDF of a directory at B-LTA, with keys, a revocation list and time-stamps that
//! `openssl` makes, and says of each whether it was sealed or why not. What comes out is for other
//! people's verifiers.
//!
//! `cargo run -p pades --example seal_all -- FROM TO [NAME=PASSWORD]...`
#![expect(clippy::print_stdout, reason = "an example speaks to its reader")]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use pades::{
    Document, OpenOptions, Password, PreparedDocument, SignatureOptions, SignedDocument,
    ValidationData,
};
use seal::DigestAlgorithm;

/// What `openssl ca` and `openssl ts` want to know.
const CONFIGURATION: &str = "
[ req ]
distinguished_name = name
[ name ]
[ ca ]
default_ca = authority
[ authority ]
database = index.txt
certificate = ca.pem
private_key = ca-key.pem
default_md = sha256
default_crl_days = 30
[ time_stamping ]
extendedKeyUsage = critical,timeStamping
[ tsa ]
default_tsa = unit
[ unit ]
serial = serial
signer_cert = tsa.pem
signer_key = tsa-key.pem
certs = ca.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("give a directory with PDFs and one for the sealed files".into());
    };
    let passwords: Vec<String> = arguments.collect();
    let authority = Authority::new(Path::new(&to))?;
    let mut paths: Vec<_> = fs::read_dir(from)?.collect::<Result<_, _>>()?;
    paths.sort_by_key(fs::DirEntry::path);
    for entry in paths {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".pdf") {
            continue;
        }
        let password = passwords.iter().find_map(|p| p.strip_prefix(&name)?.strip_prefix('='));
        match authority.seal(fs::read(entry.path())?.into(), password) {
            Ok(sealed) => {
                fs::write(Path::new(&to).join(&name), sealed.to_vec())?;
                println!("sealed\t{name}");
            }
            Err(error) => println!("refused\t{name}\t{error}"),
        }
    }
    Ok(())
}

/// A certification authority, a signer and a time-stamping unit in a directory.
struct Authority {
    directory: PathBuf,
    data: ValidationData,
}

impl Authority {
    fn new(to: &Path) -> Result<Self, Box<dyn Error>> {
        let directory = to.join("authority");
        fs::create_dir_all(&directory)?;
        fs::write(directory.join("openssl.cnf"), CONFIGURATION)?;
        fs::write(directory.join("index.txt"), "")?;
        fs::write(directory.join("serial"), "01\n")?;
        let run = |command: &str| openssl(&directory, command);
        run("req -x509 -config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \
             -keyout ca-key.pem -subj /CN=Test-authority -days 30 -out ca.pem \
             -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign,cRLSign")?;
        for (name, extension) in [
            ("signer", "keyUsage=nonRepudiation"),
            ("tsa", "extendedKeyUsage=critical,timeStamping"),
        ] {
            run(&format!(
                "req -x509 -config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \
                 -keyout {name}-key.pem -CA ca.pem -CAkey ca-key.pem -subj /CN=Test-{name} \
                 -addext {extension} -addext basicConstraints=CA:FALSE -out {name}.pem"
            ))?;
            run(&format!("x509 -in {name}.pem -outform DER -out {name}.der"))?;
        }
        run("ca -gencrl -config openssl.cnf -out list.pem")?;
        run("crl -in list.pem -outform DER -out list.der")?;
        run("x509 -in ca.pem -outform DER -out ca.der")?;
        let read = |name: &str| fs::read(directory.join(name)).map(Bytes::from);
        let data = ValidationData {
            certificates: vec![read("ca.der")?, read("signer.der")?, read("tsa.der")?],
            crls: vec![read("list.der")?],
            ..ValidationData::default()
        };
        Ok(Self { directory, data })
    }

    fn seal(
        &self,
        original: Bytes,
        password: Option<&str>,
    ) -> Result<SignedDocument, Box<dyn Error>> {
        let password = password.map(|password| Password::new(password.to_owned()));
        let document =
            Document::open_with(original, OpenOptions { password, ..OpenOptions::default() })?;
        let options =
            SignatureOptions::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
        let prepare = || document.prepare(&options, DigestAlgorithm::Sha256, 4_096);
        let covered = covered(prepare()?, 4_096)?;
        fs::write(self.directory.join("covered"), covered)?;
        self.run(
            "cms -sign -cades -binary -md sha256 -in covered -signer signer.pem -inkey \
             signer-key.pem -certfile ca.pem -outform DER -out cms.der",
        )?;
        let signed = prepare()?.embed(&self.read("cms.der")?)?;
        let document = Document::reopen(signed)?;
        let prepared =
            document.prepare_archive_time_stamp(&self.data, DigestAlgorithm::Sha256, 8_192)?;
        let digest: String =
            prepared.digest().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        self.run(&format!("ts -query -digest {digest} -sha256 -cert -out query.tsq"))?;
        self.run("ts -reply -config openssl.cnf -queryfile query.tsq -token_out -out token.der")?;
        Ok(prepared.embed(&self.read("token.der")?)?)
    }

    fn run(&self, command: &str) -> Result<(), Box<dyn Error>> {
        openssl(&self.directory, command)
    }

    fn read(&self, name: &str) -> std::io::Result<Vec<u8>> {
        fs::read(self.directory.join(name))
    }
}

/// The signed bytes: the file without `/Contents`, which stands at the end of the first range.
fn covered(prepared: PreparedDocument, reserved: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let empty = prepared.embed(&[])?.to_vec();
    let open = b"\n/Contents <";
    let start =
        empty.windows(open.len()).rposition(|window| window == open).ok_or("no /Contents")?
            + open.len()
            - 1;
    Ok([&empty[..start], &empty[start + 2 * reserved + 2..]].concat())
}

fn openssl(directory: &Path, command: &str) -> Result<(), Box<dyn Error>> {
    let arguments = command.split_whitespace();
    let output = Command::new("openssl").args(arguments).current_dir(directory).output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into())
    }
}
