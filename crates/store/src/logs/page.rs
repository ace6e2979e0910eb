//! One page of a log, made ready for writing away from the database: parsed rows with texts and people numbered
//! within the page, raw rows compressed. Runs well on a blocking thread; several pages can be made at once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use foldhash::HashMap;

use crate::{
    Archive, StoreError,
    codec::RawKind,
    entities::{EntityRow, ObjectId},
    ids::Log,
    time::{hash64, seq_of},
};

/// How an audited activity ended (`result` of `directoryAudit`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditResult {
    /// It was done.
    Success,
    /// It was refused or failed.
    Failure,
    /// It took too long.
    Timeout,
    /// A word this version does not know.
    Other,
}

impl AuditResult {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Timeout => 2,
            Self::Other => 3,
        }
    }

    pub(crate) fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Success,
            1 => Self::Failure,
            2 => Self::Timeout,
            _ => Self::Other,
        }
    }
}

/// Somebody or something named by a log row. Without an id it cannot be kept as a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Actor<'a> {
    /// Object id; usually a GUID.
    pub id: &'a str,
    /// Display name, where the row has one.
    pub name: &'a str,
    /// User principal name, where the row has one.
    pub upn: &'a str,
}

/// What the archive indexes of a `directoryAudit`; the raw row is kept beside it.
#[derive(Debug, Clone)]
pub struct AuditDraft<'a> {
    /// Graph's id of the row; not a GUID.
    pub id: &'a str,
    /// `activityDateTime`.
    pub at: DateTime<Utc>,
    /// `correlationId`.
    pub correlation_id: &'a str,
    /// `activityDisplayName`.
    pub activity: &'a str,
    /// `category`.
    pub category: &'a str,
    /// `loggedByService`.
    pub service: &'a str,
    /// `result`.
    pub result: AuditResult,
    /// `resultReason`; empty when there is none.
    pub reason: &'a str,
    /// Who did it: user or application.
    pub actor: Option<Actor<'a>>,
    /// Whom it was done to, most important first: the guest, if there is one among the targets.
    pub targets: Vec<Actor<'a>>,
}

/// What the archive indexes of a `signIn`; the raw row is kept beside it. Absent texts are empty.
#[derive(Debug, Clone)]
pub struct SignInDraft<'a> {
    /// Graph's id of the row (the portal's Request ID).
    pub id: &'a str,
    /// `createdDateTime`.
    pub at: DateTime<Utc>,
    /// `correlationId`.
    pub correlation_id: &'a str,
    /// Who signed in. Guests' sign-ins carry the home form of the name; only the id joins.
    pub user: Actor<'a>,
    /// `appDisplayName`.
    pub app: &'a str,
    /// `appId`.
    pub app_id: &'a str,
    /// `resourceDisplayName`.
    pub resource: &'a str,
    /// `status/errorCode`; 0 is success.
    pub error_code: i64,
    /// `status/failureReason`.
    pub failure_reason: &'a str,
    /// `conditionalAccessStatus`.
    pub conditional_access: &'a str,
    /// `crossTenantAccessType`, beta only.
    pub access_type: &'a str,
    /// `homeTenantId`.
    pub home_tenant: &'a str,
    /// `authenticationRequirement`, beta only.
    pub requirement: &'a str,
    /// Whether the row is a guest's.
    pub is_guest: bool,
}

/// Index of a text within its page; 0 is the empty text.
pub(super) type LocalText = u32;
/// Index of an entity within its page, from 1; 0 is nobody.
pub(super) type LocalEntity = u32;

pub(super) struct AuditRow {
    pub(super) seq: i64,
    pub(super) id_hash: i64,
    pub(super) content_hash: i64,
    pub(super) corr: i64,
    pub(super) texts: [LocalText; 4],
    pub(super) result: AuditResult,
    pub(super) actor: LocalEntity,
    pub(super) target: LocalEntity,
    pub(super) also: Box<[LocalEntity]>,
    pub(super) raw: RawSpan,
}

pub(super) struct SignInRow {
    pub(super) seq: i64,
    pub(super) id_hash: i64,
    pub(super) content_hash: i64,
    pub(super) corr: i64,
    pub(super) user: LocalEntity,
    pub(super) texts: [LocalText; 8],
    pub(super) error: i64,
    pub(super) is_guest: bool,
    pub(super) raw: RawSpan,
}

/// Where a compressed raw row lies in the page's buffer.
#[derive(Clone, Copy)]
pub(super) struct RawSpan {
    start: u32,
    len: u32,
}

pub(super) enum Rows {
    Audit(Vec<AuditRow>),
    SignIn(Vec<SignInRow>),
}

/// One page of one log, ready to be written by [`WriteTx::save_page`](crate::WriteTx::save_page).
pub struct LogPage {
    pub(super) rows: Rows,
    pub(super) texts: Vec<Arc<str>>,
    pub(super) entities: Vec<EntityRow>,
    pub(super) dictionary: i64,
    compressed: Vec<u8>,
    raw_bytes: usize,
    newest: Option<DateTime<Utc>>,
    oldest: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for LogPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogPage")
            .field("rows", &self.len())
            .field("raw_bytes", &self.raw_bytes)
            .finish_non_exhaustive()
    }
}

impl LogPage {
    /// Rows in the page.
    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::Audit(rows) => rows.len(),
            Rows::SignIn(rows) => rows.len(),
        }
    }

    /// Whether the page has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The log the page belongs to.
    pub fn log(&self) -> Log {
        match &self.rows {
            Rows::Audit(_) => Log::Audit,
            Rows::SignIn(_) => Log::SignIn,
        }
    }

    /// The times of the oldest and the newest row.
    pub fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.oldest.zip(self.newest)
    }

    /// Bytes of JSON in the page's rows.
    pub fn raw_bytes(&self) -> usize {
        self.raw_bytes
    }

    pub(super) fn raw(&self, span: RawSpan) -> &[u8] {
        let start = span.start as usize;
        self.compressed
            .get(start..start + span.len as usize)
            .unwrap_or_default()
    }
}

impl Archive {
    /// Makes a page of audits from rows and their raw JSON, in any order. Costs CPU time: about 10 µs a row.
    pub fn audit_page(&self, rows: &[(AuditDraft<'_>, &str)]) -> Result<LogPage, StoreError> {
        let mut page = PageParts::default();
        let compressed = self.compress(RawKind::Audit, rows.iter().map(|(_, raw)| *raw))?;
        let mut audits: Vec<AuditRow> = rows
            .iter()
            .zip(&compressed.spans)
            .map(|((draft, raw), span)| page.audit(draft, raw, *span))
            .collect();
        // The full-text index and the rowid order both want ascending rows; Graph sends them descending.
        audits.sort_unstable_by_key(|row| row.seq);
        Ok(page.finish(
            Rows::Audit(audits),
            compressed,
            rows.iter().map(|(draft, _)| draft.at),
        ))
    }

    /// Makes a page of sign-ins from rows and their raw JSON, in any order. Costs CPU time: about 10 µs a row.
    pub fn sign_in_page(&self, rows: &[(SignInDraft<'_>, &str)]) -> Result<LogPage, StoreError> {
        let mut page = PageParts::default();
        let compressed = self.compress(RawKind::SignIn, rows.iter().map(|(_, raw)| *raw))?;
        let mut sign_ins: Vec<SignInRow> = rows
            .iter()
            .zip(&compressed.spans)
            .map(|((draft, raw), span)| page.sign_in(draft, raw, *span))
            .collect();
        sign_ins.sort_unstable_by_key(|row| row.seq);
        Ok(page.finish(
            Rows::SignIn(sign_ins),
            compressed,
            rows.iter().map(|(draft, _)| draft.at),
        ))
    }

    pub(crate) fn compress<'r>(
        &self,
        kind: RawKind,
        rows: impl Iterator<Item = &'r str>,
    ) -> Result<Compressed, StoreError> {
        let samples: Vec<&str> = rows.collect();
        let dictionary = self.inner.dictionaries.for_writing(kind, &samples);
        let longest = samples.iter().map(|raw| raw.len()).max().unwrap_or(0);
        let mut buffer = vec![0; zstd::zstd_safe::compress_bound(longest)];
        let mut compressed = Compressed {
            dictionary: dictionary.id,
            bytes: Vec::new(),
            spans: Vec::with_capacity(samples.len()),
            raw_bytes: 0,
        };
        dictionary.with_compressor(|compressor| {
            for raw in samples {
                let place = compressor.compress(raw, &mut buffer)?;
                compressed.spans.push(RawSpan {
                    start: compressed.bytes.len() as u32,
                    len: place.len() as u32,
                });
                compressed.bytes.extend_from_slice(&buffer[place]);
                compressed.raw_bytes += raw.len();
            }
            Ok(compressed)
        })
    }
}

/// Raw rows, compressed one by one into one buffer.
pub(crate) struct Compressed {
    pub(crate) dictionary: i64,
    bytes: Vec<u8>,
    spans: Vec<RawSpan>,
    raw_bytes: usize,
}

impl Compressed {
    pub(crate) fn row(&self, index: usize) -> &[u8] {
        let Some(span) = self.spans.get(index) else {
            return &[];
        };
        let start = span.start as usize;
        self.bytes
            .get(start..start + span.len as usize)
            .unwrap_or_default()
    }
}

/// The texts and people of a page, numbered as they are met.
#[derive(Default)]
struct PageParts {
    texts: HashMap<Arc<str>, LocalText>,
    text_list: Vec<Arc<str>>,
    entities: HashMap<ObjectId, LocalEntity>,
    entity_list: Vec<EntityRow>,
}

impl PageParts {
    fn text(&mut self, text: &str) -> LocalText {
        if text.is_empty() {
            return 0;
        }
        if let Some(number) = self.texts.get(text) {
            return *number;
        }
        let text: Arc<str> = text.into();
        self.text_list.push(Arc::clone(&text));
        let number = self.text_list.len() as LocalText;
        self.texts.insert(text, number);
        number
    }

    fn entity(&mut self, actor: &Actor<'_>) -> LocalEntity {
        if actor.id.is_empty() {
            return 0;
        }
        let oid = ObjectId::read(actor.id);
        if let Some(number) = self.entities.get(&oid) {
            let known = &mut self.entity_list[*number as usize - 1];
            fill(&mut known.name, actor.name);
            fill(&mut known.upn, actor.upn);
            return *number;
        }
        self.entity_list.push(EntityRow {
            oid: oid.clone(),
            name: actor.name.to_owned(),
            upn: actor.upn.to_owned(),
        });
        let number = self.entity_list.len() as LocalEntity;
        self.entities.insert(oid, number);
        number
    }

    fn audit(&mut self, draft: &AuditDraft<'_>, raw: &str, span: RawSpan) -> AuditRow {
        let id_hash = hash64(draft.id);
        let mut targets = draft
            .targets
            .iter()
            .map(|target| self.entity(target))
            .filter(|target| *target != 0);
        let target = targets.next().unwrap_or(0);
        let also = targets.filter(|other| *other != target).collect();
        AuditRow {
            seq: seq_of(draft.at, id_hash),
            id_hash: short(id_hash),
            content_hash: short(hash64(raw)),
            corr: correlation(draft.correlation_id),
            texts: [draft.activity, draft.category, draft.service, draft.reason].map(|text| self.text(text)),
            result: draft.result,
            actor: draft.actor.as_ref().map_or(0, |actor| self.entity(actor)),
            target,
            also,
            raw: span,
        }
    }

    fn sign_in(&mut self, draft: &SignInDraft<'_>, raw: &str, span: RawSpan) -> SignInRow {
        let id_hash = hash64(draft.id);
        SignInRow {
            seq: seq_of(draft.at, id_hash),
            id_hash: short(id_hash),
            content_hash: short(hash64(raw)),
            corr: correlation(draft.correlation_id),
            user: self.entity(&draft.user),
            texts: [
                draft.app,
                draft.app_id,
                draft.resource,
                if draft.error_code == 0 {
                    ""
                } else {
                    draft.failure_reason
                },
                draft.conditional_access,
                draft.access_type,
                draft.home_tenant,
                draft.requirement,
            ]
            .map(|text| self.text(text)),
            error: draft.error_code,
            is_guest: draft.is_guest,
            raw: span,
        }
    }

    fn finish(
        self,
        rows: Rows,
        compressed: Compressed,
        times: impl Iterator<Item = DateTime<Utc>> + Clone,
    ) -> LogPage {
        LogPage {
            rows,
            texts: self.text_list,
            entities: self.entity_list,
            dictionary: compressed.dictionary,
            compressed: compressed.bytes,
            raw_bytes: compressed.raw_bytes,
            oldest: times.clone().min(),
            newest: times.max(),
        }
    }
}

fn fill(known: &mut String, text: &str) {
    if known.is_empty() {
        text.clone_into(known);
    }
}

/// Rows are only ever grouped by correlation id; the id itself stands in the raw row. 0 is none.
fn correlation(id: &str) -> i64 {
    if id.is_empty() { 0 } else { hash_of_id(id) }
}

/// What a row keeps of its id and of its correlation id.
pub(super) fn hash_of_id(id: &str) -> i64 {
    short(hash64(id))
}

/// The low half of a hash. `seq` uses the high half, so both together tell rows apart.
fn short(hash: u64) -> i64 {
    i64::from(hash as u32 as i32)
}
