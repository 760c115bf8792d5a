//! A small gateway for tests: it keeps the requests it gets and answers what it is told, or not at all.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A request as it came.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) head: String,
    pub(super) body: String,
}

impl Request {
    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let matching =
            |line: &'_ &str| line.split(':').next().is_some_and(|have| have.eq_ignore_ascii_case(name));
        self.head.lines().find(matching)?.split_once(": ").map(|(_, value)| value)
    }
}

/// The gateway.
pub(super) struct Gateway {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Gateway {
    /// One that answers each request with `status` and `body`.
    pub(super) async fn answering(status: u16, body: &str) -> Self {
        let head = format!("HTTP/1.1 {status} x\r\nLocation: /elsewhere\r\nContent-Length: {}", body.len());
        Self::start(Some(format!("{head}\r\nConnection: close\r\n\r\n{body}"))).await
    }

    /// One that never answers.
    pub(super) async fn silent() -> Self {
        Self::start(None).await
    }

    async fn start(answer: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let kept = requests.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                match &answer {
                    Some(answer) => drop(stream.write_all(answer.as_bytes()).await),
                    None => std::future::pending().await,
                }
            }
        });
        Self { url, requests }
    }

    /// The one request that came.
    pub(super) fn request(&self) -> Request {
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), 1, "one request was expected");
        requests[0].clone()
    }

    /// How many came.
    pub(super) fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

async fn read(stream: &mut TcpStream) -> Request {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let request = Request { head: head.into(), body: body.into() };
            let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
            if request.body.len() >= length {
                return request;
            }
        }
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the request was cut short");
    }
}
