//! The texts of notices: a small part of Markdown (CommonMark), read into blocks that a page writes out itself, with every
//! word escaped. There is no way for HTML through it: what looks like it is shown as it stands, and told to whoever writes.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A piece of text of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Its words, plain.
    pub text: String,
    /// Whether it is strongly emphasised.
    pub strong: bool,
    /// Whether it is emphasised.
    pub emphasis: bool,
    /// Where it leads: https, or nowhere.
    pub href: Option<String>,
}

/// What stands below each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading below the title; of the second order when `is_minor`.
    Heading {
        /// Below another heading.
        is_minor: bool,
        /// Its words.
        runs: Vec<Run>,
    },
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A list.
    List {
        /// Whether its items are counted.
        is_ordered: bool,
        /// Its items.
        items: Vec<Vec<Run>>,
    },
}

/// What a text may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfit {
    /// HTML.
    Html,
    /// A picture.
    Picture,
    /// A link that does not begin with https://.
    Address,
    /// A list in a list, a quotation, code, a line across.
    Form,
}

impl Unfit {
    /// Its name in the API and in keys of texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Picture => "picture",
            Self::Address => "address",
            Self::Form => "form",
        }
    }
}

/// Reads a text. What it may not have is told, and shown as its plain words.
#[must_use]
pub fn read(text: &str) -> (Vec<Block>, Vec<Unfit>) {
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, Options::empty()) {
        reader.event(event);
    }
    reader.paragraph();
    reader.unfit.sort_unstable();
    reader.unfit.dedup();
    (reader.blocks, reader.unfit)
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    unfit: Vec<Unfit>,
    runs: Vec<Run>,
    strong: usize,
    emphasis: usize,
    href: Option<String>,
    /// How deep in lists it is; their items all go into the outermost.
    depth: usize,
    is_ordered: bool,
    items: Vec<Vec<Run>>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.words(&text),
            Event::SoftBreak | Event::HardBreak => self.words(" "),
            Event::Html(text) | Event::InlineHtml(text) => {
                self.unfit.push(Unfit::Html);
                self.words(text.trim_end_matches('\n'));
            }
            Event::Code(text) => {
                self.unfit.push(Unfit::Form);
                self.words(&text);
            }
            Event::Rule => {
                self.unfit.push(Unfit::Form);
                self.paragraph();
            }
            // Of extensions, which are all off.
            _ => self.unfit.push(Unfit::Form),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strong => self.strong += 1,
            Tag::Link { dest_url, .. } => match is_fit(&dest_url) {
                true => self.href = Some(dest_url.into_string()),
                false => self.unfit.push(Unfit::Address),
            },
            Tag::Image { .. } => self.unfit.push(Unfit::Picture),
            Tag::List(first) => {
                if self.depth == 0 {
                    self.paragraph();
                    self.is_ordered = first.is_some();
                } else {
                    self.unfit.push(Unfit::Form);
                    self.item();
                }
                self.depth += 1;
            }
            Tag::HtmlBlock => self.unfit.push(Unfit::Html),
            Tag::Paragraph => {
                // A second paragraph of an item.
                if !self.runs.is_empty() {
                    self.words(" ");
                }
            }
            Tag::Heading { .. } | Tag::Item => {}
            _ => self.unfit.push(Unfit::Form),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Link => self.href = None,
            TagEnd::Image => {}
            TagEnd::Item => self.item(),
            TagEnd::List(_) => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 && !self.items.is_empty() {
                    let (is_ordered, items) = (self.is_ordered, std::mem::take(&mut self.items));
                    self.blocks.push(Block::List { is_ordered, items });
                }
            }
            TagEnd::Heading(level) if self.depth == 0 => {
                let is_minor = !matches!(level, HeadingLevel::H1 | HeadingLevel::H2);
                let runs = std::mem::take(&mut self.runs);
                if !runs.is_empty() {
                    self.blocks.push(Block::Heading { is_minor, runs });
                }
            }
            _ if self.depth == 0 => self.paragraph(),
            _ => {}
        }
    }

    fn words(&mut self, text: &str) {
        let run = Run {
            text: text.to_owned(),
            strong: self.strong > 0,
            emphasis: self.emphasis > 0,
            href: self.href.clone(),
        };
        match self.runs.last_mut() {
            Some(last)
                if (last.strong, last.emphasis, &last.href) == (run.strong, run.emphasis, &run.href) =>
            {
                last.text.push_str(text);
            }
            _ => self.runs.push(run),
        }
    }

    fn paragraph(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        if runs.iter().any(|run| !run.text.trim().is_empty()) {
            self.blocks.push(Block::Paragraph(runs));
        }
    }

    fn item(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        if !runs.is_empty() {
            self.items.push(runs);
        }
    }
}

/// Whether a link may lead there.
fn is_fit(address: &str) -> bool {
    let parsed = url::Url::parse(address);
    parsed.is_ok_and(|url| url.scheme() == "https" && url.username().is_empty() && url.password().is_none())
        && !address.chars().any(|c| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn plain(text: &str) -> Run {
        Run { text: text.to_owned(), ..Run::default() }
    }

    #[test]
    fn the_small_part_is_read_as_it_is_meant() {
        let text = "# One\n\nA *b* **c** [d](https://example.org/e).\nNext line.\n\n### Two\n\n- first\n- *second*\n\n\
                    1. uno\n2. due";
        let (blocks, unfit) = read(text);
        assert_eq!(unfit, []);
        let paragraph = vec![
            plain("A "),
            Run { emphasis: true, ..plain("b") },
            plain(" "),
            Run { strong: true, ..plain("c") },
            plain(" "),
            Run { href: Some("https://example.org/e".to_owned()), ..plain("d") },
            plain(". Next line."),
        ];
        let second = Run { emphasis: true, ..plain("second") };
        assert_eq!(
            blocks,
            [
                Block::Heading { is_minor: false, runs: vec![plain("One")] },
                Block::Paragraph(paragraph),
                Block::Heading { is_minor: true, runs: vec![plain("Two")] },
                Block::List { is_ordered: false, items: vec![vec![plain("first")], vec![second]] },
                Block::List { is_ordered: true, items: vec![vec![plain("uno")], vec![plain("due")]] },
            ]
        );
    }

    #[test]
    fn what_a_text_may_not_have_is_told_and_leads_nowhere() {
        for (text, expected) in [
            ("<script>alert(1)</script>", Unfit::Html),
            ("a <img src=x onerror=alert(1)> b", Unfit::Html),
            ("[a](javascript:alert(1))", Unfit::Address),
            ("[a](JaVaScRiPt:alert(1))", Unfit::Address),
            ("[a](data:text/html,x)", Unfit::Address),
            ("[a](http://example.org/)", Unfit::Address),
            ("[a](//evil.example/)", Unfit::Address),
            ("[a](https://user:pass@example.org/)", Unfit::Address),
            ("<javascript:alert(1)>", Unfit::Address),
            ("[a]\n\n[a]: javascript:alert(1)", Unfit::Address),
            ("![a](https://example.org/a.png)", Unfit::Picture),
            ("> quoted", Unfit::Form),
            ("`code`", Unfit::Form),
            ("    code", Unfit::Form),
            ("a\n\n---\n\nb", Unfit::Form),
            ("- a\n  - b", Unfit::Form),
        ] {
            let (blocks, unfit) = read(text);
            assert!(unfit.contains(&expected), "{text:?}: {unfit:?}");
            for block in blocks {
                let runs = match block {
                    Block::Heading { runs, .. } | Block::Paragraph(runs) => runs,
                    Block::List { items, .. } => items.into_iter().flatten().collect(),
                };
                assert!(runs.iter().all(|run| run.href.is_none()), "{text:?}: {runs:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_and_leads_to_https_alone(
            pieces in vec(select(PIECES.to_vec()), 0..24),
        ) {
            let (blocks, _) = read(&pieces.concat());
            for block in blocks {
                let runs = match block {
                    Block::Heading { runs, .. } | Block::Paragraph(runs) => runs,
                    Block::List { items, .. } => items.into_iter().flatten().collect(),
                };
                let leads = runs.iter().filter_map(|run| run.href.as_deref());
                prop_assert!(leads.into_iter().all(|href| href.starts_with("https://")));
            }
        }
    }

    /// What means something to the reader, and what would mean something to a browser.
    const PIECES: [&str; 24] = [
        "*",
        "**",
        "_",
        "# ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "`",
        "    ",
        "[a](",
        ")",
        "]: ",
        "![",
        "<",
        ">",
        "script",
        "javascript:",
        "https://a.example/",
        "data:",
        "\u{0}",
        "\"",
        "é",
    ];

    #[test]
    fn what_has_no_place_keeps_its_words() {
        let (blocks, _) = read("> quoted\n\n`code` and <b>bold</b>\n\n- a\n  - b\n- c");
        let items = vec![vec![plain("a")], vec![plain("b")], vec![plain("c")]];
        assert_eq!(
            blocks,
            [
                Block::Paragraph(vec![plain("quoted")]),
                Block::Paragraph(vec![plain("code and <b>bold</b>")]),
                Block::List { is_ordered: false, items },
            ]
        );
    }

    #[test]
    fn a_text_of_plain_paragraphs_reads_as_before() {
        let (blocks, unfit) = read("One\ngoes on.\n\n\nTwo.\n");
        assert_eq!(blocks, ["One goes on.", "Two."].map(|text| Block::Paragraph(vec![plain(text)])));
        assert_eq!(unfit, []);
    }
}
