//! A CMS with several signatures beside each other (RFC 5652 section 5.1): every one is raised, each
//! from where it stands, or none is.

use std::collections::BTreeSet;

use super::{CONTENT, Judges, Shape, refused::problem};
use crate::{
    configuration,
    oracle::{Dss, DssVerdict, Folder, openssl},
    pdf_signature::find,
    server::{API_KEY, Server},
    tlv::{Element, children, element, encoded},
};

const SHAPES: [Shape; 2] = [Shape::Detached, Shape::Attached];
const PROFILES: [&str; 3] = ["revocable-ES256", "validity-assured-ES384", "revocable-PS256"];

/// The fields of a SignedData (RFC 5652 section 5.1).
fn fields(cms: &[u8]) -> Vec<Element> {
    let content_info = element(cms, 0).expect("a CMS");
    let explicit = children(cms, &content_info).remove(1);
    children(cms, &children(cms, &explicit)[0])
}

fn members<'a>(cms: &'a [u8], set: &Element) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    children(cms, set).into_iter().map(|one| &cms[one.whole])
}

/// One container with the signatures of all, in DER.
fn together(containers: &[Vec<u8>]) -> Vec<u8> {
    let set = |tag: u8, place: &dyn Fn(&[Element]) -> Option<Element>| {
        let all: BTreeSet<&[u8]> = containers
            .iter()
            .filter_map(|cms| Some(members(cms, &place(&fields(cms))?)))
            .flatten()
            .collect();
        let content: Vec<u8> = all.into_iter().flatten().copied().collect();
        if content.is_empty() { Vec::new() } else { encoded(tag, &content) }
    };
    let tagged = |tag: u8| move |all: &[Element]| all.iter().find(|one| one.tag == tag).cloned();
    let first = &containers[0];
    let signed_data = [
        // With a revocation format beside lists it is version 5.
        encoded(0x02, &[5]),
        set(0x31, &|all| all.get(1).cloned()),
        first[fields(first)[2].whole.clone()].to_vec(),
        set(0xA0, &tagged(0xA0)),
        set(0xA1, &tagged(0xA1)),
        set(0x31, &|all| all.last().cloned()),
    ];
    let kind = children(first, &element(first, 0).expect("a CMS")).remove(0);
    let explicit = encoded(0xA0, &encoded(0x30, &signed_data.concat()));
    encoded(0x30, &[&first[kind.whole], &explicit].concat())
}

/// Everything that must stay: certificates, revocation data, and of each signer all that it signed
/// with and every unsigned attribute.
fn parts(cms: &[u8]) -> Vec<Vec<u8>> {
    let fields = fields(cms);
    let sets = fields.iter().filter(|one| one.tag == 0xA0 || one.tag == 0xA1);
    let mut parts: Vec<_> = sets.flat_map(|set| members(cms, set)).map(<[u8]>::to_vec).collect();
    for signer in children(cms, fields.last().expect("signers")) {
        let own = children(cms, &signer);
        let unsigned = own.iter().skip(4).find(|one| one.tag == 0xA1);
        let end = unsigned.map_or(signer.content.end, |set| set.whole.start);
        parts.push(cms[signer.content.start..end].to_vec());
        parts.extend(unsigned.into_iter().flat_map(|set| members(cms, set)).map(<[u8]>::to_vec));
    }
    parts
}

async fn sealed_together(server: &Server, shape: Shape, levels: &[&str]) -> Vec<u8> {
    let mut containers = Vec::new();
    for (level, profile) in levels.iter().zip(PROFILES.iter().cycle()) {
        containers.push(shape.sealed(server, &format!("profile={profile}&level={level}")).await);
    }
    together(&containers)
}

/// Fails unless everybody finds `count` signatures with nothing wrong, none below `level`.
async fn assert_raised(judges: &Judges<'_>, cms: &[u8], level: &str, count: usize) {
    let ours = judges.ours(cms).await;
    let levels = ["CAdES-B-B", "CAdES-B-T", "CAdES-B-LT", "CAdES-B-LTA"];
    let rank = |found: &str| levels.iter().position(|one| one.ends_with(&format!("-{found}")));
    let all = ours.as_array().expect("signatures");
    assert_eq!(all.len(), count);
    for one in all {
        assert_eq!(one["indication"], "TOTAL-PASSED", "{ours:#}");
        let stated = one["level"].as_str().expect("a level").replace("CAdES-", "");
        assert!(rank(&stated) >= rank(level), "{level}: {ours:#}");
    }
    let online = level == "B-B" || level == "B-T";
    if let Some(report) = judges.dss(cms, Dss { online, ..Dss::default() }).await {
        assert_eq!(report.signatures.len(), count);
        for one in report.signatures.iter().chain(&report.time_stamps) {
            assert!(one.is_spotless(), "{level}: {report:#?}");
        }
        for DssVerdict { level: stated, .. } in &report.signatures {
            let stated = stated.replace("CAdES-BASELINE", "B");
            assert!(rank(&stated) >= rank(level), "{level}: {report:#?}");
        }
    }
    let folder = Folder::new();
    folder.write("seal", cms);
    folder.write("content", CONTENT);
    folder.write("trust.pem", &judges.trust);
    let content = if judges.shape == Shape::Detached { "-content @content" } else { "" };
    let verify = "cms -verify -cades -binary -inform DER -in @seal -CAfile @trust.pem -out @out";
    openssl(&folder, &format!("{verify} {content}")).unwrap_or_else(|said| panic!("{said}"));
}

#[tokio::test]
async fn every_signer_of_a_cms_is_raised_from_wherever_it_stands() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let mixtures: [&[&str]; 4] =
        [&["B-B", "B-B"], &["B-T", "B-B"], &["B-B", "B-LTA"], &["B-LT", "B-T", "B-LTA"]];
    for shape in SHAPES {
        let judges = Judges::new(&server, shape).await;
        for from in mixtures {
            let container = sealed_together(&server, shape, from).await;
            assert_raised(&judges, &container, "B-B", from.len()).await;
            for level in ["B-T", "B-LT", "B-LTA"] {
                let answer = server.augment(level, &container, shape.parts()).await;
                // The revocation data of one may be all that the others need.
                if !from.contains(&"B-B") && level != "B-LTA" {
                    assert_eq!(problem(&answer), "level-reached", "{shape:?} {from:?}");
                    assert_raised(&judges, &container, level, from.len()).await;
                    continue;
                }
                let answer = answer.ok();
                let raised = &answer.body;
                let kept = parts(&container).iter().all(|part| find(raised, part).is_some());
                assert!(kept && raised.len() > container.len(), "{shape:?} {from:?} {level}");
                assert_raised(&judges, raised, level, from.len()).await;
                let receipt = server.get_as(answer.header("location"), API_KEY).await.ok().json();
                assert_eq!(receipt["signatures"], from.len(), "{receipt}");
                assert_eq!(receipt["renewed"], false, "{receipt}");
                assert_eq!(receipt["reached"], answer.header("segl-level"), "{receipt}");
                let ours = judges.ours(raised).await;
                let lowest = ours.as_array().expect("signatures").iter().map(|one| &one["level"]);
                assert!(lowest.clone().any(|one| *one == receipt["reached"]), "{receipt} {ours:#}");
            }
        }
        // Once all have the highest level, the proof of all is renewed.
        let container = sealed_together(&server, shape, &["B-LTA", "B-LTA"]).await;
        let answer = server.augment("B-LTA", &container, shape.parts()).await.ok();
        assert_raised(&judges, &answer.body, "B-LTA", 2).await;
        let receipt = server.get_as(answer.header("location"), API_KEY).await.ok().json();
        assert_eq!(
            (&receipt["renewed"], &receipt["reached"]),
            (&true.into(), &"CAdES-B-LTA".into())
        );
        let ours = judges.ours(&answer.body).await;
        for one in ours.as_array().expect("signatures") {
            assert_eq!(one["archive_time_stamps"].as_array().map(Vec::len), Some(2), "{one:#}");
        }
    }
}

#[tokio::test]
async fn one_signer_that_does_not_hold_stops_all() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let shape = Shape::Detached;
    let container = sealed_together(&server, shape, &["B-B", "B-T"]).await;
    let signers = children(&container, fields(&container).last().expect("signers"));
    let values = signers.iter().map(|signer| {
        children(&container, signer).into_iter().find(|one| one.tag == 0x04).expect("a signature")
    });
    for (index, value) in values.enumerate() {
        let mut spoilt = container.clone();
        spoilt[value.content.end - 1] ^= 1;
        let refused = server.augment("B-LTA", &spoilt, shape.parts()).await;
        assert_eq!(problem(&refused), "signature-not-valid");
        let detail = refused.problem()["detail"].as_str().expect("a sentence").to_owned();
        assert!(detail.contains(&format!("signature {} of 2", index + 1)), "{detail}");
        let report = server.validate_with(&spoilt, shape.parts()).await;
        assert_eq!(report["signatures"][index]["indication"], "TOTAL-FAILED", "{report:#}");
        assert_eq!(report["signatures"][1 - index]["indication"], "TOTAL-PASSED", "{report:#}");
    }
}

#[tokio::test]
async fn how_many_signers_are_raised_is_bounded() {
    let server = Server::configured(&configuration::every_combination(), "{}").await;
    let shape = Shape::Attached;
    let container = sealed_together(&server, shape, &["B-B"; cades::MAXIMUM_SIGNERS]).await;
    let answer = server.augment("B-LTA", &container, &[]).await.ok();
    assert_eq!(answer.header("segl-level"), "CAdES-B-LTA");
    let more = sealed_together(&server, shape, &["B-B"; cades::MAXIMUM_SIGNERS + 1]).await;
    let refused = server.augment("B-T", &more, &[]).await;
    assert_eq!(problem(&refused), "signature-not-augmentable", "{}", refused.text());
    let one = shape.sealed(&server, "profile=revocable-ES256&level=B-B").await;
    let stamped = shape.raised(&server, "B-T", &one).await;
    let twice = server.augment("B-T", &together(&[one, stamped]), &[]).await;
    assert_eq!(problem(&twice), "signature-not-augmentable", "{}", twice.text());
}
