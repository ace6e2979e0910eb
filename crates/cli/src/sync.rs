//! `usherctl sync`.

use std::{
    io::{IsTerminal as _, stderr},
    process::ExitCode,
};

use usher_console::{
    Console,
    views::{SyncPhaseView, SyncView},
};

use crate::{
    arguments::Place,
    failure::{Failure, NOT_DONE},
    open,
    output::{Output, note},
};

/// Reads guests and logs into the archive. Ctrl-C stops it; what was read is kept.
pub(crate) async fn run(console: &Console, place: &Place, output: Output) -> Result<ExitCode, Failure> {
    open::signed_in(console, place).await?;
    let mut frames = console.frames();
    let syncing = console.sync();
    tokio::pin!(syncing);
    let mut told = String::new();
    let end = loop {
        tokio::select! {
            end = &mut syncing => break end?,
            Ok(()) = frames.changed() => {
                let line = progress(&frames.borrow_and_update().sync);
                if let Some(line) = line.filter(|line| *line != told) {
                    tell(&line);
                    told = line;
                }
            }
            _ = tokio::signal::ctrl_c() => console.cancel_sync(),
        }
    };
    if stderr().is_terminal() {
        note("");
    }
    let code = match &end {
        SyncView::Completed { .. } => ExitCode::SUCCESS,
        SyncView::Failed { problem, .. } => {
            output.problem(problem);
            ExitCode::from(NOT_DONE)
        }
        SyncView::Cancelled { .. } | SyncView::Running { .. } | SyncView::Idle => ExitCode::from(NOT_DONE),
    };
    output.answer(&end, words)?;
    Ok(code)
}

/// A terminal shows the newest line alone; a file gets a line a phase.
fn tell(line: &str) {
    use std::io::Write as _;

    if stderr().is_terminal() {
        let _ = write!(stderr(), "\r\u{1b}[K{line}");
    }
}

fn progress(sync: &SyncView) -> Option<String> {
    let SyncView::Running {
        phase,
        pages_done,
        pages_total,
        rows,
        seconds_left,
    } = sync
    else {
        return None;
    };
    let what = match phase {
        SyncPhaseView::Guests => "Guests",
        SyncPhaseView::Audits => "Audit logs",
        SyncPhaseView::SignIns => "Sign-in logs",
        SyncPhaseView::Journeys => "Journeys",
    };
    let of = pages_total
        .map(|total| format!(" of {total}"))
        .unwrap_or_default();
    let left = seconds_left
        .map(|seconds| format!(", about {seconds} s left"))
        .unwrap_or_default();
    let pages = counted(u64::from(pages_total.unwrap_or(*pages_done)), "page");
    let rows = format!("{rows} {}", counted(*rows, "row"));
    Some(format!("{what}: {pages_done}{of} {pages}, {rows}{left}"))
}

/// The noun as it stands after the number.
fn counted(number: u64, noun: &str) -> String {
    format!("{noun}{}", if number == 1 { "" } else { "s" })
}

fn words(end: &SyncView) -> String {
    match end {
        SyncView::Completed { rows, .. } => format!("Synced: {rows} {} read.\n", counted(*rows, "row")),
        SyncView::Cancelled { .. } => "Cancelled. What was read is kept.\n".to_owned(),
        SyncView::Failed { .. } => {
            "Ended early. What was read is kept; the next sync goes on there.\n".to_owned()
        }
        SyncView::Running { .. } | SyncView::Idle => String::new(),
    }
}
