//! Pages of lists in addresses: where a page begins is opaque and bound to its list, so nobody asks for what was not
//! offered (A107).

use super::super::answer::Stop;
use super::super::visit::Visit;
use crate::app::App;
use crate::seal::{hex, same, unhex};
use crate::store::paging::{Page, Wish};
use url::form_urlencoded::Serializer;

/// Rows on a page of the console.
const ROWS: u64 = 50;
/// Bytes of the proof in a cursor.
const PROOF: usize = 16;

/// The page that the address asks for.
pub(super) fn wish(visit: &Visit) -> Result<Wish, Stop> {
    let after = match visit.query.get("after") {
        None => None,
        Some(cursor) => Some(read(&visit.app, &visit.path, cursor).ok_or(Stop::NotFound)?),
    };
    Ok(Wish { after, most: ROWS })
}

/// The address of the next page with the same filters, if there is one; else empty.
pub(super) fn next<T>(visit: &Visit, page: &Page<T>) -> String {
    let Some(key) = &page.next else { return String::new() };
    let mut query = Serializer::new(String::new());
    for (name, value) in
        visit.query.pairs().filter(|(name, _)| !matches!(*name, "after" | "said" | "ui_locales"))
    {
        query.append_pair(name, value);
    }
    query.append_pair("after", &write(&visit.app, &visit.path, key));
    format!("{}?{}", visit.path, query.finish())
}

/// The cursor of a key in a list.
pub(in super::super) fn write(app: &App, list: &str, key: &str) -> String {
    format!("{}{}", hex(&proof(app, list, key)), hex(key.as_bytes()))
}

/// The key in a cursor of this list.
pub(in super::super) fn read(app: &App, list: &str, cursor: &str) -> Option<String> {
    let bytes = unhex(cursor)?;
    let (given, key) = bytes.split_at_checked(PROOF)?;
    let key = std::str::from_utf8(key).ok()?;
    same(given, &proof(app, list, key)).then(|| key.to_owned())
}

fn proof(app: &App, list: &str, key: &str) -> [u8; PROOF] {
    let mac = app.ground.ring.mac("cursor", &[list.as_bytes(), key.as_bytes()]);
    let mut proof = [0; PROOF];
    proof.copy_from_slice(&mac[..PROOF]);
    proof
}
