//! What people were given: groups, directory roles, applications.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use serde::de::DeserializeOwned;
use usher_identity::{GraphVersion, Scope};

use super::{account::Collection, users::reading};
use crate::{
    GraphAppRoleAssignment, GraphClient, GraphDirectoryRole, GraphError, GraphMembership, UserId,
    call::{Answer, Call},
    paging::{Linked, ReadPage},
    query::with_query,
};

/// "Advanced query capabilities on directory objects".
const ADVANCED: &[(&str, &str)] = &[("consistencylevel", "eventual")];

impl GraphClient {
    /// Fetches the directory roles the person signed in holds ("List memberOf").
    pub async fn fetch_my_directory_roles(&self) -> Result<Vec<GraphDirectoryRole>, GraphError> {
        let url = self.cloud().graph_url(GraphVersion::V1, &["me", "memberOf"]);
        let all: Vec<GraphMembership> = self.all_of(Call::get(url, &[Scope::UserRead])).await?;
        // Groups and administrative units stand among the roles.
        let roles = all.into_iter().filter_map(|membership| match membership {
            GraphMembership::Role(role) => Some(role),
            GraphMembership::Group(_) | GraphMembership::Other => None,
        });
        Ok(roles.collect())
    }

    /// Fetches the groups and directory roles of a user, direct ones ("List memberOf"). With `may_ask` the person is
    /// asked for the permission where it is missing.
    pub async fn fetch_memberships(
        &self,
        id: UserId,
        may_ask: bool,
    ) -> Result<Vec<GraphMembership>, GraphError> {
        let url = self
            .cloud()
            .graph_url(GraphVersion::V1, &["users", &id.to_string(), "memberOf"]);
        let call = Call::get(url, &[Scope::DirectoryReadAll]);

        self.all_of(Call { may_ask, ..call }).await
    }

    /// Fetches the applications that a user, or a group they are in, is assigned to ("List appRoleAssignments granted to a
    /// user", which wants an advanced query for a complete answer).
    pub async fn fetch_app_role_assignments(
        &self,
        id: UserId,
    ) -> Result<Vec<GraphAppRoleAssignment>, GraphError> {
        let segments = ["users", &id.to_string(), "appRoleAssignments"];
        let url = self.cloud().graph_url(GraphVersion::V1, &segments);

        let url = with_query(url, &[("$count", "true")]);
        let call = Call::get(url, &[Scope::DirectoryReadAll]);

        self.all_of(Call {
            headers: ADVANCED,
            ..call
        })
        .await
    }

    async fn all_of<T: DeserializeOwned + Send + 'static>(&self, call: Call) -> Result<Vec<T>, GraphError> {
        let read: ReadPage<Vec<T>> = Arc::new(|answer| {
            let found: Collection<T> = reading(&answer, Answer::parse)?;
            Ok(Linked {
                page: found.value,
                next: found.next,
                trace: answer.trace,
            })
        });

        self.pages(call, read).try_concat().await
    }
}
