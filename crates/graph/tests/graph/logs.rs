//! The audit log and the sign-in log.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _};
use proptest::prelude::*;
use serde_json::json;
use usher_clock::Clock as _;
use usher_graph::{GraphClient, GraphError, LogWindow, ReportPace, Unexpected, http_client};
use usher_identity::Credential;

use crate::stage::{START, Stage, error_answer, json_answer, raw_answer};

const AUDIT: &str = r#"{"id":"Invited Users_7b0c_XYZ_123","category":"UserManagement","correlationId":"c-1","result":"success","resultReason":null,
 "activityDisplayName":"Redeem external user invite","activityDateTime":"2026-09-22T17:09:48.1234567Z","loggedByService":"B2B Auth","operationType":"Add","userAgent":null,
 "initiatedBy":{"app":null,"user":{"id":"u","displayName":null,"userPrincipalName":"adele@fabrikam.com","ipAddress":"198.51.100.7","userType":null,"homeTenantId":null}},
 "targetResources":[{"id":"g","displayName":"UPN: a, Email: adele@fabrikam.com, InvitationId: 4c93, Source: One Time Passcode","Type":"User","modifiedProperties":[{"displayName":"UserState","oldValue":"[\"PendingAcceptance\"]","newValue":"[\"Accepted\"]"}]}],
 "additionalDetails":[{"key":"InvitationId","value":"4c93"}],"performedBy":{"new":true}}"#;

const SIGN_IN: &str = r#"{"id":"66ea54eb-6301-4ee5-be62-ff5a759b0100","createdDateTime":"2026-09-22T17:17:20Z","userId":"g","userPrincipalName":"adele@fabrikam.com",
 "appId":"4660504c","appDisplayName":"Microsoft Invitation Acceptance Portal","correlationId":"c-2","isInteractive":true,"incomingTokenType":"Primary Refresh Token",
 "status":{"errorCode":53003,"failureReason":"Access has been blocked by Conditional Access policies.","additionalDetails":null},"crossTenantAccessType":"b2bCollaboration",
 "appliedConditionalAccessPolicies":[{"id":"p","displayName":"Block guests","enforcedGrantControls":["Block"],"result":"failure"}],"authenticationDetails":null,
 "deviceDetail":{"deviceId":"","browser":"Edge 140","isCompliant":null},"riskEventTypes_v2":[],"agent":{"agentType":"notAgentic"}}"#;

fn window() -> LogWindow {
    let to: DateTime<Utc> = START.parse().unwrap();
    LogWindow::new(to - TimeDelta::days(1), to)
}

#[tokio::test]
async fn audits_are_read_and_kept_byte_for_byte() {
    let stage = Stage::new().await;
    let next = stage.url("/v1.0/auditLogs/directoryAudits?$skiptoken=9177_1");
    stage
        .answers(vec![
            raw_answer(
                200,
                &format!(r#"{{"value":[ {AUDIT} ,{{"id":7}}],"@odata.nextLink":"{next}"}}"#),
            ),
            raw_answer(200, r#"{"value":[]}"#),
        ])
        .await;

    let pages: Vec<_> = stage.client.audit_pages(window()).try_collect().await.unwrap();

    assert!(pages[0].has_more() && pages[1].audits().unwrap().rows.is_empty());
    let found = pages[0].audits().unwrap();
    let [audit] = &found.rows[..] else {
        panic!("{found:?}")
    };
    assert_eq!(audit.raw, AUDIT);
    let target = &audit.value.target_resources[0];
    assert_eq!(target.id.as_deref(), Some("g"));
    let person = audit.value.initiated_by.as_ref().unwrap().user.as_ref().unwrap();
    assert_eq!(person.user_principal_name.as_deref(), Some("adele@fabrikam.com"));
    assert_eq!(
        audit.value.activity_date_time.timestamp_subsec_nanos(),
        123_456_700
    );
    assert_eq!(found.unreadable.len(), 1, "one bad row does not hide the others");
    assert_eq!(found.unreadable[0].index, 1);

    let received = stage.received().await;
    let filter = received[0]
        .url
        .query_pairs()
        .find(|(name, _)| name == "$filter")
        .unwrap()
        .1
        .into_owned();
    assert_eq!(
        filter,
        "activityDateTime ge 2026-11-22T08:00:00Z and activityDateTime le 2026-11-23T08:00:00Z"
    );
    for request in &received {
        assert_eq!(
            request.headers["prefer"], "include-unknown-enum-members",
            "the same headers on each page"
        );
    }
}

/// Reads one page, in which NEXT stands for the address of the next, and its rows: those understood, and the others.
async fn read_audits(page: &str) -> Result<(usize, usize), GraphError> {
    let stage = Stage::new().await;
    let next = stage.url("/v1.0/auditLogs/directoryAudits?$skiptoken=9177_1");
    stage
        .answers(vec![raw_answer(200, &page.replace("NEXT", &next))])
        .await;
    let page = stage.client.audit_pages(window()).next().await.unwrap()?;
    let found = page.audits()?;

    Ok((found.rows.len(), found.unreadable.len()))
}

/// Ends of rows look like the end of a page.
const ROW: &str = r#"{"id":"a","activityDateTime":"2026-11-20T10:00:00Z","activityDisplayName":"A","targetResources":[{}]}"#;

/// Graph names the next page before the rows, so that they are read when somebody wants them.
#[tokio::test]
async fn a_page_that_is_cut_off_anywhere_is_an_error() {
    let page =
        format!(r#"{{"@odata.context":"c","@odata.nextLink":"NEXT", "value":[ {ROW},{ROW}, {{"id":7}} ] }}"#);
    assert_eq!(read_audits(&page).await.unwrap(), (2, 1));

    let end_of_row = page.find("]}").unwrap() + 2;
    let ends = [end_of_row, end_of_row + 1, page.len() - 2, page.len() - 1];
    for cut in (1..page.len()).step_by(7).chain(ends) {
        let outcome = read_audits(&page[..cut]).await;
        assert!(
            matches!(
                outcome,
                Err(GraphError::UnexpectedAnswer {
                    what: Unexpected::Truncated,
                    ..
                })
            ),
            "cut after {cut} bytes: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_page_that_is_no_list_of_rows_is_an_error() {
    for (page, expected) in [
        (
            r#"{"@odata.nextLink":"NEXT","value":[ROW,]}"#,
            Unexpected::NotJson,
        ),
        (
            r#"{"@odata.nextLink":"NEXT","value":[ROW ROW]}"#,
            Unexpected::NotJson,
        ),
        (
            r#"{"@odata.nextLink":"NEXT","value":[ROW]]}"#,
            Unexpected::NotJson,
        ),
        (
            r#"{"@odata.nextLink":"NEXT","value":{"of":[]}}"#,
            Unexpected::WrongShape,
        ),
        (
            r#"{"@odata.nextLink":"NEXT","value":[ROW],more]}"#,
            Unexpected::NotJson,
        ),
        (
            r#"{"@odata.nextLink":"NEXT","value":[ROW]},{"more":[]}"#,
            Unexpected::NotJson,
        ),
        (r#"{"value":7}"#, Unexpected::WrongShape),
        (r#"{"values":[]}"#, Unexpected::WrongShape),
    ] {
        let outcome = read_audits(&page.replace("ROW", ROW)).await;
        assert!(
            matches!(&outcome, Err(GraphError::UnexpectedAnswer { what, .. }) if *what == expected),
            "{page}: {outcome:?}"
        );
    }
    for (page, expected) in [
        (r#"{"@odata.nextLink":"NEXT","value":[ROW],"more":[{}]}"#, (1, 0)),
        (r#"{"value":[],"@odata.nextLink":null}"#, (0, 0)),
        (r#" { "@odata.nextLink" : "NEXT" , "value" : [ ] } "#, (0, 0)),
    ] {
        let found = read_audits(&page.replace("ROW", ROW)).await;
        assert_eq!(found.unwrap(), expected, "{page}");
    }
}

#[tokio::test]
async fn sign_ins_are_those_of_beta() {
    let stage = Stage::new().await;
    stage
        .answers(vec![raw_answer(200, &format!(r#"{{"value":[{SIGN_IN}]}}"#))])
        .await;

    let pages: Vec<_> = stage.client.sign_in_pages(window()).try_collect().await.unwrap();

    let found = pages[0].sign_ins().unwrap();
    let row = &found.rows[0];
    assert_eq!(row.raw, SIGN_IN);
    assert_eq!(row.value.status.as_ref().unwrap().error_code, Some(53003));
    assert_eq!(
        row.value.cross_tenant_access_type.as_deref(),
        Some("b2bCollaboration")
    );
    assert_eq!(
        stage.received().await[0].url.path(),
        "/graph/beta/auditLogs/signIns"
    );
}

#[tokio::test]
async fn an_expired_link_is_told_apart_from_a_bad_request() {
    let stage = Stage::new().await;
    let next = stage.url("/v1.0/auditLogs/directoryAudits?$skiptoken=old");
    let refused = error_answer(400, "BadRequest", "Skip token is null.");
    stage
        .answers(vec![
            raw_answer(200, &format!(r#"{{"value":[],"@odata.nextLink":"{next}"}}"#)),
            refused.clone(),
        ])
        .await;
    let outcome: Vec<_> = stage.client.audit_pages(window()).collect().await;
    assert!(
        matches!(outcome[1], Err(GraphError::PageExpired { .. })),
        "{outcome:?}"
    );

    let stage = Stage::new().await;
    stage.answers(vec![refused]).await;
    let outcome: Vec<_> = stage.client.audit_pages(window()).collect().await;
    assert!(
        matches!(&outcome[0], Err(GraphError::Refused { status: 400, .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn reports_of_entra_are_asked_at_entras_pace() {
    let stage = Stage::new().await;
    stage.answers(vec![json_answer(200, &json!({"value": []}))]).await;
    let cloud = stage.client.cloud().clone();
    let client = GraphClient::paced(
        cloud.clone(),
        Credential::delegated(stage.credential.clone()),
        http_client(&cloud).unwrap(),
        Arc::new(stage.clock.clone()),
        ReportPace::entra(),
    );

    for _ in 0..11 {
        let _: Vec<_> = client.audit_pages(window()).try_collect().await.unwrap();
    }

    let waited = stage.clock.now() - START.parse::<DateTime<Utc>>().unwrap();
    assert_eq!(
        waited,
        TimeDelta::seconds(20),
        "eleven requests take two windows of ten seconds"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a page consists of, reading it gives rows that are parts of it, or an error; it never panics.
    #[test]
    fn any_row_survives_reading(text in "\\PC{0,40}", number in any::<i64>()) {
        let row = json!({"id": text, "createdDateTime": "2026-09-22T17:17:20Z", "status": {"errorCode": number}}).to_string();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stage = Stage::new().await;
            stage.answers(vec![raw_answer(200, &format!(r#"{{"value":[{row},{row}]}}"#))]).await;
            let pages: Vec<_> = stage.client.sign_in_pages(window()).try_collect().await.unwrap();
            let found = pages[0].sign_ins().unwrap();
            assert!(found.rows.iter().map(|row| row.raw).eq([row.as_str(), row.as_str()]));
            let read = &found.rows[0].value;
            assert_eq!(read.id.as_str(), text);
            assert_eq!(read.status.as_ref().unwrap().error_code, Some(number));
        });
    }
}
