//! Deriving the journeys of guests about whom something new is known, and keeping them.

use chrono::{DateTime, Utc};
use usher_store::{
    Archive, AuditResult, Coverage, GuestEvidence, InvitationKind, JourneyRecord, Log, Slice, StoreError,
};

use super::{
    derive::{Subject, derive},
    trace::{Trace, What},
};

/// Guests derived in one pass: some thousand log rows.
const BATCH: u32 = 500;

/// Raised with every change of the rules, so that journeys kept by an older version are derived again.
const RULES: &str = "3";

/// The checkpoint that says by which rules, and over which coverage, all journeys were derived.
const CHECKPOINT: &str = "journeys";

/// Derives the journeys of all guests with new evidence. `progress` hears how many are done.
pub(crate) async fn refresh_journeys(
    archive: &Archive,
    mut progress: impl FnMut(u64) + Send,
) -> Result<u64, StoreError> {
    let complete = complete_since(archive).await?;
    let basis = format!(
        "{RULES} {}",
        complete.map(|at| at.to_rfc3339()).unwrap_or_default()
    );
    if archive.load_checkpoint(CHECKPOINT).await?.as_deref() != Some(&basis) {
        let mut tx = archive.write().await?;
        tx.mark_all_dirty().await?;
        tx.save_checkpoint(CHECKPOINT, Some(&basis)).await?;
        tx.commit().await?;
    }

    // Put off where a first sync is still under way: without them a batch would look at every row once a guest.
    match archive.build_indexes().await {
        // It takes long without them, and is right all the same.
        Err(StoreError::DiskFull) => tracing::warn!("no room for the indexes of the archive"),
        built => _ = built?,
    }
    let mut derived = 0;
    loop {
        let dirty = archive.load_dirty_guests(BATCH).await?;
        if dirty.guests.is_empty() {
            return Ok(derived);
        }
        // After the marks: where more is covered by now, whoever saw to that has marked everybody again.
        let complete = complete_since(archive).await?;
        let evidence = archive.load_evidence(&dirty.guests).await?;
        let journeys: Vec<JourneyRecord> = evidence.iter().map(|guest| journey_of(guest, complete)).collect();
        let mut tx = archive.write().await?;
        tx.save_journeys(&journeys, dirty.mark).await?;
        tx.commit().await?;
        derived += journeys.len() as u64;
        progress(derived);
    }
}

/// The instant from which on both logs are held without a gap, up to the newest row read. `None` where one of them
/// is not held at all.
pub(crate) async fn complete_since(archive: &Archive) -> Result<Option<DateTime<Utc>>, StoreError> {
    let audits = complete_run(&archive.load_coverage(Log::Audit).await?);
    let sign_ins = complete_run(&archive.load_coverage(Log::SignIn).await?);
    Ok(audits
        .zip(sign_ins)
        .map(|(audits, sign_ins)| audits.max(sign_ins)))
}

/// Start of the newest unbroken run of complete windows (`slices` are oldest first).
fn complete_run(slices: &[Slice]) -> Option<DateTime<Utc>> {
    let mut start: Option<DateTime<Utc>> = None;
    for slice in slices.iter().rev() {
        let continues = start.is_none_or(|start| slice.until >= start);
        if slice.coverage != Coverage::Complete || !continues {
            break;
        }
        start = Some(slice.from);
    }
    start
}

fn journey_of(evidence: &GuestEvidence, complete: Option<DateTime<Utc>>) -> JourneyRecord {
    let journey = derive(&subject(evidence, complete));
    let inviter = evidence
        .audits
        .iter()
        .find(|audit| What::of_audit(&audit.activity, audit.result == AuditResult::Success) == What::Invited)
        .and_then(|audit| audit.actor);
    JourneyRecord {
        guest: evidence.guest.key,
        stage: journey.stage,
        standing: journey.standing,
        reason: Some(journey.cause.key()),
        reason_code: journey.cause.code().map(i64::from),
        stopped_at: journey.stopped_at,
        waiting_since: journey.waiting_since,
        times: journey.times,
        inviter,
        at_least: journey.at_least,
    }
}

/// What a journey is derived from, out of what the archive holds.
pub(crate) fn subject(evidence: &GuestEvidence, complete: Option<DateTime<Utc>>) -> Subject {
    let object = &evidence.guest.object;
    Subject {
        state: object.state,
        state_changed_at: object.state_changed_at,
        created_at: object.created_at,
        created_by_invitation: object.creation_type.as_deref() == Some("Invitation"),
        account_enabled: object.account_enabled,
        last_successful_at: object.clocks.and_then(|clocks| clocks.successful),
        own_invitations: evidence
            .invitations
            .iter()
            .map(|one| (one.made_at, one.sent_message))
            .collect(),
        traces: traces(evidence),
        logs_complete_since: complete,
    }
}

/// The log rows of a guest as traces, oldest first.
pub(crate) fn traces(evidence: &GuestEvidence) -> Vec<Trace> {
    let audits = evidence.audits.iter().map(|audit| Trace {
        at: audit.at,
        correlation: audit.correlation,
        event: Some(audit.event),
        what: What::of_audit(&audit.activity, audit.result == AuditResult::Success),
    });
    let sign_ins = evidence.sign_ins.iter().map(|sign_in| Trace {
        at: sign_in.at,
        correlation: sign_in.correlation,
        event: Some(sign_in.event),
        what: What::of_sign_in(
            u32::try_from(sign_in.code).unwrap_or(u32::MAX),
            sign_in.app_id.as_deref().unwrap_or_default(),
        ),
    });
    // What was reset from here is known before the tenant's log says so.
    let resets = evidence
        .invitations
        .iter()
        .filter(|one| one.kind == InvitationKind::Reset)
        .map(|one| Trace {
            at: one.made_at,
            correlation: 0,
            event: None,
            what: What::Reset,
        });
    let mut traces: Vec<Trace> = audits.chain(sign_ins).chain(resets).collect();
    // Stable: rows of one second stay as their log has them, audits before the sign-ins they explain.
    traces.sort_by_key(|trace| trace.at);
    traces
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use usher_store::Source;

    use super::*;

    fn slice(from: i64, until: i64, coverage: Coverage) -> Slice {
        let day = |day| DateTime::UNIX_EPOCH + TimeDelta::days(day);
        Slice {
            log: Log::Audit,
            from: day(from),
            until: day(until),
            coverage,
            source: Source::Api,
            fetched_at: day(until),
        }
    }

    #[test]
    fn the_run_ends_at_the_first_gap_from_the_newest_window() {
        use Coverage::{Complete, Gone, Partial};

        let start = |slices: &[Slice]| complete_run(slices).map(|at| (at - DateTime::UNIX_EPOCH).num_days());
        assert_eq!(start(&[]), None);
        assert_eq!(
            start(&[slice(0, 3, Gone), slice(3, 5, Complete), slice(5, 9, Complete)]),
            Some(3)
        );
        assert_eq!(start(&[slice(0, 3, Complete), slice(4, 9, Complete)]), Some(4));
        assert_eq!(start(&[slice(0, 8, Complete), slice(8, 9, Partial)]), None);
    }
}
