//! A service whose device is elsewhere, behind mutual TLS, and takes passkeys of the service's pages.

use crate::{
    oracle::Folder,
    server::Server,
    simulator::{Files, Simulator},
};

/// Starts both with an empty data directory: the service, and the token of the device's management port. `more`
/// goes into the device's settings, where `{origin}` is the service's. Passkeys are of one origin, and which port the service has is known only
/// once it runs: the device is started once more then, as another run.
pub async fn device_elsewhere(
    configuration: &str,
    folder: &Folder,
    more: &str,
) -> (Server, String) {
    let mut simulator = Simulator::start(&Files::make(&folder.path(".")));
    let configuration = format!("{configuration}\n{}", simulator.connection());
    let mut server = Server::configured(&configuration, "{}").await;
    let demo = include_str!("../../../qscd-sim/src/program/demo.toml");
    let origin = server.address.replace("127.0.0.1", "localhost");
    // What takes the place of the service's own origin leaves that out.
    let settings = match more.contains("[activation_page]") {
        true => demo.replace("[passkeys]\norigin = \"http://localhost:8080\"\n", ""),
        false => demo.replace("http://localhost:8080", &origin),
    };
    let more = more.replace("{origin}", &origin);
    folder.write("device.toml", format!("{settings}\n{more}\n").as_bytes());
    simulator.kill();
    let settings = folder.path("device.toml").display().to_string();
    let simulator = simulator.again_with(&["--config", &settings]);
    let log = simulator.log();
    let token =
        log.split_once("QSCD_SIM_TOKEN=").and_then(|(_, rest)| rest.split_whitespace().next());
    let token = token.expect("a token").to_owned();
    server.simulator = Some(simulator);
    (server, token)
}
