//! Opening archives and tenants.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use usher_identity::{KeySource, Keychain, OpenedKeychain, Vault, open_keychain};
use usher_store::{Archive, ArchiveKey, ArchiveLocation, OpenOptions, SalvageReport, StoreError, TenantId};

use super::{Console, ConsoleConfig, Keys, known, sendable};
use crate::{
    ConsoleError,
    error::FieldProblem,
    tenant::{Link, OpenTenant, Place},
    views::{ProblemView, SyncView, Topic},
};

/// The tenant to show first at the next start.
const LAST_TENANT: &str = "last-tenant";

impl Console {
    /// Opens the keychain, once. It may wait for a person to unlock it.
    pub(super) async fn keychain(&self) -> Result<&OpenedKeychain, ConsoleError> {
        let unlocking = self
            .inner
            .keychain
            .get_or_try_init(|| unlock(&self.inner.config.keys));
        let opened = sendable(unlocking).await?;
        self.inner.changed.notify_one();
        Ok(opened)
    }

    /// The vault, opened once. Without a keychain it lasts for this session.
    pub(super) async fn vault(&self) -> Result<Vault, ConsoleError> {
        let keychain = self.keychain().await?;
        let opening = self
            .inner
            .vault
            .get_or_try_init(|| open_vault(&self.inner.config, keychain));
        let vault = sendable(opening).await?;
        Ok(vault.clone())
    }

    /// Where archives lie: in the data folder, or without a keychain in a folder that goes with the session. A key that
    /// nobody keeps must never lock a lasting file.
    pub(super) async fn archive_folder(&self) -> Result<PathBuf, ConsoleError> {
        let data_dir = &self.inner.config.data_dir;
        if !matches!(self.keychain().await?.keychain, Keychain::SessionOnly { .. }) {
            return Ok(data_dir.clone());
        }
        let making = self
            .inner
            .session_folder
            .get_or_try_init(|| session_folder(data_dir));
        let folder = sendable(making).await?;
        Ok(folder.path().to_owned())
    }

    /// Opens a tenant's archive and makes it the open tenant, signed in where `link` says so.
    pub(super) async fn open(
        &self,
        id: TenantId,
        place: Place,
        link: Option<Arc<Link>>,
    ) -> Result<Arc<OpenTenant>, ConsoleError> {
        self.close_open_tenant().await;
        let folder = self.archive_folder().await?;
        let location = ArchiveLocation::in_data_dir(&folder, id);
        let secret = self.keychain().await?.keys.archive_key(identity_tenant(id));
        let key = ArchiveKey::new(*secret.expose());
        let now = self.inner.config.clock.now();
        let may_read_beside = link.is_none();
        let _opening = sendable(self.inner.opening.lock()).await;
        if self.inner.end.is_cancelled() {
            return Err(ConsoleError::TaskEnded);
        }
        let handle = tokio::runtime::Handle::current();
        // Opening waits for locks and may rewrite the whole file: no work for a thread that others share.
        let opening = move || handle.block_on(open_archive(location, key, now, may_read_beside));
        let opened = tokio::task::spawn_blocking(opening)
            .await
            .map_err(|_| ConsoleError::TaskEnded)??;
        let facts = match sendable(opened.0.load_tenant()).await {
            Ok(facts) => facts,
            Err(error) => {
                sendable(opened.0.close()).await;
                return Err(error.into());
            }
        };
        let clock = Arc::clone(&self.inner.config.clock);
        let tenant = Arc::new(OpenTenant::new(
            id,
            opened,
            facts,
            clock,
            place,
            self.inner.topics.clone(),
        ));
        tenant.set_link(link);
        self.change(|state| {
            state.open = Some(Arc::clone(&tenant));
            state.not_opened = None;
            state.sync = SyncView::Idle;
        });
        self.remember(&tenant);
        self.follow_connection(&tenant);
        self.announce(&[
            Topic::Access,
            Topic::Guests,
            Topic::Overview,
            Topic::Coverage,
            Topic::Sandbox,
        ]);
        Ok(tenant)
    }

    /// Writes the tenant's names beside its archive and notes it as the last one. Neither is worth failing for.
    pub(super) fn remember(&self, tenant: &OpenTenant) {
        let data_dir = &self.inner.config.data_dir;
        let lasting = tenant
            .archive
            .location()
            .folder()
            .starts_with(data_dir.join("tenants"));
        if lasting {
            let noted = known::remember(data_dir, tenant.id, &tenant.view())
                .and_then(|()| fs::write(data_dir.join(LAST_TENANT), tenant.id.to_string()));
            if let Err(error) = noted {
                tracing::warn!(%error, "The tenant's name could not be kept");
            }
        }
        let known = known::list(data_dir);
        self.change(|state| state.known = known);
    }

    /// Frames follow what the last answers say about the connection.
    pub(super) fn follow_connection(&self, tenant: &Arc<OpenTenant>) {
        let Ok(link) = tenant.link() else { return };
        let mut connection = link.graph.connection();
        let console = Arc::downgrade(&self.inner);
        super::supervisor::spawn("connection", link.cancel.clone(), async move {
            while connection.changed().await.is_ok() {
                let Some(inner) = console.upgrade() else { return };
                inner.changed.notify_one();
            }
        });
    }

    pub(super) async fn close_open_tenant(&self) {
        let (open, sync) = self.change(|state| (state.open.take(), state.sync_cancel.take()));
        if let Some(sync) = sync {
            sync.cancel();
        }
        if let Some(tenant) = open {
            sendable(tenant.close()).await;
        }
    }

    /// The tenant that was open last, where its archive is still there.
    fn last_tenant(&self) -> Option<String> {
        let data_dir = &self.inner.config.data_dir;
        let id: TenantId = fs::read_to_string(data_dir.join(LAST_TENANT))
            .ok()?
            .trim()
            .parse()
            .ok()?;
        ArchiveLocation::in_data_dir(data_dir, id)
            .database()
            .is_file()
            .then(|| id.to_string())
    }

    /// Opens the tenant of the last session, and the keychain before it. Does nothing where there was none, or where it was
    /// a sandbox: that one is gone with its program.
    ///
    /// From the call on, not from the first poll, the frame says that it is being opened; afterwards, why it is not.
    pub fn open_last_tenant(&self) -> impl Future<Output = ()> + Send + use<> {
        let console = self.clone();
        let is_lasting = |id: &String| {
            id.parse()
                .is_ok_and(|id| !known::is_sandbox(&self.inner.config.data_dir, id))
        };
        let last = self.last_tenant().filter(is_lasting);
        self.change(|state| state.opening = last.is_some());
        async move {
            let opened = match &last {
                Some(id) => console.open_tenant(id).await,
                None => console.keychain().await.map(|_| ()),
            };
            let not_opened = opened.err().map(ProblemView::from);
            if let Some(problem) = &not_opened {
                tracing::warn!(
                    problem.message,
                    "The tenant of the last session could not be opened"
                );
            }
            console.change(|state| {
                state.opening = false;
                state.not_opened = not_opened.filter(|_| state.open.is_none());
            });
        }
    }

    /// Opens the archive of a tenant that was opened before: signed in where the vault still holds its account,
    /// otherwise from the archive alone.
    pub async fn open_tenant(&self, tenant_id: &str) -> Result<(), ConsoleError> {
        let tenant = self.open_from_archive(tenant_id).await?;
        self.warm_up(&tenant);
        if !tenant.is_sandbox {
            sendable(self.resume(&tenant)).await?;
        }
        Ok(())
    }

    /// Reads the guests into memory while the sign-in is taken up and the window draws itself: every page asks for them.
    fn warm_up(&self, tenant: &OpenTenant) {
        let archive = tenant.archive.clone();
        super::supervisor::spawn("warm-up", self.inner.end.child_token(), async move {
            // Whoever asks next tries again and tells what is wrong.
            if let Err(error) = archive.load_snapshot().await {
                tracing::debug!(%error, "the guests could not be read ahead");
            }
        });
    }

    /// Opens the archive of a tenant that was opened before, signed in to nothing.
    pub async fn open_archive(&self, tenant_id: &str) -> Result<(), ConsoleError> {
        self.open_from_archive(tenant_id).await.map(|_| ())
    }

    async fn open_from_archive(&self, tenant_id: &str) -> Result<Arc<OpenTenant>, ConsoleError> {
        let unknown = ConsoleError::InvalidField {
            field: "tenant",
            problem: FieldProblem::UnknownTenant,
        };
        let id: TenantId = tenant_id.parse().map_err(|_| ConsoleError::NoTenant)?;
        let data_dir = self.inner.config.data_dir.clone();
        if !ArchiveLocation::in_data_dir(&data_dir, id).database().is_file() {
            return Err(unknown);
        }
        let is_sandbox = known::is_sandbox(&data_dir, id);
        self.open(
            id,
            Place {
                is_sandbox,
                ..Place::default()
            },
            None,
        )
        .await
    }

    /// The only tenant of the data folder, for programs that do not ask.
    pub fn only_tenant(&self) -> Result<String, ConsoleError> {
        let tenants = ArchiveLocation::list_tenants(&self.inner.config.data_dir)?;
        match tenants.as_slice() {
            [one] => Ok(one.to_string()),
            [] => Err(StoreError::NoArchive.into()),
            _ => Err(ConsoleError::InvalidField {
                field: "tenant",
                problem: FieldProblem::SeveralTenants,
            }),
        }
    }

    /// Removes the archive of a sandbox tenant, so that it begins anew. Archives of Microsoft tenants are never removed.
    pub async fn discard_sandbox_archive(&self, tenant_id: &str) -> Result<(), ConsoleError> {
        let id: TenantId = tenant_id.parse().map_err(|_| ConsoleError::NoTenant)?;
        let folder = self.archive_folder().await?;
        let location = ArchiveLocation::in_data_dir(&folder, id);
        let is_open = self.tenant().is_ok_and(|tenant| tenant.id == id);
        if is_open {
            self.close_open_tenant().await;
        }
        if !location.database().is_file() {
            return Ok(());
        }
        if !known::is_sandbox(&folder, id) {
            return Err(ConsoleError::InvalidField {
                field: "tenant",
                problem: FieldProblem::NotASandbox,
            });
        }
        remove(location.folder())?;
        let known = known::list(&self.inner.config.data_dir);
        self.change(|state| state.known = known);
        Ok(())
    }
}

/// Opens an archive for writing, salvaging a damaged one; beside another program that writes it, for reading only.
async fn open_archive(
    location: ArchiveLocation,
    key: ArchiveKey,
    now: DateTime<Utc>,
    may_read_beside: bool,
) -> Result<(Archive, Option<SalvageReport>), StoreError> {
    match Archive::open_or_salvage(location.clone(), &key, OpenOptions::read_write(now)).await {
        Err(StoreError::Locked) if may_read_beside => Ok((
            Archive::open(location, &key, OpenOptions::read_only(now)).await?,
            None,
        )),
        opened => opened,
    }
}

async fn unlock(keys: &Keys) -> Result<OpenedKeychain, ConsoleError> {
    match keys {
        Keys::Keychain { service } => Ok(open_keychain(service).await?),
        Keys::KeychainOnly { service } => match open_keychain(service).await? {
            OpenedKeychain {
                keychain: Keychain::SessionOnly { .. },
                ..
            } => Err(ConsoleError::NoKey),
            opened => Ok(opened),
        },
        Keys::Given { hex } => Ok(OpenedKeychain {
            keychain: Keychain::Os {
                name: "USHER_ARCHIVE_KEY".to_owned(),
            },
            keys: KeySource::given(hex)?,
        }),
    }
}

async fn open_vault(config: &ConsoleConfig, keychain: &OpenedKeychain) -> Result<Vault, ConsoleError> {
    if matches!(keychain.keychain, Keychain::SessionOnly { .. }) {
        return Ok(Vault::session_only());
    }
    fs::create_dir_all(&config.data_dir).map_err(ConsoleError::File)?;
    let opened = Vault::open(
        &config.data_dir.join("vault"),
        &keychain.keys,
        Arc::clone(&config.clock),
    )
    .await?;
    if let Some(aside) = &opened.set_aside {
        tracing::warn!(path = %aside.path.display(), damage = ?aside.damage, "The vault was set aside");
    }
    Ok(opened.vault)
}

#[expect(
    clippy::unused_async,
    reason = "it stands where something is made once, which may wait"
)]
async fn session_folder(data_dir: &Path) -> Result<tempfile::TempDir, ConsoleError> {
    fs::create_dir_all(data_dir).map_err(ConsoleError::File)?;
    tempfile::Builder::new()
        .prefix("session-")
        .tempdir_in(data_dir)
        .map_err(ConsoleError::File)
}

fn remove(folder: &Path) -> Result<(), ConsoleError> {
    fs::remove_dir_all(folder).map_err(ConsoleError::File)
}

/// The identity crate's name of the same tenant.
pub(super) fn identity_tenant(id: TenantId) -> usher_identity::TenantId {
    usher_identity::TenantId::from(id.0)
}
