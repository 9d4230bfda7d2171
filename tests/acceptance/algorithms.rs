//! Every suite that the device offers: openssl accepts its CMS, pyHanko its PDF, BouncyCastle both,
//! and all refuse them changed. openssl 3.0 knows no Ed25519 in CMS; the others do.

use crate::{
    configuration::CVR,
    fixtures,
    oracle::{Folder, bouncy_castle, openssl, pyhanko},
    pdf_signature::PdfSignature,
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

/// The OIDs by which BouncyCastle names what it verified (RFC 5758, 8017, 8410).
fn oid(name: &str) -> &'static str {
    match name {
        "ES256" => "1.2.840.10045.4.3.2",
        "ES384" => "1.2.840.10045.4.3.3",
        "ES512" => "1.2.840.10045.4.3.4",
        "Ed25519" => "1.3.101.112",
        name if name.starts_with("PS") => "1.2.840.113549.1.1.10",
        _ => "1.2.840.113549.1.1.11",
    }
}

#[tokio::test]
async fn bouncy_castle_accepts_cms_and_pdf_of_each_suite_and_refuses_them_changed() {
    let server = server().await;
    let trust = server.pki("trust-anchor.pem").await;
    let strangers = Server::demo().await.pki("trust-anchor.pem").await;
    let page = fixtures::named("one-page.pdf");
    for (name, _) in ALGORITHMS {
        let seal = async |query: &str, input: &[u8]| {
            server.seal(&format!("profile={name}&level=B-T&{query}"), input).await.ok().body
        };
        let detached = seal("format=cades&packaging=detached", CONTENT).await;
        let attached = seal("format=cades&packaging=attached", CONTENT).await;
        let pdf = seal("format=pades", &page).await;
        let signature = PdfSignature::last(&pdf);
        let [start, length, again, rest] = signature.byte_range;
        let ranges = [&pdf[start..start + length], &pdf[again..again + rest]].concat();
        for (cms, content) in
            [(&detached, Some(CONTENT)), (&attached, None), (&signature.cms, Some(&ranges[..]))]
        {
            let Some(verdict) = bouncy_castle(cms, content, &trust).await else { return };
            assert_eq!(verdict.as_deref(), Ok(oid(name)), "{name}");
            // The content where it is outside, else the content inside.
            let (mut cms, mut content) = (cms.clone(), content.map(<[u8]>::to_vec));
            match &mut content {
                Some(content) => content[7] ^= 1,
                None => {
                    let at = crate::pdf_signature::find(&cms, b"town hall").expect("it is inside");
                    cms[at] ^= 1;
                }
            }
            let spoilt = bouncy_castle(&cms, content.as_deref(), &trust).await;
            spoilt.expect("it judged the good one").expect_err("content that was changed");
        }
        // At B-B nothing follows the signature's value.
        let query = format!("profile={name}&level=B-B&format=cades&packaging=detached");
        let mut cms = server.seal(&query, CONTENT).await.ok().body;
        *cms.last_mut().expect("a container") ^= 1;
        let spoilt = bouncy_castle(&cms, Some(CONTENT), &trust).await;
        spoilt.expect("it judged the good one").expect_err("a value that was changed");
        let stranger = bouncy_castle(&detached, Some(CONTENT), &strangers).await;
        stranger.expect("it judged the good one").expect_err("an anchor of others");
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
    let metrics = server.metrics().await.ok().text();
    for name in [
        "segl_device_rsa_keys_ready",
        "segl_device_rsa_keys_made_total",
        "segl_device_rsa_pool_empty_total",
        "segl_device_keys_live",
    ] {
        assert!(metrics.contains(name), "{name}: {metrics}");
    }
}
