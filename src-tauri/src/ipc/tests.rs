//! Commands by their names over the real bridge, with a window that is not drawn: JSON in, JSON out.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tauri::{
    WebviewWindow,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets},
    webview::InvokeRequest,
};
use tempfile::TempDir;
use usher_clock::SystemClock;
use usher_console::{BrowserNotOpened, BrowserOpener, Console, ConsoleConfig, Keys};
use usher_sandbox::SandboxConfig;

use crate::{
    Shell,
    shell::{Clipboard, ClipboardError},
};

#[derive(Debug)]
struct NoBrowser;

#[async_trait::async_trait]
impl BrowserOpener for NoBrowser {
    async fn open(&self, _url: &url::Url) -> Result<(), BrowserNotOpened> {
        Err(BrowserNotOpened::NotLoopback)
    }
}

#[derive(Default)]
struct Board(Mutex<Vec<String>>);

impl Clipboard for Board {
    fn write(&self, text: String) -> Result<(), ClipboardError> {
        self.0.lock().expect("a board").push(text);
        Ok(())
    }
}

/// A program without a drawn window.
struct Program {
    window: WebviewWindow<MockRuntime>,
    console: Console,
    board: Arc<Board>,
    folder: TempDir,
    _app: tauri::App<MockRuntime>,
}

impl Drop for Program {
    fn drop(&mut self) {
        tauri::async_runtime::block_on(self.console.close());
    }
}

impl Program {
    fn start(guests: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tauri::async_runtime::handle();
        let _inside = runtime.inner().enter();
        let console = Console::start(ConsoleConfig {
            data_dir: folder.path().to_owned(),
            version: "0.0.0".to_owned(),
            clock: Arc::new(SystemClock),
            keys: Keys::Given { hex: "ab".repeat(32) },
            browser: Arc::new(NoBrowser),
        });
        let board = Arc::new(Board::default());
        let sandbox = SandboxConfig {
            guests,
            ..SandboxConfig::default()
        };
        let shell = Shell::new(console.clone(), sandbox, board.clone(), folder.path().to_owned());
        let contract = super::contract::<MockRuntime>();
        let app = mock_builder()
            .invoke_handler(contract.invoke_handler())
            .manage(shell)
            .build(mock_context(noop_assets()))
            .expect("an app");
        contract.mount_events(&app);
        let window = tauri::WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default())
            .build()
            .expect("a window");
        Self {
            window,
            console,
            board,
            folder,
            _app: app,
        }
    }

    fn call(&self, command: &str, arguments: &Value) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.into(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().expect("a url"),
            body: InvokeBody::Json(arguments.clone()),
            headers: tauri::http::HeaderMap::new(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        get_ipc_response(&self.window, request).map(|body| body.deserialize().expect("JSON"))
    }

    fn ask(&self, command: &str, arguments: &Value) -> Value {
        self.call(command, arguments)
            .unwrap_or_else(|problem| panic!("{command}: {problem}"))
    }

    /// Signs in to the sandbox and waits until it is read.
    fn explore(guests: u32) -> Self {
        let program = Self::start(guests);
        program.ask(
            "sign_in",
            &json!({ "form": { "method": "sandbox", "admin": null } }),
        );
        program.wait_for_sync();
        program
    }

    fn wait_for_sync(&self) {
        let mut frames = self.console.frames();
        let ended = async {
            // The frame may still show the sync before this one; the state never does.
            let completed = |_: &usher_console::views::AppView| {
                matches!(
                    self.console.app().sync,
                    usher_console::views::SyncView::Completed { .. }
                )
            };
            frames.wait_for(completed).await.map(|_| ())
        };
        let ended = async { tokio::time::timeout(Duration::from_mins(1), ended).await };
        tauri::async_runtime::block_on(ended)
            .expect("the sync ends in time")
            .expect("the console lives");
    }
}

#[test]
fn first_run_asks_for_a_sign_in() {
    let program = Program::start(0);
    let app = program.ask("get_app", &json!({}));
    assert_eq!(
        (&app["tenant"], &app["connection"]["state"]),
        (&Value::Null, &json!("notConnected"))
    );
    assert_eq!(app["permissions"].as_array().map(Vec::len), Some(9));

    let problem = program
        .call("get_overview", &json!({ "filter": {} }))
        .expect_err("no tenant is open");
    assert_eq!(problem["code"], "notFound");
    assert!(problem["nextStep"].as_str().is_some_and(|step| !step.is_empty()));
    assert_eq!(program.ask("get_sandbox", &json!({})), Value::Null);
}

#[test]
fn one_click_explores_the_sandbox() {
    let program = Program::explore(60);
    let app = program.ask("get_app", &json!({}));
    assert_eq!(
        (&app["tenant"]["name"], &app["tenant"]["sandbox"]),
        (&json!("Contoso"), &json!(true))
    );
    assert_eq!(app["account"]["name"], "Adele Vance");
    assert!(
        app["account"]["roles"]
            .as_array()
            .expect("roles")
            .contains(&json!("User Administrator"))
    );
    assert_eq!(app["connection"]["state"], "online");

    let overview = program.ask("get_overview", &json!({ "filter": {} }));
    assert_eq!(
        overview["cards"][0]["count"],
        json!({ "value": 60, "atLeast": false })
    );
    assert_eq!(overview["funnel"]["stages"].as_array().map(Vec::len), Some(6));

    let sandbox = program.ask("get_sandbox", &json!({}));
    assert_eq!(sandbox["admins"].as_array().map(Vec::len), Some(4));
    assert!(
        sandbox["lessons"]
            .as_array()
            .is_some_and(|lessons| lessons.len() >= 8)
    );
}

#[test]
fn a_stuck_guest_is_found_and_blocked_and_unblocked() {
    let program = Program::explore(60);
    let page = program.ask("list_guests", &json!({ "query": { "limit": 1 } }));
    let id = page["items"][0]["id"].as_str().expect("a guest").to_owned();
    let detail = program.ask("get_guest", &json!({ "id": id }));
    assert_eq!(detail["timeline"].as_array().map(Vec::len), Some(6));
    let enabled = detail["guest"]["accountEnabled"] == true;
    let (first, second) = if enabled {
        ("blockSignIn", "unblockSignIn")
    } else {
        ("unblockSignIn", "blockSignIn")
    };
    for (verb, after) in [(first, !enabled), (second, enabled)] {
        let plan = program.ask("plan_action", &json!({ "guestId": id, "verb": verb }));
        let outcome = program.ask("apply_plan", &json!({ "plan": plan }));
        assert_eq!(outcome["result"], "done", "{outcome}");
        let guest = program.ask("get_guest", &json!({ "id": id }));
        assert_eq!(guest["guest"]["accountEnabled"], after);
    }
}

#[test]
fn a_plan_that_changed_meanwhile_is_left_alone() {
    let program = Program::explore(60);
    let filter = json!({ "query": { "filter": { "accountEnabled": true }, "limit": 1 } });
    let id = program.ask("list_guests", &filter)["items"][0]["id"].clone();
    let stale = program.ask("plan_action", &json!({ "guestId": id, "verb": "blockSignIn" }));
    assert_eq!(
        program.ask("apply_plan", &json!({ "plan": stale }))["result"],
        "done"
    );
    let outcome = program.ask("apply_plan", &json!({ "plan": stale }));
    assert_eq!(outcome["result"], "skipped");
    assert!(
        outcome["message"]
            .as_str()
            .is_some_and(|text| text.contains("sign-in was blocked")),
        "{outcome}"
    );
    assert_eq!(
        tauri::async_runtime::block_on(program.console.ledger_is_intact()).ok(),
        Some(true)
    );
}

#[test]
fn an_invited_guest_gets_mail_and_the_link_can_be_copied() {
    let program = Program::explore(20);
    let form = json!({ "mail": "new.guest@fabrikam.com", "displayName": "<b>\u{202e}New</b>" });
    assert_eq!(
        program.ask("check_invitation", &json!({ "form": form }))["verdict"],
        "ready"
    );
    let invited = program.ask("invite_guest", &json!({ "form": form }));
    let side = program.ask("get_guest_side", &json!({ "mail": "new.guest@fabrikam.com" }));
    assert_eq!(side["inbox"].as_array().map(Vec::len), Some(1), "{side}");
    program.ask("copy_direct_link", &json!({ "guestId": invited["guestId"] }));
    let copied = program.board.0.lock().expect("a board").clone();
    assert!(
        copied.first().is_some_and(|link| link.contains("tenantid=")),
        "{copied:?}"
    );
}

#[test]
fn the_clock_of_the_sandbox_is_the_clock_of_the_program() {
    let program = Program::explore(20);
    let before = program.ask("get_app", &json!({}))["now"].clone();
    let moved = program.ask(
        "move_clock",
        &json!({ "to": { "to": "forward", "seconds": 864_000 } }),
    );
    let after = program.ask("get_app", &json!({}))["now"].clone();
    let time = |value: &Value| {
        value
            .as_str()
            .and_then(|text| text.parse::<chrono::DateTime<chrono::Utc>>().ok())
    };
    let days = (time(&after).expect("a time") - time(&before).expect("a time")).num_days();
    assert_eq!(days, 10, "{before} {after} {moved}");
}

#[test]
fn a_reset_brings_the_first_day_back() {
    let program = Program::explore(20);
    program.ask(
        "invite_guest",
        &json!({ "form": { "mail": "gone.again@fabrikam.com" } }),
    );
    assert_eq!(program.ask("list_guests", &json!({ "query": {} }))["total"], 21);
    program.ask("reset_sandbox", &json!({}));
    program.wait_for_sync();
    assert_eq!(program.ask("list_guests", &json!({ "query": {} }))["total"], 20);
}

#[test]
fn a_download_holds_every_row_and_no_formula() {
    let program = Program::explore(20);
    let form = json!({ "mail": "formula@fabrikam.com", "displayName": "=HYPERLINK(\"http://x\")" });
    program.ask("invite_guest", &json!({ "form": form }));
    let export = program.ask("export_guests", &json!({ "query": {} }));
    assert_eq!(export["rows"], 21);
    let path = export["path"].as_str().expect("a path");
    assert!(path.starts_with(&program.folder.path().display().to_string()));
    let csv = std::fs::read_to_string(path).expect("a file");
    assert_eq!(csv.lines().count(), 22);
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\"") && !csv.contains("\n=HYPERLINK"));
}

#[test]
fn signing_out_leaves_the_archive() {
    let program = Program::explore(5);
    program.ask("sign_out", &json!({}));
    let app = program.ask("get_app", &json!({}));
    assert_eq!(app["tenant"], Value::Null);
    assert_eq!(app["knownTenants"].as_array().map(Vec::len), Some(1));
}
