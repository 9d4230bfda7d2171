//! scratch
fn main() {
    let trust = cades::TrustMaterial::default();
    for path in std::env::args().skip(1) {
        let bytes = bytes::Bytes::from(std::fs::read(&path).unwrap());
        println!("== {path}");
        match pades::validate::validate(bytes, &trust, std::time::SystemTime::now()) {
            Err(e) => println!("ERROR {e}"),
            Ok(v) => {
                println!("{}", serde_json::to_string(&v.document).unwrap());
                for s in &v.signatures {
                    println!(
                        "  {} {:?} {:?} level {:?} covers {:?} rev {:?} {:?}",
                        s.field,
                        s.report.indication,
                        s.report.sub_indication,
                        s.report.level,
                        s.report.covers,
                        s.revision,
                        s.sub_filter
                    );
                    for f in &s.report.findings {
                        println!("      {} [{}] {}", f.code, f.object, f.explanation);
                    }
                }
                for m in &v.modifications {
                    println!("  MOD {}", serde_json::to_string(m).unwrap());
                }
                for m in &v.findings {
                    println!("  DOC {}", serde_json::to_string(m).unwrap());
                }
            }
        }
    }
}
