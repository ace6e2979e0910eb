//! What this machine must have: named when missing, installed where that can be done by asking the system.

use std::{env::consts::OS, fs};

use anyhow::{Result, bail};

use crate::step::{ask, command, run, say};

/// What a command of ours needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// To build the window.
    Build,
    /// To run the real-window and keychain tests as well.
    Test,
}

/// A package manager, with its names for what we need.
struct Packages {
    name: &'static str,
    install: &'static [&'static str],
    build: &'static [&'static str],
    test: &'static [&'static str],
    /// Tells whether a package is there.
    has: fn(&str) -> bool,
}

const APT: Packages = Packages {
    name: "apt",
    install: &["apt-get", "install", "-y", "--no-install-recommends"],
    build: &[
        "gcc",
        "libc6-dev",
        "pkg-config",
        "libwebkit2gtk-4.1-dev",
        "libssl-dev",
    ],
    test: &[
        "webkit2gtk-driver",
        "xvfb",
        "xauth",
        "dbus",
        "gnome-keyring",
        "fonts-dejavu-core",
        "fonts-inter",
    ],
    has: |package| {
        ask("dpkg-query", &["-W", "-f", "${Status}", package])
            .is_some_and(|status| status.ends_with(" installed"))
    },
};

const DNF: Packages = Packages {
    name: "dnf",
    install: &["dnf", "install", "-y"],
    build: &[
        "gcc",
        "pkgconf-pkg-config",
        "webkit2gtk4.1-devel",
        "openssl-devel",
    ],
    test: &[
        "webkit2gtk-driver",
        "xorg-x11-server-Xvfb",
        "dbus-daemon",
        "gnome-keyring",
        "dejavu-sans-fonts",
    ],
    has: |package| ask("rpm", &["-q", package]).is_some(),
};

const PACMAN: Packages = Packages {
    name: "pacman",
    install: &["pacman", "-S", "--needed"],
    build: &["gcc", "pkgconf", "webkit2gtk-4.1", "openssl"],
    test: &["xorg-server-xvfb", "dbus", "gnome-keyring", "ttf-dejavu"],
    has: |package| ask("pacman", &["-Q", package]).is_some(),
};

/// Checks Rust's companions, Node and the system packages. On Debian and Ubuntu as root or with sudo the missing
/// packages are installed after saying so; elsewhere the error names them with the command to type.
pub(crate) fn require(need: Need) -> Result<()> {
    warn_of_a_full_disk();
    require_node()?;
    match OS {
        "linux" => require_linux(need),
        "macos" => require_macos(),
        "windows" => require_windows(),
        other => bail!("Usher is built on Linux, macOS and Windows; this is {other}"),
    }
}

/// What building everything takes, in gigabytes.
const ROOM: f64 = 8.0;

/// A linker that finds no room ends in a "Bus error", which tells nobody what to do. What was built before needs little
/// more, so this is no error.
fn warn_of_a_full_disk() {
    // In kilobytes, the fourth column of the second line; where there is no `df`, nothing is said.
    let free = ask("df", &["-Pk", "."])
        .and_then(|table| {
            table
                .lines()
                .nth(1)?
                .split_whitespace()
                .nth(3)?
                .parse::<f64>()
                .ok()
        })
        .map(|kilobytes| kilobytes / 1e6);
    if let Some(free) = free.filter(|free| *free < ROOM) {
        say(&format!(
            "  This disk has {free:.1} GB left; a whole build takes about {ROOM} GB. Make room if it fails, or set CARGO_TARGET_DIR to a folder on another disk."
        ));
    }
}

/// Vite 8 and the tests want Node 20.19 or later.
fn require_node() -> Result<()> {
    let Some(version) = ask("node", &["--version"]) else {
        bail!(
            "Node.js is missing: install Node 20.19 or later (apt: nodejs npm, brew: node, winget: OpenJS.NodeJS.LTS)"
        );
    };
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map(|number| number.parse::<u32>().unwrap_or(0));
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if (major, minor) < (20, 19) {
        bail!("Node {version} is too old: install Node 20.19 or later");
    }
    if ask(npm(), &["--version"]).is_none() {
        bail!("npm is missing: it comes with Node.js (apt: npm)");
    }
    Ok(())
}

/// The name of npm's program on this system.
pub(crate) fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

fn require_linux(need: Need) -> Result<()> {
    let like = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let managers = [(&APT, "dpkg-query"), (&DNF, "dnf"), (&PACMAN, "pacman")];
    let Some((packages, _)) = managers
        .into_iter()
        .find(|(_, tool)| ask(tool, &["--version"]).is_some())
    else {
        say(
            "  Neither apt, dnf nor pacman is here: make sure that WebKitGTK 4.1, OpenSSL and a C compiler are installed.",
        );
        return Ok(());
    };
    let wanted = packages
        .build
        .iter()
        .chain(if need == Need::Test { packages.test } else { &[] });
    let missing: Vec<&str> = wanted
        .copied()
        .filter(|package| !(packages.has)(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("{} {}", packages.install.join(" "), missing.join(" "));
    let debian = packages.name == "apt" && (like.contains("debian") || like.contains("ubuntu"));
    let Some(prefix) = rights().filter(|_| debian) else {
        bail!(
            "system packages are missing ({}). Type: sudo {by_hand}",
            packages.name
        );
    };
    say(&format!(
        "\nSystem packages are missing: {}\nInstalling them now: {by_hand}",
        missing.join(" ")
    ));
    let as_root = |words: &[&str]| {
        let mut all: Vec<&str> = prefix.iter().copied().chain(words.iter().copied()).collect();
        let program = all.remove(0);
        let mut command = command(program, all);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run("package lists", &mut as_root(&["apt-get", "update", "-q"]))?;
    let install: Vec<&str> = packages.install.iter().chain(&missing).copied().collect();
    run("system packages", &mut as_root(&install))
}

/// How to get root's rights without asking anybody: being root, or sudo without a password.
fn rights() -> Option<&'static [&'static str]> {
    if ask("id", &["-u"]).as_deref() == Some("0") {
        return Some(&[]);
    }
    ask("sudo", &["-n", "true"]).map(|_| -> &'static [&'static str] { &["sudo", "-n"] })
}

fn require_macos() -> Result<()> {
    if ask("xcode-select", &["-p"]).is_none() {
        bail!(
            "the Xcode command line tools are missing. Type: xcode-select --install (Homebrew needs nothing more)"
        );
    }
    Ok(())
}

fn require_windows() -> Result<()> {
    if ask("perl", &["-v"]).is_none() {
        bail!(
            "Perl is missing; OpenSSL is built with it. Type: winget install StrawberryPerl.StrawberryPerl\n\
             The window also needs Microsoft.EdgeWebView2Runtime and Microsoft.VisualStudio.2022.BuildTools"
        );
    }
    Ok(())
}
