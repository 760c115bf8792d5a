//! How a notice looks: the same for whoever is asked and for whoever writes it.

use crate::notices::Kind;
use crate::notices::prose::{self, Block, Run};
use serde_json::{Value, json};

/// How a notice is shown, beside its text.
pub(in super::super) struct Shown<'a> {
    /// Until when it may be put off, in words; empty where it may not.
    pub(in super::super) until: &'a str,
    /// Name and colour of the application that asked.
    pub(in super::super) look: Option<(&'a str, &'a str)>,
    /// Whether somebody looks at it before it is in force: then nothing can be pressed.
    pub(in super::super) is_preview: bool,
    /// Version and id.
    pub(in super::super) id: (i32, &'a str),
}

/// What the page of a notice shows. The terms and other notices are ours; a disclaimer wears the application's own name
/// and colour.
pub(in super::super) fn view(kind: &Kind, (title, text): (&str, &str), shown: Shown<'_>) -> Value {
    let name = match kind {
        Kind::Terms => "terms",
        Kind::Notice(_) => "notice",
        Kind::Disclaimer(_) => "disclaimer",
    };
    let own = shown.look.filter(|_| name == "disclaimer");
    json!({
        "kind": name,
        "title": title,
        "blocks": blocks(text),
        "client_name": own.map_or("", |(name, _)| name),
        "colour_class": own.map(|(_, colour)| format!("colour-{colour}")).unwrap_or_default(),
        "until_text": shown.until,
        "is_preview": shown.is_preview,
        "version": shown.id.0,
        "notice_id": shown.id.1,
    })
}

/// The blocks of a text for a page, which escapes every word of them.
pub(in super::super) fn blocks(text: &str) -> Value {
    let block = |tag: &str, runs: &[Run], items: &[Vec<Run>]| {
        let items: Vec<Value> = items.iter().map(|runs| json!({ "runs": words(runs) })).collect();
        json!({ "tag": tag, "runs": words(runs), "items": items })
    };
    let (all, _) = prose::read(text);
    all.iter()
        .map(|it| match it {
            Block::Heading { is_minor, runs } => block(if *is_minor { "h3" } else { "h2" }, runs, &[]),
            Block::Paragraph(runs) => block("p", runs, &[]),
            Block::List { is_ordered, items } => block(if *is_ordered { "ol" } else { "ul" }, &[], items),
        })
        .collect()
}

fn words(runs: &[Run]) -> Value {
    let run = |it: &Run| {
        json!({
            "text": it.text, "strong": it.strong, "emphasis": it.emphasis,
            "href": it.href.as_deref().unwrap_or_default(),
        })
    };
    runs.iter().map(run).collect()
}
