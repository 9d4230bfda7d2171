//! The same file signed by pyHanko in the same run, when the tests' virtual environment is there.

use std::{path::Path, process::Command};

/// Prints pyHanko's figures, or says why there are none.
pub fn print(quick: bool) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let count = if quick { "2" } else { "200" };
    let output = Command::new(root.join("target/venv/bin/python"))
        .arg(root.join("signer/benches/speed/compare.py"))
        .arg(root.join("fixtures/one-page.pdf"))
        .arg(count)
        .output();
    match output {
        Ok(output) if output.status.success() => {
            for line in String::from_utf8_lossy(&output.stdout).lines() {
                let (level, microseconds) = line.rsplit_once(' ').unwrap_or((line, "?"));
                println!(
                    "{:<46} {microseconds:>11}",
                    format!("pyHanko, PAdES {level}, the same file")
                );
            }
        }
        Ok(output) => {
            println!("pyHanko failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Err(_) => println!("pyHanko is not there; tests/run installs it"),
    }
}
