"""Writes a synthetic file in the layout of Brå's database of reported offences into data/sample/bra/, and what a right
reader finds in it into the fixtures of the crate `ingest`.

No figure in it is real; the regions are. The layout is that of the database's text files: ISO-8859-1, `;`, a `;` more at
the end of each row than of the heading, `..` where there can be no figure, `2023 prel.`, rows of parents without figures
before those of their parts, one label under several parents, and rows of single codes (`0950 - …`).
Needs Python 3; the seed is fixed, so that a run writes the same bytes.

    python3 data/synthetic_bra.py
"""

import pathlib
import random

ROOT = pathlib.Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "bra" / "Databasfil.txt"
TRUTH = ROOT / "crates" / "ingest" / "tests" / "fixtures" / "bra-anmalda-brott" / "expected.csv"

# Region as written, its code in the project, round numbers in place of inhabitants, events of the smallest offence a month.
REGIONS = [
    ("00 - Hela landet", "sverige", 10_400_000, 110),
    ("01 - Stockholms län", "stockholms-lan", 2_400_000, 28),
    ("0180 - Stockholm", "stockholm-kommun", 980_000, 12),
]
# Parent, its parts with their codes in the project and their size.
OFFENCES = [
    (
        "Stöld utan inbrott",
        [("I butik, varuhus m.m.", "bra-stold-i-butik", 6), ("Av cykel", "bra-stold-av-cykel", 9)],
    ),
    (
        "Inbrottsstöld",
        [("I butik, varuhus m.m.", "bra-inbrott-i-butik", 1), ("I lägenhet", "bra-inbrott-i-lagenhet", 2)],
    ),
    (
        "Bedrägeribrott",
        [
            ("0950 - Bedrägeri mot äldre/funktionsnedsatt", "bra-bedrageri-0950", 3),
            ("Kortbedrägeri", "bra-kortbedrageri", 8),
        ],
    ),
]
YEARS = [("2021", 2021), ("2022", 2022), ("2023 prel.", 2023)]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec"]
# The file was made when October 2023 was the last month.
LAST_MONTH = 10
# Not given by month for a municipality.
SECRET = "bra-kortbedrageri"
NONE = ".."


def main():
    dice = random.Random(20231110)
    lines, truth = ["Region;Brott;År;Period;Antal;/100 000 inv"], ["line;area;category;period;status;count;rate"]

    def row(region, offence, year, period, count, rate):
        lines.append(f"{region};{offence};{year};{period};{count};{rate};")
        return len(lines)

    for region, area, inhabitants, size in REGIONS:
        for parent, parts in OFFENCES:
            for written, _ in YEARS:
                for period in [*MONTHS, "Helår"]:
                    row(region, parent, written, period, NONE, NONE)
            for label, category, share in parts:
                for written, year in YEARS:
                    to_come = year == 2023
                    months = [dice.randint(size * share * 3 // 4, size * share * 5 // 4) for _ in MONTHS]
                    stated = [
                        (f"{year}-{at:02}", None if to_come and at > LAST_MONTH else months[at - 1])
                        for at in range(1, 13)
                    ]
                    if area == "stockholm-kommun" and category == SECRET:
                        stated = [(period, None) for period, _ in stated]
                    stated.append((str(year), None if to_come else sum(months)))
                    for (period, count), name in zip(stated, [*MONTHS, "Helår"]):
                        rate = None if count is None else round(count * 100_000 / inhabitants)
                        shown = [NONE if value is None else str(value) for value in (count, rate)]
                        line = row(region, label, written, name, *shown)
                        if count is None:
                            status = "not-applicable"
                        else:
                            status = "preliminary" if to_come else "final"
                        values = ["" if value is None else str(value) for value in (count, rate)]
                        truth.append(";".join([str(line), area, category, period, status, *values]))

    for path in (SAMPLE, TRUTH):
        path.parent.mkdir(parents=True, exist_ok=True)
    SAMPLE.write_bytes("".join(line + "\r\n" for line in lines).encode("iso-8859-1"))
    TRUTH.write_text("".join(line + "\n" for line in truth), encoding="utf-8")


if __name__ == "__main__":
    main()
