//! Guests are found by what a person has at hand.

use serde_json::Value;
use usher_console::{
    ConsoleError,
    views::{EvidenceSource, GuestFilter, StandingView},
};
use usher_sandbox::SandboxConfig;

use crate::support::{ADELE, Desk};

#[tokio::test]
async fn a_guest_is_found_by_the_ids_on_the_page_that_stopped_them() {
    let config = SandboxConfig {
        guests: 120,
        ..SandboxConfig::default()
    };
    let desk = Desk::of(config, ADELE).await;
    let stopped = GuestFilter {
        standing: Some(StandingView::Stopped),
        ..GuestFilter::default()
    };
    let mut found = 0;
    for guest in desk.guests(stopped).await {
        let detail = desk.console.guest(&guest.id).await.expect("a guest");
        let evidence = detail.timeline.iter().flat_map(|stage| &stage.evidence);
        let mut sign_ins =
            evidence.filter(|line| line.source == EvidenceSource::SignIn && line.row.is_some());
        let Some(line) = sign_ins.next() else { continue };
        let handle = line.row.as_ref().expect("a row");
        let raw = desk.console.raw_row(handle).await.expect("a row");
        let raw: Value = serde_json::from_str(&raw.json).expect("JSON");
        for id in [&raw["correlationId"], &raw["id"]] {
            let id = id.as_str().expect("an id").to_uppercase();
            let row = desk
                .console
                .find_row(&format!(" {id} "))
                .await
                .expect("an answer");
            let row = row.expect("a row");
            assert_eq!((&row.guest_id, row.source), (&guest.id, EvidenceSource::SignIn));
            assert_eq!(row.display_name, guest.display_name);
            let same = desk.console.guest_by_name(&id).await.expect("a guest");
            assert_eq!(same.guest.id, guest.id);
        }
        // A request has one row; an attempt may have several, of which the newest is meant.
        let id = raw["id"].as_str().expect("an id");
        let row = desk
            .console
            .find_row(id)
            .await
            .expect("an answer")
            .expect("a row");
        assert_eq!(&row.row, handle);
        found += 1;
    }
    assert!(found > 0, "nobody was stopped at a sign-in");

    for nothing in ["", "herrera", "00000000-0000-0000-0000-000000000001"] {
        assert_eq!(desk.console.find_row(nothing).await.expect("an answer"), None);
    }
    let nobody = desk
        .console
        .guest_by_name("00000000-0000-0000-0000-000000000001")
        .await;
    assert!(matches!(nobody, Err(ConsoleError::NoSuchGuest)));
}
