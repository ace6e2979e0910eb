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
    dict::{DecoderDictionary, EncoderDictionary},
    zstd_safe::CParameter,
};

use crate::{StoreError, ids::Log};

const LEVEL: i32 = 3;
/// Twice as much makes sign-ins smaller by four of 200 bytes, and audits and users hardly; made of 1,000 rows, it makes a whole
/// archive three per cent smaller.
const DICTIONARY_BYTES: usize = 32 * 1024;
/// Fewer rows than this teach a dictionary little.
const ROWS_TO_LEARN_FROM: usize = 150;
/// From so many on it is nearly as good as it gets: neighbours, who resemble each other, make audits of 150 bytes, as many spread
/// over a page of 1,000 make 143, and all 1,000 of them 142.
const ROWS_ENOUGH: usize = 300;
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
    encoder: Option<Arc<EncoderDictionary<'static>>>,
}

impl WriteDictionary {
    fn none() -> Self {
        Self {
            id: 0,
            trained_on: 0,
            encoder: None,
        }
    }

    pub(crate) fn compressor(&self) -> Result<RowCompressor<'_>, StoreError> {
        let made = match &self.encoder {
            Some(encoder) => Compressor::with_prepared_dictionary(encoder),
            None => Compressor::new(LEVEL),
        };
        made.and_then(|mut compressor| {
            // The number of the dictionary stands beside the row.
            compressor.set_parameter(CParameter::DictIdFlag(false))?;
            Ok(RowCompressor(compressor))
        })
        .map_err(|_| StoreError::Unreadable("a compression dictionary"))
    }
}

/// Compresses rows one by one.
pub(crate) struct RowCompressor<'d>(Compressor<'d>);

impl RowCompressor<'_> {
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
        let encoder = Some(Arc::new(EncoderDictionary::copy(bytes, LEVEL)));
        // Later ones are better ones.
        if state.writers.get(&kind).is_none_or(|known| known.id < id) {
            state.writers.insert(
                kind,
                WriteDictionary {
                    id,
                    trained_on: trained_on as usize,
                    encoder,
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
        // Spread, for more than enough takes time and no less room.
        let step = (rows.len() / ROWS_ENOUGH).max(1);
        let samples: Vec<&str> = rows.iter().copied().step_by(step).collect();
        let Ok(bytes) = zstd::dict::from_samples(&samples, DICTIONARY_BYTES) else {
            return known;
        };
        let encoder = Some(Arc::new(EncoderDictionary::copy(&bytes, LEVEL)));
        let mut state = self.lock();
        state.highest += 1;
        let id = state.highest;
        let writer = WriteDictionary {
            id,
            trained_on: rows.len(),
            encoder,
        };
        state
            .readers
            .insert(id, Arc::new(DecoderDictionary::copy(&bytes)));
        state.writers.insert(kind.code(), writer.clone());
        state.fresh.push(FreshDictionary {
            id,
            kind,
            trained_on: rows.len(),
            bytes: bytes.into(),
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
            let mut compressor = writer.compressor().unwrap();
            let mut buffer = vec![0; 4096];
            for row in &rows {
                let place = compressor.compress(row, &mut buffer).unwrap();
                assert_eq!(&dictionaries.decompress(writer.id, &buffer[place]).unwrap(), row);
            }
        }
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
        for count in [100, 200, 250, 1000, 2000, 300] {
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
