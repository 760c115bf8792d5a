//! What the feature tests stand on: the whole app on a hand-moved clock, browsers, a relying party.

mod app;
mod browser;
mod page;
mod program;
mod relying_party;
pub(crate) mod signed_in;
pub(crate) mod stores;
pub(crate) mod template;
mod tokens;
mod until;

pub(crate) use app::{PASSWORD, PHONE, Person, TestApp, permit, place};
pub(crate) use browser::Browser;
pub(crate) use page::{Form, Page};
pub(crate) use program::{Process, free_port};
pub(crate) use relying_party::{RelyingParty, parameters};
pub(crate) use tokens::{APP_CALLBACK, Answer};
pub(crate) use until::until;
