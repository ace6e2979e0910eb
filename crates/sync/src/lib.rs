//! What to fetch and fetching it: guests, audits and sign-ins into the archive
