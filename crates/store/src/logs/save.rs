//! Writing a page: new rows are added, changed ones replaced, known ones left alone.

use std::sync::Arc;

use super::{
    page::{AuditRow, LocalEntity, LocalText, LogPage, RawSpan, Rows, SignInRow},
    place::{Mark, Place, Placed},
};
use crate::{
    StoreError, WriteTx,
    codec::FreshDictionary,
    entities::EntityRow,
    ids::Log,
    sql::{insert_many, json_numbers},
};

/// What writing a page changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saved {
    /// Rows that were not held before.
    pub new: u64,
    /// Rows whose content changed since they were held.
    pub changed: u64,
    /// Rows held already, as they are.
    pub unchanged: u64,
}

impl std::ops::AddAssign for Saved {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }
}

impl WriteTx {
    /// Writes a page of a log. Writing it again changes nothing.
    pub async fn save_page(&mut self, page: &LogPage) -> Result<Saved, StoreError> {
        self.save_pages(&[page]).await
    }

    /// Writes pages together, which costs far less than one by one. Where a row stands in several, the last counts.
    pub async fn save_pages(&mut self, pages: &[&LogPage]) -> Result<Saved, StoreError> {
        let (mut audits, mut sign_ins) = (Vec::new(), Vec::new());
        for (index, page) in pages.iter().enumerate() {
            match &page.rows {
                Rows::Audit(rows) => audits.extend(rows.iter().map(|row| (index, row))),
                Rows::SignIn(rows) => sign_ins.extend(rows.iter().map(|row| (index, row))),
            }
        }
        let mut saved = Saved::default();
        if audits.is_empty() && sign_ins.is_empty() {
            return Ok(saved);
        }
        self.save_fresh_dictionaries().await?;
        if !audits.is_empty() {
            saved += self.save_audits(pages, &audits).await?;
        }
        if !sign_ins.is_empty() {
            saved += self.save_sign_ins(pages, &sign_ins).await?;
        }
        Ok(saved)
    }

    pub(crate) async fn save_fresh_dictionaries(&mut self) -> Result<(), StoreError> {
        for FreshDictionary {
            id,
            kind,
            trained_on,
            bytes,
        } in self.archive.dictionaries.fresh()
        {
            if self.dictionaries.contains(&id) {
                continue;
            }
            sqlx::query("INSERT OR IGNORE INTO zdict(id, kind, trained_on, d) VALUES (?1, ?2, ?3, ?4)")
                .bind(id)
                .bind(kind.code())
                .bind(trained_on as i64)
                .bind(bytes.to_vec())
                .execute(self.connection()?)
                .await?;
            self.dictionaries.push(id);
        }
        Ok(())
    }

    /// Writes rows, each with the place of its page among `pages`.
    async fn save_audits(
        &mut self,
        pages: &[&LogPage],
        rows: &[(usize, &AuditRow)],
    ) -> Result<Saved, StoreError> {
        let marks: Vec<Mark> = rows
            .iter()
            .map(|(page, row)| Mark::new(*page, row.seq, row.id_hash, row.content_hash))
            .collect();
        let Placed {
            saved,
            places,
            in_the_open,
        } = self.place(Log::Audit, &marks).await?;
        self.make_room(Log::Audit, &places).await?;
        let fresh = fresh(rows, &places);
        if fresh.is_empty() {
            return Ok(saved);
        }
        let numbers = self.resolve(pages).await?;
        let connection = self.connection()?;
        insert_many(
            connection,
            "INSERT OR FAIL INTO audit\
             (seq, id_hash, content_hash, corr, activity, category, service, reason, result, actor, target)",
            11,
            "",
            &fresh,
            |values, (seq, page, row)| {
                let values = values
                    .bind(*seq)
                    .bind(row.id_hash)
                    .bind(row.content_hash)
                    .bind(row.corr);
                row.texts
                    .iter()
                    .fold(values, |values, local| values.bind(numbers[*page].text(*local)))
                    .bind(row.result.code())
                    .bind(numbers[*page].entity(row.actor))
                    .bind(numbers[*page].entity(row.target))
            },
        )
        .await?;
        let also: Vec<(i64, i64)> = fresh
            .iter()
            .flat_map(|(seq, page, row)| row.also.iter().map(|other| (numbers[*page].entity(*other), *seq)))
            .collect();
        insert_many(
            connection,
            "INSERT OR IGNORE INTO audit_also(entity, seq)",
            2,
            "",
            &also,
            |values, (who, seq)| values.bind(*who).bind(*seq),
        )
        .await?;
        let raw: Vec<(i64, usize, RawSpan)> = fresh
            .iter()
            .map(|(seq, page, row)| (*seq, *page, row.raw))
            .collect();
        self.save_raw(pages, (Log::Audit, in_the_open), &raw).await?;

        self.rows += fresh.len() as u64;
        let touched = fresh.iter().flat_map(|(_, page, row)| {
            [row.actor, row.target]
                .into_iter()
                .chain(row.also.iter().copied())
                .map(|local| numbers[*page].entity(local))
        });
        self.touched.extend(touched);
        Ok(saved)
    }

    /// Writes rows, each with the place of its page among `pages`.
    async fn save_sign_ins(
        &mut self,
        pages: &[&LogPage],
        rows: &[(usize, &SignInRow)],
    ) -> Result<Saved, StoreError> {
        let marks: Vec<Mark> = rows
            .iter()
            .map(|(page, row)| Mark::new(*page, row.seq, row.id_hash, row.content_hash))
            .collect();
        let Placed {
            saved,
            places,
            in_the_open,
        } = self.place(Log::SignIn, &marks).await?;
        self.make_room(Log::SignIn, &places).await?;
        let fresh = fresh(rows, &places);
        if fresh.is_empty() {
            return Ok(saved);
        }
        let numbers = self.resolve(pages).await?;
        insert_many(
            self.connection()?,
            "INSERT OR FAIL INTO signin\
             (seq, id_hash, content_hash, corr, user, app, app_id, resource, reason, ca, access_type, home_tenant, \
              requirement, error, is_guest)",
            15,
            "",
            &fresh,
            |values, (seq, page, row)| {
                let values = values
                    .bind(*seq)
                    .bind(row.id_hash)
                    .bind(row.content_hash)
                    .bind(row.corr)
                    .bind(numbers[*page].entity(row.user));
                row.texts
                    .iter()
                    .fold(values, |values, local| {
                        values.bind(numbers[*page].text(*local))
                    })
                    .bind(row.error)
                    .bind(row.is_guest)
            },
        )
        .await?;
        let raw: Vec<(i64, usize, RawSpan)> = fresh
            .iter()
            .map(|(seq, page, row)| (*seq, *page, row.raw))
            .collect();
        self.save_raw(pages, (Log::SignIn, in_the_open), &raw).await?;

        self.rows += fresh.len() as u64;
        let touched = fresh.iter().map(|(_, page, row)| numbers[*page].entity(row.user));
        self.touched.extend(touched);
        Ok(saved)
    }

    /// The archive's numbers of every page's texts and entities.
    async fn resolve(&mut self, pages: &[&LogPage]) -> Result<Vec<Numbers>, StoreError> {
        let texts: Vec<&Arc<str>> = pages.iter().flat_map(|page| &page.texts).collect();
        let mut texts = self.intern(&texts).await?.into_iter();
        let entities: Vec<&EntityRow> = pages.iter().flat_map(|page| &page.entities).collect();
        let mut entities = self.entity_keys(&entities).await?.keys.into_iter();
        Ok(pages
            .iter()
            .map(|page| Numbers {
                texts: texts.by_ref().take(page.texts.len()).collect(),
                entities: entities.by_ref().take(page.entities.len()).collect(),
            })
            .collect())
    }

    async fn save_raw(
        &mut self,
        pages: &[&LogPage],
        (log, in_the_open): (Log, bool),
        rows: &[(i64, usize, RawSpan)],
    ) -> Result<(), StoreError> {
        let head = match (log, in_the_open) {
            (Log::Audit, true) => "INSERT OR FAIL INTO audit_raw(seq, dict, z)",
            (Log::Audit, false) => "INSERT OR REPLACE INTO audit_raw(seq, dict, z)",
            (Log::SignIn, true) => "INSERT OR FAIL INTO signin_raw(seq, dict, z)",
            (Log::SignIn, false) => "INSERT OR REPLACE INTO signin_raw(seq, dict, z)",
        };
        insert_many(
            self.connection()?,
            head,
            3,
            "",
            rows,
            |values, (seq, page, span)| {
                let page = pages[*page];
                values
                    .bind(*seq)
                    .bind(page.dictionary)
                    .bind(page.raw(*span).to_vec())
            },
        )
        .await
    }

    /// Removes the rows that will be written anew. They are few; where the writing itself might replace them or undo
    /// itself half-way, SQLite copies every page of every index before it touches it.
    async fn make_room(&mut self, log: Log, placed: &[Place]) -> Result<(), StoreError> {
        let replaced: Vec<i64> = placed
            .iter()
            .filter(|place| place.replaces)
            .map(|place| place.seq)
            .collect();
        if replaced.is_empty() {
            return Ok(());
        }
        sqlx::query(match log {
            Log::Audit => "DELETE FROM audit WHERE seq IN (SELECT value FROM json_each(?1))",
            Log::SignIn => "DELETE FROM signin WHERE seq IN (SELECT value FROM json_each(?1))",
        })
        .bind(json_numbers(replaced))
        .execute(self.connection()?)
        .await?;
        Ok(())
    }
}

/// The rows that are to be written, with their numbers and the places of their pages.
fn fresh<'r, R>(rows: &[(usize, &'r R)], placed: &[Place]) -> Vec<(i64, usize, &'r R)> {
    placed
        .iter()
        .map(|place| {
            let (page, row) = rows[place.row];
            (place.seq, page, row)
        })
        .collect()
}

/// The archive's numbers of a page's texts and entities.
struct Numbers {
    texts: Vec<i64>,
    entities: Vec<i64>,
}

impl Numbers {
    /// The empty text is 0.
    fn text(&self, local: LocalText) -> i64 {
        number(&self.texts, local)
    }

    /// Nobody is 0.
    fn entity(&self, local: LocalEntity) -> i64 {
        number(&self.entities, local)
    }
}

/// Pages count from 1, and 0 is none.
fn number(numbers: &[i64], local: u32) -> i64 {
    match local {
        0 => 0,
        local => numbers[local as usize - 1],
    }
}
