//! The policies of certificates that live for years: what is to be read and accepted before one is
//! ordered or collected.

use seal::policy::Rule;

/// The version in force. Whoever changes a text of the policies changes it.
pub(crate) const POLICY_VERSION: &str = "1";

/// Where the public policies are, which are to be read beside these.
pub(crate) const PUBLIC_POLICIES: [&str; 2] =
    ["https://certifikat.gov.dk", "https://certificat.gov.dk"];

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
pub(crate) fn documents() -> [PolicyDocument; 4] {
    let policy = |language, text: &str| PolicyDocument {
        id: "certificate-policy",
        language,
        text: text.to_owned(),
    };
    let guideline = |language, text| PolicyDocument { id: "audit-guideline", language, text };
    [
        policy("da", DANISH),
        policy("en", ENGLISH),
        guideline("da", guideline_of(DANISH_GUIDELINE)),
        guideline("en", guideline_of(ENGLISH_GUIDELINE)),
    ]
}

const ENGLISH_GUIDELINE: &str = "# Audit guideline\n\n\
    Every signature and every seal is judged by these rules before a key exists. For a sample of acts, \
    look each up in the audit log, hold the profile's version of that moment against it, and see that \
    a refusal names the rule that was broken.\n";

const DANISH_GUIDELINE: &str = "# Revisionsvejledning\n\n\
    Enhver underskrift og ethvert segl bedømmes efter disse regler, før der findes en nøgle. Slå en \
    stikprøve af handlinger op i revisionsloggen, hold hver op mod profilens version på det tidspunkt, og \
    se efter, at en afvisning nævner den regel, der blev brudt.\n";

/// What an auditor checks: every rule by which acts are judged, from the list of the rules itself.
fn guideline_of(lead: &str) -> String {
    let rules = Rule::ALL.map(|rule| format!("- `{}`\n", rule.name())).concat();
    format!("{lead}\n{rules}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guideline_names_every_rule_and_the_policies_say_where_the_public_ones_are() {
        let [danish, english, guidelines @ ..] = documents();
        for (rule, guideline) in
            Rule::ALL.iter().flat_map(|rule| guidelines.each_ref().map(|one| (rule, one)))
        {
            assert!(guideline.text.contains(&format!("`{}`", rule.name())), "{}", rule.name());
        }
        for policy in [danish, english] {
            assert!(policy.text.contains("https://certifikat.gov.dk"), "{}", policy.language);
            assert!(policy.text.contains("https://certificat.gov.dk"), "{}", policy.language);
        }
    }
}
