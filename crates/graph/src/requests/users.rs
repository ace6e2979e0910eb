//! One user: reading, blocking, deleting, restoring.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use reqwest::Method;
use serde_json::json;
use usher_identity::{GraphVersion, Scope};

use crate::{
    GraphClient, GraphError, GraphUser, RawRow, Trace, Unexpected, UserId,
    call::{Answer, Call, Repeat},
    paging::{Linked, ReadPage},
    query::{literal, with_query},
    requests::guests::{read_row, read_users},
    wire::user::SELECT,
};

impl GraphClient {
    /// Fetches one user by object id ("Get a user").
    pub async fn fetch_user(&self, id: UserId) -> Result<RawRow<GraphUser>, GraphError> {
        let url = self
            .cloud()
            .graph_url(GraphVersion::V1, &["users", &id.to_string()]);
        let call = Call::get(with_query(url, &[("$select", SELECT)]), &[Scope::UserReadAll]);

        self.send(&call, |answer| {
            reading(&answer, |answer| read_row(answer.json()?))
        })
        .await
    }

    /// Finds the users that have `mail` as one of their addresses: how to learn whether a lost invitation
    /// arrived.
    pub async fn find_users_by_mail(&self, mail: &str) -> Result<Vec<RawRow<GraphUser>>, GraphError> {
        let address = literal(mail);
        let filter = format!("mail eq {address} or otherMails/any(o:o eq {address})");
        let url = self.cloud().graph_url(GraphVersion::V1, &["users"]);
        let url = with_query(url, &[("$filter", &filter), ("$select", SELECT)]);
        let read: ReadPage<Vec<RawRow<GraphUser>>> = Arc::new(|answer| {
            let (page, next, _) = reading(&answer, |answer| read_users(answer.json()?))?;
            Ok(Linked {
                page,
                next,
                trace: answer.trace,
            })
        });

        self.pages(Call::get(url, &[Scope::UserReadAll]), read)
            .try_concat()
            .await
    }

    /// Lets the user sign in, or not ("Update user").
    pub async fn set_account_enabled(&self, id: UserId, enabled: bool) -> Result<(), GraphError> {
        let url = self
            .cloud()
            .graph_url(GraphVersion::V1, &["users", &id.to_string()]);
        let mut call = Call::change(
            Method::PATCH,
            url,
            &[Scope::UserEnableDisableAccountAll, Scope::UserReadAll],
            Repeat::Setting,
        );
        call.body = Some(json!({ "accountEnabled": enabled }).to_string());

        self.send(&call, nothing).await
    }

    /// Deletes the user into the bin, where it stays 30 days ("Delete a user").
    pub async fn delete_user(&self, id: UserId) -> Result<(), GraphError> {
        let url = self
            .cloud()
            .graph_url(GraphVersion::V1, &["users", &id.to_string()]);

        self.send(
            &Call::change(
                Method::DELETE,
                url,
                &[Scope::UserDeleteRestoreAll],
                Repeat::Removing,
            ),
            nothing,
        )
        .await
    }

    /// Brings a user back from the bin, with id, groups and applications ("Restore deleted item"). A second
    /// restore fails, so a lost answer ends with [`GraphError::OutcomeUnknown`].
    pub async fn restore_user(&self, id: UserId) -> Result<(), GraphError> {
        let segments = ["directory", "deletedItems", &id.to_string(), "restore"];
        let url = self.cloud().graph_url(GraphVersion::V1, &segments);

        self.send(
            &Call::change(Method::POST, url, &[Scope::UserDeleteRestoreAll], Repeat::Never),
            nothing,
        )
        .await
    }

    /// Deletes a user in the bin for good ("Permanently delete item").
    pub async fn purge_user(&self, id: UserId) -> Result<(), GraphError> {
        let url = self
            .cloud()
            .graph_url(GraphVersion::V1, &["directory", "deletedItems", &id.to_string()]);

        self.send(
            &Call::change(
                Method::DELETE,
                url,
                &[Scope::UserDeleteRestoreAll],
                Repeat::Removing,
            ),
            nothing,
        )
        .await
    }
}

/// Reads an answer whose success is all it says.
#[expect(clippy::unnecessary_wraps, reason = "it stands where answers are read")]
fn nothing(_: Answer) -> Result<(), (Unexpected, Trace)> {
    Ok(())
}

/// Reads an answer; a failure keeps what names the request.
pub(super) fn reading<T>(
    answer: &Answer,
    read: impl FnOnce(&Answer) -> Result<T, Unexpected>,
) -> Result<T, (Unexpected, Trace)> {
    read(answer).map_err(|what| (what, answer.trace.clone()))
}
