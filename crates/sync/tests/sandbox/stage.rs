//! A sandbox, an archive, and a client between them.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use url::Url;
use usher_clock::{Clock, SharedClock};
use usher_graph::{GraphClient, http_client};
use usher_identity::{Cloud, SandboxAppCredential, Secret, Tenant};
use usher_sandbox::{
    Sandbox, SandboxConfig, SandboxState,
    faults::{Fault, Trouble},
};
use usher_store::{
    Archive, ArchiveKey, ArchiveLocation, Deleted, GuestFilter, GuestObject, GuestSort, OpenOptions, TenantId,
};
use usher_sync::{Sync, SyncEnd, SyncError};

/// The sandbox's clock as the client's: waiting moves it, so tests need not wait.
#[derive(Clone)]
struct TenantTime(SandboxState);

impl fmt::Debug for TenantTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TenantTime")
    }
}

#[async_trait]
impl Clock for TenantTime {
    fn now(&self) -> DateTime<Utc> {
        self.0.clock().now()
    }

    async fn sleep(&self, duration: Duration) {
        self.0
            .clock()
            .advance(TimeDelta::from_std(duration).unwrap_or_default());
        tokio::task::yield_now().await;
    }
}

pub(crate) fn start_of_test() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().expect("a time")
}

pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: TempDir,
}

impl Stage {
    pub(crate) async fn new(guests: u32) -> Self {
        usher_testkit::outlive_connections();
        let config = SandboxConfig {
            guests,
            now: Some(start_of_test()),
            ..SandboxConfig::default()
        };
        Self {
            sandbox: Sandbox::start(config).await.expect("the sandbox starts"),
            folder: TempDir::new().expect("a folder"),
        }
    }

    pub(crate) fn clock(&self) -> SharedClock {
        Arc::new(TenantTime(self.sandbox.state().clone()))
    }

    pub(crate) fn graph(&self) -> GraphClient {
        let ready = self.sandbox.ready();
        let url = |text: &str| Url::parse(text).expect("an address");
        let cloud = Cloud::sandbox(&url(&ready.login), &url(&ready.graph)).expect("a sandbox");
        let http = http_client(&cloud).expect("an HTTP client");
        let credential = SandboxAppCredential::credential(
            &cloud,
            &Tenant::parse(&ready.tenant_id.to_string()).expect("a tenant"),
            &ready.app_only.client_id,
            &Secret::new(ready.app_only.client_secret),
            http.clone(),
            self.clock(),
        )
        .expect("a credential");
        GraphClient::new(cloud, credential, http, self.clock())
    }

    /// The archive with this name in the test's folder.
    pub(crate) async fn archive(&self, name: u128) -> Archive {
        let location =
            ArchiveLocation::in_data_dir(self.folder.path(), TenantId(uuid::Uuid::from_u128(name)));
        Archive::open(
            location,
            &ArchiveKey::new([7; 32]),
            OpenOptions::read_write(self.clock().now()),
        )
        .await
        .expect("the archive opens")
    }

    pub(crate) fn sync(&self, archive: &Archive) -> Sync {
        Sync::new(archive.clone(), self.graph(), self.clock())
    }

    pub(crate) async fn run(&self, archive: &Archive) -> Result<SyncEnd, SyncError> {
        self.sync(archive).run(CancellationToken::new()).await
    }

    /// Runs to the end or panics.
    pub(crate) async fn complete(&self, archive: &Archive) -> usher_sync::SyncReport {
        match self.run(archive).await {
            Ok(SyncEnd::Completed(report)) => report,
            other => panic!("the sync did not complete: {other:?}"),
        }
    }

    pub(crate) fn fault(&self, trouble: Trouble) -> FaultBuilder<'_> {
        FaultBuilder {
            stage: self,
            fault: Fault::new(trouble),
        }
    }

    pub(crate) fn calm(&self) {
        self.sandbox.state().set_faults(Vec::new());
    }
}

pub(crate) struct FaultBuilder<'s> {
    stage: &'s Stage,
    fault: Fault,
}

impl FaultBuilder<'_> {
    pub(crate) fn on(self, prefix: &str) -> Self {
        Self {
            fault: self.fault.on(prefix),
            ..self
        }
    }

    pub(crate) fn times(self, count: u32) -> Self {
        Self {
            fault: self.fault.times(count),
            ..self
        }
    }

    pub(crate) fn after(self, skip: u32) -> Self {
        Self {
            fault: self.fault.after(skip),
            ..self
        }
    }

    pub(crate) fn strike(self) {
        self.stage.sandbox.state().add_fault(self.fault);
    }
}

/// What an archive holds, for comparing two: every guest with every raw row.
#[derive(Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) audits: u64,
    pub(crate) sign_ins: u64,
    pub(crate) guests: Vec<(GuestObject, Vec<String>)>,
}

pub(crate) async fn held(archive: &Archive) -> Held {
    let filter = GuestFilter {
        deleted: Deleted::Include,
        ..GuestFilter::default()
    };
    let mut records = Vec::new();
    let mut after = None;
    loop {
        let page = archive
            .list_guests(
                &filter,
                GuestSort::default(),
                after.as_ref(),
                500,
                start_of_test(),
            )
            .await
            .expect("guests");
        records.extend(page.guests);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    records.sort_by_key(|guest| guest.id);
    let mut guests = Vec::new();
    for record in records {
        let timeline = archive
            .load_detailed_timeline(record.id)
            .await
            .expect("a timeline")
            .expect("the guest");
        guests.push((
            record.object,
            timeline.into_iter().map(|event| event.raw).collect(),
        ));
    }
    let size = archive.load_size().await.expect("a size");
    Held {
        audits: size.audits,
        sign_ins: size.sign_ins,
        guests,
    }
}
