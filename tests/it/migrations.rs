//! Rows that are there before a change of the schema are there after it.

use entities::token;
use migration::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, EntityTrait as _, QueryOrder as _};

#[tokio::test]
async fn tokens_outlive_the_move_into_one_table() {
    // One connection: each would have a database in memory of its own.
    let db = Database::connect(ConnectOptions::new("sqlite::memory:").max_connections(1).to_owned()).await;
    let db = db.unwrap();
    let before = Migrator::migrations().iter().position(|change| change.name() == "m0016_one_token_table");
    Migrator::up(&db, before.map(|count| u32::try_from(count).unwrap())).await.unwrap();
    let rows = "PRAGMA foreign_keys = OFF; \
                INSERT INTO access_tokens VALUES (X'01', zeroblob(16), 10, 20, 'openid email', 'https://api'); \
                INSERT INTO refresh_tokens VALUES (X'02', zeroblob(16), 10, 30, 40, NULL, NULL, NULL, NULL); \
                INSERT INTO refresh_tokens VALUES (X'03', zeroblob(16), 10, 30, 40, 15, X'aa', X'02', X'bb')";
    db.execute_unprepared(rows).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    let rows = token::Entity::find().order_by_asc(token::Column::TokenHash).all(&db).await.unwrap();
    let [access, next, used] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((access.is_refresh, next.is_refresh, used.is_refresh), (false, true, true));
    assert_eq!((access.scope.as_str(), access.audience.as_str()), ("openid email", "https://api"));
    let times = [access, next, used].map(|row| (row.created_at.0, row.expires_at.0, row.ends_at.0));
    assert_eq!(times, [(10, 20, 20), (10, 30, 40), (10, 30, 40)]);
    assert_eq!((next.used_at, used.used_at.map(|at| at.0)), (None, Some(15)));
    let kept = (used.request_hash.as_deref(), used.next_hash.as_deref(), used.answer.as_deref());
    assert_eq!(kept, (Some(&[0xaa][..]), Some(&[2][..]), Some(&[0xbb][..])));
}
