//! The tables that records, boundaries and rows set aside go to: on the disk and back.

use lagesbild_model::table::{Case, Polygon, Published, Quarantined, Target};
use lagesbild_model::{Rule, Status};

use crate::on_disk::{is_sorted_as_it_says, keeps_its_promises};
use crate::round_trip::comes_home;
use crate::support::Dice;

fn published(dice: &mut Dice) -> Published {
    Published {
        source: dice.id(),
        survey: dice.id(),
        question: dice.id(),
        question_text: dice.text(),
        answer: dice.text(),
        area: dice.id(),
        group: dice.id(),
        period: dice.period(),
        base: dice.text(),
        unit: dice.text(),
        value: dice.maybe(Dice::real),
        decimals: dice.maybe(Dice::int),
        status: dice.one(Status::ALL),
        mark: dice.text(),
        n: dice.maybe(Dice::int),
        n_status: dice.one(Status::ALL),
        extracted_at: dice.maybe(Dice::day),
        file: dice.text(),
        file_sha256: dice.digest(),
        sheet: dice.maybe(Dice::text),
        cell: dice.maybe(Dice::cell),
        n_cell: dice.maybe(Dice::cell),
    }
}

fn case(dice: &mut Dice) -> Case {
    Case {
        source: dice.id(),
        id: dice.text(),
        date: dice.maybe(Dice::day),
        date_status: dice.one(Status::ALL),
        time: dice.text(),
        closed: dice.maybe(Dice::day),
        category: dice.text(),
        subcategory: dice.text(),
        channel: dice.text(),
        reporter: dice.text(),
        place: dice.text(),
        area: dice.maybe(Dice::id),
        north: dice.maybe(Dice::real),
        east: dice.maybe(Dice::real),
        state: dice.text(),
        group: dice.text(),
        repeats: dice.text(),
        text: dice.maybe(Dice::text),
        file: dice.text(),
        file_sha256: dice.digest(),
        sheet: dice.maybe(Dice::text),
        row: dice.int(),
        cell: dice.maybe(Dice::cell),
    }
}

fn target(dice: &mut Dice) -> Target {
    Target {
        source: dice.id(),
        theme: dice.text(),
        activity: dice.text(),
        target: dice.maybe(Dice::int),
        target_status: dice.one(Status::ALL),
        target_text: dice.text(),
        done: dice.maybe(Dice::int),
        done_status: dice.one(Status::ALL),
        planned: dice.maybe(Dice::int),
        done_text: dice.text(),
        done_to: dice.maybe(Dice::day),
        state: dice.text(),
        file: dice.text(),
        file_sha256: dice.digest(),
        sheet: dice.maybe(Dice::text),
        row: dice.int(),
        cell: dice.maybe(Dice::cell),
    }
}

fn polygon(dice: &mut Dice) -> Polygon {
    Polygon {
        source: dice.id(),
        id: dice.text(),
        name: dice.text(),
        area: dice.maybe(Dice::id),
        vintage: dice.maybe(Dice::int),
        valid_from: dice.maybe(Dice::day),
        valid_to: dice.maybe(Dice::day),
        state: dice.text(),
        predecessors: dice.text(),
        crs: dice.text(),
        hectares: dice.real(),
        geometry: dice.text(),
        file: dice.text(),
        file_sha256: dice.digest(),
        feature: dice.int(),
        row: dice.int(),
        cell: dice.maybe(Dice::cell),
    }
}

fn quarantined(dice: &mut Dice) -> Quarantined {
    Quarantined {
        source: dice.id(),
        file: dice.text().into(),
        file_sha256: dice.digest(),
        sheet: dice.maybe(Dice::text).map(Into::into),
        row: dice.int(),
        height: dice.int(),
        cell: dice.maybe(Dice::cell),
        rule: dice.one(Rule::ALL),
        hint: dice.text().into(),
    }
}

#[test]
fn published_rows_keep_their_promises_and_come_home() {
    keeps_its_promises::<Published>(published);
    is_sorted_as_it_says::<Published>(published);
    comes_home(published);
}

#[test]
fn case_rows_keep_their_promises_and_come_home() {
    keeps_its_promises::<Case>(case);
    is_sorted_as_it_says::<Case>(case);
    comes_home(case);
}

#[test]
fn target_rows_keep_their_promises_and_come_home() {
    keeps_its_promises::<Target>(target);
    is_sorted_as_it_says::<Target>(target);
    comes_home(target);
}

#[test]
fn polygon_rows_keep_their_promises_and_come_home() {
    keeps_its_promises::<Polygon>(polygon);
    is_sorted_as_it_says::<Polygon>(polygon);
    comes_home(polygon);
}

#[test]
fn quarantined_rows_keep_their_promises_and_come_home() {
    keeps_its_promises::<Quarantined>(quarantined);
    is_sorted_as_it_says::<Quarantined>(quarantined);
    comes_home(quarantined);
}
