//! A tenant on loopback: Graph, sign-in, invitation mail, the guest's redemption pages, a movable clock
