//! Bad days, as the command line meets them: each is said clearly, and nothing is lost by it.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Read as _},
    process::{Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{Desk, Served, json as printed, text, usherctl};

const NOW: &str = "2026-11-23T09:00:00Z";
const AUDITS: &str = "/graph/v1.0/auditLogs/directoryAudits";

fn small() -> Served {
    Served::start(&["--now", NOW, "--guests", "60"])
}

/// The one problem that was told on standard error.
fn problem(output: &Output) -> Value {
    let told: Value =
        serde_json::from_slice(&output.stderr).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let problem = told["error"].clone();
    for name in ["code", "message", "nextStep"] {
        assert!(
            problem[name].as_str().is_some_and(|text| !text.is_empty()),
            "{told}"
        );
    }
    problem
}

/// What two archives hold is the same.
fn assert_same(one: &Desk, other: &Desk) {
    for question in [
        &["guests", "--all", "--json"][..],
        &["guests", "--all", "--deleted", "--json"],
        &["failures", "--json"],
    ] {
        let (one, other) = (one.run_offline(question), other.run_offline(question));
        assert!(one.status.success() && !one.stdout.is_empty());
        let (one, other) = (printed(&one), printed(&other));
        for list in ["items", "reasons"] {
            let rows = |value: &Value| -> BTreeMap<String, Value> {
                let rows = value[list].as_array().into_iter().flatten();
                rows.map(|row| (format!("{}{}", row["id"], row["key"]), row.clone()))
                    .collect()
            };
            let others = rows(&other);
            for (key, row) in rows(&one) {
                assert_eq!(Some(&row), others.get(&key), "{question:?}");
            }
        }
        assert!(one == other, "{question:?}: another order or more rows");
    }
}

#[tokio::test]
async fn a_wrong_answer_in_mid_sync_is_named_and_the_next_sync_goes_on() {
    let served = small();
    let undisturbed = Desk::synced(&served);
    for (kind, code) in [
        (json!({"kind": "htmlPage"}), "unexpected"),
        (json!({"kind": "truncatedBody"}), "unexpected"),
        (json!({"kind": "tokenExpired"}), "sessionExpired"),
    ] {
        let mut fault = kind.clone();
        fault["pathPrefix"] = json!(AUDITS);
        served.tell("faults", &json!([fault])).await;
        let desk = Desk::at(&served);
        let failed = desk.run(&["sync", "--json"]);
        assert_eq!(failed.status.code(), Some(1), "{kind}");
        assert_eq!(problem(&failed)["code"], code, "{kind}");
        assert_eq!(printed(&failed)["state"], "failed", "{kind}");
        served.tell("faults", &json!([])).await;
        assert!(desk.run(&["sync"]).status.success(), "{kind}");
        assert_same(&undisturbed, &desk);
    }
}

#[tokio::test]
async fn a_token_that_ends_and_a_throttled_hour_change_no_row() {
    let served = small();
    let undisturbed = Desk::synced(&served);
    let faults = json!([
        {"kind": "tokenExpired", "pathPrefix": AUDITS, "count": 1},
        {"kind": "tooManyRequests", "retryAfter": "0.2", "count": 2},
        {"kind": "serviceUnavailable", "pathPrefix": "/graph/v1.0/users", "retryAfter": "0", "count": 1},
    ]);
    served.tell("faults", &faults).await;
    assert_same(&undisturbed, &Desk::synced(&served));
}

#[test]
fn a_second_sync_is_told_that_the_first_is_at_work() {
    let served = small();
    let desk = Desk::synced(&served);
    let lock = desk
        .files()
        .into_iter()
        .find(|file| file.ends_with("archive.lock"))
        .expect("a lock file");
    // What another usherctl does for as long as it writes.
    let held = fs::File::options().write(true).open(lock).expect("the lock file");
    held.lock().expect("a lock");
    let second = desk.run(&["sync", "--json"]);
    assert_eq!(second.status.code(), Some(1), "{}", text(&second.stderr));
    assert_eq!(problem(&second)["code"], "busy");
    assert!(desk.run_offline(&["funnel"]).status.success(), "reading goes on");
    drop(held);
    assert!(desk.run(&["sync"]).status.success());
}

#[test]
fn a_damaged_archive_is_set_aside_whole_and_the_next_sync_fills_a_new_one() {
    let served = small();
    let desk = Desk::synced(&served);
    let archive = desk
        .files()
        .into_iter()
        .find(|file| file.ends_with("archive.db"))
        .expect("an archive");
    let mut bytes = fs::read(&archive).expect("the archive");
    for byte in bytes.iter_mut().take(40_000).skip(16) {
        *byte ^= 0x5a;
    }
    fs::write(&archive, &bytes).expect("damage");
    let synced = desk.run(&["sync", "--json"]);
    assert!(synced.status.success(), "{}", text(&synced.stderr));
    let aside = desk
        .files()
        .into_iter()
        .filter(|file| *file != archive)
        .any(|file| fs::read(file).is_ok_and(|kept| kept == bytes));
    assert!(
        aside,
        "the damaged file is kept byte for byte: {:?}",
        desk.files()
    );
    assert_same(&Desk::synced(&served), &desk);
}

#[tokio::test]
async fn a_hostile_name_breaks_no_line_and_loses_no_letter() {
    let served = small();
    let names = [
        ("markup", "<img src=x onerror=alert(1)>\"'&amp;".to_owned()),
        (
            "marks",
            "\u{202e}gnp.evil\u{202c}\u{200f}\u{1b}[2Jx\r\ny\tz".to_owned(),
        ),
        ("long", "Ω".repeat(32_768)),
    ];
    for (local, name) in &names {
        served.invite(&format!("{local}@fabrikam.com"), name).await;
    }
    let desk = Desk::synced(&served);
    for (local, name) in &names {
        let mail = format!("{local}@fabrikam.com");
        let found = desk.ask(&["guests", "--search", &mail]);
        assert_eq!(found["items"][0]["displayName"], name.as_str(), "{local}");
        assert_eq!(desk.ask(&["guest", &mail])["guest"]["displayName"], name.as_str());
        for question in [&["guests", "--search", &mail][..], &["guest", &mail]] {
            let shown = desk.run_offline(question);
            assert!(shown.status.success());
            let shown = text(&shown.stdout);
            let hostile = |letter: char| {
                (letter.is_control() && letter != '\n')
                    || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!shown.contains(hostile), "{question:?}: {shown:?}");
            assert!(
                shown.lines().all(|line| line.chars().count() < 2_000),
                "{question:?}"
            );
        }
    }
}

#[test]
fn with_json_every_mistake_is_json() {
    let desk = Desk::new();
    for (arguments, exit, code) in [
        (&["guests", "--limit", "0"][..], 2, "invalidInput"),
        (&["guests", "--stage", "nowhere"], 2, "invalidInput"),
        (&["frobnicate"], 2, "invalidInput"),
        (&["sandbox", "serve", "--listen", "0.0.0.0:0"], 2, "invalidInput"),
        (&["sandbox", "serve", "--listen", "somewhere"], 2, "invalidInput"),
        (&["sandbox", "serve", "--guests", "99999999"], 2, "invalidInput"),
        (&["sandbox", "serve", "--now", "yesterday"], 2, "invalidInput"),
        (
            &["sandbox", "serve", "--faults", "/nowhere.json"],
            2,
            "invalidInput",
        ),
        (&["sync", "--sandbox", "http://127.0.0.1:1"], 1, "offline"),
        (&["sync", "--sandbox", "not a url"], 2, "invalidInput"),
        (
            &[
                "sync",
                "--data-dir",
                "/dev/null/x",
                "--sandbox",
                "http://127.0.0.1:1",
            ],
            1,
            "offline",
        ),
        (&["resend", "nobody@nowhere.example"], 1, "notFound"),
    ] {
        let output = desk.run_offline(&[arguments, &["--json"]].concat());
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        assert_eq!(problem(&output)["code"], code, "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(desk.files().is_empty(), "{arguments:?} wrote something");
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_said() {
    let served = small();
    let output = usherctl("/dev/null/nowhere".as_ref())
        .args(["sync", "--json", "--sandbox", served.url()])
        .output()
        .expect("usherctl runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        problem(&output)["nextStep"]
            .as_str()
            .is_some_and(|step| step.contains("folder")),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let served = small();
    let desk = Desk::synced(&served);
    let mut list = usherctl(desk.path())
        .args(["guests", "--all", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("usherctl starts");
    drop(list.stdout.take());
    let ended = list.wait_with_output().expect("an end");
    assert_eq!((ended.status.code(), text(&ended.stderr).as_str()), (Some(0), ""));
}

#[tokio::test]
async fn no_log_names_anybody_at_any_level() {
    let served = small();
    let desk = Desk::at(&served);
    let mail = "quiet.person@fabrikam.com";
    let words = "words-for-the-guest";
    let mut log = String::new();
    for arguments in [
        &["sync"][..],
        &[
            "invite",
            mail,
            "--name",
            "Quiet Person",
            "--message",
            words,
            "--cc",
            "boss@contoso.com",
        ],
        &["resend", mail],
        &["guest", mail],
        &["revoke", mail],
        &["restore", mail],
    ] {
        let mut command = usherctl(desk.path());
        command
            .env("USHER_LOG", "trace")
            .args(["--sandbox", served.url()]);
        let output = command.args(arguments).output().expect("usherctl runs");
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        log.push_str(&text(&output.stderr));
    }
    assert!(log.lines().count() > 20, "there is a log: {log}");
    let page = served
        .page(&served.ask(&format!("inbox/{mail}")).await["mails"][0]["url"])
        .await;
    let ticket = page
        .split("ticket%3d")
        .nth(1)
        .and_then(|rest| rest.get(..20))
        .expect("a ticket");
    let secret = served.ready()["appOnly"]["clientSecret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    for personal in [
        mail,
        "@fabrikam.com",
        "boss@contoso.com",
        "Quiet Person",
        words,
        ticket,
        &secret,
        crate::support::KEY,
        "eyJ0eXAi",
        "Bearer ",
        "%40fabrikam",
    ] {
        assert!(
            !log.to_lowercase().contains(&personal.to_lowercase()),
            "the log names {personal}"
        );
    }
}

#[test]
fn the_sandbox_says_one_line_and_stops_when_told() {
    let mut served = usherctl("/nonexistent".as_ref())
        .args(["sandbox", "serve", "--guests", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("usherctl starts");
    let mut line = String::new();
    let mut out = BufReader::new(served.stdout.take().expect("a pipe"));
    out.read_line(&mut line).expect("the ready line");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    let names: Vec<&String> = ready.as_object().expect("an object").keys().collect();
    assert_eq!(
        names,
        [
            "appOnly", "clientId", "graph", "inbox", "login", "tenantId", "tls", "url"
        ]
    );
    let url = ready["url"].as_str().expect("a url");
    for (name, path) in [("graph", "/graph"), ("login", "/login"), ("inbox", "/inbox")] {
        assert_eq!(ready[name], format!("{url}{path}"));
    }
    let told = std::process::Command::new("kill")
        .arg(served.id().to_string())
        .status()
        .expect("kill runs");
    assert!(told.success());
    let deadline = Instant::now() + Duration::from_mins(1);
    while served.try_wait().expect("a process").is_none() && Instant::now() < deadline {
        thread::park_timeout(Duration::from_millis(1));
    }
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("the rest");
    assert_eq!(
        (served.wait().expect("an end").code(), rest.as_str()),
        (Some(0), "")
    );
}
