//! The redemption funnel of a cohort.

use chrono::{DateTime, Utc};
use usher_store::{CohortFilter, FunnelStage, GuestSnapshot, StageReached};

use crate::{
    reason::Reason,
    views::{Count, FunnelStageView, FunnelView, LostView},
};

/// Lines below a wedge.
const LINES: usize = 3;

/// Builds the funnel over the guests of `cohort`, whose range is `from..to`.
pub(super) fn funnel(
    snapshot: &GuestSnapshot,
    cohort: &CohortFilter,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    sign_ins_known: bool,
    now: DateTime<Utc>,
) -> FunnelView {
    let bars = snapshot.funnel(cohort, now).stages;
    let stages = bars
        .iter()
        .enumerate()
        .map(|(index, bar)| {
            let before = index.checked_sub(1).and_then(|before| bars.get(before));
            stage(bar, before, sign_ins_known)
        })
        .collect();
    FunnelView { from, to, stages }
}

fn stage(bar: &FunnelStage, before: Option<&FunnelStage>, sign_ins_known: bool) -> FunnelStageView {
    let is_known =
        |stage| sign_ins_known || !matches!(stage, StageReached::AttemptedSignIn | StageReached::FirstAccess);
    let known = is_known(bar.stage);
    // From a number that is not known nothing follows for the step after it.
    let before = before.filter(|before| is_known(before.stage));
    let lost = before.map(|before| before.reached.saturating_sub(bar.reached));
    FunnelStageView {
        stage: bar.stage.into(),
        guests: known.then_some(Count {
            value: bar.reached,
            at_least: rests_on_logs(bar.stage) && bar.uncertain > 0,
        }),
        conversion: before
            .filter(|before| known && before.reached > 0)
            .map(|before| f64::from(bar.reached) / f64::from(before.reached)),
        median_seconds: bar
            .median_seconds
            .filter(|_| before.is_some())
            .and_then(|seconds| u32::try_from(seconds).ok()),
        lost: lost.filter(|_| known),
        lost_reasons: match (before, lost) {
            (Some(before), Some(lost)) if known && lost > 0 => lost_reasons(before, lost),
            _ => Vec::new(),
        },
    }
}

/// Numbers from user objects are exact; the others may miss what the logs did not keep.
fn rests_on_logs(stage: StageReached) -> bool {
    matches!(
        stage,
        StageReached::AttemptedSignIn | StageReached::RequirementsMet | StageReached::FirstAccess
    )
}

/// Why guests of the stage before did not get further: what stopped them, and the rest in one line.
fn lost_reasons(before: &FunnelStage, lost: u32) -> Vec<LostView> {
    let fits_all = before.reasons.len() < LINES || before.stopped == lost;
    let shown = if fits_all { LINES } else { LINES - 1 };
    let mut lines: Vec<LostView> = before
        .reasons
        .iter()
        .take(shown)
        .map(|reason| LostView {
            key: Some(reason.reason.to_string()),
            title: Reason::of(&reason.reason, None).title(),
            guests: reason.guests,
        })
        .collect();
    let told: u32 = lines.iter().map(|line| line.guests).sum();
    let rest = lost.saturating_sub(told);
    if rest > 0 {
        if lines.len() == LINES {
            lines.pop();
        }
        let told: u32 = lines.iter().map(|line| line.guests).sum();
        lines.push(LostView {
            key: None,
            title: rest_in_words(before).to_owned(),
            guests: lost - told,
        });
    }
    lines
}

fn rest_in_words(before: &FunnelStage) -> &'static str {
    let others_stopped = before.stopped > before.reasons.iter().map(|reason| reason.guests).sum();
    match before.stage {
        _ if others_stopped => "other reasons",
        StageReached::Invited => "link handed over",
        StageReached::MailSent => "no attempt seen",
        StageReached::AttemptedSignIn => "left open",
        StageReached::RequirementsMet => "left Review permissions",
        StageReached::Redeemed | StageReached::FirstAccess => "no sign-in seen",
    }
}

#[cfg(test)]
mod tests {
    use usher_store::ReasonCount;

    use super::*;

    fn bar(stage: StageReached, reached: u32, reasons: &[(&str, u32)]) -> FunnelStage {
        FunnelStage {
            stage,
            reached,
            stopped: reasons.iter().map(|(_, guests)| guests).sum(),
            reasons: reasons
                .iter()
                .map(|(reason, guests)| ReasonCount {
                    reason: (*reason).into(),
                    stage,
                    guests: *guests,
                })
                .collect(),
            median_seconds: Some(60),
            uncertain: 4,
        }
    }

    #[test]
    fn every_lost_guest_has_a_line() {
        let cases: [(&[(&str, u32)], u32); 4] = [
            (&[], 7),
            (&[("aadsts-500121", 5)], 7),
            (
                &[("aadsts-500121", 5), ("aadsts-53003", 3), ("aadsts-500213", 2)],
                10,
            ),
            (
                &[("aadsts-500121", 5), ("aadsts-53003", 3), ("aadsts-500213", 2)],
                25,
            ),
        ];
        for (reasons, lost) in cases {
            let lines = lost_reasons(&bar(StageReached::AttemptedSignIn, 100, reasons), lost);
            assert!(lines.len() <= LINES, "{lines:?}");
            assert_eq!(
                lines.iter().map(|line| line.guests).sum::<u32>(),
                lost,
                "{lines:?}"
            );
        }
    }

    #[test]
    fn without_a_licence_stages_of_the_sign_in_log_are_not_known() {
        let before = bar(StageReached::MailSent, 10, &[]);
        let view = stage(&bar(StageReached::AttemptedSignIn, 6, &[]), Some(&before), false);
        assert_eq!((view.guests, view.conversion, view.lost), (None, None, None));
        let unknown = bar(StageReached::AttemptedSignIn, 6, &[]);
        let after = stage(&bar(StageReached::RequirementsMet, 6, &[]), Some(&unknown), false);
        assert_eq!(
            (after.conversion, after.lost, after.median_seconds),
            (None, None, None)
        );
        let redeemed = stage(&bar(StageReached::Redeemed, 6, &[]), Some(&before), false);
        assert_eq!(
            redeemed.guests,
            Some(Count {
                value: 6,
                at_least: false
            })
        );
    }

    #[test]
    fn only_stages_of_the_logs_are_at_least() {
        let at_least = |of| {
            stage(&bar(of, 6, &[]), None, true)
                .guests
                .is_some_and(|count| count.at_least)
        };
        let expected = [false, false, true, true, false, true];
        assert_eq!(StageReached::ALL.map(at_least), expected);
    }
}
