//! The Microsoft Graph client: wire types, paging, throttling, errors
