//! Speed, against the floor: the same primitives in the libraries that the service uses, measured
//! in the same run, turn by turn.
//!
//! `cargo bench` prints a table of figure, floor and ratio, one row for each row of the speed
//! budget in `docs/performance.md`, and a table of every level beside others' products. With
//! `-- --small`, `-- --http`, `-- --csc`, `-- --databases`, `-- --remote`, `-- --levels`, `-- --list`, `-- --enrolment`
//! or `-- --pages` only that part.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark has no interface"
)]

#[path = "speed/compare.rs"]
mod compare;
#[path = "speed/csc.rs"]
mod csc;
#[path = "speed/databases.rs"]
mod databases;
#[path = "speed/device.rs"]
mod device;
#[path = "speed/echo.rs"]
mod echo;
#[path = "speed/enrolment.rs"]
mod enrolment;
#[path = "speed/floor.rs"]
mod floor;
#[path = "speed/house.rs"]
mod house;
#[path = "speed/http.rs"]
mod http;
#[path = "speed/large.rs"]
mod large;
#[path = "speed/levels.rs"]
mod levels;
#[path = "speed/list.rs"]
mod list;
#[path = "speed/measure.rs"]
mod measure;
#[path = "speed/one_processor.rs"]
mod one_processor;
#[path = "speed/pages.rs"]
mod pages;
#[path = "speed/pipeline.rs"]
mod pipeline;
#[path = "speed/remote.rs"]
mod remote;
#[path = "speed/tls.rs"]
mod tls;

use measure::Row;
use mimalloc::MiMalloc;
use seal::Level;

/// The service's own, and the simulator's: what is measured is what they cost.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    // `cargo test --bench speed` runs this too; it then shows that everything works, once.
    let quick = !std::env::args().any(|argument| argument == "--bench");
    let only = |part: &str| std::env::args().any(|argument| argument == part);
    let mut arguments = std::env::args_os().skip_while(|argument| argument != echo::ARGUMENT);
    if let Some(folder) = arguments.nth(1) {
        return echo::answer(folder.as_ref());
    }
    drop(rustls::crypto::ring::default_provider().install_default());
    if only("--levels") {
        levels::print(quick);
        return;
    }
    if only("--csc") {
        csc::print(quick);
        return;
    }
    if only("--databases") {
        databases::print(quick);
        return;
    }
    if only("--list") {
        return list::print(quick);
    }
    if only("--enrolment") {
        return enrolment::print(quick);
    }
    if only("--pages") {
        return pages::print(quick);
    }
    Row::print_head();
    if only("--remote") {
        return remote::print(quick);
    }
    if only("--http") {
        http::row(quick).print();
        return http::print_clients(quick);
    }
    for (level, name, limit) in [
        (Level::BB, "PAdES B-B, small PDF, in process", 1.5),
        (Level::BT, "PAdES B-T, small PDF, in process", 1.5),
    ] {
        pipeline::row(name, level, limit, quick).print();
    }
    device::one_shot(quick).print();
    remote::print(quick);
    levels::print(quick);
    if only("--small") {
        return;
    }
    device::abandoned(quick);
    large::rows(quick).iter().for_each(Row::print);
    http::row(quick).print();
    http::print_clients(quick);
    csc::print(quick);
    databases::print(quick);
    list::print(quick);
    enrolment::print(quick);
    pages::print(quick);
}
