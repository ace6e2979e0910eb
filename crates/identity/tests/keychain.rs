//! The Secret Service of a Linux desktop, started for the test: a session bus and a gnome-keyring of its own.
//!
//! `cargo xtask test` installs both and sets `USHER_EXPECT_KEYCHAIN`; without that variable a computer that
//! lacks them is passed over.

#![cfg(target_os = "linux")]
#![expect(
    clippy::print_stderr,
    reason = "the test that starts another reads what it says"
)]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::process::{Command, Stdio};

use usher_identity::{Keychain, NoKeychain, TenantId, open_keychain};

/// Set in the processes this test starts itself in: what the keychain is expected to be.
const ROLE: &str = "USHER_KEYCHAIN_ROLE";

/// Runs its arguments but the first in a session whose keyring is `$1`. A locked one is started by the bus
/// itself, and has to be ended by its process id, since it outlives the bus.
const SESSION: &str = r#"
daemon=
end() {
  [ "$1" = locked ] && daemon=$(dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / \
    org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets 2>/dev/null | grep -o '[0-9]*$')
  kill $daemon 2>/dev/null
}
trap "end $1" EXIT
if [ "$1" = unlocked ]; then
  printf secret | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 & daemon=$!
  for try in $(seq 200); do
    dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
      string:org.freedesktop.secrets 2>/dev/null | grep -q true && break
    sleep 0.05
  done
fi
"${@:2}"
"#;

fn is_installed(program: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .status()
        .unwrap()
        .success()
}

/// Runs the test `as_told_by_the_role` of this very file in a session of its own.
fn play(role: &str) {
    let missing: Vec<_> = ["dbus-run-session", "gnome-keyring-daemon"]
        .into_iter()
        .filter(|program| !is_installed(program))
        .collect();
    if !missing.is_empty() && std::env::var_os("USHER_EXPECT_KEYCHAIN").is_none() {
        eprintln!("passed over: {missing:?} not installed");
        return;
    }
    assert!(missing.is_empty(), "install {missing:?}");

    // The bus itself starts the keyring that is locked: with folders of its own, or the keyring finds the one of the
    // session around this test, and ends.
    let folder = tempfile::tempdir().unwrap();
    let played = Command::new("dbus-run-session")
        .env("XDG_RUNTIME_DIR", folder.path())
        .env("XDG_DATA_HOME", folder.path())
        .args(["--", "bash", "-uc", SESSION, "session", role])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "as_told_by_the_role", "--nocapture"])
        .env(ROLE, role)
        // Without a display the keyring cannot ask anybody, and says so at once.
        .env_remove("DISPLAY")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&played.stderr);
    let counted = String::from_utf8_lossy(&played.stdout);
    assert!(
        played.status.success() && counted.contains("1 passed"),
        "{counted}\n{said}"
    );
    assert!(said.contains(&format!("played {role}")), "{said}");
}

#[test]
fn an_unlocked_keyring_keeps_the_master_key() {
    play("unlocked");
}

#[test]
fn a_keyring_nobody_unlocked_is_told() {
    play("locked");
}

#[test]
fn a_computer_without_a_session_is_told() {
    let played = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "as_told_by_the_role", "--nocapture"])
        .env(ROLE, "absent")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&played.stderr);

    assert!(
        played.status.success() && said.contains("played absent"),
        "{said}"
    );
}

#[tokio::test]
async fn as_told_by_the_role() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let tenant = TenantId::parse("11111111-1111-4111-8111-111111111111").unwrap();

    let first = open_keychain("usher-test").await.unwrap();
    let second = open_keychain("usher-test").await.unwrap();

    let lasts = first.keys.archive_key(tenant) == second.keys.archive_key(tenant);
    let expected = match role.as_str() {
        "unlocked" => None,
        "locked" => Some(NoKeychain::Locked),
        "absent" => Some(NoKeychain::Absent),
        other => panic!("no such role: {other}"),
    };
    match (&first.keychain, expected) {
        (Keychain::Os { .. }, None) => assert!(lasts, "the key is made once"),
        (Keychain::SessionOnly { reason }, Some(expected)) => {
            assert_eq!(*reason, expected);
            assert!(!lasts, "each session has a key of its own");
        }
        (keychain, _) => panic!("{role}: {keychain:?}"),
    }
    eprintln!("played {role}");
}
