//! What every part of a running sandbox shares.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::{
    SandboxConfig, SandboxError,
    clock::SandboxClock,
    control::Received,
    faults::Faults,
    graph::PressedRuns,
    guest, lessons,
    login::{AdminAccount, ConfidentialClient, Login, LoginConfig, TrustedCertificate},
    ready::ReadyTls,
    seed::{self, SeedPlan},
    world::{
        ADMINS, APP_CLIENT_ID, APP_CLIENT_SECRET, APP_OBJECT_ID, APP_ROLES, PUBLIC_CLIENT_ID, TENANT, World,
    },
};

/// What every part of a running sandbox shares. Clones share one state.
#[derive(Clone)]
pub struct SandboxState {
    inner: Arc<Inner>,
}

struct Inner {
    config: SandboxConfig,
    clock: SandboxClock,
    base_url: String,
    world: Mutex<World>,
    pressed_runs: Mutex<PressedRuns>,
    faults: Faults,
    received: Received,
    login: Login,
    guest_sessions: Mutex<guest::Sessions>,
    lessons: Mutex<lessons::Progress>,
    tls: OnceLock<ReadyTls>,
}

impl SandboxState {
    pub(crate) fn new(config: SandboxConfig, base_url: String) -> Result<Self, SandboxError> {
        let clock = config
            .now
            .map_or_else(SandboxClock::starting_now, SandboxClock::starting_at);
        let certificate = config
            .app_certificate
            .as_deref()
            .map(TrustedCertificate::from_pem);
        let certificate = certificate.transpose()?;
        let world = Mutex::new(grow(&config, &clock, &base_url));
        let ticking = clock.clone();
        let login = Login::new(login_config(certificate), Arc::new(move || ticking.now()))?;
        let inner = Inner {
            config,
            clock,
            base_url,
            world,
            pressed_runs: Mutex::default(),
            faults: Faults::default(),
            received: Received::default(),
            login,
            guest_sessions: Mutex::default(),
            lessons: Mutex::default(),
            tls: OnceLock::new(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// The tenant. Hold the guard for the length of one change and never over an await.
    pub fn world(&self) -> MutexGuard<'_, World> {
        // A panic of another request leaves whole rows behind: every change is finished before the next begins.
        self.inner.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What of the tenant's logs is compressed. Take it under the guard of the tenant that it belongs to.
    pub(crate) fn pressed_runs(&self) -> MutexGuard<'_, PressedRuns> {
        self.inner
            .pressed_runs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock of it all.
    pub fn clock(&self) -> &SandboxClock {
        &self.inner.clock
    }

    pub(crate) fn listen_ip(&self) -> std::net::IpAddr {
        self.inner.config.listen.ip()
    }

    /// Root of everything, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.inner.base_url
    }

    /// The faults that are switched on.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// The changes that clients asked for, in order.
    pub fn received(&self) -> &Received {
        &self.inner.received
    }

    /// The guests' attempts under way. Whoever needs the tenant as well takes this lock first.
    pub(crate) fn guest_sessions(&self) -> MutexGuard<'_, guest::Sessions> {
        self.inner
            .guest_sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// How far the lessons are. This lock comes before the guests' attempts and the tenant.
    pub(crate) fn lesson_progress(&self) -> MutexGuard<'_, lessons::Progress> {
        self.inner.lessons.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where HTTPS answers, once it does.
    pub(crate) fn tls(&self) -> Option<&ReadyTls> {
        self.inner.tls.get()
    }

    /// Notes where HTTPS answers; said once.
    pub(crate) fn announce_tls(&self, tls: ReadyTls) {
        // A second announcement would be of the same listener.
        let _ = self.inner.tls.set(tls);
    }

    pub(crate) fn login(&self) -> &Login {
        &self.inner.login
    }

    /// Makes the tenant as it was at the start, at the time the clock shows now.
    pub fn reset(&self) {
        let fresh = grow(&self.inner.config, &self.inner.clock, &self.inner.base_url);
        {
            let mut world = self.world();
            *world = fresh;
            *self.pressed_runs() = PressedRuns::default();
        }
        self.set_faults(Vec::new());
        self.inner.received.clear();
        self.inner.login.forget_grants();
        *self.guest_sessions() = guest::Sessions::default();
        *self.lesson_progress() = lessons::Progress::default();
    }
}

fn grow(config: &SandboxConfig, clock: &SandboxClock, base_url: &str) -> World {
    let mut world = World::new(
        clock.clone(),
        base_url.to_owned(),
        config.retention_days,
        config.seed,
    );
    seed::sow(
        &mut world,
        SeedPlan {
            seed: config.seed,
            guests: config.guests,
            days: config.days,
        },
    );
    world
}

fn login_config(certificate: Option<TrustedCertificate>) -> LoginConfig {
    LoginConfig {
        tenant_id: TENANT.id.to_string(),
        tenant_name: TENANT.name.to_owned(),
        domains: vec![TENANT.domain.to_owned(), TENANT.initial_domain.to_owned()],
        admins: ADMINS
            .iter()
            .map(|admin| AdminAccount {
                id: admin.id.to_string(),
                name: admin.name.to_owned(),
                upn: admin.upn.to_owned(),
                role_names: admin.roles.iter().map(|role| role.name.to_owned()).collect(),
                role_template_ids: admin
                    .roles
                    .iter()
                    .map(|role| role.template_id.to_string())
                    .collect(),
            })
            .collect(),
        public_client_id: PUBLIC_CLIENT_ID.to_string(),
        public_client_name: "Usher".to_owned(),
        confidential_clients: vec![ConfidentialClient {
            client_id: APP_CLIENT_ID.to_string(),
            client_secret: APP_CLIENT_SECRET.to_owned(),
            certificate,
            service_principal_id: APP_OBJECT_ID.to_string(),
            name: "Usher for schedules".to_owned(),
            roles: APP_ROLES.iter().map(|role| (*role).to_owned()).collect(),
        }],
    }
}
