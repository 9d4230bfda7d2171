//! Requests as clients send them.

use super::*;

fn read(json: &str) -> Parameters {
    Parameters::parse(json.as_bytes()).unwrap()
}

const HASH: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

#[test]
fn pyhanko_s_authorisation_is_read_on_both_paths() {
    let json = format!(r#"{{"credentialID":"cred-1","hash":["{HASH}"],"numSignatures":1}}"#);
    for version in [ApiVersion::V1, ApiVersion::V2] {
        let activation = Activation::read(&read(&json), version).unwrap();
        assert_eq!((&*activation.credential, activation.signatures), ("cred-1", 1));
        assert_eq!(activation.hashes.digests(DigestAlgorithm::Sha256).unwrap().len(), 1);
        assert!(activation.hashes.digests(DigestAlgorithm::Sha384).is_err());
    }
}

#[test]
fn pyhanko_s_signature_is_read_on_both_paths() {
    let json = format!(
        r#"{{"credentialID":"c","SAD":"s","hashAlgo":"2.16.840.1.101.3.4.2.1",
            "signAlgo":"1.2.840.10045.4.3.2","hash":["{HASH}"],"signAlgoParams":null}}"#
    );
    let parameters = read(&json);
    for version in [ApiVersion::V1, ApiVersion::V2] {
        let asked = HashSignature::read(&parameters, version, None).unwrap();
        assert_eq!(asked.algorithm.hash_algorithm, Some("2.16.840.1.101.3.4.2.1"));
        assert_eq!(asked.algorithm.parameters, None);
    }
}

#[test]
fn a_number_of_signatures_may_be_a_text_and_must_be_one_at_least() {
    let json = |number: &str| {
        read(&format!(r#"{{"credentialID":"c","hash":["{HASH}"],"numSignatures":{number}}}"#))
    };
    let number = |text| Activation::read(&json(text), ApiVersion::V1).map(|one| one.signatures);
    assert_eq!(number("\"1\""), Ok(1));
    assert_eq!(number("0"), Err(Error::number_of_signatures()));
    assert_eq!(number("-1"), Err(Error::number_of_signatures()));
    assert_eq!(number("null"), Err(Error::missing("integer", "numSignatures")));
}

#[test]
fn activation_data_may_come_in_the_place_of_a_token_and_are_the_same_where_they_come_twice() {
    let json = |sad: &str| {
        read(&format!(r#"{{"credentialID":"c","signAlgo":"1","hashes":["{HASH}"]{sad}}}"#))
    };
    for (sent, shown, expected) in [
        ("", Some("s"), Ok(Some("s"))),
        (r#","SAD":null"#, Some("s"), Ok(Some("s"))),
        (r#","SAD":"s""#, Some("s"), Ok(Some("s"))),
        (r#","SAD":"s""#, None, Ok(Some("s"))),
        (r#","SAD":"t""#, Some("s"), Err(Error::sad())),
        ("", None, Ok(None)),
        (r#","SAD":"""#, None, Ok(None)),
    ] {
        let parameters = json(sent);
        let asked = HashSignature::read(&parameters, ApiVersion::V2, shown);
        assert_eq!(asked.map(|asked| asked.sad), expected, "{sent} {shown:?}");
    }
}

#[test]
fn nothing_secret_is_told_when_a_request_is_debugged() {
    let json =
        format!(r#"{{"credentialID":"one","SAD":"secret","hashes":["{HASH}"],"signAlgo":"1.2"}}"#);
    let parameters = read(&json);
    let extension = Extension::read(&parameters, ApiVersion::V2).unwrap();
    let signature = HashSignature::read(&parameters, ApiVersion::V2, None).unwrap();
    let answer = SadAnswer { sad: "secret".to_owned(), expires_in: 1 };
    let told = format!("{parameters:?} {extension:?} {signature:?} {answer:?}");
    assert!(told.contains("one") && !told.contains("secret"), "{told}");
}

#[test]
fn another_hash_algorithm_is_told_by_its_member_s_name() {
    let json = format!(
        r#"{{"credentialID":"one","numSignatures":1,"hashes":["{HASH}"],"hashAlgo":"2.16.840.1.101.3.4.2.1"}}"#
    );
    for (version, member) in [(ApiVersion::V1, "hashAlgo"), (ApiVersion::V2, "hashAlgorithmOID")] {
        let hashes = Activation::read(&read(&json), version).unwrap().hashes;
        assert!(hashes.digests(DigestAlgorithm::Sha256).is_ok());
        assert_eq!(hashes.digests(DigestAlgorithm::Sha384), Err(Error::invalid(member)));
    }
}

#[test]
fn whether_a_user_is_named_is_read() {
    let named = |json| ListRequest::read(&read(json)).unwrap().names_user;
    assert!(named(r#"{"userID":"karen"}"#));
    assert!(!named(r#"{"userID":null,"certificates":"CHAIN"}"#));
}
