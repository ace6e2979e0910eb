//! The archive: unreadable without its key, whole after a sync that was killed.

use std::{fs, process::Stdio, thread, time::Duration};

use serde_json::Value;

use crate::support::{Desk, KEY, Served, text, usherctl};

const NOW: &str = "2026-11-23T09:00:00Z";

#[tokio::test]
async fn no_file_holds_a_readable_address() {
    let served = Served::start(&["--now", NOW, "--guests", "80"]);
    let desk = Desk::synced(&served);
    let guests = desk.ask(&["guests", "--all"]);
    let mails: Vec<&str> = guests["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|guest| guest["mail"].as_str())
        .collect();
    assert!(mails.len() >= 70);

    let files = desk.files();
    assert!(files.iter().any(|file| file.ends_with("archive.db")));
    for file in files {
        let bytes = fs::read(&file).expect("a file");
        let readable = String::from_utf8_lossy(&bytes).to_lowercase();
        for mail in &mails {
            assert!(!readable.contains(mail), "{mail} stands in {}", file.display());
        }
    }
}

#[test]
fn a_wrong_key_is_a_clear_error_and_changes_nothing() {
    let served = Served::start(&["--now", NOW, "--guests", "5"]);
    let desk = Desk::synced(&served);
    let wrong = KEY.replace('0', "f");
    let output = usherctl(desk.path())
        .env("USHER_ARCHIVE_KEY", wrong)
        .arg("guests")
        .output()
        .expect("usherctl runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("The key does not open this archive"),
        "{}",
        text(&output.stderr)
    );
    assert!(output.stdout.is_empty());
    assert_eq!(desk.run_offline(&["guests"]).status.code(), Some(0));
}

#[test]
fn a_key_in_a_wrong_form_is_a_clear_error() {
    let desk = Desk::new();
    let served = Served::start(&["--guests", "0"]);
    let output = usherctl(desk.path())
        .env("USHER_ARCHIVE_KEY", "secret")
        .args(["sync", "--sandbox", served.url()])
        .output()
        .expect("usherctl runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("64 hexadecimal digits"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn without_a_key_and_a_keychain_nothing_is_written() {
    let desk = Desk::new();
    let served = Served::start(&["--guests", "0"]);
    let output = usherctl(desk.path())
        .env_remove("USHER_ARCHIVE_KEY")
        // No session bus, so no keychain.
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("XDG_RUNTIME_DIR", desk.path())
        .args(["sync", "--sandbox", served.url()])
        .output()
        .expect("usherctl runs");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(
        text(&output.stderr).contains("USHER_ARCHIVE_KEY"),
        "{}",
        text(&output.stderr)
    );
    assert!(!desk.files().iter().any(|file| file.ends_with("archive.db")));
}

#[test]
fn without_an_archive_reading_says_so() {
    let output = Desk::new().run_offline(&["funnel", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let problem: Value = serde_json::from_slice(&output.stderr).expect("a problem as JSON");
    assert_eq!(problem["error"]["code"], "notFound");
    assert!(
        problem["error"]["nextStep"]
            .as_str()
            .is_some_and(|step| !step.is_empty())
    );
}

/// An answer without the words that count days: the clock of the sandbox ticks from one question to the next.
fn told(output: &[u8]) -> Value {
    let mut answer: Value = serde_json::from_slice(output).expect("JSON");
    for item in answer["items"].as_array_mut().into_iter().flatten() {
        if let Some(reason) = item["reason"].as_object_mut() {
            reason.remove("title");
        }
    }
    answer
}

#[tokio::test]
async fn a_killed_sync_repeated_gives_the_rows_of_an_undisturbed_one() {
    let served = Served::start(&["--now", NOW, "--guests", "400"]);
    let undisturbed = Desk::synced(&served);

    let desk = Desk::new();
    let mut killed = 0;
    for bytes in [100_000, 600_000, 1_200_000] {
        let mut sync = usherctl(desk.path())
            .args(["sync", "--sandbox", served.url()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("usherctl starts");
        let size = || {
            desk.files()
                .iter()
                .filter_map(|file| fs::metadata(file).ok())
                .map(|file| file.len())
                .sum::<u64>()
        };
        while size() < bytes && sync.try_wait().expect("a process").is_none() {
            thread::park_timeout(Duration::from_millis(1));
        }
        if sync.try_wait().expect("a process").is_none() {
            sync.kill().expect("a signal");
            killed += 1;
        }
        sync.wait().expect("an end");
    }
    assert!(killed > 0, "every sync was done before it could be killed");

    let repeated = usherctl(desk.path())
        .args(["sync", "--sandbox", served.url()])
        .output()
        .expect("usherctl runs");
    assert!(repeated.status.success(), "{}", text(&repeated.stderr));
    for question in [
        &["guests", "--all", "--json"][..],
        &["guests", "--all", "--deleted", "--json"],
        &["failures", "--json"],
    ] {
        let (one, other) = (undisturbed.run_offline(question), desk.run_offline(question));
        assert!(one.status.success() && !one.stdout.is_empty());
        assert_eq!(told(&one.stdout), told(&other.stdout), "{question:?}");
    }
    // Rows per day, log by log; the running day grew while the test ran.
    let days = |desk: &Desk| {
        let output = desk.run_offline(&["coverage", "--days", "40", "--json"]);
        let coverage: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let days = coverage["days"].as_array().expect("days").clone();
        days[..days.len() - 2].to_vec()
    };
    assert_eq!(days(&undisturbed), days(&desk));
}
