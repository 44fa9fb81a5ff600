//! The keywords of a PX file: `KEYWORD[language]("variable")="text","text";`, up to `DATA=`.

use lagesbild_model::{CellRef, shown};

use super::super::Unreadable;

/// The most bytes of all keywords.
const MAX_HEADER: usize = 16 << 20;
/// The bytes among which the encoding is looked for.
const ENCODING_WITHIN: usize = 64 << 10;

/// One keyword in the main language of the file.
#[derive(Debug)]
pub(super) struct Keyword {
    pub(super) name: String,
    /// The variable, and perhaps value, that it is about.
    pub(super) subkeys: Vec<String>,
    /// Its texts; pieces that stand side by side are one text.
    pub(super) texts: Vec<String>,
    /// Its last word outside quotation marks, as `YES`.
    pub(super) word: Option<String>,
    /// The line on which it begins.
    pub(super) line: u32,
}

impl Keyword {
    pub(super) fn at(&self) -> CellRef {
        CellRef { row: self.line, column: 0 }
    }
}

/// All keywords in front of the data.
#[derive(Debug, Default)]
pub(super) struct Header {
    keywords: Vec<Keyword>,
    /// Where the data begin, in bytes and lines.
    pub(super) data_at: usize,
    pub(super) data_line: u32,
}

impl Header {
    /// The keyword about `subkey`.
    pub(super) fn get(&self, name: &str, subkey: Option<&str>) -> Option<&Keyword> {
        self.keywords.iter().find(|keyword| {
            keyword.name == name && keyword.subkeys.len() < 2 && keyword.subkeys.first().map(String::as_str) == subkey
        })
    }

    /// All keywords, in the order of the file.
    pub(super) fn keywords(&self) -> impl Iterator<Item = &Keyword> {
        self.keywords.iter()
    }
}

/// The text of a keyword that is needed before the letters of the file are known.
pub(super) fn ascii_value(bytes: &[u8], name: &[u8]) -> Option<String> {
    let head = bytes.get(..ENCODING_WITHIN.min(bytes.len())).unwrap_or_default();
    let mut lines = head.split(|byte| matches!(byte, b'\n' | b'\r' | b';'));
    let rest = lines.find_map(|line| {
        let line = line.trim_ascii();
        let rest = line.get(name.len()..).filter(|_| line.len() > name.len())?;
        line.get(..name.len())?.eq_ignore_ascii_case(name).then_some(rest)?.trim_ascii_start().strip_prefix(b"=")
    })?;
    let text = std::str::from_utf8(rest.trim_ascii()).ok()?;
    Some(text.trim_matches('"').to_owned())
}

/// Reads the keywords.
pub(super) fn read(text: &str) -> Result<Header, Unreadable> {
    let mut scan = Scan { text, at: 0, line: 0 };
    let mut header = Header::default();
    let mut language = None;
    loop {
        scan.skip_blanks();
        if scan.at > MAX_HEADER {
            let found = format!("keywords of more than {} MB", MAX_HEADER >> 20);
            return Err(Unreadable::new(found, "a PX file"));
        }
        let line = scan.line;
        let name = scan.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if name.is_empty() {
            return Err(match scan.peek() {
                None => Unreadable::new("no DATA", "a PX file with data").hint("the file was cut; fetch it again"),
                Some(_) => scan.wrong("a keyword, as `VALUES`"),
            });
        }
        let name = name.to_ascii_uppercase();
        let mut of_language = None;
        scan.skip_blanks();
        if scan.eat(b'[') {
            of_language = Some(scan.take_while(|byte| !matches!(byte, b']' | b'\n')).trim_matches('"').to_owned());
            scan.expect(b']', "`]` behind a language")?;
            scan.skip_blanks();
        }
        let mut subkeys = Vec::new();
        if scan.eat(b'(') {
            loop {
                scan.skip_blanks();
                match scan.peek() {
                    Some(b'"') => subkeys.push(scan.quoted()?),
                    // A footnote may be about all values of a variable.
                    Some(b'*') => drop(scan.eat(b'*')),
                    _ => return Err(scan.wrong("a name in quotation marks")),
                }
                scan.skip_blanks();
                if !scan.eat(b',') {
                    break;
                }
            }
            scan.expect(b')', "`)` behind the name of a variable")?;
            scan.skip_blanks();
        }
        scan.expect(b'=', "`=` behind a keyword")?;
        if name == "DATA" {
            (header.data_at, header.data_line) = (scan.at, scan.line);
            return Ok(header);
        }
        let (texts, word) = scan.value()?;
        if name == "LANGUAGE" {
            language = texts.first().cloned();
        }
        if of_language.is_none() || of_language == language {
            header.keywords.push(Keyword { name, subkeys, texts, word, line });
        }
    }
}

/// A place in the text.
struct Scan<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl<'t> Scan<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        if self.peek() == Some(b'\n') {
            self.line = self.line.saturating_add(1);
        }
        self.at += 1;
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.step();
        }
        there
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), Unreadable> {
        if self.eat(byte) { Ok(()) } else { Err(self.wrong(what)) }
    }

    fn take_while(&mut self, keep: impl Fn(u8) -> bool) -> &'t str {
        let begin = self.at;
        while self.peek().is_some_and(&keep) {
            self.step();
        }
        self.text.get(begin..self.at).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        // A byte order mark may stand in front of the first keyword.
        if self.at == 0 && self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        self.take_while(|byte| byte.is_ascii_whitespace());
    }

    /// A text in quotation marks; it cannot hold one.
    fn quoted(&mut self) -> Result<String, Unreadable> {
        let (line, begin) = (self.line, self.at + 1);
        self.step();
        let text = self.take_while(|byte| byte != b'"').replace(['\r', '\n'], "");
        if self.eat(b'"') {
            return Ok(text);
        }
        let at = CellRef { row: line, column: 0 };
        let length = self.text.len().saturating_sub(begin);
        let found = format!("a quotation mark that is never closed, {length} bytes from the end");
        Err(Unreadable::new(found, "quotation marks in pairs").at(at))
    }

    /// What stands behind `=`, up to the semicolon.
    fn value(&mut self) -> Result<(Vec<String>, Option<String>), Unreadable> {
        let (mut texts, mut word) = (Vec::new(), None);
        let mut joins = false;
        loop {
            self.skip_blanks();
            match self.peek() {
                None => {
                    let cut = self.wrong("`;` behind what a keyword says");
                    return Err(cut.hint("the file was cut; fetch it again"));
                }
                Some(b';') => {
                    self.step();
                    return Ok((texts, word));
                }
                Some(b'"') => {
                    let text = self.quoted()?;
                    match texts.last_mut() {
                        Some(before) if joins => String::push_str(before, &text),
                        _ => texts.push(text),
                    }
                    joins = true;
                }
                Some(b',' | b'(' | b')') => {
                    self.step();
                    joins = false;
                }
                Some(_) => {
                    let end = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'"' | b'(' | b')');
                    word = Some(self.take_while(|byte| !end(byte)).to_ascii_uppercase());
                    joins = false;
                }
            }
        }
    }

    fn wrong(&self, expected: &str) -> Unreadable {
        let rest: String =
            self.text.get(self.at..).unwrap_or_default().chars().take_while(|c| *c != '\n').take(24).collect();
        let found = if rest.is_empty() { "the end of the line".to_owned() } else { shown(&rest) };
        Unreadable::new(found, expected).at(CellRef { row: self.line, column: 0 })
    }
}
