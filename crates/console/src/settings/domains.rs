//! The list of allowed or denied domains. Graph shows it to Global Administrators alone; who may not read it learns of it
//! by its last change, which the audit log tells everybody who reads logs.

use chrono::{DateTime, Utc};
use serde_json::Value;
use usher_graph::GraphB2bManagementPolicy;
use usher_redemption::{DomainMode, DomainPolicy, UnreadSetting};

use super::Settings;
use crate::{ConsoleError, tenant::OpenTenant};

/// The activity and target of a change of the list (field reports; not in Microsoft's reference).
const CHANGE: &str = "Update policy";
const POLICY: &str = "B2BManagementPolicy";

/// Changes of any policy that are looked through for the last one of the list.
const LOOKED_THROUGH: u32 = 50;

/// The list among Graph's policies: none means any domain. `None` for a policy that nobody can read.
pub(super) fn of_policies(policies: &[GraphB2bManagementPolicy]) -> Option<DomainPolicy> {
    match policies.iter().find_map(|policy| policy.definition.first()) {
        None => Some(DomainPolicy::default()),
        Some(definition) => of_definition(definition),
    }
}

/// Reads a definition: JSON in a text, which some write with single quotes.
fn of_definition(text: &str) -> Option<DomainPolicy> {
    let json: Value = serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&text.replace('\'', "\"")))
        .ok()?;
    let lists = json
        .get(POLICY)
        .unwrap_or(&json)
        .get("InvitationsAllowedAndBlockedDomainsPolicy");
    let list = |name: &str| -> Option<Vec<String>> {
        let domains = lists?.get(name)?.as_array()?.iter();
        Some(domains.filter_map(Value::as_str).map(str::to_lowercase).collect())
    };
    Some(match (list("AllowedDomains"), list("BlockedDomains")) {
        (Some(domains), _) => DomainPolicy {
            mode: DomainMode::Allow,
            domains,
        },
        (None, Some(domains)) if !domains.is_empty() => DomainPolicy {
            mode: DomainMode::Block,
            domains,
        },
        _ => DomainPolicy::default(),
    })
}

impl OpenTenant {
    /// Takes the list from the newest audit row that changed it, where that is newer than what is known.
    pub(super) async fn recall_domain_list(&self, settings: &mut Settings) -> Result<(), ConsoleError> {
        for event in self
            .archive
            .list_audits_of_activity(CHANGE, LOOKED_THROUGH)
            .await?
        {
            let Some(raw) = self.archive.load_raw(event).await? else {
                continue;
            };
            let Some((list, at)) = of_change(&raw) else {
                continue;
            };
            if settings
                .read_at(UnreadSetting::DomainPolicy)
                .is_none_or(|known| known < at)
            {
                settings.policy.domain_policy = list;
                settings.note(UnreadSetting::DomainPolicy, at);
            }
            return Ok(());
        }
        Ok(())
    }
}

/// The list as an audit row left it, and when.
fn of_change(raw: &str) -> Option<(DomainPolicy, DateTime<Utc>)> {
    let row: Value = serde_json::from_str(raw).ok()?;
    let at = row["activityDateTime"].as_str()?.parse().ok()?;
    let target = row["targetResources"]
        .as_array()?
        .iter()
        .find(|target| target["displayName"] == POLICY)?;
    let change = target["modifiedProperties"]
        .as_array()?
        .iter()
        .find(|change| change["displayName"] == "PolicyDetails")?;
    // A list of texts, as JSON in a text.
    let texts: Vec<String> = serde_json::from_str(change["newValue"].as_str()?).ok()?;
    Some((of_definition(texts.first()?)?, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(definition: &str) -> Vec<GraphB2bManagementPolicy> {
        vec![GraphB2bManagementPolicy {
            definition: vec![definition.to_owned()],
        }]
    }

    #[test]
    fn one_kind_of_list_counts_and_none_is_any_domain() {
        let blocked = r#"{"B2BManagementPolicy":{"InvitationsAllowedAndBlockedDomainsPolicy":{"BlockedDomains":["Rival.example"]}}}"#;
        let list = of_policies(&policy(blocked)).expect("it reads");
        assert_eq!(
            (list.mode, list.domains),
            (DomainMode::Block, vec!["rival.example".to_owned()])
        );
        let allowed =
            "{'B2BManagementPolicy':{'InvitationsAllowedAndBlockedDomainsPolicy':{'AllowedDomains':[]}}}";
        assert_eq!(
            of_policies(&policy(allowed)).expect("it reads").mode,
            DomainMode::Allow
        );
        assert_eq!(
            of_policies(&policy("{'B2BManagementPolicy':{'Version':1}}")),
            Some(DomainPolicy::default())
        );
        assert_eq!(of_policies(&[]), Some(DomainPolicy::default()));
        assert_eq!(of_policies(&policy("not JSON")), None);
    }

    #[test]
    fn a_change_in_the_audit_log_tells_the_list() {
        let row = r#"{"activityDateTime":"2026-11-05T08:00:00Z","targetResources":[{"displayName":"B2BManagementPolicy","modifiedProperties":[
            {"displayName":"PolicyDetails","newValue":"[\"{\\\"B2BManagementPolicy\\\":{\\\"InvitationsAllowedAndBlockedDomainsPolicy\\\":{\\\"BlockedDomains\\\":[\\\"rival.example\\\"]}}}\"]"}]}]}"#;
        let (list, at) = of_change(row).expect("a change");
        assert_eq!(list.domains, ["rival.example"]);
        assert_eq!(
            at,
            "2026-11-05T08:00:00Z".parse::<DateTime<Utc>>().expect("a time")
        );
        assert_eq!(
            of_change(r#"{"activityDateTime":"2026-11-05T08:00:00Z","targetResources":[]}"#),
            None
        );
    }
}
