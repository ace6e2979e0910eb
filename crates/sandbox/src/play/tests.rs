//! The rule book's own cases, through the real surface.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn every_case_of_the_rule_book_comes_out_right_over_http() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../redemption/tests/data");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let files: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|ending| ending == "json"))
        .collect();
    assert!(files.len() >= 2);
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let reports = play_cases(&text, &mut |_| {}).await.unwrap();
        assert!(!reports.is_empty());
        let failed: Vec<_> = reports
            .iter()
            .filter(|report| !report.passed)
            .map(|report| (&report.name, &report.differences))
            .collect();
        assert!(
            failed.is_empty(),
            "{} of {}: {failed:#?}",
            failed.len(),
            reports.len()
        );
    }
}

#[tokio::test]
async fn an_unknown_word_is_an_error_that_names_case_and_field_and_nothing_is_played() {
    let mut heard = 0;
    let text = r#"[{"name":"odd","tenant":{},"invitee":{"email":"a@b.example"},"guest_actions":["fly"],"expected":{"path":"none","prompts":[],"outcome":"signed_in","audit_activities":[],"sign_in_error_codes":[],"optional_interrupts":[],"home_tenant_sign_in_error_codes":[],"externalUserState_after":null,"identity_issuer_after":null}}]"#;
    let error = play_cases(text, &mut |_| heard += 1)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("odd") && error.contains("guest_actions"),
        "{error}"
    );
    assert_eq!(heard, 0);
}
