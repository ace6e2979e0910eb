//! Where guests sit and what they sign in with. Addresses come from the ranges that are kept free for documentation.

use std::borrow::Cow;

use rand::{Rng, seq::IndexedRandom};

use crate::world::ClientEnvironment;

/// Guests who sign in from here need a second factor in the seeded tenant.
pub(super) const MFA_COUNTRIES: &[&str] = &["CA", "CO", "IN", "JP", "KE", "KR", "NG", "TR", "US"];

const TOWNS: &[(&str, &str, &str, f64, f64)] = &[
    ("Berlin", "Berlin", "DE", 52.52, 13.405),
    ("Paris", "Ile-de-France", "FR", 48.857, 2.352),
    ("Amsterdam", "Noord-Holland", "NL", 52.373, 4.89),
    ("Warszawa", "Mazowieckie", "PL", 52.23, 21.012),
    ("Lisboa", "Lisboa", "PT", 38.722, -9.139),
    ("Lagos", "Lagos", "NG", 6.524, 3.379),
    ("Nairobi", "Nairobi", "KE", -1.292, 36.822),
    ("Bengaluru", "Karnataka", "IN", 12.972, 77.595),
    ("Tokyo", "Tokyo", "JP", 35.676, 139.65),
    ("Seoul", "Seoul", "KR", 37.567, 126.978),
    ("Toronto", "Ontario", "CA", 43.653, -79.383),
    ("Austin", "Texas", "US", 30.267, -97.743),
    ("Bogota", "Bogota", "CO", 4.711, -74.072),
    ("Oslo", "Oslo", "NO", 59.914, 10.752),
    ("Istanbul", "Istanbul", "TR", 41.008, 28.978),
];

const DEVICES: &[(&str, &str, &str)] = &[
    (
        "Windows 11",
        "Edge 142.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    ),
    (
        "Windows 10",
        "Chrome 142.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    ),
    (
        "MacOs",
        "Safari 26.1",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    ),
    (
        "Linux",
        "Firefox 145.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    ),
    (
        "Ios 26.1",
        "Mobile Safari 26.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
    ),
    (
        "Android 16",
        "Chrome Mobile 142.0.0",
        "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    ),
];

/// A place and a device.
pub(super) fn draw(chance: &mut impl Rng) -> ClientEnvironment {
    draw_where(chance, |_| true)
}

/// A place among those where a second factor is asked for, and a device.
pub(super) fn draw_with_mfa(chance: &mut impl Rng) -> ClientEnvironment {
    draw_where(chance, |country| MFA_COUNTRIES.contains(&country))
}

fn draw_where(chance: &mut impl Rng, fits: impl Fn(&str) -> bool) -> ClientEnvironment {
    let towns: Vec<_> = TOWNS.iter().filter(|town| fits(town.2)).collect();
    let (city, state, country, latitude, longitude) = towns.choose(chance).map_or(TOWNS[0], |town| **town);
    let (system, browser, agent) = DEVICES.choose(chance).copied().unwrap_or(DEVICES[0]);
    let net = ["192.0.2", "198.51.100", "203.0.113"]
        .choose(chance)
        .copied()
        .unwrap_or("192.0.2");
    ClientEnvironment {
        ip: format!("{net}.{}", chance.random_range(1..255)),
        city: Cow::Borrowed(city),
        state: Cow::Borrowed(state),
        country: Cow::Borrowed(country),
        latitude,
        longitude,
        operating_system: Cow::Borrowed(system),
        browser: Cow::Borrowed(browser),
        user_agent: Cow::Borrowed(agent),
    }
}
