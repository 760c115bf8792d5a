//! Wardgate's schema: one file per change, append-only. A released file is never edited.

mod columns;
mod m0001_people;
mod m0002_invitations;
mod m0003_sign_in;
mod m0004_applications;
mod m0005_deliveries;
mod m0006_tokens;
mod m0007_assertions;
mod m0008_registration;
mod m0009_key_rotation;
mod m0011_consent;
mod m0012_refusals;
mod m0013_colours;
mod m0014_audit_chain;
mod m0015_audiences;
mod m0016_one_token_table;
mod m0017_search;
mod m0018_kept_answers;
mod m0019_last_used;
mod m0020_directories;
mod m0021_invites;
mod m0022_frozen_invites;
mod m0023_peer_rules;
mod m0024_invite_batches;
mod m0026_notices;

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::MigratorTrait;

/// Every change, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_invitations::Migration),
            Box::new(m0003_sign_in::Migration),
            Box::new(m0004_applications::Migration),
            Box::new(m0005_deliveries::Migration),
            Box::new(m0006_tokens::Migration),
            Box::new(m0007_assertions::Migration),
            Box::new(m0008_registration::Migration),
            Box::new(m0009_key_rotation::Migration),
            Box::new(m0011_consent::Migration),
            Box::new(m0012_refusals::Migration),
            Box::new(m0013_colours::Migration),
            Box::new(m0014_audit_chain::Migration),
            Box::new(m0015_audiences::Migration),
            Box::new(m0016_one_token_table::Migration),
            Box::new(m0017_search::Migration),
            Box::new(m0018_kept_answers::Migration),
            Box::new(m0019_last_used::Migration),
            Box::new(m0020_directories::Migration),
            Box::new(m0021_invites::Migration),
            Box::new(m0024_invite_batches::Migration),
            Box::new(m0022_frozen_invites::Migration),
            Box::new(m0023_peer_rules::Migration),
            Box::new(m0026_notices::Migration),
        ]
    }
}
