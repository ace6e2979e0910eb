//! What people were given: groups, directory roles, applications.

use usher_identity::{GraphVersion, Scope};

use crate::{
    GraphAppRoleAssignment, GraphClient, GraphDirectoryRole, GraphError, GraphMembership, UserId, call::Call,
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
}
