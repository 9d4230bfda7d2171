//! A new file: its objects and a cross-reference table (ISO 32000-1 clause 7.5).

use bytes::Bytes;
use lopdf::ObjectId;
use ring::digest::{SHA256, digest};

use crate::{
    error::Error,
    update::{NewObjects, compress},
};

/// Objects by their numbers, from 1 on.
#[derive(Debug, Default)]
pub(super) struct File(Vec<Vec<u8>>);

impl File {
    /// Writes a stream as it is.
    pub(super) fn add_plain_stream(&mut self, id: ObjectId, entries: &str, data: &[u8]) {
        let head = format!("<< /Length {}{entries} >>\nstream\n", data.len());
        self.add(id, [head.as_bytes(), data, b"\nendstream"].concat());
    }

    /// The whole file. It is known by what stands in it.
    pub(super) fn write(self, catalog: ObjectId) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut offsets = Vec::with_capacity(self.0.len());
        for (at, value) in self.0.iter().enumerate() {
            offsets.push(file.len());
            file.extend_from_slice(format!("{} 0 obj\n", at + 1).as_bytes());
            file.extend_from_slice(value);
            file.extend_from_slice(b"\nendobj\n");
        }
        let (start, size) = (file.len(), offsets.len() + 1);
        let id: String = digest(&SHA256, &file).as_ref()[..16]
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        file.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
        for offset in offsets {
            file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
        }
        let end = format!(
            "trailer\n<< /Size {size} /Root {} 0 R /ID [<{id}> <{id}>] >>\nstartxref\n{start}\n%%EOF\n",
            catalog.0
        );
        file.extend_from_slice(end.as_bytes());
        file
    }
}

impl NewObjects for File {
    fn allocate(&mut self) -> Result<ObjectId, Error> {
        self.0.push(b"null".to_vec());
        Ok((u32::try_from(self.0.len()).map_err(|_| Error::Inconsistent)?, 0))
    }

    fn add(&mut self, id: ObjectId, value: Vec<u8>) {
        let place = (id.0 as usize).checked_sub(1).and_then(|at| self.0.get_mut(at));
        if let Some(place) = place {
            *place = value;
        }
    }

    fn add_stream(&mut self, id: ObjectId, entries: &str, data: &Bytes) {
        match compress(data) {
            Some(data) => {
                self.add_plain_stream(id, &format!("{entries} /Filter /FlateDecode"), &data);
            }
            None => self.add_plain_stream(id, entries, data),
        }
    }
}
