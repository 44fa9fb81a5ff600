//! The cells of a PX file, in the order of its variables.

use std::collections::BTreeMap;

use lagesbild_model::{CellRef, shown};

use super::super::Unreadable;
use super::grammar::Header;
use crate::raw_table::Value;

/// The most digits of a number that is kept exactly.
const EXACT_DIGITS: usize = 15;
/// The texts that a table shows for one to six dots.
const SYMBOLS: [&str; 6] = ["DATASYMBOL1", "DATASYMBOL2", "DATASYMBOL3", "DATASYMBOL4", "DATASYMBOL5", "DATASYMBOL6"];

/// How many cells the variables make.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// The numbers of values, for findings.
    pub(super) sizes: String,
}

/// The cells, row by row.
#[derive(Debug)]
pub(super) struct Data {
    pub(super) values: Vec<Value>,
    /// The line of each row, where each row is a line of its own.
    pub(super) lines: Option<Vec<u32>>,
}

/// One piece of the data.
struct Token<'t> {
    text: &'t str,
    quoted: bool,
    line: u32,
}

/// The pieces of the data. Blanks, commas and semicolons part them alike, as they did in older versions of the format.
struct Tokens<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let parts = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';');
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at).filter(|byte| parts(**byte)) {
            self.line = self.line.saturating_add(u32::from(*byte == b'\n'));
            self.at += 1;
        }
        let quoted = *bytes.get(self.at)? == b'"';
        let begin = self.at + usize::from(quoted);
        let rest = bytes.get(begin..).unwrap_or_default();
        let ends = |byte: &u8| if quoted { matches!(byte, b'"' | b'\n') } else { parts(*byte) || *byte == b'"' };
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let closed = quoted && rest.get(length) == Some(&b'"');
        self.at = begin + length + usize::from(closed);
        let text = self.text.get(begin..begin + length).unwrap_or_default();
        Some(Token { text, quoted, line: self.line })
    }
}

/// Reads the cells; there must be as many as the variables make.
pub(super) fn read(
    text: &str,
    header: &Header,
    shape: &Shape,
    keys: Option<&[BTreeMap<&str, usize>]>,
) -> Result<Data, Unreadable> {
    let content = text.get(header.data_at..).unwrap_or_default();
    if !content.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{1a}').ends_with(';') {
        let cut = Unreadable::new("data without a semicolon behind them", "`;` at the end of a PX file");
        return Err(cut.hint("the file was cut; fetch it again"));
    }
    let content = content.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{1a}');
    let tokens = Tokens { text: content, at: 0, line: header.data_line };
    match keys {
        None => dense(tokens, header, shape),
        Some(keys) => sparse(tokens, header, shape, keys),
    }
}

fn dense(tokens: Tokens<'_>, header: &Header, shape: &Shape) -> Result<Data, Unreadable> {
    let wanted = shape.rows * shape.columns;
    let mut values = Vec::with_capacity(wanted);
    let mut lines: Option<Vec<u32>> = Some(Vec::with_capacity(shape.rows));
    let mut number = 0usize;
    for token in tokens {
        if number < wanted {
            let known = lines.as_mut().is_some_and(|lines| match lines.last().copied() {
                _ if number.is_multiple_of(shape.columns) => {
                    let later = lines.last().is_none_or(|last| *last < token.line);
                    lines.push(token.line);
                    later
                }
                Some(last) => last == token.line,
                None => false,
            });
            if !known {
                lines = None;
            }
            values.push(value(&token, header));
        }
        number += 1;
    }
    if number != wanted {
        return Err(other_number(number, shape, wanted, "data cells"));
    }
    Ok(Data { values, lines })
}

/// Rows with their keys in front. Rows that hold nothing but zeros are left out of such a file, by the format's rule.
fn sparse(
    mut tokens: Tokens<'_>,
    header: &Header,
    shape: &Shape,
    keys: &[BTreeMap<&str, usize>],
) -> Result<Data, Unreadable> {
    let mut values = vec![Value::Number(0.0); shape.rows * shape.columns];
    let mut seen = vec![false; shape.rows];
    while let Some(first) = tokens.next() {
        let at = CellRef { row: first.line, column: 0 };
        let cut = |what: &str| Unreadable::new("a row that ends early", what.to_owned()).at(at);
        let mut row = 0usize;
        let mut key = Some(first);
        for places in keys {
            let token =
                key.take().or_else(|| tokens.next()).ok_or_else(|| cut("a key for each variable of the stub"))?;
            let place = places.get(token.text).filter(|_| token.quoted).ok_or_else(|| {
                Unreadable::new(shown(token.text), "a key in quotation marks that KEYS allows").at(at)
            })?;
            row = row * places.len() + place;
        }
        match seen.get_mut(row) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err(Unreadable::new("the keys of an earlier row", "each row once").at(at)),
        }
        for column in 0..shape.columns {
            let expected = format!("{} cells behind the keys", shape.columns);
            let token = tokens.next().ok_or_else(|| cut(&expected))?;
            if let Some(cell) = values.get_mut(row * shape.columns + column) {
                *cell = value(&token, header);
            }
        }
    }
    Ok(Data { values, lines: None })
}

fn other_number(found: usize, shape: &Shape, wanted: usize, what: &str) -> Unreadable {
    Unreadable::new(format!("{found} {what}"), format!("{wanted}, because the variables have {} values", shape.sizes))
        .hint("the file was cut or changed by hand; fetch it again")
}

/// What a piece holds. The decimal mark of the format is a point; symbols come as the table shows them.
fn value(token: &Token<'_>, header: &Header) -> Value {
    let text = token.text;
    let own = |keyword: &str| {
        let shows = header.get(keyword, None).and_then(|keyword| keyword.texts.first());
        shows.filter(|text| !text.trim().is_empty()).map_or_else(|| text.to_owned(), Clone::clone)
    };
    if text == "-" {
        return Value::Text(own("DATASYMBOLNIL").into());
    }
    if !text.is_empty() && text.bytes().all(|byte| byte == b'.') {
        return Value::Text(SYMBOLS.get(text.len() - 1).map_or_else(|| text.to_owned(), |keyword| own(keyword)).into());
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    match text.parse::<f64>() {
        Ok(number) if plain && !token.quoted && digits <= EXACT_DIGITS => Value::Number(number),
        _ => Value::Text(text.into()),
    }
}
