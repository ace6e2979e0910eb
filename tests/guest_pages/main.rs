//! The guest's pages in a real browser: the common ways in, the common stops, and no page with a serious
//! accessibility fault. Asserts on the page and on what the tenant holds afterwards.

mod guest;
#[path = "../harness/mod.rs"]
mod harness;

use anyhow::Result;
use guest::Guest;
use serde_json::{Value, json};

/// A person with an account in a managed organisation.
fn of_entra() -> Value {
    json!({ "home": { "kind": "managed", "verifiedDomain": true, "accountExists": true } })
}

#[tokio::test]
async fn a_work_account_leads_in() -> Result<()> {
    let guest = Guest::invited("grace.liu@northwind.example", &of_entra()).await?;
    guest.accept_from_mail().await?;
    guest.press("Sign in as grace.liu@northwind.example").await?;
    guest.on_page("Review permissions").await?;
    assert_eq!(guest.state().await?, "PendingAcceptance");
    guest.press("Accept").await?;
    guest.on_page("You are in").await?;
    assert_eq!(guest.state().await?, "Accepted");
    assert_eq!(guest.issuer().await?, "ExternalAzureAD");
    guest.leave().await
}

#[tokio::test]
async fn a_microsoft_account_leads_in() -> Result<()> {
    let guest = Guest::invited("mia@outlook.com", &json!({ "hasMsa": true })).await?;
    guest.accept_from_mail().await?;
    guest.press("Sign in as mia@outlook.com").await?;
    guest.on_page("Review permissions").await?;
    guest.press("Accept").await?;
    guest.on_page("You are in").await?;
    assert_eq!(guest.state().await?, "Accepted");
    assert_eq!(guest.issuer().await?, "MicrosoftAccount");
    guest.leave().await
}

#[tokio::test]
async fn a_passcode_from_the_inbox_leads_in() -> Result<()> {
    let guest = Guest::invited("nour@adatum.example", &json!({})).await?;
    guest.accept_from_mail().await?;
    guest.press("Send code").await?;
    guest.type_into("code", "12345678").await?;
    guest.press("Sign in").await?;
    guest.read("not the code").await?;
    let code = guest.passcode().await?;
    guest.type_into("code", &code).await?;
    guest.press("Sign in").await?;
    guest.on_page("Review permissions").await?;
    guest.press("Accept").await?;
    guest.on_page("You are in").await?;
    assert_eq!(guest.state().await?, "Accepted");
    assert_eq!(guest.issuer().await?, "mail");
    guest.leave().await
}

#[tokio::test]
async fn without_passcodes_a_microsoft_account_is_created() -> Result<()> {
    let guest = Guest::invited("nour@adatum.example", &json!({})).await?;
    guest.scenario("passcode-off").await?;
    guest.accept_from_mail().await?;
    guest.type_into("password", "correct horse battery").await?;
    guest.press("Create account").await?;
    guest.on_page("Review permissions").await?;
    guest.press("Accept").await?;
    guest.on_page("You are in").await?;
    assert_eq!(guest.issuer().await?, "MicrosoftAccount");
    guest.leave().await
}

#[tokio::test]
async fn an_inbound_block_is_told_with_code_and_correlation_id() -> Result<()> {
    let guest = Guest::invited("omar@litware.example", &of_entra()).await?;
    guest.scenario("inbound-blocked").await?;
    guest.accept_from_mail().await?;
    guest.press("Sign in as omar@litware.example").await?;
    guest.read("AADSTS500213").await?;
    guest.read("Correlation ID").await?;
    assert_eq!(guest.state().await?, "PendingAcceptance");
    guest.leave().await
}

#[tokio::test]
async fn declined_terms_let_nobody_in() -> Result<()> {
    let guest = Guest::invited("grace.liu@northwind.example", &of_entra()).await?;
    guest.scenario("terms-of-use").await?;
    guest.accept_from_mail().await?;
    guest.press("Sign in as grace.liu@northwind.example").await?;
    guest.on_page("Review permissions").await?;
    guest.press("Accept").await?;
    guest.press("Decline").await?;
    guest.on_page("The terms of use were not accepted").await?;
    assert!(guest.logged("Decline Terms Of Use").await?);
    guest.leave().await
}

#[tokio::test]
async fn an_old_link_says_that_it_is_old() -> Result<()> {
    let guest = Guest::invited("grace.liu@northwind.example", &of_entra()).await?;
    guest.days_pass(91).await?;
    guest.accept_from_mail().await?;
    guest.read("its link has expired").await?;
    assert_eq!(guest.state().await?, "PendingAcceptance");
    guest.leave().await
}

#[tokio::test]
async fn an_older_mail_points_to_the_newer_one() -> Result<()> {
    let guest = Guest::invited("grace.liu@northwind.example", &of_entra()).await?;
    let older = guest.newest_mail().await?;
    guest.invite().await?;
    guest.accept_from(&older).await?;
    guest.read("this link belongs to an older one").await?;
    let newer = guest.newest_mail().await?;
    assert_ne!(older, newer);
    guest.accept_from(&newer).await?;
    guest.on_page("Sign in").await?;
    assert_eq!(guest.state().await?, "PendingAcceptance");
    guest.leave().await
}

#[tokio::test]
async fn blocked_invitations_are_not_mailed() -> Result<()> {
    let guest = Guest::invited("grace.liu@northwind.example", &of_entra()).await?;
    guest.open_inbox().await?;
    let mail = guest.newest_mail().await?;
    guest.open_mail(&mail).await?;
    guest.press("Block future invitations").await?;
    guest.press("Block").await?;
    guest.on_page("Invitations are blocked").await?;
    guest.invite().await?;
    assert_eq!(guest.mails().await?.len(), 1, "no mail after blocking");
    assert!(guest.logged("Email not sent, user unsubscribed").await?);
    guest.leave().await
}
