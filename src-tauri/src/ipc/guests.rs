//! The guest list and one guest.

use tauri::State;
use usher_console::views::{CallView, ExportView, GuestDetailView, GuestPage, GuestQuery, ProblemView, RawRowView};

use crate::Shell;

/// Lists a page of guests.
#[tauri::command]
#[specta::specta]
pub async fn list_guests(_shell: State<'_, Shell>, query: GuestQuery) -> Result<GuestPage, ProblemView> {
    unimplemented!()
}

/// Returns one guest with cause, timeline and actions.
#[tauri::command]
#[specta::specta]
pub async fn get_guest(_shell: State<'_, Shell>, id: String) -> Result<GuestDetailView, ProblemView> {
    unimplemented!()
}

/// Returns a log row as Graph sent it. `row` is the handle of an `EvidenceView`.
#[tauri::command]
#[specta::specta]
pub async fn get_raw_row(_shell: State<'_, Shell>, row: String) -> Result<RawRowView, ProblemView> {
    unimplemented!()
}

/// Writes the filtered guests as CSV into the download folder, safe to open in Excel.
#[tauri::command]
#[specta::specta]
pub async fn export_guests(_shell: State<'_, Shell>, query: GuestQuery) -> Result<ExportView, ProblemView> {
    unimplemented!()
}

/// Returns the calls behind the list.
#[tauri::command]
#[specta::specta]
pub async fn show_call(_shell: State<'_, Shell>, query: GuestQuery) -> Result<CallView, ProblemView> {
    unimplemented!()
}
