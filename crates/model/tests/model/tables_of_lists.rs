//! The tables that code lists go to: on the disk and back.

use lagesbild_model::table::{Area, Category, Grouping, OffenceRange};
use lagesbild_model::{Alias, AreaId, CodeList, Confidence, Entry, Flag, OffenceCode, OverlayId};

use crate::on_disk::{is_sorted_as_it_says, keeps_its_promises};
use crate::round_trip::comes_home;
use crate::support::Dice;

fn code(dice: &mut Dice) -> OffenceCode {
    OffenceCode::of_number(dice.below(10_000) as u32).unwrap()
}

fn area(dice: &mut Dice) -> Area {
    Area {
        code: dice.id(),
        label: dice.text(),
        level: dice.text(),
        parents: dice.text(),
        flags: dice.text(),
        aliases: dice.text(),
        valid_from: dice.maybe(Dice::day),
        valid_to: dice.maybe(Dice::day),
        successors: dice.text(),
        note: dice.text(),
        position: dice.int(),
    }
}

fn category(dice: &mut Dice) -> Category {
    Category {
        grouping: dice.one(Grouping::ALL),
        code: dice.text(),
        label: dice.text(),
        level: dice.text(),
        parents: dice.text(),
        flags: dice.text(),
        aliases: dice.text(),
        valid_from: dice.maybe(Dice::day),
        valid_to: dice.maybe(Dice::day),
        successors: dice.text(),
        note: dice.text(),
        position: dice.int(),
    }
}

fn offence_range(dice: &mut Dice) -> OffenceRange {
    OffenceRange {
        grouping: dice.one(Grouping::ALL),
        first: code(dice),
        last: code(dice),
        member: dice.text(),
        basis: dice.text(),
        confidence: dice.maybe(|dice| dice.one(Confidence::ALL)),
        valid_from: dice.maybe(Dice::day),
        valid_to: dice.maybe(Dice::day),
    }
}

#[test]
fn areas_keep_their_promises_and_come_home() {
    keeps_its_promises::<Area>(area);
    is_sorted_as_it_says::<Area>(area);
    comes_home(area);
}

#[test]
fn categories_keep_their_promises_and_come_home() {
    keeps_its_promises::<Category>(category);
    is_sorted_as_it_says::<Category>(category);
    comes_home(category);
}

#[test]
fn offence_codes_keep_their_promises_and_come_home() {
    keeps_its_promises::<OffenceRange>(offence_range);
    is_sorted_as_it_says::<OffenceRange>(offence_range);
    comes_home(offence_range);
}

/// Every property of a member is in its row, those with several values in the order of the list.
#[test]
fn a_list_becomes_rows() {
    let id = |text: &str| -> AreaId { text.parse().unwrap() };
    let entry = |code: &str, label: &str| Entry {
        code: id(code),
        label: label.into(),
        level: "del".into(),
        parents: vec![],
        flags: vec![],
        valid_from: None,
        valid_to: None,
        successors: vec![],
        note: String::new(),
    };
    let old = Entry {
        parents: vec![id("stad"), id("polis")],
        flags: vec![Flag::Sensitive, Flag::Overlapping],
        valid_to: Some(jiff::civil::date(2023, 6, 30)),
        successors: vec![id("stad")],
        note: "efterträdd".into(),
        ..entry("gammal", "Gamla delen")
    };
    let alias = |variant: &str, source: Option<&str>| Alias {
        variant: variant.into(),
        code: id("gammal"),
        source: source.map(|source| source.parse().unwrap()),
    };
    let aliases = vec![alias("Gl. delen", None), alias("Delen", Some("blad"))];
    let list = CodeList::new(vec![entry("stad", "Staden"), entry("polis", "Polisen"), old], aliases).unwrap();
    let rows = Area::of(&list);
    assert_eq!(rows.iter().map(|row| row.position).collect::<Vec<_>>(), [1, 2, 3]);
    let expected = Area {
        code: id("gammal"),
        label: "Gamla delen".into(),
        level: "del".into(),
        parents: "stad polis".into(),
        flags: "sensitive overlapping".into(),
        aliases: "Gl. delen | Delen [blad]".into(),
        valid_from: None,
        valid_to: Some(jiff::civil::date(2023, 6, 30)),
        successors: "stad".into(),
        note: "efterträdd".into(),
        position: 3,
    };
    assert_eq!(rows[2], expected);
    let overlays: CodeList<OverlayId> = CodeList::default();
    let categories = CodeList::new(
        vec![Entry {
            code: "total".parse().unwrap(),
            label: "Total".into(),
            level: String::new(),
            parents: vec![],
            flags: vec![Flag::Total],
            valid_from: None,
            valid_to: None,
            successors: vec![],
            note: String::new(),
        }],
        vec![],
    );
    let rows = Category::of(&categories.unwrap(), &overlays);
    assert_eq!((rows.len(), rows[0].grouping, rows[0].flags.as_str()), (1, Grouping::Category, "total"));
}
