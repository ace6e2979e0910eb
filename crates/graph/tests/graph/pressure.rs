//! Throttling, outages, broken answers.

use std::{io::Write as _, time::Duration};

use chrono::TimeDelta;
use flate2::{Compression, write::GzEncoder};
use rstest::rstest;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_util::sync::CancellationToken;
use usher_clock::Clock as _;
use usher_graph::{Connection, GraphError, Unexpected, UserId};
use usher_identity::Transport;
use wiremock::ResponseTemplate;

use crate::stage::{
    CountingCredential, GUEST, START, Stage, client_for, error_answer, json_answer, raw_answer, user,
};

fn guest() -> UserId {
    UserId::parse(GUEST).unwrap()
}

fn throttled(retry_after: Option<&str>) -> ResponseTemplate {
    let answer = json_answer(
        429,
        &json!({"error": {"code": "TooManyRequests", "innerError": {"code": "429"}}}),
    );
    match retry_after {
        Some(value) => answer.insert_header("retry-after", value),
        None => answer,
    }
}

#[rstest]
#[case::seconds(Some("12"), TimeDelta::seconds(12))]
#[case::decimal(Some("2.128"), TimeDelta::milliseconds(2128))]
#[case::date_of_graphs_clock(Some("Mon, 23 Nov 2026 08:00:40 GMT"), TimeDelta::seconds(40))]
#[tokio::test]
async fn it_waits_as_long_as_graph_asks(#[case] header: Option<&str>, #[case] wait: TimeDelta) {
    let stage = Stage::new().await;
    stage
        .answers(vec![throttled(header), json_answer(200, &user(GUEST, "Adele"))])
        .await;

    stage.client.fetch_user(guest()).await.unwrap();

    assert_eq!(
        stage.clock.now() - START.parse::<chrono::DateTime<chrono::Utc>>().unwrap(),
        wait
    );
    let received = stage.received().await;
    assert_eq!(received.len(), 2);
    let id = |index: usize| {
        received[index].headers["client-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert_ne!(id(0), id(1), "each try has an id of its own");
}

#[tokio::test]
async fn without_a_named_wait_it_backs_off_and_gives_up_in_the_end() {
    let stage = Stage::new().await;
    stage.answers(vec![throttled(None)]).await;
    let connection = stage.client.connection();

    let error = stage.client.fetch_user(guest()).await.unwrap_err();

    let waited = stage.clock.now() - START.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert!(matches!(error, GraphError::Throttled { .. }), "{error:?}");
    assert!(error.retry_at().unwrap() > stage.clock.now());
    assert!(
        waited > TimeDelta::minutes(1) && waited < TimeDelta::minutes(10),
        "{waited}"
    );
    assert!(matches!(*connection.borrow(), Connection::Throttled { .. }));
    assert_eq!(stage.received().await.len(), 9);
}

#[tokio::test]
async fn an_absurd_wait_is_an_error_at_once() {
    let stage = Stage::new().await;
    stage.answers(vec![throttled(Some("86400"))]).await;

    let error = stage.client.fetch_user(guest()).await.unwrap_err();

    assert!(matches!(error, GraphError::Throttled { .. }));
    assert_eq!(stage.received().await.len(), 1);
}

#[tokio::test]
async fn a_short_outage_is_ridden_out_and_a_long_one_is_told() {
    let stage = Stage::new().await;
    stage
        .answers(vec![
            error_answer(503, "UnknownError", ""),
            json_answer(200, &user(GUEST, "Adele")),
        ])
        .await;
    assert!(stage.client.fetch_user(guest()).await.is_ok());

    let stage = Stage::new().await;
    stage.answers(vec![error_answer(504, "UnknownError", "")]).await;
    let error = stage.client.fetch_user(guest()).await.unwrap_err();
    assert!(
        matches!(error, GraphError::Unavailable { status: 504, .. }),
        "{error:?}"
    );
    assert_eq!(error.request_id(), Some("graph-request"));
    assert_eq!(stage.received().await.len(), 3);
}

#[rstest]
#[case::html_200(200, "text/html", "<!DOCTYPE html><p>Log in to the hotel", Unexpected::Html)]
#[case::html_as_json(200, "application/json", "  <html>", Unexpected::Html)]
#[case::html_404(404, "text/html", "<html>not here", Unexpected::Html)]
#[case::plain_text(200, "text/plain", "pong", Unexpected::NotJson)]
#[case::half_a_json(
    200,
    "application/json",
    r#"{"id":"cbb896f9-0000-4000-8000"#,
    Unexpected::Truncated
)]
#[case::nothing(200, "application/json", "", Unexpected::Truncated)]
#[case::another_shape(200, "application/json", r#"{"id":7}"#, Unexpected::WrongShape)]
#[case::no_json(200, "application/json", "{id: 7}", Unexpected::NotJson)]
#[case::redirect(302, "text/plain", "", Unexpected::Status(302))]
#[tokio::test]
async fn an_answer_that_is_none_of_graphs_says_so_with_its_request_id(
    #[case] status: u16,
    #[case] mime: &str,
    #[case] body: &str,
    #[case] expected: Unexpected,
) {
    let stage = Stage::new().await;
    let answer = ResponseTemplate::new(status)
        .set_body_raw(body.to_owned(), mime)
        .insert_header("request-id", "r-1");
    stage.answers(vec![answer]).await;

    let error = stage.client.fetch_user(guest()).await.unwrap_err();

    assert!(
        matches!(&error, GraphError::UnexpectedAnswer { what, .. } if *what == expected),
        "{error:?}"
    );
    assert_eq!(error.request_id(), Some("r-1"));
    let tries = if expected == Unexpected::Truncated { 3 } else { 1 };
    assert_eq!(stage.received().await.len(), tries);
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn compressed(status: u16, mime: &str, body: Vec<u8>) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .set_body_raw(body, mime)
        .insert_header("content-encoding", "gzip")
}

#[tokio::test]
async fn compressed_refusals_and_web_pages_are_read_like_others() {
    let stage = Stage::new().await;
    let refusal = json!({"error": {"code": "Request_ResourceNotFound", "message": "No such user."}});
    let json = compressed(404, "application/json", gzip(&refusal.to_string()));
    stage.answers(vec![json]).await;
    let error = stage.client.fetch_user(guest()).await.unwrap_err();
    assert!(matches!(error, GraphError::NotFound { .. }), "{error:?}");

    let stage = Stage::new().await;
    let page = compressed(
        200,
        "text/html",
        gzip("<html>Sign in to the hotel's network</html>"),
    );
    stage.answers(vec![page]).await;
    let error = stage.client.fetch_user(guest()).await.unwrap_err();
    assert!(
        matches!(
            error,
            GraphError::UnexpectedAnswer {
                what: Unexpected::Html,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_compressed_answer_is_asked_for_and_one_that_was_damaged_is_asked_for_again() {
    let stage = Stage::new().await;
    let compressed = |body| compressed(200, "application/json", body);
    let whole = gzip(&user(GUEST, "Adele").to_string());
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 0xFF;
    stage
        .answers(vec![
            compressed(damaged),
            compressed(whole[..whole.len() - 3].to_vec()),
            compressed(whole.clone()),
        ])
        .await;

    let found = stage.client.fetch_user(guest()).await.unwrap();

    assert_eq!(found.value.display_name.as_deref(), Some("Adele"));
    let received = stage.received().await;
    assert_eq!(received.len(), 3);
    assert!(
        received
            .iter()
            .all(|request| request.headers["accept-encoding"] == "gzip")
    );
}

/// A server that cuts every connection in the middle of its answer; says how often it was asked.
async fn cutting_server() -> (
    String,
    tokio::task::JoinHandle<()>,
    tokio::sync::watch::Receiver<usize>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (asked, asks) = tokio::sync::watch::channel(0);
    let server = tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 8192];
            assert!(socket.read(&mut request).await.unwrap() > 0);
            asked.send_modify(|count| *count += 1);
            let half = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nrequest-id: cut\r\ncontent-length: 900\r\n\r\n{\"id\":";
            socket.write_all(half).await.unwrap();
        }
    });
    (address, server, asks)
}

#[tokio::test]
async fn a_cut_connection_is_tried_again_when_reading_and_never_when_inviting() {
    let (address, server, asks) = cutting_server().await;
    let (client, ..) = client_for(&address, CountingCredential::default());

    let error = client.fetch_user(guest()).await.unwrap_err();
    assert!(
        matches!(
            &error,
            GraphError::UnexpectedAnswer {
                what: Unexpected::Truncated,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(error.request_id(), Some("cut"));
    assert_eq!(*asks.borrow(), 3);

    let error = client
        .create_invitation(&crate::changes::invitation())
        .await
        .unwrap_err();
    assert!(matches!(error, GraphError::OutcomeUnknown { .. }), "{error:?}");
    assert_eq!(*asks.borrow(), 4, "the invitation was sent once");
    server.abort();
}

#[tokio::test]
async fn nobody_there_is_offline_at_once_and_online_when_there_is() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (client, ..) = client_for(&address, CountingCredential::default());
    let connection = client.connection();
    assert_eq!(*connection.borrow(), Connection::Unknown);

    let error = client.fetch_user(guest()).await.unwrap_err();
    assert!(
        matches!(error, GraphError::Offline(Transport::NotConnected)),
        "{error:?}"
    );
    assert!(matches!(*connection.borrow(), Connection::Offline { .. }));
    let error = client
        .create_invitation(&crate::changes::invitation())
        .await
        .unwrap_err();
    assert!(
        matches!(error, GraphError::Offline(_)),
        "nothing was sent, so nothing is in doubt: {error:?}"
    );

    let stage = Stage::new().await;
    stage.answers(vec![json_answer(200, &user(GUEST, "Adele"))]).await;
    stage.client.fetch_user(guest()).await.unwrap();
    assert!(matches!(
        *stage.client.connection().borrow(),
        Connection::Online { .. }
    ));
}

#[tokio::test]
async fn a_request_is_cancelled_while_it_waits_for_an_answer() {
    let stage = Stage::new().await;
    stage
        .answers(vec![
            json_answer(200, &user(GUEST, "A")).set_delay(Duration::from_hours(1)),
        ])
        .await;
    let cancel = CancellationToken::new();
    let client = stage.client.with_cancel(cancel.clone());
    let asked = async {
        while stage.received().await.is_empty() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };

    let (outcome, ()) = tokio::join!(client.fetch_user(guest()), asked);

    assert!(matches!(outcome, Err(GraphError::Cancelled)));
    let outcome = client.set_account_enabled(guest(), false).await;
    assert!(
        matches!(outcome, Err(GraphError::Cancelled)),
        "a change is not begun after a cancel"
    );
    assert_eq!(stage.received().await.len(), 1);
}

#[tokio::test]
async fn the_servers_clock_is_known_from_any_answer() {
    let stage = Stage::new().await;
    let answer =
        raw_answer(200, &user(GUEST, "A").to_string()).insert_header("date", "Mon, 30 Nov 2026 08:00:00 GMT");
    stage.answers(vec![answer]).await;
    assert_eq!(stage.client.clock_skew_seconds(), None);

    stage.client.fetch_user(guest()).await.unwrap();

    assert_eq!(stage.client.clock_skew_seconds(), Some(7 * 86_400));
}
