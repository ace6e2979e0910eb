//! The real window and a real browser under WebDriver, and a look at what reached the sandbox.
//! Nothing here asserts; what a page offers a person is in the page objects of the tests.

#![allow(
    dead_code,
    unused_imports,
    clippy::allow_attributes,
    reason = "each test target uses its own part of the harness"
)]

mod browser;
mod probe;
mod window;

use std::{net::TcpListener, time::Duration};

use anyhow::Result;

pub(crate) use browser::{Browser, quoted};
pub(crate) use probe::{SandboxProbe, text};
pub(crate) use window::{AppWindow, WindowOptions};

/// How long a screen may take to show what it is asked for, on a busy two-core machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// How often a condition is looked at while it is waited for.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// Looks again and again until there is something to see; `None` where patience ran out.
pub(crate) async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let end = tokio::time::Instant::now() + PATIENCE;
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        ticks.tick().await;
        // A driver that lost its program answers nothing at all.
        match tokio::time::timeout_at(end, look()).await {
            Ok(Some(seen)) => return Some(seen),
            Ok(None) if tokio::time::Instant::now() < end => {}
            Ok(None) | Err(_) => return None,
        }
    }
}

/// Returns a port that is free now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
