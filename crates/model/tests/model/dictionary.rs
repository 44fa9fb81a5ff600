//! The data dictionary covers the contracts, all of them and nothing else.

use std::collections::BTreeSet;

use lagesbild_model::table::{
    Accounting, Area, Case, Category, Contrast, Count, Finding, IndicatorValue, OffenceRange, Offences, Polygon,
    Published, Quarantined, Revision, Table, Target, Variable, code_words, column_vocabulary, column_words,
    table_words,
};

fn columns<T: Table>() -> (&'static str, Vec<String>) {
    (T::NAME, T::schema().fields().iter().map(|field| field.name().clone()).collect())
}

fn contracts() -> Vec<(&'static str, Vec<String>)> {
    vec![
        columns::<Accounting>(),
        columns::<Area>(),
        columns::<Case>(),
        columns::<Category>(),
        columns::<Contrast>(),
        columns::<Count>(),
        columns::<Finding>(),
        columns::<IndicatorValue>(),
        columns::<OffenceRange>(),
        (Offences::NAME, Offences::schema().fields().iter().map(|field| field.name().clone()).collect()),
        columns::<Polygon>(),
        columns::<Published>(),
        columns::<Quarantined>(),
        columns::<Revision>(),
        columns::<Target>(),
        columns::<Variable>(),
    ]
}

#[test]
fn every_table_and_column_has_its_words() {
    for (table, columns) in contracts() {
        assert!(table_words(table).is_some(), "{table}");
        let without: Vec<&String> = columns.iter().filter(|column| column_words(column).is_none()).collect();
        assert!(without.is_empty(), "{table}: {without:?}");
    }
}

#[test]
fn every_vocabulary_stands_in_a_column() {
    let of_columns = |(table, columns): (&'static str, Vec<String>)| {
        columns.into_iter().filter_map(move |column| column_vocabulary(table, &column)).collect::<Vec<_>>()
    };
    let used: BTreeSet<&str> = contracts().into_iter().flat_map(of_columns).collect();
    let told: BTreeSet<&str> = code_words().iter().map(|code| code.vocabulary).collect();
    assert_eq!(used, told);
}
