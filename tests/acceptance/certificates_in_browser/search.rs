//! Whether anything of a private key stands somewhere: as it is, in hexadecimal or in Base64.

use std::collections::HashSet;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};

use crate::oracle::{Folder, openssl};

/// So many octets of a key are no accident.
const WINDOW: usize = 12;

/// The numbers of a key that nobody else may know, by what `openssl pkey -text` calls them.
const PRIVATE: [&str; 7] =
    ["privateExponent:", "prime1:", "prime2:", "exponent1:", "exponent2:", "coefficient:", "priv:"];

/// Every run of octets of private numbers.
#[derive(Debug, Default)]
pub struct Secrets {
    windows: HashSet<Vec<u8>>,
    one: Vec<u8>,
}

impl Secrets {
    /// Adds those of the key in a PKCS#12 file.
    pub fn of_file(&mut self, folder: &Folder, name: &str, password: &str) {
        folder.write("password", password.as_bytes());
        let file = folder.path("password").display().to_string();
        let taken =
            format!("pkcs12 -in @{name}.p12 -passin file:{file} -nodes -nocerts -out @{name}.key");
        openssl(folder, &taken).expect("it opens");
        let text = openssl(folder, &format!("pkey -in @{name}.key -noout -text")).expect("a key");
        let before = self.windows.len();
        let mut number: Option<Vec<u8>> = None;
        for line in text.lines().chain([""]) {
            let octets =
                line.strip_prefix("    ").map(|line| line.trim_end_matches(':').split(':'));
            let octets = octets.and_then(|octets| {
                octets.map(|octet| u8::from_str_radix(octet, 16).ok()).collect::<Option<Vec<_>>>()
            });
            match (octets, &mut number) {
                (Some(octets), Some(number)) => number.extend(octets),
                (Some(_), None) => {}
                (None, _) => {
                    self.add(&number.take().unwrap_or_default());
                    number = PRIVATE.contains(&line).then(Vec::new);
                }
            }
        }
        assert!(self.windows.len() > before, "{name}: no private number");
    }

    fn add(&mut self, number: &[u8]) {
        self.windows.extend(number.windows(WINDOW).map(<[u8]>::to_vec));
        if number.len() >= 32 {
            self.one = number[number.len() - 32..].to_vec();
        }
    }

    pub fn count(&self) -> usize {
        self.windows.len()
    }

    /// Whether some of them stand in these octets.
    pub fn are_in(&self, octets: &[u8]) -> bool {
        readings(octets)
            .iter()
            .any(|reading| reading.windows(WINDOW).any(|window| self.windows.contains(window)))
    }

    /// The search finds what it looks for, however it is written.
    pub fn finds_what_is_planted(&self) {
        let hex: String = self.one.iter().map(|octet| format!("{octet:02x}")).collect();
        for skew in 0..3 {
            let shifted = [&vec![0xff; skew][..], &self.one].concat();
            let standard = general_purpose::STANDARD.encode(&shifted);
            let url = general_purpose::URL_SAFE_NO_PAD.encode(&shifted);
            let hexadecimal = [&"a"[..skew % 2], &hex].concat();
            for planted in [standard, url, hexadecimal.to_uppercase(), hexadecimal] {
                assert!(self.are_in(format!("{{\"x\":\"{planted}\"}}").as_bytes()), "{planted}");
            }
            assert!(self.are_in(&[b"before", &shifted[..], b"after"].concat()));
        }
        assert!(!self.are_in(&[0; 4096]) && !self.are_in(&b"Betalinger".repeat(100)));
    }
}

/// Octets as they are, and as what their letters may stand for.
fn readings(octets: &[u8]) -> Vec<Vec<u8>> {
    let mut readings = vec![octets.to_vec()];
    let runs =
        |may: fn(u8) -> bool| octets.split(move |octet| !may(*octet)).filter(|run| run.len() >= 16);
    for run in runs(|octet| octet.is_ascii_hexdigit()) {
        readings.extend((0..2).map(|skew| hexadecimal(&run[skew..])));
    }
    let tolerant = |alphabet| {
        let padding = DecodePaddingMode::Indifferent;
        let config = GeneralPurposeConfig::new().with_decode_padding_mode(padding);
        GeneralPurpose::new(&alphabet, config.with_decode_allow_trailing_bits(true))
    };
    let (standard, url) = (tolerant(alphabet::STANDARD), tolerant(alphabet::URL_SAFE));
    for run in runs(|octet| octet.is_ascii_alphanumeric() || b"+/-_".contains(&octet)) {
        for skew in 0..4 {
            let whole = run[skew..].len() / 4 * 4;
            let part = &run[skew..skew + whole];
            readings.extend(standard.decode(part).into_iter().chain(url.decode(part)));
        }
    }
    readings
}

fn hexadecimal(run: &[u8]) -> Vec<u8> {
    let pairs = run.chunks_exact(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}
