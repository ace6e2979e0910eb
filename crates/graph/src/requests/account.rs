//! The tenant, and who is signed in.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde_json::Value;
use usher_identity::{GraphVersion, Scope};

use super::users::reading;
use crate::{
    GraphClient, GraphDirectoryRole, GraphError, GraphOrganization, GraphUser, Unexpected,
    call::{Answer, Call},
    paging::{Linked, ReadPage},
    query::with_query,
    wire::user::SELECT,
};

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Collection<T> {
    #[serde(rename = "@odata.nextLink")]
    pub(super) next: Option<String>,
    pub(super) value: Vec<T>,
}

impl GraphClient {
    /// Fetches the tenant ("List organizations").
    pub async fn fetch_organization(&self) -> Result<GraphOrganization, GraphError> {
        let call = Call::get(
            self.cloud().graph_url(GraphVersion::V1, &["organization"]),
            &[Scope::UserRead],
        );

        self.send(&call, |answer| {
            let found: Collection<GraphOrganization> = reading(&answer, Answer::parse)?;
            found
                .value
                .into_iter()
                .next()
                .ok_or((Unexpected::WrongShape, answer.trace))
        })
        .await
    }

    /// Fetches the person signed in ("Get a user"). Without a person, there is nobody: Graph answers with an
    /// error.
    pub async fn fetch_me(&self) -> Result<GraphUser, GraphError> {
        let url = self.cloud().graph_url(GraphVersion::V1, &["me"]);
        let call = Call::get(with_query(url, &[("$select", SELECT)]), &[Scope::UserRead]);

        self.send(&call, |answer| reading(&answer, Answer::parse)).await
    }

    /// Fetches the directory roles the person signed in holds ("List memberOf").
    pub async fn fetch_my_directory_roles(&self) -> Result<Vec<GraphDirectoryRole>, GraphError> {
        let call = Call::get(
            self.cloud().graph_url(GraphVersion::V1, &["me", "memberOf"]),
            &[Scope::UserRead],
        );
        let read: ReadPage<Vec<GraphDirectoryRole>> = Arc::new(|answer| {
            let found: Collection<Value> = reading(&answer, Answer::parse)?;
            // Groups and administrative units stand among the roles.
            let is_role = |value: &Value| value["@odata.type"] == "#microsoft.graph.directoryRole";
            let roles = found
                .value
                .into_iter()
                .filter(is_role)
                .map(serde_json::from_value);
            let page = roles
                .collect::<Result<_, _>>()
                .map_err(|_| (Unexpected::WrongShape, answer.trace.clone()))?;
            Ok(Linked {
                page,
                next: found.next,
                trace: answer.trace,
            })
        });

        self.pages(call, read).try_concat().await
    }
}
