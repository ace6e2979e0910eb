//! The sandbox tenant of this program.

use tauri::State;
use usher_console::views::ProblemView;

use super::sandbox_views::{ClockMove, ClockMovedView, GuestSideView, PlayableGuestView, SandboxView};
use crate::Shell;

/// Returns the sandbox, or null where the open tenant is none.
#[tauri::command]
#[specta::specta]
pub async fn get_sandbox(_shell: State<'_, Shell>) -> Result<Option<SandboxView>, ProblemView> {
    unimplemented!()
}

/// Lists guests who can be played, at most 50, newest invitation first.
#[tauri::command]
#[specta::specta]
pub async fn list_playable_guests(
    _shell: State<'_, Shell>,
    search: String,
) -> Result<Vec<PlayableGuestView>, ProblemView> {
    unimplemented!()
}

/// Returns a guest's inbox and what the tenant logged about them.
#[tauri::command]
#[specta::specta]
pub async fn get_guest_side(_shell: State<'_, Shell>, mail: String) -> Result<GuestSideView, ProblemView> {
    unimplemented!()
}

/// Moves the sandbox clock; due events run.
#[tauri::command]
#[specta::specta]
pub async fn move_clock(_shell: State<'_, Shell>, to: ClockMove) -> Result<ClockMovedView, ProblemView> {
    unimplemented!()
}

/// Switches a fault.
#[tauri::command]
#[specta::specta]
pub async fn set_fault(_shell: State<'_, Shell>, id: String, on: bool) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Switches a scenario.
#[tauri::command]
#[specta::specta]
pub async fn set_scenario(_shell: State<'_, Shell>, id: String, on: bool) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Starts or restarts a lesson.
#[tauri::command]
#[specta::specta]
pub async fn start_lesson(_shell: State<'_, Shell>, id: String) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Puts the sandbox tenant and its archive back to the beginning.
#[tauri::command]
#[specta::specta]
pub async fn reset_sandbox(_shell: State<'_, Shell>) -> Result<(), ProblemView> {
    unimplemented!()
}
