//! Profile differences: how the headings of a table differ from the declared ones, told as a whole and in words.
//!
//! A declared heading that is absent is paired with the new one that it has most likely become: by its text, by what the
//! values below it are, or because nothing else is left. What pairs with nothing is gone or new.

use lagesbild_model::{CellRef, Diagnostic, Place, Rule, Severity, SourceId, fold, folds_alike, shown};
use serde::Serialize;

use crate::CodeLists;
use crate::raw_table::{RawTable, Value};
use crate::swedish::parse_number;

/// The rows whose values tell what a column holds.
const ROWS_LOOKED_AT: usize = 2_000;
/// Headings are alike from this similarity on.
const ALIKE: f64 = 0.5;

/// What the values of a column are, as far as it tells columns from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Areas,
    Categories,
    Years,
    Weeks,
    Numbers,
}

impl Holds {
    fn words(self) -> &'static str {
        match self {
            Holds::Areas => "areas of the code list",
            Holds::Categories => "categories of the code list",
            Holds::Years => "years",
            Holds::Weeks => "weeks",
            Holds::Numbers => "numbers",
        }
    }
}

/// A heading that the definition declares.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declared<'d> {
    /// Its key in the definition.
    pub(crate) key: &'static str,
    pub(crate) heading: &'d str,
    pub(crate) holds: Option<Holds>,
}

/// A heading that stands in the table.
#[derive(Debug, Clone)]
pub(crate) struct Stands<'t> {
    pub(crate) text: &'t str,
    pub(crate) cell: CellRef,
    pub(crate) holds: Option<Holds>,
    /// Whether anything stands below it.
    pub(crate) filled: bool,
}

/// How the headings of one table differ from the declared ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The sheet; none for texts.
    pub sheet: Option<String>,
    /// Headings that stand as they were declared.
    pub same: Vec<String>,
    /// Declared headings that have most likely become others.
    pub renamed: Vec<Renamed>,
    /// Headings that the definition does not know.
    pub new: Vec<New>,
    /// Declared headings that are not there.
    pub gone: Vec<Gone>,
    /// What stands elsewhere than declared.
    pub moved: Vec<Moved>,
    /// Declared headings that stand a second time, as where tables stand side by side.
    pub repeated: Vec<Repeated>,
}

/// A declared heading that stands a second time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repeated {
    /// The heading.
    pub heading: String,
    /// The second cell.
    pub cell: String,
    #[serde(skip)]
    at: CellRef,
}

/// A declared heading and what it has become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Renamed {
    /// Its key in the definition.
    pub key: &'static str,
    /// The declared heading.
    pub declared: String,
    /// The heading that stands there now.
    pub found: String,
    /// Its cell.
    pub cell: String,
    /// What speaks for it.
    pub evidence: String,
    #[serde(skip)]
    at: CellRef,
}

/// A heading that the definition does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct New {
    /// The heading.
    pub found: String,
    /// Its cell.
    pub cell: String,
    /// Whether anything stands below it.
    pub filled: bool,
    #[serde(skip)]
    at: CellRef,
}

/// A declared heading that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gone {
    /// Its key in the definition.
    pub key: &'static str,
    /// The declared heading.
    pub declared: String,
}

/// Something that stands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// What: a declared heading, or `the years`.
    pub what: String,
    /// Where it stands now.
    pub cell: String,
    /// Where it should stand, in words.
    pub expected: String,
    #[serde(skip)]
    at: CellRef,
}

/// How likely it is that one heading has become the other: by letters, and by growing or losing words.
fn likeness(declared: &str, found: &str) -> f64 {
    let (declared, found) = (fold(declared), fold(found));
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (words(&declared), words(&found));
    let common = left.iter().filter(|word| right.contains(word)).count();
    let letters = strsim::normalized_damerau_levenshtein(&declared, &found);
    let contained = common > 0 && common == left.len().min(right.len());
    if contained { letters.max(0.75 + letters / 4.0) } else { letters }
}

/// Holds what stands against what is declared.
pub(crate) fn compare(declared: &[Declared<'_>], stands: &[Stands<'_>]) -> Difference {
    let mut difference = Difference::default();
    let is = |declared: &Declared<'_>, stands: &Stands<'_>| folds_alike(declared.heading, stands.text);
    let mut missing: Vec<&Declared<'_>> = Vec::new();
    for one in declared {
        let mut here = stands.iter().filter(|other| is(one, other));
        if here.next().is_some() {
            difference.same.push(one.heading.to_owned());
            difference.repeated.extend(here.next().map(|other| Repeated {
                heading: one.heading.to_owned(),
                cell: other.cell.to_string(),
                at: other.cell,
            }));
        } else {
            missing.push(one);
        }
    }
    let mut left: Vec<&Stands<'_>> = stands.iter().filter(|other| !declared.iter().any(|one| is(one, other))).collect();
    while let Some((of, by, evidence)) = best_pair(&missing, &left) {
        let (one, other) = (missing.remove(of), left.remove(by));
        difference.renamed.push(Renamed {
            key: one.key,
            declared: one.heading.to_owned(),
            found: other.text.to_owned(),
            cell: other.cell.to_string(),
            evidence,
            at: other.cell,
        });
    }
    difference.renamed.sort_by_key(|renamed| renamed.at);
    difference.gone = missing.iter().map(|one| Gone { key: one.key, declared: one.heading.to_owned() }).collect();
    difference.new = left
        .iter()
        .map(|other| New {
            found: other.text.to_owned(),
            cell: other.cell.to_string(),
            filled: other.filled,
            at: other.cell,
        })
        .collect();
    difference
}

/// The most likely pair, as places in both lists, and what speaks for it.
fn best_pair(missing: &[&Declared<'_>], left: &[&Stands<'_>]) -> Option<(usize, usize, String)> {
    let mut best: Option<(f64, usize, usize, String)> = None;
    for (of, one) in missing.iter().enumerate() {
        for (by, other) in left.iter().enumerate() {
            let (text, same_content) =
                (likeness(one.heading, other.text), one.holds.is_some() && one.holds == other.holds);
            if one.holds.is_some() && other.holds.is_some() && !same_content {
                continue;
            }
            let holds = one.holds.map(Holds::words).unwrap_or_default();
            let only = |content: Option<Holds>| {
                left.iter().filter(|other| other.holds == content).count() == 1
                    && missing.iter().filter(|one| one.holds == content).count() == 1
            };
            let (score, evidence) = if text > ALIKE && same_content {
                (1.0 + text, format!("its text is alike, and below it stand {holds}"))
            } else if text > ALIKE {
                (text, "its text is alike".to_owned())
            } else if same_content && only(one.holds) {
                (0.4 + text / 10.0, format!("below it stand {holds}, as nowhere else"))
            } else if missing.len() == 1 && left.len() == 1 {
                (text / 10.0, "nothing else is left".to_owned())
            } else {
                continue;
            };
            if best.as_ref().is_none_or(|(other, ..)| score > *other) {
                best = Some((score, of, by, evidence));
            }
        }
    }
    best.map(|(_, of, by, evidence)| (of, by, evidence))
}

impl Difference {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        self.only_new() && self.new.is_empty()
    }

    /// Whether declared headings stand as declared, so that figures can be read.
    pub(crate) fn only_new(&self) -> bool {
        self.renamed.is_empty() && self.gone.is_empty() && self.moved.is_empty() && self.repeated.is_empty()
    }

    /// Adds that something stands elsewhere; a declared heading is no longer gone then.
    pub(crate) fn moved(&mut self, what: &str, (at, cell): (CellRef, String), expected: &str) {
        self.gone.retain(|gone| gone.declared != what);
        self.moved.push(Moved { what: what.to_owned(), cell, expected: expected.to_owned(), at });
    }

    /// The difference in words, as ``column `Antal` is now `Antal brott`, two new columns: `Kön`, `Ålder` ``.
    pub fn words(&self) -> String {
        let mut words: Vec<String> = self
            .renamed
            .iter()
            .map(|renamed| format!("column {} is now {}", shown(&renamed.declared), shown(&renamed.found)))
            .collect();
        words.extend(self.gone.iter().map(|gone| format!("no column {}", shown(&gone.declared))));
        words.extend(
            self.moved.iter().map(|moved| format!("{} in {} and not {}", moved.what, moved.cell, moved.expected)),
        );
        words.extend(self.repeated.iter().map(|again| format!("the heading {} a second time", shown(&again.heading))));
        let new: Vec<String> = self.new.iter().map(|new| shown(&new.found)).collect();
        match new.len() {
            0 => {}
            1 => words.push(format!("one new column: {}", new.join(", "))),
            many => words.push(format!("{} new columns: {}", number(many), new.join(", "))),
        }
        words.join(", ")
    }

    /// The finding, at the first heading that differs; none where nothing does.
    ///
    /// A declared heading that is not there is an error; a new one is an error where `new_is_error` says so.
    pub(crate) fn finding(&self, place: &Place, new_is_error: bool) -> Option<Diagnostic> {
        if self.is_none() {
            return None;
        }
        let severity = if self.only_new() && !new_is_error { Severity::Warning } else { Severity::Error };
        let cells = self.renamed.iter().map(|renamed| renamed.at).chain(self.moved.iter().map(|moved| moved.at));
        let cells = cells.chain(self.repeated.iter().map(|again| again.at));
        let cell = cells.chain(self.new.iter().map(|new| new.at)).next();
        let place = cell.map_or_else(|| place.clone(), |cell| place.at(cell));
        let expected = match self.same.as_slice() {
            [] if self.only_new() => "no other columns than periods and those that the definition names".to_owned(),
            [] => {
                let declared = self.renamed.iter().map(|renamed| &renamed.declared);
                let declared = declared.chain(self.gone.iter().map(|gone| &gone.declared));
                let listed = super::list(declared.map(String::as_str));
                if listed.is_empty() {
                    "the layout of the definition".to_owned()
                } else {
                    format!("the column {listed}")
                }
            }
            same => {
                let declared = same.iter().chain(self.renamed.iter().map(|renamed| &renamed.declared));
                let declared = declared.chain(self.gone.iter().map(|gone| &gone.declared));
                format!("the columns {}", super::list(declared.map(String::as_str)))
            }
        };
        let finding = Diagnostic::new(severity, Rule::ProfileDifference, place, self.words(), expected);
        Some(finding.hint(self.advice()))
    }

    fn advice(&self) -> String {
        if self.only_new() {
            return "a new column is not read; if it divides the figures, rows will count as duplicates; if that is right, \
                    list it in `layout.ignore-headings` where the layout has it"
                .to_owned();
        }
        if !self.repeated.is_empty() {
            return "two tables in one sheet? give each a sheet or a file of its own".to_owned();
        }
        let changes: Vec<String> =
            self.renamed.iter().map(|renamed| format!("`{} = {:?}`", renamed.key, renamed.found)).collect();
        let change = if changes.is_empty() { "the headings".to_owned() } else { changes.join(", ") };
        format!(
            "if the export has changed for good, change {change} in `layout`; `lagesbild inspect FILE --pipeline … --write …` \
             proposes the changed definition"
        )
    }
}

fn number(number: usize) -> String {
    const WORDS: [&str; 11] =
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    number.checked_sub(2).and_then(|at| WORDS.get(at)).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// What the values of a column below a row are.
pub(crate) fn holds(
    table: &RawTable,
    below: u32,
    column: u32,
    lists: &CodeLists,
    source: &SourceId,
) -> (Option<Holds>, bool) {
    let rows = table.rows.iter().filter(|row| row.row > below && row.cells.len() > 1).take(ROWS_LOOKED_AT);
    let values: Vec<&Value> = rows.filter_map(|row| row.cell(column)).collect();
    let number = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => parse_number(text).ok().and_then(|decimal| decimal.integer()).map(|number| number as f64),
        _ => None,
    };
    let numbers: Vec<f64> = values.iter().filter_map(|value| number(value)).collect();
    let mut texts: Vec<&str> = values.iter().filter_map(|value| value.text()).collect();
    texts.sort_unstable();
    texts.dedup();
    let filled = !values.is_empty();
    let most = |number: usize| number * 10 >= values.len() * 8 && filled;
    if most(numbers.len()) {
        let mut different: Vec<f64> = numbers.clone();
        different.sort_by(f64::total_cmp);
        different.dedup();
        let counts_on = different.array_windows().all(|[left, right]| right - left == 1.0);
        let within = |low: f64, high: f64| different.iter().all(|number| (low..=high).contains(number));
        let is = if within(1950.0, 2100.0) && different.len() < 60 {
            Holds::Years
        } else if within(1.0, 53.0) && different.len() > 20 && counts_on {
            Holds::Weeks
        } else {
            Holds::Numbers
        };
        return (Some(is), filled);
    }
    let known = |find: &dyn Fn(&str) -> bool| texts.iter().filter(|text| find(text)).count();
    let areas = known(&|text| !lists.areas.meanings(text).is_empty() || lists.areas.find(text, source).is_some());
    let categories = known(&|text| lists.categories.find(text, source).is_some());
    let is = match (areas, categories) {
        (0, 0) => None,
        (areas, categories) if areas.max(categories) * 2 < texts.len() => None,
        (areas, categories) if categories >= areas => Some(Holds::Categories),
        _ => Some(Holds::Areas),
    };
    (is, filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(declared: &[(&str, Option<Holds>)], found: &[(&str, Option<Holds>)]) -> String {
        let declared: Vec<Declared<'_>> =
            declared.iter().map(|(heading, holds)| Declared { key: "value", heading, holds: *holds }).collect();
        let stands = (0u32..).zip(found).map(|(column, (text, holds))| Stands {
            text,
            cell: CellRef { row: 4, column },
            holds: *holds,
            filled: true,
        });
        compare(&declared, &stands.collect::<Vec<_>>()).words()
    }

    #[test]
    fn headings_are_paired_by_text_then_by_content() {
        use Holds::{Areas, Categories, Numbers};
        assert_eq!(told(&[("Antal", None)], &[("antal ", None)]), "");
        assert_eq!(
            told(
                &[("Antal", Some(Numbers))],
                &[("Kön", None), ("Ålder", None), ("Antal anmälda brott", Some(Numbers))]
            ),
            "column `Antal` is now `Antal anmälda brott`, two new columns: `Kön`, `Ålder`"
        );
        assert_eq!(
            told(
                &[("Område", Some(Areas)), ("Brott", Some(Categories))],
                &[("Slag", Some(Categories)), ("Var", Some(Areas))]
            ),
            "column `Brott` is now `Slag`, column `Område` is now `Var`"
        );
        // What stands below it says that it is another column, whatever its text.
        assert_eq!(
            told(&[("Område", Some(Areas))], &[("Områden", Some(Categories))]),
            "no column `Område`, one new column: `Områden`"
        );
        assert_eq!(told(&[("Män", None)], &[("Pojkar", None)]), "column `Män` is now `Pojkar`");
        assert_eq!(told(&[("Område", None)], &[]), "no column `Område`");
    }
}
