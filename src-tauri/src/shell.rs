//! What the commands share.

use std::{path::PathBuf, sync::Arc};

use tokio::sync::Mutex;
use usher_console::{
    Console, ConsoleError,
    views::{ProblemCode, ProblemView, SignInForm},
};
use usher_sandbox::SandboxConfig;

use crate::sandbox::SandboxHost;

/// Puts text where it can be pasted from.
pub trait Clipboard: Send + Sync {
    /// Puts `text` on the clipboard.
    fn write(&self, text: String) -> Result<(), ClipboardError>;
}

/// The system has no clipboard, or did not take the text.
#[derive(Debug, thiserror::Error)]
#[error("the clipboard could not be used")]
pub struct ClipboardError;

/// What the commands share: the console, the sandbox of this program, the clipboard.
pub struct Shell {
    console: Console,
    sandbox: Mutex<Option<SandboxHost>>,
    sandbox_config: SandboxConfig,
    clipboard: Arc<dyn Clipboard>,
    downloads: PathBuf,
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell")
            .field("console", &self.console)
            .finish_non_exhaustive()
    }
}

impl Shell {
    /// Puts it together. `downloads` is where files are written that a person asks for.
    pub fn new(
        console: Console,
        sandbox_config: SandboxConfig,
        clipboard: Arc<dyn Clipboard>,
        downloads: PathBuf,
    ) -> Self {
        Self {
            console,
            sandbox: Mutex::new(None),
            sandbox_config,
            clipboard,
            downloads,
        }
    }

    /// The use cases.
    pub fn console(&self) -> &Console {
        &self.console
    }

    /// Where files are written that a person asks for.
    pub fn downloads(&self) -> PathBuf {
        self.downloads.clone()
    }

    /// Puts text on the clipboard.
    pub fn copy(&self, text: String) -> Result<(), ProblemView> {
        self.clipboard.write(text).map_err(|error| ProblemView {
            code: ProblemCode::Unexpected,
            message: format!("{error}."),
            next_step: "Select the text and copy it by hand.".to_owned(),
            retry_after_seconds: None,
            request_id: None,
        })
    }

    /// Signs in and starts the first sync. The sandbox of this program is started for it where it does not run yet.
    pub async fn sign_in(&self, form: SignInForm) -> Result<(), ProblemView> {
        match form {
            SignInForm::Sandbox { admin } => self.sign_in_to_sandbox(admin.as_deref()).await?,
            form => self.console.sign_in(&form).await?,
        }
        Ok(self.console.start_sync()?)
    }

    async fn sign_in_to_sandbox(&self, admin: Option<&str>) -> Result<(), ProblemView> {
        let mut running = self.sandbox.lock().await;
        let host = match &mut *running {
            Some(host) => host,
            none => {
                let host = SandboxHost::start(self.sandbox_config.clone()).await?;
                // The tenant is grown anew with every start, so an archive of an earlier one tells of people who never were.
                self.console
                    .discard_sandbox_archive(&host.place().tenant_id)
                    .await?;
                none.insert(host)
            }
        };
        let admin = admin.unwrap_or_else(|| host.first_admin()).to_owned();
        Ok(self.console.sign_in_to_sandbox(&host.place(), &admin).await?)
    }

    /// Runs `task` with the sandbox of this program; `None` where it does not run or another tenant is open.
    pub async fn with_sandbox<R>(&self, task: impl FnOnce(&SandboxHost) -> R) -> Option<R> {
        let open = self.console.app().tenant.filter(|tenant| tenant.sandbox)?;
        let running = self.sandbox.lock().await;
        running
            .as_ref()
            .filter(|host| host.place().tenant_id == open.id)
            .map(task)
    }

    /// As [`Self::with_sandbox`], where there must be one.
    pub async fn sandbox<R>(&self, task: impl FnOnce(&SandboxHost) -> R) -> Result<R, ProblemView> {
        self.with_sandbox(task).await.ok_or_else(|| ProblemView {
            code: ProblemCode::NotFound,
            message: "The sandbox does not run.".to_owned(),
            next_step: "Choose \"Explore the sandbox tenant\" on the sign-in screen.".to_owned(),
            retry_after_seconds: None,
            request_id: None,
        })
    }

    /// Puts the sandbox tenant and its archive back to the beginning, signs the same account in and reads it again.
    pub async fn reset_sandbox(&self) -> Result<(), ProblemView> {
        let account = self
            .console
            .app()
            .account
            .map(|account| account.user_principal_name);
        let place = self
            .sandbox(|host| {
                host.state().reset();
                host.place()
            })
            .await?;
        self.console.discard_sandbox_archive(&place.tenant_id).await?;
        self.sign_in_to_sandbox(account.as_deref()).await?;
        Ok(self.console.start_sync()?)
    }

    /// Opens a tenant that was opened before. A sandbox tenant of this program is signed in to again.
    pub async fn open_tenant(&self, tenant_id: &str) -> Result<(), ProblemView> {
        let runs_here = self
            .sandbox
            .lock()
            .await
            .as_ref()
            .is_some_and(|host| host.place().tenant_id == tenant_id);
        if runs_here {
            return self.sign_in_to_sandbox(None).await;
        }
        self.console.open_tenant(tenant_id).await?;
        match self.console.start_sync() {
            // From the archive alone there is nothing to sync.
            Err(ConsoleError::NotSignedIn) => Ok(()),
            started => Ok(started?),
        }
    }

    /// Ends what runs.
    pub async fn close(&self) {
        self.console.close().await;
        if let Some(host) = self.sandbox.lock().await.take() {
            host.stop().await;
        }
    }
}
