//! What is in a file that nobody has seen: from its bytes to a [`Profile`], without a definition.
//!
//! ```text
//! bytes ─open by content─▶ RawTable ─blocks─▶ columns ─▶ names, markers, sums, sayings ─▶ Profile ─draft─▶ definition
//! ```
//!
//! Nothing is guessed in silence: each inference carries how sure it is and what speaks for it.

mod column;
mod differ;
mod draft;
mod fields;
mod known;
mod names;
mod period;
mod profile;
mod says;
mod sheet;
mod sums;
mod words;

use lagesbild_model::{CellRef, Diagnostic, Rule, SourceId, fold, kinds, shown};

pub use differ::differences;
pub use draft::{Draft, NoDraft, draft};
pub use known::{Nearness, amended, nearest_source};
pub use profile::{
    Cells, ColumnProfile, Confidence, Content, FileField, HeadingProfile, MarkerProfile, Match, Meaning, Names,
    PeriodForm, Profile, Saying, Shape, SheetProfile, Statement, SumProfile, TableProfile, Unmatched, Words,
};

use self::column::{address, tally};
use self::sheet::{Block, cells, is_usual_marker};
use crate::CodeLists;
use crate::personal;
use crate::raw_table::{RawRow, RawTable, Value};
use crate::read::unknown::{Content as Opened, Letters, open};
use crate::read::{Tables, Unreadable};

/// The longest beginning of a title or note that is shown.
const BEGINNING: usize = 44;

/// Looks into a file. `source` is the identifier that its definition has or will have: names that mean something of
/// their own in one source are matched as there. It cannot fail: what cannot be read is told in the profile.
///
/// ```
/// use lagesbild_ingest::{CodeLists, ListFile, inspect};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let file = |name, text: &'static str| ListFile { name, bytes: text.as_bytes() };
/// # let head = "code;label;level;parents;flags;valid_from;valid_to;note\n";
/// # let areas = format!("{head}aby;Åby;stadsdel;;;;;\nberg;Berg;stadsdel;;;;;\n");
/// # let lists = CodeLists::read(
/// #     ListFile { name: "areas.csv", bytes: areas.as_bytes() },
/// #     file("categories.csv", "code;label;level;parents;flags;valid_from;valid_to;note\n"),
/// #     file("aliases.csv", "list;variant;code;source;note\n"),
/// # ).map_err(|findings| format!("{findings:?}"))?;
/// let text = "Stadsdel;2022;2023\nÅby;3;4\nBerg;5;..\nTotalt;8;\n";
/// let profile = inspect("export.csv", text.as_bytes(), &lists, &"export".parse()?);
/// let table = &profile.sheets[0].tables[0];
/// assert_eq!(table.columns[0].content.evidence, "2 of 3 different texts are areas of the code list");
/// assert_eq!(table.columns[2].period.as_deref(), Some("2023"));
/// assert_eq!(table.markers[0].text, "..");
/// assert_eq!((table.sums[0].label.as_str(), table.sums[0].holds, table.sums[0].of), ("Totalt", 1, 1));
/// # Ok(())
/// # }
/// ```
pub fn inspect(file: &str, bytes: &[u8], lists: &CodeLists, source: &SourceId) -> Profile {
    let mut profile = Profile {
        file: file.to_owned(),
        bytes: bytes.len(),
        format: Statement::new("unknown", Confidence::Proved, "it cannot be read as anything that is known"),
        packed: None,
        encoding: None,
        delimiter: None,
        sheets: Vec::new(),
        fields: Vec::new(),
        records: None,
        weight: None,
        remarks: Vec::new(),
        problems: Vec::new(),
    };
    let opened = match open(bytes) {
        Ok(opened) => opened,
        Err(problem) => {
            profile.problems.push(told(problem, file));
            return profile;
        }
    };
    profile.packed = opened.packed;
    let mut letters = |letters: &Letters| {
        profile.encoding = Some(Statement::new(letters.encoding.word().to_owned(), Confidence::Likely, letters.why));
    };
    let by_content = |name| Statement::new(name, Confidence::Proved, "its first bytes and its parts say so");
    match opened.content {
        Opened::Workbook(format, tables) => {
            profile.format = by_content(format);
            profile.take(tables, false, lists, source);
        }
        Opened::Html(tables, found) => {
            letters(&found);
            profile.format = Statement::new("html", Confidence::Proved, "a page with tables");
            profile.take(tables, false, lists, source);
        }
        Opened::Delimited(tables, found, delimiter) => {
            letters(&found);
            profile.format = Statement::new("delimited", Confidence::Likely, "a text with one record per line");
            let shown = if delimiter.character == '\t' { "tab".to_owned() } else { delimiter.character.to_string() };
            let evidence =
                format!("`{shown}` makes {} fields in {} of {} lines", delimiter.fields, delimiter.lines, delimiter.of);
            let sure = delimiter.fields > 1 && delimiter.lines * 10 >= delimiter.of * 8;
            let confidence = if sure { Confidence::Likely } else { Confidence::Guess };
            profile.delimiter = Some(Statement::new(delimiter.character, confidence, evidence));
            if delimiter.cut {
                profile.remarks.push("a long text: only its first 64 MB were looked at".into());
            }
            profile.take(tables, true, lists, source);
        }
        Opened::Spss(file) => {
            profile.format = by_content("spss");
            fields::of_spss(&file, &mut profile);
        }
        Opened::Px(text, found) => {
            letters(&found);
            profile.format = Statement::new("px", Confidence::Proved, "keywords of the PX format");
            fields::of_px(&text, &mut profile);
        }
        Opened::Json(text) => fields::of_json(&text, &mut profile),
    }
    profile
}

fn told(problem: Unreadable, file: &str) -> String {
    let finding = problem.diagnostic(file);
    debug_assert_eq!(finding.rule, Rule::Malformed);
    let hint = if finding.hint.is_empty() { String::new() } else { format!(" ({})", finding.hint) };
    format!("{}: {}; expected {}{hint}", finding.place, finding.found, finding.expected)
}

impl Profile {
    fn take(&mut self, mut tables: Tables, is_text: bool, lists: &CodeLists, source: &SourceId) {
        let file = self.file.clone();
        let (personal, _) = personal::guard(&mut tables, &file, &[], &[]);
        self.problems.extend(tables.problems.into_iter().map(|problem| told(problem, &file)));
        // Markers may be explained on another sheet than the one they stand in.
        let mut found: Vec<(&RawTable, Vec<Block>, Vec<usize>)> = Vec::new();
        let mut words: Vec<Words> = Vec::new();
        for table in &tables.tables {
            let (blocks, loose) = sheet::blocks(table, is_text);
            let notes = blocks.iter().flat_map(|block| block.titles.iter().chain(&block.footers)).chain(&loose);
            words.extend(notes.flat_map(|at| words_of(table, *at, None)));
            found.push((table, blocks, loose));
        }
        let explained = says::explanations(&words);
        for (table, blocks, loose) in found {
            let about = About { table, lists, source, explained: &explained, personal: &personal };
            let tables = blocks.iter().map(|block| about.profile(block)).collect();
            let stands_for = table.sheet.as_deref().and_then(|name| about.sheet_name(name));
            self.sheets.push(SheetProfile {
                name: table.sheet.clone(),
                visibility: match (table.hidden, table.very_hidden) {
                    (_, true) => "very-hidden",
                    (true, _) => "hidden",
                    _ => "visible",
                },
                rows: table.extent(),
                cells: table.rows.iter().map(|row| row.cells.len()).sum(),
                stands_for,
                tables,
                words: loose.iter().flat_map(|at| words_of(table, *at, None)).collect(),
            });
        }
    }
}

/// The texts of a row, inside some columns where they are given.
fn words_of(table: &RawTable, at: usize, columns: Option<(u32, u32)>) -> Vec<Words> {
    let Some(row) = table.rows.get(at) else { return Vec::new() };
    let inside = columns.map_or(row.cells.as_slice(), |columns| cells(row, columns));
    let text = |value: &Value| match value {
        Value::Date(date) => date.to_string(),
        value => value.text().map_or_else(|| column::heading_text(value), str::to_owned),
    };
    let words = inside.iter().map(|cell| {
        let text = text(&cell.value);
        Words { cell: address(table, row.at(cell.column)), shown: shown_words(&text), text }
    });
    words.collect()
}

/// Words of a title or note as they are shown: whole, by their beginning, or not at all where they may be personal.
pub(crate) fn shown_words(text: &str) -> String {
    if text.chars().count() <= BEGINNING {
        return shown(text);
    }
    let mut end = text.char_indices().nth(BEGINNING).map_or(text.len(), |(at, _)| at);
    if let Some(blank) = text.get(..end).and_then(|head| head.rfind(' ')).filter(|blank| *blank > BEGINNING / 2) {
        end = blank;
    }
    // What is left out decides too: the beginning of a text with an address in it tells whose it is.
    match text.get(..end).filter(|_| kinds(text).is_empty()) {
        Some(head) => {
            let head = shown(head);
            head.strip_suffix('`').map_or(head.clone(), |head| format!("{head} …`"))
        }
        None => shown(text),
    }
}

/// What tables of one sheet are profiled with.
struct About<'t> {
    table: &'t RawTable,
    lists: &'t CodeLists,
    source: &'t SourceId,
    explained: &'t [(String, String, String)],
    personal: &'t [Diagnostic],
}

impl About<'_> {
    fn sheet_name(&self, name: &str) -> Option<Statement<Match>> {
        let name = name.trim();
        let area = names::one("areas", &self.lists.areas, name, self.source);
        let (found, how) = area.or_else(|| names::one("categories", &self.lists.categories, name, self.source))?;
        let how = match how {
            lagesbild_model::MatchedBy::Label => "its name is the label",
            lagesbild_model::MatchedBy::Alias => "its name is a variant",
            lagesbild_model::MatchedBy::Folding => "its name, after folding",
        };
        let (confidence, evidence) = if found.or.is_empty() {
            (Confidence::Likely, how.to_owned())
        } else {
            (Confidence::Guess, format!("{how}; in other sources it stands for {}", found.or.join(", ")))
        };
        Some(Statement::new(found, confidence, evidence))
    }

    fn profile(&self, block: &Block) -> TableProfile {
        let table = self.table;
        let words = |rows: &[usize]| -> Vec<Words> {
            rows.iter().flat_map(|at| words_of(table, *at, Some(block.columns))).collect()
        };
        let (titles, footers) = (words(&block.titles), words(&block.footers));
        let marks: Vec<String> =
            footers.iter().filter_map(|words| words.text.split_once(')')).map(|(mark, _)| mark.to_owned()).collect();
        let explained: Vec<_> = says::explanations(&titles)
            .into_iter()
            .chain(says::explanations(&footers))
            .chain(self.explained.to_vec())
            .collect();
        let mut columns = Vec::new();
        let mut markers: Vec<MarkerProfile> = Vec::new();
        for at in self.columns(block) {
            let tally = tally(table, block, at);
            let mut column = column::profile(table, block, at, &tally, self.lists, self.source, &marks);
            // A column of nothing but markers between columns of numbers is one of figures.
            let only_markers = !column.texts.is_empty()
                && column.numbers.is_none()
                && column.texts.iter().all(|text| is_usual_marker(text))
                && column.content.is == Content::Texts
                && !columns.is_empty();
            if only_markers {
                let evidence = format!("{} cells, all of them markers", column.filled);
                column.content = Statement::new(Content::Counts, Confidence::Guess, evidence);
            }
            column.personal = self.personal(at);
            if column.personal.is_some() {
                column.texts.clear();
                column.names = None;
            } else if column.content.is.is_value() {
                for (text, number, first) in tally.texts() {
                    let first = address(table, *first);
                    match markers.iter_mut().find(|marker| marker.text == *text) {
                        Some(marker) => {
                            marker.number += number;
                            marker.first.push(first);
                            marker.first.truncate(3);
                        }
                        None => markers.push(MarkerProfile {
                            text: text.clone(),
                            number: *number,
                            first: vec![first],
                            means: says::meaning(text, &explained),
                        }),
                    }
                }
            }
            columns.push(column);
        }
        markers.sort_by(|a, b| b.number.cmp(&a.number).then(a.text.cmp(&b.text)));
        let sums = sums::find(table, block, &columns, &markers);
        let headings = block.headings.iter().filter_map(|at| {
            let row = table.rows.get(*at)?;
            let periods = sheet::periods_of(table, *at, block.columns);
            let cells = words_of(table, *at, Some(block.columns));
            let texts: Vec<String> = cells.iter().skip(1).map(|cell| cell.text.clone()).collect();
            let names = names::best(&texts, self.lists, self.source, &marks).filter(|_| periods.is_none());
            Some(HeadingProfile { row: row.row + 1, cells, periods, names: names.map(|(_, matched)| matched.names()) })
        });
        let headings: Vec<HeadingProfile> = headings.collect();
        TableProfile {
            range: self.range(block),
            shape: shape(&headings, &columns, block.body.len()),
            says: self.says(block, &titles, &footers),
            titles,
            headings,
            rows: block.body.len(),
            columns,
            sections: words(&block.sections),
            markers,
            sums,
            footers,
        }
    }

    /// Why a column may hold personal data.
    fn personal(&self, column: u32) -> Option<String> {
        let own = self.personal.iter().filter(|finding| {
            finding.place.sheet == self.table.sheet && finding.place.cell.is_some_and(|cell| cell.column == column)
        });
        let why: Vec<&str> = own.map(|finding| finding.found.as_str()).collect();
        (!why.is_empty()).then(|| why.join("; "))
    }

    /// The columns of a table that have a heading or a cell.
    fn columns(&self, block: &Block) -> Vec<u32> {
        let mut columns: Vec<u32> = Vec::new();
        let mut last: Option<Vec<u32>> = None;
        for row in block.headings.iter().chain(&block.body).filter_map(|at| self.table.rows.get(*at)) {
            let own: Vec<u32> = cells(row, block.columns).iter().map(|cell| cell.column).collect();
            // Most rows fill the same columns.
            if last.as_ref() != Some(&own) {
                columns.extend(&own);
                columns.sort_unstable();
                columns.dedup();
                last = Some(own);
            }
        }
        columns
    }

    fn range(&self, block: &Block) -> String {
        let rows: Vec<&RawRow> =
            block.headings.iter().chain(&block.body).filter_map(|at| self.table.rows.get(*at)).collect();
        let columns = self.columns(block);
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return String::new() };
        let (Some(left), Some(right)) = (columns.first(), columns.last()) else { return String::new() };
        if self.table.sheet.is_none() {
            return format!("lines {} to {}", first.row + 1, last.row + last.height);
        }
        format!("{}:{}", CellRef { row: first.row, column: *left }, CellRef { row: last.row, column: *right })
    }

    fn says(&self, block: &Block, titles: &[Words], footers: &[Words]) -> Vec<Saying> {
        let mut found: Vec<Saying> = titles.iter().chain(footers).flat_map(says::of).collect();
        for row in block.titles.iter().chain(&block.footers).filter_map(|at| self.table.rows.get(*at)) {
            for [left, right] in row.cells.array_windows() {
                let Some(text) = left.value.text().filter(|text| says::tells_extraction(text)) else { continue };
                let date = match &right.value {
                    Value::Date(date) => Some(*date),
                    value => value.text().and_then(|text| text.parse().ok()),
                };
                if let Some(date) = date {
                    let cell = address(self.table, row.at(left.column));
                    let words = Words { cell, shown: String::new(), text: text.to_owned() };
                    found.push(says::saying(&words, "extracted", text.to_owned(), date.to_string(), None, None));
                }
            }
        }
        found
    }
}

/// What kind of table its columns make.
fn shape(headings: &[HeadingProfile], columns: &[ColumnProfile], rows: usize) -> Statement<Shape> {
    let values: Vec<&ColumnProfile> = columns.iter().filter(|column| column.content.is.is_value()).collect();
    let dimensions = columns.iter().filter(|column| {
        column.content.is.is_period() || matches!(column.content.is, Content::Areas | Content::Categories)
    });
    let dimensions: Vec<&ColumnProfile> = dimensions.collect();
    let with_period = values.iter().filter(|column| column.period.is_some()).count();
    let narrow = columns.len() == 2 && with_period == 0;
    let mixed = |column: &ColumnProfile| column.numbers.is_some() && !column.texts.is_empty();
    if narrow && columns.last().is_some_and(|column| mixed(column) || values.is_empty()) && rows < 60 {
        return Statement::new(Shape::Words, Confidence::Likely, "two columns: a word, and what it stands for");
    }
    let periods = dimensions.iter().filter(|column| column.content.is.is_period()).count();
    let last = columns.iter().rev().find(|column| column.filled > 0);
    if values.len() == 1 && dimensions.len() >= 2 && periods > 0 && last.is_some_and(|last| last.content.is.is_value())
    {
        let evidence = format!("one column of figures behind {} that say what they are about", dimensions.len());
        return Statement::new(Shape::Long, Confidence::Likely, evidence);
    }
    if values.is_empty() || columns.iter().any(|column| column.content.is == Content::Codes && column.different == rows)
    {
        return Statement::new(Shape::Rows, Confidence::Likely, "each row is about one thing of its own");
    }
    let labels = columns.iter().take_while(|column| !column.content.is.is_value()).count();
    if with_period * 2 >= values.len() && with_period > 0 {
        let evidence = format!("{with_period} of {} columns of figures have a period in their heading", values.len());
        return Statement::new(Shape::Crosstab, Confidence::Proved, evidence);
    }
    if labels > 0 && values.len() * 2 >= columns.len() - labels && !headings.is_empty() {
        let evidence = format!("{labels} columns of labels, then {} of figures", values.len());
        return Statement::new(Shape::Crosstab, Confidence::Likely, evidence);
    }
    Statement::new(Shape::Rows, Confidence::Guess, "neither periods nor groups in its headings")
}

/// A slug from a name: `Anmälda brott 2023` as `anmalda-brott-2023`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in fold(name).chars() {
        let plain = match c {
            'å' | 'ä' | 'à' | 'á' => 'a',
            'ö' | 'ø' => 'o',
            'é' | 'è' => 'e',
            'ü' => 'u',
            c => c,
        };
        if plain.is_ascii_lowercase() || plain.is_ascii_digit() {
            slug.push(plain);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() { "export".to_owned() } else { slug }
}

/// The identifier that a definition of `file` may have: its name without folder and ending.
pub fn proposed_id(file: &str) -> SourceId {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(name);
    // A slug is an identifier whatever it was made from; the last one is a slug as it stands.
    slug(stem).parse().or_else(|_| "export".parse()).unwrap_or_else(|_| unreachable!("`export` is a slug"))
}
