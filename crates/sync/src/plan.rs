//! What to fetch: pure, from what is held, what the tenant still has, and the time.

use chrono::{DateTime, TimeDelta, Utc};
use usher_store::{Coverage, Slice};

/// Days Entra keeps its logs with a P1 or P2 licence, and without (entra-docs, reference-reports-data-retention).
pub const RETENTION_DAYS_PREMIUM: u32 = 30;
/// See [`RETENTION_DAYS_PREMIUM`].
pub const RETENTION_DAYS_FREE: u32 = 7;

/// Rows arrive late, and risk and review marks change afterwards: the last two days are read again each time.
pub const OVERLAP_HOURS: i64 = 48;
/// How far back days are marked as gone for good: as far as any screen looks.
pub const LOOK_BACK_DAYS: i64 = 400;

/// A stretch of time, from inclusive to exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Start, inclusive.
    pub from: DateTime<Utc>,
    /// End, exclusive.
    pub until: DateTime<Utc>,
}

impl Window {
    /// How long it is.
    pub fn span(&self) -> TimeDelta {
        self.until - self.from
    }

    fn is_empty(&self) -> bool {
        self.from >= self.until
    }

    fn clip(&self, other: Window) -> Window {
        Window {
            from: self.from.max(other.from),
            until: self.until.min(other.until),
        }
    }
}

/// What to do about one log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogPlan {
    /// To be fetched, newest first; windows neither overlap nor touch.
    pub fetch: Vec<Window>,
    /// Held as complete, but read again because rows may have come late. Part of `fetch`.
    pub again: Vec<Window>,
    /// Not complete and no longer to be had, oldest first.
    pub gone: Vec<Window>,
}

impl LogPlan {
    /// Time to be covered by fetching.
    pub fn span(&self) -> TimeDelta {
        self.fetch.iter().map(Window::span).sum()
    }
}

/// Plans one log: everything the tenant still has and the archive does not hold completely, newest first, and the
/// last two days again.
///
/// `held` are the log's slices in any order; `retention_days` is what the tenant keeps; `now` is the tenant's time.
pub fn plan_log(held: &[Slice], retention_days: u32, now: DateTime<Utc>) -> LogPlan {
    let horizon = now - TimeDelta::days(i64::from(retention_days));
    let reachable = Window {
        from: horizon,
        until: now,
    };
    let beyond = Window {
        from: now - TimeDelta::days(LOOK_BACK_DAYS),
        until: horizon,
    };

    let complete: Vec<Window> = joined(held.iter().filter(|slice| slice.coverage == Coverage::Complete));
    // Late rows belong to the end of what was held, not to the present: the last sync may be long ago.
    let settled = complete.last().map_or(now, |last| last.until.min(now)) - TimeDelta::hours(OVERLAP_HOURS);
    let trusted: Vec<Window> = complete
        .iter()
        .map(|window| Window {
            until: window.until.min(settled),
            ..*window
        })
        .filter(|window| !window.is_empty())
        .collect();
    let again = complete
        .iter()
        .map(|window| {
            window.clip(Window {
                from: settled.max(horizon),
                until: now,
            })
        })
        .filter(|window| !window.is_empty())
        .collect();

    let mut fetch = subtract(reachable, &trusted);
    fetch.reverse();
    LogPlan {
        fetch,
        again,
        gone: subtract(beyond, &complete),
    }
}

/// The windows of slices in order of time, those that touch made one.
fn joined<'s>(slices: impl Iterator<Item = &'s Slice>) -> Vec<Window> {
    let mut windows: Vec<Window> = slices
        .map(|slice| Window {
            from: slice.from,
            until: slice.until,
        })
        .filter(|window| !window.is_empty())
        .collect();
    windows.sort_by_key(|window| window.from);
    let mut joined: Vec<Window> = Vec::new();
    for window in windows {
        match joined.last_mut() {
            Some(last) if window.from <= last.until => last.until = last.until.max(window.until),
            _ => joined.push(window),
        }
    }
    joined
}

/// What of `whole` none of `parts` covers, oldest first. `parts` are in order and apart.
fn subtract(whole: Window, parts: &[Window]) -> Vec<Window> {
    let mut left = Vec::new();
    let mut from = whole.from;
    for part in parts {
        if part.until <= from || part.from >= whole.until {
            continue;
        }
        left.push(Window {
            from,
            until: part.from,
        });
        from = part.until;
    }
    left.push(Window {
        from,
        until: whole.until,
    });
    left.retain(|window| !window.is_empty());
    left
}

/// Cuts a plan into windows of a size that suits the tenant: large enough that a small tenant needs few requests,
/// small enough that a crash costs little and the service answers in time.
#[derive(Debug, Clone)]
pub struct Cutter {
    /// Newest first; the next window is cut from the end of the first.
    rest: Vec<Window>,
    width: TimeDelta,
}

/// A window this small with trouble is trouble of another kind.
const SMALLEST: TimeDelta = TimeDelta::minutes(15);
const FIRST: TimeDelta = TimeDelta::hours(6);
const LARGEST: TimeDelta = TimeDelta::days(30);
/// Below so many pages a window is widened, above it is narrowed.
const FEW_PAGES: u32 = 5;
const MANY_PAGES: u32 = 50;

impl Cutter {
    /// Begins with windows of six hours.
    pub fn new(plan: &LogPlan) -> Self {
        Self {
            rest: plan.fetch.clone(),
            width: FIRST,
        }
    }

    /// The next window, newest first.
    pub fn next_window(&mut self) -> Option<Window> {
        let newest = self.rest.first_mut()?;
        let from = newest.from.max(newest.until - self.width);
        let window = Window {
            from,
            until: newest.until,
        };
        newest.until = from;
        if newest.is_empty() {
            self.rest.remove(0);
        }
        Some(window)
    }

    /// The window is complete and took so many pages.
    pub fn completed(&mut self, pages: u32) {
        if pages <= FEW_PAGES {
            self.width = (self.width * 2).min(LARGEST);
        } else if pages > MANY_PAGES {
            self.width = (self.width / 2).max(SMALLEST);
        }
    }

    /// The service did not manage the window: it comes again in halves. `false` if it is small already.
    pub fn halve(&mut self, window: Window) -> bool {
        if window.span() <= SMALLEST {
            return false;
        }
        self.width = (window.span() / 2).max(SMALLEST);
        self.put_back(window);
        true
    }

    /// The window comes again as it is.
    pub fn put_back(&mut self, window: Window) {
        match self.rest.first_mut() {
            Some(newest) if newest.until == window.from => newest.until = window.until,
            _ => self.rest.insert(0, window),
        }
    }
}

#[cfg(test)]
mod tests;
