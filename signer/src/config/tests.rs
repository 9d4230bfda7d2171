use std::path::Path;

use seal::{Level, ProfileKind};

use super::*;

const MINIMAL: &str = include_str!("../../../docs/samples/minimal.toml");
const MUNICIPALITY: &str = include_str!("../../../docs/samples/municipality.toml");
const OPERATIONS: &str = include_str!("../../../docs/operations.md");
const BEHIND_PROXY: &str = include_str!("../../../docs/samples/behind-proxy.toml");

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/etc/segl/segl.toml"), &Overrides::default())
}

#[test]
fn every_sample_loads_without_a_warning() {
    for sample in [MINIMAL, MUNICIPALITY, BEHIND_PROXY] {
        assert_eq!(parse(sample).unwrap().warnings(), Vec::<String>::new(), "{sample}");
    }
}

#[test]
fn every_sample_on_disk_is_in_the_test_above() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/samples");
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["behind-proxy.toml", "minimal.toml", "municipality.toml"]);
}

#[test]
fn the_reference_names_every_setting_with_its_default() {
    let block = OPERATIONS.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let reference = parse(block).unwrap();
    let defaults = parse(MINIMAL).unwrap();
    assert_eq!(reference.server, defaults.server);
    assert_eq!(reference.device, defaults.device);
    assert_eq!(reference.limits, defaults.limits);
    assert_eq!(reference.validation, defaults.validation);
    let tsa = parse(&format!("{MINIMAL}\n[tsa]\nurl = \"http://127.0.0.1:1\"")).unwrap();
    assert_eq!(reference.data.time_stamp_every_s, defaults.data.time_stamp_every_s);
    let Simulator { seed, root_certificate, .. } = &reference.simulator;
    assert!(seed.is_none() && root_certificate.is_none());
    // Who copies it as it stands opens nothing: nobody knows the key, and keys follow from no seed.
    assert!(block.contains(&format!("api_key_sha256 = \"{}\"", "0".repeat(64))));
    assert_eq!(reference.warnings(), Vec::<String>::new());
    // Every field stands in the text: the names are those of `Debug`.
    let fields = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        defaults.server,
        defaults.device,
        defaults.limits,
        defaults.validation,
        tsa.time_stamping,
        defaults.data,
        defaults.simulator,
        reference.organisation,
        reference.profiles,
        reference.applications,
        reference.identity_issuers,
        reference.grants
    );
    for field in fields.split([' ', '{', ',']).filter_map(|word| word.strip_suffix(':')) {
        assert!(block.contains(field), "{field} is missing in docs/operations.md");
    }
}

#[test]
fn time_stamping_authorities_are_one_or_several() {
    let with = |text: &str| parse(&format!("{MINIMAL}\n{text}"));
    let one = with("[tsa]\nurl = \"http://a\"\ntrust = \"a.pem\"").unwrap();
    assert_eq!(one.time_stamping[0].trust.as_deref(), Some(Path::new("/etc/segl/a.pem")));
    let two = with("[[tsa]]\nurl = \"http://a\"\n[[tsa]]\nurl = \"http://b\"").unwrap();
    let urls: Vec<_> = two.time_stamping.iter().map(|tsa| tsa.url.as_str()).collect();
    assert_eq!(urls, ["http://a", "http://b"]);
    assert!(parse(MINIMAL).unwrap().time_stamping.is_empty());
    for (text, cause) in [("[tsa]\nurl = \"a\"\nurls = 1", "urls"), ("tsa = 1", "table `[tsa]`")] {
        let text =
            if text.starts_with('[') { with(text) } else { parse(&format!("{text}\n{MINIMAL}")) };
        assert!(text.unwrap_err().to_string().contains(cause), "{cause}");
    }
}

#[test]
fn a_name_and_a_password_need_each_other() {
    let credentials = |more: &str| {
        let text = format!("{MINIMAL}\n[tsa]\nurl = \"https://tsa.example\"\n{more}");
        parse(&text)?.time_stamping[0].credentials()
    };
    let refusal = |more: &str| credentials(more).unwrap_err().to_string();
    assert!(credentials("").unwrap().login.is_none());
    assert!(refusal("username = \"a\"").contains("`tsa[0].password_variable`"));
    assert!(refusal("password_variable = \"PATH\"").contains("`tsa[0].username`"));
    let unset = "username = \"a\"\npassword_variable = \"SIGNER_NEVER_SET\"";
    assert!(refusal(unset).contains("SIGNER_NEVER_SET"));
    let login = credentials("username = \"a\"\npassword_variable = \"PATH\"").unwrap().login;
    assert_eq!(login.unwrap().password.expose(), std::env::var("PATH").unwrap());
}

#[test]
fn what_is_left_out_has_its_default() {
    let config = parse(MINIMAL).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.management.to_string(), "127.0.0.1:8081");
    assert_eq!(config.server.public_url(), "http://127.0.0.1:8080");
    assert_eq!(config.data.directory, Path::new("segl-data"));
    assert_eq!(config.limits.maximum_document_bytes, 128 << 20);
    assert_eq!(config.profiles[0].default_level, Level::BT);
}

#[test]
fn a_device_is_asked_over_https_or_on_the_loopback_and_nowhere_in_clear() {
    let with = |url: &str| parse(&format!("{MINIMAL}\n[qscd]\nurl = \"{url}\""));
    for url in ["https://device.example", "http://127.0.0.1:8092", "http://[::1]:8092"] {
        assert!(with(url).is_ok(), "{url}");
    }
    for url in ["http://device.example", "http://10.0.0.1:8092", "ftp://127.0.0.1.example", "x"] {
        let refused = with(url).unwrap_err().to_string();
        assert!(refused.contains("`qscd.url`") && refused.contains("https"), "{refused}");
    }
}

#[test]
fn a_whole_configuration_reads_as_written() {
    let config = parse(MUNICIPALITY).unwrap();
    let kinds: Vec<_> = config.profiles.iter().map(|profile| profile.kind).collect();
    assert_eq!(kinds, [ProfileKind::Organisation, ProfileKind::System, ProfileKind::User]);
    assert_eq!(config.grants[2].acts, [GrantedAct::Sign, GrantedAct::Seal]);
    assert_eq!(config.limits.policy_settings().maximum_signatures_in_document, 20);
}

#[test]
fn paths_in_the_file_start_at_the_files_folder() {
    let config = parse(MUNICIPALITY).unwrap();
    assert_eq!(config.data.directory, Path::new("/etc/segl/state"));
    assert_eq!(config.server.tls.unwrap().key, Path::new("/etc/segl/tls/server.key"));
    assert_eq!(config.identity_issuers[0].jwks_file, Path::new("/etc/segl/staff.jwks.json"));
    assert_eq!(parse(BEHIND_PROXY).unwrap().data.directory, Path::new("/var/lib/segl"));
}

#[test]
fn the_command_line_goes_before_the_file() {
    let overrides = Overrides {
        listen: Some("127.0.0.1:9000".parse().unwrap()),
        management: Some("127.0.0.1:9001".parse().unwrap()),
        data_directory: Some("elsewhere".into()),
    };
    let config = Config::parse(BEHIND_PROXY, Path::new("segl.toml"), &overrides).unwrap();
    assert_eq!(config.server.listen.port(), 9000);
    assert_eq!(config.server.management.port(), 9001);
    assert_eq!(config.data.directory, Path::new("elsewhere"));
    assert_eq!(config.server.public_url(), "http://seal.havnsted.example");
}

#[test]
fn the_command_line_cannot_open_what_the_file_keeps_closed() {
    let overrides =
        Overrides { listen: Some("0.0.0.0:8080".parse().unwrap()), ..Overrides::default() };
    let error = Config::parse(MINIMAL, Path::new("segl.toml"), &overrides).unwrap_err();
    assert!(matches!(error.defect, ConfigDefect::Exposed), "{error}");
}

#[test]
fn each_defect_names_file_key_and_cause() {
    let server = |lines: &str| format!("[server]\n{lines}\n{MINIMAL}");
    let also = |lines: &str| format!("{MINIMAL}\n{lines}");
    let grant = |to: &str, rest: &str| also(&format!("[[grant]]\nto = {{ {to} }}\n{rest}"));
    let archive = r#"application = "archive""#;
    let other_key = format!("api_key_sha256 = \"{}\"", "ab".repeat(32));
    let same_key = MINIMAL.lines().find(|line| line.starts_with("api_key_sha256")).unwrap();
    let cases = [
        ("server.listen", "needs [server.tls]", server("listen = \"10.0.0.1:80\"")),
        (
            "server.management",
            "the management port has no other",
            server("management = \"10.0.0.1:80\"\nbehind_proxy = true"),
        ),
        (
            "server.management",
            "public interface already",
            server("management = \"127.0.0.1:8080\""),
        ),
        ("server.public_url", "is missing", server("listen = \"0.0.0.0:80\"\nbehind_proxy = true")),
        ("server.public_url", "is not an http", server("public_url = \"ftp://x\"")),
        ("server.public_url", "is not an http", server("public_url = \"https://x/?a=b\"")),
        ("server.public_url", "is not an http", server("public_url = \"https://u:p@x\"")),
        ("server.public_url", "is not an http", server("public_url = \"https://æ.dk\"")),
        (
            "profile[1].id",
            "is there twice: decisions",
            also("[[profile]]\nid = \"decisions\"\nkind = \"user\"\ndisplay_name = \"D\""),
        ),
        (
            "application[1].id",
            "is there twice: archive",
            also(&format!("[[application]]\nid = \"archive\"\n{other_key}")),
        ),
        (
            "application[1].id",
            "is empty",
            also(&format!("[[application]]\nid = \" \"\n{other_key}")),
        ),
        (
            "application[1].id",
            "the service's own",
            also(&format!("[[application]]\nid = \"segl-readiness\"\n{other_key}")),
        ),
        (
            "identity_issuer[0].issuer",
            "the service's own",
            also(
                "[[identity_issuer]]\nissuer = \"https://identity.segl.invalid/demo\"\n\
                 audience = \"segl\"\njwks_file = \"keys.json\"",
            ),
        ),
        (
            "identity_issuer[0].signing_client",
            "a login would sign",
            also(
                "[[identity_issuer]]\nissuer = \"https://op.example\"\naudience = \"segl\"\n\
                 jwks_file = \"keys.json\"\nsigning_client = \"segl\"",
            ),
        ),
        (
            "identity_issuer[0].signing_client",
            "a login would sign",
            also(
                "[[identity_issuer]]\nissuer = \"https://op.example\"\naudience = \"segl\"\n\
                 jwks_file = \"keys.json\"\nsigning_client = \"login\"\n\
                 [[login.provider]]\nid = \"op\"\nname = \"OP\"\n\
                 issuer = \"https://op.example\"\nclient_id = \"login\"",
            ),
        ),
        (
            "login.provider.signing.client_id",
            "a login would sign",
            also(
                "[[login.provider]]\nid = \"op\"\nname = \"OP\"\nissuer = \"https://op.example\"\n\
                 client_id = \"login\"\n[login.provider.signing]\nclient_id = \"login\"",
            ),
        ),
        (
            "application[1].api_key_sha256",
            "is there twice",
            also(&format!("[[application]]\nid = \"other\"\n{same_key}")),
        ),
        (
            "grant[1].profiles",
            "no profile payroll",
            grant(archive, "acts = [\"seal\"]\nprofiles = [\"payroll\"]"),
        ),
        ("grant[1].acts", "is empty", grant(archive, "acts = []")),
        (
            "grant[1].to",
            "no application nobody",
            grant(r#"application = "nobody""#, "acts = [\"seal\"]"),
        ),
        (
            "grant[1].to",
            "no identity issuer https://id.example",
            grant(
                r#"person = { issuer = "https://id.example", subject = "karen" }"#,
                "acts = [\"signature\"]",
            ),
        ),
        ("limits.concurrent_requests", "is zero", also("[limits]\nconcurrent_requests = 0")),
        ("qscd.capacity", "is zero", also("[qscd]\ncapacity = 0")),
    ];
    for (key, cause, text) in cases {
        let error = parse(&text).expect_err(key);
        let message = error.to_string();
        assert!(message.starts_with(&format!("/etc/segl/segl.toml: `{key}`: ")), "{message}");
        assert!(message.contains(cause), "{message}");
    }
}

#[test]
fn what_toml_refuses_is_told_with_its_place() {
    let cases = [
        ("unknown field `organization`", format!("[organization]\n{MINIMAL}")),
        ("unknown field `listens`", format!("[server]\nlistens = \"x\"\n{MINIMAL}")),
        ("unknown field `lifetime`", MINIMAL.replace("display_name", "lifetime = 9\ndisplay_name")),
        ("64 hexadecimal digits", MINIMAL.replace("sha256 = \"", "sha256 = \"zz")),
        ("missing field `organisation`", String::new()),
        ("unknown variant `B-X`", MINIMAL.replace("kind =", "levels = [\"B-X\"]\nkind =")),
        ("unknown variant `sealing`", MINIMAL.replace("[\"seal\"]", "[\"sealing\"]")),
    ];
    for (cause, text) in cases {
        let error = parse(&text).expect_err(cause);
        assert!(matches!(error.defect, ConfigDefect::Syntax(_)), "{error}");
        assert!(error.to_string().contains(cause), "{error}");
    }
}

#[test]
fn what_the_policy_judges_loads_and_is_warned_of() {
    let cases = [
        ("name is missing", MINIMAL.replace("Havnsted Kommune", " ")),
        (
            "every act will be refused: the CVR number \"12345678\" fails the sum",
            MINIMAL.replace("12345674", "12345678"),
        ),
        ("does not allow seals", MINIMAL.replace("allow_seals = true", "")),
        (
            "86700 s from notBefore",
            MINIMAL.replace("allow_signing", "lifetime_s = 86400\nallow_signing"),
        ),
        ("does not allow signing", MINIMAL.replace("allow_signing = true", "")),
        ("does not make level B-T", MINIMAL.replace("kind =", "levels = [\"B-B\"]\nkind =")),
        ("ES256 is not allowed", format!("{MINIMAL}\n[limits]\nalgorithms = []")),
        ("does not list Ed25519", MINIMAL.replace("kind =", "algorithm = \"Ed25519\"\nkind =")),
        (
            "public_url is https",
            format!("{MINIMAL}\n[server]\npublic_url = \"https://seal.havnsted.example\""),
        ),
        ("there is no grant", MINIMAL.split("[[grant]]").next().unwrap().to_owned()),
    ];
    for (cause, text) in cases {
        let warnings = parse(&text).unwrap().warnings();
        assert!(matches!(&warnings[..], [only] if only.contains(cause)), "{cause}: {warnings:?}");
        let key = warnings[0].strip_prefix('`').and_then(|rest| rest.split('`').next());
        let section = key.and_then(|key| key.split(['.', '[']).next()).unwrap();
        let known = ["organisation", "profile", "server", "grant"];
        assert!(known.contains(&section), "{warnings:?}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Config::load(Path::new("no/such.toml"), &Overrides::default()).unwrap_err();
    assert!(error.to_string().starts_with("no/such.toml: cannot be read: "), "{error}");
}

#[test]
fn a_database_is_named_by_its_address_and_no_message_quotes_its_password() {
    let data = |text: &str| parse(&format!("{MINIMAL}\n[data]\n{text}"));
    let local = "database = \"postgres://segl:hunter2@localhost/log\"\nnode = \"one\"";
    let config = data(local).unwrap();
    let address = config.data.database().unwrap().unwrap();
    assert_eq!(address.to_string(), "postgres://localhost:5432/log");
    assert_eq!(config.data.node().unwrap().as_str(), "one");
    assert!(!format!("{config:?}").contains("hunter2"));
    // The directory stays that of the working directory.
    assert_eq!(config.data.directory, Data::default().directory);
    for (wrong, cause) in [
        ("database = \"postgres://segl:hunter2@db.example/log?sslmode=prefer\"", "data.database"),
        ("database = \"mysql://segl:hunter2@localhost/log\"", "data.database"),
        ("database = \"postgres://segl:hunter2@localhost/log", "invalid basic string"),
        ("database = { postgres = \"hunter2\" }", "expected a string"),
        ("node = \"a b\"", "data.node"),
    ] {
        let message = data(wrong).unwrap_err().to_string();
        assert!(message.contains(cause), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}
