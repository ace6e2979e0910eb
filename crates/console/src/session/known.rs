//! Tenants that were opened before on this computer. Their names lie beside the archives, so that they can be listed
//! without opening any; nothing else does.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use usher_store::{ArchiveLocation, TenantId};

use crate::views::TenantView;

/// What is written beside an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NamePlate {
    name: String,
    domain: String,
    sandbox: bool,
    premium: Option<bool>,
}

fn plate_path(data_dir: &Path, tenant: TenantId) -> PathBuf {
    ArchiveLocation::in_data_dir(data_dir, tenant)
        .folder()
        .join("tenant.json")
}

fn read(data_dir: &Path, tenant: TenantId) -> Option<NamePlate> {
    serde_json::from_str(&fs::read_to_string(plate_path(data_dir, tenant)).ok()?).ok()
}

/// Whether a tenant is a sandbox tenant.
pub(super) fn is_sandbox(data_dir: &Path, tenant: TenantId) -> bool {
    read(data_dir, tenant).is_some_and(|plate| plate.sandbox)
}

/// Lists them. A folder that cannot be read is an empty list: the sign-in screen must come up all the same.
pub(super) fn list(data_dir: &Path) -> Vec<TenantView> {
    let tenants = ArchiveLocation::list_tenants(data_dir).unwrap_or_else(|error| {
        tracing::warn!(%error, "The tenants of this computer cannot be listed");
        Vec::new()
    });
    tenants
        .into_iter()
        .map(|id| match read(data_dir, id) {
            Some(plate) => TenantView {
                id: id.to_string(),
                name: plate.name,
                domain: plate.domain,
                sandbox: plate.sandbox,
                premium: plate.premium,
            },
            None => TenantView {
                id: id.to_string(),
                name: id.to_string(),
                domain: String::new(),
                sandbox: false,
                premium: None,
            },
        })
        .collect()
}

/// Remembers a tenant's names.
pub(super) fn remember(data_dir: &Path, id: TenantId, view: &TenantView) -> std::io::Result<()> {
    let plate = NamePlate {
        name: view.name.clone(),
        domain: view.domain.clone(),
        sandbox: view.sandbox,
        premium: view.premium,
    };
    fs::write(plate_path(data_dir, id), serde_json::to_string_pretty(&plate)?)
}
