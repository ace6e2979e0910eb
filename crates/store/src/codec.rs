//! Raw JSON rows, compressed one by one so that each can be read alone, against a dictionary of the tenant's own
//! repetitions. Dictionaries are trained once, on the first full page of a kind, and kept for ever.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use zstd::{
    bulk::{Compressor, Decompressor},
    dict::{DecoderDictionary, EncoderDictionary},
};

use crate::{StoreError, ids::Log};

const LEVEL: i32 = 3;
const DICTIONARY_BYTES: usize = 64 * 1024;
/// Fewer rows than this teach a dictionary too little to live with it for ever.
const ROWS_TO_LEARN_FROM: usize = 150;
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
    encoder: Option<Arc<EncoderDictionary<'static>>>,
}

impl WriteDictionary {
    fn none() -> Self {
        Self { id: 0, encoder: None }
    }

    pub(crate) fn compressor(&self) -> Result<Compressor<'_>, StoreError> {
        match &self.encoder {
            Some(encoder) => Compressor::with_prepared_dictionary(encoder),
            None => Compressor::new(LEVEL),
        }
        .map_err(|_| StoreError::Unreadable("a compression dictionary"))
    }
}

/// A dictionary that no committed transaction has written yet.
#[derive(Debug, Clone)]
pub(crate) struct FreshDictionary {
    pub(crate) id: i64,
    pub(crate) kind: RawKind,
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
pub(crate) struct Dictionaries(Mutex<State>);

impl Dictionaries {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over a dictionary read from the file.
    pub(crate) fn add_stored(&self, id: i64, kind: i64, bytes: &[u8]) {
        let mut state = self.lock();
        state.highest = state.highest.max(id);
        state.readers.insert(id, Arc::new(DecoderDictionary::copy(bytes)));
        let encoder = Some(Arc::new(EncoderDictionary::copy(bytes, LEVEL)));
        state.writers.insert(kind, WriteDictionary { id, encoder });
    }

    /// The dictionary to write rows of `kind` with; trains it on `rows` if there is none and they suffice.
    pub(crate) fn for_writing(&self, kind: RawKind, rows: &[&str]) -> WriteDictionary {
        let mut state = self.lock();
        if let Some(writer) = state.writers.get(&kind.code()) {
            return writer.clone();
        }
        if rows.len() < ROWS_TO_LEARN_FROM {
            return WriteDictionary::none();
        }
        let Ok(bytes) = zstd::dict::from_samples(rows, DICTIONARY_BYTES) else {
            return WriteDictionary::none();
        };
        state.highest += 1;
        let id = state.highest;
        let encoder = Some(Arc::new(EncoderDictionary::copy(&bytes, LEVEL)));
        let writer = WriteDictionary { id, encoder };
        state
            .readers
            .insert(id, Arc::new(DecoderDictionary::copy(&bytes)));
        state.writers.insert(kind.code(), writer.clone());
        state.fresh.push(FreshDictionary {
            id,
            kind,
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
        let size = zstd::zstd_safe::get_frame_content_size(compressed)
            .ok()
            .flatten()
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| *size <= LARGEST_ROW_BYTES)
            .ok_or(StoreError::Unreadable(WHAT))?;
        let bytes = decompressor
            .decompress(compressed, size)
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
            for row in &rows {
                let z = compressor.compress(row.as_bytes()).unwrap();
                assert_eq!(&dictionaries.decompress(writer.id, &z).unwrap(), row);
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
    fn damaged_bytes_are_an_error() {
        let dictionaries = Dictionaries::default();
        assert!(dictionaries.decompress(0, b"no zstd frame").is_err());
        assert!(dictionaries.decompress(7, b"").is_err());
    }
}
