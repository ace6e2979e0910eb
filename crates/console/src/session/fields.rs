//! The fields of the sign-in forms, as people fill them in.

use std::path::PathBuf;

use url::Url;
use usher_identity::{Cloud, CloudKind, Tenant};

use super::SandboxPlace;
use crate::{ConsoleError, error::FieldProblem, views::CloudView};

pub(super) fn invalid_tenant() -> ConsoleError {
    ConsoleError::InvalidField {
        field: "tenant",
        problem: FieldProblem::NotATenant,
    }
}

pub(super) fn parse_client_id(text: &str) -> Result<&str, ConsoleError> {
    let text = text.trim();
    match uuid::Uuid::parse_str(text) {
        Ok(_) => Ok(text),
        Err(_) => Err(ConsoleError::InvalidField {
            field: "clientId",
            problem: FieldProblem::NotAClientId,
        }),
    }
}

/// A path as people paste it: Windows copies it in quotation marks.
pub(super) fn certificate_file(text: &str) -> PathBuf {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    PathBuf::from(inner.unwrap_or(text))
}

pub(super) fn parse_tenant(text: Option<&str>) -> Result<Option<Tenant>, ConsoleError> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => Tenant::parse(text).map(Some).map_err(|_| invalid_tenant()),
    }
}

pub(super) fn microsoft_cloud(cloud: CloudView) -> Cloud {
    match cloud {
        CloudView::Commercial => Cloud::commercial(),
        CloudView::UsGovernmentL4 => Cloud::us_gov_l4(),
        CloudView::UsGovernmentL5 => Cloud::us_gov_l5(),
        CloudView::China => Cloud::china(),
    }
}

pub(super) fn cloud_word(cloud: CloudKind) -> &'static str {
    match cloud {
        CloudKind::Commercial => "commercial",
        CloudKind::UsGovL4 => "usGovernmentL4",
        CloudKind::UsGovL5 => "usGovernmentL5",
        CloudKind::China => "china",
        CloudKind::Sandbox => "sandbox",
    }
}

pub(super) fn parse_url(text: &str) -> Result<Url, ConsoleError> {
    Url::parse(text).map_err(|_| ConsoleError::InvalidField {
        field: "sandbox",
        problem: FieldProblem::NotAUrl,
    })
}

pub(super) fn sandbox_cloud(place: &SandboxPlace) -> Result<Cloud, ConsoleError> {
    let (login, graph) = (parse_url(&place.login)?, parse_url(&place.graph)?);
    Cloud::sandbox(&login, &graph).map_err(|_| ConsoleError::InvalidField {
        field: "sandbox",
        problem: FieldProblem::NotLoopback,
    })
}
