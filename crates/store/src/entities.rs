//! Everybody and everything a log row names.

use uuid::Uuid;

use crate::{GuestId, StoreError, WriteTx, sql::insert_many};

/// An object id as the file keeps it: 16 bytes of a GUID, or the text where it is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ObjectId {
    Guid(Uuid),
    Other(Box<[u8]>),
}

impl ObjectId {
    /// An id as people and Graph write it.
    pub(crate) fn read(text: &str) -> Self {
        Uuid::try_parse(text).map_or_else(|_| Self::from_bytes(text.as_bytes()), Self::Guid)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Uuid::from_slice(bytes).map_or_else(|_| Self::Other(bytes.into()), Self::Guid)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Guid(id) => id.as_bytes(),
            Self::Other(bytes) => bytes,
        }
    }
}

impl From<GuestId> for ObjectId {
    fn from(id: GuestId) -> Self {
        Self::Guid(id.0)
    }
}

impl std::fmt::Display for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Guid(id) => write!(f, "{}", id.as_hyphenated()),
            Self::Other(bytes) => f.write_str(&String::from_utf8_lossy(bytes)),
        }
    }
}

/// Somebody or something as a row shows it. A guest's names stand in `guest`; they stand here as well where a log named the
/// guest first.
#[derive(Debug, Clone)]
pub(crate) struct EntityRow {
    pub(crate) oid: ObjectId,
    pub(crate) name: String,
    pub(crate) upn: String,
}

/// The numbers of entities.
pub(crate) struct EntityKeys {
    /// In the order they were asked for.
    pub(crate) keys: Vec<i64>,
    /// From this number on they were not held before.
    pub(crate) first_new: i64,
}

impl WriteTx {
    /// The numbers of `rows`. Whoever is new is written; a known name is left as it is, for the row of a log is a worse
    /// witness than the user object.
    pub(crate) async fn entity_keys(&mut self, rows: &[&EntityRow]) -> Result<EntityKeys, StoreError> {
        let first_new: i64 = 1 + self.highest_entity().await?;
        // Where nobody is held yet, the writer meets everybody from now on.
        self.memory.knows_all_entities |= first_new == 1;
        if !self.memory.knows_all_entities {
            self.remember_entities(rows).await?;
        }
        let mut next = first_new;
        let mut fresh: Vec<(i64, &EntityRow)> = Vec::new();
        let mut keys = Vec::with_capacity(rows.len());
        for &row in rows {
            let key = *self.memory.entities.entry(row.oid.clone()).or_insert_with(|| {
                fresh.push((next, row));
                next += 1;
                next - 1
            });
            keys.push(key);
        }
        insert_many(
            self.connection()?,
            "INSERT OR FAIL INTO entity(id, oid, name, upn)",
            4,
            "",
            &fresh,
            |values, (id, row)| {
                values
                    .bind(*id)
                    .bind(row.oid.as_bytes().to_vec())
                    .bind(row.name.clone())
                    .bind(row.upn.clone())
            },
        )
        .await?;
        Ok(EntityKeys { keys, first_new })
    }

    async fn highest_entity(&mut self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT ifnull(max(id), 0) FROM entity")
            .fetch_one(self.connection()?)
            .await?)
    }

    /// Reads the numbers of those among `rows` that the writer has not met yet.
    async fn remember_entities(&mut self, rows: &[&EntityRow]) -> Result<(), StoreError> {
        use std::fmt::Write as _;

        let mut unknown = String::from("[");
        for row in rows
            .iter()
            .filter(|row| !self.memory.entities.contains_key(&row.oid))
        {
            unknown.push_str(if unknown.len() == 1 { "\"" } else { ",\"" });
            for byte in row.oid.as_bytes() {
                // Writing to a String cannot fail.
                let _ = write!(unknown, "{byte:02x}");
            }
            unknown.push('"');
        }
        if unknown.len() == 1 {
            return Ok(());
        }
        unknown.push(']');
        let found: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT entity.id, entity.oid FROM json_each(?1) wanted CROSS JOIN entity ON entity.oid = unhex(wanted.value)",
        )
        .bind(unknown)
        .fetch_all(self.connection()?)
        .await?;
        self.memory.entities.extend(
            found
                .into_iter()
                .map(|(id, oid)| (ObjectId::from_bytes(&oid), id)),
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_however_it_came() {
        for text in [
            "8d5e0000-0000-4000-8000-000000000001",
            "8D5E0000-0000-4000-8000-000000000001",
            "no guid",
            "sixteen letters.",
            "",
        ] {
            let id = ObjectId::read(text);
            assert_eq!(ObjectId::from_bytes(id.as_bytes()), id, "{text}");
        }
        let guid = "8d5e0000-0000-4000-8000-000000000001";
        assert_eq!(ObjectId::read(&guid.to_uppercase()).to_string(), guid);
        assert_eq!(ObjectId::read("no guid").to_string(), "no guid");
    }
}
