//! The pages for people, one file a subject. Each handler does one thing and returns to `/continue`,
//! where `journey` decides what is next.

mod accounts;
mod applications;
mod code;
mod consent;
mod flow;
mod forgot;
mod inbox;
mod invite;
mod misc;
mod notice;
pub(super) mod notice_view;
mod phone;
mod sign_in;
pub(super) mod sign_out;
mod team;
mod team_view;
mod verify;

pub(super) use flow::href;

pub(super) use invite::role_key;
pub(super) use team_view::step_words;

use super::endpoint::Pages;
use poem::{Route, get, post};

/// Adds the pages.
pub(super) fn routes(routes: Route, page: &Pages) -> Route {
    let routes = entry(routes, page);
    let routes = recovery(routes, page);
    team(routes, page)
}

/// Adds the demo's inbox.
pub(super) fn demo_routes(routes: Route, page: &Pages) -> Route {
    routes
        .at("/demo/inbox", get(page.show(inbox::show)))
        .at("/demo/inbox.json", get(page.show(inbox::json)))
        .at("/demo/inbox/:id", get(page.show(inbox::mail)))
}

fn entry(routes: Route, page: &Pages) -> Route {
    routes
        .at("/", get(page.show(flow::start)))
        .at("/continue", get(page.show(flow::advance)))
        .at("/sign-in", get(page.show(sign_in::show)).post(page.submit(sign_in::submit)))
        .at("/sign-in/code", get(page.show(code::show)).post(page.submit(code::submit)))
        .at("/sign-in/code/resend", post(page.submit(code::resend)))
        .at("/sign-in/restart", post(page.submit(code::restart)))
        .at("/set-up/phone", get(page.show(phone::show)).post(page.submit(phone::submit)))
        .at("/notice", get(page.show(notice::show)).post(page.submit(notice::submit)))
        .at("/join", get(page.show(invite::show_join)).post(page.submit(invite::join)))
        .at("/invite/:token", get(page.show(invite::show)).post(page.submit(invite::submit)))
        .at("/invite/:token/ask", post(page.submit(invite::ask)))
        .at("/invite/:token/sign-in", post(page.submit(invite::sign_in)))
        .at("/verify-email", get(page.show(verify::show)).post(page.submit(verify::submit_code)))
        .at("/verify-email/resend", post(page.submit(verify::resend)))
        .at("/verify/:token", get(page.show(verify::show_link)).post(page.submit(verify::submit_link)))
        .at("/verify/:token/not-me", post(page.submit(verify::not_me)))
        .at("/select-account", get(page.show(accounts::show)).post(page.submit(accounts::submit)))
        .at("/consent", get(page.show(consent::show)).post(page.submit(consent::submit)))
        .at("/account/apps", get(page.show(applications::show)))
        .at("/account/apps/remove", post(page.submit(applications::remove)))
        .at("/welcome", get(page.show(misc::set_up)))
        .at("/terms", get(page.show(misc::terms)))
        .at("/access", get(page.show(misc::access)).post(page.submit(misc::has_account)))
        .at("/password-strength", post(page.submit(misc::strength)))
        .at("/sign-out", get(page.show(sign_out::show)).post(page.submit(sign_out::submit)))
        .at("/signed-out", get(page.show(sign_out::done)))
}

fn recovery(routes: Route, page: &Pages) -> Route {
    routes
        .at("/forgot", get(page.show(forgot::show)).post(page.submit(forgot::begin)))
        .at("/forgot/code", get(page.show(forgot::show_code)).post(page.submit(forgot::submit_code)))
        .at("/forgot/resend", post(page.submit(forgot::resend)))
        .at("/forgot/sms", get(page.show(forgot::show_sms)).post(page.submit(forgot::submit_sms)))
        .at("/forgot/sms/resend", post(page.submit(forgot::resend_sms)))
        .at(
            "/forgot/password",
            get(page.show(forgot::show_password)).post(page.submit(forgot::submit_password)),
        )
}

fn team(routes: Route, page: &Pages) -> Route {
    routes
        .at("/team", get(page.show(team::show)))
        .at("/team/invite", post(page.submit(team::invite)))
        .at("/team/invitations/:id/resend", post(page.submit(team::resend)))
        .at("/team/invitations/:id/revoke", post(page.submit(team::revoke)))
        .at("/team/invitations/:id/take-over", post(page.submit(team::take_over)))
        .at("/team/invitations/:id/approve", post(page.submit(team::approve)))
        .at("/team/invitations/:id/decline", post(page.submit(team::decline)))
        .at("/team/people/:id/unblock", post(page.submit(team::unblock)))
}
