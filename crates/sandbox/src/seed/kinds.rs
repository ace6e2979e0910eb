//! What becomes of an invited person, and how many of each kind a tenant has.

/// The course of one guest's journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    // Invited inside the lively days.
    /// In, and at work.
    RecentActive,
    /// In, and quiet for more than a month.
    RecentQuiet,
    /// Accepted, and not seen since.
    RecentUnseen,
    /// Accepted, then blocked before the first access.
    DisabledBeforeAccess,
    /// Accepted, but the application is assigned to others.
    NotAssigned,
    /// Invited a few days ago, nothing yet.
    FreshlyInvited,
    /// Invited weeks ago, nothing yet.
    NoAttempt,
    /// Came, saw a prompt, left.
    LeftAtPrompt,
    /// Met what was asked for and left at the permissions.
    LeftAtPermissions,
    /// Has blocked invitation mails.
    Unsubscribed,
    /// Never answers the second factor.
    MfaNotCompleted,
    /// A Conditional Access policy says no.
    ConditionalAccess,
    /// The inbound settings of the tenant say no.
    InboundBlocked,
    /// The domain went onto the deny list while the invitation was open.
    DomainDenied,
    /// Stopped by something rarer, by its code.
    Rare(u32),
    // Invited before.
    /// In, and at work.
    OldActive,
    /// In, and quiet for more than a month.
    OldQuiet,
    /// In once, and away for more than three months.
    OldInactive,
    /// Accepted, no sign-in to any application known.
    OldUnseen,
    /// Never redeemed, the deadline is past.
    Expired,
    /// Never redeemed, invited again inside the lively days.
    Resent,
    /// Came by self-service sign-up; has no invitation and no state.
    SelfService,
    /// In the recycle bin.
    Deleted,
}

impl Kind {
    /// Whether the journey began inside the lively days.
    pub(super) fn is_recent(self) -> bool {
        !matches!(
            self,
            Self::OldActive
                | Self::OldQuiet
                | Self::OldInactive
                | Self::OldUnseen
                | Self::Expired
                | Self::Resent
                | Self::SelfService
                | Self::Deleted
        )
    }
}

/// How many of each there are among 2,140 guests that are not deleted, the most stuck first, so that a small tenant
/// has some of them too.
const SHARES: &[(Kind, u32)] = &[
    (Kind::MfaNotCompleted, 24),
    (Kind::ConditionalAccess, 19),
    (Kind::InboundBlocked, 14),
    (Kind::Unsubscribed, 13),
    (Kind::DisabledBeforeAccess, 9),
    (Kind::NotAssigned, 8),
    (Kind::DomainDenied, 6),
    (Kind::Rare(50_107), 1),
    (Kind::Rare(5_000_819), 1),
    (Kind::Rare(50_020), 1),
    (Kind::Rare(530_004), 1),
    (Kind::RecentActive, 352),
    (Kind::RecentQuiet, 36),
    (Kind::RecentUnseen, 16),
    (Kind::FreshlyInvited, 64),
    (Kind::NoAttempt, 49),
    (Kind::LeftAtPrompt, 18),
    (Kind::LeftAtPermissions, 10),
    (Kind::OldActive, 752),
    (Kind::OldQuiet, 258),
    (Kind::OldInactive, 286),
    (Kind::OldUnseen, 100),
    (Kind::Expired, 71),
    (Kind::Resent, 26),
    (Kind::SelfService, 5),
];
const WHOLE: u32 = 2_140;
/// One deleted guest lies in the bin for so many that do not.
const DELETED_EVERY: u32 = 50;

/// The kinds of a tenant with `guests` guests, and of the deleted ones on top.
pub(super) fn kinds(guests: u32) -> Vec<Kind> {
    let exact = |share: u32| u64::from(guests) * u64::from(share);
    let mut counts: Vec<(Kind, u64, u64)> = SHARES
        .iter()
        .map(|(kind, share)| {
            (
                *kind,
                exact(*share) / u64::from(WHOLE),
                exact(*share) % u64::from(WHOLE),
            )
        })
        .collect();
    let mut left = u64::from(guests) - counts.iter().map(|(_, count, _)| count).sum::<u64>();
    // A kind that came out as none gets the leftovers first; among equals the larger remainder.
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|index| {
        let (_, count, remainder) = counts[*index];
        (count > 0, std::cmp::Reverse(remainder))
    });
    for index in order.into_iter().cycle() {
        if left == 0 {
            break;
        }
        counts[index].1 += 1;
        left -= 1;
    }
    // A tenant of fifty or more has everybody: the largest kinds give one each.
    if guests as usize >= 2 * SHARES.len() {
        for missing in 0..counts.len() {
            if counts[missing].1 == 0
                && let Some(largest) = (0..counts.len()).max_by_key(|index| counts[*index].1)
            {
                counts[largest].1 -= 1;
                counts[missing].1 = 1;
            }
        }
    }
    let mut kinds: Vec<Kind> = counts
        .iter()
        .flat_map(|(kind, count, _)| std::iter::repeat_n(*kind, *count as usize))
        .collect();
    kinds.extend(std::iter::repeat_n(
        Kind::Deleted,
        (guests / DELETED_EVERY) as usize,
    ));
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_make_the_whole() {
        assert_eq!(SHARES.iter().map(|(_, share)| share).sum::<u32>(), WHOLE);
    }

    #[test]
    fn any_number_of_guests_comes_out_exactly() {
        for guests in [0, 1, 7, 60, 2_140, 20_001] {
            let alive = kinds(guests)
                .into_iter()
                .filter(|kind| *kind != Kind::Deleted)
                .count();
            assert_eq!(alive, guests as usize);
        }
    }

    #[test]
    fn sixty_guests_have_every_kind_of_trouble() {
        let small = kinds(60);
        for (kind, _) in SHARES {
            assert!(small.contains(kind), "{kind:?} is missing");
        }
    }
}
