//! The pages about clients: what stands there is run as it stands.

use std::{path::Path, process::Command};

use super::{application, oauth};
use crate::{
    fixtures,
    oracle::{Folder, node_modules, pdfsig, python_program, succeed},
    server::{API_KEY, Server},
};

/// The parts of a page that are in this language.
fn parts(page: &str, language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/clients").join(page);
    let page = std::fs::read_to_string(path).expect("a page");
    let begin = format!("```{language}\n");
    let parts = page.split(&*begin).skip(1);
    parts.map(|part| part.split("```").next().expect("a part").to_owned()).collect()
}

/// A folder with the letter.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("letter.pdf", &fixtures::named("one-page.pdf"));
    folder
}

fn assert_sealed(folder: &Folder, name: &str) {
    let sealed = std::fs::read(folder.path(name)).expect("it was written");
    let [signature] = pdfsig(&sealed).try_into().expect("one signature");
    assert!(signature.valid && signature.covers_document, "{signature:?}");
}

#[tokio::test]
async fn the_commands_for_curl_seal_a_pdf_sign_a_hash_and_get_tokens() {
    let server = Server::demo().await;
    application(&server, "archive", None).await;
    let (client, secret, _) = oauth::client(&server, "archive", "service").await;
    let folder = folder();
    let commands = parts("curl.md", "sh");
    assert!(commands[0].contains("export KEY="), "{commands:?}");
    let script = format!("set -euo pipefail\n{}", commands[1..].join("\n"));
    let mut command = Command::new("bash");
    command.current_dir(folder.path("")).args(["-c", &script]);
    command.env("SEGL", &server.address).env("KEY", API_KEY);
    succeed(command.env("CLIENT", client).env("SECRET", secret));
    assert_sealed(&folder, "sealed.pdf");
    assert_sealed(&folder, "later.pdf");
}

#[tokio::test]
async fn the_programs_for_pyhanko_seal_one_pdf_and_many_and_judge_it() {
    let server = Server::demo().await;
    let folder = folder();
    let programs: [String; 3] = parts("pyhanko.md", "python").try_into().expect("three programs");
    for (name, program) in ["seal.py", "judge.py", "many.py"].into_iter().zip(&programs) {
        folder.write(name, program.as_bytes());
    }
    for copy in ["one.pdf", "two.pdf", "three.pdf"] {
        folder.write(copy, &fixtures::named("one-page.pdf"));
    }
    let run = |arguments: &[&str]| {
        let mut command = Command::new(python_program("python"));
        command.current_dir(folder.path("")).args(arguments).env("SEGL", &server.address);
        command.env("SEGL_KEY", API_KEY);
        command
    };
    succeed(&mut run(&["seal.py"]));
    assert_sealed(&folder, "sealed.pdf");
    let judged = run(&["judge.py"]).output().expect("python");
    let said = String::from_utf8_lossy(&judged.stdout);
    assert!(said.contains("The signature is judged VALID."), "{said}");
    succeed(&mut run(&["many.py", "one.pdf", "two.pdf", "three.pdf"]));
    for sealed in ["one-sealed.pdf", "two-sealed.pdf", "three-sealed.pdf"] {
        assert_sealed(&folder, sealed);
    }
    // What pyHanko would not tell.
    let of_nobody = run(&["seal.py"]).env("SEGL_KEY", "nobody's").output().expect("python");
    let said = String::from_utf8_lossy(&of_nobody.stderr);
    assert!(said.starts_with("401: "), "{said}");
}

#[tokio::test]
async fn the_program_for_authlib_seals_a_pdf() {
    let server = Server::demo().await;
    application(&server, "archive", None).await;
    let (client, secret, _) = oauth::client(&server, "archive", "service").await;
    let folder = folder();
    let [program] = parts("authlib.md", "python").try_into().expect("one program");
    folder.write("seal.py", program.as_bytes());
    let mut command = Command::new(python_program("python"));
    command.current_dir(folder.path("")).arg("seal.py").env("SEGL", &server.address);
    succeed(command.env("SEGL_CLIENT", client).env("SEGL_SECRET", secret));
    assert_sealed(&folder, "sealed.pdf");
}

#[tokio::test]
async fn the_programs_for_node_seal_a_pdf() {
    let server = Server::demo().await;
    application(&server, "archive", None).await;
    let (client, secret, _) = oauth::client(&server, "archive", "service").await;
    for page in ["openid-client.md", "libpdf.md"] {
        let folder = folder();
        let Some(modules) = node_modules() else { return };
        std::os::unix::fs::symlink(modules, folder.path("node_modules")).expect("a link");
        let [program] = parts(page, "js").try_into().expect("one program");
        folder.write("seal.mjs", program.as_bytes());
        let mut command = Command::new("node");
        command.current_dir(folder.path("")).arg("seal.mjs");
        command.env("SEGL", &server.address).env("SEGL_KEY", API_KEY);
        succeed(command.env("SEGL_CLIENT", &client).env("SEGL_SECRET", &secret));
        assert_sealed(&folder, "sealed.pdf");
    }
}
