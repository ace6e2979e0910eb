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
    _shell: State<'_, Shell>,
    guest_id: String,
    verb: ActionVerb,
) -> Result<PlanView, ProblemView> {
    unimplemented!()
}

/// Applies a plan after checking its basis again.
#[tauri::command]
#[specta::specta]
pub async fn apply_plan(_shell: State<'_, Shell>, plan: PlanView) -> Result<OutcomeView, ProblemView> {
    unimplemented!()
}

/// Puts the guest's direct link (with the tenant in it) on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy_direct_link(_shell: State<'_, Shell>, guest_id: String) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Says what is known about an invitation before it is sent. Local; changes nothing.
#[tauri::command]
#[specta::specta]
pub async fn check_invitation(_shell: State<'_, Shell>, form: InviteForm) -> Result<PreflightView, ProblemView> {
    unimplemented!()
}

/// Invites one guest.
#[tauri::command]
#[specta::specta]
pub async fn invite_guest(_shell: State<'_, Shell>, form: InviteForm) -> Result<InvitedView, ProblemView> {
    unimplemented!()
}
