//! The guest list and one guest.

use tauri::State;
use usher_console::views::{
    CallView, ExportView, FoundRowView, GuestAccessView, GuestColumnView, GuestDetailView, GuestPage,
    GuestQuery, ProblemView, RawRowView,
};

use crate::Shell;

/// Lists a page of guests.
#[tauri::command]
#[specta::specta]
pub async fn list_guests(shell: State<'_, Shell>, query: GuestQuery) -> Result<GuestPage, ProblemView> {
    Ok(shell.console().list_guests(query).await?)
}

/// Returns one guest with cause, timeline and actions.
#[tauri::command]
#[specta::specta]
pub async fn get_guest(shell: State<'_, Shell>, id: String) -> Result<GuestDetailView, ProblemView> {
    Ok(shell.console().guest(&id).await?)
}

/// Reads what a guest was given: roles, groups, applications. `mayAsk`: the browser may ask for the permission.
#[tauri::command]
#[specta::specta]
pub async fn get_guest_access(
    shell: State<'_, Shell>,
    id: String,
    may_ask: bool,
) -> Result<GuestAccessView, ProblemView> {
    Ok(shell.console().guest_access(&id, may_ask).await?)
}

/// Finds the newest log row about a guest by its correlation ID or request ID; null where none is held.
#[tauri::command]
#[specta::specta]
pub async fn find_row(shell: State<'_, Shell>, id: String) -> Result<Option<FoundRowView>, ProblemView> {
    Ok(shell.console().find_row(&id).await?)
}

/// Returns a log row as Graph sent it. `row` is the handle of an `EvidenceView`.
#[tauri::command]
#[specta::specta]
pub async fn get_raw_row(shell: State<'_, Shell>, row: String) -> Result<RawRowView, ProblemView> {
    Ok(shell.console().raw_row(&row).await?)
}

/// Writes the filtered guests as CSV into the download folder, safe to open in Excel: these columns, or all.
#[tauri::command]
#[specta::specta]
pub async fn export_guests(
    shell: State<'_, Shell>,
    query: GuestQuery,
    columns: Option<Vec<GuestColumnView>>,
) -> Result<ExportView, ProblemView> {
    Ok(shell
        .console()
        .export_guests(query, columns, shell.downloads())
        .await?)
}

/// Opens a guest in the Microsoft Entra admin center.
#[tauri::command]
#[specta::specta]
pub async fn open_guest_page(shell: State<'_, Shell>, id: String) -> Result<(), ProblemView> {
    Ok(shell.console().open_guest_page(&id).await?)
}

/// Opens the setting that cures a reason, named by its key, in the Microsoft Entra admin center.
#[tauri::command]
#[specta::specta]
pub async fn open_setting(shell: State<'_, Shell>, reason: String) -> Result<(), ProblemView> {
    Ok(shell.console().open_setting(&reason).await?)
}

/// Returns the calls behind the list.
#[tauri::command]
#[specta::specta]
pub async fn show_call(shell: State<'_, Shell>, query: GuestQuery) -> Result<CallView, ProblemView> {
    Ok(shell.console().list_call(&query))
}
