//! An application's address for logout tokens: a real HTTP server on loopback that writes down what comes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What came in one request.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// Request line and headers.
    pub(super) head: String,
    pub(super) body: String,
}

impl Received {
    /// The token of the form.
    pub(super) fn token(&self) -> &str {
        self.body.strip_prefix("logout_token=").unwrap_or_else(|| panic!("no token in {self:?}"))
    }
}

/// The server.
#[derive(Clone)]
pub(super) struct Receiver {
    pub(super) uri: String,
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
}

/// An answer that never comes.
pub(super) const SILENCE: &str = "";

impl Receiver {
    /// One that answers 200, after what it is told to answer first.
    pub(super) async fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri =
            format!("http://127.0.0.1:{}/logged-out?from=wardgate", listener.local_addr().unwrap().port());
        let answers = Arc::new(Mutex::new(answers.iter().copied().collect()));
        let this = Self { uri, received: Arc::default(), answers };
        let serving = this.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        this
    }

    /// What came so far.
    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let received = loop {
            let text = String::from_utf8(bytes.clone()).unwrap();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.to_ascii_lowercase();
                let length = length.split("content-length: ").nth(1).unwrap();
                let length: usize = length.lines().next().unwrap().parse().unwrap();
                if body.len() == length {
                    break Received { head: head.to_owned(), body: body.to_owned() };
                }
            }
            if stream.read_buf(&mut bytes).await.unwrap() == 0 {
                return;
            }
        };
        self.received.lock().unwrap().push(received);
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or("200 OK");
        if answer == SILENCE {
            let _ = stream.read_buf(&mut bytes).await;
            return;
        }
        let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}
