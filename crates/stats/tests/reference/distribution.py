"""Writes distribution.csv: 50-digit reference values of the distributions (python3 distribution.py)."""

import mpmath as mp
from scipy import special

mp.mp.dps = 50


def P(x):
    return mp.mpf(float(x)) if isinstance(x, str) else mp.mpf(x)  # the double that the tests read


rows = []


def f(x):
    return mp.nstr(x, 17, min_fixed=0, max_fixed=0) if x != 0 else "0"


def ncdf(z):
    return mp.erfc(-P(z) / mp.sqrt(2)) / 2


for z in ["-37", "-20", "-11.723822786", "-5", "-1.96", "-0.3", "0", "0.5", "1.96", "4", "8"]:
    rows.append(("normal-cdf", z, "", f(ncdf(z))))
for z in ["40", "100", "-8", "3"]:
    rows.append(("normal-ln-sf", z, "", f(mp.log(mp.erfc(P(z) / mp.sqrt(2)) / 2))))


def nq(p):
    p = P(p)
    return mp.findroot(
        lambda z: mp.log(mp.erfc(z / mp.sqrt(2)) / 2) - mp.log(p), mp.sqrt(-2 * mp.log(p)) if p < 0.1 else P(1)
    )


for p in ["1e-300", "1e-100", "1e-16", "1e-5", "0.001", "0.025", "0.05", "0.2", "0.4"]:
    rows.append(("normal-upper-quantile", p, "", f(nq(p))))


def Q(a, x):
    return mp.gammainc(P(a), P(x), regularized=True)


def Plow(a, x):
    return mp.gammainc(P(a), 0, P(x), regularized=True)


for a, x in [
    ("0.5", "0.01"),
    ("0.5", "3.2"),
    ("0.5", "350"),
    ("1", "5"),
    ("10", "2"),
    ("10", "10"),
    ("10", "60"),
    ("87", "60"),
    ("500", "300"),
    ("500", "900"),
    ("9184", "8800"),
    ("9184", "9600"),
    ("1000000", "999000"),
    ("1000000", "1004000"),
]:
    rows.append(("gamma-cdf", a, x, f(Plow(a, x))))
    rows.append(("gamma-sf", a, x, f(Q(a, x))))


# quantiles: scipy's as a start, then the secant method at 50 digits
def polish(F, u0):
    # secant from a double-precision start; the residual is checked
    u1 = u0 + P(10) ** -9
    f0, f1 = F(u0), F(u1)
    for _ in range(12):
        if f1 == f0 or abs(f1) < P(10) ** -40:
            break
        u0, u1, f0 = u1, u1 - f1 * (u1 - u0) / (f1 - f0), f1
        f1 = F(u1)
    assert abs(f1) < P(10) ** -30, (u1, f1)
    return u1


def gq(a, p, upper):
    start = special.gammainccinv(float(a), float(p)) if upper else special.gammaincinv(float(a), float(p))
    a = P(a)
    p = P(p)
    F = (
        (lambda u: mp.log(mp.gammainc(a, mp.e**u, regularized=True)) - mp.log(p))
        if upper
        else (lambda u: mp.log(mp.gammainc(a, 0, mp.e**u, regularized=True)) - mp.log(p))
    )
    return mp.e ** polish(F, mp.log(P(start)))


for a, p in [
    ("0.5", "1e-9"),
    ("0.5", "0.975"),
    ("0.3", "0.001"),
    ("1", "0.025"),
    ("5", "0.025"),
    ("60", "0.001"),
    ("1013", "0.025"),
    ("100000", "0.025"),
]:
    rows.append(("gamma-quantile", a, p, f(gq(a, p, False))))
    rows.append(("gamma-quantile-upper", a, p, f(gq(a, p, True))))


# beta
def fraction(a, b, x, y):
    # DLMF 8.17.22 by the modified Lentz method, odd and even terms one by one
    def step(num):
        nonlocal C, D, f
        D = 1 + num * D
        C = 1 + num / C
        D = 1 / D
        f *= C * D
        return abs(C * D - 1)

    C = P(1)
    D = P(0)
    f = P(1)
    for m in range(0, 2000000):
        d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        e1 = step(d)
        k = m + 1
        d = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
        e2 = step(d)
        if e1 < P(10) ** -48 and e2 < P(10) ** -48:
            break
    pre = mp.e ** (a * mp.log(x) + b * mp.log(y) - mp.log(a) - (mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)))
    return pre / f


def tails(a, b, x, y=None):
    a = P(a)
    b = P(b)
    x = P(x)
    if y is None:
        y = 1 - x
    if x <= a / (a + b):
        l = fraction(a, b, x, y)
        return l, 1 - l
    u = fraction(b, a, y, x)
    return 1 - u, u


chk = tails(P(2), P(3), P("0.1"))[0]
assert abs(chk - mp.betainc(2, 3, 0, P("0.1"), regularized=True)) < P(10) ** -45
chk = tails(P("33"), P("1060"), P("0.0209"))[0]


def I(a, b, x):
    return tails(a, b, x)[0]


def J(a, b, x):
    return tails(a, b, x)[1]


for a, b, x in [
    ("0.5", "0.5", "0.3"),
    ("0.5", "25.5", "0.09"),
    ("2", "3", "0.1"),
    ("33", "1060", "0.0209"),
    ("60", "88", "0.5"),
    ("61", "87", "0.5"),
    ("2272", "3135", "0.5"),
    ("2273", "3134", "0.5"),
    ("1", "1000000", "1e-6"),
    ("20", "1000000", "4e-5"),
    ("3000", "50000", "0.05"),
    ("200", "2", "0.5"),
    ("500000", "500000", "0.4985"),
    ("500000", "500000", "0.519"),
    ("5000000", "0.5", "0.9999999"),
]:
    rows.append(("beta-cdf", f"{a} {b}", x, f(I(a, b, x))))
    rows.append(("beta-sf", f"{a} {b}", x, f(J(a, b, x))))


def bq(a, b, p, upper):
    a = P(a)
    b = P(b)
    p = P(p)

    def F(t):
        x = 1 / (1 + mp.e ** (-t))
        return mp.log(tails(a, b, x, 1 / (1 + mp.e**t))[1 if upper else 0]) - mp.log(p)

    x = special.betainccinv(float(a), float(b), float(p)) if upper else special.betaincinv(float(a), float(b), float(p))
    if a == 200 and not upper:
        x = (float(p) * mp.e ** (mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)) * a) ** (1 / a)
    if b == 200 and not upper:
        x = (P(p) * mp.e ** (mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)) * a) ** (1 / a)
    if x == 1:
        t = -mp.log(a * 0 + ((1 - P(p)) if not upper else P(p)) * b) / b
    else:
        t = mp.log(P(x)) - mp.log1p(-P(x))
    t = polish(F, t)
    return 1 / (1 + mp.e ** (-t))


for a, b, p in [
    ("1", "1000000", "0.975"),
    ("33", "1060", "0.025"),
    ("34", "1059", "0.975"),
    ("0.5", "25.5", "0.975"),
    ("33.5", "1059.5", "0.025"),
    ("200", "2", "1e-60"),
    ("2", "200", "1e-100"),
    ("60", "88", "0.025"),
    ("61", "87", "0.0005"),
    ("5", "3", "0.1"),
    ("9184", "9336", "0.025"),
    ("3", "100000", "0.025"),
]:
    rows.append(("beta-quantile", f"{a} {b}", p, f(bq(a, b, p, False))))
    rows.append(("beta-quantile-upper", f"{a} {b}", p, f(bq(a, b, p, True))))


# t
def tsf(df, t):
    df = P(df)
    t = P(t)
    return I(df / 2, P(1) / 2, df / (df + t * t)) / 2


for df, t in [
    ("1", "1"),
    ("1", "1e8"),
    ("2.5", "3"),
    ("6", "7.738191869921"),
    ("32", "2.990395866181"),
    ("100000", "1.96"),
    ("10000000", "1.96"),
    ("10000000", "6"),
    ("5", "0.01"),
]:
    rows.append(("t-sf", df, t, f(tsf(df, t))))


def tq(df, p):
    df = P(df)
    q = 1 - P(p)
    F = lambda u: mp.log(tsf(df, mp.e**u)) - mp.log(q)
    from scipy import stats

    return mp.e ** polish(F, mp.log(P(stats.t.isf(float(q), float(df)))))


for df, p in [
    ("1", "0.99999999"),
    ("1", "0.975"),
    ("2.5", "0.9"),
    ("6", "0.975"),
    ("32", "0.995"),
    ("100000", "0.975"),
    ("1000000", "0.975"),
    ("10000000", "0.975"),
    ("30", "0.51"),
]:
    rows.append(("t-quantile", df, p, f(tq(df, p))))
# binomial, poisson, hypergeometric sums, exact
for n, p, k in [
    (147, "0.5", 60),
    (147, "0.5", 87),
    (5406, "0.5", 2272),
    (20, "0.01", 0),
    (1092, "0.08", 33),
    (10000000, "0.0001", 900),
]:
    p_ = P(p)

    def pmf(i):
        return mp.e ** (
            mp.loggamma(n + 1) - mp.loggamma(i + 1) - mp.loggamma(n - i + 1) + i * mp.log(p_) + (n - i) * mp.log(1 - p_)
        )

    low = mp.fsum(pmf(i) for i in range(0, k + 1))
    rows.append(("binomial-pmf", f"{n} {p}", str(k), f(pmf(k))))
    rows.append(("binomial-cdf", f"{n} {p}", str(k), f(low)))
    rows.append(("binomial-sf", f"{n} {p}", str(k), f(1 - low)))
for m, k in [("3.5", 1), ("3.5", 20), ("80", 100), ("0.001", 0), ("9184", 9000)]:
    mm = P(m)
    pm = lambda i: mp.e ** (-mm + i * mp.log(mm) - mp.loggamma(i + 1))
    low = mp.fsum(pm(i) for i in range(k + 1))
    rows.append(("poisson-pmf", m, str(k), f(pm(k))))
    rows.append(("poisson-cdf", m, str(k), f(low)))
    rows.append(
        ("poisson-sf", m, str(k), f(mp.fsum(pm(i) for i in range(k + 1, k + 1 + 4000)) if m != "9184" else 1 - low))
    )


def nch(m, u, d, psi, k):
    lo = max(0, d - u)
    hi = min(m, d)
    psi = P(psi)
    w = {i: mp.binomial(m, i) * mp.binomial(u, d - i) * psi**i for i in range(lo, hi + 1)}
    s = mp.fsum(w.values())
    return (
        mp.fsum(w[i] for i in w if i <= k) / s,
        mp.fsum(w[i] for i in w if i > k) / s,
        mp.fsum(i * w[i] for i in w) / s,
    )


for m, u, d, k in [
    (1092, 14000, 1153, 33),
    (10, 15, 8, 3),
    (10, 15, 8, 7),
    (300, 200, 450, 255),
    (2184, 16335, 2332, 900),
]:
    a = nch(m, u, d, 1, k)
    rows.append(("hypergeometric-cdf", f"{m} {u} {d}", str(k), f(a[0])))
    rows.append(("hypergeometric-sf", f"{m} {u} {d}", str(k), f(a[1])))
for m, u, d, psi, k in [
    (10, 15, 8, "2.5", 3),
    (10, 15, 8, "0.01", 5),
    (9184, 9335, 2332, "0.7", 1013),
    (1092, 14000, 1153, "30", 500),
]:
    a = nch(m, u, d, psi, k)
    rows.append(("noncentral-hypergeometric-cdf", f"{m} {u} {d} {psi}", str(k), f(a[0])))
    rows.append(("noncentral-hypergeometric-sf", f"{m} {u} {d} {psi}", str(k), f(a[1])))
    rows.append(("noncentral-hypergeometric-mean", f"{m} {u} {d} {psi}", "", f(a[2])))
with open("distribution.csv", "w") as o:
    o.write(
        "# mpmath 1.3, 50 digits: erfc, gammainc, loggamma, findroot; beta by DLMF 8.17.22; binomial, Poisson and hypergeometric by direct sums\n"
    )
    o.write("function;parameters;at;expected\n")
    for r in rows:
        o.write(";".join(r) + "\n")
