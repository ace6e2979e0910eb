//! What the tenant logged about a guest, in words.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::{
    SandboxState,
    truth::is_interrupt,
    world::{AuditRow, SignInRow, UserId, World, failure_reason},
};

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LogKind {
    /// A row of the audit log.
    Audit,
    /// A sign-in that worked.
    Success,
    /// A prompt.
    Interrupted,
    /// A sign-in that was refused.
    Failure,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// What it is.
    pub kind: LogKind,
    /// In words.
    pub text: String,
    /// AADSTS number of a sign-in.
    pub code: Option<u32>,
    /// The guest it is about.
    pub guest: Option<UserId>,
    /// The row as Graph's v1.0 sends it.
    pub row: Value,
}

impl SandboxState {
    /// The newest rows of both logs, of one guest where an address is given, after `since` where that is given.
    /// They are shown at once, whatever lag is switched on for Graph.
    pub fn log(&self, mail: Option<&str>, since: Option<DateTime<Utc>>, limit: usize) -> Vec<LogEntry> {
        let world = self.world();
        let guest = mail.map(|mail| world.user_by_mail(mail).map(|user| user.id));
        let wanted = |user: Option<UserId>| match guest {
            None => true,
            Some(None) => false,
            Some(guest) => user == guest,
        };
        let is_new = |at: DateTime<Utc>| since.is_none_or(|since| at > since);
        let audits = world
            .audit_rows()
            .iter()
            .rev()
            .take_while(|row| is_new(row.at))
            .filter(|row| wanted(row.target))
            .take(limit)
            .map(|row| (row.at, row.sequence, audit_entry(&world, row)));
        let sign_ins = world
            .sign_in_rows()
            .iter()
            .rev()
            .take_while(|row| is_new(row.at))
            .filter(|row| wanted(Some(row.user)))
            .take(limit)
            .map(|row| (row.at, row.sequence, sign_in_entry(row)));
        let mut entries: Vec<_> = audits.chain(sign_ins).collect();
        entries.sort_by_key(|(at, sequence, _)| std::cmp::Reverse((*at, *sequence)));
        entries.into_iter().take(limit).map(|(.., entry)| entry).collect()
    }
}

fn audit_entry(world: &World, row: &AuditRow) -> LogEntry {
    let wire = whole(&row.core);
    let by = row
        .initiator
        .and_then(|id| world.user(UserId(id)))
        .map(|user| user.display_name.clone())
        .or_else(|| text_at(&wire, "/initiatedBy/user/userPrincipalName"))
        .or_else(|| text_at(&wire, "/initiatedBy/app/displayName"));
    let mut text = row.activity.to_string();
    if let Some(by) = by {
        text.push_str(", by ");
        text.push_str(&by);
    }
    if !row.success {
        text.push_str(", refused");
        if let Some(reason) = text_at(&wire, "/resultReason") {
            text.push_str(": ");
            text.push_str(&reason);
        }
    }
    LogEntry {
        at: row.at,
        kind: LogKind::Audit,
        text,
        code: None,
        guest: row.target,
        row: wire,
    }
}

fn sign_in_entry(row: &SignInRow) -> LogEntry {
    let (kind, text) = if row.code == 0 {
        (LogKind::Success, format!("Signed in to {}", row.app_name))
    } else {
        let reason = failure_reason(row.code).unwrap_or_default();
        let kind = if is_interrupt(row.code) {
            LogKind::Interrupted
        } else {
            LogKind::Failure
        };
        (kind, format!("{}, {}", row.code, reason.trim_end_matches('.')))
    };
    LogEntry {
        at: row.at,
        kind,
        text,
        code: Some(row.code),
        guest: Some(row.user),
        row: whole(&row.core),
    }
}

fn whole(core: &[u8]) -> Value {
    let mut text = core.to_vec();
    text.push(b'}');
    serde_json::from_slice(&text).unwrap_or(Value::Null)
}

fn text_at(value: &Value, pointer: &str) -> Option<String> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(ToOwned::to_owned)
}
