//! Raw rows, exactly as Graph sent them.

use crate::{Archive, EventRef, Log, StoreError};

impl Archive {
    /// The raw JSON of a log row, byte for byte; `None` if no such row is held.
    pub async fn load_raw(&self, event: EventRef) -> Result<Option<String>, StoreError> {
        let sql = match event.log {
            Log::Audit => "SELECT dict, z FROM audit_raw WHERE seq = ?1",
            Log::SignIn => "SELECT dict, z FROM signin_raw WHERE seq = ?1",
        };
        let row: Option<(i64, Vec<u8>)> = sqlx::query_as(sql)
            .bind(event.seq)
            .fetch_optional(&self.inner.readers)
            .await?;
        match row {
            Some((dictionary, z)) => self.restore(dictionary, &z).await.map(Some),
            None => Ok(None),
        }
    }

    /// Restores a raw row; a dictionary another process added meanwhile is loaded first.
    pub(crate) async fn restore(&self, dictionary: i64, compressed: &[u8]) -> Result<String, StoreError> {
        if !self.inner.dictionaries.knows(dictionary) {
            let row: Option<(i64, i64, Vec<u8>)> =
                sqlx::query_as("SELECT kind, trained_on, d FROM zdict WHERE id = ?1")
                    .bind(dictionary)
                    .fetch_optional(&self.inner.readers)
                    .await?;
            let (kind, trained_on, bytes) = row.ok_or(StoreError::Unreadable("a raw row"))?;
            self.inner
                .dictionaries
                .add_stored(dictionary, kind, trained_on, &bytes);
        }
        self.inner.dictionaries.decompress(dictionary, compressed)
    }
}
