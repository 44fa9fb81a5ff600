//! A comment per claim in a copy of a Word document.
//!
//! The main part gets the marks between which a comment stands; the comments get a part, a relationship and a content type where the
//! document has none. No date is told: the same report and figures give the same bytes.

use super::{LONGEST_QUOTE, cut};
use crate::claim::Claim;
use crate::claim::document::{Anchor, COMMENTS, DocumentFault, DocumentText, Words};
use crate::format::escaped;
use crate::package::{CONTENT_TYPES, Package, PackageFault, elements, relations_of};

const COMMENTS_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
const RELATION: &str = "lagesbildComments";
const INITIALS: &str = "lb";

pub(super) fn written(bytes: &[u8], claims: &[Claim]) -> Result<Vec<u8>, DocumentFault> {
    let Words { mut package, main, namespace, prefix, told } = Words::read(bytes)?;
    let comments = package.related(&relations_of(&main), COMMENTS)?;
    let first = 1 + highest(&package, &main, comments.as_deref())?;
    let ids = || (first..).zip(claims);
    let xml = package.text(&main)?;
    let declared = declared(&prefix, namespace);
    let mut marks: Vec<(usize, String)> = Vec::new();
    for (id, claim) in ids() {
        let Some(anchor) = anchor(&told, claim) else { continue };
        let start = format!("<w:commentRangeStart{declared} w:id=\"{id}\"/>");
        let end = format!(
            "<w:commentRangeEnd{declared} w:id=\"{id}\"/><w:r{declared}><w:commentReference w:id=\"{id}\"/></w:r>"
        );
        marks.extend([(anchor.inside.start, start), (anchor.inside.end, end)]);
    }
    marks.sort_by_key(|(at, _)| *at);
    let main_text = marked(xml, &marks);
    package.put(&main, main_text);
    if !claims.is_empty() {
        let written = |prefix: &str| {
            let declared = self::declared(prefix, namespace);
            (1..).zip(ids()).map(|(number, (id, claim))| comment(number, id, claim, &declared)).collect::<String>()
        };
        match comments {
            Some(part) => {
                let all = elements(&part, package.text(&part)?)?;
                let root = all.first().map(|root| root.name.clone()).unwrap_or_default();
                let prefix = root.strip_suffix("comments").unwrap_or_default();
                package.extend(&part, &root, &written(prefix))?;
            }
            None => begun(&mut package, &main, namespace, &written("w:"))?,
        }
    }
    package.write().map_err(|error| DocumentFault::NoDocument(error.to_string()))
}

/// Adds the part that holds comments, and says where and what it is.
fn begun(package: &mut Package, main: &str, namespace: &str, comments: &str) -> Result<(), PackageFault> {
    let folder = main.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    let names = ["comments.xml", "lagesbild-comments.xml"];
    let free = names.into_iter().find(|name| !package.parts.contains_key(&format!("{folder}{name}")));
    let name = free.unwrap_or("lagesbild-comments.xml");
    let part = format!("{folder}{name}");
    package.put(
        &part,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{namespace}\">{comments}</w:comments>"
        ),
    );
    let kind = format!("<Override PartName=\"/{}\" ContentType=\"{COMMENTS_TYPE}\"/>", escaped(&part));
    package.extend(CONTENT_TYPES, "Types", &kind)?;
    // The strict edition names its relationships elsewhere.
    let base = if namespace.contains("purl.oclc.org") {
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    } else {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    };
    let relations = relations_of(main);
    if !package.parts.contains_key(&relations) {
        let empty = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";
        package.put(&relations, empty);
    }
    let link = format!("<Relationship Id=\"{RELATION}\" Type=\"{base}{COMMENTS}\" Target=\"{name}\"/>");
    package.extend(&relations, "Relationships", &link)
}

/// The highest number of a comment in use.
fn highest(package: &Package, main: &str, comments: Option<&str>) -> Result<u32, PackageFault> {
    let mut highest = 0;
    for part in std::iter::once(main).chain(comments) {
        for element in elements(part, package.text(part)?)? {
            let local = element.name.rsplit(':').next().unwrap_or_default();
            if ["comment", "commentRangeStart", "commentRangeEnd", "commentReference"].contains(&local) {
                let id = element.local("id").and_then(|id| id.parse::<u32>().ok()).unwrap_or_default();
                // A number that leaves no room for others is not counted on.
                highest = highest.max(id.min(1 << 30));
            }
        }
    }
    Ok(highest)
}

/// The paragraph that a claim stands in: of its line, the one that holds its words.
fn anchor<'a>(told: &'a DocumentText, claim: &Claim) -> Option<&'a Anchor> {
    let lines = told.anchors.get(..claim.line)?;
    let own = lines.iter().rev().find(|anchors| !anchors.is_empty())?;
    let holds =
        |anchor: &&Anchor| anchor.text.replace('|', "/").contains(&claim.quote) || claim.quote.contains(&anchor.text);
    own.iter().find(|anchor| anchor.text.contains(&claim.quote)).or_else(|| own.iter().find(holds)).or(own.first())
}

/// A text with marks at places in their order.
fn marked(text: &str, marks: &[(usize, String)]) -> String {
    let mut out = String::with_capacity(text.len() + marks.iter().map(|(_, mark)| mark.len()).sum::<usize>());
    let mut done = 0;
    for (at, mark) in marks {
        out.push_str(text.get(done..*at).unwrap_or_default());
        out.push_str(mark);
        done = *at;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The namespace as an attribute, where the prefix `w:` does not stand for it already.
fn declared(prefix: &str, namespace: &str) -> String {
    if prefix == "w:" { String::new() } else { format!(" xmlns:w=\"{namespace}\"") }
}

fn comment(number: usize, id: u32, claim: &Claim, declared: &str) -> String {
    let paragraph = |text: &str| format!("<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", escaped(text));
    let head = format!("Påstående {number}: {}", claim.answer.swedish().to_uppercase());
    let figures = match claim.figures.as_slice() {
        [] => String::new(),
        figures => paragraph(&format!("Uppgifter: {}", figures.join(", "))),
    };
    format!(
        "<w:comment{declared} w:id=\"{id}\" w:author=\"{}\" w:initials=\"{INITIALS}\">{}{}{}{figures}</w:comment>",
        "lagesbild",
        paragraph(&head),
        paragraph(&format!("”{}”", cut(&claim.quote, LONGEST_QUOTE))),
        paragraph(&claim.why),
    )
}
