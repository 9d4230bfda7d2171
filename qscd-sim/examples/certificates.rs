//! Writes one certificate of each profile, the revocation lists and OCSP answers as DER files into
//! a directory, for linters and other people's tools:
//! `cargo run -p qscd-sim --example certificates -- DIRECTORY`.

use std::{error::Error, fs, path::Path, sync::Arc, time::Duration};

use qscd_sim::{RevocationReason, SettableClock, Simulator, SimulatorOptions};
use seal::{
    Assurance, CertificateDer, Clock, EnrolmentRequest, OrganisationSubject, PersonId, PersonName,
    PersonSubject, ProfileId, Qscd, SignatureAlgorithm, Subject,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args_os().nth(1).ok_or("usage: certificates DIRECTORY")?;
    let directory = Path::new(&directory);
    fs::create_dir_all(directory)?;
    let options = SimulatorOptions::new("http://segl.example.com");
    let simulator = Simulator::new(options, SettableClock::new(), Arc::new(()))?;
    fs::write(directory.join("root.cer"), simulator.trust_anchor().as_bytes())?;
    fs::write(directory.join("issuing-ca.cer"), simulator.issuing_ca().as_bytes())?;
    fs::write(directory.join("tsa.cer"), simulator.tsa_certificate().as_bytes())?;
    for (assurance, suffix, lifetime) in
        [(Assurance::ValidityAssured, "", 900), (Assurance::Revocable, "-revocable", 863_700)]
    {
        for (name, subject) in [
            ("seal", organisation()),
            ("person", person(named())),
            ("pseudonym", person(PersonName::Pseudonym("Pseudonym".into()))),
        ] {
            for algorithm in SignatureAlgorithm::ALL {
                let request = EnrolmentRequest {
                    profile: ProfileId::new("example"),
                    subject: subject.clone(),
                    algorithm,
                    assurance,
                    at: simulator.clock().now(),
                    back_dating: Duration::from_secs(300),
                    lifetime: Duration::from_secs(lifetime),
                    signatures: 1,
                    requester: "example".to_owned(),
                };
                let leaf = simulator.device().enrol(request).await?.chain.end_entity().clone();
                let file = format!("{name}{suffix}-{}.cer", algorithm.name().to_lowercase());
                fs::write(directory.join(file), leaf.as_bytes())?;
                if assurance == Assurance::Revocable && algorithm == SignatureAlgorithm::default() {
                    write_answers(&simulator, &leaf, directory, name)?;
                }
            }
        }
    }
    write_answer(&simulator, &simulator.issuing_ca(), &directory.join("issuing-ca.ors"))?;
    write_answer(&simulator, &simulator.tsa_certificate(), &directory.join("tsa.ors"))?;
    let (authority, now) = (simulator.authority(), simulator.clock().now());
    fs::write(directory.join("root.crl"), authority.root_crl(now)?)?;
    let list = authority.issuing_ca_crl(1, now)?.ok_or("there is an issuing CA")?;
    fs::write(directory.join("issuing-ca.crl"), list)?;
    Ok(())
}

/// What the responder says before and after the leaf is revoked.
fn write_answers(
    simulator: &Simulator,
    leaf: &CertificateDer,
    directory: &Path,
    name: &str,
) -> Result<(), Box<dyn Error>> {
    write_answer(simulator, leaf, &directory.join(format!("{name}-good.ors")))?;
    let newest = simulator.device().issued().newest(1);
    let serial = newest.first().map(|one| one.serial.clone()).ok_or("a certificate")?;
    let serial: Vec<u8> = (0..serial.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&serial[at..at + 2], 16))
        .collect::<Result<_, _>>()?;
    let (reason, now) = (RevocationReason::Superseded, simulator.clock().now());
    simulator.authority().revoke(&serial, reason, None, now)?.ok_or("it was issued")?;
    write_answer(simulator, leaf, &directory.join(format!("{name}-revoked.ors")))
}

fn write_answer(
    simulator: &Simulator,
    certificate: &CertificateDer,
    file: &Path,
) -> Result<(), Box<dyn Error>> {
    let now = simulator.clock().now();
    let answer = simulator.authority().ocsp_response_for(certificate, now)?;
    Ok(fs::write(file, answer.ok_or("a certificate of the simulator")?)?)
}

fn organisation() -> Subject {
    Subject::Organisation(OrganisationSubject {
        organization_name: "Havnsted Kommune".to_owned(),
        organization_identifier: "NTRDK-12345674".to_owned(),
        common_name: "Havnsted Kommune - Afgørelser".to_owned(),
        serial_number: "UI:DK-O:G:bce1ecb4-c38d-4737-a37a-ea110b86a99b".to_owned(),
    })
}

fn named() -> PersonName {
    PersonName::Named { given_name: "Karen".to_owned(), surname: "Sørensen Ågård".to_owned() }
}

fn person(name: PersonName) -> Subject {
    Subject::Person(PersonSubject {
        common_name: match &name {
            PersonName::Named { given_name, surname } => format!("{given_name} {surname}"),
            PersonName::Pseudonym(pseudonym) => pseudonym.clone(),
        },
        name,
        serial_number: "UI:DK-E:G:894715f7-2c3d-4b7e-9e7f-0a1b2c3d4e5f".to_owned(),
        email: Some("karen@example.com".to_owned()),
        organization_name: Some("Havnsted Kommune".to_owned()),
        organization_identifier: Some("NTRDK-12345674".to_owned()),
        holder: PersonId { issuer: "https://id.example".to_owned(), subject: "karen".to_owned() },
    })
}
