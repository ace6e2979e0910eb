//! Show the call: a list as a Graph request, in Microsoft Graph PowerShell and with `usherctl`. And masking: tickets and
//! tokens never leave, whatever carries them.

use std::fmt::Write as _;

use crate::views::{CallView, CardKind, GuestFilter, GuestQuery, InvitationStateView};

/// The `$select` of the guest list ("user resource type").
const SELECT: &str = "id,displayName,mail,userPrincipalName,userType,creationType,externalUserState,\
externalUserStateChangeDateTime,createdDateTime,accountEnabled,identities,signInActivity";

/// The calls behind a list. Filters that only the archive can answer (stages, reasons) are named, not invented.
pub(crate) fn list_call(query: &GuestQuery) -> CallView {
    let (filter, left_out) = graph_filter(&query.filter);
    let path = if query.filter.deleted {
        "directory/deletedItems/microsoft.graph.user"
    } else {
        "users"
    };
    let mut graph = format!(
        "GET https://graph.microsoft.com/v1.0/{path}?$filter={filter}&$select={SELECT}&$top=500&$count=true\nConsistencyLevel: eventual"
    );
    let cmdlet = if query.filter.deleted {
        "Get-MgDirectoryDeletedItemAsUser"
    } else {
        "Get-MgUser"
    };
    let mut power_shell = format!(
        "{cmdlet} -All -Filter \"{filter}\" -Property {SELECT} -ConsistencyLevel eventual -CountVariable guests"
    );
    if !left_out.is_empty() {
        let names = left_out.join(", ");
        // Writing to a String cannot fail.
        let _ = write!(
            graph,
            "\n# Graph cannot filter by {names}: Usher does so in its archive."
        );
        let _ = write!(
            power_shell,
            "\n# Graph cannot filter by {names}: Usher does so in its archive."
        );
    }
    CallView {
        graph,
        power_shell,
        cli: cli(query),
    }
}

/// The part of a filter that Graph understands, as OData, and the names of the rest.
fn graph_filter(filter: &GuestFilter) -> (String, Vec<&'static str>) {
    let mut terms = vec!["userType eq 'Guest'".to_owned()];
    match filter.invitation_state {
        Some(InvitationStateView::PendingAcceptance) => {
            terms.push("externalUserState eq 'PendingAcceptance'".to_owned());
        }
        Some(InvitationStateView::Accepted) => terms.push("externalUserState eq 'Accepted'".to_owned()),
        Some(InvitationStateView::None) => terms.push("externalUserState eq null".to_owned()),
        None => {}
    }
    if let Some(enabled) = filter.account_enabled {
        terms.push(format!("accountEnabled eq {enabled}"));
    }
    if let Some(from) = filter.invited_from {
        terms.push(format!(
            "createdDateTime ge {}",
            from.format("%Y-%m-%dT%H:%M:%SZ")
        ));
    }
    if let Some(to) = filter.invited_to {
        terms.push(format!("createdDateTime lt {}", to.format("%Y-%m-%dT%H:%M:%SZ")));
    }
    if let Some(partner) = &filter.partner {
        terms.push(format!("endswith(mail,'@{}')", partner.replace('\'', "''")));
    }
    let left_out = [
        ("the search", filter.search.is_some()),
        ("the stage", filter.stage.is_some() || filter.reached.is_some()),
        ("the standing", filter.standing.is_some()),
        ("the reason", filter.reason.is_some()),
        ("the inviter", filter.inviter.is_some()),
        ("the identity provider", filter.identity_provider.is_some()),
        ("the card", filter.card.is_some()),
    ];
    (
        terms.join(" and "),
        left_out
            .into_iter()
            .filter(|(_, used)| *used)
            .map(|(name, _)| name)
            .collect(),
    )
}

fn cli(query: &GuestQuery) -> String {
    let filter = &query.filter;
    let mut command = "usherctl guests".to_owned();
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            // Writing to a String cannot fail.
            let _ = write!(command, " --{name} {}", shell_word(&value));
        }
    };
    option("search", filter.search.clone());
    option("state", filter.invitation_state.map(wire_word));
    option("stage", filter.stage.map(wire_word));
    option("reached", filter.reached.map(wire_word));
    option("standing", filter.standing.map(wire_word));
    option("reason", filter.reason.clone());
    option("partner", filter.partner.clone());
    option("inviter", filter.inviter.clone());
    option("identity-provider", filter.identity_provider.clone());
    option(
        "account-enabled",
        filter.account_enabled.map(|enabled| enabled.to_string()),
    );
    option(
        "invited-from",
        filter
            .invited_from
            .map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
    );
    option(
        "invited-to",
        filter
            .invited_to
            .map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
    );
    option("card", filter.card.map(|card: CardKind| wire_word(card)));
    if filter.deleted {
        command.push_str(" --deleted");
    }
    command.push_str(" --all --json");
    command
}

/// The word an enum has on the wire.
fn wire_word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// A value as one word of a POSIX shell.
fn shell_word(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@:/".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}

/// Takes tickets and tokens out of a text: values of URL parameters of those names, however often encoded.
pub(crate) fn masked(text: &str) -> String {
    const SECRET: [&str; 5] = [
        "ticket",
        "access_token",
        "refresh_token",
        "id_token",
        "client_secret",
    ];
    let mut masked = text.to_owned();
    for name in SECRET {
        for (before, after) in [
            (format!("{name}="), "&\"' \n#"),
            (format!("{name}%3D"), "%&\"' \n#"),
            (format!("{name}%253D"), "%&\"' \n#"),
        ] {
            masked = mask_values(&masked, &before, after);
        }
    }
    masked
}

fn mask_values(text: &str, before: &str, ends: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find(before) {
        let (head, tail) = rest.split_at(found + before.len());
        out.push_str(head);
        let end = tail.find(|c| ends.contains(c)).unwrap_or(tail.len());
        if end > 0 {
            out.push('…');
        }
        rest = &tail[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::StageView;

    #[test]
    fn the_call_says_what_graph_cannot_filter() {
        let query = GuestQuery {
            filter: GuestFilter {
                invitation_state: Some(InvitationStateView::PendingAcceptance),
                stage: Some(StageView::MailSent),
                partner: Some("o'brien.example".into()),
                ..GuestFilter::default()
            },
            ..GuestQuery::default()
        };
        let call = list_call(&query);
        assert!(call.graph.contains("externalUserState eq 'PendingAcceptance'"));
        assert!(call.graph.contains("endswith(mail,'@o''brien.example')"));
        assert!(call.graph.contains("Graph cannot filter by the stage"));
        assert_eq!(
            call.cli,
            "usherctl guests --state pendingAcceptance --stage mailSent --partner 'o'\\''brien.example' --all --json"
        );
    }

    #[test]
    fn tickets_do_not_leave() {
        let link = "https://login.example/redeem?rd=https%3A%2F%2Finvitations.example%2Fredeem%2F%3Ftenant%3Dt%26user%3Du%26ticket%3DSECRET%26ver%3D2.0";
        assert!(!masked(link).contains("SECRET"));
        assert!(masked(link).ends_with("%26ver%3D2.0"));
        assert_eq!(masked("x?ticket=SECRET&ver=2.0"), "x?ticket=…&ver=2.0");
        assert_eq!(masked("{\"errorCode\": 0}"), "{\"errorCode\": 0}");
    }
}
