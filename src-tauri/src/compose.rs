//! What the program runs with: the one place that chooses paths, clock, keys, browser and sandbox.

use std::{ffi::OsString, net::SocketAddr, path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};
use usher_clock::SystemClock;
use usher_console::{BrowserOpener, ConsoleConfig, Keys, default_data_dir};
use usher_sandbox::SandboxConfig;

/// The program's name for keychain, single instance and data folder.
pub const IDENTIFIER: &str = "io.usher.console";

/// What can be said on the command line. None of it is needed in daily use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Another data folder than the system's usual one. Such a program runs beside the usual one.
    pub data_dir: Option<PathBuf>,
    /// Where the sandbox listens.
    pub sandbox_listen: Option<SocketAddr>,
    /// How many guests the sandbox has.
    pub sandbox_guests: Option<u32>,
    /// Chance of the sandbox.
    pub sandbox_seed: Option<u64>,
    /// What the sandbox clock shows at the start.
    pub now: Option<DateTime<Utc>>,
}

/// What the command line says about itself.
pub const USAGE: &str = "\
Usage: usher [--data-dir DIR] [--sandbox-listen 127.0.0.1:PORT] [--sandbox-guests N] [--sandbox-seed N] [--now RFC3339]";

/// A command line that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// An option nobody knows.
    #[error("unknown option {0}")]
    Unknown(String),
    /// An option without its value.
    #[error("{0} needs a value")]
    NoValue(&'static str),
    /// A value in a form nobody can use.
    #[error("{option} cannot be {value}")]
    BadValue {
        /// The option.
        option: &'static str,
        /// What was given.
        value: String,
    },
}

impl Options {
    /// Reads the arguments after the program's name.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, OptionsError> {
        let mut options = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = |option: &'static str| arguments.next().ok_or(OptionsError::NoValue(option));
            match argument.to_str() {
                Some("--data-dir") => options.data_dir = Some(value("--data-dir")?.into()),
                Some("--sandbox-listen") => {
                    options.sandbox_listen = Some(parse("--sandbox-listen", &value("--sandbox-listen")?)?);
                }
                Some("--sandbox-guests") => {
                    options.sandbox_guests = Some(parse("--sandbox-guests", &value("--sandbox-guests")?)?);
                }
                Some("--sandbox-seed") => {
                    options.sandbox_seed = Some(parse("--sandbox-seed", &value("--sandbox-seed")?)?);
                }
                Some("--now") => options.now = Some(parse("--now", &value("--now")?)?),
                _ => return Err(OptionsError::Unknown(argument.to_string_lossy().into_owned())),
            }
        }
        Ok(options)
    }

    /// The data folder, and whether it is the usual one.
    pub fn data_dir(&self) -> Option<(PathBuf, bool)> {
        match &self.data_dir {
            Some(folder) => Some((folder.clone(), false)),
            None => default_data_dir().map(|folder| (folder, true)),
        }
    }
}

fn parse<T: std::str::FromStr>(option: &'static str, value: &OsString) -> Result<T, OptionsError> {
    let bad = || OptionsError::BadValue {
        option,
        value: value.to_string_lossy().into_owned(),
    };
    value.to_str().and_then(|text| text.parse().ok()).ok_or_else(bad)
}

/// What the console runs with.
pub fn console_config(data_dir: PathBuf, browser: Arc<dyn BrowserOpener>) -> ConsoleConfig {
    ConsoleConfig {
        data_dir,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: Arc::new(SystemClock),
        keys: Keys::Keychain {
            service: IDENTIFIER.to_owned(),
        },
        browser,
    }
}

/// What the sandbox inside the program runs with.
pub fn sandbox_config(options: &Options) -> SandboxConfig {
    let usual = SandboxConfig::default();
    SandboxConfig {
        listen: options.sandbox_listen.unwrap_or(usual.listen),
        guests: options.sandbox_guests.unwrap_or(usual.guests),
        seed: options.sandbox_seed.unwrap_or(usual.seed),
        now: options.now,
        ..usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_all(arguments: &[&str]) -> Result<Options, OptionsError> {
        Options::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn every_option_is_understood() {
        let options = parse_all(&[
            "--data-dir",
            "/tmp/x",
            "--sandbox-listen",
            "127.0.0.1:8400",
            "--sandbox-guests",
            "5",
            "--sandbox-seed",
            "7",
            "--now",
            "2026-11-23T10:00:00Z",
        ])
        .expect("all known");
        assert_eq!(options.data_dir(), Some((PathBuf::from("/tmp/x"), false)));
        assert_eq!(sandbox_config(&options).guests, 5);
        assert_eq!(sandbox_config(&options).seed, 7);
        assert_eq!(parse_all(&[]), Ok(Options::default()));
    }

    #[test]
    fn a_mistake_is_named() {
        assert_eq!(
            parse_all(&["--what"]),
            Err(OptionsError::Unknown("--what".into()))
        );
        assert_eq!(parse_all(&["--now"]), Err(OptionsError::NoValue("--now")));
        let bad = OptionsError::BadValue {
            option: "--sandbox-guests",
            value: "many".into(),
        };
        assert_eq!(parse_all(&["--sandbox-guests", "many"]), Err(bad));
    }
}
