//! The demo's organisation, people and one open invite, all by the ordinary use cases.

use super::DASHBOARD;
use crate::accounts::{Address, Password};
use crate::app::App;
use crate::audit::{Actor, Origin};
use crate::fault::Fault;
use crate::ids::{OrganisationId, TeamId};
use crate::invitations::{self, Invited, New, Policy};
use crate::lifecycle::{Details, Registered};
use crate::login::Browser;
use crate::login::factor::sms::{Attempt, Purpose};
use crate::messages::memory::{Delivered, Kind};
use crate::notices;
use crate::organisations::{self, Added};
use crate::random::Secret;
use crate::rights::{self, Act, Area, Permit, Role, Who};

/// Whom the guide names.
pub(super) struct Seeded {
    pub(super) people: Vec<Person>,
    pub(super) invited: &'static str,
}

/// A person of the demo.
pub(super) struct Person {
    pub(super) title: &'static str,
    pub(super) email: &'static str,
    pub(super) password: &'static str,
    given_name: &'static str,
    family_name: &'static str,
    phone: &'static str,
    role: Role,
}

const INVITED: &str = "ada.byron@northshore.example";

fn people() -> Vec<Person> {
    vec![
        Person {
            title: "Admin",
            email: "grace.admin@northshore.example",
            password: "plum kettle orbit nine",
            given_name: "Grace",
            family_name: "Okafor",
            phone: "+447400100001",
            role: Role::Admin,
        },
        Person {
            title: "Team lead",
            email: "lena.lead@northshore.example",
            password: "quiet harbour lantern six",
            given_name: "Lena",
            family_name: "Marsh",
            phone: "+447400100002",
            role: Role::TeamLead,
        },
    ]
}

/// Makes what is not there yet; a kept data folder is seeded once.
pub(super) async fn seed(app: &App) -> Result<Seeded, Fault> {
    let (ground, origin) = (&app.ground, Origin::of(Actor::Host));
    let permit = permit(Act::Change(Area::Organisations, None))?;
    let added = organisations::add(ground, permit, &origin, ("Northshore Hospital", true)).await?;
    let people = people();
    if let Added::New(organisation) = added {
        let team = organisations::add_team(ground, permit, &origin, (organisation, "Cardiology")).await?;
        let (Added::New(team) | Added::Exists(team)) = team;
        for person in &people {
            settle(app, person, (organisation, team)).await?;
        }
        app.mailbox.drain();
        let lead = crate::accounts::by_address(ground.db.read(), people[1].email).await?;
        let origin = lead.map_or(origin.clone(), |lead| origin.by(lead.id));
        invite(app, INVITED, Role::Clinician, (organisation, team), &origin).await?;
    }
    Ok(Seeded { people, invited: INVITED })
}

fn permit(act: Act) -> Result<Permit, Fault> {
    rights::may(&Who::Host, act).ok_or_else(|| Fault::internal("the host may do everything"))
}

async fn invite(
    app: &App,
    email: &str,
    role: Role,
    (organisation, team): (OrganisationId, TeamId),
    origin: &Origin,
) -> Result<Secret, Fault> {
    let permit = permit(Act::Invite { organisation, team: Some(team), role })?;
    let new = New {
        address: Address::parse(email).ok_or_else(|| Fault::internal("a demo address is malformed"))?,
        client_id: Some(DASHBOARD.to_owned()),
        message: None,
        language: "en".to_owned(),
    };
    let terms = Policy { days: app.config.invitations.days, per_day: app.config.invitations.per_day };
    match invitations::create(&app.ground, permit, terms, origin, new).await? {
        Invited::Sent(_, token) => Ok(token),
        other => Err(Fault::internal(format!("the demo cannot invite: {other:?}"))),
    }
}

/// Walks one person through the whole of setting up.
async fn settle(app: &App, person: &Person, place: (OrganisationId, TeamId)) -> Result<(), Fault> {
    let origin = Origin::of(Actor::Visitor);
    let browser = Browser { hash: app.ground.random.bytes::<32>().to_vec(), language: "en".to_owned() };
    let token = invite(app, person.email, person.role, place, &Origin::of(Actor::Host)).await?;
    let invitation = invitations::by_token(app.ground.db.read(), token.hash()).await?;
    let invitation = invitation.ok_or_else(|| Fault::internal("a demo invite vanished"))?;
    let terms = notices::current(app.ground.db.read(), &notices::Kind::Terms).await?;
    let details = Details {
        given_name: person.given_name.to_owned(),
        family_name: person.family_name.to_owned(),
        profession: "doctor".to_owned(),
        password: Password::typed(person.password),
        terms: terms.map(|terms| terms.version),
    };
    let account = match app.lifecycle.register(invitation, &token, details, (&browser, &origin)).await? {
        Registered::New(account) => account,
        other => return Err(Fault::internal(format!("the demo cannot register: {other:?}"))),
    };
    app.worker().deliver_due().await?;
    let mail = app.mailbox.last(Kind::Email, person.email);
    let code = mail.as_ref().and_then(Delivered::code).unwrap_or_default();
    app.lifecycle.finish_code(account, code, &origin).await?;
    app.login.add_phone(account, person.phone, &origin).await?;
    let bound_to = app.ground.random.bytes::<32>();
    let attempt = Attempt { account, purpose: Purpose::SignIn, bound_to: &bound_to };
    app.login.challenge(attempt, &origin).await?;
    app.worker().deliver_due().await?;
    let sms = app.mailbox.last(Kind::Sms, person.phone);
    let code = sms.as_ref().and_then(Delivered::code).unwrap_or_default();
    app.login.check_code(attempt, code, None, &origin).await?;
    app.worker().deliver_due().await?;
    Ok(())
}
