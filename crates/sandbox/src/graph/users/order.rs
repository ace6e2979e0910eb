//! The order of a list of users, and the place where a page of it ends.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    graph::{answer::GraphError, odata::Record},
    world::{User, UserId},
};

/// `$orderby` by one property; ties are broken by id.
pub(in crate::graph) struct Order {
    property: String,
    descending: bool,
}

impl Order {
    pub(in crate::graph) fn read(text: &str) -> Result<Self, GraphError> {
        let mut words = text.split_whitespace();
        let property = words.next().unwrap_or_default().to_owned();
        let descending = match words.next() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err(GraphError::bad_request("Invalid $orderby clause.")),
        };
        if words.next().is_some()
            || !matches!(
                property.as_str(),
                "displayName"
                    | "userPrincipalName"
                    | "mail"
                    | "createdDateTime"
                    | "deletedDateTime"
                    | "givenName"
                    | "surname"
            )
        {
            return Err(GraphError::unsupported_query(
                "Sorting not supported for current query.",
            ));
        }
        Ok(Self { property, descending })
    }

    fn key(&self, user: &User) -> String {
        user.property(&self.property)
            .as_str()
            .unwrap_or_default()
            .to_lowercase()
    }

    /// Names sort by default; times, and anything next to a filter, need an advanced query.
    pub(in crate::graph) fn check(&self, filtered: bool, advanced: bool) -> Result<(), GraphError> {
        let plain = matches!(self.property.as_str(), "displayName" | "userPrincipalName");
        if advanced || (plain && !filtered) {
            Ok(())
        } else {
            Err(GraphError::unsupported_query(
                "Sorting not supported for current query.",
            ))
        }
    }

    pub(in crate::graph) fn compare(&self, a: &User, b: &User) -> std::cmp::Ordering {
        self.place((&self.key(a), a.id), (&self.key(b), b.id))
    }

    fn place(&self, a: (&str, UserId), b: (&str, UserId)) -> std::cmp::Ordering {
        let keys = if self.descending {
            b.0.cmp(a.0)
        } else {
            a.0.cmp(b.0)
        };
        keys.then(a.1.cmp(&b.1))
    }
}

/// The last user of a page: what a skip token says.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::graph) struct Place {
    key: Option<String>,
    pub(in crate::graph) id: UserId,
}

/// What skip tokens of the directory begin with.
const TOKEN_MARK: &str = "RFNwdAoAAQAA";

impl Place {
    pub(in crate::graph) fn of(user: &User, order: Option<&Order>) -> Self {
        Self {
            key: order.map(|order| order.key(user)),
            id: user.id,
        }
    }

    /// Whether the user stands at the place or before it, that is on an earlier page.
    pub(in crate::graph) fn is_at_or_after(&self, user: &User, order: Option<&Order>) -> bool {
        match order {
            None => user.id <= self.id,
            Some(order) => {
                let own = order.key(user);
                order
                    .place(
                        (&own, user.id),
                        (self.key.as_deref().unwrap_or_default(), self.id),
                    )
                    .is_le()
            }
        }
    }

    pub(in crate::graph) fn to_token(&self) -> String {
        format!(
            "{TOKEN_MARK}{}",
            URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
        )
    }

    pub(in crate::graph) fn from_token(token: &str) -> Result<Self, GraphError> {
        token
            .strip_prefix(TOKEN_MARK)
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| {
                GraphError::new(
                    axum::http::StatusCode::BAD_REQUEST,
                    "Directory_ExpiredPageToken",
                    "The specified page token value has expired and can no longer be included in your request.",
                )
            })
    }
}
