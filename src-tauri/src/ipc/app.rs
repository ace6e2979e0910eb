//! The frame: sign-in, tenants, sync.

use tauri::State;
use usher_console::views::{AppView, ProblemView, SignInForm};

use crate::Shell;

/// Returns the frame's state, whole. Later changes arrive as `AppChanged`.
#[tauri::command]
#[specta::specta]
pub async fn get_app(shell: State<'_, Shell>) -> Result<AppView, ProblemView> {
    Ok(shell.console().app())
}

/// Signs in and opens the tenant's archive; the first sync starts by itself.
#[tauri::command]
#[specta::specta]
pub async fn sign_in(shell: State<'_, Shell>, form: SignInForm) -> Result<(), ProblemView> {
    shell.sign_in(form).await
}

/// Stops waiting for the browser.
#[tauri::command]
#[specta::specta]
pub async fn cancel_sign_in(shell: State<'_, Shell>) -> Result<(), ProblemView> {
    shell.console().cancel_sign_in();
    Ok(())
}

/// Removes the account's tokens from this computer. The archive stays.
#[tauri::command]
#[specta::specta]
pub async fn sign_out(shell: State<'_, Shell>) -> Result<(), ProblemView> {
    Ok(shell.console().sign_out().await?)
}

/// Opens the archive of a tenant that was opened before, offline if need be.
#[tauri::command]
#[specta::specta]
pub async fn open_tenant(shell: State<'_, Shell>, tenant_id: String) -> Result<(), ProblemView> {
    shell.open_tenant(&tenant_id).await
}

/// Starts a sync; its progress arrives in `AppChanged`.
#[tauri::command]
#[specta::specta]
pub async fn start_sync(shell: State<'_, Shell>) -> Result<(), ProblemView> {
    Ok(shell.console().start_sync()?)
}

/// Stops the running sync. What was read is kept.
#[tauri::command]
#[specta::specta]
pub async fn cancel_sync(shell: State<'_, Shell>) -> Result<(), ProblemView> {
    shell.console().cancel_sync();
    Ok(())
}

/// Puts text on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy_text(shell: State<'_, Shell>, text: String) -> Result<(), ProblemView> {
    shell.copy(text)
}
