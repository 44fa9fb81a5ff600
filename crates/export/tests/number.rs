//! The Swedish formats, as a table: number, decimals, and how it is printed. `_` stands for a no-break space, `~` for the
//! true minus sign.

use lagesbild_export::number;

fn shown(text: String) -> String {
    assert!(!text.contains([' ', '-', '.']), "{text}: plain space, hyphen or point");
    text.replace(number::NBSP, "_").replace(number::MINUS, "~")
}

#[test]
fn counts() {
    let cases = [(0, "0"), (7, "7"), (999, "999"), (1000, "1_000"), (9184, "9_184"), (1_234_567, "1_234_567")];
    for (value, expected) in cases {
        assert_eq!(shown(number::count(value)), expected);
    }
    assert_eq!(shown(number::count(-9184)), "~9_184");
    assert_eq!(shown(number::count(i64::MIN)), "~9_223_372_036_854_775_808");
    assert_eq!([0, 163, -1862].map(|n| shown(number::signed_count(n))), ["0", "+163", "~1_862"]);
}

#[test]
fn decimals() {
    let cases = [
        (0.0, 1, "0,0"),
        (-0.0, 1, "0,0"),
        (-0.04, 1, "0,0"),
        (-0.05, 1, "~0,1"),
        (-31.25, 1, "~31,3"),
        (0.125, 2, "0,13"),
        (1.005, 2, "1,01"),
        (2.675, 2, "2,68"),
        (9.995, 2, "10,00"),
        (999.95, 1, "1_000,0"),
        (0.999_999, 2, "1,00"),
        (1_234.5, 0, "1_235"),
        (99.5, 0, "100"),
        (1e-320, 2, "0,00"),
        (1e21, 0, "1_000_000_000_000_000_000_000"),
    ];
    for (value, decimals, expected) in cases {
        assert_eq!(shown(number::decimal(value, decimals)), expected, "{value}");
    }
}

#[test]
fn percentages_levels_and_p_values() {
    assert_eq!(
        [-1.6176, 41.538, 0.0, 0.04].map(|n| shown(number::signed_percent(n, 1))),
        ["~1,6_%", "+41,5_%", "0,0_%", "0,0_%"]
    );
    assert_eq!([570.861, -160.927].map(|n| shown(number::percent(n, 1))), ["570,9_%", "~160,9_%"]);
    assert_eq!([0.95, 0.998, 0.05, 0.8].map(|n| shown(number::level(n))), ["95_%", "99,8_%", "5_%", "80_%"]);
    let cases = [(1.0, "1,000"), (0.99999, "1,000"), (0.0316, "0,032"), (0.001, "0,001")];
    for (value, expected) in cases {
        assert_eq!(shown(number::p_value(value)), expected);
    }
    for tiny in [0.00099, 8.4e-32, f64::MIN_POSITIVE, 0.0] {
        assert_eq!(number::p_value(tiny), "<0,001");
    }
}
