//! Persons' tokens.

use seal::{
    IdentityToken,
    identity::{IdentityIssuer, IdentityVerifier},
};

use super::{Bench, Outcome};
use crate::world::{World, noon};

/// A verifier of the world's tokens.
pub(super) fn verifier(world: &World) -> IdentityVerifier {
    let text = |name: &str| String::from_utf8(world.file(name).to_vec()).unwrap();
    IdentityVerifier::new(vec![IdentityIssuer {
        issuer: text("identities/issuer"),
        audience: text("identities/audience"),
        keys: serde_json::from_slice(world.file("identities/keys")).unwrap(),
    }])
}

pub(super) fn run(bench: &Bench, input: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(input) else { return Outcome::Refused };
    let Ok(claims) = bench.identities.verify(&IdentityToken::new(text.to_owned()), noon()) else {
        return Outcome::Refused;
    };
    assert_eq!(claims.person.subject, "karen");
    // The issuer signed nothing but what is genuine: header and claims, as they are written.
    let signed = text.rsplit_once('.').map(|(signed, _)| signed);
    let genuine = bench.world.folder("tokens").any(|(_, genuine)| {
        std::str::from_utf8(genuine).unwrap().rsplit_once('.').map(|(signed, _)| signed) == signed
    });
    assert!(genuine, "a forged token is accepted");
    Outcome::Passed
}
