//! What is read of what is written, here and by OpenSSL.

use super::*;

#[test]
fn a_bundle_of_either_kind_opens_with_its_password_alone() {
    let made = made();
    let issuers = [self::made().certificate];
    for protection in [Protection::Modern, Protection::Compatible] {
        let bundle = Bundle { issuers: &issuers, ..bundle(&made) };
        let written = bundle.write(&password(), protection).unwrap();
        let opened = open_pkcs12(&written, PASSWORD).unwrap();
        assert_eq!(opened.key[..], made.key[..]);
        assert_eq!(opened.certificates, [made.certificate.clone(), issuers[0].clone()]);
        let refused = open_pkcs12(&written, "correct horse batterz").map(drop);
        assert_eq!(refused, Err(Error::Password), "{protection:?}");
        let mut spoilt = written.clone();
        spoilt[written.len() / 2] ^= 1;
        let refused = open_pkcs12(&spoilt, PASSWORD).map(drop);
        assert_eq!(refused, Err(Error::Password), "{protection:?}");
        // Cut off or changed anywhere, it gives no other key.
        for at in (0..written.len()).step_by(written.len() / 12) {
            assert!(open_pkcs12(&written[..at], PASSWORD).is_err(), "{at}");
            let mut spoilt = written.clone();
            spoilt[at] ^= 0x40;
            if let Ok(opened) = open_pkcs12(&spoilt, PASSWORD) {
                assert_eq!(opened.key[..], made.key[..], "{protection:?}: {at}");
            }
        }
    }
    assert_eq!(open_pkcs12(&made.certificate, PASSWORD).map(drop), Err(Error::NotPkcs12));
    assert_eq!(open_pkcs12(&[], PASSWORD).map(drop), Err(Error::NotPkcs12));
}

#[test]
fn what_openssl_writes_opens() {
    let (made, directory) = (made(), TempDir::new().unwrap());
    let at = |name: &str| directory.path().join(name).display().to_string();
    fs::write(at("key"), &made.key).unwrap();
    fs::write(at("certificate"), &made.certificate).unwrap();
    let openssl = |arguments: &str| {
        let output = Command::new("openssl").args(arguments.split(' ')).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    openssl(&format!("pkey -inform DER -in {} -out {}", at("key"), at("key.pem")));
    openssl(&format!("x509 -inform DER -in {} -out {}", at("certificate"), at("cer.pem")));
    for more in
        ["", " -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1", " -iter 1 -nomaciter"]
    {
        openssl(&format!(
            "pkcs12 -export -inkey {} -in {} -out {} -passout pass:secret{more}",
            at("key.pem"),
            at("cer.pem"),
            at("p12")
        ));
        let opened = open_pkcs12(&fs::read(at("p12")).unwrap(), "secret").unwrap();
        assert_eq!(opened.certificates, std::slice::from_ref(&made.certificate), "{more}");
        let keys = [&opened.key[..], &made.key[..]].map(|key| KeyPair::try_from(key).unwrap());
        assert_eq!(keys[0].public_key_raw(), keys[1].public_key_raw(), "{more}");
    }
    // What cannot be read is told apart from a wrong password.
    openssl(&format!(
        "pkcs12 -export -inkey {} -in {} -out {} -passout pass:secret -keypbe AES-128-CBC",
        at("key.pem"),
        at("cer.pem"),
        at("p12")
    ));
    let refused = open_pkcs12(&fs::read(at("p12")).unwrap(), "secret").map(drop);
    assert_eq!(refused, Err(Error::Algorithm));
}
