//! The sandbox inside the program.

use usher_console::{
    SandboxPlace,
    views::{ProblemCode, ProblemView},
};
use usher_sandbox::{Sandbox, SandboxConfig, SandboxError, SandboxState, world::ADMINS};

/// A sandbox that runs in this process.
pub struct SandboxHost {
    sandbox: Sandbox,
}

impl SandboxHost {
    /// Starts it.
    pub async fn start(config: SandboxConfig) -> Result<Self, ProblemView> {
        let sandbox = Sandbox::start(config).await.map_err(|error| problem(&error))?;
        Ok(Self { sandbox })
    }

    /// Its state.
    pub fn state(&self) -> &SandboxState {
        self.sandbox.state()
    }

    /// Where it is.
    pub fn place(&self) -> SandboxPlace {
        let ready = self.sandbox.ready();
        SandboxPlace {
            url: ready.url,
            graph: ready.graph,
            login: ready.login,
            tenant_id: ready.tenant_id.to_string(),
            client_id: ready.client_id,
            now: Some(self.sandbox.clock().now()),
        }
    }

    /// Who is signed in where nobody is chosen.
    pub fn first_admin(&self) -> &'static str {
        ADMINS[0].upn
    }

    /// Stops it.
    pub async fn stop(self) {
        self.sandbox.shutdown().await;
    }
}

fn problem(error: &SandboxError) -> ProblemView {
    let (code, next_step) = match error {
        SandboxError::NotLoopback => (
            ProblemCode::InvalidInput,
            "Give an address that begins with 127.0.0.1.",
        ),
        SandboxError::Listen { .. } => (
            ProblemCode::Busy,
            "Close the program that uses the port, or give another.",
        ),
        SandboxError::AppCertificate(_) => (ProblemCode::InvalidInput, "Give a PEM certificate."),
        SandboxError::Key(_) | SandboxError::Tls(_) => {
            (ProblemCode::Unexpected, "Try again. Details are in the log.")
        }
    };
    tracing::warn!(%error, "The sandbox could not be started");
    ProblemView {
        code,
        message: format!("The sandbox could not be started: {error}."),
        next_step: next_step.to_owned(),
        retry_after_seconds: None,
        request_id: None,
    }
}
