//! What a new version says that the one before did not, by paragraphs: pure.

/// One paragraph of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// In both.
    Kept(&'a str),
    /// In the new one alone.
    Added(&'a str),
    /// In the old one alone.
    Removed(&'a str),
}

/// Pairs of paragraphs that are compared at most; beyond that all of the old and then all of the new is told.
const MOST: usize = 1_000_000;

/// Compares two texts by their paragraphs, by a longest common subsequence.
#[must_use]
pub fn changes<'a>(old: &'a str, new: &'a str) -> Vec<Change<'a>> {
    let (old, new) = (paragraphs(old), paragraphs(new));
    if old.len().saturating_mul(new.len()) > MOST {
        let removed = old.into_iter().map(Change::Removed);
        return removed.chain(new.into_iter().map(Change::Added)).collect();
    }
    let lengths = lengths(&old, &new);
    let (mut all, mut i, mut j) = (Vec::new(), 0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            all.push(Change::Kept(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || lengths[i + 1][j] >= lengths[i][j + 1]) {
            all.push(Change::Removed(old[i]));
            i += 1;
        } else {
            all.push(Change::Added(new[j]));
            j += 1;
        }
    }
    all
}

/// How long the longest common part is from each pair on.
fn lengths(old: &[&str], new: &[&str]) -> Vec<Vec<u32>> {
    let mut lengths = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i][j] = match old[i] == new[j] {
                true => lengths[i + 1][j + 1] + 1,
                false => lengths[i + 1][j].max(lengths[i][j + 1]),
            };
        }
    }
    lengths
}

fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_kept_added_or_removed() {
        use Change::{Added, Kept, Removed};
        for (old, new, expected) in [
            ("", "", vec![]),
            ("a\n\nb", "a\n\n\nb\n", vec![Kept("a"), Kept("b")]),
            ("a\n\nb\n\nc", "a\n\nc", vec![Kept("a"), Removed("b"), Kept("c")]),
            ("a\n\nc", "a\n\nb\n\nc", vec![Kept("a"), Added("b"), Kept("c")]),
            ("a", "b", vec![Removed("a"), Added("b")]),
        ] {
            assert_eq!(changes(old, new), expected);
        }
        let long = "a\n\n".repeat(2000);
        assert_eq!(changes(&long, &long).len(), 4000, "too long to compare");
    }
}
