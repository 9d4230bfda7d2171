//! Requests for documents as clients send them.

use super::*;

fn read(item: &str) -> Result<DocumentItem, Error> {
    let json = format!(r#"{{"signatureQualifier":"q","documents":[{item}]}}"#);
    let parameters = Parameters::parse(json.as_bytes()).unwrap();
    DocumentsRequest::read(&parameters, None).map(|mut request| request.items.remove(0))
}

fn pdf(more: &str) -> Result<DocumentItem, Error> {
    read(&format!(
        r#"{{"document":"JVBERg","signature_format":"P","signAlgo":"1.2.840.10045.4.3.2"{more}}}"#
    ))
}

#[test]
fn a_pdf_is_certified_unless_a_revision_is_asked_for() {
    assert_eq!(pdf("").unwrap().envelope, Envelope::Certification);
    for word in ["Revision", "revision", "Enveloped"] {
        let asked = format!(r#","signed_envelope_property":"{word}""#);
        assert_eq!(pdf(&asked).unwrap().envelope, Envelope::Revision, "{word}");
    }
    let error = pdf(r#","signed_envelope_property":"Detached""#).unwrap_err();
    assert_eq!(error.description, "Invalid parameter signed_envelope_property");
}

#[test]
fn levels_are_read_in_every_spelling() {
    assert_eq!(pdf("").unwrap().level, Level::BB);
    for (word, level) in [
        ("AdES-B-B", Level::BB),
        ("Ades-B", Level::BB),
        ("ades-b-t", Level::BT),
        ("Ades-T", Level::BT),
        ("AdES-B-LT", Level::BLT),
        ("AdES-LTA", Level::BLTA),
    ] {
        let asked = format!(r#","conformance_level":"{word}""#);
        assert_eq!(pdf(&asked).unwrap().level, level, "{word}");
    }
    for word in ["AdES-B-X", "B-T", "AdES-", ""] {
        let asked = format!(r#","conformance_level":"{word}""#);
        assert!(pdf(&asked).is_err(), "{word}");
    }
}

#[test]
fn reason_and_location_are_read_and_other_attributes_are_refused() {
    let property = |name: &str| {
        format!(
            r#","signed_props":[{{"attribute_name":"{name}","attribute_value":"SW52b2ljZQ=="}}]"#
        )
    };
    assert_eq!(pdf(&property("Reason")).unwrap().reason.as_deref(), Some("Invoice"));
    assert_eq!(pdf(&property("Location")).unwrap().location.as_deref(), Some("Invoice"));
    let error = pdf(&property("Name")).unwrap_err();
    assert_eq!(error.description, "Invalid parameter signed_props (list)");
}

#[test]
fn documents_or_digests_and_nothing_that_is_not_served() {
    let read = |members: &str| {
        let json = format!(r#"{{"signatureQualifier":"q"{members}}}"#);
        let parameters = Parameters::parse(json.as_bytes()).unwrap();
        DocumentsRequest::read(&parameters, None).map(|_| ()).map_err(|error| error.description)
    };
    let none = Err("Empty documentDigests and documents objects".into());
    assert_eq!(read(""), none);
    assert_eq!(read(r#","documents":[]"#), none);
    assert_eq!(
        read(r#","documents":[{}],"documentDigests":[{}]"#),
        Err("Both documentDigests and documents parameters passed".into())
    );
    for (member, value) in [
        ("operationMode", "\"B\""),
        ("response_uri", "\"https://a\""),
        ("returnValidationInfo", "true"),
        ("returnValidationInformation", "true"),
    ] {
        let named = member.strip_suffix("rmation").unwrap_or(member);
        let expected = Err(format!("Invalid parameter {named}").into());
        assert_eq!(read(&format!(r#","{member}":{value}"#)), expected);
    }
}

#[test]
fn documents_are_signed_by_a_qualifier_or_by_activation_data() {
    let item = r#"{"document":"JVBERg","signature_format":"P","signAlgo":"1.2"}"#;
    let read = |members: &str, shown| {
        let json = format!(r#"{{"documents":[{item}]{members}}}"#);
        let parameters = Parameters::parse(json.as_bytes()).unwrap();
        DocumentsRequest::read(&parameters, shown).map(|request| request.permission)
    };
    let by = |credential: Option<&str>, qualifier: Option<&str>| {
        let [credential, qualifier] = [credential, qualifier].map(|one| one.map(str::to_owned));
        Ok(Permission::ActivationData { sad: "s".to_owned(), credential, qualifier })
    };
    let qualifier = r#","signatureQualifier":"q""#;
    assert_eq!(read(qualifier, None), Ok(Permission::Qualifier("q".to_owned())));
    assert_eq!(read(qualifier, Some("s")), by(None, Some("q")));
    assert_eq!(read(r#","credentialID":"c","SAD":"s""#, None), by(Some("c"), None));
    assert_eq!(read(r#","credentialID":"c","SAD":"s""#, Some("s")), by(Some("c"), None));
    assert_eq!(read(r#","SAD":"t""#, Some("s")), Err(Error::sad()));
    let missing = |name| Err(Error::missing("string", name));
    assert_eq!(read(r#","credentialID":"c""#, None), missing("SAD"));
    assert_eq!(read("", None), missing("signatureQualifier"));
    let told = format!("{:?}", read(r#","credentialID":"c","SAD":"secret""#, None));
    assert!(told.contains("\"c\"") && !told.contains("secret"), "{told}");
}
