//! Boundaries: from a GeoJSON file to polygons in SWEREF 99 TM with their hectares.
//!
//! GeoJSON is [RFC 7946](https://www.rfc-editor.org/rfc/rfc7946), whose coordinates are WGS 84, or its forerunner of 2008 with a
//! member `crs`. A feature whose boundary cannot be right (open, crossing itself, outside Sweden) is set aside.

mod crs;
mod definition;
mod features;
mod geometry;
mod rings;

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_model::table::{Accounting, Polygon};
use lagesbild_model::{AreaId, CellRef, Diagnostic, Digest, Place, Rule, Severity, shown};
use serde_json::Value;

use self::features::{Feature, File};
use self::rings::Budget;
use crate::layout::Written;
use crate::names::Names;
use crate::personal::Tripwire;
use crate::quarantine::{Aside, Hints, Shelf};
use crate::read::packed;
use crate::{CodeLists, Reading};

pub use definition::{PolygonKind, PolygonSource, Properties};

/// Reads the bytes of one file of boundaries as `source` says.
pub(crate) fn read_polygons(source: &PolygonSource, name: &str, bytes: &[u8], lists: &CodeLists) -> Reading {
    let sha256 = Digest::of(bytes);
    let wanted = packed::Wanted { endings: &["geojson", "json"], what: "GeoJSON file" };
    let file = packed::unpack(bytes, wanted)
        .map_err(|problem| Box::new(problem.diagnostic(name)))
        .and_then(|bytes| features::read(name, &bytes));
    let mut reading = match file {
        Ok(file) => boundaries(source, name, sha256, &file, lists),
        Err(problem) => Reading::nothing(sha256, vec![*problem]),
    };
    for finding in &mut reading.diagnostics {
        finding.source = Some(source.id.clone());
    }
    reading.diagnostics.sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
    reading
}

/// One reading in the making.
struct Reader<'a> {
    source: &'a PolygonSource,
    file: &'a File,
    place: Place,
    names: Names<'a, AreaId>,
    findings: Vec<Diagnostic>,
    /// Properties that hold personal data, and are not stored.
    refused: BTreeSet<&'a str>,
}

fn boundaries(source: &PolygonSource, name: &str, sha256: Digest, file: &File, lists: &CodeLists) -> Reading {
    let mut reader = Reader {
        source,
        file,
        place: Place::file(name),
        names: Names::new(&lists.areas, &source.id, Rule::UnknownArea, "area"),
        findings: Vec::new(),
        refused: BTreeSet::new(),
    };
    reader.guard();
    let known = reader.confirm_properties();
    let mut reading = Reading::nothing(sha256, Vec::new());
    let mut seen = BTreeSet::new();
    let mut budget = Budget::default();
    let mut hints = Hints::default();
    let shelf = Shelf::new(&source.id, name, sha256, None);
    for (number, feature) in (1i64..).zip(&file.features) {
        let before = reader.findings.len();
        let polygon = known.then(|| reader.polygon(feature, number, sha256, &mut budget)).flatten();
        let polygon = polygon.filter(|polygon| {
            let new = seen.insert((polygon.id.clone(), polygon.vintage));
            if !new {
                let found = format!("the boundary {} again", shown(&polygon.id));
                let hint = "delete the one that is not meant, or give them identifiers of their own";
                reader.tell(feature, Rule::DuplicateRow, found, "one boundary for each identifier", hint);
            }
            new
        });
        match polygon {
            Some(polygon) => reading.polygons.push(polygon),
            None => {
                let errors = reader.findings.get(before..).unwrap_or_default();
                let first = errors.iter().find(|finding| finding.severity == Severity::Error);
                let first =
                    first.or_else(|| reader.findings.iter().find(|finding| finding.severity == Severity::Error));
                if let Some(first) = first {
                    let aside = Aside::new(feature.line, 1, first, &mut hints).stored(&shelf);
                    // Features of one line stand there once, with their number.
                    match reading.quarantine.last_mut().filter(|last| last.row == aside.row) {
                        Some(last) => last.height += 1,
                        None => reading.quarantine.push(aside),
                    }
                }
            }
        }
    }
    let features = i64::try_from(file.features.len()).unwrap_or(i64::MAX);
    let accepted = i64::try_from(reading.polygons.len()).unwrap_or(i64::MAX);
    let quarantined = features - accepted;
    reading.accounting.push(Accounting {
        source: source.id.clone(),
        file: name.to_owned(),
        file_sha256: sha256,
        sheet: None,
        rows: features,
        accepted,
        quarantined,
        not_data: 0,
        figures: accepted,
        totals_checked: 0,
    });
    reading.polygons.sort_by(Polygon::key_order);
    reading.diagnostics = reader.findings;
    reading.diagnostics.extend(reader.names.notes());
    reading
}

impl<'a> Reader<'a> {
    fn tell(&mut self, feature: &Feature, rule: Rule, found: String, expected: &str, hint: &str) {
        let place = self.place.at(feature.cell());
        self.findings.push(Diagnostic::new(Severity::Error, rule, place, found, expected).hint(hint));
    }

    /// Looks for personal data in the properties that are stored.
    fn guard(&mut self) {
        let stored = self.source.properties.all();
        let mut wire = Tripwire::new(&stored, &[]);
        for (column, property) in (0u32..).zip(&stored) {
            wire.head(CellRef { row: 0, column }, property);
            for feature in &self.file.features {
                if let Some(text) = feature.properties.get(*property).and_then(Value::as_str) {
                    wire.cell(CellRef { row: feature.line, column }, text);
                }
            }
        }
        let found = wire.found(&self.place);
        self.findings.extend(found.findings);
        let refused = |column: &u32| stored.get(usize::try_from(*column).ok()?).copied();
        self.refused.extend(found.refused.iter().filter_map(refused));
    }

    /// Whether the file has the declared properties; findings for those that it has not, or that nobody declared.
    fn confirm_properties(&mut self) -> bool {
        let mut there: BTreeMap<&str, &Feature> = BTreeMap::new();
        for feature in &self.file.features {
            for name in feature.properties.keys() {
                there.entry(name).or_insert(feature);
            }
        }
        let declared = self.source.properties.all();
        let missing: Vec<&str> = declared.iter().copied().filter(|name| !there.contains_key(name)).collect();
        let ignored = |name: &str| self.source.ignore_properties.iter().any(|ignored| ignored == name);
        let new: Vec<&str> = there.keys().copied().filter(|name| !declared.contains(name) && !ignored(name)).collect();
        let words = |names: &[&str]| names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
        if !missing.is_empty() && !self.file.features.is_empty() {
            let found = match new.as_slice() {
                [] => format!("no property {}", words(&missing)),
                new => format!("no property {}; new: {}", words(&missing), words(new)),
            };
            let hint = "see what the file calls them now, and correct `properties` in the definition";
            let expected = "the declared properties";
            let finding =
                Diagnostic::new(Severity::Error, Rule::ProfileDifference, self.place.clone(), found, expected);
            self.findings.push(finding.hint(hint));
            return false;
        }
        if !new.is_empty() {
            let found = format!("the new property {}", words(&new));
            let expected = "the declared properties";
            let finding =
                Diagnostic::new(Severity::Warning, Rule::ProfileDifference, self.place.clone(), found, expected);
            self.findings.push(finding.hint("declare it in `properties`, or in `ignore-properties`"));
        }
        true
    }

    /// One feature; none, and findings, where it cannot be right.
    fn polygon(&mut self, feature: &Feature, number: i64, sha256: Digest, budget: &mut Budget) -> Option<Polygon> {
        let before = self.findings.len();
        let properties = &self.source.properties;
        let id = self.text(feature, Some(&properties.id), true);
        let name = self.text(feature, Some(&properties.name), true);
        let state = self.text(feature, properties.state.as_deref(), false);
        let predecessors = self.text(feature, properties.predecessors.as_deref(), false);
        let valid_from = self.date(feature, properties.valid_from.as_deref());
        let valid_to = self.date(feature, properties.valid_to.as_deref());
        let vintage = self.vintage(feature);
        let area = self.area(feature, &id, &name);
        let parts = match geometry::parts(&feature.geometry) {
            Ok(parts) => parts,
            Err(fault) => {
                self.geometry(feature, fault);
                Vec::new()
            }
        };
        let parts = if parts.is_empty() { None } else { self.projected(feature, parts) };
        if let Some(parts) = &parts {
            for fault in rings::faults(parts, budget) {
                self.geometry(feature, fault);
            }
        }
        if id.is_empty() || name.is_empty() {
            return None;
        }
        let broken = |finding: &Diagnostic| finding.severity == Severity::Error;
        if self.findings.get(before..).unwrap_or_default().iter().any(broken) {
            return None;
        }
        let parts = parts?;
        let hectares = rings::square_metres(&parts) / 10_000.0;
        self.confirm_hectares(feature, hectares);
        Some(Polygon {
            source: self.source.id.clone(),
            id,
            name,
            area,
            vintage,
            valid_from,
            valid_to,
            state,
            predecessors: predecessors.split([',', ';', ' ']).filter(|id| !id.is_empty()).collect::<Vec<_>>().join(" "),
            crs: self.file.crs.code().to_owned(),
            hectares,
            geometry: geometry::well_known_text(&parts),
            file: self.place.file.clone(),
            file_sha256: sha256,
            feature: number,
            row: i64::from(feature.line) + 1,
            cell: Some(feature.cell()),
        })
    }

    fn geometry(&mut self, feature: &Feature, fault: geometry::Fault) {
        self.tell(feature, Rule::Geometry, fault.found, fault.expected, fault.hint);
    }

    /// The rings in SWEREF 99 TM; none, and a finding, where a point does not lie in Sweden.
    fn projected(&mut self, feature: &Feature, parts: Vec<geometry::Part>) -> Option<Vec<geometry::Part>> {
        let mut projected = parts;
        for ring in projected.iter_mut().flatten() {
            for point in ring.iter_mut() {
                match self.file.crs.to_sweref99tm(*point) {
                    Ok(metres) => *point = metres,
                    Err(hint) => {
                        let [x, y] = *point;
                        let found = format!("the point {x}, {y} in {}", self.file.crs.code());
                        self.tell(feature, Rule::Geometry, found, "a point in Sweden", hint);
                        return None;
                    }
                }
            }
        }
        Some(projected)
    }

    /// A property as text; empty where it is null or none is declared.
    fn text(&mut self, feature: &Feature, property: Option<&str>, needed: bool) -> String {
        let Some(property) = property.filter(|property| !self.refused.contains(property)) else {
            return String::new();
        };
        let text = match feature.properties.get(property) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            None | Some(Value::Null) => String::new(),
            Some(_) => {
                let found = format!("a property {} that is neither text nor number", shown(property));
                self.tell(feature, Rule::UnexpectedRow, found, "a text", "");
                return String::new();
            }
        };
        if needed && text.is_empty() {
            let found = format!("a feature without {}", shown(property));
            self.tell(feature, Rule::MissingRow, found, "an identifier and a name for each boundary", "");
        }
        text
    }

    fn date(&mut self, feature: &Feature, property: Option<&str>) -> Option<jiff::civil::Date> {
        let text = self.text(feature, property, false);
        if text.is_empty() {
            return None;
        }
        let date = text.parse().ok();
        if date.is_none() {
            self.tell(feature, Rule::WrongPeriod, shown(&text), "a date as 2023-07-01, or nothing", "");
        }
        date
    }

    fn vintage(&mut self, feature: &Feature) -> Option<i64> {
        let text = self.text(feature, self.source.properties.vintage.as_deref(), false);
        if text.is_empty() {
            return self.source.vintage.map(i64::from);
        }
        let year = text.parse::<i64>().ok().filter(|year| (1900..=2200).contains(year));
        if year.is_none() {
            self.tell(feature, Rule::WrongPeriod, shown(&text), "a year from 1900 to 2200", "");
        }
        year
    }

    fn area(&mut self, feature: &Feature, id: &str, name: &str) -> Option<AreaId> {
        if let Some(area) = self.source.areas.get(id) {
            return Some(area.clone());
        }
        if !self.source.named_areas || name.is_empty() {
            return None;
        }
        let place = self.place.at(feature.cell());
        match self.names.find(Written::Text(name), || place.clone()) {
            Ok(area) => Some(area),
            Err(finding) => {
                self.findings.push(*finding);
                None
            }
        }
    }

    /// Compares the area with the one that the file states, within its rounding.
    fn confirm_hectares(&mut self, feature: &Feature, hectares: f64) {
        let Some(property) = &self.source.properties.hectares else { return };
        let Some(stated) = feature.properties.get(property).and_then(Value::as_f64) else {
            let found = format!("a feature without a number in {}", shown(property));
            self.tell(feature, Rule::NotANumber, found, "hectares", "");
            return;
        };
        let decimals = stated.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let rounding = 0.5 * 10f64.powi(-i32::try_from(decimals).unwrap_or(0)) + 1e-6;
        if (stated - hectares).abs() > rounding {
            let found = format!("{stated} hectares stated, {hectares:.4} inside the boundary");
            let hint = "the boundary or the number is of another vintage: ask the source";
            self.tell(feature, Rule::TotalMismatch, found, "the same area within its rounding", hint);
        }
    }
}

impl Feature {
    fn cell(&self) -> CellRef {
        CellRef { row: self.line, column: 0 }
    }
}
