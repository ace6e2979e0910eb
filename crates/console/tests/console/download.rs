//! A download holds exactly what is on screen.

use usher_console::views::{GuestColumnView, GuestFilter, GuestQuery, InviteForm, StandingView};
use usher_sandbox::SandboxConfig;

use crate::support::{ADELE, Desk};

#[tokio::test]
async fn a_download_is_the_filtered_rows_and_the_shown_columns() {
    let config = SandboxConfig {
        guests: 60,
        ..SandboxConfig::default()
    };
    let desk = Desk::of(config, ADELE).await;
    let hostile = InviteForm {
        mail: "formula@fabrikam.com".into(),
        display_name: Some("\u{ff1d}cmd|' /C calc'!A0;=1+1".into()),
        ..InviteForm::default()
    };
    desk.console.invite(hostile).await.expect("an invitation");

    let filter = GuestFilter {
        standing: Some(StandingView::Stopped),
        ..GuestFilter::default()
    };
    let query = GuestQuery {
        filter: filter.clone(),
        ..GuestQuery::default()
    };
    let columns = vec![
        GuestColumnView::Name,
        GuestColumnView::Invited,
        GuestColumnView::Inviter,
        GuestColumnView::SourceDomain,
    ];
    let folder = desk.folder.path().to_owned();
    let written = desk
        .console
        .export_guests(query, Some(columns), folder.clone())
        .await
        .expect("a file");
    let csv = std::fs::read_to_string(&written.path).expect("the file");
    let shown = desk.guests(filter).await;
    assert_eq!(written.rows as usize, shown.len());
    let mut lines = csv.split("\r\n");
    // Spreadsheets take a file for UTF-8 by the mark.
    assert_eq!(
        lines.next(),
        Some("\u{feff}Display name,Mail,Invited (UTC),Inviter,Source domain")
    );
    for guest in &shown {
        let invited = guest.invited_at.expect("a time").format("%Y-%m-%dT%H:%M:%SZ");
        let mail = guest.mail.as_deref().expect("a mail");
        let (_, domain) = mail.split_once('@').expect("an address");
        assert_eq!(
            guest.source_domain.as_deref(),
            Some(domain),
            "the sandbox's guests have one address"
        );
        let inviter = guest.inviter.as_deref().unwrap_or_default();
        let line = format!("{},{mail},{invited},{inviter},{domain}", guest.display_name);
        assert_eq!(lines.next(), Some(&*line));
    }
    assert!(shown.iter().any(|guest| guest.inviter.is_some()));
    assert_eq!((lines.next(), lines.next()), (Some(""), None));

    let everything = desk
        .console
        .export_guests(GuestQuery::default(), None, folder)
        .await
        .expect("a file");
    assert_eq!(everything.rows, 61);
    let csv = std::fs::read_to_string(&everything.path).expect("the file");
    assert!(csv.starts_with("\u{feff}Display name,Mail,User principal name,Object ID,Invitation state,"));
    assert!(csv.contains("'\u{ff1d}cmd|' /C calc'!A0;'=1+1\""), "{csv}");
}
