//! Refusals in the trail: nobody fills it, or keeps the writer busy, by asking again and again.

use super::{NotRegistered, Registrant};
use crate::audit::{self, Entry};
use crate::clients::{Clients, is_plausible};
use crate::fault::Fault;
use crate::store::rates::{self, Limit};

/// Refusals that one network writes into the trail.
const NETWORK: Limit = Limit { times: 20, seconds: 3600 };
/// Refusals that all of them write together: IPv6 gives one party as many networks as it likes.
const ALL: Limit = Limit { times: 500, seconds: 3600 };

impl Clients {
    /// Writes a refusal into the trail, as long as its network and all networks together have not written too many.
    /// From then on a refused try costs two reads at most and no write.
    pub(super) async fn refuse<T>(
        &self,
        who: Registrant<'_>,
        (act, target): (&'static str, &str),
        refusal: NotRegistered,
    ) -> Result<Result<T, NotRegistered>, Fault> {
        let why = match &refusal {
            NotRegistered::Token => "the token is not good",
            NotRegistered::Metadata(_) => "the metadata are not sound",
            NotRegistered::TooOften(_) => "it changes itself too often",
        };
        let (now, origin) = (self.ground.clock.now(), who.origin.clone());
        let network = format!("registration refused {}", origin.network());
        let limits = [(network, NETWORK), ("registration refused".to_owned(), ALL)];
        for (subject, limit) in &limits {
            if rates::reached(self.ground.db.read(), subject, *limit, now).await?.is_some() {
                return Ok(Err(refusal));
            }
        }
        let target: String = if is_plausible(target) { target.to_owned() } else { String::new() };
        let entry = Entry::refused(act, target, why);
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for (subject, limit) in &limits {
                        if rates::limit(tx, subject, *limit, now).await?.is_some() {
                            return Ok(());
                        }
                    }
                    audit::append(tx, now, &origin, entry).await
                })
            })
            .await?;
        Ok(Err(refusal))
    }
}
