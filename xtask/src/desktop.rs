//! A desktop of our own for tests: a display, a session bus, an unlocked keyring. Gone when dropped.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::step::{ask, command};

/// How long a part of the desktop may take to come up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running desktop. On systems that have one of their own, empty.
pub(crate) struct Desktop {
    parts: Vec<Child>,
    variables: Vec<(&'static str, String)>,
    folder: Option<PathBuf>,
}

impl Desktop {
    /// Starts Xvfb, a session bus and a keyring that is unlocked. Other systems use their own.
    pub(crate) fn start() -> Result<Self> {
        let mut desktop = Self {
            parts: Vec::new(),
            variables: Vec::new(),
            folder: None,
        };
        if !cfg!(target_os = "linux") {
            return Ok(desktop);
        }
        let folder = env::temp_dir().join(format!("usher-desktop-{}", std::process::id()));
        for part in ["data", "config", "cache", "runtime"] {
            fs::create_dir_all(folder.join(part)).context("the desktop's folder cannot be made")?;
        }
        owner_only(&folder.join("runtime"))?;
        for (name, part) in [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "runtime"),
        ] {
            desktop
                .variables
                .push((name, folder.join(part).display().to_string()));
        }
        // WebKit without the accessibility bus, which is not there; GTK on the display that is.
        for (name, value) in [
            ("NO_AT_BRIDGE", "1"),
            ("GTK_A11Y", "none"),
            ("GDK_BACKEND", "x11"),
        ] {
            desktop.variables.push((name, value.to_owned()));
        }
        desktop.folder = Some(folder);

        let screen = [
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1600x1000x24",
            "-nolisten",
            "tcp",
        ];
        let display = desktop.first_line(&mut command("Xvfb", screen), "Xvfb")?;
        desktop.variables.push(("DISPLAY", format!(":{display}")));
        let bus = ["--session", "--nofork", "--nopidfile", "--print-address=1"];
        let address = desktop.first_line(&mut command("dbus-daemon", bus), "the session bus")?;
        desktop.variables.push(("DBUS_SESSION_BUS_ADDRESS", address));
        desktop.start_keyring()?;
        Ok(desktop)
    }

    /// Puts `command` on this desktop.
    pub(crate) fn around<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.envs(self.variables.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// Starts a part that prints one line when it is ready, and returns the line.
    fn first_line(&mut self, command: &mut Command, what: &str) -> Result<String> {
        let mut part = self
            .around(command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let out = part.as_mut().ok().and_then(|part| part.stdout.take());
        self.parts
            .push(part.with_context(|| format!("{what} cannot be started"))?);
        let mut line = String::new();
        let mut reader: BufReader<ChildStdout> =
            BufReader::new(out.with_context(|| format!("{what} has no output"))?);
        reader
            .read_line(&mut line)
            .with_context(|| format!("{what} did not say that it is ready"))?;
        if line.trim().is_empty() {
            bail!("{what} ended at once");
        }
        Ok(line.trim().to_owned())
    }

    fn start_keyring(&mut self) -> Result<()> {
        let arguments = ["--foreground", "--unlock", "--components=secrets"];
        let mut keyring = command("gnome-keyring-daemon", arguments);
        let quiet = self
            .around(&mut keyring)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut part = quiet.spawn().context("gnome-keyring-daemon cannot be started")?;
        let mut input = part.stdin.take().context("the keyring has no input")?;
        self.parts.push(part);
        input
            .write_all(b"tests")
            .context("the keyring does not take its password")?;
        drop(input);
        let begin = Instant::now();
        while !self.keyring_answers() {
            if begin.elapsed() > PATIENCE {
                bail!("the keyring did not come up on the session bus");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn keyring_answers(&self) -> bool {
        let address = self
            .variables
            .iter()
            .find(|(name, _)| *name == "DBUS_SESSION_BUS_ADDRESS");
        let bus = address
            .map(|(_, value)| format!("--bus={value}"))
            .unwrap_or_default();
        ask(
            "dbus-send",
            &[
                &bus,
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ],
        )
        .is_some_and(|reply| reply.contains("boolean true"))
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for part in self.parts.iter_mut().rev() {
            // Already gone is as good.
            let _ = part.kill();
            let _ = part.wait();
        }
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

#[cfg(unix)]
fn owner_only(folder: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
        .context("the runtime folder cannot be closed to others")
}

#[cfg(not(unix))]
fn owner_only(_folder: &std::path::Path) -> Result<()> {
    Ok(())
}
