//! Canaries: invented personal data, put everywhere that a file has room for it. Each is found at its address, and none
//! comes out again, whatever the command writes or says.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::support::World;

/// Numbers that look random and are the same every time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end
    }
}

const GIVEN: [&str; 12] = [
    "Anna",
    "Karin",
    "Björn",
    "Margareta",
    "Mohamed",
    "Fatima",
    "Lars",
    "Ann-Marie",
    "Håkan",
    "Linnéa",
    "Oskar",
    "Birgitta",
];
const SURNAMES: [&str; 10] = [
    "Kanariefågel",
    "Provsson",
    "Testberg",
    "Påhittsdotter",
    "Låtsasgren",
    "Fingerad",
    "Exempelquist",
    "Dummyström",
    "Syntetlund",
    "Öhittad",
];

/// Words for a kind in findings.
const KINDS: [&str; 6] = [
    "personal identity numbers",
    "names of persons",
    "case numbers of the police",
    "e-mail addresses",
    "telephone numbers",
    "street addresses",
];

/// The digit that makes nine digits an identity number (Luhn, by the book: double every other, add the digits).
fn check_digit(nine: &str) -> u32 {
    let sum: u32 = nine
        .chars()
        .enumerate()
        .map(|(at, c)| {
            let digit = c.to_digit(10).unwrap() * if at % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

/// A canary: its kind and its text, in which `serial` makes it one of a kind.
fn canary(dice: &mut Dice, serial: usize, kinds: &[usize]) -> (&'static str, String) {
    let kind = kinds[dice.below(kinds.len())];
    let text = match kind {
        0 => {
            let (year, month, day) =
                (1930 + dice.below(80), 1 + dice.below(12), 1 + dice.below(28) + 60 * dice.below(2));
            let nine = format!("{:02}{month:02}{day:02}{:03}", year % 100, serial % 1000);
            let last = format!("{}{}", &nine[6..], check_digit(&nine));
            match dice.below(4) {
                0 => format!("{}-{last}", &nine[..6]),
                1 => format!("{}{}{last}", year / 100, &nine[..6]),
                2 => format!("{}{}-{last}", year / 100, &nine[..6]),
                _ => format!("{}+{last}", &nine[..6]),
            }
        }
        1 => {
            let middle = char::from(b'A' + (serial % 26) as u8);
            let surname = SURNAMES[dice.below(SURNAMES.len())];
            format!("{} {surname}-{middle}ek{}", GIVEN[dice.below(GIVEN.len())], letters(serial))
        }
        2 => format!("{:04}-K{}-23", 201 + 100 * dice.below(50), 100_000 + serial),
        3 => format!("kanarie.{serial}@exempel{serial}.example"),
        4 => match dice.below(3) {
            0 => format!("070-{:03} {:02} 5{}", serial % 1000, 10 + dice.below(80), serial % 10),
            1 => format!("073{:07}", 1_000_000 + serial),
            _ => format!("+46 76 {:03} {:02} 7{}", serial % 1000, 10 + dice.below(80), serial % 10),
        },
        _ => format!("Kanariefågel{}gatan {}", letters(serial), 1 + dice.below(200)),
    };
    (KINDS[kind], text)
}

/// A number in letters, since no digit belongs into a name.
fn letters(number: usize) -> String {
    [number / 676 % 26, number / 26 % 26, number % 26].map(|digit| char::from(b'a' + digit as u8)).iter().collect()
}

/// A cell as A1 text, counted from zero.
fn address(row: usize, column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}

/// Where findings are expected: file, sheet, cell, words.
type Expected = BTreeSet<(String, String, String, String)>;

const PIPELINE: &str = "pipelines/liten";

const SOURCES: [(&str, &str); 2] = [
    (
        "lang",
        "id = \"lang\"\nlabel = \"Lång\"\nfile = \"lang.csv\"\nmeasure = \"anmalda-brott\"\ngroup = \"alla\"\n\
         date-basis = \"offence-start\"\ntotal = \"total\"\nfootnotes = [\"Uttag:\"]\n\
         says = { period = \"t.o.m. v. {week} {year}\", extracted = \"Uttag:\" }\n\
         reader = { kind = \"delimited\", delimiter = \";\", encoding = \"utf-8\" }\n\
         [layout]\nkind = \"long\"\nyear = \"År\"\nweek = \"Vecka\"\narea = \"Område\"\ncategory = \"Brott\"\n\
         value = \"Antal\"\nabsent = \"missing\"\nspan = { first-year = 2023, last-year = 2023, last-week = 2 }\n",
    ),
    (
        "kors",
        "id = \"kors\"\nlabel = \"Kors\"\nfile = \"kors.xlsx\"\nmeasure = \"anmalda-brott\"\ngroup = \"alla\"\n\
         date-basis = \"offence-start\"\ntotal = \"total\"\n\
         says = { period = \"t.o.m. v. {week}\", extracted = \"Uttag:\" }\nreader = { kind = \"workbook\" }\n\
         [layout]\nkind = \"crosstab\"\nanchor = \"Brottskategorier\"\nyear = 2023\nweek = 41\nbasis = \"iso-weeks\"\n",
    ),
];

fn small(world: &World) {
    world.write(
        &format!("{PIPELINE}/pipeline.toml"),
        "id = \"liten\"\nlabel = \"Liten\"\ninputs = \"../../inputs\"\ncodelists = \"../codelists\"\noutput = \"../../out\"\n",
    );
    for (name, text) in SOURCES {
        world.write(&format!("{PIPELINE}/sources/{name}.toml"), text);
    }
}

/// 250 columns with a canary each, 100 places and 100 categories that are none.
fn long_table(dice: &mut Dice, canaries: &mut Vec<String>, expected: &mut Expected) -> String {
    const COLUMNS: usize = 250;
    let mut serial = 0;
    let mut next = |dice: &mut Dice, kinds: &[usize]| {
        let found = canary(dice, serial, kinds);
        serial += 1;
        found
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut heading: Vec<String> = ["År", "Vecka", "Område", "Brott", "Antal"].map(str::to_owned).into();
    heading.extend((0..COLUMNS).map(|column| format!("K{column}")));
    rows.push(heading);
    let mut labels: BTreeMap<(usize, &str), (String, usize)> = BTreeMap::new();
    for at in 0..200 {
        let mut row: Vec<String> = ["2023", "1", "Fridhemsplan", "Våldsbrott", "1"].map(str::to_owned).into();
        row.resize(5 + COLUMNS, String::new());
        // Places are declared, and may look like addresses; nothing excuses the other kinds.
        let (column, kinds) = if at < 100 { (2, &[0, 3, 4][..]) } else { (3, &[0, 1, 2, 3, 4, 5][..]) };
        let (kind, text) = next(dice, kinds);
        row[column].clone_from(&text);
        canaries.push(text);
        let cell = address(rows.len(), column);
        labels.entry((column, kind)).or_insert((cell, 0)).1 += 1;
        rows.push(row);
    }
    for ((_, kind), (cell, number)) in labels {
        assert!(number > 3);
        expected.insert(("lang.csv".into(), String::new(), cell, format!("{kind} in {number} cells")));
    }
    for column in 0..COLUMNS {
        let (kind, text) = next(dice, &[0, 1, 2, 3, 4, 5]);
        let row = 1 + dice.below(200);
        rows[row][5 + column].clone_from(&text);
        canaries.push(text);
        expected.insert(("lang.csv".into(), String::new(), address(row, 5 + column), format!("{kind} in 1 cell")));
    }
    let mut text: String = rows.iter().map(|row| row.join(";") + "\n").collect();
    text.push_str("2023;1;Fridhemsplan;Trafikbrott;1\nUttag: 2023-01-20, t.o.m. v. 2 2023\n");
    text
}

/// A sound sheet, and 20 sheets that are named after a canary and hold 25 each.
fn workbook(dice: &mut Dice, world: &World, canaries: &mut Vec<String>, expected: &mut Expected) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Fridhemsplan").unwrap();
    for (row, (text, value)) in [
        ("t.o.m. v. 41", None),
        ("Uttag: 2023-10-18", None),
        ("Brottskategorier", Some(2023.0)),
        ("Våldsbrott", Some(60.0)),
    ]
    .into_iter()
    .enumerate()
    {
        sheet.write_string(row as u32, 0, text).unwrap();
        if let Some(value) = value {
            sheet.write_number(row as u32, 1, value).unwrap();
        }
    }
    for number in 0..20 {
        let (kind, name) = canary(dice, 500 + number, &[0, 1, 2]);
        let sheet = workbook.add_worksheet().set_name(&name).unwrap();
        let shown = format!("sheet {} (name not shown)", number + 2);
        let words = format!("the name of a sheet with the shape of {kind}");
        expected.insert(("kors.xlsx".into(), shown.clone(), String::new(), words));
        canaries.push(name);
        for column in 0..25 {
            let (kind, text) = canary(dice, 600 + 25 * number + column, &[0, 1, 2, 3, 4, 5]);
            let row = dice.below(60);
            sheet.write_string(row as u32, column as u16, &text).unwrap();
            canaries.push(text);
            let words = format!("{kind} in 1 cell");
            expected.insert(("kors.xlsx".into(), shown.clone(), address(row, column), words));
        }
    }
    std::fs::create_dir_all(world.path("inputs")).unwrap();
    workbook.save(world.path("inputs/kors.xlsx")).unwrap();
}

#[track_caller]
fn assert_silent(what: &str, text: &str, canaries: &[String]) {
    for canary in canaries {
        assert!(!text.contains(canary.as_str()), "`{canary}` comes out in {what}");
    }
}

#[test]
fn a_thousand_canaries_are_found_and_none_gets_out() {
    let world = World::bare();
    small(&world);
    let (mut dice, mut canaries, mut expected) = (Dice(0x5eed_cafe), Vec::new(), Expected::new());
    let table = long_table(&mut dice, &mut canaries, &mut expected);
    world.write("inputs/lang.csv", table);
    workbook(&mut dice, &world, &mut canaries, &mut expected);

    // 30 definitions of files that are named after a canary are refused before anything is read.
    let mut named = Vec::new();
    for number in 0..30 {
        let (kind, name) = canary(&mut dice, 1200 + number, &[0, 2, 3]);
        let text = SOURCES[0]
            .1
            .replace("\"lang\"", &format!("\"fil-{number}\""))
            .replace("lang.csv", &format!("utdrag {name}.csv"));
        world.write(&format!("{PIPELINE}/sources/fil-{number}.toml"), text);
        canaries.push(name);
        named.push((format!("sources/fil-{number}.toml"), kind));
    }
    assert_eq!(canaries.iter().collect::<BTreeSet<_>>().len(), 1000);
    for command in [&["run", PIPELINE][..], &["check", PIPELINE], &["run", PIPELINE, "--dry-run"]] {
        let reply = world.lagesbild(command).expect(3);
        let told = format!("{}{}", reply.out, reply.err);
        assert_silent("the refusal", &told, &canaries);
        for (file, kind) in &named {
            let text = format!("error[personal-data]: {file}\n  found:    `file` with the shape of {kind}\n");
            assert!(told.contains(&text), "{text}\n{told}");
        }
    }
    for number in 0..30 {
        std::fs::remove_file(world.path(&format!("{PIPELINE}/sources/fil-{number}.toml"))).unwrap();
    }

    let reply = world.lagesbild(&["run", PIPELINE, "--json"]).expect(3);
    let told = reply.json();
    assert_eq!(told["outcome"], "published");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut found = Expected::new();
    for finding in told["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == "personal-data") {
        let words = text(&finding["found"]);
        let words = words.split(" of the column").next().unwrap().to_owned();
        found.insert((text(&finding["file"]), text(&finding["sheet"]), text(&finding["cell"]), words));
    }
    let missed: Vec<_> = expected.difference(&found).collect();
    let invented: Vec<_> = found.difference(&expected).collect();
    assert!(missed.is_empty() && invented.is_empty(), "missed {missed:#?}, invented {invented:#?}");

    assert_silent("JSON", &format!("{}{}", reply.out, reply.err), &canaries);
    for command in
        [&["run", PIPELINE, "--force"][..], &["run", PIPELINE], &["check", PIPELINE], &["check", PIPELINE, "--json"]]
    {
        let reply = world.lagesbild(command);
        assert_silent(&command.join(" "), &format!("{}{}", reply.out, reply.err), &canaries);
    }
    // Every byte of the release, and every row of the tables, since Parquet packs its pages.
    let release = world.release_in("out");
    let mut files = 0;
    for (name, kind) in world.tree(&release) {
        if kind == "folder" {
            continue;
        }
        let bytes = world.read(&format!("{release}/{name}"));
        assert_silent(&name, &String::from_utf8_lossy(&bytes), &canaries);
        files += 1;
        if let Some(table) = name.strip_prefix("store/").and_then(|name| name.strip_suffix(".parquet")) {
            let sql = format!("SELECT * FROM {table}");
            let reply = world.lagesbild(&["query", &sql, "--pipeline", PIPELINE, "--format", "csv"]).expect(0);
            assert!(!reply.out.is_empty());
            assert_silent(table, &reply.out, &canaries);
        }
    }
    assert!(files >= 6, "{files}");
}

/// A file that is missed lists its neighbours, but not those that are named after somebody.
#[test]
fn a_missing_file_does_not_tell_its_neighbours_names() {
    let world = World::bare();
    small(&world);
    world.write("inputs/kors anna.andersson@example.org.xlsx", "x");
    let reply = world.lagesbild(&["run", PIPELINE]).expect(5);
    reply.says("error[missing-file]: kors.xlsx");
    assert!(!reply.err.contains("anna.andersson"), "{}", reply.err);
}
