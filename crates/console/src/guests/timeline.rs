//! A guest's journey, stage by stage, with the rows that prove it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use usher_store::{
    Archive, AuditEvidence, AuditResult, EntityKey, EntryKind, GuestEvidence, LedgerEntry, SignInEvidence,
    StageReached, StageTimes, Standing, StoreError,
};

use crate::{
    journey::What,
    reason::{self, Reason},
    views::{EvidenceSource, EvidenceView, StageView, TimelineStageView, TimelineStandingView},
    words,
};

/// Lines under one stage; what is older is folded into the first.
const LINES_PER_STAGE: usize = 40;

/// Activities that accompany every invitation and redemption and say nothing of their own.
const COMPANIONS: [&str; 3] = ["Add user", "Update user", "Add user sponsor"];

/// A line before it has its stage.
struct Line {
    at: DateTime<Utc>,
    text: String,
    source: EvidenceSource,
    row: Option<String>,
    /// Set where the line belongs to a stage whatever its time.
    stage: Option<StageReached>,
}

/// Builds the timeline. `sign_ins_known` is false where the tenant has no sign-in log to read.
pub(crate) async fn timeline(
    archive: &Archive,
    evidence: &GuestEvidence,
    ledger: &[LedgerEntry],
    sign_ins_known: bool,
) -> Result<Vec<TimelineStageView>, StoreError> {
    let actors: Vec<EntityKey> = evidence.audits.iter().filter_map(|audit| audit.actor).collect();
    let names: HashMap<EntityKey, String> = archive
        .load_names(&actors)
        .await?
        .into_iter()
        .map(|one| (one.key, if one.name.is_empty() { one.upn } else { one.name }))
        .collect();

    let mut lines: Vec<Line> = Vec::new();
    for audit in evidence
        .audits
        .iter()
        .filter(|audit| !COMPANIONS.contains(&&*audit.activity))
    {
        let source = match What::of_audit(&audit.activity, true) {
            What::Redeemed => redemption_source(archive, audit).await?,
            _ => None,
        };
        lines.push(audit_line(audit, &names, source));
    }
    lines.extend(evidence.sign_ins.iter().map(sign_in_line));
    lines.extend(evidence.invitations.iter().map(|invitation| Line {
        at: invitation.made_at,
        text: if invitation.sent_message {
            "Accepted by the service. No delivery receipt exists".to_owned()
        } else {
            "Made without a mail: the link was handed over".to_owned()
        },
        source: EvidenceSource::Ledger,
        row: None,
        stage: Some(StageReached::MailSent),
    }));
    lines.extend(ledger.iter().filter_map(ledger_line));
    lines.sort_by_key(|line| line.at);

    Ok(stages(evidence, lines, sign_ins_known))
}

fn audit_line(audit: &AuditEvidence, names: &HashMap<EntityKey, String>, source: Option<String>) -> Line {
    let what = What::of_audit(&audit.activity, audit.result == AuditResult::Success);
    let by = audit
        .actor
        .filter(|_| !audit.by_guest)
        .and_then(|actor| names.get(&actor));
    let mut text = audit.activity.to_string();
    if let Some(by) = by.filter(|name| !name.is_empty()) {
        text = format!("{text}, by {}", words::one_line(by));
    }
    if let Some(source) = source {
        text = format!("{text}, source {}", words::one_line(&source));
    }
    if audit.result != AuditResult::Success {
        let reason = audit.reason.as_deref().map(words::one_line).unwrap_or_default();
        text = if reason.is_empty() {
            format!("{text}: failed")
        } else {
            format!("{text}: failed, {reason}")
        };
    }
    Line {
        at: audit.at,
        text,
        source: EvidenceSource::Audit,
        row: Some(audit.event.to_string()),
        stage: match what {
            What::Invited | What::Reset => Some(StageReached::Invited),
            What::MailRefused => Some(StageReached::MailSent),
            What::Redeemed => Some(StageReached::Redeemed),
            _ => None,
        },
    }
}

fn sign_in_line(sign_in: &SignInEvidence) -> Line {
    let app = sign_in
        .app
        .as_deref()
        .map(words::one_line)
        .filter(|app| !app.is_empty());
    let code = u32::try_from(sign_in.code).unwrap_or(u32::MAX);
    let text = if code == 0 {
        app.map_or_else(|| "Signed in".to_owned(), |app| format!("Signed in, {app}"))
    } else if reason::is_interrupt(code) {
        let title = Reason::of(&format!("aadsts-{code}"), Some(sign_in.code)).title();
        format!("Interrupted {code}, {}", lower_first(&title))
    } else {
        app.map_or_else(
            || format!("Failure {code}"),
            |app| format!("Failure {code}, {app}"),
        )
    };
    Line {
        at: sign_in.at,
        text,
        source: EvidenceSource::SignIn,
        row: Some(sign_in.event.to_string()),
        stage: None,
    }
}

fn ledger_line(entry: &LedgerEntry) -> Option<Line> {
    let draft = &entry.draft;
    if draft.kind != EntryKind::Closed || draft.outcome.as_deref() != Some("done") {
        return None;
    }
    let done = match draft.verb.as_str() {
        "block" => "Sign-in blocked",
        "unblock" => "Sign-in unblocked",
        "revoke" => "Invitation revoked, guest deleted",
        "restore" => "Guest restored",
        // Invitations have their own line, with what is known of the mail.
        _ => return None,
    };
    Some(Line {
        at: draft.at,
        text: format!("{done} with Usher, by {}", words::one_line(&draft.actor)),
        source: EvidenceSource::Ledger,
        row: None,
        stage: None,
    })
}

/// The identity provider that a redeem row names ("Source: …" in the name of its target), where it does.
async fn redemption_source(archive: &Archive, audit: &AuditEvidence) -> Result<Option<String>, StoreError> {
    let Some(raw) = archive.load_raw(audit.event).await? else {
        return Ok(None);
    };
    let Ok(row) = serde_json::from_str::<serde_json::Value>(&raw) else {
        return Ok(None);
    };
    let name = row
        .pointer("/targetResources/0/displayName")
        .and_then(|name| name.as_str())
        .unwrap_or_default();
    Ok(name
        .split_once("Source:")
        .map(|(_, source)| source.trim().to_owned())
        .filter(|source| !source.is_empty()))
}

fn stages(evidence: &GuestEvidence, lines: Vec<Line>, sign_ins_known: bool) -> Vec<TimelineStageView> {
    let journey = &evidence.guest.journey;
    let mut of_stage: HashMap<StageReached, Vec<Line>> = HashMap::new();
    for line in lines {
        let stage = line
            .stage
            .unwrap_or_else(|| stage_at(&journey.times, journey.stage, line.at));
        of_stage.entry(stage).or_default().push(line);
    }

    let stopped_at = next(journey.stage).unwrap_or(StageReached::FirstAccess);
    let mut previous: Option<DateTime<Utc>> = None;
    StageReached::ALL
        .into_iter()
        .map(|stage| {
            let at = journey.times.of(stage);
            let standing = if journey.standing == Standing::Stopped && stage == stopped_at {
                TimelineStandingView::Stopped
            } else if stage <= journey.stage {
                TimelineStandingView::Done
            } else if !sign_ins_known && needs_sign_ins(stage) {
                TimelineStandingView::NotKnown
            } else {
                TimelineStandingView::Open
            };
            let since = at
                .zip(previous)
                .and_then(|(at, previous)| u32::try_from((at - previous).num_seconds()).ok());
            previous = at.or(previous);
            TimelineStageView {
                stage: StageView::from(stage),
                standing,
                at,
                seconds_since_previous: since,
                inferred: at.is_none() && stage <= journey.stage,
                evidence: fold(of_stage.remove(&stage).unwrap_or_default()),
            }
        })
        .collect()
}

fn needs_sign_ins(stage: StageReached) -> bool {
    matches!(
        stage,
        StageReached::AttemptedSignIn | StageReached::RequirementsMet | StageReached::FirstAccess
    )
}

fn next(stage: StageReached) -> Option<StageReached> {
    StageReached::ALL.into_iter().find(|other| *other > stage)
}

/// The stage a row led to: the first that was reached at or after it, else the one that was not reached.
fn stage_at(times: &StageTimes, reached: StageReached, at: DateTime<Utc>) -> StageReached {
    let attempts_on = StageReached::ALL
        .into_iter()
        .filter(|stage| *stage >= StageReached::AttemptedSignIn);
    attempts_on
        .clone()
        .filter(|stage| *stage <= reached)
        .find(|stage| times.of(*stage).is_some_and(|time| time >= at))
        .or_else(|| attempts_on.clone().find(|stage| *stage > reached))
        .unwrap_or(StageReached::FirstAccess)
}

/// Makes neighbours that say the same into one line, with how often and the newest row.
fn fold(lines: Vec<Line>) -> Vec<EvidenceView> {
    let mut folded: Vec<EvidenceView> = Vec::new();
    for line in lines {
        match folded
            .last_mut()
            .filter(|last| last.text == line.text && last.source == line.source)
        {
            Some(last) => {
                last.times += 1;
                last.at = line.at;
                last.row = line.row;
            }
            None => folded.push(EvidenceView {
                at: line.at,
                text: line.text,
                source: line.source,
                row: line.row,
                times: 1,
            }),
        }
    }
    if folded.len() > LINES_PER_STAGE {
        folded.drain(..folded.len() - LINES_PER_STAGE);
    }
    folded
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let second_is_lower = text.chars().nth(1).is_some_and(char::is_lowercase);
    match letters.next() {
        Some(first) if second_is_lower => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn line(minute: i64, text: &str) -> Line {
        Line {
            at: at(minute),
            text: text.into(),
            source: EvidenceSource::SignIn,
            row: Some(minute.to_string()),
            stage: None,
        }
    }

    #[test]
    fn neighbours_that_say_the_same_are_one_line_with_the_newest_row() {
        let folded = fold(vec![
            line(1, "a"),
            line(2, "b"),
            line(3, "b"),
            line(4, "b"),
            line(5, "a"),
        ]);
        let seen: Vec<_> = folded
            .iter()
            .map(|line| (line.text.as_str(), line.times, line.row.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [("a", 1, Some("1")), ("b", 3, Some("4")), ("a", 1, Some("5"))]
        );
    }

    #[test]
    fn a_row_stands_under_the_stage_it_led_to() {
        let times = StageTimes {
            attempted: Some(at(10)),
            requirements: Some(at(12)),
            ..StageTimes::default()
        };
        let stage = |minute| stage_at(&times, StageReached::RequirementsMet, at(minute));
        assert_eq!(stage(10), StageReached::AttemptedSignIn);
        assert_eq!(stage(11), StageReached::RequirementsMet);
        assert_eq!(stage(13), StageReached::Redeemed);
    }

    #[test]
    fn titles_go_into_a_sentence_but_acronyms_stay() {
        assert_eq!(lower_first("Not signed in yet"), "not signed in yet");
        assert_eq!(lower_first("MFA prompt shown"), "MFA prompt shown");
    }
}
