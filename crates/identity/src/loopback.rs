//! The loopback redirect: a listener on this computer that the browser comes back to ("Redirect URI (reply
//! URL) restrictions and limitations", localhost exceptions).

use std::{collections::HashMap, io, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
};
use url::Url;

use crate::{AuthorityRefusal, SignInError, oauth::EntraError};

/// The longest request line and headers that are read.
const LONGEST_HEAD: usize = 32 * 1024;
/// How long one connection may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often another free port is tried when the same port is taken on IPv6.
const PORT_TRIES: usize = 8;

/// An open redirect address.
#[derive(Debug)]
pub(crate) struct Loopback {
    listeners: Vec<TcpListener>,
    port: u16,
}

/// What the browser brought back.
struct Answer {
    state: Option<String>,
    outcome: Result<String, AuthorityRefusal>,
}

impl Loopback {
    /// Opens `port`, or any free port. `localhost` may mean IPv4 or IPv6: both are listened on where both
    /// exist.
    pub(crate) async fn open(port: Option<u16>) -> Result<Self, SignInError> {
        let occupied = |error: io::Error, port| match error.kind() {
            io::ErrorKind::AddrInUse => SignInError::PortOccupied { port },
            _ => SignInError::NoLoopback(error),
        };
        if let Some(port) = port {
            let v4 = TcpListener::bind(("127.0.0.1", port))
                .await
                .map_err(|error| occupied(error, port))?;
            return match TcpListener::bind(("::1", port)).await {
                Ok(v6) => Ok(Self {
                    listeners: vec![v4, v6],
                    port,
                }),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(occupied(error, port)),
                Err(_) => Ok(Self {
                    listeners: vec![v4],
                    port,
                }),
            };
        }

        for _ in 0..PORT_TRIES {
            let v4 = TcpListener::bind(("127.0.0.1", 0))
                .await
                .map_err(SignInError::NoLoopback)?;
            let port = v4.local_addr().map_err(SignInError::NoLoopback)?.port();
            match TcpListener::bind(("::1", port)).await {
                Ok(v6) => {
                    return Ok(Self {
                        listeners: vec![v4, v6],
                        port,
                    });
                }
                // Another program would get the browser on IPv6.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                Err(_) => {
                    return Ok(Self {
                        listeners: vec![v4],
                        port,
                    });
                }
            }
        }
        Err(SignInError::NoLoopback(io::ErrorKind::AddrInUse.into()))
    }

    /// The redirect address: without a path, as it is registered.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Waits for the browser; returns the authorization code. An answer with another `state` ends the
    /// sign-in.
    pub(crate) async fn receive(self, state: &str) -> Result<String, SignInError> {
        let (answers, mut received) = mpsc::channel(1);
        let mut work = JoinSet::new();
        for listener in self.listeners {
            work.spawn(accept(listener, state.to_owned(), answers.clone()));
        }
        drop(answers);

        let Answer {
            state: returned,
            outcome,
        } = received.recv().await.ok_or(SignInError::UnexpectedAnswer)?;
        if returned.as_deref() != Some(state) {
            return Err(SignInError::StateMismatch);
        }
        Ok(outcome?)
    }
}

/// Serves every connection on its own: browsers open some ahead of need and leave them silent.
async fn accept(listener: TcpListener, state: String, answers: mpsc::Sender<Answer>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((socket, _)) = accepted else { return };
                let (state, answers) = (state.clone(), answers.clone());
                connections.spawn(async move {
                    let served = tokio::time::timeout(PATIENCE, serve(socket, &state)).await;
                    if let Ok(Ok(Some(answer))) = served {
                        answers.send(answer).await.ok();
                    }
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(mut socket: TcpStream, state: &str) -> io::Result<Option<Answer>> {
    let head = read_head(&mut socket).await?;
    let answer = read_answer(&head);
    let (status, title, text) = match &answer {
        None => (
            "404 Not Found",
            "Nothing here",
            "This address only receives the end of a sign-in.",
        ),
        Some(answer) if answer.state.as_deref() != Some(state) => (
            "400 Bad Request",
            "Not signed in",
            "This page belongs to another sign-in. Go back to Usher and sign in again.",
        ),
        Some(Answer { outcome: Ok(_), .. }) => (
            "200 OK",
            "Signed in",
            "You are signed in to Usher. You can close this page.",
        ),
        Some(_) => (
            "200 OK",
            "Not signed in",
            "Usher shows what happened. You can close this page.",
        ),
    };
    socket.write_all(page(status, title, text).as_bytes()).await?;
    socket.shutdown().await.ok();

    Ok(answer)
}

async fn read_head(socket: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = socket.read(&mut chunk).await?;
        if read == 0 || head.len() + read > LONGEST_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.extend_from_slice(&chunk[..read]);
    }

    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// Reads the answer from the request line; `None` for a favicon and whatever else a browser asks for.
fn read_answer(head: &str) -> Option<Answer> {
    let path = head.strip_prefix("GET ")?.split(' ').next()?;
    let url = Url::parse("http://localhost").ok()?.join(path).ok()?;
    if url.path() != "/" {
        return None;
    }
    let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
    let outcome = match (query.get("error"), query.get("code")) {
        (Some(error), _) => {
            Err(EntraError::from_redirect(error, query.get("error_description").map(String::as_str)).into())
        }
        (None, Some(code)) => Ok(code.clone()),
        (None, None) => return None,
    };

    Some(Answer {
        state: query.get("state").cloned(),
        outcome,
    })
}

fn page(status: &str, title: &str, text: &str) -> String {
    let body = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>body{{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:32em;padding:0 1em}}\
         @media(prefers-color-scheme:dark){{body{{background:#1b1a19;color:#f3f2f1}}}}</style></head>\
         <body><main><h1>{title}</h1><p>{text}</p></main></body></html>\n"
    );

    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\n\
         content-security-policy: default-src 'none'; style-src 'unsafe-inline'\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(port: u16, path: &str) -> String {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        socket
            .write_all(format!("GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n").as_bytes())
            .await
            .unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn the_code_is_received_after_favicons_and_silent_connections() {
        let loopback = Loopback::open(None).await.unwrap();
        let port = loopback.port;
        let silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let browser = async {
            assert!(get(port, "/favicon.ico").await.starts_with("HTTP/1.1 404"));
            assert!(get(port, "/").await.starts_with("HTTP/1.1 404"));
            get(port, "/?code=c0%2Bde&state=right").await
        };

        let (code, page) = tokio::join!(loopback.receive("right"), browser);

        assert_eq!(code.unwrap(), "c0+de");
        assert!(
            page.starts_with("HTTP/1.1 200") && page.contains("close this page"),
            "{page}"
        );
        drop(silent);
    }

    #[tokio::test]
    async fn another_state_ends_the_sign_in() {
        for query in ["/?code=c&state=wrong", "/?code=c"] {
            let loopback = Loopback::open(None).await.unwrap();
            let port = loopback.port;

            let (code, page) = tokio::join!(loopback.receive("right"), get(port, query));

            assert!(matches!(code, Err(SignInError::StateMismatch)), "{code:?}");
            assert!(page.starts_with("HTTP/1.1 400"), "{page}");
        }
    }

    #[tokio::test]
    async fn a_refusal_comes_back_with_its_number_and_no_markup() {
        let loopback = Loopback::open(None).await.unwrap();
        let port = loopback.port;
        let query = "/?error=access_denied&error_description=AADSTS65004%3A+%3Cscript%3E&state=right";

        let (code, page) = tokio::join!(loopback.receive("right"), get(port, query));

        let error = code.unwrap_err();
        assert!(matches!(error, SignInError::Declined(_)), "{error:?}");
        assert_eq!(error.aadsts(), Some(65004));
        assert!(
            !page.contains("script"),
            "what the query says is not put on the page"
        );
    }

    #[tokio::test]
    async fn an_occupied_port_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port();

        let error = Loopback::open(Some(port)).await.unwrap_err();

        assert!(
            matches!(error, SignInError::PortOccupied { port: p } if p == port),
            "{error:?}"
        );
    }

    #[tokio::test]
    async fn an_endless_head_is_not_read_for_ever() {
        let loopback = Loopback::open(None).await.unwrap();
        let port = loopback.port;
        let hostile = async {
            let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let line = format!("GET /{} ", "a".repeat(2 * LONGEST_HEAD));
            socket.write_all(line.as_bytes()).await.ok();
            let mut answer = Vec::new();
            socket.read_to_end(&mut answer).await.ok();
            assert!(answer.is_empty(), "the connection was closed without an answer");
            get(port, "/?code=c&state=right").await
        };

        let (code, _) = tokio::join!(loopback.receive("right"), hostile);

        assert_eq!(code.unwrap(), "c");
    }
}
