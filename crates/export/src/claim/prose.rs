//! From a text to its tables, paragraphs and sentences, each with its line.

use lagesbild_model::fold;

use super::words;

/// The most bytes of a sentence: what goes on longer without a stop is cut.
const LONGEST: usize = 4_000;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Paragraph(Vec<Sentence>),
    Table(Rows),
}

/// One sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sentence {
    pub(super) line: usize,
    pub(super) text: String,
    /// The form in which words are looked for.
    pub(super) folded: String,
    pub(super) mark: Mark,
}

/// What a sentence begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing, or a paragraph.
    None,
    /// An item of a list.
    Item,
    /// A heading of a level from 1 to 6.
    Heading(usize),
}

/// The rows of a table in Markdown, and the heading above it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Rows {
    pub(super) line: usize,
    pub(super) heading: String,
    pub(super) rows: Vec<Vec<String>>,
    /// The line of each row.
    pub(super) lines: Vec<usize>,
    /// What cells hold of prose: row, column and the sentences of a paragraph there.
    pub(super) prose: Vec<(usize, usize, Vec<Sentence>)>,
}

/// The blocks of a text. A paragraph ends at an empty line; a line that ends without a stop, as a heading, is a sentence.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<(usize, &str)> = Vec::new();
    let mut table = Rows::default();
    let mut heading = String::new();
    for (number, line) in (1..).zip(text.lines().chain([""])) {
        let line = line.trim();
        if let Some(cells) = cells(line) {
            if table.rows.is_empty() {
                table = Rows { line: number, heading: heading.clone(), ..Rows::default() };
            }
            table.add(number, &cells);
            continue;
        }
        if !table.rows.is_empty() {
            blocks.push(Block::Table(std::mem::take(&mut table)));
        }
        if line.is_empty() {
            blocks.extend(finished(&mut paragraph));
        } else {
            if paragraph.is_empty() {
                line.trim_start_matches(['#', ' ']).clone_into(&mut heading);
            }
            paragraph.push((number, line));
        }
    }
    blocks.extend(finished(&mut paragraph));
    blocks
}

impl Rows {
    /// Adds a row, unless it is the ruler below the headings. A cell may hold several paragraphs, with a break between them.
    fn add(&mut self, line: usize, cells: &[&str]) {
        if cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':'))) {
            return;
        }
        let row = self.rows.len();
        for (column, cell) in cells.iter().enumerate() {
            for part in cell.split("<br>").map(str::trim) {
                if is_sentence(part) || (row > 0 && claims_without_stop(part)) {
                    self.prose.push((row, column, sentences(vec![(line, part)])));
                }
            }
        }
        self.rows.push(cells.iter().map(|cell| unbroken(cell)).collect());
        self.lines.push(line);
    }
}

/// The words of a cell, without breaks.
fn unbroken(cell: &str) -> String {
    cell.replace("<br>", " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether words are a sentence, and not a label or a value: at least four, and a stop.
pub(super) fn is_sentence(text: &str) -> bool {
    let words = || text.split_whitespace().filter(|word| word.contains(char::is_alphabetic));
    words().nth(3).is_some() && text.split_whitespace().any(ends_sentence)
}

/// Whether words without a stop tell that something went up or down: at least five, with a word of direction.
fn claims_without_stop(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count();
    let begins = text.chars().next().is_some_and(char::is_uppercase);
    begins && words > 4 && (text.len() > LONGEST || !words::directions(&fold(text)).is_empty())
}

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

fn finished(lines: &mut Vec<(usize, &str)>) -> Option<Block> {
    let sentences = sentences(std::mem::take(lines));
    (!sentences.is_empty()).then_some(Block::Paragraph(sentences))
}

fn sentences(lines: Vec<(usize, &str)>) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut open = String::new();
    let (mut first, mut mark) = (0, Mark::None);
    for (number, line) in lines {
        // An item of a list is a sentence of its own, and so is a heading.
        let begun = begins(line);
        if begun != Mark::None {
            close(&mut sentences, first, &mut open, mark);
        }
        if open.is_empty() {
            mark = begun;
        }
        for word in line.trim_start_matches(['-', '●', '•', '#', ' ']).split_whitespace() {
            // ”m.m.” ends a sentence where the next word begins one.
            let begins = word.chars().next().is_some_and(char::is_uppercase);
            if begins && ["m.m.", "m.fl.", "etc."].iter().any(|short| open.ends_with(short)) {
                close(&mut sentences, first, &mut open, std::mem::replace(&mut mark, Mark::None));
            }
            if open.is_empty() {
                first = number;
            } else {
                open.push(' ');
            }
            open.push_str(word);
            if ends_sentence(word) || open.len() > LONGEST {
                close(&mut sentences, first, &mut open, std::mem::replace(&mut mark, Mark::None));
            }
        }
        if matches!(begun, Mark::Heading(_)) {
            close(&mut sentences, first, &mut open, mark);
        }
    }
    close(&mut sentences, first, &mut open, mark);
    sentences
}

/// What a line begins.
fn begins(line: &str) -> Mark {
    if line.starts_with(['-', '●', '•']) {
        return Mark::Item;
    }
    let level = line.chars().take_while(|c| *c == '#').count();
    if (1..7).contains(&level) && line.chars().nth(level) == Some(' ') { Mark::Heading(level) } else { Mark::None }
}

fn close(sentences: &mut Vec<Sentence>, line: usize, open: &mut String, mark: Mark) {
    let text = std::mem::take(open);
    if !text.is_empty() {
        let folded = fold(&text);
        sentences.push(Sentence { line, text, folded, mark });
    }
}

/// Whether a word ends its sentence: a stop that belongs to no abbreviation and no ordinal.
fn ends_sentence(word: &str) -> bool {
    let word = word.trim_end_matches([')', '”', '"', '»', '*']);
    let Some(body) = word.strip_suffix(['.', '!', '?']) else { return false };
    const SHORT: [&str; 17] = [
        "t.ex", "bl.a", "m.m", "m.fl", "p.g.a", "jmf", "jfr", "v", "ca", "dvs", "d.v.s", "s.k", "f.d", "inkl", "exkl",
        "nr", "etc",
    ];
    let lower = body.trim_start_matches(['(', '”', '"']).to_lowercase();
    // `m.m.).` closes a sentence by its last stop.
    !SHORT.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_stops_that_end_them() {
        let text = "Antalet ökade fram till v. 41 år 2023.\nDet gäller bl.a. våldsbrott (t.ex. rån m.m.). Nästa!\n\nRubrik\n\n- en punkt\n- en till";
        let found: Vec<(usize, String)> = blocks(text)
            .into_iter()
            .flat_map(|block| match block {
                Block::Paragraph(sentences) => sentences,
                Block::Table(_) => panic!("no table"),
            })
            .map(|sentence| (sentence.line, sentence.text))
            .collect();
        let wanted = [
            (1, "Antalet ökade fram till v. 41 år 2023."),
            (2, "Det gäller bl.a. våldsbrott (t.ex. rån m.m.)."),
            (2, "Nästa!"),
            (4, "Rubrik"),
            (6, "en punkt"),
            (7, "en till"),
        ];
        assert_eq!(found, wanted.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn a_text_without_a_stop_is_cut() {
        let [Block::Paragraph(sentences)] = &blocks(&"våldet ökade ".repeat(10_000))[..] else {
            panic!("a paragraph")
        };
        assert!(sentences.iter().all(|sentence| sentence.text.len() < LONGEST + 20), "{}", sentences.len());
        assert_eq!(sentences.iter().map(|sentence| sentence.text.split(' ').count()).sum::<usize>(), 20_000);
    }

    #[test]
    fn a_table_knows_its_heading_and_no_ruler() {
        let [_, Block::Table(table)] =
            &blocks("Brott Kungsholmen\n\n| Kategori | 2023 |\n|---|---:|\n| Total | 9184 |")[..]
        else {
            panic!("a paragraph and a table")
        };
        assert_eq!((table.line, table.heading.as_str(), table.rows.len()), (3, "Brott Kungsholmen", 2));
        assert_eq!(table.rows[1], ["Total", "9184"]);
        assert_eq!((&table.lines[..], table.prose.len()), (&[3, 5][..], 0));
    }

    /// Labels, values and verdicts are no prose; what has a stop is, and what tells a direction below the headings.
    #[test]
    fn cells_that_hold_sentences_are_prose() {
        let text = "| Slag | Brotten ökade eller minskade i området |\n|---|---|\n\
                    | Övriga brott m.m. | Ingen säkerställd förändring |\n\
                    | Våld | Rubrik <br> Våldet har ökat kraftigt. Rånen sjönk. |\n\
                    | Stöld | Stölderna på platsen har ökat |\n";
        let [Block::Table(table)] = &blocks(text)[..] else { panic!("a table") };
        let told = |(row, column, sentences): &(usize, usize, Vec<Sentence>)| {
            let words: Vec<(usize, &str)> = sentences.iter().map(|one| (one.line, one.text.as_str())).collect();
            format!("{row} {column} {words:?}")
        };
        let prose: Vec<String> = table.prose.iter().map(told).collect();
        let wanted = [
            "2 1 [(4, \"Våldet har ökat kraftigt.\"), (4, \"Rånen sjönk.\")]",
            "3 1 [(5, \"Stölderna på platsen har ökat\")]",
        ];
        assert_eq!(prose, wanted);
        assert_eq!(table.rows[2][1], "Rubrik Våldet har ökat kraftigt. Rånen sjönk.");
    }
}
