//! Names of applications as people see them: what may not be in one, and which two cannot be told apart (UTS 39). Pure.
//!
//! `unicode-security` brings the tables of UTS 39, which nobody should copy by hand; it is kept by the `unicode-rs`
//! group beside `unicode-normalization`, has no code but look-ups, and judges domains of addresses already. What no
//! table says, that two names mean the same, is left to whoever hands out registration tokens.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::{MixedScript as _, skeleton};

/// What is wrong with a name, as the end of a sentence.
pub(super) fn problem(name: &str) -> Option<&'static str> {
    if name.chars().any(is_hidden) {
        return Some("has characters that cannot be seen");
    }
    let mut words = name.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
    words.any(mixes_scripts).then_some("mixes scripts within a word, so it can be taken for another name")
}

/// What leaves no trace on the screen, or changes how the rest is read: controls, everything that a skeleton leaves out
/// (default-ignorable code points, those that turn the direction of a text among them), separators of lines, a blank
/// that is no white space, and what looks as a font likes.
fn is_hidden(c: char) -> bool {
    let mut one = [0; 4];
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{fff9}'..='\u{fffc}')
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
        || skeleton(c.encode_utf8(&mut one)).next().is_none()
}

/// Whether letters of several scripts are in one word. Latin beside Chinese, Japanese or Korean is usual and looks like
/// neither (UTS 39 5.2, "highly restrictive").
fn mixes_scripts(word: &str) -> bool {
    if word.is_single_script() {
        return false;
    }
    let fits_latin = |c: &char| ['a', *c].iter().collect::<String>().is_single_script();
    let others = word.chars().filter(|c| !fits_latin(c));
    let beside: String = std::iter::once('\u{6f22}').chain(others).collect();
    !beside.is_single_script()
}

/// What is left of a name for whoever glances at it.
#[derive(Debug)]
struct Look {
    caseless: String,
    cased: String,
}

impl Look {
    /// Two ways, since a capital `I` is an `i` to whoever ignores case and an `l` to whoever looks.
    fn of(name: &str) -> Self {
        let name: String = name.nfkc().collect();
        let name = plain(&name);
        let seen = |text: &str| skeleton(text).collect::<String>();
        let caseless = fold(&seen(&fold(&name)));
        let cased = fold(&seen(&fold(&seen(&name))));
        Self { caseless, cased }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.caseless == other.caseless || self.cased == other.cased
    }
}

/// Case folding as far as std knows it: by way of the capitals, `ß` is `ss` and `ſ` is `s`.
fn fold(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}

/// Without blanks that nobody sees.
fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A client's name and where the client came from.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) name: String,
    /// It registered itself.
    pub(super) is_dynamic: bool,
}

/// Whose name another one looks like.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Like<'a> {
    /// That of the whole house.
    Brand,
    /// The client of this id.
    Client(&'a str),
}

/// The names of all clients, and the brand.
#[derive(Debug)]
pub struct Names {
    brand: (String, Look),
    known: Vec<(Known, Look)>,
}

impl Names {
    /// What every name looks like: some microseconds each.
    pub(super) fn new(brand: &str, known: Vec<Known>) -> Self {
        let brand = (plain(brand), Look::of(brand));
        let known = known.into_iter().map(|known| {
            let look = Look::of(&known.name);
            (known, look)
        });
        Self { brand, known: known.collect() }
    }

    /// Whose name this one looks like. Applications that register themselves may share one name to the letter, as the
    /// copies of one program do; and the house may name an application of its own like itself.
    pub(super) fn like(&self, asked: &Known) -> Option<Like<'_>> {
        let (look, name) = (Look::of(&asked.name), plain(&asked.name));
        let (brand, brand_look) = &self.brand;
        if look.is_like(brand_look) && (asked.is_dynamic || name != *brand) {
            return Some(Like::Brand);
        }
        let is_copy = |known: &Known| asked.is_dynamic && known.is_dynamic && plain(&known.name) == name;
        let mut others = self.known.iter().filter(|(known, _)| known.id != asked.id && !is_copy(known));
        others.find(|(_, other)| look.is_like(other)).map(|(known, _)| Like::Client(&known.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIDDEN: Option<&str> = Some("has characters that cannot be seen");
    const MIXED: Option<&str> = Some("mixes scripts within a word, so it can be taken for another name");

    #[test]
    fn names_that_hide_or_mix_something_are_refused_i31() {
        let table = [
            ("Ward tablet", None),
            ("Rota (Northshore) & more, 2.0", None),
            ("Zoë's Übung", None),
            ("Смена", None),
            ("Смена Rota", None),
            ("Rota-Смена", None),
            ("Βάρδια", None),
            ("LINEアプリ", None),
            ("看護App", None),
            ("당직Rota", None),
            ("Rota 🏥", None),
            ("Good\u{202e}Bad", HIDDEN),
            ("Ro\u{200b}ta", HIDDEN),
            ("Ro\u{ad}ta", HIDDEN),
            ("Ro\u{34f}ta", HIDDEN),
            ("Ro\u{61c}ta", HIDDEN),
            ("Rota\u{3164}", HIDDEN),
            ("Rota\u{115f}", HIDDEN),
            ("Rota\u{2066}", HIDDEN),
            ("Rota\u{2028}x", HIDDEN),
            ("Rota\u{2800}", HIDDEN),
            ("Rota\u{fe0f}", HIDDEN),
            ("Rota\u{e0041}", HIDDEN),
            ("Rota\u{e001}", HIDDEN),
            ("Rota\0", HIDDEN),
            ("R\u{43e}ta", MIXED),
            ("Ward R\u{43e}ta", MIXED),
            ("\u{397}uma", MIXED),
            ("\u{41d}\u{3c5}m", MIXED),
            ("App\u{430}アプリ", MIXED),
            ("Ro\u{301}t\u{430}", MIXED),
        ];
        for (name, expected) in table {
            assert_eq!(problem(name), expected, "{name:?}");
        }
    }

    #[test]
    fn names_that_cannot_be_told_apart_look_alike_i31() {
        let alike = [
            ("Rota", "rota"),
            ("Clinician dashboard", "  clinician\u{a0} DASHBOARD "),
            ("Rota", "R\u{43e}ta"),
            ("ace", "\u{430}\u{441}\u{435}"),
            ("Huma", "\u{397}uma"),
            ("PayPal", "PayPaI"),
            ("PAYPAL", "PayPaI"),
            ("Modern", "M0dern"),
            ("Modern", "Modem"),
            ("Rota", "Ｒｏｔａ"),
            ("Rota", "𝐑𝐨𝐭𝐚"),
            ("Straße", "STRASSE"),
            ("Rota", "Ro\u{200d}ta"),
            ("Ward-4", "Ward\u{2010}4"),
        ];
        for (one, other) in alike {
            assert!(Look::of(one).is_like(&Look::of(other)), "{one:?} {other:?}");
        }
        for (one, other) in
            [("Mail", "Mall"), ("Rota", "Rotas"), ("Zoe", "Zoë"), ("Ward 4", "Ward 5"), ("", "x")]
        {
            assert!(!Look::of(one).is_like(&Look::of(other)), "{one:?} {other:?}");
        }
    }

    fn known(id: &str, name: &str, is_dynamic: bool) -> Known {
        Known { id: id.to_owned(), name: name.to_owned(), is_dynamic }
    }

    #[test]
    fn who_may_bear_which_name() {
        let names =
            Names::new("Huma", vec![known("rota", "Rota", false), known("copy", "Ward tablet", true)]);
        let table = [
            (known("new", "Clinic", true), None),
            (known("new", "ROTA", true), Some(Like::Client("rota"))),
            (known("new", "Rota", false), Some(Like::Client("rota"))),
            (known("rota", "Rota", false), None),
            (known("new", "Ward tablet", true), None),
            (known("new", " Ward  tablet", true), None),
            (known("new", "Ward tab1et", true), Some(Like::Client("copy"))),
            (known("new", "Ward tablet", false), Some(Like::Client("copy"))),
            (known("new", "Huma", true), Some(Like::Brand)),
            (known("new", "HUMA", true), Some(Like::Brand)),
            (known("new", "Huma", false), None),
            (known("new", "Hurna", false), Some(Like::Brand)),
        ];
        for (asked, expected) in table {
            assert_eq!(names.like(&asked), expected, "{asked:?}");
        }
    }
}
