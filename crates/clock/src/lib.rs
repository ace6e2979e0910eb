//! The time seam: what "now" and "wait" mean.
//!
//! Every part of Usher that depends on time takes a [`Clock`]; tests move it, and in the sandbox tenant it follows
//! the sandbox's own clock. This crate knows nothing else.

use std::{fmt::Debug, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Where the time comes from.
#[async_trait]
pub trait Clock: Debug + Send + Sync {
    /// Returns the present instant.
    fn now(&self) -> DateTime<Utc>;

    /// Waits for `duration`. Cancel safe: dropping the future stops the wait.
    async fn sleep(&self, duration: Duration);
}

/// A clock that is shared between the parts of one program.
pub type SharedClock = Arc<dyn Clock>;

/// The computer's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the computer's clock"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that really waits"
    )]
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
