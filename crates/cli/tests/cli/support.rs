//! Runs the real program, against a sandbox that is a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// 64 hexadecimal digits.
pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// `usherctl` with a data folder and a key.
pub(crate) fn usherctl(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usherctl"));
    command
        .env("USHER_ARCHIVE_KEY", KEY)
        .arg("--data-dir")
        .arg(data_dir);
    command
}

/// A served sandbox; ends with the test.
pub(crate) struct Served {
    process: Child,
    ready: Value,
}

impl Served {
    /// Starts one and waits for its ready line.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_usherctl"))
            .args(["sandbox", "serve"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("usherctl starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("a ready line");
        let ready = serde_json::from_str(&line).expect("the ready line is JSON");
        Self { process, ready }
    }

    /// What it said when it was ready.
    pub(crate) fn ready(&self) -> &Value {
        &self.ready
    }

    /// Its root.
    pub(crate) fn url(&self) -> &str {
        self.ready["url"].as_str().expect("a url")
    }

    /// Asks its control interface.
    pub(crate) async fn ask(&self, path: &str) -> Value {
        let answer = client()
            .get(format!("{}/sandbox/api/{path}", self.url()))
            .send()
            .await
            .expect("an answer");
        answer
            .error_for_status()
            .expect("a success")
            .json()
            .await
            .expect("JSON")
    }

    /// A page of it, as text.
    pub(crate) async fn page(&self, url: &Value) -> String {
        let answer = client().get(url.as_str().expect("a url")).send().await;
        answer.expect("an answer").text().await.expect("a text")
    }

    /// A token of the application that acts as itself.
    pub(crate) async fn token(&self) -> String {
        let word = |value: &Value| value.as_str().expect("a text").to_owned();
        let app = &self.ready["appOnly"];
        let form = [
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", word(&app["clientId"])),
            ("client_secret", word(&app["clientSecret"])),
            ("scope", "https://graph.microsoft.com/.default".to_owned()),
        ];
        let address = format!(
            "{}/{}/oauth2/v2.0/token",
            word(&self.ready["login"]),
            word(&self.ready["tenantId"])
        );
        let answer = client().post(address).form(&form).send().await;
        let body: Value = answer.expect("an answer").json().await.expect("JSON");
        word(&body["access_token"])
    }

    /// Invites somebody through Graph, without any check on the way there.
    pub(crate) async fn invite(&self, mail: &str, name: &str) {
        let invitation = serde_json::json!({"invitedUserEmailAddress": mail, "invitedUserDisplayName": name,
            "inviteRedirectUrl": "https://myapplications.microsoft.com", "sendInvitationMessage": true});
        let graph = self.ready["graph"].as_str().expect("an address");
        let answer = client()
            .post(format!("{graph}/v1.0/invitations"))
            .bearer_auth(self.token().await)
            .json(&invitation)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 201, "{mail}");
    }

    /// Tells its control interface.
    pub(crate) async fn tell(&self, path: &str, body: &Value) {
        let request = client()
            .post(format!("{}/sandbox/api/{path}", self.url()))
            .json(body);
        request
            .send()
            .await
            .expect("an answer")
            .error_for_status()
            .expect("a success");
    }
}

pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A data folder for one test.
pub(crate) struct Desk {
    folder: TempDir,
    sandbox: Option<String>,
}

impl Desk {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            sandbox: None,
        }
    }

    /// One at a sandbox that has read nothing yet.
    pub(crate) fn at(served: &Served) -> Self {
        Self {
            sandbox: Some(served.url().to_owned()),
            ..Self::new()
        }
    }

    /// One that has read the whole sandbox.
    pub(crate) fn synced(served: &Served) -> Self {
        let desk = Self::at(served);
        let synced = desk.run(&["sync", "--json"]);
        assert!(synced.status.success(), "{}", text(&synced.stderr));
        assert_eq!(json(&synced)["state"], "completed");
        desk
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command with the sandbox of this desk.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = usherctl(self.path());
        if let Some(url) = &self.sandbox {
            command.args(["--sandbox", url]);
        }
        command.args(arguments).output().expect("usherctl runs")
    }

    /// Runs a command without any sandbox, as without network.
    pub(crate) fn run_offline(&self, arguments: &[&str]) -> Output {
        usherctl(self.path())
            .args(arguments)
            .output()
            .expect("usherctl runs")
    }

    /// Runs a command that must work and answers JSON.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        json(&output)
    }

    /// Every file below the folder.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        files_below(self.path())
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// What was printed, as JSON.
pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {}", text(&output.stdout)))
}

/// What was printed.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
