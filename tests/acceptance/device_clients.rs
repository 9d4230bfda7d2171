//! Whom the simulator as a program answers: the device over mutual TLS tells its clients apart, and the
//! management port wants its token.

use crate::{
    connections::raw::Raw,
    fixtures,
    oracle::{Folder, openssl, run},
    ports,
    server::{Server, plain_client, sha256_hex},
    simulator::{Files, Simulator},
};

/// SHA-256 of the key in a certificate, as the documentation tells to compute it.
fn key_sha256(certificate: &str) -> String {
    let folder = Folder::new();
    std::fs::copy(certificate, folder.path("c.pem")).expect("a copy");
    openssl(&folder, "x509 -in @c.pem -noout -pubkey -out @k.pem").expect("a key");
    openssl(&folder, "pkey -pubin -in @k.pem -outform DER -out @k.der").expect("a key");
    sha256_hex(&std::fs::read(folder.path("k.der")).expect("a key"))
}

#[tokio::test]
async fn a_device_lets_its_clients_in_each_for_its_organisations_and_no_other() {
    let folder = Folder::new();
    let files = Files::make(&folder.path("."));
    let demo = include_str!("../../qscd-sim/src/program/demo.toml");
    let client = key_sha256(&files.path("client.pem"));
    let simulator_for = |organisation: &str| {
        let settings = format!(
            "{demo}\n[[client]]\nkey_sha256 = \"{client}\"\norganizations = [\"{organisation}\"]\n"
        );
        folder.write("sim.toml", settings.as_bytes());
        let path = folder.path("sim.toml").display().to_string();
        Simulator::with(&files, &["--config", &path])
    };
    let document = fixtures::named("one-page.pdf");
    {
        let simulator = simulator_for("NTRDK-12345674");
        let (status, body) = simulator.ask_as("client", "/qscd/v1/device");
        assert_eq!(status, "200", "{body}");
        for path in ["/qscd/v1/device", "/qscd/v1/destructions"] {
            let (status, body) = simulator.ask_as("other", path);
            assert_eq!(status, "403", "{body}");
            assert!(body.contains("client-refused"), "{body}");
        }
        let server = Server::configured(&simulator.configuration(""), "{}").await;
        server.seal("profile=decisions", &document).await.ok();
    }
    let simulator = simulator_for("NTRDK-87654321");
    let server = Server::configured(&simulator.configuration(""), "{}").await;
    let refused = server.seal("profile=decisions", &document).await;
    assert_eq!(refused.problem()["type"], "urn:segl:problem:enrolment-refused");
}

#[tokio::test]
async fn a_simulator_beyond_the_demo_prints_a_token_and_its_management_port_wants_it() {
    let folder = Folder::new();
    let files = Files::make(&folder.path("."));
    folder.write("sim.toml", include_bytes!("../../qscd-sim/src/program/demo.toml"));
    let settings = folder.path("sim.toml").display().to_string();
    let simulator = Simulator::with(&files, &["--config", &settings]);
    let log = simulator.log();
    let (_, printed) = log.split_once("QSCD_SIM_TOKEN=").expect("a token");
    let token = printed.split_whitespace().next().expect("a token");
    let client = plain_client();
    for (borne, status) in [(None, 401), (Some("another"), 401), (Some(token), 200)] {
        let request = client.get(format!("{}/status", simulator.management()));
        let request = match borne {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        assert_eq!(request.send().await.expect("an answer").status(), status, "{borne:?}");
    }
    // Nor does a web page come in, by whatever name it asks.
    const JSON: &str = "Content-Type: application/json\r\n";
    const HERE: &str = "Host: 127.0.0.1\r\n";
    for (headers, status) in [
        (format!("{HERE}{JSON}"), "200"),
        (format!("Host: rebound.example\r\n{JSON}"), "421"),
        (format!("{HERE}{JSON}Origin: https://evil.example\r\n"), "403"),
        (format!("{HERE}{JSON}Sec-Fetch-Site: cross-site\r\n"), "403"),
        (format!("{HERE}Content-Type: text/plain\r\n"), "415"),
    ] {
        let body = r#"{"action": "freeze"}"#;
        let request = format!(
            "POST /clock HTTP/1.1\r\n{headers}Authorization: Bearer {token}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = Raw::ask(&simulator.management(), &request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{headers}: {answer}");
    }
}

/// The certificate's subject that a listener shows.
fn shown_by(port: u16, folder: &Folder) -> String {
    let ask = format!("s_client -connect 127.0.0.1:{port} -servername localhost -CAfile @ca.pem");
    let said = openssl(folder, &ask).unwrap_or_else(|said| said);
    said.lines().find(|line| line.starts_with("subject=")).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_devices_own_page_speaks_tls_wants_no_certificate_and_reads_its_own_anew() {
    let folder = Folder::new();
    let files = Files::make(&folder.path("."));
    let port = ports::free_port();
    let demo = include_str!("../../qscd-sim/src/program/demo.toml");
    let demo = demo.replace("[passkeys]\norigin = \"http://localhost:8080\"\n", "");
    for name in ["pem", "key"] {
        std::fs::copy(files.path(&format!("server.{name}")), folder.path(&format!("page.{name}")))
            .expect("a copy");
    }
    let (certificate, key) = (files.path("page.pem"), files.path("page.key"));
    let settings = format!(
        "{demo}\n[activation_page]\nlisten = \"127.0.0.1:{port}\"\norigin = \"https://localhost:{port}\"\n\
         certificate = \"{certificate}\"\nkey = \"{key}\"\nreturn_to = [\"https://segl.example\"]\n"
    );
    folder.write("sim.toml", settings.as_bytes());
    let path = folder.path("sim.toml").display().to_string();
    let simulator = Simulator::with(&files, &["--config", &path]);
    // The ports are open before it says where they are.
    let line = format!("page        https://localhost:{port}");
    let mut told = simulator.log();
    for _ in 0..100 {
        if told.contains(&line) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        told = simulator.log();
    }
    assert!(told.contains(&line), "{told}");
    let ask = format!(
        "curl -sS -i -m 10 --cacert {} https://127.0.0.1:{port}/activations/none",
        files.path("ca.pem")
    );
    let said = run("sh", ["-c", &ask]);
    let said = String::from_utf8_lossy(&said.stdout).to_lowercase();
    assert!(said.contains(" 404") && said.contains("strict-transport-security: max-age"), "{said}");
    assert_eq!(shown_by(port, &folder), "subject=CN = server");
    // Another certificate, which is read once the program is told.
    for name in ["pem", "key"] {
        std::fs::copy(files.path(&format!("client.{name}")), folder.path(&format!("page.{name}")))
            .expect("a copy");
    }
    assert_eq!(shown_by(port, &folder), "subject=CN = server");
    simulator.signal("HUP");
    for _ in 0..100 {
        if shown_by(port, &folder) == "subject=CN = client" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{}\n{}", shown_by(port, &folder), simulator.log());
}
