//! The tenant, and who is signed in.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use serde::{Deserialize, de::DeserializeOwned};
use usher_identity::{GraphVersion, Scope};

use super::users::reading;
use crate::{
    GraphClient, GraphError, GraphOrganization, GraphUser, Unexpected,
    call::{Answer, Call},
    paging::{Linked, ReadPage},
    query::with_query,
    wire::user::SELECT,
};

/// A page of a list.
#[derive(Deserialize)]
struct Collection<T> {
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    value: Vec<T>,
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

    /// Follows a list to its end.
    pub(super) fn all_of<T: DeserializeOwned + Send + 'static>(
        &self,
        first: Call,
    ) -> impl Future<Output = Result<Vec<T>, GraphError>> + Send + use<T> {
        let read: ReadPage<Vec<T>> = Arc::new(|answer| {
            let found: Collection<T> = reading(&answer, Answer::parse)?;
            Ok(Linked {
                page: found.value,
                next: found.next,
                trace: answer.trace,
            })
        });

        self.pages(first, read).try_concat()
    }
}
