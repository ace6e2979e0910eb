//! Errors as a person can act on them: one exhaustive match.

use std::error::Error as _;

use usher_graph::{GraphError, InvitationRefusalKind};
use usher_identity::{CertificateError, SignInError};
use usher_store::StoreError;
use usher_sync::SyncError;

use crate::{
    ConsoleError,
    permissions::{self, Rights},
    views::{ProblemCode, ProblemView},
    words,
};

impl From<ConsoleError> for ProblemView {
    fn from(error: ConsoleError) -> Self {
        let problem = problem(&error);
        if problem.code == ProblemCode::Unexpected {
            let cause = error.source().map(ToString::to_string);
            tracing::error!(error = %error, cause, request.id = problem.request_id, "A use case failed unexpectedly");
        }
        problem
    }
}

fn plain(code: ProblemCode, error: &dyn std::error::Error, next_step: &str) -> ProblemView {
    ProblemView {
        code,
        message: sentence(&error.to_string()),
        next_step: next_step.to_owned(),
        retry_after_seconds: None,
        request_id: None,
    }
}

fn problem(error: &ConsoleError) -> ProblemView {
    use ProblemCode as Code;

    match error {
        ConsoleError::NoTenant => plain(
            Code::NotFound,
            error,
            "Sign in, or open a tenant that was opened before.",
        ),
        ConsoleError::NotSignedIn => plain(
            Code::Offline,
            error,
            "Sign in to this tenant to change anything. What was read before is still here.",
        ),
        ConsoleError::NoSuchGuest => plain(
            Code::NotFound,
            error,
            "Refresh the list; the guest may be gone for good.",
        ),
        ConsoleError::NotGranted { needs } => {
            let names: Vec<&str> = needs
                .iter()
                .map(|scope| scope.permission().for_application().0)
                .collect();
            let mut problem = plain(
                Code::PermissionMissing,
                error,
                "Add it to the app registration as an application permission, and have an administrator consent to it.",
            );
            problem.message = format!("{} Needed: {}.", problem.message, names.join(", "));
            problem
        }
        ConsoleError::NoAdminCenter => plain(
            Code::NotFound,
            error,
            "The cause card says what to do. A sandbox tenant has no admin center.",
        ),
        ConsoleError::NoSuchRow => plain(Code::NotFound, error, "Refresh the timeline."),
        ConsoleError::UnknownChoice { .. } => plain(
            Code::InvalidInput,
            error,
            "Choose another value, or reset the filters.",
        ),
        ConsoleError::InvalidField { .. } => {
            plain(Code::InvalidInput, error, "Correct the field and try again.")
        }
        ConsoleError::Preflight { .. } => plain(
            Code::InvalidInput,
            error,
            "Correct the marked fields. Nothing was sent.",
        ),
        ConsoleError::RuledOut { .. } => {
            plain(Code::Changed, error, "Look at the guest again. Nothing was sent.")
        }
        ConsoleError::OutcomeUnknown => plain(
            Code::OutcomeUnknown,
            error,
            "Check the guest, then decide. Usher does not send it again by itself.",
        ),
        ConsoleError::SyncRunning => plain(Code::Busy, error, "Wait for it, or cancel it."),
        ConsoleError::NoKey => plain(
            Code::WrongKey,
            error,
            "Unlock the system keychain, or set USHER_ARCHIVE_KEY to 64 hexadecimal digits.",
        ),
        ConsoleError::File(source) if source.kind() == std::io::ErrorKind::StorageFull => {
            plain(Code::DiskFull, error, "Make room on the disk and try again.")
        }
        ConsoleError::File(_) => plain(
            Code::Unexpected,
            error,
            "Check that the folder exists and may be written to.",
        ),
        ConsoleError::TaskEnded => plain(Code::Unexpected, error, "Try again. Details are in the log."),
        ConsoleError::SignIn(error) => sign_in_problem(error),
        ConsoleError::Keychain(error) => plain(
            Code::WrongKey,
            error,
            "Look at Usher's entry in the system keychain. Nothing was changed.",
        ),
        ConsoleError::Key(error) => plain(
            Code::WrongKey,
            error,
            "USHER_ARCHIVE_KEY must be 64 hexadecimal digits.",
        ),
        ConsoleError::Vault(error) => {
            plain(Code::Unexpected, error, "Sign in again. Details are in the log.")
        }
        ConsoleError::Graph(error) => graph_problem(error),
        ConsoleError::Store(error) => store_problem(error),
        ConsoleError::Sync(error) => sync_problem(error),
    }
}

fn certificate_step(problem: &CertificateError) -> &'static str {
    match problem {
        CertificateError::File(_) => "Check the path, and that you may read the file.",
        CertificateError::NoCertificate => {
            "Give a PEM file with certificate and private key. From a .pfx: openssl pkcs12 -in app.pfx -nodes -out app.pem"
        }
        CertificateError::NoKey => "Add the private key to the file, or give the file that holds both.",
        CertificateError::LockedKey => {
            "Take the password off (openssl pkey -in locked.pem -out key.pem) and put certificate and key into one file that only you can read."
        }
        CertificateError::UnusableKey => {
            "Make a certificate with an RSA key of 2048 bits or more, and give the whole file."
        }
        CertificateError::NotRsa => "Make a certificate with an RSA key; Entra takes no other for this.",
        CertificateError::OtherKey => "Give the file with the key this certificate was made from.",
        CertificateError::Expired(_) => {
            "Add a new certificate to the app registration (Certificates & secrets) and give its file."
        }
    }
}

fn sign_in_problem(error: &SignInError) -> ProblemView {
    use ProblemCode as Code;

    let mut problem = match error {
        SignInError::Declined(_) | SignInError::TimedOut | SignInError::Cancelled => {
            plain(Code::SignInNotFinished, error, "Start the sign-in again.")
        }
        SignInError::StateMismatch | SignInError::Unverified(_) | SignInError::OtherAccount => plain(
            Code::SignInNotFinished,
            error,
            "Close other sign-in pages and start the sign-in again.",
        ),
        SignInError::ApprovalNeeded(_) => plain(
            Code::ConsentNeeded,
            error,
            "Copy the request and send it to a Global Administrator or a Privileged Role Administrator.",
        ),
        SignInError::SignInNeeded { .. } => plain(Code::SessionExpired, error, "Sign in again to continue."),
        SignInError::Refused(refusal) => plain(
            Code::SignInNotFinished,
            error,
            match refusal.aadsts {
                // The certificate is not among those of the app registration.
                Some(700_027) => {
                    "Add this certificate to the app registration (Certificates & secrets), then try again."
                }
                // The assertion is of another time than the service's.
                Some(700_024) => "Set this computer's clock right, then try again.",
                _ => "Check tenant and application (client) ID, then try again.",
            },
        ),
        SignInError::PortOccupied { .. } | SignInError::NoLoopback(_) => plain(
            Code::Busy,
            error,
            "Close the program that uses the port and try again.",
        ),
        SignInError::BrowserNotOpened(_) => plain(
            Code::SignInNotFinished,
            error,
            "Set a default browser on this computer and try again.",
        ),
        SignInError::Offline(_) => plain(
            Code::Offline,
            error,
            "Check the network and try again. What was read before is still here.",
        ),
        SignInError::UnexpectedAnswer => plain(
            Code::Unexpected,
            error,
            "Check whether a proxy or a sign-in page of your network stands between, then try again.",
        ),
        SignInError::Vault(_) => plain(Code::Unexpected, error, "Try again. Details are in the log."),
        SignInError::CliNotFound => plain(
            Code::SignInNotFinished,
            error,
            "Install the Azure CLI (https://aka.ms/azure-cli), or sign in with the browser.",
        ),
        SignInError::CliSignedOut => plain(Code::SignInNotFinished, error, "Run az login, then try again."),
        SignInError::Certificate(problem) => plain(Code::InvalidInput, error, certificate_step(problem)),
        SignInError::Misconfigured(_) => plain(
            Code::InvalidInput,
            error,
            "Check tenant, application (client) ID and address, then try again.",
        ),
    };
    if let Some(code) = error.aadsts() {
        problem.message = format!("{} (AADSTS{code})", problem.message.trim_end_matches('.'));
    }
    problem.request_id = error.refusal().and_then(|refusal| refusal.trace_id.clone());
    problem
}

fn graph_problem(error: &GraphError) -> ProblemView {
    use ProblemCode as Code;

    let mut problem = match error {
        GraphError::Throttled { until, trace } => ProblemView {
            retry_after_seconds: trace
                .date
                .and_then(|date| u32::try_from((*until - date).num_seconds()).ok()),
            ..plain(
                Code::Throttled,
                error,
                "Try again when the time has passed. Nothing is lost.",
            )
        },
        GraphError::SignIn(error) => return sign_in_problem(error),
        GraphError::SessionExpired { .. } => plain(
            Code::SessionExpired,
            error,
            "Sign in again to continue. Nothing is lost.",
        ),
        GraphError::PermissionMissing { needs, .. } => {
            let mut problem = plain(
                Code::PermissionMissing,
                error,
                "Ask for the permission or role, or sign in with another account.",
            );
            let lines: Vec<String> = needs
                .iter()
                .map(|scope| permissions::line(*scope, &Rights::Unknown))
                .collect();
            problem.message = format!("{} Needed: {}.", problem.message, lines.join("; "));
            problem
        }
        GraphError::NotFound { .. } => {
            plain(Code::NotFound, error, "Refresh the list; the guest may be gone.")
        }
        GraphError::InvitationRefused(refusal) => {
            let mut problem = plain(Code::InvitationRefused, error, refusal_step(refusal.kind));
            // For the screen alone: the service's own words may name a person.
            let said = words::one_line(refusal.message.expose());
            if !said.is_empty() {
                problem.message = format!("{} Microsoft says: {said}", problem.message);
            }
            problem
        }
        GraphError::Refused { .. } => plain(
            Code::Unexpected,
            error,
            "Try again. If it stays, copy the details for support.",
        ),
        GraphError::OutcomeUnknown { .. } => plain(
            Code::OutcomeUnknown,
            error,
            "Check the guest, then decide. Usher does not send it again by itself.",
        ),
        GraphError::Unavailable { .. } | GraphError::TimedOut { .. } => plain(
            Code::Offline,
            error,
            "Microsoft Graph does not answer now. Try again in a few minutes.",
        ),
        GraphError::PageExpired { .. } => plain(
            Code::Unexpected,
            error,
            "Start the sync again. What was read is kept.",
        ),
        GraphError::UnexpectedAnswer { .. } => plain(
            Code::Unexpected,
            error,
            "Check whether a proxy or a sign-in page of your network stands between, then try again.",
        ),
        GraphError::Offline(_) => plain(
            Code::Offline,
            error,
            "Check the network and try again. What was read before is still here.",
        ),
        GraphError::Cancelled => plain(Code::Unexpected, error, "Start it again whenever you like."),
    };
    problem.request_id = error.request_id().map(str::to_owned);
    problem
}

/// What to do about a refused invitation.
fn refusal_step(kind: InvitationRefusalKind) -> &'static str {
    use InvitationRefusalKind as Kind;

    match kind {
        Kind::InvitationsNotAllowed => {
            "Look at External collaboration settings, Guest invite settings, or ask for the Guest Inviter role. Changes take up to an hour."
        }
        Kind::OwnDomain => {
            "Only people from outside can be invited. Make a member account, or invite another address."
        }
        Kind::ExistsBlocked => "Open the guest and unblock sign-in; an invitation is not needed.",
        Kind::ExistsAsUser => "This person is in your directory already; share with the existing account.",
        Kind::CrossTenantAccess => {
            "Look at Cross-tenant access settings for this organization; its administrator must allow it as well."
        }
        Kind::DomainNotAllowed => "Look at External collaboration settings, Collaboration restrictions.",
        Kind::AddressConflict => {
            "Look for a contact, group or user with this address and take it away there."
        }
        Kind::InvalidAddress => "Correct the address.",
        Kind::TargetNotFound => "Check the address and try again in a few minutes.",
        Kind::Unclassified => "Read Microsoft's own words; nothing was sent.",
    }
}

fn store_problem(error: &StoreError) -> ProblemView {
    use ProblemCode as Code;

    match error {
        StoreError::WrongKey => plain(
            Code::WrongKey,
            error,
            "Use the computer account and keychain with which the archive was made. Nothing was changed.",
        ),
        StoreError::DiskFull => plain(
            Code::DiskFull,
            error,
            "Make room on the disk and try again. What was kept before is whole.",
        ),
        StoreError::Locked | StoreError::ReadOnly => plain(
            Code::Busy,
            error,
            "Close the other Usher or usherctl, then try again.",
        ),
        StoreError::NoArchive => plain(Code::NotFound, error, "Sign in and read the tenant once."),
        StoreError::TooNew { .. } => plain(
            Code::Unexpected,
            error,
            "Install the newest version of Usher. Nothing was changed.",
        ),
        StoreError::BadCursor => plain(Code::InvalidInput, error, "Start again from the first page."),
        StoreError::NoGuest(_) => plain(Code::NotFound, error, "Refresh the list."),
        StoreError::Corrupt | StoreError::Unreadable(_) => plain(
            Code::Unexpected,
            error,
            "Close Usher and start it again: the damaged file is set aside and what can be read is saved.",
        ),
        StoreError::File { .. } => plain(
            Code::Unexpected,
            error,
            "Check that the data folder exists and may be written to, then try again.",
        ),
        StoreError::Migration(_) | StoreError::Sqlite(_) => plain(
            Code::Unexpected,
            error,
            "Try again. Details are in the log; the archive is as it was.",
        ),
    }
}

fn sync_problem(error: &SyncError) -> ProblemView {
    match error {
        SyncError::Graph(error) => graph_problem(error),
        SyncError::Store(error) => store_problem(error),
        SyncError::WrongTenant => plain(
            ProblemCode::InvalidInput,
            error,
            "Sign in to the tenant that is open, or open the other tenant.",
        ),
        SyncError::Interrupted => plain(
            ProblemCode::Unexpected,
            error,
            "Start the sync again. What was read is kept.",
        ),
    }
}

/// Makes a fragment a sentence.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let mut text: String = first.to_uppercase().chain(letters).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}
