//! Invitations, ledger, tenant facts.

use chrono::TimeDelta;
use uuid::Uuid;

use super::build::*;
use crate::{EntryKind, InvitationKind, InvitationRecord, LedgerCheck, LedgerDraft, StepId, TenantFacts};

fn invitation(n: u32, minutes: i64, kind: InvitationKind) -> InvitationRecord {
    InvitationRecord {
        id: "9071bfde-0000-4000-8000-000000000001".into(),
        guest: guest_id(n),
        mail: guest(n).mail,
        redeem_url: format!("https://login.microsoftonline.com/redeem?rd=ticket{minutes}"),
        redirect_url: "https://myapplications.microsoft.com/".into(),
        sent_message: true,
        message: Some("Welcome".into()),
        language: Some("en-US".into()),
        kind,
        made_by: "adele.vance@contoso.com".into(),
        made_at: now() + TimeDelta::minutes(minutes),
        superseded_at: None,
    }
}

#[tokio::test]
async fn the_last_link_is_the_one_that_works() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 1..3).await;
    let clean = archive.load_dirty_guests(10).await.unwrap();
    let journeys: Vec<_> = archive
        .load_guests(&clean.guests)
        .await
        .unwrap()
        .into_iter()
        .map(|guest| guest.journey)
        .collect();
    let mut tx = archive.write().await.unwrap();
    tx.save_journeys(&journeys, clean.mark).await.unwrap();
    tx.save_invitation(&invitation(1, 0, InvitationKind::Invite))
        .await
        .unwrap();
    tx.save_invitation(&invitation(2, 1, InvitationKind::Invite))
        .await
        .unwrap();
    tx.save_invitation(&invitation(1, 5, InvitationKind::Resend))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let made = archive.list_invitations(guest_id(1)).await.unwrap();
    assert_eq!(made.len(), 2);
    assert_eq!(made[0].superseded_at, Some(made[1].made_at));
    let live = archive.load_live_invitation(guest_id(1)).await.unwrap().unwrap();
    assert_eq!(live, invitation(1, 5, InvitationKind::Resend));
    assert_eq!(
        archive
            .load_live_invitation(guest_id(2))
            .await
            .unwrap()
            .unwrap()
            .superseded_at,
        None
    );
    assert_eq!(archive.load_live_invitation(guest_id(3)).await.unwrap(), None);
    assert_eq!(
        archive.count_dirty_guests().await.unwrap(),
        2,
        "both journeys have new evidence"
    );
    let evidence = archive
        .load_evidence(&archive.load_dirty_guests(10).await.unwrap().guests)
        .await
        .unwrap();
    assert_eq!(
        evidence
            .iter()
            .map(|evidence| evidence.invitations.len())
            .sum::<usize>(),
        3
    );
    let printed = format!("{live:?}");
    assert!(!printed.contains("ticket") && !printed.contains('@'), "{printed}");
}

fn draft(step: u128, kind: EntryKind) -> LedgerDraft {
    LedgerDraft {
        step: StepId(Uuid::from_u128(step)),
        plan: None,
        kind,
        at: now() + TimeDelta::nanoseconds(123),
        actor: "adele.vance@contoso.com".into(),
        verb: "resend".into(),
        guest: Some(guest_id(1)),
        outcome: (kind == EntryKind::Closed).then(|| "done".into()),
        detail: "{}".into(),
    }
}

#[tokio::test]
async fn the_ledger_knows_what_was_left_open_and_shows_tampering() {
    let place = Place::new();
    let archive = place.open().await;
    let mut tx = archive.write().await.unwrap();
    for (step, kind) in [
        (1, EntryKind::Opened),
        (2, EntryKind::Opened),
        (1, EntryKind::Closed),
    ] {
        tx.append_ledger(&draft(step, kind)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let open = archive.list_open_steps().await.unwrap();
    assert_eq!(
        open.iter()
            .map(|entry| entry.draft.step.0.as_u128())
            .collect::<Vec<_>>(),
        [2]
    );
    assert_eq!(
        archive
            .list_ledger(None, 2)
            .await
            .unwrap()
            .iter()
            .map(|entry| entry.number)
            .collect::<Vec<_>>(),
        [3, 2]
    );
    assert_eq!(archive.list_ledger(Some(2), 9).await.unwrap().len(), 1);
    assert_eq!(archive.list_ledger_of(guest_id(1)).await.unwrap().len(), 3);
    assert!(archive.list_ledger_of(guest_id(2)).await.unwrap().is_empty());
    assert_eq!(
        archive.check_ledger().await.unwrap(),
        LedgerCheck::Intact { entries: 3 }
    );

    let mut tx = archive.write().await.unwrap();
    for forbidden in [
        "UPDATE ledger SET outcome = 'failed' WHERE n = 3",
        "DELETE FROM ledger WHERE n = 3",
    ] {
        assert!(
            sqlx::query(forbidden)
                .execute(tx.connection().unwrap())
                .await
                .is_err(),
            "{forbidden}"
        );
    }
    // Somebody with the key goes round the trigger.
    sqlx::query("DROP TRIGGER ledger_never_changes")
        .execute(tx.connection().unwrap())
        .await
        .unwrap();
    sqlx::query("UPDATE ledger SET verb = 'revoke' WHERE n = 2")
        .execute(tx.connection().unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        archive.check_ledger().await.unwrap(),
        LedgerCheck::Broken { at: 2 }
    );
}

#[tokio::test]
async fn tenant_facts_are_kept_one_by_one() {
    let place = Place::new();
    let archive = place.open().await;
    assert_eq!(archive.load_tenant().await.unwrap(), TenantFacts::default());
    let first = TenantFacts {
        id: Some("c0".into()),
        name: Some("Contoso".into()),
        initial_domain: Some("contosob2b.onmicrosoft.com".into()),
        default_domain: Some("contoso.com".into()),
        cloud: Some("sandbox".into()),
        retention_days: Some(30),
        premium: Some(true),
        last_sync_at: Some(now()),
        guests_read_at: Some(now()),
        clock_skew_seconds: Some(-3600),
    };
    let mut tx = archive.write().await.unwrap();
    tx.save_tenant(&first).await.unwrap();
    tx.save_tenant(&TenantFacts {
        retention_days: Some(7),
        ..TenantFacts::default()
    })
    .await
    .unwrap();
    tx.save_checkpoint("slice", Some("audit 3")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        archive.load_tenant().await.unwrap(),
        TenantFacts {
            retention_days: Some(7),
            ..first
        }
    );
    assert_eq!(
        archive.load_checkpoint("slice").await.unwrap().as_deref(),
        Some("audit 3")
    );
    let mut tx = archive.write().await.unwrap();
    tx.save_checkpoint("slice", None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(archive.load_checkpoint("slice").await.unwrap(), None);
    let tenants = crate::ArchiveLocation::list_tenants(place.folder.path()).unwrap();
    assert_eq!(tenants, [crate::TenantId(Uuid::from_u128(0xC0))]);
    assert!(
        crate::ArchiveLocation::list_tenants(&place.folder.path().join("nowhere"))
            .unwrap()
            .is_empty()
    );
}
