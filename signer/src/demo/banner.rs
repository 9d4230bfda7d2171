//! What the demo prints at start: where it is, what it is not, and one command to paste.

use std::fmt;

use super::{ADMINISTRATION, APPLICATION, PROFILE};
use crate::config::{Config, Secret};

/// The document of the command, from the repository's root.
const DOCUMENT: &str = "fixtures/one-page.pdf";

/// The text of the demo's banner.
#[derive(Clone, Copy, Debug)]
pub struct Banner<'a> {
    /// The demo's configuration, with the ports that are listened on.
    pub config: &'a Config,
    /// The API key of the demo's application.
    pub api_key: &'a Secret,
    /// The API key of the demo's application that administers.
    pub administration_key: &'a Secret,
}

impl Banner<'_> {
    /// The one command, ready to paste into a POSIX shell at the repository's root.
    pub fn command(&self) -> String {
        format!(
            "curl -sS --fail-with-body -H \"Authorization: Bearer {}\" --data-binary @{DOCUMENT} \
             \"http://{}/v1/seals?profile={PROFILE}\" -o sealed.pdf",
            self.api_key.expose(),
            self.config.server.listen,
        )
    }
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { config, .. } = self;
        let organisation = &config.organisation;
        writeln!(f, "Segl demo: SIMULATOR - NOT QUALIFIED. Its seals prove nothing to anyone.")?;
        writeln!(f)?;
        writeln!(f, "  organisation  {}, CVR {}", organisation.registered_name, organisation.cvr)?;
        writeln!(f, "  service       http://{}", config.server.listen)?;
        let login = config.login.origin(&config.server);
        writeln!(f, "  log in        {login}/login, as one of the demo's people")?;
        writeln!(f, "  management    http://{}", config.server.management)?;
        writeln!(f, "  data          {}", config.data.directory.display())?;
        writeln!(f, "  API key       of the application `{APPLICATION}`, in the command below")?;
        let key = self.administration_key.expose();
        writeln!(f, "  rights        {key} (the API key of `{ADMINISTRATION}`)")?;
        writeln!(f)?;
        writeln!(f, "Seal a document, from the repository's root:")?;
        writeln!(f)?;
        writeln!(f, "{}", self.command())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ring::rand::SystemRandom;

    use super::*;
    use crate::{config::Overrides, demo::Demo};

    fn demo() -> Demo {
        let key = Some(Secret::new("the-key"));
        Demo::new(key, &Overrides::default(), &SystemRandom::new()).unwrap()
    }

    fn banner(demo: &Demo) -> Banner<'_> {
        Banner {
            config: &demo.config,
            api_key: &demo.api_key,
            administration_key: &demo.administration_key,
        }
    }

    #[test]
    fn the_command_is_one_line_with_key_document_and_profile() {
        assert_eq!(
            banner(&demo()).command(),
            "curl -sS --fail-with-body -H \"Authorization: Bearer the-key\" \
             --data-binary @fixtures/one-page.pdf \
             \"http://127.0.0.1:8080/v1/seals?profile=decisions\" -o sealed.pdf"
        );
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert!(root.join(DOCUMENT).is_file());
    }

    #[test]
    fn the_banner_says_what_it_is_not_and_shows_one_command() {
        let text = banner(&demo()).to_string();
        assert!(text.contains("SIMULATOR - NOT QUALIFIED"));
        assert!(text.contains("http://127.0.0.1:8080\n"));
        assert_eq!(text.matches("curl").count(), 1);
        let demo = demo();
        assert!(banner(&demo).to_string().contains(demo.administration_key.expose()));
    }
}
