//! The lessons themselves, as data: for each a guest, a stage, and steps with what has to happen.

use chrono::TimeDelta;
use usher_redemption::{Access, AccessPolicy, Grant, Invitee, Path, Prompt, Stop};

use super::{
    facts::Check,
    props::{MARK, accept_before, introduce, invite, invite_at, remove_guest, set_inbound},
};
use crate::world::World;

/// A guided scenario.
#[derive(Debug)]
pub(super) struct Lesson {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) purpose: &'static str,
    /// The guest it is about.
    pub(super) mail: &'static str,
    /// Makes the tenant and the guest ready. The guest object of an earlier run is gone by then.
    pub(super) stage: fn(&mut World),
    pub(super) steps: &'static [Step],
}

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) text: &'static str,
    pub(super) notice: &'static str,
    pub(super) check: Check,
    /// What somebody else does once the step is done.
    pub(super) then: Option<fn(&mut World)>,
}

const fn step(text: &'static str, check: Check, notice: &'static str) -> Step {
    Step {
        text,
        notice,
        check,
        then: None,
    }
}

const REDEEMED: Check = Check::Audit("Redeem external user invite", true);
const INVITED: Check = Check::Audit("Invite external user", true);

const GRACE: &str = "grace.liu@northwind.example";
const NOUR: &str = "nour.haddad@tailwind.example";
const MIA: &str = "mia.berg@fabrikam.com";
const IVAN: &str = "ivan.petrov@wingtip.example";
pub(super) const KIM: &str = "kim.larsen@woodgrove.example";
const OMAR: &str = "omar.said@fourthcoffee.example";
const LENA: &str = "lena.novak@northwind.example";
const SAM: &str = "sam.osei@relecloud.example";
const SAM_AFTERWARDS: &str = "sam.osei@northwind.example";
const RUTH: &str = "ruth.cohen@fabrikam.com";

pub(super) const LESSONS: &[Lesson] = &[
    Lesson {
        id: "redeem-with-entra-id",
        title: "Redeem with Entra ID",
        purpose: "The commonest way in, and which rows it leaves in your tenant.",
        mail: GRACE,
        stage: |world| {
            introduce(world, Invitee::of_entra(GRACE));
            invite(world, GRACE);
        },
        steps: &[
            step(
                "Adele Vance invites Grace Liu. Read what your tenant logged.",
                INVITED,
                "Three rows: the object, the invitation, the sponsor. The mail itself leaves none.",
            ),
            step(
                "Open the mail and press Accept invitation.",
                Check::Shown(Prompt::HomeSignIn),
                "Opening the mail left no row. Reaching the sign-in page left 50058, an interrupt and no failure.",
            ),
            step(
                "Sign in at Grace's own organization.",
                Check::Shown(Prompt::ReviewPermissions),
                "What happens at the other organization stays in its log, not in yours.",
            ),
            step(
                "Accept the permissions.",
                REDEEMED,
                "The state moves to Accepted, and a redeem row names the identity provider after Source.",
            ),
            step(
                "Open the application.",
                Check::Access,
                "Only a sign-in to an application, not to the acceptance portal, counts as first access.",
            ),
        ],
    },
    Lesson {
        id: "one-time-passcode",
        title: "One-time passcode",
        purpose: "How somebody without an Entra or Microsoft account gets in.",
        mail: NOUR,
        stage: |world| {
            introduce(world, Invitee::unknown(NOUR));
            invite(world, NOUR);
        },
        steps: &[
            step(
                "Open the invitation of Nour Haddad.",
                Check::Shown(Prompt::OtpSendCode),
                "No account was found for the address, so a code is offered.",
            ),
            step(
                "Have the code mailed.",
                Check::PasscodeMailed,
                "It works for 30 minutes. A newer code replaces it.",
            ),
            step(
                "Find the code in the inbox and type it.",
                Check::Shown(Prompt::ReviewPermissions),
                "A wrong code leaves no row in your log.",
            ),
            step(
                "Accept the permissions.",
                Check::RedeemedWith("mail"),
                "Identity provider: mail. Nour keeps this way in until you reset the redemption.",
            ),
        ],
    },
    Lesson {
        id: "wrong-account",
        title: "Wrong account, AADSTS50020",
        purpose: "Why a guest reads that an account does not exist while your log shows next to nothing.",
        mail: MIA,
        stage: |world| {
            let other_session = Some("mia@private.example".to_owned());
            introduce(
                world,
                Invitee {
                    other_session,
                    ..Invitee::of_entra(MIA)
                },
            );
            invite(world, MIA);
        },
        steps: &[
            step(
                "As Mia Berg, open My Apps by the direct link. Another account is signed in to her browser.",
                Check::SignIn(16000),
                "Your log has 16000, an interrupt.",
            ),
            step(
                "Go on with the signed-in account.",
                Check::Stopped(Stop::WrongAccount),
                "The page says 50020. The row of it, 90072, is in the other tenant's log; resending does not help.",
            ),
            step(
                "Open the link of the invitation mail instead and sign in with the invited account.",
                Check::Shown(Prompt::ReviewPermissions),
                "The link of the mail says which account is meant.",
            ),
            step(
                "Accept the permissions.",
                REDEEMED,
                "The advice that helps: a private window and the invited address.",
            ),
        ],
    },
    Lesson {
        id: "unsubscribed",
        title: "Unsubscribed guest",
        purpose: "Why a resent invitation may never arrive.",
        mail: IVAN,
        stage: |world| {
            introduce(world, Invitee::of_entra(IVAN));
            invite(world, IVAN);
        },
        steps: &[
            step(
                "As Ivan Petrov, press Block future invitations in the mail, and confirm.",
                Check::Audit("Email unsubscribed", true),
                "Your log has it, once.",
            ),
            step(
                "In Usher, resend the invitation.",
                Check::Audit("Email not sent, user unsubscribed", true),
                "The API answers as if a mail had been sent. Only this row says that it was not.",
            ),
            step(
                "As Ivan, take invitations again on the same page.",
                Check::Audit("Email subscribed", true),
                "You can hand the link over yourself as well: it works without a mail.",
            ),
            step(
                "Resend once more.",
                Check::InvitationMailed(IVAN),
                "The mail arrives. The older link is superseded.",
            ),
        ],
    },
    Lesson {
        id: "inbound-block",
        title: "Inbound settings block",
        purpose: "What your own cross-tenant settings do to a guest who is already invited.",
        mail: KIM,
        stage: |world| {
            introduce(world, Invitee::of_entra(KIM));
            invite(world, KIM);
            set_inbound(world, KIM, Access::Block);
        },
        steps: &[
            step(
                "Kim Larsen was invited before the security team blocked the partner. Open the mail and sign in.",
                Check::SignIn(500_213),
                "500213 is your own inbound setting. At the partner nothing is wrong.",
            ),
            Step {
                then: Some(|world| set_inbound(world, KIM, Access::Allow)),
                ..step(
                    "In Usher, try to resend.",
                    Check::Audit("Invite external user", false),
                    "Refused, with a failed row. The security team sees the point and opens the partner again.",
                )
            },
            step(
                "As Kim, open the mail again and sign in.",
                Check::Shown(Prompt::ReviewPermissions),
                "The old link still works.",
            ),
            step(
                "Accept the permissions.",
                REDEEMED,
                "Organizational settings beat the default, both ways.",
            ),
        ],
    },
    Lesson {
        id: "mfa-never-finished",
        title: "MFA never finished",
        purpose: "How a guest looks who is stuck at the second factor, and why it is no failure in the log.",
        mail: OMAR,
        stage: |world| {
            let name = format!("{MARK}second factor for guests");
            world.policy.conditional_access.push(AccessPolicy {
                name,
                ..AccessPolicy::always(Grant::Mfa)
            });
            introduce(world, Invitee::of_entra(OMAR));
            invite(world, OMAR);
        },
        steps: &[
            step(
                "Open the mail of Omar Said, sign in and accept the permissions.",
                Check::SignIn(50079),
                "50079: your tenant asks for a second factor and does not accept the one Omar has at home.",
            ),
            step(
                "Leave the page without setting anything up.",
                Check::Stopped(Stop::MfaNotRegistered),
                "No further row. The state is Accepted already, and an interrupt at the end of a group means: left open, not failed.",
            ),
            step(
                "Open My Apps by the direct link, sign in, and finish the set-up this time.",
                Check::Audit("User registered security info", true),
                "Trusting MFA of the partner's tenant would have spared Omar this.",
            ),
            step(
                "Approve the request.",
                Check::Access,
                "In. Accepted was one thing, access another.",
            ),
        ],
    },
    Lesson {
        id: "expired-link-and-resend",
        title: "Expired link and resend",
        purpose: "What the deadline of an invitation does, and what a resend changes.",
        mail: LENA,
        stage: |world| {
            introduce(world, Invitee::of_entra(LENA));
            let long_ago = world.now() - TimeDelta::days(95);
            invite_at(world, LENA, long_ago);
        },
        steps: &[
            step(
                "Lena Novak was invited 95 days ago. Open the link of her mail.",
                Check::Stopped(Stop::LinkExpired),
                "This tenant gives links 90 days. Nothing is logged: the guest never reached a sign-in page.",
            ),
            step(
                "In Usher, resend the invitation.",
                INVITED,
                "Same object, new link, new deadline.",
            ),
            step(
                "Open the new mail and sign in.",
                Check::Shown(Prompt::ReviewPermissions),
                "The older link stays dead: it is superseded now.",
            ),
            step(
                "Accept the permissions.",
                REDEEMED,
                "The object is the one of 95 days ago; groups and apps are as they were.",
            ),
        ],
    },
    Lesson {
        id: "changed-mail-and-reset",
        title: "Changed e-mail and reset",
        purpose: "How a guest who moved to another organization keeps object, groups and apps.",
        mail: SAM,
        stage: |world| {
            introduce(world, Invitee::unknown(SAM));
            introduce(world, Invitee::of_entra(SAM_AFTERWARDS));
            remove_guest(world, SAM_AFTERWARDS);
            let before = world.now() - TimeDelta::days(40);
            if let Some(guest) = invite_at(world, SAM, before) {
                accept_before(world, guest, SAM, Path::EmailOtp);
            }
        },
        steps: &[
            step(
                "Sam Osei has a new address, sam.osei@northwind.example. In Usher, add it to the guest's other addresses.",
                Check::AddressAdded(SAM_AFTERWARDS),
                "A reset to an address the object does not hold is refused.",
            ),
            step(
                "Reset the redemption status to the new address.",
                Check::Audit("Invite external user with reset invitation status", true),
                "Pending acceptance again. Until Sam redeems, sign-in does not work.",
            ),
            step(
                "Open the mail in the new inbox, sign in and accept.",
                Check::RedeemedWith("ExternalAzureAD"),
                "Same object id, same groups, another identity provider.",
            ),
        ],
    },
    Lesson {
        id: "account-disabled",
        title: "Disabled in your tenant",
        purpose: "What blocking sign-in looks like from the other side, and how to lift it.",
        mail: RUTH,
        stage: |world| {
            introduce(world, Invitee::of_entra(RUTH));
            let before = world.now() - TimeDelta::days(20);
            if let Some(guest) = invite_at(world, RUTH, before) {
                accept_before(world, guest, RUTH, Path::EntraId);
            }
        },
        steps: &[
            step(
                "In Usher, block the sign-in of Ruth Cohen.",
                Check::Audit("Disable account", true),
                "Revoking sessions would not do: guests renew them at home.",
            ),
            step(
                "As Ruth, open the application and sign in.",
                Check::SignIn(500_571),
                "500571 in your log, and the same number on the page.",
            ),
            step(
                "Unblock the sign-in.",
                Check::Audit("Enable account", true),
                "The invitation needs no resend.",
            ),
            step(
                "As Ruth, open the application again and sign in.",
                Check::Access,
                "In at once.",
            ),
        ],
    },
];
