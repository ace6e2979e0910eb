//! Pages of the logs, compressed once.
//!
//! A row never changes after it was written. Runs of neighbouring rows are therefore compressed once and kept; a page
//! is put together from its runs, whatever else it begins and ends with. A run begins wherever a row's number says so,
//! not at a place in the page, so that pages which begin elsewhere find the same runs.

use std::{
    collections::HashMap,
    io::{self, Write as _},
    sync::Arc,
};

use flate2::{Compression, Crc, write::DeflateEncoder};

use super::request::Version;
use crate::world::LogRow;

/// One row in so many begins a run.
const ROWS_OF_A_RUN: u64 = 32;

/// About as many bytes are kept. With more, everything is forgotten, and what is asked for next is kept again.
const MOST_BYTES: usize = 256 << 20;

/// Header of a gzip member without name and time, from any system (RFC 1952, section 2.3).
const MEMBER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A last block that holds nothing (RFC 1951, section 3.2.6).
const LAST_BLOCK: [u8; 2] = [3, 0];

/// What rows were written out as: runs of one form are of no use to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Form {
    pub(super) path: &'static str,
    pub(super) version: Version,
    pub(super) policies: bool,
}

/// The runs that were compressed. Numbers of rows are those of one tenant; a fresh one needs a fresh one of these.
#[derive(Debug)]
pub(crate) struct PressedRuns {
    /// By the number of the first row.
    runs: HashMap<(Form, u64), Run>,
    /// Of all runs.
    bytes: usize,
    most_bytes: usize,
}

impl Default for PressedRuns {
    fn default() -> Self {
        Self {
            runs: HashMap::new(),
            bytes: 0,
            most_bytes: MOST_BYTES,
        }
    }
}

#[derive(Debug)]
struct Run {
    sequences: Box<[u64]>,
    deflated: Deflated,
}

/// Blocks of a deflate stream that refer to nothing outside them and end at a whole byte, none of them the last.
#[derive(Debug)]
struct Deflated {
    blocks: Vec<u8>,
    /// Of the bytes that went in.
    sum: Crc,
}

impl PressedRuns {
    /// One gzip member of `head`, the `rows` with commas between them, and `tail`; `write` appends a row.
    pub(super) fn page<R: LogRow>(
        &mut self,
        form: Form,
        head: &[u8],
        rows: &[&Arc<R>],
        tail: &[u8],
        write: impl Fn(&R, &mut Vec<u8>),
    ) -> io::Result<Vec<u8>> {
        let (mut begin, mut rest) = (head.to_vec(), rows);
        // The first row has no comma before it; it goes with what differs from page to page.
        if let Some((first, others)) = rows.split_first() {
            write(first, &mut begin);
            rest = others;
        }
        let mut member = Member::begin();
        member.append(&Deflated::of(&begin)?);
        for run in rest.chunk_by(|_, next| !next.sequence().is_multiple_of(ROWS_OF_A_RUN)) {
            member.append(self.run(form, run, &write)?);
        }
        member.append(&Deflated::of(tail)?);
        Ok(member.end())
    }

    fn run<R: LogRow>(
        &mut self,
        form: Form,
        rows: &[&Arc<R>],
        write: impl Fn(&R, &mut Vec<u8>),
    ) -> io::Result<&Deflated> {
        let key = (form, rows.first().map_or(0, |row| row.sequence()));
        let is_held = self.runs.get(&key).is_some_and(|run| {
            run.sequences
                .iter()
                .copied()
                .eq(rows.iter().map(|row| row.sequence()))
        });
        if !is_held {
            let mut text = Vec::new();
            for row in rows {
                text.push(b',');
                write(row, &mut text);
            }
            let deflated = Deflated::of(&text)?;
            if self.bytes + deflated.blocks.len() > self.most_bytes {
                self.runs.clear();
                self.bytes = 0;
            }
            self.bytes += deflated.blocks.len();
            let run = Run {
                sequences: rows.iter().map(|row| row.sequence()).collect(),
                deflated,
            };
            if let Some(former) = self.runs.insert(key, run) {
                self.bytes -= former.deflated.blocks.len();
            }
        }
        Ok(&self.runs[&key].deflated)
    }
}

impl Deflated {
    fn of(text: &[u8]) -> io::Result<Self> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text)?;
        encoder.flush()?;
        let blocks = std::mem::take(encoder.get_mut());
        let mut sum = Crc::new();
        sum.update(text);
        Ok(Self { blocks, sum })
    }
}

/// A gzip member as it grows.
struct Member {
    bytes: Vec<u8>,
    sum: Crc,
}

impl Member {
    fn begin() -> Self {
        Self {
            bytes: MEMBER.to_vec(),
            sum: Crc::new(),
        }
    }

    fn append(&mut self, deflated: &Deflated) {
        self.bytes.extend_from_slice(&deflated.blocks);
        self.sum.combine(&deflated.sum);
    }

    fn end(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(&LAST_BLOCK);
        self.bytes.extend_from_slice(&self.sum.sum().to_le_bytes());
        self.bytes.extend_from_slice(&self.sum.amount().to_le_bytes());
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use chrono::{DateTime, Utc};
    use flate2::read::GzDecoder;

    use super::*;

    struct Row(u64);

    impl LogRow for Row {
        fn at(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }
        fn sequence(&self) -> u64 {
            self.0
        }
        fn id(&self) -> &'static str {
            ""
        }
        fn visible_from(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }
    }

    const FORM: Form = Form {
        path: "auditLogs/directoryAudits",
        version: Version::V1,
        policies: false,
    };

    /// Unpacks the page of these rows, and says how many rows had to be written for it.
    fn page(
        pressed: &mut PressedRuns,
        form: Form,
        numbers: impl IntoIterator<Item = u64>,
    ) -> (String, usize) {
        let rows: Vec<Arc<Row>> = numbers.into_iter().map(|number| Arc::new(Row(number))).collect();
        let rows: Vec<&Arc<Row>> = rows.iter().collect();
        let written = std::cell::Cell::new(0);
        let member = pressed.page(form, b"[", &rows, b"]", |row, out| {
            written.set(written.get() + 1);
            out.extend_from_slice(format!("{{\"row {}\":{:?}}}", row.0, form.version).as_bytes());
        });
        let mut text = String::new();
        GzDecoder::new(member.unwrap().as_slice())
            .read_to_string(&mut text)
            .unwrap();
        (text, written.get())
    }

    fn plain(form: Form, numbers: impl IntoIterator<Item = u64>) -> String {
        let rows: Vec<String> = numbers
            .into_iter()
            .map(|number| format!("{{\"row {number}\":{:?}}}", form.version))
            .collect();
        format!("[{}]", rows.join(","))
    }

    #[test]
    fn a_page_that_begins_elsewhere_finds_the_runs_of_the_one_before() {
        let mut pressed = PressedRuns::default();
        assert_eq!(page(&mut pressed, FORM, 0..1_000), (plain(FORM, 0..1_000), 1_000));
        // What lies before the first whole run, and no more.
        assert_eq!(page(&mut pressed, FORM, 75..1_000), (plain(FORM, 75..1_000), 21));
        assert_eq!(page(&mut pressed, FORM, []).0, "[]");
    }

    #[test]
    fn other_rows_and_other_forms_are_compressed_anew() {
        let mut pressed = PressedRuns::default();
        page(&mut pressed, FORM, 0..200);
        let beta = Form {
            version: Version::Beta,
            ..FORM
        };
        assert_eq!(page(&mut pressed, beta, 0..200), (plain(beta, 0..200), 200));
        // A row came between two of a run, another is left out by a filter, the order is the other one.
        let others = (0..40).chain([9_999]).chain(40..100).chain(101..200);
        let (text, written) = page(&mut pressed, FORM, others.clone());
        assert_eq!(text, plain(FORM, others));
        assert_eq!(written, 1 + 33 + 31);
        assert_eq!(
            page(&mut pressed, FORM, (0..200).rev()).0,
            plain(FORM, (0..200).rev())
        );
        assert_eq!(page(&mut pressed, FORM, 0..200).0, plain(FORM, 0..200));
    }

    #[test]
    fn no_more_than_so_much_is_kept() {
        let mut pressed = PressedRuns {
            most_bytes: 4_000,
            ..PressedRuns::default()
        };
        for _ in 0..2 {
            assert_eq!(page(&mut pressed, FORM, 0..5_000).0, plain(FORM, 0..5_000));
            let kept: usize = pressed.runs.values().map(|run| run.deflated.blocks.len()).sum();
            assert_eq!(pressed.bytes, kept);
            assert!(kept <= 4_000);
        }
    }
}
