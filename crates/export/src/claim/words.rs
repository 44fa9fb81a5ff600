//! The words by which Swedish prose claims something of figures.

use serde::Serialize;

/// Which way a text says that something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More.
    Up,
    /// Less.
    Down,
    /// As before.
    Unchanged,
    /// Too little, or not alike enough, to tell.
    Unjudged,
}

/// The change in per cent, without its sign, from which *kraftigt* fits.
pub const LARGE_PERCENT: f64 = 20.0;

/// How much a text says that something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// *liten*, *marginellt*.
    Small,
    /// Nothing said.
    Plain,
    /// *kraftigt*, *markant*.
    Large,
    /// *explosionsartat*, *flera hundra procent*.
    Several,
}

impl Strength {
    /// The change in per cent, without its sign, from and to which the word fits. A matter of taste, told with each answer that
    /// hangs on it: small is up to 10, large from 20, several times as much from 100.
    pub(super) fn fits(self, percent: f64) -> bool {
        match self {
            Strength::Small => percent.abs() <= 10.0,
            Strength::Plain => true,
            Strength::Large => percent.abs() >= LARGE_PERCENT,
            Strength::Several => percent.abs() >= 100.0,
        }
    }

    pub(super) fn swedish(self) -> &'static str {
        match self {
            Strength::Small => "högst 10 %",
            Strength::Plain => "",
            Strength::Large => "minst 20 %",
            Strength::Several => "minst 100 %",
        }
    }
}

const UP: [&str; 22] = [
    "ovanligt många",
    "uppåt",
    "ökat",
    "ökade",
    "ökar",
    "ökning",
    "ökningen",
    "ökningar",
    "fler",
    "stigit",
    "steg",
    "stiger",
    "uppgång",
    "uppgången",
    "högre",
    "vuxit",
    "växer",
    "gått upp",
    "gick upp",
    "förbättrats",
    "expanderat",
    "tilltagit",
];
const DOWN: [&str; 20] = [
    "ovanligt få",
    "nedåt",
    "minskat",
    "minskade",
    "minskar",
    "minskning",
    "minskningen",
    "minskningar",
    "färre",
    "sjunkit",
    "sjönk",
    "sjunker",
    "nedgång",
    "nedgången",
    "lägre",
    "gått ner",
    "gått ned",
    "gick ner",
    "gick ned",
    "avtagit",
];
const UNCHANGED: [&str; 8] = [
    "inom det väntade",
    "ingen säkerställd skillnad",
    "oförändrat",
    "oförändrad",
    "oförändrade",
    "varken ökat eller minskat",
    "samma nivå",
    "ingen säkerställd förändring",
];
const UNJUDGED: [&str; 3] = ["underlaget är för litet", "kan inte jämföras", "kan inte bedömas"];
/// An infinitive that tells a fact only after one of these.
const SEEMING: [&str; 6] = ["verkar", "tycks", "förefaller", "fortsätter", "fortsatt att", "ser ut att"];

/// Words after which a sentence tells a wish, a plan, a rule or a reason, and no finding.
const NO_FINDING: [&str; 26] = [
    "syfte",
    "syftar",
    "målsättning",
    "mål är",
    "för att ",
    " ska ",
    "skulle kunna",
    "kan leda",
    " leder ",
    "leder i sin tur",
    "innebär",
    "betyder",
    "risk för",
    "risken för",
    "löper risk",
    "bidrar till",
    "bidra till",
    "förebygga",
    "förhindra",
    "kan ändras",
    "i framtida",
    "behöver inte",
    "kommer att",
    "kan visa",
    "analys av vilka",
    "risk att",
];

/// Topics that a report claims things of and that no count of offences answers.
pub(super) const TOPICS: [&str; 26] = [
    "trygg",
    "oro",
    "rädd",
    "problem",
    "ordning",
    "drogscen",
    "alkohol",
    "tobak",
    "frånvaro",
    "area",
    "hektar",
    "avvikelse",
    "förtroende",
    "utsatthet",
    "sysselsätt",
    "befolkning",
    "invånare",
    "besök",
    "missnöje",
    "nedskräpning",
    "klotter",
    "användning",
    "förekomst",
    "kriminalitet",
    "lägesbild",
    "området har",
];

/// A word of direction in a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) direction: Direction,
    pub(super) at: usize,
    pub(super) end: usize,
}

/// Whether a folded sentence tells what is wanted or would follow, and not what is.
pub(super) fn is_no_finding(sentence: &str) -> bool {
    is_no_finding_beside(sentence, "")
}

/// The same, where what it tells of has such words itself, as *rädd för att gå ut*.
pub(super) fn is_no_finding_beside(sentence: &str, named: &str) -> bool {
    let padded = format!(" {sentence} ");
    NO_FINDING.iter().any(|words| padded.contains(words) && !named.contains(words))
}

/// The words of direction in a folded text, in its order.
pub(super) fn directions(text: &str) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for (direction, words) in [
        (Direction::Unjudged, &UNJUDGED[..]),
        (Direction::Unchanged, &UNCHANGED[..]),
        (Direction::Up, &UP[..]),
        (Direction::Down, &DOWN[..]),
    ] {
        for word in words {
            for at in places(text, word) {
                let (before, end) = (text[..at].trim_end(), at + word.len());
                // ”den ökade arean” tells of the area; ”varken ökat eller minskat” is one phrase that holds others.
                let adjective = ["ökade", "minskade", "högre", "lägre"].contains(word)
                    && ["den", "det", "de", "en", "ett"]
                        .iter()
                        .any(|article| places(before, article).any(|p| p + article.len() == before.len()));
                let inside = hits.iter().any(|other| other.at <= at && end <= other.end);
                if !adjective && !inside {
                    let negated = ["inte", "ej", "inte har", "inte heller"].iter().any(|no| before.ends_with(no));
                    hits.push(Hit { direction: if negated { Direction::Unchanged } else { direction }, at, end });
                }
            }
        }
    }
    for (direction, word) in [(Direction::Up, "öka"), (Direction::Down, "minska")] {
        for at in places(text, word) {
            if SEEMING.iter().any(|seeming| text[..at].trim_end().ends_with(seeming)) {
                hits.push(Hit { direction, at, end: at + word.len() });
            }
        }
    }
    hits.sort_by_key(|hit| hit.at);
    hits
}

/// How much, by the words of a folded clause.
pub(super) fn strength(clause: &str) -> Strength {
    let has = |words: &[&str]| words.iter().any(|word| clause.contains(word));
    if has(&["explosionsartat", "hundra procent", "fördubbl", "mångdubbl"]) {
        Strength::Several
    } else if has(&["kraftig", "markant", "avsevärt", "väsentlig", "betydlig", "stor ökning", "stor minskning"]) {
        Strength::Large
    } else if has(&["liten ", "litet ", "svag ", "svagt", "marginell", "något", "knapp"]) {
        Strength::Small
    } else {
        Strength::Plain
    }
}

/// Where `word` stands in `text` as a word of its own.
pub(super) fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        outside(text[..*at].chars().next_back()) && outside(text[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_infinitive_is_a_finding_only_after_a_word_of_seeming() {
        let direction = |text: &str| directions(text).first().map(|hit| hit.direction);
        assert_eq!(direction("brottsligheten totalt sett verkar öka från 2022"), Some(Direction::Up));
        assert_eq!(direction("vi vill öka tryggheten"), None);
        assert_eq!(direction("våldsbrotten har inte ökat"), Some(Direction::Unchanged));
        assert_eq!(direction("brotten har varken ökat eller minskat"), Some(Direction::Unchanged));
        assert_eq!(direction("trafikbrotten gick ned"), Some(Direction::Down));
        assert_eq!(direction("mer än den ökade arean"), None);
        assert!(is_no_finding("vilket leder till att polisanmälningar ökar"));
    }
}
