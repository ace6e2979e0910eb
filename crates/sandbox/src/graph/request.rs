//! A Graph request, taken apart.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method},
};
use serde_json::{Map, Value};
use url::form_urlencoded;
use uuid::Uuid;

use super::answer::GraphError;
use crate::{
    login::{Principal, PrincipalKind},
    world::{Actor, UserId},
};

/// The version of Graph that is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Version {
    V1,
    Beta,
}

impl Version {
    pub(super) fn from_segment(segment: &str) -> Option<Self> {
        match segment {
            "v1.0" => Some(Self::V1),
            "beta" => Some(Self::Beta),
            _ => None,
        }
    }

    pub(super) const fn segment(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// A request whose caller is known.
#[derive(Debug)]
pub(super) struct GraphRequest {
    pub(super) version: Version,
    pub(super) method: Method,
    /// The path below the version, decoded.
    pub(super) segments: Vec<String>,
    pub(super) query: Query,
    /// Whether the answer may come compressed; what lies in a batch may not.
    pub(super) takes_gzip: bool,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Where this listener's Graph is reached, with version: links start with it.
    pub(super) root: String,
    pub(super) caller: Principal,
    pub(super) request_id: Uuid,
    pub(super) client_request_id: String,
}

impl GraphRequest {
    /// Whether the caller accepts reads of an index that may lag.
    pub(super) fn is_eventual(&self) -> bool {
        self.headers
            .get("ConsistencyLevel")
            .and_then(|level| level.to_str().ok())
            .is_some_and(|level| level.eq_ignore_ascii_case("eventual"))
    }

    /// The body as a JSON object.
    pub(super) fn object(&self) -> Result<Map<String, Value>, GraphError> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(members)) => Ok(members),
            _ => Err(GraphError::bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
            )),
        }
    }

    /// `@odata.context` of an answer.
    pub(super) fn context(&self, what: &str) -> String {
        format!("{}/$metadata#{what}", self.root)
    }

    /// Who the audit rows name.
    pub(super) fn actor(&self) -> Actor {
        match self.caller.kind {
            PrincipalKind::User => Actor::User {
                id: Uuid::parse_str(&self.caller.object_id).ok(),
                upn: self.caller.upn.clone().unwrap_or_default(),
                name: None,
                ip: "203.0.113.4".to_owned(),
                wids: self
                    .caller
                    .role_template_ids
                    .iter()
                    .filter_map(|id| Uuid::parse_str(id).ok())
                    .collect(),
            },
            PrincipalKind::App => Actor::App {
                app_id: Uuid::parse_str(&self.caller.app_id).ok(),
                name: self.caller.name.clone(),
                service_principal: Uuid::parse_str(&self.caller.object_id).ok(),
            },
        }
    }

    /// The person who signed in; none for an application.
    pub(super) fn caller_user(&self) -> Option<UserId> {
        match self.caller.kind {
            PrincipalKind::User => Uuid::parse_str(&self.caller.object_id).ok().map(UserId),
            PrincipalKind::App => None,
        }
    }
}

/// The query options; their names may come with or without the dollar sign.
#[derive(Debug, Clone, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        Self(
            form_urlencoded::parse(text.as_bytes())
                .map(|(name, value)| (name.trim_start_matches('$').to_lowercase(), value.into_owned()))
                .collect(),
        )
    }

    /// The value of an option, named without its dollar sign and in lower case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// `$top`, which has to lie in the range.
    pub(super) fn top(&self, default: usize, highest: usize) -> Result<usize, GraphError> {
        let Some(text) = self.get("top") else {
            return Ok(default);
        };
        match text.parse::<usize>() {
            Ok(top) if (1..=highest).contains(&top) => Ok(top),
            Ok(top) if highest == usize::MAX => Err(GraphError::unsupported_query(format!(
                "Invalid page size specified: '{top}'. Must be at least 1."
            ))),
            Ok(top) => Err(GraphError::unsupported_query(format!(
                "Invalid page size specified: '{top}'. Must be between 1 and {highest} inclusive."
            ))),
            Err(_) => Err(GraphError::bad_request(
                "Invalid value for $top query option found.",
            )),
        }
    }

    /// `$select` as a list; none where everything is wanted.
    pub(super) fn select(&self) -> Option<Vec<String>> {
        let names: Vec<_> = self
            .get("select")?
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        (!names.is_empty()).then_some(names)
    }

    /// Whether `$count=true`.
    pub(super) fn counts(&self) -> bool {
        self.get("count")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The options again, with another skip token, for a next link.
    pub(super) fn with_skip_token(&self, token: &str) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.0.iter().filter(|(name, _)| name != "skiptoken") {
            text.append_pair(&format!("${name}"), value);
        }
        text.append_pair("$skiptoken", token);
        text.finish().replace("%24", "$").replace('+', "%20")
    }
}
