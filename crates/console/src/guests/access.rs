//! What a guest was given: directory roles, groups, applications. Read when somebody looks, for nothing of it is archived.

use usher_graph::{GraphError, GraphGroup, GraphMembership};
use usher_identity::{Scope, SignInError};
use usher_store::GuestId;

use crate::{
    ConsoleError, permissions,
    tenant::OpenTenant,
    views::{AccessAppView, AccessGroupView, AccessRoleView, GroupKindView, GuestAccessView},
};

impl OpenTenant {
    /// Reads what a guest was given. Where the permission is missing it is asked for if `may_ask`, and else named.
    pub(crate) async fn guest_access(
        &self,
        id: &str,
        may_ask: bool,
    ) -> Result<GuestAccessView, ConsoleError> {
        let id: GuestId = id.parse().map_err(|_| ConsoleError::NoSuchGuest)?;
        let link = self.link()?;
        let memberships = match link.graph.fetch_memberships(id.0.into(), may_ask).await {
            // A session that has ended is another matter; it is told as one.
            Err(GraphError::SignIn(error))
                if !may_ask && matches!(*error, SignInError::ApprovalNeeded(_)) =>
            {
                let (scope, rights) = (Scope::DirectoryReadAll, self.rights());
                return Ok(GuestAccessView::PermissionNeeded {
                    permission: permissions::line(scope, &rights),
                    held: rights.held(scope),
                });
            }
            read => read?,
        };
        let assignments = link.graph.fetch_app_role_assignments(id.0.into()).await?;

        let mut roles = Vec::new();
        let mut groups = Vec::new();
        for membership in memberships {
            match membership {
                GraphMembership::Role(role) => roles.push(AccessRoleView {
                    id: role.id,
                    name: role.display_name,
                }),
                GraphMembership::Group(group) => groups.push(group_view(group)),
                GraphMembership::Other => {}
            }
        }
        let mut apps: Vec<AccessAppView> = assignments
            .into_iter()
            .map(|assignment| AccessAppView {
                id: assignment.id,
                service_principal: assignment.resource_id,
                name: assignment.resource_display_name,
                through: assignment
                    .principal_display_name
                    .filter(|_| assignment.principal_type.as_deref() == Some("Group")),
                assigned_at: assignment.created_date_time,
            })
            .collect();
        roles.sort_by_cached_key(|role| by_name(role.name.as_deref()));
        groups.sort_by_cached_key(|group| by_name(group.name.as_deref()));
        apps.sort_by_cached_key(|app| by_name(app.name.as_deref()));
        Ok(GuestAccessView::Read {
            roles,
            groups,
            apps,
            read_at: self.now(),
        })
    }
}

/// Orders by name in any case; what has no readable name comes last.
fn by_name(name: Option<&str>) -> (bool, String) {
    (name.is_none(), name.unwrap_or_default().to_lowercase())
}

fn group_view(group: GraphGroup) -> AccessGroupView {
    let has = |kind: &str| {
        let types = group.group_types.as_ref()?;
        Some(types.iter().any(|own| own == kind))
    };
    let is_unified = has("Unified") == Some(true);
    let kind = match (is_unified, group.security_enabled, group.mail_enabled) {
        (true, ..) => Some(GroupKindView::Microsoft365),
        (false, Some(true), Some(true)) => Some(GroupKindView::MailEnabledSecurity),
        (false, Some(true), _) => Some(GroupKindView::Security),
        (false, Some(false), Some(true)) => Some(GroupKindView::Distribution),
        (false, ..) => None,
    };
    AccessGroupView {
        kind,
        // A group that may not be read could come with an empty list of types.
        is_dynamic: kind.and(has("DynamicMembership")),
        is_role_assignable: group.is_assignable_to_role == Some(true),
        id: group.id,
        name: group.display_name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_of_the_kind_the_admin_center_calls_it() {
        for (types, security, mail, kind) in [
            (
                &["Unified"][..],
                Some(false),
                Some(true),
                Some(GroupKindView::Microsoft365),
            ),
            (
                &["Unified", "DynamicMembership"],
                Some(true),
                Some(true),
                Some(GroupKindView::Microsoft365),
            ),
            (
                &["DynamicMembership"],
                Some(true),
                Some(false),
                Some(GroupKindView::Security),
            ),
            (
                &[],
                Some(true),
                Some(true),
                Some(GroupKindView::MailEnabledSecurity),
            ),
            (&[], Some(false), Some(true), Some(GroupKindView::Distribution)),
            (&[], None, None, None),
        ] {
            let view = group_view(GraphGroup {
                id: "g".to_owned(),
                display_name: None,
                group_types: Some(types.iter().map(|own| (*own).to_owned()).collect()),
                security_enabled: security,
                mail_enabled: mail,
                is_assignable_to_role: None,
            });
            assert_eq!(view.kind, kind, "{types:?}");
            let is_dynamic = types.contains(&"DynamicMembership");
            assert_eq!(view.is_dynamic, kind.map(|_| is_dynamic), "{types:?}");
        }
    }
}
