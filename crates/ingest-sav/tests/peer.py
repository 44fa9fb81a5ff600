"""What pyreadstat finds in SPSS files, in the form that `cargo run -p lagesbild-ingest-sav --example dump` prints.

Compare (pip install pyreadstat pandas; seen with pyreadstat 1.3.5, ReadStat inside):

    for f in data/sample/*/*.sav crates/ingest-sav/tests/fixtures/*.*sav; do
        cmp <(cargo run -q -p lagesbild-ingest-sav --example dump $f) <(python3 crates/ingest-sav/tests/peer.py $f) && echo same $f
    done

`python3 peer.py --write FOLDER` writes the fixtures small.sav (plain), small_rows.sav (bytecode) and small.zsav.
"""

import datetime
import struct
import sys

import pyreadstat

DATES = {"DATE": "date", "ADATE": "date", "EDATE": "date", "SDATE": "date", "JDATE": "date", "MOYR": "date", "QYR": "date",
         "WKYR": "date", "DATETIME": "datetime", "YMDHMS": "datetime", "TIME": "time", "DTIME": "time", "MTIME": "time"}


def shown(value):
    if isinstance(value, str):
        return "t" + value
    if value != value:
        return "-"
    return "n" + struct.pack(">d", float(value)).hex()


def kind(form):
    if form.startswith("A") and form[1:].isdigit():
        return "text"
    return DATES.get(form.rstrip("0123456789."), "number")


def dump(path):
    columns, meta = pyreadstat.read_sav(path, user_missing=True, disable_datetime_conversion=True, output_format="dict")
    yield f"file\t{meta.number_rows}\t{meta.file_encoding.lower()}"
    for name, label in zip(meta.column_names, meta.column_labels):
        form = kind(meta.original_variable_types[name])
        yield f"variable\t{name}\t{form}\t{meta.variable_measure[name]}\t{label or '-'}"
        for code, text in meta.variable_value_labels.get(name, {}).items():
            yield f"label\t{shown(code)}\t{text}"
        for part in meta.missing_ranges.get(name, []):
            if isinstance(part["lo"], str):
                yield f"missing\t{shown(part['lo'].rstrip())}"
            elif part["lo"] == part["hi"]:
                yield f"missing\t{shown(part['lo'])}"
            else:
                yield f"missing\t{shown(part['lo'])}\t{shown(part['hi'])}"
        yield "values\t" + "|".join(shown("" if v is None and form == "text" else float("nan") if v is None else v)
                                    for v in columns[name])


def write(folder):
    import pandas

    long = "En lång text med å, ä och ö. " * 40
    frame = pandas.DataFrame({
        "id": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
        "svar": [1.0, 2.0, 8.0, 9.0, None, 96.0, -0.5],
        "vikt": [0.1, 1e-300, 1e300, 12345.678, 0.0, 99.0, 251.0],
        "kort": ["ja", "nej", "", "vet ej", "8 tecken", "åäö", " x"],
        "lång_kod": ["kod nummer ett", "kod nummer två", "", "saknas", "kod nummer ett", "annat", "x"],
        "fritext": [long[:1100], long[:255], long[:256], long[:504], "", "slut", long[:900]],
        "dag": [datetime.date(2023, 10, 17), datetime.date(1950, 1, 1), None, datetime.date(1970, 1, 1),
                datetime.date(1582, 10, 15), datetime.date(2000, 2, 29), datetime.date(9999, 12, 31)],
        "stund": [datetime.datetime(2023, 10, 17, 23, 59, 59), None, datetime.datetime(1969, 12, 31, 23, 59, 58),
                  datetime.datetime(2024, 1, 1), datetime.datetime(2024, 1, 1, 12), datetime.datetime(1950, 6, 1, 1), None],
        "tid": [datetime.time(1, 2, 3), datetime.time(0, 0), None, datetime.time(23, 59, 59), datetime.time(12), None, None],
    })
    for name, options in {"small.sav": {}, "small_rows.sav": {"row_compress": True}, "small.zsav": {"compress": True}}.items():
        pyreadstat.write_sav(
            frame, f"{folder}/{name}", file_label="Syntetisk provfil",
            column_labels={"svar": "Hur ofta är du orolig?", "vikt": "Kalibreringsvikt"},
            variable_value_labels={"svar": {1.0: "Ja", 2.0: "Nej", 8.0: "Vet ej", 9.0: "Ej svar", 96.0: "Ej aktuell"},
                                   "kort": {"ja": "Ja!", "nej": "Nej!"},
                                   "lång_kod": {"kod nummer ett": "Den första", "kod nummer två": "Den andra"}},
            missing_ranges={"svar": [{"lo": 8, "hi": 9}, 96], "vikt": [99], "kort": ["vet ej"], "lång_kod": ["saknas"]},
            variable_measure={"svar": "ordinal", "vikt": "scale", "kort": "nominal"}, **options)


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        write(sys.argv[2])
    else:
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        for line in dump(sys.argv[1]):
            print(line)
