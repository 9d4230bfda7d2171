//! Makes a world and writes it, and what each target starts from, for libFuzzer:
//! `cargo run --release -p fuzz-targets --example seeds -- FOLDER`.

use std::{error::Error, fs, path::Path};

use fuzz_targets::{Target, make_world};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: seeds FOLDER")?;
    let folder = Path::new(&folder);
    let world = make_world();
    world.write(&folder.join("world"))?;
    for target in Target::ALL {
        let corpus = folder.join("corpus").join(target.name());
        fs::create_dir_all(&corpus)?;
        for (name, bytes) in target.seeds(&world) {
            fs::write(corpus.join(name), bytes)?;
        }
    }
    Ok(())
}
