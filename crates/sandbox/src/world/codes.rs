//! What the sign-in log says about a code: `failureReason` and `additionalDetails`, in words of our own.

use std::borrow::Cow;

/// `status/failureReason` of a code. Success has none; codes that are not listed get the text Entra has for anything.
pub(crate) fn failure_reason(code: u32) -> Option<Cow<'static, str>> {
    let text = match code {
        0 => return None,
        16000 => {
            "The chosen account is signed in but does not exist in this tenant; another account has to be picked."
        }
        16003 => "The account has not been added to this tenant.",
        20001 => "The outside identity provider answered with an error.",
        20012 => "The message of the outside identity provider is not valid.",
        50008 => "The token of the outside identity provider could not be checked.",
        50014 => "The guest has not finished redeeming, or is not there.",
        50020 => "The account comes from an identity provider that this tenant does not know as the guest's.",
        50034 => "The account does not exist in this directory.",
        50053 => "The account is locked, or the address it comes from looks hostile.",
        50055 => "The password has expired.",
        50058 => "The person is not signed in yet.",
        50072 => "The person has to register for multifactor authentication first.",
        50074 => "A second factor is asked for.",
        50076 => "A policy asks for a second factor.",
        50079 => "The person has to set up multifactor authentication.",
        50089 => "The sign-in page was left open for too long.",
        50097 => "The device has to prove itself.",
        50105 => "The person is not assigned to a role of the application.",
        50107 => "The issuer of the outside token is not the one that was configured.",
        50126 => "The user name or the password is wrong.",
        50140 => "The person was asked whether to stay signed in.",
        50158 => "The person was sent to another page first: terms of use or an outside check.",
        50181 => "The one-time passcode was not accepted.",
        50197 => "Two identities claim to be this person.",
        50199 => "The person was asked to confirm the application.",
        53000 => "The device is not compliant, and a policy demands it.",
        53001 => "The device is not hybrid joined, and a policy demands it.",
        53003 => "Conditional Access policies do not allow this access.",
        53004 => "Multifactor authentication may not be set up because the sign-in looks risky.",
        53011 => "The person's own organisation takes the account for compromised.",
        65001 => "The application has no consent yet.",
        65004 => "The person declined to consent to the application.",
        70043 => "The session is older than the sign-in frequency allows.",
        90072 => "The account is not known in this tenant.",
        90094 => "An administrator has to approve the application first.",
        90095 => "The person was asked to request an administrator's approval.",
        500_121 => "The second factor was not completed.",
        500_212 => "The settings of the person's own organisation do not let its people come here.",
        500_213 => "The inbound cross-tenant settings of this tenant do not let the person in.",
        500_341 => "The account was deleted from the directory.",
        500_571 => "The guest account is disabled in this tenant.",
        530_003 => "The device has to be managed.",
        530_004 => "This tenant does not accept the partner's device claims.",
        700_016 => "The application was not found in this tenant.",
        5_000_819 => "The outside token has no mail address of the right domain.",
        _ => "Other.",
    };
    Some(Cow::Borrowed(text))
}

/// `status/additionalDetails` of a code.
pub(super) fn additional_details(code: u32) -> Option<&'static str> {
    match code {
        50072 | 50079 => Some("The person was sent to the registration page."),
        50074 | 50076 => Some("MFA required in this tenant"),
        500_121 => Some("MFA denied; no answer in time"),
        50158 => Some("The person was sent to the terms of use."),
        _ => None,
    }
}
