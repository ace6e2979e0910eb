//! The tenant, and who is signed in.

use serde::Deserialize;
use usher_identity::{GraphVersion, Scope};

use super::users::reading;
use crate::{
    GraphClient, GraphError, GraphOrganization, GraphUser, Unexpected,
    call::{Answer, Call},
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
}
