//! The sandbox tenant of this program.

use tauri::State;
use usher_console::views::{ProblemView, Topic};

use super::{
    sandbox_map,
    sandbox_views::{ClockMove, ClockMovedView, GuestSideView, PlayableGuestView, SandboxView},
};
use crate::Shell;

/// Returns the sandbox, or null where the open tenant is none.
#[tauri::command]
#[specta::specta]
pub async fn get_sandbox(shell: State<'_, Shell>) -> Result<Option<SandboxView>, ProblemView> {
    Ok(shell.with_sandbox(sandbox_map::sandbox_view).await)
}

/// Lists guests who can be played, at most 50, newest invitation first.
#[tauri::command]
#[specta::specta]
pub async fn list_playable_guests(
    shell: State<'_, Shell>,
    search: String,
) -> Result<Vec<PlayableGuestView>, ProblemView> {
    shell
        .sandbox(|host| sandbox_map::playable_guests(host.state(), &search))
        .await
}

/// Returns a guest's inbox and what the tenant logged about them.
#[tauri::command]
#[specta::specta]
pub async fn get_guest_side(shell: State<'_, Shell>, mail: String) -> Result<GuestSideView, ProblemView> {
    shell
        .sandbox(|host| sandbox_map::guest_side(host.state(), &mail))
        .await
}

/// Moves the sandbox clock; due events run.
#[tauri::command]
#[specta::specta]
pub async fn move_clock(shell: State<'_, Shell>, to: ClockMove) -> Result<ClockMovedView, ProblemView> {
    let moved = shell
        .sandbox(|host| sandbox_map::move_clock(host.state(), to))
        .await?;
    shell.console().follow_sandbox_clock(moved.now);
    Ok(moved)
}

/// Switches a fault.
#[tauri::command]
#[specta::specta]
pub async fn set_fault(shell: State<'_, Shell>, id: String, on: bool) -> Result<(), ProblemView> {
    shell
        .sandbox(|host| sandbox_map::set_fault(host.state(), &id, on))
        .await??;
    shell.console().announce(&[Topic::Sandbox]);
    Ok(())
}

/// Switches a scenario.
#[tauri::command]
#[specta::specta]
pub async fn set_scenario(shell: State<'_, Shell>, id: String, on: bool) -> Result<(), ProblemView> {
    shell
        .sandbox(|host| sandbox_map::set_scenario(host.state(), &id, on))
        .await??;
    shell.console().announce(&[Topic::Sandbox]);
    Ok(())
}

/// Starts or restarts a lesson.
#[tauri::command]
#[specta::specta]
pub async fn start_lesson(shell: State<'_, Shell>, id: String) -> Result<(), ProblemView> {
    shell
        .sandbox(|host| sandbox_map::start_lesson(host.state(), &id))
        .await??;
    shell.console().announce(&[Topic::Sandbox]);
    Ok(())
}

/// Puts the sandbox tenant and its archive back to the beginning.
#[tauri::command]
#[specta::specta]
pub async fn reset_sandbox(shell: State<'_, Shell>) -> Result<(), ProblemView> {
    shell.reset_sandbox().await
}
