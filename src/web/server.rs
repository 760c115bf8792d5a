//! The accept loop: our own, because poem's has no header timeout, no first-byte timeout, no cap on
//! connections and no `TCP_NODELAY`.

use crate::app::App;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Request, Response};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

const FIRST_BYTE: Duration = Duration::from_secs(5);
const HEADERS: Duration = Duration::from_secs(5);
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What the loop needs to know.
pub struct Server {
    /// Connections at a time.
    pub max_connections: usize,
    /// How long requests under way may take at shutdown.
    pub grace: Duration,
}

/// Serves the routes of an app until told to stop; then requests under way finish.
///
/// # Errors
/// When the listener has no address.
pub async fn serve(
    listener: TcpListener,
    app: &Arc<App>,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let server = Server {
        max_connections: app.config.server.max_connections,
        grace: Duration::from_secs(app.config.server.request_seconds),
    };
    app.keys.begin();
    server.run(listener, super::routes(app), stop).await
}

impl Server {
    /// Serves an endpoint until told to stop.
    ///
    /// # Errors
    /// When the listener has no address.
    pub async fn run(
        &self,
        listener: TcpListener,
        endpoint: impl Endpoint<Output = Response> + 'static,
        mut stop: watch::Receiver<bool>,
    ) -> std::io::Result<()> {
        let local = LocalAddr(listener.local_addr()?.into());
        let (endpoint, graceful) = (Arc::new(endpoint), GracefulShutdown::new());
        let places = Arc::new(Semaphore::new(self.max_connections));
        while !*stop.borrow() {
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place,
                _ = stop.changed() => continue,
            };
            let Ok(place) = place else { break };
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = stop.changed() => continue,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let remote = RemoteAddr(peer.into());
            let (endpoint, local, watcher) = (Arc::clone(&endpoint), local.clone(), graceful.watcher());
            tokio::spawn(async move {
                connection(stream, endpoint, (local, remote), watcher).await;
                drop(place);
            });
        }
        drop(listener);
        if tokio::time::timeout(self.grace, graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests did not finish in time");
        }
        Ok(())
    }
}

async fn connection<E: Endpoint<Output = Response> + 'static>(
    stream: TcpStream,
    endpoint: Arc<E>,
    (local, remote): (LocalAddr, RemoteAddr),
    watcher: hyper_util::server::graceful::Watcher,
) {
    let _ = stream.set_nodelay(true);
    // The builder waits for the first bytes to tell HTTP/1 from HTTP/2, without a timer of its own.
    if !matches!(tokio::time::timeout(FIRST_BYTE, stream.readable()).await, Ok(Ok(()))) {
        return;
    }
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let (endpoint, local, remote) = (Arc::clone(&endpoint), local.clone(), remote.clone());
        async move {
            let request = Request::from((request, local, remote, poem::http::uri::Scheme::HTTP));
            Ok::<_, Infallible>(hyper::Response::from(endpoint.get_response(request).await))
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(64 * 1024);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(128).max_header_list_size(64 * 1024);
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error = %error, "a connection ended early");
    }
}
