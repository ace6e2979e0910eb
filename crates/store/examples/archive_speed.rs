//! Measures an archive of 20,000 guests with 100,000 audits and 100,000 sign-ins, and prints one JSON object:
//! rows written a second, bytes against the JSON, and the slow end (p95, milliseconds) of what screens wait for.
//!
//! `cargo run --release -p usher-store --example archive_speed`

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use usher_store::{
    Actor, Archive, ArchiveKey, ArchiveLocation, AuditDraft, AuditResult, CohortFilter, GuestFilter, GuestId,
    GuestObject, GuestSort, Identity, InvitationState, JourneyRecord, OpenOptions, SignInClocks, SignInDraft,
    SortKey, StageReached, Standing, StoreError, TenantId,
};
use uuid::Uuid;

const GUESTS: u32 = 20_000;
const ROWS: u32 = 100_000;
const PAGE: u32 = 1_000;
const TURNS: usize = 200;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_780)
}

fn guest_id(n: u32) -> Uuid {
    Uuid::from_u128(
        u128::from(n.wrapping_mul(2_654_435_761)) << 90 | 0x4000_8000_0000_0000_0000 | u128::from(n),
    )
}

fn at(i: u32, of: u32) -> DateTime<Utc> {
    now() - TimeDelta::microseconds(i64::from(i) * 30 * 86_400 * 1_000_000 / i64::from(of))
}

fn audit_json(i: u32) -> String {
    let guest = guest_id(i % GUESTS);
    format!(
        r#"{{"id":"Invited Users_{:x}_{i}","category":"UserManagement","correlationId":"{}","result":"success","resultReason":null,"activityDisplayName":"Invite external user","activityDateTime":"{}","loggedByService":"Invited Users","operationType":"Add","userAgent":null,"initiatedBy":{{"app":null,"user":{{"id":"{}","displayName":null,"userPrincipalName":"inviter{}@contoso.com","ipAddress":"203.0.113.{}","userType":null,"homeTenantId":null,"homeTenantName":null}}}},"targetResources":[{{"id":"{guest}","displayName":"Guest {i}","type":"User","userPrincipalName":"g{i}_fabrikam.com#EXT#@contoso.onmicrosoft.com","groupType":null,"modifiedProperties":[]}}],"additionalDetails":[{{"key":"oid","value":"{}"}},{{"key":"tid","value":"5f3c2a10-2222-4000-8000-000000000000"}},{{"key":"InvitationId","value":"{}"}},{{"key":"invitedUserEmailAddress","value":"g{i}@fabrikam.com"}}]}}"#,
        i.wrapping_mul(2_654_435_761),
        guest_id(i.wrapping_mul(7)),
        at(i, ROWS).to_rfc3339(),
        guest_id(900_000 + i % 50),
        i % 50,
        i % 250,
        guest_id(900_000 + i % 50),
        guest_id(i.wrapping_mul(13)),
    )
}

fn sign_in_json(i: u32) -> String {
    format!(
        r#"{{"id":"{}","createdDateTime":"{}","userDisplayName":"Guest {i}","userPrincipalName":"g{i}@fabrikam.com","userId":"{}","appId":"2793995e-0a7d-40d7-bd35-6968ba142197","appDisplayName":"My Apps","ipAddress":"198.51.100.{}","clientAppUsed":"Browser","userAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36","correlationId":"{}","conditionalAccessStatus":"notApplied","isInteractive":true,"homeTenantId":"8a1b0000-2222-4000-8000-00000000000{}","resourceTenantId":"5f3c2a10-2222-4000-8000-000000000000","riskDetail":"none","riskLevelAggregated":"none","riskLevelDuringSignIn":"none","riskState":"none","riskEventTypes":[],"riskEventTypes_v2":[],"resourceDisplayName":"Microsoft Graph","resourceId":"00000003-0000-0000-c000-000000000000","servicePrincipalId":"","servicePrincipalName":null,"status":{{"errorCode":{},"failureReason":"Other.","additionalDetails":null}},"deviceDetail":{{"deviceId":"","displayName":null,"operatingSystem":"Windows 10","browser":"Edge 140","isCompliant":null,"isManaged":null,"trustType":null}},"location":{{"city":"Berlin","state":"Berlin","countryOrRegion":"DE","geoCoordinates":{{"altitude":null,"latitude":52.5,"longitude":13.4}}}},"appliedConditionalAccessPolicies":[],"crossTenantAccessType":"b2bCollaboration","userType":"guest","authenticationRequirement":"singleFactorAuthentication"}}"#,
        guest_id(i.wrapping_mul(31) + 7),
        at(i, ROWS).format("%Y-%m-%dT%H:%M:%SZ"),
        guest_id(i % GUESTS),
        i % 250,
        guest_id(i.wrapping_mul(17)),
        i % 9,
        CODES[i as usize % CODES.len()],
    )
}

const CODES: [i64; 6] = [0, 0, 0, 50074, 53003, 500_213];

fn guest(n: u32) -> GuestObject {
    let invited = at(n, GUESTS);
    GuestObject {
        id: GuestId(guest_id(n)),
        display_name: format!("Guest {n:05}"),
        upn: format!("g{n}_partner{}.example#EXT#@contoso.onmicrosoft.com", n % 300),
        mail: format!("g{n}@partner{}.example", n % 300),
        other_mails: Vec::new(),
        user_type: "Guest".into(),
        creation_type: Some("Invitation".into()),
        state: if n.is_multiple_of(4) {
            InvitationState::PendingAcceptance
        } else {
            InvitationState::Accepted
        },
        state_changed_at: Some(invited),
        created_at: Some(invited),
        account_enabled: Some(true),
        company: None,
        usage_location: None,
        identities: vec![Identity {
            sign_in_type: Some("federated".into()),
            issuer: Some("ExternalAzureAD".into()),
            issuer_assigned_id: None,
        }],
        sponsors: Vec::new(),
        clocks: Some(SignInClocks {
            successful: Some(invited),
            ..SignInClocks::default()
        }),
        deleted_at: None,
    }
}

fn p95(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() * 95 / 100]
}

/// Runs `work` many times and returns the slow end, in milliseconds.
async fn measure<F: Future<Output = Result<(), StoreError>>>(
    mut work: impl FnMut(usize) -> F,
) -> Result<f64, StoreError> {
    let mut times = Vec::new();
    for turn in 0..TURNS {
        let began = Instant::now();
        work(turn).await?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(p95(times))
}

async fn fill(archive: &Archive) -> Result<(f64, u64), StoreError> {
    let guests: Vec<GuestObject> = (0..GUESTS).map(guest).collect();
    for chunk in guests.chunks(500) {
        let rows: Vec<_> = chunk.iter().cloned().map(|guest| (guest, "{}")).collect();
        let mut tx = archive.write().await?;
        tx.save_guests(&rows, None).await?;
        tx.commit().await?;
    }
    let mut json_bytes = 0;
    let mut seconds = 0.0;
    for page in 0..ROWS / PAGE {
        let numbers: Vec<u32> = (page * PAGE..(page + 1) * PAGE).collect();
        let audits: Vec<String> = numbers.iter().map(|i| audit_json(*i)).collect();
        let sign_ins: Vec<String> = numbers.iter().map(|i| sign_in_json(*i)).collect();
        let ids: Vec<String> = numbers.iter().map(|i| guest_id(i % GUESTS).to_string()).collect();
        let row_ids: Vec<String> = numbers
            .iter()
            .map(|i| guest_id(i.wrapping_mul(31) + 7).to_string())
            .collect();
        let inviters: Vec<String> = numbers
            .iter()
            .map(|i| guest_id(900_000 + i % 50).to_string())
            .collect();
        json_bytes += audits.iter().chain(&sign_ins).map(String::len).sum::<usize>() as u64;

        let began = Instant::now();
        let audit_rows: Vec<_> = (0..numbers.len())
            .map(|k| {
                let draft = AuditDraft {
                    id: &audits[k][7..40],
                    at: at(numbers[k], ROWS),
                    correlation_id: &row_ids[k],
                    activity: "Invite external user",
                    category: "UserManagement",
                    service: "Invited Users",
                    result: AuditResult::Success,
                    reason: "",
                    actor: Some(Actor {
                        id: &inviters[k],
                        name: "",
                        upn: "inviter@contoso.com",
                    }),
                    targets: vec![Actor {
                        id: &ids[k],
                        name: "",
                        upn: "",
                    }],
                };
                (draft, audits[k].as_str())
            })
            .collect();
        let sign_in_rows: Vec<_> = (0..numbers.len())
            .map(|k| {
                let draft = SignInDraft {
                    id: &row_ids[k],
                    at: at(numbers[k], ROWS),
                    correlation_id: &row_ids[k],
                    user: Actor {
                        id: &ids[k],
                        name: "",
                        upn: "",
                    },
                    app: "My Apps",
                    app_id: "2793995e-0a7d-40d7-bd35-6968ba142197",
                    resource: "Microsoft Graph",
                    error_code: CODES[numbers[k] as usize % CODES.len()],
                    failure_reason: "Other.",
                    conditional_access: "notApplied",
                    access_type: "b2bCollaboration",
                    home_tenant: "8a1b0000-2222-4000-8000-000000000001",
                    requirement: "singleFactorAuthentication",
                    is_guest: true,
                };
                (draft, sign_ins[k].as_str())
            })
            .collect();
        let audit_page = archive.audit_page(&audit_rows)?;
        let sign_in_page = archive.sign_in_page(&sign_in_rows)?;
        let mut tx = archive.write().await?;
        tx.save_page(&audit_page).await?;
        tx.save_page(&sign_in_page).await?;
        tx.commit().await?;
        seconds += began.elapsed().as_secs_f64();
    }
    let mut tx = archive.write().await?;
    tx.refresh_rollups().await?;
    tx.commit().await?;
    Ok((f64::from(2 * ROWS) / seconds, json_bytes))
}

/// Derives a journey for everybody, as the console would; returns guests a second.
async fn derive(archive: &Archive) -> Result<f64, StoreError> {
    let began = Instant::now();
    let mut count = 0;
    loop {
        let dirty = archive.load_dirty_guests(1000).await?;
        if dirty.guests.is_empty() {
            return Ok(f64::from(count) / began.elapsed().as_secs_f64());
        }
        let journeys: Vec<JourneyRecord> = archive
            .load_evidence(&dirty.guests)
            .await?
            .into_iter()
            .map(|evidence| {
                count += 1;
                let failed = evidence.sign_ins.last().filter(|sign_in| sign_in.code != 0);
                JourneyRecord {
                    stage: if failed.is_some() {
                        StageReached::AttemptedSignIn
                    } else {
                        StageReached::FirstAccess
                    },
                    standing: if failed.is_some() {
                        Standing::Stopped
                    } else {
                        Standing::Fine
                    },
                    reason: failed.map(|sign_in| sign_in.code.to_string()),
                    evidence: failed.map(|sign_in| sign_in.event).into_iter().collect(),
                    ..evidence.guest.journey
                }
            })
            .collect();
        let mut tx = archive.write().await?;
        tx.save_journeys(&journeys, dirty.mark).await?;
        tx.commit().await?;
    }
}

async fn run() -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    let folder = tempfile::TempDir::new()?;
    let location = ArchiveLocation::in_data_dir(folder.path(), TenantId(Uuid::from_u128(1)));
    let key = ArchiveKey::new([7; 32]);
    let archive = Archive::open(location.clone(), &key, OpenOptions::read_write(now())).await?;
    let (rows_per_second, json_bytes) = fill(&archive).await?;
    let guests_per_second = derive(&archive).await?;
    archive.close().await;
    let archive = Archive::open(location, &key, OpenOptions::read_write(now())).await?;

    let began = Instant::now();
    archive.load_snapshot().await?;
    let snapshot_ms = began.elapsed().as_secs_f64() * 1e3;
    let funnel = measure(|turn| {
        let archive = &archive;
        async move {
            let domain = (turn % 2 == 0).then(|| format!("partner{}.example", turn % 300));
            let cohort = CohortFilter {
                domain,
                ..CohortFilter::default()
            };
            let snapshot = archive.load_snapshot().await?;
            std::hint::black_box(snapshot.funnel(&cohort, now()));
            Ok(())
        }
    })
    .await?;
    let list = |sort: GuestSort, filter: GuestFilter| {
        let archive = archive.clone();
        async move {
            let mut after = None;
            let mut times = Vec::new();
            for _ in 0..TURNS {
                let began = Instant::now();
                let page = archive
                    .list_guests(&filter, sort, after.as_ref(), 100, now())
                    .await?;
                times.push(began.elapsed().as_secs_f64() * 1e3);
                after = page.next;
            }
            Ok::<_, StoreError>(p95(times))
        }
    };
    let default = list(GuestSort::default(), GuestFilter::default()).await?;
    let by_name = list(
        GuestSort {
            key: SortKey::Name,
            descending: true,
        },
        GuestFilter::default(),
    )
    .await?;
    let by_stage = list(
        GuestSort {
            key: SortKey::Stage,
            descending: false,
        },
        GuestFilter::default(),
    )
    .await?;
    let search = GuestFilter {
        search: Some("partner7".into()),
        ..GuestFilter::default()
    };
    let searched = list(GuestSort::default(), search).await?;
    let reason = GuestFilter {
        reasons: vec!["53003".into()],
        ..GuestFilter::default()
    };
    let by_reason = list(GuestSort::default(), reason).await?;
    let count = measure(|_| async {
        archive
            .count_guests(&GuestFilter::default(), now())
            .await
            .map(|_| ())
    })
    .await?;
    let timeline = measure(|turn| {
        let archive = &archive;
        async move {
            archive
                .load_detailed_timeline(GuestId(guest_id(turn as u32 * 97)))
                .await
                .map(|_| ())
        }
    })
    .await?;
    let failures = measure(|_| async {
        archive
            .list_failures(now() - TimeDelta::days(30), now())
            .await
            .map(|_| ())
    })
    .await?;
    let bytes = archive.load_size().await?.bytes;
    Ok(serde_json::json!({
        "rowsWrittenPerSecond": rows_per_second.round(),
        "guestsDerivedPerSecond": guests_per_second.round(),
        "bytesPerRow": bytes / u64::from(2 * ROWS),
        "bytesAgainstJson": bytes as f64 / json_bytes as f64,
        "jsonBytesPerRow": json_bytes / u64::from(2 * ROWS),
        "p95Milliseconds": {
            "funnel": funnel, "guestList": default, "guestListByName": by_name, "guestListByStage": by_stage,
            "guestListByReason": by_reason, "search": searched, "count": count, "timelineWithRaw": timeline,
            "failures": failures,
        },
        "firstSnapshotMilliseconds": snapshot_ms,
    }))
}

#[expect(clippy::print_stdout, reason = "the result is what this program is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("{:#}", runtime.block_on(run())?);
    Ok(())
}
