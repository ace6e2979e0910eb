//! Usher's own window.

use std::{
    ops::Deref,
    path::{Path, PathBuf},
};

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::{Browser, free_port};

/// How to open the window.
#[derive(Debug, Clone)]
pub(crate) struct WindowOptions {
    /// The folder of archives and vault; kept by the caller, so that a second window can open the same.
    pub(crate) data_dir: PathBuf,
    /// Where the in-process sandbox listens.
    pub(crate) sandbox_port: u16,
    /// Guests of the sandbox.
    pub(crate) guests: u32,
}

impl WindowOptions {
    /// A small sandbox on a free port.
    pub(crate) fn small(data_dir: &Path) -> Result<Self> {
        Ok(Self {
            data_dir: data_dir.to_owned(),
            sandbox_port: free_port()?,
            guests: 120,
        })
    }

    fn arguments(&self) -> [String; 6] {
        [
            "--data-dir".to_owned(),
            self.data_dir.display().to_string(),
            "--sandbox-listen".to_owned(),
            format!("127.0.0.1:{}", self.sandbox_port),
            "--sandbox-guests".to_owned(),
            self.guests.to_string(),
        ]
    }
}

/// The real window.
pub(crate) struct AppWindow(Browser);

impl AppWindow {
    /// Starts the program and waits until it has drawn something.
    pub(crate) async fn open(options: &WindowOptions) -> Result<Self> {
        let mut capabilities = Map::new();
        capabilities.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({ "binary": env!("CARGO_BIN_EXE_usher"), "args": options.arguments() }),
        );
        let window = Self(Browser::start(capabilities).await?);
        window.client().set_window_size(1320, 860).await?;
        window.wait("//*[@id='root']//*").await?;
        Ok(window)
    }

    /// Goes to a page by its address, as a copied link does.
    pub(crate) async fn go(&self, address: &str) -> Result<()> {
        let hash = Value::String(format!("#/{address}"));
        self.run("window.location.hash = arguments[0]", vec![hash])
            .await?;
        Ok(())
    }

    /// Closes the window.
    pub(crate) async fn close(self) -> Result<()> {
        self.0.close().await
    }
}

impl Deref for AppWindow {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.0
    }
}
