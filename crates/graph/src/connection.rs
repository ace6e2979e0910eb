//! What the shell's connection chip shows.

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// How the last request to Graph went. Times are of the client's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connection {
    /// Nothing was asked yet.
    #[default]
    Unknown,
    /// Graph answered.
    Online {
        /// When.
        at: DateTime<Utc>,
    },
    /// Graph asked to wait; the request goes on by itself.
    Throttled {
        /// When it goes on.
        until: DateTime<Utc>,
    },
    /// Graph could not be reached.
    Offline {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Somebody must sign in again.
    SignInNeeded {
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// Publishes [`Connection`], keeping the beginning of a state that lasts.
#[derive(Debug)]
pub(crate) struct ConnectionLight(watch::Sender<Connection>);

impl ConnectionLight {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(Connection::Unknown))
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Connection> {
        self.0.subscribe()
    }

    pub(crate) fn show(&self, new: Connection) {
        self.0.send_if_modified(|shown| {
            let lasts = match (&*shown, &new) {
                (Connection::Offline { .. }, Connection::Offline { .. })
                | (Connection::SignInNeeded { .. }, Connection::SignInNeeded { .. }) => true,
                // Each kind of request has a limit of its own: that another was answered ends no waiting.
                (Connection::Throttled { until }, Connection::Online { at }) => at < until,
                _ => false,
            };
            let changes = !lasts && *shown != new;
            if changes {
                *shown = new;
            }
            changes
        });
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_state_that_lasts_keeps_its_beginning() {
        let light = ConnectionLight::new();
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let receiver = light.subscribe();

        light.show(Connection::Offline { since: at(1) });
        light.show(Connection::Offline { since: at(2) });
        assert_eq!(*receiver.borrow(), Connection::Offline { since: at(1) });

        light.show(Connection::Online { at: at(3) });
        light.show(Connection::Offline { since: at(4) });
        assert_eq!(*receiver.borrow(), Connection::Offline { since: at(4) });
    }

    #[test]
    fn an_answer_to_another_request_ends_no_waiting_and_one_after_it_does() {
        let light = ConnectionLight::new();
        let shown = light.subscribe();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let waiting = Connection::Throttled {
            until: now + TimeDelta::seconds(30),
        };
        light.show(waiting);

        light.show(Connection::Online {
            at: now + TimeDelta::seconds(29),
        });
        assert_eq!(*shown.borrow(), waiting);

        let online = Connection::Online {
            at: now + TimeDelta::seconds(30),
        };
        light.show(online);
        assert_eq!(*shown.borrow(), online);

        light.show(waiting);
        let offline = Connection::Offline { since: now };
        light.show(offline);
        assert_eq!(
            *shown.borrow(),
            offline,
            "without a network nobody waits for Graph"
        );
    }
}
