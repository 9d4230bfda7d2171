//! BouncyCastle, which knows every suite in CMS.

use serde_json::{Value, json};

use super::{Folder, java::Verifier};

static BOUNCY_CASTLE: Verifier = Verifier::new("oracle.bouncycastle.BouncyCastle");

/// The signature algorithm's OID of a CMS that BouncyCastle accepts up to the anchor in `trust`
/// (PEM), or its complaint. `content` when it is not inside. `None` where there is no Maven.
pub async fn bouncy_castle(
    cms: &[u8],
    content: Option<&[u8]>,
    trust: &[u8],
) -> Option<Result<String, String>> {
    let folder = Folder::new();
    let content = content.map(|content| folder.write("content", content));
    let (file, trust) = (folder.write("cms", cms), folder.write("trust.pem", trust));
    let job = json!({ "file": file, "content": content, "trust": trust });
    let answer: Result<Value, String> = BOUNCY_CASTLE.answer(job).await?;
    Some(answer.map(|report| {
        assert_eq!(report["signers"], 1, "{report}");
        report["algorithm"].as_str().expect("an OID").to_owned()
    }))
}
