//! What a plan was built on, so that a change meanwhile shows.

use serde::{Deserialize, Serialize};
use usher_store::{GuestObject, GuestRecord, InvitationState};

/// The state of a guest that every action depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Basis {
    state: String,
    account_enabled: Option<bool>,
    deleted: bool,
    mail: String,
}

impl Basis {
    /// The state as the archive has it.
    pub(crate) fn of_record(guest: &GuestRecord) -> Self {
        Self {
            deleted: guest.is_deleted(),
            ..Self::of_object(&guest.object)
        }
    }

    /// The state as Graph just answered it.
    pub(crate) fn of_object(object: &GuestObject) -> Self {
        Self {
            state: state_words(object.state).to_owned(),
            account_enabled: object.account_enabled,
            deleted: object.deleted_at.is_some(),
            mail: object.mail.to_lowercase(),
        }
    }

    /// The same guest, deleted.
    pub(crate) fn deleted(self) -> Self {
        Self {
            deleted: true,
            ..self
        }
    }

    /// Writes it into a plan.
    pub(crate) fn to_text(&self) -> String {
        // Four plain members always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads it from a plan.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// What changed from here to `now`, in words; `None` where nothing did.
    pub(crate) fn drift(&self, now: &Self) -> Option<String> {
        if now.deleted != self.deleted {
            return Some(
                if now.deleted {
                    "the guest was deleted"
                } else {
                    "the guest was restored"
                }
                .to_owned(),
            );
        }
        if now.state != self.state {
            return Some(format!("the invitation state is now {}", now.state));
        }
        if now.mail != self.mail {
            return Some("the mail address is another".to_owned());
        }
        // A right that was missing while the plan was made is no change.
        match (self.account_enabled, now.account_enabled) {
            (Some(before), Some(after)) if before != after => Some(
                if after {
                    "sign-in was unblocked"
                } else {
                    "sign-in was blocked"
                }
                .to_owned(),
            ),
            _ => None,
        }
    }
}

fn state_words(state: InvitationState) -> &'static str {
    match state {
        InvitationState::PendingAcceptance => "Pending acceptance",
        InvitationState::Accepted => "Accepted",
        InvitationState::None => "(none)",
        InvitationState::Other => "not known to Usher",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis() -> Basis {
        Basis {
            state: "Pending acceptance".into(),
            account_enabled: Some(true),
            deleted: false,
            mail: "a@b.example".into(),
        }
    }

    #[test]
    fn it_reads_what_it_writes() {
        assert_eq!(Basis::from_text(&basis().to_text()), Some(basis()));
        assert_eq!(Basis::from_text("{}"), None);
    }

    #[test]
    fn every_change_has_its_words() {
        let cases = [
            (
                Basis {
                    deleted: true,
                    ..basis()
                },
                Some("the guest was deleted"),
            ),
            (
                Basis {
                    state: "Accepted".into(),
                    ..basis()
                },
                Some("the invitation state is now Accepted"),
            ),
            (
                Basis {
                    mail: "x@b.example".into(),
                    ..basis()
                },
                Some("the mail address is another"),
            ),
            (
                Basis {
                    account_enabled: Some(false),
                    ..basis()
                },
                Some("sign-in was blocked"),
            ),
            (
                Basis {
                    account_enabled: None,
                    ..basis()
                },
                None,
            ),
            (basis(), None),
        ];
        for (now, words) in cases {
            assert_eq!(basis().drift(&now).as_deref(), words);
        }
    }
}
