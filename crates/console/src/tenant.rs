//! The open tenant: its archive, its clock, and (where somebody is signed in) the way to its directory.

use std::{
    fs,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex as AsyncMutex, broadcast};
use url::Url;
use usher_clock::{Clock as _, SharedClock};
use usher_graph::GraphClient;
use usher_identity::BrowserSignIn;
use usher_store::{Archive, SalvageReport, TenantFacts, TenantId};

use crate::{
    ConsoleError,
    guests::Predictions,
    permissions::Rights,
    session::TenantClock,
    views::{AccountView, SetAsideView, TenantView, Topic},
};

/// The checkpoint that keeps the tenant's verified domains, for pre-flights without network.
const VERIFIED_DOMAINS: &str = "verified domains";

/// My Apps, where a guest lands who is sent nowhere else.
const MY_APPS: &str = "https://myapplications.microsoft.com/";

/// The way to a tenant's directory, in somebody's name.
pub(crate) struct Link {
    /// Microsoft Graph.
    pub(crate) graph: GraphClient,
    /// The person's sign-in, which can be ended; none for an application or the Azure CLI.
    pub(crate) browser: Option<Arc<BrowserSignIn>>,
    /// Who.
    pub(crate) who: Who,
    /// What the account may do.
    pub(crate) rights: Rights,
    /// Whether the account stays signed in after the program ends.
    pub(crate) remembered: bool,
    /// Stops every call of this link.
    pub(crate) cancel: tokio_util::sync::CancellationToken,
}

/// In whose name.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    /// A person.
    Person {
        /// Display name.
        name: String,
        /// User principal name.
        user_principal_name: String,
    },
    /// An application.
    Application {
        /// Its client ID.
        client_id: String,
    },
}

impl Link {
    /// The name that goes into the ledger.
    pub(crate) fn actor(&self) -> String {
        match &self.who {
            Who::Person {
                user_principal_name, ..
            } => user_principal_name.clone(),
            Who::Application { client_id } => format!("application {client_id}"),
        }
    }

    /// The account as the frame shows it.
    pub(crate) fn view(&self) -> AccountView {
        let roles = match &self.rights {
            Rights::Roles(roles) => roles.clone(),
            Rights::Application => vec!["Application".to_owned()],
            Rights::Unknown => Vec::new(),
        };
        let (name, user_principal_name) = match &self.who {
            Who::Person {
                name,
                user_principal_name,
                ..
            } => (name.clone(), user_principal_name.clone()),
            Who::Application { client_id } => ("Application".to_owned(), client_id.clone()),
        };
        AccountView {
            name,
            user_principal_name,
            roles,
            remembered: self.remembered,
        }
    }
}

/// What of a tenant changes while it is open.
struct Changing {
    link: Option<Arc<Link>>,
    facts: TenantFacts,
}

/// An open tenant.
pub(crate) struct OpenTenant {
    /// Its directory's id.
    pub(crate) id: TenantId,
    /// Its archive.
    pub(crate) archive: Archive,
    /// Its clock.
    pub(crate) clock: Arc<TenantClock>,
    /// The sandbox's base address; `None` for a Microsoft tenant.
    pub(crate) sandbox: Option<Url>,
    /// Whether it is a sandbox tenant, reachable or not.
    pub(crate) is_sandbox: bool,
    /// A damaged archive that was set aside when this one was opened.
    pub(crate) set_aside: Option<SalvageReport>,
    /// Which identity provider pending guests will use.
    pub(crate) predictions: AsyncMutex<Predictions>,
    changing: Mutex<Changing>,
    topics: broadcast::Sender<Vec<Topic>>,
}

impl OpenTenant {
    /// Ends what goes over the network and closes the archive.
    pub(crate) async fn close(&self) {
        self.set_link(None);
        self.keep_guest_list().await;
        self.archive.close().await;
    }

    /// Keeps the list of guests for the next start. Without it that start takes longer, no more.
    pub(crate) async fn keep_guest_list(&self) {
        if let Err(error) = self.archive.keep_guest_list().await {
            tracing::warn!(%error, "the list of guests could not be kept; the next start reads every guest");
        }
    }

    /// Puts an open tenant together.
    pub(crate) fn new(
        id: TenantId,
        (archive, set_aside): (Archive, Option<SalvageReport>),
        facts: TenantFacts,
        clock: SharedClock,
        place: Place,
        topics: broadcast::Sender<Vec<Topic>>,
    ) -> Self {
        let ahead = if place.is_sandbox {
            facts.clock_skew_seconds.unwrap_or(0)
        } else {
            0
        };
        Self {
            id,
            archive,
            clock: place.clock.unwrap_or_else(|| TenantClock::new(clock, ahead)),
            sandbox: place.sandbox,
            is_sandbox: place.is_sandbox,
            set_aside,
            predictions: AsyncMutex::default(),
            changing: Mutex::new(Changing { link: None, facts }),
            topics,
        }
    }

    fn changing(&self) -> MutexGuard<'_, Changing> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present instant by the tenant's clock.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Signs in.
    pub(crate) fn set_link(&self, link: Option<Arc<Link>>) {
        if self.is_sandbox {
            // In a sandbox tenant the server's clock is the one that counts.
            self.clock.follow(link.as_ref().map(|link| link.graph.clone()));
        }
        let before = std::mem::replace(&mut self.changing().link, link);
        if let Some(before) = before {
            before.cancel.cancel();
        }
    }

    /// The way to the directory.
    pub(crate) fn link(&self) -> Result<Arc<Link>, ConsoleError> {
        self.changing().link.clone().ok_or(ConsoleError::NotSignedIn)
    }

    /// Whether somebody is signed in.
    pub(crate) fn is_signed_in(&self) -> bool {
        self.changing().link.is_some()
    }

    /// What the signed-in account may do.
    pub(crate) fn rights(&self) -> Rights {
        self.changing()
            .link
            .as_ref()
            .map_or(Rights::Unknown, |link| link.rights.clone())
    }

    /// What is known about the tenant.
    pub(crate) fn facts(&self) -> TenantFacts {
        self.changing().facts.clone()
    }

    /// Reads what is known about the tenant anew.
    pub(crate) async fn reload_facts(&self) -> Result<(), ConsoleError> {
        let facts = self.archive.load_tenant().await?;
        self.changing().facts = facts;
        self.predictions.lock().await.forget();
        Ok(())
    }

    /// Says what became stale. That nobody listens is no failure.
    pub(crate) fn announce(&self, topics: &[Topic]) {
        let _ = self.topics.send(topics.to_vec());
    }

    /// The tenant as the frame shows it.
    pub(crate) fn view(&self) -> TenantView {
        tenant_view(self.id, &self.facts(), self.is_sandbox)
    }

    /// Bytes of the archive on disk.
    pub(crate) fn archive_bytes(&self) -> u64 {
        let database = self.archive.location().database();
        let log = database.with_extension("db-wal");
        [database, log]
            .iter()
            .filter_map(|path| fs::metadata(path).ok())
            .map(|file| file.len())
            .sum()
    }

    /// A damaged archive that was set aside, in words.
    pub(crate) fn set_aside_view(&self) -> Option<SetAsideView> {
        let report = self.set_aside.as_ref()?;
        let lost: Vec<&str> = report
            .tables
            .iter()
            .filter(|table| !table.complete)
            .map(|table| table.table)
            .collect();
        Some(SetAsideView {
            path: report.set_aside.display().to_string(),
            salvaged_rows: report.tables.iter().map(|table| table.saved).sum(),
            lost: if lost.is_empty() {
                "Nothing was lost.".to_owned()
            } else {
                format!(
                    "Rows of these tables could not all be read: {}. The next sync fetches what the tenant still has.",
                    lost.join(", ")
                )
            },
        })
    }

    /// The tenant's verified domains, lower case, as last read.
    pub(crate) async fn verified_domains(&self) -> Result<Vec<String>, ConsoleError> {
        let kept = self.archive.load_checkpoint(VERIFIED_DOMAINS).await?;
        let domains: Vec<String> = kept
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default();
        Ok(domains)
    }

    /// Keeps what Graph said about the organization.
    pub(crate) async fn keep_organization(
        &self,
        facts: &TenantFacts,
        verified: &[String],
    ) -> Result<(), ConsoleError> {
        let domains: Vec<String> = verified.iter().map(|domain| domain.to_lowercase()).collect();
        let json = serde_json::Value::from(domains).to_string();
        let mut tx = self.archive.write().await?;
        tx.save_tenant(facts).await?;
        tx.save_checkpoint(VERIFIED_DOMAINS, Some(&json)).await?;
        tx.commit().await?;
        self.reload_facts().await
    }

    /// Where a guest lands who is sent nowhere else.
    pub(crate) fn default_redirect_url(&self) -> String {
        format!("{MY_APPS}?tenantid={}", self.id)
    }

    /// The link that leads a guest into this tenant, whatever invitation there was.
    pub(crate) fn direct_link(&self) -> String {
        match &self.sandbox {
            Some(base) => format!(
                "{}/redeem/direct?tenantid={}",
                base.as_str().trim_end_matches('/'),
                self.id
            ),
            None => self.default_redirect_url(),
        }
    }
}

/// Which kind of tenant it is and where its sandbox is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    /// The sandbox's base address, where it is reachable.
    pub(crate) sandbox: Option<Url>,
    /// Whether it is a sandbox tenant.
    pub(crate) is_sandbox: bool,
    /// The clock the sign-in goes by, in a sandbox that is signed in to: when it is moved, tokens must age with it.
    pub(crate) clock: Option<Arc<TenantClock>>,
}

/// A tenant as the frame shows it.
pub(crate) fn tenant_view(id: TenantId, facts: &TenantFacts, is_sandbox: bool) -> TenantView {
    let domain = facts
        .default_domain
        .clone()
        .or_else(|| facts.initial_domain.clone());
    TenantView {
        id: id.to_string(),
        name: facts
            .name
            .clone()
            .or_else(|| domain.clone())
            .unwrap_or_else(|| id.to_string()),
        domain: domain.unwrap_or_default(),
        sandbox: is_sandbox,
        premium: facts.premium,
    }
}
