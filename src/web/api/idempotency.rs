//! `Idempotency-Key`: a call that makes something may be sent again and makes it once. The same key with the same body by
//! the same caller gives the same answer for a day, a secret that is shown once included. What is kept of the answer is
//! sealed under what the presented key and the key ring give together, so neither the database nor a backup of it tells.
//!
//! A call that was cut off, by a node that died, is not made a second time under its key: nobody knows how far it came.
//! The price is that its caller has to look, and to take a new key.

use super::answer::{Made, Refusal};
use super::caller::Caller;
use crate::app::App;
use crate::fault::Fault;
use crate::random::Secret;
use crate::seal::{hex, open_under, seal_under, sha256};
use crate::store::answers::{self, Claim, Handle};
use poem_openapi::payload::Json;
use poem_openapi::types::{ParseFromJSON, ToJSON};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Seconds for which an answer is given again.
const LIFE: i64 = 24 * 3600;
/// How often somebody who waits for another's answer looks for it, and at most how many times.
const LOOK: (Duration, u32) = (Duration::from_millis(100), 100);
/// Characters of a key: enough that nobody hits another one by chance.
const LENGTH: std::ops::RangeInclusive<usize> = 16..=255;
const PURPOSE: &str = "idempotency";

/// A call that makes something.
pub(super) struct Call {
    /// The key, if one was presented.
    pub(super) key: Option<String>,
    /// Method and path.
    pub(super) name: &'static str,
    /// What was said.
    pub(super) body: Option<Value>,
}

/// Makes the thing, once for each key. Once begun it is finished, whether or not the caller still listens.
pub(super) async fn once<T, F>(caller: &Caller, call: Call, make: F) -> Result<Made<T>, Refusal>
where
    T: ParseFromJSON + ToJSON + Send + Sync + 'static,
    F: Future<Output = Result<Made<T>, Refusal>> + Send + 'static,
{
    let Some(key) = call.key else { return make.await };
    if !LENGTH.contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::bad_request("Idempotency-Key must have 16 to 255 visible characters"));
    }
    let app = Arc::clone(&caller.app);
    let who = caller.origin.actor.to_string();
    let parts = [who.as_bytes(), call.name.as_bytes(), key.as_bytes()];
    let secret = Secret::presented(&hex(&app.ground.ring.mac("idempotency seal", &parts)));
    let handle = Handle {
        handle: app.ground.ring.mac(PURPOSE, &parts).to_vec(),
        body_hash: sha256(call.body.unwrap_or_default().to_string().as_bytes()).to_vec(),
        mark: app.ground.random.bytes::<16>().to_vec(),
    };
    match claimed(&app, &handle).await? {
        Claim::Mine => {}
        Claim::Answered(sealed) => return again(&secret, &sealed),
        Claim::OtherBody => return Err(Refusal::other_body()),
        Claim::UnderWay => return Err(Refusal::under_way()),
    }
    let finished = tokio::spawn(async move {
        let made = make.await;
        // What was made is told all the same; its key then stands for a call that was cut off.
        if let Err(fault) = settle(&app, &handle, &secret, &made).await {
            tracing::error!(%fault, "an answer cannot be kept");
        }
        made
    });
    finished.await.map_err(|error| Refusal::from(Fault::internal(error)))?
}

/// Claims a call, after waiting for whoever is at it.
async fn claimed(app: &App, handle: &Handle) -> Result<Claim, Refusal> {
    let (pause, times) = LOOK;
    for _ in 0..times {
        let now = app.ground.clock.now();
        let known = match answers::look(app.ground.db.read(), handle, now).await? {
            Some(known) => known,
            None => {
                let it = handle.clone();
                let write = app.ground.db.write(move |tx| {
                    let it = it.clone();
                    Box::pin(async move { answers::claim(tx, &it, now, now.plus(LIFE)).await })
                });
                write.await?
            }
        };
        if known != Claim::UnderWay {
            return Ok(known);
        }
        tokio::time::sleep(pause).await;
    }
    Ok(Claim::UnderWay)
}

/// Keeps what was made; a refusal is not kept, so that a mistake can be mended under the same key.
async fn settle<T: ParseFromJSON + ToJSON + Send>(
    app: &App,
    handle: &Handle,
    secret: &Secret,
    made: &Result<Made<T>, Refusal>,
) -> Result<(), Fault> {
    let until = app.ground.clock.now().plus(LIFE);
    let sealed = made.as_ref().ok().map(|Made::Created(Json(body), tag, place)| {
        let kept = json!([body.to_json(), tag, place]).to_string();
        seal_under(secret, PURPOSE, kept.as_bytes(), &app.ground.random)
    });
    let it = handle.clone();
    let write = app.ground.db.write(move |tx| {
        Box::pin(async move {
            match sealed {
                Some(sealed) => answers::keep(tx, &it, sealed, until).await,
                None => answers::give_back(tx, &it).await,
            }
        })
    });
    write.await
}

/// The answer of before.
fn again<T: ParseFromJSON + ToJSON + Send>(secret: &Secret, sealed: &[u8]) -> Result<Made<T>, Refusal> {
    let unreadable = || Refusal::from(Fault::internal("a kept answer cannot be read"));
    let kept = open_under(secret, PURPOSE, sealed).ok_or_else(unreadable)?;
    let (body, tag, place): (Value, String, String) =
        serde_json::from_slice(&kept).map_err(|_| unreadable())?;
    let body = T::parse_from_json(Some(body)).map_err(|_| unreadable())?;
    Ok(Made::Created(Json(body), tag, place))
}
