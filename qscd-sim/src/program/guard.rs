//! What keeps a simulator from being taken for a device.

use std::{env, net::SocketAddr};

use ring::rand::{SecureRandom, SystemRandom};

use super::{failure::Failure, terminal};

/// The environment variable with the token of the management port.
pub(super) const TOKEN: &str = "QSCD_SIM_TOKEN";

/// The token that the management port wants: the one of the environment; else, beyond the demo, one
/// that is made now and told, for it stands nowhere else.
pub(super) fn token(beyond_the_demo: bool) -> Result<Option<String>, Failure> {
    match env::var(TOKEN) {
        Ok(token) if !token.is_empty() => return Ok(Some(token)),
        Ok(_) | Err(env::VarError::NotPresent) => {}
        Err(env::VarError::NotUnicode(_)) => return Err(Failure::Token),
    }
    if !beyond_the_demo {
        return Ok(None);
    }
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| qscd_sim::Error::Randomness)?;
    let token = hex::encode(bytes);
    terminal::print(format_args!("The management port wants {TOKEN}={token}\n"))?;
    Ok(Some(token))
}

/// Refuses an address that others can reach, unless that was asked for.
pub(super) fn loopback(address: SocketAddr, allow_remote: bool) -> Result<(), Failure> {
    if address.ip().is_loopback() || allow_remote { Ok(()) } else { Err(Failure::Exposed(address)) }
}

/// Refuses a management port that others can reach, whatever was asked for.
pub(super) fn management(address: SocketAddr) -> Result<(), Failure> {
    if address.ip().is_loopback() { Ok(()) } else { Err(Failure::ManagementExposed(address)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_served_unless_it_is_asked_for() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        for inside in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1"] {
            assert!(loopback(address(inside), false).is_ok());
            assert!(management(address(inside)).is_ok());
        }
        for outside in ["0.0.0.0:1", "10.0.0.1:1", "[::]:1"] {
            assert!(matches!(loopback(address(outside), false), Err(Failure::Exposed(_))));
            assert!(loopback(address(outside), true).is_ok());
            assert!(management(address(outside)).is_err());
        }
    }
}
