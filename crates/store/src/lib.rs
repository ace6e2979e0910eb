//! The encrypted archive: one SQLite file per tenant
