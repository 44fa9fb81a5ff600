//! Wrong cells, rows and headings: each is told with its place, and no number is made of it.

use lagesbild_ingest::{Reading, RecordSource};
use lagesbild_model::{Rule, Severity, Status};

use crate::records::support::read;
use crate::support::{of, only, problems};

/// A definition of rows in a text file.
fn rows(more: &str, layout: &str) -> RecordSource {
    let text = format!(
        "kind = \"records\"\nid = \"prov\"\nlabel = \"Prov\"\nfile = \"prov.csv\"\n\
         reader = {{ kind = \"delimited\", delimiter = \";\", encoding = \"utf-8\" }}\n{more}\n{layout}"
    );
    toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn survey() -> RecordSource {
    rows(
        "table = \"published\"\nsurvey = \"prov\"\nunit = \"percent\"\nfootnotes = [\"Källa\"]\n\
         markers = { \"..\" = \"missing\", \"x\" = \"suppressed\" }\nmarks = { \"*\" = \"liten bas\" }\n\
         [values.question]\n\"Känner oro\" = \"oro\"\n\"Avstår\" = \"avstar\"",
        "[layout]\nkind = \"rows\"\n\
         columns = { area = \"Område\", question = \"Fråga\", period = \"År\", value = \"Andel\", n = \"Antal\" }\n\
         ignore-headings = [\"Anm.\"]",
    )
}

/// Question, period, value, status and number of answers.
type Figure = (String, String, Option<f64>, Status, Option<i64>);

fn figures(reading: &Reading) -> Vec<Figure> {
    let of =
        |f: &lagesbild_model::table::Published| (f.question.to_string(), f.period.to_string(), f.value, f.status, f.n);
    reading.published.iter().map(of).collect()
}

#[test]
fn a_row_is_a_record_in_whatever_order_the_columns_stand() {
    let text = "Resultat\nAntal;År;Anm.;Fråga;Område;Andel\n1\u{a0}049;2023;;känner oro;Fridhemsplan;13,7\n\
                123*;2023;;Avstår;Fridhemsplan;2,8 %\n55;2020;;Avstår;Fridhemsplan;x\nKälla: prov\n";
    let reading = read(&survey(), text.as_bytes());
    assert_eq!(
        figures(&reading),
        [
            ("avstar".into(), "2020".into(), None, Status::Suppressed, Some(55)),
            ("avstar".into(), "2023".into(), Some(2.8), Status::Final, Some(123)),
            ("oro".into(), "2023".into(), Some(13.7), Status::Final, Some(1049)),
        ]
    );
    assert_eq!(reading.published[1].mark, "*");
    assert_eq!(reading.published[2].question_text, "känner oro");
    assert_eq!(problems(&reading), [""; 0]);
    let books = &reading.accounting[0];
    assert_eq!((books.rows, books.accepted, books.quarantined, books.not_data), (6, 3, 0, 3));
}

#[test]
fn a_changed_heading_is_told_as_a_difference() {
    let text = "Kön;Område;Fråga;År;Ålder;Andel;Antal anmälda svar\nMan;Fridhemsplan;Avstår;2023;16-24;12;80\n";
    let reading = read(&survey(), text.as_bytes());
    let finding = only(&reading, Rule::ProfileDifference);
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.place.to_string(), "prov.csv › line 1, column 7");
    assert_eq!(finding.found, "column `Antal` is now `Antal anmälda svar`, 2 new columns: `Kön`, `Ålder`");
    assert!(reading.published.is_empty());
    assert_eq!(reading.accounting[0].quarantined, 2);
    // New columns alone are worth a warning; everything declared is still there.
    let text = "Kön;Område;Fråga;År;Andel;Antal\nMan;Fridhemsplan;Avstår;2023;12;80\n";
    let reading = read(&survey(), text.as_bytes());
    assert_eq!(only(&reading, Rule::ProfileDifference).found, "one new column: `Kön`");
    assert_eq!(reading.published.len(), 1);
}

#[test]
fn what_cannot_be_is_never_a_number() {
    let head = "Område;Fråga;År;Andel;Antal\n";
    for (row, rule) in [
        ("Fridhemsplan;Avstår;2023;101;80", Rule::NotAShare),
        ("Fridhemsplan;Avstår;2023;-1;80", Rule::NotAShare),
        ("Fridhemsplan;Avstår;2023;12;80,5", Rule::NotACount),
        ("Fridhemsplan;Avstår;2023;12;-8", Rule::NotACount),
        ("Fridhemsplan;Avstår;2023;tolv;80", Rule::NotANumber),
        ("Fridhemsplan;Avstår;2023;;80", Rule::NotANumber),
        ("Fridhemsplan;Avstår;2023;12;#REF!", Rule::ErrorCell),
        ("Fridhemsplan;Avstår;20233;12;80", Rule::WrongPeriod),
        ("Fridhemsplan;Avstod;2023;12;80", Rule::UnknownText),
        ("Fridhemsplanen i Aby;Avstår;2023;12;80", Rule::UnknownArea),
        ("Fridhemsplan;Avstår;2023;12;80;7", Rule::UnexpectedRow),
    ] {
        let reading = read(&survey(), format!("{head}{row}\nFridhemsplan;Känner oro;2023;7;80\n").as_bytes());
        let finding = only(&reading, rule);
        assert_eq!((finding.severity, finding.place.cell.map(|cell| cell.row)), (Severity::Error, Some(1)), "{row}");
        let numbers = reading.published.iter().filter(|figure| figure.value.is_some()).count();
        assert_eq!(numbers, 1, "{row}");
        assert_eq!(reading.quarantine.iter().map(|row| row.row).collect::<Vec<_>>(), [2], "{row}");
        assert_eq!(reading.quarantine[0].rule, rule);
        // A row whose key is known leaves a figure that is known to be missing.
        for figure in reading.published.iter().filter(|figure| figure.value.is_none()) {
            assert_eq!((figure.status, figure.question.as_str(), figure.cell), (Status::Missing, "avstar", None));
        }
    }
    let reading = read(&survey(), format!("{head}Fridhemsplan;Avstod;2023;12;80\n").as_bytes());
    assert!(only(&reading, Rule::UnknownText).hint.starts_with("nearest: `Avstår` (`avstar`)"));
}

#[test]
fn two_rows_of_one_thing_are_both_set_aside() {
    let text = "Område;Fråga;År;Andel;Antal\nFridhemsplan;Avstår;2023;12;80\nFRIDHEMSPLAN;avstår;2023;13;80\n";
    let reading = read(&survey(), text.as_bytes());
    assert_eq!(of(&reading, Rule::DuplicateRow).len(), 2);
    assert_eq!(figures(&reading), [("avstar".into(), "2023".into(), None, Status::Missing, None)]);
}

#[test]
fn a_point_in_a_share_is_a_decimal_mark_and_in_a_count_ambiguous() {
    let reading = read(&survey(), "Område;Fråga;År;Andel;Antal\nFridhemsplan;Avstår;2023;12.345;80\n".as_bytes());
    assert_eq!(reading.published[0].value, Some(12.345));
    let reading = read(&survey(), "Område;Fråga;År;Andel;Antal\nFridhemsplan;Avstår;2023;12;1.234\n".as_bytes());
    assert!(only(&reading, Rule::NotANumber).hint.contains("the mark may part thousands or decimals"));
}

#[test]
fn cases_and_targets() {
    let log = rows(
        "table = \"cases\"\ndates = [\"iso\", \"day-month-year\", \"short-iso\"]",
        "[layout]\nkind = \"rows\"\n\
         columns = { id = \"Nr\", date = \"Datum\", place = \"Plats\", category = \"Tema\", group = [\"Kön\", \"Ålder\"], \
         north = \"N\", east = \"E\" }\noptional = [\"east\", \"north\"]",
    );
    let text = "Nr;Datum;Plats;Tema;Kön;Ålder;N;E\n1;2023-09-12 10:15:00;fridhemsplan;Belysning;Man;-15;6581475;670417\n\
                2;16/9 2023;Torget;Belysning;;66-;;\n2;16/9 2023;Torget;Belysning;;66-;;\n3;32/9 2023;Torget;Klotter;;;;\n\
                4;23-09-16;Torget;Klotter;;;670417;6581475\n";
    let reading = read(&log, text.as_bytes());
    let cases: Vec<_> = reading
        .cases
        .iter()
        .map(|case| {
            let date = case.date.map(|date| date.to_string()).unwrap_or_default();
            let area = case.area.as_ref().map(ToString::to_string).unwrap_or_default();
            (case.id.as_str(), date, case.time.as_str(), area, case.group.as_str(), case.north)
        })
        .collect();
    assert_eq!(
        cases,
        [
            ("1", "2023-09-12".into(), "10:15:00", "fridhemsplan".into(), "Man -15", Some(6_581_475.0)),
            ("2", "2023-09-16".into(), "", String::new(), "66-", None),
            ("4", "2023-09-16".into(), "", String::new(), "", None),
        ]
    );
    assert_eq!(
        problems(&reading),
        ["duplicate-row line 4, column 1", "wrong-period line 5, column 2", "not-a-number line 6, column 7"]
    );
    let promises = rows(
        "table = \"targets\"",
        "[layout]\nkind = \"rows\"\ncolumns = { theme = \"Område\", target = \"Mål\", done = \"Genomfört t.o.m. {date}\" }",
    );
    let text =
        "Område;Mål;Genomfört t.o.m. 2023-10-15\nUngdomar;minst sex;7\nNätverk;4 st;3 (+1 planerad)\nÖvrigt;många;1\n";
    let reading = read(&promises, text.as_bytes());
    let targets: Vec<_> = reading
        .targets
        .iter()
        .map(|t| (t.theme.as_str(), t.target, t.done, t.planned, t.done_to.map(|day| day.to_string())))
        .collect();
    let day = Some("2023-10-15".to_owned());
    assert_eq!(
        targets,
        [("Ungdomar", Some(6), Some(7), None, day.clone()), ("Nätverk", Some(4), Some(3), Some(1), day)]
    );
    assert_eq!(problems(&reading), ["not-a-number line 4, column 2"]);
}

#[test]
fn a_definition_that_cannot_be_right_is_told() {
    let mut source = survey();
    source.survey = None;
    source.scale = 10;
    source.constants.insert(lagesbild_ingest::records::Field::Area, "ingenstans".into());
    let found: Vec<String> =
        source.check("x.toml", &crate::support::lists()).into_iter().map(|finding| finding.found).collect();
    assert_eq!(found, ["no `survey` or no `unit`", "`scale`", "`area` = `ingenstans`"]);
}
