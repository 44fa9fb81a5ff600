//! Texts with the shape of personal data: recognised so that they are neither shown nor stored unasked.
//!
//! Shapes, not certainties. A personal identity number carries a date and a checksum and is seldom mistaken; a name is
//! known by one of the most common given names before another capitalised word, and rarer names pass unless the heading
//! of their column tells them. See `lagesbild_ingest::personal` for columns, addresses and findings.

use std::borrow::Cow;
use std::fmt;

crate::codes! {
    /// What a text has the shape of.
    Personal, "kind of personal data" {
        /// A street address with a house number.
        Address = "address",
        /// A case number of the police, as `5000-K123456-23`.
        CaseNumber = "case-number",
        /// An e-mail address.
        Email = "email",
        /// A personal identity number or a coordination number (*personnummer*, *samordningsnummer*).
        IdentityNumber = "identity-number",
        /// A given name and a surname, or a column that is headed as one.
        Name = "name",
        /// A telephone number.
        Telephone = "telephone",
    }
}

impl Personal {
    /// The words in which a finding tells several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Personal::Address => "street addresses",
            Personal::CaseNumber => "case numbers of the police",
            Personal::Email => "e-mail addresses",
            Personal::IdentityNumber => "personal identity numbers",
            Personal::Name => "names of persons",
            Personal::Telephone => "telephone numbers",
        }
    }
}

/// The kinds of personal data that a text holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `kind` is among them.
    pub fn has(self, kind: Personal) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The same kinds without `kind`.
    #[must_use]
    pub fn without(self, kind: Personal) -> Self {
        Kinds(self.0 & !(1 << kind as u8))
    }

    /// The kinds, in the order of their codes.
    pub fn iter(self) -> impl Iterator<Item = Personal> {
        Personal::ALL.iter().copied().filter(move |kind| self.has(*kind))
    }

    fn add(&mut self, kind: Personal, found: bool) {
        self.0 |= u8::from(found) << kind as u8;
    }
}

impl fmt::Display for Kinds {
    /// The kinds in words, as `names of persons, telephone numbers`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, kind) in self.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { "" } else { ", " }, kind.plural())?;
        }
        Ok(())
    }
}

/// The kinds of personal data that `text` holds.
///
/// One pass over the bytes settles most texts; only those with seven digits, an `@`, or capitals and blanks are looked at
/// closely, and only for the kinds that they have the signs of.
///
/// ```
/// use lagesbild_model::{Personal, kinds};
/// assert!(kinds("ring 19121212-1212").has(Personal::IdentityNumber)); // Skatteverket's test number
/// assert!(kinds("Dnr 5000-K123456-23").has(Personal::CaseNumber));
/// assert!(kinds("Tillgreppsbrott (exkl i butik), 9 184").is_empty());
/// ```
pub fn kinds(text: &str) -> Kinds {
    let mut kinds = Kinds::default();
    let Some(signs) = Signs::of(text.as_bytes()) else { return kinds };
    let text = plain(text);
    let bytes = text.as_bytes();
    kinds.add(Personal::Email, signs.at && has_email(bytes));
    kinds.add(Personal::IdentityNumber, signs.digits >= 10 && signs.dated && has_identity_number(bytes));
    kinds.add(Personal::CaseNumber, signs.digits >= 7 && signs.k && has_case_number(bytes));
    kinds.add(Personal::Telephone, signs.digits >= 7 && signs.dialled && has_telephone(bytes));
    kinds.add(Personal::Address, signs.blank && signs.digits > 0 && signs.capitals > 0 && has_address(&text));
    kinds.add(Personal::Name, signs.blank && signs.capitals > 1 && has_name(&text));
    kinds
}

/// What the bytes of a text say before anybody reads it.
#[derive(Default)]
struct Signs {
    digits: usize,
    /// Whether a run of digits is as long as an identity number, or as the date before its hyphen.
    dated: bool,
    /// Letters that may be capitals.
    capitals: usize,
    at: bool,
    blank: bool,
    k: bool,
    /// Whether a number begins as a telephone number does.
    dialled: bool,
}

impl Signs {
    /// None where no kind of personal data is possible.
    fn of(bytes: &[u8]) -> Option<Signs> {
        // The shortest of all kinds is a name such as `Bo Ek`.
        if bytes.len() < 5 {
            return None;
        }
        let mut signs = Signs::default();
        let (mut run, mut before) = (0, b' ');
        for byte in bytes {
            if byte.is_ascii_digit() {
                signs.digits += 1;
                run += 1;
                signs.dialled |= *byte == b'0' && run == 1 && may_precede_number(before);
            } else {
                // Bytes from 0xC2 begin the dashes and blanks of other alphabets.
                let parted = matches!(byte, b'-' | b'+' | b' ' | 0xC2..);
                signs.dated |= matches!(run, 10 | 12) || (parted && matches!(run, 6 | 8));
                run = 0;
                match byte {
                    b'@' => signs.at = true,
                    b'+' => signs.dialled = true,
                    b'K' => (signs.k, signs.capitals) = (true, signs.capitals + 1),
                    b'k' => signs.k = true,
                    // The first byte of `Å`, `Ä` and `Ö`.
                    b'A'..=b'Z' | 0xC3 => signs.capitals += 1,
                    // The first byte of a no-break space, and of all other blanks.
                    b' ' | 0xC2 | 0xE2 | 0xE3 | b'\t' | b'\n' | b'\r' => signs.blank = true,
                    _ => {}
                }
            }
            before = *byte;
        }
        signs.dated |= matches!(run, 10 | 12);
        (signs.digits >= 7 || signs.at || (signs.blank && signs.capitals > 0)).then_some(signs)
    }
}

/// Whether a telephone number may begin after this byte: not in the middle of a word or another number.
fn may_precede_number(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'.' | b',' | b'+' | b'_')
}

/// Dashes and blanks of all kinds as `-` and a space.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let one = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c if c.is_whitespace() || c == '\u{2060}' => ' ',
        c => c,
    };
    Cow::Owned(text.chars().map(one).collect())
}

/// The digits from `at`, and what follows them.
fn digits(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// Where a run of digits begins that is no part of a longer number.
fn runs(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let before = |at: usize, back: usize| at.checked_sub(back).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    (0..bytes.len()).filter(move |at| {
        let decimal = matches!(before(*at, 1), b'.' | b',') && before(*at, 2).is_ascii_digit();
        bytes.get(*at).is_some_and(u8::is_ascii_digit) && !before(*at, 1).is_ascii_digit() && !decimal
    })
}

fn has_identity_number(bytes: &[u8]) -> bool {
    runs(bytes).any(|at| {
        let (first, rest) = digits(bytes, at);
        match (first.len(), rest.first()) {
            (10 | 12, _) => is_identity_number(first),
            (6 | 8, Some(b'-' | b'+' | b' ')) => {
                let (last, _) = digits(rest, 1);
                last.len() == 4 && is_identity_number(&[first, last].concat())
            }
            _ => false,
        }
    })
}

/// Whether 10 or 12 digits are a date (the day perhaps raised by 60) with a birth number and its check digit.
///
/// The check digit is that of Luhn over the last ten digits (Skatteverket, SKV 704).
fn is_identity_number(all: &[u8]) -> bool {
    let number = |part: &[u8]| part.iter().fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let (century, ten) = all.split_at(all.len().saturating_sub(10));
    let [y1, y2, m1, m2, d1, d2, ..] = *ten else { return false };
    let century = number(century);
    if ten.len() != 10 || !(all.len() == 10 || (18..=20).contains(&century)) {
        return false;
    }
    let (year, month, day) = (number(&[y1, y2]), number(&[m1, m2]), number(&[d1, d2]));
    let day = if day > 60 { day - 60 } else { day };
    let leap = if all.len() == 12 && year == 0 { century.is_multiple_of(4) } else { year.is_multiple_of(4) };
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    let luhn: u32 = ten
        .iter()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    (1..=last).contains(&day) && luhn.is_multiple_of(10)
}

/// Four digits of an authority, `K`, and a running number; the year may follow.
fn has_case_number(bytes: &[u8]) -> bool {
    runs(bytes).any(|at| {
        let (authority, rest) = digits(bytes, at);
        let rest = rest.strip_prefix(b"-").unwrap_or(rest);
        let (Some(b'K' | b'k'), 4) = (rest.first(), authority.len()) else { return false };
        let (number, after) = digits(rest, 1);
        (3..=8).contains(&number.len()) && !after.first().is_some_and(u8::is_ascii_alphanumeric)
    })
}

fn has_telephone(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|at| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        if !may_precede_number(before) {
            return false;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let abroad = [&b"+46"[..], b"0046"].iter().find_map(|prefix| rest.strip_prefix(*prefix));
        match abroad {
            Some(rest) => is_subscriber(rest.trim_ascii_start(), 7, 10),
            None => is_national(rest),
        }
    })
}

/// A number as it is written within Sweden: an area code with its mark, or ten digits of a mobile telephone.
fn is_national(rest: &[u8]) -> bool {
    let (code, after) = digits(rest, 0);
    if code.first() != Some(&b'0') || !code.get(1).is_some_and(|digit| (b'1'..=b'9').contains(digit)) {
        return false;
    }
    let mobile = code.get(1) == Some(&b'7')
        && code.get(2).is_some_and(|digit| matches!(digit, b'0' | b'2' | b'3' | b'6' | b'9'));
    match (code.len(), after.first()) {
        (10, _) => mobile,
        (2..=4, Some(b'-' | b'/')) => is_subscriber(after.get(1..).unwrap_or_default(), 5, 8),
        (3, Some(b' ')) if mobile => is_subscriber(after.get(1..).unwrap_or_default(), 7, 7),
        _ => false,
    }
}

/// So many digits: in one run, or in groups of two or three with a blank or hyphen between.
fn is_subscriber(mut rest: &[u8], least: usize, most: usize) -> bool {
    let (mut sum, mut groups, mut longest) = (0, 0, 0);
    loop {
        let (group, after) = digits(rest, 0);
        if group.is_empty() {
            break;
        }
        (sum, groups, longest) = (sum + group.len(), groups + 1, longest.max(group.len()));
        rest = after;
        match after {
            [b' ' | b'-', next, ..] if next.is_ascii_digit() => rest = after.get(1..).unwrap_or_default(),
            _ => break,
        }
    }
    let grouped = groups == 1 || longest <= 3;
    (least..=most).contains(&sum) && grouped && !rest.first().is_some_and(u8::is_ascii_alphanumeric)
}

fn has_email(bytes: &[u8]) -> bool {
    let at = |at: &usize| bytes.get(*at) == Some(&b'@');
    (1..bytes.len()).filter(at).any(|at| {
        let name = bytes
            .get(at - 1)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte) || *byte > 127);
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let length =
            rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte) || **byte > 127).count();
        let domain = rest.get(..length).unwrap_or_default();
        name && domain.windows(3).skip(1).any(|part| part[0] == b'.' && part[1..].iter().all(u8::is_ascii_alphabetic))
    })
}

/// How the names of streets end.
const STREETS: [&str; 17] = [
    "gatan",
    "gata",
    "vägen",
    "väg",
    "gränden",
    "gränd",
    "stigen",
    "backen",
    "torget",
    "torg",
    "allén",
    "allé",
    "stranden",
    "strand",
    "kajen",
    "kaj",
    "esplanaden",
];

fn has_address(text: &str) -> bool {
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let (mut first, mut second) = ("", "");
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        // Few words are followed by a house number; only they are looked at.
        if second.ends_with(char::is_alphanumeric) && is_house_number(word) {
            let name = second.trim_start_matches(|c: char| !c.is_alphanumeric());
            let lower = name.to_lowercase();
            let ends = STREETS.iter().any(|end| lower.len() > end.len() + 1 && lower.ends_with(end));
            // `torg` may be a word of its own, as in `Kungsholms torg 4`.
            if (capital(name) && ends) || (capital(first) && STREETS.contains(&lower.as_str())) {
                return true;
            }
        }
        (first, second) = (second, word);
    }
    false
}

/// One to three digits, perhaps with a letter: `12`, `4B`.
fn is_house_number(word: &str) -> bool {
    let word = word.trim_end_matches([',', '.', ';', ')', ':', '!', '?']);
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = word.get(digits..).unwrap_or_default();
    (1..=3).contains(&digits)
        && !word.starts_with('0')
        && rest.len() <= 1
        && rest.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Given names that are common in Sweden, sorted. Written down from memory and checked against no register.
const GIVEN: [&str; 150] = [
    "adam",
    "agneta",
    "ahmed",
    "albin",
    "alexander",
    "alexandra",
    "ali",
    "alice",
    "amanda",
    "amir",
    "anders",
    "andreas",
    "anette",
    "anita",
    "ann",
    "anna",
    "anneli",
    "annika",
    "anton",
    "arne",
    "axel",
    "barbro",
    "bengt",
    "berit",
    "birgitta",
    "björn",
    "bo",
    "britt",
    "camilla",
    "carina",
    "carl",
    "carolina",
    "caroline",
    "cecilia",
    "charlotte",
    "christer",
    "christian",
    "christina",
    "christoffer",
    "daniel",
    "david",
    "elias",
    "elin",
    "elisabeth",
    "ella",
    "elsa",
    "emelie",
    "emil",
    "emma",
    "erik",
    "eva",
    "fatima",
    "felicia",
    "filip",
    "fredrik",
    "frida",
    "gun",
    "gunilla",
    "gunnar",
    "gustav",
    "hanna",
    "hannes",
    "hans",
    "hassan",
    "helena",
    "henrik",
    "håkan",
    "ibrahim",
    "ida",
    "ingrid",
    "irene",
    "isabelle",
    "jakob",
    "jan",
    "jenny",
    "jens",
    "jessica",
    "joakim",
    "johan",
    "johanna",
    "johannes",
    "john",
    "jonas",
    "jonathan",
    "josefin",
    "julia",
    "karin",
    "karl",
    "katarina",
    "kenneth",
    "kent",
    "kerstin",
    "kjell",
    "klara",
    "kristina",
    "kurt",
    "lars",
    "leif",
    "lena",
    "lennart",
    "linda",
    "linnéa",
    "linus",
    "lisa",
    "lucas",
    "ludvig",
    "madeleine",
    "magnus",
    "maja",
    "malin",
    "marcus",
    "margareta",
    "maria",
    "marianne",
    "marie",
    "martin",
    "matilda",
    "mats",
    "mattias",
    "max",
    "michael",
    "mikael",
    "moa",
    "mohamed",
    "monica",
    "niklas",
    "nils",
    "olof",
    "oscar",
    "oskar",
    "patrik",
    "per",
    "peter",
    "pia",
    "rasmus",
    "rebecka",
    "robert",
    "robin",
    "roger",
    "rolf",
    "sandra",
    "sara",
    "simon",
    "sofia",
    "stefan",
    "susanne",
    "sven",
    "thomas",
    "tommy",
    "ulla",
];

/// What follows a given name in the name of a place.
const PLACES: [&str; 9] = ["kyrka", "församling", "skola", "torg", "park", "plats", "hospital", "gatan", "gata"];

/// A common given name before another capitalised word.
fn has_name(text: &str) -> bool {
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let (mut before, mut given) = ("", "");
    for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | ':' | '\''))) {
        if capital(word) && capital(given) && is_surname(word) && is_given(given) && !is_saint(before) {
            return true;
        }
        (before, given) = (given, word);
    }
    false
}

fn is_given(word: &str) -> bool {
    let lower = word.to_lowercase();
    // Double names, as `Ann-Marie`, begin with a name as well.
    let first = lower.split('-').next().unwrap_or_default();
    GIVEN.binary_search(&first).is_ok()
}

/// Whether a capitalised word may be a surname: letters only, and no part of the name of a place.
fn is_surname(word: &str) -> bool {
    let letters = word.chars().all(|c| c.is_alphabetic() || c == '-');
    letters && word.chars().nth(1).is_some() && !PLACES.iter().any(|place| word.to_lowercase().ends_with(place))
}

fn is_saint(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "s:t" | "s:ta" | "sankt" | "sankta")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(text: &str, expected: &[Personal]) {
        assert_eq!(kinds(text).iter().collect::<Vec<_>>(), expected, "{text}");
    }

    /// The numbers are Skatteverket's own for tests; check digits by hand.
    #[test]
    fn identity_numbers_have_a_date_and_a_check_digit() {
        for text in [
            "19121212-1212",
            "191212121212",
            "121212-1212",
            "1212121212",
            "121212+1212",
            "(121212–1212)",
            "x 121212 1212.",
        ] {
            is(text, &[Personal::IdentityNumber]);
        }
        // A coordination number: 701063-2391 is Skatteverket's example, the 3rd plus 60.
        is("701063-2391", &[Personal::IdentityNumber]);
        // A wrong check digit, a month that is none, the 30th of February, an organisation's number, a longer number.
        for text in ["121212-1213", "121312-1211", "120230-1212", "556036-0793", "1212121212123", "0.1212121212"] {
            is(text, &[]);
        }
    }

    #[test]
    fn shapes_of_the_other_kinds() {
        is("5000-K123456-23", &[Personal::CaseNumber]);
        is("se 0201-K1234-22, bilaga", &[Personal::CaseNumber]);
        is("anna.andersson@example.org", &[Personal::Email]);
        for text in
            ["070-123 45 67", "0701234567", "070 123 45 67", "08-123 456 78", "+46 70 123 45 67", "tel: 0243-123 45"]
        {
            is(text, &[Personal::Telephone]);
        }
        for text in ["Exempelgatan 12", "bor på Norra Exempelvägen 4B, 3 tr", "Exempels torg 7"] {
            is(text, &[Personal::Address]);
        }
        is("anmält av Anna Andersson", &[Personal::Name]);
        is("Ann-Marie Öberg", &[Personal::Name]);
        assert_eq!(kinds("Anna Andersson, 070-123 45 67").to_string(), "names of persons, telephone numbers");
    }

    #[test]
    fn what_exports_hold_is_none_of_them() {
        for text in [
            "S-2022-000359",
            "TT22-012345",
            "2022-06-31 23:15",
            "Uttag: 2023-10-18",
            "6 580 123",
            "6580123.5",
            "01-07 2023-08-01",
            "Våldsbrott, v. 1-41 2023",
            "Östra S:t Göran",
            "Sankt Eriksgatan",
            "på gatan 5 personer",
            "Plan 2",
            "Erik Dahlbergsgatan",
            "0822",
            "9 184",
            "Tillgreppsbrott (exkl i butik)",
            "Norrmalm + Östermalm",
            "status_uttag_2022-10-19.xlsx",
            "16-79 år",
            "@",
            "08:15-09:30",
        ] {
            is(text, &[]);
        }
    }

    #[test]
    fn given_names_are_sorted() {
        assert!(GIVEN.is_sorted());
    }
}
