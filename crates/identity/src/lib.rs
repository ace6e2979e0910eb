//! Signing the admin in: credentials, browser sign-in, the token vault under the keychain's key.
//!
//! Everything that gets a token fits one socket, `azure_core`'s `TokenCredential`: a browser sign-in of our
//! own ([`BrowserSignIn`]), azure_identity's client secret and Azure CLI, and a small credential for the
//! plain-http sandbox. The sandbox and Microsoft's clouds differ by the endpoints of a [`Cloud`] alone. The
//! operating system's keychain holds one master key ([`open_keychain`]); archive keys are derived from it,
//! and refresh tokens lie in a [`Vault`] under it.
//!
//! This crate calls no Graph method and knows nothing of guests.

mod certificate;
mod claims;
mod cloud;
mod credential;
mod error;
mod id_token;
mod keychain;
mod keys;
mod loopback;
mod oauth;
mod opener;
mod permission;
mod sign_in;
mod sign_in_request;
mod tenant;
mod token_cache;
mod vault;

pub use azure_core::credentials::{Secret, TokenCredential};
pub use azure_identity::Executor;

pub use crate::{
    certificate::{AppCertificate, CertificateError},
    cloud::{Cloud, CloudError, CloudKind, GraphVersion},
    credential::{Credential, SandboxAppCredential, TokenWish, app_certificate, azure_cli, client_secret},
    error::{AuthorityRefusal, Redacted, SignInError, Transport},
    id_token::IdTokenError,
    keychain::{Keychain, KeychainError, NoKeychain, OpenedKeychain, open_keychain},
    keys::{KeyFormError, KeySource, NoRandomness, SecretKey},
    opener::{BrowserNotOpened, BrowserOpener, SandboxBrowser},
    permission::{Asked, Instead, Licence, PERMISSIONS, Permission, Scope},
    sign_in::BrowserSignIn,
    sign_in_request::{BrowserSignInConfig, Prompt, SignInRequest, USUAL_PATIENCE},
    tenant::{Account, AccountId, SignInMethod, Tenant, TenantError, TenantId},
    vault::{OpenedVault, SetAside, Vault, VaultDamage, VaultError},
};
