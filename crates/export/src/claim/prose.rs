//! From a text to its tables, paragraphs and sentences, each with its line.

use lagesbild_model::fold;

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
}

/// The rows of a table in Markdown, and the heading above it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Rows {
    pub(super) line: usize,
    pub(super) heading: String,
    pub(super) rows: Vec<Vec<String>>,
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
                table = Rows { line: number, heading: heading.clone(), rows: Vec::new() };
            }
            let ruler = cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':')));
            table.rows.extend((!ruler).then_some(cells));
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

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(|cell| cell.trim().to_owned()).collect())
}

fn finished(lines: &mut Vec<(usize, &str)>) -> Option<Block> {
    let lines = std::mem::take(lines);
    let mut sentences = Vec::new();
    let mut open = String::new();
    let mut first = 0;
    for (number, line) in lines {
        // An item of a list is a sentence of its own.
        if line.starts_with(['-', '●', '•']) {
            close(&mut sentences, first, &mut open);
        }
        for word in line.trim_start_matches(['-', '●', '•', '#', ' ']).split_whitespace() {
            // ”m.m.” ends a sentence where the next word begins one.
            let begins = word.chars().next().is_some_and(char::is_uppercase);
            if begins && ["m.m.", "m.fl.", "etc."].iter().any(|short| open.ends_with(short)) {
                close(&mut sentences, first, &mut open);
            }
            if open.is_empty() {
                first = number;
            } else {
                open.push(' ');
            }
            open.push_str(word);
            if ends_sentence(word) {
                close(&mut sentences, first, &mut open);
            }
        }
    }
    close(&mut sentences, first, &mut open);
    (!sentences.is_empty()).then_some(Block::Paragraph(sentences))
}

fn close(sentences: &mut Vec<Sentence>, line: usize, open: &mut String) {
    let text = std::mem::take(open);
    if !text.is_empty() {
        let folded = fold(&text);
        sentences.push(Sentence { line, text, folded });
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
    fn a_table_knows_its_heading_and_no_ruler() {
        let [_, Block::Table(table)] =
            &blocks("Brott Kungsholmen\n\n| Kategori | 2023 |\n|---|---:|\n| Total | 9184 |")[..]
        else {
            panic!("a paragraph and a table")
        };
        assert_eq!((table.line, table.heading.as_str(), table.rows.len()), (3, "Brott Kungsholmen", 2));
        assert_eq!(table.rows[1], ["Total", "9184"]);
    }
}
