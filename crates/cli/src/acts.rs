//! Acting: invite, and one action on one guest.

use std::process::ExitCode;

use usher_console::{
    Console, one_line,
    views::{
        ActionVerb, InviteForm, InvitedView, OutcomeKind, OutcomeView, PlanView, PreflightVerdict,
        PreflightView,
    },
};

use crate::{
    arguments::{InviteArguments, Place, TargetArguments},
    failure::{Failure, NOT_DONE},
    open,
    output::Output,
};

pub(crate) const RESEND: ActionVerb = ActionVerb::ResendInvitation;
pub(crate) const RESET: ActionVerb = ActionVerb::ResetRedemption;
pub(crate) const REVOKE: ActionVerb = ActionVerb::RevokeInvitation;
pub(crate) const RESTORE: ActionVerb = ActionVerb::Restore;
pub(crate) const BLOCK: ActionVerb = ActionVerb::BlockSignIn;
pub(crate) const UNBLOCK: ActionVerb = ActionVerb::UnblockSignIn;

/// Plans an action, and applies it unless only the plan was asked for.
pub(crate) async fn act(
    console: &Console,
    place: &Place,
    target: &TargetArguments,
    verb: ActionVerb,
    output: Output,
) -> Result<ExitCode, Failure> {
    open::signed_in(console, place).await?;
    let guest = console.guest_by_name(&target.name).await?.guest;
    let plan = console.plan(&guest.id, verb).await?;
    if target.dry_run {
        output.answer(&plan, plan_in_words)?;
        return Ok(ExitCode::SUCCESS);
    }
    let outcome = console.apply(plan).await?;
    if let Some(problem) = &outcome.problem {
        output.problem(problem);
    }
    output.answer(&outcome, outcome_in_words)?;
    Ok(if outcome.result == OutcomeKind::Done {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NOT_DONE)
    })
}

fn plan_in_words(plan: &PlanView) -> String {
    format!(
        "{}: {}\n{}\n{}\nPermission: {}\n",
        plan.title,
        one_line(&plan.guest_name),
        plan.effect,
        plan.undo,
        plan.permission
    )
}

fn outcome_in_words(outcome: &OutcomeView) -> String {
    format!("{}\n", outcome.message)
}

/// `usherctl invite MAIL`.
pub(crate) async fn invite(
    console: &Console,
    place: &Place,
    arguments: &InviteArguments,
    output: Output,
) -> Result<ExitCode, Failure> {
    let form = InviteForm {
        mail: arguments.mail.clone(),
        display_name: arguments.name.clone(),
        redirect_url: arguments.redirect_url.clone(),
        send_message: Some(!arguments.no_mail),
        message: arguments.message.clone(),
        language: arguments.language.clone(),
        cc: arguments.cc.clone(),
    };
    open::signed_in(console, place).await?;
    if arguments.dry_run {
        let preflight = console.preflight(&form).await?;
        output.answer(&preflight, preflight_in_words)?;
        let blocked = preflight.verdict == PreflightVerdict::Blocked;
        return Ok(if blocked {
            ExitCode::from(NOT_DONE)
        } else {
            ExitCode::SUCCESS
        });
    }
    let invited = console.invite(form).await?;
    output.answer(&invited, invited_in_words)?;
    Ok(ExitCode::SUCCESS)
}

fn preflight_in_words(preflight: &PreflightView) -> String {
    let verdict = match preflight.verdict {
        PreflightVerdict::Ready => "Ready",
        PreflightVerdict::Warning => "Warning",
        PreflightVerdict::Blocked => "Blocked: no invitation would be sent",
    };
    let mut lines = vec![verdict.to_owned()];
    lines.extend(
        preflight
            .findings
            .iter()
            .map(|finding| format!("- {}", finding.text)),
    );
    if !preflight.path.is_empty() {
        lines.push(format!("Predicted path: {}", preflight.path.join(" > ")));
    }
    lines.push(format!("Not knowable: {}", preflight.not_knowable.join(" ")));
    format!("{}\n", lines.join("\n"))
}

fn invited_in_words(invited: &InvitedView) -> String {
    let how = match (invited.existed, invited.mail_requested) {
        (true, _) => "Sent again; the older link is superseded",
        (false, true) => "Invited; Microsoft sends the mail",
        (false, false) => "Invited without a mail; hand over the link",
    };
    format!(
        "{how}: {} ({})\nLink deadline: {}\n",
        one_line(&invited.mail),
        invited.guest_id,
        invited.expires_at.format("%Y-%m-%d")
    )
}
