//! The seam that opens the sign-in page: the system browser, or in the sandbox a browser of one click.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::redirect::Policy;
use url::Url;

use crate::{Transport, cloud::is_loopback};

/// Why the sign-in page could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum BrowserNotOpened {
    /// No browser could be started.
    #[error("no browser could be started")]
    NotStarted(#[source] std::io::Error),
    /// The sandbox's browser goes nowhere but to this computer.
    #[error("the page is not on this computer")]
    NotLoopback,
    /// The sandbox did not answer.
    #[error("the sandbox could not be reached")]
    Unreachable(#[source] Transport),
    /// The sandbox showed a page instead of signing in.
    #[error("the sandbox did not sign in (status {status})")]
    NotSignedIn {
        /// The HTTP status of the page.
        status: u16,
    },
}

/// Opens the sign-in page where a person can act on it.
#[async_trait]
pub trait BrowserOpener: std::fmt::Debug + Send + Sync {
    /// Opens `url`; returns when the browser has it, or (without a person) when it has been through it.
    async fn open(&self, url: &Url) -> Result<(), BrowserNotOpened>;
}

/// Goes through the sandbox's sign-in page by itself, so that exploring the sandbox is one click.
///
/// It is a browser without eyes: it follows redirects on loopback and sends no form. The authorize page
/// answers it with a redirect when the request names an account, as Entra's does where a session exists.
#[derive(Debug, Clone)]
pub struct SandboxBrowser {
    http: reqwest::Client,
}

impl SandboxBrowser {
    /// Makes the browser; it trusts no proxy and no certificate, as loopback needs neither.
    pub fn new() -> Result<Self, BrowserNotOpened> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .redirect(Policy::custom(|attempt| {
                if attempt.previous().len() > 10 || !is_loopback(attempt.url()) {
                    attempt.stop()
                } else {
                    attempt.follow()
                }
            }))
            .build()
            .map_err(|error| BrowserNotOpened::Unreachable(Transport::of_request(&error)))?;

        Ok(Self { http })
    }
}

#[async_trait]
impl BrowserOpener for SandboxBrowser {
    async fn open(&self, url: &Url) -> Result<(), BrowserNotOpened> {
        if !is_loopback(url) {
            return Err(BrowserNotOpened::NotLoopback);
        }
        let answer = self
            .http
            .get(url.clone())
            .send()
            .await
            .map_err(|error| BrowserNotOpened::Unreachable(Transport::of_request(&error)))?;

        // Still at the sandbox: it showed a page, and nobody is there to read it.
        if answer.url().path() == url.path() || !answer.status().is_success() {
            return Err(BrowserNotOpened::NotSignedIn {
                status: answer.status().as_u16(),
            });
        }
        Ok(())
    }
}
