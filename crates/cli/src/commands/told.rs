//! Books, agreements and revisions in the words and in the JSON of `run` and `check`.

use lagesbild_ingest::RevisionSummary;
use lagesbild_model::table::{Accounting, Quarantined};
use serde_json::{Value, json};

use crate::route::Agreement;

/// How many rows that were set aside are told one by one.
const ROWS: usize = 10;

/// The books of one sheet or text file, as a sum that a person can check.
pub(super) fn books(sheet: &Accounting) -> String {
    let place = sheet.sheet.as_ref().map_or_else(|| sheet.file.clone(), |name| format!("{} › {name}", sheet.file));
    format!(
        "{place}: {} rows = {} accepted + {} quarantined + {} not data; {} totals checked",
        sheet.rows, sheet.accepted, sheet.quarantined, sheet.not_data, sheet.totals_checked,
    )
}

/// The rows of one sheet or text file that were set aside, by their first reason.
pub(super) fn aside(sheet: &Accounting, quarantine: &[Quarantined]) -> Vec<String> {
    let mut lines: Vec<(String, Vec<i64>)> = Vec::new();
    let of_sheet = |row: &&Quarantined| {
        (&row.source, &*row.file, row.sheet.as_deref()) == (&sheet.source, &*sheet.file, sheet.sheet.as_deref())
    };
    for row in quarantine.iter().filter(of_sheet) {
        let rule = row.rule.to_string();
        match lines.iter_mut().find(|(other, _)| *other == rule) {
            Some((_, rows)) => rows.push(row.row),
            None => lines.push((rule, vec![row.row])),
        }
    }
    let word = if sheet.sheet.is_some() { "rows" } else { "lines" };
    let one = |(rule, rows): (String, Vec<i64>)| {
        let shown: Vec<String> = rows.iter().take(ROWS).map(ToString::to_string).collect();
        let more = if rows.len() > ROWS { format!(" and {} more", rows.len() - ROWS) } else { String::new() };
        format!("quarantined for {rule}: {word} {}{more}", shown.join(", "))
    };
    lines.into_iter().map(one).collect()
}

/// How far two indicators agree.
pub(super) fn agreement(pair: &Agreement) -> String {
    format!("{} = {}: {} of {} figures agree", pair.left, pair.right, pair.agree, pair.shared)
}

/// What changed between two extractions of a series.
pub(super) fn revision(summary: &RevisionSummary) -> String {
    let kinds: Vec<String> = summary.kinds.iter().map(|(kind, number)| format!("{number} {kind}")).collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    format!(
        "series {}, {} to {}: {} of {} figures changed{kinds}; {:+} in all",
        summary.series,
        summary.earlier,
        summary.later,
        summary.changed(),
        summary.compared,
        summary.change
    )
}

/// The books as JSON.
pub(super) fn books_json(accounting: &[Accounting]) -> Vec<Value> {
    let one = |sheet: &Accounting| {
        json!({
            "source": sheet.source.as_str(), "file": sheet.file, "sheet": sheet.sheet, "rows": sheet.rows,
            "accepted": sheet.accepted, "quarantined": sheet.quarantined, "not_data": sheet.not_data,
            "totals_checked": sheet.totals_checked,
        })
    };
    accounting.iter().map(one).collect()
}

/// The agreements as JSON.
pub(super) fn agreements_json(agreements: &[Agreement]) -> Vec<Value> {
    let one = |pair: &Agreement| {
        json!({
            "left": pair.left.as_str(), "right": pair.right.as_str(), "shared": pair.shared, "agree": pair.agree,
        })
    };
    agreements.iter().map(one).collect()
}

/// The revisions as JSON, one object per pair of extractions.
pub(super) fn revisions_json(revisions: &[RevisionSummary]) -> Vec<Value> {
    let one = |summary: &RevisionSummary| {
        let kinds: serde_json::Map<String, Value> =
            summary.kinds.iter().map(|(kind, number)| (kind.to_string(), json!(number))).collect();
        json!({
            "series": summary.series.as_str(), "earlier": summary.earlier.to_string(),
            "later": summary.later.to_string(), "compared": summary.compared, "changed": summary.changed(),
            "kinds": kinds, "change": summary.change,
        })
    };
    revisions.iter().map(one).collect()
}
