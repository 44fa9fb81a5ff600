//! What each column of a table holds.

use std::collections::BTreeSet;

use lagesbild_model::{CellRef, Rule, Severity, fold, folds_alike};

use super::headings::{Heading, of_column};
use super::{Changes, Context};
use crate::layout::{folded_heading, is_footnote};
use crate::records::coder::{self, Coder, Given};
use crate::records::definition::{Level, Role, Word};
use crate::records::field::{Field, Fields};
use crate::records::laid::Laid;

/// What a column holds.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) column: u32,
    pub(super) role: Role,
    pub(super) fields: Fields,
    /// The field that a sum goes over.
    pub(super) over: Option<Field>,
    /// Whether it stands outside the stacked headings, and so in no sum.
    special: bool,
    /// The codes of its headings, from the top.
    path: Vec<String>,
    heading: CellRef,
}

/// The columns of one table.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The label columns, in the order of the definition.
    pub(super) labels: Vec<u32>,
    /// Figures, answers and sums, from the left.
    columns: Vec<Column>,
    /// Columns that are not read: declared so, or told in a finding.
    passed: BTreeSet<u32>,
    /// The special headings that were found, folded.
    pub(super) specials: BTreeSet<String>,
    /// The roles that a heading has told.
    pub(super) roles: BTreeSet<Role>,
    /// The ignored headings that were found, folded.
    pub(super) ignored: BTreeSet<String>,
}

/// The most combinations of headings that are looked through.
const MAX_COMBINATIONS: usize = 10_000;

/// The declared label headings that a table does not have.
type MissingLabels = Vec<String>;

impl Columns {
    /// Figures: values and totals.
    pub(super) fn figures(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| matches!(column.role, Role::Value | Role::Total))
    }

    /// Everything that holds numbers of any kind.
    pub(super) fn numbers(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter()
    }

    /// The column of the answers behind a figure.
    pub(super) fn answers(&self, figure: &Column) -> Option<u32> {
        let of = |column: &&Column| column.role == Role::N && column.fields == figure.fields;
        self.columns.iter().find(of).map(|column| column.column)
    }

    /// The figures that a sum adds up.
    pub(super) fn parts<'c>(&'c self, sum: &'c Column) -> impl Iterator<Item = u32> + 'c {
        let part = |column: &&Column| {
            column.role == Role::Value && !column.special && sum.fields.within(&column.fields, sum.over)
        };
        self.columns.iter().filter(part).map(|column| column.column)
    }

    /// Whether anything is known of a column.
    pub(super) fn knows(&self, column: u32) -> bool {
        self.labels.contains(&column)
            || self.passed.contains(&column)
            || self.columns.binary_search_by_key(&column, |known| known.column).is_ok()
    }

    /// Reads the headings of a table.
    ///
    /// # Errors
    /// Fails when a label column is not found: without it no row can be read.
    pub(super) fn read(
        context: &Context<'_, '_>,
        coder: &mut Coder<'_>,
        laid: &mut Laid<'_>,
        (first, data, end): (usize, usize, usize),
        (from, to): (u32, u32),
        changes: &mut Changes,
    ) -> Result<Columns, MissingLabels> {
        let mut columns = Columns::default();
        let rows = context.table.rows.get(first..data).unwrap_or_default();
        let mut headed = BTreeSet::new();
        let mut missing = Vec::new();
        let mut labels: Vec<Option<u32>> = Vec::new();
        for label in &context.grid.labels {
            let Some(heading) = &label.heading else {
                labels.push(None);
                continue;
            };
            let cells =
                rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row.at(cell.column), &cell.value)));
            let found = cells.filter(|(at, value)| {
                (from..to).contains(&at.column) && value.text().is_some_and(|text| folds_alike(text, heading))
            });
            match found.collect::<Vec<_>>().as_slice() {
                [(at, value)] => {
                    if let Some(text) = value.text().filter(|text| text != heading) {
                        laid.findings.push(folded_heading(laid.place.at(*at), text, heading));
                    }
                    headed.insert(at.column);
                    labels.push(Some(at.column));
                }
                _ => missing.push(heading.clone()),
            }
        }
        let mut all: BTreeSet<u32> = rows
            .iter()
            .flat_map(|row| row.cells.iter().map(|cell| cell.column))
            .filter(|column| (from..to).contains(column))
            .collect();
        let widest = context.table.rows.get(data..end).unwrap_or_default().iter().flat_map(|row| &row.cells);
        all.extend(widest.map(|cell| cell.column).filter(|column| (from..to).contains(column)));
        let is_label = |column: u32| headed.contains(&column);
        let mut plain = Vec::new();
        for column in all.iter().copied().filter(|column| !headed.contains(column)) {
            let headings = of_column(context, (first, data), (from, column), &is_label);
            if headings.iter().flatten().any(|heading| heading.own) {
                columns.take(context, coder, laid, column, &headings, changes);
            } else {
                plain.push(column);
            }
        }
        missing.extend(columns.unheaded_labels(context, &mut labels, &plain, (data, end)));
        let below = |column: u32| {
            let own = rows.iter().filter_map(|row| Some((row.row, row.cell(column)?))).collect::<Vec<_>>();
            own.len() > 1
        };
        if labels.iter().flatten().any(|column| below(*column)) {
            // A label in a heading row: the rows below the anchor are data already.
            missing.extend(context.grid.labels.iter().filter_map(|label| label.heading.clone()));
        }
        columns.drop_repeated(laid);
        if missing.is_empty() {
            columns.labels = labels.into_iter().flatten().collect();
            return Ok(columns);
        }
        Err(missing)
    }

    /// Finds the label columns that have no heading: the columns with texts and no heading, from the left. They must be
    /// as many as declared.
    fn unheaded_labels(
        &self,
        context: &Context<'_, '_>,
        labels: &mut [Option<u32>],
        plain: &[u32],
        (data, end): (usize, usize),
    ) -> Vec<String> {
        let declared = context.grid.labels.iter().filter(|label| label.heading.is_none()).count();
        if declared == 0 {
            return Vec::new();
        }
        let rows = context.table.rows.get(data..end).unwrap_or_default();
        let holds_text = |column: &&u32| {
            rows.iter().any(|row| {
                row.cell(**column).is_some_and(|value| value.text().is_some() && !value.is_numeric())
                    && !is_footnote(&context.source.footnotes, row)
            })
        };
        let texts: Vec<u32> = plain.iter().filter(holds_text).copied().collect();
        if texts.len() != declared {
            let fields = context.grid.labels.iter().filter(|label| label.heading.is_none()).map(|label| label.field);
            return fields.map(|field| format!("without a heading that tells `{field}`")).collect();
        }
        for (label, column) in labels.iter_mut().filter(|label| label.is_none()).zip(texts) {
            *label = Some(column);
        }
        Vec::new()
    }

    /// Reads the headings of one column.
    fn take(
        &mut self,
        context: &Context<'_, '_>,
        coder: &mut Coder<'_>,
        laid: &Laid<'_>,
        column: u32,
        headings: &[Option<Heading<'_>>],
        changes: &mut Changes,
    ) {
        let grid = context.grid;
        let Some(first) = headings.iter().flatten().find(|heading| heading.own) else { return };
        let heading = first.cell;
        let texts = || headings.iter().flatten().filter_map(|heading| heading.value.text());
        let is = |declared: &str| texts().any(|text| folds_alike(text, declared));
        if let Some(special) = grid.columns.iter().find(|special| is(&special.heading)) {
            self.specials.insert(fold(&special.heading));
            let fields = coder::constants(context.source, &special.set);
            self.push(Column {
                column,
                role: special.role,
                fields,
                over: None,
                special: true,
                path: Vec::new(),
                heading,
            });
            return;
        }
        let mut role = Role::Value;
        let mut fields = Fields::default();
        let mut over = None;
        let mut unread = None;
        let mut path = Vec::new();
        for (level, heading) in grid.headings.iter().zip(headings) {
            let said = heading.and_then(|heading| heading.value.text());
            let told = said.and_then(|text| grid.roles.iter().find(|(role, _)| folds_alike(role, text)));
            if let Some((text, told)) = told {
                role = *told;
                self.roles.insert(role);
                if role == Role::Ignore {
                    self.ignored.insert(fold(text));
                    break;
                }
                if let (Level::Field(field), Role::Sum | Role::Total) = (level, role) {
                    over = Some(*field);
                }
                if role != Role::Total {
                    continue;
                }
            }
            let field = match level {
                Level::Word(Word::Note) => continue,
                Level::Word(Word::Role) => {
                    let text = said.map_or_else(String::new, str::to_owned);
                    unread.get_or_insert((text, *heading, None));
                    continue;
                }
                Level::Field(field) => *field,
            };
            let place = laid.place.at(heading.map_or(first.cell, |heading| heading.cell));
            let given = Given::of(heading.map(|heading| heading.value), &context.marks);
            match coder.code(field, given, &place) {
                Ok(coded) => {
                    path.push(coded.to_string());
                    fields.set(field, coded);
                }
                Err(finding) => {
                    let text = heading.map_or_else(String::new, |heading| match heading.value.text() {
                        Some(text) => text.to_owned(),
                        None => heading.value.shown(),
                    });
                    unread.get_or_insert((text, *heading, Some(*finding)));
                }
            }
        }
        match unread {
            Some((text, at, finding)) if role != Role::Ignore => {
                let cell = at.map_or(first.cell, |at| at.cell);
                if !changes.new.iter().any(|(_, other)| *other == cell) {
                    let text = if text.is_empty() { "a blank heading".to_owned() } else { text };
                    changes.new.push((text, cell));
                    changes.findings.extend(finding);
                }
                self.passed.insert(column);
            }
            _ => self.push(Column { column, role, fields, over, special: false, path, heading }),
        }
    }

    fn push(&mut self, column: Column) {
        match column.role {
            Role::Ignore => {
                self.passed.insert(column.column);
            }
            _ => self.columns.push(column),
        }
    }

    /// Tells of columns that should be there by what their neighbours say: figures for every combination of headings, and
    /// figures for all answers.
    pub(super) fn tell_gaps(&self, laid: &mut Laid<'_>) {
        let figures: Vec<&Column> = self.figures().filter(|column| !column.special).collect();
        let Some(first) = figures.first() else { return };
        let mut codes: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); first.path.len()];
        for (codes, level) in codes.iter_mut().zip(0..) {
            codes.extend(figures.iter().filter_map(|column| column.path.get(level)).map(String::as_str));
        }
        let all = codes.iter().map(BTreeSet::len).fold(1, usize::saturating_mul);
        let mut absent: Vec<String> = Vec::new();
        if all <= MAX_COMBINATIONS && all > figures.len() {
            let present: BTreeSet<&[String]> = figures.iter().map(|column| column.path.as_slice()).collect();
            let mut paths: Vec<Vec<String>> = vec![Vec::new()];
            for level in &codes {
                let longer = |path: &Vec<String>| {
                    let next = |code: &&str| path.iter().cloned().chain([(*code).to_owned()]).collect::<Vec<_>>();
                    level.iter().map(next).collect::<Vec<_>>()
                };
                paths = paths.iter().flat_map(longer).collect();
            }
            absent.extend(paths.iter().filter(|path| !present.contains(path.as_slice())).map(|path| path.join(", ")));
        }
        let orphan =
            |column: &&Column| column.role == Role::N && !self.figures().any(|figure| figure.fields == column.fields);
        absent.extend(self.columns.iter().filter(orphan).map(|column| {
            let path = column.path.join(", ");
            if path.is_empty() { "a column of answers".to_owned() } else { path }
        }));
        if let Some(one) = absent.first() {
            let found = match absent.len() {
                1 => format!("no figures for {one}"),
                many => format!("no figures for {many} combinations of headings, as {one}"),
            };
            let expected = "a column for every combination of the headings, and for all answers";
            let hint = "has a column been taken out, or has one been added to a part of the table only?";
            laid.tell(Severity::Warning, Rule::ProfileDifference, laid.place.at(first.heading), found, expected, hint);
        }
    }

    /// Of columns with the same headings none is read: nobody can say which one is right.
    fn drop_repeated(&mut self, laid: &mut Laid<'_>) {
        let same = |a: &Column, b: &Column| a.role == b.role && a.fields == b.fields && a.over == b.over;
        let repeated: Vec<Column> = self
            .columns
            .iter()
            .filter(|column| self.columns.iter().any(|other| other.column != column.column && same(column, other)))
            .cloned()
            .collect();
        for column in repeated {
            let place = laid.place.at(CellRef { row: column.heading.row, column: column.column });
            let found = "a column with the same headings as another one";
            let hint = "none of them is read, because nobody can say which one is right";
            laid.tell(Severity::Error, Rule::ProfileDifference, place, found, "each column once", hint);
            self.columns.retain(|other| other.column != column.column);
            self.passed.insert(column.column);
        }
    }
}
