//! The frame: sign-in, tenants, sync.

use tauri::State;
use usher_console::views::{AppView, ProblemView, SignInForm};

use crate::Shell;

/// Returns the frame's state, whole. Later changes arrive as `AppChanged`.
#[tauri::command]
#[specta::specta]
pub async fn get_app(_shell: State<'_, Shell>) -> Result<AppView, ProblemView> {
    unimplemented!()
}

/// Signs in and opens the tenant's archive; the first sync starts by itself.
#[tauri::command]
#[specta::specta]
pub async fn sign_in(_shell: State<'_, Shell>, form: SignInForm) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Stops waiting for the browser.
#[tauri::command]
#[specta::specta]
pub async fn cancel_sign_in(_shell: State<'_, Shell>) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Removes the account's tokens from this computer. The archive stays.
#[tauri::command]
#[specta::specta]
pub async fn sign_out(_shell: State<'_, Shell>) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Opens the archive of a tenant that was opened before, offline if need be.
#[tauri::command]
#[specta::specta]
pub async fn open_tenant(_shell: State<'_, Shell>, tenant_id: String) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Starts a sync; its progress arrives in `AppChanged`.
#[tauri::command]
#[specta::specta]
pub async fn start_sync(_shell: State<'_, Shell>) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Stops the running sync. What was read is kept.
#[tauri::command]
#[specta::specta]
pub async fn cancel_sync(_shell: State<'_, Shell>) -> Result<(), ProblemView> {
    unimplemented!()
}

/// Puts text on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy_text(_shell: State<'_, Shell>, text: String) -> Result<(), ProblemView> {
    unimplemented!()
}
