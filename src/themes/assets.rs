//! Files that pages load: served under a name that holds a hash of the content, so that browsers
//! keep them for a year and never show an old one.

use super::Files;
use crate::seal::{hex, sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One file.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Media type.
    pub media_type: &'static str,
    /// Content.
    pub content: Cow<'static, [u8]>,
}

#[derive(Default)]
pub(super) struct Assets {
    by_hashed: BTreeMap<String, Asset>,
    urls: BTreeMap<String, String>,
}

impl Assets {
    pub(super) fn gather(files: &Files) -> Self {
        let mut assets = Self::default();
        for (path, content) in &files.0 {
            let Some(name) = path.strip_prefix("assets/") else { continue };
            let Some(media_type) = media_type(name) else { continue };
            let hash = hex(&sha256(content)[..8]);
            let hashed = format!("{hash}.{name}");
            assets.urls.insert(name.to_owned(), format!("/assets/{hashed}"));
            assets.by_hashed.insert(hashed, Asset { media_type, content: content.clone() });
        }
        assets
    }

    pub(super) fn get(&self, hashed: &str) -> Option<&Asset> {
        self.by_hashed.get(hashed)
    }

    pub(super) fn url(&self, name: &str) -> Option<&str> {
        self.urls.get(name).map(String::as_str)
    }
}

fn media_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "ico" => Some("image/x-icon"),
        _ => None,
    }
}
