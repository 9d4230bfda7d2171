//! Requests of the API of the Cloud Signature Consortium: what real clients send.

/// The seeds: what real clients send, and a little of everything that is read.
pub(crate) const SEEDS: [(&str, &str); 8] = [
    (
        "pyhanko-authorize",
        r#"{"credentialID":"cred-1","hash":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],"numSignatures":1,"PIN":"1234"}"#,
    ),
    (
        "pyhanko-sign",
        r#"{"credentialID":"cred-1","SAD":"abc","hashAlgo":"2.16.840.1.101.3.4.2.1","signAlgo":"1.2.840.10045.4.3.2","hash":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]}"#,
    ),
    (
        "wallet-list",
        r#"{"credentialInfo":true,"certificates":"chain","certInfo":true,"authInfo":true,"onlyValid":true,"lang":null,"clientData":null}"#,
    ),
    (
        "wallet-sign",
        r#"{"credentialID":"cred-1","SAD":"s","hashes":["-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D"],"hashAlgorithmOID":"2.16.840.1.101.3.4.2.1","signAlgo":"1.2.840.10045.4.3.2","operationMode":"A","validityPeriod":"1500"}"#,
    ),
    (
        "documents",
        r#"{"credentialID":"c","SAD":"s","signatureQualifier":"x_segl_decisions","documents":[{"document":"JVBERi0xLjc=","signature_format":"P","conformance_level":"AdES-B-LTA","signAlgo":"1.2.840.10045.4.3.2","signed_envelope_property":"Revision","signed_props":[{"attribute_name":"Reason","attribute_value":"SW52b2ljZQ=="}]}]}"#,
    ),
    (
        "digests",
        r#"{"signatureQualifier":"x_segl_decisions","documentDigests":[{"hashes":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","hashAlgorithmOID":"2.16.840.1.101.3.4.2.1","signature_format":"C","signAlgo":"1.2.840.10045.4.3.2"}]}"#,
    ),
    (
        "others",
        r#"{"credentialCreationRequest":{"certificatePolicy":"x_segl_decisions"},"token":"t","token_type_hint":"access_token","requestID":"r","maxResults":1,"pageToken":"7","rememberMe":true}"#,
    ),
    (
        "time-stamp",
        r#"{"hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","hashAlgo":"2.16.840.1.101.3.4.2.1","nonce":"01F3A5"}"#,
    ),
];
