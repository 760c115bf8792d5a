//! Second factors, one file a kind.

pub mod phone;
pub mod sms;
mod sms_store;
