//! Acting from the command line: what is printed and what reached the tenant.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Desk, Served, text};

const NOW: &str = "2026-11-23T09:00:00Z";

fn small() -> Served {
    Served::start(&["--now", NOW, "--guests", "40"])
}

/// Changes the tenant received, as "METHOD path".
async fn received(served: &Served) -> Vec<String> {
    let received = served.ask("received").await;
    let requests = received["requests"].as_array().expect("a list").clone();
    let word = |request: &Value, name: &str| request[name].as_str().unwrap_or_default().to_owned();
    requests
        .iter()
        .map(|request| format!("{} {}", word(request, "method"), word(request, "path")))
        .collect()
}

#[tokio::test]
async fn a_guest_is_invited_resent_blocked_unblocked_revoked_and_restored() {
    let served = small();
    let desk = Desk::synced(&served);
    let mail = "new.guest@fabrikam.com";

    let invited = desk.ask(&["invite", mail, "--name", "New Guest"]);
    assert_eq!(
        (&invited["existed"], &invited["mailRequested"]),
        (&json!(false), &json!(true))
    );
    let id = invited["guestId"].as_str().expect("an id").to_owned();
    assert_eq!(desk.ask(&["resend", mail])["result"], "done");
    assert_eq!(desk.ask(&["block", &id])["undo"], "unblockSignIn");
    assert_eq!(desk.ask(&["guest", mail])["guest"]["accountEnabled"], false);
    assert_eq!(desk.ask(&["unblock", mail])["result"], "done");
    assert_eq!(desk.ask(&["revoke", mail])["result"], "done");
    assert_eq!(
        desk.ask(&["guests", "--deleted", "--search", mail])["matching"],
        1
    );
    assert_eq!(desk.ask(&["restore", &id])["result"], "done");
    assert_eq!(
        desk.ask(&["guests", "--deleted", "--search", mail])["matching"],
        0
    );

    let user = format!("/v1.0/users/{id}");
    let expected = [
        "POST /v1.0/invitations".to_owned(),
        "POST /v1.0/invitations".to_owned(),
        format!("PATCH {user}"),
        format!("PATCH {user}"),
        format!("DELETE {user}"),
        format!("POST /v1.0/directory/deletedItems/{id}/restore"),
    ];
    assert_eq!(received(&served).await, expected);
    let inbox = served.ask(&format!("inbox/{mail}")).await;
    assert_eq!(inbox["mails"].as_array().map(Vec::len), Some(2), "{inbox}");
}

#[tokio::test]
async fn what_would_be_refused_is_not_sent() {
    let served = small();
    let desk = Desk::synced(&served);
    for (mail, word) in [
        ("x+y@fabrikam.com", "plus sign"),
        ("somebody@contoso.com", "verified domain"),
        ("x", "no @"),
    ] {
        let output = desk.run(&["invite", mail]);
        assert_eq!(output.status.code(), Some(2), "{mail}");
        assert!(
            text(&output.stderr).contains(word),
            "{mail}: {}",
            text(&output.stderr)
        );
    }
    // Many times: the end of the program and of its archive must not meet.
    for _ in 0..20 {
        assert_eq!(
            desk.run(&["resend", "nobody@nowhere.example"]).status.code(),
            Some(1)
        );
    }
    assert_eq!(received(&served).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let served = small();
    let desk = Desk::synced(&served);
    let guests = desk.ask(&["guests", "--state", "pendingAcceptance", "--limit", "1"]);
    let mail = guests["items"][0]["mail"]
        .as_str()
        .expect("a pending guest")
        .to_owned();
    let plan = desk.ask(&["revoke", &mail, "--dry-run"]);
    assert!(
        plan["effect"]
            .as_str()
            .is_some_and(|effect| effect.contains("deletes 1 guest")),
        "{plan}"
    );
    assert_eq!(received(&served).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_never_sent_twice() {
    let served = small();
    let desk = Desk::synced(&served);
    let cut = json!({ "kind": "lostAnswer", "pathPrefix": "/graph/v1.0/invitations", "count": 1 });
    served.tell("faults", &json!([cut])).await;
    let invited = desk.run(&["invite", "lost.answer@fabrikam.com", "--json"]);
    assert!(invited.status.success(), "{}", text(&invited.stderr));
    assert_eq!(received(&served).await, ["POST /v1.0/invitations"]);
    assert_eq!(
        desk.ask(&["guests", "--search", "lost.answer@fabrikam.com"])["matching"],
        1
    );
}

#[tokio::test]
async fn without_network_everything_read_is_still_there() {
    let served = small();
    let desk = Desk::synced(&served);
    let before = desk.ask(&["guests", "--all"]);
    drop(served);
    let after = desk.run_offline(&["guests", "--all", "--json"]);
    assert_eq!(
        serde_json::from_slice::<Value>(&after.stdout).expect("JSON"),
        before
    );
    let change = desk.run_offline(&["block", before["items"][0]["id"].as_str().expect("an id")]);
    assert_eq!(change.status.code(), Some(1));
    assert!(
        text(&change.stderr).contains("Sign in to this tenant"),
        "{}",
        text(&change.stderr)
    );
}

#[test]
fn the_ready_line_says_what_a_client_needs() {
    let served = Served::start(&["--guests", "0"]);
    let ready = served.ready();
    for name in ["url", "graph", "login", "tenantId", "clientId", "inbox"] {
        assert!(
            ready[name].as_str().is_some_and(|text| !text.is_empty()),
            "{name}"
        );
    }
    assert!(ready["appOnly"]["clientId"].is_string() && ready["appOnly"]["clientSecret"].is_string());
    assert_eq!(ready["tls"], Value::Null);
}

#[test]
fn an_occupied_port_is_a_clear_error() {
    let served = Served::start(&["--guests", "0"]);
    let taken = served.url().trim_start_matches("http://");
    let second = Command::new(env!("CARGO_BIN_EXE_usherctl"))
        .args(["sandbox", "serve", "--guests", "0", "--listen", taken])
        .output()
        .expect("usherctl runs");
    assert_eq!(second.status.code(), Some(1));
    assert!(
        text(&second.stderr).contains("cannot listen"),
        "{}",
        text(&second.stderr)
    );
    assert!(second.stdout.is_empty());
}
