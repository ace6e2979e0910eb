//! The failure catalogue: everything that can go wrong on a guest's way in, what it means, what the administrator
//! can do, what to tell the guest, and whether sending the invitation again helps.

mod entry;
mod load;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use entry::{Area, AuditMatch, Cure, Entry, Kind, Match, Setting};
pub use load::CatalogueError;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    load::load(include_str!("../data/failure-reasons.json"))
        .expect("the catalogue is compiled in, and a test loads it")
});

/// The catalogue with its look-ups.
#[derive(Debug)]
pub struct Catalogue {
    entries: Vec<Entry>,
    by_key: BTreeMap<String, usize>,
    by_code: BTreeMap<u32, usize>,
    /// Lower-case substrings in the order of the file, which has the more specific first.
    messages: Vec<(String, usize)>,
}

impl Catalogue {
    /// The catalogue compiled in.
    pub fn get() -> &'static Self {
        &CATALOGUE
    }

    /// Every entry, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with that stable key.
    pub fn by_key(&self, key: &str) -> Option<&Entry> {
        self.by_key.get(key).map(|index| &self.entries[*index])
    }

    /// The entry of an AADSTS code.
    pub fn by_code(&self, code: u32) -> Option<&Entry> {
        self.by_code.get(&code).map(|index| &self.entries[*index])
    }

    /// The entry whose words occur in a message of the API or a page, whatever their case; the
    /// more specific wins.
    pub fn by_message(&self, message: &str) -> Option<&Entry> {
        let message = message.to_lowercase();
        self.messages
            .iter()
            .find(|(words, _)| message.contains(words))
            .map(|(_, index)| &self.entries[*index])
    }

    /// The entry of an audit row; `succeeded` is whether its result is "success".
    ///
    /// Both spellings of the redeem activity ("external" and "extern") are known.
    pub fn by_audit(&self, activity: &str, succeeded: bool) -> Option<&Entry> {
        let activity = activity.to_lowercase().replace("extern user", "external user");
        self.entries.iter().find(|entry| match &entry.matches {
            Match::Audit(row) => row.activity.to_lowercase() == activity && !(row.failure_only && succeeded),
            Match::Code(_) | Match::Message(_) | Match::Condition(_) => false,
        })
    }

    /// The entry of a condition the console computes from what it holds.
    pub fn by_condition(&self, condition: &str) -> Option<&Entry> {
        self.by_key(condition)
            .filter(|entry| matches!(entry.matches, Match::Condition(_)))
    }

    /// Whether a sign-in code is a prompt or page on the way rather than an end. Unknown codes are not.
    pub fn is_interrupt(&self, code: u32) -> bool {
        self.by_code(code)
            .is_some_and(|entry| entry.kind == Kind::Interrupt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal;
    use crate::stage::Stage;
    use crate::stops::STOPS;

    #[test]
    fn every_reason_of_the_rule_book_is_in_the_catalogue() {
        let catalogue = Catalogue::get();
        for row in STOPS {
            let entry = catalogue
                .by_key(row.reason)
                .unwrap_or_else(|| panic!("{:?}", row.stop));
            for code in row.ours.iter().chain(row.home) {
                assert!(catalogue.by_code(*code).is_some(), "{code}");
            }
            assert!(!entry.title.is_empty());
        }
        for refusal in Refusal::ALL {
            assert!(catalogue.by_key(refusal.reason()).is_some(), "{refusal:?}");
        }
    }

    #[test]
    fn refusal_messages_are_found_by_their_words() {
        for refusal in [
            Refusal::InvitationsNotAllowed,
            Refusal::MayNotReset,
            Refusal::AddressForm,
            Refusal::OwnDomain,
            Refusal::ExistsBlocked,
            Refusal::ExistsInternal,
            Refusal::InboundBlocked,
            Refusal::CloudNotEnabled,
            Refusal::AddressNotOnGuest,
        ] {
            let message = refusal.message("7f3c").to_uppercase();
            let entry = Catalogue::get()
                .by_message(&message)
                .unwrap_or_else(|| panic!("{refusal:?}"));
            assert_eq!(entry.key, refusal.reason(), "{refusal:?}");
        }
    }

    #[test]
    fn the_words_of_the_overview() {
        let rows = [
            ("aadsts-500121", "MFA not completed", Stage::RequirementsMet),
            (
                "aadsts-53003",
                "Blocked by Conditional Access",
                Stage::RequirementsMet,
            ),
            (
                "aadsts-500213",
                "Your inbound settings forbid it",
                Stage::RequirementsMet,
            ),
            (
                "unsubscribed-mail-not-sent",
                "Guest unsubscribed from your invitations",
                Stage::MailSent,
            ),
            (
                "aadsts-500571",
                "Guest account disabled in your tenant",
                Stage::FirstAccess,
            ),
            (
                "aadsts-50105",
                "Not assigned to the application",
                Stage::FirstAccess,
            ),
            (
                "domain-blocked-while-pending",
                "Domain was blocked after the invitation",
                Stage::Redeemed,
            ),
        ];
        for (key, title, stage) in rows {
            let entry = Catalogue::get().by_key(key).expect(key);
            assert_eq!((entry.title.as_str(), entry.stops_before), (title, stage));
        }
    }

    #[test]
    fn both_spellings_of_the_redeem_activity_are_known() {
        let catalogue = Catalogue::get();
        for activity in ["Redeem external user invite", "redeem extern user invite"] {
            assert_eq!(
                catalogue.by_audit(activity, false).expect(activity).key,
                "redeem-failed-row"
            );
            assert_eq!(catalogue.by_audit(activity, true).map(|entry| &entry.key), None);
        }
        assert!(catalogue.by_audit("Decline Terms Of Use", true).is_some());
    }

    #[test]
    fn prompts_are_never_failures() {
        for code in [
            50058, 50072, 50074, 50079, 50140, 50158, 65001, 16000, 16001, 16003,
        ] {
            assert!(Catalogue::get().is_interrupt(code), "{code}");
        }
        for code in [0, 50105, 53003, 500_121, 500_571, 999_999] {
            assert!(!Catalogue::get().is_interrupt(code), "{code}");
        }
    }

    #[test]
    fn resending_is_offered_only_where_it_helps() {
        for entry in Catalogue::get().entries() {
            assert!(
                entry.cure != Cure::ResendInvitation || entry.resend_helps,
                "{}",
                entry.key
            );
        }
    }

    #[test]
    fn nobodys_gender_is_guessed() {
        for entry in Catalogue::get().entries() {
            let guest = entry.guest.as_deref().unwrap_or_default();
            let text = format!("{} {} {} {guest}", entry.title, entry.cause, entry.remedy);
            let guessed = text
                .split(|c: char| !c.is_alphabetic())
                .any(|word| ["he", "she", "his", "her", "him", "hers", "himself", "herself"].contains(&word));
            assert!(!guessed, "{}: {text}", entry.key);
        }
    }
}
