//! A fake clock and builders for tests. A dev-dependency only: nothing that ships uses it.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use usher_clock::Clock;

/// A clock that stands still until a test moves it; waiting on it moves it and returns at once.
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<Mutex<DateTime<Utc>>>);

impl FakeClock {
    /// Starts the clock at `now`.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Moves the clock forward by `duration`.
    pub fn advance(&self, duration: Duration) {
        *self.lock() += TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
    }

    fn lock(&self) -> MutexGuard<'_, DateTime<Utc>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        *self.lock()
    }

    async fn sleep(&self, duration: Duration) {
        self.advance(duration);
        tokio::task::yield_now().await;
    }
}

/// Keeps the test program from ending while connections to archives are still being closed, each by a thread of its own: SQLCipher
/// cleans up at the end of a process, under them, and the program would crash after its last test.
///
/// Call it in what a test with an archive begins with, on the test's thread. It acts when that thread ends, for the runtime of a
/// test must end first, and waits for twenty seconds at most.
pub fn outlive_connections() {
    thread_local! {
        static AT_THE_END: AtTheEnd = AtTheEnd::new();
    }
    AT_THE_END.with(|_| ());
}

/// Tests with archives that are under way.
static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

struct AtTheEnd;

impl AtTheEnd {
    fn new() -> Self {
        UNDER_WAY.fetch_add(1, SeqCst);
        Self
    }
}

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(20);
        let begin = Instant::now();
        // Only whoever ends last: the others' connections are in use.
        if UNDER_WAY.fetch_sub(1, SeqCst) == 1 {
            while UNDER_WAY.load(SeqCst) == 0 && has_connections() && begin.elapsed() < PATIENCE {
                std::thread::yield_now();
            }
        }
    }
}

/// Whether this process has a connection to an archive: each has a thread, known by its name. Always `false` but on Linux; elsewhere
/// nobody has seen the crash.
pub fn has_connections() -> bool {
    loop {
        let before = count_threads();
        let names = thread_names();
        if names.iter().any(|name| name.starts_with("sqlx-sqlite")) {
            return true;
        }
        // The kernel's list is cut short where a thread ends while it is read: only one as long as the count is whole.
        if before == names.len() && before == count_threads() {
            return false;
        }
    }
}

/// The names of this process's threads. May lack some while threads end.
fn thread_names() -> Vec<String> {
    std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten()
        .map(|thread| std::fs::read_to_string(thread.path().join("comm")).unwrap_or_default())
        .collect()
}

/// How many threads this process has; none where nobody tells.
fn count_threads() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let count = status.lines().find_map(|line| line.strip_prefix("Threads:"));
    count.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}
