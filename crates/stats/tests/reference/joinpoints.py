"""Reference cases of `joinpoints`: python3 joinpoints.py <folder of the CSV files> (numpy, scipy).

Every candidate by numpy.linalg.lstsq; SplitMix64 and Fisher-Yates written out again from their definitions.
"""
import itertools
import json
import sys

import numpy as np
from scipy import stats

MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) * bound) >> 64


def design(t, knots):
    return np.column_stack([np.ones_like(t), t] + [np.maximum(t - t[k], 0) for k in knots])


def least(t, y, root, knots):
    x = design(t, knots) * root[:, None]
    b = np.linalg.lstsq(x, y * root, rcond=None)[0]
    rest = y * root - x @ b
    return b, float(rest @ rest), x


def places(n, j):
    for c in itertools.combinations(range(2, n - 2), j):
        if all(b - a >= 3 for a, b in zip(c, c[1:])):
            yield c


def best(t, y, root, j):
    return min(((least(t, y, root, k)[1], k) for k in places(len(t), j)), key=lambda r: r[0])


def run(times, counts, most, choice, permutations, seed, alpha=0.05):
    t = np.array(times, float) - times[0]
    y = np.log(np.array(counts, float))
    root = np.sqrt(np.array(counts, float))
    n = len(t)
    fits = [best(t, y, root, j) for j in range(most + 1)]
    bic = [np.log(s / n) + 2 * (j + 1) * np.log(n) / n for j, (s, _) in enumerate(fits)]
    tests = []
    if choice == "bic":
        a = int(np.argmin(bic))
    else:
        random, a, b = SplitMix64(seed), 0, most
        while a < b:
            coefficients, _, x = least(t, y, root, fits[a][1])
            base = x @ coefficients
            residuals = y * root - base
            observed, hits, order = fits[a][0] / fits[b][0], 0, list(range(n))
            for _ in range(permutations):
                for i in range(n - 1, 0, -1):
                    j = random.below(i + 1)
                    order[i], order[j] = order[j], order[i]
                star = (base + residuals[order]) / root
                hits += best(t, star, root, a)[0] / best(t, star, root, b)[0] >= observed * (1 - 1e-9)
            p = (1 + hits) / (1 + permutations)
            level = alpha / (most - a)
            tests.append((a, b, p, level))
            a, b = (a + 1, b) if p < level else (a, b - 1)
    knots = fits[a][1]
    b, sse, x = least(t, y, root, knots)
    df = n - 2 * (a + 1)
    cov = np.linalg.inv(x.T @ x) * sse / df
    edges = [0, *knots, n - 1]
    contrasts = [np.array([0] + [1.0 if c <= s else 0.0 for c in range(a + 1)]) for s in range(a + 1)]
    share = [(t[v] - t[u]) / t[-1] for u, v in zip(edges, edges[1:])]
    average = sum(w * c for w, c in zip(share, contrasts))

    def change(c):
        m, e = c @ b, np.sqrt(c @ cov @ c)
        q = stats.t.ppf(0.975, df)
        return [100 * np.expm1(m), 100 * np.expm1(m - q * e), 100 * np.expm1(m + q * e), 2 * stats.t.sf(abs(m / e), df)]

    return dict(joinpoints=[times[k] for k in knots], tests=tests, fits=fits, bic=bic,
                segments=[change(c) for c in contrasts], aapc=change(average))


def main(folder):
    out = open(f"{folder}/joinpoints.csv", "w", encoding="utf-8")
    out.write("# numpy 2 lstsq over all candidates, scipy.stats.t, SplitMix64 written again: python3 joinpoints.py methods;\n"
              "# 1e-8: sums of squares of nearly equal logs; p values are counts of permutations, exact to 1e-12\n"
              "case;input;field;expected;tolerance\n")

    def row(case, given, field, expected, tolerance="1e-8"):
        out.write(f"{case};{given};{field};{json.dumps(expected)};{tolerance}\n")

    d10 = [520, 545, 560, 590, 610, 640, 655, 620, 585, 560, 530, 505]
    twice = [403, 431, 459, 470, 512, 538, 561, 540, 497, 478, 447, 421, 402, 427, 439, 466, 489, 508]
    flat = [61, 55, 70, 72, 58, 65, 60, 63, 59, 68]
    for case, first, counts, most, choice, permutations, seed in [
        ("D10", 2012, d10, 2, "permutation", 199, 7), ("D10-bic", 2012, d10, 2, "bic", 199, 7),
        ("up-down-up", 2002, twice, 2, "permutation", 199, 1), ("up-down-up-three", 2002, twice, 3, "permutation", 49, 2),
        ("nothing-happens", 2010, flat, 2, "permutation", 299, 3), ("nothing-happens-bic", 2010, flat, 2, "bic", 1, 3),
        ("at-most-none", 2012, d10, 0, "permutation", 1, 1),
    ]:
        times = [first + i for i in range(len(counts))]
        given = json.dumps(dict(points=[dict(time=t, count=c) for t, c in zip(times, counts)], maximum=most, choice=choice,
                                permutations=permutations, seed=seed), separators=(",", ":"))
        r = run(times, counts, most, choice, permutations, seed)
        row(case, given, "/joinpoints", [float(v) for v in r["joinpoints"]], "0")
        for i, (a, b, p, level) in enumerate(r["tests"]):
            row(case, given, f"/tests/{i}/null", a, "0")
            row(case, given, f"/tests/{i}/alternative", b, "0")
            row(case, given, f"/tests/{i}/p_value", p, "1e-12")
            row(case, given, f"/tests/{i}/alpha", level, "1e-12")
        for i, (sse, _) in enumerate(r["fits"]):
            row(case, given, f"/numbers/{i}/sse", sse)
            row(case, given, f"/numbers/{i}/bic", float(r["bic"][i]))
        for path, values in [(f"/segments/{i}/change", v) for i, v in enumerate(r["segments"])] + [("/aapc", r["aapc"])]:
            for field, value in zip(["percent", "interval/lower", "interval/upper", "test/p_value"], values):
                row(case, given, f"{path}/{field}", float(value))
    points = lambda counts: json.dumps([dict(time=i, count=c) for i, c in enumerate(counts)], separators=(",", ":"))
    row("M02-two-points", f'{{"points":{points([5, 9])}}}', "",
        "`points` has 2 values, expected at least 3 (two points are not a trend: compare them directly)", "0")
    row("zero-count", f'{{"points":{points([5, 0, 9])}}}', "", "`count` is 0, expected counts above 0 (use `count-trend`)", "0")


main(sys.argv[1])
