//! A sandbox looked at from outside: what is true in it, and what reached it.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{PATIENCE, until};

/// The control interface of a running sandbox.
#[derive(Debug, Clone)]
pub(crate) struct SandboxProbe {
    base: String,
    http: reqwest::Client,
}

impl SandboxProbe {
    /// Looks at the sandbox on this port.
    pub(crate) fn on(port: u16) -> Result<Self> {
        Self::at(&format!("http://127.0.0.1:{port}"))
    }

    /// Looks at the sandbox at this address.
    pub(crate) fn at(url: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        let base = format!("{url}/sandbox/api");
        Ok(Self { base, http })
    }

    /// Asks the control interface.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.http.get(format!("{}/{path}", self.base)).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Tells the control interface.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.http.post(format!("{}/{path}", self.base)).json(body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Sets what is true of a person.
    pub(crate) async fn put_person(&self, mail: &str, facts: &Value) -> Result<()> {
        let request = self.http.put(format!("{}/people/{mail}", self.base)).json(facts);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Returns the truth about every guest.
    pub(crate) async fn guests(&self) -> Result<Vec<Value>> {
        let truth = self.get("truth").await?;
        let guests = truth.get("guests").and_then(Value::as_array);
        Ok(guests.context("the truth lists guests")?.clone())
    }

    /// Returns the truth about one guest.
    pub(crate) async fn guest(&self, id: &str) -> Result<Value> {
        let guests = self.guests().await?;
        let guest = guests.into_iter().find(|guest| text(guest, "id") == id);
        guest.context("the truth knows the guest")
    }

    /// Counts the changing requests of this method whose path contains `part`.
    pub(crate) async fn received(&self, method: &str, part: &str) -> Result<usize> {
        let received = self.get("received").await?;
        let requests = received.get("requests").and_then(Value::as_array);
        let requests = requests.context("the sandbox lists what it received")?;
        let fits =
            |request: &&Value| text(request, "method") == method && text(request, "path").contains(part);
        Ok(requests.iter().filter(fits).count())
    }

    /// Waits until such a request arrived, and counts them.
    pub(crate) async fn wait_received(&self, method: &str, part: &str) -> Result<usize> {
        let arrived = until(async || match self.received(method, part).await {
            Ok(0) | Err(_) => None,
            Ok(count) => Some(count),
        });
        match arrived.await {
            Some(count) => Ok(count),
            None => bail!("no {method} …{part} reached the sandbox"),
        }
    }
}

/// Returns a member as text, empty where it is absent.
pub(crate) fn text(value: &Value, member: &str) -> String {
    let text = value.get(member).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}
