//! Signing in: with the browser, with the Azure CLI, as an application of the sandbox. All end in an open tenant.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use usher_clock::SharedClock;
use usher_graph::{GraphClient, GraphError, http_client};
use usher_identity::{
    Account, AppCertificate, BrowserSignIn, BrowserSignInConfig, Cloud, Credential, SandboxAppCredential,
    SandboxBrowser, Secret, SignInError, SignInMethod, SignInRequest, Tenant, USUAL_PATIENCE,
    app_certificate, azure_cli,
};
use usher_store::{TenantFacts, TenantId};

use super::{
    Console, SandboxApp, SandboxPlace, TenantClock,
    fields::{
        certificate_file, cloud_word, invalid_tenant, microsoft_cloud, parse_client_id, parse_tenant,
        parse_url, sandbox_cloud,
    },
    open::identity_tenant,
    sendable,
};
use crate::{
    ConsoleError,
    error::FieldProblem,
    permissions::Rights,
    tenant::{Link, OpenTenant, Place, Who},
    views::{CloudView, SignInForm},
};

/// Who is behind a credential that is ready to be used.
struct SignedIn {
    cloud: Cloud,
    credential: Credential,
    browser: Option<Arc<BrowserSignIn>>,
    who: Option<Who>,
    remembered: bool,
    place: Place,
    /// To take the sign-in up again at the next start.
    client_id: Option<String>,
}

impl Console {
    /// Signs in to a Microsoft cloud and opens the tenant.
    ///
    /// The sandbox of [`SignInForm::Sandbox`] is started by the program: see [`Console::sign_in_to_sandbox`].
    pub async fn sign_in(&self, form: &SignInForm) -> Result<(), ConsoleError> {
        match form {
            SignInForm::Sandbox { .. } => Err(ConsoleError::InvalidField {
                field: "method",
                problem: FieldProblem::NotASandbox,
            }),
            SignInForm::Browser {
                cloud,
                tenant,
                client_id,
                remember,
            } => sendable(self.sign_in_with_browser(*cloud, tenant.as_deref(), client_id, *remember)).await,
            SignInForm::AzureCli { cloud, tenant } => {
                self.sign_in_with_azure_cli(*cloud, tenant.as_deref()).await
            }
            SignInForm::Certificate {
                cloud,
                tenant,
                client_id,
                file,
            } => {
                self.sign_in_with_certificate(microsoft_cloud(*cloud), tenant, client_id, file)
                    .await
            }
        }
    }

    async fn sign_in_with_browser(
        &self,
        cloud: CloudView,
        tenant: Option<&str>,
        client_id: &str,
        remember: bool,
    ) -> Result<(), ConsoleError> {
        let client_id = parse_client_id(client_id)?;
        let cloud = microsoft_cloud(cloud);
        let tenant = parse_tenant(tenant)?.unwrap_or_else(Tenant::organizations);
        let vault = if remember {
            self.vault().await?
        } else {
            usher_identity::Vault::session_only()
        };
        let browser = self.browser(
            cloud.clone(),
            tenant,
            client_id,
            vault.clone(),
            Arc::clone(&self.inner.config.clock),
        )?;
        let account = self.ask(&browser, SignInRequest::first()).await?;
        self.open_signed_in(SignedIn {
            credential: browser.credential(),
            who: Some(person(&account)),
            remembered: remember && vault.is_lasting(),
            browser: Some(browser),
            cloud,
            place: Place::default(),
            client_id: Some(client_id.to_owned()),
        })
        .await
    }

    async fn sign_in_with_azure_cli(
        &self,
        cloud: CloudView,
        tenant: Option<&str>,
    ) -> Result<(), ConsoleError> {
        let tenant = parse_tenant(tenant)?;
        self.open_signed_in(SignedIn {
            cloud: microsoft_cloud(cloud),
            credential: azure_cli(tenant.as_ref(), None)?,
            browser: None,
            who: None,
            remembered: false,
            place: Place::default(),
            client_id: None,
        })
        .await
    }

    async fn sign_in_with_certificate(
        &self,
        cloud: Cloud,
        tenant: &str,
        client_id: &str,
        file: &str,
    ) -> Result<(), ConsoleError> {
        let client_id = parse_client_id(client_id)?;
        let tenant = parse_tenant(Some(tenant))?.ok_or_else(invalid_tenant)?;
        let clock = Arc::clone(&self.inner.config.clock);
        let file = certificate_file(file);
        let now = clock.now();
        let cancel = CancellationToken::new();
        self.may_cancel(&cancel);
        // A file of the network may take its time.
        let certificate = cancel
            .run_until_cancelled(tokio::task::spawn_blocking(move || {
                AppCertificate::read(&file, now)
            }))
            .await
            .ok_or(SignInError::Cancelled)?
            .map_err(|_| ConsoleError::TaskEnded)?
            .map_err(SignInError::from)?;
        let http = http_client(&cloud)?;
        self.open_signed_in(SignedIn {
            credential: app_certificate(&cloud, &tenant, client_id, certificate, http, clock)?,
            cloud,
            browser: None,
            who: Some(Who::Application {
                client_id: client_id.to_owned(),
            }),
            remembered: false,
            place: Place::default(),
            client_id: None,
        })
        .await
    }

    /// Signs in to a running sandbox as one of its administrators, by a real round of the browser sign-in.
    pub async fn sign_in_to_sandbox(&self, place: &SandboxPlace, admin: &str) -> Result<(), ConsoleError> {
        let cloud = sandbox_cloud(place)?;
        let clock = self.sandbox_clock(place);
        let tenant = Tenant::parse(&place.tenant_id).map_err(|_| invalid_tenant())?;
        let config = BrowserSignInConfig {
            cloud: cloud.clone(),
            tenant,
            client_id: place.client_id.clone(),
            http: http_client(&cloud)?,
            clock: clock.clone(),
            opener: Arc::new(SandboxBrowser::new().map_err(SignInError::from)?),
            // The sandbox forgets its sessions with the program, so nothing is worth keeping.
            vault: usher_identity::Vault::session_only(),
            redirect_port: None,
            patience: USUAL_PATIENCE,
        };
        let browser = BrowserSignIn::new(config);
        let account = self.ask(&browser, SignInRequest::hinted(admin)).await?;
        self.open_signed_in(SignedIn {
            credential: browser.credential(),
            who: Some(person(&account)),
            browser: Some(browser),
            remembered: false,
            place: sandbox_place(place, clock)?,
            client_id: None,
            cloud,
        })
        .await
    }

    /// Signs in to a running sandbox as its application.
    pub async fn sign_in_as_sandbox_app(
        &self,
        place: &SandboxPlace,
        app: &SandboxApp,
    ) -> Result<(), ConsoleError> {
        let cloud = sandbox_cloud(place)?;
        let clock = self.sandbox_clock(place);
        let tenant = Tenant::parse(&place.tenant_id).map_err(|_| invalid_tenant())?;
        let secret = Secret::new(app.client_secret.clone());
        let http = http_client(&cloud)?;
        let credential =
            SandboxAppCredential::credential(&cloud, &tenant, &app.client_id, &secret, http, clock.clone())?;
        self.open_signed_in(SignedIn {
            cloud,
            credential,
            browser: None,
            who: Some(Who::Application {
                client_id: app.client_id.clone(),
            }),
            remembered: false,
            place: sandbox_place(place, clock)?,
            client_id: None,
        })
        .await
    }

    fn sandbox_clock(&self, place: &SandboxPlace) -> Arc<TenantClock> {
        let clock = TenantClock::new(Arc::clone(&self.inner.config.clock), 0);
        if let Some(now) = place.now {
            clock.set(now);
        }
        clock
    }

    fn browser(
        &self,
        cloud: Cloud,
        tenant: Tenant,
        client_id: &str,
        vault: usher_identity::Vault,
        clock: SharedClock,
    ) -> Result<Arc<BrowserSignIn>, ConsoleError> {
        Ok(BrowserSignIn::new(BrowserSignInConfig {
            tenant,
            client_id: client_id.to_owned(),
            http: http_client(&cloud)?,
            cloud,
            clock,
            opener: Arc::clone(&self.inner.config.browser),
            vault,
            redirect_port: None,
            patience: USUAL_PATIENCE,
        }))
    }

    /// Waits for the person, until [`Console::cancel_sign_in`].
    async fn ask(&self, browser: &BrowserSignIn, request: SignInRequest) -> Result<Account, ConsoleError> {
        let cancel = CancellationToken::new();
        self.may_cancel(&cancel);
        let account = sendable(browser.sign_in(SignInRequest { cancel, ..request })).await;
        self.change(|state| state.sign_in_cancel = None);
        Ok(account?)
    }

    /// From now on [`Console::cancel_sign_in`] cancels this; a sign-in that was waited for before is over.
    fn may_cancel(&self, cancel: &CancellationToken) {
        if let Some(before) = self.change(|state| state.sign_in_cancel.replace(cancel.clone())) {
            before.cancel();
        }
    }

    /// Stops waiting for the browser, or for the first answers.
    pub fn cancel_sign_in(&self) {
        let (waiting, open) = self.change(|state| (state.sign_in_cancel.take(), state.open.clone()));
        if let Some(waiting) = waiting {
            waiting.cancel();
        }
        // A page that was opened for one more permission is a sign-in too.
        if let Some(browser) = open
            .and_then(|tenant| tenant.link().ok())
            .and_then(|link| link.browser.clone())
        {
            browser.cancel();
        }
    }

    /// Asks the tenant who it is and what the account may do, then opens its archive.
    async fn open_signed_in(&self, signed_in: SignedIn) -> Result<(), ConsoleError> {
        let SignedIn {
            cloud,
            credential,
            browser,
            who,
            remembered,
            place,
            client_id,
        } = signed_in;
        let cancel = CancellationToken::new();
        let http = http_client(&cloud)?;
        let graph = GraphClient::new(
            cloud.clone(),
            credential,
            http,
            Arc::clone(&self.inner.config.clock),
        )
        .with_cancel(cancel.clone());
        // Whoever waits for the first answers may stop waiting, as in the browser.
        self.may_cancel(&cancel);
        let is_application = matches!(who, Some(Who::Application { .. }));
        let read = sendable(async {
            let organization = graph.fetch_organization().await?;
            let (who, rights) = match who {
                Some(who @ Who::Application { .. }) => (who, Rights::Application),
                who => person_and_rights(&graph, who).await?,
            };
            Ok::<_, ConsoleError>((organization, who, rights))
        })
        .await;
        self.change(|state| state.sign_in_cancel = None);
        if cancel.is_cancelled() {
            return Err(SignInError::Cancelled.into());
        }
        let (organization, who, rights) = match read {
            // What a person has with any account an application is granted.
            Err(ConsoleError::Graph(GraphError::PermissionMissing { needs, .. })) if is_application => {
                return Err(ConsoleError::NotGranted { needs });
            }
            read => read?,
        };
        let id: TenantId = organization.id.parse().map_err(|_| invalid_tenant())?;
        let facts = TenantFacts {
            name: organization.display_name.clone(),
            initial_domain: organization
                .verified_domains
                .iter()
                .find(|domain| domain.is_initial)
                .map(|domain| domain.name.clone()),
            default_domain: organization.default_domain().map(str::to_owned),
            cloud: Some(cloud_word(cloud.kind()).to_owned()),
            premium: Some(organization.has_premium()),
            clock_skew_seconds: place.clock.as_ref().map(|clock| {
                graph
                    .clock_skew_seconds()
                    .unwrap_or_else(|| clock.ahead_seconds())
            }),
            ..TenantFacts::default()
        };
        let verified: Vec<String> = organization
            .verified_domains
            .iter()
            .map(|domain| domain.name.clone())
            .collect();
        let link = Arc::new(Link {
            graph,
            browser,
            who,
            rights,
            remembered,
            cancel,
        });
        let tenant = sendable(self.open(id, place, Some(link))).await?;
        sendable(tenant.keep_organization(&facts, &verified)).await?;
        if let Some(client_id) = client_id.filter(|_| tenant.link().is_ok_and(|link| link.remembered)) {
            let mut tx = tenant.archive.write().await?;
            tx.save_checkpoint(super::CLIENT_ID, Some(&client_id)).await?;
            tx.commit().await?;
        }
        self.remember(&tenant);
        Ok(())
    }

    /// Takes up a remembered sign-in of a tenant, silently. Where there is none, the archive alone is open.
    pub(super) async fn resume(&self, tenant: &Arc<OpenTenant>) -> Result<(), ConsoleError> {
        let vault = self.vault().await?;
        let Some(account) = vault
            .accounts()
            .into_iter()
            .find(|account| account.id.tenant == identity_tenant(tenant.id))
        else {
            return Ok(());
        };
        let (Some(cloud), SignInMethod::Browser) = (Cloud::microsoft(account.id.cloud), account.method)
        else {
            return Ok(());
        };
        let Some(client_id) = tenant.archive.load_checkpoint(super::CLIENT_ID).await? else {
            return Ok(());
        };
        let clock = Arc::clone(&self.inner.config.clock);
        let browser = self.browser(cloud.clone(), account.id.tenant.into(), &client_id, vault, clock)?;
        if !browser.resume(account.clone()).await? {
            return Ok(());
        }
        let cancel = CancellationToken::new();
        let http = http_client(&cloud)?;
        let credential = browser.credential();
        let graph = GraphClient::new(
            cloud.clone(),
            credential,
            http,
            Arc::clone(&self.inner.config.clock),
        )
        .with_cancel(cancel.clone());
        // Without network the roles are not known yet; the archive is there all the same.
        let (who, rights) = match sendable(person_and_rights(&graph, Some(person(&account)))).await {
            Ok(known) => known,
            Err(error) => {
                tracing::info!(%error, "The account's roles could not be read");
                (person(&account), Rights::Unknown)
            }
        };
        let link = Link {
            graph,
            browser: Some(browser),
            who,
            rights,
            remembered: true,
            cancel,
        };
        tenant.set_link(Some(Arc::new(link)));
        self.follow_connection(tenant);
        self.change(|_| ());
        Ok(())
    }

    /// Removes the account's tokens from this computer and closes the tenant. The archive stays.
    pub async fn sign_out(&self) -> Result<(), ConsoleError> {
        let tenant = self.tenant()?;
        if let Ok(link) = tenant.link()
            && let Some(browser) = &link.browser
        {
            sendable(browser.sign_out()).await?;
        }
        self.close_open_tenant().await;
        Ok(())
    }
}

async fn person_and_rights(graph: &GraphClient, who: Option<Who>) -> Result<(Who, Rights), ConsoleError> {
    let me = graph.fetch_me().await?;
    let roles = graph.fetch_my_directory_roles().await?;
    let who = match who {
        Some(who) => who,
        None => Who::Person {
            name: me.display_name.clone().unwrap_or_default(),
            user_principal_name: me.user_principal_name.clone().unwrap_or_default(),
        },
    };
    // A role whose name may not be read could be any.
    let names: Option<Vec<String>> = roles.into_iter().map(|role| role.display_name).collect();
    Ok((who, names.map_or(Rights::Unknown, Rights::Roles)))
}

fn person(account: &Account) -> Who {
    Who::Person {
        name: account
            .display_name
            .clone()
            .unwrap_or_else(|| account.user_principal_name.clone()),
        user_principal_name: account.user_principal_name.clone(),
    }
}

fn sandbox_place(place: &SandboxPlace, clock: Arc<TenantClock>) -> Result<Place, ConsoleError> {
    Ok(Place {
        sandbox: Some(parse_url(&place.url)?),
        is_sandbox: true,
        clock: Some(clock),
    })
}
