//! Inflating compressed answers.
//!
//! In one go, for the body is whole: libdeflate takes far less time than a stream that is inflated, checked and copied
//! piece by piece, and pages of logs are megabytes.

use libdeflater::Decompressor;

use crate::body::Room;

/// The value of `Accept-Encoding` and `Content-Encoding`.
pub(crate) const GZIP: &str = "gzip";

/// Head and trailer of a gzip file without name and comment (RFC 1952).
const LEAST_BYTES: usize = 18;
/// No answer of Graph comes near this. A length beyond it is damaged, and must not ask for all memory.
const LARGEST_BYTES: usize = 256 * 1024 * 1024;

/// Inflates `body`, a gzip file of one member as servers send it. `None` if it is damaged.
pub(crate) fn inflate(body: &[u8], room: &Room) -> Option<Vec<u8>> {
    if body.is_empty() {
        // What has no body may still name its encoding.
        return Some(Vec::new());
    }
    let length = inflated_length(body)?;
    let mut inflated = room.take(length);
    let written = Decompressor::new().gzip_decompress(body, &mut inflated).ok()?;
    (written == length).then_some(inflated)
}

/// The length that the end of `body` names. `None` if no answer can be that long.
fn inflated_length(body: &[u8]) -> Option<usize> {
    if body.len() < LEAST_BYTES {
        return None;
    }
    let length = usize::try_from(u32::from_le_bytes(*body.last_chunk()?)).ok()?;
    (length <= LARGEST_BYTES).then_some(length)
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, sync::Arc};

    use flate2::{Compression, write::GzEncoder};

    use super::{Room, inflated_length};
    use crate::body::Body;

    fn inflate(body: &[u8]) -> Option<Vec<u8>> {
        super::inflate(body, &Room::default())
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_was_compressed_comes_back() {
        for text in ["", "{}", &"{\"value\":[]}".repeat(100_000)] {
            assert_eq!(inflate(&gzip(text)).unwrap(), text.as_bytes());
        }
        assert_eq!(inflate(b"").unwrap(), b"", "an answer without a body");
    }

    #[test]
    fn nothing_of_a_longer_answer_stands_behind_a_shorter_one() {
        let room = Arc::new(Room::default());
        let long = "a long page of a log, ".repeat(40_000);
        let short = "a short one, ".repeat(40_000);
        let mut damaged = gzip(&long);
        damaged[20] ^= 0x55;
        for text in [&long, &short, &long, &short] {
            let inflated = super::inflate(&gzip(text), &room).unwrap();
            assert!(inflated == text.as_bytes(), "{} bytes", text.len());
            drop(Body::new(inflated, &room));
        }
        assert_eq!(super::inflate(&damaged, &room), None);
    }

    #[test]
    fn damage_of_every_kind_is_noticed() {
        let whole = gzip(&"a page of a log, ".repeat(1000));
        for cut in 1..whole.len() {
            assert_eq!(inflate(&whole[..cut]), None, "cut after {cut} bytes");
        }
        for place in (0..3).chain(10..whole.len()) {
            let mut damaged = whole.clone();
            damaged[place] ^= 0x55;
            assert_eq!(inflate(&damaged), None, "byte {place} of {}", whole.len());
        }
        assert_eq!(inflate(b"<html>no gzip at all</html>"), None);
    }

    #[test]
    fn a_damaged_length_asks_for_no_memory() {
        let mut endless = gzip("{}");
        assert_eq!(inflated_length(&endless), Some(2));
        let end = endless.len();
        endless[end - 4..].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(inflated_length(&endless), None);
        assert_eq!(inflate(&endless), None);
    }
}
