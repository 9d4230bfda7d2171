//! The demo, composed for tests on a directory that vanishes.

use qscd_sim::SettableClock;
use ring::rand::SystemRandom;

use super::Application;
use crate::{
    config::{Limits, Overrides, Secret},
    data_directory::DataDirectory,
    demo::Demo,
};

/// The API key of its application.
pub(crate) const API_KEY: &str = "demo_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ";

/// The demo with these limits, and where it keeps its state.
pub(crate) async fn demo(limit: impl FnOnce(&mut Limits)) -> (Application, DataDirectory) {
    let key = Some(Secret::new(API_KEY));
    let demo = Demo::new(key, &Overrides::default(), &SystemRandom::new()).unwrap();
    let mut config = demo.config;
    limit(&mut config.limits);
    let directory = DataDirectory::temporary().unwrap();
    let (key, _) = directory.audit_key(None).unwrap();
    let (persons, clock) = (demo.persons, SettableClock::new());
    let composed = Application::compose(&config, persons, clock, &directory, key);
    (composed.await.unwrap(), directory)
}
