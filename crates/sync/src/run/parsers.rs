//! The threads that parse pages of logs. They step back behind all others: everything waits for the writer, who needs a processor
//! of its own most of the time, and whoever looks at the window waits for the window. Where all processors are busy with something
//! else, pages are parsed slowly, and a sync that is cancelled ends only when those it has fetched are parsed.

use std::{num::NonZero, thread::available_parallelism};

use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::task::AbortOnDropHandle;

/// As many threads as there are processors. Threads of the program's own pool would not do: on Linux a priority once lowered
/// cannot be raised again.
#[derive(Debug)]
pub(super) struct Parsers(Option<Runtime>);

/// The way to them.
#[derive(Debug, Clone)]
pub(super) struct ToParsers(Handle);

impl Parsers {
    pub(super) fn new() -> Self {
        Self::with_threads(available_parallelism().map_or(1, NonZero::get))
    }

    fn with_threads(count: usize) -> Self {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(count)
            .thread_name("parser")
            .on_thread_start(lower_priority)
            .build();
        Self(
            runtime
                .inspect_err(|error| tracing::warn!(%error, "pages are parsed on the program's own threads"))
                .ok(),
        )
    }

    pub(super) fn way(&self) -> ToParsers {
        ToParsers(
            self.0
                .as_ref()
                .map_or_else(Handle::current, |runtime| runtime.handle().clone()),
        )
    }
}

impl Drop for Parsers {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // Without waiting for a page that is just being parsed: nobody wants it any longer.
            runtime.shutdown_background();
        }
    }
}

impl ToParsers {
    /// Does `work` when a thread is free, in the order of the calls; not at all if the answer is dropped before.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> AbortOnDropHandle<T> {
        AbortOnDropHandle::new(self.0.spawn_blocking(work))
    }
}

fn lower_priority() {
    if let Err(error) = set_current_thread_priority(low()) {
        tracing::debug!(?error, "a thread keeps its priority");
    }
}

/// The lowest, but "below normal" on Windows: with all processors busy, threads below others have a turn every few seconds there.
fn low() -> ThreadPriority {
    if cfg!(windows) {
        ThreadPriorityValue::try_from(20).map_or(ThreadPriority::Min, ThreadPriority::Crossplatform)
    } else {
        ThreadPriority::Min
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Arc, Mutex, mpsc},
        time::Duration,
    };

    use super::*;

    #[tokio::test]
    async fn work_is_done_in_order_unless_nobody_wants_it_any_longer() {
        let parsers = Parsers::with_threads(1);
        let way = parsers.way();
        let (go, wait) = mpsc::channel::<()>();
        let done = Arc::new(Mutex::new(Vec::new()));
        let first = way.spawn(move || wait.recv().is_ok());
        let mut later: Vec<_> = (0..3)
            .map(|n| {
                let done = Arc::clone(&done);
                way.spawn(move || done.lock().unwrap().push(n))
            })
            .collect();
        drop(later.remove(1));
        go.send(()).unwrap();
        assert!(first.await.unwrap());
        for answer in later {
            answer.await.unwrap();
        }
        assert_eq!(*done.lock().unwrap(), [0, 2]);
    }

    #[tokio::test]
    async fn many_are_at_work_at_once_and_no_more() {
        let parsers = Parsers::with_threads(2);
        let way = parsers.way();
        let (begun, at_work) = mpsc::channel();
        let (go, wait) = mpsc::channel::<()>();
        let wait = Arc::new(Mutex::new(wait));
        let answers: Vec<_> = (0..3)
            .map(|n| {
                let (begun, wait) = (begun.clone(), Arc::clone(&wait));
                way.spawn(move || {
                    begun.send(n).unwrap();
                    wait.lock().unwrap().recv().unwrap();
                })
            })
            .collect();
        let mut both = [(); 2].map(|()| at_work.recv_timeout(Duration::from_mins(1)).unwrap());
        both.sort_unstable();
        assert_eq!(both, [0, 1]);
        assert!(at_work.try_recv().is_err(), "the third waits for a thread");
        for _ in 0..3 {
            go.send(()).unwrap();
        }
        for answer in answers {
            answer.await.unwrap();
        }
    }

    #[test]
    fn every_system_lets_a_thread_step_back() {
        std::thread::spawn(|| set_current_thread_priority(low()).unwrap())
            .join()
            .unwrap();
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_threads_step_back_behind_all_others() {
        /// Of the calling thread, as `proc(5)` lists it: the nineteenth field, the seventeenth behind the name.
        fn niceness() -> i32 {
            let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            let (_, behind) = stat.rsplit_once(") ").unwrap();
            behind.split(' ').nth(16).unwrap().parse().unwrap()
        }

        let before = niceness();
        let parsers = Parsers::with_threads(1);
        assert_eq!(parsers.way().spawn(niceness).await.unwrap(), 19);
        assert_eq!(niceness(), before, "nobody else does");
        assert_eq!(tokio::task::spawn_blocking(niceness).await.unwrap(), before);
    }
}
