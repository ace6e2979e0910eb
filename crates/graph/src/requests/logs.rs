//! The audit log and the sign-in log.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::stream::BoxStream;
use usher_identity::{GraphVersion, Scope};

use crate::{
    GraphClient, GraphError, LogPage,
    call::Call,
    pace::Lane,
    query::{instant, with_query},
};

/// A span of a log, both ends included: Graph's filters know no "before". Neighbouring spans may share a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogWindow {
    /// The oldest row wanted.
    pub from: DateTime<Utc>,
    /// The newest row wanted.
    pub to: DateTime<Utc>,
    /// Rows a page; Graph gives 1,000 at most.
    pub page_size: u16,
}

impl LogWindow {
    /// A span with pages as large as Graph gives them.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        Self {
            from,
            to,
            page_size: 1000,
        }
    }
}

/// Values newer than this program come as they are instead of as `unknownFutureValue`.
const ALL_VALUES: &[(&str, &str)] = &[("prefer", "include-unknown-enum-members")];

impl GraphClient {
    /// Returns the audit log of `window`, newest first, page by page ("List directoryAudits").
    pub fn audit_pages(&self, window: LogWindow) -> BoxStream<'static, Result<LogPage, GraphError>> {
        self.log_pages(GraphVersion::V1, "directoryAudits", "activityDateTime", window)
    }

    /// Returns the sign-in log of `window`, newest first, page by page ("List signIns", beta: interactive
    /// sign-ins).
    pub fn sign_in_pages(&self, window: LogWindow) -> BoxStream<'static, Result<LogPage, GraphError>> {
        self.log_pages(GraphVersion::Beta, "signIns", "createdDateTime", window)
    }

    fn log_pages(
        &self,
        version: GraphVersion,
        log: &str,
        time: &str,
        window: LogWindow,
    ) -> BoxStream<'static, Result<LogPage, GraphError>> {
        let filter = format!(
            "{time} ge {} and {time} le {}",
            instant(window.from),
            instant(window.to)
        );
        let top = window.page_size.clamp(1, 1000).to_string();
        let url = self.cloud().graph_url(version, &["auditLogs", log]);
        let url = with_query(url, &[("$filter", &filter), ("$top", &top)]);
        let call = Call {
            headers: ALL_VALUES,
            lane: Lane::Report,
            ..Call::get(url, &[Scope::AuditLogReadAll])
        };

        self.pages(call, Arc::new(LogPage::read))
    }
}
