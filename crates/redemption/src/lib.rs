//! The redemption process of a B2B invitation as pure rules, and the failure catalogue
