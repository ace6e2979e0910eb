//! Signing the admin in: credentials, browser sign-in, the token vault under the keychain's key
