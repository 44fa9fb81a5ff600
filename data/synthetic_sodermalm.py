"""Writes the synthetic pair of Status files for Södermalm, 2025 week 30, into data/sample/status/.

No figure in them is real. The two files agree with each other: the weekly file's sums over weeks 1-30 are the crosstab.
Needs Python 3 and openpyxl; the seed is fixed, so that a run writes the same bytes.

    python3 data/synthetic_sodermalm.py
"""

import datetime
import io
import math
import pathlib
import random
import zipfile

import openpyxl

FOLDER = pathlib.Path(__file__).parent / "sample" / "status"
WEEKS = [(2024, week) for week in range(1, 53)] + [(2025, week) for week in range(1, 31)]
LAST_WEEK = 30
# Mean number of events per week in the stadsdelsområde.
CATEGORIES = {
    "Våldsbrott": 14,
    "Trafikbrott": 12,
    "Övriga brott mot person": 9,
    "Tillgreppsbrott (exkl i butik)": 31,
    "Tillgrepp i butik": 6,
    "Bedrägeribrott m.m.": 13,
    "Övriga BrB-brott": 5,
    "Skadegörelsebrott": 38,
    "Övriga specialstraffrättsliga brott": 6,
    "Narkotikabrott": 17,
}
PARTS = {
    "Gamla Stan": 12,
    "Långholmen": 1,
    "Reimersholme": 1,
    "Riddarholmen": 1,
    "Södermalm": 70,
    "Södra Hammarbyhamnen": 11,
    "Södermalm, okänd stadsdel": 4,
}
WHOLE, HOT_PLACE, UNPLACED = "Södermalms stadsdelsområde", "Medborgarplatsen", "Värde saknas"
# Of the events in the stadsdel Södermalm, so many lie at the hot place.
HOT_SHARE = 0.15

draw = random.Random(20250730)


def poisson(mean):
    """Knuth's method; exact for the small means used here."""
    limit, product, count = math.exp(-mean), draw.random(), 0
    while product > limit:
        product *= draw.random()
        count += 1
    return count


def week_of(year):
    """The counts of one week: {area: {category: events}}."""
    counts = {area: dict.fromkeys(CATEGORIES, 0) for area in [WHOLE, *PARTS, HOT_PLACE, UNPLACED]}
    for category, mean in CATEGORIES.items():
        trend = 0.8 if (category, year) == ("Skadegörelsebrott", 2025) else 1.0
        for _ in range(poisson(mean * trend)):
            part = draw.choices(list(PARTS), list(PARTS.values()))[0]
            counts[WHOLE][category] += 1
            counts[part][category] += 1
            if part == "Södermalm" and draw.random() < HOT_SHARE:
                counts[HOT_PLACE][category] += 1
        counts[UNPLACED][category] = poisson(mean / 25)
    return counts


def write_weekly(weeks):
    lines = ["År;Vecka;Lokalpolisområde;Område;Brottskategori;Anmälda brott"]
    for (year, week), areas in weeks.items():
        for area, categories in areas.items():
            lines += [f"{year};{week};Södermalm;{area};{c};{n}" for c, n in categories.items() if n]
    lines += [
        ";;;;;",
        "Källa: SYNTETISKA exempeluppgifter i form av en export ur Status, anmälda brott per vecka t.o.m. v. 30 2025. "
        "Datumbegrepp: brottsdatum start.;;;;;",
        "Uttag: 2025-08-06. Uppgifterna är preliminära och påhittade. Rader med 0 brott visas inte.;;;;;",
    ]
    path = FOLDER / "status_vecka_lpo_sodermalm_2024-2025.csv"
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("windows-1252"))


def write_crosstab(weeks):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, area in [("Södermalm", WHOLE), ("Medborgarplatsen", HOT_PLACE)]:
        sheet = book.create_sheet(name)
        sheet["A1"] = f"Brottsstatistik {name}"
        sheet["A2"] = "SYNTETISKA exempeluppgifter: inga verkliga brott"
        sheet["A3"] = "Anmälda brott t.o.m. v. 30, brottsplatsadress inom området"
        sheet["A4"] = "Uttag: 2025-08-06"
        sheet.append([])
        sheet.append(["Brottskategorier", "År", 2025, 2024])
        sums = {
            category: [
                sum(weeks[year, week][area][category] for week in range(1, LAST_WEEK + 1)) for year in (2025, 2024)
            ]
            for category in CATEGORIES
        }
        sheet.append(["Total", None, *(sum(column) for column in zip(*sums.values()))])
        for category, figures in sums.items():
            sheet.append([category, None, *figures])
        sheet.append([])
        sheet.append(["Källa: påhittade uppgifter i form av en tabell ur Status."])
        sheet.append(["Uppgifterna för 2025 är preliminära."])
        sheet.column_dimensions["A"].width = 38
        print(name, {category: figures for category, figures in sums.items()})
    book.properties.created = book.properties.modified = datetime.datetime(2025, 8, 6)
    written = io.BytesIO()
    book.save(written)
    # The same bytes every time: the container's own time stamps are set, and so is the one that saving put in.
    path = FOLDER / "status_sodermalm_tom_v30_2025.xlsx"
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                head, _, rest = content.partition(b"<dcterms:modified")
                _, _, tail = rest.partition(b"</dcterms:modified>")
                content = head + tail
            new.writestr(zipfile.ZipInfo(name, (2025, 8, 6, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


weeks = {(year, week): week_of(year) for year, week in WEEKS}
write_weekly(weeks)
write_crosstab(weeks)
