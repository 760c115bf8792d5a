//! The console: what admins, organisation admins, auditors and support see and do. It signs people in through Wardgate's
//! own OpenID Connect, and asks `rights` for every act; each page reads, and each form does one thing and comes back.

mod audit;
mod clients;
mod entry;
mod home;
mod invite_acts;
mod invite_lists;
mod invites;
mod keys;
mod messages;
mod notices;
mod organisation_rules;
mod organisations;
pub(super) mod paging;
mod people;
mod people_acts;
mod people_view;
mod settings;

pub(super) use entry::{Caller, FRESH};

use super::answer::Answer;
use super::endpoint::Pages;
use super::frame::Page;
use super::visit::Visit;
use crate::rights::Area;
use poem::{Route, get, post};
use serde_json::{Value, json};

/// Adds the console's pages.
pub(super) fn routes(routes: Route, page: &Pages) -> Route {
    let routes = routes
        .at("/admin", get(page.show(home::show)))
        .at("/admin/sign-in", get(page.show(entry::begin)))
        .at("/admin/callback", get(page.show(entry::callback)));
    let routes = clients::routes(routes, page);
    let routes = notices::routes(routes, page);
    let routes = organisations_routes(routes, page);
    let routes = people_routes(routes, page);
    let routes = invites_routes(routes, page);
    operations_routes(routes, page)
}

fn operations_routes(routes: Route, page: &Pages) -> Route {
    routes
        .at("/admin/messages", get(page.show(messages::list)))
        .at("/admin/messages/:id/try", post(page.submit(messages::try_now)))
        .at("/admin/messages/previews/:id", get(page.show(messages::preview)))
        .at("/admin/messages/previews/:id/html", get(page.show(messages::html)))
        .at("/admin/keys", get(page.show(keys::show)).post(page.submit(keys::rotate)))
        .at("/admin/audit", get(page.show(audit::list)))
        .at("/admin/audit/export", get(page.show(audit::export)))
        .at("/admin/settings", get(page.show(settings::show)))
}

fn organisations_routes(routes: Route, page: &Pages) -> Route {
    routes
        .at("/admin/organisations", get(page.show(organisations::list)).post(page.submit(organisations::add)))
        .at(
            "/admin/organisations/:id",
            get(page.show(organisations::show)).post(page.submit(organisations::change)),
        )
        .at("/admin/organisations/:id/teams", post(page.submit(organisations::add_team)))
}

fn people_routes(routes: Route, page: &Pages) -> Route {
    routes
        .at("/admin/people", get(page.show(people::list)))
        .at("/admin/people/:id", get(page.show(people::show)))
        .at("/admin/people/:id/unblock", post(page.submit(people_acts::unblock)))
        .at("/admin/people/:id/disable", post(page.submit(people_acts::disable)))
        .at("/admin/people/:id/enable", post(page.submit(people_acts::enable)))
        .at("/admin/people/:id/sessions/end", post(page.submit(people_acts::end_sessions)))
        .at("/admin/people/:id/places/give", post(page.submit(people_acts::give_place)))
        .at("/admin/people/:id/places/take", post(page.submit(people_acts::take_place)))
}

fn invites_routes(routes: Route, page: &Pages) -> Route {
    routes
        .at("/admin/invites", get(page.show(invites::list)))
        .at("/admin/invites/new", get(page.show(invites::new)).post(page.submit(invites::add)))
        .at("/admin/invites/bulk", get(page.show(invite_lists::new)).post(page.submit(invite_lists::judge)))
        .at("/admin/invites/lists/:id", get(page.show(invite_lists::show)))
        .at("/admin/invites/lists/:id/send", post(page.submit(invite_lists::send)))
        .at("/admin/invites/:id", get(page.show(invites::show)))
        .at("/admin/invites/:id/resend", post(page.submit(invite_acts::resend)))
        .at("/admin/invites/:id/remind", post(page.submit(invite_acts::remind)))
        .at("/admin/invites/:id/revoke", post(page.submit(invite_acts::revoke)))
        .at("/admin/invites/:id/address", post(page.submit(invite_acts::readdress)))
        .at("/admin/invites/:id/hand-over", post(page.submit(invite_acts::hand_over)))
}

/// The parts of the console in the order of the menu: address, name, and whose sight opens it.
const PARTS: [(&str, &str, Area); 9] = [
    ("/admin/people", "nav-people", Area::People),
    ("/admin/invites", "nav-invites", Area::Invitations),
    ("/admin/organisations", "nav-organisations", Area::Organisations),
    ("/admin/clients", "nav-clients", Area::Clients),
    ("/admin/notices", "nav-notices", Area::Notices),
    ("/admin/messages", "nav-messages", Area::Messages),
    ("/admin/keys", "nav-keys", Area::Keys),
    ("/admin/audit", "nav-audit", Area::Audit),
    ("/admin/settings", "nav-settings", Area::Settings),
];

/// The menu as far as somebody may see it, with the part that is open.
fn nav(caller: &Caller, current: &str) -> Value {
    let home = json!({ "href": "/admin", "label_key": "nav-home", "current": current == "/admin" });
    let parts = PARTS.iter().filter(|(_, _, area)| caller.sees(*area)).map(
        |(href, label_key, _)| json!({ "href": href, "label_key": label_key, "current": *href == current }),
    );
    std::iter::once(home).chain(parts).collect()
}

/// A page of the console in its frame.
fn page(visit: &Visit, caller: &Caller, (part, page): (&str, Page)) -> Answer {
    visit.page(page.nav(nav(caller, part)))
}
