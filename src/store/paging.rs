//! Lists by keyset: a page goes on after the last key of the one before, so the last page costs what the first does.

/// Which page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The key after which it begins; the first page has none.
    pub after: Option<String>,
    /// Rows at most.
    pub most: u64,
}

impl Wish {
    /// The first page.
    #[must_use]
    pub fn first(most: u64) -> Self {
        Self { after: None, most }
    }

    /// How many rows to read: one more than asked for tells whether there is another page.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.most + 1
    }

    /// The page of the rows that were read.
    #[must_use]
    pub fn page<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> String) -> Page<T> {
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        let has_more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| has_more).map(key);
        Page { rows, next }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Its rows, in order.
    pub rows: Vec<T>,
    /// The key after which the next page begins, if there is one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page of something else.
    #[must_use]
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(each).collect(), next: self.next }
    }
}

/// A `LIKE` pattern for texts that hold these words, with `\` before what would stand for other characters.
/// Control characters are left out: no name has one, and PostgreSQL takes no text with a NUL.
#[must_use]
pub fn holding(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.to_lowercase().chars().filter(|c| !c.is_control()) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_the_next_begins_and_the_last_says_nothing() {
        let wish = Wish::first(2);
        for (read, rows, next) in [
            (vec![], vec![], None),
            (vec![1, 2], vec![1, 2], None),
            (vec![1, 2, 3], vec![1, 2], Some("2".to_owned())),
        ] {
            let page = wish.page(read, ToString::to_string);
            assert_eq!((page.rows, page.next), (rows, next));
        }
        assert_eq!(wish.rows(), 3);
    }

    #[test]
    fn what_stands_for_other_characters_stands_for_itself() {
        assert_eq!(holding("50%_A\\"), "%50\\%\\_a\\\\%");
        assert_eq!(holding("a\0\r\nb"), "%ab%");
    }
}
