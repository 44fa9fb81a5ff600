//! Names to codes, each distinct text looked up once.

use std::collections::HashMap;
use std::fmt::Display;

use lagesbild_model::{CodeList, Diagnostic, MatchedBy, Place, Rule, Severity, SourceId, fold, shown};

use crate::layout::Written;
use crate::quick_hash::slot;

/// The slots for texts that were found lately.
const SLOTS: usize = 256;

/// How many different texts that no list knows are remembered, and how many get hints with what is like them: to look
/// for that takes long. A file with more of them is another than the definition means.
const MOST_UNKNOWN: usize = 10_000;
const MOST_HINTS: usize = 1000;

/// Looks up the names of one code list, and remembers each text that was not the label itself.
pub(crate) struct Names<'l, I> {
    list: &'l CodeList<I>,
    source: &'l SourceId,
    rule: Rule,
    /// What is looked up, for findings: `area`.
    what: &'static str,
    known: HashMap<String, usize>,
    /// The hints of texts that no list knows.
    unknown: HashMap<String, String>,
    /// Texts that were found lately, each in the one slot that its hash names: most texts stand in many rows.
    recent: Vec<Option<(Box<str>, usize)>>,
    declared: Vec<(String, usize)>,
    matches: Vec<Match<I>>,
}

struct Match<I> {
    text: String,
    code: I,
    label: String,
    how: Option<MatchedBy>,
    first: Place,
    rows: u64,
}

impl<'l, I: Ord + Clone + Display> Names<'l, I> {
    pub(crate) fn new(list: &'l CodeList<I>, source: &'l SourceId, rule: Rule, what: &'static str) -> Self {
        Names {
            list,
            source,
            rule,
            what,
            known: HashMap::new(),
            unknown: HashMap::new(),
            recent: vec![None; SLOTS],
            declared: Vec::new(),
            matches: Vec::new(),
        }
    }

    /// Declares that `text` means `code`, whatever the list says.
    pub(crate) fn declare(&mut self, text: &str, code: &I) {
        let label = self.list.get(code).map(|entry| entry.label.clone()).unwrap_or_default();
        self.declared.push((fold(text), self.matches.len()));
        let (text, first) = (text.to_owned(), Place::default());
        self.matches.push(Match { text, code: code.clone(), label, how: None, first, rows: 0 });
    }

    /// Whether `written` stands for a code.
    pub(crate) fn knows(&self, written: Written<'_>) -> bool {
        written.text().is_some_and(|text| self.list.find(text, self.source).is_some())
    }

    /// The code that `written` stands for; a finding when there is none. The place is asked for only where it is told.
    pub(crate) fn find(&mut self, written: Written<'_>, place: impl Fn() -> Place) -> Result<I, Box<Diagnostic>> {
        let Written::Text(text) = written else { return Err(Box::new(self.unknown(written, &place()))) };
        let slot = slot(text, SLOTS);
        if let Some(Some((known, at))) = self.recent.get(slot)
            && **known == *text
            && let Some(found) = self.matches.get_mut(*at)
        {
            found.rows += 1;
            return Ok(found.code.clone());
        }
        let at = match self.known.get(text) {
            Some(at) => Some(*at),
            None if self.unknown.contains_key(text) => None,
            None => {
                let folded = fold(text);
                let declared = self.declared.iter().find(|(declared, _)| *declared == folded).map(|(_, at)| *at);
                let at = declared.or_else(|| {
                    let (entry, how) = self.list.find(text, self.source)?;
                    let (code, label, how) = (entry.code.clone(), entry.label.clone(), Some(how));
                    self.matches.push(Match { text: text.to_owned(), code, label, how, first: place(), rows: 0 });
                    Some(self.matches.len() - 1)
                });
                if let Some(at) = at {
                    self.known.insert(text.to_owned(), at);
                }
                at
            }
        };
        match at.and_then(|at| self.matches.get_mut(at)) {
            Some(found) => {
                found.rows += 1;
                let code = found.code.clone();
                if let (Some(slot), Some(at)) = (self.recent.get_mut(slot), at) {
                    *slot = Some((text.into(), at));
                }
                Ok(code)
            }
            None => Err(Box::new(self.unknown(written, &place()))),
        }
    }

    fn unknown(&mut self, written: Written<'_>, place: &Place) -> Diagnostic {
        let expected = format!("an {} of the code list", self.what);
        let expected = if self.what.starts_with('a') { expected } else { expected.replacen("an ", "a ", 1) };
        let finding = Diagnostic::new(Severity::Error, self.rule, place.clone(), written.shown(), expected);
        let Written::Text(text) = written else { return finding };
        if let Some(hint) = self.unknown.get(text) {
            return finding.hint(hint);
        }
        let hint = if self.unknown.len() < MOST_HINTS {
            let near: Vec<String> =
                self.list.nearest(text).iter().map(|entry| format!("`{}` ({})", entry.label, entry.code)).collect();
            match near.as_slice() {
                [] => "nothing like it in the code list; add it there, or as a variant in `aliases.csv`".to_owned(),
                near => format!("nearest: {}; if one of them is meant, add the text to `aliases.csv`", near.join(", ")),
            }
        } else {
            "one of more than a thousand texts that the code list does not have".to_owned()
        };
        if self.unknown.len() < MOST_UNKNOWN {
            self.unknown.insert(text.to_owned(), hint.clone());
        }
        finding.hint(hint)
    }

    /// A note for each text that was recognised only through a variant or after folding.
    pub(crate) fn notes(self) -> impl Iterator<Item = Diagnostic> {
        let folds = self.matches.into_iter().filter(|m| m.rows > 0 && !matches!(m.how, None | Some(MatchedBy::Label)));
        folds.map(|m| {
            let how = if m.how == Some(MatchedBy::Folding) { "after folding" } else { "as a variant" };
            let rows = if m.rows == 1 { "1 row".to_owned() } else { format!("{} rows", m.rows) };
            let found = format!("{}, in {rows}", shown(&m.text));
            let expected = format!("read {how} as `{}` ({})", m.label, m.code);
            Diagnostic::new(Severity::Note, Rule::FoldedName, m.first, found, expected)
        })
    }
}
