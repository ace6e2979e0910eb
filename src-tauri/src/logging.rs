//! The log: a file in the data folder, without anything personal.

use std::{
    fs::{self, File, OpenOptions},
    io, panic,
    path::Path,
    sync::Mutex,
};

use tracing_subscriber::EnvFilter;

/// Beyond this size the log of before is replaced.
const LARGEST_BYTES: u64 = 5 << 20;

/// Writes what happens into `<data folder>/usher.log`, at the level of `USHER_LOG` (`info` where it is not set).
pub(crate) fn start(data_dir: &Path) {
    let level = EnvFilter::try_from_env("USHER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    match open(data_dir) {
        Ok(file) => {
            let log = tracing_subscriber::fmt()
                .with_env_filter(level)
                .with_ansi(false)
                .with_writer(Mutex::new(file));
            // Only a test that started one before can have set it.
            let _ = log.try_init();
        }
        Err(error) => {
            let log = tracing_subscriber::fmt()
                .with_env_filter(level)
                .with_writer(io::stderr);
            let _ = log.try_init();
            tracing::warn!(%error, "The log file cannot be written; it goes to standard error");
        }
    }
    log_panics();
}

fn open(data_dir: &Path) -> io::Result<File> {
    let path = data_dir.join("usher.log");
    if fs::metadata(&path).is_ok_and(|file| file.len() > LARGEST_BYTES) {
        fs::rename(&path, data_dir.join("usher.log.old"))?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

/// A panic is logged by its place alone: its message may carry what nobody should read in a log.
fn log_panics() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "Usher met a mistake of its own");
        usual(panic);
    }));
}
