//! A list of people as it is written: pasted addresses, or a table (RFC 4180) from a spreadsheet. Pure.
//!
//! Cells are told apart by commas, semicolons or tabs, whichever the first line has. The columns are address, given name,
//! family name, team and role, unless a header says otherwise; what is missing is taken from the list as a whole.

/// Lines of a list at most.
pub const MOST: usize = 5_000;
/// Columns, in their order without a header.
pub const COLUMNS: [&str; 5] = ["email", "given_name", "family_name", "team", "role"];
/// What headers call them, the underscore being a blank.
const HEADERS: [&[&str]; 5] = [
    &["email", "e-mail", "address", "email address", "e-mail address", "mail", "adresse", "e-mail-adresse"],
    &["given name", "first name", "forename", "vorname"],
    &["family name", "last name", "surname", "nachname", "name"],
    &["team"],
    &["role", "rolle"],
];

/// A line as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Its number, from 1; blank lines count.
    pub number: i32,
    /// The cells in the order of `COLUMNS`; empty where there is none.
    pub cells: [String; 5],
    /// In which column of the list each stands, from 1.
    pub columns: [i32; 5],
    /// The column at which it cannot be read: a quote that is never closed, or a cell too many.
    pub unreadable_at: Option<i32>,
}

/// Why a list cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is nobody in it.
    Empty,
    /// It has more lines than `MOST`.
    TooLong,
    /// The header names, in this column, what there is not, or something twice.
    Header(i32),
}

/// Reads a list.
///
/// # Errors
/// When none of it can be read; what is wrong with single lines is in them.
pub fn read(text: &str) -> Result<Vec<Written>, Unreadable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()).peekable();
    let Some((first, _)) = lines.peek().copied() else { return Err(Unreadable::Empty) };
    let separator = ['\t', ';', ','].into_iter().find(|sign| first.contains(*sign)).unwrap_or(',');
    let mut order = vec![0, 1, 2, 3, 4];
    if let Some(header) = header(&cells(first, separator).0)? {
        order = header;
        lines.next();
    }
    let all: Vec<Written> =
        lines.take(MOST + 1).map(|(line, number)| written(number, cells(line, separator), &order)).collect();
    match all.len() {
        0 => Err(Unreadable::Empty),
        count if count > MOST => Err(Unreadable::TooLong),
        _ => Ok(all),
    }
}

/// Which column each cell of the list is, where the first line is a header.
fn header(first: &[String]) -> Result<Option<Vec<usize>>, Unreadable> {
    let column = |cell: &String| {
        let name = cell.to_lowercase().replace('_', " ");
        HEADERS.iter().position(|names| names.contains(&name.as_str()))
    };
    let named: Vec<Option<usize>> = first.iter().map(column).collect();
    if first.iter().any(|cell| cell.contains('@')) || named.iter().all(Option::is_none) {
        return Ok(None);
    }
    let mut order = Vec::new();
    for (name, at) in named.into_iter().zip(1..) {
        let name = name.filter(|name| !order.contains(name)).ok_or(Unreadable::Header(at))?;
        order.push(name);
    }
    Ok(Some(order))
}

fn written(number: i32, (cells, open_at): (Vec<String>, Option<i32>), order: &[usize]) -> Written {
    let mut line = Written { number, unreadable_at: open_at, ..Written::default() };
    for (cell, at) in cells.into_iter().zip(1..) {
        match usize::try_from(at - 1).ok().and_then(|index| order.get(index)) {
            Some(column) => {
                line.cells[*column] = cell;
                line.columns[*column] = at;
            }
            None if cell.is_empty() => {}
            None => line.unreadable_at = line.unreadable_at.or(Some(at)),
        }
    }
    line
}

/// The cells of a line, trimmed, and the column of a quote that is never closed. A doubled quote stands for one.
fn cells(line: &str, separator: char) -> (Vec<String>, Option<i32>) {
    let (mut cells, mut cell, mut quoted, mut open_at) = (Vec::new(), String::new(), false, None);
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                quoted = true;
                open_at = i32::try_from(cells.len() + 1).ok();
            }
            sign if sign == separator && !quoted => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            sign => cell.push(sign),
        }
    }
    cells.push(cell.trim().to_owned());
    (cells, open_at.filter(|_| quoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<(i32, Vec<String>, Option<i32>)> {
        let trimmed = |cells: [String; 5]| {
            let used = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
            cells[..used].to_vec()
        };
        let lines = read(text).unwrap().into_iter();
        lines.map(|line| (line.number, trimmed(line.cells), line.unreadable_at)).collect()
    }

    #[test]
    fn lists_are_read_as_people_paste_them_and_as_spreadsheets_write_them() {
        type Line<'a> = (i32, &'a [&'a str], Option<i32>);
        let table: [(&str, &[Line]); 9] = [
            ("ada@a.org\n\n bob@a.org \r\n", &[(1, &["ada@a.org"], None), (3, &["bob@a.org"], None)]),
            (
                "ada@a.org,Ada,Byron,Heart,team_lead",
                &[(1, &["ada@a.org", "Ada", "Byron", "Heart", "team_lead"], None)],
            ),
            (
                "\u{feff}E-Mail;Vorname;Nachname\nada@a.org;Ada;Byron",
                &[(2, &["ada@a.org", "Ada", "Byron"], None)],
            ),
            ("role\temail\nclinician\tada@a.org", &[(2, &["ada@a.org", "", "", "", "clinician"], None)]),
            (
                "ada@a.org,\"Byron, Ada\",\"a \"\"b\"\"\"",
                &[(1, &["ada@a.org", "Byron, Ada", "a \"b\""], None)],
            ),
            ("ada@a.org,\"Ada\nbob@a.org", &[(1, &["ada@a.org", "Ada"], Some(2)), (2, &["bob@a.org"], None)]),
            ("ada@a.org,a,b,c,d,e", &[(1, &["ada@a.org", "a", "b", "c", "d"], Some(6))]),
            ("ada@a.org,,,,,", &[(1, &["ada@a.org"], None)]),
            ("=cmd|' /C calc'!A0,x", &[(1, &["=cmd|' /C calc'!A0", "x"], None)]),
        ];
        for (text, expected) in table {
            let expected: Vec<_> = expected
                .iter()
                .map(|(number, cells, at)| (*number, cells.iter().map(|it| (*it).to_owned()).collect(), *at))
                .collect();
            assert_eq!(plain(text), expected, "{text:?}");
        }
        let line = &read("role,email\nclinician,ada@a.org").unwrap()[0];
        assert_eq!((line.columns[0], line.columns[4]), (2, 1), "a mistake is told by its place in the list");
    }

    #[test]
    fn what_cannot_be_read_at_all_is_told_and_the_size_is_bounded_a106() {
        assert_eq!(read(" \n\n"), Err(Unreadable::Empty));
        assert_eq!(read("email,team"), Err(Unreadable::Empty));
        assert_eq!(read("email,birthday\nada@a.org,x"), Err(Unreadable::Header(2)));
        assert_eq!(read("email,email\nada@a.org,x"), Err(Unreadable::Header(2)));
        let many = |count: usize| "a@a.org\n".repeat(count);
        assert_eq!(read(&many(MOST)).unwrap().len(), MOST);
        assert_eq!(read(&many(MOST + 1)), Err(Unreadable::TooLong));
    }
}
