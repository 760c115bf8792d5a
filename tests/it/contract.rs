//! What the code may count on from its stores, checked on each: SQLite, PostgreSQL, and short-lived state in either of
//! them and in Redis.

use crate::support::{permit, stores, until};
use entities::{audit, counter, invitation, outbox, rate};
use sea_orm::{EntityTrait, PaginatorTrait as _};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;
use tokio::sync::{Barrier, oneshot};
use wardgate::accounts::{Address, Hasher, Password};
use wardgate::audit::{Actor, Entry, Origin};
use wardgate::clock::{Clock, Timestamp};
use wardgate::config::Config;
use wardgate::fault::Fault;
use wardgate::ids::{AccountId, OutboxId};
use wardgate::invitations::{self, Invited, New, Policy};
use wardgate::login::{Login, PasswordOutcome};
use wardgate::organisations::{self, Added};
use wardgate::outbox::{LEASE, Leased};
use wardgate::random::Random;
use wardgate::rights::{Act, Area, Role};
use wardgate::seal::KeyRing;
use wardgate::store::ephemeral::Kind;
use wardgate::store::rates::{self, Limit};
use wardgate::store::{Db, Ephemeral, Ground, Tx};

const NOW: Timestamp = Timestamp(1_795_510_800);
/// Tasks at once, more than a pool has connections.
const MANY: usize = 50;

macro_rules! contract {
    ($($clause:ident: $($store:ident)+;)+) => {
        $(mod $clause {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $store() {
                super::$clause(&super::Stand::$store().await).await;
            })+
        })+
    };
}

contract! {
    a_write_is_there_as_a_whole_or_not_at_all: sqlite postgres;
    a_write_goes_on_when_its_caller_is_gone: sqlite postgres;
    an_invitation_accepted_fifty_times_at_once_is_accepted_once_a3: sqlite postgres;
    a_limit_lets_exactly_its_number_through: sqlite postgres;
    guesses_at_once_are_each_counted_a23: sqlite postgres;
    a_leased_row_has_one_worker_until_the_lease_ends: sqlite postgres;
    a_value_is_kept_under_its_kind_until_it_is_replaced_or_taken: sqlite postgres redis;
    a_handle_redeemed_fifty_times_at_once_is_redeemed_once: sqlite postgres redis;
    a_value_that_ran_out_is_gone: sqlite postgres redis;
    a_value_is_changed_where_it_is_and_for_the_rest_of_its_time: sqlite postgres redis;
    a_value_that_was_taken_is_not_put_back_by_who_changes_it: sqlite postgres redis;
}

/// The stores of one test.
struct Stand {
    ground: Ground,
    _folder: TempDir,
}

impl Stand {
    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/wardgate.db", folder.path().display());
        Self::on(&url, folder).await
    }

    async fn postgres() -> Self {
        Self::on(&stores::new_postgres().await, tempfile::tempdir().unwrap()).await
    }

    async fn redis() -> Self {
        let mut stand = Self::sqlite().await;
        stand.ground.ephemeral = Ephemeral::redis(&stores::redis()).await.unwrap();
        stand
    }

    async fn on(url: &str, folder: TempDir) -> Self {
        let (clock, random) = (Clock::fixed(NOW), Random::System);
        let db = Db::open(url, 8).await.unwrap();
        let ring = KeyRing::parse(&KeyRing::generate(&random)).unwrap();
        let ephemeral = Ephemeral::Sql(db.clone(), clock.clone());
        Self { ground: Ground { clock, random, ring, db, ephemeral }, _folder: folder }
    }

    fn handle(&self) -> [u8; 32] {
        self.ground.random.bytes()
    }

    async fn count<E: EntityTrait<Model: Sync>>(&self) -> u64 {
        E::find().count(self.ground.db.read()).await.unwrap()
    }
}

/// Does something many times at once; what each came to.
async fn at_once<T: Send + 'static, F>(work: impl Fn() -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(MANY));
    let begun = (0..MANY).map(|_| {
        let (start, work) = (Arc::clone(&start), work());
        tokio::spawn(async move {
            start.wait().await;
            work.await
        })
    });
    let mut ends = Vec::new();
    for task in begun.collect::<Vec<_>>() {
        ends.push(task.await.unwrap());
    }
    ends
}

/// Two rows of different tables.
async fn two_rows(tx: &Tx) -> Result<(), Fault> {
    rates::limit(tx, "subject", Limit { times: 1, seconds: 60 }, NOW).await?;
    wardgate::audit::append(tx, NOW, &Origin::of(Actor::Host), Entry::done("test", "whole")).await
}

async fn a_write_is_there_as_a_whole_or_not_at_all(stand: &Stand) {
    let db = &stand.ground.db;
    let refused = db.write(|tx| {
        Box::pin(async move {
            two_rows(tx).await?;
            Err::<(), _>(Fault::internal("changed its mind"))
        })
    });
    assert!(refused.await.is_err());
    let twice = db.write(|tx| {
        Box::pin(async move {
            two_rows(tx).await?;
            let same = rate::ActiveModel {
                subject: sea_orm::Set("subject".to_owned()),
                count: sea_orm::Set(0),
                ends_at: sea_orm::Set(NOW),
            };
            rate::Entity::insert(same).exec_without_returning(tx).await?;
            Ok(())
        })
    });
    assert!(matches!(twice.await, Err(Fault::Database(_))), "a key is there once");
    let fell = db.write(|tx| {
        Box::pin(async move {
            two_rows(tx).await?;
            panic!("as a mistake of ours would")
        })
    });
    let fell: Result<(), Fault> = fell.await;
    assert!(matches!(fell, Err(Fault::Internal(_))));
    assert_eq!((stand.count::<rate::Entity>().await, stand.count::<audit::Entity>().await), (0, 0));

    db.write(|tx| Box::pin(two_rows(tx))).await.unwrap();
    assert_eq!((stand.count::<rate::Entity>().await, stand.count::<audit::Entity>().await), (1, 1));
}

async fn a_write_goes_on_when_its_caller_is_gone(stand: &Stand) {
    let (tell, begun) = oneshot::channel();
    let (go, told) = oneshot::channel::<()>();
    let db = stand.ground.db.clone();
    let caller = tokio::spawn(async move {
        db.write(|tx| {
            Box::pin(async move {
                rates::limit(tx, "subject", Limit { times: 1, seconds: 60 }, NOW).await?;
                let _ = tell.send(());
                told.await.map_err(Fault::internal)?;
                wardgate::audit::append(tx, NOW, &Origin::of(Actor::Host), Entry::done("test", "late")).await
            })
        })
        .await
    });
    begun.await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert_eq!(stand.count::<rate::Entity>().await, 0, "nobody sees half a write");
    go.send(()).unwrap();
    until("the write is there", async || stand.count::<audit::Entity>().await == 1).await;
    assert_eq!(stand.count::<rate::Entity>().await, 1);
}

async fn an_invitation_accepted_fifty_times_at_once_is_accepted_once_a3(stand: &Stand) {
    let ground = &stand.ground;
    let origin = Origin::of(Actor::Host);
    let added = organisations::add(
        ground,
        permit(Act::Change(Area::Organisations, None)),
        &origin,
        ("Northshore", false),
    )
    .await;
    let Added::New(organisation) = added.unwrap() else { panic!("the store is not new") };
    let new = New {
        address: Address::parse("ada@example.org").unwrap(),
        client_id: None,
        message: None,
        language: "en".to_owned(),
    };
    let act = Act::Invite { organisation, team: None, role: Role::Clinician };
    let policy = Policy { days: 7, per_day: 200 };
    let invited = invitations::create(ground, permit(act), policy, &origin, new).await.unwrap();
    let Invited::Sent(id, _) = invited else { panic!("{invited:?}") };
    let accepted = at_once(|| {
        let (db, account) = (ground.db.clone(), AccountId(ground.new_id()));
        async move {
            let accept = db
                .write(move |tx| Box::pin(async move { invitations::accept(tx, id, account, NOW).await }))
                .await;
            accept.unwrap().then_some(account)
        }
    })
    .await;
    let winners: Vec<AccountId> = accepted.into_iter().flatten().collect();
    let row = invitation::Entity::find_by_id(id).one(ground.db.read()).await.unwrap().unwrap();
    assert_eq!(winners, Vec::from_iter(row.account_id));
}

async fn a_limit_lets_exactly_its_number_through(stand: &Stand) {
    let limit = Limit { times: 20, seconds: 60 };
    let use_once = |now: Timestamp| {
        let db = stand.ground.db.clone();
        async move {
            let write =
                db.write(move |tx| Box::pin(async move { rates::limit(tx, "subject", limit, now).await }));
            write.await.unwrap()
        }
    };
    for window in [NOW, NOW.plus(60)] {
        let ends = at_once(|| use_once(window)).await;
        assert_eq!(ends.iter().filter(|end| end.is_none()).count(), 20);
        assert!(ends.into_iter().flatten().all(|until| until == window.plus(60)));
    }
}

async fn guesses_at_once_are_each_counted_a23(stand: &Stand) {
    let mut config = Config::from_toml("").unwrap();
    (config.passwords.memory_kib, config.passwords.passes) = (64, 1);
    let ground = &stand.ground;
    let hasher = Hasher::new(&config.passwords, ground.ring.clone(), ground.random.clone());
    let login = Login::new(ground.clone(), hasher, config.sign_in, config.phone);
    let guess = || {
        let login = login.clone();
        async move {
            let password = Password::typed("a wrong guess");
            let origin = Origin::of(Actor::Visitor);
            login.check_password("nobody@example.org", &password, &origin).await.unwrap()
        }
    };
    let ends = at_once(guess).await;
    let evaluated = ends.iter().filter(|end| matches!(end, PasswordOutcome::Wrong)).count();
    let told = |end: &&PasswordOutcome| matches!(end, PasswordOutcome::Wait(until) if *until == NOW.plus(30));
    assert_eq!(
        (evaluated, ends.iter().filter(told).count()),
        (5, MANY - 5),
        "the fifth failure makes a wait"
    );
    let row = counter::Entity::find().one(ground.db.read()).await.unwrap().unwrap();
    assert_eq!(row.failures, 5);
}

async fn a_leased_row_has_one_worker_until_the_lease_ends(stand: &Stand) {
    let ground = &stand.ground;
    let ids: BTreeSet<OutboxId> = (0..120).map(|_| OutboxId(ground.new_id())).collect();
    let queued = ids.clone();
    let written = ground.db.write(|tx| {
        Box::pin(async move {
            for id in queued {
                wardgate::outbox::queue(tx, id, NOW, ("invite", String::new()), &"").await?;
            }
            Ok(())
        })
    });
    written.await.unwrap();
    assert_eq!(stand.count::<outbox::Entity>().await, 120);
    let everything = |now: Timestamp| {
        let db = ground.db.clone();
        async move {
            let mut mine = Vec::new();
            loop {
                let rows: Vec<Leased> =
                    db.write(move |tx| Box::pin(wardgate::outbox::lease(tx, now, 7))).await.unwrap();
                if rows.is_empty() {
                    return mine;
                }
                mine.extend(rows);
            }
        }
    };
    for (attempt, now) in [(1, NOW), (2, NOW.plus(LEASE))] {
        assert_eq!(everything(now.plus(-1)).await.len(), 0, "not before it is due again");
        let rows: Vec<Leased> = at_once(|| everything(now)).await.into_iter().flatten().collect();
        assert_eq!(rows.len(), 120, "no row went to two workers");
        assert_eq!(rows.iter().map(|row| row.id).collect::<BTreeSet<_>>(), ids);
        assert!(rows.iter().all(|row| row.attempt == attempt));
    }
}

async fn a_value_is_kept_under_its_kind_until_it_is_replaced_or_taken(stand: &Stand) {
    let (store, handle) = (&stand.ground.ephemeral, stand.handle());
    let get = async |kind| store.get::<String>(kind, &handle).await.unwrap();
    store.put(Kind::Flow, &handle, &"first", 60).await.unwrap();
    store.put(Kind::Code, &handle, &"other", 60).await.unwrap();
    store.put(Kind::Flow, &handle, &"second", 60).await.unwrap();
    assert_eq!(get(Kind::Flow).await.as_deref(), Some("second"));
    assert_eq!(get(Kind::Flow).await.as_deref(), Some("second"), "reading does not take");
    assert_eq!(get(Kind::SignIn).await, None);
    assert!(store.get::<i64>(Kind::Flow, &handle).await.is_err(), "something else than was put");
    let taken: Option<String> = store.take(Kind::Flow, &handle).await.unwrap();
    assert_eq!(taken.as_deref(), Some("second"));
    assert_eq!(get(Kind::Flow).await, None);
    assert_eq!(get(Kind::Code).await.as_deref(), Some("other"));
    store.forget(Kind::Code, &handle).await.unwrap();
    store.forget(Kind::Code, &handle).await.unwrap();
    assert_eq!(get(Kind::Code).await, None);
}

async fn a_handle_redeemed_fifty_times_at_once_is_redeemed_once(stand: &Stand) {
    let handle = stand.handle();
    stand.ground.ephemeral.put(Kind::Code, &handle, &"code", 60).await.unwrap();
    let redeemed = at_once(|| {
        let store = stand.ground.ephemeral.clone();
        async move { store.take::<String>(Kind::Code, &handle).await.unwrap() }
    })
    .await;
    assert_eq!(redeemed.into_iter().flatten().collect::<Vec<_>>(), ["code"]);
}

async fn a_value_that_ran_out_is_gone(stand: &Stand) {
    let (store, short, long) = (&stand.ground.ephemeral, stand.handle(), stand.handle());
    store.put(Kind::Flow, &short, &"short", 1).await.unwrap();
    store.put(Kind::Flow, &long, &"long", 60).await.unwrap();
    assert!(store.get::<String>(Kind::Flow, &short).await.unwrap().is_some());
    // Redis has the machine's clock, which is not ours to move.
    stand.ground.clock.advance(1);
    until("it is gone", async || store.get::<String>(Kind::Flow, &short).await.unwrap().is_none()).await;
    assert_eq!(store.take::<String>(Kind::Flow, &short).await.unwrap(), None);
    store.sweep().await.unwrap();
    assert_eq!(store.get::<String>(Kind::Flow, &long).await.unwrap().as_deref(), Some("long"));
}

async fn a_value_is_changed_where_it_is_and_for_the_rest_of_its_time(stand: &Stand) {
    let (store, handle) = (&stand.ground.ephemeral, stand.handle());
    assert!(!store.replace(Kind::Flow, &handle, &"nothing to change").await.unwrap());
    assert_eq!(store.get::<String>(Kind::Flow, &handle).await.unwrap(), None);
    store.put(Kind::Flow, &handle, &"first", 2).await.unwrap();
    assert!(!store.replace(Kind::Code, &handle, &"of another kind").await.unwrap());
    assert!(store.replace(Kind::Flow, &handle, &"second").await.unwrap());
    assert_eq!(store.get::<String>(Kind::Flow, &handle).await.unwrap().as_deref(), Some("second"));
    stand.ground.clock.advance(2);
    until("it is gone", async || store.get::<String>(Kind::Flow, &handle).await.unwrap().is_none()).await;
    assert!(!store.replace(Kind::Flow, &handle, &"too late").await.unwrap());
}

async fn a_value_that_was_taken_is_not_put_back_by_who_changes_it(stand: &Stand) {
    let (handle, turn) = (stand.handle(), Arc::new(AtomicUsize::new(0)));
    stand.ground.ephemeral.put(Kind::Flow, &handle, &"flow", 60).await.unwrap();
    at_once(|| {
        let (store, turn) = (stand.ground.ephemeral.clone(), Arc::clone(&turn));
        async move {
            match turn.fetch_add(1, Ordering::SeqCst) {
                20 => assert!(store.take::<String>(Kind::Flow, &handle).await.unwrap().is_some()),
                turn => assert!(store.replace(Kind::Flow, &handle, &turn.to_string()).await.is_ok()),
            }
        }
    })
    .await;
    assert_eq!(stand.ground.ephemeral.get::<String>(Kind::Flow, &handle).await.unwrap(), None);
}
