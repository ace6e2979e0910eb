//! Lists of guests: those in the directory, and those in the bin.

use std::sync::Arc;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde::Deserialize;
use serde_json::value::RawValue;
use usher_identity::{GraphVersion, Scope};

use super::users::reading;
use crate::{
    Denial, GraphClient, GraphError, GraphUser, RawRow, Trace, Unexpected,
    call::{Call, unreadable},
    pace::Lane,
    paging::{Linked, ReadPage},
    query::with_query,
    wire::user::SELECT,
};

/// The most users a page may have, and with their sign-in activity.
const PAGE: &str = "999";
const PAGE_WITH_ACTIVITY: &str = "500";

/// Whether guests come with their sign-in activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SignInActivityAccess {
    /// They do; a guest without it never signed in.
    Included,
    /// The tenant has no P1 or P2.
    NotLicensed,
    /// The person lacks a role that may read it, or Usher the permission.
    NotPermitted,
    /// It was not asked for.
    NotAsked,
}

/// A page of guests.
#[derive(Debug, Clone)]
pub struct GuestPage {
    /// The guests.
    pub rows: Vec<RawRow<GraphUser>>,
    /// Objects that could not be understood, as they were sent.
    pub unreadable: Vec<Box<RawValue>>,
    /// Whether the guests come with their sign-in activity.
    pub activity: SignInActivityAccess,
    /// Whether another page follows.
    pub has_more: bool,
    /// Names the request, and tells Graph's clock.
    pub trace: Trace,
}

/// What is asked for beside the guests' own properties. Where Graph refuses one of these the whole page
/// fails, so they are tried and left out.
#[derive(Debug, Clone, Copy)]
struct Extras {
    activity: SignInActivityAccess,
    sponsors: bool,
}

impl GraphClient {
    /// Returns all guests, page by page ("List users"). The sign-in activity and the sponsors are left out
    /// where Graph does not give them; [`GuestPage::activity`] says so.
    pub fn guest_pages(&self) -> BoxStream<'static, Result<GuestPage, GraphError>> {
        let client = self.clone();
        let first = async move {
            let mut extras = Extras {
                activity: SignInActivityAccess::Included,
                sponsors: true,
            };
            loop {
                let call = client.guest_call(extras);
                match client.fetch_page(&call, &read_guests(extras.activity)).await {
                    Ok((page, next)) => return (client, extras, Ok((page, next))),
                    Err(error) => match extras.without_what_failed(&error) {
                        Some(fewer) => extras = fewer,
                        None => return (client, extras, Err(error)),
                    },
                }
            }
        };

        stream::once(first)
            .flat_map(|(client, extras, outcome)| match outcome {
                Err(error) => stream::iter([Err(error)]).boxed(),
                Ok((page, next)) => {
                    let rest = match next {
                        Some(call) => client.pages(call, read_guests(extras.activity)),
                        None => stream::empty().boxed(),
                    };
                    stream::iter([Ok(page)]).chain(rest).boxed()
                }
            })
            .boxed()
    }

    /// Returns the users in the bin, page by page ("List deletedItems"). Members stand among them.
    pub fn deleted_user_pages(&self) -> BoxStream<'static, Result<GuestPage, GraphError>> {
        let segments = ["directory", "deletedItems", "microsoft.graph.user"];
        let url = self.cloud().graph_url(GraphVersion::V1, &segments);
        let select = format!("{SELECT},deletedDateTime");
        let url = with_query(url, &[("$select", &select), ("$top", PAGE)]);

        self.pages(
            Call::get(url, &[Scope::UserReadAll]),
            read_guests(SignInActivityAccess::NotAsked),
        )
    }

    fn guest_call(&self, extras: Extras) -> Call {
        let with_activity = extras.activity == SignInActivityAccess::Included;
        let select = if with_activity {
            format!("{SELECT},signInActivity")
        } else {
            SELECT.to_owned()
        };
        let top = if with_activity { PAGE_WITH_ACTIVITY } else { PAGE };
        let mut options = vec![
            ("$filter", "userType eq 'Guest'"),
            ("$select", &select),
            ("$top", top),
        ];
        if extras.sponsors {
            options.push(("$expand", "sponsors($select=id,displayName)"));
        }
        let url = with_query(self.cloud().graph_url(GraphVersion::V1, &["users"]), &options);

        Call {
            lane: if with_activity {
                Lane::Activity
            } else {
                Lane::Directory
            },
            ..Call::get(url, &[Scope::UserReadAll])
        }
    }
}

impl Extras {
    /// Leaves out what the error is about; `None` where nothing is left to leave out.
    fn without_what_failed(self, error: &GraphError) -> Option<Self> {
        match error {
            GraphError::PermissionMissing { denial, .. }
                if self.activity == SignInActivityAccess::Included =>
            {
                let activity = match denial {
                    Denial::Licence => SignInActivityAccess::NotLicensed,
                    Denial::Role | Denial::Scope => SignInActivityAccess::NotPermitted,
                    Denial::ScopeOrRole => return None,
                };
                Some(Self { activity, ..self })
            }
            GraphError::Refused {
                status: 400 | 501, ..
            } if self.sponsors => Some(Self {
                sponsors: false,
                ..self
            }),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
}

/// Rows, the link to the next page, and what could not be understood.
type Users = (Vec<RawRow<GraphUser>>, Option<String>, Vec<Box<RawValue>>);

/// Reads a page of users. One that cannot be understood does not keep the others from being read.
pub(super) fn read_users(json: &str) -> Result<Users, Unexpected> {
    let envelope: Envelope<'_> = serde_json::from_str(json).map_err(|error| unreadable(&error))?;
    let mut rows = Vec::with_capacity(envelope.value.len());
    let mut strangers = Vec::new();
    for raw in envelope.value {
        match serde_json::from_str(raw.get()) {
            Ok(value) => rows.push(RawRow {
                raw: raw.to_owned(),
                value,
            }),
            Err(_) => strangers.push(raw.to_owned()),
        }
    }

    Ok((rows, envelope.next, strangers))
}

/// Reads one user and keeps it as it was sent.
pub(super) fn read_row(json: &str) -> Result<RawRow<GraphUser>, Unexpected> {
    let value = serde_json::from_str(json).map_err(|error| unreadable(&error))?;
    let raw = RawValue::from_string(json.to_owned()).map_err(|error| unreadable(&error))?;

    Ok(RawRow { raw, value })
}

fn read_guests(activity: SignInActivityAccess) -> ReadPage<GuestPage> {
    Arc::new(move |answer| {
        let (rows, next, unreadable) = reading(&answer, |answer| read_users(answer.json()?))?;
        let trace = answer.trace;
        let page = GuestPage {
            rows,
            unreadable,
            activity,
            has_more: next.is_some(),
            trace: trace.clone(),
        };

        Ok(Linked { page, next, trace })
    })
}
