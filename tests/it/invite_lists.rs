//! Many invitations at once: what a dry run tells, and that nobody is invited twice, whatever happens in between.

use crate::api::{Client, sent};
use crate::peers::ruled;
use crate::people::commands::{Host, at_this_machines_time};
use crate::support::{Person, TestApp, place};
use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use wardgate::audit::{Actor, Origin};
use wardgate::invitations::bulk::{self, Batch, Sent, Verdict, Wanted};
use wardgate::invitations::{Policy, lines};
use wardgate::messages::delivery::SendError;
use wardgate::messages::memory::Kind;
use wardgate::organisations::{InviteRules, who};
use wardgate::rights::{Act, Role, Who};

const NUMBER: &str = "+447400123495";
const TERMS: Policy = Policy { days: 7, per_day: 200 };

async fn admin(app: &TestApp) -> Person {
    app.person_as("alma@example.org", NUMBER, Role::Admin).await
}

/// A list that the host has judged.
async fn judged(app: &TestApp, text: &str) -> Batch {
    judged_by(app, (&Who::Host, Actor::Host), text).await
}

async fn judged_by(app: &TestApp, (who, actor): (&Who, Actor), text: &str) -> Batch {
    let act = Act::Invite { organisation: app.organisation, team: Some(app.team), role: Role::Clinician };
    let wanted = Wanted {
        lines: lines::read(text).unwrap(),
        client_id: None,
        message: None,
        language: "en".to_owned(),
        terms: TERMS,
    };
    let permit = crate::support::permit(act);
    bulk::check(&app.app.ground, (permit, who), &Origin::of(actor), wanted).await.unwrap().unwrap()
}

async fn send(app: &TestApp, batch: &Batch) -> Sent {
    let host = Origin::of(Actor::Host);
    bulk::send(&app.app.ground, (&Who::Host, 200), &host, batch).await.unwrap()
}

async fn counts(app: &TestApp, batch: &Batch) -> Vec<(Verdict, i64)> {
    bulk::counts(app.app.ground.db.read(), batch.id).await.unwrap().into_iter().collect()
}

fn many(count: usize) -> String {
    (0..count).map(|n| format!("person{n}@example.org,Ada,Byron\n")).collect()
}

async fn invited(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM invitations WHERE email LIKE 'person%'").await
}

const LIST: &str = "email,given name,family name,team,role
new@example.org,Ada,Byron,,
other@example.org,,,surgery,Team lead
NEW@example.org,,,,
here@example.org,,,,
open@example.org,,,,
not an address,,,,
lost@example.org,,,Nowhere,
odd@example.org,,,,king
high@example.org,,,,admin
bad@example.org,a\u{202e}b,,,
open@example.org,\"Ada,,
";

#[tokio::test]
async fn a_dry_run_tells_what_would_become_of_each_line_and_invites_nobody() {
    let app = TestApp::start().await;
    place(&app.app, "Northshore Hospital", "Surgery").await;
    let mut alma = app.person_as("alma@example.org", NUMBER, Role::OrganisationAdmin).await;
    app.person_as("here@example.org", "+447400123496", Role::Clinician).await;
    app.invite("open@example.org").await;
    let form = alma.browser.open("/admin/invites/bulk").await.form("/admin/invites/bulk");
    let scope = format!("{}.{}", app.organisation, app.team);
    let form = form.with("scope", &scope).with("role", "clinician");
    for (list, words) in [("", "Please fill this in"), ("email,birthday\nx@example.org,1", "column 2")] {
        let page = alma.browser.submit(form.clone().with("list", list)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says(words), "{words}: {}", page.html);
    }
    let page = alma.browser.submit(form.with("list", LIST)).await;
    assert!(page.says("List of 11 people") && page.says("Send 2 invites"), "{}", page.html);
    let rows: Vec<String> = page.html.split("<tr role=\"row\">").skip(2).map(str::to_owned).collect();
    let expected = [
        ("new@example.org", "Can be sent", ""),
        ("other@example.org", "Can be sent", ""),
        ("NEW@example.org", "Is on the list twice", ""),
        ("here@example.org", "Is there already", ""),
        ("open@example.org", "Has an open invite", ""),
        ("not an address", "Not an email address", "Column 1"),
        ("lost@example.org", "No such team", "Column 4"),
        ("odd@example.org", "No such role", "Column 5"),
        ("high@example.org", "You cannot invite there", ""),
        ("bad@example.org", "Not a name", "Column 2"),
        ("open@example.org", "Cannot be read", "Column 2"),
    ];
    assert_eq!(rows.len(), expected.len());
    for (row, (email, verdict, column)) in rows.iter().zip(expected) {
        assert!(row.contains(email) && row.contains(verdict) && row.contains(column), "{email}: {row}");
        assert_eq!(row.contains("Column"), !column.is_empty(), "{email}: {row}");
    }
    app.deliver().await;
    assert_eq!(app.mails("new@example.org").await, 0, "looking sends nothing");

    let page = alma.browser.submit(page.form("/admin/invites/lists/")).await;
    assert!(
        page.says("The invites are being sent.") && page.says("0 invites are made, 2 to go"),
        "{}",
        page.html
    );
    app.deliver().await;
    let page = alma.browser.open(page.at.split('?').next().unwrap()).await;
    assert!(page.says("Sent") && page.says("Invite made (2)"), "{}", page.html);
    assert!(!page.html.contains("/send\""), "{}", page.html);
    let link = app.link("new@example.org").await;
    let form = app.browser().open(&link).await.form("/invite/");
    assert_eq!((form.value("given_name"), form.value("family_name")), ("Ada", "Byron"), "to be mended");
    let team = app.texts(
        "SELECT t.name FROM invitations i JOIN teams t ON t.id = i.team_id WHERE i.email = 'other@example.org'",
    );
    assert_eq!(team.await, ["Surgery"]);
}

#[tokio::test]
async fn five_thousand_people_are_queued_while_mail_is_down_and_nobody_gets_two() {
    let app = TestApp::start().await;
    let mut alma = admin(&app).await;
    let down = SendError::Retry("connection refused".to_owned());
    app.mailbox.fail_with(Kind::Email, Some(down));
    let list = many(5_000);
    let batch = judged(&app, &list).await;
    assert_eq!(counts(&app, &batch).await, [(Verdict::Ok, 5_000)]);
    assert_eq!(send(&app, &batch).await, Sent::Yes);
    assert_eq!(send(&app, &batch).await, Sent::Already, "a second press");
    let payload = app.texts("SELECT payload FROM outbox WHERE kind = 'invite_batch'").await;
    bulk::deliver(&app.app.ground, &payload[0]).await.unwrap();
    bulk::deliver(&app.app.ground, &payload[0]).await.unwrap();
    assert_eq!((counts(&app, &batch).await, invited(&app).await), (vec![(Verdict::Sent, 5_000)], 5_000));
    let queued = "SELECT count(*) FROM outbox WHERE kind = 'invite' AND state = 'queued'";
    assert_eq!(app.number(queued).await, 5_000);
    let page = alma.browser.open("/admin/invites?step=queued&q=person").await;
    assert_eq!(page.html.matches("Invite waits to be sent</span>").count(), 50, "{}", page.html);
    assert!(page.says("Next page"), "and there are more pages");
    let again = judged(&app, &list).await;
    assert_eq!(counts(&app, &again).await, [(Verdict::AlreadyInvited, 5_000)], "the same list again");

    // The first of them, tried in vain and then sent: one mail each.
    let keep = "DELETE FROM outbox WHERE kind = 'invite' AND about NOT IN \
                (SELECT about FROM outbox WHERE kind = 'invite' AND state = 'queued' ORDER BY about LIMIT 40)";
    app.app.ground.db.read().execute_unprepared(keep).await.unwrap();
    app.deliver().await;
    assert_eq!(app.number(queued).await, 40);
    app.mailbox.fail_with(Kind::Email, None);
    app.advance(60);
    app.deliver().await;
    app.advance(3600);
    app.deliver().await;
    let sent = app.mailbox.newest_first();
    let mut to: Vec<&str> =
        sent.iter().map(|it| it.to.as_str()).filter(|to| to.starts_with("person")).collect();
    to.sort_unstable();
    let all = to.len();
    to.dedup();
    assert_eq!((all, to.len()), (40, 40));
}

#[tokio::test]
async fn a_list_that_was_cut_off_goes_on_and_two_workers_share_it() {
    let app = TestApp::start().await;
    let batch = judged(&app, &many(900)).await;
    send(&app, &batch).await;
    let payload = app.texts("SELECT payload FROM outbox WHERE kind = 'invite_batch'").await.remove(0);
    {
        let cut = bulk::deliver(&app.app.ground, &payload);
        let some = async {
            while invited(&app).await == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! { _ = cut => {}, () = some => {} }
    }
    let before = invited(&app).await;
    assert!(before > 0, "{before}");
    let ground = &app.app.ground;
    let (one, two) = tokio::join!(bulk::deliver(ground, &payload), bulk::deliver(ground, &payload));
    one.unwrap();
    two.unwrap();
    assert_eq!((counts(&app, &batch).await, invited(&app).await), (vec![(Verdict::Sent, 900)], 900));
    assert_eq!(app.number("SELECT count(DISTINCT email_key) FROM invitations").await, 900);
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'invite'").await, 900);
    assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'invitation.created'").await, 900);
}

#[tokio::test]
async fn of_two_lists_with_the_same_people_each_is_invited_once() {
    let app = TestApp::start().await;
    let (one, two) = (judged(&app, &many(300)).await, judged(&app, &many(300)).await);
    send(&app, &one).await;
    send(&app, &two).await;
    let payloads = app.texts("SELECT payload FROM outbox WHERE kind = 'invite_batch'").await;
    let ground = &app.app.ground;
    let (a, b) = tokio::join!(bulk::deliver(ground, &payloads[0]), bulk::deliver(ground, &payloads[1]));
    a.unwrap();
    b.unwrap();
    assert_eq!(invited(&app).await, 300);
    let sum = async |verdict| {
        let mut sum = 0;
        for batch in [&one, &two] {
            sum += counts(&app, batch).await.iter().filter(|it| it.0 == verdict).map(|it| it.1).sum::<i64>();
        }
        sum
    };
    assert_eq!((sum(Verdict::Sent).await, sum(Verdict::AlreadyInvited).await), (300, 300));
}

fn body(app: &TestApp, lines: &[&str]) -> Value {
    let lines: Vec<Value> = lines.iter().map(|email| json!({ "email": email })).collect();
    json!({
        "organisation_id": app.organisation.to_string(), "team_id": app.team.to_string(), "role": "clinician",
        "lines": lines,
    })
}

#[tokio::test]
async fn the_api_judges_and_sends_lists_where_its_caller_may_a103_a106() {
    let app = TestApp::start().await;
    let mut lena = app.person_as("lena@example.org", NUMBER, Role::TeamLead).await;
    let client = Client::person(&app, &mut lena, "wardgate:invites").await;
    let new = body(&app, &["a@example.org", "b@example.org", "c", "a@example.org"]);
    let call = || {
        let request = client.request(Method::POST, "/invites/bulk").json(&new);
        sent(request.header("Idempotency-Key", "0123456789abcdef"))
    };
    let (one, two) = (call().await, call().await);
    assert_eq!((one.status, &one.json["lines"]), (StatusCode::CREATED, &json!(4)), "{one:?}");
    assert_eq!(one.json["id"], two.json["id"]);
    let path = format!("/invites/bulk/{}", one.json["id"].as_str().unwrap());
    let lines = client.get(&format!("{path}/lines?limit=3")).await;
    let words: Vec<_> = lines.json["items"].as_array().unwrap().iter().map(|it| &it["verdict"]).collect();
    assert_eq!(words, ["ok", "ok", "not_an_address"]);
    assert_eq!(lines.json["items"][2]["field"], "email");
    let next = format!("{path}/lines?after={}", lines.json["next"].as_str().unwrap());
    assert_eq!(client.get(&next).await.json["items"][0]["verdict"], "duplicate");
    let forged = next.replace("after=", "after=00");
    assert_eq!(client.get(&forged).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(client.get(&format!("{path}/lines?verdict=maybe")).await.status, StatusCode::BAD_REQUEST);
    for _ in 0..2 {
        let sent = client.post(&format!("{path}/send"), &json!({})).await;
        assert!(sent.status == StatusCode::OK && sent.json["sent_at"].is_number(), "{sent:?}");
    }
    assert_eq!((app.mails("a@example.org").await, app.mails("b@example.org").await), (1, 1));
    assert!(client.get(&path).await.json["done_at"].is_number());
    let inviters = app.number(
        "SELECT count(*) FROM invitations i JOIN accounts a ON a.id = i.inviter_id WHERE a.email = 'lena@example.org'",
    );
    assert_eq!(inviters.await, 2);
    let (organisation, team) = place(&app.app, "Southside", "Eyes").await;
    let far = body(&app.in_place(organisation, team), &["x@example.org"]);
    assert_eq!(client.post("/invites/bulk", &far).await.status, StatusCode::FORBIDDEN);
    let other = Client::again(&app, &["wardgate:invites"]).await;
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "somebody else's list");
    assert_eq!(other.post(&format!("{path}/send"), &json!({})).await.status, StatusCode::NOT_FOUND);
    let long = vec!["person@example.org"; 5_001];
    assert_eq!(client.post("/invites/bulk", &body(&app, &long)).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_limit_of_a_day_holds_for_a_lead_who_sends_a_list() {
    let app = TestApp::with("[invitations]\nper_day = 3").await;
    let mut lena = app.person_as("lena@example.org", NUMBER, Role::TeamLead).await;
    let client = Client::person(&app, &mut lena, "wardgate:invites").await;
    let emails = ["a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org"];
    let made = client.post("/invites/bulk", &body(&app, &emails)).await;
    let path = format!("/invites/bulk/{}", made.json["id"].as_str().unwrap());
    client.post(&format!("{path}/send"), &json!({})).await;
    app.deliver().await;
    let now = client.get(&path).await;
    let expected = json!([{ "verdict": "sent", "lines": 3 }, { "verdict": "limit", "lines": 2 }]);
    assert_eq!(now.json["counts"], expected, "{now:?}");
}

#[tokio::test]
async fn a_command_judges_a_file_and_sends_it_and_lists_are_not_kept_for_ever() {
    let app = TestApp::start().await;
    let host = Host::of(&app);
    at_this_machines_time(&app);
    host.write("people.csv", "email;given name\nada@example.org;Ada\nbob\nADA@example.org;Ada\n");
    let place = ["--organisation", "Northshore Hospital", "--team", "Cardiology", "--json"];
    let run = |more: &[&str]| {
        let output = host.any(&[&["invite", "bulk", "people.csv"], place.as_slice(), more].concat());
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    let told = run(&[]);
    assert_eq!(told[0], json!({ "line": 2, "column": 0, "email": "ada@example.org", "verdict": "ok" }));
    assert_eq!(told[1], json!({ "line": 3, "column": 1, "email": "bob", "verdict": "not_an_address" }));
    assert_eq!((&told[2]["verdict"], &told[3]["sent"]), (&json!("duplicate"), &json!(false)));
    assert_eq!(app.mails("ada@example.org").await, 0);
    assert_eq!(run(&["--send"])[3]["sent"], true);
    // That clock has gone on while the commands ran.
    app.advance(3600);
    assert_eq!(app.mails("ada@example.org").await, 1);
    assert_eq!(run(&["--send"])[0]["verdict"], "already_invited");
    assert_eq!(app.mails("ada@example.org").await, 1);
    host.write("people.csv", "email,shoe size\na@example.org,42");
    let failed = host.any(&["invite", "bulk", "people.csv", "--organisation", "Northshore Hospital"]);
    let said = String::from_utf8(failed.stderr).unwrap();
    assert!(failed.status.code() == Some(2) && said.contains("line 1, column 2"), "{said}");
    app.advance_hours(32 * 24);
    app.round().await;
    let left = "SELECT (SELECT count(*) FROM invite_batches) + (SELECT count(*) FROM invite_lines)";
    assert_eq!(app.number(left).await, 0);
}

#[tokio::test]
async fn a_list_gets_nobody_past_the_rules_of_the_organisation_a11() {
    let app = TestApp::start().await;
    let ada = app.person("ada@example.org").await;
    let rules = InviteRules {
        peer_quota: 2,
        peer_approval: true,
        invite_domains: vec!["example.org".to_owned()],
        ..InviteRules::default()
    };
    let ground = &app.app.ground;
    ruled(&app, rules).await;
    let peers = "UPDATE organisations SET peers_may_invite = TRUE";
    ground.db.read().execute_unprepared(peers).await.unwrap();
    let list = "person1@example.org\nperson2@example.org\nperson3@example.org\nperson4@elsewhere.example\n";

    let (who, actor) = (who(ground.db.read(), ada.id).await.unwrap(), Actor::Account(ada.id));
    let batch = judged_by(&app, (&who, actor.clone()), list).await;
    assert_eq!(counts(&app, &batch).await, [(Verdict::Ok, 3), (Verdict::Domain, 1)]);
    assert_eq!(bulk::send(ground, (&who, 200), &Origin::of(actor), &batch).await.unwrap(), Sent::Yes);
    app.deliver().await;
    let expected = [(Verdict::Domain, 1), (Verdict::Waits, 2), (Verdict::Limit, 1)];
    assert_eq!(counts(&app, &batch).await, expected);
    assert_eq!(invited(&app).await, 2);
    for n in 1..=3 {
        assert_eq!(app.mails(&format!("person{n}@example.org")).await, 0, "nobody has approved it");
    }
    assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'invitation.asked_for'").await, 2);

    let batch = judged(&app, list).await;
    assert_eq!(counts(&app, &batch).await.last(), Some(&(Verdict::AlreadyInvited, 2)), "they wait already");
    send(&app, &batch).await;
    app.deliver().await;
    assert_eq!(app.mails("person3@example.org").await, 1, "the host waits for nobody");
    assert_eq!(app.mails("person4@elsewhere.example").await, 0);
}
