//! From a sentence to what it claims.

use lagesbild_model::{AreaId, CategoryId};

use super::names::{Mention, Names};
use super::prose::Sentence;
use super::structure;
use super::words::{self, Direction, Hit, Strength};

/// What a clause claims.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statement {
    pub(super) subject: Subject,
    /// The areas that it is said of; none where the clause names a place that no list has.
    pub(super) areas: Option<Vec<AreaId>>,
    pub(super) direction: Option<Direction>,
    pub(super) strength: Strength,
    pub(super) amount: Option<Amount>,
    /// Numbers that stand beside single categories of the claim.
    pub(super) amounts: Vec<(CategoryId, Amount)>,
}

impl Statement {
    /// The number that is claimed of a category.
    pub(super) fn amount_of(&self, category: &CategoryId) -> Option<Amount> {
        let own = self.amounts.iter().find(|(code, _)| code == category).map(|(_, amount)| *amount);
        own.or(self.amount.filter(|_| self.amounts.is_empty()))
    }
}

/// What it is claimed of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    /// The sum of all categories.
    Total,
    /// These categories, each of them.
    Categories(Vec<CategoryId>),
    /// All or most of the categories, except some; those are said to have gone the other way.
    Quantified { all: bool, except: Vec<CategoryId> },
    /// The categories that changed most in the direction.
    Leaders(Vec<CategoryId>),
    /// The categories with the highest counts.
    Most(Vec<CategoryId>),
    /// The sum of all categories but one.
    TotalWithout(CategoryId),
    /// A change of the area against the rest of the whole that contains it: of these categories, or of the sum.
    AgainstRest(Vec<CategoryId>),
    /// The newest counts against what their own past lets expect: of the sum, and of these categories.
    Usual { total: bool, categories: Vec<CategoryId> },
    /// What an area consists of.
    Parts(Vec<AreaId>),
    /// How many areas of a level an area holds.
    Divisions { level: String, number: usize },
    /// A span of years, and how many years it is said to be.
    Span { first: i16, last: i16, years: usize },
    /// A part of a category that the store does not hold apart.
    Narrowed(CategoryId),
    /// Events per inhabitants against a reference, or against the common level of all areas: of the sum, or of these categories.
    PerHead { common: bool, against: Option<AreaId>, categories: Vec<CategoryId> },
    /// A figure relative to something that the counts are not relative to, as hectares.
    Relative,
    /// Something that no count of offences tells.
    Topic,
    /// Nobody knows what.
    Unknown,
}

/// A number that the claim gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Amount {
    /// A change in per cent, and the decimals that it is told with.
    Percent(f64, usize),
    /// From one count to another.
    FromTo(i64, i64),
    /// A difference in counts.
    Difference(i64),
    /// Changes in per cent of an area and of the rest, and the decimals that they are told with.
    Against(f64, f64, usize),
    /// Events per inhabitants of an area and of what it is held against, and the decimals that they are told with.
    Rates(f64, f64, usize),
}

/// What earlier sentences of the paragraph spoke of.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    areas: Vec<AreaId>,
    categories: Vec<CategoryId>,
}

impl Context {
    /// The areas that the paragraph spoke of last.
    pub(super) fn areas(&self) -> &[AreaId] {
        &self.areas
    }
}

const SEPARATORS: [&str; 7] = [" medan ", "; ", " men ", " samtidigt som ", " däremot ", " och ", ", "];
const EXCEPTIONS: [&str; 8] =
    ["frånsett", "förutom", "utom", "undantag", "undantaget", "undantagen", "undantagna", "bortsett från"];
const TOTAL: [&str; 8] = [
    "brottslighet",
    "anmälda brott",
    "antalet brott",
    "brotten totalt",
    "samtliga brott",
    "polisanmälningar",
    "brottsanmälningar",
    "anmälningarna",
];
const RANKS: [&str; 12] = [
    "vanligast",
    "vanligaste",
    "flest",
    "högst",
    "högsta",
    "lägst",
    "störst",
    "största",
    "mest",
    "snitt",
    "utsträckning",
    "grad",
];
const PER_HEAD: [&str; 5] = ["per invånare", "per 1 000", "per 1000", "per 100 000", "per capita"];
const RELATIVE: [&str; 2] = ["per hektar", "i relation till"];
const AGAINST_REST: [&str; 4] = ["i övriga", "i resten", "övriga området", "resten av området"];
const USUAL: [&str; 3] = ["ovanligt många", "ovanligt få", "det väntade"];
const PLACES: [&str; 10] =
    ["i", "på", "inom", "vid", "kring", "runt", "fokusområde", "området", "stadsdelen", "centrala"];

/// What a sentence claims, clause by clause.
pub(super) fn statements(sentence: &Sentence, names: &Names, context: &mut Context) -> Vec<Statement> {
    let text = sentence.folded.as_str();
    let all_areas = outside_brackets(text, names.areas(text));
    let hits = words::directions(text);
    let mut found = Vec::new();
    if !words::is_no_finding(text) {
        let structure = structure::statements(text, names);
        if !structure.is_empty() {
            found = structure;
        }
        if hits.is_empty() && found.is_empty() {
            found.extend(without_direction(text, names, context, &all_areas));
        } else if !hits.is_empty() {
            for (clause, offset, hit) in clauses(text, &hits) {
                found.extend(of_clause(sentence, clause, offset, hit, names, context, &all_areas));
            }
        }
    }
    if !all_areas.is_empty() {
        context.areas = each_once(&all_areas);
    }
    found
}

/// The clauses of a text with a direction each: cut between two directions at the strongest word that parts them.
fn clauses<'t>(text: &'t str, hits: &[Hit]) -> Vec<(&'t str, usize, Hit)> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut open = hits[0];
    for hit in &hits[1..] {
        let between = &text[open.end..hit.at];
        let cut = SEPARATORS.iter().find_map(|word| between.rfind(word).map(|at| open.end + at + word.len()));
        let Some(cut) = cut else { continue };
        found.push((&text[start..cut], start, open));
        (start, open) = (cut, *hit);
    }
    found.push((&text[start..], start, open));
    found
}

fn of_clause(
    sentence: &Sentence,
    clause: &str,
    offset: usize,
    hit: Hit,
    names: &Names,
    context: &mut Context,
    all_areas: &[Mention<AreaId>],
) -> Vec<Statement> {
    let areas = areas_of(sentence, clause, offset, names, context, all_areas);
    let mut mentions = names.categories(clause);
    // ”per 1 000 invånare” names whom events are counted per.
    mentions.retain(|mention| {
        let before = clause[..mention.at.start].trim_end();
        !PER_HEAD.iter().any(|word| before.ends_with(word)) && !before.ends_with(" per")
    });
    // ”utan” means *without* after a sum, and *but* elsewhere.
    let without = TOTAL.iter().any(|word| clause.contains(word)).then_some("utan");
    let exceptions = EXCEPTIONS.into_iter().chain(without);
    let exception = exceptions.filter_map(|word| words::places(clause, word).next()).min();
    let (spoken, excepted): (Vec<_>, Vec<_>) =
        mentions.drain(..).partition(|mention| exception.is_none_or(|at| mention.at.start < at));
    let amounts = amounts(clause, &spoken);
    let except: Vec<CategoryId> = excepted.into_iter().map(|mention| mention.code).collect();
    let narrowed = spoken.iter().find(|mention| mention.narrowed).map(|mention| mention.code.clone());
    let mut categories: Vec<CategoryId> = Vec::new();
    for mention in spoken {
        if !categories.contains(&mention.code) {
            categories.push(mention.code);
        }
    }
    let has = |words: &[&str]| words.iter().any(|word| clause.contains(word));
    let quantified = quantifier(clause);
    let nominal =
        ["ning", "ningen", "ningar", "gång", "gången"].iter().any(|end| clause[..hit.end - offset].ends_with(end));
    let subject = if has(&RELATIVE) {
        Subject::Relative
    } else if has(&PER_HEAD) {
        let against = names.areas(&clause[against(clause, offset, hit)..]).pop().map(|mention| mention.code);
        Subject::PerHead { common: clause.contains("gemensam"), against, categories: categories.clone() }
    } else if let Some(code) = narrowed {
        Subject::Narrowed(code)
    } else if has(&USUAL) {
        Subject::Usual { total: has(&TOTAL), categories: categories.clone() }
    } else if has(&AGAINST_REST) {
        Subject::AgainstRest(categories.clone())
    } else if let Some(all) = quantified.filter(|_| categories.is_empty()) {
        Subject::Quantified { all, except: except.clone() }
    } else if !categories.is_empty()
        && ["mest", "största", "störst"].iter().any(|word| words::places(clause, word).next().is_some())
    {
        Subject::Leaders(categories.clone())
    } else if !categories.is_empty() {
        Subject::Categories(categories.clone())
    } else if has(&TOTAL) {
        match except.as_slice() {
            [] => Subject::Total,
            [without] => Subject::TotalWithout(without.clone()),
            _ => Subject::Unknown,
        }
    } else if has(&["antalet i ", "antalet på "]) && !context.categories.is_empty() {
        Subject::Categories(context.categories.clone())
    } else if has(&words::TOPICS) && !(nominal && has(&["beträffande", "gäller"])) {
        Subject::Topic
    } else if nominal && !names.areas(clause).is_empty() {
        // ”Beträffande Fridhemsplan kan vi se en minskning”: of what the paragraph counts.
        Subject::Total
    } else {
        Subject::Unknown
    };
    if !categories.is_empty() {
        context.categories = categories;
    }
    let areas = match subject {
        // ”i Stadshagen lägre än i resten av Kungsholmen”: what it is held against is no area of the claim.
        Subject::PerHead { .. } => {
            areas_of(sentence, &clause[..against(clause, offset, hit)], offset, names, context, all_areas)
        }
        // ”på Fridhemsplan mer än i övriga Kungsholmen”: the first is the part.
        Subject::AgainstRest(_) => areas.map(|areas| areas.into_iter().take(1).collect()),
        _ => areas,
    };
    let statement = Statement {
        subject,
        areas,
        direction: Some(hit.direction),
        strength: words::strength(clause),
        amount: amount(clause),
        amounts,
    };
    let implied = match (&statement.subject, opposite(hit.direction)) {
        (Subject::Quantified { .. }, Some(direction)) if !except.is_empty() => Some(Statement {
            subject: Subject::Categories(except),
            direction: Some(direction),
            strength: Strength::Plain,
            amount: None,
            amounts: Vec::new(),
            ..statement.clone()
        }),
        _ => None,
    };
    std::iter::once(statement).chain(implied).collect()
}

/// Where a clause of rates begins to tell what they are held against: behind its word of direction.
fn against(clause: &str, offset: usize, hit: Hit) -> usize {
    let word = match hit.direction {
        Direction::Up | Direction::Down => " än ",
        Direction::Unchanged => " mot ",
        Direction::Unjudged => " med ",
    };
    let from = hit.end - offset;
    clause.get(from..).and_then(|rest| rest.find(word)).map_or(clause.len(), |at| from + at)
}

/// Claims of a level or a rank, and shares in per cent.
fn without_direction(text: &str, names: &Names, context: &Context, all_areas: &[Mention<AreaId>]) -> Option<Statement> {
    let ranked = RANKS.iter().any(|word| words::places(text, word).next().is_some());
    let share = text.contains('%') || words::places(text, "procent").next().is_some();
    let shown = ["syns tydligt", "bekräftas", "positiv utveckling", "negativ utveckling", "tryggare än"];
    if !ranked && !share && !shown.iter().any(|words| text.contains(words)) {
        return None;
    }
    let categories: Vec<CategoryId> = names.categories(text).into_iter().map(|mention| mention.code).collect();
    let most = ["vanligast", "vanligaste", "flest"].iter().any(|word| words::places(text, word).next().is_some());
    let subject = if most && !categories.is_empty() && !words::TOPICS.iter().any(|topic| text.contains(topic)) {
        Subject::Most(categories)
    } else {
        Subject::Topic
    };
    let areas = if all_areas.is_empty() { here(names, context) } else { each_once(all_areas) };
    Some(Statement {
        subject,
        areas: Some(areas),
        direction: None,
        strength: Strength::Plain,
        amount: None,
        amounts: Vec::new(),
    })
}

fn quantifier(clause: &str) -> Option<bool> {
    let of_categories = ["kategori", "brottstyp", "brottsslag"].iter().any(|word| clause.contains(word));
    let any = |words: &[&str]| words.iter().any(|word| words::places(clause, word).next().is_some());
    if !of_categories {
        None
    } else if any(&["samtliga", "alla", "varje"]) {
        Some(true)
    } else if any(&["de flesta", "merparten", "majoriteten", "flertalet"]) {
        Some(false)
    } else {
        None
    }
}

fn opposite(direction: Direction) -> Option<Direction> {
    match direction {
        Direction::Up => Some(Direction::Down),
        Direction::Down => Some(Direction::Up),
        Direction::Unchanged | Direction::Unjudged => None,
    }
}

/// The areas of a clause: its own, else those of its sentence before it, else the paragraph's, else the report's own.
fn areas_of(
    sentence: &Sentence,
    clause: &str,
    offset: usize,
    names: &Names,
    context: &Context,
    all_areas: &[Mention<AreaId>],
) -> Option<Vec<AreaId>> {
    if ["nationellt", "i landet", "i hela landet", "i sverige"].iter().any(|word| clause.contains(word)) {
        return None;
    }
    let end = offset + clause.len();
    let own: Vec<Mention<AreaId>> =
        all_areas.iter().filter(|mention| offset <= mention.at.start && mention.at.end <= end).cloned().collect();
    // Two names with a stroke between them are one place of its own.
    let stroke = |pair: &[Mention<AreaId>]| sentence.folded.get(pair[0].at.end..pair[1].at.start) == Some("/");
    if own.windows(2).any(stroke) || unknown_place(sentence, offset, end, all_areas).is_some() {
        return None;
    }
    if !own.is_empty() {
        return Some(each_once(&own));
    }
    let before: Vec<Mention<AreaId>> = all_areas.iter().filter(|mention| mention.at.end <= offset).cloned().collect();
    // ”har ökat i antal och mer än arean på Fridhemsplan”: what joins looks ahead, what opposes does not.
    let joined = clause.ends_with(" och ") || clause.ends_with(", ");
    let after: Vec<Mention<AreaId>> =
        all_areas.iter().filter(|mention| joined && end <= mention.at.start).cloned().collect();
    let near = if before.is_empty() { after } else { before };
    if near.windows(2).any(stroke) {
        return None;
    }
    Some(if near.is_empty() { here(names, context) } else { each_once(&near) })
}

fn here(names: &Names, context: &Context) -> Vec<AreaId> {
    if context.areas.is_empty() { names.home.iter().cloned().collect() } else { context.areas.clone() }
}

/// A place that the clause names and no list has: a capital letter after a preposition of place.
pub(super) fn unknown_place(
    sentence: &Sentence,
    start: usize,
    end: usize,
    areas: &[Mention<AreaId>],
) -> Option<String> {
    let mut at = 0;
    let mut previous = String::new();
    for (word, folded) in sentence.text.split_whitespace().zip(sentence.folded.split(' ')) {
        let place = at..at + folded.len();
        at = place.end + 1;
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let name = bare.chars().next().is_some_and(char::is_uppercase) && bare.chars().skip(1).any(char::is_lowercase);
        let known = areas.iter().any(|mention| mention.at.start < place.end && place.start < mention.at.end);
        if name && !known && PLACES.contains(&previous.as_str()) && start <= place.start && place.end <= end {
            return Some(bare.to_owned());
        }
        folded.clone_into(&mut previous);
    }
    None
}

/// The mentions that do not stand in brackets after another, as the neighbourhoods of a district that was just named.
fn outside_brackets<I>(text: &str, mentions: Vec<Mention<I>>) -> Vec<Mention<I>> {
    let inside = |at: usize| {
        let before = &text[..at];
        before.matches('(').count() > before.matches(')').count()
    };
    let outside: Vec<bool> = mentions.iter().map(|mention| !inside(mention.at.start)).collect();
    if !outside.contains(&true) {
        return mentions;
    }
    mentions.into_iter().zip(outside).filter_map(|(mention, outside)| outside.then_some(mention)).collect()
}

/// Each area once, in the order of the text.
fn each_once(mentions: &[Mention<AreaId>]) -> Vec<AreaId> {
    let mut codes: Vec<AreaId> = Vec::new();
    for mention in mentions {
        if !codes.contains(&mention.code) {
            codes.push(mention.code.clone());
        }
    }
    codes
}

/// The number of a claim: `från 3 134 till 2 272`, `med 27,5 %`, `med 862`.
fn amount(clause: &str) -> Option<Amount> {
    let after = |word: &str| {
        words::places(clause, word).filter_map(|at| number(clause[at + word.len()..].trim_start())).collect::<Vec<_>>()
    };
    let (from, to, by) = (after("från"), after("till"), after("med"));
    let year = |value: f64| (1900.0..2100.0).contains(&value) && value.fract() == 0.0;
    if let ([(from, 0, false), ..], [(to, 0, false), ..]) = (&from[..], &to[..])
        && !(year(*from) && year(*to))
    {
        return Some(Amount::FromTo(*from as i64, *to as i64));
    }
    if let Some(at) = clause.find(" % mot ")
        && let Some(here) = clause[..at].rfind(['(', ' ']).and_then(|before| signed(&clause[before + 1..]))
        && let Some(rest) = signed(&clause[at + " % mot ".len()..])
    {
        return Some(Amount::Against(here.0, rest.0, here.1));
    }
    if let Some(rates) = rates(clause) {
        return Some(rates);
    }
    let (value, decimals, percent) = *by.first()?;
    Some(if percent { Amount::Percent(value, decimals) } else { Amount::Difference(value as i64) })
}

/// `159,8 mot 94,2`: two numbers with decimals and without a unit.
fn rates(clause: &str) -> Option<Amount> {
    clause.match_indices(" mot ").find_map(|(at, word)| {
        let begin = clause[..at].rfind(|c: char| !c.is_ascii_digit() && c != ',').map_or(0, |before| before + 1);
        let (own, decimals, percent) = number(clause.get(begin..at)?)?;
        let (other, others, unit) = number(&clause[at + word.len()..])?;
        (decimals > 0 && others == decimals && !percent && !unit).then_some(Amount::Rates(own, other, decimals))
    })
}

/// The numbers that follow the categories of a clause, each up to the next category: `bedrägerierna med 41,5 %`.
///
/// One number for a clause with one category, or before all of them, is the clause's own.
fn amounts(clause: &str, mentions: &[Mention<CategoryId>]) -> Vec<(CategoryId, Amount)> {
    if mentions.len() < 2 {
        return Vec::new();
    }
    let ends = mentions.iter().skip(1).map(|mention| mention.at.start).chain([clause.len()]);
    let beside = |(mention, end): (&Mention<CategoryId>, usize)| {
        Some((mention.code.clone(), amount(clause.get(mention.at.end..end)?)?))
    };
    let found: Vec<(CategoryId, Amount)> = mentions.iter().zip(ends).filter_map(beside).collect();
    // ”våld och rån ökade med 5 %”: what stands after the last of them alone is said of all.
    if found.len() == mentions.len() || found.len() > 1 { found } else { Vec::new() }
}

/// A number at the start of a text: its value, its decimals, and whether it is in per cent.
pub(super) fn number(text: &str) -> Option<(f64, usize, bool)> {
    let mut digits = String::new();
    let mut decimals = None;
    let mut rest = text.char_indices().peekable();
    let mut end = 0;
    while let Some((at, c)) = rest.next() {
        let digit_next = rest.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        match c {
            '0'..='9' => {
                digits.push(c);
                decimals = decimals.map(|count: usize| count + 1);
            }
            // Thousands are parted by a space before exactly three digits.
            ' ' if digit_next && decimals.is_none() && !digits.is_empty() && thousand(&text[at + 1..]) => {}
            ',' if digit_next && decimals.is_none() && !digits.is_empty() => {
                digits.push('.');
                decimals = Some(0);
            }
            _ => break,
        }
        end = at + c.len_utf8();
    }
    let value = digits.parse().ok()?;
    let unit = text[end..].trim_start();
    Some((value, decimals.unwrap_or(0), unit.starts_with('%') || unit.starts_with("procent")))
}

/// A number with its sign at the start of a text, and its decimals.
fn signed(text: &str) -> Option<(f64, usize)> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.trim_start_matches('+')),
    };
    let (value, decimals, _) = number(digits)?;
    Some((sign * value, decimals))
}

fn thousand(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_swedish_prose() {
        assert_eq!(number("3 134 till"), Some((3134.0, 0, false)));
        assert_eq!(number("27,5 %"), Some((27.5, 1, true)));
        assert_eq!(number("12 procent"), Some((12.0, 0, true)));
        assert_eq!(number("många"), None);
        assert_eq!(amount("antalet minskade från 3 134 till 2 272"), Some(Amount::FromTo(3134, 2272)));
        assert_eq!(amount("ökade från 2022 till 2023"), None);
        assert_eq!(amount("minskade med 862 brott"), Some(Amount::Difference(862)));
        assert_eq!(amount("högre än i resten av Kungsholmen, 159,8 mot 94,2"), Some(Amount::Rates(159.8, 94.2, 1)));
        assert_eq!(amount("våldsbrott (10,2 mot 8,3)"), Some(Amount::Rates(10.2, 8.3, 1)));
        assert_eq!(amount("3 134 mot 2 272"), None);
    }
}
