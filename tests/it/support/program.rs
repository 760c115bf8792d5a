//! The shipped program as a process of its own.

use reqwest::{Client, StatusCode};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running program; it ends with the test, whatever happens.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    /// Starts Wardgate as an operator does, and waits until it answers at its address.
    pub(crate) async fn serve(settings: &Path, address: &str, http: &Client) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardgate"));
        let command = command.args(["serve", "--config"]).arg(settings).env_clear().stderr(Stdio::null());
        let program = Self(command.spawn().unwrap());
        for _ in 0..1000 {
            let health = http.get(format!("{address}/health")).send().await;
            if health.is_ok_and(|health| health.status() == StatusCode::OK) {
                return program;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the program does not start");
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port at which nobody listens.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
