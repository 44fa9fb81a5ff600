//! Reading a report's text and saying which of its claims the figures support.
//!
//! ```text
//! text ─prose─▶ sentences ─names, words─▶ mentions ─reading─▶ Statement ─judge─▶ Claim (answer, figures, why)
//! ```
//!
//! Rules and code lists alone decide; nothing is learnt and nothing guessed. What looks like a claim and is not understood is
//! listed with that answer, so that nobody takes silence for support. A statement of what somebody *wants* (”öka tryggheten”),
//! or of what would follow from something else (”leder till att anmälningarna ökar”), is no claim.

pub mod annotated;
pub mod document;
mod judge;
mod listed;
pub(crate) mod names;
mod pin;
mod prose;
mod reading;
mod shares;
mod structure;
mod table;
mod words;

use std::collections::BTreeMap;

use lagesbild_model::table::{Contrast, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId, CodeList, Entry, Flag, IndicatorId};
use serde::Serialize;

use crate::SurveyWords;

pub use listed::listed;
pub use pin::{Pin, PinFault, Pinned};
pub use words::{Direction, LARGE_PERCENT};

/// The figures that claims are held against, and the names under which a text speaks of them.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Comparisons, as the store holds them.
    pub contrasts: &'a [Contrast],
    /// Estimates, as the store holds them; only those of surveys are used.
    pub values: &'a [IndicatorValue],
    /// What surveys call their questions and groups.
    pub surveys: &'a BTreeMap<IndicatorId, SurveyWords>,
    /// Names of areas.
    pub areas: &'a CodeList<AreaId>,
    /// Names and order of categories, and of overlays that have figures.
    pub categories: &'a CodeList<CategoryId>,
    /// The area that the report is about: meant wherever a sentence names none.
    pub home: Option<&'a AreaId>,
}

impl<'a> Facts<'a> {
    /// The sum of the categories, where the list has one.
    fn total(&self) -> Option<&'a CategoryId> {
        self.categories.iter().find(|entry| entry.has(Flag::Total)).map(|entry| &entry.code)
    }

    /// All that has a name, without the sum.
    fn named(&self) -> impl Iterator<Item = &'a Entry<CategoryId>> {
        self.categories.iter().filter(|entry| !entry.has(Flag::Total))
    }

    /// The categories that make up the sum: all that *alla kategorier* means. What cuts across them is none of them.
    fn members(&self) -> impl Iterator<Item = &'a Entry<CategoryId>> {
        let total = self.total();
        self.named().filter(move |entry| total.is_none_or(|total| entry.parents.contains(total)))
    }

    fn area(&self, area: &AreaId) -> String {
        self.areas.get(area).map_or_else(|| area.to_string(), |entry| entry.label.clone())
    }
}

lagesbild_model::codes! {
    /// What the figures say of a claim.
    Answer, "answer" {
        /// Direction, size and certainty are as the text says.
        Supported = "supported",
        /// The figures go the way that the text says, and not all of it is shown beyond chance or of the size that it says.
        DirectionOnly = "direction-only",
        /// The figures go the way that the text says, and none of it is shown beyond chance.
        NotSignificant = "not-significant",
        /// The figures say otherwise.
        Contradicted = "contradicted",
        /// There is no figure on it.
        NoData = "no-data",
        /// There are figures that must not be held against each other.
        NotComparable = "not-comparable",
        /// It looks like a claim, and the rules do not know what of.
        NotUnderstood = "not-understood",
    }
}

impl Answer {
    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            Answer::Supported => "stöds",
            Answer::DirectionOnly => "stöds till riktningen",
            Answer::NotSignificant => "inte säkerställt",
            Answer::Contradicted => "motsägs",
            Answer::NoData => "uppgift saknas",
            Answer::NotComparable => "inte jämförbart",
            Answer::NotUnderstood => "inte förstått",
        }
    }

    /// What the words mean, for Swedish readers.
    pub fn explained(self) -> &'static str {
        match self {
            Answer::Supported => "riktning, storlek och säkerhet är som texten säger.",
            Answer::DirectionOnly => {
                "uppgifterna går åt det håll som texten säger, men inte allt är säkerställt eller så stort som den säger."
            }
            Answer::NotSignificant => "uppgifterna går åt det håll som texten säger, men inget av det är säkerställt.",
            Answer::Contradicted => "uppgifterna säger något annat.",
            Answer::NoData => "det finns ingen uppgift om det.",
            Answer::NotComparable => "det finns uppgifter som inte får ställas mot varandra.",
            Answer::NotUnderstood => "det ser ut som ett påstående, men reglerna vet inte om vad; läs det för hand.",
        }
    }
}

/// One claim of a text and what the figures say of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// The line of the text on which the sentence or the table begins, counted from 1.
    pub line: usize,
    /// The sentence as it stands; for a table its first row.
    pub quote: String,
    /// What the figures say.
    pub answer: Answer,
    /// The ids of the figures that the claim was held against.
    pub figures: Vec<String>,
    /// Why, as Swedish sentences with the figures themselves.
    pub why: String,
    /// Whether the author has said which figure is meant.
    pub pinned: bool,
}

/// Finds the claims of `text` and holds each against the figures, in the order of the text.
///
/// ```
/// use lagesbild_export::claim::{Answer, Facts, check};
/// use lagesbild_model::CodeList;
///
/// let (areas, categories) = (CodeList::default(), CodeList::default());
/// let surveys = Default::default();
/// let facts =
///     Facts { contrasts: &[], values: &[], surveys: &surveys, areas: &areas, categories: &categories, home: None };
/// // A wish is no claim; a claim without figures is told as one.
/// let claims = check("Vi ska öka tryggheten. Tryggheten har ökat avsevärt.", &facts);
/// assert_eq!(claims.len(), 1);
/// assert_eq!((claims[0].quote.as_str(), claims[0].answer), ("Tryggheten har ökat avsevärt.", Answer::NoData));
/// ```
pub fn check(text: &str, facts: &Facts<'_>) -> Vec<Claim> {
    check_pinned(text, facts, &[])
}

/// The same, where the author has said of some sentences which figure is meant: those are held against that figure alone.
pub fn check_pinned(text: &str, facts: &Facts<'_>, pins: &[Pin]) -> Vec<Claim> {
    let desk = Desk { facts, names: names::Names::new(facts), pins };
    let mut claims = Vec::new();
    // ”Målsättningen är att:” makes wishes of the paragraph or the list that follows.
    let (mut led, mut listed) = (false, false);
    for block in prose::blocks(text) {
        match block {
            prose::Block::Table(table) => {
                claims.extend(table::judged(&table, &desk.names, facts));
                for (_, _, sentences) in &table.prose {
                    desk.paragraph(sentences, false, &mut claims);
                }
            }
            prose::Block::Paragraph(sentences) => {
                let items = sentences.iter().all(|sentence| sentence.mark == prose::Mark::Item);
                let wished = led || (listed && items);
                listed = wished && items;
                led =
                    sentences.last().is_some_and(|last| last.text.ends_with(':') && words::is_no_finding(&last.folded));
                desk.paragraph(&sentences, wished, &mut claims);
            }
        }
    }
    claims
}

/// The sentences of a text, in prose and in the cells of tables.
pub fn sentences(text: &str) -> Vec<String> {
    let of_block = |block| match block {
        prose::Block::Paragraph(sentences) => sentences,
        prose::Block::Table(table) => table.prose.into_iter().flat_map(|(.., sentences)| sentences).collect(),
    };
    prose::blocks(text).into_iter().flat_map(of_block).map(|sentence| sentence.text).collect()
}

/// What a sentence is held against.
struct Desk<'a> {
    facts: &'a Facts<'a>,
    names: names::Names,
    pins: &'a [Pin],
}

impl Desk<'_> {
    /// The claims of a paragraph; of one that tells wishes only those that the author has pinned.
    fn paragraph(&self, sentences: &[prose::Sentence], wished: bool, claims: &mut Vec<Claim>) {
        let mut context = reading::Context::default();
        for sentence in sentences {
            let pinned: Vec<judge::Judged> = self
                .pins
                .iter()
                .filter(|pin| pin.means(&sentence.text))
                .map(|pin| pin::judged(pin, sentence, self.facts))
                .collect();
            let by_author = !pinned.is_empty();
            let judged = match by_author {
                true => pinned,
                false if wished => continue,
                false => self.read(sentence, &mut context),
            };
            claims.extend(judged.into_iter().map(|judged| Claim {
                line: sentence.line,
                quote: sentence.text.clone(),
                answer: judged.answer,
                figures: judged.figures,
                why: judged.why,
                pinned: by_author,
            }));
        }
    }

    fn read(&self, sentence: &prose::Sentence, context: &mut reading::Context) -> Vec<judge::Judged> {
        let before = context.areas().to_vec();
        let statements = reading::statements(sentence, &self.names, context);
        let of_shares = shares::judged(sentence, &self.names, &before, self.facts);
        if !of_shares.is_empty() {
            return of_shares;
        }
        // ”Ökar” above a list is the name of what follows.
        let heads = matches!(sentence.mark, prose::Mark::Heading(_));
        let judged = statements.iter().map(|statement| judge::judge(statement, self.facts));
        judged.filter(|judged| !(heads && judged.answer == Answer::NotUnderstood)).collect()
    }
}
