//! The text of a web page: the tokens of the WHATWG tokenizer, and of its tree as much as decides what is seen and where a block,
//! a cell or a hidden element ends.

use std::collections::BTreeMap;

use html5gum::{StartTag, State, Token, Tokenizer};

use super::lines::{Endless, Lines, Mark};
use super::{DocumentFault, DocumentText, with_words};
use crate::claim::prose;

/// The most elements inside one another.
const MOST_DEPTH: usize = 2_000;
/// Elements without an end.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements whose content is no text of the page: programs, drawings, controls, and what stands for readers without scripts.
const UNSEEN: [&str; 20] = [
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "noframes",
    "noembed",
    "iframe",
    "svg",
    "annotation",
    "annotation-xml",
    "canvas",
    "object",
    "audio",
    "video",
    "select",
    "datalist",
    "textarea",
    "progress",
    "meter",
];
/// Elements that begin a paragraph, and end one that is open.
const BLOCKS: [&str; 40] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "ul",
];
/// The parts of a table.
const OF_TABLE: [&str; 8] = ["table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"];
/// Elements that only change the looks of words. They are not kept open: many pages never end them.
const LOOKS: [&str; 24] = [
    "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "s",
    "small", "span", "strike", "strong", "time", "tt", "u",
];
/// Elements of a figure whose text is prose; other text of a figure is read where it is a sentence.
const PROSE: [&str; 12] = ["figcaption", "p", "li", "blockquote", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"];
/// Elements that end a drawing which was never ended.
const NEVER_DRAWN: [&str; 18] = [
    "body",
    "blockquote",
    "div",
    "dl",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "ul",
];

/// The encoding that a page says it has.
pub(super) fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(4096))?.to_ascii_lowercase();
    let at = head.windows(8).position(|window| window == b"charset=")? + 8;
    let name = head.get(at..)?.iter().skip_while(|byte| matches!(byte, b'"' | b'\''));
    let name: Vec<u8> = name.take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).copied().collect();
    String::from_utf8(name).ok().filter(|name| !name.is_empty())
}

pub(super) fn read(text: &str) -> Result<DocumentText, DocumentFault> {
    let mut page = Page::default();
    let mut tokenizer = Tokenizer::new(text);
    while let Some(token) = tokenizer.next() {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let drawn = page.draws();
                page.begin(&name, &tag)?;
                // What is text of its own kind would else open elements. Inside a drawing nothing is.
                let state = match name.as_str() {
                    _ if drawn && page.draws() => None,
                    "textarea" | "title" => Some(State::RcData),
                    "script" => Some(State::ScriptData),
                    "style" | "iframe" | "xmp" | "noembed" | "noframes" | "noscript" => Some(State::RawText),
                    "plaintext" => Some(State::PlainText),
                    _ => None,
                };
                if let Some(state) = state {
                    tokenizer.set_state(state);
                }
            }
            Token::EndTag(tag) => page.end(&String::from_utf8_lossy(&tag.name))?,
            Token::String(text) => page.hear(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    page.finished()
}

#[derive(Default)]
struct Page {
    lines: Lines,
    words: String,
    open: Vec<Open>,
    /// How many elements of each name are open.
    names: BTreeMap<String, usize>,
    unseen: usize,
    figures: usize,
    /// Whether the last thing in the words was the end of a line.
    broken: bool,
}

struct Open {
    name: String,
    unseen: bool,
}

impl From<Endless> for DocumentFault {
    fn from(endless: Endless) -> Self {
        DocumentFault::NoPage(endless.told())
    }
}

impl Page {
    fn hear(&mut self, text: &str) {
        if self.unseen == 0 {
            self.broken &= text.trim().is_empty();
            self.words.push_str(text);
        }
    }

    /// Ends the paragraph that is open.
    fn paragraph(&mut self) {
        self.broken = false;
        let words = std::mem::take(&mut self.words);
        if words.trim().is_empty() {
            return;
        }
        // What a picture says of its parts is no prose.
        if self.figures > 0 {
            let mut inside = self.open.iter().rev().take_while(|open| open.name != "figure");
            if !inside.any(|open| PROSE.contains(&open.name.as_str())) && !prose::is_sentence(&words) {
                return;
            }
        }
        let level = |name: &str| name.strip_prefix('h').and_then(|level| level.parse::<usize>().ok());
        let names = self.open.iter().rev().map(|open| open.name.as_str());
        let inmost = names.into_iter().find(|name| *name == "li" || OF_TABLE.contains(name) || level(name).is_some());
        let mark = match inmost {
            Some("li") => Mark::Item,
            Some(name) => level(name).map_or(Mark::Plain, Mark::Heading),
            None => Mark::Plain,
        };
        self.lines.paragraph(&words, mark, None);
    }

    /// Whether a drawing or a formula is open, whose elements are those of another language.
    fn draws(&self) -> bool {
        ["svg", "math"].iter().any(|name| self.is_open(name))
    }

    fn is_open(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|count| *count > 0)
    }

    fn begin(&mut self, name: &str, tag: &StartTag<()>) -> Result<(), DocumentFault> {
        if self.draws() {
            let drawn = ["foreignobject", "desc", "title", "annotation-xml", "svg", "math"];
            let inmost = self.open.iter().rev().map(|open| open.name.as_str()).find(|name| drawn.contains(name));
            if NEVER_DRAWN.contains(&name) && matches!(inmost, Some("svg" | "math")) {
                let inmost = inmost.unwrap_or_default().to_owned();
                self.pop_to(&inmost, &[])?;
            } else if tag.self_closing {
                return Ok(());
            }
        }
        if name == "br" {
            // One break wraps a line, two end a paragraph.
            if std::mem::replace(&mut self.broken, true) {
                self.paragraph();
            }
            self.words.push(' ');
            return Ok(());
        }
        let block = BLOCKS.contains(&name);
        let of_table = OF_TABLE.contains(&name);
        if block || of_table {
            self.pop_to("p", &["table", "td", "th", "caption", "button", "template"])?;
            match name {
                "li" => {
                    let lists = ["ul", "ol", "menu", "table", "td", "th", "section", "article", "blockquote"];
                    self.pop_to("li", &lists)?;
                }
                "dd" | "dt" => {
                    for item in ["dd", "dt"] {
                        self.pop_to(item, &["dl", "table", "td", "th", "section", "article", "blockquote"])?;
                    }
                }
                "tr" | "thead" | "tbody" | "tfoot" | "caption" => self.pop_inside_table(&["table"])?,
                "td" | "th" => self.pop_inside_table(&["table", "tr", "thead", "tbody", "tfoot"])?,
                // A table that stands in another, and in no cell of it, ends that.
                "table" if self.is_open("table") && !self.lines.in_cell() && !self.in_caption() => {
                    self.pop_to("table", &[])?;
                }
                _ => {}
            }
            self.paragraph();
        }
        let in_table = self.is_open("table");
        match name {
            // A row or a cell outside of tables is no tag at all.
            "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "caption" if !in_table => return Ok(()),
            _ if self.unseen > 0 => {}
            "table" => self.lines.open_table()?,
            "tr" => self.lines.open_row()?,
            "td" | "th" => self.lines.open_cell(span(tag, b"colspan"), span(tag, b"rowspan"))?,
            _ => {}
        }
        let unseen = UNSEEN.contains(&name) || is_hidden(name, tag);
        if VOID.contains(&name) || (LOOKS.contains(&name) && !unseen && self.unseen == 0) {
            return Ok(());
        }
        if self.open.len() >= MOST_DEPTH {
            return Err(DocumentFault::NoPage(format!("more than {MOST_DEPTH} elements stand inside one another")));
        }
        // What is hidden parts no words, unless it is a block.
        self.unseen += usize::from(unseen);
        self.figures += usize::from(name == "figure");
        *self.names.entry(name.to_owned()).or_default() += 1;
        self.open.push(Open { name: name.to_owned(), unseen });
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), DocumentFault> {
        match name {
            // An end without a beginning is an empty paragraph.
            "p" if !self.is_open("p") => self.paragraph(),
            // Text behind these still belongs to the page.
            "body" | "html" => {}
            _ if OF_TABLE.contains(&name) => self.pop_to(name, if name == "table" { &[] } else { &["table"] })?,
            _ => self.pop_to(name, &["table", "td", "th", "caption", "template"])?,
        }
        Ok(())
    }

    /// Ends the innermost element of a name and all that is in it; nothing where a boundary comes first.
    fn pop_to(&mut self, name: &str, boundaries: &[&str]) -> Result<(), DocumentFault> {
        if !self.is_open(name) {
            return Ok(());
        }
        let stop = |open: &Open| open.name == name || boundaries.contains(&open.name.as_str());
        let inmost = self.open.iter().enumerate().rev().find(|(_, open)| stop(open));
        let Some((at, _)) = inmost.filter(|(_, open)| open.name == name) else { return Ok(()) };
        while self.open.len() > at {
            self.pop()?;
        }
        Ok(())
    }

    /// Ends what is open inside the innermost of some parts of a table.
    fn pop_inside_table(&mut self, parts: &[&str]) -> Result<(), DocumentFault> {
        if self.is_open("table") {
            while self.open.last().is_some_and(|open| !parts.contains(&open.name.as_str())) {
                self.pop()?;
            }
        }
        Ok(())
    }

    fn pop(&mut self) -> Result<(), DocumentFault> {
        let Some(name) = self.open.last().map(|open| open.name.clone()) else { return Ok(()) };
        if BLOCKS.contains(&name.as_str()) || OF_TABLE.contains(&name.as_str()) {
            self.paragraph();
        }
        let unseen = self.open.pop().is_some_and(|open| open.unseen);
        self.figures -= usize::from(name == "figure");
        if let Some(count) = self.names.get_mut(&name) {
            *count -= 1;
        }
        // A part of a table that is hidden was opened before it was, and ends as it began.
        self.unseen -= usize::from(unseen);
        if self.unseen == 0 {
            match name.as_str() {
                "table" => self.lines.close_table(),
                "tr" => self.lines.close_row(),
                "td" | "th" => self.lines.close_cell()?,
                _ => {}
            }
        }
        Ok(())
    }

    fn in_caption(&self) -> bool {
        self.open.iter().rev().map(|open| open.name.as_str()).find(|name| OF_TABLE.contains(name)) == Some("caption")
    }

    fn finished(mut self) -> Result<DocumentText, DocumentFault> {
        while !self.open.is_empty() {
            self.pop()?;
        }
        self.paragraph();
        with_words(self.lines.told())
    }
}

/// Over how many columns or rows a cell reaches.
fn span(tag: &StartTag<()>, name: &[u8]) -> usize {
    let value = tag.attributes.get(name).and_then(|value| std::str::from_utf8(value).ok());
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(1)
}

/// Whether an element says that it is not shown.
fn is_hidden(name: &str, tag: &StartTag<()>) -> bool {
    let style = tag.attributes.get(&b"style"[..]).map(|style| String::from_utf8_lossy(style).to_lowercase());
    let style: String = style.unwrap_or_default().split_whitespace().collect();
    tag.attributes.contains_key(&b"hidden"[..])
        || style.split(';').any(|rule| rule.starts_with("display:none") || rule.starts_with("mso-hide:all"))
        || (name == "dialog" && !tag.attributes.contains_key(&b"open"[..]))
}

#[cfg(test)]
mod tests {
    use super::super::{DocumentFault, of_page};

    /// The lines of a page that have words.
    fn lines(page: &str) -> Vec<String> {
        let told = of_page(page.as_bytes()).unwrap_or_else(|fault| panic!("{fault}: {page}"));
        told.text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn what_is_left_out_is_implied() {
        // No `html`, `head`, `body`, no end of the head, of paragraphs, items, cells and the table.
        let page = "<!doctype html><head><title>Titel</title><p>Ett<p>två<ul><li>tre<li>fyra</ul><table><tr><td>a<td>b<tr><td>c<td>d";
        assert_eq!(lines(page), ["Ett", "två", "- tre", "- fyra", "| a | b |", "| c | d |"]);
        assert_eq!(
            lines("<html><head><meta charset=utf-8><link rel=x>Text i huvudet <body>och kropp"),
            ["Text i huvudet", "och kropp"]
        );
    }

    #[test]
    fn characters_are_those_that_a_browser_shows() {
        assert_eq!(
            lines("p < 0,05 och a<b, 5 > 3 &amp; &#229;&#xE4;&ouml;&aring &lt;p&gt;"),
            ["p < 0,05 och a 3 & åäöå <p>"]
        );
        assert_eq!(
            lines("<p>skillnad (p < 0,05), 5 > 3 &amp; &#229;&#xE4;&ouml;&aring &lt;p&gt;"),
            ["skillnad (p < 0,05), 5 > 3 & åäöå <p>"]
        );
        assert_eq!(lines("<p>3&nbsp;134 an&shy;mälda<wbr>brott"), ["3 134 anmäldabrott"]);
        assert_eq!(lines("\u{feff}<p>först"), ["först"]);
    }

    #[test]
    fn comments_scripts_and_styles_are_no_text() {
        let page = "<!-- a > b <p>nej --><STYLE>p > a { } <p>nej</STYLE><script>if (a < b) '</p><p>nej'</script>\
                    <noscript><p>nej</noscript><template><p>nej</template><textarea><p>nej</textarea><p>ja<!-->och<!-- --!> mer";
        assert_eq!(lines(page), ["jaoch mer"]);
        // A comment or a style that never ends takes the rest of the page, as in a browser, and leaves no page without a word.
        assert_eq!(of_page(b"<style>p { } <p>Text"), Err(DocumentFault::NoWords));
    }

    #[test]
    fn hidden_elements_end_where_they_end() {
        assert_eq!(lines("<p>a <span hidden>b <span>c</span> d</span> e"), ["a e"]);
        assert_eq!(lines("<div hidden><p>a<div>b</div>c</div><p>d"), ["d"]);
        assert_eq!(lines("<p hidden>a<p>b<div style='color: red; DISPLAY : none'>c</div>d"), ["b", "d"]);
        assert_eq!(lines("<table><tr hidden><td>a<td>b<tr><td>c<td>d</table>"), ["| c | d |"]);
        assert_eq!(lines("<table hidden><tr><td>a<td>b</table>c"), ["c"]);
        assert_eq!(lines("<dialog>a</dialog><dialog open>b</dialog>"), ["b"]);
    }

    #[test]
    fn drawings_are_no_text_and_captions_are() {
        let page = "<figure><svg viewBox='0 0 1 1'><title/><style/><text>Våld ökar i år<g/></text><svg><text>inre</text></svg>\
                    <text>axel</text></svg><div>2022 2023</div><div>Våldet ökade kraftigt i området.</div>\
                    <figcaption>Figur 1. Brott</figcaption></figure><p>efter";
        assert_eq!(lines(page), ["Våldet ökade kraftigt i området.", "Figur 1. Brott", "efter"]);
        // A drawing without its end ends at the next paragraph; a formula is read.
        assert_eq!(lines("<svg><text>nej<p>ja"), ["ja"]);
        assert_eq!(lines("<p>värdet <math><mi>p</mi><mo>&lt;</mo><mn>0,05</mn></math> visar"), ["värdet p<0,05 visar"]);
    }

    #[test]
    fn tables_keep_their_columns_and_what_is_in_them() {
        let page = "<table><caption>Brott</caption><tr><th colspan=2>a<th>b<tr><td rowspan=2>c<td>d<td>e<tr><td>f|g<td>h</table>";
        assert_eq!(lines(page), ["Brott", "| a |  | b |", "| c | d | e |", "|  | f/g | h |"]);
        let nested = "<table><tr><td>yttre<table><tr><td>1<td>2</table>mer<td>granne</table>";
        assert_eq!(lines(nested), ["| yttre <br> mer | granne |", "| 1 | 2 |"]);
        let told = of_page(nested.as_bytes()).unwrap();
        assert_eq!((told.place(1), told.place(3)), ("tabell 1, rad 1", "tabell 2, rad 1"));
        // A table of one column lays out a text.
        assert_eq!(
            lines("<table><tr><td><h2>Rubrik</h2>Text<ul><li>punkt</ul></table>"),
            ["## Rubrik", "Text", "- punkt"]
        );
        // What stands in a table and in no cell is shown before it.
        assert_eq!(lines("<table>före<tr><td>a<td>b</table>"), ["före", "| a | b |"]);
    }

    #[test]
    fn pages_that_nobody_wrote_end_within_bounds() {
        let deep = of_page("<div>".repeat(200_000).as_bytes());
        assert!(matches!(deep, Err(DocumentFault::NoPage(_))), "{deep:?}");
        let tables = of_page("<table><tr><td>".repeat(1_000).as_bytes());
        assert!(matches!(tables, Err(DocumentFault::NoPage(_))), "{tables:?}");
        let wide = format!("<table>{}", "<tr><td colspan=1000 rowspan=65534>a".repeat(10_000));
        assert!(matches!(of_page(wide.as_bytes()), Err(DocumentFault::NoPage(_))));
        // Looks that are never ended, ends that never began, and a page cut anywhere are pages.
        assert_eq!(lines(&"<b><font>a</i></div>".repeat(100_000)).len(), 1);
        let page = "<!doctype html><p class='x'>Text &aring; <!-- k --><table><tr><td>a</table><script>x</script>";
        for end in 0..page.len() {
            assert!(of_page(&page.as_bytes()[..end]).is_ok() == (end > 28), "{end}");
        }
    }

    #[test]
    fn an_encoding_that_is_none_is_told_with_its_line() {
        let told = of_page(b"<meta charset=\"ISO-8859-1\">\n<p>v\xe5ld").unwrap_err().to_string();
        assert_eq!(told, "line 2: not UTF-8 (the page says `iso-8859-1`); save it with the encoding UTF-8");
        assert_eq!(of_page(b"\xff\xfea\0").unwrap_err(), DocumentFault::NotUtf8 { line: 1, declared: None });
        for none in [
            "",
            "   ",
            "<p>&nbsp;</p>",
            "<html><head><title>Titel</title></head><body></body></html>",
            "<svg><text>a</text></svg>",
        ] {
            assert_eq!(of_page(none.as_bytes()), Err(DocumentFault::NoWords), "{none}");
        }
    }
}
