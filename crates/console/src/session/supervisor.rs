//! Background tasks. One that panics is reported, not lost.

use std::future::Future;

use tokio_util::sync::CancellationToken;

/// Runs `task` until it ends or `end` is cancelled; a panic is logged with the task's name and nothing of its message,
/// which may carry what nobody should read in a log.
pub(super) fn spawn(
    name: &'static str,
    end: CancellationToken,
    task: impl Future<Output = ()> + Send + 'static,
) {
    spawn_with(name, end, task, || ());
}

/// As [`spawn`]; `on_panic` tells whoever waits for the task.
pub(super) fn spawn_with(
    name: &'static str,
    end: CancellationToken,
    task: impl Future<Output = ()> + Send + 'static,
    on_panic: impl FnOnce() + Send + 'static,
) {
    let handle = tokio::spawn(async move { end.run_until_cancelled(task).await });
    tokio::spawn(async move {
        if let Err(error) = handle.await
            && error.is_panic()
        {
            tracing::error!(task = name, "A background task ended in a panic");
            on_panic();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_told() {
        let (told, hears) = tokio::sync::oneshot::channel();
        spawn_with(
            "test",
            CancellationToken::new(),
            async { panic!("boom") },
            move || {
                let _ = told.send(());
            },
        );
        hears.await.expect("the panic is reported");
    }
}
