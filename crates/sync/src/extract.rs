//! From Graph's wire types to what the archive indexes. What is not indexed stays in the raw row.

use usher_graph::{
    GraphDirectoryAudit, GraphInitiator, GraphSignIn, GraphTargetResource, GraphUser,
    LogPage as GraphLogPage, RowError, SignInActivityAccess, Text,
};
use usher_store::{
    Actor, Archive, AuditDraft, AuditResult, GuestId, GuestObject, Identity, InvitationState, Log, LogPage,
    SignInClocks, SignInDraft, Sponsor,
};

use crate::SyncError;

/// A page made ready for the archive, and how many of its rows could not be understood.
#[derive(Debug)]
pub(crate) struct ReadyPage {
    pub(crate) page: LogPage,
    pub(crate) unreadable: u64,
}

/// Parses and compresses a page. Costs CPU time: belongs on a blocking thread.
pub(crate) fn make_page(archive: &Archive, log: Log, page: &GraphLogPage) -> Result<ReadyPage, SyncError> {
    match log {
        Log::Audit => {
            let found = page.audits()?;
            let unreadable = left_out(&found.unreadable);
            let drafts: Vec<_> = found
                .rows
                .iter()
                .map(|row| (audit_draft(&row.value), row.raw))
                .collect();
            Ok(ReadyPage {
                page: archive.audit_page(&drafts)?,
                unreadable,
            })
        }
        Log::SignIn => {
            let found = page.sign_ins()?;
            let unreadable = left_out(&found.unreadable);
            let drafts: Vec<_> = found
                .rows
                .iter()
                .map(|row| (sign_in_draft(&row.value), row.raw))
                .collect();
            Ok(ReadyPage {
                page: archive.sign_in_page(&drafts)?,
                unreadable,
            })
        }
    }
}

fn left_out(unreadable: &[RowError]) -> u64 {
    for error in unreadable {
        tracing::warn!(%error, "a log row was left out");
    }
    unreadable.len() as u64
}

fn text<'a>(text: Option<&'a Text<'_>>) -> &'a str {
    text.map(Text::as_str).unwrap_or_default()
}

fn audit_draft<'p>(audit: &'p GraphDirectoryAudit<'p>) -> AuditDraft<'p> {
    let mut targets: Vec<Actor<'p>> = audit.target_resources.iter().filter_map(target).collect();
    // Guests first: they are what the archive looks rows up by.
    targets.sort_by_key(|target| !target.upn.contains("#EXT#"));
    AuditDraft {
        id: &audit.id,
        at: audit.activity_date_time,
        correlation_id: text(audit.correlation_id.as_ref()),
        activity: &audit.activity_display_name,
        category: text(audit.category.as_ref()),
        service: text(audit.logged_by_service.as_ref()),
        result: match text(audit.result.as_ref()) {
            "success" => AuditResult::Success,
            "failure" => AuditResult::Failure,
            "timeout" => AuditResult::Timeout,
            _ => AuditResult::Other,
        },
        reason: text(audit.result_reason.as_ref()),
        actor: audit.initiated_by.as_ref().and_then(initiator),
        targets,
    }
}

/// Rows of redemptions carry a sentence where the target's name belongs ("UPN: …, Email: …, InvitationId: …").
const SENTENCE_FOR_A_NAME: &str = "UPN: ";

fn target<'p>(target: &'p GraphTargetResource<'p>) -> Option<Actor<'p>> {
    let id = text(target.id.as_ref());
    let name = text(target.display_name.as_ref());
    let name = if name.starts_with(SENTENCE_FOR_A_NAME) {
        ""
    } else {
        name
    };
    is_known(id).then(|| Actor {
        id,
        name,
        upn: text(target.user_principal_name.as_ref()),
    })
}

fn initiator<'p>(initiator: &'p GraphInitiator<'p>) -> Option<Actor<'p>> {
    let user = initiator.user.as_ref().map(|user| Actor {
        id: text(user.id.as_ref()),
        name: text(user.display_name.as_ref()),
        upn: text(user.user_principal_name.as_ref()),
    });
    let app = initiator.app.as_ref().map(|app| Actor {
        id: [text(app.service_principal_id.as_ref()), text(app.app_id.as_ref())]
            .into_iter()
            .find(|id| is_known(id))
            .unwrap_or(""),
        name: text(app.display_name.as_ref()),
        upn: "",
    });
    user.into_iter().chain(app).find(|actor| is_known(actor.id))
}

/// Logs write an empty id or zeros where they do not know one.
fn is_known(id: &str) -> bool {
    id.bytes().any(|byte| byte != b'0' && byte != b'-')
}

fn sign_in_draft<'p>(sign_in: &'p GraphSignIn<'p>) -> SignInDraft<'p> {
    let home = text(sign_in.home_tenant_id.as_ref());
    let resource_tenant = text(sign_in.resource_tenant_id.as_ref());
    let user_id = text(sign_in.user_id.as_ref());
    SignInDraft {
        id: &sign_in.id,
        at: sign_in.created_date_time,
        correlation_id: text(sign_in.correlation_id.as_ref()),
        user: Actor {
            id: if is_known(user_id) { user_id } else { "" },
            name: text(sign_in.user_display_name.as_ref()),
            upn: text(sign_in.user_principal_name.as_ref()),
        },
        app: text(sign_in.app_display_name.as_ref()),
        app_id: text(sign_in.app_id.as_ref()),
        resource: text(sign_in.resource_display_name.as_ref()),
        error_code: sign_in
            .status
            .as_ref()
            .and_then(|status| status.error_code)
            .unwrap_or(0),
        failure_reason: sign_in
            .status
            .as_ref()
            .map_or("", |status| text(status.failure_reason.as_ref())),
        conditional_access: text(sign_in.conditional_access_status.as_ref()),
        access_type: text(sign_in.cross_tenant_access_type.as_ref()),
        home_tenant: home,
        requirement: text(sign_in.authentication_requirement.as_ref()),
        is_guest: text(sign_in.user_type.as_ref()).eq_ignore_ascii_case("guest")
            || text(sign_in.cross_tenant_access_type.as_ref()) == "b2bCollaboration"
            || (is_known(home) && is_known(resource_tenant) && home != resource_tenant),
    }
}

/// The archive's view of a user. Without `signInActivity` the clocks are "not known"; whoever asked for it and got
/// none knows that the guest never signed in, and must say so.
pub fn guest_object(user: GraphUser) -> GuestObject {
    GuestObject {
        id: GuestId(user.id.as_uuid()),
        display_name: user.display_name.unwrap_or_default(),
        upn: user.user_principal_name.unwrap_or_default(),
        mail: user.mail.unwrap_or_default(),
        other_mails: user.other_mails,
        user_type: user.user_type.unwrap_or_default(),
        creation_type: user.creation_type,
        state: InvitationState::from_graph(user.external_user_state.as_deref()),
        state_changed_at: user.external_user_state_change_date_time,
        created_at: user.created_date_time,
        account_enabled: user.account_enabled,
        company: user.company_name,
        usage_location: user.usage_location,
        identities: user
            .identities
            .into_iter()
            .map(|identity| Identity {
                sign_in_type: identity.sign_in_type,
                issuer: identity.issuer,
                issuer_assigned_id: identity.issuer_assigned_id,
            })
            .collect(),
        sponsors: user
            .sponsors
            .into_iter()
            .flatten()
            .map(|sponsor| Sponsor {
                id: sponsor.id.to_string(),
                display_name: sponsor.display_name,
            })
            .collect(),
        clocks: user.sign_in_activity.map(|activity| SignInClocks {
            interactive: activity.last_sign_in_date_time,
            non_interactive: activity.last_non_interactive_sign_in_date_time,
            successful: activity.last_successful_sign_in_date_time,
        }),
        deleted_at: user.deleted_date_time,
    }
}

/// A user of a list, where no activity means something else depending on whether it was asked for.
pub(crate) fn listed_guest(user: GraphUser, activity: SignInActivityAccess) -> GuestObject {
    let mut guest = guest_object(user);
    if activity == SignInActivityAccess::Included {
        guest.clocks.get_or_insert_default();
    }
    guest
}

/// Whether a user in the bin was a guest. Members lie there too.
pub(crate) fn was_guest(user: &GraphUser) -> bool {
    user.user_type
        .as_deref()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audit(json: &str) -> GraphDirectoryAudit<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_guest_among_the_targets_comes_first_and_a_sentence_is_no_name() {
        let row = audit(
            r#"{"id":"a","activityDateTime":"2026-11-20T10:00:00Z","activityDisplayName":"Redeem external user invite",
                "result":"success","initiatedBy":{"user":{"userPrincipalName":"adele@fabrikam.com"}},
                "targetResources":[{"id":"11111111-0000-4000-8000-000000000001","displayName":"A group","type":"Group"},
                 {"displayName":"nobody"},
                 {"id":"22222222-0000-4000-8000-000000000001","displayName":"UPN: adele_fabrikam.com#EXT#@c.onmicrosoft.com, Email: a",
                  "Type":"User","userPrincipalName":"adele_fabrikam.com#EXT#@c.onmicrosoft.com"}]}"#,
        );
        let draft = audit_draft(&row);
        assert_eq!(draft.targets.len(), 2);
        assert!(draft.targets[0].id.starts_with("2222"));
        assert_eq!((draft.targets[0].name, draft.targets[1].name), ("", "A group"));
        assert_eq!(draft.actor, None, "an initiator without an id cannot be linked");
        assert_eq!(draft.result, AuditResult::Success);
    }

    #[test]
    fn an_application_may_be_the_initiator() {
        let row = audit(
            r#"{"id":"a","activityDateTime":"2026-11-20T10:00:00.1234567Z","activityDisplayName":"Add user","result":"newWord",
                "initiatedBy":{"user":null,"app":{"appId":"33333333-0000-4000-8000-000000000001","displayName":"Sync","servicePrincipalId":""}},
                "targetResources":null}"#,
        );
        let draft = audit_draft(&row);
        assert_eq!(draft.actor.map(|actor| actor.name), Some("Sync"));
        assert_eq!(draft.result, AuditResult::Other);
        assert!(draft.targets.is_empty());
    }

    #[test]
    fn a_guests_sign_in_is_told_by_any_of_its_signs() {
        let is_guest = |members: &str| {
            let json = format!(
                r#"{{"id":"s","createdDateTime":"2026-11-20T10:00:00Z","userId":"00000000-0000-0000-0000-000000000000",{members}}}"#
            );
            let row: GraphSignIn<'_> = serde_json::from_str(&json).unwrap();
            let draft = sign_in_draft(&row);
            assert_eq!((draft.user.id, draft.error_code), ("", 0));
            draft.is_guest
        };
        assert!(is_guest(r#""userType":"Guest""#));
        assert!(is_guest(r#""crossTenantAccessType":"b2bCollaboration""#));
        assert!(is_guest(r#""homeTenantId":"aaaa","resourceTenantId":"bbbb""#));
        assert!(!is_guest(
            r#""homeTenantId":"aaaa","resourceTenantId":"aaaa","userType":"member""#
        ));
        assert!(!is_guest(r#""homeTenantId":"","resourceTenantId":"bbbb""#));
    }
}
