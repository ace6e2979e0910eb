//! What can go wrong in a use case.

use usher_graph::GraphError;
use usher_identity::{KeyFormError, KeychainError, Scope, SignInError, VaultError};
use usher_store::StoreError;
use usher_sync::SyncError;

/// A use case that could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// No tenant is open.
    #[error("no tenant is open")]
    NoTenant,
    /// The tenant is open from its archive alone: nobody is signed in to it.
    #[error("nobody is signed in to this tenant")]
    NotSignedIn,
    /// No guest of the archive has this id.
    #[error("this guest is not in the archive")]
    NoSuchGuest,
    /// No log row of the archive has this handle.
    #[error("this row is not in the archive")]
    NoSuchRow,
    /// A choice of a filter that the archive does not know.
    #[error("the chosen {field} is not known here")]
    UnknownChoice {
        /// The field of the filter.
        field: &'static str,
    },
    /// A field of a form was not understood.
    #[error("{field}: {problem}")]
    InvalidField {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: FieldProblem,
    },
    /// The pre-flight found that the invitation would be refused.
    #[error("{reason}")]
    Preflight {
        /// The finding, without the address.
        reason: String,
    },
    /// The action does not fit the guest's state.
    #[error("{reason}")]
    RuledOut {
        /// Why, in words.
        reason: String,
    },
    /// The answer to a change was lost and looking it up did not settle it.
    #[error("the answer got lost, and it could not be settled whether the change was made")]
    OutcomeUnknown,
    /// A sync is running already.
    #[error("a sync is running already")]
    SyncRunning,
    /// There is no keychain, and no key was given.
    #[error("there is no keychain on this computer, and no archive key was given")]
    NoKey,
    /// A path that no folder of this computer is.
    #[error("a file could not be written")]
    File(#[source] std::io::Error),
    /// A background task ended in a panic. Details are in the log.
    #[error("a task of Usher ended unexpectedly")]
    TaskEnded,
    /// The sign-in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The keychain.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// A key in a form nobody can use.
    #[error(transparent)]
    Key(#[from] KeyFormError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Microsoft Graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The archive.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The application was not granted what reading a tenant begins with.
    #[error("the application lacks a permission")]
    NotGranted {
        /// What a person would need for the same.
        needs: &'static [Scope],
    },
    /// A page that the admin center does not have, or whose address is not known; a sandbox has no admin center.
    #[error("there is no such page in the Microsoft Entra admin center")]
    NoAdminCenter,
    /// The sync.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

/// What is wrong with a field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldProblem {
    /// Not a tenant ID or a domain.
    #[error("this is neither a tenant ID nor a domain")]
    NotATenant,
    /// Not a GUID.
    #[error("this is not an application (client) ID")]
    NotAClientId,
    /// Not a URL.
    #[error("this is not an address that starts with http or https")]
    NotAUrl,
    /// A tenant that is not known here.
    #[error("there is no archive of this tenant")]
    UnknownTenant,
    /// The data folder holds several tenants and none was named.
    #[error("there are archives of several tenants; name one")]
    SeveralTenants,
    /// A sandbox that is not on this computer.
    #[error("a sandbox must be on this computer")]
    NotLoopback,
    /// Only the archive of a sandbox tenant may be thrown away.
    #[error("this is not a sandbox tenant")]
    NotASandbox,
}
