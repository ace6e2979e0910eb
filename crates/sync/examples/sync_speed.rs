//! Measures a first sync from a sandbox tenant over gzip, and prints one JSON object: rows a second end to end, rows a
//! second of the same rows read again, and bytes on disk against the JSON.
//!
//! `cargo run --release -p usher-sync --example sync_speed [-- GUESTS]` (20,000 by default)

use std::{sync::Arc, time::Instant};

use tokio_util::sync::CancellationToken;
use url::Url;
use usher_clock::{SharedClock, SystemClock};
use usher_graph::{GraphClient, http_client};
use usher_identity::{Cloud, SandboxAppCredential, Secret, Tenant};
use usher_sandbox::{Sandbox, SandboxConfig};
use usher_store::{Archive, ArchiveKey, ArchiveLocation, GuestFilter, GuestSort, OpenOptions, TenantId};
use usher_sync::{Sync, SyncEnd, SyncPhase};

type Failure = Box<dyn std::error::Error>;

async fn run(guests: u32) -> Result<serde_json::Value, Failure> {
    let config = SandboxConfig {
        guests,
        days: 30,
        ..SandboxConfig::default()
    };
    let sandbox = Sandbox::start(config).await?;
    let ready = sandbox.ready();
    let clock: SharedClock = Arc::new(SystemClock);
    let cloud = Cloud::sandbox(&Url::parse(&ready.login)?, &Url::parse(&ready.graph)?)?;
    let http = http_client(&cloud)?;
    let tenant = Tenant::parse(&ready.tenant_id.to_string())?;
    let secret = Secret::new(ready.app_only.client_secret);
    let credential = SandboxAppCredential::credential(
        &cloud,
        &tenant,
        &ready.app_only.client_id,
        &secret,
        http.clone(),
        Arc::clone(&clock),
    )?;
    let graph = GraphClient::new(cloud, credential, http, Arc::clone(&clock));

    let folder = tempfile::TempDir::new()?;
    let location = ArchiveLocation::in_data_dir(folder.path(), TenantId(uuid::Uuid::from_u128(1)));
    let options = OpenOptions::read_write(clock.now());
    let archive = Archive::open(location.clone(), &ArchiveKey::new([7; 32]), options).await?;
    let sync = Sync::new(archive.clone(), graph, Arc::clone(&clock));

    let began = Instant::now();
    let mut progress = sync.progress();
    let phases = tokio::spawn(async move {
        let mut phases = serde_json::Map::new();
        loop {
            let phase = progress.borrow_and_update().phase;
            phases
                .entry(format!("{phase:?}"))
                .or_insert_with(|| began.elapsed().as_secs_f64().into());
            if phase == SyncPhase::Ended || progress.changed().await.is_err() {
                return phases;
            }
        }
    });
    let first = completed(sync.run(CancellationToken::new()).await?)?;
    let first_seconds = began.elapsed().as_secs_f64();
    let phases = phases.await?;
    let began = Instant::now();
    completed(sync.run(CancellationToken::new()).await?)?;
    let again_seconds = began.elapsed().as_secs_f64();

    let json_bytes = json_bytes(&archive, clock.now()).await?;
    let rows = first.audits.saved.new + first.sign_ins.saved.new;
    let began = Instant::now();
    archive.compact_if_due().await?;
    let compaction_seconds = began.elapsed().as_secs_f64();
    archive.close().await;
    let bytes = std::fs::metadata(location.database())?.len();
    Ok(serde_json::json!({
        "guests": first.guests.new,
        "audits": first.audits.saved.new,
        "signIns": first.sign_ins.saved.new,
        "pages": first.audits.pages + first.sign_ins.pages,
        "seconds": first_seconds,
        "phaseBeganAtSecond": phases,
        "rowsPerSecond": rows as f64 / first_seconds,
        "secondsAgain": again_seconds,
        "compactionSeconds": compaction_seconds,
        "bytes": bytes,
        "jsonBytes": json_bytes,
        "bytesAgainstJson": bytes as f64 / json_bytes as f64,
    }))
}

fn completed(end: SyncEnd) -> Result<usher_sync::SyncReport, Failure> {
    match end {
        SyncEnd::Completed(report) => Ok(report),
        SyncEnd::Cancelled(_) => Err("the sync was cancelled".into()),
    }
}

/// The JSON behind the archive: user objects and the rows of every guest's timeline.
async fn json_bytes(archive: &Archive, now: chrono::DateTime<chrono::Utc>) -> Result<u64, Failure> {
    let mut bytes = 0;
    let mut after = None;
    loop {
        let page = archive
            .list_guests(
                &GuestFilter::default(),
                GuestSort::default(),
                after.as_ref(),
                1000,
                now,
            )
            .await?;
        for guest in &page.guests {
            bytes += archive.load_raw_guest(guest.id).await?.map_or(0, |raw| raw.len());
            let rows = archive
                .load_detailed_timeline(guest.id)
                .await?
                .unwrap_or_default();
            bytes += rows.iter().map(|row| row.raw.len()).sum::<usize>();
        }
        after = page.next;
        if after.is_none() {
            return Ok(bytes as u64);
        }
    }
}

#[expect(clippy::print_stdout, reason = "the result is what this program is for")]
fn main() -> Result<(), Failure> {
    let guests = std::env::args().nth(1).map_or(Ok(20_000), |text| text.parse())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("{:#}", runtime.block_on(run(guests))?);
    Ok(())
}
