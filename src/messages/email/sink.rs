//! A small mail server for tests: it speaks enough SMTP, keeps what it is given, and refuses on demand.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the sink heard, and what it says out of turn.
#[derive(Default)]
pub(super) struct Sink {
    /// Each command line.
    pub(super) commands: Mutex<Vec<String>>,
    /// Messages as they came over the wire, dots still stuffed.
    pub(super) messages: Mutex<Vec<String>>,
    /// How many connections there were.
    pub(super) connections: AtomicUsize,
    /// Instead of the usual answer to a command that starts so; an empty answer means silence, "close" hangs up.
    pub(super) instead: Mutex<Vec<(&'static str, &'static str)>>,
}

impl Sink {
    /// Starts one and tells its port.
    pub(super) async fn start(instead: &[(&'static str, &'static str)]) -> (Arc<Self>, u16) {
        let sink = Arc::new(Self { instead: Mutex::new(instead.to_vec()), ..Self::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(shared.clone().talk(stream));
            }
        });
        (sink, port)
    }

    /// Whether a command that starts so was heard.
    pub(super) fn heard(&self, start: &str) -> bool {
        self.commands.lock().unwrap().iter().any(|line| line.starts_with(start))
    }

    async fn talk(self: Arc<Self>, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let _ = write.write_all(b"220 sink ESMTP\r\n").await;
        while let Ok(Some(line)) = lines.next_line().await {
            let usual = match line.split(' ').next().unwrap_or_default() {
                "EHLO" => "250-sink\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
                "DATA" => "354 go on",
                "AUTH" => "235 2.7.0 welcome",
                "QUIT" => "221 bye",
                _ => "250 2.0.0 ok",
            };
            self.commands.lock().unwrap().push(line.clone());
            let Some(said) = self.answer(&mut write, &line, usual).await else { return };
            if said.starts_with("354") {
                let mut message = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    message.push_str(&line);
                    message.push_str("\r\n");
                }
                self.messages.lock().unwrap().push(message);
                if self.answer(&mut write, ".", "250 2.0.0 queued as 7E51").await.is_none() {
                    return;
                }
            }
        }
    }

    /// Gives an answer and tells which; none means that the connection is to be closed.
    async fn answer(
        &self,
        write: &mut (impl AsyncWriteExt + Unpin),
        command: &str,
        usual: &'static str,
    ) -> Option<&'static str> {
        let instead =
            self.instead.lock().unwrap().iter().find(|(start, _)| command.starts_with(start)).copied();
        match instead.map_or(usual, |(_, answer)| answer) {
            "" => std::future::pending().await,
            "close" => None,
            answer => write.write_all(format!("{answer}\r\n").as_bytes()).await.ok().map(|()| answer),
        }
    }
}
