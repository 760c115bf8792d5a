//! Notices that are written in an installation: drafts, versions, and who is asked when.

use super::{ADA, at_the_disclaimer};
use crate::support::{Person, TestApp, permit, place};
use wardgate::audit::{Actor, Origin};
use wardgate::config::{NoticeText, Texts};
use wardgate::ids::OrganisationId;
use wardgate::notices::prose::Unfit;
use wardgate::notices::{self, Drafted, Kind, New, State, What, Wrong};
use wardgate::rights::{Act, Area, Role};

pub(crate) fn texts(each: &[(&str, &str)]) -> Texts {
    let text = |text: &str| NoticeText { title: "News".to_owned(), text: text.to_owned() };
    each.iter().map(|(language, words)| ((*language).to_owned(), text(words))).collect()
}

fn both(text: &str) -> Texts {
    texts(&[("de", text), ("en", text)])
}

fn may() -> wardgate::rights::Permit {
    permit(Act::Change(Area::Notices, None))
}

fn host() -> Origin {
    Origin::of(Actor::Host)
}

fn done(drafted: Drafted) -> State {
    match drafted {
        Drafted::Done(state) => *state,
        other => panic!("{other:?}"),
    }
}

/// A new notice, or a new version of one that is there.
async fn write(app: &TestApp, (kind, organisation): (&Kind, Option<OrganisationId>), what: What) -> Drafted {
    let book = &app.app.notices;
    match book.state(kind).await.unwrap() {
        None => book.begin(may(), &host(), New { kind: kind.clone(), organisation, what }).await,
        Some(there) => book.change(may(), &host(), (kind.clone(), &there.version()), what).await,
    }
    .unwrap()
}

pub(crate) async fn publish(
    app: &TestApp,
    whose: (&Kind, Option<OrganisationId>),
    texts: Texts,
    grace_days: i32,
) -> Drafted {
    let draft = done(write(app, whose, What { texts, grace_days }).await);
    let seen = (whose.0.clone(), draft.version());
    app.app.notices.publish(may(), &host(), (seen.0, &seen.1)).await.unwrap()
}

fn news() -> Kind {
    Kind::Notice("news".to_owned())
}

/// Who goes to an application that has no disclaimer.
async fn at_the_rota(app: &TestApp, ada: &mut Person, more: &[(&str, &str)]) -> crate::support::Page {
    let rota = app.rota().await;
    ada.browser.open(rota.begin(more).url.as_str()).await
}

#[tokio::test]
async fn a_draft_asks_nobody_and_is_published_once_in_every_language() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let book = &app.app.notices;
    let english = What { texts: texts(&[("en", "Hello.")]), grace_days: 0 };
    let draft = done(write(&app, (&news(), None), english).await);
    let again = New { kind: news(), organisation: None, what: What { texts: both("x"), grace_days: 0 } };
    assert_eq!(book.begin(may(), &host(), again).await.unwrap(), Drafted::Taken);
    let refused = book.publish(may(), &host(), (news(), &draft.version())).await.unwrap();
    let lacks = [Wrong::NoTitle("de".into()), Wrong::NoText("de".into())];
    assert_eq!(refused, Drafted::Wrong(lacks.to_vec()));
    assert!(at_the_rota(&app, &mut ada, &[]).await.at.contains("code="), "a draft asks nobody");
    let complete = done(write(&app, (&news(), None), What { texts: both("Hello."), grace_days: 0 }).await);
    let stale = book.publish(may(), &host(), (news(), &draft.version())).await.unwrap();
    assert_eq!(stale, Drafted::Stale, "nobody publishes what nobody read");
    let seen = complete.version();
    let state = done(book.publish(may(), &host(), (news(), &seen)).await.unwrap());
    assert_eq!((state.current.as_ref().map(|it| it.version), &state.draft), (Some(1), &None));
    assert_eq!(book.publish(may(), &host(), (news(), &seen)).await.unwrap(), Drafted::Gone);
    let same = publish(&app, (&news(), None), both("Hello."), 3).await;
    assert_eq!(same, Drafted::Same, "what is in force already asks nobody again");
    let rows = "SELECT act FROM audit WHERE act LIKE 'notice.draft%' OR act = 'notice.published' AND actor = 'host' \
                AND detail LIKE '%\"news\"%' ORDER BY id";
    let acts = ["notice.drafted", "notice.draft_changed", "notice.published", "notice.drafted"];
    assert_eq!(app.texts(rows).await, acts);
}

#[tokio::test]
async fn who_agreed_before_is_asked_again_and_a_version_never_changes() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    done(publish(&app, (&news(), None), both("First."), 0).await);
    let page = at_the_rota(&app, &mut ada, &[]).await;
    assert!(page.says("First.") && page.title() == "News", "{}", page.html);
    let page = ada.browser.submit(page.form("/notice").with("accept", "yes")).await;
    assert!(page.at.contains("code="), "{}", page.at);
    assert!(at_the_rota(&app, &mut ada, &[]).await.at.contains("code="), "once");
    let first = notices::current(app.app.ground.db.read(), &news()).await.unwrap().unwrap();
    done(publish(&app, (&news(), None), both("Second."), 0).await);
    assert!(at_the_rota(&app, &mut ada, &[]).await.says("Second."));
    let versions = notices::versions(app.app.ground.db.read(), &news()).await.unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1], first);
}

#[tokio::test]
async fn a_notice_with_days_may_be_put_off_until_they_are_over() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    done(publish(&app, (&news(), None), both("Soon."), 14).await);
    let page = at_the_rota(&app, &mut ada, &[("prompt", "none")]).await;
    assert!(page.at.contains("code="), "a silent request goes on: {}", page.at);
    let page = at_the_rota(&app, &mut ada, &[]).await;
    assert!(page.says("You can go on without it until"), "{}", page.html);
    let form = page.form("/notice");
    let page = ada.browser.submit(form.clone().with("later", "yes")).await;
    assert!(page.at.contains("code="), "{}", page.at);
    assert!(at_the_rota(&app, &mut ada, &[]).await.says("Soon."), "the next time again");
    app.advance_hours(14 * 24);
    let page = ada.browser.open("/").await;
    let mut browser = ada.browser.clone();
    let page = app.sign_in(&mut browser, &ada, page).await;
    ada.browser = browser;
    let form = page.form("/notice");
    assert!(!page.says("You can go on without it until"), "{}", page.html);
    let page = ada.browser.submit(form.with("later", "yes")).await;
    assert!(page.says("Tick the box to go on."), "{}", page.html);
    let count =
        "SELECT count(*) FROM acceptances JOIN notices ON notices.id = notice_id WHERE kind = 'notice'";
    assert_eq!(app.number(count).await, 0);
}

#[tokio::test]
async fn of_two_who_publish_at_once_one_does() {
    let app = TestApp::start().await;
    let draft = done(write(&app, (&news(), None), What { texts: both("Hello."), grace_days: 0 }).await);
    let (book, seen, by) = (&app.app.notices, draft.version(), host());
    let once = || book.publish(may(), &by, (news(), &seen));
    let (one, other) = tokio::join!(once(), once());
    let all = [one.unwrap(), other.unwrap()];
    assert_eq!(all.iter().filter(|it| matches!(it, Drafted::Done(_))).count(), 1, "{all:?}");
    assert_eq!(all.iter().filter(|it| matches!(it, Drafted::Gone)).count(), 1, "{all:?}");
    assert_eq!(
        app.number(
            "SELECT count(*) FROM audit WHERE act = 'notice.published' AND actor = 'host' \
                           AND detail LIKE '%\"news\"%'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn a_notice_of_an_organisation_is_for_its_people_alone() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let (elsewhere, _) = place(&app.app, "Southside", "Eyes").await;
    done(publish(&app, (&news(), Some(elsewhere)), both("For others."), 0).await);
    assert!(at_the_rota(&app, &mut ada, &[]).await.at.contains("code="));
    let (here, _) = place(&app.app, "Northshore Hospital", "Cardiology").await;
    let own = Kind::Notice("own".to_owned());
    done(publish(&app, (&own, Some(here)), both("For us."), 0).await);
    assert!(at_the_rota(&app, &mut ada, &[]).await.says("For us."));
    let row = "SELECT CAST(count(*) AS TEXT) FROM audit WHERE act = 'notice.published' AND organisation_id IS NOT NULL";
    assert_eq!(app.texts(row).await, ["2"]);
}

#[tokio::test]
async fn what_the_configuration_writes_is_read_only_and_what_it_does_not_survives_a_start() {
    let app = TestApp::start().await;
    let kind = Kind::Disclaimer("dashboard".to_owned());
    let what = What { texts: both("Mine."), grace_days: 0 };
    let declared = write(&app, (&kind, None), what).await;
    assert!(
        matches!(&declared, Drafted::Declared(place) if place.contains("client.disclaimer")),
        "{declared:?}"
    );
    done(publish(&app, (&Kind::Terms, None), both("Ours."), 0).await);
    let app = app.restarted().await;
    let terms = notices::current(app.app.ground.db.read(), &Kind::Terms).await.unwrap().unwrap();
    assert!(terms.texts.contains("Ours.") && terms.version == 2, "{terms:?}");
    assert_eq!(terms.source, "console");
}

#[tokio::test]
async fn no_text_of_a_notice_reaches_a_browser_as_markup_a21() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let evil = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=alert(1)>y</b>\n\n\
                [q](https://example.org/\"onmouseover=alert(1))";
    let refused = write(&app, (&news(), None), What { texts: both(evil), grace_days: 0 }).await;
    let Drafted::Wrong(wrong) = refused else { panic!("{refused:?}") };
    assert!(wrong.contains(&Wrong::Unfit("en".into(), Unfit::Html)), "{wrong:?}");
    assert!(wrong.contains(&Wrong::Unfit("de".into(), Unfit::Address)), "{wrong:?}");
    // What the configuration writes is not refused, and an older version may hold it: it is shown as it stands.
    notices::publish(&app.app.ground, Kind::Terms, &both(evil)).await.unwrap();
    let page = at_the_rota(&app, &mut ada, &[]).await;
    for page in [page, ada.browser.open("/terms").await] {
        assert!(page.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{}", page.html);
        for bad in ["<script>alert", "href=\"javascript:", "<b onclick", "\"onmouseover"] {
            assert!(!page.html.contains(bad), "{bad}: {}", page.html);
        }
    }
}

#[tokio::test]
async fn a_new_disclaimer_pays_no_old_debt() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let kind = Kind::Disclaimer("dashboard".to_owned());
    let version = notices::Version {
        kind,
        organisation: None,
        texts: both("Newer."),
        grace_days: 14,
        source: notices::Source::Console,
    };
    let (now, id) = (app.app.ground.clock.now(), wardgate::ids::NoticeId(app.app.ground.new_id()));
    let put = app
        .app
        .ground
        .db
        .write(move |tx| Box::pin(async move { notices::put(tx, (&host(), now), id, &version).await }));
    assert!(put.await.unwrap());
    let dashboard = app.dashboard().await;
    let page = ada.browser.open(dashboard.begin(&[]).url.as_str()).await;
    assert!(page.says("Newer.") && !page.says("You can go on without it until"), "{}", page.html);
}

#[tokio::test]
async fn who_agreed_and_who_did_not_is_known_by_reach() {
    use wardgate::notices::people;
    use wardgate::rights::Reach;
    use wardgate::store::paging::Wish;
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    app.person_as("alma@example.org", "+447400123496", Role::Clinician).await;
    let (elsewhere, _) = place(&app.app, "Southside", "Eyes").await;
    let form = at_the_disclaimer(&app, &mut ada).await;
    ada.browser.submit(form.with("accept", "yes")).await;
    done(publish(&app, (&news(), None), both("Hello."), 0).await);
    let page = at_the_rota(&app, &mut ada, &[]).await;
    ada.browser.submit(page.form("/notice").with("accept", "yes")).await;
    let conn = app.app.ground.db.read();
    let notice = notices::current(conn, &news()).await.unwrap().unwrap();
    assert_eq!(people::counts(conn, &Reach::All, &notice).await.unwrap(), (1, 1));
    assert_eq!(people::counts(conn, &Reach::Within(vec![elsewhere]), &notice).await.unwrap(), (0, 0));
    let agreed = people::agreed(conn, &Reach::All, &notice, &Wish::first(10)).await.unwrap();
    assert_eq!(agreed.rows.iter().map(|it| it.email.as_str()).collect::<Vec<_>>(), [ADA]);
    assert_eq!(agreed.rows[0].agreed.as_ref().map(|it| it.language.as_str()), Some("en"));
    let missing = people::missing(conn, &Reach::All, &notice, &Wish::first(10)).await.unwrap();
    assert_eq!(missing.rows.iter().map(|it| it.email.as_str()).collect::<Vec<_>>(), ["alma@example.org"]);
    assert_eq!(people::asked(conn, &news(), None).await.unwrap(), 2);
    assert_eq!(people::asked(conn, &Kind::Disclaimer("dashboard".into()), None).await.unwrap(), 1);
    assert_eq!(people::asked(conn, &news(), Some(elsewhere)).await.unwrap(), 0);
}
