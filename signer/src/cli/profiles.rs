//! `signer profiles`.

use clap::Args;

use super::{
    Failure,
    access::Access,
    connection::{Connection, Identity, Place},
    profile::{Profile, ProfileList},
    terminal,
};

/// The arguments.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    identity: Identity,
}

/// Prints the certificate profiles, one a line.
///
/// # Errors
/// [`Failure`] when nobody can be asked.
pub(super) async fn profiles(arguments: Arguments) -> Result<(), Failure> {
    let profiles = match arguments.place.connect(Access::Reads).await? {
        Connection::Server(server) => {
            server.json::<ProfileList>("v1/profiles", arguments.identity.bearer()?).await?.profiles
        }
        Connection::Process(local) => {
            let profiles = local.profiles();
            local.close().await?;
            profiles
        }
    };
    let lines: Vec<String> = profiles.iter().map(line).collect();
    terminal::print(lines.join("\n"))
}

fn line(profile: &Profile) -> String {
    let Profile { id, display_name, act, active, allow_signing, formats, levels } = profile;
    let formats: Vec<&str> = formats.iter().map(|format| format.name()).collect();
    let levels: Vec<&str> = levels.iter().map(|level| level.name()).collect();
    let state = match (active, allow_signing) {
        (true, true) => "",
        (false, _) => "; not in use",
        (true, false) => "; not allowed to sign or seal",
    };
    let (formats, levels) = (formats.join(" "), levels.join(" "));
    format!("{id}: {act}; {display_name}; {formats}; {levels}{state}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_one_line() {
        let json = r#"{"id":"decisions","display_name":"Decisions","act":"seal","active":true,
            "allow_signing":false,"formats":["pades","cades"],"levels":["B-B","B-T"],"more":1}"#;
        let profile: Profile = serde_json::from_str(json).unwrap();
        assert_eq!(
            line(&profile),
            "decisions: seal; Decisions; pades cades; B-B B-T; not allowed to sign or seal"
        );
    }
}
