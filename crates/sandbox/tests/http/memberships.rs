//! What guests were given: groups, directory roles, applications; who may read it, and that it agrees with the logs.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    shapes::{
        Kind::{Flag, MaybeTime, Text, Texts, Time},
        Member, check,
    },
    support::{ADELE, Caller, Stage},
};

const GROUP: &[Member] = &[
    ("id", Text),
    ("deletedDateTime", MaybeTime),
    ("displayName", Text),
    ("description", Text),
    ("groupTypes", Texts),
    ("mail", Text),
    ("mailEnabled", Flag),
    ("mailNickname", Text),
    ("securityEnabled", Flag),
    ("membershipRule", Text),
    ("isAssignableToRole", Flag),
    ("visibility", Text),
];
const ROLE: &[Member] = &[
    ("id", Text),
    ("deletedDateTime", MaybeTime),
    ("description", Text),
    ("displayName", Text),
    ("roleTemplateId", Text),
];
const ASSIGNMENT: &[Member] = &[
    ("id", Text),
    ("deletedDateTime", MaybeTime),
    ("appRoleId", Text),
    ("createdDateTime", Time),
    ("principalDisplayName", Text),
    ("principalId", Text),
    ("principalType", Text),
    ("resourceDisplayName", Text),
    ("resourceId", Text),
];

/// Everything all guests were given, as (guest, object).
async fn given(caller: &Caller, what: &str) -> Vec<(String, Value)> {
    let guests = caller
        .all("/v1.0/users?$filter=userType%20eq%20'Guest'&$select=id&$top=999")
        .await;
    let mut found = Vec::new();
    for guest in guests {
        let id = guest["id"].as_str().expect("an id").to_owned();
        let answer = caller.get_json(&format!("/v1.0/users/{id}/{what}")).await;
        let values = answer["value"].as_array().expect("a list").iter();
        found.extend(values.map(|value| (id.clone(), value.clone())));
    }
    found
}

fn of_type(objects: &[(String, Value)], name: &str) -> Vec<Value> {
    let name = format!("#microsoft.graph.{name}");
    let objects = objects.iter().map(|(_, object)| object);
    objects
        .filter(|object| object["@odata.type"] == *name)
        .cloned()
        .collect()
}

#[tokio::test]
async fn memberships_and_assignments_are_as_described_and_as_logged() {
    let stage = Stage::with_guests(300).await;
    let app = stage.app().await;
    let memberships = given(&app, "memberOf").await;
    check(&of_type(&memberships, "group"), GROUP, "group");
    check(&of_type(&memberships, "directoryRole"), ROLE, "directoryRole");
    let assignments = given(&app, "appRoleAssignments").await;
    let objects: Vec<Value> = assignments.iter().map(|(_, object)| object.clone()).collect();
    check(&objects, ASSIGNMENT, "appRoleAssignment");

    let audits = app.all("/v1.0/auditLogs/directoryAudits?$top=999").await;
    let logged = |activity: &str| -> Vec<(String, String)> {
        let rows = audits.iter().filter(|row| row["activityDisplayName"] == activity);
        let mut pairs: Vec<(String, String)> = rows
            .map(|row| {
                let target = |n: usize| {
                    row["targetResources"][n]["id"]
                        .as_str()
                        .expect("an id")
                        .to_owned()
                };
                (target(0), target(1))
            })
            .collect();
        pairs.sort();
        pairs
    };
    let deleted = app
        .all("/v1.0/directory/deletedItems/microsoft.graph.user?$top=999")
        .await;
    let is_deleted = |guest: &str| deleted.iter().any(|user| user["id"] == *guest);
    let newcomers: Vec<Value> = app
        .all("/v1.0/users?$filter=userType%20eq%20'Guest'&$select=id,createdDateTime&$top=999")
        .await;
    // Older rows are no longer shown: the application's logs reach back 30 days.
    let born = |guest: &str| {
        let user = newcomers
            .iter()
            .find(|user| user["id"] == *guest)
            .expect("a guest");
        user["createdDateTime"].as_str().expect("a time").to_owned()
    };
    let oldest = audits
        .iter()
        .map(|row| row["activityDateTime"].as_str().expect("a time"))
        .min();
    let is_shown = |guest: &str| Some(born(guest).as_str()) > oldest;
    for (activity, all, key) in [
        ("Add member to group", &memberships, "id"),
        (
            "Add app role assignment grant to user",
            &assignments,
            "resourceId",
        ),
    ] {
        let rows = logged(activity);
        assert!(!rows.is_empty(), "{activity}");
        for (guest, object) in rows.iter().filter(|(guest, _)| !is_deleted(guest)) {
            let holds = all
                .iter()
                .any(|(holder, held)| holder == guest && held[key] == **object);
            assert!(holds, "{activity}: {guest} {object}");
        }
        let by_hand = |object: &Value| {
            let is_dynamic = object["membershipRule"].is_string();
            let is_role = object["@odata.type"] == "#microsoft.graph.directoryRole";
            !is_dynamic && !is_role && object["principalType"] != "Group"
        };
        for (guest, object) in all
            .iter()
            .filter(|(guest, object)| by_hand(object) && is_shown(guest))
        {
            let is_logged = rows
                .iter()
                .any(|(holder, held)| holder == guest && object[key] == **held);
            assert!(is_logged, "{activity}: {guest} {object}");
        }
    }
}

#[tokio::test]
async fn names_are_for_those_who_may_read_them() {
    let stage = Stage::with_guests(40).await;
    let reader = stage.admin(ADELE, &["User.Read.All"]).await;
    let memberships = given(&reader, "memberOf").await;
    assert!(!memberships.is_empty());
    for (_, object) in &memberships {
        assert!(object["id"].is_string());
        assert!(object["displayName"].is_null(), "{object}");
    }
    let (guest, _) = &memberships[0];
    let apps = format!("/v1.0/users/{guest}/appRoleAssignments");
    assert_eq!(reader.get(&apps).await.status(), StatusCode::FORBIDDEN);

    let directory = stage.admin(ADELE, &["User.Read.All", "Directory.Read.All"]).await;
    let memberships = given(&directory, "memberOf").await;
    assert!(
        memberships
            .iter()
            .all(|(_, object)| object["displayName"].is_string())
    );
    assert_eq!(directory.get(&apps).await.status(), StatusCode::OK);
    let nobody = "/v1.0/users/00000000-0000-0000-0000-000000000001/memberOf";
    assert_eq!(directory.get(nobody).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_guest_comes_back_from_the_bin_with_groups_and_a_new_one_has_the_group_of_all() {
    let stage = Stage::with_guests(20).await;
    let adele = stage
        .admin(
            ADELE,
            &["User.ReadWrite.All", "Directory.Read.All", "User.Invite.All"],
        )
        .await;
    let memberships = given(&adele, "memberOf").await;
    let (guest, _) = memberships
        .iter()
        .find(|(_, object)| object["displayName"] == "Partners")
        .expect("a partner");
    let path = format!("/v1.0/users/{guest}");
    let before = adele.get_json(&format!("{path}/memberOf")).await["value"].clone();
    assert_eq!(adele.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(
        adele.get(&format!("{path}/memberOf")).await.status(),
        StatusCode::NOT_FOUND
    );
    let restore = format!("/v1.0/directory/deletedItems/{guest}/restore");
    assert_eq!(adele.post(&restore, &json!({})).await.0, StatusCode::OK);
    let after = adele.get_json(&format!("{path}/memberOf")).await["value"].clone();
    assert_eq!(before, after);

    let (status, invited) = adele.invite("new@fabrikam.com").await;
    assert_eq!(status, StatusCode::CREATED);
    let id = invited["invitedUser"]["id"].as_str().expect("an id");
    let groups = adele.get_json(&format!("/v1.0/users/{id}/memberOf")).await["value"].clone();
    assert_eq!(groups.as_array().map(Vec::len), Some(1));
    assert_eq!(groups[0]["groupTypes"], json!(["DynamicMembership"]));
}
