//! The report's text as a page, with the answers beside it.
//!
//! Each answer stands in words at its sentence, as a link to why; from there a link leads back. Colours and lines only repeat it.

use std::fmt::Write as _;

use super::{LONGEST_QUOTE, counted, cut};
use crate::claim::document::DocumentText;
use crate::claim::prose::{self, Block, Mark, Rows, Sentence};
use crate::claim::{Answer, Claim};
use crate::format::escaped;

const STYLE: &str = include_str!("page.css");

/// A claim with its number.
type Numbered<'a> = (usize, &'a Claim);

pub(super) fn written(report: &DocumentText, name: &str, claims: &[Claim]) -> String {
    let title = format!("Granskning av {}", escaped(name));
    let mut page = Page { report, out: String::new(), left: (1..).zip(claims).collect() };
    let _ = write!(
        page.out,
        "<!doctype html>\n<html lang=\"sv\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#text\">Till \
         texten</a>\n<header>\n<h1>{title}</h1>\n<p>{}.</p>\n<p>Varje påstående i texten är markerat med ett svar i ord. Svaret är en länk \
         till varför, under stycket. Det som inte är markerat har inte lästs som ett påstående.</p>\n</header>\n",
        counted(claims)
    );
    page.contents(claims);
    page.out.push_str("<main id=\"text\">\n");
    for block in prose::blocks(&report.text) {
        match block {
            Block::Paragraph(sentences) => page.paragraph(&sentences),
            Block::Table(rows) => page.table(&rows),
        }
    }
    // Whatever stands in none of them is told all the same.
    let left = std::mem::take(&mut page.left);
    page.notes(&left);
    let _ = write!(page.out, "</main>\n<footer><p>{}</p></footer>\n</body>\n</html>\n", lagesbild_model::SOFTWARE);
    page.out
}

struct Page<'a> {
    report: &'a DocumentText,
    out: String,
    /// The claims that have not been told, in the order of the text.
    left: Vec<Numbered<'a>>,
}

/// Writing to a string cannot fail, so the results of `write!` are dropped here.
impl<'a> Page<'a> {
    /// The claims in a table, those first that the figures contradict.
    fn contents(&mut self, claims: &[Claim]) {
        if claims.is_empty() {
            return;
        }
        self.out.push_str(
            "<nav aria-labelledby=\"alla\">\n<h2 id=\"alla\">Alla påståenden</h2>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" \
             aria-labelledby=\"alla\">\n<table>\n<thead>\n<tr><th scope=\"col\">Svar</th><th scope=\"col\">Påstående</th><th \
             scope=\"col\">Plats</th></tr>\n</thead>\n<tbody>\n",
        );
        let contradicted = (1..).zip(claims).filter(|(_, claim)| claim.answer == Answer::Contradicted);
        let others = (1..).zip(claims).filter(|(_, claim)| claim.answer != Answer::Contradicted);
        for (number, claim) in contradicted.chain(others) {
            let _ = writeln!(
                self.out,
                "<tr><th scope=\"row\"><a href=\"#p{number}\">{number}: {}</a></th><td>{}</td><td>{}</td></tr>",
                claim.answer.swedish(),
                escaped(&cut(&claim.quote, LONGEST_QUOTE)),
                escaped(self.report.place(claim.line))
            );
        }
        self.out.push_str("</tbody>\n</table>\n</div>\n</nav>\n");
    }

    /// Takes the claims of a sentence or a table, which are the next ones.
    fn of(&mut self, line: usize, quote: &str) -> Vec<Numbered<'a>> {
        let own = self.left.iter().take_while(|(_, claim)| claim.line == line && claim.quote == quote).count();
        self.left.drain(..own).collect()
    }

    fn paragraph(&mut self, sentences: &[Sentence]) {
        let mut told = Vec::new();
        let (mut open, mut list) = ("", false);
        for sentence in sentences {
            let own = self.of(sentence.line, &sentence.text);
            let begins = match sentence.mark {
                Mark::Item => "li",
                Mark::Heading(1) => "h2",
                Mark::Heading(2) => "h3",
                Mark::Heading(3) => "h4",
                Mark::Heading(4) => "h5",
                Mark::Heading(_) => "h6",
                // After a heading a paragraph begins.
                Mark::None if open.is_empty() || open.starts_with('h') => "p",
                Mark::None => "",
            };
            if begins.is_empty() {
                self.out.push(' ');
            } else {
                self.end(open);
                if list != (begins == "li") {
                    self.out.push_str(if list { "</ul>\n" } else { "<ul>\n" });
                    list = !list;
                }
                let _ = write!(self.out, "<{begins}>");
                open = begins;
            }
            let text = marked(&sentence.text, &own);
            self.out.push_str(&text);
            told.extend(own);
        }
        self.end(open);
        if list {
            self.out.push_str("</ul>\n");
        }
        self.notes(&told);
    }

    fn end(&mut self, open: &str) {
        if !open.is_empty() {
            let _ = writeln!(self.out, "</{open}>");
        }
    }

    fn table(&mut self, table: &Rows) {
        let Some((heading, body)) = table.rows.split_first() else { return };
        let mut told = self.of(table.line, &heading.join(" | "));
        let place = self.report.place(table.line);
        let name = place.split(',').next().unwrap_or_default();
        let tags: String = told.iter().map(tag).collect();
        let _ = write!(
            self.out,
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Tabell ({0})\">\n<table>\n<caption>{0}{tags}</caption>\n<thead>\n",
            escaped(name)
        );
        self.row(0, heading, table, &mut told);
        self.out.push_str("</thead>\n<tbody>\n");
        for (index, row) in (1..).zip(body) {
            self.row(index, row, table, &mut told);
        }
        self.out.push_str("</tbody>\n</table>\n</div>\n");
        self.notes(&told);
    }

    fn row(&mut self, index: usize, cells: &[String], table: &Rows, told: &mut Vec<Numbered<'a>>) {
        self.out.push_str("<tr>");
        for (column, cell) in cells.iter().enumerate() {
            let prose = table.prose.iter().filter(|(row, at, _)| (*row, *at) == (index, column));
            let mut own = Vec::new();
            for sentence in prose.flat_map(|(.., sentences)| sentences) {
                own.extend(self.of(sentence.line, &sentence.text));
            }
            let text = marked(cell, &own);
            told.extend(own);
            let (begin, end) = match (index, column) {
                (0, _) => ("<th scope=\"col\">", "</th>"),
                (_, 0) => ("<th scope=\"row\">", "</th>"),
                _ => ("<td>", "</td>"),
            };
            let _ = write!(self.out, "{begin}{text}{end}");
        }
        self.out.push_str("</tr>\n");
    }

    /// Why each answer is what it is.
    fn notes(&mut self, claims: &[Numbered<'_>]) {
        let Some((_, first)) = claims.first() else { return };
        let place = escaped(self.report.place(first.line));
        let _ = writeln!(self.out, "<div class=\"notes\" role=\"note\" aria-label=\"Granskning, {place}\">");
        for (number, claim) in claims {
            let figures: Vec<String> = claim.figures.iter().map(|id| format!("<code>{}</code>", escaped(id))).collect();
            let figures = match figures.as_slice() {
                [] => String::new(),
                figures => format!(" Uppgifter: {}.", figures.join(", ")),
            };
            let _ = writeln!(
                self.out,
                "<p id=\"p{number}\" tabindex=\"-1\"><strong>{number}: {}</strong> ({place}). {}{figures} <a href=\"#t{number}\" \
                 aria-label=\"Till påstående {number} i texten\">Till texten</a></p>",
                claim.answer.swedish(),
                escaped(&claim.why)
            );
        }
        self.out.push_str("</div>\n");
    }
}

/// A text with the claims marked that are quoted from it, in their order, each mark followed by the answers.
fn marked(text: &str, claims: &[Numbered<'_>]) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut claims = claims.iter().peekable();
    while let Some(first) = claims.next() {
        let (_, claim) = *first;
        let (mut tags, mut answer) = (tag(first), claim.answer);
        while let Some(same) = claims.next_if(|(_, other)| other.quote == claim.quote) {
            tags.push_str(&tag(same));
            if same.1.answer == Answer::Contradicted {
                answer = Answer::Contradicted;
            }
        }
        match rest.find(&claim.quote) {
            Some(at) => {
                let (before, found) = rest.split_at(at);
                let (quote, after) = found.split_at(claim.quote.len());
                let _ =
                    write!(out, "{}<mark class=\"{}\">{}</mark>{tags}", escaped(before), answer.code(), escaped(quote));
                rest = after;
            }
            None => out.push_str(&tags),
        }
    }
    out.push_str(&escaped(rest));
    out
}

/// The answer beside a claim: a link to why.
fn tag((number, claim): &Numbered<'_>) -> String {
    format!(" <a class=\"tag\" id=\"t{number}\" href=\"#p{number}\">{number}: {}</a>", claim.answer.swedish())
}
