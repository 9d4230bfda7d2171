//! The policies of certificates that live for years: what is to be read and accepted before one is
//! ordered or collected.

use seal::policy::Rule;

/// The version in force. Whoever changes a text of the policies changes it.
pub(crate) const POLICY_VERSION: &str = "1";

const ENGLISH: &str = include_str!("../../policies/certificate-policy.en.md");
const DANISH: &str = include_str!("../../policies/certificate-policy.da.md");

/// A document, in one language.
#[derive(Debug)]
pub(crate) struct PolicyDocument {
    /// Its name.
    pub(crate) id: &'static str,
    /// Its language (BCP 47).
    pub(crate) language: &'static str,
    /// The text, in Markdown.
    pub(crate) text: String,
}

/// The documents of the version in force.
pub(crate) fn documents() -> [PolicyDocument; 3] {
    let policy = |language, text: &str| PolicyDocument {
        id: "certificate-policy",
        language,
        text: text.to_owned(),
    };
    [
        policy("da", DANISH),
        policy("en", ENGLISH),
        PolicyDocument { id: "audit-guideline", language: "en", text: guideline() },
    ]
}

/// What an auditor checks: every rule by which acts are judged, from the list of the rules itself.
fn guideline() -> String {
    let rules = Rule::ALL.map(|rule| format!("- `{}`\n", rule.name())).concat();
    format!(
        "# Audit guideline\n\n\
         Every signature and every seal is judged by these rules before a key exists. For a sample of acts, \
         look each up in the audit log, hold the profile's version of that moment against it, and see that \
         a refusal names the rule that was broken.\n\n{rules}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guideline_names_every_rule_and_the_policies_say_where_the_public_ones_are() {
        let [danish, english, guideline] = documents();
        for rule in Rule::ALL {
            assert!(guideline.text.contains(&format!("`{}`", rule.name())), "{}", rule.name());
        }
        for policy in [danish, english] {
            assert!(policy.text.contains("https://certifikat.gov.dk"), "{}", policy.language);
            assert!(policy.text.contains("https://certificat.gov.dk"), "{}", policy.language);
        }
    }
}
