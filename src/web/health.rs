//! `GET /health`: whether the database answers. Whoever holds the key ring is told also how the request came in: so
//! `wardgate doctor` learns whether the proxy tells addresses rightly.

use super::{answer, visit};
use crate::app::App;
use crate::clock::Timestamp;
use crate::seal::{KeyRing, hex, same};
use poem::http::StatusCode;
use poem::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// The header with the proof.
pub const PROOF: &str = "wardgate-doctor";

/// Seconds for which a proof is good: clocks may differ, and who sees one learns no more by it than how own requests
/// come in.
const LIFE: i64 = 120;

/// How a request came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Who connected: the proxy where there is one.
    pub peer: String,
    /// `X-Forwarded-For` as it came.
    pub forwarded: String,
    /// Whom the request is counted for.
    pub address: String,
    /// The node's clock, in seconds since 1970.
    pub now: i64,
}

/// Proves that whoever asks holds the ring.
#[must_use]
pub fn proof(ring: &KeyRing, now: Timestamp) -> String {
    let seconds = now.0.to_string();
    format!("{seconds}.{}", hex(&ring.mac("doctor", &[seconds.as_bytes()])))
}

fn is_good(ring: &KeyRing, given: &str, now: Timestamp) -> bool {
    let at = given.split_once('.').and_then(|(seconds, _)| seconds.parse().ok()).map(Timestamp);
    at.is_some_and(|at| now.since(at).abs() <= LIFE && same(proof(ring, at).as_bytes(), given.as_bytes()))
}

pub(super) async fn health(app: Arc<App>, request: Request) -> Response {
    if app.ground.db.ping().await.is_err() {
        return answer::json(StatusCode::SERVICE_UNAVAILABLE, &json!({ "status": "database" }));
    }
    let given = request.header(PROOF).unwrap_or_default();
    if !is_good(&app.ground.ring, given, app.ground.clock.now()) {
        return answer::json(StatusCode::OK, &json!({ "status": "ok" }));
    }
    answer::json(StatusCode::OK, &json!({ "status": "ok", "seen": seen(&app, &request) }))
}

fn seen(app: &App, request: &Request) -> Seen {
    let peer = request.remote_addr().as_socket_addr().map(|peer| peer.ip().to_canonical().to_string());
    Seen {
        peer: peer.unwrap_or_default(),
        forwarded: visit::joined(request.headers(), "x-forwarded-for"),
        address: visit::origin(app, request, None).address,
        now: app.ground.clock.now().0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn only_who_holds_the_ring_proves_it_and_not_for_long() {
        let ring = || KeyRing::parse(&KeyRing::generate(&Random::System)).unwrap();
        let (own, other, now) = (ring(), ring(), Timestamp(1_800_000_000));
        let given = proof(&own, now);
        let forged = given.replacen("1800000000", "1800000100", 1);
        let table = [
            (given.as_str(), 0, true),
            (&given, LIFE, true),
            (&given, -LIFE, true),
            (&given, LIFE + 1, false),
            (&given, -LIFE - 1, false),
            (&proof(&other, now), 0, false),
            (&forged, 100, false),
            ("", 0, false),
            ("1800000000.", 0, false),
        ];
        for (given, later, expected) in table {
            assert_eq!(is_good(&own, given, now.plus(later)), expected, "{given} after {later}");
        }
    }
}
