//! Writes one certificate of each profile, and the root's revocation list, as DER files into a
//! directory, for linters and other people's tools:
//! `cargo run -p qscd-sim --example certificates -- DIRECTORY`.

use std::{error::Error, fs, path::Path, sync::Arc, time::Duration};

use qscd_sim::{SettableClock, Simulator, SimulatorOptions};
use seal::{
    Assurance, Clock, EnrolmentRequest, OrganisationSubject, PersonId, PersonName, PersonSubject,
    ProfileId, Qscd, SignatureAlgorithm, Subject,
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
    fs::write(directory.join("root.crl"), simulator.root_crl(simulator.clock().now())?)?;
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
                assurance: Assurance::ValidityAssured,
                at: simulator.clock().now(),
                back_dating: Duration::from_secs(300),
                lifetime: Duration::from_secs(900),
                signatures: 1,
                requester: "example".to_owned(),
            };
            let credential = simulator.device().enrol(request).await?;
            let file = directory.join(format!("{name}-{}.cer", algorithm.name().to_lowercase()));
            fs::write(file, credential.chain.end_entity().as_bytes())?;
        }
    }
    Ok(())
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
