"""Writes `overlays.csv` and `rates.csv`: what the tables T5 and T6 of the sample must say.

Counts are read from the sample by Python alone; limits, p and q are those of scipy and statsmodels.

    python3 overlays_and_rates.py     # scipy 1.17.1, statsmodels 0.15.0
"""

import collections
import csv
import datetime
import pathlib

from scipy.stats import beta, binom, chi2, poisson
from statsmodels.stats.multitest import multipletests

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[3]
LOOK_ALIKE = str.maketrans("аеорсхн", "aeopcxh")  # Cyrillic letters of the sample


def rows(path, encoding="utf-8-sig"):
    with open(ROOT / path, encoding=encoding, newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


def ratio(now, before, exposure_now, exposure_before):
    """Two Poisson counts, exactly: given their sum the newer one is binomial; limits of Clopper and Pearson, twice the smaller tail."""
    n, share = now + before, exposure_now / (exposure_now + exposure_before)
    low = beta.ppf(0.025, now, n - now + 1) if now else 0.0
    high = beta.ppf(0.975, now + 1, n - now) if before else 1.0
    odds = lambda p: p / (1 - p) * exposure_before / exposure_now if p < 1 else None
    p = min(1.0, 2 * min(binom.cdf(now, n, share), binom.sf(now - 1, n, share)))
    value = now / exposure_now / (before / exposure_before) if before else None
    return value, odds(low), odds(high), p


def corrected(p_values):
    return multipletests(p_values, method="fdr_bh")[1]


def written(name, head, table):
    with open(HERE / name, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";", lineterminator="\n")
        out.writerow(head)
        out.writerows([["" if cell is None else repr(float(cell)) if isinstance(cell, float) else cell for cell in row] for row in table])


def overlays():
    codes = collections.defaultdict(set)
    for row in rows("pipelines/codelists/offence-overlays.csv"):
        codes[row["overlay"]].add(row["code"])
    codes["sarskilt-utsatta"] = codes["brott-mot-barn"] | codes["valdtakt-vuxen"] | codes["parrelation"]
    folded = lambda text: text.strip().lower().translate(LOOK_ALIKE).replace("fridhemspl.", "fridhemsplan")
    counts, seen = collections.Counter(), set()
    for row in rows("data/sample/status/brott_uttag_2023-10-18.csv"):
        try:
            start, registered = (datetime.date.fromisoformat(row[key][:10]) for key in ("brottsdatum_start", "inskrivningsdatum"))
        except ValueError:
            continue
        # What the register sets aside: the second of two rows with one number, days that cannot be.
        if row["löpnummer"] in seen or registered < start:
            continue
        seen.add(row["löpnummer"])
        year, week, _ = start.isocalendar()
        if week > 41:
            continue
        areas = [area for area, column, names in [
            ("kungsholmen-sdo", "stadsdelsområde", ["kungsholmen", "kungsholmens stadsdelsområde"]),
            ("fridhemsplan", "plats", ["fridhemsplan"]),
        ] if folded(row[column]) in names]
        code = row["brottskod"].strip().zfill(4)
        for area in areas:
            for overlay, own in codes.items():
                counts[overlay, area, year] += code in own
    listed = ["knivlag", "bedrageri-aldre-funktionsnedsatta", "sarskilt-utsatta", "brott-mot-barn", "valdtakt-vuxen", "parrelation"]
    table = []
    for area in ["kungsholmen-sdo", "fridhemsplan"]:
        found = [(overlay, counts[overlay, area, 2023], counts[overlay, area, 2022]) for overlay in listed]
        tests = [ratio(now, before, 287, 287) for _, now, before in found]
        q = corrected([test[3] for test in tests])
        for (overlay, now, before), test, own in zip(found, tests, q):
            table.append([area, overlay, now, before, *test, own])
    written("overlays.csv", ["area", "overlay", "now", "before", "ratio", "lower", "upper", "p", "q"], table)


NEIGHBOURHOODS = {
    "Kungsholmen": "kungsholmen-stadsdel", "Stadshagen": "stadshagen", "Kristineberg": "kristineberg", "Fredhäll": "fredhall",
    "Marieberg": "marieberg", "Lilla Essingen": "lilla-essingen", "Stora Essingen": "stora-essingen",
}


def rates():
    """Neighbourhoods against the rest of the district, and in a funnel; weeks 1 to 41 of 2023 per inhabitants at the end of 2022."""
    people, events = collections.Counter(), collections.Counter()
    for row in rows("crates/ingest/tests/fixtures/befolkning-stadsdel/expected.csv"):
        if row["år"] == "2022":
            people[row["stadsdel"]] += int(row["värde"])
    district = sum(people.values())
    for row in rows("data/sample/status/status_vecka_lpo_norrmalm_2019-2023.csv", "cp1252"):
        if row["År"] == "2023" and row["Vecka"].isdigit() and int(row["Vecka"]) <= 41 and row["Brottskategori"] != "Total":
            for category in ["total", row["Brottskategori"]]:
                events[row["Område"], category] += int(row["Anmälda brott"].replace(" ", "")) if row["Anmälda brott"].isdigit() else 0
    table = []
    for label, category in [("total", "total"), ("Våldsbrott", "valdsbrott")]:
        whole = events["Kungsholmens stadsdelsområde", label]
        own = {area: (events[area, label], people[area]) for area in NEIGHBOURHOODS}
        common = sum(n for n, _ in own.values()) / sum(size for _, size in own.values())
        funnel = {}
        for area, (n, size) in own.items():
            expected = common * size
            # Limits of Poisson counts around the expected one (Garwood turned around), told as rates.
            limit = lambda tail: (chi2.ppf(tail, 2 * expected) / 2 / size * 1000, chi2.ppf(1 - tail, 2 * expected + 2) / 2 / size * 1000)
            p = min(1.0, 2 * min(poisson.cdf(n, expected), poisson.sf(n - 1, expected)))
            funnel[area] = (limit(0.025), limit(0.001), p)
        q = corrected([funnel[area][2] for area in own])
        for (area, (n, size)), funnel_q in zip(own.items(), q):
            value, low, high, p = ratio(n, whole - n, size, district - size)
            inner, outer, funnel_p = funnel[area]
            table.append([
                NEIGHBOURHOODS[area], category, n, size, n / size * 1000, chi2.ppf(0.025, 2 * n) / 2 / size * 1000,
                chi2.ppf(0.975, 2 * n + 2) / 2 / size * 1000, (whole - n) / (district - size) * 1000, value, low, high, p,
                common * 1000, *inner, *outer, funnel_p, funnel_q,
            ])
    head = "area category events people rate lower upper rest_rate ratio ratio_lower ratio_upper p common inner_lower inner_upper outer_lower outer_upper funnel_p funnel_q"
    written("rates.csv", head.split(), table)


overlays()
rates()
