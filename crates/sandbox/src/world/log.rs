//! The two logs of the tenant: rows kept as the JSON that Graph sends, in the order of their time.

use std::{borrow::Cow, sync::Arc};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::id::UserId;

/// What every row of a log has.
pub trait LogRow {
    /// The instant the row bears.
    fn at(&self) -> DateTime<Utc>;
    /// Tells rows of one instant apart; later rows have higher numbers.
    fn sequence(&self) -> u64;
    /// The row's id.
    fn id(&self) -> &str;
    /// Readers see the row from this instant on.
    fn visible_from(&self) -> DateTime<Utc>;
}

/// A row of the audit log.
#[derive(Debug)]
pub struct AuditRow {
    /// `activityDateTime`.
    pub at: DateTime<Utc>,
    /// Order among rows of one instant.
    pub sequence: u64,
    /// When readers see it.
    pub visible_from: DateTime<Utc>,
    /// `id`, no GUID.
    pub id: String,
    /// `activityDisplayName`.
    pub activity: Cow<'static, str>,
    /// `loggedByService`.
    pub service: Cow<'static, str>,
    /// `correlationId`.
    pub correlation_id: Uuid,
    /// Whether `result` is `success`.
    pub success: bool,
    /// The user that acted.
    pub initiator: Option<Uuid>,
    /// The user it was done to.
    pub target: Option<UserId>,
    /// The members of the row in v1.0, without the closing brace.
    pub core: Box<[u8]>,
    /// What beta adds, starting with a comma.
    pub beta: Box<[u8]>,
}

/// A row of the sign-in log.
#[derive(Debug)]
pub struct SignInRow {
    /// `createdDateTime`, whole seconds.
    pub at: DateTime<Utc>,
    /// Order among rows of one second.
    pub sequence: u64,
    /// When readers see it.
    pub visible_from: DateTime<Utc>,
    /// `id`, the request id.
    pub id: String,
    /// `userId`.
    pub user: UserId,
    /// `status/errorCode`.
    pub code: u32,
    /// `appId`.
    pub app_id: Uuid,
    /// `appDisplayName`.
    pub app_name: Cow<'static, str>,
    /// `correlationId`.
    pub correlation_id: Uuid,
    /// Whether a person was in front of it.
    pub interactive: bool,
    /// The members of the row in v1.0, without the policies and the closing brace.
    pub core: Box<[u8]>,
    /// The `appliedConditionalAccessPolicies` member, starting with a comma; left out for callers without the right.
    pub policies: Box<[u8]>,
    /// What beta adds, starting with a comma.
    pub beta: Box<[u8]>,
}

macro_rules! log_row {
    ($row:ty) => {
        impl LogRow for $row {
            fn at(&self) -> DateTime<Utc> {
                self.at
            }
            fn sequence(&self) -> u64 {
                self.sequence
            }
            fn id(&self) -> &str {
                &self.id
            }
            fn visible_from(&self) -> DateTime<Utc> {
                self.visible_from
            }
        }
    };
}
log_row!(AuditRow);
log_row!(SignInRow);

/// Rows in ascending order of time and sequence.
#[derive(Debug)]
pub(super) struct Log<R> {
    rows: Vec<Arc<R>>,
    next_sequence: u64,
    in_order: bool,
}

impl<R> Default for Log<R> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            next_sequence: 0,
            in_order: true,
        }
    }
}

impl<R: LogRow> Log<R> {
    /// The number the next row bears.
    pub(super) fn take_sequence(&mut self) -> u64 {
        self.next_sequence += 1;
        self.next_sequence
    }

    /// Adds a row at its place; before [`Self::settle`] at the end of a seed, anywhere.
    pub(super) fn append(&mut self, row: R) {
        let key = (row.at(), row.sequence());
        if !self.in_order
            || self
                .rows
                .last()
                .is_none_or(|last| (last.at(), last.sequence()) <= key)
        {
            self.rows.push(Arc::new(row));
            return;
        }
        let place = self
            .rows
            .partition_point(|other| (other.at(), other.sequence()) <= key);
        self.rows.insert(place, Arc::new(row));
    }

    /// Lets rows come in any order until [`Self::settle`].
    pub(super) fn unsettle(&mut self) {
        self.in_order = false;
    }

    /// Puts all rows in order.
    pub(super) fn settle(&mut self) {
        self.rows.sort_by_key(|row| (row.at(), row.sequence()));
        self.in_order = true;
    }

    /// All rows, oldest first.
    pub(super) fn rows(&self) -> &[Arc<R>] {
        &self.rows
    }
}
