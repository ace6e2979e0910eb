//! Everybody and everything a log row names.

use uuid::Uuid;

use crate::{GuestId, StoreError, WriteTx, sql::insert_many};

/// An object id as the file keeps it: 16 bytes of a GUID, or the text where it is none.
pub(crate) type ObjectId = Box<[u8]>;

pub(crate) fn object_id(text: &str) -> ObjectId {
    match Uuid::parse_str(text) {
        Ok(id) => id.as_bytes().as_slice().into(),
        Err(_) => text.as_bytes().into(),
    }
}

/// An object id as people write it.
pub(crate) fn object_id_text(oid: &[u8]) -> String {
    match Uuid::from_slice(oid) {
        Ok(id) => id.as_hyphenated().to_string(),
        Err(_) => String::from_utf8_lossy(oid).into_owned(),
    }
}

pub(crate) fn guest_object_id(id: GuestId) -> ObjectId {
    id.0.as_bytes().as_slice().into()
}

/// Somebody or something as a row shows it. A guest's names stand in `guest`; they stand here as well where a log named the
/// guest first.
#[derive(Debug, Clone)]
pub(crate) struct EntityRow {
    pub(crate) oid: ObjectId,
    pub(crate) name: String,
    pub(crate) upn: String,
}

impl WriteTx {
    /// The numbers of `rows`, in their order. Whoever is new is written; a known name is left as it is, for the row
    /// of a log is a worse witness than the user object.
    pub(crate) async fn entity_keys(&mut self, rows: &[&EntityRow]) -> Result<Vec<i64>, StoreError> {
        self.remember_entities(rows).await?;
        let mut next: i64 = 1 + self.highest_entity().await?;
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
                    .bind(row.oid.to_vec())
                    .bind(row.name.clone())
                    .bind(row.upn.clone())
            },
        )
        .await?;
        Ok(keys)
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
            for byte in &row.oid {
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
        self.memory
            .entities
            .extend(found.into_iter().map(|(id, oid)| (oid.into_boxed_slice(), id)));
        Ok(())
    }
}
