//! The state of the frame, put together from what is in memory: never from the network or the disk.

use usher_graph::Connection;
use usher_identity::{Keychain, NoKeychain, OpenedKeychain};

use super::{ConsoleConfig, State};
use crate::{
    permissions::{Rights, permission_views},
    tenant::OpenTenant,
    views::{AppView, ArchiveView, ConnectionView, KeychainView},
};

/// Builds it.
pub(super) fn build(config: &ConsoleConfig, keychain: Option<&OpenedKeychain>, state: &State) -> AppView {
    let open = state.open.as_deref();
    let link = open.and_then(|tenant| tenant.link().ok());
    let rights = open.map_or(Rights::Unknown, OpenTenant::rights);
    AppView {
        version: config.version.clone(),
        tenant: open.map(OpenTenant::view),
        opening: state.opening && open.is_none(),
        not_opened: state.not_opened.clone(),
        account: link.as_ref().map(|link| link.view()),
        known_tenants: state.known.clone(),
        connection: connection(open),
        sync: state.sync.clone(),
        archive: open.map(|tenant| ArchiveView {
            bytes: tenant.archive_bytes(),
            set_aside: tenant.set_aside_view(),
        }),
        keychain: keychain_view(keychain.map(|opened| &opened.keychain)),
        permissions: permission_views(&rights),
        now: open.map_or_else(|| config.clock.now(), OpenTenant::now),
    }
}

/// How the connection stands, by the last answers.
fn connection(open: Option<&OpenTenant>) -> ConnectionView {
    let Some(tenant) = open else {
        return ConnectionView::NotConnected;
    };
    let synced_at = tenant.facts().last_sync_at;
    let Ok(link) = tenant.link() else {
        return ConnectionView::Offline { data_from: synced_at };
    };
    let now = *link.graph.connection().borrow();
    match now {
        Connection::Unknown | Connection::Online { .. } => ConnectionView::Online { synced_at },
        Connection::Throttled { until } => ConnectionView::Throttled { until },
        Connection::Offline { .. } => ConnectionView::Offline { data_from: synced_at },
        Connection::SignInNeeded { .. } => ConnectionView::SignInExpired { data_from: synced_at },
    }
}

fn keychain_view(keychain: Option<&Keychain>) -> KeychainView {
    match keychain {
        // Not opened yet: nothing to warn about.
        None => KeychainView::System { name: String::new() },
        Some(Keychain::Os { name }) => KeychainView::System { name: name.clone() },
        Some(Keychain::SessionOnly { reason }) => KeychainView::SessionOnly {
            reason: reason_words(*reason).to_owned(),
        },
    }
}

fn reason_words(reason: NoKeychain) -> &'static str {
    match reason {
        NoKeychain::Locked => {
            "The system keychain is locked. Unlock it and start Usher again; until then nothing is kept after this session."
        }
        NoKeychain::Absent => {
            "This computer has no keychain. Install one (for example GNOME Keyring or KWallet); until then nothing is kept \
             after this session."
        }
        NoKeychain::Unusable => {
            "The system keychain does not keep what Usher writes to it. Check it; until then nothing is kept after this session."
        }
    }
}
