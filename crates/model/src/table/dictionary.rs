//! The data dictionary: what the columns of the tables are called in Swedish, their units, and the codes that stand in them.
//!
//! Names, types and English descriptions are those of the contracts; only what no contract tells is here. A column that is not
//! here fails a test.

use super::{Caution, ContrastKind, Grouping, RevisionKind, Sidedness, VariableRole};
use crate::{Confidence, DateBasis, PeriodKind, Reason, Rule, Severity, Status, Verdict};

/// What a reader of a column is told beside its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// The name that a Swedish reader sees.
    pub swedish: &'static str,
    /// The unit in Swedish; empty for words, codes and whatever has none.
    pub unit: &'static str,
}

/// A code that may stand in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeWords {
    /// The vocabulary, as `status`.
    pub vocabulary: &'static str,
    /// The code.
    pub code: &'static str,
    /// What it means, in English.
    pub meaning: &'static str,
    /// The words that a Swedish reader sees; empty where readers of reports do not meet the code.
    pub swedish: &'static str,
}

/// Tables by name, each with its Swedish name and what one row is, in Swedish and in English.
const TABLES: [(&str, &str, &str, &str); 17] = [
    (
        "accounting",
        "radbokföring",
        "ett blad eller en textfil, med varje rad på sin plats",
        "one sheet or text file, each row of it in its place",
    ),
    ("areas", "områden", "ett område i områdeslistan", "one member of the area list"),
    (
        "cases",
        "ärenden",
        "en post i en logg: felanmälan, observation, dialog",
        "one entry of a log: a fault report, an observation, a note of a dialogue",
    ),
    (
        "categories",
        "kategorier",
        "en kategori, eller en grupp tvärs över kategorierna",
        "one category, or one overlay that cuts across them",
    ),
    (
        "contrasts",
        "jämförelser",
        "en jämförelse med test, intervall och bedömning",
        "one comparison with test, interval and verdict",
    ),
    ("counts", "antal", "en uppgift som en källa anger den", "one figure as a source states it"),
    ("diagnostics", "fynd", "ett fynd vid läsningen", "one finding"),
    ("indicator_values", "skattningar", "en skattning med intervall", "one estimate with interval"),
    (
        "offence_codes",
        "brottskoder",
        "ett intervall av brottskoder med sin kategori",
        "one range of offence codes with its category",
    ),
    ("offences", "brott", "ett brott i ett register", "one offence of a register"),
    ("polygons", "gränser", "en gräns i en årgång", "one boundary in one vintage"),
    (
        "published",
        "publicerade uppgifter",
        "en andel eller ett medelvärde som någon har publicerat",
        "one share or mean as somebody published it",
    ),
    ("quarantine", "karantän", "en rad som lades åt sidan", "one row that was set aside"),
    ("responses", "svar", "en svarande i en undersökning", "one respondent of a survey"),
    (
        "revisions",
        "revideringar",
        "en uppgift som två uttag anger olika",
        "one figure that two extractions tell differently",
    ),
    ("targets", "löften", "ett löfte med mål och utfört", "one promise with its target and what has been done"),
    ("variables", "variabler", "en kod för en variabel i en undersökning", "one code of one variable of a survey"),
];

/// What a reader is told of a table: its Swedish name, and what one row is, in Swedish and in English.
///
/// ```
/// let (name, _, row) = lagesbild_model::table::table_words("counts").unwrap();
/// assert_eq!((name, row), ("antal", "one figure as a source states it"));
/// ```
pub fn table_words(table: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let found = TABLES.iter().find(|(name, ..)| *name == table);
    found.map(|(_, swedish, row, row_english)| (*swedish, *row, *row_english))
}

/// Columns by name, each with its Swedish name and its unit. A name means the same in every table that has it.
const COLUMNS: [(&str, &str, &str); 209] = [
    ("absent_percent", "bortfall i kluster som deltog", "procent"),
    ("accepted", "antal rader som togs in", "rader"),
    ("activity", "utlovad aktivitet", ""),
    ("adjustment", "metod för korrigering", ""),
    ("aliases", "andra texter som står för den", ""),
    ("alpha", "signifikansnivå", "andel"),
    ("answer", "svar", ""),
    ("area", "område", ""),
    ("asked", "antal tillfrågade", "personer"),
    ("base", "andelens bas", ""),
    ("basis", "skäl", ""),
    ("category", "kategori", ""),
    ("caution", "förbehåll", ""),
    ("cell", "cell", ""),
    ("change", "förändring", "antal"),
    ("channel", "kanal", ""),
    ("closed", "avslutad", "datum"),
    ("code", "kod", ""),
    ("code_label", "kodens namn", ""),
    ("code_position", "kodens plats", ""),
    ("comparison", "jämförelse", ""),
    ("confidence", "säkerhet", ""),
    ("contribution_percent", "bidrag till totalens förändring", "procent"),
    ("crs", "koordinatsystem", ""),
    ("date", "datum", "datum"),
    ("date_basis", "datum som avgör period", ""),
    ("date_status", "datumets status", ""),
    ("decimals", "decimaler i källan", "antal"),
    ("degrees_of_freedom", "frihetsgrader", "antal"),
    ("denominator", "nämnare", "invånare"),
    ("design_effect", "designeffekt", "kvot"),
    ("detectable_decrease", "minsta minskning som kunde ha visats", "kvot"),
    ("detectable_increase", "minsta ökning som kunde ha visats", "kvot"),
    ("difference", "differens", "antal"),
    ("difference_lower", "differensens nedre gräns", "procentenheter eller medelvärde"),
    ("difference_upper", "differensens övre gräns", "procentenheter eller medelvärde"),
    ("dispersion", "spridning mot Poisson", "kvot"),
    ("dispersion_periods", "perioder bakom spridningen", "antal"),
    ("district", "distrikt", ""),
    ("done", "utfört", "antal"),
    ("done_status", "utförts status", ""),
    ("done_text", "utfört, som källan skriver", ""),
    ("done_to", "utfört till och med", "datum"),
    ("earlier_cell", "tidigare cell", ""),
    ("earlier_extracted_at", "tidigare uttagsdag", "datum"),
    ("earlier_sheet", "tidigare blad", ""),
    ("earlier_source", "tidigare källa", ""),
    ("earlier_status", "tidigare status", ""),
    ("earlier_value", "tidigare värde", "antal"),
    ("east", "östkoordinat", "meter"),
    ("end_date", "sista möjliga dag", "datum"),
    ("end_minute", "minut den sista dagen", "minuter"),
    ("estimate", "skattning", "procent eller medelvärde"),
    ("estimate_difference", "skattningarnas differens", "procentenheter eller medelvärde"),
    ("events", "händelser", "antal"),
    ("expected", "väntat", "antal, eller text i diagnostics"),
    ("expected_flags", "utslag av slumpen utan korrigering", "antal"),
    ("expected_lower", "väntat, nedre gräns", "antal"),
    ("expected_upper", "väntat, övre gräns", "antal"),
    ("exposure_days", "periodens längd", "dagar"),
    ("extracted_at", "uttagsdag", "datum"),
    ("family", "familj av test", ""),
    ("family_size", "test i familjen", "antal"),
    ("feature", "objektets nummer i filen", ""),
    ("figure", "uppgiftens id", ""),
    ("figures", "uppgifter som togs in", "antal"),
    ("file", "fil", ""),
    ("file_sha256", "filens SHA-256", ""),
    ("first", "första koden", ""),
    ("flags", "egenskaper", ""),
    ("found", "det som stod där", ""),
    ("geometry", "gräns (WKT, SWEREF 99 TM)", "meter"),
    ("group", "grupp", ""),
    ("grouping", "gruppering", ""),
    ("hectares", "areal", "hektar"),
    ("height", "rader som raden tar", "rader"),
    ("hint", "råd", ""),
    ("id", "nummer i källan", ""),
    ("indicator", "indikator", ""),
    ("kind", "slag av jämförelse", ""),
    ("label", "namn", ""),
    ("last", "sista koden", ""),
    ("later_cell", "senare cell", ""),
    ("later_extracted_at", "senare uttagsdag", "datum"),
    ("later_sheet", "senare blad", ""),
    ("later_source", "senare källa", ""),
    ("later_status", "senare status", ""),
    ("later_value", "senare värde", "antal"),
    ("level", "nivå", ""),
    ("line", "rad i filen", ""),
    ("lower", "nedre gräns", ""),
    ("mark", "märke i källan", ""),
    ("measure", "mått", ""),
    ("member", "kategori eller tvärgrupp", ""),
    ("method", "intervallets metod", ""),
    ("missing_percent", "bortfall i kluster som inte deltog", "procent"),
    ("municipality", "kommun", ""),
    ("n", "svarande", "personer"),
    ("n_cell", "cell med antal svarande", ""),
    ("n_status", "antalets status", ""),
    ("name", "namn i källan", ""),
    ("neighbourhood", "stadsdel", ""),
    ("north", "nordkoordinat", "meter"),
    ("not_data", "rader som inte är data", "rader"),
    ("note", "anmärkning", ""),
    ("offence", "brottets nummer i källan", ""),
    ("original", "namn i filen", ""),
    ("p", "p-värde", "sannolikhet"),
    ("p_dispersed", "p-värde med spridning", "sannolikhet"),
    ("p_mid", "mid-p-värde", "sannolikhet"),
    ("p_rounded", "p-värde vid ogynnsammaste avrundning", "sannolikhet"),
    ("p_simple", "p-värde vid obundet slumpmässigt urval", "sannolikhet"),
    ("parents", "överordnade", ""),
    ("percent", "förändring", "procent"),
    ("period", "period", ""),
    ("period_end", "periodens sista dag", "datum"),
    ("period_kind", "slag av period", ""),
    ("period_start", "periodens första dag", "datum"),
    ("period_year", "periodens år", "år"),
    ("place", "plats", ""),
    ("place_text", "plats som den är skriven", ""),
    ("planned", "planerat därutöver", "antal"),
    ("points", "punkter", "antal"),
    ("police_area", "lokalpolisområde", ""),
    ("position", "plats bland variablerna", ""),
    ("power", "styrka", "andel"),
    ("predecessors", "föregångare", ""),
    ("q", "q-värde (korrigerat p-värde)", "sannolikhet"),
    ("q_dispersed", "q-värde med spridning", "sannolikhet"),
    ("q_rounded", "q-värde vid ogynnsammaste avrundning", "sannolikhet"),
    ("q_simple", "q-värde vid obundet slumpmässigt urval", "sannolikhet"),
    ("quarantined", "rader som lades åt sidan", "rader"),
    ("question", "fråga", ""),
    ("question_text", "frågans ordalydelse", ""),
    ("rate", "antal per invånare", "per 1 000, eller som indikatorn säger"),
    ("rate_lower", "trattens nedre 95 %-gräns", "per 1 000, eller som indikatorn säger"),
    ("rate_outer_lower", "trattens nedre 99,8 %-gräns", "per 1 000, eller som indikatorn säger"),
    ("rate_outer_upper", "trattens övre 99,8 %-gräns", "per 1 000, eller som indikatorn säger"),
    ("rate_upper", "trattens övre 95 %-gräns", "per 1 000, eller som indikatorn säger"),
    ("ratio", "kvot", "kvot"),
    ("ratio_lower", "kvotens nedre gräns", "kvot"),
    ("ratio_upper", "kvotens övre gräns", "kvot"),
    ("reason", "skäl för bedömningen", ""),
    ("reason_dispersed", "skäl för bedömningen med spridning", ""),
    ("reason_uncorrected", "skäl för okorrigerad bedömning", ""),
    ("reference_area", "jämförelseområde", ""),
    ("reference_denominator", "jämförelsens nämnare", "invånare"),
    ("reference_design_effect", "jämförelsens designeffekt", "kvot"),
    ("reference_estimate", "jämförelsens skattning", "procent eller medelvärde"),
    ("reference_exposure_days", "jämförelseperiodens längd", "dagar"),
    ("reference_extracted_at", "jämförelsens uttagsdag", "datum"),
    ("reference_n", "jämförelsens svarande", "personer"),
    ("reference_period", "jämförelseperiod", ""),
    ("reference_rate", "jämförelsens antal per invånare", "per 1 000, eller som indikatorn säger"),
    ("reference_rows", "rader bakom jämförelsen", "rader"),
    ("reference_status", "jämförelsens status", ""),
    ("reference_value", "jämförelsens värde", "antal"),
    ("registered", "inskriven", "datum"),
    ("relative_change", "relativ förändring", "andel"),
    ("repeats", "ärende som detta upprepar", ""),
    ("reporter", "anmälarens funktion", ""),
    ("respondents", "svarande med koden", "personer"),
    ("response_rate", "svarsfrekvens", "procent"),
    ("rest_percent", "förändring i övriga området", "procent"),
    ("rest_reference_value", "övriga området, jämförelseperioden", "antal"),
    ("rest_value", "övriga området", "antal"),
    ("role", "roll", ""),
    ("round", "omgång", "år"),
    ("rounding", "avrundningens möjliga verkan", "procentenheter"),
    ("row", "rad", ""),
    ("rows", "rader bakom uppgiften", "rader"),
    ("rule", "regel", ""),
    ("series", "serie", ""),
    ("severity", "allvar", ""),
    ("sheet", "blad", ""),
    ("sidedness", "sidor som testet prövar", ""),
    ("slope", "lutning", "per år"),
    ("source", "källa", ""),
    ("standard_error", "medelfel", "procentenheter eller medelvärde"),
    ("start_date", "första möjliga dag", "datum"),
    ("start_minute", "minut den första dagen", "minuter"),
    ("state", "läge", ""),
    ("status", "status", ""),
    ("subcategory", "underkategori", ""),
    ("successors", "efterföljare", ""),
    ("survey", "undersökning", ""),
    ("target", "mål", "antal"),
    ("target_status", "målets status", ""),
    ("target_text", "målet, som källan skriver", ""),
    ("test", "test", ""),
    ("text", "fritext", ""),
    ("theme", "tema", ""),
    ("time", "tid på dygnet", ""),
    ("tipping_absent", "avvikelse bland dem som inte svarade som vänder bedömningen", "procentenheter"),
    ("tipping_missing", "avvikelse i uteblivna kluster som vänder bedömningen", "procentenheter"),
    ("totals_checked", "summor som användes som kontroll", "antal"),
    ("unit", "enhet", ""),
    ("upper", "övre gräns", ""),
    ("valid_from", "gäller från och med", "datum"),
    ("valid_to", "gäller till och med", "datum"),
    ("value", "värde", "antal, eller den enhet som står i unit"),
    ("verdict", "bedömning", ""),
    ("verdict_dispersed", "bedömning med spridning", ""),
    ("verdict_simple", "bedömning vid obundet slumpmässigt urval", ""),
    ("verdict_uncorrected", "okorrigerad bedömning", ""),
    ("victim_age", "målsägandens åldersgrupp", ""),
    ("vintage", "gränsens årgång", "år"),
    ("weighted_n", "invånare som de svarande står för", "invånare"),
    ("without_category", "total utan denna kategori", ""),
];

/// The words for a column; none for a column of respondents, which the table `variables` describes.
///
/// ```
/// use lagesbild_model::table::column_words;
/// assert_eq!(column_words("exposure_days").map(|words| (words.swedish, words.unit)), Some(("periodens längd", "dagar")));
/// assert_eq!(column_words("fraga_12"), None);
/// ```
pub fn column_words(column: &str) -> Option<Words> {
    let at = COLUMNS.binary_search_by_key(&column, |(name, ..)| name).ok()?;
    COLUMNS.get(at).map(|(_, swedish, unit)| Words { swedish, unit })
}

/// The vocabulary whose codes stand in a column; none where it holds anything else.
///
/// ```
/// use lagesbild_model::table::column_vocabulary;
/// assert_eq!(column_vocabulary("contrasts", "reference_status"), Some("status"));
/// assert_eq!(column_vocabulary("contrasts", "area"), None);
/// ```
pub fn column_vocabulary(table: &str, column: &str) -> Option<&'static str> {
    match column {
        "status" => Some("status"),
        "kind" if table == "contrasts" => Some("kind"),
        "kind" if table == "revisions" => Some("revision_kind"),
        "date_basis" => Some("date_basis"),
        "caution" => Some("caution"),
        "confidence" => Some("confidence"),
        "grouping" => Some("grouping"),
        "period_kind" => Some("period_kind"),
        "role" => Some("role"),
        "rule" => Some("rule"),
        "severity" => Some("severity"),
        "sidedness" => Some("sidedness"),
        _ if column.ends_with("_status") => Some("status"),
        _ if column.starts_with("verdict") => Some("verdict"),
        _ if column.starts_with("reason") => Some("reason"),
        _ => None,
    }
}

/// Every code of every closed vocabulary of the store.
pub fn code_words() -> Vec<CodeWords> {
    let mut words = Vec::new();
    macro_rules! vocabulary {
        ($name:literal, $codes:ident, $swedish:expr) => {
            words.extend($codes::ALL.iter().map(|code| CodeWords {
                vocabulary: $name,
                code: code.code(),
                meaning: code.meaning(),
                swedish: $swedish(*code),
            }))
        };
    }
    vocabulary!("status", Status, Status::swedish);
    vocabulary!("verdict", Verdict, Verdict::swedish);
    vocabulary!("reason", Reason, Reason::swedish);
    vocabulary!("date_basis", DateBasis, DateBasis::swedish);
    vocabulary!("kind", ContrastKind, |_| "");
    vocabulary!("revision_kind", RevisionKind, |_| "");
    vocabulary!("caution", Caution, Caution::swedish);
    vocabulary!("sidedness", Sidedness, |_| "");
    vocabulary!("period_kind", PeriodKind, |_| "");
    vocabulary!("grouping", Grouping, |_| "");
    vocabulary!("role", VariableRole, |_| "");
    vocabulary!("confidence", Confidence, |_| "");
    vocabulary!("severity", Severity, |_| "");
    vocabulary!("rule", Rule, |_| "");
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_sorted_and_each_code_has_its_meaning() {
        assert!(COLUMNS.is_sorted_by(|one, next| one.0 < next.0));
        let words = code_words();
        assert!(words.iter().all(|code| code.meaning.ends_with('.')), "{words:?}");
        let missing = words.iter().find(|code| code.code == "suppressed").expect("a status");
        assert_eq!((missing.vocabulary, missing.meaning), ("status", "The value exists and is withheld."));
    }
}
