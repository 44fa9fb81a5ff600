//! From a definition and its material to a document: which figure stands where, and what is written around it.

mod asked;
mod cells;
mod change;
mod columns;
mod contribution;
mod listings;
mod notes;
mod overlay_notes;
mod part_against_rest;
mod rate_notes;
mod rates;
mod select;
mod share_notes;
mod shares;
mod watched;

use lagesbild_model::Diagnostic;
use lagesbild_model::table::Contrast;

use crate::definition::Kind;
use crate::sentence::Told;
use crate::{Cell, Document, Mark, Material, Report, Row, RowKind, Sheet, Value};
use select::{Desk, Pair, Stub};

/// A composed report and what was found wrong on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// The report; a table without a single figure is left out of it, and that is a finding.
    pub document: Document,
    /// What is missing or contradicts itself. A figure that a table names and the store does not have is an error here and
    /// a mark (`..`) in the table, never a blank cell.
    pub findings: Vec<Diagnostic>,
}

/// Arranges a report.
///
/// Each table shows the newest pair of periods that its comparison has for its area.
///
/// ```
/// use lagesbild_export::{Material, Report, Vocabulary, compose};
/// use lagesbild_model::{CodeList, Entry};
/// # fn entry<I>(code: I, label: &str) -> Entry<I> {
/// #     Entry {
/// #         code, label: label.into(), level: String::new(), parents: vec![], flags: vec![], valid_from: None, valid_to: None,
/// #         successors: vec![], note: String::new(),
/// #     }
/// # }
/// let report: Report = toml::from_str(r#"
///     id = "r"
///     title = "Brott"
///     counted = "anmälda brott"
///     formats = [{ kind = "json" }]
///     tables = [{ kind = "contribution", id = "t3", tab = "T3", title = "Bidrag, {area}", indicator = "brott",
///                 comparison = "change", area = "fridhemsplan", partition = "total" }]
/// "#)?;
/// let material = Material {
///     definition: "reports/r.toml",
///     contrasts: &[], // a store without a single comparison
///     values: &[],
///     areas: &CodeList::new(vec![entry("fridhemsplan".parse()?, "Fridhemsplan")], vec![]).unwrap(),
///     categories: &CodeList::new(vec![entry("total".parse()?, "Totalt")], vec![]).unwrap(),
///     codes: &[],
///     sources: &[],
///     targets: &[],
///     asked: &[],
///     grades: &[],
///     vocabulary: &Vocabulary::default(),
///     findings: &[],
/// };
/// let composed = compose(&report, &material);
/// assert_eq!(composed.document.sheets, []);
/// assert_eq!(composed.findings[0].place.to_string(), "reports/r.toml › table t3");
/// assert_eq!(composed.findings[0].found, "no figure of `brott/change/fridhemsplan`; the table is left out");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compose(report: &Report, material: &Material<'_>) -> Composed {
    let mut findings = Vec::new();
    let mut sheets = Vec::new();
    for table in &report.tables {
        let mut desk = Desk::new(report, material, table, &mut findings);
        let sheet = match &table.kind {
            Kind::Change { order, earlier } => change::sheet(*order, earlier.as_ref(), &mut desk),
            Kind::Overlays { order } => change::overlays(*order, &mut desk),
            Kind::PartAgainstRest { order } => part_against_rest::sheet(*order, &mut desk),
            Kind::Contribution { order } => contribution::sheet(*order, &mut desk),
            Kind::Signals {} => watched::newest(&mut desk),
            Kind::Series { breaks } => watched::series(breaks, &mut desk),
            Kind::Shares { .. } => shares::sheet(&mut desk),
            Kind::Reference { category, .. } => rates::reference(category.as_ref(), &mut desk),
            Kind::Funnel { category, .. } => rates::funnel(category, &mut desk),
        };
        if sheet.as_ref().is_some_and(is_empty) {
            desk.empty();
        }
        sheets.extend(sheet);
    }
    for listing in &report.listings {
        sheets.extend(listings::sheet(listing, material, &mut findings));
    }
    sheets.iter_mut().for_each(placed);
    let document = Document { id: report.id.clone(), title: report.title.clone(), sheets, tests: None };
    Composed { document, findings }
}

/// Whether no cell has a value and none is withheld: nobody learns anything from it.
fn is_empty(sheet: &Sheet) -> bool {
    let told = |cell: &Cell| matches!(cell.value, Value::Count(_) | Value::Real(_) | Value::Mark(Mark::Suppressed));
    !sheet.rows.iter().flat_map(|row| &row.cells).any(told)
}

/// Gives the sentences of a sheet their ids.
fn placed(sheet: &mut Sheet) {
    for (number, sentence) in (1..).zip(&mut sheet.paragraph) {
        sentence.id = format!("{}!stycke-{number}", sheet.id);
    }
    for sentence in &mut sheet.sentences {
        let told = |row: &Row| {
            row.cells.iter().any(|cell| cell.figure.is_some() && cell.figure.as_ref() == sentence.figures.first())
        };
        let row = sheet.rows.iter().position(told).map_or(0, |row| row + 1);
        sentence.id = format!("{}!rad-{row}", sheet.id);
    }
}

/// What sentences call the rows of an area that have a figure.
fn told<'t>(stubs: &[Stub], rows: &[Option<&'t Contrast>], area: &'t str, desk: &mut Desk<'_>) -> Vec<Told<'t>> {
    told_in(stubs, rows, std::iter::repeat(area), desk)
}

/// The same, where each row has an area of its own.
fn told_in<'t>(
    stubs: &[Stub],
    rows: &[Option<&'t Contrast>],
    areas: impl Iterator<Item = &'t str>,
    desk: &mut Desk<'_>,
) -> Vec<Told<'t>> {
    let mut told = Vec::new();
    for ((stub, row), area) in stubs.iter().zip(rows).zip(areas) {
        let Some(row) = row else { continue };
        // The row of an area is no sum of the others, whatever it counts.
        let total = stub.kind == RowKind::Total;
        let mut counted = match total || desk.is_total(&stub.category) {
            true => desk.report.counted.clone(),
            false => desk.category_inside_sentence(&stub.category),
        };
        if let Some(without) = &stub.without {
            counted = format!("{counted} utan {}", desk.category_inside_sentence(without));
        }
        let discovery = desk.is_discovery(&stub.category);
        told.push(Told { row, counted, area, discovery, total });
    }
    told
}

/// The sheet of a table with its names, and nothing in it yet.
fn begun(desk: &Desk<'_>, pair: &Pair<'_>, (area, whole): (&str, &str), subtitle: String) -> Sheet {
    let table = desk.table;
    Sheet {
        id: table.id.clone(),
        tab: table.tab.clone(),
        title: title(&table.title, pair, area, whole),
        subtitle,
        stub: notes::STUB.to_owned(),
        columns: Vec::new(),
        rows: Vec::new(),
        paragraph: Vec::new(),
        sentences: Vec::new(),
        charts: Vec::new(),
        twin: false,
        notes: Vec::new(),
        sources: Vec::new(),
    }
}

/// A title with its placeholders filled. Which placeholders a title may hold was checked when the definition was read.
fn title(template: &str, pair: &Pair<'_>, area: &str, whole: &str) -> String {
    template
        .replace("{period}", &pair.period.swedish())
        .replace("{reference}", &pair.reference.swedish())
        .replace("{area}", area)
        .replace("{whole}", whole)
}
