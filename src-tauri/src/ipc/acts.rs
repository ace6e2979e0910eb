//! Acting on guests: plan, apply, invite.

use tauri::State;
use usher_console::views::{
    ActionVerb, InviteForm, InvitedView, OutcomeView, PlanView, PreflightView, ProblemView,
};

use crate::Shell;

/// Says what an action would do. Nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn plan_action(
    shell: State<'_, Shell>,
    guest_id: String,
    verb: ActionVerb,
) -> Result<PlanView, ProblemView> {
    Ok(shell.console().plan(&guest_id, verb).await?)
}

/// Applies a plan after checking its basis again.
#[tauri::command]
#[specta::specta]
pub async fn apply_plan(shell: State<'_, Shell>, plan: PlanView) -> Result<OutcomeView, ProblemView> {
    Ok(shell.console().apply(plan).await?)
}

/// Puts the guest's direct link (with the tenant in it) on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy_direct_link(shell: State<'_, Shell>, guest_id: String) -> Result<(), ProblemView> {
    let link = shell.console().direct_link(&guest_id).await?;
    shell.copy(link)
}

/// Says what is known about an invitation before it is sent. Local; changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn check_invitation(
    shell: State<'_, Shell>,
    form: InviteForm,
) -> Result<PreflightView, ProblemView> {
    Ok(shell.console().preflight(&form).await?)
}

/// Invites one guest.
#[tauri::command]
#[specta::specta]
pub async fn invite_guest(shell: State<'_, Shell>, form: InviteForm) -> Result<InvitedView, ProblemView> {
    Ok(shell.console().invite(form).await?)
}
