//! The snapshot kept in the file between sessions, in one piece: a start would otherwise read and pack every guest.
//! It counts only while the file's count of changes to guests is the one it was made at.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{GUESTS_CHANGED, GuestSnapshot, Packed};
use crate::{Archive, StoreError};

/// To be raised with every change to [`Packed`], to the statement that packs a guest and to how names are folded: what an
/// earlier program kept is then no longer read. A migration that changes guests or journeys must empty `guest_list`.
const FORMAT: i64 = 1;

/// Fast rather than small: it is a few percent of the file either way.
const LEVEL: i32 = 1;

#[derive(Serialize)]
struct ToKeep<'s> {
    texts: &'s [Arc<str>],
    guests: &'s [Packed],
}

#[derive(Deserialize)]
struct Kept {
    texts: Vec<Arc<str>>,
    guests: Vec<Packed>,
}

impl GuestSnapshot {
    fn to_bytes(&self) -> Option<Vec<u8>> {
        let kept = ToKeep {
            texts: &self.texts,
            guests: &self.guests,
        };
        zstd::bulk::compress(&postcard::to_stdvec(&kept).ok()?, LEVEL).ok()
    }

    /// None where the bytes are not what this program would have kept.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let kept: Kept = postcard::from_bytes(&zstd::stream::decode_all(bytes).ok()?).ok()?;
        let texts = kept.texts.len();
        let is_sound = kept.guests.iter().all(|guest| {
            guest.names.is_sound()
                && [guest.domain, guest.issuer, guest.reason]
                    .iter()
                    .all(|number| (*number as usize) < texts)
        });
        let is_ordered = kept.guests.is_sorted_by(|one, next| one.key < next.key);
        (is_sound && is_ordered).then(|| Self {
            numbers: (0..)
                .zip(&kept.texts)
                .map(|(n, text)| (Arc::clone(text), n))
                .collect(),
            guests: kept.guests,
            texts: kept.texts,
            ..Self::default()
        })
    }
}

impl Archive {
    /// Keeps the guests in the file as they are packed in memory, so that the next start need not read each of them.
    /// Does nothing where they are kept already, or in an archive that is only read. Takes 0.3 s for 40,000.
    pub async fn keep_guest_list(&self) -> Result<(), StoreError> {
        if !self.is_writable() || self.is_guest_list_kept().await? {
            return Ok(());
        }
        // Nobody writes while it is made, and it is made of the guests themselves, not of what is in memory: what it shows
        // and the count of changes belong together.
        let mut tx = self.write().await?;
        let Some(as_of) = self.load_checkpoint(GUESTS_CHANGED).await? else {
            return Ok(());
        };
        let snapshot = self.read_in_stretches().await?;
        let packing = tokio::task::spawn_blocking(move || snapshot.to_bytes());
        let bytes = packing.await.ok().flatten();
        let bytes = bytes.ok_or(StoreError::Unreadable("the guests"))?;
        sqlx::query("INSERT OR REPLACE INTO guest_list(id, format, as_of, z) VALUES (1, ?1, ?2, ?3)")
            .bind(FORMAT)
            .bind(as_of)
            .bind(bytes)
            .execute(tx.connection()?)
            .await?;
        tx.commit().await
    }

    /// Whether the guests are kept as they are now.
    pub async fn is_guest_list_kept(&self) -> Result<bool, StoreError> {
        let as_of: Option<String> = sqlx::query_scalar("SELECT as_of FROM guest_list WHERE format = ?1")
            .bind(FORMAT)
            .fetch_optional(&self.inner.readers)
            .await?;
        Ok(as_of == self.load_checkpoint(GUESTS_CHANGED).await?)
    }

    /// The snapshot that was kept, if no guest changed since.
    pub(super) async fn read_kept(&self) -> Result<Option<GuestSnapshot>, StoreError> {
        let bytes: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT z FROM guest_list JOIN checkpoint ON checkpoint.name = ?1 AND checkpoint.value = guest_list.as_of \
             WHERE format = ?2",
        )
        .bind(GUESTS_CHANGED)
        .bind(FORMAT)
        .fetch_optional(&self.inner.readers)
        .await?;
        let Some(bytes) = bytes else { return Ok(None) };
        let unpacking = tokio::task::spawn_blocking(move || GuestSnapshot::from_bytes(&bytes));
        let kept = unpacking.await.ok().flatten();
        if kept.is_none() {
            tracing::warn!("the list of guests that was kept cannot be read; every guest is read instead");
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::PACK, *};

    fn snapshot() -> GuestSnapshot {
        let mut snapshot = GuestSnapshot::default();
        let row = |key: u32| {
            format!(
                r#"[{key},"0000000000004000800000000000000{key}","Zo\u00eb","zoe@fabrikam.com","zoe_fabrikam.com#EXT#","[]",1,1,2,1,0,1,
                   1,2,3,4,5,6,7,8,9,10,11,"fabrikam.com","","mfa"]"#
            )
        };
        snapshot.merge(&format!("[{},{}]", row(3), row(4))).unwrap();
        snapshot
    }

    #[test]
    fn what_is_kept_comes_back() {
        let before = snapshot();
        let after = GuestSnapshot::from_bytes(&before.to_bytes().unwrap()).unwrap();
        assert_eq!(format!("{:?}", before.guests), format!("{:?}", after.guests));
        assert_eq!((&before.texts, &before.numbers), (&after.texts, &after.numbers));
    }

    #[test]
    fn what_is_not_sound_is_nothing() {
        assert!(GuestSnapshot::from_bytes(b"").is_none());
        assert!(
            GuestSnapshot::from_bytes(&zstd::bulk::compress(b"\xff\xff\xff\xff\x7f", 1).unwrap()).is_none()
        );
        let whole = snapshot().to_bytes().unwrap();
        assert!(GuestSnapshot::from_bytes(&whole[..whole.len() - 1]).is_none());
        let spoilt = |spoil: fn(&mut GuestSnapshot)| {
            let mut snapshot = snapshot();
            spoil(&mut snapshot);
            GuestSnapshot::from_bytes(&snapshot.to_bytes().unwrap())
        };
        assert!(spoilt(|_| {}).is_some());
        assert!(
            spoilt(|snapshot| snapshot.guests[1].reason = 3).is_none(),
            "no such text"
        );
        assert!(
            spoilt(|snapshot| snapshot.guests.reverse()).is_none(),
            "out of order"
        );
        assert!(spoilt(|snapshot| snapshot.guests[0].key = 4).is_none(), "twice");
    }

    /// Fails where the layout or the packing changes: raise `FORMAT` then, and write the new hashes here.
    #[test]
    fn the_format_has_a_number_of_its_own() {
        let snapshot = snapshot();
        let kept = ToKeep {
            texts: &snapshot.texts,
            guests: &snapshot.guests,
        };
        let hash = crate::time::hash64(&format!("{:?}", postcard::to_stdvec(&kept).unwrap()));
        let packing = crate::time::hash64(PACK);
        assert_eq!(
            (FORMAT, hash, packing),
            (1, 0x0f63_e6e2_d8ad_9dab, 0x8677_9b91_5473_1c07)
        );
    }
}
