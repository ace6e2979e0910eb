//! Raw JSON rows, compressed one by one so that each can be read alone, against a dictionary of the tenant's own
//! repetitions. Dictionaries are trained on the first page that suffices, and once more on the first large one; each is
//! kept for ever, for the rows written with it.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use zstd::{
    bulk::{Compressor, Decompressor},
    dict::DecoderDictionary,
    zstd_safe::{CParameter, Strategy},
};

use crate::{StoreError, ids::Log};

const LEVEL: i32 = 3;
/// How rows are searched for what the dictionary or they themselves had before: one small table, for matches of seven bytes and
/// more. With the same dictionary, against level 3 as it is: a quarter less time, and two (sign-ins) or three (audits) per cent more room.
const SEARCH: [CParameter; 3] = [
    CParameter::Strategy(Strategy::ZSTD_fast),
    CParameter::HashLog(13),
    CParameter::MinMatch(7),
];
/// Twice as much makes sign-ins smaller by four of 200 bytes, and audits and users hardly; made of 1,000 rows, it makes a whole
/// archive three per cent smaller.
const DICTIONARY_BYTES: usize = 32 * 1024;
/// Fewer rows than this teach a dictionary little.
const ROWS_TO_LEARN_FROM: usize = 150;
/// A page of so many teaches it for good: its rows are spread enough. Neighbours resemble each other, and a dictionary of theirs
/// makes audits of 150 bytes where as many spread over a page of 1,000 make 143.
const ROWS_ENOUGH: usize = 500;
/// So many of a page's rows are looked at, or up to twice as many where they do not divide. More take time and make the rows no
/// smaller.
const SAMPLES: usize = 200;
/// Every frame begins with these; they are left out.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// No row Graph sends comes near this; a damaged length must not ask for all memory.
const LARGEST_ROW_BYTES: usize = 64 * 1024 * 1024;

/// What a raw row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RawKind {
    Audit,
    SignIn,
    User,
}

impl RawKind {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Audit => 1,
            Self::SignIn => 2,
            Self::User => 3,
        }
    }
}

impl From<Log> for RawKind {
    fn from(log: Log) -> Self {
        match log {
            Log::Audit => Self::Audit,
            Log::SignIn => Self::SignIn,
        }
    }
}

/// The dictionary rows of one kind are written with. Id 0 means none.
#[derive(Clone)]
pub(crate) struct WriteDictionary {
    pub(crate) id: i64,
    trained_on: usize,
    bytes: Arc<[u8]>,
    /// Compressors that nobody uses just now.
    idle: Arc<Mutex<Vec<RowCompressor>>>,
}

impl WriteDictionary {
    fn none() -> Self {
        Self {
            id: 0,
            trained_on: 0,
            bytes: Arc::default(),
            idle: Arc::default(),
        }
    }

    /// Lends `work` a compressor. They are kept, because each has zstd read the dictionary with its first row.
    pub(crate) fn with_compressor<T>(
        &self,
        work: impl FnOnce(&mut RowCompressor) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut compressor = match kept {
            Some(kept) => kept,
            None => self.compressor()?,
        };
        let done = work(&mut compressor)?;
        idle().push(compressor);
        Ok(done)
    }

    fn compressor(&self) -> Result<RowCompressor, StoreError> {
        let made = Compressor::with_dictionary(LEVEL, &self.bytes);
        made.and_then(|mut compressor| {
            for parameter in SEARCH {
                compressor.set_parameter(parameter)?;
            }
            // The number of the dictionary stands beside the row.
            compressor.set_parameter(CParameter::DictIdFlag(false))?;
            Ok(RowCompressor(compressor))
        })
        .map_err(|_| StoreError::Unreadable("a compression dictionary"))
    }
}

/// Compresses rows one by one.
pub(crate) struct RowCompressor(Compressor<'static>);

impl RowCompressor {
    /// Compresses one row into `buffer`, which must be large enough; returns where it lies in there.
    pub(crate) fn compress(&mut self, row: &str, buffer: &mut [u8]) -> Result<Range<usize>, StoreError> {
        const WHAT: StoreError = StoreError::Unreadable("a raw row");
        let len = self
            .0
            .compress_to_buffer(row.as_bytes(), buffer)
            .map_err(|_| WHAT)?;
        if buffer.get(..MAGIC.len()) == Some(&MAGIC) {
            Ok(MAGIC.len()..len)
        } else {
            Err(WHAT)
        }
    }
}

/// A dictionary that no committed transaction has written yet.
#[derive(Debug, Clone)]
pub(crate) struct FreshDictionary {
    pub(crate) id: i64,
    pub(crate) kind: RawKind,
    pub(crate) trained_on: usize,
    pub(crate) bytes: Arc<[u8]>,
}

#[derive(Default)]
struct State {
    readers: HashMap<i64, Arc<DecoderDictionary<'static>>>,
    writers: HashMap<i64, WriteDictionary>,
    fresh: Vec<FreshDictionary>,
    highest: i64,
}

/// All dictionaries of one archive.
#[derive(Default)]
pub(crate) struct Dictionaries {
    state: Mutex<State>,
    training: Training,
}

/// Turns at training: pages of one kind wait for its dictionary, those of other kinds do not.
#[derive(Default)]
struct Training {
    audits: Mutex<()>,
    sign_ins: Mutex<()>,
    users: Mutex<()>,
}

impl Training {
    fn turn(&self, kind: RawKind) -> std::sync::MutexGuard<'_, ()> {
        let turn = match kind {
            RawKind::Audit => &self.audits,
            RawKind::SignIn => &self.sign_ins,
            RawKind::User => &self.users,
        };
        turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dictionaries {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over a dictionary read from the file.
    pub(crate) fn add_stored(&self, id: i64, kind: i64, trained_on: i64, bytes: &[u8]) {
        let mut state = self.lock();
        state.highest = state.highest.max(id);
        state.readers.insert(id, Arc::new(DecoderDictionary::copy(bytes)));
        // Later ones are better ones.
        if state.writers.get(&kind).is_none_or(|known| known.id < id) {
            state.writers.insert(
                kind,
                WriteDictionary {
                    id,
                    trained_on: trained_on as usize,
                    bytes: bytes.into(),
                    idle: Arc::default(),
                },
            );
        }
    }

    /// The dictionary to write rows of `kind` with; trains it on `rows` if there is none and they suffice.
    pub(crate) fn for_writing(&self, kind: RawKind, rows: &[&str]) -> WriteDictionary {
        let _turn = self.training.turn(kind);
        let known = self.lock().writers.get(&kind.code()).cloned();
        let is_enough = match &known {
            Some(known) => known.trained_on >= ROWS_ENOUGH || rows.len() < ROWS_ENOUGH,
            None => rows.len() < ROWS_TO_LEARN_FROM,
        };
        let known = known.unwrap_or_else(WriteDictionary::none);
        if is_enough {
            return known;
        }
        let step = (rows.len() / SAMPLES).max(1);
        let samples: Vec<&str> = rows.iter().copied().step_by(step).collect();
        let Ok(bytes) = zstd::dict::from_samples(&samples, DICTIONARY_BYTES) else {
            return known;
        };
        let bytes: Arc<[u8]> = bytes.into();
        // Made before the lock, for which the writer waits: this thread may be one that steps back behind others.
        let reader = Arc::new(DecoderDictionary::copy(&bytes));
        let mut state = self.lock();
        state.highest += 1;
        let id = state.highest;
        let writer = WriteDictionary {
            id,
            trained_on: rows.len(),
            bytes: Arc::clone(&bytes),
            idle: Arc::default(),
        };
        state.readers.insert(id, reader);
        state.writers.insert(kind.code(), writer.clone());
        state.fresh.push(FreshDictionary {
            id,
            kind,
            trained_on: rows.len(),
            bytes,
        });
        writer
    }

    /// Whether rows written with `dictionary` can be read.
    pub(crate) fn knows(&self, dictionary: i64) -> bool {
        dictionary == 0 || self.lock().readers.contains_key(&dictionary)
    }

    /// Dictionaries that must be written before the rows that use them.
    pub(crate) fn fresh(&self) -> Vec<FreshDictionary> {
        self.lock().fresh.clone()
    }

    /// Marks dictionaries as safely in the file.
    pub(crate) fn committed(&self, ids: &[i64]) {
        self.lock()
            .fresh
            .retain(|dictionary| !ids.contains(&dictionary.id));
    }

    /// Restores one raw row.
    pub(crate) fn decompress(&self, dictionary: i64, compressed: &[u8]) -> Result<String, StoreError> {
        const WHAT: &str = "a raw row";
        let reader = match dictionary {
            0 => None,
            id => Some(
                self.lock()
                    .readers
                    .get(&id)
                    .cloned()
                    .ok_or(StoreError::Unreadable(WHAT))?,
            ),
        };
        let mut decompressor = match &reader {
            Some(reader) => Decompressor::with_prepared_dictionary(reader),
            None => Decompressor::new(),
        }
        .map_err(|_| StoreError::Unreadable(WHAT))?;
        let frame = [&MAGIC, compressed].concat();
        let size = zstd::zstd_safe::get_frame_content_size(&frame)
            .ok()
            .flatten()
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| *size <= LARGEST_ROW_BYTES)
            .ok_or(StoreError::Unreadable(WHAT))?;
        let bytes = decompressor
            .decompress(&frame, size)
            .map_err(|_| StoreError::Unreadable(WHAT))?;
        String::from_utf8(bytes).map_err(|_| StoreError::Unreadable(WHAT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(n: usize) -> Vec<String> {
        (0..n)
            .map(|i| format!(r#"{{"id":"{i:08x}","displayName":"Guest {i}","state":"PendingAcceptance"}}"#))
            .collect()
    }

    #[test]
    fn rows_come_back_byte_for_byte_with_and_without_a_dictionary() {
        for n in [3, 400] {
            let dictionaries = Dictionaries::default();
            let rows = rows(n);
            let samples: Vec<&str> = rows.iter().map(String::as_str).collect();
            let writer = dictionaries.for_writing(RawKind::User, &samples);
            assert_eq!(writer.id != 0, n == 400, "{n} rows");
            // zstd treats long rows in ways of their own, from 8 kB, from the size of its window and from six dictionaries on.
            let long = [10, 70, 300].map(|kilobytes| rows[0].repeat(kilobytes * 1000 / rows[0].len()));
            for row in rows.iter().chain(&long) {
                let compressed = compress(&writer, row);
                assert_eq!(&dictionaries.decompress(writer.id, &compressed).unwrap(), row);
            }
        }
    }

    fn compress(writer: &WriteDictionary, row: &str) -> Vec<u8> {
        let mut buffer = vec![0; zstd::zstd_safe::compress_bound(row.len())];
        let place = writer.with_compressor(|compressor| compressor.compress(row, &mut buffer));
        buffer[place.unwrap()].to_vec()
    }

    #[test]
    fn a_dictionary_makes_rows_small_and_is_not_named_in_each() {
        let dictionaries = Dictionaries::default();
        let rows = rows(400);
        let samples: Vec<&str> = rows.iter().map(String::as_str).collect();
        let writer = dictionaries.for_writing(RawKind::User, &samples);
        let row = &rows[399];
        let compressed = compress(&writer, row);
        let alone = compress(&WriteDictionary::none(), row);
        assert!(
            2 * compressed.len() < alone.len(),
            "{} of {} bytes",
            compressed.len(),
            alone.len()
        );
        let frame = [&MAGIC, compressed.as_slice()].concat();
        assert_eq!(zstd::zstd_safe::get_dict_id_from_frame(&frame), None);
    }

    #[test]
    fn rows_of_archives_made_with_level_3_alone_are_read() {
        let dictionaries = Dictionaries::default();
        let rows = rows(400);
        let samples: Vec<&str> = rows.iter().map(String::as_str).collect();
        let writer = dictionaries.for_writing(RawKind::User, &samples);
        let encoder = zstd::dict::EncoderDictionary::copy(&writer.bytes, 3);
        let mut compressor = Compressor::with_prepared_dictionary(&encoder).unwrap();
        compressor.set_parameter(CParameter::DictIdFlag(false)).unwrap();
        let frame = compressor.compress(rows[7].as_bytes()).unwrap();
        let row = dictionaries.decompress(writer.id, &frame[MAGIC.len()..]);
        assert_eq!(row.unwrap(), rows[7]);
    }

    #[test]
    fn a_dictionary_stays_fresh_until_it_is_committed() {
        let dictionaries = Dictionaries::default();
        let rows = rows(400);
        let samples: Vec<&str> = rows.iter().map(String::as_str).collect();
        let id = dictionaries.for_writing(RawKind::Audit, &samples).id;
        assert_eq!(
            dictionaries.for_writing(RawKind::Audit, &[]).id,
            id,
            "trained once"
        );
        assert_eq!(dictionaries.fresh().len(), 1);
        dictionaries.committed(&[id]);
        assert!(dictionaries.fresh().is_empty());
    }

    #[test]
    fn a_dictionary_made_from_few_rows_is_followed_by_one_made_from_many_and_no_more() {
        let dictionaries = Dictionaries::default();
        let rows = rows(2000);
        let samples: Vec<&str> = rows.iter().map(String::as_str).collect();
        let mut ids = Vec::new();
        for count in [100, 200, 400, 1000, 2000, 300] {
            ids.push(dictionaries.for_writing(RawKind::SignIn, &samples[..count]).id);
        }
        assert_eq!(ids, [0, 1, 1, 2, 2, 2]);

        let reopened = Dictionaries::default();
        for fresh in dictionaries.fresh().into_iter().rev() {
            reopened.add_stored(fresh.id, fresh.kind.code(), fresh.trained_on as i64, &fresh.bytes);
        }
        assert_eq!(
            reopened.for_writing(RawKind::SignIn, &samples).id,
            2,
            "the better one, in whatever order they come"
        );
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let dictionaries = Dictionaries::default();
        assert!(dictionaries.decompress(0, b"no zstd frame").is_err());
        assert!(dictionaries.decompress(7, b"").is_err());
    }
}
