//! A whole configuration, in the place of the demo's.

use crate::{
    issuer::{AUDIENCE, ISSUER, SUBJECT},
    server::{API_KEY, sha256_hex},
};

/// The organisation's CVR number.
pub const CVR: &str = "12345674";

/// A configuration that keeps every rule of the seal policy; tests replace what they need changed.
pub fn configuration() -> String {
    format!(
        r#"
        [server]
        # The linter of certificates wants public names, and CRLs over plain HTTP.
        public_url = "http://segl.example.org"

        [organisation]
        registered_name = "Havnsted Kommune"
        cvr = "{CVR}"
        allow_seals = true

        [[profile]]
        id = "decisions"
        kind = "organisation"
        display_name = "Decisions"
        allow_signing = true
        active = true
        lifetime_s = 900
        formats = ["pades", "cades"]
        levels = ["B-B", "B-T"]
        signatures_per_credential = 1
        common_name = "organisation"
        contact_person = {{ name = "Frode Kontakt" }}

        [[profile]]
        id = "payroll"
        kind = "system"
        display_name = "Payroll"
        allow_signing = true
        certify = 2

        [[profile]]
        id = "staff"
        kind = "user"
        display_name = "Staff"
        allow_signing = true
        show_email = false

        [[application]]
        id = "tests"
        api_key_sha256 = "{key}"

        [[identity_issuer]]
        issuer = "{ISSUER}"
        audience = "{AUDIENCE}"
        jwks_file = "keys.json"

        [[grant]]
        to = {{ application = "tests" }}
        acts = ["seal", "signature"]

        [[grant]]
        to = {{ person = {{ issuer = "{ISSUER}", subject = "{SUBJECT}" }} }}
        acts = ["seal", "signature"]

        [[application]]
        id = "office"
        api_key_sha256 = "{office}"

        [[grant]]
        to = {{ application = "office" }}
        acts = ["administer"]
        role = "rights-administrator"

        [limits]
        maximum_document_bytes = 100_000
        maximum_signatures_in_document = 1
        algorithms = ["ES256", "ES384"]
        "#,
        key = sha256_hex(API_KEY.as_bytes()),
        office = sha256_hex(OFFICE_KEY.as_bytes()),
    )
}

/// The API key of the application that administers.
pub const OFFICE_KEY: &str = "segl_office_9a0b1c2d3e4f5061728394a5b6c7d8e9f0011223344556677889900";

/// The assurances of certificates.
pub const ASSURANCES: [&str; 2] = ["validity-assured", "revocable"];

/// The algorithms of seals that every verifier must accept.
pub const ALGORITHMS: [&str; 3] = ["ES256", "ES384", "PS256"];

/// The baseline levels.
pub const LEVELS: [&str; 4] = ["B-B", "B-T", "B-LT", "B-LTA"];

/// A configuration with a profile `ASSURANCE-ALGORITHM` for each pair, at every level.
pub fn every_combination() -> String {
    let mut configuration = format!(
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

        [limits]
        algorithms = {ALGORITHMS:?}
        "#,
        key = sha256_hex(API_KEY.as_bytes())
    );
    for assurance in ASSURANCES {
        for algorithm in ALGORITHMS {
            configuration += &format!(
                r#"
                [[profile]]
                id = "{assurance}-{algorithm}"
                kind = "organisation"
                display_name = "{assurance} {algorithm}"
                allow_signing = true
                assurance = "{assurance}"
                algorithm = "{algorithm}"
                levels = {LEVELS:?}
                "#
            );
        }
    }
    configuration
}
