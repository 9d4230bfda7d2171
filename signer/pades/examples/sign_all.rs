//! Signs every PDF of a directory with a key that `openssl` makes, and says of each whether it was
//! signed or why not. What comes out is for other people's verifiers.
//!
//! `cargo run -p pades --example sign_all -- FROM TO`
#![expect(clippy::print_stdout, reason = "an example speaks to its reader")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use pades::{Document, SignatureOptions};
use seal::DigestAlgorithm;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("give a directory with PDFs and one for the signed files".into());
    };
    let to = Path::new(&to);
    fs::create_dir_all(to)?;
    openssl(to, &["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem"])?;
    openssl(to, &["req", "-x509", "-key", "key.pem", "-subj", "/CN=Test", "-out", "cert.pem"])?;
    let mut paths: Vec<_> = fs::read_dir(from)?.collect::<Result<_, _>>()?;
    paths.sort_by_key(fs::DirEntry::path);
    for entry in paths {
        let name = entry.file_name();
        if Path::new(&name).extension().is_none_or(|extension| extension != "pdf") {
            continue;
        }
        match sign(&fs::read(entry.path())?, to) {
            Ok(signed) => {
                fs::write(to.join(&name), signed)?;
                println!("signed\t{}", name.display());
            }
            Err(error) => println!("refused\t{}\t{error}", name.display()),
        }
    }
    Ok(())
}

fn sign(original: &[u8], scratch: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let document = Document::open(original.to_vec().into())?;
    let options =
        SignatureOptions::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    let prepare = || document.prepare(&options, DigestAlgorithm::Sha256, 4_096);
    // The signed bytes are the file without `/Contents`, which stands at the end of the first range.
    let empty = prepare()?.embed(&[])?.to_vec();
    let open = "\n/Contents <";
    let start = empty
        .windows(open.len())
        .rposition(|window| window == open.as_bytes())
        .ok_or("no /Contents")?
        + open.len()
        - 1;
    let mut covered = empty[..start].to_vec();
    covered.extend_from_slice(&empty[start + 2 * 4_096 + 2..]);
    fs::write(scratch.join("covered"), covered)?;
    openssl(
        scratch,
        &[
            "cms", "-sign", "-cades", "-binary", "-md", "sha256", "-in", "covered", "-signer",
            "cert.pem", "-inkey", "key.pem", "-outform", "DER", "-out", "cms.der",
        ],
    )?;
    Ok(prepare()?.embed(&fs::read(scratch.join("cms.der"))?)?.to_vec())
}

fn openssl(directory: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let output = Command::new("openssl").args(arguments).current_dir(directory).output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into())
    }
}
