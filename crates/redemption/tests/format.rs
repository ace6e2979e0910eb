//! A word a case file does not know is an error that names the case and the field.

use rstest::rstest;
use serde_json::{Value, json};
use usher_redemption::case::{CaseError, parse_cases};

fn case() -> Value {
    json!({
        "name": "a case",
        "tenant": {
            "crossTenant": {"inboundB2B": "allow"},
            "conditionalAccess": [{"grant": "mfa", "users": "guests"}],
            "redemptionOrder": {"primary": ["azureActiveDirectory"], "fallback": "defaultConfiguredIdp"},
            "termsOfUse": {"name": "House rules", "perDevice": false},
            "app": {"assignmentRequired": false, "adminConsentNeeded": false}
        },
        "invitee": {"email": "mia@fabrikam.com", "upn": "mia@fabrikam.com", "homeTenant": {"exists": true}},
        "guest_actions": ["open_email_link"],
        "expected": {"path": "none", "outcome": "failed_at_link"}
    })
}

fn error_of(file: &Value) -> String {
    match parse_cases(&file.to_string()) {
        Err(error) => error.to_string(),
        Ok(cases) => panic!("{} cases were read", cases.len()),
    }
}

#[rstest]
#[case("/tenant/emailOpt", json!(true), "tenant.emailOpt")]
#[case("/tenant/crossTenant/trustMFA", json!(true), "tenant.crossTenant.trustMFA")]
#[case("/tenant/crossTenant/inboundB2B", json!("maybe"), "tenant.crossTenant.inboundB2B")]
#[case("/tenant/conditionalAccess/0/grant", json!("coffee"), "tenant.conditionalAccess[0].grant")]
#[case("/tenant/conditionalAccess/0/users", json!("everyone"), "tenant.conditionalAccess[0].users")]
#[case("/tenant/redemptionOrder/fallback", json!("fax"), "tenant.redemptionOrder.fallback")]
#[case("/tenant/termsOfUse/perdevice", json!(true), "tenant.termsOfUse.perdevice")]
#[case("/tenant/app/assigned", json!(true), "tenant.app.assigned")]
#[case("/invitee/mail", json!("x"), "invitee.mail")]
#[case("/invitee/network", json!("slow"), "invitee.network")]
#[case("/invitee/stateBefore", json!("Pending"), "invitee.stateBefore")]
#[case("/invitee/homeTenant/mfa", json!(true), "invitee.homeTenant.mfa")]
#[case("/guest_actions/0", json!("open_the_window"), "guest_actions[0]")]
#[case("/expected/outcome", json!("failed"), "expected.outcome")]
#[case("/expected/path", json!("entra"), "expected.path")]
#[case("/expected/prompts", json!(["home_sign_in", "tea"]), "expected.prompts[1]")]
#[case("/surprise", json!(1), "surprise")]
fn an_unknown_word_names_case_and_field(#[case] pointer: &str, #[case] value: Value, #[case] field: &str) {
    let mut case = case();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    match case.pointer_mut(parent).expect("the parent is there") {
        Value::Array(list) => list[name.parse::<usize>().expect("an index")] = value,
        parent => parent[name] = value,
    }
    let error = error_of(&json!([case]));
    assert!(error.contains("\"a case\""), "{error}");
    assert!(error.contains(&format!("field {field}:")), "{error}");
}

#[test]
fn a_list_a_wrapped_list_and_a_single_case_are_read() {
    for file in [json!([case()]), json!({"cases": [case()]}), case()] {
        assert_eq!(parse_cases(&file.to_string()).expect("it reads").len(), 1);
    }
}

#[test]
fn what_is_no_case_file_says_so() {
    assert!(matches!(parse_cases("{"), Err(CaseError::NotJson(_))));
    assert!(matches!(parse_cases("7"), Err(CaseError::NoCases)));
    assert!(matches!(parse_cases("{\"cases\": 7}"), Err(CaseError::NoCases)));
    assert!(matches!(parse_cases("[7]"), Err(CaseError::UnknownWord { .. })));
}

#[test]
fn a_case_without_a_name_is_named_by_its_place() {
    let mut case = case();
    case.as_object_mut().expect("an object").remove("name");
    assert!(error_of(&json!([case])).contains("case number 1"));
}
