//! Encryption under the empty password (ISO 32000-1 clause 7.6), RC4 or AES-128, so that what is
//! costly can be encrypted as well.

use aes::Aes128;
use cbc::{
    Encryptor,
    cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7},
};
use md5::{Digest, Md5};
use rc4::{KeyInit, Rc4, StreamCipher};

/// What stands for the empty password (algorithm 2, step a).
const PADDING: [u8; 32] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08,
    0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
];
const OWNER: [u8; 32] = [0x4F; 32];
const PERMISSIONS: i32 = -4;
const IDENTIFIER: [u8; 16] = [0x1D; 16];

/// How streams are encrypted; strings are as they are, or take RC4, for which each is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// RC4.
    Rc4,
    /// AES-128 in CBC mode.
    Aes,
}

/// What a document is encrypted with.
#[derive(Clone, Debug)]
pub(super) struct Cipher {
    key: Vec<u8>,
    method: Method,
}

impl Cipher {
    /// The file's key (algorithm 2, revision 4).
    pub(super) fn new(method: Method) -> Self {
        let mut hash = Md5::new();
        hash.update(PADDING);
        hash.update(OWNER);
        hash.update(PERMISSIONS.to_le_bytes());
        hash.update(IDENTIFIER);
        let mut key = hash.finalize();
        for _ in 0..50 {
            key = Md5::digest(key);
        }
        Self { key: key.to_vec(), method }
    }

    /// Entries of the trailer.
    pub(super) fn entries(&self) -> String {
        let mut hash = Md5::new();
        hash.update(PADDING);
        hash.update(IDENTIFIER);
        let mut proof = hash.finalize().to_vec();
        // Algorithm 5.
        for round in 0..20 {
            let key: Vec<u8> = self.key.iter().map(|byte| byte ^ round).collect();
            proof = rc4(&key, &proof);
        }
        proof.resize(32, 0);
        let streams = match self.method {
            Method::Rc4 => "V2",
            Method::Aes => "AESV2",
        };
        let [owner, user, identifier] =
            [&OWNER[..], &proof, &IDENTIFIER].map(|bytes| format!("<{}>", hexadecimal(bytes)));
        format!(
            "/ID [{identifier} {identifier}] /Encrypt << /Filter /Standard /V 4 /R 4 /Length 128 \
             /P {PERMISSIONS} /O {owner} /U {user} /StmF /Streams /StrF /Strings /CF << \
             /Streams << /CFM /{streams} /Length 16 >> /Strings << /CFM /V2 /Length 16 >> >> >>"
        )
    }

    /// The value of object `number`, a stream's data encrypted. Strings stay as they are: to RC4
    /// each is what it made of something.
    pub(super) fn encrypt(&self, number: u32, value: &[u8]) -> Vec<u8> {
        const BEGIN: &[u8] = b">>\nstream\n";
        const END: &[u8] = b"\nendstream";
        let Some(begin) = memchr::memmem::find(value, BEGIN) else { return value.to_vec() };
        let (head, data) = value.split_at(begin);
        let data = data[BEGIN.len()..].strip_suffix(END).expect("the end of a stream");
        let encrypted = self.data(number, data);
        let head = std::str::from_utf8(head).expect("text");
        let (old, new) = (data.len(), encrypted.len());
        let head = head.replacen(&format!("/Length {old} "), &format!("/Length {new} "), 1);
        [head.as_bytes(), BEGIN, &encrypted, END].concat()
    }

    fn data(&self, number: u32, data: &[u8]) -> Vec<u8> {
        let mut hash = Md5::new();
        hash.update(&self.key);
        hash.update(&number.to_le_bytes()[..3]);
        hash.update([0, 0]);
        if self.method == Method::Aes {
            hash.update(b"sAlT");
        }
        let key = hash.finalize();
        match self.method {
            Method::Rc4 => rc4(&key, data),
            Method::Aes => {
                let iv = [7; 16];
                let cipher = Encryptor::<Aes128>::new_from_slices(&key, &iv).expect("16 bytes");
                [&iv[..], &cipher.encrypt_padded_vec::<Pkcs7>(data)].concat()
            }
        }
    }
}

fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut data = data.to_vec();
    Rc4::new_from_slice(key).expect("16 bytes").apply_keystream(&mut data);
    data
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
