//! Several accounts in one browser: choosing one (`prompt=select_account`), and signing in with another beside it.

use super::super::answer::{self, Answer, Stop};
use super::super::cookies::Name;
use super::super::frame::Page;
use super::super::visit::{OTHERS, Visit};
use super::flow::At;
use crate::accounts::{self, Account};
use crate::journey::Step;
use crate::login::Session;
use crate::random::Secret;
use poem::Response;
use serde_json::json;
use std::sync::Arc;

/// GET /select-account
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let at = due(&visit).await?;
    let known = visit.visitor.session.iter().chain(&visit.visitor.others);
    let view = |(session, account): &(Session, Account)| {
        json!({
            "value": session.id.to_string(), "name": accounts::full_name(account), "email": account.email,
        })
    };
    let data = json!({ "accounts": known.map(view).collect::<Vec<_>>() });
    let page = Page::new("select_account", data)
        .flow(&at.id)
        .client(visit.client_name(&at).await?)
        .form_action(visit.target_origin(&at).await?);
    visit.page(page)
}

/// POST /select-account: one that is signed in here, or another.
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    let at = due(&visit).await?;
    let wanted = visit.field("account");
    let current = visit.visitor.session.as_ref().map(|(session, _)| session);
    if wanted == "another" {
        visit.app.journey.add_account(&at.id, at.flow, current).await?;
        return Ok(visit.onward(&at.id));
    }
    if let Some(session) = current.filter(|session| session.id.to_string() == wanted) {
        visit.app.journey.chosen(&at.id, at.flow, session).await?;
        return Ok(visit.onward(&at.id));
    }
    let others = visit.visitor.others.iter().zip(&visit.other_secrets);
    let found = others.into_iter().find(|((session, _), _)| session.id.to_string() == wanted);
    // Another browser's, or over by now: the page shows what is there.
    let Some(((session, _), secret)) = found else { return Ok(visit.onward(&at.id)) };
    visit.app.journey.chosen(&at.id, at.flow, session).await?;
    let response = visit.set_others(visit.onward(&at.id), secret);
    Ok(answer::set_cookie(response, Name::Session, secret.text(), visit.app.links.is_https()))
}

async fn due(visit: &Visit) -> Result<At, Stop> {
    visit.expect(|step| step == Step::SelectAccount).await
}

impl Visit {
    /// Whether the session that is there stays while this person signs in: the person chose so, and it is another
    /// one's. Everywhere else a new sign-in takes the place of the old one, as it should at a shared computer.
    pub(super) fn stays(&self, at: &At, account: &Account) -> bool {
        let current = self.visitor.session.as_ref();
        at.flow.adds_account() && current.is_some_and(|(_, known)| known.id != account.id)
    }

    /// The other accounts of this browser after somebody signed in. Beside the current one: that joins them, and what
    /// is too many, or the same person's, ends. In its place: another person begins alone, so all of them end.
    pub(super) async fn keep_others(&self, response: Response, beside: bool, who: &Account) -> Answer {
        let current = self.visitor.session.as_ref();
        if !beside && current.is_some_and(|(_, known)| known.id == who.id) {
            return Ok(response);
        }
        let mut kept: Vec<&Secret> = self.session_secret.iter().filter(|_| beside).collect();
        for ((session, account), secret) in self.visitor.others.iter().zip(&self.other_secrets) {
            if beside && account.id != who.id && kept.len() < OTHERS {
                kept.push(secret);
            } else {
                self.app.login.sign_out(session.id, &self.origin.by(account.id)).await?;
            }
        }
        Ok(self.write_others(response, &kept))
    }

    /// The current session takes the place of the chosen one among the others.
    fn set_others(&self, response: Response, chosen: &Secret) -> Response {
        let current = self.session_secret.iter().filter(|_| self.visitor.session.is_some());
        let rest = self.other_secrets.iter().filter(|other| chosen.text() != other.text());
        self.write_others(response, &current.chain(rest).collect::<Vec<_>>())
    }

    fn write_others(&self, response: Response, kept: &[&Secret]) -> Response {
        let https = self.app.links.is_https();
        if kept.is_empty() {
            return answer::clear_cookie(response, Name::Others, https);
        }
        let kept: Vec<&str> = kept.iter().map(|secret| secret.text()).collect();
        answer::set_cookie(response, Name::Others, &kept.join("."), https)
    }
}
