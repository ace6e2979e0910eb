//! Measures what Usher promises: ratios and latencies of one run, as one JSON object on standard output.
//!
//! Started by `cargo xtask bench`, which builds everything in release first. What each figure means is written in
//! `docs/performance.md`.

mod answers;
mod floor;
mod report;
mod start;
mod tenant;
mod timing;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use tempfile::TempDir;
use usher_store::Archive;

use crate::{
    report::{Finding, Report, Unit, say},
    tenant::{Held, SandboxProcess, read_tenant},
    timing::median,
};

/// Logs are many small pieces of text on several threads: half of the time of a list went to the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures what Usher promises and prints one JSON object.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench")]
struct Arguments {
    /// Fails where a goal is missed.
    #[arg(long)]
    strict: bool,
    /// Guests of the sandbox tenant; 100,000 rows of each log need about 43,000.
    #[arg(long, default_value_t = 43_000)]
    guests: u32,
    /// Rows of each log that a measured sync must read, at least. Fewer are for trying the bench out.
    #[arg(long, default_value_t = 100_000)]
    rows: u64,
    /// Times the sync and its floor are measured, in turn; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Times each window is started, in turn; the median counts.
    #[arg(long, default_value_t = 5)]
    starts: usize,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What the bench starts of itself.
#[derive(Debug, Subcommand)]
enum Part {
    /// Serves the sandbox tenant until standard input ends.
    #[command(hide = true)]
    Sandbox {
        /// Guests of the tenant.
        guests: u32,
    },
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Some(Part::Sandbox { guests }) = arguments.part {
        runtime.block_on(tenant::serve(guests))?;
        return Ok(ExitCode::SUCCESS);
    }
    let report = runtime.block_on(measure(&arguments))?;
    report.print()?;
    if arguments.strict && report.misses() > 0 {
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

async fn measure(arguments: &Arguments) -> Result<Report> {
    let mut report = Report::new();
    let sandbox = SandboxProcess::start(arguments.guests).await?;
    let folder = TempDir::new().context("no folder to work in")?;
    let held = measure_sync(arguments, &sandbox, &folder, &mut report).await?;

    say("deriving journeys");
    held.derive_journeys(&sandbox).await?;
    sandbox.stop().await?;
    let archive_bytes = std::fs::metadata(held.location().database())?.len();
    report.add(
        Finding::measured(
            "archiveAgainstJson",
            archive_bytes as f64 / held.json_bytes as f64,
        )
        .at_most(0.2, Unit::Ratio)
        .part("archiveBytes", archive_bytes as f64)
        .part("jsonBytes", held.json_bytes as f64),
    );

    answers::measure(&held, &mut report).await?;
    start::measure(&held, arguments.starts, &mut report).await?;
    Ok(report)
}

/// Syncs fresh archives and writes the same rows without Usher, in turn. Returns the last archive.
async fn measure_sync(
    arguments: &Arguments,
    sandbox: &SandboxProcess,
    folder: &TempDir,
    report: &mut Report,
) -> Result<Held> {
    let key = tenant::archive_key(sandbox).await?;
    say("one sync to warm up");
    let warm_up = folder.path().join("warm-up");
    read_tenant(sandbox, &key, &warm_up, arguments.rows).await?;
    std::fs::remove_dir_all(&warm_up)?;
    let mut ratios = Vec::new();
    let (mut synced, mut floored) = (Vec::new(), Vec::new());
    let mut last = None;
    for round in 1..=arguments.rounds.max(1) {
        let data_dir = folder.path().join(format!("round-{round}"));
        let read = read_tenant(sandbox, &key, &data_dir, arguments.rows).await?;
        let sync_rate = read.rows as f64 / read.elapsed.as_secs_f64();
        let (location, hex) = (read.location.clone(), key.hex.clone());
        let copy = data_dir.join("floor.db");
        let floor =
            tokio::task::spawn_blocking(move || floor::write_again(&location.database(), &copy, &hex));
        let floor = floor.await??;
        let floor_rate = read.rows as f64 / floor.elapsed.as_secs_f64();
        say(&format!(
            "round {round}: {} rows; sync {sync_rate:.0} rows/s, floor {floor_rate:.0} rows/s, ratio {:.3}",
            read.rows,
            sync_rate / floor_rate
        ));
        ratios.push(sync_rate / floor_rate);
        synced.push(sync_rate);
        floored.push(floor_rate);
        last = Some(Held {
            key: key.clone(),
            data_dir,
            tenant: read.tenant,
            json_bytes: floor.json_bytes,
        });
    }
    report.add(
        Finding::measured("syncAgainstFloor", median(&mut ratios))
            .at_least(0.5, Unit::Ratio)
            .part("syncRowsPerSecond", median(&mut synced))
            .part("floorRowsPerSecond", median(&mut floored)),
    );
    last.context("no round was run")
}

/// Closes an archive so that its file is whole.
async fn close(archive: Archive) {
    archive.close().await;
}
