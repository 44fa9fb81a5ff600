//! A profile in words, for people: one block of lines per table.

use std::fmt::{self, Write as _};

use lagesbild_model::shown;

use super::profile::{
    Cells, ColumnProfile, Confidence, Content, FileField, Profile, Shape, SheetProfile, Statement, SumProfile,
    TableProfile, Words,
};

/// How many columns of one kind are told one by one.
const COLUMNS_TOLD: usize = 8;
/// How many fields of a file without sheets are told.
const FIELDS_TOLD: usize = 60;

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.format.is)?;
        if let Some(packed) = self.packed {
            write!(f, " in {packed}")?;
        }
        match self.sheets.as_slice() {
            [only] if only.name.is_none() => write!(f, ", {} rows", only.rows)?,
            [] => {
                if let Some(records) = self.records {
                    write!(f, ", {records} records, {} fields", self.fields.len())?;
                }
            }
            sheets => write!(f, ", {}", several(sheets.len(), "sheet"))?,
        }
        writeln!(f)?;
        if let Some(encoding) = &self.encoding {
            line(f, "encoding", &format!("{} {}", encoding.is, because(encoding)))?;
        }
        if let Some(delimiter) = &self.delimiter {
            let shown = if delimiter.is == '\t' { "tab".to_owned() } else { format!("`{}`", delimiter.is) };
            line(f, "delimiter", &format!("{shown} {}", because(delimiter)))?;
        }
        for remark in &self.remarks {
            line(f, "note", remark)?;
        }
        for problem in &self.problems {
            line(f, "problem", problem)?;
        }
        for sheet in &self.sheets {
            sheet.tell(f)?;
        }
        for field in self.fields.iter().take(FIELDS_TOLD) {
            field.tell(f)?;
        }
        if self.fields.len() > FIELDS_TOLD {
            writeln!(f, "… and {} fields more; `--json` tells all", self.fields.len() - FIELDS_TOLD)?;
        }
        Ok(())
    }
}

fn several(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// How sure a statement is, and why, in brackets.
fn because<T>(statement: &Statement<T>) -> String {
    match statement.confidence {
        Confidence::Proved => format!("({})", statement.evidence),
        confidence => format!("({confidence}: {})", statement.evidence),
    }
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    writeln!(f, "  {name:<10} {text}")
}

fn words(words: &[Words]) -> String {
    words.iter().map(|words| format!("{} {}", words.cell, words.shown)).collect::<Vec<_>>().join(" · ")
}

fn some_cells(cells: &Cells) -> String {
    let more = if cells.number > cells.first.len() { ", …" } else { "" };
    format!("{} ({}{more})", cells.number, cells.first.join(", "))
}

impl SheetProfile {
    fn tell(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            let hidden = if self.visibility == "visible" { String::new() } else { format!(", {}", self.visibility) };
            let empty = if self.cells == 0 { ", empty" } else { "" };
            writeln!(f, "\n{}{hidden}{empty}: {} in {} rows", shown(name), several(self.cells, "cell"), self.rows)?;
        }
        if let Some(found) = &self.stands_for {
            let text = format!(
                "{} `{}` ({}) {}",
                found.is.list.trim_end_matches('s'),
                found.is.label,
                found.is.code,
                because(found)
            );
            line(f, "is about", &text.replace("categorie ", "category "))?;
        }
        for (at, table) in self.tables.iter().enumerate() {
            if self.tables.len() > 1 || self.name.is_none() {
                writeln!(f, "\ntable {} of {}, {}", at + 1, self.tables.len(), table.range)?;
            } else {
                line(f, "table", &table.range)?;
            }
            table.tell(f)?;
        }
        if !self.words.is_empty() {
            let told: Vec<Words> = self.words.iter().take(6).cloned().collect();
            line(f, "words", &words(&told))?;
        }
        Ok(())
    }
}

impl TableProfile {
    fn tell(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = format!("{}, {} {}", self.shape.is, several(self.rows, "row"), because(&self.shape));
        line(f, "shape", &shape)?;
        if self.shape.is == Shape::Words {
            let cells = self.headings.iter().flat_map(|heading| &heading.cells).take(8).cloned();
            return line(f, "words", &words(&cells.collect::<Vec<_>>()));
        }
        if !self.titles.is_empty() {
            line(f, "titles", &words(&self.titles))?;
        }
        for heading in &self.headings {
            let cells: Vec<&str> = heading.cells.iter().map(|cell| cell.shown.as_str()).collect();
            let shown = if cells.len() > 10 {
                format!("{}, … {} in all", cells.get(..8).unwrap_or_default().join(", "), cells.len())
            } else {
                cells.join(", ")
            };
            let periods = heading.periods.map(|form| format!(" (periods: {form})")).unwrap_or_default();
            line(f, "heading", &format!("row {}: {shown}{periods}", heading.row))?;
            if let Some(names) = &heading.names {
                line(
                    f,
                    "",
                    &format!(
                        "{} of {} different texts are {} of the code list",
                        names.matched, names.different, names.list
                    ),
                )?;
            }
        }
        let (values, labels): (Vec<&ColumnProfile>, Vec<&ColumnProfile>) =
            self.columns.iter().partition(|column| column.content.is.is_value());
        for column in labels.iter().take(COLUMNS_TOLD * 2) {
            column.tell(f, "column")?;
        }
        if values.len() <= COLUMNS_TOLD && values.iter().any(|column| column.period.is_none()) {
            for column in &values {
                column.tell(f, "figures")?;
            }
        } else if !values.is_empty() {
            line(f, "figures", &summary(&values))?;
        }
        for column in &self.columns {
            if let Some(why) = &column.personal {
                line(f, "personal", &format!("{}: {why}", column.name()))?;
            }
        }
        self.tell_cells(f, &values)?;
        for marker in &self.markers {
            let text = format!(
                "{} {} times ({}): {} {}",
                shown(&marker.text),
                marker.number,
                marker.first.join(", "),
                marker.means.is,
                because(&marker.means)
            );
            line(f, "marker", &text)?;
        }
        for sum in &self.sums {
            line(f, "sum", &sum.words())?;
        }
        if !self.sections.is_empty() {
            let told: Vec<Words> = self.sections.iter().take(4).cloned().collect();
            let more =
                if self.sections.len() > 4 { format!(" … {} in all", self.sections.len()) } else { String::new() };
            line(f, "sections", &format!("{}{more}", words(&told)))?;
        }
        for saying in &self.says {
            let words = format!("{} {}: {} (`{}`)", saying.cell, saying.about, saying.says, saying.words);
            line(f, "says", &words)?;
        }
        if !self.footers.is_empty() {
            line(f, "footers", &words(&self.footers))?;
        }
        Ok(())
    }

    /// Cells of the columns of figures that need a look.
    fn tell_cells(&self, f: &mut fmt::Formatter<'_>, values: &[&ColumnProfile]) -> fmt::Result {
        let gather = |of: fn(&ColumnProfile) -> &Cells| {
            let mut all = Cells::default();
            for cells in values.iter().map(|column| of(column)) {
                all.number += cells.number;
                all.first.extend(cells.first.iter().cloned());
            }
            all.first.truncate(4);
            all
        };
        for (name, cells) in [
            ("as text", gather(|column| &column.numbers_as_text)),
            ("errors", gather(|column| &column.errors)),
            ("no value", gather(|column| &column.uncalculated)),
        ] {
            if cells.number > 0 {
                let mut text = some_cells(&cells);
                if name == "as text" {
                    let mut marks: Vec<String> = Vec::new();
                    for column in values {
                        let thousands = column.thousands_marks.iter().map(|mark| format!("{mark} between thousands"));
                        let decimal = column.decimal_marks.iter().map(|mark| format!("decimal `{mark}`"));
                        marks.extend(thousands.chain(decimal));
                    }
                    marks.sort();
                    marks.dedup();
                    text = format!("numbers stored as text: {text} {}", marks.join(", "));
                }
                line(f, name, text.trim_end())?;
            }
        }
        Ok(())
    }
}

/// Many columns of figures in one line.
fn summary(values: &[&ColumnProfile]) -> String {
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return String::new() };
    let decimals = values.iter().filter(|column| column.content.is == Content::Decimals).count();
    let mut text = format!("{} {}:{}", several(values.len(), "column"), first.column, last.column);
    if decimals > 0 {
        let _ = write!(text, ", {decimals} with decimals");
    }
    let mut periods: Vec<&str> = values.iter().filter_map(|column| column.period.as_deref()).collect();
    let with = periods.len();
    periods.sort_unstable();
    periods.dedup();
    match periods.as_slice() {
        [] => {}
        periods if periods.len() <= 6 => {
            let _ = write!(text, "; periods {}", periods.join(", "));
        }
        [first, .., last] => {
            let _ = write!(text, "; {} periods from {first} to {last}", periods.len());
        }
        _ => {}
    }
    if with > 0 && with < values.len() {
        let without: Vec<String> =
            values.iter().filter(|column| column.period.is_none()).take(3).map(|column| column.name()).collect();
        let _ = write!(text, "; without a period: {}", without.join(", "));
    }
    text
}

impl ColumnProfile {
    fn name(&self) -> String {
        let heading = if self.heading.is_empty() {
            "no heading".to_owned()
        } else {
            super::shown_words(&self.heading.join(" › "))
        };
        format!("{} {heading}", self.column)
    }

    fn tell(&self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        let period = self.period.as_ref().map(|period| format!(", {period}")).unwrap_or_default();
        let content = &self.content;
        line(f, name, &format!("{}: {}{period} {}", self.name(), content.is, because(content)))?;
        if let Some(names) = &self.names {
            if names.folded > 0 {
                line(f, "", &format!("{} of them as a variant or after folding", names.folded))?;
            }
            let told = if content.confidence == Confidence::Guess { 3 } else { names.unmatched.len() };
            for unmatched in names.unmatched.iter().take(told) {
                let near = match unmatched.nearest.as_slice() {
                    [] => "nothing like it in the code list".to_owned(),
                    near => format!("nearest {}", near.join(", ")),
                };
                line(f, "", &format!("unknown {}: {near}", unmatched.text))?;
            }
            let more = names.different - names.matched;
            if more > told {
                line(f, "", &format!("… {} unknown in all", more))?;
            }
            for other in &names.ambiguous {
                let text = format!(
                    "{} read as `{}`; in other sources {}",
                    shown(&other.text),
                    other.code,
                    other.or.join(", ")
                );
                line(f, "", &text)?;
            }
        }
        Ok(())
    }
}

impl SumProfile {
    fn words(&self) -> String {
        let (from, to) = &self.parts;
        let lines = if self.what == "row" { "columns" } else { "rows" };
        let fails = match self.fails.as_slice() {
            [] => String::new(),
            fails => {
                format!("; not in {}{}", fails.join(", "), if self.of - self.holds > fails.len() { ", …" } else { "" })
            }
        };
        let (what, at, label) = (self.what, &self.at, shown(&self.label));
        format!("{what} {at} {label} = {what}s {from} to {to}, exact in {} of {} {lines}{fails}", self.holds, self.of)
    }
}

impl FileField {
    fn tell(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.label.as_ref().map(|label| format!(" {label}")).unwrap_or_default();
        line(f, "field", &format!("`{}`{label}: {}", self.name, self.holds))?;
        if !self.values.is_empty() {
            let more =
                if self.number > self.values.len() { format!(", … {} in all", self.number) } else { String::new() };
            line(f, "", &format!("{}{more}", self.values.join(", ")))?;
        }
        if !self.missing.is_empty() {
            line(f, "", &format!("missing: {}", self.missing.join(", ")))?;
        }
        if let Some(why) = &self.personal {
            line(f, "personal", why)?;
        }
        Ok(())
    }
}
