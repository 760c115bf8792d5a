//! Second factors, one file a kind.

pub mod phone;
pub mod sms;
mod sms_letters;
mod sms_outcomes;
mod sms_store;

pub use sms_letters::{deliver_code, deliver_phone_added};
