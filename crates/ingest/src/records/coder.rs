//! From texts to codes: code lists for areas and categories, the definition's own values for everything else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use lagesbild_model::{AreaId, CategoryId, Diagnostic, Period, Place, Rule, Severity, fold, shown};

use super::definition::{RecordSource, RecordTable};
use super::field::{Coded, Field, Fields, Said};
use super::period;
use crate::CodeLists;
use crate::layout::{Written, nearest, unmarked};
use crate::names::Names;
use crate::raw_table::Value;

/// What stands where a field should, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'t> {
    pub(super) written: Written<'t>,
    /// The text without the number of a footnote that the sheet explains.
    pub(super) unmarked: Option<&'t str>,
}

impl<'t> Given<'t> {
    pub(super) fn of(value: Option<&'t Value>, marks: &[&str]) -> Self {
        Given::written(Written::of(value), marks)
    }

    pub(super) fn written(written: Written<'t>, marks: &[&str]) -> Self {
        Given { written, unmarked: unmarked(written, marks) }
    }

    /// The text, or the number as text: a year in a heading is often a number.
    fn texts(&self) -> Vec<String> {
        match self.written {
            Written::Blank => Vec::new(),
            Written::Text(text) => {
                let mut texts = vec![text.to_owned()];
                texts.extend(self.unmarked.map(str::to_owned));
                texts
            }
            Written::Else(Value::Number(number)) => vec![number.to_string()],
            Written::Else(_) => Vec::new(),
        }
    }
}

/// Looks up texts, and remembers which codes it has seen in a sheet.
pub(super) struct Coder<'a> {
    source: &'a RecordSource,
    areas: Names<'a, AreaId>,
    categories: Names<'a, CategoryId>,
    /// The definition's own values, by field and folded text.
    values: BTreeMap<Field, HashMap<String, (&'a str, &'a str)>>,
    /// The codes that the sheet at hand has told.
    seen: BTreeSet<(Field, String)>,
    /// Texts that were recognised only after folding, with the first place and the number of times.
    folds: BTreeMap<(Field, String), (String, Place, u64)>,
}

impl<'a> Coder<'a> {
    pub(super) fn new(source: &'a RecordSource, lists: &'a CodeLists) -> Self {
        let values = source.values.iter().map(|(field, map)| {
            let entries = map.iter().map(|(text, code)| (fold(text), (text.as_str(), code.as_str())));
            (*field, entries.collect())
        });
        Coder {
            source,
            areas: Names::new(&lists.areas, &source.id, Rule::UnknownArea, "area"),
            categories: Names::new(&lists.categories, &source.id, Rule::UnknownCategory, "category"),
            values: values.collect(),
            seen: BTreeSet::new(),
            folds: BTreeMap::new(),
        }
    }

    /// Whether texts of a field are free: as written where the definition maps none.
    fn is_free(&self, field: Field) -> bool {
        let cases = matches!(self.source.table, RecordTable::Cases | RecordTable::Targets);
        matches!(field, Field::Answer | Field::Base | Field::Subject) || cases
    }

    /// The code of what stands where `field` should; a finding when there is none.
    pub(super) fn code(&mut self, field: Field, given: Given<'_>, place: &Place) -> Result<Coded, Box<Diagnostic>> {
        let texts = given.texts();
        let mapped = self.values.get(&field).and_then(|map| {
            texts.iter().find_map(|text| map.get(&fold(text)).map(|(declared, code)| (text, *declared, *code)))
        });
        if let Some((text, declared, code)) = mapped {
            if text != declared && given.unmarked != Some(declared) {
                let key = (field, text.clone());
                let entry = self.folds.entry(key).or_insert_with(|| (declared.to_owned(), place.clone(), 0));
                entry.2 += 1;
            }
            self.seen.insert((field, code.to_owned()));
            let text = given.unmarked.map_or_else(|| text.clone(), str::to_owned);
            return declared_code(self.source, field, code, &text)
                .ok_or_else(|| Box::new(self.unknown(field, given, place)));
        }
        let coded_by_list = !matches!(self.source.table, RecordTable::Cases | RecordTable::Targets);
        let coded = match field {
            Field::Area => self.areas.find(given.written, || place.clone()).map(Coded::Area)?,
            Field::Category if coded_by_list => {
                let written = match (self.categories.knows(given.written), given.unmarked) {
                    (false, Some(text)) => Written::Text(text),
                    _ => given.written,
                };
                self.categories.find(written, || place.clone()).map(Coded::Category)?
            }
            Field::Period => {
                let period = texts.iter().find_map(|text| period::parse(&self.source.periods, text));
                Coded::Period(period.ok_or_else(|| Box::new(self.unknown(field, given, place)))?)
            }
            _ if self.is_free(field) && !self.values.contains_key(&field) => {
                let text = given.unmarked.map(str::to_owned).or_else(|| texts.first().cloned());
                let text = text.ok_or_else(|| Box::new(self.unknown(field, given, place)))?;
                let text: Arc<str> = text.into();
                Coded::Text(Said { code: Arc::clone(&text), text })
            }
            _ => self.numbered(field, &texts).ok_or_else(|| Box::new(self.unknown(field, given, place)))?,
        };
        Ok(coded)
    }

    /// The code of a text that is a number, where the definition says what such codes begin with.
    fn numbered(&self, field: Field, texts: &[String]) -> Option<Coded> {
        let prefix = self.source.numbered.get(&field)?;
        let text = texts.iter().find(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some(Coded::Text(Said { code: format!("{prefix}{text}").into(), text: text.as_str().into() }))
    }

    fn unknown(&self, field: Field, given: Given<'_>, place: &Place) -> Diagnostic {
        let (rule, expected) = match field {
            Field::Period => (Rule::WrongPeriod, period::expected(&self.source.periods)),
            _ => (Rule::UnknownText, format!("a text of `values.{field}` in the definition")),
        };
        let finding = Diagnostic::new(Severity::Error, rule, place.clone(), given.written.shown(), expected);
        let near = given.written.text().map(|text| {
            let known = self.values.get(&field).into_iter().flat_map(HashMap::values).map(|(text, _)| *text);
            nearest(text, known)
        });
        match near.as_deref() {
            Some([first, ..]) => finding.hint(format!(
                "nearest: {} (`{}`); if it is meant, add the text to `values.{field}`",
                shown(first),
                self.code_of(field, first)
            )),
            Some([]) => finding.hint(format!("if it is meant, add the text with its code to `values.{field}`")),
            None => finding,
        }
    }

    fn code_of(&self, field: Field, text: &str) -> &'a str {
        self.values.get(&field).and_then(|map| map.get(&fold(text))).map_or("", |(_, code)| *code)
    }

    /// Forgets which codes were seen: another sheet begins.
    pub(super) fn next_sheet(&mut self) {
        self.seen.clear();
    }

    /// The declared texts of a field whose code the sheet has not told, one text for each code.
    pub(super) fn unseen(&self, field: Field) -> Vec<&'a str> {
        let mut absent: BTreeMap<&str, &str> = BTreeMap::new();
        for (text, code) in self.source.values.get(&field).into_iter().flatten() {
            if !self.seen.contains(&(field, code.clone())) {
                absent.entry(code).or_insert(text);
            }
        }
        absent.into_values().collect()
    }

    /// A note for each text that was recognised only through a variant or after folding.
    pub(super) fn notes(self) -> Vec<Diagnostic> {
        let folds = self.folds.into_iter().map(|((_, text), (declared, place, times))| {
            let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
            let found = format!("{}, {times}", shown(&text));
            let expected = format!("read after folding as {}", shown(&declared));
            Diagnostic::new(Severity::Note, Rule::FoldedName, place, found, expected)
        });
        self.areas.notes().chain(self.categories.notes()).chain(folds).collect()
    }
}

/// A code of the definition as what it is; none when it is no such code, which the check of the definition tells.
fn declared_code(source: &RecordSource, field: Field, code: &str, text: &str) -> Option<Coded> {
    let free = matches!(source.table, RecordTable::Cases | RecordTable::Targets);
    Some(match field {
        Field::Area => Coded::Area(code.parse().ok()?),
        Field::Category if !free => Coded::Category(code.parse().ok()?),
        Field::Period => Coded::Period(code.parse::<Period>().ok()?),
        _ => Coded::Text(Said { code: code.into(), text: text.into() }),
    })
}

/// The fields that a definition declares in place of cells.
pub(super) fn constants(source: &RecordSource, declared: &BTreeMap<Field, String>) -> Fields {
    let mut fields = Fields::default();
    for (field, code) in declared {
        if let Some(coded) = declared_code(source, *field, code, code) {
            fields.set(*field, coded);
        }
    }
    fields
}
