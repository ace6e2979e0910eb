//! The window: shown at once, filled by what is opened meanwhile, told what changes.

use std::{env, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::ensure;
use async_trait::async_trait;
use tauri::{AppHandle, Manager, RunEvent};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_specta::Event as _;
use tokio::sync::broadcast::error::RecvError;
use url::Url;
use usher_console::{BrowserNotOpened, BrowserOpener, Console, views::Topic};

use crate::{
    Shell,
    compose::{Options, USAGE, console_config, sandbox_config},
    instance::{Alone, NotAlone},
    ipc::{self, AppChanged, DataChanged},
    logging,
    shell::{Clipboard, ClipboardError},
};

/// The command line could not be understood, or the data folder not be used.
const MISTAKE: u8 = 2;

/// Runs the program to its end.
pub fn run() -> ExitCode {
    let options = match Options::parse(env::args_os().skip(1)) {
        Ok(options) => options,
        Err(error) => return end(&format!("usher: {error}\n{USAGE}")),
    };
    let Some((data_dir, is_usual)) = options.data_dir() else {
        return end("usher: this system names no folder for data; give one with --data-dir");
    };
    let alone = Alone::in_folder(&data_dir);
    match &alone {
        Ok(_) => {}
        // The window of the first one comes to the front; this one ends.
        Err(NotAlone::Running) if is_usual => say("Usher is already running; its window comes to the front."),
        Err(NotAlone::Running) => return end("usher: Usher is already running with this data folder"),
        Err(error @ NotAlone::Folder(_)) => return end(&format!("usher: {error}: {}", data_dir.display())),
    }
    logging::start(&data_dir);
    let is_second = alone.is_err();
    let result = show_window(&options, data_dir, is_usual, is_second);
    drop(alone);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "The window could not be opened");
            end(&format!("usher: the window could not be opened: {error}"))
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "without a window there is nothing else to say it on"
)]
fn say(text: &str) {
    eprintln!("{text}");
}

fn end(text: &str) -> ExitCode {
    say(text);
    ExitCode::from(MISTAKE)
}

fn show_window(options: &Options, data_dir: PathBuf, is_usual: bool, is_second: bool) -> anyhow::Result<()> {
    let contract = ipc::contract();
    let mut builder = tauri::Builder::default();
    if is_usual {
        // Must come first: a second start ends inside it.
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| show(app)));
    }
    let sandbox_config = sandbox_config(options);
    let commands = contract.invoke_handler();
    let app = builder
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_filename(window_state_file(&data_dir))
                .build(),
        )
        .invoke_handler(commands)
        .build(tauri::generate_context!())?;
    // The first one could not be reached, so nobody ended this one.
    ensure!(!is_second, "the running Usher does not answer");

    let downloads = app.path().download_dir().unwrap_or_else(|_| data_dir.clone());
    let clipboard = Arc::new(SystemClipboard(app.handle().clone()));
    let console = open_console(data_dir);
    contract.mount_events(&app);
    send_changes(app.handle(), &console);
    app.manage(Shell::new(console, sandbox_config, clipboard, downloads));
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            let shell = app.state::<Shell>();
            tauri::async_runtime::block_on(shell.close());
        }
    });
    Ok(())
}

/// Opens keychain and archive while the window is still being made.
fn open_console(data_dir: PathBuf) -> Console {
    let runtime = tauri::async_runtime::handle();
    let _inside = runtime.inner().enter();
    let console = Console::start(console_config(data_dir, Arc::new(SystemBrowser)));
    tauri::async_runtime::spawn(console.open_last_tenant());
    console
}

/// Brings the window to the front.
fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        let shown = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "The window could not be brought to the front");
        }
    }
}

/// The window's place is remembered in the data folder: programs with folders of their own do not disturb each other.
fn window_state_file(data_dir: &std::path::Path) -> String {
    data_dir.join("window.json").display().to_string()
}

/// Sends the window the frame's state and what became stale. A window that is gone hears nothing, which is no failure.
fn send_changes(app: &AppHandle, console: &Console) {
    let (window, mut frames) = (app.clone(), console.frames());
    tauri::async_runtime::spawn(async move {
        while frames.changed().await.is_ok() {
            let view = frames.borrow_and_update().clone();
            let _ = AppChanged(view).emit(&window);
        }
    });
    let (window, mut topics) = (app.clone(), console.topics());
    tauri::async_runtime::spawn(async move {
        loop {
            let topics = match topics.recv().await {
                Ok(topics) => topics,
                // What was missed is not known, so everything is stale.
                Err(RecvError::Lagged(_)) => {
                    vec![Topic::Guests, Topic::Overview, Topic::Coverage, Topic::Sandbox]
                }
                Err(RecvError::Closed) => return,
            };
            let _ = DataChanged { topics }.emit(&window);
        }
    });
}

/// The system's browser. It is shown web pages and nothing else.
#[derive(Debug)]
struct SystemBrowser;

#[async_trait]
impl BrowserOpener for SystemBrowser {
    async fn open(&self, url: &Url) -> Result<(), BrowserNotOpened> {
        let is_loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
            return Err(BrowserNotOpened::NotLoopback);
        }
        tauri_plugin_opener::open_url(url, None::<&str>)
            .map_err(|error| BrowserNotOpened::NotStarted(std::io::Error::other(error)))
    }
}

struct SystemClipboard(AppHandle);

impl Clipboard for SystemClipboard {
    fn write(&self, text: String) -> Result<(), ClipboardError> {
        self.0.clipboard().write_text(text).map_err(|error| {
            tracing::warn!(%error, "The clipboard could not be used");
            ClipboardError
        })
    }
}
