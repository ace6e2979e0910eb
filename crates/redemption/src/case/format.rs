//! The file format. A word the format does not know is an error that names the case and the field: a case that is
//! half understood would prove nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::words::{CaseInvitee, CaseTenant};
use crate::guest::Issuer;
use crate::identity::Path;
use crate::page::Prompt;
use crate::stage::{InvitationState, Outcome};

/// A case file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// Not JSON at all.
    #[error("the file is not JSON: {0}")]
    NotJson(#[source] serde_json::Error),
    /// JSON, but neither a list of cases nor one case.
    #[error("the file holds no list of cases")]
    NoCases,
    /// A word or value the format does not know.
    #[error("case {case}, field {field}: {reason}")]
    UnknownWord {
        /// Name of the case, or its number in the file.
        case: String,
        /// Path of the field.
        field: String,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
}

/// Reads a file of cases: a list, an object with a member `cases`, or a single case.
pub fn parse_cases(json: &str) -> Result<Vec<Case>, CaseError> {
    let file: serde_json::Value = serde_json::from_str(json).map_err(CaseError::NotJson)?;
    let cases = match file {
        serde_json::Value::Array(cases) => cases,
        serde_json::Value::Object(mut file) => match file.remove("cases") {
            Some(serde_json::Value::Array(cases)) => cases,
            Some(_) => return Err(CaseError::NoCases),
            None => vec![serde_json::Value::Object(file)],
        },
        _ => return Err(CaseError::NoCases),
    };
    cases
        .into_iter()
        .enumerate()
        .map(|(index, case)| parse_case(index, case))
        .collect()
}

fn parse_case(index: usize, case: serde_json::Value) -> Result<Case, CaseError> {
    let name = case.get("name").and_then(serde_json::Value::as_str);
    let name = name.map_or_else(|| format!("number {}", index + 1), |name| format!("{name:?}"));
    serde_path_to_error::deserialize(case).map_err(|error| CaseError::UnknownWord {
        case: name,
        field: error.path().to_string(),
        reason: error.into_inner(),
    })
}

/// One case.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name.
    pub name: String,
    pub(super) tenant: CaseTenant,
    pub(super) invitee: CaseInvitee,
    /// What guest and admin do, in order.
    #[serde(default)]
    pub guest_actions: Vec<CaseAction>,
    /// What must come out.
    pub expected: Expected,
    /// How sure the expectation is.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// Which part of it is inferred.
    #[serde(default)]
    pub inferred: Vec<String>,
    /// Remarks.
    #[serde(default)]
    pub notes: Option<String>,
    /// Where it is documented.
    #[serde(default)]
    pub docs: Vec<String>,
}

/// How sure an expectation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Read in a Microsoft document.
    Documented,
    /// Partly inferred.
    PartInferred,
    /// A setting of Usher's own.
    ProductRule,
}

/// What a guest or an admin does in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseAction {
    /// Opens the newest link of the mail.
    OpenEmailLink,
    /// Opens an older link.
    OpenSupersededLink,
    /// Opens a link that names the tenant.
    OpenDirectLink,
    /// The same, with another account signed in to the browser.
    OpenDirectLinkWithOtherSession,
    /// Opens the application.
    OpenApp,
    /// Opens the application with the own session and gets nowhere.
    OpenAppFails,
    /// Signs in at home.
    HomeSignIn,
    /// Signs in at the partner's provider.
    PartnerSignIn,
    /// Signs in with Google.
    GoogleSignIn,
    /// Signs in with the Microsoft account.
    MsaSignIn,
    /// Picks the work account.
    ChooseWorkAccount,
    /// Picks the personal account.
    ChoosePersonalAccount,
    /// Has a code mailed.
    SendCode,
    /// Types the newest code.
    EnterCode,
    /// Lets 31 minutes pass.
    #[serde(rename = "wait_31_minutes")]
    Wait31Minutes,
    /// Makes a Microsoft account.
    CreateMicrosoftAccount,
    /// Accepts "Review permissions".
    AcceptPermissions,
    /// Closes the browser there.
    CloseBrowserAtPermissions,
    /// Registers a second factor.
    RegisterMfa,
    /// Answers it here.
    AnswerMfa,
    /// Answers it at home.
    AnswerHomeMfa,
    /// Lets it go by.
    IgnoreMfa,
    /// Accepts the terms.
    AcceptTerms,
    /// Declines them.
    DeclineTerms,
    /// The admin sends the invitation again.
    AdminResendsInvitation,
    /// The admin resets the redemption (to `newEmail`, where given).
    AdminResetsRedemption,
}

impl CaseAction {
    pub(super) const fn is_of_the_admin(self) -> bool {
        matches!(self, Self::AdminResendsInvitation | Self::AdminResetsRedemption)
    }

    pub(super) const fn opens_a_link(self) -> bool {
        matches!(
            self,
            Self::OpenEmailLink
                | Self::OpenSupersededLink
                | Self::OpenDirectLink
                | Self::OpenDirectLinkWithOtherSession
                | Self::OpenApp
                | Self::OpenAppFails
        )
    }
}

/// What must come out of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Identity path; `none` in the file where no provider was reached.
    #[serde(deserialize_with = "path_or_none", serialize_with = "path_word")]
    pub path: Option<Path>,
    /// Pages in order.
    #[serde(default)]
    pub prompts: Vec<Prompt>,
    /// The outcome.
    pub outcome: Outcome,
    /// Audit rows the case adds, in order.
    #[serde(default)]
    pub audit_activities: Vec<String>,
    /// Sign-in rows of the inviting tenant, in order.
    #[serde(default)]
    pub sign_in_error_codes: Vec<u32>,
    /// Rows that may stand between them.
    #[serde(default)]
    pub optional_interrupts: Vec<u32>,
    /// Rows only the home tenant sees.
    #[serde(default)]
    pub home_tenant_sign_in_error_codes: Vec<u32>,
    /// State afterwards.
    #[serde(rename = "externalUserState_after", default)]
    pub state_after: Option<InvitationState>,
    /// Issuer afterwards.
    #[serde(default)]
    pub identity_issuer_after: Option<Issuer>,
}

fn path_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Path>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        EntraId,
        MsaExisting,
        MsaCreate,
        SamlWsfed,
        Google,
        EmailOtp,
        None,
    }
    Ok(match Word::deserialize(deserializer)? {
        Word::EntraId => Some(Path::EntraId),
        Word::MsaExisting => Some(Path::MsaExisting),
        Word::MsaCreate => Some(Path::MsaCreate),
        Word::SamlWsfed => Some(Path::SamlWsfed),
        Word::Google => Some(Path::Google),
        Word::EmailOtp => Some(Path::EmailOtp),
        Word::None => None,
    })
}

#[expect(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's signature"
)]
pub(super) fn path_word<S: Serializer>(path: &Option<Path>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.map_or("none", Path::word))
}
