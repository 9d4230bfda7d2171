//! Many documents at once, and what follows from the arguments themselves.

use super::*;

/// The lines of standard error.
fn told(output: &Output) -> Vec<String> {
    let text = String::from_utf8(output.stderr.clone()).expect("text");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn many_documents_are_sealed_and_the_one_that_is_spoilt_fails_alone() {
    let folder = folder();
    for number in 0..9 {
        folder.write(&format!("{number}.pdf"), &fixtures::named("one-page.pdf"));
    }
    folder.write("4.pdf", b"%PDF-1.7\nnothing more");
    fs::create_dir(folder.path("sealed")).expect("a folder");
    let documents = "0.pdf 1.pdf 2.pdf 3.pdf 4.pdf 5.pdf 6.pdf 7.pdf 8.pdf minutes.txt";
    let rest = "--profile decisions --out-dir sealed --trust-out trust.pem";
    let output = expect(&folder, &format!("seal {documents} {rest}"), 1);
    let told = told(&output);
    assert!(told.contains(&"9 of 10 made".to_owned()), "{told:?}");
    let failed: Vec<_> = told.iter().filter(|line| line.starts_with("4.pdf: ")).collect();
    assert_eq!(failed.len(), 1, "{told:?}");
    assert!(told.iter().all(|line| !line.contains('\u{1b}')), "nobody watches: {told:?}");
    let mut names: Vec<_> = fs::read_dir(folder.path("sealed"))
        .expect("the folder")
        .map(|file| file.expect("a file").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    let expected = "0.pdf 1.pdf 2.pdf 3.pdf 5.pdf 6.pdf 7.pdf 8.pdf minutes.txt.p7s";
    assert_eq!(names.join(" "), expected);
    for name in names.iter().filter(|name| name.ends_with(".pdf")) {
        assert!(told.iter().any(|line| line.starts_with(&format!("sealed/{name}: seal made"))));
        expect(&folder, &format!("validate sealed/{name} --trust trust.pem"), 0);
    }
    expect(&folder, "validate sealed/minutes.txt.p7s --content minutes.txt --trust trust.pem", 0);
}

#[test]
fn of_many_documents_none_is_begun_where_their_results_cannot_stand() {
    let folder = folder();
    fs::create_dir(folder.path("other")).expect("a folder");
    folder.write("other/in.pdf", &fixtures::named("one-page.pdf"));
    let usage = |arguments: &str| {
        let output = expect(&folder, arguments, 2);
        assert!(!folder.path("sealed").exists());
        told(&output).join("\n")
    };
    usage("seal in.pdf minutes.txt --profile decisions -o out.pdf");
    usage("seal in.pdf minutes.txt --profile decisions --out-dir sealed");
    let same = usage("seal in.pdf other/in.pdf --profile decisions --out-dir other");
    assert!(same.contains("in.pdf and other/in.pdf"), "{same}");
    // A document is never overwritten, also where the folder is its own.
    let own = expect(&folder, "seal in.pdf --profile decisions --out-dir .", 2);
    assert!(told(&own)[0].contains("is the input"), "{own:?}");
    assert_eq!(fs::read(folder.path("in.pdf")).expect("it"), fixtures::named("one-page.pdf"));
    // Refused is one thing, and not known another: a file that is missing is neither yes nor no.
    fs::create_dir(folder.path("results")).expect("a folder");
    let mixed = "seal in.pdf gone.pdf --profile decisions --out-dir results";
    let output = expect(&folder, mixed, 2);
    assert!(told(&output).contains(&"1 of 2 made".to_owned()), "{output:?}");
}

#[test]
fn a_seal_looks_as_a_file_says() {
    let folder = folder();
    let look = r#"{ "page": 1, "rect": [50, 50, 200, 60], "text": ["Sag 2026-118"] }"#;
    folder.write("look.json", look.as_bytes());
    expect(&folder, "seal in.pdf --profile decisions --appearance look.json -o out.pdf", 0);
    let sealed = fs::read(folder.path("out.pdf")).expect("the output");
    assert!(oracle::page_text(&sealed, 1).contains("Sag 2026-118"));
    for (name, text) in [("wrong.json", r#"{ "colour": 1 }"#), ("none.json", "no JSON")] {
        folder.write(name, text.as_bytes());
        let asked = format!("seal in.pdf --profile decisions --appearance {name} -o x.pdf");
        let output = expect(&folder, &asked, 2);
        assert!(told(&output)[0].contains(name), "{output:?}");
    }
    let both = "--appearance look.json --text A";
    expect(&folder, &format!("seal in.pdf --profile decisions {both} -o x.pdf"), 2);
}

#[test]
fn shells_complete_the_commands_and_the_manual_has_a_page_for_each() {
    let folder = folder();
    for (shell, check) in [("bash", Some("bash")), ("zsh", None), ("fish", None)] {
        let script = expect(&folder, &format!("completions {shell}"), 0).stdout;
        assert!(String::from_utf8_lossy(&script).contains("validate"), "{shell}");
        if let Some(check) = check {
            folder.write("script", &script);
            let parsed = Command::new(check).arg("-n").arg(folder.path("script")).status();
            assert!(parsed.expect("the shell starts").success());
        }
    }
    fs::create_dir(folder.path("man")).expect("a folder");
    expect(&folder, "manual --out-dir man", 0);
    let page = fs::read_to_string(folder.path("man/signer-seal.1")).expect("a page");
    assert!(page.starts_with(".ie") && page.contains("out\\-dir"), "{page}");
    let first = expect(&folder, "manual", 0).stdout;
    assert!(String::from_utf8_lossy(&first).contains(".TH signer"));
    expect(&folder, "manual --out-dir missing", 2);
}
