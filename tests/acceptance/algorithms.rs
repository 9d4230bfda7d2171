//! Every suite that the device offers: openssl accepts its CMS, pyHanko its PDF, and both refuse
//! them changed. openssl 3.0 knows no Ed25519 in CMS; pyHanko does.

use crate::{
    configuration::CVR,
    fixtures,
    oracle::{Folder, openssl, pyhanko},
    server::{API_KEY, Server, sha256_hex},
};

const CONTENT: &[u8] = b"Minutes of the meeting\r\nin the town hall\n\x00\xFF";

/// The names in the configuration, and what openssl calls the signature algorithm.
const ALGORITHMS: [(&str, &str); 10] = [
    ("ES256", "ecdsa-with-SHA256"),
    ("ES384", "ecdsa-with-SHA384"),
    ("ES512", "ecdsa-with-SHA512"),
    ("PS256", "rsassaPss"),
    ("PS256-2048", "rsassaPss"),
    ("PS256-4096", "rsassaPss"),
    ("RS256", "sha256WithRSAEncryption"),
    ("RS256-2048", "sha256WithRSAEncryption"),
    ("RS256-4096", "sha256WithRSAEncryption"),
    ("Ed25519", "ED25519"),
];

/// One profile for each suite, and a pool that lets the longest key be waited for.
fn configuration() -> String {
    let profiles: String = ALGORITHMS
        .iter()
        .map(|(name, _)| {
            format!(
                r#"
                [[profile]]
                id = "{name}"
                kind = "organisation"
                display_name = "{name}"
                allow_signing = true
                algorithm = "{name}"
                "#
            )
        })
        .collect();
    format!(
        r#"
        [organisation]
        registered_name = "Havnsted Kommune"
        cvr = "{CVR}"
        allow_seals = true

        [[application]]
        id = "tests"
        api_key_sha256 = "{key}"

        [[grant]]
        to = {{ application = "tests" }}
        acts = ["seal"]

        [qscd]
        rsa_pool_size = 2
        rsa_pool_low_water_mark = 1
        rsa_pool_wait_s = 60
        {profiles}
        "#,
        key = sha256_hex(API_KEY.as_bytes())
    )
}

async fn server() -> Server {
    Server::configured(&configuration(), r#"{"keys":[]}"#).await
}

#[tokio::test]
async fn openssl_accepts_the_cms_of_each_suite_it_knows_and_refuses_it_changed() {
    let server = server().await;
    let trust = server.pki("trust-anchor.pem").await;
    for (name, algorithm) in ALGORITHMS {
        let query = format!("profile={name}&format=cades&packaging=detached&level=B-T");
        let seal = server.seal(&query, CONTENT).await.ok().body;
        let folder = Folder::new();
        folder.write("seal", &seal);
        folder.write("trust.pem", &trust);
        folder.write("content", CONTENT);
        let printed = openssl(&folder, "cms -cmsout -print -noout -inform DER -in @seal")
            .expect("a container");
        let said = printed.split("signerInfos:").nth(1).expect("a signer");
        assert!(said.contains(algorithm), "{name}: {said}");
        let verify = "cms -verify -cades -binary -inform DER -in @seal -CAfile @trust.pem \
                      -content @content -out @out";
        if name == "Ed25519" {
            openssl(&folder, verify).expect_err("openssl 3.0 knows no Ed25519 in CMS");
        } else {
            openssl(&folder, verify).unwrap_or_else(|said| panic!("{name}: {said}"));
        }
        folder.write("content", &[CONTENT, b"!"].concat());
        openssl(&folder, verify).expect_err("openssl refuses content that was changed");

        let judged = server.validate_with(&seal, &[("content", CONTENT)]).await;
        let signature = &judged["signatures"][0];
        // Ed25519 is not among the suites of TS 119 312: our own validator may say so.
        if name != "Ed25519" {
            assert_eq!(signature["indication"], "TOTAL-PASSED", "{name}: {signature}");
        } else {
            assert_ne!(signature["indication"], "TOTAL-FAILED", "{name}: {signature}");
        }
    }
}

#[tokio::test]
async fn pss_parameters_are_written_out_in_full() {
    let server = server().await;
    let query = "profile=PS256&format=cades&packaging=detached&level=B-B";
    let seal = server.seal(query, CONTENT).await.ok().body;
    // RFC 4055 section 3.1: [0] SHA-256, [1] MGF1 over SHA-256, [2] 32; no trailerField.
    let parameters = "3041 06092a864886f70d01010a 3034 \
        a00f300d06096086480165030402010500 \
        a11c301a06092a864886f70d010108300d06096086480165030402010500 \
        a203020120";
    let parameters: String = parameters.split_whitespace().collect();
    let seal: String = seal.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(seal.contains(&parameters), "{seal}");
}

#[tokio::test]
async fn pyhanko_accepts_the_pdf_of_each_suite() {
    let server = server().await;
    let page = fixtures::named("one-page.pdf");
    let trust = server.pki("trust-anchor.pem").await;
    let list = server.pki("root.crl").await;
    for (name, _) in ALGORITHMS {
        let query = format!("profile={name}&level=B-T");
        let sealed = server.seal(&query, &page).await.ok().body;
        let verdicts = pyhanko(&sealed, &trust, &[&list]).expect("a signed PDF");
        assert!(verdicts.len() == 1 && verdicts[0].is_good(), "{name}: {verdicts:?}");

        let mut changed = sealed;
        let at = crate::pdf_signature::find(&changed, b"%PDF-").expect("a header");
        changed[at + 7] ^= 1;
        let spoilt = pyhanko(&changed, &trust, &[&list]);
        assert!(spoilt.is_err() || spoilt.is_ok_and(|all| all.iter().all(|one| !one.is_good())));
    }
}

#[tokio::test]
async fn the_pool_of_rsa_keys_is_seen_in_the_metrics() {
    let server = server().await;
    server.seal("profile=PS256&format=cades&level=B-B", CONTENT).await.ok();
    let metrics = server.get("/metrics").await.ok().text();
    for name in [
        "segl_device_rsa_keys_ready",
        "segl_device_rsa_keys_made_total",
        "segl_device_rsa_pool_empty_total",
        "segl_device_keys_live",
    ] {
        assert!(metrics.contains(name), "{name}: {metrics}");
    }
}
