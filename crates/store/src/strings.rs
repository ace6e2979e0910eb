//! Repeating texts, kept once each and known by number.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use sqlx::SqlitePool;

use crate::{StoreError, WriteTx, sql::insert_many};

/// The reader's side: number to text, loaded as needed.
#[derive(Default)]
pub(crate) struct Strings(RwLock<Known>);

#[derive(Default)]
struct Known {
    texts: HashMap<i64, Arc<str>>,
    highest: i64,
}

impl Strings {
    /// Loads what was added since the last call, if `needed` is not known yet. 0 needs nothing.
    async fn load_up_to(&self, readers: &SqlitePool, needed: i64) -> Result<(), StoreError> {
        let highest = self.0.read().unwrap_or_else(PoisonError::into_inner).highest;
        if needed <= highest {
            return Ok(());
        }
        let rows: Vec<(i64, String)> = sqlx::query_as("SELECT id, s FROM str WHERE id > ?1 ORDER BY id")
            .bind(highest)
            .fetch_all(readers)
            .await?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (id, text) in rows {
            known.highest = known.highest.max(id);
            known.texts.insert(id, text.into());
        }
        Ok(())
    }

    /// Makes sure that every number up to `highest` can be looked up, then returns a look-up.
    pub(crate) async fn reader(
        &self,
        readers: &SqlitePool,
        highest: i64,
    ) -> Result<StringReader<'_>, StoreError> {
        self.load_up_to(readers, highest).await?;
        Ok(StringReader(self))
    }
}

/// Looks texts up by number.
pub(crate) struct StringReader<'s>(&'s Strings);

impl StringReader<'_> {
    pub(crate) fn get(&self, id: i64) -> Option<Arc<str>> {
        if id == 0 {
            return None;
        }
        self.0
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .texts
            .get(&id)
            .cloned()
    }
}

impl WriteTx {
    /// The numbers of `texts`, in their order; new texts get new numbers. The empty text is 0.
    pub(crate) async fn intern(&mut self, texts: &[&Arc<str>]) -> Result<Vec<i64>, StoreError> {
        if !self.memory.strings_loaded {
            let stored: Vec<(i64, String)> = sqlx::query_as("SELECT id, s FROM str")
                .fetch_all(self.connection()?)
                .await?;
            self.memory.strings = stored.into_iter().map(|(id, text)| (text.into(), id)).collect();
            self.memory.strings_loaded = true;
        }
        let mut next = self.memory.strings.values().copied().max().unwrap_or(0) + 1;
        let mut fresh: Vec<(i64, Arc<str>)> = Vec::new();
        let mut numbers = Vec::with_capacity(texts.len());
        for &text in texts {
            if text.is_empty() {
                numbers.push(0);
                continue;
            }
            let number = *self.memory.strings.entry(Arc::clone(text)).or_insert_with(|| {
                fresh.push((next, Arc::clone(text)));
                next += 1;
                next - 1
            });
            numbers.push(number);
        }
        insert_many(
            self.connection()?,
            "INSERT INTO str(id, s)",
            2,
            "",
            &fresh,
            |values, (id, text)| values.bind(*id).bind(text.to_string()),
        )
        .await?;
        Ok(numbers)
    }
}
