//! From the command line to an open tenant.

use std::{env, sync::Arc};

use async_trait::async_trait;
use url::Url;
use usher_clock::SystemClock;
use usher_console::{
    BrowserNotOpened, BrowserOpener, Console, ConsoleConfig, Keys, SandboxApp, SandboxPlace, default_data_dir,
};
use usher_sandbox::{Ready, fetch_ready};

use crate::{arguments::Place, failure::Failure};

/// 64 hexadecimal digits, for computers without a keychain.
const KEY_VARIABLE: &str = "USHER_ARCHIVE_KEY";

/// The keychain entry that the window uses too.
const SERVICE: &str = "io.usher.console";

/// A console over the data folder of the command line, with nothing open.
pub(crate) fn console(place: &Place) -> Result<Console, Failure> {
    let data_dir = match &place.data_dir {
        Some(folder) => folder.clone(),
        None => default_data_dir().ok_or(Failure::NoDataDir)?,
    };
    let keys = match env::var(KEY_VARIABLE) {
        Ok(hex) if !hex.is_empty() => Keys::Given { hex },
        _ => Keys::KeychainOnly {
            service: SERVICE.to_owned(),
        },
    };
    Ok(Console::start(ConsoleConfig {
        data_dir,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: Arc::new(SystemClock),
        keys,
        browser: Arc::new(NoBrowser),
    }))
}

/// Opens the archive for reading what it holds.
pub(crate) async fn archive(console: &Console, place: &Place) -> Result<(), Failure> {
    let tenant = match (&place.tenant, &place.sandbox) {
        (Some(tenant), _) => tenant.clone(),
        (None, Some(url)) => fetch_ready(url).await?.tenant_id.to_string(),
        (None, None) => console.only_tenant()?,
    };
    Ok(console.open_archive(&tenant).await?)
}

/// Opens the tenant signed in, for reading from and writing to its directory.
pub(crate) async fn signed_in(console: &Console, place: &Place) -> Result<(), Failure> {
    if let Some(url) = &place.sandbox {
        let ready = fetch_ready(url).await?;
        let app = SandboxApp {
            client_id: ready.app_only.client_id.clone(),
            client_secret: ready.app_only.client_secret.clone(),
        };
        console
            .sign_in_as_sandbox_app(&sandbox_place(ready), &app)
            .await?;
    } else {
        let tenant = match &place.tenant {
            Some(tenant) => tenant.clone(),
            None => console.only_tenant()?,
        };
        // The sign-in that the window remembered.
        console.open_tenant(&tenant).await?;
    }
    Ok(())
}

fn sandbox_place(ready: Ready) -> SandboxPlace {
    SandboxPlace {
        url: ready.url,
        graph: ready.graph,
        login: ready.login,
        tenant_id: ready.tenant_id.to_string(),
        client_id: ready.client_id,
        now: None,
    }
}

/// Terminals and schedules open no browser: whoever must sign in does so in the window.
#[derive(Debug)]
struct NoBrowser;

#[async_trait]
impl BrowserOpener for NoBrowser {
    async fn open(&self, _url: &Url) -> Result<(), BrowserNotOpened> {
        Err(BrowserNotOpened::NotStarted(std::io::Error::from(
            std::io::ErrorKind::Unsupported,
        )))
    }
}
