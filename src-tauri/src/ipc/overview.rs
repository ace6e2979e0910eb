//! The Overview.

use tauri::State;
use usher_console::views::{CoverageView, OverviewFilter, OverviewView, ProblemView};

use crate::Shell;

/// Returns everything the Overview shows.
#[tauri::command]
#[specta::specta]
pub async fn get_overview(
    shell: State<'_, Shell>,
    filter: OverviewFilter,
) -> Result<OverviewView, ProblemView> {
    Ok(shell.console().overview(filter).await?)
}

/// Returns what is held of the logs in the last `days` days.
#[tauri::command]
#[specta::specta]
pub async fn get_coverage(shell: State<'_, Shell>, days: u32) -> Result<CoverageView, ProblemView> {
    Ok(shell.console().coverage(days).await?)
}
