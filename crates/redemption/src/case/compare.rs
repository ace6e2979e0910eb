//! What came out of a case, and where that differs from what must come out.

use serde::{Deserialize, Serialize};

use super::format::{Expected, path_word};
use crate::guest::Issuer;
use crate::identity::Path;
use crate::page::Prompt;
use crate::stage::{InvitationState, Outcome};

/// What came out of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Actual {
    /// Identity path, if a provider was reached.
    #[serde(serialize_with = "path_word")]
    pub path: Option<Path>,
    /// Pages in order.
    pub prompts: Vec<Prompt>,
    /// The outcome.
    pub outcome: Outcome,
    /// Audit rows of the inviting tenant, in order.
    pub audit_activities: Vec<String>,
    /// Sign-in rows of the inviting tenant, in order.
    pub sign_in_error_codes: Vec<u32>,
    /// Rows only the home tenant sees.
    pub home_tenant_sign_in_error_codes: Vec<u32>,
    /// State afterwards.
    #[serde(rename = "externalUserState_after")]
    pub state_after: Option<InvitationState>,
    /// Issuer afterwards.
    pub identity_issuer_after: Option<Issuer>,
}

/// One field that came out differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Name of the field.
    pub field: String,
    /// What must come out.
    pub expected: serde_json::Value,
    /// What came out.
    pub actual: serde_json::Value,
}

impl Expected {
    /// The fields that came out differently; none when the case passes.
    pub fn differences(&self, actual: &Actual) -> Vec<Difference> {
        let [expected, came] = [serde_json::to_value(self), serde_json::to_value(actual)]
            .map(|value| value.unwrap_or(serde_json::Value::Null));
        let fields = came.as_object().into_iter().flatten();
        fields
            .filter(|(field, value)| match field.as_str() {
                "sign_in_error_codes" => !self.permits_rows(&actual.sign_in_error_codes),
                other => expected.get(other) != Some(value),
            })
            .map(|(field, value)| Difference {
                field: field.clone(),
                expected: expected[field].clone(),
                actual: value.clone(),
            })
            .collect()
    }

    /// The rows expected, in order, with nothing between them but interrupts the case permits.
    fn permits_rows(&self, rows: &[u32]) -> bool {
        let mut wanted = self.sign_in_error_codes.iter().peekable();
        rows.iter().all(|code| {
            let is_wanted = wanted.next_if_eq(&code).is_some();
            is_wanted || self.optional_interrupts.contains(code)
        }) && wanted.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(codes: &[u32], optional: &[u32]) -> Expected {
        Expected {
            path: None,
            prompts: Vec::new(),
            outcome: Outcome::SignedIn,
            audit_activities: Vec::new(),
            sign_in_error_codes: codes.to_vec(),
            optional_interrupts: optional.to_vec(),
            home_tenant_sign_in_error_codes: Vec::new(),
            state_after: None,
            identity_issuer_after: None,
        }
    }

    #[test]
    fn optional_interrupts_may_stand_between_but_nothing_else() {
        let case = expected(&[50079, 0], &[50058]);
        assert!(case.permits_rows(&[50079, 0]));
        assert!(case.permits_rows(&[50058, 50079, 50058, 0]));
        assert!(!case.permits_rows(&[50058, 0]));
        assert!(!case.permits_rows(&[0, 50079]));
        assert!(!case.permits_rows(&[50079, 50140, 0]));
        assert!(!case.permits_rows(&[50079, 0, 0]));
    }

    #[test]
    fn a_difference_names_the_field_and_both_values() {
        let actual = Actual {
            path: Some(Path::EntraId),
            prompts: vec![Prompt::HomeSignIn],
            outcome: Outcome::SignedIn,
            audit_activities: Vec::new(),
            sign_in_error_codes: vec![0],
            home_tenant_sign_in_error_codes: Vec::new(),
            state_after: None,
            identity_issuer_after: None,
        };
        let differences = Expected {
            path: None,
            ..expected(&[0], &[])
        }
        .differences(&actual);
        let fields: Vec<&str> = differences
            .iter()
            .map(|difference| difference.field.as_str())
            .collect();
        assert_eq!(fields, ["path", "prompts"]);
        assert_eq!(differences[0].expected, "none");
        assert_eq!(differences[0].actual, "entra_id");
    }
}
