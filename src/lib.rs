//! Wardgate: a standalone, invite-only OpenID Connect provider for clinical apps.
//!
//! # The map
//!
//! Leaves, open to every module: [`clock`], [`random`], [`ids`] (outside facts and typed ids), [`fault`],
//! [`config`], [`seal`] (the key ring), [`rights`] (who may do what), [`store`] (SQL and short-lived state),
//! [`outbox`], [`audit`], [`fetch`] (the one outgoing HTTP client), [`links`], [`themes`].
//!
//! Domains: [`protocol`] (pure OAuth and OIDC rules), [`keys`], [`clients`], [`organisations`], [`messages`],
//! [`accounts`], [`notices`], [`invitations`], [`login`], [`grants`], [`lifecycle`] (acts over several domains),
//! [`journey`] (the one dispatcher), [`jobs`] (the worker).
//!
//! Around them: [`web`] (everything HTTP: the protocol, pages for people, the console, the API), [`app`] (the composition
//! root), [`cli`], [`demo`].
//!
//! # A sign-up
//!
//! `POST /invite/TOKEN` → `lifecycle::register` judges the fields, hashes, and in one write accepts the
//! invitation, makes account, place, receipt of the terms, proof and letter. `jobs` words and sends the
//! letter. `POST /verify/TOKEN` → `lifecycle::finish_link`. Each handler answers with a redirect to
//! `/continue`, where `journey::next_step` finds the phone, then the code, then the application's disclaimer.
//!
//! # A sign-in
//!
//! `GET /authorize` → `protocol::authorize` checks the request, `journey` parks it as a flow. `POST /sign-in`
//! → `login::check_password`: count, compare, conclude. `POST /sign-in/code` → `login::check_code`, which makes
//! the session in the write that spends the code. `GET /continue` → done → `grants::finish` → a code.
//!
//! # A token
//!
//! `POST /token` → `clients::authenticate` → `protocol::token` → `grants::exchange`, one file a grant: what is to be
//! handed out is made and signed (`issue`), then one write asks the gate, spends the code under its unique hash or
//! the refresh token in its row, and stores it. `/userinfo`, `/introspect` and `/revoke` ask the same gate.
//!
//! # A sign-out
//!
//! `POST /sign-out`, `/logout`, a changed password, a closed account, another sign-in: `login::end_session` or
//! `end_all` queues the event in the write that ends the session. `jobs` hands it to `grants::backchannel`, which
//! makes one call of it for each application that was used in the session and registered an address, and then the
//! calls themselves, apart from messages and application by application, so that neither a code nor another application
//! waits for one that does not answer.
//!
//! # An act of an admin
//!
//! `/admin/…` → `web::admin`: the console's token (got by an ordinary authorization request) goes through
//! `grants::presented`, the same gate; `/api/v1/…` → `web::api`: a token of the API goes the same way. Both ask
//! `rights::decide`, which gives a `Permit`, wants both factors fresh, or says no; the domain's use case takes the permit and
//! makes its change and its audit row in one write.
//!
//! # Where the code departs from the design, and why
//!
//! Text-message codes are rows of SQL and not short-lived state, because their guesses must be counted durably.
//! `Referrer-Policy: no-referrer` makes browsers send `Origin: null` with our own forms, so `null` counts only
//! together with `Sec-Fetch-Site: same-origin`. "I did not make this account" asks for the mailed code, so that
//! no scanner can close an account.
//! Who ends a session queues one event and not a call for each application: `login` need not know what `grants` and
//! `clients` know, and no way to end a session can forget it. The id of a call is made of session and application, so
//! an event that is handled twice makes its calls once.
//! Redis keeps no birth mark. Whatever may be used once has its witness in SQL, in the write that uses it: a code the
//! unique hash in its grant, a text message's code its challenge, a recovery its proof, an assertion its row; rates and
//! counters are rows. So a Redis that was flushed ends sign-ins in progress, and one that went back to an old copy lets
//! none of these be used again. What does come back with such a copy is a flow that was finished (its browser, which has
//! to be signed in, can have another code, as by a new request) and a sign-in in progress that was left: the right
//! password stays proved for the rest of its hour, to the browser that gave it, and still wants the second factor.
//! On PostgreSQL writes run beside each other, so a code's exchange locks the session (and the consent) that it stands on
//! until its commit, and whoever ends one of them in the same moment waits and ends the new grant too. A refresh locks
//! nothing: what it makes belongs to a grant that is there, and ends with it.
//! Access and refresh tokens are rows of one table, so that one statement stores what an answer hands out and one read
//! finds a token of either kind; the price is a few empty columns in each access token.
//! Address and browser stay in the row of the trail, and the chain holds a salted commitment to them: erasing drops both
//! and the salt, as a table beside it would, without a second row for each act.
//! Who may use an application is written by the names of organisations and teams, since a configuration is there before
//! they are.
//! Three leaves name what the tables of the database bring: `clock` and `ids` give the types of `entities` on, `fault`
//! holds the error of `sea_orm`. `tests/it/architecture.rs` checks who names whom.

/// By the name that everybody else has for it: so a file of the tests serves the unit tests too.
#[cfg(test)]
extern crate self as wardgate;

pub mod accounts;
pub mod app;
pub mod audit;
pub mod cli;
pub mod clients;
pub mod clock;
pub mod config;
pub mod demo;
pub mod fault;
pub mod fetch;
pub mod grants;
pub mod ids;
pub mod invitations;
pub mod jobs;
pub mod journey;
pub mod keys;
pub mod lifecycle;
pub mod links;
pub mod login;
pub mod messages;
pub mod notices;
pub mod organisations;
pub mod outbox;
pub mod protocol;
pub mod random;
pub mod rights;
pub mod seal;
pub mod store;
pub mod themes;
pub mod web;
