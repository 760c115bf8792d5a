use super::super::Db;
use super::*;
use entities::rate;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _, QueryOrder as _,
};
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// A database whose writer is held by a first write until the test lets it go.
struct House {
    db: Db,
    group: Arc<Group>,
    wal: PathBuf,
    _folder: TempDir,
}

type Writing = JoinHandle<Result<(), Fault>>;

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        let db = Db::open(&format!("sqlite://{}", file.display()), 2).await.unwrap();
        let group = db.group.clone().unwrap();
        Self { db, group, wal: file.with_extension("db-wal"), _folder: folder }
    }

    /// A write of one row that runs until `gate` opens.
    async fn held(&self, name: &'static str) -> (Writing, oneshot::Sender<()>) {
        let (begun, has_begun) = oneshot::channel();
        let (open, gate) = oneshot::channel();
        let writing = self.spawn(move |tx| {
            Box::pin(async move {
                insert(tx, name).await?;
                begun.send(()).unwrap();
                gate.await.map_err(Fault::internal)
            })
        });
        has_begun.await.unwrap();
        (writing, open)
    }

    fn spawn<F>(&self, work: F) -> Writing
    where
        F: for<'a> FnOnce(&'a Tx) -> Work<'a, ()> + Send + 'static,
    {
        let db = self.db.clone();
        tokio::spawn(async move { db.write(work).await })
    }

    fn row(&self, name: &'static str) -> Writing {
        self.spawn(move |tx| Box::pin(insert(tx, name)))
    }

    async fn until_waiting(&self, count: usize) {
        while self.group.queue().waiting.len() < count {
            tokio::task::yield_now().await;
        }
    }

    async fn names(&self) -> Vec<String> {
        let rows =
            rate::Entity::find().order_by_asc(rate::Column::Subject).all(self.db.read()).await.unwrap();
        rows.into_iter().map(|row| row.subject).collect()
    }

    /// Commits in the log of SQLite: its frames that tell the size of the database.
    fn commits(&self) -> usize {
        let log = std::fs::read(&self.wal).unwrap();
        let page = u32::from_be_bytes(log[8..12].try_into().unwrap());
        let frames = log[32..].chunks(24 + usize::try_from(page).unwrap());
        frames.filter(|frame| frame[4..8] != [0; 4]).count()
    }
}

async fn insert(tx: &Tx, name: &str) -> Result<(), Fault> {
    let row = rate::ActiveModel {
        subject: Set(name.to_owned()),
        count: Set(1),
        ends_at: Set(crate::clock::Timestamp(0)),
    };
    rate::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

fn fault_of_ours() -> Result<(), Fault> {
    panic!("on purpose")
}

#[tokio::test]
async fn writes_that_wait_share_one_commit_and_are_answered_after_it() {
    let house = House::new().await;
    let before = house.commits();
    let (first, open) = house.held("a").await;
    let (begun, has_begun) = oneshot::channel();
    let (open_second, gate) = oneshot::channel();
    let second = house.spawn(move |tx| {
        Box::pin(async move {
            insert(tx, "b").await?;
            begun.send(()).unwrap();
            gate.await.map_err(Fault::internal)
        })
    });
    house.until_waiting(1).await;
    open.send(()).unwrap();
    has_begun.await.unwrap();
    assert!(!first.is_finished(), "the first is done, but nothing is committed");
    assert!(house.names().await.is_empty());
    open_second.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(house.names().await, ["a", "b"], "what was answered is there");
    second.await.unwrap().unwrap();
    assert_eq!(house.commits(), before + 1);
}

#[tokio::test]
async fn a_lone_write_is_one_commit() {
    let house = House::new().await;
    let before = house.commits();
    house.row("a").await.unwrap().unwrap();
    house.row("b").await.unwrap().unwrap();
    assert_eq!(house.commits(), before + 2);
}

#[tokio::test]
async fn a_write_that_fails_or_panics_undoes_itself_alone() {
    let house = House::new().await;
    let (first, open) = house.held("a").await;
    let failing = house.spawn(|tx| {
        Box::pin(async move {
            insert(tx, "failing").await?;
            Err(Fault::internal("no"))
        })
    });
    house.until_waiting(1).await;
    let panicking = house.spawn(|tx| {
        Box::pin(async move {
            insert(tx, "panicking").await?;
            fault_of_ours()
        })
    });
    house.until_waiting(2).await;
    let twice = house.row("a");
    house.until_waiting(3).await;
    let last = house.row("z");
    house.until_waiting(4).await;
    open.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(failing.await.unwrap().unwrap_err().to_string(), "no");
    assert!(matches!(panicking.await.unwrap(), Err(Fault::Internal(_))));
    assert!(matches!(twice.await.unwrap(), Err(Fault::Database(_))));
    last.await.unwrap().unwrap();
    assert_eq!(house.names().await, ["a", "z"]);
}

#[tokio::test]
async fn a_first_write_that_fails_or_panics_leaves_the_others_to_the_next_commit() {
    let house = House::new().await;
    for panics in [false, true] {
        let (begun, has_begun) = oneshot::channel();
        let (open, gate) = oneshot::channel::<()>();
        let first = house.spawn(move |tx| {
            Box::pin(async move {
                insert(tx, "first").await?;
                begun.send(()).unwrap();
                gate.await.map_err(Fault::internal)?;
                if panics { fault_of_ours() } else { Err(Fault::internal("no")) }
            })
        });
        has_begun.await.unwrap();
        let second = house.row(if panics { "b" } else { "a" });
        house.until_waiting(1).await;
        open.send(()).unwrap();
        assert!(first.await.unwrap().is_err());
        second.await.unwrap().unwrap();
    }
    assert_eq!(house.names().await, ["a", "b"]);
}

#[tokio::test]
async fn a_write_goes_on_when_its_caller_is_gone() {
    let house = House::new().await;
    let (first, open) = house.held("begun").await;
    let second = house.row("waiting");
    house.until_waiting(1).await;
    first.abort();
    second.abort();
    open.send(()).unwrap();
    house.row("z").await.unwrap().unwrap();
    assert_eq!(house.names().await, ["begun", "waiting", "z"]);
}

#[tokio::test]
async fn a_write_that_does_not_get_its_turn_is_taken_back_and_never_runs() {
    let house = House::new().await;
    let hasty = Arc::new(Group {
        writer: house.group.writer.clone(),
        patience: Duration::from_millis(20),
        queue: Mutex::default(),
    });
    let (open, gate) = oneshot::channel::<()>();
    let (begun, has_begun) = oneshot::channel();
    let first = tokio::spawn({
        let hasty = Arc::clone(&hasty);
        async move {
            let written = hasty.write(|tx| {
                Box::pin(async move {
                    insert(tx, "a").await?;
                    begun.send(()).unwrap();
                    gate.await.map_err(Fault::internal)
                })
            });
            written.await
        }
    });
    has_begun.await.unwrap();
    let late = hasty.write(|tx| Box::pin(insert(tx, "late"))).await;
    assert_eq!(late.unwrap_err().retry_after(), Some(5));
    open.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(house.names().await, ["a"], "one that has begun is waited for, however long it takes");
}

#[tokio::test]
async fn a_commit_takes_no_more_writes_than_its_first_can_wait_for() {
    let house = House::new().await;
    let before = house.commits();
    let (first, open) = house.held("first").await;
    let names: Vec<&'static str> = (0..LARGEST).map(|n| &*format!("{n:02}").leak()).collect();
    let others: Vec<Writing> = names.iter().map(|name| house.row(name)).collect();
    house.until_waiting(LARGEST).await;
    open.send(()).unwrap();
    for writing in others.into_iter().chain([first]) {
        writing.await.unwrap().unwrap();
    }
    assert_eq!(house.commits(), before + 2);
    assert_eq!(rate::Entity::find().count(house.db.read()).await.unwrap(), 33);
}

#[tokio::test]
async fn a_full_disk_fails_the_whole_group_and_writing_heals_by_itself() {
    let house = House::new().await;
    let (first, open) = house.held("a").await;
    let filling = house.spawn(|tx| {
        Box::pin(async move {
            // SQLite says FULL as it does on a full disk, and ends the transaction.
            tx.execute_unprepared("PRAGMA max_page_count = 1").await?;
            insert(tx, "x".repeat(100_000).leak()).await
        })
    });
    house.until_waiting(1).await;
    let last = house.row("z");
    house.until_waiting(2).await;
    open.send(()).unwrap();
    assert!(matches!(filling.await.unwrap(), Err(Fault::Database(_))));
    assert!(matches!(first.await.unwrap(), Err(Fault::Database(_))), "its commit is not there");
    last.await.unwrap().unwrap();
    house.row("zz").await.unwrap().unwrap();
    assert_eq!(house.names().await, ["z", "zz"]);
}
