//! The rows of a register or a log behind one side of a figure: where each was read, and nothing of what it says.

use std::path::Path;

use lagesbild_stats::definition::Indicator;
use serde_json::{Value, json};

use super::trace::Wanted;
use crate::project::Project;
use crate::route::{RouteError, Rows};

/// How many lines are written out in the text; JSON lists them all.
const SHOWN: usize = 12;

/// One tally with the lines behind it; without them where it is withheld.
pub(super) struct Registered {
    wanted: Wanted,
    lines: Option<Vec<(String, i64)>>,
}

/// The lines behind each side.
pub(super) fn traced(
    project: &Project,
    store: &Path,
    (indicator, rows): (&Indicator, &Rows<'_>),
    sides: Vec<Wanted>,
) -> Result<Vec<Registered>, RouteError> {
    let traced = |wanted: Wanted| {
        let lines = match wanted.is_withheld() {
            true => None,
            false => Some(rows.lines(project, store, indicator, wanted.domain(), wanted.period())?),
        };
        Ok(Registered { wanted, lines })
    };
    sides.into_iter().map(traced).collect()
}

impl Registered {
    pub(super) fn text(&self) -> String {
        let (area, category, _) = self.wanted.domain();
        let head = format!("{}: ", self.wanted.title());
        let of = format!("({area}, {category}, {})\n", self.wanted.period());
        let Some(lines) = &self.lines else { return format!("{head}withheld, with its rows {of}") };
        let mut text = format!("{head}{} rows {of}", lines.len());
        let mut files: Vec<&str> = lines.iter().map(|(file, _)| file.as_str()).collect();
        files.dedup();
        for file in files {
            let own: Vec<String> =
                lines.iter().filter(|(other, _)| other == file).map(|(_, line)| line.to_string()).collect();
            let shown = own.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
            let more = match own.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more; --json lists them all"),
            };
            text.push_str(&format!("  {file}\n    lines {shown}{more}\n"));
        }
        text
    }

    pub(super) fn json(&self) -> Value {
        let (area, category, _) = self.wanted.domain();
        let rows = self
            .lines
            .as_ref()
            .map(|lines| lines.iter().map(|(file, line)| json!({ "file": file, "line": line })).collect::<Vec<_>>());
        json!({
            "side": self.wanted.title(), "area": area.as_str(), "category": category.as_str(),
            "period": self.wanted.period().to_string(), "withheld": self.lines.is_none(),
            "events": self.lines.as_ref().map(Vec::len), "rows": rows,
        })
    }
}
