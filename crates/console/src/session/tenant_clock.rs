//! The clock of the open tenant: the computer's, except in a sandbox tenant, whose clock can be moved.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use usher_clock::{Clock, SharedClock};
use usher_graph::GraphClient;

/// A clock ahead of another by an offset that can change. Waiting is done on the other: only its hours pass.
#[derive(Debug)]
pub(crate) struct TenantClock {
    base: SharedClock,
    ahead_seconds: AtomicI64,
    server: Mutex<Option<Server>>,
}

/// Whose clock is followed, and what it was last heard to say.
#[derive(Debug)]
struct Server {
    graph: GraphClient,
    heard: Option<i64>,
}

impl TenantClock {
    /// A clock that is `ahead_seconds` ahead of `base`.
    pub(crate) fn new(base: SharedClock, ahead_seconds: i64) -> Arc<Self> {
        Arc::new(Self {
            base,
            ahead_seconds: AtomicI64::new(ahead_seconds),
            server: Mutex::new(None),
        })
    }

    /// Follows the clock of a server whose answers come by the same base clock; `None` keeps what was heard.
    pub(crate) fn follow(&self, graph: Option<GraphClient>) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) =
            graph.map(|graph| Server { graph, heard: None });
    }

    /// Each answer is heard once: a clock that was moved since must not be put back by what an older answer said.
    fn listen(&self) {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(server) = server.as_mut() else { return };
        let heard = server.graph.clock_skew_seconds();
        if let Some(skew) = heard.filter(|_| heard != server.heard) {
            server.heard = heard;
            self.set_ahead_seconds(skew);
        }
    }

    /// Sets how far it is ahead.
    pub(crate) fn set_ahead_seconds(&self, seconds: i64) {
        self.ahead_seconds.store(seconds, Ordering::Relaxed);
    }

    /// Sets it to `now`.
    pub(crate) fn set(&self, now: DateTime<Utc>) {
        // What the server said before is older than this.
        self.listen();
        // To the nearest second: cut off, the clock would fall behind.
        let ahead = (now - self.base.now()).num_milliseconds();
        self.set_ahead_seconds((ahead + 500).div_euclid(1_000));
    }

    /// How far it is ahead.
    pub(crate) fn ahead_seconds(&self) -> i64 {
        self.ahead_seconds.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Clock for TenantClock {
    fn now(&self) -> DateTime<Utc> {
        self.listen();
        self.base.now() + TimeDelta::seconds(self.ahead_seconds())
    }

    async fn sleep(&self, duration: Duration) {
        self.base.sleep(duration).await;
    }
}
